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

/* What is hashed besides each sampled frame as a whole; such entries follow it with its time. */
enum media_look {
    MEDIA_LOOK_WHOLE = 0,
    /* As material that may hide a reference: pictures within the frame (regions where they are), the frame without what
     * lies over it, and a little closer in (regions of their own, in the middle). */
    MEDIA_LOOK_INSIDE,
    /* As a reference that may come back cut: the picture without its bars, and closer in by steps down to two thirds. */
    MEDIA_LOOK_REFERENCE
};

struct media_request {
    int fd; /* open for reading, regular file; not closed */
    enum media_kind hint;
    int64_t sample_every_us; /* the first frame of each such stretch of time; 0: 500 ms; 1: every frame */
    enum media_look look;
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

struct media_pool_stats {
    uint64_t items, failed, retried, killed_limit, killed_sandbox, killed_timeout, crashed;
};
void media_pool_stats(struct media_pool *pool, struct media_pool_stats *out);

#endif
