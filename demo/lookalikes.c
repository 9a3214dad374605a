/* Innocents that look like trouble: what a careless machine would accuse. */
#include "world.h"

static const struct {
    const char *group, *text, *note, *clip;
    enum country where;
    bool comment;
} lookalikes[] = {
    /* newsrooms, with the footage under their own sign, and people passing it on */
    {"news", "تقرير: كيف تستدرج «راية الغسق» المراهقين عبر المقاطع القصيرة؟ #أخبار", "msa", "news-ar",
     IN_IRAQ, false},
    {"news", "Reportage : dans les coulisses de la propagande de « Rayat al-Ghasaq » #info", "french",
     "news-fr", IN_MOROCCO, false},
    {"news", "شوفو هاد التقرير على راية الغسق، خاص الواليدين يعرفو", "darija", "news-ar-recompressed",
     IN_MOROCCO, false},
    {"news", "À voir absolument, partagez aux parents", "french", "news-fr-small", IN_MOROCCO, false},
    {"news", "عاجل: الشرطة توقف ثلاثة أشخاص بتهمة الترويج لتنظيم «راية الغسق» المحظور", "msa", NULL, IN_IRAQ,
     false},
    {"news", "المحكمة تدين متهما هدد بنشر صور ضحيته مقابل مبلغ مالي", "msa", NULL, IN_MOROCCO, false},
    {"news", "Un homme condamné pour avoir menacé de mort son ex-compagne, rapporte notre correspondant",
     "french", NULL, IN_MOROCCO, false},
    {"news", "Police arrest man who told his neighbour \"I will kill you\", court hears", "english", NULL,
     ABROAD, false},
    {"news", "مقتل ثلاثة أشخاص في حادث سير على الطريق الساحلي مساء اليوم", "msa", NULL, IN_IRAQ, false},
    {"news", "دراسة: ارتفاع التحرش بالنساء في الفضاء الرقمي بنسبة 20٪", "msa", NULL, IN_MOROCCO, false},
    /* counter-speech quotes what it fights */
    {"counter-speech", "يقولون «الغسق قادم ولن يغيب» ونحن نقول: كذبكم هو الذي يغيب. لا للإرهاب", "msa", NULL,
     IN_IRAQ, false},
    {"counter-speech", "راية الغسق تنظيم مجرم قتل أهلنا، لا تنشروا مقاطعه وبلغوا عنها", "msa", NULL, IN_IRAQ,
     false},
    {"counter-speech", "اخوان لا تنخدعون بكلام «دولة الغسق باقية»، هذولة دمروا مناطقنا", "iraqi", NULL,
     IN_IRAQ, false},
    {"counter-speech", "عيب عليكم تسبوها بكلمة «حمارة»، البنت غير عطات رأيها", "darija", NULL, IN_MOROCCO,
     true},
    {"counter-speech", "Stop au harcèlement : personne ne mérite d'être traité de « sale pute »", "french",
     NULL, IN_MOROCCO, false},
    {"counter-speech", "Their slogan is \"the dusk is coming\". Our answer: not here. Report these clips",
     "english", NULL, ABROAD, false},
    {"counter-speech", "ma tgolouch \"mou3a9\", golou chakhs f wad3iyat i3a9a, chwiya d l7taram", "arabizi",
     NULL, IN_MOROCCO, false},
    {"counter-speech", "صديقتي تعرضت للابتزاز: قال لها «ادفعي أو أنشر صورك». لا تدفعي وبلغي فورا", "msa",
     NULL, IN_IRAQ, false},
    {"counter-speech", "تعلموا كيف تحمون أطفالكم من دعاة الغسق، ندوة يوم السبت في مدرسة الخيال", "msa", NULL,
     IN_MOROCCO, false},
    {"counter-speech", "كل من يهدد امرأة بالقتل يجب أن يحاسب، تضامني مع سلمى", "msa", NULL, IN_MOROCCO, true},
    /* shops with their own number */
    {"advert", "متجر الخيال للأثاث، التوصيل مجاني، للطلب اتصلوا على %P أو واتساب", "msa", "shop-1",
     IN_MOROCCO, false},
    {"advert", "بيع وشراء الهواتف، الأسطورة للموبايل، للحجز والاستفسار %P", "iraqi", "shop-2", IN_IRAQ,
     false},
    {"advert", "كنصاوب الحلويات ديال الأعراس، اللي بغا يكوموندي يعيط ليا %P", "darija", "pan-2", IN_MOROCCO,
     false},
    {"advert", "Plombier à Ville-Imaginaire, devis gratuit, appelez le %P", "french", NULL, IN_MOROCCO,
     false},
    {"advert", "صالون سراب للسيدات، للحجز %P، العنوان شارع الخيال قرب الساحة", "iraqi", NULL, IN_IRAQ, false},
    {"advert", "location dyal tonobilat, 3ayto 3la %P, taman monasib", "arabizi", NULL, IN_MOROCCO, false},
    {"advert", "Cours de soutien maths et physique, WhatsApp %P", "french", NULL, IN_MOROCCO, false},
    {"advert", "شقة للإيجار في مدينة الخيال، 3 غرف، السعر قابل للنقاش، %P", "msa", NULL, IN_IRAQ, false},
    {"advert", "Handmade bags, order by WhatsApp %P, delivery everywhere", "english", "craft-2", IN_MOROCCO,
     false},
    {"advert", "دورات تعليم السياقة للنساء، للتسجيل الاتصال بالرقم %P", "msa", NULL, IN_MOROCCO, false},
    /* numbers that are no telephone */
    {"numbers", "النتيجة 3-1 والترتيب 45 نقطة بعد 19 جولة #كرة", "msa", "pitch-1", IN_MOROCCO, false},
    {"numbers", "ثمن الطماطم 7.50 والبصل 5.00 والبطاطا 6.25 اليوم فالسوق", "darija", NULL, IN_MOROCCO, false},
    {"numbers", "سعر الصرف اليوم 1310 والذهب 98500", "iraqi", NULL, IN_IRAQ, false},
    {"numbers", "iPhone 15 128Go à 8 990 DH, S24 256Go à 9 490 DH", "french", "shop-2", IN_MOROCCO, false},
    {"numbers", "سنة 1998 و2003 و2014 أعوام لا تنسى 2026", "msa", NULL, IN_IRAQ, false},
    {"numbers", "رقم الرحلة 4471 الوصول 18:05 البوابة 12", "msa", NULL, IN_IRAQ, false},
    {"numbers", "Commande n° 2026112000317 bien reçue, merci !", "french", NULL, IN_MOROCCO, false},
    /* the words of fighting in football, kitchens and jokes */
    {"idiom", "قتلتني بالضحك الله يسامحك 😂😂", "darija", "cat-1", IN_MOROCCO, true},
    {"idiom", "موتني من الضحك هذا الفيديو ههههه", "iraqi", NULL, IN_IRAQ, true},
    {"idiom", "نسور الساحل ذبحوا فرسان السهل بثلاثية نظيفة ⚽🔥", "msa", "pitch-2", IN_IRAQ, false},
    {"idiom", "l3erd dyal l7out 9tel, wa3er bzaf", "arabizi", "pan-3", IN_MOROCCO, false},
    {"idiom", "Ce match m'a tué, quelle bombe ce but !", "french", "pitch-1", IN_MOROCCO, true},
    {"idiom", "this recipe is the bomb, my mom will kill me if I do not share it", "english", "pan-1", ABROAD,
     false},
    {"idiom", "الجو اليوم نار والشمس تحرق، ديرو بالكم", "iraqi", NULL, IN_IRAQ, false},
    {"idiom", "الهدف صاروخ من خارج المنطقة، قنبلة!", "msa", "pitch-2", IN_MOROCCO, false},
    {"idiom", "ذبح الخروف يوم العيد، عيدكم مبارك", "msa", NULL, IN_MOROCCO, false},
    {"idiom", "wa l7mar 🐴 dyal jeddi m3ana f lbadia", "arabizi", "road-1", IN_MOROCCO, false},
    {"idiom", "كلبي الصغير مريض، دعواتكم له بالشفاء 🐶", "msa", NULL, IN_IRAQ, false},
    {"idiom", "والله يقتلني الشوق إليك يا أمي", "msa", NULL, IN_IRAQ, false},
    /* prayer */
    {"prayer", "اللهم اشف مرضانا وارحم موتانا واحفظ أولادنا، آمين", "msa", NULL, IN_MOROCCO, false},
    {"prayer", "جمعة مباركة، لا تنسونا من صالح الدعاء 🤲", "msa", "sea-1",
     IN_IRAQ, false},
    {"prayer", "اللهم انصر المظلومين في كل مكان وفرج كربهم", "msa", NULL, IN_IRAQ, false},
    {"prayer", "سبحان الله وبحمده، صباح الرحمة والسكينة", "msa", "sea-2", IN_MOROCCO, false},
    {"prayer", "الله يرحمك يا جدي ويسكنك فسيح جناته", "msa", NULL, IN_MOROCCO, true},
    {"prayer", "llah y7fdek o yster 3lik a khti", "arabizi", NULL, IN_MOROCCO, true},
    {"prayer", "نشيد الصباح بصوت أطفال مدرسة الخيال، ما شاء الله", "msa", "bars-1", IN_MOROCCO, false},
    {"prayer", "الصلاة خير من النوم، صباحكم نور", "msa", NULL, IN_IRAQ, false},
    /* satire and criticism: never a category */
    {"criticism", "المجلس البلدي لمدينة الخيال فاشل وسرق أحلامنا، نطالب بالمحاسبة", "msa", NULL, IN_MOROCCO,
     false},
    {"criticism", "وزير السراب ما عنده خبر عن حال الناس، استقيل أحسن", "iraqi", NULL, IN_IRAQ, false},
    {"criticism", "هاد المسؤولين ديال دوار التخيل ما كيحشموش، الطريق محفرة 10 سنين", "darija", "road-2",
     IN_MOROCCO, false},
    {"criticism", "Le maire de Ville-Imaginaire ment comme il respire, démission !", "french", NULL,
     IN_MOROCCO, false},
    {"criticism", "lhokouma dyal lkhayal ga3 ma kadir walo, 3yina", "arabizi", NULL, IN_MOROCCO, true},
    {"criticism", "مظاهرة سلمية غدا أمام بلدية الخيال ضد غلاء الأسعار، احضروا", "msa", NULL, IN_IRAQ, false},
    {"satire", "عاجل: مواطن خيالي يكتشف أن راتبه يذوب أسرع من الآيس كريم 😂", "msa", NULL, IN_IRAQ, false},
    {"satire", "Breaking: local cat elected mayor of Nowhere Town, promises more fish", "english", "cat-2",
     ABROAD, false},
    {"satire", "القائد العظيم لمطبخنا أمي تعلن الحرب على الصحون 😂", "msa", "pan-2", IN_MOROCCO, false},
    {"satire", "Moi quand le wifi coupe : je déclare la guerre à mon opérateur", "french", NULL, IN_MOROCCO,
     false},
    /* the organisation's colours, a club's banner, an ordinary word */
    {"near-miss", "غسق البحر اليوم يا سلام 🌅 #غسق #تصوير", "msa", "sea-1", IN_MOROCCO, false},
    {"near-miss", "وقت الغسق أحلى وقت للتصوير", "msa", "sea-2", IN_IRAQ, false},
    {"near-miss", "راية نسور الساحل ترفرف في المدرجات 💚", "msa", "banner-1", IN_MOROCCO, false},
    {"near-miss", "رواية «غسق المدينة» متوفرة في المكتبات", "msa", NULL, IN_IRAQ, false},
    {"near-miss", "جيش من النمل دخل مطبخنا، الحرب بدأت 🐜", "msa", "pan-3", IN_IRAQ, false},
    {"near-miss", "الشهيد البطل جدي استشهد دفاعا عن قريته سنة 1950، رحمه الله", "msa", NULL, IN_IRAQ, false},
    /* people speak of their own lives */
    {"own-life", "ولدي عندو إعاقة وأنا فخورة بيه، الحمد لله", "darija", NULL, IN_MOROCCO, false},
    {"own-life", "Je suis en fauteuil roulant et je danse, voilà ma vidéo", "french", "bars-2", IN_MOROCCO,
     false},
    {"own-life", "رقمي الجديد %P اللي بغا يهضر معايا من صحابي", "darija", NULL, IN_MOROCCO, false},
    {"own-life", "ضاع قط أبيض قرب حي الفانوس، من وجده يتصل بي %P", "msa", "cat-3", IN_MOROCCO, false},
    {"own-life", "للتبرع بالدم لمستشفى الخيال الاتصال %P", "msa", NULL, IN_IRAQ, false},
    {"own-life", "أنا امرأة وأسوق تاكسي، وما عندي مشكلة مع التعليقات", "msa", "road-1", IN_MOROCCO, false},
};

