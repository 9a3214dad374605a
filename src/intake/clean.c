/* Operator tokens. What a browser or downloader captured holds the session of whoever captured it: device ids, session
 * keys and signatures in the parameters of addresses, user agents and cookies in members of their own. None of it says
 * anything about the post, all of it could tell who was watching; it is taken off before a record goes anywhere. */
#include "intake/intake_priv.h"

/* Parameters that name content; every other one of a captured address is dropped. */
static const char *const content_params[] = {"v",    "id",  "p",   "list",    "fbid",     "story_fbid",
                                             "post", "set", "cid", "item_id", "video_id", "comment_id"};
/* Names that are an operator's wherever they stand, as a parameter or as a member. */
static const char *const token_names[] = {
    "mstoken",       "ms_token",    "device_id",       "deviceid",
    "device_id_str", "install_id",  "installid",       "iid",
    "openudid",      "cdid",        "web_id",          "webid",
    "webidlasttime", "odinid",      "odin_tt",         "ttwid",
    "s_v_web_id",    "verifyfp",    "verify_fp",       "x-bogus",
    "x-gnarly",      "_signature",  "sessionid",       "sessionid_ss",
    "session_id",    "sid_tt",      "sid_guard",       "uid_tt",
    "sid_ucp_v1",    "ssid_ucp_v1", "tt_chain_token",  "passport_csrf_token",
    "tt_csrf_token", "csrf_token",  "csrftoken",       "access_token",
    "user_agent",    "useragent",   "browser_version", "cookie",
    "cookies",       "set-cookie",  "http_headers",    "authorization"};
/* Members that hold paths of the operator's machine, in what a downloader wrote. */
static const char *const path_names[] = {"_filename", "filename", "filepath", "infojson_filename",
                                         "__real_download"};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static bool among(struct sv name, const char *const *table, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (sv_eq_nocase(name, sv_cstr(table[i]))) return true;
    return false;
}

static bool is_token(struct sv name) { return among(name, token_names, COUNT(token_names)); }

static struct sv finish(struct arena *a, struct buf *b)
{
    struct sv s = b->failed ? SV_NULL : arena_copy(a, buf_sv(b));
    buf_done(b);
    return s;
}

/* ---- addresses ---- */

static bool is_url(struct sv s)
{
    bool scheme = (s.n > 8 && sv_eq_nocase(sv_sub(s, 0, 8), SV("https://"))) ||
                  (s.n > 7 && sv_eq_nocase(sv_sub(s, 0, 7), SV("http://")));
    return scheme && sv_find_byte(s, ' ', 0) == SIZE_MAX && sv_find_byte(s, '\n', 0) == SIZE_MAX;
}

static void put_content_params(struct buf *b, struct sv query)
{
    char sign = '?';
    struct sv part;
    while (sv_split(&query, '&', &part)) {
        struct sv name = sv_sub(part, 0, sv_find_byte(part, '=', 0));
        if (!among(name, content_params, COUNT(content_params))) continue;
        buf_putc(b, sign);
        buf_putsv(b, part);
        sign = '&';
    }
}

struct sv intake_clean_url(struct arena *a, struct sv url)
{
    if (!is_url(url)) return clean_bytes(a, url);
    struct buf b;
    buf_init(&b, 0);
    url = sv_sub(url, 0, sv_find_byte(url, '#', 0));
    size_t mark = sv_find_byte(url, '?', 0);
    struct sv place = sv_sub(url, 0, mark);
    size_t host = sv_find(place, SV("://"), 0) + 3;
    size_t slash = sv_find_byte(place, '/', host);
    struct sv authority = sv_sub(place, host, slash);
    for (size_t at; (at = sv_find_byte(authority, '@', 0)) != SIZE_MAX;)
        authority = sv_sub(authority, at + 1, authority.n);
    buf_putsv(&b, sv_sub(place, 0, host));
    buf_putsv(&b, authority);
    if (slash != SIZE_MAX) buf_putsv(&b, sv_sub(place, slash, place.n));
    if (mark != SIZE_MAX) put_content_params(&b, sv_sub(url, mark + 1, url.n));
    return finish(a, &b);
}

/* ---- any bytes ---- */

static bool name_byte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

/* The run of name bytes that ends at `end`, without the tail of an escaped '&' (\u0026 or %26) or '?' (%3F). */
static struct sv name_before(struct sv s, size_t end)
{
    size_t start = end;
    while (start > 0 && end - start < 64 && name_byte(s.p[start - 1])) start--;
    struct sv name = sv_sub(s, start, end);
    if (start > 0 && s.p[start - 1] == '\\' && sv_starts(name, SV("u0026"))) return sv_sub(name, 5, name.n);
    if (start > 0 && s.p[start - 1] == '%' && name.n > 2) return sv_sub(name, 2, name.n);
    return name;
}

static bool ends_value(struct sv s, size_t at)
{
    unsigned char c = (unsigned char)s.p[at];
    if (c <= ' ' || strchr("&\"'#<>\\;,{}()|", c)) return true;
    struct sv three = sv_sub(s, at, at + 3);
    return sv_eq(three, SV("%26")) || sv_eq(three, SV("%22")) || sv_eq(three, SV("%23")) ||
           sv_eq(three, SV("%20"));
}

/* After `name=`: where the value ends. */
static size_t skip_parameter(struct sv s, size_t at)
{
    while (at < s.n && !ends_value(s, at)) at++;
    return at;
}

static size_t skip_space(struct sv s, size_t at)
{
    while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\t')) at++;
    return at;
}

