/* Our own folds, on top of Unicode's compatibility decomposition and case folding: read by mktables.c only. */
#ifndef MARSAD_TEXT_FOLDS_H
#define MARSAD_TEXT_FOLDS_H

#include <stdint.h>

/* Each character of `from` becomes `to`. Unicode has by then taken the hamza and madda off alef, waw and ya. */
struct fold {
    const char *to, *from;
};
static const struct fold folds[] = {
    /* Arabic: what one hand writes for another letter, and Persian, Urdu, Kurdish, Maghrebi letters by their shape or
     * sound. A letter of its own that Arabic lacks goes to the one an Arabic keyboard has for it. */
    {"ا", "ٱٲٳٵݳݴ"},
    {"ب", "پٻڀݐݒݔݕ"},
    {"ت", "ٹٺټٿ"},
    {"ث", "ٽݑ"},
    {"ج", "چڇڄڃݘ"},
    {"ح", "ځݗݮݯ"},
    {"خ", "څڿ"},
    {"د", "ڈډڊڋڍݙ"},
    {"ذ", "ڌڎڏڐ"},
    {"ر", "ڑڒړڔڕۯݛݬ"},
    {"ز", "ژڗڙݫݱ"},
    {"س", "ښڛݭݰ"},
    {"ش", "ڜۺݜ"},
    {"ص", "ڝ"},
    {"ض", "ڞۻ"},
    {"ط", "ڟ"},
    {"ع", "ڠݝ"},
    {"غ", "ۼݞݟ"},
    {"ف", "ڢڣڤڥڦݠݡ"},
    {"ق", "ڧڨ"},
    {"ك", "کڪګڬڭڮگڰڱڲڳڴػؼݢݣݤݿ"},
    {"ل", "ڵڶڷڸݪ"},
    {"م", "ݥݦ"},
    {"ن", "ڹڻڼڽݧݨݩ"},
    {"ه", "ةھہۀۂۃەۿ"},
    {"و", "ٶٷۄۅۆۇۈۉۊۋۏݸݹ"},
    {"ي", "ىیۍێېۑےۓؠؽؾؿٸݵݶݷݺݻ"},
    /* Latin: letters without a decomposition, and the small capitals and look-alikes people type for effect. */
    {"ae", "æ"},
    {"oe", "œ"},
    {"ss", "ß"},
    {"th", "þ"},
    {"a", "ᴀɑ"},
    {"b", "ʙƀ"},
    {"c", "ᴄ"},
    {"d", "ᴅđð"},
    {"e", "ᴇǝɛ"},
    {"f", "ꜰƒ"},
    {"g", "ɢɡ"},
    {"h", "ʜħ"},
    {"i", "ɪıɩ"},
    {"j", "ᴊȷ"},
    {"k", "ᴋ"},
    {"l", "ʟłƚ"},
    {"m", "ᴍ"},
    {"n", "ɴ"},
    {"o", "ᴏøɔ"},
    {"p", "ᴘ"},
    {"r", "ʀ"},
    {"s", "ꜱ"},
    {"t", "ᴛŧ"},
    {"u", "ᴜʉ"},
    {"v", "ᴠ"},
    {"w", "ᴡ"},
    {"y", "ʏ"},
    {"z", "ᴢƶ"},
    /* Punctuation that has many shapes. */
    {"'", "‘’‛ʼʻʹ′`´"},
    {"\"", "“”„‟«»″"},
    {"-", "‐‑‒–—―−"},
    {",", "،٬‚"},
    {";", "؛"},
    {"?", "؟"},
    {".", "۔٫"},
    {"%", "٪"},
    {"*", "٭"},
};

/* Letters whose dots (or whose being another letter) the skeleton takes off. The class is position-independent: the
 * tooth stands for ن and ي everywhere, though they lose their likeness to ب at a word's end, because undotting tools
 * disagree there. */
static const struct fold skeleton_folds[] = {
    {"ٮ", "بتثنيںٮ"}, {"ح", "جخ"}, {"د", "ذ"}, {"ر", "ز"},    {"س", "ش"},
    {"ص", "ض"},       {"ط", "ظ"},  {"ع", "غ"}, {"ڡ", "فقٯڡ"},
};

static const char always_dotted[] = "بتثجخذزشضظغفقن"; /* ya is left out: Egypt writes it without */
static const char never_ordinary[] = "ٮڡٯں";

/* Dropped though Unicode would keep them: tatweel, fillers, blanks that are not white space to Unicode. */
struct range {
    uint32_t first, last;
};
static const struct range dropped[] = {
    {0x00, 0x08},       {0x0e, 0x1f},     {0x7f, 0x84},
    {0x86, 0x9f},       {0xad, 0xad},     {0x0640, 0x0640},
    {0x0674, 0x0674},   {0x061c, 0x061c}, {0x06dd, 0x06dd},
    {0x070f, 0x070f},   {0x115f, 0x1160}, {0x180b, 0x180f},
    {0x200b, 0x200f},   {0x202a, 0x202e}, {0x2060, 0x206f},
    {0x3164, 0x3164},   {0xfe00, 0xfe0f}, {0xfeff, 0xfeff},
    {0xffa0, 0xffa0},   {0xfff0, 0xfffb}, {0x1f3fb, 0x1f3ff} /* skin tones */,
    {0xe0000, 0xe0fff},
};
static const struct range spaces[] = {{0x09, 0x0d}, {0x85, 0x85}, {0x2028, 0x2029}, {0x2800, 0x2800}};

/* Marks that are dropped; the vowel signs of Indic scripts, which carry the word, stay. */
static const struct range marks[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x05bf, 0x05bf}, {0x05c1, 0x05c2},
    {0x05c4, 0x05c5}, {0x05c7, 0x05c7}, {0x0610, 0x061a}, {0x064b, 0x065f}, {0x0670, 0x0670},
    {0x06d6, 0x06dc}, {0x06df, 0x06e4}, {0x06e7, 0x06e8}, {0x06ea, 0x06ed}, {0x08ca, 0x08e1},
    {0x08e3, 0x08ff}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20f0}, {0xfe20, 0xfe2f},
    {0xfe70, 0xfe7f},
};

#endif
