/* Chance that is the same on every machine: splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number
 * generators", 2014). */
#include "world.h"

uint64_t rng_u64(struct rng *r)
{
    uint64_t z = (r->state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t rng_below(struct rng *r, uint64_t n) { return rng_u64(r) % n; }

int64_t rng_between(struct rng *r, int64_t lo, int64_t hi)
{
    return lo + (int64_t)rng_below(r, (uint64_t)(hi - lo) + 1);
}

double rng_unit(struct rng *r) { return (double)(rng_u64(r) >> 11) / 9007199254740992.0; }

uint64_t seed_of(const char *text, uint64_t salt)
{
    struct rng r = {salt};
    for (; *text; text++) r.state = rng_u64(&r) ^ (unsigned char)*text;
    return rng_u64(&r);
}
