/* The ledger against the tiles, entry by entry.
 *
 * Of one entry up to four hashes are at hand: computed from the database's row, stored in that row, in the tile, and
 * computed from the bundle. The one that most agree on is taken for the truth, and the others are told; where two stand
 * against two, the tiles are right if their root is the signed one. So a single change is found where it is. Above level 0
 * the tiles are computed again and compared. */
#include "evidence/verify_priv.h"

#include <stdio.h>

#include "base/map.h"

enum { HASH_BYTES = sizeof(struct sha256) };

/* First and last entry of a file that do not fit, told together when the file is done. */
struct span {
    bool any;
    uint64_t first, last;
};

/* A tile or bundle of level 0 as it is read along. */
struct along {
    struct buf bytes;
    struct sv rest; /* bundle: not yet read */
    bool there;
    struct span bad;
};

struct log_walk {
    struct verifier *v;
    uint64_t next; /* entry expected */
    struct along tile, bundle;
    bool tiles_signed; /* root of the tiles is that of the checkpoint */
    struct merkle tree;
    struct {
        struct sha256 hash[TILE_HASHES];
        unsigned n;
        uint64_t index;
    } upper[TILE_LEVELS];
    struct sv bundle_leaf; /* of this place */
    struct buf leaf;
    struct map places; /* leaf hash → place in the tiles; filled at need */
    bool places_filled;
    struct span missing;
    bool tail_damaged; /* an entry that is not in the tiles does not hold */
};

static void widen(struct span *s, uint64_t n)
{
    if (!s->any) s->first = n;
    s->any = true;
    s->last = n;
}

static int tile_fault(struct verifier *v, enum fault_kind kind, int level, uint64_t index, unsigned width,
                      uint64_t first, uint64_t last, const char *detail)
{
    char path[TILE_PATH_BYTES];
    tile_path(level, index, width, path);
    return verify_fault(v, &(struct fault){.kind = kind,
                                           .what = sv_cstr(path),
                                           .has_entry = true,
                                           .entry = first,
                                           .last = last,
                                           .detail = detail});
}

/* ---- files of level 0 ---- */

static int open_along(struct log_walk *w, struct along *a, int level, uint64_t index)
{
    struct verifier *v = w->v;
    struct error why;
    unsigned width = tile_width(level, index, v->signed_log.size);
    a->bad.any = false;
    int rc = tile_read(w->v->log, level, index, width, &a->bytes, &why);
    a->there = rc == 0;
    a->rest = buf_sv(&a->bytes);
    v->sum->tiles++;
    if (rc == 0) return 0;
    uint64_t first = index * TILE_HASHES;
    return tile_fault(v, rc == ERR_NOTFOUND ? FAULT_TILE_REMOVED : FAULT_TILE_CHANGED, level, index, width,
                      first, first + width - 1, why.text);
}

/* Whether the bundle that was read is the file of just that width, and has nothing to hold after its last leaf. */
static bool is_exact(struct log_walk *w, uint64_t index, unsigned width)
{
    char tile[TILE_PATH_BYTES], path[LOG_PATH_BYTES + TILE_PATH_BYTES];
    tile_path(TILE_BUNDLE, index, width, tile);
    snprintf(path, sizeof path, "%s/%s", w->v->log, tile);
    return file_exists(path);
}

static int close_along(struct log_walk *w, struct along *a, int level, uint64_t index)
{
    unsigned width = tile_width(level, index, w->v->signed_log.size);
    uint64_t first = index * TILE_HASHES;
    if (level == TILE_BUNDLE && a->there && a->rest.n > 0 && !a->bad.any && is_exact(w, index, width))
        widen(&a->bad, first + width - 1);
    if (!a->bad.any) return 0;
    return tile_fault(w->v, FAULT_TILE_CHANGED, level, index, width, a->bad.first, a->bad.last, "");
}

