/* What people did about the case: decisions about its posts, and its referrals, as files of a package. */
#include "evidence/package_write.h"

#include <stdio.h>

#include "store/store_decision.h"
#include "store/store_people.h"
#include "store/store_referral.h"

enum { MOST_DECISIONS = 100 }; /* of one post, the newest */

static void jw_kv_id(struct jw *w, const char *key, const struct id128 *id)
{
    char text[ID_TEXT_BYTES];
    id_format(id, text);
    if (!id_is_zero(id)) jw_kv_str(w, key, text);
}

/* People stand under the name that the desk gave them for others to see. */
static int put_person(struct package_writer *m, struct arena *a, const char *key, const struct id128 *id)
{
    struct person p;
    struct error ignored;
    if (id_is_zero(id)) return 0;
    int rc = store_person_get(m->s, id, a, &p, &ignored);
    if (rc == 0) jw_kv_sv(&m->w, key, p.pseudonym);
    if (rc == ERR_NOTFOUND) return 0;
    if (rc != 0) *m->err = ignored;
    return rc;
}

static int write_decision(struct package_writer *m, struct arena *a, const struct decision *d)
{
    char text[ID_TEXT_BYTES];
    struct jw *w = &m->w;
    id_format(&d->id, text);
    buf_clear(&m->text);
    jw_init(w, &m->text, JW_PRETTY);
    jw_object(w);
    jw_kv_str(w, "decision", text);
    jw_kv_id(w, "post", &d->post);
    jw_kv_id(w, "account", &d->account);
    jw_kv_time(w, "at", d->at_us);
    jw_kv_str(w, "state", decision_state_name(d->state));
    jw_kv_str(w, "measure", measure_name(d->measure));
    jw_kv_str(w, "scope", scope_name(d->scope));
    jw_kv_str(w, "category", category_name(d->category));
    jw_kv_str(w, "ground", ground_name(d->ground));
    jw_kv_sv(w, "ground_reference", d->ground_ref);
    jw_kv_sv(w, "ground_explanation", d->ground_why);
    jw_kv_sv(w, "facts", d->facts);
    if (d->territories.n) jw_kv_sv(w, "territories", d->territories);
    jw_kv_time(w, "until", d->until_us);
    jw_kv_str(w, "source", source_name(d->source));
    jw_kv_bool(w, "automated_detection", d->automated_detection);
    jw_kv_bool(w, "automated_decision", d->automated_decision);
    jw_kv_id(w, "reverses", &d->reverses);
    jw_kv_id(w, "reversed_by", &d->reversed_by);
    int rc = put_person(m, a, "decided_by", &d->person);
    if (rc == 0) rc = put_person(m, a, "confirmed_by", &d->second);
    jw_kv_time(w, "confirmed", d->second_at_us);
    jw_end(w);
    buf_putc(&m->text, '\n');
    snprintf(m->path, sizeof m->path, "data/decisions/%s.json", text);
    if (rc == 0 && m->text.failed) rc = error_set(m->err, ERR_NOMEM, "package", "no memory for a decision");
    return rc == 0 ? bag_put(&m->bag, m->path, buf_sv(&m->text), m->err) : rc;
}

static int write_decisions(struct package_writer *m, const struct id128 *post)
{
    struct decision_filter f;
    struct decision *list;
    struct arena a;
    size_t n = 0;
    arena_init(&a, 0);
    decision_filter_init(&f);
    f.post = *post;
    int rc = store_decisions(m->s, &f, MOST_DECISIONS, &a, &list, &n, m->err);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        uint64_t *seen; /* one that settles several posts of the case is written once */
        rc = map_put(&m->decided, sv_of(list[i].id.b, sizeof list[i].id.b), &seen);
        if (rc < 0) rc = error_set(m->err, ERR_NOMEM, "package", "no memory for a decision");
        if (rc == 1) rc = write_decision(m, &a, &list[i]);
    }
    arena_done(&a);
    return rc;
}

/* ---- referrals ---- */

static void put_targets(struct jw *w, const struct referral_target *t, size_t n)
{
    jw_key(w, "targets");
    jw_array(w);
    for (size_t i = 0; i < n; i++) {
        jw_object(w);
        jw_kv_sv(w, "url", t[i].url);
        jw_kv_id(w, "post", &t[i].post);
        jw_kv_sv(w, "state", t[i].state);
        jw_kv_time(w, "online", t[i].online_us);
        jw_kv_time(w, "offline", t[i].offline_us);
        jw_kv_time(w, "back", t[i].back_us);
        jw_end(w);
    }
    jw_end(w);
}

static void put_events(struct jw *w, const struct referral_event *e, size_t n)
{
    jw_key(w, "events");
    jw_array(w);
    for (size_t i = 0; i < n; i++) {
        jw_object(w);
        jw_kv_time(w, "at", e[i].at_us);
        jw_kv_sv(w, "kind", e[i].kind);
        jw_kv_sv(w, "who", e[i].who);
        jw_kv_sv(w, "says", e[i].says);
        jw_end(w);
    }
    jw_end(w);
}

static int read_referral(struct package_writer *m, const struct id128 *id, struct arena *a)
{
    struct referral r;
    struct referral_target *t;
    struct referral_event *e;
    size_t nt = 0, ne = 0;
    struct jw *w = &m->w;
    int rc = store_referral_get(m->s, id, a, &r, m->err);
    if (rc == 0) rc = store_referral_targets(m->s, id, a, &t, &nt, m->err);
    if (rc == 0) rc = store_referral_events(m->s, id, a, &e, &ne, m->err);
    if (rc != 0) return rc;
    buf_clear(&m->text);
    jw_init(w, &m->text, JW_PRETTY);
    jw_object(w);
    jw_kv_id(w, "referral", &r.id);
    jw_kv_sv(w, "kind", r.kind);
    jw_kv_sv(w, "recipient", r.recipient);
    jw_kv_sv(w, "language", r.lang);
    jw_kv_sv(w, "state", r.state);
    jw_kv_sv(w, "drafted_by", r.drafted_by);
    jw_kv_time(w, "drafted", r.drafted_us);
    jw_kv_time(w, "sent", r.sent_us);
    jw_kv_time(w, "received", r.received_us);
    jw_kv_time(w, "answered", r.answered_us);
    jw_kv_time(w, "offline", r.offline_us);
    jw_kv_sv(w, "document", r.document);
    put_targets(w, t, nt);
    put_events(w, e, ne);
    jw_end(w);
    buf_putc(&m->text, '\n');
    return m->text.failed ? error_set(m->err, ERR_NOMEM, "package", "no memory for a referral") : 0;
}

static int write_referral(struct package_writer *m, struct sv object)
{
    struct id128 id;
    struct arena a;
    if (!id_parse(object, &id)) return 0;
    arena_init(&a, 0);
    int rc = read_referral(m, &id, &a);
    arena_done(&a);
    if (rc == ERR_NOTFOUND) {
        m->made->missing++;
        return 0;
    }
    snprintf(m->path, sizeof m->path, "data/referrals/%.*s.json", SV_FMT(object));
    return rc == 0 ? bag_put(&m->bag, m->path, buf_sv(&m->text), m->err) : rc;
}

int package_write_acts(struct package_writer *m)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < m->d->nposts; i++) rc = write_decisions(m, &m->d->posts[i].id);
    for (size_t i = 0; rc == 0 && i < m->d->nobjects; i++)
        if (m->d->objects[i].type == CASE_REFERRAL) rc = write_referral(m, m->d->objects[i].id);
    return rc;
}
