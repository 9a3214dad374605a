#include "store/store_index.h"

#include "store/store_priv.h"

/* ---- banks ---- */

static int visit_changes(struct store *s, struct db_stmt *st, int64_t since, int64_t *out_last,
                         int (*visit)(void *arg, const struct bank_change *c), void *arg, struct error *err)
{
    int rc;
    int64_t last = since;
    while ((rc = s->driver->step(st, err)) == 1) {
        int64_t n = col_i64(s, st, 0);
        struct sv item = col_sv(s, st, 2);
        struct bank_change c = {.bank = col_sv(s, st, 1), .whole = item.n != sizeof c.item.b};
        if (!c.whole) memcpy(c.item.b, item.p, sizeof c.item.b);
        int stop = n != last + 1 ? ERR_NOTFOUND : visit(arg, &c);
        last = n;
        if (stop) {
            s->driver->reset(st);
            return stop;
        }
    }
    *out_last = last;
    return rc;
}

int store_bank_changes(struct store *s, int64_t since, int (*visit)(void *arg, const struct bank_change *c),
                       void *arg, struct error *err)
{
    struct db_stmt *st;
    int64_t version, last = since;
    int rc = store_bank_version(s, &version, err);
    if (rc == 0) rc = store_query(s, SQL_BANK_CHANGES, VALS(v_i64(since), v_i64(version)), &st, err);
    if (rc == 0) rc = visit_changes(s, st, since, &last, visit, arg, err);
    if (rc == ERR_NOTFOUND || (rc == 0 && last != version))
        return error_set(err, ERR_NOTFOUND, "store", "changes of banks since version %lld are not all known",
                         (long long)since);
    return rc;
}

/* ---- families ---- */

int store_family_number(struct store *s, int64_t *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_run(s, SQL_MEDIA_NUMBER_RAISE, NULL, 0, NULL, err);
    if (rc == 0) rc = store_one(s, SQL_META_GET, VALS(v_text(SV("media_number"))), &st, err);
    if (rc < 0) return rc;
    if (rc == 0) return error_set(err, ERR_FORMAT, "store", "the database has lost its count of media");
    *out = col_i64(s, st, 0);
    s->driver->reset(st);
    return 0;
}

int store_family_put(struct store *s, int64_t n, const struct sha256 *media, const struct id128 *family,
                     struct error *err)
{
    int64_t added;
    int rc = store_run(s, SQL_FAMILY_ADD, VALS(v_i64(n), v_sha(media), v_id(family)), &added, err);
    if (rc == 0 && added == 0) return error_set(err, ERR_EXISTS, "store", "that medium has a family");
    return rc;
}

struct id128 store_family_of_its_own(const struct sha256 *media)
{
    struct id128 id;
    memcpy(id.b, media->b, sizeof id.b);
    return id;
}

static int read_family(struct store *s, enum store_statement which, struct val key, struct id128 *out,
                       struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, which, &key, 1, &st, err);
    if (rc < 0) return rc;
    if (rc == 0) return error_set(err, ERR_NOTFOUND, "store", "that medium is not in the archive");
    int bad = 0;
    struct id128 id = col_id(s, st, 0, &bad);
    s->driver->reset(st);
    if (bad) return store_col_error(bad, "a family of media", err);
    *out = id;
    return 0;
}

int store_media_family(struct store *s, const struct sha256 *media, struct id128 *out, struct error *err)
{
    return read_family(s, SQL_FAMILY_OF_MEDIA, v_sha(media), out, err);
}

int store_number_family(struct store *s, int64_t n, struct id128 *out, struct error *err)
{
    return read_family(s, SQL_FAMILY_OF_NUMBER, v_i64(n), out, err);
}

static bool read_sha(struct sv bytes, struct sha256 *out)
{
    if (bytes.n != sizeof out->b) return false;
    memcpy(out->b, bytes.p, sizeof out->b);
    return true;
}

int store_family_media(struct store *s, const struct id128 *family,
                       int (*visit)(void *arg, const struct sha256 *media), void *arg, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, SQL_FAMILY_MEDIA, VALS(v_id(family)), &st, err);
    if (rc) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct sha256 sha;
        int stop = read_sha(col_sv(s, st, 0), &sha) ? visit(arg, &sha) : 0;
        if (stop == 0) continue;
        s->driver->reset(st);
        return stop;
    }
    return rc;
}

int store_family_posts(struct store *s, const struct id128 *family, size_t max, struct arena *a,
                       struct id128 **out, size_t *out_n, struct error *err)
{
    return store_ids(s, SQL_FAMILY_POSTS,
                     VALS(v_id(family), v_i64(max > INT64_MAX ? INT64_MAX : (int64_t)max)), a, out, out_n,
                     err);
}

int store_archive(struct store *s, int64_t after,
                  int (*visit)(void *arg, int64_t n, const struct sha256 *media, struct sv signals),
                  void *arg, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, SQL_FAMILY_ARCHIVE, VALS(v_i64(after)), &st, err);
    if (rc) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct sha256 sha;
        int stop =
            read_sha(col_sv(s, st, 1), &sha) ? visit(arg, col_i64(s, st, 0), &sha, col_sv(s, st, 2)) : 0;
        if (stop == 0) continue;
        s->driver->reset(st);
        return stop;
    }
    return rc;
}
