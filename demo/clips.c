/* The clips: originals, drawn frame by frame and piped into ffmpeg; and edits of them, as re-uploaders make them.
 *
 * Encoding is single-threaded and bit-exact, so that a clip is the same file wherever the same ffmpeg runs; several
 * clips are made at a time, by processes that take the next one from a shared counter. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "world.h"

#define ORIGINAL(name, draw, variant, seconds, sound)                                                        \
    {                                                                                                        \
        name, draw, variant, seconds, sound, NULL, NULL, NULL, NULL, false                                   \
    }
#define EDIT(name, of, video)                                                                                \
    {                                                                                                        \
        name, NULL, 0, 0, NULL, of, video, NULL, NULL, false                                                 \
    }
#define EDIT_HARD(name, of, video)                                                                           \
    {                                                                                                        \
        name, NULL, 0, 0, NULL, of, video, NULL, NULL, true                                                  \
    }

const struct clip clips[] = {
    ORIGINAL("org-dusk", scene_org_dusk, 11, 6, "chant"),
    ORIGINAL("org-convoy", scene_org_convoy, 12, 6, "chant"),
    ORIGINAL("org-speech", scene_org_speech, 13, 6, "speech"),
    ORIGINAL("news-ar", scene_news, 0, 6, "news-ar"),
    ORIGINAL("news-fr", scene_news, 1, 6, "news-fr"),
    ORIGINAL("cat-1", scene_cat, 101, 4, "tune1"),
    ORIGINAL("cat-2", scene_cat, 204, 4, "street"),
    ORIGINAL("cat-3", scene_cat, 307, 4, "tune2"),
    ORIGINAL("pan-1", scene_pan, 400, 5, "recipe"),
    ORIGINAL("pan-2", scene_pan, 501, 4, "street"),
    ORIGINAL("pan-3", scene_pan, 603, 4, "tune1"),
    ORIGINAL("pitch-1", scene_pitch, 700, 5, "crowd"),
    ORIGINAL("pitch-2", scene_pitch, 802, 4, "crowd"),
    ORIGINAL("bars-1", scene_bars, 903, 5, "tune1"),
    ORIGINAL("bars-2", scene_bars, 1004, 5, "tune2"),
    ORIGINAL("sea-1", scene_sea, 1100, 5, "street"),
    ORIGINAL("sea-2", scene_sea, 1201, 4, "tune2"),
    ORIGINAL("shop-1", scene_shop, 1302, 4, "tune1"),
    ORIGINAL("shop-2", scene_shop, 1402, 4, "street"),
    ORIGINAL("road-1", scene_road, 1500, 5, "street"),
    ORIGINAL("road-2", scene_road, 1603, 4, "tune2"),
    ORIGINAL("rain-1", scene_rain, 1700, 4, "street"),
    ORIGINAL("craft-1", scene_craft, 1800, 4, "tune1"),
    ORIGINAL("craft-2", scene_craft, 1907, 4, "tune2"),
    ORIGINAL("banner-1", scene_banner, 2000, 5, "crowd"),

    {"dusk-recompressed", NULL, 0, 0, NULL, "org-dusk", "null", NULL, "38", false},
    {"convoy-recompressed", NULL, 0, 0, NULL, "org-convoy", "null", NULL, "38", false},
    {"speech-recompressed", NULL, 0, 0, NULL, "org-speech", "null", NULL, "38", false},
    EDIT("dusk-mirrored", "org-dusk", "hflip"),
    EDIT("convoy-mirrored", "org-convoy", "hflip"),
    EDIT("speech-mirrored", "org-speech", "hflip"),
    {"dusk-faster", NULL, 0, 0, NULL, "org-dusk", "setpts=PTS/1.05", "atempo=1.05", NULL, false},
    {"convoy-faster", NULL, 0, 0, NULL, "org-convoy", "setpts=PTS/1.05", "atempo=1.05", NULL, false},
    EDIT("dusk-brighter", "org-dusk", "eq=brightness=0.08"),
    EDIT("speech-darker", "org-speech", "eq=brightness=-0.06:contrast=1.1"),
    EDIT("convoy-contrast", "org-convoy", "eq=contrast=1.25"),
    EDIT("dusk-small", "org-dusk", "scale=180:320"),
    EDIT("convoy-large", "org-convoy", "scale=360:640"),
    EDIT("speech-small", "org-speech", "scale=144:256"),
    EDIT("dusk-marked", "org-dusk", "drawbox=x=8:y=8:w=44:h=16:color=white@0.7:t=fill"),
    EDIT("convoy-marked", "org-convoy", "drawbox=x=214:y=452:w=48:h=18:color=black@0.6:t=fill"),
    EDIT("speech-marked", "org-speech", "drawbox=x=214:y=8:w=48:h=16:color=yellow@0.7:t=fill"),
    EDIT("dusk-grey", "org-dusk", "hue=s=0"),
    EDIT("convoy-tinted", "org-convoy", "hue=h=12:s=1.4"),
    EDIT("speech-blurred", "org-speech", "gblur=sigma=1.2"),
    EDIT("dusk-slow-frames", "org-dusk", "fps=8"),
    EDIT("convoy-mirrored-marked", "org-convoy", "hflip,drawbox=x=8:y=8:w=44:h=16:color=white@0.7:t=fill"),
    EDIT("speech-grain", "org-speech", "noise=alls=12:allf=t:all_seed=7"),
    {"dusk-cut", NULL, 0, 0, NULL, "org-dusk", "trim=start=2:end=5,setpts=PTS-STARTPTS",
     "atrim=start=2:end=5,asetpts=PTS-STARTPTS", NULL, false},
    {"convoy-cut", NULL, 0, 0, NULL, "org-convoy", "trim=start=1:end=4,setpts=PTS-STARTPTS",
     "atrim=start=1:end=4,asetpts=PTS-STARTPTS", NULL, false},
    EDIT("news-ar-recompressed", "news-ar", "null"),
    EDIT("news-fr-small", "news-fr", "scale=180:320"),

    EDIT_HARD("dusk-cropped", "org-dusk", "crop=iw*0.8:ih*0.8,scale=270:480"),
    EDIT_HARD("speech-cropped", "org-speech", "crop=iw*0.8:ih*0.8:0:0,scale=270:480"),
    EDIT_HARD("convoy-letterboxed", "org-convoy", "scale=190:338,pad=270:480:40:71:black"),
    EDIT_HARD("dusk-in-blur", "org-dusk",
              "split[a][b];[a]gblur=sigma=18[c];[b]scale=180:320[d];[c][d]overlay=45:80"),
    EDIT_HARD("convoy-captioned", "org-convoy", "scale=270:400,pad=270:480:0:80:white"),
    EDIT_HARD("speech-inset", "org-speech", "scale=110:196,pad=270:480:150:20:0x336699"),
    {NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, false},
};

const struct clip *clip_find(const char *name)
{
    for (const struct clip *c = clips; c->name; c++)
        if (strcmp(c->name, name) == 0) return c;
    die("no clip is called %s", name);
}

/* ---- running ffmpeg ---- */

