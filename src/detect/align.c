/* A Hough vote over speed and offset: for each speed every pair says which offset it would need; the offset on which
 * most different moments agree, within a slack, wins. */
#include "detect/align.h"

#include <math.h>
#include <stdlib.h>

enum { STEPS = 19, PAIRS_MAX = 4000, ROUNDS = 8 };

struct vote {
    int64_t offset_us, here_us;
};

static int by_offset(const void *pa, const void *pb)
{
    const struct vote *a = pa, *b = pb;
    if (a->offset_us != b->offset_us) return a->offset_us < b->offset_us ? -1 : 1;
    return a->here_us < b->here_us ? -1 : a->here_us > b->here_us;
}

static int by_here(const void *pa, const void *pb)
{
    const struct vote *a = pa, *b = pb;
    return a->here_us < b->here_us ? -1 : a->here_us > b->here_us;
}

/* Plain speed first, then further and further from it, so that the first of equals is the plainest. */
static double speed_of(int step)
{
    double speed = exp((step + 1) / 2 * (step % 2 ? 1 : -1) * 0.1);
    return fabs(speed - 1) < 1e-9 ? 1 : speed;
}

static size_t moments_in(struct vote *v, size_t n, int64_t *out_span_us)
{
    size_t different = n > 0;
    qsort(v, n, sizeof *v, by_here);
    for (size_t i = 1; i < n; i++) different += v[i].here_us != v[i - 1].here_us;
    *out_span_us = n ? v[n - 1].here_us - v[0].here_us : 0;
    return different;
}

/* A line and how many pairs lie on it. */
struct candidate {
    struct align line;
    size_t pairs;
};

/* The window of offsets with most votes, then how many moments they come from. Of lines through as many moments the one with clearly
 * more pairs is the better: a scene that hardly moves looks alike for a while, and then many lines go through it. */
static void try_speed(struct vote *votes, struct vote *window, const struct align_pair *pairs, size_t n,
                      size_t step_pairs, double speed, struct candidate *best)
{
    size_t kept = 0, from = 0, best_from = 0, best_n = 0;
    for (size_t i = 0; i < n; i += step_pairs)
        votes[kept++] =
            (struct vote){pairs[i].there_us - (int64_t)(speed * (double)pairs[i].here_us), pairs[i].here_us};
    qsort(votes, kept, sizeof *votes, by_offset);
    for (size_t to = 0; to < kept; to++) {
        while (votes[to].offset_us - votes[from].offset_us > 2 * ALIGN_SLACK_US) from++;
        if (to + 1 - from > best_n) best_n = to + 1 - from, best_from = from;
    }
    if (best_n < best->line.moments) return;
    int64_t span_us, middle = votes[best_from + best_n / 2].offset_us;
    for (size_t i = 0; i < best_n; i++) window[i] = votes[best_from + i];
    size_t moments = moments_in(window, best_n, &span_us);
    bool better =
        moments > best->line.moments || (moments == best->line.moments && best_n * 20 > best->pairs * 21);
    if (better && span_us >= 1000000) *best = (struct candidate){{speed, middle, moments}, best_n};
}

/* Speed and offset by least squares over the pairs that agree. */
static bool line_through(const struct align_pair *pairs, size_t n, const struct align *a, double *speed,
                         double *offset_us)
{
    double sx = 0, sy = 0, sxx = 0, sxy = 0, count = 0;
    for (size_t i = 0; i < n; i++) {
        if (llabs(pairs[i].there_us - align_there(a, pairs[i].here_us)) > ALIGN_SLACK_US) continue;
        double x = (double)pairs[i].here_us / 1e6, y = (double)pairs[i].there_us / 1e6;
        sx += x, sy += y, sxx += x * x, sxy += x * y, count++;
    }
    double spread = count * sxx - sx * sx;
    if (count < 3 || spread < 1e-6) return false;
    *speed = (count * sxy - sx * sy) / spread;
    *offset_us = (sy - *speed * sx) / count * 1e6;
    return true;
}

/* Again and again: on a line that is a little off those at both ends lie outside the slack, and which they are changes as it turns. */
static void refine(const struct align_pair *pairs, size_t n, struct align *a)
{
    double first = a->speed, speed, offset_us;
    for (int round = 0; round < ROUNDS && line_through(pairs, n, a, &speed, &offset_us); round++) {
        if (fabs(speed - first) > 0.15 * fabs(first)) return;
        bool settled = fabs(speed - a->speed) < 0.001;
        a->speed = speed;
        a->offset_us = (int64_t)offset_us;
        if (settled) return;
    }
}

int align_fit(const struct align_pair *pairs, size_t n, struct align *out)
{
    struct candidate best = {.pairs = 0};
    size_t step = n / PAIRS_MAX + 1;
    if (n < 3) return 0;
    struct vote *votes = malloc(2 * n * sizeof *votes);
    if (!votes) return ERR_NOMEM;
    for (int direction = 1; direction >= -1; direction -= 2)
        for (int s = 0; s < STEPS; s++)
            try_speed(votes, votes + n, pairs, n, step, direction * speed_of(s), &best);
    free(votes);
    if (best.line.moments < 3) return 0;
    refine(pairs, n, &best.line);
    *out = best.line;
    return 1;
}
