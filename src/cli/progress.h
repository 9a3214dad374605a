/* A progress bar on standard error: only on a terminal, at most ten times a second, gone when done. Where there is no
 * terminal, a line every ten seconds, so that a log shows life. */
#ifndef MARSAD_CLI_PROGRESS_H
#define MARSAD_CLI_PROGRESS_H

#include "cli/cli.h"

struct progress {
    struct cli *cli;
    bool on, tty;
    int64_t begun_us, shown_us;
    int stage;
    uint64_t stage_begun_done;
    int64_t stage_begun_us;
    int width_shown;
};
void progress_begin(struct progress *p, struct cli *cli);
/* total 0: unknown, a count instead of a bar. `note` is shown after it, cut to fit. */
void progress_show(struct progress *p, int stage, struct sv title, uint64_t done, uint64_t total,
                   struct sv note);
/* Clears the bar. */
void progress_end(struct progress *p);

/* The words of one line: what there is, without a terminal or a clock. */
struct progress_state {
    struct sv title, note;
    uint64_t done, total;
    int64_t left_us; /* 0: unknown */
};
void progress_line(struct buf *b, const struct progress_state *s);

#endif
