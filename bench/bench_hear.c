/* Recall of chants after what is done to them, at no false match: made chants as references, excerpts of them edited
 * as queries; chants never heard, covers, music and speech as what must not match. One JSON object per line.
 *
 *     bench_hear [--chants N] [--queries N] [--seconds S] [--only PART]… [--full] [--large H] [--tune-hours H] [--export DIR]
 *
 * A query counts as recalled when its best match is its own recording at its own place, with a probability above that
 * of any negative (and of any wrong reference), and as likely as not. --full: 120 chants of 60 s, 60 queries per edit and length. --only
 * runs what its words are in: "negative", "tune", or an edit by its whole name; so a long run can be cut into pieces. --large H: the index
 * is made as one of many hours is, with H of 7 things of its keys halved (0: about 5 hours, 7: a thousand), so that what keys lose is seen. --tune-hours H:
 * covers are sought among H hours of other tunes beside. --export writes references, queries and negatives as WAV files with a list, for bench/hear_beside.py, and measures nothing. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/vec.h"
#include "hear_edit.h"
#include "index/landmarks_priv.h"
#include "index/tunes.h"
#include "sound/listen.h"

enum { ONLY_MAX = 32 };

struct print {
    struct VEC(struct landmark) v;
    struct VEC(uint8_t) tune;
    double seconds;
};

struct world {
    int chants, queries;
    double seconds;
    const char *only[ONLY_MAX];
    int nonly;
    const char *export;
    unsigned marks; /* of a key of the index, 0: as its size wants it; */
    int halved;     /* and how fine its cells are */
    struct sound *sounds;
    struct print *prints;
    struct landmarks *index;
    struct landmark_scratch *scratch;
    struct sound speech;
    double tune_hours; /* of other tunes among which covers are sought */
    double listen_cpu, query_cpu, heard_s;
    float worst; /* highest probability of what must not match */
};

static double cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int keep(void *arg, const struct landmark *l)
{
    struct print *p = arg;
    return VEC_PUSH(&p->v, *l);
}

static int keep_step(void *arg, uint8_t step)
{
    struct print *p = arg;
    return VEC_PUSH(&p->tune, step);
}

static void listen(struct world *w, const struct sound *s, struct print *out)
{
    struct listener *l;
    struct listener_sink sink = {.landmark = keep, .arg = out, .tune = keep_step};
    double start = cpu();
    if (listener_new(SYNTH_HZ, 1, &sink, &l, NULL) || listener_push(l, s->v, s->n) || listener_end(l))
        abort();
    listener_free(l);
    out->seconds = (double)s->n / SYNTH_HZ;
    w->listen_cpu += cpu() - start;
    w->heard_s += out->seconds;
}

static size_t ask(struct world *w, const struct sound *s, struct landmark_match out[LANDMARK_MATCHES_MAX])
{
    struct print p = {0};
    size_t n = 0;
    listen(w, s, &p);
    double start = cpu();
    if (landmarks_query(w->index, w->scratch, p.v.v, p.v.n, out, &n, NULL)) abort();
    w->query_cpu += cpu() - start;
    VEC_DONE(&p.v);
    VEC_DONE(&p.tune);
    return n;
}

