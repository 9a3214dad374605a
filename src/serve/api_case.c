/* Cases, to be read: what belongs together before an authority. They are worked on with `marsad case`. */
#include "serve/serve_priv.h"

#include "store/store_case.h"

static void put_line(struct call *c, const struct case_file *f)
{
    struct jw *w = &c->w;
    put_id(w, "id", &f->id);
    jw_kv_sv(w, "title", f->title);
    jw_kv_str(w, "state", case_state_name(f->state));
    put_us(w, "opened_us", f->created_us);
}

/* Red cases are for those who have the second word (leads and officers, unless the roles were edited); keys see none. */
static bool may_see(const struct call *c, const struct case_file *f)
{
    return f->tlp != TLP_RED || (c->who.kind == WHO_PERSON && c->who.permissions >> PERM_DECIDE_SECOND & 1);
}

void api_cases(struct call *c)
{
    struct case_file *f = NULL;
    struct error err;
    size_t n = 0;
    if (store_case_list(call_store(c), CASE_STATES, &c->arena, &f, &n, &err) != 0) {
        call_error(c, &err);
        return;
    }
    call_json(c, 200);
    jw_object(&c->w);
    jw_key(&c->w, "items");
    jw_array(&c->w);
    for (size_t i = 0; i < n && i < 1000; i++) {
        if (!may_see(c, &f[i])) continue;
        jw_object(&c->w);
        put_line(c, &f[i]);
        jw_kv_i64(&c->w, "items", f[i].objects);
        jw_end(&c->w);
    }
    jw_end(&c->w);
    jw_end(&c->w);
}

struct seeing {
    struct id128 id;
};

static int custody(void *arg, struct store *s, struct error *err)
{
    struct seeing *x = arg;
    return store_custody_add(s, &x->id, CUSTODY_VIEWED, CASE_OBJECT_TYPES, SV_NULL, SV("desk"), err);
}

void api_case(struct call *c)
{
    struct seeing x;
    struct case_file f;
    struct case_object *o = NULL;
    struct error err;
    size_t n = 0;
    if (!id_parse(c->params[0], &x.id)) {
        call_fail(c, 404, "not_found", NULL, "there is no such case");
        return;
    }
    int code = store_case_get(call_store(c), &x.id, &c->arena, &f, &err);
    if (code == 0 && !may_see(c, &f)) code = error_set(&err, ERR_NOTFOUND, "serve", "there is no such case");
    if (code == 0) code = store_case_objects(call_store(c), &x.id, &c->arena, &o, &n, &err);
    if (code) {
        call_error(c, &err);
        return;
    }
    if (!call_write(c, custody, &x)) return;
    struct jw *w = &c->w;
    call_json(c, 200);
    jw_object(w);
    put_line(c, &f);
    put_opt(w, "summary", f.reference);
    jw_key(w, "items");
    jw_array(w);
    for (size_t i = 0; i < n; i++) {
        jw_object(w);
        jw_kv_str(w, "type", case_object_name(o[i].type));
        jw_kv_sv(w, "id", o[i].id);
        put_us(w, "added_us", o[i].added_us);
        put_opt(w, "why", o[i].why);
        jw_end(w);
    }
    jw_end(w);
    jw_key(w, "decisions");
    jw_array(w);
    for (size_t i = 0; i < n; i++)
        if (o[i].type == CASE_DECISION) jw_sv(w, o[i].id);
    jw_end(w);
    jw_end(w);
}
