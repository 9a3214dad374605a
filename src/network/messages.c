#include "network/messages.h"

#include "base/limits.h"
#include "base/vec.h"
#include "network/actions.h"
#include "network/intern_priv.h"

#include <stdlib.h>

struct message {
    int64_t time_us, created_us;
    uint32_t sender, target, text, clip; /* INTERN_NONE: none */
};

struct messages {
    struct intern accounts, texts, clips;
    struct VEC(struct message) v;
};

static int no_memory(const struct messages *m, struct error *err)
{
    return error_set(err, ERR_NOMEM, "network", "no memory for %zu messages; split the data by time", m->v.n);
}

int messages_new(struct messages **out, struct error *err)
{
    struct messages *m = calloc(1, sizeof *m);
    if (!m) return error_set(err, ERR_NOMEM, "network", "no memory for messages");
    intern_init(&m->accounts);
    intern_init(&m->texts);
    intern_init(&m->clips);
    *out = m;
    return 0;
}

void messages_free(struct messages *m)
{
    if (!m) return;
    intern_done(&m->accounts);
    intern_done(&m->texts);
    intern_done(&m->clips);
    VEC_DONE(&m->v);
    free(m);
}

uint64_t messages_count(const struct messages *m) { return m->v.n; }

int messages_add(struct messages *m, const struct pileon_event *e, struct error *err)
{
    struct message x = {e->time_us, e->created_us, 0, 0, INTERN_NONE, INTERN_NONE};
    if (e->sender.n == 0 || e->target.n == 0 || e->time_us == NETWORK_NO_TIME)
        return error_set(err, ERR_ARG, "network", "a message needs a sender, a target and a time");
    if (m->v.n >= NETWORK_MAX_ROWS)
        return error_set(err, ERR_LIMIT, "network", "more than %u messages; split the data by time",
                         NETWORK_MAX_ROWS);
    int rc = intern_put(&m->accounts, e->sender, &x.sender);
    if (rc == 0) rc = intern_put(&m->accounts, e->target, &x.target);
    if (rc == 0 && e->text.n) rc = intern_put(&m->texts, e->text, &x.text);
    if (rc == 0 && e->clip.n) rc = intern_put(&m->clips, e->clip, &x.clip);
    if (rc == 0) rc = VEC_PUSH(&m->v, x);
    if (rc == ERR_LIMIT)
        return error_set(err, rc, "network", "more than %u bytes of names; split the data by time",
                         NETWORK_MAX_NAME_BYTES);
    return rc ? no_memory(m, err) : 0;
}

/* ---- files ---- */

enum { LAYER_TARGET, LAYER_TEXT, LAYER_CLIP };

struct reading {
    struct messages *m;
    struct network_columns columns;
    unsigned text, clip; /* layers of them; 0: not read */
    struct messages_left_out left;
    struct arena a;
    struct sv words, shown; /* of the line in hand, for all its targets */
};

static int keep_words(struct reading *r, const struct network_row *row, struct error *err)
{
    arena_clear(&r->a);
    r->words = r->shown = SV_NULL;
    if (r->clip && row->objects[r->clip].n) r->shown = arena_copy(&r->a, row->objects[r->clip]);
    if (r->clip && row->objects[r->clip].n && !r->shown.p) return no_memory(r->m, err);
    return r->text ? caption_key(row->objects[r->text], &r->a, &r->words, err) : 0;
}

static int take_row(void *arg, const struct network_row *row, struct error *err)
{
    struct reading *r = arg;
    struct pileon_event e = {.sender = row->account,
                             .target = row->objects[LAYER_TARGET],
                             .time_us = row->time_us,
                             .created_us = row->again ? NETWORK_NO_TIME : row->created_us};
    int rc = row->again ? 0 : keep_words(r, row, err);
    if (rc) return rc;
    if (e.target.n == 0) {
        r->left.no_target += !row->again;
        return 0;
    }
    if (sv_eq(e.sender, e.target)) {
        r->left.own++;
        return 0;
    }
    e.text = r->words;
    e.clip = r->shown;
    return messages_add(r->m, &e, err);
}

