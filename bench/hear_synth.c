/* Source and filter: each voice is a sum of partials under vowels' formants, with vibrato, glides and breaths; the
 * choir's voices are a little late and out of tune with each other; a room of combs and all-passes around it. */
#include "hear_synth.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TABLE = 4096, CONTROL = 80, PARTIALS = 24, NOTES_MAX = 600, PHRASE_MAX = 14 };

void sound_free(struct sound *s)
{
    free(s->v);
    s->v = NULL;
    s->n = 0;
}

struct rng rng_of(uint64_t a, uint64_t b)
{
    struct rng r = {(a + 1) * 0x9e3779b97f4a7c15u ^ (b + 7) * 0xd1b54a32d192ed03u};
    for (int i = 0; i < 4; i++) (void)rng_unit(&r);
    return r;
}

double rng_unit(struct rng *r)
{
    r->state += 0x9e3779b97f4a7c15u;
    uint64_t z = r->state;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (double)((z ^ z >> 31) >> 11) / 9007199254740992.0;
}
double rng_between(struct rng *r, double a, double b) { return a + (b - a) * rng_unit(r); }
double rng_normal(struct rng *r) { return sqrt(-2 * log(1 - rng_unit(r))) * cos(2 * M_PI * rng_unit(r)); }

static struct sound sound_new(double seconds)
{
    struct sound s = {NULL, (size_t)(seconds * SYNTH_HZ)};
    s.v = calloc(s.n + 1, sizeof *s.v);
    if (!s.v) abort();
    return s;
}

static const float *sine_table(void)
{
    static float table[TABLE + 1];
    if (table[TABLE / 4] < 1)
        for (int i = 0; i <= TABLE; i++) table[i] = (float)sin(2 * M_PI * i / TABLE);
    return table;
}

static void room(struct sound *s, double wet, double decay_s, uint64_t seed)
{
    static const int combs[] = {1116, 1188, 1277, 1356, 1422, 1491};
    struct rng r = rng_of(seed, 99);
    float *out = calloc(s->n, sizeof *out), *line = calloc(4096, sizeof *line);
    if (!out || !line) abort();
    for (int c = 0; c < 6; c++) {
        int delay = (int)(combs[c] * 0.5 * rng_between(&r, 0.9, 1.3));
        float back = (float)pow(10, -3.0 * delay / (decay_s * SYNTH_HZ)), low = 0;
        memset(line, 0, 4096 * sizeof *line);
        for (size_t i = 0; i < s->n; i++) {
            float y = line[i % (size_t)delay];
            low += 0.6f * (y - low);
            line[i % (size_t)delay] = s->v[i] + back * low;
            out[i] += y / 6;
        }
    }
    for (size_t i = 0; i < s->n; i++) s->v[i] += (float)wet * out[i];
    free(out);
    free(line);
}

static void level(struct sound *s, double rms)
{
    double sum = 1e-12;
    for (size_t i = 0; i < s->n; i++) sum += (double)s->v[i] * (double)s->v[i];
    double gain = rms / sqrt(sum / (double)(s->n ? s->n : 1));
    for (size_t i = 0; i < s->n; i++) s->v[i] *= (float)gain;
}

/* ---- tunes ---- */

/* Steps in cents within an octave: rast, bayati, hijaz, nahawand, saba, sikah, kurd, ajam. */
static const int scales[8][7] = {
    {0, 200, 350, 500, 700, 900, 1050}, {0, 150, 300, 500, 700, 800, 1000},
    {0, 100, 400, 500, 700, 800, 1000}, {0, 200, 300, 500, 700, 800, 1100},
    {0, 150, 300, 400, 700, 800, 1000}, {0, 150, 350, 550, 700, 850, 1050},
    {0, 100, 300, 500, 700, 800, 1000}, {0, 200, 400, 500, 700, 900, 1100},
};

struct note {
    double start_s, end_s, cents;
    int vowel;
};
struct tune {
    struct note notes[NOTES_MAX];
    int n;
    double tonic_hz;
};

