/* A post as JSON and back: docs/formats/post.md. Members that hold nothing (empty strings and lists, unknown counts
 * and times) are left out when writing and may be absent when reading; members that this version does not know are
 * passed over. */
#include "model/model_priv.h"
#include "model/post.h"

static const struct {
    unsigned flag;
    const char *name;
} flag_names[] = {
    {POST_FLAG_AD, "ad"},
    {POST_FLAG_AI_LABEL, "ai_label"},
    {POST_FLAG_SENSITIVE_LABEL, "sensitive_label"},
    {POST_FLAG_TEXT_CUT, "text_cut"},
};
enum { NFLAGS = sizeof flag_names / sizeof *flag_names };

/* ---- writing ---- */

static void put_account(struct jw *w, const struct account *a, struct sv post_platform)
{
    jw_key(w, "account");
    jw_object(w);
    jw_kv_id(w, "id", &a->id);
    if (!sv_eq(a->platform, post_platform)) put_bytes(w, "platform", a->platform);
    put_bytes(w, "native_id", a->native_id);
    put_bytes(w, "handle", a->handle);
    put_bytes(w, "name", a->name);
    put_bytes(w, "bio", a->bio);
    put_bytes(w, "sec_id", a->sec_id);
    put_tristate(w, "verified", a->verified);
    put_tristate(w, "private", a->is_private);
    put_i64(w, "created_us", a->created_us, TIME_UNKNOWN);
    put_i64(w, "followers", a->followers, COUNT_UNKNOWN);
    put_i64(w, "following", a->following, COUNT_UNKNOWN);
    put_i64(w, "likes", a->likes, COUNT_UNKNOWN);
    put_i64(w, "posts", a->posts, COUNT_UNKNOWN);
    jw_end(w);
}

static void put_flags(struct jw *w, unsigned flags)
{
    if (flags == 0) return;
    jw_key(w, "flags");
    jw_array(w);
    for (size_t i = 0; i < NFLAGS; i++)
        if (flags & flag_names[i].flag) jw_str(w, flag_names[i].name);
    jw_end(w);
}

static void put_texts(struct jw *w, const struct post *p)
{
    if (p->ntexts == 0) return;
    jw_key(w, "texts");
    jw_array(w);
    for (size_t i = 0; i < p->ntexts; i++) {
        const struct text_part *t = &p->texts[i];
        jw_object(w);
        jw_kv_str(w, "field", text_field_name(t->field));
        put_bytes(w, "text", t->text);
        put_i64(w, "start_us", t->start_us, TIME_UNKNOWN);
        put_i64(w, "end_us", t->end_us, TIME_UNKNOWN);
        jw_end(w);
    }
    jw_end(w);
}

static void put_list(struct jw *w, const char *key, const struct sv_list *l)
{
    if (l->n == 0) return;
    jw_key(w, key);
    jw_array(w);
    for (size_t i = 0; i < l->n; i++) put_bytes_element(w, l->v[i]);
    jw_end(w);
}

static void put_media(struct jw *w, const struct post *p)
{
    if (p->nmedia == 0) return;
    jw_key(w, "media");
    jw_array(w);
    for (size_t i = 0; i < p->nmedia; i++) {
        const struct media_ref *m = &p->media[i];
        jw_object(w);
        jw_kv_str(w, "kind", media_kind_name(m->kind));
        jw_kv_str(w, "role", media_role_name(m->role));
        put_bytes(w, "path", m->path);
        put_bytes(w, "missing", m->missing);
        put_bytes(w, "url", m->url);
        put_i64(w, "duration_us", m->duration_us, TIME_UNKNOWN);
        put_i64(w, "width", m->width, 0);
        put_i64(w, "height", m->height, 0);
        jw_end(w);
    }
    jw_end(w);
}

static void put_sound(struct jw *w, const struct sound *s)
{
    if (s->id.n == 0 && s->title.n == 0 && s->author.n == 0 && s->original == COUNT_UNKNOWN) return;
    jw_key(w, "sound");
    jw_object(w);
    put_bytes(w, "id", s->id);
    put_bytes(w, "title", s->title);
    put_bytes(w, "author", s->author);
    put_tristate(w, "original", s->original);
    jw_end(w);
}

