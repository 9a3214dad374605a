/* What yt-dlp leaves beside a download: "<stem>.info.json", the media "<stem>.<ext>", and with the right options
 * thumbnails "<stem>.jpg" and subtitles "<stem>.<language>.vtt". Everything with the same stem belongs to the post. */
#include "intake/intake_priv.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { SUBTITLES_MAX_BYTES = 8 << 20, SIDECARS_MAX = 64, LISTED_MAX = 64 };

int ytdlp_sniff(struct sv path, struct sv head, bool is_dir)
{
    if (is_dir) return 0;
    static const char *const sure[] = {"id", "title", "extractor", NULL};
    static const char *const head_only[] = {"id", "title", "formats", NULL};
    static const char *const web[] = {"id", "title", "webpage_url", NULL};
    if (sniff_members(head, sure) || sniff_members(head, web)) return 85;
    /* The list of formats may be longer than the head: what follows it is not seen. */
    return sniff_members(head, head_only) ? 75 : 0;
}

/* ---- the record ---- */

static struct sv first_sv(const struct json *v, const char *a, const char *b)
{
    const char *const keys[] = {a, b, NULL};
    return json_sv(first_of(v, keys));
}

/* "tiktok:sound" → "tiktok". The name is looked at in lower case by record_emit. */
static struct sv platform_of(const struct json *v)
{
    struct sv name = first_sv(v, "extractor_key", "extractor");
    return sv_sub(name, 0, sv_find_byte(name, ':', 0));
}

static struct sv without_at(struct sv s) { return s.n > 0 && s.p[0] == '@' ? sv_sub(s, 1, s.n) : s; }

static void take_account(struct run *r, const struct json *v, bool tiktok)
{
    struct account *a = &r->p.account;
    if (tiktok) {
        a->handle = without_at(json_get_sv(v, "uploader"));
        a->native_id = get_id_or_none(r, v, "uploader_id");
        a->name = first_sv(v, "channel", "creator");
        a->sec_id = json_get_sv(v, "channel_id");
    } else {
        a->handle = without_at(first_sv(v, "uploader_id", "uploader"));
        a->native_id = get_id_or_none(r, v, "channel_id");
        a->name = first_sv(v, "uploader", "channel");
    }
    a->followers = get_count(v, "channel_follower_count");
    a->verified = get_flag(v, "channel_is_verified");
}

/* Titles made of the description's start say nothing new. */
static bool repeats(struct sv title, struct sv description)
{
    static const struct sv dots = {"...", 3};
    if (sv_ends(title, dots)) title = sv_sub(title, 0, title.n - dots.n);
    return sv_starts(description, sv_trim(title));
}

static void take_texts(struct run *r, const struct json *v)
{
    struct sv title = first_sv(v, "fulltitle", "title"), description = json_get_sv(v, "description");
    add_text(r, TEXT_CAPTION, description.n > 0 ? description : title, TIME_UNKNOWN, TIME_UNKNOWN);
    if (description.n > 0 && !repeats(title, description))
        add_text(r, TEXT_TITLE, title, TIME_UNKNOWN, TIME_UNKNOWN);
    const struct json *tags = json_get(v, "tags");
    for (size_t i = 0; i < json_len(tags); i++) add_hashtag(r, json_sv(json_at(tags, i)));
}

/* "20260131" */
static int64_t upload_date(struct sv s)
{
    char text[16];
    int64_t us;
    if (s.n != 8) return TIME_UNKNOWN;
    snprintf(text, sizeof text, "%.4s-%.2s-%.2s", s.p, s.p + 4, s.p + 6);
    return time_parse(sv_cstr(text), &us) ? us : TIME_UNKNOWN;
}

static int64_t epoch(const struct json *v)
{
    double s = json_double(v, 0);
    return s > 0 && s < 1e10 ? (int64_t)(s * 1e6) : TIME_UNKNOWN;
}

static void take_sound(struct run *r, const struct json *v)
{
    struct sound *s = &r->p.sound;
    s->title = json_get_sv(v, "track");
    s->author = json_get_sv(v, "artist");
    if (s->author.n == 0) s->author = json_sv(json_at(json_get(v, "artists"), 0));
}

