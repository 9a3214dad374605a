/* Telegram Desktop's machine-readable export: one chat {name, type, id, messages} or all {chats: {list: […]}}. Control
 * characters are written "\xHH", which is not JSON and is read all the same; a file that was not exported has a
 * sentence in brackets in the place of its path. */
#include "intake/intake_priv.h"

int telegram_sniff(struct sv path, struct sv head, bool is_dir)
{
    static const char *const chat[] = {"type", "id", "messages", NULL};
    static const char *const all[] = {"chats", NULL};
    static const char *const left[] = {"left_chats", NULL};
    if (is_dir) return 0;
    if (sniff_members(head, chat)) return 85;
    if ((sniff_members(head, all) || sniff_members(head, left)) && sniff_key(head, "list")) return 85;
    /* A full export starts with what it is about; the chats may come long after. */
    static const char *const about[] = {"about", "personal_information", NULL};
    return sniff_members(head, about) ? 70 : 0;
}

struct chat {
    struct sv id, type, name;
};

/* ---- text ---- */

/* A string, or a list of strings and {type, text}. */
static void take_caption(struct run *r, const struct json *text)
{
    if (json_type(text) == JSON_STRING) {
        add_text(r, TEXT_CAPTION, json_sv(text), TIME_UNKNOWN, TIME_UNKNOWN);
        return;
    }
    struct buf b;
    buf_init(&b, 0);
    for (size_t i = 0; json_type(text) == JSON_ARRAY && i < json_len(text); i++) {
        const struct json *piece = json_at(text, i);
        buf_putsv(&b, json_type(piece) == JSON_STRING ? json_sv(piece) : json_get_sv(piece, "text"));
    }
    struct sv all = b.failed ? SV_NULL : arena_copy(&r->arena, buf_sv(&b));
    buf_done(&b);
    if (!all.p) r->nomem = true;
    add_text(r, TEXT_CAPTION, all, TIME_UNKNOWN, TIME_UNKNOWN);
}

static void take_entities(struct run *r, const struct json *entities)
{
    if (json_type(entities) != JSON_ARRAY) return;
    for (size_t i = 0; i < json_len(entities); i++) {
        const struct json *e = json_at(entities, i);
        struct sv type = json_get_sv(e, "type"), text = json_get_sv(e, "text");
        if (sv_is(type, "hashtag")) add_hashtag(r, text);
        if (sv_is(type, "mention")) add_mention(r, text);
        if (sv_is(type, "link")) add_link(r, text);
        if (sv_is(type, "text_link")) add_link(r, json_get_sv(e, "href"));
    }
}

static void take_texts(struct run *r, const struct json *m)
{
    const struct json *text = json_get(m, "text"), *entities = json_get(m, "text_entities");
    bool empty = json_type(text) == JSON_NULL || (json_type(text) == JSON_STRING && json_sv(text).n == 0);
    take_caption(r, empty ? entities : text);
    take_entities(r, text);
    take_entities(r, entities);
    add_text(r, TEXT_TITLE, json_sv(json_path(m, "poll.question")), TIME_UNKNOWN, TIME_UNKNOWN);
}

/* ---- media ---- */

static enum media_kind kind_of(const struct json *m)
{
    struct sv type = json_get_sv(m, "media_type"), mime = json_get_sv(m, "mime_type");
    if (sv_is(type, "video_file") || sv_is(type, "video_message") || sv_is(type, "animation"))
        return MEDIA_VIDEO;
    if (sv_is(type, "voice_message") || sv_is(type, "audio_file")) return MEDIA_AUDIO;
    if (sv_starts(mime, SV("video/"))) return MEDIA_VIDEO;
    if (sv_starts(mime, SV("image/"))) return MEDIA_IMAGE;
    return sv_starts(mime, SV("audio/")) ? MEDIA_AUDIO : MEDIA_UNKNOWN;
}

static bool not_included(struct sv path) { return path.n == 0 || path.p[0] == '('; }

static int32_t pixels(const struct json *v, const char *key)
{
    int64_t n = json_get_i64(v, key, 0);
    return n > 0 && n <= INT32_MAX ? (int32_t)n : 0;
}

static int take_one(struct run *r, const struct json *m, const char *member, enum media_kind kind,
                    enum media_role role)
{
    const struct json *path = json_get(m, member);
    if (json_type(path) != JSON_STRING) return 0;
    struct media_ref ref = {.kind = kind, .role = role, .duration_us = TIME_UNKNOWN};
    int rc = not_included(json_sv(path)) ? 0 : media_path(r, json_sv(path), &ref);
    if (role == MEDIA_ROLE_MAIN) {
        ref.duration_us = seconds_to_us(json_get(m, "duration_seconds"));
        ref.width = pixels(m, "width");
        ref.height = pixels(m, "height");
    }
    if (rc == 0 && (role == MEDIA_ROLE_MAIN || ref.path.n > 0)) add_media(r, &ref);
    return rc;
}

