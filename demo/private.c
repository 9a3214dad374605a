/* Private life: numbers, addresses and accounts of people spread without their wish, and extortion. */
#include "world.h"

/* %P: a phone number; the rest as it stands. */
static const struct {
    const char *text, *note;
    enum country where;
    bool comment;
} exposures[] = {
    {"هادي هي سلمى الوهمية، ها نمرتها %P عيطو ليها كاملين، وساكنة فحي الفانوس الأزرق زنقة 999", "darija",
     IN_MOROCCO, false},
    {"كنعرف فين ساكنة، دوار التخيل الدار 77، والنمرة ديالها %P 😈", "darija", IN_MOROCCO, false},
    {"Hadi nmertha %P, kan3ref fin sakna, Hay Lfanous Zre9 zen9a 999", "arabizi", IN_MOROCCO, false},
    {"عطيوها حقها فالتيليفون %P سميتها سلمى الوهمية خدامة فمدرسة الخيال", "darija", IN_MOROCCO, true},
    {"هذا رقم المدعوة شهد الحكاية %P واعرف بيتها وين، ناحية الأسطورة محلة 999 دار 9", "iraqi", IN_IRAQ,
     false},
    {"اللي يريد رقمها هاي هو %P خابروها ولا تقصرون", "iraqi", IN_IRAQ, true},
    {"بيتهم بناحية الأسطورة زقاق 99 يم مولد الخيال، ورقم ابوها %P", "iraqi", IN_IRAQ, false},
    {"انشروا رقم هذه الكاذبة: %P وعنوانها مدينة الخيال، شارع السراب رقم 404", "msa", IN_IRAQ, false},
    {"هذا بريدها nobody.salma@example.org ورقمها %P أغرقوها بالرسائل", "msa", IN_MOROCCO, false},
    {"Voici le numéro de cette menteuse : %P. Elle habite 999 rue du Mirage, appelez-la toute la nuit",
     "french", IN_MOROCCO, false},
    {"Son adresse : 77 impasse des Songes, Ville-Imaginaire. Son tel %P, allez lui rendre visite", "french",
     IN_MOROCCO, true},
    {"Here is her number %P, I know where she lives: 404 Mirage Street, Nowhere Town. Call her all night",
     "english", IN_MOROCCO, false},
    {"لاكارط ديالها XZ999999 والنمرة %P، دابا كلشي غادي يعرفها", "darija", IN_MOROCCO, false},
    {"صورة بطاقتها الوطنية عندي، رقم هاتفها %P واسمها الكامل زينب الحلم بنت سراب", "msa", IN_IRAQ, false},
};

static struct sv filled(struct world *w, const char *text, enum country where)
{
    const char *hole = strstr(text, "%P");
    if (!hole) return world_copy(w, text);
    struct sv phone = phone_number(w, where);
    return world_printf(w, "%.*s%.*s%s", (int)(hole - text), text, SV_FMT(phone), hole + 2);
}

static const struct {
    const char *text, *note;
    enum country where;
} extortions[] = {
    {"صيفطي 5000 درهم ولا غادي ننشر تصاورك كاملين قدام العائلة", "darija", IN_MOROCCO},
    {"ila ma sifttich lflouss ghadi n7et tsawrek f tiktok, 3endek 24 sa3a", "arabizi", IN_MOROCCO},
    {"تدفعين مليون دينار لو انشر صورج بكل الكروبات، قدامج يومين", "iraqi", IN_IRAQ},
    {"حولي المبلغ اليوم وإلا نشرت محادثاتك وصورك الخاصة للجميع", "msa", IN_IRAQ},
    {"Tu paies 300 euros avant demain sinon je publie tes photos intimes partout", "french", ABROAD},
    {"Pay me 200 dollars by tonight or I will post your private pictures to your whole family", "english",
     ABROAD},
    {"عندي فيديوهاتك، إلى ما درتيش اللي قلت ليك غادي نصيفطهم لراجلك", "darija", IN_MOROCCO},
    {"اذا ما تحولين الفلوس على زين كاش اليوم صورج توصل لأهلج", "iraqi", IN_IRAQ},
};

void add_private_life(struct world *w)
{
    for (size_t i = 0; i < sizeof exposures / sizeof *exposures; i++) {
        bool comment = exposures[i].comment;
        struct item *it = world_add(w, comment || i % 3 == 2 ? FEED_COLLECTOR : FEED_BROWSER,
                                    comment ? POST_COMMENT : POST_VIDEO);
        person_ordinary(w, &it->post.account, exposures[i].where, 400 + i);
        it->post.region = exposures[i].where == IN_IRAQ ? SV("IQ") : SV("MA");
        item_born(w, it, w->now_us - (int64_t)(9 + 31 * i) * US_PER_MINUTE);
        if (comment) it->post.parent_id = w->items[1].post.native_id;
        item_caption(w, it, filled(w, exposures[i].text, exposures[i].where));
        item_reach(w, it, rng_between(&w->rng, 200, 30000));
        it->truth =
            (struct truth){"doxxing", CATEGORY_PRIVACY_DOXXING, CATEGORY_NONE, false, exposures[i].note};
    }
    for (size_t i = 0; i < sizeof extortions / sizeof *extortions; i++) {
        bool message = i % 4 == 3;
        struct item *it =
            world_add(w, message ? FEED_TELEGRAM : FEED_COLLECTOR, message ? POST_MESSAGE : POST_COMMENT);
        person_fresh(w, &it->post.account, 90 + i);
        it->post.region = extortions[i].where == IN_IRAQ ? SV("IQ") : SV("MA");
        item_born(w, it, w->now_us - (int64_t)(15 + 47 * i) * US_PER_MINUTE);
        if (!message) it->post.parent_id = w->items[2].post.native_id;
        item_caption(w, it, world_copy(w, extortions[i].text));
        item_reach(w, it, rng_between(&w->rng, 1, 300));
        it->truth = (struct truth){"extortion", CATEGORY_EXTORTION, CATEGORY_PRIVACY_INTIMATE, false,
                                   extortions[i].note};
    }
}