static void put_reach(struct jw *w, const struct reach *r)
{
    jw_key(w, "reach");
    jw_object(w);
    put_i64(w, "at_us", r->at_us, TIME_UNKNOWN);
    put_i64(w, "views", r->views, COUNT_UNKNOWN);
    put_i64(w, "likes", r->likes, COUNT_UNKNOWN);
    put_i64(w, "comments", r->comments, COUNT_UNKNOWN);
    put_i64(w, "shares", r->shares, COUNT_UNKNOWN);
    put_i64(w, "saves", r->saves, COUNT_UNKNOWN);
    jw_end(w);
}

static void put_origin(struct jw *w, const struct origin *o)
{
    jw_key(w, "origin");
    jw_object(w);
    put_bytes(w, "format", o->format);
    put_bytes(w, "file", o->file);
    put_i64(w, "line", (int64_t)o->line, 0);
    put_i64(w, "record", (int64_t)o->record, 0);
    jw_end(w);
}

/* Valid JSON holds line ends as white space only, and the record must stay one line. */
static void put_raw(struct jw *w, struct sv raw)
{
    if (raw.n == 0) return;
    jw_key(w, "raw");
    size_t at = w->b->n;
    jw_raw(w, raw);
    for (; at < w->b->n; at++)
        if (w->b->p[at] == '\n' || w->b->p[at] == '\r') w->b->p[at] = ' ';
}

void post_write(const struct post *p, struct jw *w)
{
    jw_object(w);
    jw_kv_id(w, "id", &p->id);
    jw_kv_str(w, "kind", post_kind_name(p->kind));
    put_bytes(w, "platform", p->platform);
    put_bytes(w, "native_id", p->native_id);
    put_bytes(w, "url", p->url);
    put_account(w, &p->account, p->platform);
    put_bytes(w, "parent_id", p->parent_id);
    put_bytes(w, "duet_of", p->duet_of);
    put_bytes(w, "stitch_of", p->stitch_of);
    put_bytes(w, "forwarded_from", p->forwarded_from);
    put_bytes(w, "region", p->region);
    put_bytes(w, "language", p->language);
    put_i64(w, "created_us", p->created_us, TIME_UNKNOWN);
    put_i64(w, "collected_us", p->collected_us, TIME_UNKNOWN);
    put_flags(w, p->flags);
    put_texts(w, p);
    put_list(w, "hashtags", &p->hashtags);
    put_list(w, "mentions", &p->mentions);
    put_list(w, "links", &p->links);
    put_media(w, p);
    put_sound(w, &p->sound);
    put_reach(w, &p->reach);
    put_origin(w, &p->origin);
    put_raw(w, p->raw);
    jw_end(w);
}

/* ---- reading ---- */

/* Ids follow from content: one that is given must be the one that would be computed. */
static void check_id(struct members *m, const struct id128 *computed)
{
    struct sv text = SV_NULL;
    get_bytes(m, "id", &text);
    if (m->rc != 0 || text.n == 0) return;
    struct id128 id;
    if (!id_parse(text, &id))
        member_bad(m, "id", "32 hex digits");
    else if (!id_eq(&id, computed))
        member_bad(m, "id", "the id that its platform and native id give (leave it out)");
}

static int read_account(struct members *outer, struct sv platform, struct account *out)
{
    out->platform = platform;
    const struct json *v = get_object(outer, "account");
    if (!v) return outer->rc;
    struct members m = {v, "account", outer->a, outer->err, 0};
    get_bytes(&m, "platform", &out->platform);
    get_bytes(&m, "native_id", &out->native_id);
    get_bytes(&m, "handle", &out->handle);
    get_bytes(&m, "name", &out->name);
    get_bytes(&m, "bio", &out->bio);
    get_bytes(&m, "sec_id", &out->sec_id);
    get_tristate(&m, "verified", &out->verified);
    get_tristate(&m, "private", &out->is_private);
    get_time(&m, "created_us", &out->created_us);
    get_i64(&m, "followers", 0, INT64_MAX, &out->followers);
    get_i64(&m, "following", 0, INT64_MAX, &out->following);
    get_i64(&m, "likes", 0, INT64_MAX, &out->likes);
    get_i64(&m, "posts", 0, INT64_MAX, &out->posts);
    out->id = account_id(out->platform, out->native_id, out->handle);
    check_id(&m, &out->id);
    return outer->rc = m.rc;
}

