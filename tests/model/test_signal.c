#include "test.h"

#include "base/file.h"
#include "base/limits.h"
#include "model/signal.h"

static struct arena arena;

static int fresh(void **state)
{
    arena_init(&arena, 0);
    return 0;
}
static int gone(void **state)
{
    arena_done(&arena);
    return 0;
}

/* What the committed sample of version 1 holds. */
static void sample(struct media_signals *s)
{
    *s = (struct media_signals){.kind = MEDIA_VIDEO,
                                .container = "mov,mp4",
                                .codec = "h264",
                                .width = 576,
                                .height = 1024,
                                .duration_us = 17250000,
                                .incomplete = true,
                                .note = "damaged after 12.5 s",
                                .nframes = 3,
                                .has_sound = true};
    s->frames = ARENA_ARRAY(&arena, 3, struct frame_signal);
    for (size_t i = 0; i < 3; i++) {
        s->frames[i].time_us = (int64_t)i * 500000;
        s->frames[i].region = i == 1 ? (struct region){100, 0, 900, 1000} : REGION_WHOLE;
        s->frames[i].quality = (uint8_t)(50 * i);
        for (size_t d = 0; d < DIHEDRAL_COUNT; d++)
            for (size_t k = 0; k < 4; k++)
                s->frames[i].pdq[d].w[k] = UINT64_C(0x0123456789abcdef) * (i + 8 * d + k + 1);
    }
}

static struct sv bytes_of(const struct media_signals *s)
{
    struct buf b;
    buf_init(&b, 0);
    signals_write(s, &b);
    assert_false(b.failed);
    struct sv copy = arena_copy(&arena, buf_sv(&b));
    buf_done(&b);
    return copy;
}

static void same(const struct media_signals *a, const struct media_signals *b)
{
    assert_true(a->kind == b->kind && a->width == b->width && a->height == b->height &&
                a->duration_us == b->duration_us && a->incomplete == b->incomplete &&
                a->has_sound == b->has_sound && a->first_look == b->first_look);
    assert_string_equal(a->container, b->container);
    assert_string_equal(a->codec, b->codec);
    assert_string_equal(a->note, b->note);
    assert_int_equal(a->nframes, b->nframes);
    for (size_t i = 0; i < a->nframes; i++) {
        const struct frame_signal *f = &a->frames[i], *g = &b->frames[i];
        assert_true(f->time_us == g->time_us && f->quality == g->quality);
        assert_memory_equal(&f->region, &g->region, sizeof f->region);
        assert_memory_equal(f->pdq, g->pdq, sizeof f->pdq);
    }
}

static void signals_come_back_equal(void **state)
{
    struct media_signals s, back;
    struct error err;
    sample(&s);
    assert_ok(signals_read(bytes_of(&s), &arena, &back, &err));
    same(&s, &back);
    s.first_look = true;
    assert_ok(signals_read(bytes_of(&s), &arena, &back, &err));
    same(&s, &back);
    s = (struct media_signals){.kind = MEDIA_IMAGE, .duration_us = TIME_UNKNOWN};
    assert_ok(signals_read(bytes_of(&s), &arena, &back, &err));
    same(&s, &back);
}

/* tests/model/data/signals-v1.bin was written once and is never written again. */
static void the_sample_of_version_1_still_loads(void **state)
{
    char path[4096];
    struct buf file;
    struct media_signals expected, got;
    struct error err;
    snprintf(path, sizeof path, "%s/tests/model/data/signals-v1.bin", test_source_dir());
    buf_init(&file, 0);
    assert_ok(file_read(path, 1 << 20, &file, &err));
    assert_ok(signals_read(buf_sv(&file), &arena, &got, &err));
    sample(&expected);
    same(&expected, &got);
    buf_done(&file);
}