/* s.p[colon] is ':'. The end of the value when it follows the name of a token, else `colon`: a string is skipped to its
 * closing quote, \" inside a string that is itself escaped closing it too; anything else to the next comma or brace.
 * *out_start is where the value's text begins. */
static size_t skip_member(struct sv s, size_t colon, size_t *out_start)
{
    size_t quote = colon;
    while (quote > 0 && (s.p[quote - 1] == ' ' || s.p[quote - 1] == '\t')) quote--;
    if (quote == 0 || s.p[quote - 1] != '"') return colon;
    size_t end = quote - 1;
    bool escaped = end > 0 && s.p[end - 1] == '\\';
    if (escaped) end--;
    if (!is_token(name_before(s, end))) return colon;
    size_t at = skip_space(s, colon + 1);
    if (escaped && at < s.n && s.p[at] == '\\') at++;
    if (at >= s.n || s.p[at] != '"') {
        *out_start = at;
        while (at < s.n && !strchr(",}]\n", s.p[at])) at++;
        return at;
    }
    *out_start = ++at;
    for (; at < s.n && s.p[at] != '"'; at++) {
        if (s.p[at] != '\\') continue;
        if (escaped && at + 1 < s.n && s.p[at + 1] == '"') return at;
        if (at + 1 < s.n) at++;
    }
    return at;
}

/* How much of s from `at` is a '=' as it stands or written %3D; 0 when neither. */
static size_t equals_sign(struct sv s, size_t at)
{
    if (s.p[at] == '=') return 1;
    return s.p[at] == '%' && sv_eq_nocase(sv_sub(s, at, at + 3), SV("%3D")) ? 3 : 0;
}

struct sv clean_bytes(struct arena *a, struct sv s)
{
    if (sv_find_byte(s, '=', 0) == SIZE_MAX && sv_find_byte(s, ':', 0) == SIZE_MAX &&
        sv_find_byte(s, '%', 0) == SIZE_MAX)
        return arena_copy(a, s);
    struct buf b;
    buf_init(&b, 0);
    size_t kept = 0; /* everything before is in b */
    for (size_t at = 0; at < s.n;) {
        size_t sign = equals_sign(s, at), start, end;
        if (sign > 0 && is_token(name_before(s, at))) {
            start = at + sign;
            end = skip_parameter(s, start);
        } else if (s.p[at] == ':' && (end = skip_member(s, at, &start)) > at) {
            /* start is set */
        } else {
            at++;
            continue;
        }
        buf_putsv(&b, sv_sub(s, kept, start));
        kept = at = end;
    }
    buf_putsv(&b, sv_sub(s, kept, s.n));
    return finish(a, &b);
}

/* ---- JSON ---- */

/* Written by hand and not by a jw: what comes in may be nested deeper than what the house writes. What is nested so deep
 * that the post around it could not be read again becomes null. */
enum { RAW_MAX_DEPTH = JSON_MAX_DEPTH - 2 };

struct cleaner {
    struct arena *a;
    struct buf *b;
    bool urls, first;
    int depth;
};

static void put_string(struct buf *b, struct sv s)
{
    struct jw w;
    jw_init(&w, b, JW_COMPACT);
    jw_sv(&w, s);
}

static void clean_value(struct cleaner *c, const struct json *v);

static int clean_member(void *arg, struct sv key, const struct json *v)
{
    struct cleaner *c = arg;
    if (is_token(key) || (c->urls && among(key, path_names, COUNT(path_names)))) return 0;
    if (!c->first) buf_putc(c->b, ',');
    c->first = false;
    put_string(c->b, key);
    buf_putc(c->b, ':');
    clean_value(c, v);
    c->first = false;
    return 0;
}

static void clean_string(struct cleaner *c, struct sv s)
{
    /* Most strings hold nothing that could be one. */
    if (sv_find_byte(s, '=', 0) == SIZE_MAX && sv_find_byte(s, ':', 0) == SIZE_MAX &&
        sv_find_byte(s, '%', 0) == SIZE_MAX) {
        put_string(c->b, s);
        return;
    }
    struct sv cleaned = c->urls && is_url(s) ? intake_clean_url(c->a, s) : clean_bytes(c->a, s);
    if (!cleaned.p) c->b->failed = true;
    put_string(c->b, cleaned);
}

static void clean_inside(struct cleaner *c, const struct json *v)
{
    bool object = json_type(v) == JSON_OBJECT;
    c->depth++;
    buf_putc(c->b, object ? '{' : '[');
    c->first = true;
    json_each(v, clean_member, c);
    for (size_t i = 0; !object && i < json_len(v); i++) {
        if (i > 0) buf_putc(c->b, ',');
        clean_value(c, json_at(v, i));
    }
    buf_putc(c->b, object ? '}' : ']');
    c->depth--;
}

static void clean_value(struct cleaner *c, const struct json *v)
{
    enum json_type type = json_type(v);
    bool inside = type == JSON_OBJECT || type == JSON_ARRAY;
    if (inside && c->depth < RAW_MAX_DEPTH)
        clean_inside(c, v);
    else if (inside)
        buf_puts(c->b, "null");
    else if (type == JSON_STRING)
        clean_string(c, json_sv(v));
    else
        json_print(v, c->b);
}

struct sv clean_json(struct arena *a, const struct json *v, bool urls)
{
    struct buf b;
    buf_init(&b, 0);
    struct cleaner c = {a, &b, urls, true, 0};
    clean_value(&c, v);
    return finish(a, &b);
}
