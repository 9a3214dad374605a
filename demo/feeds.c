/* The feeds: the world's posts in the formats that people bring, spread over folders as they would be on a desk.
 *
 *     feeds/collector/feed.ndjson  clips/     Marsad's own record, from a centre's collector
 *     feeds/browser/             Zeeschuimer, and by way of 4CAT
 *     feeds/research/                           TikTok Research API
 *     feeds/yt-dlp/                           clips with .info.json beside them
 *     feeds/telegram/result.json video_files/ Telegram Desktop
 *     feeds/drop/                             loose files */
#include <stdio.h>

#include "world.h"

static void take_clip(const char *dir, const struct item *it, const char *to)
{
    file_link(at("%s/clips/%s.mp4", dir, it->clip), to);
}

/* ---- Marsad's own ---- */

static void collector_write(const struct world *w, const char *dir)
{
    struct buf b;
    buf_init(&b, 0);
    size_t n = 0;
    for (size_t i = 0; i < w->n; i++) {
        const struct item *it = &w->items[i];
        if (it->feed != FEED_COLLECTOR) continue;
        struct jw j;
        jw_init(&j, &b, JW_COMPACT);
        post_write(&it->post, &j);
        buf_putc(&b, '\n');
        if (it->clip) take_clip(dir, it, at("%s/feeds/collector/clips/%s.mp4", dir, it->clip));
        if (n++ == 12) buf_puts(&b, "{\"kind\":\"video\",\"platform\":\"tiktok\"}\n");
    }
    text_put(at("%s/feeds/collector/feed.ndjson", dir), &b);
    buf_done(&b);
    for (uint64_t i = 0; i < 2; i++)
        picture_fabricated(at("%s/feeds/collector/clips/fabricated-%d.png", dir, (int)i), i);
}

/* ---- yt-dlp ---- */

static void put_info(struct jw *j, const struct post *p)
{
    struct sv caption = post_text(p, TEXT_CAPTION);
    jw_object(j);
    jw_kv_sv(j, "id", p->native_id);
    jw_kv_sv(j, "title", caption);
    jw_kv_sv(j, "description", caption);
    jw_kv_i64(j, "timestamp", p->created_us / US_PER_SECOND);
    jw_kv_i64(j, "duration", p->media[0].duration_us / US_PER_SECOND);
    jw_kv_sv(j, "uploader", p->account.handle);
    jw_kv_sv(j, "uploader_id", p->account.native_id);
    jw_kv_sv(j, "channel", p->account.name);
    jw_kv_sv(j, "channel_id", p->account.sec_id);
    jw_kv_str(j, "track", "original sound");
    jw_kv_i64(j, "view_count", p->reach.views);
    jw_kv_i64(j, "like_count", p->reach.likes);
    jw_kv_i64(j, "comment_count", p->reach.comments);
    jw_kv_i64(j, "repost_count", p->reach.shares);
    jw_kv_i64(j, "save_count", p->reach.saves);
    jw_kv_sv(j, "webpage_url", p->url);
    jw_kv_str(j, "extractor", "TikTok");
    jw_kv_str(j, "extractor_key", "TikTok");
    jw_kv_str(j, "ext", "mp4");
    jw_kv_i64(j, "width", CLIP_W);
    jw_kv_i64(j, "height", CLIP_H);
    jw_kv_i64(j, "epoch", p->collected_us / US_PER_SECOND);
    jw_kv_str(j, "_type", "video");
    jw_end(j);
}

static void ytdlp_write(const struct world *w, const char *dir)
{
    for (size_t i = 0; i < w->n; i++) {
        const struct item *it = &w->items[i];
        if (it->feed != FEED_YTDLP) continue;
        struct buf b;
        struct jw j;
        buf_init(&b, 0);
        jw_init(&j, &b, JW_COMPACT);
        put_info(&j, &it->post);
        text_put(at("%s/feeds/yt-dlp/%.*s.info.json", dir, SV_FMT(it->post.native_id)), &b);
        buf_done(&b);
        take_clip(dir, it, at("%s/feeds/yt-dlp/%.*s.mp4", dir, SV_FMT(it->post.native_id)));
    }
}

/* ---- Telegram Desktop ---- */

