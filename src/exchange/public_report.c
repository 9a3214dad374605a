/* The periodic report: what was decided, how fast, what was contested and how it ended, how often the machine was wrong, what
 * was asked of others and of us. Tables of counts go through counts_suppress_all together, with their sums; times are only given where their counts are shown. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/public_report_priv.h"
#include "exchange/referral.h"
#include "store/store_case.h"
#include "store/store_decision.h"

enum { PAGE = 500, LANGUAGES = 32, CHANNELS = 16, DURATIONS = 4096 };

/* What is gathered in one walk over the decisions. */
struct tally {
    int64_t measures[CATEGORY_COUNT][MEASURE_COUNT];
    int64_t appeals[CATEGORY_COUNT][3];   /* waiting, upheld, overturned */
    int64_t machine[CATEGORY_COUNT][2];   /* the machine said it: a person agreed, or not */
    int64_t deadlines[CATEGORY_COUNT][2]; /* kept, missed */
    struct sv languages[LANGUAGES];
    int64_t by_language[LANGUAGES][2];
    size_t nlanguages;
    struct sv channels[CHANNELS];
    int64_t by_channel[CHANNELS];
    size_t nchannels;
    int64_t *took[CATEGORY_COUNT]; /* microseconds from known to decided */
    size_t ntook[CATEGORY_COUNT], took_cap[CATEGORY_COUNT];
};

static int add_time(struct tally *t, enum category c, int64_t us)
{
    if (t->ntook[c] == t->took_cap[c]) {
        size_t cap = t->took_cap[c] ? 2 * t->took_cap[c] : 64;
        int64_t *more = realloc(t->took[c], cap * sizeof *more);
        if (!more) return ERR_NOMEM;
        t->took[c] = more;
        t->took_cap[c] = cap;
    }
    t->took[c][t->ntook[c]++] = us;
    return 0;
}

/* Names that are not in the first places go into the last, "other". */
static size_t place_of_name(struct sv *names, size_t *n, size_t most, struct sv name, struct arena *a)
{
    for (size_t i = 0; i < *n; i++)
        if (sv_eq(names[i], name)) return i;
    if (*n == most - 1) {
        names[*n] = SV("other");
        (*n)++;
    }
    if (*n >= most) return most - 1;
    names[*n] = arena_copy(a, name);
    return (*n)++;
}

static int count_appeal(struct store *s, const struct decision *d, enum category c, struct tally *t,
                        struct error *err)
{
    struct arena a;
    struct appeal x;
    arena_init(&a, 0);
    int code = store_appeal_of(s, &d->id, &a, &x, err);
    if (code == 0 && x.state == APPEAL_WAITING) t->appeals[c][0]++;
    if (code == 0 && x.state == APPEAL_UPHELD) t->appeals[c][1]++;
    if (code == 0 && x.state == APPEAL_OVERTURNED) t->appeals[c][2]++;
    arena_done(&a);
    return code == ERR_NOTFOUND ? 0 : code;
}

static int count_decision(struct public_report *r, const struct decision *d, struct tally *t,
                          struct error *err)
{
    enum category c = d->category != CATEGORY_NONE ? d->category : d->machine_category;
    if (d->state == DECISION_UNDONE || d->state == DECISION_REFUSED || d->state == DECISION_AWAITING_SECOND)
        return 0;
    t->measures[c][d->measure]++;
    if (d->machine_category != CATEGORY_NONE) {
        bool agreed = d->category == d->machine_category && d->measure != MEASURE_NONE;
        size_t at = place_of_name(t->languages, &t->nlanguages, LANGUAGES,
                                  d->language.n ? d->language : SV("und"), &r->arena);
        t->machine[d->machine_category][agreed ? 0 : 1]++;
        t->by_language[at][agreed ? 0 : 1]++;
    }
    if (d->deadline_us != TIME_UNKNOWN) t->deadlines[c][d->at_us <= d->deadline_us ? 0 : 1]++;
    if (d->known_us != TIME_UNKNOWN &&
        add_time(t, c, d->at_us > d->known_us ? d->at_us - d->known_us : 0) != 0)
        return error_set(err, ERR_NOMEM, "transparency", "no memory for times");
    return count_appeal(r->store, d, c, t, err);
}

