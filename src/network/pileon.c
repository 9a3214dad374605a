/* The detector of pile-ons: see pileon.h. */
#include "network/pileon.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "network/chance_priv.h"
#include "network/intern_priv.h"

#include <math.h>
#include <stdlib.h>

#define HALF_LIFE_H 72.0
#define MOST_LIKELY 0.05 /* a burst that chance gives more often is none, whatever else there is */

enum { ATTACKS = 3, FORMS = 2 * ATTACKS, CROWDS = 3, VERSIONS = 4 };

struct message {
    int64_t time_us;
    uint64_t text, clip; /* hashes; 0: none */
    uint32_t sender;
    uint32_t attack; /* an alert elsewhere that the sender was part of, 0 for none */
    bool first, stranger, age_known, young, reuse, together;
    bool known; /* part of an alert elsewhere */
};

struct target {
    struct VEC(struct message) v;
    size_t head;
    uint32_t senders; /* distinct ones in the window */
    double rate;      /* senders an hour, forgetting */
    int64_t rate_at_us, last_us, since_us;
    /* Against each kind of crowd: the attacks by hands not seen before, then by hands that were. */
    double score[FORMS][CROWDS];
    uint32_t alert; /* number of the alert of this burst; 0: none yet */
};

struct pileon {
    struct pileon_options o;
    double reuse[ATTACKS + CROWDS][PILEON_KEPT + 1]; /* by messages heard before: of attacks, of crowds */
    struct intern accounts;
    struct VEC(struct target) targets; /* by account */
    struct VEC(uint32_t) attacks;      /* by account: last alert it was part of */
    uint64_t *contacts;                /* set of account << 32 | target + 1 */
    uint64_t mask, ncontacts;
    uint32_t nalerts;
    bool last_part, last_alert;
    uint64_t late;
};

/* How crowds come, and how each of the imagined attacks does: chance that a sender is a stranger, new, and that a message is one of
 * a few (VERSIONS) that are passed around. */
static const struct habit {
    double stranger, young, reuse;
} crowds[CROWDS] = {{0.75, 0.13, 0.22},
                    {0.95, 0.13, 0.18},
                    {0.90, 0.10, 0.30}}, /* readers, news, a challenge */
    attacks[ATTACKS] = {{0.95, 0.13, 0.65}, {0.95, 0.55, 0.22}, {0.95, 0.50, 0.55}};
/* That a sender was part of an alert elsewhere: in a crowd, and in an attack by hands that have attacked before. */
static const double known_in_crowd = 0.02, known_in_attack = 0.20;

/* The chance that a message repeats one of those heard before it: the first of each version repeats none. */
static void learn_reuse(struct pileon *p)
{
    for (unsigned k = 0; k < ATTACKS + CROWDS; k++) {
        double share = k < ATTACKS ? attacks[k].reuse : crowds[k - ATTACKS].reuse, unseen = 1;
        for (unsigned heard = 0; heard <= PILEON_KEPT; heard++) {
            p->reuse[k][heard] = share * (1 - unseen);
            unseen *= 1 - share / VERSIONS;
        }
    }
}

void pileon_options_init(struct pileon_options *o)
{
    *o = (struct pileon_options){.window_us = US_PER_HOUR,
                                 .young_us = 30 * US_PER_DAY,
                                 .min_senders = 5,
                                 .burst_p = 1e-4,
                                 .false_rate = 6e-3};
}

int pileon_new(const struct pileon_options *o, struct pileon **out, struct error *err)
{
    if (o->window_us <= 0 || o->min_senders < 2 || !(o->burst_p > 0 && o->burst_p < 1) ||
        !(o->false_rate > 0 && o->false_rate < 1))
        return error_set(err, ERR_ARG, "network", "pile-ons: window, senders or rates out of range");
    struct pileon *p = calloc(1, sizeof *p);
    if (!p) return error_set(err, ERR_NOMEM, "network", "no memory for the detector of pile-ons");
    p->o = *o;
    learn_reuse(p);
    intern_init(&p->accounts);
    *out = p;
    return 0;
}

