/* {"words": [{"word": "…", "start": s, "end": s}, …], "segments": [{"start": s, "end": s, "text": "…", "words": […]}, …]}: words where there
 * are any, at the top or in each segment, else whole segments. */
#include "base/json.h"
#include "speech/words.h"

static void add_timed(struct word_list *out, const struct json *v)
{
    struct sv text = json_get_sv(v, "word");
    if (text.n == 0) text = json_get_sv(v, "text");
    words_add(out, json_double(json_get(v, "start"), -2), json_double(json_get(v, "end"), -2), text);
}

static void add_all(struct word_list *out, const struct json *list)
{
    for (size_t i = 0; i < json_len(list); i++) add_timed(out, json_at(list, i));
}

int openai_read(struct sv json, struct word_list *out, struct error *err)
{
    struct json *doc = NULL;
    int rc = json_parse(json, JSON_STRICT, &doc, err);
    if (rc) return rc;
    const struct json *words = json_get(doc, "words"), *segments = json_get(doc, "segments");
    bool top = json_type(words) == JSON_ARRAY && json_len(words) > 0;
    if (!top && json_type(segments) != JSON_ARRAY && json_type(words) != JSON_ARRAY)
        rc = error_set(err, ERR_FORMAT, "speech",
                       "neither \"words\" nor \"segments\" in the answer: ask for verbose_json");
    if (rc == 0 && top) add_all(out, words);
    for (size_t i = 0; rc == 0 && !top && i < json_len(segments); i++) {
        const struct json *segment = json_at(segments, i), *own = json_get(segment, "words");
        if (json_type(own) == JSON_ARRAY && json_len(own))
            add_all(out, own);
        else
            add_timed(out, segment);
    }
    json_free(doc);
    return rc ? rc : words_finish(out, err);
}
