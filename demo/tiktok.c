/* What a browser capture of TikTok and the Research API hand out, member for member as they write it. */
#include <stdio.h>

#include "world.h"

static struct sv text_of(const struct post *p, enum text_field f)
{
    struct sv s = post_text(p, f);
    return s.p ? s : SV("");
}

static int64_t seconds(int64_t us) { return us / US_PER_SECOND; }

/* ---- Zeeschuimer ---- */

static void put_author(struct jw *w, const struct account *a)
{
    jw_key(w, "author");
    jw_object(w);
    jw_kv_sv(w, "id", a->native_id);
    jw_kv_sv(w, "uniqueId", a->handle);
    jw_kv_sv(w, "nickname", a->name);
    jw_kv_str(w, "avatarThumb", "https://p16.example.invalid/avatar.jpeg?x-expires=1");
    jw_kv_str(w, "signature", "");
    jw_kv_bool(w, "verified", a->verified == 1);
    jw_kv_sv(w, "secUid", a->sec_id);
    jw_kv_bool(w, "secret", false);
    jw_kv_bool(w, "privateAccount", a->is_private == 1);
    jw_end(w);
    jw_key(w, "authorStats");
    jw_object(w);
    jw_kv_i64(w, "followerCount", a->followers);
    jw_kv_i64(w, "followingCount", a->following);
    jw_kv_i64(w, "heart", a->likes);
    jw_kv_i64(w, "heartCount", a->likes);
    jw_kv_i64(w, "videoCount", a->posts);
    jw_kv_i64(w, "diggCount", 0);
    jw_end(w);
}

static void put_tags(struct jw *w, const struct post *p)
{
    jw_key(w, "challenges");
    jw_array(w);
    for (size_t i = 0; i < p->hashtags.n; i++) {
        jw_object(w);
        jw_kv_str(w, "id", "1");
        jw_kv_sv(w, "title", p->hashtags.v[i]);
        jw_kv_str(w, "desc", "");
        jw_end(w);
    }
    jw_end(w);
    jw_key(w, "textExtra");
    jw_array(w);
    for (size_t i = 0; i < p->hashtags.n; i++) {
        jw_object(w);
        jw_kv_sv(w, "hashtagName", p->hashtags.v[i]);
        jw_kv_i64(w, "type", 1);
        jw_kv_str(w, "userUniqueId", "");
        jw_end(w);
    }
    jw_end(w);
    struct sv screen = post_text(p, TEXT_SCREEN);
    if (!screen.p) return;
    jw_key(w, "stickersOnItem");
    jw_array(w);
    jw_object(w);
    jw_key(w, "stickerText");
    jw_array(w);
    jw_sv(w, screen);
    jw_end(w);
    jw_kv_i64(w, "stickerType", 4);
    jw_end(w);
    jw_end(w);
}

static void put_stats(struct jw *w, const struct reach *r, int64_t percent)
{
    jw_key(w, "stats");
    jw_object(w);
    jw_kv_i64(w, "diggCount", r->likes * percent / 100);
    jw_kv_i64(w, "shareCount", r->shares * percent / 100);
    jw_kv_i64(w, "commentCount", r->comments * percent / 100);
    jw_kv_i64(w, "playCount", r->views * percent / 100);
    /* The platform writes this one as text. */
    char saves[32];
    snprintf(saves, sizeof saves, "%lld", (long long)(r->saves * percent / 100));
    jw_kv_str(w, "collectCount", saves);
    jw_end(w);
}

static void put_video_and_music(struct jw *w, const struct post *p)
{
    jw_key(w, "video");
    jw_object(w);
    jw_kv_sv(w, "id", p->native_id);
    jw_kv_i64(w, "height", 1024);
    jw_kv_i64(w, "width", 576);
    jw_kv_i64(w, "duration", 5);
    jw_kv_str(w, "ratio", "540p");
    jw_kv_str(w, "cover", "https://p16.example.invalid/cover.image?x-signature=FICTION");
    jw_kv_str(w, "playAddr", "https://v16.example.invalid/video?tk=tt_chain_token_FICTION");
    jw_kv_str(w, "format", "mp4");
    jw_end(w);
    jw_key(w, "music");
    jw_object(w);
    bool own = p->sound.id.n == 0;
    jw_kv_sv(w, "id", own ? p->native_id : p->sound.id);
    jw_kv_sv(w, "title", own ? SV("original sound") : p->sound.title);
    jw_kv_sv(w, "authorName", own ? p->account.name : p->sound.author);
    jw_kv_bool(w, "original", own);
    jw_kv_i64(w, "duration", 5);
    jw_end(w);
}

static void put_data_members(struct jw *w, const struct post *p, int64_t percent)
{
    jw_kv_sv(w, "id", p->native_id);
    jw_kv_sv(w, "desc", text_of(p, TEXT_CAPTION));
    jw_kv_i64(w, "createTime", seconds(p->created_us));
    put_video_and_music(w, p);
    put_author(w, &p->account);
    put_tags(w, p);
    put_stats(w, &p->reach, percent);
    jw_key(w, "duetInfo");
    jw_object(w);
    jw_kv_str(w, "duetFromId", "0");
    jw_end(w);
    jw_kv_bool(w, "isAd", false);
    jw_kv_bool(w, "privateItem", false);
    jw_kv_sv(w, "locationCreated", p->region);
}

/* The capture's own members; the address holds the analyst's token, which must not be kept. */
static void put_envelope(struct jw *w, const struct post *p, int64_t collected_us)
{
    jw_kv_str(w, "nav_index", "1:2:3");
    jw_kv_sv(w, "item_id", p->native_id);
    jw_kv_i64(w, "timestamp_collected", collected_us / 1000);
    jw_kv_str(w, "source_platform", "tiktok.com");
    jw_kv_str(w, "source_platform_url", "https://www.tiktok.com/foryou");
    jw_kv_str(w, "source_url",
              "https://www.tiktok.com/api/recommend/item_list/?msToken=DEMO-OPERATOR-TOKEN&device_id="
              "7000000000000000001");
    jw_kv_str(w, "user_agent", "Mozilla/5.0 (demo)");
}

