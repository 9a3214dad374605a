/* The index of pictures by their points: found at every size and after every save, and never wrong whatever became of its files. */
#include "test.h"

#include <dirent.h>
#include <unistd.h>

#include "base/file.h"
#include "fail_alloc.h"
#include "index/points_priv.h"

enum { FRAMES = 40, POINTS = 60 };

static const struct points_near *const all_near[] = {
    &points_near_plain,
#if defined(__x86_64__)
    &points_near_popcnt,
    &points_near_avx512,
#endif
};

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static struct point points[FRAMES][POINTS];
static struct key_frame frames[FRAMES];
static struct picture pictures[FRAMES];

static struct id128 name_of(size_t f)
{
    struct id128 id = {{0}};
    id.b[0] = (uint8_t)(f + 1);
    return id;
}

static void fill(void)
{
    uint64_t state = 77;
    for (size_t f = 0; f < FRAMES; f++) {
        for (size_t i = 0; i < POINTS; i++) {
            struct point *p = &points[f][i];
            *p = (struct point){.x = (uint16_t)(next(&state) % 5000), .y = (uint16_t)(next(&state) % 9000)};
            p->angle = (uint8_t)next(&state);
            p->scale = (uint8_t)(next(&state) % POINT_SCALES);
            for (int k = 0; k < 4; k++) p->bits.w[k] = next(&state);
        }
        frames[f] = (struct key_frame){(int64_t)f, 180, 320, points[f], POINTS};
        pictures[f] = (struct picture){name_of(f), (uint32_t)f, frames[f]};
    }
}

/* The points of a frame, each with so many bits changed and turned by a quarter. */
static void copy_of(size_t f, int bits, struct point *out)
{
    uint64_t state = 5 + f;
    for (size_t i = 0; i < POINTS; i++) {
        out[i] = points[f][i];
        out[i].angle = (uint8_t)(out[i].angle + 64);
        for (int b = 0; b < bits; b++) {
            unsigned at = (unsigned)(next(&state) % 256);
            out[i].bits.w[at / 64] ^= UINT64_C(1) << (at % 64);
        }
    }
}

static void every_instruction_set_counts_alike(void **state)
{
    enum { N = 333 };
    static struct hash256 v[N];
    uint32_t ids[N];
    uint16_t want[N], got[N];
    uint64_t s = 9;
    for (size_t i = 0; i < N; i++) {
        for (int k = 0; k < 4; k++) v[i].w[k] = i == 0 ? 0 : i == 1 ? UINT64_MAX : next(&s);
        ids[i] = (uint32_t)((i * 7) % N);
    }
    for (size_t q = 0; q < 8; q++)
        for (size_t k = 0; k < sizeof all_near / sizeof *all_near; k++) {
            if (!all_near[k]->usable()) continue;
            points_near_plain.distances(&v[q], v, ids, N, want);
            all_near[k]->distances(&v[q], v, ids, N, got);
            assert_memory_equal(want, got, sizeof want);
        }
}

/* All in one lot. */
static struct pictures *index_of_all(void)
{
    struct pictures *s = NULL;
    assert_ok(pictures_new(&s, NULL));
    assert_ok(pictures_add(s, pictures, FRAMES, NULL));
    return s;
}

static struct points_result *ask(const struct pictures *s, const struct key_frame *here, bool mirrored)
{
    static struct points_result r;
    assert_ok(pictures_query(s, here, mirrored, &r));
    return &r;
}

/* Every third picture is found by a copy of it, and it alone, unless it is nobody's. */
static void assert_finds_all(const struct pictures *s)
{
    static struct point here[POINTS], room[KEY_POINTS_MAX];
    for (size_t i = 0; i < pictures_count(s); i++) {
        size_t f = pictures_name(s, i).b[0] - 1u;
        struct key_frame k = {0, 180, 320, here, POINTS}, kept;
        if (i % 3) continue;
        copy_of(f, 25, here);
        const struct points_result *r = ask(s, &k, false);
        if (pictures_owner(s, i) == PICTURES_NOBODY) {
            assert_int_equal(r->n, 0);
            continue;
        }
        assert_true(r->n >= 1);
        assert_int_equal(r->v[0].picture, i);
        assert_int_equal(r->v[0].owner, pictures_owner(s, i));
        assert_true(r->v[0].npairs > POINTS / 2 && r->v[0].votes > POINTS / 2);
        for (size_t p = 0; p < r->v[0].npairs; p++)
            assert_int_equal(r->v[0].pairs[p].here, r->v[0].pairs[p].there);
        pictures_get(s, i, room, &kept);
        assert_int_equal(kept.npoints, POINTS);
        assert_int_equal(kept.time_us, f);
        for (size_t p = 0; p < POINTS; p++) {
            assert_true(room[p].x == points[f][p].x && room[p].y == points[f][p].y);
            assert_true(room[p].angle == points[f][p].angle && room[p].scale == points[f][p].scale);
            assert_true(hash256_eq(&room[p].bits, &points[f][p].bits));
        }
    }
}

