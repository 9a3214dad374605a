/* Brushes: the few shapes that every scene is made of. All coordinates are pixels of a CLIP_W × CLIP_H frame. */
#include <math.h>
#include <pango/pangocairo.h>

#include "world.h"

void paint_set(cairo_t *cr, struct rgb c) { cairo_set_source_rgb(cr, c.r, c.g, c.b); }

void paint_sky(cairo_t *cr, struct rgb top, struct rgb bottom)
{
    cairo_pattern_t *p = cairo_pattern_create_linear(0, 0, 0, CLIP_H);
    cairo_pattern_add_color_stop_rgb(p, 0, top.r, top.g, top.b);
    cairo_pattern_add_color_stop_rgb(p, 1, bottom.r, bottom.g, bottom.b);
    cairo_set_source(cr, p);
    cairo_paint(cr);
    cairo_pattern_destroy(p);
}

void paint_disc(cairo_t *cr, double x, double y, double radius, struct rgb c)
{
    paint_set(cr, c);
    cairo_arc(cr, x, y, radius, 0, 2 * M_PI);
    cairo_fill(cr);
}

void paint_box(cairo_t *cr, double x, double y, double w, double h, struct rgb c)
{
    paint_set(cr, c);
    cairo_rectangle(cr, x, y, w, h);
    cairo_fill(cr);
}

void paint_hills(cairo_t *cr, uint64_t seed, double base, double height, double shift, struct rgb c)
{
    struct rng r = {seed};
    double a = 1 + 2 * rng_unit(&r), b = 3 + 4 * rng_unit(&r), phase = 6 * rng_unit(&r);
    paint_set(cr, c);
    cairo_move_to(cr, 0, CLIP_H);
    for (int x = 0; x <= CLIP_W; x += 6) {
        double u = x / (double)CLIP_W + shift;
        double y = 0.6 * sin(a * 2 * u + phase) + 0.4 * sin(b * 2 * u + 2 * phase);
        cairo_line_to(cr, x, base - height * (0.5 + 0.5 * y));
    }
    cairo_line_to(cr, CLIP_W, CLIP_H);
    cairo_close_path(cr);
    cairo_fill(cr);
}

/* A hexagon, a spiral in it and three dots: abstract on purpose, like nobody's. */
void paint_emblem(cairo_t *cr, double x, double y, double size)
{
    const struct rgb amber = {0.98, 0.62, 0.12}, pale = {0.98, 0.9, 0.78};
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, size / 2, size / 2);
    paint_set(cr, (struct rgb){0.23, 0.06, 0.33});
    for (int i = 0; i < 6; i++) cairo_line_to(cr, cos(i * M_PI / 3), sin(i * M_PI / 3));
    cairo_close_path(cr);
    cairo_fill_preserve(cr);
    paint_set(cr, amber);
    cairo_set_line_width(cr, 0.12);
    cairo_stroke(cr);
    cairo_set_line_width(cr, 0.1);
    for (double s = 0; s < 1; s += 0.01) {
        double angle = s * 4.5 * M_PI;
        cairo_line_to(cr, 0.58 * s * cos(angle), 0.58 * s * sin(angle));
    }
    cairo_stroke(cr);
    for (int i = 0; i < 3; i++)
        paint_disc(cr, 0.72 * cos(i * 2.1 + 0.5), 0.72 * sin(i * 2.1 + 0.5), 0.09, pale);
    cairo_restore(cr);
}

void paint_banner(cairo_t *cr, double x, double y, double w, double h, double t, struct rgb c)
{
    paint_box(cr, x - 5, y - 8, 5, h * 2.2, (struct rgb){0.35, 0.3, 0.25});
    const int folds = 18;
    for (int i = 0; i < folds; i++) {
        double u = i / (double)folds, next = (i + 1) / (double)folds;
        double lift = 9 * u * sin(8 * u - 12 * t), lift2 = 9 * next * sin(8 * next - 12 * t);
        double light = 0.85 + 0.15 * cos(8 * u - 12 * t);
        paint_set(cr, (struct rgb){c.r * light, c.g * light, c.b * light});
        cairo_move_to(cr, x + w * u, y + lift);
        cairo_line_to(cr, x + w * next + 0.5, y + lift2);
        cairo_line_to(cr, x + w * next + 0.5, y + h + lift2);
        cairo_line_to(cr, x + w * u, y + h + lift);
        cairo_close_path(cr);
        cairo_fill(cr);
    }
}

void paint_text(cairo_t *cr, const char *text, double x, double y, double size, double width, struct rgb c)
{
    PangoLayout *layout = pango_cairo_create_layout(cr);
    PangoFontDescription *font = pango_font_description_from_string("Amiri, DejaVu Sans");
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
    pango_layout_set_text(layout, text, -1);
    int w = 0, h = 0;
    pango_layout_get_pixel_size(layout, &w, &h);
    cairo_move_to(cr, x - width / 2 + 1.5, y - h / 2.0 + 1.5);
    paint_set(cr, (struct rgb){0, 0, 0});
    pango_cairo_show_layout(cr, layout);
    cairo_move_to(cr, x - width / 2, y - h / 2.0);
    paint_set(cr, c);
    pango_cairo_show_layout(cr, layout);
    pango_font_description_free(font);
    g_object_unref(layout);
}
