/* marsad bank add, import, export: material and hash lists into a bank and out again. */
#include "cli/cmds.h"
#include "cli/media_files.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "model/print.h"
#include "media/png.h"
#include "model/sight.h"
#include "store/hashlist.h"
#include "store/store_picture.h"
#include "vision/pdq.h"

#include <stdlib.h>
#include <string.h>

enum { COMMIT_EVERY = 2000, BAD_LINES_TOLD = 20, REFERENCE_EVERY_US = 125000 };

/* What the options say of every item that comes in. */
struct additions {
    struct cli *cli;
    struct store *store;
    struct sv bank, source, reason;
    enum bank_status status;
    int threshold; /* -1: the bank's */
    bool overrides_source, overrides_reason;
    uint64_t added, known, bad, in_transaction;
    const char *path;
    const struct sha256 *file; /* that items are being made of */
    bool trouble;
};

static bool additions_init(struct additions *in, struct cli *cli, const struct cli_args *a)
{
    int64_t threshold = -1;
    if (!args_number(cli, a, "--threshold", 0, 255, &threshold)) return false;
    *in = (struct additions){.cli = cli,
                             .bank = sv_cstr(a->operands[0]),
                             .source = sv_cstr(args_get(a, "--source")),
                             .reason = sv_cstr(args_get(a, "--reason")),
                             .status = args_has(a, "--quarantine") ? BANK_QUARANTINED : BANK_ACTIVE,
                             .threshold = (int)threshold,
                             .overrides_source = args_has(a, "--source"),
                             .overrides_reason = args_has(a, "--reason")};
    return true;
}

/* The bank must be there before hours of hashing begin, and be one that keeps what it is asked to. */
static int need_bank(struct additions *in, bool stills, struct error *err)
{
    struct arena arena;
    struct bank bank;
    arena_init(&arena, 0);
    int code = store_bank_get(in->store, in->bank, &arena, &bank, err);
    if (code == 0 && stills && !bank_keeps_stills(bank.category))
        code = error_set(err, ERR_POLICY, "cli",
                         "bank %.*s: of this category only hashes are kept, never pictures; add without "
                         "--stills",
                         SV_FMT(in->bank));
    arena_done(&arena);
    return code;
}

static int put_item(struct additions *in, struct bank_item *item, struct error *err)
{
    bool fresh = false;
    int code = in->in_transaction == 0 ? store_begin(in->store, err) : 0;
    if (code == 0) code = store_bank_add(in->store, in->bank, item, &fresh, err);
    if (code == 0 && in->file) code = store_bank_file_put(in->store, in->bank, &item->id, in->file, err);
    if (code) return code;
    in->added += fresh;
    in->known += !fresh;
    if (++in->in_transaction < COMMIT_EVERY) return 0;
    in->in_transaction = 0;
    return store_commit(in->store, err);
}

static int finish(struct additions *in, int code, struct error *err)
{
    if (in->in_transaction == 0) return code;
    in->in_transaction = 0;
    if (code == 0) return store_commit(in->store, err);
    store_rollback(in->store);
    return code;
}

static void print_counts(struct additions *in)
{
    char added[32], known[32], bad[32];
    snprintf(added, sizeof added, "%llu", (unsigned long long)in->added);
    snprintf(known, sizeof known, "%llu", (unsigned long long)in->known);
    snprintf(bad, sizeof bad, "%llu", (unsigned long long)in->bad);
    if (in->cli->json)
        buf_printf(&in->cli->out, "{\"added\":%s,\"known\":%s,\"unreadable\":%s}\n", added, known, bad);
    else if (!in->cli->quiet)
        cli_say(in->cli, "bank.counts", added, known, bad, NULL);
}

/* ---- add: pictures, clips, files, sounds ---- */

static struct bank_item item_of(const struct additions *in, enum bank_item_type type, struct sv label)
{
    return (struct bank_item){.type = type,
                              .label = label,
                              .source = in->source,
                              .reason = in->reason,
                              .status = in->status,
                              .threshold = in->threshold,
                              .added_us = clock_now_us()};
}

static bool is_usable(const struct frame_signal *f) { return f->quality >= PDQ_QUALITY_MIN; }