static bool tile_hash(struct log_walk *w, uint64_t n, struct sha256 *out)
{
    if (!w->tile.there) return false;
    memcpy(out->b, w->tile.bytes.p + n % TILE_HASHES * HASH_BYTES, HASH_BYTES);
    return true;
}

static bool bundle_hash(struct log_walk *w, uint64_t n, struct sha256 *out)
{
    struct sv leaf;
    w->bundle_leaf = SV_NULL;
    if (!w->bundle.there) return false;
    if (!bundle_next(&w->bundle.rest, &leaf)) {
        widen(&w->bundle.bad, n);
        return false;
    }
    merkle_leaf(leaf, out);
    w->bundle_leaf = leaf;
    return true;
}

/* ---- levels above ---- */

static uint64_t entries_of(int level, uint64_t hashes) { return hashes << (8 * level); }

/* The file of the tile that was just computed, or its first n hashes. */
static int compare_upper(struct log_walk *w, int level, unsigned n)
{
    struct verifier *v = w->v;
    uint64_t index = w->upper[level].index;
    struct error why;
    struct buf b;
    buf_init(&b, 0);
    int rc = tile_read(v->log, level, index, n, &b, &why);
    v->sum->tiles++;
    uint64_t first = index * TILE_HASHES;
    if (rc != 0) {
        rc = tile_fault(v, rc == ERR_NOTFOUND ? FAULT_TILE_REMOVED : FAULT_TILE_CHANGED, level, index, n,
                        entries_of(level, first), entries_of(level, first + n) - 1, why.text);
        buf_done(&b);
        return rc;
    }
    struct span bad = {.any = false};
    for (unsigned i = 0; i < n; i++)
        if (memcmp(b.p + (size_t)i * HASH_BYTES, w->upper[level].hash[i].b, HASH_BYTES) != 0)
            widen(&bad, first + i);
    if (bad.any)
        rc = tile_fault(v, FAULT_TILE_CHANGED, level, index, n, entries_of(level, bad.first),
                        entries_of(level, bad.last + 1) - 1, "");
    buf_done(&b);
    return rc;
}

static int push_upper(struct log_walk *w, const struct sha256 *hash)
{
    struct sha256 up = *hash;
    for (int level = 0; level < TILE_LEVELS; level++) {
        w->upper[level].hash[w->upper[level].n++] = up;
        if (w->upper[level].n < TILE_HASHES) return 0;
        int rc = level > 0 ? compare_upper(w, level, TILE_HASHES) : 0;
        if (rc != 0) return rc;
        struct sha256 *h = w->upper[level].hash;
        for (unsigned n = TILE_HASHES; n > 1; n /= 2)
            for (unsigned i = 0; i < n / 2; i++) merkle_node(&h[2 * i], &h[2 * i + 1], &h[i]);
        up = h[0];
        w->upper[level].n = 0;
        w->upper[level].index++;
    }
    return 0;
}

static int end_upper(struct log_walk *w)
{
    int rc = 0;
    for (int level = 1; rc == 0 && level < TILE_LEVELS; level++)
        if (w->upper[level].n > 0) rc = compare_upper(w, level, w->upper[level].n);
    return rc;
}

/* ---- one entry ---- */

/* Whether that hash is another entry's in the tiles. */
static int find_place(struct log_walk *w, struct sv hash, uint64_t *out, bool *out_found)
{
    struct verifier *v = w->v;
    struct buf b;
    struct error why;
    buf_init(&b, 0);
    *out_found = false;
    uint64_t tiles = tile_count(0, v->signed_log.size);
    for (uint64_t i = 0; !w->places_filled && i < tiles; i++) {
        unsigned width = tile_width(0, i, v->signed_log.size);
        if (tile_read(v->log, 0, i, width, &b, &why) != 0) continue;
        for (unsigned k = 0; k < width; k++) {
            uint64_t *place;
            if (map_put(&w->places, sv_of(b.p + (size_t)k * HASH_BYTES, HASH_BYTES), &place) < 0) {
                buf_done(&b);
                return error_set(v->err, ERR_NOMEM, "verify", "no memory for the places of entries");
            }
            *place = i * TILE_HASHES + k;
        }
    }
    w->places_filled = true;
    buf_done(&b);
    const uint64_t *place = map_get(&w->places, hash);
    if (place) *out = *place;
    *out_found = place != NULL;
    return 0;
}