/* tests/model/data/signals-v2.bin likewise. */
static void sample_heard(struct media_signals *s)
{
    static struct landmark heard[] = {
        {0, 0, 10, 0}, {500, 700, 255, 3}, {500, 701, 7, 2}, {4000000000u, 1279, 0, 1}};
    sample(s);
    s->sound_us = 17300000;
    s->landmarks = heard;
    s->nlandmarks = sizeof heard / sizeof *heard;
}

static void same_sound(const struct media_signals *a, const struct media_signals *b)
{
    assert_int_equal(a->sound_us, b->sound_us);
    assert_int_equal(a->nlandmarks, b->nlandmarks);
    if (a->nlandmarks) assert_memory_equal(a->landmarks, b->landmarks, a->nlandmarks * sizeof *a->landmarks);
}

static void the_sample_of_version_2_still_loads(void **state)
{
    char path[4096];
    struct buf file;
    struct media_signals expected, got;
    struct error err;
    snprintf(path, sizeof path, "%s/tests/model/data/signals-v2.bin", test_source_dir());
    buf_init(&file, 0);
    assert_ok(file_read(path, 1 << 20, &file, &err));
    assert_ok(signals_read(buf_sv(&file), &arena, &got, &err));
    sample_heard(&expected);
    same(&expected, &got);
    same_sound(&expected, &got);
    buf_done(&file);
}

/* tests/model/data/signals-v3.bin likewise. */
static void sample_keys(struct media_signals *s)
{
    static struct point points[3];
    static struct key_frame keys[] = {
        {0, 180, 320, points, 3}, {700000, 180, 320, points + 1, 1}, {9000000, 1, 1024, NULL, 0}};
    for (int i = 0; i < 3; i++) {
        points[i] = (struct point){(uint16_t)(180 * POINT_UNIT - 1000 * i), (uint16_t)(7 * i),
                                   (uint8_t)(100 * i), (uint8_t)(3 * i)};
        for (int k = 0; k < 4; k++)
            points[i].bits.w[k] = UINT64_C(0xfedcba9876543210) * (uint64_t)(i + k + 1);
    }
    sample_heard(s);
    s->keys = keys;
    s->nkeys = sizeof keys / sizeof *keys;
}

static void same_keys(const struct media_signals *a, const struct media_signals *b)
{
    assert_int_equal(a->nkeys, b->nkeys);
    for (size_t i = 0; i < a->nkeys; i++) {
        const struct key_frame *x = &a->keys[i], *y = &b->keys[i];
        assert_true(x->time_us == y->time_us && x->w == y->w && x->h == y->h && x->npoints == y->npoints);
        for (size_t k = 0; k < x->npoints; k++) {
            const struct point *p = &x->points[k], *q = &y->points[k];
            assert_true(p->x == q->x && p->y == q->y && p->angle == q->angle && p->scale == q->scale &&
                        hash256_eq(&p->bits, &q->bits));
        }
    }
}

static void the_sample_of_version_3_still_loads(void **state)
{
    char path[4096];
    struct buf file;
    struct media_signals expected, got;
    struct error err;
    snprintf(path, sizeof path, "%s/tests/model/data/signals-v3.bin", test_source_dir());
    buf_init(&file, 0);
    assert_ok(file_read(path, 1 << 20, &file, &err));
    assert_ok(signals_read(buf_sv(&file), &arena, &got, &err));
    sample_keys(&expected);
    same(&expected, &got);
    same_sound(&expected, &got);
    same_keys(&expected, &got);
    buf_done(&file);
}

static void key_frames_come_back_equal_with_sound_and_without(void **state)
{
    struct media_signals s, back;
    struct error err;
    for (int silent = 0; silent < 2; silent++) {
        sample_keys(&s);
        if (silent) s.sound_us = 0, s.nlandmarks = 0, s.landmarks = NULL;
        struct sv all = bytes_of(&s);
        assert_ok(signals_read(all, &arena, &back, &err));
        same(&s, &back);
        same_sound(&s, &back);
        same_keys(&s, &back);
        for (size_t n = 0; n < all.n; n++)
            assert_int_equal(signals_read(sv_sub(all, 0, n), &arena, &back, &err), ERR_FORMAT);
    }
}

