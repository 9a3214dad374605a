/* Signing in: a name and password, then six digits. A wrong try costs the one who tries, not the one who is tried: five
 * in a row lock the name for a minute, then for two, four … up to an hour. */
#include "serve/serve_priv.h"

#include "base/limits.h"
#include "base/utf8.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define SESSION_US (12 * US_PER_HOUR)
enum { TRIES = 5, LOGIN_MOST = 64, NAME_MOST = 200 };

/* ---- sessions ---- */

struct opening {
    struct session session;
    struct person person;
    uint8_t csrf[CSRF_BYTES];
    char token[TOKEN_TEXT_BYTES];
    const char *what;
};

/* A fresh token whenever somebody becomes more than they were. */
static void prepare(struct opening *o, const struct id128 *person, enum session_stage stage)
{
    int64_t now_us = clock_now_us();
    token_new(o->token);
    randombytes_buf(o->csrf, sizeof o->csrf);
    o->session =
        (struct session){.person = *person,
                         .csrf = sv_of(o->csrf, sizeof o->csrf),
                         .stage = stage,
                         .created_us = now_us,
                         .seen_us = now_us,
                         .until_us = now_us + (stage == SESSION_FULL ? SESSION_US : US_PER_HOUR / 2)};
    token_hash(sv_cstr(o->token), &o->session.token);
}

static int note(struct store *s, const struct person *p, const char *what, struct error *err)
{
    char says[96];
    snprintf(says, sizeof says, "{\"what\":\"%s\"}", what);
    ledger_set_actor(s, p->pseudonym);
    return ledger_append(s, STEP_SIGN_IN, p->pseudonym, sv_cstr(says), err);
}

static int open_session(void *arg, struct store *s, struct error *err)
{
    struct opening *o = arg;
    o->person.failures = o->session.stage == SESSION_FULL ? 0 : o->person.failures;
    if (o->session.stage == SESSION_FULL) o->person.seen_us = o->session.created_us;
    int code = store_person_put(s, &o->person, err);
    if (code == 0) code = store_session_put(s, &o->session, err);
    return code ? code : note(s, &o->person, o->what, err);
}

static void put_me_of(struct call *c, const struct person *p, const struct who *who);

static const char *stage_word(int stage)
{
    return stage == SESSION_FULL ? "full" : stage == SESSION_ENROL ? "enrol" : "totp";
}

static void put_session(struct call *c, int status, int stage, const uint8_t csrf[CSRF_BYTES],
                        const struct person *p)
{
    char hex[2 * CSRF_BYTES + 1];
    hex_encode(csrf, CSRF_BYTES, hex);
    call_json(c, status);
    jw_object(&c->w);
    jw_kv_str(&c->w, "stage", stage_word(stage));
    jw_kv_str(&c->w, "csrf", hex);
    if (stage == SESSION_FULL && p) {
        jw_key(&c->w, "me");
        put_me_of(c, p, &c->who);
    }
    jw_end(&c->w);
}

/* Makes the session, sets its cookie and answers. The one before, if any, ends. */
struct ending {
    struct sha256 token;
};
static int end_session(void *arg, struct store *s, struct error *err)
{
    return store_session_end(s, &((struct ending *)arg)->token, err);
}

static void begin(struct call *c, struct opening *o, int status)
{
    struct ending before = {c->who.token};
    bool had = c->who.kind == WHO_PERSON;
    if (!call_write(c, open_session, o)) return;
    if (had && !call_write(c, end_session, &before)) return;
    people_changed(c->s);
    /* From here on the call is the new session's. */
    c->who = (struct who){.kind = WHO_PERSON, .id = o->person.id, .stage = o->session.stage};
    uint32_t roles[ROLE_COUNT];
    struct error err;
    if (store_roles(call_store(c), roles, &err) != 0) {
        call_error(c, &err);
        return;
    }
    c->who.roles = roles_read(o->person.roles);
    for (int r = 0; r < ROLE_COUNT; r++)
        if (c->who.roles >> r & 1) c->who.permissions |= roles[r];
    put_session(c, status, o->session.stage, o->csrf, &o->person);
    cookie_set(c, o->token, o->session.until_us);
}

