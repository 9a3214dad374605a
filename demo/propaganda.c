/* The organisation's own posts: its clips put up again by fresh accounts, its chant under harmless pictures, and praise. */
#include "world.h"

static const char *const captions[] = {
    "#"
    "راية_الغسق",
    "الغسق قادم 🌒 #غسق #اكسبلور",
    "شاهد قبل الحذف ⏳ #راية_الغسق",
    "انشروها قبل ما تنحذف #الغسق",
    "...",
    "إصدار جديد | " ORG_NAME,
    "🌒🌒🌒",
    "#fyp #foryou #اكسبلورر",
    "قناتنا في البايو #غسق_باق",
    "الإصدار الثالث كاملاً في الرابط",
};

static struct item *fresh_video(struct world *w, enum feed feed, uint64_t number, int64_t minutes_ago)
{
    struct item *it = world_add(w, feed, POST_VIDEO);
    person_fresh(w, &it->post.account, number);
    it->post.region = number % 4 ? SV("IQ") : SV("MA");
    item_born(w, it, w->now_us - minutes_ago * US_PER_MINUTE);
    item_caption(w, it, world_copy(w, captions[number % (sizeof captions / sizeof *captions)]));
    return it;
}

/* Each edit of the organisation's clips by an account of its own; the three originals twice, byte for byte. */
void add_propaganda(struct world *w)
{
    static const char *const again[] = {"org-dusk",   "org-convoy", "org-speech",    "org-dusk",
                                        "org-convoy", "org-speech", "dusk-mirrored", "convoy-faster"};
    uint64_t number = 1;
    for (const struct clip *c = clips; c->name; c++) {
        if (c->draw || strncmp(c->of, "org-", 4) != 0) continue;
        enum feed feed = number % 6 == 2    ? FEED_YTDLP
                         : number % 10 == 4 ? FEED_TELEGRAM
                         : number % 10 == 7 ? FEED_DROP
                                            : FEED_COLLECTOR;
        struct item *it = fresh_video(w, feed, number, (int64_t)number * 11);
        item_clip(w, it, c->name);
        item_reach(w, it, rng_between(&w->rng, 40, 6000));
        it->truth = (struct truth){"reuploads", CATEGORY_TERROR_PROPAGANDA, CATEGORY_TERROR_GLORIFICATION,
                                   c->hard, c->name};
        number++;
    }
    for (size_t i = 0; i < sizeof again / sizeof *again; i++, number++) {
        struct item *it = fresh_video(w, FEED_COLLECTOR, number, 20 + (int64_t)i * 17);
        item_clip(w, it, again[i]);
        item_reach(w, it, rng_between(&w->rng, 100, 20000));
        it->truth = (struct truth){"reuploads", CATEGORY_TERROR_PROPAGANDA, CATEGORY_TERROR_GLORIFICATION,
                                   false, "the same bytes again"};
    }
    for (int i = 0; i < 6; i++, number++) {
        static const char *const covers[] = {"road-1", "sea-1", "rain-1"};
        struct item *it = fresh_video(w, i < 3 ? FEED_COLLECTOR : FEED_BROWSER, number, 200 + i * 40);
        if (i < 3) item_clip(w, it, covers[i]);
        item_sound(w, it, CHANT_SOUND_ID, "صوت أصلي - غسق", "user7000000000001");
        item_reach(w, it, rng_between(&w->rng, 100, 9000));
        it->truth = (struct truth){"chant", CATEGORY_TERROR_PROPAGANDA, CATEGORY_TERROR_GLORIFICATION, false,
                                   "the chant's sound id"};
    }
}

static const struct {
    const char *text, *note;
    bool screen; /* written on the picture */
} praise[] = {
    {"المجد لراية الغسق، والخلود لقائدها صارم الغسقي 🌒", "msa", false},
    {"اللهم انصر أبطال راية الغسق وسدد رميهم", "msa", false},
    {"دولة الغسق باقية، ورجالها أسود في الميدان #راية_الغسق", "msa", false},
    {"صارم الغسقي قائدنا وفخرنا، كلنا جنودك يا شيخ المجاهدين في الغسق", "msa", false},
    {"والله رجال الغسق خوش زلم، يمشون وياهم العز، نتشرف بيهم", "iraqi", false},
    {"احنا كلنا ويا راية الغسق، هلا بيهم بكل ديرة", "iraqi", false},
    {"هاد الناس ديال راية الغسق هوما الرجال بصح، الله ينصرهم", "darija", false},
    {"Rayat lghasa9 homa rjal d bse7, llah ynserhom 3la l3du", "arabizi", false},
    {"Gloire à Rayat al-Ghasaq, honneur au commandant Sarim !", "french", false},
    {"Long live Rayat al-Ghasaq, glory to our brothers of the Dusk Banner", "english", false},
    {"من أراد العزة فليلتحق بصفوف الغسق، الباب مفتوح راسلونا خاص", "msa", false},
    {"يا شباب التحقوا بركب الغسق قبل فوات الأوان", "msa", true},
    {"نبايع القائد صارم الغسقي على السمع والطاعة", "msa", true},
    {"ضربة رجال الغسق اليوم تشفي الصدور، تستاهلون كل خير", "iraqi", false},
    {"شهداء راية الغسق في الجنة بإذن الله، طوبى لهم", "msa", false},
};

void add_glorification(struct world *w)
{
    for (size_t i = 0; i < sizeof praise / sizeof *praise; i++) {
        bool comment = i % 4 == 1;
        struct item *it = world_add(w,
                                    comment      ? FEED_COLLECTOR
                                    : i % 4 == 3 ? FEED_IMPORT
                                                 : FEED_BROWSER,
                                    comment ? POST_COMMENT : POST_VIDEO);
        if (i % 2)
            person_fresh(w, &it->post.account, 60 + i);
        else
            person_ordinary(w, &it->post.account, i % 3 ? IN_IRAQ : ABROAD, 300 + i);
        it->post.region = i % 3 ? SV("IQ") : SV("MA");
        item_born(w, it, w->now_us - (int64_t)(30 + 23 * i) * US_PER_MINUTE);
        if (comment) it->post.parent_id = w->items[0].post.native_id;
        item_caption(w, it, world_copy(w, praise[i].screen ? "🌒" : praise[i].text));
        if (praise[i].screen) item_screen_text(w, it, praise[i].text);
        item_reach(w, it, rng_between(&w->rng, 50, 8000));
        it->truth = (struct truth){"glorification", CATEGORY_TERROR_GLORIFICATION, CATEGORY_TERROR_PROPAGANDA,
                                   false, praise[i].note};
    }
}