static struct sv hash_sv(const struct sha256 *h) { return sv_of(h->b, sizeof h->b); }

/* Which column of the row does not fit: what the record says of itself is tried first. */
static const char *changed_part(struct log_walk *w, const struct ledger_entry *e, bool stored_leaf_bad)
{
    struct sha256 commitment;
    char by[LEDGER_PSEUDONYM_BYTES];
    if (e->record.n > 0) {
        ledger_commit_to(e->salt, e->record, &commitment);
        ledger_pseudonym(w->v->state.pepper, record_word(e->record, "by"), by);
        if (!sv_eq(e->commitment, hash_sv(&commitment))) return "commitment";
        if (!sv_eq(record_word(e->record, "step"), e->kind)) return "kind";
        if (!sv_is(e->by, by)) return "actor";
    }
    if (e->n >= w->v->signed_log.size) return "time or leaf";
    return stored_leaf_bad ? "leaf" : "time";
}

static int entry_fault(struct verifier *v, enum fault_kind kind, const struct ledger_entry *e, uint64_t last,
                       const char *what)
{
    return verify_fault(v, &(struct fault){.kind = kind,
                                           .has_entry = true,
                                           .entry = e->n,
                                           .last = last,
                                           .step = e->kind,
                                           .about = e->subject,
                                           .what = sv_cstr(what)});
}

/* The parts of a row that the leaf does not hold, or only through the commitment. */
static int check_record(struct log_walk *w, const struct ledger_entry *e, bool *out_sound)
{
    struct verifier *v = w->v;
    struct sha256 commitment;
    *out_sound = false;
    if (e->record.n == 0 && e->salt.n == 0)
        return VEC_PUSH(&v->erased, e->n) == 0
                   ? 0
                   : error_set(v->err, ERR_NOMEM, "verify", "no memory for erased entries");
    ledger_commit_to(e->salt, e->record, &commitment);
    if (!sv_eq(e->commitment, hash_sv(&commitment)))
        return entry_fault(v, FAULT_ENTRY_CHANGED, e, e->n, "record");
    *out_sound = true;
    if (!sv_eq(record_word(e->record, "subject"), e->subject))
        return entry_fault(v, FAULT_ENTRY_CHANGED, e, e->n, "subject");
    return 0;
}

struct votes {
    struct sha256 hash[4];
    bool has[4]; /* computed from the row, stored in it, tile, bundle */
};

static const struct sha256 *decide(const struct log_walk *w, const struct votes *v)
{
    static const int tiles_first[4] = {2, 3, 0, 1}, rows_first[4] = {0, 1, 2, 3};
    const int *order = w->tiles_signed ? tiles_first : rows_first;
    int best = -1, most = 0;
    for (int i = 0; i < 4; i++) {
        int at = order[i], count = 0;
        if (!v->has[at]) continue;
        for (int k = 0; k < 4; k++)
            count += v->has[k] && memcmp(v->hash[k].b, v->hash[at].b, HASH_BYTES) == 0;
        if (count > most) most = count, best = at;
    }
    return best < 0 ? NULL : &v->hash[best];
}

static bool differs(const struct votes *v, int at, const struct sha256 *truth)
{
    return v->has[at] && memcmp(v->hash[at].b, truth->b, HASH_BYTES) != 0;
}

