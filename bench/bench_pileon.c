/* Pile-ons among crowds: recall, precision and false alerts of the detector with 95 % intervals (Wilson), over made-up months:
 * bench_pileon [MONTHS [SEED [FALSE_RATE]]]. */
#include "pileon_world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void interval(const char *name, double k, double n)
{
    double z = 1.96, p = n > 0 ? k / n : 0, d = 1 + z * z / n, mid = (p + z * z / (2 * n)) / d;
    double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / d;
    printf(",\"%s\":%.4f,\"%s_low\":%.4f,\"%s_high\":%.4f", name, p, name, mid - half, name, mid + half);
}

int main(int argc, char **argv)
{
    struct pileon_options o;
    struct pileon_score all = {0};
    static const char *const names[] = {"news", "match", "challenge", "attack"};
    pileon_options_init(&o);
    unsigned months = argc > 1 ? (unsigned)atoi(argv[1]) : 3,
             seed = argc > 2 ? (unsigned)atoi(argv[2]) : 1000;
    if (argc > 3) o.false_rate = atof(argv[3]);
    for (unsigned i = 0; i < months; i++) {
        struct pileon_world_options w = {
            .seed = seed + i, .targets = 2000, .days = 30, .crowds = 600, .attacks = 100};
        struct pileon_score s;
        if (pileon_world_run(&w, &o, &s)) return 1;
        for (int k = 0; k < BURST_KINDS; k++) {
            all.bursts[k] += s.bursts[k];
            all.alerted[k] += s.alerted[k];
        }
        all.early += s.early;
        all.alerts += s.alerts;
        all.true_alerts += s.true_alerts;
        all.messages += s.messages;
        all.target_days += s.target_days;
        all.ms += s.ms;
    }
    printf("{\"messages\":%llu,\"target_days\":%.0f,\"us_per_message\":%.2f",
           (unsigned long long)all.messages, all.target_days, all.ms * 1000 / (double)all.messages);
    for (int k = 0; k < BURST_KINDS; k++)
        printf(",\"%s\":\"%u of %u\"", names[k], all.alerted[k], all.bursts[k]);
    interval("recall", all.alerted[BURST_ATTACK], all.bursts[BURST_ATTACK]);
    interval("early", all.early, all.bursts[BURST_ATTACK]);
    interval("precision", all.true_alerts, all.alerts);
    printf(",\"false_alerts\":%u,\"false_per_10000_target_days\":%.3f}\n", all.alerts - all.true_alerts,
           (all.alerts - all.true_alerts) / all.target_days * 10000);
    return 0;
}
