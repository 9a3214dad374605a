/* The set of banks and its indexes: the same findings when they were kept, whatever came and went since, and never wrong ones. */
#include "detect_test.h"

#include "base/file.h"
#include "detect/bank_index.h"
#include "detect/bank_sights.h"
#include "detect/detect_priv.h"
#include "model/sight.h"

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

/* ---- kept ---- */

static void keep(struct bank_set *b, const char *mark)
{
    struct error err = {0};
    assert_ok(bank_set_keep(b, dir, sv_cstr(mark), &err));
}

static struct bank_set *reopen(const char *want_mark)
{
    struct bank_set *b = NULL;
    struct buf mark;
    struct error err = {0};
    buf_init(&mark, BANK_MARK_BYTES);
    assert_ok(bank_set_open(dir, &b, &mark, &err));
    assert_true(sv_is(buf_sv(&mark), want_mark));
    buf_done(&mark);
    return b;
}

static struct bank_item valued(enum bank_item_type type, struct sv value, const char *label)
{
    struct bank_item item = item_of(type, "", label);
    item.value = value;
    item.id = bank_item_id(&item);
    return item;
}

static void what_was_kept_is_the_same_set(void **state)
{
    char sha[65];
    struct error err = {0};
    struct bank_set *b = set_of(0, CLIPS, false);
    memset(sha, 'a', 64);
    struct bank_item file = valued(BANK_SHA256, sv_of(sha, 64), "file"),
                     sound = valued(BANK_SOUND, SV("platform:123"), "sound");
    struct sha256 key;
    memset(key.b, 0xaa, sizeof key.b);
    assert_ok(bank_set_add_item(b, SV("x"), &file, &err));
    assert_ok(bank_set_add_item(b, SV("x"), &sound, &err));
    assert_false(bank_set_keepable(b)); /* nobody has asked it yet */
    assert_finds(b, 0, true);
    struct id128 gone = clip_id(4);
    assert_int_equal(bank_set_remove_item(b, SV("x"), &gone), 0);
    assert_true(bank_set_keepable(b));
    keep(b, "one");
    assert_false(bank_set_keepable(b));
    bank_set_free(b);
    b = reopen("one");
    for (unsigned i = 0; i < CLIPS; i++) assert_finds(b, i, i != 4);
    assert_true(sv_is(b->items.v[bank_set_by_file(b, &key)].label, "file"));
    assert_true(sv_is(b->items.v[bank_set_by_sound(b, SV("platform:123"))].label, "sound"));
    assert_int_equal(bank_set_by_sound(b, SV("platform:12")), NO_ITEM);
    assert_false(bank_set_keepable(b));
    /* It goes on from there. */
    add_clip(b, 4);
    for (unsigned i = 200; i < 210; i++) add_clip(b, i);
    gone = clip_id(9);
    assert_int_equal(bank_set_remove_item(b, SV("x"), &gone), 0);
    for (unsigned i = 0; i < CLIPS; i++) assert_finds(b, i, i != 9);
    assert_finds(b, 205, true);
    assert_true(bank_set_keepable(b));
    keep(b, "two");
    bank_set_free(b);
    b = reopen("two");
    for (unsigned i = 0; i < CLIPS; i++) assert_finds(b, i, i != 9);
    assert_finds(b, 209, true);
    bank_set_free(b);
}

/* Key frames too: from the file they are found, and nothing of them is in the set's own memory. */
static void what_was_kept_has_its_pictures(void **state)
{
    static struct point v[90];
    struct error err = {0};
    struct bank_set *b = set_of(0, CLIPS, false);
    for (size_t i = 0; i < 90; i++) {
        struct hash256 r = hash_seeded(i + 31);
        v[i] = (struct point){.x = (uint16_t)(r.w[0] % 5000), .y = (uint16_t)(r.w[1] % 9000)};
        v[i].bits = hash_seeded(i + 7007);
    }
    struct key_frame key = {0, 180, 320, v, 90};
    struct sight s = {.of = clip_id(3), .keys = &key, .nkeys = 1};
    struct buf hex;
    buf_init(&hex, 0);
    sight_write(&s, &hex);
    struct bank_item item = valued(BANK_SIGHT, buf_sv(&hex), "clip 3");
    assert_ok(bank_set_add_item(b, SV("x"), &item, &err));
    assert_finds(b, 0, true);
    keep(b, "pictures");
    bank_set_free(b);
    b = reopen("pictures");
    struct points_result *r = malloc(sizeof *r);
    assert_ok(pictures_query(b->pictures, &key, false, r));
    assert_int_equal(r->n, 1);
    assert_true(sv_is(b->items.v[r->v[0].owner].label, "clip 3"));
    assert_int_equal(b->fresh.n, 0);
    assert_int_equal(bank_set_remove_item(b, SV("x"), &item.id), 0);
    assert_ok(bank_sights_take(b, &err));
    assert_ok(pictures_query(b->pictures, &key, false, r));
    assert_int_equal(r->n, 0);
    bank_set_free(b);
    /* Without its pictures the set is not what was kept. */
    char path[128];
    struct buf mark;
    snprintf(path, sizeof path, "%s/banks.pictures", dir);
    assert_int_equal(unlink(path), 0);
    buf_init(&mark, BANK_MARK_BYTES);
    assert_int_equal(bank_set_open(dir, &b, &mark, &err), ERR_FORMAT);
    buf_done(&mark);
    buf_done(&hex);
    free(r);
}

