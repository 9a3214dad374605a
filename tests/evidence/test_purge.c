/* Retention: what is due goes with a tombstone, what is held stays, and the log proves both, killed at any point. */
#include "evidence_test.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "store/store_decision.h"
#include "store/store_people.h"
#include "store/store_retention.h"

#define LATER (T0 + 400 * US_PER_DAY)

struct verdict {
    char first[256];
    struct verify_summary sum;
};

static int take_fault(void *arg, const struct fault *f)
{
    struct verdict *v = arg;
    if (!v->first[0])
        snprintf(v->first, sizeof v->first, "%s %llu %.*s %s", fault_name(f->kind),
                 (unsigned long long)f->entry, SV_FMT(f->what), f->detail);
    return 0;
}

static struct verify_summary assert_clean(struct world *w)
{
    struct verdict v = {.first = ""};
    struct verify_options o = {.fault = take_fault, .arg = &v};
    world_publish(w);
    assert_ok(evidence_verify(w->store, w->dir, &o, &v.sum, &w->err));
    if (v.sum.faults) fail_msg("%llu faults, the first: %s", (unsigned long long)v.sum.faults, v.first);
    return v.sum;
}

static void assert_python_agrees(struct world *w)
{
    char command[1024], line[512], last[512] = "";
    snprintf(command, sizeof command, "python3 '%s/docs/verify.py' '%s' '%s/key.pub' '%s'", test_source_dir(),
             w->log, w->log, w->db);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        memcpy(last, line, sizeof last);
        if (strncmp(line, "OK", 2) != 0) print_message("%s", line);
    }
    pclose(f);
    assert_string_equal(last, "OK\n");
}

static struct id128 id_of_post(int n)
{
    char native[32];
    int len = snprintf(native, sizeof native, "76014633316%08d", n);
    return post_id(SV("tiktok"), sv_of(native, (size_t)len), false);
}

static struct sv hex(struct world *w, const struct id128 *id)
{
    char text[ID_TEXT_BYTES];
    id_format(id, text);
    return arena_copy(&w->arena, sv_of(text, ID_TEXT_BYTES - 1));
}

/* An original of its own for post n, or the one that it shares. */
static void give_media(struct world *w, int n, int content)
{
    struct sha256 sha;
    char name[SHA256_TEXT_BYTES];
    struct sv bytes = arena_printf(&w->arena, "clip %d", content), path;
    sha256_of(bytes, &sha);
    sha256_format(&sha, name);
    path = arena_printf(&w->arena, "media/%.2s/%s", name, name);
    char *full = arena_cstr(&w->arena, arena_printf(&w->arena, "%s/%.*s", w->dir, SV_FMT(path)));
    char *dir = arena_cstr(&w->arena, arena_printf(&w->arena, "%s/media/%.2s", w->dir, name));
    assert_ok(dir_make(dir, &w->err));
    assert_ok(file_write_atomic(full, bytes, &w->err));
    struct id128 id = id_of_post(n);
    struct store_media m = {
        .sha256 = sha, .bytes = bytes.n, .state = MEDIA_READY, .path = path, .signals = SV("s")};
    assert_ok(store_put_media(w->store, &id, 0, &m, &w->err));
}

static int count_file(const char *path)
{
    char command[256], line[64] = "";
    snprintf(command, sizeof command, "find '%s/media' -type f 2>/dev/null | wc -l", path);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    assert_non_null(fgets(line, sizeof line, f));
    pclose(f);
    return atoi(line);
}

static void make_workspace(struct world *w)
{
    store_close(w->store);
    assert_ok(dir_remove_tree(w->dir, &w->err));
    assert_ok(workspace_init(w->dir, &w->err));
    world_open(w);
}

static struct purge_totals purge(struct world *w, int64_t now_us, bool dry)
{
    struct purge_totals t;
    struct purge_options o = {.now_us = now_us, .dry_run = dry, .why = SV("rule")};
    assert_ok(store_purge(w->store, &o, &t, &w->err));
    return t;
}

static int64_t erase_files(struct world *w)
{
    struct workspace *ws;
    int64_t n;
    assert_ok(workspace_open(w->dir, WORKSPACE_RUN, &ws, &w->err));
    assert_ok(workspace_erase(ws, w->store, &n, &w->err));
    workspace_close(ws);
    return n;
}

