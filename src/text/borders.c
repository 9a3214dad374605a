/* Whether a match stands at the borders of a word: with nothing of a word before it but Arabic's clitics, and nothing
 * after it but, where the entry allows them, endings. All in normalised spelling. */
#include "text/borders.h"

#include "text/text_priv.h"

/* Conjunctions, prepositions, article and vocative, written onto the word; Maghrebi and Mashriqi ones too. */
static const char clitics[][9] = {
    "و",    "ف",    "ب",   "ك",   "ل",   "ال",  "لل",   "يا",   "ول",  "فل",
    "وب",   "فب",   "وك",  "وال", "فال", "بال", "كال",  "ولل",  "فلل", "وبال",
    "وكال", "فبال", "هال", "عال", "دال", "شال", "بهال", "وهال", "ويا", "يال",
};
static const char arabic_endings[][9] = {
    "ه", "ها", "هم", "هن", "هما", "ك",  "كم", "كن", "كو",  "كما",
    "ي", "نا", "ج",  "ين", "ون",  "ان", "ات", "وا", "اتي",
};
static const char latin_endings[][9] = {"s", "es", "e", "x"};

enum { CLITIC_MAX_BYTES = 8, ENDING_MAX_BYTES = 6 };

/* Entries are at most eight bytes, filled up with NULs: compared as numbers. */
static bool is_one_of(struct sv s, const char (*list)[9], size_t n)
{
    uint64_t want = 0, have;
    if (s.n > 8) return false;
    for (size_t i = 0; i < s.n; i++) ((char *)&want)[i] = s.p[i];
    for (size_t i = 0; i < n; i++) {
        memcpy(&have, list[i], sizeof have);
        if (have == want) return s.n > 0;
    }
    return false;
}
#define IS_ONE_OF(s, list) is_one_of((s), (list), sizeof(list) / sizeof *(list))

bool border_before(struct sv text, size_t start, bool clitics_allowed)
{
    size_t first = start, at = start;
    if (!norm_is_word(norm_class_after(text, &at)))
        return true; /* the term begins with a sign: no word to break */
    at = start;
    while (start - first <= CLITIC_MAX_BYTES && norm_is_word(norm_class_before(text, &at))) first = at;
    return first == start || (clitics_allowed && IS_ONE_OF(sv_sub(text, first, start), clitics));
}

bool border_after(struct sv text, size_t end, bool endings_allowed)
{
    size_t last = end, at = end;
    if (!norm_is_word(norm_class_before(text, &at))) return true;
    at = end;
    while (last - end <= ENDING_MAX_BYTES && norm_is_word(norm_class_after(text, &at))) last = at;
    struct sv rest = sv_sub(text, end, last);
    return last == end ||
           (endings_allowed && (IS_ONE_OF(rest, arabic_endings) || IS_ONE_OF(rest, latin_endings)));
}

/* The letters that clitics begin with, و ف ب ك ل ا ي ه ع د ش: two bytes as a number, to turn most words away. */
bool border_is_clitic(struct sv s)
{
    if (s.n < 2 || s.n > CLITIC_MAX_BYTES) return false;
    switch ((unsigned)(uint8_t)s.p[0] << 8 | (uint8_t)s.p[1]) {
    case 0xd988:
    case 0xd981:
    case 0xd8a8:
    case 0xd983:
    case 0xd984: return s.n == 2 || IS_ONE_OF(s, clitics);
    case 0xd8a7:
    case 0xd98a:
    case 0xd987:
    case 0xd8b9:
    case 0xd8af:
    case 0xd8b4: return s.n > 2 && IS_ONE_OF(s, clitics);
    default: return false;
    }
}

bool border_is_ending(struct sv s) { return IS_ONE_OF(s, arabic_endings) || IS_ONE_OF(s, latin_endings); }
