/* What the formats of hash lists share. */
#ifndef MARSAD_STORE_HASHLIST_PRIV_H
#define MARSAD_STORE_HASHLIST_PRIV_H

#include "base/limits.h"
#include "base/vec.h"
#include "store/hashlist.h"

/* One reading of one list. */
struct hashlist {
    const struct hashlist_sink *sink;
    struct hashlist_counts *counts;
    struct error *err;
    struct sv label;
    struct sv type_hint; /* from the file's name: threatexchange only */
    struct arena arena;  /* of the item at hand */
    uint64_t line;
    /* vpdq: frames of a clip that is spread over lines; a JSON document likewise */
    struct VEC(struct bank_frame) frames;
    uint64_t first_line;
    struct buf document;
    bool in_document, too_many;
};

struct hashlist_format {
    const char *name;
    /* Whether the first line that says anything is of this format. */
    bool (*looks)(struct sv line);
    /* One line, not empty. Through hashlist_item or hashlist_bad. */
    int (*line)(struct hashlist *h, struct sv line);
    /* After the last line; may be NULL. */
    int (*end)(struct hashlist *h);
    int (*write)(const struct bank_item *item, struct buf *b, struct error *err);
};
extern const struct hashlist_format hashlist_hex, hashlist_typed, hashlist_threatexchange, hashlist_vpdq,
    hashlist_marsad;

/* Fills in id, and label when it has none; passes the item on and clears the arena. */
int hashlist_item(struct hashlist *h, struct bank_item *item) MUST_USE;
/* Counts and reports a line that could not be read. */
int hashlist_bad(struct hashlist *h, uint64_t line, const char *fmt, ...) PRINTF_LIKE(3, 4) MUST_USE;

/* What a list does not say. */
struct bank_item hashlist_blank(enum bank_item_type type);
/* One frame of quality 100 at time 0. */
int hashlist_pdq(struct hashlist *h, const struct hash256 *pdq, uint8_t quality, struct sv label) MUST_USE;
/* A clip out of a JSON list of "hash,quality,timestamp". */
int hashlist_clip(struct hashlist *h, const struct json *list, struct bank_item *item) MUST_USE;
/* By time, equal ones once. */
void hashlist_sort_frames(struct bank_item *item);
/* The JSON list of a clip's frames. */
void hashlist_put_clip(struct jw *w, const struct bank_item *item);

/* "0" … "100" */
bool hashlist_quality(struct sv s, uint8_t *out);
/* Seconds, decimal or with exponent, not negative → microseconds. */
bool hashlist_seconds(struct sv s, int64_t *out_us);
/* n hex digits exactly. */
bool hashlist_is_hex(struct sv s, size_t n);
/* Copy in lower case (ASCII). */
struct sv hashlist_lower(struct arena *a, struct sv s);
int hashlist_no_way(const struct bank_item *item, const char *format, struct error *err);
int hashlist_nomem(struct hashlist *h);

#endif
