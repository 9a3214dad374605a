/* Findings and assessment of a post, its place in the queue, the end of its job. */
#include <float.h>
#include <math.h>

#include "store/ledger_priv.h"
#include "store/store_network.h"
#include "store/store_exchange.h"

/* A number that every database can order: no NaN, no infinities. */
static double orderable(double v)
{
    if (isnan(v)) return 0;
    if (isinf(v)) return v > 0 ? DBL_MAX : -DBL_MAX;
    return v;
}

/* Deadlines are known + clock, and must not overflow. */
static int64_t clock_of(const struct assessment *as)
{
    const int64_t most = INT64_C(36500) * US_PER_DAY;
    if (as->clock_us < 0) return 0;
    return as->clock_us > most ? most : as->clock_us;
}

static int put_assessment(struct store *s, const struct id128 *post, const struct finding_list *l,
                          const struct assessment *as, struct error *err)
{
    buf_clear(&s->body);
    struct jw w;
    jw_init(&w, &s->body, JW_COMPACT);
    assessment_write(as, &w);
    if (s->body.failed) return error_set(err, ERR_NOMEM, "store", "no memory for an assessment");
    int64_t changed;
    int rc = store_run(s, SQL_RESULT_PUT,
                       VALS(v_id(post), v_text(sv_cstr(category_name(as->category))), v_i64(as->severity),
                            v_double(orderable(as->probability)), v_double(orderable(as->expected_views)),
                            v_double(orderable(as->priority)), v_i64(clock_of(as)), v_i64((int64_t)l->n),
                            v_i64((int64_t)l->dropped), v_blob(buf_sv(&s->body))),
                       &changed, err);
    return rc == 0 && changed == 0 ? store_not_found(post, "post", err) : rc;
}

static int put_findings(struct store *s, const struct id128 *post, const struct finding_list *l,
                        struct error *err)
{
    int rc = store_run(s, SQL_FINDING_CLEAR, VALS(v_id(post)), NULL, err);
    for (size_t i = 0; rc == 0 && i < l->n; i++) {
        buf_clear(&s->body);
        struct jw w;
        jw_init(&w, &s->body, JW_COMPACT);
        finding_write(&l->v[i], &w);
        if (s->body.failed) return error_set(err, ERR_NOMEM, "store", "no memory for a finding");
        rc = store_run(s, SQL_FINDING_ADD,
                       VALS(v_id(post), v_i64((int64_t)i), v_text(sv_cstr(finding_kind_name(l->v[i].kind))),
                            v_blob(buf_sv(&s->body))),
                       NULL, err);
    }
    return rc;
}

int store_queue_result(struct store *s, const struct id128 *post, const struct assessment *as,
                       struct error *err)
{
    if (as->category == CATEGORY_NONE) return store_run(s, SQL_QUEUE_DROP, VALS(v_id(post)), NULL, err);
    return store_run(s, SQL_QUEUE_PUT,
                     VALS(v_id(post), v_text(sv_cstr(category_name(as->category))), v_i64(as->hard ? 0 : 1),
                          v_i64(clock_of(as)), v_double(0 - orderable(as->priority)), v_blob(as->reason)),
                     NULL, err);
}

static int end_job(struct store *s, const struct id128 *post, struct error *err)
{
    int64_t done;
    int rc = store_run(s, SQL_JOB_DONE, VALS(v_id(post)), &done, err);
    if (rc == 0 && done == 0) rc = store_run(s, SQL_JOB_AGAIN, VALS(v_id(post), v_blob(SV_NULL)), NULL, err);
    return rc;
}

static int note_result(struct store *s, const struct id128 *post, size_t nfindings, struct error *err)
{
    char text[ID_TEXT_BYTES];
    struct sv subject = ledger_subject(post, text);
    int rc = ledger_note_row(s, STEP_FINDING, subject, OBJECT_RESULT, VALS(v_id(post)), err);
    for (size_t i = 0; rc == 0 && i < nfindings; i++)
        rc = ledger_note_row(s, STEP_FINDING, subject, OBJECT_FINDING, VALS(v_id(post), v_i64((int64_t)i)),
                             err);
    return rc;
}

static int write_result(struct store *s, const struct id128 *post, const struct finding_list *findings,
                        const struct assessment *as, bool ends_job, struct error *err)
{
    bool own;
    int rc = store_enter(s, &own, err);
    if (rc != 0) return rc;
    rc = put_assessment(s, post, findings, as, err);
    if (rc == 0) rc = put_findings(s, post, findings, err);
    if (rc == 0) rc = store_queue_result(s, post, as, err);
    if (rc == 0 && ends_job) rc = end_job(s, post, err);
    if (rc == 0 && ends_job) rc = store_run(s, SQL_LOOK_ADD, VALS(v_id(post)), NULL, err);
    if (rc == 0) rc = note_result(s, post, findings->n, err);
    if (rc == 0) rc = store_note_matches(s, post, findings, err);
    return store_leave(s, own, rc, err);
}

int store_put_result(struct store *s, const struct id128 *post, const struct finding_list *findings,
                     const struct assessment *as, struct error *err)
{
    return write_result(s, post, findings, as, true, err);
}

int store_renew_result(struct store *s, const struct id128 *post, const struct finding_list *findings,
                       const struct assessment *as, struct error *err)
{
    return write_result(s, post, findings, as, false, err);
}

static int read_findings(struct store *s, const struct id128 *post, struct arena *a, struct finding_list *l,
                         struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, SQL_FINDING_LIST, VALS(v_id(post)), &st, err);
    if (rc != 0) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct json *doc = NULL;
        struct finding f;
        int bad = json_parse(col_sv(s, st, 0), JSON_STRICT, &doc, err);
        if (bad == 0) bad = finding_read(doc, a, &f, err);
        json_free(doc);
        if (bad == 0 && finding_add(l, &f) != 0) bad = store_col_error(ERR_NOMEM, "findings", err);
        if (bad != 0) {
            s->driver->reset(st);
            return bad;
        }
    }
    return rc;
}

/* The row under st; numbers come from their columns, which hold them whole. */
static int read_assessment(struct store *s, struct db_stmt *st, struct arena *a, struct assessment *out,
                           struct error *err)
{
    struct json *doc = NULL;
    int rc = json_parse(col_sv(s, st, 8), JSON_STRICT, &doc, err);
    if (rc == 0) rc = assessment_read(doc, a, out, err);
    json_free(doc);
    if (rc != 0) return rc;
    out->probability = col_double(s, st, 2);
    out->expected_views = col_double(s, st, 3);
    out->priority = col_double(s, st, 4);
    return 0;
}

int store_get_result(struct store *s, const struct id128 *post, struct arena *a,
                     struct finding_list *findings, struct assessment *out_as, int64_t *out_deadline_us,
                     struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_RESULT_GET, VALS(v_id(post)), &st, err);
    if (rc < 0) return rc;
    if (rc == 0) return store_not_found(post, "analysis of post", err);
    struct assessment as = {0};
    rc = read_assessment(s, st, a, &as, err);
    int64_t deadline_us = col_i64(s, st, 5);
    size_t dropped = (size_t)col_i64(s, st, 7);
    s->driver->reset(st);
    if (rc == 0) rc = read_findings(s, post, a, findings, err);
    if (rc != 0) return rc;
    findings->dropped += dropped;
    *out_as = as;
    if (out_deadline_us) *out_deadline_us = deadline_us;
    return 0;
}
