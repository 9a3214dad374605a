/* What the report says, from the summary to the last hash. It is drawn twice: to count the pages, then to the file. */
#include "evidence/report.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/utf8.h"
#include "evidence/evidence_priv.h"
#include "evidence/report_priv.h"

enum { MOST_EVENTS = 400, MOST_FINDINGS = 40, MOST_DRAWN = 40 };

/* ---- summary ---- */

static void put_head(struct report_writer *r)
{
    const struct dossier *d = r->d;
    page_heading(&r->page, 0, WORDS_OURS, writer_text(r, "report.title"));
    page_text(&r->page, FONT_SMALL_HEADING, WORDS_THEIRS, 0, d->file.title);
    page_gap(&r->page, 4);
    writer_pair(r, "report.case", d->text, WORDS_THEIRS);
    writer_pair(r, "report.reference", d->file.reference, WORDS_THEIRS);
    writer_pair(r, "report.tlp", sv_cstr(case_tlp_name(d->file.tlp)), WORDS_THEIRS);
    writer_pair(r, "report.opened", writer_when(r, d->file.created_us), WORDS_THEIRS);
    writer_pair(r, "report.by", d->file.who, WORDS_THEIRS);
    writer_pair(r, "report.state", writer_word(r, "case_state", case_state_name(d->file.state)), WORDS_OURS);
    writer_pair(r, "report.made", writer_when(r, r->o->now_us), WORDS_THEIRS);
    writer_pair(r, "report.tool", sv_cstr(r->o->program), WORDS_THEIRS);
    for (size_t i = 0; i < d->nholds; i++) writer_pair(r, "report.hold", d->holds[i].why, WORDS_THEIRS);
}

static int64_t views_of(const struct dossier_post *p)
{
    int64_t most = COUNT_UNKNOWN;
    for (size_t i = 0; i < p->nreach; i++)
        if (p->reach[i].views > most) most = p->reach[i].views;
    return most;
}

static void put_summary(struct report_writer *r)
{
    static const double shares[] = {0.6, 0.4};
    const struct dossier *d = r->d;
    size_t by_category[CATEGORY_COUNT] = {0};
    int64_t views = 0, first = TIME_UNKNOWN, last = TIME_UNKNOWN;
    for (size_t i = 0; i < d->nposts; i++) {
        const struct dossier_post *p = &d->posts[i];
        by_category[p->assessed ? p->assessment.category : CATEGORY_NONE]++;
        if (views_of(p) > 0) views += views_of(p);
        if (p->post.created_us == TIME_UNKNOWN) continue;
        if (first == TIME_UNKNOWN) first = p->post.created_us;
        last = p->post.created_us;
    }
    const struct sv args[] = {writer_count(r, (int64_t)d->nposts), writer_count(r, (int64_t)d->naccounts),
                              writer_when(r, first), writer_when(r, last), writer_count(r, views)};
    page_heading(&r->page, 1, WORDS_OURS, writer_text(r, "report.summary"));
    page_text(&r->page, FONT_BODY, WORDS_OURS, 0, writer_filled(r, "report.summary_words", args, 5));
    const struct page_cell head[] = {{writer_text(r, "report.category"), FONT_BOLD, WORDS_OURS},
                                     {writer_text(r, "report.posts"), FONT_BOLD, WORDS_OURS}};
    if (d->nposts > 0) page_row(&r->page, head, shares, 2, true);
    for (int c = CATEGORY_COUNT - 1; c >= 0; c--) {
        if (by_category[c] == 0) continue;
        const struct page_cell row[] = {
            {writer_word(r, "category", category_name((enum category)c)), FONT_BODY, WORDS_OURS},
            {writer_count(r, (int64_t)by_category[c]), FONT_BODY, WORDS_OURS}};
        page_row(&r->page, row, shares, 2, false);
    }
    if (d->missing > 0) {
        const struct sv gone[] = {writer_count(r, (int64_t)d->missing)};
        page_text(&r->page, FONT_BODY, WORDS_OURS, 0, writer_filled(r, "report.missing", gone, 1));
    }
}

