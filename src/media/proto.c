#include "media/proto.h"

#include "base/clock.h"
#include "base/limits.h"

enum { PROTO_VERSION = 1, ANSWER_TEXT_MAX = 160 };

void hello_write(struct buf *b)
{
    buf_puts(b, "MHEL");
    buf_put_u16(b, PROTO_VERSION);
}

bool hello_read(struct sv packet)
{
    struct reader r = reader_of(packet);
    return sv_eq(reader_bytes(&r, 4), SV("MHEL")) && reader_u16(&r) == PROTO_VERSION && !r.failed &&
           reader_left(&r) == 0;
}

void task_write(const struct worker_task *t, struct buf *b)
{
    buf_puts(b, "MTSK");
    buf_put_u16(b, PROTO_VERSION);
    buf_put_u8(b, (uint8_t)t->op);
    buf_put_u8(b, (uint8_t)t->hint);
    buf_put_u64(b, (uint64_t)t->sample_every_us);
    buf_put_u64(b, t->file_bytes);
    buf_put_u64(b, t->limits.file_bytes);
    buf_put_u64(b, t->limits.pixels);
    buf_put_u64(b, (uint64_t)t->limits.duration_us);
    buf_put_u64(b, t->limits.memory_bytes);
    buf_put_u32(b, (uint32_t)t->limits.cpu_seconds);
    buf_put_u32(b, (uint32_t)t->limits.wall_ms);
    buf_put_u32(b, t->limits.max_frames);
    buf_put_u8(b, (uint8_t)t->look);
    buf_put_u8(b, t->fast);
    buf_put_u8(b, t->first);
    buf_put_u16(b, (uint16_t)t->side);
    buf_put_u8(b, t->sound);
    buf_put_u8(b, (uint8_t)t->ntimes);
    for (int i = 0; i < t->ntimes; i++) buf_put_u64(b, (uint64_t)t->times_us[i]);
}

/* Pairs that follow each other, of no more than SPEECH_PIECE_US in all. */
static bool stretches_valid(const int64_t *v, int n)
{
    int64_t sum = 0;
    if (n < 2 || n % 2) return false;
    for (int i = 0; i < n; i++) {
        if (v[i] < (i ? v[i - 1] : 0) || v[i] > MEDIA_MAX_DURATION_US + US_PER_HOUR) return false;
        if (i % 2) sum += v[i] - v[i - 1];
    }
    return sum > 0 && sum <= SPEECH_PIECE_US;
}

bool task_read(struct sv packet, struct worker_task *out)
{
    struct reader r = reader_of(packet);
    struct worker_task t = {0};
    if (!sv_eq(reader_bytes(&r, 4), SV("MTSK")) || reader_u16(&r) != PROTO_VERSION) return false;
    unsigned op = reader_u8(&r), hint = reader_u8(&r);
    t.sample_every_us = (int64_t)reader_u64(&r);
    t.file_bytes = reader_u64(&r);
    t.limits.file_bytes = reader_u64(&r);
    t.limits.pixels = reader_u64(&r);
    t.limits.duration_us = (int64_t)reader_u64(&r);
    t.limits.memory_bytes = reader_u64(&r);
    uint32_t cpu = reader_u32(&r), wall = reader_u32(&r);
    t.limits.max_frames = reader_u32(&r);
    unsigned look = reader_u8(&r);
    t.fast = reader_u8(&r) != 0;
    t.first = reader_u8(&r) != 0;
    t.side = reader_u16(&r);
    t.sound = reader_u8(&r) != 0;
    t.ntimes = reader_u8(&r);
    for (int i = 0; i < t.ntimes && i < MEDIA_SHOW_TIMES_MAX; i++) t.times_us[i] = (int64_t)reader_u64(&r);
    if (t.side > MEDIA_SHOW_SIDE_MAX || t.ntimes > MEDIA_SHOW_TIMES_MAX) return false;
    if (op == OP_SHOW && t.side < 16) return false;
    if (op == OP_SAMPLES && !stretches_valid(t.times_us, t.ntimes)) return false;
    if (r.failed || reader_left(&r) != 0 || op < OP_ANALYSE || op > OP_LAST || hint > MEDIA_AUDIO ||
        look > MEDIA_LOOK_REFERENCE || cpu > INT32_MAX || wall > INT32_MAX || t.sample_every_us <= 0)
        return false;
    t.op = (enum worker_op)op;
    t.hint = (enum media_kind)hint;
    t.look = (enum media_look)look;
    t.limits.cpu_seconds = (int)cpu;
    t.limits.wall_ms = (int)wall;
    *out = t;
    return true;
}

void report_write(const struct worker_report *r, struct buf *b)
{
    buf_puts(b, "MREP");
    buf_put_u8(b, (uint8_t)r->end);
    buf_put_u32(b, (uint32_t)r->value);
    buf_put_u64(b, (uint64_t)r->cpu_us);
    buf_put_u64(b, r->peak_bytes);
}