static int read_flags(struct members *m, unsigned *out)
{
    const struct json *list = get_array(m, "flags");
    for (size_t i = 0; i < json_len(list); i++) {
        struct sv name = json_sv(json_at(list, i));
        unsigned flag = 0;
        for (size_t k = 0; k < NFLAGS; k++)
            if (sv_is(name, flag_names[k].name)) flag = flag_names[k].flag;
        if (!flag)
            return member_bad(m, "flags",
                              "a list of \"ad\", \"ai_label\", \"sensitive_label\", \"text_cut\"");
        *out |= flag;
    }
    return m->rc;
}

static int out_of_memory(struct members *m)
{
    return m->rc = error_set(m->err, ERR_NOMEM, "model", "%s: no memory for its lists", m->where);
}

/* A member whose value is a name of a closed list. */
static struct sv get_name(struct members *m, const char *key)
{
    struct sv name = SV_NULL;
    get_bytes(m, key, &name);
    return name;
}

static int read_text(struct members *outer, const struct json *v, struct text_part *out)
{
    struct members m = {v, "texts", outer->a, outer->err, 0};
    *out = (struct text_part){TEXT_CAPTION, SV_NULL, TIME_UNKNOWN, TIME_UNKNOWN};
    struct sv name = get_name(&m, "field");
    if (m.rc == 0 && (!text_field_parse(name, &out->field) || out->field > TEXT_TITLE))
        member_bad(&m, "field", "\"caption\", \"transcript\", \"screen\" or \"title\"");
    get_bytes(&m, "text", &out->text);
    get_i64(&m, "start_us", TIME_UNKNOWN + 1, INT64_MAX, &out->start_us);
    get_i64(&m, "end_us", TIME_UNKNOWN + 1, INT64_MAX, &out->end_us);
    return outer->rc = m.rc;
}

static int read_texts(struct members *m, struct post *p)
{
    const struct json *list = get_array(m, "texts");
    size_t n = json_len(list);
    if (n == 0) return m->rc;
    p->texts = ARENA_ARRAY(m->a, n, struct text_part);
    if (!p->texts) return out_of_memory(m);
    for (size_t i = 0; i < n && m->rc == 0; i++) read_text(m, json_at(list, i), &p->texts[i]);
    if (m->rc == 0) p->ntexts = n;
    return m->rc;
}

static int read_list(struct members *m, const char *key, struct sv_list *out)
{
    const struct json *list = get_array(m, key);
    size_t n = json_len(list);
    if (n == 0) return m->rc;
    out->v = ARENA_ARRAY(m->a, n, struct sv);
    if (!out->v) return out_of_memory(m);
    for (size_t i = 0; i < n && m->rc == 0; i++) get_bytes_element(m, key, json_at(list, i), &out->v[i]);
    if (m->rc == 0) out->n = n;
    return m->rc;
}

static int read_medium(struct members *outer, const struct json *v, struct media_ref *out)
{
    struct members m = {v, "media", outer->a, outer->err, 0};
    *out = (struct media_ref){.duration_us = TIME_UNKNOWN};
    if (json_type(v) != JSON_OBJECT) return member_bad(outer, "media", "a list of objects");
    struct sv kind = get_name(&m, "kind"), role = get_name(&m, "role");
    if (m.rc == 0 && kind.n > 0 && !media_kind_parse(kind, &out->kind))
        member_bad(&m, "kind", "\"video\", \"image\", \"audio\" or \"unknown\"");
    if (m.rc == 0 && role.n > 0 && !media_role_parse(role, &out->role))
        member_bad(&m, "role", "\"main\", \"cover\" or \"avatar\"");
    get_bytes(&m, "path", &out->path);
    get_bytes(&m, "missing", &out->missing);
    get_bytes(&m, "url", &out->url);
    get_i64(&m, "duration_us", 0, INT64_MAX, &out->duration_us);
    int64_t width = 0, height = 0;
    get_i64(&m, "width", 0, INT32_MAX, &width);
    get_i64(&m, "height", 0, INT32_MAX, &height);
    out->width = (int32_t)width;
    out->height = (int32_t)height;
    return outer->rc = m.rc;
}

static int read_media(struct members *m, struct post *p)
{
    const struct json *list = get_array(m, "media");
    size_t n = json_len(list);
    if (n == 0) return m->rc;
    p->media = ARENA_ARRAY(m->a, n, struct media_ref);
    if (!p->media) return out_of_memory(m);
    for (size_t i = 0; i < n && m->rc == 0; i++) read_medium(m, json_at(list, i), &p->media[i]);
    if (m->rc == 0) p->nmedia = n;
    return m->rc;
}

