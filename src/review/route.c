/* Who gets what: languages, opt-outs, rotation, leases. */
#include "review/review_priv.h"

#include "base/limits.h"

#include <stdarg.h>
#include <stdio.h>

int review_fail(struct error *err, int code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    code = error_setv(err, code, "review", fmt, ap);
    va_end(ap);
    return code;
}

int note_step(struct store *s, enum step_kind kind, const struct id128 *post, const char *what,
              struct sv text, struct error *err)
{
    struct buf b;
    struct jw w;
    char id[ID_TEXT_BYTES];
    buf_init(&b, 0);
    jw_init(&w, &b, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "what", what);
    if (text.n > 0) jw_kv_sv(&w, "text", text);
    jw_end(&w);
    id_format(post, id);
    int code = b.failed ? error_set(err, ERR_NOMEM, "review", "no memory for a step")
                        : ledger_append(s, kind, sv_of(id, ID_TEXT_BYTES - 1), buf_sv(&b), err);
    buf_done(&b);
    return code;
}

/* ---- languages ---- */

/* "ar" holds "ar-IQ" and "ar_IQ". */
static bool holds(struct sv wide, struct sv narrow)
{
    if (narrow.n < wide.n || !sv_eq_nocase(sv_sub(narrow, 0, wide.n), wide)) return false;
    return narrow.n == wide.n || narrow.p[wide.n] == '-' || narrow.p[wide.n] == '_';
}

bool review_reads(struct sv languages, struct sv language)
{
    struct sv one;
    if (sv_trim(languages).n == 0 || language.n == 0 || sv_is(language, "und") || sv_is(language, "un"))
        return true;
    while (sv_split(&languages, ' ', &one))
        if (one.n > 0 && (holds(one, language) || holds(language, one))) return true;
    return false;
}

/* Known times only: a clock that nobody knows ends nothing. */
int64_t review_wake_us(const struct queue_row *q)
{
    if (q->deadline_us == TIME_UNKNOWN) return INT64_MAX;
    int64_t most = 15 * US_PER_MINUTE, clock = q->deadline_us - q->known_us;
    return q->deadline_us - (q->known_us == TIME_UNKNOWN || clock > 4 * most ? most
                             : clock > 0                                     ? clock / 4
                                                                             : 0);
}

bool review_asleep(const struct desk_queue_row *row, int64_t now_us)
{
    return sv_is(row->desk_state, "snoozed") && row->snoozed_until_us > now_us &&
           review_wake_us(&row->q) > now_us;
}

enum { HEAVY_SEVERITY = 60 };

static bool spared(const struct reviewer *who, enum category category, int severity, bool rotate)
{
    return (who->opt_outs >> category & 1) || (rotate && severity >= HEAVY_SEVERITY);
}

bool review_suits(const struct reviewer *who, enum category category, int severity, struct sv language,
                  bool rotate)
{
    return !spared(who, category, severity, rotate) && review_reads(who->languages, language);
}

bool review_fits(const struct reviewer *who, const struct desk_queue_row *row, bool rotate, int64_t now_us)
{
    if (spared(who, row->q.category, row->q.severity, rotate)) return false;
    bool leased = !id_is_zero(&row->lease_person) && row->lease_until_us > now_us;
    if (leased && !id_eq(&row->lease_person, &who->id)) return false;
    if (review_asleep(row, now_us)) return false;
    if (sv_is(row->desk_state, "escalated") && !(who->permissions >> PERM_REVERSE & 1)) return false;
    if (sv_is(row->desk_state, "handed") && id_eq(&row->handed_to, &who->id)) return true;
    if (sv_is(row->desk_state, "handed") && review_wake_us(&row->q) > now_us) return false;
    return review_reads(who->languages, row->language);
}

/* ---- leases ---- */

int not_anothers(struct store *s, const struct id128 *who, const struct id128 *post, int64_t now_us,
                 struct error *err)
{
    struct lease l;
    int code = store_lease_get(s, post, &l, err);
    if (code == ERR_NOTFOUND) return 0;
    if (code) return code;
    if (l.until_us <= now_us || id_eq(&l.person, who)) return 0;
    return review_fail(err, ERR_BUSY,
                       "somebody else works on this post: it is free again when their lease ends");
}

static int in_queue(struct store *s, const struct id128 *post, struct error *err)
{
    struct arena a;
    struct desk_queue_row row;
    arena_init(&a, 0);
    int code = store_desk_queue_one(s, post, &a, &row, err);
    arena_done(&a);
    return code;
}

