/* What an answer says about whether the thing is still there, and what robots.txt allows.
 *
 * By the answer alone: 404, 410, 451 are gone; 200 is there; the rest (403, 429, 5xx, a sign-in page) is not known. Platforms
 * that answer 200 for what is gone have rules of their own (policy/referrals/sites.json): words on the page, or where it
 * leads. A rule's words count only on its own hosts. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "exchange/referral_priv.h"

struct site_rules {
    struct json *doc;
};

int site_rules_parse(struct sv name, struct sv text, struct site_rules **out, struct error *err)
{
    struct site_rules *r = calloc(1, sizeof *r);
    if (!r) return error_set(err, ERR_NOMEM, "site", "no memory for %.*s", SV_FMT(name));
    int code = json_parse(text, JSON_STRICT, &r->doc, err);
    if (code == 0 && json_type(r->doc) != JSON_ARRAY)
        code = error_set(err, ERR_FORMAT, "site", "%.*s: it is a list of rules", SV_FMT(name));
    for (size_t i = 0; code == 0 && i < json_len(r->doc); i++)
        if (json_get_sv(json_at(r->doc, i), "host").n == 0)
            code = error_set(err, ERR_FORMAT, "site", "%.*s: rule %zu names no host", SV_FMT(name), i + 1);
    if (code) {
        site_rules_free(r);
        return code;
    }
    *out = r;
    return 0;
}

int site_rules_load(const char *dir, struct site_rules **out, struct error *err)
{
    struct buf text;
    buf_init(&text, 0);
    int code = exchange_policy_file(dir, "referrals/sites.json", &text, err);
    if (code == 0) code = site_rules_parse(SV("sites.json"), buf_sv(&text), out, err);
    buf_done(&text);
    return code;
}

void site_rules_free(struct site_rules *r)
{
    if (!r) return;
    json_free(r->doc);
    free(r);
}

bool url_parts(struct sv url, struct sv *scheme, struct sv *host, struct sv *path)
{
    size_t colon = sv_find(url, SV("://"), 0);
    if (colon == SIZE_MAX) return false;
    *scheme = sv_sub(url, 0, colon);
    if (!sv_eq_nocase(*scheme, SV("https")) && !sv_eq_nocase(*scheme, SV("http"))) return false;
    struct sv rest = sv_sub(url, colon + 3, url.n);
    size_t slash = 0;
    while (slash < rest.n && rest.p[slash] != '/' && rest.p[slash] != '?' && rest.p[slash] != '#') slash++;
    *host = sv_sub(rest, 0, slash);
    *path = slash < rest.n ? sv_sub(rest, slash, rest.n) : SV("/");
    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= ' ' || url.p[i] == 0x7f) return false;
    return host->n > 0 && sv_find_byte(*host, '@', 0) == SIZE_MAX;
}

static struct sv without_port(struct sv host) { return sv_sub(host, 0, sv_find_byte(host, ':', 0)); }

/* "tiktok.com" fits itself and what lies under it. */
static bool host_fits(struct sv host, struct sv rule)
{
    if (sv_eq_nocase(host, rule)) return true;
    return host.n > rule.n && host.p[host.n - rule.n - 1] == '.' &&
           sv_eq_nocase(sv_sub(host, host.n - rule.n, host.n), rule);
}

static bool any_in(const struct json *list, struct sv text)
{
    for (size_t i = 0; i < json_len(list); i++) {
        struct sv word = json_sv(json_at(list, i));
        if (word.n && sv_find(text, word, 0) != SIZE_MAX) return true;
    }
    return false;
}

