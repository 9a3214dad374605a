/* Pictures of banks seen by their points alone: cut, turned, mirrored, in time; and whose sights count. */
#include "detect_test.h"

#include <math.h>

#include "model/sight.h"

enum { POINTS = 120, W = 180, H = 320, KEYS_HERE = 8 };

/* A key frame whose points lie where a seed says. */
static struct key_frame key_of(struct arena *a, uint64_t seed, double seconds)
{
    struct point *v = ARENA_ARRAY(a, POINTS, struct point);
    for (size_t i = 0; i < POINTS; i++) {
        struct hash256 r = hash_seeded(seed * 7919 + i * 31 + 1);
        v[i] = (struct point){.x = (uint16_t)(r.w[0] % (W * POINT_UNIT)),
                              .y = (uint16_t)(r.w[1] % (H * POINT_UNIT))};
        v[i].angle = (uint8_t)r.w[2];
        v[i].scale = (uint8_t)(1 + r.w[3] % 3);
        v[i].bits = hash_seeded(seed * 104729 + i * 97 + 5);
    }
    return (struct key_frame){(int64_t)(seconds * 1e6), W, H, v, POINTS};
}

/* The same picture turned clockwise about its middle, made larger and cut to the frame, twenty bits of each point changed. */
static struct key_frame seen_as(struct arena *a, const struct key_frame *k, double degrees, double zoom,
                                double seconds)
{
    struct point *v = ARENA_ARRAY(a, k->npoints, struct point);
    double c = cos(degrees * M_PI / 180) * zoom, s = sin(degrees * M_PI / 180) * zoom;
    size_t n = 0;
    for (size_t i = 0; i < k->npoints; i++) {
        double x = (double)k->points[i].x / POINT_UNIT - W / 2.0,
               y = (double)k->points[i].y / POINT_UNIT - H / 2.0;
        double u = W / 2.0 + c * x - s * y, w = H / 2.0 + s * x + c * y;
        if (u < 1 || w < 1 || u > W - 1 || w > H - 1) continue;
        v[n] = k->points[i];
        v[n].x = (uint16_t)lrint(u * POINT_UNIT);
        v[n].y = (uint16_t)lrint(w * POINT_UNIT);
        v[n].angle = (uint8_t)(v[n].angle + (int)lrint(degrees * POINT_ANGLES / 360));
        v[n].scale = (uint8_t)(v[n].scale + (int)lrint(log2(zoom) * POINT_STEPS_PER_OCTAVE));
        v[n].bits = hash_at(v[n].bits, 20);
        n++;
    }
    return (struct key_frame){(int64_t)(seconds * 1e6), W, H, v, n};
}

static void mirror(struct key_frame *k)
{
    struct point *v = (struct point *)k->points;
    for (size_t i = 0; i < k->npoints; i++) {
        v[i].x = (uint16_t)(W * POINT_UNIT - v[i].x);
        v[i].angle = (uint8_t)(POINT_ANGLES / 2 - v[i].angle);
        v[i].bits = point_mirrored(&v[i].bits);
    }
}

/* A clip of which hashes say nothing. */
struct clip {
    struct post post;
    struct media_ref ref;
    struct media_signals signals;
    const struct media_signals *media[1];
    struct key_frame keys[KEYS_HERE];
    struct frame_signal frame;
    struct detect_item item;
};

static void clip_init(struct clip *c, size_t nkeys)
{
    memset(c, 0, sizeof *c);
    post_init(&c->post);
    c->post.media = &c->ref;
    c->post.nmedia = 1;
    c->frame = frame_of(hash_seeded(424242), 0);
    c->signals = (struct media_signals){.kind = nkeys > 1 ? MEDIA_VIDEO : MEDIA_IMAGE,
                                        .frames = &c->frame,
                                        .nframes = 1,
                                        .duration_us = 10000000,
                                        .keys = c->keys,
                                        .nkeys = nkeys};
    c->media[0] = &c->signals;
    c->item.post = &c->post;
    c->item.media = c->media;
}

