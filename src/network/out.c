#include "network/out_priv.h"

#include "base/file.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DRAIN_BYTES = 1 << 20 };

int out_open(struct out *o, const char *path, struct error *err)
{
    memset(o, 0, sizeof *o);
    buf_init(&o->b, 0);
    o->fd = -1;
    size_t n = strlen(path);
    o->path = malloc(n + 1);
    if (!o->path) return error_set(err, ERR_NOMEM, "network", "no memory to write %s", path);
    memcpy(o->path, path, n + 1);
    bool special = file_is_special(path), out = strcmp(path, "-") == 0;
    if (out) {
        o->fd = dup(STDOUT_FILENO);
    } else if (special) {
        o->fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    } else {
        o->replaces = file_exists(path);
        o->temporary = malloc(n + 5);
        if (o->temporary) {
            memcpy(o->temporary, path, n);
            memcpy(o->temporary + n, ".new", 5);
            o->fd = open(o->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
        }
    }
    if (o->fd >= 0) return 0;
    int errnum = errno;
    bool no_memory = !o->temporary && !out && !special;
    free(o->temporary);
    free(o->path);
    memset(o, 0, sizeof *o);
    if (no_memory) return error_set(err, ERR_NOMEM, "network", "no memory to write %s", path);
    return error_set_errno(err, ERR_IO, "network", errnum, "%s: cannot be written", path);
}

static int write_all(struct out *o, struct error *err)
{
    for (size_t at = 0; at < o->b.n;) {
        ssize_t got = write(o->fd, o->b.p + at, o->b.n - at);
        if (got >= 0)
            at += (size_t)got;
        else if (errno != EINTR)
            return error_set_errno(err, ERR_IO, "network", errno, "%s: cannot be written", o->path);
    }
    buf_clear(&o->b);
    return 0;
}

int out_drain(struct out *o, struct error *err)
{
    if (o->b.failed) return error_set(err, ERR_NOMEM, "network", "no memory to write %s", o->path);
    return o->b.n < DRAIN_BYTES ? 0 : write_all(o, err);
}

int out_close(struct out *o, bool keep, struct error *err)
{
    int rc = 0;
    if (keep && o->b.failed) rc = error_set(err, ERR_NOMEM, "network", "no memory to write %s", o->path);
    if (keep && rc == 0) rc = write_all(o, err);
    if (keep && rc == 0 && o->replaces && fsync(o->fd) != 0)
        rc = error_set_errno(err, ERR_IO, "network", errno, "%s: cannot be written", o->path);
    if (o->fd >= 0 && close(o->fd) != 0 && keep && rc == 0)
        rc = error_set_errno(err, ERR_IO, "network", errno, "%s: cannot be written", o->path);
    if (o->temporary && keep && rc == 0 && rename(o->temporary, o->path) != 0)
        rc = error_set_errno(err, ERR_IO, "network", errno, "%s: cannot be renamed to %s", o->temporary,
                             o->path);
    if (o->temporary && (!keep || rc)) unlink(o->temporary);
    buf_done(&o->b);
    free(o->temporary);
    free(o->path);
    memset(o, 0, sizeof *o);
    o->fd = -1;
    return rc;
}

void out_u64(struct buf *b, uint64_t v)
{
    char text[20];
    unsigned at = sizeof text;
    do text[--at] = (char)('0' + v % 10);
    while ((v /= 10) != 0);
    buf_put(b, text + at, sizeof text - at);
}

void out_number(struct buf *b, double v)
{
    if (v >= 0 && v < 1e15 && v == floor(v))
        out_u64(b, (uint64_t)v);
    else
        buf_printf(b, "%.15g", v);
}

void out_csv(struct buf *b, struct sv s)
{
    bool quote = false;
    for (size_t i = 0; i < s.n && !quote; i++)
        quote = s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\n' || s.p[i] == '\r';
    if (!quote) {
        buf_putsv(b, s);
        return;
    }
    buf_putc(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"') buf_putc(b, '"');
        buf_putc(b, s.p[i]);
    }
    buf_putc(b, '"');
}
