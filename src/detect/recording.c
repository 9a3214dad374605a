/* A recording of a bank heard in a clip, whatever its speed, tempo or pitch, and talked over. It is the recording itself:
 * another performance of the same tune does not fit to the hundredth of a second that index/landmarks.h asks for. */
#include "detect/detect_priv.h"

#include <stdlib.h>

#include "detect/bank_sounds.h"

struct recording_state {
    const struct bank_set *banks;
    const struct bank_sounds *sounds; /* of the set; NULL when there are none */
};

static void close(void *state) { free(state); }

static int open(const struct detect_env *env, void **out_state, struct error *err)
{
    struct recording_state *s = calloc(1, sizeof *s);
    struct bank_sounds *sounds = NULL;
    if (!s) return error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for the banks' sounds");
    int rc = env->banks ? bank_sounds_of(env->banks, &sounds, err) : 0;
    if (rc) {
        free(s);
        return rc;
    }
    s->banks = env->banks;
    s->sounds = sounds;
    *out_state = s;
    return 0;
}

/* m[0..n) are one clip's matches, best first: those of m[first]'s reference are one finding. */
static int report(const struct recording_state *s, size_t media, const struct landmark_match *m, size_t n,
                  size_t first, struct finding_list *out, struct error *err)
{
    const struct set_item *item = &s->banks->items.v[s->banks->prints.v[m[first].reference].item];
    struct place places[LANDMARK_MATCHES_MAX];
    struct finding f;
    char id[ID_TEXT_BYTES];
    match_init(&f, FINDING_MATCH_SOUND, &detector_recording, s->banks, item, id);
    for (size_t i = first; i < n; i++) {
        if (m[i].reference != m[first].reference || m[i].probability < 0.5f) continue;
        struct place *p = &places[f.nplaces++];
        *p = place_of(PLACE_MEDIA);
        p->media_index = (uint32_t)media;
        p->start_us = (int64_t)m[i].query_start * LANDMARK_TICK_US;
        p->end_us = (int64_t)m[i].query_end * LANDMARK_TICK_US;
    }
    f.places = places;
    f.probability = m[first].probability < 0.99f ? (double)m[first].probability : 0.99;
    f.ref.time_us = (int64_t)m[first].start * LANDMARK_TICK_US;
    int rc = finding_add(out, &f);
    return rc ? error_set(err, rc, DETECT_MODULE, "no memory for a finding") : 0;
}

static int run_media(const struct recording_state *s, struct landmark_scratch *scratch,
                     const struct media_signals *signals, size_t media, struct finding_list *out,
                     struct error *err)
{
    struct landmark_match m[LANDMARK_MATCHES_MAX];
    size_t n = 0;
    int rc = bank_sounds_query(s->sounds, scratch, signals->landmarks, signals->nlandmarks, m, &n, err);
    for (size_t i = 0; i < n && rc == 0; i++) {
        bool told = m[i].probability < 0.5f;
        for (size_t k = 0; k < i && !told; k++) told = m[k].reference == m[i].reference;
        if (!told) rc = report(s, media, m, n, i, out, err);
    }
    return rc;
}

static int run(const void *state, struct detect_scratch *detect_scratch, const struct detect_item *item,
               struct finding_list *out, struct error *err)
{
    const struct recording_state *s = state;
    struct landmark_scratch *scratch = NULL;
    int rc = 0;
    if (!s->sounds || !item->media) return 0;
    for (size_t m = 0; m < item->post->nmedia && rc == 0; m++) {
        if (!item->media[m] || item->media[m]->nlandmarks == 0) continue;
        if (!scratch) rc = landmark_scratch_new(&scratch, err);
        if (rc == 0) rc = run_media(s, scratch, item->media[m], m, out, err);
    }
    landmark_scratch_free(scratch);
    return rc;
}

const struct detector detector_recording = {
    .name = "recording",
    .help = "recordings of banks in the sound, also faster, higher or talked over",
    .version = 1,
    .wants = DETECT_MEDIA,
    .open = open,
    .run = run,
    .close = close,
};
