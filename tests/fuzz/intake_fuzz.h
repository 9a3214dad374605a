/* Any bytes as a feed: read it, and hold what comes out to what intake promises. */
#ifndef MARSAD_TESTS_FUZZ_INTAKE_H
#define MARSAD_TESTS_FUZZ_INTAKE_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "intake/intake.h"

static inline void fuzz_must(bool so, const char *what)
{
    if (so) return;
    fprintf(stderr, "broken promise: %s\n", what);
    abort();
}

/* A post is written as one line of UTF-8 and reads back as the same record. */
static inline int fuzz_post(void *arg, const struct post *p, struct error *err)
{
    struct buf first, second;
    struct jw w;
    struct json *doc = NULL;
    struct arena arena;
    struct post back;
    struct error e = {0};
    arena_init(&arena, 0);
    buf_init(&first, 0);
    buf_init(&second, 0);
    jw_init(&w, &first, JW_COMPACT);
    post_write(p, &w);
    fuzz_must(!first.failed, "post_write");
    fuzz_must(utf8_check(buf_sv(&first)) == SIZE_MAX, "UTF-8");
    fuzz_must(sv_find_byte(buf_sv(&first), '\n', 0) == SIZE_MAX, "one line");
    fuzz_must(p->native_id.n > 0 && !id_is_zero(&p->id) && p->platform.n > 0, "an identity");
    fuzz_must(p->nmedia <= POST_MAX_MEDIA && p->ntexts <= POST_MAX_TEXTS, "limits");
    fuzz_must(json_parse(buf_sv(&first), JSON_STRICT, &doc, &e) == 0, e.text);
    fuzz_must(post_read(doc, &arena, &back, &e) == 0, e.text);
    jw_init(&w, &second, JW_COMPACT);
    post_write(&back, &w);
    fuzz_must(sv_eq(buf_sv(&first), buf_sv(&second)), "the same record");
    json_free(doc);
    buf_done(&first);
    buf_done(&second);
    arena_done(&arena);
    return 0;
}

static inline int fuzz_aside(void *arg, const struct intake_aside *a, struct error *err)
{
    fuzz_must(a->bytes.n <= INTAKE_ASIDE_KEEP_BYTES, "the size of what is set aside");
    fuzz_must(a->why.code != 0 && a->why.text[0] != '\0', "a reason");
    return 0;
}

/* format NULL: look. */
static inline void fuzz_feed(const char *format, const uint8_t *data, size_t size)
{
    static int fd = -1;
    char path[64];
    if (fd < 0) fuzz_must((fd = memfd_create("feed", MFD_CLOEXEC)) >= 0 && id_init(NULL) == 0, "a file");
    fuzz_must(ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size, "a write");
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct intake_options o = {.format = format, .now_us = INT64_C(1790000000) * US_PER_SECOND};
    struct intake_sink sink = {NULL, fuzz_post, fuzz_aside, NULL};
    struct intake_counts counts = {0};
    struct error err = {0};
    int rc = intake_read(path, &o, &sink, &counts, &err);
    fuzz_must(rc == 0 || err.text[0] != '\0', "a reason");
}

#endif