static void put_message(struct jw *j, const struct item *it, bool first)
{
    const struct post *p = &it->post;
    char when[TIME_TEXT_BYTES], epoch[32];
    time_format(p->created_us, when);
    when[19] = 0; /* without the Z, as the program writes it */
    snprintf(epoch, sizeof epoch, "%lld", (long long)(p->created_us / US_PER_SECOND));
    jw_object(j);
    jw_key(j, "id");
    jw_raw(j, p->native_id);
    jw_kv_str(j, "type", "message");
    jw_kv_str(j, "date", when);
    jw_kv_str(j, "date_unixtime", epoch);
    jw_kv_sv(j, "from", p->account.name);
    jw_kv_str(j, "from_id", at("user%.*s", SV_FMT(p->account.native_id)));
    if (it->clip) {
        jw_kv_str(j, "file", at("video_files/%s.mp4", it->clip));
        jw_kv_str(j, "media_type", "video_file");
        jw_kv_str(j, "mime_type", "video/mp4");
        jw_kv_i64(j, "duration_seconds", p->media[0].duration_us / US_PER_SECOND);
        jw_kv_i64(j, "width", CLIP_W);
        jw_kv_i64(j, "height", CLIP_H);
    }
    jw_key(j, "text");
    /* "\x0B" is no JSON, and what the program writes all the same. */
    if (first)
        jw_raw(j, sv_cstr(at("\"\\x0B%.*s\"", SV_FMT(post_text(p, TEXT_CAPTION)))));
    else
        jw_sv(j, post_text(p, TEXT_CAPTION));
    jw_key(j, "text_entities");
    jw_array(j);
    jw_end(j);
    jw_end(j);
}

static void put_channel_made(struct jw *j)
{
    jw_object(j);
    jw_kv_i64(j, "id", 1);
    jw_kv_str(j, "type", "service");
    jw_kv_str(j, "date", "2026-11-01T08:00:00");
    jw_kv_str(j, "date_unixtime", "1793520000");
    jw_kv_str(j, "actor", "قناة خيالية");
    jw_kv_str(j, "actor_id", "channel1000000777");
    jw_kv_str(j, "action", "create_channel");
    jw_kv_str(j, "text", "");
    jw_key(j, "text_entities");
    jw_array(j);
    jw_end(j);
    jw_end(j);
}

static void telegram_write(const struct world *w, const char *dir)
{
    struct buf b;
    struct jw j;
    buf_init(&b, 0);
    jw_init(&j, &b, JW_PRETTY);
    jw_object(&j);
    jw_kv_str(&j, "name", "قناة خيالية");
    jw_kv_str(&j, "type", "public_channel");
    jw_kv_i64(&j, "id", 1000000777);
    jw_key(&j, "messages");
    jw_array(&j);
    put_channel_made(&j);
    bool first = true;
    for (size_t i = 0; i < w->n; i++) {
        const struct item *it = &w->items[i];
        if (it->feed != FEED_TELEGRAM) continue;
        put_message(&j, it, first);
        first = false;
        if (it->clip) take_clip(dir, it, at("%s/feeds/telegram/video_files/%s.mp4", dir, it->clip));
    }
    jw_end(&j);
    jw_end(&j);
    buf_putc(&b, '\n');
    text_put(at("%s/feeds/telegram/result.json", dir), &b);
    buf_done(&b);
}

/* ---- loose files ---- */

static void drop_write(const struct world *w, const char *dir)
{
    for (size_t i = 0; i < w->n; i++) {
        const struct item *it = &w->items[i];
        if (it->feed == FEED_DROP)
            take_clip(dir, it, at("%s/feeds/drop/%.*s.mp4", dir, SV_FMT(it->post.native_id)));
    }
    for (uint64_t i = 0; i < 5; i++) picture_everyday(at("%s/feeds/drop/picture-%d.png", dir, (int)i), i);
    file_put(at("%s/feeds/drop/broken.mp4", dir), SV("this was a clip once"));
}

void feeds_write(const struct world *w, const char *dir)
{
    static const char *const folders[] = {"collector/clips",      "browser", "research", "yt-dlp",
                                          "telegram/video_files", "drop"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) folder(at("%s/feeds/%s", dir, folders[i]));
    collector_write(w, dir);
    browser_write(w, dir);
    research_write(w, dir);
    ytdlp_write(w, dir);
    telegram_write(w, dir);
    drop_write(w, dir);
}
