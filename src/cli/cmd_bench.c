/* marsad bench see, marsad bench hear: how fast this machine does it. Rates are per second of one core's time, so that a busy
 * machine shows as little as it can; the way of a clip from upload to findings is measured by the clock on the wall. */
#include "cli/bench.h"
#include "cli/cmds.h"

#include "base/json.h"
#include "base/limits.h"
#include "index/landmarks.h"
#include "index/mih.h"
#include "media/media.h"
#include "model/sight.h"
#include "sound/listen.h"
#include "vision/pdq.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { RADIUS = 31, QUERIES = 2048, ITEM_FRAMES = 240, RUNS_MAX = 1000 };

static int64_t core_us(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static int no_memory(struct error *err)
{
    return error_set(err, ERR_NOMEM, "cli", "no memory to measure with");
}

/* ---- figures as a table or as one object ---- */

struct report {
    struct cli *cli;
    struct table *table; /* NULL with --json */
    struct jw w;
};

static const struct column rate_columns[] = {{"bench.head.what", ALIGN_START, 10, 0, true},
                                             {"bench.head.rate", ALIGN_END, 8, 0, false}};
static const struct column step_columns[] = {{"bench.head.step", ALIGN_START, 10, 0, true},
                                             {"bench.head.median", ALIGN_END, 8, 0, false},
                                             {"bench.head.p99", ALIGN_END, 8, 0, false},
                                             {"bench.head.share", ALIGN_END, 5, 0, false}};

static void report_begin(struct report *r, struct cli *cli)
{
    *r = (struct report){.cli = cli};
    if (cli->json) {
        jw_init(&r->w, &cli->out, JW_COMPACT);
        jw_object(&r->w);
    } else {
        r->table = table_new(cli, rate_columns, sizeof rate_columns / sizeof *rate_columns);
    }
}

/* name: the JSON member; the table says text "bench.<name>". */
static void report_figure(struct report *r, const char *name, double value, const char *unit)
{
    char key[64];
    snprintf(key, sizeof key, "bench.%s", name);
    if (!r->table) {
        jw_kv_double(&r->w, name, value, 1);
        return;
    }
    table_cell(r->table, cli_text(r->cli, key), COLOUR_PLAIN);
    table_cellf(r->table, COLOUR_BOLD, value < 100 ? "%.1f%s" : "%.0f%s", value, unit);
    table_row(r->table);
}

static void report_end(struct report *r)
{
    if (!r->table) {
        jw_end(&r->w);
        buf_putc(&r->cli->out, '\n');
        return;
    }
    table_print(r->table);
    table_free(r->table);
}

/* ---- hashing ---- */

static double hash_rate(int rows, int cols, int forms)
{
    struct pdq_scratch s;
    struct hash256 out[PDQ_FORMS];
    float *luma = malloc((size_t)rows * (size_t)cols * sizeof *luma);
    uint64_t state = 88172645463325252u, done = 0;
    int quality;
    pdq_scratch_init(&s);
    for (size_t i = 0; luma && i < (size_t)rows * (size_t)cols; i++) luma[i] = (float)(next(&state) >> 56);
    int64_t start = core_us(), spent = 1;
    do {
        for (int i = 0; luma && i < 16; i++, done++)
            if (pdq_hash_luma(&s, luma, rows, cols, forms, out, &quality, NULL)) break;
        spent = core_us() - start;
    } while (luma && spent < US_PER_SECOND && done);
    pdq_scratch_done(&s);
    free(luma);
    return (double)done * 1e6 / (double)(spent ? spent : 1);
}

/* ---- search ---- */

static void make_hashes(struct hash256 *v, size_t n, uint64_t seed)
{
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 4; k++) v[i].w[k] = next(&seed);
}

static int on_hit(void *arg, const struct mih_hit *hit)
{
    *(uint64_t *)arg += hit->npayloads;
    return 0;
}

static double query_rate(const struct mih *m, const struct hash256 *queries, size_t batch)
{
    uint64_t done = 0, hits = 0;
    int64_t start = core_us(), spent;
    do {
        if (mih_query(m, queries + done % QUERIES, batch, RADIUS, on_hit, &hits)) return 0;
        done += batch;
        spent = core_us() - start;
    } while (spent < US_PER_SECOND);
    return (double)done * 1e6 / (double)spent;
}

