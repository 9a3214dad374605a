#include "text/arabizi.h"

#include "base/utf8.h"

static bool is_latin(char c) { return c >= 'a' && c <= 'z'; }
static bool is_letter_digit(char c) { return c == '2' || c == '3' || (c >= '5' && c <= '9'); }
static bool is_word(char c) { return is_latin(c) || (c >= '0' && c <= '9') || c == '\''; }

/* A digit at `at` that stands in a word with Latin letters next to it. */
static bool speaks(struct sv s, size_t at)
{
    if (!is_letter_digit(s.p[at])) return false;
    bool before = at > 0 && is_latin(s.p[at - 1]), after = at + 1 < s.n && is_latin(s.p[at + 1]);
    bool number = (at > 0 && s.p[at - 1] >= '0' && s.p[at - 1] <= '9') ||
                  (at + 1 < s.n && s.p[at + 1] >= '0' && s.p[at + 1] <= '9');
    return (before || after) && !number;
}

bool arabizi_is(struct sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (speaks(s, i)) return true;
    return false;
}

bool arabizi_is_ambiguous(struct sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] == '8' || s.p[i] == '9') && speaks(s, i)) return true;
    return false;
}

/* ---- conventions ---- */

static const char *const maghrebi[] = {
    "wach",   "wash",  "bzaf",  "bezaf", "dyal",   "dial", "chno",   "chnou",  "3lach",  "ghadi",  "ghir",
    "daba",   "kayn",  "kayna", "walo",  "wakha",  "fin",  "hadchi", "nta",    "nti",    "machi",  "mzyan",
    "mezyan", "khoya", "7it",   "hit",   "kifach", "safi", "3afak",  "yallah", "barcha", "barsha", "chnia",
    "chbik",  "bach",  "rani",  "rak",   "rah",    "wesh", "tawa",   "bsah",   "chwiya"};
static const char *const mashriqi[] = {
    "shu",    "shou",  "shlon",  "shlonak", "shlonek", "shaku", "maku",     "mako",  "aku",      "hasa",
    "hassa",  "hwaya", "kulish", "wein",    "wain",    "wayn",  "mish",     "mesh",  "msh",      "ezay",
    "ezayak", "eh",    "3ayez",  "3ayz",    "keda",    "kda",   "baddi",    "biddi", "bade",     "halla2",
    "hala2",  "kteer", "kter",   "mni7",    "zalame",  "inta",  "enta",     "inti",  "enti",     "lesh",
    "leish",  "wesh",  "al7een", "abi",     "aby",     "wayed", "shgad",    "sh2d",  "yam3awad", "khosh",
    "hal",    "hay",   "hada",   "hatha",   "mo",      "mu",    "delwa2ty", "dlw2ty"};

static bool is_one_of(struct sv w, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (sv_is(w, list[i])) return true;
    return false;
}

static int spelling(struct sv w)
{
    int sign = 0;
    for (size_t i = 0; i + 1 < w.n; i++) {
        bool french = w.p[i + 1] == 'h' ? w.p[i] == 'c' : w.p[i] == 'o' && w.p[i + 1] == 'u';
        bool english =
            w.p[i + 1] == 'h' ? w.p[i] == 's' : (w.p[i] == 'o' || w.p[i] == 'e') && w.p[i + 1] == w.p[i];
        sign += french - english;
    }
    return sign;
}

enum arabizi arabizi_convention(struct sv s)
{
    enum { WORD_WEIGHT = 3, READ_BYTES = 4096 };
    int sign = 0;
    if (s.n > READ_BYTES) s.n = READ_BYTES;
    for (size_t at = 0; at < s.n;) {
        size_t start = at;
        while (at < s.n && is_word(s.p[at])) at++;
        struct sv w = sv_sub(s, start, at);
        if (w.n > 1) {
            sign += WORD_WEIGHT * is_one_of(w, maghrebi, sizeof maghrebi / sizeof *maghrebi);
            sign -= WORD_WEIGHT * is_one_of(w, mashriqi, sizeof mashriqi / sizeof *mashriqi);
            sign += spelling(w);
        }
        at += at == start;
    }
    return sign < 0 ? ARABIZI_MASHRIQI : ARABIZI_MAGHREBI;
}

