/* People, what roles may, and the keys of platforms. */
#include "serve/people.h"
#include "serve/serve_priv.h"

#include "base/limits.h"

#include <stdio.h>

static bool role_number(struct sv s, int *out)
{
    enum role r;
    if (!role_parse(s, &r)) return false;
    *out = (int)r;
    return true;
}

static struct sv roles_text(struct call *c, uint32_t roles)
{
    struct buf b;
    buf_init(&b, 0);
    roles_write(roles, &b);
    struct sv s = arena_copy(&c->arena, buf_sv(&b));
    buf_done(&b);
    return s;
}

/* Names are for whoever administers; to all others a person is a pseudonym. */
static void put_person_of(struct call *c, const struct person *p)
{
    static const char *const states[] = {"invited", "active", "disabled"};
    struct jw *w = &c->w;
    jw_object(w);
    put_id(w, "id", &p->id);
    jw_kv_sv(w, "pseudonym", p->pseudonym);
    if (c->who.permissions >> PERM_PEOPLE_MANAGE & 1) {
        jw_kv_sv(w, "login", p->login);
        jw_kv_sv(w, "name", p->name);
    }
    put_words(w, "roles", p->roles);
    put_words(w, "languages", p->languages);
    jw_kv_str(w, "state", states[(unsigned)p->state % 3]);
    jw_kv_bool(w, "locked", p->locked_until_us != TIME_UNKNOWN && p->locked_until_us > clock_now_us());
    jw_kv_bool(w, "two_factor", p->totp_on);
    put_us(w, "created_us", p->created_us);
    put_us(w, "seen_us", p->seen_us);
    jw_end(w);
}

static bool is_key(const struct person *p) { return sv_starts(p->login, SV("key ")); }

/* Everybody, and the answer begun as a list. False after an answer was made of what went wrong. */
static bool begin_people(struct call *c, struct person **all, size_t *n)
{
    struct error err;
    if (store_people(call_store(c), &c->arena, all, n, &err) != 0) {
        call_error(c, &err);
        return false;
    }
    call_json(c, 200);
    jw_object(&c->w);
    jw_key(&c->w, "items");
    jw_array(&c->w);
    return true;
}

void api_people(struct call *c)
{
    struct person *all = NULL;
    size_t n = 0;
    if (!begin_people(c, &all, &n)) return;
    for (size_t i = 0; i < n; i++)
        if (!is_key(&all[i])) put_person_of(c, &all[i]);
    jw_end(&c->w);
    jw_end(&c->w);
}

void api_colleagues(struct call *c)
{
    struct person *all = NULL;
    size_t n = 0;
    if (!begin_people(c, &all, &n)) return;
    for (size_t i = 0; i < n; i++) {
        uint32_t judges = 1u << ROLE_REVIEWER | 1u << ROLE_LEAD;
        if (all[i].state != PERSON_ACTIVE || id_eq(&all[i].id, &c->who.id) ||
            !(roles_read(all[i].roles) & judges))
            continue;
        jw_object(&c->w);
        put_id(&c->w, "id", &all[i].id);
        jw_kv_sv(&c->w, "pseudonym", all[i].pseudonym);
        put_words(&c->w, "languages", all[i].languages);
        jw_end(&c->w);
    }
    jw_end(&c->w);
    jw_end(&c->w);
}

/* ---- one person ---- */

struct changing {
    struct id128 id;
    struct sv login, name, roles, languages;
    bool has_name, has_roles, has_languages, unlock;
    int state; /* enum person_state, or -1 */
    char token[INVITE_TEXT_BYTES];
    struct person person;
    struct arena *arena;
};

void api_person(struct call *c)
{
    struct id128 id;
    struct person p;
    struct error err;
    if (!param_id(c, 0, &id)) return;
    if (store_person_get(call_store(c), &id, &c->arena, &p, &err) != 0) {
        call_error(c, &err);
        return;
    }
    call_json(c, 200);
    put_person_of(c, &p);
}

static int add(void *arg, struct store *s, struct error *err)
{
    struct changing *x = arg;
    return people_add(s, x->login, x->name, x->roles, x->languages, x->arena, x->token, &x->person, err);
}

static void put_invited(struct call *c, int status, const struct changing *x)
{
    call_json(c, status);
    jw_object(&c->w);
    jw_key(&c->w, "person");
    put_person_of(c, &x->person);
    jw_kv_sv(&c->w, "invite", arena_printf(&c->arena, "/invite#%s", x->token));
    put_us(&c->w, "until_us", x->person.invite_until_us);
    jw_end(&c->w);
}