void pileon_free(struct pileon *p)
{
    if (!p) return;
    for (size_t i = 0; i < p->targets.n; i++) VEC_DONE(&p->targets.v[i].v);
    VEC_DONE(&p->targets);
    VEC_DONE(&p->attacks);
    intern_done(&p->accounts);
    free(p->contacts);
    free(p);
}

uint64_t pileon_late(const struct pileon *p) { return p->late; }

void pileon_last(const struct pileon *p, bool *out_part, bool *out_alert)
{
    *out_part = p->last_part;
    *out_alert = p->last_alert;
}

/* ---- contacts ---- */

static uint64_t spread(uint64_t key)
{
    key *= UINT64_C(0x9E3779B97F4A7C15);
    return key ^ key >> 29;
}

static int grow_contacts(struct pileon *p)
{
    uint64_t cap = p->contacts ? (p->mask + 1) * 2 : 4096;
    uint64_t *contacts = calloc(cap, sizeof *contacts);
    if (!contacts) return ERR_NOMEM;
    for (uint64_t i = 0; p->contacts && i <= p->mask; i++) {
        if (!p->contacts[i]) continue;
        uint64_t at = spread(p->contacts[i]) & (cap - 1);
        while (contacts[at]) at = (at + 1) & (cap - 1);
        contacts[at] = p->contacts[i];
    }
    free(p->contacts);
    p->contacts = contacts;
    p->mask = cap - 1;
    return 0;
}

/* 1 when they were strangers until now, 0 when not. */
static int meet(struct pileon *p, uint32_t account, uint32_t target)
{
    uint64_t key = (uint64_t)account << 32 | ((uint64_t)target + 1);
    if (!p->contacts || p->ncontacts * 2 > p->mask) {
        if (p->ncontacts >= PILEON_MAX_CONTACTS) return ERR_LIMIT;
        int rc = grow_contacts(p);
        if (rc) return rc;
    }
    uint64_t at = spread(key) & p->mask;
    while (p->contacts[at] && p->contacts[at] != key) at = (at + 1) & p->mask;
    if (p->contacts[at]) return 0;
    p->contacts[at] = key;
    p->ncontacts++;
    return 1;
}

/* ---- one message ---- */

static int number_of(struct pileon *p, struct sv name, uint32_t *out)
{
    int rc = intern_put(&p->accounts, name, out);
    while (rc == 0 && p->attacks.n < p->accounts.n) rc = VEC_PUSH(&p->attacks, 0);
    while (rc == 0 && p->targets.n < p->accounts.n)
        rc = VEC_PUSH(&p->targets, (struct target){.rate_at_us = INT64_MIN, .last_us = INT64_MIN});
    return rc;
}

/* The target's usual number of senders in a window. */
static double usual(const struct pileon *p, struct target *t, int64_t now_us)
{
    if (t->rate_at_us != INT64_MIN) t->rate *= exp2(-(double)(now_us - t->rate_at_us) / 3.6e9 / HALF_LIFE_H);
    t->rate_at_us = now_us;
    double expected = t->rate * (double)p->o.window_us / 3.6e9;
    return expected > 1 ? expected : 1;
}

/* Lets go of what has left the window; ends the burst when it has ebbed. */
static void pass_time(const struct pileon *p, struct target *t, int64_t now_us)
{
    while (t->head < t->v.n &&
           (t->v.v[t->head].time_us < now_us - p->o.window_us || t->v.n - t->head >= PILEON_KEPT))
        t->senders -= t->v.v[t->head++].first;
    if (t->head > 64 && t->head * 2 > t->v.n) {
        memmove(t->v.v, t->v.v + t->head, (t->v.n - t->head) * sizeof *t->v.v);
        t->v.n -= t->head;
        t->head = 0;
    }
    if (t->alert && t->senders >= p->o.min_senders && t->senders >= 2 * usual(p, t, now_us)) return;
    if (t->head < t->v.n && !t->alert) return;
    memset(t->score, 0, sizeof t->score);
    t->alert = 0;
    t->since_us = now_us;
}

