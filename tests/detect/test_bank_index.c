/* The index of banks: the same findings from it when it was kept and the set has changed since, and never wrong ones. */
#include "detect_test.h"

#include "base/file.h"
#include "detect/bank_index.h"
#include "detect/detect_priv.h"

#include <stdlib.h>
#include <unistd.h>

enum { CLIPS = 40, FRAMES = 130 };

static char dir[64];

static int make_dir(void **state)
{
    strcpy(dir, "/tmp/marsad-banks-XXXXXX");
    return mkdtemp(dir) ? 0 : -1;
}
static int remove_dir(void **state)
{
    struct error err;
    return dir_remove_tree(dir, &err);
}

static struct bank_item clip(unsigned number, struct bank_frame frames[FRAMES], char label[32])
{
    snprintf(label, 32, "clip %u", number);
    for (unsigned i = 0; i < FRAMES; i++)
        frames[i] = (struct bank_frame){hash_seeded(number * 1000 + i + 1), 100, i * 125000};
    struct bank_item item = item_of(BANK_VPDQ, "", label);
    item.frames = frames;
    item.nframes = FRAMES;
    return item;
}

static void add_clip(struct bank_set *b, unsigned number)
{
    struct bank_frame frames[FRAMES];
    char label[32];
    struct bank_item item = clip(number, frames, label);
    assert_ok(bank_set_add_item(b, SV("x"), &item, NULL));
}

static struct id128 clip_id(unsigned number)
{
    struct bank_frame frames[FRAMES];
    char label[32];
    return clip(number, frames, label).id;
}

static struct bank_set *set_of(unsigned first, unsigned end, bool backwards)
{
    struct bank_set *b = NULL;
    struct bank bank = {.name = SV("x"), .category = CATEGORY_HATE, .threshold = 31};
    assert_ok(bank_set_new(&b, NULL));
    assert_ok(bank_set_add_bank(b, &bank, NULL));
    for (unsigned i = first; i < end; i++) add_clip(b, backwards ? end - 1 - (i - first) : i);
    return b;
}

struct answer {
    const struct bank_set *set;
    size_t hits;
    char label[32];
};
static int on_hit(void *arg, const struct mih_hit *h)
{
    struct answer *a = arg;
    for (size_t i = 0; i < h->npayloads; i++, a->hits++)
        snprintf(a->label, sizeof a->label, "%.*s",
                 SV_FMT(a->set->items.v[a->set->frames.v[h->payloads[i]].item].label));
    return 0;
}

/* Each clip's every 17th frame is found in that clip alone, or not at all. */
static void assert_finds(struct bank_set *b, unsigned number, bool there)
{
    struct bank_index *x = NULL;
    char want[32];
    snprintf(want, sizeof want, "clip %u", number);
    assert_ok(bank_index_of(b, &x, NULL));
    for (unsigned i = 0; i < FRAMES; i += 17) {
        struct answer a = {.set = b};
        struct hash256 q = hash_seeded(number * 1000 + i + 1);
        q.w[1] ^= 0xff;
        assert_int_equal(bank_index_query(x, &q, 1, 31, on_hit, &a), 0);
        assert_int_equal(a.hits, there ? 1 : 0);
        if (there) assert_string_equal(a.label, want);
    }
}

static void items_come_and_go_without_a_rebuild(void **state)
{
    struct bank_set *b = set_of(0, CLIPS, false);
    struct id128 id = clip_id(7), nobody = clip_id(999);
    for (unsigned i = 0; i < CLIPS; i++) assert_finds(b, i, true);
    assert_int_equal(bank_set_remove_item(b, SV("x"), &id), 0);
    assert_int_equal(bank_set_remove_item(b, SV("x"), &nobody), 0);
    add_clip(b, 77);
    assert_finds(b, 7, false);
    assert_finds(b, 77, true);
    assert_finds(b, 8, true);
    add_clip(b, 7);
    assert_finds(b, 7, true);
    assert_int_equal(bank_set_remove_item(b, SV("x"), &id), 0);
    assert_finds(b, 7, false);
    bank_set_free(b);
}

