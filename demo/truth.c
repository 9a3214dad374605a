/* What is true of this world: truth.json; and what an operator has in hand beforehand: banks/. */
#include "world.h"

static const char *const feed_names[FEED_COUNT] = {"collector", "browser",  "import", "research",
                                                   "yt-dlp",    "telegram", "drop"};

static void put_truth(struct jw *j, const struct item *it)
{
    const struct truth *t = &it->truth;
    jw_object(j);
    jw_kv_sv(j, "platform", it->post.platform);
    jw_kv_sv(j, "native_id", it->post.native_id);
    if (it->feed == FEED_DROP) jw_kv_str(j, "file", at("%.*s.mp4", SV_FMT(it->post.native_id)));
    jw_kv_str(j, "kind", post_kind_name(it->post.kind));
    jw_kv_str(j, "feed", feed_names[it->feed]);
    jw_kv_str(j, "group", t->group);
    jw_kv_str(j, "expected", t->category == CATEGORY_NONE ? "innocent" : category_name(t->category));
    if (t->also != CATEGORY_NONE) jw_kv_str(j, "also", category_name(t->also));
    jw_kv_str(j, "difficulty", t->hard ? "hard" : "plain");
    jw_kv_str(j, "note", t->note);
    jw_end(j);
}

void truth_write(const struct world *w, const char *dir)
{
    struct buf b;
    struct jw j;
    buf_init(&b, 0);
    jw_init(&j, &b, JW_COMPACT);
    jw_object(&j);
    jw_kv_str(&j, "version", WORLD_VERSION);
    buf_puts(&b, "\n");
    jw_key(&j, "posts");
    jw_array(&j);
    for (size_t i = 0; i < w->n; i++) {
        buf_puts(&b, "\n");
        put_truth(&j, &w->items[i]);
    }
    jw_end(&j);
    jw_end(&j);
    buf_putc(&b, '\n');
    json_put(at("%s/truth.json", dir), &b);
    buf_done(&b);
}

/* A lexicon as an operator writes one for a new organisation: its names and its slogans. */
static const char lexicon[] =
    "# Names and slogans of the (fictional) banned organisation \"Rayat al-Ghasaq\"\n"
    "@lexicon rayat-al-ghasaq @category terror.glorification @dialect ar\n"
    "راية الغسق\tweight=0.45\n"
    "دولة الغسق باقية\tweight=0.8\n"
    "الغسق قادم ولن يغيب\tweight=0.8\n"
    "صارم الغسقي\tweight=0.6\n"
    "رجال الغسق\tweight=0.6\n"
    "صفوف الغسق\tweight=0.7\n"
    "ركب الغسق\tweight=0.6\n"
    "ابناء الغسق\tweight=0.5\n"
    "المجد لراية الغسق\tweight=0.9\n"
    "Rayat al-Ghasaq\tweight=0.45\n"
    "Rayat lghasa9\tweight=0.5\n";

void banks_write(const char *dir)
{
    static const char *const org[] = {"org-dusk", "org-convoy", "org-speech"};
    static const char *const news[] = {"news-ar", "news-fr"};
    folder(at("%s/banks/rayat-al-ghasaq", dir));
    folder(at("%s/banks/newsrooms", dir));
    for (size_t i = 0; i < 3; i++)
        file_link(at("%s/clips/%s.mp4", dir, org[i]), at("%s/banks/rayat-al-ghasaq/%s.mp4", dir, org[i]));
    for (size_t i = 0; i < 2; i++)
        file_link(at("%s/clips/%s.mp4", dir, news[i]), at("%s/banks/newsrooms/%s.mp4", dir, news[i]));
    picture_emblem(at("%s/banks/rayat-al-ghasaq/emblem.png", dir));
    file_put(at("%s/banks/sounds.txt", dir), SV("sound tiktok:" CHANT_SOUND_ID "\n"));
    file_put(at("%s/banks/rayat-al-ghasaq.tsv", dir), sv_cstr(lexicon));
}
