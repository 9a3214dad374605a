/* What people did about the case, as a report tells it: decisions, referrals with what came of them, the chain of custody. */
#include "evidence/report_priv.h"

#include <stdio.h>
#include <string.h>

enum { MOST_EVENTS = 60, MOST_TARGETS = 60 }; /* of one referral; the files of the package have them all */

/* "content.remove" stands in the texts as measure.content_remove. */
static struct sv measure_words(const struct report_writer *r, enum measure m)
{
    char name[64];
    snprintf(name, sizeof name, "%s", measure_name(m));
    for (char *c = name; *c; c++)
        if (*c == '.') *c = '_';
    return writer_word(r, "measure", name);
}

/* ---- decisions ---- */

static void put_ground(struct report_writer *r, const struct decision *d)
{
    if (d->ground == GROUND_NONE) return;
    const struct sv args[] = {writer_word(r, "report.ground", ground_name(d->ground)), d->ground_ref};
    writer_pair(r, "report.decision_ground",
                writer_filled(r, d->ground_ref.n ? "report.ground_with" : "report.ground_plain", args, 2),
                WORDS_OURS);
    writer_pair(r, "report.decision_why", d->ground_why, WORDS_THEIRS);
}

/* The post as the report numbers it, or its id. */
static struct sv post_words(struct report_writer *r, const struct id128 *id)
{
    char hex[ID_TEXT_BYTES];
    for (size_t i = 0; i < r->d->nposts; i++) {
        if (memcmp(&r->d->posts[i].id, id, sizeof *id) != 0) continue;
        struct sv whose = r->d->posts[i].post.account.handle;
        struct sv out = arena_printf(&r->arena, "%zu. %.*s", i + 1, SV_FMT(sv_sub(whose, 0, 60)));
        r->no_memory |= !out.p;
        return out;
    }
    id_format(id, hex);
    return arena_copy(&r->arena, sv_cstr(hex));
}

static void put_decision(struct report_writer *r, const struct dossier_decision *one)
{
    const struct decision *d = &one->decision;
    const struct sv args[] = {writer_when(r, d->at_us), measure_words(r, d->measure)};
    page_need(&r->page, 110);
    page_heading(&r->page, 2, WORDS_OURS, writer_filled(r, "report.decision_head", args, 2));
    writer_pair(r, "report.decision_post", post_words(r, &d->post), WORDS_THEIRS);
    writer_pair(r, "report.decision_scope", writer_word(r, "report.scope", scope_name(d->scope)), WORDS_OURS);
    if (d->category != CATEGORY_NONE)
        writer_pair(r, "report.category", writer_word(r, "category", category_name(d->category)), WORDS_OURS);
    put_ground(r, d);
    writer_pair(r, "report.decision_facts", d->facts, WORDS_THEIRS);
    if (d->until_us != TIME_UNKNOWN)
        writer_pair(r, "report.decision_until", writer_when(r, d->until_us), WORDS_THEIRS);
    writer_pair(
        r, "report.decision_origin",
        writer_word(r, d->automated_detection ? "report.machine" : "report.origin", source_name(d->source)),
        WORDS_OURS);
    writer_pair(r, "report.decision_by", one->by, WORDS_THEIRS);
    if (one->second.n > 0) {
        const struct sv second[] = {one->second, writer_when(r, d->second_at_us)};
        writer_pair(r, "report.decision_second", writer_filled(r, "report.second_words", second, 2),
                    WORDS_OURS);
    }
    writer_pair(r, "report.state", writer_word(r, "report.decision_state", decision_state_name(d->state)),
                WORDS_OURS);
    page_gap(&r->page, 4);
}

void writer_put_decisions(struct report_writer *r)
{
    if (r->d->ndecisions == 0) return;
    page_heading(&r->page, 1, WORDS_OURS, writer_text(r, "report.decisions"));
    page_text(&r->page, FONT_BODY, WORDS_OURS, 0, writer_text(r, "report.decisions_words"));
    for (size_t i = 0; i < r->d->ndecisions; i++) put_decision(r, &r->d->decisions[i]);
}

/* ---- referrals ---- */

static void put_targets(struct report_writer *r, const struct dossier_referral *one)
{
    static const double shares[] = {0.5, 0.2, 0.3};
    const struct page_cell head[] = {{writer_text(r, "report.url"), FONT_BOLD, WORDS_OURS},
                                     {writer_text(r, "report.state"), FONT_BOLD, WORDS_OURS},
                                     {writer_text(r, "report.target_since"), FONT_BOLD, WORDS_OURS}};
    if (one->ntargets == 0) return;
    page_gap(&r->page, 3);
    page_row(&r->page, head, shares, 3, true);
    for (size_t i = 0; i < one->ntargets && i < MOST_TARGETS; i++) {
        const struct referral_target *t = &one->targets[i];
        int64_t since = sv_is(t->state, "offline") ? t->offline_us
                        : sv_is(t->state, "back")  ? t->back_us
                                                   : t->online_us;
        const struct page_cell row[] = {{t->url, FONT_SMALL, WORDS_THEIRS},
                                        {writer_word_sv(r, "refer.state", t->state), FONT_SMALL, WORDS_OURS},
                                        {writer_when(r, since), FONT_SMALL, WORDS_THEIRS}};
        page_row(&r->page, row, shares, 3, false);
    }
}

