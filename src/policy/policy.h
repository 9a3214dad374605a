/* The policy: a Lua 5.4 file that an operator can read, which turns a post's findings into category, severity, clock
 * and priority.
 *
 * Sandboxed: no I/O, no load, no metatables of ours, no randomness and no time but what it is given; text chunks only;
 * POLICY_MAX_INSTRUCTIONS per call and POLICY_MAX_MEMORY_BYTES, beyond which the call fails and the post is ranked by the
 * safe default of assess_fallback(). The loader refuses categories outside the closed list. docs/policy.md is the manual. */
#ifndef MARSAD_POLICY_POLICY_H
#define MARSAD_POLICY_POLICY_H

#include "model/assessment.h"

struct policy;        /* immutable, shared */
struct policy_runner; /* one per thread: a Lua state */

/* name: for messages and for the version string. ERR_POLICY with file, line and cause. */
int policy_load(struct sv name, struct sv bytes, struct policy **out, struct error *err) MUST_USE;
void policy_free(struct policy *p);
/* "default.lua@1a2b3c4d5e6f" */
struct sv policy_version(const struct policy *p);

int policy_runner_new(const struct policy *p, struct policy_runner **out, struct error *err) MUST_USE;
void policy_runner_free(struct policy_runner *r);

struct policy_input {
    const struct post *post;
    const struct finding_list *findings;
    const struct reach *reach; /* oldest first */
    size_t nreach;
    int64_t now_us, known_us;
};
/* Strings in `a`. When the file breaks its limits or errs: ERR_POLICY, and *out is the fallback (still to be queued). */
int policy_assess(struct policy_runner *r, const struct policy_input *in, struct arena *a,
                  struct assessment *out, struct error *err) MUST_USE;

/* What is done with a post when the policy cannot say: queued under the category of its surest accusing finding, with
 * that category's severity and clock of p (NULL, or not declared there: the built-in ones of DESIGN), reason key
 * "reason.policy_failed". Category none when nothing accuses. Never fails; without memory `because` stays empty. */
void assess_fallback(const struct policy *p, const struct policy_input *in, struct arena *a,
                     struct assessment *out);

/* Views still to come within `ahead_us`: the growth between the last two snapshots carried on with the field's decay
 * (a third of all views in the first day, 55 % in seven), or that curve from a single snapshot; 0 when nothing is known.
 * Snapshots without time or views are passed over. */
double expected_views(const struct reach *reach, size_t n, int64_t created_us, int64_t now_us,
                      int64_t ahead_us);

/* What is built into the program: "default.lua", "lexicons/….tsv", "texts/ar.txt", … SV_NULL when absent. */
struct sv builtin_file(struct sv name);
/* Names of all, NULL-ended. */
extern const char *const builtin_names[];

#endif
