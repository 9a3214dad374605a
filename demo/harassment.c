/* Harassment: a mob of thirty against one woman within an hour, threats, abuse, a smear with made-up screenshots. The
 * words are as mild as they can be while a reader still knows what they are. */
#include "world.h"

static const char *const mob[] = {
    "يا كذابة يا حقيرة خرجي من التيكتوك",
    "حشومة عليك يا قليلة الترابي",
    "نتي عار على البلاد",
    "سيري تنعلي يا الحمارة",
    "تفو عليك يا وسخة",
    "كلبة وما تحشمش",
    "الله ياخد فيك الحق يا الشمكارة",
    "صافي ماتبقايش تبان لينا هاد القردة",
    "7chouma 3lik a l7mara",
    "nti 3ar 3la lblad, sir fhalek",
    "ghadi nreb7ok m3ana f live a lkelba",
    "ya msskha, 7ta wa7ed ma baghik",
    "يا تافهة انقلعي من هنا",
    "وجهك يخرع، سدي الحساب",
    "طيح الله حظج يا زبالة",
    "انتي وحدة ساقطة وتافهة",
    "ولج سدي حلگج",
    "قذرة، ما تستاهلين تعيشين بيناتنا",
    "أغلقي حسابك يا حثالة",
    "عار عليك وعلى من رباك",
    "يا فاشلة، الكل يكرهك",
    "Dégage sale menteuse, tu fais honte à tout le monde",
    "T'es une ordure, ferme ton compte",
    "Tout le monde te déteste, pauvre folle",
    "You are trash, delete your account",
    "nobody wants you here, disgusting liar",
    "خرجي علينا من هنا",
    "كلشي عارفك شنو كديري",
    "ما بقات ليك هضرة",
    "بلغوا عليها كاملين باش يتسد الحساب",
};

/* The one the mob is after: her post is innocent. */
static struct sv add_target(struct world *w)
{
    struct item *it = world_add(w, FEED_COLLECTOR, POST_VIDEO);
    person_ordinary(w, &it->post.account, IN_MOROCCO, 777);
    it->post.account.handle = SV("salma.wahmiya");
    it->post.account.name = SV("سلمى الوهمية");
    it->post.region = SV("MA");
    item_born(w, it, w->now_us - 5 * US_PER_HOUR);
    item_caption(w, it, SV("رأيي المتواضع فالتعليم ديالنا، شنو بان ليكم؟ #نقاش"));
    item_clip(w, it, "craft-1");
    item_reach(w, it, 48000);
    it->truth = (struct truth){"target", CATEGORY_NONE, CATEGORY_NONE, false, "an opinion on schools"};
    return it->post.native_id;
}

static void add_mob(struct world *w)
{
    struct sv target = add_target(w);
    for (size_t i = 0; i < sizeof mob / sizeof *mob; i++) {
        struct item *it = world_add(w, FEED_COLLECTOR, POST_COMMENT);
        person_fresh(w, &it->post.account, 120 + i);
        it->post.region = SV("MA");
        it->post.parent_id = target;
        item_born(w, it, w->now_us - 4 * US_PER_HOUR + (int64_t)i * 2 * US_PER_MINUTE);
        item_caption(w, it, world_printf(w, "@salma.wahmiya %s", mob[i]));
        item_reach(w, it, rng_between(&w->rng, 5, 400));
        /* The last four are an insult only because of the twenty-six before them. */
        it->truth = (struct truth){"pile-on", CATEGORY_NETWORK_COORDINATED, CATEGORY_HARASSMENT_ABUSE,
                                   i >= 26, i >= 26 ? "harmless alone" : "abuse"};
    }
}

