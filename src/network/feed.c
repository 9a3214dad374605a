/* Lines out of plain and gzip files: see feed_priv.h. */
#include "network/feed_priv.h"

#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { BLOCK_BYTES = 256 << 10 };

/* Raw bytes of the file into p: count, 0 at the end, or an error. */
static int64_t read_raw(struct feed *s, void *p, size_t n, struct error *err)
{
    if (s->fd < 0) return 0;
    for (;;) {
        ssize_t got = read(s->fd, p, n);
        if (got >= 0) return got;
        if (errno != EINTR)
            return error_set_errno(err, ERR_IO, "network", errno, "%s: cannot be read", s->path);
    }
}

static int start_gzip(struct feed *s, struct error *err)
{
    s->in = malloc(BLOCK_BYTES);
    if (!s->in)
        return error_set(err, ERR_NOMEM, "network", "no memory for a buffer of %d bytes", BLOCK_BYTES);
    memcpy(s->in, s->buf, s->n);
    if (inflateInit2(&s->z, 16 + MAX_WBITS) != Z_OK) {
        free(s->in);
        s->in = NULL;
        return error_set(err, ERR_NOMEM, "network", "no memory to unpack %s", s->path);
    }
    s->z.next_in = s->in;
    s->z.avail_in = (uInt)s->n;
    s->gzip = s->in_member = true;
    s->n = 0;
    return 0;
}

/* Unpacked bytes: count, 0 at the end, or an error. */
static int64_t read_gzip(struct feed *s, char *p, size_t n, struct error *err)
{
    s->z.next_out = (Bytef *)p;
    s->z.avail_out = (uInt)n;
    while (s->z.avail_out == n) {
        if (s->z.avail_in == 0 && !s->in_eof) {
            int64_t got = read_raw(s, s->in, BLOCK_BYTES, err);
            if (got < 0) return got;
            s->in_eof = got == 0;
            s->z.next_in = s->in;
            s->z.avail_in = (uInt)got;
        }
        if (!s->in_member) {
            if (s->z.avail_in == 0 && s->in_eof) return 0;
            if (inflateReset(&s->z) != Z_OK)
                return error_set(err, ERR_INTERNAL, "network", "inflateReset failed");
            s->in_member = true;
        }
        int rc = inflate(&s->z, Z_NO_FLUSH);
        if (rc == Z_STREAM_END) {
            s->in_member = false;
        } else if (rc != Z_OK && !(rc == Z_BUF_ERROR && s->z.avail_in == 0 && !s->in_eof)) {
            return error_set(err, ERR_FORMAT, "network",
                             "%s: damaged gzip near unpacked byte %lu of a member (%s)%s", s->path,
                             s->z.total_out, s->z.msg ? s->z.msg : "it ends too early",
                             s->line ? "; unpack what can be saved with another tool and pass that" : "");
        }
    }
    return (int64_t)(n - s->z.avail_out);
}

static int feed_start(struct feed *s, struct error *err)
{
    s->cap = BLOCK_BYTES;
    s->buf = malloc(s->cap);
    if (!s->buf)
        return error_set(err, ERR_NOMEM, "network", "no memory for a buffer of %d bytes", BLOCK_BYTES);
    return 0;
}

static int first_block(struct feed *s, struct error *err)
{
    while (s->n < 2) {
        int64_t got = read_raw(s, s->buf + s->n, s->cap - s->n, err);
        if (got < 0) return (int)got;
        if (got == 0) break;
        s->n += (size_t)got;
    }
    if (s->n >= 2 && (unsigned char)s->buf[0] == 0x1f && (unsigned char)s->buf[1] == 0x8b) {
        int rc = start_gzip(s, err);
        return rc ? rc : feed_refill(s, err);
    }
    return 0;
}

int feed_open(struct feed *s, const char *path, struct error *err)
{
    memset(s, 0, sizeof *s);
    s->path = path;
    s->fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (s->fd < 0)
        return error_set_errno(err, errno == ENOENT ? ERR_NOTFOUND : ERR_IO, "network", errno,
                               "%s: cannot be opened", path);
    int rc = feed_start(s, err);
    if (rc == 0) rc = first_block(s, err);
    if (rc) feed_close(s);
    return rc;
}

