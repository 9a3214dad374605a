/* Posts, their accounts, reach and raw records; records that could not be read.
 *
 * Of several captures of a post one is shown: the greatest of (collected_us, content, fingerprint), where content is
 * the SHA-256 of the post's JSON without origin and raw record, and the fingerprint is of those two. The maximum does
 * not depend on the order in which captures come. Accounts likewise, by (seen_us, fingerprint).
 *
 * A new post costs four statements at most, without asking first: account (none when the account is known to say
 * nothing new), post, reach, job. Only when the post was there is it looked at. */
#include "store/ledger_priv.h"

/* ---- accounts ---- */

static int64_t account_fingerprint(const struct account *a)
{
    const int64_t numbers[] = {a->verified,  a->is_private, a->created_us, a->followers,
                               a->following, a->likes,      a->posts};
    uint64_t h = fingerprint_of(0, sv_of(numbers, sizeof numbers));
    h = fingerprint_of(h, a->platform);
    h = fingerprint_of(h, a->native_id);
    h = fingerprint_of(h, a->handle);
    h = fingerprint_of(h, a->name);
    h = fingerprint_of(h, a->bio);
    return (int64_t)fingerprint_of(h, a->sec_id);
}

static struct known_account *account_slot(struct store *s, const struct id128 *id)
{
    size_t at;
    memcpy(&at, id->b, sizeof at);
    return &s->accounts[at % KNOWN_ACCOUNTS];
}

/* Stored versions only rise, so one that was there once still stands against an older or equal one. */
static bool account_known(const struct known_account *k, const struct account *a, int64_t seen_us,
                          int64_t fingerprint)
{
    return k->there && id_eq(&k->id, &a->id) &&
           (k->seen_us > seen_us || (k->seen_us == seen_us && k->fingerprint >= fingerprint));
}

/* A post of nobody (a bare file) refers to the account of id 0, which says nothing. */
static const struct account nobody = {.verified = COUNT_UNKNOWN,
                                      .is_private = COUNT_UNKNOWN,
                                      .created_us = TIME_UNKNOWN,
                                      .followers = COUNT_UNKNOWN,
                                      .following = COUNT_UNKNOWN,
                                      .likes = COUNT_UNKNOWN,
                                      .posts = COUNT_UNKNOWN};

static int put_account(struct store *s, const struct account *a, int64_t seen_us, bool *out_changed,
                       struct error *err)
{
    *out_changed = false;
    if (id_is_zero(&a->id)) a = &nobody;
    int64_t fingerprint = account_fingerprint(a);
    struct known_account *k = account_slot(s, &a->id);
    if (account_known(k, a, seen_us, fingerprint)) return 0;
    int64_t changed;
    int rc =
        store_run(s, SQL_ACCOUNT_PUT,
                  VALS(v_id(&a->id), v_blob(a->platform), v_blob(a->native_id), v_blob(a->handle),
                       v_blob(a->name), v_blob(a->bio), v_blob(a->sec_id), v_i64(a->verified),
                       v_i64(a->is_private), v_i64(a->created_us), v_i64(a->followers), v_i64(a->following),
                       v_i64(a->likes), v_i64(a->posts), v_i64(seen_us), v_i64(fingerprint)),
                  &changed, err);
    if (rc != 0) return rc;
    *out_changed = changed > 0;
    *k = (struct known_account){a->id, seen_us, fingerprint, true};
    return 0;
}

/* The few names of platforms, so that a native id can be turned into post ids. */
static int put_platform(struct store *s, struct sv name, struct error *err)
{
    for (size_t i = 0; i < s->nplatforms; i++)
        if (sv_eq(name, sv_of(s->platforms[i], s->platform_bytes[i]))) return 0;
    int rc = store_run(s, SQL_PLATFORM_ADD, VALS(v_blob(name)), NULL, err);
    if (rc == 0 && name.n <= PLATFORM_MAX_BYTES && s->nplatforms < KNOWN_PLATFORMS) {
        if (name.n > 0) memcpy(s->platforms[s->nplatforms], name.p, name.n);
        s->platform_bytes[s->nplatforms++] = name.n;
    }
    return rc;
}

/* ---- posts ---- */

/* A post made ready to be written. */
struct record {
    const struct post *post;
    struct sv body;
    uint8_t content[16];
    int64_t fingerprint, url_key;
};

