/* Pictures that are stored in one way and shown in another: places in them are told as they are shown. */
#include "media_test.h"

#include <stdio.h>

#include <jpeglib.h>

enum { W = 400, H = 300, BAR = 100 };

/* As shown: a black bar of a quarter at the left, beside it a pattern that is nowhere alike. */
static uint8_t shown_at(int x, int y)
{
    uint32_t v = (uint32_t)(x / 12) * 2654435761u ^ (uint32_t)(y / 9) * 2246822519u;
    return x < BAR ? 0 : (uint8_t)(40 + (v >> 13) % 200);
}

/* Stored so that the orientation makes it what is shown: EXIF says where row 0 and column 0 of the stored picture are. */
static uint8_t stored_at(int orientation, int row, int col)
{
    switch (orientation) {
    case 2: return shown_at(W - 1 - col, row);         /* top, right */
    case 3: return shown_at(W - 1 - col, H - 1 - row); /* bottom, right */
    case 4: return shown_at(col, H - 1 - row);         /* bottom, left */
    case 5: return shown_at(row, col);                 /* left, top */
    case 6: return shown_at(W - 1 - row, col);         /* right, top */
    case 7: return shown_at(W - 1 - row, H - 1 - col); /* right, bottom */
    case 8: return shown_at(row, H - 1 - col);         /* left, bottom */
    default: return shown_at(col, row);
    }
}

static int jpeg_of(int orientation)
{
    uint8_t exif[] = {'E', 'x',  'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1,
                      1,   0x12, 0,   3,   0, 0, 0,   1,   0, 0,  0, 0, 0, 0, 0, 0};
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    unsigned char *out = NULL;
    unsigned long n = 0;
    uint8_t row[W];
    exif[25] = (uint8_t)orientation;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &out, &n);
    jpeg.image_width = orientation >= 5 ? H : W;
    jpeg.image_height = orientation >= 5 ? W : H;
    jpeg.input_components = 1;
    jpeg.in_color_space = JCS_GRAYSCALE;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, 95, TRUE);
    jpeg_start_compress(&jpeg, TRUE);
    jpeg_write_marker(&jpeg, JPEG_APP0 + 1, exif, sizeof exif);
    for (int y = 0; y < (int)jpeg.image_height; y++) {
        for (int x = 0; x < (int)jpeg.image_width; x++) row[x] = stored_at(orientation, y, x);
        JSAMPROW rows[1] = {row};
        jpeg_write_scanlines(&jpeg, rows, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    int fd = memory_file(out, n);
    free(out);
    return fd;
}

static void regions_points_and_pictures_are_those_of_what_is_shown(void **state)
{
    struct media_options o = {.workers = 1};
    struct media_pool *pool = pool_start(&o);
    for (int orientation = 1; orientation <= 8; orientation++) {
        struct arena a;
        struct media_signals s;
        struct media_shown shown;
        struct error err;
        const int64_t zero = 0;
        bool found = false;
        int fd = jpeg_of(orientation);
        struct media_request r = {.fd = fd, .look = MEDIA_LOOK_INSIDE};
        struct media_show_request show = {.fd = fd, .times_us = &zero, .ntimes = 1, .side = 200};
        arena_init(&a, 0);
        if (media_analyse(pool, &r, &a, &s, &err)) fail_msg("%d: %s", orientation, err.text);
        assert_int_equal(s.width, W);
        assert_int_equal(s.height, H);
        for (size_t i = 0; i < s.nframes; i++) {
            const struct region *f = &s.frames[i].region;
            found |= abs(f->x - 250) <= 25 && f->y <= 25 && abs(f->w - 750) <= 25 && f->h >= 975;
        }
        if (!found) fail_msg("orientation %d: the bar was not found where it is shown", orientation);
        assert_int_equal(s.nkeys, 1);
        assert_true(s.keys[0].w > s.keys[0].h);
        for (size_t i = 0; i < s.keys[0].npoints; i++)
            assert_true(s.keys[0].points[i].x / POINT_UNIT + 8 >= s.keys[0].w / 4);
        if (media_show(pool, &show, &a, &shown, &err)) fail_msg("%d: %s", orientation, err.text);
        assert_int_equal(shown.npictures, 1);
        assert_int_equal(shown.pictures[0].width, 200);
        assert_int_equal(shown.pictures[0].height, 150);
        for (int y = 1; y < 149; y++)
            for (int x = 1; x < 48; x++) assert_in_range(shown.pictures[0].rgb[3 * (y * 200 + x)], 0, 30);
        close(fd);
        arena_done(&a);
    }
    media_pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regions_points_and_pictures_are_those_of_what_is_shown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
