/* Any request at all, past the socket: method, path, query, headers and body as they come, and JSON into every route that
 * reads it, by somebody who may do everything. Whatever comes, there is an answer with a status, and its body is JSON when
 * it says so.
 *
 * Input: the first line is "METHOD target", the following ones are headers up to an empty one, the rest is the body. A
 * first byte of '!' and a second that is a number choose one of the routes, and the rest is its body. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "serve/people.h"
#include "serve/serve_priv.h"
#include "store/workspace.h"

static struct server *server;
static char cookie[80], csrf[2 * CSRF_BYTES + 1], dir[64];

static void remove_workspace(void)
{
    struct error ignored;
    serve_close(server);
    if (dir_remove_tree(dir, &ignored) != 0) return;
}

/* A session of somebody with every role, straight into the store. */
static int sign_in(void *arg, struct store *s, struct error *err)
{
    struct arena a;
    struct person p;
    char token[INVITE_TEXT_BYTES], session_token[TOKEN_TEXT_BYTES];
    arena_init(&a, 0);
    int code = people_add(s, SV("fuzz"), SV("fuzz"), SV("analyst reviewer lead officer auditor admin"),
                          SV_NULL, &a, token, &p, err);
    uint8_t bytes[CSRF_BYTES] = {7};
    p.state = PERSON_ACTIVE;
    if (code == 0) code = store_person_put(s, &p, err);
    token_new(session_token);
    struct session x = {.person = p.id,
                        .csrf = sv_of(bytes, sizeof bytes),
                        .stage = SESSION_FULL,
                        .created_us = 0,
                        .seen_us = 0,
                        .until_us = INT64_MAX};
    token_hash(sv_cstr(session_token), &x.token);
    if (code == 0) code = store_session_put(s, &x, err);
    snprintf(cookie, sizeof cookie, "marsad=%s", session_token);
    hex_encode(bytes, sizeof bytes, csrf);
    arena_done(&a);
    return code;
}

static void start(void)
{
    struct error err;
    strcpy(dir, access("/dev/shm", W_OK) == 0 ? "/dev/shm/marsad-fuzz-XXXXXX" : "/tmp/marsad-fuzz-XXXXXX");
    struct serve_options o = {.workspace = dir, .workers = 1};
    if (!mkdtemp(dir) || workspace_init(dir, &err) != 0 || serve_open(&o, &server, &err) != 0 ||
        owner_do(server->owner, SV("fuzz"), sign_in, NULL, &err) != 0)
        abort();
    atexit(remove_workspace);
}

static ptrdiff_t read_body(void *arg, void *p, size_t n)
{
    struct sv *left = arg;
    if (left->n < n) n = left->n;
    if (n > 0) memcpy(p, left->p, n);
    *left = sv_sub(*left, n, left->n);
    return (ptrdiff_t)n;
}

static void answer(struct sv method, struct sv target, struct http_header *h, size_t n, struct sv body)
{
    struct http_response r;
    struct sv query = target, path;
    if (!sv_split(&query, '?', &path)) path = SV_NULL;
    if (!query.p) query = SV_NULL;
    h[n++] = (struct http_header){SV("Cookie"), sv_cstr(cookie)};
    h[n++] = (struct http_header){SV("X-CSRF-Token"), sv_cstr(csrf)};
    h[n++] = (struct http_header){SV("Content-Type"), SV("application/json")};
    struct http_request q = {.method = method,
                             .path = path,
                             .query = query,
                             .headers = h,
                             .nheaders = n,
                             .peer = SV("192.0.2.7"),
                             .content_length = (int64_t)body.n,
                             .read = read_body,
                             .arg = &body};
    memset(server->rates, 0, sizeof server->rates); /* nobody waits here */
    http_response_init(&r);
    serve_answer(server, &q, &r);
    assert(r.status >= 200 && r.status < 600);
    if (r.type && strcmp(r.type, "application/json") == 0 && r.body.n > 0) {
        struct json *doc = NULL;
        struct error err;
        assert(json_parse(buf_sv(&r.body), JSON_STRICT, &doc, &err) == 0);
        json_free(doc);
    }
    http_response_done(&r);
}

/* The path of a route with something in the place of each name. */
static size_t target_of(const struct route *r, char out[512])
{
    size_t n = 0;
    for (const char *c = r->path; *c; c++) {
        if (*c != '{') {
            out[n++] = *c;
            continue;
        }
        n += (size_t)snprintf(out + n, 64, "%s",
                              c[1] == 'n' && c[2] == '}' ? "0" : "00112233445566778899aabbccddeeff");
        while (*c != '}') c++;
    }
    return n;
}

/* Not what would end the session that asks, or take long on purpose. */
static bool left_out(const struct route *r)
{
    return r->run == api_sign_out || r->run == api_password || r->run == api_events ||
           r->run == api_put_role || r->run == api_patch_person;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_header h[HTTP_MAX_HEADERS];
    char target[512];
    size_t n = 0;
    if (!server) start();
    struct sv rest = sv_of(data, size), line, method;
    if (size >= 2 && data[0] == '!') {
        const struct route *r = &routes[data[1] % nroutes];
        if (left_out(r)) return 0;
        answer(sv_cstr(r->method), sv_of(target, target_of(r, target)), h, 0, sv_sub(rest, 2, rest.n));
        return 0;
    }
    if (!sv_split(&rest, '\n', &line) || !sv_split(&line, ' ', &method)) return 0;
    struct sv first = line, header, name;
    while (rest.p && sv_split(&rest, '\n', &header) && header.n > 0 && n < HTTP_MAX_HEADERS - 4)
        if (sv_split(&header, ':', &name)) h[n++] = (struct http_header){name, sv_trim(header)};
    char allow[64];
    struct sv params[CALL_PARAMS], path = sv_sub(first, 0, sv_find_byte(first, '?', 0));
    const struct route *r = route_find(method, path, params, allow);
    if (r && left_out(r)) return 0;
    answer(method, first, h, n, rest.p ? rest : SV_NULL);
    return 0;
}