int feed_open_bytes(struct feed *s, struct sv bytes, struct error *err)
{
    memset(s, 0, sizeof *s);
    s->path = "(memory)";
    s->fd = -1;
    s->cap = bytes.n + BLOCK_BYTES;
    s->buf = malloc(s->cap);
    if (!s->buf) return error_set(err, ERR_NOMEM, "network", "no memory for %zu bytes", bytes.n);
    if (bytes.n) memcpy(s->buf, bytes.p, bytes.n);
    s->n = bytes.n;
    int rc = 0;
    if (s->n >= 2 && s->n <= BLOCK_BYTES && (unsigned char)s->buf[0] == 0x1f &&
        (unsigned char)s->buf[1] == 0x8b) {
        rc = start_gzip(s, err);
        if (rc == 0) rc = feed_refill(s, err);
    }
    if (rc) feed_close(s);
    return rc;
}

void feed_close(struct feed *s)
{
    if (s->gzip) inflateEnd(&s->z);
    if (s->fd >= 0) close(s->fd);
    free(s->in);
    free(s->buf);
    memset(s, 0, sizeof *s);
    s->fd = -1;
}

struct sv feed_peek(const struct feed *s, size_t n)
{
    size_t left = s->n - s->at;
    return sv_of(s->buf + s->at, left < n ? left : n);
}

int feed_refill(struct feed *s, struct error *err)
{
    if (s->at > 0) {
        memmove(s->buf, s->buf + s->at, s->n - s->at);
        s->n -= s->at;
        s->at = 0;
    }
    if (s->cap - s->n < BLOCK_BYTES / 2) {
        size_t cap = s->cap * 2;
        char *buf = realloc(s->buf, cap);
        if (!buf) return error_set(err, ERR_NOMEM, "network", "no memory for a line of %zu bytes", s->n);
        s->buf = buf;
        s->cap = cap;
    }
    size_t room = s->cap - s->n < BLOCK_BYTES ? s->cap - s->n : BLOCK_BYTES;
    int64_t got = s->gzip ? read_gzip(s, s->buf + s->n, room, err) : read_raw(s, s->buf + s->n, room, err);
    if (got < 0) return (int)got;
    s->n += (size_t)got;
    if (got == 0) s->eof = true;
    return 0;
}

static struct sv without_cr(const char *p, size_t n)
{
    if (n && p[n - 1] == '\r') n--;
    return sv_of(p, n);
}

/* Passes over the rest of a line that was too long; false when it goes on beyond the buffer. */
static bool skip_rest(struct feed *s)
{
    char *nl = memchr(s->buf + s->at, '\n', s->n - s->at);
    s->at = nl ? (size_t)(nl - s->buf) + 1 : s->n;
    s->skipping = !nl;
    return nl != NULL;
}

enum feed_got feed_line(struct feed *s, struct sv *out_line)
{
    if (s->skipping && !skip_rest(s)) return s->eof ? FEED_END : FEED_REFILL;
    size_t left = s->n - s->at;
    char *p = s->buf + s->at, *nl = left ? memchr(p, '\n', left) : NULL;
    size_t length = nl ? (size_t)(nl - p) : left;
    if (length > NETWORK_MAX_LINE_BYTES) {
        s->line++;
        *out_line = sv_of(p, 256);
        s->at += nl ? length + 1 : length;
        s->skipping = !nl;
        return FEED_TOO_LONG;
    }
    if (!nl && !s->eof) return FEED_REFILL;
    if (!nl && left == 0) return FEED_END;
    s->line++;
    *out_line = without_cr(p, length);
    s->at += nl ? length + 1 : length;
    return FEED_LINE;
}

bool feed_extend(struct feed *s, struct sv *so_far, bool *out_more)
{
    size_t left = s->n - s->at;
    *out_more = false;
    char *p = s->buf + s->at, *nl = left ? memchr(p, '\n', left) : NULL;
    if (!nl && !s->eof) {
        *out_more = true;
        return false;
    }
    if (!nl && left == 0) return false;
    size_t take = nl ? (size_t)(nl - p) + 1 : left;
    s->at += take;
    s->line++;
    *so_far = without_cr(so_far->p, (size_t)(p - so_far->p) + take - (nl ? 1 : 0));
    return true;
}

void feed_rewind(struct feed *s, const char *line_start, uint64_t line_number)
{
    s->at = (size_t)(line_start - s->buf);
    s->line = line_number;
}
