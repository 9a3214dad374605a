/* The ledger for people: the steps of one post, and the log's end. */
#include "serve/serve_priv.h"

struct steps {
    struct call *c;
    size_t n, max;
};

static void put_step(struct call *c, const struct ledger_entry *e)
{
    struct sv by = record_word(e->record, "by"), says = record_word(e->record, "says");
    struct json *doc = NULL;
    struct error ignored;
    jw_object(&c->w);
    jw_kv_i64(&c->w, "n", (int64_t)e->n);
    put_us(&c->w, "at_us", e->at_us);
    jw_kv_sv(&c->w, "kind", e->kind);
    jw_kv_sv(&c->w, "by", by.n > 0 ? by : e->by);
    if (says.n > 0 && json_parse(says, JSON_STRICT, &doc, &ignored) == 0) {
        jw_key(&c->w, "says");
        jw_raw(&c->w, says);
    }
    json_free(doc);
    jw_end(&c->w);
}

static int on_step(void *arg, const struct ledger_entry *e)
{
    struct steps *x = arg;
    if (x->n++ >= x->max) return 1;
    put_step(x->c, e);
    return 0;
}

void api_history(struct call *c)
{
    struct id128 id;
    struct ledger_state state;
    struct error err;
    char text[ID_TEXT_BYTES];
    struct steps x = {c, 0, 500};
    if (!param_id(c, 0, &id)) return;
    id_format(&id, text);
    struct post p;
    int64_t known_us;
    int code = store_get_post(call_store(c), &id, &c->arena, &p, &known_us, &err);
    if (code == 0) code = ledger_state(call_store(c), &state, &err);
    if (code == 0) {
        call_json(c, 200);
        jw_object(&c->w);
        jw_key(&c->w, "items");
        jw_array(&c->w);
        code = ledger_about(call_store(c), sv_cstr(text), on_step, &x, &err);
        jw_end(&c->w);
        jw_kv_i64(&c->w, "size", (int64_t)state.size);
        jw_end(&c->w);
    }
    if (code < 0) call_error(c, &err);
}

/* Entries kept as texts, to be given out the other way round. */
struct kept_steps {
    struct call *c;
    struct sv *v;
    size_t n, max;
};

static int keep_step(void *arg, const struct ledger_entry *e)
{
    struct kept_steps *x = arg;
    struct buf b, *answer = x->c->w.b;
    if (x->n == x->max) return 1;
    buf_init(&b, 0);
    jw_init(&x->c->w, &b, JW_COMPACT);
    put_step(x->c, e);
    x->v[x->n++] = arena_copy(&x->c->arena, buf_sv(&b));
    buf_done(&b);
    x->c->w.b = answer;
    return 0;
}

/* The end of the ledger, newest first; or all about one subject. */
void api_audit(struct call *c)
{
    enum { PAGE = 100, ABOUT = 500 };
    struct ledger_state state;
    struct error err;
    struct sv subject = query_text(c, "subject"), cursor = query_cursor(c);
    int64_t until = -1;
    if (cursor.p && !sv_to_i64(cursor, &until)) in_bad(c, "cursor", "is not one of the ledger");
    if (c->failed) return;
    int code = ledger_state(call_store(c), &state, &err);
    uint64_t end = code == 0 && until >= 0 && (uint64_t)until < state.size ? (uint64_t)until : state.size;
    uint64_t from = end > PAGE ? end - PAGE : 0;
    struct kept_steps x = {.c = c, .max = subject.n > 0 ? ABOUT : (size_t)(end - from)};
    x.v = ARENA_ARRAY(&c->arena, x.max ? x.max : 1, struct sv);
    if (code == 0 && !x.v) code = error_set(&err, ERR_NOMEM, "serve", "no memory for the ledger");
    if (code == 0)
        code = subject.n > 0 ? ledger_about(call_store(c), subject, keep_step, &x, &err)
                             : ledger_entries(call_store(c), from, keep_step, &x, &err);
    if (code < 0) {
        call_error(c, &err);
        return;
    }
    call_json(c, 200);
    jw_object(&c->w);
    jw_key(&c->w, "items");
    jw_array(&c->w);
    for (size_t i = x.n; i > 0; i--) jw_raw(&c->w, x.v[i - 1]);
    jw_end(&c->w);
    if (subject.n == 0 && from > 0) put_cursor(c, "%llu", (unsigned long long)from);
    jw_kv_i64(&c->w, "size", (int64_t)state.size);
    jw_end(&c->w);
}