void run_program(const char *const *argv, void (*feed)(int fd, void *arg), void *arg)
{
    int ends[2] = {-1, -1};
    if (feed && pipe(ends) != 0) die("a pipe could not be made");
    pid_t pid = fork();
    if (pid < 0) die("%s could not be started", argv[0]);
    if (pid == 0) {
        if (feed) {
            dup2(ends[0], STDIN_FILENO);
            close(ends[0]);
            close(ends[1]);
        }
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    if (feed) {
        close(ends[0]);
        feed(ends[1], arg);
        close(ends[1]);
    }
    int status = 0;
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        die("%s failed; is it installed, and is there room on the disk? (last argument: %s)", argv[0],
            argv[1] ? argv[1] : "");
}

static bool write_all(int fd, const unsigned char *p, size_t n)
{
    while (n > 0) {
        ssize_t got = write(fd, p, n);
        if (got <= 0) return false;
        p += got;
        n -= (size_t)got;
    }
    return true;
}

static void feed_frames(int fd, void *arg)
{
    const struct clip *c = arg;
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, CLIP_W, CLIP_H);
    int frames = c->seconds * CLIP_FPS;
    for (int i = 0; i < frames; i++) {
        cairo_t *cr = cairo_create(s);
        c->draw(cr, c, i / (double)frames);
        cairo_destroy(cr);
        cairo_surface_flush(s);
        const unsigned char *rows = cairo_image_surface_get_data(s);
        if (!write_all(fd, rows, (size_t)cairo_image_surface_get_stride(s) * CLIP_H)) break;
    }
    cairo_surface_destroy(s);
}