int64_t store_url_key(struct sv url)
{
    if (url.n == 0) return 0;
    struct sha256 h;
    sha256_of(url, &h);
    uint64_t key = 0;
    for (int i = 0; i < 8; i++) key = key << 8 | h.b[i];
    return key == 0 ? 1 : (int64_t)key;
}

static int make_record(struct store *s, const struct post *p, struct record *out, struct error *err)
{
    struct post bare = *p;
    bare.raw = SV_NULL;
    bare.origin = (struct origin){0};
    buf_clear(&s->body);
    struct jw w;
    jw_init(&w, &s->body, JW_COMPACT);
    post_write(&bare, &w);
    if (s->body.failed) return error_set(err, ERR_NOMEM, "store", "no memory for the record of a post");
    struct sha256 h;
    sha256_of(buf_sv(&s->body), &h);
    *out = (struct record){.post = p, .body = buf_sv(&s->body), .url_key = store_url_key(p->url)};
    memcpy(out->content, h.b, sizeof out->content);
    const uint64_t place[] = {p->origin.line, p->origin.record};
    uint64_t f = fingerprint_of(0, p->raw);
    f = fingerprint_of(f, p->origin.format);
    f = fingerprint_of(f, p->origin.file);
    out->fingerprint = (int64_t)fingerprint_of(f, sv_of(place, sizeof place));
    return 0;
}

static int add_post(struct store *s, const struct record *r, int64_t known_us, bool *out_new,
                    struct error *err)
{
    const struct post *p = r->post;
    int64_t added;
    int rc =
        store_run(s, SQL_POST_ADD,
                  VALS(v_id(&p->id), v_id(&p->account.id), v_blob(p->platform), v_blob(p->native_id),
                       v_blob(p->url), v_i64(r->url_key), v_i64(p->created_us), v_i64(p->collected_us),
                       v_i64(known_us), v_blob(sv_of(r->content, sizeof r->content)), v_i64(r->fingerprint),
                       v_blob(p->origin.format), v_blob(p->origin.file), v_i64((int64_t)p->origin.line),
                       v_i64((int64_t)p->origin.record), v_blob(r->body), v_blob(p->raw)),
                  &added, err);
    *out_new = added == 1;
    return rc;
}

/* The version of a post that is stored. */
struct seen {
    int64_t collected_us, fingerprint, known_us;
    uint8_t content[16];
};

static int read_seen(struct store *s, const struct id128 *id, struct seen *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_POST_SEEN, VALS(v_id(id)), &st, err);
    if (rc < 0) return rc;
    if (rc == 0)
        return error_set(err, ERR_BUSY, "store", "a post went while it was being written: try again");
    int bad = 0;
    *out = (struct seen){
        .collected_us = col_i64(s, st, 0), .fingerprint = col_i64(s, st, 2), .known_us = col_i64(s, st, 3)};
    struct id128 content = col_id(s, st, 1, &bad);
    memcpy(out->content, content.b, sizeof out->content);
    s->driver->reset(st);
    return bad ? store_col_error(bad, "a post", err) : 0;
}

static bool is_newer(const struct record *r, const struct seen *old)
{
    if (r->post->collected_us != old->collected_us) return r->post->collected_us > old->collected_us;
    int c = memcmp(r->content, old->content, sizeof r->content);
    if (c != 0) return c > 0;
    return r->fingerprint > old->fingerprint;
}

/* The post was there: *out_changed when what is shown of it changes. */
static int replace_post(struct store *s, const struct record *r, const struct seen *old, bool *out_replaced,
                        bool *out_changed, struct error *err)
{
    const struct post *p = r->post;
    *out_replaced = is_newer(r, old);
    *out_changed = false;
    if (!*out_replaced) return 0;
    *out_changed = memcmp(r->content, old->content, sizeof r->content) != 0;
    return store_run(s, SQL_POST_REPLACE,
                     VALS(v_id(&p->id), v_id(&p->account.id), v_blob(p->platform), v_blob(p->native_id),
                          v_blob(p->url), v_i64(r->url_key), v_i64(p->created_us), v_i64(p->collected_us),
                          v_blob(sv_of(r->content, sizeof r->content)), v_i64(r->fingerprint),
                          v_blob(p->origin.format), v_blob(p->origin.file), v_i64((int64_t)p->origin.line),
                          v_i64((int64_t)p->origin.record), v_blob(r->body), v_blob(p->raw)),
                     NULL, err);
}

