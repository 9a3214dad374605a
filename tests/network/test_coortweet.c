/* Coortweet mode against the rules written out the slow way (every pair of every object), on random data full of ties,
 * repeats and missing values; and against the package's own output where it is at hand. */
#include "test.h"

#include "base/buf.h"
#include "base/file.h"
#include "network/export.h"

enum { MAX_ROWS = 160, MAX_EDGES = 4096 };

struct row {
    int object, account, content; /* content 0: missing; object 900 + x has the name of content x */
    int time;
};

struct expected_edge {
    char a[8], b[8];
    int weight, sum;
    int older[MAX_ROWS], newer[MAX_ROWS], n_older, n_newer;
};

struct slow {
    struct row v[MAX_ROWS];
    int n, window, participation;
    struct expected_edge edges[MAX_EDGES];
    int nedges;
};

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static bool add_distinct(int *v, int *n, int x)
{
    for (int i = 0; i < *n; i++)
        if (v[i] == x) return false;
    v[(*n)++] = x;
    return true;
}

static bool is_object_of(const struct row *r, int content)
{
    return r->object >= 900 && r->object - 900 == content;
}

static void name_account(int account, char out[8]) { snprintf(out, 8, "a%d", account); }

static void slow_edge(struct slow *s, const struct row *older, const struct row *newer)
{
    char a[8], b[8];
    name_account(older->account, a);
    name_account(newer->account, b);
    bool swap = strcmp(a, b) > 0;
    struct expected_edge *e = NULL;
    for (int i = 0; i < s->nedges && !e; i++)
        if (strcmp(s->edges[i].a, swap ? b : a) == 0 && strcmp(s->edges[i].b, swap ? a : b) == 0)
            e = &s->edges[i];
    if (!e) {
        assert_in_range(s->nedges, 0, MAX_EDGES - 1);
        e = &s->edges[s->nedges++];
        memset(e, 0, sizeof *e);
        strcpy(e->a, swap ? b : a);
        strcpy(e->b, swap ? a : b);
    }
    e->weight++;
    e->sum += newer->time - older->time;
    add_distinct(e->older, &e->n_older, older->content);
    add_distinct(e->newer, &e->n_newer, newer->content);
}

/* Rows regrouped by account in order of first appearance, those of rare accounts left out. */
static int regroup(const struct slow *s, struct row *out)
{
    int n = 0;
    for (int i = 0; i < s->n; i++) {
        bool seen = false;
        int count = 0;
        for (int k = 0; k < i; k++) seen |= s->v[k].account == s->v[i].account;
        if (seen) continue;
        for (int k = 0; k < s->n; k++) count += s->v[k].account == s->v[i].account;
        for (int k = 0; k < s->n && count >= s->participation; k++)
            if (s->v[k].account == s->v[i].account) out[n++] = s->v[k];
    }
    return n;
}

static bool slow_pair(const struct slow *s, const struct row *x, const struct row *y)
{
    if (x->object != y->object || x->account == y->account || x->content == y->content) return false;
    if (!x->content || !y->content) return false;
    if (abs(x->time - y->time) > s->window) return false;
    return !is_object_of(x, x->content) && !is_object_of(x, y->content);
}

static void slow_run(struct slow *s)
{
    struct row v[MAX_ROWS];
    int n = regroup(s, v), in_pairs[MAX_ROWS] = {0}, member[MAX_ROWS] = {0};
    s->nedges = 0;
    for (int i = 0; i < n; i++)
        for (int k = i + 1; k < n; k++)
            if (slow_pair(s, &v[i], &v[k])) in_pairs[v[i].content] = in_pairs[v[k].content] = 1;
    for (int i = 0; i < n; i++) {
        int count = 0;
        for (int k = 0; k < n; k++)
            count += v[k].account == v[i].account && v[k].content && in_pairs[v[k].content];
        if (count >= s->participation) member[v[i].content] = 1;
    }
    for (int i = 0; i < n; i++) {
        for (int k = i + 1; k < n; k++) {
            if (!slow_pair(s, &v[i], &v[k]) || !(member[v[i].content] | member[v[k].content])) continue;
            bool first_older = v[i].time <= v[k].time;
            slow_edge(s, first_older ? &v[i] : &v[k], first_older ? &v[k] : &v[i]);
        }
    }
}

