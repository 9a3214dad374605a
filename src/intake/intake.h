/* Feeds: files as people bring them → Posts. One file per format, one row per format in a table; the format is found
 * by looking at the first bytes. */
#ifndef MARSAD_INTAKE_INTAKE_H
#define MARSAD_INTAKE_INTAKE_H

#include "model/post.h"

/* A record, or part of a file, that could not be read. */
struct intake_aside {
    struct origin origin;
    struct error why;
    struct sv bytes; /* the record as it stands, at most INTAKE_ASIDE_KEEP_BYTES, operator tokens stripped */
};

struct intake_sink {
    void *arg;
    /* The post, *borrowed until* return; non-zero ends the reading and is returned. */
    int (*post)(void *arg, const struct post *p, struct error *err);
    int (*aside)(void *arg, const struct intake_aside *a, struct error *err);
    /* Bytes read of this file so far and in all (0: unknown); may be NULL. */
    void (*progress)(void *arg, uint64_t done, uint64_t total);
};

struct intake_counts {
    uint64_t posts, aside, skipped; /* skipped: understood and no post (service messages, …) */
};

struct intake_options {
    const char *format; /* NULL: look */
    int64_t
        now_us; /* a record that does not say when it was collected was when its file was written, at most now */
};

struct intake_format {
    const char *name, *help; /* help: one line */
    /* Certainty 0-100 that the bytes are of this format. `head` is the first 64 KiB (the whole file if shorter). */
    int (*sniff)(struct sv path, struct sv head, bool is_dir);
    int (*read)(const char *path, const struct intake_options *o, const struct intake_sink *sink,
                struct intake_counts *counts, struct error *err);
};
/* The table, ended by a row whose name is NULL. */
extern const struct intake_format intake_formats[];

/* Reads a file or folder. A folder is a folder of clips and pictures, or of the above: every file in it is sniffed on
 * its own, sidecars (clip.info.json) joined to their media. Unreadable records go to sink->aside and are counted; the
 * rest goes on. Returns 0 (also when some were set aside), what a sink returned, ERR_NOTFOUND, ERR_IO, ERR_FORMAT
 * (nothing in the file could be understood; the message names what was tried). */
int intake_read(const char *path, const struct intake_options *o, const struct intake_sink *sink,
                struct intake_counts *counts, struct error *err) MUST_USE;

/* Removes operator tokens (msToken, device ids, session keys, …) from a URL: all query parameters but those that name
 * content. Result in the arena. */
struct sv intake_clean_url(struct arena *a, struct sv url);

#endif