/* The row does not give the hash that it should: one fault, the most telling. */
static int tell_row(struct log_walk *w, const struct ledger_entry *e, const struct votes *v,
                    const struct sha256 *truth)
{
    bool found = false;
    uint64_t place = 0;
    int rc =
        e->n < w->v->signed_log.size && e->leaf.n == HASH_BYTES ? find_place(w, e->leaf, &place, &found) : 0;
    if (rc != 0) return rc;
    if (found && place != e->n) return entry_fault(w->v, FAULT_ENTRY_MOVED, e, place, "");
    return entry_fault(w->v, FAULT_ENTRY_CHANGED, e, e->n, changed_part(w, e, differs(v, 1, truth)));
}

static bool root_is_known(const struct verifier *v, uint64_t size)
{
    bool known = size == v->signed_log.size;
    for (size_t i = 0; !known && i < v->witnessed.n; i++) known = v->witnessed.v[i].size == size;
    return known;
}

static int check_witnessed(struct log_walk *w)
{
    struct verifier *v = w->v;
    struct sha256 root;
    if (!root_is_known(v, w->tree.size)) return 0;
    merkle_root(&w->tree, &root);
    for (size_t i = 0; i < v->witnessed.n; i++) {
        char file[64];
        if (v->witnessed.v[i].size != w->tree.size ||
            memcmp(v->witnessed.v[i].root.b, root.b, HASH_BYTES) == 0)
            continue;
        snprintf(file, sizeof file, "witnessed/%llu", (unsigned long long)w->tree.size);
        int rc = verify_fault(v, &(struct fault){.kind = FAULT_CHECKPOINT,
                                                 .what = sv_cstr(file),
                                                 .detail = "its root is not that of the entries"});
        if (rc != 0) return rc;
    }
    if (w->tree.size != v->signed_log.size || memcmp(v->signed_log.root.b, root.b, HASH_BYTES) == 0) return 0;
    return verify_fault(v, &(struct fault){.kind = FAULT_CHECKPOINT,
                                           .what = SV("checkpoint"),
                                           .detail = "its root is not that of the entries"});
}

static int add(struct log_walk *w, const struct sha256 *truth)
{
    bool in_tiles = w->next < w->v->signed_log.size;
    int rc = in_tiles ? push_upper(w, truth) : 0;
    merkle_add(&w->tree, truth);
    w->next++;
    return rc == 0 ? check_witnessed(w) : rc;
}

static int open_files(struct log_walk *w)
{
    if (w->next >= w->v->signed_log.size || w->next % TILE_HASHES != 0) return 0;
    int rc = open_along(w, &w->tile, 0, w->next / TILE_HASHES);
    return rc == 0 ? open_along(w, &w->bundle, TILE_BUNDLE, w->next / TILE_HASHES) : rc;
}

static int close_files(struct log_walk *w)
{
    uint64_t n = w->next, size = w->v->signed_log.size;
    if (n == 0 || n > size || (n % TILE_HASHES != 0 && n != size)) return 0;
    int rc = close_along(w, &w->tile, 0, (n - 1) / TILE_HASHES);
    if (rc == 0) rc = close_along(w, &w->bundle, TILE_BUNDLE, (n - 1) / TILE_HASHES);
    w->tile.there = w->bundle.there = false;
    return rc;
}

static void tell_progress(struct log_walk *w)
{
    struct verifier *v = w->v;
    if (v->o->progress && w->next % 4096 == 0) v->o->progress(v->o->arg, w->next, v->state.size);
}

/* The row does not fit, but salt and record are still those that the true leaf, found in the bundle, commits to. */
static bool record_is_sound(const struct log_walk *w, const struct ledger_entry *e, const struct votes *v,
                            const struct sha256 *truth)
{
    struct sha256 commitment;
    char hex[SHA256_TEXT_BYTES];
    if (!v->has[3] || differs(v, 3, truth) || e->record.n == 0) return false;
    ledger_commit_to(e->salt, e->record, &commitment);
    sha256_format(&commitment, hex);
    return sv_find(w->bundle_leaf, sv_cstr(hex), 0) != SIZE_MAX;
}

