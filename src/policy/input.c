/* What a policy is told about a post: copies in plain tables. Writing to them changes nothing outside. Names, units
 * and maxima are in docs/policy.md: times in seconds since 1970, indexes from 1, what is unknown is nil. */
#include "policy/policy_priv.h"

#include <lauxlib.h>

#include <math.h>

static void set_text(lua_State *L, const char *key, struct sv s)
{
    s = sv_sub(s, 0, POLICY_MAX_TEXT_BYTES);
    lua_pushlstring(L, s.p ? s.p : "", s.n);
    lua_setfield(L, -2, key);
}
static void set_name(lua_State *L, const char *key, const char *s)
{
    lua_pushstring(L, s);
    lua_setfield(L, -2, key);
}
static void set_int(lua_State *L, const char *key, int64_t v)
{
    lua_pushinteger(L, v);
    lua_setfield(L, -2, key);
}
static void set_number(lua_State *L, const char *key, double v)
{
    lua_pushnumber(L, v);
    lua_setfield(L, -2, key);
}
static void set_bool(lua_State *L, const char *key, bool v)
{
    lua_pushboolean(L, v);
    lua_setfield(L, -2, key);
}
static void set_count(lua_State *L, const char *key, int64_t v)
{
    if (v != COUNT_UNKNOWN) set_int(L, key, v);
}
static void set_flag(lua_State *L, const char *key, int v)
{
    if (v != COUNT_UNKNOWN) set_bool(L, key, v == 1);
}
static void set_time(lua_State *L, const char *key, int64_t us)
{
    if (us != TIME_UNKNOWN) set_number(L, key, (double)us / 1e6);
}
static void set_list(lua_State *L, const char *key, const struct sv_list *list)
{
    size_t n = list->n < POST_MAX_TAGS ? list->n : POST_MAX_TAGS;
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        struct sv s = sv_sub(list->v[i], 0, POLICY_MAX_TEXT_BYTES);
        lua_pushlstring(L, s.p ? s.p : "", s.n);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, key);
}
static void set_id(lua_State *L, const char *key, const struct id128 *id)
{
    char text[ID_TEXT_BYTES];
    id_format(id, text);
    set_name(L, key, text);
}

static void push_account(lua_State *L, const struct account *a)
{
    lua_createtable(L, 0, 12);
    set_id(L, "id", &a->id);
    set_text(L, "handle", a->handle);
    set_text(L, "name", a->name);
    set_text(L, "bio", a->bio);
    set_flag(L, "verified", a->verified);
    set_flag(L, "private", a->is_private);
    set_time(L, "created", a->created_us);
    set_count(L, "followers", a->followers);
    set_count(L, "following", a->following);
    set_count(L, "likes", a->likes);
    set_count(L, "posts", a->posts);
}

static void push_reach(lua_State *L, const struct policy_input *in)
{
    const struct reach *r = in->nreach ? &in->reach[in->nreach - 1] : &in->post->reach;
    lua_createtable(L, 0, 5);
    set_count(L, "views", r->views);
    set_count(L, "likes", r->likes);
    set_count(L, "comments", r->comments);
    set_count(L, "shares", r->shares);
    set_count(L, "saves", r->saves);
}

static void push_post(lua_State *L, const struct policy_input *in)
{
    const struct post *p = in->post;
    lua_createtable(L, 0, 24);
    set_id(L, "id", &p->id);
    set_name(L, "kind", post_kind_name(p->kind));
    set_text(L, "platform", p->platform);
    set_text(L, "native_id", p->native_id);
    set_text(L, "language", p->language);
    set_text(L, "region", p->region);
    set_text(L, "caption", post_text(p, TEXT_CAPTION));
    set_text(L, "transcript", post_text(p, TEXT_TRANSCRIPT));
    set_text(L, "screen", post_text(p, TEXT_SCREEN));
    set_list(L, "hashtags", &p->hashtags);
    set_list(L, "mentions", &p->mentions);
    set_list(L, "links", &p->links);
    set_bool(L, "is_answer", p->parent_id.n > 0);
    set_bool(L, "is_duet", p->duet_of.n > 0 || p->stitch_of.n > 0);
    set_bool(L, "is_forward", p->forwarded_from.n > 0);
    set_bool(L, "ad", (p->flags & POST_FLAG_AD) != 0);
    set_bool(L, "ai_label", (p->flags & POST_FLAG_AI_LABEL) != 0);
    set_bool(L, "sensitive_label", (p->flags & POST_FLAG_SENSITIVE_LABEL) != 0);
    set_time(L, "created", p->created_us);
    set_int(L, "media", (int64_t)p->nmedia);
    push_account(L, &p->account);
    lua_setfield(L, -2, "account");
    push_reach(L, in);
    lua_setfield(L, -2, "reach");
}

static void push_place(lua_State *L, const struct place *p)
{
    lua_createtable(L, 0, 8);
    switch (p->kind) {
    case PLACE_POST: set_name(L, "kind", "post"); break;
    case PLACE_TEXT:
        set_name(L, "kind", "text");
        set_name(L, "field", text_field_name(p->field));
        if (p->text_index != UINT32_MAX) set_int(L, "text", (int64_t)p->text_index + 1);
        set_int(L, "first", (int64_t)p->start + 1);
        set_int(L, "last", (int64_t)p->end);
        break;
    case PLACE_MEDIA:
        set_name(L, "kind", "media");
        set_int(L, "media", (int64_t)p->media_index + 1);
        set_int(L, "left", p->region.x);
        set_int(L, "top", p->region.y);
        set_int(L, "right", p->region.x + p->region.w);
        set_int(L, "bottom", p->region.y + p->region.h);
        break;
    }
    set_time(L, "from", p->start_us);
    set_time(L, "to", p->end_us);
}

static void push_finding(lua_State *L, const struct finding *f)
{
    size_t n = f->nplaces < POLICY_MAX_PLACES ? f->nplaces : POLICY_MAX_PLACES;
    lua_createtable(L, 0, 16);
    set_name(L, "kind", finding_kind_name(f->kind));
    set_text(L, "detector", f->detector);
    set_int(L, "version", f->detector_version);
    if (f->category != CATEGORY_NONE) set_name(L, "category", category_name(f->category));
    set_number(L, "probability", isfinite(f->probability) ? f->probability : 0);
    set_text(L, "label", f->label);
    set_text(L, "quote", f->quote);
    set_text(L, "context", f->context);
    set_text(L, "bank", f->ref.bank);
    set_text(L, "item", f->ref.item);
    set_bool(L, "negative", f->ref.negative);
    if (f->ref.distance >= 0) set_int(L, "distance", f->ref.distance);
    if (f->ref.accounts) set_int(L, "accounts", f->ref.accounts);
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        push_place(L, &f->places[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "places");
}

void input_push(lua_State *L, const struct policy_input *in, double expected)
{
    luaL_checkstack(L, 16, NULL);
    push_post(L, in);
    lua_createtable(L, (int)in->findings->n, 0);
    for (size_t i = 0; i < in->findings->n; i++) {
        push_finding(L, &in->findings->v[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_createtable(L, 0, 6);
    set_time(L, "now", in->now_us);
    set_time(L, "known", in->known_us);
    set_number(L, "expected_views", expected);
    set_int(L, "findings_dropped", (int64_t)in->findings->dropped);
}
