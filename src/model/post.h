/* The nouns of intake: what an account posted, as one canonical record whatever feed it came from.
 *
 * Plain structs; every string and list lives in the arena that the post was built in. Strings keep their length and
 * may hold any byte, NUL included: a handle with NUL bytes is another account than the one before the NUL. */
#ifndef MARSAD_MODEL_POST_H
#define MARSAD_MODEL_POST_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"

#define COUNT_UNKNOWN (-1)

struct sv_list {
    struct sv *v;
    size_t n;
};

struct account {
    struct id128 id; /* see account_id() */
    struct sv platform, native_id, handle, name, bio;
    struct sv sec_id;         /* the platform's second identifier (TikTok secUid), empty when none */
    int verified, is_private; /* 1, 0, or COUNT_UNKNOWN */
    int64_t created_us;       /* TIME_UNKNOWN */
    int64_t followers, following, likes, posts; /* COUNT_UNKNOWN */
};

/* How far a post had come at one moment. */
struct reach {
    int64_t at_us;
    int64_t views, likes, comments, shares, saves; /* COUNT_UNKNOWN */
};

enum text_field {
    TEXT_CAPTION = 0, /* the post's own words: caption, comment, message */
    TEXT_TRANSCRIPT,  /* what is said */
    TEXT_SCREEN,      /* what is written on the picture */
    TEXT_TITLE,
    TEXT_HANDLE,
    TEXT_NAME, /* the account's display name */
    TEXT_BIO,
    TEXT_FIELD_COUNT
};
const char *text_field_name(enum text_field f); /* "caption" … */
bool text_field_parse(struct sv s, enum text_field *out);

struct text_word {
    size_t at; /* its first byte in the text */
    int64_t start_us, end_us;
};

/* One piece of text and, where it is spoken or shown, when. */
struct text_part {
    enum text_field field;
    struct sv text;
    int64_t start_us, end_us;      /* TIME_UNKNOWN when it has no time */
    uint32_t medium;               /* with words: the medium it was heard in */
    const struct text_word *words; /* in their order; NULL: only the times of the whole are known */
    size_t nwords;
};

enum media_kind { MEDIA_UNKNOWN = 0, MEDIA_VIDEO, MEDIA_IMAGE, MEDIA_AUDIO };
const char *media_kind_name(enum media_kind k);
bool media_kind_parse(struct sv s, enum media_kind *out);
enum media_role { MEDIA_ROLE_MAIN = 0, MEDIA_ROLE_COVER, MEDIA_ROLE_AVATAR };
const char *media_role_name(enum media_role r);
bool media_role_parse(struct sv s, enum media_role *out);

struct media_ref {
    enum media_kind kind; /* as the feed claims; the worker finds out */
    enum media_role role;
    struct sv path;        /* a file that can be opened, empty when the feed did not bring it */
    struct sv missing;     /* the file that the feed names and that was not there; path is then empty */
    struct sv url;         /* where it was, operator tokens stripped */
    int64_t duration_us;   /* TIME_UNKNOWN */
    int32_t width, height; /* 0 unknown */
};

struct sound {
    struct sv id, title, author;
    int original; /* 1, 0, COUNT_UNKNOWN */
};

enum post_kind {
    POST_VIDEO = 0,
    POST_IMAGE,
    POST_AUDIO,
    POST_TEXT,
    POST_COMMENT,
    POST_MESSAGE,
    POST_FILE,
    POST_ACCOUNT
};
const char *post_kind_name(enum post_kind k);
bool post_kind_parse(struct sv s, enum post_kind *out);

enum post_flag {
    POST_FLAG_AD = 1,
    POST_FLAG_AI_LABEL = 2,
    POST_FLAG_SENSITIVE_LABEL = 4,
    POST_FLAG_TEXT_CUT = 8
};

/* Where a record was read. */
struct origin {
    struct sv format; /* "zeeschuimer", … : intake's name */
    struct sv file;
    uint64_t line; /* from 1; 0 when the file is one document; then `offset` counts records from 0 */
    uint64_t record;
};

struct post {
    struct id128 id; /* see post_id() */
    enum post_kind kind;
    struct sv platform;  /* "tiktok", "telegram", "file", or as the feed says; lower case */
    struct sv native_id; /* the platform's own */
    struct sv url;       /* canonical, no query */
    struct account account;

    struct sv parent_id; /* native id of what a comment or message answers; empty */
    struct sv duet_of, stitch_of, forwarded_from;
    struct sv region; /* as the platform says */
    struct sv language;

    int64_t created_us;   /* as stated; TIME_UNKNOWN */
    int64_t collected_us; /* when the capture was made; TIME_UNKNOWN */
    unsigned flags;       /* enum post_flag */

    struct text_part *texts;
    size_t ntexts;
    struct sv_list hashtags; /* without '#', in order, as written */
    struct sv_list mentions; /* handles without '@' */
    struct sv_list links;
    struct media_ref *media;
    size_t nmedia;
    struct sound sound;
    struct reach reach; /* at collected_us */

    struct sv raw; /* the record as it came, operator tokens stripped; JSON */
    struct origin origin;
};

/* Empty post: unknown counts and times, empty strings. */
void post_init(struct post *p);

/* A copy whose strings and lists live in `a`. 0 or ERR_NOMEM. */
int post_copy(const struct post *from, struct arena *a, struct post *out) MUST_USE;

/* Ids from content. A post is (platform, kind of id space, native id). An account is (platform, native id) when the
 * platform's own id is known, else (platform, handle): renaming does not make a new account, and no prefix of a
 * handle is ever the handle. With neither, the account is unknown and its id is zero. A POST_ACCOUNT record has "@" and
 * the handle as its native id. */
struct id128 post_id(struct sv platform, struct sv native_id, bool is_comment);
struct id128 account_id(struct sv platform, struct sv native_id, struct sv handle);

/* TikTok ids carry their birth: id >> 32 = Unix seconds. False when the id is no such number or the time is
 * before 2014. */
bool tiktok_id_time(struct sv native_id, int64_t *out_us);

/* First text of that field, or SV_NULL; handle, name and bio are the account's. */
struct sv post_text(const struct post *p, enum text_field f);

/* Marsad's own record (docs/formats/post.md): one JSON object without newlines, and back. Writing then reading gives
 * an equal post; bytes that JSON cannot hold (invalid UTF-8) are written beside it as hex ("…_hex" members).
 * post_read: strings live in `a`. ERR_FORMAT names the member that is wrong. */
void post_write(const struct post *p, struct jw *w);
int post_read(const struct json *v, struct arena *a, struct post *out, struct error *err) MUST_USE;

#endif
