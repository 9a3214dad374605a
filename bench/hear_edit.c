/* Speed by resampling, tempo by overlapping similar pieces (WSOLA), pitch by both, phone and room by filters, AAC by
 * ffmpeg. */
#include "hear_edit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PLAIN .speed = 1, .tempo = 1, .noise_db = NAN, .speech_db = NAN

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
const struct edit edits[] = {
    {"clean", PLAIN, .recall_wanted = 0.98},
    {"aac 32k", PLAIN, .aac_kbps = 32, .recall_wanted = 0.98},
    {"phone band", PLAIN, .phone = 1, .recall_wanted = 0.98},
    {"reverb", PLAIN, .room = 1, .recall_wanted = 0.98},
    {"white noise 0 dB", PLAIN, .noise_db = 0, .recall_wanted = 0.95},
    {"speech 0 dB", PLAIN, .speech_db = 0, .recall_wanted = 0.9},
    {"speech 6 dB above", PLAIN, .speech_db = 6, .recall_wanted = 0.75},
    {"speed 0.9", PLAIN, .speed = 0.9, .recall_wanted = 0.95},
    {"speed 1.05", PLAIN, .speed = 1.05, .recall_wanted = 0.95},
    {"speed 1.1", PLAIN, .speed = 1.1, .recall_wanted = 0.95},
    {"speed 0.8", PLAIN, .speed = 0.8, .recall_wanted = 0.9},
    {"speed 1.25", PLAIN, .speed = 1.25, .recall_wanted = 0.9},
    {"tempo 0.9", PLAIN, .tempo = 0.9, .recall_wanted = 0.95},
    {"tempo 1.1", PLAIN, .tempo = 1.1, .recall_wanted = 0.95},
    {"tempo 1.25", PLAIN, .tempo = 1.25, .recall_wanted = 0.9},
    {"pitch +1", PLAIN, .semitones = 1, .recall_wanted = 0.95},
    {"pitch +2", PLAIN, .semitones = 2, .recall_wanted = 0.9},
    {"pitch -2", PLAIN, .semitones = -2, .recall_wanted = 0.9},
    {"speed 1.25, speech 0 dB, aac 32k", PLAIN, .speed = 1.25, .speech_db = 0, .aac_kbps = 32,
     .recall_wanted = 0.8},
};
#pragma GCC diagnostic pop
const size_t nedits = sizeof edits / sizeof *edits;

static struct sound sound_of(size_t n)
{
    struct sound s = {calloc(n + 1, sizeof(float)), n};
    if (!s.v) abort();
    return s;
}

static struct sound copy(const struct sound *in)
{
    struct sound s = sound_of(in->n);
    memcpy(s.v, in->v, in->n * sizeof *s.v);
    return s;
}

static double power(const struct sound *s)
{
    double sum = 1e-12;
    for (size_t i = 0; i < s->n; i++) sum += (double)s->v[i] * (double)s->v[i];
    return sum / (double)(s->n ? s->n : 1);
}

/* rate > 1: shorter and higher. */
static struct sound resampled(const struct sound *in, double rate)
{
    struct sound s = sound_of((size_t)((double)in->n / rate));
    double cut = rate > 1 ? 1 / rate : 1;
    for (size_t i = 0; i < s.n; i++) {
        double x = (double)i * rate, sum = 0;
        int64_t middle = (int64_t)x;
        for (int64_t k = middle - 15; k <= middle + 16; k++) {
            if (k < 0 || k >= (int64_t)in->n) continue;
            double d = x - (double)k, w = 0.5 + 0.5 * cos(M_PI * d / 16.5);
            sum += (double)in->v[k] * w * cut * (fabs(d) < 1e-9 ? 1 : sin(M_PI * cut * d) / (M_PI * cut * d));
        }
        s.v[i] = (float)sum;
    }
    return s;
}

static int64_t most_alike(const struct sound *in, int64_t want, int64_t natural, int reach, int n)
{
    int64_t best = want;
    double best_sum = -1e30;
    for (int64_t d = -reach; d <= reach; d += 2) {
        double sum = 0;
        if (want + d < 0 || want + d + n >= (int64_t)in->n || natural + n >= (int64_t)in->n) continue;
        for (int i = 0; i < n; i += 2) sum += (double)in->v[want + d + i] * (double)in->v[natural + i];
        if (sum > best_sum) best_sum = sum, best = want + d;
    }
    return best;
}

/* tempo > 1: shorter at the same pitch. */
static struct sound stretched(const struct sound *in, double tempo)
{
    enum { PIECE = 640, HALF = PIECE / 2, REACH = 160 };
    struct sound s = sound_of((size_t)((double)in->n / tempo));
    int64_t from = 0;
    for (size_t at = 0; at + PIECE < s.n; at += HALF) {
        int64_t want = (int64_t)((double)at * tempo);
        int64_t p = at == 0 ? 0 : most_alike(in, want, from + HALF, REACH, HALF);
        for (int i = 0; i < PIECE && p + i < (int64_t)in->n; i++)
            s.v[at + (size_t)i] += in->v[p + i] * (float)(0.5 - 0.5 * cos(2 * M_PI * (i + 0.5) / PIECE));
        from = p;
    }
    return s;
}

