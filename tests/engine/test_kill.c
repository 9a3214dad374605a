/* SIGKILL at any moment of an ingest: the next run goes on, and the workspace ends as if nothing had happened.
 *
 * A child process does the whole run; the parent kills it after a random part of the time that an undisturbed run
 * took, again and again, then lets one finish. MARSAD_KILLS sets how many workspaces are treated so (4). */
#include "engine/world.h"
#include "evidence/evidence.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

enum { POSTS = 240, KILLS_EACH = 5 };

static int64_t mono_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * US_PER_SECOND + ts.tv_nsec / 1000;
}

/* True when the run ended by itself, and well. */
static bool run_for(const struct world *w, int64_t at_most_us)
{
    fflush(stdout);
    fflush(stderr);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) run_and_exit(w);
    int status = 0;
    if (at_most_us > 0) {
        struct timespec ts = {at_most_us / US_PER_SECOND, at_most_us % US_PER_SECOND * 1000};
        nanosleep(&ts, NULL);
        kill(child, SIGKILL);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) {
        assert_int_equal(WTERMSIG(status), SIGKILL);
        return false;
    }
    assert_int_equal(WEXITSTATUS(status), 0);
    return true;
}

static void same_dumps(const char *expected, const char *got, int kill_number)
{
    if (strcmp(expected, got) == 0) return;
    size_t at = 0;
    while (expected[at] == got[at]) at++;
    while (at > 0 && expected[at - 1] != '\n') at--;
    fail_msg("workspace %d differs:\n  undisturbed: %.200s\n  killed:      %.200s", kill_number,
             expected + at, got + at);
}

static int print_fault(void *arg, const struct fault *f)
{
    print_error("%s %llu %.*s\n", fault_name(f->kind), (unsigned long long)f->entry, SV_FMT(f->what));
    return 0;
}

/* Every row has its entry and every entry its row, whenever the kill came. */
static void the_ledger_holds(const struct world *w, int kill_number)
{
    char db[sizeof w->workspace + 16];
    struct store *s = NULL;
    struct error err;
    struct verify_options o = {.fault = print_fault};
    struct verify_summary sum;
    snprintf(db, sizeof db, "%s/marsad.db", w->workspace);
    assert_ok(store_open(db, &s, &err));
    assert_ok(evidence_verify(s, w->workspace, &o, &sum, &err));
    store_close(s);
    if (sum.faults > 0) fail_msg("workspace %d: %llu faults", kill_number, (unsigned long long)sum.faults);
    assert_true(sum.entries > 0 && sum.signed_entries == sum.entries);
}

static void a_killed_ingest_ends_as_an_undisturbed_one(void **unused)
{
    const char *wish = getenv("MARSAD_KILLS");
    int workspaces = wish ? atoi(wish) : 4, finished_early = 0;
    setenv("MARSAD_NOW", "2026-03-02T12:00:00Z", 1);
    struct world w;
    world_new(&w);
    write_feed(&w, POSTS, true);
    int64_t begun = mono_us();
    assert_true(run_for(&w, 0));
    int64_t took = mono_us() - begun;
    char *expected = dump_world(&w);
    assert_non_null(expected);
    srand(20260301);
    for (int i = 0; i < workspaces; i++) {
        struct error err;
        assert_ok(dir_remove_tree(w.workspace, &err));
        assert_ok(workspace_init(w.workspace, &err));
        for (int k = 0; k < KILLS_EACH; k++) {
            int64_t part = took * (1 + rand() % 1000) / 1000 / (k == 0 ? 1 : 3);
            if (run_for(&w, part > 0 ? part : 1)) finished_early++;
        }
        assert_true(run_for(&w, 0));
        char *got = dump_world(&w);
        same_dumps(expected, got, i);
        the_ledger_holds(&w, i);
        free(got);
    }
    print_message("# %d kills, %d of them after the end\n", workspaces * KILLS_EACH, finished_early);
    free(expected);
    world_gone(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_killed_ingest_ends_as_an_undisturbed_one)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