void api_add_person(struct call *c)
{
    struct changing x = {.arena = &c->arena};
    bool given;
    x.login = in_text(c, "login", IN_NEEDED, 64);
    x.name = in_text(c, "name", IN_NEEDED, 200);
    x.roles = roles_text(c, in_set(c, "roles", IN_NEEDED, role_number, &given));
    x.languages = in_words(c, "languages", WHO_LANGUAGES_BYTES - 1, &given);
    if (in_done(c) && call_write(c, add, &x)) put_invited(c, 201, &x);
}

/* The last administrator who can sign in stays one. */
static int keep_an_admin(struct store *s, const struct changing *x, const struct person *before,
                         struct error *err)
{
    bool others;
    bool was = before->state == PERSON_ACTIVE && roles_read(before->roles) >> ROLE_ADMIN & 1;
    bool is = x->person.state == PERSON_ACTIVE && roles_read(x->person.roles) >> ROLE_ADMIN & 1;
    if (!was || is) return 0;
    int code = people_admins_without(s, &x->id, x->arena, &others, err);
    if (code == 0 && !others)
        code = error_set(err, ERR_EXISTS, "serve", "this is the last administrator: make another one first");
    return code;
}

static int change(void *arg, struct store *s, struct error *err)
{
    struct changing *x = arg;
    struct person before;
    int code = store_person_get(s, &x->id, x->arena, &before, err);
    if (code) return code;
    x->person = before;
    if (x->has_name) x->person.name = x->name;
    if (x->has_roles) x->person.roles = x->roles;
    if (x->has_languages) x->person.languages = x->languages;
    if (x->state >= 0 && !(before.state == PERSON_INVITED && x->state == PERSON_ACTIVE))
        x->person.state = (enum person_state)x->state;
    if (x->unlock) {
        x->person.failures = 0;
        x->person.locked_until_us = TIME_UNKNOWN;
    }
    code = keep_an_admin(s, x, &before, err);
    if (code == 0) code = store_person_put(s, &x->person, err);
    if (code == 0 && x->person.state == PERSON_DISABLED) code = store_session_end_all(s, &x->id, NULL, err);
    return code ? code : people_note(s, &x->person, "changed", err);
}

static bool state_number(struct sv s, int *out)
{
    *out = sv_is(s, "active") ? PERSON_ACTIVE : PERSON_DISABLED;
    return sv_is(s, "active") || sv_is(s, "disabled");
}

void api_patch_person(struct call *c)
{
    struct changing x = {.arena = &c->arena};
    if (!param_id(c, 0, &x.id)) return;
    x.name = in_text(c, "name", IN_OPTIONAL, 200);
    x.has_name = x.name.n > 0;
    x.roles = roles_text(c, in_set(c, "roles", IN_OPTIONAL, role_number, &x.has_roles));
    x.languages = in_words(c, "languages", WHO_LANGUAGES_BYTES - 1, &x.has_languages);
    x.state = in_named(c, "state", IN_OPTIONAL, state_number);
    x.unlock = in_bool(c, "unlock", IN_OPTIONAL, false);
    if (x.has_roles && x.roles.n == 0) in_bad(c, "roles", "everybody has one at least");
    if (!in_done(c) || !call_write(c, change, &x)) return;
    people_changed(c->s);
    call_json(c, 200);
    put_person_of(c, &x.person);
}

static int invite_again(void *arg, struct store *s, struct error *err)
{
    struct changing *x = arg;
    return people_invite_again(s, &x->id, x->arena, x->token, &x->person, err);
}

void api_reinvite(struct call *c)
{
    struct changing x = {.arena = &c->arena};
    if (!param_id(c, 0, &x.id) || !call_write(c, invite_again, &x)) return;
    people_changed(c->s);
    put_invited(c, 200, &x);
}

/* ---- roles ---- */

static void put_role(struct call *c, enum role r, uint32_t permissions)
{
    jw_object(&c->w);
    jw_kv_str(&c->w, "role", role_name(r));
    jw_key(&c->w, "permissions");
    jw_array(&c->w);
    for (int i = 0; i < PERM_COUNT; i++)
        if (permissions >> i & 1) jw_str(&c->w, permission_name((enum permission)i));
    jw_end(&c->w);
    jw_end(&c->w);
}

