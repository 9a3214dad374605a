/* What comes first. Hard deadlines stand before all else by the queue's own order; among the others it is the harm that
 * a delay would cost, which changes as reach moves and as the hours pass. */
#include "review/review_priv.h"

#include "base/limits.h"
#include "policy/policy.h"

#include <math.h>

void review_rules_init(struct review_rules *r)
{
    *r = (struct review_rules){.lease_us = 15 * US_PER_MINUTE,
                               .undo_us = 5 * US_PER_MINUTE,
                               .next_look_us = US_PER_HOUR,
                               .appeal_clock_us = 72 * US_PER_HOUR,
                               .appeal_window_us = 180 * US_PER_DAY,
                               .second_share = 0.07,
                               .golden_share = 0.03,
                               .exposure_budget = 3600,
                               .work_us = 2 * US_PER_HOUR,
                               .break_us = 15 * US_PER_MINUTE,
                               .at_length_s = 15,
                               .max_leases = REVIEW_MAX_LEASES};
}

double review_priority(int severity, double probability, const struct reach *reach, size_t n,
                       int64_t created_us, int64_t now_us, int64_t next_look_us, double *out_views)
{
    double views = expected_views(reach, n, created_us, now_us, next_look_us);
    if (!isfinite(views) || views < 0) views = 0;
    if (out_views) *out_views = views;
    return severity * probability * (1 + views);
}

/* Rows of which nobody has snapshots keep the place that the policy gave them. */
static int look_at(struct store *s, const struct review_rules *r, const struct queue_row *row, int64_t now_us,
                   struct ranked *out, size_t *io_n, struct error *err)
{
    struct arena a;
    struct reach *reach = NULL;
    size_t n = 0;
    arena_init(&a, 0);
    int code = store_get_reach(s, &row->post, &a, &reach, &n, err);
    if (code == 0 && n > 0) {
        double priority = review_priority(row->severity, row->probability, reach, n, row->created_us, now_us,
                                          r->next_look_us, NULL);
        if (fabs(priority - row->priority) > 0.02 * fmax(priority, row->priority))
            out[(*io_n)++] = (struct ranked){row->post, priority};
    }
    arena_done(&a);
    return code;
}

int review_rank_look(struct store *s, const struct review_rules *r, int64_t now_us, size_t max,
                     struct queue_row *io_after, bool *io_some, struct ranked *out, size_t *out_n,
                     struct error *err)
{
    struct arena a;
    struct queue_row *rows = NULL;
    size_t n = 0;
    arena_init(&a, 0);
    *out_n = 0;
    int code = store_queue(s, NULL, *io_some ? io_after : NULL, max, &a, &rows, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++) code = look_at(s, r, &rows[i], now_us, out, out_n, err);
    if (code == 0) {
        *io_some = n == max;
        if (*io_some) *io_after = rows[n - 1]; /* only its place is read; its strings go with the arena */
    }
    arena_done(&a);
    return code;
}

int review_rank(struct store *s, const struct ranked *v, size_t n, int64_t now_us, struct error *err)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < n; i++)
        code = store_queue_rank(s, &v[i].post, v[i].priority, now_us, err);
    return code;
}
