/* Where in many references a window may be sung.
 *
 * Steps that stay near each other are a note. Four notes that follow each other, one of the next four passed over or none (an
 * ornament, or one that was not heard), are a gram. Its key is its three intervals in cells of 60 cents, so that neither
 * height nor tempo matters; a query's grams ask the cells next to their own too. What they find votes for when the window starts in the
 * references and by how much it must go up. A note of the query votes once for each, so that a refrain or a drone does not
 * outvote a tune. The best places are then laid under the query (tunes.c).
 *
 * In memory only, made from the tunes in a moment: 4 bytes a gram, about 30 a second of references. A query of 20 s meets a few hundred
 * grams of each hundred hours for each of its own; what it needs beside is 2 bytes for each 1.6 cents-seconds of references, 5 MB for a hundred
 * hours. */
#include "index/tunes_priv.h"

#include <stdlib.h>
#include <string.h>

enum {
    NEAR = 14,      /* 70 cents: of steps that are one note */
    SAME = 10,      /* of notes that are one */
    NOTE_STEPS = 2, /* shorter is none */
    INTERVALS = 3,  /* of a gram */
    CELL = 12,      /* 60 cents */
    CELLS = TUNE_CLASSES / CELL,
    KEYS = CELLS * CELLS * CELLS,
    BORDER = 3,     /* so near the next cell an interval may be in it: 15 cents */
    LASTS_MAX = 80, /* steps from the first note to the last: 10 s */
    WAYS = 4,
    TICK = 4,        /* steps: what a gram's time is counted in */
    NOTES_MAX = 255, /* of a window */
    /* Votes are counted in half cells; four of them, two by two, are a place. */
    WHEN = 32,  /* steps */
    RISES = 20, /* half cells of how much higher, 60 cents each */
    VOTES_MIN = 3
};
/* Notes after the first that a gram is made of. */
static const uint8_t ways[WAYS][INTERVALS] = {{1, 2, 3}, {2, 3, 4}, {1, 3, 4}, {1, 2, 4}};

struct note {
    uint32_t at; /* step */
    uint8_t pitch;
};

struct tune_grams {
    uint32_t starts[KEYS + 1]; /* where in v the grams of each key start */
    uint32_t *v;     /* when, in TICKs of the one time line of all references, and 8 bits of pitch */
    uint64_t *first; /* where on it each reference starts, in steps; nrefs + 1 */
    const struct tune_print *refs;
    size_t nrefs;
};

struct half {
    uint8_t votes, last; /* last: the note that voted, and 1 */
};

/* ---- notes and grams ---- */

static bool is_sung(uint8_t step) { return step > 0 && step <= TUNE_CLASSES; }

static int signed_apart(unsigned from, unsigned to)
{
    return (int)((to - from + 3 * TUNE_CLASSES / 2) % TUNE_CLASSES) - TUNE_CLASSES / 2;
}

/* Up to cap of them. */
static size_t find_notes(const uint8_t *v, size_t n, struct note *out, size_t cap)
{
    size_t found = 0;
    for (size_t i = 0, to; i < n && found < cap; i = to) {
        unsigned first = v[i] - 1u, pitch = first;
        int sum = 0;
        for (to = i + 1; is_sung(v[i]) && to < n && is_sung(v[to]) && tune_apart(v[to] - 1u, pitch) <= NEAR;
             to++) {
            sum += signed_apart(first, v[to] - 1u);
            int mean = (int)first + sum / (int)(to - i + 1);
            pitch = (unsigned)(mean + TUNE_CLASSES) % TUNE_CLASSES;
        }
        bool goes_on = found && tune_apart(out[found - 1].pitch, pitch) <= SAME;
        if (is_sung(v[i]) && to - i >= NOTE_STEPS && !goes_on)
            out[found++] = (struct note){(uint32_t)i, (uint8_t)pitch};
    }
    return found;
}

size_t tune_notes(const uint8_t *v, size_t n)
{
    struct note notes[NOTES_MAX];
    return find_notes(v, n, notes, NOTES_MAX);
}

/* The intervals of a gram, 0 to TUNE_CLASSES - 1 each. False: there is none. */
static bool intervals_of(const struct note *v, size_t n, size_t at, unsigned way, unsigned out[INTERVALS])
{
    size_t last = at, end = at + ways[way][INTERVALS - 1];
    if (end >= n || v[end].at - v[at].at > LASTS_MAX) return false;
    for (int i = 0; i < INTERVALS; i++) {
        size_t next = at + ways[way][i];
        out[i] = (v[next].pitch + TUNE_CLASSES - v[last].pitch) % TUNE_CLASSES;
        last = next;
    }
    return true;
}

