/* Bytes → index. Header and table of references are checked here; what lies behind is checked where it is used, so
 * that opening costs nothing: what a bucket says lies outside is not there, a landmark out of order is passed over. */
#include "index/landmarks_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/limits.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the index is read as it lies in the file: little-endian"
#endif

_Static_assert(sizeof(struct landmarks_header) == 72, "no padding");
_Static_assert(sizeof(struct landmarks_ref) == 40, "no padding");
_Static_assert(sizeof(struct landmark) == 8, "no padding");
_Static_assert(2 * sizeof(struct bucket) == LINE_BYTES, "two buckets are a line of the cache");

enum { LARGE_PAGE = 2 << 20 };

/* Against damage, not against an enemy: who can write the index can also write a valid one. */
uint64_t landmarks_hash(const void *p, size_t n, uint64_t seed)
{
    const unsigned char *b = p;
    uint64_t h = seed ^ n * 0x9e3779b97f4a7c15u, w;
    for (; n >= 8; b += 8, n -= 8) {
        memcpy(&w, b, 8);
        h = (h ^ w) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    w = 0;
    if (n) memcpy(&w, b, n);
    h = (h ^ w) * 0xc4ceb9fe1a85ec53u;
    return h ^ h >> 29;
}

void landmarks_want_large_pages(const void *p, size_t n)
{
    uintptr_t from = ((uintptr_t)p + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE,
              to = ((uintptr_t)p + n) / LARGE_PAGE * LARGE_PAGE;
    if (n >= LARGE_PAGE && to > from) madvise((void *)from, to - from, MADV_HUGEPAGE);
}

static int bad(struct error *err, const char *what)
{
    return error_set(err, ERR_FORMAT, LANDMARKS_MODULE, "index of sounds: %s; build it anew from the banks",
                     what);
}

size_t landmarks_buckets_at(uint64_t nrefs, uint64_t npeaks)
{
    size_t at = sizeof(struct landmarks_header), part;
    bool fits = checked_mul(nrefs, sizeof(struct landmarks_ref), &part) && checked_add(at, part, &at) &&
                checked_mul(npeaks, sizeof(struct landmark), &part) && checked_add(at, part, &at) &&
                checked_add(at, LINE_BYTES - 1, &at);
    return fits ? at / LINE_BYTES * LINE_BYTES : 0;
}

static int check_header(const struct landmarks_header *h, size_t bytes, struct error *err)
{
    if (memcmp(h->magic, "MLMK", 4) != 0) return bad(err, "it does not start with MLMK");
    if (h->version > LANDMARKS_VERSION)
        return error_set(err, ERR_UNSUPPORTED, LANDMARKS_MODULE,
                         "index of sounds of version %u: use a newer build", h->version);
    if (h->header_hash != landmarks_hash(h, offsetof(struct landmarks_header, header_hash), 3))
        return bad(err, "its header is damaged");
    if (h->version < LANDMARKS_VERSION) return bad(err, "it is of an older version");
    if (h->bits < BITS_MIN || h->bits > BITS_MAX || (h->marks != QUAD && h->marks != QUINT) ||
        h->halved > QUINT_THINGS)
        return bad(err, "impossible header");
    size_t need = landmarks_buckets_at(h->nrefs, h->npeaks), part;
    bool fits = need && checked_add(need, sizeof(struct bucket) << h->bits, &need) &&
                checked_mul(h->nspilled, sizeof(struct posting), &part) && checked_add(need, part, &need) &&
                h->nspilled <= UINT32_MAX;
    if (!fits || need != h->bytes || need != bytes) return bad(err, "its length is not what its header says");
    return 0;
}

static int check_refs(const struct landmarks *l, struct error *err)
{
    const struct landmarks_header *h = &l->head;
    if (h->table_hash != landmarks_hash(l->refs, h->nrefs * sizeof *l->refs, 1))
        return bad(err, "its table of references is damaged");
    uint64_t peak = 0, frame = 0;
    for (uint32_t i = 0; i < h->nrefs; i++) {
        const struct landmarks_ref *r = &l->refs[i];
        if (r->first_peak != peak || r->npeaks > h->npeaks - peak || r->first_frame < frame ||
            r->ticks > LANDMARKS_MAX_TICKS)
            return bad(err, "impossible reference");
        peak += r->npeaks;
        frame = (uint64_t)r->first_frame + r->ticks / TICKS_PER_FRAME + 1;
    }
    return peak == h->npeaks && frame <= FRAME_MOST ? 0 : bad(err, "impossible references");
}

int landmarks_over(struct sv bytes, struct landmarks **out, struct error *err)
{
    struct landmarks *l;
    if (bytes.n < sizeof l->head) return bad(err, "it is shorter than its header");
    l = calloc(1, sizeof *l);
    if (!l) return error_set(err, ERR_NOMEM, LANDMARKS_MODULE, "no memory for an index of sounds");
    memcpy(&l->head, bytes.p, sizeof l->head);
    int code = check_header(&l->head, bytes.n, err);
    if (code == 0) {
        l->bytes = bytes;
        l->refs = (const void *)(bytes.p + sizeof l->head);
        l->peaks = (const void *)(l->refs + l->head.nrefs);
        l->buckets = (const void *)(bytes.p + landmarks_buckets_at(l->head.nrefs, l->head.npeaks));
        l->spilled = (const void *)(l->buckets + ((size_t)1 << l->head.bits));
        code = check_refs(l, err);
    }
    if (code) {
        free(l);
        return code;
    }
    *out = l;
    return 0;
}

static int map_file(int fd, const char *path, struct sv *out, struct error *err)
{
    struct stat st;
    if (fstat(fd, &st)) return error_set_errno(err, ERR_IO, LANDMARKS_MODULE, errno, "%s", path);
    if (!S_ISREG(st.st_mode) || st.st_size <= 0) return bad(err, "it is no file, or empty");
    void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED) return error_set_errno(err, ERR_IO, LANDMARKS_MODULE, errno, "%s", path);
    landmarks_want_large_pages(p, (size_t)st.st_size);
    *out = sv_of(p, (size_t)st.st_size);
    return 0;
}

int landmarks_open(const char *path, struct landmarks **out, struct error *err)
{
    struct sv bytes = SV_NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set_errno(err, errno == ENOENT ? ERR_NOTFOUND : ERR_IO, LANDMARKS_MODULE, errno, "%s",
                               path);
    int code = map_file(fd, path, &bytes, err);
    close(fd);
    if (code == 0) code = landmarks_over(bytes, out, err);
    if (code == 0)
        (*out)->map = (void *)(uintptr_t)bytes.p;
    else if (bytes.p)
        munmap((void *)(uintptr_t)bytes.p, bytes.n);
    return code;
}

void landmarks_free(struct landmarks *l)
{
    if (!l) return;
    if (l->map) munmap(l->map, l->bytes.n);
    free(l);
}

int landmarks_verify(const struct landmarks *l, struct error *err)
{
    const struct landmarks_header *h = &l->head;
    const char *body = (const char *)l->peaks;
    uint64_t hash = landmarks_hash(body, (size_t)(l->bytes.p + l->bytes.n - body), 2);
    return hash == h->body_hash ? 0 : bad(err, "it is damaged");
}

size_t landmarks_count(const struct landmarks *l) { return l->head.nrefs; }
struct id128 landmarks_id(const struct landmarks *l, size_t reference) { return l->refs[reference].id; }
