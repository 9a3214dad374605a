/* The world's memory: items in a growing list, every string in one arena. */
#include <stdio.h>
#include <stdlib.h>

#include "world.h"

void die(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fputs("marsad-demo-world: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(1);
}

void world_init(struct world *w, uint64_t seed, int64_t now_us)
{
    *w = (struct world){.rng = {seed}, .now_us = now_us};
    arena_init(&w->arena, 0);
}

void world_done(struct world *w)
{
    free(w->items);
    arena_done(&w->arena);
}

struct item *world_add(struct world *w, enum feed feed, enum post_kind kind)
{
    if (w->n == w->cap) {
        w->cap = w->cap ? 2 * w->cap : 256;
        w->items = realloc(w->items, w->cap * sizeof *w->items);
        if (!w->items) die("no memory");
    }
    struct item *it = &w->items[w->n++];
    *it = (struct item){.feed = feed, .truth = {.group = "", .note = ""}};
    post_init(&it->post);
    it->post.kind = kind;
    it->post.platform = feed == FEED_TELEGRAM ? SV("telegram")
                        : feed == FEED_DROP   ? SV("file")
                                              : SV("tiktok");
    it->post.collected_us = w->now_us;
    return it;
}

struct sv world_copy(struct world *w, const char *s)
{
    struct sv copy = arena_copy(&w->arena, sv_cstr(s));
    if (!copy.p) die("no memory");
    return copy;
}

struct sv world_printf(struct world *w, const char *fmt, ...)
{
    char text[4096];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return world_copy(w, text);
}

static void add_text(struct world *w, struct post *p, enum text_field field, struct sv text)
{
    struct text_part *list = ARENA_ARRAY(&w->arena, p->ntexts + 1, struct text_part);
    if (!list) die("no memory");
    if (p->ntexts) memcpy(list, p->texts, p->ntexts * sizeof *list);
    list[p->ntexts] = (struct text_part){field, text, TIME_UNKNOWN, TIME_UNKNOWN};
    p->texts = list;
    p->ntexts++;
}

static bool ends_tag(char c) { return c == ' ' || c == '\n' || c == '#' || c == '@' || c == ',' || c == '.'; }

/* Words that begin with `mark`. */
static struct sv_list tagged(struct world *w, struct sv text, char mark)
{
    struct sv_list l = {ARENA_ARRAY(&w->arena, 32, struct sv), 0};
    if (!l.v) die("no memory");
    for (size_t i = 0; i < text.n && l.n < 32; i++) {
        if (text.p[i] != mark || (i > 0 && text.p[i - 1] != ' ' && text.p[i - 1] != '\n')) continue;
        size_t end = i + 1;
        while (end < text.n && !ends_tag(text.p[end])) end++;
        if (end > i + 1) l.v[l.n++] = sv_sub(text, i + 1, end);
    }
    return l;
}

void item_caption(struct world *w, struct item *it, struct sv text)
{
    add_text(w, &it->post, TEXT_CAPTION, text);
    it->post.hashtags = tagged(w, text, '#');
    it->post.mentions = tagged(w, text, '@');
}

void item_screen_text(struct world *w, struct item *it, const char *text)
{
    add_text(w, &it->post, TEXT_SCREEN, world_copy(w, text));
}

void item_clip(struct world *w, struct item *it, const char *clip)
{
    const struct clip *c = clip_find(clip);
    while (!c->draw) c = clip_find(c->of);
    struct media_ref *m = ARENA_NEW(&w->arena, struct media_ref);
    if (!m) die("no memory");
    *m = (struct media_ref){.kind = MEDIA_VIDEO,
                            .path = world_printf(w, "clips/%s.mp4", clip),
                            .duration_us = c->seconds * US_PER_SECOND,
                            .width = CLIP_W,
                            .height = CLIP_H};
    it->post.media = m;
    it->post.nmedia = 1;
    it->clip = clip;
}

void item_sound(struct world *w, struct item *it, const char *id, const char *title, const char *author)
{
    it->post.sound = (struct sound){world_copy(w, id), world_copy(w, title), world_copy(w, author), 1};
}

void item_born(struct world *w, struct item *it, int64_t created_us)
{
    struct post *p = &it->post;
    int64_t seconds = created_us / US_PER_SECOND;
    p->created_us = seconds * US_PER_SECOND;
    if (it->feed == FEED_TELEGRAM) {
        p->native_id = world_printf(w, "%zu", w->n + 100);
        return;
    }
    /* Twelve free bits and a count in the low half: no two posts share an id. */
    uint64_t low = (rng_below(&w->rng, 4096) << 20 | w->n) & 0xffffffff;
    p->native_id = world_printf(w, "%llu", (unsigned long long)seconds << 32 | low);
    if (p->kind == POST_VIDEO)
        p->url = world_printf(w, "https://www.tiktok.com/@%.*s/video/%.*s", SV_FMT(p->account.handle),
                              SV_FMT(p->native_id));
}

void item_reach(struct world *w, struct item *it, int64_t views)
{
    it->post.reach = (struct reach){.at_us = it->post.collected_us,
                                    .views = views,
                                    .likes = views * rng_between(&w->rng, 2, 9) / 100,
                                    .comments = views * rng_between(&w->rng, 1, 12) / 1000,
                                    .shares = views * rng_between(&w->rng, 1, 9) / 1000,
                                    .saves = views * rng_between(&w->rng, 1, 6) / 1000};
}
