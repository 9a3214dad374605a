/* JSON values out of a file, whether it holds one a line (NDJSON) or documents over many lines.
 *
 * Where the first line with anything in it is a whole JSON object, the file is read line by line and may be of any
 * size. Else it is read whole, up to JSON_MAX_BYTES, and split into its top-level values; when already the first of
 * these is no JSON but some line is, it was a file of lines that starts with a broken one. Between values, commas, byte
 * order marks, empty lines and the brackets of an array with one element a line are passed over. */
#include "intake/intake_priv.h"

/* White space, a byte order mark and one comma off the ends. */
static struct sv bare_line(struct sv line)
{
    if (sv_starts(line, SV("\xEF\xBB\xBF"))) line = sv_sub(line, 3, line.n);
    line = sv_trim(line);
    if (line.n > 0 && line.p[line.n - 1] == ',') line = sv_trim(sv_sub(line, 0, line.n - 1));
    return line;
}

static bool only_brackets(struct sv line) { return line.n == 0 || sv_is(line, "[") || sv_is(line, "]"); }

static bool whole_object(struct sv line, unsigned flags)
{
    struct json *v;
    line = bare_line(line);
    if (line.n < 2 || (line.p[0] != '{' && line.p[0] != '[')) return false;
    if (json_parse(line, flags, &v, NULL) != 0) return false;
    bool whole = json_len(v) > 0;
    json_free(v);
    return whole;
}

/* Is the first line that holds anything a whole object? A line too long to be one counts as a document. */
static int starts_with_a_line(const char *path, unsigned flags, bool *out, struct error *err)
{
    struct lines l;
    struct sv line;
    int got = 0, rc = lines_open(&l, path, INTAKE_MAX_LINE_BYTES, err);
    *out = false;
    while (rc == 0 && (got = lines_next(&l, &line, err)) > 0) {
        if (only_brackets(bare_line(line))) continue;
        *out = !l.too_long && whole_object(line, flags);
        break;
    }
    lines_close(&l);
    return got < 0 ? got : rc;
}

static bool holds_a_line(struct sv s, unsigned flags)
{
    struct sv line;
    while (sv_split(&s, '\n', &line))
        if (line.n <= INTAKE_MAX_LINE_BYTES && whole_object(line, flags)) return true;
    return false;
}

static void report_progress(const struct run *r, uint64_t done)
{
    if (r->sink->progress) r->sink->progress(r->sink->arg, done, r->file_bytes);
}

static int read_piece(struct run *r, struct sv piece, unsigned flags, value_reader *read)
{
    struct json *v;
    struct error why;
    int rc = json_parse(piece, flags, &v, &why);
    if (rc == ERR_FORMAT || rc == ERR_LIMIT) return record_aside(r, piece, &why);
    if (rc != 0) return error_set(r->err, rc, "intake", "%s", why.text);
    rc = read(r, v);
    json_free(v);
    return rc;
}

static int aside_long_line(struct run *r, struct sv start)
{
    struct error why;
    error_set(&why, ERR_LIMIT, "intake", "a line of more than %zu bytes", INTAKE_MAX_LINE_BYTES);
    return record_aside(r, start, &why);
}

static int read_lines(struct run *r, const char *path, unsigned flags, value_reader *read)
{
    struct lines l;
    struct sv line;
    int got = 0, rc = lines_open(&l, path, INTAKE_MAX_LINE_BYTES, r->err);
    r->file_bytes = l.file_bytes;
    while (rc == 0 && (got = lines_next(&l, &line, r->err)) > 0) {
        r->origin.line = l.line_number;
        struct sv bare = bare_line(line);
        if (l.too_long)
            rc = aside_long_line(r, line);
        else if (!only_brackets(bare))
            rc = read_piece(r, bare, flags, read);
        report_progress(r, l.offset + line.n);
    }
    lines_close(&l);
    return rc != 0 ? rc : got;
}

static size_t string_end(struct sv s, size_t at)
{
    for (at++; at < s.n && s.p[at] != '"'; at++)
        if (s.p[at] == '\\') at++;
    return at < s.n ? at + 1 : s.n;
}

/* Where the value that starts at `at` ends: behind its closing bracket, or at the end of everything. */
static size_t value_end(struct sv s, size_t at)
{
    size_t depth = 0;
    while (at < s.n) {
        char c = s.p[at];
        if (c == '"') {
            at = string_end(s, at);
            continue;
        }
        at++;
        if (c == '{' || c == '[') depth++;
        if ((c == '}' || c == ']') && (depth == 0 || --depth == 0)) break;
    }
    return at;
}

static bool between_values(struct sv s, size_t at)
{
    return s.p[at] != '\0' && strchr(" \t\r\n,\xEF\xBB\xBF", s.p[at]);
}

static size_t skip_between(struct sv s, size_t at)
{
    while (at < s.n && between_values(s, at)) at++;
    return at;
}

static int read_documents(struct run *r, struct sv s, unsigned flags, value_reader *read)
{
    int rc = 0;
    r->file_bytes = s.n;
    r->origin.line = 0;
    for (size_t at = skip_between(s, 0); rc == 0 && at < s.n; at = skip_between(s, at)) {
        size_t end = value_end(s, at);
        rc = read_piece(r, sv_sub(s, at, end), flags, read);
        at = end;
        report_progress(r, at);
    }
    return rc;
}

static bool starts_with_a_document(struct sv s, unsigned flags)
{
    struct json *v;
    size_t at = skip_between(s, 0);
    if (json_parse(sv_sub(s, at, value_end(s, at)), flags, &v, NULL) != 0) return false;
    json_free(v);
    return true;
}

int read_values(struct run *r, const char *path, unsigned flags, value_reader *read)
{
    bool by_line;
    int rc = starts_with_a_line(path, flags, &by_line, r->err);
    if (rc != 0) return rc;
    if (by_line) return read_lines(r, path, flags, read);
    struct buf file;
    buf_init(&file, 0);
    rc = file_read(path, JSON_MAX_BYTES, &file, r->err);
    struct sv s = buf_sv(&file);
    /* Too big to be read whole: what is in it are lines, or nothing. */
    by_line = rc == ERR_LIMIT || (rc == 0 && !starts_with_a_document(s, flags) && holds_a_line(s, flags));
    if (rc == 0 && !by_line) rc = read_documents(r, s, flags, read);
    buf_done(&file);
    return by_line ? read_lines(r, path, flags, read) : rc;
}
