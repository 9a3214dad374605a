/* Responses of TikTok's Research API, as partners keep them: a page {"data": {"videos": […]}}, several pages one after
 * the other, one a line or in an array, or the records alone. Ids are JSON integers that doubles cannot hold. */
#include "intake/intake_priv.h"

static const char *const video_lists[] = {"videos",
                                          "user_liked_videos",
                                          "user_pinned_videos",
                                          "user_reposted_videos",
                                          "reposted_videos",
                                          "playlist_videos",
                                          NULL};
static const char *const comment_lists[] = {"comments", NULL};
static const char *const user_lists[] = {"user_followers", "user_following", "users", NULL};

static bool any_key(struct sv head, const char *const *keys)
{
    for (; *keys; keys++)
        if (sniff_key(head, *keys)) return true;
    return false;
}

int tiktok_research_sniff(struct sv path, struct sv head, bool is_dir)
{
    static const char *const page[] = {"data", NULL};
    static const char *const video[] = {"id", "video_description", NULL};
    static const char *const video2[] = {"id", "username", "view_count", NULL};
    static const char *const comment[] = {"id", "video_id", "text", NULL};
    static const char *const user[] = {"display_name", "follower_count", NULL};
    if (is_dir) return 0;
    if (sniff_members(head, page) && (any_key(head, video_lists) || any_key(head, comment_lists) ||
                                      any_key(head, user_lists) || sniff_key(head, "display_name")))
        return 80;
    bool bare = sniff_members(head, video) || sniff_members(head, video2) || sniff_members(head, comment) ||
                sniff_members(head, user);
    return bare ? 70 : 0;
}

/* ---- videos ---- */

/* A list of strings, or of objects that hold the string under `key`. */
static void add_each(struct run *r, const struct json *list, const char *key,
                     void (*add)(struct run *r, struct sv s))
{
    if (json_type(list) != JSON_ARRAY) return;
    for (size_t i = 0; i < json_len(list); i++) {
        const struct json *v = json_at(list, i);
        add(r, json_type(v) == JSON_STRING ? json_sv(v) : json_get_sv(v, key));
    }
}

static void add_screen_text(struct run *r, struct sv s)
{
    add_text(r, TEXT_SCREEN, s, TIME_UNKNOWN, TIME_UNKNOWN);
}

static void take_video_media(struct run *r, const struct json *v)
{
    struct media_ref m = {.kind = MEDIA_VIDEO};
    m.duration_us = seconds_to_us(json_get(v, "video_duration"));
    if (m.duration_us != TIME_UNKNOWN) add_media(r, &m);
}

static void take_video_reach(struct run *r, const struct json *v)
{
    r->p.reach.views = get_count(v, "view_count");
    r->p.reach.likes = get_count(v, "like_count");
    r->p.reach.comments = get_count(v, "comment_count");
    r->p.reach.shares = get_count(v, "share_count");
    r->p.reach.saves = get_count(v, "favorites_count");
    if (r->p.reach.saves == COUNT_UNKNOWN) r->p.reach.saves = get_count(v, "favourites_count");
}

static int read_video(struct run *r, const struct json *v)
{
    record_begin(r, v);
    struct post *p = &r->p;
    p->platform = SV("tiktok");
    p->kind = POST_VIDEO;
    p->native_id = get_id(r, v, "id");
    p->created_us = time_from_epoch(json_get_i64(v, "create_time", 0));
    p->region = json_get_sv(v, "region_code");
    p->account.handle = json_get_sv(v, "username");
    p->sound.id = get_id_or_none(r, v, "music_id");
    add_text(r, TEXT_CAPTION, json_get_sv(v, "video_description"), TIME_UNKNOWN, TIME_UNKNOWN);
    add_text(r, TEXT_TRANSCRIPT, json_get_sv(v, "voice_to_text"), TIME_UNKNOWN, TIME_UNKNOWN);
    add_each(r, json_get(v, "sticker_info_list"), "sticker_name", add_screen_text);
    add_each(r, json_get(v, "hashtag_names"), "hashtag_name", add_hashtag);
    add_each(r, json_get(v, "hashtag_info_list"), "hashtag_name", add_hashtag);
    add_each(r, json_get(v, "video_mention_list"), "username", add_mention);
    take_video_media(r, v);
    take_video_reach(r, v);
    p->url = tiktok_url(r, p->account.handle, "video", p->native_id);
    return record_emit(r);
}

/* ---- comments, users ---- */