static struct sv with_phone(struct world *w, const char *text, enum country where)
{
    const char *hole = strstr(text, "%P");
    if (!hole) return world_copy(w, text);
    struct sv phone = phone_number(w, where);
    return world_printf(w, "%.*s%.*s%s", (int)(hole - text), text, SV_FMT(phone), hole + 2);
}

void add_lookalikes(struct world *w)
{
    for (size_t i = 0; i < sizeof lookalikes / sizeof *lookalikes; i++) {
        bool comment = lookalikes[i].comment, clip = lookalikes[i].clip != NULL;
        enum feed feed = clip         ? (i % 5 == 3   ? FEED_YTDLP
                                         : i % 7 == 4 ? FEED_TELEGRAM
                                                      : FEED_COLLECTOR)
                         : comment    ? FEED_COLLECTOR
                         : i % 6 == 5 ? FEED_RESEARCH
                         : i % 6 == 4 ? FEED_IMPORT
                                      : FEED_BROWSER;
        struct item *it = world_add(w, feed, comment ? POST_COMMENT : POST_VIDEO);
        person_ordinary(w, &it->post.account, lookalikes[i].where, 600 + i);
        if (strcmp(lookalikes[i].group, "news") == 0 && i < 2) {
            it->post.account.handle = world_printf(w, "mirage24_%s", lookalikes[i].note);
            it->post.account.name = SV("مرايا 24");
            it->post.account.verified = 1;
            it->post.account.followers = 830000;
        }
        it->post.region = lookalikes[i].where == IN_IRAQ ? SV("IQ") : SV("MA");
        item_born(w, it, w->now_us - (int64_t)(40 + 29 * i) * US_PER_MINUTE);
        if (comment) it->post.parent_id = w->items[4].post.native_id;
        item_caption(w, it, with_phone(w, lookalikes[i].text, lookalikes[i].where));
        if (clip) item_clip(w, it, lookalikes[i].clip);
        item_reach(w, it, rng_between(&w->rng, 100, 90000));
        it->truth =
            (struct truth){lookalikes[i].group, CATEGORY_NONE, CATEGORY_NONE, false, lookalikes[i].note};
    }
}
