/* The index that grows: the same answers as a loop at every size, after every save, and no wrong ones after any damage. */
#include "test.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "fail_alloc.h"
#include "index/shelf_priv.h"
#include "tally.h"

enum { RADIUS = 31 };

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

struct set {
    struct hash256 *v;
    uint32_t *payloads;
    size_t n;
};

/* Every third hash is one of before with a few bits flipped, every seventh the same again. */
static struct set make(size_t n, uint64_t seed)
{
    struct set s = {malloc(n * sizeof *s.v), malloc(n * sizeof *s.payloads), n};
    assert_true(s.v && s.payloads);
    for (size_t i = 0; i < n; i++) {
        for (int k = 0; k < 4; k++) s.v[i].w[k] = next(&seed);
        s.payloads[i] = (uint32_t)i;
        if (i % 7 == 6 || i % 3 == 2) s.v[i] = s.v[next(&seed) % i];
        for (unsigned k = 0; i % 7 != 6 && i % 3 == 2 && k < i % 40; k++) {
            unsigned at = (unsigned)(next(&seed) % 256);
            s.v[i].w[at / 64] ^= UINT64_C(1) << (at % 64);
        }
    }
    return s;
}
static void done(struct set *s)
{
    free(s->v);
    free(s->payloads);
}

static int on_hit(void *arg, const struct mih_hit *hit)
{
    for (size_t i = 0; i < hit->npayloads; i++) tally_add(arg, hit->query, hit->payloads[i], hit->distance);
    return 0;
}

static void assert_same_as_a_loop(const struct shelf *s, const struct set *set, size_t n,
                                  bool (*keep)(void *arg, uint32_t payload))
{
    enum { QUERIES = 24 };
    struct hash256 q[QUERIES];
    struct tally want = {0}, got = {0};
    for (size_t i = 0; i < QUERIES; i++) {
        q[i] = set->v[n ? i * 7919 % n : 0];
        q[i].w[i % 4] ^= UINT64_C(0x11) << i;
        for (size_t k = 0; k < n; k++) {
            int d = hash256_distance(&q[i], &set->v[k]);
            if (d <= RADIUS && (!keep || keep(NULL, (uint32_t)k)))
                tally_add(&want, (uint32_t)i, (uint32_t)k, d);
        }
    }
    assert_int_equal(shelf_query(s, q, QUERIES, RADIUS, on_hit, &got), 0);
    assert_int_equal(got.count, want.count);
    assert_true(got.mixed == want.mixed);
}

static const char *folder(void)
{
    static char path[64];
    if (!path[0]) {
        strcpy(path, "/tmp/marsad-shelf-XXXXXX");
        assert_non_null(mkdtemp(path));
    }
    return path;
}
static int clean(void **state)
{
    struct error err;
    return dir_remove_tree(folder(), &err);
}

static void what_is_added_is_found_at_every_size(void **state)
{
    static const size_t steps[] = {1, 6, 500, 9000, 9000, 16384, 3, 40000, 17, 30000, 16000, 16000, 16000};
    struct set set = make(200000, 7);
    struct shelf *s = NULL;
    size_t n = 0;
    assert_ok(shelf_new(RADIUS, &s, NULL));
    assert_same_as_a_loop(s, &set, 0, NULL);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        assert_ok(shelf_add(s, set.v + n, set.payloads + n, steps[i], NULL));
        n += steps[i];
        assert_int_equal(shelf_count(s), n);
        if (i % 3 == 0 || i > 10) assert_same_as_a_loop(s, &set, n, NULL);
    }
    assert_ok(shelf_tidy(s, NULL, NULL, NULL));
    assert_int_equal(shelf_facts(s).indexes, 1);
    assert_same_as_a_loop(s, &set, n, NULL);
    shelf_free(s);
    done(&set);
}

static bool odd(void *arg, uint32_t payload) { return payload & 1; }

