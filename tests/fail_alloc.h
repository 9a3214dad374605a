/* Makes the n-th allocation of the code under test fail. Only what is linked statically is reached: not libc's own
 * calls, and not shared libraries.
 *
 *     bool done = false;
 *     for (unsigned n = 1; !done; n++) {
 *         fail_alloc_at(n);
 *         … run; either it succeeds or it reports ERR_NOMEM …
 *         done = !fail_alloc_stop();
 *     } */
#ifndef MARSAD_FAIL_ALLOC_H
#define MARSAD_FAIL_ALLOC_H

#include <stdbool.h>

/* The n-th allocation from now (1 the next one) returns NULL, once. */
void fail_alloc_at(unsigned n);
/* Back to normal. True when an allocation did fail since fail_alloc_at. */
bool fail_alloc_stop(void);

#endif