static void make_index(struct world *w, struct buf *bytes)
{
    struct landmark_print *refs = calloc((size_t)w->chants, sizeof *refs);
    w->sounds = calloc((size_t)w->chants, sizeof *w->sounds);
    w->prints = calloc((size_t)w->chants, sizeof *w->prints);
    if (!refs || !w->sounds || !w->prints) abort();
    size_t strong = 0, all = 0;
    for (int i = 0; i < w->chants; i++) {
        w->sounds[i] = synth_chant((uint64_t)i, 1000, w->seconds);
        listen(w, &w->sounds[i], &w->prints[i]);
        refs[i] = (struct landmark_print){
            .v = w->prints[i].v.v, .n = w->prints[i].v.n, .ticks = (uint32_t)(w->seconds * 500)};
        memcpy(refs[i].id.b, &i, sizeof i);
        all += refs[i].n;
        for (size_t k = 0; k < refs[i].n; k++) strong += refs[i].v[k].flags & LANDMARK_STRONG;
    }
    double start = cpu();
    if (landmarks_build_of(refs, (size_t)w->chants, w->marks, w->halved, bytes, NULL)) abort();
    double built = cpu() - start, total = w->seconds * w->chants;
    if (landmarks_over(buf_sv(bytes), &w->index, NULL) || landmark_scratch_new(&w->scratch, NULL)) abort();
    printf("{\"bench\":\"hear\",\"what\":\"index\",\"chants\":%d,\"seconds\":%.0f,\"landmarks_per_second\":%."
           "1f,\"strong_per_second\":%.1f,"
           "\"mb_per_hour\":%.2f,\"listen_times_real\":%.0f,\"build_times_real\":%.0f}\n",
           w->chants, total, (double)all / total, (double)strong / total,
           (double)bytes->n / 1e6 / total * 3600, w->heard_s / w->listen_cpu, total / built);
    fflush(stdout);
    free(refs);
    w->listen_cpu = w->heard_s = 0;
}

static struct sound excerpt(const struct sound *s, double start_s, double seconds)
{
    size_t from = (size_t)(start_s * SYNTH_HZ), n = (size_t)(seconds * SYNTH_HZ);
    if (from > s->n) from = s->n;
    return (struct sound){s->v + from, n < s->n - from ? n : s->n - from};
}

static void negatives(struct world *w)
{
    static const char *const names[] = {"unseen chant", "cover", "music", "speech"};
    struct landmark_match m[LANDMARK_MATCHES_MAX];
    static const double lengths[] = {20, 5, 3};
    for (int kind = 0; kind < 4; kind++)
        for (int k = 0; k < 3; k++) {
            float worst = 0, likely = 0;
            for (int i = 0; i < w->queries; i++) {
                struct sound s = kind == 0   ? synth_chant((uint64_t)i + 100000, 1000, 25)
                                 : kind == 1 ? synth_chant((uint64_t)(i % w->chants), 2000 + (uint64_t)i, 25)
                                 : kind == 2 ? synth_music((uint64_t)i, 25)
                                             : excerpt(&w->speech, i * 3.0, 20);
                struct sound part = excerpt(&s, kind == 3 ? 0 : 4, lengths[k]);
                size_t n = ask(w, &part, m);
                for (size_t j = 0; j < n; j++) {
                    worst = fmaxf(worst, m[j].score);
                    likely = fmaxf(likely, m[j].probability);
                }
                if (kind != 3) sound_free(&s);
            }
            printf("{\"bench\":\"hear\",\"what\":\"negative\",\"kind\":\"%s\",\"queries\":%d,\"seconds_"
                   "each\":%.0f,"
                   "\"highest_score\":%.1f,\"highest_probability\":%.3f}\n",
                   names[kind], w->queries, lengths[k], (double)worst, (double)likely);
            fflush(stdout);
            if (likely > w->worst) w->worst = likely;
        }
}

