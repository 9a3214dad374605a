/* PDQ's loops for x86-64 with AVX2. */
#define PDQ_TARGET __attribute__((target("avx2")))
#define PDQ_VECTOR 32
#define PDQ_NAME   pdq_kernels_avx2
#define PDQ_TITLE  "avx2"
#define PDQ_USABLE __builtin_cpu_supports("avx2")
#include "vision/pdq_body.h"
