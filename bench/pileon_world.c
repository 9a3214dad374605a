#include "pileon_world.h"

#include "base/clock.h"
#include "network_world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct burst {
    enum burst_kind kind;
    uint32_t target, size, sent;
    double start_s, length_s;
    double strangers, young, reuse; /* shares */
    uint32_t pool;                  /* attackers come from a pool of their own, match crowds share one */
    bool alerted, early;
};

struct post {
    double time_s;
    uint32_t target, sender, burst; /* burst + 1; 0: everyday */
    uint32_t text;                  /* 0: words of its own */
    bool young;
};

struct made {
    struct post *v;
    size_t n, cap;
    struct burst *bursts;
    uint32_t nbursts;
    uint64_t state;
    const struct pileon_world_options *o;
};

static double between(struct made *m, double lo, double hi)
{
    return lo + (hi - lo) * world_uniform(&m->state);
}
static double log_between(struct made *m, double lo, double hi) { return exp(between(m, log(lo), log(hi))); }

static bool push(struct made *m, struct post p)
{
    if (m->n == m->cap) {
        size_t cap = m->cap ? m->cap * 2 : 65536;
        struct post *v = realloc(m->v, cap * sizeof *v);
        if (!v) return false;
        m->v = v;
        m->cap = cap;
    }
    m->v[m->n++] = p;
    return true;
}

/* Accounts: 0.. targets; then 200 regulars per target; then passers-by; then pools of attackers. */
static uint32_t regular(struct made *m, uint32_t target)
{
    return m->o->targets + target * 200 + (uint32_t)(pow(world_uniform(&m->state), 2) * 200);
}
static uint32_t passer_by(struct made *m)
{
    return m->o->targets * 201 + (uint32_t)(world_random(&m->state) % 3000000);
}

/* Everyday traffic: mostly regulars, by day more than by night, now and then a line that others wrote, too. */
static bool everyday(struct made *m)
{
    for (uint32_t t = 0; t < m->o->targets; t++) {
        double per_hour = log_between(m, 0.1, 20), end = m->o->days * 86400.0;
        for (double at = 0;;) {
            at += -log(1 - world_uniform(&m->state)) * 3600 / (per_hour * 1.7);
            if (at > end) break;
            if (world_uniform(&m->state) * 1.7 > 1 + 0.7 * sin(at / 86400 * 6.283185307179586)) continue;
            bool known = world_uniform(&m->state) < 0.75;
            struct post p = {at, t, known ? regular(m, t) : passer_by(m),
                             0,  0, world_uniform(&m->state) < 0.07};
            if (world_uniform(&m->state) < 0.08) p.text = 1 + (uint32_t)(world_random(&m->state) % 40);
            if (!push(m, p)) return false;
        }
    }
    return true;
}

static void describe(struct made *m, struct burst *b, enum burst_kind kind, uint32_t target, double start_s)
{
    *b = (struct burst){.kind = kind, .target = target, .start_s = start_s};
    b->length_s = log_between(m, kind == BURST_ATTACK ? 1800 : 3600, kind == BURST_ATTACK ? 28800 : 43200);
    b->size = (uint32_t)log_between(m, kind == BURST_ATTACK ? 150 : 50, kind == BURST_ATTACK ? 1500 : 3000);
    b->strangers = between(m, 0.5, 0.95);
    b->young = between(m, 0.03, 0.15);
    b->reuse = kind == BURST_CHALLENGE ? between(m, 0.15, 0.3) : between(m, 0.02, 0.2);
    b->pool = (uint32_t)(world_random(&m->state) % 12);
    if (kind != BURST_ATTACK) return;
    b->strangers = between(m, 0.85, 1);
    do {
        b->young = between(m, 0.05, 0.9);
        b->reuse = between(m, 0.1, 0.9);
    } while (b->young < 0.4 &&
             b->reuse < 0.4); /* neither new accounts nor copied words: nobody could tell it from a crowd */
}

static bool send(struct made *m, uint32_t k)
{
    struct burst *b = &m->bursts[k];
    for (uint32_t i = 0; i < b->size; i++) {
        /* Rises within the first tenth, then ebbs. */
        double u = world_uniform(&m->state),
               when = u < 0.15 ? u / 0.15 * 0.1 : 0.1 - log(1 - (u - 0.15) / 0.85 * 0.98) / 3.9 * 0.9;
        struct post p = {b->start_s + when * b->length_s,    b->target, 0, k + 1, 0,
                         world_uniform(&m->state) < b->young};
        if (world_uniform(&m->state) >= b->strangers)
            p.sender = regular(m, b->target);
        else if (b->kind == BURST_ATTACK)
            p.sender =
                m->o->targets * 201 + 3000000 + b->pool * 3000 + (uint32_t)(world_random(&m->state) % 3000);
        else if (b->kind == BURST_MATCH)
            p.sender = m->o->targets * 201 + b->pool * 20000 + (uint32_t)(world_random(&m->state) % 20000);
        else
            p.sender = passer_by(m);
        if (world_uniform(&m->state) < b->reuse)
            p.text = 1000 + k * 8 + (uint32_t)(world_random(&m->state) % 4);
        if (!push(m, p)) return false;
    }
    return true;
}

