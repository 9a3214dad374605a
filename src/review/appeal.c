/* Contesting: whoever owns the account has a link and a PIN, sees the reasons, and is answered within a clock by
 * somebody who had no part in the decision. */
#include "review/review_priv.h"

int review_appeal_link(struct store *s, const struct review_rules *r, const struct id128 *decision,
                       const struct sha256 *token, struct sv pin_hash, int64_t now_us, struct arena *a,
                       struct appeal *out, struct error *err)
{
    struct decision d;
    int code = store_decision_get(s, decision, a, &d, err);
    if (code) return code;
    if (!decision_stands(&d) || d.measure == MEASURE_NONE)
        return review_fail(err, ERR_EXISTS,
                           "there is nothing to contest: the decision takes no measure, or no longer stands");
    code = store_appeal_of(s, decision, a, out, err);
    if (code && code != ERR_NOTFOUND) return code;
    if (code == 0 && out->state != APPEAL_LINK)
        return review_fail(err, ERR_EXISTS, "this decision was appealed against already");
    struct sv parts[] = {sv_of(decision->b, sizeof decision->b)};
    *out = (struct appeal){.id = id_of("appeal", parts, 1),
                           .decision = *decision,
                           .token = *token,
                           .pin = pin_hash,
                           .link_until_us = d.at_us + r->appeal_window_us,
                           .state = APPEAL_LINK,
                           .lang = SV("en"),
                           .due_us = INT64_MAX};
    code = store_appeal_put(s, out, err);
    return code ? code : note_step(s, STEP_DECISION, &d.post, "appeal-link", SV_NULL, err);
}

int review_appeal(struct store *s, const struct review_rules *r, const struct id128 *appeal, struct sv text,
                  struct sv lang, int64_t now_us, struct arena *a, struct appeal *out, struct error *err)
{
    struct decision d;
    int code = store_appeal_get(s, appeal, a, out, err);
    if (code == 0) code = store_decision_get(s, &out->decision, a, &d, err);
    if (code) return code;
    if (out->state != APPEAL_LINK) return review_fail(err, ERR_EXISTS, "the appeal is here already");
    if (!decision_stands(&d)) return review_fail(err, ERR_EXISTS, "the decision no longer stands");
    if (sv_trim(text).n == 0) return review_fail(err, ERR_ARG, "text: say why the decision is wrong");
    out->state = APPEAL_WAITING;
    out->text = text;
    out->lang = lang.n > 0 ? lang : SV("en");
    out->at_us = now_us;
    out->due_us = now_us + r->appeal_clock_us;
    code = store_appeal_put(s, out, err);
    return code ? code : note_step(s, STEP_DECISION, &d.post, "appeal", SV_NULL, err);
}

/* ---- deciding ---- */

static int innocent_bank(struct store *s, int64_t now_us, struct error *err)
{
    struct bank b = {.name = SV("overturned"),
                     .category = CATEGORY_NONE,
                     .negative = true,
                     .threshold = 31,
                     .source = SV("appeals"),
                     .reason = SV("decisions that were overturned on appeal"),
                     .created_us = now_us};
    struct arena a;
    struct bank there;
    arena_init(&a, 0);
    int code = store_bank_get(s, b.name, &a, &there, err);
    arena_done(&a);
    return code == ERR_NOTFOUND ? store_bank_new(s, &b, err) : code;
}

/* What was accused wrongly is known from here on: the same file explains itself. */
static int remember_innocent(struct store *s, const struct id128 *post, struct sv why, int64_t now_us,
                             struct arena *a, struct error *err)
{
    struct judged j;
    int code = load_judged(s, post, a, &j, err);
    if (code || j.post.nmedia == 0) return code;
    struct store_media *media = ARENA_ARRAY(a, j.post.nmedia, struct store_media);
    if (!media) return error_set(err, ERR_NOMEM, "review", "no memory for media");
    code = store_get_media(s, post, j.post.nmedia, a, media, err);
    for (size_t i = 0; code == 0 && i < j.post.nmedia; i++) {
        char hex[SHA256_TEXT_BYTES];
        bool is_new;
        if (media[i].state == MEDIA_ABSENT || media[i].state == MEDIA_PENDING) continue;
        code = innocent_bank(s, now_us, err);
        sha256_format(&media[i].sha256, hex);
        struct bank_item item = {.type = BANK_SHA256,
                                 .value = sv_of(hex, SHA256_TEXT_BYTES - 1),
                                 .label = SV("overturned on appeal"),
                                 .source = SV("appeal"),
                                 .reason = why,
                                 .status = BANK_ACTIVE,
                                 .threshold = -1,
                                 .added_us = now_us};
        item.id = bank_item_id(&item);
        if (code == 0) code = store_bank_add(s, SV("overturned"), &item, &is_new, err);
    }
    return code;
}

/* A decision that is overturned is in force first, whatever of its time to undo was left. */
static int force(struct store *s, struct decision *d, struct error *err)
{
    if (d->state != DECISION_UNDOABLE) return 0;
    d->state = DECISION_IN_FORCE;
    return store_decision_put(s, d, err);
}

int review_appeal_decide(struct store *s, const struct review_rules *r, const struct reviewer *who,
                         const struct id128 *appeal, bool overturn, struct sv reason,
                         const struct id128 *new_decision, int64_t now_us, struct arena *a,
                         struct appeal *out, struct error *err)
{
    struct decision d, reversal;
    int code = store_appeal_get(s, appeal, a, out, err);
    if (code == 0) code = store_decision_get(s, &out->decision, a, &d, err);
    if (code) return code;
    if (out->state != APPEAL_WAITING)
        return review_fail(err, ERR_EXISTS, "this appeal does not wait for an answer");
    if (!review_apart(&d, &who->id))
        return error_set(err, ERR_EXISTS, "second_person",
                         "an appeal is decided by somebody who had no part in the decision");
    if (sv_trim(reason).n == 0)
        return review_fail(err, ERR_ARG, "reason: the owner of the account is told why");
    out->state = overturn ? APPEAL_OVERTURNED : APPEAL_UPHELD;
    out->person = who->id;
    out->answered_us = now_us;
    out->answer = reason;
    if (overturn) {
        code = force(s, &d, err);
        if (code == 0)
            code = review_reverse(s, r, who, new_decision, &d.id, MEASURE_NONE, reason, now_us, a, &reversal,
                                  err);
        if (code == 0) code = remember_innocent(s, &d.post, reason, now_us, a, err);
    }
    if (code == 0) code = store_appeal_put(s, out, err);
    return code ? code
                : note_step(s, overturn ? STEP_REVERSAL : STEP_DECISION, &d.post,
                            overturn ? "appeal-overturned" : "appeal-upheld", reason, err);
}

int review_report(struct store *s, const struct report *r, struct error *err)
{
    int code = store_report_put(s, r, err);
    if (code) return code;
    struct id128 about = id_is_zero(&r->post) ? r->id : r->post;
    return note_step(s, STEP_INTAKE, &about, "report", r->number, err);
}
