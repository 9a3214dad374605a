/* The index of closed accounts: see resurfaced.h. Things and words are 64-bit hashes; one sorted list each per account, one
 * posting list per hash. */
#include "network/resurfaced.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/vec.h"
#include "network/intern_priv.h"
#include "network/radix_priv.h"
#include "text/normalise.h"

#include <math.h>
#include <stdlib.h>

enum { KINDS = 5, MAX_WORDS = 2048, MAX_HANDLE = 64 };

enum kind { KIND_CONTENT, KIND_TARGET, KIND_CONTACT, KIND_WORD, KIND_HANDLE };

/* How much a thing in common weighs: contacts and targets are shared for many reasons. */
static const double kind_weight[KINDS] = {1.0, 0.6, 0.5, 0.0, 0.0};

struct closed_account {
    struct sv handle; /* in the arena of the index */
    int64_t first_us, last_us, closed_us;
    uint32_t nwords;
};

struct posting {
    uint32_t account, next; /* next + 1; 0 ends */
};

/* One thing, word or piece of a handle. */
struct item {
    uint64_t hash;
    uint32_t accounts; /* closed accounts that have it */
    uint32_t head;     /* posting + 1 */
};

struct resurfaced {
    struct arena strings;
    struct intern seed; /* for its keyed hash alone */
    struct VEC(struct closed_account) accounts;
    struct VEC(struct posting) postings;
    struct item *items;
    uint64_t mask, nitems;
    struct parent_match *scores; /* one per account, for a question */
    uint32_t *touched;
    size_t scores_cap;
};

int resurfaced_new(struct resurfaced **out, struct error *err)
{
    struct resurfaced *r = calloc(1, sizeof *r);
    if (!r) return error_set(err, ERR_NOMEM, "network", "no memory for the index of closed accounts");
    arena_init(&r->strings, (size_t)4 << 30);
    intern_init(&r->seed);
    *out = r;
    return 0;
}

void resurfaced_free(struct resurfaced *r)
{
    if (!r) return;
    arena_done(&r->strings);
    intern_done(&r->seed);
    VEC_DONE(&r->accounts);
    VEC_DONE(&r->postings);
    free(r->items);
    free(r->scores);
    free(r->touched);
    free(r);
}

/* ---- traces as hashes ---- */

struct hashes {
    uint64_t *v, *spare;
    size_t n, cap;
    bool failed;
};

static void add_hash(const struct resurfaced *r, struct hashes *h, enum kind kind, struct sv s)
{
    if (s.n == 0 || h->failed) return;
    if (h->n == h->cap) {
        size_t cap = h->cap ? h->cap * 2 : 256;
        uint64_t *v = realloc(h->v, cap * sizeof *v);
        h->failed = v == NULL;
        if (!v) return;
        h->v = v;
        h->cap = cap;
    }
    /* The lowest bits tell the kind, so that a word is never a clip. */
    h->v[h->n++] = (intern_hash(&r->seed, s) & ~UINT64_C(7)) | (uint64_t)kind;
}

static void add_list(const struct resurfaced *r, struct hashes *h, enum kind kind, struct sv_list l)
{
    for (size_t i = 0; i < l.n; i++) add_hash(r, h, kind, l.v[i]);
}

/* Words and pairs of neighbouring words of a normalised text. */
static int add_words(const struct resurfaced *r, struct hashes *h, struct sv text, struct error *err)
{
    struct arena a;
    struct norm_text t;
    arena_init(&a, 0);
    int rc = text.n ? text_normalise(sv_sub(text, 0, POST_MAX_TEXT_BYTES), &a, &t, err) : 0;
    struct sv before = SV_NULL, rest = rc || text.n == 0 ? SV_NULL : t.text, word;
    size_t start = h->n;
    while (sv_split(&rest, ' ', &word) && h->n - start < MAX_WORDS) {
        if (word.n < 2) continue;
        add_hash(r, h, KIND_WORD, word);
        if (before.p) add_hash(r, h, KIND_WORD, sv_of(before.p, (size_t)(word.p + word.n - before.p)));
        before = word;
    }
    arena_done(&a);
    return rc;
}

