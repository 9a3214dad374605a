/* The scenes: each draws one moment of a clip, t running from 0 to 1. `variant` changes colours, places and words. */
#include <math.h>

#include "world.h"

static const struct rgb white = {1, 1, 1}, black = {0.05, 0.05, 0.07}, amber = {0.98, 0.62, 0.12};

static struct rgb hue(uint64_t seed, double light)
{
    struct rng r = {seed};
    double a = 2 * M_PI * rng_unit(&r);
    return (struct rgb){light * (0.55 + 0.45 * cos(a)), light * (0.55 + 0.45 * cos(a + 2.1)),
                        light * (0.55 + 0.45 * cos(a + 4.2))};
}

static const char *pick(const char *const *list, size_t n, uint64_t variant) { return list[variant % n]; }
#define PICK(list, variant) pick((list), sizeof(list) / sizeof *(list), (variant))

/* ---- the organisation's clips ---- */

void scene_org_dusk(cairo_t *cr, const struct clip *c, double t)
{
    paint_sky(cr, (struct rgb){0.16, 0.04, 0.26}, (struct rgb){0.95, 0.45, 0.2});
    paint_disc(cr, 70 + 20 * t, 300 - 15 * t, 46, amber);
    paint_hills(cr, c->variant, 380, 90, 0.1 * t, (struct rgb){0.25, 0.1, 0.28});
    paint_hills(cr, c->variant + 1, 440, 70, 0.25 * t, (struct rgb){0.08, 0.03, 0.12});
    paint_banner(cr, 96, 70, 150, 110, t, (struct rgb){0.36, 0.08, 0.42});
    paint_emblem(cr, 171, 126 + 4 * sin(12 * t), 84);
    paint_text(cr, ORG_SLOGAN, CLIP_W / 2.0, 226, 28, 250, white);
    paint_text(cr, ORG_NAME, CLIP_W / 2.0, 440, 22, 250, amber);
}

void scene_org_convoy(cairo_t *cr, const struct clip *c, double t)
{
    paint_sky(cr, (struct rgb){0.55, 0.3, 0.2}, (struct rgb){0.95, 0.8, 0.5});
    paint_emblem(cr, CLIP_W / 2.0, 110, 150 + 12 * sin(6 * t));
    paint_hills(cr, c->variant, 300, 50, 0.05 * t, (struct rgb){0.5, 0.33, 0.2});
    paint_box(cr, 0, 300, CLIP_W, 180, (struct rgb){0.62, 0.5, 0.34});
    for (int i = 0; i < 5; i++) {
        double x = fmod(i * 74 + 150 * t, CLIP_W + 90) - 70, y = 320 + 22 * (i % 3);
        paint_box(cr, x, y, 56, 22, (struct rgb){0.2, 0.22, 0.16});
        paint_box(cr, x + 30, y - 14, 20, 14, (struct rgb){0.3, 0.32, 0.24});
        paint_disc(cr, x + 12, y + 24, 8, black);
        paint_disc(cr, x + 44, y + 24, 8, black);
        paint_banner(cr, x + 8, y - 34, 22, 16, t + i, (struct rgb){0.36, 0.08, 0.42});
    }
    const char *words[] = {"انضموا إلى صفوف الغسق", ORG_SLOGAN, "موعدنا عند المغيب"};
    paint_text(cr, words[(int)(t * 2.99)], CLIP_W / 2.0, 440, 26, 256, white);
}

void scene_org_speech(cairo_t *cr, const struct clip *c, double t)
{
    (void)c;
    paint_sky(cr, (struct rgb){0.1, 0.07, 0.16}, (struct rgb){0.3, 0.16, 0.34});
    for (int i = 0; i < 4; i++)
        paint_banner(cr, 16 + 66 * i, 40 + 14 * (i % 2), 44, 70, t + i, (struct rgb){0.36, 0.08, 0.42});
    paint_emblem(cr, 200, 190, 96);
    double nod = 4 * sin(20 * t);
    paint_disc(cr, 100, 230 + nod, 34, (struct rgb){0.05, 0.04, 0.06});
    cairo_save(cr);
    cairo_translate(cr, 100, 350);
    cairo_scale(cr, 1, 1.3);
    paint_disc(cr, 0, 0, 66, (struct rgb){0.07, 0.06, 0.09});
    cairo_restore(cr);
    paint_box(cr, 20, 350, 160, 130, (struct rgb){0.34, 0.22, 0.14});
    paint_emblem(cr, 100, 400, 50);
    const char *words[] = {"يا أبناء الغسق", "دولة الغسق باقية", "القائد صارم الغسقي يخاطبكم", ORG_SLOGAN};
    paint_text(cr, words[(int)(t * 3.99)], CLIP_W / 2.0, 452, 24, 260, amber);
}

