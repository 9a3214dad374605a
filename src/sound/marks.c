/* Frames of the power spectrum → what each half second is.
 *
 * Every second frame gives six numbers: level, flatness, share of the power in peaks, change, centre, and the pitch of the
 * strongest peak. Of 1.5 s of them 18 features are made: speech goes up and down four times a second and its pitch is
 * never still, chants hold their notes, music strikes and decays, noise is flat. A logistic regression over features and
 * their squares (marks_table.c, fitted on made sounds by bench/hear_marks) says how likely each class is; three windows
 * are averaged, and what lasts one half second between two of another class is theirs. Streams; memory does not grow. */
#include "sound/marks_priv.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    PART = 32, /* frames taken of a half second */
    SPAN = 3 * PART,
    BIN_LOW = 8, /* 125 Hz */
    BIN_HIGH = 220,
    AROUND = 4
};
#define SILENCE_DB   (-58.0f)
#define FRAMES_PER_S (HEAR_HZ / (2.0f * HOP))

struct frame {
    float level, flat, tonal, flux, centre, pitch;
};

struct part {
    bool silent;
    float p[MARK_CLASSES];
};

struct marks {
    int64_t pushed;
    struct frame frames[SPAN]; /* a ring */
    size_t taken;
    float before[BINS]; /* logarithms of the frame before */
    struct part parts[3];
    size_t nparts;
    struct sound_mark run, next; /* run: told when it ends; next: begun, one part long */
    float run_sure, next_sure;
    bool has_run, has_next;
    uint32_t at;
    struct marks_tap tap;
};

int marks_new(struct marks **out, struct error *err)
{
    *out = calloc(1, sizeof **out);
    return *out ? 0 : error_set(err, ERR_NOMEM, "sound", "no memory for marks");
}

void marks_free(struct marks *m) { free(m); }

void marks_listen_in(struct marks *m, const struct marks_tap *tap) { m->tap = *tap; }

/* ---- a frame ---- */

static float tonal_share(const float *power, float total)
{
    float peaks = 0, around = 0;
    for (int k = BIN_LOW - AROUND; k < BIN_LOW + AROUND; k++) around += power[k];
    for (int k = BIN_LOW; k < BIN_HIGH; k++) {
        around += power[k + AROUND];
        if (power[k] > power[k - 1] && power[k] >= power[k + 1] &&
            power[k] * (2 * AROUND + 1) > 2.5f * around)
            peaks += power[k - 1] + power[k] + power[k + 1];
        around -= power[k - AROUND];
    }
    return peaks / total;
}

static void take_frame(struct marks *m, const float power[BINS])
{
    struct frame *f = &m->frames[m->taken++ % SPAN];
    float total = 1e-12f, logs = 0, flux = 0, centre = 0;
    int top = BIN_LOW;
    for (int k = BIN_LOW; k < BIN_HIGH; k++) {
        float level = quick_log2(power[k] + 1e-12f), up = level - m->before[k];
        m->before[k] = level;
        total += power[k];
        logs += level;
        centre += power[k] * (float)k;
        if (up > 0) flux += up < 4 ? up : 4;
        if (power[k] > power[top]) top = k;
    }
    float n = BIN_HIGH - BIN_LOW;
    float a = power[top - 1], b = power[top], c = power[top + 1], bend = a - 2 * b + c;
    float shift = bend < -1e-20f ? 0.5f * (a - c) / bend : 0;
    f->level = 3.0103f * quick_log2(total);
    f->flat = logs / n - quick_log2(total / n);
    f->tonal = tonal_share(power, total);
    f->flux = flux / n;
    f->centre = quick_log2(centre / total + 1);
    f->pitch = quick_log2((float)top + shift);
}

/* ---- a window ---- */

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void mean_and_spread(const float *v, float *mean, float *spread)
{
    float sum = 0, squares = 0;
    for (int i = 0; i < SPAN; i++) sum += v[i];
    *mean = sum / SPAN;
    for (int i = 0; i < SPAN; i++) squares += (v[i] - *mean) * (v[i] - *mean);
    *spread = sqrtf(squares / SPAN);
}

