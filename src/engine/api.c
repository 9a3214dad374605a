/* The public C API over the engine: thin, and the only file that knows both. */
#include "marsad.h"

#include "base/limits.h"
#include "engine/engine.h"

#include <assert.h>
#include <stdlib.h>

#define SAME_CODE(a, b) static_assert((int)MARSAD_##a == (int)ERR_##b, "public and inner codes differ: " #a)
SAME_CODE(OK, NONE);
SAME_CODE(NOMEM, NOMEM);
SAME_CODE(IO, IO);
SAME_CODE(ARG, ARG);
SAME_CODE(FORMAT, FORMAT);
SAME_CODE(LIMIT, LIMIT);
SAME_CODE(NOTFOUND, NOTFOUND);
SAME_CODE(EXISTS, EXISTS);
SAME_CODE(BUSY, BUSY);
SAME_CODE(UNSUPPORTED, UNSUPPORTED);
SAME_CODE(SANDBOX, SANDBOX);
SAME_CODE(WORKER, WORKER);
SAME_CODE(TIMEOUT, TIMEOUT);
SAME_CODE(STORE, STORE);
SAME_CODE(POLICY, POLICY);
SAME_CODE(INTERNAL, INTERNAL);
SAME_CODE(CANCELLED, CANCELLED);
static_assert(sizeof((marsad_error *)0)->text == ERROR_TEXT_BYTES, "public and inner error texts differ");

struct marsad {
    struct engine *engine;
    struct log log;
    void (*user_log)(void *arg, int level, const char *module, const char *text);
    void *user_arg;
};

struct marsad_result {
    struct analysis *analysis;
    bool owned;         /* else it belongs to the scan under way */
    struct arena arena; /* strings given out */
};

static int give_error(marsad_error *out, int code, const struct error *err)
{
    if (out) {
        out->code = code;
        memcpy(out->text, err->text, sizeof out->text);
    }
    return code;
}

const char *marsad_version(void) { return MARSAD_VERSION; }
const char *marsad_code_name(int code) { return error_code_name(code); }

static void forward_log(void *arg, enum log_level level, const char *module, const char *text)
{
    struct marsad *m = arg;
    m->user_log(m->user_arg, (int)level, module, text);
}

int marsad_open(const char *workspace, const marsad_options *options, marsad **out, marsad_error *err)
{
    marsad_options o = {0};
    struct error e = {0};
    if (options) {
        if (options->struct_bytes == 0 || options->struct_bytes > sizeof o)
            return give_error(err, ERR_ARG,
                              (error_set(&e, ERR_ARG, "api",
                                         "options.struct_bytes is %zu; set it to sizeof(marsad_options)",
                                         options->struct_bytes),
                               &e));
        memcpy(&o, options, options->struct_bytes);
    }
    struct marsad *m = calloc(1, sizeof *m);
    if (!m) return give_error(err, error_set(&e, ERR_NOMEM, "api", "no memory for an engine"), &e);
    m->user_log = o.log;
    m->user_arg = o.log_arg;
    m->log = (struct log){.sink = o.log ? forward_log : NULL, .arg = m, .max_level = LOG_DEBUG};
    struct engine_options eo = {.workspace = workspace,
                                .policy_file = o.policy_file,
                                .lexicon_dir = o.lexicon_dir,
                                .worker_path = o.worker_path,
                                .workers = o.workers,
                                .log = &m->log};
    int code = engine_open(&eo, &m->engine, &e);
    if (code) {
        free(m);
        return give_error(err, code, &e);
    }
    *out = m;
    return 0;
}

void marsad_close(marsad *m)
{
    if (!m) return;
    engine_close(m->engine);
    free(m);
}

int marsad_load_bank(marsad *m, const char *name, const char *category, const char *list_path,
                     marsad_error *err)
{
    struct error e = {0};
    enum category c = category_parse(sv_cstr(category));
    if (c == CATEGORY_NONE && strcmp(category, "none") != 0)
        return give_error(err,
                          error_set(&e, ERR_ARG, "api",
                                    "\"%s\" is no category; `marsad help categories` lists them", category),
                          &e);
    int code = engine_load_bank(m->engine, sv_cstr(name), c, list_path, &e);
    return code ? give_error(err, code, &e) : 0;
}

/* ---- analysing ---- */

