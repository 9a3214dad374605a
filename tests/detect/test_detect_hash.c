/* Pictures and clips of banks seen again: distances, turns, places in time, innocents, floods, and how sure. */
#include "detect_test.h"

enum { CLIP = 20 };

/* A post of one medium with n frames, half a second apart. */
struct clip {
    struct post post;
    struct media_ref ref;
    struct media_signals signals;
    const struct media_signals *media[1];
    struct frame_signal frames[64];
    struct detect_item item;
};

static void clip_init(struct clip *c, size_t n, uint64_t seed)
{
    memset(c, 0, sizeof *c);
    post_init(&c->post);
    c->post.media = &c->ref;
    c->post.nmedia = 1;
    for (size_t i = 0; i < n; i++) c->frames[i] = frame_of(hash_seeded(seed + 1000 * i), 0.5 * (double)i);
    c->signals.kind = n > 1 ? MEDIA_VIDEO : MEDIA_IMAGE;
    c->signals.frames = c->frames;
    c->signals.nframes = n;
    c->signals.duration_us = (int64_t)(n * 500000);
    c->media[0] = &c->signals;
    c->item.post = &c->post;
    c->item.media = c->media;
}

/* A bank item of the clip's n frames from `first`. */
static void bank_clip(struct bench *b, const char *bank, const struct clip *c, size_t first, size_t n,
                      const char *label)
{
    struct bank_frame frames[64];
    for (size_t i = 0; i < n; i++)
        frames[i] = (struct bank_frame){c->frames[first + i].pdq[0], 100, (int64_t)(i * 500000)};
    struct bank_item item = item_of(BANK_VPDQ, "", label);
    item.frames = frames;
    item.nframes = n;
    bench_item(b, bank, &item);
}

static void a_picture_is_found_within_its_threshold_and_not_beyond(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "org", CATEGORY_TERROR_PROPAGANDA, false);
    struct bank_frame frame = {hash_seeded(7), 100, 0};
    struct bank_item item = pdq_item(&frame, "emblem.png");
    bench_item(&b, "org", &item);
    double last = 1;
    for (int d = 0; d <= 40; d++) {
        struct clip c;
        clip_init(&c, 1, 1);
        c.frames[0] = frame_of(hash_at(frame.pdq, d), 0);
        bench_run(&b, &c.item);
        assert_int_equal(b.found.n, d <= 31);
        if (!b.found.n) continue;
        const struct finding *f = &b.found.v[0];
        char id[ID_TEXT_BYTES];
        id_format(&item.id, id);
        assert_int_equal(f->kind, FINDING_MATCH_MEDIA);
        assert_int_equal(f->category, CATEGORY_TERROR_PROPAGANDA);
        assert_sv(f->detector, "hash");
        assert_sv(f->ref.bank, "org");
        assert_sv(f->label, "emblem.png");
        assert_true(sv_is(f->ref.item, id));
        assert_int_equal(f->ref.distance, d);
        assert_int_equal(f->ref.form, DIHEDRAL_ORIGINAL);
        assert_true(f->ref.time_us == TIME_UNKNOWN);
        assert_true(f->probability > 0.65 && f->probability <= last);
        assert_int_equal(f->nplaces, 1);
        assert_int_equal(f->places[0].kind, PLACE_MEDIA);
        assert_int_equal(f->places[0].media_index, 0);
        assert_true(f->places[0].start_us == TIME_UNKNOWN && f->places[0].end_us == TIME_UNKNOWN);
        last = f->probability;
    }
    bench_done(&b);
}

