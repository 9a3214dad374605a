/* How many views are still to come. Short-video posts have had 32 % of their views after a day, 38 % after two, 55 %
 * after seven and about all after ninety (a vendor's count over two billion clips). Between those points the share
 * grows with the logarithm of the age, and before the first day from an hour on. */
#include "policy/policy.h"

#include "base/clock.h"

#include <math.h>

#define AGE_MIN_US                                                                                           \
    (10 * US_PER_MINUTE) /* younger posts are taken as this old: nothing is known of the first minutes */
#define GAP_MIN_US (5 * US_PER_MINUTE) /* snapshots closer than this tell nothing about growth */

/* Share of all views by an age; above 1 after ninety days, for the growth of posts that live longer. */
static double share(double age_us)
{
    static const struct {
        double hours, share;
    } at[] = {{24, 0.32}, {48, 0.38}, {168, 0.55}, {2160, 1.0}};
    double hours = age_us / (double)US_PER_HOUR;
    if (hours <= at[0].hours) return at[0].share * log1p(hours) / log1p(at[0].hours);
    size_t i = 1;
    while (i < 3 && hours > at[i].hours) i++;
    double slope = (at[i].share - at[i - 1].share) / log(at[i].hours / at[i - 1].hours);
    return at[i - 1].share + slope * log(hours / at[i - 1].hours);
}

static double age_at(int64_t at_us, int64_t created_us)
{
    return fmax((double)at_us - (double)created_us, (double)AGE_MIN_US);
}

double expected_views(const struct reach *reach, size_t n, int64_t created_us, int64_t now_us,
                      int64_t ahead_us)
{
    const struct reach *last = NULL, *before = NULL;
    for (size_t i = n; i-- > 0 && !before;) {
        const struct reach *r = &reach[i];
        if (r->views < 0 || r->at_us == TIME_UNKNOWN) continue;
        if (!last)
            last = r;
        else if ((double)last->at_us - (double)r->at_us >= (double)GAP_MIN_US)
            before = r;
    }
    if (!last || ahead_us <= 0) return 0;
    if (now_us < last->at_us) now_us = last->at_us;
    if (created_us == TIME_UNKNOWN) {
        /* No age, no decay: the rate as it was. */
        if (!before || last->views <= before->views) return 0;
        return (double)(last->views - before->views) * (double)ahead_us /
               ((double)last->at_us - (double)before->at_us);
    }
    double now = age_at(now_us, created_us), then = now + (double)ahead_us;
    double at_last = age_at(last->at_us, created_us);
    if (before) {
        double grown = share(at_last) - share(age_at(before->at_us, created_us));
        if (grown > 0) {
            double views = (double)last->views - (double)before->views;
            return views > 0 ? views / grown * (share(then) - share(now)) : 0;
        }
    }
    double still = fmin(share(then), 1) - fmin(share(now), 1);
    return (double)last->views / fmin(share(at_last), 1) * still;
}
