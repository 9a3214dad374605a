/* People, decisions, leases and the queue around them, as rows. */
#include "store_test.h"

#include "store/ledger.h"
#include "store/store_decision.h"
#include "store/store_desk.h"
#include "store/store_look.h"
#include "store/store_people.h"

static struct id128 add_person(struct fixture *f, int n)
{
    struct person p;
    person_init(&p);
    p.id = (struct id128){{(uint8_t)(n + 1)}};
    p.login = arena_printf(&f->arena, "login%d", n);
    p.name = SV("Name");
    p.pseudonym = arena_printf(&f->arena, "R-%d", n);
    p.roles = SV("reviewer lead");
    p.state = PERSON_ACTIVE;
    p.created_us = T0;
    assert_ok(store_person_put(f->store, &p, &f->err));
    return p.id;
}

static struct post queued(struct fixture *f, int n, double priority)
{
    struct post p = test_post(f, n, 0, 100);
    test_put(f, &p);
    test_result(f, &p.id, CATEGORY_HATE, false, priority, US_PER_DAY);
    return p;
}

static struct decision decide(struct fixture *f, const struct post *p, struct id128 person, uint8_t id)
{
    struct decision d;
    decision_init(&d);
    d.id.b[0] = id;
    d.post = p->id;
    d.account = p->account.id;
    d.person = person;
    d.at_us = T0 + id * US_PER_MINUTE;
    d.measure = MEASURE_CONTENT_REMOVE;
    d.category = CATEGORY_HATE;
    d.ground = GROUND_TERMS;
    d.ground_ref = SV("4.2");
    d.facts = SV("facts with 'quotes' and \0 a NUL");
    d.undo_until_us = d.at_us + US_PER_MINUTE;
    d.machine_category = CATEGORY_HATE;
    d.machine_probability = 0.75;
    assert_ok(store_decision_put(f->store, &d, &f->err));
    return d;
}

static void a_person_comes_back_and_names_are_their_own(void **state)
{
    struct fixture *f = *state;
    struct id128 id = add_person(f, 0);
    struct person p, q;
    assert_ok(store_person_by_login(f->store, SV("login0"), &f->arena, &p, &f->err));
    assert_true(id_eq(&p.id, &id));
    assert_int_equal(roles_read(p.roles), 1u << ROLE_REVIEWER | 1u << ROLE_LEAD);
    assert_int_equal(p.locked_until_us, TIME_UNKNOWN);
    q = p;
    q.id.b[15] = 9;
    assert_int_equal(store_person_put(f->store, &q, &f->err), ERR_EXISTS);
    assert_non_null(strstr(f->err.text, "login0"));
    assert_int_equal(store_person_by_login(f->store, SV("' OR 1=1 --"), &f->arena, &q, &f->err),
                     ERR_NOTFOUND);
}

static void a_role_that_was_changed_stays_changed(void **state)
{
    struct fixture *f = *state;
    uint32_t roles[ROLE_COUNT];
    assert_ok(store_roles(f->store, roles, &f->err));
    assert_int_equal(roles[ROLE_PARTNER], role_permissions(ROLE_PARTNER));
    assert_ok(store_role_put(f->store, ROLE_PARTNER, 1u << PERM_ITEM_READ, &f->err));
    fixture_reopen(f);
    assert_ok(store_roles(f->store, roles, &f->err));
    assert_int_equal(roles[ROLE_PARTNER], 1u << PERM_ITEM_READ);
    assert_int_equal(roles[ROLE_ADMIN], role_permissions(ROLE_ADMIN));
}

static void a_settled_post_leaves_the_queue_and_comes_back_when_unsettled(void **state)
{
    struct fixture *f = *state;
    struct id128 me = add_person(f, 0);
    struct post p = queued(f, 1, 5);
    struct decision d = decide(f, &p, me, 1);
    struct desk_queue_row *rows;
    size_t n;
    assert_ok(store_settle(f->store, &d.id, &p.id, CATEGORY_HATE, &f->err));
    assert_ok(store_desk_queue(f->store, NULL, NULL, 10, &f->arena, &rows, &n, &f->err));
    assert_int_equal(n, 0);
    test_result(f, &p.id, CATEGORY_HATE, false, 9, US_PER_DAY); /* the same again: it stays settled */
    assert_int_equal(test_counts(f).queued, 0);
    test_result(f, &p.id, CATEGORY_EXTORTION, true, 9, US_PER_HOUR); /* something else was found */
    assert_int_equal(test_counts(f).queued, 1);
    assert_ok(store_settle(f->store, &d.id, &p.id, CATEGORY_EXTORTION, &f->err));
    assert_int_equal(test_counts(f).queued, 0);
    assert_ok(store_unsettle(f->store, &d.id, &f->err));
    assert_ok(store_desk_queue(f->store, NULL, NULL, 10, &f->arena, &rows, &n, &f->err));
    assert_int_equal(n, 1);
    assert_true(rows[0].q.hard);
    assert_sv(rows[0].desk_state, "open");
    assert_int_equal(rows[0].copies, 1);
}

struct odd {
    int n;
};
static int count_odd(void *arg, struct sv id, bool is_queued)
{
    ((struct odd *)arg)->n++;
    return 0;
}

