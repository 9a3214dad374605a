/* What the tests of this room share: a policy of a few lines around the body of assess(), and one finding. */
#ifndef MARSAD_POLICY_TEST_H
#define MARSAD_POLICY_TEST_H

#include "test.h"

#include "policy/policy.h"

#define DECLARED                                                                                             \
    "policy = { name = 'test', categories = {\n"                                                             \
    "  ['hate'] = { severity = 60, clock = '24h' },\n"                                                       \
    "  ['terror.propaganda'] = { severity = 90, clock = '1h', hard = true, threshold = 0.4 },\n"             \
    "} }\n"

/* post, one hate term at 0.7 */
struct one_finding {
    struct post post;
    struct place place;
    struct finding finding;
    struct finding_list list;
    struct policy_input in;
};

static inline void one_finding_init(struct one_finding *o)
{
    memset(o, 0, sizeof *o);
    post_init(&o->post);
    o->place = place_of(PLACE_TEXT);
    o->place.end = 4;
    finding_init(&o->finding);
    o->finding.kind = FINDING_TERM;
    o->finding.detector = SV("terms");
    o->finding.detector_version = 1;
    o->finding.category = CATEGORY_HATE;
    o->finding.probability = 0.7;
    o->finding.places = &o->place;
    o->finding.nplaces = 1;
    o->list.v = &o->finding;
    o->list.n = 1;
    o->in.post = &o->post;
    o->in.findings = &o->list;
}

static inline int load_text(const char *text, struct policy **out, struct error *err)
{
    return policy_load(SV("t.lua"), sv_cstr(text), out, err);
}

#endif
