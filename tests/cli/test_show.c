#include "cli_test.h"

#include "base/clock.h"
#include "cli/cmds.h"

static void times_in_a_clip_are_short(void **state)
{
    static const struct {
        int64_t us;
        const char *want;
    } cases[] = {{0, "0:00"},
                 {7500000, "0:07.5"},
                 {65 * US_PER_SECOND, "1:05"},
                 {3723 * US_PER_SECOND + 40000, "1:02:03"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b;
        buf_init(&b, 0);
        show_seconds(&b, cases[i].us);
        assert_text(&b, cases[i].want);
        buf_done(&b);
    }
}

static void durations_are_said_in_one_or_two_units(void **state)
{
    static const struct {
        int64_t us;
        const char *en, *ar;
    } cases[] = {{0, "0 s", "0 ث"},
                 {15 * US_PER_MINUTE, "15 min", "15 د"},
                 {-15 * US_PER_MINUTE, "15 min", "15 د"},
                 {4 * US_PER_HOUR, "4 h", "4 س"},
                 {2 * US_PER_HOUR + 5 * US_PER_MINUTE, "2 h 5 min", "2 س 5 د"},
                 {3 * US_PER_DAY + US_PER_HOUR, "3 d", "3 يوم"},
                 {INT64_MIN, "106751991 d", "106751991 يوم"}};
    struct cli *cli = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int ar = 0; ar < 2; ar++) {
            cli->lang = ar ? LANG_AR : LANG_EN;
            buf_clear(&cli->out);
            show_duration(cli, &cli->out, cases[i].us);
            assert_text(&cli->out, ar ? cases[i].ar : cases[i].en);
        }
}

static void a_place_in_a_text_counts_characters_where_the_text_is_at_hand(void **state)
{
    struct cli *cli = *state;
    struct text_part part = {
        .field = TEXT_CAPTION, .text = SV("سلام 06"), .start_us = TIME_UNKNOWN, .end_us = TIME_UNKNOWN};
    struct post post;
    post_init(&post);
    post.texts = &part;
    post.ntexts = 1;
    struct place p = place_of(PLACE_TEXT);
    p.text_index = 0;
    p.start = 9;
    p.end = 11;
    show_place(cli, &cli->out, &p, &post);
    assert_text(&cli->out, "caption, characters 6–7");
    buf_clear(&cli->out);
    show_place(cli, &cli->out, &p, NULL);
    assert_text(&cli->out, "caption, bytes 10–11");
    buf_clear(&cli->out);
    p.end = 400; /* beyond the text: never read */
    show_place(cli, &cli->out, &p, &post);
    assert_text(&cli->out, "caption, bytes 10–400");
}

static void a_place_in_a_clip_has_time_and_region(void **state)
{
    struct cli *cli = *state;
    struct place p = place_of(PLACE_MEDIA);
    show_place(cli, &cli->out, &p, NULL);
    assert_text(&cli->out, "file 1");
    buf_clear(&cli->out);
    p.start_us = 3 * US_PER_SECOND;
    p.end_us = 7500000;
    p.region = (struct region){100, 200, 500, 600};
    show_place(cli, &cli->out, &p, NULL);
    assert_text(&cli->out, "file 1, 0:03–0:07.5; part of the picture: x 10–60 %, y 20–80 %");
}

static void a_finding_says_what_against_what_and_how_sure(void **state)
{
    struct cli *cli = *state;
    struct finding f;
    finding_init(&f);
    f.kind = FINDING_MATCH_MEDIA;
    f.category = CATEGORY_TERROR_PROPAGANDA;
    f.probability = 0.987;
    f.label = SV("clip\033.mp4");
    f.ref.bank = SV("clips");
    f.ref.distance = 6;
    f.ref.time_us = 3 * US_PER_SECOND;
    f.ref.form = DIHEDRAL_FLIPY;
    f.context = SV("news");
    show_finding(cli, &cli->out, &f);
    assert_text(
        &cli->out,
        "Terrorist propaganda  Matches clip\\u{1B}.mp4 of bank clips, 99 % sure; 6 of 256 bits differ; at "
        "0:03 of the reference; seen mirrored; reports about it");
}

static void what_has_no_name_is_shown_as_it_is(void **state)
{
    struct cli *cli = *state;
    assert_true(sv_eq(reason_text(cli, SV("house.rule")), SV("house.rule")));
    assert_sv(reason_text(cli, SV("reason.doxxing_data")), "Private data");
    assert_sv(category_text(cli, CATEGORY_HATE), "Hate");
    struct account a = {.native_id = SV("77")};
    assert_sv(account_shown(&a), "77");
    a.handle = SV("nour");
    assert_sv(account_shown(&a), "nour");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_in_a_clip_are_short),
        cli_test(durations_are_said_in_one_or_two_units),
        cli_test(a_place_in_a_text_counts_characters_where_the_text_is_at_hand),
        cli_test(a_place_in_a_clip_has_time_and_region),
        cli_test(a_finding_says_what_against_what_and_how_sure),
        cli_test(what_has_no_name_is_shown_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