static void slow_fill(struct slow *s, uint32_t seed)
{
    uint32_t state = seed;
    s->n = 20 + (int)(next_random(&state) % (MAX_ROWS - 20));
    s->window = (int)(next_random(&state) % 12);
    s->participation = 1 + (int)(next_random(&state) % 3);
    for (int i = 0; i < s->n; i++) {
        int content = 1 + (int)(next_random(&state) % (MAX_ROWS - 1));
        int object = (int)(next_random(&state) % 6);
        s->v[i] = (struct row){object, (int)(next_random(&state) % 14), content,
                               1000 + (int)(next_random(&state) % 60)};
        if (next_random(&state) % 20 == 0) s->v[i].content = 0;
        if (next_random(&state) % 15 == 0) s->v[i].object = 900 + content;
        if (next_random(&state) % 15 == 0) s->v[i].object = 900 + 1 + (int)(next_random(&state) % 40);
        if (i && next_random(&state) % 25 == 0) s->v[i] = s->v[i - 1];
    }
}

static struct network_table *slow_table(const struct slow *s)
{
    struct network_table *t;
    struct error err;
    assert_ok(network_table_new(NULL, 0, &t, &err));
    for (int i = 0; i < s->n; i++) {
        char object[16], account[8], content[16] = "";
        snprintf(object, sizeof object, s->v[i].object >= 900 ? "c%d" : "o%d",
                 s->v[i].object >= 900 ? s->v[i].object - 900 : s->v[i].object);
        name_account(s->v[i].account, account);
        if (s->v[i].content) snprintf(content, sizeof content, "c%d", s->v[i].content);
        assert_ok(network_table_add(t, 0, sv_cstr(object), sv_cstr(account), sv_cstr(content),
                                    s->v[i].time * INT64_C(1000000), &err));
    }
    return t;
}

struct compare {
    struct slow *s;
    int found;
};

static int compare_edge(void *arg, const struct network_result *r, const struct network_edge_row *row)
{
    struct compare *c = arg;
    struct sv a = network_account_name(r, row->a), b = network_account_name(r, row->b);
    assert_true(sv_cmp(a, b) < 0);
    const struct expected_edge *e = NULL;
    for (int i = 0; i < c->s->nedges && !e; i++)
        if (sv_is(a, c->s->edges[i].a) && sv_is(b, c->s->edges[i].b)) e = &c->s->edges[i];
    assert_non_null(e);
    assert_int_equal(row->pairs, e->weight);
    assert_true(row->mean_gap_s == (double)e->sum / e->weight);
    assert_int_equal(row->n_older, e->n_older);
    assert_int_equal(row->n_newer, e->n_newer);
    c->found++;
    return 0;
}

static void exact_mode_equals_the_rules_written_out(void **state)
{
    struct slow *s = malloc(sizeof *s);
    int edges = 0;
    for (uint32_t seed = 1; seed <= 400; seed++) {
        slow_fill(s, seed * 7919);
        slow_run(s);
        struct network_table *t = slow_table(s);
        struct network_options o;
        struct network_result *r;
        struct error err;
        network_options_init(&o);
        o.coortweet = true;
        o.rule = NETWORK_QUANTILE;
        o.window_us = s->window * INT64_C(1000000);
        o.min_participation = (uint32_t)s->participation;
        struct compare c = {s, 0};
        assert_ok(network_run(t, &o, compare_edge, &c, &r, &err));
        assert_int_equal(c.found, s->nedges);
        edges += c.found;
        network_result_free(r);
        network_table_free(t);
    }
    assert_in_range(edges, 5000, 1000000);
    free(s);
}

static int compare_weights(const void *x, const void *y) { return *(const int *)x - *(const int *)y; }

