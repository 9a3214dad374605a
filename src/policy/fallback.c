/* The rule that needs no policy: a post whose policy broke is still seen by a person, and soon enough. */
#include "policy/policy_priv.h"

#include <math.h>

/* Severities and clocks of the default policy, for when not even a declaration can be had. */
static const struct {
    enum category category;
    int severity;
    int64_t clock_us;
} built_in[] = {
    {CATEGORY_TERROR_PROPAGANDA, 90, US_PER_HOUR},       {CATEGORY_TERROR_GLORIFICATION, 75, US_PER_HOUR},
    {CATEGORY_INCITEMENT_VIOLENCE, 85, 4 * US_PER_HOUR}, {CATEGORY_PRIVACY_DOXXING, 85, 15 * US_PER_MINUTE},
    {CATEGORY_PRIVACY_INTIMATE, 95, US_PER_HOUR},        {CATEGORY_EXTORTION, 95, 15 * US_PER_MINUTE},
};

static struct category_rule rule_of(const struct policy *p, enum category c)
{
    if (p && p->rules[c].declared) return p->rules[c];
    for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++)
        if (built_in[i].category == c)
            return (struct category_rule){.severity = built_in[i].severity,
                                          .clock_us = built_in[i].clock_us,
                                          .hard = built_in[i].clock_us <= US_PER_HOUR};
    return (struct category_rule){.severity = 50, .clock_us = US_PER_DAY};
}

void assess_fallback(const struct policy *p, const struct policy_input *in, struct arena *a,
                     struct assessment *out)
{
    *out = (struct assessment){.reason = SV_NULL};
    if (p) out->policy = arena_copy(a, policy_version(p));
    const struct finding *best = NULL;
    for (size_t i = 0; i < in->findings->n; i++) {
        const struct finding *f = &in->findings->v[i];
        if (f->category == CATEGORY_NONE || f->ref.negative) continue;
        if (!best || f->probability > best->probability) best = f;
    }
    if (!best) return;

    struct category_rule rule = rule_of(p, best->category);
    out->category = best->category;
    out->severity = rule.severity;
    out->clock_us = rule.clock_us;
    out->hard = rule.hard;
    out->probability = isfinite(best->probability) ? fmin(fmax(best->probability, 0), 1) : 1;
    out->expected_views = expected_views(in->reach, in->nreach, in->post->created_us, in->now_us,
                                         p ? p->next_look_us : US_PER_HOUR);
    out->priority = out->severity * out->probability * (1 + out->expected_views);
    out->reason = SV("reason.policy_failed");
    out->because = ARENA_NEW(a, uint32_t);
    if (!out->because) return;
    out->because[0] = (uint32_t)(best - in->findings->v);
    out->nbecause = 1;
}