/* Intervals lie around the middle of a cell: a fourth is one cell, whoever sings it. */
static unsigned cell_of(unsigned interval) { return (interval + CELL / 2) / CELL % CELLS; }

static unsigned key_of(const unsigned v[INTERVALS])
{
    return (cell_of(v[0]) * CELLS + cell_of(v[1])) * CELLS + cell_of(v[2]);
}

/* Its own key first, then those of the cells that it lies close to. */
static size_t keys_of(const unsigned v[INTERVALS], unsigned out[1 << INTERVALS])
{
    size_t n = 1;
    out[0] = 0;
    for (int i = 0; i < INTERVALS; i++) {
        unsigned cell = cell_of(v[i]), in = (v[i] + CELL / 2) % CELL, other = cell;
        if (in < BORDER) other = (cell + CELLS - 1) % CELLS;
        if (in >= CELL - BORDER) other = (cell + 1) % CELLS;
        size_t were = n;
        for (size_t k = 0; k < were; k++) {
            if (other != cell) out[n++] = out[k] * CELLS + other;
            out[k] = out[k] * CELLS + cell;
        }
    }
    return n;
}

/* ---- building ---- */

/* Counts the grams of all references by key, or where g->v is there already puts them in place. */
static void each_gram(struct tune_grams *g, struct note *notes, size_t cap, uint32_t *at)
{
    unsigned intervals[INTERVALS];
    for (size_t r = 0; r < g->nrefs; r++) {
        size_t n = find_notes(g->refs[r].v, g->refs[r].n, notes, cap);
        for (size_t i = 0; i < n * WAYS; i++) {
            const struct note *first = &notes[i / WAYS];
            if (!intervals_of(notes, n, i / WAYS, i % WAYS, intervals)) continue;
            uint32_t *to = &at[key_of(intervals)], when = (uint32_t)((g->first[r] + first->at) / TICK);
            if (g->v) g->v[*to] = when << 8 | first->pitch;
            ++*to;
        }
    }
}

static int build(struct tune_grams *g, struct note *notes, size_t cap)
{
    uint32_t *at = calloc(KEYS, sizeof *at);
    if (!at) return ERR_NOMEM;
    each_gram(g, notes, cap, at);
    for (size_t k = 0; k < KEYS; k++) {
        g->starts[k + 1] = g->starts[k] + at[k];
        at[k] = g->starts[k];
    }
    g->v = malloc(((size_t)g->starts[KEYS] + 1) * sizeof *g->v);
    if (g->v) each_gram(g, notes, cap, at);
    free(at);
    return g->v ? 0 : ERR_NOMEM;
}

int tune_grams_new(const struct tune_print *refs, size_t nrefs, struct tune_grams **out, struct error *err)
{
    struct tune_grams *g = calloc(1, sizeof *g);
    struct note *notes = NULL;
    size_t longest = 0;
    int rc = ERR_NOMEM;
    if (!g) goto out;
    g->refs = refs;
    g->nrefs = nrefs;
    g->first = malloc((nrefs + 1) * sizeof *g->first);
    if (!g->first) goto out;
    g->first[0] = TUNE_WINDOW;
    for (size_t i = 0; i < nrefs; i++) {
        g->first[i + 1] = g->first[i] + refs[i].n + TUNE_WINDOW;
        if (refs[i].n > longest) longest = refs[i].n;
    }
    notes = malloc((longest / NOTE_STEPS + 1) * sizeof *notes);
    if (notes) rc = build(g, notes, longest / NOTE_STEPS + 1);
out:
    free(notes);
    if (rc == 0)
        *out = g;
    else
        tune_grams_free(g);
    return rc ? error_set(err, ERR_NOMEM, "tunes", "no memory to look for tunes") : 0;
}

void tune_grams_free(struct tune_grams *g)
{
    if (!g) return;
    free(g->v);
    free(g->first);
    free(g);
}

/* ---- asking ---- */

struct poll {
    struct half *halves; /* of each WHEN of the time line RISES */
    size_t nwhens;
};

