/* The tree of RFC 6962: a tree of n leaves has the largest power of two below n on its left. Its perfect subtrees from
 * the left are therefore the bits of n from the highest; `fold` joins them from the right. */
#include "base/merkle.h"

#include <assert.h>
#include <sodium.h>

void merkle_leaf(struct sv bytes, struct sha256 *out)
{
    static const unsigned char mark = 0x00;
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, &mark, 1);
    if (bytes.n > 0) crypto_hash_sha256_update(&state, (const unsigned char *)bytes.p, bytes.n);
    crypto_hash_sha256_final(&state, out->b);
}

void merkle_node(const struct sha256 *left, const struct sha256 *right, struct sha256 *out)
{
    unsigned char both[1 + 2 * sizeof left->b];
    both[0] = 0x01;
    memcpy(both + 1, left->b, sizeof left->b);
    memcpy(both + 1 + sizeof left->b, right->b, sizeof right->b);
    crypto_hash_sha256(out->b, both, sizeof both);
}

/* ---- a growing tree ---- */

void merkle_init(struct merkle *m) { m->size = 0; }

void merkle_add(struct merkle *m, const struct sha256 *leaf)
{
    assert(m->size < MERKLE_MAX_SIZE);
    struct sha256 hash = *leaf;
    unsigned level = 0;
    for (; m->size >> level & 1; level++) merkle_node(&m->peak[level], &hash, &hash);
    m->peak[level] = hash;
    m->size++;
}

void merkle_root(const struct merkle *m, struct sha256 *out)
{
    bool any = false;
    for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
        if (!(m->size >> level & 1)) continue;
        if (any)
            merkle_node(&m->peak[level], out, out);
        else
            *out = m->peak[level];
        any = true;
    }
    if (!any) sha256_of(SV_NULL, out);
}

size_t merkle_save(const struct merkle *m, struct sha256 out[MERKLE_LEVELS])
{
    size_t n = 0;
    for (unsigned level = 0; level < MERKLE_LEVELS; level++)
        if (m->size >> level & 1) out[n++] = m->peak[level];
    return n;
}

bool merkle_load(struct merkle *m, uint64_t size, struct sv peaks)
{
    if (size > MERKLE_MAX_SIZE || peaks.n != (size_t)__builtin_popcountll(size) * sizeof(struct sha256))
        return false;
    m->size = size;
    size_t at = 0;
    for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
        if (!(size >> level & 1)) continue;
        memcpy(m->peak[level].b, peaks.p + at, sizeof m->peak[level].b);
        at += sizeof m->peak[level].b;
    }
    return true;
}

/* ---- proofs ---- */

/* Root of the n leaves from `start`, which is a multiple of a power of two that is no less than n. */
static int fold(const struct merkle_source *src, uint64_t start, uint64_t n, struct sha256 *out,
                struct error *err)
{
    bool any = false;
    uint64_t end = start + n;
    for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
        if (!(n >> level & 1)) continue;
        struct sha256 peak;
        end -= UINT64_C(1) << level;
        int rc = src->hash(src->arg, level, end >> level, &peak, err);
        if (rc != 0) return rc;
        if (any)
            merkle_node(&peak, out, out);
        else
            *out = peak;
        any = true;
    }
    return 0;
}

/* The largest power of two below n, n > 1. */
static uint64_t split_of(uint64_t n) { return UINT64_C(1) << (63 - __builtin_clzll(n - 1)); }

static void reverse(struct merkle_proof *p)
{
    for (size_t i = 0; i < p->n / 2; i++) {
        struct sha256 swap = p->hash[i];
        p->hash[i] = p->hash[p->n - 1 - i];
        p->hash[p->n - 1 - i] = swap;
    }
}

static int check_size(uint64_t size, struct error *err)
{
    if (size <= MERKLE_MAX_SIZE) return 0;
    return error_set(err, ERR_ARG, "merkle", "a tree of %llu leaves: no tree is as large",
                     (unsigned long long)size);
}

int merkle_root_of(const struct merkle_source *src, uint64_t size, struct sha256 *out, struct error *err)
{
    int rc = check_size(size, err);
    if (rc != 0) return rc;
    sha256_of(SV_NULL, out);
    return fold(src, 0, size, out, err);
}

