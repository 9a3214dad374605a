/* The case as files of a package: JSON about the case, its posts and accounts, originals, captures, proofs of the log. */
#include "evidence/package_write.h"

#include <stdio.h>
#include <unistd.h>

static int no_memory(struct error *err)
{
    return error_set(err, ERR_NOMEM, "package", "no memory for a package");
}

/* A file of JSON: begin, write into m->w, end. */
static void begin(struct package_writer *m)
{
    buf_clear(&m->text);
    jw_init(&m->w, &m->text, JW_PRETTY);
    jw_object(&m->w);
}

static int end(struct package_writer *m, const char *path)
{
    jw_end(&m->w);
    buf_putc(&m->text, '\n');
    return m->text.failed ? no_memory(m->err) : bag_put(&m->bag, path, buf_sv(&m->text), m->err);
}

static const char *path_of(struct package_writer *m, const char *before, struct sv id, const char *after)
{
    snprintf(m->path, sizeof m->path, "%s%.*s%s", before, SV_FMT(id), after);
    return m->path;
}

/* ---- the case ---- */

static void put_custody(struct jw *w, const struct dossier *d)
{
    jw_key(w, "custody");
    jw_array(w);
    for (size_t i = 0; i < d->ncustody; i++) {
        const struct custody *c = &d->custody[i];
        jw_object(w);
        jw_kv_i64(w, "n", c->n);
        jw_kv_time(w, "at", c->at_us);
        jw_kv_sv(w, "who", c->who);
        jw_kv_str(w, "act", custody_act_name(c->act));
        if (c->type != CASE_OBJECT_TYPES) jw_kv_str(w, "type", case_object_name(c->type));
        if (c->object.n) jw_kv_sv(w, "id", c->object);
        if (c->why.n) jw_kv_sv(w, "why", c->why);
        jw_end(w);
    }
    jw_end(w);
}

static void put_texts(struct jw *w, const struct dossier *d)
{
    jw_key(w, "texts");
    jw_array(w);
    for (size_t i = 0; i < d->ntexts; i++) {
        const struct case_text *t = &d->texts[i];
        jw_object(w);
        jw_kv_str(w, "type", case_object_name(t->type));
        jw_kv_time(w, "at", t->at_us);
        jw_kv_sv(w, "who", t->who);
        if (t->channel.n) jw_kv_sv(w, "channel", t->channel);
        if (t->reference.n) jw_kv_sv(w, "reference", t->reference);
        jw_kv_sv(w, "body", t->body);
        jw_end(w);
    }
    jw_end(w);
}

static void put_objects(struct jw *w, const struct dossier *d)
{
    jw_key(w, "objects");
    jw_array(w);
    for (size_t i = 0; i < d->nobjects; i++) {
        const struct case_object *o = &d->objects[i];
        jw_object(w);
        jw_kv_str(w, "type", case_object_name(o->type));
        jw_kv_sv(w, "id", o->id);
        jw_kv_time(w, "added", o->added_us);
        jw_kv_sv(w, "who", o->who);
        if (o->why.n) jw_kv_sv(w, "why", o->why);
        jw_end(w);
    }
    jw_end(w);
    jw_key(w, "holds");
    jw_array(w);
    for (size_t i = 0; i < d->nholds; i++) {
        jw_object(w);
        jw_kv_str(w, "scope", hold_scope_name(d->holds[i].scope));
        jw_kv_sv(w, "authority", d->holds[i].authority);
        jw_kv_sv(w, "why", d->holds[i].why);
        jw_kv_time(w, "from", d->holds[i].from_us);
        jw_kv_time(w, "until", d->holds[i].until_us);
        jw_end(w);
    }
    jw_end(w);
}

static void put_edges(struct jw *w, const struct dossier *d)
{
    jw_key(w, "network");
    jw_array(w);
    for (size_t i = 0; i < d->nedges; i++) {
        jw_array(w);
        jw_sv(w, d->accounts[d->edges[i].a].text);
        jw_sv(w, d->accounts[d->edges[i].b].text);
        jw_end(w);
    }
    jw_end(w);
}

