#include "store/store_look.h"

#include "store/store_priv.h"

#include <stdlib.h>

/* ---- clips ---- */

int store_clip_add(struct store *s, const struct id128 *person, const struct id128 *family, double seconds,
                   int64_t judged, struct error *err)
{
    return store_run(s, SQL_CLIP_ADD, VALS(v_id(person), v_id(family), v_double(seconds), v_i64(judged)),
                     NULL, err);
}

int store_clip_seen(struct store *s, const struct id128 *person, const struct id128 *family,
                    struct clip_seen *out, struct error *err)
{
    struct db_stmt *st;
    *out = (struct clip_seen){0, 0};
    int rc = store_one(s, SQL_CLIP_SEEN, VALS(v_id(person), v_id(family)), &st, err);
    if (rc <= 0) return rc;
    out->seconds = col_double(s, st, 0);
    out->judged = col_i64(s, st, 1);
    s->driver->reset(st);
    return 0;
}

/* ---- posts still to be looked over ---- */

int store_look_todo(struct store *s, size_t max, struct arena *a, struct id128 **out, size_t *out_n,
                    struct error *err)
{
    return store_ids(s, SQL_LOOK_TODO, VALS(v_i64((int64_t)max)), a, out, out_n, err);
}

int store_look_after(struct store *s, const struct id128 *after, size_t max, struct arena *a,
                     struct id128 **out, size_t *out_n, struct error *err)
{
    struct val from = after ? v_id(after) : v_blob(SV_NULL);
    return store_ids(s, SQL_LOOK_AFTER, VALS(from, v_i64((int64_t)max)), a, out, out_n, err);
}

int store_look_done(struct store *s, const struct id128 *post, struct error *err)
{
    return store_run(s, SQL_LOOK_DONE, VALS(v_id(post)), NULL, err);
}

/* ---- words ---- */

/* The print of a word: the same on every machine and for ever. */
static int64_t print_of(struct sv word)
{
    uint64_t h = fingerprint_of(0x6d617273, word);
    return (int64_t)(h & INT64_MAX) | 1; /* never 0, which means "no word" in a query */
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The prints of what is wanted, in order, each once. */
static size_t prints_of(const struct sv *words, size_t n, int64_t *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) out[i] = print_of(words[i]);
    if (n > 0) qsort(out, n, sizeof *out, by_value);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || out[kept - 1] != out[i]) out[kept++] = out[i];
    return kept;
}

/* The prints under which the post stands, in order. */
static int prints_there(struct store *s, const struct id128 *post, struct buf *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, SQL_WORDS_OF, VALS(v_id(post)), &st, err);
    if (rc != 0) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        int64_t print = col_i64(s, st, 0);
        buf_put(out, &print, sizeof print);
    }
    return rc == 0 && out->failed ? store_col_error(ERR_NOMEM, "words", err) : rc;
}

/* Both in order: what is only in one of them is put, or removed, while the budget lasts. */
static int change_words(struct store *s, const struct id128 *post, const int64_t *want, size_t nwant,
                        const int64_t *have, size_t nhave, size_t *io_budget, bool *out_done,
                        struct error *err)
{
    int rc = 0;
    size_t i = 0, k = 0;
    while (rc == 0 && (i < nwant || k < nhave)) {
        bool put = k == nhave || (i < nwant && want[i] < have[k]);
        if (!put && i < nwant && want[i] == have[k]) {
            i++, k++;
            continue;
        }
        if (*io_budget == 0) break;
        --*io_budget;
        int64_t word = put ? want[i++] : have[k++];
        rc = store_run(s, put ? SQL_WORD_PUT : SQL_WORD_REMOVE, VALS(v_i64(word), v_id(post)), NULL, err);
    }
    *out_done = i == nwant && k == nhave;
    return rc;
}

int store_words_put(struct store *s, const struct id128 *post, const struct sv *words, size_t n,
                    size_t *io_budget, bool *out_done, struct error *err)
{
    bool own;
    struct buf have;
    int64_t *want = calloc(n + 1, sizeof *want);
    if (!want) return error_set(err, ERR_NOMEM, "store", "no memory for the words of a post");
    int rc = store_enter(s, &own, err);
    if (rc == 0) {
        buf_init(&have, 0);
        n = prints_of(words, n, want);
        rc = prints_there(s, post, &have, err);
        if (rc == 0)
            rc = change_words(s, post, want, n, (const int64_t *)(const void *)buf_sv(&have).p,
                              have.n / sizeof(int64_t), io_budget, out_done, err);
        buf_done(&have);
        rc = store_leave(s, own, rc, err);
    }
    free(want);
    return rc;
}

int store_words_find(struct store *s, const struct sv *words, size_t n, const struct id128 *after, size_t max,
                     struct arena *a, struct id128 **out, size_t *out_n, struct error *err)
{
    int64_t w[WORDS_OF_A_QUERY] = {0};
    for (size_t i = 0; i < n && i < WORDS_OF_A_QUERY; i++) w[i] = print_of(words[i]);
    struct val from = after ? v_id(after) : v_blob(SV_NULL);
    return store_ids(s, SQL_WORDS_FIND,
                     VALS(v_i64(w[0]), from, v_i64((int64_t)max), v_i64(w[1]), v_i64(w[2]), v_i64(w[3])), a,
                     out, out_n, err);
}

/* ---- captions ---- */

static int put_keys(struct store *s, const struct id128 *post, const uint64_t *keys, size_t n,
                    struct error *err)
{
    int rc = store_run(s, SQL_NEAR_CLEAR, VALS(v_id(post)), NULL, err);
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = store_run(s, SQL_NEAR_PUT, VALS(v_i64((int64_t)keys[i]), v_id(post)), NULL, err);
    return rc;
}

int store_near_put(struct store *s, const struct id128 *post, const uint64_t *keys, size_t n,
                   struct error *err)
{
    bool own;
    int rc = store_enter(s, &own, err);
    if (rc != 0) return rc;
    return store_leave(s, own, put_keys(s, post, keys, n, err), err);
}

int store_near_find(struct store *s, uint64_t key, size_t max, struct arena *a, struct id128 **out,
                    size_t *out_n, struct error *err)
{
    return store_ids(s, SQL_NEAR_FIND, VALS(v_i64((int64_t)key), v_i64((int64_t)max)), a, out, out_n, err);
}
