/* Hashes per second of one core's time (not of the clock on the wall: the machine may be busy), luma in memory: one
 * JSON object. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "vision/pdq_priv.h"

static int64_t core_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

static double rate(const struct pdq_kernels *k, struct pdq_scratch *s, const float *luma, int rows, int cols,
                   int forms, int64_t budget_us)
{
    struct hash256 out[PDQ_FORMS];
    int quality;
    uint64_t done = 0;
    int64_t start = core_us(), spent;
    do {
        for (int i = 0; i < 16; i++, done++)
            if (pdq_hash_with(k, s, luma, rows, cols, forms, out, &quality, NULL)) return 0;
        spent = core_us() - start;
    } while (spent < budget_us);
    return (double)done * 1e6 / (double)spent;
}

int main(void)
{
    static const struct {
        int rows, cols, forms;
    } cases[] = {{64, 64, 1}, {64, 64, 8}, {512, 512, 1}, {512, 512, 8}, {1024, 576, 8}};
    static float luma[1024 * 576];
    struct pdq_scratch s;
    uint32_t state = 1;
    for (size_t i = 0; i < sizeof luma / sizeof *luma; i++) {
        state = state * 1664525u + 1013904223u;
        luma[i] = (float)(state >> 24);
    }
    const struct pdq_kernels *best = pdq_kernels_best(), *plain = &pdq_kernels_plain;
    pdq_scratch_init(&s);
    printf("{\"bench\":\"pdq\",\"kernels\":\"%s\",\"hashes_per_second\":[", best->name);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        printf("%s{\"rows\":%d,\"cols\":%d,\"forms\":%d,\"best\":%.0f,\"plain\":%.0f}", i ? "," : "",
               cases[i].rows, cases[i].cols, cases[i].forms,
               rate(best, &s, luma, cases[i].rows, cases[i].cols, cases[i].forms, US_PER_SECOND),
               rate(plain, &s, luma, cases[i].rows, cases[i].cols, cases[i].forms, US_PER_SECOND));
    printf("]}\n");
    pdq_scratch_done(&s);
    return 0;
}
