/* Rows one by one, in any order, interrupted anywhere: the same edges and groups as a batch over all of them. */
#include "test.h"

#include "base/file.h"
#include "base/limits.h"
#include "network/groups.h"
#include "network/stream.h"

enum { ROWS = 700 };

struct row {
    unsigned layer;
    char object[8], account[8], content[8];
    int64_t time_us;
};

static uint32_t draw(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 9;
}

/* Few objects, few accounts, crowded times: every tie and the neighbour cap are met. */
static void make_rows(struct row *v, uint32_t seed)
{
    uint32_t state = seed;
    for (int i = 0; i < ROWS; i++) {
        struct row *r = &v[i];
        r->layer = draw(&state) % 2;
        snprintf(r->object, sizeof r->object, "o%u", draw(&state) % 5);
        snprintf(r->account, sizeof r->account, "a%u", draw(&state) % 25);
        snprintf(r->content, sizeof r->content, "c%u", draw(&state) % 500);
        r->time_us = (1000 + (int64_t)(draw(&state) % 900)) * 1000000;
        if (draw(&state) % 30 == 0) r->content[0] = '\0';
        if (draw(&state) % 30 == 0)
            snprintf(r->object, sizeof r->object, "%s", r->content[0] ? r->content : "o1");
        if (i && draw(&state) % 20 == 0) *r = v[i - 1 - (int)(draw(&state) % (uint32_t)i)];
    }
}

static void shuffle(struct row *v, uint32_t *state)
{
    for (int i = ROWS; i > 1; i--) {
        int j = (int)(draw(state) % (uint32_t)i);
        struct row x = v[i - 1];
        v[i - 1] = v[j];
        v[j] = x;
    }
}

static struct network_stream_options options(uint32_t cap)
{
    struct network_stream_options o;
    network_stream_options_init(&o);
    o.nlayers = 2;
    o.layers[0] = SV("");
    o.layers[1] = SV("sound");
    o.window_us[0] = 20 * INT64_C(1000000);
    o.window_us[1] = 6 * INT64_C(1000000);
    o.neighbours = cap;
    o.min_posts = 2;
    return o;
}

static void add(struct network_stream *s, const struct row *r)
{
    struct error err;
    assert_ok(network_stream_add(s, r->layer, sv_cstr(r->object), sv_cstr(r->account), sv_cstr(r->content),
                                 r->time_us, NULL, &err));
}

/* Everything that a batch says about its edges and groups, as text. */
static void tell_batch(const struct network_table *t, struct network_options o, struct buf *b)
{
    struct network_result *r;
    struct network_groups g;
    struct leiden_options leiden;
    struct error err;
    leiden_options_init(&leiden);
    assert_ok(network_run(t, &o, NULL, NULL, &r, &err));
    buf_printf(b, "pairs %llu edges %llu threshold %.17g\n", (unsigned long long)r->pairs,
               (unsigned long long)r->all_edges, r->threshold);
    for (size_t i = 0; i < r->nedges; i++) {
        const struct network_edge *e = &r->edges[i];
        buf_printf(b, "%.*s %.*s %u %u %u %u %u %.17g %.17g %.17g %.17g %lld %lld %lld %lld\n",
                   SV_FMT(network_account_name(r, e->a)), SV_FMT(network_account_name(r, e->b)), e->pairs,
                   e->posts_a, e->posts_b, e->occasions, e->objects, e->mean_gap_s, e->p, e->expected,
                   e->rarity, (long long)e->median_gap_us, (long long)e->spread_us, (long long)e->first_us,
                   (long long)e->last_us);
        for (uint32_t k = e->evidence; k < e->evidence + e->nevidence; k++) {
            const struct network_evidence *x = &r->evidence[k];
            buf_printf(b, " %u %.*s %.*s %.*s %lld\n", x->layer,
                       SV_FMT(network_object_name(r, x->layer, x->object)),
                       SV_FMT(network_content_name(r, x->content_a)),
                       SV_FMT(network_content_name(r, x->content_b)), (long long)x->time_a_us);
        }
    }
    for (int how = NETWORK_LEIDEN; how <= NETWORK_COMPONENTS; how++) {
        assert_ok(network_groups_find(r, (enum network_grouping)how, &leiden, 2, &g, &err));
        for (uint32_t k = 0; k < g.n; k++) {
            buf_puts(b, "group");
            for (uint32_t i = g.start[k]; i < g.start[k + 1]; i++)
                buf_printf(b, " %.*s", SV_FMT(network_account_name(r, g.members[i])));
            buf_putc(b, '\n');
        }
        network_groups_done(&g);
    }
    network_result_free(r);
}

