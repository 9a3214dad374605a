/* What a case holds: objects, notes and complaints, and the chain of custody. */
#include "store/store_case_priv.h"

#include <sodium.h>

static const char *const types[CASE_OBJECT_TYPES] = {
    [CASE_POST] = "post",           [CASE_ACCOUNT] = "account", [CASE_MEDIA] = "media",
    [CASE_COMPLAINT] = "complaint", [CASE_NOTE] = "note",       [CASE_DECISION] = "decision",
    [CASE_REFERRAL] = "referral",   [CASE_PACKAGE] = "package",
};
static const char *const acts[CUSTODY_ACTS] = {
    [CUSTODY_OPENED] = "opened",     [CUSTODY_ADDED] = "added",
    [CUSTODY_DROPPED] = "dropped",   [CUSTODY_VIEWED] = "viewed",
    [CUSTODY_COPIED] = "copied",     [CUSTODY_EXPORTED] = "exported",
    [CUSTODY_STAMPED] = "stamped",   [CUSTODY_HANDED_OVER] = "handed-over",
    [CUSTODY_RECEIVED] = "received", [CUSTODY_CHECKED] = "checked",
    [CUSTODY_HELD] = "held",         [CUSTODY_RELEASED] = "released",
    [CUSTODY_CHANGED] = "changed",   [CUSTODY_CLOSED] = "closed",
    [CUSTODY_REOPENED] = "reopened", [CUSTODY_SENT] = "sent",
    [CUSTODY_ANSWERED] = "answered",
};

const char *case_object_name(enum case_object_type v)
{
    return (unsigned)v < CASE_OBJECT_TYPES ? types[v] : "";
}
const char *custody_act_name(enum custody_act v) { return (unsigned)v < CUSTODY_ACTS ? acts[v] : ""; }

bool case_object_parse(struct sv s, enum case_object_type *out)
{
    int v;
    if (!case_parse_name(s, types, CASE_OBJECT_TYPES, &v)) return false;
    *out = (enum case_object_type)v;
    return true;
}

bool custody_act_parse(struct sv s, enum custody_act *out)
{
    int v;
    if (!case_parse_name(s, acts, CUSTODY_ACTS, &v)) return false;
    *out = (enum custody_act)v;
    return true;
}

/* ---- objects ---- */

/* Its name stands in lines of the ledger's records, between spaces and slashes. */
static int check_object(enum case_object_type type, struct sv object, struct error *err)
{
    if ((unsigned)type >= CASE_OBJECT_TYPES) return error_set(err, ERR_ARG, "case", "no such type of object");
    bool fine = object.n > 0 && object.n <= CASE_OBJECT_MAX_BYTES;
    for (size_t i = 0; fine && i < object.n; i++) {
        char c = object.p[i];
        fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_' || c == '.' || c == ':';
    }
    return fine ? 0
                : error_set(err, ERR_ARG, "case",
                            "\"%.*s\" is no id of a %s: 1 to %d letters, digits, '-', '_', '.', ':'",
                            SV_FMT(object), types[type], CASE_OBJECT_MAX_BYTES);
}

static int check_there(struct store *s, enum case_object_type type, struct sv object, struct error *err)
{
    enum object_type row = type == CASE_POST      ? OBJECT_POST
                           : type == CASE_ACCOUNT ? OBJECT_ACCOUNT
                                                  : OBJECT_MEDIA;
    struct sha256 sha;
    struct id128 id;
    struct object o;
    if (type != CASE_POST && type != CASE_ACCOUNT && type != CASE_MEDIA) return 0;
    bool fits = type == CASE_MEDIA ? sha256_parse(object, &sha) : id_parse(object, &id);
    struct val key = type == CASE_MEDIA ? v_sha(&sha) : v_id(&id);
    int rc = fits ? ledger_find_row(s, row, &key, 1, &o, err) : 0;
    if (rc == 0) return error_set(err, ERR_NOTFOUND, "case", "no %s %.*s here", types[type], SV_FMT(object));
    return rc < 0 ? rc : 0;
}

