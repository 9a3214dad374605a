/* JPEG through libjpeg: full scale, accurate integer transform, smooth chroma upsampling. That is how the field's
 * hasher decodes it, so the hashes agree. Rows go straight into the picture to be hashed: no more than 512 × 512
 * pixels are kept, whatever the file declares. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>
#include <jerror.h>

#include "media/worker/worker_priv.h"

enum { INPUT_BYTES = 65536, SCANS_MAX = 200, EXIF_MAX = 65533, EXIF_ORIENTATION = 0x0112 };

struct reader_state {
    struct jpeg_source_mgr manager; /* first: libjpeg hands it back */
    struct source *source;
    bool ended;
    JOCTET bytes[INPUT_BYTES];
};

struct decoder {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf out;
    struct job *job;
    struct reader_state *input;
    uint8_t *row, *picture; /* picture: what will be hashed */
    uint8_t *grey; /* the whole of it for the look inside, when `picture` is out of proportion; else NULL */
    int picture_rows, picture_cols, channels;
    bool smaller; /* grey, whole, in proportion: hashed as what it was made from */
    int result;   /* of the jump */
};

/* ---- what libjpeg calls ---- */

static struct decoder *decoder_of(j_common_ptr jpeg) { return jpeg->client_data; }

static void on_error(j_common_ptr jpeg)
{
    struct decoder *d = decoder_of(jpeg);
    char why[JMSG_LENGTH_MAX]; /* libjpeg's own words; of the file at most numbers are in them */
    jpeg->err->format_message(jpeg, why);
    if (jpeg->err->msg_code == JERR_OUT_OF_MEMORY)
        d->result = job_no_memory(d->job);
    else
        d->result = job_fail(d->job, ERR_FORMAT, "a JPEG picture that cannot be decoded: %s", why);
    longjmp(d->out, 1);
}
static void on_message(j_common_ptr jpeg) { (void)jpeg; }

/* Thousands of progressive scans over a large picture are a bomb. */
static void on_progress(j_common_ptr jpeg)
{
    struct decoder *d = decoder_of(jpeg);
    if (d->jpeg.input_scan_number > SCANS_MAX)
        d->result = job_fail(d->job, ERR_LIMIT, "a JPEG picture of more than %d scans", SCANS_MAX);
    else if (job_out_of_time(d->job))
        d->result = job_fail(d->job, ERR_LIMIT, "a JPEG picture that takes too long to decode");
    else
        return;
    longjmp(d->out, 1);
}

static void input_none(j_decompress_ptr jpeg) { (void)jpeg; }

static boolean input_fill(j_decompress_ptr jpeg)
{
    struct reader_state *in = (struct reader_state *)jpeg->src;
    ssize_t n = source_read(in->source, in->bytes, sizeof in->bytes);
    if (n <= 0) {
        /* libjpeg goes on to draw grey when it is told that the picture is over. */
        in->ended = true;
        WARNMS(jpeg, JWRN_JPEG_EOF);
        in->bytes[0] = 0xff;
        in->bytes[1] = JPEG_EOI;
        n = 2;
    }
    in->manager.next_input_byte = in->bytes;
    in->manager.bytes_in_buffer = (size_t)n;
    return TRUE;
}

static void input_skip(j_decompress_ptr jpeg, long count)
{
    struct reader_state *in = (struct reader_state *)jpeg->src;
    size_t n = count > 0 ? (size_t)count : 0;
    if (n > in->manager.bytes_in_buffer) {
        source_seek(in->source, in->source->at + (n - in->manager.bytes_in_buffer));
        n = in->manager.bytes_in_buffer;
    }
    in->manager.next_input_byte += n;
    in->manager.bytes_in_buffer -= n;
}

/* ---- the way a picture is to be turned when shown ---- */

static uint32_t exif_number(const uint8_t *p, int bytes, bool big)
{
    uint32_t v = 0;
    for (int i = 0; i < bytes; i++) v |= (uint32_t)p[i] << 8 * (big ? bytes - 1 - i : i);
    return v;
}

/* 1-8 of the TIFF header that an APP1 marker holds; 1 when it says nothing. */
static int exif_orientation(const uint8_t *p, size_t n)
{
    enum { HEAD = 6, ENTRY = 12 };
    if (n < HEAD + 8 || memcmp(p, "Exif\0\0", HEAD) != 0) return 1;
    p += HEAD, n -= HEAD;
    bool big = p[0] == 'M';
    size_t at = exif_number(p + 4, 4, big);
    if (at > n - 2) return 1;
    size_t entries = exif_number(p + at, 2, big);
    at += 2;
    for (; entries > 0 && n - at >= ENTRY; entries--, at += ENTRY) {
        if (exif_number(p + at, 2, big) != EXIF_ORIENTATION) continue;
        uint32_t value = exif_number(p + at + 8, 2, big);
        return value >= 1 && value <= 8 ? (int)value : 1;
    }
    return 1;
}

