/* Leiden with the constant Potts model: planted communities come out, results repeat, communities hang together, and the
 * quality, as a mean over seeds, is that of igraph's own Leiden where that library is installed. */
#include "test.h"

#include "network/leiden.h"

#include <stdbool.h>

#ifdef HAVE_IGRAPH
#include <igraph/igraph.h>
#endif

static uint64_t draw(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

struct made {
    struct graph_edge *v;
    size_t n;
    struct graph g;
};

/* n nodes in communities of `size`; each pair inside joined with chance `in`, `out_per_node` random edges each. */
static struct made make(uint32_t n, uint32_t size, double in, double out_per_node, bool weights,
                        uint64_t seed)
{
    struct made m = {.v = malloc(((size_t)n * size + (size_t)(n * out_per_node) + 1) * sizeof *m.v)};
    uint8_t *joined = calloc((size_t)n * n, 1);
    assert_non_null(m.v);
    assert_non_null(joined);
    for (uint32_t a = 0; a < n; a++) {
        for (uint32_t b = a + 1; b < n && b / size == a / size; b++) {
            if ((double)(draw(&seed) >> 11) * 0x1p-53 >= in) continue;
            joined[(size_t)a * n + b] = 1;
            m.v[m.n++] = (struct graph_edge){a, b, weights ? 0.25 + (double)(draw(&seed) % 8) / 4 : 1};
        }
    }
    for (uint32_t i = 0; i < (uint32_t)(n * out_per_node); i++) {
        uint32_t a = (uint32_t)(draw(&seed) % n), b = (uint32_t)(draw(&seed) % n);
        if (a > b) {
            uint32_t swap = a;
            a = b;
            b = swap;
        }
        if (a == b || joined[(size_t)a * n + b]) continue;
        joined[(size_t)a * n + b] = 1;
        m.v[m.n++] = (struct graph_edge){a, b, weights ? 0.25 + (double)(draw(&seed) % 8) / 4 : 1};
    }
    free(joined);
    assert_ok(graph_init(&m.g, n, m.v, m.n));
    return m;
}

static void unmake(struct made *m)
{
    free(m->v);
    graph_done(&m->g);
}

static void planted_communities_are_found_exactly(void **state)
{
    struct made m = make(1000, 20, 0.8, 1.0, false, 7);
    uint32_t *c = malloc(1000 * sizeof *c), n;
    struct leiden_options o;
    leiden_options_init(&o);
    assert_ok(leiden_cpm(&m.g, &o, c, &n, NULL));
    assert_int_equal(n, 50);
    for (uint32_t v = 0; v < 1000; v++) assert_int_equal(c[v], v / 20);
    free(c);
    unmake(&m);
}

static void the_seed_decides_and_nothing_else(void **state)
{
    struct made m = make(600, 12, 0.5, 3.0, true, 99);
    uint32_t *a = malloc(600 * sizeof *a), *b = malloc(600 * sizeof *b), na, nb;
    struct leiden_options o;
    leiden_options_init(&o);
    o.seed = 5;
    assert_ok(leiden_cpm(&m.g, &o, a, &na, NULL));
    assert_ok(leiden_cpm(&m.g, &o, b, &nb, NULL));
    assert_int_equal(na, nb);
    assert_memory_equal(a, b, 600 * sizeof *a);
    free(a);
    free(b);
    unmake(&m);
}

/* Every community is connected: the promise that Louvain does not keep. */
static void communities_hang_together(void **state)
{
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct made m = make(500, 10, 0.45, 2.5, true, seed);
        uint32_t *c = malloc(500 * sizeof *c), *part = malloc(500 * sizeof *part), n, parts;
        struct leiden_options o;
        leiden_options_init(&o);
        o.resolution = 0.2;
        o.seed = seed;
        assert_ok(leiden_cpm(&m.g, &o, c, &n, NULL));
        size_t inside = 0;
        for (size_t i = 0; i < m.n; i++)
            if (c[m.v[i].a] == c[m.v[i].b]) m.v[inside++] = m.v[i];
        struct graph g;
        assert_ok(graph_init(&g, 500, m.v, inside));
        assert_ok(graph_components(&g, part, &parts));
        assert_int_equal(parts, n);
        graph_done(&g);
        free(c);
        free(part);
        unmake(&m);
    }
}