/* The score of the right recording at the right place when it is the best match; below 0 when it is not found. */
static float recalled(struct world *w, const struct edit *e, int chant, double start_s, double seconds,
                      uint64_t seed, float *probability)
{
    struct landmark_match m[LANDMARK_MATCHES_MAX];
    struct sound part = excerpt(&w->sounds[chant], start_s, seconds),
                 s = edit_apply(e, &part, &w->speech, seed);
    size_t n = ask(w, &s, m);
    float score = -1;
    double rate = e->speed * e->tempo;
    if (n && m[0].reference == (uint32_t)chant) {
        double at = m[0].start / 500.0 - m[0].query_start / 500.0 * rate;
        if (fabs(at - start_s) < 1.5) score = m[0].score, *probability = m[0].probability;
    }
    for (size_t i = 0; i < n; i++)
        if (m[i].reference != (uint32_t)chant && m[i].probability > w->worst) {
            w->worst = m[i].probability;
            printf("{\"bench\":\"hear\",\"what\":\"wrong reference\",\"edit\":\"%s\",\"score\":%.1f}\n",
                   e->name, (double)m[i].score);
        }
    sound_free(&s);
    return score;
}

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Wilson's interval of a share, 95 %. */
static void wilson(int found, int n, double out[2])
{
    double z = 1.96, p = (double)found / n, d = 1 + z * z / n, m = p + z * z / (2 * n);
    double r = z * sqrt(p * (1 - p) / n + z * z / (4.0 * n * n));
    out[0] = (m - r) / d;
    out[1] = (m + r) / d;
}

static void measure(struct world *w, const struct edit *e, double seconds)
{
    float *score = calloc((size_t)w->queries, sizeof *score),
          *sure = calloc((size_t)w->queries, sizeof *sure);
    if (!score || !sure) abort();
    int found = 0, any = 0;
    w->listen_cpu = w->query_cpu = w->heard_s = 0;
    for (int i = 0; i < w->queries; i++) {
        struct rng r = rng_of((uint64_t)i, 77);
        double taken = seconds * e->speed * e->tempo, start = rng_between(&r, 0, w->seconds - taken - 0.5);
        score[i] = recalled(w, e, i % w->chants, start, taken, (uint64_t)i, &sure[i]);
    }
    for (int i = 0; i < w->queries; i++) {
        found += sure[i] > w->worst && sure[i] >= 0.5f;
        any += score[i] > 0;
    }
    double interval[2];
    wilson(found, w->queries, interval);
    qsort(score, (size_t)w->queries, sizeof *score, ascending);
    printf("{\"bench\":\"hear\",\"what\":\"recall\",\"edit\":\"%s\",\"seconds\":%.0f,\"queries\":%d,"
           "\"recall\":%.3f,\"interval\":[%.3f,%.3f],\"aligned\":%.3f,\"wanted\":%.2f,\"score_tenth\":%.1f,"
           "\"score_median\":%.1f,"
           "\"listen_times_real\":%.0f,\"query_times_real\":%.0f}\n",
           e->name, seconds, w->queries, (double)found / w->queries, interval[0], interval[1],
           (double)any / w->queries, e->recall_wanted, (double)score[w->queries / 10],
           (double)score[w->queries / 2], w->heard_s / w->listen_cpu, w->heard_s / w->query_cpu);
    fflush(stdout);
    free(score);
    free(sure);
}

/* Tunes that nobody sings: pieces of a note or two of what was heard, in another order and at another height. */
static struct tune_print other_tune(const struct world *w, size_t number)
{
    enum { STEPS = 1400 };
    uint8_t *v = malloc(STEPS);
    struct rng r = rng_of(number, 79);
    const struct print *p = &w->prints[(size_t)(rng_unit(&r) * w->chants)];
    unsigned up = (unsigned)(rng_unit(&r) * TUNE_CLASSES);
    if (!v || p->tune.n < 20) abort();
    for (size_t n = 0; n < STEPS;) {
        size_t lasts = 3 + (size_t)(rng_unit(&r) * 9), at = (size_t)(rng_unit(&r) * (double)(p->tune.n - 12));
        for (; lasts > 0 && n < STEPS; lasts--, at++)
            v[n++] = p->tune.v[at] ? (uint8_t)((p->tune.v[at] - 1u + up) % TUNE_CLASSES + 1) : 0;
    }
    return (struct tune_print){v, STEPS};
}

