/* Rows in memory: see table.h. */
#include "network/table_priv.h"

#include "network/huge_priv.h"

#include "base/clock.h"
#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>

static int no_memory(struct error *err, uint64_t rows)
{
    return error_set(err, ERR_NOMEM, "network", "no memory for %llu rows", (unsigned long long)rows);
}

static int too_much(struct error *err)
{
    return error_set(err, ERR_LIMIT, "network",
                     "more than %llu rows or %llu bytes of ids in one layer; split the data by time",
                     (unsigned long long)NETWORK_MAX_ROWS, (unsigned long long)NETWORK_MAX_NAME_BYTES);
}

static int table_error(int rc, const struct layer *l, struct error *err)
{
    return rc == ERR_LIMIT ? too_much(err) : no_memory(err, l->n);
}

int network_table_new(const struct sv *names, unsigned nlayers, struct network_table **out, struct error *err)
{
    if (nlayers > NETWORK_MAX_LAYERS)
        return error_set(err, ERR_ARG, "network", "%u layers; at most %d", nlayers, NETWORK_MAX_LAYERS);
    for (unsigned i = 0; i < nlayers; i++)
        for (unsigned j = 0; j < i; j++)
            if (sv_eq(names[i], names[j]))
                return error_set(err, ERR_ARG, "network", "layer \"%.*s\" is named twice", SV_FMT(names[i]));
    struct network_table *t = calloc(1, sizeof *t);
    if (!t) return no_memory(err, 0);
    intern_init(&t->accounts);
    intern_init(&t->contents);
    t->nlayers = nlayers ? nlayers : 1;
    for (unsigned i = 0; i < t->nlayers; i++) {
        struct layer *l = &t->layers[i];
        intern_init(&l->objects);
        size_t n = nlayers ? names[i].n : 0;
        char *name = malloc(n + 1);
        if (!name) {
            network_table_free(t);
            return no_memory(err, 0);
        }
        if (n) memcpy(name, names[i].p, n);
        name[n] = '\0';
        l->name = sv_of(name, n);
    }
    *out = t;
    return 0;
}

void network_table_free(struct network_table *t)
{
    if (!t) return;
    intern_done(&t->accounts);
    intern_done(&t->contents);
    free(t->created);
    for (uint32_t i = 0; i < t->shown_cap; i++) free((void *)(uintptr_t)t->shown[i].p);
    free(t->shown);
    for (unsigned i = 0; i < t->nlayers; i++) {
        struct layer *l = &t->layers[i];
        intern_done(&l->objects);
        free((void *)(uintptr_t)l->name.p);
        free(l->object);
        free(l->account);
        free(l->content);
        free(l->time_us);
    }
    free(t);
}

static bool grow(void **p, uint64_t cap, size_t size)
{
    void *q = realloc(*p, cap * size);
    if (q) {
        wish_huge_pages(q, cap * size);
        *p = q;
    }
    return q != NULL;
}

static int layer_push(struct layer *l, uint32_t object, uint32_t account, uint32_t content, int64_t time_us)
{
    if (l->n == l->cap) {
        if (l->n >= NETWORK_MAX_ROWS) return ERR_LIMIT;
        uint64_t cap = l->cap ? l->cap + l->cap / 2 : 4096;
        if (!grow((void **)&l->object, cap, 4) || !grow((void **)&l->account, cap, 4) ||
            !grow((void **)&l->content, cap, 4) || !grow((void **)&l->time_us, cap, 8))
            return ERR_NOMEM;
        l->cap = cap;
    }
    l->object[l->n] = object;
    l->account[l->n] = account;
    l->content[l->n] = content;
    l->time_us[l->n++] = time_us;
    return 0;
}

int network_table_add(struct network_table *t, unsigned layer, struct sv object, struct sv account,
                      struct sv content, int64_t time_us, struct error *err)
{
    if (layer >= t->nlayers || object.n == 0 || account.n == 0 || time_us < -NETWORK_MAX_TIME_US ||
        time_us > NETWORK_MAX_TIME_US)
        return error_set(err, ERR_ARG, "network",
                         "a row needs a layer below %u, an object, an account and a time", t->nlayers);
    struct layer *l = &t->layers[layer];
    uint32_t o, a, c = INTERN_NONE;
    int rc = intern_put(&l->objects, object, &o);
    if (rc == 0) rc = intern_put(&t->accounts, account, &a);
    if (rc == 0 && content.n) rc = intern_put(&t->contents, content, &c);
    if (rc == 0) rc = layer_push(l, o, a, c, time_us);
    return rc ? table_error(rc, l, err) : 0;
}

