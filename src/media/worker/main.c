/* marsad-worker: the template process. It waits on descriptor 3 for tasks (media/proto.h), forks a child for each,
 * and reports how the child ended. It touches no byte of any file. Started by the pool and of no use by hand. */
#include <errno.h>
#include <iconv.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/cpu.h>

#include "base/clock.h"
#include "media/worker/worker_priv.h"

#if defined(MARSAD_SANITIZED)
/* The environment is empty, so the sanitizers' settings are here. */
#define SEEN __attribute__((visibility("default")))
SEEN const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "abort_on_error=1:detect_leaks=0:allocator_may_return_null=1:max_allocation_size_mb=1536:"
           "handle_segv=0:handle_sigbus=0:handle_sigill=0:handle_sigfpe=0:handle_abort=0";
}
SEEN const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "handle_segv=0:handle_sigbus=0:handle_sigill=0:handle_sigfpe=0:handle_abort=0";
}
SEEN const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void) { return "halt_on_error=1:abort_on_error=1:print_stacktrace=0"; }
#endif

static void on_child(int sig) { (void)sig; }

static void silent(void *ctx, int level, const char *fmt, va_list ap)
{
    (void)ctx, (void)level, (void)fmt, (void)ap;
}

/* Takes the place of the C library's for everything linked here. libav converts the station names of broadcast streams,
 * which we do not want, and a conversion loads a module from the file system, which a child cannot. libav then keeps
 * the bytes as they are. */
__attribute__((visibility("default"))) iconv_t iconv_open(const char *to, const char *from)
{
    (void)to, (void)from;
    errno = EINVAL;
    return (iconv_t)-1;
}

static int by_byte(const void *a, const void *b) { return *(const char *)a - *(const char *)b; }

/* What libraries do once, they do here: a child could not open the files that some of it wants. */
static void warm_up(void)
{
    static char sorted[4096];
    void *i = NULL;
    tzset();
    av_log_set_callback(silent);
    av_get_cpu_flags();
    while (av_demuxer_iterate(&i)) continue;
    i = NULL;
    while (av_codec_iterate(&i)) continue;
    /* glibc asks for the size of the memory at its first large sort. */
    qsort(sorted, sizeof sorted, 1, by_byte);
}

static bool packet_send(const struct buf *b)
{
    return !b->failed && send(WORKER_FD_CONTROL, b->p, b->n, MSG_NOSIGNAL) == (ssize_t)b->n;
}

/* A task and its descriptors. False when the pool has gone or speaks another language: either way we end. */
static bool task_receive(struct worker_task *t, int *file_fd, int *answer_fd)
{
    char packet[WORKER_PACKET_MAX];
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(2 * sizeof(int))];
    } control;
    struct iovec body = {packet, sizeof packet};
    struct msghdr message;
    ssize_t n;
    int fds[2] = {-1, -1};
    do {
        message = (struct msghdr){.msg_iov = &body,
                                  .msg_iovlen = 1,
                                  .msg_control = control.room,
                                  .msg_controllen = sizeof control.room};
        n = recvmsg(WORKER_FD_CONTROL, &message, MSG_CMSG_CLOEXEC);
        /* A cancel that came after its child had ended. */
    } while ((n < 0 && errno == EINTR) || n == 1);
    if (n <= 0) return false;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c))
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS && c->cmsg_len <= CMSG_LEN(sizeof fds))
            memcpy(fds, CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
    *answer_fd = fds[0];
    *file_fd = fds[1];
    return fds[0] >= 0 && task_read(sv_of(packet, (size_t)n), t);
}

/* Signals as a child should find them; its death bound to ours, unless we died before it could say so. */
static void child_start(const struct walls *w, const struct worker_task *t, pid_t template_pid, int file_fd,
                        int answer_fd)
{
    sigset_t none;
    sigemptyset(&none);
    signal(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || getppid() != template_pid) _exit(EXIT_WALLS);
    child_run(w, t, file_fd, answer_fd);
}

/* Until the child has ended by itself, its time is up, or the pool says stop (or is gone). SIGCHLD is blocked except
 * while we sleep here, so that no death falls between looking and sleeping. */
static enum worker_end child_watch(pid_t child, int wall_ms, int *out_status, struct rusage *out_usage)
{
    struct pollfd control = {.fd = WORKER_FD_CONTROL, .events = POLLIN};
    int64_t until = clock_mono_us() + (int64_t)wall_ms * 1000;
    enum worker_end end = END_EXITED;
    sigset_t none;
    sigemptyset(&none);
    for (;;) {
        pid_t ended = wait4(child, out_status, WNOHANG, out_usage);
        if (ended == child) return END_EXITED;
        int64_t left_us = until - clock_mono_us();
        if (left_us <= 0) {
            end = END_TIMEOUT;
            break;
        }
        struct timespec left = {.tv_sec = left_us / US_PER_SECOND, .tv_nsec = left_us % US_PER_SECOND * 1000};
        if (ppoll(&control, 1, &left, &none) > 0) {
            end = END_CANCELLED;
            break;
        }
    }
    kill(child, SIGKILL);
    while (wait4(child, out_status, 0, out_usage) < 0 && errno == EINTR) continue;
    return end;
}

static struct worker_report serve(const struct walls *w, const struct worker_task *t, int file_fd,
                                  int answer_fd)
{
    struct worker_report report = {.end = END_NO_CHILD};
    struct rusage usage = {0};
    int status = 0;
    pid_t self = getpid(), child = fork();
    if (child == 0) child_start(w, t, self, file_fd, answer_fd);
    report.value = child < 0 ? errno : 0;
    close(answer_fd);
    if (file_fd >= 0) close(file_fd);
    if (child < 0) return report;
    report.end = child_watch(child, t->limits.wall_ms, &status, &usage);
    if (report.end == END_EXITED && WIFSIGNALED(status)) report.end = END_KILLED;
    report.value = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    report.cpu_us = ((int64_t)usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * US_PER_SECOND +
                    usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
    report.peak_bytes = (uint64_t)usage.ru_maxrss * 1024;
    return report;
}

static void loop(const struct walls *w)
{
    struct worker_task t;
    struct buf b;
    int file_fd, answer_fd;
    buf_init(&b, WORKER_PACKET_MAX);
    hello_write(&b);
    bool heard = packet_send(&b);
    while (heard && task_receive(&t, &file_fd, &answer_fd)) {
        struct worker_report report = serve(w, &t, file_fd, answer_fd);
        buf_clear(&b);
        report_write(&report, &b);
        heard = packet_send(&b);
    }
    buf_done(&b);
}

int main(void)
{
    struct walls walls;
    struct sigaction act = {.sa_handler = on_child};
    sigset_t child;
    int type = 0;
    socklen_t n = sizeof type;
    if (getsockopt(WORKER_FD_CONTROL, SOL_SOCKET, SO_TYPE, &type, &n) != 0 || type != SOCK_SEQPACKET) {
        fputs("marsad-worker is started by marsad, which talks to it on descriptor 3.\n", stderr);
        return 2;
    }
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigaction(SIGCHLD, &act, NULL);
    sigprocmask(SIG_BLOCK, &child, NULL);
    warm_up();
    if (walls_prepare(&walls) != 0) return EXIT_WALLS;
    loop(&walls);
    free(walls.filter.filter);
    return 0;
}