/* ---- words in the case ---- */

static void put_texts(struct report_writer *r)
{
    const struct dossier *d = r->d;
    if (d->ntexts == 0) return;
    page_heading(&r->page, 1, WORDS_OURS, writer_text(r, "report.texts"));
    for (size_t i = 0; i < d->ntexts; i++) {
        const struct case_text *t = &d->texts[i];
        const struct sv args[] = {writer_word(r, "case_object", case_object_name(t->type)),
                                  writer_when(r, t->at_us), t->who, t->channel, t->reference};
        page_need(&r->page, 40);
        page_text(&r->page, FONT_BOLD, WORDS_OURS, 0,
                  writer_filled(r, t->channel.n ? "report.complaint_head" : "report.note_head", args, 5));
        page_text(&r->page, FONT_BODY, WORDS_THEIRS, 10, t->body);
    }
}

/* ---- timeline ---- */

struct event {
    int64_t at_us;
    const char *key;
    struct sv what;
};

static int compare_events(const void *a, const void *b)
{
    const struct event *x = a, *y = b;
    if (x->at_us != y->at_us) return x->at_us < y->at_us ? -1 : 1;
    return strcmp(x->key, y->key);
}

static struct sv account_of(const struct account *a)
{
    return a->handle.n ? a->handle : a->name.n ? a->name : a->native_id;
}

static size_t gather(struct report_writer *r, struct event *v, size_t most)
{
    const struct dossier *d = r->d;
    size_t n = 0;
    for (size_t i = 0; i < d->nposts && n + 3 < most; i++) {
        const struct dossier_post *p = &d->posts[i];
        struct sv what =
            arena_printf(&r->arena, "%.*s  %.8s", SV_FMT(account_of(&p->post.account)), p->text.p);
        r->no_memory |= !what.p;
        if (p->post.created_us != TIME_UNKNOWN)
            v[n++] = (struct event){p->post.created_us, "report.published", what};
        if (p->post.collected_us != TIME_UNKNOWN)
            v[n++] = (struct event){p->post.collected_us, "report.captured", what};
        v[n++] = (struct event){p->known_us, "report.received", what};
    }
    for (size_t i = 0; i < d->ntexts && n < most; i++)
        v[n++] = (struct event){d->texts[i].at_us,
                                d->texts[i].type == CASE_NOTE ? "report.noted" : "report.complained",
                                d->texts[i].reference};
    for (size_t i = 0; i < d->ncustody && n < most; i++)
        if (d->custody[i].act != CUSTODY_ADDED)
            v[n++] = (struct event){d->custody[i].at_us, NULL, sv_cstr(custody_act_name(d->custody[i].act))};
    for (size_t i = 0; i < n; i++)
        if (!v[i].key) v[i].key = "report.custody_event";
    return n;
}

static void put_timeline(struct report_writer *r)
{
    static const double shares[] = {0.27, 0.28, 0.45};
    struct event *v = ARENA_ARRAY(&r->arena, MOST_EVENTS, struct event);
    if (!v) {
        r->no_memory = true;
        return;
    }
    size_t n = gather(r, v, MOST_EVENTS);
    qsort(v, n, sizeof *v, compare_events);
    page_heading(&r->page, 1, WORDS_OURS, writer_text(r, "report.timeline"));
    const struct page_cell head[] = {{writer_text(r, "report.time"), FONT_BOLD, WORDS_OURS},
                                     {writer_text(r, "report.event"), FONT_BOLD, WORDS_OURS},
                                     {writer_text(r, "report.object"), FONT_BOLD, WORDS_OURS}};
    page_row(&r->page, head, shares, 3, true);
    for (size_t i = 0; i < n; i++) {
        bool custody = strcmp(v[i].key, "report.custody_event") == 0;
        char act[64];
        snprintf(act, sizeof act, "%.*s", SV_FMT(v[i].what));
        const struct page_cell row[] = {{writer_when(r, v[i].at_us), FONT_SMALL, WORDS_THEIRS},
                                        {writer_text(r, v[i].key), FONT_SMALL, WORDS_OURS},
                                        {custody ? writer_word(r, "custody", act) : v[i].what, FONT_SMALL,
                                         custody ? WORDS_OURS : WORDS_THEIRS}};
        page_row(&r->page, row, shares, 3, false);
    }
}

