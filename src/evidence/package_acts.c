/* What people did about the case: decisions about its posts, and its referrals, as files of a package. */
#include "evidence/package_write.h"

#include <stdio.h>

static int write_decision(struct package_writer *m, const struct dossier_decision *one)
{
    const struct decision *d = &one->decision;
    struct jw *w = &m->w;
    buf_clear(&m->text);
    jw_init(w, &m->text, JW_PRETTY);
    jw_object(w);
    jw_kv_sv(w, "decision", one->text);
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
    if (one->by.n) jw_kv_sv(w, "decided_by", one->by);
    if (one->second.n) jw_kv_sv(w, "confirmed_by", one->second);
    jw_kv_time(w, "confirmed", d->second_at_us);
    jw_end(w);
    buf_putc(&m->text, '\n');
    snprintf(m->path, sizeof m->path, "data/decisions/%.*s.json", SV_FMT(one->text));
    if (m->text.failed) return error_set(m->err, ERR_NOMEM, "package", "no memory for a decision");
    return bag_put(&m->bag, m->path, buf_sv(&m->text), m->err);
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

static int write_referral(struct package_writer *m, const struct dossier_referral *one)
{
    const struct referral *r = &one->referral;
    struct jw *w = &m->w;
    buf_clear(&m->text);
    jw_init(w, &m->text, JW_PRETTY);
    jw_object(w);
    jw_kv_sv(w, "referral", one->text);
    jw_kv_sv(w, "kind", r->kind);
    jw_kv_sv(w, "recipient", r->recipient);
    jw_kv_sv(w, "language", r->lang);
    jw_kv_sv(w, "state", r->state);
    jw_kv_sv(w, "drafted_by", r->drafted_by);
    jw_kv_time(w, "drafted", r->drafted_us);
    jw_kv_time(w, "sent", r->sent_us);
    jw_kv_time(w, "received", r->received_us);
    jw_kv_time(w, "answered", r->answered_us);
    jw_kv_time(w, "offline", r->offline_us);
    jw_kv_sv(w, "document", r->document);
    put_targets(w, one->targets, one->ntargets);
    put_events(w, one->events, one->nevents);
    jw_end(w);
    buf_putc(&m->text, '\n');
    snprintf(m->path, sizeof m->path, "data/referrals/%.*s.json", SV_FMT(one->text));
    if (m->text.failed) return error_set(m->err, ERR_NOMEM, "package", "no memory for a referral");
    return bag_put(&m->bag, m->path, buf_sv(&m->text), m->err);
}

int package_write_acts(struct package_writer *m)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < m->d->ndecisions; i++) rc = write_decision(m, &m->d->decisions[i]);
    for (size_t i = 0; rc == 0 && i < m->d->nreferrals; i++) rc = write_referral(m, &m->d->referrals[i]);
    return rc;
}
