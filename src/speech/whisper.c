/* whisper.cpp's JSON:
 *
 *     {"transcription": [{"offsets": {"from": ms, "to": ms}, "text": " …",
 *                         "tokens": [{"text": " …", "offsets": {…}}, …]}, …]}
 *
 * With -ml 1 each entry is a word or a piece of one, with -ojf each has its tokens; a piece that starts with a space starts a word.
 * Tokens in brackets are the model's own signs. */
#include "base/json.h"
#include "speech/words.h"

static bool is_sign(struct sv text) { return sv_starts(text, SV("[_")) || sv_starts(text, SV("<|")); }

static void add_piece(struct word_list *out, const struct json *v)
{
    const struct json *offsets = json_get(v, "offsets");
    struct sv text = json_get_sv(v, "text");
    if (is_sign(text)) return;
    words_add_piece(out, json_double(json_get(offsets, "from"), -2000) / 1000,
                    json_double(json_get(offsets, "to"), -2000) / 1000, text);
}

int whisper_read(struct sv json, struct word_list *out, struct error *err)
{
    struct json *doc = NULL;
    int rc = json_parse(json, JSON_STRICT, &doc, err);
    if (rc) return rc;
    const struct json *list = json_get(doc, "transcription");
    if (json_type(list) != JSON_ARRAY)
        rc = error_set(err, ERR_FORMAT, "speech", "no \"transcription\" in it: is it whisper.cpp's -oj?");
    for (size_t i = 0; rc == 0 && i < json_len(list); i++) {
        const struct json *entry = json_at(list, i), *tokens = json_get(entry, "tokens");
        if (json_type(tokens) != JSON_ARRAY || json_len(tokens) == 0) {
            add_piece(out, entry);
            continue;
        }
        for (size_t k = 0; k < json_len(tokens); k++) add_piece(out, json_at(tokens, k));
        words_end_piece(out);
    }
    json_free(doc);
    return rc ? rc : words_finish(out, err);
}