static int phrase(struct rng *r, const int *scale, double *beats, double *cents, int *vowels)
{
    int n = 6 + (int)(rng_unit(r) * (PHRASE_MAX - 6)), degree = (int)(rng_unit(r) * 6);
    for (int i = 0; i < n; i++) {
        static const double lengths[] = {0.5, 0.5, 1, 1, 1, 1.5, 2};
        degree += (int)floor(rng_unit(r) * 5) - 2;
        if (degree < -2) degree = 0;
        if (degree > 9) degree = 7;
        int octave = degree < 0 ? -1 : degree / 7;
        cents[i] = scale[(degree + 7) % 7] + 1200 * octave;
        beats[i] = i == n - 1 ? 3 : lengths[(int)(rng_unit(r) * 7)];
        vowels[i] = (int)(rng_unit(r) * 5);
    }
    return n;
}

static void compose(struct tune *t, uint64_t tune, uint64_t performance, double seconds)
{
    static const char form[] = "ABRACRADRBER";
    struct rng r = rng_of(tune, 1), p = rng_of(performance, 2 + tune);
    const int *scale = scales[(int)(rng_unit(&r) * 8)];
    double beat = rng_between(&r, 0.28, 0.5) * rng_between(&p, 0.93, 1.07), at = 0.2;
    double beats[6][PHRASE_MAX], cents[6][PHRASE_MAX];
    int vowels[6][PHRASE_MAX], n[6];
    t->tonic_hz = rng_between(&r, 130, 220) * pow(2, rng_between(&p, -3, 3) / 12);
    for (int i = 0; i < 6; i++) n[i] = phrase(&r, scale, beats[i], cents[i], vowels[i]);
    t->n = 0;
    for (int k = 0; at < seconds; k++) {
        int letter = form[k % 12], i = letter == 'R' ? 5 : letter - 'A';
        for (int j = 0; j < n[i] && t->n < NOTES_MAX; j++) {
            double lasts = beats[i][j] * beat * exp(0.05 * rng_normal(&p));
            int vowel = rng_unit(&p) < 0.85 ? vowels[i][j] : (int)(rng_unit(&p) * 5);
            t->notes[t->n++] = (struct note){at, at + lasts, cents[i][j] + 8 * rng_normal(&p), vowel};
            at += lasts;
        }
        at += beat * rng_between(&p, 0.3, 1.2);
    }
}

/* ---- voices ---- */

static double formants(int vowel, double shift, double hz)
{
    static const double f[5][3] = {
        {730, 1190, 2540}, {530, 1840, 2480}, {290, 2250, 3010}, {570, 880, 2410}, {320, 900, 2240}};
    static const double a[3] = {1, 0.5, 0.22};
    double sum = 0.01;
    for (int i = 0; i < 3; i++) {
        double x = (hz - f[vowel][i] * shift) / (70 + 0.06 * f[vowel][i]);
        sum += a[i] / (1 + x * x);
    }
    return sum;
}

struct voice {
    double ratio, late_s, loud, formant, vibrato_hz, vibrato_cents, sharp_cents;
};

static void sing(struct sound *s, const struct tune *t, const struct voice *v, struct rng *r)
{
    const float *sine = sine_table();
    double phase = 0, cents = 0, vibrato = rng_unit(r), drift = 0, depth = 0;
    float amp[PARTIALS] = {0}, next[PARTIALS];
    int at = 0;
    for (size_t i = 0; i + CONTROL <= s->n; i += CONTROL) {
        double now = (double)i / SYNTH_HZ - v->late_s;
        while (at + 1 < t->n && now >= t->notes[at + 1].start_s) {
            at++;
            depth = 0;
            vibrato += rng_unit(r) * 0.3;
        }
        const struct note *note = &t->notes[at];
        double in = now - note->start_s, left = note->end_s - now, dt = (double)CONTROL / SYNTH_HZ;
        double envelope = in < 0 || left < 0 ? 0 : fmin(1, in / 0.05 + 0.25) * fmin(1, left / 0.06 + 0.1);
        drift += 0.02 * (6 * rng_normal(r) - drift);
        depth += (v->vibrato_cents - depth) * dt / 0.35;
        vibrato += v->vibrato_hz * dt * (1 + 0.05 * rng_normal(r));
        cents += (note->cents + v->sharp_cents - cents) * fmin(1, dt / 0.035);
        double hz = t->tonic_hz * v->ratio * pow(2, (cents + drift + depth * sin(2 * M_PI * vibrato)) / 1200);
        for (int k = 0; k < PARTIALS; k++) {
            double f = hz * (k + 1);
            next[k] = f < 7500
                          ? (float)(envelope * v->loud * formants(note->vowel, v->formant, f) / sqrt(k + 1.0))
                          : 0;
        }
        for (int j = 0; j < CONTROL; j++) {
            phase += hz / SYNTH_HZ;
            phase -= floor(phase);
            float sum = 0, w = (float)j / CONTROL, ph = (float)phase * TABLE;
            for (int k = 0; k < PARTIALS; k++)
                sum +=
                    (amp[k] + (next[k] - amp[k]) * w) * sine[(unsigned)(ph * (float)(k + 1)) & (TABLE - 1)];
            s->v[i + (size_t)j] += sum;
        }
        memcpy(amp, next, sizeof amp);
    }
}

