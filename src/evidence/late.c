/* What documents, archives and talking to other machines stand on, loaded when it is first needed: base/late.h. */
#include "evidence/late_archive_priv.h"
#include "evidence/late_curl.h"
#include "evidence/late_pdf.h"

LATE_NOTE(note_cairo, LATE_SAYS("documents", LATE_CAIRO))
LATE_NOTE(note_pango, LATE_SAYS("documents", LATE_PANGO))
LATE_NOTE(note_pangocairo, LATE_SAYS("documents", LATE_PANGOCAIRO))
LATE_NOTE(note_gobject, LATE_SAYS("documents", LATE_GOBJECT))
LATE_TABLE(pdf, PDF_CALLS, "drawing documents", LATE_CAIRO, LATE_PANGO, LATE_PANGOCAIRO, LATE_GOBJECT)

LATE_NOTE(note_curl, LATE_SAYS("network", LATE_CURL))
LATE_TABLE(curl, CURL_CALLS, "talking to other machines", LATE_CURL)

LATE_NOTE(note_archive, LATE_SAYS("archives", LATE_ARCHIVE))
LATE_TABLE(archive, ARCHIVE_CALLS, "packing and unpacking", LATE_ARCHIVE)
