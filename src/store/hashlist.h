/* Hash lists as the field exchanges them, in and out of bank items: docs/formats/hashlists.md.
 *
 *   hex      one PDQ hash of 64 hex digits a line; also "hash,quality,file" as hashers print it
 *   typed    "signal_type signal" a line: "pdq f8f8…", "video_md5 …"
 *   threatexchange  CSV rows: indicator,(indicator_id,)descriptor_id,added_on,"labels"
 *   vpdq     JSON list of "hash,quality,timestamp", or an object/lines of them; or "frame,quality,hash,timestamp" lines;
 *            timestamps decimal or with exponent
 *   marsad   our own NDJSON: everything that a bank knows of an item
 *
 * Every format: empty lines and lines that begin with '#' are passed over, a byte order mark likewise. */
#ifndef MARSAD_STORE_HASHLIST_H
#define MARSAD_STORE_HASHLIST_H

#include "model/bank.h"

struct hashlist_sink {
    void *arg;
    /* *borrowed until* return. What the list does not say: threshold -1, status active, added_us TIME_UNKNOWN, quality
     * 100, empty strings. A non-zero return ends the reading and is passed on. */
    int (*item)(void *arg, const struct bank_item *item, struct error *err);
    /* A line that could not be read; the rest goes on. May be NULL: then it is only counted. */
    int (*bad)(void *arg, uint64_t line, const struct error *why, struct error *err);
};
struct hashlist_counts {
    uint64_t items, bad;
};

/* The formats' names, NULL-ended. */
extern const char *const hashlist_format_names[];

/* format NULL: look. `label` for items that bring none. ERR_FORMAT when it looks like none of them, ERR_ARG for a name
 * that is none, ERR_NOTFOUND, ERR_IO, ERR_NOMEM, and what the sink returned. */
int hashlist_read(const char *path, const char *format, struct sv label, const struct hashlist_sink *sink,
                  struct hashlist_counts *counts, struct error *err) MUST_USE;
/* The same from memory. */
int hashlist_parse(struct sv bytes, const char *format, struct sv label, const struct hashlist_sink *sink,
                   struct hashlist_counts *counts, struct error *err) MUST_USE;
/* One item's line of that format appended to b. ERR_UNSUPPORTED when the format has no way to say it. */
int hashlist_write(const struct bank_item *item, const char *format, struct buf *b,
                   struct error *err) MUST_USE;

#endif
