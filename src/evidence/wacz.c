/* Raw captures as a WACZ (1.2.0): a zip of stored entries.
 *
 *     archive/captures.warc            WARC 1.1: a warcinfo, and a `resource` record per post, whose block is the record as it came
 *     indexes/index.cdxj               a line per record: SURT, time, JSON with offset and length
 *     pages/pages.jsonl                a line per post: url, ts, title
 *     datapackage.json                 every file with its SHA-256; datapackage-digest.json has the hash of that
 *
 * The captures are the feed's JSON, not the page that a browser drew: that was never in our hands, and is not made up. */
#include "evidence/package_priv.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "evidence/archive.h"

struct warc_line {
    struct sv surt, url;
    char at[16];
    size_t offset, length;
    struct sha256 digest;
};
struct wacz {
    const struct dossier *d;
    struct arena arena;
    struct buf warc, cdxj, pages, package;
    struct VEC(struct warc_line) lines;
};

/* "2026-01-31T10:00:00Z" → "20260131100000" */
static void short_time(int64_t us, char out[16])
{
    char at[TIME_TEXT_BYTES];
    size_t n = 0;
    time_format(us - us % US_PER_SECOND, at);
    for (size_t i = 0; at[i] && n < 14; i++)
        if (at[i] >= '0' && at[i] <= '9') out[n++] = at[i];
    out[n] = '\0';
}

/* "https://www.tiktok.com/@a/video/1" → "com,tiktok)/@a/video/1"; what is no web address stays as it is. */
static struct sv surt_of(struct arena *a, struct sv url)
{
    size_t at = sv_find(url, SV("://"), 0);
    if (at == SIZE_MAX) return url;
    struct sv host = sv_sub(url, at + 3, url.n);
    size_t slash = sv_find_byte(host, '/', 0);
    struct sv path = slash == SIZE_MAX ? SV("/") : sv_sub(host, slash, host.n);
    host = sv_sub(host, 0, slash);
    if (sv_starts(host, SV("www."))) host = sv_sub(host, 4, host.n);
    struct buf b;
    buf_init(&b, 0);
    for (size_t end = host.n, i = host.n; i > 0; i--) {
        if (host.p[i - 1] != '.' && i > 1) continue;
        size_t start = host.p[i - 1] == '.' ? i : i - 1;
        if (b.n > 0) buf_putc(&b, ',');
        buf_putsv(&b, sv_sub(host, start, end));
        end = i - 1;
    }
    buf_putc(&b, ')');
    buf_putsv(&b, path);
    struct sv copy = arena_copy(a, buf_sv(&b));
    buf_done(&b);
    return copy;
}

/* An address without anything that could end a header's line. */
static struct sv address_of(struct arena *a, const struct dossier_post *p)
{
    struct sv url = p->post.url;
    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= ' ' || url.p[i] == 0x7f) url = SV("");
    return url.n ? url : arena_printf(a, "urn:marsad:post:%.*s", SV_FMT(p->text));
}

static void put_record(struct buf *b, const char *type, const char *kind, struct sv id, struct sv url,
                       const char *at, struct sv block, const struct sha256 *digest)
{
    char hex[SHA256_TEXT_BYTES];
    sha256_format(digest, hex);
    buf_printf(b, "WARC/1.1\r\nWARC-Type: %s\r\nWARC-Record-ID: <urn:sha256:%.*s>\r\nWARC-Date: %s\r\n", type,
               SV_FMT(id), at);
    if (url.n) buf_printf(b, "WARC-Target-URI: %.*s\r\n", SV_FMT(url));
    buf_printf(b, "WARC-Block-Digest: sha256:%s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", hex,
               kind, block.n);
    buf_putsv(b, block);
    buf_puts(b, "\r\n\r\n");
}

static int add_post(struct wacz *z, const struct dossier_post *p)
{
    char at[TIME_TEXT_BYTES];
    int64_t when = p->post.collected_us != TIME_UNKNOWN ? p->post.collected_us : p->known_us;
    struct warc_line line = {.url = address_of(&z->arena, p), .offset = z->warc.n};
    line.surt = surt_of(&z->arena, line.url);
    time_format(when, at);
    short_time(when, line.at);
    sha256_of(p->post.raw, &line.digest);
    put_record(&z->warc, "resource", "application/json", p->text, line.url, at, p->post.raw, &line.digest);
    line.length = z->warc.n - line.offset;
    struct jw w;
    jw_init(&w, &z->pages, JW_COMPACT);
    jw_object(&w);
    jw_kv_sv(&w, "id", p->text);
    jw_kv_sv(&w, "url", line.url);
    jw_kv_str(&w, "ts", at);
    jw_kv_sv(&w, "title", p->post.account.handle);
    jw_end(&w);
    buf_putc(&z->pages, '\n');
    return line.surt.p && line.url.p ? VEC_PUSH(&z->lines, line) : ERR_NOMEM;
}

static int compare_lines(const void *a, const void *b)
{
    const struct warc_line *x = a, *y = b;
    int rc = sv_cmp(x->surt, y->surt);
    if (rc == 0) rc = strcmp(x->at, y->at);
    return rc ? rc : (x->offset > y->offset) - (x->offset < y->offset);
}

