/* Health, figures, the interface itself, and words. */
#include "serve/serve_priv.h"

#include "policy/policy.h"
#include "policy/texts.h"
#include "serve/console_priv.h"

#include <stdio.h>

static void put_health(struct call *c, int status, const char *word)
{
    call_json(c, status);
    jw_object(&c->w);
    jw_kv_str(&c->w, "status", word);
    jw_kv_str(&c->w, "version", MARSAD_VERSION);
    jw_end(&c->w);
}

void api_healthz(struct call *c) { put_health(c, 200, "ok"); }

void api_readyz(struct call *c)
{
    struct owner_stats o;
    struct store_counts n;
    struct error err;
    owner_stats(c->s->owner, &o);
    int64_t rows, late;
    (void)n;
    if (o.waiting > 2000 || store_queue_totals(call_store(c), clock_now_us(), &rows, &late, &err) != 0)
        call_fail(c, 503, "busy", NULL, "it takes no work now");
    else
        put_health(c, 200, "ok");
}

void api_metrics(struct call *c)
{
    c->r->status = 200;
    c->r->type = "text/plain";
    metrics_write(c->s, &c->r->body);
}

void api_openapi(struct call *c)
{
    struct sv text = console_file(SV("openapi.json"));
    c->r->status = 200;
    c->r->type = "application/json";
    buf_putsv(&c->r->body, text);
}

/* Every key of the builtin files of that language, as the texts now say them. */
static void put_texts_of(struct call *c, struct sv file, enum lang lang)
{
    struct sv rest = builtin_file(file), line, key;
    while (sv_split(&rest, '\n', &line)) {
        line = sv_trim(line);
        if (line.n == 0 || line.p[0] == '#' || !sv_split(&line, '=', &key)) continue;
        char *name = arena_cstr(&c->arena, sv_trim(key));
        if (name) jw_kv_sv(&c->w, name, text_get(c->s->texts, lang, name));
    }
}

void api_texts(struct call *c)
{
    enum lang lang;
    if (sv_is(c->params[0], "ar"))
        lang = LANG_AR;
    else if (sv_is(c->params[0], "fr"))
        lang = LANG_FR;
    else if (sv_is(c->params[0], "en"))
        lang = LANG_EN;
    else {
        call_fail(c, 404, "not_found", NULL, "texts are there in ar, fr and en");
        return;
    }
    call_json(c, 200);
    jw_object(&c->w);
    jw_kv_str(&c->w, "lang", lang_name(lang));
    jw_key(&c->w, "texts");
    jw_object(&c->w);
    put_texts_of(c, arena_printf(&c->arena, "texts/%s.txt", lang_name(lang)), lang);
    jw_end(&c->w);
    jw_end(&c->w);
    call_etag(c);
}
