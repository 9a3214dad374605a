/* Appending to the ledger, and reading it.
 *
 * Within a transaction the tree is in memory: read with the first entry (an update that changes nothing, which on a
 * server also keeps other writers out), written once before the commit. An entry costs one INSERT, three short hashes
 * and, on average, one node. */
#include "store/ledger_priv.h"

#include <sodium.h>

#include "base/clock.h"
#include "base/limits.h"

static const char *const names[STEP_KINDS] = {
    [STEP_INTAKE] = "intake",     [STEP_ASIDE] = "aside", [STEP_MEDIA] = "media",
    [STEP_FINDING] = "finding",   [STEP_BANK] = "bank",   [STEP_POLICY] = "policy",
    [STEP_REQUEUE] = "requeue",   [STEP_VIEW] = "view",   [STEP_DECISION] = "decision",
    [STEP_REVERSAL] = "reversal", [STEP_CASE] = "case",   [STEP_REFERRAL] = "referral",
    [STEP_EXPORT] = "export",     [STEP_PURGE] = "purge", [STEP_SIGN_IN] = "sign-in",
    [STEP_ADOPT] = "adopt",
};

const char *step_name(enum step_kind kind) { return (unsigned)kind < STEP_KINDS ? names[kind] : ""; }

static bool plain(char c) { return (unsigned char)c > ' ' && c != 0x7f; }

void ledger_set_actor(struct store *s, struct sv who)
{
    size_t n = who.n < LEDGER_ACTOR_BYTES ? who.n : LEDGER_ACTOR_BYTES;
    for (size_t i = 0; i < n; i++) s->ledger.actor[i] = plain(who.p[i]) ? who.p[i] : '_';
    s->ledger.actor_bytes = n;
}

void ledger_init(struct store *s)
{
    buf_init(&s->ledger.row, 0);
    buf_init(&s->ledger.id, 0);
    buf_init(&s->ledger.lines, 0);
    buf_init(&s->ledger.record, 0);
    buf_init(&s->ledger.subject, 0);
    ledger_set_actor(s, SV("marsad"));
}

void ledger_done(struct store *s)
{
    buf_done(&s->ledger.row);
    buf_done(&s->ledger.id);
    buf_done(&s->ledger.lines);
    buf_done(&s->ledger.record);
    buf_done(&s->ledger.subject);
}

void ledger_forget(struct store *s) { s->ledger.begun = s->ledger.loaded = s->ledger.grown = false; }

bool ledger_wrote(const struct store *s) { return s->ledger.wrote; }

/* ---- leaves ---- */

void ledger_commit_to(struct sv salt, struct sv record, struct sha256 *out)
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    if (salt.n > 0) crypto_hash_sha256_update(&state, (const unsigned char *)salt.p, salt.n);
    if (record.n > 0) crypto_hash_sha256_update(&state, (const unsigned char *)record.p, record.n);
    crypto_hash_sha256_final(&state, out->b);
}

void ledger_pseudonym(const uint8_t pepper[32], struct sv who, char out[LEDGER_PSEUDONYM_BYTES])
{
    struct sha256 h;
    ledger_commit_to(sv_of(pepper, 32), who, &h);
    hex_encode(h.b, (LEDGER_PSEUDONYM_BYTES - 1) / 2, out);
}

/* Kinds and pseudonyms are our own words and need no escapes; a changed row may hold anything, and then has another hash. */
void ledger_leaf(const struct ledger_entry *e, struct buf *b)
{
    char commitment[SHA256_TEXT_BYTES] = "";
    if (e->commitment.n == sizeof(struct sha256))
        hex_encode((const uint8_t *)e->commitment.p, e->commitment.n, commitment);
    buf_printf(b, "{\"n\":%llu,\"kind\":\"%.*s\",\"at\":%lld,\"by\":\"%.*s\",\"commitment\":\"%s\"}",
               (unsigned long long)e->n, SV_FMT(e->kind), (long long)e->at_us, SV_FMT(e->by), commitment);
}

/* ---- the tree ---- */

