/* What a query costs, and whether it still finds, as references grow. One JSON object per line and size.
 *
 *     bench_hear_scale [--hours H]… [--queries N] [--keep DIR]
 *
 * Twenty made chants of a minute are to be found among H hours of other references. These are synthetic prints, each of another song:
 * notes of a walk over a scale, sung by two to five voices, their partials as landmarks at each start and with every half wave of the
 * vibrato, and of these what leads its neighbourhood. Queries: excerpts of 10 s of the twenty as they are
 * and with speech over at 0 dB; and 10 s of chants that are in no reference, which cost the most. Times are of the
 * processor, one core, of the query alone (listening costs the same whatever there is to find). Memory: 9 MB an hour while it is
 * built. --keep: indexes are written to DIR and mapped, and those that are there are not built again; all of it is read once before
 * it is asked. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/vec.h"
#include "hear_edit.h"
#include "index/landmarks.h"
#include "sound/listen.h"

enum { KNOWN = 20, PRINT_TICKS = 180 * 500, QUERIES_MAX = 200, SIZES_MAX = 16 };

struct print VEC(struct landmark);

struct world {
    struct sound known[KNOWN], speech;
    struct print prints[KNOWN];
    struct print queries[3][QUERIES_MAX];
    int chant[QUERIES_MAX], nqueries;
    const char *keep;
};

static double cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int keep(void *arg, const struct landmark *l) { return VEC_PUSH((struct print *)arg, *l); }

static void hear(const struct sound *s, struct print *out)
{
    struct listener *l;
    struct listener_sink sink = {.landmark = keep, .arg = out};
    if (listener_new(SYNTH_HZ, 1, &sink, &l, NULL) || listener_push(l, s->v, s->n) || listener_end(l))
        abort();
    listener_free(l);
}

static void make_queries(struct world *w)
{
    const struct edit *plain = &edits[0], *talked = &edits[5];
    for (int i = 0; i < KNOWN; i++) {
        w->known[i] = synth_chant((uint64_t)i, 1000, 60);
        hear(&w->known[i], &w->prints[i]);
    }
    for (int i = 0; i < w->nqueries; i++) {
        struct rng r = rng_of((uint64_t)i, 78);
        size_t from = (size_t)(rng_between(&r, 0, 49) * SYNTH_HZ);
        w->chant[i] = i % KNOWN;
        struct sound part = {w->known[i % KNOWN].v + from, 10 * SYNTH_HZ};
        struct sound over = edit_apply(talked, &part, &w->speech, (uint64_t)i),
                     as_is = edit_apply(plain, &part, NULL, 0);
        struct sound other = synth_chant((uint64_t)i + 700000, 1000, 10);
        hear(&as_is, &w->queries[0][i]);
        hear(&over, &w->queries[1][i]);
        hear(&other, &w->queries[2][i]);
        sound_free(&as_is);
        sound_free(&over);
        sound_free(&other);
    }
}

/* ---- songs that nobody sings ---- */

struct candidate {
    uint32_t time;
    uint16_t pitch;
    float level;
};
struct candidates VEC(struct candidate);

static const int scales[4][7] = {{0, 40, 70, 100, 140, 180, 210},
                                 {0, 20, 80, 100, 140, 160, 200},
                                 {0, 30, 60, 100, 140, 160, 200},
                                 {0, 40, 80, 100, 140, 180, 220}};

/* The partials of one note of one voice: a landmark soon after its start and one with every half wave of the vibrato. */
static void put_note(struct candidates *c, struct rng *r, double start, double lasts, double pitch,
                     double loud)
{
    double wave = 500 / rng_between(r, 9.2, 12.8), depth = rng_between(r, 2, 9),
           bright = rng_between(r, 0.5, 1.2);
    double formant = rng_between(r, 350, 900);
    for (int k = 1; k <= 24; k++) {
        double p = pitch + 240 * log2(k), slope = (p - formant) / 240;
        if (p > 1250) break;
        for (double at = rng_between(r, 10, 40), turn = 1; at < lasts; at += wave, turn = -turn) {
            double level = loud - 4 * bright * slope * slope + 8 * rng_normal(r);
            double t = start + at + 24 * rng_normal(r), at_pitch = p + turn * depth + 8 * rng_normal(r);
            struct candidate one = {(uint32_t)(t > 0 ? t : 0), (uint16_t)at_pitch, (float)level};
            if (at_pitch > 110 && VEC_PUSH(c, one)) abort();
        }
    }
}

