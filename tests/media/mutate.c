#include "mutate.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

static uint32_t draw(uint64_t *state, uint32_t below)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return below ? (uint32_t)(*state >> 32) % below : 0;
}

/* ---- damage to one seed ---- */

static void flip_bits(struct buf *b, uint64_t *state)
{
    uint32_t flips = 1 + draw(state, 64);
    /* Half of the series aims at the head, where the structure is. */
    uint32_t reach = draw(state, 2) ? (uint32_t)b->n : b->n < 512 ? (uint32_t)b->n : 512;
    for (uint32_t i = 0; i < flips; i++) b->p[draw(state, reach)] ^= (char)(1 << draw(state, 8));
}

static void truncate_tail(struct buf *b, uint64_t *state) { b->n = draw(state, (uint32_t)b->n); }

static void overwrite_numbers(struct buf *b, uint64_t *state)
{
    static const uint32_t extremes[] = {0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff};
    for (uint32_t i = 0, n = 1 + draw(state, 8); i < n && b->n >= 4; i++) {
        uint32_t v = extremes[draw(state, sizeof extremes / sizeof *extremes)];
        memcpy(b->p + draw(state, (uint32_t)b->n - 3), &v, sizeof v);
    }
}

static void cut_a_hole(struct buf *b, uint64_t *state)
{
    uint32_t at = draw(state, (uint32_t)b->n), length = draw(state, (uint32_t)b->n - at);
    memmove(b->p + at, b->p + at + length, b->n - at - length);
    b->n -= length;
}

static void repeat_a_part(struct buf *b, uint64_t *state)
{
    uint32_t at = draw(state, (uint32_t)b->n), length = draw(state, (uint32_t)b->n - at);
    char *part = malloc(length + 1u);
    if (!part) abort();
    memcpy(part, b->p + at, length);
    for (uint32_t i = 0, times = 1 + draw(state, 200); i < times && b->n < 4u << 20; i++)
        buf_put(b, part, length);
    free(part);
}

static void swap_parts(struct buf *b, uint64_t *state)
{
    for (uint32_t i = 0, length = 1 + draw(state, 64); i < 8 && b->n > 2 * length; i++) {
        uint32_t from = draw(state, (uint32_t)b->n - length), to = draw(state, (uint32_t)b->n - length);
        memmove(b->p + to, b->p + from, length);
    }
}

static void fill_noise(struct buf *b, uint64_t *state)
{
    uint32_t keep = draw(state, b->n < 64 ? (uint32_t)b->n : 64);
    for (size_t i = keep; i < b->n; i++) b->p[i] = (char)draw(state, 256);
}

/* The head of one kind of file on the body of another. */
static void swap_heads(struct buf *b, const struct seed *other, uint64_t *state)
{
    size_t n = 4 + draw(state, 200);
    if (n > b->n) n = b->n;
    if (n > other->bytes.n) n = other->bytes.n;
    if (n > 0) memcpy(b->p, other->bytes.p, n);
}

/* ---- files made to be huge once open ---- */