/* ---- sounds ---- */

/* Of a Latin letter or digit with the next; *used is 2 when the pair is one sound. '\0': nothing. 'a' a vowel. */
static char latin_sound(char c, char next, enum arabizi convention, size_t *used)
{
    bool east = convention == ARABIZI_MASHRIQI;
    *used = 2;
    if (next == 'h') {
        if (c == 'c' || c == 's') return 'c';
        if (c == 'k') return 'x';
        if (c == 'g') return 'g';
        if (c == 'd') return 'd';
        if (c == 't') return 't';
    }
    if (next == '\'') {
        if (c == '3') return 'g';
        if (c == '7') return 'x';
        if (c == '9' || c == '6') return 'd';
    }
    if (c == 'd' && next == 'j') return 'j';
    *used = 1;
    switch (c) {
    case 'b':
    case 'p': return 'b';
    case 't':
    case '6': return 't';
    case 'j': return 'j';
    case 'h':
    case '7': return 'h';
    case 'x':
    case '5': return 'x';
    case 'd': return 'd';
    case 'r': return 'r';
    case 'z': return 'z';
    case 's':
    case 'c': return 's';
    case '3': return '3';
    case 'g': return 'g';
    case '8': return east ? 'k' : 'g';
    case 'f':
    case 'v': return 'f';
    case 'k':
    case 'q': return 'k';
    case '9': return east ? 's' : 'k';
    case 'l': return 'l';
    case 'm': return 'm';
    case 'n': return 'n';
    case 'a':
    case 'e':
    case 'i':
    case 'o':
    case 'u':
    case 'w':
    case 'y':
    case '2': return 'a';
    default: return '\0';
    }
}

static char arabic_sound(uint32_t cp)
{
    static const char sounds[] = /* U+0621 … U+064A, '.' for what is no letter of the normalised text */
        "a.....abh"              /* ء آ أ ؤ إ ئ ا ب ة */
        "ttjhxddrzscsdtd3g"      /* ت ث ج ح خ د ذ ر ز س ش ص ض ط ظ ع غ */
        "......fkklmnhaya";      /* … ـ ف ق ك ل م ن ه و ى ي */
    if (cp < 0x621 || cp > 0x64a) return '\0';
    char c = sounds[cp - 0x621];
    return c == '.' ? '\0' : c == 'y' ? 'a' : c;
}

static void put(char out[SOUND_KEY_MAX], size_t *n, char sound)
{
    if (sound == '\0' || (sound == 'a' && *n > 0) || (*n > 0 && out[*n - 1] == sound) || *n == SOUND_KEY_MAX)
        return;
    out[(*n)++] = sound;
}

size_t arabizi_key(struct sv w, enum arabizi convention, char out[SOUND_KEY_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < w.n;) {
        size_t used;
        char sound = latin_sound(w.p[i], i + 1 < w.n ? w.p[i + 1] : '\0', convention, &used);
        put(out, &n, sound);
        i += used;
    }
    return n;
}

size_t arabic_key(struct sv w, bool drop_last_h, char out[SOUND_KEY_MAX])
{
    size_t n = 0;
    if (drop_last_h && sv_ends(w, SV("ه"))) w.n -= 2;
    for (size_t at = 0; at < w.n;) put(out, &n, arabic_sound(utf8_next(w, &at, NULL)));
    return n;
}

int arabizi_mashriqi(const struct norm_text *t, struct arena *a, struct norm_text *out, struct error *err)
{
    struct sv copy = arena_copy(a, t->text);
    if (!copy.p)
        return error_set(err, ERR_NOMEM, "text", "no memory for another reading of %zu bytes", t->text.n);
    char *p = (char *)copy.p;
    for (size_t i = 0; i < copy.n; i++)
        if (speaks(t->text, i) && p[i] == '9')
            p[i] = 's';
        else if (speaks(t->text, i) && p[i] == '8')
            p[i] = 'q';
    *out = *t;
    out->text = copy;
    return 0;
}
