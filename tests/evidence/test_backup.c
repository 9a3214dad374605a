/* A copy of a workspace in use: it verifies, says what the workspace says, and nothing that a purge took is in it. */
#include "evidence_test.h"

#include <sys/stat.h>

#include "evidence/backup.h"
#include "store/store_retention.h"

enum { POSTS = 30, ORIGINALS = 9 };

struct scene {
    struct world *w;
    struct workspace *ws;
    char to[96], part[104];
    int asked; /* calls of what is done in the middle */
};

static struct id128 post_of(int n)
{
    char native[32];
    int len = snprintf(native, sizeof native, "76014633316%08d", n);
    return post_id(SV("tiktok"), sv_of(native, (size_t)len), false);
}

static void give_original(struct scene *s, int n)
{
    struct world *w = s->w;
    struct kept_media kept;
    char source[128];
    snprintf(source, sizeof source, "%s-source", w->dir);
    assert_ok(file_write_atomic(source, arena_printf(&w->arena, "clip %d", n), &w->err));
    assert_ok(workspace_keep_media(s->ws, source, &w->arena, &kept, &w->err));
    unlink(source);
    struct id128 id = post_of(n);
    struct store_media m = {.sha256 = kept.sha256,
                            .bytes = kept.bytes,
                            .state = MEDIA_READY,
                            .path = kept.path,
                            .signals = SV("s")};
    assert_ok(store_put_media(w->store, &id, 0, &m, &w->err));
}

static struct scene make(struct world *w)
{
    struct scene s = {.w = w};
    store_close(w->store);
    assert_ok(dir_remove_tree(w->dir, &w->err));
    assert_ok(workspace_init(w->dir, &w->err));
    world_open(w);
    assert_ok(workspace_open(w->dir, WORKSPACE_LOOK, &s.ws, &w->err));
    world_fill(w, 2 * POSTS);
    for (int i = 0; i < ORIGINALS; i++) give_original(&s, i);
    world_publish(w);
    world_fill(w, 6); /* not signed yet */
    char mine[128];
    snprintf(mine, sizeof mine, "%s/policy/lexicons", w->dir);
    assert_ok(dir_make(mine, &w->err));
    snprintf(mine, sizeof mine, "%s/policy/lexicons/mine.txt", w->dir);
    assert_ok(file_write_atomic(mine, SV("a word of ours\n"), &w->err));
    snprintf(s.to, sizeof s.to, "%s-copy", w->dir);
    snprintf(s.part, sizeof s.part, "%s.part", s.to);
    return s;
}

static void leave(struct scene *s)
{
    workspace_close(s->ws);
    if (dir_exists(s->to)) assert_ok(dir_remove_tree(s->to, &s->w->err));
    if (dir_exists(s->part)) assert_ok(dir_remove_tree(s->part, &s->w->err));
}

static int print_fault(void *arg, const struct fault *f)
{
    (void)arg;
    print_message("%s %.*s %s\n", fault_name(f->kind), SV_FMT(f->what), f->detail);
    return 0;
}

/* Verifies, signs and verifies again: the copy goes on as the workspace does. Its rows as text into `out`. */
static struct verify_summary look_at_copy(struct scene *s, struct buf *out)
{
    struct workspace *ws;
    struct store *st;
    struct error *err = &s->w->err;
    struct verify_summary sum;
    struct verify_options o = {.fault = print_fault};
    assert_ok(workspace_open(s->to, WORKSPACE_RUN, &ws, err));
    assert_ok(store_open(workspace_db(ws), &st, err));
    assert_ok(evidence_verify(st, s->to, &o, &sum, err));
    assert_int_equal(sum.faults, 0);
    assert_true(sum.any_checkpoint);
    assert_ok(evidence_publish(st, s->to, NULL, err));
    assert_ok(evidence_verify(st, s->to, &o, &sum, err));
    assert_int_equal(sum.faults, 0);
    assert_int_equal(sum.signed_entries, sum.entries);
    if (out) assert_ok(store_dump(st, 0, out, err));
    store_close(st);
    workspace_close(ws);
    return sum;
}

static void the_copy_is_a_workspace_that_says_the_same(void **state)
{
    struct scene s = make(*state);
    struct backup_summary sum;
    struct buf here, there, mine;
    assert_ok(evidence_backup(s.ws, s.w->store, s.to, NULL, &sum, &s.w->err));
    assert_int_equal(sum.files, ORIGINALS);
    assert_int_equal(sum.damaged, 0);
    buf_init(&here, 0);
    buf_init(&there, 0);
    buf_init(&mine, 0);
    struct verify_summary v = look_at_copy(&s, &there);
    assert_int_equal(v.entries, sum.entries);
    assert_int_equal(v.files, ORIGINALS);
    assert_ok(store_dump(s.w->store, 0, &here, &s.w->err));
    assert_true(sv_eq(buf_sv(&here), buf_sv(&there)));
    char path[160];
    struct stat st;
    snprintf(path, sizeof path, "%s/policy/lexicons/mine.txt", s.to);
    assert_ok(file_read(path, 100, &mine, &s.w->err));
    assert_sv(buf_sv(&mine), "a word of ours\n");
    snprintf(path, sizeof path, "%s/marsad.db", s.to);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_false(dir_exists(s.part));
    buf_done(&mine);
    buf_done(&there);
    buf_done(&here);
    leave(&s);
}