int tell_reporters(struct store *s, const struct id128 *post, struct error *err)
{
    struct arena a;
    struct report *r = NULL;
    size_t n = 0;
    arena_init(&a, 0);
    int code = store_reports_of(s, post, &a, &r, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++) {
        if (!sv_is(r[i].state, "received")) continue;
        r[i].state = SV("in_review");
        code = store_report_put(s, &r[i], err);
    }
    arena_done(&a);
    return code;
}

int review_lease(struct store *s, const struct review_rules *r, const struct reviewer *who,
                 const struct id128 *post, struct sv again, int64_t now_us, struct lease *out,
                 struct error *err)
{
    struct lease want = {*post, who->id, now_us, now_us + r->lease_us};
    int64_t held = 0;
    bool got = false;
    int code = in_queue(s, post, err);
    if (code == 0) code = store_lease_count(s, &who->id, now_us, &held, err);
    if (code) return code;
    struct lease before;
    struct error ignored;
    bool mine = store_lease_get(s, post, &before, &ignored) == 0 && id_eq(&before.person, &who->id) &&
                before.until_us > now_us;
    bool seen = false;
    if (!mine) code = review_seen(s, r, &who->id, post, &seen, err);
    if (code) return code;
    if (seen && sv_trim(again).n == 0)
        return error_set(
            err, ERR_EXISTS, "seen_before",
            "you know this clip: it goes to somebody else, unless you say why you take it again");
    if (!mine && held >= r->max_leases)
        return review_fail(err, ERR_EXISTS, "%lld posts are taken already: finish or release one first",
                           (long long)held);
    code = store_lease_take(s, &want, now_us, &got, out, err);
    if (code == 0 && !got) return not_anothers(s, &who->id, post, now_us, err);
    if (code == 0 && !mine)
        code = note_step(s, STEP_VIEW, post, seen ? "lease-again" : "lease", seen ? again : SV_NULL, err);
    return code ? code : tell_reporters(s, post, err);
}

static int add_note(struct store *s, const struct reviewer *who, const struct id128 *post, const char *kind,
                    struct sv text, int64_t now_us, struct error *err)
{
    struct desk_note n = {
        .post = *post, .at_us = now_us, .person = who->id, .kind = sv_cstr(kind), .text = text};
    int code = store_note_put(s, &n, err);
    return code ? code : note_step(s, STEP_VIEW, post, kind, text, err);
}

int review_release(struct store *s, const struct reviewer *who, const struct id128 *post, struct error *err)
{
    int code = store_lease_end(s, post, &who->id, err);
    return code ? code : note_step(s, STEP_VIEW, post, "release", SV_NULL, err);
}

/* What was given out to be judged blind is on a lease, and in no queue. It goes back, and to nobody in particular: whoever passes
 * it on is answered as for any other post. The lease ends and stays on record, so that they are not given it again. */
static int pass_back(struct store *s, const struct reviewer *who, const struct id128 *post, const char *kind,
                     struct sv note, int64_t now_us, bool *out_was_blind, struct error *err)
{
    struct lease l, ended = {*post, who->id, now_us, now_us};
    bool got;
    *out_was_blind = false;
    int code = in_queue(s, post, err);
    if (code != ERR_NOTFOUND) return code;
    code = store_lease_get(s, post, &l, err);
    if (code || !id_eq(&l.person, &who->id) || l.until_us <= now_us) return code == ERR_NOTFOUND ? 0 : code;
    *out_was_blind = true;
    code = store_lease_take(s, &ended, now_us, &got, &l, err);
    return code ? code : note_step(s, STEP_VIEW, post, kind, note, err);
}

/* The post stands elsewhere from here on, and its lease ends. */
static int move(struct store *s, const struct reviewer *who, const struct id128 *post, const char *state,
                int64_t until_us, const struct id128 *to, const char *kind, struct sv note, int64_t now_us,
                struct error *err)
{
    struct arena a;
    struct desk_row row;
    bool was_blind;
    int code = pass_back(s, who, post, kind, note, now_us, &was_blind, err);
    if (code || was_blind) return code;
    arena_init(&a, 0);
    code = in_queue(s, post, err);
    if (code == 0) code = not_anothers(s, &who->id, post, now_us, err);
    if (code == 0) code = store_desk_get(s, post, &a, &row, err);
    if (code == 0) {
        row.state = sv_cstr(state);
        row.until_us = until_us;
        row.person = to ? *to : (struct id128){{0}};
        code = store_desk_put(s, &row, err);
    }
    if (code == 0) code = store_lease_end(s, post, NULL, err);
    if (code == 0) code = add_note(s, who, post, kind, note, now_us, err);
    arena_done(&a);
    return code;
}

