/* Telling platforms: what is to be told stands in the store before anybody is told, is signed, and is tried again with
 * growing pauses until it is taken or given up.
 *
 *     POST url   Marsad-Signature: t=1769853600,v1=<HMAC-SHA-256 of "1769853600." and the body, in hex>
 *                {"id":…,"event":"findings","at_us":…,"data":{…}} */
#include "serve/serve_priv.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "evidence/late_curl.h"

enum { AT_ONCE = 16, FAILURE_BYTES = 200 };

struct hooks {
    struct server *s;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t some;
    bool started, stopping, woken;
};

/* ---- what is to be told ---- */

static int tell(struct store *s, const struct api_key *k, const char *event, struct sv data,
                struct error *err)
{
    struct webhook w = {.id = random_id(), .key = k->id, .next_us = clock_now_us(), .state = SV("waiting")};
    struct buf b;
    struct jw j;
    buf_init(&b, 0);
    jw_init(&j, &b, JW_COMPACT);
    jw_object(&j);
    put_id(&j, "id", &w.id);
    jw_kv_str(&j, "event", event);
    put_us(&j, "at_us", w.next_us);
    jw_key(&j, "data");
    jw_raw(&j, data);
    jw_end(&j);
    w.body = buf_sv(&b);
    int code = b.failed ? error_set(err, ERR_NOMEM, "serve", "no memory for a webhook")
                        : store_webhook_put(s, &w, err);
    buf_done(&b);
    return code;
}

/* Who submitted a post is its origin: "key-" and the first digits of the key's id. */
bool key_submitted(const struct post *p, const struct id128 *key)
{
    char id[ID_TEXT_BYTES];
    id_format(key, id);
    return sv_is(p->origin.format, "api") && p->origin.file.n == 16 &&
           sv_starts(p->origin.file, SV("key-")) && memcmp(p->origin.file.p + 4, id, 12) == 0;
}

int hooks_tell(struct store *s, const struct id128 *post, const char *event, struct sv data_json,
               struct error *err)
{
    struct arena a;
    struct post p;
    struct api_key *k = NULL;
    size_t n = 0;
    int64_t known_us;
    arena_init(&a, 0);
    int code = store_get_post(s, post, &a, &p, &known_us, err);
    if (code == 0) code = store_keys(s, &a, &k, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++)
        if (k[i].webhook.n > 0 && k[i].revoked_us == 0 &&
            ((scopes_read(k[i].scopes) & KEY_READ) || key_submitted(&p, &k[i].id)))
            code = tell(s, &k[i], event, data_json, err);
    arena_done(&a);
    return code;
}

static void put_found(struct jw *w, const struct analysis *x)
{
    jw_object(w);
    put_id(w, "post", &x->post.id);
    jw_kv_sv(w, "native_id", x->post.native_id);
    jw_key(w, "findings");
    jw_array(w);
    for (size_t i = 0; i < x->findings.n; i++) finding_write(&x->findings.v[i], w);
    jw_end(w);
    jw_key(w, "assessment");
    assessment_write(&x->assessment, w);
    jw_end(w);
}

int serve_told_findings(struct store *s, struct analysis *x, struct error *err)
{
    struct arena a;
    struct api_key *k = NULL;
    struct buf b;
    struct jw w;
    size_t n = 0;
    if (!sv_is(x->post.origin.format, "api")) return 0;
    arena_init(&a, 0);
    buf_init(&b, 0);
    jw_init(&w, &b, JW_COMPACT);
    put_found(&w, x);
    int code = store_keys(s, &a, &k, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++)
        if (k[i].webhook.n > 0 && k[i].revoked_us == 0 && key_submitted(&x->post, &k[i].id)) {
            code = tell(s, &k[i], "findings", buf_sv(&b), err);
        }
    buf_done(&b);
    arena_done(&a);
    return code;
}

/* ---- telling ---- */

static size_t ignore(char *p, size_t size, size_t n, void *arg) { return size * n; }

static void sign(struct sv secret, struct sv body, char out[160])
{
    crypto_auth_hmacsha256_state state;
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    char at[32], hex[2 * sizeof mac + 1];
    int n = snprintf(at, sizeof at, "%lld.", (long long)(clock_now_us() / US_PER_SECOND));
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret.p, secret.n);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)at, (unsigned long long)n);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)body.p, body.n);
    crypto_auth_hmacsha256_final(&state, mac);
    hex_encode(mac, sizeof mac, hex);
    snprintf(out, 160, "Marsad-Signature: t=%.*s,v1=%s", n - 1, at, hex);
}

