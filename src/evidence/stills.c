/* Stills: see stills.h. The moments that findings point at come first, then moments evenly spread. */
#include "evidence/stills.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"

struct post_stills {
    struct still v[STILLS_PER_POST];
    size_t n;
};
struct stills {
    struct arena arena;
    const struct dossier *d;
    struct post_stills *posts; /* one per post */
    size_t total;
};

/* ---- what is done to a picture ---- */

static void make_grey(uint8_t *rgb, size_t pixels)
{
    for (size_t i = 0; i < pixels; i++) {
        unsigned y = (77u * rgb[3 * i] + 150u * rgb[3 * i + 1] + 29u * rgb[3 * i + 2]) >> 8;
        rgb[3 * i] = rgb[3 * i + 1] = rgb[3 * i + 2] = (uint8_t)y;
    }
}

/* One pass of a box along a line of `n` pixels, `step` bytes apart. */
static void blur_line(uint8_t *p, int n, size_t step, int radius, uint8_t *line)
{
    for (int c = 0; c < 3; c++) {
        unsigned sum = 0, width = 0;
        for (int i = 0; i < n; i++) line[i] = p[(size_t)i * step + (size_t)c];
        for (int i = 0; i < radius && i < n; i++) sum += line[i], width++;
        for (int i = 0; i < n; i++) {
            if (i + radius < n) sum += line[i + radius], width++;
            if (i > radius) sum -= line[i - radius - 1], width--;
            p[(size_t)i * step + (size_t)c] = (uint8_t)(sum / (width > 0 ? width : 1));
        }
    }
}

static void make_blurred(uint8_t *rgb, int width, int height)
{
    uint8_t line[MEDIA_SHOW_SIDE_MAX];
    int radius = (width > height ? width : height) / 24 + 1;
    if (width > MEDIA_SHOW_SIDE_MAX || height > MEDIA_SHOW_SIDE_MAX) return;
    for (int pass = 0; pass < 2; pass++) {
        for (int y = 0; y < height; y++)
            blur_line(rgb + 3 * (size_t)y * (size_t)width, width, 3, radius, line);
        for (int x = 0; x < width; x++)
            blur_line(rgb + 3 * (size_t)x, height, 3 * (size_t)width, radius, line);
    }
}

/* ---- which moments ---- */

static int compare_times(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static size_t add_time(int64_t *v, size_t n, int64_t at)
{
    for (size_t i = 0; i < n; i++)
        if (llabs((long long)(v[i] - at)) < 500000) return n;
    if (n < STILLS_PER_POST) v[n++] = at;
    return n;
}

static size_t pick_times(const struct dossier_post *p, uint32_t media, int64_t out[STILLS_PER_POST])
{
    size_t n = 0;
    int64_t length = p->post.media[media].duration_us;
    for (size_t i = 0; i < p->findings.n; i++)
        for (size_t k = 0; k < p->findings.v[i].nplaces; k++) {
            const struct place *at = &p->findings.v[i].places[k];
            if (at->kind == PLACE_MEDIA && at->media_index == media && at->start_us != TIME_UNKNOWN)
                n = add_time(out, n, at->start_us);
        }
    if (length == TIME_UNKNOWN || length <= 0) length = 8 * US_PER_SECOND;
    for (int i = 0; i < STILLS_PER_POST; i++) n = add_time(out, n, length * i / STILLS_PER_POST);
    qsort(out, n, sizeof out[0], compare_times);
    return n;
}

/* ---- loading ---- */

static int keep(struct stills *s, const struct report_options *o, struct post_stills *to,
                const struct media_picture *from, struct error *err)
{
    size_t pixels = (size_t)from->width * from->height;
    uint8_t *rgb = arena_alloc(&s->arena, 3 * pixels);
    if (!rgb) return error_set(err, ERR_NOMEM, "report", "no memory for stills");
    memcpy(rgb, from->rgb, 3 * pixels);
    if (o->blur) make_blurred(rgb, from->width, from->height);
    if (o->grey || o->blur) make_grey(rgb, pixels);
    to->v[to->n++] = (struct still){from->time_us, from->width, from->height, rgb};
    s->total++;
    return 0;
}

static int load_media(struct stills *s, const struct report_options *o, const struct dossier_post *p,
                      uint32_t media, struct post_stills *to, struct error *err)
{
    char path[4096];
    int64_t times[STILLS_PER_POST];
    struct arena a;
    struct media_shown *shown;
    struct error why;
    snprintf(path, sizeof path, "%s/%.*s", o->dir, SV_FMT(p->media[media].path));
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return 0;
    arena_init(&a, 0);
    struct media_show_request q = {
        .fd = fd, .times_us = times, .ntimes = pick_times(p, media, times), .side = STILL_SIDE_PX};
    int rc = 0;
    shown = ARENA_NEW(&a, struct media_shown);
    if (shown && media_show(o->media, &q, &a, shown, &why) == 0)
        for (size_t i = 0; rc == 0 && i < shown->npictures && to->n < STILLS_PER_POST; i++)
            rc = keep(s, o, to, &shown->pictures[i], err);
    arena_done(&a);
    close(fd);
    return rc;
}

int stills_load(const struct dossier *d, const struct report_options *o, struct stills **out,
                struct error *err)
{
    struct stills *s = calloc(1, sizeof *s);
    if (!s) return error_set(err, ERR_NOMEM, "report", "no memory for stills");
    *out = s;
    s->d = d;
    arena_init(&s->arena, 0);
    s->posts = ARENA_ARRAY(&s->arena, d->nposts, struct post_stills);
    int rc = s->posts ? 0 : error_set(err, ERR_NOMEM, "report", "no memory for stills");
    for (size_t i = 0; rc == 0 && o->media && i < d->nposts && s->total < STILLS_MAX; i++)
        for (uint32_t k = 0; rc == 0 && k < d->posts[i].post.nmedia && s->posts[i].n < STILLS_PER_POST; k++)
            if (d->posts[i].media_name[k].n && d->posts[i].media[k].state == MEDIA_READY)
                rc = load_media(s, o, &d->posts[i], k, &s->posts[i], err);
    return rc;
}

void stills_free(struct stills *s)
{
    if (!s) return;
    arena_done(&s->arena);
    free(s);
}

size_t stills_of(const struct stills *s, const struct dossier_post *p, const struct still **out)
{
    const struct post_stills *of = &s->posts[p - s->d->posts];
    *out = of->v;
    return of->n;
}
