/* libcurl behind a face of our own. What it may do is closed: http, https, smtp, smtps; no files, no other schemes, also not
 * by redirect. Addresses of this machine and of private networks are refused at the moment of connecting, so that no name
 * that resolves to one gets past. */
#include "exchange/http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "evidence/late_curl.h"

int http_init(struct error *err)
{
    int rc = late_curl_load(err);
    if (rc) return rc;
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK
               ? 0
               : error_set(err, ERR_INTERNAL, "http",
                           "the library that talks to other machines does not start");
}

/* ---- which addresses may be asked ---- */

static bool is_local4(uint32_t a)
{
    return a >> 24 == 127 || a >> 24 == 10 || a >> 24 == 0 || a >> 20 == 0xac1 || a >> 16 == 0xc0a8 ||
           a >> 16 == 0xa9fe || a >> 22 == 0x191 /* 100.64/10 */ || a >> 28 >= 0xe;
}

static bool is_local(const struct sockaddr *sa)
{
    if (sa->sa_family == AF_INET)
        return is_local4(ntohl(((const struct sockaddr_in *)(const void *)sa)->sin_addr.s_addr));
    if (sa->sa_family != AF_INET6) return true;
    const struct in6_addr *a = &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr;
    uint32_t v4;
    memcpy(&v4, a->s6_addr + 12, sizeof v4);
    if (IN6_IS_ADDR_V4MAPPED(a) || IN6_IS_ADDR_V4COMPAT(a)) return is_local4(ntohl(v4));
    return IN6_IS_ADDR_LOOPBACK(a) || IN6_IS_ADDR_UNSPECIFIED(a) || IN6_IS_ADDR_LINKLOCAL(a) ||
           IN6_IS_ADDR_MULTICAST(a) || (a->s6_addr[0] & 0xfe) == 0xfc;
}

struct transfer {
    struct buf body;
    size_t max_bytes;
    bool cut, was_cut, too_much, forbidden, allow_local;
    struct buf headers[5]; /* type, location, retry, first, last */
};

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer *t = arg;
    (void)purpose;
    if (!t->allow_local && is_local(&address->addr)) {
        t->forbidden = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t take_body(char *p, size_t size, size_t n, void *arg)
{
    struct transfer *t = arg;
    size_t bytes = size * n;
    if (t->body.n + bytes > t->max_bytes) {
        bytes = t->max_bytes - t->body.n;
        buf_put(&t->body, p, bytes);
        t->was_cut = t->cut;
        t->too_much = !t->cut;
        return 0; /* ends the transfer */
    }
    buf_put(&t->body, p, bytes);
    return t->body.failed ? 0 : bytes;
}

static size_t take_header(char *p, size_t size, size_t n, void *arg)
{
    static const char *const names[] = {"content-type:", "location:", "retry-after:",
                                        "x-taxii-date-added-first:", "x-taxii-date-added-last:"};
    struct transfer *t = arg;
    for (size_t i = 0; i < 5; i++) {
        size_t len = strlen(names[i]);
        if (size * n <= len || strncasecmp(p, names[i], len) != 0) continue;
        buf_clear(&t->headers[i]);
        buf_putsv(&t->headers[i], sv_trim(sv_of(p + len, size * n - len)));
    }
    return size * n;
}

static int curl_error(CURLcode code, const char *words, const char *url, const struct transfer *t,
                      struct error *err)
{
    if (t->forbidden)
        return error_set(err, ERR_ARG, "http",
                         "%s lies on this machine or a private network, which is not asked", url);
    if (t->too_much)
        return error_set(err, ERR_LIMIT, "http", "%s: the answer is longer than %zu bytes", url,
                         t->max_bytes);
    if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
        return error_set(err, ERR_ARG, "http", "\"%s\" is no address that can be asked", url);
    return error_set(err, code == CURLE_OPERATION_TIMEDOUT ? ERR_TIMEOUT : ERR_IO, "http", "%s: %s", url,
                     words[0] ? words : curl_easy_strerror(code));
}

static void set_common(CURL *c, const char *url, int64_t timeout_us, char words[CURL_ERROR_SIZE],
                       struct transfer *t)
{
    words[0] = '\0';
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, words);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)((timeout_us ? timeout_us : 60 * US_PER_SECOND) / 1000));
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, 15000L);
    curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, t);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
}

static void set_http(CURL *c, const struct http_request *r, struct curl_slist *headers, struct transfer *t)
{
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, r->redirects > 0 ? 1L : 0L);
    curl_easy_setopt(c, CURLOPT_MAXREDIRS, (long)r->redirects);
    curl_easy_setopt(c, CURLOPT_USERAGENT, r->agent ? r->agent : "Marsad");
    curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    if (r->user) {
        curl_easy_setopt(c, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        curl_easy_setopt(c, CURLOPT_USERNAME, r->user);
        curl_easy_setopt(c, CURLOPT_PASSWORD, r->password ? r->password : "");
    }
    if (r->body.n || (r->method && strcmp(r->method, "POST") == 0)) {
        curl_easy_setopt(c, CURLOPT_POST, 1L);
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, r->body.n ? r->body.p : "");
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.n);
    }
    if (r->method) curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, r->method);
}

