#include "detect_test.h"

#include <unistd.h>

#include "base/file.h"
#include "detect/bank_sounds.h"
#include "detect/detect_priv.h"
#include "index/made_prints.h"
#include "model/print.h"

enum { TICKS = 15000, CAP = 1500 };

static struct landmark song[3][CAP];
static size_t song_n[3];

static struct bank_item print_item(struct bench *b, int i, const char *label)
{
    struct buf hex;
    buf_init(&hex, 0);
    song_n[i] = made_print((uint32_t)i + 40, TICKS, song[i], CAP);
    print_write(song[i], song_n[i], (int64_t)TICKS * LANDMARK_TICK_US, NULL, 0, &hex);
    assert_false(hex.failed);
    struct bank_item item = item_of(BANK_PRINT, arena_cstr(&b->arena, buf_sv(&hex)), label);
    buf_done(&hex);
    return item;
}

static void run_on(struct bench *b, struct landmark *v, size_t n)
{
    struct media_signals s = {.kind = MEDIA_VIDEO,
                              .has_sound = true,
                              .sound_us = 60 * US_PER_SECOND,
                              .landmarks = v,
                              .nlandmarks = n};
    const struct media_signals *media[2] = {NULL, &s};
    struct media_ref files[2] = {0};
    struct post post = {.media = files, .nmedia = 2};
    struct detect_item item = {.post = &post, .media = media};
    bench_run(b, &item);
}

static void a_banks_recording_is_found_with_its_seconds(void **state)
{
    struct bench b;
    struct landmark q[2 * CAP];
    bench_init(&b);
    bench_bank(&b, "chants", CATEGORY_TERROR_PROPAGANDA, false);
    bench_bank(&b, "adverts", CATEGORY_NONE, true);
    struct bank_item dusk = print_item(&b, 0, "dusk"), jingle = print_item(&b, 1, "jingle");
    bench_item(&b, "chants", &dusk);
    bench_item(&b, "adverts", &jingle);

    struct made_copy faster = {3000, 9000, 1.2, 60, 20, 30, 2000};
    run_on(&b, q, made_query(song[0], song_n[0], &faster, q));
    assert_int_equal(b.found.n, 1);
    const struct finding *f = &b.found.v[0];
    assert_int_equal(f->kind, FINDING_MATCH_SOUND);
    assert_sv(f->detector, "recording");
    assert_sv(f->label, "dusk");
    assert_sv(f->ref.bank, "chants");
    assert_int_equal(f->category, CATEGORY_TERROR_PROPAGANDA);
    assert_true(f->probability > 0.9 && f->probability <= 0.99);
    assert_int_equal(f->nplaces, 1);
    assert_int_equal(f->places[0].kind, PLACE_MEDIA);
    assert_int_equal(f->places[0].media_index, 1);
    assert_true(llabs(f->places[0].start_us - 4000000) < 600000 &&
                llabs(f->places[0].end_us - 14000000) < 600000);
    assert_true(llabs(f->ref.time_us - 6000000) < 600000);

    struct made_copy advert = {0, 8000, 1, 0, 10, 10, 0};
    run_on(&b, q, made_query(song[1], song_n[1], &advert, q));
    assert_int_equal(b.found.n, 1);
    assert_true(b.found.v[0].ref.negative);
    assert_int_equal(b.found.v[0].category, CATEGORY_NONE);
    bench_done(&b);
    (void)state;
}

static void another_recording_and_silence_are_not(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "chants", CATEGORY_TERROR_PROPAGANDA, false);
    struct bank_item dusk = print_item(&b, 0, "dusk"), other = print_item(&b, 2, "other");
    bench_item(&b, "chants", &dusk);
    run_on(&b, song[2], song_n[2]);
    assert_int_equal(b.found.n, 0);
    run_on(&b, NULL, 0);
    assert_int_equal(b.found.n, 0);
    assert_int_equal(other.type, BANK_PRINT);
    bench_done(&b);
    (void)state;
}

static void a_print_that_is_none_costs_nothing(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "chants", CATEGORY_TERROR_PROPAGANDA, false);
    struct bank_item broken = item_of(BANK_PRINT, "not hex", "broken"), dusk = print_item(&b, 0, "dusk");
    bench_item(&b, "chants", &broken);
    bench_item(&b, "chants", &dusk);
    run_on(&b, song[0], song_n[0]);
    assert_int_equal(b.found.n, 1);
    assert_sv(b.found.v[0].label, "dusk");
    bench_done(&b);
    (void)state;
}

