/* Clips as lists of frames. As JSON: a list of "hash,quality,timestamp" a line (or one document over many lines), or
 * {"label": [list], …}. As text: "frame,quality,hash,timestamp" a line, the whole file being one clip; older files
 * leave the timestamp out, and the frame's number then stands for its place only (0 seconds). */
#include "store/hashlist_priv.h"

#include <stdio.h>

/* ---- text ---- */

static bool read_frame_line(struct sv line, struct bank_frame *out)
{
    struct sv rest = line, frame, quality, hash;
    int64_t number;
    if (!sv_split(&rest, ',', &frame) || !sv_split(&rest, ',', &quality) || !sv_split(&rest, ',', &hash))
        return false;
    if (!sv_to_i64(sv_trim(frame), &number) || number < 0) return false;
    out->time_us = 0;
    return hashlist_quality(sv_trim(quality), &out->quality) && hash256_parse(sv_trim(hash), &out->pdq) &&
           (rest.n == 0 || hashlist_seconds(sv_trim(rest), &out->time_us));
}

static int frame_line(struct hashlist *h, struct sv line)
{
    struct bank_frame f;
    if (!read_frame_line(line, &f))
        return hashlist_bad(h, h->line, "%.*s is no \"frame,quality,hash,timestamp\"",
                            SV_FMT(sv_sub(line, 0, 120)));
    if (h->frames.n == 0) h->first_line = h->line;
    if (h->frames.n >= BANK_MAX_FRAMES) {
        h->too_many = true;
        return 0;
    }
    return VEC_PUSH(&h->frames, f) == 0 ? 0 : hashlist_nomem(h);
}

/* ---- JSON ---- */

static bool read_frame_text(struct sv s, struct bank_frame *out)
{
    struct sv rest = s, hash, quality;
    return sv_split(&rest, ',', &hash) && sv_split(&rest, ',', &quality) &&
           hash256_parse(sv_trim(hash), &out->pdq) && hashlist_quality(sv_trim(quality), &out->quality) &&
           hashlist_seconds(sv_trim(rest), &out->time_us);
}

/* On a list that is no clip: 0, reported as bad, and item->nframes is 0. */
int hashlist_clip(struct hashlist *h, const struct json *list, struct bank_item *item)
{
    size_t n = json_len(list);
    item->nframes = 0;
    if (json_type(list) != JSON_ARRAY || n == 0)
        return hashlist_bad(h, h->line, "a clip is a list of frames, and not empty");
    if (n > BANK_MAX_FRAMES)
        return hashlist_bad(h, h->line, "the clip has %zu frames, more than %d", n, BANK_MAX_FRAMES);
    struct bank_frame *frames = ARENA_ARRAY(&h->arena, n, struct bank_frame);
    if (!frames) return hashlist_nomem(h);
    for (size_t i = 0; i < n; i++) {
        struct sv text = json_sv(json_at(list, i));
        if (!read_frame_text(text, &frames[i]))
            return hashlist_bad(h, h->line, "frame %zu, %.*s, is no \"hash,quality,timestamp\"", i,
                                SV_FMT(sv_sub(text, 0, 120)));
    }
    item->frames = frames;
    item->nframes = n;
    hashlist_sort_frames(item);
    return 0;
}

static int put_clip(struct hashlist *h, const struct json *list, struct sv label)
{
    struct bank_item item = hashlist_blank(BANK_VPDQ);
    int rc = hashlist_clip(h, list, &item);
    if (rc != 0 || item.nframes == 0) return rc;
    item.label = label;
    return hashlist_item(h, &item);
}

static int put_member(void *arg, struct sv key, const struct json *value)
{
    return put_clip(arg, value, key);
}

static int put_value(struct hashlist *h, const struct json *v)
{
    if (json_type(v) == JSON_OBJECT && json_len(v) > 0) return json_each(v, put_member, h);
    bool nested = json_type(v) == JSON_ARRAY && json_type(json_at(v, 0)) == JSON_ARRAY;
    if (!nested) return put_clip(h, v, SV_NULL);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < json_len(v); i++) rc = put_clip(h, json_at(v, i), SV_NULL);
    return rc;
}

