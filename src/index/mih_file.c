/* An index as a file: written whole, mapped as it lies. */
#include "index/mih_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"

/* Eight chains side by side, so that it runs at the speed of memory. For damage, not against forgers. */
uint64_t mih_sum(const void *p, size_t n)
{
    enum { LANES = 8 };
    uint64_t lane[LANES], w, out = n;
    const char *at = p;
    for (int k = 0; k < LANES; k++) lane[k] = UINT64_C(0x9e3779b97f4a7c15) * (uint64_t)(k + 1);
    for (; n >= sizeof lane; n -= sizeof lane, at += sizeof lane)
        for (int k = 0; k < LANES; k++) {
            memcpy(&w, at + k * 8, 8);
            lane[k] = (lane[k] ^ w) * UINT64_C(0xd6e8feb86659fd93);
            lane[k] ^= lane[k] >> 32;
        }
    for (; n > 0; n--, at++) lane[0] = (lane[0] ^ (uint8_t)*at) * UINT64_C(0xd6e8feb86659fd93);
    for (int k = 0; k < LANES; k++) {
        out = (out ^ lane[k]) * UINT64_C(0xd6e8feb86659fd93);
        out ^= out >> 29;
    }
    return out;
}

static uint64_t head_sum(const struct mih_head *h)
{
    struct mih_head copy = *h;
    copy.head_sum = 0;
    return mih_sum(&copy, sizeof copy);
}

int mih_save(const struct mih *m, const char *path, struct error *err)
{
    /* The sums stand in a copy of the head, which goes into the mapping's first page: it is ours alone, and equal
     * whoever writes it. */
    struct mih_head head = *m->head;
    head.sum = mih_sum((const char *)m->head + MIH_HEAD_BYTES, m->bytes - MIH_HEAD_BYTES);
    head.head_sum = head_sum(&head);
    if (memcmp(&head, m->head, sizeof head) != 0) memcpy(m->head, &head, sizeof head);
    return file_write_atomic(path, sv_of((const char *)m->head, m->bytes), err);
}

static int bad(struct error *err, const char *path, const char *what)
{
    return error_set(err, ERR_FORMAT, "mih", "%s: %s: not an index, or a damaged one; build it again", path,
                     what);
}

static bool masks_valid(const struct mih_head *h)
{
    uint64_t all[4] = {0};
    if (h->parts < MIH_PARTS_MIN || h->parts > MIH_PARTS_MAX) return false;
    for (uint32_t i = 0; i < h->parts; i++) {
        int bits = 0;
        for (int k = 0; k < 4; k++) {
            if (all[k] & h->masks[i][k]) return false;
            all[k] |= h->masks[i][k];
            bits += __builtin_popcountll(h->masks[i][k]);
        }
        if (bits < 1 || bits > MIH_PART_BITS_MAX) return false;
    }
    for (int k = 0; k < 4; k++)
        if (~all[k]) return false;
    return true;
}

static int check_head(const struct mih_head *h, size_t bytes, const char *path, struct error *err)
{
    if (memcmp(h->magic, "MARSMIH", 7) != 0) return bad(err, path, "it does not start with MARSMIH");
    if (h->magic[7] != '1' || h->order != MIH_ORDER)
        return error_set(err, ERR_UNSUPPORTED, "mih",
                         "%s: an index of another version or kind of machine: build it again", path);
    if (h->head_sum != head_sum(h)) return bad(err, path, "the checksum of its head is wrong");
    if (h->bytes != bytes) return bad(err, path, "its length is not the one it was written with");
    if (!masks_valid(h) || h->entries > MIH_MAX_ENTRIES || h->distinct > h->entries ||
        (h->distinct == 0) != (h->entries == 0))
        return bad(err, path, "numbers in its head that make no sense");
    struct mih counted;
    if (mih_layout(&counted, h, NULL) != bytes)
        return bad(err, path, "its length does not fit what it holds");
    return 0;
}

static int map_file(const char *path, struct mih *m, struct error *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC), rc = 0;
    if (fd < 0)
        return error_set_errno(err, errno == ENOENT ? ERR_NOTFOUND : ERR_IO, "mih", errno, "cannot open %s",
                               path);
    if (fstat(fd, &st) != 0)
        rc = error_set_errno(err, ERR_IO, "mih", errno, "cannot see the size of %s", path);
    else if (!S_ISREG(st.st_mode) || st.st_size < MIH_HEAD_BYTES)
        rc = bad(err, path, "too short");
    if (!rc) {
        /* Private and writable: a later mih_save may put its sums into the head's page. */
        void *p = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, fd, 0);
        if (p == MAP_FAILED)
            rc = error_set_errno(err, ERR_IO, "mih", errno, "cannot map %s", path);
        else
            m->head = p, m->bytes = (size_t)st.st_size;
    }
    close(fd);
    return rc;
}

int mih_open(const char *path, enum mih_check check, struct mih **out, struct error *err)
{
    struct mih *m = calloc(1, sizeof *m);
    if (!m) return error_set(err, ERR_NOMEM, "mih", "no memory to open %s", path);
    int rc = map_file(path, m, err);
    if (!rc) rc = check_head(m->head, m->bytes, path, err);
    if (!rc && check == MIH_CHECK_ALL &&
        m->head->sum != mih_sum((const char *)m->head + MIH_HEAD_BYTES, m->bytes - MIH_HEAD_BYTES))
        rc = bad(err, path, "the checksum of its tables is wrong");
    if (!rc) {
        mih_layout(m, m->head, (char *)m->head);
        if (mih_flips_make(m)) rc = error_set(err, ERR_NOMEM, "mih", "no memory to open %s", path);
    }
    if (rc) {
        mih_free(m);
        return rc;
    }
    *out = m;
    return 0;
}
