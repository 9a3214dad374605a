/* The second look (sight.h).
 *
 * How sure. Of a reference's points that the frame could show, a share is found again where one plane map says, by alike
 * bits. By chance, or because two pictures carry the same caption or are written in the same letters, a few are: so the
 * share counts, and over how many parts of the reference it is spread. The weights were fitted by logistic regression on drawn
 * clips that are in no bank and on edits of others (docs/see.md). */
#include "detect/sight.h"

#include "detect/bank_sights.h"

#include <math.h>
#include <stdlib.h>

enum { PAIRS_MIN = 4, PLACES_MIN = 5 };
#define VOTES_MIN   1.5
#define SHARE_MIN   0.08
#define SURE_OF_ONE 0.97
#define MARGIN      2.5 /* among uploads copies are rarer than they were among what the weights were fitted on */
#define FITTED_ON   12.0 /* items: in more of them chance has more to choose from */
#define SURE_MIN    0.05
#define HINT_MIN    0.005 /* in a first look: enough to look closer */
#define NEARLY      15    /* thousandths: so near to the border is the border */

static double logistic(double x) { return 1 / (1 + exp(-x)); }

static double sure_of(const struct fit *f, double items)
{
    double share = (double)f->inliers / (f->expected > f->inliers ? f->expected : f->inliers);
    if (f->places < PLACES_MIN || share < SHARE_MIN) return 0;
    double x = 0.458 * (double)f->places + 6.455 * share + 1.146 * log2((f->spread + 10) / 80.0) - 8.61;
    x -= MARGIN + 0.5 * log(items > FITTED_ON ? items / FITTED_ON : 1);
    return SURE_OF_ONE * logistic(x);
}

static int try_candidate(const struct bank_set *b, const uint32_t *roots, const struct media_signals *m,
                         uint32_t key, bool mirrored, const struct points_candidate *c, struct sightings *out)
{
    struct sighting s = {.key = key, .reference = c->picture, .mirrored = mirrored, .item = roots[c->owner]};
    if (s.item == NO_ITEM || c->npairs < PAIRS_MIN || c->votes < VOTES_MIN) return 0;
    struct fit_pair pairs[POINTS_PAIRS_MAX];
    struct point room[KEY_POINTS_MAX];
    struct key_frame there;
    pictures_get(b->pictures, c->picture, room, &there);
    s.reference_us = there.time_us;
    s.reference_w = there.w;
    s.reference_h = there.h;
    for (size_t i = 0; i < c->npairs; i++) pairs[i] = (struct fit_pair){c->pairs[i].here, c->pairs[i].there};
    if (!fit_pictures(&m->keys[key], mirrored, &there, pairs, c->npairs, &s.fit)) return 0;
    s.sure = sure_of(&s.fit, (double)b->items.n / 2);
    return s.sure > (m->first_look ? HINT_MIN : SURE_MIN) ? VEC_PUSH(out, s) : 0;
}

static int by_item(const void *pa, const void *pb)
{
    const struct sighting *a = pa, *b = pb;
    if (a->item != b->item) return a->item < b->item ? -1 : 1;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    if (a->sure != b->sure) return a->sure > b->sure ? -1 : 1;
    if (a->fit.inliers != b->fit.inliers) return a->fit.inliers > b->fit.inliers ? -1 : 1;
    if (a->mirrored != b->mirrored) return b->mirrored ? -1 : 1;
    return a->reference < b->reference ? -1 : a->reference > b->reference;
}

static int look_in(const struct bank_set *b, const uint32_t *roots, const struct media_signals *m,
                   uint32_t key, bool mirrored, struct points_result *found, struct sightings *out)
{
    int rc = pictures_query(b->pictures, &m->keys[key], mirrored, found);
    for (size_t i = 0; i < found->n && !rc; i++)
        rc = try_candidate(b, roots, m, key, mirrored, &found->v[i], out);
    return rc;
}

int sight_search(const struct bank_set *b, const uint32_t *roots, const struct media_signals *m,
                 struct sightings *out)
{
    if (!b->pictures) return 0;
    struct points_result *found = malloc(sizeof *found);
    int rc = found ? 0 : ERR_NOMEM;
    for (uint32_t k = 0; k < m->nkeys && !rc; k++)
        for (int n = 0; n < 2 && !rc; n++) rc = look_in(b, roots, m, k, n % 2, found, out);
    free(found);
    if (rc || out->n == 0) return rc;
    qsort(out->v, out->n, sizeof *out->v, by_item);
    size_t kept = 0;
    for (size_t i = 0; i < out->n; i++)
        if (kept == 0 || out->v[kept - 1].item != out->v[i].item || out->v[kept - 1].key != out->v[i].key)
            out->v[kept++] = out->v[i];
    out->n = kept;
    return 0;
}

