/* What people and platforms do to a referral: approvals, sending in principle, answers, what was seen. Each is one
 * transaction of row, event, message and ledger entry. */
#include "exchange/referral_priv.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "store/store_case.h"

/* ---- moving ---- */

/* The clock runs from the receipt where the kind has it so and there is one, else from the sending. */
static void set_due(const struct referral_kind *k, struct referral *r)
{
    int64_t from = k->from_receipt && r->received_us != TIME_UNKNOWN ? r->received_us : r->sent_us;
    r->due_us = from == TIME_UNKNOWN || k->clock_us == 0 ? TIME_UNKNOWN : from + k->clock_us;
}

static void set_times(const struct referral_kind *k, struct referral *r, enum referral_event_kind what,
                      int64_t at_us)
{
    if (what == REFEV_SENT) r->sent_us = at_us;
    if (what == REFEV_RECEIVED && r->received_us == TIME_UNKNOWN)
        r->received_us = r->sent_us != TIME_UNKNOWN && at_us < r->sent_us ? r->sent_us : at_us;
    if (what == REFEV_EXECUTED || what == REFEV_REFUSED || what == REFEV_CANNOT) r->answered_us = at_us;
    if (what == REFEV_REMINDED) r->reminded_us = at_us;
    if (what == REFEV_ESCALATED) r->escalated_us = at_us;
    if (what == REFEV_OFFLINE && r->offline_us == TIME_UNKNOWN) r->offline_us = at_us;
    if (what == REFEV_SENT || what == REFEV_RECEIVED) set_due(k, r);
}

static int note_custody(const struct referral_room *room, const struct referral *r,
                        enum referral_event_kind what, struct error *err)
{
    struct id128 case_id;
    char id[ID_TEXT_BYTES];
    bool answer = what == REFEV_EXECUTED || what == REFEV_REFUSED || what == REFEV_CANNOT;
    if (r->case_id.n == 0 || (what != REFEV_SENT && !answer)) return 0;
    int code = store_case_find(room->store, r->case_id, &case_id, NULL);
    if (code) return 0; /* the case is gone by its own rules; the referral stays */
    id_format(&r->id, id);
    return store_custody_add(room->store, &case_id, answer ? CUSTODY_ANSWERED : CUSTODY_SENT, CASE_REFERRAL,
                             sv_cstr(id), sv_cstr(referral_event_name(what)), err);
}

static int move(const struct referral_room *room, struct referral *r, enum referral_event_kind what,
                int64_t at_us, struct sv who, struct sv says, struct error *err)
{
    enum referral_state from, to;
    const struct referral_kind *k = referral_kind_find(room->kinds, r->kind);
    if (!referral_state_parse(r->state, &from) || !k)
        return error_set(err, ERR_FORMAT, "referral",
                         "a referral of kind %.*s in state %.*s: this version knows neither", SV_FMT(r->kind),
                         SV_FMT(r->state));
    if (!referral_next(from, what, &to))
        return error_set(err, ERR_ARG, "referral", "a referral that is %s cannot be %s",
                         referral_state_name(from), referral_event_name(what));
    r->state = sv_cstr(referral_state_name(to));
    set_times(k, r, what, at_us);
    struct referral_event e = {.at_us = at_us,
                               .kind = sv_cstr(referral_event_name(what)),
                               .who = who,
                               .says = says.n ? says : SV("{}")};
    int code = store_referral_change(room->store, r, &e, err);
    if (code == 0) r->version++;
    return code == 0 ? note_custody(room, r, what, err) : code;
}

int referral_move(const struct referral_room *room, struct referral *r, enum referral_event_kind what,
                  int64_t at_us, struct sv who, struct sv says, struct error *err)
{
    return move(room, r, what, at_us, who, says, err);
}

/* ---- approving ---- */

struct approvals {
    bool same_person;
    unsigned people; /* before this one */
};

