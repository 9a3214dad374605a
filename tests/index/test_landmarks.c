#include "test.h"

#include <unistd.h>

#include "base/file.h"
#include "index/landmarks_priv.h"
#include "made_prints.h"

enum { REFS = 30, TICKS = 15000, CAP = 2000 };

struct world {
    struct landmark v[REFS][CAP];
    struct landmark_print prints[REFS];
    struct buf bytes;
    struct landmarks *index;
    struct landmark_scratch *scratch;
};

static int setup(void **state)
{
    struct error err;
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    for (uint32_t i = 0; i < REFS; i++) {
        w->prints[i].n = made_print(i, TICKS, w->v[i], CAP);
        w->prints[i].v = w->v[i];
        w->prints[i].ticks = TICKS;
        w->prints[i].id.b[0] = (uint8_t)(i + 1);
    }
    buf_init(&w->bytes, 0);
    assert_ok(landmarks_build(w->prints, REFS, &w->bytes, &err));
    assert_ok(landmarks_over(buf_sv(&w->bytes), &w->index, &err));
    assert_ok(landmark_scratch_new(&w->scratch, &err));
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    landmarks_free(w->index);
    landmark_scratch_free(w->scratch);
    buf_done(&w->bytes);
    free(w);
    return 0;
}

static size_t ask(struct world *w, const struct landmark *q, size_t n,
                  struct landmark_match m[LANDMARK_MATCHES_MAX])
{
    struct error err;
    size_t got = 99;
    assert_ok(landmarks_query(w->index, w->scratch, q, n, m, &got, &err));
    assert_true(got <= LANDMARK_MATCHES_MAX);
    return got;
}

static void a_copy_is_found_with_its_place_tempo_and_pitch(void **state)
{
    static const struct made_copy copies[] = {
        {2000, 7000, 1, 0, 0, 0, 0},        {2000, 3500, 1, 0, 10, 20, 0},
        {5000, 10000, 1, 0, 40, 150, 0},    {5000, 10000, 1.25, 77, 30, 50, 0},
        {5000, 10000, 0.8, -77, 30, 50, 0}, {5000, 10000, 1.1, 0, 30, 50, 0},
        {5000, 10000, 1, 40, 30, 50, 0},    {0, 15000, 0.9, -40, 20, 20, 0},
        {9000, 13000, 1, 0, 20, 20, 3333},
    };
    struct world *w = *state;
    struct landmark q[2 * CAP];
    struct landmark_match m[LANDMARK_MATCHES_MAX];
    for (size_t i = 0; i < sizeof copies / sizeof *copies; i++) {
        const struct made_copy *c = &copies[i];
        size_t n = made_query(w->v[i + 3], w->prints[i + 3].n, c, q), got = ask(w, q, n, m);
        assert_true(got >= 1);
        assert_int_equal(m[0].reference, i + 3);
        assert_int_equal(landmarks_id(w->index, m[0].reference).b[0], i + 4);
        assert_true(m[0].probability > 0.95f);
        assert_true(m[0].tempo > c->tempo * 0.99 && m[0].tempo < c->tempo * 1.01);
        assert_true(abs(m[0].pitch - c->pitch) <= 2);
        assert_true(labs((long)m[0].start - c->from) < 300 && labs((long)m[0].end - c->to) < 300);
        assert_true(labs((long)m[0].query_start - c->at) < 300);
        assert_true(m[0].found <= m[0].expected && m[0].found > 8);
        for (size_t k = 1; k < got; k++) assert_true(m[k].score <= m[k - 1].score);
    }
}

/* The same prints under keys of five landmarks, as an index of many hours has them. *owned by the caller* */
static struct landmarks *large_index(const struct world *w, int halved, struct buf *b)
{
    struct error err;
    struct landmarks *l;
    buf_init(b, 0);
    assert_ok(landmarks_build_of(w->prints, REFS, QUINT, halved, b, &err));
    assert_ok(landmarks_over(buf_sv(b), &l, &err));
    assert_int_equal(l->head.marks, QUINT);
    return l;
}