/* The same tune in another performance, and tunes that are in no reference. */
static void tunes(struct world *w, double seconds)
{
    size_t nrefs = (size_t)w->chants + (size_t)(w->tune_hours * 3600 * 1e6 / TUNE_STEP_US / 1400);
    struct tune_print *refs = calloc(nrefs, sizeof *refs);
    int found = 0, wrong = 0, as_recording = 0;
    double interval[2], spent = 0;
    float best_wrong = 0;
    if (!refs) abort();
    for (int i = 0; i < w->chants; i++)
        refs[i] = (struct tune_print){w->prints[i].tune.v, w->prints[i].tune.n};
    for (size_t i = (size_t)w->chants; i < nrefs; i++) refs[i] = other_tune(w, i);
    struct tunes *index;
    size_t left_out;
    double began = cpu();
    if (tunes_new(refs, nrefs, &index, &left_out, NULL)) abort();
    double built = cpu() - began;
    for (int i = 0; i < 2 * w->queries; i++) {
        bool cover = i < w->queries;
        int tune = cover ? i % w->chants : i + 200000;
        struct sound all = synth_chant((uint64_t)tune, cover ? 3000 + (uint64_t)i : 1000, 35);
        struct sound s = excerpt(&all, 5, seconds);
        struct print p = {0};
        struct tune_match m[TUNE_MATCHES_MAX];
        struct landmark_match r[LANDMARK_MATCHES_MAX];
        size_t n = 0, nr = 0;
        listen(w, &s, &p);
        double start = cpu();
        if (tunes_query(index, p.tune.v, p.tune.n, m, &n, NULL)) abort();
        spent += cpu() - start;
        if (landmarks_query(w->index, w->scratch, p.v.v, p.v.n, r, &nr, NULL)) abort();
        as_recording += nr > 0 && r[0].probability >= 0.5f;
        bool own = cover && n > 0 && m[0].probability >= 0.5f && m[0].reference == (size_t)tune;
        found += own;
        for (size_t k = 0; k < n; k++) {
            if (cover && m[k].reference == (size_t)tune) continue;
            wrong += m[k].probability >= 0.5f;
            if (m[k].fit > best_wrong) best_wrong = m[k].fit;
        }
        VEC_DONE(&p.v);
        VEC_DONE(&p.tune);
        sound_free(&all);
    }
    wilson(found, w->queries, interval);
    printf("{\"bench\":\"hear\",\"what\":\"tune\",\"seconds\":%.0f,\"references\":%zu,\"build_s\":%.2f,"
           "\"covers\":%d,\"found\":%.3f,\"interval\":"
           "[%.3f,%.3f],"
           "\"unseen\":%d,\"wrong\":%d,\"best_wrong_fit\":%.3f,\"taken_for_recording\":%d,\"query_times_"
           "real\":%.0f}\n",
           seconds, nrefs, built, w->queries, (double)found / w->queries, interval[0], interval[1],
           w->queries, wrong, (double)best_wrong, as_recording, 2 * w->queries * seconds / spent);
    fflush(stdout);
    tunes_free(index);
    for (size_t i = (size_t)w->chants; i < nrefs; i++) free((void *)(uintptr_t)refs[i].v);
    free(refs);
}

static bool wanted(const struct world *w, const char *part)
{
    for (int i = 0; i < w->nonly && i < ONLY_MAX; i++)
        if (strcmp(w->only[i], part) == 0) return true;
    return w->nonly == 0;
}

/* ---- for others ---- */

static void export_one(const struct world *w, FILE *list, const char *kind, const char *name,
                       const struct sound *s, int chant, double seconds)
{
    static int number;
    char path[512];
    snprintf(path, sizeof path, "%s/%05d.wav", w->export, number++);
    if (wav_write(path, s)) {
        perror(path);
        exit(1);
    }
    fprintf(list, "%s\t%s\t%.0f\t%d\t%s\n", kind, name, seconds, chant, path);
}

