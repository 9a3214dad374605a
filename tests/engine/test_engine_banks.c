/* Banks under a running engine: added and removed by others, kept with their index, damaged and built again. */
#include "world.h"

#include "store/store_index.h"

#include <sys/stat.h>
#include <unistd.h>

struct banks_world {
    struct world w;
    char picture[400];
    struct post post;
    struct media_ref ref;
    struct hash256 pdq;
};

static struct engine *open_engine(struct banks_world *b, bool look)
{
    struct engine_options o = {.workspace = b->w.workspace, .read_only = look, .workers = 1};
    struct engine *e = NULL;
    struct error err;
    if (engine_open(&o, &e, &err) != 0) fail_msg("%s", err.text);
    return e;
}

static struct analysis *analyse(struct banks_world *b, struct engine *e)
{
    struct analysis *a = NULL;
    struct error err;
    if (engine_analyse(e, &b->post, &a, &err) != 0) fail_msg("%s", err.text);
    return a;
}

static size_t matches(struct banks_world *b, struct engine *e)
{
    struct analysis *a = analyse(b, e);
    size_t n = 0;
    for (size_t i = 0; i < a->findings.n; i++) n += a->findings.v[i].kind == FINDING_MATCH_MEDIA;
    analysis_free(a);
    return n;
}

static void world_with_picture(struct banks_world *b)
{
    struct error err;
    world_new(&b->w);
    snprintf(b->picture, sizeof b->picture, "%s/p.bmp", b->w.dir);
    write_picture(b->picture, 3);
    assert_ok(id_init(&err));
    post_init(&b->post);
    b->post.platform = SV("tiktok");
    b->post.native_id = SV("7601463331695512345");
    b->post.id = post_id(b->post.platform, b->post.native_id, false);
    b->ref = (struct media_ref){.kind = MEDIA_IMAGE, .path = sv_cstr(b->picture)};
    b->post.media = &b->ref;
    b->post.nmedia = 1;
    struct engine *e = open_engine(b, false);
    struct analysis *a = analyse(b, e);
    assert_int_equal(a->media[0].state, MEDIA_READY);
    b->pdq = a->media[0].signals->frames[0].pdq[0];
    analysis_free(a);
    engine_close(e);
}

static struct bank_item picture_item(struct banks_world *b, struct bank_frame *frame)
{
    *frame = (struct bank_frame){b->pdq, 100, 0};
    struct bank_item item = {
        .type = BANK_PDQ, .frames = frame, .nframes = 1, .label = SV("p"), .threshold = -1, .added_us = 1};
    item.id = bank_item_id(&item);
    return item;
}

static void what_others_add_and_remove_is_seen_by_a_running_engine(void **state)
{
    struct banks_world b;
    struct bank_frame frame;
    struct error err;
    struct bank bank = {.name = SV("x"), .category = CATEGORY_HATE, .threshold = 31, .created_us = 1};
    world_with_picture(&b);
    struct bank_item item = picture_item(&b, &frame);
    struct engine *e = open_engine(&b, false), *other = open_engine(&b, true);
    struct store *s = engine_store(other);
    assert_int_equal(matches(&b, e), 0);
    assert_ok(store_bank_new(s, &bank, &err));
    assert_ok(store_bank_add(s, bank.name, &item, NULL, &err));
    assert_int_equal(matches(&b, e), 1);
    item.status = BANK_QUARANTINED;
    assert_ok(store_bank_add(s, bank.name, &item, NULL, &err));
    assert_int_equal(matches(&b, e), 0);
    item.status = BANK_ACTIVE;
    assert_ok(store_bank_add(s, bank.name, &item, NULL, &err));
    assert_int_equal(matches(&b, e), 1);
    assert_ok(store_bank_item_remove(s, bank.name, &item.id, &err));
    assert_int_equal(matches(&b, e), 0);
    assert_ok(store_bank_add(s, bank.name, &item, NULL, &err));
    assert_ok(store_bank_remove(s, bank.name, &err));
    assert_int_equal(matches(&b, e), 0);
    engine_close(other);
    engine_close(e);
    world_gone(&b.w);
}