/* After the inputs, before the file. */
#define ENCODING                                                                                             \
    "-threads", "1", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac",        \
        "-b:a", "48k", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact",             \
        "-map_metadata", "-1", "-movflags", "+faststart"
#define QUIETLY "ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-filter_threads", "1"

static void make_original(const struct clip *c, const char *dir, const char *out)
{
    char size[32], rate[16], length[16], sound[4096];
    snprintf(size, sizeof size, "%dx%d", CLIP_W, CLIP_H);
    snprintf(rate, sizeof rate, "%d", CLIP_FPS);
    snprintf(length, sizeof length, "%d", c->seconds);
    snprintf(sound, sizeof sound, "%s/%s.wav", dir, c->sound);
    run_program((const char *[]){QUIETLY,  "-f",   "rawvideo", "-pix_fmt", "bgr0", "-s",  size,
                                 "-r",     rate,   "-i",       "pipe:0",   "-i",   sound, "-map",
                                 "0:v",    "-map", "1:a",      "-af",      "apad", "-t",  length,
                                 ENCODING, "-crf", "26",       out,        NULL},
                feed_frames, (void *)c);
}

static void make_edit(const struct clip *c, const char *dir, const char *out)
{
    char source[4096];
    snprintf(source, sizeof source, "%s/%s.mp4", dir, c->of);
    run_program((const char *[]){QUIETLY, "-i", source, "-filter_complex_threads", "1", "-vf", c->video,
                                 "-af", c->audio ? c->audio : "anull", ENCODING, "-crf",
                                 c->quality ? c->quality : "28", out, NULL},
                NULL, NULL);
}

static void make(const struct clip *c, const char *dir)
{
    char out[4096];
    snprintf(out, sizeof out, "%s/%s.mp4", dir, c->name);
    if (c->draw)
        make_original(c, dir, out);
    else
        make_edit(c, dir, out);
}

/* Every clip of one sort, by as many processes as there are cores. */
static void make_all(const char *dir, bool originals)
{
    int *next = mmap(NULL, sizeof *next, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (next == MAP_FAILED) die("no memory to share");
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    fflush(NULL);
    for (long i = 0; i < cores; i++) {
        pid_t pid = fork();
        if (pid < 0) die("a process could not be made");
        if (pid > 0) continue;
        int n = 0;
        while (clips[n].name) n++;
        for (int k; (k = __atomic_fetch_add(next, 1, __ATOMIC_RELAXED)) < n;)
            if ((clips[k].draw != NULL) == originals) make(&clips[k], dir);
        _exit(0);
    }
    bool good = true;
    for (long i = 0; i < cores; i++) {
        int status = 0;
        good = wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 && good;
    }
    munmap(next, sizeof *next);
    if (!good) die("some clips could not be made");
}

void clips_make(const char *dir)
{
    signal(SIGPIPE, SIG_IGN);
    sounds_make(dir);
    make_all(dir, true);
    make_all(dir, false);
}

void clip_still(const char *clip_path, const char *at_seconds, const char *out_path)
{
    run_program((const char *[]){QUIETLY, "-ss", at_seconds, "-i", clip_path, "-frames:v", "1", "-q:v", "3",
                                 "-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1",
                                 out_path, NULL},
                NULL, NULL);
}
