/* Signals of a media file as bytes. Little-endian throughout.
 *
 *   0  4  "MSIG"
 *   4  2  version, 1 to 5
 *   6  1  kind (enum media_kind)
 *   7  1  flags: 1 incomplete, 2 has sound, 4 first look
 *   8  4  width   12  4  height
 *  16  8  duration in µs, two's complement; TIME_UNKNOWN as it is
 *  24  3 × (1 byte length, bytes): container, codec, note; UTF-8 without NUL
 *      4  number of frames, then for each:
 *           0  8  time in µs
 *           8  8  region: x, y, w, h in thousandths, 2 bytes each
 *          16  1  PDQ quality
 *          17  8 × 32  PDQ of the eight forms in the order of enum dihedral; words w[0] to w[3]
 *
 * Nothing follows the last frame in version 1. Version 2 has heard the sound:
 *
 *      8  how much of it in µs, above 0
 *      4  number of landmarks, then for each:
 *           0  4  time in ticks    4  2  pitch    6  1  level    7  1  flags (base/landmark.h)
 *
 * Version 3 has looked for points: the same (0 of both when nothing was heard), then key frames as in keys.h.
 *
 * Version 4 has marks or a tune: landmarks as before, 1 byte: whether there are key frames, these, then
 *
 *      4  number of marks, then for each: start and end in units of SOUND_MARK_US, 4 bytes each, class, sureness
 *      4  number of steps of the tune, then a byte for each (base/tune.h)
 *
 * Version 5 has what a recogniser heard: as version 4 (of which none need be there), then model/said.h.
 *
 * What version 1 can say is written as version 1. A new version gets a new number and a reader beside this one; this one stays. */
#include "model/signal.h"

#include <assert.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "model/keys.h"

enum {
    FLAG_INCOMPLETE = 1,
    FLAG_SOUND = 2,
    FLAG_FIRST_LOOK = 4,
    FRAME_BYTES = 8 + 8 + 1 + DIHEDRAL_COUNT * 32,
    LANDMARK_BYTES = 8,
    MARK_BYTES = 10,
    LANDMARK_FLAGS = LANDMARK_STRONG | LANDMARK_MIDDLE
};

static const char *const dihedral_names[DIHEDRAL_COUNT] = {"original", "rot90", "rot180",    "rot270",
                                                           "flipx",    "flipy", "transpose", "antitranspose"};

const char *dihedral_name(enum dihedral d)
{
    assert((unsigned)d < DIHEDRAL_COUNT);
    return dihedral_names[d];
}

bool dihedral_parse(struct sv s, enum dihedral *out)
{
    for (int d = 0; d < DIHEDRAL_COUNT; d++) {
        if (!sv_is(s, dihedral_names[d])) continue;
        *out = (enum dihedral)d;
        return true;
    }
    return false;
}

static bool region_valid(struct region r) { return r.x + r.w <= 1000 && r.y + r.h <= 1000; }

/* ---- writing ---- */

static void put_name(struct buf *b, const char *s, size_t field_bytes)
{
    size_t n = strnlen(s, field_bytes);
    assert(n < field_bytes && n <= UINT8_MAX);
    buf_put_u8(b, (uint8_t)n);
    buf_put(b, s, n);
}

static void put_frame(struct buf *b, const struct frame_signal *f)
{
    assert(region_valid(f->region) && f->quality <= 100);
    buf_put_u64(b, (uint64_t)f->time_us);
    buf_put_u16(b, f->region.x);
    buf_put_u16(b, f->region.y);
    buf_put_u16(b, f->region.w);
    buf_put_u16(b, f->region.h);
    buf_put_u8(b, f->quality);
    for (int d = 0; d < DIHEDRAL_COUNT; d++)
        for (int i = 0; i < 4; i++) buf_put_u64(b, f->pdq[d].w[i]);
}

