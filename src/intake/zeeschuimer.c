/* TikTok as the Zeeschuimer browser extension captures it: an envelope with the time and page of the capture, and the
 * item as the page held it, under `data` (raw) or beside `__import_meta` (as 4CAT imports it). */
#include "intake/intake_priv.h"

int zeeschuimer_sniff(struct sv path, struct sv head, bool is_dir)
{
    static const char *const keys[] = {"timestamp_collected", "source_platform", "data", NULL};
    return !is_dir && sniff_members(head, keys) ? 90 : 0;
}

int zeeschuimer_4cat_sniff(struct sv path, struct sv head, bool is_dir)
{
    static const char *const first[] = {"__import_meta", NULL};
    if (is_dir) return 0;
    if (sniff_members(head, first)) return 92;
    /* Behind a long item it may lie beyond the head: then the item must speak for itself. */
    static const char *const item[] = {"id", "desc", "createTime", "author", NULL};
    return sniff_members(head, item) ? 60 : 0;
}

static bool is_tiktok(struct sv platform)
{
    return platform.n == 0 || sv_is(platform, "tiktok") ||
           sv_find(platform, SV("tiktok.com"), 0) != SIZE_MAX || sv_is(platform, "tiktok-comments");
}

static int read_record(struct run *r, const struct json *v)
{
    record_begin(r, v);
    r->captured = true;
    const struct json *meta = json_get(v, "__import_meta"), *data = json_get(v, "data");
    if (json_type(v) != JSON_OBJECT) return record_aside_value(r, v, "not a JSON object");
    const struct json *envelope = meta ? meta : v, *item = meta || !data ? v : data;
    struct sv platform = json_get_sv(envelope, "source_platform");
    if (!is_tiktok(platform))
        return record_aside_value(r, v, "a capture of \"%.*s\": only TikTok's are read",
                                  SV_FMT(sv_sub(platform, 0, 64)));
    if (json_type(item) != JSON_OBJECT) return record_aside_value(r, v, "\"data\" is not an object");
    r->p.collected_us = time_from_epoch(json_get_i64(envelope, "timestamp_collected", 0));
    return json_get(item, "cid") ? tiktok_web_comment(r, item) : tiktok_item(r, item);
}

int zeeschuimer_run(struct run *r, const char *path)
{
    return read_values(r, path, JSON_STRICT, read_record);
}
