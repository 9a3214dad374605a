/* The console's files: out of the program, or out of a folder while it is being worked on. Every path that is no file is
 * the console's own page, which knows its ways by itself. */
#include "serve/serve_priv.h"

#include "base/file.h"
#include "serve/console_priv.h"

#include <string.h>

enum { FILE_MOST = 8 << 20 };

struct sv console_file(struct sv name)
{
    for (size_t i = 0; console_names[i]; i++)
        if (sv_is(name, console_names[i])) return sv_of(console_bytes[i], console_sizes[i]);
    return SV_NULL;
}

static const char *type_of(struct sv name)
{
    static const struct {
        const char *end, *type;
    } types[] = {{".html", "text/html"},        {".js", "text/javascript"},
                 {".css", "text/css"},          {".svg", "image/svg+xml"},
                 {".png", "image/png"},         {".woff2", "font/woff2"},
                 {".json", "application/json"}, {".webmanifest", "application/manifest+json"},
                 {".ico", "image/x-icon"},      {".txt", "text/plain"}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (sv_ends(name, sv_cstr(types[i].end))) return types[i].type;
    return "application/octet-stream";
}

/* Names were checked when the path was: no "..", no hidden ones, no backslash. */
static bool from_folder(const char *dir, struct sv name, struct buf *out)
{
    struct arena a;
    struct error ignored;
    arena_init(&a, 0);
    struct sv path = path_join(&a, sv_cstr(dir), name);
    bool got = path.p && file_exists(path.p) && file_read(path.p, FILE_MOST, out, &ignored) == 0;
    arena_done(&a);
    return got;
}

static bool find(struct server *s, struct sv name, struct buf *out)
{
    if (name.n == 0 || sv_is(name, "openapi.json")) return false;
    if (s->console_dir) return from_folder(s->console_dir, name, out);
    struct sv bytes = console_file(name);
    buf_clear(out);
    buf_putsv(out, bytes);
    return bytes.p != NULL;
}

static const char no_console[] =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Marsad</title>"
    "<h1>Marsad</h1><p>This build has no console. The interface is at <a href=\"/api/v1/openapi.json\">"
    "/api/v1/openapi.json</a>.</p></html>\n";

void console_answer(struct server *s, const struct http_request *q, struct http_response *r)
{
    struct sv name = sv_sub(q->path, 1, q->path.n);
    bool asset = sv_find_byte(path_base(name), '.', 0) != SIZE_MAX;
    if (!sv_is(q->method, "GET") && !sv_is(q->method, "HEAD")) {
        r->status = 405;
        buf_puts(&r->headers, "Allow: GET, HEAD\r\n");
        return;
    }
    r->status = 200;
    if (find(s, name, &r->body)) {
        r->type = type_of(name);
        bool hashed = sv_starts(name, SV("assets/"));
        if (hashed && !s->console_dir)
            buf_puts(&r->headers, "Cache-Control: public, max-age=31536000, immutable\r\n");
    } else if (asset) {
        r->status = 404;
        r->type = "text/plain";
        buf_puts(&r->body, "There is no such file.\n");
    } else {
        r->type = "text/html";
        if (!find(s, SV("index.html"), &r->body)) buf_puts(&r->body, no_console);
    }
}
