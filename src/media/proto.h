/* The words between the pool and its workers: one task out, one report and one answer back. All little-endian, all
 * of one program version, never stored.
 *
 * The control socket (SOCK_SEQPACKET, descriptor 3 of the worker) carries packets between the pool and the template
 * process, which never sees hostile bytes:
 *
 *   hello    template → pool   once, when it is ready
 *   task     pool → template   with two descriptors: the file, and the writing end of the answer's pipe
 *   cancel   pool → template   one byte while a child is at work: end it
 *   report   template → pool   once per task, when its child has ended: how
 *
 * The pipe carries the child's answer, and the child has read the file: nothing in it is believed before it has been
 * checked.
 *
 *   0  4  "MANS"     4  2  version, 1
 *   6  2  enum error_code, negated: 0 analysed, else why not
 *   8  2  length of the reason, then the reason (printable ASCII)
 *         when analysed: five times of 4 bytes in microseconds and whether frames were skipped (struct media_cost), the record of model/signal.c, to the end
 *         when shown:    1 the number of pictures; of each: 8 time, 2 width, 2 height, its RGB; then 2 columns of the strip, 8
 *                        the time of one, its levels
 *         samples:      4 their number, then 2 for each */
#ifndef MARSAD_MEDIA_PROTO_H
#define MARSAD_MEDIA_PROTO_H

#include "base/buf.h"
#include "media/media.h"

enum { WORKER_FD_CONTROL = 3, WORKER_FD_FILE = 4, WORKER_FD_ANSWER = 5 };

enum worker_op {
    OP_ANALYSE = 1,
    OP_SHOW,
    OP_SAMPLES,
    /* A child behind its walls that … : the pool's proof at start. */
    OP_PROVE_LIFE,   /* answers, so that the deaths of the next two mean something */
    OP_PROVE_OPEN,   /* opens a file */
    OP_PROVE_SOCKET, /* makes a socket */
    /* Misbehaviour on request, for the tests of the pool. */
    OP_TRY_SPIN,   /* never ends */
    OP_TRY_HOARD,  /* allocates until it is refused */
    OP_TRY_CRASH,  /* writes to address 0 */
    OP_TRY_BABBLE, /* answers nonsense */
    OP_TRY_FLOOD,  /* answers without end */
    OP_TRY_FORK,
    OP_TRY_EXEC_MEMORY, /* asks for memory that is writable and executable */
    OP_TRY_SILENCE,     /* ends without a word */
    OP_LAST = OP_TRY_SILENCE
};

struct worker_task {
    enum worker_op op;
    enum media_kind hint;
    enum media_look look;
    bool fast, first;
    int64_t sample_every_us;
    uint64_t file_bytes; /* length of the file when the task was made */
    struct media_limits limits;
    /* OP_SHOW; of OP_SAMPLES the times are pairs of from and to */
    int side, ntimes;
    bool sound;
    int64_t times_us[MEDIA_SHOW_TIMES_MAX];
};

enum worker_end {
    END_EXITED = 1, /* value: exit code */
    END_KILLED,     /* value: signal */
    END_TIMEOUT,    /* the template killed it after wall_ms */
    END_CANCELLED,
    END_NO_CHILD /* value: errno of fork */
};
struct worker_report {
    enum worker_end end;
    int value;
    int64_t cpu_us;
    uint64_t peak_bytes;
};

/* A child's exit codes other than 0. */
enum { EXIT_WALLS = 70, EXIT_UNHEARD = 71 };

enum { WORKER_PACKET_MAX = 512 };

void hello_write(struct buf *b);
bool hello_read(struct sv packet);
void task_write(const struct worker_task *t, struct buf *b);
bool task_read(struct sv packet, struct worker_task *out);
void report_write(const struct worker_report *r, struct buf *b);
bool report_read(struct sv packet, struct worker_report *out);

/* code 0: signals and cost (NULL: none told); else text, which may be NULL. */
void answer_write(int code, const char *text, const struct media_signals *s, const struct media_cost *cost,
                  struct buf *b);
void answer_write_shown(const struct media_shown *s, struct buf *b);
/* What the worker said: 0 and *out (frames in `a`), or its error code with its reason in err. ERR_WORKER when the
 * bytes are not what an honest worker within `limits` would have written. */
int answer_read(struct sv bytes, const struct media_limits *limits, struct arena *a,
                struct media_signals *out, struct media_cost *out_cost, struct error *err) MUST_USE;
void answer_write_samples(const int16_t *v, size_t n, struct buf *b);
/* Likewise of OP_SAMPLES; the samples are copied into `a`. */
int answer_read_samples(struct sv bytes, const struct worker_task *t, struct arena *a,
                        struct media_samples *out, struct error *err) MUST_USE;
/* Likewise of OP_SHOW; the pixels are copied into `a`. */
int answer_read_shown(struct sv bytes, const struct worker_task *t, struct arena *a, struct media_shown *out,
                      struct error *err) MUST_USE;

#endif
