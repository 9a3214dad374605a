#include "test.h"

#include "base/limits.h"
#include "media/proto.h"

static struct media_limits limits;

static struct media_signals a_clip(struct frame_signal frames[2])
{
    memset(frames, 0, 2 * sizeof *frames);
    frames[0].region = frames[1].region = REGION_WHOLE;
    frames[1].time_us = 500000;
    frames[1].quality = 77;
    frames[1].pdq[3].w[2] = 0x123456789abcdef0;
    return (struct media_signals){.kind = MEDIA_VIDEO,
                                  .container = "mov",
                                  .codec = "h264",
                                  .width = 576,
                                  .height = 1024,
                                  .duration_us = 1000000,
                                  .frames = frames,
                                  .nframes = 2,
                                  .has_sound = true};
}

static int read_back(const struct media_signals *s, struct arena *a, struct media_signals *out,
                     struct error *err)
{
    struct buf b;
    buf_init(&b, 0);
    answer_write(0, NULL, s, NULL, &b);
    int r = answer_read(buf_sv(&b), &limits, a, out, NULL, err);
    buf_done(&b);
    return r;
}

static void an_answer_comes_back_as_it_was(void **state)
{
    struct frame_signal frames[2];
    struct media_signals s = a_clip(frames), got;
    struct arena a;
    arena_init(&a, 0);
    assert_ok(read_back(&s, &a, &got, NULL));
    assert_int_equal(got.nframes, 2);
    assert_memory_equal(&got.frames[1].pdq, &frames[1].pdq, sizeof frames[1].pdq);
    assert_string_equal(got.codec, "h264");
    assert_true(got.has_sound);
    arena_done(&a);
}

static void a_reason_comes_back_as_its_error(void **state)
{
    struct buf b;
    struct media_signals got;
    struct arena a;
    struct error err;
    arena_init(&a, 0);
    buf_init(&b, 0);
    answer_write(ERR_LIMIT, "too large", NULL, NULL, &b);
    assert_int_equal(answer_read(buf_sv(&b), &limits, &a, &got, NULL, &err), ERR_LIMIT);
    assert_string_equal(err.text, "too large");
    buf_clear(&b);
    answer_write(ERR_STORE, "not its business", NULL, NULL, &b);
    assert_int_equal(answer_read(buf_sv(&b), &limits, &a, &got, NULL, &err), ERR_WORKER);
    buf_clear(&b);
    answer_write(ERR_LIMIT, "a line\nbreak", NULL, NULL, &b);
    assert_int_equal(answer_read(buf_sv(&b), &limits, &a, &got, NULL, &err), ERR_WORKER);
    buf_done(&b);
    arena_done(&a);
}

static void what_no_honest_worker_says_is_nonsense(void **state)
{
    struct frame_signal frames[2];
    struct arena a;
    arena_init(&a, 0);
    for (int lie = 0; lie < 9; lie++) {
        struct media_signals s = a_clip(frames), got;
        struct error err;
        switch (lie) {
        case 0: s.kind = MEDIA_UNKNOWN; break;
        case 1: s.kind = MEDIA_IMAGE; break;
        case 2: s.kind = MEDIA_AUDIO; break;
        case 3: s.width = MEDIA_MAX_DIMENSION + 1; break;
        case 4: s.width = s.height = 20000; break;
        case 5: s.width = 0; break;
        case 6: s.duration_us = -5; break;
        case 7: frames[0].time_us = -1; break;
        default: strcpy(s.codec, "h\x1b[2J"); break;
        }
        assert_int_equal(read_back(&s, &a, &got, &err), ERR_WORKER);
        assert_non_null(strstr(err.text, "nonsense"));
    }
    arena_done(&a);
}

static void more_frames_than_asked_for_are_nonsense(void **state)
{
    struct frame_signal frames[2];
    struct media_signals s = a_clip(frames), got;
    struct arena a;
    struct media_limits few = limits;
    struct buf b;
    struct error err;
    few.max_frames = 1;
    arena_init(&a, 0);
    buf_init(&b, 0);
    answer_write(0, NULL, &s, NULL, &b);
    assert_int_equal(answer_read(buf_sv(&b), &few, &a, &got, NULL, &err), ERR_WORKER);
    buf_done(&b);
    arena_done(&a);
}

static void every_cut_and_every_flipped_bit_is_survived(void **state)
{
    struct frame_signal frames[2];
    struct media_signals s = a_clip(frames), got;
    struct buf b;
    buf_init(&b, 0);
    answer_write(0, NULL, &s, NULL, &b);
    for (size_t n = 0; n < b.n; n++) {
        struct arena a;
        struct error err;
        arena_init(&a, 0);
        assert_int_equal(answer_read(sv_of(b.p, n), &limits, &a, &got, NULL, &err), ERR_WORKER);
        arena_done(&a);
    }
    for (size_t bit = 0; bit < 8 * b.n; bit++) {
        struct arena a;
        arena_init(&a, 0);
        b.p[bit / 8] ^= (char)(1 << bit % 8);
        if (answer_read(buf_sv(&b), &limits, &a, &got, NULL, NULL) == 0) assert_in_range(got.nframes, 0, 2);
        b.p[bit / 8] ^= (char)(1 << bit % 8);
        arena_done(&a);
    }
    buf_done(&b);
}

static void tasks_and_reports_come_back_as_they_were(void **state)
{
    struct worker_task t = {
        .op = OP_ANALYSE, .hint = MEDIA_VIDEO, .sample_every_us = 250000, .file_bytes = 77, .limits = limits};
    struct worker_report r = {END_KILLED, 31, 1234567, 1 << 20}, report;
    struct worker_task task;
    struct buf b;
    buf_init(&b, WORKER_PACKET_MAX);
    task_write(&t, &b);
    assert_false(b.failed);
    assert_true(task_read(buf_sv(&b), &task));
    assert_int_equal(task.file_bytes, 77);
    assert_int_equal(task.sample_every_us, 250000);
    assert_int_equal(task.limits.pixels, limits.pixels);
    assert_int_equal(task.limits.max_frames, limits.max_frames);
    assert_int_equal(task.limits.wall_ms, limits.wall_ms);
    for (size_t n = 0; n < b.n; n++) assert_false(task_read(sv_of(b.p, n), &task));
    buf_clear(&b);
    report_write(&r, &b);
    assert_true(report_read(buf_sv(&b), &report));
    assert_int_equal(report.end, END_KILLED);
    assert_int_equal(report.value, 31);
    assert_int_equal(report.cpu_us, 1234567);
    for (size_t n = 0; n < b.n; n++) assert_false(report_read(sv_of(b.p, n), &report));
    buf_done(&b);
}

static int set_up(void **state)
{
    limits = media_limits_default();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_comes_back_as_it_was),
        cmocka_unit_test(a_reason_comes_back_as_its_error),
        cmocka_unit_test(what_no_honest_worker_says_is_nonsense),
        cmocka_unit_test(more_frames_than_asked_for_are_nonsense),
        cmocka_unit_test(every_cut_and_every_flipped_bit_is_survived),
        cmocka_unit_test(tasks_and_reports_come_back_as_they_were),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
