/* A post copied whole into another arena: nothing of it points into the old one. */
#include "model/post.h"

/* Copies *s in place; an empty string stays as it is. */
static bool own(struct arena *a, struct sv *s)
{
    if (s->n == 0) {
        *s = SV_NULL;
        return true;
    }
    *s = arena_copy(a, *s);
    return s->p != NULL;
}

static bool own_list(struct arena *a, struct sv_list *l)
{
    struct sv *v = ARENA_ARRAY(a, l->n, struct sv);
    bool ok = v != NULL;
    for (size_t i = 0; ok && i < l->n; i++) {
        v[i] = l->v[i];
        ok = own(a, &v[i]);
    }
    l->v = v;
    return ok;
}

static bool own_account(struct arena *a, struct account *c)
{
    return own(a, &c->platform) && own(a, &c->native_id) && own(a, &c->handle) && own(a, &c->name) &&
           own(a, &c->bio) && own(a, &c->sec_id);
}

static bool own_words(struct arena *a, struct text_part *t)
{
    if (t->nwords == 0) return true;
    struct sv bytes = arena_copy(a, sv_of(t->words, t->nwords * sizeof *t->words));
    t->words = (const void *)bytes.p;
    return bytes.p != NULL;
}

static bool own_texts(struct arena *a, struct post *p)
{
    struct text_part *v = ARENA_ARRAY(a, p->ntexts, struct text_part);
    bool ok = v != NULL;
    for (size_t i = 0; ok && i < p->ntexts; i++) {
        v[i] = p->texts[i];
        ok = own(a, &v[i].text) && own_words(a, &v[i]);
    }
    p->texts = v;
    return ok;
}

static bool own_media(struct arena *a, struct post *p)
{
    struct media_ref *v = ARENA_ARRAY(a, p->nmedia, struct media_ref);
    bool ok = v != NULL;
    for (size_t i = 0; ok && i < p->nmedia; i++) {
        v[i] = p->media[i];
        ok = own(a, &v[i].path) && own(a, &v[i].missing) && own(a, &v[i].url);
    }
    p->media = v;
    return ok;
}

int post_copy(const struct post *from, struct arena *a, struct post *out)
{
    struct post p = *from;
    bool ok = own(a, &p.platform) && own(a, &p.native_id) && own(a, &p.url) && own_account(a, &p.account) &&
              own(a, &p.parent_id) && own(a, &p.duet_of) && own(a, &p.stitch_of) &&
              own(a, &p.forwarded_from) && own(a, &p.region) && own(a, &p.language) && own_texts(a, &p) &&
              own_list(a, &p.hashtags) && own_list(a, &p.mentions) && own_list(a, &p.links) &&
              own_media(a, &p) && own(a, &p.sound.id) && own(a, &p.sound.title) && own(a, &p.sound.author) &&
              own(a, &p.raw) && own(a, &p.origin.format) && own(a, &p.origin.file);
    if (!ok) return ERR_NOMEM;
    *out = p;
    return 0;
}