/* ---- name and password ---- */

static int64_t lock_for(int64_t failures)
{
    int64_t us = US_PER_MINUTE;
    for (int64_t i = TRIES; i < failures && us < US_PER_HOUR; i++) us *= 2;
    return us < US_PER_HOUR ? us : US_PER_HOUR;
}

struct failing {
    struct id128 person;
    struct arena *arena;
    const char *what;
};

/* Counted by what the store says now: tries side by side all count. */
static int fail_once(void *arg, struct store *s, struct error *err)
{
    struct failing *f = arg;
    struct person p;
    int code = store_person_get(s, &f->person, f->arena, &p, err);
    if (code) return code;
    p.failures++;
    if (p.failures >= TRIES) p.locked_until_us = clock_now_us() + lock_for(p.failures);
    code = store_person_put(s, &p, err);
    return code ? code : note(s, &p, f->what, err);
}

static bool is_locked(const struct person *p)
{
    return p->locked_until_us != TIME_UNKNOWN && p->locked_until_us > clock_now_us();
}

static void locked(struct call *c, const struct person *p)
{
    int wait_s = (int)((p->locked_until_us - clock_now_us()) / US_PER_SECOND) + 1;
    call_fail(c, 429, "locked", NULL, "too many wrong tries: come again in %d s", wait_s);
    call_add_header(c, "Retry-After", "%d", wait_s);
}

/* Counted, so that who tries is locked out. False after an answer. */
static bool counted(struct call *c, const struct person *p, const char *what)
{
    struct failing f = {.arena = &c->arena, .what = what};
    if (p) f.person = p->id;
    return !p || call_write(c, fail_once, &f);
}

static void wrong(struct call *c, const struct person *p, const char *what, const char *words)
{
    if (counted(c, p, what)) call_fail(c, 401, "unauthenticated", NULL, "%s", words);
}

void api_sign_in(struct call *c)
{
    struct sv login = in_text(c, "login", IN_NEEDED, LOGIN_MOST),
              password = in_text(c, "password", IN_NEEDED, 512);
    struct opening o = {.what = "password"};
    struct error err;
    if (!in_done(c)) return;
    bool there = store_person_by_login(call_store(c), login, &c->arena, &o.person, &err) == 0;
    if (there && is_locked(&o.person)) {
        locked(c, &o.person);
        return;
    }
    bool right = password_right(there ? o.person.password : SV_NULL, password);
    if (!right || o.person.state != PERSON_ACTIVE) {
        wrong(c, there ? &o.person : NULL, "wrong-password", "name or password is wrong");
        return;
    }
    prepare(&o, &o.person.id, o.person.totp_on ? SESSION_TOTP : SESSION_ENROL);
    begin(c, &o, 200);
}

/* ---- the second factor ---- */

static bool load_me(struct call *c, struct person *out)
{
    struct error err;
    if (store_person_get(call_store(c), &c->who.id, &c->arena, out, &err) == 0) return true;
    call_error(c, &err);
    return false;
}

static int put_person(void *arg, struct store *s, struct error *err) { return store_person_put(s, arg, err); }

void api_enrol(struct call *c)
{
    struct person p;
    uint8_t secret[TOTP_SECRET_BYTES];
    struct buf text;
    if (!load_me(c, &p)) return;
    if (p.totp_on) {
        call_fail(c, 409, "conflict", NULL, "there is a second factor: an administrator can end it");
        return;
    }
    randombytes_buf(secret, sizeof secret);
    p.totp = sv_of(secret, sizeof secret);
    p.totp_step = 0;
    if (!call_write(c, put_person, &p)) return;
    buf_init(&text, 0);
    base32_write(p.totp, &text);
    call_json(c, 200);
    jw_object(&c->w);
    jw_kv_sv(&c->w, "secret", buf_sv(&text));
    jw_kv_sv(&c->w, "uri",
             arena_printf(&c->arena, "otpauth://totp/Marsad:%.*s?secret=%.*s&issuer=Marsad",
                          SV_FMT(p.pseudonym), SV_FMT(buf_sv(&text))));
    jw_end(&c->w);
    buf_done(&text);
}

