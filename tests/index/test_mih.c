#include "test.h"

#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "fail_alloc.h"
#include "index/mih_priv.h"
#include "tally.h"

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}
static struct hash256 random_hash(uint64_t *state)
{
    return (struct hash256){{next(state), next(state), next(state), next(state)}};
}
static struct hash256 flipped(struct hash256 h, int bits, uint64_t *state)
{
    struct hash256 was = h;
    while (hash256_distance(&h, &was) < bits) {
        unsigned at = (unsigned)(next(state) % 256);
        h.w[at / 64] =
            (h.w[at / 64] & ~(UINT64_C(1) << (at % 64))) | (~was.w[at / 64] & (UINT64_C(1) << (at % 64)));
    }
    return h;
}
static struct hash256 *room_for(size_t n)
{
    struct hash256 *h = malloc((n + 1) * sizeof *h);
    assert_non_null(h);
    return h;
}

/* One per payload. */
static int on_hit(void *arg, const struct mih_hit *hit)
{
    for (size_t i = 0; i < hit->npayloads; i++) {
        if (i > 0) assert_true(hit->payloads[i - 1] <= hit->payloads[i]);
        tally_add(arg, hit->query, hit->payloads[i], hit->distance);
    }
    return 0;
}

static struct tally by_loop(const struct hash256 *entries, size_t n, const struct hash256 *q, size_t nq,
                            int radius)
{
    struct tally t = {0, 0};
    for (size_t j = 0; j < nq; j++)
        for (size_t i = 0; i < n; i++) {
            int d = hash256_distance(&entries[i], &q[j]);
            if (d <= radius) tally_add(&t, (uint32_t)j, (uint32_t)i, d);
        }
    return t;
}

static void check_query(const struct mih *m, const struct hash256 *entries, size_t n, const struct hash256 *q,
                        size_t nq, int radius)
{
    struct tally want = by_loop(entries, n, q, nq, radius), got = {0, 0};
    assert_ok(mih_query(m, q, nq, radius, on_hit, &got));
    assert_int_equal(got.count, want.count);
    assert_true(got.mixed == want.mixed);
}

static void check_against_loop(const struct hash256 *entries, size_t n, const struct hash256 *q, size_t nq)
{
    static const int radii[] = {0, 1, 10, 11, 12, 22, 30, 31, 32, 64, 256};
    struct mih *m = NULL;
    assert_ok(mih_new(entries, NULL, n, 31, &m, NULL));
    assert_int_equal(mih_facts(m).entries, n);
    for (size_t r = 0; r < sizeof radii / sizeof *radii; r++) check_query(m, entries, n, q, nq, radii[r]);
    mih_free(m);
    struct hash256 *own = malloc((n ? n : 1) * sizeof *own);
    assert_non_null(own);
    if (n) memcpy(own, entries, n * sizeof *own);
    assert_ok(mih_take(own, NULL, n, 31, &m, NULL));
    check_query(m, entries, n, q, nq, 31);
    mih_free(m);
}

static void it_finds_what_the_loop_finds_at_every_size(void **state)
{
    static const size_t sizes[] = {0, 1, 2, 100, 5000, 60000};
    uint64_t seed = 88172645463325252u;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        size_t n = sizes[s];
        struct hash256 *entries = room_for(n), queries[24];
        for (size_t i = 0; i < n; i++) entries[i] = random_hash(&seed);
        for (int i = 0; i < 24; i++)
            queries[i] = n ? flipped(entries[next(&seed) % n], i * 2, &seed) : random_hash(&seed);
        check_against_loop(entries, n, queries, 24);
        free(entries);
    }
}

/* Every cut that a size can lead to, at the very edge of what the allowances promise. */
static void planted_at_the_radius_is_found_by_every_cut(void **state)
{
    uint64_t seed = 7;
    for (int radius = 0; radius <= 64; radius += 3) {
        struct hash256 entries[256], centre = random_hash(&seed);
        struct tally got = {0, 0};
        struct mih *m = NULL;
        for (int i = 0; i < 256; i++) entries[i] = flipped(centre, i < 128 ? radius : radius + 1, &seed);
        assert_ok(mih_new(entries, NULL, 256, radius, &m, NULL));
        assert_ok(mih_query(m, &centre, 1, radius, on_hit, &got));
        assert_int_equal(got.count, 128);
        mih_free(m);
    }
}

