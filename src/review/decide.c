/* Decisions and their way: made, undone while there is time, in force, reversed by another. Nothing leaves the house
 * before a decision is in force, so that an undo undoes all of it. */
#include "review/review_priv.h"

#include "base/limits.h"

int load_judged(struct store *s, const struct id128 *post, struct arena *a, struct judged *out,
                struct error *err)
{
    struct finding_list l;
    *out = (struct judged){.deadline_us = TIME_UNKNOWN};
    int code = store_get_post(s, post, a, &out->post, &out->known_us, err);
    if (code) return code;
    finding_list_init(&l, a);
    code = store_get_result(s, post, a, &l, &out->as, &out->deadline_us, err);
    finding_list_done(&l);
    out->analysed = code == 0;
    return code == ERR_NOTFOUND ? 0 : code;
}

/* ---- what a decision needs ---- */

static int check_wish(const struct decision_wish *w, int64_t now_us, struct error *err)
{
    if (sv_trim(w->facts).n == 0)
        return review_fail(err, ERR_ARG, "facts: say what was seen that the decision rests on");
    if (w->measure == MEASURE_NONE) return 0;
    if (w->category == CATEGORY_NONE)
        return review_fail(err, ERR_ARG, "category: a measure names the harm that it is taken against");
    if (w->ground == GROUND_NONE || sv_trim(w->ground_ref).n == 0)
        return review_fail(err, ERR_ARG, "ground: a measure names the law or the clause that it rests on");
    if (measure_is_account(w->measure) != (w->scope == SCOPE_ACCOUNT))
        return review_fail(err, ERR_ARG,
                           "scope: \"account\" goes with measures against an account, and only with those");
    if (w->until_us != TIME_UNKNOWN && w->until_us <= now_us)
        return review_fail(err, ERR_ARG, "until_us: a measure ends in the future");
    return 0;
}

static int not_settled(struct store *s, const struct id128 *post, struct error *err)
{
    struct id128 by;
    bool settled = false;
    int code = store_settled_by(s, post, &settled, &by, err);
    if (code || !settled) return code;
    char text[ID_TEXT_BYTES];
    id_format(&by, text);
    return review_fail(err, ERR_EXISTS, "this post is settled by decision %s: reverse that one", text);
}

static struct sv keep(struct arena *a, struct sv s, int *code)
{
    struct sv copy = arena_copy(a, s);
    if (!copy.p) *code = ERR_NOMEM;
    return copy;
}

/* ---- making one ---- */

static int fill(struct store *s, const struct review_rules *r, const struct reviewer *who,
                const struct id128 *id, const struct decision_wish *w, const struct judged *j, int64_t now_us,
                struct arena *a, struct decision *out, struct error *err)
{
    struct desk_row desk;
    int code = store_desk_get(s, &w->post, a, &desk, err);
    if (code) return code;
    decision_init(out);
    out->id = *id;
    out->post = w->post;
    out->account = j->post.account.id;
    out->person = who->id;
    out->at_us = now_us;
    out->measure = w->measure;
    out->scope = w->scope;
    out->category = w->measure == MEASURE_NONE ? CATEGORY_NONE : w->category;
    out->ground = w->measure == MEASURE_NONE ? GROUND_NONE : w->ground;
    out->ground_ref = keep(a, w->ground_ref, &code);
    out->ground_why = keep(a, w->ground_why, &code);
    out->facts = keep(a, w->facts, &code);
    out->territories = keep(a, w->territories, &code);
    out->until_us = w->until_us;
    out->source = w->source;
    out->automated_detection = w->automated_detection;
    out->undo_until_us = now_us + r->undo_us;
    if (j->analysed && j->as.hard && j->deadline_us > now_us && j->deadline_us < out->undo_until_us)
        out->undo_until_us = j->deadline_us;
    out->machine_category = j->analysed ? j->as.category : CATEGORY_NONE;
    out->machine_probability = j->analysed ? j->as.probability : 0;
    out->policy = keep(a, j->analysed ? j->as.policy : SV_NULL, &code);
    out->language = keep(a, j->post.language, &code);
    out->known_us = j->known_us;
    out->deadline_us = j->deadline_us;
    out->first_look_us = desk.first_look_us != TIME_UNKNOWN ? desk.first_look_us : now_us;
    out->state = w->measure == MEASURE_ACCOUNT_CLOSE ? DECISION_AWAITING_SECOND : DECISION_UNDOABLE;
    return code ? error_set(err, code, "review", "no memory for a decision") : 0;
}

/* As the machine judges it now: it comes back when that changes. */
static int settle(struct store *s, const struct id128 *decision, const struct id128 *post, struct error *err)
{
    struct arena a;
    struct judged j;
    arena_init(&a, 0);
    int code = load_judged(s, post, &a, &j, err);
    if (code == 0) code = store_settle(s, decision, post, j.analysed ? j.as.category : CATEGORY_NONE, err);
    if (code == 0) code = store_lease_end(s, post, NULL, err);
    arena_done(&a);
    return code;
}

