#include "network/actions.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "network/acts_priv.h"
#include "text/normalise.h"

#include <stdlib.h>
#include <utf8proc.h>

static const struct {
    const char *name;
    int64_t window_s;
    uint32_t min_posts;
} layers[ACTION_LAYERS] = {{"clip", 300, 0}, {"sound", 60, 5},   {"caption", 3600, 0}, {"hashtags", 3600, 0},
                           {"url", 60, 0},   {"target", 300, 5}, {"screen", 3600, 0}};

const char *action_layer_name(enum action_layer l) { return layers[l].name; }

uint32_t actions_min_posts(enum action_layer l) { return layers[l].min_posts; }
int64_t actions_window_us(enum action_layer l) { return layers[l].window_s * US_PER_SECOND; }

int64_t actions_order(struct sv account, struct sv post, int64_t time_us)
{
    return (int64_t)(tie_key(account, post, time_us) ^ UINT64_C(1) << 63);
}

void actions_stream_options(struct network_stream_options *o)
{
    network_stream_options_init(o);
    o->nlayers = ACTION_LAYERS;
    for (unsigned l = 0; l < ACTION_LAYERS; l++) {
        o->layers[l] = sv_cstr(layers[l].name);
        o->window_us[l] = layers[l].window_s * US_PER_SECOND;
    }
}

void actions_run_options(struct network_options *o)
{
    network_options_init(o);
    for (unsigned l = 0; l < ACTION_LAYERS; l++) o->layers[l].window_us = layers[l].window_s * US_PER_SECOND;
    for (unsigned l = 0; l < ACTION_LAYERS; l++) o->layers[l].min_posts = layers[l].min_posts;
}

/* Whether a word is a mention, a hashtag or a link: not part of the wording. */
static bool is_pointer(struct sv word)
{
    return word.p[0] == '@' || word.p[0] == '#' || sv_find(word, SV("://"), 0) != SIZE_MAX ||
           sv_starts(word, SV("www."));
}

static bool is_letter(uint32_t cp)
{
    utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
    return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO;
}

int caption_key(struct sv text, struct arena *a, struct sv *out, struct error *err)
{
    struct norm_text t;
    struct buf b;
    size_t letters = 0;
    *out = SV_NULL;
    int rc = text.n ? text_normalise(text, a, &t, err) : 0;
    if (rc || text.n == 0) return rc;
    buf_init(&b, 0);
    struct sv rest = t.text, word;
    while (sv_split(&rest, ' ', &word)) {
        size_t before = b.n;
        if (word.n == 0 || is_pointer(word)) continue;
        if (b.n) buf_putc(&b, ' ');
        size_t start = b.n;
        for (size_t at = 0; at < word.n;) {
            size_t from = at;
            if (!is_letter(utf8_next(word, &at, NULL))) continue;
            buf_put(&b, word.p + from, at - from);
            letters++;
        }
        if (b.n == start) b.n = before; /* nothing of the word was left */
    }
    if (letters >= ACTION_MIN_LETTERS) {
        *out = arena_copy(a, buf_sv(&b));
        if (b.failed || !out->p)
            rc = error_set(err, ERR_NOMEM, "network", "no memory for a caption of %zu bytes", text.n);
    }
    buf_done(&b);
    return rc;
}

int caption_shape(struct sv key, struct arena *a, struct sv *out, struct error *err)
{
    struct norm_text t, joined;
    bool differs = false;
    int rc = text_normalise(key, a, &t, err);
    if (rc == 0) rc = text_reread(&t, a, &joined, &differs, err);
    if (rc == 0) *out = differs ? joined.skeleton : t.skeleton;
    return rc;
}

struct found {
    struct VEC(struct action) v;
    bool failed;
};

static void add(struct found *f, enum action_layer layer, struct sv object)
{
    for (size_t i = 0; i < f->v.n; i++)
        if (f->v.v[i].layer == layer && sv_eq(f->v.v[i].object, object)) return;
    struct action x = {layer, object};
    if (object.n && VEC_PUSH(&f->v, x)) f->failed = true;
}

