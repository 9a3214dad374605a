/* From an analysis to the acts of its post: which clip, in which words, at whom.
 *
 * A clip is what matching says it is: the reference of a bank that it shows, and the family that the archive counts it to
 * (engine/archive.c), or any whose frames it has (most of a few within 31 bits, both ways): where a clip is like two families, all
 * of them are one from then on. Wording is compared after normalisation, near
 * wording by shingles (index/neardup.h). Everything else is what the platform calls it. */
#include "engine/network.h"
#include "engine/network_priv.h"

#include "base/limits.h"
#include "index/neardup.h"
#include "store/store_index.h"

#include <stdlib.h>

enum {
    CLIP_FRAMES = 4,                     /* of a clip, evenly over its length */
    CLIP_QUALITY = 50,                   /* PDQ's authors' advice */
    CLIP_DISTANCE = 31,                  /* the field's limit for "the same" */
    CHUNKS = 16,                         /* keys of a frame: its 16 parts of 16 bits */
    CLIP_KEYS = CLIP_FRAMES * CHUNKS + 1 /* and its family */
};

/* What the likeness of clips is told from: the family in the archive (zero: none), then hashes of frames. */
struct clip_sketch {
    struct id128 family;
    struct hash256 frames[CLIP_FRAMES];
};

/* ---- likeness ---- */

static uint32_t frames_seen(const struct hash256 *a, size_t na, const struct hash256 *b, size_t nb)
{
    uint32_t n = 0;
    for (size_t i = 0; i < na; i++) {
        bool seen = false;
        for (size_t k = 0; k < nb; k++) seen |= hash256_distance(&a[i], &b[k]) <= CLIP_DISTANCE;
        n += seen;
    }
    return n;
}

static size_t read_sketch(struct sv sketch, struct clip_sketch *out)
{
    size_t n = sketch.n < sizeof *out ? sketch.n : sizeof *out;
    memset(out, 0, sizeof *out);
    if (n) memcpy(out, sketch.p, n);
    return n < sizeof out->family ? 0 : (n - sizeof out->family) / sizeof *out->frames;
}

/* One family; or three of four frames, of fewer all. */
static bool near_clips(struct sv a, struct sv b)
{
    struct clip_sketch x, y;
    size_t nx = read_sketch(a, &x), ny = read_sketch(b, &y);
    if (!id_is_zero(&x.family) && id_eq(&x.family, &y.family)) return true;
    size_t need_x = nx == CLIP_FRAMES ? CLIP_FRAMES - 1 : nx,
           need_y = ny == CLIP_FRAMES ? CLIP_FRAMES - 1 : ny;
    return nx && ny && frames_seen(x.frames, nx, y.frames, ny) >= need_x &&
           frames_seen(y.frames, ny, x.frames, nx) >= need_y;
}

static bool near_words(struct sv a, struct sv b)
{
    struct arena scratch;
    struct shingles x, y;
    struct error ignored;
    arena_init(&scratch, 0);
    bool near = neardup_shingles(a, &scratch, &x, &ignored) == 0 &&
                neardup_shingles(b, &scratch, &y, &ignored) == 0 && neardup_likeness(&x, &y) >= NEARDUP_NEAR;
    arena_done(&scratch);
    return near;
}

static bool near(void *arg, unsigned layer, struct sv a, struct sv b)
{
    return layer == ACTION_CLIP ? near_clips(a, b) : near_words(a, b);
}

static int64_t order(void *arg, const struct id128 *account, const struct id128 *post, int64_t at_us)
{
    char a[ID_TEXT_BYTES], p[ID_TEXT_BYTES];
    id_format(account, a);
    id_format(post, p);
    return actions_order(sv_cstr(a), sv_cstr(p), at_us);
}

void engine_network_rules(struct store_network_rules *out)
{
    *out = (struct store_network_rules){.nlayers = ACTION_LAYERS,
                                        .neighbours = NETWORK_MAX_NEIGHBOURS,
                                        .min_posts = ACTIONS_MIN_POSTS,
                                        .min_group = ACTIONS_MIN_GROUP,
                                        .targets = ACTION_TARGET + 1,
                                        .near = near,
                                        .order = order};
    for (unsigned l = 0; l < ACTION_LAYERS; l++) {
        out->layers[l].window_us = actions_window_us((enum action_layer)l);
        out->layers[l].min_posts = actions_min_posts((enum action_layer)l);
    }
}