static const struct {
    const char *text;
    enum category category, also;
    enum country where;
    const char *group, *note;
    bool hard;
} words[] = {
    {"غادي نقتلك ونقطعك طراف، كنعرف الطريق لداركم", CATEGORY_INCITEMENT_VIOLENCE, CATEGORY_HARASSMENT_ABUSE,
     IN_MOROCCO, "threats", "darija", false},
    {"wallah ta n9etlek ila cheftek f zen9a", CATEGORY_INCITEMENT_VIOLENCE, CATEGORY_HARASSMENT_ABUSE,
     IN_MOROCCO, "threats", "arabizi", false},
    {"راح اذبحك وادفنك وما يدري بيك احد", CATEGORY_INCITEMENT_VIOLENCE, CATEGORY_HARASSMENT_ABUSE, IN_IRAQ,
     "threats", "iraqi", false},
    {"والله اكتلك واكتل كل اخوتك اذا شفتك بالمنطقة", CATEGORY_INCITEMENT_VIOLENCE, CATEGORY_HARASSMENT_ABUSE,
     IN_IRAQ, "threats", "iraqi", false},
    {"اقتلوهم حيث وجدتموهم، أحرقوا بيوت أهل السهل كلها", CATEGORY_INCITEMENT_VIOLENCE, CATEGORY_HATE, IN_IRAQ,
     "threats", "msa", false},
    {"سوف أقتلك أنت وعائلتك، انتظرني الليلة", CATEGORY_INCITEMENT_VIOLENCE, CATEGORY_HARASSMENT_FAMILY,
     IN_IRAQ, "threats", "msa", false},
    {"Je vais te tuer, je t'attends en bas de chez toi ce soir", CATEGORY_INCITEMENT_VIOLENCE,
     CATEGORY_HARASSMENT_ABUSE, ABROAD, "threats", "french", false},
    {"I will kill you and burn your house down tonight", CATEGORY_INCITEMENT_VIOLENCE,
     CATEGORY_HARASSMENT_ABUSE, ABROAD, "threats", "english", false},

    {"المرا بلاصتها فالكوزينة، وهاد القحاب خاصهم التربية", CATEGORY_HARASSMENT_WOMEN,
     CATEGORY_HARASSMENT_ABUSE, IN_MOROCCO, "women", "darija", false},
    {"كل وحدة تصور بالتيكتوك عاهرة وبنت شوارع", CATEGORY_HARASSMENT_WOMEN, CATEGORY_HARASSMENT_ABUSE, IN_IRAQ,
     "women", "msa", false},
    {"هاي ساقطة وگحبة مبينة من شكلها", CATEGORY_HARASSMENT_WOMEN, CATEGORY_HARASSMENT_ABUSE, IN_IRAQ, "women",
     "iraqi", false},
    {"had l9e7ba khasha terbya", CATEGORY_HARASSMENT_WOMEN, CATEGORY_HARASSMENT_ABUSE, IN_MOROCCO, "women",
     "arabizi", false},
    {"Sale pute, retourne dans ta cuisine", CATEGORY_HARASSMENT_WOMEN, CATEGORY_HARASSMENT_ABUSE, ABROAD,
     "women", "french", false},
    {"all these women are whores and should be beaten", CATEGORY_HARASSMENT_WOMEN,
     CATEGORY_INCITEMENT_VIOLENCE, ABROAD, "women", "english", false},
    {"يا المعاق سير تخبى من قدام الكاميرا، ضحكتي العالم", CATEGORY_HARASSMENT_DISABILITY,
     CATEGORY_HARASSMENT_ABUSE, IN_MOROCCO, "disability", "darija", false},
    {"هذا المعوق المتخلف شعنده بالتيكتوك، مكانه الملجأ", CATEGORY_HARASSMENT_DISABILITY,
     CATEGORY_HARASSMENT_ABUSE, IN_IRAQ, "disability", "iraqi", false},
    {"Sale handicapé, tu fais pitié, reste chez toi", CATEGORY_HARASSMENT_DISABILITY,
     CATEGORY_HARASSMENT_ABUSE, ABROAD, "disability", "french", false},
    {"you retard in a wheelchair, nobody wants to see you", CATEGORY_HARASSMENT_DISABILITY,
     CATEGORY_HARASSMENT_ABUSE, ABROAD, "disability", "english", false},
    {"بنتهم الصغيرة قبيحة ومقرفة، كل المدرسة خاصها تضحك عليها", CATEGORY_HARASSMENT_CHILD,
     CATEGORY_HARASSMENT_ABUSE, IN_MOROCCO, "child", "darija", true},
    {"هذا الطفل الوسخ لازم نضربه قدام المدرسة ونصوره", CATEGORY_HARASSMENT_CHILD,
     CATEGORY_INCITEMENT_VIOLENCE, IN_IRAQ, "child", "iraqi", true},
    {"Cette gamine de 9 ans est moche et bête, harcelez-la jusqu'à ce qu'elle quitte l'école",
     CATEGORY_HARASSMENT_CHILD, CATEGORY_HARASSMENT_ABUSE, ABROAD, "child", "french", true},
    {"ولد الحرام، مك كانت كتبيع فراسها وباك سكايري", CATEGORY_HARASSMENT_FAMILY, CATEGORY_HARASSMENT_ABUSE,
     IN_MOROCCO, "family", "darija", false},
    {"ابن العاهرة، امك واختك كلهم معروفين بالمنطقة", CATEGORY_HARASSMENT_FAMILY, CATEGORY_HARASSMENT_ABUSE,
     IN_IRAQ, "family", "iraqi", false},
    {"Nique ta mère, toute ta famille c'est des voleurs", CATEGORY_HARASSMENT_FAMILY,
     CATEGORY_HARASSMENT_ABUSE, ABROAD, "family", "french", false},
    {"أهل السهل كلهم جرذان وحشرات لا بد من تطهير البلاد منهم", CATEGORY_HATE, CATEGORY_INCITEMENT_VIOLENCE,
     IN_IRAQ, "hate", "msa", false},
    {"هاد بنادم ديال الواحة كلهم كلاب وخنازير خاصهم يخرجو من البلاد", CATEGORY_HATE,
     CATEGORY_HARASSMENT_ABUSE, IN_MOROCCO, "hate", "darija", false},
    {"Les gens de l'Oasis sont des rats, il faut nettoyer le pays", CATEGORY_HATE,
     CATEGORY_INCITEMENT_VIOLENCE, ABROAD, "hate", "french", false},
};