static void no_node_gains_by_moving(void **state)
{
    struct made m = make(400, 10, 0.5, 3, true, 31);
    uint32_t *c = malloc(400 * sizeof *c), n;
    struct leiden_options o;
    double q;
    leiden_options_init(&o);
    o.max_rounds = 100;
    assert_ok(leiden_cpm(&m.g, &o, c, &n, &q));
    assert_true(q == leiden_quality(&m.g, o.resolution, c, n));
    for (uint32_t v = 0; v < 400; v++) {
        uint32_t own = c[v];
        for (uint32_t other = 0; other <= n; other++) {
            c[v] = other;
            assert_true(leiden_quality(&m.g, o.resolution, c, n + 1) <= q + 1e-9);
        }
        c[v] = own;
    }
    free(c);
    unmake(&m);
}

static void graphs_without_edges_or_nodes_are_fine(void **state)
{
    struct graph g;
    struct leiden_options o;
    uint32_t c[3], n = 9;
    leiden_options_init(&o);
    assert_ok(graph_init(&g, 3, NULL, 0));
    assert_ok(leiden_cpm(&g, &o, c, &n, NULL));
    assert_int_equal(n, 3);
    graph_done(&g);
    assert_ok(graph_init(&g, 0, NULL, 0));
    assert_ok(leiden_cpm(&g, &o, c, &n, NULL));
    assert_int_equal(n, 0);
    graph_done(&g);
}

#ifdef HAVE_IGRAPH
static double igraph_quality(const struct made *m, double resolution, unsigned seed)
{
    igraph_t g;
    igraph_vector_int_t ends, membership;
    igraph_vector_t weights;
    igraph_integer_t clusters;
    igraph_real_t quality;
    igraph_rng_seed(igraph_rng_default(), seed);
    igraph_vector_int_init(&ends, (igraph_integer_t)(2 * m->n));
    igraph_vector_init(&weights, (igraph_integer_t)m->n);
    igraph_vector_int_init(&membership, 0);
    for (size_t i = 0; i < m->n; i++) {
        VECTOR(ends)[2 * i] = m->v[i].a;
        VECTOR(ends)[2 * i + 1] = m->v[i].b;
        VECTOR(weights)[i] = m->v[i].weight;
    }
    igraph_create(&g, &ends, m->g.n, IGRAPH_UNDIRECTED);
    int rc = igraph_community_leiden(&g, &weights, NULL, resolution, 0.01, false, 10, &membership, &clusters,
                                     &quality);
    if (rc) fail_msg("igraph: %s", igraph_strerror(rc));
    uint32_t *c = malloc((size_t)m->g.n * sizeof *c);
    for (uint32_t v = 0; v < m->g.n; v++) c[v] = (uint32_t)VECTOR(membership)[v];
    double q = leiden_quality(&m->g, resolution, c, (uint32_t)clusters);
    free(c);
    igraph_vector_int_destroy(&ends);
    igraph_vector_int_destroy(&membership);
    igraph_vector_destroy(&weights);
    igraph_destroy(&g);
    return q;
}
#endif

static void quality_is_that_of_igraph(void **state)
{
#ifdef HAVE_IGRAPH
    static const struct {
        uint32_t n, size;
        double in, out, resolution;
        bool weights;
    } cases[] = {{1000, 20, 0.8, 1, 0.1, false}, {1000, 20, 0.5, 4, 0.1, false},
                 {1200, 10, 0.6, 3, 0.2, true},  {900, 30, 0.3, 6, 0.05, true},
                 {600, 2, 0.5, 4, 0.02, false},  {1500, 50, 0.2, 5, 0.05, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made m =
            make(cases[i].n, cases[i].size, cases[i].in, cases[i].out, cases[i].weights, 1000 + i);
        uint32_t *c = malloc((size_t)cases[i].n * sizeof *c), n;
        struct leiden_options o;
        double ours = 0, theirs = 0, q;
        leiden_options_init(&o);
        o.resolution = cases[i].resolution;
        for (unsigned seed = 1; seed <= 8; seed++) {
            o.seed = seed;
            assert_ok(leiden_cpm(&m.g, &o, c, &n, &q));
            ours += q / 8;
            theirs += igraph_quality(&m, cases[i].resolution, seed) / 8;
        }
        if (ours < 0.995 * theirs) fail_msg("case %zu: quality %f, igraph's %f", i, ours, theirs);
        free(c);
        unmake(&m);
    }
#else
    print_message("libigraph-dev is not installed: nothing to compare with\n");
    skip();
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_communities_are_found_exactly),
        cmocka_unit_test(the_seed_decides_and_nothing_else),
        cmocka_unit_test(communities_hang_together),
        cmocka_unit_test(no_node_gains_by_moving),
        cmocka_unit_test(graphs_without_edges_or_nodes_are_fine),
        cmocka_unit_test(quality_is_that_of_igraph),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