static void put_landmarks(const struct media_signals *s, struct buf *b)
{
    assert(s->nlandmarks <= LANDMARKS_MAX_PEAKS);
    buf_put_u64(b, (uint64_t)s->sound_us);
    buf_put_u32(b, (uint32_t)s->nlandmarks);
    for (size_t i = 0; i < s->nlandmarks; i++) {
        const struct landmark *l = &s->landmarks[i];
        assert(l->pitch <= LANDMARK_PITCH_MAX && (i == 0 || s->landmarks[i - 1].time <= l->time));
        buf_put_u32(b, l->time);
        buf_put_u16(b, l->pitch);
        buf_put_u8(b, l->level);
        buf_put_u8(b, l->flags);
    }
}

static void put_marks(const struct media_signals *s, struct buf *b)
{
    assert(s->nmarks <= SOUND_MAX_MARKS && s->ntune <= SOUND_MAX_TUNE);
    buf_put_u32(b, (uint32_t)s->nmarks);
    for (size_t i = 0; i < s->nmarks; i++) {
        const struct sound_mark *m = &s->marks[i];
        assert(m->start < m->end && m->class < SOUND_CLASS_COUNT && m->sure <= 100);
        buf_put_u32(b, m->start);
        buf_put_u32(b, m->end);
        buf_put_u8(b, m->class);
        buf_put_u8(b, m->sure);
    }
    buf_put_u32(b, (uint32_t)s->ntune);
    buf_put(b, s->tune, s->ntune);
}

void signals_write(const struct media_signals *s, struct buf *b)
{
    assert(s->nframes <= MEDIA_MAX_FRAMES && s->width >= 0 && s->height >= 0);
    buf_puts(b, "MSIG");
    bool heard = s->sound_us != 0 || s->nlandmarks > 0;
    bool said = s->said.by.n > 0, marked = said || s->nmarks > 0 || s->ntune > 0;
    buf_put_u16(b, said ? 5 : marked ? 4 : s->nkeys ? 3 : heard ? 2 : 1);
    buf_put_u8(b, (uint8_t)s->kind);
    buf_put_u8(b, (uint8_t)((s->incomplete ? FLAG_INCOMPLETE : 0) | (s->has_sound ? FLAG_SOUND : 0) |
                            (s->first_look ? FLAG_FIRST_LOOK : 0)));
    buf_put_u32(b, (uint32_t)s->width);
    buf_put_u32(b, (uint32_t)s->height);
    buf_put_u64(b, (uint64_t)s->duration_us);
    put_name(b, s->container, sizeof s->container);
    put_name(b, s->codec, sizeof s->codec);
    put_name(b, s->note, sizeof s->note);
    buf_put_u32(b, (uint32_t)s->nframes);
    for (size_t i = 0; i < s->nframes; i++) {
        assert(i == 0 || s->frames[i - 1].time_us <= s->frames[i].time_us);
        put_frame(b, &s->frames[i]);
    }
    if (heard || s->nkeys || marked) put_landmarks(s, b);
    if (marked) buf_put_u8(b, s->nkeys > 0);
    if (s->nkeys) keys_write(s->keys, s->nkeys, b);
    if (marked) put_marks(s, b);
    if (said) said_write(&s->said, b);
}

/* ---- reading ---- */

static int bad(struct error *err, const struct reader *r, const char *what)
{
    return error_set(err, ERR_FORMAT, "signals", "%s at byte %zu", what, r->at);
}

static bool get_name(struct reader *r, char *out, size_t field_bytes)
{
    size_t n = reader_u8(r);
    if (n >= field_bytes) return false;
    struct sv s = reader_bytes(r, n);
    if (r->failed || utf8_check(s) != SIZE_MAX || sv_find_byte(s, '\0', 0) != SIZE_MAX) return false;
    if (n > 0) memcpy(out, s.p, n);
    out[n] = '\0';
    return true;
}

static bool get_frame(struct reader *r, int64_t not_before, struct frame_signal *f)
{
    f->time_us = (int64_t)reader_u64(r);
    f->region.x = reader_u16(r);
    f->region.y = reader_u16(r);
    f->region.w = reader_u16(r);
    f->region.h = reader_u16(r);
    f->quality = reader_u8(r);
    for (int d = 0; d < DIHEDRAL_COUNT; d++)
        for (int i = 0; i < 4; i++) f->pdq[d].w[i] = reader_u64(r);
    return !r->failed && f->time_us >= not_before && region_valid(f->region) && f->quality <= 100;
}

