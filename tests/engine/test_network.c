/* The network of a workspace: what posts share reaches edges, groups, findings and the queue; in any order of arrival, over
 * any number of runs, killed or not, and the same as a batch run over the same rows. */
#include "engine/world.h"

#include "base/vec.h"
#include "engine/desk.h"
#include "engine/network.h"
#include "network/actions.h"
#include "network/groups.h"
#include "store/store_retention.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

enum { LINES_MAX = 400, LINE_BYTES = 1200 };
struct feed_lines {
    char v[LINES_MAX][LINE_BYTES];
    int n;
};

static uint64_t seed = 11;
static unsigned dice(unsigned n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 33) % n;
}

static void add_post(struct feed_lines *l, int account, int64_t at_s, const char *caption, const char *more)
{
    char created[TIME_TEXT_BYTES];
    assert_true(l->n < LINES_MAX);
    time_format(at_s * US_PER_SECOND, created);
    snprintf(l->v[l->n], LINE_BYTES,
             "{\"platform\":\"tiktok\",\"native_id\":\"%lld\",\"kind\":\"video\",\"account\":{\"handle\":"
             "\"voice_%d\"},\"created\":\"%s\",\"collected\":\"2026-03-02T10:00:00Z\",\"texts\":[{\"field\":"
             "\"caption\","
             "\"text\":\"%s\"}]%s}\n",
             7612345678901000000LL + l->n, account, created, caption, more);
    l->n++;
}

/* Two groups of five: one repeats four captions, each account in its own words; the other four lists of hashtags. Besides,
 * twenty accounts that each say their own things under one of two popular sounds. */
static void make_lines(struct feed_lines *l)
{
    static const char *const captions[][2] = {
        {"they are lying to you about the water in the upper town", " share before it is deleted"},
        {"the director of the hospital sold the new machines", " ask him where they are today"},
        {"the council never went to the flooded quarter", " and the vote is next month"},
        {"يكذبون عليكم في موضوع الماء في المدينة العليا", " شاركوا المقطع قبل ان يحذف"}};
    static const char *const twists[] = {"", ",", " now", " 😡", "!!!"};
    char text[400], more[400];
    l->n = 0;
    for (int c = 0; c < 4; c++)
        for (int a = 0; a < 5; a++) {
            snprintf(text, sizeof text, "%s%s%s", captions[c][0], twists[(a + c) % 5], captions[c][1]);
            add_post(l, a, 1772359200 + c * 20000 + a * 7, text, "");
        }
    for (int c = 0; c < 4; c++)
        for (int a = 5; a < 10; a++) {
            snprintf(more, sizeof more, ",\"hashtags\":[\"truth\",\"town\",\"now%d\",\"all\",\"see\"]", c);
            snprintf(text, sizeof text, "day %d", a);
            add_post(l, a, 1772359200 + c * 30000 + a * 11, text, more);
        }
    for (int i = 0; i < 100; i++) {
        snprintf(more, sizeof more, ",\"sound\":{\"id\":\"trend%u\"}", dice(2));
        size_t n = 0; /* words of nobody else: digits alone would not count as a difference */
        for (; n < 40; n++) text[n] = n % 7 == 6 ? ' ' : (char)('a' + dice(26));
        text[n] = '\0';
        add_post(l, 10 + i % 20, 1772359200 + dice(90000), text, more);
    }
}

static void write_lines(const struct world *w, const struct feed_lines *l, const int *order, int from, int to)
{
    FILE *f = fopen(w->feed, "wb");
    assert_non_null(f);
    for (int i = from; i < to; i++) fputs(l->v[order[i]], f);
    fclose(f);
}

static void shuffle(int *order, int n)
{
    for (int i = 0; i < n; i++) order[i] = i;
    for (int i = n - 1; i > 0; i--) {
        int k = (int)dice((unsigned)i + 1), swap = order[i];
        order[i] = order[k];
        order[k] = swap;
    }
}

static void ingest(const struct world *w)
{
    struct engine *e = open_world(w, false);
    struct engine_summary sum = {0};
    struct error err = {0};
    if (engine_intake(e, w->feed, NULL, NULL, &sum, &err)) fail_msg("%s", err.text);
    if (engine_work(e, NULL, &sum, &err)) fail_msg("%s", err.text);
    engine_close(e);
}