static void tidying_leaves_out_what_is_not_wanted(void **state)
{
    struct set set = make(60000, 8);
    struct shelf *s = NULL;
    assert_ok(shelf_new(RADIUS, &s, NULL));
    assert_ok(shelf_add(s, set.v, set.payloads, 40000, NULL));
    for (size_t at = 40000; at < set.n; at += 5000)
        assert_ok(shelf_add(s, set.v + at, set.payloads + at, 5000, NULL));
    assert_ok(shelf_tidy(s, odd, NULL, NULL));
    assert_int_equal(shelf_count(s), 30000);
    assert_same_as_a_loop(s, &set, set.n, odd);
    shelf_free(s);
    done(&set);
}

static void what_was_saved_is_opened_and_goes_on_growing(void **state)
{
    struct set set = make(60000, 9);
    struct shelf *s = NULL;
    struct error err;
    uint64_t mark = 0;
    assert_int_equal(shelf_open(folder(), "grow", &s, &mark, &err), ERR_NOTFOUND);
    assert_ok(shelf_new(RADIUS, &s, NULL));
    for (size_t n = 0, round = 1; n < set.n; n += 10000, round++) {
        assert_ok(shelf_add(s, set.v + n, set.payloads + n, 10000, NULL));
        assert_ok(shelf_save(s, folder(), "grow", round, &err));
        shelf_free(s);
        s = NULL;
        assert_ok(shelf_open(folder(), "grow", &s, &mark, &err));
        assert_int_equal(mark, round);
        assert_same_as_a_loop(s, &set, n + 10000, NULL);
    }
    shelf_free(s);
    done(&set);
}

static void copy_file(const char *from, const char *to, struct buf *b)
{
    assert_ok(file_read(from, (size_t)64 << 20, b, NULL));
    assert_ok(file_write_atomic(to, buf_sv(b), NULL));
}

/* The index's file of a fresh save named `name`. */
static void save_small(const char *name, const struct set *set, char index[256], char list[256])
{
    struct shelf *s = NULL;
    struct error err;
    assert_ok(shelf_new(RADIUS, &s, NULL));
    assert_ok(shelf_add(s, set->v, set->payloads, 20000, NULL));
    assert_ok(shelf_add(s, set->v + 20000, set->payloads + 20000, 100, NULL));
    assert_ok(shelf_save(s, folder(), name, 5, &err));
    shelf_free(s);
    snprintf(index, 256, "%s/%s.%016x.mih", folder(), name, 1);
    snprintf(list, 256, "%s/%s.shelf", folder(), name);
    assert_true(file_exists(index) && file_exists(list));
}

/* Refused, or the answers are right. */
static void assert_never_wrong(const char *name, const struct set *set)
{
    struct shelf *s = NULL;
    struct error err;
    uint64_t mark;
    int rc = shelf_open(folder(), name, &s, &mark, &err);
    if (rc == 0) {
        assert_int_equal(mark, 5);
        assert_same_as_a_loop(s, set, 20100, NULL);
    } else {
        assert_int_equal(rc, ERR_FORMAT);
    }
    shelf_free(s);
}

static void a_flipped_bit_anywhere_is_noticed(void **state)
{
    struct set set = make(20100, 10);
    char index[256], list[256];
    struct buf whole;
    uint64_t seed = 77;
    size_t refused = 0, tries = 0;
    buf_init(&whole, 0);
    save_small("flip", &set, index, list);
    for (int which = 0; which < 2; which++) {
        const char *path = which ? index : list;
        assert_ok(file_read(path, (size_t)64 << 20, &whole, NULL));
        for (int i = 0; i < 60; i++, tries++) {
            size_t at = i < 20 ? (size_t)i * 5 : next(&seed) % whole.n;
            struct shelf *s = NULL;
            struct error err;
            uint64_t mark;
            whole.p[at] ^= (char)(1 << (i % 8));
            assert_ok(file_write_atomic(path, buf_sv(&whole), NULL));
            int rc = shelf_open(folder(), "flip", &s, &mark, &err);
            if (rc) assert_int_equal(rc, ERR_FORMAT);
            refused += rc != 0;
            if (rc == 0) assert_same_as_a_loop(s, &set, 20100, NULL);
            shelf_free(s);
            whole.p[at] ^= (char)(1 << (i % 8));
        }
        assert_ok(file_write_atomic(path, buf_sv(&whole), NULL));
    }
    assert_true(refused >= tries - 8); /* the room after an index's head holds nothing */
    assert_never_wrong("flip", &set);
    buf_done(&whole);
    done(&set);
}

