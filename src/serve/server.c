/* Opening and closing in the one right order: store and engine, owner, readers, analysts, then the sockets; and back. */
#include "serve/shadow_priv.h"

#include "policy/texts.h"
#include "store/store_tune.h"

#include <sodium.h>
#include <stdlib.h>

enum { READERS = 6 };
#define SETUP_US (24 * US_PER_HOUR)

static void committed(void *arg)
{
    struct server *s = arg;
    atomic_fetch_add(&s->version, 1);
}

static int open_store(struct server *s, struct error *err)
{
    const struct serve_options *o = &s->options;
    struct engine_options eo = {.workspace = o->workspace,
                                .worker_path = o->worker_path,
                                .workers = o->workers,
                                .log = o->log,
                                .sign_later = true};
    int code = engine_open(&eo, &s->engine, err);
    if (code == 0) code = engine_detectors(s->engine, err);
    return code;
}

/* The policy that was in the shadow before goes on; what it had counted is forgotten. */
static int recall_shadow(struct server *s, struct error *err)
{
    struct policy_version *p = NULL;
    struct arena a;
    size_t n = 0;
    arena_init(&a, 0);
    int code = store_policies(engine_store(s->engine), &a, &p, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++)
        if (sv_is(p[i].state, "shadow")) code = shadow_use(s->shadow, p[i].version, p[i].source, err);
    arena_done(&a);
    return code;
}

static int open_threads(struct server *s, struct error *err)
{
    struct owner_how how = {
        .store = engine_store(s->engine), .tick = serve_tick, .committed = committed, .arg = s};
    int code = readers_new(workspace_db(engine_workspace(s->engine)), READERS, &s->readers, err);
    if (code == 0) code = events_new(&s->events, err);
    if (code == 0) code = metrics_new(&s->metrics, err);
    if (code == 0) code = shadow_new(&s->shadow, err);
    if (code == 0) code = recall_shadow(s, err);
    store_leave_log(engine_store(s->engine));
    if (code == 0) code = owner_new(&how, &s->owner, err);
    if (code == 0) code = mover_new(s, &s->mover, err);
    if (code == 0) code = hooks_new(s, &s->hooks, err);
    if (code == 0) code = analysts_new(s, &s->analysts, err);
    if (code == 0) code = keeper_new(s, &s->keeper, err);
    return code;
}

int serve_open(const struct serve_options *o, struct server **out, struct error *err)
{
    struct server *s = calloc(1, sizeof *s);
    if (!s) return error_set(err, ERR_NOMEM, "serve", "no memory for a server");
    s->options = *o;
    buf_init(&s->tick.news, 0);
    s->log = o->log;
    s->dir = o->workspace;
    s->console_dir = o->console_dir;
    s->public_url = o->public_url;
    s->started_us = clock_mono_us();
    arena_init(&s->arena, 0);
    pthread_mutex_init(&s->who_lock, NULL);
    pthread_mutex_init(&s->rate_lock, NULL);
    pthread_mutex_init(&s->page_lock, NULL);
    pthread_mutex_init(&s->fresh.lock, NULL);
    pthread_cond_init(&s->page_made, NULL);
    pthread_mutex_init(&s->bodies_lock, NULL);
    pthread_mutex_init(&s->repeat_lock, NULL);
    pthread_cond_init(&s->repeat_done, NULL);
    review_rules_init(&s->rules);
    int code = id_init(err);
    if (code == 0) randombytes_buf(s->cursor_key, sizeof s->cursor_key);
    if (code == 0) code = texts_new(NULL, &s->texts, err);
    if (code == 0) code = open_store(s, err);
    if (code == 0) code = open_threads(s, err);
    if (code) {
        serve_close(s);
        return code;
    }
    *out = s;
    return 0;
}

int serve_start(struct server *s, struct error *err) { return http_start(s, err); }

int serve_port(const struct server *s) { return s->port; }

void serve_close(struct server *s)
{
    if (!s) return;
    atomic_store(&s->stopping, true);
    events_stop(s->events);
    http_stop(s);
    keeper_free(s->keeper);
    analysts_free(s->analysts);
    hooks_free(s->hooks);
    mover_free(s->mover);
    owner_free(s->owner);
    readers_free(s->readers);
    events_free(s->events);
    metrics_free(s->metrics);
    shadow_free(s->shadow);
    engine_close(s->engine);
    texts_free(s->texts);
    buf_done(&s->tick.news);
    for (int i = 0; i < QUEUE_PAGES; i++) free(s->pages[i].body);
    pthread_cond_destroy(&s->repeat_done);
    pthread_mutex_destroy(&s->repeat_lock);
    pthread_mutex_destroy(&s->bodies_lock);
    pthread_cond_destroy(&s->page_made);
    pthread_mutex_destroy(&s->fresh.lock);
    pthread_mutex_destroy(&s->page_lock);
    pthread_mutex_destroy(&s->rate_lock);
    pthread_mutex_destroy(&s->who_lock);
    arena_done(&s->arena);
    free(s);
}

/* ---- the first person ---- */

struct setup {
    struct person person;
    struct arena *arena;
    bool needed;
    bool make;
};

/* Somebody who has signed in once, or is about to, makes another link needless. */
static int setup_link(void *arg, struct store *st, struct error *err)
{
    struct setup *x = arg;
    struct person *all = NULL;
    size_t n = 0;
    int code = store_people(st, x->arena, &all, &n, err);
    if (code) return code;
    x->needed = true;
    for (size_t i = 0; i < n; i++) {
        bool mine = all[i].state == PERSON_INVITED && sv_is(all[i].login, "setup");
        if (mine)
            x->person.id = all[i].id, x->person.pseudonym = all[i].pseudonym;
        else
            x->needed = false;
    }
    return x->needed ? store_person_put(st, &x->person, err) : 0;
}

int serve_setup_link(struct server *s, struct arena *a, struct sv *out, struct error *err)
{
    char token[TOKEN_TEXT_BYTES], pseudonym[12];
    struct sha256 hash;
    token_new(token);
    token_hash(sv_cstr(token), &hash);
    pseudonym_new(pseudonym);
    struct setup x = {.arena = a};
    int64_t now_us = clock_now_us();
    x.person = (struct person){.id = random_id(),
                               .login = SV("setup"),
                               .name = SV("setup"),
                               .pseudonym = sv_cstr(pseudonym),
                               .roles = SV("admin"),
                               .state = PERSON_INVITED,
                               .locked_until_us = TIME_UNKNOWN,
                               .invite = sv_of(hash.b, sizeof hash.b),
                               .invite_until_us = now_us + SETUP_US,
                               .created_us = now_us,
                               .seen_us = TIME_UNKNOWN};
    int code = owner_do(s->owner, SV("marsad"), setup_link, &x, err);
    if (code) return code;
    *out = SV_NULL;
    if (!x.needed) return 0;
    *out = arena_printf(a, "/setup#%s", token);
    return out->p ? 0 : error_set(err, ERR_NOMEM, "serve", "no memory for a link");
}
