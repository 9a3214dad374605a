#include "network/traces.h"

#include "base/limits.h"
#include "base/vec.h"
#include "network/intern_priv.h"
#include "network/table_priv.h"

#include <stdlib.h>

enum kind { TRACE_TEXT, TRACE_BIO, TRACE_CLIP, TRACE_TARGET, TRACE_CONTACT, TRACE_CLOSED, TRACE_KINDS };

struct thing {
    uint32_t account, name;
};
struct person {
    int64_t first_us, last_us, closed_us;
};

struct traces {
    struct intern accounts, names[TRACE_KINDS];
    struct VEC(struct thing) things[TRACE_KINDS];
    struct VEC(struct person) people;
    uint32_t *users[TRACE_KINDS]; /* accounts per name, once sorted */
    bool sorted;
    unsigned column_kind[TRACE_KINDS], ncolumns; /* while reading */
    struct network_report *report;
};

static int no_memory(struct error *err)
{
    return error_set(err, ERR_NOMEM, "network", "no memory for traces");
}

int traces_new(struct traces **out, struct error *err)
{
    struct traces *t = calloc(1, sizeof *t);
    if (!t) return no_memory(err);
    intern_init(&t->accounts);
    for (int k = 0; k < TRACE_KINDS; k++) intern_init(&t->names[k]);
    *out = t;
    return 0;
}

static void forget_order(struct traces *t)
{
    for (int k = 0; k < TRACE_KINDS; k++) {
        free(t->users[k]);
        t->users[k] = NULL;
    }
    t->sorted = false;
}

void traces_free(struct traces *t)
{
    if (!t) return;
    forget_order(t);
    intern_done(&t->accounts);
    for (int k = 0; k < TRACE_KINDS; k++) {
        intern_done(&t->names[k]);
        VEC_DONE(&t->things[k]);
    }
    VEC_DONE(&t->people);
    free(t);
}

static int person_of(struct traces *t, struct sv account, uint32_t *out)
{
    struct person nobody = {NETWORK_NO_TIME, NETWORK_NO_TIME, NETWORK_NO_TIME};
    int rc = intern_put(&t->accounts, account, out);
    while (rc == 0 && t->people.n < t->accounts.n) rc = VEC_PUSH(&t->people, nobody);
    return rc;
}

int traces_close(struct traces *t, struct sv account, int64_t closed_us, struct error *err)
{
    uint32_t a;
    if (person_of(t, account, &a)) return no_memory(err);
    t->people.v[a].closed_us = closed_us;
    return 0;
}

static void note_closed(struct traces *t, struct person *p, struct sv text)
{
    struct network_report unused = {0};
    int64_t at;
    if (table_time(text, &unused, &at))
        p->closed_us = at;
    else
        t->report->bad_created++;
}

static int take_row(void *arg, const struct network_row *row, struct error *err)
{
    struct traces *t = arg;
    uint32_t a;
    int rc = person_of(t, row->account, &a);
    if (rc) return no_memory(err);
    struct person *p = &t->people.v[a];
    if (p->first_us == NETWORK_NO_TIME || row->time_us < p->first_us) p->first_us = row->time_us;
    if (p->last_us == NETWORK_NO_TIME || row->time_us > p->last_us) p->last_us = row->time_us;
    for (unsigned i = 0; rc == 0 && i < t->ncolumns; i++) {
        unsigned kind = t->column_kind[i];
        struct thing x = {a, 0};
        if (row->objects[i].n == 0) continue;
        if (kind == TRACE_CLOSED) {
            note_closed(t, p, row->objects[i]);
            continue;
        }
        rc = intern_put(&t->names[kind], row->objects[i], &x.name);
        if (rc == 0) rc = VEC_PUSH(&t->things[kind], x);
    }
    return rc ? no_memory(err) : 0;
}

