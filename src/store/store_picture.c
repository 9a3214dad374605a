#include "store/store_picture.h"

#include "base/json.h"
#include "store/store_priv.h"

int store_bank_file_put(struct store *s, struct sv bank, const struct id128 *item, const struct sha256 *file,
                        struct error *err)
{
    return store_run(s, SQL_BANK_FILE_PUT, VALS(v_text(bank), v_id(item), v_sha(file)), NULL, err);
}

int store_bank_file_get(struct store *s, struct sv bank, const struct id128 *item, struct sha256 *out,
                        struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_BANK_FILE_GET, VALS(v_text(bank), v_id(item)), &st, err);
    if (rc < 0) return rc;
    if (rc == 0) return store_not_found(item, "file of an item", err);
    struct sv sha = col_sv(s, st, 0);
    rc = sha.n == sizeof *out ? 0 : ERR_FORMAT;
    if (rc == 0) memcpy(out->b, sha.p, sizeof *out);
    s->driver->reset(st);
    return rc == 0 ? 0 : store_col_error(rc, "the file of an item", err);
}

bool bank_keeps_stills(enum category category)
{
    return category != CATEGORY_PRIVACY_INTIMATE && category != CATEGORY_HARASSMENT_CHILD;
}

/* Which picture was kept, not the picture. */
static int note_still(struct store *s, struct sv bank, const struct sha256 *file, int n, struct sv png,
                      struct error *err)
{
    struct buf b;
    struct jw w;
    struct sha256 sha;
    char of[SHA256_TEXT_BYTES], hex[SHA256_TEXT_BYTES];
    sha256_format(file, of);
    sha256_of(png, &sha);
    sha256_format(&sha, hex);
    buf_init(&b, 0);
    jw_init(&w, &b, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "still_of", of);
    jw_kv_i64(&w, "n", n);
    jw_kv_str(&w, "sha256", hex);
    jw_end(&w);
    int rc = b.failed ? error_set(err, ERR_NOMEM, "store", "no memory for a still")
                      : ledger_append(s, STEP_BANK, bank, buf_sv(&b), err);
    buf_done(&b);
    return rc;
}

static int put_still(struct store *s, struct sv bank, const struct sha256 *file, int n, int64_t time_us,
                     struct sv png, struct error *err)
{
    struct arena a;
    struct bank b;
    int64_t changed = 0;
    arena_init(&a, 0);
    int rc = store_bank_get(s, bank, &a, &b, err);
    if (rc == 0 && !bank_keeps_stills(b.category))
        rc = error_set(err, ERR_POLICY, "store",
                       "bank %.*s: of this category no picture is kept, only hashes", SV_FMT(bank));
    arena_done(&a);
    if (rc == 0)
        rc = store_run(s, SQL_BANK_STILL_PUT,
                       VALS(v_text(bank), v_sha(file), v_i64(n), v_i64(time_us), v_blob(png)), &changed, err);
    return rc == 0 && changed > 0 ? note_still(s, bank, file, n, png, err) : rc;
}

int store_bank_still_put(struct store *s, struct sv bank, const struct sha256 *file, int n, int64_t time_us,
                         struct sv png, struct error *err)
{
    bool own;
    if (n < 0 || n >= BANK_MAX_STILLS || png.n > BANK_MAX_STILL_BYTES)
        return error_set(err, ERR_LIMIT, "store",
                         "bank %.*s: at most %d stills of %d bytes are kept of a file", SV_FMT(bank),
                         BANK_MAX_STILLS, BANK_MAX_STILL_BYTES);
    int rc = store_enter(s, &own, err);
    if (rc != 0) return rc;
    return store_leave(s, own, put_still(s, bank, file, n, time_us, png, err), err);
}

int store_bank_still_near(struct store *s, struct sv bank, const struct id128 *item, int64_t time_us,
                          struct arena *a, int64_t *out_time_us, struct sv *out_png, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_BANK_STILL_NEAR, VALS(v_text(bank), v_id(item), v_i64(time_us)), &st, err);
    if (rc < 0) return rc;
    if (rc == 0) return store_not_found(item, "still of that item", err);
    rc = 0;
    *out_time_us = col_i64(s, st, 0);
    *out_png = col_copy(s, st, 1, a, &rc);
    s->driver->reset(st);
    return rc == 0 ? 0 : store_col_error(rc, "a still of a bank", err);
}