/* Looks the message up among those in the window; how many of them it could have repeated. */
static uint32_t compare_message(const struct target *t, struct message *m)
{
    uint32_t heard = 0;
    m->first = true;
    for (size_t i = t->head; i < t->v.n; i++) {
        const struct message *x = &t->v.v[i];
        if (x->sender == m->sender) {
            m->first = false;
            continue;
        }
        m->reuse |= (m->text && x->text == m->text) || (m->clip && x->clip == m->clip);
        m->together |= m->attack && x->attack == m->attack;
        heard += x->text || x->clip;
    }
    return m->text || m->clip ? heard : 0;
}

static double ratio(bool yes, double in_attack, double in_crowd)
{
    return yes ? log(in_attack / in_crowd) : log((1 - in_attack) / (1 - in_crowd));
}

static double add_evidence(const struct pileon *p, struct target *t, const struct message *m, uint32_t heard)
{
    double most = 0;
    for (unsigned f = 0; f < FORMS; f++) {
        unsigned k = f % ATTACKS;
        double least = INFINITY;
        for (unsigned c = 0; c < CROWDS; c++) {
            double s = t->score[f][c];
            if (heard) s += ratio(m->reuse, p->reuse[k][heard], p->reuse[ATTACKS + c][heard]);
            if (m->first) s += ratio(m->stranger, attacks[k].stranger, crowds[c].stranger);
            if (m->first && m->age_known) s += ratio(m->young, attacks[k].young, crowds[c].young);
            if (m->first && f >= ATTACKS) s += ratio(m->known, known_in_attack, known_in_crowd);
            t->score[f][c] = s > 0 ? s : 0;
            if (t->score[f][c] < least) least = t->score[f][c];
        }
        if (least > most) most = least;
    }
    return most;
}

static void count_window(const struct target *t, struct pileon_alert *out)
{
    for (size_t i = t->head; i < t->v.n; i++) {
        const struct message *m = &t->v.v[i];
        out->messages++;
        out->reuse += m->reuse;
        out->senders += m->first;
        out->strangers += m->first && m->stranger;
        out->ages_known += m->first && m->age_known;
        out->young += m->first && m->young;
        out->together += m->first && m->together;
    }
}

/* ---- alerts ---- */

static void sentence(struct pileon_alert *x, const char *key, struct sv a, struct sv b, struct sv c,
                     struct sv d)
{
    struct profile_sentence *s = &x->says[x->nsays++];
    *s = (struct profile_sentence){key, {a, b, c, d}, d.p ? 4 : c.p ? 3 : 2};
}

static struct sv count(struct arena *a, uint32_t n) { return arena_printf(a, "%u", n); }

static int tell(struct pileon_alert *x, struct arena *a)
{
    struct buf b;
    buf_init(&b, 0);
    utf8_show_cut(&b, x->target, 64);
    struct sv name = b.failed ? SV_NULL : arena_copy(a, buf_sv(&b));
    buf_done(&b);
    int64_t minutes = (x->time_us - x->since_us) / US_PER_MINUTE;
    sentence(x, "network.pileon.rising", count(a, x->senders), name,
             count(a, (uint32_t)(minutes > 0 ? minutes : 1)), arena_printf(a, "%.2g", x->usual));
    sentence(x, "network.pileon.strangers", count(a, x->strangers), count(a, x->senders), SV_NULL, SV_NULL);
    if (x->ages_known)
        sentence(x, "network.pileon.young", count(a, x->young), count(a, x->ages_known), SV_NULL, SV_NULL);
    if (x->reuse)
        sentence(x, "network.pileon.reuse", count(a, x->reuse), count(a, x->messages), SV_NULL, SV_NULL);
    if (x->together)
        sentence(x, "network.pileon.together", count(a, x->together), count(a, x->senders), SV_NULL, SV_NULL);
    for (unsigned i = 0; i < x->nsays; i++)
        for (unsigned k = 0; k < x->says[i].nargs; k++)
            if (!x->says[i].args[k].p) return ERR_NOMEM;
    return 0;
}

static bool looks_the_part(const struct message *m) { return m->stranger && (m->reuse || m->young); }

/* Those in the window who look the part are remembered with this alert, so that they are known together elsewhere. */
static void remember(struct pileon *p, const struct target *t)
{
    for (size_t i = t->head; i < t->v.n; i++) {
        const struct message *m = &t->v.v[i];
        if (looks_the_part(m)) p->attacks.v[m->sender] = t->alert;
    }
}

