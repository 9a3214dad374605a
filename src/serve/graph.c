/* Which accounts act as one with this one, as a graph that a person can move: its group, as the network room found it over
 * all posts, and those that posted the same files or the same captions.
 *
 * Two of them are joined when both posted the same rare thing (a clip, a sound, a wording …), by as many as there are. Whoever
 * is joined to nobody in that way is joined to the account that was asked for, by what brought it here.
 *
 * Cost: NODES × ACTION_LAYERS small questions to the store and NODES² × ACTION_LAYERS × THINGS² comparisons at worst. */
#include "serve/serve_priv.h"

#include "network/actions.h"
#include "store/store_network.h"

enum { NODES = 24, FROM_POSTS = 20, COPIES = 40, THINGS = 40, POPULAR = 200 };

struct things {
    struct sv *v;
    size_t n;
};

struct node {
    struct id128 id;
    struct sv handle;
    int64_t shared;
    bool grouped, joined;
    struct things things[ACTION_LAYERS];
};

static void meet(struct call *c, struct node *v, size_t *n, const struct id128 *post)
{
    struct post p;
    struct error ignored;
    int64_t known_us;
    if (store_get_post(call_store(c), post, &c->arena, &p, &known_us, &ignored) != 0 ||
        id_is_zero(&p.account.id))
        return;
    size_t i = 0;
    while (i < *n && !id_eq(&v[i].id, &p.account.id)) i++;
    if (i == *n && *n == NODES) return;
    if (i == *n) v[(*n)++] = (struct node){.id = p.account.id, .handle = p.account.handle};
    v[i].shared++;
}

/* The group that the network room found: `marsad network` says what ties it. */
static size_t add_group(struct call *c, struct node *v, size_t *n, const struct id128 *account)
{
    struct id128 *ids = NULL;
    size_t k = 0;
    struct error ignored;
    if (store_network_group(call_store(c), account, &c->arena, &ids, &k, &ignored) != 0) return 0;
    for (size_t i = 0; i < k && *n < NODES; i++) {
        struct account a;
        size_t at = 0;
        while (at < *n && !id_eq(&v[at].id, &ids[i])) at++;
        if (at < *n)
            v[at].grouped = true;
        else if (store_get_account(call_store(c), &ids[i], &c->arena, &a, &ignored) == 0)
            v[(*n)++] = (struct node){.id = ids[i], .handle = a.handle, .shared = 1, .grouped = true};
    }
    return k;
}

static void ask_things(struct call *c, struct node *v)
{
    struct error ignored;
    for (unsigned l = 0; l < ACTION_LAYERS; l++) {
        struct things *t = &v->things[l];
        if (store_network_shared(call_store(c), &v->id, l, POPULAR, THINGS, &c->arena, &t->v, &t->n,
                                 &ignored) != 0)
            t->n = 0;
    }
}

static int64_t in_common(const struct things *a, const struct things *b)
{
    int64_t n = 0;
    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < b->n; k++)
            if (sv_eq(a->v[i], b->v[k])) {
                n++;
                break;
            }
    return n;
}

static void put_edge(struct jw *w, const struct node *a, const struct node *b, int64_t weight,
                     const char *kind)
{
    jw_object(w);
    put_id(w, "from", &a->id);
    put_id(w, "to", &b->id);
    jw_kv_double(w, "weight", (double)weight, 1);
    jw_kv_str(w, "kind", kind);
    jw_end(w);
}

static void put_edges(struct call *c, struct node *v, size_t n)
{
    for (size_t i = 0; i < n; i++) ask_things(c, &v[i]);
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++) {
            int64_t all = 0, most = 0;
            enum action_layer kind = ACTION_CLIP;
            for (unsigned l = 0; l < ACTION_LAYERS; l++) {
                int64_t both = in_common(&v[i].things[l], &v[k].things[l]);
                if (both > most) kind = (enum action_layer)l;
                if (both > most) most = both;
                all += both;
            }
            if (all == 0) continue;
            put_edge(&c->w, &v[i], &v[k], all, action_layer_name(kind));
            v[i].joined = v[k].joined = true;
        }
    for (size_t i = 1; i < n; i++)
        if (!v[i].joined) put_edge(&c->w, &v[0], &v[i], v[i].shared, v[i].grouped ? "group" : "copy");
}

static const char *word_of(struct call *c, const struct id128 *account)
{
    struct decision_filter f;
    struct decision *d = NULL;
    struct error ignored;
    size_t n = 0;
    decision_filter_init(&f);
    f.account = *account;
    if (store_decisions(call_store(c), &f, 20, &c->arena, &d, &n, &ignored) != 0) return NULL;
    for (size_t i = 0; i < n; i++)
        if (decision_stands(&d[i]) && d[i].measure != MEASURE_NONE) return measure_name(d[i].measure);
    return NULL;
}

void put_graph(struct call *c, const struct id128 *account, const struct account *self,
               const struct id128 *posts, size_t n)
{
    struct jw *w = &c->w;
    struct node v[NODES];
    size_t nodes = 0;
    v[nodes++] = (struct node){.id = *account, .handle = self->handle, .shared = (int64_t)n};
    for (size_t i = 0; i < n && i < FROM_POSTS; i++) {
        struct id128 *copies = NULL;
        struct error ignored;
        size_t ncopies = 0;
        if (store_likeness_of(call_store(c), &posts[i], COPIES, &c->arena, &copies, &ncopies, &ignored) != 0)
            continue;
        for (size_t k = 0; k < ncopies; k++) meet(c, v, &nodes, &copies[k]);
    }
    size_t grouped = add_group(c, v, &nodes, account);
    jw_key(w, "graph");
    jw_object(w);
    jw_key(w, "nodes");
    jw_array(w);
    for (size_t i = 0; i < nodes; i++) {
        const char *state = word_of(c, &v[i].id);
        jw_object(w);
        put_id(w, "id", &v[i].id);
        jw_kv_sv(w, "handle", v[i].handle);
        jw_kv_i64(w, "posts", v[i].shared);
        if (state) jw_kv_str(w, "state", state);
        jw_kv_bool(w, "self", i == 0);
        jw_end(w);
    }
    jw_end(w);
    jw_key(w, "edges");
    jw_array(w);
    put_edges(c, v, nodes);
    jw_end(w);
    if (grouped > 0) {
        char id[ID_TEXT_BYTES]; /* a group is called by its first account */
        struct id128 first = v[0].id;
        for (size_t i = 0; i < nodes; i++)
            if (v[i].grouped && memcmp(&v[i].id, &first, sizeof first) < 0) first = v[i].id;
        id_format(&first, id);
        jw_kv_str(w, "group", id);
    }
    jw_end(w);
}