static int count_objects(struct store *s, const struct id128 *id, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_CASE_GET, VALS(v_id(id)), &st, err);
    if (rc != 1) return rc;
    int64_t n = col_i64(s, st, 9);
    s->driver->reset(st);
    if (n < CASE_MAX_OBJECTS) return 0;
    return error_set(err, ERR_LIMIT, "case",
                     "the case has %d objects, which is all it can have: open another", CASE_MAX_OBJECTS);
}

static int note_object(struct case_step *c, enum case_object_type type, struct sv object, struct error *err)
{
    return ledger_note_row(c->s, STEP_CASE, c->subject, OBJECT_CASE_OBJECT,
                           VALS(v_id(&c->id), v_text(sv_cstr(types[type])), v_text(object)), err);
}

static int put_object(struct case_step *c, enum case_object_type type, struct sv object, struct sv why,
                      bool *out_new, struct error *err)
{
    int64_t added;
    int rc = store_run(c->s, SQL_CASE_OBJECT_ADD,
                       VALS(v_id(&c->id), v_text(sv_cstr(types[type])), v_text(object), v_i64(c->now_us),
                            v_text(sv_cstr(c->who)), v_blob(why)),
                       &added, err);
    if (rc != 0) return rc;
    *out_new = added == 1;
    if (added == 0) return 0;
    rc = note_object(c, type, object, err);
    return rc == 0 ? case_step_end(c, CUSTODY_ADDED, type, object, why, err) : rc;
}

static int add_object(struct store *s, const struct id128 *id, enum case_object_type type, struct sv object,
                      struct sv why, bool *out_new, struct error *err)
{
    struct case_step c;
    int rc = check_there(s, type, object, err);
    if (rc == 0) rc = case_step_begin(s, id, true, &c, err);
    if (rc == 0) rc = count_objects(s, id, err);
    return rc == 0 ? put_object(&c, type, object, why, out_new, err) : rc;
}

int store_case_add(struct store *s, const struct id128 *id, enum case_object_type type, struct sv object,
                   struct sv why, bool *out_new, struct error *err)
{
    bool own, is_new = false;
    int rc = check_object(type, object, err);
    if (rc == 0) rc = case_check_words(why, "the reason", false, CASE_WORDS_MAX_BYTES, err);
    if (rc == 0) rc = store_enter(s, &own, err);
    if (rc == 0) rc = store_leave(s, own, add_object(s, id, type, object, why, &is_new, err), err);
    if (rc == 0 && out_new) *out_new = is_new;
    return rc;
}

static int drop_object(struct store *s, const struct id128 *id, enum case_object_type type, struct sv object,
                       struct sv why, struct error *err)
{
    struct case_step c;
    int64_t gone;
    int rc = case_step_begin(s, id, true, &c, err);
    if (rc == 0)
        rc = store_run(s, SQL_CASE_OBJECT_DROP, VALS(v_id(id), v_text(sv_cstr(types[type])), v_text(object)),
                       &gone, err);
    if (rc == 0 && gone == 0)
        return error_set(err, ERR_NOTFOUND, "case", "no %s %.*s in case %.8s", types[type], SV_FMT(object),
                         c.text);
    if (rc != 0) return rc;
    struct buf name;
    buf_init(&name, 0);
    buf_printf(&name, "%s/%s/%.*s", c.text, types[type], SV_FMT(object));
    rc = name.failed ? store_col_error(ERR_NOMEM, "an object", err)
                     : ledger_note_gone(s, STEP_CASE, c.subject, OBJECT_CASE_OBJECT, buf_sv(&name), err);
    buf_done(&name);
    return rc == 0 ? case_step_end(&c, CUSTODY_DROPPED, type, object, why, err) : rc;
}

