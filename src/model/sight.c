#include "model/sight.h"

#include <assert.h>

#include "base/limits.h"

enum { SIGHT_VERSION = 1, FRAME_BYTES = 41 };

void sight_write(const struct sight *s, struct buf *hex)
{
    struct buf b;
    assert(s->nframes <= BANK_MAX_FRAMES);
    buf_init(&b, 0);
    buf_put_u8(&b, SIGHT_VERSION);
    buf_put(&b, s->of.b, sizeof s->of.b);
    buf_put_u32(&b, (uint32_t)s->nframes);
    for (size_t i = 0; i < s->nframes; i++) {
        const struct bank_frame *f = &s->frames[i];
        assert(f->quality <= 100 && (i == 0 || s->frames[i - 1].time_us <= f->time_us));
        buf_put_u64(&b, (uint64_t)f->time_us);
        buf_put_u8(&b, f->quality);
        for (int k = 0; k < 4; k++) buf_put_u64(&b, f->pdq.w[k]);
    }
    keys_write(s->keys, s->nkeys, &b);
    struct sv bytes = buf_sv(&b);
    for (size_t i = 0; i < bytes.n; i++) {
        char two[3];
        hex_encode((const uint8_t *)bytes.p + i, 1, two);
        buf_put(hex, two, 2);
    }
    if (b.failed) hex->failed = true;
    buf_done(&b);
}

static int bad(struct error *err, const char *what)
{
    return error_set(err, ERR_FORMAT, "sight", "sight of a picture or clip: %s", what);
}

static int read_frames(struct reader *r, struct arena *a, struct sight *s, struct error *err)
{
    size_t n = reader_u32(r);
    if (r->failed || n > BANK_MAX_FRAMES || reader_left(r) < n * FRAME_BYTES)
        return bad(err, "number of hashes and length disagree");
    s->frames = ARENA_ARRAY(a, n ? n : 1, struct bank_frame);
    if (!s->frames) return error_set(err, ERR_NOMEM, "sight", "no memory for %zu hashes", n);
    for (size_t i = 0; i < n; i++) {
        struct bank_frame *f = &s->frames[i];
        f->time_us = (int64_t)reader_u64(r);
        f->quality = reader_u8(r);
        for (int k = 0; k < 4; k++) f->pdq.w[k] = reader_u64(r);
        if (f->time_us < 0 || (i > 0 && f[-1].time_us > f->time_us) || f->quality > 100)
            return bad(err, "an impossible hash");
    }
    s->nframes = n;
    return 0;
}

int sight_read(struct sv hex, struct arena *a, struct sight *out, struct error *err)
{
    struct sight s = {0};
    size_t n = hex.n / 2;
    uint8_t *bytes = arena_alloc(a, n ? n : 1);
    if (!bytes) return error_set(err, ERR_NOMEM, "sight", "no memory for %zu bytes", n);
    if (hex.n % 2 || n == 0 || !hex_decode(hex, bytes, n)) return bad(err, "not hex");
    struct reader r = reader_of(sv_of(bytes, n));
    unsigned version = reader_u8(&r);
    if (version == 0) return bad(err, "no version");
    if (version > SIGHT_VERSION)
        return error_set(err, ERR_UNSUPPORTED, "sight",
                         "sight of a picture or clip: version %u; this build reads up to %d: use a newer one",
                         version, SIGHT_VERSION);
    struct sv id = reader_bytes(&r, sizeof s.of.b);
    if (r.failed) return bad(err, "too short");
    memcpy(s.of.b, id.p, sizeof s.of.b);
    int rc = read_frames(&r, a, &s, err);
    if (rc == 0) rc = keys_read(&r, a, &s.keys, &s.nkeys, err);
    if (rc == 0 && reader_left(&r) > 0) rc = bad(err, "more bytes than it says");
    if (rc == 0) *out = s;
    return rc;
}
