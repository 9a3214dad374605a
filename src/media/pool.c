/* The pool: who may use which worker, what a try's end means, and when to try again. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "media/media_priv.h"

enum { SAMPLE_EVERY_US = 500000, POOL_MAX_WORKERS = 1024 };

struct media_limits media_limits_default(void)
{
    return (struct media_limits){.file_bytes = MEDIA_MAX_FILE_BYTES,
                                 .pixels = MEDIA_MAX_PIXELS,
                                 .duration_us = MEDIA_MAX_DURATION_US,
                                 .memory_bytes = MEDIA_WORKER_MEMORY_BYTES,
                                 .cpu_seconds = MEDIA_WORKER_CPU_SECONDS,
                                 .wall_ms = MEDIA_WORKER_WALL_MS,
                                 .max_frames = MEDIA_MAX_FRAMES};
}

/* A zero stands for the default, and no number exceeds what the record can hold. */
static void limits_complete(struct media_limits *l)
{
    struct media_limits d = media_limits_default();
    if (l->file_bytes == 0) l->file_bytes = d.file_bytes;
    if (l->pixels == 0) l->pixels = d.pixels;
    if (l->duration_us <= 0) l->duration_us = d.duration_us;
    if (l->memory_bytes == 0) l->memory_bytes = d.memory_bytes;
    if (l->cpu_seconds <= 0) l->cpu_seconds = d.cpu_seconds;
    if (l->wall_ms <= 0) l->wall_ms = d.wall_ms;
    if (l->max_frames == 0 || l->max_frames > MEDIA_MAX_FRAMES) l->max_frames = MEDIA_MAX_FRAMES;
}

/* ---- finding the program ---- */

static char *beside_us(const char *relative)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n <= 0) return NULL;
    self[n] = '\0';
    char *slash = strrchr(self, '/'), *path = NULL;
    if (!slash) return NULL;
    *slash = '\0';
    if (asprintf(&path, "%s/%s", self, relative) < 0) return NULL;
    return path;
}

static int find_worker(const char *wanted, char **out, struct error *err)
{
    static const char *const places[] = {"marsad-worker", "../libexec/marsad/marsad-worker"};
    const char *named = wanted ? wanted : getenv("MARSAD_WORKER");
    if (named && *named) {
        *out = strdup(named);
        if (!*out) return error_set(err, ERR_NOMEM, "media", "no memory");
        if (access(*out, X_OK) == 0) return 0;
        free(*out);
        *out = NULL;
        return error_set_errno(err, ERR_NOTFOUND, "media", errno, "the worker program %s cannot be run",
                               named);
    }
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        *out = beside_us(places[i]);
        if (*out && access(*out, X_OK) == 0) return 0;
        free(*out);
        *out = NULL;
    }
    return error_set(
        err, ERR_NOTFOUND, "media",
        "no marsad-worker beside this program nor in ../libexec/marsad: set MARSAD_WORKER to its path");
}

/* ---- workers come and go ---- */

static struct worker *worker_take(struct media_pool *pool)
{
    struct worker *w = NULL;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        /* A running one before one that must be started again. */
        for (unsigned i = 0; i < pool->nworkers; i++)
            if (!pool->workers[i].busy && (!w || (w->pid == 0 && pool->workers[i].pid != 0)))
                w = &pool->workers[i];
        if (w) break;
        pthread_cond_wait(&pool->freed, &pool->lock);
    }
    w->busy = true;
    pthread_mutex_unlock(&pool->lock);
    return w;
}

static void worker_give(struct media_pool *pool, struct worker *w)
{
    pthread_mutex_lock(&pool->lock);
    w->busy = false;
    pthread_cond_signal(&pool->freed);
    pthread_mutex_unlock(&pool->lock);
}

static void count(struct media_pool *pool, uint64_t *counter)
{
    pthread_mutex_lock(&pool->lock);
    ++*counter;
    pthread_mutex_unlock(&pool->lock);
}

/* ---- what a try's end means ---- */

