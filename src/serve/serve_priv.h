/* What the files of the server share. */
#ifndef MARSAD_SERVE_PRIV_H
#define MARSAD_SERVE_PRIV_H

#include "engine/desk.h"
#include "review/review.h"
#include "serve/call.h"
#include "serve/owner.h"
#include "serve/readers.h"
#include "serve/serve.h"
#include "store/ledger.h"
#include "store/store_decision.h"
#include "store/store_desk.h"
#include "store/store_people.h"

#include <pthread.h>
#include <stdatomic.h>

/* ---- who is who: identify.c ---- */

enum { KNOWN_WHO = 1024, RATE_BUCKETS = 4096 };
struct known_who {
    struct who who;
    int64_t loaded_us; /* 0: empty */
    uint64_t generation;
};
struct rate_bucket {
    double tokens;
    int64_t at_us;
};

/* ---- pages of the queue that were made: api_queue.c ---- */

enum { QUEUE_PAGES = 256, REPEATS = 64, KEEPER_FRESH = 256 };
struct queue_page {
    struct sha256 key;
    int64_t made_us; /* 0: empty */
    int64_t cost_us; /* what making it took */
    uint64_t version, news;
    bool making; /* somebody is at it */
    char etag[33];
    char *body;
    size_t bytes;
};

struct server {
    struct arena arena;
    const struct log *log;
    const char *dir, *public_url, *console_dir;
    struct serve_options options;
    struct engine *engine;
    struct texts *texts;
    struct readers *readers;
    struct owner *owner;
    struct review_rules rules;

    pthread_mutex_t who_lock;
    struct known_who known[KNOWN_WHO];
    atomic_uint_fast64_t people_generation; /* rises with every change of people, roles, sessions, keys */
    pthread_mutex_t rate_lock;
    struct rate_bucket rates[RATE_BUCKETS];
    unsigned char cursor_key[16];

    atomic_uint_fast64_t version;          /* rises with every commit that changed rows */
    atomic_uint_fast64_t wrote[KNOWN_WHO]; /* its value after the last write of a caller, by their id */
    pthread_mutex_t page_lock;
    pthread_cond_t page_made;
    /* Requests with an Idempotency-Key that are being answered (answer.c). */
    pthread_mutex_t repeat_lock;
    pthread_cond_t repeat_done;
    struct {
        bool taken;
        struct sha256 id;
    } repeats[REPEATS];
    struct queue_page pages[QUEUE_PAGES];
    int64_t totals_us, totals_cost_us, queue_total, queue_late;

    /* What came last: a ring, of which so many are still to be looked over (keeper.c). They stand in the store's list as well, which
     * comes by id: so whoever has just sent a post finds it by its words although a long list waits. */
    struct {
        pthread_mutex_t lock;
        struct id128 posts[KEEPER_FRESH];
        size_t n, todo;
    } fresh;

    struct analysts *analysts; /* analysts.c */
    struct events *events;     /* events.c */
    struct metrics *metrics;   /* metrics.c */
    struct hooks *hooks;       /* webhook.c */
    struct shadow *shadow;     /* shadow.c */
    struct keeper *keeper;     /* keeper.c */
    struct mover *mover;       /* mover.c */
    struct tick_state {
        int64_t ripened_us, swept_us, settled_us, woken_us, cut_us;
        struct buf news; /* told when the transaction that they are of is committed: "name data\n" each */
    } tick;
    struct mg_context *mg;
    struct tls_front *tls; /* NULL: plain HTTP */
    int port, inner_port;  /* where people knock; where HTTP listens, behind TLS or the same */
    pthread_mutex_t bodies_lock;
    struct sending *bodies; /* on their way in: http.c */
    int64_t started_us;
    atomic_bool stopping;
};

/* ---- secrets.c ---- */

enum { TOKEN_BYTES = 32, TOKEN_TEXT_BYTES = 44, PIN_TEXT_BYTES = 9, TOTP_SECRET_BYTES = 20 };
/* 32 random bytes as 43 characters of base64url. */
void token_new(char out[TOKEN_TEXT_BYTES]);
/* What is stored of one. */
void token_hash(struct sv token, struct sha256 *out);
/* Eight digits. */
void pin_new(char out[PIN_TEXT_BYTES]);
struct id128 random_id(void);
/* "R-7K2M9": letters and digits that are not taken for each other. */
void pseudonym_new(char out[12]);
/* Argon2id string in `a`. ERR_ARG says what a password must be. Takes tens of milliseconds and megabytes, on purpose. */
int password_check(struct sv password, struct sv login, struct error *err) MUST_USE;
int password_hash(struct sv password, struct arena *a, struct sv *out, struct error *err) MUST_USE;
/* Takes as long when `hash` is empty. */
bool password_right(struct sv hash, struct sv password);
/* The same, cheaper, for PINs that are tried a few times at most. */
int pin_hash(struct sv pin, struct arena *a, struct sv *out, struct error *err) MUST_USE;
/* RFC 6238 with SHA-1, six digits, 30 seconds. *out_step is the step of a right code within one step of now. */
uint32_t totp_code(struct sv secret, int64_t step);
bool totp_right(struct sv secret, struct sv code, int64_t now_us, int64_t last_step, int64_t *out_step);
void base32_write(struct sv bytes, struct buf *b);

