/* The rows against what the ledger says of them: for each row the last sound entry that names it. */
#include "evidence/verify_priv.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

/* ---- what was said ---- */

static void key_of(const struct said_list *l, enum object_type type, struct sv id, uint8_t out[16])
{
    crypto_generichash_state state;
    uint8_t t = (uint8_t)type;
    crypto_generichash_init(&state, l->hash_key, sizeof l->hash_key, 16);
    crypto_generichash_update(&state, &t, 1);
    crypto_generichash_update(&state, (const unsigned char *)id.p, id.n);
    crypto_generichash_final(&state, out, 16);
}

static size_t slot_of(const struct said_list *l, const uint8_t key[16])
{
    uint64_t h;
    memcpy(&h, key, sizeof h);
    size_t at = h & (l->nslots - 1);
    while (l->slots[at] != 0 && memcmp(l->list.v[l->slots[at] - 1].key, key, 16) != 0)
        at = (at + 1) & (l->nslots - 1);
    return at;
}

static int grow(struct said_list *l)
{
    if (l->nslots == 0) randombytes_buf(l->hash_key, sizeof l->hash_key);
    size_t n = l->nslots ? 2 * l->nslots : 1024;
    uint32_t *slots = n <= UINT32_MAX ? calloc(n, sizeof *slots) : NULL;
    if (!slots) return ERR_NOMEM;
    free(l->slots);
    l->slots = slots;
    l->nslots = n;
    for (size_t i = 0; i < l->list.n; i++) slots[slot_of(l, l->list.v[i].key)] = (uint32_t)i + 1;
    return 0;
}

static struct said *find(const struct said_list *l, enum object_type type, struct sv id)
{
    uint8_t key[16];
    if (l->nslots == 0) return NULL;
    key_of(l, type, id, key);
    uint32_t at = l->slots[slot_of(l, key)];
    return at ? &l->list.v[at - 1] : NULL;
}

static struct sv parent_id(struct sv id)
{
    size_t n = id.n;
    while (n > 0 && id.p[n - 1] != '/') n--;
    return sv_sub(id, 0, n > 0 ? n - 1 : 0);
}

/* Finds or adds; the place in the list. */
static int place(struct said_list *l, enum object_type type, struct sv id, uint32_t *out)
{
    if (l->list.n * 2 >= l->nslots && grow(l) != 0) return ERR_NOMEM;
    struct said new = {.type = (uint8_t)type, .parent = UINT32_MAX};
    key_of(l, type, id, new.key);
    size_t slot = slot_of(l, new.key);
    if (l->slots[slot] == 0) {
        if (VEC_PUSH(&l->list, new) != 0) return ERR_NOMEM;
        l->slots[slot] = (uint32_t)l->list.n;
    }
    *out = l->slots[slot] - 1;
    return 0;
}

static int take_line(struct said_list *l, uint64_t entry, const struct record_line *line)
{
    enum object_type parent_type;
    uint32_t at, parent = UINT32_MAX;
    if (object_parent(line->type, &parent_type) && place(l, parent_type, parent_id(line->id), &parent) != 0)
        return ERR_NOMEM;
    int rc = place(l, line->type, line->id, &at);
    if (rc != 0) return rc;
    struct said *s = &l->list.v[at];
    s->entry = entry;
    s->parent = parent;
    s->gone = line->gone;
    memcpy(s->digest, line->digest.b, sizeof s->digest);
    return 0;
}

int said_take(struct verifier *v, uint64_t entry, struct sv record)
{
    struct record_line line;
    bool purge = sv_is(record_word(record, "step"), step_name(STEP_PURGE));
    while (record_next(&record, &line)) {
        int64_t n;
        int rc = 0;
        if (purge && line.gone && !line.erased_entry) v->sum->purged[line.type]++;
        if (!line.erased_entry)
            rc = take_line(&v->said, entry, &line);
        else if (sv_to_i64(line.id, &n) && n >= 0)
            rc = VEC_PUSH(&v->purged, (uint64_t)n);
        if (rc != 0) return error_set(v->err, ERR_NOMEM, "verify", "no memory for what the ledger says");
    }
    return 0;
}

void said_done(struct said_list *l)
{
    VEC_DONE(&l->list);
    free(l->slots);
    l->slots = NULL;
}

/* ---- rows ---- */

static bool superseded(const struct said_list *l, const struct said *s)
{
    return s->parent != UINT32_MAX && l->list.v[s->parent].entry > s->entry;
}

static int row_fault(struct verifier *v, enum fault_kind kind, enum object_type type, struct sv id,
                     const struct said *s)
{
    char what[512];
    snprintf(what, sizeof what, "%s %.*s", object_name(type), SV_FMT(id));
    if (v->damaged > 0) kind = FAULT_ROW_UNPROVED;
    struct fault f = {.kind = kind, .what = sv_cstr(what)};
    if (s) {
        f.has_entry = true;
        f.entry = f.last = s->entry;
    }
    return verify_fault(v, &f);
}