static void add_hashtags(struct found *f, const struct post *p, struct arena *a)
{
    if (p->hashtags.n < ACTION_MIN_HASHTAGS) return;
    struct buf b;
    buf_init(&b, 0);
    for (size_t i = 0; i < p->hashtags.n; i++) {
        buf_putc(&b, '#');
        buf_putsv(&b, p->hashtags.v[i]);
    }
    struct sv list = b.failed ? SV_NULL : arena_copy(a, buf_sv(&b));
    f->failed |= !list.p;
    if (list.p) add(f, ACTION_HASHTAGS, list);
    buf_done(&b);
}

static void add_targets(struct found *f, const struct post *p)
{
    const struct sv ones[] = {p->parent_id, p->duet_of, p->stitch_of};
    for (size_t i = 0; i < sizeof ones / sizeof *ones; i++) add(f, ACTION_TARGET, ones[i]);
    for (size_t i = 0; i < p->mentions.n && i < NETWORK_MAX_OBJECTS; i++)
        if (!sv_eq_nocase(p->mentions.v[i], p->account.handle)) add(f, ACTION_TARGET, p->mentions.v[i]);
}

static int add_screen(struct found *f, const struct post *p, struct arena *a, struct error *err)
{
    struct buf b;
    struct sv key;
    buf_init(&b, 0);
    for (size_t i = 0; i < p->ntexts; i++) {
        if (p->texts[i].field != TEXT_SCREEN) continue;
        if (b.n) buf_putc(&b, ' ');
        buf_putsv(&b, p->texts[i].text);
    }
    f->failed |= b.failed;
    int rc = caption_key(buf_sv(&b), a, &key, err);
    if (rc == 0) add(f, ACTION_SCREEN, key);
    buf_done(&b);
    return rc;
}

int actions_of_post(const struct post *p, struct sv clip, struct arena *a, struct action **out, size_t *out_n,
                    struct error *err)
{
    struct found f = {0};
    struct sv key;
    int rc = caption_key(post_text(p, TEXT_CAPTION), a, &key, err);
    if (rc == 0) {
        add(&f, ACTION_CLIP, clip);
        add(&f, ACTION_SOUND, p->sound.id);
        add(&f, ACTION_CAPTION, key);
        add_hashtags(&f, p, a);
        for (size_t i = 0; i < p->links.n && i < NETWORK_MAX_OBJECTS; i++) add(&f, ACTION_URL, p->links.v[i]);
        add_targets(&f, p);
        rc = add_screen(&f, p, a, err);
    }
    if (rc == 0) {
        *out = arena_array(a, f.v.n + 1, sizeof **out);
        if (f.failed || !*out) rc = error_set(err, ERR_NOMEM, "network", "no memory for what a post shares");
    }
    if (rc == 0) {
        if (f.v.n) memcpy(*out, f.v.v, f.v.n * sizeof **out);
        *out_n = f.v.n;
    }
    VEC_DONE(&f.v);
    return rc;
}

int actions_stream_post(struct network_stream *s, const struct post *p, struct sv clip,
                        struct network_change *out, struct error *err)
{
    struct arena a;
    struct action *v = NULL;
    struct network_change sum = {.known = true, .group_size = 1};
    char account[ID_TEXT_BYTES], post[ID_TEXT_BYTES];
    size_t n = 0;
    int rc = 0;
    arena_init(&a, 0);
    id_format(&p->account.id, account);
    id_format(&p->id, post);
    if (p->created_us != TIME_UNKNOWN && !id_is_zero(&p->account.id))
        rc = actions_of_post(p, clip, &a, &v, &n, err);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        struct network_change c;
        rc = network_stream_add(s, v[i].layer, v[i].object, sv_cstr(account), sv_cstr(post), p->created_us,
                                &c, err);
        if (rc) break;
        sum.known &= c.known;
        sum.pairs += c.pairs;
        sum.pairs_lost += c.pairs_lost;
        sum.edges_up += c.edges_up;
        sum.edges_down += c.edges_down;
        sum.group_size = c.group_size;
    }
    arena_done(&a);
    if (rc == 0 && out) *out = sum;
    return rc;
}
