/* A program that is spoken to in lines, through two pipes. Ours do not block, and writing to one that died is an error and not a signal. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/spawn.h"
#include "speech/recogniser_priv.h"

static int spawn(struct child *c, char *const *argv, int in, int out)
{
    posix_spawn_file_actions_t files;
    int r = posix_spawn_file_actions_init(&files);
    if (r) return r;
    if ((r = posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO)) == 0 &&
        (r = posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO)) == 0 &&
        (r = posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1)) == 0)
        r = spawn_program(&c->pid, argv[0], &files, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    return r;
}

static bool no_waiting(int fd) { return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == 0; }

int child_start(struct child *c, char *const *argv, struct error *err)
{
    int in[2], out[2];
    c->pid = 0;
    if (pipe2(in, O_CLOEXEC)) return error_set_errno(err, ERR_IO, "speech", errno, "no pipe for %s", argv[0]);
    if (pipe2(out, O_CLOEXEC)) {
        close(in[0]);
        close(in[1]);
        return error_set_errno(err, ERR_IO, "speech", errno, "no pipe for %s", argv[0]);
    }
    int failed = no_waiting(in[1]) && no_waiting(out[0]) ? spawn(c, argv, in[0], out[1]) : errno;
    close(in[0]);
    close(out[1]);
    if (failed) {
        close(in[1]);
        close(out[0]);
        c->pid = 0;
        return error_set_errno(err, ERR_WORKER, "speech", failed, "the recogniser %s cannot be started",
                               argv[0]);
    }
    c->to = in[1];
    c->from = out[0];
    buf_init(&c->heard, SPEECH_ANSWER_MAX_BYTES);
    return 0;
}

void child_stop(struct child *c)
{
    if (c->pid == 0) return;
    close(c->to);
    close(c->from);
    kill(-c->pid, SIGKILL);
    while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR) continue;
    buf_done(&c->heard);
    c->pid = 0;
}

static int died(struct error *err)
{
    return error_set(err, ERR_WORKER, "speech", "the recogniser ended without an answer");
}

/* Waits until the pipe is ready for `what`: 0, ERR_TIMEOUT, ERR_IO. */
static int wait_for(int fd, short what, int64_t until_us, struct error *err)
{
    struct pollfd p = {fd, what, 0};
    for (;;) {
        int64_t left_ms = (until_us - clock_mono_us()) / 1000;
        int ready = left_ms > 0 ? poll(&p, 1, left_ms > 1000000 ? 1000000 : (int)left_ms) : 0;
        if (ready > 0) return 0;
        if (ready == 0 && until_us <= clock_mono_us() + 1000)
            return error_set(err, ERR_TIMEOUT, "speech", "the recogniser did not answer in time");
        if (ready < 0 && errno != EINTR)
            return error_set_errno(err, ERR_IO, "speech", errno, "the recogniser cannot be waited for");
    }
}

/* As write, but a reader that went away is EPIPE alone. */
static ssize_t write_quietly(int fd, struct sv s)
{
    static const struct timespec now;
    sigset_t pipe_only, before;
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_only, &before);
    ssize_t n = write(fd, s.p, s.n);
    int why = errno;
    if (n < 0 && why == EPIPE && !sigismember(&before, SIGPIPE))
        while (sigtimedwait(&pipe_only, NULL, &now) < 0 && errno == EINTR) continue;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = why;
    return n;
}

static int send_all(struct child *c, struct sv line, int64_t until_us, struct error *err)
{
    while (line.n > 0) {
        int rc = wait_for(c->to, POLLOUT, until_us, err);
        if (rc) return rc;
        ssize_t n = write_quietly(c->to, line);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (n < 0) return died(err);
        line = sv_sub(line, (size_t)n, line.n);
    }
    return 0;
}

int child_ask(struct child *c, struct sv line, int64_t timeout_us, struct sv *out, struct error *err)
{
    int64_t until = clock_mono_us() + timeout_us;
    buf_clear(&c->heard); /* what it said unasked is nobody's answer */
    int rc = send_all(c, line, until, err);
    while (rc == 0) {
        size_t seen = c->heard.n;
        char block[16384];
        rc = wait_for(c->from, POLLIN, until, err);
        if (rc) break;
        ssize_t n = read(c->from, block, sizeof block);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (n <= 0) return died(err);
        buf_put(&c->heard, block, (size_t)n);
        if (c->heard.failed)
            return error_set(err, ERR_LIMIT, "speech", "the recogniser answers more than %zu bytes",
                             SPEECH_ANSWER_MAX_BYTES);
        size_t end = sv_find_byte(buf_sv(&c->heard), '\n', seen);
        if (end == SIZE_MAX) continue;
        *out = sv_sub(buf_sv(&c->heard), 0, end);
        return 0;
    }
    return rc;
}