static int make_result(struct analysis *a, bool owned, marsad_result **out, struct error *err)
{
    marsad_result *r = calloc(1, sizeof *r);
    if (!r) {
        if (owned) analysis_free(a);
        return error_set(err, ERR_NOMEM, "api", "no memory for a result");
    }
    r->analysis = a;
    r->owned = owned;
    arena_init(&r->arena, 0);
    *out = r;
    return 0;
}

static int analyse(marsad *m, const struct post *p, marsad_result **out, struct error *err)
{
    struct analysis *a = NULL;
    int code = engine_analyse(m->engine, p, &a, err);
    return code ? code : make_result(a, true, out, err);
}

int marsad_analyse_text(marsad *m, const char *bytes, size_t n, marsad_result **out, marsad_error *err)
{
    struct error e = {0};
    if (n > POST_MAX_TEXT_BYTES)
        return give_error(err,
                          error_set(&e, ERR_LIMIT, "api",
                                    "a text of %zu bytes; at most %zu are read: split it", n,
                                    POST_MAX_TEXT_BYTES),
                          &e);
    struct post p;
    post_init(&p);
    struct text_part part = {
        .field = TEXT_CAPTION, .text = sv_of(bytes, n), .start_us = TIME_UNKNOWN, .end_us = TIME_UNKNOWN};
    p.kind = POST_TEXT;
    p.platform = SV("text");
    struct sha256 h;
    sha256_of(part.text, &h);
    char hex[SHA256_TEXT_BYTES];
    sha256_format(&h, hex);
    p.native_id = sv_cstr(hex);
    p.id = post_id(p.platform, p.native_id, false);
    p.texts = &part;
    p.ntexts = 1;
    int code = analyse(m, &p, out, &e);
    return code ? give_error(err, code, &e) : 0;
}

int marsad_analyse_post(marsad *m, const char *json, size_t n, marsad_result **out, marsad_error *err)
{
    struct error e = {0};
    struct arena a;
    arena_init(&a, 0);
    struct json *doc = NULL;
    struct post p;
    post_init(&p);
    int code = json_parse(sv_of(json, n), JSON_STRICT, &doc, &e);
    if (code == 0) code = post_read(doc, &a, &p, &e);
    if (code == 0) code = analyse(m, &p, out, &e);
    json_free(doc);
    arena_done(&a);
    return code ? give_error(err, code, &e) : 0;
}

struct file_scan {
    marsad_on_result *on_result;
    marsad_on_aside *on_aside;
    void *arg;
    marsad_scan_summary sum;
    struct error *err;
};

static int on_analysed(void *arg, struct analysis *a)
{
    struct file_scan *s = arg;
    s->sum.posts++;
    s->sum.with_findings += a->findings.n > 0;
    s->sum.findings += a->findings.n;
    for (size_t i = 0; i < a->post.nmedia; i++) {
        s->sum.media += a->media[i].state != MEDIA_ABSENT;
        s->sum.media_set_aside += a->media[i].state == MEDIA_SET_ASIDE;
    }
    if (!s->on_result) return 0;
    marsad_result *r = NULL;
    int code = make_result(a, false, &r, s->err);
    if (code) return code;
    code = s->on_result(s->arg, r);
    marsad_result_free(r);
    return code;
}

static int on_aside(void *arg, const struct intake_aside *a)
{
    struct file_scan *s = arg;
    s->sum.aside++;
    if (!s->on_aside) return 0;
    marsad_error why = {.code = a->why.code};
    memcpy(why.text, a->why.text, sizeof why.text);
    struct arena names;
    arena_init(&names, 0);
    const char *file = arena_cstr(&names, a->origin.file);
    int code = s->on_aside(s->arg, file ? file : "", a->origin.line, &why);
    arena_done(&names);
    return code;
}

int marsad_analyse_file(marsad *m, const char *path, marsad_on_result *on_result,
                        marsad_on_aside *on_aside_record, void *arg, marsad_scan_summary *out_summary,
                        marsad_error *err)
{
    struct error e = {0};
    struct file_scan s = {.on_result = on_result, .on_aside = on_aside_record, .arg = arg, .err = &e};
    struct engine_scan_sink sink = {.arg = &s, .analysed = on_analysed, .aside = on_aside};
    int code = engine_scan(m->engine, path, NULL, &sink, &e);
    if (out_summary) *out_summary = s.sum;
    return code < 0 ? give_error(err, code, &e) : code;
}

/* ---- reading a result ---- */

/* Never NULL: an empty string when memory ran out, which a reader of a name can live with. */
static const char *text_of(const marsad_result *r, struct sv s)
{
    const char *c = arena_cstr(&((marsad_result *)r)->arena, s);
    return c ? c : "";
}