static int visit_row(void *arg, const struct object *o)
{
    struct verifier *v = arg;
    v->sum->rows++;
    struct said *s = find(&v->said, o->type, o->id);
    if (!s) return row_fault(v, FAULT_ROW_ADDED, o->type, o->id, NULL);
    s->seen = true;
    if (s->gone || superseded(&v->said, s)) return row_fault(v, FAULT_ROW_ADDED, o->type, o->id, s);
    if (memcmp(s->digest, o->digest.b, sizeof s->digest) == 0) return 0;
    return row_fault(v, FAULT_ROW_CHANGED, o->type, o->id, s);
}

struct lookup {
    struct verifier *v;
    const struct said *said;
    bool told;
};

/* The entry that named a row which is gone: its line says which row it was. */
static int name_row(void *arg, const struct ledger_entry *e)
{
    struct lookup *l = arg;
    struct sv record = e->record;
    struct record_line line;
    while (e->n == l->said->entry && record_next(&record, &line)) {
        uint8_t key[16];
        if (line.erased_entry) continue;
        key_of(&l->v->said, line.type, line.id, key);
        if (memcmp(key, l->said->key, sizeof key) != 0) continue;
        l->told = true;
        int rc = row_fault(l->v, FAULT_ROW_REMOVED, line.type, line.id, l->said);
        return rc != 0 ? rc : 1;
    }
    return 1;
}

static int check_removed(struct verifier *v)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < v->said.list.n; i++) {
        const struct said *s = &v->said.list.v[i];
        /* a parent that was never named itself stands in the list without an entry of its own */
        static const uint8_t nothing[16];
        if (s->seen || s->gone || superseded(&v->said, s)) continue;
        if (memcmp(s->digest, nothing, sizeof nothing) == 0) continue;
        struct lookup l = {.v = v, .said = s};
        if (v->sum->faults >= VERIFY_MAX_FAULTS) {
            v->sum->faults++;
            continue;
        }
        rc = ledger_entries(v->store, s->entry, name_row, &l, v->err);
        if (rc == 1) rc = v->stopped;
    }
    return rc;
}

/* ---- the queue ---- */

struct queue_check {
    struct verifier *v;
    bool touched;
};

static int find_decision(void *arg, const struct ledger_entry *e)
{
    struct queue_check *q = arg;
    q->touched |= sv_is(e->kind, "decision") || sv_is(e->kind, "reversal");
    return q->touched;
}

/* A post that a person decided on may stand in the queue or not. */
static int visit_odd(void *arg, struct sv id, bool queued)
{
    struct queue_check q = {.v = arg};
    if (!queued) {
        int rc = ledger_about(q.v->store, id, find_decision, &q, q.v->err);
        if (rc < 0) return rc;
        if (q.touched) return 0;
    }
    char what[128];
    snprintf(what, sizeof what, "queue %.*s", SV_FMT(id));
    return verify_fault(q.v, &(struct fault){.kind = FAULT_QUEUE, .what = sv_cstr(what)});
}

/* ---- kept originals ---- */

static int check_file(struct verifier *v, struct sv path, const struct sha256 *wanted)
{
    char full[LOG_PATH_BYTES];
    struct sha256 got;
    struct error why;
    struct fault f = {.kind = FAULT_FILE_REMOVED, .what = path};
    snprintf(full, sizeof full, "%s/%.*s", v->dir, SV_FMT(path));
    v->sum->files++;
    int fd = open(full, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return verify_fault(v, &f);
    int rc = sha256_of_fd(fd, &got, NULL, &why);
    close(fd);
    if (rc == 0 && memcmp(got.b, wanted->b, sizeof got.b) == 0) return 0;
    f.kind = FAULT_FILE_CHANGED;
    if (rc != 0) f.detail = why.text;
    return verify_fault(v, &f);
}

static int visit_media(void *arg, const struct object *o)
{
    struct verifier *v = arg;
    struct sha256 sha;
    struct store_media m;
    struct arena a;
    if (!sha256_parse(o->id, &sha)) return 0;
    arena_init(&a, 0);
    int rc = store_find_media(v->store, &sha, &a, &m, v->err);
    if (rc == 0 && m.path.n > 0) rc = check_file(v, m.path, &sha);
    arena_done(&a);
    return rc;
}

/* ---- all of them ---- */

/* A database that cannot be read to the end is a fault, and no reason to stop. */
static int read_fault(struct verifier *v, int rc, const char *what)
{
    if (rc != ERR_FORMAT && rc != ERR_STORE && rc != ERR_IO) return rc;
    return verify_fault(
        v, &(struct fault){.kind = FAULT_DATABASE, .what = sv_cstr(what), .detail = v->err->text});
}

int verify_rows(struct verifier *v)
{
    int rc = 0;
    for (int t = 0; rc == 0 && t < OBJECT_TYPES; t++) {
        rc = ledger_rows(v->store, (enum object_type)t, visit_row, v, v->err);
        if (rc < 0) rc = read_fault(v, rc, object_name((enum object_type)t));
    }
    if (rc == 0) rc = check_removed(v);
    if (rc == 0) rc = ledger_odd_queue(v->store, visit_odd, v, v->err);
    if (rc < 0) rc = read_fault(v, rc, "queue");
    if (rc == 0 && !v->o->skip_media) {
        rc = ledger_rows(v->store, OBJECT_MEDIA, visit_media, v, v->err);
        if (rc < 0) rc = read_fault(v, rc, "media");
    }
    return rc;
}
