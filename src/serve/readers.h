/* Connections that only look: a few for many threads, each lent to one at a time. */
#ifndef MARSAD_SERVE_READERS_H
#define MARSAD_SERVE_READERS_H

#include "store/store.h"

struct readers;

int readers_new(const char *where, unsigned n, struct readers **out, struct error *err) MUST_USE;
/* All must have been given back. Takes NULL. */
void readers_free(struct readers *r);
/* Waits until one is free. */
struct store *readers_take(struct readers *r);
void readers_give(struct readers *r, struct store *s);

#endif
