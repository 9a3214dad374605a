/* An item as TikTok's web pages hold it, which is what browser captures bring. Shapes differ by page and year: the
 * author is an object or a handle, counts are numbers or digits in a string, statsV2 stands for stats. */
#include "intake/intake_priv.h"

static const struct json *either(const struct json *v, const char *a, const char *b)
{
    const char *const keys[] = {a, b, NULL};
    return first_of(v, keys);
}

static int64_t count_of(const struct json *stats, const struct json *newer, const char *key)
{
    int64_t n = get_count(stats, key);
    return n != COUNT_UNKNOWN ? n : get_count(newer, key);
}

static void take_author(struct run *r, const struct json *item)
{
    struct account *a = &r->p.account;
    const struct json *author = json_get(item, "author");
    const struct json *stats = json_get(item, "authorStats"), *newer = json_get(item, "authorStatsV2");
    bool object = json_type(author) == JSON_OBJECT;
    a->handle = object ? json_get_sv(author, "uniqueId") : json_sv(author);
    a->native_id = object ? get_id_or_none(r, author, "id") : get_id_or_none(r, item, "authorId");
    a->name = json_sv(object ? json_get(author, "nickname") : json_get(item, "nickname"));
    a->sec_id = json_sv(object ? json_get(author, "secUid") : json_get(item, "authorSecId"));
    a->bio = json_get_sv(author, "signature");
    a->verified = get_flag(author, "verified");
    a->is_private = get_flag(author, "privateAccount");
    a->created_us = time_from_epoch(json_get_i64(author, "createTime", 0));
    a->followers = count_of(stats, newer, "followerCount");
    a->following = count_of(stats, newer, "followingCount");
    a->posts = count_of(stats, newer, "videoCount");
    a->likes = count_of(stats, newer, "heartCount");
    if (a->likes == COUNT_UNKNOWN) a->likes = count_of(stats, newer, "heart");
}

static void take_tags(struct run *r, const struct json *item)
{
    const struct json *extra = json_get(item, "textExtra");
    for (size_t i = 0; i < json_len(extra); i++) {
        add_hashtag(r, json_get_sv(json_at(extra, i), "hashtagName"));
        add_mention(r, json_get_sv(json_at(extra, i), "userUniqueId"));
    }
    const struct json *challenges = json_get(item, "challenges");
    for (size_t i = 0; i < json_len(challenges); i++) {
        const struct json *c = json_at(challenges, i);
        add_hashtag(r, json_type(c) == JSON_STRING ? json_sv(c) : json_get_sv(c, "title"));
    }
}

/* A list of strings, or one string. A sticker without words stays, as an empty part: it is on the picture. */
static void add_screen_texts(struct run *r, const struct json *text)
{
    if (json_type(text) == JSON_STRING) add_part(r, TEXT_SCREEN, json_sv(text), TIME_UNKNOWN, TIME_UNKNOWN);
    if (json_type(text) != JSON_ARRAY) return;
    for (size_t i = 0; i < json_len(text); i++)
        if (json_type(json_at(text, i)) == JSON_STRING)
            add_part(r, TEXT_SCREEN, json_sv(json_at(text, i)), TIME_UNKNOWN, TIME_UNKNOWN);
}

static void take_texts(struct run *r, const struct json *item)
{
    add_text(r, TEXT_CAPTION, json_sv(either(item, "desc", "description")), TIME_UNKNOWN, TIME_UNKNOWN);
    add_text(r, TEXT_TITLE, json_sv(json_path(item, "imagePost.title")), TIME_UNKNOWN, TIME_UNKNOWN);
    const struct json *stickers = json_get(item, "stickersOnItem");
    for (size_t i = 0; i < json_len(stickers); i++)
        add_screen_texts(r, json_get(json_at(stickers, i), "stickerText"));
    add_text(r, TEXT_TRANSCRIPT, json_sv(json_get(item, "voice_to_text")), TIME_UNKNOWN, TIME_UNKNOWN);
}

static void take_url(struct run *r, enum media_kind kind, enum media_role role, const struct json *url)
{
    if (json_sv(url).n == 0) return;
    struct media_ref m = {.kind = kind, .role = role, .duration_us = TIME_UNKNOWN};
    m.url = intake_clean_url(&r->arena, json_sv(url));
    add_media(r, &m);
}

static int32_t pixels(const struct json *v, const char *key)
{
    int64_t n = json_get_i64(v, key, 0);
    return n > 0 && n <= INT32_MAX ? (int32_t)n : 0;
}

static void take_video(struct run *r, const struct json *video)
{
    struct media_ref m = {.kind = MEDIA_VIDEO};
    m.url = intake_clean_url(&r->arena, json_sv(either(video, "playAddr", "downloadAddr")));
    m.duration_us = seconds_to_us(json_get(video, "duration"));
    m.width = pixels(video, "width");
    m.height = pixels(video, "height");
    add_media(r, &m);
    take_url(r, MEDIA_IMAGE, MEDIA_ROLE_COVER, either(video, "originCover", "cover"));
}