static int take_media(struct run *r, const struct json *m)
{
    int rc = take_one(r, m, "photo", MEDIA_IMAGE, MEDIA_ROLE_MAIN);
    if (rc == 0) rc = take_one(r, m, "file", kind_of(m), MEDIA_ROLE_MAIN);
    if (rc == 0) rc = take_one(r, m, "thumbnail", MEDIA_IMAGE, MEDIA_ROLE_COVER);
    r->p.sound.title = json_get_sv(m, "title");
    r->p.sound.author = json_get_sv(m, "performer");
    return rc;
}

/* ---- messages ---- */

static void take_account(struct run *r, const struct json *m, const struct chat *chat)
{
    struct account *a = &r->p.account;
    a->native_id = json_get_sv(m, "from_id");
    a->name = json_get_sv(m, "from");
    if (a->native_id.n > 0 || a->name.n > 0) {
        /* A name alone is nobody's id: two people may share it. */
        return;
    }
    if (sv_find(chat->type, SV("channel"), 0) == SIZE_MAX) return;
    a->native_id = arena_printf(&r->arena, "channel%.*s", SV_FMT(chat->id));
    a->name = chat->name;
}

static struct sv message_id(struct run *r, const struct chat *chat, struct sv id)
{
    if (id.n == 0) return SV_NULL;
    struct sv whole = arena_printf(&r->arena, "%.*s/%.*s", SV_FMT(chat->id), SV_FMT(id));
    if (!whole.p) r->nomem = true;
    return whole;
}

static int64_t reactions(const struct json *m)
{
    const struct json *list = json_get(m, "reactions");
    int64_t sum = 0;
    for (size_t i = 0; i < json_len(list); i++) {
        int64_t n = get_count(json_at(list, i), "count");
        if (n > 0 && n < INT32_MAX && sum < INT64_MAX - INT32_MAX) sum += n;
    }
    return json_len(list) > 0 ? sum : COUNT_UNKNOWN;
}

static void take_times(struct run *r, const struct json *m)
{
    r->p.created_us = time_from_epoch(json_get_i64(m, "date_unixtime", 0));
    /* Older exports have the local time only. */
    if (r->p.created_us == TIME_UNKNOWN && !time_parse(json_get_sv(m, "date"), &r->p.created_us))
        r->p.created_us = TIME_UNKNOWN;
}

/* Links of channels and supergroups lead their members to the message; other chats have none. */
static void take_url(struct run *r, const struct chat *chat, struct sv id)
{
    bool linked = sv_find(chat->type, SV("channel"), 0) != SIZE_MAX ||
                  sv_find(chat->type, SV("supergroup"), 0) != SIZE_MAX;
    if (!linked) return;
    r->p.url = arena_printf(&r->arena, "https://t.me/c/%.*s/%.*s", SV_FMT(chat->id), SV_FMT(id));
}

static int read_message(struct run *r, const struct json *m, const struct chat *chat)
{
    struct sv type = json_get_sv(m, "type");
    record_begin(r, m);
    if (json_type(m) != JSON_OBJECT) return record_aside_value(r, m, "not an object in a list of messages");
    if (sv_is(type, "service") || sv_is(type, "unsupported")) {
        r->counts->skipped++;
        return 0;
    }
    struct post *p = &r->p;
    struct sv id = get_id(r, m, "id");
    p->platform = SV("telegram");
    p->kind = POST_MESSAGE;
    p->native_id = message_id(r, chat, id);
    p->parent_id = message_id(r, chat, get_id_or_none(r, m, "reply_to_message_id"));
    p->forwarded_from = json_get_sv(m, "forwarded_from");
    p->reach.likes = reactions(m);
    take_url(r, chat, id);
    take_times(r, m);
    take_account(r, m, chat);
    take_texts(r, m);
    int rc = take_media(r, m);
    return rc != 0 ? rc : record_emit(r);
}

static int read_chat(struct run *r, const struct json *v)
{
    const struct json *messages = json_get(v, "messages");
    struct arena kept;
    arena_init(&kept, 0);
    record_begin(r, NULL);
    /* The chat's names outlive the records of its messages. */
    struct chat chat = {arena_copy(&kept, get_id(r, v, "id")), arena_copy(&kept, json_get_sv(v, "type")),
                        arena_copy(&kept, json_get_sv(v, "name"))};
    int rc = chat.id.p && chat.type.p && chat.name.p ? 0 : run_nomem(r);
    if (rc == 0 && (json_type(messages) != JSON_ARRAY || chat.id.n == 0))
        rc = record_aside_value(r, v, "a chat without \"id\" or \"messages\"");
    else
        for (size_t i = 0; rc == 0 && i < json_len(messages); i++) {
            rc = read_message(r, json_at(messages, i), &chat);
            r->origin.record++;
        }
    arena_done(&kept);
    return rc;
}

static int read_list(struct run *r, const struct json *list)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < json_len(list); i++) rc = read_chat(r, json_at(list, i));
    return rc;
}

static int read_export(struct run *r, const struct json *v)
{
    const struct json *chats = json_path(v, "chats.list"), *left = json_path(v, "left_chats.list");
    if (!chats && !left) return read_chat(r, v);
    int rc = read_list(r, chats);
    return rc != 0 ? rc : read_list(r, left);
}

int telegram_run(struct run *r, const char *path)
{
    return read_values(r, path, JSON_ALLOW_XHH, read_export);
}