/* Those since the letter was last changed. */
static int count_approvals(struct store *s, const struct id128 *id, struct sv who, struct approvals *out,
                           struct error *err)
{
    enum { PEOPLE = 16 };
    struct sv seen[PEOPLE];
    struct arena a;
    struct referral_event *events;
    size_t n;
    arena_init(&a, 0);
    *out = (struct approvals){false, 0};
    int code = store_referral_events(s, id, &a, &events, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++) {
        if (sv_is(events[i].kind, "edited")) *out = (struct approvals){false, 0};
        if (!sv_is(events[i].kind, "approved")) continue;
        if (sv_eq(events[i].who, who)) out->same_person = true;
        bool again = false;
        for (unsigned k = 0; k < out->people; k++) again |= sv_eq(seen[k], events[i].who);
        if (!again && out->people < PEOPLE) seen[out->people++] = events[i].who;
    }
    arena_done(&a);
    return code;
}

static struct sv member(const struct json *doc, const char *path)
{
    const struct json *v = json_path(doc, path);
    return v ? json_sv(v) : SV_NULL;
}

/* Which way it goes: as asked, else what the recipient has. */
static const char *channel_of(struct sv asked, const struct json *fields)
{
    if (sv_is(asked, "api") || sv_is(asked, "mail") || sv_is(asked, "print"))
        return sv_is(asked, "api") ? "api" : sv_is(asked, "mail") ? "mail" : "print";
    if (member(fields, "recipient.api").n) return "api";
    return member(fields, "recipient.email").n ? "mail" : "print";
}

static const struct sv annex_names[] = {SV_INIT("tco-annex2"), SV_INIT("tco-annex3")};

struct parts {
    struct buf subject[2], text[2], page;
    struct letter_file files[4];
};

static int add_annexes(const struct referral_room *room, const struct referral *r, struct parts *p, size_t *n,
                       struct error *err)
{
    const struct referral_kind *k = referral_kind_find(room->kinds, r->kind);
    int code = 0;
    for (size_t i = 0; code == 0 && k && k->annexes && i < 2; i++) {
        code = referral_template(room->dir, annex_names[i], r->lang, r->fields, &p->subject[i], &p->text[i],
                                 err);
        p->files[(*n)++] = (struct letter_file){i ? SV("annex-III.txt") : SV("annex-II.txt"),
                                                SV("text/plain; charset=utf-8"), buf_sv(&p->text[i])};
    }
    return code;
}

static int put_message(const struct referral_room *room, const struct referral *r, const char *channel,
                       const struct json *fields, int64_t now_us, struct error *err)
{
    struct parts p;
    struct buf body;
    struct letter l = {.fields = r->fields, .lang = r->lang, .at_us = now_us};
    size_t n = 0;
    bool mail = strcmp(channel, "mail") == 0;
    struct sv parts[] = {sv_of(r->id.b, sizeof r->id.b), sv_cstr(channel)};
    for (int i = 0; i < 2; i++) {
        buf_init(&p.subject[i], LETTER_MAX_BYTES);
        buf_init(&p.text[i], LETTER_MAX_BYTES);
    }
    buf_init(&p.page, LETTER_MAX_BYTES);
    buf_init(&body, 4 * LETTER_MAX_BYTES);
    letter_split(r->document, &l.subject, &l.text);
    referral_page(r->document, r->lang, &p.page);
    l.id = id_of("outbox", parts, 2);
    l.reference = member(fields, "reference");
    l.from = room->config->smtp_from;
    l.to = member(fields, "recipient.email");
    p.files[n++] = (struct letter_file){SV("letter.html"), SV("text/html; charset=utf-8"), buf_sv(&p.page)};
    p.files[n++] = (struct letter_file){SV("referral.json"), SV("application/json"), r->fields};
    int code = mail ? add_annexes(room, r, &p, &n, err) : 0;
    l.files = p.files;
    l.nfiles = n;
    if (code == 0 && mail) code = letter_mail(&l, &body, err);
    if (code == 0 && !mail) letter_api(&l, r->kind, &body);
    struct outbox_message m = {.id = l.id,
                               .referral = r->id,
                               .channel = sv_cstr(channel),
                               .address = mail ? l.to : member(fields, "recipient.api"),
                               .body = buf_sv(&body),
                               .at_us = now_us};
    if (code == 0 && (body.failed || p.page.failed))
        code = error_set(err, ERR_NOMEM, "referral", "no memory for a message");
    if (code == 0 && m.address.n == 0)
        code = error_set(err, ERR_ARG, "referral",
                         "the recipient has no address for this channel: \"marsad refer to\" sets it");
    if (code == 0) code = store_outbox_put(room->store, &m, err);
    for (int i = 0; i < 2; i++) {
        buf_done(&p.subject[i]);
        buf_done(&p.text[i]);
    }
    buf_done(&p.page);
    buf_done(&body);
    return code;
}

