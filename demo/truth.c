/* What is true of this world: truth.json. */
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
    text_put(at("%s/truth.json", dir), &b);
    buf_done(&b);
}
