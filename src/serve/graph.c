/* Which accounts act as one with this one, as a graph that a person can move: its group, as the network room found it over
 * all posts, and those that posted the same files or the same captions. */
#include "serve/serve_priv.h"

#include "store/store_network.h"

enum { NODES = 24, FROM_POSTS = 20, COPIES = 40 };

struct node {
    struct id128 id;
    struct sv handle;
    int64_t shared;
    bool grouped;
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
    if (i == *n) v[(*n)++] = (struct node){p.account.id, p.account.handle, 0, false};
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
            v[(*n)++] = (struct node){ids[i], a.handle, 1, true};
    }
    return k;
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
    v[nodes++] = (struct node){*account, self->handle, (int64_t)n, false};
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
    for (size_t i = 1; i < nodes; i++) {
        jw_object(w);
        put_id(w, "from", account);
        put_id(w, "to", &v[i].id);
        jw_kv_double(w, "weight", (double)v[i].shared, 1);
        jw_kv_str(w, "kind", v[i].grouped ? "group" : "copy");
        jw_end(w);
    }
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
