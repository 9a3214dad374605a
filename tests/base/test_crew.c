/* The crew: order kept, every job worked once, start failures reported, growth under load. */
#include "test.h"

#include "base/crew.h"

#include <stdatomic.h>

struct task {
    int number, worked;
};
static atomic_int started, stopped;

static int start(void *arg, void **out_state, struct error *err)
{
    if (arg && atomic_load((atomic_int *)arg) == 1) return error_set(err, ERR_IO, "test", "no tools today");
    atomic_fetch_add(&started, 1);
    *out_state = &started;
    return 0;
}

static void work(void *arg, void *state, void *job)
{
    struct task *t = job;
    t->worked += state == &started;
}

static void stop(void *arg, void *state) { atomic_fetch_add(&stopped, state == &started); }

static void jobs_come_back_in_the_order_given(void **unused)
{
    enum { JOBS = 5000 };
    struct crew_how how = {start, work, stop, NULL};
    struct crew *c;
    struct error err;
    atomic_store(&started, 0);
    atomic_store(&stopped, 0);
    assert_ok(crew_new(3, &how, &c, &err));
    struct task *tasks = calloc(JOBS, sizeof *tasks);
    assert_non_null(tasks);
    int taken = 0;
    struct task *t;
    for (int i = 0; i < JOBS; i++) {
        tasks[i].number = i;
        assert_ok(crew_give(c, &tasks[i]));
        if (i % 7 == 0)
            while ((t = crew_take(c, false))) assert_int_equal(t->number, taken++);
    }
    while ((t = crew_take(c, true))) assert_int_equal(t->number, taken++);
    assert_int_equal(taken, JOBS);
    assert_int_equal(crew_pending(c), 0);
    for (int i = 0; i < JOBS; i++) assert_int_equal(tasks[i].worked, 1);
    crew_free(c);
    assert_int_equal(atomic_load(&started), 3);
    assert_int_equal(atomic_load(&stopped), 3);
    free(tasks);
}

static void a_crew_that_cannot_start_says_why(void **unused)
{
    atomic_int broken = 1;
    struct crew_how how = {start, work, stop, &broken};
    struct crew *c = NULL;
    struct error err = {0};
    assert_int_equal(crew_new(2, &how, &c, &err), ERR_IO);
    assert_string_equal(err.text, "no tools today");
    assert_null(c);
}

static void an_idle_crew_gives_nothing_and_ends(void **unused)
{
    struct crew_how how = {NULL, work, NULL, NULL};
    struct crew *c;
    struct error err;
    assert_ok(crew_new(0, &how, &c, &err));
    assert_int_equal(crew_threads(c), 1);
    assert_null(crew_take(c, false));
    assert_null(crew_take(c, true));
    crew_free(c);
    crew_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_come_back_in_the_order_given),
        cmocka_unit_test(a_crew_that_cannot_start_says_why),
        cmocka_unit_test(an_idle_crew_gives_nothing_and_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
