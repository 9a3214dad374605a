/* Rows made ready for the sweep: those of one object together, by time; accounts numbered by name. */
#ifndef MARSAD_NETWORK_ACTS_PRIV_H
#define MARSAD_NETWORK_ACTS_PRIV_H

#include "network/network.h"
#include "network/table_priv.h"

struct act {
    int64_t time_us;
    uint32_t account, content; /* account by name order */
};

struct acts {
    struct act *v;
    uint32_t n;
    uint32_t nobjects;                             /* of all layers, one after the other */
    uint32_t *object;                              /* per act: whose it is */
    uint32_t *object_start;                        /* nobjects + 1 places in v */
    uint32_t layer_object[NETWORK_MAX_LAYERS + 1]; /* first object of each layer */
    uint32_t layer_start[NETWORK_MAX_LAYERS + 1];  /* first act of each layer */
    int64_t window_us[NETWORK_MAX_LAYERS];
    unsigned nlayers;
    uint32_t naccounts, ncontents;
    uint32_t *name_rank;  /* table's account number → by name */
    uint32_t *account_id; /* its inverse */
    uint8_t *qualifies;   /* per act: see acts_qualify */
    uint32_t neighbours;  /* UINT32_MAX: no cap */
    bool either;          /* a pair needs one act that qualifies, else both */
    uint8_t *again
        [NETWORK_MAX_LAYERS]; /* per row of the table: equal to an earlier one and not there; NULL: all are */
    uint64_t duplicates, self_shares;
};

int acts_build(const struct network_table *t, const struct network_options *o, struct acts *out,
               struct error *err) MUST_USE;
void acts_done(struct acts *a);
/* Which acts count, by the participation rule of the mode. */
int acts_qualify(struct acts *a, const struct network_table *t, const struct network_options *o,
                 struct error *err) MUST_USE;

/* Posts of the same moment stand in an order that nobody chooses and no order of arrival changes: by a hash of moment, account and
 * content. By name, those with neighbouring names would always be neighbours under the cap. */
static inline uint64_t tie_key(struct sv account, struct sv content, int64_t time_us)
{
    return intern_fixed_hash(account, (uint64_t)time_us) ^ intern_fixed_hash(content, ~(uint64_t)time_us);
}

static inline unsigned acts_layer_of_object(const struct acts *a, uint32_t object)
{
    unsigned l = 0;
    while (object >= a->layer_object[l + 1]) l++;
    return l;
}
static inline uint32_t acts_object_of(const struct acts *a, uint32_t act) { return a->object[act]; }

#endif