/* A clip's item and its sight. */
static struct id128 bank_clip(struct bench *b, uint64_t seed, size_t nkeys, const char *label)
{
    struct bank_frame frames[KEYS_HERE];
    struct key_frame keys[KEYS_HERE];
    struct buf hex;
    for (size_t i = 0; i < nkeys; i++) {
        frames[i] = (struct bank_frame){hash_seeded(seed + i), 100, (int64_t)i * 1000000};
        keys[i] = key_of(&b->arena, seed + i, (double)i);
    }
    struct bank_item item = item_of(BANK_VPDQ, "", label);
    item.frames = frames;
    item.nframes = nkeys;
    bench_item(b, "org", &item);
    struct sight s = {.of = item.id, .keys = keys, .nkeys = nkeys};
    buf_init(&hex, 0);
    sight_write(&s, &hex);
    struct bank_item sight = item_of(BANK_SIGHT, "", label);
    sight.value = buf_sv(&hex);
    sight.id = bank_item_id(&sight);
    bench_item(b, "org", &sight);
    buf_done(&hex);
    return item.id;
}

static void bench_start(struct bench *b)
{
    bench_init(b);
    bench_bank(b, "org", CATEGORY_TERROR_PROPAGANDA, false);
    for (uint64_t i = 0; i < 5; i++) bank_clip(b, 1000 + 100 * i, 3, "another");
}

static const struct finding *only(const struct bench *b, const char *label)
{
    assert_int_equal(b->found.n, 1);
    assert_true(sv_is(b->found.v[0].label, label));
    return &b->found.v[0];
}

static void a_cut_picture_is_found_with_its_part_and_corners(void **state)
{
    struct bench b;
    struct clip c;
    bench_start(&b);
    bank_clip(&b, 1, 1, "cut");
    struct key_frame k = key_of(&b.arena, 1, 0);
    clip_init(&c, 1);
    c.keys[0] = seen_as(&b.arena, &k, 0, 1.26, 0);
    bench_run(&b, &c.item);
    const struct finding *f = only(&b, "cut");
    assert_true(f->probability > 0.9);
    assert_int_equal(f->ref.distance, -1);
    assert_int_equal(f->ref.form, DIHEDRAL_ORIGINAL);
    assert_true(f->ref.points > 40);
    assert_true(abs(f->ref.part.x - 103) <= 30 && abs(f->ref.part.w - 794) <= 60);
    assert_true(abs(f->ref.corners[0] + 130) <= 15 && abs(f->ref.corners[4] - 1130) <= 15);
    assert_int_equal(f->nplaces, 1);
    assert_int_equal(f->places[0].region.w, 1000);
    bench_done(&b);
}

static void turns_and_mirrors_are_told(void **state)
{
    static const struct {
        double degrees;
        bool mirrored;
        enum dihedral form;
    } cases[] = {{15, false, DIHEDRAL_ORIGINAL}, {90, false, DIHEDRAL_ROT90}, {180, false, DIHEDRAL_ROT180},
                 {270, false, DIHEDRAL_ROT270},  {0, true, DIHEDRAL_FLIPY},   {180, true, DIHEDRAL_FLIPX},
                 {-10, true, DIHEDRAL_FLIPY}};
    struct bench b;
    bench_start(&b);
    bank_clip(&b, 1, 1, "turned");
    struct key_frame k = key_of(&b.arena, 1, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct clip c;
        clip_init(&c, 1);
        c.keys[0] = seen_as(&b.arena, &k, cases[i].degrees, 1, 0);
        if (cases[i].mirrored) mirror(&c.keys[0]);
        bench_run(&b, &c.item);
        assert_int_equal(only(&b, "turned")->ref.form, cases[i].form);
    }
    bench_done(&b);
}

static void key_frames_say_when_and_how_fast(void **state)
{
    struct bench b;
    struct clip c;
    bench_start(&b);
    bank_clip(&b, 1, 6, "clip");
    clip_init(&c, 5);
    for (size_t i = 0; i < 5; i++) {
        struct key_frame k = key_of(&b.arena, 1 + 5 - i, 0); /* backwards, at double speed */
        c.keys[i] = seen_as(&b.arena, &k, 5, 1, 2 + 0.5 * (double)i);
    }
    bench_run(&b, &c.item);
    const struct finding *f = only(&b, "clip");
    assert_true(fabs(f->ref.speed + 2) < 0.1);
    assert_true(llabs(f->ref.time_us - 5000000) < 200000);
    assert_true(f->places[0].start_us == 2000000 && f->places[f->nplaces - 1].end_us >= 4000000);
    bench_done(&b);
}