/* What speaks against one sighting speaks against others of the same clip too: each further one counts half as much. */
double sight_sure(const struct sighting *v, size_t n)
{
    double best = 0, more = 0;
    for (size_t i = 0; i < n; i++) best = fmax(best, v[i].sure);
    for (size_t i = 0; i < n; i++) more += v[i].sure;
    return 1 - (1 - best) * pow(0.5, fmin(more - best, 4));
}

/* ---- where ---- */

static uint16_t thousandth(double v, double of)
{
    double t = v * 1000 / of;
    return (uint16_t)lrint(t < NEARLY ? 0 : t > 1000 - NEARLY ? 1000 : t);
}

static struct region rectangle(double x0, double y0, double x1, double y1, double w, double h)
{
    uint16_t x = thousandth(x0, w), y = thousandth(y0, h), right = thousandth(x1, w),
             bottom = thousandth(y1, h);
    if (right <= x || bottom <= y) return REGION_WHOLE;
    return (struct region){x, y, (uint16_t)(right - x), (uint16_t)(bottom - y)};
}

/* A corner of the reference as the frame shows it, not as its mirror does. */
static double corner_x(const struct sighting *s, const struct key_frame *here, int i)
{
    double x = s->fit.corners[2 * i];
    return s->mirrored ? here->w - x : x;
}

struct region sight_region(const struct sighting *s, const struct media_signals *m)
{
    const struct key_frame *here = &m->keys[s->key];
    double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
    for (int i = 0; i < 4; i++) {
        x0 = fmin(x0, corner_x(s, here, i));
        x1 = fmax(x1, corner_x(s, here, i));
        y0 = fmin(y0, s->fit.corners[2 * i + 1]);
        y1 = fmax(y1, s->fit.corners[2 * i + 1]);
    }
    return rectangle(x0, y0, x1, y1, here->w, here->h);
}

struct region sight_part(const struct sighting *s, const struct media_signals *m)
{
    enum { STEPS = 40 };
    const struct key_frame *here = &m->keys[s->key];
    double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
    for (int r = 0; r <= STEPS; r++)
        for (int c = 0; c <= STEPS; c++) {
            double x, y, u = (double)s->reference_w * c / STEPS, v = (double)s->reference_h * r / STEPS;
            fit_place(&s->fit, u, v, &x, &y);
            if (x < -1 || y < -1 || x > here->w + 1 || y > here->h + 1) continue;
            x0 = fmin(x0, u);
            x1 = fmax(x1, u);
            y0 = fmin(y0, v);
            y1 = fmax(y1, v);
        }
    return x1 > x0 && y1 > y0 ? rectangle(x0, y0, x1, y1, s->reference_w, s->reference_h) : REGION_WHOLE;
}

static int16_t clamped(double v) { return (int16_t)lrint(v < -30000 ? -30000 : v > 30000 ? 30000 : v); }

void sight_corners(const struct sighting *s, const struct media_signals *m, int16_t out[8])
{
    const struct key_frame *here = &m->keys[s->key];
    for (int i = 0; i < 4; i++) {
        out[2 * i] = clamped(corner_x(s, here, i) * 1000 / here->w);
        out[2 * i + 1] = clamped(s->fit.corners[2 * i + 1] * 1000 / here->h);
    }
}

enum dihedral sight_form(const struct sighting *s)
{
    static const enum dihedral plain[4] = {DIHEDRAL_ORIGINAL, DIHEDRAL_ROT90, DIHEDRAL_ROT180,
                                           DIHEDRAL_ROT270};
    static const enum dihedral mirrored[4] = {DIHEDRAL_FLIPY, DIHEDRAL_TRANSPOSE, DIHEDRAL_FLIPX,
                                              DIHEDRAL_ANTITRANSPOSE};
    double dx = s->fit.corners[2] - s->fit.corners[0], dy = s->fit.corners[3] - s->fit.corners[1];
    int quarter = (int)lrint(atan2(dy, dx) / (M_PI / 2)) & 3; /* clockwise as shown */
    return s->mirrored ? mirrored[quarter] : plain[quarter];
}
