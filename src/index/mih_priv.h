/* What the files of multi-index hashing share: how an index lies in memory and in its file.
 *
 *   0   8  "MARSMIH1"
 *   8   4  0x01020304, as this machine writes it
 *  12   4  m, the number of parts
 *  16   8  entries            24  8  different hashes
 *  32   8  bytes of the file  40  8  checksum of all that follows the head
 *  48   8  checksum of the head, computed with 0 here
 *  64  32 × m   per part, the mask of its bits: four words. The masks share no bit and have all 256 together.
 *
 * From byte 4096, each section at a multiple of 64:
 *   the hashes, 32 bytes each, ascending by their value in part 0
 *   where the payloads of each hash begin, 4 bytes, one more at the end; left out when all hashes are different
 *   the payloads, 4 bytes each
 *   for each part: where each value's list begins, 4 bytes, one more at the end; then the lists: positions of hashes,
 *   4 bytes each. Part 0 has no lists: its hashes lie in order. */
#ifndef MARSAD_INDEX_MIH_PRIV_H
#define MARSAD_INDEX_MIH_PRIV_H

#include "index/mih.h"

enum { MIH_HEAD_BYTES = 4096, MIH_PARTS_MIN = 10, MIH_PARTS_MAX = 32, MIH_PART_BITS_MAX = 26 };
#define MIH_ORDER UINT32_C(0x01020304)

struct mih_head {
    char magic[8];
    uint32_t order, parts;
    uint64_t entries, distinct, bytes, sum, head_sum, zero;
    uint64_t masks[MIH_PARTS_MAX][4];
};

/* Every value that differs from 0 in at most `flips` of `bits` bits, neighbours in memory next to each other. */
struct mih_flips {
    uint32_t *v;
    size_t n;
};
enum { MIH_FLIPS_MAX = 3 }; /* of one part: more is dearer than the scan */

struct mih_part {
    const uint64_t *mask;
    int bits;
    const uint32_t *start, *list; /* list NULL: the identity */
};

struct mih {
    struct mih_head *head; /* the mapping */
    size_t bytes, entries, distinct;
    const struct hash256 *hashes;
    const uint32_t *payload_start, *payloads; /* payload_start NULL: the identity */
    int parts;
    struct mih_part part[MIH_PARTS_MAX];
    struct mih_flips flips[MIH_PART_BITS_MAX + 1][MIH_FLIPS_MAX + 1]; /* of the widths in use */
};

/* Allowances for a radius, -1: the part is not asked. They sum to radius + 1 - parts. */
void mih_allow(int parts, int radius, int8_t allow[MIH_PARTS_MAX]);
/* C(bits, 0) + … + C(bits, flips). */
double mih_ball(int bits, int flips);

/* Fills the pointers of *m from a head whose numbers have been checked; returns the bytes that the layout takes, 0
 * when they overflow. base NULL: only counts. */
size_t mih_layout(struct mih *m, const struct mih_head *head, char *base);
/* Lists of flips for the widths of the parts. ERR_NOMEM. */
int mih_flips_make(struct mih *m) MUST_USE;

/* A part's value of a hash: its bits packed. */
static inline uint32_t mih_value_plain(const struct hash256 *h, const uint64_t mask[4])
{
    uint32_t v = 0;
    int at = 0;
    for (int k = 0; k < 4; k++)
        for (uint64_t left = mask[k]; left; left &= left - 1)
            v |= (uint32_t)((h->w[k] >> __builtin_ctzll(left)) & 1) << at++;
    return v;
}

#if defined(__x86_64__)
__attribute__((target("bmi2,popcnt"))) static inline uint32_t mih_value_fast(const struct hash256 *h,
                                                                             const uint64_t mask[4])
{
    uint64_t v = 0;
    int at = 0;
    for (int k = 0; k < 4; k++) {
        v |= (uint64_t)__builtin_ia32_pext_di(h->w[k], mask[k]) << (at & 63);
        at += __builtin_popcountll(mask[k]);
    }
    return (uint32_t)v;
}
static inline bool mih_fast(void)
{
    return __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}
#else
#define mih_value_fast mih_value_plain
static inline bool mih_fast(void) { return false; }
#endif

#endif
