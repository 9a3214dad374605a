/* Taking a post, giving it back, putting it off, handing it on; what was looked at, and rest. */
#include "serve/serve_priv.h"

#include "base/limits.h"

#include <stdlib.h>

enum { NOTE_MOST = 4000 };

struct work {
    struct server *s;
    struct reviewer who;
    struct id128 post, to;
    int64_t until_us, minutes;
    struct sv note;
    struct lease lease;
    struct care_state care;
    double seconds;
    enum care_shown shown;
    bool handed;    /* a colleague has it now */
    bool reference; /* what was looked at is a reference beside the post */
};

static void put_ok(struct call *c)
{
    call_json(c, 200);
    jw_object(&c->w);
    jw_kv_bool(&c->w, "ok", true);
    jw_end(&c->w);
}

static bool begin(struct call *c, struct work *w)
{
    *w = (struct work){.s = c->s, .who = call_reviewer(c)};
    return param_id(c, 0, &w->post);
}

static int take(void *arg, struct store *s, struct error *err)
{
    struct work *w = arg;
    return review_lease(s, &w->s->rules, &w->who, &w->post, w->note, clock_now_us(), &w->lease, err);
}

static void give_lease(struct call *c, struct work *w)
{
    if (!call_write(c, take, w)) return;
    call_json(c, 200);
    jw_object(&c->w);
    put_id(&c->w, "post", &w->post);
    put_us(&c->w, "until_us", w->lease.until_us);
    jw_kv_bool(&c->w, "mine", true);
    jw_kv_str(&c->w, "pseudonym", c->who.name);
    jw_end(&c->w);
    event_about(c->s, "lease", &w->post);
}

void api_lease(struct call *c)
{
    struct work w;
    if (begin(c, &w)) give_lease(c, &w);
}

/* A clip that the person knows, all the same: with a reason. */
void api_lease_again(struct call *c)
{
    struct work w;
    if (!begin(c, &w)) return;
    w.note = in_text(c, "why", IN_NEEDED, NOTE_MOST);
    if (in_done(c)) give_lease(c, &w);
}

static int give_back(void *arg, struct store *s, struct error *err)
{
    struct work *w = arg;
    struct arena a;
    struct post p;
    int64_t known_us;
    arena_init(&a, 0);
    int code = store_get_post(s, &w->post, &a, &p, &known_us, err);
    arena_done(&a);
    return code ? code : review_release(s, &w->who, &w->post, err);
}

void api_release(struct call *c)
{
    struct work w;
    if (!begin(c, &w) || !call_write(c, give_back, &w)) return;
    call_no_content(c);
    event_about(c->s, "lease", &w.post);
}

static int snooze(void *arg, struct store *s, struct error *err)
{
    struct work *w = arg;
    return review_snooze(s, &w->who, &w->post, &w->until_us, w->note, clock_now_us(), err);
}

void api_snooze(struct call *c)
{
    struct work w;
    if (!begin(c, &w)) return;
    w.until_us = clock_now_us() + in_i64(c, "minutes", IN_NEEDED, 1, 10080, 1) * US_PER_MINUTE;
    w.note = in_text(c, "note", IN_OPTIONAL, NOTE_MOST);
    if (!in_done(c) || !call_write(c, snooze, &w)) return;
    call_json(c, 200);
    jw_object(&c->w);
    put_us(&c->w, "until_us", w.until_us);
    jw_end(&c->w);
    event_about(c->s, "queue", &w.post);
}

static int escalate(void *arg, struct store *s, struct error *err)
{
    struct work *w = arg;
    return review_escalate(s, &w->who, &w->post, w->note, clock_now_us(), err);
}

void api_escalate(struct call *c)
{
    struct work w;
    if (!begin(c, &w)) return;
    w.note = in_text(c, "note", IN_NEEDED, NOTE_MOST);
    if (!in_done(c) || !call_write(c, escalate, &w)) return;
    put_ok(c);
    event_about(c->s, "queue", &w.post);
}

