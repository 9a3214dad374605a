/* Server-sent events: who listens has a short queue of lines; one that does not keep up loses the oldest and is told to
 * look anew ("refresh"), so nobody waits for anybody. */
#include "serve/serve_priv.h"

#include "base/limits.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PENDING = 32, LINE_BYTES = 512 };

struct listener {
    struct id128 person;
    char lines[PENDING][LINE_BYTES];
    unsigned first, n;
    bool lost;
    struct listener *next;
};

struct events {
    pthread_mutex_t lock;
    pthread_cond_t some;
    struct listener *listeners;
    unsigned n;
    bool stopping;
    atomic_uint_fast64_t sent;
};

int events_new(struct events **out, struct error *err)
{
    struct events *e = calloc(1, sizeof *e);
    if (!e) return error_set(err, ERR_NOMEM, "serve", "no memory for events");
    pthread_mutex_init(&e->lock, NULL);
    pthread_cond_init(&e->some, NULL);
    *out = e;
    return 0;
}

void events_free(struct events *e)
{
    if (!e) return;
    pthread_cond_destroy(&e->some);
    pthread_mutex_destroy(&e->lock);
    free(e);
}

void events_stop(struct events *e)
{
    if (!e) return;
    pthread_mutex_lock(&e->lock);
    e->stopping = true;
    pthread_cond_broadcast(&e->some);
    pthread_mutex_unlock(&e->lock);
}

void events_send(struct events *e, const char *name, const struct id128 *person, struct sv data)
{
    pthread_mutex_lock(&e->lock);
    atomic_fetch_add(&e->sent, 1);
    for (struct listener *l = e->listeners; l; l = l->next) {
        if (person && !id_eq(&l->person, person)) continue;
        if (l->n == PENDING) {
            l->lost = true;
            continue;
        }
        char *line = l->lines[(l->first + l->n++) % PENDING];
        snprintf(line, LINE_BYTES, "event: %s\ndata: %.*s\n\n", name, (int)(data.n < 400 ? data.n : 0),
                 data.p ? data.p : "");
    }
    pthread_cond_broadcast(&e->some);
    pthread_mutex_unlock(&e->lock);
}

uint64_t events_sent(struct events *e) { return atomic_load(&e->sent); }

void event_about(struct server *s, const char *name, const struct id128 *post)
{
    char data[80], id[ID_TEXT_BYTES];
    id_format(post, id);
    int n = snprintf(data, sizeof data, "{\"post\":\"%s\"}", id);
    events_send(s->events, name, NULL, sv_of(data, (size_t)n));
}

/* Waits up to 15 s; false when the server ends. The line "" is a sign of life. */
static bool wait_line(struct events *e, struct listener *l, char out[LINE_BYTES])
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 15;
    pthread_mutex_lock(&e->lock);
    while (!e->stopping && l->n == 0)
        if (pthread_cond_timedwait(&e->some, &e->lock, &until) == ETIMEDOUT) break;
    if (l->lost) {
        l->lost = false;
        l->n = 0;
        snprintf(out, LINE_BYTES, "event: refresh\ndata: {}\n\n");
    } else if (l->n > 0) {
        memcpy(out, l->lines[l->first], LINE_BYTES);
        l->first = (l->first + 1) % PENDING;
        l->n--;
    } else {
        snprintf(out, LINE_BYTES, ":\n\n");
    }
    bool go_on = !e->stopping;
    pthread_mutex_unlock(&e->lock);
    return go_on;
}

void events_serve(struct events *e, const struct id128 *person,
                  bool (*write)(void *arg, const void *p, size_t n), void *arg)
{
    struct listener *l = calloc(1, sizeof *l);
    char line[LINE_BYTES];
    if (!l) return;
    l->person = *person;
    pthread_mutex_lock(&e->lock);
    bool room = e->n < SERVE_MAX_LISTENERS;
    if (room) {
        l->next = e->listeners;
        e->listeners = l;
        e->n++;
    }
    pthread_mutex_unlock(&e->lock);
    if (room) {
        snprintf(line, sizeof line, "retry: 3000\nevent: hello\ndata: {\"news\":%llu}\n\n",
                 (unsigned long long)events_sent(e));
        while (write(arg, line, strlen(line)) && wait_line(e, l, line)) continue;
        pthread_mutex_lock(&e->lock);
        struct listener **at = &e->listeners;
        while (*at != l) at = &(*at)->next;
        *at = l->next;
        e->n--;
        pthread_mutex_unlock(&e->lock);
    }
    free(l);
}

bool events_full(struct events *e)
{
    pthread_mutex_lock(&e->lock);
    bool full = e->n >= SERVE_MAX_LISTENERS;
    pthread_mutex_unlock(&e->lock);
    return full;
}

/* Whoever comes between this look and the last place hears nothing and, as a browser does, asks again. */
void api_events(struct call *c)
{
    if (events_full(c->s->events)) {
        call_fail(c, 503, "busy", NULL, "as many listen for news as may: try again in a moment");
        return;
    }
    c->r->status = 200;
    c->r->type = "text/event-stream";
    c->r->events = true;
    c->r->person = c->who.id;
}
