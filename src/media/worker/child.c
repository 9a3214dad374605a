/* One task behind the walls: walls up, work, one answer, end. Also the misbehaviour that proofs and tests ask for. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "media/worker/worker_priv.h"

/* ---- the job's small services ---- */

int job_fail(struct job *j, int code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(j->reason, sizeof j->reason, fmt, ap);
    va_end(ap);
    return code;
}

void job_note(struct job *j, const char *fmt, ...)
{
    va_list ap;
    if (j->signals.incomplete) return;
    j->signals.incomplete = true;
    va_start(ap, fmt);
    vsnprintf(j->signals.note, sizeof j->signals.note, fmt, ap);
    va_end(ap);
}

static int64_t cpu_us(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

bool job_out_of_time(struct job *j)
{
    int64_t now = clock_mono_us(), gap = now - j->looked_us;
    j->looked_us = now;
    if (gap > j->longest_gap_us) j->longest_gap_us = gap;
    return now + 2 * j->longest_gap_us > j->stop_mono_us || cpu_us() + 2 * j->longest_gap_us > j->stop_cpu_us;
}

int job_check_size(struct job *j, int64_t width, int64_t height)
{
    if (width <= MEDIA_MAX_DIMENSION && height <= MEDIA_MAX_DIMENSION &&
        (uint64_t)width * (uint64_t)height <= j->task.limits.pixels)
        return 0;
    return job_fail(j, ERR_LIMIT, "a picture of %lld x %lld; the limit is %llu pixels, %d a side",
                    (long long)width, (long long)height, (unsigned long long)j->task.limits.pixels,
                    MEDIA_MAX_DIMENSION);
}

int job_no_memory(struct job *j)
{
    return job_fail(j, ERR_LIMIT, "decoding needs more than the %zu MiB of memory that it may have",
                    j->task.limits.memory_bytes >> 20);
}

/* ---- answering ---- */

static bool write_all(const void *p, size_t n)
{
    const char *at = p;
    while (n > 0) {
        ssize_t done = write(WORKER_FD_ANSWER, at, n);
        if (done < 0 && errno != EINTR) return false;
        if (done > 0) at += done, n -= (size_t)done;
    }
    return true;
}

static void send_answer(struct buf *b) __attribute__((noreturn));
static void send_answer(struct buf *b)
{
    if (b->failed) {
        buf_clear(b);
        answer_write(ERR_LIMIT, "no memory left for the answer", NULL, NULL, b);
    }
    _exit(write_all(b->p, b->n) ? 0 : EXIT_UNHEARD);
}

static void answer(int code, const char *text, const struct media_signals *s, const struct media_cost *cost)
    __attribute__((noreturn));
static void answer(int code, const char *text, const struct media_signals *s, const struct media_cost *cost)
{
    struct buf b;
    buf_init(&b, MEDIA_MAX_RECORD_BYTES);
    answer_write(code, text, s, cost, &b);
    send_answer(&b);
}

static void answer_shown(struct job *j) __attribute__((noreturn));
static void answer_shown(struct job *j)
{
    struct buf b;
    buf_init(&b, MEDIA_MAX_RECORD_BYTES);
    show_end(j);
    answer_write_shown(&j->show.shown, &b);
    send_answer(&b);
}

static void answer_samples(struct job *j) __attribute__((noreturn));
static void answer_samples(struct job *j)
{
    struct buf b;
    buf_init(&b, MEDIA_MAX_RECORD_BYTES);
    answer_write_samples(j->samples.v, j->samples.n, &b);
    send_answer(&b);
}

static int decode(struct job *j, struct source *s)
{
    uint8_t head[3] = {0};
    ssize_t n = source_read(s, head, sizeof head);
    source_seek(s, 0);
    if (n < 0) return job_fail(j, ERR_IO, "the file cannot be read");
    if (n == 0) return job_fail(j, ERR_FORMAT, "the file is empty");
    if (n == sizeof head && head[0] == 0xff && head[1] == 0xd8 && head[2] == 0xff) return jpeg_analyse(j, s);
    return clip_analyse(j, s);
}

static void analyse(const struct worker_task *t) __attribute__((noreturn));
static void analyse(const struct worker_task *t)
{
    struct job j = {.task = *t, .signals = {.duration_us = TIME_UNKNOWN}};
    struct source s = {.bytes = t->file_bytes};
    int64_t began_us = clock_mono_us();
    j.looked_us = began_us;
    /* Nearly all of the time is for decoding, the rest for a tidy end with what was found. */
    j.stop_mono_us = j.looked_us + (int64_t)t->limits.wall_ms * 950;
    j.stop_cpu_us = (int64_t)t->limits.cpu_seconds * 950000;
    int r = decode(&j, &s);
    if (r != 0 && s.failed) r = job_fail(&j, ERR_IO, "the file cannot be read to its end");
    if (r == 0 && t->op == OP_SHOW) answer_shown(&j);
    if (r == 0 && t->op == OP_SAMPLES && !j.samples.v)
        r = job_fail(&j, ERR_FORMAT, "there is no sound in it that can be heard");
    if (r == 0 && t->op == OP_SAMPLES) answer_samples(&j);
    int64_t decoded_us = clock_mono_us();
    if (r == 0) r = look_end(&j);
    look_done(&j.look);
    j.signals.keys = j.look.keys.v.v;
    j.signals.nkeys = j.look.keys.v.n;
    j.signals.frames = j.frames.v;
    j.signals.nframes = j.frames.n;
    j.signals.landmarks = j.landmarks.v;
    j.signals.nlandmarks = j.landmarks.n;
    j.signals.marks = j.marks.v;
    j.signals.nmarks = j.marks.n;
    j.signals.tune = j.tune.v;
    j.signals.ntune = j.tune.n;
    int64_t ended_us = clock_mono_us();
    j.cost.look_us += ended_us - decoded_us;
    j.cost.all_us = ended_us - began_us;
    j.cost.decode_us = j.cost.all_us - j.cost.hash_us - j.cost.look_us - j.cost.sound_us;
    answer(r, j.reason, &j.signals, &j.cost);
}

/* ---- proofs and misbehaviour ---- */

static void try_hoard(void)
{
    enum { STEP = 16 << 20 };
    size_t got = 0;
    for (char *p; got < (size_t)64 << 30 && (p = malloc(STEP)); got += STEP) memset(p, 1, STEP);
    answer(ERR_LIMIT, "memory was refused", NULL, NULL);
}

static void try_flood(void)
{
    static const char much[65536];
    while (write_all(much, sizeof much)) continue;
}

static void try_crash(void)
{
    volatile uintptr_t nowhere = 16;
    *(volatile int *)nowhere = 1;
}

static void try_out(enum worker_op op)
{
    switch (op) {
    case OP_PROVE_OPEN: syscall(SYS_openat, AT_FDCWD, "/etc/hostname", O_RDONLY, 0); break;
    case OP_PROVE_SOCKET: syscall(SYS_socket, AF_INET, SOCK_STREAM, 0); break;
    case OP_TRY_SPIN:
        for (volatile unsigned i = 0;; i++) continue;
    case OP_TRY_HOARD: try_hoard(); break;
    case OP_TRY_CRASH: try_crash(); break;
    case OP_TRY_BABBLE: write_all("MANS but nothing else that makes sense", 38); break;
    case OP_TRY_FLOOD: try_flood(); break;
    case OP_TRY_FORK: syscall(SYS_clone, 17, NULL, NULL, NULL, NULL); break;
    case OP_TRY_EXEC_MEMORY:
        syscall(SYS_mmap, NULL, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        break;
    case OP_PROVE_LIFE:
    case OP_TRY_SILENCE:
    case OP_ANALYSE:
    case OP_SHOW:
    case OP_SAMPLES: break;
    }
    _exit(0);
}

void child_run(const struct walls *w, const struct worker_task *t, int file_fd, int answer_fd)
{
    if (walls_raise(w, &t->limits, file_fd, answer_fd) != 0) _exit(EXIT_WALLS);
    if (t->op == OP_ANALYSE || t->op == OP_SHOW || t->op == OP_SAMPLES) analyse(t);
    try_out(t->op);
    _exit(0);
}
