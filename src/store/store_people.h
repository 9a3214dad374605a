/* People of the desk, their sessions, and the keys of platforms. Rows as they are stored: who may do what, and what is a
 * good password, is for src/review and src/serve to say. A change of a person, a role or a key is for the caller to note
 * in the ledger, in the same transaction.
 *
 * Secrets come here hashed (store/schema_desk.c). Strings of what is read live in `a`. */
#ifndef MARSAD_STORE_PEOPLE_H
#define MARSAD_STORE_PEOPLE_H

#include "model/person.h"
#include "store/store.h"

enum person_state { PERSON_INVITED = 0, PERSON_ACTIVE, PERSON_DISABLED };

struct person {
    struct id128 id;     /* random */
    struct sv login;     /* unique */
    struct sv name;      /* never leaves the desk */
    struct sv pseudonym; /* unique: all that others see: "R-7K2M9" */
    struct sv roles;     /* names with spaces: roles_read */
    struct sv languages; /* "ar ar-MA fr"; empty: any */
    struct sv opt_outs;  /* names of categories with spaces */
    enum person_state state;
    struct sv password; /* Argon2id string; empty: none yet */
    struct sv totp;     /* secret; empty: none */
    bool totp_on;       /* confirmed by a code */
    int64_t totp_step;  /* the last one that was used: no code counts twice */
    int64_t failures, locked_until_us;
    struct sv invite; /* SHA-256 of the one-time link's token; empty: none */
    int64_t invite_until_us;
    int64_t created_us, seen_us; /* TIME_UNKNOWN */
    struct sv settings;          /* JSON of how things are shown; may be empty */
};

/* Nothing known: all times TIME_UNKNOWN, the rest zero. */
void person_init(struct person *p);
/* Writes all of it. ERR_EXISTS when login or pseudonym is somebody else's. */
int store_person_put(struct store *s, const struct person *p, struct error *err) MUST_USE;
/* ERR_NOTFOUND. */
int store_person_get(struct store *s, const struct id128 *id, struct arena *a, struct person *out,
                     struct error *err) MUST_USE;
int store_person_by_login(struct store *s, struct sv login, struct arena *a, struct person *out,
                          struct error *err) MUST_USE;
int store_person_by_invite(struct store *s, const struct sha256 *token, struct arena *a, struct person *out,
                           struct error *err) MUST_USE;
/* By pseudonym. */
int store_people(struct store *s, struct arena *a, struct person **out, size_t *out_n,
                 struct error *err) MUST_USE;

/* What an administrator has changed of a role; the others are as role_permissions says. */
int store_role_put(struct store *s, enum role role, uint32_t permissions, struct error *err) MUST_USE;
/* What each role may now, changed or not. */
int store_roles(struct store *s, uint32_t out[ROLE_COUNT], struct error *err) MUST_USE;

enum session_stage { SESSION_TOTP = 0, SESSION_ENROL, SESSION_FULL };
struct session {
    struct sha256 token; /* of the cookie */
    struct id128 person;
    struct sv csrf; /* 32 bytes */
    enum session_stage stage;
    int64_t created_us, seen_us, until_us;
};
int store_session_put(struct store *s, const struct session *x, struct error *err) MUST_USE;
int store_session_get(struct store *s, const struct sha256 *token, struct arena *a, struct session *out,
                      struct error *err) MUST_USE;
int store_session_end(struct store *s, const struct sha256 *token, struct error *err) MUST_USE;
/* All of a person, but `keep` (NULL: none is kept). */
int store_session_end_all(struct store *s, const struct id128 *person, const struct sha256 *keep,
                          struct error *err) MUST_USE;
/* Those that ran out, and answers kept for repeated requests older than before_us. */
int store_session_sweep(struct store *s, int64_t now_us, int64_t before_us, struct error *err) MUST_USE;

struct api_key {
    struct id128 id;
    struct sv name;
    struct sha256 secret;
    struct sv scopes; /* "submit read" */
    int64_t rate;     /* requests a minute */
    struct sv webhook, webhook_secret;
    int64_t created_us, revoked_us, used_us; /* revoked_us 0: in use */
};
int store_key_put(struct store *s, const struct api_key *k, struct error *err) MUST_USE;
int store_key_get(struct store *s, const struct id128 *id, struct arena *a, struct api_key *out,
                  struct error *err) MUST_USE;
int store_key_by_secret(struct store *s, const struct sha256 *secret, struct arena *a, struct api_key *out,
                        struct error *err) MUST_USE;
int store_keys(struct store *s, struct arena *a, struct api_key **out, size_t *out_n,
               struct error *err) MUST_USE;

/* An answer kept under the key that its request brought. */
struct kept_answer {
    struct sha256 id, request;
    int64_t status;
    struct sv body;
    int64_t at_us;
};
int store_answer_put(struct store *s, const struct kept_answer *k, struct error *err) MUST_USE;
int store_answer_get(struct store *s, const struct sha256 *id, struct arena *a, struct kept_answer *out,
                     struct error *err) MUST_USE;

/* What is still to be told to a platform. */
enum { WEBHOOK_ATTEMPTS = 8 };
struct webhook {
    struct id128 id, key;
    struct sv body;
    int64_t attempt, next_us;
    struct sv state; /* "waiting", "sent", "given_up" */
    struct sv failure;
};
int store_webhook_put(struct store *s, const struct webhook *w, struct error *err) MUST_USE;
/* Those that are due, the longest due first. */
int store_webhooks_due(struct store *s, int64_t now_us, size_t max, struct arena *a, struct webhook **out,
                       size_t *out_n, struct error *err) MUST_USE;

#endif