static void sing(struct candidates *c, struct rng *r)
{
    static const double lengths[] = {0.5, 0.5, 1, 1, 1, 1.5, 2}, voices[] = {0, 0, -240, 140, 240};
    const int *scale = scales[(int)(rng_unit(r) * 4)];
    double tonic = rng_between(r, 90, 270), beat = 500 * rng_between(r, 0.26, 0.53);
    int degree = 3, nvoices = 2 + (int)(rng_unit(r) * 4);
    for (double at = 50; at < PRINT_TICKS - 1500;) {
        double lasts = beat * lengths[(int)(rng_unit(r) * 7)];
        degree += (int)floor(rng_unit(r) * 5) - 2;
        if (degree < 0 || degree > 9) degree = 4;
        for (int v = 0; v < nvoices; v++)
            put_note(c, r, at + 12 * fabs(rng_normal(r)), lasts,
                     tonic + scale[degree % 7] + 240 * (degree / 7) + voices[v] + rng_normal(r),
                     v == 0 ? 0 : -6 * rng_unit(r));
        at += lasts;
        if (rng_unit(r) < 0.1) at += beat * rng_between(r, 0.3, 1.2);
    }
}

static int by_time(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    return (x->time > y->time) - (x->time < y->time);
}

/* What leads its neighbourhood, as the listener has it. */
static size_t fill_print(struct rng *r, struct landmark *v, size_t cap)
{
    enum { TICKS = 60, UNITS = 52 };
    struct candidates c = {0};
    size_t n = 0, from = 0;
    sing(&c, r);
    qsort(c.v, c.n, sizeof *c.v, by_time);
    for (size_t i = 0; i < c.n && n < cap; i++) {
        bool leads = true;
        while (c.v[from].time + TICKS < c.v[i].time) from++;
        for (size_t k = from; k < c.n && leads && c.v[k].time <= c.v[i].time + TICKS; k++)
            leads = k == i || abs(c.v[k].pitch - c.v[i].pitch) > UNITS || c.v[k].level < c.v[i].level;
        if (leads && rng_unit(r) < 0.8)
            v[n++] = (struct landmark){c.v[i].time, c.v[i].pitch, 100, LANDMARK_MIDDLE | LANDMARK_STRONG};
    }
    VEC_DONE(&c);
    return n;
}

struct cost {
    double seconds, found;
    struct landmark_work work;
};

static struct cost ask(const struct world *w, const struct landmarks *l, int kind)
{
    struct landmark_match m[LANDMARK_MATCHES_MAX];
    struct landmark_scratch *s;
    struct cost c = {0};
    if (landmark_scratch_new(&s, NULL)) abort();
    for (int i = 0; i < w->nqueries; i++) {
        const struct print *q = &w->queries[kind][i];
        size_t n = 0;
        double start = cpu();
        if (landmarks_query(l, s, q->v, q->n, m, &n, NULL)) abort();
        c.seconds += cpu() - start;
        bool hit = n > 0 && m[0].probability >= 0.5f;
        c.found += kind == 2 ? hit : hit && m[0].reference == (uint32_t)w->chant[i];
    }
    c.work = landmark_scratch_work(s);
    landmark_scratch_free(s);
    return c;
}

static void die(const struct error *err)
{
    fprintf(stderr, "bench_hear_scale: %s\n", err->text);
    exit(1);
}

static size_t prints_in(double hours) { return KNOWN + (size_t)(hours * 3600 * 500 / PRINT_TICKS); }