const char *marsad_result_post_id(const marsad_result *r)
{
    char hex[ID_TEXT_BYTES];
    id_format(&r->analysis->post.id, hex);
    return text_of(r, sv_cstr(hex));
}

const char *marsad_result_source(const marsad_result *r) { return text_of(r, r->analysis->post.origin.file); }
size_t marsad_result_count(const marsad_result *r) { return r->analysis->findings.n; }

static void give_place(const struct place *p, marsad_place *out)
{
    static const char *const wheres[] = {
        [PLACE_POST] = "post", [PLACE_TEXT] = "text", [PLACE_MEDIA] = "media"};
    *out = (marsad_place){.where = wheres[p->kind],
                          .field = p->kind == PLACE_TEXT ? text_field_name(p->field) : "",
                          .start = p->start,
                          .end = p->end,
                          .index = p->kind == PLACE_MEDIA ? p->media_index : p->text_index,
                          .start_us = p->start_us == TIME_UNKNOWN ? -1 : p->start_us,
                          .end_us = p->end_us == TIME_UNKNOWN ? -1 : p->end_us,
                          .x = p->region.x,
                          .y = p->region.y,
                          .w = p->region.w,
                          .h = p->region.h};
}

int marsad_result_finding(const marsad_result *r, size_t i, marsad_finding *out)
{
    if (i >= r->analysis->findings.n) return MARSAD_ARG;
    const struct finding *f = &r->analysis->findings.v[i];
    *out = (marsad_finding){.kind = finding_kind_name(f->kind),
                            .detector = text_of(r, f->detector),
                            .detector_version = f->detector_version,
                            .category = category_name(f->category),
                            .probability = f->probability,
                            .label = text_of(r, f->label),
                            .quote = text_of(r, f->quote),
                            .context = text_of(r, f->context),
                            .bank = text_of(r, f->ref.bank),
                            .item = text_of(r, f->ref.item),
                            .negative = f->ref.negative,
                            .distance = f->ref.distance,
                            .places = f->nplaces};
    give_place(&f->places[0], &out->place);
    return 0;
}

int marsad_result_place(const marsad_result *r, size_t finding, size_t place, marsad_place *out)
{
    if (finding >= r->analysis->findings.n || place >= r->analysis->findings.v[finding].nplaces)
        return MARSAD_ARG;
    give_place(&r->analysis->findings.v[finding].places[place], out);
    return 0;
}

void marsad_result_assessment(const marsad_result *r, marsad_assessment *out)
{
    const struct assessment *s = &r->analysis->assessment;
    *out = (marsad_assessment){.category = category_name(s->category),
                               .severity = s->severity,
                               .probability = s->probability,
                               .priority = s->priority,
                               .clock_us = s->clock_us,
                               .hard = s->hard,
                               .reason = text_of(r, s->reason),
                               .policy = text_of(r, s->policy)};
}

/* A medium that the feed did not bring is no failure; one that it names and that is not there is. */
static bool is_failure(const struct analysis *a, size_t i)
{
    return a->media[i].signals == NULL && (a->post.media[i].path.n > 0 || a->post.media[i].missing.n > 0);
}

size_t marsad_result_failures(const marsad_result *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->analysis->post.nmedia; i++) n += is_failure(r->analysis, i);
    return n;
}

const char *marsad_result_failure(const marsad_result *r, size_t i)
{
    const struct analysis *a = r->analysis;
    for (size_t k = 0; k < a->post.nmedia; k++)
        if (is_failure(a, k) && i-- == 0) return text_of(r, sv_cstr(a->media[k].failure.text));
    return "";
}

const char *marsad_result_finding_json(const marsad_result *r, size_t i, size_t *out_n)
{
    if (i >= r->analysis->findings.n) return NULL;
    struct buf b;
    buf_init(&b, 0);
    struct jw w;
    jw_init(&w, &b, JW_COMPACT);
    finding_write(&r->analysis->findings.v[i], &w);
    const char *text = b.failed ? NULL : arena_cstr(&((marsad_result *)r)->arena, buf_sv(&b));
    if (text && out_n) *out_n = b.n;
    buf_done(&b);
    return text;
}

void marsad_result_free(marsad_result *r)
{
    if (!r) return;
    if (r->owned) analysis_free(r->analysis);
    arena_done(&r->arena);
    free(r);
}
