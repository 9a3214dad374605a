/* From what a person types to a post: a native id, a link, or the first digits of our own id, tried in that order.
 *
 * A native id needs no index: post ids are computed from (platform, native id), so every platform that was ever seen is
 * tried. A link is looked up as it stands, without its query; where that finds nothing (the account was renamed since),
 * its last part is tried as a native id of a post on the same host. */
#include "store/store_priv.h"

enum { MAX_CANDIDATES = 6, MIN_PREFIX_DIGITS = 4 };

struct found {
    struct id128 v[MAX_CANDIDATES];
    size_t n;
};

static void add_found(struct found *f, const struct id128 *id)
{
    for (size_t i = 0; i < f->n; i++)
        if (id_eq(&f->v[i], id)) return;
    if (f->n < MAX_CANDIDATES) f->v[f->n++] = *id;
}

static int collect(struct store *s, enum store_statement which, const struct val *v, size_t n,
                   struct found *f, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, which, v, n, &st, err), bad = 0;
    if (rc != 0) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct id128 id = col_id(s, st, 0, &bad);
        if (bad == 0) add_found(f, &id);
    }
    return rc == 0 && bad != 0 ? store_col_error(bad, "an id", err) : rc;
}

/* "https://www.host/a/b?q#f/" → "host" */
static struct sv host_of(struct sv url)
{
    size_t at = sv_find(url, SV("://"), 0);
    if (at == SIZE_MAX) return SV_NULL;
    struct sv host = sv_sub(url, at + 3, url.n);
    host = sv_sub(host, 0, sv_find_byte(host, '/', 0));
    return sv_starts(host, SV("www.")) ? sv_sub(host, 4, host.n) : host;
}

static struct sv without_query(struct sv url)
{
    url = sv_sub(url, 0, sv_find_byte(url, '?', 0));
    url = sv_sub(url, 0, sv_find_byte(url, '#', 0));
    while (url.n > 0 && url.p[url.n - 1] == '/') url.n--;
    return url;
}

static struct sv last_part(struct sv url)
{
    size_t at = url.n;
    while (at > 0 && url.p[at - 1] != '/') at--;
    return sv_sub(url, at, url.n);
}

/* The post if it is there and, when host is given, if its own link is on that host. */
static int try_id(struct store *s, const struct id128 *id, struct sv host, struct found *f, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_POST_URL, VALS(v_id(id)), &st, err);
    if (rc <= 0) return rc;
    if (host.n == 0 || sv_eq_nocase(host_of(col_sv(s, st, 0)), host)) add_found(f, id);
    s->driver->reset(st);
    return 0;
}

static int by_native_id(struct store *s, struct sv native_id, struct sv host, struct found *f,
                        struct error *err)
{
    struct db_stmt *platforms;
    int rc = store_query(s, SQL_PLATFORM_LIST, NULL, 0, &platforms, err);
    if (rc != 0) return rc;
    while ((rc = s->driver->step(platforms, err)) == 1) {
        struct sv name = col_sv(s, platforms, 0);
        for (int comment = 0; comment < 2; comment++) {
            struct id128 id = post_id(name, native_id, comment == 1);
            rc = try_id(s, &id, host, f, err);
            if (rc != 0) {
                s->driver->reset(platforms);
                return rc;
            }
        }
    }
    return rc;
}

static int by_url(struct store *s, struct sv what, struct found *f, struct error *err)
{
    struct sv url = without_query(what);
    int rc = collect(s, SQL_POST_BY_URL, VALS(v_i64(store_url_key(url)), v_blob(url)), f, err);
    if (rc == 0 && f->n == 0)
        rc = collect(s, SQL_POST_BY_URL, VALS(v_i64(store_url_key(what)), v_blob(what)), f, err);
    if (rc == 0 && f->n == 0 && last_part(url).n > 0)
        rc = by_native_id(s, last_part(url), host_of(url), f, err);
    return rc;
}

/* "1a2b" → every id from 1a2b000… to 1a2bfff…. */
static int by_prefix(struct store *s, struct sv what, struct found *f, struct error *err)
{
    char low[ID_TEXT_BYTES], high[ID_TEXT_BYTES];
    if (what.n < MIN_PREFIX_DIGITS || what.n >= ID_TEXT_BYTES) return 0;
    memset(low, '0', sizeof low);
    memset(high, 'f', sizeof high);
    memcpy(low, what.p, what.n);
    memcpy(high, what.p, what.n);
    struct id128 from, to;
    if (!id_parse(sv_of(low, ID_TEXT_BYTES - 1), &from) || !id_parse(sv_of(high, ID_TEXT_BYTES - 1), &to))
        return 0;
    return collect(s, SQL_POST_BY_PREFIX, VALS(v_id(&from), v_id(&to)), f, err);
}

static int several(const struct found *f, struct sv what, struct error *err)
{
    struct buf b;
    buf_init(&b, 1024);
    for (size_t i = 0; i < f->n; i++) {
        char text[ID_TEXT_BYTES];
        id_format(&f->v[i], text);
        buf_printf(&b, "%s%s", i ? " " : "", text);
    }
    int rc = error_set(err, ERR_ARG, "store", "%.*s fits several posts, give more of its id: %s%s",
                       SV_FMT(what), buf_cstr(&b), f->n == MAX_CANDIDATES ? " …" : "");
    buf_done(&b);
    return rc;
}

int store_find_post(struct store *s, struct sv what, struct id128 *out, struct error *err)
{
    struct found f = {.n = 0};
    int rc = by_native_id(s, what, SV_NULL, &f, err);
    if (rc == 0 && f.n == 0 && sv_find(what, SV("://"), 0) != SIZE_MAX) rc = by_url(s, what, &f, err);
    if (rc == 0 && f.n == 0) rc = by_prefix(s, what, &f, err);
    if (rc != 0) return rc;
    if (f.n == 0)
        return error_set(err, ERR_NOTFOUND, "store",
                         "no post %.*s here: give its id (at least %d digits), the platform's id or its link",
                         SV_FMT(what), MIN_PREFIX_DIGITS);
    if (f.n > 1) return several(&f, what, err);
    *out = f.v[0];
    return 0;
}