static void put_events(struct report_writer *r, const struct dossier_referral *one)
{
    static const double shares[] = {0.3, 0.48, 0.22};
    const struct page_cell head[] = {{writer_text(r, "report.time"), FONT_BOLD, WORDS_OURS},
                                     {writer_text(r, "report.event"), FONT_BOLD, WORDS_OURS},
                                     {writer_text(r, "report.who"), FONT_BOLD, WORDS_OURS}};
    if (one->nevents == 0) return;
    page_gap(&r->page, 3);
    page_row(&r->page, head, shares, 3, true);
    size_t told = 0;
    for (size_t i = 0; i < one->nevents && told < MOST_EVENTS; i++) {
        const struct referral_event *e = &one->events[i];
        if (sv_is(e->kind, "seen")) continue;
        const struct page_cell row[] = {
            {writer_when(r, e->at_us), FONT_SMALL, WORDS_THEIRS},
            {writer_word_sv(r, "report.refer_event", e->kind), FONT_SMALL, WORDS_OURS},
            {e->who, FONT_MONO, WORDS_THEIRS}};
        page_row(&r->page, row, shares, 3, false);
        told++;
    }
}

/* The clock runs from the receipt, or from sending where none was told. */
static void put_clock(struct report_writer *r, const struct referral *one)
{
    int64_t from = one->received_us != TIME_UNKNOWN ? one->received_us : one->sent_us;
    writer_pair(r, "report.refer_sent", writer_when(r, one->sent_us), WORDS_THEIRS);
    writer_pair(r, "report.refer_received", writer_when(r, one->received_us), WORDS_THEIRS);
    if (one->due_us != TIME_UNKNOWN)
        writer_pair(r, "report.refer_due", writer_when(r, one->due_us), WORDS_THEIRS);
    writer_pair(r, "report.refer_answered", writer_when(r, one->answered_us), WORDS_THEIRS);
    writer_pair(r, "report.refer_offline", writer_when(r, one->offline_us), WORDS_THEIRS);
    if (from != TIME_UNKNOWN && one->offline_us != TIME_UNKNOWN && one->offline_us >= from)
        writer_pair(r, "report.refer_took", writer_span(r, one->offline_us - from), WORDS_OURS);
}

static void put_referral(struct report_writer *r, const struct dossier_referral *one)
{
    const struct referral *x = &one->referral;
    const struct sv args[] = {writer_word_sv(r, "report.refer_kind", x->kind), x->recipient};
    page_need(&r->page, 130);
    page_heading(&r->page, 2, WORDS_OURS, writer_filled(r, "report.refer_head", args, 2));
    writer_pair(r, "report.refer_id", sv_sub(one->text, 0, 12), WORDS_THEIRS);
    writer_pair(r, "report.state", writer_word_sv(r, "refer.state", x->state), WORDS_OURS);
    if (x->category.n)
        writer_pair(r, "report.category", writer_word_sv(r, "category", x->category), WORDS_OURS);
    writer_pair(r, "report.refer_drafted_by", x->drafted_by, WORDS_THEIRS);
    put_clock(r, x);
    put_targets(r, one);
    put_events(r, one);
    page_gap(&r->page, 6);
}

void writer_put_referrals(struct report_writer *r)
{
    if (r->d->nreferrals == 0) return;
    page_heading(&r->page, 1, WORDS_OURS, writer_text(r, "report.referrals"));
    page_text(&r->page, FONT_BODY, WORDS_OURS, 0, writer_text(r, "report.referrals_words"));
    for (size_t i = 0; i < r->d->nreferrals; i++) put_referral(r, &r->d->referrals[i]);
}

/* ---- custody ---- */

void writer_put_custody(struct report_writer *r)
{
    static const double shares[] = {0.26, 0.22, 0.2, 0.32};
    const struct dossier *d = r->d;
    const struct page_cell head[] = {{writer_text(r, "report.time"), FONT_BOLD, WORDS_OURS},
                                     {writer_text(r, "report.who"), FONT_BOLD, WORDS_OURS},
                                     {writer_text(r, "report.act"), FONT_BOLD, WORDS_OURS},
                                     {writer_text(r, "report.object"), FONT_BOLD, WORDS_OURS}};
    page_heading(&r->page, 1, WORDS_OURS, writer_text(r, "report.custody"));
    page_row(&r->page, head, shares, 4, true);
    for (size_t i = 0; i < d->ncustody; i++) {
        const struct custody *c = &d->custody[i];
        const struct sv args[] = {writer_word(r, "custody", custody_act_name(c->act)),
                                  writer_word(r, "case_object", case_object_name(c->type))};
        struct sv object = arena_printf(&r->arena, "%.*s%s%.*s", SV_FMT(sv_sub(c->object, 0, 16)),
                                        c->why.n && c->object.n ? "\n" : "", SV_FMT(c->why));
        r->no_memory |= !object.p;
        const struct page_cell row[] = {
            {writer_when(r, c->at_us), FONT_SMALL, WORDS_THEIRS},
            {c->who, FONT_MONO, WORDS_THEIRS},
            {c->type == CASE_OBJECT_TYPES ? args[0] : writer_filled(r, "report.custody_act", args, 2),
             FONT_SMALL, WORDS_OURS},
            {object, FONT_SMALL, WORDS_THEIRS}};
        page_row(&r->page, row, shares, 4, false);
    }
}
