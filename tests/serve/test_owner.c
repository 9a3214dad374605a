/* The one thread that writes: who waits together is written together, what fails is undone by itself, and each step of the
 * ledger is in the name of whoever took it. */
#include "test.h"

#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

#include "base/limits.h"
#include "serve/owner.h"
#include "store/ledger.h"

enum { WRITERS = 8, FAILS = 3 };

struct fixture {
    struct error err;
    struct store *store;
    struct owner *owner;
    sem_t entered, go_on;
};

static int setup(void **state)
{
    static struct fixture f;
    f = (struct fixture){.store = NULL};
    sem_init(&f.entered, 0, 0);
    sem_init(&f.go_on, 0, 0);
    *state = &f;
    int code = store_open(":memory:", &f.store, &f.err);
    struct owner_how how = {.store = f.store};
    return code == 0 ? owner_new(&how, &f.owner, &f.err) : code;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    owner_free(f->owner);
    store_close(f->store);
    return 0;
}

/* Holds the writing thread until everybody else waits. */
static int hold(void *arg, struct store *s, struct error *err)
{
    struct fixture *f = arg;
    sem_post(&f->entered);
    while (sem_wait(&f->go_on) != 0) continue;
    return 0;
}

static void *hold_it(void *arg)
{
    struct fixture *f = arg;
    struct error err;
    return owner_do(f->owner, SV("holder"), hold, f, &err) == 0 ? NULL : arg;
}

struct writer {
    struct fixture *f;
    pthread_t thread;
    char name[8];
    int number, runs, code;
    struct error err;
};

static int write_one(void *arg, struct store *s, struct error *err)
{
    struct writer *w = arg;
    w->runs++;
    int code = ledger_append(s, STEP_VIEW, sv_cstr(w->name), SV_NULL, err);
    if (code == 0 && w->number % FAILS == 1) code = error_set(err, ERR_LIMIT, "test", "not this one");
    return code;
}

static void *write_it(void *arg)
{
    struct writer *w = arg;
    w->code = owner_do(w->f->owner, sv_cstr(w->name), write_one, w, &w->err);
    return NULL;
}

static void wait_for_waiting(struct fixture *f, unsigned n)
{
    struct owner_stats o;
    do {
        usleep(1000);
        owner_stats(f->owner, &o);
    } while (o.waiting < n);
}

static int in_its_own_name(void *arg, const struct ledger_entry *e)
{
    size_t *n = arg;
    (*n)++;
    return sv_eq(record_word(e->record, "by"), e->subject) ? 0 : 1;
}

static void what_fails_is_undone_by_itself_and_the_others_run_once(void **state)
{
    struct fixture *f = *state;
    static struct writer w[WRITERS];
    struct owner_stats before, after;
    pthread_t holder;
    size_t n = 0, good = 0;
    void *held;
    assert_int_equal(pthread_create(&holder, NULL, hold_it, f), 0);
    while (sem_wait(&f->entered) != 0) continue;
    for (int i = 0; i < WRITERS; i++) {
        w[i] = (struct writer){.f = f, .number = i};
        snprintf(w[i].name, sizeof w[i].name, "w%d", i);
        assert_int_equal(pthread_create(&w[i].thread, NULL, write_it, &w[i]), 0);
    }
    wait_for_waiting(f, WRITERS);
    owner_stats(f->owner, &before);
    sem_post(&f->go_on);
    pthread_join(holder, &held);
    assert_null(held);
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(w[i].thread, NULL);
        bool fails = i % FAILS == 1;
        assert_int_equal(w[i].code, fails ? ERR_LIMIT : 0);
        if (fails) assert_string_equal(w[i].err.text, "not this one");
        assert_int_equal(w[i].runs, 1);
        good += !fails;
    }
    owner_stats(f->owner, &after);
    assert_int_equal(after.commits - before.commits, 2); /* the holder's, and that of all the others */
    assert_int_equal(after.failed - before.failed, WRITERS - good);
    assert_int_equal(after.times[OWNER_COMMIT].n - before.times[OWNER_COMMIT].n, 2);
    assert_int_equal(after.times[OWNER_WAIT].n, WRITERS + 1);
    assert_ok(ledger_entries(f->store, 0, in_its_own_name, &n, &f->err));
    assert_int_equal(n, good);
}

static int begin_and_commit(void *arg, struct store *s, struct error *err)
{
    int code = store_begin(s, err);
    return code == 0 ? store_commit(s, err) : code;
}

static void between_transactions_none_is_open(void **state)
{
    struct fixture *f = *state;
    struct owner_stats o;
    assert_int_equal(owner_do(f->owner, SV("a"), begin_and_commit, NULL, &f->err), ERR_ARG);
    assert_ok(owner_between(f->owner, begin_and_commit, NULL, &f->err));
    owner_stats(f->owner, &o);
    assert_int_equal(o.times[OWNER_BETWEEN].n, 1);
    assert_int_equal(o.writes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_fails_is_undone_by_itself_and_the_others_run_once, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(between_transactions_none_is_open, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