static int read_comment(struct run *r, const struct json *v)
{
    record_begin(r, v);
    struct post *p = &r->p;
    struct sv video = get_id_or_none(r, v, "video_id");
    p->platform = SV("tiktok");
    p->kind = POST_COMMENT;
    p->native_id = get_id(r, v, "id");
    p->parent_id = get_id_or_none(r, v, "parent_comment_id");
    if (p->parent_id.n == 0) p->parent_id = video;
    p->created_us = time_from_epoch(json_get_i64(v, "create_time", 0));
    p->account.handle = json_get_sv(v, "username");
    p->reach.likes = get_count(v, "like_count");
    p->reach.comments = get_count(v, "reply_count");
    add_text(r, TEXT_CAPTION, json_get_sv(v, "text"), TIME_UNKNOWN, TIME_UNKNOWN);
    if (video.n > 0) p->url = tiktok_url(r, SV_NULL, "video", video);
    return record_emit(r);
}

static int read_user(struct run *r, const struct json *v)
{
    record_begin(r, v);
    struct post *p = &r->p;
    struct account *a = &p->account;
    p->platform = SV("tiktok");
    p->kind = POST_ACCOUNT;
    a->handle = json_get_sv(v, "username");
    a->name = json_get_sv(v, "display_name");
    a->bio = json_get_sv(v, "bio_description");
    a->verified = get_flag(v, "is_verified");
    a->followers = get_count(v, "follower_count");
    a->following = get_count(v, "following_count");
    a->likes = get_count(v, "likes_count");
    a->posts = get_count(v, "video_count");
    if (a->handle.n == 0) return record_aside_value(r, v, "a user without \"username\": whose is it?");
    char *at_handle = arena_alloc(&r->arena, a->handle.n + 1);
    if (!at_handle) return run_nomem(r);
    at_handle[0] = '@';
    memcpy(at_handle + 1, a->handle.p, a->handle.n);
    p->native_id = sv_of(at_handle, a->handle.n + 1);
    p->url = tiktok_url(r, a->handle, "", SV_NULL);
    add_link(r, json_get_sv(v, "bio_url"));
    struct media_ref avatar = {.kind = MEDIA_IMAGE, .role = MEDIA_ROLE_AVATAR, .duration_us = TIME_UNKNOWN};
    avatar.url = intake_clean_url(&r->arena, json_get_sv(v, "avatar_url"));
    if (avatar.url.n > 0) add_media(r, &avatar);
    return record_emit(r);
}

/* ---- pages ---- */

static int read_list(struct run *r, const struct json *list, value_reader *read)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < json_len(list); i++) {
        rc = json_type(json_at(list, i)) == JSON_OBJECT
                 ? read(r, json_at(list, i))
                 : record_aside_value(r, json_at(list, i), "not an object in a list of records");
        r->origin.record++;
    }
    return rc;
}

/* All lists of a page; *out_any says whether there was one. */
static int read_lists(struct run *r, const struct json *page, bool *out_any)
{
    static const struct {
        const char *const *keys;
        value_reader *read;
    } kinds[] = {{video_lists, read_video}, {comment_lists, read_comment}, {user_lists, read_user}};
    int rc = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        for (const char *const *key = kinds[i].keys; rc == 0 && *key; key++) {
            const struct json *list = json_get(page, *key);
            if (json_type(list) != JSON_ARRAY) continue;
            *out_any = true;
            rc = read_list(r, list, kinds[i].read);
        }
    }
    return rc;
}

/* A record alone. */
static int read_bare(struct run *r, const struct json *v)
{
    if (json_get(v, "video_id")) return read_comment(r, v);
    if (json_get(v, "display_name") || json_get(v, "follower_count")) return read_user(r, v);
    if (json_get(v, "id")) return read_video(r, v);
    /* An answer that is an error, or an empty page. */
    if (json_get(v, "error") || json_get(v, "has_more")) {
        r->counts->skipped++;
        return 0;
    }
    record_begin(r, v);
    return record_aside_value(r, v, "neither a page of videos, comments or users nor one of them");
}

static int read_page(struct run *r, const struct json *v)
{
    const struct json *data = json_get(v, "data");
    const struct json *page = json_type(data) == JSON_OBJECT ? data : v;
    bool any = false;
    int rc = read_lists(r, page, &any);
    if (rc != 0 || any) return rc;
    if (page == data && json_len(data) == 0) {
        r->counts->skipped++;
        return 0;
    }
    rc = read_bare(r, page);
    r->origin.record++;
    return rc;
}

static int read_value(struct run *r, const struct json *v)
{
    if (json_type(v) == JSON_OBJECT) return read_page(r, v);
    if (json_type(v) == JSON_ARRAY) return read_list(r, v, read_page);
    record_begin(r, v);
    return record_aside_value(r, v, "not a JSON object");
}

int tiktok_research_run(struct run *r, const char *path)
{
    return read_values(r, path, JSON_STRICT, read_value);
}