static void be32(struct buf *b, uint32_t v)
{
    const char bytes[4] = {(char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v};
    buf_put(b, bytes, 4);
}

static void png_chunk(struct buf *b, const char *type, const void *p, size_t n)
{
    be32(b, (uint32_t)n);
    size_t from = b->n;
    buf_put(b, type, 4);
    buf_put(b, p, n);
    be32(b, (uint32_t)crc32(0, (const Bytef *)b->p + from, (uInt)(b->n - from)));
}

/* side × side grey pixels, all of them there: a few kilobytes that become gigabytes. */
static void png_bomb(struct buf *b, uint32_t width, uint32_t height, size_t raw_bytes)
{
    const unsigned char head[13] = {(unsigned char)(width >> 24),
                                    (unsigned char)(width >> 16),
                                    (unsigned char)(width >> 8),
                                    (unsigned char)width,
                                    (unsigned char)(height >> 24),
                                    (unsigned char)(height >> 16),
                                    (unsigned char)(height >> 8),
                                    (unsigned char)height,
                                    8,
                                    2,
                                    0,
                                    0,
                                    0};
    static unsigned char zeros[65536], out[65536];
    z_stream z = {0};
    struct buf body;
    if (deflateInit(&z, 9) != Z_OK) abort();
    buf_init(&body, 0);
    for (size_t left = raw_bytes;;) {
        size_t n = left < sizeof zeros ? left : sizeof zeros;
        left -= n;
        z.next_in = zeros;
        z.avail_in = (uInt)n;
        do {
            z.next_out = out;
            z.avail_out = sizeof out;
            deflate(&z, left ? Z_NO_FLUSH : Z_FINISH);
            buf_put(&body, out, sizeof out - z.avail_out);
        } while (z.avail_out == 0);
        if (left == 0) break;
    }
    deflateEnd(&z);
    buf_put(b, "\x89PNG\r\n\x1a\n", 8);
    png_chunk(b, "IHDR", head, sizeof head);
    png_chunk(b, "IDAT", body.p, body.n);
    png_chunk(b, "IEND", "", 0);
    buf_done(&body);
}

/* A GIF of `frames` frames as large as the format can say, each of a few bytes, repeating for ever. */
static void gif_bomb(struct buf *b, uint16_t side, uint32_t frames)
{
    static const char loop[] = "\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00";
    static const char palette[] = "\x00\x00\x00\xff\xff\xff";
    buf_puts(b, "GIF89a");
    buf_put_u16(b, side);
    buf_put_u16(b, side);
    buf_put(b, "\x80\x00\x00", 3);
    buf_put(b, palette, 6);
    buf_put(b, loop, sizeof loop - 1);
    buf_put_u8(b, 0);
    for (uint32_t i = 0; i < frames; i++) {
        buf_put(b, "\x21\xf9\x04\x00\x00\x00\x00\x00\x2c\x00\x00\x00\x00", 13);
        buf_put_u16(b, side);
        buf_put_u16(b, side);
        buf_put(b, "\x00\x02\x03\x44\x11\x05\x00", 7);
    }
    buf_putc(b, ';');
}

static void bmp_giant(struct buf *b, uint32_t width, uint32_t height)
{
    buf_puts(b, "BM");
    buf_put_u32(b, 1000);
    buf_put_u32(b, 0);
    buf_put_u32(b, 54);
    buf_put_u32(b, 40);
    buf_put_u32(b, width);
    buf_put_u32(b, height);
    buf_put_u16(b, 1);
    buf_put_u16(b, 24);
    for (int i = 0; i < 6; i++) buf_put_u32(b, 0);
    buf_pad(b, 'x', 500);
}

/* The dimensions that a JPEG declares, made enormous. */
static void jpeg_giant(struct buf *b, uint64_t *state)
{
    for (size_t i = 2; i + 9 < b->n; i++)
        if ((unsigned char)b->p[i] == 0xff && ((unsigned char)b->p[i + 1] & 0xfe) == 0xc0) {
            memset(b->p + i + 5, 0xff, 4);
            b->p[i + 5] = (char)draw(state, 256);
            return;
        }
}

static const struct seed *seed_named(const struct seed *seeds, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(seeds[i].name, name) == 0) return &seeds[i];
    abort();
}

static void giant(const struct seed *seeds, size_t nseeds, uint64_t *state, struct buf *out, char label[160])
{
    static const uint32_t sides[] = {16, 1000, 4000, 6000, 15001, 30000, 32769, 65535};
    uint32_t w = sides[draw(state, 8)], h = sides[draw(state, 8)], kind = draw(state, 5);
    switch (kind) {
    case 0: png_bomb(out, w, h, (size_t)1 << (10 + draw(state, 15))); break;
    case 1: gif_bomb(out, (uint16_t)w, 1 + draw(state, 3000)); break;
    case 2: bmp_giant(out, w, draw(state, 2) ? h : 0u - h); break;
    case 3:
        buf_putsv(out, buf_sv(&seed_named(seeds, nseeds, "still.jpg")->bytes));
        jpeg_giant(out, state);
        break;
    default: png_bomb(out, 1000, 3000, (size_t)3001 * 3000); break;
    }
    snprintf(label, 160, "giant of kind %u, %u x %u", kind, w, kind == 1 ? w : h);
}

void mutate(const struct seed *seeds, size_t nseeds, uint32_t n, struct buf *out, char label[160])
{
    enum { WAYS = 10 };
    uint64_t state = (n + 1) * UINT64_C(0x9e3779b97f4a7c15);
    const struct seed *seed = &seeds[n % nseeds];
    uint32_t way = n / (uint32_t)nseeds % WAYS;
    for (int i = 0; i < 8; i++) draw(&state, 1);
    buf_clear(out);
    if (way == 9) {
        giant(seeds, nseeds, &state, out, label);
        return;
    }
    buf_putsv(out, buf_sv(&seed->bytes));
    const struct seed *other = &seeds[draw(&state, (uint32_t)nseeds)];
    snprintf(label, 160, "%s, way %u (%s)", seed->name, way, other->name);
    switch (way) {
    case 0: flip_bits(out, &state); break;
    case 1: truncate_tail(out, &state); break;
    case 2: overwrite_numbers(out, &state); break;
    case 3: cut_a_hole(out, &state); break;
    case 4: repeat_a_part(out, &state); break;
    case 5: swap_parts(out, &state); break;
    case 6: fill_noise(out, &state); break;
    case 7: swap_heads(out, other, &state); break;
    default:
        flip_bits(out, &state);
        overwrite_numbers(out, &state);
        if (out->n > 1) truncate_tail(out, &state);
        break;
    }
}