static void approval_says(const struct referral *r, const char *channel, struct buf *b)
{
    struct sha256 h;
    char hex[SHA256_TEXT_BYTES];
    struct jw w;
    sha256_of(r->document, &h);
    sha256_format(&h, hex);
    jw_init(&w, b, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "letter", hex);
    jw_kv_str(&w, "channel", channel);
    jw_end(&w);
}

/* In a transaction. The letter is frozen with the first approval: the second person approves the same. */
static int approve(const struct referral_room *room, struct referral *r, struct sv who, struct sv asked,
                   int64_t now_us, bool *out_queued, struct error *err)
{
    struct approvals before;
    struct buf letter, says;
    struct json *fields = NULL;
    buf_init(&letter, LETTER_MAX_BYTES);
    buf_init(&says, 0);
    int code = count_approvals(room->store, &r->id, who, &before, err);
    if (code == 0 && before.same_person)
        code = error_set(err, ERR_ARG, "referral",
                         "this person has approved it already: closing an account takes two");
    if (code == 0) code = json_parse(r->fields, JSON_STRICT, &fields, err);
    if (code == 0 && sv_is(r->state, "draft")) r->document = SV_NULL;
    if (code == 0) code = referral_letter(room, r, &letter, err);
    if (code == 0) {
        const char *channel = channel_of(asked, fields);
        r->document = buf_sv(&letter);
        approval_says(r, channel, &says);
        *out_queued = before.people + 1 >= (r->accounts ? 2u : 1u);
        code = referral_move(room, r, REFEV_APPROVED, now_us, who, buf_sv(&says), err);
        if (code == 0) code = ledger_append(room->store, STEP_DECISION, SV_NULL, buf_sv(&says), err);
        if (code == 0 && *out_queued)
            code = referral_move(room, r, REFEV_QUEUED, now_us, who, buf_sv(&says), err);
        if (code == 0 && *out_queued && strcmp(channel, "print") != 0)
            code = put_message(room, r, channel, fields, now_us, err);
    }
    json_free(fields);
    buf_done(&letter);
    buf_done(&says);
    return code;
}

int referral_approve(const struct referral_room *room, const struct id128 *id, struct sv who,
                     struct sv channel, int64_t now_us, bool *out_queued, struct error *err)
{
    struct arena a;
    struct referral r;
    if (who.n == 0) return error_set(err, ERR_ARG, "referral", "a person approves: say who");
    arena_init(&a, 0);
    int code = store_begin(room->store, err);
    if (code == 0) {
        code = store_referral_get(room->store, id, &a, &r, err);
        if (code == 0) code = approve(room, &r, who, channel, now_us, out_queued, err);
        if (code == 0)
            code = store_commit(room->store, err);
        else
            store_rollback(room->store);
    }
    arena_done(&a);
    return code;
}

/* ---- what happened ---- */

int referral_record(const struct referral_room *room, const struct id128 *id, enum referral_event_kind what,
                    int64_t at_us, struct sv who, struct sv says, struct error *err)
{
    struct arena a;
    struct referral r;
    arena_init(&a, 0);
    int code = store_begin(room->store, err);
    if (code == 0) {
        code = store_referral_get(room->store, id, &a, &r, err);
        if (code == 0) code = referral_move(room, &r, what, at_us, who, says, err);
        if (code == 0)
            code = store_commit(room->store, err);
        else
            store_rollback(room->store);
    }
    arena_done(&a);
    return code;
}