static void thresholds_of_items_and_banks_are_kept(void **state)
{
    struct bench b;
    bench_init(&b);
    struct bank wide = {.name = SV("wide"), .category = CATEGORY_HATE, .threshold = 40};
    assert_ok(bank_set_add_bank(b.banks, &wide, &b.err));
    struct bank_frame first = {hash_seeded(1), 100, 0}, second = {hash_seeded(2), 100, 0};
    struct bank_item of_bank = pdq_item(&first, "of the bank"), own = pdq_item(&second, "own");
    own.threshold = 5;
    bench_item(&b, "wide", &of_bank);
    bench_item(&b, "wide", &own);
    static const struct {
        uint64_t seed;
        int distance;
        size_t found;
    } rows[] = {{1, 40, 1}, {1, 41, 0}, {2, 5, 1}, {2, 6, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct clip c;
        clip_init(&c, 1, 1);
        c.frames[0] = frame_of(hash_at(hash_seeded(rows[i].seed), rows[i].distance), 0);
        bench_run(&b, &c.item);
        assert_int_equal(b.found.n, rows[i].found);
    }
    bench_done(&b);
}

static void a_turned_picture_is_found_and_the_turn_named(void **state)
{
    /* The form that matches is the one that undoes the turn. */
    static const enum dihedral made[DIHEDRAL_COUNT] = {
        [DIHEDRAL_ORIGINAL] = DIHEDRAL_ORIGINAL,   [DIHEDRAL_ROT90] = DIHEDRAL_ROT270,
        [DIHEDRAL_ROT180] = DIHEDRAL_ROT180,       [DIHEDRAL_ROT270] = DIHEDRAL_ROT90,
        [DIHEDRAL_FLIPX] = DIHEDRAL_FLIPX,         [DIHEDRAL_FLIPY] = DIHEDRAL_FLIPY,
        [DIHEDRAL_TRANSPOSE] = DIHEDRAL_TRANSPOSE, [DIHEDRAL_ANTITRANSPOSE] = DIHEDRAL_ANTITRANSPOSE};
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "org", CATEGORY_TERROR_PROPAGANDA, false);
    struct bank_frame frame = {hash_seeded(7), 100, 0};
    struct bank_item item = pdq_item(&frame, "x");
    bench_item(&b, "org", &item);
    for (int form = 0; form < DIHEDRAL_COUNT; form++) {
        struct clip c;
        clip_init(&c, 1, 99);
        c.frames[0].pdq[form] = hash_at(frame.pdq, 3);
        bench_run(&b, &c.item);
        assert_int_equal(b.found.n, 1);
        assert_int_equal(b.found.v[0].ref.form, made[form]);
        assert_int_equal(b.found.v[0].ref.distance, 3);
    }
    bench_done(&b);
}

static void a_clip_is_found_with_its_seconds(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "org", CATEGORY_TERROR_PROPAGANDA, false);
    struct clip reference, c;
    clip_init(&reference, CLIP, 5);
    bank_clip(&b, "org", &reference, 0, CLIP, "clip");
    /* Frames 4-9 of the reference stand at 2.5-5.5 s of another clip, and frame 4 again at its end. */
    clip_init(&c, CLIP, 777777);
    for (size_t i = 0; i < 6; i++)
        c.frames[5 + i].pdq[0] = hash_at(reference.frames[4 + i].pdq[0], 2 + (int)i);
    c.frames[CLIP - 1].pdq[0] = reference.frames[4].pdq[0];
    bench_run(&b, &c.item);
    assert_int_equal(b.found.n, 1);
    const struct finding *f = &b.found.v[0];
    assert_true(f->probability > 0.95);
    assert_int_equal(f->ref.distance, 0);
    assert_true(f->ref.time_us == 2000000);
    assert_int_equal(f->nplaces, 2);
    assert_true(f->places[0].start_us == 2500000 && f->places[0].end_us == 5500000);
    assert_true(f->places[1].start_us == 9500000 && f->places[1].end_us == 10000000);
    bench_done(&b);
}

