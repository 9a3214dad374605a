/* The lines between us and a recogniser: speech/recogniser.h says what stands in them. */
#include "base/json.h"
#include "speech/words.h"

static int no_answer(struct error *err, const char *what)
{
    return error_set(err, ERR_FORMAT, "speech", "a recogniser's answer: %s", what);
}

static int read_words(const struct json *list, struct word_list *out, struct error *err)
{
    if (json_type(list) != JSON_ARRAY) return no_answer(err, "neither \"words\" nor \"error\"");
    for (size_t i = 0; i < json_len(list); i++) {
        const struct json *w = json_at(list, i);
        words_add(out, json_double(json_get(w, "start"), -2), json_double(json_get(w, "end"), -2),
                  json_get_sv(w, "text"));
    }
    return words_finish(out, err);
}

int answer_line_read(struct sv line, uint64_t id, struct word_list *out, struct error *err)
{
    struct json *doc = NULL;
    int rc = json_parse(line, JSON_STRICT, &doc, err);
    if (rc) return rc;
    struct sv why = json_get_sv(doc, "error");
    if (json_type(doc) != JSON_OBJECT)
        rc = no_answer(err, "no object");
    else if (json_type(json_get(doc, "id")) != JSON_INT || json_get_i64(doc, "id", -1) != (int64_t)id)
        rc = no_answer(err, "its id is not that of the question");
    else if (why.n)
        rc = error_set(err, ERR_WORKER, "speech", "the recogniser says: %.*s", SV_FMT(sv_sub(why, 0, 300)));
    else
        rc = read_words(json_get(doc, "words"), out, err);
    json_free(doc);
    return rc;
}

void answer_line_write(uint64_t id, const struct word_list *w, struct buf *b)
{
    struct jw j;
    jw_init(&j, b, JW_COMPACT);
    jw_object(&j);
    jw_kv_i64(&j, "id", (int64_t)id);
    jw_key(&j, "words");
    jw_array(&j);
    for (size_t i = 0; i < w->v.n; i++) {
        jw_object(&j);
        jw_kv_double(&j, "start", w->v.v[i].start_ms / 1000.0, 3);
        jw_kv_double(&j, "end", w->v.v[i].end_ms / 1000.0, 3);
        jw_kv_sv(&j, "text", w->v.v[i].text);
        jw_end(&j);
    }
    jw_end(&j);
    jw_end(&j);
    buf_putc(b, '\n');
}

void error_line_write(uint64_t id, const char *why, struct buf *b)
{
    struct jw j;
    jw_init(&j, b, JW_COMPACT);
    jw_object(&j);
    jw_kv_i64(&j, "id", (int64_t)id);
    jw_kv_str(&j, "error", why);
    jw_end(&j);
    buf_putc(b, '\n');
}

int request_line_read(struct sv line, struct arena *a, struct speech_request *out, struct error *err)
{
    struct json *doc = NULL;
    struct speech_request q = {0};
    int rc = json_parse(line, JSON_STRICT, &doc, err);
    if (rc) return rc;
    int64_t id = json_get_i64(doc, "id", -1);
    q.id = (uint64_t)id;
    q.path = arena_copy(a, json_get_sv(doc, "path"));
    q.language = arena_copy(a, json_get_sv(doc, "language"));
    if (!q.path.p || !q.language.p)
        rc = error_set(err, ERR_NOMEM, "speech", "no memory for a request");
    else if (json_type(doc) != JSON_OBJECT || id < 0 || q.path.n == 0 ||
             sv_find_byte(q.path, '\0', 0) != SIZE_MAX || sv_find_byte(q.language, '\0', 0) != SIZE_MAX)
        rc =
            error_set(err, ERR_FORMAT, "speech", "a request is an object with an id and the path of a sound");
    json_free(doc);
    if (rc == 0) *out = q;
    return rc;
}

void request_line_write(const struct speech_request *q, double seconds, int rate_hz, struct buf *b)
{
    struct jw j;
    jw_init(&j, b, JW_COMPACT);
    jw_object(&j);
    jw_kv_i64(&j, "id", (int64_t)q->id);
    jw_kv_str(&j, "want", "words");
    jw_kv_sv(&j, "path", q->path);
    jw_kv_i64(&j, "rate_hz", rate_hz);
    jw_kv_double(&j, "seconds", seconds, 3);
    if (q->language.n) jw_kv_sv(&j, "language", q->language);
    jw_end(&j);
    buf_putc(b, '\n');
}