static void the_ledger_finds_nothing_odd_in_a_settled_queue(void **state)
{
    struct fixture *f = *state;
    struct id128 me = add_person(f, 0);
    struct post p = queued(f, 1, 5), q = queued(f, 2, 6);
    struct decision d = decide(f, &p, me, 1);
    struct odd odd = {0};
    assert_ok(store_settle(f->store, &d.id, &p.id, CATEGORY_HATE, &f->err));
    assert_ok(store_queue_rank(f->store, &q.id, 77, T0, &f->err));
    assert_ok(ledger_odd_queue(f->store, count_odd, &odd, &f->err));
    assert_int_equal(odd.n, 0);
}

static void decisions_are_listed_newest_first_and_page_by_page(void **state)
{
    struct fixture *f = *state;
    struct id128 me = add_person(f, 0), you = add_person(f, 1);
    struct post p = queued(f, 1, 5), q = queued(f, 2, 6);
    decide(f, &p, me, 1);
    decide(f, &q, you, 2);
    struct decision last = decide(f, &p, me, 3), *rows;
    struct decision_filter filter;
    size_t n;
    decision_filter_init(&filter);
    assert_ok(store_decisions(f->store, &filter, 2, &f->arena, &rows, &n, &f->err));
    assert_int_equal(n, 2);
    assert_true(id_eq(&rows[0].id, &last.id));
    assert_sv(rows[0].facts, "facts with 'quotes' and \0 a NUL");
    filter.before_us = rows[1].at_us;
    filter.before = rows[1].id;
    assert_ok(store_decisions(f->store, &filter, 2, &f->arena, &rows, &n, &f->err));
    assert_int_equal(n, 1);
    decision_filter_init(&filter);
    filter.post = q.id;
    assert_ok(store_decisions(f->store, &filter, 9, &f->arena, &rows, &n, &f->err));
    assert_int_equal(n, 1);
    assert_true(id_eq(&rows[0].person, &you));
    filter.person = me;
    assert_ok(store_decisions(f->store, &filter, 9, &f->arena, &rows, &n, &f->err));
    assert_int_equal(n, 0);
    assert_ok(store_decisions_ripe(f->store, T0 + 2 * US_PER_MINUTE, 9, &f->arena, &rows, &n, &f->err));
    assert_int_equal(n, 1);
}

static void a_lease_is_of_one_person_until_it_runs_out(void **state)
{
    struct fixture *f = *state;
    struct id128 me = add_person(f, 0), you = add_person(f, 1);
    struct post p = queued(f, 1, 5);
    struct lease mine = {p.id, me, T0, T0 + 100}, yours = {p.id, you, T0 + 1, T0 + 101}, got;
    bool ok;
    int64_t count;
    assert_ok(store_lease_take(f->store, &mine, T0, &ok, &got, &f->err));
    assert_true(ok);
    assert_ok(store_lease_take(f->store, &yours, T0 + 1, &ok, &got, &f->err));
    assert_false(ok);
    assert_true(id_eq(&got.person, &me));
    mine.until_us = T0 + 200;
    assert_ok(store_lease_take(f->store, &mine, T0 + 50, &ok, &got, &f->err));
    assert_true(ok);
    assert_int_equal(got.until_us, T0 + 200);
    assert_ok(store_lease_end(f->store, &p.id, &you, &f->err));
    assert_ok(store_lease_count(f->store, &me, T0 + 60, &count, &f->err));
    assert_int_equal(count, 1);
    assert_ok(store_lease_take(f->store, &yours, T0 + 200, &ok, &got, &f->err));
    assert_true(ok);
}

static void posts_that_share_a_mark_are_alike(void **state)
{
    struct fixture *f = *state;
    struct post p = queued(f, 1, 5), q = queued(f, 2, 6), r = queued(f, 3, 7);
    struct id128 *ids;
    size_t n;
    assert_ok(store_look_todo(f->store, 10, &f->arena, &ids, &n, &f->err));
    assert_int_equal(n, 3);
    assert_ok(store_look_done(f->store, &p.id, &f->err));
    assert_ok(store_look_todo(f->store, 10, &f->arena, &ids, &n, &f->err));
    assert_int_equal(n, 2);
    assert_ok(store_likeness_put(f->store, SV("m1"), &p.id, &f->err));
    assert_ok(store_likeness_put(f->store, SV("m1"), &q.id, &f->err));
    assert_ok(store_likeness_put(f->store, SV("c1"), &q.id, &f->err));
    assert_ok(store_likeness_put(f->store, SV("c1"), &r.id, &f->err));
    assert_ok(store_likeness_of(f->store, &q.id, 10, &f->arena, &ids, &n, &f->err));
    assert_int_equal(n, 2);
    struct desk_queue_row row;
    assert_ok(store_desk_queue_one(f->store, &q.id, &f->arena, &row, &f->err));
    assert_int_equal(row.copies, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(a_person_comes_back_and_names_are_their_own),
        store_test(a_role_that_was_changed_stays_changed),
        store_test(a_settled_post_leaves_the_queue_and_comes_back_when_unsettled),
        store_test(the_ledger_finds_nothing_odd_in_a_settled_queue),
        store_test(decisions_are_listed_newest_first_and_page_by_page),
        store_test(a_lease_is_of_one_person_until_it_runs_out),
        store_test(posts_that_share_a_mark_are_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
