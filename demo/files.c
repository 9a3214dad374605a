/* Folders, files and paths of the world that is being written. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "world.h"

const char *at(const char *fmt, ...)
{
    static char ring[8][4096];
    static unsigned next;
    char *out = ring[next++ % 8];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(out, sizeof ring[0], fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof ring[0]) die("a path is too long: %s…", out);
    return out;
}

void folder(const char *path)
{
    struct error err;
    if (dir_make(path, &err) != 0) die("%s", err.text);
}

void file_put(const char *path, struct sv bytes)
{
    FILE *f = fopen(path, "wb");
    bool good = f && (bytes.n == 0 || fwrite(bytes.p, 1, bytes.n, f) == bytes.n);
    if (f && fclose(f) != 0) good = false;
    if (!good) die("%s could not be written", path);
}

void file_link(const char *from, const char *to)
{
    unlink(to);
    if (link(from, to) == 0) return;
    struct buf b;
    struct error err;
    buf_init(&b, 0);
    if (file_read(from, (size_t)64 << 20, &b, &err) != 0) die("%s", err.text);
    file_put(to, buf_sv(&b));
    buf_done(&b);
}

void text_put(const char *path, const struct buf *b)
{
    if (b->failed) die("no memory for %s", path);
    file_put(path, buf_sv(b));
}