static void what_was_kept_fits_a_set_that_has_changed(void **state)
{
    struct bank_set *b = set_of(0, CLIPS, false);
    struct error err;
    assert_finds(b, 0, true);
    assert_ok(bank_set_save_index(b, dir, &err));
    bank_set_free(b);
    /* Others are gone, others have come, and the order is another. */
    b = set_of(10, CLIPS + 10, true);
    assert_ok(bank_set_open_index(b, dir, &err));
    for (unsigned i = 0; i < CLIPS + 10; i++) assert_finds(b, i, i >= 10);
    assert_ok(bank_set_save_index(b, dir, &err));
    bank_set_free(b);
    b = set_of(0, CLIPS + 10, false);
    assert_ok(bank_set_open_index(b, dir, &err));
    for (unsigned i = 0; i < CLIPS + 10; i++) assert_finds(b, i, true);
    bank_set_free(b);
}

static void damage_is_noticed_and_the_index_built_anew(void **state)
{
    struct bank_set *b = set_of(0, CLIPS, false);
    struct error err;
    struct buf bytes;
    char path[128];
    unsigned refused = 0;
    buf_init(&bytes, 0);
    snprintf(path, sizeof path, "%s/banks.runs", dir);
    unlink(path);
    assert_int_equal(bank_set_open_index(b, dir, &err), ERR_FORMAT);
    assert_finds(b, 3, true);
    assert_ok(bank_set_save_index(b, dir, &err));
    bank_set_free(b);
    assert_ok(file_read(path, (size_t)1 << 24, &bytes, &err));
    for (size_t at = 0; at < bytes.n; at += 1 + bytes.n / 60) {
        bytes.p[at] ^= 4;
        assert_ok(file_write_atomic(path, buf_sv(&bytes), &err));
        b = set_of(0, CLIPS, false);
        int rc = bank_set_open_index(b, dir, &err);
        assert_int_equal(rc, ERR_FORMAT);
        refused++;
        assert_finds(b, 5, true);
        bank_set_free(b);
        bytes.p[at] ^= 4;
        assert_ok(file_write_atomic(path, sv_of(bytes.p, at), &err));
        b = set_of(0, 1, false);
        assert_int_equal(bank_set_open_index(b, dir, &err), ERR_FORMAT);
        bank_set_free(b);
    }
    assert_true(refused > 50);
    buf_done(&bytes);
}

static void a_million_equal_hashes_are_bounded(void **state)
{
    enum { MANY = 1000000 };
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "x", CATEGORY_HATE, false);
    struct bank_frame frame = {hash_seeded(5), 100, 0};
    for (unsigned i = 0; i < MANY; i++) {
        struct bank_item item = {
            .type = BANK_PDQ, .frames = &frame, .nframes = 1, .label = SV("same"), .threshold = -1};
        memcpy(item.id.b, &i, sizeof i);
        assert_ok(bank_set_add_item(b.banks, SV("x"), &item, &b.err));
    }
    struct frame_signal f = {.region = REGION_WHOLE, .quality = 100};
    for (int k = 0; k < DIHEDRAL_COUNT; k++) f.pdq[k] = hash_seeded(5);
    struct media_signals m = {.kind = MEDIA_IMAGE,
                              .width = 9,
                              .height = 9,
                              .duration_us = TIME_UNKNOWN,
                              .frames = &f,
                              .nframes = 1};
    const struct media_signals *signals = &m;
    struct post post;
    struct media_ref ref = {.kind = MEDIA_IMAGE};
    post_init(&post);
    post.media = &ref;
    post.nmedia = 1;
    struct detect_item item = {.post = &post, .media = &signals};
    bench_run(&b, &item);
    assert_int_equal(b.found.n, MATCH_MAX_PER_FRAME);
    bench_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_come_and_go_without_a_rebuild),
        cmocka_unit_test(what_was_kept_fits_a_set_that_has_changed),
        cmocka_unit_test(damage_is_noticed_and_the_index_built_anew),
        cmocka_unit_test(a_million_equal_hashes_are_bounded),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
