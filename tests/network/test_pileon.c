/* Pile-ons are told early, crowds are left alone. Full figures with intervals: bench/bench_pileon. */
#include "test.h"

#include "base/clock.h"
#include "pileon_world.h"

struct scene {
    struct pileon *p;
    struct arena a;
    struct error err;
    int64_t now_us;
    int alerts, messages;
    int first_alert; /* messages of the burst before it; -1 */
    struct pileon_alert last;
};

static void scene_init(struct scene *s)
{
    struct pileon_options o;
    memset(s, 0, sizeof *s);
    pileon_options_init(&o);
    assert_ok(pileon_new(&o, &s->p, &s->err));
    arena_init(&s->a, 0);
    s->now_us = 1700000000 * US_PER_SECOND;
    s->first_alert = -1;
}

static void scene_done(struct scene *s)
{
    pileon_free(s->p);
    arena_done(&s->a);
}

static void post(struct scene *s, const char *sender, const char *target, const char *text, int days_old)
{
    struct pileon_event e = {sv_cstr(sender), sv_cstr(target), s->now_us,
                             sv_cstr(text),   SV_NULL,         s->now_us - days_old * US_PER_DAY};
    struct pileon_alert alert;
    int rc = pileon_add(s->p, &e, &s->a, &alert, &s->err);
    assert_in_range(rc, 0, 1);
    s->messages++;
    if (rc == 0) return;
    if (s->alerts++ == 0) s->first_alert = s->messages;
    s->last = alert;
}

/* A week of a few regulars, so that the target has a past. */
static void quiet_week(struct scene *s, const char *target)
{
    char sender[16], text[32];
    for (int i = 0; i < 200; i++) {
        snprintf(sender, sizeof sender, "friend%d", i % 12);
        snprintf(text, sizeof text, "own words %d", i);
        s->now_us += 50 * US_PER_MINUTE;
        post(s, sender, target, text, 500);
    }
    assert_int_equal(s->alerts, 0);
    s->messages = 0;
}

static void strangers_with_new_accounts_and_copied_words_are_told_at_once(void **state)
{
    struct scene s;
    char sender[16];
    scene_init(&s);
    quiet_week(&s, "teacher");
    for (int i = 0; i < 200; i++) {
        snprintf(sender, sizeof sender, "new%d", i);
        s.now_us += 20 * US_PER_SECOND;
        post(&s, sender, "teacher", i % 2 ? "shame on you" : "resign", 3);
    }
    assert_int_equal(s.alerts, 1);
    assert_in_range(s.first_alert, 5, 20);
    assert_sv(s.last.target, "teacher");
    assert_int_equal(s.last.strangers, s.first_alert); /* and of the hour before, two friends */
    assert_int_equal(s.last.senders, s.first_alert + 2);
    assert_int_equal(s.last.young, s.first_alert);
    assert_int_equal(s.last.reuse, s.first_alert - 2);
    assert_string_equal(s.last.says[0].key, "network.pileon.rising");
    scene_done(&s);
}

static void a_crowd_of_as_many_strangers_is_no_attack(void **state)
{
    struct scene s;
    char sender[16], text[32];
    scene_init(&s);
    quiet_week(&s, "club");
    for (int i = 0; i < 2000; i++) {
        snprintf(sender, sizeof sender, "fan%d", i);
        snprintf(text, sizeof text, i % 8 ? "own %d" : "goal", i);
        s.now_us += 2 * US_PER_SECOND;
        post(&s, sender, "club", text, i % 12 ? 700 : 10);
    }
    assert_int_equal(s.alerts, 0);
    scene_done(&s);
}

static void known_contacts_are_no_strangers(void **state)
{
    struct scene s;
    char sender[16], text[32];
    scene_init(&s);
    quiet_week(&s, "singer");
    for (int i = 0; i < 60; i++) {
        snprintf(sender, sizeof sender, "fan%d", i);
        assert_ok(pileon_contact(s.p, sv_cstr(sender), SV("singer"), &s.err));
    }
    for (int i = 0; i < 60; i++) {
        snprintf(sender, sizeof sender, "fan%d", i);
        snprintf(text, sizeof text, "best wishes %d", i % 30);
        s.now_us += 10 * US_PER_SECOND;
        post(&s, sender, "singer", text, 400);
    }
    assert_int_equal(s.alerts, 0);
    scene_done(&s);
}

static void those_who_come_together_again_are_recognised(void **state)
{
    struct scene s;
    char sender[16], text[32];
    scene_init(&s);
    quiet_week(&s, "first");
    for (int i = 0; i < 80; i++) {
        snprintf(sender, sizeof sender, "pack%d", i);
        s.now_us += 10 * US_PER_SECOND;
        post(&s, sender, "first", "same words", 3);
    }
    assert_int_equal(s.alerts, 1);
    s.alerts = 0;
    s.now_us += US_PER_DAY;
    quiet_week(&s, "second");
    for (int i = 0; i < 80; i++) {
        snprintf(sender, sizeof sender, "pack%d", i);
        snprintf(text, sizeof text, "now with own words %d", i);
        s.now_us += 10 * US_PER_SECOND;
        post(&s, sender, "second", text, 90); /* neither new any more nor copying */
    }
    assert_int_equal(s.alerts, 1);
    assert_in_range(s.last.together, 3, 80);
    scene_done(&s);
}

static void what_makes_no_sense_is_refused(void **state)
{
    struct scene s;
    struct pileon_alert alert;
    scene_init(&s);
    struct pileon_event e = {SV("a"), SV_NULL, s.now_us, SV_NULL, SV_NULL, NETWORK_NO_TIME};
    assert_int_equal(pileon_add(s.p, &e, &s.a, &alert, &s.err), ERR_ARG);
    e.target = SV("b");
    e.time_us = INT64_MIN;
    assert_int_equal(pileon_add(s.p, &e, &s.a, &alert, &s.err), ERR_ARG);
    scene_done(&s);
}

static void a_late_message_is_counted_and_harms_nothing(void **state)
{
    struct scene s;
    scene_init(&s);
    quiet_week(&s, "x");
    s.now_us -= 2 * US_PER_DAY;
    post(&s, "latecomer", "x", "hello", 3);
    assert_int_equal(pileon_late(s.p), 1);
    scene_done(&s);
}

static void a_month_of_attacks_and_crowds(void **state)
{
    struct pileon_world_options w = {.seed = 4242, .targets = 400, .days = 30, .crowds = 200, .attacks = 40};
    struct pileon_options o;
    struct pileon_score s;
    pileon_options_init(&o);
    assert_int_equal(pileon_world_run(&w, &o, &s), 0);
    assert_in_range(s.alerted[BURST_ATTACK], 38, 40);
    assert_in_range(s.early, 35, 40);
    assert_in_range(s.alerts - s.true_alerts, 0, 1); /* in 12,000 target-days */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strangers_with_new_accounts_and_copied_words_are_told_at_once),
        cmocka_unit_test(a_crowd_of_as_many_strangers_is_no_attack),
        cmocka_unit_test(known_contacts_are_no_strangers),
        cmocka_unit_test(those_who_come_together_again_are_recognised),
        cmocka_unit_test(what_makes_no_sense_is_refused),
        cmocka_unit_test(a_late_message_is_counted_and_harms_nothing),
        cmocka_unit_test(a_month_of_attacks_and_crowds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
