/* Media: files by content, shared by every post that brings the same bytes; and what each post's place holds. */
#include "store/ledger_priv.h"

static bool sha_is_zero(const struct sha256 *h)
{
    static const struct sha256 zero;
    return memcmp(h->b, zero.b, sizeof zero.b) == 0;
}

static int put_media(struct store *s, const struct id128 *post, uint32_t index, const struct store_media *m,
                     struct error *err)
{
    bool has_file = !sha_is_zero(&m->sha256);
    if (has_file) {
        int rc = store_run(s, SQL_MEDIA_PUT,
                           VALS(v_sha(&m->sha256), v_i64((int64_t)m->bytes), v_blob(m->path), v_i64(m->state),
                                v_i64(m->failure_code), v_blob(m->failure), v_blob(m->signals)),
                           NULL, err);
        if (rc != 0) return rc;
    }
    return store_run(s, SQL_POST_MEDIA_PUT,
                     VALS(v_id(post), v_i64(index), has_file ? v_sha(&m->sha256) : v_null(), v_blob(m->path),
                          v_i64(m->state), v_i64(m->failure_code), v_blob(m->failure)),
                     NULL, err);
}

/* Analysing again writes the same rows again, which is no step. */
struct media_rows {
    struct sha256 file, place; /* digests; zero when there is no such row */
};

static int media_digests(struct store *s, const struct id128 *post, uint32_t index, const struct sha256 *sha,
                         struct media_rows *out, struct error *err)
{
    struct object o;
    *out = (struct media_rows){.file = {{0}}};
    int rc = ledger_find_row(s, OBJECT_MEDIA, VALS(v_sha(sha)), &o, err);
    if (rc == 1) out->file = o.digest;
    if (rc >= 0) rc = ledger_find_row(s, OBJECT_POST_MEDIA, VALS(v_id(post), v_i64(index)), &o, err);
    if (rc == 1) out->place = o.digest;
    return rc < 0 ? rc : 0;
}

static int put_and_note(struct store *s, const struct id128 *post, uint32_t index,
                        const struct store_media *m, struct error *err)
{
    struct media_rows before, after;
    char text[ID_TEXT_BYTES];
    struct sv subject = ledger_subject(post, text);
    int rc = media_digests(s, post, index, &m->sha256, &before, err);
    if (rc == 0) rc = put_media(s, post, index, m, err);
    if (rc == 0) rc = media_digests(s, post, index, &m->sha256, &after, err);
    if (rc == 0 && memcmp(&before.file, &after.file, sizeof before.file) != 0)
        rc = ledger_note_row(s, STEP_MEDIA, subject, OBJECT_MEDIA, VALS(v_sha(&m->sha256)), err);
    if (rc == 0 && memcmp(&before.place, &after.place, sizeof before.place) != 0)
        rc = ledger_note_row(s, STEP_MEDIA, subject, OBJECT_POST_MEDIA, VALS(v_id(post), v_i64(index)), err);
    return rc;
}

int store_put_media(struct store *s, const struct id128 *post, uint32_t index, const struct store_media *m,
                    struct error *err)
{
    bool own;
    int rc = store_enter(s, &own, err);
    if (rc != 0) return rc;
    return store_leave(s, own, put_and_note(s, post, index, m, err), err);
}

/* Columns: sha256, bytes, path, state, failure_code, failure, signals. */
static int read_media(struct store *s, struct db_stmt *st, struct arena *a, struct store_media *out,
                      struct error *err)
{
    int rc = 0;
    struct store_media m = {
        .bytes = (uint64_t)col_i64(s, st, 1),
        .path = col_copy(s, st, 2, a, &rc),
        .state = (enum media_state)col_i64(s, st, 3),
        .failure_code = (int)col_i64(s, st, 4),
        .failure = col_copy(s, st, 5, a, &rc),
        .signals = col_copy(s, st, 6, a, &rc),
    };
    struct sv sha = col_sv(s, st, 0);
    if (sha.n == sizeof m.sha256.b) memcpy(m.sha256.b, sha.p, sha.n);
    if (rc != 0) return store_col_error(rc, "a media file", err);
    *out = m;
    return 0;
}

int store_get_media(struct store *s, const struct id128 *post, size_t nmedia, struct arena *a,
                    struct store_media *out, struct error *err)
{
    for (size_t i = 0; i < nmedia; i++) out[i] = (struct store_media){.state = MEDIA_PENDING};
    struct db_stmt *st;
    int rc = store_query(s, SQL_POST_MEDIA_GET, VALS(v_id(post)), &st, err);
    if (rc != 0) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        int64_t at = col_i64(s, st, 7);
        if (at < 0 || (uint64_t)at >= nmedia) continue;
        rc = read_media(s, st, a, &out[at], err);
        if (rc != 0) {
            s->driver->reset(st);
            return rc;
        }
    }
    return rc;
}

int store_find_media(struct store *s, const struct sha256 *sha, struct arena *a, struct store_media *out,
                     struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_MEDIA_FIND, VALS(v_sha(sha)), &st, err);
    if (rc < 0) return rc;
    if (rc == 0) {
        char text[SHA256_TEXT_BYTES];
        sha256_format(sha, text);
        return error_set(err, ERR_NOTFOUND, "store", "no media file %s here", text);
    }
    rc = read_media(s, st, a, out, err);
    s->driver->reset(st);
    return rc;
}
