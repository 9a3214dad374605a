/* Clips as phones and platforms make them, made on the spot by ffmpeg where it is installed: whatever the frame rate, the
 * codec, the turn or the padding, the sampled moments are those of the plain clip and their hashes are near. */
#include "media_test.h"

#include <spawn.h>

#include "base/file.h"

extern char **environ;

enum { NEAR = 31, ARGS_MAX = 40 };

#if defined(MARSAD_SANITIZED)
static const bool sanitized = true;
#else
static const bool sanitized = false;
#endif

static char dir[64];
static bool there;

/* No shell: the words as they are. True when it ended well. */
static bool run(const char *const argv[])
{
    pid_t pid;
    int status = 1;
    posix_spawn_file_actions_t files;
    assert_int_equal(posix_spawn_file_actions_init(&files), 0);
    assert_int_equal(posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0), 0);
    assert_int_equal(posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0), 0);
    bool ok = posix_spawnp(&pid, argv[0], &files, NULL, (char *const *)(uintptr_t)argv, environ) == 0 &&
              waitpid(pid, &status, 0) == pid && status == 0;
    posix_spawn_file_actions_destroy(&files);
    return ok;
}

static const char *path_of(const char *name)
{
    static char path[8][160];
    static unsigned at;
    char *p = path[at++ % 8];
    snprintf(p, 160, "%s/%s", dir, name);
    return p;
}

/* ffmpeg [inputs and options…] OUT, the words given apart by spaces. False when it has no such encoder. */
static bool make(const char *words, const char *out)
{
    char copy[1024];
    const char *argv[ARGS_MAX] = {"ffmpeg", "-nostdin", "-v", "error", "-y"};
    size_t n = 5;
    snprintf(copy, sizeof copy, "%s", words);
    for (char *save = NULL, *w = strtok_r(copy, " ", &save); w && n < ARGS_MAX - 2;
         w = strtok_r(NULL, " ", &save))
        argv[n++] = strcmp(w, "PLAIN") == 0 ? path_of("plain.mkv") : w;
    argv[n++] = path_of(out);
    argv[n] = NULL;
    return run(argv);
}

static int make_plain(void **state)
{
    strcpy(dir, "/tmp/marsad-made-XXXXXX");
    if (!mkdtemp(dir)) return -1;
    const char *const version[] = {"ffmpeg", "-version", NULL};
    there =
        run(version) &&
        make("-f lavfi -i mandelbrot=s=160x120:r=25:start_scale=2:end_scale=0.05:end_pts=400 -t 3 -c:v ffv1",
             "plain.mkv");
    /* Our build has no FFV1 on its list: the clip that others are held against is a good H.264. */
    there = there && make("-i PLAIN -c:v libx264 -preset veryfast -crf 10 -pix_fmt yuv420p", "plain.mp4");
    return 0;
}

static int clean(void **state)
{
    struct error err;
    return dir_remove_tree(dir, &err);
}

struct clip {
    struct arena a;
    struct media_signals s;
    int rc;
};

static void look(struct media_pool *pool, const char *path, int64_t every_us, bool fast, struct clip *out)
{
    struct error err;
    struct media_request r = {
        .fd = open(path, O_RDONLY | O_CLOEXEC), .sample_every_us = every_us, .fast = fast};
    assert_true(r.fd >= 0);
    arena_init(&out->a, 0);
    out->rc = media_analyse(pool, &r, &out->a, &out->s, &err);
    if (out->rc) print_message("%s: %s\n", path, err.text);
    close(r.fd);
}

static int nearest(const struct media_signals *s, const struct hash256 *h, int64_t at_us)
{
    int best = 256;
    for (size_t i = 0; i < s->nframes; i++) {
        if (llabs(s->frames[i].time_us - at_us) > 260000) continue;
        for (int form = 0; form < DIHEDRAL_COUNT; form++) {
            int d = hash256_distance(&s->frames[i].pdq[form], h);
            if (d < best) best = d;
        }
    }
    return best;
}

