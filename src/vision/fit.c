/* From pairs of points to a plane transform (fit.h). */
#include "vision/fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOOK_BITS_MAX = 66, /* of 256: a point that is looked for where it must be */
    ASK_MAX = 96,       /* pairs, the first ones, whose say is put to all others */
    AGREE_MIN = 4,      /* pairs, before anything is looked for again */
    PLACES = 16,        /* parts of the reference's longer side */
    HOMOGRAPHY_MIN = 12 /* inliers before a map of eight unknowns is tried */
};

/* A point as the fitting sees it: pixels, turns, octaves. */
struct spot {
    double x, y, turn, octave;
    struct hash256 bits;
};

struct fitting {
    struct spot here[FIT_POINTS_MAX], there[FIT_POINTS_MAX];
    size_t nhere, nthere;
    double w, h; /* of the picture here */
    struct fit_pair pairs[FIT_PAIRS_MAX];
    size_t npairs;
};

static size_t take_spots(const struct key_frame *k, bool mirrored, struct spot *out)
{
    size_t n = k->npoints < FIT_POINTS_MAX ? k->npoints : FIT_POINTS_MAX;
    for (size_t i = 0; i < n; i++) {
        const struct point *p = &k->points[i];
        double x = (double)p->x / POINT_UNIT, turn = (double)p->angle / POINT_ANGLES;
        out[i] = (struct spot){mirrored ? k->w - x : x, (double)p->y / POINT_UNIT,
                               mirrored ? 0.5 - turn : turn, (double)p->scale / POINT_STEPS_PER_OCTAVE,
                               mirrored ? point_mirrored(&p->bits) : p->bits};
    }
    return n;
}

/* ---- maps ---- */

static void apply(const double m[9], double x, double y, double *out_x, double *out_y)
{
    double d = m[6] * x + m[7] * y + m[8];
    if (fabs(d) < 1e-9) d = 1e-9;
    *out_x = (m[0] * x + m[1] * y + m[2]) / d;
    *out_y = (m[3] * x + m[4] * y + m[5]) / d;
}

void fit_place(const struct fit *f, double x, double y, double *out_x, double *out_y)
{
    apply(f->map, x, y, out_x, out_y);
}

static double distance2(const struct fitting *f, const double m[9], const struct fit_pair *p)
{
    double x, y;
    apply(m, f->there[p->there].x, f->there[p->there].y, &x, &y);
    x -= f->here[p->here].x;
    y -= f->here[p->here].y;
    return x * x + y * y;
}

/* Gauss with pivots; a: n rows of n + 1. False when there is no one answer. */
static bool solve(double *a, int n, double *out)
{
    for (int c = 0; c < n; c++) {
        int best = c;
        for (int r = c + 1; r < n; r++)
            if (fabs(a[r * (n + 1) + c]) > fabs(a[best * (n + 1) + c])) best = r;
        if (fabs(a[best * (n + 1) + c]) < 1e-9) return false;
        for (int k = 0; k <= n && best != c; k++) {
            double swap = a[c * (n + 1) + k];
            a[c * (n + 1) + k] = a[best * (n + 1) + k];
            a[best * (n + 1) + k] = swap;
        }
        for (int r = 0; r < n; r++) {
            double by = a[r * (n + 1) + c] / a[c * (n + 1) + c];
            for (int k = c; k <= n && r != c; k++) a[r * (n + 1) + k] -= by * a[c * (n + 1) + k];
        }
    }
    for (int c = 0; c < n; c++) out[c] = a[c * (n + 1) + n] / a[c * (n + 1) + c];
    return true;
}

/* One equation into the normal ones: row · unknowns = value. */
static void add_equation(double *a, int n, const double *row, double value)
{
    for (int r = 0; r < n; r++) {
        for (int c = 0; c < n; c++) a[r * (n + 1) + c] += row[r] * row[c];
        a[r * (n + 1) + n] += row[r] * value;
    }
}

/* Least squares over pairs, in units of 100 pixels so that the numbers are of one size. unknowns: 4 a similarity, 6 an
 * affine map, 8 a homography. */
