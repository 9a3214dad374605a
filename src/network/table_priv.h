/* The inside of a table, and the two readers that fill it. */
#ifndef MARSAD_NETWORK_TABLE_PRIV_H
#define MARSAD_NETWORK_TABLE_PRIV_H

#include "network/intern_priv.h"
#include "network/feed_priv.h"
#include "network/table.h"

struct layer {
    struct sv name; /* owned */
    struct intern objects;
    uint32_t *object, *account, *content; /* content INTERN_NONE: missing */
    int64_t *time_us;
    uint64_t n, cap;
};

struct network_table {
    struct intern accounts, contents;
    int64_t *created; /* per account, NETWORK_NO_TIME; NULL: none is known */
    uint32_t created_cap;
    struct sv *shown; /* per account, owned; NULL: none has a name of its own */
    uint32_t shown_cap;
    struct layer layers[NETWORK_MAX_LAYERS];
    unsigned nlayers;
};

/* A post as a reader found it. Strings are *borrowed* from the reader's buffer until its next refill. */

enum { BATCH = 64 };

/* Posts wait here until BATCH of them are together: their ids are hashed and their slots prefetched before the first
 * is looked up. */
struct batch {
    struct network_table *table; /* or, when NULL, the visitor */
    int (*visit)(void *arg, const struct network_row *row, struct error *err);
    void *arg;
    unsigned nlayers;
    bool wants_content; /* for the visitor's count */
    struct network_report *report;
    unsigned n;
    struct network_row posts[BATCH];
};

int batch_flush(struct batch *b, struct error *err) MUST_USE;
/* The place for the next post; flush first when b->n == BATCH. */
static inline struct network_row *batch_next(struct batch *b) { return &b->posts[b->n]; }

/* Seconds, milli- or microseconds told apart by size, with a fraction or not, or RFC 3339; counts which. */
bool table_time(struct sv s, struct network_report *r, int64_t *out_us);
void report_example(struct network_report *r, uint64_t line, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* The account's age from its field; NETWORK_NO_TIME when empty or no time. */
int64_t batch_created(struct batch *b, struct sv field);
/* Checks account and time, counts; true when the post may stay in the batch. */
bool batch_accept(struct batch *b, struct network_row *p, struct sv time, uint64_t line);

int csv_read(struct feed *s, const struct network_columns *c, struct batch *b, struct error *err) MUST_USE;
int ndjson_read(struct feed *s, const struct network_columns *c, struct batch *b, struct error *err) MUST_USE;

#endif