static int take_answer(CURL *c, struct transfer *t, struct arena *a, struct http_answer *out,
                       struct error *err)
{
    char *url = NULL;
    struct sv *const texts[] = {&out->type, &out->location, &out->retry_after, &out->date_added_first,
                                &out->date_added_last};
    *out = (struct http_answer){0};
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &out->status);
    curl_easy_getinfo(c, CURLINFO_EFFECTIVE_URL, &url);
    out->address = arena_copy(a, sv_cstr(url ? url : ""));
    out->body = arena_copy(a, buf_sv(&t->body));
    bool fine = out->address.p && out->body.p && !t->body.failed;
    for (size_t i = 0; i < 5; i++) {
        *texts[i] = arena_copy(a, buf_sv(&t->headers[i]));
        fine = fine && texts[i]->p && !t->headers[i].failed;
    }
    return fine ? 0 : error_set(err, ERR_NOMEM, "http", "no memory for an answer");
}

int http_ask(const struct http_request *r, struct arena *a, struct http_answer *out, struct error *err)
{
    char words[CURL_ERROR_SIZE];
    struct curl_slist *headers = NULL;
    struct transfer t = {.max_bytes = r->max_bytes ? r->max_bytes : HTTP_MAX_BODY_BYTES,
                         .cut = r->cut,
                         .allow_local = r->allow_local};
    int rc = late_curl_load(err);
    if (rc) return rc;
    CURL *c = curl_easy_init();
    if (!c) return error_set(err, ERR_NOMEM, "http", "no memory to ask %s", r->url);
    buf_init(&t.body, 0);
    for (size_t i = 0; i < 5; i++) buf_init(&t.headers[i], 8192);
    for (size_t i = 0; r->headers && r->headers[i]; i++) {
        struct curl_slist *longer = curl_slist_append(headers, r->headers[i]);
        if (longer) headers = longer;
    }
    set_common(c, r->url, r->timeout_us, words, &t);
    set_http(c, r, headers, &t);
    CURLcode done = curl_easy_perform(c);
    int code = done == CURLE_OK || (done == CURLE_WRITE_ERROR && t.was_cut)
                   ? take_answer(c, &t, a, out, err)
                   : curl_error(done, words, r->url, &t, err);
    curl_slist_free_all(headers);
    curl_easy_cleanup(c);
    buf_done(&t.body);
    for (size_t i = 0; i < 5; i++) buf_done(&t.headers[i]);
    return code;
}

/* ---- mail ---- */

struct upload {
    const struct smtp_request *r;
    struct smtp_answer *out;
    size_t at;
    bool stopped;
};

/* The last thing asked of us is "no more": there the caller notes that it is handed over. */
static size_t give_message(char *p, size_t size, size_t n, void *arg)
{
    struct upload *u = arg;
    size_t left = u->r->message.n - u->at, bytes = size * n < left ? size * n : left;
    if (bytes == 0) {
        if (!u->out->handed && u->r->handing_over && u->r->handing_over(u->r->arg) != 0) {
            u->stopped = true;
            return CURL_READFUNC_ABORT;
        }
        u->out->handed = true;
        return 0;
    }
    memcpy(p, u->r->message.p + u->at, bytes);
    u->at += bytes;
    return bytes;
}

int smtp_send(const struct smtp_request *r, struct smtp_answer *out, struct error *err)
{
    char words[CURL_ERROR_SIZE];
    struct transfer t = {.allow_local = true}; /* one's own mail server is often near */
    struct upload u = {r, out, 0, false};
    *out = (struct smtp_answer){0};
    int rc = late_curl_load(err);
    if (rc) return rc;
    CURL *c = curl_easy_init();
    struct curl_slist *to = curl_slist_append(NULL, r->to);
    if (!c || !to) {
        curl_easy_cleanup(c);
        curl_slist_free_all(to);
        return error_set(err, ERR_NOMEM, "mail", "no memory for a message");
    }
    set_common(c, r->server, r->timeout_us, words, &t);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(c, CURLOPT_USE_SSL,
                     r->tls_required ? (long)CURLUSESSL_ALL
                     : r->tls_try    ? (long)CURLUSESSL_TRY
                                     : (long)CURLUSESSL_NONE);
    if (r->ca) curl_easy_setopt(c, CURLOPT_CAINFO, r->ca);
    curl_easy_setopt(c, CURLOPT_MAIL_FROM, r->from);
    curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(c, CURLOPT_READFUNCTION, give_message);
    curl_easy_setopt(c, CURLOPT_READDATA, &u);
    if (r->user) {
        curl_easy_setopt(c, CURLOPT_USERNAME, r->user);
        curl_easy_setopt(c, CURLOPT_PASSWORD, r->password ? r->password : "");
    }
    CURLcode done = curl_easy_perform(c);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &out->code);
    curl_easy_cleanup(c);
    curl_slist_free_all(to);
    if (done == CURLE_OK) return 0;
    out->refused_for_good = out->code >= 500 && out->code < 600;
    if (u.stopped) return error_set(err, ERR_CANCELLED, "mail", "stopped before the message was handed over");
    return error_set(err, done == CURLE_OPERATION_TIMEDOUT ? ERR_TIMEOUT : ERR_IO, "mail",
                     "%s: %s (answer %ld)", r->server, words[0] ? words : curl_easy_strerror(done),
                     out->code);
}