/* ---- the clip ---- */

/* The reference that its surest match shows; among equals the first by name. */
static const struct finding *best_match(const struct analysis *a)
{
    const struct finding *best = NULL;
    for (size_t i = 0; i < a->findings.n; i++) {
        const struct finding *f = &a->findings.v[i];
        if ((f->kind != FINDING_MATCH_MEDIA && f->kind != FINDING_MATCH_FILE) || f->ref.negative) continue;
        bool better = !best || f->probability > best->probability ||
                      (f->probability >= best->probability && sv_cmp(f->ref.item, best->ref.item) < 0);
        if (better) best = f;
    }
    return best;
}

static const struct analysis_media *main_media(const struct analysis *a)
{
    for (size_t i = 0; a->media && i < a->post.nmedia; i++)
        if (a->media[i].state != MEDIA_ABSENT && a->media[i].state != MEDIA_PENDING &&
            a->post.media[i].role == MEDIA_ROLE_MAIN)
            return &a->media[i];
    return NULL;
}

static bool is_whole(const struct region *r)
{
    return r->x == 0 && r->y == 0 && r->w == 1000 && r->h == 1000;
}

/* A few good frames, evenly over the clip. */
static size_t pick_frames(const struct media_signals *s, struct hash256 out[CLIP_FRAMES])
{
    size_t good = 0, n = 0, at = 0;
    for (size_t i = 0; i < s->nframes; i++)
        good += s->frames[i].quality >= CLIP_QUALITY && is_whole(&s->frames[i].region);
    size_t want = good < CLIP_FRAMES ? good : CLIP_FRAMES;
    for (size_t i = 0; i < s->nframes && n < want; i++) {
        if (s->frames[i].quality < CLIP_QUALITY || !is_whole(&s->frames[i].region)) continue;
        if (at++ == n * (good - 1) / (want > 1 ? want - 1 : 1))
            out[n++] = s->frames[i].pdq[DIHEDRAL_ORIGINAL];
    }
    return n;
}

static size_t clip_keys(const struct id128 *family, const struct hash256 *frames, size_t n, uint64_t *out)
{
    size_t nkeys = 0;
    if (!id_is_zero(family)) { /* above the keys of frames */
        memcpy(&out[nkeys], family->b, sizeof *out);
        out[nkeys++] |= UINT64_C(1) << 63;
    }
    for (size_t i = 0; i < n; i++)
        for (unsigned c = 0; c < CHUNKS; c++) {
            uint64_t key = (uint64_t)(c + 1) << 16 | (frames[i].w[c / 4] >> (c % 4 * 16) & 0xFFFF);
            bool there = false;
            for (size_t k = 0; k < nkeys; k++) there |= out[k] == key;
            if (!there) out[nkeys++] = key;
        }
    return nkeys;
}

static int add_medium(struct store *s, const struct analysis_media *m, struct arena *arena,
                      struct store_network_act *out, size_t *io_n, struct error *err)
{
    struct store_network_act act = {.layer = ACTION_CLIP};
    struct clip_sketch *sketch = arena_array(arena, 1, sizeof *sketch);
    uint64_t *keys = arena_array(arena, CLIP_KEYS, sizeof *keys);
    char sha[SHA256_TEXT_BYTES];
    sha256_format(&m->sha256, sha);
    act.name = arena_printf(arena, "file:%s", sha);
    if (!sketch || !keys || !act.name.p)
        return error_set(err, ERR_NOMEM, "engine", "no memory for the clip of a post");
    int code = s ? store_media_family(s, &m->sha256, &sketch->family, err) : ERR_NOTFOUND;
    if (code == ERR_NOTFOUND) sketch->family = (struct id128){.b = {0}};
    if (code && code != ERR_NOTFOUND) return code;
    size_t n = m->signals ? pick_frames(m->signals, sketch->frames) : 0;
    act.nkeys = clip_keys(&sketch->family, sketch->frames, n, keys);
    act.keys = keys;
    if (act.nkeys)
        act.sketch = sv_of((const char *)sketch, sizeof sketch->family + n * sizeof *sketch->frames);
    out[(*io_n)++] = act;
    return 0;
}

