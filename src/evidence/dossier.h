/* Everything that a case holds, read out of the store at once: what a package and its report are made from. */
#ifndef MARSAD_EVIDENCE_DOSSIER_H
#define MARSAD_EVIDENCE_DOSSIER_H

#include "evidence/evidence.h"
#include "store/store_case.h"
#include "store/store_decision.h"
#include "store/store_referral.h"

struct dossier_entry {
    uint64_t n;
    int64_t at_us;
    struct sv kind, by; /* by: the pseudonym of the leaf */
    bool person;        /* its record names somebody else than the program itself */
    bool erased;
};
struct dossier_entries {
    struct dossier_entry *v;
    size_t n;
};

struct dossier_post {
    struct id128 id;
    struct sv text; /* id in hex */
    struct post post;
    int64_t known_us;
    struct reach *reach;
    size_t nreach;
    struct store_media *media; /* one per post.media */
    struct sv *media_name;     /* of the file in the package; empty when there is none */
    bool assessed;
    struct assessment assessment;
    struct finding_list findings;
    int64_t deadline_us;
    struct dossier_entries entries;
    struct sv operator; /* pseudonym of who took it in */
};
struct dossier_account {
    struct id128 id;
    struct sv text;
    struct account account;
    size_t posts; /* of the case */
};
struct dossier_edge {
    size_t a, b; /* into accounts */
};

struct dossier_decision {
    struct decision decision;
    struct sv text;       /* id in hex */
    struct sv by, second; /* pseudonyms; empty when the desk does not know them, or there is no second */
};
struct dossier_referral {
    struct referral referral;
    struct sv text; /* id in hex */
    struct referral_target *targets;
    size_t ntargets;
    struct referral_event *events;
    size_t nevents;
};

struct dossier {
    struct arena arena;
    struct case_file file;
    struct sv text; /* the case's id in hex */
    struct case_object *objects;
    struct case_text *texts;
    struct custody *custody;
    struct hold *holds; /* standing ones that cover the case */
    size_t nobjects, ntexts, ncustody, nholds;
    struct dossier_post *posts; /* by created_us, then id */
    size_t nposts;
    struct dossier_account *accounts;
    size_t naccounts;
    struct dossier_edge *edges; /* that the network drew between them */
    size_t nedges;
    struct dossier_decision *decisions; /* about posts of the case, or objects of it; by time */
    size_t ndecisions;
    struct dossier_referral *referrals; /* objects of the case; by the time they were drafted */
    size_t nreferrals;
    struct dossier_entries entries; /* of the case */
    size_t missing;                 /* objects of the case that are not in the store */
};
int dossier_load(struct store *s, const struct id128 *id, struct dossier *out, struct error *err) MUST_USE;
/* Of that, decisions and referrals; dossier_load calls it once posts and objects are there. */
int dossier_load_acts(struct store *s, struct dossier *d, struct error *err) MUST_USE;
void dossier_done(struct dossier *d);

#endif
