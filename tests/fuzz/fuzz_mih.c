/* A saved index with bytes changed in any places: refused, or queries stay inside and end. Data: 4 bytes place, 1 byte how many
 * (low 4 bits; the top bit: counted from the end), the bytes; over and over. The sums are made right, so that what lies behind
 * them is reached, unless the first byte of all is odd. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "index/mih_priv.h"
#include "patch_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ENTRIES = 300, QUERIES = 8 };

static struct hash256 hashes[ENTRIES];
static struct mih *base;

static void make_base(void)
{
    uint64_t state = 88172645463325252u;
    for (size_t i = 0; i < ENTRIES; i++)
        for (int k = 0; k < 4; k++) {
            state ^= state << 13, state ^= state >> 7, state ^= state << 17;
            hashes[i].w[k] = i % 3 == 2 ? hashes[i - 1].w[k] : state;
        }
    if (mih_new(hashes, NULL, ENTRIES, 31, &base, NULL)) abort();
}

static int on_hit(void *arg, const struct mih_hit *hit)
{
    uint32_t sum = 0;
    if (hit->npayloads == 0 || hit->npayloads > ENTRIES * 4) abort();
    for (size_t i = 0; i < hit->npayloads; i++) sum += hit->payloads[i];
    *(volatile uint32_t *)arg += sum;
    return 0;
}

static void make_sums_right(uint8_t *bytes, size_t n)
{
    struct mih_head h;
    memcpy(&h, bytes, sizeof h);
    h.bytes = n;
    h.sum = mih_sum(bytes + MIH_HEAD_BYTES, n - MIH_HEAD_BYTES);
    h.head_sum = 0;
    h.head_sum = mih_sum(&h, sizeof h);
    memcpy(bytes, &h, sizeof h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    struct mih *m = NULL;
    volatile uint32_t seen = 0;
    if (!base) make_base();
    uint8_t *bytes = malloc(base->bytes);
    int fd = memfd_create("mih", MFD_CLOEXEC);
    if (!bytes || fd < 0) abort();
    memcpy(bytes, base->head, base->bytes);
    make_sums_right(bytes, base->bytes);
    if (size > 1) patch(bytes, base->bytes, data + 1, size - 1);
    if (size == 0 || data[0] % 2 == 0) make_sums_right(bytes, base->bytes);
    if (write(fd, bytes, base->bytes) != (ssize_t)base->bytes) abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (mih_open(path, MIH_CHECK_ALL, &m, NULL) == 0) {
        if (mih_query(m, hashes, QUERIES, 31, on_hit, (void *)(uintptr_t)&seen)) abort();
        if (mih_query(m, hashes, 1, 200, on_hit, (void *)(uintptr_t)&seen)) abort();
    }
    mih_free(m);
    close(fd);
    free(bytes);
    return 0;
}
