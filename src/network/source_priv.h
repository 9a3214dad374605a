/* Bytes and lines of a file, plain or gzip (told by its first two bytes, members may follow one another), or of
 * standard input ("-"). One buffer; a line is handed out where it lies.
 *
 *     while ((got = source_line(&s, &line)) != SOURCE_END) {
 *         if (got == SOURCE_REFILL) { … let go of all lines handed out … ; rc = source_refill(&s, err); … continue; }
 *         …
 *     }
 * Memory: the buffer, at most NETWORK_MAX_LINE_BYTES and one block. */
#ifndef MARSAD_NETWORK_SOURCE_PRIV_H
#define MARSAD_NETWORK_SOURCE_PRIV_H

#include "base/error.h"
#include "base/sv.h"

#include <zlib.h>

struct source {
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

enum source_got { SOURCE_END, SOURCE_LINE, SOURCE_TOO_LONG, SOURCE_REFILL };

/* path stays the caller's until source_close. ERR_NOTFOUND, ERR_IO, ERR_NOMEM. */
int source_open(struct source *s, const char *path, struct error *err) MUST_USE;
/* A source over bytes in memory, copied; for tests and fuzzing. */
int source_open_bytes(struct source *s, struct sv bytes, struct error *err) MUST_USE;
void source_close(struct source *s);

/* SOURCE_LINE: the next line without its end, *borrowed until* source_refill. SOURCE_TOO_LONG: the start of a line above
 * NETWORK_MAX_LINE_BYTES, whose rest is passed over. */
enum source_got source_line(struct source *s, struct sv *out_line);
/* Goes back to the start of a line still in the buffer, `line_number` being the number of the line before it. */
void source_rewind(struct source *s, const char *line_start, uint64_t line_number);
/* The line that follows `so_far` (which must be the last one handed out), joined to it with its line break. False when
 * it is not there: with *out_more it may be after source_rewind and a refill, else the file ends or the record
 * is too long. */
bool source_extend(struct source *s, struct sv *so_far, bool *out_more);
/* Moves unread bytes to the front and reads more. ERR_IO, ERR_FORMAT (damaged gzip, with the offset), ERR_NOMEM. */
int source_refill(struct source *s, struct error *err) MUST_USE;
/* Up to n bytes from the current position without taking them; empty only at the end. */
struct sv source_peek(const struct source *s, size_t n);

#endif