static void what_is_due_goes_with_a_tombstone(void **state)
{
    struct world *w = *state;
    make_workspace(w);
    world_fill(w, 600);
    for (int i = 0; i < 10; i++) give_media(w, i, i / 2); /* two posts share each */
    assert_clean(w);
    struct purge_totals t = purge(w, LATER, true);
    assert_int_equal(t.items[RETAIN_POST], 300);
    assert_int_equal(purge(w, T0 + US_PER_DAY, true).items[RETAIN_POST], 0);
    assert_clean(w);
    /* after 31 days what is clear goes: two of three posts */
    t = purge(w, T0 + 31 * US_PER_DAY, false);
    assert_int_equal(t.items[RETAIN_POST], 200);
    assert_int_equal(t.kept, 0);
    assert_true(t.entries >= 400);
    struct verify_summary sum = assert_clean(w);
    assert_int_equal(sum.purged[OBJECT_POST], 200);
    assert_int_equal(sum.erased, t.entries);
    assert_clean(w);
    assert_python_agrees(w);
    assert_int_equal(purge(w, T0 + 31 * US_PER_DAY, false).items[RETAIN_POST], 0);
    assert_int_equal(count_file(w->dir), 5);
    int64_t gone = erase_files(w);
    assert_int_equal(count_file(w->dir), 5 - gone);
    assert_clean(w);
    t = purge(w, LATER, false);
    assert_int_equal(t.items[RETAIN_POST], 100);
    erase_files(w);
    assert_int_equal(count_file(w->dir), 0);
    struct store_counts c;
    assert_ok(store_count(w->store, &c, &w->err));
    assert_int_equal(c.posts, 0);
    assert_int_equal(c.accounts, 0);
    assert_clean(w);
    assert_python_agrees(w);
    world_add_post(w, 1); /* and it may come in again */
    assert_clean(w);
}

static void originals_go_before_their_posts(void **state)
{
    struct world *w = *state;
    make_workspace(w);
    world_fill(w, 40);
    give_media(w, 1, 1); /* clear */
    give_media(w, 3, 3); /* flagged */
    give_media(w, 2, 9); /* clear and flagged share it: the longer rule counts */
    give_media(w, 6, 9);
    struct purge_totals t = purge(w, T0 + 8 * US_PER_DAY, false);
    assert_int_equal(t.items[RETAIN_MEDIA], 1);
    assert_int_equal(t.items[RETAIN_POST], 0);
    assert_int_equal(erase_files(w), 1);
    assert_int_equal(count_file(w->dir), 2);
    assert_clean(w);
    struct id128 one = id_of_post(1);
    struct store_media m;
    assert_ok(store_get_media(w->store, &one, 1, &w->arena, &m, &w->err));
    assert_int_equal(m.path.n, 0);
    assert_sv(m.signals, "s");
    world_publish(w);
    assert_python_agrees(w);
}

static void holds_and_cases_beat_retention(void **state)
{
    struct world *w = *state;
    make_workspace(w);
    world_fill(w, 20);
    for (int i = 0; i < 10; i++) give_media(w, i, i);
    struct id128 in_case, post = id_of_post(1), held_post = id_of_post(2), hold, hold2;
    struct post p;
    assert_ok(store_case_new(w->store, SV("t"), SV(""), TLP_RED, &in_case, &w->err));
    assert_ok(store_case_add(w->store, &in_case, CASE_POST, hex(w, &post), SV_NULL, NULL, &w->err));
    struct hold h = {
        .scope = HOLD_POST, .object = hex(w, &held_post), .why = SV("order"), .until_us = TIME_UNKNOWN};
    assert_ok(store_hold_new(w->store, &h, &hold, &w->err));
    struct id128 third = id_of_post(3);
    assert_ok(store_get_post(w->store, &third, &w->arena, &p, NULL, &w->err));
    struct hold h2 = {
        .scope = HOLD_ACCOUNT, .object = hex(w, &p.account.id), .why = SV("order"), .until_us = LATER + 1};
    assert_ok(store_hold_new(w->store, &h2, &hold2, &w->err));
    struct purge_totals t = purge(w, LATER, false);
    assert_int_equal(t.items[RETAIN_POST], 7);
    assert_true(t.kept >= 3);
    erase_files(w);
    assert_int_equal(count_file(w->dir), 3);
    assert_clean(w);
    assert_int_equal(store_purge_one(w->store, RETAIN_POST, hex(w, &post), SV("x"), NULL, &t, &w->err),
                     ERR_ARG);
    /* the hold ends, is released; the case closes and is purged, and with it what it kept */
    assert_ok(store_hold_release(w->store, &hold, SV("lifted"), &w->err));
    assert_int_equal(purge(w, LATER + 2, false).items[RETAIN_POST], 2);
    assert_ok(store_case_close(w->store, &in_case, SV("done"), &w->err));
    assert_int_equal(purge(w, clock_now_us() + 10, false).items[RETAIN_CASE], 0);
    t = purge(w, clock_now_us() + 1900 * US_PER_DAY, false);
    assert_int_equal(t.items[RETAIN_CASE], 1);
    assert_int_equal(t.items[RETAIN_POST], 1);
    erase_files(w);
    assert_int_equal(count_file(w->dir), 0);
    assert_clean(w);
    assert_python_agrees(w);
    struct hold all = {.scope = HOLD_EVERYTHING, .why = SV("inquiry"), .until_us = TIME_UNKNOWN};
    world_fill(w, 20);
    assert_ok(store_hold_new(w->store, &all, &hold, &w->err));
    assert_int_equal(purge(w, LATER, false).items[RETAIN_POST], 0);
}