static void copy_file(const char *from, const char *to)
{
    struct buf bytes;
    buf_init(&bytes, 0);
    assert_ok(file_read(from, (size_t)1 << 26, &bytes, NULL));
    assert_ok(file_write_atomic(to, buf_sv(&bytes), NULL));
    buf_done(&bytes);
}

/* Killed between its files: what lies there is an old set beside a newer index. */
static void an_old_set_fits_a_newer_index_of_its_line(void **state)
{
    char set[128], old[128];
    struct buf mark;
    struct error err = {0};
    snprintf(set, sizeof set, "%s/banks.set", dir);
    snprintf(old, sizeof old, "%s/old", dir);
    struct bank_set *b = set_of(0, CLIPS, false);
    assert_finds(b, 0, true);
    keep(b, "old");
    copy_file(set, old);
    for (unsigned i = 300; i < 310; i++) add_clip(b, i);
    assert_finds(b, 305, true);
    keep(b, "new");
    bank_set_free(b);
    copy_file(old, set);
    b = reopen("old");
    for (unsigned i = 0; i < CLIPS; i++) assert_finds(b, i, true);
    assert_finds(b, 305, false);
    for (unsigned i = 300; i < 310; i++) add_clip(b, i); /* they come in again */
    for (unsigned i = 300; i < 310; i++) assert_finds(b, i, true);
    bank_set_free(b);
    /* An index of another line is not taken for it. */
    b = set_of(50, 50 + CLIPS, false);
    assert_finds(b, 50, true);
    keep(b, "another");
    bank_set_free(b);
    copy_file(old, set);
    buf_init(&mark, BANK_MARK_BYTES);
    assert_int_equal(bank_set_open(dir, &b, &mark, &err), ERR_FORMAT);
    buf_done(&mark);
}

static void damage_anywhere_is_noticed(void **state)
{
    struct bank_set *b = set_of(0, CLIPS, false);
    struct error err = {0};
    struct buf bytes, mark;
    char path[128];
    buf_init(&bytes, 0);
    buf_init(&mark, BANK_MARK_BYTES);
    snprintf(path, sizeof path, "%s/banks.set", dir);
    assert_finds(b, 3, true);
    keep(b, "whole");
    bank_set_free(b);
    assert_ok(file_read(path, (size_t)1 << 26, &bytes, &err));
    for (size_t at = 0; at < bytes.n; at += at < 128 ? 1 : 1 + bytes.n / 60) {
        bytes.p[at] ^= 4;
        assert_ok(file_write_atomic(path, buf_sv(&bytes), &err));
        assert_int_equal(bank_set_open(dir, &b, &mark, &err), ERR_FORMAT);
        bytes.p[at] ^= 4;
        assert_ok(file_write_atomic(path, sv_of(bytes.p, at), &err));
        assert_int_equal(bank_set_open(dir, &b, &mark, &err), ERR_FORMAT);
    }
    assert_ok(file_write_atomic(path, buf_sv(&bytes), &err));
    bank_set_free(reopen("whole"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(bank_set_open(dir, &b, &mark, &err), ERR_NOTFOUND);
    buf_done(&mark);
    buf_done(&bytes);
}

static void many_are_taken_out_in_one_pass(void **state)
{
    struct bank_item_name names[CLIPS];
    struct bank_set *b = set_of(0, CLIPS, false);
    for (unsigned i = 0; i < CLIPS; i++) names[i] = (struct bank_item_name){SV("x"), clip_id(2 * i)};
    names[1].bank = SV("unknown");
    assert_int_equal(bank_set_remove_items(b, names, CLIPS), 0);
    for (unsigned i = 0; i < CLIPS; i++) assert_finds(b, i, i % 2 == 1 || i == 2);
    bank_set_free(b);
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
        cmocka_unit_test(what_was_kept_is_the_same_set),
        cmocka_unit_test(what_was_kept_has_its_pictures),
        cmocka_unit_test(an_old_set_fits_a_newer_index_of_its_line),
        cmocka_unit_test(damage_anywhere_is_noticed),
        cmocka_unit_test(many_are_taken_out_in_one_pass),
        cmocka_unit_test(a_million_equal_hashes_are_bounded),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
