/* The picture: one HTML page with an SVG in it, see export.h. No script, style, font or image comes from anywhere else, and the
 * page forbids itself to ask (Content-Security-Policy).
 *
 * Layout: groups stand in rows like words in a paragraph, largest first; inside a group accounts lie on a sunflower's
 * spiral. The slider hides edges that had not begun, and dims those that were over, at the moment it stands on. */
#include "network/export.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "network/out_priv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct spot {
    float x, y;
};

struct page {
    const struct network_export *x;
    const char *lang;
    struct buf *b;
    uint32_t drawn_groups, drawn_accounts;
    struct spot *spots; /* per place in groups->members */
    double width, height;
    double step;   /* of the spiral: more room where there are few */
    bool labelled; /* names beside the dots */
    int64_t first_us, last_us;
};

enum { PAGE_WIDTH = 1200, LABELLED_UP_TO = 80, ROOMY_UP_TO = 400, EVIDENCE_SHOWN = 8, NAMES_SHOWN = 400 };

static void words(const struct page *p, const char *key, const char *a0)
{
    struct profile_sentence s = {.key = key, .nargs = a0 ? 1 : 0, .args = {{a0, a0 ? strlen(a0) : 0}}};
    struct buf plain;
    buf_init(&plain, 0);
    network_sentence(&plain, p->x->words, p->lang, &s);
    p->b->failed |= plain.failed;
    utf8_markup(p->b, buf_sv(&plain));
    buf_done(&plain);
}

/* Decides how many groups are drawn and where. */
static int lay_out(struct page *p)
{
    const struct network_groups *g = p->x->groups;
    uint32_t total = g->n ? g->start[g->n] : 0;
    p->spots = malloc(((size_t)total + 1) * sizeof *p->spots);
    if (!p->spots) return ERR_NOMEM;
    double x = 0, y = 0, row = 0;
    p->labelled = total <= LABELLED_UP_TO;
    p->step = p->labelled ? 30 : total <= ROOMY_UP_TO ? 20 : 11;
    p->first_us = INT64_MAX;
    p->last_us = INT64_MIN;
    for (uint32_t k = 0; k < g->n; k++) {
        uint32_t n = g->start[k + 1] - g->start[k];
        if (p->drawn_accounts + n > NETWORK_MAX_DRAWN) break;
        double radius = p->step * sqrt((double)n) + 18 + (p->labelled ? 40 : 0);
        if (x > 0 && x + 2 * radius > PAGE_WIDTH) {
            x = 0;
            y += row;
            row = 0;
        }
        for (uint32_t i = 0; i < n; i++) {
            double turn = 2.399963229728653 * i, out = p->step * sqrt((double)i + 0.5);
            p->spots[g->start[k] + i] = (struct spot){(float)(x + radius + out * cos(turn)),
                                                      (float)(y + radius + 14 + out * sin(turn))};
        }
        x += 2 * radius;
        if (x > p->width) p->width = x;
        if (2 * radius + 18 > row) row = 2 * radius + 18;
        p->drawn_groups++;
        p->drawn_accounts += n;
        if (p->x->profiles[k].first_us < p->first_us) p->first_us = p->x->profiles[k].first_us;
        if (p->x->profiles[k].last_us > p->last_us) p->last_us = p->x->profiles[k].last_us;
    }
    p->height = y + row + 10;
    if (p->width < PAGE_WIDTH / 2) p->width = PAGE_WIDTH / 2; /* a few dots are not blown up to a page */
    return 0;
}