static const struct {
    const char *name, *words;
    int width, height; /* as shown */
} made[] = {
    {"hevc.mp4",
     "-i PLAIN -c:v libx265 -preset ultrafast -x265-params bframes=3:log-level=none -crf 24 -pix_fmt yuv420p",
     160, 120},
    {"vp9.webm", "-i PLAIN -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 30 -b:v 0", 160, 120},
    {"vp8.webm", "-i PLAIN -c:v libvpx -deadline realtime -b:v 800k", 160, 120},
    {"av1.mp4", "-i PLAIN -c:v libsvtav1 -preset 12 -crf 35", 160, 120},
    {"ten.mkv", "-i PLAIN -c:v libx264 -preset veryfast -pix_fmt yuv420p10le -crf 20", 160, 120},
    {"full-range.mp4",
     "-i PLAIN -vf scale=out_range=full -c:v libx264 -preset veryfast -pix_fmt yuvj420p -crf 20", 160, 120},
    {"four-four-four.mp4", "-i PLAIN -c:v libx264 -preset veryfast -pix_fmt yuv444p -crf 20", 160, 120},
    {"odd.webm", "-i PLAIN -vf scale=157:119 -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 30 -b:v 0",
     157, 119},
    {"padded.mp4", "-i PLAIN -vf scale=162:130 -c:v libx264 -preset veryfast -pix_fmt yuv420p -crf 20", 162,
     130},
    {"slow.mp4", "-i PLAIN -r 7 -c:v libx264 -preset veryfast -pix_fmt yuv420p -crf 20", 160, 120},
    {"quick.mp4", "-i PLAIN -r 60 -c:v libx264 -preset veryfast -pix_fmt yuv420p -crf 20", 160, 120},
    {"variable.mp4",
     "-i PLAIN -vf select='not(mod(n\\,7))+not(mod(n\\,3))' -fps_mode vfr -c:v libx264 -preset veryfast "
     "-pix_fmt yuv420p -crf "
     "20",
     160, 120},
    {"old.avi", "-i PLAIN -c:v mpeg4 -q:v 3", 160, 120},
    {"stream.ts", "-i PLAIN -c:v libx264 -preset veryfast -pix_fmt yuv420p -crf 20", 160, 120},
    {"flash.flv", "-i PLAIN -c:v flv -q:v 3", 160, 120},
};

static void a_clip_is_the_same_whatever_it_is_written_with(void **state)
{
    if (!there) skip();
    struct media_options o = {.workers = 1};
    struct media_pool *pool = pool_start(&o);
    struct clip plain;
    size_t tried = 0;
    look(pool, path_of("plain.mp4"), 125000, false, &plain);
    assert_int_equal(plain.rc, 0);
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        if (!make(made[i].words, made[i].name)) {
            print_message("# %s: this ffmpeg cannot make it\n", made[i].name);
            continue;
        }
        tried++;
        for (int fast = 0; fast < 2; fast++) {
            struct clip c;
            size_t near = 0;
            look(pool, path_of(made[i].name), 500000, fast, &c);
            assert_int_equal(c.rc, 0);
            assert_int_equal(c.s.width, made[i].width);
            assert_int_equal(c.s.height, made[i].height);
            if (c.s.nframes < 5 || c.s.nframes > (fast ? 18 : 8))
                fail_msg("%s: %zu frames", made[i].name, c.s.nframes);
            for (size_t k = 0; k < c.s.nframes; k++)
                near += nearest(&plain.s, &c.s.frames[k].pdq[0], c.s.frames[k].time_us) <= NEAR;
            if (near + 2 < c.s.nframes)
                fail_msg("%s%s: %zu of %zu frames are near", made[i].name, fast ? ", fast" : "", near,
                         c.s.nframes);
            arena_done(&c.a);
        }
    }
    assert_true(tried >= 6);
    arena_done(&plain.a);
    media_pool_free(pool);
}

/* The flag that says how a clip is to be turned when shown; the frames lie as they were taken. */
static void a_turned_clip_is_shown_on_its_side_and_matches_turned(void **state)
{
    if (!there) skip();
    if (!make("-display_rotation 90 -i PLAIN -c:v libx264 -preset veryfast -pix_fmt yuv420p -crf 20",
              "probe.mp4") &&
        !make("-i PLAIN -c:v libx264 -preset veryfast -pix_fmt yuv420p -crf 20 -metadata:s:v:0 rotate=90",
              "probe.mp4"))
        skip();
    struct media_options o = {.workers = 1};
    struct media_pool *pool = pool_start(&o);
    struct clip c, plain;
    look(pool, path_of("plain.mp4"), 125000, false, &plain);
    look(pool, path_of("probe.mp4"), 500000, true, &c);
    assert_int_equal(c.rc, 0);
    size_t near = 0;
    for (size_t k = 0; k < c.s.nframes; k++)
        near += nearest(&plain.s, &c.s.frames[k].pdq[0], c.s.frames[k].time_us) <= NEAR;
    assert_true(near + 2 >= c.s.nframes);
    arena_done(&c.a);
    arena_done(&plain.a);
    media_pool_free(pool);
}

