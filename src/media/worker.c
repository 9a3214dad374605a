/* One worker program seen from the pool: started, spoken to, ended.
 *
 * The template learns of our death by the end of its control socket (not by PR_SET_PDEATHSIG, which fires when the
 * thread that started it ends); its children die with it. Every descriptor of ours is close-on-exec, and the spawn
 * closes whatever else the program around us left open. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/spawn.h"
#include "media/media_priv.h"

enum { HELLO_WAIT_MS = 30000, GRACE_MS = 10000 };

static int spawn(struct worker *w, const char *path, int theirs)
{
    char *argv[] = {(char *)(uintptr_t)path, NULL},
         *envp[] = {(char *)(uintptr_t) "LC_ALL=C", (char *)(uintptr_t) "TZ=UTC0", NULL};
    posix_spawn_file_actions_t files;
    int r = posix_spawn_file_actions_init(&files);
    if (r) return r;
    if ((r = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)) == 0 &&
        (r = posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0)) == 0 &&
        (r = posix_spawn_file_actions_adddup2(&files, theirs, WORKER_FD_CONTROL)) == 0 &&
        (r = posix_spawn_file_actions_addclosefrom_np(&files, WORKER_FD_CONTROL + 1)) == 0)
        r = spawn_program(&w->pid, path, &files, argv, envp);
    posix_spawn_file_actions_destroy(&files);
    return r;
}

/* One packet within the time: its length, 0 at the end of the socket, -1 on error, -2 when time is up. */
static ssize_t packet_receive(int fd, void *p, size_t n, int wait_ms)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    int64_t until = clock_mono_us() + (int64_t)wait_ms * 1000;
    for (;;) {
        int64_t left_ms = (until - clock_mono_us()) / 1000;
        int ready = poll(&poll_fd, 1, left_ms > 0 ? (int)left_ms : 0);
        if (ready == 0) return -2;
        ssize_t got = ready > 0 ? recv(fd, p, n, 0) : -1;
        if (got >= 0 || errno != EINTR) return got;
    }
}

/* The template has closed its socket: it is ending, or has. */
static bool ended_for_want_of_walls(struct worker *w)
{
    int status = 0;
    pid_t ended;
    while ((ended = waitpid(w->pid, &status, 0)) < 0 && errno == EINTR) continue;
    if (ended == w->pid) w->pid = 0;
    return ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_WALLS;
}

int worker_start(struct worker *w, const char *path, struct error *err)
{
    int pair[2];
    char packet[WORKER_PACKET_MAX];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return error_set_errno(err, ERR_IO, "media", errno, "no socket for a worker");
    w->control = pair[0];
    int r = spawn(w, path, pair[1]);
    close(pair[1]);
    if (r) {
        w->pid = 0;
        worker_stop(w);
        return error_set_errno(err, ERR_WORKER, "media", r, "cannot start the worker program %s", path);
    }
    ssize_t n = packet_receive(w->control, packet, sizeof packet, HELLO_WAIT_MS);
    if (n > 0 && hello_read(sv_of(packet, (size_t)n))) return 0;
    bool no_walls = n == 0 && ended_for_want_of_walls(w);
    worker_stop(w);
    if (no_walls)
        return error_set(err, ERR_SANDBOX, "media",
                         "%s could not make its seccomp filter: nothing is decoded without", path);
    return error_set(err, ERR_WORKER, "media", "%s %s; is it the worker of this version?", path,
                     n == -2 ? "did not get ready in 30 s" : "ended instead of getting ready");
}

void worker_stop(struct worker *w)
{
    if (w->control >= 0) close(w->control);
    w->control = -1;
    if (w->pid > 0) {
        kill(w->pid, SIGKILL);
        while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR) continue;
    }
    w->pid = 0;
}