void api_roles(struct call *c)
{
    uint32_t roles[ROLE_COUNT];
    struct error err;
    if (store_roles(call_store(c), roles, &err) != 0) {
        call_error(c, &err);
        return;
    }
    call_json(c, 200);
    jw_object(&c->w);
    jw_key(&c->w, "items");
    jw_array(&c->w);
    for (int r = 0; r < ROLE_COUNT; r++) put_role(c, (enum role)r, roles[r]);
    jw_end(&c->w);
    jw_end(&c->w);
}

struct role_change {
    enum role role;
    uint32_t permissions;
};

static int put_role_row(void *arg, struct store *s, struct error *err)
{
    struct role_change *x = arg;
    struct buf b;
    int code = store_role_put(s, x->role, x->permissions, err);
    buf_init(&b, 0);
    buf_printf(&b, "{\"what\":\"role\",\"permissions\":\"");
    permissions_write(x->permissions, &b);
    buf_puts(&b, "\"}");
    if (code == 0) code = ledger_append(s, STEP_SIGN_IN, sv_cstr(role_name(x->role)), buf_sv(&b), err);
    buf_done(&b);
    return code;
}

static bool permission_number(struct sv s, int *out)
{
    enum permission p;
    if (!permission_parse(s, &p)) return false;
    *out = (int)p;
    return true;
}

void api_put_role(struct call *c)
{
    struct role_change x;
    bool given;
    if (!role_parse(c->params[0], &x.role)) {
        call_fail(c, 404, "not_found", NULL, "there is no such role");
        return;
    }
    x.permissions = in_set(c, "permissions", IN_NEEDED, permission_number, &given);
    if (!in_done(c)) return;
    if (x.role == ROLE_ADMIN && !(x.permissions >> PERM_PEOPLE_MANAGE & 1)) {
        call_fail(c, 409, "conflict", "permissions",
                  "administrators keep people.manage: else nobody could give it back");
        return;
    }
    if (!call_write(c, put_role_row, &x)) return;
    people_changed(c->s);
    call_json(c, 200);
    put_role(c, x.role, x.permissions);
}

/* ---- keys ---- */

struct keying {
    struct api_key key;
    struct person person;
    bool decides;
    struct arena *arena;
};

static void put_key(struct call *c, const struct api_key *k)
{
    struct jw *w = &c->w;
    jw_object(w);
    put_id(w, "id", &k->id);
    jw_kv_sv(w, "name", k->name);
    put_words(w, "scopes", k->scopes);
    jw_kv_i64(w, "rate_per_minute", k->rate);
    put_opt(w, "webhook", k->webhook);
    put_us(w, "created_us", k->created_us);
    jw_kv_bool(w, "revoked", k->revoked_us != 0);
    put_us(w, "used_us", k->used_us);
    jw_end(w);
}

void api_keys(struct call *c)
{
    struct api_key *k = NULL;
    size_t n = 0;
    struct error err;
    if (store_keys(call_store(c), &c->arena, &k, &n, &err) != 0) {
        call_error(c, &err);
        return;
    }
    call_json(c, 200);
    jw_object(&c->w);
    jw_key(&c->w, "items");
    jw_array(&c->w);
    for (size_t i = 0; i < n; i++) put_key(c, &k[i]);
    jw_end(&c->w);
    jw_end(&c->w);
}

static int note_key(struct store *s, const struct api_key *k, const char *what, struct error *err)
{
    char id[ID_TEXT_BYTES], says[64];
    id_format(&k->id, id);
    snprintf(says, sizeof says, "{\"what\":\"%s\"}", what);
    return ledger_append(s, STEP_SIGN_IN, sv_cstr(id), sv_cstr(says), err);
}

/* A key that decides has a person of its own, who cannot sign in: decisions are somebody's. */
static int add_key(void *arg, struct store *s, struct error *err)
{
    struct keying *x = arg;
    int code = x->decides ? store_person_put(s, &x->person, err) : 0;
    if (code == 0) code = store_key_put(s, &x->key, err);
    return code ? code : note_key(s, &x->key, "key-made", err);
}

static bool scope_number(struct sv s, int *out)
{
    uint32_t bits = scopes_read(s);
    if (bits == 0 || (bits & (bits - 1)) != 0) return false;
    *out = __builtin_ctz(bits);
    return true;
}

