/* What accounts leave behind, gathered from rows of a file: for ranking which closed account a new one may continue. */
#ifndef MARSAD_NETWORK_TRACES_H
#define MARSAD_NETWORK_TRACES_H

#include "network/resurfaced.h"

/* Columns: the defaults are account_id, timestamp_share and no others; what is named is read. */
struct trace_columns {
    struct sv account, time, text, bio, clip, target, contact;
    struct sv closed; /* when the account was closed; accounts without are open */
};

struct traces;
int traces_new(struct traces **out, struct error *err) MUST_USE;
void traces_free(struct traces *t);
/* As network_table_read; rows of several files add up. Times given as closing are read as times are; one that is none is told as
 * such and the account stays open. */
int traces_read(struct traces *t, const char *path, const struct trace_columns *columns,
                struct network_report *report, struct error *err) MUST_USE;
/* Marks an account as closed, whether rows of it came or not. ERR_NOMEM. */
int traces_close(struct traces *t, struct sv account, int64_t closed_us, struct error *err) MUST_USE;
uint32_t traces_count(const struct traces *t);
/* Things that more than `popular` accounts have (0: any) are left out. Lists in the arena, strings *borrowed* from t. ERR_NOMEM. */
int traces_get(struct traces *t, uint32_t account, uint32_t popular, struct arena *a,
               struct account_trace *out, struct error *err) MUST_USE;
/* ERR_NOTFOUND. */
int traces_find(const struct traces *t, struct sv account, uint32_t *out, struct error *err) MUST_USE;

#endif
