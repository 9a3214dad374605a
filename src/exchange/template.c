/* Filling templates. A section is found by its end mark; the text between is filled again for each item: recursion as deep
 * as sections are nested. */
#include "exchange/template.h"

#include "base/limits.h"

#include <ctype.h>

struct fill {
    struct sv name; /* of the template, for messages */
    struct buf *out;
    const struct json *scope[TEMPLATE_MAX_DEPTH];
    unsigned depth;
    const char *begin; /* of the whole text: lines are counted from here */
    struct error *err;
};

int template_parse(struct sv name, struct sv bytes, struct template_text *out, struct error *err)
{
    struct sv rest = bytes, line;
    struct template_text t = {SV_NULL, SV_NULL, bytes};
    if (bytes.n > TEMPLATE_MAX_BYTES)
        return error_set(err, ERR_LIMIT, "template", "%.*s: %zu bytes, at most %zu", SV_FMT(name), bytes.n,
                         TEMPLATE_MAX_BYTES);
    for (unsigned n = 1; sv_split(&rest, '\n', &line); n++) {
        line = sv_trim(line);
        if (sv_is(line, "---")) {
            t.body = rest.p ? rest : SV("");
            *out = t;
            return 0;
        }
        if (line.n == 0 || line.p[0] == '#') continue;
        size_t colon = sv_find_byte(line, ':', 0);
        struct sv key = sv_sub(line, 0, colon), value = sv_trim(sv_sub(line, colon + 1, line.n));
        if (colon != SIZE_MAX && sv_is(key, "subject"))
            t.subject = value;
        else if (colon != SIZE_MAX && sv_is(key, "require"))
            t.require = value;
        else
            return error_set(err, ERR_FORMAT, "template",
                             "%.*s:%u: \"%.*s\": above the line --- stand subject: and require:",
                             SV_FMT(name), n, SV_FMT(sv_sub(line, 0, 60)));
    }
    return error_set(err, ERR_FORMAT, "template", "%.*s: there is no line --- between head and text",
                     SV_FMT(name));
}

static bool says(const struct json *v)
{
    switch (json_type(v)) {
    case JSON_NULL: return false;
    case JSON_BOOL: return json_bool(v, false);
    case JSON_STRING:
    case JSON_ARRAY:
    case JSON_OBJECT: return json_type(v) == JSON_STRING ? json_sv(v).n > 0 : json_len(v) > 0;
    case JSON_INT:
    case JSON_DOUBLE: break;
    }
    return true;
}

static const struct json *find(const struct fill *f, struct sv name)
{
    char path[128];
    if (name.n == 0 || name.n >= sizeof path) return NULL;
    memcpy(path, name.p, name.n);
    path[name.n] = '\0';
    if (sv_is(name, ".")) return f->scope[f->depth];
    for (unsigned i = f->depth + 1; i-- > 0;) {
        const struct json *v = json_path(f->scope[i], path);
        if (v) return v;
    }
    return NULL;
}

static void put_value(struct fill *f, const struct json *v)
{
    if (json_type(v) == JSON_STRING)
        buf_putsv(f->out, json_sv(v));
    else if (json_type(v) != JSON_NULL && json_type(v) != JSON_OBJECT && json_type(v) != JSON_ARRAY)
        json_print(v, f->out);
}

static int wrong(const struct fill *f, struct sv at, const char *what, struct sv name)
{
    unsigned line = 1;
    for (const char *p = f->begin; p < at.p; p++) line += *p == '\n';
    return error_set(f->err, ERR_FORMAT, "template", "%.*s: line %u of the text: {%.*s}: %s", SV_FMT(f->name),
                     line, SV_FMT(sv_sub(name, 0, 60)), what);
}

static bool is_name(struct sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!isalnum((unsigned char)s.p[i]) && !strchr("_.", s.p[i])) return false;
    return s.n > 0;
}

/* What follows the mark at `mark` when the mark stands alone on its line: the next line. */
static size_t behind_mark(struct sv text, size_t mark, size_t end)
{
    size_t a = mark;
    while (a > 0 && (text.p[a - 1] == ' ' || text.p[a - 1] == '\t')) a--;
    bool alone = a == 0 || text.p[a - 1] == '\n';
    return alone && end < text.n && text.p[end] == '\n' ? end + 1 : end;
}

