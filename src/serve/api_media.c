/* Pictures for people: frames that the worker decoded and made small, as PNG that this program wrote from their pixels; no
 * byte of a hostile file reaches a browser unless somebody asks for the original. */
#include "serve/serve_priv.h"

#include "base/file.h"
#include "base/limits.h"
#include "media/png.h"
#include "store/store_exchange.h"
#include "store/store_picture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SHEET_TIMES = 12, SHEET_COLUMNS = 4, SHEET_SIDE = 192, STILL_SIDE = 512, REFERENCE_SIDE = 256 };

/* ---- the file ---- */

/* Opened for reading; -1 after the answer was made. */
static int open_original(struct call *c, struct id128 *post, struct store_media *out)
{
    struct post p;
    struct error err;
    int64_t index, known_us;
    if (!param_id(c, 0, post)) return -1;
    if (!sv_to_i64(c->params[1], &index) ||
        store_get_post(call_store(c), post, &c->arena, &p, &known_us, &err) != 0 || index < 0 ||
        (size_t)index >= p.nmedia) {
        call_fail(c, 404, "not_found", NULL, "there is no such file");
        return -1;
    }
    struct store_media *all = ARENA_ARRAY(&c->arena, p.nmedia, struct store_media);
    if (!all || store_get_media(call_store(c), post, p.nmedia, &c->arena, all, &err) != 0 ||
        all[index].path.n == 0) {
        call_fail(c, 404, "not_found", NULL, "this file was not brought, or is no longer kept");
        return -1;
    }
    *out = all[index];
    struct sv path = path_join(&c->arena, sv_cstr(c->s->dir), out->path);
    int fd = path.p ? open(path.p, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
    if (fd < 0) call_fail(c, 404, "not_found", NULL, "this file is no longer kept");
    return fd;
}

struct showing {
    struct call *c;
    struct media_show_request request;
    struct media_shown *out;
    struct error *err;
    int code;
};

static void show_now(void *arg)
{
    struct showing *x = arg;
    struct media_pool *pool = NULL;
    x->code = engine_media(x->c->s->engine, &pool, x->err);
    if (x->code == 0) x->code = media_show(pool, &x->request, &x->c->arena, x->out, x->err);
}

static int show(struct call *c, int fd, const int64_t *times, size_t n, int side, struct media_shown *out,
                struct error *err)
{
    struct showing x = {
        .c = c, .request = {.fd = fd, .times_us = times, .ntimes = n, .side = side}, .out = out, .err = err};
    if (c->reader) readers_give(c->s->readers, c->reader); /* decoding may take its time */
    c->reader = NULL;
    analysts_call(c->s->analysts, show_now, &x);
    return x.code;
}

static void begin_png(struct call *c)
{
    c->r->status = 200;
    c->r->type = "image/png";
    buf_clear(&c->r->body);
    call_add_header(c, "Cache-Control", "private, max-age=600");
}

static void give_png(struct call *c, const uint8_t *rgb, uint32_t width, uint32_t height)
{
    begin_png(c);
    png_write(rgb, width, height, 3, &c->r->body);
}

static void no_picture(struct call *c, const struct error *err)
{
    if (err->code == ERR_TIMEOUT) /* of a clock on the wall: another time it may be done */
        call_fail(c, 503, "busy", NULL, "too much waits to be decoded: try again in a moment");
    else if (err->code == ERR_FORMAT || err->code == ERR_LIMIT || err->code == ERR_WORKER)
        call_fail(c, 409, "conflict", NULL, "there is no picture to be had of this file: %s", err->text);
    else
        call_error(c, err);
}

/* The frame of an open file at that time; closes it. */
static void give_frame(struct call *c, int fd, int64_t at, int side)
{
    struct media_shown shown = {0};
    struct error err;
    int64_t times[] = {0, at};
    /* The first frame is asked for as well: a time past the end shows that one. */
    int code = show(c, fd, times, at > 0 ? 2 : 1, side, &shown, &err);
    close(fd);
    if (code == 0 && shown.npictures == 0) code = error_set(&err, ERR_FORMAT, "serve", "no frame");
    if (code) {
        no_picture(c, &err);
        return;
    }
    const struct media_picture *p = &shown.pictures[shown.npictures - 1];
    give_png(c, p->rgb, p->width, p->height);
}

void api_still(struct call *c)
{
    struct id128 post;
    struct store_media m;
    int64_t at = query_i64(c, "at_us", 0, INT64_C(1) << 45, 0);
    int side = (int)query_i64(c, "width", 16, MEDIA_SHOW_SIDE_MAX, STILL_SIDE);
    if (c->failed) return;
    int fd = open_original(c, &post, &m);
    if (fd >= 0) give_frame(c, fd, at, side);
}

/* Frames side by side, each in a cell of its own size, on black. */
static void put_sheet(struct call *c, const struct media_shown *shown)
{
    size_t n = shown->npictures, columns = n == 0 ? 1 : n < SHEET_COLUMNS ? n : SHEET_COLUMNS;
    size_t rows = (n + columns - 1) / columns, cell_w = 1, cell_h = 1;
    for (size_t i = 0; i < n; i++) {
        if (shown->pictures[i].width > cell_w) cell_w = shown->pictures[i].width;
        if (shown->pictures[i].height > cell_h) cell_h = shown->pictures[i].height;
    }
    size_t width = cell_w * columns, height = cell_h * rows;
    uint8_t *rgb = arena_array(&c->arena, width * height, 3);
    if (!rgb) {
        call_fail(c, 500, "internal", NULL, "no memory for a picture");
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const struct media_picture *p = &shown->pictures[i];
        size_t x = i % columns * cell_w, y = i / columns * cell_h;
        for (size_t k = 0; k < p->height; k++)
            memcpy(rgb + ((y + k) * width + x) * 3, p->rgb + k * p->width * 3, (size_t)p->width * 3);
    }
    give_png(c, rgb, (uint32_t)width, (uint32_t)height);
}

void api_sheet(struct call *c)
{
    struct id128 post;
    struct store_media m;
    struct media_signals sig = {.duration_us = TIME_UNKNOWN};
    struct media_shown shown = {0};
    struct error err;
    int64_t times[SHEET_TIMES] = {0};
    size_t n = 1;
    int fd = open_original(c, &post, &m);
    if (fd < 0) return;
    if (m.state == MEDIA_READY && signals_read(m.signals, &c->arena, &sig, &err) == 0 && sig.duration_us > 0)
        for (n = 0; n < SHEET_TIMES; n++) times[n] = sig.duration_us * (int64_t)n / SHEET_TIMES;
    int code = show(c, fd, times, n, SHEET_SIDE, &shown, &err);
    close(fd);
    if (code == 0 && shown.npictures == 0) code = error_set(&err, ERR_FORMAT, "serve", "no frame");
    if (code)
        no_picture(c, &err);
    else
        put_sheet(c, &shown);
}

/* ---- the reference of a match ---- */

/* The file that an item of a bank was made from, when this installation holds it: ERR_NOTFOUND. */
static int reference_file(struct call *c, struct sv bank, const struct id128 *item, struct sv *out_path,
                          struct error *err)
{
    struct bank_item b;
    struct sha256 sha;
    struct store_media m;
    int code = store_bank_item_get(call_store(c), bank, item, &c->arena, &b, err);
    if (code == 0 && b.type == BANK_SHA256)
        code = sha256_parse(b.value, &sha) ? 0 : ERR_NOTFOUND;
    else if (code == 0)
        code = store_bank_file_get(call_store(c), bank, item, &sha, err);
    if (code == 0) code = store_find_media(call_store(c), &sha, &c->arena, &m, err);
    if (code) return code;
    *out_path =
        m.path.n > 0 && m.state == MEDIA_READY ? path_join(&c->arena, sv_cstr(c->s->dir), m.path) : SV_NULL;
    return out_path->p && file_exists(out_path->p) ? 0 : error_set(err, ERR_NOTFOUND, "serve", "no file");
}

static bool of_bank(const struct finding *f, struct id128 *out_item)
{
    return f->ref.bank.n > 0 && id_parse(f->ref.item, out_item);
}

bool reference_kept(struct call *c, const struct finding *f)
{
    struct id128 item;
    struct error ignored;
    struct sv found;
    int64_t at;
    if (!of_bank(f, &item)) return false;
    return store_bank_still_near(call_store(c), f->ref.bank, &item, 0, &c->arena, &at, &found, &ignored) ==
               0 ||
           reference_file(c, f->ref.bank, &item, &found, &ignored) == 0;
}

static bool nth_finding(struct call *c, struct finding_list *l, const struct finding **out)
{
    struct id128 post;
    struct assessment as;
    struct error err;
    int64_t n;
    if (!param_id(c, 0, &post)) return false;
    if (!sv_to_i64(c->params[1], &n) ||
        store_get_result(call_store(c), &post, &c->arena, l, &as, NULL, &err) != 0 || n < 0 ||
        (size_t)n >= l->n) {
        call_fail(c, 404, "not_found", NULL, "there is no such finding");
        return false;
    }
    *out = &l->v[n];
    return true;
}

/* The still nearest to the matched second; else that frame of the file, where it is here as the file of a post. */
static void give_reference(struct call *c, const struct finding *f, int64_t at_us)
{
    struct id128 item;
    struct error err;
    struct sv found;
    int64_t shown_us;
    bool bank = of_bank(f, &item);
    if (bank && store_bank_still_near(call_store(c), f->ref.bank, &item, at_us, &c->arena, &shown_us, &found,
                                      &err) == 0) {
        begin_png(c);
        call_add_header(c, "Marsad-Shown-At-Us", "%lld", (long long)shown_us);
        buf_putsv(&c->r->body, found);
        return;
    }
    int fd = bank && reference_file(c, f->ref.bank, &item, &found, &err) == 0
                 ? open(found.p, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
                 : -1;
    if (fd < 0)
        call_fail(c, 404, "not_found", NULL,
                  "no picture is kept of what this was matched against, only its hash");
    else
        give_frame(c, fd, at_us, REFERENCE_SIDE);
}

void api_reference(struct call *c)
{
    struct finding_list l;
    const struct finding *f;
    int64_t at = query_i64(c, "at_us", 0, INT64_C(1) << 45, -1);
    finding_list_init(&l, &c->arena);
    if (!c->failed && nth_finding(c, &l, &f))
        give_reference(c, f, at >= 0 ? at : f->ref.time_us > 0 ? f->ref.time_us : 0);
    finding_list_done(&l);
}

/* ---- the original ---- */

/* "bytes=first-last", one range. False: none that can be served, *out_bad says whether it was one. */
static bool read_range(struct sv header, uint64_t size, uint64_t *from, uint64_t *bytes, bool *out_bad)
{
    struct sv first, last = header;
    int64_t a = -1, b = -1;
    *out_bad = false;
    if (!sv_starts(header, SV("bytes=")) || sv_find_byte(header, ',', 0) != SIZE_MAX) return false;
    last = sv_sub(header, 6, header.n);
    if (!sv_split(&last, '-', &first) || !last.p) return false;
    bool has_first = sv_to_i64(first, &a) && a >= 0, has_last = sv_to_i64(last, &b) && b >= 0;
    if (!has_first && !has_last) return false;
    if (!has_first) { /* the last b bytes */
        a = (uint64_t)b < size ? (int64_t)(size - (uint64_t)b) : 0;
        b = (int64_t)size - 1;
    } else if (!has_last || (uint64_t)b >= size) {
        b = (int64_t)size - 1;
    }
    *out_bad = (uint64_t)a >= size || b < a;
    *from = (uint64_t)a;
    *bytes = (uint64_t)(b - a) + 1;
    return !*out_bad;
}

static const char *type_of(struct call *c, const struct store_media *m)
{
    struct media_signals sig;
    struct error ignored;
    if (m->state != MEDIA_READY || signals_read(m->signals, &c->arena, &sig, &ignored) != 0)
        return "application/octet-stream";
    if (sig.kind == MEDIA_VIDEO)
        return strstr(sig.container, "webm") && !strstr(sig.container, "matroska") ? "video/webm"
                                                                                   : "video/mp4";
    if (sig.kind == MEDIA_IMAGE)
        return strcmp(sig.codec, "png") == 0    ? "image/png"
               : strcmp(sig.codec, "webp") == 0 ? "image/webp"
                                                : "image/jpeg";
    return sig.kind == MEDIA_AUDIO ? "audio/mpeg" : "application/octet-stream";
}

struct viewing {
    struct id128 who, post;
};

static int viewed(void *arg, struct store *s, struct error *err)
{
    struct viewing *v = arg;
    char id[ID_TEXT_BYTES];
    id_format(&v->post, id);
    return ledger_append(s, STEP_VIEW, sv_cstr(id), SV("{\"what\":\"original\"}"), err);
}

void api_file(struct call *c)
{
    struct viewing v = {.who = c->who.id};
    struct store_media m;
    struct stat st;
    uint64_t from = 0, bytes;
    bool bad = false;
    int fd = open_original(c, &v.post, &m);
    if (fd < 0) return;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        call_fail(c, 404, "not_found", NULL, "this file is no longer kept");
        return;
    }
    bytes = (uint64_t)st.st_size;
    bool part = read_range(call_header(c, "Range"), (uint64_t)st.st_size, &from, &bytes, &bad);
    if (bad) {
        close(fd);
        call_fail(c, 416, "bad_request", "Range", "the file has %lld bytes", (long long)st.st_size);
        call_add_header(c, "Content-Range", "bytes */%lld", (long long)st.st_size);
        return;
    }
    if (from == 0 && !call_write(c, viewed, &v)) {
        close(fd);
        return;
    }
    c->r->status = part ? 206 : 200;
    c->r->type = type_of(c, &m);
    c->r->file_fd = fd;
    c->r->file_from = from;
    c->r->file_bytes = bytes;
    call_add_header(c, "Accept-Ranges", "bytes");
    call_add_header(c, "Cache-Control", "private, max-age=600");
    /* Whatever it is, a browser runs nothing of it. */
    call_add_header(c, "Content-Disposition", "inline; filename=\"original\"");
    if (part)
        call_add_header(c, "Content-Range", "bytes %llu-%llu/%lld", (unsigned long long)from,
                        (unsigned long long)(from + bytes - 1), (long long)st.st_size);
}
