/* The texts of an item as the detectors read them: each part of the post, and what its account says of itself. */
#include "detect/detect_priv.h"

static bool add(struct detect_scratch *s, const struct text_part *part, uint32_t index, size_t *bytes,
                struct error *err, int *rc)
{
    if (!part->text.n) return true;
    if (part->text.n > DETECT_MAX_TEXT_BYTES - *bytes) {
        log_write(s->log, LOG_WARN, DETECT_MODULE,
                  "%zu bytes of a post's %s are not searched: more than %zu in all", part->text.n,
                  text_field_name(part->field), DETECT_MAX_TEXT_BYTES);
        return true;
    }
    *bytes += part->text.n;
    struct text_unit *u = &s->units[s->nunits];
    *u = (struct text_unit){.field = part->field,
                            .index = index,
                            .start_us = part->start_us,
                            .end_us = part->end_us,
                            .part = index == UINT32_MAX ? NULL : part};
    *rc = text_normalise(part->text, &s->arena, &u->norm, err);
    if (*rc) return false;
    s->nunits++;
    return true;
}

int scratch_units(struct detect_scratch *s, const struct detect_item *item, struct error *err)
{
    if (s->units_ready) return 0;
    const struct post *post = item->post;
    const struct text_part of_account[] = {
        {TEXT_HANDLE, post->account.handle, TIME_UNKNOWN, TIME_UNKNOWN},
        {TEXT_NAME, post->account.name, TIME_UNKNOWN, TIME_UNKNOWN},
        {TEXT_BIO, post->account.bio, TIME_UNKNOWN, TIME_UNKNOWN},
    };
    enum { OF_ACCOUNT = sizeof of_account / sizeof *of_account };
    s->nunits = 0;
    s->units = ARENA_ARRAY(&s->arena, post->ntexts + OF_ACCOUNT, struct text_unit);
    if (!s->units) return error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for the texts of a post");
    size_t bytes = 0;
    int rc = 0;
    for (size_t i = 0; i < post->ntexts; i++)
        if (!add(s, &post->texts[i], (uint32_t)i, &bytes, err, &rc)) return rc;
    for (size_t i = 0; i < OF_ACCOUNT; i++)
        if (!add(s, &of_account[i], UINT32_MAX, &bytes, err, &rc)) return rc;
    s->units_ready = true;
    return 0;
}

struct place unit_place(const struct text_unit *u, size_t start, size_t end)
{
    struct place p = place_of(PLACE_TEXT);
    p.field = u->field;
    p.text_index = u->index;
    p.start = start;
    p.end = end;
    p.start_us = u->start_us;
    p.end_us = u->end_us;
    if (u->part) text_part_when(u->part, start, end, &p.start_us, &p.end_us);
    return p;
}
