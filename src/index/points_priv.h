/* What the files of the index of pictures share: a piece of it, and one comparison per instruction set.
 *
 * A piece is one stretch of memory, the same in its file, sections at multiples of 64:
 *
 *   0   8  "MARSPTS1"          8  4  0x01020304, as this machine writes it
 *  12   4  bits of a key      16  4  points       20  4  pictures
 *  24   8  bytes of the file  32  8  checksum of all that follows the head
 *  40   8  checksum of the head, computed with 0 here           48 16  zero
 *  64  per picture, and one more that ends the last: 16 name, 8 time in µs, 2 width, 2 height, 4 its first point
 *      the bits of the points, picture by picture, 32 each
 *      where they lie: 2 x, 2 y, 1 angle, 1 scale
 *      of every 64th point, the picture that it lies in, 4 each
 *      per table: where each bucket begins, 4 each, one more at the end; then the points' numbers, bucket by bucket, 4 each
 *
 * So a point takes 32 + 6 + 8 × 4 bytes, and 1.3 to 2.7 for the buckets' beginnings: 72. */
#ifndef MARSAD_INDEX_POINTS_PRIV_H
#define MARSAD_INDEX_POINTS_PRIV_H

#include "base/vec.h"
#include "index/pictures.h"
#include "index/pieces.h"

struct points_near {
    const char *name;
    bool (*usable)(void);
    /* out[i]: bits in which all[ids[i]] differs from q. */
    void (*distances)(const struct hash256 *q, const struct hash256 *all, const uint32_t *ids, size_t n,
                      uint16_t *out);
};
extern const struct points_near points_near_plain, points_near_popcnt, points_near_avx512;

/* The fastest that this machine runs. */
const struct points_near *points_near_best(void);

/* ---- one piece: points_build.c, points_file.c ---- */

enum {
    POINTS_HEAD_BYTES = 64,
    POINTS_STRIDE = 64 /* of `near` */,
    KEY_BITS_MIN = 6,
    KEY_BITS_MAX = 24,
    FEW_PER_BUCKET = 4
};

struct points_head {
    char magic[8];
    uint32_t order, key_bits, points, pictures;
    uint64_t bytes, sum, head_sum, zero[2];
};
struct points_picture {
    struct id128 name;
    int64_t time_us;
    uint16_t w, h;
    uint32_t first;
};
struct points_place {
    uint16_t x, y;
    uint8_t angle, scale;
};
_Static_assert(sizeof(struct points_head) == POINTS_HEAD_BYTES, "no padding");
_Static_assert(sizeof(struct points_picture) == 32, "no padding");
_Static_assert(sizeof(struct points_place) == 6, "no padding");

struct points_table {
    uint32_t *from; /* 2^bits + 1 */
    uint32_t *ids;
};

struct points {
    struct points_head *head; /* the mapping */
    size_t bytes;
    uint32_t n, npictures;
    uint32_t key_mask;
    struct points_picture *pictures; /* one more at the end */
    struct hash256 *bits;
    struct points_place *places;
    uint32_t *near;
    struct points_table tables[POINTS_TABLES];
};

/* A picture to be built in: its points either as they were found or as they lie in another piece. */
struct points_draft {
    struct points_picture picture; /* `first` does not count */
    size_t n;
    const struct point *points; /* NULL: */
    const struct hash256 *bits;
    const struct points_place *places;
};

/* A piece of an index that has `among` points in all: its buckets are cut as finely as one piece of them all would cut them, as far as
 * its own points go, so that a small one costs less to ask and finds no less than the whole. ERR_NOMEM, ERR_LIMIT. O(n). */
int points_build(const struct points_draft *v, size_t n, size_t among, struct points **out,
                 struct error *err) MUST_USE;
void points_free(struct points *p);

/* Fills the pointers of *p from a head whose numbers have been checked; returns the bytes that the layout takes, 0 when they
 * overflow. base NULL: only counts. */
size_t points_layout(struct points *p, const struct points_head *head, char *base);

/* Writes the sums into the head and the whole to a file. */
int points_save(struct points *p, const char *path, struct error *err) MUST_USE;
/* Maps a file. check: every byte, and that no query can leave it; what comes from elsewhere must be. ERR_FORMAT, ERR_UNSUPPORTED,
 * ERR_NOTFOUND, ERR_IO, ERR_NOMEM. */
int points_open(const char *path, bool check, struct points **out, struct error *err) MUST_USE;

/* A table's key of some bits. */
static inline uint32_t points_key(const struct points *p, const struct hash256 *bits, int table)
{
    return (uint32_t)(bits->w[table / 2] >> (32 * (table % 2))) & p->key_mask;
}

/* Which picture a point lies in. */
static inline uint32_t points_picture_of(const struct points *p, uint32_t id)
{
    uint32_t at = p->near[id / POINTS_STRIDE];
    while (p->pictures[at + 1].first <= id) at++;
    return at;
}

/* ---- all of them: pictures.c ---- */

struct pictures_piece {
    struct points *p;
    struct piece file;
    uint32_t first_picture, first_point; /* numbers through all pieces */
};

struct pictures {
    struct VEC(struct pictures_piece) pieces; /* largest first, but for what waits to be joined */
    struct VEC(uint32_t) owners;              /* of each picture */
    size_t nobody;                            /* of them */
};

/* A piece at the end of the list, its numbers given; its pictures' owners are there already. */
void pictures_number(struct pictures *s);

#endif