static int64_t reach_time(const struct post *p)
{
    return p->reach.at_us == TIME_UNKNOWN ? p->collected_us : p->reach.at_us;
}

static int put_reach(struct store *s, const struct post *p, bool *out_new, struct error *err)
{
    const struct reach *r = &p->reach;
    *out_new = false;
    if (r->views < 0 && r->likes < 0 && r->comments < 0 && r->shares < 0 && r->saves < 0) return 0;
    int64_t at_us = reach_time(p);
    int64_t added;
    int rc = store_run(s, SQL_REACH_ADD,
                       VALS(v_id(&p->id), v_i64(at_us), v_i64(r->views), v_i64(r->likes), v_i64(r->comments),
                            v_i64(r->shares), v_i64(r->saves)),
                       &added, err);
    *out_new = added == 1;
    return rc;
}

/* What of a post's four rows was written. */
struct wrote {
    bool post, account, reach;
};

static int note_intake(struct store *s, const struct post *p, const struct wrote *w, struct error *err)
{
    char text[ID_TEXT_BYTES];
    struct sv subject = ledger_subject(&p->id, text);
    const struct reach *r = &p->reach;
    int rc = 0;
    if (w->post) rc = ledger_note_row(s, STEP_INTAKE, subject, OBJECT_POST, VALS(v_id(&p->id)), err);
    if (rc == 0 && w->account)
        rc = ledger_note_row(s, STEP_INTAKE, subject, OBJECT_ACCOUNT, VALS(v_id(&p->account.id)), err);
    if (rc == 0 && w->reach)
        rc = ledger_note_row(s, STEP_INTAKE, subject, OBJECT_REACH,
                             VALS(v_id(&p->id), v_i64(reach_time(p)), v_i64(r->views), v_i64(r->likes),
                                  v_i64(r->comments), v_i64(r->shares), v_i64(r->saves)),
                             err);
    return rc;
}

static int put_all(struct store *s, const struct post *p, int64_t known_us, enum store_put *out,
                   struct error *err)
{
    struct record r;
    struct wrote wrote = {false, false, false};
    bool is_new, shown_changed = false;
    struct seen old = {.known_us = known_us};
    int rc = make_record(s, p, &r, err);
    if (rc == 0) rc = put_platform(s, p->platform, err);
    if (rc == 0) rc = put_account(s, &p->account, p->collected_us, &wrote.account, err);
    if (rc == 0) rc = add_post(s, &r, known_us, &is_new, err);
    if (rc != 0) return rc;
    wrote.post = is_new;
    if (!is_new) {
        rc = read_seen(s, &p->id, &old, err);
        if (rc == 0) rc = replace_post(s, &r, &old, &wrote.post, &shown_changed, err);
    }
    if (rc == 0) rc = put_reach(s, p, &wrote.reach, err);
    if (rc == 0) rc = note_intake(s, p, &wrote, err);
    if (rc != 0) return rc;
    *out = is_new ? STORE_NEW : shown_changed || wrote.reach ? STORE_CHANGED : STORE_SAME;
    if (*out == STORE_SAME) return 0;
    return store_run(s, SQL_JOB_ADD, VALS(v_id(&p->id), v_i64(old.known_us), v_blob(SV_NULL)), NULL, err);
}

int store_put_post(struct store *s, const struct post *p, int64_t known_us, enum store_put *out,
                   struct error *err)
{
    bool own;
    int rc = store_enter(s, &own, err);
    if (rc != 0) return rc;
    enum store_put what = STORE_SAME;
    rc = put_all(s, p, known_us, &what, err);
    if (rc == 0 && what != STORE_SAME) rc = store_run(s, SQL_LOOK_ADD, VALS(v_id(&p->id)), NULL, err);
    rc = store_leave(s, own, rc, err);
    if (rc == 0) *out = what;
    return rc;
}

/* The row under st into *out; strings in `a`. */
static int read_post(struct store *s, struct db_stmt *st, struct arena *a, struct post *out,
                     struct error *err)
{
    struct json *doc = NULL;
    int rc = json_parse(col_sv(s, st, 5), JSON_STRICT, &doc, err);
    if (rc == 0) rc = post_read(doc, a, out, err);
    json_free(doc);
    if (rc != 0) return rc;
    out->origin.format = col_copy(s, st, 1, a, &rc);
    out->origin.file = col_copy(s, st, 2, a, &rc);
    out->origin.line = (uint64_t)col_i64(s, st, 3);
    out->origin.record = (uint64_t)col_i64(s, st, 4);
    out->raw = col_copy(s, st, 6, a, &rc);
    return rc == 0 ? 0 : store_col_error(rc, "a post", err);
}

