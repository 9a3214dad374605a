/* Hashtags, mentions and links as they stand in captions, for feeds that bring no lists of their own.
 *
 * A hashtag is '#' (or the full-width one) and letters, digits, marks and '_' of any script; joiners and emoji inside
 * it belong to it, as on the platforms. A mention is '@' and letters, digits, '_', '.', not after a letter (an e-mail
 * address is no mention). A link is http(s):// up to white space. */
#include "intake/intake_priv.h"

#include <utf8proc.h>

#include "base/utf8.h"

struct sv cut_text(struct sv s, size_t max)
{
    if (s.n <= max) return s;
    size_t n = max;
    /* Back to the start of a character, but not further than one can be long. */
    for (int back = 0; back < 4 && n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80; back++) n--;
    return sv_sub(s, 0, n);
}

#define CATEGORY(c) (1u << UTF8PROC_CATEGORY_##c)

static bool word_char(uint32_t cp)
{
    const unsigned words = CATEGORY(LU) | CATEGORY(LL) | CATEGORY(LT) | CATEGORY(LM) | CATEGORY(LO) |
                           CATEGORY(MN) | CATEGORY(MC) | CATEGORY(ND) | CATEGORY(NL);
    return cp == '_' || (words >> utf8proc_category((utf8proc_int32_t)cp) & 1);
}

/* Emoji and what holds them together. */
static bool tag_char(uint32_t cp)
{
    return word_char(cp) || cp == 0x200C || cp == 0x200D || (cp >= 0xFE00 && cp <= 0xFE0F) || cp == 0x20E3 ||
           (cp >= 0x1F000 && cp <= 0x1FAFF) || (cp >= 0x2600 && cp <= 0x27BF) ||
           (cp >= 0xE0020 && cp <= 0xE007F);
}

static bool handle_char(uint32_t cp) { return word_char(cp) || cp == '.'; }

static size_t run_end(struct sv s, size_t at, bool (*fits)(uint32_t cp))
{
    while (at < s.n) {
        size_t next = at;
        bool valid = true;
        uint32_t cp = utf8_next(s, &next, &valid);
        if (!valid || !fits(cp)) break;
        at = next;
    }
    return at;
}

static size_t link_end(struct sv s, size_t at)
{
    while (at < s.n && (unsigned char)s.p[at] > ' ' && !strchr("<>\"", s.p[at])) at++;
    while (at > 0 && strchr(".,;:!?)", s.p[at - 1])) at--;
    return at;
}

struct wanted {
    bool hashtags, mentions;
};

static size_t handle_end(struct sv s, size_t at)
{
    size_t end = run_end(s, at, handle_char);
    while (end > at && s.p[end - 1] == '.') end--;
    return end;
}

/* Where the link that starts at `at` ends; `at` when none does. */
static size_t link_at(struct sv s, size_t at)
{
    struct sv rest = sv_sub(s, at, s.n);
    size_t scheme = sv_starts(rest, SV("https://")) ? 8 : sv_starts(rest, SV("http://")) ? 7 : 0;
    size_t end = scheme ? link_end(s, at) : at;
    return end > at + scheme ? end : at;
}

static void parse_text(struct run *r, struct sv s, struct wanted want)
{
    uint32_t before = ' ';
    for (size_t at = 0; at < s.n;) {
        size_t next = at, end;
        uint32_t cp = utf8_next(s, &next, NULL);
        if ((cp == '#' || cp == 0xFF03) && (end = run_end(s, next, tag_char)) > next) {
            if (want.hashtags) add_hashtag(r, sv_sub(s, next, end));
        } else if (cp == '@' && !word_char(before) && (end = handle_end(s, next)) > next) {
            if (want.mentions) add_mention(r, sv_sub(s, next, end));
        } else if (cp == 'h' && (end = link_at(s, at)) > at) {
            add_link(r, sv_sub(s, at, end));
        } else {
            before = cp;
            at = next;
            continue;
        }
        before = 'a'; /* what was taken ends in a word */
        at = end;
    }
}

void parse_captions(struct run *r)
{
    struct wanted want = {r->p.hashtags.n == 0, r->p.mentions.n == 0};
    /* The lists grow, the texts do not. */
    for (size_t i = 0; i < r->p.ntexts; i++)
        if (r->p.texts[i].field == TEXT_CAPTION) parse_text(r, r->p.texts[i].text, want);
}
