/* The same engine as posts arrive: every row updates the pairs, edges and groups it touches, in any order of arrival.
 *
 * What is kept up to date is the count rule: an edge stands with min_posts distinct posts on either side, groups are the
 * components of those edges. That takes a look at the posts of the object within the window and at the edges they make,
 * nothing else. The other rules depend on everybody's activity: network_stream_table() gives the rows to network_run(), which
 * then says exactly what a batch over the same rows says, since it is the same.
 *
 * Rows may come twice, late, or again after an interruption: a row that is there already changes nothing. State is written
 * as its rows and read back by adding them.
 * Cost of a row: O(neighbours × pairs of the edges it touches). Memory: 24 bytes a row, 16 a pair, 40 an edge. */
#ifndef MARSAD_NETWORK_STREAM_H
#define MARSAD_NETWORK_STREAM_H

#include "network/network.h"

struct network_stream;

struct network_stream_options {
    struct sv layers[NETWORK_MAX_LAYERS]; /* names; empty for the unnamed one */
    unsigned nlayers;                     /* 0: the unnamed one alone */
    int64_t window_us[NETWORK_MAX_LAYERS];
    uint32_t neighbours; /* 1 to NETWORK_MAX_NEIGHBOURS */
    uint32_t min_posts;  /* of an edge that stands, at least 1 */
};
void network_stream_options_init(struct network_stream_options *o);

/* What a row changed. */
struct network_change {
    bool known;                    /* the row was there already, or can never be in a pair: nothing changed */
    uint32_t pairs, pairs_lost;    /* lost: pushed out of the neighbour cap by this row */
    uint32_t edges_up, edges_down; /* that stand from now on, or no longer */
    uint32_t group_size;           /* of the account's group afterwards; 1 for none */
};

/* Options are copied. ERR_ARG, ERR_NOMEM. */
int network_stream_new(const struct network_stream_options *o, struct network_stream **out,
                       struct error *err) MUST_USE;
void network_stream_free(struct network_stream *s);
/* Errors as network_table_add; after ERR_NOMEM the stream can only be freed. ERR_LIMIT above NETWORK_STREAM_MAX_ROWS: forget
 * old rows. out_change may be NULL. */
int network_stream_add(struct network_stream *s, unsigned layer, struct sv object, struct sv account,
                       struct sv content, int64_t time_us, struct network_change *out_change,
                       struct error *err) MUST_USE;
/* Drops every row before a moment, and the pairs it was in. O(rows). */
int network_stream_forget(struct network_stream *s, int64_t before_us, struct error *err) MUST_USE;

/* The rows, *borrowed* until the next change. */
const struct network_table *network_stream_table(const struct network_stream *s);
/* Options for network_run() that mean the same windows and cap. */
void network_stream_run_options(const struct network_stream *s, struct network_options *out);

struct network_stream_edge {
    struct sv a, b; /* in byte order */
    uint32_t pairs, posts_a, posts_b;
    bool stands;
};
/* Every edge there is, in no order; non-zero from visit ends it and is returned. */
int network_stream_edges(const struct network_stream *s,
                         int (*visit)(void *arg, const struct network_stream_edge *e), void *arg);
/* Visits the members of the group of an account, itself included; nothing when it is unknown. Groups are brought up to date
 * first: O(edges) after an edge went down, else O(1). ERR_NOMEM or what visit returned. */
int network_stream_group(struct network_stream *s, struct sv account,
                         int (*visit)(void *arg, struct sv member), void *arg) MUST_USE;

/* docs/network.md has the layout. The file is there whole or not at all. */
int network_stream_save(const struct network_stream *s, const char *path, struct error *err) MUST_USE;
/* ERR_FORMAT with the offset for anything that network_stream_save could not have written, ERR_NOTFOUND, ERR_IO, ERR_NOMEM. */
int network_stream_load(const char *path, struct network_stream **out, struct error *err) MUST_USE;
int network_stream_parse(struct sv bytes, struct network_stream **out, struct error *err) MUST_USE;

#endif