struct sound synth_chant(uint64_t tune, uint64_t performance, double seconds)
{
    static const double ratios[] = {1, 1, 0.5, 1, 2.0 / 3, 2};
    struct sound s = sound_new(seconds);
    struct tune *t = malloc(sizeof *t);
    struct rng r = rng_of(performance, 3 + tune);
    if (!t) abort();
    compose(t, tune, performance, seconds);
    int voices = 2 + (int)(rng_unit(&r) * 4);
    for (int i = 0; i < voices; i++) {
        struct voice v = {.ratio = ratios[i % 6],
                          .late_s = fabs(0.025 * rng_normal(&r)),
                          .loud = i == 0 ? 1 : rng_between(&r, 0.3, 0.8),
                          .formant = rng_between(&r, 0.88, 1.12),
                          .vibrato_hz = rng_between(&r, 4.6, 6.4),
                          .vibrato_cents = rng_between(&r, 10, 55),
                          .sharp_cents = 7 * rng_normal(&r)};
        sing(&s, t, &v, &r);
    }
    room(&s, rng_between(&r, 0.15, 0.7), rng_between(&r, 0.5, 1.8), performance);
    level(&s, 0.08);
    free(t);
    return s;
}

/* ---- music ---- */

struct sound synth_music(uint64_t seed, double seconds)
{
    struct sound s = sound_new(seconds);
    struct rng r = rng_of(seed, 11);
    const int *scale = scales[(int)(rng_unit(&r) * 8)];
    double root = rng_between(&r, 110, 260), beat = rng_between(&r, 0.2, 0.45),
           bright = rng_between(&r, 0.4, 0.8);
    int degree = 0;
    for (double at = 0; at < seconds; at += beat) {
        int count = rng_unit(&r) < 0.4 ? 3 : 1;
        degree += (int)(rng_unit(&r) * 7) - 3;
        if (degree < 0 || degree > 13) degree = 4;
        for (int c = 0; c < count; c++) {
            int d = degree + 2 * c;
            double hz = root * pow(2, (scale[d % 7] + 1200 * (d / 7)) / 1200.0),
                   tau = rng_between(&r, 0.15, 0.6);
            size_t from = (size_t)(at * SYNTH_HZ), lasts = (size_t)(3 * tau * SYNTH_HZ);
            for (size_t i = from; i < s.n && i < from + lasts; i++) {
                double x = (double)(i - from) / SYNTH_HZ, sum = 0, gain = 1;
                for (int k = 1; k <= 8 && hz * k < 7000; k++, gain *= bright)
                    sum += gain * sin(2 * M_PI * hz * k * x);
                s.v[i] += (float)(0.2 * exp(-x / tau) * sum);
            }
        }
        if (rng_unit(&r) < 0.6) {
            size_t from = (size_t)(at * SYNTH_HZ);
            double tau = rng_between(&r, 0.01, 0.06);
            for (size_t i = from; i < s.n && i < from + SYNTH_HZ / 5; i++)
                s.v[i] += (float)(0.6 * exp(-(double)(i - from) / SYNTH_HZ / tau) * (2 * rng_unit(&r) - 1));
        }
    }
    level(&s, 0.08);
    return s;
}

/* ---- speech ---- */

