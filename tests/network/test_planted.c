/* Planted groups come out whole, and chance does not look like a group. The full size stands in bench/. */
#include "test.h"

#include "network_truth.h"

static struct truth_score score(double zipf, double spread_s, double skip_share, uint32_t groups)
{
    struct world_options wo;
    struct world w;
    struct network_options o;
    struct truth_score s;
    struct error err;
    world_options_init(&wo);
    network_options_init(&o);
    wo.posts = 60000;
    wo.accounts = 6000;
    wo.objects = 12000;
    wo.groups = groups;
    wo.group_size = 10;
    wo.zipf = zipf;
    wo.spread_s = spread_s;
    wo.skip = skip_share;
    assert_int_equal(world_make(&wo, &w), 0);
    assert_ok(truth_score(&w, &o, &s, &err));
    world_done(&w);
    return s;
}

static void check(struct truth_score s)
{
    assert_int_equal(s.kept_pairs, s.planted_pairs);
    assert_true(s.false_edges * 200 <= s.edges);
    assert_true(s.nmi >= 0.99);
}

static void every_planted_pair_stands_and_nothing_else(void **state) { check(score(0.7, 20, 0, 20)); }
static void also_when_members_jitter_and_skip_a_third(void **state) { check(score(0.7, 50, 1.0 / 3, 20)); }
static void also_among_objects_that_everybody_shares(void **state)
{
    check(score(1.0, 20, 0, 20));
    check(score(1.0, 50, 1.0 / 3, 20));
}
static void a_world_without_groups_gives_none(void **state)
{
    assert_int_equal(score(0.7, 0, 0, 0).edges, 0);
    assert_int_equal(score(1.0, 0, 0, 0).edges, 0);
}

static void mutual_information_of_known_labellings(void **state)
{
    static const uint32_t a[] = {0, 0, 1, 1, 2, 2}, same[] = {2, 2, 0, 0, 1, 1}, none[] = {0, 1, 0, 1, 0, 1};
    assert_true(truth_nmi(a, same, 6, 3) > 1 - 1e-12);
    assert_true(truth_nmi(a, none, 6, 3) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_planted_pair_stands_and_nothing_else),
        cmocka_unit_test(also_when_members_jitter_and_skip_a_third),
        cmocka_unit_test(also_among_objects_that_everybody_shares),
        cmocka_unit_test(a_world_without_groups_gives_none),
        cmocka_unit_test(mutual_information_of_known_labellings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