static void vote(struct poll *p, uint32_t gram, const struct note *note, size_t number)
{
    /* The time line starts with a gap, so that a window never starts before it. */
    uint64_t start = (uint64_t)(gram >> 8) * TICK - note->at;
    unsigned up = ((gram & 255) + TUNE_CLASSES - note->pitch) % TUNE_CLASSES;
    size_t at = start / WHEN * RISES + up / CELL;
    if (start / WHEN >= p->nwhens) return;
    struct half *h = &p->halves[at];
    if (h->last == number + 1 || h->votes == UINT8_MAX) return;
    h->last = (uint8_t)(number + 1);
    h->votes++;
}

static void poll_all(const struct tune_grams *g, const struct note *notes, size_t n, struct poll *p)
{
    unsigned intervals[INTERVALS], keys[1 << INTERVALS];
    for (size_t i = 0; i < n * WAYS; i++) {
        if (!intervals_of(notes, n, i / WAYS, i % WAYS, intervals)) continue;
        size_t nkeys = keys_of(intervals, keys);
        for (size_t k = 0; k < nkeys; k++)
            for (uint32_t at = g->starts[keys[k]]; at < g->starts[keys[k] + 1]; at++)
                vote(p, g->v[at], &notes[i / WAYS], i / WAYS);
    }
}

struct best {
    unsigned votes;
    size_t when, rise;
};

/* Keeps the best, sorted; of places that overlap one. */
static void keep(struct best *v, size_t *n, struct best b)
{
    size_t i = 0;
    if (*n == TUNE_PLACES_MAX && v[*n - 1].votes >= b.votes) return;
    while (i < *n && !(v[i].rise == b.rise && (v[i].when == b.when || v[i].when + 1 == b.when))) i++;
    if (i < *n && v[i].votes >= b.votes) return;
    if (i == *n) i = *n < TUNE_PLACES_MAX ? (*n)++ : *n - 1;
    for (; i > 0 && v[i - 1].votes < b.votes; i--) v[i] = v[i - 1];
    v[i] = b;
}

static size_t count(const struct poll *p, struct best best[TUNE_PLACES_MAX])
{
    size_t n = 0;
    for (size_t when = 0; when + 1 < p->nwhens; when++) {
        const struct half *a = &p->halves[when * RISES], *b = a + RISES;
        unsigned least = n == TUNE_PLACES_MAX ? best[n - 1].votes + 1u : VOTES_MIN;
        for (size_t rise = 0; rise < RISES; rise++) {
            size_t next = rise + 1 < RISES ? rise + 1 : 0;
            unsigned votes = (unsigned)a[rise].votes + a[next].votes + b[rise].votes + b[next].votes;
            if (votes >= least) keep(best, &n, (struct best){votes, when, rise});
        }
    }
    return n;
}

/* False: it lies between references. */
static bool place_of(const struct tune_grams *g, const struct best *b, size_t n, struct tune_place *out)
{
    size_t start = b->when * WHEN, from = 0, to = g->nrefs;
    while (to - from > 1) {
        size_t middle = from + (to - from) / 2;
        /* What starts within a window before a reference means it. */
        if (g->first[middle] <= start + TUNE_WINDOW)
            from = middle;
        else
            to = middle;
    }
    size_t first = g->first[from], end = first + g->refs[from].n, early = n / 4;
    size_t lo = start > first + early ? start - early : first, hi = start + 2 * WHEN + n + n / 2;
    if (hi > end) hi = end;
    if (hi <= lo || hi - lo < n / 2) return false;
    *out = (struct tune_place){from, lo - first, hi - first, (unsigned)(b->rise + 1) * CELL % TUNE_CLASSES};
    return true;
}

int tune_grams_ask(const struct tune_grams *g, const uint8_t *q, size_t n,
                   struct tune_place out[TUNE_PLACES_MAX], size_t *out_n, struct error *err)
{
    struct note notes[NOTES_MAX];
    struct best best[TUNE_PLACES_MAX];
    struct poll p = {.nwhens = g->first[g->nrefs] / WHEN + 1};
    p.halves = calloc(p.nwhens * RISES, sizeof *p.halves);
    *out_n = 0;
    if (!p.halves) return error_set(err, ERR_NOMEM, "tunes", "no memory to look for tunes");
    poll_all(g, notes, find_notes(q, n, notes, NOTES_MAX), &p);
    size_t nbest = count(&p, best);
    for (size_t i = 0; i < nbest; i++) *out_n += place_of(g, &best[i], n, &out[*out_n]);
    free(p.halves);
    return 0;
}