static int task_send(const struct worker *w, const struct worker_task *t, int fd, int answer_fd)
{
    struct buf b;
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(2 * sizeof(int))];
    } control = {0};
    int fds[2] = {answer_fd, fd}, nfds = fd >= 0 ? 2 : 1;
    buf_init(&b, WORKER_PACKET_MAX);
    task_write(t, &b);
    struct iovec body = {b.p, b.n};
    struct msghdr message = {.msg_iov = &body,
                             .msg_iovlen = 1,
                             .msg_control = control.room,
                             .msg_controllen = CMSG_SPACE((size_t)nfds * sizeof(int))};
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN((size_t)nfds * sizeof(int));
    memcpy(CMSG_DATA(c), fds, (size_t)nfds * sizeof(int));
    ssize_t sent = -1;
    if (b.failed) errno = ENOMEM;
    while (!b.failed && (sent = sendmsg(w->control, &message, MSG_NOSIGNAL)) < 0 && errno == EINTR) continue;
    buf_done(&b);
    return sent < 0 ? errno : 0;
}

/* What has come through the pipe: false when it is over. */
static bool answer_drain(int fd, struct exchange *x)
{
    char chunk[65536];
    ssize_t n = read(fd, chunk, sizeof chunk);
    if (n < 0) return errno == EINTR || errno == EAGAIN;
    if (n == 0) return false;
    buf_put(&x->answer, chunk, (size_t)n);
    x->flooded = x->answer.failed;
    return !x->flooded;
}

/* The report, when it is there; anything else on the socket means that the template is gone. */
static bool report_take(const struct worker *w, struct exchange *x)
{
    char packet[WORKER_PACKET_MAX];
    ssize_t n = recv(w->control, packet, sizeof packet, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (n > 0 && report_read(sv_of(packet, (size_t)n), &x->report)) return true;
    x->template_lost = true;
    return true;
}

/* Until the report has come and the pipe is empty. The template watches the clock; ours only catches its death. */
static void exchange_wait(const struct worker *w, int pipe_fd, int wall_ms, struct exchange *x)
{
    struct pollfd fds[2] = {{.fd = pipe_fd, .events = POLLIN}, {.fd = w->control, .events = POLLIN}};
    int64_t until = clock_mono_us() + ((int64_t)wall_ms + GRACE_MS) * 1000;
    bool reported = false;
    while (!reported || fds[0].fd >= 0) {
        int64_t left_ms = (until - clock_mono_us()) / 1000;
        int ready = left_ms > 0 ? poll(fds, 2, (int)left_ms) : 0;
        if (ready == 0 || (ready < 0 && errno != EINTR)) {
            x->template_lost = true;
            return;
        }
        if (ready < 0) continue;
        if (fds[0].revents && !answer_drain(pipe_fd, x)) {
            fds[0].fd = -1;
            if (x->flooded && send(w->control, "", 1, MSG_NOSIGNAL) < 0) x->template_lost = true;
        }
        if (fds[1].revents && (reported = report_take(w, x))) fds[1].fd = -1;
        if (x->template_lost) return;
    }
}

int worker_exchange(struct worker *w, const struct worker_task *t, int fd, struct exchange *x,
                    struct error *err)
{
    int pipe_fds[2];
    if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) != 0)
        return error_set_errno(err, ERR_IO, "media", errno, "no pipe for a worker's answer");
    /* The child's end blocks; ours is only read when poll says so. */
    int flags = fcntl(pipe_fds[1], F_GETFL);
    if (flags >= 0) flags = fcntl(pipe_fds[1], F_SETFL, flags & ~O_NONBLOCK);
    int r = flags < 0 ? errno : task_send(w, t, fd, pipe_fds[1]);
    close(pipe_fds[1]);
    if (r == EPIPE || r == ECONNRESET) {
        x->template_lost = true;
        r = 0;
    } else if (r == 0) {
        exchange_wait(w, pipe_fds[0], t->limits.wall_ms, x);
    }
    close(pipe_fds[0]);
    if (x->template_lost) worker_stop(w);
    return r ? error_set_errno(err, ERR_IO, "media", r, "cannot hand a file to a worker") : 0;
}
