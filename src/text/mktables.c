/* Writes the normaliser's table (tables.h) as C to standard output. Runs at build time only.
 *
 * For each code point: what is dropped, then our own folds, then Unicode's compatibility decomposition with case
 * folding, each part of it through the folds again. A decomposition that would lose something that carries the word
 * (an Indic vowel sign, a kana's voicing, a Hangul syllable's shape) is not taken, nor one longer than
 * MAX_OUT_BYTES: output stays within 8/3 of the input. */
#include "text/folds.h"
#include "text/tables.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { MAX_PARTS = 64, MAX_OUT_BYTES = 8, MAX_BLOCKS = 4096, MAX_SEQUENCES = 8192, CODE_POINTS = 0x110000 };

static struct norm_entry blocks[MAX_BLOCKS][NORM_BLOCK];
static uint16_t block_of[CODE_POINTS >> NORM_BLOCK_BITS];
static struct norm_entry sequences[MAX_SEQUENCES];
static size_t nblocks, nsequences;

static void die(const char *what, uint32_t cp)
{
    fprintf(stderr, "mktables: %s (U+%04X)\n", what, (unsigned)cp);
    exit(1);
}

/* The next character of a list of ours, 0 at its end. */
static uint32_t take(const char **list)
{
    utf8proc_int32_t cp;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)*list, -1, &cp);
    if (n <= 0 || **list == '\0') return 0;
    *list += n;
    return (uint32_t)cp;
}

static bool is_in(uint32_t cp, const char *list)
{
    for (uint32_t c; (c = take(&list)) != 0;)
        if (c == cp) return true;
    return false;
}

static bool is_in_ranges(uint32_t cp, const struct range *ranges, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (cp >= ranges[i].first && cp <= ranges[i].last) return true;
    return false;
}
#define IS_IN(cp, ranges) is_in_ranges((cp), (ranges), sizeof(ranges) / sizeof *(ranges))

/* The folds by code point: all of ours lie below U+10000. */
static const char *fold_to[0x10000], *skeleton_to[0x10000];

static void index_folds(const struct fold *table, size_t n, const char **by_cp)
{
    for (size_t i = 0; i < n; i++) {
        const char *from = table[i].from;
        for (uint32_t c; (c = take(&from)) != 0;) {
            if (c >= 0x10000 || by_cp[c]) die("folded twice, or too high", c);
            by_cp[c] = table[i].to;
        }
    }
}
static const char *fold_of(uint32_t cp) { return cp < 0x10000 ? fold_to[cp] : NULL; }
static const char *skeleton_of(uint32_t cp) { return cp < 0x10000 ? skeleton_to[cp] : NULL; }

/* 0-9, or -1. Unicode's digits come in runs of ten that start on a multiple of ten from the run's first. */
static int digit_value(uint32_t cp)
{
    if (utf8proc_category((utf8proc_int32_t)cp) != UTF8PROC_CATEGORY_ND) return -1;
    uint32_t first = cp;
    while (utf8proc_category((utf8proc_int32_t)first - 1) == UTF8PROC_CATEGORY_ND) first--;
    return (int)((cp - first) % 10);
}

static enum norm_class class_of(uint32_t cp)
{
    if (IS_IN(cp, dropped)) return NORM_DROP;
    if (IS_IN(cp, spaces)) return NORM_SPACE;
    if (IS_IN(cp, marks)) return NORM_MARK;
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)cp);
    bool space = category >= UTF8PROC_CATEGORY_ZS && category <= UTF8PROC_CATEGORY_ZP;
    bool letter = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
    bool vowel_sign = category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC;
    if (space) return NORM_SPACE;
    if (category == UTF8PROC_CATEGORY_ND) return NORM_DIGIT;
    if (!letter && !vowel_sign) return NORM_OTHER;
    if ((cp >= 0x600 && cp < 0x700) || (cp >= 0x750 && cp < 0x780) || (cp >= 0x8a0 && cp < 0x900))
        return NORM_ARABIC;
    if (cp < 0x250 || (cp >= 0x1e00 && cp < 0x1f00)) return NORM_LATIN;
    if (cp >= 0x400 && cp < 0x530) return NORM_CYRILLIC;
    if ((cp >= 0x370 && cp < 0x400) || (cp >= 0x1f00 && cp < 0x2000)) return NORM_GREEK;
    return NORM_LETTER;
}

/* The entry that puts out `to`; itself when to == self. */
static struct norm_entry entry_for(uint32_t to, uint32_t self)
{
    struct norm_entry e = {.kind = (uint8_t)class_of(to)};
    if (e.kind == NORM_DROP || e.kind == NORM_MARK) return e;
    if (e.kind == NORM_SPACE) to = ' ';
    int digit = digit_value(to);
    if (digit >= 0) to = '0' + (uint32_t)digit;
    if (to < 0x800 && is_in(to, always_dotted)) e.kind |= NORM_DOTTED;
    if (to < 0x800 && is_in(to, never_ordinary)) e.kind |= NORM_DOTLESS;
    const char *skeleton = skeleton_of(to);
    if (to == self && !skeleton && to >= 0x80) return e;
    e.n = (uint8_t)utf8proc_encode_char((utf8proc_int32_t)to, (utf8proc_uint8_t *)e.text);
    memcpy(e.skeleton, skeleton ? skeleton : e.text, 2);
    return e;
}

/* Folds one part of a decomposition into at most `room` code points. */
static size_t fold_part(uint32_t cp, uint32_t *out, size_t room)
{
    const char *to = fold_of(cp);
    if (!to) {
        if (room == 0) return 0;
        out[0] = cp;
        return 1;
    }
    size_t n = 0;
    for (uint32_t c; n < room && (c = take(&to)) != 0;) out[n++] = c;
    return n;
}

