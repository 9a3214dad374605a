/* Fits the table of src/sound/marks.c on made sounds, or measures it on others.
 *
 *     hear_marks --fit > src/sound/marks_table.c        hear_marks [--clips N]
 *
 * A clip is 12 s of one class: speech by espeak-ng, chants, plucked music, noise of eight colours, silence (a little
 * noise far below). Each as it is or through a phone's band, in a room, over noise 20 dB below, at 32 kbit/s, at any of
 * four levels. Fitting and measuring draw from different seeds. The measure is per half second, over the whole way from
 * samples to marks, and also on clips of 36 s that change class twice. One JSON object per class. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "hear_edit.h"
#include "sound/marks_priv.h"

enum { SECONDS = 12, STEPS = 1500 };

struct example {
    float x[MARK_FEATURES];
    int class;
};
static struct VEC(struct example) examples;
static struct sound speech[2];

static struct sound made_noise(uint64_t seed, double seconds)
{
    struct rng r = rng_of(seed, 61);
    struct sound s = synth_music(0, 0.1);
    sound_free(&s);
    s.n = (size_t)(seconds * SYNTH_HZ);
    s.v = calloc(s.n + 1, sizeof *s.v);
    if (!s.v) abort();
    int colour = (int)(rng_unit(&r) * 4);
    double low = 0, a = colour == 0 ? 1 : rng_between(&r, 0.02, 0.5), beat = rng_between(&r, 0.1, 1.2),
           y1 = 0, y2 = 0;
    double hz = rng_between(&r, 200, 2500), radius = 0.97, rumble = 0;
    for (size_t i = 0; i < s.n; i++) {
        double x = rng_normal(&r), t = (double)i / SYNTH_HZ;
        low += a * (x - low);
        double y = x + 2 * radius * cos(2 * M_PI * hz / SYNTH_HZ) * y1 - radius * radius * y2;
        y2 = y1, y1 = y;
        rumble += 0.0005 * (x - rumble);
        double v = colour == 3 ? y * 0.1 : low;
        s.v[i] = (float)(v * (seed % 2 ? 1 + 0.7 * sin(2 * M_PI * beat * t + 40 * rumble) : 1));
    }
    double power = 1e-12;
    for (size_t i = 0; i < s.n; i++) power += (double)s.v[i] * (double)s.v[i];
    float gain = (float)(0.08 / sqrt(power / (double)s.n));
    for (size_t i = 0; i < s.n; i++) s.v[i] *= gain;
    return s;
}

static struct sound made(int class, uint64_t seed, int held_out)
{
    struct rng r = rng_of(seed, 60 + (uint64_t)held_out);
    struct edit e = edits[0];
    uint64_t id = seed + (held_out ? 910000 : 900000);
    struct sound s;
    if (class == SOUND_SPEECH) {
        size_t n = SECONDS * SYNTH_HZ, from = (size_t)(rng_unit(&r) * (double)(speech[held_out].n - n));
        struct sound part = {speech[held_out].v + from, n};
        s = edit_apply(&e, &part, NULL, 0);
    } else {
        s = class == SOUND_CHANT   ? synth_chant(id, 1000, SECONDS)
            : class == SOUND_MUSIC ? synth_music(id, SECONDS)
                                   : made_noise(id, SECONDS);
    }
    int how = (int)(rng_unit(&r) * 5);
    e.phone = how == 1;
    e.room = how == 2;
    if (how == 3 && class > SOUND_NOISE) e.noise_db = -20;
    if (how == 4) e.aac_kbps = 32;
    struct sound out = edit_apply(&e, &s, NULL, seed);
    sound_free(&s);
    static const float gains[] = {3, 1, 0.3f, 0.1f};
    float gain = class == SOUND_SILENCE ? 0.0003f : gains[(int)(rng_unit(&r) * 4)];
    for (size_t i = 0; i < out.n; i++) out.v[i] *= gain;
    return out;
}

static int no_landmark(void *arg, const struct landmark *l) { return 0; }

static struct VEC(struct sound_mark) marks;
static int take_mark(void *arg, const struct sound_mark *m) { return VEC_PUSH(&marks, *m); }

static int class_now;
static void take_window(void *arg, const float *features)
{
    struct example e = {.class = class_now};
    if (!features) return;
    memcpy(e.x, features, sizeof e.x);
    if (VEC_PUSH(&examples, e)) abort();
}

/* The way of the listener with an ear at the windows. */
static void windows_of(const struct sound *s)
{
    struct listener *l;
    struct listener_sink sink = {.landmark = no_landmark, .mark = take_mark};
    struct marks_tap tap = {take_window, NULL};
    marks.n = 0;
    if (listener_new(SYNTH_HZ, 1, &sink, &l, NULL)) abort();
    marks_listen_in(listener_marks(l), &tap);
    if (listener_push(l, s->v, s->n) || listener_end(l)) abort();
    listener_free(l);
}

