/* Bytes and lines of a file, plain or gzip (told by its first two bytes, members may follow one another), or of
 * standard input ("-"). One buffer; a line is handed out where it lies.
 *
 *     while ((got = feed_line(&s, &line)) != FEED_END) {
 *         if (got == FEED_REFILL) { … let go of all lines handed out … ; rc = feed_refill(&s, err); … continue; }
 *         …
 *     }
 * Memory: the buffer, at most NETWORK_MAX_LINE_BYTES and one block. */
#ifndef MARSAD_NETWORK_FEED_PRIV_H
#define MARSAD_NETWORK_FEED_PRIV_H

#include "base/error.h"
#include "base/sv.h"

#include <zlib.h>

struct feed {
    const char *path;
    int fd;
    bool gzip, in_member, in_eof, eof;
    z_stream z;
    unsigned char *in; /* compressed bytes, when gzip */
    char *buf;
    size_t n, cap, at; /* bytes [at, n) are unread */
    uint64_t line;     /* number of the line last handed out, from 1 */
    bool skipping;     /* inside a line that is too long */
};

enum feed_got { FEED_END, FEED_LINE, FEED_TOO_LONG, FEED_REFILL };

/* path stays the caller's until feed_close. ERR_NOTFOUND, ERR_IO, ERR_NOMEM. */
int feed_open(struct feed *s, const char *path, struct error *err) MUST_USE;
/* A source over bytes in memory, copied; for tests and fuzzing. */
int feed_open_bytes(struct feed *s, struct sv bytes, struct error *err) MUST_USE;
void feed_close(struct feed *s);

/* FEED_LINE: the next line without its end, *borrowed until* feed_refill. FEED_TOO_LONG: the start of a line above
 * NETWORK_MAX_LINE_BYTES, whose rest is passed over. */
enum feed_got feed_line(struct feed *s, struct sv *out_line);
/* Goes back to the start of a line still in the buffer, `line_number` being the number of the line before it. */
void feed_rewind(struct feed *s, const char *line_start, uint64_t line_number);
/* The line that follows `so_far` (which must be the last one handed out), joined to it with its line break. False when
 * it is not there: with *out_more it may be after feed_rewind and a refill, else the file ends or the record
 * is too long. */
bool feed_extend(struct feed *s, struct sv *so_far, bool *out_more);
/* Moves unread bytes to the front and reads more. ERR_IO, ERR_FORMAT (damaged gzip, with the offset), ERR_NOMEM. */
int feed_refill(struct feed *s, struct error *err) MUST_USE;
/* Up to n bytes from the current position without taking them; empty only at the end. */
struct sv feed_peek(const struct feed *s, size_t n);

#endif