/* ---- answers ---- */

/* {"reference":"M-2026-1a2b3c4d","answer":"received|executed|refused|cannot","at":"…"}; annex II says "measure" and "time"
 * instead, annex III "ground". */
int referral_answer_parse(struct sv text, struct referral_answer *out, struct error *err)
{
    struct json *doc = NULL;
    int code = json_parse(text, JSON_STRICT, &doc, err);
    if (code) return code;
    struct sv reference = json_get_sv(doc, "reference"), answer = json_get_sv(doc, "answer"),
              at = json_get_sv(doc, "at");
    struct sv measure = json_get_sv(doc, "measure"), ground = json_get_sv(doc, "ground");
    *out = (struct referral_answer){.at_us = TIME_UNKNOWN};
    if (at.n == 0) at = json_get_sv(doc, "time");
    if (json_type(doc) != JSON_OBJECT || reference.n == 0 || reference.n > 64)
        code = error_set(err, ERR_FORMAT, "referral",
                         "an answer is an object with the reference of what it answers");
    else if (sv_is(answer, "received"))
        out->what = REFEV_RECEIVED;
    else if (sv_is(answer, "executed") || sv_is(measure, "removed") || sv_is(measure, "disabled"))
        out->what = REFEV_EXECUTED;
    else if (sv_is(answer, "refused"))
        out->what = REFEV_REFUSED;
    else if (sv_is(answer, "cannot") || sv_is(ground, "force-majeure") || sv_is(ground, "errors") ||
             sv_is(ground, "insufficient"))
        out->what = REFEV_CANNOT;
    else
        code = error_set(
            err, ERR_FORMAT, "referral",
            "answer \"%.*s\": received, executed, refused or cannot; or a measure (removed, disabled), or a "
            "ground (force-majeure, errors, insufficient)",
            SV_FMT(sv_sub(answer, 0, 40)));
    if (code == 0 && at.n && !time_parse(at, &out->at_us))
        code = error_set(err, ERR_FORMAT, "referral", "\"%.*s\" is no time", SV_FMT(sv_sub(at, 0, 60)));
    /* The reference ends in the first digits of the id. */
    struct sv digits = sv_sub(reference, reference.n > 8 ? reference.n - 8 : 0, reference.n);
    memset(&out->id, 0, sizeof out->id);
    if (code == 0 && !hex_decode(digits, out->id.b, 4))
        code =
            error_set(err, ERR_FORMAT, "referral", "reference \"%.*s\" is none of ours", SV_FMT(reference));
    json_free(doc);
    return code;
}

int referral_answer_take(const struct referral_room *room, struct sv text, struct sv who, int64_t now_us,
                         struct referral_answer *out, struct error *err)
{
    char digits[9];
    struct json *doc = NULL;
    struct buf says;
    int code = text.n > LETTER_MAX_BYTES
                   ? error_set(err, ERR_LIMIT, "referral", "an answer of %zu bytes, at most %zu", text.n,
                               LETTER_MAX_BYTES)
                   : referral_answer_parse(text, out, err);
    if (code) return code;
    hex_encode(out->id.b, 4, digits);
    code = store_referral_find(room->store, sv_of(digits, 8), &out->id, err);
    buf_init(&says, 0);
    if (code == 0) code = json_parse(text, JSON_STRICT, &doc, err);
    if (code == 0) json_print(doc, &says);
    json_free(doc);
    /* What they say of their time counts when it can be true; what we know is when we were told. */
    int64_t at = out->at_us != TIME_UNKNOWN && out->at_us <= now_us ? out->at_us : now_us;
    if (code == 0 && says.failed) code = error_set(err, ERR_NOMEM, "referral", "no memory for an answer");
    if (code == 0) code = referral_record(room, &out->id, out->what, at, who, buf_sv(&says), err);
    buf_done(&says);
    return code;
}

/* ---- what was seen ---- */