static void babble(char *out, size_t cap, struct rng *r, int language)
{
    static const char *const ar[] = {"با", "تي", "دو", "را", "سي", "شو", "عا", "في", "قو", "لا",
                                     "مي", "نو", "ها", "وي", "يا", "كم", "حر", "خط", "جن"};
    static const char *const la[] = {"ba",  "ti", "dou", "ra",  "si",  "chan", "la",  "fi",  "co",
                                     "mer", "pa", "no",  "ven", "tal", "gri",  "stu", "ple", "or"};
    size_t n = 0;
    while (n + 16 < cap) {
        int syllables = 1 + (int)(rng_unit(r) * 3);
        for (int i = 0; i < syllables; i++) {
            const char *syllable = language == 0 ? ar[(int)(rng_unit(r) * 19)] : la[(int)(rng_unit(r) * 18)];
            n += (size_t)snprintf(out + n, cap - n, "%s", syllable);
        }
        n += (size_t)snprintf(out + n, cap - n, "%s", rng_unit(r) < 0.12 ? ", " : " ");
    }
}

/* espeak-ng's 22,050 Hz WAV on its standard output, as samples. */
static struct sound espeak(uint64_t seed)
{
    static const char *const voices[] = {"ar", "fr", "en", "ar+f2", "fr+m3", "en+f4"};
    struct rng r = rng_of(seed, 21);
    int voice = (int)(rng_unit(&r) * 6), fds[2];
    char text[900], speed[16], pitch[16];
    struct sound s = {NULL, 0};
    babble(text, sizeof text, &r, voice % 3);
    snprintf(speed, sizeof speed, "%d", (int)rng_between(&r, 130, 190));
    snprintf(pitch, sizeof pitch, "%d", (int)rng_between(&r, 25, 75));
    if (pipe(fds)) return s;
    pid_t pid = fork();
    if (pid == 0) {
        dup2(fds[1], 1);
        close(fds[0]);
        execlp("espeak-ng", "espeak-ng", "-v", voices[voice], "-s", speed, "-p", pitch, "--stdout", text,
               (char *)NULL);
        _exit(127);
    }
    close(fds[1]);
    size_t cap = 0, n = 0;
    int16_t *v = NULL;
    for (ssize_t got = 1; pid > 0 && got > 0;) {
        if (n + 65536 > cap) v = realloc(v, cap = cap * 2 + 131072);
        if (!v) abort();
        got = read(fds[0], (char *)v + n, 65536);
        if (got > 0) n += (size_t)got;
    }
    close(fds[0]);
    if (pid > 0) waitpid(pid, NULL, 0);
    size_t head = 22, in = n / 2 > head ? n / 2 - head : 0;
    if (in > 22050) {
        s = sound_new((double)in / 22050);
        for (size_t i = 0; i < s.n; i++) {
            double x = (double)i * 22050 / SYNTH_HZ;
            size_t k = (size_t)x;
            double w = x - (double)k;
            if (k + 1 < in) s.v[i] = (float)((v[head + k] * (1 - w) + v[head + k + 1] * w) / 32768);
        }
    }
    free(v);
    return s;
}

static struct sound syllables(uint64_t seed, double seconds)
{
    struct sound s = sound_new(seconds);
    struct tune *t = calloc(1, sizeof *t);
    struct rng r = rng_of(seed, 22);
    if (!t) abort();
    t->tonic_hz = rng_between(&r, 90, 210);
    for (double at = 0; at < seconds && t->n < NOTES_MAX;) {
        double lasts = rng_between(&r, 0.08, 0.28);
        t->notes[t->n++] = (struct note){at, at + lasts, 250 * rng_normal(&r), (int)(rng_unit(&r) * 5)};
        at += lasts + (rng_unit(&r) < 0.15 ? 0.3 : rng_between(&r, 0, 0.09));
    }
    struct voice v = {.ratio = 1, .loud = 1, .formant = rng_between(&r, 0.9, 1.15)};
    sing(&s, t, &v, &r);
    free(t);
    return s;
}

struct sound synth_speech(uint64_t seed, double seconds)
{
    struct sound s = sound_new(seconds);
    for (size_t at = 0, k = 0; at < s.n; k++) {
        struct sound part = espeak(seed * 131 + k);
        if (part.n == 0) part = syllables(seed * 131 + k, seconds);
        size_t n = part.n < s.n - at ? part.n : s.n - at;
        memcpy(s.v + at, part.v, n * sizeof *s.v);
        at += n;
        sound_free(&part);
    }
    level(&s, 0.08);
    return s;
}