/* Lower case, digits as the letters they stand for, everything else but letters away. */
static size_t fold_handle(struct sv s, char out[MAX_HANDLE])
{
    static const char digits[] = "oizeasgtbg";
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < MAX_HANDLE; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 'A' && c <= 'Z') c = (unsigned char)(c + 32);
        if (c >= '0' && c <= '9') c = (unsigned char)digits[c - '0'];
        if ((c >= 'a' && c <= 'z') || c >= 0x80) out[n++] = (char)c;
    }
    return n;
}

static void add_handle(const struct resurfaced *r, struct hashes *h, struct sv handle)
{
    char folded[MAX_HANDLE];
    size_t n = fold_handle(handle, folded);
    for (size_t i = 0; i + 4 <= n; i++) add_hash(r, h, KIND_HANDLE, sv_of(folded + i, 4));
}

double handle_likeness(struct sv a, struct sv b)
{
    char x[MAX_HANDLE], y[MAX_HANDLE];
    size_t n = fold_handle(a, x), m = fold_handle(b, y), row[MAX_HANDLE + 1];
    if (n == 0 || m == 0) return 0;
    for (size_t j = 0; j <= m; j++) row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t change = diagonal + (x[i - 1] != y[j - 1]);
            diagonal = row[j];
            size_t least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            row[j] = change < least ? change : least;
        }
    }
    return 1 - (double)row[m] / (double)(n > m ? n : m);
}

/* All of a trace, each hash once. */
static int trace_hashes(const struct resurfaced *r, const struct account_trace *t, struct hashes *h,
                        struct error *err)
{
    add_list(r, h, KIND_CONTENT, t->clips);
    add_list(r, h, KIND_TARGET, t->targets);
    add_list(r, h, KIND_CONTACT, t->contacts);
    add_handle(r, h, t->handle);
    int rc = add_words(r, h, t->bio, err);
    for (size_t i = 0; rc == 0 && i < t->captions.n; i++) rc = add_words(r, h, t->captions.v[i], err);
    if (rc) return rc;
    h->spare = malloc((h->n + 1) * sizeof *h->spare);
    if (h->failed || !h->spare)
        return error_set(err, ERR_NOMEM, "network", "no memory for what an account left");
    radix_sort(h->v, h->spare, h->n);
    size_t kept = 0;
    for (size_t i = 0; i < h->n; i++)
        if (i == 0 || h->v[i] != h->v[i - 1]) h->v[kept++] = h->v[i];
    h->n = kept;
    return 0;
}

static void hashes_done(struct hashes *h)
{
    free(h->v);
    free(h->spare);
}

/* ---- the index ---- */

static struct item *find_item(const struct resurfaced *r, uint64_t hash)
{
    uint64_t at = (hash ^ hash >> 23) & r->mask;
    while (r->items[at].hash && r->items[at].hash != hash) at = (at + 1) & r->mask;
    return &r->items[at];
}

static int grow_items(struct resurfaced *r)
{
    struct item *old = r->items;
    uint64_t n = old ? r->mask + 1 : 0, cap = n ? n * 2 : 4096;
    struct item *items = calloc(cap, sizeof *items);
    if (!items) return ERR_NOMEM;
    r->items = items;
    r->mask = cap - 1;
    for (uint64_t i = 0; i < n; i++)
        if (old[i].hash) *find_item(r, old[i].hash) = old[i];
    free(old);
    return 0;
}

static int post_item(struct resurfaced *r, uint64_t hash, uint32_t account)
{
    if ((!r->items || r->nitems * 2 > r->mask) && grow_items(r)) return ERR_NOMEM;
    struct item *it = find_item(r, hash);
    if (!it->hash) {
        it->hash = hash;
        r->nitems++;
    }
    it->accounts++;
    struct posting p = {account, it->head};
    if (VEC_PUSH(&r->postings, p)) return ERR_NOMEM;
    it->head = (uint32_t)r->postings.n;
    return 0;
}

