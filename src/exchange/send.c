/* Emptying the outbox. A message is claimed, tried, and marked; between the last byte and the answer it is "handed", which is
 * committed first (store_outbox.c). What is refused for now waits twice as long each time, with a little chance in it, so
 * that many do not come back at once. */
#include "exchange/referral_priv.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "exchange/http.h"
#include "store/workspace.h"

enum { FIRST_WAIT_S = 60, MOST_WAIT_S = 4 * 3600 };

struct sending {
    const struct referral_room *room;
    struct outbox_message *m;
    struct sv owner;
    struct arena *a;
    int64_t now_us, mono_us; /* when it was claimed, by both clocks */
    struct send_counts *counts;
    struct error *err;
};

static int64_t next_try(int64_t now_us, int64_t attempt)
{
    int64_t wait_s = FIRST_WAIT_S;
    for (int64_t i = 1; i < attempt && wait_s < MOST_WAIT_S; i++) wait_s *= 2;
    if (wait_s > MOST_WAIT_S) wait_s = MOST_WAIT_S;
    return now_us + (wait_s + randombytes_uniform((uint32_t)(wait_s / 4 + 1))) * US_PER_SECOND;
}

static int mark(struct sending *s, enum outbox_state state, struct sv said, struct error *err)
{
    s->m->state = state;
    s->m->said = sv_sub(said, 0, 500);
    s->m->next_us = next_try(s->now_us + clock_mono_us() - s->mono_us, s->m->attempt);
    return store_outbox_mark(s->room->store, s->m, s->owner, err);
}

static int handing_over(void *arg)
{
    struct sending *s = arg;
    return mark(s, OUTBOX_HANDED, SV_NULL, NULL);
}

/* The first line of a file: a password. */
static int read_secret(struct sv path, struct arena *a, char **out, struct error *err)
{
    struct buf b;
    *out = NULL;
    if (path.n == 0) return 0;
    char *name = arena_cstr(a, path);
    buf_init(&b, 4096);
    int code = name ? file_read(name, 4096, &b, err) : ERR_NOMEM;
    struct sv line = sv_trim(sv_sub(buf_sv(&b), 0, sv_find_byte(buf_sv(&b), '\n', 0)));
    if (code == 0) *out = arena_cstr(a, line);
    sodium_memzero(b.p, b.n);
    buf_done(&b);
    return code == 0 && !*out ? error_set(err, ERR_NOMEM, "mail", "no memory for a password") : code;
}

/* What became of a try; the outbox and the referral are told in one transaction. */
enum outcome { TAKEN, LATER, NEVER, NOT_KNOWN };

static int settle(struct sending *s, enum outcome outcome, struct sv said)
{
    static const enum outbox_state states[] = {OUTBOX_SENT, OUTBOX_WAITING, OUTBOX_FAILED, OUTBOX_UNSURE};
    struct referral r;
    struct buf says;
    struct jw w;
    struct store *store = s->room->store;
    said = arena_copy(s->a, said); /* the message keeps it; the caller's words end with the caller */
    buf_init(&says, 0);
    jw_init(&w, &says, JW_COMPACT);
    jw_object(&w);
    jw_kv_sv(&w, "channel", s->m->channel);
    jw_kv_i64(&w, "attempt", s->m->attempt);
    jw_kv_sv(&w, "said", sv_sub(said, 0, 300));
    jw_end(&w);
    int code = store_begin(store, s->err);
    if (code == 0) {
        code = mark(s, states[outcome], said, s->err);
        if (code == 0 && outcome != LATER)
            code = store_referral_get(store, &s->m->referral, s->a, &r, s->err);
        if (code == 0 && outcome == TAKEN)
            code = referral_move(s->room, &r, REFEV_SENT, s->now_us, SV("marsad"), buf_sv(&says), s->err);
        if (code == 0 && (outcome == NEVER || outcome == NOT_KNOWN))
            code =
                referral_move(s->room, &r, REFEV_SEND_FAILED, s->now_us, SV("marsad"), buf_sv(&says), s->err);
        if (code == 0)
            code = store_commit(store, s->err);
        else
            store_rollback(store);
    }
    s->counts->sent += outcome == TAKEN;
    s->counts->waiting += outcome == LATER;
    s->counts->failed += outcome == NEVER;
    s->counts->unsure += outcome == NOT_KNOWN;
    buf_done(&says);
    return code;
}

