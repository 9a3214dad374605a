/* What the files of the room share: paths of the log. */
#ifndef MARSAD_EVIDENCE_PRIV_H
#define MARSAD_EVIDENCE_PRIV_H

#include "base/file.h"
#include "base/limits.h"
#include "evidence/evidence.h"
#include "evidence/tiles.h"

enum { LOG_PATH_BYTES = 4096 };

/* DIR/log/name; name "" is the folder itself. */
int log_path(char out[LOG_PATH_BYTES], const char *dir, const char *name, struct error *err) MUST_USE;
/* Reads a small file of the log. */
int log_read(const char *dir, const char *name, struct buf *b, struct error *err) MUST_USE;

/* The checkpoint's note and what it says, verified with the key: ERR_FORMAT. The note borrows from `bytes`. */
int log_open_note(struct sv bytes, const struct note_key *key, struct note *note, struct checkpoint *out,
                  struct error *err) MUST_USE;
/* One at a time per log, whose folder this is. The lock, to be closed; -1 after an error. */
int log_lock(const char *log, struct error *err) MUST_USE;

size_t log_count_witnesses(const struct note *note, const struct witness_keys *w);

#endif