static void a_change_of_scene_is_looked_at(void **state)
{
    if (!there) skip();
    /* A tenth of a second of another picture, between two sampled moments. */
    if (!make(
            "-f lavfi -i color=black:s=320x240:r=30:d=2 -f lavfi -i testsrc2=s=320x240:r=30 -filter_complex "
            "[0][1]overlay=enable='between(t,1.15,1.30)' -t 2 -c:v libx264 -preset veryfast -bf 0 -pix_fmt "
            "yuv420p",
            "flash.mp4"))
        skip();
    struct media_options o = {.workers = 1};
    struct media_pool *pool = pool_start(&o);
    struct clip c;
    size_t seen = 0;
    look(pool, path_of("flash.mp4"), 500000, true, &c);
    assert_int_equal(c.rc, 0);
    for (size_t i = 0; i < c.s.nframes; i++)
        seen +=
            c.s.frames[i].quality > 50 && c.s.frames[i].time_us > 1100000 && c.s.frames[i].time_us < 1350000;
    assert_true(seen >= 1);
    assert_in_range(c.s.nframes, 5, 8);
    arena_done(&c.a);
    media_pool_free(pool);
}

static void broken_containers_give_what_they_have_or_a_reason(void **state)
{
    if (!there) skip();
    static const char *const outs[] = {"b.mp4", "b.mkv", "b.ts", "b.avi", "b.webm"};
    struct media_options o = {.workers = 1};
    struct media_pool *pool = pool_start(&o);
    uint64_t seed = 99;
    for (size_t i = 0; i < sizeof outs / sizeof *outs; i++) {
        struct buf b;
        bool made_it = i == 4
                           ? make("-i PLAIN -c:v libvpx -deadline realtime -b:v 800k", outs[i])
                           : make("-i PLAIN -c:v libx264 -preset veryfast -pix_fmt yuv420p -crf 24", outs[i]);
        if (!made_it) continue;
        buf_init(&b, 0);
        assert_ok(file_read(path_of(outs[i]), (size_t)1 << 26, &b, NULL));
        for (int round = 0; round < 8; round++) {
            struct clip c;
            struct buf copy;
            buf_init(&copy, 0);
            buf_put(&copy, b.p, round < 4 ? b.n * (size_t)(round + 1) / 5 : b.n);
            for (int k = 0; round >= 4 && k < 200; k++) {
                seed = seed * 6364136223846793005u + 1442695040888963407u;
                copy.p[(size_t)(seed >> 20) % copy.n] ^= (char)(seed >> 56);
            }
            int fd = memory_file(copy.p, copy.n);
            struct error err = {0};
            struct media_request r = {.fd = fd, .look = MEDIA_LOOK_INSIDE};
            arena_init(&c.a, 0);
            c.rc = media_analyse(pool, &r, &c.a, &c.s, &err);
            assert_true(c.rc == 0 || c.rc == ERR_FORMAT || c.rc == ERR_LIMIT || c.rc == ERR_WORKER);
            if (c.rc == 0 && round < 3 && i < 4) assert_true(c.s.incomplete || c.s.nframes > 0);
            if (c.rc) assert_true(err.text[0] != '\0');
            close(fd);
            buf_done(&copy);
            arena_done(&c.a);
        }
        buf_done(&b);
    }
    media_pool_free(pool);
}

static void an_hour_and_a_flat_colour_are_bounded(void **state)
{
    if (!there) skip();
    if (!make("-f lavfi -i testsrc=s=64x48:r=1 -t 3600 -c:v libx264 -preset ultrafast -pix_fmt yuv420p",
              "hour.mp4") ||
        !make("-f lavfi -i color=red:s=160x120:r=25 -t 2 -c:v libx264 -preset ultrafast -pix_fmt yuv420p",
              "flat.mp4"))
        skip();
    struct media_options o = {.workers = 1, .limits = {.max_frames = 5000}};
    struct media_pool *pool = pool_start(&o);
    for (int look = MEDIA_LOOK_WHOLE; look <= MEDIA_LOOK_REFERENCE; look++)
        for (int flat = look == MEDIA_LOOK_INSIDE ? 0 : 1; flat < 2; flat++) {
            struct clip c;
            struct error err;
            struct media_request r = {.fd =
                                          open(path_of(flat ? "flat.mp4" : "hour.mp4"), O_RDONLY | O_CLOEXEC),
                                      .look = (enum media_look)look};
            arena_init(&c.a, 0);
            assert_int_equal(media_analyse(pool, &r, &c.a, &c.s, &err), 0);
            assert_in_range(c.s.nframes, flat ? 4 : 3000, 5000);
            for (size_t i = 0; flat && i < c.s.nframes; i++) assert_in_range(c.s.frames[i].quality, 0, 49);
            close(r.fd);
            arena_done(&c.a);
        }
    media_pool_free(pool);
}

