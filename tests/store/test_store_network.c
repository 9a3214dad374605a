/* The network's tables against a plain reckoning of the same posts: whatever order they come in, however often, changed or
 * taken back. */
#include "store/store_test.h"

#include "store/store_network.h"

enum { POSTS = 60, ACCOUNTS = 7, LAYERS = 3, ACTS = 2, THINGS = 14, ROUNDS = 25, NEIGHBOURS = 3 };

/* Layer 2 is of near things: sketches are one byte, and those that differ by one are near. */
struct shared {
    bool there;
    int account;
    int64_t at;
    int nacts, layer[ACTS], thing[ACTS];
};

static uint64_t seed;
static unsigned dice(unsigned n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 33) % n;
}

static bool near(void *arg, unsigned layer, struct sv a, struct sv b)
{
    int gap = (unsigned char)a.p[0] - (unsigned char)b.p[0];
    return layer == 2 && gap * gap <= 1;
}

static int64_t order(void *arg, const struct id128 *account, const struct id128 *post, int64_t at)
{
    return (account->b[0] * 37 + post->b[0] * 101 + (int)(at % 7)) % 1009 * 256 + post->b[0];
}

static const struct store_network_rules rules = {
    .nlayers = LAYERS,
    .layers = {{.window_us = 20}, {.window_us = 5, .min_posts = 3}, {.window_us = 12}},
    .neighbours = NEIGHBOURS,
    .min_posts = 2,
    .min_group = 3,
    .near = near,
    .order = order};

static struct id128 account_of(int n) { return (struct id128){{(uint8_t)(n * 83 + 5), (uint8_t)n}}; }
static struct id128 post_of(int n) { return (struct id128){{(uint8_t)n, 9}}; }

static void random_post(struct shared *p)
{
    *p = (struct shared){true, (int)dice(ACCOUNTS), dice(120), 1 + (int)dice(ACTS), {0}, {0}};
    for (int i = 0; i < p->nacts; i++) {
        p->layer[i] = i == 0 ? (int)dice(LAYERS) : (int)dice(2); /* at most one near thing */
        p->thing[i] = (int)dice(p->layer[i] == 2 ? THINGS : 4);
        if (i && p->layer[i] == p->layer[0] && p->thing[i] == p->thing[0]) p->nacts = 1;
    }
}

static void put(struct store *s, int n, const struct shared *p)
{
    struct store_network_act acts[ACTS];
    char names[ACTS][16];
    unsigned char sketch[ACTS];
    uint64_t keys[ACTS][2];
    struct error err;
    struct id128 post = post_of(n), account = account_of(p->account);
    for (int i = 0; i < p->nacts; i++) {
        snprintf(names[i], sizeof names[i], "thing %02d", p->thing[i]);
        acts[i] = (struct store_network_act){.layer = (unsigned)p->layer[i], .name = sv_cstr(names[i])};
        if (p->layer[i] != 2) continue;
        sketch[i] = (unsigned char)p->thing[i];
        keys[i][0] = sketch[i] / 2u;
        keys[i][1] = 1000 + (sketch[i] + 1u) / 2;
        acts[i].sketch = sv_of((char *)&sketch[i], 1);
        acts[i].keys = keys[i];
        acts[i].nkeys = 2;
    }
    assert_ok(store_network_put(s, &rules, &post, &account, p->at, acts, p->there ? (size_t)p->nacts : 0,
                                NULL, &err));
}

/* ---- the plain reckoning ---- */

struct row {
    int post, account, family;
    int64_t at, tie;
};

static int compare_rows(const void *x, const void *y)
{
    const struct row *a = x, *b = y;
    if (a->at != b->at) return a->at < b->at ? -1 : 1;
    return a->tie < b->tie ? -1 : a->tie > b->tie;
}

static int family_of(int layer, int thing, const struct shared *posts)
{
    if (layer != 2) return thing;
    bool used[THINGS * 2] = {false};
    for (int i = 0; i < POSTS; i++)
        for (int k = 0; posts[i].there && k < posts[i].nacts; k++)
            if (posts[i].layer[k] == 2) used[posts[i].thing[k]] = true;
    int sketch = thing;
    while (sketch > 0 && used[sketch - 1]) sketch--;
    return sketch;
}

struct reckoned {
    bool pair[LAYERS][POSTS][POSTS], edge[ACCOUNTS][ACCOUNTS];
    int root[ACCOUNTS];
};