static int read_state(struct store *s, enum store_statement which, struct ledger_state *out,
                      struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, which, NULL, 0, &st, err);
    if (rc < 0) return rc;
    if (rc == 0) return error_set(err, ERR_FORMAT, "ledger", "the row that holds the ledger's size is gone");
    *out = (struct ledger_state){.size = (uint64_t)col_i64(s, st, 0)};
    out->peaks_ok = merkle_load(&out->tree, out->size, col_sv(s, st, 1));
    struct sv pepper = col_sv(s, st, 2);
    if (pepper.n == sizeof out->pepper) memcpy(out->pepper, pepper.p, pepper.n);
    s->driver->reset(st);
    return 0;
}

int ledger_state(struct store *s, struct ledger_state *out, struct error *err)
{
    return read_state(s, SQL_LEDGER_STATE, out, err);
}

static int load_tree(struct store *s, struct error *err)
{
    struct store_ledger *l = &s->ledger;
    struct ledger_state state;
    int rc = read_state(s, SQL_LEDGER_LOCK, &state, err);
    if (rc != 0) return rc;
    if (!state.peaks_ok)
        return error_set(err, ERR_FORMAT, "ledger",
                         "the stored tree has not the shape of %llu entries: run `marsad verify`",
                         (unsigned long long)state.size);
    l->tree = state.tree;
    memcpy(l->pepper, state.pepper, sizeof l->pepper);
    if (sodium_is_zero(l->pepper, sizeof l->pepper)) randombytes_buf(l->pepper, sizeof l->pepper);
    l->loaded = true;
    return 0;
}

int ledger_who(struct store *s, char out[LEDGER_PSEUDONYM_BYTES], struct error *err)
{
    struct store_ledger *l = &s->ledger;
    int rc = l->loaded ? 0 : load_tree(s, err);
    if (rc == 0) ledger_pseudonym(l->pepper, sv_of(l->actor, l->actor_bytes), out);
    return rc;
}

static int save_tree(struct store *s, struct error *err)
{
    struct store_ledger *l = &s->ledger;
    struct sha256 peaks[MERKLE_LEVELS];
    size_t n = merkle_save(&l->tree, peaks);
    return store_run(s, SQL_LEDGER_SAVE,
                     VALS(v_i64((int64_t)l->tree.size), v_blob(sv_of(peaks, n * sizeof peaks[0])),
                          v_blob(sv_of(l->pepper, sizeof l->pepper))),
                     NULL, err);
}

/* ---- appending ---- */

static int insert(struct store *s, const struct ledger_entry *e, struct error *err)
{
    return store_run(s, SQL_LEDGER_ADD,
                     VALS(v_i64((int64_t)e->n), v_text(e->kind), v_i64(e->at_us), v_text(e->by),
                          v_blob(e->subject), v_blob(e->salt), v_blob(e->record), v_blob(e->commitment),
                          v_blob(e->leaf)),
                     NULL, err);
}

/* The step that was begun becomes an entry. */
static int end_step(struct store *s, struct error *err)
{
    struct store_ledger *l = &s->ledger;
    if (!l->begun) return 0;
    int rc = l->loaded ? 0 : load_tree(s, err);
    if (rc != 0) return rc;
    struct sv actor = sv_of(l->actor, l->actor_bytes);
    buf_clear(&l->record);
    buf_printf(&l->record, "step %s\nby %.*s\nsubject %.*s\n", step_name(l->kind), SV_FMT(actor),
               SV_FMT(buf_sv(&l->subject)));
    buf_putsv(&l->record, buf_sv(&l->lines));
    uint8_t salt[LEDGER_SALT_BYTES];
    char by[LEDGER_PSEUDONYM_BYTES];
    struct sha256 commitment, leaf;
    randombytes_buf(salt, sizeof salt);
    ledger_pseudonym(l->pepper, actor, by);
    ledger_commit_to(sv_of(salt, sizeof salt), buf_sv(&l->record), &commitment);
    struct ledger_entry e = {.n = l->tree.size,
                             .at_us = clock_now_us(),
                             .kind = sv_cstr(step_name(l->kind)),
                             .by = sv_cstr(by),
                             .subject = buf_sv(&l->subject),
                             .salt = sv_of(salt, sizeof salt),
                             .record = buf_sv(&l->record),
                             .commitment = sv_of(commitment.b, sizeof commitment.b)};
    buf_clear(&l->row);
    ledger_leaf(&e, &l->row);
    if (l->record.failed || l->lines.failed || l->subject.failed || l->row.failed)
        return error_set(err, ERR_NOMEM, "ledger", "no memory for an entry");
    merkle_leaf(buf_sv(&l->row), &leaf);
    e.leaf = sv_of(leaf.b, sizeof leaf.b);
    rc = insert(s, &e, err);
    if (rc != 0) return rc;
    merkle_add(&l->tree, &leaf);
    l->grown = true;
    l->begun = false;
    return 0;
}

