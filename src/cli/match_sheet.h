/* The contact sheet of `marsad match --html`: one page, everything in it, nothing fetched and no script; query and reference
 * side by side, the matched regions and stretches drawn.
 *
 * Frames come from the sandboxed worker as pixels and are written as PNG by us. A reference is shown by its original where
 * that is at hand (kept in the workspace, or in the folder of originals), else by its hash, drawn as what it is: the signs
 * of 16 × 16 frequencies; a sound by its landmarks. Frames are shown grey and blurred until they are pointed at. */
#ifndef MARSAD_CLI_MATCH_SHEET_H
#define MARSAD_CLI_MATCH_SHEET_H

#include "cli/match_banks.h"
#include "model/finding.h"

struct sheet;
int sheet_new(struct sheet **out, struct error *err) MUST_USE;
void sheet_free(struct sheet *s);
/* Copies what it needs. */
int sheet_add(struct sheet *s, const char *path, const struct media_signals *signals,
              const struct finding_list *findings, struct error *err) MUST_USE;

struct sheet_options {
    struct cli *cli;
    struct match_banks *banks;
    const char
        *originals; /* a folder in which references lie under the names they were added with; may be NULL */
};
int sheet_write(struct sheet *s, const struct sheet_options *o, const char *out_path,
                struct error *err) MUST_USE;

/* Where in the reference a place of a finding lies; TIME_UNKNOWN where nobody knows. */
struct match_span {
    int64_t start_us, end_us;
};
struct match_span match_reference_span(const struct finding *f, const struct place *p);
/* "mirrored, 1.5 ×" */
void match_put_form(const struct cli *cli, struct buf *b, const struct finding *f);

#endif