/* ---- what there is, as lines in order ---- */

struct edge_text {
    char v[2 * ID_TEXT_BYTES + 2];
};
struct edge_list {
    struct VEC(struct edge_text) v;
};

static int by_text(const void *a, const void *b) { return strcmp(a, b); }

static void push_edge(struct edge_list *l, struct sv a, struct sv b)
{
    struct edge_text t;
    if (sv_cmp(a, b) > 0) {
        struct sv swap = a;
        a = b;
        b = swap;
    }
    snprintf(t.v, sizeof t.v, "%.*s %.*s", SV_FMT(a), SV_FMT(b));
    assert_ok(VEC_PUSH(&l->v, t));
}

static int take_edge(void *arg, const struct id128 *a, const struct id128 *b)
{
    char x[ID_TEXT_BYTES], y[ID_TEXT_BYTES];
    id_format(a, x);
    id_format(b, y);
    push_edge(arg, sv_cstr(x), sv_cstr(y));
    return 0;
}

static struct edge_list live_edges(struct store *s)
{
    struct edge_list l = {0};
    struct error err;
    assert_ok(store_network_edges(s, take_edge, &l, &err));
    if (l.v.n) qsort(l.v.v, l.v.n, sizeof *l.v.v, by_text);
    return l;
}

static void same_edges(const struct edge_list *a, const struct edge_list *b)
{
    assert_int_equal(a->v.n, b->v.n);
    for (size_t i = 0; i < a->v.n; i++) assert_string_equal(a->v.v[i].v, b->v.v[i].v);
}

/* The batch engine over the workspace's rows, with the workspace's rule. */
static void same_as_batch(const struct world *w, size_t groups_expected)
{
    struct engine *e = open_world(w, true);
    struct store *s = engine_store(e);
    struct network_table *t = NULL;
    struct network_result *r = NULL;
    struct network_groups g;
    struct network_options o;
    struct error err = {0};
    struct edge_list live = live_edges(s), batch = {0};
    actions_run_options(&o);
    o.rule = NETWORK_COUNT;
    o.min_participation = 1;
    o.min_posts = ACTIONS_MIN_POSTS;
    assert_ok(engine_network_table(s, &t, &err));
    assert_ok(network_run(t, &o, NULL, NULL, &r, &err));
    for (size_t i = 0; i < r->nedges; i++)
        push_edge(&batch, network_account_name(r, r->edges[i].a), network_account_name(r, r->edges[i].b));
    if (batch.v.n) qsort(batch.v.v, batch.v.n, sizeof *batch.v.v, by_text);
    same_edges(&live, &batch);
    assert_ok(network_groups_find(r, NETWORK_COMPONENTS, NULL, ACTIONS_MIN_GROUP, &g, &err));
    assert_int_equal(g.n, groups_expected);
    struct arena a;
    arena_init(&a, 0);
    for (uint32_t k = 0; k < g.n; k++) {
        struct id128 id, *members = NULL;
        size_t n = 0;
        assert_true(id_parse(network_account_name(r, g.members[g.start[k]]), &id));
        assert_ok(store_network_group(s, &id, &a, &members, &n, &err));
        assert_int_equal(n, g.start[k + 1] - g.start[k]);
    }
    arena_done(&a);
    VEC_DONE(&live.v);
    VEC_DONE(&batch.v);
    network_groups_done(&g);
    network_result_free(r);
    network_table_free(t);
    engine_close(e);
}

static int count_if_together(void *arg, const struct finding *f)
{
    *(int *)arg += f->kind == FINDING_TOGETHER;
    return 0;
}

/* ---- tests ---- */