static int add_to_document(struct hashlist *h, struct sv line)
{
    if (h->document.n + line.n + 1 > BANK_MAX_LINE_BYTES) {
        h->too_many = true;
        return 0;
    }
    buf_putsv(&h->document, line);
    buf_putc(&h->document, '\n');
    return h->document.failed ? hashlist_nomem(h) : 0;
}

/* A line that begins a document and does not end it: the rest of the file is the same document. */
static int json_line(struct hashlist *h, struct sv line)
{
    struct json *doc = NULL;
    struct error why;
    int rc = json_parse(line, JSON_STRICT, &doc, &why);
    if (rc == 0)
        rc = put_value(h, doc);
    else if (rc == ERR_NOMEM)
        rc = hashlist_nomem(h);
    else if (h->counts->items + h->counts->bad == 0 && h->frames.n == 0) {
        h->in_document = true;
        h->first_line = h->line;
        rc = add_to_document(h, line);
    } else {
        rc = hashlist_bad(h, h->line, "%s", why.text);
    }
    json_free(doc);
    return rc;
}

static int read_line(struct hashlist *h, struct sv line)
{
    if (h->in_document) return add_to_document(h, line);
    if (line.p[0] == '[' || line.p[0] == '{') return json_line(h, line);
    return frame_line(h, line);
}

static int end_document(struct hashlist *h)
{
    struct json *doc = NULL;
    struct error why;
    h->line = h->first_line;
    if (h->too_many)
        return hashlist_bad(h, h->line,
                            "the JSON that begins here is longer than %llu bytes: put one clip on each line",
                            (unsigned long long)BANK_MAX_LINE_BYTES);
    int rc = json_parse(buf_sv(&h->document), JSON_STRICT, &doc, &why);
    if (rc == ERR_NOMEM)
        rc = hashlist_nomem(h);
    else
        rc = rc == 0 ? put_value(h, doc) : hashlist_bad(h, h->line, "%s", why.text);
    json_free(doc);
    return rc;
}

static int end(struct hashlist *h)
{
    if (h->in_document) return end_document(h);
    if (h->frames.n == 0) return 0;
    h->line = h->first_line;
    if (h->too_many)
        return hashlist_bad(h, h->line, "the clip that begins here has more than %d frames", BANK_MAX_FRAMES);
    struct bank_item item = hashlist_blank(BANK_VPDQ);
    item.frames = h->frames.v;
    item.nframes = h->frames.n;
    hashlist_sort_frames(&item);
    return hashlist_item(h, &item);
}

static bool looks(struct sv line)
{
    struct bank_frame f;
    return line.p[0] == '[' || line.p[0] == '{' || read_frame_line(line, &f);
}

/* ---- writing ---- */

void hashlist_put_clip(struct jw *w, const struct bank_item *item)
{
    char hex[HASH256_TEXT_BYTES], text[128];
    jw_array(w);
    for (size_t i = 0; i < item->nframes; i++) {
        const struct bank_frame *f = &item->frames[i];
        hash256_format(&f->pdq, hex);
        snprintf(text, sizeof text, "%s,%u,%lld.%06lld", hex, f->quality,
                 (long long)(f->time_us / US_PER_SECOND), (long long)(f->time_us % US_PER_SECOND));
        /* Three decimals, as others write them, unless that would lose something. */
        size_t n = strlen(text);
        if (strcmp(text + n - 3, "000") == 0) text[n - 3] = '\0';
        jw_str(w, text);
    }
    jw_end(w);
}

static int write_item(const struct bank_item *item, struct buf *b, struct error *err)
{
    if ((item->type != BANK_VPDQ && item->type != BANK_PDQ) || item->nframes == 0)
        return hashlist_no_way(item, "vpdq", err);
    struct jw w;
    jw_init(&w, b, JW_COMPACT);
    hashlist_put_clip(&w, item);
    buf_putc(b, '\n');
    return 0;
}

const struct hashlist_format hashlist_vpdq = {"vpdq", looks, read_line, end, write_item};
