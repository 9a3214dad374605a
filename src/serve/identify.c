/* Who is asking: the session's cookie or a platform's key, remembered for a moment so that most requests need no look
 * at the store; and how often one may ask. */
#include "serve/serve_priv.h"

#include "base/map.h"

#include <sodium.h>
#include <stdio.h>

#define REMEMBER_US (30 * US_PER_SECOND)
static const char cookie_name[] = "marsad";

void people_changed(struct server *s) { atomic_fetch_add(&s->people_generation, 1); }

/* The value of our cookie; SV_NULL when there is none, or two (somebody put one beside it). */
static struct sv cookie_of(const struct call *c)
{
    struct sv rest = call_header(c, "Cookie"), part, name, found = SV_NULL;
    while (sv_split(&rest, ';', &part)) {
        part = sv_trim(part);
        if (!sv_split(&part, '=', &name) || !sv_is(name, cookie_name)) continue;
        if (found.p) return SV_NULL;
        found = part;
    }
    return found;
}

static bool recall(struct server *s, const struct sha256 *token, struct who *out)
{
    struct known_who *k = &s->known[(token->b[0] | (unsigned)token->b[1] << 8) % KNOWN_WHO];
    pthread_mutex_lock(&s->who_lock);
    bool good = k->loaded_us != 0 && k->generation == atomic_load(&s->people_generation) &&
                clock_mono_us() - k->loaded_us < REMEMBER_US &&
                memcmp(&k->who.token, token, sizeof *token) == 0;
    if (good) *out = k->who;
    pthread_mutex_unlock(&s->who_lock);
    return good;
}

static void remember(struct server *s, const struct who *who, uint64_t generation)
{
    struct known_who *k = &s->known[(who->token.b[0] | (unsigned)who->token.b[1] << 8) % KNOWN_WHO];
    pthread_mutex_lock(&s->who_lock);
    *k = (struct known_who){*who, clock_mono_us(), generation};
    pthread_mutex_unlock(&s->who_lock);
}

static void copy_text(char *to, size_t size, struct sv s)
{
    size_t n = s.n < size - 1 ? s.n : size - 1;
    if (n > 0) memcpy(to, s.p, n);
    to[n] = '\0';
}

static uint32_t categories_of(struct sv words)
{
    uint32_t set = 0;
    struct sv word;
    while (sv_split(&words, ' ', &word)) {
        enum category category = category_parse(word);
        if (category != CATEGORY_NONE) set |= UINT32_C(1) << category;
    }
    return set;
}

static bool load_session(struct call *c, const struct sha256 *token, struct who *out)
{
    struct session x;
    struct person p;
    uint32_t roles[ROLE_COUNT];
    struct error err;
    struct store *s = call_store(c);
    if (store_session_get(s, token, &c->arena, &x, &err) != 0 || x.csrf.n != CSRF_BYTES ||
        store_person_get(s, &x.person, &c->arena, &p, &err) != 0 || p.state != PERSON_ACTIVE ||
        store_roles(s, roles, &err) != 0)
        return false;
    *out = (struct who){.kind = WHO_PERSON,
                        .id = p.id,
                        .stage = x.stage,
                        .roles = roles_read(p.roles),
                        .opt_outs = categories_of(p.opt_outs),
                        .token = *token,
                        .until_us = x.until_us};
    for (int r = 0; r < ROLE_COUNT; r++)
        if (out->roles >> r & 1) out->permissions |= roles[r];
    copy_text(out->name, sizeof out->name, p.pseudonym);
    copy_text(out->languages, sizeof out->languages, p.languages);
    memcpy(out->csrf, x.csrf.p, CSRF_BYTES);
    return true;
}

static bool load_key(struct call *c, const struct sha256 *secret, struct who *out)
{
    struct api_key k;
    struct error err;
    char id[ID_TEXT_BYTES];
    if (store_key_by_secret(call_store(c), secret, &c->arena, &k, &err) != 0 || k.revoked_us != 0)
        return false;
    *out = (struct who){.kind = WHO_KEY,
                        .id = k.id,
                        .scopes = scopes_read(k.scopes),
                        .rate = k.rate,
                        .token = *secret,
                        .until_us = INT64_MAX};
    id_format(&k.id, id);
    snprintf(out->name, sizeof out->name, "key-%.12s", id);
    return true;
}

void identify(struct call *c)
{
    struct sv bearer = call_header(c, "Authorization"), cookie = cookie_of(c);
    bool key = sv_starts(bearer, SV("Bearer "));
    struct sv token = key ? sv_sub(bearer, 7, bearer.n) : cookie;
    struct sha256 hash;
    struct who who;
    if (token.n != TOKEN_TEXT_BYTES - 1) return;
    token_hash(token, &hash);
    uint64_t generation = atomic_load(&c->s->people_generation);
    if (!recall(c->s, &hash, &who)) {
        if (key ? !load_key(c, &hash, &who) : !load_session(c, &hash, &who)) return;
        remember(c->s, &who, generation);
    }
    if (key != (who.kind == WHO_KEY) || who.until_us <= clock_now_us()) return;
    c->who = who;
}

/* ---- how often ---- */

bool rate_allows(struct server *s, struct sv name, double per_minute, int *out_wait_s)
{
    if (per_minute <= 0) return true;
    struct rate_bucket *b = &s->rates[hash_bytes(name) % RATE_BUCKETS];
    int64_t now = clock_mono_us();
    pthread_mutex_lock(&s->rate_lock);
    if (b->at_us == 0) b->tokens = per_minute;
    b->tokens += per_minute * (double)(now - b->at_us) / (double)US_PER_MINUTE;
    if (b->at_us == 0 || b->tokens > per_minute) b->tokens = per_minute;
    b->at_us = now;
    bool allowed = b->tokens >= 1;
    if (allowed) b->tokens -= 1;
    *out_wait_s = allowed ? 0 : 1 + (int)((1 - b->tokens) * 60 / per_minute);
    pthread_mutex_unlock(&s->rate_lock);
    return allowed;
}

/* ---- cookies ---- */

void cookie_set(struct call *c, const char *token, int64_t until_us)
{
    call_add_header(c, "Set-Cookie", "%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%lld%s", cookie_name,
                    token, (long long)((until_us - clock_now_us()) / US_PER_SECOND),
                    c->q->tls ? "; Secure" : "");
}

void cookie_clear(struct call *c)
{
    call_add_header(c, "Set-Cookie", "%s=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0%s", cookie_name,
                    c->q->tls ? "; Secure" : "");
}

struct reviewer call_reviewer(const struct call *c)
{
    return (struct reviewer){.id = c->who.id,
                             .pseudonym = sv_cstr(c->who.name),
                             .permissions = c->who.permissions,
                             .opt_outs = c->who.opt_outs,
                             .languages = sv_cstr(c->who.languages)};
}
