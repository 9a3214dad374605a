/* Sounds: a chant of three voices and some tunes, synthesised here; speech by espeak-ng; all as WAV files.
 *
 * The chant's melody is ours: eight notes, sung in unison, a fifth below and an octave above, each voice a sum of
 * partials under two formants, slightly out of time with the others, as a choir is. */
#include <math.h>
#include <stdlib.h>

#include "world.h"

enum { RATE_HZ = 22050, SOUND_SECONDS = 7, SOUND_SAMPLES = RATE_HZ * SOUND_SECONDS };

static const double chant_melody[] = {220.0, 246.9, 261.6, 246.9, 293.7, 261.6, 246.9, 220.0};
static const double tune_a[] = {392, 440, 494, 587, 494, 440, 392, 330};
static const double tune_b[] = {262, 330, 392, 523, 440, 349, 294, 262};

/* How strong a partial of f Hz sounds in an "aa". */
static double formant(double f)
{
    double a = (f - 700) / 250, b = (f - 1150) / 300;
    return 0.15 + exp(-a * a) + 0.6 * exp(-b * b);
}

static void add_voice(float *out, const double *melody, double ratio, double delay_s, double level)
{
    double phase = 0;
    for (int i = 0; i < SOUND_SAMPLES; i++) {
        double s = i / (double)RATE_HZ - delay_s, note_s = SOUND_SECONDS / 8.0;
        if (s < 0) continue;
        int note = (int)(s / note_s) % 8;
        double within = fmod(s, note_s) / note_s;
        double f = melody[note] * ratio * (1 + 0.006 * sin(2 * M_PI * 5.2 * s));
        phase += 2 * M_PI * f / RATE_HZ;
        double envelope = fmin(1, within * 12) * fmin(1, (1 - within) * 8), sum = 0;
        for (int k = 1; k <= 12 && f * k < RATE_HZ / 2.2; k++) sum += sin(k * phase) * formant(f * k) / k;
        out[i] += (float)(level * envelope * sum);
    }
}

static void add_pluck(float *out, const double *melody, double level)
{
    for (int i = 0; i < SOUND_SAMPLES; i++) {
        double s = i / (double)RATE_HZ;
        int note = (int)(s * 4) % 8;
        double within = fmod(s * 4, 1), f = melody[note];
        double v = sin(2 * M_PI * f * s) + 0.5 * sin(4 * M_PI * f * s) + 0.25 * sin(6 * M_PI * f * s);
        out[i] += (float)(level * exp(-4 * within) * v);
    }
}

static void add_noise(float *out, uint64_t seed, double smooth, double level)
{
    struct rng r = {seed};
    double v = 0;
    for (int i = 0; i < SOUND_SAMPLES; i++) {
        v += smooth * (2 * rng_unit(&r) - 1 - v);
        out[i] += (float)(level * v);
    }
}

static void wav_write(const char *path, const float *samples)
{
    struct buf b;
    buf_init(&b, 0);
    uint32_t bytes = SOUND_SAMPLES * 2;
    buf_puts(&b, "RIFF");
    buf_put_u32(&b, 36 + bytes);
    buf_puts(&b, "WAVEfmt ");
    buf_put_u32(&b, 16);
    buf_put_u16(&b, 1);
    buf_put_u16(&b, 1);
    buf_put_u32(&b, RATE_HZ);
    buf_put_u32(&b, RATE_HZ * 2);
    buf_put_u16(&b, 2);
    buf_put_u16(&b, 16);
    buf_puts(&b, "data");
    buf_put_u32(&b, bytes);
    for (int i = 0; i < SOUND_SAMPLES; i++) {
        double v = fmax(-1, fmin(1, samples[i]));
        buf_put_u16(&b, (uint16_t)(int16_t)lrint(32000 * v));
    }
    if (b.failed) die("no memory for a sound");
    file_put(path, buf_sv(&b));
    buf_done(&b);
}

static void chant(float *out)
{
    add_voice(out, chant_melody, 1, 0, 0.16);
    add_voice(out, chant_melody, 2.0 / 3, 0.03, 0.13);
    add_voice(out, chant_melody, 2, 0.05, 0.07);
}
static void street(float *out)
{
    add_noise(out, 3, 0.08, 0.5);
    add_pluck(out, tune_b, 0.03);
}
static void crowd(float *out)
{
    add_noise(out, 5, 0.3, 0.3);
    add_noise(out, 6, 0.02, 0.8);
}
static void tune1(float *out) { add_pluck(out, tune_a, 0.2); }
static void tune2(float *out)
{
    add_pluck(out, tune_b, 0.2);
    add_noise(out, 9, 0.5, 0.02);
}

static const struct {
    const char *name;
    void (*play)(float *out); /* or */
    const char *voice, *words;
} sounds[] = {
    {"chant", chant, NULL, NULL},
    {"street", street, NULL, NULL},
    {"crowd", crowd, NULL, NULL},
    {"tune1", tune1, NULL, NULL},
    {"tune2", tune2, NULL, NULL},
    {"speech", NULL, "ar", "يا أبناء الغسق، دولة الغسق باقية، انضموا إلينا"},
    {"news-ar", NULL, "ar", "تقرير اليوم عن جماعة محظورة تستدرج المراهقين"},
    {"news-fr", NULL, "fr", "Notre reportage sur une propagande qui vise les adolescents"},
    {"recipe", NULL, "en", "Today we cook chicken with lemon and olives"},
};

void sounds_make(const char *dir)
{
    for (size_t i = 0; i < sizeof sounds / sizeof *sounds; i++) {
        struct buf path;
        buf_init(&path, 0);
        buf_printf(&path, "%s/%s.wav", dir, sounds[i].name);
        if (sounds[i].play) {
            float *samples = calloc(SOUND_SAMPLES, sizeof *samples);
            if (!samples) die("no memory for a sound");
            sounds[i].play(samples);
            wav_write(buf_cstr(&path), samples);
            free(samples);
        } else {
            run_program((const char *[]){"espeak-ng", "-v", sounds[i].voice, "-s", "140", "-w",
                                         buf_cstr(&path), sounds[i].words, NULL},
                        NULL, NULL);
        }
        buf_done(&path);
    }
}