static bool least_squares(const struct fitting *f, const struct fit_pair *v, size_t n, int unknowns,
                          double m[9])
{
    double a[8 * 9] = {0}, u[8];
    const double unit = 100;
    if (n * 2 < (size_t)unknowns) return false;
    for (size_t i = 0; i < n; i++) {
        double x = f->there[v[i].there].x / unit, y = f->there[v[i].there].y / unit;
        double p = f->here[v[i].here].x / unit, q = f->here[v[i].here].y / unit;
        double rows[2][8] = {{x, y, 1, 0, 0, 0, -x * p, -y * p}, {0, 0, 0, x, y, 1, -x * q, -y * q}};
        double alike[2][4] = {{x, -y, 1, 0}, {y, x, 0, 1}};
        add_equation(a, unknowns, unknowns == 4 ? alike[0] : rows[0], p);
        add_equation(a, unknowns, unknowns == 4 ? alike[1] : rows[1], q);
    }
    if (!solve(a, unknowns, u)) return false;
    if (unknowns == 4) {
        double same[9] = {u[0], -u[1], u[2] * unit, u[1], u[0], u[3] * unit, 0, 0, 1};
        memcpy(m, same, sizeof same);
        return true;
    }
    double found[9] = {u[0], u[1], u[2] * unit, u[3], u[4], u[5] * unit, 0, 0, 1};
    if (unknowns == 8) found[6] = u[6] / unit, found[7] = u[7] / unit;
    memcpy(m, found, sizeof found);
    return true;
}

/* Whether a camera or an editor may have made it: no fold, no needle, not beyond what scales can tell. */
static bool plausible(const struct fitting *f, const double m[9], const struct key_frame *there)
{
    const double at[5][2] = {
        {0, 0}, {there->w, 0}, {there->w, there->h}, {0, there->h}, {there->w / 2.0, there->h / 2.0}};
    double x[5], y[5];
    for (int i = 0; i < 5; i++) {
        if (m[6] * at[i][0] + m[7] * at[i][1] + m[8] < 0.2) return false;
        apply(m, at[i][0], at[i][1], &x[i], &y[i]);
    }
    double area = 0, least = INFINITY, most = 0;
    for (int i = 0; i < 4; i++) {
        int k = (i + 1) % 4, j = (i + 2) % 4;
        double turn = (x[k] - x[i]) * (y[j] - y[k]) - (y[k] - y[i]) * (x[j] - x[k]);
        if (turn <= 0) return false;
        double side = hypot(x[k] - x[i], y[k] - y[i]) / (i % 2 ? there->h : there->w);
        least = fmin(least, side);
        most = fmax(most, side);
        area += x[i] * y[k] - x[k] * y[i];
    }
    area = area / 2 / ((double)there->w * there->h);
    return least > 0.12 && most < 8 && most / least < 2.6 && area > 0.02;
}

/* ---- finding ---- */

static void map_of_pair(const struct spot *here, const struct spot *there, double m[9])
{
    double turn = 2 * M_PI * (here->turn - there->turn), zoom = exp2(here->octave - there->octave);
    double c = zoom * cos(turn), s = zoom * sin(turn);
    double found[9] = {
        c, -s, here->x - c * there->x + s * there->y, s, c, here->y - s * there->x - c * there->y, 0, 0, 1};
    memcpy(m, found, sizeof found);
}

/* Same turn within 30 degrees and same zoom within five sixths of an octave. */
static bool of_one_mind(const struct fitting *f, const struct fit_pair *a, const struct fit_pair *b)
{
    double ta = f->here[a->here].turn - f->there[a->there].turn,
           tb = f->here[b->here].turn - f->there[b->there].turn;
    double za = f->here[a->here].octave - f->there[a->there].octave,
           zb = f->here[b->here].octave - f->there[b->there].octave;
    double turn = ta - tb - floor(ta - tb + 0.5);
    return fabs(turn) <= 30.0 / 360 && fabs(za - zb) <= 0.84;
}

static double apart(const struct spot *a, const struct spot *b)
{
    double x = a->x - b->x, y = a->y - b->y;
    return sqrt(x * x + y * y);
}

/* Pairs on which map m and the first pair agree; a pair far from the first may be further off, for a turn is known to some
 * degrees only. */
static size_t agreeing(const struct fitting *f, const double m[9], const struct fit_pair *first, double slack,
                       double slack_by_distance, struct fit_pair *out)
{
    size_t n = 0;
    for (size_t i = 0; i < f->npairs; i++) {
        const struct fit_pair *p = &f->pairs[i];
        if (first && !of_one_mind(f, first, p)) continue;
        double limit = slack;
        if (first) limit += slack_by_distance * apart(&f->here[p->here], &f->here[first->here]);
        if (distance2(f, m, p) <= limit * limit) {
            if (out) out[n] = *p;
            n++;
        }
    }
    return n;
}

