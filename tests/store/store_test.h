/* What the tests of the store share: a store of their own, and posts made by hand. */
#ifndef MARSAD_TESTS_STORE_TEST_H
#define MARSAD_TESTS_STORE_TEST_H

#include "test.h"

#include <unistd.h>

#include "base/file.h"
#include "store/store.h"

/* 2026-01-31T10:00:00Z */
#define T0 INT64_C(1769853600000000)

struct fixture {
    struct arena arena;
    struct error err;
    struct store *store;
    char dir[64], path[96];
};

static inline void fixture_open(struct fixture *f) { assert_ok(store_open(f->path, &f->store, &f->err)); }
static inline void fixture_reopen(struct fixture *f)
{
    store_close(f->store);
    fixture_open(f);
}
static inline int fixture_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (!f) return -1;
    arena_init(&f->arena, 0);
    /* In memory where there is such a place: these tests commit by the thousand. */
    strcpy(f->dir,
           access("/dev/shm", W_OK) == 0 ? "/dev/shm/marsad-store-XXXXXX" : "/tmp/marsad-store-XXXXXX");
    if (!mkdtemp(f->dir)) return -1;
    snprintf(f->path, sizeof f->path, "%s/marsad.db", f->dir);
    *state = f;
    return store_open(f->path, &f->store, &f->err);
}
static inline int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    store_close(f->store);
    arena_done(&f->arena);
    int rc = dir_remove_tree(f->dir, &f->err);
    free(f);
    return rc;
}
#define store_test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

/* Post number n of a fictional account, captured at T0 + at seconds with that many views. */
static inline struct post test_post(struct fixture *f, int n, int at_seconds, int64_t views)
{
    struct post p;
    post_init(&p);
    p.platform = SV("tiktok");
    p.native_id = arena_printf(&f->arena, "76014633316955%05d", n);
    p.url = arena_printf(&f->arena, "https://www.tiktok.com/@river_%d/video/76014633316955%05d", n % 3, n);
    p.id = post_id(p.platform, p.native_id, false);
    p.account.platform = p.platform;
    p.account.native_id = arena_printf(&f->arena, "90000%d", n % 3);
    p.account.handle = arena_printf(&f->arena, "river_%d", n % 3);
    p.account.followers = 100 + at_seconds;
    p.account.id = account_id(p.platform, p.account.native_id, p.account.handle);
    p.created_us = T0 - US_PER_HOUR + n * US_PER_SECOND;
    p.collected_us = T0 + at_seconds * US_PER_SECOND;
    p.texts = ARENA_NEW(&f->arena, struct text_part);
    p.texts[0] = (struct text_part){TEXT_CAPTION, arena_printf(&f->arena, "caption %d", n), TIME_UNKNOWN,
                                    TIME_UNKNOWN};
    p.ntexts = 1;
    p.reach =
        (struct reach){p.collected_us, views, COUNT_UNKNOWN, COUNT_UNKNOWN, COUNT_UNKNOWN, COUNT_UNKNOWN};
    p.raw = arena_printf(&f->arena, "{\"id\":\"%d\",\"plays\":%lld}", n, (long long)views);
    p.origin = (struct origin){SV("zeeschuimer"), SV("feed.ndjson"), (uint64_t)n + 1, 0};
    return p;
}

static inline enum store_put test_put(struct fixture *f, const struct post *p)
{
    enum store_put what = STORE_SAME;
    assert_ok(store_put_post(f->store, p, T0 + US_PER_MINUTE, &what, &f->err));
    return what;
}

static inline struct store_counts test_counts(struct fixture *f)
{
    struct store_counts c;
    assert_ok(store_count(f->store, &c, &f->err));
    return c;
}

/* One finding in the caption, and what a policy might say. */
static inline void test_result(struct fixture *f, const struct id128 *post, enum category c, bool hard,
                               double priority, int64_t clock_us)
{
    struct finding_list l;
    struct place place = {.kind = PLACE_TEXT,
                          .field = TEXT_CAPTION,
                          .start = 0,
                          .end = 7,
                          .start_us = TIME_UNKNOWN,
                          .end_us = TIME_UNKNOWN,
                          .region = REGION_WHOLE};
    struct finding found = {.kind = FINDING_TERM,
                            .detector = SV("terms"),
                            .detector_version = 1,
                            .category = c,
                            .probability = 0.75,
                            .label = SV("entry.1"),
                            .quote = SV("caption"),
                            .places = &place,
                            .nplaces = 1,
                            .ref = {.time_us = TIME_UNKNOWN, .distance = -1}};
    uint32_t because[] = {0};
    struct assessment as = {.category = c,
                            .severity = 70,
                            .probability = 0.75,
                            .clock_us = clock_us,
                            .hard = hard,
                            .expected_views = 1234.5,
                            .priority = priority,
                            .reason = SV("reason.term"),
                            .policy = SV("default.lua@0123456789ab"),
                            .because = because,
                            .nbecause = 1};
    finding_list_init(&l, &f->arena);
    assert_ok(finding_add(&l, &found));
    assert_ok(store_put_result(f->store, post, &l, &as, &f->err));
    finding_list_done(&l);
}

static inline struct sv test_dump(struct fixture *f, struct store *s)
{
    struct buf b;
    buf_init(&b, 0);
    assert_ok(store_dump(s, STORE_DUMP_RANKS, &b, &f->err));
    struct sv copy = arena_copy(&f->arena, buf_sv(&b));
    assert_non_null(copy.p);
    buf_done(&b);
    return copy;
}

static inline void assert_same_text(struct sv a, struct sv b)
{
    if (!sv_eq(a, b)) fprintf(stderr, "---- one\n%.*s---- other\n%.*s", SV_FMT(a), SV_FMT(b));
    assert_true(sv_eq(a, b));
}

#endif
