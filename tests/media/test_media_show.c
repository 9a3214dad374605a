/* Pictures and strips for people: sizes, times, and what a worker that lies would send. */
#include "media_test.h"

static int show(struct media_pool *pool, const char *seed, const int64_t *times, size_t n, bool sound,
                struct arena *a, struct media_shown *out)
{
    struct media_show_request r = {.fd = open(seed_path(seed), O_RDONLY | O_CLOEXEC),
                                   .times_us = times,
                                   .ntimes = n,
                                   .side = 64,
                                   .sound = sound};
    struct error err;
    assert_true(r.fd >= 0);
    int rc = media_show(pool, &r, a, out, &err);
    close(r.fd);
    if (rc) print_message("%s: %s\n", seed, err.text);
    return rc;
}

static void frames_are_shown_at_the_times_asked_for(void **state)
{
    static const char *const seeds[] = {"clip-h264.mp4", "clip-10bit.mkv", "clip-odd-vp9.webm", "clip.gif"};
    const int64_t times[] = {0, 400000, 400001};
    struct media_options o = {.workers = 1};
    struct media_pool *pool = pool_start(&o);
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        struct arena a;
        struct media_shown s;
        arena_init(&a, 0);
        assert_int_equal(show(pool, seeds[i], times, 3, false, &a, &s), 0);
        assert_in_range(s.npictures, 2, 3);
        assert_int_equal(s.pictures[0].time_us, 0);
        assert_in_range(s.pictures[1].time_us, 399000, 500000);
        for (size_t k = 0; k < s.npictures; k++) {
            const struct media_picture *p = &s.pictures[k];
            uint64_t sum = 0;
            assert_true(p->width <= 64 && p->height <= 64 && (p->width == 64 || p->height == 64));
            for (size_t x = 0; x < (size_t)p->width * p->height * 3; x++) sum += p->rgb[x];
            assert_true(sum > 0);
        }
        assert_int_equal(s.strip.columns, 0);
        arena_done(&a);
    }
    media_pool_free(pool);
}

static void pictures_are_shown_with_their_own_sides(void **state)
{
    static const char *const seeds[] = {"still.jpg", "still.png", "still.webp", "still.bmp"};
    const int64_t zero = 0;
    struct media_options o = {.workers = 1};
    struct media_pool *pool = pool_start(&o);
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        struct arena a;
        struct media_shown s;
        struct media_signals m;
        struct error err;
        arena_init(&a, 0);
        assert_int_equal(show(pool, seeds[i], &zero, 1, true, &a, &s), 0);
        assert_int_equal(s.npictures, 1);
        assert_int_equal(analyse_path(pool, seed_path(seeds[i]), 0, &a, &m, &err), 0);
        double want = (double)m.width / m.height, got = (double)s.pictures[0].width / s.pictures[0].height;
        assert_true(got > want * 0.95 && got < want * 1.05);
        arena_done(&a);
    }
    media_pool_free(pool);
}

static void sound_is_shown_as_a_strip(void **state)
{
    static const char *const seeds[] = {"sound.mp3", "sound.ogg", "sound.wav", "sound.flac"};
    struct media_options o = {.workers = 1};
    struct media_pool *pool = pool_start(&o);
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        struct arena a;
        struct media_shown s;
        uint64_t sum = 0;
        arena_init(&a, 0);
        assert_int_equal(show(pool, seeds[i], NULL, 0, true, &a, &s), 0);
        assert_int_equal(s.npictures, 0);
        assert_in_range(s.strip.columns, 2, MEDIA_STRIP_COLUMNS_MAX);
        for (size_t k = 0; k < (size_t)s.strip.columns * MEDIA_STRIP_ROWS; k++) sum += s.strip.levels[k];
        assert_true(sum > 1000);
        arena_done(&a);
    }
    media_pool_free(pool);
}

static void asking_for_too_much_is_refused(void **state)
{
    struct media_options o = {.workers = 1};
    struct media_pool *pool = pool_start(&o);
    struct arena a;
    struct media_shown s;
    struct error err;
    arena_init(&a, 0);
    struct media_show_request r = {.fd = 0, .ntimes = MEDIA_SHOW_TIMES_MAX + 1, .side = 64};
    assert_int_equal(media_show(pool, &r, &a, &s, &err), ERR_ARG);
    r = (struct media_show_request){.fd = 0, .side = MEDIA_SHOW_SIDE_MAX + 1};
    assert_int_equal(media_show(pool, &r, &a, &s, &err), ERR_ARG);
    arena_done(&a);
    media_pool_free(pool);
}

static void an_answer_is_read_as_it_was_written_and_nonsense_is_not(void **state)
{
    uint8_t rgb[4 * 3 * 3], levels[2 * MEDIA_STRIP_ROWS];
    memset(rgb, 7, sizeof rgb);
    memset(levels, 9, sizeof levels);
    struct media_shown s = {.pictures = {{5, 4, 3, rgb}}, .npictures = 1, .strip = {2, 8000, levels}}, got;
    struct worker_task t = {.op = OP_SHOW, .side = 16, .ntimes = 1, .sound = true};
    struct arena a;
    struct buf b;
    struct error err;
    arena_init(&a, 0);
    buf_init(&b, 0);
    answer_write_shown(&s, &b);
    assert_int_equal(answer_read_shown(buf_sv(&b), &t, &a, &got, &err), 0);
    assert_int_equal(got.npictures, 1);
    assert_int_equal(got.pictures[0].time_us, 5);
    assert_memory_equal(got.pictures[0].rgb, rgb, sizeof rgb);
    assert_memory_equal(got.strip.levels, levels, sizeof levels);
    for (size_t n = 0; n < b.n; n++)
        assert_int_equal(answer_read_shown(sv_of(b.p, n), &t, &a, &got, &err), ERR_WORKER);
    t.side = 3; /* larger than asked for */
    assert_int_equal(answer_read_shown(buf_sv(&b), &t, &a, &got, &err), ERR_WORKER);
    t = (struct worker_task){.op = OP_SHOW, .side = 16, .ntimes = 0, .sound = true};
    assert_int_equal(answer_read_shown(buf_sv(&b), &t, &a, &got, &err), ERR_WORKER);
    t = (struct worker_task){.op = OP_SHOW, .side = 16, .ntimes = 1, .sound = false};
    assert_int_equal(answer_read_shown(buf_sv(&b), &t, &a, &got, &err), ERR_WORKER);
    buf_done(&b);
    arena_done(&a);
}

