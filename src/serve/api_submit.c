/* A post comes in: from a platform's own upload, or an analyst's hand. It is analysed at once, then written in one commit
 * with what was found; with wait false it is written first and analysed by the thread of jobs. A path that a sender names
 * is not a path here: files are named by the SHA-256 of what was uploaded. */
#include "serve/serve_priv.h"

#include "base/file.h"
#include "base/limits.h"
#include "engine/language.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- uploads ---- */

enum { CHUNK = 256 << 10 };

static struct sv media_path(struct call *c, const struct sha256 *sha)
{
    char hex[SHA256_TEXT_BYTES];
    sha256_format(sha, hex);
    return arena_printf(&c->arena, "%s/media/%.2s/%s", c->s->dir, hex, hex);
}

/* To a file under media/tmp, hashed on the way. */
static int receive(struct call *c, int fd, uint64_t *out_bytes, struct sha256 *out_sha, struct error *err)
{
    crypto_hash_sha256_state state;
    char *p = malloc(CHUNK);
    ptrdiff_t got = 0;
    int code = p ? 0 : error_set(err, ERR_NOMEM, "serve", "no memory to receive a file");
    crypto_hash_sha256_init(&state);
    while (code == 0 && (got = c->q->read(c->q->arg, p, CHUNK)) > 0) {
        *out_bytes += (uint64_t)got;
        if (*out_bytes > SERVE_MAX_UPLOAD_BYTES)
            code = error_set(err, ERR_LIMIT, "serve", "a file has at most %llu bytes",
                             (unsigned long long)SERVE_MAX_UPLOAD_BYTES);
        else if (write(fd, p, (size_t)got) != got)
            code = error_set_errno(err, ERR_IO, "serve", errno, "the file cannot be kept");
        else
            crypto_hash_sha256_update(&state, (unsigned char *)p, (unsigned long long)got);
    }
    if (code == 0 && got < 0)
        code = error_set(err, ERR_CANCELLED, "serve", "the file broke off or came too slowly");
    crypto_hash_sha256_final(&state, out_sha->b);
    free(p);
    return code;
}

void api_upload(struct call *c)
{
    struct sha256 sha;
    uint64_t bytes = 0;
    struct error err;
    struct kept_media kept;
    struct sv type = call_header(c, "Content-Type"), kind = SV_NULL;
    char hex[SHA256_TEXT_BYTES];
    sv_split(&type, ';', &kind);
    if (!sv_eq_nocase(sv_trim(kind), SV("application/octet-stream"))) {
        call_fail(c, 415, "unsupported", NULL, "Content-Type must be application/octet-stream");
        return;
    }
    if (c->q->content_length > (int64_t)SERVE_MAX_UPLOAD_BYTES) {
        call_fail(c, 413, "too_large", NULL, "a file has at most %llu bytes",
                  (unsigned long long)SERVE_MAX_UPLOAD_BYTES);
        return;
    }
    char *path = arena_cstr(&c->arena, arena_printf(&c->arena, "%s/media/tmp/upload-XXXXXX", c->s->dir));
    int fd = path ? mkostemp(path, O_CLOEXEC) : -1;
    if (fd < 0) {
        call_fail(c, 500, "internal", NULL, "no file can be kept now");
        return;
    }
    int code = receive(c, fd, &bytes, &sha, &err);
    close(fd);
    struct sv there = media_path(c, &sha);
    bool known = code == 0 && there.p && file_exists(there.p);
    if (code == 0) code = workspace_keep_media(engine_workspace(c->s->engine), path, &c->arena, &kept, &err);
    unlink(path);
    if (code == ERR_CANCELLED) {
        call_fail(c, 400, "bad_request", NULL, "%s", err.text);
        return;
    }
    if (code) {
        call_error(c, &err);
        return;
    }
    sha256_format(&kept.sha256, hex);
    call_json(c, 201);
    jw_object(&c->w);
    jw_kv_str(&c->w, "sha256", hex);
    jw_kv_i64(&c->w, "bytes", (int64_t)kept.bytes);
    jw_kv_bool(&c->w, "new", !known);
    jw_end(&c->w);
}

/* ---- posts ---- */

struct submitting {
    struct server *s;
    struct post post;
    struct analysis *analysis; /* NULL: later */
    enum store_put put;
    int64_t known_us;
    bool written;
};

/* Names of files become paths of kept originals; everything else that looks like a path is dropped. */
static bool resolve_media(struct call *c, const struct json *record, struct post *p)
{
    const struct json *list = json_get(record, "media");
    for (size_t i = 0; i < p->nmedia; i++) {
        struct sv hex = json_get_sv(json_at(list, i), "sha256");
        struct sha256 sha;
        p->media[i].path = p->media[i].missing = SV_NULL;
        if (hex.n == 0) continue;
        if (!sha256_parse(hex, &sha)) {
            in_bad(c, "post.media.sha256", "must be 64 hex digits");
            return false;
        }
        struct sv path = media_path(c, &sha);
        if (!path.p || !file_exists(path.p)) {
            in_bad(c, "post.media.sha256", "was not uploaded: PUT /api/v1/media first");
            return false;
        }
        p->media[i].path = path;
    }
    return true;
}