int store_get_post(struct store *s, const struct id128 *id, struct arena *a, struct post *out,
                   int64_t *out_known_us, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_POST_GET, VALS(v_id(id)), &st, err);
    if (rc < 0) return rc;
    if (rc == 0) return store_not_found(id, "post", err);
    int64_t known_us = col_i64(s, st, 0);
    rc = read_post(s, st, a, out, err);
    s->driver->reset(st);
    if (rc == 0 && out_known_us) *out_known_us = known_us;
    return rc;
}

int store_get_reach(struct store *s, const struct id128 *post, struct arena *a, struct reach **out,
                    size_t *out_n, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, SQL_REACH_LIST, VALS(v_id(post)), &st, err);
    if (rc != 0) return rc;
    struct buf rows;
    buf_init(&rows, 0);
    while ((rc = s->driver->step(st, err)) == 1) {
        struct reach r = {col_i64(s, st, 0), col_i64(s, st, 1), col_i64(s, st, 2),
                          col_i64(s, st, 3), col_i64(s, st, 4), col_i64(s, st, 5)};
        buf_put(&rows, &r, sizeof r);
    }
    return store_rows_out(&rows, sizeof **out, a, (void *)out, out_n, rc, "reach", err);
}

int store_post_ids(struct store *s, const struct id128 *after, size_t max, struct arena *a,
                   struct id128 **out, size_t *out_n, struct error *err)
{
    int64_t limit = max > INT32_MAX ? INT32_MAX : (int64_t)max;
    struct sv from = after ? sv_of(after->b, sizeof after->b) : SV_NULL;
    return store_ids(s, SQL_POST_IDS, VALS(v_blob(from), v_i64(limit)), a, out, out_n, err);
}

int store_account_posts(struct store *s, const struct id128 *account, size_t max, struct arena *a,
                        struct id128 **out, size_t *out_n, struct error *err)
{
    int64_t limit = max > INT32_MAX ? INT32_MAX : (int64_t)max;
    return store_ids(s, SQL_ACCOUNT_POSTS, VALS(v_id(account), v_i64(limit)), a, out, out_n, err);
}

/* ---- records set aside ---- */

int store_put_aside(struct store *s, const struct store_aside *a, int64_t now_us, struct error *err)
{
    const uint64_t place[] = {a->line, a->record};
    const struct sv parts[] = {a->file, sv_of(place, sizeof place), a->bytes};
    struct id128 id = id_of("aside", parts, sizeof parts / sizeof parts[0]);
    bool own;
    int64_t added = 0;
    int rc = store_enter(s, &own, err);
    if (rc != 0) return rc;
    rc = store_run(s, SQL_ASIDE_ADD,
                   VALS(v_id(&id), v_blob(a->file), v_blob(a->format), v_i64((int64_t)a->line),
                        v_i64((int64_t)a->record), v_i64(a->code), v_blob(a->reason), v_blob(a->bytes),
                        v_i64(now_us)),
                   &added, err);
    char text[ID_TEXT_BYTES];
    if (rc == 0 && added > 0)
        rc = ledger_note_row(s, STEP_ASIDE, ledger_subject(&id, text), OBJECT_ASIDE, VALS(v_id(&id)), err);
    return store_leave(s, own, rc, err);
}

int store_asides(struct store *s, int (*visit)(void *arg, const struct store_aside *a), void *arg,
                 struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, SQL_ASIDE_LIST, NULL, 0, &st, err);
    if (rc != 0) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct store_aside a = {
            .file = col_sv(s, st, 0),
            .format = col_sv(s, st, 1),
            .line = (uint64_t)col_i64(s, st, 2),
            .record = (uint64_t)col_i64(s, st, 3),
            .code = (int)col_i64(s, st, 4),
            .reason = col_sv(s, st, 5),
            .bytes = col_sv(s, st, 6),
        };
        int stop = visit(arg, &a);
        if (stop != 0) {
            s->driver->reset(st);
            return stop;
        }
    }
    return rc;
}
