/* The growing byte string, and the reader of what it wrote. One byte of `cap` always belongs to the closing NUL. */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/limits.h"

enum { BUF_MIN_CAP = 64 };

void buf_init(struct buf *b, size_t max_bytes)
{
    *b = (struct buf){.max_bytes = max_bytes ? max_bytes : BUF_MAX_BYTES};
}

void buf_done(struct buf *b)
{
    if (!b) return;
    free(b->p);
    b->p = NULL;
    b->n = b->cap = 0;
    b->failed = false;
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    b->failed = false;
    if (b->p) b->p[0] = '\0';
}

bool buf_reserve(struct buf *b, size_t more)
{
    if (b->failed) return false;
    size_t want;
    if (!checked_add(b->n, more, &want) || want > b->max_bytes || !checked_add(want, 1, &want)) goto fail;
    if (want <= b->cap) return true;
    size_t cap = b->cap ? b->cap : BUF_MIN_CAP;
    while (cap < want)
        if (!checked_mul(cap, 2, &cap)) cap = want;
    /* Doubling must not pass the maximum: the last step goes exactly there. */
    if (cap - 1 > b->max_bytes) cap = b->max_bytes + 1;
    char *p = realloc(b->p, cap);
    if (!p) goto fail;
    b->p = p;
    b->cap = cap;
    b->p[b->n] = '\0';
    return true;
fail:
    b->failed = true;
    return false;
}

void buf_put(struct buf *b, const void *p, size_t n)
{
    if (n == 0 || !buf_reserve(b, n)) return;
    memcpy(b->p + b->n, p, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void buf_puts(struct buf *b, const char *s) { buf_put(b, s, strlen(s)); }
void buf_putsv(struct buf *b, struct sv s) { buf_put(b, s.p, s.n); }
void buf_putc(struct buf *b, char c) { buf_put(b, &c, 1); }

void buf_pad(struct buf *b, char c, size_t count)
{
    if (count == 0 || !buf_reserve(b, count)) return;
    memset(b->p + b->n, c, count);
    b->n += count;
    b->p[b->n] = '\0';
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0) b->failed = true;
    if (n <= 0 || !buf_reserve(b, (size_t)n)) return;
    va_start(ap, fmt);
    vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->n += (size_t)n;
}

static void put_le(struct buf *b, uint64_t v, size_t n)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < n; i++) bytes[i] = (uint8_t)(v >> (8 * i));
    buf_put(b, bytes, n);
}

void buf_put_u8(struct buf *b, uint8_t v) { put_le(b, v, 1); }
void buf_put_u16(struct buf *b, uint16_t v) { put_le(b, v, 2); }
void buf_put_u32(struct buf *b, uint32_t v) { put_le(b, v, 4); }
void buf_put_u64(struct buf *b, uint64_t v) { put_le(b, v, 8); }

struct sv reader_bytes(struct reader *r, size_t n)
{
    if (n > reader_left(r)) {
        r->failed = true;
        return SV_NULL;
    }
    struct sv s = sv_of(r->p ? r->p + r->at : NULL, n);
    r->at += n;
    return s;
}

static uint64_t read_le(struct reader *r, size_t n)
{
    struct sv s = reader_bytes(r, n);
    uint64_t v = 0;
    for (size_t i = 0; i < s.n; i++) v |= (uint64_t)(uint8_t)s.p[i] << (8 * i);
    return v;
}

uint8_t reader_u8(struct reader *r) { return (uint8_t)read_le(r, 1); }
uint16_t reader_u16(struct reader *r) { return (uint16_t)read_le(r, 2); }
uint32_t reader_u32(struct reader *r) { return (uint32_t)read_le(r, 4); }
uint64_t reader_u64(struct reader *r) { return read_le(r, 8); }