static struct network_table *batch_table(const struct row *v)
{
    static const struct sv layers[] = {{"", 0}, {"sound", 5}};
    struct network_table *t;
    struct error err;
    assert_ok(network_table_new(layers, 2, &t, &err));
    for (int i = 0; i < ROWS; i++)
        assert_ok(network_table_add(t, v[i].layer, sv_cstr(v[i].object), sv_cstr(v[i].account),
                                    sv_cstr(v[i].content), v[i].time_us, &err));
    return t;
}

static void the_order_of_arrival_changes_nothing(void **state)
{
    static struct row v[ROWS];
    size_t bytes = 0;
    for (uint32_t seed = 1; seed <= 12; seed++) {
        struct buf want, got;
        uint32_t order = seed;
        make_rows(v, seed * 31);
        struct network_stream_options so = options(seed % 2 ? 5 : NETWORK_MAX_NEIGHBOURS);
        struct network_options o;
        struct network_stream *s;
        struct error err;
        assert_ok(network_stream_new(&so, &s, &err));
        network_stream_run_options(s, &o);
        network_stream_free(s);
        for (int rule = NETWORK_CHANCE; rule <= NETWORK_QUANTILE; rule++) {
            o.rule = (enum network_rule)rule;
            o.false_rate = 0.3;
            buf_init(&want, 0);
            struct network_table *t = batch_table(v);
            tell_batch(t, o, &want);
            network_table_free(t);
            bytes += want.n;
            for (int again = 0; again < 3; again++) {
                shuffle(v, &order);
                buf_init(&got, 0);
                t = batch_table(v);
                tell_batch(t, o, &got);
                network_table_free(t);
                assert_string_equal(buf_cstr(&got), buf_cstr(&want));
                buf_done(&got);
            }
            buf_done(&want);
        }
    }
    assert_in_range(bytes, 100000, 100000000); /* there was something to compare */
}

struct check {
    const struct network_result *r;
    size_t standing;
    uint64_t all, pairs;
};

static int check_edge(void *arg, const struct network_stream_edge *e)
{
    struct check *c = arg;
    c->all++;
    c->pairs += e->pairs;
    const struct network_edge *same = NULL;
    for (size_t i = 0; i < c->r->nedges && !same; i++)
        if (sv_eq(network_account_name(c->r, c->r->edges[i].a), e->a) &&
            sv_eq(network_account_name(c->r, c->r->edges[i].b), e->b))
            same = &c->r->edges[i];
    assert_int_equal(same != NULL, e->stands);
    if (!same) return 0;
    assert_int_equal(same->pairs, e->pairs);
    assert_int_equal(same->posts_a, e->posts_a);
    assert_int_equal(same->posts_b, e->posts_b);
    c->standing++;
    return 0;
}

struct members {
    char text[4096];
};

static int list_member(void *arg, struct sv member)
{
    struct members *m = arg;
    snprintf(m->text + strlen(m->text), sizeof m->text - strlen(m->text), "%.*s ", SV_FMT(member));
    return 0;
}

/* The live edges and groups are those of a batch with the count rule over the rows so far. */
static void check_live(struct network_stream *s)
{
    struct network_options o;
    struct network_result *r;
    struct network_groups g;
    struct error err;
    network_stream_run_options(s, &o);
    o.rule = NETWORK_COUNT;
    o.min_participation = 0;
    assert_ok(network_run(network_stream_table(s), &o, NULL, NULL, &r, &err));
    struct check c = {.r = r};
    assert_ok(network_stream_edges(s, check_edge, &c));
    assert_int_equal(c.standing, r->nedges);
    assert_int_equal(c.all, r->all_edges);
    assert_int_equal(c.pairs, r->pairs);
    assert_ok(network_groups_find(r, NETWORK_COMPONENTS, NULL, 2, &g, &err));
    for (uint32_t k = 0; k < g.n; k++) {
        struct members m = {""};
        assert_ok(network_stream_group(s, network_account_name(r, g.members[g.start[k]]), list_member, &m));
        size_t n = 0;
        for (char *p = m.text; *p; p++) n += *p == ' ';
        assert_int_equal(n, g.start[k + 1] - g.start[k]);
        for (uint32_t i = g.start[k]; i < g.start[k + 1]; i++) {
            char name[16];
            snprintf(name, sizeof name, "%.*s ", SV_FMT(network_account_name(r, g.members[i])));
            assert_non_null(strstr(m.text, name));
        }
    }
    network_groups_done(&g);
    network_result_free(r);
}

static void every_row_leaves_the_edges_of_a_batch(void **state)
{
    static struct row v[ROWS];
    for (uint32_t seed = 1; seed <= 6; seed++) {
        struct network_stream *s;
        struct error err;
        struct network_stream_options o = options(seed % 2 ? 4 : NETWORK_MAX_NEIGHBOURS);
        make_rows(v, seed * 77);
        assert_ok(network_stream_new(&o, &s, &err));
        for (int i = 0; i < ROWS; i++) {
            add(s, &v[i]);
            if (i % 23 == 0) check_live(s);
        }
        check_live(s);
        network_stream_free(s);
    }
}

