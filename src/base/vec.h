/* A typed growing array on the heap, by macro:  struct ids VEC(uint32_t); */
#ifndef MARSAD_BASE_VEC_H
#define MARSAD_BASE_VEC_H

#include <stdlib.h>

#include "base/error.h"

#define VEC(type)                                                                                            \
    {                                                                                                        \
        type *v;                                                                                             \
        size_t n, cap;                                                                                       \
    }

/* Room for one more: 0 or ERR_NOMEM (also when n × size would overflow). Used by VEC_PUSH. */
int vec_grow(void **v, size_t *cap, size_t need, size_t elem_bytes) MUST_USE;

/* 0 or ERR_NOMEM; on failure the vector is unchanged. */
#define VEC_PUSH(vec, ...)                                                                                   \
    (((vec)->n < (vec)->cap ||                                                                               \
      vec_grow((void **)&(vec)->v, &(vec)->cap, (vec)->n + 1, sizeof(*(vec)->v)) == 0)                       \
         ? ((vec)->v[(vec)->n++] = (__VA_ARGS__), 0)                                                         \
         : ERR_NOMEM)
#define VEC_RESERVE(vec, want)                                                                               \
    ((vec)->cap >= (want) ? 0 : vec_grow((void **)&(vec)->v, &(vec)->cap, (want), sizeof(*(vec)->v)))
#define VEC_DONE(vec) (free((vec)->v), (vec)->v = NULL, (vec)->n = (vec)->cap = 0)

#endif
