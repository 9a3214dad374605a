#include "cli/progress.h"

#include "cli/bidi.h"

#include "base/clock.h"
#include "base/utf8.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TTY_EVERY_US  (US_PER_SECOND / 10)
#define LINE_EVERY_US (10 * US_PER_SECOND)
enum { BAR_CELLS = 24 };

void progress_begin(struct progress *p, struct cli *cli)
{
    memset(p, 0, sizeof *p);
    p->cli = cli;
    p->on = !cli->quiet && !cli->json;
    p->tty = cli->to_err.tty;
    p->stage = -1;
    p->begun_us = clock_mono_us();
    /* Without a terminal the first line comes only when the work proves long. */
    p->shown_us = p->tty ? 0 : p->begun_us;
}

static int terminal_columns(void)
{
    struct winsize size = {0};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

/* Eighths of a cell, so that a bar moves smoothly. */
static void bar(struct buf *b, uint64_t done, uint64_t total)
{
    static const char *const parts[] = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    uint64_t eighths = (uint64_t)((double)(done < total ? done : total) / (double)total * BAR_CELLS * 8);
    buf_puts(b, "▕");
    for (uint64_t i = 0; i < BAR_CELLS; i++) {
        uint64_t here = eighths > i * 8 ? eighths - i * 8 : 0;
        buf_puts(b, here >= 8 ? "█" : parts[here]);
    }
    buf_printf(b, "▏ %3d%%", (int)((double)(done < total ? done : total) * 100.0 / (double)total));
}

/* How long the stage will still take at its speed so far; 0 while there is nothing to go by. */
static int64_t time_left(const struct progress *p, uint64_t done, uint64_t total, int64_t now)
{
    uint64_t made = done - p->stage_begun_done;
    int64_t spent = now - p->stage_begun_us;
    if (made == 0 || spent < 2 * US_PER_SECOND || done >= total) return 0;
    return (int64_t)((double)spent / (double)made * (double)(total - done));
}

void progress_line(struct buf *b, const struct progress_state *s)
{
    buf_putsv(b, s->title);
    buf_putc(b, ' ');
    if (s->total)
        bar(b, s->done, s->total);
    else
        buf_printf(b, "%llu", (unsigned long long)s->done);
    if (s->left_us > 0) {
        char text[TIME_TEXT_BYTES];
        duration_format(s->left_us, text);
        buf_printf(b, "  −%s", text);
    }
    buf_puts(b, "  ");
    buf_putsv(b, s->note);
}

static void put_on_terminal(struct progress *p, struct sv line)
{
    struct buf cut, turned;
    buf_init(&cut, 0);
    buf_init(&turned, 0);
    p->width_shown = utf8_show_cut(&cut, line, terminal_columns() - 1);
    if (p->cli->to_err.bidi == BIDI_REORDER)
        bidi_lines(&turned, buf_sv(&cut));
    else
        buf_putsv(&turned, buf_sv(&cut));
    fprintf(stderr, "\r%s\033[K", buf_cstr(&turned));
    buf_done(&turned);
    buf_done(&cut);
}

void progress_show(struct progress *p, int stage, struct sv title, uint64_t done, uint64_t total,
                   struct sv note)
{
    int64_t now = clock_mono_us();
    if (stage != p->stage) {
        p->stage = stage;
        p->stage_begun_us = now;
        p->stage_begun_done = done;
    }
    if (!p->on || now - p->shown_us < (p->tty ? TTY_EVERY_US : LINE_EVERY_US)) return;
    p->shown_us = now;
    struct progress_state state = {.title = title,
                                   .note = note,
                                   .done = done,
                                   .total = total,
                                   .left_us = time_left(p, done, total, now)};
    struct buf line;
    buf_init(&line, 0);
    progress_line(&line, &state);
    if (p->tty)
        put_on_terminal(p, buf_sv(&line));
    else
        fprintf(stderr, "%s\n", buf_cstr(&line));
    fflush(stderr);
    buf_done(&line);
}

void progress_end(struct progress *p)
{
    if (p->on && p->tty && p->width_shown) fprintf(stderr, "\r\033[K");
    p->width_shown = 0;
}
