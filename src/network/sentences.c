/* A profile in sentences: which of them fit, and with which words filled in. The sentences themselves stand in
 * policy/texts under "network.". */
#include "network/profile_priv.h"

#include "base/clock.h"
#include "base/utf8.h"

#include <math.h>
#include <stdlib.h>

/* A sentence takes up to four words; v of them is NULL-ended. False without memory. */
static bool say(struct profile_sentence *list, unsigned *n, const char *key, const struct sv *v,
                unsigned nargs)
{
    if (*n == PROFILE_SENTENCES) return true;
    struct profile_sentence *s = &list[(*n)++];
    s->key = key;
    s->nargs = nargs;
    for (unsigned i = 0; i < nargs; i++) {
        if (!v[i].p) return false;
        s->args[i] = v[i];
    }
    return true;
}

static struct sv count(struct arena *a, uint64_t n) { return arena_printf(a, "%llu", (unsigned long long)n); }

static struct sv seconds(struct arena *a, int64_t us)
{
    double s = (double)us / 1e6;
    return s < 10 && s != floor(s) ? arena_printf(a, "%.1f", s) : arena_printf(a, "%.0f", s);
}

static struct sv moment(struct arena *a, int64_t us)
{
    char text[TIME_TEXT_BYTES];
    time_format(us - us % US_PER_SECOND, text);
    return arena_printf(a, "%s", text);
}

/* Names joined by commas, made safe to read, long ones cut. */
static struct sv names(const struct network_result *r, const struct profile_object *v, unsigned n,
                       struct arena *a)
{
    struct buf b;
    buf_init(&b, 0);
    for (unsigned i = 0; i < n && i < 3; i++) {
        if (i) buf_puts(&b, ", ");
        utf8_show_cut(&b, network_object_name(r, v[i].layer, v[i].object), 48);
    }
    struct sv out = b.failed ? SV_NULL : arena_copy(a, buf_sv(&b));
    buf_done(&b);
    return out;
}

static const char *layer_key(const struct network_result *r, uint32_t layer)
{
    static const struct {
        const char *name, *key;
    } kinds[] = {{"clip", "network.says.clip"},       {"sound", "network.says.sound"},
                 {"caption", "network.says.caption"}, {"hashtags", "network.says.hashtags"},
                 {"url", "network.says.url"},         {"screen", "network.says.screen"}};
    struct sv name = network_layer_name(r->table, layer);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (sv_is(name, kinds[i].name)) return kinds[i].key;
    return "network.says.object";
}

/* One sentence per layer that the group uses. */
static bool say_shared(const struct network_result *r, struct network_profile *p, struct arena *a)
{
    bool done[NETWORK_MAX_LAYERS] = {false};
    for (unsigned i = 0; i < p->ntop; i++) {
        struct profile_object same[PROFILE_OBJECTS];
        unsigned n = 0;
        if (done[p->top[i].layer]) continue;
        done[p->top[i].layer] = true;
        for (unsigned j = i; j < p->ntop; j++)
            if (p->top[j].layer == p->top[i].layer) same[n++] = p->top[j];
        struct sv v[] = {names(r, same, n, a), count(a, same[0].accounts)};
        if (!say(p->says, &p->nsays, layer_key(r, p->top[i].layer), v, 2)) return false;
    }
    return true;
}

