/* The words that tell what a number is. Written as the normaliser writes them (no hamza on alef, ه for ة, ي for ى), since
 * the text has been through it; clitics and endings are allowed. */
#include "text/borders.h"
#include "text/private_priv.h"

enum { REACH_BYTES = 72, ADVERT_REACH_BYTES = 240 };

/* clang-format off */
static const char *const lists[AROUND_COUNT] = {
    [AROUND_PHONE] =
        "هاتف|تلفون|تليفون|تيليفون|تلفونها|جوال|موبايل|نقال|محمول|واتساب|وتساب|واتس|فايبر|اتصل|اتصلو|"
        "اتصلوا|تواصل|عيط|عيطو|عيطي|خابر|خابرو|خابروها|دقو|دقولها|راسل|راسلوه|كلم|كلمو|صونيو|tel|"
        "telephone|phone|whatsapp|whatsap|watsap|wtsp|viber|telegram|signal|appel|appeler|appelez|"
        "appelle|call|gsm|mobile|portable|contact|contactez|joindre|sms|dial|📞|☎|📱|☏",
    [AROUND_NUMBER] =
        "رقم|نمره|نمرتها|نمرتو|نمرتي|numero|num|number|nr",
    [AROUND_CARD] =
        "بطاقه|بطاقته|بطاقتها|كارط|لاكارط|كارت|فيزا|ماستركارد|بنكيه|carte|bancaire|visa|mastercard|card|"
        "credit|cvv|cvc|cb",
    [AROUND_CIN_MA] =
        "cin|cine|cnie|carte nationale|carte d'identite|piece d'identite|numero de carte|بطاقه وطنيه|"
        "البطاقه الوطنيه|بطاقه التعريف|بطاقه تعريف|رقم البطاقه|بطاقته|بطاقتها|بطاقتو|البطاقه|لاكارط|"
        "لاكارت|كارط ناسيونال|كارطتها|لاكارطتها|lacarte|la carte|carta|lakart|identity card|id card|سين",
    [AROUND_ID_IQ] =
        "هويه|هويته|هويتها|الوطنيه|البطاقه الوطنيه|البطاقه الموحده|الموحده|بطاقته|بطاقتها|رقم البطاقه|"
        "الجنسيه|هويه الاحوال|الاحوال المدنيه|مستمسك|مستمسكات|national id|identity|id card|id number|"
        "national card",
    [AROUND_PLATE] =
        "ماطريكول|لوحه|لوحتها|لوحته|ترقيم|مرقمه|رقم السياره|رقم سياره|رقم سيارته|رقم سيارتها|"
        "نمره السياره|طوموبيل|طوموبيلتو|طوموبيلتها|طموبيل|خصوصي|matricule|plaque|immatriculation|"
        "immatriculee|license plate|number plate|plate",
    [AROUND_ADVERT] =
        "للبيع|للكراء|للايجار|توصيل|التوصيل|متجر|متجرنا|محلنا|محلاتنا|للطلب|اطلب|اطلبي|اطلبو|طلبيه|"
        "طلبيات|تخفيض|تخفيضات|بروموسيون|البيع|كومند|كوموند|كوموندي|يكوموندي|livraison|commande|"
        "commandes|commander|commandez|boutique|magasin|promo|promotion|solde|a vendre|a louer|vente|"
        "shop|store|order|orders|delivery|for sale|discount|free shipping|ليفريزون|لليفريزون|"
        "الدفع عند الاستلام|عيادتنا|مكتبنا|خدماتنا|صالون|حجز|للحجز|reservation|reservations|rdv",
    [AROUND_ADVERT_WEAK] =
        "واتساب|whatsapp|للتواصل|للاستفسار|استفسار|ثمن|الثمن|سعر|السعر|اسعار|درهم|دينار|دولار|محل|عرض|"
        "عروض|جديد|متوفر|prix|dh|dhs|mad|contact|info|infos|infoline|contactez|disponible|price|"
        "available|offer|offre|sale|جمله|بالجمله|تقسيط|خدمه|خدمات|service|services|منتج|منتجات|produit|"
        "produits|للتسجيل|دورات",
};
/* clang-format on */

/* A word cut by the window's edge does not count; what stands before `from` is seen for the border only. */
static bool stands_in(struct sv text, struct sv word, size_t from, size_t to)
{
    struct sv window = sv_sub(text, 0, to);
    for (size_t at = from; (at = sv_find(window, word, at)) != SIZE_MAX; at++)
        if (border_before(text, at, true) && border_after(text, at + word.n, true)) return true;
    return false;
}

static size_t count_in(const struct norm_text *t, struct sv list, size_t from, size_t to)
{
    struct sv word;
    size_t n = 0;
    while (sv_split(&list, '|', &word)) n += stands_in(t->text, word, from, to);
    return n;
}

size_t words_around(const struct norm_text *t, enum around which, size_t start, size_t end)
{
    size_t reach = which >= AROUND_ADVERT ? ADVERT_REACH_BYTES : REACH_BYTES;
    size_t from = start > reach ? start - reach : 0, to = t->text.n - end > reach ? end + reach : t->text.n;
    struct sv list = sv_cstr(lists[which]);
    return count_in(t, list, from, start) + count_in(t, list, end, to);
}