bool report_read(struct sv packet, struct worker_report *out)
{
    struct reader r = reader_of(packet);
    if (!sv_eq(reader_bytes(&r, 4), SV("MREP"))) return false;
    unsigned end = reader_u8(&r);
    uint32_t value = reader_u32(&r);
    int64_t cpu_us = (int64_t)reader_u64(&r);
    uint64_t peak_bytes = reader_u64(&r);
    if (r.failed || reader_left(&r) != 0 || end < END_EXITED || end > END_NO_CHILD || value > INT32_MAX)
        return false;
    *out = (struct worker_report){(enum worker_end)end, (int)value, cpu_us, peak_bytes};
    return true;
}

static void put_head(int code, const char *text, struct buf *b)
{
    size_t n = text ? strnlen(text, ANSWER_TEXT_MAX) : 0;
    buf_puts(b, "MANS");
    buf_put_u16(b, PROTO_VERSION);
    buf_put_u16(b, (uint16_t)-code);
    buf_put_u16(b, (uint16_t)n);
    buf_put(b, text, n);
}

static void put_us(struct buf *b, int64_t us)
{
    buf_put_u32(b, us < 0 ? 0 : us > UINT32_MAX ? UINT32_MAX : (uint32_t)us);
}

void answer_write(int code, const char *text, const struct media_signals *s, const struct media_cost *cost,
                  struct buf *b)
{
    struct media_cost none = {0};
    put_head(code, text, b);
    if (code != 0) return;
    if (!cost) cost = &none;
    put_us(b, cost->decode_us);
    put_us(b, cost->hash_us);
    put_us(b, cost->look_us);
    put_us(b, cost->sound_us);
    put_us(b, cost->all_us);
    put_us(b, cost->skips);
    signals_write(s, b);
}

void answer_write_shown(const struct media_shown *s, struct buf *b)
{
    put_head(0, NULL, b);
    buf_put_u8(b, (uint8_t)s->npictures);
    for (size_t i = 0; i < s->npictures; i++) {
        const struct media_picture *p = &s->pictures[i];
        buf_put_u64(b, (uint64_t)p->time_us);
        buf_put_u16(b, p->width);
        buf_put_u16(b, p->height);
        buf_put(b, p->rgb, (size_t)p->width * p->height * 3);
    }
    buf_put_u16(b, s->strip.columns);
    buf_put_u64(b, (uint64_t)s->strip.column_us);
    buf_put(b, s->strip.levels, (size_t)s->strip.columns * MEDIA_STRIP_ROWS);
}

void answer_write_samples(const int16_t *v, size_t n, struct buf *b)
{
    put_head(0, NULL, b);
    buf_put_u32(b, (uint32_t)n);
    for (size_t i = 0; i < n; i++) buf_put_u16(b, (uint16_t)v[i]);
}

static int nonsense(struct error *err, const char *what)
{
    return error_set(err, ERR_WORKER, "media", "the worker answered nonsense: %s", what);
}

static bool printable(struct sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] > '~') return false;
    return true;
}

/* The record is well formed; would an honest worker have written it? */
static const char *implausible(const struct media_signals *s, const struct media_limits *limits)
{
    if (s->kind == MEDIA_UNKNOWN) return "analysed, but of no kind";
    if (!printable(sv_cstr(s->container)) || !printable(sv_cstr(s->codec)) || !printable(sv_cstr(s->note)))
        return "names that are not plain text";
    if (s->width > MEDIA_MAX_DIMENSION || s->height > MEDIA_MAX_DIMENSION ||
        (uint64_t)s->width * (uint64_t)s->height > limits->pixels)
        return "dimensions beyond the limits";
    if (s->nframes > limits->max_frames) return "more frames than asked for";
    if (s->nframes > 0 && (s->frames[0].time_us < 0 || s->width == 0 || s->height == 0))
        return "frames out of nothing";
    if (s->kind == MEDIA_IMAGE && (s->nframes == 0 || s->frames[s->nframes - 1].time_us != 0))
        return "a picture that is not one moment";
    if (s->kind == MEDIA_AUDIO && (s->nframes != 0 || !s->has_sound)) return "sound that is not sound";
    if (s->duration_us != TIME_UNKNOWN && s->duration_us < 0) return "a negative duration";
    if (s->sound_us > 0 && (!s->has_sound || s->sound_us > MEDIA_MAX_DURATION_US + US_PER_MINUTE))
        return "more sound heard than there is";
    if (s->said.by.n > 0) return "words that it cannot have heard";
    return NULL;
}

