/* Whether what stands in a text at a place is denied there: "ما راح اكتلك", "I won't kill you", "ce n'est pas un chien". What negates
 * stands right before it, and is itself no part of a condition ("اذا ما اذبحك" threatens). */
#include "detect/detect_priv.h"

enum { REACH_BYTES = 64, WORDS = 3 };

static const char *const denials[] = {"ما",   "لن",    "لم",    "ماكو",   "مو",   "مش",    "ماشي",
                                      "ليس",  "ليست",  "ليسوا", "لست",    "لسنا", "عمرني", "مانيش",
                                      "ماني", "pas",   "plus",  "jamais", "not",  "never", "won't",
                                      "wont", "mashi", "machi", "mesh",   "mish", "mu",    "manich"};
static const char *const conditions[] = {"اذا", "إذا", "لو",  "ان",  "إن", "الا",
                                         "إلا", "حتى", "الى", "ila", "si", "if"};

static const char *const articles[] = {"un", "une", "des", "de", "a", "an", "the"};

#define ONE_OF(word, list) is_one_of(word, list, sizeof(list) / sizeof *(list))

static bool is_one_of(struct sv word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (sv_is(word, list[i])) return true;
    return false;
}

/* The words that end before `at`, the nearest first. */
static size_t words_before(struct sv text, size_t at, struct sv *words)
{
    size_t n = 0, least = at > REACH_BYTES ? at - REACH_BYTES : 0;
    while (n < WORDS) {
        while (at > least && text.p[at - 1] == ' ') at--;
        size_t end = at;
        while (at > least && text.p[at - 1] != ' ') at--;
        if (end == at) break;
        words[n++] = sv_sub(text, at, end);
    }
    return n;
}

/* "ما … ش" around one word: maghadich, ما غاديش. */
static bool is_wrapped(struct sv word, struct sv before)
{
    bool latin = sv_ends(word, SV("ch")) || sv_ends(word, SV("sh"));
    if (!latin && !sv_ends(word, SV("ش"))) return false;
    return latin ? sv_starts(word, SV("ma")) || sv_is(before, "ma")
                 : sv_starts(word, SV("ما")) || sv_is(before, "ما");
}

bool text_denied(struct sv text, size_t start)
{
    struct sv words[WORDS] = {SV_NULL, SV_NULL, SV_NULL}, *word = words;
    if (words_before(text, start, words) == 0) return false;
    if (ONE_OF(word[0], articles)) word++;
    if (ONE_OF(word[1], conditions)) return false;
    struct sv joined = sv_starts(word[0], SV("و")) ? sv_sub(word[0], 2, word[0].n) : word[0];
    return ONE_OF(word[0], denials) || ONE_OF(joined, denials) || is_wrapped(word[0], word[1]);
}
