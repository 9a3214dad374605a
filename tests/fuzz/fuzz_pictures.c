/* A saved piece of the index of pictures with bytes changed in any places: refused, or queries stay inside and end. Data: 4 bytes
 * place, 1 byte how many (low 4 bits; the top bit: counted from the end), the bytes; over and over. The sums are made right, so that
 * what lies behind them is reached, unless the first byte of all is odd. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "index/mih.h"
#include "index/points_priv.h"
#include "patch_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PICTURES = 5, POINTS = 40 };

static struct point points[PICTURES][POINTS];
static struct points *base;

static void make_base(void)
{
    struct points_draft v[PICTURES];
    uint64_t state = 88172645463325252u;
    for (size_t i = 0; i < PICTURES; i++) {
        v[i] = (struct points_draft){.picture = {.w = 180, .h = 320}, .n = POINTS, .points = points[i]};
        for (size_t k = 0; k < POINTS; k++) {
            points[i][k] = (struct point){.x = (uint16_t)(k * 100), .y = (uint16_t)(i * 100), .scale = k % 8};
            for (int w = 0; w < 4; w++) {
                state ^= state << 13, state ^= state >> 7, state ^= state << 17;
                points[i][k].bits.w[w] = state;
            }
        }
    }
    if (points_build(v, PICTURES, 0, &base, NULL)) abort();
}

static void make_sums_right(uint8_t *bytes, size_t n)
{
    struct points_head h;
    memcpy(&h, bytes, sizeof h);
    h.bytes = n;
    h.sum = mih_sum(bytes + POINTS_HEAD_BYTES, n - POINTS_HEAD_BYTES);
    h.head_sum = 0;
    h.head_sum = mih_sum(&h, sizeof h);
    memcpy(bytes, &h, sizeof h);
}

static void query(struct points *p)
{
    static struct points_result r;
    static struct point room[KEY_POINTS_MAX];
    struct pictures s = {.nobody = 0};
    struct pictures_piece one = {.p = p};
    if (VEC_PUSH(&s.pieces, one)) abort();
    for (uint32_t i = 0; i < p->npictures; i++)
        if (VEC_PUSH(&s.owners, i)) abort();
    for (size_t i = 0; i < PICTURES; i++) {
        struct key_frame here = {0, 180, 320, points[i], POINTS}, there;
        if (pictures_query(&s, &here, i % 2, &r)) abort();
        for (size_t k = 0; k < r.n; k++) {
            pictures_get(&s, r.v[k].picture, room, &there);
            for (size_t j = 0; j < r.v[k].npairs; j++)
                if (r.v[k].pairs[j].there >= there.npoints) abort();
        }
    }
    VEC_DONE(&s.pieces);
    VEC_DONE(&s.owners);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    struct points *p = NULL;
    if (!base) make_base();
    uint8_t *bytes = malloc(base->bytes);
    int fd = memfd_create("points", MFD_CLOEXEC);
    if (!bytes || fd < 0) abort();
    memcpy(bytes, base->head, base->bytes);
    make_sums_right(bytes, base->bytes);
    if (size > 1) patch(bytes, base->bytes, data + 1, size - 1);
    if (size == 0 || data[0] % 2 == 0) make_sums_right(bytes, base->bytes);
    if (write(fd, bytes, base->bytes) != (ssize_t)base->bytes) abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (points_open(path, true, &p, NULL) == 0) query(p);
    points_free(p);
    close(fd);
    free(bytes);
    return 0;
}