static void find_copies(struct world *w, int halved)
{
    static const struct made_copy copies[] = {
        {2000, 7000, 1, 0, 0, 0, 0},        {2000, 3500, 1, 0, 10, 20, 0},
        {5000, 10000, 1, 0, 20, 50, 0},     {5000, 10000, 1.25, 77, 20, 30, 0},
        {5000, 10000, 0.8, -77, 20, 30, 0}, {9000, 13000, 1, 40, 20, 20, 3333},
    };
    struct landmark q[2 * CAP];
    struct landmark_match m[LANDMARK_MATCHES_MAX];
    struct error err;
    struct buf b;
    struct landmarks *l = large_index(w, halved, &b);
    for (size_t i = 0; i < sizeof copies / sizeof *copies; i++) {
        const struct made_copy *c = &copies[i];
        size_t n = made_query(w->v[i + 3], w->prints[i + 3].n, c, q), got = 0;
        for (size_t k = 0; k < n; k++) q[k].flags |= LANDMARK_STRONG;
        assert_ok(landmarks_query(l, w->scratch, q, n, m, &got, &err));
        assert_true(got >= 1);
        assert_int_equal(m[0].reference, i + 3);
        assert_true(m[0].probability > 0.95f);
        assert_true(m[0].tempo > c->tempo * 0.99 && m[0].tempo < c->tempo * 1.01);
        assert_true(abs(m[0].pitch - c->pitch) <= 2);
        assert_true(labs((long)m[0].start - c->from) < 300 && labs((long)m[0].end - c->to) < 300);
    }
    for (uint32_t seed = 1000; seed < 1010; seed++) {
        size_t n = made_print(seed, 6000, q, CAP), got = 0;
        assert_ok(landmarks_query(l, w->scratch, q, n, m, &got, &err));
        for (size_t i = 0; i < got; i++) assert_true(m[i].probability < 0.5f);
    }
    landmarks_free(l);
    buf_done(&b);
}

static void a_copy_is_found_by_keys_of_five_landmarks(void **state)
{
    for (int halved = 0; halved <= QUINT_THINGS; halved++) find_copies(*state, halved);
}

static bool may_be(const struct quint_place *p, const struct quint_place *ref, int thing, int dir)
{
    static const int reach[QUINT_THINGS] = {4, 4, 4, 4, 7, 7, 7};
    for (int i = 0; i < QUINT_THINGS; i++) {
        /* Where the query lies as seen from the cell that is asked. */
        int size = 1 << p->bits[i], cell = p->in[i] / size + (i == thing ? dir : 0), in = p->in[i];
        if (cell < 0) in += 16;
        if (cell * size >= 16) in -= 16;
        int least = (in - reach[i]) / 2, most = (in + reach[i]) / 2;
        if (in - reach[i] < 0) least = 0;
        if (ref->in[i] / 2 < least || ref->in[i] / 2 > most) return false;
    }
    return true;
}

static void all_seven_things_of_a_quint_are_held_against_each_other_at_once(void **state)
{
    uint32_t seed = 5;
    unsigned inside = 0;
    for (int k = 0; k < 200000; k++) {
        struct quint_place p, ref;
        struct quint_bounds b;
        for (int i = 0; i < QUINT_THINGS; i++) {
            p.in[i] = (uint8_t)(draw(&seed) % 16);
            p.bits[i] = draw(&seed) % 2 ? 4 : 3;
            ref.in[i] = (uint8_t)((p.in[i] + draw(&seed) % 11 + 11) % 16);
            if (k & 1) ref.in[i] = (uint8_t)(draw(&seed) % 16);
        }
        int thing = (int)(draw(&seed) % (QUINT_THINGS + 1)) - 1, dir = thing < 0 ? 0 : quint_near(&p, thing);
        if (dir == 0) thing = -1;
        quint_bounds(&p, thing, dir, &b);
        uint32_t head = quint_fine(&ref) | draw(&seed) << QUINT_FINE_BITS;
        assert_int_equal(quint_outside(head, &b) == 0, may_be(&p, &ref, thing, dir));
        inside += quint_outside(head, &b) == 0;
    }
    assert_true(inside > 500);
    (void)state;
}

static void keys_are_of_four_landmarks_until_these_are_too_many(void **state)
{
    enum { DENSE = 9000 };
    struct world *w = *state;
    struct error err;
    struct landmarks *l;
    struct buf b;
    uint32_t seed = 1;
    struct landmark *v = calloc(DENSE, sizeof *v);
    assert_non_null(v);
    assert_int_equal(w->index->head.marks, QUAD);
    for (uint32_t i = 0; i < DENSE; i++)
        v[i] = (struct landmark){i * 3, (uint16_t)(500 + draw(&seed) % 140), 1, LANDMARK_STRONG};
    struct landmark_print p = {.v = v, .n = DENSE, .ticks = DENSE * 3};
    buf_init(&b, SIZE_MAX);
    assert_ok(landmarks_build(&p, 1, &b, &err));
    assert_ok(landmarks_over(buf_sv(&b), &l, &err));
    assert_int_equal(l->head.marks, QUINT);
    landmarks_free(l);
    buf_done(&b);
    free(v);
}