static int hand_over(void *arg, struct store *s, struct error *err)
{
    struct work *w = arg;
    struct arena a;
    struct person p;
    struct desk_row row;
    arena_init(&a, 0);
    int code = store_person_get(s, &w->to, &a, &p, err);
    if (code == 0 && p.state != PERSON_ACTIVE)
        code = error_set(err, ERR_ARG, "serve", "to: this person does not work here now");
    if (code == 0)
        code = review_hand_over(s, &w->s->rules, &w->who, &w->post, &w->to, w->note, clock_now_us(), err);
    if (code == 0) code = store_desk_get(s, &w->post, &a, &row, err);
    w->handed = code == 0 && sv_is(row.state, "handed") && id_eq(&row.person, &w->to);
    arena_done(&a);
    return code;
}

void api_hand_over(struct call *c)
{
    struct work w;
    if (!begin(c, &w)) return;
    w.to = in_id(c, "to", IN_NEEDED);
    w.note = in_text(c, "note", IN_OPTIONAL, NOTE_MOST);
    if (!in_done(c) || !call_write(c, hand_over, &w)) return;
    put_ok(c);
    event_about(c->s, "queue", &w.post);
    if (w.handed) events_send(c->s->events, "handed", &w.to, SV("{}"));
}

/* ---- care ---- */

static int exposed(void *arg, struct store *s, struct error *err)
{
    struct work *w = arg;
    struct looked l = {w->post, w->seconds, w->shown, w->reference};
    return review_exposed(s, &w->s->rules, &w->who.id, &l, clock_now_us(), &w->care, err);
}

static void put_care_answer(struct call *c, const struct care_state *care)
{
    call_json(c, 200);
    put_care(c, care);
}

void api_exposure(struct call *c)
{
    struct work w;
    if (!begin(c, &w)) return;
    w.seconds = in_double(c, "seconds", 0, 600);
    (void)in_i64(c, "media", IN_OPTIONAL, 0, 1000, 0);
    w.shown = (enum care_shown)in_named(c, "shown", IN_NEEDED, care_shown_parse);
    w.reference = in_bool(c, "reference", IN_OPTIONAL, false);
    if (!in_done(c) || !call_write(c, exposed, &w)) return;
    put_care_answer(c, &w.care);
    if (w.care.break_due) events_send(c->s->events, "care", &w.who.id, SV("{\"break_due\":true}"));
}

void api_care(struct call *c)
{
    struct care_state care;
    struct error err;
    if (review_care(call_store(c), &c->s->rules, &c->who.id, clock_now_us(), &care, &err) != 0)
        call_error(c, &err);
    else
        put_care_answer(c, &care);
}

static int rest(void *arg, struct store *s, struct error *err)
{
    struct work *w = arg;
    return review_break(s, &w->s->rules, &w->who.id, w->minutes, clock_now_us(), &w->care, err);
}

void api_break(struct call *c)
{
    struct work w = {.s = c->s, .who = call_reviewer(c)};
    w.minutes = in_i64(c, "minutes", IN_OPTIONAL, 1, 120, c->s->rules.break_us / US_PER_MINUTE);
    if (in_done(c) && call_write(c, rest, &w)) put_care_answer(c, &w.care);
}

static int by_units(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

void api_care_team(struct call *c)
{
    struct exposure *e = NULL;
    struct error err;
    size_t n = 0, over = 0, resting = 0;
    int64_t now_us = clock_now_us();
    if (store_exposures(call_store(c), now_us / US_PER_DAY, &c->arena, &e, &n, &err) != 0) {
        call_error(c, &err);
        return;
    }
    double *units = ARENA_ARRAY(&c->arena, n ? n : 1, double);
    for (size_t i = 0; units && i < n; i++) {
        struct care_state care;
        care_state_of(&e[i], &c->s->rules, now_us, &care);
        units[i] = care.units;
        over += care.units >= care.budget;
        resting += care.break_until_us != TIME_UNKNOWN;
    }
    if (units) qsort(units, n, sizeof *units, by_units);
    call_json(c, 200);
    jw_object(&c->w);
    jw_kv_i64(&c->w, "people", (int64_t)n);
    jw_kv_i64(&c->w, "over_budget", (int64_t)over);
    jw_kv_i64(&c->w, "on_break", (int64_t)resting);
    jw_kv_double(&c->w, "exposure_median", units && n ? percentile(units, n, 0.5) : 0, 1);
    jw_kv_double(&c->w, "exposure_p95", units && n ? percentile(units, n, 0.95) : 0, 1);
    jw_end(&c->w);
}