/* Walks from the root down to where `index` stands alone, noting what stands beside the way. */
int merkle_prove_leaf(const struct merkle_source *src, uint64_t index, uint64_t size,
                      struct merkle_proof *out, struct error *err)
{
    int rc = check_size(size, err);
    if (rc != 0) return rc;
    if (index >= size)
        return error_set(err, ERR_ARG, "merkle", "entry %llu is not in a tree of %llu",
                         (unsigned long long)index, (unsigned long long)size);
    uint64_t start = 0;
    out->n = 0;
    while (rc == 0 && size > 1) {
        uint64_t k = split_of(size);
        struct sha256 *beside = &out->hash[out->n++];
        if (index - start < k) {
            rc = fold(src, start + k, size - k, beside, err);
            size = k;
        } else {
            rc = fold(src, start, k, beside, err);
            start += k;
            size -= k;
        }
    }
    reverse(out);
    return rc;
}

/* The same walk to where the old tree ends; its last subtree is named unless it is the old tree itself. */
int merkle_prove_growth(const struct merkle_source *src, uint64_t old, uint64_t size,
                        struct merkle_proof *out, struct error *err)
{
    int rc = check_size(size, err);
    if (rc != 0) return rc;
    if (old > size)
        return error_set(err, ERR_ARG, "merkle", "a tree of %llu cannot have grown to %llu",
                         (unsigned long long)old, (unsigned long long)size);
    out->n = 0;
    if (old == 0 || old == size) return 0;
    uint64_t start = 0;
    while (rc == 0 && old - start != size) {
        uint64_t k = split_of(size);
        struct sha256 *beside = &out->hash[out->n++];
        if (old - start <= k) {
            rc = fold(src, start + k, size - k, beside, err);
            size = k;
        } else {
            rc = fold(src, start, k, beside, err);
            start += k;
            size -= k;
        }
    }
    if (rc == 0 && start > 0) rc = fold(src, start, size, &out->hash[out->n++], err);
    reverse(out);
    return rc;
}

/* RFC 9162, section 2.1.3.2. */
bool merkle_check_leaf(const struct sha256 *leaf, uint64_t index, uint64_t size, const struct sha256 *proof,
                       size_t n, const struct sha256 *root)
{
    if (index >= size) return false;
    uint64_t fn = index, sn = size - 1;
    struct sha256 hash = *leaf;
    for (size_t i = 0; i < n; i++) {
        if (sn == 0) return false;
        if ((fn & 1) || fn == sn) {
            merkle_node(&proof[i], &hash, &hash);
            for (; !(fn & 1) && fn != 0; sn >>= 1) fn >>= 1;
        } else {
            merkle_node(&hash, &proof[i], &hash);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && memcmp(hash.b, root->b, sizeof hash.b) == 0;
}

/* RFC 9162, section 2.1.4.2; an empty old tree is the beginning of any. */
bool merkle_check_growth(uint64_t old, const struct sha256 *old_root, uint64_t size,
                         const struct sha256 *root, const struct sha256 *proof, size_t n)
{
    if (old > size) return false;
    if (old == size) return n == 0 && memcmp(old_root->b, root->b, sizeof root->b) == 0;
    if (old == 0) return n == 0;
    uint64_t fn = old - 1, sn = size - 1;
    for (; fn & 1; sn >>= 1) fn >>= 1;
    size_t at = 0;
    struct sha256 was = *old_root;
    if (fn != 0) {
        if (n == 0) return false;
        was = proof[at++];
    }
    struct sha256 is = was;
    for (; at < n; at++) {
        if (sn == 0) return false;
        if ((fn & 1) || fn == sn) {
            merkle_node(&proof[at], &was, &was);
            merkle_node(&proof[at], &is, &is);
            for (; !(fn & 1) && fn != 0; sn >>= 1) fn >>= 1;
        } else {
            merkle_node(&is, &proof[at], &is);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && memcmp(was.b, old_root->b, sizeof was.b) == 0 &&
           memcmp(is.b, root->b, sizeof is.b) == 0;
}
