#include "speech/stretch.h"

#include "base/clock.h"
#include "base/limits.h"

enum { AROUND_US = 250000, NEAR_US = 1000000 };

int64_t speech_us(const struct sound_mark *v, size_t n)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        if (v[i].class == SOUND_SPEECH) sum += (int64_t)(v[i].end - v[i].start) * SOUND_MARK_US;
    return sum;
}

/* The stretch of speech at or after mark *at, what is near joined to it; false: no more. *at: the mark after it. */
static bool next_stretch(const struct sound_mark *v, size_t n, size_t *at, struct media_stretch *out)
{
    size_t i = *at;
    while (i < n && v[i].class != SOUND_SPEECH) i++;
    if (i == n) return false;
    int64_t start = (int64_t)v[i].start * SOUND_MARK_US, end = (int64_t)v[i].end * SOUND_MARK_US;
    for (size_t k = ++i; k < n && (int64_t)v[k].start * SOUND_MARK_US - end <= NEAR_US; k++) {
        if (v[k].class != SOUND_SPEECH) continue;
        end = (int64_t)v[k].end * SOUND_MARK_US;
        i = k + 1;
    }
    *at = i;
    *out = (struct media_stretch){start > AROUND_US ? start - AROUND_US : 0, end + AROUND_US};
    return true;
}

struct speech_piece speech_next(const struct sound_mark *v, size_t n, size_t *at, int64_t *done_us)
{
    struct speech_piece p = {.n = 0};
    int64_t sum = 0;
    while (p.n < MEDIA_STRETCHES_MAX && sum < SPEECH_PIECE_US) {
        size_t next = *at;
        struct media_stretch s;
        if (!next_stretch(v, n, &next, &s)) break;
        if (s.start_us < *done_us) s.start_us = *done_us;
        int64_t room = SPEECH_PIECE_US - sum;
        bool whole = s.end_us - s.start_us <= room;
        if (!whole) s.end_us = s.start_us + room;
        if (whole) *at = next;
        *done_us = s.end_us;
        if (s.end_us <= s.start_us) continue;
        sum += s.end_us - s.start_us;
        p.v[p.n++] = s;
    }
    return p;
}

static uint32_t ms(int64_t us) { return us <= 0 ? 0 : (uint32_t)(us / 1000); }

void speech_place(const struct speech_piece *p, struct said_word *v, size_t *n)
{
    size_t kept = 0, s = 0;
    int64_t from_ms = 0; /* where stretch s starts in the piece */
    for (size_t i = 0; i < *n; i++) {
        struct said_word w = v[i];
        int64_t lasts = 0;
        for (; s < p->n; s++) {
            lasts = (p->v[s].end_us - p->v[s].start_us) / 1000;
            if (w.start_ms < from_ms + lasts + SPEECH_GAP_MS) break;
            from_ms += lasts + SPEECH_GAP_MS;
        }
        if (s == p->n) break;
        int64_t start = w.start_ms - from_ms, end = w.end_ms - from_ms;
        if (start > lasts) start = lasts;
        if (end > lasts) end = lasts;
        if (end < start) end = start;
        w.start_ms = ms(p->v[s].start_us + start * 1000);
        w.end_ms = ms(p->v[s].start_us + end * 1000);
        v[kept++] = w;
    }
    *n = kept;
}
