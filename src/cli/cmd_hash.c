/* marsad hash: PDQ of pictures, one "pdqhex,quality,file" a line; of a clip's frames with --video, one
 * "frame,quality,pdqhex,seconds" a line. Both are hash lists that `marsad bank import` reads.
 *
 * File names are made safe to show: a control byte or a newline in a name cannot forge a line. */
#include "cli/cmds.h"
#include "cli/media_files.h"

#include "base/json.h"
#include "base/utf8.h"

#include <string.h>

struct hash {
    struct cli *cli;
    bool dihedral, video, trouble;
};

static bool is_whole(const struct frame_signal *f)
{
    return f->region.x == 0 && f->region.y == 0 && f->region.w == 1000 && f->region.h == 1000;
}

static void print_picture(struct hash *h, const char *path, const struct frame_signal *f, enum dihedral form)
{
    struct buf *b = &h->cli->out;
    char hex[HASH256_TEXT_BYTES];
    hash256_format(&f->pdq[form], hex);
    if (!h->cli->json) {
        buf_printf(b, "%s,%u,", hex, f->quality);
        utf8_show(b, sv_cstr(path));
        buf_putc(b, '\n');
        return;
    }
    struct jw w;
    jw_init(&w, b, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "file", path);
    jw_kv_str(&w, "pdq", hex);
    jw_kv_i64(&w, "quality", f->quality);
    if (h->dihedral) jw_kv_str(&w, "form", dihedral_name(form));
    jw_end(&w);
    buf_putc(b, '\n');
}

static void print_frame(struct hash *h, const char *path, size_t number, const struct frame_signal *f)
{
    struct buf *b = &h->cli->out;
    char hex[HASH256_TEXT_BYTES];
    hash256_format(&f->pdq[DIHEDRAL_ORIGINAL], hex);
    double seconds = (double)f->time_us / (double)US_PER_SECOND;
    if (!h->cli->json) {
        buf_printf(b, "%zu,%u,%s,%.3f\n", number, f->quality, hex, seconds);
        return;
    }
    struct jw w;
    jw_init(&w, b, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "file", path);
    jw_kv_i64(&w, "frame", (int64_t)number);
    jw_kv_str(&w, "pdq", hex);
    jw_kv_i64(&w, "quality", f->quality);
    jw_kv_double(&w, "seconds", seconds, 3);
    jw_end(&w);
    buf_putc(b, '\n');
}

/* ERR_UNSUPPORTED for a file that is not what was asked for. */
static int print_file(struct hash *h, const struct media_file *f, struct error *err)
{
    const struct media_signals *s = &f->signals;
    if (s->nframes == 0)
        return error_set(err, ERR_UNSUPPORTED, "cli", "%s: no picture in it to hash", f->path);
    if (!h->video && s->kind == MEDIA_VIDEO)
        return error_set(err, ERR_UNSUPPORTED, "cli", "%s: a clip; use --video to hash its frames", f->path);
    size_t number = 0;
    for (size_t i = 0; i < s->nframes; i++) {
        if (!is_whole(&s->frames[i])) continue;
        if (h->video)
            print_frame(h, f->path, number++, &s->frames[i]);
        else
            for (int form = 0; form < (h->dihedral ? DIHEDRAL_COUNT : 1); form++)
                print_picture(h, f->path, &s->frames[i], (enum dihedral)form);
        if (!h->video) break;
    }
    if (s->incomplete) return error_set(err, ERR_LIMIT, "cli", "%s: hashed in part: %s", f->path, s->note);
    return 0;
}

static int on_file(void *arg, struct media_file *f)
{
    struct hash *h = arg;
    if (f->code == 0) f->code = print_file(h, f, &f->error);
    if (f->code) {
        cli_flush(h->cli); /* so that lines and messages stand in the order of the files */
        cli_fail(h->cli, &f->error);
        h->trouble = true;
    }
    return !cli_flush_some(h->cli);
}

int cmd_hash(struct cli *cli, const struct cli_args *a)
{
    struct hash h = {.cli = cli, .dihedral = args_has(a, "--dihedral"), .video = args_has(a, "--video")};
    const char *every = args_get(a, "--every");
    double seconds = 0;
    if (h.video && h.dihedral) return cli_usage(cli, "usage.together", "--video", "--dihedral", NULL);
    if (h.video && a->noperands > 1 && !cli->json) return cli_usage(cli, "usage.one_clip", NULL);
    if (every && args_has(a, "--every-frame"))
        return cli_usage(cli, "usage.together", "--every", "--every-frame", NULL);
    if (args_has(a, "--every-frame") && !h.video)
        return cli_usage(cli, "usage.needs", "--every-frame", "--video", NULL);
    if (every && !h.video) return cli_usage(cli, "usage.needs", "--every", "--video", NULL);
    if (every && (!sv_to_double(sv_cstr(every), &seconds) || seconds < 0.001 || seconds > 3600))
        return cli_usage(cli, "usage.number", "--every", every, "0.001", "3600", NULL);
    cli_watch_signals();
    struct media_how how = {.sample_every_us = every ? (int64_t)(seconds * (double)US_PER_SECOND) : 1,
                            .look = MEDIA_LOOK_WHOLE,
                            .fast = args_has(a, "--fast")};
    if (!media_files(cli, a->operands, a->noperands, &how, on_file, &h)) return EXIT_TROUBLE;
    return h.trouble || cli_interrupted() ? EXIT_TROUBLE : EXIT_FINE;
}