static int turn_of(const struct jpeg_decompress_struct *jpeg)
{
    for (jpeg_saved_marker_ptr m = jpeg->marker_list; m; m = m->next)
        if (m->marker == JPEG_APP0 + 1) return exif_orientation(m->data, m->data_length);
    return 1;
}

/* ---- decoding ---- */

/* CMYK as printers' programs write it (Adobe's are inverted) to RGB, in place. */
static void row_from_cmyk(uint8_t *row, int cols, bool inverted)
{
    for (int x = 0; x < cols; x++) {
        unsigned k = row[4 * x + 3];
        for (int c = 0; c < 3; c++) {
            unsigned v = row[4 * x + c];
            row[3 * x + c] = (uint8_t)(inverted ? v * k / 255 : (255 - v) * (255 - k) / 255);
        }
    }
}

/* Grey, and as small as hash and look allow: most of the work of a large picture is then reading its bits. */
static void choose_scale(struct decoder *d)
{
    struct jpeg_decompress_struct *jpeg = &d->jpeg;
    unsigned longer = jpeg->image_width > jpeg->image_height ? jpeg->image_width : jpeg->image_height;
    if (jpeg->jpeg_color_space != JCS_YCbCr && jpeg->jpeg_color_space != JCS_GRAYSCALE) return;
    jpeg->out_color_space = JCS_GRAYSCALE;
    d->channels = 1;
    d->smaller = true;
    unsigned scale = (unsigned)pdq_scale((int)jpeg->image_height, (int)jpeg->image_width);
    while (d->job->task.look != MEDIA_LOOK_WHOLE && scale > 1 && longer / scale < LOOK_SIDE) scale /= 2;
    jpeg->scale_num = 1;
    jpeg->scale_denom = scale;
    if (scale > 1) jpeg->dct_method = JDCT_IFAST;
}

static void choose_colours(struct decoder *d)
{
    struct jpeg_decompress_struct *jpeg = &d->jpeg;
    d->channels = jpeg->jpeg_color_space == JCS_GRAYSCALE ? 1 : 3;
    if (jpeg->jpeg_color_space == JCS_GRAYSCALE)
        jpeg->out_color_space = JCS_GRAYSCALE;
    else if (jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK)
        jpeg->out_color_space = JCS_CMYK;
    else
        jpeg->out_color_space = JCS_RGB;
}

static int allocate(struct decoder *d)
{
    bool shrinks = !d->smaller && pdq_file_shrinks((int)d->jpeg.output_height, (int)d->jpeg.output_width);
    d->picture_rows = shrinks ? PDQ_FILE_SIDE_MAX : (int)d->jpeg.output_height;
    d->picture_cols = shrinks ? PDQ_FILE_SIDE_MAX : (int)d->jpeg.output_width;
    d->row = malloc((size_t)d->jpeg.output_width * (size_t)d->jpeg.output_components);
    d->picture = calloc((size_t)d->picture_rows * (size_t)d->picture_cols, (size_t)d->channels);
    /* What the field's resampling makes of a picture has lost its proportions: the look inside gets its own. */
    if (shrinks && d->job->task.op == OP_ANALYSE && d->job->task.look != MEDIA_LOOK_WHOLE) {
        d->grey = malloc((size_t)d->jpeg.output_width * d->jpeg.output_height);
        if (!d->grey) return job_no_memory(d->job);
    }
    return d->row && d->picture ? 0 : job_no_memory(d->job);
}

static void row_as_grey(struct decoder *d, int y)
{
    size_t cols = d->jpeg.output_width;
    uint8_t *to = d->grey + (size_t)y * cols;
    if (d->channels == 1) memcpy(to, d->row, cols);
    for (size_t x = 0; x < cols && d->channels == 3; x++) {
        const uint8_t *p = d->row + 3 * x;
        to[x] = (uint8_t)((77u * p[0] + 150u * p[1] + 29u * p[2] + 128u) >> 8);
    }
}

/* The row just decoded, to wherever the picture wants it: *next is the first row of the picture still missing. */
static void row_keep(struct decoder *d, int y, int *next)
{
    bool shrinks = !d->smaller && pdq_file_shrinks((int)d->jpeg.output_height, (int)d->jpeg.output_width);
    size_t channels = (size_t)d->channels, row_bytes = (size_t)d->picture_cols * channels;
    int rows = (int)d->jpeg.output_height, cols = (int)d->jpeg.output_width;
    while (*next < d->picture_rows && (shrinks ? pdq_file_source(*next, rows) : *next) == y) {
        uint8_t *to = d->picture + (size_t)(*next)++ * row_bytes;
        if (!shrinks) {
            memcpy(to, d->row, row_bytes);
            continue;
        }
        for (int x = 0; x < d->picture_cols; x++)
            memcpy(to + (size_t)x * channels, d->row + (size_t)pdq_file_source(x, cols) * channels, channels);
    }
}

