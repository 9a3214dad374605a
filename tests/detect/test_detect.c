/* The table and its runner: order of findings, two threads' worth of scratches, failing memory. */
#include "detect_test.h"

#include "fail_alloc.h"

static void every_row_of_the_table_is_whole(void **state)
{
    size_t n = 0;
    for (; detectors[n]; n++) {
        const struct detector *d = detectors[n];
        assert_true(d->name && d->name[0] && d->help && d->help[0]);
        assert_true(d->version >= 1 && d->wants && d->open && d->run && d->close);
        for (size_t k = 0; k < n; k++) assert_string_not_equal(d->name, detectors[k]->name);
    }
    assert_int_equal(n, 9);
}

/* A post in which every detector finds something. */
struct rich {
    struct post post;
    struct media_ref ref;
    struct frame_signal frame;
    struct media_signals signals;
    struct sha256 sha;
    const struct media_signals *media[1];
    const struct sha256 *shas[1];
    struct text_part text;
    struct detect_item item;
};

static void rich_init(struct rich *r)
{
    memset(r, 0, sizeof *r);
    post_init(&r->post);
    r->post.platform = SV("tiktok");
    r->post.native_id = SV("7301444403200012345");
    r->post.created_us = 1;
    r->post.sound.id = SV("1");
    r->text = (struct text_part){TEXT_CAPTION, SV("zorblax +1 202-555-0143"), TIME_UNKNOWN, TIME_UNKNOWN};
    r->post.texts = &r->text;
    r->post.ntexts = 1;
    r->post.media = &r->ref;
    r->post.nmedia = 1;
    r->frame = frame_of(hash_seeded(1), 0);
    r->signals = (struct media_signals){.kind = MEDIA_IMAGE, .frames = &r->frame, .nframes = 1};
    r->media[0] = &r->signals;
    r->shas[0] = &r->sha;
    r->item = (struct detect_item){&r->post, r->media, r->shas};
}

static void fill(struct bench *b)
{
    bench_bank(b, "x", CATEGORY_HATE, false);
    struct bank_frame frame = {hash_seeded(1), 100, 0};
    struct bank_item pdq = pdq_item(&frame, "picture"), sound = item_of(BANK_SOUND, "tiktok:1", "sound");
    struct bank_item file =
        item_of(BANK_SHA256, "0000000000000000000000000000000000000000000000000000000000000000", "file");
    bench_item(b, "x", &pdq);
    bench_item(b, "x", &sound);
    bench_item(b, "x", &file);
    bench_lexicon(b, "@lexicon t @category hate\nzorblax\tweight=0.5\n");
}

static void findings_come_in_the_order_of_the_table(void **state)
{
    static const char *const order[] = {"file", "hash", "sound", "terms", "private", "idtime"};
    struct bench b;
    bench_init(&b);
    fill(&b);
    struct rich r;
    rich_init(&r);
    for (int again = 0; again < 3; again++) {
        bench_run(&b, &r.item);
        assert_int_equal(b.found.n, 6);
        for (size_t i = 0; i < 6; i++) {
            assert_true(sv_is(b.found.v[i].detector, order[i]));
            assert_true(b.found.v[i].nplaces >= 1);
        }
    }
    bench_done(&b);
}

static void nothing_to_search_and_nothing_to_find_is_fine(void **state)
{
    struct bench b;
    bench_init(&b);
    struct detect_env env = {0};
    assert_ok(detect_set_new(&env, &b.set, &b.err));
    assert_ok(detect_scratch_new(b.set, &b.scratch, &b.err));
    struct rich r;
    rich_init(&r);
    bench_run(&b, &r.item);
    assert_int_equal(b.found.n, 2); /* the number and the time need no bank */
    struct post empty;
    post_init(&empty);
    bench_run_post(&b, &empty);
    assert_int_equal(b.found.n, 0);
    bench_done(&b);
}

/* Fails the n-th allocation of a run, for every n: ERR_NOMEM or all findings, never a crash or a leak. */
static void running_out_of_memory_is_told(void **state)
{
    struct bench b;
    bench_init(&b);
    fill(&b);
    bench_open(&b);
    struct rich r;
    rich_init(&r);
    bool done = false;
    unsigned n = 1;
    for (; !done && n < 10000; n++) {
        struct arena a;
        arena_init(&a, 0);
        struct finding_list found;
        finding_list_init(&found, &a);
        struct detect_scratch *scratch = NULL;
        struct error err;
        fail_alloc_at(n);
        int rc = detect_scratch_new(b.set, &scratch, &err);
        if (!rc) rc = detect_run(b.set, scratch, &r.item, &found, &err);
        done = !fail_alloc_stop();
        if (done) assert_int_equal(found.n, 6);
        if (rc) assert_int_equal(rc, ERR_NOMEM);
        if (!rc) assert_int_equal(found.n, 6);
        detect_scratch_free(scratch);
        finding_list_done(&found);
        arena_done(&a);
    }
    assert_true(done && n > 5);
    bench_done(&b);
}

static void opening_without_memory_is_told(void **state)
{
    struct bench b;
    bench_init(&b);
    fill(&b);
    struct detect_env env = {.banks = b.banks, .terms = b.terms};
    bool done = false;
    unsigned n = 1;
    for (; !done && n < 1000; n++) {
        fail_alloc_at(n);
        struct detect_set *set = NULL;
        int rc = detect_set_new(&env, &set, &b.err);
        done = !fail_alloc_stop();
        assert_int_equal(rc, done ? 0 : ERR_NOMEM);
        detect_set_free(set);
    }
    assert_true(done && n > 2);
    bench_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_of_the_table_is_whole),
        cmocka_unit_test(findings_come_in_the_order_of_the_table),
        cmocka_unit_test(nothing_to_search_and_nothing_to_find_is_fine),
        cmocka_unit_test(running_out_of_memory_is_told),
        cmocka_unit_test(opening_without_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