static int write_case(struct package_writer *m)
{
    const struct dossier *d = m->d;
    struct jw *w = &m->w;
    begin(m);
    jw_kv_sv(w, "case", d->text);
    jw_kv_sv(w, "reference", d->file.reference);
    jw_kv_sv(w, "title", d->file.title);
    jw_kv_str(w, "state", case_state_name(d->file.state));
    jw_kv_str(w, "tlp", case_tlp_name(d->file.tlp));
    jw_kv_sv(w, "opened_by", d->file.who);
    jw_kv_time(w, "opened", d->file.created_us);
    jw_kv_time(w, "closed", d->file.closed_us);
    put_objects(w, d);
    put_texts(w, d);
    put_custody(w, d);
    put_edges(w, d);
    return end(m, "data/case.json");
}

/* ---- accounts ---- */

static int write_account(struct package_writer *m, const struct dossier_account *a)
{
    const struct account *c = &a->account;
    struct jw *w = &m->w;
    begin(m);
    jw_kv_sv(w, "account", a->text);
    jw_kv_sv(w, "platform", c->platform);
    jw_kv_sv(w, "native_id", c->native_id);
    jw_kv_sv(w, "handle", c->handle);
    jw_kv_sv(w, "name", c->name);
    jw_kv_sv(w, "bio", c->bio);
    jw_kv_time(w, "created", c->created_us);
    if (c->followers != COUNT_UNKNOWN) jw_kv_i64(w, "followers", c->followers);
    if (c->posts != COUNT_UNKNOWN) jw_kv_i64(w, "posts", c->posts);
    jw_kv_i64(w, "posts_in_case", (int64_t)a->posts);
    return end(m, path_of(m, "data/accounts/", a->text, ".json"));
}

/* ---- posts ---- */

static void put_hash(struct jw *w, const char *file, struct sv bytes)
{
    char hex[SHA256_TEXT_BYTES];
    struct sha256 sha;
    sha256_of(bytes, &sha);
    sha256_format(&sha, hex);
    jw_object(w);
    jw_kv_str(w, "file", file);
    jw_kv_i64(w, "bytes", (int64_t)bytes.n);
    jw_kv_str(w, "sha256", hex);
    jw_end(w);
}

static void put_media(struct jw *w, const struct dossier_post *p)
{
    jw_key(w, "media");
    jw_array(w);
    for (size_t i = 0; i < p->post.nmedia; i++) {
        const struct media_ref *r = &p->post.media[i];
        const struct store_media *m = &p->media[i];
        char hex[SHA256_TEXT_BYTES];
        jw_object(w);
        jw_kv_str(w, "kind", media_kind_name(r->kind));
        jw_kv_str(w, "role", media_role_name(r->role));
        if (r->url.n) jw_kv_sv(w, "url", r->url);
        if (p->media_name[i].n) {
            sha256_format(&m->sha256, hex);
            jw_kv_str(w, "sha256", hex);
            jw_kv_i64(w, "bytes", (int64_t)m->bytes);
            jw_kv_sv(w, "file", p->media_name[i]);
        } else {
            jw_kv_str(w, "file_absent", "no original is kept here");
        }
        if (m->failure.n) jw_kv_sv(w, "not_analysed", m->failure);
        jw_end(w);
    }
    jw_end(w);
}