/* Copies that somebody else works on, or that are settled, stay as they are. */
static int settle_copies(struct store *s, const struct reviewer *who, const struct decision *d,
                         int64_t now_us, struct error *err)
{
    struct arena a;
    struct id128 *posts = NULL;
    size_t n = 0;
    arena_init(&a, 0);
    int code = store_likeness_of(s, &d->post, REVIEW_MAX_CLUSTER, &a, &posts, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++) {
        struct error why;
        struct desk_queue_row row;
        if (store_desk_queue_one(s, &posts[i], &a, &row, &why) != 0 ||
            not_anothers(s, &who->id, &posts[i], now_us, &why) != 0)
            continue;
        code = settle(s, &d->id, &posts[i], err);
    }
    arena_done(&a);
    return code;
}

static int judge_first(struct store *s, const struct decision *d, struct error *err)
{
    struct judgement j = {.post = d->post,
                          .person = d->person,
                          .kind = JUDGE_FIRST,
                          .at_us = d->at_us,
                          .violation = d->measure != MEASURE_NONE,
                          .category = d->category};
    int code = store_judgement_put(s, &j, err);
    return code ? code : note_clip(s, &d->person, &d->post, 0, 1, err);
}

int review_decide(struct store *s, const struct review_rules *r, const struct reviewer *who,
                  const struct id128 *id, const struct decision_wish *w, int64_t now_us, struct arena *a,
                  struct decision *out, struct error *err)
{
    struct judged j;
    int code = check_wish(w, now_us, err);
    if (code == 0) code = load_judged(s, &w->post, a, &j, err);
    if (code == 0) code = not_anothers(s, &who->id, &w->post, now_us, err);
    if (code == 0) code = not_settled(s, &w->post, err);
    if (code == 0 && measure_is_account(w->measure) && id_is_zero(&j.post.account.id))
        code = review_fail(err, ERR_ARG,
                           "measure: nobody knows whose post this is, so no account can be acted on");
    if (code == 0) code = fill(s, r, who, id, w, &j, now_us, a, out, err);
    if (code == 0) code = store_decision_put(s, out, err);
    if (code == 0) code = settle(s, id, &w->post, err);
    if (code == 0 && w->scope == SCOPE_CLUSTER) code = settle_copies(s, who, out, now_us, err);
    if (code == 0) code = judge_first(s, out, err);
    if (code == 0 && w->note.n > 0) {
        struct desk_note n = {w->post, now_us, who->id, SV("note"), w->note};
        code = store_note_put(s, &n, err);
    }
    return code;
}

/* ---- taking it back ---- */

static int undo_decision(struct store *s, const struct reviewer *who, int64_t now_us, struct decision *d,
                         struct error *err)
{
    if (!id_eq(&d->person, &who->id))
        return review_fail(err, ERR_EXISTS,
                           "only who decided can undo; others reverse it when it is in force");
    bool waits = d->state == DECISION_AWAITING_SECOND;
    if (!waits && (d->state != DECISION_UNDOABLE || d->undo_until_us <= now_us))
        return review_fail(err, ERR_EXISTS, "its time to undo is over: it is reversed by a new decision");
    d->state = DECISION_UNDONE;
    int code = store_decision_put(s, d, err);
    return code ? code : store_unsettle(s, &d->id, err);
}

int review_undo(struct store *s, const struct review_rules *r, const struct reviewer *who,
                const struct id128 *decision, int64_t now_us, struct arena *a, struct decision *out,
                struct error *err)
{
    int code = store_decision_get(s, decision, a, out, err);
    bool blind = code == ERR_NOTFOUND && (code = undo_blind(s, r, who, decision, now_us, a, out, err)) == 0;
    if (code == 0 && !blind) code = undo_decision(s, who, now_us, out, err);
    if (code == 0) code = note_clip(s, &who->id, &out->post, 0, -1, err);
    /* It is theirs again: whoever undoes a decision makes another. */
    struct lease again = {out->post, who->id, now_us, now_us + r->lease_us}, got;
    bool ignored;
    return code ? code : store_lease_take(s, &again, now_us, &ignored, &got, err);
}

bool review_apart(const struct decision *d, const struct id128 *person)
{
    return !id_eq(&d->person, person) && !id_eq(&d->second, person);
}

int review_second(struct store *s, const struct review_rules *r, const struct reviewer *who,
                  const struct id128 *decision, bool agree, struct sv facts, int64_t now_us, struct arena *a,
                  struct decision *out, struct error *err)
{
    int code = store_decision_get(s, decision, a, out, err);
    if (code) return code;
    if (out->state != DECISION_AWAITING_SECOND)
        return review_fail(err, ERR_EXISTS, "this decision does not wait for a second person");
    if (id_eq(&out->person, &who->id))
        return error_set(err, ERR_EXISTS, "second_person",
                         "closing an account takes two: the second person is another one");
    if (sv_trim(facts).n == 0) return review_fail(err, ERR_ARG, "facts: the second person says why, too");
    out->second = who->id;
    out->second_at_us = now_us;
    out->second_facts = keep(a, facts, &code);
    if (code) return error_set(err, code, "review", "no memory for a decision");
    out->state = agree ? DECISION_UNDOABLE : DECISION_REFUSED;
    out->undo_until_us = now_us + (agree ? r->undo_us : 0);
    code = store_decision_put(s, out, err);
    return code || agree ? code : store_unsettle(s, decision, err);
}

