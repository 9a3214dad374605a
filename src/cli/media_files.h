/* Media files named on the command line, analysed side by side by the sandboxed workers, handed over in order. */
#ifndef MARSAD_CLI_MEDIA_FILES_H
#define MARSAD_CLI_MEDIA_FILES_H

#include "cli/cli.h"
#include "media/media.h"
#include "model/signal.h"

struct media_file {
    const char *path;
    struct arena arena; /* of signals */
    struct media_signals signals;
    struct sha256 sha256;
    uint64_t bytes;
    struct media_shown *stills; /* NULL: none were asked for, or it has no picture */
    int code;                   /* not 0: it could not be read; `error` says why */
    struct error error;
};

/* How files are looked at: as in media.h. */
struct media_how {
    int64_t sample_every_us;
    enum media_look look;
    bool fast;
    unsigned stills; /* so many small pictures of each as well, evenly over its length */
    /* NULL: all are looked at closely. Else first looks, and closely where it says so (in the workers' threads, several at a
     * time). */
    bool (*closer)(void *arg, struct media_file *f);
    void *arg;
};

/* Calls done() for each path in the order given; a non-zero return ends the walk. False,
 * after a message, when the workers do not start. A file that cannot be read is handed over like the others. */
bool media_files(struct cli *cli, const char *const *paths, size_t n, const struct media_how *how,
                 int (*done)(void *arg, struct media_file *f), void *arg);

#endif
