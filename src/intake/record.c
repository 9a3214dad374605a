/* One record on its way out: lists in the run's arena, limits, ids, and what to do with a record that cannot be. */
#include "intake/intake_priv.h"

#include <sys/stat.h>

/* When a record that does not say was collected: when its file was last written, so that reading the file again says
 * the same again; now where the file's time is in the future or unknown. */
static int64_t file_time(const char *path, int64_t now_us)
{
    struct stat st;
    if (stat(path, &st) != 0) return now_us;
    int64_t written_us = (int64_t)st.st_mtim.tv_sec * US_PER_SECOND + st.st_mtim.tv_nsec / 1000;
    return written_us > 0 && written_us < now_us ? written_us : now_us;
}

void run_init(struct run *r, const char *format, const char *path, const struct intake_options *o,
              const struct intake_sink *sink, struct intake_counts *counts, struct error *err)
{
    *r = (struct run){.o = o, .sink = sink, .counts = counts, .err = err};
    r->path = sv_cstr(path);
    r->dir = path_dir(r->path);
    r->origin.format = sv_cstr(format);
    r->origin.file = r->path;
    r->written_us = file_time(path, o->now_us);
    arena_init(&r->arena, 0);
    post_init(&r->p);
}

void run_done(struct run *r) { arena_done(&r->arena); }

int run_nomem(struct run *r)
{
    return error_set(r->err, ERR_NOMEM, "intake", "%.*s: no memory for record %llu", SV_FMT(r->path),
                     (unsigned long long)r->origin.record);
}

void record_begin(struct run *r, const struct json *raw)
{
    arena_clear(&r->arena);
    post_init(&r->p);
    r->texts_cap = r->media_cap = r->hashtags_cap = r->mentions_cap = r->links_cap = 0;
    r->raw = raw;
    r->captured = false;
    r->media_left_out = 0;
    r->nomem = false;
}

/* ---- lists ---- */

/* v with room for one more; NULL (and nomem) when there is no memory. */
static void *room(struct run *r, void *v, size_t n, size_t *cap, size_t elem_bytes)
{
    if (n < *cap) return v;
    size_t wider = *cap ? 2 * *cap : 8;
    void *copy = arena_array(&r->arena, wider, elem_bytes);
    if (!copy) {
        r->nomem = true;
        return NULL;
    }
    if (n > 0) memcpy(copy, v, n * elem_bytes);
    *cap = wider;
    return copy;
}

/* Parts beyond the maximum grow the last one. */
static void join_to_last(struct run *r, struct sv text)
{
    struct text_part *last = &r->p.texts[r->p.ntexts - 1];
    if (last->text.n >= POST_MAX_TEXT_BYTES) {
        r->p.flags |= POST_FLAG_TEXT_CUT;
        return;
    }
    char *joined = arena_alloc(&r->arena, last->text.n + 1 + text.n);
    if (!joined) {
        r->nomem = true;
        return;
    }
    if (last->text.n > 0) memcpy(joined, last->text.p, last->text.n);
    joined[last->text.n] = '\n';
    if (text.n > 0) memcpy(joined + last->text.n + 1, text.p, text.n);
    last->text = sv_of(joined, last->text.n + 1 + text.n);
}

void add_text(struct run *r, enum text_field field, struct sv text, int64_t start_us, int64_t end_us)
{
    if (text.n > 0) add_part(r, field, text, start_us, end_us);
}

void add_part(struct run *r, enum text_field field, struct sv text, int64_t start_us, int64_t end_us)
{
    if (r->nomem) return;
    struct sv cut = cut_text(text, POST_MAX_TEXT_BYTES);
    if (cut.n < text.n) r->p.flags |= POST_FLAG_TEXT_CUT;
    if (r->p.ntexts >= POST_MAX_TEXTS) {
        join_to_last(r, cut);
        return;
    }
    struct text_part *v = room(r, r->p.texts, r->p.ntexts, &r->texts_cap, sizeof *v);
    if (!v) return;
    r->p.texts = v;
    v[r->p.ntexts++] = (struct text_part){field, cut, start_us, end_us};
}

void add_media(struct run *r, const struct media_ref *m)
{
    if (m->path.n == 0 && m->url.n == 0 && m->kind == MEDIA_UNKNOWN) return;
    if (r->p.nmedia >= POST_MAX_MEDIA) {
        r->media_left_out++;
        return;
    }
    struct media_ref *v = room(r, r->p.media, r->p.nmedia, &r->media_cap, sizeof *v);
    if (!v) return;
    r->p.media = v;
    v[r->p.nmedia++] = *m;
}

