/* Whose number is it? Told by the words around it: "my number", "نمرتي" (own), "her number", "نمرتها" (another's). Words
 * are written as the normaliser writes them: no hamza on alef, ه for ة, ي for ى, no accents, lower case. */
#include "detect/detect_priv.h"

#include "text/borders.h"

enum { BEFORE_BYTES = 120, AFTER_BYTES = 80 };

/* clang-format off */
static const char own[] =
    "رقمي|هاتفي|تلفوني|نمرتي|جوالي|بريدي|حسابي|ديالي|ليا|مالتي|عيطو ليا|عيطي ليا|اتصلوا بي|اتصل بي|اتصلي بي|"
    "كلموني|كلمني|راسلوني|راسلني|راسليني|تواصلوا معي|تواصلو معي|تواصل معي|خابروني|خابرني|"
    "nmerti|nemrti|nmrti|numirti|dyali|diali|3ayto liya|liya|"
    "mon numero|mon tel|mon telephone|mon whatsapp|mon mail|mon adresse|appelez moi|appelez-moi|appelle moi|appelle-moi|"
    "contactez moi|contactez-moi|ecrivez moi|ecrivez-moi|"
    "my number|my phone|my whatsapp|my email|my mail|call me|text me|contact me|reach me|message me";

static const char other[] =
    "رقمها|رقمه|رقمهم|نمرتها|نمرتو|نمرته|نمرتهم|هاتفها|هاتفه|هاتفهم|تلفونها|تلفونه|تليفونها|جوالها|جواله|"
    "ديالها|ديالو|ديالهم|مالتها|مالته|ليها|ليه|عليها|بريدها|بريده|حسابها|حسابه|"
    "ابوها|ابوه|امها|امه|اخوها|اختها|اهلها|زوجها|راجلها|مرته|عائلتها|اسمها|اسمه|سميتها|سميتو|"
    "بيتها|بيته|بيتهم|دارها|دارهم|عنوانها|عنوانه|ساكنه|تسكن|يسكن|ساكن|خدامه|"
    "سيارته|سيارتها|مستمسكاته|مستمسكاتها|جوازه|جوازها|هويته|هويتها|بطاقتو|كارطتو|طوموبيلتو|طوموبيلتها|"
    "منزله|منزلها|منزلهم|مسكنه|مسكنها|سكنه|سكنها|مدرسته|مدرستها|مكتبه|مكتبها|"
    "ديال هاد|ديال داك|ديال ديك|ديال الاستاذ|ديال الاستاذه|ديال المدير|ديال المديره|رقم هاد|رقم هذا|رقم هذه|رقم ذاك|"
    "رقم هالكلب|رقم هالحقير|رقم هالكذاب|رقم هالكذابه|نمره هاد|"
    "المدعو|المدعوه|هذا رقم|هذه رقم|خابروها|خابروه|عيطو ليها|عيطو ليه|اتصلوا بها|اتصلوا به|بطاقتها|بطاقته|كارطتها|"
    "nmertha|nmrtha|nemrtha|numertha|nmerto|dyalha|dyalo|dialha|dialo|smitha|smito|sakna|saken|"
    "son compte|sa banque|son passeport|son iban|sa voiture|sa plaque|son vrai nom|son ip|"
    "son numero|son tel|son telephone|son adresse|son mail|sa carte|elle habite|il habite|appelez-la|appelez la|"
    "son portable|son num|son domicile|son lieu de travail|son travail|son ecole|son lycee|son mari|son pere|sa mere|sa maison|"
    "son rib|sa cin|leur adresse|leur numero|leur maison|appelez ce|appelez cette|appelez-le|appelez le|"
    "de cette|de ce type|chez elle|chez lui|"
    "her account|his account|her ssn|his ssn|her real|his real|her passport|his passport|her car|his car|her plate|"
    "her home|his home|their home|their house|their address|her cell|his cell|her mobile|his mobile|her work|his work|"
    "her workplace|his workplace|her school|his school|her email|his email|call this|text this|dm this|call that|"
    "his plate|her ip|his ip|her iban|his iban|her card|his card|"
    "her number|his number|their number|her phone|his phone|her address|his address|call her|call him|text her|"
    "text him|she lives|he lives|her house|his house|her name|his name";
/* clang-format on */

/* First byte of the normalised text that stands for original byte `at` or what follows it. */
static size_t normalised_from(const struct norm_text *t, size_t at)
{
    size_t low = 0, high = t->text.n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (t->at[mid] < at)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* Bytes between the nearest word of the list and the hit; SIZE_MAX when there is none in reach. */
static size_t nearest(struct sv text, struct sv list, size_t start, size_t end)
{
    size_t from = start > BEFORE_BYTES ? start - BEFORE_BYTES : 0;
    size_t to = text.n - end > AFTER_BYTES ? end + AFTER_BYTES : text.n;
    struct sv reach = sv_sub(text, 0, to), word;
    size_t best = SIZE_MAX;
    while (sv_split(&list, '|', &word)) {
        for (size_t at = from; (at = sv_find(reach, word, at)) != SIZE_MAX; at++) {
            if (at + word.n > start && at < end) continue;
            if (!border_before(text, at, true) || !border_after(text, at + word.n, false)) continue;
            size_t gap = at < start ? start - at - word.n : at - end;
            if (gap < best) best = gap;
        }
    }
    return best;
}

enum whose whose_is(const struct norm_text *t, size_t start, size_t end)
{
    size_t from = normalised_from(t, start), to = normalised_from(t, end);
    size_t mine = nearest(t->text, SV(own), from, to), theirs = nearest(t->text, SV(other), from, to);
    if (mine == SIZE_MAX && theirs == SIZE_MAX) return WHOSE_UNKNOWN;
    return mine <= theirs ? WHOSE_OWN : WHOSE_OTHER;
}
