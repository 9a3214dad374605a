#include "media_test.h"

#include <math.h>
#include <unistd.h>

#include <jpeglib.h>

#include "../vision/pictures.h"
#include "base/file.h"
#include "vision/pdq.h"

static struct media_pool *pool;

static int set_up(void **state)
{
    struct media_options o = {.workers = 1};
    pool = pool_start(&o);
    return 0;
}
static int tear_down(void **state)
{
    media_pool_free(pool);
    assert_no_children();
    return 0;
}

/* ---- the seeds: every container and codec that we promise ---- */

static void every_kind_of_file_is_told_apart_and_measured(void **state)
{
    static const struct {
        const char *name;
        enum media_kind kind;
        const char *container, *codec;
        int width, height, frames; /* every frame */
        bool sound;
    } cases[] = {
        {"clip-h264.mp4", MEDIA_VIDEO, "mov", "h264", 160, 120, 20, true},
        {"clip-turned.mp4", MEDIA_VIDEO, "mov", "h264", 64, 96, 5, false},
        {"clip-10bit.mkv", MEDIA_VIDEO, "matroska", "h264", 160, 120, 20, false},
        {"clip-odd-vp9.webm", MEDIA_VIDEO, "matroska", "vp9", 161, 91, 10, false},
        {"clip-hevc.mp4", MEDIA_VIDEO, "mov", "hevc", 96, 64, 5, false},
        {"clip-av1.mp4", MEDIA_VIDEO, "mov", "av1", 96, 64, 5, false},
        {"clip-mpeg4.avi", MEDIA_VIDEO, "avi", "mpeg4", 96, 64, 5, false},
        {"clip.ts", MEDIA_VIDEO, "mpegts", "h264", 96, 64, 5, false},
        {"clip.flv", MEDIA_VIDEO, "flv", "flv1", 96, 64, 5, false},
        {"clip.gif", MEDIA_VIDEO, "gif", "gif", 64, 48, 4, false},
        {"still.gif", MEDIA_IMAGE, "gif", "gif", 64, 48, 1, false},
        {"still.png", MEDIA_IMAGE, "png_pipe", "png", 96, 64, 1, false},
        {"still.bmp", MEDIA_IMAGE, "bmp_pipe", "bmp", 48, 32, 1, false},
        {"still.webp", MEDIA_IMAGE, "webp_pipe", "webp", 96, 64, 1, false},
        {"still.jpg", MEDIA_IMAGE, "jpeg", "jpeg", 96, 64, 1, false},
        {"sound.wav", MEDIA_AUDIO, "wav", "pcm_s16le", 0, 0, 0, true},
        {"sound.mp3", MEDIA_AUDIO, "mp3", "mp3", 0, 0, 0, true},
        {"sound.m4a", MEDIA_AUDIO, "mov", "aac", 0, 0, 0, true},
        {"sound.ogg", MEDIA_AUDIO, "ogg", "opus", 0, 0, 0, true},
        {"sound.flac", MEDIA_AUDIO, "flac", "flac", 0, 0, 0, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena a;
        struct media_signals s;
        struct error err;
        arena_init(&a, 0);
        if (analyse_path(pool, seed_path(cases[i].name), 1, &a, &s, &err) != 0)
            fail_msg("%s: %s", cases[i].name, err.text);
        print_message("# %s: %s %s %dx%d, %zu frames, %lld us%s%s\n", cases[i].name, s.container, s.codec,
                      s.width, s.height, s.nframes, (long long)s.duration_us, s.incomplete ? ", " : "",
                      s.note);
        assert_int_equal(s.kind, cases[i].kind);
        assert_string_equal(s.container, cases[i].container);
        assert_string_equal(s.codec, cases[i].codec);
        assert_int_equal(s.width, cases[i].width);
        assert_int_equal(s.height, cases[i].height);
        assert_int_equal(s.nframes, cases[i].frames);
        assert_int_equal(s.has_sound, cases[i].sound);
        assert_int_equal(s.sound_us > 0, cases[i].sound);
        assert_false(s.incomplete);
        for (size_t f = 0; f < s.nframes; f++) assert_in_range(s.frames[f].quality, PDQ_QUALITY_MIN, 100);
        arena_done(&a);
    }
}

/* Six seconds of notes as a WAV file; then the same with its last half cut off in the middle of a sample. */
static void the_sound_is_heard_to_its_end(void **state)
{
    enum { HZ = 22050, N = 6 * HZ };
    static int16_t v[N];
    for (int i = 0; i < N; i++) {
        int note = i / (HZ / 4);
        double in = (double)(i % (HZ / 4)) / HZ, hz = 220 * pow(2, note * 7 % 12 / 12.0);
        v[i] = (int16_t)(9000 * exp(-6 * in) * (sin(2 * M_PI * hz * in) + 0.5 * sin(4 * M_PI * hz * in)));
    }
    for (int whole = 1; whole >= 0; whole--) {
        char path[] = "/tmp/heard-XXXXXX";
        struct buf b;
        struct arena a;
        struct media_signals s;
        struct error err;
        buf_init(&b, 0);
        buf_puts(&b, "RIFF");
        buf_put_u32(&b, 36 + sizeof v);
        buf_puts(&b, "WAVEfmt ");
        buf_put_u32(&b, 16);
        buf_put_u16(&b, 1), buf_put_u16(&b, 1);
        buf_put_u32(&b, HZ), buf_put_u32(&b, HZ * 2);
        buf_put_u16(&b, 2), buf_put_u16(&b, 16);
        buf_puts(&b, "data");
        buf_put_u32(&b, sizeof v);
        buf_put(&b, v, whole ? sizeof v : sizeof v / 2 + 1);
        int fd = mkstemp(path);
        assert_true(fd >= 0 && write(fd, b.p, b.n) == (ssize_t)b.n);
        close(fd);
        arena_init(&a, 0);
        assert_ok(analyse_path(pool, path, 0, &a, &s, &err));
        assert_int_equal(s.kind, MEDIA_AUDIO);
        assert_true(llabs(s.sound_us - (whole ? 6000000 : 3000000)) < 100000);
        assert_true(s.nlandmarks > 20);
        assert_true(s.landmarks[s.nlandmarks - 1].time * (int64_t)LANDMARK_TICK_US <= s.sound_us + 64000);
        arena_done(&a);
        buf_done(&b);
        unlink(path);
    }
    (void)state;
}

static void frames_are_sampled_by_time(void **state)
{
    static const struct {
        int64_t every_us;
        size_t frames;
    } cases[] = {{1, 20}, {100000, 20}, {200000, 10}, {250000, 8}, {500000, 4}, {0, 4}, {60000000, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena a;
        struct media_signals s;
        arena_init(&a, 0);
        assert_ok(analyse_path(pool, seed_path("clip-h264.mp4"), cases[i].every_us, &a, &s, NULL));
        assert_int_equal(s.nframes, cases[i].frames);
        assert_int_equal(s.frames[0].time_us, 0);
        assert_int_equal(s.duration_us / 100000, 20);
        for (size_t f = 1; f < s.nframes; f++) assert_true(s.frames[f].time_us > s.frames[f - 1].time_us);
        arena_done(&a);
    }
}

/* ---- JPEG as people send it ---- */

enum jpeg_trait { PLAIN, GREY, PROGRESSIVE, CMYK, EXIF_ON_ITS_SIDE };

/* A drawn picture as a JPEG file in memory. */
static int jpeg_file(enum jpeg_trait trait, uint32_t seed, int rows, int cols, size_t cut_at)
{
    static const uint8_t exif[] = {'E', 'x',  'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1,
                                   1,   0x12, 0,   3,   0, 0, 0,   1,   0, 6,  0, 0, 0, 0, 0, 0};
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    unsigned char *out = NULL;
    unsigned long n = 0;
    int channels = trait == GREY ? 1 : trait == CMYK ? 4 : 3;
    uint8_t *rgb = malloc((size_t)3 * (size_t)rows * (size_t)cols), *row = malloc((size_t)4 * (size_t)cols);
    assert_non_null(rgb);
    assert_non_null(row);
    picture_draw(seed, rows, cols, rgb);
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &out, &n);
    jpeg.image_width = (JDIMENSION)cols;
    jpeg.image_height = (JDIMENSION)rows;
    jpeg.input_components = channels;
    jpeg.in_color_space = trait == GREY ? JCS_GRAYSCALE : trait == CMYK ? JCS_CMYK : JCS_RGB;
    jpeg_set_defaults(&jpeg);
    if (trait == PROGRESSIVE) jpeg_simple_progression(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    if (trait == EXIF_ON_ITS_SIDE) jpeg_write_marker(&jpeg, JPEG_APP0 + 1, exif, sizeof exif);
    for (int y = 0; y < rows; y++) {
        for (int x = 0; x < cols; x++) {
            const uint8_t *p = rgb + 3 * (y * cols + x);
            for (int c = 0; c < 3 && c < channels; c++) row[x * channels + c] = p[c];
            /* libjpeg writes an Adobe marker with CMYK, so these are inverted: full ink is 0. */
            if (channels == 4) row[4 * x + 3] = 255;
        }
        JSAMPROW rows_in[1] = {row};
        jpeg_write_scanlines(&jpeg, rows_in, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    int fd = memory_file(out, cut_at && cut_at < n ? cut_at : n);
    free(out);
    free(rgb);
    free(row);
    return fd;
}

static struct hash256 drawn_hash(uint32_t seed, int rows, int cols, bool grey)
{
    struct pdq_scratch scratch;
    struct hash256 h;
    int quality;
    size_t n = (size_t)rows * (size_t)cols;
    uint8_t *rgb = malloc(3 * n);
    assert_non_null(rgb);
    picture_draw(seed, rows, cols, rgb);
    for (size_t i = 0; grey && i < n; i++) rgb[i] = rgb[3 * i];
    pdq_scratch_init(&scratch);
    if (grey)
        assert_ok(pdq_hash_grey(&scratch, rgb, rows, cols, (size_t)cols, 1, &h, &quality, NULL));
    else
        assert_ok(pdq_hash_rgb(&scratch, rgb, rows, cols, (size_t)cols * 3, 1, &h, &quality, NULL));
    pdq_scratch_done(&scratch);
    free(rgb);
    return h;
}

static void jpeg_in_every_colour_mode_hashes_as_the_picture_drawn(void **state)
{
    for (int trait = PLAIN; trait <= EXIF_ON_ITS_SIDE; trait++) {
        struct arena a;
        struct media_signals s;
        struct error err;
        int fd = jpeg_file((enum jpeg_trait)trait, 5, 200, 300, 0);
        struct hash256 want = drawn_hash(5, 200, 300, trait == GREY);
        arena_init(&a, 0);
        if (analyse_fd(pool, fd, 0, &a, &s, &err) != 0) fail_msg("trait %d: %s", trait, err.text);
        close(fd);
        assert_int_equal(s.width, trait == EXIF_ON_ITS_SIDE ? 200 : 300);
        assert_int_equal(s.height, trait == EXIF_ON_ITS_SIDE ? 300 : 200);
        assert_false(s.incomplete);
        assert_int_equal(s.nframes, 1);
        assert_in_range(hash256_distance(&s.frames[0].pdq[0], &want), 0, 10);
        arena_done(&a);
    }
}

static void a_truncated_jpeg_is_analysed_and_called_incomplete(void **state)
{
    struct arena a;
    struct media_signals s;
    int fd = jpeg_file(PLAIN, 5, 400, 400, 9000);
    arena_init(&a, 0);
    assert_ok(analyse_fd(pool, fd, 0, &a, &s, NULL));
    close(fd);
    assert_true(s.incomplete);
    assert_true(strlen(s.note) > 0);
    assert_int_equal(s.nframes, 1);
    arena_done(&a);
}

static void a_truncated_clip_gives_what_it_has(void **state)
{
    struct buf b;
    struct arena a;
    struct media_signals s;
    buf_init(&b, 0);
    arena_init(&a, 0);
    assert_ok(file_read(seed_path("clip-h264.mp4"), 1 << 20, &b, NULL));
    int fd = memory_file(b.p, b.n * 2 / 3);
    assert_ok(analyse_fd(pool, fd, 1, &a, &s, NULL));
    close(fd);
    print_message("# %zu frames, %s\n", s.nframes, s.note);
    assert_true(s.incomplete);
    assert_in_range(s.nframes, 5, 19);
    buf_done(&b);
    arena_done(&a);
}

static void what_is_no_media_is_set_aside_with_its_reason(void **state)
{
    static const char *const texts[] = {
        "",
        "x",
        "just words, and not a picture\n",
        "GIF89a",
        "\xff\xd8\xff",
        "RIFF",
        "#EXTM3U\n#EXTINF:1,\n/etc/passwd\n",
        "ffconcat version 1.0\nfile /etc/passwd\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nt=0 0\nm=video 5004 RTP/AVP 96\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct arena a;
        struct media_signals s;
        struct error err;
        int fd = memory_file(texts[i], strlen(texts[i]));
        arena_init(&a, 0);
        assert_int_equal(analyse_fd(pool, fd, 0, &a, &s, &err), ERR_FORMAT);
        assert_true(strlen(err.text) > 8);
        close(fd);
        arena_done(&a);
    }
}

static void folders_and_pipes_are_refused(void **state)
{
    struct error err;
    struct arena a;
    struct media_signals s;
    arena_init(&a, 0);
    assert_int_equal(analyse_path(pool, "/", 0, &a, &s, &err), ERR_FORMAT);
    assert_int_equal(analyse_path(pool, "/dev/zero", 0, &a, &s, &err), ERR_FORMAT);
    assert_int_equal(analyse_fd(pool, -1, 0, &a, &s, &err), ERR_IO);
    arena_done(&a);
}

static void the_caller_s_descriptor_keeps_its_place(void **state)
{
    struct arena a;
    struct media_signals s;
    int fd = open(seed_path("still.png"), O_RDONLY | O_CLOEXEC);
    arena_init(&a, 0);
    assert_int_equal(lseek(fd, 7, SEEK_SET), 7);
    assert_ok(analyse_fd(pool, fd, 0, &a, &s, NULL));
    assert_int_equal(lseek(fd, 0, SEEK_CUR), 7);
    close(fd);
    arena_done(&a);
}

static void limits_of_the_pool_are_kept(void **state)
{
    struct media_options o = {.workers = 1};
    struct arena a;
    struct media_signals s;
    struct error err;
    o.limits.max_frames = 3;
    o.limits.pixels = 160 * 120;
    o.limits.file_bytes = 20000;
    struct media_pool *small = pool_start(&o);
    arena_init(&a, 0);
    assert_ok(analyse_path(small, seed_path("clip-h264.mp4"), 1, &a, &s, &err));
    assert_int_equal(s.nframes, 3);
    assert_true(s.incomplete);
    int fd = jpeg_file(PLAIN, 1, 121, 160, 0);
    assert_int_equal(analyse_fd(small, fd, 0, &a, &s, &err), ERR_LIMIT);
    assert_non_null(strstr(err.text, "160 x 121"));
    close(fd);
    fd = memory_file(err.text, sizeof err.text);
    assert_ok(ftruncate(fd, 20001));
    assert_int_equal(analyse_fd(small, fd, 0, &a, &s, &err), ERR_LIMIT);
    close(fd);
    media_pool_free(small);
    o.limits = (struct media_limits){.duration_us = 500000};
    small = pool_start(&o);
    assert_ok(analyse_path(small, seed_path("clip-h264.mp4"), 1, &a, &s, &err));
    assert_int_equal(s.nframes, 6);
    assert_true(s.incomplete);
    media_pool_free(small);
    arena_done(&a);
}

/* ---- conformance with the field's hasher ---- */

static bool shared_read(const char *name, struct buf *b)
{
    char path[4096];
    if (!test_shared_dir()) {
        print_message("# skipped: MARSAD_SHARED is not set, the reference media are not here\n");
        return false;
    }
    snprintf(path, sizeof path, "%s/data/%s", test_shared_dir(), name);
    buf_init(b, 0);
    assert_ok(file_read(path, 1 << 24, b, NULL));
    return true;
}

static void analyse_shared(const char *folder, struct sv name, struct arena *a, struct media_signals *s)
{
    char path[4096];
    struct error err;
    snprintf(path, sizeof path, "%s/data/%s/%.*s", test_shared_dir(), folder, SV_FMT(name));
    if (analyse_path(pool, path, 1, a, s, &err) != 0) fail_msg("%s: %s", path, err.text);
}

static void reference_pictures_hash_as_the_field_has_them(void **state)
{
    struct buf b;
    if (!shared_read("pdq/expected_pdq.csv", &b)) skip();
    struct sv rest = buf_sv(&b), line, hex, quality, name;
    int pictures = 0, equal = 0;
    while (sv_split(&rest, '\n', &line)) {
        struct hash256 want;
        int64_t q = 0;
        struct arena a;
        struct media_signals s;
        if (!sv_split(&line, ',', &hex) || !sv_split(&line, ',', &quality)) continue;
        name = sv_trim(line);
        if (!hash256_parse(hex, &want) || !sv_to_i64(quality, &q)) continue;
        arena_init(&a, 0);
        analyse_shared("pdq", name, &a, &s);
        assert_int_equal(s.nframes, 1);
        int d = hash256_distance(&s.frames[0].pdq[0], &want);
        print_message("# %.*s: distance %d, quality %d for %d\n", SV_FMT(name), d, s.frames[0].quality,
                      (int)q);
        if (q >= PDQ_QUALITY_MIN) assert_in_range(d, 0, 10);
        assert_in_range(s.frames[0].quality, q > 2 ? q - 2 : 0, q + 2);
        pictures++;
        equal += d == 0;
        arena_done(&a);
    }
    print_message("# %d pictures, %d equal to the bit\n", pictures, equal);
    assert_true(pictures >= 20);
    assert_true(equal * 4 >= pictures * 3);
    buf_done(&b);
}

static void reference_forms_come_in_the_field_s_order(void **state)
{
    struct buf b;
    if (!shared_read("pdq/expected_dihedral.csv", &b)) skip();
    struct sv rest = buf_sv(&b), line, hex;
    struct arena a;
    struct media_signals s;
    int form = 0;
    arena_init(&a, 0);
    analyse_shared("pdq", SV("bridge-1-original.jpg"), &a, &s);
    while (form < DIHEDRAL_COUNT && sv_split(&rest, '\n', &line)) {
        struct hash256 want;
        if (!sv_split(&line, ',', &hex) || !hash256_parse(hex, &want)) continue;
        assert_in_range(hash256_distance(&s.frames[0].pdq[form], &want), 0, 2);
        form++;
    }
    assert_int_equal(form, DIHEDRAL_COUNT);
    arena_done(&a);
    buf_done(&b);
}

static void reference_clip(const char *stem)
{
    char name[256];
    struct buf b;
    struct arena a;
    struct media_signals s;
    snprintf(name, sizeof name, "video/%s.txt", stem);
    assert_true(shared_read(name, &b));
    snprintf(name, sizeof name, "%s.mp4", stem);
    arena_init(&a, 0);
    analyse_shared("video", sv_cstr(name), &a, &s);
    struct sv rest = buf_sv(&b), line, number, quality, hex;
    size_t frame = 0;
    int equal = 0, worst = 0;
    while (sv_split(&rest, '\n', &line)) {
        struct hash256 want;
        int64_t q = 0;
        double seconds = 0;
        if (!sv_split(&line, ',', &number) || !sv_split(&line, ',', &quality) || !sv_split(&line, ',', &hex))
            continue;
        assert_true(hash256_parse(hex, &want) && sv_to_i64(quality, &q) &&
                    sv_to_double(sv_trim(line), &seconds));
        assert_true(frame < s.nframes);
        int d = hash256_distance(&s.frames[frame].pdq[0], &want);
        if (q >= 80) assert_in_range(d, 0, 10);
        assert_in_range(s.frames[frame].time_us + 1000000, (int64_t)(seconds * 1e6) + 995000,
                        (int64_t)(seconds * 1e6) + 1005000);
        worst = d > worst ? d : worst;
        equal += d == 0;
        frame++;
    }
    print_message("# %s: %zu frames, %d equal to the bit, worst distance %d\n", stem, frame, equal, worst);
    assert_int_equal(frame, s.nframes);
    arena_done(&a);
    buf_done(&b);
}

static void reference_clips_hash_as_the_field_has_them(void **state)
{
    static const char *const stems[] = {"doorknob-hd-no-bar", "pattern-sd-grey-bar",
                                        "pattern-sd-with-large-logo-bar", "pattern-sd-with-small-logo-bar",
                                        "test-padded-dimensions"};
    if (!test_shared_dir()) {
        print_message("# skipped: MARSAD_SHARED is not set, the reference clips are not here\n");
        skip();
    }
    for (size_t i = 0; i < sizeof stems / sizeof *stems; i++) reference_clip(stems[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_file_is_told_apart_and_measured),
        cmocka_unit_test(the_sound_is_heard_to_its_end),
        cmocka_unit_test(frames_are_sampled_by_time),
        cmocka_unit_test(jpeg_in_every_colour_mode_hashes_as_the_picture_drawn),
        cmocka_unit_test(a_truncated_jpeg_is_analysed_and_called_incomplete),
        cmocka_unit_test(a_truncated_clip_gives_what_it_has),
        cmocka_unit_test(what_is_no_media_is_set_aside_with_its_reason),
        cmocka_unit_test(folders_and_pipes_are_refused),
        cmocka_unit_test(the_caller_s_descriptor_keeps_its_place),
        cmocka_unit_test(limits_of_the_pool_are_kept),
        cmocka_unit_test(reference_pictures_hash_as_the_field_has_them),
        cmocka_unit_test(reference_forms_come_in_the_field_s_order),
        cmocka_unit_test(reference_clips_hash_as_the_field_has_them),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