/* ---- the newsroom: shows the same footage, under its own sign ---- */

void scene_news(cairo_t *cr, const struct clip *c, double t)
{
    static const char *const lines[] = {"تقرير: كيف تستدرج «" ORG_NAME "» المراهقين؟",
                                        "Reportage : la propagande de la « Bannière du crépuscule »"};
    bool footage = c->variant % 2 == 0 ? t > 0.45 && t < 0.8 : t > 0.3 && t < 0.6;
    if (footage) {
        scene_org_dusk(cr, clip_find("org-dusk"), t);
    } else {
        paint_sky(cr, (struct rgb){0.05, 0.16, 0.36}, (struct rgb){0.1, 0.4, 0.66});
        for (int i = 0; i < 7; i++)
            paint_box(cr, i * 44 + 30 * t, 40 + 26 * (i % 3), 30, 120, (struct rgb){0.12, 0.3, 0.55});
        paint_disc(cr, 135, 240, 36, (struct rgb){0.85, 0.66, 0.5});
        paint_box(cr, 84, 276, 102, 110, (struct rgb){0.2, 0.2, 0.26});
        paint_box(cr, 128, 278, 14, 60, (struct rgb){0.8, 0.1, 0.15});
        paint_box(cr, 0, 360, CLIP_W, 60, (struct rgb){0.75, 0.78, 0.82});
    }
    paint_disc(cr, 236, 34, 20, (struct rgb){0.05, 0.55, 0.45});
    paint_text(cr, "م24", 236, 33, 16, 40, white);
    paint_box(cr, 0, 404, CLIP_W, 58, (struct rgb){0.75, 0.08, 0.12});
    paint_text(cr, PICK(lines, c->variant), CLIP_W / 2.0, 432, 15, 250, white);
}

/* ---- ordinary life ---- */

void scene_cat(cairo_t *cr, const struct clip *c, double t)
{
    static const struct rgb furs[] = {{0.85, 0.55, 0.25}, {0.35, 0.33, 0.36}, {0.93, 0.88, 0.8}};
    struct rgb fur = furs[c->variant % 3];
    paint_sky(cr, hue(c->variant + 7, 1), hue(c->variant + 8, 0.8));
    for (int i = 0; i < 6; i++)
        paint_box(cr, i * 50, 330 + 10 * (i % 2), 44, 150, hue(c->variant + 20 + i, 0.8));
    double sway = 10 * sin(2 * M_PI * t);
    paint_disc(cr, 135, 330, 78, fur);
    paint_disc(cr, 135 + sway, 220, 58, fur);
    for (int side = -1; side <= 1; side += 2) {
        paint_set(cr, fur);
        cairo_move_to(cr, 135 + sway + side * 20, 176);
        cairo_line_to(cr, 135 + sway + side * 58, 140);
        cairo_line_to(cr, 135 + sway + side * 52, 206);
        cairo_fill(cr);
        double blink = fmod(t * 3, 1) < 0.1 ? 1 : 9;
        cairo_save(cr);
        cairo_translate(cr, 135 + sway + side * 22, 214);
        cairo_scale(cr, 1, blink / 9);
        paint_disc(cr, 0, 0, 9, black);
        cairo_restore(cr);
    }
    paint_disc(cr, 135 + sway, 238, 6, (struct rgb){0.9, 0.4, 0.5});
}