/* The order in which lists are read back, so that an item that went out and came in again is the same. */
static int by_time(const void *pa, const void *pb)
{
    const struct bank_frame *a = pa, *b = pb;
    if (a->time_us != b->time_us) return a->time_us < b->time_us ? -1 : 1;
    return memcmp(&a->pdq, &b->pdq, sizeof a->pdq);
}

/* Too little in the sound to be told from another: no item. */
enum { PRINT_MIN_LANDMARKS = 60 };

static bool has_print(const struct media_signals *s)
{
    size_t strong = 0;
    for (size_t i = 0; i < s->nlandmarks; i++) strong += s->landmarks[i].flags & LANDMARK_STRONG;
    return strong >= PRINT_MIN_LANDMARKS;
}

static bool is_whole(const struct frame_signal *f) { return f->region.w == 1000 && f->region.h == 1000; }

/* Hashes of parts, and points: an item beside the frames', so that what partners get is whole frames. */
static int put_sight(struct additions *in, struct media_file *f, struct sv label, const struct id128 *of,
                     struct error *err)
{
    const struct media_signals *s = &f->signals;
    struct sight sight = {.of = *of, .keys = s->keys, .nkeys = s->nkeys};
    sight.frames = ARENA_ARRAY(&f->arena, s->nframes ? s->nframes : 1, struct bank_frame);
    if (!sight.frames) return error_set(err, ERR_NOMEM, "cli", "%s: no memory for its frames", f->path);
    for (size_t i = 0; i < s->nframes; i++)
        if (is_usable(&s->frames[i]) && !is_whole(&s->frames[i]))
            sight.frames[sight.nframes++] = (struct bank_frame){s->frames[i].pdq[DIHEDRAL_ORIGINAL],
                                                                s->frames[i].quality, s->frames[i].time_us};
    if (sight.nframes == 0 && sight.nkeys == 0) return 0;
    struct bank_item item = item_of(in, BANK_SIGHT, label);
    struct buf hex;
    buf_init(&hex, 0);
    sight_write(&sight, &hex);
    item.value = buf_sv(&hex);
    item.id = bank_item_id(&item);
    int code = hex.failed ? error_set(err, ERR_NOMEM, "cli", "%s: no memory for its points", f->path)
                          : put_item(in, &item, err);
    buf_done(&hex);
    return code;
}

/* Frames too plain to be told apart are left out. */
static int put_frames(struct additions *in, struct media_file *f, struct sv label, struct error *err)
{
    const struct media_signals *s = &f->signals;
    struct bank_frame *frames = ARENA_ARRAY(&f->arena, s->nframes ? s->nframes : 1, struct bank_frame);
    if (!frames) return error_set(err, ERR_NOMEM, "cli", "%s: no memory for its frames", f->path);
    struct bank_item item = item_of(in, s->kind == MEDIA_VIDEO ? BANK_VPDQ : BANK_PDQ, label);
    item.frames = frames;
    for (size_t i = 0; i < s->nframes; i++) {
        const struct frame_signal *from = &s->frames[i];
        if (!is_usable(from) || !is_whole(from)) continue;
        frames[item.nframes++] =
            (struct bank_frame){from->pdq[DIHEDRAL_ORIGINAL], from->quality, from->time_us};
        if (item.type == BANK_PDQ) break;
    }
    if (item.nframes == 0) {
        if (!has_print(s))
            cli_note(in->cli, s->nframes ? "bank.too_plain" : "bank.no_picture", f->path, NULL);
        return 0;
    }
    qsort(frames, item.nframes, sizeof *frames, by_time);
    item.id = bank_item_id(&item);
    int code = put_item(in, &item, err);
    return code ? code : put_sight(in, f, label, &item.id, err);
}

static int put_print(struct additions *in, struct media_file *f, struct sv label, struct error *err)
{
    const struct media_signals *s = &f->signals;
    if (!has_print(s)) return 0;
    struct bank_item item = item_of(in, BANK_PRINT, label);
    struct buf hex;
    buf_init(&hex, 0);
    print_write(s->landmarks, s->nlandmarks, s->sound_us, s->tune, s->ntune, &hex);
    item.value = buf_sv(&hex);
    item.id = bank_item_id(&item);
    int code = hex.failed ? error_set(err, ERR_NOMEM, "cli", "%s: no memory for its sound", f->path)
                          : put_item(in, &item, err);
    buf_done(&hex);
    return code;
}

