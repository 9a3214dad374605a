/* What a group is, in numbers and in plain sentences, and what speaks against reading it as a hidden campaign.
 *
 * Sentences are keys of policy/texts with their arguments ("network.says.size", {"20", …}); whoever shows them fills them in,
 * in Arabic, French or English. Nothing is concluded about who stands behind an account. */
#ifndef MARSAD_NETWORK_PROFILE_H
#define MARSAD_NETWORK_PROFILE_H

#include "base/arena.h"
#include "network/groups.h"

/* Known legitimate groups: a text file, one account a line as "group name<TAB>account" with an optional third field, the reason;
 * '#' starts a comment. */
struct network_known;
/* ERR_FORMAT with the line, ERR_LIMIT, ERR_NOTFOUND, ERR_IO, ERR_NOMEM. */
int network_known_load(const char *path, struct network_known **out, struct error *err) MUST_USE;
int network_known_parse(struct sv text, const char *name, struct network_known **out,
                        struct error *err) MUST_USE;
void network_known_free(struct network_known *k);
/* The group an account belongs to, SV_NULL when it is on no list; *out_reason may be NULL. */
struct sv network_known_find(const struct network_known *k, struct sv account, struct sv *out_reason);

enum { PROFILE_OBJECTS = 8, PROFILE_SENTENCES = 24, PROFILE_ARGS = 4 };

struct profile_object {
    uint32_t layer, object;
    uint32_t accounts;        /* of the group, seen sharing it together */
    uint64_t posts, by_group; /* rows of the object in all the data; those of the group's accounts */
};

struct profile_sentence {
    const char *key;
    struct sv args[PROFILE_ARGS];
    unsigned nargs;
};

struct network_profile {
    uint32_t accounts;
    uint64_t edges, pairs, occasions;
    double density;  /* edges ÷ possible pairs */
    double expected; /* occasions that chance gives on these edges, all together; 0 without the chance rule */
    int64_t median_gap_us, spread_us; /* medians over the edges */
    int64_t first_us, last_us;
    uint32_t ages_known,
        young; /* accounts whose making is known; made less than 30 days before the group's first act */
    uint32_t made_together; /* largest number made within 7 days */
    uint32_t objects;       /* distinct ones in the evidence */
    unsigned ntop, ntargets;
    struct profile_object top[PROFILE_OBJECTS]; /* most accounts first, targets apart */
    struct profile_object targets[PROFILE_OBJECTS];
    struct sv known; /* the known group that most members are of; empty */
    uint32_t known_members;
    unsigned nsays, nagainst;
    struct profile_sentence says[PROFILE_SENTENCES], against[PROFILE_SENTENCES];
};

/* Layers with these names hold what is aimed at: target, reply, mention, duet, stitch, comment. */
bool network_layer_is_target(struct sv name);

/* Profiles of all groups: an array of g->n in the arena. known may be NULL. O(rows + evidence). ERR_NOMEM. */
int network_profiles(const struct network_result *r, const struct network_groups *g,
                     const struct network_known *known, struct arena *a, struct network_profile **out,
                     struct error *err) MUST_USE;

#endif