/* How m turns and zooms about (x, y): by where a small cross goes. */
struct local {
    double turn, octave;
};
static struct local local_of(const double m[9], double x, double y)
{
    double x0, y0, x1, y1, x2, y2;
    apply(m, x, y, &x0, &y0);
    apply(m, x + 4, y, &x1, &y1);
    apply(m, x, y + 4, &x2, &y2);
    double ux = x1 - x0, uy = y1 - y0, vx = y2 - y0, vy = x0 - x2; /* the second turned back a quarter */
    double area = fabs(ux * vx + uy * vy) / 16;
    return (struct local){atan2(uy + vy, ux + vx) / (2 * M_PI), log2(area > 1e-6 ? area : 1e-6) / 2};
}

static bool as_turned(const struct spot *here, const struct spot *there, const struct local *by)
{
    double turn = here->turn - there->turn - by->turn, octave = here->octave - there->octave - by->octave;
    turn -= floor(turn + 0.5);
    return fabs(turn) <= 25.0 / 360 && fabs(octave) <= 0.7;
}

/* Each point of the reference where m says it must be, turned and zoomed as m does: its most alike within `slack` pixels.
 * Each point here serves once. */
static size_t look_again(const struct fitting *f, const double m[9], double slack, struct fit_pair *out,
                         unsigned *out_expected)
{
    uint16_t taken_by[FIT_POINTS_MAX], bits_of[FIT_POINTS_MAX];
    size_t n = 0;
    memset(bits_of, 0xff, sizeof bits_of);
    *out_expected = 0;
    for (size_t j = 0; j < f->nthere; j++) {
        double x, y;
        int best_bits = LOOK_BITS_MAX + 1;
        size_t best = 0;
        apply(m, f->there[j].x, f->there[j].y, &x, &y);
        if (x < 16 || y < 16 || x > f->w - 16 || y > f->h - 16) continue;
        struct local by = local_of(m, f->there[j].x, f->there[j].y);
        *out_expected +=
            f->there[j].octave + by.octave > -0.2; /* finer than the picture here can show: not */
        for (size_t i = 0; i < f->nhere; i++) {
            double dx = f->here[i].x - x, dy = f->here[i].y - y;
            if (fabs(dx) > slack || dx * dx + dy * dy > slack * slack ||
                !as_turned(&f->here[i], &f->there[j], &by))
                continue;
            int bits = hash256_distance(&f->here[i].bits, &f->there[j].bits);
            if (bits < best_bits) best_bits = bits, best = i;
        }
        if (best_bits > LOOK_BITS_MAX || best_bits >= bits_of[best]) continue;
        bits_of[best] = (uint16_t)best_bits;
        taken_by[best] = (uint16_t)j;
    }
    for (size_t i = 0; i < f->nhere; i++)
        if (bits_of[i] != UINT16_MAX) out[n++] = (struct fit_pair){(uint16_t)i, taken_by[i]};
    return n;
}

/* The similarity that most pairs agree with, refined on those that do. Returns how many. */
static size_t start(const struct fitting *f, double m[9], struct fit_pair *agreed)
{
    size_t best = 0, best_pair = 0;
    for (size_t i = 0; i < f->npairs && i < ASK_MAX; i++) {
        double one[9];
        map_of_pair(&f->here[f->pairs[i].here], &f->there[f->pairs[i].there], one);
        size_t n = agreeing(f, one, &f->pairs[i], 6, 0.1, NULL);
        if (n > best) best = n, best_pair = i;
    }
    if (best < AGREE_MIN) return 0;
    map_of_pair(&f->here[f->pairs[best_pair].here], &f->there[f->pairs[best_pair].there], m);
    size_t n = agreeing(f, m, &f->pairs[best_pair], 6, 0.1, agreed);
    for (int round = 0; round < 4; round++) {
        double next[9];
        if (!least_squares(f, agreed, n, n >= 5 && round ? 6 : 4, next)) break;
        memcpy(m, next, sizeof next);
        n = agreeing(f, m, NULL, 10 - 1.5 * round, 0, agreed);
        if (n < AGREE_MIN) return 0;
    }
    return n;
}

/* Area of the hull of points of the reference (Andrew 1979). v is sorted by x, then y. */
static double cross(const double *o, const double *a, const double *b)
{
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
}
static int by_place(const void *pa, const void *pb)
{
    const double *a = pa, *b = pb;
    if (a[0] != b[0]) return a[0] < b[0] ? -1 : 1;
    return a[1] < b[1] ? -1 : a[1] > b[1];
}
static double hull_area(double (*v)[2], size_t n)
{
    double hull[2 * FIT_POINTS_MAX + 2][2], area = 0;
    size_t k = 0;
    if (n < 3) return 0;
    qsort(v, n, sizeof *v, by_place);
    for (int pass = 0; pass < 2; pass++) {
        size_t from = k;
        for (size_t i = 0; i < n; i++) {
            const double *p = v[pass ? n - 1 - i : i];
            while (k >= from + 2 && cross(hull[k - 2], hull[k - 1], p) <= 0) k--;
            memcpy(hull[k++], p, sizeof hull[0]);
        }
        k--;
    }
    for (size_t i = 0; i < k; i++) {
        const double *a = hull[i], *b = hull[(i + 1) % k];
        area += a[0] * b[1] - a[1] * b[0];
    }
    return fabs(area) / 2;
}