static void groups_reach_findings_and_the_queue(void **unused)
{
    static struct feed_lines l;
    int order[LINES_MAX];
    struct world w;
    struct error err;
    world_new(&w);
    make_lines(&l);
    for (int i = 0; i < l.n; i++) order[i] = i;
    write_lines(&w, &l, order, 0, l.n);
    ingest(&w);
    same_as_batch(&w, 2);
    struct engine *e = open_world(&w, true);
    struct store *s = engine_store(e);
    struct arena a;
    arena_init(&a, 0);
    struct queue_row *rows = NULL;
    size_t n = 0;
    struct queue_filter f = {.category = CATEGORY_NETWORK_COORDINATED};
    assert_ok(store_queue(s, &f, NULL, 100, &a, &rows, &n, &err));
    assert_int_equal(n, 40); /* every post of the two groups, nothing else */
    for (size_t i = 0; i < n; i++) {
        struct finding_list list;
        struct assessment as;
        int together = 0;
        finding_list_init(&list, &a);
        assert_ok(store_get_result(s, &rows[i].post, &a, &list, &as, NULL, &err));
        for (size_t k = 0; k < list.n; k++) {
            const struct finding *x = &list.v[k];
            count_if_together(&together, x);
            if (x->kind != FINDING_TOGETHER) continue;
            struct id128 other;
            struct post p;
            int64_t known;
            assert_true(id_parse(x->ref.post, &other)); /* the proof is there to be seen */
            assert_ok(store_get_post(s, &other, &a, &p, &known, &err));
            assert_int_equal(x->ref.accounts, 4);
            assert_true(sv_is(x->label, "caption") || sv_is(x->label, "hashtags"));
        }
        assert_int_equal(together, 4);
        assert_sv(as.reason, "reason.together");
        finding_list_done(&list);
    }
    arena_done(&a);
    engine_close(e);
    world_gone(&w);
}

/* Edges and all findings, by id: what depends on neither order nor files. *Owned by the caller*. */
static char *what_was_found(const struct world *w)
{
    struct engine *e = open_world(w, true);
    struct store *s = engine_store(e);
    struct edge_list edges = live_edges(s);
    struct error err;
    struct arena a;
    struct buf b;
    struct jw j;
    struct id128 *ids = NULL;
    size_t n = 0;
    buf_init(&b, 0);
    arena_init(&a, 0);
    for (size_t i = 0; i < edges.v.n; i++) buf_printf(&b, "%s\n", edges.v.v[i].v);
    assert_ok(store_post_ids(s, NULL, LINES_MAX, &a, &ids, &n, &err));
    for (size_t i = 0; i < n; i++) {
        struct finding_list list;
        struct assessment as;
        finding_list_init(&list, &a);
        assert_ok(store_get_result(s, &ids[i], &a, &list, &as, NULL, &err));
        jw_init(&j, &b, JW_COMPACT);
        jw_array(&j);
        for (size_t k = 0; k < list.n; k++) finding_write(&list.v[k], &j);
        jw_end(&j);
        finding_list_done(&list);
    }
    buf_putc(&b, '\0');
    assert_false(b.failed);
    arena_done(&a);
    VEC_DONE(&edges.v);
    engine_close(e);
    return b.p;
}

static void any_order_over_any_runs_ends_the_same(void **unused)
{
    static struct feed_lines l;
    int order[LINES_MAX];
    char *expected = NULL;
    setenv("MARSAD_NOW", "2026-03-02T12:00:00Z", 1);
    make_lines(&l);
    for (int round = 0; round < 5; round++) {
        struct world w;
        world_new(&w);
        shuffle(order, l.n);
        int parts = 1 + round * 2;
        for (int p = 0; p < parts; p++) {
            write_lines(&w, &l, order, l.n * p / parts, l.n * (p + 1) / parts);
            ingest(&w);
        }
        write_lines(&w, &l, order, 0, l.n / 3); /* and some of it once more */
        ingest(&w);
        same_as_batch(&w, 2);
        char *got = what_was_found(&w);
        if (!expected)
            expected = got;
        else
            assert_string_equal(expected, got);
        if (got != expected) free(got);
        world_gone(&w);
    }
    free(expected);
    unsetenv("MARSAD_NOW");
}

/* Forty accounts, new ones and in four versions of one sentence, at one target within half an hour; a week of friends before, and a
 * crowd at another target that says its own things. */