/* Key frames every second, none after the first, every two with another picture between two of them which the encoder was told
 * not to make a key frame of, nothing else. */
static bool make_first_looks(void)
{
    static const char tail[] = "-c:v libx264 -preset veryfast -sc_threshold 0 -pix_fmt yuv420p";
    char words[1024];
    snprintf(words, sizeof words,
             "-f lavfi -i mandelbrot=s=160x120:r=25:start_scale=2:end_scale=0.5:end_pts=999 -t 10 %s -g 25",
             tail);
    if (!make(words, "keys.mp4")) return false;
    snprintf(words, sizeof words,
             "-f lavfi -i mandelbrot=s=160x120:r=25:start_scale=2:end_scale=0.5:end_pts=999 -t 12 %s -g 999",
             tail);
    if (!make(words, "long.mp4")) return false;
    snprintf(words, sizeof words,
             "-f lavfi -i mandelbrot=s=160x120:r=25:start_scale=2:end_scale=1.9:end_pts=999 -f lavfi -i "
             "testsrc2=s=160x120:r=25 "
             "-filter_complex [0][1]overlay=enable='between(t,6.2,6.6)' -t 10 %s -g 50",
             tail);
    if (!make(words, "news.mp4")) return false;
    snprintf(words, sizeof words, "-f lavfi -i testsrc2=s=160x120:r=25 -t 4 -c:v mjpeg -q:v 5");
    return make(words, "intra.avi");
}

static void look_inside(struct media_pool *pool, const char *name, bool first, struct clip *out)
{
    struct error err;
    struct media_request r = {
        .fd = open(path_of(name), O_RDONLY | O_CLOEXEC), .look = MEDIA_LOOK_INSIDE, .first = first};
    assert_true(r.fd >= 0);
    arena_init(&out->a, 0);
    if (media_analyse(pool, &r, &out->a, &out->s, &err) != 0) fail_msg("%s: %s", name, err.text);
    assert_false(out->s.incomplete);
    close(r.fd);
}

/* Times of whole frames, each once. */
static size_t moments(const struct media_signals *s, int64_t from_us, int64_t to_us)
{
    size_t n = 0;
    int64_t last = -1;
    for (size_t i = 0; i < s->nframes; i++) {
        n += s->frames[i].time_us != last && s->frames[i].time_us >= from_us && s->frames[i].time_us < to_us;
        last = s->frames[i].time_us;
    }
    return n;
}

static void a_first_look_takes_key_frames_and_what_is_new_between_them(void **state)
{
    if (!there || !make_first_looks()) skip();
    struct media_options o = {.workers = 1};
    struct media_pool *pool = pool_start(&o);
    struct clip first, closer;

    look_inside(pool, "keys.mp4", true, &first);
    look_inside(pool, "keys.mp4", false, &closer);
    assert_true(first.s.first_look);
    assert_false(closer.s.first_look);
    assert_int_equal(moments(&first.s, 0, 4000000), 8);
    assert_int_equal(moments(&first.s, 4000000, INT64_MAX), 6);
    assert_int_equal(moments(&closer.s, 0, INT64_MAX), 20);
    for (size_t i = 0; i < first.s.nframes; i++) {
        /* Half seconds at first, then key frames. */
        if (first.s.frames[i].time_us >= 5000000) assert_int_equal(first.s.frames[i].time_us % 1000000, 0);
        /* Regions follow from all frames of a stretch; the frame itself is the first entry of its time. */
        if (i > 0 && first.s.frames[i].time_us == first.s.frames[i - 1].time_us) continue;
        assert_int_equal(nearest(&closer.s, &first.s.frames[i].pdq[0], first.s.frames[i].time_us), 0);
    }
    arena_done(&first.a);
    arena_done(&closer.a);

    look_inside(pool, "long.mp4", true, &first);
    assert_false(first.s.first_look);
    assert_int_equal(moments(&first.s, 0, INT64_MAX), 24);
    arena_done(&first.a);

    look_inside(pool, "news.mp4", true, &first);
    assert_true(first.s.first_look);
    assert_true(moments(&first.s, 6150000, 6650000) >= 1);
    assert_int_equal(moments(&first.s, 6700000, INT64_MAX), 1);
    arena_done(&first.a);

    look_inside(pool, "intra.avi", true, &first);
    assert_false(first.s.first_look);
    assert_int_equal(moments(&first.s, 0, INT64_MAX), 8);
    arena_done(&first.a);
    media_pool_free(pool);
}

