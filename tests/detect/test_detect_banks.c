/* The set of banks: what is taken in, what is left out, what is refused. */
#include "detect_test.h"

#include "detect/detect_priv.h"

static void items_that_are_not_active_or_not_ours_are_left_out(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "x", CATEGORY_HATE, false);
    struct bank_frame frame = {hash_seeded(1), 100, 0};
    struct bank_item item = pdq_item(&frame, "a");
    item.status = BANK_QUARANTINED;
    bench_item(&b, "x", &item);
    item.status = BANK_WITHDRAWN;
    bench_item(&b, "x", &item);
    item = item_of(BANK_OTHER, "d41d8cd98f00b204e9800998ecf8427e", "md5");
    bench_item(&b, "x", &item);
    assert_int_equal(b.banks->items.n, 0);
    assert_int_equal(b.banks->frames.n, 0);
    bench_done(&b);
}

static void poor_frames_of_clips_are_left_out(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "x", CATEGORY_HATE, false);
    struct bank_frame frames[] = {
        {hash_seeded(1), 49, 0}, {hash_seeded(2), 50, 1}, {hash_seeded(3), 0, 2}, {hash_seeded(4), 100, 3}};
    struct bank_item item = item_of(BANK_VPDQ, "", "clip");
    item.frames = frames;
    item.nframes = 4;
    bench_item(&b, "x", &item);
    assert_int_equal(b.banks->items.v[0].nframes, 2);
    assert_true(b.banks->frames.v[0].time_us == 1 && b.banks->frames.v[1].time_us == 3);
    /* A list of bare hashes says nothing of quality: those pictures stay. */
    struct bank_item bare = pdq_item(&frames[2], "bare");
    bench_item(&b, "x", &bare);
    assert_int_equal(b.banks->items.v[1].nframes, 1);
    bench_done(&b);
}

static void a_bank_twice_or_missing_is_an_error(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "x", CATEGORY_HATE, false);
    struct bank again = {.name = SV("x")};
    assert_int_equal(bank_set_add_bank(b.banks, &again, &b.err), ERR_EXISTS);
    struct bank_item item = item_of(BANK_SOUND, "tiktok:1", "s");
    assert_int_equal(bank_set_add_item(b.banks, SV("y"), &item, &b.err), ERR_NOTFOUND);
    assert_non_null(strstr(b.err.text, "no bank y"));
    bench_done(&b);
}

static void thresholds_are_bounded(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "x", CATEGORY_HATE, false);
    struct bank_frame frame = {hash_seeded(1), 100, 0};
    struct bank_item item = pdq_item(&frame, "a");
    item.threshold = 256;
    bench_item(&b, "x", &item);
    item.threshold = -1;
    bench_item(&b, "x", &item);
    assert_int_equal(b.banks->items.v[0].threshold, MATCH_MAX_DISTANCE);
    assert_int_equal(b.banks->items.v[1].threshold, 31);
    bench_done(&b);
}

static void strings_are_copied(void **state)
{
    struct bench b;
    bench_init(&b);
    char name[] = "bank", label[] = "label";
    bench_bank(&b, name, CATEGORY_HATE, false);
    struct bank_frame frame = {hash_seeded(1), 100, 0};
    struct bank_item item = pdq_item(&frame, label);
    bench_item(&b, name, &item);
    memset(name, 'x', 4);
    memset(label, 'x', 5);
    assert_sv(b.banks->banks.v[0].name, "bank");
    assert_sv(b.banks->items.v[0].label, "label");
    bench_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_that_are_not_active_or_not_ours_are_left_out),
        cmocka_unit_test(poor_frames_of_clips_are_left_out),
        cmocka_unit_test(a_bank_twice_or_missing_is_an_error),
        cmocka_unit_test(thresholds_are_bounded),
        cmocka_unit_test(strings_are_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
