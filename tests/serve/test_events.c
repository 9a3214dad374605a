/* As many listen as may, some of them slow, while news come from several threads: each hears all, or is told to look anew. */
#include "serve_test.h"

#include "base/limits.h"

#include <pthread.h>
#include <stdatomic.h>

enum { LISTENERS = SERVE_MAX_LISTENERS, TOO_MANY = 136, SLOW_EACH = 8, TELLERS = 4, NEWS_EACH = 250 };
enum { FOR_ONE_EACH = 5, FOR_ONE = 3, ALL = TELLERS * NEWS_EACH, FOR_HIM = TELLERS * FOR_ONE_EACH };

struct hall {
    struct events *events;
    pthread_mutex_t door; /* who is slow waits at it */
    atomic_uint listening, ready;
};
struct ear {
    struct hall *hall;
    pthread_t thread;
    struct id128 person;
    unsigned heard, own;
    bool slow, greeted, lost, ended;
};

static bool hear(void *arg, const void *p, size_t n)
{
    struct ear *e = arg;
    struct sv line = sv_of(p, n);
    bool was_ready = e->lost || e->ended, greeting = sv_find(line, SV("event: hello\n"), 0) != SIZE_MAX;
    e->heard += sv_starts(line, SV("event: queue\n"));
    e->own += sv_starts(line, SV("event: handed\n"));
    e->lost |= sv_starts(line, SV("event: refresh\n"));
    e->ended |= sv_starts(line, SV("event: policy\n"));
    e->greeted |= greeting;
    if (greeting) atomic_fetch_add(&e->hall->listening, 1);
    if (!was_ready && (e->lost || e->ended)) atomic_fetch_add(&e->hall->ready, 1);
    if (greeting && e->slow) {
        pthread_mutex_lock(&e->hall->door);
        pthread_mutex_unlock(&e->hall->door);
    }
    return true;
}

static void *listen_all(void *arg)
{
    struct ear *e = arg;
    events_serve(e->hall->events, &e->person, hear, e);
    return NULL;
}

static void *tell_all(void *arg)
{
    struct hall *h = arg;
    struct id128 one = {{FOR_ONE}};
    for (int i = 0; i < NEWS_EACH; i++) {
        events_send(h->events, "queue", NULL, SV("{}"));
        if (i % (NEWS_EACH / FOR_ONE_EACH) == 0) events_send(h->events, "handed", &one, SV("{}"));
    }
    return NULL;
}

static void come(struct hall *h, struct ear *ears, int from, int to)
{
    for (int i = from; i < to; i++) {
        ears[i] = (struct ear){.hall = h, .person = {{(uint8_t)i}}, .slow = i % SLOW_EACH == 0};
        assert_int_equal(pthread_create(&ears[i].thread, NULL, listen_all, &ears[i]), 0);
    }
}

static void wait_for(atomic_uint *n, unsigned wanted)
{
    while (atomic_load(n) < wanted) usleep(1000);
}

static void each_hears_all_or_is_told_to_look_anew(void **state)
{
    struct hall h = {.door = PTHREAD_MUTEX_INITIALIZER};
    struct ear *ears = calloc(LISTENERS + TOO_MANY, sizeof *ears);
    pthread_t tellers[TELLERS];
    struct error err;
    (void)state;
    assert_non_null(ears);
    assert_ok(events_new(&h.events, &err));
    pthread_mutex_lock(&h.door);
    come(&h, ears, 0, LISTENERS / 2);
    wait_for(&h.listening, LISTENERS / 2);
    assert_false(events_full(h.events));
    for (int i = 0; i < TELLERS; i++) assert_int_equal(pthread_create(&tellers[i], NULL, tell_all, &h), 0);
    come(&h, ears, LISTENERS / 2, LISTENERS);
    wait_for(&h.listening, LISTENERS);
    assert_true(events_full(h.events));
    come(&h, ears, LISTENERS, LISTENERS + TOO_MANY);
    for (int i = 0; i < TOO_MANY; i++) pthread_join(ears[LISTENERS + i].thread, NULL);
    for (int i = 0; i < TELLERS; i++) pthread_join(tellers[i], NULL); /* whoever is slow holds nobody up */
    assert_int_equal(events_sent(h.events), ALL + FOR_HIM);
    pthread_mutex_unlock(&h.door);
    events_send(h.events, "policy", NULL, SV("{}"));
    wait_for(&h.ready, LISTENERS);
    events_stop(h.events);
    for (int i = 0; i < LISTENERS; i++) pthread_join(ears[i].thread, NULL);
    for (int i = 0; i < LISTENERS / 2; i++) {
        struct ear *e = &ears[i];
        if (e->slow) assert_true(e->lost);
        if (!e->lost) assert_int_equal(e->heard, ALL);
        if (!e->lost) assert_int_equal(e->own, i == FOR_ONE ? FOR_HIM : 0);
        if (i != FOR_ONE) assert_int_equal(e->own, 0);
    }
    for (int i = LISTENERS; i < LISTENERS + TOO_MANY; i++) assert_false(ears[i].greeted);
    events_free(h.events);
    free(ears);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_hears_all_or_is_told_to_look_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