/* ---- identify.c ---- */

/* Fills in c->who from cookie or key; nobody when there is none or it does not hold. */
void identify(struct call *c);
void people_changed(struct server *s);
/* One request of `name` against `per_minute`; false when there were too many. */
bool rate_allows(struct server *s, struct sv name, double per_minute, int *out_wait_s);
/* Cookies of sessions. */
void cookie_set(struct call *c, const char *token, int64_t until_us);
void cookie_clear(struct call *c);
struct reviewer call_reviewer(const struct call *c);

/* ---- analysts.c ---- */

int analysts_new(struct server *s, struct analysts **out, struct error *err) MUST_USE;
void analysts_free(struct analysts *a);
/* Analyses with one of them; waits until one is free. */
int analysts_run(struct analysts *a, struct analysis *x, struct error *err) MUST_USE;
/* Runs anything in one of their threads, which have more stack than a handler's. */
void analysts_call(struct analysts *a, void (*run)(void *arg), void *arg);
/* There is a job to do. */
void analysts_wake(struct analysts *a);
/* Runs fn in the owner's thread with no analyst there; they are made anew when next asked for. */
int analysts_without(struct analysts *a, struct sv actor, owner_fn *fn, void *arg,
                     struct error *err) MUST_USE;

/* ---- events.c ---- */

int events_new(struct events **out, struct error *err) MUST_USE;
void events_free(struct events *e);
/* To all who may have it; `person` zero: to everybody. data is one line of JSON. */
void events_send(struct events *e, const char *name, const struct id128 *person, struct sv data);
void events_stop(struct events *e);
/* Writes events until the other side goes away or the server ends. */
void events_serve(struct events *e, const struct id128 *person,
                  bool (*write)(void *arg, const void *p, size_t n), void *arg);
/* As many listen as may. */
bool events_full(struct events *e);
/* How many were sent: whoever read something when it was less has missed some of it, if they did not listen. */
uint64_t events_sent(struct events *e);
void event_about(struct server *s, const char *name, const struct id128 *post);

/* ---- metrics.c ---- */

int metrics_new(struct metrics **out, struct error *err) MUST_USE;
void metrics_free(struct metrics *m);
void metrics_count(struct metrics *m, const struct route *route, int status, int64_t took_us);
void metrics_write(struct server *s, struct buf *b);

/* ---- tick.c ---- */

void serve_tick(void *server, struct store *s);

/* ---- keeper.c ---- */

int keeper_new(struct server *s, struct keeper **out, struct error *err) MUST_USE;
void keeper_free(struct keeper *k);
/* Came just now: looked over before all that waits. Any thread's, whether the keeper runs or not. */
void keeper_fresh(struct server *s, const struct id128 *post);
/* Those that came last and are perhaps not looked over yet, at most KEEPER_FRESH. */
size_t keeper_freshest(struct server *s, struct id128 *out);

/* ---- mover.c ---- */

int mover_new(struct server *s, struct mover **out, struct error *err) MUST_USE;
void mover_free(struct mover *m);

/* ---- webhook.c ---- */

int hooks_new(struct server *s, struct hooks **out, struct error *err) MUST_USE;
void hooks_free(struct hooks *h);
void hooks_wake(struct hooks *h);
bool key_submitted(const struct post *p, const struct id128 *key);
/* Owner's thread: what was found in a post, to the key that submitted it. */
int serve_told_findings(struct store *s, struct analysis *x, struct error *err) MUST_USE;
/* Owner's thread: the event about this post is told to every key with a webhook that may read, or that submitted it. */
int hooks_tell(struct store *s, const struct id128 *post, const char *event, struct sv data_json,
               struct error *err) MUST_USE;

/* ---- shadow.c ---- */

/* Asks the shadow policy, if there is one, of what the live one has assessed. */
void shadow_look(struct shadow *s, const struct analysis *x);

/* ---- console.c ---- */

void console_answer(struct server *s, const struct http_request *q, struct http_response *r);

/* ---- http.c ---- */

int http_start(struct server *s, struct error *err) MUST_USE;
void http_stop(struct server *s);
/* Ends bodies that come slower than anybody has reason to send them; every few seconds. */
void http_cut_slow(struct server *s);

/* ---- api_queue.c ---- */

/* Counts the queue, for pages to tell, unless that was done a little while ago for what it costs. */
void queue_count_some(struct server *s);

/* ---- handlers, by file ---- */