int store_case_drop(struct store *s, const struct id128 *id, enum case_object_type type, struct sv object,
                    struct sv why, struct error *err)
{
    bool own;
    int rc = check_object(type, object, err);
    if (rc == 0 && (type == CASE_NOTE || type == CASE_COMPLAINT))
        rc = error_set(err, ERR_ARG, "case", "notes and complaints stay: write another that corrects it");
    if (rc == 0) rc = case_check_words(why, "the reason", false, CASE_WORDS_MAX_BYTES, err);
    if (rc == 0) rc = store_enter(s, &own, err);
    return rc == 0 ? store_leave(s, own, drop_object(s, id, type, object, why, err), err) : rc;
}

static int read_object(struct store *s, struct db_stmt *st, struct arena *a, void *out)
{
    int rc = 0;
    struct case_object o = {
        .id = col_copy(s, st, 1, a, &rc),
        .added_us = col_i64(s, st, 2),
        .who = col_copy(s, st, 3, a, &rc),
        .why = col_copy(s, st, 4, a, &rc),
    };
    if (!case_object_parse(col_sv(s, st, 0), &o.type)) rc = rc != 0 ? rc : ERR_FORMAT;
    memcpy(out, &o, sizeof o);
    return rc;
}

int store_case_objects(struct store *s, const struct id128 *id, struct arena *a, struct case_object **out,
                       size_t *out_n, struct error *err)
{
    void *rows = NULL;
    int rc = case_collect(s, SQL_CASE_OBJECT_LIST, VALS(v_id(id)), sizeof(struct case_object), read_object, a,
                          &rows, out_n, err);
    if (rc == 0) *out = rows;
    return rc;
}

int store_cases_of(struct store *s, enum case_object_type type, struct sv object, struct arena *a,
                   struct id128 **out, size_t *out_n, struct error *err)
{
    return store_ids(s, SQL_CASES_OF, VALS(v_text(sv_cstr(case_object_name(type))), v_text(object)), a, out,
                     out_n, err);
}

/* ---- notes and complaints ---- */

static int write_text(struct store *s, const struct id128 *id, const struct case_text *t,
                      struct id128 *out_id, struct error *err)
{
    struct case_step c;
    struct id128 text_id;
    char name[ID_TEXT_BYTES];
    bool is_new;
    int rc = case_step_begin(s, id, true, &c, err);
    if (rc == 0) rc = count_objects(s, id, err);
    if (rc != 0) return rc;
    randombytes_buf(text_id.b, sizeof text_id.b);
    rc = store_run(s, SQL_CASE_TEXT_ADD,
                   VALS(v_id(&text_id), v_id(id), v_text(sv_cstr(types[t->type])), v_i64(c.now_us),
                        v_text(sv_cstr(c.who)), v_blob(t->channel), v_blob(t->reference), v_blob(t->body)),
                   NULL, err);
    if (rc == 0) rc = ledger_note_row(s, STEP_CASE, c.subject, OBJECT_CASE_TEXT, VALS(v_id(&text_id)), err);
    if (rc == 0) rc = put_object(&c, t->type, ledger_subject(&text_id, name), SV_NULL, &is_new, err);
    if (rc == 0 && out_id) *out_id = text_id;
    return rc;
}

int store_case_write(struct store *s, const struct id128 *id, const struct case_text *t, struct id128 *out_id,
                     struct error *err)
{
    bool own;
    int rc = 0;
    if (t->type != CASE_NOTE && t->type != CASE_COMPLAINT)
        rc = error_set(err, ERR_ARG, "case", "words in a case are a note or a complaint");
    if (rc == 0) rc = case_check_words(t->body, "the text", true, CASE_TEXT_MAX_BYTES, err);
    if (rc == 0) rc = case_check_words(t->channel, "the channel", false, CASE_WORDS_MAX_BYTES, err);
    if (rc == 0) rc = case_check_words(t->reference, "the reference", false, CASE_WORDS_MAX_BYTES, err);
    if (rc == 0) rc = store_enter(s, &own, err);
    return rc == 0 ? store_leave(s, own, write_text(s, id, t, out_id, err), err) : rc;
}

