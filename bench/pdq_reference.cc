// Hashes per second of one core by the field's own hasher, on the luma that bench_pdq hashes. Built by hand against a checkout
// of facebook/ThreatExchange (T), outside of this project's build:
//
//     c++ -O3 -march=native -I$T bench/pdq_reference.cc $T/pdq/cpp/hashing/*.cpp $T/pdq/cpp/downscaling/*.cpp
//         $T/pdq/cpp/common/*.cpp -o pdq_reference
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <vector>

#include <pdq/cpp/hashing/pdqhashing.h>

using namespace facebook::pdq::hashing;

static int64_t core_us()
{
    timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int main()
{
    const int sides[] = {64, 512};
    printf("{\"bench\":\"pdq_reference\",\"hashes_per_second\":[");
    for (int side : sides) {
        std::vector<float> luma(side * side), a(side * side), b(side * side);
        uint32_t state = 1;
        for (auto &v : luma) {
            state = state * 1664525u + 1013904223u;
            v = (float)(state >> 24);
        }
        static float b64[64][64], b1664[16][64], b1616[16][16];
        Hash256 hash;
        int quality;
        uint64_t done = 0;
        int64_t start = core_us(), spent;
        do {
            a = luma; /* it is overwritten */
            pdqHash256FromFloatLuma(a.data(), b.data(), side, side, b64, b1664, b1616, hash, quality);
            done++;
            spent = core_us() - start;
        } while (spent < 2000000);
        printf("%s{\"side\":%d,\"per_second\":%.0f}", side == 64 ? "" : ",", side,
               (double)done * 1e6 / (double)spent);
    }
    printf("]}\n");
}