static void what_is_in_no_bank_is_not_found(void **state)
{
    struct bench b;
    struct clip c;
    bench_start(&b);
    clip_init(&c, 3);
    for (size_t i = 0; i < 3; i++) c.keys[i] = key_of(&b.arena, 77 + i, (double)i);
    bench_run(&b, &c.item);
    assert_int_equal(b.found.n, 0);
    bench_done(&b);
}

static void a_sight_counts_for_its_item_and_goes_with_it(void **state)
{
    struct bench b;
    struct clip c;
    bench_start(&b);
    struct id128 id = bank_clip(&b, 1, 2, "withdrawn");
    struct key_frame k = key_of(&b.arena, 2, 0);
    clip_init(&c, 1);
    c.keys[0] = seen_as(&b.arena, &k, 10, 1, 0);
    bench_run(&b, &c.item);
    char text[ID_TEXT_BYTES];
    id_format(&id, text);
    assert_true(sv_is(only(&b, "withdrawn")->ref.item, text));
    detect_scratch_free(b.scratch);
    detect_set_free(b.set);
    b.set = NULL;
    b.scratch = NULL;
    assert_int_equal(bank_set_remove_item(b.banks, SV("org"), &id), 0);
    bench_run(&b, &c.item);
    assert_int_equal(b.found.n, 0);
    bench_done(&b);
}

static void what_is_added_later_is_found_too(void **state)
{
    struct bench b;
    struct clip c;
    bench_start(&b);
    for (uint64_t i = 0; i < 20; i++) bank_clip(&b, 5000 + 100 * i, 6, "more");
    clip_init(&c, 1);
    struct key_frame k = key_of(&b.arena, 1, 0), first = key_of(&b.arena, 1000, 0);
    c.keys[0] = seen_as(&b.arena, &k, 10, 1, 0);
    bench_run(&b, &c.item);
    assert_int_equal(b.found.n, 0);
    for (int round = 0; round < 2; round++) {
        detect_scratch_free(b.scratch);
        detect_set_free(b.set);
        b.set = NULL;
        b.scratch = NULL;
        if (round == 0) bank_clip(&b, 1, 2, "late");
        for (uint64_t i = 0; i < 10 && round; i++) bank_clip(&b, 9000 + 100 * i, 6, "more");
        bench_run(&b, &c.item);
        (void)only(&b, "late");
    }
    c.keys[0] = seen_as(&b.arena, &first, 10, 1, 0);
    bench_run(&b, &c.item);
    (void)only(&b, "another");
    bench_done(&b);
}

static void hashes_closer_in_count_for_the_whole_frame(void **state)
{
    struct bench b;
    struct clip c;
    struct buf hex;
    bench_start(&b);
    struct bank_frame whole = {hash_seeded(31), 100, 0}, closer = {hash_seeded(32), 90, 0};
    struct bank_item item = item_of(BANK_PDQ, "", "picture");
    item.frames = &whole;
    item.nframes = 1;
    bench_item(&b, "org", &item);
    struct sight s = {.of = item.id, .frames = &closer, .nframes = 1};
    buf_init(&hex, 0);
    sight_write(&s, &hex);
    struct bank_item sight = item_of(BANK_SIGHT, "", "a sight");
    sight.value = buf_sv(&hex);
    bench_item(&b, "org", &sight);
    buf_done(&hex);
    clip_init(&c, 0);
    c.frame = frame_of(hash_at(closer.pdq, 8), 0);
    bench_run(&b, &c.item);
    const struct finding *f = only(&b, "picture");
    assert_int_equal(f->ref.distance, 8);
    assert_true(f->probability > 0.95 && f->ref.time_us == TIME_UNKNOWN);
    bench_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_picture_is_found_with_its_part_and_corners),
        cmocka_unit_test(turns_and_mirrors_are_told),
        cmocka_unit_test(key_frames_say_when_and_how_fast),
        cmocka_unit_test(what_is_in_no_bank_is_not_found),
        cmocka_unit_test(a_sight_counts_for_its_item_and_goes_with_it),
        cmocka_unit_test(what_is_added_later_is_found_too),
        cmocka_unit_test(hashes_closer_in_count_for_the_whole_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