static int judge_signal(struct media_pool *pool, const struct worker_task *t, int sig, struct error *err)
{
    struct media_pool_stats *stats = &pool->stats;
    const char *name = sigabbrev_np(sig);
    switch (sig) {
    case SIGSYS:
        count(pool, &stats->killed_sandbox);
        return error_set(err, ERR_WORKER, "media",
                         "the decoder made a system call that it may not make and was killed");
    case SIGXCPU:
        count(pool, &stats->killed_limit);
        return error_set(err, ERR_LIMIT, "media", "the decoder used up its %d s of processor time",
                         t->limits.cpu_seconds);
    case SIGKILL:
        count(pool, &stats->killed_limit);
        return error_set(
            err, ERR_WORKER, "media",
            "the decoder was killed from outside (SIGKILL), as happens when the machine runs out of memory");
    default:
        count(pool, &stats->crashed);
        return error_set(err, ERR_WORKER, "media", "the decoder crashed (signal %d, SIG%s)", sig,
                         name ? name : "?");
    }
}

/* Where an answer goes: signals (and their cost, or NULL) of OP_ANALYSE, what is shown, or samples. */
struct wanted {
    struct media_signals *signals;
    struct media_cost *cost;
    struct media_shown *shown;
    struct media_samples *samples;
};

static int judge_exit(struct media_pool *pool, const struct exchange *x, const struct worker_task *t,
                      struct arena *a, const struct wanted *out, struct error *err)
{
    if (x->report.value == EXIT_WALLS)
        return error_set(
            err, ERR_SANDBOX, "media",
            "the worker could not put up its walls (seccomp filter, limits): nothing was decoded");
    if (x->report.value != 0) {
        count(pool, &pool->stats.crashed);
        return error_set(err, ERR_WORKER, "media", "the worker ended with code %d and no answer",
                         x->report.value);
    }
    struct sv answer = buf_sv(&x->answer);
    int r = t->op == OP_SHOW      ? answer_read_shown(answer, t, a, out->shown, err)
            : t->op == OP_SAMPLES ? answer_read_samples(answer, t, a, out->samples, err)
                                  : answer_read(answer, &t->limits, a, out->signals, out->cost, err);
    if (r == ERR_WORKER) count(pool, &pool->stats.crashed);
    if (r == 0 && out->cost) out->cost->cpu_us = x->report.cpu_us;
    return r;
}

static int judge(struct media_pool *pool, const struct exchange *x, const struct worker_task *t,
                 struct arena *a, const struct wanted *out, struct error *err)
{
    if (x->template_lost) {
        count(pool, &pool->stats.crashed);
        return error_set(err, ERR_WORKER, "media", "the worker program died");
    }
    if (x->flooded) {
        count(pool, &pool->stats.crashed);
        return error_set(err, ERR_WORKER, "media", "the worker answered more than %zu bytes",
                         MEDIA_MAX_RECORD_BYTES);
    }
    switch (x->report.end) {
    case END_EXITED: return judge_exit(pool, x, t, a, out, err);
    case END_KILLED: return judge_signal(pool, t, x->report.value, err);
    case END_TIMEOUT:
        count(pool, &pool->stats.killed_timeout);
        return error_set(err, ERR_TIMEOUT, "media", "the decoder was not done after %d ms and was killed",
                         t->limits.wall_ms);
    case END_NO_CHILD:
        return error_set_errno(err, ERR_WORKER, "media", x->report.value, "the worker could not fork");
    case END_CANCELLED: break;
    }
    return error_set(err, ERR_WORKER, "media", "the worker was told to stop");
}

static int try_once(struct media_pool *pool, const struct worker_task *t, int fd, struct arena *a,
                    const struct wanted *out, struct error *err)
{
    struct worker *w = worker_take(pool);
    struct exchange x = {.template_lost = false};
    buf_init(&x.answer, MEDIA_MAX_RECORD_BYTES);
    int r = w->pid ? 0 : worker_start(w, pool->path, err);
    if (r == 0) r = worker_exchange(w, t, fd, &x, err);
    worker_give(pool, w);
    if (r == 0) r = judge(pool, &x, t, a, out, err);
    buf_done(&x.answer);
    return r;
}

