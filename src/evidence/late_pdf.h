/* Cairo, which draws documents, and Pango, which shapes their text, loaded when they are first needed: base/late.h.
 * late_pdf_load() comes before any of their calls. */
#ifndef MARSAD_EVIDENCE_LATE_PDF_H
#define MARSAD_EVIDENCE_LATE_PDF_H

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "base/late.h"

#define PDF_CALLS(X)                                                                                         \
    X(cairo_arc)                                                                                             \
    X(cairo_clip)                                                                                            \
    X(cairo_create)                                                                                          \
    X(cairo_destroy)                                                                                         \
    X(cairo_fill)                                                                                            \
    X(cairo_fill_preserve)                                                                                   \
    X(cairo_image_surface_create)                                                                            \
    X(cairo_image_surface_get_data)                                                                          \
    X(cairo_image_surface_get_stride)                                                                        \
    X(cairo_line_to)                                                                                         \
    X(cairo_move_to)                                                                                         \
    X(cairo_new_path)                                                                                        \
    X(cairo_paint)                                                                                           \
    X(cairo_pdf_surface_add_outline)                                                                         \
    X(cairo_pdf_surface_create)                                                                              \
    X(cairo_pdf_surface_set_metadata)                                                                        \
    X(cairo_pdf_surface_create_for_stream)                                                                   \
    X(cairo_rectangle)                                                                                       \
    X(cairo_rel_line_to)                                                                                     \
    X(cairo_restore)                                                                                         \
    X(cairo_save)                                                                                            \
    X(cairo_scale)                                                                                           \
    X(cairo_set_line_width)                                                                                  \
    X(cairo_set_source_rgb)                                                                                  \
    X(cairo_set_source_rgba)                                                                                 \
    X(cairo_set_source_surface)                                                                              \
    X(cairo_show_page)                                                                                       \
    X(cairo_status)                                                                                          \
    X(cairo_status_to_string)                                                                                \
    X(cairo_stroke)                                                                                          \
    X(cairo_surface_destroy)                                                                                 \
    X(cairo_surface_finish)                                                                                  \
    X(cairo_surface_get_type)                                                                                \
    X(cairo_surface_mark_dirty)                                                                              \
    X(cairo_surface_status)                                                                                  \
    X(cairo_tag_begin)                                                                                       \
    X(cairo_tag_end)                                                                                         \
    X(cairo_translate)                                                                                       \
    X(g_object_unref)                                                                                        \
    X(pango_cairo_context_set_resolution)                                                                    \
    X(pango_cairo_font_map_new)                                                                              \
    X(pango_cairo_show_layout)                                                                               \
    X(pango_cairo_show_layout_line)                                                                          \
    X(pango_cairo_update_context)                                                                            \
    X(pango_context_set_base_dir)                                                                            \
    X(pango_context_set_language)                                                                            \
    X(pango_font_description_free)                                                                           \
    X(pango_font_description_from_string)                                                                    \
    X(pango_font_map_create_context)                                                                         \
    X(pango_language_from_string)                                                                            \
    X(pango_layout_get_iter)                                                                                 \
    X(pango_layout_get_size)                                                                                 \
    X(pango_layout_iter_free)                                                                                \
    X(pango_layout_iter_get_baseline)                                                                        \
    X(pango_layout_iter_get_line_extents)                                                                    \
    X(pango_layout_iter_get_line_readonly)                                                                   \
    X(pango_layout_iter_next_line)                                                                           \
    X(pango_layout_new)                                                                                      \
    X(pango_layout_set_alignment)                                                                            \
    X(pango_layout_set_auto_dir)                                                                             \
    X(pango_layout_set_font_description)                                                                     \
    X(pango_layout_set_single_paragraph_mode)                                                                \
    X(pango_layout_set_spacing)                                                                              \
    X(pango_layout_set_text)                                                                                 \
    X(pango_layout_set_width)                                                                                \
    X(pango_layout_set_wrap)

struct pdf_calls {
    PDF_CALLS(LATE_MEMBER)
};
extern struct pdf_calls late_pdf;
int late_pdf_load(struct error *err) MUST_USE;

