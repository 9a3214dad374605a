/* What platforms are told: signed, and again until it is taken. */
#include "serve_test.h"

#include "store/store_priv.h"
#include "store/store_tune.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sodium.h>
#include <sys/socket.h>

enum { MOST = 1 << 16 };
static const char hook_secret[] = "a secret of the webhook";

struct platform {
    int fd, port;
    char request[MOST];
    size_t n;
    struct sv body;
};

static void platform_open(struct platform *p)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof at;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(p->fd >= 0);
    assert_int_equal(bind(p->fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(p->fd, 4), 0);
    assert_int_equal(getsockname(p->fd, (struct sockaddr *)&at, &size), 0);
    p->port = ntohs(at.sin_port);
}

/* Takes one request whole and answers it so. */
static void platform_answer(struct platform *p, const char *status)
{
    char answer[128];
    int fd = accept(p->fd, NULL, NULL);
    assert_true(fd >= 0);
    p->n = 0;
    for (;;) {
        ssize_t k = recv(fd, p->request + p->n, MOST - p->n, 0);
        assert_true(k > 0);
        p->n += (size_t)k;
        struct sv all = sv_of(p->request, p->n);
        size_t end = sv_find(all, SV("\r\n\r\n"), 0), at = sv_find(all, SV("Content-Length: "), 0);
        if (end == SIZE_MAX || at == SIZE_MAX) continue;
        size_t length = (size_t)strtoul(p->request + at + 16, NULL, 10);
        p->body = sv_sub(all, end + 4, all.n);
        if (p->body.n == length) break;
    }
    int n = snprintf(answer, sizeof answer, "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                     status);
    assert_int_equal(send(fd, answer, (size_t)n, MSG_NOSIGNAL), n);
    close(fd);
}

static void assert_signed(const struct platform *p)
{
    struct sv all = sv_of(p->request, p->n);
    size_t at = sv_find(all, SV("Marsad-Signature: t="), 0);
    assert_true(at != SIZE_MAX);
    struct sv rest = sv_sub(all, at + 20, all.n), moment;
    assert_true(sv_split(&rest, ',', &moment));
    assert_true(sv_starts(rest, SV("v1=")));
    crypto_auth_hmacsha256_state state;
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    char hex[2 * sizeof mac + 1];
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)hook_secret, strlen(hook_secret));
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)moment.p, moment.n);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)".", 1);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)p->body.p, p->body.n);
    crypto_auth_hmacsha256_final(&state, mac);
    hex_encode(mac, sizeof mac, hex);
    assert_memory_equal(rest.p + 3, hex, 2 * sizeof mac);
}

static int put_key(void *arg, struct store *s, struct error *err) { return store_key_put(s, arg, err); }

static struct client key_with_webhook(struct desk *d, int port)
{
    struct client c = {{0}};
    token_new(c.key);
    struct api_key k = {.id = random_id(),
                        .name = SV("platform"),
                        .scopes = SV("submit"),
                        .rate = 100000,
                        .webhook = arena_printf(&d->arena, "http://127.0.0.1:%d/hook", port),
                        .webhook_secret = sv_cstr(hook_secret),
                        .created_us = clock_now_us(),
                        .used_us = TIME_UNKNOWN};
    token_hash(sv_cstr(c.key), &k.secret);
    assert_ok(owner_do(d->server->owner, SV("test"), put_key, &k, &d->err));
    return c;
}

/* The webhooks that still wait, whenever; after the state of the last attempt was written. */
static size_t waiting(struct desk *d, struct webhook **out)
{
    size_t n = 0;
    struct store *s = readers_take(d->server->readers);
    assert_ok(store_webhooks_due(s, INT64_MAX, 10, &d->arena, out, &n, &d->err));
    readers_give(d->server->readers, s);
    return n;
}

static int make_due(void *arg, struct store *s, struct error *err)
{
    struct webhook *w = arg;
    w->next_us = 0;
    return store_webhook_put(s, w, err);
}