static void put_head(struct page *p)
{
    buf_printf(p->b, "<!DOCTYPE html>\n<html lang=\"%s\" dir=\"%s\"><head><meta charset=\"utf-8\">\n",
               p->lang, strcmp(p->lang, "ar") == 0 ? "rtl" : "ltr");
    buf_puts(
        p->b,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'; "
        "script-src 'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    words(p, "network.page.title", NULL);
    buf_puts(
        p->b,
        "</title>\n<style>body{font:16px/1.5 sans-serif;margin:1.5rem auto;max-width:76rem;padding:0 1rem;"
        "color:#1c1c1e;background:#fff}svg{width:100%;height:auto;background:#f6f6f7;border-radius:8px}"
        "line{stroke:#444;stroke-opacity:.6}line.over{stroke-opacity:.25}line.not{display:none}"
        "circle{stroke:#fff;stroke-width:1}input{width:100%}section{margin:1.2rem 0;border-inline-start:4px "
        "solid;"
        "padding-inline-start:1rem}h2{font-size:1.1rem;margin:.2rem 0}ul{margin:.2rem 0}"
        "summary{cursor:pointer}table{border-collapse:collapse;font-size:.9rem}td,th{padding:.15rem .6rem;"
        "text-align:start;border-bottom:1px solid #8884}td{overflow-wrap:anywhere}"
        "output{font-variant-numeric:tabular-nums}"
        "text{font:12px "
        "sans-serif;fill:#333}text.n{font-size:9px;fill:#555}text.g{font-weight:bold}@media(prefers-color-"
        "scheme:dark){body{color:#eee;background:#161618}"
        "svg{background:#222226}line{stroke:#ccc}text,text.n{fill:#ddd}}</style></head><body>\n<h1>");
    words(p, "network.page.title", NULL);
    buf_puts(p->b, "</h1>\n<p>");
    words(p, "network.page.note", NULL);
    buf_puts(p->b, "</p>\n");
    uint32_t all = p->x->groups->n ? p->x->groups->start[p->x->groups->n] : 0;
    if (p->drawn_accounts < all) {
        char n[16];
        snprintf(n, sizeof n, "%u", all - p->drawn_accounts);
        buf_puts(p->b, "<p>");
        words(p, "network.page.left_out", n);
        buf_puts(p->b, "</p>\n");
    }
}

static int hue(uint32_t k) { return (int)(k * 137u % 360u); }

static uint32_t place_of(const struct network_groups *g, uint32_t k, uint32_t account)
{
    uint32_t lo = g->start[k], hi = g->start[k + 1];
    while (hi - lo > 1) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (g->members[mid] <= account)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

static void put_group(struct page *p, uint32_t k)
{
    const struct network_groups *g = p->x->groups;
    const struct network_result *r = p->x->result;
    for (uint64_t i = g->edge_start[k]; i < g->edge_start[k + 1]; i++) {
        const struct network_edge *e = &r->edges[g->edges[i]];
        struct spot a = p->spots[place_of(g, k, e->a)], b = p->spots[place_of(g, k, e->b)];
        buf_printf(p->b,
                   "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke-width=\"%.1f\" "
                   "data-f=\"%lld\" data-l=\"%lld\"/>",
                   (double)a.x, (double)a.y, (double)b.x, (double)b.y, 0.6 + log(e->pairs) / 2,
                   (long long)(e->first_us / US_PER_SECOND), (long long)(e->last_us / US_PER_SECOND));
    }
    for (uint32_t i = g->start[k]; i < g->start[k + 1]; i++) {
        buf_printf(p->b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%d\" fill=\"hsl(%d 60%% 45%%)\"><title>",
                   (double)p->spots[i].x, (double)p->spots[i].y, p->step > 15 ? 7 : 5, hue(k));
        utf8_markup(p->b, network_account_name(r, g->members[i]));
        buf_puts(p->b, "</title></circle>");
        if (!p->labelled) continue;
        struct buf name;
        buf_init(&name, 0);
        utf8_show_cut(&name, network_account_name(r, g->members[i]), 14);
        buf_printf(p->b, "<text class=\"n\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
                   (double)p->spots[i].x, (double)p->spots[i].y + 19);
        utf8_markup(p->b, buf_sv(&name));
        buf_puts(p->b, "</text>");
        p->b->failed |= name.failed;
        buf_done(&name);
    }
    struct spot first = p->spots[g->start[k]];
    buf_printf(p->b, "<text class=\"g\" x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">%u</text>\n",
               (double)first.x, (double)first.y - p->step * sqrt((double)(g->start[k + 1] - g->start[k])) - 8,
               k + 1);
}

static void put_sentences(struct page *p, const struct profile_sentence *v, unsigned n)
{
    buf_puts(p->b, "<ul>");
    for (unsigned i = 0; i < n; i++) {
        struct buf plain;
        buf_init(&plain, 0);
        network_sentence(&plain, p->x->words, p->lang, &v[i]);
        p->b->failed |= plain.failed;
        buf_puts(p->b, "<li>");
        utf8_markup(p->b, buf_sv(&plain));
        buf_puts(p->b, "</li>");
        buf_done(&plain);
    }
    buf_puts(p->b, "</ul>");
}

static void put_names(struct page *p, uint32_t k)
{
    const struct network_groups *g = p->x->groups;
    buf_puts(p->b, "<details><summary>");
    words(p, "network.page.accounts", NULL);
    buf_puts(p->b, "</summary><p>");
    for (uint32_t i = g->start[k]; i < g->start[k + 1]; i++) {
        if (i - g->start[k] == NAMES_SHOWN) {
            buf_puts(p->b, " …");
            break;
        }
        buf_puts(p->b, i > g->start[k] ? " · <bdi>" : "<bdi>");
        utf8_markup(p->b, network_account_name(p->x->result, g->members[i]));
        buf_puts(p->b, "</bdi>");
    }
    buf_puts(p->b, "</p></details>\n");
}

static void put_cell(struct page *p, struct sv text)
{
    struct buf shown;
    buf_init(&shown, 0);
    utf8_show_cut(&shown, text, 48);
    buf_puts(p->b, "<td><bdi>");
    utf8_markup(p->b, buf_sv(&shown));
    buf_puts(p->b, "</bdi></td>");
    p->b->failed |= shown.failed;
    buf_done(&shown);
}

static void put_pair(struct page *p, const struct network_edge *e, const struct network_evidence *v)
{
    const struct network_result *r = p->x->result;
    char time[TIME_TEXT_BYTES];
    int64_t first = v->time_a_us < v->time_b_us ? v->time_a_us : v->time_b_us;
    time_format(first - first % US_PER_SECOND, time);
    buf_puts(p->b, "<tr>");
    put_cell(p, sv_cstr(time));
    put_cell(p, network_object_name(r, v->layer, v->object));
    put_cell(p, network_account_name(r, e->a));
    put_cell(p, network_content_name(r, v->content_a));
    put_cell(p, network_account_name(r, e->b));
    put_cell(p, network_content_name(r, v->content_b));
    buf_printf(p->b, "<td><bdi dir=\"ltr\">%.0f s</bdi></td></tr>\n",
               fabs((double)(v->time_b_us - v->time_a_us)) / 1e6);
}

/* The tightest pair of each of the group's first edges: which posts to look at. */
static void put_evidence(struct page *p, uint32_t k)
{
    static const char *const heads[] = {"from", "thing", "account", "post", "account", "post", "gap"};
    const struct network_groups *g = p->x->groups;
    const struct network_result *r = p->x->result;
    unsigned shown = 0;
    buf_puts(p->b, "<details><summary>");
    words(p, "network.page.evidence", NULL);
    buf_puts(p->b, "</summary><table><tr>");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        char key[48];
        snprintf(key, sizeof key, "network.page.%s", heads[i]);
        buf_puts(p->b, "<th>");
        words(p, key, NULL);
        buf_puts(p->b, "</th>");
    }
    buf_puts(p->b, "</tr>\n");
    for (uint64_t i = g->edge_start[k]; i < g->edge_start[k + 1] && shown < EVIDENCE_SHOWN; i++) {
        const struct network_edge *e = &r->edges[g->edges[i]];
        if (e->nevidence == 0) continue;
        put_pair(p, e, &r->evidence[e->evidence]);
        shown++;
    }
    buf_puts(p->b, "</table></details>\n");
}

static void put_story(struct page *p, uint32_t k)
{
    const struct network_profile *f = &p->x->profiles[k];
    char n[16];
    snprintf(n, sizeof n, "%u", k + 1);
    buf_printf(p->b, "<section style=\"border-color:hsl(%d 60%% 45%%)\"><h2>", hue(k));
    words(p, "network.page.group", n);
    buf_puts(p->b, "</h2>");
    put_sentences(p, f->says, f->nsays);
    buf_puts(p->b, "<p>");
    words(p, "network.page.against", NULL);
    buf_puts(p->b, "</p>");
    put_sentences(p, f->against, f->nagainst);
    put_names(p, k);
    put_evidence(p, k);
    buf_puts(p->b, "</section>\n");
}

static const char script[] =
    "<script>(function(){var s=document.getElementById('t'),o=document.getElementById('o'),"
    "l=document.querySelectorAll('line');function f(){var t=+s.value;o.textContent=new "
    "Date(t*1000).toISOString()"
    ".replace('.000Z','Z');for(var i=0;i<l.length;i++){var "
    "e=l[i];e.setAttribute('class',+e.dataset.f>t?'not':"
    "+e.dataset.l<t&&t<+s.max?'over':'')}}s.addEventListener('input',f);f()})()</script>\n";

static int put_page(struct page *p, struct out *o, struct error *err)
{
    int rc = 0;
    put_head(p);
    if (p->drawn_groups) {
        long long from = p->first_us / US_PER_SECOND, to = p->last_us / US_PER_SECOND;
        buf_puts(p->b, "<p><label for=\"t\">");
        words(p, "network.page.time", NULL);
        buf_printf(p->b,
                   "</label> <output id=\"o\" dir=\"ltr\"></output><input id=\"t\" type=\"range\" "
                   "min=\"%lld\" max=\"%lld\" "
                   "value=\"%lld\"></p>\n<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\">\n",
                   from, to, to, p->width, p->height);
    }
    for (uint32_t k = 0; rc == 0 && k < p->drawn_groups; k++) {
        put_group(p, k);
        rc = out_drain(o, err);
    }
    if (p->drawn_groups) buf_puts(p->b, "</svg>\n");
    for (uint32_t k = 0; rc == 0 && k < p->x->groups->n; k++) {
        put_story(p, k);
        rc = out_drain(o, err);
    }
    if (p->drawn_groups) buf_puts(p->b, script);
    buf_puts(p->b, "</body></html>\n");
    return rc;
}

int network_html(const struct network_export *x, const char *lang, const char *path, struct error *err)
{
    struct out o;
    int rc = out_open(&o, path, err);
    if (rc) return rc;
    struct page p = {.x = x, .lang = lang, .b = &o.b};
    rc = lay_out(&p) ? error_set(err, ERR_NOMEM, "network", "no memory to draw %s", path)
                     : put_page(&p, &o, err);
    free(p.spots);
    int closed = out_close(&o, rc == 0, rc ? NULL : err);
    return rc ? rc : closed;
}
