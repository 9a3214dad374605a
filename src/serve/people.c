#include "serve/people.h"

#include "base/limits.h"
#include "serve/serve_priv.h"

#include <stdio.h>

#define INVITE_US (7 * US_PER_DAY)

bool people_good_login(struct sv login)
{
    bool good = login.n >= 2 && login.n <= 64 && !sv_is(login, "setup");
    for (size_t i = 0; good && i < login.n; i++)
        good = (unsigned char)login.p[i] > ' ' && (unsigned char)login.p[i] < 127;
    return good;
}

int people_note(struct store *s, const struct person *p, const char *what, struct error *err)
{
    struct buf b;
    struct jw w;
    buf_init(&b, 0);
    jw_init(&w, &b, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "what", what);
    jw_kv_sv(&w, "roles", p->roles);
    jw_end(&w);
    int code = b.failed ? error_set(err, ERR_NOMEM, "serve", "no memory for a step")
                        : ledger_append(s, STEP_SIGN_IN, p->pseudonym, buf_sv(&b), err);
    buf_done(&b);
    return code;
}

static void invite(struct person *p, char token[INVITE_TEXT_BYTES], struct arena *a)
{
    struct sha256 hash;
    token_new(token);
    token_hash(sv_cstr(token), &hash);
    p->invite = arena_copy(a, sv_of(hash.b, sizeof hash.b));
    p->invite_until_us = clock_now_us() + INVITE_US;
    p->state = PERSON_INVITED;
    p->password = p->totp = SV_NULL;
    p->totp_on = false;
    p->failures = 0;
    p->locked_until_us = TIME_UNKNOWN;
}

int people_add(struct store *s, struct sv login, struct sv name, struct sv roles, struct sv languages,
               struct arena *a, char token[INVITE_TEXT_BYTES], struct person *out, struct error *err)
{
    char pseudonym[12];
    if (!people_good_login(login))
        return error_set(err, ERR_ARG, "serve",
                         "%.*s: a login is two to 64 letters, digits or signs, without spaces",
                         SV_FMT(login));
    if (roles_read(roles) == 0)
        return error_set(err, ERR_ARG, "serve",
                         "%.*s: name a role: analyst reviewer lead officer auditor admin partner",
                         SV_FMT(roles));
    pseudonym_new(pseudonym);
    *out = (struct person){.id = random_id(),
                           .login = arena_copy(a, login),
                           .name = arena_copy(a, name.n ? name : login),
                           .pseudonym = arena_copy(a, sv_cstr(pseudonym)),
                           .roles = arena_copy(a, roles),
                           .languages = arena_copy(a, languages),
                           .created_us = clock_now_us(),
                           .seen_us = TIME_UNKNOWN};
    invite(out, token, a);
    if (!out->invite.p || !out->roles.p) return error_set(err, ERR_NOMEM, "serve", "no memory for a person");
    int code = store_person_put(s, out, err);
    return code ? code : people_note(s, out, "invited", err);
}

int people_invite_again(struct store *s, const struct id128 *id, struct arena *a,
                        char token[INVITE_TEXT_BYTES], struct person *out, struct error *err)
{
    int code = store_person_get(s, id, a, out, err);
    if (code) return code;
    invite(out, token, a);
    if (!out->invite.p) return error_set(err, ERR_NOMEM, "serve", "no memory for a person");
    code = store_person_put(s, out, err);
    if (code == 0) code = store_session_end_all(s, id, NULL, err);
    return code ? code : people_note(s, out, "invited-again", err);
}

int people_admins_without(struct store *s, const struct id128 *but, struct arena *a, bool *out,
                          struct error *err)
{
    struct person *all = NULL;
    size_t n = 0;
    int code = store_people(s, a, &all, &n, err);
    *out = false;
    for (size_t i = 0; code == 0 && i < n; i++)
        if (!id_eq(&all[i].id, but) && all[i].state == PERSON_ACTIVE &&
            roles_read(all[i].roles) >> ROLE_ADMIN & 1)
            *out = true;
    return code;
}