static int send_mail(struct sending *s)
{
    const struct exchange_config *c = s->room->config;
    char *password = NULL;
    struct error why = {0};
    struct smtp_answer answer = {0};
    if (c->smtp_url.n == 0)
        return settle(s, LATER, SV("no mail server is set: mail.server in exchange.json"));
    char *server = arena_cstr(s->a, c->smtp_url), *from = arena_cstr(s->a, c->smtp_from);
    char *to = arena_cstr(s->a, s->m->address),
         *user = c->smtp_user.n ? arena_cstr(s->a, c->smtp_user) : NULL;
    if (!server || !from || !to) return error_set(s->err, ERR_NOMEM, "mail", "no memory for a message");
    int code = read_secret(c->smtp_secret, s->a, &password, &why);
    if (code) return settle(s, LATER, sv_cstr(why.text));
    struct smtp_request r = {.server = server,
                             .from = from,
                             .to = to,
                             .user = user,
                             .password = password,
                             .tls_required = sv_is(c->smtp_tls, "required"),
                             .tls_try = sv_is(c->smtp_tls, "try"),
                             .ca = c->smtp_ca.n ? arena_cstr(s->a, c->smtp_ca) : NULL,
                             .message = s->m->body,
                             .handing_over = handing_over,
                             .arg = s};
    code = smtp_send(&r, &answer, &why);
    if (password) sodium_memzero(password, strlen(password));
    if (code == 0) return settle(s, TAKEN, SV("250"));
    if (code == ERR_CANCELLED) return settle(s, LATER, sv_cstr(why.text));
    /* After the end went out only a refusal says that it was not taken. */
    bool refused = answer.code >= 400 && answer.code < 600;
    if (answer.handed && !refused) return settle(s, NOT_KNOWN, sv_cstr(why.text));
    return settle(s, answer.refused_for_good ? NEVER : LATER, sv_cstr(why.text));
}

/* DIR/exchange.key: 32 bytes in hex, made at first; exchange.key.pub beside it for those who check. */
int exchange_key(const char *dir, struct arena *a, uint8_t public_key[32], uint8_t secret_key[64],
                 struct error *err)
{
    uint8_t seed[32];
    char hex[65];
    struct buf b;
    struct sv path = path_join(a, sv_cstr(dir), SV("exchange.key")),
              pub = path_join(a, sv_cstr(dir), SV("exchange.key.pub"));
    if (!path.p || !pub.p) return error_set(err, ERR_NOMEM, "exchange", "no memory for a path");
    buf_init(&b, 128);
    int code = 0;
    if (file_exists(path.p)) {
        code = file_read(path.p, 128, &b, err);
        if (code == 0 && !hex_decode(sv_trim(buf_sv(&b)), seed, sizeof seed))
            code = error_set(err, ERR_FORMAT, "exchange", "%s: this is no key of 64 hex digits", path.p);
        if (code == 0) crypto_sign_seed_keypair(public_key, secret_key, seed);
    } else {
        randombytes_buf(seed, sizeof seed);
        crypto_sign_seed_keypair(public_key, secret_key, seed);
        hex_encode(seed, sizeof seed, hex);
        code = file_write_atomic(path.p, sv_cstr(hex), err);
        hex_encode(public_key, 32, hex);
        if (code == 0) code = file_write_atomic(pub.p, sv_cstr(hex), err);
    }
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(hex, sizeof hex);
    if (b.p) sodium_memzero(b.p, b.n);
    buf_done(&b);
    return code;
}