int resurfaced_add(struct resurfaced *r, const struct account_trace *t, struct error *err)
{
    if (t->handle.n == 0) return error_set(err, ERR_ARG, "network", "a closed account needs a handle");
    if (r->accounts.n >= RESURFACED_MAX_ACCOUNTS || r->postings.n >= UINT32_MAX / 2)
        return error_set(err, ERR_LIMIT, "network", "more than %d closed accounts", RESURFACED_MAX_ACCOUNTS);
    struct hashes h = {0};
    struct closed_account c = {arena_copy(&r->strings, t->handle), t->first_us, t->last_us, t->closed_us, 0};
    int rc = c.handle.p ? trace_hashes(r, t, &h, err) : ERR_NOMEM;
    for (size_t i = 0; rc == 0 && i < h.n; i++) {
        rc = post_item(r, h.v[i], (uint32_t)r->accounts.n);
        c.nwords += (h.v[i] & 7) == KIND_WORD;
    }
    hashes_done(&h);
    if (rc == 0) rc = VEC_PUSH(&r->accounts, c);
    return rc ? error_set(err, rc, "network", "no memory for %zu closed accounts", r->accounts.n + 1) : 0;
}

/* ---- a question ---- */

static double rarity(const struct resurfaced *r, const struct item *it)
{
    return log((double)(r->accounts.n + 1) / it->accounts);
}

static int room_for_scores(struct resurfaced *r)
{
    if (r->scores_cap >= r->accounts.n) return 0;
    free(r->scores);
    free(r->touched);
    r->scores_cap = r->accounts.n + r->accounts.n / 2 + 16;
    r->scores = calloc(r->scores_cap, sizeof *r->scores);
    r->touched = malloc(r->scores_cap * sizeof *r->touched);
    if (r->scores && r->touched) return 0;
    r->scores_cap = 0;
    return ERR_NOMEM;
}

/* Adds what the child has in common with each closed account; returns how many those are. */
static uint32_t gather(struct resurfaced *r, const struct hashes *h, double *out_length)
{
    uint32_t n = 0;
    *out_length = 0;
    for (size_t i = 0; i < h->n && r->items; i++) {
        const struct item *it = find_item(r, h->v[i]);
        enum kind kind = (enum kind)(h->v[i] & 7);
        double weight = it->hash ? rarity(r, it) : log((double)r->accounts.n + 1);
        if (kind == KIND_WORD) *out_length += weight * weight;
        /* A thing of a great many accounts tells nothing and would cost much. */
        if (!it->hash || it->accounts > RESURFACED_MAX_COMMON) continue;
        for (uint32_t at = it->head; at; at = r->postings.v[at - 1].next) {
            struct parent_match *m = &r->scores[r->postings.v[at - 1].account];
            if (m->score == 0) {
                m->score = 1;
                m->account = r->postings.v[at - 1].account;
                r->touched[n++] = m->account;
            }
            m->content += kind == KIND_CONTENT ? weight : 0;
            m->targets += kind == KIND_TARGET ? weight : 0;
            m->contacts += kind == KIND_CONTACT ? weight : 0;
            m->words += kind == KIND_WORD ? weight * weight : 0;
            m->ncontent += kind == KIND_CONTENT;
            m->ntargets += kind == KIND_TARGET;
            m->ncontacts += kind == KIND_CONTACT;
        }
    }
    return n;
}

static void judge_times(const struct closed_account *c, const struct account_trace *child,
                        struct parent_match *m)
{
    m->gap_us = NETWORK_NO_TIME;
    if (child->first_us == NETWORK_NO_TIME || c->closed_us == NETWORK_NO_TIME) return;
    m->gap_us = child->first_us - c->closed_us;
    if (m->gap_us >= 0 || c->first_us == NETWORK_NO_TIME) return;
    int64_t from = c->first_us > child->first_us ? c->first_us : child->first_us;
    m->overlap_us = c->closed_us > from ? c->closed_us - from : 0;
}