int traces_read(struct traces *t, const char *path, const struct trace_columns *columns,
                struct network_report *report, struct error *err)
{
    const struct sv named[TRACE_KINDS] = {columns->text,   columns->bio,     columns->clip,
                                          columns->target, columns->contact, columns->closed};
    static const char *const layer_names[TRACE_KINDS] = {"text",   "bio",     "clip",
                                                         "target", "contact", "closed"};
    struct network_columns c = {.account = columns->account, .time = columns->time, .no_content = true};
    forget_order(t);
    for (unsigned k = 0; k < TRACE_KINDS; k++) {
        if (named[k].n == 0) continue;
        t->column_kind[c.nlayers] = k;
        c.layers[c.nlayers].name = sv_cstr(layer_names[k]);
        c.layers[c.nlayers++].column = named[k];
    }
    if (c.nlayers == 0)
        return error_set(err, ERR_ARG, "network",
                         "%s: name at least one column of what accounts share (text, clip, target, …)", path);
    t->ncolumns = c.nlayers;
    t->report = report;
    return network_rows_read(path, &c, report, take_row, t, err);
}

static int compare_things(const void *x, const void *y)
{
    const struct thing *a = x, *b = y;
    if (a->account != b->account) return a->account < b->account ? -1 : 1;
    return a->name < b->name ? -1 : a->name > b->name;
}

/* Each account's things together, each once; and how many accounts have each. */
static int sort_all(struct traces *t)
{
    if (t->sorted) return 0;
    for (int k = 0; k < TRACE_KINDS; k++) {
        size_t kept = 0;
        t->users[k] = calloc((size_t)t->names[k].n + 1, sizeof *t->users[k]);
        if (!t->users[k]) return ERR_NOMEM;
        if (t->things[k].n) qsort(t->things[k].v, t->things[k].n, sizeof *t->things[k].v, compare_things);
        for (size_t i = 0; i < t->things[k].n; i++) {
            if (kept && compare_things(&t->things[k].v[kept - 1], &t->things[k].v[i]) == 0) continue;
            t->things[k].v[kept++] = t->things[k].v[i];
            t->users[k][t->things[k].v[i].name]++;
        }
        t->things[k].n = kept;
    }
    t->sorted = true;
    return 0;
}

static size_t first_of(const struct traces *t, int kind, uint32_t account)
{
    size_t lo = 0, hi = t->things[kind].n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (t->things[kind].v[mid].account < account)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static int list_of(const struct traces *t, int kind, uint32_t account, uint32_t popular, struct arena *a,
                   struct sv_list *out)
{
    size_t from = first_of(t, kind, account), to = from;
    while (to < t->things[kind].n && t->things[kind].v[to].account == account) to++;
    out->v = arena_array(a, to - from + 1, sizeof *out->v);
    out->n = 0;
    if (!out->v) return ERR_NOMEM;
    for (size_t i = from; i < to; i++) {
        uint32_t name = t->things[kind].v[i].name;
        if (popular && t->users[kind][name] > popular) continue;
        out->v[out->n++] = intern_sv(&t->names[kind], name);
    }
    return 0;
}

int traces_get(struct traces *t, uint32_t account, uint32_t popular, struct arena *a,
               struct account_trace *out, struct error *err)
{
    const struct person *p = &t->people.v[account];
    struct sv_list bios;
    *out = (struct account_trace){.handle = intern_sv(&t->accounts, account),
                                  .first_us = p->first_us,
                                  .last_us = p->last_us,
                                  .closed_us = p->closed_us};
    int rc = sort_all(t);
    if (rc == 0) rc = list_of(t, TRACE_TEXT, account, 0, a, &out->captions);
    if (rc == 0) rc = list_of(t, TRACE_BIO, account, 0, a, &bios);
    if (rc == 0) rc = list_of(t, TRACE_CLIP, account, popular, a, &out->clips);
    if (rc == 0) rc = list_of(t, TRACE_TARGET, account, popular, a, &out->targets);
    if (rc == 0) rc = list_of(t, TRACE_CONTACT, account, popular, a, &out->contacts);
    if (rc == 0 && bios.n) out->bio = bios.v[bios.n - 1];
    return rc ? no_memory(err) : 0;
}

uint32_t traces_count(const struct traces *t) { return t->accounts.n; }

int traces_find(const struct traces *t, struct sv account, uint32_t *out, struct error *err)
{
    uint32_t a = intern_find(&t->accounts, account);
    if (a == INTERN_NONE)
        return error_set(err, ERR_NOTFOUND, "network", "no account \"%.*s\" in the data", SV_FMT(account));
    *out = a;
    return 0;
}