/* ---- posts ---- */

static void put_finding(struct report_writer *r, const struct finding *f)
{
    static const double shares[] = {0.3, 0.47, 0.23};
    struct buf what;
    buf_init(&what, 0);
    buf_putsv(&what, f->quote.n ? f->quote : f->label);
    if (f->ref.bank.n)
        buf_printf(&what, "%s%.*s / %.12s", what.n ? "\n" : "", SV_FMT(f->ref.bank),
                   f->ref.item.n ? f->ref.item.p : "");
    if (f->ref.distance >= 0) buf_printf(&what, "  (%d / 256)", f->ref.distance);
    struct sv copy = arena_copy(&r->arena, buf_sv(&what));
    struct sv sure = arena_printf(&r->arena, "%.0f %%", f->probability * 100);
    buf_done(&what);
    r->no_memory |= !copy.p || !sure.p;
    struct sv kind = writer_word(r, "report.kind", finding_kind_name(f->kind));
    struct sv cat = f->category != CATEGORY_NONE ? writer_word(r, "category", category_name(f->category))
                    : f->ref.bank.n              ? writer_text(r, "report.innocent")
                                                 : SV("");
    struct sv end = arena_printf(&r->arena, "%.*s%s%.*s", SV_FMT(sure), cat.n ? "\n" : "", SV_FMT(cat));
    const struct page_cell row[] = {{kind, FONT_SMALL, WORDS_OURS},
                                    {copy, FONT_SMALL, WORDS_THEIRS},
                                    {end.p ? end : sure, FONT_SMALL, WORDS_OURS}};
    page_row(&r->page, row, shares, 3, false);
}

static void put_findings(struct report_writer *r, const struct dossier_post *p)
{
    static const double shares[] = {0.3, 0.47, 0.23};
    if (p->findings.n == 0) return;
    const struct page_cell head[] = {{writer_text(r, "report.finding"), FONT_BOLD, WORDS_OURS},
                                     {writer_text(r, "report.matched"), FONT_BOLD, WORDS_OURS},
                                     {writer_text(r, "report.sure"), FONT_BOLD, WORDS_OURS}};
    page_gap(&r->page, 3);
    page_row(&r->page, head, shares, 3, true);
    for (size_t i = 0; i < p->findings.n && i < MOST_FINDINGS; i++) put_finding(r, &p->findings.v[i]);
    if (p->findings.n > MOST_FINDINGS) {
        const struct sv more[] = {writer_count(r, (int64_t)(p->findings.n - MOST_FINDINGS))};
        page_text(&r->page, FONT_SMALL, WORDS_OURS, 0, writer_filled(r, "report.more_findings", more, 1));
    }
}

static void put_words(struct report_writer *r, const struct dossier_post *p)
{
    for (size_t i = 0; i < p->post.ntexts && i < 12; i++) {
        const struct text_part *t = &p->post.texts[i];
        page_need(&r->page, 28);
        page_text(&r->page, FONT_SMALL, WORDS_OURS, 0, writer_word(r, "field", text_field_name(t->field)));
        page_text(&r->page, FONT_BODY, WORDS_THEIRS, 10, sv_sub(t->text, 0, 4000));
    }
}

static void put_stills(struct report_writer *r, const struct dossier_post *p)
{
    const struct still *v;
    struct page_picture pictures[STILLS_PER_POST];
    size_t n = stills_of(r->stills, p, &v);
    for (size_t i = 0; i < n; i++) {
        int64_t s = v[i].time_us / US_PER_SECOND;
        struct sv words = arena_printf(&r->arena, "%lld:%02d", (long long)(s / 60), (int)(s % 60));
        pictures[i] = (struct page_picture){v[i].width, v[i].height, v[i].rgb, words};
    }
    if (n > 0) page_pictures(&r->page, pictures, n, 120);
}

