#include "test.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "cli/progress.h"

static void says(struct progress_state s, const char *want)
{
    struct buf b;
    buf_init(&b, 0);
    s.title = SV("Reading");
    s.note = SV("12 posts");
    progress_line(&b, &s);
    assert_string_equal(buf_cstr(&b), want);
    buf_done(&b);
}

static void an_unknown_whole_is_a_count(void **state)
{
    says((struct progress_state){.done = 0}, "Reading 0  12 posts");
    says((struct progress_state){.done = 1234567}, "Reading 1234567  12 posts");
}

static void a_known_whole_is_a_bar(void **state)
{
    says((struct progress_state){.done = 0, .total = 8}, "Reading ▕                        ▏   0%  12 posts");
    says((struct progress_state){.done = 4, .total = 8}, "Reading ▕████████████            ▏  50%  12 posts");
    says((struct progress_state){.done = 1, .total = 192},
         "Reading ▕▏                       ▏   0%  12 posts");
    says((struct progress_state){.done = 8, .total = 8}, "Reading ▕████████████████████████▏ 100%  12 posts");
}

static void more_than_the_whole_is_the_whole(void **state)
{
    says((struct progress_state){.done = 9, .total = 8}, "Reading ▕████████████████████████▏ 100%  12 posts");
    says((struct progress_state){.done = UINT64_MAX, .total = 1},
         "Reading ▕████████████████████████▏ 100%  12 posts");
}

static void the_time_left_is_told_when_it_is_known(void **state)
{
    says((struct progress_state){.done = 4, .total = 8, .left_us = 90 * US_PER_SECOND},
         "Reading ▕████████████            ▏  50%  −1m  12 posts");
}

static void the_bar_never_changes_its_width(void **state)
{
    int width = 0;
    for (uint64_t done = 0; done <= 1000; done++) {
        struct buf b;
        buf_init(&b, 0);
        struct progress_state s = {.title = SV("t"), .note = SV_NULL, .done = done, .total = 1000};
        progress_line(&b, &s);
        if (done) assert_int_equal(utf8_width(buf_sv(&b)), width);
        width = utf8_width(buf_sv(&b));
        buf_done(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_whole_is_a_count),
        cmocka_unit_test(a_known_whole_is_a_bar),
        cmocka_unit_test(more_than_the_whole_is_the_whole),
        cmocka_unit_test(the_time_left_is_told_when_it_is_known),
        cmocka_unit_test(the_bar_never_changes_its_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
