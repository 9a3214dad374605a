/* The part of the pattern language that says "a file with this hash, this url, this account":
 *
 *     pattern     = observation { "OR" observation }
 *     observation = "[" comparison { "OR" comparison } "]"
 *     comparison  = path "=" string
 *
 * Anything else (AND, FOLLOWEDBY, WITHIN, other operators) says more than one item of a bank can: unsupported, not wrong. */
#include "exchange/stix_priv.h"

#include "base/limits.h"

#include <ctype.h>

struct scan {
    struct sv rest;
    struct arena *a;
};

static void skip(struct scan *s)
{
    while (s->rest.n && isspace((unsigned char)s->rest.p[0])) s->rest = sv_sub(s->rest, 1, s->rest.n);
}

static bool take(struct scan *s, char c)
{
    skip(s);
    if (s->rest.n == 0 || s->rest.p[0] != c) return false;
    s->rest = sv_sub(s->rest, 1, s->rest.n);
    return true;
}

static bool take_word(struct scan *s, struct sv word)
{
    skip(s);
    if (!sv_starts(s->rest, word)) return false;
    s->rest = sv_sub(s->rest, word.n, s->rest.n);
    return true;
}

/* 'text' with \' and \\ inside. */
static int take_string(struct scan *s, struct sv *out, struct error *err)
{
    if (!take(s, '\'')) return error_set(err, ERR_FORMAT, "stix", "pattern: a text in '…' is missing");
    struct buf b;
    buf_init(&b, 0);
    size_t i = 0;
    for (; i < s->rest.n && s->rest.p[i] != '\''; i++) {
        if (s->rest.p[i] == '\\' && i + 1 < s->rest.n) i++;
        buf_putc(&b, s->rest.p[i]);
    }
    bool closed = i < s->rest.n;
    *out = arena_copy(s->a, buf_sv(&b));
    int code = !closed ? error_set(err, ERR_FORMAT, "stix", "pattern: a text that begins with ' does not end")
               : b.failed || !out->p ? error_set(err, ERR_NOMEM, "stix", "no memory for a pattern")
                                     : 0;
    s->rest = sv_sub(s->rest, i + 1, s->rest.n);
    buf_done(&b);
    return code;
}

/* file:hashes.'PDQ', url:value: up to the operator, quotes kept off. */
static int take_path(struct scan *s, struct sv *out, struct error *err)
{
    struct buf b;
    bool quoted = false;
    skip(s);
    buf_init(&b, 0);
    size_t i = 0;
    for (; i < s->rest.n; i++) {
        char c = s->rest.p[i];
        if (c == '\'')
            quoted = !quoted;
        else if (!quoted && !isalnum((unsigned char)c) && !strchr(":._-", c))
            break;
        else
            buf_putc(&b, c);
    }
    *out = arena_copy(s->a, buf_sv(&b));
    int code = b.failed || !out->p ? error_set(err, ERR_NOMEM, "stix", "no memory for a pattern")
               : b.n == 0 || quoted
                   ? error_set(err, ERR_FORMAT, "stix", "pattern: a property is missing in front of \"%.*s\"",
                               SV_FMT(sv_sub(s->rest, 0, 40)))
                   : 0;
    s->rest = sv_sub(s->rest, i, s->rest.n);
    buf_done(&b);
    return code;
}

static int not_understood(const struct scan *s, struct error *err)
{
    return error_set(err, ERR_UNSUPPORTED, "stix",
                     "pattern: \"%.*s\": only comparisons with = that are joined by OR name single items",
                     SV_FMT(sv_sub(s->rest, 0, 40)));
}

static int observation(struct scan *s, int (*found)(void *arg, struct sv path, struct sv value), void *arg,
                       struct error *err)
{
    if (!take(s, '[')) return error_set(err, ERR_FORMAT, "stix", "pattern: it begins with [");
    do {
        struct sv path, value;
        int code = take_path(s, &path, err);
        if (code == 0 && !take(s, '=')) return not_understood(s, err);
        if (code == 0) {
            skip(s);
            if (s->rest.n && s->rest.p[0] != '\'') return not_understood(s, err);
            code = take_string(s, &value, err);
        }
        if (code == 0) code = found(arg, path, value);
        if (code) return code;
    } while (take_word(s, SV("OR")));
    return take(s, ']') ? 0 : not_understood(s, err);
}

int stix_pattern(struct sv pattern, struct arena *a, int (*found)(void *arg, struct sv path, struct sv value),
                 void *arg, struct error *err)
{
    struct scan s = {pattern, a};
    do {
        int code = observation(&s, found, arg, err);
        if (code) return code;
    } while (take_word(&s, SV("OR")));
    skip(&s);
    return s.rest.n ? not_understood(&s, err) : 0;
}