static void biquad(struct sound *s, double hz, int high)
{
    double w = 2 * M_PI * hz / SYNTH_HZ, a = sin(w) / 1.414, c = cos(w), a0 = 1 + a;
    double b1 = high ? -(1 + c) : 1 - c, b0 = fabs(b1) / 2, x1 = 0, x2 = 0, y1 = 0, y2 = 0;
    for (size_t i = 0; i < s->n; i++) {
        double x = (double)s->v[i], y = (b0 * x + b1 * x1 + b0 * x2 + 2 * c * y1 - (1 - a) * y2) / a0;
        x2 = x1, x1 = x, y2 = y1, y1 = y;
        s->v[i] = (float)y;
    }
}

static void phone(struct sound *s)
{
    for (int i = 0; i < 2; i++) {
        biquad(s, 300, 1);
        biquad(s, 3400, 0);
    }
}

/* 0.9 s of decaying noise, thinned. */
static void reverb(struct sound *s, uint64_t seed)
{
    enum { TAPS = 900 };
    struct rng r = rng_of(seed, 31);
    struct sound dry = copy(s);
    for (int t = 0; t < TAPS; t++) {
        double at = rng_between(&r, 0.004, 0.9);
        size_t delay = (size_t)(at * SYNTH_HZ);
        float gain = (float)(0.09 * exp(-at / 0.16) * rng_normal(&r));
        for (size_t i = delay; i < s->n; i++) s->v[i] += gain * dry.v[i - delay];
    }
    sound_free(&dry);
}

static void add_noise(struct sound *s, double db, uint64_t seed)
{
    struct rng r = rng_of(seed, 32);
    double gain = sqrt(power(s) * pow(10, db / 10));
    for (size_t i = 0; i < s->n; i++) s->v[i] += (float)(gain * rng_normal(&r));
}

static void add_speech(struct sound *s, const struct sound *speech, double db, uint64_t seed)
{
    if (speech->n <= s->n) return;
    struct rng r = rng_of(seed, 33);
    size_t from = (size_t)(rng_unit(&r) * (double)(speech->n - s->n));
    struct sound part = {speech->v + from, s->n};
    float gain = (float)sqrt(power(s) * pow(10, db / 10) / power(&part));
    for (size_t i = 0; i < s->n; i++) s->v[i] += gain * part.v[i];
}

/* ---- files ---- */

static void put32(FILE *f, uint32_t v) { fwrite(&v, 4, 1, f); }
static void put16(FILE *f, uint16_t v) { fwrite(&v, 2, 1, f); }

int wav_write(const char *path, const struct sound *s)
{
    FILE *f = fopen(path, "wb");
    if (!f) return -1;
    uint32_t bytes = (uint32_t)s->n * 2;
    fwrite("RIFF", 4, 1, f), put32(f, 36 + bytes), fwrite("WAVEfmt ", 8, 1, f), put32(f, 16);
    put16(f, 1), put16(f, 1), put32(f, SYNTH_HZ), put32(f, SYNTH_HZ * 2), put16(f, 2), put16(f, 16);
    fwrite("data", 4, 1, f), put32(f, bytes);
    for (size_t i = 0; i < s->n; i++)
        put16(f, (uint16_t)(int16_t)lrintf(32000 * fmaxf(-1, fminf(1, s->v[i]))));
    return fclose(f) ? -1 : 0;
}

static struct sound through_aac(const struct sound *in, int kbps)
{
    char dir[] = "/tmp/hear-XXXXXX", command[512], path[64];
    struct sound s = sound_of(in->n);
    size_t got = 0;
    if (!mkdtemp(dir)) abort();
    snprintf(path, sizeof path, "%s/in.wav", dir);
    snprintf(command, sizeof command,
             "cd %s && ffmpeg -loglevel error -y -i in.wav -c:a aac -b:a %dk x.m4a && ffmpeg -loglevel error "
             "-y -i x.m4a -f f32le -ar %d -ac 1 out",
             dir, kbps, SYNTH_HZ);
    if (wav_write(path, in) == 0 && system(command) == 0) {
        snprintf(path, sizeof path, "%s/out", dir);
        FILE *f = fopen(path, "rb");
        if (f) {
            got = fread(s.v, sizeof(float), s.n, f);
            fclose(f);
        }
    }
    snprintf(command, sizeof command, "rm -r %s", dir);
    if (system(command)) perror(dir);
    s.n = got;
    return s;
}

static void replace(struct sound *s, struct sound with)
{
    sound_free(s);
    *s = with;
}

struct sound edit_apply(const struct edit *e, const struct sound *in, const struct sound *speech,
                        uint64_t seed)
{
    struct sound s = copy(in);
    double up = pow(2, e->semitones / 12);
    if (e->speed != 1) replace(&s, resampled(&s, e->speed));
    if (up != 1) replace(&s, resampled(&s, up));
    if (e->tempo != 1 || up != 1) replace(&s, stretched(&s, e->tempo / up));
    if (e->room) reverb(&s, seed);
    if (!isnan(e->noise_db)) add_noise(&s, e->noise_db, seed);
    if (!isnan(e->speech_db)) add_speech(&s, speech, e->speech_db, seed);
    if (e->phone) phone(&s);
    if (e->aac_kbps) replace(&s, through_aac(&s, e->aac_kbps));
    return s;
}
