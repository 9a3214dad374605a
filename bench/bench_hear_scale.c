/* What a query costs, and whether it still finds, as references grow. One JSON object per line and size.
 *
 *     bench_hear_scale [--hours H]… [--queries N]
 *
 * Twenty made chants of a minute are to be found among H hours of other references. These are synthetic prints: two
 * layers of pieces of 0.3 to 0.9 s of the landmarks of a hundred other made chants and of made music, each layer thinned
 * by half, each piece moved in pitch by up to five semitones, its tempo by up to a fifth, and each landmark a little. Queries: excerpts of 10 s of the twenty as they are
 * and with speech over at 0 dB; and 10 s of chants that are in no reference, which cost the most. Times are of the
 * processor, one core, of the query alone (listening costs the same whatever there is to find). Memory: 7 MB an hour,
 * and as much again as the buckets need while it is built. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/vec.h"
#include "hear_edit.h"
#include "index/landmarks.h"
#include "sound/listen.h"

enum { KNOWN = 20, SOURCES = 140, PRINT_TICKS = 180 * 500, QUERIES_MAX = 200, SIZES_MAX = 16 };

struct print VEC(struct landmark);

struct world {
    struct sound known[KNOWN], speech;
    struct print prints[KNOWN], sources[SOURCES];
    struct print queries[3][QUERIES_MAX];
    int chant[QUERIES_MAX], nqueries;
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

static void make_sources(struct world *w)
{
    for (int i = 0; i < SOURCES; i++) {
        struct sound s =
            i < 100 ? synth_chant((uint64_t)i + 500000, 1000, 30) : synth_music((uint64_t)i + 900, 30);
        hear(&s, &w->sources[i]);
        sound_free(&s);
    }
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

/* A piece of a source's landmarks, moved. Returns the tick where it ends. */
static uint32_t put_piece(const struct print *from, struct rng *r, uint32_t at, struct landmark *v, size_t *n,
                          size_t cap)
{
    double tempo = rng_between(r, 0.83, 1.2), pitch = rng_between(r, -100, 100);
    uint32_t start = (uint32_t)rng_between(r, 0, 28 * 500), lasts = (uint32_t)rng_between(r, 150, 450);
    for (size_t i = 0; i < from->n; i++) {
        const struct landmark *l = &from->v[i];
        if (!(l->flags & LANDMARK_STRONG) || l->time < start || l->time >= start + lasts || *n == cap ||
            rng_unit(r) < 0.5)
            continue;
        double t = at + (l->time - start) * tempo + 6 * rng_normal(r),
               p = l->pitch + pitch + 2 * rng_normal(r);
        if (t < at || p < 100 || p > 1250) continue;
        v[(*n)++] = (struct landmark){(uint32_t)t, (uint16_t)p, l->level, l->flags};
    }
    return at + (uint32_t)(lasts * tempo);
}

static int by_time(const void *a, const void *b)
{
    const struct landmark *x = a, *y = b;
    return (x->time > y->time) - (x->time < y->time);
}

static size_t fill_print(const struct world *w, struct rng *r, struct landmark *v, size_t cap)
{
    size_t n = 0;
    for (int layer = 0; layer < 2; layer++)
        for (uint32_t at = 0; at < PRINT_TICKS - 800;)
            at = put_piece(&w->sources[(int)(rng_unit(r) * SOURCES)], r, at, v, &n, cap);
    qsort(v, n, sizeof *v, by_time);
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
        bool hit = n > 0 && m[0].score >= LANDMARK_SCORE_EVEN;
        c.found += kind == 2 ? hit : hit && m[0].reference == (uint32_t)w->chant[i];
    }
    c.work = landmark_scratch_work(s);
    landmark_scratch_free(s);
    return c;
}

static void measure(const struct world *w, double hours)
{
    static const char *const kinds[] = {"as it is", "speech 0 dB", "in no reference"};
    size_t n = KNOWN + (size_t)(hours * 3600 * 500 / PRINT_TICKS), cap = 10000;
    struct landmark_print *p = calloc(n, sizeof *p);
    struct landmark *v = malloc(cap * sizeof *v);
    struct buf bytes;
    struct landmarks *l;
    struct error err;
    struct rng r = rng_of(1, 5);
    if (!p || !v) abort();
    buf_init(&bytes, SIZE_MAX);
    for (size_t i = 0; i < n; i++) {
        p[i].ticks = i < KNOWN ? 60 * 500 : PRINT_TICKS;
        memcpy(p[i].id.b, &i, sizeof i);
        p[i].n = i < KNOWN ? w->prints[i].n : fill_print(w, &r, v, cap);
        struct landmark *own = malloc((p[i].n + 1) * sizeof *own);
        if (!own) abort();
        memcpy(own, i < KNOWN ? w->prints[i].v : v, p[i].n * sizeof *own);
        p[i].v = own;
    }
    double start = cpu();
    if (landmarks_build(p, n, &bytes, &err)) {
        fprintf(stderr, "bench_hear_scale: %s\n", err.text);
        exit(1);
    }
    double built = cpu() - start;
    for (size_t i = 0; i < n; i++) free((void *)(uintptr_t)p[i].v);
    start = cpu();
    if (landmarks_over(buf_sv(&bytes), &l, NULL)) abort();
    double opened = cpu() - start;
    for (int kind = 0; kind < 3; kind++) {
        struct cost c = ask(w, l, kind);
        double heard = 10.0 * w->nqueries;
        printf("{\"bench\":\"hear_scale\",\"hours\":%.0f,\"query\":\"%s\",\"queries\":%d,\"found\":%.3f,"
               "\"times_real\":%.0f,\"ms_per_second\":%.3f,\"keys_per_second\":%.0f,\"postings_per_second\":%"
               ".0f,"
               "\"alike_per_second\":%.0f,\"aligned_per_second\":%.1f,\"mb_per_hour\":%.2f,\"open_ms\":%.1f,"
               "\"build_times_real\":%.0f}\n",
               hours, kinds[kind], w->nqueries, c.found / w->nqueries, heard / c.seconds,
               c.seconds / heard * 1e3, (double)c.work.looked_up / heard, (double)c.work.read / heard,
               (double)c.work.alike / heard, (double)c.work.aligned / heard, (double)bytes.n / 1e6 / hours,
               opened * 1e3, hours * 3600 / built);
        fflush(stdout);
    }
    landmarks_free(l);
    buf_done(&bytes);
    free(p);
    free(v);
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
        else
            return fprintf(stderr, "bench_hear_scale: what is %s %s?\n", argv[i], argv[i + 1]), 2;
    }
    if (n == 0) hours[n++] = 10;
    w.speech = synth_speech(5, 200);
    make_sources(&w);
    make_queries(&w);
    for (int i = 0; i < n; i++) measure(&w, hours[i]);
    return 0;
}