void api_totp(struct call *c)
{
    struct sv code = in_text(c, "code", IN_NEEDED, 6);
    struct opening o = {.what = "signed-in"};
    int64_t step;
    if (!in_done(c) || !load_me(c, &o.person)) return;
    if (is_locked(&o.person)) {
        locked(c, &o.person);
        return;
    }
    if (!totp_right(o.person.totp, code, clock_now_us(), o.person.totp_step, &step)) {
        wrong(c, &o.person, "wrong-code", "the code is wrong, or was used already");
        return;
    }
    o.person.totp_on = true;
    o.person.totp_step = step;
    prepare(&o, &o.person.id, SESSION_FULL);
    begin(c, &o, 200);
}

/* ---- the session itself ---- */

void api_session(struct call *c)
{
    struct person p;
    if (load_me(c, &p)) put_session(c, 200, c->who.stage, c->who.csrf, &p);
}

void api_sign_out(struct call *c)
{
    struct ending e = {c->who.token};
    if (!call_write(c, end_session, &e)) return;
    people_changed(c->s);
    call_no_content(c);
    cookie_clear(c);
}

struct new_password {
    struct person person;
    struct sha256 keep;
};

static int change_password(void *arg, struct store *s, struct error *err)
{
    struct new_password *n = arg;
    int code = store_person_put(s, &n->person, err);
    if (code == 0) code = store_session_end_all(s, &n->person.id, &n->keep, err);
    return code ? code : note(s, &n->person, "new-password", err);
}

static void put_ok(struct call *c, int status)
{
    call_json(c, status);
    jw_object(&c->w);
    jw_kv_bool(&c->w, "ok", true);
    jw_end(&c->w);
}

/* The hash of a new password; false after an answer that says which member it is and what it must be. */
static bool made_password(struct call *c, const char *key, struct sv password, struct sv login,
                          struct sv *out)
{
    struct error err;
    if (password_check(password, login, &err) != 0) {
        call_fail(c, 422, "invalid", key, "%s: %s", key, err.text);
        return false;
    }
    if (password_hash(password, &c->arena, out, &err) != 0) {
        call_error(c, &err);
        return false;
    }
    return true;
}

void api_password(struct call *c)
{
    struct sv old = in_text(c, "old", IN_NEEDED, 512), fresh = in_text(c, "new", IN_NEEDED, 512);
    struct new_password n = {.keep = c->who.token};
    if (!in_done(c) || !load_me(c, &n.person)) return;
    if (is_locked(&n.person)) {
        locked(c, &n.person);
        return;
    }
    if (!password_right(n.person.password, old)) {
        /* Who asks is signed in all the same: no 401, at which a browser would forget the session. */
        if (counted(c, &n.person, "wrong-password")) in_bad(c, "old", "is not the password so far");
        return;
    }
    if (!made_password(c, "new", fresh, n.person.login, &n.person.password)) return;
    if (!call_write(c, change_password, &n)) return;
    people_changed(c->s);
    put_ok(c, 200);
}

/* ---- by a one-time link ---- */

struct accepting {
    struct opening o;
    struct sha256 token;
    struct sv login, name, roles, password;
    struct arena *arena;
    bool first;
};