/* What the score has above its bar makes up for a smaller burst: few messages on a page where much goes on. */
static double unlikely_enough(const struct pileon *p, double above)
{
    double most = p->o.burst_p > MOST_LIKELY ? p->o.burst_p : MOST_LIKELY;
    return above > log(most / p->o.burst_p) ? most : p->o.burst_p * exp(above);
}

static int judge(struct pileon *p, struct target *t, uint32_t target, const struct message *m,
                 double expected, double score, struct arena *a, struct pileon_alert *out)
{
    if (t->alert) {
        if (looks_the_part(m)) p->attacks.v[m->sender] = t->alert;
        return 0;
    }
    double seen = (double)(t->v.n - t->head), bar = log(FORMS / p->o.false_rate) + log1p(seen / 25);
    if (score < bar) return 0;
    struct pileon_alert x = {.time_us = m->time_us, .usual = expected, .score = score};
    count_window(t, &x);
    if (x.senders < p->o.min_senders || chance_tail(x.senders, expected) > unlikely_enough(p, score - bar))
        return 0;
    x.target = intern_sv(&p->accounts, target);
    x.since_us = t->v.v[t->head].time_us;
    int rc = tell(&x, a);
    if (rc) return rc;
    t->alert = ++p->nalerts;
    remember(p, t);
    *out = x;
    return 1;
}

static int add_message(struct pileon *p, const struct pileon_event *e, uint32_t sender, uint32_t target,
                       struct arena *a, struct pileon_alert *out)
{
    int fresh = meet(p, sender, target);
    if (fresh < 0) return fresh;
    struct target *t = &p->targets.v[target];
    if (t->last_us != INT64_MIN && e->time_us < t->last_us - p->o.window_us) {
        p->late++;
        p->last_part = p->last_alert = false;
        return 0;
    }
    if (e->time_us > t->last_us) t->last_us = e->time_us;
    pass_time(p, t, t->last_us);
    struct message m = {.time_us = e->time_us, .sender = sender, .stranger = fresh};
    m.text = e->text.n ? intern_hash(&p->accounts, e->text) : 0;
    m.clip = e->clip.n ? intern_hash(&p->accounts, e->clip) : 0;
    m.age_known = e->created_us != NETWORK_NO_TIME;
    m.young = m.age_known && e->time_us - e->created_us < p->o.young_us;
    if (p->attacks.v[sender] != t->alert) m.attack = p->attacks.v[sender];
    m.known = m.attack != 0;
    uint32_t heard = compare_message(t, &m);
    double expected = usual(p, t, t->last_us);
    if (m.first) t->rate += 0.6931471805599453 / HALF_LIFE_H;
    double score = add_evidence(p, t, &m, heard);
    int rc = VEC_PUSH(&t->v, m);
    t->senders += rc == 0 && m.first;
    if (rc == 0) rc = judge(p, t, target, &m, expected, score, a, out);
    p->last_part = looks_the_part(&m);
    p->last_alert = t->alert != 0;
    return rc;
}

int pileon_add(struct pileon *p, const struct pileon_event *e, struct arena *a, struct pileon_alert *out,
               struct error *err)
{
    uint32_t sender, target;
    if (e->sender.n == 0 || e->target.n == 0 || e->time_us < -NETWORK_MAX_TIME_US ||
        e->time_us > NETWORK_MAX_TIME_US)
        return error_set(err, ERR_ARG, "network", "a message needs a sender, a target and a time");
    int rc = number_of(p, e->sender, &sender);
    if (rc == 0) rc = number_of(p, e->target, &target);
    if (rc == 0 && sender != target) rc = add_message(p, e, sender, target, a, out);
    if (rc < 0)
        return error_set(err, rc, "network",
                         "no room for more accounts or contacts in the detector of pile-ons");
    return rc;
}

int pileon_contact(struct pileon *p, struct sv account, struct sv target, struct error *err)
{
    uint32_t x, y;
    int rc = number_of(p, account, &x);
    if (rc == 0) rc = number_of(p, target, &y);
    if (rc == 0) rc = meet(p, x, y);
    return rc < 0 ? error_set(err, rc, "network", "no room for more contacts in the detector of pile-ons")
                  : 0;
}
