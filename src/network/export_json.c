/* Groups as JSON: see export.h and docs/network.md. */
#include "network/export.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "network/out_priv.h"

#include <stdio.h>

static const char *const languages[] = {"ar", "fr", "en"};

void network_sentence(struct buf *b, const struct network_words *w, const char *lang,
                      const struct profile_sentence *s)
{
    struct sv text = w ? w->get(w->arg, lang, s->key) : SV_NULL;
    /* In a line from right to left, dates, names and ids stand as pieces of their own. */
    bool isolate = strcmp(lang, "ar") == 0;
    if (text.n == 0) text = sv_cstr(s->key);
    for (size_t i = 0; i < text.n; i++) {
        bool slot = text.p[i] == '{' && i + 2 < text.n && text.p[i + 2] == '}' && text.p[i + 1] >= '0' &&
                    text.p[i + 1] < '0' + PROFILE_ARGS;
        if (!slot) {
            buf_putc(b, text.p[i]);
            continue;
        }
        unsigned k = (unsigned)(text.p[i + 1] - '0');
        if (isolate) buf_puts(b, "\u2068");
        if (k < s->nargs) buf_putsv(b, s->args[k]);
        if (isolate) buf_puts(b, "\u2069");
        i += 2;
    }
}

static void put_time(struct jw *w, const char *key, int64_t us)
{
    char text[TIME_TEXT_BYTES];
    time_format(us, text);
    jw_kv_str(w, key, text);
}

static void put_layer(struct jw *w, const struct network_result *r, uint32_t layer)
{
    struct sv name = network_layer_name(r->table, layer);
    jw_kv_sv(w, "layer", name.n ? name : SV("object"));
}

static void put_evidence(struct jw *w, const struct network_result *r, const struct network_evidence *e)
{
    jw_object(w);
    put_layer(w, r, e->layer);
    jw_kv_sv(w, "object", network_object_name(r, e->layer, e->object));
    jw_kv_sv(w, "a_post", network_content_name(r, e->content_a));
    put_time(w, "a_time", e->time_a_us);
    jw_kv_sv(w, "b_post", network_content_name(r, e->content_b));
    put_time(w, "b_time", e->time_b_us);
    jw_end(w);
}

static void put_edge(struct jw *w, const struct network_result *r, const struct network_edge *e)
{
    jw_object(w);
    jw_kv_sv(w, "a", network_account_name(r, e->a));
    jw_kv_sv(w, "b", network_account_name(r, e->b));
    jw_kv_i64(w, "weight", e->pairs);
    jw_kv_double(w, "avg_time_delta", e->mean_gap_s, 6);
    jw_kv_i64(w, "n_content_id", e->n_older);
    jw_kv_i64(w, "n_content_id_y", e->n_newer);
    jw_kv_i64(w, "posts_a", e->posts_a);
    jw_kv_i64(w, "posts_b", e->posts_b);
    jw_kv_i64(w, "occasions", e->occasions);
    jw_kv_double(w, "expected", e->expected, 6);
    jw_key(w, "p");
    char text[32];
    snprintf(text, sizeof text, "%.6g", e->p);
    jw_raw(w, sv_cstr(text));
    jw_kv_i64(w, "objects", e->objects);
    jw_kv_double(w, "rarity", e->rarity, 3);
    jw_kv_double(w, "median_gap_s", (double)e->median_gap_us / 1e6, 3);
    jw_kv_double(w, "gap_spread_s", (double)e->spread_us / 1e6, 3);
    put_time(w, "first", e->first_us);
    put_time(w, "last", e->last_us);
    jw_key(w, "evidence");
    jw_array(w);
    for (uint32_t i = 0; i < e->nevidence; i++) put_evidence(w, r, &r->evidence[e->evidence + i]);
    jw_end(w);
    jw_end(w);
}