static void marks_and_a_tune_come_back_equal_and_impossible_ones_are_refused(void **state)
{
    static struct sound_mark marks[] = {
        {0, 3, SOUND_SPEECH, 90}, {3, 40, SOUND_CHANT, 100}, {40, 41, SOUND_SILENCE, 0}};
    static uint8_t tune[] = {0, 240, 1, 99};
    struct media_signals s, back;
    struct error err;
    for (int with = 0; with < 8; with++) {
        sample_keys(&s);
        if (!(with & 1)) s.nkeys = 0;
        s.marks = marks, s.nmarks = with & 2 ? 3 : 0;
        s.tune = tune, s.ntune = with & 4 ? sizeof tune : 0;
        struct sv all = bytes_of(&s);
        assert_ok(signals_read(all, &arena, &back, &err));
        same_sound(&s, &back);
        assert_int_equal(back.nkeys, s.nkeys);
        assert_int_equal(back.nmarks, s.nmarks);
        assert_int_equal(back.ntune, s.ntune);
        for (size_t i = 0; i < s.nmarks; i++)
            assert_true(back.marks[i].start == marks[i].start && back.marks[i].end == marks[i].end &&
                        back.marks[i].class == marks[i].class && back.marks[i].sure == marks[i].sure);
        if (s.ntune) assert_memory_equal(back.tune, tune, sizeof tune);
        for (size_t n = 0; n < all.n; n++)
            assert_int_equal(signals_read(sv_sub(all, 0, n), &arena, &back, &err), ERR_FORMAT);
    }
    /* The last mark's class, the last step, and a gap between marks. */
    static const struct {
        size_t from_end;
        char byte;
    } wrong[] = {{10, SOUND_CLASS_COUNT}, {9, 101}, {1, (char)241}, {18, 41}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct sv all = bytes_of(&s);
        ((char *)(uintptr_t)all.p)[all.n - wrong[i].from_end] = wrong[i].byte;
        assert_int_equal(signals_read(all, &arena, &back, &err), ERR_FORMAT);
    }
}

static void landmarks_come_back_equal_and_impossible_ones_are_refused(void **state)
{
    struct media_signals s, back;
    struct error err;
    sample_heard(&s);
    struct sv all = bytes_of(&s);
    assert_ok(signals_read(all, &arena, &back, &err));
    same(&s, &back);
    same_sound(&s, &back);
    for (size_t n = 0; n < all.n; n++)
        assert_int_equal(signals_read(sv_sub(all, 0, n), &arena, &back, &err), ERR_FORMAT);
    size_t first = all.n - 4 * 8;
    static const struct {
        size_t at;
        char value;
    } wrong[] = {{5, '\x05'}, {7, 4}, {3, 1}, {8 * 3 + 3, 0}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char *bytes = arena_alloc(&arena, all.n);
        memcpy(bytes, all.p, all.n);
        bytes[first + wrong[i].at] = wrong[i].value;
        if (i == 3) memset(bytes + first + 8 * 3, 0, 4);
        assert_int_equal(signals_read(sv_of(bytes, all.n), &arena, &back, &err), ERR_FORMAT);
    }
    s.nlandmarks = 0;
    s.landmarks = NULL;
    assert_ok(signals_read(bytes_of(&s), &arena, &back, &err));
    same_sound(&s, &back);
}

static void every_truncation_is_refused(void **state)
{
    struct media_signals s, back;
    struct error err;
    sample(&s);
    struct sv all = bytes_of(&s);
    for (size_t n = 0; n < all.n; n++)
        assert_int_equal(signals_read(sv_sub(all, 0, n), &arena, &back, &err), ERR_FORMAT);
    struct sv longer = arena_printf(&arena, "%.*s ", 0, "");
    char *bigger = arena_alloc(&arena, all.n + longer.n);
    memcpy(bigger, all.p, all.n);
    assert_int_equal(signals_read(sv_of(bigger, all.n + 1), &arena, &back, &err), ERR_FORMAT);
}