static void take_reach(struct run *r, const struct json *v)
{
    struct reach *out = &r->p.reach;
    out->views = get_count(v, "view_count");
    out->likes = get_count(v, "like_count");
    out->comments = get_count(v, "comment_count");
    out->shares = get_count(v, "repost_count");
    out->saves = get_count(v, "save_count");
}

static int32_t pixels(const struct json *v, const char *key)
{
    int64_t n = json_get_i64(v, key, 0);
    return n > 0 && n <= INT32_MAX ? (int32_t)n : 0;
}

/* ---- what lies beside ---- */

struct sidecars {
    char *names[SIDECARS_MAX];
    size_t n;
};

static int by_bytes(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static bool unfinished(struct sv name)
{
    return sv_ends(name, SV(".part")) || sv_ends(name, SV(".ytdl")) || sv_ends(name, SV(".json"));
}

/* Names in the folder that are the stem, a dot and an ending; in the order of their bytes. */
static void find_sidecars(struct run *r, struct sv stem, struct sidecars *out)
{
    const char *dir = arena_cstr(&r->arena, r->dir);
    DIR *d = dir ? opendir(dir) : NULL;
    if (!d) return;
    for (struct dirent *e; (e = readdir(d)) && out->n < SIDECARS_MAX;) {
        struct sv name = sv_cstr(e->d_name);
        if (name.n <= stem.n + 1 || !sv_starts(name, stem) || name.p[stem.n] != '.' || unfinished(name))
            continue;
        char *copy = arena_cstr(&r->arena, name);
        if (copy) out->names[out->n++] = copy;
    }
    closedir(d);
    qsort(out->names, out->n, sizeof *out->names, by_bytes);
}

static bool is_subtitles(struct sv name) { return sv_ends(name, SV(".vtt")) || sv_ends(name, SV(".srt")); }

/* Subtitles are text of the post; the file itself is claimed like its media. */
static int take_subtitles(struct run *r, struct sv path)
{
    struct buf b;
    uint64_t *claim;
    buf_init(&b, 0);
    if (file_read(path.p, SUBTITLES_MAX_BYTES, &b, NULL) == 0) {
        struct sv text = arena_copy(&r->arena, buf_sv(&b));
        if (text.p) add_subtitles(r, text);
    }
    buf_done(&b);
    return r->claimed && map_put(r->claimed, path, &claim) < 0 ? run_nomem(r) : 0;
}

static enum media_kind kind_of_file(struct sv path)
{
    struct buf head;
    buf_init(&head, 0);
    enum media_kind kind = MEDIA_UNKNOWN;
    if (read_head(path.p, &head, NULL) == 0) kind = magic_media(buf_sv(&head));
    buf_done(&head);
    return kind != MEDIA_UNKNOWN ? kind : magic_by_name(path);
}

/* The film or sound carries what the record says of the media; pictures beside it are its covers. */
static int take_sidecars(struct run *r, const struct json *v, struct sv stem)
{
    struct sidecars found = {.n = 0};
    struct media_ref covers[SIDECARS_MAX];
    size_t ncovers = 0;
    bool has_main = false;
    find_sidecars(r, stem, &found);
    for (size_t i = 0; i < found.n; i++) {
        struct media_ref m = {.duration_us = TIME_UNKNOWN};
        if (path_inside(r, sv_cstr(found.names[i]), &m.path) != PATH_FOUND || r->nomem) continue;
        int rc = is_subtitles(m.path) ? take_subtitles(r, m.path) : 0;
        if (rc != 0) return rc;
        m.kind = kind_of_file(m.path);
        if (m.kind == MEDIA_IMAGE) {
            m.role = MEDIA_ROLE_COVER;
            covers[ncovers++] = m;
        } else if (m.kind != MEDIA_UNKNOWN) {
            m.duration_us = seconds_to_us(json_get(v, "duration"));
            m.width = pixels(v, "width");
            m.height = pixels(v, "height");
            add_media(r, &m);
            has_main = true;
        }
    }
    bool is_film = json_get(v, "duration") || json_get(v, "formats");
    for (size_t i = 0; i < ncovers; i++) {
        if (!has_main && !is_film) covers[i].role = MEDIA_ROLE_MAIN;
        add_media(r, &covers[i]);
    }
    return 0;
}

static struct sv stem_of(struct sv path)
{
    struct sv base = path_base(path);
    static const struct sv ends[] = {{".info.json", 10}, {".json", 5}};
    for (size_t i = 0; i < 2; i++)
        if (sv_ends(base, ends[i])) return sv_sub(base, 0, base.n - ends[i].n);
    return base;
}

/* ---- comments ---- */

/* yt-dlp lists comments within the record of the post. */
static int read_comments(struct run *r, const struct json *v, struct sv platform, struct sv post,
                         struct sv url, int64_t collected_us)
{
    const struct json *list = json_get(v, "comments");
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < json_len(list); i++) {
        const struct json *c = json_at(list, i);
        record_begin(r, c);
        r->captured = true;
        r->origin.record++;
        struct post *p = &r->p;
        p->platform = platform;
        p->kind = POST_COMMENT;
        p->native_id = get_id(r, c, "id");
        struct sv parent = get_id(r, c, "parent");
        p->parent_id = parent.n == 0 || sv_is(parent, "root") ? post : parent;
        p->created_us = epoch(json_get(c, "timestamp"));
        p->collected_us = collected_us;
        p->account.handle = without_at(json_get_sv(c, "author"));
        p->account.native_id = get_id_or_none(r, c, "author_id");
        p->reach.likes = get_count(c, "like_count");
        p->url = url;
        add_text(r, TEXT_CAPTION, json_get_sv(c, "text"), TIME_UNKNOWN, TIME_UNKNOWN);
        rc = record_emit(r);
    }
    return rc;
}

