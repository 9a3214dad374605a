/* PDQ's loops for any machine. */
#define PDQ_TARGET
#define PDQ_VECTOR 16
#define PDQ_NAME   pdq_kernels_plain
#define PDQ_TITLE  "plain"
#define PDQ_USABLE true
#include "vision/pdq_body.h"