static void judge(const struct resurfaced *r, const struct account_trace *child, double child_length,
                  uint32_t child_words, struct parent_match *m)
{
    const struct closed_account *c = &r->accounts.v[m->account];
    /* The parent's length is taken as the child's, by their numbers of words: exact lengths would cost a pass over both. */
    double length = child_words ? child_length * sqrt((double)c->nwords / child_words) : 0;
    m->handle = c->handle;
    m->words = length > 0 ? fmin(1, m->words / length) : 0;
    m->names = handle_likeness(c->handle, child->handle);
    judge_times(c, child, m);
    double names = m->names > 0.5 ? (m->names - 0.5) * 2 : 0;
    m->score = kind_weight[KIND_CONTENT] * m->content + kind_weight[KIND_TARGET] * m->targets +
               kind_weight[KIND_CONTACT] * m->contacts + 20 * m->words + 5 * names;
    if (m->overlap_us > 0) m->score *= 0.5;
    if (m->gap_us != NETWORK_NO_TIME && m->gap_us >= 0)
        m->score *= 1 + 0.1 * exp2(-(double)m->gap_us / (double)(30 * US_PER_DAY));
}

static int compare_matches(const void *x, const void *y)
{
    const struct parent_match *a = x, *b = y;
    if (a->score != b->score) return a->score > b->score ? -1 : 1;
    return a->account < b->account ? -1 : a->account > b->account;
}

static bool say(struct arena *a, struct profile_sentence *list, unsigned *n, const char *key, long long value)
{
    struct sv text = arena_printf(a, "%lld", value);
    list[(*n)++] = (struct profile_sentence){key, {text}, 1};
    return text.p != NULL;
}

static int explain(struct parent_match *m, struct arena *a)
{
    bool ok = true;
    m->nsays = m->nagainst = 0;
    if (m->ncontent) ok &= say(a, m->says, &m->nsays, "network.parent.content", m->ncontent);
    if (m->ntargets) ok &= say(a, m->says, &m->nsays, "network.parent.targets", m->ntargets);
    if (m->words >= 0.05) ok &= say(a, m->says, &m->nsays, "network.parent.words", llround(100 * m->words));
    if (m->names > 0.5) ok &= say(a, m->says, &m->nsays, "network.parent.handle", llround(100 * m->names));
    if (m->ncontacts) ok &= say(a, m->says, &m->nsays, "network.parent.contacts", m->ncontacts);
    if (m->gap_us != NETWORK_NO_TIME && m->gap_us >= 0)
        ok &= say(a, m->says, &m->nsays, "network.parent.timing", m->gap_us / US_PER_DAY);
    if (m->overlap_us > 0)
        ok &=
            say(a, m->against, &m->nagainst, "network.parent.against_timing", m->overlap_us / US_PER_DAY + 1);
    m->against[m->nagainst++] = (struct profile_sentence){.key = "network.parent.note"};
    return ok ? 0 : ERR_NOMEM;
}

int resurfaced_rank(struct resurfaced *r, const struct account_trace *child, uint32_t max, struct arena *a,
                    struct parent_match **out, uint32_t *out_n, struct error *err)
{
    struct hashes h = {0};
    struct parent_match *list = NULL;
    uint32_t n = 0, words = 0;
    double length = 0;
    int rc = trace_hashes(r, child, &h, err);
    if (rc == 0) rc = room_for_scores(r);
    if (rc == 0) {
        n = gather(r, &h, &length);
        for (size_t i = 0; i < h.n; i++) words += (h.v[i] & 7) == KIND_WORD;
        list = arena_array(a, (size_t)n + 1, sizeof *list);
        rc = list ? 0 : ERR_NOMEM;
    }
    for (uint32_t i = 0; i < n; i++) {
        struct parent_match *m = &r->scores[r->touched[i]];
        if (rc == 0) {
            judge(r, child, length, words, m);
            list[i] = *m;
        }
        memset(m, 0, sizeof *m);
    }
    hashes_done(&h);
    if (rc == 0 && n) qsort(list, n, sizeof *list, compare_matches);
    if (n > max) n = max;
    for (uint32_t i = 0; rc == 0 && i < n; i++) rc = explain(&list[i], a);
    if (rc) return error_set(err, rc, "network", "no memory to rank closed accounts");
    *out = list;
    *out_n = n;
    return 0;
}