int ledger_flush(struct store *s, struct error *err)
{
    int rc = end_step(s, err);
    if (rc == 0 && s->ledger.grown) {
        rc = save_tree(s, err);
        s->ledger.wrote = true;
    }
    if (rc == 0) ledger_forget(s);
    return rc;
}

/* ---- parts of a transaction ---- */

int ledger_part_begin(struct store *s, struct error *err)
{
    struct store_ledger *l = &s->ledger;
    int rc = end_step(s, err);
    l->tree_before = l->tree;
    l->loaded_before = l->loaded;
    l->grown_before = l->grown;
    return rc;
}

int ledger_part_keep(struct store *s, struct error *err) { return end_step(s, err); }

void ledger_part_undo(struct store *s)
{
    struct store_ledger *l = &s->ledger;
    l->tree = l->tree_before;
    l->loaded = l->loaded_before;
    l->grown = l->grown_before;
    l->begun = false;
}

static int begin_step(struct store *s, enum step_kind kind, struct sv subject, struct error *err)
{
    struct store_ledger *l = &s->ledger;
    if (l->begun && l->kind == kind && l->rows < LEDGER_STEP_ROWS && sv_eq(buf_sv(&l->subject), subject))
        return 0;
    int rc = end_step(s, err);
    if (rc != 0) return rc;
    buf_clear(&l->lines);
    buf_clear(&l->subject);
    buf_putsv(&l->subject, subject);
    l->kind = kind;
    l->rows = 0;
    l->begun = true;
    return 0;
}

static int note(struct store *s, enum step_kind kind, struct sv subject, enum object_type type, struct sv id,
                const char *digest, struct error *err)
{
    int rc = begin_step(s, kind, subject, err);
    if (rc != 0) return rc;
    buf_printf(&s->ledger.lines, "%s %.*s %s\n", object_name(type), SV_FMT(id), digest);
    s->ledger.rows++;
    return 0;
}

int ledger_note_row(struct store *s, enum step_kind kind, struct sv subject, enum object_type type,
                    const struct val *key, size_t nkey, struct error *err)
{
    struct object o;
    int rc = ledger_find_row(s, type, key, nkey, &o, err);
    if (rc < 0) return rc;
    if (rc == 0)
        return error_set(err, ERR_INTERNAL, "ledger", "a %s that was written is not there",
                         object_name(type));
    char digest[SHA256_TEXT_BYTES];
    sha256_format(&o.digest, digest);
    return note(s, kind, subject, type, o.id, digest, err);
}

int ledger_note_gone(struct store *s, enum step_kind kind, struct sv subject, enum object_type type,
                     struct sv id, struct error *err)
{
    return note(s, kind, subject, type, id, "-", err);
}

int ledger_note_object(struct store *s, enum step_kind kind, struct sv subject, const struct object *o,
                       struct error *err)
{
    char digest[SHA256_TEXT_BYTES];
    sha256_format(&o->digest, digest);
    return note(s, kind, subject, o->type, o->id, digest, err);
}

int ledger_note_erased(struct store *s, enum step_kind kind, struct sv subject, uint64_t n, struct error *err)
{
    int rc = begin_step(s, kind, subject, err);
    if (rc != 0) return rc;
    buf_printf(&s->ledger.lines, "entry %llu -\n", (unsigned long long)n);
    s->ledger.rows++;
    return 0;
}

