/* Our own feed: docs/formats/post.md, one record a line. */
#include "intake/intake_priv.h"

int marsad_sniff(struct sv path, struct sv head, bool is_dir)
{
    static const char *const keys[] = {"kind", "platform", "native_id", NULL};
    return !is_dir && sniff_members(head, keys) ? 95 : 0;
}

/* An absolute path is kept where it lies in the feed's folder, as in a feed that Marsad wrote itself. */
static struct sv relative_to_feed(struct run *r, struct sv path)
{
    struct sv dir = r->dir;
    if (path.n > dir.n + 1 && sv_starts(path, dir) && path.p[dir.n] == '/')
        return sv_sub(path, dir.n + 1, path.n);
    return path;
}

static int take_media(struct run *r, const struct post *p)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < p->nmedia; i++) {
        struct media_ref m = p->media[i];
        struct sv path = relative_to_feed(r, m.path);
        m.path = SV_NULL;
        rc = media_path(r, path, &m);
        m.url = intake_clean_url(&r->arena, m.url);
        add_media(r, &m);
    }
    return rc;
}

static int read_record(struct run *r, const struct json *v)
{
    struct post p;
    struct error why;
    const struct json *raw = json_get(v, "raw");
    record_begin(r, json_type(raw) == JSON_OBJECT ? raw : v);
    int rc = post_read(v, &r->arena, &p, &why);
    if (rc == ERR_FORMAT) return record_aside_value(r, v, "%s", why.text);
    if (rc != 0) return error_set(r->err, rc, "intake", "%s", why.text);
    r->p = p;
    /* The lists once more, through the walls that every feed's lists pass. */
    r->p.ntexts = r->p.nmedia = r->p.hashtags.n = r->p.mentions.n = r->p.links.n = 0;
    for (size_t i = 0; i < p.ntexts; i++)
        add_text(r, p.texts[i].field, p.texts[i].text, p.texts[i].start_us, p.texts[i].end_us);
    for (size_t i = 0; i < p.hashtags.n; i++) add_hashtag(r, p.hashtags.v[i]);
    for (size_t i = 0; i < p.mentions.n; i++) add_mention(r, p.mentions.v[i]);
    for (size_t i = 0; i < p.links.n; i++) add_link(r, p.links.v[i]);
    r->p.url = intake_clean_url(&r->arena, p.url);
    rc = take_media(r, &p);
    return rc != 0 ? rc : record_emit(r);
}

int marsad_run(struct run *r, const char *path) { return read_values(r, path, JSON_STRICT, read_record); }
