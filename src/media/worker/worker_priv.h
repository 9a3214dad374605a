/* The worker program: what its files share. It is the only code that links the codecs.
 *
 *   main.c    the template process: waits for tasks, forks a child for each, reports its end
 *   walls.c   what a child may do: almost nothing
 *   child.c   one task behind the walls
 *   source.c  the file as libav and libjpeg read it: pread and nothing else
 *   clip.c    anything that libav reads: clips, sounds, most pictures
 *   jpeg.c    JPEG through libjpeg, as the field's hasher decodes it
 *   look.c    pictures within the picture: what is hashed besides whole frames
 *   keys.c    points of some frames, for what hashes cannot reach
 *   gop.c   a first look: when the key frame will do
 *   luma.c    the luma of frames; changes of scene
 *   frames.c  pixels → frame signals
 *   show.c    pictures and a strip of sound for a person to look at
 *   turn.c    pixels as they are shown
 *   sound.c   packets of a sound stream → landmarks */
#ifndef MARSAD_MEDIA_WORKER_WORKER_PRIV_H
#define MARSAD_MEDIA_WORKER_WORKER_PRIV_H

#include <linux/filter.h>

#include "base/vec.h"
#include "media/proto.h"
#include "sound/listen.h"
#include "sound/resample.h"
#include "vision/layout.h"
#include "vision/pdq.h"
#include "vision/points.h"

/* ---- walls.c ---- */

struct walls {
    struct sock_fprog filter;
    uint64_t own_bytes; /* address space of the template: a child's allowance comes on top */
};
/* Once, in the template: cuts off the network where the system lets us, drops root, compiles the filter. */
int walls_prepare(struct walls *w) MUST_USE;
/* In the child, after the fork; keeps only the two descriptors. Negative when any wall does not stand. */
int walls_raise(const struct walls *w, const struct media_limits *l, int file_fd, int answer_fd) MUST_USE;

/* ---- keys.c: the frames whose points are kept ---- */

enum { KEYS_THUMB = 16 };

struct keys {
    struct points_scratch scratch;
    float thumb[KEYS_THUMB * KEYS_THUMB]; /* the last one, very small */
    int64_t last_us;
    int rarer;                      /* how many times every second was let go: gaps are doubled as often */
    struct VEC(struct key_frame) v; /* by time; points on the heap */
};

struct job;
/* Takes the points of a frame when it differs enough from the last one taken, or that is long ago. ERR_NOMEM. */
int keys_take(struct job *j, int64_t time_us, const uint8_t *grey, int w, int h) MUST_USE;

/* ---- look.c: frames kept small for a stretch of time, then looked at together ---- */

enum { LOOK_SIDE = 320, LOOK_STRETCH = 64 };

struct look {
    struct layout layout;
    int w, h;       /* of the small frames kept; 0: none yet */
    uint8_t *small; /* LOOK_STRETCH of them, one to work on and one as it lies in the file */
    int64_t times[LOOK_STRETCH];
    size_t kept, stretches;
    struct VEC(struct frame_signal) frames; /* what was found, by time */
    struct keys keys;
};

/* ---- show.c ---- */

struct show {
    struct media_shown shown;
    int answered;   /* of the task's times */
    uint8_t *strip; /* MEDIA_STRIP_COLUMNS_MAX columns */
    uint32_t strip_columns, strip_frames,
        strip_merge; /* full columns; frames in the one being filled, and of a full one */
};

/* ---- samples.c ---- */

struct samples {
    struct resampler resampler;
    float *resampled;
    int64_t at; /* of the next sample, from the clip's zero */
    int16_t *v; /* the stretches of the task, one after another */
    size_t n;
};

/* ---- one job ---- */

struct job {
    struct worker_task task;
    struct media_signals signals; /* what will be answered; frames below */
    struct VEC(struct frame_signal) frames;
    struct look look;
    struct VEC(struct landmark) landmarks;
    struct VEC(struct sound_mark) marks;
    struct VEC(uint8_t) tune;
    struct pdq_scratch scratch;
    int turn;                          /* that makes of stored pixels what is shown: turn.c */
    struct show show;                  /* OP_SHOW */
    struct samples samples;            /* OP_SAMPLES */
    struct media_cost cost;            /* OP_ANALYSE */
    int64_t stop_mono_us, stop_cpu_us; /* past these, what there is is answered */
    int64_t looked_us, longest_gap_us; /* when job_out_of_time was last asked, and the longest it was not */
    char reason[160];                  /* when it fails: plain ASCII */
};

