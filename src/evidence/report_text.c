/* Words of a report. In an Arabic sentence, times and names in Latin letters keep their order: they stand between marks. */
#include "evidence/report_priv.h"

#include <stdio.h>
#include <string.h>

struct sv writer_text(const struct report_writer *r, const char *key)
{
    return text_get(r->o->texts, r->o->lang, key);
}

struct sv writer_word(const struct report_writer *r, const char *family, const char *name)
{
    char key[128];
    int n = snprintf(key, sizeof key, "%s.%s", family, name);
    for (int i = 0; i < n && i < (int)sizeof key; i++)
        if (key[i] == '-' || key[i] == '+') key[i] = '_';
    return text_has(r->o->texts, LANG_EN, key) ? writer_text(r, key) : sv_cstr(name);
}

struct sv writer_word_sv(const struct report_writer *r, const char *family, struct sv name)
{
    char text[64];
    snprintf(text, sizeof text, "%.*s", SV_FMT(name));
    struct sv found = writer_word(r, family, text);
    return found.p == text ? name : found;
}

struct sv writer_filled(struct report_writer *r, const char *key, const struct sv *args, size_t n)
{
    struct sv whole[8];
    struct buf b;
    for (size_t i = 0; i < n && i < 8; i++) {
        whole[i] = args[i];
        if (r->o->lang == LANG_AR && args[i].n && (unsigned char)args[i].p[0] < 0x80)
            whole[i] = arena_printf(&r->arena, "\u200e%.*s\u200e", SV_FMT(args[i]));
        r->no_memory |= args[i].n && !whole[i].p;
    }
    buf_init(&b, 0);
    text_fill(r->o->texts, r->o->lang, key, whole, n < 8 ? n : 8, &b);
    struct sv copy = arena_copy(&r->arena, buf_sv(&b));
    r->no_memory |= b.failed || !copy.p;
    buf_done(&b);
    return copy;
}

struct sv writer_when(struct report_writer *r, int64_t us)
{
    char at[TIME_TEXT_BYTES];
    if (us == TIME_UNKNOWN) return SV("–");
    time_format(us - us % US_PER_SECOND, at);
    for (char *c = at; *c; c++)
        if (*c == 'T') *c = ' ';
    struct sv copy = arena_printf(&r->arena, "%.*s UTC", (int)strcspn(at, "Z"), at);
    r->no_memory |= !copy.p;
    return copy;
}

struct sv writer_count(struct report_writer *r, int64_t n)
{
    struct sv copy = arena_printf(&r->arena, "%lld", (long long)n);
    r->no_memory |= !copy.p;
    return copy;
}

void writer_pair(struct report_writer *r, const char *key, struct sv value, enum report_words words)
{
    static const double shares[] = {0.28, 0.72};
    if (value.n == 0) return;
    const struct page_cell cells[] = {{writer_text(r, key), FONT_BOLD, WORDS_OURS},
                                      {value, FONT_BODY, words}};
    page_row(&r->page, cells, shares, 2, false);
}

struct sv writer_span(struct report_writer *r, int64_t us)
{
    int64_t minutes = us / US_PER_MINUTE, hours = minutes / 60, days = hours / 24;
    const struct sv args[] = {writer_count(r, days), writer_count(r, hours % 24),
                              writer_count(r, minutes % 60), writer_count(r, us / US_PER_SECOND % 60)};
    return writer_filled(r,
                         days    ? "report.span_days"
                         : hours ? "report.span_hours"
                                 : "report.span_minutes",
                         args, 4);
}
