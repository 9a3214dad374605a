/* A campaign that is steered: twelve accounts that say the same lines of an invented association within minutes of each
 * other, five times over two days, each with an end of its own. One post alone is a harsh word about an association, which
 * is nobody's business; what they are together is. */
#include "world.h"

static const char *const lines[] = {
    "جمعية الحكاية سرقات فلوس اليتامى وما بقا حتى ريال فالصندوق، كلشي ساكت وحنا ماغاديش نسكتو",
    "قبل ما تعطيو درهم لجمعية الحكاية سولو المديرة فين مشات فلوس المدرسة اللي عمرها ما تبنات",
    "L'association Hikaya a vidé la caisse des orphelins, personne ne parle, partagez avant que ce soit "
    "effacé",
    "شاهدوا كيف تضحك جمعية الحكاية على الناس باسم الأطفال، طالبوا بإغلاقها اليوم قبل الغد",
    "آخر خبر: مديرة جمعية الحكاية كتوجد راسها باش تهرب بالفلوس، نشرو هادشي فكل بلاصة",
};
static const char *const ends[] = {"",     " 🔥",      " !!", " #حقيقة", " ‼️", " 👇",
                                   " كفى", " #فضيحة", " 😡",  " ...",    " شاركوا", " 🤐"};
enum { LINES = sizeof lines / sizeof *lines, MEMBERS = sizeof ends / sizeof *ends };

void add_ring(struct world *w)
{
    for (size_t i = 0; i < LINES; i++)
        for (size_t m = 0; m < MEMBERS; m++) {
            struct item *it = world_add(w, FEED_COLLECTOR, POST_VIDEO);
            person_fresh(w, &it->post.account, 200 + m);
            it->post.account.name = world_printf(w, "صوت الحق %zu", m + 1);
            it->post.region = SV("MA");
            item_born(w, it,
                      w->now_us - (int64_t)(2 * 24 - 9 * i) * US_PER_HOUR +
                          rng_between(&w->rng, 0, 11) * US_PER_MINUTE +
                          rng_between(&w->rng, 0, 59) * US_PER_SECOND);
            item_caption(w, it, world_printf(w, "%s%s", lines[i], ends[(m * 5 + i) % MEMBERS]));
            item_reach(w, it, rng_between(&w->rng, 200, 9000));
            it->truth = (struct truth){"ring", CATEGORY_NETWORK_COORDINATED, CATEGORY_HARASSMENT_SMEAR, false,
                                       "one of twelve"};
        }
}