#define cairo_arc                              late_pdf.cairo_arc
#define cairo_clip                             late_pdf.cairo_clip
#define cairo_create                           late_pdf.cairo_create
#define cairo_destroy                          late_pdf.cairo_destroy
#define cairo_fill                             late_pdf.cairo_fill
#define cairo_fill_preserve                    late_pdf.cairo_fill_preserve
#define cairo_image_surface_create             late_pdf.cairo_image_surface_create
#define cairo_image_surface_get_data           late_pdf.cairo_image_surface_get_data
#define cairo_image_surface_get_stride         late_pdf.cairo_image_surface_get_stride
#define cairo_line_to                          late_pdf.cairo_line_to
#define cairo_move_to                          late_pdf.cairo_move_to
#define cairo_new_path                         late_pdf.cairo_new_path
#define cairo_paint                            late_pdf.cairo_paint
#define cairo_pdf_surface_add_outline          late_pdf.cairo_pdf_surface_add_outline
#define cairo_pdf_surface_create               late_pdf.cairo_pdf_surface_create
#define cairo_pdf_surface_set_metadata         late_pdf.cairo_pdf_surface_set_metadata
#define cairo_pdf_surface_create_for_stream    late_pdf.cairo_pdf_surface_create_for_stream
#define cairo_rectangle                        late_pdf.cairo_rectangle
#define cairo_rel_line_to                      late_pdf.cairo_rel_line_to
#define cairo_restore                          late_pdf.cairo_restore
#define cairo_save                             late_pdf.cairo_save
#define cairo_scale                            late_pdf.cairo_scale
#define cairo_set_line_width                   late_pdf.cairo_set_line_width
#define cairo_set_source_rgb                   late_pdf.cairo_set_source_rgb
#define cairo_set_source_rgba                  late_pdf.cairo_set_source_rgba
#define cairo_set_source_surface               late_pdf.cairo_set_source_surface
#define cairo_show_page                        late_pdf.cairo_show_page
#define cairo_status                           late_pdf.cairo_status
#define cairo_status_to_string                 late_pdf.cairo_status_to_string
#define cairo_stroke                           late_pdf.cairo_stroke
#define cairo_surface_destroy                  late_pdf.cairo_surface_destroy
#define cairo_surface_finish                   late_pdf.cairo_surface_finish
#define cairo_surface_get_type                 late_pdf.cairo_surface_get_type
#define cairo_surface_mark_dirty               late_pdf.cairo_surface_mark_dirty
#define cairo_surface_status                   late_pdf.cairo_surface_status
#define cairo_tag_begin                        late_pdf.cairo_tag_begin
#define cairo_tag_end                          late_pdf.cairo_tag_end
#define cairo_translate                        late_pdf.cairo_translate
#define g_object_unref                         late_pdf.g_object_unref
#define pango_cairo_context_set_resolution     late_pdf.pango_cairo_context_set_resolution
#define pango_cairo_font_map_new               late_pdf.pango_cairo_font_map_new
#define pango_cairo_show_layout                late_pdf.pango_cairo_show_layout
#define pango_cairo_show_layout_line           late_pdf.pango_cairo_show_layout_line
#define pango_cairo_update_context             late_pdf.pango_cairo_update_context
#define pango_context_set_base_dir             late_pdf.pango_context_set_base_dir
#define pango_context_set_language             late_pdf.pango_context_set_language
#define pango_font_description_free            late_pdf.pango_font_description_free
#define pango_font_description_from_string     late_pdf.pango_font_description_from_string
#define pango_font_map_create_context          late_pdf.pango_font_map_create_context
#define pango_language_from_string             late_pdf.pango_language_from_string
#define pango_layout_get_iter                  late_pdf.pango_layout_get_iter
#define pango_layout_get_size                  late_pdf.pango_layout_get_size
#define pango_layout_iter_free                 late_pdf.pango_layout_iter_free
#define pango_layout_iter_get_baseline         late_pdf.pango_layout_iter_get_baseline
#define pango_layout_iter_get_line_extents     late_pdf.pango_layout_iter_get_line_extents
#define pango_layout_iter_get_line_readonly    late_pdf.pango_layout_iter_get_line_readonly
#define pango_layout_iter_next_line            late_pdf.pango_layout_iter_next_line
#define pango_layout_new                       late_pdf.pango_layout_new
#define pango_layout_set_alignment             late_pdf.pango_layout_set_alignment
#define pango_layout_set_auto_dir              late_pdf.pango_layout_set_auto_dir
#define pango_layout_set_font_description      late_pdf.pango_layout_set_font_description
#define pango_layout_set_single_paragraph_mode late_pdf.pango_layout_set_single_paragraph_mode
#define pango_layout_set_spacing               late_pdf.pango_layout_set_spacing
#define pango_layout_set_text                  late_pdf.pango_layout_set_text
#define pango_layout_set_width                 late_pdf.pango_layout_set_width
#define pango_layout_set_wrap                  late_pdf.pango_layout_set_wrap

#endif