static void put_post(struct report_writer *r, const struct dossier_post *p, size_t number)
{
    struct sv whose = account_of(&p->post.account);
    if (whose.n == 0) whose = sv_sub(p->text, 0, 12);
    struct sv title = arena_printf(&r->arena, "%zu. %.*s", number, SV_FMT(sv_sub(whose, 0, 60)));
    int64_t views = views_of(p);
    r->no_memory |= !title.p;
    page_heading(&r->page, 2, WORDS_THEIRS, title);
    writer_pair(r, "report.url", p->post.url, WORDS_THEIRS);
    writer_pair(r, "report.id", p->text, WORDS_THEIRS);
    writer_pair(r, "report.published", writer_when(r, p->post.created_us), WORDS_THEIRS);
    writer_pair(r, "report.captured", writer_when(r, p->post.collected_us), WORDS_THEIRS);
    writer_pair(r, "report.received", writer_when(r, p->known_us), WORDS_THEIRS);
    if (views >= 0) writer_pair(r, "report.views", writer_count(r, views), WORDS_OURS);
    if (p->assessed && p->assessment.category != CATEGORY_NONE) {
        const struct sv args[] = {writer_word(r, "category", category_name(p->assessment.category)),
                                  writer_count(r, p->assessment.severity),
                                  writer_count(r, (int64_t)lround(p->assessment.probability * 100))};
        writer_pair(r, "report.assessment", writer_filled(r, "report.assessment_words", args, 3), WORDS_OURS);
    }
    page_gap(&r->page, 4);
    put_words(r, p);
    put_stills(r, p);
    put_findings(r, p);
}

static void put_posts(struct report_writer *r)
{
    if (r->d->nposts == 0) return;
    page_heading(&r->page, 1, WORDS_OURS, writer_text(r, "report.posts"));
    if (r->o->media)
        page_text(&r->page, FONT_SMALL, WORDS_OURS, 0,
                  writer_text(r, r->o->blur   ? "report.stills_blurred"
                                 : r->o->grey ? "report.stills_grey"
                                              : "report.stills"));
    for (size_t i = 0; i < r->d->nposts; i++) put_post(r, &r->d->posts[i], i + 1);
}

/* ---- the network ---- */

static void draw_network(struct report_writer *r, size_t n)
{
    struct page *p = &r->page;
    const double size = n < 6 ? 130 : 230;
    page_need(p, size + 10);
    double cx = PAGE_WIDTH / 2, cy = p->y + size / 2, radius = size / 2 - 18;
    cairo_set_source_rgba(p->cr, 0.55, 0.15, 0.15, 0.5);
    cairo_set_line_width(p->cr, 0.8);
    for (size_t i = 0; i < r->d->nedges; i++) {
        const struct dossier_edge *e = &r->d->edges[i];
        if (e->a >= n || e->b >= n) continue;
        double x = 2 * M_PI * (double)e->a / (double)n, y = 2 * M_PI * (double)e->b / (double)n;
        cairo_move_to(p->cr, cx + radius * sin(x), cy - radius * cos(x));
        cairo_line_to(p->cr, cx + radius * sin(y), cy - radius * cos(y));
        cairo_stroke(p->cr);
    }
    for (size_t i = 0; i < n; i++) {
        double angle = 2 * M_PI * (double)i / (double)n;
        double x = cx + radius * sin(angle), y = cy - radius * cos(angle);
        char label[24];
        snprintf(label, sizeof label, "%zu", i + 1);
        cairo_set_source_rgb(p->cr, 0.85, 0.90, 0.96);
        cairo_new_path(p->cr);
        cairo_arc(p->cr, x, y, 9, 0, 2 * M_PI);
        cairo_fill_preserve(p->cr);
        cairo_set_source_rgb(p->cr, 0.10, 0.25, 0.42);
        cairo_stroke(p->cr);
        page_label(p, FONT_SMALL, x, y - 6, 0.5, sv_cstr(label));
    }
    cairo_set_source_rgb(p->cr, 0, 0, 0);
    p->y += size + 8;
}

