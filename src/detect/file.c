/* The very file of a bank, byte for byte. */
#include "detect/detect_priv.h"

/* That two files with one SHA-256 differ does not happen; that a bank holds a file by mistake does. */
#define SURE 0.99

static int open(const struct detect_env *env, void **out_state, struct error *err)
{
    *out_state = env->banks;
    return 0;
}

static int run(const void *state, struct detect_scratch *scratch, const struct detect_item *item,
               struct finding_list *out, struct error *err)
{
    const struct bank_set *b = state;
    if (!b || !item->media_sha256) return 0;
    for (size_t m = 0; m < item->post->nmedia; m++) {
        if (!item->media_sha256[m]) continue;
        uint32_t at = bank_set_by_file(b, item->media_sha256[m]);
        for (; at != NO_ITEM; at = bank_set_next_same(b, at)) {
            struct finding f;
            char id[ID_TEXT_BYTES];
            match_init(&f, FINDING_MATCH_FILE, &detector_file, b, &b->items.v[at], id);
            struct place p = place_of(PLACE_MEDIA);
            p.media_index = (uint32_t)m;
            f.probability = SURE;
            f.places = &p;
            f.nplaces = 1;
            int rc = finding_add(out, &f);
            if (rc) return error_set(err, rc, DETECT_MODULE, "no memory for a finding");
        }
    }
    return 0;
}

static void close(void *state) {}

const struct detector detector_file = {
    .name = "file",
    .help = "the very file of a bank, byte for byte (SHA-256)",
    .version = 1,
    .wants = DETECT_MEDIA,
    .open = open,
    .run = run,
    .close = close,
};
