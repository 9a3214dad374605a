/* NDJSON: one object a line. Only the named members at the top of each object are read; all others, of whatever depth,
 * are stepped over. A named member may be a string, a number, true, false or null (missing); an object column may also be
 * an array of those: several objects in one post.
 *
 * The scanner is our own because it touches each byte once and copies nothing: a string without escapes is handed on where
 * it lies. It is strict about quotes, escapes and nesting of what it reads, since a line that it misreads would
 * accuse somebody. */
#include "network/table_priv.h"

#include "base/limits.h"
#include "base/utf8.h"

#include <stdlib.h>

struct ndjson {
    struct feed *s;
    struct batch *b;
    unsigned nlayers;
    struct sv account, content, time, created, objects[NETWORK_MAX_LAYERS]; /* names of members */
    char *scratch; /* unescaped strings of one line */
    size_t scratch_n;
};

struct cursor {
    const char *p, *end;
};

struct found_line {
    struct sv account, content, time, created;
    struct sv objects[NETWORK_MAX_LAYERS][NETWORK_MAX_OBJECTS];
    unsigned nobjects[NETWORK_MAX_LAYERS];
    unsigned cut;
};

static void skip_space(struct cursor *c)
{
    while (c->p < c->end && (*c->p == ' ' || *c->p == '\t' || *c->p == '\r' || *c->p == '\n')) c->p++;
}

static bool take(struct cursor *c, char want)
{
    skip_space(c);
    if (c->p == c->end || *c->p != want) return false;
    c->p++;
    return true;
}

static bool hex_4(const char *p, uint32_t *out)
{
    uint32_t v = 0;
    for (int i = 0; i < 4; i++) {
        char ch = p[i];
        uint32_t d = ch >= '0' && ch <= '9'   ? (uint32_t)(ch - '0')
                     : ch >= 'a' && ch <= 'f' ? (uint32_t)(ch - 'a' + 10)
                     : ch >= 'A' && ch <= 'F' ? (uint32_t)(ch - 'A' + 10)
                                              : 16;
        if (d == 16) return false;
        v = v << 4 | d;
    }
    *out = v;
    return true;
}

/* \uXXXX, and its second half when it is a surrogate pair; p stands behind the 'u'. Returns bytes read, 0 when broken. */
static size_t unicode_escape(const char *p, size_t n, uint32_t *out)
{
    uint32_t hi, lo;
    if (n < 4 || !hex_4(p, &hi)) return 0;
    *out = hi;
    if (hi < 0xD800 || hi > 0xDFFF) return 4;
    if (hi <= 0xDBFF && n >= 10 && p[4] == '\\' && p[5] == 'u' && hex_4(p + 6, &lo) && lo >= 0xDC00 &&
        lo <= 0xDFFF) {
        *out = 0x10000 + ((hi - 0xD800) << 10) + (lo - 0xDC00);
        return 10;
    }
    *out = UTF8_REPLACEMENT;
    return 4;
}

static bool unescape(struct ndjson *r, struct sv raw, struct sv *out)
{
    if (!r->scratch) r->scratch = malloc(NETWORK_MAX_LINE_BYTES + 16);
    if (!r->scratch || r->scratch_n + raw.n > NETWORK_MAX_LINE_BYTES) return false;
    char *start = r->scratch + r->scratch_n, *q = start;
    for (size_t i = 0; i < raw.n; i++) {
        if (raw.p[i] != '\\') {
            *q++ = raw.p[i];
            continue;
        }
        static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
        char ch = raw.p[++i]; /* a backslash is never last: scan_string saw to it */
        const char *k = memchr(from, ch, sizeof from - 1);
        uint32_t cp;
        size_t used = ch == 'u' ? unicode_escape(raw.p + i + 1, raw.n - i - 1, &cp) : 0;
        if (k) {
            *q++ = to[k - from];
        } else if (used) {
            q += utf8_encode(cp, q);
            i += used;
        } else {
            return false;
        }
    }
    *out = sv_of(start, (size_t)(q - start));
    r->scratch_n += out->n;
    return true;
}

