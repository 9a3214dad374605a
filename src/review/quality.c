/* How good judgements are: agreement between people, and what is sampled to know it.
 *
 * Krippendorff's alpha for nominal data through the coincidence matrix (K. Krippendorff, "Computing Krippendorff's
 * Alpha-Reliability", 2011): with n_c how often value c occurs in units that have two judgements or more, n their sum, and
 * o_cc the pairs that agree within a unit of m judgements, each counted 1/(m-1):
 *
 *     alpha = 1 - (n-1) · Σ_c≠k o_ck / Σ_c≠k n_c n_k
 *
 * Intervals by drawing units with replacement. */
#include "review/review_priv.h"

#include <math.h>
#include <stdlib.h>

enum { MAX_VALUES = 64 };

/* What one unit adds: how often each value, and disagreement. */
struct unit {
    uint32_t first, n;
};
struct sums {
    double of_value[MAX_VALUES], n, disagree;
};

static void add_unit(const struct rating *v, const struct unit *u, struct sums *s)
{
    unsigned times[MAX_VALUES] = {0};
    double pairs = 0;
    for (uint32_t i = 0; i < u->n; i++) times[v[u->first + i].value % MAX_VALUES]++;
    for (int c = 0; c < MAX_VALUES; c++) {
        s->of_value[c] += times[c];
        pairs += (double)times[c] * (u->n - times[c]);
    }
    s->n += u->n;
    s->disagree += pairs / (u->n - 1);
}

/* NaN when there is no variation. */
static double alpha_of(const struct sums *s)
{
    double expected = 0;
    for (int c = 0; c < MAX_VALUES; c++) expected += s->of_value[c] * (s->n - s->of_value[c]);
    return expected > 0 ? 1 - (s->n - 1) * s->disagree / expected : (double)NAN;
}

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15)); /* splitmix64 */
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

double percentile(const double *sorted, size_t n, double p)
{
    size_t at = (size_t)ceil(p * (double)n);
    return sorted[at > 0 ? at - 1 : 0];
}

static void bootstrap(const struct rating *v, const struct unit *units, size_t n, unsigned rounds,
                      uint64_t seed, struct estimate *out)
{
    double *alphas = calloc(rounds ? rounds : 1, sizeof *alphas);
    size_t good = 0;
    out->low = out->high = out->value;
    if (!alphas) return;
    for (unsigned r = 0; r < rounds; r++) {
        struct sums s = {0};
        for (size_t i = 0; i < n; i++) add_unit(v, &units[next_random(&seed) % n], &s);
        double alpha = alpha_of(&s);
        /* A draw in which all agree on one value: nothing contradicts. */
        alphas[good++] = isnan(alpha) ? 1 : alpha;
    }
    if (good > 0) {
        qsort(alphas, good, sizeof *alphas, by_value);
        out->low = percentile(alphas, good, 0.025);
        out->high = percentile(alphas, good, 0.975);
    }
    free(alphas);
}

void alpha_nominal(const struct rating *v, size_t n, unsigned rounds, uint64_t seed, struct estimate *out)
{
    struct unit *units = calloc(n ? n : 1, sizeof *units);
    struct sums all = {0};
    size_t nunits = 0;
    *out = (struct estimate){0};
    if (!units) return;
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && v[end].unit == v[i].unit;) end++;
        if (end - i < 2) continue;
        units[nunits] = (struct unit){(uint32_t)i, (uint32_t)(end - i)};
        add_unit(v, &units[nunits++], &all);
    }
    out->n = nunits;
    double alpha = alpha_of(&all);
    if (nunits >= 2 && !isnan(alpha)) {
        out->known = true;
        out->value = alpha;
        bootstrap(v, units, nunits, rounds, seed, out);
    }
    free(units);
}

void rate_of(size_t k, size_t n, struct estimate *out)
{
    *out = (struct estimate){.n = n};
    if (n == 0) return;
    const double z = 1.959963984540054;
    double p = (double)k / (double)n, nn = (double)n;
    double centre = p + z * z / (2 * nn), spread = z * sqrt(p * (1 - p) / nn + z * z / (4 * nn * nn));
    out->known = true;
    out->value = p;
    out->low = fmax(0, (centre - spread) / (1 + z * z / nn));
    out->high = fmin(1, (centre + spread) / (1 + z * z / nn));
}

/* ---- samples ---- */

static int is_golden(struct store *s, const struct id128 *post, struct arena *a, bool *out, struct error *err)
{
    struct golden *g = NULL;
    size_t n = 0;
    int code = store_goldens(s, a, &g, &n, err);
    *out = false;
    for (size_t i = 0; code == 0 && i < n && !*out; i++) *out = id_eq(&g[i].post, post);
    return code;
}

/* What the first person said, to hold the second's word against. */
static bool agrees(const struct decision *d, bool violation, enum category category)
{
    bool first = d->measure != MEASURE_NONE;
    return first == violation && (!violation || d->category == category);
}

/* Of what is known of the judgement, and like any other. */
static struct id128 blind_id(const struct judgement *j)
{
    struct {
        struct id128 post, person;
        int64_t at_us;
    } of = {j->post, j->person, j->at_us};
    struct sha256 h;
    struct id128 id;
    sha256_of(sv_of((const char *)&of, sizeof of), &h);
    memcpy(id.b, h.b, sizeof id.b);
    return id;
}

