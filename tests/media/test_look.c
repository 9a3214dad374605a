/* What is hashed besides whole frames: order, regions, limits. */
#include "media_test.h"

static const char *const seeds[] = {"clip-h264.mp4", "clip-turned.mp4", "clip-10bit.mkv", "clip-odd-vp9.webm",
                                    "clip.gif",      "still.png",       "still.jpg",      "sound.mp3"};

static bool whole(const struct frame_signal *f) { return f->region.w == 1000 && f->region.h == 1000; }

static void look(struct media_pool *pool, const char *seed, enum media_look how, struct arena *a,
                 struct media_signals *out)
{
    struct media_request r = {.fd = open(seed_path(seed), O_RDONLY | O_CLOEXEC), .look = how, .fast = true};
    struct error err;
    assert_true(r.fd >= 0);
    if (media_analyse(pool, &r, a, out, &err) != 0) fail_msg("%s: %s", seed, err.text);
    close(r.fd);
}

static void every_kind_of_file_can_be_looked_into(void **state)
{
    struct media_options o = {.workers = 1};
    struct media_pool *pool = pool_start(&o);
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        struct arena a;
        struct media_signals plain, looked;
        arena_init(&a, 0);
        look(pool, seeds[i], MEDIA_LOOK_WHOLE, &a, &plain);
        for (enum media_look how = MEDIA_LOOK_INSIDE; how <= MEDIA_LOOK_REFERENCE; how++) {
            look(pool, seeds[i], how, &a, &looked);
            assert_true(looked.kind == plain.kind && looked.nframes >= plain.nframes);
            /* Whole frames are the same, in the same order, each before what was found in it. */
            size_t at = 0;
            for (size_t k = 0; k < looked.nframes; k++) {
                const struct frame_signal *f = &looked.frames[k];
                if (at < plain.nframes && whole(f) && hash256_eq(&f->pdq[0], &plain.frames[at].pdq[0])) at++;
                assert_true(at > 0 && f->time_us == plain.frames[at - 1].time_us);
            }
            assert_int_equal(at, plain.nframes);
        }
        arena_done(&a);
    }
    media_pool_free(pool);
}

static void key_frames_are_kept_of_clips_and_pictures(void **state)
{
    struct media_options o = {.workers = 1};
    struct media_pool *pool = pool_start(&o);
    struct arena a;
    struct media_signals s;
    arena_init(&a, 0);
    look(pool, "clip-h264.mp4", MEDIA_LOOK_REFERENCE, &a, &s);
    assert_true(s.nkeys > 0 && s.keys[0].npoints > 0 && s.keys[0].time_us == 0);
    look(pool, "still.jpg", MEDIA_LOOK_INSIDE, &a, &s);
    assert_int_equal(s.nkeys, 1);
    look(pool, "clip-h264.mp4", MEDIA_LOOK_WHOLE, &a, &s);
    assert_int_equal(s.nkeys, 0);
    arena_done(&a);
    media_pool_free(pool);
}

static void what_is_found_stays_within_the_limit_of_frames(void **state)
{
    struct media_options o = {.workers = 1, .limits = {.max_frames = 7}};
    struct media_pool *pool = pool_start(&o);
    struct arena a;
    struct media_signals s;
    arena_init(&a, 0);
    look(pool, "clip-h264.mp4", MEDIA_LOOK_REFERENCE, &a, &s);
    assert_in_range(s.nframes, 4, 7);
    arena_done(&a);
    media_pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_file_can_be_looked_into),
        cmocka_unit_test(key_frames_are_kept_of_clips_and_pictures),
        cmocka_unit_test(what_is_found_stays_within_the_limit_of_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
