/* One walk over the normalised text: words that stand in the table of words.h, with Arabic's clitics and common endings
 * taken off, and numbers of digits alone. Beyond the words' own bytes each is looked up a handful of times; a table of
 * bits turns nearly all of these away. */
#include "base/limits.h"
#include "text/borders.h"
#include "text/private_priv.h"
#include "text/text_priv.h"

static void push(struct finder *f, struct sv word, size_t start, size_t end, const struct word_entry *e,
                 uint32_t ordinal)
{
    if (f->marks.n >= PRIVATE_MAX_MARKS) return;
    struct mark m = {(uint32_t)start,
                     (uint32_t)end,
                     e ? e->classes : 1u << WORDS_DIGITS,
                     ordinal,
                     e ? (uint32_t)(e - word_table) : UINT32_MAX,
                     e ? e->value : -1,
                     word.n > 2 && memcmp(word.p, "و", 2) == 0 &&
                         (size_t)(f->text->text.p + start - word.p) == 2};
    if (VEC_PUSH(&f->marks, m) != 0) f->no_memory = true;
}

/* The entries whose first word is text[start, first_end), the word reaching to `end`. */
static void look_up(struct finder *f, struct sv word, size_t start, size_t first_end, size_t end,
                    uint32_t hash, uint32_t ordinal)
{
    struct sv s = f->text->text;
    size_t n = first_end - start;
    for (uint32_t at = hash & (WORD_TABLE - 1); word_table[at].text; at = (at + 1) & (WORD_TABLE - 1)) {
        const struct word_entry *e = &word_table[at];
        if (e->first_bytes != n || memcmp(e->text, s.p + start, n) != 0) continue;
        if (e->bytes == n) {
            push(f, word, start, first_end, e, ordinal);
        } else if (first_end == end && sv_starts(sv_sub(s, start, s.n), sv_of(e->text, e->bytes)) &&
                   border_after(s, start + e->bytes, true)) {
            push(f, word, start, start + e->bytes, e, ordinal);
        }
    }
}

/* The word from `from` on, as a whole and then without each ending that it may have; one pass. */
static void try_from(struct finder *f, struct sv word, size_t start, size_t from, uint32_t ordinal,
                     bool arabic)
{
    enum { MAX_ENDS = 8 };
    size_t longest = arabic ? 6 : 2, ends[MAX_ENDS], n = 0;
    uint32_t h = WORD_HASH_START, hash[MAX_ENDS];
    for (size_t i = from; i < word.n;) {
        h = word_hash_step(h, word.p[i++]);
        if (i + longest < word.n || !word_may_be(word_hash_end(h))) continue;
        if (i < word.n && !border_is_ending(sv_sub(word, i, word.n))) continue;
        ends[n] = i;
        hash[n++] = word_hash_end(h);
    }
    while (n-- > 0) look_up(f, word, start + from, start + ends[n], start + word.n, hash[n], ordinal);
}

/* The second byte of و ف ب ك ل ا ي ه ع د ش, the letters that clitics begin with, in the two rows of Arabic. */
static bool may_begin_clitic(const char *p)
{
    static const uint64_t d8 = UINT64_C(1) << (0xa7 & 63) | UINT64_C(1) << (0xa8 & 63) |
                               UINT64_C(1) << (0xaf & 63) | UINT64_C(1) << (0xb4 & 63) |
                               UINT64_C(1) << (0xb9 & 63),
                          d9 = UINT64_C(1) << (0x81 & 63) | UINT64_C(1) << (0x83 & 63) |
                               UINT64_C(1) << (0x84 & 63) | UINT64_C(1) << (0x87 & 63) |
                               UINT64_C(1) << (0x88 & 63) | UINT64_C(1) << (0x8a & 63);
    uint8_t a = (uint8_t)p[0], b = (uint8_t)p[1];
    return (a == 0xd8 ? d8 : a == 0xd9 ? d9 : 0) >> (b & 63) & 1;
}