/* *c stands on the opening quote. `out` NULL: step over. */
static bool scan_string(struct ndjson *r, struct cursor *c, struct sv *out)
{
    const char *start = ++c->p;
    bool escaped = false;
    for (;;) {
        if (c->p == c->end) return false;
        if (*c->p == '"') break;
        if (*c->p == '\\') {
            escaped = true;
            if (++c->p == c->end) return false;
        }
        c->p++;
    }
    struct sv raw = sv_of(start, (size_t)(c->p - start));
    c->p++;
    if (!out) return true;
    *out = raw;
    return !escaped || unescape(r, raw, out);
}

static bool scan_word(struct cursor *c, struct sv *out)
{
    const char *start = c->p;
    while (c->p < c->end && !memchr(",]} \t\r\n:\"[{", *c->p, 11)) c->p++;
    *out = sv_of(start, (size_t)(c->p - start));
    return out->n > 0;
}

/* Steps over any value; nesting is counted, brackets must match. */
static bool skip_value(struct ndjson *r, struct cursor *c)
{
    char open[JSON_MAX_DEPTH];
    unsigned depth = 0;
    do {
        skip_space(c);
        if (c->p == c->end) return false;
        char ch = *c->p;
        struct sv word;
        if (ch == '"') {
            if (!scan_string(r, c, NULL)) return false;
        } else if (ch == '{' || ch == '[') {
            if (depth == JSON_MAX_DEPTH) return false;
            open[depth++] = ch;
            c->p++;
        } else if (ch == '}' || ch == ']') {
            if (depth == 0 || open[depth - 1] != (ch == '}' ? '{' : '[')) return false;
            depth--;
            c->p++;
        } else if (depth && (ch == ',' || ch == ':')) {
            c->p++;
        } else if (!scan_word(c, &word)) {
            return false;
        }
    } while (depth);
    return true;
}

/* A string, number or word; null gives an empty one. */
static bool scan_scalar(struct ndjson *r, struct cursor *c, struct sv *out)
{
    skip_space(c);
    if (c->p == c->end) return false;
    if (*c->p == '"') return scan_string(r, c, out);
    if (!scan_word(c, out)) return false;
    char ch = out->p[0];
    if (sv_is(*out, "null")) {
        *out = SV_NULL;
        return true;
    }
    return ch == '-' || (ch >= '0' && ch <= '9') || sv_is(*out, "true") || sv_is(*out, "false");
}

static void add_object(struct found_line *f, unsigned layer, struct sv object)
{
    if (object.n == 0) return;
    if (f->nobjects[layer] == NETWORK_MAX_OBJECTS)
        f->cut++;
    else
        f->objects[layer][f->nobjects[layer]++] = object;
}

static bool scan_objects(struct ndjson *r, struct cursor *c, struct found_line *f, unsigned layer)
{
    struct sv v;
    skip_space(c);
    if (c->p == c->end || *c->p != '[') {
        if (!scan_scalar(r, c, &v)) return false;
        add_object(f, layer, v);
        return true;
    }
    c->p++;
    if (take(c, ']')) return true;
    do {
        if (!scan_scalar(r, c, &v)) return false;
        add_object(f, layer, v);
    } while (take(c, ','));
    return take(c, ']');
}

/* One member: its key is read, its value goes to every field that asks for it. */
static bool scan_member(struct ndjson *r, struct cursor *c, struct found_line *f)
{
    struct sv key;
    skip_space(c);
    if (c->p == c->end || *c->p != '"' || !scan_string(r, c, &key) || !take(c, ':')) return false;
    struct cursor value = *c;
    bool used = false;
    struct {
        struct sv name, *out;
    } fields[] = {
        {r->account, &f->account}, {r->content, &f->content}, {r->time, &f->time}, {r->created, &f->created}};
    for (size_t i = 0; i < 4; i++) {
        if (fields[i].name.n == 0 || !sv_eq(key, fields[i].name)) continue;
        *c = value;
        used = true;
        if (!scan_scalar(r, c, fields[i].out)) return false;
    }
    for (unsigned l = 0; l < r->nlayers; l++) {
        if (!sv_eq(key, r->objects[l])) continue;
        *c = value;
        used = true;
        f->nobjects[l] = 0; /* a member given twice: the last one counts, as everywhere */
        if (!scan_objects(r, c, f, l)) return false;
    }
    return used || skip_value(r, c);
}