/* How many parts of the reference hold any of them: many points of one corner are one. */
static unsigned count_places(const struct key_frame *there, double (*v)[2], size_t n)
{
    uint8_t held[PLACES * PLACES] = {0};
    unsigned count = 0;
    double side = (there->w > there->h ? there->w : there->h) / (double)PLACES;
    for (size_t i = 0; i < n; i++) {
        int at = (int)(v[i][1] / side) * PLACES + (int)(v[i][0] / side);
        if (at < 0 || at >= PLACES * PLACES || held[at]) continue;
        held[at] = 1;
        count++;
    }
    return count;
}

static void describe(const struct fitting *f, const struct key_frame *there, const struct fit_pair *v,
                     size_t n, const double m[9], struct fit *out)
{
    const double at[4][2] = {{0, 0}, {there->w, 0}, {there->w, there->h}, {0, there->h}};
    double places[FIT_POINTS_MAX][2];
    memcpy(out->map, m, sizeof out->map);
    for (size_t i = 0; i < n; i++) {
        places[i][0] = f->there[v[i].there].x;
        places[i][1] = f->there[v[i].there].y;
    }
    out->inliers = (unsigned)n;
    out->places = count_places(there, places, n);
    out->spread = (unsigned)(hull_area(places, n) * 1000 / ((double)there->w * there->h));
    for (int i = 0; i < 4; i++) apply(m, at[i][0], at[i][1], &out->corners[2 * i], &out->corners[2 * i + 1]);
}

static bool fit_run(const struct fitting *f, const struct key_frame *there, struct fit *out)
{
    struct fit_pair agreed[FIT_PAIRS_MAX], again[FIT_POINTS_MAX], kept[FIT_POINTS_MAX];
    double m[9], next[9];
    unsigned expected = 0;
    if (start(f, m, agreed) < AGREE_MIN || !plausible(f, m, there)) return false;
    size_t n = 0;
    for (int round = 0; round < 4; round++) {
        double slack = round == 0 ? 9 : round == 1 ? 6 : 4;
        n = look_again(f, m, slack, again, &expected);
        if (n < FIT_MIN) return false;
        if (!least_squares(f, again, n, n >= 8 ? 6 : 4, next) || !plausible(f, next, there)) break;
        memcpy(m, next, sizeof next);
    }
    n = look_again(f, m, 4, again, &expected);
    if (n >= HOMOGRAPHY_MIN) {
        unsigned expected8 = 0;
        double wide[9];
        size_t n8 = look_again(f, m, 9, kept, &expected8);
        bool bent = least_squares(f, kept, n8, 8, wide) && plausible(f, wide, there);
        for (int round = 0; round < 3 && bent; round++) {
            n8 = look_again(f, wide, 6 - round, kept, &expected8);
            bent = n8 >= HOMOGRAPHY_MIN && least_squares(f, kept, n8, 8, wide) && plausible(f, wide, there);
        }
        if (bent && (n8 = look_again(f, wide, 4, kept, &expected8)) > n + n / 10 + 1) {
            memcpy(m, wide, sizeof wide);
            memcpy(again, kept, n8 * sizeof *kept);
            n = n8;
            expected = expected8;
        }
    }
    if (n < FIT_MIN) return false;
    describe(f, there, again, n, m, out);
    out->expected = expected;
    return true;
}

bool fit_pictures(const struct key_frame *here, bool mirrored, const struct key_frame *there,
                  const struct fit_pair *pairs, size_t npairs, struct fit *out)
{
    struct fitting *f = malloc(sizeof *f);
    if (!f) return false;
    f->nhere = take_spots(here, mirrored, f->here);
    f->nthere = take_spots(there, false, f->there);
    f->w = here->w;
    f->h = here->h;
    f->npairs = 0;
    for (size_t i = 0; i < npairs && f->npairs < FIT_PAIRS_MAX; i++)
        if (pairs[i].here < f->nhere && pairs[i].there < f->nthere) f->pairs[f->npairs++] = pairs[i];
    bool found = fit_run(f, there, out);
    free(f);
    return found;
}