static void put_network(struct report_writer *r)
{
    static const double shares[] = {0.08, 0.3, 0.32, 0.15, 0.15};
    const struct dossier *d = r->d;
    size_t n = d->naccounts < MOST_DRAWN ? d->naccounts : MOST_DRAWN;
    if (d->naccounts == 0) return;
    page_heading(&r->page, 1, WORDS_OURS, writer_text(r, "report.network"));
    const struct sv args[] = {writer_count(r, (int64_t)d->naccounts), writer_count(r, (int64_t)d->nedges),
                              writer_count(r, (int64_t)n)};
    page_text(&r->page, FONT_BODY, WORDS_OURS, 0,
              writer_filled(r, d->nedges ? "report.network_words" : "report.network_none", args, 3));
    if (d->nedges > 0 && n > 1) draw_network(r, n);
    const struct page_cell head[] = {{SV("№"), FONT_BOLD, WORDS_OURS},
                                     {writer_text(r, "report.account"), FONT_BOLD, WORDS_OURS},
                                     {writer_text(r, "report.native_id"), FONT_BOLD, WORDS_OURS},
                                     {writer_text(r, "report.posts"), FONT_BOLD, WORDS_OURS},
                                     {writer_text(r, "report.followers"), FONT_BOLD, WORDS_OURS}};
    page_row(&r->page, head, shares, 5, true);
    for (size_t i = 0; i < d->naccounts; i++) {
        const struct account *a = &d->accounts[i].account;
        const struct page_cell row[] = {
            {writer_count(r, (int64_t)i + 1), FONT_SMALL, WORDS_OURS},
            {account_of(a), FONT_SMALL, WORDS_THEIRS},
            {a->native_id, FONT_SMALL, WORDS_THEIRS},
            {writer_count(r, (int64_t)d->accounts[i].posts), FONT_SMALL, WORDS_OURS},
            {a->followers == COUNT_UNKNOWN ? SV("–") : writer_count(r, a->followers), FONT_SMALL,
             WORDS_OURS}};
        page_row(&r->page, row, shares, 5, false);
    }
}

/* ---- method, hashes ---- */

static void put_method(struct report_writer *r)
{
    static const char *const method[] = {"report.method_1", "report.method_2", "report.method_3",
                                         "report.method_4"};
    static const char *const limits[] = {"report.limits_1", "report.limits_2", "report.limits_3",
                                         "report.limits_4", "report.limits_5"};
    page_heading(&r->page, 1, WORDS_OURS, writer_text(r, "report.method"));
    for (size_t i = 0; i < sizeof method / sizeof method[0]; i++)
        page_text(&r->page, FONT_BODY, WORDS_OURS, 0, writer_text(r, method[i]));
    page_heading(&r->page, 1, WORDS_OURS, writer_text(r, "report.limits"));
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        page_text(&r->page, FONT_BODY, WORDS_OURS, 0, writer_text(r, limits[i]));
}

static void put_hash(struct report_writer *r, struct sv path, const struct sha256 *sha)
{
    static const double shares[] = {0.38, 0.62};
    char hex[SHA256_TEXT_BYTES];
    sha256_format(sha, hex);
    const struct page_cell row[] = {{path, FONT_MONO, WORDS_THEIRS},
                                    {arena_copy(&r->arena, sv_cstr(hex)), FONT_MONO, WORDS_THEIRS}};
    r->no_memory |= !row[0].text.p || !row[1].text.p;
    page_row(&r->page, row, shares, 2, false);
}