/* Share of the level's movement between those rates. */
static float modulation(const float *level, float mean, float spread, float from_hz, float to_hz)
{
    float sum = 0;
    int n = 0;
    for (; from_hz + 0.65f * (float)n <= to_hz; n++) {
        float hz = from_hz + 0.65f * (float)n;
        float re = 0, im = 0, turn = 2 * (float)M_PI * hz / FRAMES_PER_S;
        float c = 1, s = 0, dc = cosf(turn), ds = sinf(turn);
        for (int i = 0; i < SPAN; i++) {
            re += c * (level[i] - mean), im += s * (level[i] - mean);
            float next = c * dc - s * ds;
            s = s * dc + c * ds;
            c = next;
        }
        sum += re * re + im * im;
    }
    return sum / (SPAN * SPAN * 0.5f) / (spread * spread + 0.01f);
}

static void features_of(const struct marks *m, float x[MARK_FEATURES])
{
    float level[SPAN], flat[SPAN], tonal[SPAN], flux[SPAN], centre[SPAN], mean, spread;
    int still = 0, jumps = 0, run = 0, longest = 0, low = 0, falling = 0, struck = 0;
    for (int i = 0; i < SPAN; i++) {
        const struct frame *f = &m->frames[(m->taken + (size_t)i) % SPAN];
        level[i] = f->level < -90 ? -90 : f->level;
        flat[i] = f->flat, tonal[i] = f->tonal, flux[i] = f->flux, centre[i] = f->centre;
        if (i == 0) continue;
        float moved = fabsf(f->pitch - m->frames[(m->taken + (size_t)i - 1) % SPAN].pitch) * 1200;
        run = moved < 25 ? run + 1 : 0;
        if (run > longest) longest = run;
        still += moved < 25;
        jumps += moved > 300;
        falling += level[i] < level[i - 1] - 0.15f && level[i] > level[i - 1] - 2;
        struck += level[i] > level[i - 1] + 3;
    }
    mean_and_spread(flat, &x[0], &x[1]);
    mean_and_spread(tonal, &x[2], &x[3]);
    mean_and_spread(flux, &x[4], &x[5]);
    mean_and_spread(centre, &x[6], &x[7]);
    mean_and_spread(level, &mean, &spread);
    for (int i = 0; i < SPAN; i++) low += level[i] < mean - 6;
    x[8] = spread;
    x[9] = (float)low / SPAN;
    x[10] = modulation(level, mean, spread, 3, 6.3f);
    x[11] = modulation(level, mean, spread, 0.65f, 2);
    x[12] = (float)still / SPAN;
    x[13] = (float)jumps / SPAN;
    x[14] = (float)longest / SPAN;
    x[15] = (float)falling / SPAN;
    x[16] = (float)struck / SPAN;
    qsort(flux, SPAN, sizeof *flux, ascending);
    x[17] = flux[SPAN * 19 / 20] - flux[SPAN / 2];
}

void mark_inputs(const float features[MARK_FEATURES], float out[MARK_INPUTS])
{
    for (int i = 0; i < MARK_FEATURES; i++) {
        float z = (features[i] - mark_mean[i]) * mark_scale[i];
        z = z > 4 ? 4 : z < -4 ? -4 : z;
        out[2 * i] = z;
        out[2 * i + 1] = z * z - 1;
    }
    out[MARK_INPUTS - 1] = 1;
}

static void classify(const float features[MARK_FEATURES], float p[MARK_CLASSES])
{
    float in[MARK_INPUTS], most = -1e9f, sum = 0;
    mark_inputs(features, in);
    for (int c = 0; c < MARK_CLASSES; c++) {
        p[c] = 0;
        for (int i = 0; i < MARK_INPUTS; i++) p[c] += mark_weight[c][i] * in[i];
        if (p[c] > most) most = p[c];
    }
    for (int c = 0; c < MARK_CLASSES; c++) sum += p[c] = expf(p[c] - most);
    for (int c = 0; c < MARK_CLASSES; c++) p[c] /= sum;
}

/* ---- parts → marks ---- */