enum seen_state site_judge(const struct site_rules *r, struct sv url, const struct fetched *f)
{
    struct sv scheme, host, path, at_scheme, at_host, at_path;
    if (f->status == 404 || f->status == 410 || f->status == 451) return SEEN_OFFLINE;
    if (f->status < 200 || f->status >= 300 || !url_parts(url, &scheme, &host, &path)) return SEEN_UNKNOWN;
    bool led = url_parts(f->address, &at_scheme, &at_host, &at_path) && !sv_eq(f->address, url);
    for (size_t i = 0; r && i < json_len(r->doc); i++) {
        const struct json *rule = json_at(r->doc, i);
        if (!host_fits(without_port(host), json_get_sv(rule, "host"))) continue;
        if (led && any_in(json_get(rule, "closed_path"), at_path)) return SEEN_UNKNOWN;
        if (led && any_in(json_get(rule, "gone_path"), at_path)) return SEEN_OFFLINE;
        if (any_in(json_get(rule, "gone_text"), f->body)) return SEEN_OFFLINE;
        if (any_in(json_get(rule, "there_text"), f->body)) return SEEN_ONLINE;
        if (json_len(json_get(rule, "there_text")) > 0) return SEEN_UNKNOWN;
    }
    /* Led to another place, and nobody has said what that means. */
    return led && !(sv_eq(at_host, host) && sv_eq(at_path, path)) && !sv_starts(at_path, path) ? SEEN_UNKNOWN
                                                                                               : SEEN_ONLINE;
}

/* ---- robots.txt (RFC 9309) ---- */

/* A rule's path against ours: '*' is any run, '$' at the end is the end. Linear in both by going back to the last star. */
static bool rule_fits(struct sv rule, struct sv path)
{
    size_t i = 0, k = 0, star = SIZE_MAX, mark = 0;
    bool to_end = rule.n && rule.p[rule.n - 1] == '$';
    if (to_end) rule.n--;
    while (k < path.n) {
        if (i == rule.n && !to_end) return true;
        if (i < rule.n && rule.p[i] == '*') {
            star = i++;
            mark = k;
        } else if (i < rule.n && rule.p[i] == path.p[k]) {
            i++;
            k++;
        } else if (star != SIZE_MAX) {
            i = star + 1;
            k = ++mark;
        } else
            return false;
    }
    while (i < rule.n && rule.p[i] == '*') i++;
    return i == rule.n;
}

struct robots {
    bool ours_found, in_ours, in_any, last_was_agent;
    struct {
        size_t length;
        bool allow;
    } ours, any;
};

static bool agent_fits(struct sv agent, struct sv name)
{
    /* The product's name: letters in front of a '/' or a space. */
    size_t n = 0;
    while (n < agent.n && (isalnum((unsigned char)agent.p[n]) || agent.p[n] == '-' || agent.p[n] == '_')) n++;
    return name.n > 0 && sv_eq_nocase(sv_sub(agent, 0, n), name);
}

static void robots_line(struct robots *r, struct sv agent, struct sv path, struct sv key, struct sv value)
{
    if (sv_eq_nocase(key, SV("user-agent"))) {
        if (!r->last_was_agent) r->in_ours = r->in_any = false;
        r->last_was_agent = true;
        if (agent_fits(agent, value)) r->in_ours = r->ours_found = true;
        if (sv_is(value, "*")) r->in_any = true;
        return;
    }
    bool allow = sv_eq_nocase(key, SV("allow"));
    if (!allow && !sv_eq_nocase(key, SV("disallow"))) return;
    r->last_was_agent = false;
    if (value.n == 0 || !rule_fits(value, path)) return;
    if (r->in_ours && (value.n > r->ours.length || (value.n == r->ours.length && allow)))
        r->ours.length = value.n, r->ours.allow = allow;
    if (r->in_any && (value.n > r->any.length || (value.n == r->any.length && allow)))
        r->any.length = value.n, r->any.allow = allow;
}

bool robots_allow(struct sv robots, struct sv agent, struct sv path)
{
    struct robots r = {.ours = {0, true}, .any = {0, true}};
    struct sv line;
    while (robots.p && sv_split(&robots, '\n', &line)) {
        line = sv_trim(sv_sub(line, 0, sv_find_byte(line, '#', 0)));
        size_t colon = sv_find_byte(line, ':', 0);
        if (colon == SIZE_MAX) continue;
        robots_line(&r, agent, path, sv_trim(sv_sub(line, 0, colon)),
                    sv_trim(sv_sub(line, colon + 1, line.n)));
    }
    return r.ours_found ? r.ours.allow : r.any.allow;
}