static void decide(struct world *w, int n, const struct id128 *settles)
{
    struct person p;
    struct decision d;
    person_init(&p);
    p.id = (struct id128){{1}};
    p.login = SV("login");
    p.name = SV("Name");
    p.pseudonym = SV("R-1");
    p.roles = SV("reviewer");
    p.state = PERSON_ACTIVE;
    p.created_us = T0;
    decision_init(&d);
    d.id.b[0] = (uint8_t)(n + 1);
    d.post = id_of_post(n);
    d.person = p.id;
    d.at_us = T0;
    d.measure = MEASURE_CONTENT_REMOVE;
    d.category = CATEGORY_HATE;
    d.ground = GROUND_TERMS;
    d.facts = SV("facts");
    assert_ok(store_person_put(w->store, &p, &w->err));
    assert_ok(store_decision_put(w->store, &d, &w->err));
    assert_ok(store_settle(w->store, &d.id, &d.post, d.category, &w->err));
    if (settles) assert_ok(store_settle(w->store, &d.id, settles, d.category, &w->err));
}

static void what_was_decided_on_goes_later_and_not_while_it_stands_for_others(void **state)
{
    struct world *w = *state;
    make_workspace(w);
    world_fill(w, 12); /* six posts: 0 and 3 are flagged */
    struct id128 three = id_of_post(3), four = id_of_post(4);
    struct decision d;
    decide(w, 0, NULL);
    decide(w, 3, &four);
    assert_int_equal(purge(w, T0 + 200 * US_PER_DAY, false).items[RETAIN_POST], 3); /* clear ones, but four */
    assert_clean(w);
    struct purge_totals t;
    assert_int_equal(store_purge_one(w->store, RETAIN_POST, hex(w, &three), SV("x"), NULL, &t, &w->err),
                     ERR_NOTFOUND);
    assert_int_equal(purge(w, LATER, false).items[RETAIN_POST],
                     2); /* zero, and four, whose decision is three's */
    assert_clean(w);
    assert_int_equal(purge(w, LATER, false).items[RETAIN_POST], 1);
    struct verify_summary sum = assert_clean(w);
    assert_int_equal(sum.purged[OBJECT_DECISION], 2);
    assert_int_equal(store_decision_get(w->store, &(struct id128){{1}}, &w->arena, &d, &w->err),
                     ERR_NOTFOUND);
    assert_python_agrees(w);
}

static void one_thing_goes_by_order(void **state)
{
    struct world *w = *state;
    make_workspace(w);
    world_fill(w, 20);
    give_media(w, 1, 1);
    struct id128 post = id_of_post(1);
    struct purge_totals t;
    struct post p;
    assert_int_equal(store_purge_one(w->store, RETAIN_POST, hex(w, &post), SV(" "), NULL, &t, &w->err),
                     ERR_ARG);
    assert_int_equal(store_purge_one(w->store, RETAIN_POST, SV("00"), SV("x"), NULL, &t, &w->err),
                     ERR_NOTFOUND);
    assert_ok(store_purge_one(w->store, RETAIN_POST, hex(w, &post), SV("asked for by the person"), NULL, &t,
                              &w->err));
    assert_int_equal(t.items[RETAIN_POST], 1);
    assert_int_equal(store_get_post(w->store, &post, &w->arena, &p, NULL, &w->err), ERR_NOTFOUND);
    erase_files(w);
    assert_int_equal(count_file(w->dir), 0);
    assert_clean(w);
}