static void reckon_layer(const struct shared *posts, int layer, struct reckoned *out)
{
    for (int family = 0; family < THINGS * 2; family++) {
        struct row rows[POSTS];
        int n = 0;
        for (int i = 0; i < POSTS; i++)
            for (int k = 0; posts[i].there && k < posts[i].nacts; k++) {
                if (posts[i].layer[k] != layer || family_of(layer, posts[i].thing[k], posts) != family)
                    continue;
                struct id128 a = account_of(posts[i].account), p = post_of(i);
                rows[n++] =
                    (struct row){i, posts[i].account, family, posts[i].at, order(NULL, &a, &p, posts[i].at)};
            }
        qsort(rows, (size_t)n, sizeof *rows, compare_rows);
        for (int i = 0; i < n; i++)
            for (int k = i + 1; k < n && k <= i + NEIGHBOURS; k++)
                if (rows[i].account != rows[k].account &&
                    rows[k].at - rows[i].at <= rules.layers[layer].window_us)
                    out->pair[layer][rows[i].post][rows[k].post] =
                        out->pair[layer][rows[k].post][rows[i].post] = true;
    }
}

static uint32_t side(const struct reckoned *r, const struct shared *posts, int layer, int a, int b,
                     bool *used)
{
    uint32_t n = 0;
    for (int i = 0; i < POSTS; i++) {
        bool mine = false;
        for (int k = 0; k < POSTS; k++)
            mine |= r->pair[layer][i][k] && posts[i].account == a && posts[k].account == b;
        n += mine;
        if (used) used[i] |= mine;
    }
    return n;
}

static bool reckon_edge(const struct reckoned *r, const struct shared *posts, int a, int b)
{
    bool used[2][POSTS] = {{false}};
    uint32_t n[2] = {0};
    for (int l = 0; l < LAYERS; l++) {
        if (side(r, posts, l, a, b, NULL) < rules.layers[l].min_posts ||
            side(r, posts, l, b, a, NULL) < rules.layers[l].min_posts)
            continue;
        side(r, posts, l, a, b, used[0]);
        side(r, posts, l, b, a, used[1]);
    }
    for (int i = 0; i < POSTS; i++) {
        n[0] += used[0][i];
        n[1] += used[1][i];
    }
    return n[0] >= rules.min_posts && n[1] >= rules.min_posts;
}

static void reckon(const struct shared *posts, struct reckoned *out)
{
    memset(out, 0, sizeof *out);
    for (int l = 0; l < LAYERS; l++) reckon_layer(posts, l, out);
    for (int a = 0; a < ACCOUNTS; a++) out->root[a] = a;
    for (int a = 0; a < ACCOUNTS; a++)
        for (int b = a + 1; b < ACCOUNTS; b++) out->edge[a][b] = reckon_edge(out, posts, a, b);
    for (int round = 0; round < ACCOUNTS; round++)
        for (int a = 0; a < ACCOUNTS; a++)
            for (int b = a + 1; b < ACCOUNTS; b++)
                if (out->edge[a][b])
                    out->root[a] = out->root[b] = out->root[a] < out->root[b] ? out->root[a] : out->root[b];
}

/* ---- what the store says ---- */

static int take_edge(void *arg, const struct id128 *a, const struct id128 *b)
{
    struct reckoned *r = arg;
    int x = a->b[1], y = b->b[1];
    r->edge[x < y ? x : y][x < y ? y : x] = true;
    return 0;
}

static int count_row(void *arg, const struct store_network_row *row)
{
    ++*(int *)arg;
    return 0;
}

static void check(struct store *s, const struct shared *posts)
{
    static struct reckoned want, got;
    struct error err;
    struct arena a;
    arena_init(&a, 0);
    reckon(posts, &want);
    memset(&got, 0, sizeof got);
    assert_ok(store_network_edges(s, take_edge, &got, &err));
    assert_memory_equal(want.edge, got.edge, sizeof want.edge);
    int rows = 0, acts = 0;
    assert_ok(store_network_rows(s, count_row, &rows, &err));
    for (int i = 0; i < POSTS; i++) acts += posts[i].there ? posts[i].nacts : 0;
    assert_int_equal(rows, acts);
    for (int i = 0; i < ACCOUNTS; i++) {
        struct id128 account = account_of(i), *members = NULL;
        size_t n = 0, expected = 0;
        assert_ok(store_network_group(s, &account, &a, &members, &n, &err));
        for (int k = 0; k < ACCOUNTS; k++) expected += want.root[k] == want.root[i];
        assert_int_equal(n, expected > 1 ? expected : 0);
        for (size_t k = 0; k < n; k++) assert_int_equal(want.root[members[k].b[1]], want.root[i]);
    }
    arena_done(&a);
}