static void the_allowances_sum_to_what_exactness_needs(void **state)
{
    for (int parts = MIH_PARTS_MIN; parts <= MIH_PARTS_MAX; parts++)
        for (int radius = 0; radius <= 256; radius++) {
            int8_t allow[MIH_PARTS_MAX];
            int sum = 0;
            mih_allow(parts, radius, allow);
            for (int i = 0; i < parts; i++) sum += allow[i] + 1;
            assert_int_equal(sum, radius + 1);
        }
}

static void both_ways_to_a_parts_value_agree(void **state)
{
    uint64_t seed = 99;
    if (!mih_fast()) skip();
    for (int i = 0; i < 1000; i++) {
        struct hash256 h = random_hash(&seed);
        uint64_t mask[4] = {0};
        for (int b = 0; b < 26; b++) {
            unsigned at = (unsigned)(next(&seed) % 256);
            mask[at / 64] |= UINT64_C(1) << (at % 64);
        }
        assert_int_equal(mih_value_fast(&h, mask), mih_value_plain(&h, mask));
    }
}

/* Everything near everything: the tables would meet all, so that queries go to the scan, whole or half-way. */
static void crowded_hashes_are_searched_exactly(void **state)
{
    uint64_t seed = 11;
    size_t n = 30000;
    struct hash256 *entries = room_for(n), queries[8], centre = random_hash(&seed);
    for (size_t i = 0; i < n; i++) entries[i] = flipped(centre, (int)(next(&seed) % 40), &seed);
    for (int i = 0; i < 8; i++) queries[i] = i < 6 ? flipped(centre, i * 6, &seed) : random_hash(&seed);
    check_against_loop(entries, n, queries, 8);
    free(entries);
}

static int count_calls(void *arg, const struct mih_hit *hit)
{
    assert_int_equal(hit->npayloads, 200000);
    ++*(int *)arg;
    return 0;
}

static void a_hash_that_half_the_world_shares_is_one_hit(void **state)
{
    uint64_t seed = 12;
    size_t n = 200000;
    struct hash256 *entries = room_for(n), same = random_hash(&seed);
    struct mih *m = NULL;
    int calls = 0;
    for (size_t i = 0; i < n; i++) entries[i] = same;
    assert_ok(mih_new(entries, NULL, n, 31, &m, NULL));
    assert_int_equal(mih_facts(m).distinct, 1);
    assert_ok(mih_query(m, &same, 1, 31, count_calls, &calls));
    assert_int_equal(calls, 1);
    mih_free(m);
    free(entries);
}

static void payloads_are_the_callers_and_sorted(void **state)
{
    struct hash256 entries[4] = {{{5}}, {{9}}, {{5}}, {{5}}};
    uint32_t payloads[4] = {30, 40, 10, 20};
    struct tally got = {0, 0}, want = {0, 0};
    struct mih *m = NULL;
    assert_ok(mih_new(entries, payloads, 4, 0, &m, NULL));
    for (uint32_t p = 10; p <= 30; p += 10) tally_add(&want, 0, p, 0);
    assert_ok(mih_query(m, &entries[0], 1, 0, on_hit, &got));
    assert_true(got.count == 3 && got.mixed == want.mixed);
    mih_free(m);
}

static int stop_at_second(void *arg, const struct mih_hit *hit)
{
    (void)hit;
    return ++*(int *)arg == 2 ? 77 : 0;
}

static void a_hit_can_end_the_search(void **state)
{
    struct hash256 entries[8] = {0};
    struct mih *m = NULL;
    for (uint64_t i = 0; i < 8; i++) entries[i].w[0] = i;
    for (int radius = 31; radius <= 256; radius += 225) {
        int seen = 0;
        assert_ok(mih_new(entries, NULL, 8, 31, &m, NULL));
        assert_int_equal(mih_query(m, entries, 1, radius, stop_at_second, &seen), 77);
        assert_int_equal(seen, 2);
        mih_free(m);
    }
}