static void put_objects(struct jw *w, const char *key, const struct network_result *r,
                        const struct profile_object *v, unsigned n)
{
    jw_key(w, key);
    jw_array(w);
    for (unsigned i = 0; i < n; i++) {
        jw_object(w);
        put_layer(w, r, v[i].layer);
        jw_kv_sv(w, "object", network_object_name(r, v[i].layer, v[i].object));
        jw_kv_i64(w, "accounts", v[i].accounts);
        jw_kv_i64(w, "posts", (int64_t)v[i].posts);
        jw_kv_i64(w, "posts_by_group", (int64_t)v[i].by_group);
        jw_end(w);
    }
    jw_end(w);
}

static void put_sentences(struct jw *w, const struct network_export *x, const char *key,
                          const struct profile_sentence *v, unsigned n)
{
    jw_key(w, key);
    jw_object(w);
    for (size_t l = 0; l < sizeof languages / sizeof *languages; l++) {
        jw_key(w, languages[l]);
        jw_array(w);
        for (unsigned i = 0; i < n; i++) {
            struct buf b;
            buf_init(&b, 0);
            network_sentence(&b, x->words, languages[l], &v[i]);
            w->b->failed |= b.failed;
            jw_sv(w, buf_sv(&b));
            buf_done(&b);
        }
        jw_end(w);
    }
    jw_key(w, "keys");
    jw_array(w);
    for (unsigned i = 0; i < n; i++) jw_str(w, v[i].key);
    jw_end(w);
    jw_end(w);
}

static void put_profile(struct jw *w, const struct network_export *x, const struct network_profile *p)
{
    jw_kv_i64(w, "size", p->accounts);
    jw_kv_i64(w, "edges_inside", (int64_t)p->edges);
    jw_kv_double(w, "density", p->density, 4);
    jw_kv_i64(w, "pairs", (int64_t)p->pairs);
    jw_kv_i64(w, "occasions", (int64_t)p->occasions);
    jw_kv_double(w, "expected", p->expected, 6);
    jw_kv_double(w, "median_gap_s", (double)p->median_gap_us / 1e6, 3);
    jw_kv_double(w, "gap_spread_s", (double)p->spread_us / 1e6, 3);
    put_time(w, "first", p->first_us);
    put_time(w, "last", p->last_us);
    jw_kv_i64(w, "ages_known", p->ages_known);
    jw_kv_i64(w, "young_accounts", p->young);
    jw_kv_i64(w, "made_within_7_days", p->made_together);
    put_objects(w, "shared", x->result, p->top, p->ntop);
    put_objects(w, "targets", x->result, p->targets, p->ntargets);
    if (p->known_members) {
        jw_kv_sv(w, "known_group", p->known);
        jw_kv_i64(w, "known_members", p->known_members);
    }
    put_sentences(w, x, "says", p->says, p->nsays);
    put_sentences(w, x, "against", p->against, p->nagainst);
}

/* The same accounts are the same group, wherever and whenever they are found. */
static struct id128 group_id(const struct network_result *r, const struct network_groups *g, uint32_t k)
{
    struct buf b;
    struct id128 id;
    buf_init(&b, 0);
    for (uint32_t i = g->start[k]; i < g->start[k + 1]; i++) {
        struct sv name = network_account_name(r, g->members[i]);
        buf_put_u64(&b, name.n);
        buf_putsv(&b, name);
    }
    struct sv whole = buf_sv(&b);
    id = id_of("network.group", &whole, 1);
    buf_done(&b);
    return id;
}

static int put_group(struct jw *w, struct out *o, const struct network_export *x, uint32_t k,
                     struct error *err)
{
    const struct network_result *r = x->result;
    const struct network_groups *g = x->groups;
    struct id128 id = group_id(r, g, k);
    char text[ID_TEXT_BYTES];
    int rc = 0;
    id_format(&id, text);
    jw_object(w);
    jw_kv_str(w, "id", text);
    put_profile(w, x, &x->profiles[k]);
    jw_key(w, "accounts");
    jw_array(w);
    for (uint32_t i = g->start[k]; i < g->start[k + 1]; i++) jw_sv(w, network_account_name(r, g->members[i]));
    jw_end(w);
    jw_key(w, "edges");
    jw_array(w);
    for (uint64_t i = g->edge_start[k]; rc == 0 && i < g->edge_start[k + 1]; i++) {
        put_edge(w, r, &r->edges[g->edges[i]]);
        rc = out_drain(o, err);
    }
    jw_end(w);
    jw_end(w);
    return rc;
}