/* A clip of 6,000 frames, so that the index is worth keeping; the picture is its last. */
static void fill_bank(struct banks_world *b)
{
    enum { FRAMES = 6000 };
    static struct bank_frame frames[FRAMES];
    struct bank bank = {.name = SV("x"), .category = CATEGORY_HATE, .threshold = 31, .created_us = 1};
    struct bank_item item = {.type = BANK_VPDQ,
                             .frames = frames,
                             .nframes = FRAMES,
                             .label = SV("clip"),
                             .threshold = -1,
                             .added_us = 1};
    struct engine *e = open_engine(b, true);
    struct error err;
    uint64_t state = 77;
    for (size_t i = 0; i < FRAMES; i++) {
        for (int k = 0; k < 4; k++) {
            state ^= state << 13, state ^= state >> 7, state ^= state << 17;
            frames[i].pdq.w[k] = state;
        }
        frames[i].quality = 100;
        frames[i].time_us = (int64_t)i * 125000;
    }
    frames[FRAMES - 1].pdq = b->pdq;
    assert_ok(store_bank_new(engine_store(e), &bank, &err));
    assert_ok(store_bank_add(engine_store(e), bank.name, &item, NULL, &err));
    engine_close(e);
}

static void the_index_is_kept_and_when_damaged_built_again(void **state)
{
    struct banks_world b;
    struct error err;
    struct buf bytes;
    char list[400];
    buf_init(&bytes, 0);
    world_with_picture(&b);
    fill_bank(&b);
    snprintf(list, sizeof list, "%s/index/banks.shelf", b.w.workspace);
    for (int round = 0; round < 4; round++) {
        struct engine *e = open_engine(&b, false);
        assert_int_equal(matches(&b, e), 1);
        engine_close(e);
        assert_true(file_exists(list));
        if (round == 0) continue;
        assert_ok(file_read(list, (size_t)1 << 26, &bytes, &err));
        bytes.p[round * 20] ^= 1;
        if (round == 3) bytes.n /= 2;
        assert_ok(file_write_atomic(list, buf_sv(&bytes), &err));
    }
    struct engine *e = open_engine(&b, false);
    assert_int_equal(matches(&b, e), 1);
    engine_close(e);
    buf_done(&bytes);
    world_gone(&b.w);
}

static void a_start_follows_what_changed_since_the_banks_were_kept(void **state)
{
    struct banks_world b;
    struct bank_frame frame;
    struct error err;
    char set[400];
    struct stat before, after;
    world_with_picture(&b);
    fill_bank(&b);
    snprintf(set, sizeof set, "%s/index/banks.set", b.w.workspace);
    struct engine *e = open_engine(&b, false);
    assert_int_equal(matches(&b, e), 1);
    engine_close(e);
    assert_int_equal(stat(set, &before), 0);
    /* Two items more and a new bank, while nobody runs. */
    struct bank_item item = picture_item(&b, &frame);
    struct bank bank = {.name = SV("y"), .category = CATEGORY_HATE, .threshold = 31, .created_us = 1};
    struct engine *other = open_engine(&b, true);
    assert_ok(store_bank_add(engine_store(other), SV("x"), &item, NULL, &err));
    assert_ok(store_bank_new(engine_store(other), &bank, &err));
    assert_ok(store_bank_add(engine_store(other), bank.name, &item, NULL, &err));
    e = open_engine(&b, false);
    assert_int_equal(matches(&b, e), 3);
    engine_close(e);
    assert_ok(store_bank_item_remove(engine_store(other), SV("x"), &item.id, &err));
    e = open_engine(&b, false);
    assert_int_equal(matches(&b, e), 2);
    engine_close(e);
    /* So little is read again at each start, not written. */
    assert_int_equal(stat(set, &after), 0);
    assert_true(before.st_ino == after.st_ino);
    assert_ok(store_bank_remove(engine_store(other), SV("x"), &err));
    e = open_engine(&b, false);
    assert_int_equal(matches(&b, e), 1);
    engine_close(e);
    engine_close(other);
    world_gone(&b.w);
}