static void the_picture_with_most_points_in_common_comes_first(void **state)
{
    fill();
    struct pictures *s = index_of_all();
    assert_int_equal(pictures_facts(s).points, FRAMES * POINTS);
    assert_finds_all(s);
    pictures_free(s);
}

static void what_is_added_is_found_at_once_and_joined(void **state)
{
    struct pictures *s = NULL;
    fill();
    assert_ok(pictures_new(&s, NULL));
    for (size_t f = 0, n; f < FRAMES; f += n) {
        n = 1 + f % 3;
        if (n > FRAMES - f) n = FRAMES - f;
        assert_ok(pictures_add(s, pictures + f, n, NULL));
        assert_int_equal(pictures_count(s), f + n);
        assert_finds_all(s);
        assert_true(pictures_facts(s).pieces < 8);
    }
    pictures_free(s);
}

/* Else each of many small pieces would cost as much to ask as one of them all. */
static void a_small_piece_is_cut_as_finely_as_the_whole(void **state)
{
    struct pictures *s = NULL;
    fill();
    assert_ok(pictures_new(&s, NULL));
    enum { MANY = 28, FEW = 10 };
    assert_ok(pictures_add(s, pictures, MANY, NULL));
    assert_ok(pictures_add(s, pictures + MANY, FEW, NULL));
    assert_int_equal(s->pieces.n, 2);
    uint32_t large = s->pieces.v[0].p->key_mask, small = s->pieces.v[1].p->key_mask;
    assert_finds_all(s);
    pictures_free(s);
    assert_ok(pictures_new(&s, NULL));
    assert_ok(pictures_add(s, pictures + MANY, FEW, NULL));
    assert_true(s->pieces.v[0].p->key_mask < small && small <= large);
    pictures_free(s);
}

static void what_is_nobodys_is_passed_over_and_goes_with_the_next_tidying(void **state)
{
    struct pictures *s = NULL;
    fill();
    assert_ok(pictures_new(&s, NULL));
    for (size_t f = 0; f < FRAMES; f += 10) assert_ok(pictures_add(s, pictures + f, 10, NULL));
    for (size_t f = 0; f < FRAMES; f += 4) pictures_give(s, f, PICTURES_NOBODY);
    assert_finds_all(s);
    pictures_give(s, 12, 99);
    assert_finds_all(s);
    assert_ok(pictures_tidy(s, NULL));
    assert_int_equal(pictures_count(s), FRAMES - FRAMES / 4 + 1);
    assert_int_equal(pictures_facts(s).pieces, 1);
    assert_false(pictures_untidy(s));
    assert_finds_all(s);
    for (size_t f = 0; f < pictures_count(s); f++) pictures_give(s, f, PICTURES_NOBODY);
    assert_int_equal(ask(s, &frames[1], false)->n, 0);
    assert_ok(pictures_tidy(s, NULL));
    assert_int_equal(pictures_count(s), 0);
    pictures_free(s);
}

static void a_mirrored_picture_is_asked_for_with_halves_changed(void **state)
{
    static struct point here[POINTS];
    fill();
    struct pictures *s = index_of_all();
    copy_of(3, 20, here);
    for (size_t i = 0; i < POINTS; i++) here[i].bits = point_mirrored(&here[i].bits);
    struct key_frame k = {0, 180, 320, here, POINTS};
    assert_int_equal(ask(s, &k, false)->n, 0);
    for (size_t i = 0; i < POINTS; i++) here[i].angle = (uint8_t)(POINT_ANGLES / 2 - here[i].angle);
    const struct points_result *r = ask(s, &k, true);
    assert_true(r->n == 1 && r->v[0].picture == 3);
    pictures_free(s);
}

static void one_owner_has_two_candidates_at_most(void **state)
{
    struct pictures *s = NULL;
    fill();
    for (size_t f = 0; f < 10; f++) {
        memcpy(points[f], points[0], sizeof points[0]);
        pictures[f].owner = 0;
    }
    assert_ok(pictures_new(&s, NULL));
    for (size_t f = 0; f < FRAMES; f += 5) assert_ok(pictures_add(s, pictures + f, 5, NULL));
    assert_int_equal(ask(s, &frames[0], false)->n, 2);
    pictures_free(s);
}