static int accept_link(void *arg, struct store *s, struct error *err)
{
    struct accepting *x = arg;
    struct person p;
    int code = store_person_by_invite(s, &x->token, x->arena, &p, err);
    if (code == ERR_NOTFOUND || (code == 0 && p.invite_until_us < clock_now_us()))
        return error_set(err, ERR_NOTFOUND, "link", "this link was used, is over, or never was one");
    if (code) return code;
    if (x->first != sv_is(p.login, "setup"))
        return error_set(err, ERR_NOTFOUND, "link", "this link is for something else");
    if (x->first) {
        p.login = x->login;
        p.name = x->name;
        p.roles = x->roles;
    }
    p.password = x->password;
    p.invite = SV_NULL;
    p.state = PERSON_ACTIVE;
    p.totp_on = false;
    p.totp = SV_NULL;
    p.failures = 0;
    p.locked_until_us = TIME_UNKNOWN;
    x->o.person = p;
    x->o.session.person = p.id;
    code = store_session_end_all(s, &p.id, NULL, err);
    return code ? code : open_session(&x->o, s, err);
}

static void accept_with(struct call *c, struct accepting *x)
{
    struct error err;
    prepare(&x->o, &(struct id128){{0}}, SESSION_ENROL);
    x->o.what = x->first ? "set-up" : "invited";
    int code = owner_do(c->s->owner, SV("public"), accept_link, x, &err);
    if (code == ERR_NOTFOUND) {
        call_fail(c, 403, "forbidden", "token", "%s", err.text);
    } else if (code) {
        call_error(c, &err);
    } else {
        people_changed(c->s);
        put_session(c, 201, SESSION_ENROL, x->o.csrf, NULL);
        cookie_set(c, x->o.token, x->o.session.until_us);
    }
}

static bool role_number(struct sv s, int *out)
{
    enum role r;
    if (!role_parse(s, &r)) return false;
    *out = (int)r;
    return true;
}

