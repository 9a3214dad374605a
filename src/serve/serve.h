/* The desk over HTTP: the interface of openapi.json on civetweb, and the console's files.
 *
 *     many HTTP threads ──► readers (a few connections that only look)
 *                      └──► analysts (detectors and policy, one at a time each)
 *                      └──► the owner: one thread, the only one that writes; what waits is one commit
 *
 * A request that writes is answered after its commit, so nothing that was accepted is lost with the process. Everything
 * a request may do stands in one table (route.c), which a test holds against openapi.json. docs/serve.md has the rest. */
#ifndef MARSAD_SERVE_SERVE_H
#define MARSAD_SERVE_SERVE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/id.h"
#include "base/log.h"

struct server;

struct serve_options {
    const char *workspace;
    const char *listen;      /* "127.0.0.1:8080" */
    const char *tls_cert;    /* PEM with key and chain; NULL: none */
    const char *console_dir; /* NULL: the console that is built into the program */
    const char *public_url;  /* how links to the outside begin; NULL: from `listen` */
    const char *worker_path; /* NULL: as media_options */
    unsigned threads;        /* connections answered at once; 0: 256 */
    unsigned workers;        /* analysts; 0: as many as cores */
    const struct log *log;   /* may be NULL; *borrowed until* serve_close */
};

/* Opens the workspace to run it and makes everything ready but the sockets. ERR_NOTFOUND, ERR_BUSY when another run has
 * it, ERR_POLICY, … */
int serve_open(const struct serve_options *o, struct server **out, struct error *err) MUST_USE;
/* Listens and answers until serve_close. ERR_IO when the address cannot be had. */
int serve_start(struct server *s, struct error *err) MUST_USE;
/* Ends what is under way, writes what was accepted. Takes NULL. */
void serve_close(struct server *s);

/* The path of the one-time link that makes the first person: "/setup#…" in `a`; SV_NULL when there is one already. A
 * call makes the link before it useless. */
int serve_setup_link(struct server *s, struct arena *a, struct sv *out, struct error *err) MUST_USE;
/* Port that it listens on, for tests that asked for port 0. */
int serve_port(const struct server *s);

/* ---- one request without a socket: what civetweb's handler calls, and tests and fuzzers ---- */

enum { HTTP_MAX_HEADERS = 64 };
struct http_header {
    struct sv name, value;
};
struct http_request {
    struct sv method;
    struct sv path;  /* with escapes resolved */
    struct sv query; /* without '?', escapes as they came */
    const struct http_header *headers;
    size_t nheaders;
    struct sv peer; /* address */
    bool tls;
    int64_t content_length; /* -1: none was said */
    /* The next bytes of the body: 0 at its end, negative when the sender went away or was too slow. */
    ptrdiff_t (*read)(void *arg, void *p, size_t n);
    void *arg;
};
struct http_response {
    int status;
    const char *type; /* NULL: no body */
    struct buf body;
    struct buf headers; /* further lines, each ended by \r\n */
    int file_fd;        /* ≥ 0: sent after the headers in place of the body; closed by whoever sends */
    uint64_t file_from, file_bytes;
    bool events; /* a stream of server-sent events begins, for this person */
    struct id128 person;
};
void http_response_init(struct http_response *r);
void http_response_done(struct http_response *r);
/* Answers. Never fails: trouble is an answer too. Thread-safe. */
void serve_answer(struct server *s, const struct http_request *q, struct http_response *r);

#endif