static void the_quantile_is_r_type_7_and_strict(void **state)
{
    struct slow *s = malloc(sizeof *s);
    static const double qs[] = {0, 0.1, 0.5, 0.77, 0.9, 1};
    for (uint32_t seed = 1; seed <= 60; seed++) {
        slow_fill(s, seed * 104729);
        slow_run(s);
        struct network_table *t = slow_table(s);
        int weights[MAX_EDGES];
        for (int i = 0; i < s->nedges; i++) weights[i] = s->edges[i].weight;
        qsort(weights, (size_t)s->nedges, sizeof *weights, compare_weights);
        for (size_t k = 0; k < sizeof qs / sizeof *qs && s->nedges; k++) {
            double h = (s->nedges - 1) * qs[k], below = weights[(int)h];
            double above = weights[(int)h + 1 < s->nedges ? (int)h + 1 : (int)h];
            double want = below + (h - (int)h) * (above - below);
            size_t kept = 0;
            for (int i = 0; i < s->nedges; i++) kept += weights[i] > want;
            struct network_options o;
            struct network_result *r;
            struct error err;
            network_options_init(&o);
            o.coortweet = true;
            o.rule = NETWORK_QUANTILE;
            o.quantile = qs[k];
            o.window_us = s->window * INT64_C(1000000);
            o.min_participation = (uint32_t)s->participation;
            assert_ok(network_run(t, &o, NULL, NULL, &r, &err));
            assert_true(r->threshold == want);
            assert_int_equal(r->nedges, kept);
            network_result_free(r);
        }
        network_table_free(t);
    }
    free(s);
}

/* The first six columns of each line of the expected file are the file we write. */
static void check_against_package(const char *dir, const char *data, const char *edges, const char *layer,
                                  int64_t window_s)
{
    char path[512];
    struct error err;
    struct network_table *t;
    struct network_result *r;
    struct network_edge_csv *csv;
    struct network_report report = {0};
    struct network_columns columns = {0};
    struct network_options o;
    const char *made = "test_coortweet.csv";
    if (layer) {
        columns.nlayers = 1;
        columns.layers[0].name = columns.layers[0].column = sv_cstr(layer);
        columns.content = SV("post_id");
        columns.time = SV("timestamp");
    }
    snprintf(path, sizeof path, "%s/data/coordination/%s", dir, data);
    assert_ok(network_table_read(path, &columns, &t, &report, &err));
    network_options_init(&o);
    o.coortweet = true;
    o.rule = NETWORK_QUANTILE;
    o.window_us = window_s * 1000000;
    assert_ok(network_edge_csv_open(&csv, made, &err));
    assert_ok(network_run(t, &o, network_edge_csv_row, csv, &r, &err));
    assert_ok(network_edge_csv_close(csv, true, &err));
    network_result_free(r);
    network_table_free(t);

    struct lines want, got;
    struct sv x, y;
    snprintf(path, sizeof path, "%s/data/coordination/%s", dir, edges);
    assert_ok(lines_open(&want, path, 4096, &err));
    assert_ok(lines_open(&got, made, 4096, &err));
    size_t n = 0;
    while (lines_next(&want, &x, &err) > 0) {
        assert_int_equal(lines_next(&got, &y, &err), 1);
        size_t at = 0;
        for (int commas = 0; at < x.n; at++)
            if (x.p[at] == ',' && ++commas == 6) break;
        assert_true(sv_eq(sv_sub(x, 0, at), y));
        n++;
    }
    assert_int_equal(lines_next(&got, &y, &err), 0);
    assert_in_range(n, 100, 10000000);
    lines_close(&want);
    lines_close(&got);
    remove(made);
}

static void exact_mode_equals_the_package(void **state)
{
    const char *dir = test_shared_dir();
    if (!dir) skip();
    check_against_package(dir, "russian_coord_tweets.csv.gz", "russian_tw60_mp2_edges.csv", NULL, 60);
    check_against_package(dir, "russian_coord_tweets.csv.gz", "russian_tw10_mp2_edges.csv", NULL, 10);
    check_against_package(dir, "german_elections.csv.gz", "german_urls_tw30_mp2_edges.csv", "url_id", 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_mode_equals_the_rules_written_out),
        cmocka_unit_test(the_quantile_is_r_type_7_and_strict),
        cmocka_unit_test(exact_mode_equals_the_package),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
