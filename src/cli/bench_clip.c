/* marsad bench see FILE: what signals cost beyond decoding.
 *
 * The measure beside ours is the field's decoder as anybody runs it: `ffmpeg -threads N -skip_frame noref -map 0:v -f null -`, or without
 * -skip_frame where the worker decodes every frame. It has one decoder of N threads; we have N workers of one thread, each
 * with a clip of its own. Times are of cores, from the making of the process to its end: ours is a child of the worker (fork, walls,
 * answer), theirs a program. Listening is not part of it on either side. */
#include "cli/bench.h"

#include "base/json.h"
#include "cli/cmds.h"
#include "media/media.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS_MAX = 2 };
enum who { WHO_DECODER, WHO_FIRST, WHO_CLOSER, WHO_ALL };

static const char *const who_names[WHO_ALL] = {"ffmpeg", "first", "closer"};

struct spent {
    int64_t wall_us, core_us; /* of one clip */
};

struct side_by_side {
    const char *path;
    struct media_pool *pool;
    size_t runs;
    int threads;
    bool skips, has_decoder;
    struct spent *spent[WHO_ALL];
};

/* ---- the decoder ---- */

static int spawn_quietly(char *const *argv, pid_t *pid)
{
    posix_spawn_file_actions_t files;
    int r = posix_spawn_file_actions_init(&files);
    if (r) return r;
    if ((r = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)) == 0 &&
        (r = posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0)) == 0 &&
        (r = posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0)) == 0)
        r = posix_spawnp(pid, argv[0], &files, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    return r;
}

static int64_t us_of(const struct timeval *t) { return (int64_t)t->tv_sec * US_PER_SECOND + t->tv_usec; }

/* False when there is no ffmpeg, or it cannot read the clip. */
static bool decode_once(const struct side_by_side *s, struct spent *out)
{
    struct rusage usage;
    struct buf file;
    char threads[12];
    int status = -1;
    pid_t pid;
    buf_init(&file, 0);
    buf_printf(&file, "file:%s", s->path); /* else a name with a colon is an address to it */
    buf_putc(&file, '\0');
    snprintf(threads, sizeof threads, "%d", s->threads);
    const char *argv[] = {"ffmpeg",   "-nostdin", "-v",          "error",
                          "-threads", threads,    "-skip_frame", s->skips ? "noref" : "default",
                          "-i",       file.p,     "-map",        "0:v:0",
                          "-f",       "null",     "-",           NULL};
    int64_t began_us = clock_mono_us();
    bool ok = !file.failed && spawn_quietly((char *const *)(uintptr_t)argv, &pid) == 0;
    while (ok && wait4(pid, &status, 0, &usage) < 0) ok = errno == EINTR;
    buf_done(&file);
    if (!ok || status != 0) return false;
    *out = (struct spent){clock_mono_us() - began_us, us_of(&usage.ru_utime) + us_of(&usage.ru_stime)};
    return true;
}

/* ---- ours ---- */

struct turn {
    const struct side_by_side *s;
    bool first;
    int code;
    struct media_cost cost;
    enum media_kind kind;
    struct error error;
};