static void put_bmp(struct buf *b, int32_t width, int32_t height, size_t pixels)
{
    buf_put(b, "BM", 2);
    buf_put_u32(b, (uint32_t)(54 + pixels * 4));
    buf_put_u32(b, 0);
    buf_put_u32(b, 54);
    buf_put_u32(b, 40);
    buf_put_u32(b, (uint32_t)width);
    buf_put_u32(b, (uint32_t)height);
    buf_put_u16(b, 1);
    buf_put_u16(b, 32);
    buf_pad(b, '\0', 24);
    for (size_t i = 0; i < pixels; i++) buf_put_u32(b, (uint32_t)(i * 2654435761u));
}

/* One pixel, a line of 30,000, and a declared 30,000 x 30,000: an answer or a reason, from every way of looking. */
static void the_smallest_and_the_largest_pictures_are_answered(void **state)
{
    static const struct {
        int32_t width, height;
        size_t pixels;
        int code;
    } cases[] = {{1, 1, 1, 0},
                 {2, 3, 6, 0},
                 {30000, 1, 30000, 0},
                 {1, 30000, 30000, 0},
                 {30000, 30000, 100, ERR_FORMAT}};
    struct media_options o = {.workers = 1};
    struct media_pool *pool = pool_start(&o);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int look = MEDIA_LOOK_WHOLE; look <= MEDIA_LOOK_REFERENCE + 1; look++) {
            struct arena a;
            struct media_signals s;
            struct media_shown shown;
            struct error err = {0};
            struct buf b;
            const int64_t zero = 0;
            int rc;
            arena_init(&a, 0);
            buf_init(&b, 0);
            put_bmp(&b, cases[i].width, cases[i].height, cases[i].pixels);
            int fd = memory_file(b.p, b.n);
            struct media_request r = {.fd = fd, .look = (enum media_look)look};
            struct media_show_request show = {.fd = fd, .times_us = &zero, .ntimes = 1, .side = 64};
            rc = look > MEDIA_LOOK_REFERENCE ? media_show(pool, &show, &a, &shown, &err)
                                             : media_analyse(pool, &r, &a, &s, &err);
            /* Under a sanitizer the worker's memory is not limited, and the largest is answered with what it has. */
            bool nothing_shown = look > MEDIA_LOOK_REFERENCE && rc == 0 && shown.npictures == 0;
            if (rc != cases[i].code && !nothing_shown && (!sanitized || rc != 0))
                fail_msg("look %d of %d x %d: %d %s", look, cases[i].width, cases[i].height, rc, err.text);
            if (rc == 0 && cases[i].code == 0 && look > MEDIA_LOOK_REFERENCE)
                assert_in_range(shown.pictures[0].width, 1, 64);
            close(fd);
            buf_done(&b);
            arena_done(&a);
        }
    media_pool_free(pool);
}

static void assert_landmarks_possible(const struct media_signals *s)
{
    assert_true(s->nlandmarks <= (size_t)(s->sound_us / 1000000 + 1) * 250);
    for (size_t i = 0; i < s->nlandmarks; i++) {
        assert_true(s->landmarks[i].pitch <= LANDMARK_PITCH_MAX);
        assert_true(s->landmarks[i].time * (int64_t)LANDMARK_TICK_US <= s->sound_us + 64000);
    }
}

