/* A file being written: buffered, beside its target, renamed when all of it is there; on the disk first where it takes an older
 * one's place. A pipe or a device is written into as it is. */
#ifndef MARSAD_NETWORK_OUT_PRIV_H
#define MARSAD_NETWORK_OUT_PRIV_H

#include "base/buf.h"

struct out {
    char *path, *temporary; /* temporary NULL: standard output, a pipe or a device */
    int fd;
    bool replaces;
    struct buf b;
};

int out_open(struct out *o, const char *path, struct error *err) MUST_USE;
/* Writes what has gathered when there is enough of it. */
int out_drain(struct out *o, struct error *err) MUST_USE;
int out_close(struct out *o, bool keep, struct error *err) MUST_USE;

void out_u64(struct buf *b, uint64_t v);
/* At most 15 significant digits, as R prints numbers. */
void out_number(struct buf *b, double v);
/* A CSV field, quoted when it must be. */
void out_csv(struct buf *b, struct sv s);

#endif