/* Proofs are exactly the pairs of posts on edges of groups that count. */
static void check_proofs(struct store *s, const struct shared *posts)
{
    static struct reckoned want;
    struct error err;
    struct arena a;
    arena_init(&a, 0);
    reckon(posts, &want);
    for (int i = 0; i < POSTS; i++) {
        struct id128 post = post_of(i);
        struct store_network_proof *proofs = NULL;
        size_t n = 0, expected = 0, members = 0;
        uint32_t accounts, group;
        assert_ok(store_network_proofs(s, &rules, &post, POSTS, &a, &proofs, &n, &accounts, &group, &err));
        for (int k = 0; k < ACCOUNTS; k++) members += want.root[k] == want.root[posts[i].account];
        for (int k = 0; members >= rules.min_group && k < POSTS; k++) {
            int x = posts[i].account, y = posts[k].account;
            bool paired = false;
            for (int l = 0; l < LAYERS; l++) paired |= want.pair[l][i][k];
            expected += paired && want.edge[x < y ? x : y][x < y ? y : x];
        }
        assert_int_equal(n, expected);
        for (size_t k = 1; k < n; k++) assert_true(llabs(proofs[k - 1].gap_us) <= llabs(proofs[k].gap_us));
        if (n) assert_int_equal(group, members);
    }
    arena_done(&a);
}

static void any_order_any_change_gives_what_a_plain_reckoning_gives(void **unused)
{
    struct shared posts[POSTS];
    struct error err;
    int64_t edges = 0;
    seed = 20261122;
    for (int round = 0; round < ROUNDS; round++) {
        struct store *s = NULL;
        assert_ok(store_open("sqlite::memory:", &s, &err));
        memset(posts, 0, sizeof posts);
        for (int step = 0; step < POSTS * 2; step++) {
            int n = (int)dice(POSTS);
            random_post(&posts[n]);
            if (dice(8) == 0) posts[n].there = false;
            put(s, n, &posts[n]);
            if (dice(4) == 0) put(s, n, &posts[n]);
            if (step % 16 == 15) check(s, posts);
        }
        check(s, posts);
        check_proofs(s, posts);
        struct store_network_counts counts;
        assert_ok(store_network_count(s, &counts, &err));
        edges += counts.edges;
        for (int n = 0; n < POSTS; n++) { /* and all of it can be taken back */
            posts[n].there = false;
            put(s, n, &posts[n]);
        }
        assert_ok(store_network_count(s, &counts, &err));
        assert_int_equal(counts.acts + counts.pairs + counts.edges + counts.groups, 0);
        store_close(s);
    }
    assert_true(edges > ROUNDS); /* there was something to get right */
}

static void what_was_rolled_back_was_never_there(void **unused)
{
    struct shared posts[POSTS];
    struct store *s = NULL;
    struct error err;
    seed = 7;
    assert_ok(store_open("sqlite::memory:", &s, &err));
    memset(posts, 0, sizeof posts);
    for (int step = 0; step < POSTS; step++) {
        struct shared other;
        random_post(&other);
        assert_ok(store_begin(s, &err));
        put(s, step, &other);
        store_rollback(s);
        random_post(&posts[step]);
        put(s, step, &posts[step]);
    }
    check(s, posts);
    store_close(s);
}

static void marks_stay_until_they_are_taken_off(void **unused)
{
    struct store *s = NULL;
    struct error err;
    struct id128 marked[8], post = post_of(0);
    size_t n = 0;
    struct shared p = {true, 1, 10, 1, {0}, {0}};
    assert_ok(store_open("sqlite::memory:", &s, &err));
    put(s, 0, &p);
    assert_ok(store_network_marked(s, marked, 8, &n, &err));
    assert_int_equal(n, 1);
    assert_ok(store_network_unmark(s, &post, &err));
    put(s, 0, &p); /* nothing new */
    assert_ok(store_network_marked(s, marked, 8, &n, &err));
    assert_int_equal(n, 0);
    assert_ok(store_network_mark(s, &post, &err));
    assert_ok(store_network_marked(s, marked, 8, &n, &err));
    assert_int_equal(n, 1);
    store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_any_change_gives_what_a_plain_reckoning_gives),
        cmocka_unit_test(what_was_rolled_back_was_never_there),
        cmocka_unit_test(marks_stay_until_they_are_taken_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