static int read_frames(struct reader *r, struct arena *a, struct media_signals *s, struct error *err)
{
    size_t n = reader_u32(r);
    if (r->failed || n > MEDIA_MAX_FRAMES || reader_left(r) < n * FRAME_BYTES)
        return bad(err, r, "number of frames and length disagree");
    if (n == 0) return 0;
    s->frames = ARENA_ARRAY(a, n, struct frame_signal);
    if (!s->frames) return error_set(err, ERR_NOMEM, "signals", "no memory for %zu frames", n);
    int64_t before = INT64_MIN;
    for (size_t i = 0; i < n; i++) {
        if (!get_frame(r, before, &s->frames[i])) return bad(err, r, "impossible frame before");
        before = s->frames[i].time_us;
    }
    s->nframes = n;
    return 0;
}

/* silent: may be without any sound. */
static int read_landmarks(struct reader *r, struct arena *a, bool silent, struct media_signals *s,
                          struct error *err)
{
    s->sound_us = (int64_t)reader_u64(r);
    size_t n = reader_u32(r);
    if (r->failed || s->sound_us < 0 || (s->sound_us == 0 && (!silent || n)) || n > LANDMARKS_MAX_PEAKS ||
        reader_left(r) < n * LANDMARK_BYTES)
        return bad(err, r, "number of landmarks and length disagree");
    if (n == 0) return 0;
    s->landmarks = ARENA_ARRAY(a, n, struct landmark);
    if (!s->landmarks) return error_set(err, ERR_NOMEM, "signals", "no memory for %zu landmarks", n);
    for (size_t i = 0; i < n; i++) {
        struct landmark *l = &s->landmarks[i];
        l->time = reader_u32(r);
        l->pitch = reader_u16(r);
        l->level = reader_u8(r);
        l->flags = reader_u8(r);
        if (l->pitch > LANDMARK_PITCH_MAX || l->flags > LANDMARK_FLAGS || (i > 0 && l[-1].time > l->time))
            return bad(err, r, "impossible landmark before");
    }
    s->nlandmarks = n;
    return 0;
}

static int read_marks(struct reader *r, struct arena *a, struct media_signals *s, struct error *err)
{
    size_t n = reader_u32(r);
    if (r->failed || n > SOUND_MAX_MARKS || reader_left(r) < n * MARK_BYTES)
        return bad(err, r, "number of marks and length disagree");
    s->marks = n ? ARENA_ARRAY(a, n, struct sound_mark) : NULL;
    if (n && !s->marks) return error_set(err, ERR_NOMEM, "signals", "no memory for %zu marks", n);
    for (size_t i = 0; i < n; i++) {
        struct sound_mark *m = &s->marks[i];
        m->start = reader_u32(r);
        m->end = reader_u32(r);
        m->class = reader_u8(r);
        m->sure = reader_u8(r);
        if (m->start >= m->end || m->class >= SOUND_CLASS_COUNT || m->sure > 100 ||
            (i > 0 && m->start != m[-1].end))
            return bad(err, r, "impossible mark before");
    }
    s->nmarks = n;
    return 0;
}

/* empty: there may be neither marks nor a tune. */
static int read_tune(struct reader *r, struct arena *a, bool empty, struct media_signals *s,
                     struct error *err)
{
    size_t n = reader_u32(r);
    if (r->failed || n > SOUND_MAX_TUNE || reader_left(r) < n || (!empty && s->nmarks + n == 0))
        return bad(err, r, "length of the tune and of the rest disagree");
    struct sv steps = reader_bytes(r, n);
    s->tune = n ? ARENA_ARRAY(a, n, uint8_t) : NULL;
    if (n && !s->tune) return error_set(err, ERR_NOMEM, "signals", "no memory for a tune");
    for (size_t i = 0; i < n; i++) {
        s->tune[i] = (uint8_t)steps.p[i];
        if (s->tune[i] > TUNE_CLASSES) return bad(err, r, "impossible step of a tune before");
    }
    s->ntune = n;
    return 0;
}