static int bench_search(struct report *r, size_t n, struct error *err)
{
    struct hash256 *v = malloc(n * sizeof *v), *q = malloc(QUERIES * sizeof *q);
    struct mih *m = NULL;
    int code = v && q ? 0 : no_memory(err);
    if (code == 0) {
        make_hashes(v, n, 1234567);
        make_hashes(q, QUERIES, 7654321);
        int64_t start = core_us();
        code = mih_take(v, NULL, n, RADIUS, &m, err);
        v = NULL;
        if (code == 0) {
            report_figure(r, "build_s", (double)(core_us() - start) / 1e6, " s");
            report_figure(r, "index_mb", (double)mih_facts(m).bytes / 1e6, " MB");
            report_figure(r, "queries", query_rate(m, q, 1), "");
            report_figure(r, "queries_batch", query_rate(m, q, 64), "");
        }
    }
    mih_free(m);
    free(v);
    free(q);
    return code;
}

/* ---- from upload to findings ---- */

enum step { STEP_SHA, STEP_DECODE, STEP_HASH, STEP_LOOK, STEP_SOUND, STEP_HAND, STEP_MATCH, STEP_ALL, STEPS };
static const char *const step_names[STEPS] = {"sha256", "decode", "hash",  "look",
                                              "sound",  "hand",   "match", "all"};

struct way {
    const char *path;
    bool first;
    size_t runs, frames, findings;
    int64_t *us[STEPS];
    struct media_pool *pool;
    struct bank_set *banks;
    struct detect_set *detectors;
    struct detect_scratch *scratch;
};

/* A key frame of a clip of the bank. */
static int add_sight(struct way *w, struct sv bank, const struct id128 *of, uint64_t *state,
                     struct error *err)
{
    struct point v[KEY_POINTS_MAX];
    struct key_frame key = {0, 180, 320, v, KEY_POINTS_MAX};
    struct sight sight = {.of = *of, .keys = &key, .nkeys = 1};
    struct buf hex;
    for (size_t i = 0; i < KEY_POINTS_MAX; i++) {
        uint64_t r = next(state);
        v[i] = (struct point){.x = (uint16_t)(r % 5760), .y = (uint16_t)((r >> 16) % 10240)};
        v[i].angle = (uint8_t)(r >> 32);
        v[i].scale = (uint8_t)((r >> 40) % POINT_SCALES);
        for (int k = 0; k < 4; k++) v[i].bits.w[k] = next(state);
    }
    buf_init(&hex, 0);
    sight_write(&sight, &hex);
    struct bank_item item = {.type = BANK_SIGHT, .id = *of, .value = buf_sv(&hex), .threshold = -1};
    item.id.b[15] ^= 1;
    int code = hex.failed ? no_memory(err) : bank_set_add_item(w->banks, bank, &item, err);
    buf_done(&hex);
    return code;
}

static int fill_banks(struct way *w, size_t n, struct error *err)
{
    struct bank bank = {.name = SV("bench"), .category = CATEGORY_NONE, .threshold = RADIUS};
    struct bank_frame frames[ITEM_FRAMES];
    uint64_t state = 987654321;
    int code = bank_set_new(&w->banks, err);
    if (code == 0) code = bank_set_add_bank(w->banks, &bank, err);
    for (size_t done = 0; done < n && code == 0;) {
        struct bank_item item = {.type = BANK_VPDQ, .frames = frames, .threshold = -1};
        for (; item.nframes < ITEM_FRAMES && done < n; done++) {
            struct bank_frame *f = &frames[item.nframes];
            for (int k = 0; k < 4; k++) f->pdq.w[k] = next(&state);
            f->quality = 100;
            f->time_us = (int64_t)item.nframes++ * 125000;
        }
        memcpy(item.id.b, &done, sizeof done);
        code = bank_set_add_item(w->banks, bank.name, &item, err);
        if (code == 0) code = add_sight(w, bank.name, &item.id, &state, err);
    }
    return code;
}

static int open_file(const char *path, int *out, struct error *err)
{
    *out = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    return *out >= 0 ? 0 : error_set_errno(err, ERR_IO, "cli", errno, "%s", path);
}

