/* The pure rules: who reads what, who gets what, what spares people, and what waiting costs. */
#include "test.h"

#include "review/review.h"

#define T0 INT64_C(1769853600000000)

static void a_language_holds_its_dialects(void **state)
{
    assert_true(review_reads(SV("ar"), SV("ar-IQ")));
    assert_true(review_reads(SV("fr ar-IQ"), SV("ar_IQ")) == false);
    assert_true(review_reads(SV("fr ar-IQ"), SV("ar-IQ")));
    assert_true(review_reads(SV("ar-MA"), SV("ar")));
    assert_false(review_reads(SV("ar-MA"), SV("ar-IQ")));
    assert_false(review_reads(SV("ar"), SV("arz")));
    assert_true(review_reads(SV(""), SV("ku")));
    assert_true(review_reads(SV("fr"), SV("")));
    assert_true(review_reads(SV("fr"), SV("und")));
}

static struct desk_queue_row row_of(enum category category, int severity)
{
    return (struct desk_queue_row){
        .q = {.category = category, .severity = severity, .deadline_us = TIME_UNKNOWN},
        .desk_state = SV("open"),
        .snoozed_until_us = TIME_UNKNOWN,
        .lease_until_us = TIME_UNKNOWN};
}

static void what_somebody_has_or_opted_out_of_is_not_for_me(void **state)
{
    struct reviewer me = {.id = {{1}}, .languages = SV("ar")},
                    lead = {.id = {{2}}, .permissions = 1u << PERM_REVERSE};
    struct desk_queue_row r = row_of(CATEGORY_HATE, 60);
    assert_true(review_fits(&me, &r, false, T0));
    me.opt_outs = 1u << CATEGORY_HATE;
    assert_false(review_fits(&me, &r, false, T0));
    me.opt_outs = 0;
    r.language = SV("fr");
    assert_false(review_fits(&me, &r, false, T0));
    r.language = SV_NULL;
    r.lease_person = lead.id;
    r.lease_until_us = T0 + 1;
    assert_false(review_fits(&me, &r, false, T0));
    assert_true(review_fits(&lead, &r, false, T0));
    assert_true(review_fits(&me, &r, false, T0 + 1)); /* it ran out */
    r = row_of(CATEGORY_HATE, 60);
    r.desk_state = SV("escalated");
    assert_false(review_fits(&me, &r, false, T0));
    assert_true(review_fits(&lead, &r, false, T0));
    r.desk_state = SV("handed");
    r.handed_to = me.id;
    assert_true(review_fits(&me, &r, false, T0));
    assert_false(review_fits(&lead, &r, false, T0));
    r.desk_state = SV("snoozed");
    r.snoozed_until_us = T0 + 5;
    assert_false(review_fits(&me, &r, false, T0));
    assert_true(review_fits(&me, &r, false, T0 + 5));
}

static void sleep_ends_before_the_clock_does(void **state)
{
    struct reviewer me = {.id = {{1}}}, other = {.id = {{2}}};
    struct desk_queue_row r = row_of(CATEGORY_HATE, 60);
    r.q.known_us = T0;
    r.q.deadline_us = T0 + US_PER_DAY;
    assert_true(review_wake_us(&r.q) == T0 + US_PER_DAY - 15 * US_PER_MINUTE);
    r.desk_state = SV("snoozed");
    r.snoozed_until_us = T0 + 3 * US_PER_DAY;
    assert_false(review_fits(&me, &r, false, T0));
    assert_true(review_fits(&me, &r, false, T0 + US_PER_DAY - 15 * US_PER_MINUTE));
    /* Assessed anew while it slept, it has a quarter of an hour now: a quarter of that is left to whoever is there. */
    r.q.deadline_us = T0 + 15 * US_PER_MINUTE;
    assert_true(review_asleep(&r, T0 + 11 * US_PER_MINUTE));
    assert_false(review_asleep(&r, T0 + 12 * US_PER_MINUTE));
    /* Nor does it wait for somebody who does not come. */
    r.desk_state = SV("handed");
    r.handed_to = me.id;
    assert_false(review_fits(&other, &r, false, T0 + 11 * US_PER_MINUTE));
    assert_true(review_fits(&other, &r, false, T0 + 12 * US_PER_MINUTE));
    r.q.deadline_us = TIME_UNKNOWN;
    assert_false(review_fits(&other, &r, false, T0 + 9 * US_PER_DAY));
}

