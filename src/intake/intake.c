/* The table of formats, and the way in: look at a file, choose, read. */
#include "intake/intake_priv.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

/* Opens a run on one file and lets the format's body read it. */
static int read_with(run_reader *body, const char *format, const char *path, const struct intake_options *o,
                     const struct intake_sink *sink, struct intake_counts *counts, struct error *err)
{
    struct run r;
    run_init(&r, format, path, o, sink, counts, err);
    int rc = body(&r, path);
    run_done(&r);
    return rc;
}

#define READER(name, row)                                                                                    \
    static int name##_read(const char *path, const struct intake_options *o, const struct intake_sink *sink, \
                           struct intake_counts *counts, struct error *err)                                  \
    {                                                                                                        \
        return read_with(name##_run, row, path, o, sink, counts, err);                                       \
    }
READER(marsad, "marsad")
READER(zeeschuimer, "zeeschuimer")
READER(tiktok_research, "tiktok-research")
READER(ytdlp, "yt-dlp")
READER(telegram, "telegram")

/* file_read is base's. */
static int file_format_read(const char *path, const struct intake_options *o, const struct intake_sink *sink,
                            struct intake_counts *counts, struct error *err)
{
    return read_with(file_run, "file", path, o, sink, counts, err);
}

static int zeeschuimer_4cat_read(const char *path, const struct intake_options *o,
                                 const struct intake_sink *sink, struct intake_counts *counts,
                                 struct error *err)
{
    return read_with(zeeschuimer_run, "zeeschuimer-4cat", path, o, sink, counts, err);
}

const struct intake_format intake_formats[] = {
    {"marsad", "Marsad's own NDJSON, one post a line (docs/formats/post.md)", marsad_sniff, marsad_read},
    {"zeeschuimer", "TikTok captured with the Zeeschuimer browser extension, NDJSON", zeeschuimer_sniff,
     zeeschuimer_read},
    {"zeeschuimer-4cat", "the same as 4CAT imports and exports it", zeeschuimer_4cat_sniff,
     zeeschuimer_4cat_read},
    {"tiktok-research", "TikTok Research API responses: videos, comments, users", tiktok_research_sniff,
     tiktok_research_read},
    {"yt-dlp", "yt-dlp's .info.json with its media beside it", ytdlp_sniff, ytdlp_read},
    {"telegram", "Telegram Desktop's result.json with its media", telegram_sniff, telegram_read},
    {"folder", "a folder of clips, pictures and any of the others", folder_sniff, folder_read},
    {"file", "one clip, picture or sound", file_sniff, file_format_read},
    {NULL, NULL, NULL, NULL},
};

run_reader *intake_runner(const struct intake_format *f)
{
    static const struct {
        const char *name;
        run_reader *run;
    } bodies[] = {{"marsad", marsad_run},     {"zeeschuimer", zeeschuimer_run},
                  {"yt-dlp", ytdlp_run},      {"zeeschuimer-4cat", zeeschuimer_run},
                  {"telegram", telegram_run}, {"tiktok-research", tiktok_research_run},
                  {"file", file_run}};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        if (strcmp(bodies[i].name, f->name) == 0) return bodies[i].run;
    return NULL;
}

const struct intake_format *intake_look(struct sv path, struct sv head, bool is_dir)
{
    const struct intake_format *best = NULL;
    int most = 0;
    for (const struct intake_format *f = intake_formats; f->name; f++) {
        int certainty = f->sniff(path, head, is_dir);
        if (certainty <= most) continue;
        most = certainty;
        best = f;
    }
    return best;
}

static int by_name(const char *name, const struct intake_format **out, struct error *err)
{
    char known[256] = "";
    for (const struct intake_format *f = intake_formats; f->name; f++) {
        if (strcmp(f->name, name) == 0) {
            *out = f;
            return 0;
        }
        size_t n = strlen(known);
        snprintf(known + n, sizeof known - n, "%s%s", n ? ", " : "", f->name);
    }
    return error_set(err, ERR_ARG, "intake", "no feed format is called \"%s\"; there are: %s", name, known);
}

static int not_understood(const char *path, struct sv head, struct error *err)
{
    if (head.n == 0) return error_set(err, ERR_FORMAT, "intake", "%s: the file is empty", path);
    const char *foreign = magic_foreign(sv_cstr(path), head);
    if (foreign) return error_set(err, ERR_UNSUPPORTED, "intake", "%s: %s", path, foreign);
    return error_set(
        err, ERR_FORMAT, "intake",
        "%s: neither a feed (Marsad, Zeeschuimer, 4CAT, TikTok Research API, yt-dlp, Telegram Desktop) nor "
        "a clip, picture or sound",
        path);
}

static int choose(const char *path, bool is_dir, const struct intake_format **out, struct error *err)
{
    if (is_dir) {
        *out = intake_look(sv_cstr(path), SV_NULL, true);
        return 0;
    }
    struct buf head;
    buf_init(&head, 0);
    int rc = read_head(path, &head, err);
    if (rc == 0) {
        *out = intake_look(sv_cstr(path), buf_sv(&head), false);
        if (!*out) rc = not_understood(path, buf_sv(&head), err);
    }
    buf_done(&head);
    return rc;
}

int intake_read(const char *path, const struct intake_options *o, const struct intake_sink *sink,
                struct intake_counts *counts, struct error *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return error_set_errno(err, errno == ENOENT ? ERR_NOTFOUND : ERR_IO, "intake", errno, "%s", path);
    bool is_dir = S_ISDIR(st.st_mode);
    if (!is_dir && !S_ISREG(st.st_mode))
        return error_set(err, ERR_UNSUPPORTED, "intake",
                         "%s: neither a file nor a folder; save it to a file first", path);
    const struct intake_format *format = NULL;
    int rc = o->format ? by_name(o->format, &format, err) : choose(path, is_dir, &format, err);
    if (rc != 0) return rc;
    assert(format);
    if (is_dir != (format->read == folder_read))
        return error_set(err, ERR_ARG, "intake", "%s: %s, which format \"%s\" does not read", path,
                         is_dir ? "a folder" : "a file", format->name);
    return format->read(path, o, sink, counts, err);
}