static void fit(void)
{
    static double weight[MARK_CLASSES][MARK_INPUTS], speed[MARK_CLASSES][MARK_INPUTS];
    double mean[MARK_FEATURES] = {0}, spread[MARK_FEATURES] = {0};
    size_t n = examples.n;
    for (size_t k = 0; k < n; k++)
        for (int i = 0; i < MARK_FEATURES; i++) mean[i] += (double)examples.v[k].x[i] / (double)n;
    for (size_t k = 0; k < n; k++)
        for (int i = 0; i < MARK_FEATURES; i++)
            spread[i] += pow((double)examples.v[k].x[i] - mean[i], 2) / (double)n;
    float(*in)[MARK_INPUTS] = malloc(n * sizeof *in);
    if (!in) abort();
    for (size_t k = 0; k < n; k++) {
        for (int i = 0; i < MARK_FEATURES; i++) {
            double z = ((double)examples.v[k].x[i] - mean[i]) / sqrt(spread[i] + 1e-12);
            z = z > 4 ? 4 : z < -4 ? -4 : z;
            in[k][2 * i] = (float)z;
            in[k][2 * i + 1] = (float)(z * z - 1);
        }
        in[k][MARK_INPUTS - 1] = 1;
    }
    for (int step = 0; step < STEPS; step++) {
        static double grad[MARK_CLASSES][MARK_INPUTS];
        memset(grad, 0, sizeof grad);
        for (size_t k = 0; k < n; k++) {
            double p[MARK_CLASSES], sum = 0;
            for (int c = 0; c < MARK_CLASSES; c++) {
                p[c] = 0;
                for (int i = 0; i < MARK_INPUTS; i++) p[c] += weight[c][i] * (double)in[k][i];
                sum += p[c] = exp(p[c]);
            }
            for (int c = 0; c < MARK_CLASSES; c++) {
                double off = p[c] / sum - (examples.v[k].class == c + MARK_FIRST);
                for (int i = 0; i < MARK_INPUTS; i++) grad[c][i] += off * (double)in[k][i] / (double)n;
            }
        }
        for (int c = 0; c < MARK_CLASSES; c++)
            for (int i = 0; i < MARK_INPUTS; i++) {
                grad[c][i] += 0.002 * weight[c][i];
                speed[c][i] = 0.9 * speed[c][i] - 0.15 * grad[c][i];
                weight[c][i] += speed[c][i];
            }
    }
    printf("/* Made by bench/hear_marks --fit from made sounds: not for editing. Classes: noise, speech, "
           "chant, music. */\n"
           "#include \"sound/marks_priv.h\"\n\n/* clang-format off */\nconst float mark_mean[MARK_FEATURES] "
           "= {");
    for (int i = 0; i < MARK_FEATURES; i++) printf("%s%.5ff", i ? ", " : "", mean[i]);
    printf("};\nconst float mark_scale[MARK_FEATURES] = {");
    for (int i = 0; i < MARK_FEATURES; i++) printf("%s%.5ff", i ? ", " : "", 1 / sqrt(spread[i] + 1e-12));
    printf("};\nconst float mark_weight[MARK_CLASSES][MARK_INPUTS] = {\n");
    for (int c = 0; c < MARK_CLASSES; c++) {
        printf("    {");
        for (int i = 0; i < MARK_INPUTS; i++) printf("%s%.4ff", i ? ", " : "", weight[c][i]);
        printf("},\n");
    }
    printf("};\n/* clang-format on */\n");
    free(in);
}

