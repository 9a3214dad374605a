#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/spawn.h"
#include "test.h"

static int status_of(pid_t pid)
{
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

/* Starts a line of shell. */
static pid_t shell(const char *program, const char *line, const char *const *envp)
{
    const char *argv[] = {"sh", "-c", line, NULL};
    pid_t pid = 0;
    assert_int_equal(
        spawn_program(&pid, program, NULL, (char *const *)(uintptr_t)argv, (char *const *)(uintptr_t)envp),
        0);
    return pid;
}

static const char *const here[] = {"PLACE=here", "PATH=/bin:/usr/bin", NULL};

static void it_runs_with_what_it_is_given(void **state)
{
    int status = status_of(shell("sh", "test \"$PLACE\" = here && exit 7", here));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 7);
}

/* We hold SIGTERM back and pass over SIGINT; what we start does neither, and is in a group of its own. */
static void it_starts_with_no_signal_held_back(void **state)
{
    sigset_t term, before;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigprocmask(SIG_BLOCK, &term, &before);
    void (*was)(int) = signal(SIGINT, SIG_IGN);
    pid_t pid = shell("/bin/sh", "kill -TERM $$; exit 3", here);
    assert_int_equal(getpgid(pid), pid);
    int status = status_of(pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
    status = status_of(shell("/bin/sh", "kill -INT $$; exit 3", here));
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGINT);
    signal(SIGINT, was);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

static void what_is_not_there_is_told(void **state)
{
    char name[] = "nothing";
    char *argv[] = {name, NULL};
    pid_t pid = 0;
    assert_int_equal(spawn_program(&pid, "/nowhere/nothing", NULL, argv, environ), ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_runs_with_what_it_is_given),
        cmocka_unit_test(it_starts_with_no_signal_held_back),
        cmocka_unit_test(what_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
