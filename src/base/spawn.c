#include "base/spawn.h"

#include <signal.h>

int spawn_program(pid_t *pid, const char *path, const posix_spawn_file_actions_t *files, char *const *argv,
                  char *const *envp)
{
    enum { FLAGS = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP };
    posix_spawnattr_t attr;
    sigset_t none, all;
    int r = posix_spawnattr_init(&attr);
    if (r) return r;
    sigemptyset(&none);
    sigfillset(&all);
    if ((r = posix_spawnattr_setflags(&attr, FLAGS)) == 0 &&
        (r = posix_spawnattr_setsigmask(&attr, &none)) == 0 &&
        (r = posix_spawnattr_setsigdefault(&attr, &all)) == 0 &&
        (r = posix_spawnattr_setpgroup(&attr, 0)) == 0)
        r = posix_spawnp(pid, path, files, &attr, argv, envp);
    posix_spawnattr_destroy(&attr);
    return r;
}