static void an_interruption_anywhere_changes_nothing(void **state)
{
    static struct row v[ROWS];
    struct error err;
    for (uint32_t seed = 1; seed <= 4; seed++) {
        struct network_stream *s, *straight;
        struct network_stream_options o = options(6);
        struct buf a, b;
        make_rows(v, seed * 1009);
        assert_ok(network_stream_new(&o, &s, &err));
        assert_ok(network_stream_new(&o, &straight, &err));
        for (int i = 0; i < ROWS; i++) {
            add(straight, &v[i]);
            add(s, &v[i]);
            if (i % 97 != 13) continue;
            assert_ok(network_stream_save(s, "test_stream.state", &err));
            network_stream_free(s);
            assert_ok(network_stream_load("test_stream.state", &s, &err));
            add(s, &v[i]); /* handed in again after the interruption */
        }
        check_live(s);
        struct network_options ro;
        network_stream_run_options(s, &ro);
        ro.rule = NETWORK_COUNT;
        buf_init(&a, 0);
        buf_init(&b, 0);
        tell_batch(network_stream_table(s), ro, &a);
        tell_batch(network_stream_table(straight), ro, &b);
        assert_string_equal(buf_cstr(&a), buf_cstr(&b));
        buf_done(&a);
        buf_done(&b);
        network_stream_free(s);
        network_stream_free(straight);
    }
    remove("test_stream.state");
}

static void what_is_forgotten_was_never_there(void **state)
{
    static struct row v[ROWS];
    struct network_stream *s;
    struct error err;
    struct network_stream_options o = options(7);
    make_rows(v, 5);
    assert_ok(network_stream_new(&o, &s, &err));
    for (int i = 0; i < ROWS; i++) add(s, &v[i]);
    uint64_t before = network_table_rows(network_stream_table(s));
    assert_ok(network_stream_forget(s, 1400 * INT64_C(1000000), &err));
    assert_true(network_table_rows(network_stream_table(s)) < before);
    check_live(s);
    network_stream_free(s);
}

static void a_row_says_what_it_changed(void **state)
{
    struct network_stream *s;
    struct network_change c;
    struct error err;
    struct network_stream_options o = options(128);
    assert_ok(network_stream_new(&o, &s, &err));
    assert_ok(network_stream_add(s, 0, SV("x"), SV("ann"), SV("1"), 1000000, &c, &err));
    assert_int_equal(c.group_size, 1);
    assert_ok(network_stream_add(s, 0, SV("x"), SV("bob"), SV("2"), 2000000, &c, &err));
    assert_int_equal(c.pairs, 1);
    assert_int_equal(c.edges_up, 0);
    assert_ok(network_stream_add(s, 0, SV("y"), SV("ann"), SV("3"), 90000000, &c, &err));
    assert_ok(network_stream_add(s, 0, SV("y"), SV("bob"), SV("4"), 91000000, &c, &err));
    assert_int_equal(c.edges_up, 1);
    assert_int_equal(c.group_size, 2);
    assert_ok(network_stream_add(s, 0, SV("y"), SV("bob"), SV("4"), 91000000, &c, &err));
    assert_true(c.known);
    assert_int_equal(c.pairs, 0);
    network_stream_free(s);
}

static void a_damaged_state_is_refused(void **state)
{
    struct network_stream *s;
    struct error err;
    struct buf b;
    struct network_stream_options o = options(3);
    assert_ok(network_stream_new(&o, &s, &err));
    assert_ok(network_stream_add(s, 0, SV("x"), SV("ann"), SV("1"), 1000000, NULL, &err));
    assert_ok(network_stream_save(s, "test_stream.state", &err));
    network_stream_free(s);
    buf_init(&b, 0);
    assert_ok(file_read("test_stream.state", 1 << 20, &b, &err));
    for (size_t i = 0; i < b.n; i++) {
        b.p[i] ^= 0x10;
        assert_true(network_stream_parse(buf_sv(&b), &s, &err) < 0);
        b.p[i] ^= 0x10;
        assert_true(network_stream_parse(sv_sub(buf_sv(&b), 0, i), &s, &err) < 0);
    }
    assert_ok(network_stream_parse(buf_sv(&b), &s, &err));
    network_stream_free(s);
    buf_done(&b);
    remove("test_stream.state");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_of_arrival_changes_nothing),
        cmocka_unit_test(every_row_leaves_the_edges_of_a_batch),
        cmocka_unit_test(an_interruption_anywhere_changes_nothing),
        cmocka_unit_test(what_is_forgotten_was_never_there),
        cmocka_unit_test(a_row_says_what_it_changed),
        cmocka_unit_test(a_damaged_state_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
