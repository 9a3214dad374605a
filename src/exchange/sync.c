/* Asking sources. TAXII by pages behind what was had last (added_after, next); other kinds are one text, or several that
 * name each other, and count as full listings. A source that fails is asked again later, further and further apart. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "exchange/exchange_priv.h"
#include "exchange/http.h"

enum { MOST_PAGES = 100000 };
static const int64_t every_us = INT64_C(15) * US_PER_MINUTE, wait_us = INT64_C(5) * US_PER_MINUTE;

static const char taxii_type[] = "application/taxii+json;version=2.1";

/* "name:token" or "token" on the first line of a file. */
static int read_credentials(const struct exchange_source *src, struct arena *a, char **user, char **token,
                            struct error *err)
{
    struct buf b;
    *user = *token = NULL;
    if (src->secret.n == 0) return 0;
    char *path = arena_cstr(a, src->secret);
    buf_init(&b, 4096);
    int code =
        path ? file_read(path, 4096, &b, err) : error_set(err, ERR_NOMEM, "exchange", "no memory for a path");
    if (code == 0) {
        struct sv line = sv_trim(sv_sub(buf_sv(&b), 0, sv_find_byte(buf_sv(&b), '\n', 0)));
        size_t colon = sv_find_byte(line, ':', 0);
        if (colon != SIZE_MAX) *user = arena_cstr(a, sv_sub(line, 0, colon));
        *token = arena_cstr(a, colon == SIZE_MAX ? line : sv_sub(line, colon + 1, line.n));
        if (!*token || (colon != SIZE_MAX && !*user))
            code = error_set(err, ERR_NOMEM, "exchange", "no memory for credentials");
    }
    if (b.p) sodium_memzero(b.p, b.n);
    buf_done(&b);
    return code;
}

int exchange_ask(const struct exchange_config *c, const struct exchange_source *src, const char *method,
                 const char *url, struct sv body, struct arena *a, struct http_answer *out, struct error *err)
{
    char *user, *token, bearer[600];
    bool taxii = sv_is(src->kind, "taxii");
    int code = read_credentials(src, a, &user, &token, err);
    if (code) return code;
    char accept[96], type[96];
    snprintf(accept, sizeof accept, "Accept: %s",
             taxii ? taxii_type : "application/json, text/csv, text/plain");
    snprintf(type, sizeof type, "Content-Type: %s", taxii ? taxii_type : "application/json");
    if (token && !user) snprintf(bearer, sizeof bearer, "Authorization: Bearer %.500s", token);
    const char *headers[4] = {accept, type, token && !user ? bearer : NULL, NULL};
    char *agent = arena_cstr(a, c->agent);
    if (!agent) return error_set(err, ERR_NOMEM, "exchange", "no memory for a request");
    struct http_request r = {.url = url,
                             .method = method,
                             .headers = headers,
                             .user = user,
                             .password = token,
                             .agent = agent,
                             .body = body,
                             .redirects = 0,
                             .allow_local = c->allow_local};
    code = http_ask(&r, a, out, err);
    if (token) sodium_memzero(token, strlen(token));
    if (code) return code;
    if (out->status >= 200 && out->status < 300) return 0;
    return error_set(
        err, out->status == 429 || out->status >= 500 ? ERR_BUSY : ERR_IO, "exchange", "%s answers %ld%s",
        url, out->status,
        out->status == 401 || out->status == 403 ? ": look at the file that the source's secret names" : "");
}

/* ---- TAXII ---- */

/* The collection's address with a slash at its end. */
static struct sv collection_url(const struct exchange_source *src, struct arena *a)
{
    struct sv base = src->address;
    while (base.n && base.p[base.n - 1] == '/') base.n--;
    return src->collection.n
               ? arena_printf(a, "%.*s/collections/%.*s/", SV_FMT(base), SV_FMT(src->collection))
               : arena_printf(a, "%.*s/", SV_FMT(base));
}

static bool is_safe(struct sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || strchr("&#%\"<>", s.p[i]) || (unsigned char)s.p[i] >= 0x7f)
            return false;
    return true;
}