static int run(struct media_pool *pool, const struct worker_task *t, int fd, struct arena *a,
               const struct wanted *out, struct error *err)
{
    struct error own;
    int r = ERR_INTERNAL;
    if (!err) err = &own;
    for (int tries = 0; tries < MEDIA_MAX_TRIES; tries++) {
        if (tries > 0) {
            count(pool, &pool->stats.retried);
            log_write(pool->options.log, LOG_WARN, "media", "trying again: %s", err->text);
        }
        r = try_once(pool, t, fd, a, out, err);
        if (r != ERR_WORKER && r != ERR_TIMEOUT) break;
    }
    return r;
}

int pool_run(struct media_pool *pool, const struct worker_task *t, int fd, struct arena *a,
             struct media_signals *out, struct error *err)
{
    return run(pool, t, fd, a, &(struct wanted){.signals = out}, err);
}

/* ---- the face ---- */

static int run_on_file(struct media_pool *pool, struct worker_task *t, int fd, struct arena *a,
                       const struct wanted *out, struct error *err)
{
    struct stat st;
    int rc;
    count(pool, &pool->stats.items);
    if (fstat(fd, &st) != 0)
        rc = error_set_errno(err, ERR_IO, "media", errno, "cannot look at the file");
    else if (!S_ISREG(st.st_mode))
        rc = error_set(err, ERR_FORMAT, "media", "not a regular file");
    else if ((uint64_t)st.st_size > pool->options.limits.file_bytes)
        rc = error_set(err, ERR_LIMIT, "media", "the file has %lld bytes; the limit is %llu",
                       (long long)st.st_size, (unsigned long long)pool->options.limits.file_bytes);
    else {
        t->file_bytes = (uint64_t)st.st_size;
        t->limits = pool->options.limits;
        rc = run(pool, t, fd, a, out, err);
    }
    if (rc) count(pool, &pool->stats.failed);
    return rc;
}

int media_analyse(struct media_pool *pool, const struct media_request *r, struct arena *a,
                  struct media_signals *out, struct error *err)
{
    struct worker_task t = {.op = OP_ANALYSE,
                            .hint = r->hint,
                            .look = r->look,
                            .fast = r->fast || r->look == MEDIA_LOOK_INSIDE,
                            .first = r->first && r->look == MEDIA_LOOK_INSIDE,
                            .sample_every_us = r->sample_every_us > 0 ? r->sample_every_us : SAMPLE_EVERY_US};
    return run_on_file(pool, &t, r->fd, a, &(struct wanted){.signals = out, .cost = r->cost}, err);
}

int media_show(struct media_pool *pool, const struct media_show_request *r, struct arena *a,
               struct media_shown *out, struct error *err)
{
    struct worker_task t = {.op = OP_SHOW, .sample_every_us = 1, .side = r->side, .sound = r->sound};
    if (r->ntimes > MEDIA_SHOW_TIMES_MAX || r->side < 16 || r->side > MEDIA_SHOW_SIDE_MAX)
        return error_set(err, ERR_ARG, "media", "%zu pictures of %d pixels: at most %d, of 16 to %d",
                         r->ntimes, r->side, MEDIA_SHOW_TIMES_MAX, MEDIA_SHOW_SIDE_MAX);
    t.ntimes = (int)r->ntimes;
    if (r->ntimes) memcpy(t.times_us, r->times_us, r->ntimes * sizeof *r->times_us);
    return run_on_file(pool, &t, r->fd, a, &(struct wanted){.shown = out}, err);
}

int media_samples(struct media_pool *pool, int fd, const struct media_stretch *v, size_t n, struct arena *a,
                  struct media_samples *out, struct error *err)
{
    struct worker_task t = {.op = OP_SAMPLES, .sample_every_us = 1, .ntimes = (int)n * 2};
    int64_t sum = 0, last = 0;
    bool fine = n > 0 && n <= MEDIA_STRETCHES_MAX;
    for (size_t i = 0; fine && i < n; i++) {
        fine = v[i].start_us >= last && v[i].end_us > v[i].start_us;
        sum += v[i].end_us - v[i].start_us;
        last = v[i].end_us;
        t.times_us[2 * i] = v[i].start_us;
        t.times_us[2 * i + 1] = v[i].end_us;
    }
    if (!fine || sum > SPEECH_PIECE_US)
        return error_set(err, ERR_ARG, "media", "%zu stretches: at most %d, in order, of %lld s in all", n,
                         MEDIA_STRETCHES_MAX, (long long)(SPEECH_PIECE_US / US_PER_SECOND));
    return run_on_file(pool, &t, fd, a, &(struct wanted){.samples = out}, err);
}