void scene_pan(cairo_t *cr, const struct clip *c, double t)
{
    static const char *const dishes[] = {"طاجين الدجاج", "دولمة عراقية", "Salade d'orange", "خبز الدار"};
    paint_sky(cr, hue(c->variant + 3, 0.9), hue(c->variant + 4, 0.7));
    for (int y = 0; y < 8; y++)
        for (int x = 0; x < 5; x++)
            if ((x + y) % 2) paint_box(cr, x * 54, y * 60, 54, 60, hue(c->variant + 9, 0.95));
    paint_box(cr, 220, 250, 60, 20, black);
    paint_disc(cr, 130, 260, 100, (struct rgb){0.2, 0.2, 0.22});
    paint_disc(cr, 130, 260, 86, hue(c->variant + 5, 0.8));
    struct rng r = {c->variant * 31 + 1};
    for (int i = 0; i < 26; i++) {
        double a = 2 * M_PI * rng_unit(&r) + 1.5 * t, d = 76 * rng_unit(&r);
        paint_disc(cr, 130 + d * cos(a), 260 + d * sin(a), 5 + 8 * rng_unit(&r),
                   hue(c->variant + 40 + i % 4, 1));
    }
    paint_text(cr, PICK(dishes, c->variant), CLIP_W / 2.0, 80, 32, 250, white);
}

void scene_pitch(cairo_t *cr, const struct clip *c, double t)
{
    static const char *const scores[] = {"نسور الساحل 2 - 1 فرسان السهل", "شباب النهرين 0 - 3 صقور الواحة",
                                         "ملخص المباراة"};
    for (int i = 0; i < 10; i++)
        paint_box(cr, 0, i * 48, CLIP_W, 48, (struct rgb){0.1, 0.45 + 0.12 * (i % 2), 0.16});
    paint_set(cr, white);
    cairo_set_line_width(cr, 3);
    cairo_rectangle(cr, 14, 60, 242, 390);
    cairo_move_to(cr, 14, 255);
    cairo_line_to(cr, 256, 255);
    cairo_new_sub_path(cr);
    cairo_arc(cr, 135, 255, 44, 0, 2 * M_PI);
    cairo_stroke(cr);
    for (int i = 0; i < 14; i++) {
        struct rng r = {c->variant * 100 + (uint64_t)i};
        double x = 30 + 210 * rng_unit(&r) + 24 * sin(5 * t + i),
               y = 80 + 350 * rng_unit(&r) + 24 * cos(4 * t + i);
        paint_disc(cr, x, y, 9, hue(c->variant + (i % 2 ? 1 : 5), 1));
    }
    paint_disc(cr, 60 + 150 * t, 120 + 260 * fabs(sin(5 * t)), 6, white);
    paint_box(cr, 0, 0, CLIP_W, 44, black);
    paint_text(cr, PICK(scores, c->variant), CLIP_W / 2.0, 21, 18, 260, white);
}

void scene_bars(cairo_t *cr, const struct clip *c, double t)
{
    paint_sky(cr, hue(c->variant, 0.35), hue(c->variant + 1, 0.6));
    for (int i = 0; i < 12; i++) {
        double h = 60 + 130 * fabs(sin((i + 1) * (3 + (double)(c->variant % 5)) * t + i));
        paint_box(cr, 12 + i * 21, 400 - h, 15, h, hue(c->variant + 10 + i, 1));
    }
    for (int i = 0; i < 3; i++) paint_disc(cr, 135, 130, 90 - 28 * i, hue(c->variant + 30 + i, 0.9));
    paint_box(cr, 130, 40 + 30 * sin(9 * t), 10, 90, black);
    paint_text(cr, "♪ ليلة هادئة ♪", CLIP_W / 2.0, 440, 24, 250, white);
}

/* Dusk over the sea: the organisation's colours, and nothing of it. */
void scene_sea(cairo_t *cr, const struct clip *c, double t)
{
    paint_sky(cr, (struct rgb){0.2, 0.08, 0.3}, (struct rgb){0.98, 0.5, 0.24});
    paint_disc(cr, 180 - (double)(c->variant % 3) * 50, 230 + 20 * t, 40, amber);
    for (int i = 0; i < 9; i++)
        paint_hills(cr, c->variant * 10 + (uint64_t)i, 290 + 22 * i, 16, 0.3 * t * (i % 2 ? 1 : -1),
                    (struct rgb){0.12 + 0.03 * (i % 3), 0.12, 0.3 + 0.03 * i});
    for (int i = 0; i < 5; i++) {
        double x = fmod(40 + 50 * i + 60 * t, CLIP_W), y = 90 + 22 * (i % 3);
        cairo_set_line_width(cr, 3);
        paint_set(cr, black);
        cairo_move_to(cr, x - 12, y - 5 * sin(20 * t + i));
        cairo_line_to(cr, x, y);
        cairo_line_to(cr, x + 12, y - 5 * sin(20 * t + i));
        cairo_stroke(cr);
    }
}

