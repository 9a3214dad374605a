#include "store_test.h"

#include "base/limits.h"

static void put_posts(struct fixture *f, int n)
{
    for (int i = 0; i < n; i++) {
        struct post p = test_post(f, i, 0, 1);
        enum store_put what;
        assert_ok(store_put_post(f->store, &p, T0 + i, &what, &f->err));
    }
}

static size_t claim(struct fixture *f, const char *owner, int64_t now_us, struct store_job *out, size_t max)
{
    size_t n;
    assert_ok(store_claim(f->store, sv_cstr(owner), now_us, JOB_LEASE_US, out, max, &n, &f->err));
    return n;
}

static void jobs_come_in_the_order_in_which_posts_were_known(void **state)
{
    struct fixture *f = *state;
    struct store_job jobs[10];
    put_posts(f, 5);
    assert_int_equal(claim(f, "a", T0, jobs, 3), 3);
    for (int i = 0; i < 3; i++) {
        struct post p = test_post(f, i, 0, 1);
        assert_true(id_eq(&jobs[i].post, &p.id));
        assert_int_equal(jobs[i].attempt, 1);
    }
    assert_int_equal(claim(f, "b", T0, jobs, 10), 2);
    assert_int_equal(claim(f, "b", T0, jobs, 10), 0);
    assert_int_equal(test_counts(f).jobs_running, 5);
}

static void a_late_owner_learns_that_its_job_is_anothers(void **state)
{
    struct fixture *f = *state;
    struct store_job early[2], late[2];
    bool held = false;
    put_posts(f, 1);
    assert_int_equal(claim(f, "a", T0, early, 2), 1);
    assert_ok(store_job_held(f->store, &early[0], SV("a"), &held, &f->err));
    assert_true(held);
    assert_int_equal(claim(f, "b", T0 + JOB_LEASE_US, late, 2), 1);
    assert_ok(store_job_held(f->store, &early[0], SV("a"), &held, &f->err));
    assert_false(held);
    assert_ok(store_job_held(f->store, &late[0], SV("b"), &held, &f->err));
    assert_true(held);
}

static void a_lease_that_ran_out_is_claimed_by_another(void **state)
{
    struct fixture *f = *state;
    struct store_job jobs[4];
    put_posts(f, 1);
    assert_int_equal(claim(f, "a", T0, jobs, 4), 1);
    assert_int_equal(claim(f, "b", T0 + JOB_LEASE_US - 1, jobs, 4), 0);
    assert_int_equal(claim(f, "b", T0 + JOB_LEASE_US, jobs, 4), 1);
    assert_int_equal(jobs[0].attempt, 2);
}

static int see_failed(void *arg, const struct id128 *post, int attempts, const struct error *why)
{
    *(struct error *)arg = *why;
    return attempts;
}

static void a_job_that_never_ends_is_set_aside(void **state)
{
    struct fixture *f = *state;
    struct store_job jobs[4];
    struct error why;
    put_posts(f, 1);
    for (int i = 0; i < JOB_MAX_ATTEMPTS; i++)
        assert_int_equal(claim(f, "a", T0 + i * JOB_LEASE_US, jobs, 4), 1);
    assert_int_equal(claim(f, "a", T0 + JOB_MAX_ATTEMPTS * JOB_LEASE_US, jobs, 4), 0);
    assert_int_equal(test_counts(f).jobs_set_aside, 1);
    assert_int_equal(store_failed_jobs(f->store, see_failed, &why, &f->err), JOB_MAX_ATTEMPTS);
    assert_int_equal(why.code, ERR_TIMEOUT);
}

static void a_failed_job_is_tried_again_and_then_set_aside(void **state)
{
    struct fixture *f = *state;
    struct store_job job;
    struct error why, got;
    error_set(&why, ERR_WORKER, "media", "the worker died");
    put_posts(f, 1);
    for (int i = 1; i <= JOB_MAX_ATTEMPTS; i++) {
        assert_int_equal(claim(f, "a", T0, &job, 1), 1);
        assert_int_equal(job.attempt, i);
        assert_ok(store_job_failed(f->store, &job.post, false, &why, &f->err));
    }
    assert_int_equal(claim(f, "a", T0, &job, 1), 0);
    assert_int_equal(store_failed_jobs(f->store, see_failed, &got, &f->err), JOB_MAX_ATTEMPTS);
    assert_int_equal(got.code, ERR_WORKER);
    assert_string_equal(got.text, "the worker died");
}

