/* What platforms are told: signed, and again until it is taken. */
#include "serve_test.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        desk_test(what_a_platform_does_not_take_is_told_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