int review_snooze(struct store *s, const struct reviewer *who, const struct id128 *post, int64_t *io_until_us,
                  struct sv note, int64_t now_us, struct error *err)
{
    struct arena a;
    struct desk_queue_row row;
    bool was_blind;
    int code = pass_back(s, who, post, "snoozed", note, now_us, &was_blind, err);
    if (code || was_blind) return code;
    arena_init(&a, 0);
    code = store_desk_queue_one(s, post, &a, &row, err);
    int64_t wake_us = code == 0 ? review_wake_us(&row.q) : 0;
    bool late = code == 0 && row.q.hard && *io_until_us > wake_us;
    arena_done(&a);
    if (code) return code;
    if (late)
        return review_fail(
            err, ERR_EXISTS,
            "this post has a hard deadline before that: decide it, escalate it or hand it over");
    if (wake_us <= now_us)
        return review_fail(err, ERR_EXISTS,
                           "the clock of this post leaves no time: decide it, escalate it or hand it over");
    if (*io_until_us > wake_us) *io_until_us = wake_us;
    return move(s, who, post, "snoozed", *io_until_us, NULL, "snoozed", note, now_us, err);
}

/* What was decided meanwhile sleeps no more either, and nothing is told of it. */
static int wake_one(struct store *s, const struct id128 *post, int64_t now_us, struct arena *a, size_t *io_n,
                    struct error *err)
{
    struct desk_queue_row row;
    struct desk_row desk;
    int code = store_desk_queue_one(s, post, a, &row, err);
    bool gone = code == ERR_NOTFOUND;
    if (code && !gone) return code;
    if (!gone && review_asleep(&row, now_us)) return 0;
    code = store_desk_get(s, post, a, &desk, err);
    if (code) return code;
    desk.state = SV("open");
    desk.until_us = TIME_UNKNOWN;
    code = store_desk_put(s, &desk, err);
    if (code == 0 && !gone) code = note_step(s, STEP_VIEW, post, "wake", SV_NULL, err);
    if (code == 0) *io_n += !gone;
    return code;
}

int review_wake(struct store *s, int64_t now_us, size_t *out_n, struct error *err)
{
    struct arena a;
    struct id128 *posts = NULL;
    size_t n = 0, woken = 0;
    arena_init(&a, 0);
    int code = store_desk_posts(s, SV("snoozed"), &a, &posts, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++) code = wake_one(s, &posts[i], now_us, &a, &woken, err);
    if (code == 0) *out_n = woken;
    arena_done(&a);
    return code;
}

int review_escalate(struct store *s, const struct reviewer *who, const struct id128 *post, struct sv note,
                    int64_t now_us, struct error *err)
{
    return move(s, who, post, "escalated", TIME_UNKNOWN, NULL, "escalated", note, now_us, err);
}

int review_hand_over(struct store *s, const struct review_rules *r, const struct reviewer *who,
                     const struct id128 *post, const struct id128 *to, struct sv note, int64_t now_us,
                     struct error *err)
{
    bool seen = false;
    if (id_eq(to, &who->id)) return review_fail(err, ERR_ARG, "a post is handed over to somebody else");
    int code = review_seen(s, r, to, post, &seen, err);
    if (code) return code;
    if (seen)
        return error_set(err, ERR_EXISTS, "seen_before",
                         "they know this clip: hand it over to somebody who does not");
    return move(s, who, post, "handed", TIME_UNKNOWN, to, "handed_over", note, now_us, err);
}

int review_look(struct store *s, const struct id128 *who, const struct id128 *post, int64_t now_us,
                struct error *err)
{
    struct arena a;
    struct desk_row row;
    arena_init(&a, 0);
    int code = store_desk_get(s, post, &a, &row, err);
    if (code == 0 && row.first_look_us == TIME_UNKNOWN) {
        row.first_look_us = now_us;
        code = store_desk_put(s, &row, err);
    }
    arena_done(&a);
    return code ? code : note_step(s, STEP_VIEW, post, "item", SV_NULL, err);
}