/* kind, edit, seconds, chant (-1: in no reference), file */
static void export_all(struct world *w)
{
    static const double lengths[] = {10, 5, 3};
    char path[512];
    snprintf(path, sizeof path, "%s/list.tsv", w->export);
    FILE *list = fopen(path, "w");
    w->sounds = calloc((size_t)w->chants, sizeof *w->sounds);
    if (!list || !w->sounds) abort();
    for (int i = 0; i < w->chants; i++) {
        w->sounds[i] = synth_chant((uint64_t)i, 1000, w->seconds);
        export_one(w, list, "reference", "", &w->sounds[i], i, w->seconds);
    }
    for (int i = 0; i < w->queries; i++) {
        struct sound unseen = synth_chant((uint64_t)i + 100000, 1000, 20);
        struct sound cover = synth_chant((uint64_t)(i % w->chants), 2000 + (uint64_t)i, 20);
        export_one(w, list, "negative", "unseen chant", &unseen, -1, 20);
        export_one(w, list, "negative", "cover", &cover, i % w->chants, 20);
        sound_free(&unseen);
        sound_free(&cover);
    }
    for (size_t e = 0; e < nedits; e++)
        for (int k = 0; k < 3 && wanted(w, edits[e].name); k++)
            for (int i = 0; i < w->queries; i++) {
                struct rng r = rng_of((uint64_t)i, 77);
                double taken = lengths[k] * edits[e].speed * edits[e].tempo;
                double start = rng_between(&r, 0, w->seconds - taken - 0.5);
                struct sound part = excerpt(&w->sounds[i % w->chants], start, taken);
                struct sound s = edit_apply(&edits[e], &part, &w->speech, (uint64_t)i);
                export_one(w, list, "query", edits[e].name, &s, i % w->chants, lengths[k]);
                sound_free(&s);
            }
    fclose(list);
}

int main(int argc, char **argv)
{
    static const double lengths[] = {10, 5, 3};
    struct world w = {.chants = 20, .queries = 20, .seconds = 40};
    for (int i = 1; i < argc; i++) {
        const char *next = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--full") == 0)
            w.chants = 120, w.queries = 60, w.seconds = 60;
        else if (strcmp(argv[i], "--chants") == 0)
            w.chants = atoi(next), i++;
        else if (strcmp(argv[i], "--queries") == 0)
            w.queries = atoi(next), i++;
        else if (strcmp(argv[i], "--seconds") == 0)
            w.seconds = atof(next), i++;
        else if (strcmp(argv[i], "--only") == 0)
            w.only[w.nonly++ % ONLY_MAX] = next, i++;
        else if (strcmp(argv[i], "--large") == 0)
            w.marks = QUINT, w.halved = atoi(next), i++;
        else if (strcmp(argv[i], "--tune-hours") == 0)
            w.tune_hours = atof(next), i++;
        else if (strcmp(argv[i], "--export") == 0)
            w.export = next, i++;
        else
            return fprintf(stderr, "bench_hear: what is %s?\n", argv[i]), 2;
    }
    if (w.chants < 1 || w.queries < 1 || w.seconds < 20) return fprintf(stderr, "bench_hear: too small\n"), 2;
    struct buf bytes;
    buf_init(&bytes, 0);
    w.speech = synth_speech(5, 20 + 3.0 * w.queries);
    if (w.export) return export_all(&w), 0;
    make_index(&w, &bytes);
    if (wanted(&w, "negative")) negatives(&w);
    if (wanted(&w, "tune")) tunes(&w, 20), tunes(&w, 10);
    for (size_t e = 0; e < nedits; e++)
        for (size_t k = 0; k < 3; k++)
            if (wanted(&w, edits[e].name)) measure(&w, &edits[e], lengths[k]);
    for (int i = 0; i < w.chants; i++) {
        sound_free(&w.sounds[i]);
        VEC_DONE(&w.prints[i].v);
        VEC_DONE(&w.prints[i].tune);
    }
    free(w.sounds);
    free(w.prints);
    sound_free(&w.speech);
    landmark_scratch_free(w.scratch);
    landmarks_free(w.index);
    buf_done(&bytes);
    return 0;
}
