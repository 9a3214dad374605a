/* Which feed is it: members of JSON objects, found without parsing (the head of a file is cut anywhere). */
#include "intake/intake_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { LINES_LOOKED_AT = 20 };

static size_t skip_string(struct sv s, size_t at)
{
    for (at++; at < s.n && s.p[at] != '"'; at++)
        if (s.p[at] == '\\') at++;
    return at < s.n ? at + 1 : s.n;
}

/* Bits of the keys that are members of the object that starts at `at`, as far as the bytes go. */
static unsigned members_of(struct sv s, size_t at, const char *const *keys)
{
    unsigned seen = 0;
    int depth = 0;
    while (at < s.n) {
        char c = s.p[at];
        if (c == '"') {
            size_t end = skip_string(s, at), after = end;
            while (after < s.n && (unsigned char)s.p[after] <= ' ') after++;
            bool is_key = depth == 1 && after < s.n && s.p[after] == ':';
            for (unsigned k = 0; is_key && keys[k]; k++)
                if (sv_is(sv_sub(s, at + 1, end - 1), keys[k])) seen |= 1u << k;
            at = end;
            continue;
        }
        at++;
        if (c == '{' || c == '[') depth++;
        if ((c == '}' || c == ']') && --depth <= 0) break;
    }
    return seen;
}

bool sniff_members(struct sv head, const char *const *keys)
{
    unsigned all = 0;
    for (unsigned k = 0; keys[k]; k++) all |= 1u << k;
    struct sv rest = head, line;
    for (int i = 0; i < LINES_LOOKED_AT && sv_split(&rest, '\n', &line); i++) {
        size_t brace = sv_find_byte(line, '{', 0);
        if (brace == SIZE_MAX || brace > 16) continue;
        struct sv from = sv_of(line.p + brace, (size_t)(head.p + head.n - (line.p + brace)));
        if ((members_of(from, 0, keys) & all) == all) return true;
    }
    return false;
}

bool sniff_key(struct sv head, const char *key)
{
    char quoted[64];
    int n = snprintf(quoted, sizeof quoted, "\"%s\"", key);
    struct sv needle = sv_of(quoted, (size_t)n);
    for (size_t at = 0; (at = sv_find(head, needle, at)) != SIZE_MAX;) {
        at += needle.n;
        size_t after = at;
        while (after < head.n && (unsigned char)head.p[after] <= ' ') after++;
        if (after < head.n && head.p[after] == ':') return true;
    }
    return false;
}

int read_head(const char *path, struct buf *b, struct error *err)
{
    char chunk[16384];
    buf_clear(b);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set_errno(err, errno == ENOENT ? ERR_NOTFOUND : ERR_IO, "intake", errno,
                               "cannot open %s", path);
    int rc = 0;
    while (b->n < HEAD_BYTES) {
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) rc = error_set_errno(err, ERR_IO, "intake", errno, "cannot read %s", path);
        if (got <= 0) break;
        buf_put(b, chunk, (size_t)got);
    }
    close(fd);
    if (rc == 0 && b->failed) rc = error_set(err, ERR_NOMEM, "intake", "%s: no memory for its head", path);
    return rc;
}
