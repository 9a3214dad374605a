/* The crowd: what most posts are. Captions are put together from halves, so that a hundred of them differ. */
#include "world.h"

struct topic {
    const char *name;
    const char *first[6], *second[5];
    const char *clips[3];
    enum country where;
    const char *dialect;
};

static const struct topic topics[] = {
    {"football",
     {"واش شفتو الماتش ديال البارح؟", "نسور الساحل رابحين هاد العام", "أحسن هدف فالبطولة", "الحارس دار واجبو",
      "التشكيلة ديال الغد", "التدريب مع الدراري"},
     {"⚽ #كرة", "شنو رأيكم؟", "الله يعطيهم الصحة", "#البطولة 💚", "ماتش ناري"},
     {"pitch-1", "pitch-2", "banner-1"},
     IN_MOROCCO,
     "darija"},
    {"cooking",
     {"طريقة الدولمة على اصولها", "سويت اليوم باجة وتشريب", "كليجة العيد بالتمر", "شاي مهيل ويا الكعك",
      "اكلة سريعة للعشا", "مخلل البيت"},
     {"جربوها وكولولي", "بالعافية عليكم", "#طبخ #اكلات_عراقية", "كلش طيبة", "الوصفة بالتعليقات"},
     {"pan-1", "pan-2", "pan-3"},
     IN_IRAQ,
     "iraqi"},
    {"pets",
     {"My cat again", "Look at this little one", "He found the box", "Sunday nap", "She hates the vacuum",
      "New toy day"},
     {"#cat #cute", "so soft", "who else?", "every single day", "😹"},
     {"cat-1", "cat-2", "cat-3"},
     ABROAD,
     "english"},
    {"music",
     {"عزف على العود هذا المساء", "أغنية قديمة من زمن الجدة", "لحن جديد من تأليفي", "تدريب على الإيقاع",
      "سهرة مع الأصدقاء", "مقطع هادئ للمذاكرة"},
     {"#موسيقى", "استمعوا حتى النهاية", "ما رأيكم؟", "ليلة سعيدة", "🎶"},
     {"bars-1", "bars-2", "sea-2"},
     IN_IRAQ,
     "msa"},
    {"weather",
     {"Il pleut enfin", "Balade du dimanche", "Coucher de soleil ce soir", "La route de la côte",
      "Marché du matin", "Petit café en terrasse"},
     {"#pluie", "quelle belle journée", "bon week-end à tous", "ça fait du bien", "🌧️"},
     {"rain-1", "road-1", "road-2"},
     IN_MOROCCO,
     "french"},
    {"craft",
     {"chofo had zerbiya jdida", "khdmt had l3am b yeddi", "kifach tkhayti 9eftan", "dar jdida o decoration",
      "nehar f souk", "tabkha dyal lyoum"},
     {"#maroc", "3jebkom?", "golo lia rayekom", "bsse7a", "🧵"},
     {"craft-1", "craft-2", "shop-1"},
     IN_MOROCCO,
     "arabizi"},
};
enum { NTOPICS = sizeof topics / sizeof *topics, EVERYDAY = 120 };

static enum feed feed_for(uint64_t i, bool clip, bool comment)
{
    if (clip)
        return i % 4 == 0 ? FEED_YTDLP : i % 4 == 1 ? FEED_DROP : i % 4 == 2 ? FEED_TELEGRAM : FEED_COLLECTOR;
    if (comment) return i % 2 ? FEED_RESEARCH : FEED_COLLECTOR;
    return i % 5 == 0 ? FEED_RESEARCH : i % 5 == 1 ? FEED_IMPORT : FEED_BROWSER;
}

void add_everyday(struct world *w)
{
    for (uint64_t i = 0; i < EVERYDAY; i++) {
        const struct topic *t = &topics[i % NTOPICS];
        bool clip = i % 7 == 2, comment = !clip && i % 7 == 5;
        struct item *it = world_add(w, feed_for(i / 7, clip, comment), comment ? POST_COMMENT : POST_VIDEO);
        person_ordinary(w, &it->post.account, t->where, i);
        it->post.region = t->where == IN_IRAQ ? SV("IQ") : t->where == IN_MOROCCO ? SV("MA") : SV("FR");
        item_born(w, it, w->now_us - rng_between(&w->rng, 10, 6000) * US_PER_MINUTE);
        if (comment) it->post.parent_id = w->items[5].post.native_id;
        item_caption(w, it,
                     world_printf(w, "%s %s", t->first[(i / NTOPICS) % 6], t->second[(i * 7 + i / 36) % 5]));
        if (clip)
            item_clip(w, it, t->clips[(i / 7) % 3]);
        else if (i % 3 == 0 && !comment)
            item_screen_text(w, it, t->second[i % 5]);
        item_reach(w, it, rng_between(&w->rng, 20, 40000));
        it->truth = (struct truth){t->name, CATEGORY_NONE, CATEGORY_NONE, false, t->dialect};
    }
}