/* Strings that outlive the record of the post. */
static int post_and_comments(struct run *r, const struct json *v)
{
    struct arena kept;
    arena_init(&kept, 0);
    struct sv platform = arena_copy(&kept, r->p.platform), id = arena_copy(&kept, r->p.native_id),
              url = arena_copy(&kept, r->p.url);
    int64_t collected_us = r->p.collected_us;
    int rc = platform.p && id.p && url.p ? record_emit(r) : run_nomem(r);
    if (rc == 0) rc = read_comments(r, v, platform, id, url, collected_us);
    arena_done(&kept);
    return rc;
}

static enum post_kind kind_of(const struct post *p)
{
    for (size_t i = 0; i < p->nmedia; i++) {
        if (p->media[i].role != MEDIA_ROLE_MAIN) continue;
        if (p->media[i].kind == MEDIA_IMAGE) return POST_IMAGE;
        if (p->media[i].kind == MEDIA_AUDIO) return POST_AUDIO;
    }
    return POST_VIDEO;
}

static int read_info(struct run *r, const struct json *v)
{
    record_begin(r, v);
    r->captured = true;
    struct post *p = &r->p;
    if (json_type(v) != JSON_OBJECT) return record_aside_value(r, v, "not a JSON object");
    if (sv_is(json_get_sv(v, "_type"), "playlist")) {
        r->counts->skipped++; /* its entries have records of their own */
        return 0;
    }
    p->platform = platform_of(v);
    if (p->platform.n == 0) return record_aside_value(r, v, "no \"extractor\": from which platform is it?");
    bool tiktok = sv_eq_nocase(p->platform, SV("tiktok"));
    p->native_id = get_id(r, v, "id");
    p->url = intake_clean_url(&r->arena, first_sv(v, "webpage_url", "original_url"));
    p->created_us = epoch(json_get(v, "timestamp"));
    if (p->created_us == TIME_UNKNOWN) p->created_us = upload_date(json_get_sv(v, "upload_date"));
    p->collected_us = epoch(json_get(v, "epoch"));
    p->language = json_get_sv(v, "language");
    take_account(r, v, tiktok);
    take_texts(r, v);
    take_sound(r, v);
    take_reach(r, v);
    int rc = take_sidecars(r, v, stem_of(r->path));
    if (rc != 0) return rc;
    p->kind = kind_of(p);
    return post_and_comments(r, v);
}

int ytdlp_run(struct run *r, const char *path) { return read_values(r, path, JSON_STRICT, read_info); }