static bool say_what(const struct network_result *r, struct network_profile *p, struct arena *a)
{
    uint64_t possible = (uint64_t)p->accounts * (p->accounts - 1) / 2;
    struct sv size[] = {count(a, p->accounts), count(a, p->edges), count(a, possible)};
    struct sv tight[] = {seconds(a, p->median_gap_us), seconds(a, p->spread_us)};
    struct sv since[] = {moment(a, p->first_us), moment(a, p->last_us)};
    const char *how = p->expected > 0 ? "network.says.size" : "network.says.size_plain";
    bool ok = say(p->says, &p->nsays, how, size, 3) && say_shared(r, p, a) &&
              say(p->says, &p->nsays, "network.says.tight", tight, 2) &&
              say(p->says, &p->nsays, "network.says.since", since, 2);
    if (ok && p->ntargets) {
        struct sv v[] = {names(r, p->targets, p->ntargets, a), count(a, p->targets[0].accounts)};
        ok = say(p->says, &p->nsays, "network.says.target", v, 2);
    }
    if (ok && p->expected > 0) {
        struct sv v[] = {count(a, p->occasions),
                         arena_printf(a, p->expected < 10 ? "%.2g" : "%.0f", p->expected)};
        ok = say(p->says, &p->nsays, "network.says.chance", v, 2);
    }
    if (ok && p->ages_known) {
        struct sv v[] = {count(a, p->young), count(a, p->ages_known), count(a, p->made_together)};
        ok = say(p->says, &p->nsays, "network.says.ages", v, 3);
    } else if (ok) {
        ok = say(p->says, &p->nsays, "network.says.ages_unknown", NULL, 0);
    }
    return ok;
}

/* Most members carry the same first letters in their name, as the pages of one owner do. */
static uint32_t common_start(const struct network_result *r, const struct network_groups *g, uint32_t k,
                             struct sv *out)
{
    enum { LETTERS = 5 };
    uint32_t best = 0, n = g->start[k + 1] - g->start[k];
    for (uint32_t i = 0; i < n && best * 2 < n; i++) {
        struct sv name = network_account_name(r, g->members[g->start[k] + i]);
        uint32_t same = 0;
        size_t end = 0;
        for (int c = 0; c < LETTERS && end < name.n; c++) (void)utf8_next(name, &end, NULL);
        if (end >= name.n) continue;
        struct sv start = sv_sub(name, 0, end);
        for (uint32_t j = 0; j < n; j++)
            same += sv_starts(network_account_name(r, g->members[g->start[k] + j]), start);
        if (same > best) {
            best = same;
            *out = start;
        }
    }
    return best;
}

/* Whether most of what the group shares is shared by others far more. */
static bool mostly_popular(const struct network_profile *p)
{
    unsigned popular = 0;
    for (unsigned i = 0; i < p->ntop; i++) popular += p->top[i].by_group * 5 < p->top[i].posts;
    return popular * 2 > p->ntop;
}

static bool say_against(const struct network_result *r, const struct network_groups *g, uint32_t k,
                        struct network_profile *p, struct arena *a)
{
    struct sv start = SV_NULL;
    bool ok = true;
    if (p->known_members) {
        struct sv v[] = {p->known, count(a, p->known_members), count(a, p->accounts)};
        ok = say(p->against, &p->nagainst, "network.against.known", v, 3);
    }
    uint32_t alike = common_start(r, g, k, &start);
    if (ok && p->accounts > 2 && alike * 2 > p->accounts) {
        struct buf b;
        buf_init(&b, 0);
        utf8_show(&b, start);
        struct sv v[] = {arena_copy(a, buf_sv(&b)), count(a, alike)};
        buf_done(&b);
        ok = say(p->against, &p->nagainst, "network.against.names", v, 2);
    }
    if (ok && p->objects == 1) ok = say(p->against, &p->nagainst, "network.against.one_object", NULL, 0);
    if (ok && p->objects > 1 && mostly_popular(p))
        ok = say(p->against, &p->nagainst, "network.against.popular", NULL, 0);
    if (ok && p->accounts > 3 && p->density < 0.3) {
        struct sv v[] = {arena_printf(a, "%.0f", 100 * p->density)};
        ok = say(p->against, &p->nagainst, "network.against.loose", v, 1);
    }
    if (ok && p->edges && p->occasions < 3 * p->edges)
        ok = say(p->against, &p->nagainst, "network.against.few", NULL, 0);
    if (ok && p->ages_known >= 3 && p->young == 0)
        ok = say(p->against, &p->nagainst, "network.against.old", NULL, 0);
    if (ok && p->nagainst == 0) ok = say(p->against, &p->nagainst, "network.against.none", NULL, 0);
    return ok;
}

int profile_sentences(const struct network_result *r, const struct network_groups *g, uint32_t k,
                      struct network_profile *p, struct arena *a)
{
    return say_what(r, p, a) && say_against(r, g, k, p, a) ? 0 : ERR_NOMEM;
}