static void put_input(struct jw *w, const struct network_report *r)
{
    jw_key(w, "input");
    jw_object(w);
    const struct {
        const char *key;
        uint64_t n;
    } counts[] = {{"lines", r->lines},
                  {"posts", r->posts},
                  {"rows", r->rows},
                  {"bad_shape", r->bad_shape},
                  {"too_long", r->too_long},
                  {"missing_account", r->missing_account},
                  {"missing_content", r->missing_content},
                  {"missing_object", r->missing_object},
                  {"bad_time", r->bad_time},
                  {"bad_created", r->bad_created},
                  {"objects_cut", r->objects_cut},
                  {"times_in_seconds", r->seconds},
                  {"times_in_milliseconds", r->milliseconds},
                  {"times_in_microseconds", r->microseconds},
                  {"times_in_words", r->text_times}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        jw_kv_i64(w, counts[i].key, (int64_t)counts[i].n);
    jw_key(w, "examples");
    jw_array(w);
    for (unsigned i = 0; i < r->nexamples; i++) {
        jw_object(w);
        jw_kv_i64(w, "line", (int64_t)r->examples[i].line);
        jw_kv_str(w, "why", r->examples[i].why);
        jw_end(w);
    }
    jw_end(w);
    jw_end(w);
}

static void put_run(struct jw *w, const struct network_export *x)
{
    const struct network_result *r = x->result;
    jw_key(w, "run");
    jw_object(w);
    jw_kv_i64(w, "accounts", r->naccounts);
    jw_kv_i64(w, "posts", (int64_t)r->posts);
    jw_kv_i64(w, "duplicates", (int64_t)r->duplicates);
    jw_kv_i64(w, "self_shares", (int64_t)r->self_shares);
    jw_kv_i64(w, "pairs", (int64_t)r->pairs);
    jw_kv_i64(w, "edges", (int64_t)r->all_edges);
    jw_kv_i64(w, "edges_standing", (int64_t)r->nedges);
    jw_kv_i64(w, "edges_between_groups", (int64_t)x->groups->between);
    jw_key(w, "threshold");
    char text[32];
    snprintf(text, sizeof text, "%.10g", r->threshold);
    jw_raw(w, sv_cstr(text));
    jw_kv_i64(w, "tests", (int64_t)r->tests);
    jw_kv_i64(w, "pairs_left_out", (int64_t)r->pairs_left_out);
    jw_kv_i64(w, "objects_capped", (int64_t)r->hubs);
    jw_key(w, "capped");
    jw_array(w);
    for (unsigned i = 0; i < NETWORK_HUBS && r->top_hubs[i].left_out; i++) {
        jw_object(w);
        put_layer(w, r, r->top_hubs[i].layer);
        jw_kv_sv(w, "object", network_object_name(r, r->top_hubs[i].layer, r->top_hubs[i].object));
        jw_kv_i64(w, "posts", (int64_t)r->top_hubs[i].posts);
        jw_kv_i64(w, "pairs_left_out", (int64_t)r->top_hubs[i].left_out);
        jw_end(w);
    }
    jw_end(w);
    jw_end(w);
}

int network_groups_json(const struct network_export *x, const char *path, struct error *err)
{
    struct out o;
    struct jw w;
    int rc = id_init(err);
    if (rc == 0) rc = out_open(&o, path, err);
    if (rc) return rc;
    jw_init(&w, &o.b, JW_PRETTY);
    jw_object(&w);
    jw_kv_str(&w, "format", "marsad.network.groups");
    jw_kv_i64(&w, "version", 1);
    if (x->report) put_input(&w, x->report);
    put_run(&w, x);
    jw_key(&w, "groups");
    jw_array(&w);
    for (uint32_t k = 0; rc == 0 && k < x->groups->n; k++) rc = put_group(&w, &o, x, k, err);
    if (rc == 0) {
        jw_end(&w);
        jw_end(&w);
        buf_putc(&o.b, '\n');
    }
    int closed = out_close(&o, rc == 0, rc ? NULL : err);
    return rc ? rc : closed;
}
