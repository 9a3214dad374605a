/* A piece of the index of pictures as a file: written whole, mapped as it lies. */
#include "index/points_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "index/mih_priv.h"

static uint64_t head_sum(const struct points_head *h)
{
    struct points_head copy = *h;
    copy.head_sum = 0;
    return mih_sum(&copy, sizeof copy);
}

static uint64_t body_sum(const struct points *p)
{
    return mih_sum((const char *)p->head + POINTS_HEAD_BYTES, p->bytes - POINTS_HEAD_BYTES);
}

int points_save(struct points *p, const char *path, struct error *err)
{
    p->head->sum = body_sum(p);
    p->head->head_sum = head_sum(p->head);
    return file_write_atomic(path, sv_of((const char *)p->head, p->bytes), err);
}

static int bad(struct error *err, const char *path, const char *what)
{
    return error_set(err, ERR_FORMAT, "points",
                     "%s: %s: not an index of pictures, or a damaged one; build it again", path, what);
}

static int check_head(const struct points_head *h, size_t bytes, const char *path, struct error *err)
{
    if (memcmp(h->magic, "MARSPTS", 7) != 0) return bad(err, path, "it does not start with MARSPTS");
    if (h->magic[7] != '1' || h->order != MIH_ORDER)
        return error_set(err, ERR_UNSUPPORTED, "points",
                         "%s: an index of another version or kind of machine: build it again", path);
    if (h->head_sum != head_sum(h)) return bad(err, path, "the checksum of its head is wrong");
    if (h->key_bits < KEY_BITS_MIN || h->key_bits > KEY_BITS_MAX || h->points > INT32_MAX ||
        h->pictures >= INT32_MAX)
        return bad(err, path, "numbers in its head that make no sense");
    struct points counted;
    if (h->bytes != bytes || points_layout(&counted, h, NULL) != bytes)
        return bad(err, path, "its length does not fit what it holds");
    return 0;
}

/* ---- that no query can leave it ---- */

static bool pictures_valid(const struct points *p)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < p->npictures; i++) {
        const struct points_picture *v = &p->pictures[i];
        uint32_t end = v[1].first;
        if (v->first != at || end < at || end > p->n || end - at > KEY_POINTS_MAX) return false;
        if (v->w < 1 || v->h < 1 || v->w > POINT_SIDE_MAX || v->h > POINT_SIDE_MAX) return false;
        for (; at < end; at++) {
            const struct points_place *k = &p->places[at];
            if (k->x > v->w * POINT_UNIT || k->y > v->h * POINT_UNIT || k->scale >= POINT_SCALES)
                return false;
        }
    }
    return at == p->n && p->pictures[p->npictures].first == p->n;
}

static bool near_valid(const struct points *p)
{
    for (uint32_t i = 0; i < p->n; i += POINTS_STRIDE) {
        uint32_t at = p->near[i / POINTS_STRIDE];
        if (at >= p->npictures || p->pictures[at].first > i || p->pictures[at + 1].first <= i) return false;
    }
    return true;
}

static bool table_valid(const struct points *p, int t)
{
    const struct points_table *v = &p->tables[t];
    size_t buckets = (size_t)p->key_mask + 1;
    uint32_t wrong = v->from[0] | (v->from[buckets] ^ p->n);
    for (size_t b = 0; b < buckets; b++) wrong |= v->from[b] > v->from[b + 1];
    for (uint32_t i = 0; i < p->n; i++) wrong |= v->ids[i] >= p->n;
    return wrong == 0;
}

static int check_body(const struct points *p, const char *path, struct error *err)
{
    if (p->head->sum != body_sum(p)) return bad(err, path, "the checksum of its tables is wrong");
    if (!pictures_valid(p) || !near_valid(p)) return bad(err, path, "an impossible picture");
    for (int t = 0; t < POINTS_TABLES; t++)
        if (!table_valid(p, t)) return bad(err, path, "an impossible table");
    return 0;
}

/* ---- opening ---- */

static int map_file(const char *path, struct points *p, struct error *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC), rc = 0;
    if (fd < 0)
        return error_set_errno(err, errno == ENOENT ? ERR_NOTFOUND : ERR_IO, "points", errno,
                               "cannot open %s", path);
    if (fstat(fd, &st) != 0)
        rc = error_set_errno(err, ERR_IO, "points", errno, "cannot see the size of %s", path);
    else if (!S_ISREG(st.st_mode) || st.st_size < POINTS_HEAD_BYTES)
        rc = bad(err, path, "too short");
    if (!rc) {
        /* Private and writable: a later points_save may put its sums into the head's page. */
        void *base =
            mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, fd, 0);
        if (base == MAP_FAILED)
            rc = error_set_errno(err, ERR_IO, "points", errno, "cannot map %s", path);
        else
            p->head = base, p->bytes = (size_t)st.st_size;
    }
    close(fd);
    return rc;
}

int points_open(const char *path, bool check, struct points **out, struct error *err)
{
    struct points *p = calloc(1, sizeof *p);
    if (!p) return error_set(err, ERR_NOMEM, "points", "no memory to open %s", path);
    int rc = map_file(path, p, err);
    if (rc == 0) rc = check_head(p->head, p->bytes, path, err);
    if (rc == 0) {
        points_layout(p, p->head, (char *)p->head);
        if (check) rc = check_body(p, path, err);
    }
    if (rc) {
        points_free(p);
        return rc;
    }
    *out = p;
    return 0;
}