/* The section's text and where it goes on. */
static bool section_end(struct sv text, size_t from, struct sv name, struct sv *inner, size_t *next)
{
    unsigned open = 1;
    size_t at = from;
    while ((at = sv_find_byte(text, '{', at)) != SIZE_MAX) {
        size_t end = sv_find_byte(text, '}', at);
        if (end == SIZE_MAX) return false;
        struct sv mark = sv_sub(text, at + 1, end);
        char kind = mark.n ? mark.p[0] : ' ';
        if (sv_eq(sv_sub(mark, 1, mark.n), name)) {
            if (kind == '#' || kind == '^') open++;
            if (kind == '/' && --open == 0) {
                *inner = sv_sub(text, from, at);
                *next = behind_mark(text, at, end + 1);
                return true;
            }
        }
        at = end + 1;
    }
    return false;
}

static int fill_text(struct fill *f, struct sv text);

static int fill_section(struct fill *f, struct sv inner, const struct json *v, bool inverted)
{
    if (says(v) == inverted) return 0;
    if (inverted) return fill_text(f, inner);
    size_t n = json_type(v) == JSON_ARRAY ? json_len(v) : 1;
    f->depth++;
    int code = 0;
    for (size_t i = 0; code == 0 && i < n; i++) {
        f->scope[f->depth] = json_type(v) == JSON_ARRAY ? json_at(v, i) : v;
        code = f->out->failed ? error_set(f->err, ERR_LIMIT, "template", "%.*s: the letter becomes too long",
                                          SV_FMT(f->name))
                              : fill_text(f, inner);
    }
    f->depth--;
    return code;
}

static int fill_mark(struct fill *f, struct sv text, size_t at, size_t end, size_t *next)
{
    struct sv mark = sv_sub(text, at + 1, end);
    char kind = mark.n ? mark.p[0] : ' ';
    bool section = kind == '#' || kind == '^';
    struct sv name = section ? sv_sub(mark, 1, mark.n) : mark, inner;
    *next = end + 1;
    if (kind == '/') return wrong(f, sv_sub(text, at, text.n), "ends a section that did not begin", mark);
    if (!is_name(name))
        return wrong(f, sv_sub(text, at, text.n), "this is no name; braces themselves are {{ and }}", mark);
    if (!section) {
        put_value(f, find(f, name));
        return 0;
    }
    if (f->depth + 1 >= TEMPLATE_MAX_DEPTH)
        return wrong(f, sv_sub(text, at, text.n), "too many sections in each other", mark);
    if (!section_end(text, behind_mark(text, at, end + 1), name, &inner, next))
        return wrong(f, sv_sub(text, at, text.n), "this section does not end", mark);
    return fill_section(f, inner, find(f, name), kind == '^');
}

static int fill_text(struct fill *f, struct sv text)
{
    for (size_t at = 0; at < text.n;) {
        char c = text.p[at];
        if ((c == '{' || c == '}') && at + 1 < text.n && text.p[at + 1] == c) {
            buf_putc(f->out, c);
            at += 2;
        } else if (c == '{') {
            size_t end = sv_find_byte(text, '}', at);
            if (end == SIZE_MAX)
                return wrong(f, sv_sub(text, at, text.n), "this brace does not close",
                             sv_sub(text, at, at + 20));
            int code = fill_mark(f, text, at, end, &at);
            if (code) return code;
        } else {
            size_t n = at;
            while (n < text.n && text.p[n] != '{' && text.p[n] != '}') n++;
            if (n == at) n++; /* a lone } */
            buf_putsv(f->out, sv_sub(text, at, n));
            at = n;
        }
    }
    return 0;
}

int template_fill(struct sv name, const struct template_text *t, const struct json *data, struct buf *subject,
                  struct buf *body, struct error *err)
{
    struct fill f = {.name = name, .out = body, .begin = t->body.p, .err = err};
    struct sv rest = t->require, need;
    f.scope[0] = data;
    while (t->require.n && sv_split(&rest, ',', &need)) {
        need = sv_trim(need);
        if (need.n && !says(find(&f, need)))
            return error_set(
                err, ERR_ARG, "template",
                "%.*s: %.*s is missing: give it with --set %.*s=…, or in the recipient or exchange.json",
                SV_FMT(name), SV_FMT(need), SV_FMT(need));
    }
    int code = fill_text(&f, t->body);
    f.out = subject;
    f.begin = t->subject.p;
    if (code == 0) code = fill_text(&f, t->subject);
    if (code == 0 && (body->failed || subject->failed))
        code = error_set(err, ERR_LIMIT, "template", "%.*s: the letter becomes too long", SV_FMT(name));
    return code;
}
