/* A program started beside ours. */
#ifndef MARSAD_BASE_SPAWN_H
#define MARSAD_BASE_SPAWN_H

#include <spawn.h>

/* Starts the program at a path, or of that name in PATH, with no signal masked or ignored and in a process group of its own, so
 * that Ctrl-C on the terminal reaches us first. files: what to do with descriptors, may be NULL; argv and envp end with NULL.
 * Returns 0 and fills *pid, or an errno value. The caller waits for it (waitpid). */
int spawn_program(pid_t *pid, const char *path, const posix_spawn_file_actions_t *files, char *const *argv,
                  char *const *envp);

#endif