/* Letters in squares and circles that Unicode leaves whole. */
static uint32_t enclosed_letter(uint32_t cp)
{
    if (cp >= 0x1f150 && cp <= 0x1f169) return 'a' + (cp - 0x1f150);
    if (cp >= 0x1f170 && cp <= 0x1f189) return 'a' + (cp - 0x1f170);
    return 0;
}

/* The code points that `cp` becomes; just itself where no decomposition serves. */
static size_t normal_form(uint32_t cp, uint32_t out[MAX_PARTS])
{
    out[0] = cp;
    if (cp < 0x80 && !(cp >= 'A' && cp <= 'Z') && cp != '`') return 1;
    if (fold_of(cp)) return fold_part(cp, out, MAX_PARTS);
    if (enclosed_letter(cp)) {
        out[0] = enclosed_letter(cp);
        return 1;
    }
    enum norm_class own = class_of(cp);
    bool hangul = cp >= 0xac00 && cp <= 0xd7a3;
    bool surrogate = cp >= 0xd800 && cp <= 0xdfff;
    if (own == NORM_DROP || own == NORM_MARK || own == NORM_SPACE || hangul || surrogate) return 1;
    utf8proc_int32_t parts[MAX_PARTS];
    int boundary = UTF8PROC_BOUNDCLASS_START;
    utf8proc_ssize_t n =
        utf8proc_decompose_char((utf8proc_int32_t)cp, parts, MAX_PARTS,
                                UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD, &boundary);
    if (n <= 0 || n > MAX_PARTS) return 1;
    size_t nout = 0, bytes = 0;
    for (utf8proc_ssize_t i = 0; i < n; i++) {
        uint32_t part = (uint32_t)parts[i];
        utf8proc_category_t category = utf8proc_category(parts[i]);
        enum norm_class class = class_of(part);
        if (class == NORM_MARK || class == NORM_DROP) continue;
        if (class == NORM_SPACE) goto keep; /* a spacing accent: a sign of its own */
        if (category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC) goto keep;
        nout += fold_part(part, out + nout, MAX_PARTS - nout);
    }
    for (size_t i = 0; i < nout; i++)
        bytes += out[i] < 0x80 ? 1 : out[i] < 0x800 ? 2 : out[i] < 0x10000 ? 3 : 4;
    if (nout > 0 && bytes <= MAX_OUT_BYTES) return nout;
keep:
    out[0] = cp;
    return 1;
}

static struct norm_entry make_entry(uint32_t cp)
{
    uint32_t form[MAX_PARTS];
    size_t n = normal_form(cp, form);
    if (n == 1) return entry_for(form[0], cp);
    if (nsequences + n > MAX_SEQUENCES) die("too many sequences", cp);
    struct norm_entry e = {.kind = NORM_SEQUENCE, .n = (uint8_t)n};
    e.text[0] = (char)(nsequences & 0xff);
    e.text[1] = (char)(nsequences >> 8);
    for (size_t i = 0; i < n; i++) {
        struct norm_entry part = entry_for(form[i], 0);
        if (part.n == 0) die("a sequence's part leaves nothing", cp);
        sequences[nsequences++] = part;
    }
    return e;
}

static void make_blocks(void)
{
    for (uint32_t b = 0; b < CODE_POINTS >> NORM_BLOCK_BITS; b++) {
        struct norm_entry block[NORM_BLOCK];
        memset(block, 0, sizeof block);
        for (uint32_t i = 0; i < NORM_BLOCK; i++) block[i] = make_entry((b << NORM_BLOCK_BITS) + i);
        size_t at = 0;
        while (at < nblocks && memcmp(blocks[at], block, sizeof block) != 0) at++;
        if (at == MAX_BLOCKS) die("too many blocks", b << NORM_BLOCK_BITS);
        if (at == nblocks) memcpy(blocks[nblocks++], block, sizeof block);
        block_of[b] = (uint16_t)at;
    }
}

static void print_entry(const struct norm_entry *e)
{
    printf("{%u,%u,{", e->kind, e->n);
    for (int i = 0; i < 4; i++) printf("%s%d", i ? "," : "", e->text[i]);
    printf("},{%d,%d}},", e->skeleton[0], e->skeleton[1]);
}

static void print_entries(const char *head, const struct norm_entry *e, size_t n)
{
    printf("%s", head);
    for (size_t i = 0; i < n; i++) {
        if (i % 4 == 0) printf("\n");
        print_entry(&e[i]);
    }
    printf("\n");
}

int main(void)
{
    index_folds(folds, sizeof folds / sizeof *folds, fold_to);
    index_folds(skeleton_folds, sizeof skeleton_folds / sizeof *skeleton_folds, skeleton_to);
    make_blocks();
    printf("/* Made by mktables.c; change folds.h instead. */\n#include \"text/tables.h\"\n");
    printf("const uint16_t norm_index[0x110000 >> NORM_BLOCK_BITS] = {");
    for (size_t i = 0; i < sizeof block_of / sizeof *block_of; i++)
        printf("%s%u,", i % 16 == 0 ? "\n" : "", block_of[i]);
    printf("\n};\nconst struct norm_entry norm_blocks[][NORM_BLOCK] = {\n");
    for (size_t b = 0; b < nblocks; b++) {
        print_entries("{", blocks[b], NORM_BLOCK);
        printf("},\n");
    }
    print_entries("};\nconst struct norm_entry norm_sequences[] = {", sequences, nsequences);
    printf("};\nconst struct norm_entry norm_low[NORM_LOW] = {\n");
    for (uint32_t cp = 0; cp < NORM_LOW; cp += NORM_BLOCK)
        print_entries("", blocks[block_of[cp >> NORM_BLOCK_BITS]], NORM_BLOCK);
    printf("};\n");
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