static void make_pileon(struct feed_lines *l)
{
    char text[300], more[200];
    l->n = 0;
    for (int i = 0; i < 80; i++) {
        snprintf(text, sizeof text, "@singer %u%u my own word number %d of the day", dice(1000), dice(1000),
                 i);
        add_post(l, 100 + i % 9, 1772359200 - 7 * 86400 + i * 7000, text, ",\"mentions\":[\"singer\"]");
    }
    for (int i = 0; i < 40; i++) {
        snprintf(text, sizeof text, "@singer %s everybody in the hall heard what happened",
                 i % 4 == 0   ? "the second song was too long"
                 : i % 4 == 1 ? "the stage was dark"
                 : i % 4 == 2 ? "the tickets were expensive"
                              : "the band came late");
        snprintf(more, sizeof more, ",\"mentions\":[\"singer\"]");
        add_post(l, 200 + i, 1772359200 + i * 45, text, more);
    }
    for (int i = 0; i < 40; i++) {
        size_t n = (size_t)snprintf(text, sizeof text, "@goalkeeper ");
        for (size_t end = n + 40; n < end; n++) text[n] = n % 7 == 6 ? ' ' : (char)('a' + dice(26));
        text[n] = '\0';
        add_post(l, 300 + i, 1772359200 + i * 45, text, ",\"mentions\":[\"goalkeeper\"]");
    }
}

static int pileon_findings(const struct world *w, int *out_friends, int *out_queued)
{
    struct engine *e = open_world(w, true);
    struct store *s = engine_store(e);
    struct arena a;
    struct error err;
    struct id128 *ids = NULL;
    size_t n = 0;
    int found = 0;
    *out_friends = *out_queued = 0;
    arena_init(&a, 0);
    assert_ok(store_post_ids(s, NULL, LINES_MAX, &a, &ids, &n, &err));
    for (size_t i = 0; i < n; i++) {
        struct finding_list list;
        struct assessment as;
        struct post p;
        int64_t known;
        finding_list_init(&list, &a);
        assert_ok(store_get_post(s, &ids[i], &a, &p, &known, &err));
        assert_ok(store_get_result(s, &ids[i], &a, &list, &as, NULL, &err));
        for (size_t k = 0; k < list.n; k++) {
            if (list.v[k].kind != FINDING_PILEON) continue;
            assert_sv(list.v[k].quote, "singer");
            assert_in_range(list.v[k].ref.accounts, 5, 40);
            assert_true(sv_find(list.v[k].label, SV("reuse"), 0) != SIZE_MAX);
            found++;
            *out_friends += sv_starts(p.account.handle, SV("voice_10"));
            *out_queued += as.category == CATEGORY_NETWORK_COORDINATED;
        }
        finding_list_done(&list);
    }
    arena_done(&a);
    engine_close(e);
    return found;
}

static void many_at_one_target_reach_the_queue_in_any_order(void **unused)
{
    static struct feed_lines l;
    int order[LINES_MAX], friends, queued;
    char *expected = NULL;
    setenv("MARSAD_NOW", "2026-03-02T12:00:00Z", 1);
    make_pileon(&l);
    for (int round = 0; round < 3; round++) {
        struct world w;
        world_new(&w);
        for (int i = 0; i < l.n; i++) order[i] = i;
        if (round) shuffle(order, l.n);
        int parts = round == 0 ? 1 : 3;
        for (int p = 0; p < parts; p++) {
            write_lines(&w, &l, order, l.n * p / parts, l.n * (p + 1) / parts);
            ingest(&w);
        }
        assert_in_range(pileon_findings(&w, &friends, &queued), 20, 40);
        assert_int_equal(friends, 0);
        assert_in_range(queued, 20, 40);
        char *got = what_was_found(&w);
        if (!expected)
            expected = got;
        else
            assert_string_equal(expected, got);
        if (got != expected) free(got);
        world_gone(&w);
    }
    free(expected);
    unsetenv("MARSAD_NOW");
}

/* Takes posts away, one in three, and lets the rest be told anew. */
static void purge_some(const struct world *w)
{
    struct engine *e = open_world(w, false);
    struct store *s = engine_store(e);
    struct store_network_rules rules;
    struct purge_totals totals;
    struct error err = {0};
    struct arena a;
    struct id128 *ids = NULL;
    size_t n = 0;
    bool more = true, found;
    engine_network_rules(&rules);
    arena_init(&a, 0);
    assert_ok(store_post_ids(s, NULL, LINES_MAX, &a, &ids, &n, &err));
    for (size_t i = 0; i < n; i++) {
        char id[ID_TEXT_BYTES];
        if (ids[i].b[3] % 3) continue;
        id_format(&ids[i], id);
        if (store_purge_one(s, RETAIN_POST, sv_cstr(id), SV("asked for"), &rules, &totals, &err))
            fail_msg("%s", err.text);
    }
    while (more) {
        assert_ok(store_begin(s, &err));
        assert_ok(engine_settle(e, &more, &found, &err));
        assert_ok(store_commit(s, &err));
    }
    arena_done(&a);
    engine_close(e);
}