/* ---- kept on disk ---- */

enum { LONG_TICKS = 5 * 60 * 500, LONG_CAP = 12000, SONGS = 6 };
static struct landmark long_song[SONGS][LONG_CAP];
static size_t long_n[SONGS];

static struct bank_set *set_of(unsigned first, unsigned end)
{
    struct bank_set *set = NULL;
    struct bank bank = {.name = SV("chants"), .category = CATEGORY_HATE, .threshold = 31};
    assert_ok(bank_set_new(&set, NULL));
    assert_ok(bank_set_add_bank(set, &bank, NULL));
    for (unsigned i = first; i < end; i++) {
        struct buf hex;
        char label[8];
        snprintf(label, sizeof label, "s%u", i);
        buf_init(&hex, 0);
        long_n[i] = made_print(i + 70, LONG_TICKS, long_song[i], LONG_CAP);
        print_write(long_song[i], long_n[i], (int64_t)LONG_TICKS * LANDMARK_TICK_US, NULL, 0, &hex);
        struct bank_item item = item_of(BANK_PRINT, buf_cstr(&hex), label);
        assert_ok(bank_set_add_item(set, SV("chants"), &item, NULL));
        buf_done(&hex);
    }
    return set;
}

/* The label of what ten seconds of that song are found to be. */
static void assert_heard(struct bank_set *set, unsigned song_number, const char *label)
{
    struct landmark query[CAP];
    struct made_copy c = {30000, 35000, 1, 0, 10, 20, 0};
    struct landmark_match m[LANDMARK_MATCHES_MAX];
    struct landmark_scratch *scratch = NULL;
    struct bank_sounds *x = NULL;
    size_t n = made_query(long_song[song_number], long_n[song_number], &c, query), found = 0;
    assert_ok(bank_sounds_of(set, &x, NULL));
    assert_ok(landmark_scratch_new(&scratch, NULL));
    assert_ok(bank_sounds_query(x, scratch, query, n, m, &found, NULL));
    landmark_scratch_free(scratch);
    bool any = found && m[0].probability >= 0.5f;
    assert_int_equal(any, label != NULL);
    if (label) assert_true(sv_is(set->items.v[set->prints.v[m[0].reference].item].label, label));
}

static void sounds_kept_on_disk_follow_the_set(void **state)
{
    char dir[] = "/tmp/marsad-bank-sounds-XXXXXX";
    assert_non_null(mkdtemp(dir));
    struct bank_set *set = set_of(0, 5);
    assert_int_equal(bank_set_open_sounds(set, dir, NULL), ERR_NOTFOUND);
    for (unsigned i = 0; i < 5; i++) assert_heard(set, i, (char[]){'s', (char)('0' + i), '\0'});
    assert_ok(bank_set_keep(set, dir, SV("mark"), NULL));
    bank_set_free(set);
    /* The set has changed since: the first is gone, one is new. */
    set = set_of(1, 6);
    (void)(bank_set_open_sounds(set, dir, NULL) != 0);
    assert_non_null(set->sounds);
    bank_set_free(set_of(0, 1)); /* the song is known again here, not in the set */
    assert_heard(set, 0, NULL);
    for (unsigned i = 1; i < 6; i++) assert_heard(set, i, (char[]){'s', (char)('0' + i), '\0'});
    /* Removed while it is loaded, and given back. */
    struct id128 id = set->items.v[set->prints.v[2].item].id;
    assert_int_equal(bank_set_remove_item(set, SV("chants"), &id), 0);
    assert_heard(set, 3, NULL);
    assert_heard(set, 4, "s4");
    assert_ok(bank_set_keep(set, dir, SV("mark"), NULL));
    bank_set_free(set);
    set = set_of(0, 6);
    (void)(bank_set_open_sounds(set, dir, NULL) != 0);
    for (unsigned i = 0; i < 6; i++) assert_heard(set, i, (char[]){'s', (char)('0' + i), '\0'});
    bank_set_free(set);
    assert_ok(dir_remove_tree(dir, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_banks_recording_is_found_with_its_seconds),
        cmocka_unit_test(another_recording_and_silence_are_not),
        cmocka_unit_test(a_print_that_is_none_costs_nothing),
        cmocka_unit_test(sounds_kept_on_disk_follow_the_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