/* The head of an answer: 0 and the rest in *r, or the worker's error. */
static int read_head(struct sv bytes, struct reader *r, struct error *err)
{
    *r = reader_of(bytes);
    if (!sv_eq(reader_bytes(r, 4), SV("MANS")) || reader_u16(r) != PROTO_VERSION)
        return nonsense(err, "no answer's head");
    int code = -(int)reader_u16(r);
    size_t text_bytes = reader_u16(r);
    struct sv text = reader_bytes(r, text_bytes);
    if (r->failed || text_bytes > ANSWER_TEXT_MAX || !printable(text))
        return nonsense(err, "no readable reason");
    if (code == 0) return 0;
    if (code != ERR_FORMAT && code != ERR_LIMIT && code != ERR_NOMEM && code != ERR_IO)
        return nonsense(err, "an error that is not its to give");
    if (reader_left(r) != 0) return nonsense(err, "bytes after its reason");
    return error_set(err, code, "media", "%.*s", SV_FMT(text));
}

int answer_read(struct sv bytes, const struct media_limits *limits, struct arena *a,
                struct media_signals *out, struct media_cost *out_cost, struct error *err)
{
    struct reader r;
    int rc = read_head(bytes, &r, err);
    if (rc) return rc;
    struct media_cost cost = {0};
    cost.decode_us = reader_u32(&r);
    cost.hash_us = reader_u32(&r);
    cost.look_us = reader_u32(&r);
    cost.sound_us = reader_u32(&r);
    cost.all_us = reader_u32(&r);
    cost.skips = reader_u32(&r) != 0;
    struct media_signals s;
    struct sv record = reader_bytes(&r, reader_left(&r));
    struct error why;
    rc = signals_read(record, a, &s, &why);
    if (rc == ERR_NOMEM) {
        if (err) *err = why;
        return rc;
    }
    if (rc != 0) return nonsense(err, why.text);
    const char *wrong = implausible(&s, limits);
    if (wrong) return nonsense(err, wrong);
    *out = s;
    if (out_cost) *out_cost = cost;
    return 0;
}

static int read_picture(struct reader *r, const struct worker_task *t, struct arena *a,
                        struct media_picture *out, struct error *err)
{
    out->time_us = (int64_t)reader_u64(r);
    out->width = reader_u16(r);
    out->height = reader_u16(r);
    if (r->failed || out->width == 0 || out->height == 0 || out->width > t->side || out->height > t->side ||
        out->time_us < 0)
        return nonsense(err, "a picture of a size that nobody asked for");
    struct sv rgb = reader_bytes(r, (size_t)out->width * out->height * 3);
    if (r->failed) return nonsense(err, "a picture that is cut off");
    out->rgb = (const uint8_t *)arena_copy(a, rgb).p;
    return out->rgb ? 0 : error_set(err, ERR_NOMEM, "media", "no memory for a picture");
}

int answer_read_shown(struct sv bytes, const struct worker_task *t, struct arena *a, struct media_shown *out,
                      struct error *err)
{
    struct reader r;
    struct media_shown s = {.npictures = 0};
    int rc = read_head(bytes, &r, err);
    if (rc) return rc;
    size_t n = reader_u8(&r);
    if (n > (size_t)t->ntimes) return nonsense(err, "more pictures than asked for");
    for (; s.npictures < n; s.npictures++) {
        rc = read_picture(&r, t, a, &s.pictures[s.npictures], err);
        if (rc) return rc;
        if (s.npictures && s.pictures[s.npictures].time_us < s.pictures[s.npictures - 1].time_us)
            return nonsense(err, "pictures out of order");
    }
    s.strip.columns = reader_u16(&r);
    s.strip.column_us = (int64_t)reader_u64(&r);
    struct sv levels = reader_bytes(&r, (size_t)s.strip.columns * MEDIA_STRIP_ROWS);
    if (r.failed || reader_left(&r) != 0 || s.strip.columns > MEDIA_STRIP_COLUMNS_MAX ||
        (s.strip.columns > 0 && (!t->sound || s.strip.column_us <= 0 || s.strip.column_us > US_PER_HOUR)))
        return nonsense(err, "a strip of sound that makes no sense");
    s.strip.levels = (const uint8_t *)arena_copy(a, levels).p;
    if (!s.strip.levels) return error_set(err, ERR_NOMEM, "media", "no memory for a strip of sound");
    *out = s;
    return 0;
}

int answer_read_samples(struct sv bytes, const struct worker_task *t, struct arena *a,
                        struct media_samples *out, struct error *err)
{
    struct reader r;
    int rc = read_head(bytes, &r, err);
    if (rc) return rc;
    size_t n = reader_u32(&r), want = 0;
    for (int i = 0; i + 1 < t->ntimes; i += 2)
        want += (size_t)(t->times_us[i + 1] * MEDIA_SAMPLES_HZ / US_PER_SECOND -
                         t->times_us[i] * MEDIA_SAMPLES_HZ / US_PER_SECOND);
    if (r.failed || n != want || reader_left(&r) != n * 2)
        return nonsense(err, "other samples than asked for");
    int16_t *v = ARENA_ARRAY(a, n, int16_t);
    if (!v) return error_set(err, ERR_NOMEM, "media", "no memory for %zu samples", n);
    for (size_t i = 0; i < n; i++) v[i] = (int16_t)reader_u16(&r);
    *out = (struct media_samples){v, n};
    return 0;
}
