/* A part of a picture, turned upright. */
#ifndef MARSAD_VISION_TURN_H
#define MARSAD_VISION_TURN_H

#include <stddef.h>
#include <stdint.h>

/* The rectangle about the middle whose sides are `scale` of the picture's, turned by `degrees` (clockwise as shown), as
 * side × side pixels, by bilinear sampling. What lies outside the picture takes its nearest pixel. */
void turn_grey(const uint8_t *grey, int w, int h, size_t stride, double degrees, double scale, uint8_t *out,
               int side);

/* The largest scale at which that rectangle lies within the picture. */
double turn_scale(int w, int h, double degrees);

#endif