static void poor_frames_neither_match_nor_break_a_run(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "org", CATEGORY_TERROR_PROPAGANDA, false);
    struct clip c;
    clip_init(&c, CLIP, 5);
    bank_clip(&b, "org", &c, 0, CLIP, "clip");
    c.frames[3].quality = 49;
    c.frames[3].pdq[0] = hash_seeded(123456);
    for (size_t i = 8; i < 16; i++) c.frames[i].quality = 0; /* four seconds: too long to bridge */
    bench_run(&b, &c.item);
    assert_int_equal(b.found.n, 1);
    const struct finding *f = &b.found.v[0];
    assert_int_equal(f->nplaces, 2);
    assert_true(f->places[0].start_us == 0 && f->places[0].end_us == 4000000);
    assert_true(f->places[1].start_us == 8000000);
    bench_done(&b);
}

static void one_shared_frame_proves_little(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "org", CATEGORY_TERROR_PROPAGANDA, false);
    struct clip reference;
    clip_init(&reference, CLIP, 5);
    bank_clip(&b, "org", &reference, 0, CLIP, "clip");
    double last = 0;
    for (size_t shared = 1; shared <= 8; shared++) {
        struct clip c;
        clip_init(&c, 60, 777777);
        for (size_t i = 0; i < shared; i++) c.frames[i].pdq[0] = reference.frames[i].pdq[0];
        bench_run(&b, &c.item);
        assert_int_equal(b.found.n, 1);
        double p = b.found.v[0].probability;
        assert_true(p >= last);
        if (shared == 1) assert_true(p < 0.6);
        if (shared >= 5) assert_true(p > 0.95);
        last = p;
    }
    bench_done(&b);
}

static void a_title_card_that_stands_for_long_is_one_frame(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "org", CATEGORY_TERROR_PROPAGANDA, false);
    struct clip reference, c;
    clip_init(&reference, CLIP, 5);
    bank_clip(&b, "org", &reference, 0, CLIP, "clip");
    clip_init(&c, 60, 777777);
    for (size_t i = 0; i < 8; i++) c.frames[i].pdq[0] = reference.frames[0].pdq[0];
    bench_run(&b, &c.item);
    assert_int_equal(b.found.n, 1);
    assert_true(b.found.v[0].probability < 0.6);
    bench_done(&b);
}

/* Ten clips that have nothing in common but four cards of subtitles: to see these says little of which it is. */
static void frames_that_many_items_share_count_for_less(void **state)
{
    double alone = 0, shared = 0;
    for (int many = 0; many < 2; many++) {
        struct bench b;
        struct clip cards, film[10];
        bench_init(&b);
        bench_bank(&b, "org", CATEGORY_TERROR_PROPAGANDA, false);
        clip_init(&cards, 4, 7);
        for (size_t i = 0; i < (many ? 10 : 1); i++) {
            clip_init(&film[i], 60, 100 + i);
            for (size_t k = 0; k < 4; k++) film[i].frames[5 + 10 * k].pdq[0] = cards.frames[k].pdq[0];
            char label[16];
            snprintf(label, sizeof label, "film %zu", i);
            bank_clip(&b, "org", &film[i], 0, 60, label);
        }
        for (size_t k = 0; k < 20; k++)
            cards.frames[4 + k] = frame_of(hash_seeded(5000 + k), 2 + 0.5 * (double)k);
        cards.signals.nframes = 24;
        bench_run(&b, &cards.item);
        assert_int_equal(b.found.n, many ? 10 : 1);
        *(many ? &shared : &alone) = b.found.v[0].probability;
        bench_done(&b);
    }
    assert_true(alone > 0.9);
    assert_true(shared < 0.8);
}

static void known_innocents_explain_and_never_accuse(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "agency", CATEGORY_TERROR_PROPAGANDA, true);
    struct clip c;
    clip_init(&c, CLIP, 5);
    bank_clip(&b, "agency", &c, 0, CLIP, "report");
    bench_run(&b, &c.item);
    assert_int_equal(b.found.n, 1);
    assert_true(b.found.v[0].ref.negative);
    assert_int_equal(b.found.v[0].category, CATEGORY_NONE);
    bench_done(&b);
}