static void an_index_of_an_older_version_is_refused_with_what_to_do(void **state)
{
    struct world *w = *state;
    struct error err;
    struct landmarks *l;
    struct landmarks_header h;
    char *bytes = malloc(w->bytes.n);
    assert_non_null(bytes);
    memcpy(bytes, w->bytes.p, w->bytes.n);
    for (unsigned version = 1; version <= LANDMARKS_VERSION + 1; version++) {
        memcpy(&h, bytes, sizeof h);
        h.version = (uint16_t)version;
        h.header_hash = landmarks_hash(&h, offsetof(struct landmarks_header, header_hash), 3);
        memcpy(bytes, &h, sizeof h);
        int code = landmarks_over(sv_of(bytes, w->bytes.n), &l, &err);
        if (version == LANDMARKS_VERSION) {
            assert_int_equal(code, 0);
            landmarks_free(l);
        } else {
            assert_int_equal(code, version < LANDMARKS_VERSION ? ERR_FORMAT : ERR_UNSUPPORTED);
            assert_non_null(strstr(err.text, version < LANDMARKS_VERSION ? "build it anew" : "newer build"));
        }
    }
    free(bytes);
}

static void what_is_not_there_is_not_found(void **state)
{
    struct world *w = *state;
    struct landmark q[CAP];
    struct landmark_match m[LANDMARK_MATCHES_MAX];
    for (uint32_t seed = 1000; seed < 1020; seed++) {
        size_t n = made_print(seed, 6000, q, CAP), got = ask(w, q, n, m);
        for (size_t i = 0; i < got; i++) assert_true(m[i].probability < 0.5f);
    }
    assert_int_equal(ask(w, q, 0, m), 0);
}

static void several_references_in_one_query_each_have_their_seconds(void **state)
{
    struct world *w = *state;
    struct landmark q[3 * CAP];
    struct landmark_match m[LANDMARK_MATCHES_MAX];
    struct made_copy first = {1000, 4000, 1, 0, 10, 10, 0}, second = {8000, 12000, 1, 20, 10, 10, 3500};
    size_t n = made_query(w->v[5], w->prints[5].n, &first, q);
    n += made_query(w->v[9], w->prints[9].n, &second, q + n);
    size_t got = ask(w, q, n, m), seen = 0;
    for (size_t i = 0; i < got; i++) {
        if (m[i].probability < 0.9f) continue;
        assert_true(m[i].reference == 5 || m[i].reference == 9);
        const struct made_copy *c = m[i].reference == 5 ? &first : &second;
        assert_true(labs((long)m[i].query_start - c->at) < 400);
        assert_true(labs((long)m[i].query_end - (c->at + c->to - c->from)) < 400);
        seen++;
    }
    assert_int_equal(seen, 2);
}

static void an_index_of_nothing_answers(void **state)
{
    struct world *w = *state;
    struct buf b;
    struct error err;
    struct landmarks *l;
    struct landmark_match m[LANDMARK_MATCHES_MAX];
    size_t got = 9;
    buf_init(&b, 0);
    assert_ok(landmarks_build(NULL, 0, &b, &err));
    assert_ok(landmarks_over(buf_sv(&b), &l, &err));
    assert_int_equal(landmarks_count(l), 0);
    assert_ok(landmarks_query(l, w->scratch, w->v[0], w->prints[0].n, m, &got, &err));
    assert_int_equal(got, 0);
    assert_ok(landmarks_verify(l, &err));
    landmarks_free(l);
    buf_done(&b);
}

static void a_file_is_mapped_and_answers_as_memory_does(void **state)
{
    struct world *w = *state;
    struct error err;
    struct landmarks *l;
    struct landmark_match a[LANDMARK_MATCHES_MAX], b[LANDMARK_MATCHES_MAX];
    char path[] = "/tmp/landmarks-XXXXXX";
    size_t got = 0;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    assert_ok(file_write_atomic(path, buf_sv(&w->bytes), &err));
    assert_ok(landmarks_open(path, &l, &err));
    assert_int_equal(landmarks_count(l), REFS);
    assert_ok(landmarks_verify(l, &err));
    size_t here = ask(w, w->v[4], w->prints[4].n, a);
    assert_ok(landmarks_query(l, w->scratch, w->v[4], w->prints[4].n, b, &got, &err));
    assert_int_equal(here, got);
    assert_int_equal(a[0].reference, b[0].reference);
    landmarks_free(l);
    unlink(path);
    assert_int_equal(landmarks_open(path, &l, &err), ERR_NOTFOUND);
    landmarks_free(NULL);
}

