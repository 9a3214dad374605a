/* Signals of media files, fetched from sandboxed workers.
 *
 * No byte of a media file is decoded in this process. A pool keeps worker programs (marsad-worker); each is a
 * template process that never sees hostile bytes: for every item it forks a child, which puts up its walls (seccomp
 * default deny, rlimits, no new privileges), decodes the one file whose descriptor it was handed, writes one record
 * and ends. A child that dies, hangs or babbles costs that item and nothing else.
 *
 * Thread-safe: any number of threads may analyse at once; each call holds one worker. */
#ifndef MARSAD_MEDIA_MEDIA_H
#define MARSAD_MEDIA_MEDIA_H

#include "base/log.h"
#include "model/signal.h"

struct media_pool;

/* A zero stands for the default. */
struct media_limits {
    uint64_t file_bytes, pixels;
    int64_t duration_us;
    size_t memory_bytes;
    int cpu_seconds, wall_ms;
    uint32_t max_frames;
};
/* Those of base/limits.h. */
struct media_limits media_limits_default(void);

struct media_options {
    const char *worker_path; /* NULL: $MARSAD_WORKER, else beside this program, else ../libexec/marsad/ */
    unsigned workers;        /* 0: as many as cores */
    struct media_limits limits;
    const struct log *log; /* may be NULL; *borrowed until* media_pool_free */
};

/* Starts the workers and has each prove its walls (a child that tries to open a file and one that tries to make a
 * socket must be killed). ERR_SANDBOX when they do not stand: then nothing is started. */
int media_pool_new(const struct media_options *o, struct media_pool **out, struct error *err) MUST_USE;
/* Takes NULL. Ends the workers; no call may be under way. */
void media_pool_free(struct media_pool *pool);

/* What is hashed besides each sampled frame as a whole; such entries follow it with its time. Either look keeps key frames with
 * their points, too. */
enum media_look {
    MEDIA_LOOK_WHOLE = 0,
    /* As material that may hide a reference: pictures within the frame (regions where they are), and the frame without what
     * lies over it. */
    MEDIA_LOOK_INSIDE,
    /* As a reference: the picture without its bars. */
    MEDIA_LOOK_REFERENCE
};

/* Where the worker's time went. */
struct media_cost {
    int64_t decode_us, hash_us, look_us, sound_us,
        all_us;     /* all: from reading the first byte to the answer */
    int64_t cpu_us; /* of a core, the child's making and end included */
    bool skips;     /* frames that no other is made from were left out */
};

struct media_request {
    int fd; /* open for reading, regular file; not closed */
    enum media_kind hint;
    int64_t sample_every_us; /* the first frame of each such stretch of time; 0: 500 ms; 1: every frame */
    enum media_look look;
    bool
        fast; /* with MEDIA_LOOK_WHOLE: a few bits from what the field's hasher says, for much less work; other looks always are */
    /* With MEDIA_LOOK_INSIDE: of a stretch in which little changes its key frame will do. The signals say whether it came to that
     * (first_look): where something is found in them, ask again without. */
    bool first;
    struct media_cost *cost; /* may be NULL; filled when the file was analysed */
};

/* Blocks. 0 and *out (frames in `a`), or
 *   ERR_FORMAT       no picture, clip or sound that this build reads, or broken beyond its first frame
 *   ERR_LIMIT        a limit was reached before anything could be told
 *   ERR_WORKER       the child died or answered nonsense on MEDIA_MAX_TRIES tries
 *   ERR_TIMEOUT      likewise, of time
 *   ERR_IO, ERR_NOMEM
 * The message says which of them and why; it never holds bytes of the file. */
int media_analyse(struct media_pool *pool, const struct media_request *r, struct arena *a,
                  struct media_signals *out, struct error *err) MUST_USE;

/* ---- to be looked at by a person ---- */

enum {
    MEDIA_SHOW_TIMES_MAX = 24,
    MEDIA_SHOW_SIDE_MAX = 512,
    MEDIA_STRIP_COLUMNS_MAX = 1024,
    MEDIA_STRIP_ROWS = 64
};

/* A frame made small, rows without gaps: pixels that the worker made, never bytes of the file. */
struct media_picture {
    int64_t time_us;
    uint16_t width, height;
    const uint8_t *rgb;
};
/* What the sound is made of: a column of MEDIA_STRIP_ROWS levels (0-255) each column_us, lowest pitch first, from 100 Hz to 4 kHz in
 * equal steps of pitch. */
struct media_strip {
    uint16_t columns; /* 0: none */
    int64_t column_us;
    const uint8_t *levels;
};
struct media_show_request {
    int fd;
    const int64_t *times_us; /* ascending; the first frame at or after each is shown, none past the end */
    size_t ntimes;           /* at most MEDIA_SHOW_TIMES_MAX */
    int side;                /* the longer side, 16 to MEDIA_SHOW_SIDE_MAX pixels */
    bool sound;              /* a strip too */
};
struct media_shown {
    struct media_picture pictures[MEDIA_SHOW_TIMES_MAX]; /* by time, each frame once */
    size_t npictures;
    struct media_strip strip;
};
/* As media_analyse; what is shown lives in `a`. */
int media_show(struct media_pool *pool, const struct media_show_request *r, struct arena *a,
               struct media_shown *out, struct error *err) MUST_USE;

/* ---- to be heard by a recogniser of speech ---- */

enum { MEDIA_SAMPLES_HZ = 16000, MEDIA_STRETCHES_MAX = MEDIA_SHOW_TIMES_MAX / 2 };

struct media_stretch {
    int64_t start_us, end_us;
};
/* Of all stretches, one after another; silence where there is no sound. */
struct media_samples {
    const int16_t *v;
    size_t n;
};
/* Stretches follow each other and are no longer than SPEECH_PIECE_US in all: ERR_ARG. Samples live in `a`. As media_analyse. */
int media_samples(struct media_pool *pool, int fd, const struct media_stretch *v, size_t n, struct arena *a,
                  struct media_samples *out, struct error *err) MUST_USE;

struct media_pool_stats {
    uint64_t items, failed, retried, killed_limit, killed_sandbox, killed_timeout, crashed;
};
void media_pool_stats(struct media_pool *pool, struct media_pool_stats *out);

#endif