/* Keeps the earliest of several. */
static int note_created(struct network_table *t, uint32_t account, int64_t created_us)
{
    if (account >= t->created_cap) {
        uint64_t cap = (uint64_t)account + account / 2 + 256;
        int64_t *created = realloc(t->created, cap * sizeof *created);
        if (!created) return ERR_NOMEM;
        for (uint64_t i = t->created_cap; i < cap; i++) created[i] = NETWORK_NO_TIME;
        t->created = created;
        t->created_cap = (uint32_t)cap;
    }
    if (t->created[account] == NETWORK_NO_TIME || created_us < t->created[account])
        t->created[account] = created_us;
    return 0;
}

int network_table_set_created(struct network_table *t, struct sv account, int64_t created_us,
                              struct error *err)
{
    uint32_t a;
    int rc = intern_put(&t->accounts, account, &a);
    if (rc == 0) rc = note_created(t, a, created_us);
    return rc ? table_error(rc, &t->layers[0], err) : 0;
}

int64_t network_table_created(const struct network_table *t, uint32_t account)
{
    return account < t->created_cap ? t->created[account] : NETWORK_NO_TIME;
}

/* ---- batches ---- */

struct hashes {
    uint64_t account, content, objects[NETWORK_MAX_LAYERS];
};

static void hash_post(const struct network_table *t, const struct network_row *p, struct hashes *h)
{
    h->account = intern_hash(&t->accounts, p->account);
    intern_prefetch(&t->accounts, h->account);
    if (p->content.n) {
        h->content = intern_hash(&t->contents, p->content);
        intern_prefetch(&t->contents, h->content);
    }
    for (unsigned l = 0; l < t->nlayers; l++) {
        if (p->objects[l].n == 0) continue;
        h->objects[l] = intern_hash(&t->layers[l].objects, p->objects[l]);
        intern_prefetch(&t->layers[l].objects, h->objects[l]);
    }
}

/* What each post's names lead to in the tables, so far as one look tells. */
struct guesses {
    uint32_t account, objects[NETWORK_MAX_LAYERS];
};

static void guess_post(const struct network_table *t, const struct network_row *p, const struct hashes *h,
                       struct guesses *g)
{
    g->account = intern_guess(&t->accounts, h->account);
    for (unsigned l = 0; l < t->nlayers; l++)
        g->objects[l] = p->objects[l].n ? intern_guess(&t->layers[l].objects, h->objects[l]) : INTERN_NONE;
}

static void prefetch_post(const struct network_table *t, const struct guesses *g)
{
    intern_prefetch_string(&t->accounts, g->account);
    for (unsigned l = 0; l < t->nlayers; l++) intern_prefetch_string(&t->layers[l].objects, g->objects[l]);
}

static int store_post(struct batch *b, const struct network_row *p, const struct hashes *h, struct error *err)
{
    struct network_table *t = b->table;
    uint32_t a, c = INTERN_NONE, o;
    bool any = false;
    int rc = intern_put_hashed(&t->accounts, p->account, h->account, &a);
    if (rc == 0 && p->created_us != NETWORK_NO_TIME) rc = note_created(t, a, p->created_us);
    if (rc == 0 && p->content.n) rc = intern_put_hashed(&t->contents, p->content, h->content, &c);
    for (unsigned i = 0; rc == 0 && i < t->nlayers; i++) {
        if (p->objects[i].n == 0) continue;
        rc = intern_put_hashed(&t->layers[i].objects, p->objects[i], h->objects[i], &o);
        if (rc == 0) rc = layer_push(&t->layers[i], o, a, c, p->time_us);
        if (rc == 0) b->report->rows++;
        any = true;
    }
    if (rc) return table_error(rc, &t->layers[0], err);
    if (p->again) return 0;
    if (!p->content.n) b->report->missing_content++;
    if (!any) b->report->missing_object++;
    b->report->posts++;
    return 0;
}

static int visit_posts(struct batch *b, struct error *err)
{
    int rc = 0;
    for (unsigned i = 0; rc == 0 && i < b->n; i++) {
        const struct network_row *p = &b->posts[i];
        bool any = false;
        for (unsigned l = 0; l < b->nlayers; l++) any |= p->objects[l].n > 0;
        if (!p->again) {
            b->report->missing_content += !p->content.n && b->wants_content;
            b->report->missing_object += !any;
            b->report->posts++;
        }
        b->report->rows += any;
        rc = b->visit(b->arg, p, err);
    }
    b->n = 0;
    return rc;
}