static int pull_page(struct store *s, const struct exchange_config *c, struct exchange_source *src,
                     struct sv *next, bool *more, int64_t now_us, struct arena *keep,
                     struct exchange_counts *counts, struct error *err)
{
    struct arena a;
    struct http_answer answer;
    struct json *doc = NULL;
    arena_init(&a, 0);
    struct sv base = collection_url(src, &a), url = SV_NULL;
    bool usable = base.p && is_safe(src->cursor) && is_safe(*next);
    if (usable)
        url = next->n ? arena_printf(&a, "%.*sobjects/?limit=%d&next=%.*s%s%.*s", SV_FMT(base), TAXII_PAGE,
                                     SV_FMT(*next), src->cursor.n ? "&added_after=" : "", SV_FMT(src->cursor))
                      : arena_printf(&a, "%.*sobjects/?limit=%d%s%.*s", SV_FMT(base), TAXII_PAGE,
                                     src->cursor.n ? "&added_after=" : "", SV_FMT(src->cursor));
    int code = !usable  ? error_set(err, ERR_FORMAT, "taxii",
                                    "%.*s names a next page that cannot be asked for", SV_FMT(src->name))
               : !url.p ? error_set(err, ERR_NOMEM, "taxii", "no memory for an address")
                        : exchange_ask(c, src, NULL, url.p, SV_NULL, &a, &answer, err);
    if (code == 0) code = exchange_take(s, src, answer.body, false, false, now_us, counts, err);
    if (code == 0) code = json_parse(answer.body, JSON_STRICT, &doc, err);
    if (code == 0) {
        *more = json_bool(json_get(doc, "more"), false);
        *next = arena_copy(keep, json_get_sv(doc, "next"));
        /* The cursor moves with the last page: until then the same start is asked with next. */
        if (!*more && answer.date_added_last.n) src->cursor = arena_copy(keep, answer.date_added_last);
        if (*more && next->n == 0) {
            src->cursor = arena_copy(keep, answer.date_added_last);
            *more = answer.date_added_last.n > 0;
        }
        if (!next->p || !src->cursor.p) code = error_set(err, ERR_NOMEM, "taxii", "no memory for a page");
    }
    json_free(doc);
    arena_done(&a);
    return code;
}

int taxii_pull(struct store *s, const struct exchange_config *c, struct exchange_source *src, int64_t now_us,
               struct arena *a, struct exchange_counts *counts, struct error *err)
{
    struct sv next = SV("");
    bool more = true;
    if (!src->cursor.p) src->cursor = SV("");
    int code = 0;
    for (int page = 0; code == 0 && more; page++) {
        if (page == MOST_PAGES)
            return error_set(err, ERR_LIMIT, "taxii", "%.*s has more than %d pages", SV_FMT(src->name),
                             MOST_PAGES);
        code = pull_page(s, c, src, &next, &more, now_us, a, counts, err);
    }
    return code;
}

/* How many posts it matched here, where the operator lets partners know (exchange.json, "sightings"). */
static int write_sighting(struct store *s, const struct exchange_config *c, const struct opinion *o,
                          struct sv about, const struct stix_sink *sink, struct arena *a, struct error *err)
{
    struct foreign_item f;
    struct match_count n;
    struct stix_producer p = exchange_producer(c);
    if (!json_bool(json_get(c->doc, "sightings"), false) || !sv_is(o->opinion, "strongly-agree")) return 0;
    int code = store_foreign_find(s, o->source, o->remote, a, &f, err);
    if (code == 0) code = store_match_count(s, f.bank, &f.item, INT64_MIN, INT64_MAX, &n, err);
    if (code || n.posts == 0) return code;
    struct stix_sighting seen = {
        about, n.posts, n.first_us, n.last_us, o->at_us > n.first_us ? o->at_us : n.first_us, SV("amber")};
    return stix_write_sighting(&p, &seen, sink, err);
}