static int read_sound(struct members *outer, struct sound *out)
{
    const struct json *v = get_object(outer, "sound");
    if (!v) return outer->rc;
    struct members m = {v, "sound", outer->a, outer->err, 0};
    get_bytes(&m, "id", &out->id);
    get_bytes(&m, "title", &out->title);
    get_bytes(&m, "author", &out->author);
    get_tristate(&m, "original", &out->original);
    return outer->rc = m.rc;
}

static int read_reach(struct members *outer, struct reach *out)
{
    const struct json *v = get_object(outer, "reach");
    if (!v) return outer->rc;
    struct members m = {v, "reach", outer->a, outer->err, 0};
    get_time(&m, "at_us", &out->at_us);
    get_i64(&m, "views", 0, INT64_MAX, &out->views);
    get_i64(&m, "likes", 0, INT64_MAX, &out->likes);
    get_i64(&m, "comments", 0, INT64_MAX, &out->comments);
    get_i64(&m, "shares", 0, INT64_MAX, &out->shares);
    get_i64(&m, "saves", 0, INT64_MAX, &out->saves);
    return outer->rc = m.rc;
}

static int read_origin(struct members *outer, struct origin *out)
{
    const struct json *v = get_object(outer, "origin");
    if (!v) return outer->rc;
    struct members m = {v, "origin", outer->a, outer->err, 0};
    int64_t line = 0, record = 0;
    get_bytes(&m, "format", &out->format);
    get_bytes(&m, "file", &out->file);
    get_i64(&m, "line", 0, INT64_MAX, &line);
    get_i64(&m, "record", 0, INT64_MAX, &record);
    out->line = (uint64_t)line;
    out->record = (uint64_t)record;
    return outer->rc = m.rc;
}

static int read_raw(struct members *m, struct sv *out)
{
    const struct json *v = m->rc == 0 ? json_get(m->v, "raw") : NULL;
    if (json_type(v) == JSON_NULL) return m->rc;
    struct buf b;
    buf_init(&b, 0);
    json_print(v, &b);
    struct sv copy = b.failed ? SV_NULL : arena_copy(m->a, buf_sv(&b));
    buf_done(&b);
    if (!copy.p) return out_of_memory(m);
    *out = copy;
    return 0;
}

/* What makes the record this post and no other. */
static int read_identity(struct members *m, struct post *p)
{
    struct sv kind = get_name(m, "kind");
    if (m->rc == 0 && !post_kind_parse(kind, &p->kind))
        return member_bad(
            m, "kind",
            "\"video\", \"image\", \"audio\", \"text\", \"comment\", \"message\", \"file\" or \"account\"");
    get_bytes(m, "platform", &p->platform);
    get_bytes(m, "native_id", &p->native_id);
    if (p->platform.n == 0) return member_bad(m, "platform", "there");
    if (p->native_id.n == 0) return member_bad(m, "native_id", "there");
    p->id = post_id(p->platform, p->native_id, p->kind == POST_COMMENT);
    check_id(m, &p->id);
    return m->rc;
}

int post_read(const struct json *v, struct arena *a, struct post *out, struct error *err)
{
    struct post p;
    post_init(&p);
    if (json_type(v) != JSON_OBJECT) return error_set(err, ERR_FORMAT, "model", "post: not a JSON object");
    struct members m = {v, "post", a, err, 0};
    if (read_identity(&m, &p) != 0) return m.rc;
    read_account(&m, p.platform, &p.account);
    get_bytes(&m, "url", &p.url);
    get_bytes(&m, "parent_id", &p.parent_id);
    get_bytes(&m, "duet_of", &p.duet_of);
    get_bytes(&m, "stitch_of", &p.stitch_of);
    get_bytes(&m, "forwarded_from", &p.forwarded_from);
    get_bytes(&m, "region", &p.region);
    get_bytes(&m, "language", &p.language);
    get_time(&m, "created_us", &p.created_us);
    get_time(&m, "collected_us", &p.collected_us);
    read_flags(&m, &p.flags);
    read_texts(&m, &p);
    read_list(&m, "hashtags", &p.hashtags);
    read_list(&m, "mentions", &p.mentions);
    read_list(&m, "links", &p.links);
    read_media(&m, &p);
    read_sound(&m, &p.sound);
    read_reach(&m, &p.reach);
    read_origin(&m, &p.origin);
    read_raw(&m, &p.raw);
    if (m.rc == 0) *out = p;
    return m.rc;
}