static bool read_post(struct call *c, struct submitting *x)
{
    struct error err;
    const struct json *record = in_object(c, "post", IN_NEEDED);
    if (!record) return false;
    struct buf raw;
    if (post_read(record, &c->arena, &x->post, &err) != 0) {
        call_fail(c, 422, "invalid", "post", "%s", err.text);
        return false;
    }
    if (!resolve_media(c, record, &x->post)) return false;
    int64_t now_us = clock_now_us();
    if (x->post.collected_us == TIME_UNKNOWN) x->post.collected_us = now_us;
    if (x->post.reach.views != COUNT_UNKNOWN && x->post.reach.at_us == TIME_UNKNOWN)
        x->post.reach.at_us = now_us;
    x->post.origin =
        (struct origin){.format = SV("api"), .file = arena_copy(&c->arena, sv_cstr(c->who.name))};
    buf_init(&raw, 0);
    json_print(record, &raw);
    x->post.raw = arena_copy(&c->arena, buf_sv(&raw));
    buf_done(&raw);
    x->known_us = now_us;
    if (language_set(engine_dialects(x->s->engine), &x->post, &c->arena, &err) != 0) {
        call_error(c, &err);
        return false;
    }
    return true;
}

static int analyse(struct call *c, struct submitting *x, struct error *err)
{
    struct reach *reach = NULL;
    size_t n = 0;
    struct post before;
    int64_t known_us = x->known_us;
    struct error ignored;
    int code = 0;
    if (store_get_post(call_store(c), &x->post.id, &c->arena, &before, &known_us, &ignored) == 0)
        code = store_get_reach(call_store(c), &x->post.id, &c->arena, &reach, &n, err);
    readers_give(c->s->readers, c->reader);
    c->reader = NULL;
    if (code == 0) code = engine_analysis_of(&x->post, reach, n, known_us, &x->analysis, err);
    if (code == 0) code = analysts_run(c->s->analysts, x->analysis, err);
    return code;
}

/* The post, and what was found in it when it is the capture that is shown. An analysis that failed is left to the jobs. */
static int write_down(void *arg, struct store *s, struct error *err)
{
    struct submitting *x = arg;
    x->written = false;
    int code = store_put_post(s, &x->post, x->known_us, &x->put, err);
    if (code == 0 && x->put != STORE_SAME && x->analysis && x->analysis->code == 0) {
        struct arena a;
        struct post shown;
        int64_t known_us;
        arena_init(&a, 0);
        code = store_get_post(s, &x->post.id, &a, &shown, &known_us, err);
        x->written = code == 0 && shown.collected_us == x->post.collected_us;
        if (x->written) code = engine_write_analysis(x->s->engine, x->analysis, err);
        arena_done(&a);
    }
    return code;
}

static void put_answer(struct call *c, struct submitting *x)
{
    static const char *const puts[] = {"new", "same", "changed"};
    struct finding_list l;
    struct assessment as;
    struct error ignored;
    int64_t deadline_us = TIME_UNKNOWN;
    bool later = x->analysis == NULL;
    finding_list_init(&l, &c->arena);
    bool done = !later &&
                store_get_result(call_store(c), &x->post.id, &c->arena, &l, &as, &deadline_us, &ignored) == 0;
    call_json(c, later ? 202 : 200);
    jw_object(&c->w);
    put_id(&c->w, "post", &x->post.id);
    jw_kv_str(&c->w, "put", puts[x->put]);
    jw_kv_str(&c->w, "state", done ? "done" : "waiting");
    jw_key(&c->w, "findings");
    put_findings(c, &x->post, l.v, done ? l.n : 0, false);
    if (done) {
        jw_key(&c->w, "assessment");
        put_assessment(c, &as);
        put_us(&c->w, "deadline_us", deadline_us);
    }
    jw_end(&c->w);
    finding_list_done(&l);
}

void api_submit(struct call *c)
{
    struct submitting x = {.s = c->s};
    struct error err;
    bool good = read_post(c, &x);
    bool wait = in_bool(c, "wait", IN_OPTIONAL, true);
    if (!good || !in_done(c)) return;
    int code = wait ? analyse(c, &x, &err) : 0;
    if (code)
        call_error(c, &err);
    else if (call_write(c, write_down, &x))
        put_answer(c, &x);
    if (x.written) keeper_fresh(c->s, &x.post.id);
    if (!wait || !x.written) analysts_wake(c->s->analysts);
    if (x.written && x.analysis->assessment.category != CATEGORY_NONE) event_about(c->s, "queue", &x.post.id);
    analysis_free(x.analysis);
}