static void add_to_list(struct run *r, struct sv_list *l, size_t *cap, struct sv s)
{
    if (s.n == 0 || l->n >= POST_MAX_TAGS || r->nomem) return;
    for (size_t i = 0; i < l->n; i++)
        if (sv_eq(l->v[i], s)) return;
    struct sv *v = room(r, l->v, l->n, cap, sizeof *v);
    if (!v) return;
    l->v = v;
    l->v[l->n++] = s;
}

static struct sv without_sign(struct sv s, char sign)
{
    return s.n > 0 && s.p[0] == sign ? sv_sub(s, 1, s.n) : s;
}

void add_hashtag(struct run *r, struct sv tag)
{
    add_to_list(r, &r->p.hashtags, &r->hashtags_cap, without_sign(tag, '#'));
}
void add_mention(struct run *r, struct sv handle)
{
    add_to_list(r, &r->p.mentions, &r->mentions_cap, without_sign(handle, '@'));
}
void add_link(struct run *r, struct sv url) { add_to_list(r, &r->p.links, &r->links_cap, url); }

/* ---- out ---- */

int record_aside(struct run *r, struct sv bytes, const struct error *why)
{
    struct intake_aside a = {.origin = r->origin, .why = *why};
    struct arena scratch;
    arena_init(&scratch, 0);
    /* A few bytes more than are kept, so that no token is cut in two before it is known. */
    a.bytes = sv_sub(clean_bytes(&scratch, sv_sub(bytes, 0, 2 * INTAKE_ASIDE_KEEP_BYTES)), 0,
                     INTAKE_ASIDE_KEEP_BYTES);
    r->counts->aside++;
    int rc = r->sink->aside ? r->sink->aside(r->sink->arg, &a, r->err) : 0;
    arena_done(&scratch);
    return rc;
}

int record_aside_value(struct run *r, const struct json *v, const char *fmt, ...)
{
    struct error why;
    va_list ap;
    va_start(ap, fmt);
    error_setv(&why, ERR_FORMAT, "intake", fmt, ap);
    va_end(ap);
    struct buf text;
    buf_init(&text, 0);
    if (v) json_print(v, &text);
    int rc = record_aside(r, buf_sv(&text), &why);
    buf_done(&text);
    return rc;
}

/* Feeds of videos start in this century; later than 2100 is a broken number. */
static bool time_possible(int64_t us)
{
    const int64_t y2000 = INT64_C(946684800) * US_PER_SECOND, y2100 = INT64_C(4102444800) * US_PER_SECOND;
    return us == TIME_UNKNOWN || (us >= y2000 && us < y2100);
}

static struct sv lower_case(struct run *r, struct sv s)
{
    struct sv copy = arena_copy(&r->arena, s);
    if (!copy.p) {
        r->nomem = true;
        return s;
    }
    char *p = (char *)(uintptr_t)copy.p;
    for (size_t i = 0; i < copy.n; i++)
        if (p[i] >= 'A' && p[i] <= 'Z') p[i] = (char)(p[i] - 'A' + 'a');
    return copy;
}

/* What an account says of itself, held to the maximum of texts. A handle is never cut: it would be another's. */
static void hold_account(struct run *r)
{
    struct post *p = &r->p;
    struct sv *const words[2] = {&p->account.name, &p->account.bio};
    for (size_t i = 0; i < 2; i++) {
        struct sv cut = cut_text(*words[i], POST_MAX_TEXT_BYTES);
        if (cut.n < words[i]->n) p->flags |= POST_FLAG_TEXT_CUT;
        *words[i] = cut;
    }
}

static void complete(struct run *r)
{
    struct post *p = &r->p;
    p->platform = lower_case(r, p->platform);
    p->account.platform = p->account.platform.n > 0 ? lower_case(r, p->account.platform) : p->platform;
    p->id = post_id(p->platform, p->native_id, p->kind == POST_COMMENT);
    p->account.id = account_id(p->account.platform, p->account.native_id, p->account.handle);
    if (p->collected_us == TIME_UNKNOWN) p->collected_us = r->written_us;
    if (p->reach.at_us == TIME_UNKNOWN) p->reach.at_us = p->collected_us;
    p->origin = r->origin;
    hold_account(r);
    parse_captions(r);
    if (r->raw) {
        p->raw = clean_json(&r->arena, r->raw, r->captured);
        if (!p->raw.p) r->nomem = true;
    }
}

