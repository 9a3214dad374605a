/* A platform's sound that a bank knows by its number: "tiktok:7012…". The recording itself is not heard here. */
#include "detect/detect_priv.h"

/* The number says which sound the post was made with; it may be turned down, or talked over. */
#define SURE 0.9

static int open(const struct detect_env *env, void **out_state, struct error *err)
{
    *out_state = env->banks;
    return 0;
}

/* "platform:number"; a NUL in either is a byte like any other. */
static bool key_of(const struct post *post, struct arena *a, struct sv *out)
{
    struct sv platform = post->platform, id = post->sound.id;
    char *p = arena_alloc(a, platform.n + 1 + id.n);
    if (!p) return false;
    if (platform.n) memcpy(p, platform.p, platform.n);
    p[platform.n] = ':';
    memcpy(p + platform.n + 1, id.p, id.n);
    *out = sv_of(p, platform.n + 1 + id.n);
    return true;
}

static int run(const void *state, struct detect_scratch *scratch, const struct detect_item *item,
               struct finding_list *out, struct error *err)
{
    const struct bank_set *b = state;
    const struct post *post = item->post;
    if (!b || !post->sound.id.n) return 0;
    struct sv key;
    if (!key_of(post, &scratch->arena, &key))
        return error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for the name of a sound");
    for (uint32_t at = bank_set_by_sound(b, key); at != NO_ITEM; at = bank_set_next_same(b, at)) {
        struct finding f;
        char id[ID_TEXT_BYTES];
        match_init(&f, FINDING_MATCH_SOUND, &detector_sound, b, &b->items.v[at], id);
        struct place p = place_of(PLACE_POST);
        f.probability = SURE;
        f.quote = post->sound.title;
        f.places = &p;
        f.nplaces = 1;
        int rc = finding_add(out, &f);
        if (rc) return error_set(err, rc, DETECT_MODULE, "no memory for a finding");
    }
    return 0;
}

static void close(void *state) {}

const struct detector detector_sound = {
    .name = "sound",
    .help = "a platform's sound that a bank knows by its number",
    .version = 1,
    .wants = DETECT_RECORD,
    .open = open,
    .run = run,
    .close = close,
};
