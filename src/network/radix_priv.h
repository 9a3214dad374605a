/* Sorting of 64-bit keys, least significant byte first; bytes that are the same in all keys cost nothing. */
#ifndef MARSAD_NETWORK_RADIX_PRIV_H
#define MARSAD_NETWORK_RADIX_PRIV_H

#include <stddef.h>
#include <stdint.h>

/* spare holds n keys, too. O(n) per byte that differs. */
void radix_sort(uint64_t *keys, uint64_t *spare, size_t n);

#endif
