/* What is true of this world: truth.json. */
#include <fcntl.h>
#include <unistd.h>

#include "world.h"

static const char *const feed_names[FEED_COUNT] = {"collector", "browser",  "import", "research",
                                                   "yt-dlp",    "telegram", "drop"};

/* A loose file's id is its content. */
static void put_file_id(struct jw *j, const char *path)
{
    struct sha256 sum;
    struct error err;
    char text[SHA256_TEXT_BYTES];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || sha256_of_fd(fd, &sum, NULL, &err) != 0) die("%s could not be read", path);
    close(fd);
    sha256_format(&sum, text);
    jw_kv_str(j, "native_id", text);
}

static void put_truth(struct jw *j, const struct item *it, const char *dir)
{
    const struct truth *t = &it->truth;
    jw_object(j);
    jw_kv_sv(j, "platform", it->post.platform);
    if (it->feed == FEED_DROP)
        put_file_id(j, at("%s/clips/%s.mp4", dir, it->clip));
    else
        jw_kv_sv(j, "native_id", it->post.native_id);
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
        put_truth(&j, &w->items[i], dir);
    }
    jw_end(&j);
    jw_end(&j);
    buf_putc(&b, '\n');
    text_put(at("%s/truth.json", dir), &b);
    buf_done(&b);
}
