#include "test.h"

#include "base/file.h"
#include "index/hamming_priv.h"
#include "tally.h"

static const struct hamming_scan *const all_scans[] = {
    &hamming_scan_plain,
#if defined(__x86_64__)
    &hamming_scan_avx2,
    &hamming_scan_avx512,
#endif
};
enum { SCANS = sizeof all_scans / sizeof *all_scans };

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
    for (int done = 0; done < bits;) {
        unsigned at = (unsigned)(next(state) % 256);
        struct hash256 was = h;
        h.w[at / 64] ^= UINT64_C(1) << (at % 64);
        if (hash256_distance(&h, &was) == 1) done++;
    }
    return h;
}

static int on_hit(void *arg, const struct hamming_hit *hit)
{
    tally_add(arg, hit->query, hit->payload, hit->distance);
    return 0;
}

static struct tally by_loop(const struct hash256 *entries, size_t n, const struct hash256 *q, size_t nq,
                            int radius)
{
    struct tally t = {0, 0};
    for (size_t j = 0; j < nq; j++)
        for (size_t i = 0; i < n; i++) {
            int d = hash256_distance(&entries[i], &q[j]);
            if (d <= radius) tally_add(&t, (uint32_t)j, (uint32_t)i * 3 + 1, d);
        }
    return t;
}

static void check_against_loop(const struct hash256 *entries, size_t n, const struct hash256 *q, size_t nq,
                               int radius)
{
    uint32_t *payloads = malloc((n + 1) * sizeof *payloads);
    struct hamming *h;
    assert_non_null(payloads);
    for (size_t i = 0; i < n; i++) payloads[i] = (uint32_t)i * 3 + 1;
    assert_ok(hamming_new(entries, payloads, n, 256, &h, NULL));
    assert_int_equal(hamming_count(h), n);
    struct tally want = by_loop(entries, n, q, nq, radius);
    for (size_t s = 0; s < SCANS; s++) {
        if (!all_scans[s]->usable()) continue;
        struct tally got = {0, 0};
        assert_ok(hamming_query_with(all_scans[s], h, q, nq, radius, on_hit, &got));
        assert_int_equal(got.count, want.count);
        assert_true(got.mixed == want.mixed);
    }
    hamming_free(h);
    free(payloads);
}

static void every_scan_finds_what_the_loop_finds(void **state)
{
    static const size_t sizes[] = {0, 1, 7, 8, 9, 63, 1023, 1024, 1025, 5000};
    uint64_t seed = 88172645463325252u;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        size_t n = sizes[s];
        struct hash256 *entries = malloc((n + 1) * sizeof *entries), queries[20];
        assert_non_null(entries);
        for (size_t i = 0; i < n; i++) entries[i] = random_hash(&seed);
        for (int i = 0; i < 20; i++)
            queries[i] = n ? flipped(entries[next(&seed) % n], i * 2, &seed) : random_hash(&seed);
        for (int radius = 0; radius <= 256; radius += radius < 32 ? 1 : 32)
            check_against_loop(entries, n, queries, 20, radius);
        free(entries);
    }
}

static void padding_is_never_found(void **state)
{
    struct hash256 zero = {{0}}, one = {{1}};
    check_against_loop(&one, 1, &zero, 1, 256);
    check_against_loop(&zero, 1, &zero, 1, 0);
}

static void planted_entries_are_found_up_to_the_radius_and_not_beyond(void **state)
{
    uint64_t seed = 42;
    struct hash256 centre = random_hash(&seed), entries[64];
    uint32_t payloads[64];
    for (uint32_t i = 0; i < 64; i++) {
        entries[i] = centre;
        for (uint32_t b = 0; b < i; b++) entries[i].w[b % 4] ^= UINT64_C(1) << (b / 4 * 3);
        payloads[i] = i;
        assert_int_equal(hash256_distance(&entries[i], &centre), i);
    }
    struct hamming *h;
    assert_ok(hamming_new(entries, payloads, 64, 31, &h, NULL));
    struct tally got = {0, 0};
    assert_ok(hamming_query(h, &centre, 1, 31, on_hit, &got));
    assert_int_equal(got.count, 32);
    assert_int_equal(hamming_query(h, &centre, 1, 32, on_hit, &got), ERR_ARG);
    hamming_free(h);
}

static int stop_at_third(void *arg, const struct hamming_hit *hit)
{
    int *seen = arg;
    return ++*seen == 3 ? 77 : 0;
}

static void a_hit_can_end_the_search(void **state)
{
    struct hash256 same[100];
    uint32_t payloads[100] = {0};
    int seen = 0;
    struct hamming *h;
    memset(same, 0x5a, sizeof same);
    assert_ok(hamming_new(same, payloads, 100, 31, &h, NULL));
    assert_int_equal(hamming_query(h, same, 1, 0, stop_at_third, &seen), 77);
    assert_int_equal(seen, 3);
    hamming_free(h);
}

static size_t load_hashes(const char *name, struct hash256 *out, size_t max)
{
    char path[4096];
    struct buf b;
    struct sv rest, line;
    size_t n = 0;
    snprintf(path, sizeof path, "%s/data/pdq/%s", test_shared_dir(), name);
    buf_init(&b, 0);
    assert_ok(file_read(path, 1 << 20, &b, NULL));
    rest = buf_sv(&b);
    while (n < max && sv_split(&rest, '\n', &line))
        if (hash256_parse(sv_trim(line), &out[n])) n++;
    buf_done(&b);
    return n;
}

static void real_hashes_are_searched_exactly(void **state)
{
    static struct hash256 hay[2000], needles[200];
    if (!test_shared_dir()) {
        print_message("# skipped: MARSAD_SHARED is not set, the lists of real hashes are not here\n");
        skip();
    }
    size_t n = load_hashes("haystack.txt", hay, 2000), m = load_hashes("needles.txt", needles, 200);
    assert_int_equal(n, 1350);
    assert_int_equal(m, 100);
    check_against_loop(hay, n, needles, m, 31);
    check_against_loop(hay, n, needles, m, 90);
}

static void a_radius_beyond_the_bits_is_refused(void **state)
{
    struct hamming *h = NULL;
    struct error err;
    assert_int_equal(hamming_new(NULL, NULL, 0, 257, &h, &err), ERR_ARG);
    assert_null(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scan_finds_what_the_loop_finds),
        cmocka_unit_test(padding_is_never_found),
        cmocka_unit_test(planted_entries_are_found_up_to_the_radius_and_not_beyond),
        cmocka_unit_test(a_hit_can_end_the_search),
        cmocka_unit_test(real_hashes_are_searched_exactly),
        cmocka_unit_test(a_radius_beyond_the_bits_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