static unsigned add_column(struct network_columns *c, const char *name, struct sv column)
{
    c->layers[c->nlayers].name = sv_cstr(name);
    c->layers[c->nlayers].column = column;
    return c->nlayers++;
}

int messages_read(struct messages *m, const char *path, const struct message_columns *columns,
                  struct network_report *report, struct messages_left_out *out, struct error *err)
{
    struct reading r = {.m = m};
    r.columns.account = columns->sender;
    r.columns.time = columns->time;
    r.columns.created = columns->created;
    (void)add_column(&r.columns, "target", columns->target.n ? columns->target : SV("target_id"));
    if (columns->text.n) r.text = add_column(&r.columns, "text", columns->text);
    if (columns->clip.n) r.clip = add_column(&r.columns, "clip", columns->clip);
    r.columns.no_content = true;
    arena_init(&r.a, 0);
    int rc = network_rows_read(path, &r.columns, report, take_row, &r, err);
    arena_done(&r.a);
    *out = r.left;
    return rc;
}

/* ---- the run ---- */

static int compare_messages(const void *x, const void *y, void *arg)
{
    const struct message *a = x, *b = y;
    const struct messages *m = arg;
    if (a->time_us != b->time_us) return a->time_us < b->time_us ? -1 : 1;
    if (a->sender != b->sender)
        return sv_cmp(intern_sv(&m->accounts, a->sender), intern_sv(&m->accounts, b->sender));
    if (a->target != b->target)
        return sv_cmp(intern_sv(&m->accounts, a->target), intern_sv(&m->accounts, b->target));
    return 0;
}

static int count_targets(const struct messages *m, uint64_t *out)
{
    uint8_t *seen = calloc((size_t)m->accounts.n + 1, 1);
    if (!seen) return ERR_NOMEM;
    *out = 0;
    for (size_t i = 0; i < m->v.n; i++) {
        *out += !seen[m->v.v[i].target];
        seen[m->v.v[i].target] = 1;
    }
    free(seen);
    return 0;
}

static struct sv name_or_none(const struct intern *t, uint32_t i)
{
    return i == INTERN_NONE ? SV_NULL : intern_sv(t, i);
}

static int tell(const struct messages *m, struct pileon *p,
                int (*visit)(void *arg, const struct pileon_alert *alert), void *arg,
                struct messages_summary *out, struct error *err)
{
    struct arena a;
    int rc = 0;
    arena_init(&a, 0);
    for (size_t i = 0; rc == 0 && i < m->v.n; i++) {
        const struct message *x = &m->v.v[i];
        struct pileon_alert alert;
        struct pileon_event e = {.sender = intern_sv(&m->accounts, x->sender),
                                 .target = intern_sv(&m->accounts, x->target),
                                 .time_us = x->time_us,
                                 .text = name_or_none(&m->texts, x->text),
                                 .clip = name_or_none(&m->clips, x->clip),
                                 .created_us = x->created_us};
        rc = pileon_add(p, &e, &a, &alert, err);
        if (rc != 1) continue;
        out->alerts++;
        rc = visit(arg, &alert);
        arena_clear(&a);
    }
    arena_done(&a);
    return rc;
}

int messages_run(struct messages *m, const struct pileon_options *o,
                 int (*visit)(void *arg, const struct pileon_alert *alert), void *arg,
                 struct messages_summary *out, struct error *err)
{
    struct pileon *p = NULL;
    *out = (struct messages_summary){
        .messages = m->v.n, .first_us = NETWORK_NO_TIME, .last_us = NETWORK_NO_TIME};
    int rc = pileon_new(o, &p, err);
    if (rc) return rc;
    if (m->v.n) {
        qsort_r(m->v.v, m->v.n, sizeof *m->v.v, compare_messages, m);
        out->first_us = m->v.v[0].time_us;
        out->last_us = m->v.v[m->v.n - 1].time_us;
    }
    if (count_targets(m, &out->targets)) rc = no_memory(m, err);
    if (rc == 0) rc = tell(m, p, visit, arg, out, err);
    out->late = pileon_late(p);
    pileon_free(p);
    return rc;
}