static void what_is_everywhere_says_nothing(void **state)
{
    fill();
    for (size_t f = 0; f < FRAMES; f++)
        for (size_t i = 0; i < POINTS; i++) points[f][i].bits = points[0][0].bits;
    struct pictures *s = index_of_all();
    assert_int_equal(ask(s, &frames[0], false)->n, 0);
    pictures_free(s);
}

static void an_index_of_nothing_finds_nothing(void **state)
{
    struct pictures *s = NULL;
    struct picture empty = {.owner = 0, .key = {0, 10, 10, NULL, 0}};
    fill();
    assert_ok(pictures_new(&s, NULL));
    assert_int_equal(ask(s, &frames[0], false)->n, 0);
    assert_ok(pictures_add(s, &empty, 1, NULL));
    assert_int_equal(ask(s, &frames[0], false)->n, 0);
    assert_int_equal(ask(s, &empty.key, true)->n, 0);
    assert_int_equal(pictures_count(s), 1);
    pictures_free(s);
    pictures_free(NULL);
}

/* ---- on disk ---- */

static char dir[64];
static int make_dir(void **state)
{
    strcpy(dir, "/tmp/marsad-pictures-XXXXXX");
    return mkdtemp(dir) ? 0 : -1;
}
static int remove_dir(void **state) { return dir_remove_tree(dir, NULL); }

static struct pictures *reopen(const char *name)
{
    struct pictures *s = NULL;
    assert_ok(pictures_open(dir, name, &s, NULL));
    for (size_t i = 0; i < pictures_count(s); i++) {
        assert_int_equal(pictures_owner(s, i), PICTURES_NOBODY);
        pictures_give(s, i, pictures_name(s, i).b[0] - 1u);
    }
    return s;
}

static void what_was_saved_is_there_again_and_grows_on(void **state)
{
    struct pictures *s = NULL;
    fill();
    assert_int_equal(pictures_open(dir, "grow", &s, NULL), ERR_NOTFOUND);
    assert_ok(pictures_new(&s, NULL));
    assert_ok(pictures_save(s, dir, "grow", NULL)); /* nothing is something too */
    for (size_t f = 0; f < FRAMES; f += 5) {
        pictures_free(s);
        s = reopen("grow");
        assert_int_equal(pictures_count(s), f);
        assert_ok(pictures_add(s, pictures + f, 5, NULL));
        assert_ok(pictures_save(s, dir, "grow", NULL));
        assert_finds_all(s); /* from the mapped files */
    }
    pictures_give(s, 7, PICTURES_NOBODY);
    assert_ok(pictures_tidy(s, NULL));
    assert_ok(pictures_save(s, dir, "grow", NULL));
    pictures_free(s);
    s = reopen("grow");
    assert_int_equal(pictures_count(s), FRAMES - 1);
    assert_finds_all(s);
    pictures_free(s);
}

static void two_saved(const char *name, char piece[256], char list[256])
{
    struct pictures *s = NULL;
    fill();
    assert_ok(pictures_new(&s, NULL));
    assert_ok(pictures_add(s, pictures, 20, NULL));
    assert_ok(pictures_add(s, pictures + 20, 3, NULL));
    assert_ok(pictures_save(s, dir, name, NULL));
    pictures_free(s);
    snprintf(piece, 256, "%s/%s.%016x.pts", dir, name, 1);
    snprintf(list, 256, "%s/%s.pictures", dir, name);
    assert_true(file_exists(piece) && file_exists(list));
}

static void a_flipped_bit_or_a_cut_anywhere_is_noticed(void **state)
{
    char piece[256], list[256];
    struct buf whole;
    uint64_t seed = 5;
    buf_init(&whole, 0);
    two_saved("flip", piece, list);
    for (int which = 0; which < 2; which++) {
        const char *path = which ? piece : list;
        assert_ok(file_read(path, (size_t)64 << 20, &whole, NULL));
        for (int i = 0; i < 80; i++) {
            size_t at = i < 20 ? (size_t)i * 3 : next(&seed) % whole.n;
            struct pictures *s = NULL;
            whole.p[at] ^= (char)(1 << (i % 8));
            assert_ok(file_write_atomic(path, buf_sv(&whole), NULL));
            assert_int_equal(pictures_open(dir, "flip", &s, NULL), ERR_FORMAT);
            whole.p[at] ^= (char)(1 << (i % 8));
            assert_ok(file_write_atomic(path, sv_of(whole.p, at), NULL));
            assert_int_equal(pictures_open(dir, "flip", &s, NULL), ERR_FORMAT);
        }
        assert_ok(file_write_atomic(path, buf_sv(&whole), NULL));
    }
    struct pictures *s = reopen("flip");
    assert_finds_all(s);
    pictures_free(s);
    assert_int_equal(unlink(piece), 0);
    assert_int_equal(pictures_open(dir, "flip", &s, NULL), ERR_FORMAT);
    buf_done(&whole);
}

