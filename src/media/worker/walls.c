/* What a child may do.
 *
 * The filter kills the process at any system call that is not on its list: it can read one descriptor (at an offset),
 * write to another, and have memory that is never executable. No files are opened, no sockets or processes made, no
 * program run, nothing else on the machine seen. This stands on its own; what walls_prepare tries besides (namespaces,
 * dropping root) is a second wall where the system allows it. */
#include "media/worker/worker_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(MARSAD_SANITIZED)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

enum { NOBODY = 65534 };

/* ---- once, in the template ---- */

/* All of it best effort: a container may refuse any of these, and the filter forbids the same things again. */
static void isolate(void)
{
    int spaces = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
    if (unshare(spaces) != 0 && unshare(CLONE_NEWUSER | spaces) != 0) errno = 0;
    if (geteuid() != 0) return;
    if (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
        setresuid(NOBODY, NOBODY, NOBODY) != 0)
        errno = 0;
}

static uint64_t address_space(void)
{
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (f) {
        if (fscanf(f, "%lu", &pages) != 1) pages = 0;
        fclose(f);
    }
    /* No /proc in this chroot: the libraries' mappings come to less than this. */
    return pages ? (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE) : (uint64_t)1 << 30;
}

#define ALLOW(ctx, call, ...) seccomp_rule_add((ctx), SCMP_ACT_ALLOW, SCMP_SYS(call), __VA_ARGS__)
#define NO_EXEC               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)
#define NO_FILE               SCMP_A4(SCMP_CMP_MASKED_EQ, 0xffffffffu, 0xffffffffu) /* descriptor -1 */

static int allow_work(scmp_filter_ctx ctx)
{
    static const int plain[] = {
        SCMP_SYS(munmap),       SCMP_SYS(mremap),         SCMP_SYS(madvise),    SCMP_SYS(brk),
        SCMP_SYS(futex),        SCMP_SYS(exit),           SCMP_SYS(exit_group), SCMP_SYS(clock_gettime),
        SCMP_SYS(gettimeofday), SCMP_SYS(restart_syscall)};
    int r = ALLOW(ctx, pread64, 1, SCMP_A0(SCMP_CMP_EQ, WORKER_FD_FILE));
    if (r == 0) r = ALLOW(ctx, write, 1, SCMP_A0(SCMP_CMP_EQ, WORKER_FD_ANSWER));
    if (r == 0) r = ALLOW(ctx, mmap, 2, NO_EXEC, NO_FILE);
    if (r == 0) r = ALLOW(ctx, mprotect, 1, NO_EXEC);
    for (size_t i = 0; r == 0 && i < sizeof plain / sizeof *plain; i++)
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, plain[i], 0);
    return r;
}

/* abort() asks for these. Refused, not fatal, it ends in an illegal instruction: a crash is then reported as one, and
 * no signal can be sent to anybody. */
static int refuse_abort(scmp_filter_ctx ctx)
{
    static const int calls[] = {SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction), SCMP_SYS(getpid),
                                SCMP_SYS(gettid), SCMP_SYS(tgkill)};
    int r = 0;
    for (size_t i = 0; r == 0 && i < sizeof calls / sizeof *calls; i++)
        r = seccomp_rule_add(ctx, SANITIZED ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EPERM), calls[i], 0);
    return r;
}

/* A sanitizer's own needs: it reports on descriptor 2 and looks at its stack and threads. Never in a release. */
static int allow_sanitizer(scmp_filter_ctx ctx)
{
    static const int calls[] = {SCMP_SYS(sigaltstack), SCMP_SYS(sched_getaffinity), SCMP_SYS(prlimit64),
                                SCMP_SYS(rt_sigreturn), SCMP_SYS(sched_yield)};
    int r = ALLOW(ctx, write, 1, SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO));
    for (size_t i = 0; r == 0 && i < sizeof calls / sizeof *calls; i++)
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0);
    return r;
}

static int filter_build(scmp_filter_ctx ctx)
{
    int r = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (r == 0) r = allow_work(ctx);
    if (r == 0) r = refuse_abort(ctx);
    if (r == 0 && SANITIZED) r = allow_sanitizer(ctx);
    return r;
}

/* libseccomp writes the program to a descriptor; we keep it in memory for every child to install. */
static int filter_export(scmp_filter_ctx ctx, struct sock_fprog *out)
{
    int fd = memfd_create("filter", MFD_CLOEXEC), r = -1;
    struct sock_filter *code = NULL;
    if (fd < 0 || seccomp_export_bpf(ctx, fd) != 0) goto out;
    off_t bytes = lseek(fd, 0, SEEK_END);
    if (bytes <= 0 || bytes % (off_t)sizeof *code != 0 || bytes / (off_t)sizeof *code > BPF_MAXINSNS)
        goto out;
    code = malloc((size_t)bytes);
    if (!code || pread(fd, code, (size_t)bytes, 0) != bytes) goto out;
    *out = (struct sock_fprog){.len = (unsigned short)((size_t)bytes / sizeof *code), .filter = code};
    code = NULL;
    r = 0;
out:
    free(code);
    if (fd >= 0) close(fd);
    return r;
}

int walls_prepare(struct walls *w)
{
    w->own_bytes = address_space();
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!ctx) return -1;
    int r = filter_build(ctx);
    if (r == 0) r = filter_export(ctx, &w->filter);
    seccomp_release(ctx);
    if (r) return -1;
    isolate();
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) | prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* ---- in every child ---- */

static int limit(__rlimit_resource_t what, uint64_t soft, uint64_t hard)
{
    struct rlimit l = {.rlim_cur = (rlim_t)soft, .rlim_max = (rlim_t)hard};
    return setrlimit(what, &l);
}

/* The file and the answer to their places, through places that neither can be at; all else closed. */
static int keep_two(int file_fd, int answer_fd)
{
    enum { ABOVE = 16 };
    int answer = fcntl(answer_fd, F_DUPFD, ABOVE), file = file_fd < 0 ? -1 : fcntl(file_fd, F_DUPFD, ABOVE);
    if (answer < 0 || (file_fd >= 0 && file < 0)) return -1;
    if (dup2(answer, WORKER_FD_ANSWER) < 0) return -1;
    if (file < 0)
        close(WORKER_FD_FILE);
    else if (dup2(file, WORKER_FD_FILE) < 0)
        return -1;
    close(WORKER_FD_CONTROL);
    close(0);
    close(1);
    if (!SANITIZED) close(2);
    return close_range(WORKER_FD_ANSWER + 1, ~0u, 0);
}

int walls_raise(const struct walls *w, const struct media_limits *l, int file_fd, int answer_fd)
{
    uint64_t cpu = (uint64_t)l->cpu_seconds;
    if (keep_two(file_fd, answer_fd) != 0) return -1;
    if (!SANITIZED && limit(RLIMIT_AS, w->own_bytes + l->memory_bytes, w->own_bytes + l->memory_bytes) != 0)
        return -1;
    if (limit(RLIMIT_CPU, cpu, cpu + 1) != 0 || limit(RLIMIT_FSIZE, 0, 0) != 0 ||
        limit(RLIMIT_NOFILE, 0, 0) != 0 || limit(RLIMIT_NPROC, 0, 0) != 0 || limit(RLIMIT_CORE, 0, 0) != 0 ||
        limit(RLIMIT_MEMLOCK, 0, 0) != 0 || limit(RLIMIT_MSGQUEUE, 0, 0) != 0)
        return -1;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return -1;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &w->filter);
}