int batch_flush(struct batch *b, struct error *err)
{
    if (!b->table) return visit_posts(b, err);
    struct hashes h[BATCH];
    struct guesses g[BATCH];
    for (unsigned i = 0; i < b->n; i++) hash_post(b->table, &b->posts[i], &h[i]);
    for (unsigned i = 0; i < b->n; i++) guess_post(b->table, &b->posts[i], &h[i], &g[i]);
    for (unsigned i = 0; i < b->n; i++) prefetch_post(b->table, &g[i]);
    int rc = 0;
    for (unsigned i = 0; rc == 0 && i < b->n; i++) rc = store_post(b, &b->posts[i], &h[i], err);
    b->n = 0;
    return rc;
}

void report_example(struct network_report *r, uint64_t line, const char *fmt, ...)
{
    if (r->nexamples == NETWORK_REPORT_EXAMPLES) return;
    struct error e;
    va_list ap;
    va_start(ap, fmt);
    error_setv(&e, ERR_FORMAT, "network", fmt, ap);
    va_end(ap);
    r->examples[r->nexamples].line = line;
    snprintf(r->examples[r->nexamples].why, sizeof r->examples[0].why, "%.95s", e.text);
    r->nexamples++;
}

bool batch_accept(struct batch *b, struct network_row *p, struct sv time, uint64_t line)
{
    struct network_report *r = b->report;
    if (p->account.n == 0) {
        r->missing_account++;
        report_example(r, line, "no account");
        return false;
    }
    if (!table_time(time, r, &p->time_us)) {
        r->bad_time++;
        report_example(r, line, "\"%.*s\" is no time", SV_FMT(sv_sub(time, 0, 40)));
        return false;
    }
    return true;
}

int64_t batch_created(struct batch *b, struct sv field)
{
    struct network_report unused = {0};
    int64_t us;
    if (field.n == 0) return NETWORK_NO_TIME;
    if (table_time(field, &unused, &us)) return us;
    b->report->bad_created++;
    return NETWORK_NO_TIME;
}

static int64_t scale_time(int64_t n, struct network_report *r)
{
    uint64_t size = n < 0 ? (uint64_t)0 - (uint64_t)n : (uint64_t)n;
    if (size < UINT64_C(100000000000)) {
        r->seconds++;
        return n * 1000000;
    }
    if (size < UINT64_C(100000000000000)) {
        r->milliseconds++;
        return n * 1000;
    }
    r->microseconds++;
    return n;
}

bool table_time(struct sv s, struct network_report *r, int64_t *out_us)
{
    s = sv_trim(s);
    int64_t n = 0;
    double d;
    size_t i = 0;
    for (; i < s.n && i < 18 && s.p[i] >= '0' && s.p[i] <= '9'; i++) n = n * 10 + (s.p[i] - '0');
    if (i == s.n && i > 0) {
        *out_us = scale_time(n, r);
    } else if (sv_to_i64(s, &n)) {
        if (n < -NETWORK_MAX_TIME_US || n > NETWORK_MAX_TIME_US) return false;
        *out_us = scale_time(n, r);
    } else if (sv_to_double(s, &d)) {
        if (!(d > -1e17 && d < 1e17)) return false;
        double us = d < 1e11 && d > -1e11 ? d * 1e6 : d < 1e14 && d > -1e14 ? d * 1e3 : d;
        (void)scale_time((int64_t)d, r);
        *out_us = (int64_t)(us < 0 ? us - 0.5 : us + 0.5);
    } else if (time_parse(s, out_us)) {
        r->text_times++;
    } else {
        return false;
    }
    return *out_us >= -NETWORK_MAX_TIME_US && *out_us <= NETWORK_MAX_TIME_US;
}

/* ---- reading ---- */

static int read_into(struct feed *s, const struct network_columns *columns, struct batch *b,
                     struct error *err)
{
    struct network_report *report = b->report;
    int rc = 0;
    while (rc == 0 && s->n < 64 && !s->eof) rc = feed_refill(s, err);
    struct sv head = sv_trim(feed_peek(s, 64));
    if (sv_starts(head, SV("\xEF\xBB\xBF"))) head = sv_trim(sv_sub(head, 3, head.n));
    if (rc == 0)
        rc = sv_starts(head, SV("{")) ? ndjson_read(s, columns, b, err) : csv_read(s, columns, b, err);
    if (rc == 0) rc = batch_flush(b, err);
    if (rc == 0 && report->posts == 0 && report->lines > 0)
        rc = error_set(err, ERR_FORMAT, "network",
                       "%s: none of its %llu lines could be used (line %llu: %s); check the column options",
                       s->path, (unsigned long long)report->lines,
                       (unsigned long long)(report->nexamples ? report->examples[0].line : 0),
                       report->nexamples ? report->examples[0].why : "?");
    return rc;
}