/* Sets the reason and returns code. */
int job_fail(struct job *j, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Marks the signals as incomplete; the first note stays. */
void job_note(struct job *j, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* True when the time allowed would not last for another two of the longest steps so far: ask at every step. */
bool job_out_of_time(struct job *j);
/* ERR_LIMIT when a picture of that size may not be decoded. */
int job_check_size(struct job *j, int64_t width, int64_t height) MUST_USE;
int job_no_memory(struct job *j) MUST_USE;

/* child.c: never returns. */
void child_run(const struct walls *w, const struct worker_task *t, int file_fd, int answer_fd)
    __attribute__((noreturn));

/* ---- source.c ---- */

struct source {
    uint64_t at, bytes;
    bool failed; /* the system refused a read */
};
/* Bytes read, 0 at the end, -1 on error. */
ssize_t source_read(struct source *s, void *p, size_t n);
void source_seek(struct source *s, uint64_t at);

/* ---- frames.c ---- */

enum pixels { PIXELS_RGB, PIXELS_GREY, PIXELS_LIMITED }; /* limited: grey from 16 to 235 */
/* Hashes a frame and appends it. 0, ERR_NOMEM, ERR_LIMIT (max_frames: the caller ends the clip). */
int frame_add(struct job *j, int64_t time_us, enum pixels kind, const uint8_t *p, int rows, int cols,
              size_t stride) MUST_USE;
/* As frame_add, after the resampling that the field does to picture files. */
int frame_add_picture(struct job *j, enum pixels kind, const uint8_t *p, int rows, int cols,
                      size_t stride) MUST_USE;

/* A picture of full_rows × full_cols by a smaller one of it, grey, without gaps between rows. */
int frame_add_smaller(struct job *j, const uint8_t *p, int rows, int cols, int full_rows,
                      int full_cols) MUST_USE;

/* The size that a frame of that size is kept in: its longer side LOOK_SIDE, never larger than it is. False when this job
 * does not look, or the frame is too small or too narrow to. */
bool look_size(const struct job *j, int width, int height, int *out_w, int *out_h);
/* Where to put a frame of w × h grey pixels as it lies in the file, without gaps between rows; NULL when there is no memory. look_take
 * counts it in, turned as it is shown: the stretch is looked at when it is full. 0 or ERR_NOMEM. */
uint8_t *look_room(struct job *j, int w, int h);
int look_take(struct job *j, int64_t time_us) MUST_USE;
/* w × h grey pixels by averaging; w and h at most the source's. */
void look_shrink(enum pixels kind, const uint8_t *p, int rows, int cols, size_t stride, uint8_t *to, int w,
                 int h);
/* The same for 8-bit RGB or grey in memory, made small by averaging. */
int look_picture(struct job *j, enum pixels kind, const uint8_t *p, int rows, int cols,
                 size_t stride) MUST_USE;
/* Looks at what is left and puts all that was found among the job's frames. */
int look_end(struct job *j) MUST_USE;
void look_done(struct look *l);

/* Whether the task asks for a frame of this time: it is the first at or after a time that has no picture yet. */
bool show_wants(const struct job *j, int64_t time_us);
/* All pictures asked for are there. */
bool show_done(const struct job *j);
/* Keeps 8-bit RGB or grey in memory as the next picture, made small by averaging; shown_w × shown_h are the sides that it
 * is shown with. Times that it answers are answered. 0 or ERR_NOMEM. */
int show_picture(struct job *j, int64_t time_us, enum pixels kind, const uint8_t *p, int rows, int cols,
                 size_t stride, int shown_w, int shown_h) MUST_USE;
/* One more 8 ms of sound. */
void show_spectrum(struct job *j, const float *power, int bins);
/* Completes job.show.shown. */
void show_end(struct job *j);

/* The sound is of that rate and starts late_us after the clip. 0, or why not, said by the job. */
int samples_begin(struct job *j, int rate_hz, int64_t late_us) MUST_USE;
/* n: samples per channel. False: all that was asked for is there. */
bool samples_push(struct job *j, const float *interleaved, size_t n, int channels);
void samples_done(struct job *j);

/* ---- luma.c ---- */

struct AVFrame;
enum { LUMA_GRID = 24 };
struct luma {
    uint8_t grid[LUMA_GRID * LUMA_GRID]; /* the frame before, at a few points */
    bool has_grid;
};
/* The frame's first plane is its luma in 8 bits. */
bool luma_is_there(const struct AVFrame *f);
/* In which range it is. */
enum pixels luma_kind(const struct AVFrame *f);
/* Whether the frame shows something else than the one that was asked about before it. */
bool luma_new_scene(struct luma *l, const struct AVFrame *f);

/* ---- gop.c ---- */

struct AVPacket;
struct AVRational;

/* A key frame and what follows it up to the next one, held back until it is known whether the key frame will do. */
struct gop {
    struct AVPacket **v;
    size_t n, cap, bytes;
    int64_t key_us, read_us; /* by the streams' clock: of its key frame; the latest of all */
    bool open;               /* it will not do: packets go straight into the decoder */
};
/* Takes the packet over. ERR_NOMEM. */
int gop_hold(struct gop *g, struct AVPacket *packet, struct AVRational base) MUST_USE;
/* So long that its key frame does not speak for all of it, or more than is held back. */
bool gop_too_long(const struct gop *g);
/* The last packet that brings a new picture into it; 0: only the key frame does. */
size_t gop_news(const struct gop *g);
void gop_clear(struct gop *g);
void gop_done(struct gop *g);

/* ---- turn.c ---- */

/* turn: an orientation of EXIF, 1 to 8; 0 and 1 are as it lies. On its side: width and height change places. */
bool turn_on_side(int turn);
/* w × h pixels of so many bytes, without gaps, as they are shown. */
void turn_pixels(int turn, const uint8_t *from, int w, int h, int bytes, uint8_t *to);
/* The orientation nearest to a turn by so many degrees against the clock. */
int turn_of_degrees(double degrees);

/* ---- sound.c ---- */

struct AVFormatContext;
struct hearing;
/* Listens to a stream; NULL, with a note on the signals, when it cannot be decoded: the pictures are still worth it.
 * origin_us: the clip's zero, on the streams' clock. */
struct hearing *hearing_new(struct job *j, struct AVFormatContext *format, int stream, int64_t origin_us,
                            const char *decoders);
void hearing_packet(struct hearing *h, const struct AVPacket *packet);
/* Ends the listening; what was heard is in the job's signals and landmarks. Takes NULL. */
void hearing_end(struct hearing *h);
/* Nothing more is wanted. */
bool hearing_done(const struct hearing *h);

/* ---- decoders: 0 (signals filled), or an error with its reason ---- */

int jpeg_analyse(struct job *j, struct source *s) MUST_USE;
int clip_analyse(struct job *j, struct source *s) MUST_USE;

#endif