static int walk_decisions(struct public_report *r, struct tally *t, struct error *err)
{
    struct decision_filter f;
    int code = 0;
    decision_filter_init(&f);
    for (size_t n = PAGE; code == 0 && n == PAGE;) {
        struct arena a;
        struct decision *list;
        arena_init(&a, 0);
        code = store_decisions(r->store, &f, PAGE, &a, &list, &n, err);
        for (size_t i = 0; code == 0 && i < n; i++) {
            f.before_us = list[i].at_us;
            f.before = list[i].id;
            if (list[i].at_us >= r->o.from_us && list[i].at_us < r->o.to_us)
                code = count_decision(r, &list[i], t, err);
        }
        arena_done(&a);
    }
    return code;
}

/* Complaints by who sent them: the requests that authorities made of us among them. */
static int walk_requests(struct public_report *r, struct tally *t, struct error *err)
{
    struct arena a;
    struct case_file *cases;
    size_t n = 0;
    arena_init(&a, 0);
    int code = store_case_list(r->store, CASE_STATES, &a, &cases, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++) {
        struct case_text *texts;
        size_t k = 0;
        code = store_case_texts(r->store, &cases[i].id, &a, &texts, &k, err);
        for (size_t m = 0; code == 0 && m < k; m++) {
            if (texts[m].type != CASE_COMPLAINT || texts[m].at_us < r->o.from_us ||
                texts[m].at_us >= r->o.to_us)
                continue;
            t->by_channel[place_of_name(t->channels, &t->nchannels, CHANNELS,
                                        texts[m].channel.n ? texts[m].channel : SV("other"), &r->arena)]++;
        }
    }
    arena_done(&a);
    return code;
}

/* ---- tables ---- */

struct sv report_word(const struct public_report *r, const char *family, const char *name)
{
    char key[96];
    int n = snprintf(key, sizeof key, "%s.%s", family, name);
    for (int i = (int)strlen(family) + 1; i < n && i < (int)sizeof key && strcmp(family, "category") != 0;
         i++)
        if (key[i] == '-' || key[i] == '.') key[i] = '_';
    return text_has(r->o.texts, LANG_EN, key) ? text_get(r->o.texts, r->o.lang, key) : sv_cstr(name);
}

static struct report_table *new_table(struct public_report *r, const char *name, size_t rows, size_t columns)
{
    if (r->n == REPORT_TABLES) return NULL;
    struct report_table *t = &r->tables[r->n];
    *t = (struct report_table){.name = name};
    t->counts.rows = rows;
    t->counts.columns = columns;
    t->counts.v = ARENA_ARRAY(&r->arena, rows * columns + 1, int64_t);
    t->counts.hidden = ARENA_ARRAY(&r->arena, (rows + 1) * (columns + 1), bool);
    t->rows = ARENA_ARRAY(&r->arena, rows + 1, struct sv);
    t->columns = ARENA_ARRAY(&r->arena, columns + 1, struct sv);
    if (!t->counts.v || !t->counts.hidden || !t->rows || !t->columns) return NULL;
    r->n++;
    return t;
}

static int no_memory(struct error *err)
{
    return error_set(err, ERR_NOMEM, "transparency", "no memory for a table");
}

/* Categories in which something happened, by the columns of one array. */
static int category_table(struct public_report *r, const char *name, const int64_t *v, size_t columns,
                          const char *const *titles, const char *family, struct error *err)
{
    size_t rows = 0;
    for (size_t c = 0; c < CATEGORY_COUNT; c++)
        for (size_t k = 0; k < columns; k++)
            if (v[c * columns + k]) {
                rows++;
                break;
            }
    struct report_table *t = new_table(r, name, rows, columns);
    if (!t) return no_memory(err);
    for (size_t k = 0; k < columns; k++) t->columns[k] = report_word(r, family, titles[k]);
    rows = 0;
    for (size_t c = 0; c < CATEGORY_COUNT; c++) {
        bool any = false;
        for (size_t k = 0; k < columns; k++) any |= v[c * columns + k] != 0;
        if (!any) continue;
        t->rows[rows] = report_word(r, "category", category_name((enum category)c));
        memcpy(&t->counts.v[rows * columns], &v[c * columns], columns * sizeof *v);
        rows++;
    }
    return 0;
}

