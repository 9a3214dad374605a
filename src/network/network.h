/* Which accounts act as one.
 *
 * Two accounts co-act when they share the same object within a window of time. From a table of rows (table.h) the engine
 * sorts by (object, time), slides the window, and gathers the pairs per account pair into edges:
 *
 *     rows ─► sort ─► pairs ─► edges ─► what chance would not give ─► groups (graph.h, leiden.h, profile.h)
 *
 * Three rules say which edges stand:
 *   chance    accounts are dealt anew over the posts in proportion to their activity, posts stay where and when they
 *             were (a configuration model; Saracco et al. 2017, windows added); an edge stands when so many occasions
 *             together are too unlikely, with the false discovery rate held over all account pairs that could have met
 *             (Benjamini and Hochberg 1995). The plain rule for data of any size above a few hundred posts.
 *   count     at least so many distinct posts on either side.
 *   quantile  pairs above a quantile of all edges' pairs, as CooRTweet does it.
 *
 * With `coortweet` the pairs, weights, mean gaps and content counts are exactly CooRTweet's; without it, popular objects
 * cannot make a quadratic step: a post is paired with at most `neighbours` later ones per object, and what that left out
 * is counted in the report. Results do not depend on the order of rows (in coortweet mode only which of two posts of the
 * same second counts as older does, as there).
 *
 * Cost: O(rows log rows + pairs). Memory: 40 bytes a row, 8 bytes a pair but at most NETWORK_PAIR_BLOCK pairs at a time.
 * Nothing here knows anything of people: accounts are byte strings. */
#ifndef MARSAD_NETWORK_NETWORK_H
#define MARSAD_NETWORK_NETWORK_H

#include "network/table.h"

enum network_rule { NETWORK_CHANCE = 0, NETWORK_COUNT, NETWORK_QUANTILE };

struct network_options {
    bool coortweet; /* exactly CooRTweet's pairs; rule is NETWORK_QUANTILE unless set otherwise */
    bool unique;    /* coortweet: equal rows count once, as for layers with a name (always so without it) */
    int64_t window_us;          /* inclusive */
    uint32_t min_participation; /* posts that an account must have in pairs */
    enum network_rule rule;
    double quantile;    /* 0..1 */
    uint32_t min_posts; /* NETWORK_COUNT: distinct posts on either side */
    double false_rate;  /* NETWORK_CHANCE: share of false edges accepted, 0..1 */
    uint32_t
        neighbours; /* at most this many later posts of an object per post; at most NETWORK_MAX_NEIGHBOURS */
    uint32_t evidence; /* pairs of posts kept per edge, at most NETWORK_MAX_EVIDENCE */
    struct {
        int64_t window_us; /* 0: the common one */
        uint32_t
            min_posts; /* an edge needs so many distinct posts on either side in this layer, or the layer does not
                               count for it; 0: any */
    } layers[NETWORK_MAX_LAYERS];
};
/* Window 60 s, participation 2, chance at 0.001, quantile 0.5, 3 posts, all neighbours, 5 pieces of evidence. */
void network_options_init(struct network_options *o);

/* One pair of posts that shows what an edge means. */
struct network_evidence {
    uint32_t layer, object; /* network_object_name(); the object's number is within its layer */
    uint32_t content_a, content_b;
    int64_t time_a_us, time_b_us;
};

/* a and b are account numbers by the byte order of their names, a < b. Times in microseconds. */
struct network_edge {
    uint32_t a, b;
    uint32_t pairs; /* CooRTweet's weight */
    uint32_t n_older,
        n_newer; /* distinct contents among the older and the newer posts of the pairs: n_content_id(_y) */
    uint32_t posts_a, posts_b; /* distinct posts of each side */
    uint32_t occasions;        /* what the chance rule counts: matched posts, at most 3 on one object */
    uint32_t objects;          /* distinct objects */
    double mean_gap_s;
    double p;        /* chance rule: probability of so many occasions or more by chance; else 1 */
    double expected; /* chance rule: occasions that chance gives */
    double rarity;   /* occasions, each weighed by ln(accounts ÷ accounts that used the object) */
    int64_t median_gap_us, spread_us; /* spread: between the quartiles of the gaps */
    int64_t first_us, last_us;
    uint32_t evidence, nevidence; /* into result.evidence, tightest first */
    uint32_t layer_mask;          /* layers that count for it */
};

/* The bare facts of an edge, for every edge there is. */
struct network_edge_row {
    uint32_t a, b, pairs, n_older, n_newer;
    double mean_gap_s;
};

struct network_hub {
    uint32_t layer, object;
    uint64_t posts, left_out; /* pairs not looked at */
};
enum { NETWORK_HUBS = 16 };

struct network_result {
    const struct network_table *table; /* *borrowed*: must live as long */
    uint32_t naccounts;
    uint32_t *account_id;       /* number by name order → the table's number */
    struct network_edge *edges; /* those that stand, by (a, b) */
    size_t nedges;
    struct network_evidence *evidence;
    size_t nevidence;

    uint64_t posts;       /* rows that could be in a pair */
    uint64_t duplicates;  /* equal rows: left out, or in coortweet mode counted only */
    uint64_t self_shares; /* rows whose object is their own content */
    uint64_t pairs, all_edges;
    uint64_t tests;   /* chance rule: account pairs that could have met */
    double threshold; /* chance: largest p that stands; quantile: the quantile; count: the count */
    uint64_t pairs_left_out, hubs;             /* by the neighbour cap, and objects that it touched */
    struct network_hub top_hubs[NETWORK_HUBS]; /* most left out first */
    uint32_t passes;                           /* over the pairs, when they did not fit in one block */
};

/* Called for each edge by (a, b), standing or not. Non-zero ends the run and is returned. */
typedef int network_edge_sink(void *arg, const struct network_result *r, const struct network_edge_row *e);

/* sink may be NULL. *out is owned by the caller. ERR_ARG, ERR_NOMEM; ERR_LIMIT: more than
 * NETWORK_MAX_STANDING edges stand, or coortweet mode with more than NETWORK_MAX_PAIRS pairs, the message names the object that has most. */
int network_run(const struct network_table *t, const struct network_options *o, network_edge_sink *sink,
                void *arg, struct network_result **out, struct error *err) MUST_USE;
void network_result_free(struct network_result *r);

/* *borrowed* from the table. */
struct sv network_account_name(const struct network_result *r, uint32_t account);
struct sv network_object_name(const struct network_result *r, uint32_t layer, uint32_t object);
struct sv network_content_name(const struct network_result *r, uint32_t content);

#endif