/* 0, or words in *out_failure. */
static int post_one(const struct api_key *k, const struct webhook *w, struct arena *a,
                    char failure[FAILURE_BYTES])
{
    char signature[160];
    long status = 0;
    struct error err;
    if (late_curl_load(&err)) {
        snprintf(failure, FAILURE_BYTES, "%.*s", FAILURE_BYTES - 1, err.text);
        return ERR_UNSUPPORTED;
    }
    char *url = arena_cstr(a, k->webhook);
    CURL *curl = curl_easy_init();
    if (!curl || !url) {
        curl_easy_cleanup(curl);
        snprintf(failure, FAILURE_BYTES, "no memory");
        return ERR_NOMEM;
    }
    sign(k->webhook_secret, w->body, signature);
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    headers = curl_slist_append(headers, signature);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, w->body.p);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)w->body.n);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 10000L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, 5000L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "marsad");
    CURLcode rc = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    if (rc == CURLE_OK && status >= 200 && status < 300) return 0;
    if (rc != CURLE_OK)
        snprintf(failure, FAILURE_BYTES, "%s", curl_easy_strerror(rc));
    else
        snprintf(failure, FAILURE_BYTES, "it answered %ld", status);
    return ERR_IO;
}

static int put_row(void *arg, struct store *s, struct error *err) { return store_webhook_put(s, arg, err); }

static void deliver(struct hooks *h, struct webhook *w, struct arena *a)
{
    struct api_key k;
    struct error err;
    char failure[FAILURE_BYTES] = "";
    struct store *reader = readers_take(h->s->readers);
    int code = store_key_get(reader, &w->key, a, &k, &err);
    readers_give(h->s->readers, reader);
    bool wanted = code == 0 && k.revoked_us == 0 && k.webhook.n > 0;
    code = wanted ? post_one(&k, w, a, failure) : 0;
    w->attempt++;
    w->state = code == 0 ? SV("sent") : w->attempt >= WEBHOOK_ATTEMPTS ? SV("given_up") : SV("waiting");
    w->next_us = clock_now_us() + (15 * US_PER_SECOND << w->attempt);
    w->failure = sv_cstr(failure);
    if (owner_do(h->s->owner, SV("marsad"), put_row, w, &err) != 0)
        log_write(h->s->log, LOG_ERROR, "serve", "a webhook's state was not written: %s", err.text);
}

static bool is_stopping(struct hooks *h)
{
    pthread_mutex_lock(&h->lock);
    bool stop = h->stopping;
    pthread_mutex_unlock(&h->lock);
    return stop;
}

static void deliver_due(struct hooks *h)
{
    struct arena a;
    struct webhook *w = NULL;
    struct error err;
    size_t n = 0;
    arena_init(&a, 0);
    struct store *reader = readers_take(h->s->readers);
    if (store_webhooks_due(reader, clock_now_us(), AT_ONCE, &a, &w, &n, &err) != 0) n = 0;
    readers_give(h->s->readers, reader);
    for (size_t i = 0; i < n && !is_stopping(h); i++) deliver(h, &w[i], &a);
    arena_done(&a);
}

static void *work(void *arg)
{
    struct hooks *h = arg;
    while (!is_stopping(h)) {
        struct timespec until;
        deliver_due(h);
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 5;
        pthread_mutex_lock(&h->lock);
        if (!h->stopping && !h->woken) pthread_cond_timedwait(&h->some, &h->lock, &until);
        h->woken = false;
        pthread_mutex_unlock(&h->lock);
    }
    return NULL;
}

int hooks_new(struct server *s, struct hooks **out, struct error *err)
{
    struct hooks *h = calloc(1, sizeof *h);
    if (!h) return error_set(err, ERR_NOMEM, "serve", "no memory for webhooks");
    h->s = s;
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->some, NULL);
    *out = h;
    int e = pthread_create(&h->thread, NULL, work, h);
    h->started = e == 0;
    return e == 0 ? 0 : error_set_errno(err, ERR_IO, "serve", e, "the thread of webhooks does not start");
}

void hooks_wake(struct hooks *h)
{
    if (!h) return;
    pthread_mutex_lock(&h->lock);
    h->woken = true;
    pthread_cond_signal(&h->some);
    pthread_mutex_unlock(&h->lock);
}

void hooks_free(struct hooks *h)
{
    if (!h) return;
    pthread_mutex_lock(&h->lock);
    h->stopping = true;
    pthread_cond_signal(&h->some);
    pthread_mutex_unlock(&h->lock);
    if (h->started) pthread_join(h->thread, NULL);
    pthread_cond_destroy(&h->some);
    pthread_mutex_destroy(&h->lock);
    free(h);
}