static int claim_media(struct run *r)
{
    if (!r->claimed) return 0;
    for (size_t i = 0; i < r->p.nmedia; i++) {
        uint64_t *value;
        if (r->p.media[i].path.n > 0 && map_put(r->claimed, r->p.media[i].path, &value) < 0)
            return run_nomem(r);
    }
    return 0;
}

int record_emit(struct run *r)
{
    struct post *p = &r->p;
    if (p->native_id.n == 0)
        return record_aside_value(r, r->raw, "no id of the platform's own in the record");
    if (!time_possible(p->created_us) || !time_possible(p->collected_us))
        return record_aside_value(r, r->raw, "a time before 2000 or after 2100 in record %.*s",
                                  SV_FMT(p->native_id));
    if (sv_is(p->platform, "tiktok") && p->kind != POST_ACCOUNT && !tiktok_id_plausible(p->native_id))
        return record_aside_value(r, r->raw, "\"%.*s\" is no TikTok id (digits)",
                                  SV_FMT(sv_sub(p->native_id, 0, 64)));
    complete(r);
    if (r->nomem) return run_nomem(r);
    int rc = claim_media(r);
    if (rc == 0) rc = r->sink->post(r->sink->arg, p, r->err);
    if (rc != 0) return rc;
    r->counts->posts++;
    if (r->media_left_out > 0)
        return record_aside_value(r, NULL, "%zu media of record %.*s beyond the first %d are left out",
                                  r->media_left_out, SV_FMT(p->native_id), POST_MAX_MEDIA);
    return 0;
}

/* ---- values ---- */

const struct json *first_of(const struct json *v, const char *const *keys)
{
    for (; *keys; keys++) {
        const struct json *found = json_get(v, *keys);
        if (json_type(found) != JSON_NULL) return found;
    }
    return NULL;
}

int64_t get_count(const struct json *v, const char *key)
{
    int64_t n = json_get_i64(v, key, COUNT_UNKNOWN);
    return n < 0 ? COUNT_UNKNOWN : n;
}

struct sv get_id(struct run *r, const struct json *v, const char *key)
{
    const struct json *id = json_get(v, key);
    if (json_type(id) == JSON_STRING) return json_sv(id);
    if (json_type(id) != JSON_INT) return SV_NULL;
    struct sv digits = arena_printf(&r->arena, "%lld", (long long)json_i64(id, 0));
    if (!digits.p) r->nomem = true;
    return digits;
}

struct sv get_id_or_none(struct run *r, const struct json *v, const char *key)
{
    struct sv id = get_id(r, v, key);
    return sv_is(id, "0") ? SV_NULL : id;
}

int get_flag(const struct json *v, const char *key)
{
    const struct json *flag = json_get(v, key);
    if (json_type(flag) == JSON_BOOL) return json_bool(flag, false);
    int64_t n = json_i64(flag, COUNT_UNKNOWN);
    return n == 0 || n == 1 ? (int)n : COUNT_UNKNOWN;
}

int64_t seconds_to_us(const struct json *v)
{
    double s = json_double(v, -1);
    int64_t whole;
    if (json_type(v) == JSON_STRING && sv_to_i64(json_sv(v), &whole)) s = (double)whole;
    if (!(s >= 0 && s < 1e9)) return TIME_UNKNOWN;
    return (int64_t)(s * 1e6 + 0.5);
}

/* ---- TikTok ---- */

bool tiktok_id_plausible(struct sv id)
{
    if (id.n < 1 || id.n > 20) return false;
    for (size_t i = 0; i < id.n; i++)
        if (id.p[i] < '0' || id.p[i] > '9') return false;
    return !sv_is(id, "0");
}

struct sv tiktok_url(struct run *r, struct sv handle, const char *what, struct sv id)
{
    struct buf b;
    buf_init(&b, 0);
    buf_puts(&b, "https://www.tiktok.com/@");
    for (size_t i = 0; i < handle.n; i++) {
        unsigned char c = (unsigned char)handle.p[i];
        bool plain =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr("._-", c);
        if (plain && c != 0)
            buf_putc(&b, (char)c);
        else
            buf_printf(&b, "%%%02X", c);
    }
    if (id.n > 0) {
        buf_printf(&b, "/%s/", what);
        buf_putsv(&b, id);
    }
    struct sv url = b.failed ? SV_NULL : arena_copy(&r->arena, buf_sv(&b));
    if (!url.p) r->nomem = true;
    buf_done(&b);
    return url;
}