static int detect_once(struct way *w, const struct media_signals *signals, const struct sha256 *sha,
                       struct arena *a, struct error *err)
{
    struct post post;
    struct media_ref ref = {.kind = signals->kind, .path = sv_cstr(w->path)};
    struct finding_list found;
    post_init(&post);
    post.media = &ref;
    post.nmedia = 1;
    finding_list_init(&found, a);
    struct detect_item item = {.post = &post, .media = &signals, .media_sha256 = &sha};
    int code = detect_run(w->detectors, w->scratch, &item, &found, err);
    w->findings = found.n;
    finding_list_done(&found);
    return code;
}

static int go_once(struct way *w, size_t run, struct error *err)
{
    struct arena a;
    struct media_signals signals;
    struct media_cost cost = {0};
    struct sha256 sha;
    uint64_t bytes;
    int fd = -1;
    arena_init(&a, 0);
    int64_t t0 = clock_mono_us();
    int code = open_file(w->path, &fd, err);
    if (code == 0) code = sha256_of_fd(fd, &sha, &bytes, err);
    int64_t t1 = clock_mono_us();
    struct media_request request = {.fd = fd, .look = MEDIA_LOOK_INSIDE, .first = w->first, .cost = &cost};
    if (code == 0) code = media_analyse(w->pool, &request, &a, &signals, err);
    int64_t t2 = clock_mono_us();
    if (code == 0) code = detect_once(w, &signals, &sha, &a, err);
    int64_t t3 = clock_mono_us();
    if (fd >= 0) close(fd);
    if (code == 0) {
        const int64_t us[STEPS] = {t1 - t0,       cost.decode_us,        cost.hash_us, cost.look_us,
                                   cost.sound_us, t2 - t1 - cost.all_us, t3 - t2,      t3 - t0};
        for (int s = 0; s < STEPS; s++) w->us[s][run] = us[s];
        w->frames = signals.nframes;
    }
    arena_done(&a);
    return code;
}