static void take_word(struct finder *f, size_t start, size_t end, uint32_t ordinal)
{
    struct sv word = sv_sub(f->text->text, start, end);
    bool arabic = (uint8_t)word.p[0] >= 0xd8 && (uint8_t)word.p[0] <= 0xdb;
    try_from(f, word, start, 0, ordinal, arabic);
    if (!arabic || word.n < 6 || !may_begin_clitic(word.p)) return;
    /* clitics of one, two and three letters, as borders.c has them */
    for (size_t bytes = 2; bytes <= 6 && bytes + 2 <= word.n; bytes += 2)
        if (border_is_clitic(sv_sub(word, 0, bytes))) try_from(f, word, start, bytes, ordinal, arabic);
}

/* What the byte begins: 0 a space or sign of ASCII, 1 a letter, 2 a digit, 3 more than one byte. */
static inline unsigned kind_of(char c)
{
    if ((uint8_t)c >= 0x80) return 3;
    if (c >= 'a' && c <= 'z') return 1;
    return c >= '0' && c <= '9' ? 2 : 0;
}

/* The end of the word that begins at `at`; *digits: there is nothing else in it. A sign beyond ASCII is a word. */
static size_t word_end(struct sv s, size_t at, bool *digits)
{
    size_t start = at;
    *digits = true;
    while (at < s.n) {
        unsigned kind = kind_of(s.p[at]);
        if (kind == 0) break;
        if (kind == 1 || kind == 2) {
            *digits = *digits && kind == 2;
            at++;
            continue;
        }
        size_t next = at;
        *digits = false;
        if ((uint8_t)s.p[at] >= 0xd8 && (uint8_t)s.p[at] <= 0xdb && at + 1 < s.n) {
            at += 2; /* Arabic: signs of that block are few, and stand between words like letters do */
            continue;
        }
        if (!norm_is_word(norm_class_after(s, &next))) {
            if (at == start) return next;
            break;
        }
        at = next;
    }
    /* "n°" */
    if (at + 1 < s.n && at - start == 1 && s.p[start] == 'n' && memcmp(s.p + at, "°", 2) == 0) at += 2;
    return at;
}

void find_marks(struct finder *f)
{
    struct sv s = f->text->text;
    uint32_t ordinal = 0;
    for (size_t at = 0; at < s.n && !f->no_memory;) {
        if (kind_of(s.p[at]) == 0) {
            at++;
            continue;
        }
        bool digits;
        size_t end = word_end(s, at, &digits);
        if (digits)
            push(f, sv_sub(s, at, end), at, end, NULL, ordinal);
        else if (end - at <= WORD_MAX_BYTES)
            take_word(f, at, end, ordinal);
        ordinal++;
        at = end;
    }
}

size_t first_mark(const struct finder *f, size_t from)
{
    size_t low = 0, high = f->marks.n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (f->marks.v[mid].start < from)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

enum { REACH_BYTES = 72, ADVERT_REACH_BYTES = 240, DISTINCT_MAX = 4 };

size_t words_around(const struct finder *f, enum word_class which, size_t start, size_t end)
{
    bool advert = which == WORDS_ADVERT || which == WORDS_ADVERT_WEAK;
    size_t reach = advert ? ADVERT_REACH_BYTES : REACH_BYTES, n = 0;
    size_t from = start > reach ? start - reach : 0;
    uint32_t seen[DISTINCT_MAX];
    for (size_t i = first_mark(f, from); i < f->marks.n && n < DISTINCT_MAX; i++) {
        const struct mark *m = &f->marks.v[i];
        if (m->start > end + reach) break;
        if (!(m->classes >> which & 1) || m->end > end + reach || (m->start < end && m->end > start))
            continue;
        bool again = false;
        for (size_t k = 0; k < n; k++) again |= seen[k] == m->entry;
        if (!again) seen[n++] = m->entry;
    }
    return n;
}