/* ---- samples ---- */

static int hear(struct media_pool *pool, const char *seed, const struct media_stretch *v, size_t n,
                struct arena *a, struct media_samples *out)
{
    int fd = open(seed_path(seed), O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    int rc = media_samples(pool, fd, v, n, a, out, NULL);
    close(fd);
    return rc;
}

static double power(const int16_t *v, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += (double)v[i] * (double)v[i];
    return sum / (double)n;
}

/* The same part of the sound, whether asked for alone or after another, and silence where the sound has ended. */
static void stretches_of_the_sound_come_as_samples(void **state)
{
    static const char *const seeds[] = {"sound.mp3", "sound.ogg", "sound.m4a", "clip-h264.mp4"};
    const struct media_stretch both[] = {{100000, 300000}, {350000, 450000}}, late = {3600000000, 3600500000};
    struct media_options o = {.workers = 1};
    struct media_pool *pool = pool_start(&o);
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        struct arena a;
        struct media_samples all, second, none;
        arena_init(&a, 0);
        assert_int_equal(hear(pool, seeds[i], both, 2, &a, &all), 0);
        assert_int_equal(all.n, 4800);
        assert_true(power(all.v, all.n) > 100);
        assert_int_equal(hear(pool, seeds[i], both + 1, 1, &a, &second), 0);
        assert_int_equal(second.n, 1600);
        assert_memory_equal(second.v, all.v + 3200, 1600 * sizeof *all.v);
        assert_int_equal(hear(pool, seeds[i], &late, 1, &a, &none), 0);
        assert_int_equal(none.n, 8000);
        assert_true(power(none.v, none.n) < 1e-9);
        arena_done(&a);
    }
    media_pool_free(pool);
}

static void what_has_no_sound_has_no_samples(void **state)
{
    const struct media_stretch one = {0, 100000};
    struct media_options o = {.workers = 1};
    struct media_pool *pool = pool_start(&o);
    struct arena a;
    struct media_samples s;
    arena_init(&a, 0);
    assert_int_equal(hear(pool, "still.jpg", &one, 1, &a, &s), ERR_FORMAT);
    assert_int_equal(hear(pool, "still.png", &one, 1, &a, &s), ERR_FORMAT);
    arena_done(&a);
    media_pool_free(pool);
}

static void stretches_that_make_no_sense_are_refused(void **state)
{
    static const struct media_stretch bad[][2] = {
        {{5, 5}, {6, 7}}, {{5, 7}, {6, 8}}, {{-1, 7}, {8, 9}}, {{0, 200000000}, {200000000, 300000000}}};
    struct media_options o = {.workers = 1};
    struct media_pool *pool = pool_start(&o);
    struct arena a;
    struct media_samples s;
    arena_init(&a, 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(hear(pool, "sound.wav", bad[i], 2, &a, &s), ERR_ARG);
    assert_int_equal(hear(pool, "sound.wav", bad[0], 0, &a, &s), ERR_ARG);
    arena_done(&a);
    media_pool_free(pool);
}

static void other_samples_than_asked_for_are_nonsense(void **state)
{
    const int16_t v[] = {1, -2, 3};
    struct worker_task t = {.op = OP_SAMPLES, .ntimes = 2, .times_us = {0, 188}}; /* three samples */
    struct media_samples got;
    struct arena a;
    struct buf b;
    arena_init(&a, 0);
    buf_init(&b, 0);
    answer_write_samples(v, 3, &b);
    assert_int_equal(answer_read_samples(buf_sv(&b), &t, &a, &got, NULL), 0);
    assert_memory_equal(got.v, v, sizeof v);
    for (size_t n = 0; n < b.n; n++)
        assert_int_equal(answer_read_samples(sv_of(b.p, n), &t, &a, &got, NULL), ERR_WORKER);
    t.times_us[1] = 100000;
    assert_int_equal(answer_read_samples(buf_sv(&b), &t, &a, &got, NULL), ERR_WORKER);
    buf_done(&b);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_shown_at_the_times_asked_for),
        cmocka_unit_test(pictures_are_shown_with_their_own_sides),
        cmocka_unit_test(sound_is_shown_as_a_strip),
        cmocka_unit_test(asking_for_too_much_is_refused),
        cmocka_unit_test(an_answer_is_read_as_it_was_written_and_nonsense_is_not),
        cmocka_unit_test(stretches_of_the_sound_come_as_samples),
        cmocka_unit_test(what_has_no_sound_has_no_samples),
        cmocka_unit_test(stretches_that_make_no_sense_are_refused),
        cmocka_unit_test(other_samples_than_asked_for_are_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