static void a_flood_of_copies_does_not_hide_the_innocent(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "org", CATEGORY_TERROR_PROPAGANDA, false);
    bench_bank(&b, "agency", CATEGORY_NONE, true);
    struct bank_frame frame = {hash_seeded(7), 100, 0};
    for (int i = 0; i < 5000; i++) {
        char label[32];
        snprintf(label, sizeof label, "copy %d", i);
        struct bank_item copy = pdq_item(&frame, label);
        bench_item(&b, "org", &copy);
    }
    struct bank_frame away = {hash_at(frame.pdq, 20), 100, 0};
    struct bank_item innocent = pdq_item(&away, "innocent");
    bench_item(&b, "agency", &innocent);
    struct clip c;
    clip_init(&c, 1, 1);
    c.frames[0].pdq[0] = frame.pdq;
    bench_run(&b, &c.item);
    assert_int_equal(b.found.n, MATCH_MAX_PER_FRAME + 1);
    size_t negative = 0;
    for (size_t i = 0; i < b.found.n; i++) negative += b.found.v[i].ref.negative;
    assert_int_equal(negative, 1);
    bench_done(&b);
}

static void two_items_in_one_clip_are_two_findings(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "org", CATEGORY_TERROR_PROPAGANDA, false);
    struct clip c;
    clip_init(&c, CLIP, 5);
    bank_clip(&b, "org", &c, 0, 8, "first");
    bank_clip(&b, "org", &c, 10, 8, "second");
    bench_run(&b, &c.item);
    assert_int_equal(b.found.n, 2);
    assert_sv(b.found.v[0].label, "first");
    assert_sv(b.found.v[1].label, "second");
    assert_true(b.found.v[0].places[0].end_us == 4000000);
    assert_true(b.found.v[1].places[0].start_us == 5000000);
    bench_done(&b);
}

static void strangers_do_not_match(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "org", CATEGORY_TERROR_PROPAGANDA, false);
    for (uint64_t i = 0; i < 2000; i++) {
        struct bank_frame frame = {hash_seeded(i), 100, 0};
        char label[32];
        snprintf(label, sizeof label, "%d", (int)i);
        struct bank_item item = pdq_item(&frame, label);
        bench_item(&b, "org", &item);
    }
    struct clip c;
    clip_init(&c, 64, 123456789);
    bench_run(&b, &c.item);
    assert_int_equal(b.found.n, 0);
    bench_done(&b);
}

static void media_without_signals_is_passed_over(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "org", CATEGORY_TERROR_PROPAGANDA, false);
    struct bank_frame frame = {hash_seeded(7), 100, 0};
    struct bank_item item = pdq_item(&frame, "x");
    bench_item(&b, "org", &item);
    struct clip c;
    clip_init(&c, 1, 1);
    c.media[0] = NULL;
    bench_run(&b, &c.item);
    assert_int_equal(b.found.n, 0);
    c.item.media = NULL;
    bench_run(&b, &c.item);
    assert_int_equal(b.found.n, 0);
    bench_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_is_found_within_its_threshold_and_not_beyond),
        cmocka_unit_test(thresholds_of_items_and_banks_are_kept),
        cmocka_unit_test(a_turned_picture_is_found_and_the_turn_named),
        cmocka_unit_test(a_clip_is_found_with_its_seconds),
        cmocka_unit_test(poor_frames_neither_match_nor_break_a_run),
        cmocka_unit_test(one_shared_frame_proves_little),
        cmocka_unit_test(a_title_card_that_stands_for_long_is_one_frame),
        cmocka_unit_test(frames_that_many_items_share_count_for_less),
        cmocka_unit_test(known_innocents_explain_and_never_accuse),
        cmocka_unit_test(a_flood_of_copies_does_not_hide_the_innocent),
        cmocka_unit_test(two_items_in_one_clip_are_two_findings),
        cmocka_unit_test(strangers_do_not_match),
        cmocka_unit_test(media_without_signals_is_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