static bool anywhere(struct world *w, const char *word)
{
    char command[256];
    snprintf(command, sizeof command, "grep -rqaF '%s' '%s'", word, w->dir);
    return system(command) == 0;
}

/* Neither in the database nor in its log of writes, nor in what was said of it to platforms. */
static void words_that_were_purged_are_nowhere_on_the_disk(void **state)
{
    static const char word[] = "zanbaqa-of-the-fifth-well";
    struct world *w = *state;
    make_workspace(w);
    world_fill(w, 20);
    struct id128 post = id_of_post(1);
    struct post p;
    struct purge_totals t;
    enum store_put what;
    struct text_part text = {TEXT_CAPTION, sv_cstr(word), TIME_UNKNOWN, TIME_UNKNOWN};
    assert_ok(store_get_post(w->store, &post, &w->arena, &p, NULL, &w->err));
    p.texts = &text;
    p.ntexts = 1;
    p.raw = arena_printf(&w->arena, "{\"desc\":\"%s\"}", word);
    p.collected_us += US_PER_HOUR;
    assert_ok(store_put_post(w->store, &p, T0 + US_PER_HOUR, &what, &w->err));
    struct api_key key = {.id = {{9}},
                          .name = SV("p"),
                          .scopes = SV("submit"),
                          .revoked_us = TIME_UNKNOWN,
                          .used_us = TIME_UNKNOWN};
    struct sv said =
        arena_printf(&w->arena, "{\"post\":\"%.*s\",\"quote\":\"%s\"}", SV_FMT(hex(w, &post)), word);
    struct kept_answer answer = {.status = 200, .body = said, .at_us = T0}, other = answer;
    struct webhook hook = {.id = {{1}}, .key = key.id, .body = said, .state = SV("sent")};
    other.id.b[0] = 1;
    other.body = SV("{\"post\":\"another\"}");
    assert_ok(store_key_put(w->store, &key, &w->err));
    assert_ok(store_answer_put(w->store, &answer, &w->err));
    assert_ok(store_answer_put(w->store, &other, &w->err));
    assert_ok(store_webhook_put(w->store, &hook, &w->err));
    assert_true(anywhere(w, word));
    assert_ok(store_purge_one(w->store, RETAIN_POST, hex(w, &post), SV("asked for"), NULL, &t, &w->err));
    assert_false(anywhere(w, word));
    assert_int_equal(store_answer_get(w->store, &answer.id, &w->arena, &answer, &w->err), ERR_NOTFOUND);
    assert_ok(store_answer_get(w->store, &other.id, &w->arena, &other, &w->err));
    assert_clean(w);
}

static void a_row_changed_behind_our_back_is_not_vouched_for(void **state)
{
    struct world *w = *state;
    make_workspace(w);
    world_fill(w, 220); /* fifty accounts: some have several posts */
    struct id128 post = id_of_post(1);
    struct purge_totals t;
    struct post p;
    assert_ok(store_get_post(w->store, &post, &w->arena, &p, NULL, &w->err));
    char command[512];
    snprintf(
        command, sizeof command,
        "python3 -c \"import sqlite3; d = sqlite3.connect('%s'); d.execute('UPDATE account SET likes = 77"
        " WHERE id = ?', (bytes.fromhex('%.*s'),)); d.commit()\"",
        w->db, SV_FMT(hex(w, &p.account.id)));
    assert_int_equal(system(command), 0);
    assert_ok(store_purge_one(w->store, RETAIN_POST, hex(w, &post), SV("x"), NULL, &t, &w->err));
    struct verdict v = {.first = ""};
    struct verify_options o = {.fault = take_fault, .arg = &v};
    world_publish(w);
    assert_ok(evidence_verify(w->store, w->dir, &o, &v.sum, &w->err));
    assert_non_null(strstr(v.first, "account"));
    assert_int_equal(v.sum.faults, 1);
}