static void *analyse(void *arg)
{
    struct turn *t = arg;
    struct arena a;
    struct media_signals signals;
    struct media_request request = {.look = MEDIA_LOOK_INSIDE, .first = t->first, .cost = &t->cost};
    arena_init(&a, 0);
    request.fd = open(t->s->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    t->code = request.fd < 0 ? error_set_errno(&t->error, ERR_IO, "cli", errno, "%s", t->s->path)
                             : media_analyse(t->s->pool, &request, &a, &signals, &t->error);
    if (request.fd >= 0) close(request.fd);
    if (t->code == 0) t->kind = signals.kind;
    arena_done(&a);
    return NULL;
}

/* As many clips at once as there are threads; *out is of one of them. */
static int analyse_once(struct side_by_side *s, bool first, struct spent *out, enum media_kind *kind,
                        struct error *err)
{
    struct turn turns[THREADS_MAX] = {0};
    pthread_t threads[THREADS_MAX];
    int code = 0, started = 0;
    int64_t began_us = clock_mono_us();
    for (; started < s->threads && code == 0; started++) {
        turns[started].s = s;
        turns[started].first = first;
        code = pthread_create(&threads[started], NULL, analyse, &turns[started]);
        if (code) code = error_set_errno(err, ERR_NOMEM, "cli", code, "no thread to measure with");
        if (code) break;
    }
    for (int i = 0; i < started; i++) pthread_join(threads[i], NULL);
    *out = (struct spent){(clock_mono_us() - began_us) / s->threads, 0};
    for (int i = 0; i < started && code == 0; i++) {
        if ((code = turns[i].code)) *err = turns[i].error;
        out->core_us += (turns[i].cost.cpu_us - turns[i].cost.sound_us) / s->threads;
        s->skips = turns[i].cost.skips;
        *kind = turns[i].kind;
    }
    return code;
}

/* ---- the table ---- */

static int by_core(const void *a, const void *b)
{
    int64_t x = ((const struct spent *)a)->core_us, y = ((const struct spent *)b)->core_us;
    return (x > y) - (x < y);
}

static struct spent median_of(struct spent *v, size_t n)
{
    qsort(v, n, sizeof *v, by_core);
    return v[n / 2];
}

static const struct column columns[] = {{"bench.head.what", ALIGN_START, 10, 0, true},
                                        {"bench.head.wall", ALIGN_END, 8, 0, false},
                                        {"bench.head.core", ALIGN_END, 8, 0, false},
                                        {"bench.head.ratio", ALIGN_END, 5, 0, false}};

static void put_json(struct side_by_side *s, struct cli *cli, const struct spent median[WHO_ALL])
{
    struct jw j;
    jw_init(&j, &cli->out, JW_COMPACT);
    jw_object(&j);
    jw_kv_str(&j, "file", s->path);
    jw_kv_i64(&j, "threads", s->threads);
    jw_kv_i64(&j, "runs", (int64_t)s->runs);
    jw_kv_str(&j, "skip_frame", s->skips ? "noref" : "default");
    for (int who = s->has_decoder ? WHO_DECODER : WHO_FIRST; who < WHO_ALL; who++) {
        jw_key(&j, who_names[who]);
        jw_object(&j);
        jw_kv_double(&j, "wall_ms", (double)median[who].wall_us / 1000, 2);
        jw_kv_double(&j, "core_ms", (double)median[who].core_us / 1000, 2);
        if (s->has_decoder)
            jw_kv_double(&j, "ratio", (double)median[who].core_us / (double)median[WHO_DECODER].core_us, 3);
        jw_end(&j);
    }
    jw_end(&j);
    buf_putc(&cli->out, '\n');
}

static void put_rows(struct side_by_side *s, struct cli *cli, struct table *t,
                     const struct spent median[WHO_ALL])
{
    char key[64];
    for (int who = s->has_decoder ? WHO_DECODER : WHO_FIRST; who < WHO_ALL; who++) {
        snprintf(key, sizeof key, "bench.clip.%s.%d", who_names[who], s->threads);
        if (who == WHO_DECODER)
            table_cellf(t, COLOUR_PLAIN, "ffmpeg -threads %d -skip_frame %s", s->threads,
                        s->skips ? "noref" : "default");
        else
            table_cell(t, cli_text(cli, key), COLOUR_PLAIN);
        table_cellf(t, COLOUR_PLAIN, "%.1f ms", (double)median[who].wall_us / 1000);
        table_cellf(t, COLOUR_PLAIN, "%.1f ms", (double)median[who].core_us / 1000);
        if (s->has_decoder)
            table_cellf(t, COLOUR_BOLD, "%.2f",
                        (double)median[who].core_us / (double)median[WHO_DECODER].core_us);
        table_row(t);
    }
}

/* ---- the whole ---- */

/* In turn, so that what else the machine does falls on all alike. */
static int measure(struct side_by_side *s, struct error *err)
{
    enum media_kind kind;
    int code = 0;
    for (size_t i = 0; i < s->runs && code == 0 && !cli_interrupted(); i++) {
        if (s->has_decoder) s->has_decoder = decode_once(s, &s->spent[WHO_DECODER][i]);
        code = analyse_once(s, true, &s->spent[WHO_FIRST][i], &kind, err);
        if (code == 0) code = analyse_once(s, false, &s->spent[WHO_CLOSER][i], &kind, err);
    }
    return code;
}

static int compare(struct side_by_side *s, struct cli *cli, struct error *err)
{
    enum media_kind kind = MEDIA_IMAGE;
    struct spent warm, median[WHO_ALL];
    struct table *t = NULL;
    s->threads = 1;
    int code = analyse_once(s, false, &warm, &kind, err); /* pages come in; what is skipped is known */
    if (code || kind != MEDIA_VIDEO) return code;
    s->has_decoder = decode_once(s, &warm);
    if (!s->has_decoder && !cli->json) cli_say(cli, "bench.clip.none", s->path, NULL);
    if (!cli->json && !(t = table_new(cli, columns, sizeof columns / sizeof *columns)))
        return error_set(err, ERR_NOMEM, "cli", "no memory to measure with");
    for (; s->threads <= THREADS_MAX && code == 0 && !cli_interrupted(); s->threads++) {
        code = measure(s, err);
        if (code || cli_interrupted()) break;
        for (int who = s->has_decoder ? WHO_DECODER : WHO_FIRST; who < WHO_ALL; who++)
            median[who] = median_of(s->spent[who], s->runs);
        if (t)
            put_rows(s, cli, t, median);
        else
            put_json(s, cli, median);
    }
    if (t && code == 0) {
        cli_say(cli, "bench.clip", s->path, NULL);
        table_print(t);
    }
    table_free(t);
    return code;
}

int bench_clip(struct cli *cli, const char *path, size_t runs, struct error *err)
{
    struct side_by_side s = {.path = path, .runs = runs};
    struct media_options o = {.workers = THREADS_MAX, .limits = media_limits_default(), .log = &cli->log};
    int code = media_pool_new(&o, &s.pool, err);
    for (int who = 0; who < WHO_ALL && code == 0; who++)
        if (!(s.spent[who] = calloc(runs, sizeof **s.spent)))
            code = error_set(err, ERR_NOMEM, "cli", "no memory to measure with");
    if (code == 0) code = compare(&s, cli, err);
    for (int who = 0; who < WHO_ALL; who++) free(s.spent[who]);
    media_pool_free(s.pool);
    return code;
}
