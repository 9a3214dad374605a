/* A made-up month of messages to some thousand targets: everyday traffic, crowds that gather for reasons of their own (news, a
 * match that fills several pages at once, a challenge whose words everybody repeats), and attacks. */
#ifndef MARSAD_BENCH_PILEON_WORLD_H
#define MARSAD_BENCH_PILEON_WORLD_H

#include "network/pileon.h"

struct pileon_world_options {
    uint64_t seed;
    uint32_t targets, days;
    uint32_t crowds, attacks;
};

enum burst_kind { BURST_NEWS, BURST_MATCH, BURST_CHALLENGE, BURST_ATTACK, BURST_KINDS };

struct pileon_score {
    double target_days;
    uint32_t bursts[BURST_KINDS],
        alerted[BURST_KINDS];     /* of each kind, and with at least one alert within it */
    uint32_t early;               /* attacks alerted before a tenth of their messages had come */
    uint32_t alerts, true_alerts; /* all; those within an attack */
    uint64_t messages;
    double ms;
};

/* 0, or -1 without memory. The detector sees the messages in the order of their times. */
int pileon_world_run(const struct pileon_world_options *w, const struct pileon_options *o,
                     struct pileon_score *out);

#endif