static void rotation_gives_the_lighter_ones(void **state)
{
    struct reviewer me = {.id = {{1}}};
    struct desk_queue_row heavy = row_of(CATEGORY_TERROR_PROPAGANDA, 90),
                          light = row_of(CATEGORY_HARASSMENT_SMEAR, 50);
    assert_false(review_fits(&me, &heavy, true, T0));
    assert_true(review_fits(&me, &light, true, T0));
}

static struct exposure fresh(void)
{
    return (struct exposure){
        .working_since_us = TIME_UNKNOWN, .active_us = TIME_UNKNOWN, .break_until_us = TIME_UNKNOWN};
}

static void exposure_is_severity_times_seconds(void **state)
{
    struct review_rules r;
    struct exposure e = fresh();
    struct care_state s;
    review_rules_init(&r);
    care_add(&e, &r, T0, 60, 90, care_weight(SHOWN_VIDEO));
    assert_true(e.units == 54);
    care_add(&e, &r, T0 + US_PER_MINUTE, 60, 90, care_weight(SHOWN_TEXT));
    assert_true(e.units > 54 && e.units < 54 + 54);
    care_add(&e, &r, T0 + US_PER_MINUTE, -5, 90, 1);
    assert_true(e.seconds == 120);
    care_state_of(&e, &r, T0 + US_PER_MINUTE, &s);
    assert_false(s.break_due);
    assert_false(s.rotate);
}

static void after_two_hours_of_work_a_break_is_due_and_idling_is_one(void **state)
{
    struct review_rules r;
    struct exposure e = fresh();
    struct care_state s;
    review_rules_init(&r);
    int64_t t = T0;
    for (; t < T0 + r.work_us; t += 5 * US_PER_MINUTE) {
        care_add(&e, &r, t, 1, 10, 1);
        care_state_of(&e, &r, t, &s);
        assert_false(s.break_due);
    }
    care_add(&e, &r, t, 1, 10, 1);
    care_state_of(&e, &r, t, &s);
    assert_true(s.break_due);
    care_state_of(&e, &r, t + r.break_us, &s);
    assert_false(s.break_due);
    care_add(&e, &r, t + r.break_us, 1, 10, 1);
    care_state_of(&e, &r, t + r.break_us, &s);
    assert_int_equal(s.working_us, 0);
}

static void a_spent_budget_ends_the_day_and_most_of_it_rotates(void **state)
{
    struct review_rules r;
    struct exposure e = fresh();
    struct care_state s;
    review_rules_init(&r);
    care_add(&e, &r, T0, r.exposure_budget * 0.75, 100, 1);
    care_state_of(&e, &r, T0, &s);
    assert_true(s.rotate && !s.break_due);
    care_add(&e, &r, T0, r.exposure_budget * 0.3, 100, 1);
    care_state_of(&e, &r, T0, &s);
    assert_true(s.break_due);
}

static void faster_growth_comes_first(void **state)
{
    struct reach slow[] = {{T0, 1000, -1, -1, -1, -1}, {T0 + US_PER_HOUR, 1010, -1, -1, -1, -1}};
    struct reach fast[] = {{T0, 1000, -1, -1, -1, -1}, {T0 + US_PER_HOUR, 9000, -1, -1, -1, -1}};
    double few, many;
    double a = review_priority(60, 0.5, slow, 2, T0 - US_PER_HOUR, T0 + US_PER_HOUR, US_PER_HOUR, &few);
    double b = review_priority(60, 0.5, fast, 2, T0 - US_PER_HOUR, T0 + US_PER_HOUR, US_PER_HOUR, &many);
    assert_true(b > a && many > few);
    assert_true(review_priority(60, 0.5, NULL, 0, T0, T0, US_PER_HOUR, &few) == 30 && few == 0);
    assert_true(review_priority(90, 0.5, slow, 2, T0 - US_PER_HOUR, T0 + US_PER_HOUR, US_PER_HOUR, NULL) > a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_language_holds_its_dialects),
        cmocka_unit_test(what_somebody_has_or_opted_out_of_is_not_for_me),
        cmocka_unit_test(sleep_ends_before_the_clock_does),
        cmocka_unit_test(rotation_gives_the_lighter_ones),
        cmocka_unit_test(exposure_is_severity_times_seconds),
        cmocka_unit_test(after_two_hours_of_work_a_break_is_due_and_idling_is_one),
        cmocka_unit_test(a_spent_budget_ends_the_day_and_most_of_it_rotates),
        cmocka_unit_test(faster_growth_comes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