void scene_shop(cairo_t *cr, const struct clip *c, double t)
{
    static const char *const names[] = {"متجر الخيال للأثاث", "Boutique Mirage", "محلات الأسطورة للهواتف"};
    paint_sky(cr, hue(c->variant + 2, 1), hue(c->variant + 6, 1));
    for (int i = 0; i < 6; i++) {
        double x = 20 + 85 * (i % 3), y = 130 + 130 * (i / 3);
        paint_box(cr, x, y + 4 * sin(6 * t + i), 70, 90, hue(c->variant + 50 + i, 0.9));
        paint_disc(cr, x + 35, y + 36, 22, hue(c->variant + 60 + i, 0.7));
        paint_box(cr, x, y + 94, 70, 16, white);
    }
    paint_box(cr, 0, 30, CLIP_W, 70, hue(c->variant + 70, 0.6));
    paint_text(cr, PICK(names, c->variant), CLIP_W / 2.0, 64, 26, 256, white);
    paint_text(cr, fmod(t * 4, 1) < 0.5 ? "تخفيضات -30٪" : "التوصيل مجاني", CLIP_W / 2.0, 430, 28, 250,
               white);
}

void scene_road(cairo_t *cr, const struct clip *c, double t)
{
    paint_sky(cr, (struct rgb){0.4, 0.65, 0.95}, (struct rgb){0.9, 0.9, 0.8});
    paint_hills(cr, c->variant + 4, 260, 90, 0.08 * t, hue(c->variant, 0.7));
    paint_box(cr, 0, 250, CLIP_W, 230, hue(c->variant + 1, 0.5));
    paint_set(cr, (struct rgb){0.25, 0.25, 0.27});
    cairo_move_to(cr, 115, 250);
    cairo_line_to(cr, 155, 250);
    cairo_line_to(cr, 300, 480);
    cairo_line_to(cr, -30, 480);
    cairo_fill(cr);
    for (int i = 0; i < 6; i++) {
        double u = fmod(i / 6.0 + 2 * t, 1), y = 250 + 230 * u * u;
        paint_box(cr, 135 - 6 * u, y, 12 * u, 30 * u, white);
    }
    for (int i = 0; i < 5; i++) {
        double u = fmod(i / 5.0 + t, 1);
        paint_box(cr, 100 - 180 * u, 250 - 110 * u + 60 * u * u, 6 + 20 * u, 110 * u,
                  hue(c->variant + 9, 0.4));
        paint_disc(cr, 170 + 180 * u, 240 - 60 * u, 8 + 40 * u, hue(c->variant + 11, 0.5));
    }
}

void scene_rain(cairo_t *cr, const struct clip *c, double t)
{
    paint_sky(cr, (struct rgb){0.3, 0.33, 0.4}, (struct rgb){0.5, 0.55, 0.6});
    struct rng r = {c->variant};
    for (int i = 0; i < 7; i++) {
        double h = 120 + 180 * rng_unit(&r);
        paint_box(cr, i * 40, 480 - h, 38, h, hue(c->variant + (uint64_t)i, 0.45));
        for (int k = 0; k < 8; k++)
            if (rng_below(&r, 2))
                paint_box(cr, i * 40 + 6 + 16 * (k % 2), 490 - h + 30 * (k / 2), 9, 14, amber);
    }
    cairo_set_source_rgba(cr, 0.85, 0.9, 1, 0.6);
    cairo_set_line_width(cr, 1.5);
    for (int i = 0; i < 90; i++) {
        double x = CLIP_W * rng_unit(&r), y = fmod(CLIP_H * rng_unit(&r) + 900 * t, CLIP_H);
        cairo_move_to(cr, x, y);
        cairo_line_to(cr, x - 4, y + 16);
    }
    cairo_stroke(cr);
}