static int put_file(struct additions *in, struct media_file *f, struct sv label, struct error *err)
{
    char hex[SHA256_TEXT_BYTES];
    sha256_format(&f->sha256, hex);
    struct bank_item item = item_of(in, BANK_SHA256, label);
    item.value = sv_cstr(hex);
    item.id = bank_item_id(&item);
    return put_item(in, &item, err);
}

static int put_stills(struct additions *in, struct media_file *f, struct error *err)
{
    int code = 0;
    for (size_t i = 0; code == 0 && f->stills && i < f->stills->npictures && i < BANK_MAX_STILLS; i++) {
        const struct media_picture *p = &f->stills->pictures[i];
        struct buf png;
        buf_init(&png, BANK_MAX_STILL_BYTES);
        png_write(p->rgb, p->width, p->height, 3, &png);
        code = png.failed ? error_set(err, ERR_NOMEM, "cli", "%s: no memory for a still", f->path)
                          : store_bank_still_put(in->store, in->bank, &f->sha256, (int)i, p->time_us,
                                                 buf_sv(&png), err);
        buf_done(&png);
    }
    return code;
}

static int on_file(void *arg, struct media_file *f)
{
    struct additions *in = arg;
    struct error err = {0};
    if (f->code) {
        cli_fail(in->cli, &f->error);
        in->trouble = true;
        return 0;
    }
    struct sv label = path_base(sv_cstr(f->path));
    in->file = &f->sha256;
    int code = put_frames(in, f, label, &err);
    if (code == 0) code = put_print(in, f, label, &err);
    if (code == 0) code = put_file(in, f, label, &err);
    if (code == 0) code = put_stills(in, f, &err);
    in->file = NULL;
    if (code == 0) return 0;
    finish(in, code, &err);
    cli_fail(in->cli, &err);
    in->trouble = true;
    return 1;
}

/* "tiktok:7012…": the platform and its own id of the sound. */
static int put_sound(struct additions *in, const char *value, struct error *err)
{
    const char *colon = strchr(value, ':');
    if (!colon || colon == value || !colon[1])
        return error_set(err, ERR_ARG, "cli",
                         "--sound %s: write PLATFORM:ID, as in tiktok:7012345678901234567", value);
    struct bank_item item = item_of(in, BANK_SOUND, sv_cstr(value));
    item.value = sv_cstr(value);
    item.id = bank_item_id(&item);
    return put_item(in, &item, err);
}

int cmd_bank_add(struct cli *cli, const struct cli_args *a)
{
    struct additions in;
    struct engine *e = NULL;
    struct error err = {0};
    if (a->noperands == 1 && !args_has(a, "--sound"))
        return cli_usage(cli, "usage.missing", "bank add", "NAME FILE… | NAME --sound PLATFORM:ID", NULL);
    if (!additions_init(&in, cli, a) || !open_engine(cli, true, &e)) return EXIT_TROUBLE;
    cli_watch_signals();
    in.store = engine_store(e);
    unsigned stills = args_has(a, "--stills") ? BANK_MAX_STILLS : 0;
    int code = need_bank(&in, stills > 0, &err);
    for (size_t i = 0; code == 0 && i < a->noptions; i++)
        if (strcmp(a->options[i].option->name, "--sound") == 0)
            code = put_sound(&in, a->options[i].text, &err);
    code = finish(&in, code, &err);
    if (code == 0 && a->noperands > 1 &&
        !media_files(cli, a->operands + 1, a->noperands - 1,
                     &(struct media_how){.sample_every_us = REFERENCE_EVERY_US,
                                         .look = MEDIA_LOOK_REFERENCE,
                                         .stills = stills},
                     on_file, &in))
        in.trouble = true;
    if (code == 0) code = finish(&in, 0, &err);
    engine_close(e);
    if (code) return cli_fail(cli, &err);
    print_counts(&in);
    return in.trouble || cli_interrupted() ? EXIT_TROUBLE : EXIT_FINE;
}

/* ---- import ---- */

