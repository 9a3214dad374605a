#include "store_test.h"

static struct bank bank_named(struct sv name)
{
    return (struct bank){.name = name,
                         .category = CATEGORY_TERROR_PROPAGANDA,
                         .threshold = 31,
                         .source = SV("partner"),
                         .reason = SV("known clips"),
                         .created_us = T0};
}

static struct bank_frame frame(uint64_t seed, int64_t time_us)
{
    return (struct bank_frame){{{seed, ~seed, seed << 7, 5}}, 90, time_us};
}

static struct bank_item pdq(struct bank_frame *fr)
{
    return (struct bank_item){.type = BANK_PDQ,
                              .frames = fr,
                              .nframes = 1,
                              .label = SV("emblem"),
                              .source = SV("partner"),
                              .reason = SV("list 7"),
                              .threshold = -1,
                              .added_us = T0};
}

static int64_t version(struct fixture *f)
{
    int64_t v;
    assert_ok(store_bank_version(f->store, &v, &f->err));
    return v;
}

static int64_t items(struct fixture *f, const char *bank)
{
    int64_t n;
    assert_ok(store_bank_item_count(f->store, sv_cstr(bank), &n, &f->err));
    return n;
}

static void a_bank_is_made_once(void **state)
{
    struct fixture *f = *state;
    struct bank b = bank_named(SV("rivers")), got, *list;
    size_t n;
    assert_ok(store_bank_new(f->store, &b, &f->err));
    int64_t v = version(f);
    assert_ok(store_bank_new(f->store, &b, &f->err));
    assert_int_equal(version(f), v);
    b.threshold = 20;
    assert_int_equal(store_bank_new(f->store, &b, &f->err), ERR_EXISTS);
    assert_ok(store_bank_get(f->store, SV("rivers"), &f->arena, &got, &f->err));
    assert_int_equal(got.threshold, 31);
    assert_int_equal(got.category, CATEGORY_TERROR_PROPAGANDA);
    assert_sv(got.reason, "known clips");
    struct bank other = bank_named(SV("a-news_agency.1"));
    other.negative = true;
    other.category = CATEGORY_NONE;
    assert_ok(store_bank_new(f->store, &other, &f->err));
    assert_ok(store_bank_list(f->store, &f->arena, &list, &n, &f->err));
    assert_int_equal(n, 2);
    assert_sv(list[0].name, "a-news_agency.1");
    assert_true(list[0].negative);
    assert_sv(list[1].name, "rivers");
}

static void names_that_could_be_mistaken_are_refused(void **state)
{
    struct fixture *f = *state;
    char longest[129];
    memset(longest, 'a', sizeof longest);
    const struct sv bad[] = {SV(""),    SV("a b"),  SV("../x"), SV(".x"),
                             SV("a/b"), SV("a\0b"), SV("نهر"),  sv_of(longest, 129)};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct bank b = bank_named(bad[i]);
        assert_int_equal(store_bank_new(f->store, &b, &f->err), ERR_ARG);
    }
    struct bank b = bank_named(sv_of(longest, 128));
    assert_ok(store_bank_new(f->store, &b, &f->err));
    b = bank_named(SV("x"));
    b.threshold = 257;
    assert_int_equal(store_bank_new(f->store, &b, &f->err), ERR_ARG);
}

struct seen {
    struct bank_item items[8];
    size_t n;
    struct arena *a;
};

static int see(void *arg, const struct bank_item *item)
{
    struct seen *s = arg;
    struct bank_item copy = *item;
    copy.label = arena_copy(s->a, item->label);
    copy.value = arena_copy(s->a, item->value);
    copy.frames = ARENA_ARRAY(s->a, item->nframes, struct bank_frame);
    if (item->nframes) memcpy(copy.frames, item->frames, item->nframes * sizeof *item->frames);
    s->items[s->n++] = copy;
    return 0;
}