int ledger_note_says(struct store *s, enum step_kind kind, struct sv subject, struct sv says,
                     struct error *err)
{
    int rc = begin_step(s, kind, subject, err);
    if (rc == 0 && says.n > 0) buf_printf(&s->ledger.lines, "says %.*s\n", SV_FMT(says));
    return rc;
}

struct sv ledger_subject(const struct id128 *id, char out[ID_TEXT_BYTES])
{
    id_format(id, out);
    return sv_of(out, ID_TEXT_BYTES - 1);
}

/* A step of its own, even when the one before had the same kind and subject. */
static int append(struct store *s, enum step_kind kind, struct sv subject, struct sv says, struct error *err)
{
    int rc = end_step(s, err);
    if (rc == 0) rc = ledger_note_says(s, kind, subject, says, err);
    return rc == 0 ? end_step(s, err) : rc;
}

int ledger_append(struct store *s, enum step_kind kind, struct sv subject, struct sv says, struct error *err)
{
    bool fine = (unsigned)kind < STEP_KINDS && sv_find_byte(says, '\n', 0) == SIZE_MAX;
    for (size_t i = 0; fine && i < subject.n; i++) fine = plain(subject.p[i]);
    if (!fine)
        return error_set(err, ERR_ARG, "ledger", "a step about \"%.*s\" has a kind or words of another shape",
                         SV_FMT(subject));
    bool own;
    int rc = store_enter(s, &own, err);
    return rc == 0 ? store_leave(s, own, append(s, kind, subject, says, err), err) : rc;
}

/* ---- adopting ---- */

struct adoption {
    struct store *store;
    struct error *err;
};

static int adopt_row(void *arg, const struct object *o)
{
    struct adoption *a = arg;
    char digest[SHA256_TEXT_BYTES];
    sha256_format(&o->digest, digest);
    return note(a->store, STEP_ADOPT, SV_NULL, o->type, o->id, digest, a->err);
}

static int adopt_all(struct store *s, struct error *err)
{
    struct adoption a = {s, err};
    int rc = 0;
    for (int t = 0; rc == 0 && t < OBJECT_TYPES; t++)
        rc = ledger_rows(s, (enum object_type)t, adopt_row, &a, err);
    return rc;
}

int ledger_adopt(struct store *s, struct error *err)
{
    struct ledger_state state;
    bool own;
    int rc = ledger_state(s, &state, err);
    if (rc != 0 || state.size > 0) return rc;
    rc = store_enter(s, &own, err);
    return rc == 0 ? store_leave(s, own, adopt_all(s, err), err) : rc;
}

/* ---- reading ---- */

static int read_entries(struct store *s, enum store_statement which, const struct val *v, size_t n,
                        int (*visit)(void *arg, const struct ledger_entry *e), void *arg, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, which, v, n, &st, err);
    if (rc != 0) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct ledger_entry e = {.n = (uint64_t)col_i64(s, st, 0),
                                 .kind = col_sv(s, st, 1),
                                 .at_us = col_i64(s, st, 2),
                                 .by = col_sv(s, st, 3),
                                 .subject = col_sv(s, st, 4),
                                 .salt = col_sv(s, st, 5),
                                 .record = col_sv(s, st, 6),
                                 .commitment = col_sv(s, st, 7),
                                 .leaf = col_sv(s, st, 8)};
        int stop = visit(arg, &e);
        if (stop != 0) {
            s->driver->reset(st);
            return stop;
        }
    }
    return rc;
}

int ledger_entries(struct store *s, uint64_t from, int (*visit)(void *arg, const struct ledger_entry *e),
                   void *arg, struct error *err)
{
    return read_entries(s, SQL_LEDGER_LIST, VALS(v_i64((int64_t)from)), visit, arg, err);
}

int ledger_about(struct store *s, struct sv subject, int (*visit)(void *arg, const struct ledger_entry *e),
                 void *arg, struct error *err)
{
    return read_entries(s, SQL_LEDGER_ABOUT, VALS(v_blob(subject)), visit, arg, err);
}
