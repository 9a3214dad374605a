/* Pixels of ours as a PNG file, for pages and interfaces that show pictures: what a browser is given was written by us, never
 * by whoever made the file that the pixels came from. */
#ifndef MARSAD_MEDIA_PNG_H
#define MARSAD_MEDIA_PNG_H

#include "base/buf.h"

/* Appends. 8 bits a channel, channels 1 (grey) or 3 (RGB), rows without gaps. Trouble is the buffer's (`failed`). */
void png_write(const uint8_t *pixels, uint32_t width, uint32_t height, int channels, struct buf *b);
/* The same as "data:image/png;base64,…". */
void png_write_data_url(const uint8_t *pixels, uint32_t width, uint32_t height, int channels, struct buf *b);

#endif
