/* Planted groups in a million posts: what the chance rule keeps, and what it lets through. One JSON object per world. */
#include "network_truth.h"

#include <stdio.h>

int main(void)
{
    static const struct {
        const char *name;
        double zipf, spread_s, skip;
    } worlds[] = {{"zipf 0.7", 0.7, 20, 0},
                  {"zipf 0.7, jitter to 55 s, a third skipped", 0.7, 55, 1.0 / 3},
                  {"zipf 1.0", 1.0, 20, 0},
                  {"zipf 1.0, jitter to 55 s, a third skipped", 1.0, 55, 1.0 / 3}};
    for (uint64_t seed = 1; seed <= 3; seed++) {
        for (size_t i = 0; i < sizeof worlds / sizeof *worlds; i++) {
            struct world_options wo;
            struct world w;
            struct network_options o;
            struct truth_score s;
            struct error err;
            world_options_init(&wo);
            network_options_init(&o);
            wo.seed = seed;
            wo.zipf = worlds[i].zipf;
            wo.spread_s = worlds[i].spread_s;
            wo.skip = worlds[i].skip;
            if (world_make(&wo, &w) || truth_score(&w, &o, &s, &err)) return 1;
            world_done(&w);
            printf("{\"world\":\"%s\",\"seed\":%d,\"planted_pairs\":%llu,\"kept\":%llu,\"edges\":%llu,"
                   "\"false\":%llu,"
                   "\"groups\":%u,\"nmi\":%.5f}\n",
                   worlds[i].name, (int)seed, (unsigned long long)s.planted_pairs,
                   (unsigned long long)s.kept_pairs, (unsigned long long)s.edges,
                   (unsigned long long)s.false_edges, s.groups, s.nmi);
            fflush(stdout);
        }
    }
    return 0;
}