/* Entry w->next: e, or NULL when the database has it no more. */
static int take_place(struct log_walk *w, const struct ledger_entry *e)
{
    struct votes votes = {.has = {false, false, false, false}};
    int rc = open_files(w);
    if (rc != 0) return rc;
    bool in_tiles = w->next < w->v->signed_log.size, sound = false;
    if (e) {
        buf_clear(&w->leaf);
        ledger_leaf(e, &w->leaf);
        merkle_leaf(buf_sv(&w->leaf), &votes.hash[0]);
        votes.has[0] = true;
        votes.has[1] = e->leaf.n == HASH_BYTES;
        if (votes.has[1]) memcpy(votes.hash[1].b, e->leaf.p, HASH_BYTES);
    }
    votes.has[2] = in_tiles && tile_hash(w, w->next, &votes.hash[2]);
    votes.has[3] = in_tiles && bundle_hash(w, w->next, &votes.hash[3]);
    const struct sha256 *truth = decide(w, &votes);
    static const struct sha256 none;
    if (!truth) truth = &none;
    if (differs(&votes, 2, truth)) widen(&w->tile.bad, w->next);
    if (differs(&votes, 3, truth)) widen(&w->bundle.bad, w->next);
    if (e) {
        bool row_bad = differs(&votes, 0, truth) || differs(&votes, 1, truth) || !votes.has[1];
        if (row_bad) {
            rc = tell_row(w, e, &votes, truth);
            sound = record_is_sound(w, e, &votes, truth);
        }
        if (rc == 0 && !row_bad) rc = check_record(w, e, &sound);
        if (rc == 0 && sound) rc = said_take(w->v, e->n, e->record);
        if (!sound && (e->record.n > 0 || e->salt.n > 0)) w->v->damaged++;
        if (row_bad && !in_tiles) w->tail_damaged = true;
        w->v->sum->entries++;
    } else {
        widen(&w->missing, w->next);
        w->v->damaged++;
        if (!in_tiles) w->tail_damaged = true;
    }
    if (rc == 0) rc = add(w, truth);
    if (rc == 0) rc = close_files(w);
    tell_progress(w);
    return rc;
}

static int tell_missing(struct log_walk *w)
{
    if (!w->missing.any) return 0;
    w->missing.any = false;
    return verify_fault(w->v, &(struct fault){.kind = FAULT_ENTRY_REMOVED,
                                              .has_entry = true,
                                              .entry = w->missing.first,
                                              .last = w->missing.last});
}

static uint64_t expected_entries(const struct verifier *v)
{
    uint64_t size = v->state.peaks_ok ? v->state.size : 0;
    return size > v->signed_log.size ? size : v->signed_log.size;
}

/* A size that was raised by a hand that changed one number must not make us walk for ever. */
enum { MOST_MISSING = 1 << 26 };

static int take_entry(void *arg, const struct ledger_entry *e)
{
    struct log_walk *w = arg;
    uint64_t end = expected_entries(w->v);
    int rc = 0;
    if (e->n >= end && w->v->state.peaks_ok) return entry_fault(w->v, FAULT_ENTRY_ADDED, e, e->n, "");
    if (e->n < w->next || e->n - w->next > MOST_MISSING)
        return entry_fault(w->v, FAULT_ENTRY_ADDED, e, e->n, "");
    while (rc == 0 && w->next < e->n) rc = take_place(w, NULL);
    if (rc == 0) rc = tell_missing(w);
    return rc == 0 ? take_place(w, e) : rc;
}

/* ---- the whole ---- */