/* ---- reversing ---- */

static int move_settled(struct store *s, const struct id128 *from, const struct id128 *to, struct error *err)
{
    struct arena a;
    struct id128 *posts = NULL;
    size_t n = 0;
    arena_init(&a, 0);
    int code = store_settled_posts(s, from, &a, &posts, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++) code = settle(s, to, &posts[i], err);
    arena_done(&a);
    return code;
}

int review_reverse(struct store *s, const struct review_rules *r, const struct reviewer *who,
                   const struct id128 *id, const struct id128 *decision, enum measure measure,
                   struct sv reason, int64_t now_us, struct arena *a, struct decision *out, struct error *err)
{
    struct decision old;
    int code = store_decision_get(s, decision, a, &old, err);
    if (code) return code;
    if (old.state != DECISION_IN_FORCE)
        return review_fail(err, ERR_EXISTS, "only a decision in force is reversed; this one is %s",
                           decision_state_name(old.state));
    if (sv_trim(reason).n == 0) return review_fail(err, ERR_ARG, "reason: say why it is reversed");
    if (measure == old.measure)
        return review_fail(err, ERR_ARG, "measure: a reversal decides something else than what stands");
    if (measure == MEASURE_ACCOUNT_CLOSE)
        return review_fail(err, ERR_ARG, "measure: closing an account is decided by two, not by a reversal");
    *out = old;
    out->id = *id;
    out->person = who->id;
    out->at_us = now_us;
    out->measure = measure;
    if (measure == MEASURE_NONE) {
        out->category = CATEGORY_NONE;
        out->ground = GROUND_NONE;
    }
    if (out->scope == SCOPE_ACCOUNT && !measure_is_account(measure)) out->scope = SCOPE_ITEM;
    out->facts = reason;
    out->until_us = TIME_UNKNOWN;
    out->second = out->reversed_by = (struct id128){{0}};
    out->second_at_us = TIME_UNKNOWN;
    out->second_facts = SV_NULL;
    out->reverses = *decision;
    out->state = DECISION_UNDOABLE;
    out->undo_until_us = now_us; /* whoever takes something back has waited long enough */
    code = store_decision_put(s, out, err);
    old.state = DECISION_REVERSED;
    old.reversed_by = *id;
    if (code == 0) code = store_decision_put(s, &old, err);
    if (code == 0) code = move_settled(s, decision, id, err);
    return code ? code : judge_first(s, out, err);
}

/* ---- coming into force ---- */

static int answer_reports(struct store *s, const struct id128 *post, const struct decision *d, int64_t now_us,
                          struct arena *a, struct error *err)
{
    struct report *reports = NULL;
    size_t n = 0;
    int code = store_reports_of(s, post, a, &reports, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++) {
        reports[i].state = SV("answered");
        reports[i].answered_us = now_us;
        reports[i].decision = d->id;
        code = store_report_put(s, &reports[i], err);
    }
    return code;
}

/* A share of decisions is judged by somebody else as well, without knowing. */
static bool sampled(const struct decision *d, double share)
{
    return (double)(d->id.b[4] | d->id.b[5] << 8) / 65536 < share && id_is_zero(&d->reverses);
}

static int ripen_one(struct store *s, const struct review_rules *r, struct decision *d, int64_t now_us,
                     struct arena *a, struct error *err)
{
    struct id128 *posts = NULL;
    size_t n = 0;
    d->state = DECISION_IN_FORCE;
    int code = store_decision_put(s, d, err);
    if (code == 0) code = store_settled_posts(s, &d->id, a, &posts, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++) code = answer_reports(s, &posts[i], d, now_us, a, err);
    if (code == 0 && sampled(d, r->second_share)) {
        struct second_review review = {d->post, d->id, d->person, SV("waiting"), now_us};
        code = store_second_review_put(s, &review, err);
    }
    return code;
}

int review_ripen(struct store *s, const struct review_rules *r, int64_t now_us,
                 int (*in_force)(void *arg, struct store *s, const struct decision *d, struct error *err),
                 void *arg, size_t *out_n, struct error *err)
{
    struct arena a;
    struct decision *d = NULL;
    size_t n = 0;
    arena_init(&a, 0);
    int code = store_decisions_ripe(s, now_us, 100, &a, &d, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++) {
        code = ripen_one(s, r, &d[i], now_us, &a, err);
        if (code == 0 && in_force) code = in_force(arg, s, &d[i], err);
    }
    if (code == 0) *out_n = n;
    arena_done(&a);
    return code;
}
