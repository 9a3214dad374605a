/* JPEG file to hash beside libjpeg-turbo's bare decode to grey at its best scale, on the same bytes in memory, and what is lost
 * by the smaller scale: one JSON object a file. What the worker does is done here without its walls.
 *
 *     bench_jpeg FILE… */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <jpeglib.h>

#include "base/clock.h"
#include "base/file.h"
#include "vision/pdq.h"

static int64_t core_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

struct picture {
    uint8_t *grey;
    int rows, cols;
};

/* Grey at 1/scale; JPEGs of our own choice, so that trouble ends the program. */
static void decode(const struct buf *b, unsigned scale, struct picture *out)
{
    struct jpeg_decompress_struct j;
    struct jpeg_error_mgr errors;
    j.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&j);
    jpeg_mem_src(&j, (const unsigned char *)b->p, b->n);
    jpeg_read_header(&j, TRUE);
    j.out_color_space = JCS_GRAYSCALE;
    j.scale_num = 1;
    j.scale_denom = scale;
    if (scale > 1) j.dct_method = JDCT_IFAST;
    jpeg_start_decompress(&j);
    out->rows = (int)j.output_height;
    out->cols = (int)j.output_width;
    out->grey = realloc(out->grey, (size_t)out->rows * (size_t)out->cols);
    if (!out->grey) exit(1);
    while (j.output_scanline < j.output_height) {
        JSAMPROW row = out->grey + (size_t)j.output_scanline * (size_t)out->cols;
        jpeg_read_scanlines(&j, &row, 1);
    }
    jpeg_finish_decompress(&j);
    jpeg_destroy_decompress(&j);
}

static double rate(const struct buf *b, const struct picture *full, unsigned scale, bool hash,
                   struct hash256 out[PDQ_FORMS])
{
    struct picture p = {0};
    struct pdq_scratch s;
    uint64_t done = 0;
    int quality;
    int64_t start = core_us(), spent;
    pdq_scratch_init(&s);
    do {
        decode(b, scale, &p);
        if (hash && pdq_hash_smaller(&s, p.grey, p.rows, p.cols, (size_t)p.cols, full->rows, full->cols,
                                     PDQ_FORMS, out, &quality, NULL))
            exit(1);
        done++;
        spent = core_us() - start;
    } while (spent < 2 * US_PER_SECOND);
    pdq_scratch_done(&s);
    free(p.grey);
    return (double)done * 1e6 / (double)spent;
}

static struct picture size_of(const struct buf *b)
{
    struct picture p = {0};
    decode(b, 1, &p);
    free(p.grey);
    return p;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        struct buf b;
        struct hash256 full[PDQ_FORMS], fast[PDQ_FORMS];
        buf_init(&b, 0);
        if (file_read(argv[i], (size_t)1 << 28, &b, NULL)) return 1;
        struct picture p = size_of(&b);
        unsigned scale = (unsigned)pdq_scale(p.rows, p.cols);
        double bare = rate(&b, &p, 8, false, fast), ours = rate(&b, &p, scale, true, fast),
               exact = rate(&b, &p, 1, true, full);
        printf("{\"bench\":\"jpeg\",\"file\":\"%s\",\"scale\":%u,\"bare_grey_eighth\":%.0f,\"to_eight_"
               "hashes\":%.0f,"
               "\"full_scale_to_eight_hashes\":%.0f,\"times_bare\":%.3f,\"bits_apart\":%d}\n",
               argv[i], scale, bare, ours, exact, bare / ours, hash256_distance(&full[0], &fast[0]));
        buf_done(&b);
    }
    return 0;
}