static void put_hashes(struct report_writer *r)
{
    static const double shares[] = {0.38, 0.62};
    const struct page_cell head[] = {{writer_text(r, "report.file"), FONT_BOLD, WORDS_OURS},
                                     {SV("SHA-256"), FONT_BOLD, WORDS_OURS}};
    page_need(&r->page, 150);
    page_heading(&r->page, 1, WORDS_OURS, writer_text(r, "report.hashes"));
    page_text(&r->page, FONT_SMALL, WORDS_OURS, 0, writer_text(r, "report.hashes_words"));
    page_row(&r->page, head, shares, 2, true);
    for (size_t i = 0; i < r->d->nposts; i++) {
        const struct dossier_post *p = &r->d->posts[i];
        struct sha256 sha;
        sha256_of(p->post.raw, &sha);
        if (p->post.raw.n > 0) put_hash(r, arena_printf(&r->arena, "posts/%.8s…/raw.json", p->text.p), &sha);
        for (size_t k = 0; k < p->post.nmedia; k++)
            if (p->media_name[k].n)
                put_hash(r, arena_printf(&r->arena, "originals/%.12s…", p->media_name[k].p),
                         &p->media[k].sha256);
    }
}

/* ---- the file ---- */

static cairo_status_t draw(struct report_writer *r, cairo_surface_t *surface, int total)
{
    arena_clear(&r->arena);
    r->page.running =
        arena_printf(&r->arena, "%.*s  ·  %s",
                     SV_FMT(r->d->file.reference.n ? r->d->file.reference : sv_sub(r->d->text, 0, 12)),
                     case_tlp_name(r->d->file.tlp));
    page_begin(&r->page, surface, r->o->texts, r->o->lang, total);
    put_head(r);
    put_summary(r);
    put_texts(r);
    put_timeline(r);
    put_posts(r);
    put_network(r);
    writer_put_decisions(r);
    writer_put_referrals(r);
    put_method(r);
    writer_put_custody(r);
    put_hashes(r);
    return page_end(&r->page);
}

static void put_metadata(const struct report_writer *r, cairo_surface_t *surface)
{
    char title[256], at[TIME_TEXT_BYTES];
    struct buf safe;
    buf_init(&safe, 0);
    utf8_show_cut(&safe, r->d->file.title, 80);
    snprintf(title, sizeof title, "%s", buf_cstr(&safe));
    time_format(r->o->now_us - r->o->now_us % US_PER_SECOND, at);
    if (utf8_check(sv_cstr(title)) == SIZE_MAX)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, r->o->program);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, r->o->program);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, r->d->text.p);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, at);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, at);
    buf_done(&safe);
}

static int count_pages(struct report_writer *r)
{
    /* A PDF that goes nowhere: on other surfaces letters are measured otherwise, and lines break elsewhere. */
    cairo_surface_t *nowhere = cairo_pdf_surface_create_for_stream(NULL, NULL, PAGE_WIDTH, PAGE_HEIGHT);
    cairo_status_t status = draw(r, nowhere, 0);
    cairo_surface_destroy(nowhere);
    return status == CAIRO_STATUS_SUCCESS ? r->page.number : 0;
}

int report_pdf(const struct dossier *d, const struct report_options *o, const char *path, struct error *err)
{
    struct report_writer r = {.d = d, .o = o};
    arena_init(&r.arena, 0);
    int rc = late_pdf_load(err);
    if (rc == 0) rc = stills_load(d, o, &r.stills, err);
    if (rc == 0) {
        int pages = count_pages(&r);
        cairo_surface_t *pdf = cairo_pdf_surface_create(path, PAGE_WIDTH, PAGE_HEIGHT);
        put_metadata(&r, pdf);
        cairo_status_t status = draw(&r, pdf, pages);
        cairo_surface_finish(pdf);
        if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(pdf);
        cairo_surface_destroy(pdf);
        if (status != CAIRO_STATUS_SUCCESS)
            rc = error_set(err, status == CAIRO_STATUS_NO_MEMORY ? ERR_NOMEM : ERR_IO, "report", "%s: %s",
                           path, cairo_status_to_string(status));
        else if (r.no_memory)
            rc = error_set(err, ERR_NOMEM, "report", "no memory for a report");
    }
    stills_free(r.stills);
    arena_done(&r.arena);
    return rc;
}
