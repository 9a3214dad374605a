/* No clip is shown twice to the same person. A clip is a family of media (copies that show the same); it counts as known to
 * somebody who has judged it, or has looked at it at length. */
#include "review/review_priv.h"

#include "store/store_index.h"
#include "store/store_look.h"

static int families_of(struct store *s, const struct id128 *post, struct arena *a, struct id128 **out,
                       size_t *out_n, struct error *err)
{
    struct post p;
    int64_t known_us;
    *out_n = 0;
    int code = store_get_post(s, post, a, &p, &known_us, err);
    if (code || p.nmedia == 0) return code;
    struct store_media *media = ARENA_ARRAY(a, p.nmedia, struct store_media);
    struct id128 *families = ARENA_ARRAY(a, p.nmedia, struct id128);
    if (!media || !families) return error_set(err, ERR_NOMEM, "review", "no memory for media");
    code = store_get_media(s, post, p.nmedia, a, media, err);
    for (size_t i = 0; code == 0 && i < p.nmedia; i++) {
        struct error none;
        if (p.media[i].role != MEDIA_ROLE_MAIN || media[i].state != MEDIA_READY) continue;
        if (store_media_family(s, &media[i].sha256, &families[*out_n], &none) != 0)
            families[*out_n] = store_family_of_its_own(&media[i].sha256);
        ++*out_n;
    }
    *out = families;
    return code;
}

int note_clip(struct store *s, const struct id128 *person, const struct id128 *post, double seconds,
              int64_t judged, struct error *err)
{
    struct arena a;
    struct id128 *families = NULL;
    size_t n = 0;
    arena_init(&a, 0);
    int code = families_of(s, post, &a, &families, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++)
        code = store_clip_add(s, person, &families[i], seconds, judged, err);
    arena_done(&a);
    return code;
}

int review_seen(struct store *s, const struct review_rules *r, const struct id128 *person,
                const struct id128 *post, bool *out, struct error *err)
{
    struct arena a;
    struct id128 *families = NULL;
    size_t n = 0;
    *out = false;
    arena_init(&a, 0);
    int code = families_of(s, post, &a, &families, &n, err);
    for (size_t i = 0; code == 0 && !*out && i < n; i++) {
        struct clip_seen seen;
        code = store_clip_seen(s, person, &families[i], &seen, err);
        *out = code == 0 && (seen.judged > 0 || seen.seconds >= r->at_length_s);
    }
    arena_done(&a);
    return code;
}