static void a_final_failure_is_set_aside_at_once(void **state)
{
    struct fixture *f = *state;
    struct store_job job;
    struct error why;
    error_set(&why, ERR_LIMIT, "media", "too large");
    put_posts(f, 1);
    assert_int_equal(claim(f, "a", T0, &job, 1), 1);
    assert_ok(store_job_failed(f->store, &job.post, true, &why, &f->err));
    assert_int_equal(test_counts(f).jobs_set_aside, 1);
    struct id128 other = {{1}};
    assert_int_equal(store_job_failed(f->store, &other, true, &why, &f->err), ERR_NOTFOUND);
}

static void what_is_given_back_costs_no_attempt(void **state)
{
    struct fixture *f = *state;
    struct store_job jobs[2];
    struct sv *owners;
    size_t n;
    put_posts(f, 2);
    assert_int_equal(claim(f, "host:1:5", T0, jobs, 1), 1);
    assert_int_equal(claim(f, "host:2:5", T0, jobs, 1), 1);
    assert_ok(store_owners(f->store, &f->arena, &owners, &n, &f->err));
    assert_int_equal(n, 2);
    assert_sv(owners[0], "host:1:5");
    assert_ok(store_release(f->store, SV("host:1:5"), &f->err));
    assert_ok(store_owners(f->store, &f->arena, &owners, &n, &f->err));
    assert_int_equal(n, 1);
    assert_int_equal(claim(f, "b", T0, jobs, 2), 1);
    assert_int_equal(jobs[0].attempt, 1);
}

static void news_while_a_post_is_analysed_brings_it_back(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 0, 0, 1), later = test_post(f, 0, 60, 99);
    struct store_job job;
    test_put(f, &p);
    assert_int_equal(claim(f, "a", T0, &job, 1), 1);
    assert_int_equal(test_put(f, &later), STORE_CHANGED);
    assert_int_equal(test_counts(f).jobs_running, 1);
    test_result(f, &p.id, CATEGORY_HATE, false, 1, US_PER_HOUR);
    assert_int_equal(test_counts(f).jobs_waiting, 1);
    assert_int_equal(claim(f, "a", T0, &job, 1), 1);
    assert_int_equal(job.attempt, 1);
    test_result(f, &p.id, CATEGORY_HATE, false, 1, US_PER_HOUR);
    struct store_counts c = test_counts(f);
    assert_int_equal(c.jobs_waiting + c.jobs_running + c.jobs_set_aside, 0);
}

static void news_revives_a_job_that_was_set_aside(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 0, 0, 1), later = test_post(f, 0, 60, 99);
    struct store_job job;
    struct error why;
    error_set(&why, ERR_LIMIT, "media", "too large");
    test_put(f, &p);
    assert_int_equal(claim(f, "a", T0, &job, 1), 1);
    assert_ok(store_job_failed(f->store, &p.id, true, &why, &f->err));
    assert_int_equal(test_put(f, &p), STORE_SAME);
    assert_int_equal(claim(f, "a", T0, &job, 1), 0);
    test_put(f, &later);
    assert_int_equal(claim(f, "a", T0, &job, 1), 1);
    assert_int_equal(job.attempt, 1);
}

static void a_new_policy_sends_every_analysed_post_back(void **state)
{
    struct fixture *f = *state;
    struct store_job jobs[4];
    int64_t n;
    put_posts(f, 4);
    assert_int_equal(claim(f, "a", T0, jobs, 3), 3);
    test_result(f, &jobs[0].post, CATEGORY_HATE, false, 1, US_PER_HOUR);
    test_result(f, &jobs[1].post, CATEGORY_NONE, false, 0, 0);
    assert_ok(store_requeue_all(f->store, &n, &f->err));
    assert_int_equal(n, 2);
    assert_int_equal(test_counts(f).jobs_waiting, 3);
    assert_int_equal(test_counts(f).jobs_running, 1);
    struct post fresh = test_post(f, 3, 0, 1);
    assert_int_equal(claim(f, "a", T0, jobs, 1), 1);
    assert_true(id_eq(&jobs[0].post, &fresh.id)); /* news before second looks */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(jobs_come_in_the_order_in_which_posts_were_known),
        store_test(a_late_owner_learns_that_its_job_is_anothers),
        store_test(a_lease_that_ran_out_is_claimed_by_another),
        store_test(a_job_that_never_ends_is_set_aside),
        store_test(a_failed_job_is_tried_again_and_then_set_aside),
        store_test(a_final_failure_is_set_aside_at_once),
        store_test(what_is_given_back_costs_no_attempt),
        store_test(news_while_a_post_is_analysed_brings_it_back),
        store_test(news_revives_a_job_that_was_set_aside),
        store_test(a_new_policy_sends_every_analysed_post_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