static int on_import(void *arg, const struct bank_item *from, struct error *err)
{
    struct additions *in = arg;
    struct bank_item item = *from;
    if (in->overrides_source || item.source.n == 0)
        item.source = in->overrides_source ? in->source : sv_cstr(in->path);
    if (in->overrides_reason) item.reason = in->reason;
    if (in->status != BANK_ACTIVE) item.status = in->status;
    if (item.added_us <= 0) item.added_us = clock_now_us();
    item.id = bank_item_id(&item);
    return cli_interrupted() ? error_set(err, ERR_CANCELLED, "cli", "stopped at %s", in->path)
                             : put_item(in, &item, err);
}

static int on_bad_line(void *arg, uint64_t line, const struct error *why, struct error *err)
{
    struct additions *in = arg;
    struct error told;
    if (in->bad++ >= BAD_LINES_TOLD) return 0;
    error_set(&told, why->code, "cli", "%s:%llu: %s", in->path, (unsigned long long)line, why->text);
    cli_fail(in->cli, &told);
    return 0;
}

int cmd_bank_import(struct cli *cli, const struct cli_args *a)
{
    struct additions in;
    struct engine *e = NULL;
    struct error err = {0};
    if (!additions_init(&in, cli, a) || !open_engine(cli, true, &e)) return EXIT_TROUBLE;
    cli_watch_signals();
    in.store = engine_store(e);
    struct hashlist_sink sink = {.arg = &in, .item = on_import, .bad = on_bad_line};
    int code = need_bank(&in, false, &err);
    for (size_t i = 1; code == 0 && i < a->noperands; i++) {
        struct hashlist_counts counts = {0};
        in.path = a->operands[i];
        code = hashlist_read(in.path, args_get(a, "--format"), path_base(sv_cstr(in.path)), &sink, &counts,
                             &err);
        /* A list that is not there or makes no sense costs that list; the store's trouble ends the import. */
        if (code == ERR_NOTFOUND || code == ERR_IO || code == ERR_FORMAT) {
            cli_fail(cli, &err);
            in.trouble = true;
            code = 0;
        }
    }
    code = finish(&in, code, &err);
    engine_close(e);
    if (code) return cli_fail(cli, &err);
    print_counts(&in);
    return in.trouble ? EXIT_TROUBLE : in.bad ? EXIT_FOUND : EXIT_FINE;
}

/* ---- export ---- */

struct list_export {
    struct cli *cli;
    const char *format;
    struct buf *out;
    bool to_stdout;
    uint64_t unsaid; /* items that the format has no words for */
    struct error *err;
};

static int on_export(void *arg, const struct bank_item *item)
{
    struct list_export *x = arg;
    int code = hashlist_write(item, x->format, x->out, x->err);
    x->unsaid += code == ERR_UNSUPPORTED;
    if (code && code != ERR_UNSUPPORTED) return code;
    return x->to_stdout && !cli_flush_some(x->cli) ? 1 : 0;
}

int cmd_bank_export(struct cli *cli, const struct cli_args *a)
{
    const char *format = args_get(a, "--format"), *output = args_get(a, "--output");
    struct engine *e = NULL;
    struct error err = {0};
    if (!open_engine(cli, true, &e)) return EXIT_TROUBLE;
    struct buf file;
    buf_init(&file, 0);
    struct list_export x = {.cli = cli,
                            .format = format ? format : "marsad",
                            .out = output ? &file : &cli->out,
                            .to_stdout = !output,
                            .err = &err};
    int code = store_bank_items(engine_store(e), sv_cstr(a->operands[0]), on_export, &x, &err);
    engine_close(e);
    if (code == 0 && file.failed)
        code = error_set(&err, ERR_NOMEM, "cli", "%s: no memory for the list", output);
    if (code == 0 && output) code = file_write_atomic(output, buf_sv(&file), &err);
    buf_done(&file);
    if (code < 0) return cli_fail(cli, &err);
    if (code > 0) return EXIT_TROUBLE;
    if (x.unsaid == 0) return EXIT_FINE;
    char n[32];
    snprintf(n, sizeof n, "%llu", (unsigned long long)x.unsaid);
    cli_note(cli, "bank.unsaid", n, x.format, NULL);
    return EXIT_FOUND;
}
