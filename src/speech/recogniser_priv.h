/* What the files of a recogniser share. */
#ifndef MARSAD_SPEECH_RECOGNISER_PRIV_H
#define MARSAD_SPEECH_RECOGNISER_PRIV_H

#include <pthread.h>
#include <sys/types.h>

#include "speech/recogniser.h"
#include "speech/words.h"

/* The program; not running: pid 0. */
struct child {
    pid_t pid;
    int to, from;     /* its input, its output */
    struct buf heard; /* what it has said beyond the last line taken */
};

int child_start(struct child *c, char *const *argv, struct error *err) MUST_USE;
/* Ends it and its group. Harmless when it does not run. */
void child_stop(struct child *c);
/* One line to it and one back, *borrowed* until the next call. ERR_WORKER, ERR_TIMEOUT, ERR_LIMIT: it must then be stopped. */
int child_ask(struct child *c, struct sv line, int64_t timeout_us, struct sv *out,
              struct error *err) MUST_USE;

struct recogniser {
    struct arena arena; /* of the manifest */
    struct sv name, language;
    char **argv; /* NULL-ended */
    int64_t timeout_us;
    const char *folder;
    const struct log *log;
    pthread_mutex_t lock;
    struct child child;
    uint64_t asked;
    int failures; /* in a row */
};

#endif