static void see(struct referral_target *t, enum seen_state seen, int64_t at_us)
{
    t->checked_us = at_us;
    if (seen == SEEN_UNKNOWN) {
        t->fails++;
        return;
    }
    t->fails = 0;
    if (seen == SEEN_OFFLINE) {
        if (!sv_is(t->state, "offline") && t->offline_us == TIME_UNKNOWN) t->offline_us = at_us;
        t->state = SV("offline");
    } else {
        t->online_us = at_us;
        if (sv_is(t->state, "offline")) t->back_us = at_us;
        t->state = sv_is(t->state, "offline") || sv_is(t->state, "back") ? SV("back") : SV("online");
    }
}

struct target_sum {
    size_t n, offline, back;
    int64_t last_offline_us;
};

static struct target_sum sum_targets(const struct referral_target *t, size_t n)
{
    struct target_sum s = {n, 0, 0, INT64_MIN};
    for (size_t i = 0; i < n; i++) {
        s.offline += sv_is(t[i].state, "offline");
        s.back += sv_is(t[i].state, "back");
        if (t[i].offline_us != TIME_UNKNOWN && t[i].offline_us > s.last_offline_us)
            s.last_offline_us = t[i].offline_us;
    }
    return s;
}

static void seen_says(const struct referral_target *t, const char *was, struct buf *b)
{
    struct jw w;
    jw_init(&w, b, JW_COMPACT);
    jw_object(&w);
    jw_kv_i64(&w, "target", t->position);
    jw_kv_str(&w, "was", was);
    jw_kv_sv(&w, "is", t->state);
    jw_kv_sv(&w, "said", t->said);
    jw_end(&w);
}

static int seen(const struct referral_room *room, const struct id128 *id, int64_t position,
                enum seen_state what, int64_t at_us, struct sv who, struct sv said, struct arena *a,
                struct error *err)
{
    struct referral r;
    struct referral_target *targets;
    struct buf says;
    size_t n;
    char was[16];
    int code = store_referral_get(room->store, id, a, &r, err);
    if (code == 0) code = store_referral_targets(room->store, id, a, &targets, &n, err);
    if (code == 0 && (position < 0 || (size_t)position >= n))
        return error_set(err, ERR_ARG, "referral", "it has %zu addresses, numbered from 0", n);
    if (code) return code;
    struct referral_target *t = &targets[position];
    snprintf(was, sizeof was, "%.*s", SV_FMT(t->state));
    see(t, what, at_us);
    t->said = sv_sub(said, 0, 300);
    t->next_us = referral_next_look(referral_kind_find(room->kinds, r.kind), &r, t, at_us);
    code = store_referral_target_put(room->store, id, t, err);
    if (code || sv_is(t->state, was)) return code;
    buf_init(&says, 0);
    seen_says(t, was, &says);
    struct target_sum sum = sum_targets(targets, n);
    enum referral_state state, next;
    bool known = referral_state_parse(r.state, &state);
    if (known && sum.offline == n && referral_next(state, REFEV_OFFLINE, &next))
        code = referral_move(room, &r, REFEV_OFFLINE, at_us, who, buf_sv(&says), err);
    else if (known && sum.back > 0 && referral_next(state, REFEV_BACK, &next))
        code = referral_move(room, &r, REFEV_BACK, at_us, who, buf_sv(&says), err);
    else if (known && referral_next(state, REFEV_SEEN, &next))
        code = referral_move(room, &r, REFEV_SEEN, at_us, who, buf_sv(&says), err);
    buf_done(&says);
    return code;
}

int referral_seen(const struct referral_room *room, const struct id128 *id, int64_t position,
                  enum seen_state what, int64_t at_us, struct sv who, struct sv said, struct error *err)
{
    struct arena a;
    if ((unsigned)what >= SEEN_STATES)
        return error_set(err, ERR_ARG, "referral", "an address is online, offline, or not known");
    arena_init(&a, 0);
    int code = store_begin(room->store, err);
    if (code == 0) {
        code = seen(room, id, position, what, at_us, who, said, &a, err);
        if (code == 0)
            code = store_commit(room->store, err);
        else
            store_rollback(room->store);
    }
    arena_done(&a);
    return code;
}
