/* A growing byte string with a sticky error: append freely, check once.
 *
 *     struct buf b;
 *     buf_init(&b, 0);
 *     buf_puts(&b, "a");  buf_printf(&b, "%d", 1);
 *     if (b.failed) …     // memory or max_bytes ran out; the bytes so far are still there
 *     buf_done(&b); */
#ifndef MARSAD_BASE_BUF_H
#define MARSAD_BASE_BUF_H

#include "base/error.h"
#include "base/sv.h"

struct buf {
    char *p; /* NUL-terminated for debuggers and libc, the NUL not counted; NULL while empty */
    size_t n, cap;
    size_t max_bytes;
    bool failed;
};

/* max_bytes 0 means BUF_MAX_BYTES of base/limits.h. */
void buf_init(struct buf *b, size_t max_bytes);
void buf_done(struct buf *b);
/* Empty again, memory kept, error forgotten. */
void buf_clear(struct buf *b);

/* Room for `more` further bytes, so that they can be written at b->p + b->n; false (and failed) when there is none. */
bool buf_reserve(struct buf *b, size_t more);
void buf_put(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putsv(struct buf *b, struct sv s);
void buf_putc(struct buf *b, char c);
void buf_pad(struct buf *b, char c, size_t count);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Little-endian integers, for our own binary formats. */
void buf_put_u8(struct buf *b, uint8_t v);
void buf_put_u16(struct buf *b, uint16_t v);
void buf_put_u32(struct buf *b, uint32_t v);
void buf_put_u64(struct buf *b, uint64_t v);

static inline struct sv buf_sv(const struct buf *b) { return (struct sv){b->p, b->n}; }
/* The bytes as a C string ("" while empty); *borrowed until* the next append. */
static inline const char *buf_cstr(const struct buf *b) { return b->p ? b->p : ""; }

/* Reads what buf_put_uN wrote. A short read sets `failed` and gives 0: check once at the end. */
struct reader {
    const uint8_t *p;
    size_t n, at;
    bool failed;
};
static inline struct reader reader_of(struct sv s)
{
    return (struct reader){(const uint8_t *)s.p, s.n, 0, false};
}
uint8_t reader_u8(struct reader *r);
uint16_t reader_u16(struct reader *r);
uint32_t reader_u32(struct reader *r);
uint64_t reader_u64(struct reader *r);
/* n bytes, *borrowed until* the source goes; empty and failed when there are fewer. */
struct sv reader_bytes(struct reader *r, size_t n);
static inline size_t reader_left(const struct reader *r) { return r->failed ? 0 : r->n - r->at; }

#endif