static int name_table(struct public_report *r, const char *name, const struct sv *names, const int64_t *v,
                      size_t rows, size_t columns, const char *const *titles, const char *family,
                      struct error *err)
{
    struct report_table *t = new_table(r, name, rows, columns);
    if (!t) return no_memory(err);
    for (size_t k = 0; k < columns; k++) t->columns[k] = report_word(r, family, titles[k]);
    for (size_t i = 0; i < rows; i++) t->rows[i] = names[i];
    if (rows) memcpy(t->counts.v, v, rows * columns * sizeof *v);
    return 0;
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Median and 95th percentile in minutes, of categories with enough decisions to tell. */
static int time_table(struct public_report *r, struct tally *t, struct error *err)
{
    size_t rows = 0;
    for (size_t c = 0; c < CATEGORY_COUNT; c++) rows += (int64_t)t->ntook[c] >= r->o.least;
    struct report_table *x = new_table(r, "times", rows, 2);
    if (!x) return no_memory(err);
    x->measures = true;
    x->columns[0] = report_word(r, "public", "median_minutes");
    x->columns[1] = report_word(r, "public", "p95_minutes");
    rows = 0;
    for (size_t c = 0; c < CATEGORY_COUNT; c++) {
        size_t n = t->ntook[c];
        if (n == 0 || (int64_t)n < r->o.least) continue;
        qsort(t->took[c], n, sizeof *t->took[c], by_value);
        x->rows[rows] = report_word(r, "category", category_name((enum category)c));
        x->counts.v[2 * rows] = t->took[c][(n - 1) / 2] / US_PER_MINUTE;
        x->counts.v[2 * rows + 1] = t->took[c][(n * 95 + 99) / 100 - 1] / US_PER_MINUTE;
        rows++;
    }
    return 0;
}

static int referral_tables(struct public_report *r, struct error *err)
{
    static const char *const titles[] = {"offline", "refused", "still_up", "pending"};
    struct league_row *rows;
    size_t n = 0;
    int code = referral_league(r->store, r->o.from_us, r->o.to_us, &r->arena, &rows, &n, err);
    if (code) return code;
    struct sv *names = ARENA_ARRAY(&r->arena, n + 1, struct sv);
    int64_t *v = ARENA_ARRAY(&r->arena, 4 * n + 1, int64_t);
    if (!names || !v) return no_memory(err);
    size_t slow = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t pending = rows[i].sent - rows[i].acted - rows[i].refused - rows[i].still_up;
        const int64_t line[] = {rows[i].acted, rows[i].refused, rows[i].still_up, pending > 0 ? pending : 0};
        memcpy(&v[4 * i], line, sizeof line);
        names[i] = rows[i].recipient;
        slow += rows[i].acted >= r->o.least;
    }
    code = name_table(r, "referrals", names, v, n, 4, titles, "public", err);
    if (code) return code;
    struct report_table *x = new_table(r, "referral_times", slow, 2);
    if (!x) return no_memory(err);
    x->measures = true;
    x->columns[0] = report_word(r, "public", "median_minutes");
    x->columns[1] = report_word(r, "public", "p95_minutes");
    slow = 0;
    for (size_t i = 0; i < n; i++) {
        if (rows[i].acted < r->o.least || rows[i].acted == 0) continue;
        x->rows[slow] = rows[i].recipient;
        x->counts.v[2 * slow] = rows[i].median_us / US_PER_MINUTE;
        x->counts.v[2 * slow + 1] = rows[i].p95_us / US_PER_MINUTE;
        slow++;
    }
    return 0;
}

/* ---- small counts ---- */

/* A sum of a single row or column is the cell itself. */
static struct count_place number_of(const struct public_report *r, size_t table, size_t row, size_t column)
{
    const struct count_table *t = &r->tables[table].counts;
    if (column == t->columns && t->columns == 1) column = 0;
    if (row == t->rows && t->rows == 1) row = 0;
    return (struct count_place){table, row, column};
}