static void add_words(struct world *w)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        bool video = i % 3 == 0;
        struct item *it = world_add(w,
                                    video        ? FEED_BROWSER
                                    : i % 3 == 1 ? FEED_COLLECTOR
                                                 : FEED_RESEARCH,
                                    video ? POST_VIDEO : POST_COMMENT);
        person_ordinary(w, &it->post.account, words[i].where, 500 + i);
        it->post.region = words[i].where == IN_IRAQ ? SV("IQ") : SV("MA");
        item_born(w, it, w->now_us - (int64_t)(12 + 37 * i) * US_PER_MINUTE);
        if (!video) it->post.parent_id = w->items[3].post.native_id;
        item_caption(w, it, world_copy(w, words[i].text));
        item_reach(w, it, rng_between(&w->rng, 20, 5000));
        it->truth =
            (struct truth){words[i].group, words[i].category, words[i].also, words[i].hard, words[i].note};
    }
}

/* A smear: pictures of messages that were never written. */
static void add_smear(struct world *w)
{
    static const char *const texts[] = {
        "شوفو الفضيحة ديال سلمى الوهمية، سرقات فلوس الجمعية! ها الدليل بالسكرين",
        "فضيحة مدوية: هذه محادثات سلمى الوهمية المسربة، انشروا ليعرف الجميع حقيقتها",
        "Scandale : Salma Wahmiya a volé l'argent de l'association, les captures le prouvent, partagez !",
        "fdi7a d salma lwahmiya, chefart flouss ljam3iya, chofo screen",
    };
    for (size_t i = 0; i < 4; i++) {
        struct item *it = world_add(w, FEED_COLLECTOR, POST_IMAGE);
        person_fresh(w, &it->post.account, 160 + i);
        it->post.region = SV("MA");
        item_born(w, it, w->now_us - (int64_t)(300 + 9 * i) * US_PER_MINUTE);
        item_caption(w, it, world_copy(w, texts[i]));
        struct media_ref *m = ARENA_NEW(&w->arena, struct media_ref);
        if (!m) die("no memory");
        *m = (struct media_ref){.kind = MEDIA_IMAGE,
                                .path = world_printf(w, "clips/fabricated-%zu.png", i % 2),
                                .duration_us = TIME_UNKNOWN,
                                .width = CLIP_W,
                                .height = CLIP_H};
        it->post.media = m;
        it->post.nmedia = 1;
        item_reach(w, it, rng_between(&w->rng, 900, 60000));
        it->truth = (struct truth){"smear", CATEGORY_HARASSMENT_SMEAR, CATEGORY_FABRICATED_MEDIA, true,
                                   "made-up screenshots"};
    }
}

void add_harassment(struct world *w)
{
    add_mob(w);
    add_words(w);
    add_smear(w);
}