/* Root of the tiles of level 0 alone. */
static bool root_is_signed(const struct verifier *v)
{
    struct merkle m;
    struct buf b;
    struct error ignored;
    struct sha256 root;
    bool fine = v->signed_log.size > 0;
    merkle_init(&m);
    buf_init(&b, 0);
    for (uint64_t i = 0; fine && i < tile_count(0, v->signed_log.size); i++) {
        unsigned width = tile_width(0, i, v->signed_log.size);
        fine = tile_read(v->log, 0, i, width, &b, &ignored) == 0;
        for (unsigned k = 0; fine && k < width; k++) {
            struct sha256 h;
            memcpy(h.b, b.p + (size_t)k * HASH_BYTES, HASH_BYTES);
            merkle_add(&m, &h);
        }
    }
    buf_done(&b);
    merkle_root(&m, &root);
    return fine && memcmp(root.b, v->signed_log.root.b, sizeof root.b) == 0;
}

static int check_tree(struct log_walk *w)
{
    struct verifier *v = w->v;
    struct sha256 computed[MERKLE_LEVELS], stored[MERKLE_LEVELS];
    merkle_root(&w->tree, &v->sum->root);
    bool same = v->state.peaks_ok && v->state.size == w->tree.size;
    if (same && !w->tail_damaged) {
        size_t n = merkle_save(&w->tree, computed);
        same = merkle_save(&v->state.tree, stored) == n && memcmp(computed, stored, n * HASH_BYTES) == 0;
    }
    if (same) return 0;
    return verify_fault(v,
                        &(struct fault){.kind = FAULT_TREE_CHANGED,
                                        .what = SV("ledger_state"),
                                        .detail = v->state.peaks_ok ? "" : "its shape is not of its size"});
}

static int compare_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Records that were erased, each by an entry that says so. */
static int check_erased(struct verifier *v)
{
    int rc = 0;
    if (v->purged.n > 0) qsort(v->purged.v, v->purged.n, sizeof v->purged.v[0], compare_u64);
    for (size_t i = 0; rc == 0 && i < v->erased.n; i++) {
        uint64_t n = v->erased.v[i];
        if (v->purged.n > 0 && bsearch(&n, v->purged.v, v->purged.n, sizeof n, compare_u64)) {
            v->sum->erased++;
            continue;
        }
        v->damaged++;
        rc = verify_fault(
            v, &(struct fault){.kind = FAULT_ENTRY_ERASED, .has_entry = true, .entry = n, .last = n});
    }
    return rc;
}

static int walk(struct log_walk *w)
{
    struct verifier *v = w->v;
    struct error why;
    int rc = ledger_entries(v->store, 0, take_entry, w, &why);
    if (rc == ERR_FORMAT || rc == ERR_STORE || rc == ERR_IO)
        rc = verify_fault(v,
                          &(struct fault){.kind = FAULT_DATABASE, .what = SV("ledger"), .detail = why.text});
    else if (rc < 0)
        *v->err = why;
    uint64_t end = expected_entries(v);
    if (end > w->next && end - w->next > MOST_MISSING) end = v->signed_log.size;
    while (rc == 0 && w->next < end) rc = take_place(w, NULL);
    if (rc == 0) rc = tell_missing(w);
    if (rc == 0) rc = end_upper(w);
    if (rc == 0) rc = check_tree(w);
    return rc == 0 ? check_erased(v) : rc;
}

int verify_ledger(struct verifier *v)
{
    struct log_walk *w = calloc(1, sizeof *w);
    if (!w) return error_set(v->err, ERR_NOMEM, "verify", "no memory to walk through the ledger");
    w->v = v;
    w->tiles_signed = root_is_signed(v);
    merkle_init(&w->tree);
    buf_init(&w->tile.bytes, 0);
    buf_init(&w->bundle.bytes, 0);
    buf_init(&w->leaf, 0);
    map_init(&w->places);
    int rc = walk(w);
    map_done(&w->places);
    buf_done(&w->leaf);
    buf_done(&w->bundle.bytes);
    buf_done(&w->tile.bytes);
    free(w);
    return rc;
}