static int tell(struct marks *m, const struct listener_sink *sink)
{
    if (!m->has_run || !sink->mark) return 0;
    m->run.sure = (uint8_t)(100 * m->run_sure / (float)(m->run.end - m->run.start) + 0.5f);
    return sink->mark(sink->arg, &m->run);
}

/* The next half second is of that class. One that stands alone is taken back into the run before it. */
static int add_part(struct marks *m, unsigned class, float sure, const struct listener_sink *sink)
{
    struct sound_mark part = {m->at, m->at + 1, (uint8_t) class, 0};
    int code = 0;
    m->at++;
    if (!m->has_run) {
        m->run = part, m->run_sure = sure, m->has_run = true;
    } else if (m->has_next && class == m->next.class) {
        code = tell(m, sink);
        m->run = m->next, m->run.end = part.end, m->run_sure = m->next_sure + sure, m->has_next = false;
    } else {
        if (m->has_next) m->run.end = m->next.end, m->run_sure += m->next_sure / 2, m->has_next = false;
        if (class == m->run.class)
            m->run.end = part.end, m->run_sure += sure;
        else
            m->next = part, m->next_sure = sure, m->has_next = true;
    }
    return code;
}

/* The part in the middle of the last three, by what all three say. */
static int decide_part(struct marks *m, const struct listener_sink *sink)
{
    const struct part *me = &m->parts[1];
    if (me->silent) return add_part(m, SOUND_SILENCE, 1, sink);
    int best = 0;
    float p[MARK_CLASSES], weights = 0;
    memset(p, 0, sizeof p);
    for (int i = 0; i < 3; i++) {
        float w = m->parts[i].silent ? 0 : i == 1 ? 2 : 1;
        weights += w;
        for (int c = 0; c < MARK_CLASSES; c++) p[c] += w * m->parts[i].p[c];
    }
    for (int c = 1; c < MARK_CLASSES; c++)
        if (p[c] > p[best]) best = c;
    return add_part(m, (unsigned)(best + MARK_FIRST), p[best] / weights, sink);
}

static struct part hear_part(struct marks *m)
{
    float features[MARK_FEATURES], top = -200;
    struct part part = {.silent = false};
    for (size_t i = 0; i < PART; i++) { /* the half second in the middle */
        float level = m->frames[(m->taken + PART + i) % SPAN].level;
        if (level > top) top = level;
    }
    part.silent = top < SILENCE_DB;
    if (!part.silent) {
        features_of(m, features);
        classify(features, part.p);
    }
    if (m->tap.window) m->tap.window(m->tap.arg, part.silent ? NULL : features);
    return part;
}

static int end_part(struct marks *m, const struct listener_sink *sink)
{
    size_t parts = m->taken / PART;
    if (parts < 2) return 0; /* the first is the middle when the second has come */
    m->parts[0] = m->parts[1];
    m->parts[1] = m->parts[2];
    m->parts[2] = hear_part(m);
    if (++m->nparts == 1) m->parts[0] = m->parts[1] = m->parts[2];
    return m->nparts >= 2 ? decide_part(m, sink) : 0;
}

int marks_push(struct marks *m, const float power[BINS], const struct listener_sink *sink)
{
    if (m->pushed == 0)
        for (size_t i = 0; i < SPAN; i++) m->frames[i].level = -120;
    if (m->pushed++ & 1) return 0;
    take_frame(m, power);
    return m->taken % PART == 0 ? end_part(m, sink) : 0;
}

int marks_end(struct marks *m, const struct listener_sink *sink)
{
    static const float nothing[BINS];
    int code = 0;
    if (m->taken == 0) return 0;
    uint32_t wanted = (uint32_t)((m->taken + PART - 1) / PART);
    for (int i = 0; i < 4 * PART && m->at < wanted && code == 0; i++) {
        take_frame(m, nothing);
        if (m->taken % PART == 0) code = end_part(m, sink);
    }
    if (code) return code;
    if (m->has_next) m->run.end = m->next.end, m->run_sure += m->next_sure / 2;
    return tell(m, sink);
}