/* The walls stand when a child behind them lives, and two that try to get out die of it. */
static int prove(struct media_pool *pool, struct worker *w, enum worker_op op, int *out_signal,
                 struct error *err)
{
    struct worker_task t = {.op = op, .sample_every_us = 1, .limits = pool->options.limits};
    struct exchange x = {.template_lost = false};
    t.limits.wall_ms = 30000;
    buf_init(&x.answer, WORKER_PACKET_MAX);
    int r = worker_exchange(w, &t, -1, &x, err);
    buf_done(&x.answer);
    if (r) return r;
    if (x.template_lost)
        return error_set(err, ERR_WORKER, "media", "%s died while it proved its walls", pool->path);
    *out_signal = x.report.end == END_KILLED   ? x.report.value
                  : x.report.end == END_EXITED ? -x.report.value
                                               : -1;
    return 0;
}

static int prove_walls(struct media_pool *pool, struct worker *w, struct error *err)
{
    static const struct {
        enum worker_op op;
        int want;
        const char *deed;
    } proofs[] = {{OP_PROVE_LIFE, 0, "stay alive"},
                  {OP_PROVE_OPEN, SIGSYS, "be killed for opening a file"},
                  {OP_PROVE_SOCKET, SIGSYS, "be killed for making a socket"}};
    for (size_t i = 0; i < sizeof proofs / sizeof *proofs; i++) {
        int got = 0, r = prove(pool, w, proofs[i].op, &got, err);
        if (r) return r;
        if (got != proofs[i].want)
            return error_set(
                err, ERR_SANDBOX, "media",
                "a sandboxed process should %s but %s %d; does this kernel have seccomp filters?",
                proofs[i].deed, got > 0 ? "was killed by signal" : "ended with code", got > 0 ? got : -got);
    }
    return 0;
}

int media_pool_new(const struct media_options *o, struct media_pool **out, struct error *err)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    struct media_pool *pool = calloc(1, sizeof *pool);
    if (!pool) return error_set(err, ERR_NOMEM, "media", "no memory");
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->freed, NULL);
    pool->options = *o;
    limits_complete(&pool->options.limits);
    pool->nworkers = o->workers ? o->workers : cores > 0 ? (unsigned)cores : 1;
    if (pool->nworkers > POOL_MAX_WORKERS) pool->nworkers = POOL_MAX_WORKERS;
    pool->workers = calloc(pool->nworkers, sizeof *pool->workers);
    int r = pool->workers ? find_worker(o->worker_path, &pool->path, err)
                          : error_set(err, ERR_NOMEM, "media", "no memory for %u workers", pool->nworkers);
    if (!pool->workers) pool->nworkers = 0;
    for (unsigned i = 0; i < pool->nworkers; i++) pool->workers[i].control = -1;
    for (unsigned i = 0; r == 0 && i < pool->nworkers; i++) {
        r = worker_start(&pool->workers[i], pool->path, err);
        if (r == 0) r = prove_walls(pool, &pool->workers[i], err);
    }
    if (r) {
        media_pool_free(pool);
        return r;
    }
    *out = pool;
    return 0;
}

void media_pool_free(struct media_pool *pool)
{
    if (!pool) return;
    for (unsigned i = 0; i < pool->nworkers; i++) worker_stop(&pool->workers[i]);
    pthread_mutex_destroy(&pool->lock);
    pthread_cond_destroy(&pool->freed);
    free(pool->workers);
    free(pool->path);
    free(pool);
}

void media_pool_stats(struct media_pool *pool, struct media_pool_stats *out)
{
    pthread_mutex_lock(&pool->lock);
    *out = pool->stats;
    pthread_mutex_unlock(&pool->lock);
}