/* Four seconds of beeps as phones, broadcasters and nobody at all record them. */
static void sound_of_every_shape_is_heard_or_known_to_be_missing(void **state)
{
    static const struct {
        const char *words, *out;
        bool heard;
    } cases[] = {
        {"-f lavfi -i sine=f=330:b=3:d=4 -ar 8000 -ac 1 -c:a pcm_s16le", "phone.wav", true},
        {"-f lavfi -i sine=f=330:b=3:d=4 -ar 96000 -ac 6 -c:a aac -b:a 256k", "six.m4a", true},
        {"-f lavfi -i sine=f=330:b=3:d=4 -ar 22050 -ac 2 -c:a libmp3lame -b:a 32k", "low.mp3", true},
        {"-f lavfi -i sine=f=330:b=3:d=4 -ar 48000 -ac 1 -c:a libopus -b:a 16k", "voice.ogg", true},
        {"-f lavfi -i anullsrc=r=44100:cl=stereo -t 4 -c:a aac -b:a 64k", "silent.m4a", false},
        {"-i PLAIN -an -c:v libx264 -preset veryfast -pix_fmt yuv420p", "no-track.mp4", false},
    };
    if (!there) skip();
    struct media_options o = {.workers = 1};
    struct media_pool *pool = pool_start(&o);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct clip c;
        if (!make(cases[i].words, cases[i].out)) continue;
        look(pool, path_of(cases[i].out), 0, false, &c);
        assert_int_equal(c.rc, 0);
        assert_false(c.s.incomplete);
        assert_int_equal(c.s.nlandmarks > 20, cases[i].heard);
        if (strcmp(cases[i].out, "no-track.mp4") == 0)
            assert_false(c.s.has_sound);
        else
            assert_in_range(c.s.sound_us, 3900000, 4200000);
        assert_landmarks_possible(&c.s);
        arena_done(&c.a);
    }
    media_pool_free(pool);
}

/* Packets with bits turned over and packets that are gone: what is left is heard, or there is a reason. */
static void broken_packets_of_sound_give_what_they_have_or_a_reason(void **state)
{
    static const struct {
        const char *words, *out;
    } cases[] = {{"-f lavfi -i sine=f=330:b=3:d=6 -c:a aac -b:a 64k", "broken.aac"},
                 {"-f lavfi -i sine=f=330:b=3:d=6 -c:a aac -b:a 64k", "broken.m4a"},
                 {"-f lavfi -i sine=f=330:b=3:d=6 -c:a libmp3lame -b:a 64k", "broken.mp3"},
                 {"-f lavfi -i sine=f=330:b=3:d=6 -c:a libopus -b:a 32k", "broken.ogg"}};
    if (!there) skip();
    struct media_options o = {.workers = 1};
    struct media_pool *pool = pool_start(&o);
    uint64_t seed = 7;
    size_t heard = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b;
        if (!make(cases[i].words, cases[i].out)) continue;
        buf_init(&b, 0);
        assert_ok(file_read(path_of(cases[i].out), (size_t)1 << 24, &b, NULL));
        for (int round = 0; round < 6; round++) {
            struct clip c;
            struct error err = {0};
            for (int k = 0; k < 20; k++) {
                seed = seed * 6364136223846793005u + 1442695040888963407u;
                size_t at = b.n / 8 + (size_t)(seed >> 20) % (b.n - b.n / 8);
                b.p[at] ^= (char)(seed >> 56);
            }
            int fd = memory_file(b.p, b.n);
            arena_init(&c.a, 0);
            c.rc = analyse_fd(pool, fd, 0, &c.a, &c.s, &err);
            assert_true(c.rc == 0 || c.rc == ERR_FORMAT || c.rc == ERR_LIMIT || c.rc == ERR_WORKER);
            if (c.rc) assert_true(err.text[0] != '\0');
            if (c.rc == 0) assert_landmarks_possible(&c.s);
            heard += c.rc == 0 && c.s.nlandmarks > 20;
            close(fd);
            arena_done(&c.a);
        }
        buf_done(&b);
    }
    assert_true(heard > 4);
    media_pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clip_is_the_same_whatever_it_is_written_with),
        cmocka_unit_test(a_turned_clip_is_shown_on_its_side_and_matches_turned),
        cmocka_unit_test(a_change_of_scene_is_looked_at),
        cmocka_unit_test(a_first_look_takes_key_frames_and_what_is_new_between_them),
        cmocka_unit_test(an_hour_and_a_flat_colour_are_bounded),
        cmocka_unit_test(the_smallest_and_the_largest_pictures_are_answered),
        cmocka_unit_test(broken_containers_give_what_they_have_or_a_reason),
        cmocka_unit_test(sound_of_every_shape_is_heard_or_known_to_be_missing),
        cmocka_unit_test(broken_packets_of_sound_give_what_they_have_or_a_reason),
    };
    return cmocka_run_group_tests(tests, make_plain, clean);
}