/* What the Berkeley Protocol wants recorded of a capture, and what of it is not known. */
static int write_capture(struct package_writer *m, const struct dossier_post *p, struct sv post_json)
{
    static const char *const lacking[] = {"network address from which the capture was made",
                                          "the page as a browser drew it (picture, HTML source)",
                                          "HTTP headers and TLS certificate of the platform"};
    struct jw *w = &m->w;
    int64_t id_time;
    begin(m);
    jw_kv_sv(w, "post", p->text);
    jw_kv_sv(w, "url", p->post.url);
    jw_kv_sv(w, "platform", p->post.platform);
    jw_kv_sv(w, "native_id", p->post.native_id);
    jw_kv_time(w, "published_as_stated", p->post.created_us);
    if (sv_is(p->post.platform, "tiktok") && tiktok_id_time(p->post.native_id, &id_time))
        jw_kv_time(w, "published_by_id", id_time);
    jw_kv_time(w, "captured", p->post.collected_us);
    jw_kv_time(w, "received", p->known_us);
    jw_kv_sv(w, "operator", p->operator);
    jw_key(w, "capture_format");
    jw_sv(w, p->post.origin.format);
    jw_kv_sv(w, "capture_file", p->post.origin.file);
    jw_kv_i64(w, "capture_line", (int64_t)p->post.origin.line);
    jw_kv_str(w, "tool", m->o->program);
    jw_key(w, "hashes");
    jw_array(w);
    if (p->post.raw.n > 0) put_hash(w, "raw.json", p->post.raw);
    put_hash(w, "post.json", post_json);
    jw_end(w);
    put_media(w, p);
    jw_key(w, "log_entries");
    jw_array(w);
    for (size_t i = 0; i < p->entries.n; i++) jw_i64(w, (int64_t)p->entries.v[i].n);
    jw_end(w);
    jw_key(w, "not_recorded");
    jw_array(w);
    for (size_t i = 0; i < sizeof lacking / sizeof lacking[0]; i++) jw_str(w, lacking[i]);
    jw_end(w);
    return end(m, path_of(m, "data/posts/", p->text, "/capture.json"));
}

static int write_findings(struct package_writer *m, const struct dossier_post *p)
{
    struct jw *w = &m->w;
    if (!p->assessed) return 0;
    begin(m);
    jw_key(w, "assessment");
    assessment_write(&p->assessment, w);
    jw_key(w, "findings");
    jw_array(w);
    for (size_t i = 0; i < p->findings.n; i++) finding_write(&p->findings.v[i], w);
    jw_end(w);
    jw_key(w, "reach");
    jw_array(w);
    for (size_t i = 0; i < p->nreach; i++) {
        jw_object(w);
        jw_kv_time(w, "at", p->reach[i].at_us);
        if (p->reach[i].views != COUNT_UNKNOWN) jw_kv_i64(w, "views", p->reach[i].views);
        if (p->reach[i].likes != COUNT_UNKNOWN) jw_kv_i64(w, "likes", p->reach[i].likes);
        if (p->reach[i].comments != COUNT_UNKNOWN) jw_kv_i64(w, "comments", p->reach[i].comments);
        if (p->reach[i].shares != COUNT_UNKNOWN) jw_kv_i64(w, "shares", p->reach[i].shares);
        jw_end(w);
    }
    jw_end(w);
    return end(m, path_of(m, "data/posts/", p->text, "/findings.json"));
}

/* The row's bytes: their hash stands in the record of the entry that took the post in. */
static int write_row(struct package_writer *m, enum object_type type, struct sv id, const char *folder)
{
    buf_clear(&m->text);
    int rc = ledger_row_bytes(m->s, type, id, &m->text, m->err);
    if (rc != 1) return rc;
    return bag_put(&m->bag, path_of(m, folder, id, ""), buf_sv(&m->text), m->err);
}

static int write_originals(struct package_writer *m, const struct dossier_post *p)
{
    char from[BAG_PATH_BYTES];
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < p->post.nmedia; i++) {
        uint64_t *seen;
        const struct store_media *f = &p->media[i];
        if (p->media_name[i].n == 0) {
            m->made->missing += f->state != MEDIA_ABSENT;
            continue;
        }
        rc = map_put(&m->originals, sv_of(f->sha256.b, sizeof f->sha256.b), &seen);
        if (rc < 0) return no_memory(m->err);
        if (rc == 0) continue; /* another post has brought it */
        snprintf(from, sizeof from, "%s/%.*s", m->dir, SV_FMT(f->path));
        rc = bag_copy(&m->bag, path_of(m, "data/originals/", p->media_name[i], ""), from, &f->sha256, m->err);
        if (rc == ERR_NOTFOUND) {
            m->made->missing++;
            rc = 0;
            continue;
        }
        m->made->originals += rc == 0;
    }
    return rc;
}

