/* PDQ's loops for x86-64 with AVX-512. */
#define PDQ_TARGET __attribute__((target("avx2,avx512f,avx512bw,avx512dq,avx512vl")))
#define PDQ_VECTOR 64
#define PDQ_NAME   pdq_kernels_avx512
#define PDQ_TITLE  "avx512"
#define PDQ_USABLE                                                                                           \
    (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&                              \
     __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
#include "vision/pdq_body.h"
