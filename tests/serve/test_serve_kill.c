/* Nothing that was accepted is lost when the server is killed under load: threads submit posts and reports, write down what
 * was answered with success, and are killed with the whole process in the middle of it. Everything they wrote down is there
 * when the workspace is opened again, with its findings, and the ledger is whole. */
#include "serve_test.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "store/ledger.h"

enum { THREADS = 4, ROUNDS = 4, LINE = 48 };

struct submitter {
    struct desk *d;
    struct client *key;
    int number, round, to;
};

/* A line of fixed length, so that one write is one line: "p " and the post's id, "r " and the report's number. */
static void write_line(int to, char what, struct sv s)
{
    char line[LINE + 1];
    int n = snprintf(line, sizeof line, "%c %.*s", what, SV_FMT(s));
    memset(line + n, ' ', (size_t)(LINE - n));
    line[LINE - 1] = '\n';
    if (write(to, line, LINE) != LINE) _exit(3);
}

static void *submit_for_ever(void *arg)
{
    struct submitter *x = arg;
    struct desk own = {.server = x->d->server, .unchecked = true};
    arena_init(&own.arena, 0);
    for (int i = 0;; i++) {
        struct client key = *x->key, anybody = {{0}};
        struct answer a = ask(&own, &key, "POST", "/api/v1/items",
                              fill(&own,
                                   "{\"post\":{\"kind\":\"text\",\"platform\":\"x\",\"native_id\":\"%d-%d-%"
                                   "d\",\"texts\":[{\"field\":"
                                   "\"caption\",\"text\":\"her number is 0600000174\"}]}}",
                                   x->round, x->number, i));
        if (a.status == 200 && sv_is(json_get_sv(a.json, "state"), "done"))
            write_line(x->to, 'p', json_get_sv(a.json, "post"));
        json_free(a.json);
        key.type = NULL;
        a = ask(&own, i % 8 ? &key : &anybody, "POST", i % 8 ? "/api/v1/reports" : "/api/v1/public/reports",
                "{\"platform\":\"x\",\"native_id\":\"1\",\"category\":\"hate\",\"text\":\"t\",\"good_faith\":"
                "true}");
        if (a.status == 201) write_line(x->to, 'r', json_get_sv(a.json, "number"));
        json_free(a.json);
        own.ndocs = 0;
        arena_clear(&own.arena);
    }
    return NULL;
}

static void work_until_killed(struct desk *d, int round, int to)
{
    pthread_t threads[THREADS];
    struct submitter x[THREADS];
    if (desk_open(d) != 0) _exit(2);
    struct client admin = sign_up(d, fill(d, "admin%d", round), "admin"), key = {{0}};
    struct answer a = ask(d, &admin, "POST", "/api/v1/keys",
                          "{\"name\":\"k\",\"scopes\":[\"submit\",\"report\"],\"rate_per_minute\":10000000}");
    snprintf(key.key, sizeof key.key, "%s", text_at(d, &a, "secret"));
    for (int i = 0; i < THREADS; i++) {
        x[i] = (struct submitter){d, &key, i, round, to};
        if (pthread_create(&threads[i], NULL, submit_for_ever, &x[i]) != 0) _exit(2);
    }
    pthread_join(threads[0], NULL);
}

static void assert_there(struct desk *d, struct store *s, struct sv line)
{
    struct finding_list l;
    struct assessment as;
    struct report r;
    struct id128 id;
    struct sv what = sv_trim(sv_sub(line, 2, line.n));
    if (line.p[0] == 'r') {
        assert_ok(store_report_by_number(s, what, &d->arena, &r, &d->err));
        return;
    }
    assert_true(id_parse(what, &id));
    finding_list_init(&l, &d->arena);
    if (store_get_result(s, &id, &d->arena, &l, &as, NULL, &d->err) != 0)
        fail_msg("lost: %.*s", SV_FMT(what));
    finding_list_done(&l);
}

static void look(struct desk *d, const struct buf *accepted)
{
    char path[128];
    struct store *s = NULL;
    struct ledger_state state;
    snprintf(path, sizeof path, "%s/marsad.db", d->dir);
    assert_ok(store_open(path, &s, &d->err));
    for (size_t at = 0; at + LINE <= accepted->n; at += LINE)
        assert_there(d, s, sv_of(accepted->p + at, LINE));
    assert_ok(ledger_state(s, &state, &d->err));
    assert_true(state.peaks_ok);
    assert_ok(store_check(s, true, &d->err));
    store_close(s);
}

static void what_was_accepted_survives_a_kill_under_load(void **state)
{
    struct desk *d = *state;
    struct buf accepted;
    serve_close(d->server);
    d->server = NULL;
    buf_init(&accepted, 0);
    for (int round = 0; round < ROUNDS; round++) {
        int pipe_fds[2], status;
        assert_int_equal(pipe(pipe_fds), 0);
        fflush(NULL);
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            close(pipe_fds[0]);
            work_until_killed(d, round, pipe_fds[1]);
            _exit(1);
        }
        close(pipe_fds[1]);
        size_t want = accepted.n + (size_t)LINE * (size_t)(40 + 37 * round);
        char p[LINE * 16];
        ssize_t got;
        bool killed = false;
        while ((got = read(pipe_fds[0], p, sizeof p)) > 0) {
            buf_put(&accepted, p, (size_t)got);
            if (!killed && accepted.n >= want) {
                kill(pid, SIGKILL);
                killed = true;
            }
        }
        close(pipe_fds[0]);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        look(d, &accepted);
    }
    assert_true(accepted.n > LINE * 100);
    buf_done(&accepted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {desk_test(what_was_accepted_survives_a_kill_under_load)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