static void take_images(struct run *r, const struct json *images)
{
    for (size_t i = 0; i < json_len(images); i++) {
        const struct json *image = json_at(images, i);
        struct media_ref m = {.kind = MEDIA_IMAGE, .duration_us = TIME_UNKNOWN};
        m.url = intake_clean_url(&r->arena, json_sv(json_at(json_path(image, "imageURL.urlList"), 0)));
        m.width = pixels(image, "imageWidth");
        m.height = pixels(image, "imageHeight");
        add_media(r, &m);
    }
}

static void take_media(struct run *r, const struct json *item)
{
    const struct json *images = json_path(item, "imagePost.images");
    if (json_len(images) > 0) {
        r->p.kind = POST_IMAGE;
        take_images(r, images);
    } else if (json_get(item, "video")) {
        take_video(r, json_get(item, "video"));
    }
    take_url(r, MEDIA_IMAGE, MEDIA_ROLE_AVATAR,
             either(json_get(item, "author"), "avatarLarger", "avatarMedium"));
}

static void take_sound(struct run *r, const struct json *music)
{
    r->p.sound = (struct sound){get_id_or_none(r, music, "id"), json_get_sv(music, "title"),
                                json_get_sv(music, "authorName"), get_flag(music, "original")};
}

static void take_reach(struct run *r, const struct json *item)
{
    const struct json *stats = json_get(item, "stats"), *newer = json_get(item, "statsV2");
    struct reach *out = &r->p.reach;
    out->views = count_of(stats, newer, "playCount");
    out->likes = count_of(stats, newer, "diggCount");
    out->comments = count_of(stats, newer, "commentCount");
    out->shares = count_of(stats, newer, "shareCount");
    out->saves = count_of(stats, newer, "collectCount");
}

/* "warnInfo" is a list of warnings; mask types 3 and 4 cover sensitive and flickering pictures. */
static void take_labels(struct run *r, const struct json *item)
{
    int64_t mask = json_get_i64(item, "maskType", 0);
    if (get_flag(item, "isAd") == 1) r->p.flags |= POST_FLAG_AD;
    if (json_len(json_get(item, "warnInfo")) > 0 || mask == 3 || mask == 4)
        r->p.flags |= POST_FLAG_SENSITIVE_LABEL;
    if (json_get_i64(item, "aigcLabelType", 0) > 0 || get_flag(item, "IsAigc") == 1 ||
        json_get_sv(item, "AIGCDescription").n > 0)
        r->p.flags |= POST_FLAG_AI_LABEL;
}

int tiktok_item(struct run *r, const struct json *item)
{
    struct post *p = &r->p;
    p->platform = SV("tiktok");
    p->kind = POST_VIDEO;
    p->native_id = get_id(r, item, "id");
    p->created_us = time_from_epoch(json_get_i64(item, "createTime", 0));
    take_author(r, item);
    take_texts(r, item);
    take_tags(r, item);
    take_media(r, item);
    take_sound(r, json_get(item, "music"));
    take_reach(r, item);
    take_labels(r, item);
    p->duet_of = get_id_or_none(r, json_get(item, "duetInfo"), "duetFromId");
    p->region = json_get_sv(item, "locationCreated");
    p->language = json_get_sv(item, "textLanguage");
    p->url = tiktok_url(r, p->account.handle, p->kind == POST_IMAGE ? "photo" : "video", p->native_id);
    return record_emit(r);
}

int tiktok_web_comment(struct run *r, const struct json *c)
{
    struct post *p = &r->p;
    const struct json *user = json_get(c, "user");
    struct sv video = get_id_or_none(r, c, "aweme_id"), above = get_id_or_none(r, c, "reply_id");
    p->platform = SV("tiktok");
    p->kind = POST_COMMENT;
    p->native_id = get_id(r, c, "cid");
    p->parent_id = above.n > 0 ? above : video;
    p->created_us = time_from_epoch(json_get_i64(c, "create_time", 0));
    p->language = json_get_sv(c, "comment_language");
    p->account.handle = json_get_sv(user, "unique_id");
    p->account.native_id = get_id_or_none(r, user, "uid");
    p->account.name = json_get_sv(user, "nickname");
    p->account.sec_id = json_get_sv(user, "sec_uid");
    p->reach.likes = get_count(c, "digg_count");
    p->reach.comments = get_count(c, "reply_comment_total");
    add_text(r, TEXT_CAPTION, json_get_sv(c, "text"), TIME_UNKNOWN, TIME_UNKNOWN);
    if (video.n > 0) p->url = tiktok_url(r, SV_NULL, "video", video);
    return record_emit(r);
}