static int read_source(struct feed *s, const struct network_columns *columns, struct network_table **out,
                       struct network_report *report, struct error *err)
{
    struct sv names[NETWORK_MAX_LAYERS];
    struct network_table *t = NULL;
    if (columns->nlayers > NETWORK_MAX_LAYERS)
        return error_set(err, ERR_ARG, "network", "%u layers; at most %d", columns->nlayers,
                         NETWORK_MAX_LAYERS);
    for (unsigned i = 0; i < columns->nlayers; i++) names[i] = columns->layers[i].name;
    int rc = network_table_new(names, columns->nlayers, &t, err);
    if (rc) return rc;
    struct batch *b = malloc(sizeof *b);
    if (!b) {
        network_table_free(t);
        return no_memory(err, 0);
    }
    b->table = t;
    b->nlayers = t->nlayers;
    b->report = report;
    b->n = 0;
    rc = read_into(s, columns, b, err);
    free(b);
    if (rc == 0)
        *out = t;
    else
        network_table_free(t);
    return rc;
}

int network_table_read(const char *path, const struct network_columns *columns, struct network_table **out,
                       struct network_report *report, struct error *err)
{
    struct feed s;
    int rc = feed_open(&s, path, err);
    if (rc) return rc;
    rc = read_source(&s, columns, out, report, err);
    feed_close(&s);
    return rc;
}

int network_table_parse(struct sv bytes, const struct network_columns *columns, struct network_table **out,
                        struct network_report *report, struct error *err)
{
    struct feed s;
    int rc = feed_open_bytes(&s, bytes, err);
    if (rc) return rc;
    rc = read_source(&s, columns, out, report, err);
    feed_close(&s);
    return rc;
}

int network_rows_read(const char *path, const struct network_columns *columns, struct network_report *report,
                      int (*visit)(void *arg, const struct network_row *row, struct error *err), void *arg,
                      struct error *err)
{
    struct feed s;
    if (columns->nlayers == 0 || columns->nlayers > NETWORK_MAX_LAYERS)
        return error_set(err, ERR_ARG, "network", "%u columns of things; 1 to %d", columns->nlayers,
                         NETWORK_MAX_LAYERS);
    int rc = feed_open(&s, path, err);
    if (rc) return rc;
    struct batch *b = malloc(sizeof *b);
    if (!b) {
        feed_close(&s);
        return no_memory(err, 0);
    }
    b->table = NULL;
    b->visit = visit;
    b->arg = arg;
    b->nlayers = columns->nlayers;
    b->wants_content = !columns->no_content;
    b->report = report;
    b->n = 0;
    rc = read_into(&s, columns, b, err);
    free(b);
    feed_close(&s);
    return rc;
}

unsigned network_table_layers(const struct network_table *t) { return t->nlayers; }
struct sv network_layer_name(const struct network_table *t, unsigned layer) { return t->layers[layer].name; }
uint32_t network_table_accounts(const struct network_table *t) { return t->accounts.n; }
uint32_t network_table_contents(const struct network_table *t) { return t->contents.n; }
uint64_t network_table_rows(const struct network_table *t)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < t->nlayers; i++) n += t->layers[i].n;
    return n;
}

struct sv network_table_account(const struct network_table *t, uint32_t account)
{
    return intern_sv(&t->accounts, account);
}

int network_table_show_account(struct network_table *t, uint32_t account, struct sv name, struct error *err)
{
    if (account >= t->accounts.n || name.n == 0)
        return error_set(err, ERR_ARG, "network", "account %u of %u, or an empty name", account,
                         t->accounts.n);
    if (account >= t->shown_cap) {
        struct sv *shown = realloc(t->shown, (size_t)t->accounts.n * sizeof *shown);
        if (!shown) return no_memory(err, 0);
        memset(shown + t->shown_cap, 0, (t->accounts.n - t->shown_cap) * sizeof *shown);
        t->shown = shown;
        t->shown_cap = t->accounts.n;
    }
    char *copy = malloc(name.n);
    if (!copy) return no_memory(err, 0);
    memcpy(copy, name.p, name.n);
    free((void *)(uintptr_t)t->shown[account].p);
    t->shown[account] = sv_of(copy, name.n);
    return 0;
}
