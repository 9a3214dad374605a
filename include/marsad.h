/* libmarsad: find organised harm in short-video posts, and say exactly where.
 *
 *     marsad *m;
 *     marsad_error err;
 *     if (marsad_open(NULL, NULL, &m, &err) != 0) …            // an engine in memory, nothing on disk
 *     marsad_result *r;
 *     if (marsad_analyse_text(m, caption, caption_bytes, &r, &err) == 0) {
 *         for (size_t i = 0; i < marsad_result_count(r); i++) {
 *             marsad_finding f;
 *             marsad_result_finding(r, i, &f);
 *             printf("%s %s %.2f\n", f.kind, f.category, f.probability);
 *         }
 *         marsad_result_free(r);
 *     }
 *     marsad_close(m);
 *
 * Every function that can fail returns 0 or a negative code and fills *err (which may be NULL); on failure no output is
 * written. Text is bytes with a length; strings given out are UTF-8, NUL-terminated, and live as long as the object
 * that gave them. A `marsad` belongs to one thread at a time. No function prints, exits or keeps global state. */
#ifndef MARSAD_H
#define MARSAD_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define MARSAD_API __attribute__((visibility("default")))
#else
#define MARSAD_API
#endif

typedef struct marsad marsad;
typedef struct marsad_result marsad_result;

/* The numbers never change their meaning. */
enum marsad_code {
    MARSAD_OK = 0,
    MARSAD_NOMEM = -1,
    MARSAD_IO = -2,
    MARSAD_ARG = -3,
    MARSAD_FORMAT = -4,
    MARSAD_LIMIT = -5,
    MARSAD_NOTFOUND = -6,
    MARSAD_EXISTS = -7,
    MARSAD_BUSY = -8,
    MARSAD_UNSUPPORTED = -9,
    MARSAD_SANDBOX = -10,
    MARSAD_WORKER = -11,
    MARSAD_TIMEOUT = -12,
    MARSAD_STORE = -13,
    MARSAD_POLICY = -14,
    MARSAD_INTERNAL = -15,
    MARSAD_CANCELLED = -16
};

typedef struct marsad_error {
    int code;
    char text[512]; /* what, with which value, where, and what to do */
} marsad_error;

/* Zero it, set struct_bytes, set what you need. */
typedef struct marsad_options {
    size_t struct_bytes;     /* sizeof(marsad_options): lets later versions add members */
    const char *policy_file; /* NULL: the workspace's, else the built-in one */
    const char *lexicon_dir; /* NULL: the workspace's, else the built-in ones */
    const char *worker_path; /* NULL: $MARSAD_WORKER, else beside the program */
    unsigned workers;        /* 0: as many as cores */
    /* level 0 error … 3 debug; may be called from any thread, one call at a time. NULL: silent. */
    void (*log)(void *arg, int level, const char *module, const char *text);
    void *log_arg;
} marsad_options;

MARSAD_API const char *marsad_version(void);
/* "bad input" for MARSAD_FORMAT, … ; static. */
MARSAD_API const char *marsad_code_name(int code);

/* workspace: a folder made by `marsad init`, or NULL for an engine in memory. options may be NULL. */
MARSAD_API int marsad_open(const char *workspace, const marsad_options *options, marsad **out,
                           marsad_error *err);
MARSAD_API void marsad_close(marsad *m); /* takes NULL */

/* Adds a bank from a hash list file (any format that `marsad bank import` reads) for this engine's life; the
 * workspace is not changed. category: "terror.propaganda", …; "none" makes it a negative bank. */
MARSAD_API int marsad_load_bank(marsad *m, const char *name, const char *category, const char *list_path,
                                marsad_error *err);

/* One text, as a caption. */
MARSAD_API int marsad_analyse_text(marsad *m, const char *bytes, size_t n, marsad_result **out,
                                   marsad_error *err);
/* One post in Marsad's own JSON (docs/formats/post.md); media are opened from the paths it names. */
MARSAD_API int marsad_analyse_post(marsad *m, const char *json, size_t n, marsad_result **out,
                                   marsad_error *err);

/* Called for each post, in the order of the file; the result is freed after return. Non-zero ends the scan. */
typedef int marsad_on_result(void *arg, const marsad_result *r);
/* Called for each record that could not be read; line 0 when the file has no lines. */
typedef int marsad_on_aside(void *arg, const char *file, uint64_t line, const marsad_error *why);
typedef struct marsad_scan_summary {
    uint64_t posts, with_findings, findings, aside, media, media_set_aside;
} marsad_scan_summary;
/* Any file or folder that intake understands: a feed, a clip, a picture. Nothing is stored. */
MARSAD_API int marsad_analyse_file(marsad *m, const char *path, marsad_on_result *on_result,
                                   marsad_on_aside *on_aside, void *arg, marsad_scan_summary *out_summary,
                                   marsad_error *err);

/* One place of a finding. */
typedef struct marsad_place {
    const char *where;        /* "text", "media" or "post" */
    const char *field;        /* "caption", "transcript", "screen", …; "" for media */
    size_t start, end;        /* bytes in the original text */
    uint32_t index;           /* which text or which media of the post */
    int64_t start_us, end_us; /* -1 when it has no time */
    unsigned x, y, w, h;      /* thousandths of the picture */
} marsad_place;

typedef struct marsad_finding {
    const char *kind; /* "match.media", "term", "private", … */
    const char *detector;
    int detector_version;
    const char *category; /* "none" when it is context only */
    double probability;
    const char *label, *quote, *context;
    const char *bank, *item; /* "" when nothing was matched */
    int negative;            /* a known innocent */
    int distance;            /* bits of 256, -1 */
    size_t places;
    marsad_place place; /* the first */
} marsad_finding;

typedef struct marsad_assessment {
    const char *category; /* "none": nothing for a person to decide */
    int severity;         /* 0-100 */
    double probability, priority;
    int64_t clock_us; /* how long a person has */
    int hard;
    const char *reason, *policy;
} marsad_assessment;

MARSAD_API const char *marsad_result_post_id(const marsad_result *r); /* 32 hex digits */
MARSAD_API const char *marsad_result_source(const marsad_result *r);  /* the file it came from, "" */
MARSAD_API size_t marsad_result_count(const marsad_result *r);
/* MARSAD_ARG when there is no such finding or place. */
MARSAD_API int marsad_result_finding(const marsad_result *r, size_t i, marsad_finding *out);
MARSAD_API int marsad_result_place(const marsad_result *r, size_t finding, size_t place, marsad_place *out);
MARSAD_API void marsad_result_assessment(const marsad_result *r, marsad_assessment *out);
/* Media that could not be analysed: how many, and why. */
MARSAD_API size_t marsad_result_failures(const marsad_result *r);
MARSAD_API const char *marsad_result_failure(const marsad_result *r, size_t i);
/* The finding as one JSON object (docs/formats/finding.md), without a newline. */
MARSAD_API const char *marsad_result_finding_json(const marsad_result *r, size_t i, size_t *out_n);
MARSAD_API void marsad_result_free(marsad_result *r); /* takes NULL */

#ifdef __cplusplus
}
#endif

#endif
