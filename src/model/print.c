#include "model/print.h"

#include "base/id.h"
#include "base/limits.h"

enum { PRINT_VERSION = 2 };

static void put_hex(struct buf *b, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char two[3];
        hex_encode(p + i, 1, two);
        buf_put(b, two, 2);
    }
}

static void put_varint(struct buf *b, uint32_t v)
{
    for (;; v >>= 7) {
        uint8_t byte = (uint8_t)(v & 127) | (v > 127 ? 128 : 0);
        put_hex(b, &byte, 1);
        if (v < 128) return;
    }
}

void print_write(const struct landmark *v, size_t n, int64_t sound_us, const uint8_t *tune, size_t ntune,
                 struct buf *hex)
{
    int64_t ticks = sound_us / LANDMARK_TICK_US + 1;
    if (ticks > LANDMARKS_MAX_TICKS) ticks = LANDMARKS_MAX_TICKS;
    uint8_t head[5] = {ntune ? PRINT_VERSION : 1};
    for (int i = 0; i < 4; i++) head[i + 1] = (uint8_t)((uint64_t)ticks >> (8 * i));
    put_hex(hex, head, sizeof head);
    if (ntune > 0) {
        uint8_t count[4];
        if (ntune > SOUND_MAX_TUNE) ntune = SOUND_MAX_TUNE;
        for (int i = 0; i < 4; i++) count[i] = (uint8_t)(ntune >> (8 * i));
        put_hex(hex, count, sizeof count);
        put_hex(hex, tune, ntune);
    }
    uint32_t before = 0;
    for (size_t i = 0; i < n; i++) {
        if (!(v[i].flags & LANDMARK_STRONG) || v[i].time > ticks || v[i].time < before) continue;
        uint8_t pitch[2] = {(uint8_t)v[i].pitch, (uint8_t)(v[i].pitch >> 8)};
        put_varint(hex, v[i].time - before);
        put_hex(hex, pitch, 2);
        before = v[i].time;
    }
}

static int bad(struct error *err, const char *what)
{
    return error_set(err, ERR_FORMAT, "print", "print of a sound: %s", what);
}

static bool read_varint(struct reader *r, uint32_t *out)
{
    uint64_t v = 0;
    for (int shift = 0; shift < 35; shift += 7) {
        uint8_t byte = reader_u8(r);
        v |= (uint64_t)(byte & 127) << shift;
        if (byte & 128) continue;
        *out = (uint32_t)v;
        return !r->failed && v <= UINT32_MAX && (byte || shift == 0);
    }
    return false;
}

static int read_tune(struct reader *r, struct arena *a, struct print *p, struct error *err)
{
    size_t n = reader_u32(r);
    struct sv steps = reader_bytes(r, n);
    if (r->failed || n == 0 || n > SOUND_MAX_TUNE) return bad(err, "impossible tune");
    p->tune = arena_alloc(a, n);
    if (!p->tune) return error_set(err, ERR_NOMEM, "print", "no memory for the print of a sound");
    memcpy(p->tune, steps.p, n);
    p->ntune = n;
    for (size_t i = 0; i < n; i++)
        if (p->tune[i] > TUNE_CLASSES) return bad(err, "impossible tune");
    return 0;
}

static int read_all(struct reader *r, struct print *p, size_t cap, struct error *err)
{
    uint64_t time = 0;
    while (reader_left(r) > 0) {
        uint32_t step;
        if (p->n >= cap || !read_varint(r, &step)) return bad(err, "impossible time");
        uint16_t pitch = reader_u16(r);
        time += step;
        if (r->failed || time > p->ticks || pitch > LANDMARK_PITCH_MAX)
            return bad(err, "impossible landmark");
        p->v[p->n++] = (struct landmark){(uint32_t)time, pitch, 0, LANDMARK_STRONG | LANDMARK_MIDDLE};
    }
    return r->failed ? bad(err, "it ends too soon") : 0;
}

int print_read(struct sv hex, struct arena *a, struct print *out, struct error *err)
{
    size_t bytes = hex.n / 2, cap = bytes / 3;
    if (hex.n % 2 || bytes < 5) return bad(err, "too short");
    uint8_t *raw = arena_alloc(a, bytes);
    struct print p = {.v = ARENA_ARRAY(a, cap + 1, struct landmark)};
    if (!raw || !p.v) return error_set(err, ERR_NOMEM, "print", "no memory for the print of a sound");
    if (!hex_decode(hex, raw, bytes)) return bad(err, "not hex");
    struct reader r = reader_of(sv_of(raw, bytes));
    unsigned version = reader_u8(&r);
    if (version > PRINT_VERSION)
        return error_set(err, ERR_UNSUPPORTED, "print", "print of a sound of version %u: use a newer build",
                         version);
    p.ticks = reader_u32(&r);
    if (version == 0 || p.ticks > LANDMARKS_MAX_TICKS) return bad(err, "impossible head");
    int code = version == 2 ? read_tune(&r, a, &p, err) : 0;
    if (code == 0) code = read_all(&r, &p, cap, err);
    if (code == 0) *out = p;
    return code;
}
