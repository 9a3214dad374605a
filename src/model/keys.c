#include "model/keys.h"

#include <assert.h>

#include "base/limits.h"

enum { KEY_BYTES = 14, POINT_BYTES = 38 };

static bool point_fits(const struct point *p, const struct key_frame *k)
{
    return p->x <= k->w * POINT_UNIT && p->y <= k->h * POINT_UNIT && p->scale < POINT_SCALES;
}

static bool key_valid(const struct key_frame *k)
{
    return k->w >= 1 && k->h >= 1 && k->w <= POINT_SIDE_MAX && k->h <= POINT_SIDE_MAX &&
           k->npoints <= KEY_POINTS_MAX;
}

void keys_write(const struct key_frame *v, size_t n, struct buf *b)
{
    assert(n <= KEYS_MAX);
    buf_put_u16(b, (uint16_t)n);
    for (size_t i = 0; i < n; i++) {
        assert(key_valid(&v[i]) && (i == 0 || v[i - 1].time_us <= v[i].time_us));
        buf_put_u64(b, (uint64_t)v[i].time_us);
        buf_put_u16(b, v[i].w);
        buf_put_u16(b, v[i].h);
        buf_put_u16(b, (uint16_t)v[i].npoints);
        for (size_t k = 0; k < v[i].npoints; k++) {
            const struct point *p = &v[i].points[k];
            assert(point_fits(p, &v[i]));
            buf_put_u16(b, p->x);
            buf_put_u16(b, p->y);
            buf_put_u8(b, p->angle);
            buf_put_u8(b, p->scale);
            for (int w = 0; w < 4; w++) buf_put_u64(b, p->bits.w[w]);
        }
    }
}

static int bad(struct error *err, const struct reader *r, const char *what)
{
    return error_set(err, ERR_FORMAT, "keys", "key frames: %s at byte %zu", what, r->at);
}

static int read_points(struct reader *r, struct arena *a, struct key_frame *k, struct error *err)
{
    if (!key_valid(k) || reader_left(r) < k->npoints * POINT_BYTES)
        return bad(err, r, "impossible size before");
    struct point *v = ARENA_ARRAY(a, k->npoints ? k->npoints : 1, struct point);
    if (!v) return error_set(err, ERR_NOMEM, "keys", "no memory for %zu points", k->npoints);
    for (size_t i = 0; i < k->npoints; i++) {
        v[i] = (struct point){.x = reader_u16(r), .y = reader_u16(r)};
        v[i].angle = reader_u8(r);
        v[i].scale = reader_u8(r);
        for (int w = 0; w < 4; w++) v[i].bits.w[w] = reader_u64(r);
        if (!point_fits(&v[i], k)) return bad(err, r, "impossible point before");
    }
    k->points = v;
    return 0;
}

int keys_read(struct reader *r, struct arena *a, struct key_frame **out, size_t *out_n, struct error *err)
{
    size_t n = reader_u16(r);
    *out_n = 0;
    if (r->failed || n > KEYS_MAX || reader_left(r) < n * KEY_BYTES)
        return bad(err, r, "number and length disagree");
    struct key_frame *v = ARENA_ARRAY(a, n ? n : 1, struct key_frame);
    if (!v) return error_set(err, ERR_NOMEM, "keys", "no memory for %zu key frames", n);
    for (size_t i = 0; i < n; i++) {
        v[i].time_us = (int64_t)reader_u64(r);
        v[i].w = reader_u16(r);
        v[i].h = reader_u16(r);
        v[i].npoints = reader_u16(r);
        if (r->failed || v[i].time_us < 0 || (i > 0 && v[i].time_us < v[i - 1].time_us))
            return bad(err, r, "impossible time before");
        int rc = read_points(r, a, &v[i], err);
        if (rc) return rc;
    }
    *out = v;
    *out_n = n;
    return 0;
}
