/* Three chunks: header, one stream of filtered rows (each byte less its neighbour to the left), end. */
#include "media/png.h"

#include <stdlib.h>
#include <zlib.h>

enum { FILTER_SUB = 1 };

static void put_u32(struct buf *b, uint32_t v)
{
    for (int shift = 24; shift >= 0; shift -= 8) buf_put_u8(b, (uint8_t)(v >> shift));
}

static void put_chunk(struct buf *b, const char type[4], const void *p, size_t n)
{
    uLong crc = crc32(crc32(0, NULL, 0), (const Bytef *)type, 4);
    if (n) crc = crc32(crc, p, (uInt)n);
    put_u32(b, (uint32_t)n);
    buf_put(b, type, 4);
    buf_put(b, p, n);
    put_u32(b, (uint32_t)crc);
}

static void filter_row(const uint8_t *row, size_t n, size_t step, uint8_t *out)
{
    *out++ = FILTER_SUB;
    for (size_t i = 0; i < n; i++) out[i] = (uint8_t)(row[i] - (i >= step ? row[i - step] : 0));
}

void png_write(const uint8_t *pixels, uint32_t width, uint32_t height, int channels, struct buf *b)
{
    size_t row = (size_t)width * (size_t)channels, raw_bytes = (row + 1) * height;
    uLongf packed_bytes = compressBound((uLong)raw_bytes);
    uint8_t *raw = malloc(raw_bytes ? raw_bytes : 1), *packed = malloc(packed_bytes);
    struct buf head;
    buf_init(&head, 64);
    for (uint32_t y = 0; raw && y < height; y++)
        filter_row(pixels + y * row, row, (size_t)channels, raw + y * (row + 1));
    if (raw && packed && compress2(packed, &packed_bytes, raw, (uLong)raw_bytes, 6) == Z_OK) {
        put_u32(&head, width);
        put_u32(&head, height);
        buf_put(&head, channels == 1 ? "\10\0\0\0\0" : "\10\2\0\0\0", 5);
        buf_put(b, "\211PNG\r\n\032\n", 8);
        put_chunk(b, "IHDR", head.p, head.n);
        put_chunk(b, "IDAT", packed, packed_bytes);
        put_chunk(b, "IEND", NULL, 0);
        b->failed |= head.failed;
    } else {
        b->failed = true;
    }
    buf_done(&head);
    free(packed);
    free(raw);
}

static void put_base64(struct sv s, struct buf *b)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < s.n; i += 3) {
        uint32_t v = (uint32_t)(uint8_t)s.p[i] << 16;
        if (i + 1 < s.n) v |= (uint32_t)(uint8_t)s.p[i + 1] << 8;
        if (i + 2 < s.n) v |= (uint8_t)s.p[i + 2];
        buf_putc(b, digits[v >> 18]);
        buf_putc(b, digits[v >> 12 & 63]);
        buf_putc(b, i + 1 < s.n ? digits[v >> 6 & 63] : '=');
        buf_putc(b, i + 2 < s.n ? digits[v & 63] : '=');
    }
}

void png_write_data_url(const uint8_t *pixels, uint32_t width, uint32_t height, int channels, struct buf *b)
{
    struct buf png;
    buf_init(&png, 0);
    png_write(pixels, width, height, channels, &png);
    b->failed |= png.failed;
    buf_puts(b, "data:image/png;base64,");
    put_base64(buf_sv(&png), b);
    buf_done(&png);
}