static int read_v4(struct reader *r, struct arena *a, bool said, struct media_signals *s, struct error *err)
{
    unsigned keys = reader_u8(r);
    if (r->failed || keys > 1) return bad(err, r, "impossible flag before");
    int rc = keys ? keys_read(r, a, &s->keys, &s->nkeys, err) : 0;
    if (rc == 0 && keys && s->nkeys == 0) rc = bad(err, r, "no key frames");
    if (rc == 0) rc = read_marks(r, a, s, err);
    if (rc == 0) rc = read_tune(r, a, said, s, err);
    return rc == 0 && said ? said_read(r, a, &s->said, err) : rc;
}

static int read_v1(struct reader *r, struct arena *a, struct media_signals *s, struct error *err)
{
    unsigned kind = reader_u8(r), flags = reader_u8(r);
    uint32_t width = reader_u32(r), height = reader_u32(r);
    s->duration_us = (int64_t)reader_u64(r);
    if (r->failed || kind > MEDIA_AUDIO || flags > (FLAG_INCOMPLETE | FLAG_SOUND | FLAG_FIRST_LOOK) ||
        width > INT32_MAX || height > INT32_MAX)
        return bad(err, r, "impossible header before");
    s->kind = (enum media_kind)kind;
    s->incomplete = flags & FLAG_INCOMPLETE;
    s->has_sound = flags & FLAG_SOUND;
    s->first_look = flags & FLAG_FIRST_LOOK;
    s->width = (int32_t)width;
    s->height = (int32_t)height;
    if (!get_name(r, s->container, sizeof s->container) || !get_name(r, s->codec, sizeof s->codec) ||
        !get_name(r, s->note, sizeof s->note))
        return bad(err, r, "impossible name before");
    return read_frames(r, a, s, err);
}

int signals_read(struct sv bytes, struct arena *a, struct media_signals *out, struct error *err)
{
    struct reader r = reader_of(bytes);
    struct media_signals s = {0};
    if (!sv_eq(reader_bytes(&r, 4), SV("MSIG")))
        return error_set(err, ERR_FORMAT, "signals", "%zu bytes that do not start with MSIG", bytes.n);
    unsigned version = reader_u16(&r);
    if (r.failed || version == 0) return bad(err, &r, "no version");
    if (version > SIGNALS_VERSION)
        return error_set(err, ERR_UNSUPPORTED, "signals",
                         "version %u; this build reads up to %d: use a newer one", version, SIGNALS_VERSION);
    int rc = read_v1(&r, a, &s, err);
    if (rc == 0 && version >= 2) rc = read_landmarks(&r, a, version > 2, &s, err);
    if (rc == 0 && version == 3) rc = keys_read(&r, a, &s.keys, &s.nkeys, err);
    if (rc == 0 && version == 3 && s.nkeys == 0) rc = bad(err, &r, "no key frames");
    if (rc == 0 && version >= 4) rc = read_v4(&r, a, version == 5, &s, err);
    if (rc == 0 && reader_left(&r) > 0) rc = bad(err, &r, "more bytes than it says");
    if (rc == 0) *out = s;
    return rc;
}

int signals_add_said(struct sv bytes, uint32_t medium, struct post *p, struct arena *a, struct error *err)
{
    struct reader r = reader_of(bytes);
    struct arena own;
    struct media_signals s;
    reader_bytes(&r, 4);
    if (reader_u16(&r) < 5) return 0; /* without reading all of the frames */
    arena_init(&own, 0);
    int rc = signals_read(bytes, &own, &s, NULL);
    rc = rc == ERR_NOMEM ? error_set(err, rc, "signals", "no memory for what was said")
         : rc            ? 0
                         : post_add_said(p, medium, &s.said, a, err);
    arena_done(&own);
    return rc;
}