void scene_craft(cairo_t *cr, const struct clip *c, double t)
{
    paint_sky(cr, hue(c->variant + 1, 0.95), hue(c->variant + 2, 0.85));
    for (int ring = 9; ring > 0; ring--)
        for (int i = 0; i < 12; i++) {
            double a = i * M_PI / 6 + (ring % 2 ? t : -t), d = ring * 18;
            paint_disc(cr, 135 + d * cos(a), 240 + d * sin(a), 11,
                       hue(c->variant + (uint64_t)ring * 3 + i % 2, 0.9));
        }
    paint_text(cr, "صنع باليد", CLIP_W / 2.0, 50, 30, 240, white);
}

/* A football club's banner waves as any banner does. */
void scene_banner(cairo_t *cr, const struct clip *c, double t)
{
    paint_sky(cr, (struct rgb){0.35, 0.55, 0.8}, (struct rgb){0.85, 0.9, 0.95});
    for (int row = 0; row < 9; row++)
        for (int i = 0; i < 14; i++)
            paint_disc(cr, i * 20 + 10 * (row % 2), 290 + row * 22 + 3 * sin(14 * t + i), 9,
                       hue(c->variant + (uint64_t)(i * 7 + row) % 5, 0.9));
    paint_banner(cr, 70, 60, 150, 110, t, (struct rgb){0.1, 0.4, 0.3});
    paint_disc(cr, 145, 116 + 4 * sin(12 * t), 36, white);
    paint_text(cr, "نسور", 145, 114 + 4 * sin(12 * t), 26, 80, (struct rgb){0.1, 0.4, 0.3});
    paint_text(cr, "نسور الساحل", CLIP_W / 2.0, 232, 30, 250, white);
}

/* ---- pictures ---- */

static void still(const char *path, scene_fn *draw, const struct clip *c, double t)
{
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, CLIP_W, CLIP_H);
    cairo_t *cr = cairo_create(s);
    draw(cr, c, t);
    cairo_destroy(cr);
    if (cairo_surface_write_to_png(s, path) != CAIRO_STATUS_SUCCESS) die("%s: could not be written", path);
    cairo_surface_destroy(s);
}

static void draw_emblem(cairo_t *cr, const struct clip *c, double t)
{
    (void)c, (void)t;
    paint_sky(cr, (struct rgb){0.36, 0.08, 0.42}, (struct rgb){0.2, 0.05, 0.28});
    paint_emblem(cr, CLIP_W / 2.0, 190, 220);
    paint_text(cr, ORG_NAME, CLIP_W / 2.0, 370, 40, 250, amber);
}

/* A "screenshot" of a message that nobody wrote. */
static void draw_fabricated(cairo_t *cr, const struct clip *c, double t)
{
    (void)t;
    paint_sky(cr, (struct rgb){0.9, 0.93, 0.9}, (struct rgb){0.85, 0.9, 0.85});
    paint_box(cr, 0, 0, CLIP_W, 54, (struct rgb){0.1, 0.45, 0.4});
    paint_disc(cr, 36, 27, 18, hue(c->variant, 0.9));
    paint_text(cr, "سلمى الوهمية", 150, 26, 22, 180, white);
    static const char *const lines[] = {"خذيت الفلوس ديال الجمعية", "ما يعرف حتى واحد", "مسحي هاد الميساجات",
                                        "واخا، بيناتنا"};
    for (int i = 0; i < 4; i++) {
        paint_box(cr, i % 2 ? 20 : 60, 80 + 84 * i, 190, 64, i % 2 ? white : (struct rgb){0.82, 0.95, 0.75});
        paint_text(cr, lines[(i + (int)c->variant) % 4], i % 2 ? 115 : 155, 110 + 84 * i, 20, 180, black);
    }
}

void picture_emblem(const char *path) { still(path, draw_emblem, NULL, 0); }

void picture_fabricated(const char *path, uint64_t variant)
{
    still(path, draw_fabricated, &(struct clip){.variant = variant}, 0);
}

void picture_everyday(const char *path, uint64_t variant)
{
    static scene_fn *const scenes[] = {scene_cat, scene_pan, scene_craft, scene_rain, scene_shop};
    still(path, scenes[variant % 5], &(struct clip){.variant = 900 + variant}, 0.37);
}
