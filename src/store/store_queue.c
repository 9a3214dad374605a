/* The queue, page by page: a page begins after the last row of the one before, by value and not by number, so that rows
 * that come and go between two pages neither repeat nor hide others. The index serves the order: a page costs its own
 * rows, whatever the queue's length. */
#include <math.h>

#include "store/store_priv.h"

/* The post's record, its strings in `a`. */
static int read_body(struct sv body, struct arena *a, struct post *out, struct error *err)
{
    struct json *doc = NULL;
    int rc = json_parse(body, JSON_STRICT, &doc, err);
    if (rc == 0) rc = post_read(doc, a, out, err);
    json_free(doc);
    return rc;
}

int queue_read_row(struct store *s, struct db_stmt *st, struct arena *a, struct queue_row *out,
                   struct post *out_post, struct error *err)
{
    int rc = 0;
    struct queue_row r = {
        .post = col_id(s, st, 0, &rc),
        .account = col_id(s, st, 1, &rc),
        .platform = col_copy(s, st, 2, a, &rc),
        .native_id = col_copy(s, st, 3, a, &rc),
        .handle = col_copy(s, st, 4, a, &rc),
        .category = category_parse(col_sv(s, st, 6)),
        .severity = (int)col_i64(s, st, 7),
        .probability = col_double(s, st, 8),
        .expected_views = col_double(s, st, 9),
        .priority = col_double(s, st, 10),
        .hard = col_i64(s, st, 11) == 0,
        .known_us = col_i64(s, st, 12),
        .deadline_us = col_i64(s, st, 13),
        .created_us = col_i64(s, st, 14),
        .reason = col_copy(s, st, 15, a, &rc),
        .views = s->driver->column_is_null(st, 17) ? COUNT_UNKNOWN : col_i64(s, st, 17),
    };
    if (rc != 0) return store_col_error(rc, "a row of the queue", err);
    rc = read_body(col_sv(s, st, 5), a, out_post, err);
    if (rc != 0) return rc;
    r.caption = post_text(out_post, TEXT_CAPTION);
    *out = r;
    return 0;
}

int queue_start(struct store *s, const struct queue_filter *f, const struct queue_row *after, size_t max,
                enum store_statement all_of_them, enum store_statement of_category, struct db_stmt **out,
                struct error *err)
{
    static const struct queue_filter all = {CATEGORY_NONE, {NULL, 0}};
    if (!f) f = &all;
    int64_t limit = max > INT32_MAX ? INT32_MAX : (int64_t)max;
    struct val v[8] = {v_i64(-1),    v_i64(INT64_MIN),         v_double(-HUGE_VAL), v_blob(SV_NULL),
                       v_i64(limit), v_i64(f->platform.n > 0), v_blob(f->platform), v_text(SV_NULL)};
    if (after) {
        v[0] = v_i64(after->hard ? 0 : 1);
        v[1] = v_i64(after->hard ? after->deadline_us : 0);
        v[2] = v_double(0 - after->priority);
        v[3] = v_id(&after->post);
    }
    bool one_category = f->category != CATEGORY_NONE;
    if (one_category) v[7] = v_text(sv_cstr(category_name(f->category)));
    return store_query(s, one_category ? of_category : all_of_them, v, one_category ? 8 : 7, out, err);
}

int store_queue(struct store *s, const struct queue_filter *f, const struct queue_row *after, size_t max,
                struct arena *a, struct queue_row **out, size_t *out_n, struct error *err)
{
    struct db_stmt *st;
    int rc = queue_start(s, f, after, max, SQL_QUEUE_PAGE, SQL_QUEUE_PAGE_CATEGORY, &st, err);
    if (rc != 0) return rc;
    struct buf rows;
    buf_init(&rows, 0);
    while ((rc = s->driver->step(st, err)) == 1) {
        struct queue_row r;
        struct post p;
        rc = queue_read_row(s, st, a, &r, &p, err);
        if (rc != 0) {
            s->driver->reset(st);
            break;
        }
        buf_put(&rows, &r, sizeof r);
    }
    return store_rows_out(&rows, sizeof **out, a, (void *)out, out_n, rc, "the queue", err);
}