#define HANDLER(name) void name(struct call *c)
HANDLER(api_healthz);
HANDLER(api_readyz);
HANDLER(api_metrics);
HANDLER(api_openapi);
HANDLER(api_texts);
HANDLER(api_setup_state);
HANDLER(api_setup);
HANDLER(api_invite);
HANDLER(api_sign_in);
HANDLER(api_session);
HANDLER(api_sign_out);
HANDLER(api_enrol);
HANDLER(api_totp);
HANDLER(api_password);
HANDLER(api_me);
HANDLER(api_patch_me);
HANDLER(api_people);
HANDLER(api_add_person);
HANDLER(api_person);
HANDLER(api_patch_person);
HANDLER(api_reinvite);
HANDLER(api_colleagues);
HANDLER(api_roles);
HANDLER(api_put_role);
HANDLER(api_keys);
HANDLER(api_add_key);
HANDLER(api_revoke_key);
HANDLER(api_upload);
HANDLER(api_submit);
HANDLER(api_search);
HANDLER(api_item);
HANDLER(api_findings);
HANDLER(api_history);
HANDLER(api_reference);
HANDLER(api_still);
HANDLER(api_sheet);
HANDLER(api_file);
HANDLER(api_lease);
HANDLER(api_lease_again);
HANDLER(api_release);
HANDLER(api_snooze);
HANDLER(api_escalate);
HANDLER(api_hand_over);
HANDLER(api_exposure);
HANDLER(api_decide);
HANDLER(api_queue);
HANDLER(api_next);
HANDLER(api_events);
HANDLER(api_account);
HANDLER(api_decisions);
HANDLER(api_decision);
HANDLER(api_undo);
HANDLER(api_second);
HANDLER(api_reverse);
HANDLER(api_appeal_link);
HANDLER(api_open_appeal);
HANDLER(api_appeal);
HANDLER(api_appeals);
HANDLER(api_appeal_get);
HANDLER(api_decide_appeal);
HANDLER(api_report);
HANDLER(api_report_status);
HANDLER(api_reports);
HANDLER(api_cases);
HANDLER(api_case);
HANDLER(api_quality);
HANDLER(api_goldens);
HANDLER(api_add_golden);
HANDLER(api_remove_golden);
HANDLER(api_adjudications);
HANDLER(api_adjudicate);
HANDLER(api_care);
HANDLER(api_break);
HANDLER(api_care_team);
HANDLER(api_policies);
HANDLER(api_add_policy);
HANDLER(api_policy);
HANDLER(api_shadow);
HANDLER(api_backtest);
HANDLER(api_publish);
HANDLER(api_rollback);
HANDLER(api_dashboard);
HANDLER(api_audit);

/* ---- what several handlers write: views.c ---- */

void put_decision(struct call *c, const struct decision *d);
/* Decisions of the filter as a list, those about the post `but` (may be NULL) left out (api_item.c). */
int put_decisions(struct call *c, const char *key, const struct decision_filter *f, const struct id128 *but,
                  struct error *err) MUST_USE;
void put_queue_item(struct call *c, const struct desk_queue_row *r, int64_t now_us);
void put_care(struct call *c, const struct care_state *s);
void put_findings(struct call *c, const struct post *p, const struct finding *v, size_t n, bool references);
void put_assessment(struct call *c, const struct assessment *as);
/* The pseudonym of a person, "" when gone. Cached for the call. */
struct sv pseudonym_of(struct call *c, const struct id128 *person);
/* A line about a post: {"post", …}. False when it is not there. */
bool put_post_line(struct call *c, const struct id128 *post);
/* "queued", "decided", "quiet", "waiting" */
const char *post_state(struct call *c, const struct id128 *post);
void put_report(struct call *c, const struct report *r);
/* What decisions since a moment say of the machine (api_quality.c). False after the answer was made. */
struct rates;
struct machine_figures {
    struct rates *by_language, *by_category;
    int64_t decided, reversed;
};
bool machine_rates(struct call *c, int64_t since_us, struct machine_figures *out);
void put_machine_rates(struct call *c, const char *by_language, const char *by_category,
                       const struct machine_figures *m);
size_t count_appeals(struct call *c, enum appeal_state state);
/* Whether a picture of what the finding was matched against can be shown (api_media.c). */
bool reference_kept(struct call *c, const struct finding *f);
/* The version of what is judged (api_item.c). */
int item_etag(struct call *c, const struct id128 *post, char out[33], struct error *err) MUST_USE;
/* In whose name a key decides: a person of the key's own (api_people.c). False after the answer was made. */
bool key_person(struct call *c, struct reviewer *out);
/* "graph": the accounts that share files or captions with this one. */
void put_graph(struct call *c, const struct id128 *account, const struct account *self,
               const struct id128 *posts, size_t n);

/* ---- taxii.c ---- */

void taxii_answer(struct call *c);

#endif