static bool scan_line(struct ndjson *r, struct sv line, struct found_line *f)
{
    struct cursor c = {line.p, line.p + line.n};
    f->account = f->content = f->time = f->created = SV_NULL;
    f->cut = 0;
    memset(f->nobjects, 0, sizeof f->nobjects);
    r->scratch_n = 0;
    if (!take(&c, '{')) return false;
    if (!take(&c, '}')) {
        do {
            if (!scan_member(r, &c, f)) return false;
        } while (take(&c, ','));
        if (!take(&c, '}')) return false;
    }
    skip_space(&c);
    return c.p == c.end;
}

static int take_line(struct ndjson *r, const struct found_line *f, uint64_t line, struct error *err)
{
    for (unsigned k = 0;; k++) {
        struct network_row *p = batch_next(r->b);
        bool any = false;
        p->account = f->account;
        p->content = f->content;
        p->again = k > 0;
        p->created_us = k ? NETWORK_NO_TIME : batch_created(r->b, f->created);
        for (unsigned l = 0; l < r->nlayers; l++) {
            p->objects[l] = k < f->nobjects[l] ? f->objects[l][k] : SV_NULL;
            any |= k < f->nobjects[l];
        }
        if (k > 0 && !any) break;
        if (k > 0)
            p->time_us = r->b->posts[r->b->n ? r->b->n - 1 : BATCH - 1].time_us;
        else if (!batch_accept(r->b, p, f->time, line))
            return 0;
        if (++r->b->n == BATCH) {
            int rc = batch_flush(r->b, err);
            if (rc) return rc;
        }
    }
    r->b->report->objects_cut += f->cut;
    return r->scratch_n ? batch_flush(r->b, err) : 0;
}

static int read_lines(struct ndjson *r, struct found_line *f, struct error *err)
{
    struct network_report *report = r->b->report;
    for (struct sv line;;) {
        enum feed_got got = feed_line(r->s, &line);
        int rc = 0;
        if (got == FEED_END) return 0;
        if (got == FEED_REFILL) {
            rc = batch_flush(r->b, err);
            if (rc == 0) rc = feed_refill(r->s, err);
            if (rc) return rc;
            continue;
        }
        if (got == FEED_LINE && sv_trim(line).n == 0) continue;
        report->lines++;
        if (got == FEED_TOO_LONG) {
            report->too_long++;
            report_example(report, r->s->line, "longer than %zu bytes", (size_t)NETWORK_MAX_LINE_BYTES);
        } else if (scan_line(r, line, f)) {
            rc = take_line(r, f, r->s->line, err);
        } else {
            report->bad_shape++;
            report_example(report, r->s->line, "not the JSON object of a post: %.*s",
                           SV_FMT(sv_sub(line, 0, 40)));
        }
        if (rc) return rc;
    }
}

int ndjson_read(struct feed *s, const struct network_columns *cols, struct batch *b, struct error *err)
{
    struct ndjson r = {.s = s, .b = b, .nlayers = b->nlayers};
    struct found_line *f = malloc(sizeof *f);
    if (!f) return error_set(err, ERR_NOMEM, "network", "no memory to read %s", s->path);
    r.account = cols->account.n ? cols->account : SV("account_id");
    r.content = cols->no_content ? SV_NULL : cols->content.n ? cols->content : SV("content_id");
    r.time = cols->time.n ? cols->time : SV("timestamp_share");
    r.created = cols->created;
    for (unsigned i = 0; i < r.nlayers; i++)
        r.objects[i] = cols->nlayers && cols->layers[i].column.n ? cols->layers[i].column : SV("object_id");
    if (sv_starts(feed_peek(s, 3), SV("\xEF\xBB\xBF"))) s->at += 3;
    int rc = read_lines(&r, f, err);
    free(r.scratch);
    free(f);
    return rc;
}