static void put_capture(struct buf *b, const struct post *p, int64_t collected_us, int64_t percent)
{
    struct jw w;
    jw_init(&w, b, JW_COMPACT);
    jw_object(&w);
    put_envelope(&w, p, collected_us);
    jw_key(&w, "data");
    jw_object(&w);
    put_data_members(&w, p, percent);
    jw_end(&w);
    jw_kv_sv(&w, "id", p->native_id);
    jw_end(&w);
    buf_putc(b, '\n');
}

static void put_import(struct buf *b, const struct post *p)
{
    struct jw w;
    jw_init(&w, b, JW_COMPACT);
    jw_object(&w);
    put_data_members(&w, p, 100);
    jw_key(&w, "__import_meta");
    jw_object(&w);
    put_envelope(&w, p, p->collected_us);
    jw_end(&w);
    jw_end(&w);
    buf_putc(b, '\n');
}

void browser_write(const struct world *w, const char *dir)
{
    struct buf first, again, import;
    buf_init(&first, 0);
    buf_init(&again, 0);
    buf_init(&import, 0);
    size_t n = 0;
    for (size_t i = 0; i < w->n; i++) {
        const struct post *p = &w->items[i].post;
        if (w->items[i].feed == FEED_IMPORT) put_import(&import, p);
        if (w->items[i].feed != FEED_BROWSER) continue;
        /* One in four was seen an hour earlier, with half the views: its reach has a history. */
        bool seen_before = n % 4 == 0 && p->created_us < p->collected_us - 2 * US_PER_HOUR;
        if (seen_before) put_capture(&first, p, p->collected_us - US_PER_HOUR, 50);
        put_capture(seen_before ? &again : &first, p, p->collected_us, 100);
        /* What a full disk and a closed laptop leave behind. */
        if (n == 20) buf_puts(&first, "{\"nav_index\": \"1:2:3\", \"item_id\": \"74\n");
        if (n == 40)
            buf_puts(&first,
                     "{\"item_id\": \"1\", \"source_platform\": \"tiktok.com\", \"data\": {\"desc\": 5}}\n");
        n++;
    }
    text_put(at("%s/feeds/browser/capture.ndjson", dir), &first);
    text_put(at("%s/feeds/browser/capture-again.ndjson", dir), &again);
    text_put(at("%s/feeds/browser/import.ndjson", dir), &import);
    buf_done(&first);
    buf_done(&again);
    buf_done(&import);
}

/* ---- the Research API ---- */

static void put_research_video(struct jw *w, const struct post *p)
{
    jw_object(w);
    jw_key(w, "id");
    jw_raw(w, p->native_id);
    jw_kv_sv(w, "video_description", text_of(p, TEXT_CAPTION));
    jw_kv_i64(w, "create_time", seconds(p->created_us));
    jw_kv_sv(w, "region_code", p->region);
    jw_kv_sv(w, "username", p->account.handle);
    jw_kv_i64(w, "view_count", p->reach.views);
    jw_kv_i64(w, "like_count", p->reach.likes);
    jw_kv_i64(w, "comment_count", p->reach.comments);
    jw_kv_i64(w, "share_count", p->reach.shares);
    jw_key(w, "hashtag_names");
    jw_array(w);
    for (size_t i = 0; i < p->hashtags.n; i++) jw_sv(w, p->hashtags.v[i]);
    jw_end(w);
    jw_end(w);
}

static void put_research_comment(struct jw *w, const struct post *p)
{
    jw_object(w);
    jw_key(w, "id");
    jw_raw(w, p->native_id);
    jw_key(w, "video_id");
    jw_raw(w, p->parent_id);
    jw_key(w, "parent_comment_id");
    jw_raw(w, p->parent_id);
    jw_kv_sv(w, "text", text_of(p, TEXT_CAPTION));
    jw_kv_i64(w, "like_count", p->reach.likes);
    jw_kv_i64(w, "reply_count", 0);
    jw_kv_i64(w, "create_time", seconds(p->created_us));
    jw_end(w);
}

static void research_file(const struct world *w, const char *path, const char *list, enum post_kind kind,
                          void (*put)(struct jw *, const struct post *))
{
    struct buf b;
    struct jw j;
    buf_init(&b, 0);
    jw_init(&j, &b, JW_PRETTY);
    jw_object(&j);
    jw_key(&j, "data");
    jw_object(&j);
    jw_key(&j, list);
    jw_array(&j);
    for (size_t i = 0; i < w->n; i++)
        if (w->items[i].feed == FEED_RESEARCH && w->items[i].post.kind == kind) put(&j, &w->items[i].post);
    jw_end(&j);
    jw_kv_bool(&j, "has_more", false);
    jw_end(&j);
    jw_key(&j, "error");
    jw_object(&j);
    jw_kv_str(&j, "code", "ok");
    jw_kv_str(&j, "message", "");
    jw_kv_str(&j, "log_id", "DEMO");
    jw_end(&j);
    jw_end(&j);
    buf_putc(&b, '\n');
    text_put(path, &b);
    buf_done(&b);
}

void research_write(const struct world *w, const char *dir)
{
    research_file(w, at("%s/feeds/research/videos.json", dir), "videos", POST_VIDEO, put_research_video);
    research_file(w, at("%s/feeds/research/comments.json", dir), "comments", POST_COMMENT,
                  put_research_comment);
}
