/* Files: whole reads with a maximum, writes that are there entirely or not at all, paths. */
#ifndef MARSAD_BASE_FILE_H
#define MARSAD_BASE_FILE_H

#include "base/arena.h"
#include "base/buf.h"

/* The whole file into b (cleared first). ERR_LIMIT above max_bytes or b's own maximum, ERR_IO, ERR_NOTFOUND,
 * ERR_NOMEM; after an error b holds what was read so far. Paths are C strings. */
int file_read(const char *path, size_t max_bytes, struct buf *b, struct error *err) MUST_USE;
/* Writes beside the target, fsyncs, renames over it, fsyncs the folder: after a kill the old file or the new one.
 * A new file is for its owner alone (0600), an old one keeps its mode. What stands there and is no plain file (a device,
 * a pipe, a link) is written into as it is. */
int file_write_atomic(const char *path, struct sv bytes, struct error *err) MUST_USE;
/* mkdir -p, mode 0700 for what is made. */
int dir_make(const char *path, struct error *err) MUST_USE;
/* Removes a folder and all in it; does not follow links. */
int dir_remove_tree(const char *path, struct error *err) MUST_USE;
bool file_exists(const char *path);
/* Something stands there that a rename must not take away: a pipe, a device, a link. */
bool file_is_special(const char *path);
bool dir_exists(const char *path);

/* dir/name in the arena; p NULL when memory ran out. An absolute name replaces dir. */
struct sv path_join(struct arena *a, struct sv dir, struct sv name);
struct sv path_dir(struct sv path); /* "." when there is none */
struct sv path_base(struct sv path);
struct sv path_ext(struct sv path); /* without the dot; empty when none */

/* Lines of a file of any size, one at a time.
 *     struct lines l; lines_open(&l, path, max_line_bytes, err);
 *     while ((got = lines_next(&l, &line, err)) > 0) …
 *     lines_close(&l); */
struct lines {
    int fd;
    struct buf b;
    size_t at; /* start of the unread bytes in b */
    size_t max_line_bytes;
    uint64_t line_number; /* of the line last returned, from 1 */
    uint64_t offset;      /* of its first byte in the file */
    uint64_t next_offset; /* of the first byte not yet returned */
    uint64_t file_bytes;  /* size when opened, 0 for pipes: for progress bars */
    bool eof, too_long; /* too_long: the line last returned was cut at max_line_bytes and its rest skipped */
};
int lines_open(struct lines *l, const char *path, size_t max_line_bytes, struct error *err) MUST_USE;
/* 1 and a line without its end (\n or \r\n), *borrowed until* the next call; 0 at the end; ERR_IO, ERR_NOMEM. */
int lines_next(struct lines *l, struct sv *out_line, struct error *err) MUST_USE;
void lines_close(struct lines *l);

#endif