static int add_clip(struct store *s, const struct analysis *a, struct arena *arena,
                    struct store_network_act *out, size_t *io_n, struct error *err)
{
    const struct finding *match = best_match(a);
    const struct analysis_media *m = main_media(a);
    if (match) {
        struct sv name = arena_printf(arena, "%.*s:%.*s", SV_FMT(match->ref.bank), SV_FMT(match->ref.item));
        if (!name.p) return error_set(err, ERR_NOMEM, "engine", "no memory for the clip of a post");
        out[(*io_n)++] = (struct store_network_act){.layer = ACTION_CLIP, .name = name};
    }
    return m ? add_medium(s, m, arena, out, io_n, err) : 0;
}

/* ---- all of it ---- */

static int add_words(struct store_network_act *act, struct arena *arena, struct error *err)
{
    struct shingles set;
    uint64_t *keys = arena_array(arena, NEARDUP_KEYS, sizeof *keys);
    if (!keys) return error_set(err, ERR_NOMEM, "engine", "no memory for the words of a post");
    struct sv shape;
    int code = caption_shape(act->name, arena, &shape, err);
    if (code == 0) code = neardup_shingles(shape, arena, &set, err);
    if (code == 0 && neardup_keys(&set, keys)) {
        act->sketch = shape;
        act->keys = keys;
        act->nkeys = NEARDUP_KEYS;
    }
    return code;
}

/* The recording that a bank knows it by, beside the platform's number for it. */
static int add_known_sound(const struct analysis *a, struct arena *arena, struct store_network_act *out,
                           size_t *io_n, struct error *err)
{
    for (size_t i = 0; i < a->findings.n; i++) {
        const struct finding *f = &a->findings.v[i];
        if (f->kind != FINDING_MATCH_SOUND || f->ref.negative || f->ref.item.n == 0) continue;
        struct sv name = arena_printf(arena, "%.*s:%.*s", SV_FMT(f->ref.bank), SV_FMT(f->ref.item));
        if (!name.p) return error_set(err, ERR_NOMEM, "engine", "no memory for the sound of a post");
        out[(*io_n)++] = (struct store_network_act){.layer = ACTION_SOUND, .name = name};
        return 0;
    }
    return 0;
}

int engine_network_acts(struct store *s, const struct analysis *a, struct arena *arena,
                        struct store_network_act **out, size_t *out_n, struct error *err)
{
    struct action *v = NULL;
    size_t n = 0;
    *out_n = 0;
    *out = NULL;
    if (a->post.created_us == TIME_UNKNOWN || id_is_zero(&a->post.account.id)) return 0;
    int code = actions_of_post(&a->post, SV_NULL, arena, &v, &n, err);
    if (code) return code;
    struct store_network_act *acts = arena_array(arena, n + 3, sizeof *acts);
    if (!acts) return error_set(err, ERR_NOMEM, "engine", "no memory for what a post shares");
    for (size_t i = 0; code == 0 && i < n; i++) {
        struct store_network_act *act = &acts[(*out_n)++];
        act->layer = v[i].layer;
        act->name = v[i].object;
        if (v[i].layer == ACTION_CAPTION || v[i].layer == ACTION_SCREEN) code = add_words(act, arena, err);
    }
    if (code == 0) code = add_clip(s, a, arena, acts, out_n, err);
    if (code == 0) code = add_known_sound(a, arena, acts, out_n, err);
    *out = acts;
    return code;
}

int engine_network_take(struct engine *e, const struct analysis *a, struct error *err)
{
    struct arena arena;
    struct store_network_rules rules;
    struct store_network_act *acts = NULL;
    struct store_network_change change = {0};
    size_t n = 0;
    arena_init(&arena, 0);
    engine_network_rules(&rules);
    int code = engine_network_acts(e->store, a, &arena, &acts, &n, err);
    if (code == 0)
        code = store_network_put(e->store, &rules, &a->post.id, &a->post.account.id, a->post.created_us, acts,
                                 n, &change, err);
    if (code == 0 && change.crowded && !e->crowded_told) {
        e->crowded_told = true;
        log_write(e->log, LOG_WARN, "network",
                  "more than %d wordings or clips have a part in common with a new one: it was compared with "
                  "the oldest of them",
                  NETWORK_KEY_FOLLOW);
    }
    /* Its findings were written anew without those of the network. */
    if (code == 0) code = store_network_mark(e->store, &a->post.id, err);
    arena_done(&arena);
    return code;
}