/* Sums of two tables under the same words that are the same number, and totals that are: a reader takes them to be one. */
static size_t link_tables(const struct public_report *r, size_t i, size_t k, struct count_link *out)
{
    const struct report_table *x = &r->tables[i], *y = &r->tables[k];
    const struct count_table *a = &x->counts, *b = &y->counts;
    size_t n = 0;
    for (size_t m = 0; m < a->rows; m++)
        for (size_t o = 0; o < b->rows; o++)
            if (sv_eq(x->rows[m], y->rows[o]) &&
                counts_value(a, m, a->columns) == counts_value(b, o, b->columns))
                out[n++] =
                    (struct count_link){number_of(r, i, m, a->columns), number_of(r, k, o, b->columns)};
    for (size_t m = 0; m < a->columns; m++)
        for (size_t o = 0; o < b->columns; o++)
            if (sv_eq(x->columns[m], y->columns[o]) &&
                counts_value(a, a->rows, m) == counts_value(b, b->rows, o))
                out[n++] = (struct count_link){number_of(r, i, a->rows, m), number_of(r, k, b->rows, o)};
    if (counts_value(a, a->rows, a->columns) == counts_value(b, b->rows, b->columns))
        out[n++] =
            (struct count_link){number_of(r, i, a->rows, a->columns), number_of(r, k, b->rows, b->columns)};
    return n;
}

static bool has_counts(const struct report_table *t)
{
    return !t->measures && t->counts.rows > 0 && t->counts.columns > 0;
}

static int hide_small(struct public_report *r, struct error *err)
{
    struct count_table *tables[REPORT_TABLES];
    size_t at[REPORT_TABLES], n = 0, most = 1, nlinks = 0;
    for (size_t i = 0; i < r->n; i++) {
        if (!has_counts(&r->tables[i])) continue;
        most += r->tables[i].counts.rows + r->tables[i].counts.columns + 1;
        at[n] = i;
        tables[n++] = &r->tables[i].counts;
    }
    struct count_link *links = calloc(n * most, sizeof *links); /* names are unlike within a table */
    if (!links) return no_memory(err);
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++) {
            size_t more = link_tables(r, at[i], at[k], links + nlinks);
            for (size_t m = 0; m < more; m++, nlinks++) links[nlinks].a.table = i, links[nlinks].b.table = k;
        }
    struct count_tables all = {.v = tables, .n = n, .links = links, .nlinks = nlinks};
    int code = counts_suppress_all(&all, r->o.least, err);
    free(links);
    return code;
}

static int build(struct public_report *r, struct tally *t, struct error *err)
{
    static const char *const appeal_titles[] = {"waiting", "upheld", "overturned"};
    static const char *const machine_titles[] = {"agreed", "disagreed"},
                             *const deadline_titles[] = {"kept", "missed"}, *const one[] = {"requests"};
    const char *measure_titles[MEASURE_COUNT];
    for (int i = 0; i < MEASURE_COUNT; i++) measure_titles[i] = measure_name((enum measure)i);
    int code = walk_decisions(r, t, err);
    if (code == 0) code = walk_requests(r, t, err);
    if (code == 0)
        code =
            category_table(r, "decisions", &t->measures[0][0], MEASURE_COUNT, measure_titles, "measure", err);
    if (code == 0) code = time_table(r, t, err);
    if (code == 0)
        code = category_table(r, "deadlines", &t->deadlines[0][0], 2, deadline_titles, "public", err);
    if (code == 0) code = category_table(r, "appeals", &t->appeals[0][0], 3, appeal_titles, "public", err);
    if (code == 0)
        code = category_table(r, "errors_by_category", &t->machine[0][0], 2, machine_titles, "public", err);
    if (code == 0)
        code = name_table(r, "errors_by_dialect", t->languages, &t->by_language[0][0], t->nlanguages, 2,
                          machine_titles, "public", err);
    if (code == 0)
        code = name_table(r, "requests", t->channels, t->by_channel, t->nchannels, 1, one, "public", err);
    if (code == 0) code = referral_tables(r, err);
    return code ? code : hide_small(r, err);
}

int public_report_build(struct store *s, const struct report_options *o, struct public_report **out,
                        struct error *err)
{
    struct public_report *r = calloc(1, sizeof *r);
    struct tally *t = calloc(1, sizeof *t);
    if (!r || !t) {
        free(r);
        free(t);
        return no_memory(err);
    }
    r->store = s;
    r->o = *o;
    arena_init(&r->arena, 0);
    int code = build(r, t, err);
    for (size_t c = 0; c < CATEGORY_COUNT; c++) free(t->took[c]);
    free(t);
    if (code) {
        public_report_free(r);
        return code;
    }
    *out = r;
    return 0;
}

void public_report_free(struct public_report *r)
{
    if (!r) return;
    arena_done(&r->arena);
    free(r);
}