static void build(const struct world *w, double hours, struct buf *bytes)
{
    size_t n = prints_in(hours), cap = 10000;
    struct landmark_print *p = calloc(n, sizeof *p);
    struct landmark *v = malloc(cap * sizeof *v);
    struct error err;
    struct rng r = rng_of(1, 5);
    double strong = 0;
    if (!p || !v) abort();
    for (size_t i = 0; i < n; i++) {
        p[i].ticks = i < KNOWN ? 60 * 500 : PRINT_TICKS;
        memcpy(p[i].id.b, &i, sizeof i);
        p[i].n = i < KNOWN ? w->prints[i].n : fill_print(&r, v, cap);
        struct landmark *own = malloc((p[i].n + 1) * sizeof *own);
        if (!own) abort();
        memcpy(own, i < KNOWN ? w->prints[i].v : v, p[i].n * sizeof *own);
        p[i].v = own;
        if (i >= KNOWN) strong += (double)p[i].n;
    }
    double start = cpu();
    if (landmarks_build(p, n, bytes, &err)) die(&err);
    printf("{\"bench\":\"hear_scale\",\"what\":\"built\",\"hours\":%.0f,\"strong_per_second\":%.1f,\"mb_per_"
           "hour\":%.2f,"
           "\"build_times_real\":%.0f}\n",
           hours, strong / (hours * 3600), (double)bytes->n / 1e6 / hours, hours * 3600 / (cpu() - start));
    fflush(stdout);
    for (size_t i = 0; i < n; i++) free((void *)(uintptr_t)p[i].v);
    free(p);
    free(v);
}

static struct landmarks *kept(const struct world *w, double hours)
{
    char path[512];
    struct buf bytes;
    struct landmarks *l;
    struct error err;
    snprintf(path, sizeof path, "%s/hear-%.0f.lmk", w->keep, hours);
    if (access(path, F_OK)) {
        buf_init(&bytes, SIZE_MAX);
        build(w, hours, &bytes);
        if (file_write_atomic(path, buf_sv(&bytes), &err)) die(&err);
        buf_done(&bytes);
    }
    double start = cpu();
    if (landmarks_open(path, &l, &err)) die(&err);
    double opened = cpu() - start;
    start = cpu();
    if (landmarks_verify(l, &err)) die(&err);
    printf("{\"bench\":\"hear_scale\",\"what\":\"opened\",\"hours\":%.0f,\"open_ms\":%.2f,\"read_all_ms\":%."
           "0f}\n",
           hours, opened * 1e3, (cpu() - start) * 1e3);
    return l;
}

static void measure(const struct world *w, double hours)
{
    static const char *const kinds[] = {"as it is", "speech 0 dB", "in no reference"};
    struct landmarks *l;
    struct buf bytes;
    buf_init(&bytes, SIZE_MAX);
    if (w->keep) {
        l = kept(w, hours);
    } else {
        build(w, hours, &bytes);
        if (landmarks_over(buf_sv(&bytes), &l, NULL)) abort();
    }
    for (int kind = 0; kind < 3; kind++) {
        struct cost c = ask(w, l, kind);
        double heard = 10.0 * w->nqueries;
        printf("{\"bench\":\"hear_scale\",\"what\":\"query\",\"hours\":%.0f,\"query\":\"%s\",\"queries\":%d,"
               "\"found\":%.3f,"
               "\"times_real\":%.0f,\"ms_per_second\":%.3f,\"keys_per_second\":%.0f,\"postings_per_second\":%"
               ".0f,"
               "\"alike_per_second\":%.0f,\"aligned_per_second\":%.1f}\n",
               hours, kinds[kind], w->nqueries, c.found / w->nqueries, heard / c.seconds,
               c.seconds / heard * 1e3, (double)c.work.looked_up / heard, (double)c.work.read / heard,
               (double)c.work.alike / heard, (double)c.work.aligned / heard);
        fflush(stdout);
    }
    landmarks_free(l);
    buf_done(&bytes);
}

int main(int argc, char **argv)
{
    static struct world w;
    double hours[SIZES_MAX];
    int n = 0;
    w.nqueries = 40;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--hours") == 0 && n < SIZES_MAX)
            hours[n++] = atof(argv[i + 1]);
        else if (strcmp(argv[i], "--queries") == 0 && atoi(argv[i + 1]) <= QUERIES_MAX)
            w.nqueries = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--keep") == 0)
            w.keep = argv[i + 1];
        else
            return fprintf(stderr, "bench_hear_scale: what is %s %s?\n", argv[i], argv[i + 1]), 2;
    }
    if (n == 0) hours[n++] = 10;
    w.speech = synth_speech(5, 200);
    make_queries(&w);
    for (int i = 0; i < n; i++) measure(&w, hours[i]);
    return 0;
}