static int count_backup(void *arg, const struct ledger_entry *e)
{
    *(int *)arg += sv_find(e->record, SV("{\"format\":\"backup\"}"), 0) != SIZE_MAX;
    return 0;
}

static void what_is_there_is_not_written_over(void **state)
{
    struct scene s = make(*state);
    struct backup_summary sum;
    char path[160];
    int noted = 0;
    assert_ok(dir_make(s.to, &s.w->err));
    assert_ok(evidence_backup(s.ws, s.w->store, s.to, NULL, &sum, &s.w->err)); /* empty */
    assert_int_equal(evidence_backup(s.ws, s.w->store, s.to, NULL, &sum, &s.w->err), ERR_EXISTS);
    look_at_copy(&s, NULL);
    assert_ok(dir_remove_tree(s.to, &s.w->err));
    assert_ok(dir_make(s.part, &s.w->err));
    snprintf(path, sizeof path, "%s/letter", s.part);
    assert_ok(file_write_atomic(path, SV("not ours"), &s.w->err));
    assert_int_equal(evidence_backup(s.ws, s.w->store, s.to, NULL, &sum, &s.w->err), ERR_EXISTS);
    assert_true(file_exists(path));
    assert_ok(ledger_about(s.w->store, SV("workspace"), count_backup, &noted, &s.w->err));
    assert_int_equal(noted, 1);
    leave(&s);
}

static bool stop_at_third(void *arg)
{
    struct scene *s = arg;
    return ++s->asked == 3;
}

static void a_copy_that_was_ended_is_none(void **state)
{
    struct scene s = make(*state);
    struct backup_summary sum;
    struct backup_options o = {.stop = stop_at_third, .arg = &s};
    assert_int_equal(evidence_backup(s.ws, s.w->store, s.to, &o, &sum, &s.w->err), ERR_CANCELLED);
    assert_false(dir_exists(s.to));
    assert_true(dir_exists(s.part));
    assert_ok(evidence_backup(s.ws, s.w->store, s.to, &o, &sum, &s.w->err));
    assert_int_equal(sum.files, ORIGINALS);
    assert_false(dir_exists(s.part));
    look_at_copy(&s, NULL);
    leave(&s);
}

/* After the first original: everything is purged, as another process would. */
static void purge_all(void *arg, uint64_t done, uint64_t total)
{
    struct scene *s = arg;
    struct world *w = s->w;
    struct store *other;
    struct workspace *ws;
    struct purge_totals t;
    struct purge_options o = {.now_us = T0 + 400 * US_PER_DAY, .why = SV("rule")};
    int64_t gone;
    (void)done;
    (void)total;
    if (s->asked++) return;
    assert_ok(store_open(w->db, &other, &w->err));
    assert_ok(store_purge(other, &o, &t, &w->err));
    assert_ok(workspace_open(w->dir, WORKSPACE_RUN, &ws, &w->err));
    assert_ok(workspace_erase(ws, other, &gone, &w->err));
    assert_int_equal(gone, ORIGINALS);
    workspace_close(ws);
    store_close(other);
}

static int count_post(void *arg, const struct object *o)
{
    (void)o;
    ++*(int *)arg;
    return 0;
}

static void what_is_purged_meanwhile_is_not_in_it(void **state)
{
    struct scene s = make(*state);
    struct backup_summary sum;
    struct backup_options o = {.progress = purge_all, .arg = &s};
    assert_ok(evidence_backup(s.ws, s.w->store, s.to, &o, &sum, &s.w->err));
    assert_int_equal(sum.files, 0);
    struct verify_summary v = look_at_copy(&s, NULL);
    assert_int_equal(v.files, 0);
    assert_true(v.purged[OBJECT_POST] > 0);
    struct store *st;
    char db[128];
    int posts = 0;
    snprintf(db, sizeof db, "%s/marsad.db", s.to);
    assert_ok(store_open(db, &st, &s.w->err));
    assert_ok(ledger_rows(st, OBJECT_POST, count_post, &posts, &s.w->err));
    assert_int_equal(posts, 0);
    store_close(st);
    leave(&s);
}

static void a_damaged_original_is_told(void **state)
{
    struct scene s = make(*state);
    struct backup_summary sum;
    struct sha256 sha;
    char name[SHA256_TEXT_BYTES], path[200];
    sha256_of(SV("clip 4"), &sha);
    sha256_format(&sha, name);
    snprintf(path, sizeof path, "%s/media/%.2s/%s", s.w->dir, name, name);
    assert_int_equal(chmod(path, 0600), 0);
    assert_ok(file_write_atomic(path, SV("clip x"), &s.w->err));
    assert_ok(evidence_backup(s.ws, s.w->store, s.to, NULL, &sum, &s.w->err));
    assert_int_equal(sum.damaged, 1);
    assert_int_equal(sum.files, ORIGINALS - 1);
    leave(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        world_test(the_copy_is_a_workspace_that_says_the_same),
        world_test(what_is_there_is_not_written_over),
        world_test(a_copy_that_was_ended_is_none),
        world_test(what_is_purged_meanwhile_is_not_in_it),
        world_test(a_damaged_original_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