static int judge(struct store *s, const struct reviewer *who, const struct id128 *post, bool violation,
                 enum category category, int64_t now_us, struct arena *a, bool *out_was, struct id128 *out_id,
                 struct error *err)
{
    struct second_review review;
    struct decision d;
    struct lease l;
    bool golden = false, second = false;
    int code = store_lease_get(s, post, &l, err);
    *out_was = false;
    /* Only what was given out for it: a lease on a post that is not in the queue. */
    struct desk_queue_row row;
    struct error ignored;
    if (code == ERR_NOTFOUND || (code == 0 && !id_eq(&l.person, &who->id))) return 0;
    if (code) return code;
    code = is_golden(s, post, a, &golden, err);
    bool waits = code == 0 && store_desk_queue_one(s, post, a, &row, &ignored) == 0;
    if (waits) return 0;
    if (code == 0 && !golden) {
        code = store_second_review_get(s, post, a, &review, err);
        second = code == 0 && sv_is(review.state, "waiting") && !id_eq(&review.first, &who->id);
        if (code == ERR_NOTFOUND) code = 0;
    }
    if (code || (!golden && !second)) return code;
    struct judgement j = {.post = *post,
                          .person = who->id,
                          .kind = golden ? JUDGE_GOLDEN : JUDGE_SECOND,
                          .at_us = now_us,
                          .violation = violation,
                          .category = violation ? category : CATEGORY_NONE};
    code = store_judgement_put(s, &j, err);
    if (code == 0) code = note_clip(s, &who->id, post, 0, 1, err);
    if (code == 0 && second) code = store_decision_get(s, &review.decision, a, &d, err);
    if (code == 0 && second) {
        review.state = agrees(&d, violation, category) ? SV("agreed") : SV("split");
        code = store_second_review_put(s, &review, err);
    }
    if (code == 0) code = store_lease_end(s, post, &who->id, err);
    *out_was = code == 0;
    *out_id = blind_id(&j);
    return code ? code : note_step(s, STEP_DECISION, post, golden ? "golden" : "second-review", SV_NULL, err);
}

int review_judge(struct store *s, const struct reviewer *who, const struct id128 *post, bool violation,
                 enum category category, int64_t now_us, bool *out_was_quality, struct id128 *out_id,
                 struct error *err)
{
    struct arena a;
    arena_init(&a, 0);
    int code = judge(s, who, post, violation, category, now_us, &a, out_was_quality, out_id, err);
    arena_done(&a);
    return code;
}

/* The second word on a post: it waits for one again. What a third has settled stays. */
static int wait_again(struct store *s, const struct id128 *post, struct arena *a, struct error *err)
{
    struct second_review review;
    int code = store_second_review_get(s, post, a, &review, err);
    if (code) return code;
    if (sv_is(review.state, "settled"))
        return review_fail(err, ERR_EXISTS, "its time to undo is over: it is reversed by a new decision");
    review.state = SV("waiting");
    return store_second_review_put(s, &review, err);
}

int undo_blind(struct store *s, const struct review_rules *r, const struct reviewer *who,
               const struct id128 *id, int64_t now_us, struct arena *a, struct decision *out,
               struct error *err)
{
    struct judgement *v = NULL;
    size_t n = 0, i = 0;
    int code = store_judgements(s, now_us - r->undo_us, a, &v, &n, err);
    if (code) return code;
    for (struct id128 its; i < n; i++) {
        its = blind_id(&v[i]);
        if (id_eq(&v[i].person, &who->id) && id_eq(&its, id)) break;
    }
    if (i == n) return ERR_NOTFOUND;
    if (v[i].kind == JUDGE_SECOND) code = wait_again(s, &v[i].post, a, err);
    if (code == 0) code = store_judgement_remove(s, &v[i].post, &who->id, err);
    if (code == 0) code = note_step(s, STEP_DECISION, &v[i].post, "judgement-undone", SV_NULL, err);
    decision_init(out);
    out->id = *id;
    out->post = v[i].post;
    out->person = who->id;
    out->at_us = v[i].at_us;
    out->undo_until_us = v[i].at_us + r->undo_us;
    out->state = DECISION_UNDONE;
    return code;
}

int review_adjudicate(struct store *s, const struct reviewer *who, const struct id128 *post, bool violation,
                      enum category category, struct sv reason, int64_t now_us, struct error *err)
{
    struct arena a;
    struct second_review review;
    arena_init(&a, 0);
    int code = store_second_review_get(s, post, &a, &review, err);
    if (code == 0 && !sv_is(review.state, "split"))
        code = review_fail(err, ERR_EXISTS, "this post is not one that two people judged differently");
    if (code == 0 && violation && category == CATEGORY_NONE)
        code = review_fail(err, ERR_ARG, "category: a violation names the harm");
    if (code == 0) {
        struct judgement j = {.post = *post,
                              .person = who->id,
                              .kind = JUDGE_LAST,
                              .at_us = now_us,
                              .violation = violation,
                              .category = violation ? category : CATEGORY_NONE};
        code = store_judgement_put(s, &j, err);
        if (code == 0) code = note_clip(s, &who->id, post, 0, 1, err);
    }
    if (code == 0) {
        review.state = SV("settled");
        code = store_second_review_put(s, &review, err);
    }
    if (code == 0) code = note_step(s, STEP_DECISION, post, "adjudicated", reason, err);
    arena_done(&a);
    return code;
}