static int class_at(uint32_t part)
{
    for (size_t i = 0; i < marks.n; i++)
        if (part >= marks.v[i].start && part < marks.v[i].end) return marks.v[i].class;
    return -1;
}

static void count(const struct sound *s, const int *truth, int ntruth,
                  int table[SOUND_CLASS_COUNT][SOUND_CLASS_COUNT + 1])
{
    windows_of(s);
    uint32_t parts = (uint32_t)((double)s->n / SYNTH_HZ / (SOUND_MARK_US * 1e-6));
    for (uint32_t i = 0; i < parts; i++) {
        int got = class_at(i), is = truth[(size_t)i * (size_t)ntruth / parts];
        table[is][got < 0 ? SOUND_CLASS_COUNT : got]++;
    }
}

static void print_f1(const char *set, int table[SOUND_CLASS_COUNT][SOUND_CLASS_COUNT + 1])
{
    static const char *const names[] = {"silence", "noise", "speech", "chant", "music"};
    for (int c = 0; c < SOUND_CLASS_COUNT; c++) {
        double hit = table[c][c], is = 0, said = 0;
        for (int k = 0; k <= SOUND_CLASS_COUNT; k++) is += table[c][k];
        for (int k = 0; k < SOUND_CLASS_COUNT; k++) said += table[k][c];
        double f1 = 2 * hit / (is + said + 1e-9), n = (is + said) / 2 + 1e-9, z = 1.96;
        double d = 1 + z * z / n, mid = f1 + z * z / (2 * n),
               r = z * sqrt(f1 * (1 - f1) / n + z * z / (4 * n * n));
        printf(
            "{\"bench\":\"hear_marks\",\"set\":\"%s\",\"class\":\"%s\",\"half_seconds\":%.0f,\"recall\":%.3f,"
            "\"precision\":%.3f,\"f1\":%.3f,\"interval\":[%.3f,%.3f],\"taken_for\":[%d,%d,%d,%d,%d]}\n",
            set, names[c], is, hit / (is + 1e-9), hit / (said + 1e-9), f1, (mid - r) / d, (mid + r) / d,
            table[c][0], table[c][1], table[c][2], table[c][3], table[c][4]);
    }
}

static void measure(int clips)
{
    int alone[SOUND_CLASS_COUNT][SOUND_CLASS_COUNT + 1] = {{0}},
                                                     joined[SOUND_CLASS_COUNT][SOUND_CLASS_COUNT + 1] = {{0}};
    for (int i = 0; i < clips; i++) {
        struct sound s[SOUND_CLASS_COUNT];
        for (int c = 0; c < SOUND_CLASS_COUNT; c++) {
            s[c] = made(c, (uint64_t)(i * 7 + c), 1);
            count(&s[c], &c, 1, alone);
        }
        int three[3] = {i % 5, (i + 1 + i / 5 % 4) % 5, (i + 3) % 5};
        size_t n = SECONDS * SYNTH_HZ;
        struct sound all = {calloc(3 * n, sizeof(float)), 3 * n};
        if (!all.v) abort();
        for (int k = 0; k < 3; k++)
            memcpy(all.v + (size_t)k * n, s[three[k]].v,
                   (s[three[k]].n < n ? s[three[k]].n : n) * sizeof(float));
        count(&all, three, 3, joined);
        sound_free(&all);
        for (int c = 0; c < SOUND_CLASS_COUNT; c++) sound_free(&s[c]);
    }
    print_f1("one class", alone);
    print_f1("three in a row", joined);
}

int main(int argc, char **argv)
{
    int clips = 60, fits = argc > 1 && strcmp(argv[1], "--fit") == 0;
    if (argc > 2 && strcmp(argv[1], "--clips") == 0) clips = atoi(argv[2]);
    speech[0] = synth_speech(301, 500);
    speech[1] = synth_speech(302, 500);
    if (!fits) return measure(clips), 0;
    for (int i = 0; i < 100; i++)
        for (class_now = MARK_FIRST; class_now < SOUND_CLASS_COUNT; class_now++) {
            struct sound s = made(class_now, (uint64_t)(i * 5 + class_now), 0);
            windows_of(&s);
            sound_free(&s);
        }
    fit();
    return 0;
}
