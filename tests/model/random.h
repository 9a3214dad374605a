/* Repeatable chance for property tests: the same sequence on every machine. */
#ifndef MARSAD_TESTS_MODEL_RANDOM_H
#define MARSAD_TESTS_MODEL_RANDOM_H

#include "model/post.h"

struct chance {
    uint64_t state;
};

static inline uint64_t chance_next(struct chance *c)
{
    c->state ^= c->state << 13;
    c->state ^= c->state >> 7;
    c->state ^= c->state << 17;
    return c->state;
}
static inline uint64_t chance_below(struct chance *c, uint64_t n) { return chance_next(c) % n; }

/* Any bytes: letters, Arabic, NUL, control characters, quotes, broken UTF-8. Empty one time in four. */
static inline struct sv chance_bytes(struct chance *c, struct arena *a)
{
    static const struct {
        const char *p;
        size_t n;
    } piece[] = {
        {"a", 1},        {"Z9_", 3},          {"\0", 1},         {"رسالة", 10}, {"\xff", 1},
        {"\xd8", 1},     {"\xed\xa0\x80", 3}, {"\"\\\n\r\t", 5}, {"\x01", 1},   {"\xf0\x9f\x90\xaf", 4},
        {"\xf0\x9f", 2}, {"\xe2\x80\xae", 3}, {"</script>", 9},
    };
    if (chance_below(c, 4) == 0) return SV_NULL;
    struct buf b;
    buf_init(&b, 0);
    for (uint64_t n = 1 + chance_below(c, 12); n > 0; n--) {
        size_t i = (size_t)chance_below(c, sizeof piece / sizeof *piece);
        buf_put(&b, piece[i].p, piece[i].n);
    }
    struct sv s = arena_copy(a, buf_sv(&b));
    buf_done(&b);
    return s;
}

static inline int64_t chance_count(struct chance *c)
{
    static const int64_t some[] = {COUNT_UNKNOWN, 0, 1, 700, INT64_C(9007199254740993), INT64_MAX};
    return some[chance_below(c, 6)];
}
static inline int64_t chance_time(struct chance *c)
{
    static const int64_t some[] = {
        TIME_UNKNOWN,     0,        -1, INT64_C(1736071500000000), INT64_C(1736071500000001),
        TIME_UNKNOWN + 1, INT64_MAX};
    return some[chance_below(c, 7)];
}
static inline int chance_tristate(struct chance *c) { return (int)chance_below(c, 3) - 1; }

static inline struct sv_list chance_list(struct chance *c, struct arena *a)
{
    struct sv_list l = {NULL, (size_t)chance_below(c, 4)};
    if (l.n == 0) return l;
    l.v = ARENA_ARRAY(a, l.n, struct sv);
    for (size_t i = 0; i < l.n; i++) l.v[i] = chance_bytes(c, a);
    return l;
}

static inline void chance_account(struct chance *c, struct arena *a, struct account *out)
{
    out->native_id = chance_bytes(c, a);
    out->handle = chance_bytes(c, a);
    out->name = chance_bytes(c, a);
    out->bio = chance_bytes(c, a);
    out->sec_id = chance_bytes(c, a);
    out->verified = chance_tristate(c);
    out->is_private = chance_tristate(c);
    out->created_us = chance_time(c);
    out->followers = chance_count(c);
    out->following = chance_count(c);
    out->likes = chance_count(c);
    out->posts = chance_count(c);
    out->id = account_id(out->platform, out->native_id, out->handle);
}

static inline void chance_parts(struct chance *c, struct arena *a, struct post *p)
{
    p->ntexts = (size_t)chance_below(c, 4);
    p->texts = ARENA_ARRAY(a, p->ntexts + 1, struct text_part);
    for (size_t i = 0; i < p->ntexts; i++)
        p->texts[i] = (struct text_part){(enum text_field)chance_below(c, TEXT_TITLE + 1), chance_bytes(c, a),
                                         chance_time(c), chance_time(c)};
    p->nmedia = (size_t)chance_below(c, 3);
    p->media = ARENA_ARRAY(a, p->nmedia + 1, struct media_ref);
    for (size_t i = 0; i < p->nmedia; i++)
        p->media[i] = (struct media_ref){(enum media_kind)chance_below(c, 4),
                                         (enum media_role)chance_below(c, 3),
                                         chance_bytes(c, a),
                                         chance_bytes(c, a),
                                         chance_bytes(c, a),
                                         chance_below(c, 2) ? TIME_UNKNOWN : 17000000,
                                         (int32_t)chance_below(c, 2000),
                                         (int32_t)chance_below(c, 2000)};
}

/* A post that could have come out of intake: its ids are those of its content. */
static inline void chance_post(struct chance *c, struct arena *a, struct post *p)
{
    post_init(p);
    p->kind = (enum post_kind)chance_below(c, POST_ACCOUNT + 1);
    p->platform = chance_below(c, 2) ? SV("tiktok") : SV("telegram");
    p->native_id = arena_printf(a, "%llu", (unsigned long long)chance_next(c));
    p->id = post_id(p->platform, p->native_id, p->kind == POST_COMMENT);
    p->account.platform = chance_below(c, 4) ? p->platform : SV("elsewhere");
    chance_account(c, a, &p->account);
    p->url = chance_bytes(c, a);
    p->parent_id = chance_bytes(c, a);
    p->duet_of = chance_bytes(c, a);
    p->stitch_of = chance_bytes(c, a);
    p->forwarded_from = chance_bytes(c, a);
    p->region = chance_bytes(c, a);
    p->language = chance_bytes(c, a);
    p->created_us = chance_time(c);
    p->collected_us = chance_time(c);
    p->flags = (unsigned)chance_below(c, 16);
    chance_parts(c, a, p);
    p->hashtags = chance_list(c, a);
    p->mentions = chance_list(c, a);
    p->links = chance_list(c, a);
    p->sound = (struct sound){chance_bytes(c, a), chance_bytes(c, a), chance_bytes(c, a), chance_tristate(c)};
    p->reach = (struct reach){chance_time(c),  chance_count(c), chance_count(c),
                              chance_count(c), chance_count(c), chance_count(c)};
    p->origin =
        (struct origin){chance_bytes(c, a), chance_bytes(c, a), chance_below(c, 3), chance_below(c, 3)};
    if (chance_below(c, 2)) p->raw = SV("{\"id\":\"7\",\"n\":[1,null,true],\"t\":\"\\u0000\"}");
}

#endif