static int by_us(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void print_way(struct cli *cli, struct way *w, size_t hashes)
{
    struct jw j;
    char key[64], n[3][32];
    struct table *t =
        cli->json ? NULL : table_new(cli, step_columns, sizeof step_columns / sizeof *step_columns);
    double all = 0;
    for (size_t i = 0; i < w->runs; i++) all += (double)w->us[STEP_ALL][i];
    jw_init(&j, &cli->out, JW_COMPACT);
    if (!t)
        jw_object(&j), jw_kv_bool(&j, "first_look", w->first), jw_kv_i64(&j, "runs", (int64_t)w->runs),
            jw_kv_i64(&j, "bank_hashes", (int64_t)hashes);
    for (int s = 0; s < STEPS; s++) {
        double sum = 0;
        int64_t *us = w->us[s];
        for (size_t i = 0; i < w->runs; i++) sum += (double)us[i];
        qsort(us, w->runs, sizeof *us, by_us);
        double median = (double)us[w->runs / 2] / 1000, p99 = (double)us[w->runs - 1 - w->runs / 100] / 1000;
        if (!t) {
            jw_key(&j, step_names[s]);
            jw_object(&j);
            jw_kv_double(&j, "median_ms", median, 2);
            jw_kv_double(&j, "p99_ms", p99, 2);
            jw_kv_double(&j, "share", sum / all, 4);
            jw_end(&j);
            continue;
        }
        snprintf(key, sizeof key, "bench.step.%s", step_names[s]);
        table_cell(t, cli_text(cli, key), s == STEP_ALL ? COLOUR_BOLD : COLOUR_PLAIN);
        table_cellf(t, COLOUR_PLAIN, "%.1f ms", median);
        table_cellf(t, COLOUR_PLAIN, "%.1f ms", p99);
        table_cellf(t, COLOUR_PLAIN, "%.1f %%", 100 * sum / all);
        table_row(t);
    }
    if (!t) {
        jw_end(&j);
        buf_putc(&cli->out, '\n');
        return;
    }
    snprintf(n[0], sizeof n[0], "%zu", w->runs);
    snprintf(n[1], sizeof n[1], "%zu", w->frames);
    snprintf(n[2], sizeof n[2], "%zu", hashes);
    cli_say(cli, w->first ? "bench.way.first" : "bench.way", w->path, n[0], n[1], n[2], NULL);
    table_print(t);
    table_free(t);
}

static int bench_way(struct cli *cli, const char *path, size_t hashes, size_t runs, struct error *err)
{
    struct way w = {.path = path, .runs = runs};
    struct media_options o = {.workers = 1, .limits = media_limits_default(), .log = &cli->log};
    int code = 0;
    for (int s = 0; s < STEPS && code == 0; s++)
        if (!(w.us[s] = calloc(runs, sizeof *w.us[s]))) code = no_memory(err);
    if (code == 0) code = fill_banks(&w, hashes, err);
    struct detect_env env = {.banks = w.banks, .log = &cli->log};
    if (code == 0) code = detect_set_new(&env, &w.detectors, err);
    if (code == 0) code = detect_scratch_new(w.detectors, &w.scratch, err);
    if (code == 0) code = media_pool_new(&o, &w.pool, err);
    for (int look = 0; look < 2 && code == 0; look++) {
        w.first = look == 0;
        code = go_once(&w, 0, err); /* pages come in */
        for (size_t i = 0; i < runs && code == 0 && !cli_interrupted(); i++) code = go_once(&w, i, err);
        if (code == 0 && !cli_interrupted()) print_way(cli, &w, hashes);
    }
    media_pool_free(w.pool);
    detect_scratch_free(w.scratch);
    detect_set_free(w.detectors);
    bank_set_free(w.banks);
    for (int s = 0; s < STEPS; s++) free(w.us[s]);
    return code;
}

int cmd_bench_see(struct cli *cli, const struct cli_args *a)
{
    int64_t hashes = 1000000, runs = 20;
    struct error err = {0};
    struct report r;
    if (!args_number(cli, a, "--hashes", 1, 200000000, &hashes) ||
        !args_number(cli, a, "--runs", 1, RUNS_MAX, &runs))
        return EXIT_TROUBLE;
    cli_watch_signals();
    int code = 0;
    if (a->noperands == 0) {
        report_begin(&r, cli);
        report_figure(&r, "hash_64", hash_rate(64, 64, 1), "");
        report_figure(&r, "hash_512", hash_rate(512, 512, 1), "");
        report_figure(&r, "hash_512_forms", hash_rate(512, 512, PDQ_FORMS), "");
        report_figure(&r, "hashes", (double)hashes, "");
        code = bench_search(&r, (size_t)hashes, &err);
        report_end(&r);
    }
    for (size_t i = 0; i < a->noperands && code == 0 && !cli_interrupted(); i++)
        if ((code = bench_clip(cli, a->operands[i], (size_t)runs, &err)) == 0 && !cli_interrupted())
            code = bench_way(cli, a->operands[i], (size_t)hashes, (size_t)runs, &err);
    return code ? cli_fail(cli, &err) : cli_interrupted() ? EXIT_TROUBLE : EXIT_FINE;
}

/* ---- sound ---- */

enum {
    STRONG_A_SECOND = 35,
    SONG_SECONDS = 180,
    TICKS_A_SECOND = 1000000 / LANDMARK_TICK_US,
    SOUND_HZ = 44100
};

static int drop_landmark(void *arg, const struct landmark *l)
{
    ++*(uint64_t *)arg;
    return 0;
}

/* Seconds of sound heard per second of a core. */
static int listen_rate(double *out, struct error *err)
{
    float block[SOUND_HZ / 10];
    uint64_t heard = 0, state = 99, found = 0;
    struct listener_sink sink = {.landmark = drop_landmark, .arg = &found};
    struct listener *l = NULL;
    int code = listener_new(SOUND_HZ, 1, &sink, &l, err);
    if (code) return code;
    int64_t start = core_us(), spent;
    do {
        for (size_t i = 0; i < sizeof block / sizeof *block; i++, heard++) {
            double t = (double)heard / SOUND_HZ, f = 220 + 110 * floor(4 * fmod(t, 4)) / 4;
            block[i] = (float)(0.3 * sin(2 * M_PI * f * t) + 0.2 * sin(2 * M_PI * 2.5 * f * t) +
                               0.05 * ((double)(next(&state) >> 40) / (double)(1 << 24) - 0.5));
        }
        code = listener_push(l, block, sizeof block / sizeof *block);
        spent = core_us() - start;
    } while (code == 0 && spent < 2 * US_PER_SECOND);
    listener_free(l);
    *out = (double)heard / SOUND_HZ * 1e6 / (double)spent;
    return code;
}

struct songs {
    struct landmark_print *prints;
    struct landmark *marks;
    size_t n;
};

static int make_songs(struct songs *s, size_t hours, struct error *err)
{
    enum { EACH = STRONG_A_SECOND * SONG_SECONDS };
    uint64_t state = 4242;
    s->n = hours * 3600 / SONG_SECONDS;
    s->prints = calloc(s->n, sizeof *s->prints);
    s->marks = malloc(s->n * EACH * sizeof *s->marks);
    if (!s->prints || !s->marks) return no_memory(err);
    for (size_t i = 0; i < s->n; i++) {
        struct landmark *v = s->marks + i * EACH;
        uint32_t time = 0;
        for (size_t k = 0; k < EACH; k++) {
            time += 1 + (uint32_t)(next(&state) % (2 * TICKS_A_SECOND / STRONG_A_SECOND - 1));
            v[k] = (struct landmark){time, (uint16_t)(120 + next(&state) % 1100), 100,
                                     LANDMARK_STRONG | LANDMARK_MIDDLE};
        }
        memcpy(s->prints[i].id.b, &i, sizeof i);
        s->prints[i].v = v;
        s->prints[i].n = EACH;
        s->prints[i].ticks = time + TICKS_A_SECOND;
    }
    return 0;
}

/* Ten-second excerpts of the songs, asked one by one. */
static int ask_rate(const struct landmarks *index, const struct songs *s, double *out_rate, double *out_found,
                    struct error *err)
{
    struct landmark_scratch *scratch = NULL;
    struct landmark_match m[LANDMARK_MATCHES_MAX];
    uint64_t asked = 0, found = 0, state = 5;
    int code = landmark_scratch_new(&scratch, err);
    int64_t start = core_us(), spent = 1;
    while (code == 0 && (spent < 2 * US_PER_SECOND || asked < 8)) {
        size_t song = next(&state) % s->n, from = next(&state) % (STRONG_A_SECOND * (SONG_SECONDS - 20)),
               n = 0;
        code = landmarks_query(index, scratch, s->prints[song].v + from, STRONG_A_SECOND * 10, m, &n, err);
        found += n > 0 && m[0].reference == song;
        asked++;
        spent = core_us() - start;
    }
    landmark_scratch_free(scratch);
    *out_rate = 10.0 * (double)asked * 1e6 / (double)spent;
    *out_found = asked ? 100.0 * (double)found / (double)asked : 0;
    return code;
}

static int bench_hear(struct report *r, size_t hours, struct error *err)
{
    struct songs s = {0};
    struct landmarks *index = NULL;
    struct buf bytes;
    double rate = 0, found = 0;
    buf_init(&bytes, SIZE_MAX);
    int code = listen_rate(&rate, err);
    if (code == 0) report_figure(r, "listen", rate, " ×");
    if (code == 0) code = make_songs(&s, hours, err);
    int64_t start = core_us();
    if (code == 0) code = landmarks_build(s.prints, s.n, &bytes, err);
    double spent = (double)(core_us() - start) / 1e6;
    if (code == 0) code = landmarks_over(buf_sv(&bytes), &index, err);
    if (code == 0) code = ask_rate(index, &s, &rate, &found, err);
    if (code == 0) {
        report_figure(r, "hours", (double)hours, " h");
        report_figure(r, "sound_index", (double)hours * 3600 / spent, " ×");
        report_figure(r, "sound_mb", (double)bytes.n / 1e6 / (double)hours, " MB");
        report_figure(r, "ask", rate, " ×");
        report_figure(r, "ask_found", found, " %");
    }
    landmarks_free(index);
    buf_done(&bytes);
    free(s.prints);
    free(s.marks);
    return code;
}

int cmd_bench_hear(struct cli *cli, const struct cli_args *a)
{
    int64_t hours = 100;
    struct error err = {0};
    struct report r;
    if (!args_number(cli, a, "--hours", 1, 100000, &hours)) return EXIT_TROUBLE;
    cli_watch_signals();
    report_begin(&r, cli);
    int code = bench_hear(&r, (size_t)hours, &err);
    report_end(&r);
    return code ? cli_fail(cli, &err) : EXIT_FINE;
}
