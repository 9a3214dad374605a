/* A workspace's folder with a store, filled by hand: posts, results, a bank, records aside, media. */
#ifndef MARSAD_TESTS_EVIDENCE_TEST_H
#define MARSAD_TESTS_EVIDENCE_TEST_H

#include "test.h"

#include <unistd.h>

#include "base/file.h"
#include "evidence/evidence.h"
#include "evidence/tiles.h"

#define T0 INT64_C(1769853600000000)

struct world {
    struct arena arena;
    struct error err;
    struct store *store;
    char dir[64], db[96], log[96];
    int posts;
};

static inline void world_open(struct world *w) { assert_ok(store_open(w->db, &w->store, &w->err)); }
static inline int world_setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    if (!w) return -1;
    arena_init(&w->arena, 0);
    strcpy(w->dir,
           access("/dev/shm", W_OK) == 0 ? "/dev/shm/marsad-proof-XXXXXX" : "/tmp/marsad-proof-XXXXXX");
    if (!mkdtemp(w->dir)) return -1;
    snprintf(w->db, sizeof w->db, "%s/marsad.db", w->dir);
    snprintf(w->log, sizeof w->log, "%s/log", w->dir);
    *state = w;
    return store_open(w->db, &w->store, &w->err);
}
static inline int world_teardown(void **state)
{
    struct world *w = *state;
    store_close(w->store);
    arena_done(&w->arena);
    int rc = dir_remove_tree(w->dir, &w->err);
    free(w);
    return rc;
}
#define world_test(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

/* Post number n, and what an analysis may have said of it: two entries. */
static inline void world_add_post(struct world *w, int n)
{
    struct arena a;
    struct post p;
    struct finding_list l;
    enum store_put put;
    arena_init(&a, 0);
    post_init(&p);
    p.platform = SV("tiktok");
    p.native_id = arena_printf(&a, "76014633316%08d", n);
    p.url = arena_printf(&a, "https://www.tiktok.com/@river_%d/video/%d", n % 50, n);
    p.id = post_id(p.platform, p.native_id, false);
    p.account.platform = p.platform;
    p.account.native_id = arena_printf(&a, "90000%d", n % 50);
    p.account.handle = arena_printf(&a, "river_%d", n % 50);
    p.account.id = account_id(p.platform, p.account.native_id, p.account.handle);
    p.created_us = T0 + n;
    p.collected_us = T0 + US_PER_HOUR;
    p.reach = (struct reach){p.collected_us, n, 1, 2, 3, 4};
    p.raw = arena_printf(&a, "{\"id\":\"%d\",\"desc\":\"a clip about the river\"}", n);
    p.origin = (struct origin){SV("zeeschuimer"), SV("feed.ndjson"), (uint64_t)n + 1, 0};
    assert_ok(store_put_post(w->store, &p, T0, &put, &w->err));
    struct place place = {.kind = PLACE_POST, .start_us = TIME_UNKNOWN, .end_us = TIME_UNKNOWN};
    struct finding found = {.kind = FINDING_TIME_MISMATCH,
                            .detector = SV("record"),
                            .probability = 0.5,
                            .places = &place,
                            .nplaces = 1,
                            .ref = {.time_us = TIME_UNKNOWN, .distance = -1}};
    struct assessment as = {.category = n % 3 ? CATEGORY_NONE : CATEGORY_HATE,
                            .severity = 40,
                            .probability = 0.5,
                            .clock_us = US_PER_HOUR,
                            .priority = n,
                            .reason = SV("reason.x")};
    finding_list_init(&l, &a);
    assert_ok(finding_add(&l, &found));
    if (n % 2) {
        found.kind = FINDING_MATCH_MEDIA;
        found.detector = SV("hash");
        found.ref.bank = SV("newsrooms"); /* known innocents: no category */
        assert_ok(finding_add(&l, &found));
    }
    assert_ok(store_put_result(w->store, &p.id, &l, &as, &w->err));
    finding_list_done(&l);
    arena_done(&a);
}

/* Posts until the ledger has that many more entries (or one more). */
static inline void world_fill(struct world *w, int entries)
{
    assert_ok(store_begin(w->store, &w->err));
    for (int i = 0; i < (entries + 1) / 2; i++) world_add_post(w, w->posts++);
    assert_ok(store_commit(w->store, &w->err));
}

static inline void world_publish(struct world *w)
{
    assert_ok(evidence_publish(w->store, w->dir, NULL, &w->err));
}

#endif
