/* CSV with a header (RFC 4180): comma, semicolon or tab, whichever stands most often in the header; fields in double
 * quotes may hold delimiters, doubled quotes and line breaks. NA and empty fields are missing values, as R writes them.
 *
 * A line without a quote, which is nearly every line, is cut where it lies. A quote that never closes is one bad line, not
 * the rest of the file: reading goes on behind its first line break. */
#include "network/table_priv.h"

#include "base/buf.h"
#include "base/limits.h"

#include <stdlib.h>

enum { MAX_COLUMNS = 1024, MAX_OPEN_QUOTES = 64, MAX_RECORD_LINES = 256, MAX_RECORD_BYTES = 64 << 10 };

struct csv {
    struct feed *s;
    struct batch *b;
    char delimiter;
    unsigned ncolumns, nlayers;
    unsigned account, content, time, created, objects[NETWORK_MAX_LAYERS];
    unsigned open_quotes; /* records that never closed their quote; above MAX_OPEN_QUOTES none is followed */
    struct sv fields[MAX_COLUMNS + 1];
    char *scratch; /* fields with doubled quotes, joined; room for one record */
    size_t scratch_n;
};

enum split { SPLIT_OK, SPLIT_OPEN, SPLIT_BAD, SPLIT_TOO_LONG };

static void plain_field(struct csv *c, unsigned i, const char *p, size_t n) { c->fields[i] = sv_of(p, n); }

/* *at stands behind the opening quote; moves behind the closing one. */
static enum split quoted_field(struct csv *c, unsigned i, struct sv line, size_t *at)
{
    size_t start = *at, out = c->scratch_n;
    bool doubled = false;
    for (size_t from = start;;) {
        size_t q = sv_find_byte(line, '"', from);
        if (q == SIZE_MAX) return SPLIT_OPEN;
        bool twice = q + 1 < line.n && line.p[q + 1] == '"';
        if (twice || doubled) {
            if (!c->scratch) c->scratch = malloc(NETWORK_MAX_LINE_BYTES * 2);
            if (!c->scratch || out + (q + 1 - from) > NETWORK_MAX_LINE_BYTES * 2) return SPLIT_BAD;
            memcpy(c->scratch + out, line.p + from, q + twice - from);
            out += q + twice - from;
            doubled = true;
        }
        if (twice) {
            from = q + 2;
            continue;
        }
        *at = q + 1;
        if (doubled)
            c->fields[i] = sv_of(c->scratch + c->scratch_n, out - c->scratch_n);
        else
            c->fields[i] = sv_of(line.p + start, q - start);
        c->scratch_n = out;
        return SPLIT_OK;
    }
}

static enum split split_quoted(struct csv *c, struct sv line, unsigned *out_n)
{
    unsigned n = 0;
    c->scratch_n = 0;
    for (size_t at = 0;;) {
        if (n == MAX_COLUMNS) return SPLIT_BAD;
        if (at < line.n && line.p[at] == '"') {
            at++;
            enum split rc = quoted_field(c, n++, line, &at);
            if (rc != SPLIT_OK) return rc;
            if (at < line.n && line.p[at] != c->delimiter) return SPLIT_BAD;
        } else {
            size_t end = sv_find_byte(line, c->delimiter, at);
            if (end == SIZE_MAX) end = line.n;
            plain_field(c, n++, line.p + at, end - at);
            at = end;
        }
        if (at >= line.n) break;
        at++; /* the delimiter */
    }
    *out_n = n;
    return SPLIT_OK;
}

static enum split split(struct csv *c, struct sv line, unsigned *out_n)
{
    if (line.n && memchr(line.p, '"', line.n)) return split_quoted(c, line, out_n);
    const char *p = line.p, *end = line.p + line.n;
    unsigned n = 0;
    for (const char *d; n < MAX_COLUMNS && p < end && (d = memchr(p, c->delimiter, (size_t)(end - p)));
         p = d + 1)
        plain_field(c, n++, p, (size_t)(d - p));
    if (n == MAX_COLUMNS) return SPLIT_BAD;
    plain_field(c, n++, p, (size_t)(end - p));
    *out_n = n;
    return SPLIT_OK;
}

/* A record whose quote is open at the end of its line: lines are joined until it closes. SPLIT_OPEN with *out_more when
 * the buffer ended first. */
static enum split split_on(struct csv *c, struct sv *line, unsigned *out_n, bool *out_more)
{
    if (c->open_quotes >= MAX_OPEN_QUOTES) return SPLIT_OPEN;
    for (unsigned i = 0; i < MAX_RECORD_LINES && line->n < MAX_RECORD_BYTES; i++) {
        size_t had = line->n;
        if (!feed_extend(c->s, line, out_more)) return SPLIT_OPEN;
        if (!memchr(line->p + had, '"', line->n - had)) continue;
        enum split how = split(c, *line, out_n);
        if (how != SPLIT_OPEN) return how;
    }
    return SPLIT_OPEN;
}