static void a_file_cut_at_any_byte_is_noticed(void **state)
{
    struct set set = make(20100, 11);
    char index[256], list[256];
    struct buf whole;
    uint64_t seed = 78;
    buf_init(&whole, 0);
    save_small("cut", &set, index, list);
    for (int which = 0; which < 2; which++) {
        const char *path = which ? index : list;
        assert_ok(file_read(path, (size_t)64 << 20, &whole, NULL));
        for (int i = 0; i < 40; i++) {
            struct shelf *s = NULL;
            struct error err;
            uint64_t mark;
            size_t n = i < 10 ? (size_t)i * 13 : next(&seed) % whole.n;
            assert_ok(file_write_atomic(path, sv_of(whole.p, n), NULL));
            assert_int_equal(shelf_open(folder(), "cut", &s, &mark, &err), ERR_FORMAT);
        }
        assert_ok(file_write_atomic(path, buf_sv(&whole), NULL));
    }
    assert_never_wrong("cut", &set);
    assert_int_equal(unlink(index), 0);
    assert_never_wrong("cut", &set);
    buf_done(&whole);
    done(&set);
}

/* A save is killed after any of its steps: what lies there then is an old list with files of a newer save beside it. */
static void a_save_that_was_killed_leaves_the_old_state(void **state)
{
    struct set set = make(40000, 12);
    char index[256], list[256], kept[256];
    struct shelf *s = NULL;
    struct error err;
    struct buf b;
    uint64_t mark;
    buf_init(&b, 0);
    save_small("kill", &set, index, list);
    snprintf(kept, sizeof kept, "%s/kept", folder());
    copy_file(list, kept, &b);
    assert_ok(shelf_open(folder(), "kill", &s, &mark, &err));
    assert_ok(shelf_add(s, set.v + 20100, set.payloads + 20100, 19900, &err));
    assert_ok(shelf_save(s, folder(), "kill", 6, &err));
    shelf_free(s);
    s = NULL;
    copy_file(kept, list, &b); /* as if the list had not been replaced */
    assert_never_wrong("kill", &set);
    assert_ok(shelf_open(folder(), "kill", &s, &mark, &err));
    assert_ok(shelf_add(s, set.v + 20100, set.payloads + 20100, 19900, &err));
    assert_ok(shelf_save(s, folder(), "kill", 7, &err));
    shelf_free(s);
    s = NULL;
    assert_ok(shelf_open(folder(), "kill", &s, &mark, &err));
    assert_int_equal(mark, 7);
    assert_same_as_a_loop(s, &set, set.n, NULL);
    shelf_free(s);
    buf_done(&b);
    done(&set);
}

static void failing_memory_leaves_it_as_it_was(void **state)
{
    struct set set = make(33000, 13);
    for (unsigned n = 1;; n++) {
        struct shelf *s = NULL;
        assert_ok(shelf_new(RADIUS, &s, NULL));
        assert_ok(shelf_add(s, set.v, set.payloads, 16000, NULL));
        fail_alloc_at(n);
        int rc = shelf_add(s, set.v + 16000, set.payloads + 16000, 1000, NULL);
        bool failed = fail_alloc_stop();
        assert_int_equal(rc, failed ? ERR_NOMEM : 0);
        assert_int_equal(shelf_count(s), failed ? 16000 : 17000);
        assert_same_as_a_loop(s, &set, failed ? 16000 : 17000, NULL);
        shelf_free(s);
        if (!failed) break;
        assert_true(n < 200);
    }
    done(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_added_is_found_at_every_size),
        cmocka_unit_test(tidying_leaves_out_what_is_not_wanted),
        cmocka_unit_test(what_was_saved_is_opened_and_goes_on_growing),
        cmocka_unit_test(a_flipped_bit_anywhere_is_noticed),
        cmocka_unit_test(a_file_cut_at_any_byte_is_noticed),
        cmocka_unit_test(a_save_that_was_killed_leaves_the_old_state),
        cmocka_unit_test(failing_memory_leaves_it_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, clean);
}