static void put_index(struct wacz *z)
{
    if (z->lines.n > 0) qsort(z->lines.v, z->lines.n, sizeof z->lines.v[0], compare_lines);
    for (size_t i = 0; i < z->lines.n; i++) {
        const struct warc_line *l = &z->lines.v[i];
        char hex[SHA256_TEXT_BYTES], number[32];
        struct jw w;
        sha256_format(&l->digest, hex);
        buf_printf(&z->cdxj, "%.*s %s ", SV_FMT(l->surt), l->at);
        jw_init(&w, &z->cdxj, JW_COMPACT);
        jw_object(&w);
        jw_kv_sv(&w, "url", l->url);
        jw_kv_str(&w, "mime", "application/json");
        jw_kv_str(&w, "digest", hex);
        snprintf(number, sizeof number, "%zu", l->length);
        jw_kv_str(&w, "length", number);
        snprintf(number, sizeof number, "%zu", l->offset);
        jw_kv_str(&w, "offset", number);
        jw_kv_str(&w, "filename", "captures.warc");
        jw_end(&w);
        buf_putc(&z->cdxj, '\n');
    }
}

static void put_resource(struct jw *w, const char *name, const char *path, struct sv bytes)
{
    char hash[7 + SHA256_TEXT_BYTES] = "sha256:";
    struct sha256 sha;
    sha256_of(bytes, &sha);
    sha256_format(&sha, hash + 7);
    jw_object(w);
    jw_kv_str(w, "name", name);
    jw_kv_str(w, "path", path);
    jw_kv_str(w, "hash", hash);
    jw_kv_i64(w, "bytes", (int64_t)bytes.n);
    jw_end(w);
}

static void put_package(struct wacz *z, const char *program, int64_t now_us)
{
    struct jw w;
    jw_init(&w, &z->package, JW_PRETTY);
    jw_object(&w);
    jw_kv_str(&w, "profile", "data-package");
    jw_kv_str(&w, "wacz_version", "1.1.1");
    jw_kv_sv(&w, "title", z->d->file.title);
    jw_kv_str(&w, "software", program);
    jw_kv_time(&w, "created", now_us);
    jw_key(&w, "resources");
    jw_array(&w);
    put_resource(&w, "captures.warc", "archive/captures.warc", buf_sv(&z->warc));
    put_resource(&w, "index.cdxj", "indexes/index.cdxj", buf_sv(&z->cdxj));
    put_resource(&w, "pages.jsonl", "pages/pages.jsonl", buf_sv(&z->pages));
    jw_end(&w);
    jw_end(&w);
    buf_putc(&z->package, '\n');
}

static int put_files(struct wacz *z, const char *path, int64_t now_us, struct error *err)
{
    struct zip_out *zip = NULL;
    char hex[SHA256_TEXT_BYTES];
    struct sha256 sha;
    struct sv digest;
    sha256_of(buf_sv(&z->package), &sha);
    sha256_format(&sha, hex);
    digest = arena_printf(&z->arena, "{\"path\":\"datapackage.json\",\"hash\":\"sha256:%s\"}\n", hex);
    int rc =
        digest.p ? zip_open(path, &zip, err) : error_set(err, ERR_NOMEM, "package", "no memory for captures");
    const struct {
        const char *name;
        struct sv bytes;
    } files[] = {{"datapackage.json", buf_sv(&z->package)},
                 {"datapackage-digest.json", digest},
                 {"archive/captures.warc", buf_sv(&z->warc)},
                 {"indexes/index.cdxj", buf_sv(&z->cdxj)},
                 {"pages/pages.jsonl", buf_sv(&z->pages)}};
    for (size_t i = 0; rc == 0 && i < sizeof files / sizeof files[0]; i++)
        rc = zip_put(zip, files[i].name, files[i].bytes, now_us, err);
    struct error closing;
    int closed = zip_close(zip, &closing);
    if (rc == 0 && closed != 0) *err = closing, rc = closed;
    return rc;
}

static int make(struct wacz *z, const char *program, int64_t now_us, struct error *err)
{
    char at[TIME_TEXT_BYTES];
    struct sha256 digest;
    struct sv info = arena_printf(&z->arena, "software: %s\r\nformat: WARC File Format 1.1\r\n", program);
    time_format(now_us, at);
    sha256_of(info, &digest);
    put_record(&z->warc, "warcinfo", "application/warc-fields", z->d->text, SV(""), at, info, &digest);
    buf_puts(&z->pages, "{\"format\":\"json-pages-1.0\",\"id\":\"pages\",\"title\":\"All pages\"}\n");
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < z->d->nposts; i++)
        if (z->d->posts[i].post.raw.n > 0) rc = add_post(z, &z->d->posts[i]);
    put_index(z);
    put_package(z, program, now_us);
    if (rc == ERR_NOMEM || z->warc.failed || z->cdxj.failed || z->pages.failed || z->package.failed)
        return error_set(err, ERR_NOMEM, "package", "no memory for captures");
    return 0;
}

int wacz_write(const struct dossier *d, const char *program, const char *path, int64_t now_us, bool *out_any,
               struct error *err)
{
    struct wacz z = {.d = d};
    *out_any = false;
    for (size_t i = 0; i < d->nposts; i++) *out_any |= d->posts[i].post.raw.n > 0;
    if (!*out_any) return 0;
    arena_init(&z.arena, 0);
    buf_init(&z.warc, 0);
    buf_init(&z.cdxj, 0);
    buf_init(&z.pages, 0);
    buf_init(&z.package, 0);
    int rc = make(&z, program, now_us, err);
    if (rc == 0) rc = put_files(&z, path, now_us, err);
    buf_done(&z.package);
    buf_done(&z.pages);
    buf_done(&z.cdxj);
    buf_done(&z.warc);
    VEC_DONE(&z.lines);
    arena_done(&z.arena);
    return rc;
}