static int read_rows(struct decoder *d)
{
    int next = 0;
    while (d->jpeg.output_scanline < d->jpeg.output_height) {
        int y = (int)d->jpeg.output_scanline;
        JSAMPROW rows[1] = {d->row};
        if (jpeg_read_scanlines(&d->jpeg, rows, 1) != 1)
            return job_fail(d->job, ERR_FORMAT, "a JPEG picture that ends early");
        if (d->jpeg.out_color_space == JCS_CMYK)
            row_from_cmyk(d->row, (int)d->jpeg.output_width, d->jpeg.saw_Adobe_marker);
        row_keep(d, y, &next);
        if (d->grey) row_as_grey(d, y);
    }
    return 0;
}

static void describe(struct decoder *d)
{
    struct media_signals *s = &d->job->signals;
    d->job->turn = turn_of(&d->jpeg);
    bool side = turn_on_side(d->job->turn);
    s->kind = MEDIA_IMAGE;
    strcpy(s->container, "jpeg");
    strcpy(s->codec, "jpeg");
    s->width = (int32_t)(side ? d->jpeg.image_height : d->jpeg.image_width);
    s->height = (int32_t)(side ? d->jpeg.image_width : d->jpeg.image_height);
}

/* Everything that may jump. */
static int decode(struct decoder *d)
{
    int r;
    jpeg_save_markers(&d->jpeg, JPEG_APP0 + 1, EXIF_MAX);
    jpeg_read_header(&d->jpeg, TRUE);
    if ((r = job_check_size(d->job, d->jpeg.image_width, d->jpeg.image_height))) return r;
    choose_colours(d);
    if (d->job->task.fast && d->job->task.op == OP_ANALYSE) choose_scale(d);
    jpeg_start_decompress(&d->jpeg);
    if ((r = allocate(d)) || (r = read_rows(d))) return r;
    describe(d);
    if (d->input->ended)
        job_note(d->job, "the picture ends early: what is missing is grey");
    else if (d->errors.num_warnings > 0)
        job_note(d->job, "the picture is damaged");
    enum pixels kind = d->channels == 3 ? PIXELS_RGB : PIXELS_GREY;
    size_t stride = (size_t)d->picture_cols * (size_t)d->channels;
    if (d->job->task.op == OP_SHOW)
        return show_picture(d->job, 0, kind, d->picture, d->picture_rows, d->picture_cols, stride,
                            (int)d->jpeg.image_width, (int)d->jpeg.image_height);
    r = d->smaller ? frame_add_smaller(d->job, d->picture, d->picture_rows, d->picture_cols,
                                       (int)d->jpeg.image_height, (int)d->jpeg.image_width)
                   : frame_add(d->job, 0, kind, d->picture, d->picture_rows, d->picture_cols, stride);
    if (r) return r;
    if (d->grey)
        return look_picture(d->job, PIXELS_GREY, d->grey, (int)d->jpeg.output_height,
                            (int)d->jpeg.output_width, d->jpeg.output_width);
    return look_picture(d->job, kind, d->picture, d->picture_rows, d->picture_cols, stride);
}

static void set_up(struct decoder *d, struct job *j, struct source *s)
{
    d->job = j;
    d->jpeg.err = jpeg_std_error(&d->errors);
    d->jpeg.client_data = d;
    d->errors.error_exit = on_error;
    d->errors.output_message = on_message;
    d->input->source = s;
    d->input->manager = (struct jpeg_source_mgr){.init_source = input_none,
                                                 .fill_input_buffer = input_fill,
                                                 .skip_input_data = input_skip,
                                                 .resync_to_restart = jpeg_resync_to_restart,
                                                 .term_source = input_none};
}

int jpeg_analyse(struct job *j, struct source *s)
{
    struct decoder *d = calloc(1, sizeof *d);
    if (!d || !(d->input = calloc(1, sizeof *d->input))) {
        free(d);
        return job_no_memory(j);
    }
    set_up(d, j, s);
    if (setjmp(d->out) == 0) {
        jpeg_create_decompress(&d->jpeg);
        d->jpeg.client_data = d;
        d->jpeg.src = &d->input->manager;
        d->jpeg.progress = &d->progress;
        d->progress.progress_monitor = on_progress;
        d->result = decode(d);
    }
    int r = d->result;
    jpeg_destroy_decompress(&d->jpeg);
    free(d->row);
    free(d->picture);
    free(d->grey);
    free(d->input);
    free(d);
    return r;
}