static void rules_are_set_once_and_reset(void **state)
{
    struct world *w = *state;
    struct retain_rule *r;
    struct ledger_state before, after;
    size_t n;
    assert_ok(store_retention_set(w->store, RETAIN_POST, RETAIN_CLEAR, 3, SV("little room"), &w->err));
    assert_ok(ledger_state(w->store, &before, &w->err));
    assert_ok(store_retention_set(w->store, RETAIN_POST, RETAIN_CLEAR, 3, SV("little room"), &w->err));
    assert_ok(ledger_state(w->store, &after, &w->err));
    assert_int_equal(before.size, after.size);
    assert_ok(store_retention_list(w->store, &w->arena, &r, &n, &w->err));
    assert_int_equal(r[1].days, 3);
    assert_false(r[1].built_in);
    assert_sv(r[1].why, "little room");
    assert_int_equal(store_retention_set(w->store, RETAIN_CASE, RETAIN_CLEAR, 3, SV("x"), &w->err), ERR_ARG);
    assert_int_equal(store_retention_set(w->store, RETAIN_POST, RETAIN_CLEAR, -2, SV("x"), &w->err), ERR_ARG);
    assert_int_equal(store_retention_set(w->store, RETAIN_POST, RETAIN_CLEAR, 3, SV(""), &w->err), ERR_ARG);
    world_fill(w, 12);
    assert_int_equal(purge(w, T0 + 4 * US_PER_DAY, true).items[RETAIN_POST], 4);
    assert_ok(store_retention_set(w->store, RETAIN_POST, RETAIN_CLEAR, RETAIN_FOR_EVER, SV("x"), &w->err));
    assert_int_equal(purge(w, LATER, true).items[RETAIN_POST], 2);
    assert_ok(store_retention_reset(w->store, RETAIN_POST, RETAIN_CLEAR, &w->err));
    assert_ok(store_retention_list(w->store, &w->arena, &r, &n, &w->err));
    assert_true(r[1].built_in);
    assert_clean(w);
}

/* ---- killed ---- */

static void purge_all_in_a_child(struct world *w)
{
    struct store *s;
    struct workspace *ws;
    struct error err;
    struct purge_totals t;
    int64_t n;
    struct purge_options o = {.now_us = LATER, .why = SV("rule")};
    if (workspace_open(w->dir, WORKSPACE_RUN, &ws, &err) != 0 || store_open(w->db, &s, &err) != 0) _exit(3);
    if (workspace_erase(ws, s, &n, &err) != 0 || store_purge(s, &o, &t, &err) != 0) _exit(4);
    if (workspace_erase(ws, s, &n, &err) != 0) _exit(5);
    if (evidence_publish(s, w->dir, NULL, &err) != 0) _exit(6);
    store_close(s);
    _exit(0);
}

static void killed_at_any_moment_it_is_whole_and_goes_on(void **state)
{
    struct world *w = *state;
    make_workspace(w);
    world_fill(w, 4000);
    for (int i = 0; i < 400; i++) give_media(w, i, i);
    world_publish(w);
    store_close(w->store);
    w->store = NULL;
    int kills = 0, status = -1;
    unsigned seed = 7;
    for (int round = 0; round < 200 && status != 0; round++) {
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) purge_all_in_a_child(w);
        seed = seed * 1103515245 + 12345;
        if (round < 40) {
            usleep(seed / 65536 % 60000);
            kill(pid, SIGKILL);
        }
        assert_int_equal(waitpid(pid, &status, 0), pid);
        if (WIFSIGNALED(status)) {
            kills++;
            status = -1;
        }
        assert_true(status <= 0);
        world_open(w);
        assert_clean(w);
        store_close(w->store);
        w->store = NULL;
    }
    assert_int_equal(status, 0);
    world_open(w);
    struct store_counts c;
    assert_ok(store_count(w->store, &c, &w->err));
    assert_int_equal(c.posts, 0);
    assert_int_equal(count_file(w->dir), 0);
    assert_clean(w);
    assert_python_agrees(w);
    print_message("# killed %d times\n", kills);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        world_test(what_is_due_goes_with_a_tombstone),
        world_test(originals_go_before_their_posts),
        world_test(holds_and_cases_beat_retention),
        world_test(what_was_decided_on_goes_later_and_not_while_it_stands_for_others),
        world_test(one_thing_goes_by_order),
        world_test(words_that_were_purged_are_nowhere_on_the_disk),
        world_test(a_row_changed_behind_our_back_is_not_vouched_for),
        world_test(rules_are_set_once_and_reset),
        world_test(killed_at_any_moment_it_is_whole_and_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