static int read_text(struct store *s, struct db_stmt *st, struct arena *a, void *out)
{
    int rc = 0;
    struct case_text t = {
        .id = col_id(s, st, 0, &rc),
        .at_us = col_i64(s, st, 2),
        .who = col_copy(s, st, 3, a, &rc),
        .channel = col_copy(s, st, 4, a, &rc),
        .reference = col_copy(s, st, 5, a, &rc),
        .body = col_copy(s, st, 6, a, &rc),
    };
    if (!case_object_parse(col_sv(s, st, 1), &t.type)) rc = rc != 0 ? rc : ERR_FORMAT;
    memcpy(out, &t, sizeof t);
    return rc;
}

int store_case_texts(struct store *s, const struct id128 *id, struct arena *a, struct case_text **out,
                     size_t *out_n, struct error *err)
{
    void *rows = NULL;
    int rc = case_collect(s, SQL_CASE_TEXT_LIST, VALS(v_id(id)), sizeof(struct case_text), read_text, a,
                          &rows, out_n, err);
    if (rc == 0) *out = rows;
    return rc;
}

/* ---- custody ---- */

static int add_custody(struct store *s, const struct id128 *id, enum custody_act act,
                       enum case_object_type type, struct sv object, struct sv why, struct error *err)
{
    struct case_step c;
    struct db_stmt *st;
    int rc = case_step_begin(s, id, false, &c, err);
    if (rc == 0 && (unsigned)type < CASE_OBJECT_TYPES) {
        rc = store_one(s, SQL_CASE_OBJECT_GET, VALS(v_id(id), v_text(sv_cstr(types[type])), v_text(object)),
                       &st, err);
        if (rc == 0)
            return error_set(err, ERR_NOTFOUND, "case", "no %s %.*s in case %.8s", types[type],
                             SV_FMT(object), c.text);
        if (rc == 1) s->driver->reset(st);
        rc = rc < 0 ? rc : 0;
    }
    return rc == 0 ? case_step_end(&c, act, type, object, why, err) : rc;
}

int store_custody_add(struct store *s, const struct id128 *id, enum custody_act act,
                      enum case_object_type type, struct sv object, struct sv why, struct error *err)
{
    bool own;
    int rc = case_check_words(why, "the reason", false, CASE_WORDS_MAX_BYTES, err);
    if (rc == 0 && (unsigned)act >= CUSTODY_ACTS) rc = error_set(err, ERR_ARG, "case", "no such act");
    if (rc == 0) rc = store_enter(s, &own, err);
    return rc == 0 ? store_leave(s, own, add_custody(s, id, act, type, object, why, err), err) : rc;
}

static int read_custody(struct store *s, struct db_stmt *st, struct arena *a, void *out)
{
    int rc = 0;
    struct custody c = {
        .n = col_i64(s, st, 0),
        .at_us = col_i64(s, st, 1),
        .who = col_copy(s, st, 2, a, &rc),
        .type = CASE_OBJECT_TYPES,
        .object = col_copy(s, st, 5, a, &rc),
        .why = col_copy(s, st, 6, a, &rc),
    };
    struct sv type = col_sv(s, st, 4);
    if (!custody_act_parse(col_sv(s, st, 3), &c.act) || (type.n > 0 && !case_object_parse(type, &c.type)))
        rc = rc != 0 ? rc : ERR_FORMAT;
    memcpy(out, &c, sizeof c);
    return rc;
}

int store_custody(struct store *s, const struct id128 *id, struct arena *a, struct custody **out,
                  size_t *out_n, struct error *err)
{
    void *rows = NULL;
    int rc = case_collect(s, SQL_CUSTODY_LIST, VALS(v_id(id)), sizeof(struct custody), read_custody, a, &rows,
                          out_n, err);
    if (rc == 0) *out = rows;
    return rc;
}