/* The lines whose posts a purge leaves, as purge_some chooses. */
static int lines_left(const struct world *w, const struct feed_lines *l, int *order)
{
    struct engine *e = open_world(w, true);
    struct error err;
    struct arena a;
    struct id128 *ids = NULL;
    size_t n = 0;
    int left = 0;
    arena_init(&a, 0);
    assert_ok(store_post_ids(engine_store(e), NULL, LINES_MAX, &a, &ids, &n, &err));
    for (int i = 0; i < l->n; i++) {
        struct post p;
        int64_t known;
        char native[32];
        snprintf(native, sizeof native, "%lld", 7612345678901000000LL + i);
        for (size_t k = 0; k < n; k++) {
            assert_ok(store_get_post(engine_store(e), &ids[k], &a, &p, &known, &err));
            if (sv_eq(p.native_id, sv_cstr(native))) order[left++] = i;
        }
    }
    arena_done(&a);
    engine_close(e);
    return left;
}

static void after_a_purge_all_is_as_if_the_rest_had_come_alone(void **unused)
{
    static struct feed_lines l;
    int order[LINES_MAX];
    setenv("MARSAD_NOW", "2026-03-02T12:00:00Z", 1);
    make_lines(&l);
    for (int round = 0; round < 2; round++) {
        struct world w, rest;
        struct store_network_counts counts[2];
        world_new(&w);
        world_new(&rest);
        shuffle(order, l.n);
        write_lines(&w, &l, order, 0, l.n);
        ingest(&w);
        purge_some(&w);
        int left = lines_left(&w, &l, order);
        assert_in_range(left, l.n / 3, l.n - l.n / 5);
        write_lines(&rest, &l, order, 0, left);
        ingest(&rest);
        char *got = what_was_found(&w), *expected = what_was_found(&rest);
        assert_string_equal(got, expected);
        for (int i = 0; i < 2; i++) {
            struct engine *e = open_world(i ? &rest : &w, true);
            struct error err;
            assert_ok(store_network_count(engine_store(e), &counts[i], &err));
            engine_close(e);
        }
        assert_memory_equal(&counts[0], &counts[1], sizeof counts[0]);
        free(got);
        free(expected);
        world_gone(&w);
        world_gone(&rest);
    }
    unsetenv("MARSAD_NOW");
}

static void killed_it_goes_on_and_ends_the_same(void **unused)
{
    static struct feed_lines l;
    int order[LINES_MAX];
    struct world calm, w;
    setenv("MARSAD_NOW", "2026-03-02T12:00:00Z", 1);
    make_lines(&l);
    shuffle(order, l.n);
    world_new(&calm);
    write_lines(&calm, &l, order, 0, l.n);
    ingest(&calm);
    char *expected = what_was_found(&calm);
    for (int round = 0; round < 4; round++) {
        world_new(&w);
        write_lines(&w, &l, order, 0, l.n);
        for (int kill_number = 0; kill_number < 6; kill_number++) {
            fflush(stdout);
            fflush(stderr);
            pid_t child = fork();
            assert_true(child >= 0);
            if (child == 0) run_and_exit(&w);
            struct timespec ts = {0, 1000000L * (5 + (long)dice(200))};
            nanosleep(&ts, NULL);
            kill(child, SIGKILL);
            int status;
            assert_int_equal(waitpid(child, &status, 0), child);
        }
        ingest(&w);
        same_as_batch(&w, 2);
        char *got = what_was_found(&w);
        assert_string_equal(expected, got);
        free(got);
        world_gone(&w);
    }
    free(expected);
    world_gone(&calm);
    unsetenv("MARSAD_NOW");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_reach_findings_and_the_queue),
        cmocka_unit_test(any_order_over_any_runs_ends_the_same),
        cmocka_unit_test(many_at_one_target_reach_the_queue_in_any_order),
        cmocka_unit_test(after_a_purge_all_is_as_if_the_rest_had_come_alone),
        cmocka_unit_test(killed_it_goes_on_and_ends_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