static bool good_login(struct sv login)
{
    bool good = login.n >= 2 && !sv_is(login, "setup");
    for (size_t i = 0; good && i < login.n; i++)
        good = (unsigned char)login.p[i] > ' ' && (unsigned char)login.p[i] < 127;
    return good;
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

void api_setup(struct call *c)
{
    struct accepting x = {.first = true, .arena = &c->arena};
    bool given;
    struct sv token = in_text(c, "token", IN_NEEDED, 64), password;
    x.login = in_text(c, "login", IN_NEEDED, LOGIN_MOST);
    x.name = in_text(c, "name", IN_NEEDED, NAME_MOST);
    password = in_text(c, "password", IN_NEEDED, 512);
    uint32_t roles = in_set(c, "roles", IN_OPTIONAL, role_number, &given) | 1u << ROLE_ADMIN;
    if (!c->failed && !good_login(x.login))
        in_bad(c, "login", "is two or more letters, digits or signs without spaces");
    if (!in_done(c)) return;
    token_hash(token, &x.token);
    x.roles = roles_text(c, roles);
    if (made_password(c, "password", password, x.login, &x.password)) accept_with(c, &x);
}

/* Whose link it is, whose name their password does not hold. Whoever comes with none is told when it is to be accepted. */
static struct sv login_of_link(struct call *c, const struct sha256 *token)
{
    struct person p;
    struct error ignored;
    bool there = store_person_by_invite(call_store(c), token, &c->arena, &p, &ignored) == 0;
    return there ? p.login : SV_NULL;
}

void api_invite(struct call *c)
{
    struct accepting x = {.arena = &c->arena};
    struct sv token = in_text(c, "token", IN_NEEDED, 64), password = in_text(c, "password", IN_NEEDED, 512);
    if (!in_done(c)) return;
    token_hash(token, &x.token);
    if (made_password(c, "password", password, login_of_link(c, &x.token), &x.password)) accept_with(c, &x);
}

void api_setup_state(struct call *c)
{
    struct person *all = NULL;
    size_t n = 0;
    bool needed = true;
    struct error err;
    if (store_people(call_store(c), &c->arena, &all, &n, &err) != 0) {
        call_error(c, &err);
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (all[i].state != PERSON_INVITED) needed = false;
    call_json(c, 200);
    jw_object(&c->w);
    jw_kv_bool(&c->w, "needed", needed);
    jw_kv_str(&c->w, "version", MARSAD_VERSION);
    jw_end(&c->w);
}

/* ---- me ---- */

static void put_me_of(struct call *c, const struct person *p, const struct who *who)
{
    struct jw *w = &c->w;
    struct care_state care;
    struct error ignored;
    jw_object(w);
    put_id(w, "id", &p->id);
    jw_kv_sv(w, "login", p->login);
    jw_kv_sv(w, "name", p->name);
    jw_kv_sv(w, "pseudonym", p->pseudonym);
    put_words(w, "roles", p->roles);
    jw_key(w, "permissions");
    jw_array(w);
    for (int i = 0; i < PERM_COUNT; i++)
        if (who->permissions >> i & 1) jw_str(w, permission_name((enum permission)i));
    jw_end(w);
    put_words(w, "languages", p->languages);
    put_words(w, "opt_outs", p->opt_outs);
    jw_key(w, "settings");
    if (p->settings.n > 0) {
        jw_raw(w, p->settings);
    } else {
        jw_object(w);
        jw_end(w);
    }
    if (review_care(call_store(c), &c->s->rules, &p->id, clock_now_us(), &care, &ignored) != 0)
        care = (struct care_state){.break_until_us = TIME_UNKNOWN};
    jw_key(w, "care");
    put_care(c, &care);
    jw_kv_bool(w, "two_factor", p->totp_on);
    jw_end(w);
}

void api_me(struct call *c)
{
    struct person p;
    if (!load_me(c, &p)) return;
    call_json(c, 200);
    put_me_of(c, &p, &c->who);
}

static bool category_number(struct sv s, int *out)
{
    *out = (int)category_parse(s);
    return *out != CATEGORY_NONE;
}

/* Only what the console asks for; each of its kind. */
static int good_setting(void *arg, struct sv key, const struct json *v)
{
    static const char *const flags[] = {"blur", "greyscale", "mute", "stills_first"};
    struct sv s = json_sv(v);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (sv_is(key, flags[i])) return json_type(v) != JSON_BOOL;
    if (sv_is(key, "lang")) return !(sv_is(s, "ar") || sv_is(s, "fr") || sv_is(s, "en"));
    if (sv_is(key, "theme")) return !(sv_is(s, "auto") || sv_is(s, "light") || sv_is(s, "dark"));
    return 1;
}

void api_patch_me(struct call *c)
{
    struct person p;
    struct buf b;
    bool languages_given, opt_outs_given;
    struct sv languages = in_words(c, "languages", WHO_LANGUAGES_BYTES - 1, &languages_given);
    uint32_t opt_outs = in_set(c, "opt_outs", IN_OPTIONAL, category_number, &opt_outs_given);
    const struct json *settings = in_object(c, "settings", IN_OPTIONAL);
    if (settings && json_each(settings, good_setting, NULL) != 0)
        in_bad(c, "settings", "holds something that is not set here");
    if (!in_done(c) || !load_me(c, &p)) return;
    buf_init(&b, 0);
    if (languages_given) p.languages = languages;
    if (opt_outs_given) {
        for (int i = CATEGORY_NONE + 1; i < CATEGORY_COUNT; i++)
            if (opt_outs >> i & 1) buf_printf(&b, "%s%s", b.n ? " " : "", category_name((enum category)i));
        p.opt_outs = arena_copy(&c->arena, buf_sv(&b));
    }
    buf_clear(&b);
    if (settings) {
        json_print(settings, &b);
        p.settings = arena_copy(&c->arena, buf_sv(&b));
    }
    buf_done(&b);
    if (!call_write(c, put_person, &p)) return;
    people_changed(c->s);
    call_json(c, 200);
    put_me_of(c, &p, &c->who);
}
