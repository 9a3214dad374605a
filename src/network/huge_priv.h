/* Large arrays that are read here and there: with pages of 2 MiB a look costs one miss of the cache and not another one of
 * the page tables. Only a wish: where the system has none to give, nothing changes. */
#ifndef MARSAD_NETWORK_HUGE_PRIV_H
#define MARSAD_NETWORK_HUGE_PRIV_H

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#define HUGE_PAGE ((uintptr_t)2 << 20)

static inline void wish_huge_pages(void *p, size_t n)
{
    uintptr_t from = ((uintptr_t)p + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1),
              to = ((uintptr_t)p + n) & ~(HUGE_PAGE - 1);
    if (p && n >= 4 * HUGE_PAGE && to > from) (void)madvise((void *)from, to - from, MADV_HUGEPAGE);
}

#endif