static int write_post(struct package_writer *m, const struct dossier_post *p)
{
    struct buf json;
    struct jw w;
    buf_init(&json, 0);
    jw_init(&w, &json, JW_COMPACT);
    post_write(&p->post, &w);
    buf_putc(&json, '\n');
    int rc = json.failed ? no_memory(m->err) : 0;
    if (rc == 0)
        rc = bag_put(&m->bag, path_of(m, "data/posts/", p->text, "/post.json"), buf_sv(&json), m->err);
    if (rc == 0 && p->post.raw.n > 0)
        rc = bag_put(&m->bag, path_of(m, "data/posts/", p->text, "/raw.json"), p->post.raw, m->err);
    if (rc == 0) rc = write_capture(m, p, buf_sv(&json));
    if (rc == 0) rc = write_findings(m, p);
    if (rc == 0) rc = write_row(m, OBJECT_POST, p->text, "data/rows/post/");
    if (rc == 0) rc = write_originals(m, p);
    buf_done(&json);
    return rc;
}

/* ---- captures, the log ---- */

static int write_captures(struct package_writer *m)
{
    char tmp[BAG_PATH_BYTES];
    bool any = false;
    if (snprintf(tmp, sizeof tmp, "%s.wacz", m->bag.dir) >= BAG_PATH_BYTES)
        return error_set(m->err, ERR_LIMIT, "package", "the path %s is too long", m->bag.dir);
    int rc = wacz_write(m->d, m->o->program, tmp, m->now_us, &any, m->err);
    if (rc == 0 && any) rc = bag_copy(&m->bag, "data/captures.wacz", tmp, NULL, m->err);
    if (any) unlink(tmp);
    return rc;
}

static int write_proofs(struct package_writer *m, const struct dossier_entries *e)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < e->n; i++) {
        uint64_t *seen;
        bool open = !e->v[i].erased && (!e->v[i].person || m->o->names);
        rc = map_put(&m->proved, sv_of(&e->v[i].n, sizeof e->v[i].n), &seen);
        if (rc < 0) return no_memory(m->err);
        if (rc == 0) continue;
        buf_clear(&m->text);
        rc = evidence_prove(m->s, m->dir, e->v[i].n, open, &m->text, m->err);
        if (rc != 0) return rc;
        snprintf(m->path, sizeof m->path, "data/log/proofs/%llu.tlog-proof", (unsigned long long)e->v[i].n);
        rc = bag_put(&m->bag, m->path, buf_sv(&m->text), m->err);
        m->made->proofs++;
    }
    return rc;
}

static int write_log(struct package_writer *m)
{
    struct note_key key;
    buf_clear(&m->text);
    int rc = evidence_checkpoint(m->dir, &m->text, m->err);
    if (rc == 0) rc = bag_put(&m->bag, "data/log/checkpoint", buf_sv(&m->text), m->err);
    if (rc == 0) rc = evidence_key(m->dir, &key, m->err);
    if (rc != 0) return rc;
    buf_clear(&m->text);
    note_key_format(&key, &m->text);
    buf_putc(&m->text, '\n');
    rc = bag_put(&m->bag, "data/log/key.pub", buf_sv(&m->text), m->err);
    if (rc == 0) rc = write_proofs(m, &m->d->entries);
    for (size_t i = 0; rc == 0 && i < m->d->nposts; i++) rc = write_proofs(m, &m->d->posts[i].entries);
    return rc;
}

int package_write_case(struct package_writer *m)
{
    const struct dossier *d = m->d;
    int rc = write_case(m);
    for (size_t i = 0; rc == 0 && i < d->naccounts; i++) rc = write_account(m, &d->accounts[i]);
    for (size_t i = 0; rc == 0 && i < d->nposts; i++) rc = write_post(m, &d->posts[i]);
    if (rc == 0) rc = package_write_acts(m);
    if (rc == 0) rc = write_captures(m);
    if (rc == 0) rc = write_log(m);
    m->made->posts = d->nposts;
    m->made->missing += d->missing;
    return rc;
}
