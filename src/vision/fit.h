/* Whether one picture is seen in another, and where: from pairs of points to a plane transform.
 *
 * A point has a place, a direction and a scale, so one pair alone says how the one picture would have to be turned, scaled
 * and moved. Each pair's say is put to all others (a RANSAC whose samples are of one, and all of them are tried); the one
 * that most agree with is refined: an affine map by least squares, then every point is looked for again where the map says it
 * must be, then a homography where more agree with that. What is counted at the end are points of the reference that
 * are where they must be and look as they must, beside those that should have been seen.
 *
 * Pure functions. About 0.3 ms. */
#ifndef MARSAD_VISION_FIT_H
#define MARSAD_VISION_FIT_H

#include "base/error.h"
#include "base/point.h"

#include <stdbool.h>

enum { FIT_PAIRS_MAX = 1024, FIT_POINTS_MAX = 512, FIT_MIN = 6 };

/* Point `here` of the picture looked at, point `there` of the reference. */
struct fit_pair {
    uint16_t here, there;
};

struct fit {
    double map[9]; /* row by row: a place of the reference, in pixels → the place here; map[8] is 1 */
    unsigned
        places; /* parts of the reference, a sixteenth of its longer side each way, that hold any of them */
    unsigned inliers;  /* points of the reference that are where the map says */
    unsigned expected; /* points of the reference that the picture here could show */
    unsigned spread;   /* thousandths: area of the reference's part that the inliers span, of all of it */
    double
        corners[8]; /* where the reference's corners are here: x, y from the left top, clockwise; in pixels */
};

/* here mirrored: its points are taken as those of the picture with left and right changed; corners too are then in the
 * mirrored picture. pairs, the surest first, are at most FIT_PAIRS_MAX, further ones are not looked at, nor are points beyond FIT_POINTS_MAX of
 * either. True and *out when at least FIT_MIN points agree on a map that a camera or an editor could have made. */
bool fit_pictures(const struct key_frame *here, bool mirrored, const struct key_frame *there,
                  const struct fit_pair *pairs, size_t npairs, struct fit *out);

/* The place of (x, y) of the reference here. */
void fit_place(const struct fit *f, double x, double y, double *out_x, double *out_y);

#endif