int taxii_push_opinions(struct store *s, const struct exchange_config *c, const struct exchange_source *src,
                        int64_t now_us, struct arena *a, struct exchange_counts *counts, struct error *err)
{
    struct opinion *o;
    size_t n = 0;
    struct buf body;
    struct stix_bundle x;
    struct stix_producer p = exchange_producer(c);
    struct http_answer answer;
    int code = store_opinions_waiting(s, src->name, a, &o, &n, err);
    if (code || n == 0) return code;
    buf_init(&body, 0);
    stix_envelope_begin(&x, &body);
    struct stix_sink sink = {&x, stix_bundle_add};
    for (size_t i = 0; code == 0 && i < n; i++) {
        struct sv about = sv_sub(o[i].remote, 0, sv_find_byte(o[i].remote, '#', 0));
        struct stix_opinion word = {about, o[i].opinion, o[i].why, o[i].at_us};
        code = stix_write_opinion(&p, &word, &sink, err);
        if (code == 0) code = write_sighting(s, c, &o[i], about, &sink, a, err);
    }
    stix_bundle_end(&x);
    struct sv base = collection_url(src, a),
              url = base.p ? arena_printf(a, "%.*sobjects/", SV_FMT(base)) : SV_NULL;
    if (code == 0 && (body.failed || !url.p))
        code = error_set(err, ERR_NOMEM, "taxii", "no memory for opinions");
    if (code == 0) code = exchange_ask(c, src, "POST", url.p, buf_sv(&body), a, &answer, err);
    for (size_t i = 0; code == 0 && i < n; i++) code = store_opinion_sent(s, &o[i].id, now_us, err);
    if (code == 0) counts->sent += n;
    buf_done(&body);
    return code;
}

/* ---- other addresses ---- */

static int pull_text(struct store *s, const struct exchange_config *c, const struct exchange_source *src,
                     int64_t now_us, struct exchange_counts *counts, struct error *err)
{
    struct arena a;
    struct http_answer answer;
    arena_init(&a, 0);
    char *url = arena_cstr(&a, src->address);
    struct sv path = src->address;
    bool web = sv_starts(path, SV("http://")) || sv_starts(path, SV("https://"));
    struct buf file;
    buf_init(&file, HTTP_MAX_BODY_BYTES);
    int code = url ? 0 : error_set(err, ERR_NOMEM, "exchange", "no memory for an address");
    if (code == 0 && !web && sv_is(src->kind, "list"))
        code = exchange_take_file(s, src, url, true, false, now_us, counts, err);
    else if (code == 0) {
        code = web ? exchange_ask(c, src, NULL, url, SV_NULL, &a, &answer, err)
                   : file_read(url, HTTP_MAX_BODY_BYTES, &file, err);
        if (code == 0)
            code = exchange_take(s, src, web ? answer.body : buf_sv(&file), true, false, now_us, counts, err);
    }
    buf_done(&file);
    arena_done(&a);
    return code;
}

static int pull(struct store *s, const struct exchange_config *c, struct exchange_source *src, int64_t now_us,
                struct arena *a, struct exchange_counts *counts, struct error *err)
{
    if (!sv_is(src->kind, "taxii")) return pull_text(s, c, src, now_us, counts, err);
    int code = taxii_pull(s, c, src, now_us, a, counts, err);
    return code ? code : taxii_push_opinions(s, c, src, now_us, a, counts, err);
}

int exchange_sync(struct store *s, const struct exchange_config *config, struct sv source, bool force,
                  int64_t now_us, struct exchange_counts *counts, struct error *err)
{
    struct arena a;
    struct exchange_source src;
    struct error ignored;
    *counts = (struct exchange_counts){0};
    arena_init(&a, 0);
    int code = store_source_get(s, source, &a, &src, err);
    if (code == 0 && src.address.n == 0)
        code = error_set(err, ERR_ARG, "exchange",
                         "%.*s has no address that could be asked: give files to \"exchange take\"",
                         SV_FMT(source));
    if (code == 0 && !force && src.next_us != TIME_UNKNOWN && now_us < src.next_us) {
        char when[TIME_TEXT_BYTES];
        time_format(src.next_us, when);
        code = error_set(err, ERR_BUSY, "exchange", "%.*s is asked again at %s", SV_FMT(source), when);
    } else if (code == 0) {
        code = pull(s, config, &src, now_us, &a, counts, err);
        struct exchange_source state; /* the round was written meanwhile */
        int again = store_source_get(s, source, &a, &state, &ignored);
        if (again == 0) {
            state.cursor = src.cursor;
            state.failures = code ? state.failures + 1 : 0;
            state.said = code && err ? sv_cstr(err->text) : SV("");
            if (code == 0) state.synced_us = now_us;
            int64_t wait = code ? wait_us : every_us;
            for (int64_t i = 1; i < state.failures && wait < US_PER_DAY; i++) wait *= 2;
            state.next_us = now_us + (wait > US_PER_DAY ? US_PER_DAY : wait);
            again = store_source_state(s, &state, code ? &ignored : err);
            if (code == 0) code = again;
        }
    }
    arena_done(&a);
    return code;
}
