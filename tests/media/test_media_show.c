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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_shown_at_the_times_asked_for),
        cmocka_unit_test(pictures_are_shown_with_their_own_sides),
        cmocka_unit_test(sound_is_shown_as_a_strip),
        cmocka_unit_test(asking_for_too_much_is_refused),
        cmocka_unit_test(an_answer_is_read_as_it_was_written_and_nonsense_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