/* A database that was restored, or another one: what was kept is of a past that it has not. */
static void the_banks_of_another_store_are_not_taken(void **state)
{
    struct banks_world b;
    struct bank_frame frame;
    struct error err;
    char path[400];
    world_with_picture(&b);
    fill_bank(&b);
    struct engine *e = open_engine(&b, false);
    assert_int_equal(matches(&b, e), 1);
    engine_close(e);
    for (int i = 0; i < 3; i++) {
        static const char *const endings[] = {"", "-wal", "-shm"};
        snprintf(path, sizeof path, "%s/marsad.db%s", b.w.workspace, endings[i]);
        unlink(path);
    }
    struct engine *other = open_engine(&b, true);
    struct bank bank = {.name = SV("x"), .category = CATEGORY_HATE, .threshold = 31, .created_us = 1};
    struct bank_item item = picture_item(&b, &frame);
    frame.pdq.w[0] = ~frame.pdq.w[0];
    item.id = bank_item_id(&item);
    assert_ok(store_bank_new(engine_store(other), &bank, &err));
    for (int i = 0; i < 20; i++) {
        item.status = i % 2 ? BANK_ACTIVE : BANK_QUARANTINED;
        assert_ok(store_bank_add(engine_store(other), bank.name, &item, NULL, &err));
    }
    e = open_engine(&b, false);
    assert_int_equal(matches(&b, e), 0);
    engine_close(e);
    engine_close(other);
    world_gone(&b.w);
}

/* How many findings media matches of a post with the picture come to, by detectors over a set of its own. */
static size_t matches_in(struct banks_world *b, struct bank_set *set)
{
    struct error err;
    struct arena a;
    struct detect_env env = {.banks = set};
    struct detect_set *compiled = NULL;
    struct detect_scratch *scratch = NULL;
    struct finding_list found;
    struct frame_signal frame = {.quality = 100, .region = REGION_WHOLE};
    struct media_signals signals = {.kind = MEDIA_IMAGE, .frames = &frame, .nframes = 1};
    const struct media_signals *media = &signals;
    for (int form = 0; form < DIHEDRAL_COUNT; form++) frame.pdq[form] = b->pdq;
    struct detect_item item = {.post = &b->post, .media = &media};
    size_t n = 0;
    arena_init(&a, 0);
    finding_list_init(&found, &a);
    assert_ok(detect_set_new(&env, &compiled, &err));
    assert_ok(detect_scratch_new(compiled, &scratch, &err));
    assert_ok(detect_run(compiled, scratch, &item, &found, &err));
    for (size_t i = 0; i < found.n; i++) n += found.v[i].kind == FINDING_MATCH_MEDIA;
    detect_scratch_free(scratch);
    detect_set_free(compiled);
    finding_list_done(&found);
    arena_done(&a);
    return n;
}

static void who_looks_takes_the_banks_as_kept_and_keeps_them_for_the_next(void **state)
{
    static const struct sv first = SV_INIT("x"), second = SV_INIT("y");
    struct banks_world b;
    struct bank_frame frame;
    struct error err;
    char set[400];
    struct stat before, after;
    struct bank bank = {.name = SV("y"), .category = CATEGORY_HATE, .threshold = 31, .created_us = 1};
    world_with_picture(&b);
    fill_bank(&b);
    struct bank_item item = picture_item(&b, &frame);
    struct engine *e = open_engine(&b, true);
    assert_ok(store_bank_new(engine_store(e), &bank, &err));
    assert_ok(store_bank_add(engine_store(e), bank.name, &item, NULL, &err));
    engine_close(e);
    snprintf(set, sizeof set, "%s/index/banks.set", b.w.workspace);
    assert_false(file_exists(set));
    for (int round = 0; round < 3; round++) {
        struct bank_set *banks = NULL;
        e = open_engine(&b, true);
        assert_ok(engine_look_banks(e, &banks, &err));
        assert_int_equal(stat(set, round ? &after : &before), 0);
        if (round) assert_true(before.st_ino == after.st_ino);
        if (round != 1) assert_int_equal(matches_in(&b, banks), 2);
        assert_ok(bank_set_only(banks, round ? &second : &first, 1));
        assert_int_equal(matches_in(&b, banks), 1);
        assert_ok(bank_set_only(banks, NULL, 0));
        assert_int_equal(matches_in(&b, banks), 0);
        engine_close(e); /* what was passed over is not kept so */
    }
    world_gone(&b.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_others_add_and_remove_is_seen_by_a_running_engine),
        cmocka_unit_test(the_index_is_kept_and_when_damaged_built_again),
        cmocka_unit_test(a_start_follows_what_changed_since_the_banks_were_kept),
        cmocka_unit_test(the_banks_of_another_store_are_not_taken),
        cmocka_unit_test(who_looks_takes_the_banks_as_kept_and_keeps_them_for_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