static void what_a_platform_does_not_take_is_told_again(void **state)
{
    struct desk *d = *state;
    struct platform *p = calloc(1, sizeof *p);
    struct webhook *w = NULL;
    assert_non_null(p);
    platform_open(p);
    struct client key = key_with_webhook(d, p->port);
    struct answer a =
        ask(d, &key, "POST", "/api/v1/items",
            "{\"wait\":false,\"post\":{\"kind\":\"text\",\"platform\":\"app\",\"native_id\":\"77\","
            "\"texts\":[{\"field\":\"caption\",\"text\":\"her number is 0600000174 call her\"}]}}");
    assert_status(a, 202);
    platform_answer(p, "500 Later");
    assert_signed(p);
    struct sv first = arena_copy(&d->arena, p->body);
    struct json *doc = NULL;
    assert_ok(json_parse(first, JSON_STRICT, &doc, &d->err));
    assert_true(sv_is(json_get_sv(doc, "event"), "findings"));
    assert_true(sv_is(json_get_sv(json_get(doc, "data"), "post"), text_at(d, &a, "post")));
    assert_true(json_len(json_get(json_get(doc, "data"), "findings")) > 0);
    json_free(doc);
    while (waiting(d, &w) != 1 || w[0].attempt == 0) usleep(1000);
    assert_int_equal(w[0].attempt, 1);
    assert_true(w[0].next_us > clock_now_us()); /* not at once */
    assert_ok(owner_do(d->server->owner, SV("test"), make_due, &w[0], &d->err));
    hooks_wake(d->server->hooks);
    platform_answer(p, "204 Taken");
    assert_signed(p);
    assert_true(sv_eq(p->body, first)); /* the same, word for word: a receiver can tell by its id */
    while (waiting(d, &w) != 0) usleep(1000);
    close(p->fd);
    free(p);
}

/* ---- what was said is kept for a day ---- */

static const int64_t hours[] = {23, 25};

/* An answer, and what was told and what was not, of so many hours ago. The sweep is due at once. */
static int put_old(void *arg, struct store *s, struct error *err)
{
    struct desk *d = arg;
    int64_t now_us = clock_now_us();
    struct api_key key = {.id = {{9}},
                          .name = SV("platform"),
                          .scopes = SV("submit"),
                          .created_us = now_us,
                          .used_us = TIME_UNKNOWN};
    int code = store_key_put(s, &key, err);
    for (unsigned char i = 0; code == 0 && i < 2; i++) {
        int64_t at_us = now_us - hours[i] * US_PER_HOUR;
        struct kept_answer k = {.id = {{1, i}},
                                .status = 201,
                                .body = arena_printf(&d->arena, "answer of %d", (int)hours[i]),
                                .at_us = at_us};
        struct webhook told = {.id = {{2, i}},
                               .key = key.id,
                               .body = arena_printf(&d->arena, "told of %d", (int)hours[i]),
                               .attempt = 1,
                               .next_us = at_us,
                               .state = SV("sent")};
        struct webhook waits = {.id = {{3, i}},
                                .key = key.id,
                                .body = arena_printf(&d->arena, "waits of %d", (int)hours[i]),
                                .attempt = 1,
                                .next_us = at_us,
                                .state = SV("waiting")};
        code = store_answer_put(s, &k, err);
        if (code == 0) code = store_webhook_put(s, &told, err);
        if (code == 0) code = store_webhook_put(s, &waits, err);
    }
    d->server->tick.swept_us = 0;
    return code;
}

static int look_if_swept(void *arg, struct store *s, struct error *err)
{
    struct desk *d = arg;
    (void)err, (void)s;
    return d->server->tick.swept_us != 0 ? 0 : ERR_BUSY;
}

struct counting {
    struct sv words;
    size_t n;
};

/* How many rows have these words; they go. */
static int count_now(void *arg, struct store *s, struct error *err)
{
    struct counting *x = arg;
    uint64_t before = store_changed(s);
    int code = store_said_forget(s, x->words, err);
    x->n = (size_t)(store_changed(s) - before);
    return code;
}

static size_t with(struct desk *d, const char *words)
{
    struct counting x = {.words = sv_cstr(words)};
    assert_ok(owner_do(d->server->owner, SV("test"), count_now, &x, &d->err));
    return x.n;
}

static void what_was_said_is_kept_for_a_day_and_what_waits_until_it_is_told(void **state)
{
    struct desk *d = *state;
    hooks_free(d->server->hooks); /* who would tell what waits */
    d->server->hooks = NULL;
    assert_ok(owner_do(d->server->owner, SV("test"), put_old, d, &d->err));
    while (owner_do(d->server->owner, SV("test"), look_if_swept, d, &d->err) != 0) usleep(1000);
    assert_int_equal(with(d, "answer of 23"), 1);
    assert_int_equal(with(d, "told of 23"), 1);
    assert_int_equal(with(d, "waits of 23"), 1);
    assert_int_equal(with(d, "answer of 25"), 0);
    assert_int_equal(with(d, "told of 25"), 0);
    assert_int_equal(with(d, "waits of 25"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        desk_test(what_a_platform_does_not_take_is_told_again),
        desk_test(what_was_said_is_kept_for_a_day_and_what_waits_until_it_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
