/* Asking other machines, over libcurl: HTTP(S) with everything bounded, and SMTP. One call, one connection, no state. */
#ifndef MARSAD_EXCHANGE_HTTP_H
#define MARSAD_EXCHANGE_HTTP_H

#include "base/arena.h"
#include "base/buf.h"

/* Once, before threads. ERR_INTERNAL. */
int http_init(struct error *err) MUST_USE;

struct http_request {
    const char *url;
    const char *method;          /* NULL: GET, or POST when there is a body */
    const char *const *headers;  /* NULL-ended; may be NULL */
    const char *user, *password; /* basic authentication; may be NULL */
    const char *agent;
    struct sv body;
    size_t max_bytes; /* of the answer; 0: HTTP_MAX_BODY_BYTES. With `cut` the rest is left, else ERR_LIMIT */
    int64_t timeout_us; /* of the whole; 0: 60 s */
    int64_t redirects;  /* followed at most; 0: none */
    bool cut;
    bool allow_local; /* this machine and private networks may be asked */
};
struct http_answer {
    long status;                                                              /* 0: none came */
    struct sv type, location, retry_after, date_added_first, date_added_last; /* headers; empty when absent */
    struct sv address;                                                        /* where it ended */
    struct sv body;
};
/* 0 whenever an answer came, whatever its status; strings in `a`. ERR_TIMEOUT, ERR_IO with what went wrong, ERR_ARG for an
 * address that is none or may not be asked, ERR_LIMIT. */
int http_ask(const struct http_request *r, struct arena *a, struct http_answer *out,
             struct error *err) MUST_USE;

struct smtp_request {
    const char *server; /* "smtp://host:25", "smtps://…" */
    const char *from, *to, *user, *password;
    bool tls_required, tls_try;
    const char
        *ca; /* file with the authorities that the server's certificate may come from; NULL: the system's */
    struct sv message; /* whole, lines ended by CR LF */
    int64_t timeout_us;
    /* Called once, when all but the end of the message was taken by the server: a non-zero return stops before the end is
     * sent, and nothing was. May be NULL. */
    int (*handing_over)(void *arg);
    void *arg;
};
struct smtp_answer {
    long code;   /* the server's last: 250, 451, 550; 0: none */
    bool handed; /* the end of the message went out */
    bool refused_for_good;
};
/* 0: taken. ERR_IO: refused or broken off, ERR_TIMEOUT, ERR_CANCELLED (handing_over said no). *out is filled always. */
int smtp_send(const struct smtp_request *r, struct smtp_answer *out, struct error *err) MUST_USE;

#endif
