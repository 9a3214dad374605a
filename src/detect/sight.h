/* The second look: points of key frames against those of the banks' (index/pictures.h, vision/fit.h). */
#ifndef MARSAD_DETECT_SIGHT_H
#define MARSAD_DETECT_SIGHT_H

#include "base/vec.h"
#include "detect/detect_priv.h"
#include "vision/fit.h"

/* One key frame in which a key frame of a bank is seen. */
struct sighting {
    uint32_t item;      /* into the set's items: the one whose picture it is */
    uint32_t key;       /* into signals.keys */
    uint32_t reference; /* its number in the set's index of pictures */
    int64_t reference_us;
    uint16_t reference_w, reference_h; /* of the picture that the points of the reference count in */
    bool mirrored;
    struct fit fit;
    double sure; /* that it is the same picture, by this sighting alone */
};
struct sightings VEC(struct sighting);

/* By item, then key; one of each. roots: of each item the one it belongs to, NO_ITEM when that is not there. ERR_NOMEM. */
int sight_search(const struct bank_set *b, const uint32_t *roots, const struct media_signals *m,
                 struct sightings *out) MUST_USE;

/* How sure all sightings of one item make. */
double sight_sure(const struct sighting *v, size_t n);

/* The rectangle in the frame that holds what is seen, and the part of the reference that it is. */
struct region sight_region(const struct sighting *s, const struct media_signals *m);
struct region sight_part(const struct sighting *s, const struct media_signals *m);
/* Where the reference's corners are in the frame, clockwise from its left top: x, y in thousandths; they may lie outside. */
void sight_corners(const struct sighting *s, const struct media_signals *m, int16_t out[8]);
/* How it was turned, to the nearest quarter. */
enum dihedral sight_form(const struct sighting *s);

#endif