static void impossible_values_are_refused(void **state)
{
    /* offset of a byte, the value put there */
    static const struct {
        size_t at;
        char value;
        int code;
    } wrong[] = {
        {0, 'X', ERR_FORMAT},     /* magic */
        {4, 6, ERR_UNSUPPORTED},  /* version */
        {4, 3, ERR_FORMAT},       /* version, without its key frames */
        {4, 2, ERR_FORMAT},       /* version, without its sound */
        {4, 0, ERR_FORMAT},       /* version */
        {6, 4, ERR_FORMAT},       /* kind */
        {7, 8, ERR_FORMAT},       /* flags */
        {11, '\x80', ERR_FORMAT}, /* width */
        {24, 32, ERR_FORMAT},     /* length of container */
        {25, '\0', ERR_FORMAT},   /* NUL in container */
        {25, '\xff', ERR_FORMAT}, /* broken UTF-8 */
    };
    struct media_signals s, back;
    struct error err;
    sample(&s);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct sv all = bytes_of(&s);
        char *bytes = arena_cstr(&arena, SV(""));
        bytes = arena_alloc(&arena, all.n);
        memcpy(bytes, all.p, all.n);
        bytes[wrong[i].at] = wrong[i].value;
        assert_int_equal(signals_read(sv_of(bytes, all.n), &arena, &back, &err), wrong[i].code);
    }
}

static void frames_out_of_order_or_outside_are_refused(void **state)
{
    struct media_signals s, back;
    struct error err;
    sample(&s);
    struct sv all = bytes_of(&s);
    enum { FRAME = 273 };
    char *bytes = arena_alloc(&arena, all.n);
    memcpy(bytes, all.p, all.n);
    bytes[all.n - 3 * FRAME + 7] = 1; /* the first frame moves behind the second */
    assert_int_equal(signals_read(sv_of(bytes, all.n), &arena, &back, &err), ERR_FORMAT);
    memcpy(bytes, all.p, all.n);
    bytes[all.n - FRAME + 16] = 101; /* quality */
    assert_int_equal(signals_read(sv_of(bytes, all.n), &arena, &back, &err), ERR_FORMAT);
    memcpy(bytes, all.p, all.n);
    bytes[all.n - FRAME + 8] = 1; /* x + width beyond the frame */
    assert_int_equal(signals_read(sv_of(bytes, all.n), &arena, &back, &err), ERR_FORMAT);
}

static void turns_have_names(void **state)
{
    for (int d = 0; d < DIHEDRAL_COUNT; d++) {
        enum dihedral got;
        assert_true(dihedral_parse(sv_cstr(dihedral_name((enum dihedral)d)), &got));
        assert_int_equal(got, d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(signals_come_back_equal, fresh, gone),
        cmocka_unit_test_setup_teardown(the_sample_of_version_1_still_loads, fresh, gone),
        cmocka_unit_test_setup_teardown(the_sample_of_version_2_still_loads, fresh, gone),
        cmocka_unit_test_setup_teardown(the_sample_of_version_3_still_loads, fresh, gone),
        cmocka_unit_test_setup_teardown(key_frames_come_back_equal_with_sound_and_without, fresh, gone),
        cmocka_unit_test_setup_teardown(marks_and_a_tune_come_back_equal_and_impossible_ones_are_refused,
                                        fresh, gone),
        cmocka_unit_test_setup_teardown(landmarks_come_back_equal_and_impossible_ones_are_refused, fresh,
                                        gone),
        cmocka_unit_test_setup_teardown(every_truncation_is_refused, fresh, gone),
        cmocka_unit_test_setup_teardown(impossible_values_are_refused, fresh, gone),
        cmocka_unit_test_setup_teardown(frames_out_of_order_or_outside_are_refused, fresh, gone),
        cmocka_unit_test(turns_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
