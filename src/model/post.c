/* Posts: names of the closed lists, empty records, identities. */
#include "model/post.h"

#include <assert.h>

static const char *const field_names[TEXT_FIELD_COUNT] = {"caption", "transcript", "screen", "title",
                                                          "handle",  "name",       "bio"};
enum { MEDIA_KIND_COUNT = MEDIA_AUDIO + 1, MEDIA_ROLE_COUNT = MEDIA_ROLE_AVATAR + 1 };
static const char *const media_kind_names[MEDIA_KIND_COUNT] = {"unknown", "video", "image", "audio"};
static const char *const media_role_names[MEDIA_ROLE_COUNT] = {"main", "cover", "avatar"};
enum { POST_KIND_COUNT = POST_ACCOUNT + 1 };
static const char *const kind_names[POST_KIND_COUNT] = {"video",   "image",   "audio", "text",
                                                        "comment", "message", "file",  "account"};

static int find_name(struct sv s, const char *const *names, int n)
{
    for (int i = 0; i < n; i++)
        if (sv_is(s, names[i])) return i;
    return -1;
}

const char *text_field_name(enum text_field f)
{
    assert((unsigned)f < TEXT_FIELD_COUNT);
    return field_names[f];
}

bool text_field_parse(struct sv s, enum text_field *out)
{
    int i = find_name(s, field_names, TEXT_FIELD_COUNT);
    if (i < 0) return false;
    *out = (enum text_field)i;
    return true;
}

const char *media_kind_name(enum media_kind k)
{
    assert((unsigned)k < MEDIA_KIND_COUNT);
    return media_kind_names[k];
}

bool media_kind_parse(struct sv s, enum media_kind *out)
{
    int i = find_name(s, media_kind_names, MEDIA_KIND_COUNT);
    if (i < 0) return false;
    *out = (enum media_kind)i;
    return true;
}

const char *media_role_name(enum media_role r)
{
    assert((unsigned)r < MEDIA_ROLE_COUNT);
    return media_role_names[r];
}

bool media_role_parse(struct sv s, enum media_role *out)
{
    int i = find_name(s, media_role_names, MEDIA_ROLE_COUNT);
    if (i < 0) return false;
    *out = (enum media_role)i;
    return true;
}

const char *post_kind_name(enum post_kind k)
{
    assert((unsigned)k < POST_KIND_COUNT);
    return kind_names[k];
}

bool post_kind_parse(struct sv s, enum post_kind *out)
{
    int i = find_name(s, kind_names, POST_KIND_COUNT);
    if (i < 0) return false;
    *out = (enum post_kind)i;
    return true;
}

void post_init(struct post *p)
{
    *p = (struct post){0};
    p->account.verified = p->account.is_private = COUNT_UNKNOWN;
    p->account.created_us = TIME_UNKNOWN;
    p->account.followers = p->account.following = p->account.likes = p->account.posts = COUNT_UNKNOWN;
    p->created_us = p->collected_us = TIME_UNKNOWN;
    p->sound.original = COUNT_UNKNOWN;
    p->reach = (struct reach){TIME_UNKNOWN,  COUNT_UNKNOWN, COUNT_UNKNOWN,
                              COUNT_UNKNOWN, COUNT_UNKNOWN, COUNT_UNKNOWN};
}

struct id128 post_id(struct sv platform, struct sv native_id, bool is_comment)
{
    struct sv parts[] = {platform, is_comment ? SV("comment") : SV("item"), native_id};
    return id_of("post", parts, 3);
}

struct id128 account_id(struct sv platform, struct sv native_id, struct sv handle)
{
    if (native_id.n == 0 && handle.n == 0) return (struct id128){{0}};
    bool by_id = native_id.n > 0;
    struct sv parts[] = {platform, by_id ? SV("id") : SV("handle"), by_id ? native_id : handle};
    return id_of("account", parts, 3);
}

bool tiktok_id_time(struct sv native_id, int64_t *out_us)
{
    enum { Y2014 = 1388534400, DIGITS_MIN = 18, DIGITS_MAX = 19 };
    int64_t id;
    if (native_id.n < DIGITS_MIN || native_id.n > DIGITS_MAX) return false;
    for (size_t i = 0; i < native_id.n; i++)
        if (native_id.p[i] < '0' || native_id.p[i] > '9') return false;
    if (!sv_to_i64(native_id, &id)) return false;
    int64_t seconds = id >> 32;
    if (seconds < Y2014) return false;
    *out_us = seconds * US_PER_SECOND;
    return true;
}

struct sv post_text(const struct post *p, enum text_field f)
{
    switch (f) {
    case TEXT_HANDLE: return p->account.handle;
    case TEXT_NAME: return p->account.name;
    case TEXT_BIO: return p->account.bio;
    case TEXT_CAPTION:
    case TEXT_TRANSCRIPT:
    case TEXT_SCREEN:
    case TEXT_TITLE:
    case TEXT_FIELD_COUNT: break;
    }
    for (size_t i = 0; i < p->ntexts; i++)
        if (p->texts[i].field == f) return p->texts[i].text;
    return SV_NULL;
}