static bool make_bursts(struct made *m)
{
    uint32_t all = m->o->crowds + m->o->attacks, k = 0;
    m->bursts = calloc((size_t)all + 1, sizeof *m->bursts);
    if (!m->bursts) return false;
    /* Matches fill four pages at once. */
    while (k < m->o->crowds) {
        double x = world_uniform(&m->state), start = between(m, 86400, m->o->days * 86400.0 - 50000);
        enum burst_kind kind = x < 0.6 ? BURST_NEWS : x < 0.85 ? BURST_MATCH : BURST_CHALLENGE;
        uint32_t pages = kind == BURST_MATCH ? 4 : 1, pool = (uint32_t)(world_random(&m->state) % 12);
        for (uint32_t i = 0; i < pages && k < m->o->crowds; i++, k++) {
            describe(m, &m->bursts[k], kind, (uint32_t)(world_random(&m->state) % m->o->targets), start);
            m->bursts[k].pool = pool;
        }
    }
    for (; k < all; k++)
        describe(m, &m->bursts[k], BURST_ATTACK, (uint32_t)(world_random(&m->state) % m->o->targets),
                 between(m, 86400, m->o->days * 86400.0 - 50000));
    m->nbursts = all;
    for (k = 0; k < all; k++)
        if (!send(m, k)) return false;
    return true;
}

static int compare_posts(const void *x, const void *y)
{
    const struct post *a = x, *b = y;
    return a->time_s < b->time_s ? -1 : a->time_s > b->time_s;
}

static void score_alert(struct made *m, const struct post *p, struct pileon_score *out)
{
    bool hit = false;
    out->alerts++;
    for (uint32_t k = 0; k < m->nbursts; k++) {
        struct burst *b = &m->bursts[k];
        if (b->target != p->target || p->time_s < b->start_s || p->time_s > b->start_s + b->length_s + 3600)
            continue;
        if (b->kind == BURST_ATTACK) {
            hit = true;
            if (!b->alerted) b->early = b->sent * 10 < b->size;
        }
        b->alerted = true;
    }
    out->true_alerts += hit;
}

static int feed(struct made *m, const struct pileon_options *o, struct pileon_score *out)
{
    struct pileon *d;
    struct error err;
    struct arena a;
    int rc = pileon_new(o, &d, &err);
    if (rc) return rc;
    arena_init(&a, 0);
    int64_t start = clock_mono_us();
    for (size_t i = 0; rc >= 0 && i < m->n; i++) {
        const struct post *p = &m->v[i];
        char sender[16], target[16], text[16];
        int ns = snprintf(sender, sizeof sender, "u%u", p->sender),
            nt = snprintf(target, sizeof target, "u%u", p->target);
        int nx =
            p->text ? snprintf(text, sizeof text, "w%u", p->text) : snprintf(text, sizeof text, "m%zu", i);
        int64_t now = 1700000000 * US_PER_SECOND + (int64_t)(p->time_s * 1e6);
        struct pileon_event e = {sv_of(sender, (size_t)ns),
                                 sv_of(target, (size_t)nt),
                                 now,
                                 sv_of(text, (size_t)nx),
                                 SV_NULL,
                                 now - (p->young ? 10 : 400) * US_PER_DAY};
        struct pileon_alert alert;
        if (p->burst) m->bursts[p->burst - 1].sent++;
        rc = pileon_add(d, &e, &a, &alert, &err);
        if (rc == 1) {
            score_alert(m, p, out);
            arena_clear(&a);
        }
    }
    out->ms = (double)(clock_mono_us() - start) / 1000;
    arena_done(&a);
    pileon_free(d);
    return rc < 0 ? rc : 0;
}

int pileon_world_run(const struct pileon_world_options *w, const struct pileon_options *o,
                     struct pileon_score *out)
{
    struct made m = {.state = w->seed, .o = w};
    memset(out, 0, sizeof *out);
    int rc = everyday(&m) && make_bursts(&m) ? 0 : -1;
    if (rc == 0) {
        qsort(m.v, m.n, sizeof *m.v, compare_posts);
        rc = feed(&m, o, out);
    }
    out->target_days = (double)w->targets * w->days;
    out->messages = m.n;
    for (uint32_t k = 0; rc == 0 && k < m.nbursts; k++) {
        out->bursts[m.bursts[k].kind]++;
        out->alerted[m.bursts[k].kind] += m.bursts[k].alerted;
        out->early += m.bursts[k].early;
    }
    free(m.v);
    free(m.bursts);
    return rc;
}