static void damage(struct world *w, const struct buf *whole)
{
    struct error err;
    struct landmarks *l;
    struct landmark q[CAP];
    struct landmark_match m[LANDMARK_MATCHES_MAX];
    size_t n = whole->n, refused = 0, nq = w->prints[4].n;
    char *bytes = malloc(n);
    assert_non_null(bytes);
    memcpy(q, w->v[4], nq * sizeof *q);
    for (size_t cut = 0; cut < n; cut += 1 + n / 97) {
        memcpy(bytes, whole->p, n);
        assert_int_equal(landmarks_over(sv_of(bytes, cut), &l, &err), ERR_FORMAT);
        assert_true(strlen(err.text) > 10);
        bytes[cut] = (char)(bytes[cut] ^ 0x55);
        int code = landmarks_over(sv_of(bytes, n), &l, &err);
        refused += code != 0;
        if (code) continue;
        size_t got;
        assert_int_equal(landmarks_verify(l, &err), ERR_FORMAT);
        assert_ok(landmarks_query(l, w->scratch, q, nq, m, &got, &err));
        landmarks_free(l);
    }
    assert_true(refused > 0);
    free(bytes);
}

/* Postings that lie beside their buckets, by what the buckets say. */
static uint64_t spilled_postings(const struct landmarks *l)
{
    uint64_t n = 0;
    for (size_t i = 0; i < (size_t)1 << l->head.bits; i++) {
        const struct posting *last = &l->buckets[i].v[BUCKET_KEPT];
        if (last->frame == 0 || last->frame > BUCKET_MAX) continue;
        assert_int_equal(last->head, n);
        for (uint32_t k = 0; k < last->frame; k++) assert_true(l->spilled[n + k].frame > BUCKET_MAX);
        n += last->frame;
    }
    return n;
}

static void what_a_bucket_has_no_room_for_lies_beside_it(void **state)
{
    struct world *w = *state;
    struct landmark_match m[LANDMARK_MATCHES_MAX], other[LANDMARK_MATCHES_MAX];
    struct landmarks *l;
    struct error err;
    size_t got = 0, nq = w->prints[4].n;
    assert_true(w->index->head.nspilled > 0);
    assert_int_equal(spilled_postings(w->index), w->index->head.nspilled);
    assert_int_equal((const char *)w->index->buckets - w->bytes.p,
                     landmarks_buckets_at(REFS, w->index->head.npeaks));

    /* Where the buckets say that it lies outside, it is not there; what they keep still is. */
    char *bytes = malloc(w->bytes.n);
    assert_non_null(bytes);
    memcpy(bytes, w->bytes.p, w->bytes.n);
    struct bucket *b = (void *)(bytes + landmarks_buckets_at(REFS, w->index->head.npeaks));
    for (size_t i = 0; i < (size_t)1 << w->index->head.bits; i++)
        if (b[i].v[BUCKET_KEPT].frame <= BUCKET_MAX) b[i].v[BUCKET_KEPT].head = UINT32_MAX - 1;
    assert_ok(landmarks_over(sv_of(bytes, w->bytes.n), &l, &err));
    uint64_t before = landmark_scratch_work(w->scratch).read;
    assert_ok(landmarks_query(l, w->scratch, w->v[4], nq, other, &got, &err));
    uint64_t kept = landmark_scratch_work(w->scratch).read - before;
    assert_true(got > 0 && ask(w, w->v[4], nq, m) > 0);
    assert_true(landmark_scratch_work(w->scratch).read - before > 2 * kept);
    assert_int_equal(other[0].reference, m[0].reference);
    landmarks_free(l);
    free(bytes);
}

static void damage_is_seen_and_never_followed(void **state)
{
    struct world *w = *state;
    struct buf b;
    damage(w, &w->bytes);
    landmarks_free(large_index(w, 2, &b));
    damage(w, &b);
    buf_done(&b);
}

static void prints_too_long_are_refused(void **state)
{
    struct landmark v = {0, 500, 1, LANDMARK_STRONG};
    struct landmark_print p = {.v = &v, .n = 1, .ticks = UINT32_MAX};
    struct buf b;
    struct error err;
    buf_init(&b, 0);
    assert_int_equal(landmarks_build(&p, 1, &b, &err), ERR_LIMIT);
    assert_int_equal(b.n, 0);
    buf_done(&b);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_is_found_with_its_place_tempo_and_pitch),
        cmocka_unit_test(a_copy_is_found_by_keys_of_five_landmarks),
        cmocka_unit_test(all_seven_things_of_a_quint_are_held_against_each_other_at_once),
        cmocka_unit_test(keys_are_of_four_landmarks_until_these_are_too_many),
        cmocka_unit_test(an_index_of_an_older_version_is_refused_with_what_to_do),
        cmocka_unit_test(what_is_not_there_is_not_found),
        cmocka_unit_test(several_references_in_one_query_each_have_their_seconds),
        cmocka_unit_test(an_index_of_nothing_answers),
        cmocka_unit_test(a_file_is_mapped_and_answers_as_memory_does),
        cmocka_unit_test(what_a_bucket_has_no_room_for_lies_beside_it),
        cmocka_unit_test(damage_is_seen_and_never_followed),
        cmocka_unit_test(prints_too_long_are_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
