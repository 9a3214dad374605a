/* A small feed and a workspace in a temporary folder, for the engine's tests. */
#ifndef MARSAD_TESTS_ENGINE_WORLD_H
#define MARSAD_TESTS_ENGINE_WORLD_H

#include "test.h"

#include "base/file.h"
#include "engine/engine.h"
#include "store/workspace.h"

#include <sys/stat.h>
#include <unistd.h>

struct world {
    char dir[256], feed[300], workspace[300];
};

static inline void world_new(struct world *w)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(w->dir, sizeof w->dir, "%s/marsad-engine-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(w->dir));
    snprintf(w->feed, sizeof w->feed, "%s/feed.ndjson", w->dir);
    snprintf(w->workspace, sizeof w->workspace, "%s/ws", w->dir);
    struct error err;
    assert_ok(workspace_init(w->workspace, &err));
}

static inline void world_gone(struct world *w)
{
    struct error err;
    assert_ok(dir_remove_tree(w->dir, &err));
}

static inline void write_file(const char *path, const void *p, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(p, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

/* A picture that PDQ likes: 64×64 grey BMP of a pattern that depends on `seed`. */
static inline void write_picture(const char *path, unsigned seed)
{
    enum { SIDE = 64, HEAD = 14 + 40 + 1024 };
    unsigned char bmp[HEAD + SIDE * SIDE] = {'B', 'M'};
    unsigned total = sizeof bmp, head = HEAD, dib = 40, side = SIDE, one = 1, bits = 8;
    memcpy(bmp + 2, &total, 4);
    memcpy(bmp + 10, &head, 4);
    memcpy(bmp + 14, &dib, 4);
    memcpy(bmp + 18, &side, 4);
    memcpy(bmp + 22, &side, 4);
    memcpy(bmp + 26, &one, 2);
    memcpy(bmp + 28, &bits, 2);
    for (unsigned i = 0; i < 256; i++) memset(bmp + 54 + 4 * i, (int)i, 3);
    uint64_t r = seed * 0x9E3779B97F4A7C15u + 1;
    for (unsigned block = 0; block < 64; block++) {
        r ^= r << 13;
        r ^= r >> 7;
        r ^= r << 17;
        for (unsigned y = 0; y < 8; y++)
            for (unsigned x = 0; x < 8; x++)
                bmp[HEAD + (block / 8 * 8 + y) * SIDE + block % 8 * 8 + x] =
                    (unsigned char)((r & 0x7F) + 8 * x + y);
    }
    write_file(path, bmp, sizeof bmp);
}

/* n posts in Marsad's own form: every third a threat-free greeting, one with a phone, one with a picture (when
 * `pictures`), by seven accounts. */
static inline void write_feed(const struct world *w, int n, bool pictures)
{
    FILE *f = fopen(w->feed, "wb");
    assert_non_null(f);
    for (int i = 0; i < n; i++) {
        char picture[400] = "";
        if (pictures && i % 5 == 0) {
            char path[400];
            snprintf(path, sizeof path, "%s/p%d.bmp", w->dir, i % 40);
            write_picture(path, (unsigned)i % 40);
            snprintf(picture, sizeof picture, ",\"media\":[{\"kind\":\"image\",\"path\":\"p%d.bmp\"}]",
                     i % 40);
        }
        fprintf(f,
                "{\"platform\":\"tiktok\",\"native_id\":\"%lld\",\"kind\":\"video\",\"account\":{\"handle\":"
                "\"person_%d\"},"
                "\"created\":\"2026-03-01T10:%02d:00Z\",\"collected\":\"2026-03-02T10:00:00Z\","
                "\"texts\":[{\"field\":\"caption\",\"text\":\"%s %d\"}],"
                "\"reach\":{\"at\":\"2026-03-02T10:00:00Z\",\"views\":%d}%s}\n",
                7612345678901000000LL + i, i % 7, i % 60,
                i % 3 == 1 ? "عندي رقمها 0612345678 وغادي نجيها للدار" : "صباح الخير", i, i * 10, picture);
    }
    fclose(f);
}

static inline struct engine *open_world(const struct world *w, bool read_only)
{
    struct engine_options o = {.workspace = w->workspace, .read_only = read_only, .workers = 2};
    struct engine *e = NULL;
    struct error err = {0};
    if (engine_open(&o, &e, &err) != 0) fail_msg("%s", err.text);
    return e;
}

/* What the workspace knows, times of processing left out. Freed by the caller. */
static inline char *dump_world(const struct world *w)
{
    struct engine *e = open_world(w, true);
    struct buf b;
    struct error err = {0};
    buf_init(&b, 0);
    assert_ok(store_dump(engine_store(e), STORE_DUMP_STABLE, &b, &err));
    engine_close(e);
    return b.p;
}

/* Takes the feed in and works it off, in a child: never returns. */
static inline void run_and_exit(const struct world *w)
{
    struct engine_options o = {.workspace = w->workspace, .workers = 2};
    struct engine *e = NULL;
    struct engine_summary sum = {0};
    struct error err = {0};
    int code = engine_open(&o, &e, &err);
    if (code == 0) code = engine_intake(e, w->feed, NULL, NULL, &sum, &err);
    if (code == 0) code = engine_work(e, NULL, &sum, &err);
    if (code) fprintf(stderr, "# child: %s\n", err.text);
    engine_close(e);
    _exit(code ? 1 : 0);
}

#endif