static void items_come_back_in_the_order_of_their_ids(void **state)
{
    struct fixture *f = *state;
    struct bank b = bank_named(SV("rivers"));
    struct bank_frame one[] = {frame(1, 0)},
                      clip[] = {frame(2, 0), frame(3, 1000000), frame(4, INT64_C(7200000000))};
    struct bank_item list[] = {
        pdq(one),
        {.type = BANK_VPDQ, .frames = clip, .nframes = 3, .label = SV("clip"), .threshold = 20},
        {.type = BANK_SHA256,
         .value = SV("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
         .threshold = -1},
        {.type = BANK_OTHER,
         .other_type = SV("video_md5"),
         .value = SV("\0\xff odd"),
         .status = BANK_QUARANTINED},
    };
    bool is_new;
    assert_ok(store_bank_new(f->store, &b, &f->err));
    for (size_t i = 0; i < 4; i++) {
        assert_ok(store_bank_add(f->store, SV("rivers"), &list[i], &is_new, &f->err));
        assert_true(is_new);
    }
    struct seen got = {.a = &f->arena};
    assert_ok(store_bank_items(f->store, SV("rivers"), see, &got, &f->err));
    assert_int_equal(got.n, 4);
    assert_int_equal(items(f, "rivers"), 4);
    int clips = 0;
    for (size_t i = 0; i < 4; i++) {
        if (i > 0) assert_true(memcmp(got.items[i - 1].id.b, got.items[i].id.b, 16) < 0);
        struct id128 id = bank_item_id(&got.items[i]);
        if (got.items[i].type == BANK_VPDQ) {
            clips++;
            assert_true(id_eq(&id, &got.items[i].id));
            assert_int_equal(got.items[i].nframes, 3);
            assert_true(hash256_eq(&got.items[i].frames[2].pdq, &clip[2].pdq));
            assert_int_equal(got.items[i].frames[2].quality, 90);
            assert_int_equal(got.items[i].frames[2].time_us, INT64_C(7200000000));
            assert_int_equal(got.items[i].threshold, 20);
        }
        if (got.items[i].type == BANK_OTHER) assert_int_equal(got.items[i].status, BANK_QUARANTINED);
    }
    assert_int_equal(clips, 1);
}

static void an_item_that_was_there_is_updated(void **state)
{
    struct fixture *f = *state;
    struct bank b = bank_named(SV("rivers"));
    struct bank_frame fr = frame(1, 0);
    struct bank_item item = pdq(&fr);
    bool is_new;
    assert_ok(store_bank_new(f->store, &b, &f->err));
    assert_ok(store_bank_add(f->store, SV("rivers"), &item, &is_new, &f->err));
    int64_t v = version(f);
    assert_ok(store_bank_add(f->store, SV("rivers"), &item, &is_new, &f->err));
    assert_false(is_new);
    assert_int_equal(version(f), v);
    item.status = BANK_WITHDRAWN;
    item.label = SV("renamed");
    assert_ok(store_bank_add(f->store, SV("rivers"), &item, &is_new, &f->err));
    assert_false(is_new);
    assert_int_equal(version(f), v + 1);
    struct seen got = {.a = &f->arena};
    assert_ok(store_bank_items(f->store, SV("rivers"), see, &got, &f->err));
    assert_int_equal(got.n, 1);
    assert_int_equal(got.items[0].status, BANK_WITHDRAWN);
    assert_sv(got.items[0].label, "renamed");
    assert_int_equal(items(f, "rivers"), 1);
}

static void items_and_banks_can_go(void **state)
{
    struct fixture *f = *state;
    struct bank b = bank_named(SV("rivers")), got;
    struct bank_frame fr = frame(1, 0), other = frame(2, 0);
    struct bank_item item = pdq(&fr), second = pdq(&other);
    struct id128 id = bank_item_id(&item);
    assert_ok(store_bank_new(f->store, &b, &f->err));
    assert_ok(store_bank_add(f->store, SV("rivers"), &item, NULL, &f->err));
    assert_ok(store_bank_add(f->store, SV("rivers"), &second, NULL, &f->err));
    int64_t v = version(f);
    assert_ok(store_bank_item_remove(f->store, SV("rivers"), &id, &f->err));
    assert_int_equal(store_bank_item_remove(f->store, SV("rivers"), &id, &f->err), ERR_NOTFOUND);
    assert_int_equal(items(f, "rivers"), 1);
    assert_int_equal(version(f), v + 1);
    assert_ok(store_bank_remove(f->store, SV("rivers"), &f->err));
    assert_int_equal(version(f), v + 2);
    assert_int_equal(store_bank_remove(f->store, SV("rivers"), &f->err), ERR_NOTFOUND);
    assert_int_equal(store_bank_get(f->store, SV("rivers"), &f->arena, &got, &f->err), ERR_NOTFOUND);
    assert_int_equal(store_bank_add(f->store, SV("rivers"), &item, NULL, &f->err), ERR_NOTFOUND);
    struct seen none = {.a = &f->arena};
    assert_int_equal(store_bank_items(f->store, SV("rivers"), see, &none, &f->err), ERR_NOTFOUND);
}

static void the_version_rises_with_each_change_and_not_at_all_when_undone(void **state)
{
    struct fixture *f = *state;
    struct bank b = bank_named(SV("rivers")), c = bank_named(SV("hills"));
    int64_t v = version(f);
    assert_ok(store_begin(f->store, &f->err));
    assert_ok(store_bank_new(f->store, &b, &f->err));
    assert_ok(store_bank_new(f->store, &c, &f->err));
    assert_ok(store_commit(f->store, &f->err));
    assert_int_equal(version(f), v + 2);
    assert_ok(store_begin(f->store, &f->err));
    assert_ok(store_bank_remove(f->store, SV("hills"), &f->err));
    store_rollback(f->store);
    assert_int_equal(version(f), v + 2);
    assert_ok(store_bank_remove(f->store, SV("hills"), &f->err));
    assert_int_equal(version(f), v + 3);
}

static int stop_at_once(void *arg, const struct bank_item *item)
{
    (*(int *)arg)++;
    return 5;
}

static void a_visitor_can_end_the_visit(void **state)
{
    struct fixture *f = *state;
    struct bank b = bank_named(SV("rivers"));
    struct bank_frame fr[] = {frame(1, 0), frame(2, 0)};
    struct bank_item one = pdq(&fr[0]), two = pdq(&fr[1]);
    int visits = 0;
    assert_ok(store_bank_new(f->store, &b, &f->err));
    assert_ok(store_bank_add(f->store, SV("rivers"), &one, NULL, &f->err));
    assert_ok(store_bank_add(f->store, SV("rivers"), &two, NULL, &f->err));
    assert_int_equal(store_bank_items(f->store, SV("rivers"), stop_at_once, &visits, &f->err), 5);
    assert_int_equal(visits, 1);
    assert_int_equal(store_bank_items(f->store, SV("rivers"), stop_at_once, &visits, &f->err), 5);
    assert_int_equal(visits, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(a_bank_is_made_once),
        store_test(names_that_could_be_mistaken_are_refused),
        store_test(items_come_back_in_the_order_of_their_ids),
        store_test(an_item_that_was_there_is_updated),
        store_test(items_and_banks_can_go),
        store_test(the_version_rises_with_each_change_and_not_at_all_when_undone),
        store_test(a_visitor_can_end_the_visit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