static void senseless_arguments_are_refused(void **state)
{
    struct hash256 one = {{1}};
    struct mih *m = NULL;
    assert_int_equal(mih_new(&one, NULL, 1, 257, &m, NULL), ERR_ARG);
    assert_int_equal(mih_new(&one, NULL, MIH_MAX_ENTRIES + 1, 31, &m, NULL), ERR_LIMIT);
    assert_null(m);
    assert_ok(mih_new(&one, NULL, 1, 31, &m, NULL));
    assert_int_equal(mih_query(m, &one, 1, -1, on_hit, NULL), ERR_ARG);
    mih_free(m);
}

/* ---- files ---- */

struct saved {
    char path[64];
    struct hash256 *entries;
    size_t n;
    struct buf bytes;
};

static void save(struct saved *s, size_t n)
{
    uint64_t seed = 5;
    struct mih *m = NULL;
    snprintf(s->path, sizeof s->path, "/tmp/test_mih.%d", (int)getpid());
    s->entries = room_for(n);
    s->n = n;
    for (size_t i = 0; i < n; i++) s->entries[i] = i % 3 ? random_hash(&seed) : s->entries[i / 2];
    assert_ok(mih_new(s->entries, NULL, n, 31, &m, NULL));
    assert_ok(mih_save(m, s->path, NULL));
    mih_free(m);
    buf_init(&s->bytes, 0);
    assert_ok(file_read(s->path, (size_t)1 << 28, &s->bytes, NULL));
}
static void saved_done(struct saved *s)
{
    unlink(s->path);
    free(s->entries);
    buf_done(&s->bytes);
}
static void rewrite(const struct saved *s, size_t n)
{
    FILE *f = fopen(s->path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(s->bytes.p, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}
/* New sums over changed bytes: what a forger would do. */
static void resum(struct saved *s)
{
    struct mih_head *h = (struct mih_head *)(void *)s->bytes.p;
    h->sum = mih_sum(s->bytes.p + MIH_HEAD_BYTES, s->bytes.n - MIH_HEAD_BYTES);
    h->head_sum = 0;
    h->head_sum = mih_sum(h, sizeof *h);
}

static void a_saved_index_opens_and_answers_the_same(void **state)
{
    struct saved s;
    struct mih *m = NULL;
    save(&s, 20000);
    for (enum mih_check check = MIH_CHECK_HEAD; check <= MIH_CHECK_ALL; check++) {
        assert_ok(mih_open(s.path, check, &m, NULL));
        check_query(m, s.entries, s.n, s.entries + 100, 20, 31);
        assert_ok(mih_save(m, s.path, NULL));
        mih_free(m);
    }
    struct buf again;
    buf_init(&again, 0);
    assert_ok(file_read(s.path, (size_t)1 << 28, &again, NULL));
    assert_true(sv_eq(buf_sv(&again), buf_sv(&s.bytes)));
    buf_done(&again);
    saved_done(&s);
}

static void damage_at_any_place_is_told(void **state)
{
    struct saved s;
    struct mih *m = NULL;
    struct error err;
    save(&s, 40);
    for (size_t at = 0; at < s.bytes.n; at += at < 4096 ? 7 : 1009) {
        /* What lies between the head and the first section belongs to neither. */
        s.bytes.p[at] ^= 0x10;
        rewrite(&s, s.bytes.n);
        int rc = mih_open(s.path, MIH_CHECK_ALL, &m, &err);
        if (at < sizeof(struct mih_head) || at >= MIH_HEAD_BYTES) {
            assert_true(rc == ERR_FORMAT || rc == ERR_UNSUPPORTED);
            assert_non_null(strstr(err.text, "build it again"));
        } else {
            assert_ok(rc);
            mih_free(m);
        }
        s.bytes.p[at] ^= 0x10;
    }
    for (size_t n = 0; n < s.bytes.n; n += 4093) {
        rewrite(&s, n);
        assert_int_equal(mih_open(s.path, MIH_CHECK_HEAD, &m, &err), ERR_FORMAT);
    }
    saved_done(&s);
    assert_int_equal(mih_open(s.path, MIH_CHECK_ALL, &m, &err), ERR_NOTFOUND);
}

static int touch_payloads(void *arg, const struct mih_hit *hit)
{
    for (size_t i = 0; i < hit->npayloads; i++) *(uint64_t *)arg += hit->payloads[i];
    return 0;
}

/* Tables full of nonsense under right sums: nothing outside the file is read (the sanitizers and the guard of the
 * mapping's end would tell). */
static void a_forged_index_answers_nonsense_within_its_bytes(void **state)
{
    struct saved s;
    uint64_t seed = 3, sum = 0;
    save(&s, 500);
    for (int round = 0; round < 8; round++) {
        struct mih *m = NULL;
        for (size_t at = MIH_HEAD_BYTES; at + 8 <= s.bytes.n; at += 8) {
            uint64_t w = next(&seed) >> (round % 4 * 16);
            memcpy(s.bytes.p + at, &w, 8);
        }
        resum(&s);
        rewrite(&s, s.bytes.n);
        assert_ok(mih_open(s.path, MIH_CHECK_ALL, &m, NULL));
        assert_ok(mih_query(m, s.entries, 50, 31, touch_payloads, &sum));
        mih_free(m);
    }
    saved_done(&s);
}

static void a_forged_head_is_refused(void **state)
{
    struct saved s;
    struct mih *m = NULL;
    save(&s, 40);
    struct mih_head was = *(struct mih_head *)(void *)s.bytes.p, *h = (struct mih_head *)(void *)s.bytes.p;
    for (int what = 0; what < 7; what++) {
        *h = was;
        if (what == 0) h->parts = 0;
        if (what == 1) h->parts = MIH_PARTS_MAX + 1;
        if (what == 2) h->entries = UINT64_MAX / 2;
        if (what == 3) h->distinct = 0;
        if (what == 4) h->masks[1][0] |= h->masks[0][0];
        if (what == 5) h->masks[0][3] = 0;
        if (what == 6) h->bytes += 64;
        resum(&s);
        rewrite(&s, s.bytes.n);
        assert_int_equal(mih_open(s.path, MIH_CHECK_HEAD, &m, NULL), ERR_FORMAT);
    }
    saved_done(&s);
}

static void failing_memory_leaves_nothing_behind(void **state)
{
    uint64_t seed = 21;
    struct hash256 entries[300];
    for (int i = 0; i < 300; i++) entries[i] = random_hash(&seed);
    bool done = false;
    for (unsigned n = 1; !done; n++) {
        struct mih *m = NULL;
        struct tally got = {0, 0};
        fail_alloc_at(n);
        int rc = mih_new(entries, NULL, 300, 31, &m, NULL);
        if (rc == 0) rc = mih_query(m, entries, 4, 31, on_hit, &got);
        if (rc == 0) rc = mih_query(m, entries, 4, 200, on_hit, &got);
        done = !fail_alloc_stop();
        assert_int_equal(rc, done ? 0 : ERR_NOMEM);
        mih_free(m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_finds_what_the_loop_finds_at_every_size),
        cmocka_unit_test(planted_at_the_radius_is_found_by_every_cut),
        cmocka_unit_test(the_allowances_sum_to_what_exactness_needs),
        cmocka_unit_test(both_ways_to_a_parts_value_agree),
        cmocka_unit_test(crowded_hashes_are_searched_exactly),
        cmocka_unit_test(a_hash_that_half_the_world_shares_is_one_hit),
        cmocka_unit_test(payloads_are_the_callers_and_sorted),
        cmocka_unit_test(a_hit_can_end_the_search),
        cmocka_unit_test(senseless_arguments_are_refused),
        cmocka_unit_test(a_saved_index_opens_and_answers_the_same),
        cmocka_unit_test(damage_at_any_place_is_told),
        cmocka_unit_test(a_forged_index_answers_nonsense_within_its_bytes),
        cmocka_unit_test(a_forged_head_is_refused),
        cmocka_unit_test(failing_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