static int signature_header(struct sending *s, const char *key, char out[256], struct error *err)
{
    uint8_t public_key[32], secret_key[64], signature[64];
    char pub[65], sig[160];
    struct buf signed_text;
    int code = exchange_key(s->room->dir, s->a, public_key, secret_key, err);
    if (code) return code;
    buf_init(&signed_text, 0);
    buf_printf(&signed_text, "%s\n", key);
    buf_putsv(&signed_text, s->m->body);
    crypto_sign_detached(signature, NULL, (const unsigned char *)signed_text.p, signed_text.n, secret_key);
    hex_encode(public_key, sizeof public_key, pub);
    sodium_bin2base64(sig, sizeof sig, signature, sizeof signature, sodium_base64_VARIANT_ORIGINAL);
    snprintf(out, 256, "Marsad-Signature: ed25519 %s %s", pub, sig);
    sodium_memzero(secret_key, sizeof secret_key);
    code = signed_text.failed ? error_set(err, ERR_NOMEM, "exchange", "no memory for a signature") : 0;
    buf_done(&signed_text);
    return code;
}

/* The receiver takes a key once: a try whose answer was lost may be made again. */
static int send_api(struct sending *s)
{
    char key[ID_TEXT_BYTES], idempotency[80], signature[256], said[80];
    struct error why = {0};
    struct http_answer answer;
    id_format(&s->m->id, key);
    snprintf(idempotency, sizeof idempotency, "Idempotency-Key: %s", key);
    int code = signature_header(s, key, signature, &why);
    const char *const headers[] = {"Content-Type: application/json", idempotency, signature, NULL};
    char *url = arena_cstr(s->a, s->m->address), *agent = arena_cstr(s->a, s->room->config->agent);
    if (!url || !agent) return error_set(s->err, ERR_NOMEM, "http", "no memory for a message");
    struct http_request r = {.url = url,
                             .method = "POST",
                             .headers = headers,
                             .agent = agent,
                             .body = s->m->body,
                             .max_bytes = FETCH_MAX_BODY_BYTES,
                             .cut = true,
                             .allow_local = s->room->config->allow_local};
    if (code == 0) code = http_ask(&r, s->a, &answer, &why);
    if (code) return settle(s, code == ERR_ARG ? NEVER : LATER, sv_cstr(why.text));
    snprintf(said, sizeof said, "answer %ld", answer.status);
    if (answer.status >= 200 && answer.status < 300) return settle(s, TAKEN, sv_cstr(said));
    bool never = answer.status >= 400 && answer.status < 500 && answer.status != 408 &&
                 answer.status != 425 && answer.status != 429 && answer.status != 409;
    return settle(s, never ? NEVER : LATER, sv_cstr(said));
}

int referral_send(const struct referral_room *room, int64_t now_us, bool (*stop)(void),
                  struct send_counts *out, struct error *err)
{
    char owner[OWNER_TEXT_BYTES];
    int64_t base_mono_us = clock_mono_us();
    *out = (struct send_counts){0};
    int code = workspace_owner(owner, err);
    if (code == 0) code = store_outbox_recover(room->store, workspace_owner_alive, now_us, err);
    while (code == 0 && !(stop && stop())) {
        struct arena a;
        struct outbox_message m;
        bool any = false;
        int64_t at_us = now_us + clock_mono_us() - base_mono_us;
        arena_init(&a, 0);
        code = store_outbox_claim(room->store, sv_cstr(owner), at_us, &a, &m, &any, err);
        struct sending s = {room, &m, sv_cstr(owner), &a, at_us, clock_mono_us(), out, err};
        if (code == 0 && any) code = sv_is(m.channel, "mail") ? send_mail(&s) : send_api(&s);
        arena_done(&a);
        if (!any) break;
    }
    return code;
}