/* Without TLS to this very machine only: what follows the address must be its port, its path or nothing. */
static bool good_webhook(struct sv url)
{
    struct sv here = SV("http://127.0.0.1"), secure = SV("https://");
    bool plain = sv_starts(url, here) && (url.n == here.n || url.p[here.n] == ':' || url.p[here.n] == '/');
    bool good = plain || (sv_starts(url, secure) && url.n > secure.n);
    for (size_t i = 0; good && i < url.n; i++)
        good = (unsigned char)url.p[i] > ' ' && (unsigned char)url.p[i] < 127 && url.p[i] != '@';
    return good;
}

void api_add_key(struct call *c)
{
    struct keying x = {.arena = &c->arena};
    char token[TOKEN_TEXT_BYTES], hook[TOKEN_TEXT_BYTES], id[ID_TEXT_BYTES], pseudonym[12];
    bool given;
    struct buf words;
    struct api_key *k = &x.key;
    k->name = in_text(c, "name", IN_NEEDED, 200);
    uint32_t scopes = in_set(c, "scopes", IN_NEEDED, scope_number, &given);
    k->rate = in_i64(c, "rate_per_minute", IN_OPTIONAL, 1, 10000000, 600);
    k->webhook = in_text(c, "webhook", IN_OPTIONAL, 2000);
    if (!c->failed && scopes == 0) in_bad(c, "scopes", "a key is for something");
    if (k->webhook.n > 0 && !good_webhook(k->webhook))
        in_bad(c, "webhook", "must be an address that begins with https://");
    if (!in_done(c)) return;
    buf_init(&words, 0);
    for (uint32_t bit = 1; bit <= KEY_METRICS; bit <<= 1)
        if (scopes & bit) buf_printf(&words, "%s%s", words.n ? " " : "", scope_word(bit));
    k->scopes = arena_copy(&c->arena, buf_sv(&words));
    buf_done(&words);
    token_new(token);
    token_new(hook);
    token_hash(sv_cstr(token), &k->secret);
    k->id = random_id();
    k->created_us = clock_now_us();
    k->used_us = TIME_UNKNOWN;
    if (k->webhook.n > 0) k->webhook_secret = sv_cstr(hook);
    id_format(&k->id, id);
    pseudonym_new(pseudonym);
    pseudonym[0] = 'K';
    x.decides = scopes & KEY_DECIDE;
    x.person = (struct person){.id = k->id,
                               .login = arena_printf(&c->arena, "key %s", id),
                               .name = k->name,
                               .pseudonym = sv_cstr(pseudonym),
                               .state = PERSON_DISABLED,
                               .locked_until_us = TIME_UNKNOWN,
                               .invite_until_us = TIME_UNKNOWN,
                               .created_us = k->created_us,
                               .seen_us = TIME_UNKNOWN};
    if (!call_write(c, add_key, &x)) return;
    call_json(c, 201);
    jw_object(&c->w);
    jw_key(&c->w, "key");
    put_key(c, k);
    jw_kv_str(&c->w, "secret", token);
    if (k->webhook.n > 0) jw_kv_str(&c->w, "webhook_secret", hook);
    jw_end(&c->w);
}

static int revoke(void *arg, struct store *s, struct error *err)
{
    struct keying *x = arg;
    struct id128 id = x->key.id;
    int code = store_key_get(s, &id, x->arena, &x->key, err);
    if (code) return code;
    if (x->key.revoked_us == 0) x->key.revoked_us = clock_now_us();
    code = store_key_put(s, &x->key, err);
    return code ? code : note_key(s, &x->key, "key-ended", err);
}

void api_revoke_key(struct call *c)
{
    struct keying x = {.arena = &c->arena};
    if (!param_id(c, 0, &x.key.id)) return;
    struct id128 id = x.key.id;
    x.key = (struct api_key){.id = id};
    if (!call_write(c, revoke, &x)) return;
    people_changed(c->s);
    call_no_content(c);
}

bool key_person(struct call *c, struct reviewer *out)
{
    struct person p;
    struct error err;
    if (store_person_get(call_store(c), &c->who.id, &c->arena, &p, &err) != 0) {
        call_fail(c, 403, "forbidden", NULL, "this key is too old to decide: make a new one");
        return false;
    }
    *out = (struct reviewer){.id = p.id, .pseudonym = p.pseudonym, .permissions = 1u << PERM_DECIDE};
    return true;
}