/* A save is killed after any of its steps: what lies there then is an old list with files of a newer save beside it. */
static void a_save_that_was_killed_leaves_the_old_state(void **state)
{
    char piece[256], list[256];
    struct buf b;
    buf_init(&b, 0);
    two_saved("kill", piece, list);
    assert_ok(file_read(list, (size_t)1 << 20, &b, NULL));
    struct pictures *s = reopen("kill");
    assert_ok(pictures_add(s, pictures + 23, 2, NULL)); /* joined with the smaller piece alone */
    assert_int_equal(pictures_facts(s).pieces, 2);
    char kept[256], gone[256];
    snprintf(gone, sizeof gone, "%s/%s.%016x.pts", dir, "kill", 2);
    snprintf(kept, sizeof kept, "%s/kept", dir);
    assert_int_equal(link(gone, kept), 0);
    assert_ok(pictures_save(s, dir, "kill", NULL));
    pictures_free(s);
    assert_ok(file_write_atomic(list, buf_sv(&b), NULL)); /* as if neither the list had been replaced */
    assert_int_equal(link(kept, gone), 0);                /* nor what was old been removed */
    s = reopen("kill");
    assert_int_equal(pictures_count(s), 23);
    assert_finds_all(s);
    assert_ok(pictures_add(s, pictures + 23, 17, NULL));
    assert_ok(pictures_save(s, dir, "kill", NULL));
    pictures_free(s);
    s = reopen("kill");
    assert_int_equal(pictures_count(s), FRAMES);
    assert_finds_all(s);
    pictures_free(s);
    buf_done(&b);
}

static void a_file_that_somebody_took_away_is_written_again(void **state)
{
    char piece[256], list[256];
    two_saved("away", piece, list);
    struct pictures *s = reopen("away");
    assert_int_equal(unlink(piece), 0);
    assert_ok(pictures_save(s, dir, "away", NULL));
    pictures_free(s);
    s = reopen("away");
    assert_finds_all(s);
    pictures_free(s);
}

static void failing_memory_leaves_it_as_it_was(void **state)
{
    fill();
    for (unsigned n = 1;; n++) {
        struct pictures *s = NULL;
        assert_ok(pictures_new(&s, NULL));
        assert_ok(pictures_add(s, pictures, 10, NULL));
        fail_alloc_at(n);
        int rc = pictures_add(s, pictures + 10, 9, NULL);
        bool failed = fail_alloc_stop();
        assert_int_equal(rc, failed ? ERR_NOMEM : 0);
        assert_int_equal(pictures_count(s), failed ? 10 : 19);
        assert_finds_all(s);
        pictures_free(s);
        if (!failed) break;
        assert_true(n < 200);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_instruction_set_counts_alike),
        cmocka_unit_test(the_picture_with_most_points_in_common_comes_first),
        cmocka_unit_test(what_is_added_is_found_at_once_and_joined),
        cmocka_unit_test(a_small_piece_is_cut_as_finely_as_the_whole),
        cmocka_unit_test(what_is_nobodys_is_passed_over_and_goes_with_the_next_tidying),
        cmocka_unit_test(a_mirrored_picture_is_asked_for_with_halves_changed),
        cmocka_unit_test(one_owner_has_two_candidates_at_most),
        cmocka_unit_test(what_is_everywhere_says_nothing),
        cmocka_unit_test(an_index_of_nothing_finds_nothing),
        cmocka_unit_test(what_was_saved_is_there_again_and_grows_on),
        cmocka_unit_test(a_flipped_bit_or_a_cut_anywhere_is_noticed),
        cmocka_unit_test(a_save_that_was_killed_leaves_the_old_state),
        cmocka_unit_test(a_file_that_somebody_took_away_is_written_again),
        cmocka_unit_test(failing_memory_leaves_it_as_it_was),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
