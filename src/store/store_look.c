#include "store/store_look.h"

#include "store/store_priv.h"

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

static int put_words(struct store *s, const struct id128 *post, const struct sv *words, size_t n,
                     struct error *err)
{
    int rc = store_run(s, SQL_WORDS_CLEAR, VALS(v_id(post)), NULL, err);
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = store_run(s, SQL_WORD_PUT, VALS(v_i64(print_of(words[i])), v_id(post)), NULL, err);
    return rc;
}

int store_words_put(struct store *s, const struct id128 *post, const struct sv *words, size_t n,
                    struct error *err)
{
    bool own;
    int rc = store_enter(s, &own, err);
    if (rc != 0) return rc;
    return store_leave(s, own, put_words(s, post, words, n, err), err);
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
