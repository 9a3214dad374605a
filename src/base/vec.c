#include "base/vec.h"

#include "base/checked.h"

int vec_grow(void **v, size_t *cap, size_t need, size_t elem_bytes)
{
    if (need <= *cap) return 0;
    size_t want = *cap ? *cap : 4, bytes;
    while (want < need)
        if (!checked_mul(want, 2, &want)) want = need;
    if (!checked_mul(want, elem_bytes, &bytes)) return ERR_NOMEM;
    void *p = realloc(*v, bytes ? bytes : 1);
    if (!p) return ERR_NOMEM;
    *v = p;
    *cap = want;
    return 0;
}
