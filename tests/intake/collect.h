/* For tests of feeds: a folder of its own, files in it, and a sink that keeps what a reading gave. */
#ifndef MARSAD_TESTS_INTAKE_COLLECT_H
#define MARSAD_TESTS_INTAKE_COLLECT_H

#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/vec.h"
#include "intake/intake.h"

#define NOW_US (INT64_C(1790000000) * US_PER_SECOND)

struct kept_aside {
    struct intake_aside a;
};

struct collected {
    struct arena arena;
    struct VEC(struct post) posts;
    struct VEC(struct kept_aside) asides;
    struct intake_counts counts;
    struct buf all; /* every byte of every post and aside, as JSON */
    char dir[64];
    int stop_after; /* the sink refuses after so many posts; 0: never */
    uint64_t progress_done, progress_total;
};

static inline int collect_post(void *arg, const struct post *p, struct error *err)
{
    struct collected *c = arg;
    struct jw w;
    struct json *doc;
    struct post copy;
    size_t at = c->all.n;
    jw_init(&w, &c->all, JW_COMPACT);
    post_write(p, &w);
    buf_putc(&c->all, '\n');
    assert_false(c->all.failed);
    assert_ok(json_parse(sv_sub(buf_sv(&c->all), at, c->all.n - 1), JSON_STRICT, &doc, err));
    assert_ok(post_read(doc, &c->arena, &copy, err));
    json_free(doc);
    assert_ok(VEC_PUSH(&c->posts, copy));
    if (c->stop_after && (int)c->posts.n >= c->stop_after)
        return error_set(err, ERR_CANCELLED, "test", "enough");
    return 0;
}

static inline int collect_aside(void *arg, const struct intake_aside *a, struct error *err)
{
    struct collected *c = arg;
    struct kept_aside k = {*a};
    k.a.bytes = arena_copy(&c->arena, a->bytes);
    k.a.origin.file = arena_copy(&c->arena, a->origin.file);
    k.a.origin.format = arena_copy(&c->arena, a->origin.format);
    buf_putsv(&c->all, a->bytes);
    buf_puts(&c->all, a->why.text);
    buf_putc(&c->all, '\n');
    return VEC_PUSH(&c->asides, k);
}

static inline void collect_progress(void *arg, uint64_t done, uint64_t total)
{
    struct collected *c = arg;
    c->progress_done = done;
    c->progress_total = total;
}

static inline int collect_setup(void **state)
{
    struct collected *c = calloc(1, sizeof *c);
    arena_init(&c->arena, 0);
    buf_init(&c->all, 0);
    snprintf(c->dir, sizeof c->dir, "/tmp/marsad-test-XXXXXX");
    if (!mkdtemp(c->dir)) return -1;
    *state = c;
    return id_init(NULL);
}

static inline int collect_teardown(void **state)
{
    struct collected *c = *state;
    int rc = dir_remove_tree(c->dir, NULL);
    VEC_DONE(&c->posts);
    VEC_DONE(&c->asides);
    arena_done(&c->arena);
    buf_done(&c->all);
    free(c);
    return rc;
}

/* Path of a file in the test's folder, borrowed from c's arena. */
static inline const char *in_dir(struct collected *c, const char *name)
{
    return arena_printf(&c->arena, "%s/%s", c->dir, name).p;
}

static inline const char *put_file(struct collected *c, const char *name, struct sv bytes)
{
    const char *path = in_dir(c, name);
    struct sv dir = path_dir(sv_cstr(path));
    assert_ok(dir_make(arena_cstr(&c->arena, dir), NULL));
    assert_ok(file_write_atomic(path, bytes, NULL));
    return path;
}

static inline const char *fixture(struct collected *c, const char *name)
{
    return arena_printf(&c->arena, "%s/tests/intake/data/%s", test_source_dir(), name).p;
}

static inline int collect_as(struct collected *c, const char *format, const char *path, struct error *err)
{
    struct intake_options o = {.format = format, .now_us = NOW_US};
    struct intake_sink sink = {c, collect_post, collect_aside, collect_progress};
    return intake_read(path, &o, &sink, &c->counts, err);
}

/* Reads and expects so many of each. */
static inline void collect(struct collected *c, const char *path, size_t posts, size_t asides)
{
    struct error err = {0};
    int rc = collect_as(c, NULL, path, &err);
    if (rc != 0) fail_msg("%s", err.text);
    if (c->asides.n != asides)
        for (size_t i = 0; i < c->asides.n; i++) print_message("aside: %s\n", c->asides.v[i].a.why.text);
    assert_int_equal(c->posts.n, posts);
    assert_int_equal(c->asides.n, asides);
    assert_int_equal(c->counts.posts, posts);
    assert_int_equal(c->counts.aside, asides);
}

static inline bool seen_anywhere(const struct collected *c, const char *needle)
{
    return sv_find(buf_sv(&c->all), sv_cstr(needle), 0) != SIZE_MAX;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, collect_setup, collect_teardown)

/* The first bytes of an MP4 and of a JPEG: enough to be taken for one. */
#define MP4_HEAD                                                                                             \
    SV("\0\0\0\x18"                                                                                          \
       "ftypisom\0\0\0\0isomavc1")
#define JPEG_HEAD SV("\xFF\xD8\xFF\xE0\0\x10JFIF\0")

#endif