/* Next record, over as many lines as its quotes span. 1, 0 at the end, or an error; *out_how tells the shape. */
static int next_record(struct csv *c, struct sv *line, unsigned *out_n, enum split *out_how,
                       uint64_t *out_line, struct error *err)
{
    for (;;) {
        enum feed_got got = feed_line(c->s, line);
        *out_line = c->s->line;
        if (got == FEED_END) return 0;
        if (got == FEED_TOO_LONG) {
            c->b->report->too_long++;
            report_example(c->b->report, *out_line, "longer than %zu bytes", (size_t)NETWORK_MAX_LINE_BYTES);
            *out_how = SPLIT_TOO_LONG;
            return 1;
        }
        if (got == FEED_REFILL) {
            int rc = batch_flush(c->b, err);
            if (rc == 0) rc = feed_refill(c->s, err);
            if (rc) return rc;
            continue;
        }
        struct sv first = *line;
        bool more = false;
        *out_how = split(c, *line, out_n);
        if (*out_how == SPLIT_OPEN) *out_how = split_on(c, line, out_n, &more);
        if (*out_how != SPLIT_OPEN) return 1;
        feed_rewind(c->s, first.p, *out_line - 1);
        if (more) {
            int rc = batch_flush(c->b, err);
            if (rc == 0) rc = feed_refill(c->s, err);
            if (rc) return rc;
            continue;
        }
        c->open_quotes++;
        (void)feed_line(c->s, line);
        *out_how = SPLIT_BAD;
        return 1;
    }
}

static struct sv or_default(struct sv s, const char *fallback) { return s.n ? s : sv_cstr(fallback); }

static int find_column(const struct csv *c, struct sv name, unsigned *out, struct error *err)
{
    for (unsigned i = 0; i < c->ncolumns; i++) {
        if (sv_eq(sv_trim(c->fields[i]), name)) {
            *out = i;
            return 0;
        }
    }
    struct buf b;
    buf_init(&b, 300);
    for (unsigned i = 0; i < c->ncolumns; i++) buf_printf(&b, "%s%.*s", i ? ", " : "", SV_FMT(c->fields[i]));
    int rc = error_set(err, ERR_FORMAT, "network", "%s: no column \"%.*s\"; there are: %s", c->s->path,
                       SV_FMT(name), buf_cstr(&b));
    buf_done(&b);
    return rc;
}

static char guess_delimiter(struct sv header)
{
    static const char choices[] = {',', ';', '\t'};
    char best = ',';
    size_t most = 0;
    for (size_t k = 0; k < sizeof choices; k++) {
        size_t n = 0;
        for (size_t i = 0; i < header.n; i++) n += header.p[i] == choices[k];
        if (n > most) {
            most = n;
            best = choices[k];
        }
    }
    return best;
}

static int read_header(struct csv *c, const struct network_columns *cols, struct error *err)
{
    struct sv head = feed_peek(c->s, 1 << 16);
    if (sv_starts(head, SV("\xEF\xBB\xBF"))) {
        c->s->at += 3;
        head = sv_sub(head, 3, head.n);
    }
    c->delimiter = guess_delimiter(sv_sub(head, 0, sv_find_byte(head, '\n', 0)));
    struct sv line;
    enum split how;
    uint64_t at;
    int rc = next_record(c, &line, &c->ncolumns, &how, &at, err);
    if (rc < 0) return rc;
    if (rc == 0 || how != SPLIT_OK)
        return error_set(err, ERR_FORMAT, "network",
                         "%s: no header line; the first line must name the columns", c->s->path);
    rc = find_column(c, or_default(cols->account, "account_id"), &c->account, err);
    c->content = MAX_COLUMNS;
    if (rc == 0 && !cols->no_content)
        rc = find_column(c, or_default(cols->content, "content_id"), &c->content, err);
    if (rc == 0) rc = find_column(c, or_default(cols->time, "timestamp_share"), &c->time, err);
    c->created = MAX_COLUMNS;
    if (rc == 0 && cols->created.n) rc = find_column(c, cols->created, &c->created, err);
    c->nlayers = c->b->nlayers;
    for (unsigned i = 0; rc == 0 && i < c->nlayers; i++) {
        struct sv name = cols->nlayers ? cols->layers[i].column : SV_NULL;
        rc = find_column(c, or_default(name, "object_id"), &c->objects[i], err);
    }
    return rc;
}

static struct sv value(struct sv s) { return sv_is(s, "NA") ? SV_NULL : s; }

static int take_record(struct csv *c, uint64_t line, struct error *err)
{
    struct network_row *p = batch_next(c->b);
    p->account = value(c->fields[c->account]);
    p->content = c->content < MAX_COLUMNS ? value(c->fields[c->content]) : SV_NULL;
    p->again = false;
    p->created_us =
        c->created < MAX_COLUMNS ? batch_created(c->b, value(c->fields[c->created])) : NETWORK_NO_TIME;
    for (unsigned i = 0; i < c->nlayers; i++) p->objects[i] = value(c->fields[c->objects[i]]);
    if (!batch_accept(c->b, p, c->fields[c->time], line)) return 0;
    c->b->n++;
    return c->b->n == BATCH || c->scratch_n ? batch_flush(c->b, err) : 0;
}

int csv_read(struct feed *s, const struct network_columns *columns, struct batch *b, struct error *err)
{
    struct csv *c = calloc(1, sizeof *c);
    if (!c) return error_set(err, ERR_NOMEM, "network", "no memory to read %s", s->path);
    c->s = s;
    c->b = b;
    int rc = read_header(c, columns, err);
    while (rc == 0) {
        struct sv line;
        unsigned n = 0;
        enum split how;
        uint64_t at;
        c->scratch_n = 0;
        int got = next_record(c, &line, &n, &how, &at, err);
        if (got <= 0) {
            rc = got;
            break;
        }
        if (how == SPLIT_OK && line.n == 0) continue;
        b->report->lines++;
        if (how == SPLIT_OK && n == c->ncolumns) {
            rc = take_record(c, at, err);
        } else if (how == SPLIT_OK) {
            b->report->bad_shape++;
            report_example(b->report, at, "%u columns, the header has %u", n, c->ncolumns);
        } else if (how != SPLIT_TOO_LONG) {
            b->report->bad_shape++;
            report_example(b->report, at, "broken quotes");
        }
    }
    free(c->scratch);
    free(c);
    return rc;
}
