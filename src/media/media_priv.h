/* What the files of the pool share. */
#ifndef MARSAD_MEDIA_MEDIA_PRIV_H
#define MARSAD_MEDIA_MEDIA_PRIV_H

#include <pthread.h>
#include <sys/types.h>

#include "media/proto.h"

/* One worker program: its template process and the socket to it. Used by one thread at a time. */
struct worker {
    pid_t pid;   /* 0: not running */
    int control; /* -1: not running */
    bool busy;   /* under the pool's lock */
};

/* How one try went. */
struct exchange {
    struct worker_report report;
    bool template_lost; /* it died, or had to be killed; no report */
    bool flooded;       /* more than MEDIA_MAX_RECORD_BYTES */
    struct buf answer;  /* owned by the caller */
};

/* ERR_WORKER when the program cannot be started or does not say hello. */
int worker_start(struct worker *w, const char *path, struct error *err) MUST_USE;
/* Ends the template (and with it any child) and collects it. Harmless when it is not running. */
void worker_stop(struct worker *w);
/* Hands over one task and waits for its end. fd -1: none (proofs and tries). 0 and *x, whatever became of the child;
 * ERR_IO, ERR_NOMEM when nothing could be tried. */
int worker_exchange(struct worker *w, const struct worker_task *t, int fd, struct exchange *x,
                    struct error *err) MUST_USE;

struct media_pool {
    struct media_options options;
    char *path;
    struct worker *workers;
    unsigned nworkers;
    pthread_mutex_t lock;
    pthread_cond_t freed;
    struct media_pool_stats stats;
};

/* One task with retries, as media_analyse does it: for the proofs at start, and for the tests. */
int pool_run(struct media_pool *pool, const struct worker_task *t, int fd, struct arena *a,
             struct media_signals *out, struct error *err) MUST_USE;

#endif
