/* The n-th allocation fails, for every n: each call ends in its result or in ERR_NOMEM, and lets go of all it had. */
#include "test.h"

#include "base/clock.h"
#include "fail_alloc.h"
#include "network/export.h"
#include "network/pileon.h"
#include "network/resurfaced.h"
#include "network/stream.h"

static const char *const csv = "clip,sound,account_id,content_id,timestamp_share,made\n"
                               "a,x,u1,p1,10,5\na,x,u2,p2,12,6\nb,,u1,p3,100,5\nb,x,u2,\"p\"\"4\",101,6\n"
                               "c,y,u1,p5,200,5\nc,y,u2,p6,207,6\nc,,u3,p7,209,\n";

/* A file read, run, grouped, described and written. */
static int whole_way(bool exact)
{
    struct network_columns c = {.created = SV("made"), .nlayers = 2};
    struct network_report report = {0};
    struct network_table *t = NULL;
    struct network_result *r = NULL;
    struct network_groups g = {0};
    struct network_options o;
    struct leiden_options leiden;
    struct network_profile *p;
    struct network_known *known = NULL;
    struct error err;
    struct arena a;
    c.layers[0].name = c.layers[0].column = SV("clip");
    c.layers[1].name = c.layers[1].column = SV("sound");
    network_options_init(&o);
    leiden_options_init(&leiden);
    o.coortweet = exact;
    o.rule = exact ? NETWORK_QUANTILE : NETWORK_COUNT;
    o.quantile = 0;
    o.layers[1].min_posts = exact ? 0 : 2;
    arena_init(&a, 0);
    int rc = network_table_parse(sv_cstr(csv), &c, &t, &report, &err);
    if (rc == 0) rc = network_known_parse(SV("desk\tu1\n"), "list", &known, &err);
    if (rc == 0) rc = network_run(t, &o, NULL, NULL, &r, &err);
    if (rc == 0)
        rc = network_groups_find(r, exact ? NETWORK_COMPONENTS : NETWORK_LEIDEN, &leiden, 2, &g, &err);
    if (rc == 0) rc = network_profiles(r, &g, known, &a, &p, &err);
    if (rc == 0) {
        struct network_export x = {r, &g, p, &report, NULL};
        rc = network_groups_json(&x, "test_network_memory.out", &err);
        if (rc == 0) rc = network_html(&x, "en", "test_network_memory.out", &err);
        if (rc == 0) rc = network_gexf(&x, "test_network_memory.out", &err);
        if (rc == 0) rc = network_edges_csv(r, "test_network_memory.out", &err);
    }
    arena_done(&a);
    network_known_free(known);
    network_groups_done(&g);
    network_result_free(r);
    network_table_free(t);
    return rc;
}

static int exact_way(void) { return whole_way(true); }
static int usual_way(void) { return whole_way(false); }

static int chance_way(void)
{
    struct network_table *t = NULL;
    struct network_result *r = NULL;
    struct network_options o;
    struct error err;
    struct network_report report = {0};
    struct network_columns c = {.nlayers = 1};
    c.layers[0].column = SV("clip");
    network_options_init(&o);
    o.false_rate = 0.99;
    int rc = network_table_parse(sv_cstr(csv), &c, &t, &report, &err);
    if (rc == 0) rc = network_run(t, &o, NULL, NULL, &r, &err);
    network_result_free(r);
    network_table_free(t);
    return rc;
}

static int stream_way(void)
{
    struct network_stream_options o;
    struct network_stream *s = NULL;
    struct network_change c;
    struct error err;
    char name[16];
    network_stream_options_init(&o);
    o.min_posts = 1;
    o.neighbours = 1;
    int rc = network_stream_new(&o, &s, &err);
    for (int i = 0; rc == 0 && i < 6; i++) {
        snprintf(name, sizeof name, "c%d", i);
        rc = network_stream_add(s, 0, SV("o"), i % 2 ? SV("a") : SV("b"), sv_cstr(name), i * 1000000, &c,
                                &err);
    }
    if (rc == 0) rc = network_stream_forget(s, 2000000, &err);
    if (rc == 0) rc = network_stream_save(s, "test_network_memory.out", &err);
    network_stream_free(s);
    if (rc) return rc;
    rc = network_stream_load("test_network_memory.out", &s, &err);
    if (rc == 0) network_stream_free(s);
    return rc;
}

static int pileon_way(void)
{
    struct pileon_options o;
    struct pileon *p;
    struct pileon_alert alert;
    struct error err;
    struct arena a;
    char name[16];
    pileon_options_init(&o);
    arena_init(&a, 0);
    int rc = pileon_new(&o, &p, &err), alerts = 0;
    if (rc) return rc;
    for (int i = 0; rc >= 0 && i < 20; i++) {
        snprintf(name, sizeof name, "s%d", i);
        int64_t now = i * US_PER_SECOND;
        struct pileon_event e = {sv_cstr(name), SV("victim"), now, SV("the same"), SV_NULL, now};
        rc = pileon_add(p, &e, &a, &alert, &err);
        alerts += rc == 1;
    }
    pileon_free(p);
    arena_done(&a);
    if (rc >= 0) assert_int_equal(alerts, 1);
    return rc < 0 ? rc : 0;
}

static int resurfaced_way(void)
{
    struct resurfaced *r;
    struct error err;
    struct arena a;
    struct parent_match *m;
    uint32_t n;
    struct sv clips[] = {SV("c1"), SV("c2")}, words[] = {SV("some words of mine, and more of them")};
    struct account_trace t = {
        .handle = SV("night.owl"), .bio = SV("a bio"), .captions = {words, 1}, .clips = {clips, 2}};
    arena_init(&a, 0);
    int rc = resurfaced_new(&r, &err);
    if (rc) return rc;
    rc = resurfaced_add(r, &t, &err);
    if (rc == 0) rc = resurfaced_rank(r, &t, 3, &a, &m, &n, &err);
    resurfaced_free(r);
    arena_done(&a);
    return rc;
}

static void sweep(int (*way)(void))
{
    assert_ok(way());
    bool done = false;
    for (unsigned n = 1; !done; n++) {
        fail_alloc_at(n);
        int rc = way();
        done = !fail_alloc_stop();
        if (rc != 0 && rc != ERR_NOMEM) fail_msg("allocation %u: %s", n, error_code_name(rc));
        assert_true(!done || rc == 0);
    }
    remove("test_network_memory.out");
}

static void a_file_on_the_exact_way(void **state) { sweep(exact_way); }
static void a_file_on_the_usual_way(void **state) { sweep(usual_way); }
static void the_chance_rule(void **state) { sweep(chance_way); }
static void a_stream(void **state) { sweep(stream_way); }
static void pile_ons(void **state) { sweep(pileon_way); }
static void accounts_that_may_be_back(void **state) { sweep(resurfaced_way); }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_on_the_exact_way),
        cmocka_unit_test(a_file_on_the_usual_way),
        cmocka_unit_test(the_chance_rule),
        cmocka_unit_test(a_stream),
        cmocka_unit_test(pile_ons),
        cmocka_unit_test(accounts_that_may_be_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
