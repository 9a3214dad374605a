/* Golden cases are text files: a case a line, fields separated by TABs, # comments, \u{HEX} and \xHH for what cannot be
 * seen. */
#ifndef MARSAD_TEST_GOLDEN_H
#define MARSAD_TEST_GOLDEN_H

#include "base/file.h"
#include "base/utf8.h"

#include "test.h"

enum { GOLDEN_MAX_FIELDS = 6 };

struct golden {
    struct arena arena;
    struct sv rest;
    struct sv field[GOLDEN_MAX_FIELDS]; /* of the case at hand; missing ones SV_NULL */
    size_t nfields;
    unsigned line;
    char where[256]; /* "file:line", for messages */
    const char *name;
};

static inline void golden_open(struct golden *g, const char *name)
{
    struct buf b;
    struct error err;
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/text/%s", test_source_dir(), name);
    *g = (struct golden){.name = name};
    arena_init(&g->arena, 0);
    buf_init(&b, 0);
    if (file_read(path, (size_t)1 << 20, &b, &err) != 0) fail_msg("%s", err.text);
    g->rest = arena_copy(&g->arena, buf_sv(&b));
    buf_done(&b);
}

static inline void golden_close(struct golden *g) { arena_done(&g->arena); }

static inline struct sv golden_unescape(struct golden *g, struct sv s)
{
    char *out = arena_alloc(&g->arena, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        bool wide = sv_starts(sv_sub(s, i, s.n), SV("\\u{"));
        if (!wide && !sv_starts(sv_sub(s, i, s.n), SV("\\x")) && !sv_starts(sv_sub(s, i, s.n), SV("\\t"))) {
            out[n++] = s.p[i++];
            continue;
        }
        if (s.p[i + 1] == 't') {
            out[n++] = '\t';
            i += 2;
            continue;
        }
        char *end;
        char digits[9] = {0};
        size_t close = wide ? sv_find_byte(s, '}', i) : i + 4;
        memcpy(digits, s.p + i + (wide ? 3 : 2), wide ? close - i - 3 : 2);
        uint32_t cp = (uint32_t)strtoul(digits, &end, 16);
        if (wide)
            n += utf8_encode(cp, out + n);
        else
            out[n++] = (char)cp;
        i = wide ? close + 1 : close;
    }
    return sv_of(out, n);
}

/* The next case into g->field; false at the end of the file. */
static inline bool golden_next(struct golden *g)
{
    struct sv line, field;
    while (sv_split(&g->rest, '\n', &line)) {
        g->line++;
        if (line.n == 0 || line.p[0] == '#') continue;
        snprintf(g->where, sizeof g->where, "%s:%u", g->name, g->line);
        memset(g->field, 0, sizeof g->field);
        g->nfields = 0;
        while (g->nfields < GOLDEN_MAX_FIELDS && sv_split(&line, '\t', &field))
            g->field[g->nfields++] = golden_unescape(g, field);
        return true;
    }
    return false;
}

#define golden_same(g, got, want)                                                                            \
    do {                                                                                                     \
        struct sv got_ = (got), want_ = (want);                                                              \
        if (!sv_eq(got_, want_))                                                                             \
            fail_msg("%s: got \"%.*s\", want \"%.*s\"", (g)->where, SV_FMT(got_), SV_FMT(want_));            \
    } while (0)

#endif
