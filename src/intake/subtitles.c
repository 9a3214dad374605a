/* WebVTT and SubRip: cues of "start --> end" and lines of text up to an empty line. Headers, notes, numbers and styling
 * tags are passed over; a cue that repeats the one before (as rolling captions do) is taken once. */
#include "intake/intake_priv.h"

/* "01:02:03.450", "02:03,450" → µs; TIME_UNKNOWN for anything else. */
static int64_t cue_time(struct sv s)
{
    int64_t total = 0, part;
    struct sv rest = sv_trim(s), piece;
    while (sv_split(&rest, ':', &piece)) {
        size_t point = sv_find_byte(piece, '.', 0);
        if (point == SIZE_MAX) point = sv_find_byte(piece, ',', 0);
        struct sv whole = sv_sub(piece, 0, point);
        if (!sv_to_i64(whole, &part) || part < 0 || part > 99999) return TIME_UNKNOWN;
        total = total * 60 + part * US_PER_SECOND;
        if (total > INT64_C(1000000) * US_PER_SECOND) return TIME_UNKNOWN;
        if (point == SIZE_MAX) continue;
        struct sv thousandths = sv_sub(piece, point + 1, piece.n);
        if (thousandths.n != 3 || !sv_to_i64(thousandths, &part) || part < 0) return TIME_UNKNOWN;
        total += part * 1000;
    }
    return total;
}

/* "start --> end settings" */
static bool cue_line(struct sv line, int64_t *out_start, int64_t *out_end)
{
    size_t arrow = sv_find(line, SV("-->"), 0);
    if (arrow == SIZE_MAX) return false;
    struct sv end = sv_trim(sv_sub(line, arrow + 3, line.n));
    end = sv_sub(end, 0, sv_find_byte(end, ' ', 0));
    *out_start = cue_time(sv_sub(line, 0, arrow));
    *out_end = cue_time(end);
    return *out_start != TIME_UNKNOWN && *out_end != TIME_UNKNOWN;
}

static void put_without_tags(struct buf *b, struct sv line)
{
    if (b->n > 0) buf_putc(b, ' ');
    for (size_t at = 0; at < line.n; at++) {
        if (line.p[at] == '<') {
            size_t close = sv_find_byte(line, '>', at);
            if (close != SIZE_MAX) {
                at = close;
                continue;
            }
        }
        buf_putc(b, line.p[at]);
    }
}

static void end_cue(struct run *r, struct buf *words, int64_t start, int64_t end, struct sv *last)
{
    struct sv text = sv_trim(buf_sv(words));
    if (text.n > 0 && !sv_eq(text, *last)) {
        *last = arena_copy(&r->arena, text);
        if (!last->p) r->nomem = true;
        add_text(r, TEXT_TRANSCRIPT, *last, start, end);
    }
    buf_clear(words);
}

void add_subtitles(struct run *r, struct sv text)
{
    struct buf words;
    struct sv rest = text, line, last = SV_NULL;
    int64_t start = 0, end = 0;
    bool inside = false;
    buf_init(&words, POST_MAX_TEXT_BYTES);
    while (!r->nomem && sv_split(&rest, '\n', &line)) {
        line = sv_trim(line);
        if (line.n == 0) {
            if (inside) end_cue(r, &words, start, end, &last);
            inside = false;
        } else if (!inside) {
            inside = cue_line(line, &start, &end);
        } else {
            put_without_tags(&words, line);
        }
    }
    if (inside) end_cue(r, &words, start, end, &last);
    buf_done(&words);
}
