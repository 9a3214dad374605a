/* From the ledger to tiles and a signed checkpoint.
 *
 * Order: tiles, then all of them to the disk, then the checkpoint. A tile that is there without a checkpoint is written
 * again, the same. Before signing, the old checkpoint's root must follow from the new tiles: a log that was rewritten
 * is not signed over. */
#include "evidence/evidence_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

/* ---- paths and small files ---- */

int log_path(char out[LOG_PATH_BYTES], const char *dir, const char *name, struct error *err)
{
    int n = snprintf(out, LOG_PATH_BYTES, "%s/log%s%s", dir, *name ? "/" : "", name);
    if (n < 0 || n >= LOG_PATH_BYTES)
        return error_set(err, ERR_LIMIT, "evidence", "the path %s/log/%s is too long", dir, name);
    return 0;
}

int log_read(const char *dir, const char *name, struct buf *b, struct error *err)
{
    char path[LOG_PATH_BYTES];
    int rc = log_path(path, dir, name, err);
    return rc == 0 ? file_read(path, NOTE_MAX_BYTES, b, err) : rc;
}

static int log_write(const char *dir, const char *name, struct sv bytes, struct error *err)
{
    char path[LOG_PATH_BYTES];
    int rc = log_path(path, dir, name, err);
    return rc == 0 ? file_write_atomic(path, bytes, err) : rc;
}

/* ---- keys ---- */

static int make_key(const char *dir, struct note_signer *out, struct error *err)
{
    uint8_t random[8];
    char hex[17], name[32];
    struct buf b;
    randombytes_buf(random, sizeof random);
    hex_encode(random, sizeof random, hex);
    snprintf(name, sizeof name, "marsad/%s", hex);
    int rc = note_signer_new(sv_cstr(name), NOTE_LOG, out, err);
    buf_init(&b, 0);
    if (rc == 0) {
        note_signer_format(out, &b);
        buf_putc(&b, '\n');
        rc = b.failed ? error_set(err, ERR_NOMEM, "evidence", "no memory for a key")
                      : log_write(dir, "key", buf_sv(&b), err);
    }
    if (b.p) sodium_memzero(b.p, b.n);
    buf_done(&b);
    return rc;
}

/* The secret key; a new one only when nothing was ever signed. key.pub follows from it. */
static int open_signer(const char *dir, bool any_checkpoint, struct note_signer *out, struct error *err)
{
    struct buf b;
    buf_init(&b, 0);
    int rc = log_read(dir, "key", &b, err);
    if (rc == 0) rc = note_signer_parse(buf_sv(&b), out, err);
    if (rc == ERR_NOTFOUND && any_checkpoint)
        rc = error_set(err, rc, "evidence", "%s/log/key is gone, with which the log was signed: put it back",
                       dir);
    else if (rc == ERR_NOTFOUND)
        rc = make_key(dir, out, err);
    if (b.p) sodium_memzero(b.p, b.n);
    buf_clear(&b);
    char path[LOG_PATH_BYTES];
    if (rc == 0) rc = log_path(path, dir, "key.pub", err);
    if (rc == 0 && !file_exists(path)) {
        note_key_format(&out->public_key, &b);
        buf_putc(&b, '\n');
        rc = log_write(dir, "key.pub", buf_sv(&b), err);
    }
    buf_done(&b);
    return rc;
}

int evidence_key(const char *dir, struct note_key *out, struct error *err)
{
    struct buf b;
    buf_init(&b, 0);
    int rc = log_read(dir, "key.pub", &b, err);
    if (rc == 0) rc = note_key_parse(buf_sv(&b), out, err);
    buf_done(&b);
    return rc;
}

int evidence_checkpoint(const char *dir, struct buf *out, struct error *err)
{
    return log_read(dir, "checkpoint", out, err);
}

int log_open_note(struct sv bytes, const struct note_key *key, struct note *note, struct checkpoint *out,
                  struct error *err)
{
    int rc = note_parse(bytes, note, err);
    if (rc == 0) rc = checkpoint_parse(note->text, out, err);
    if (rc != 0) return rc;
    if (!sv_eq(out->origin, sv_of(key->name, key->name_bytes)))
        return error_set(err, ERR_FORMAT, "checkpoint", "it is of the log %.*s, and the key of %.*s",
                         SV_FMT(out->origin), (int)key->name_bytes, key->name);
    switch (note_verify(note, key, NULL)) {
    case NOTE_GOOD: return 0;
    case NOTE_BAD: return error_set(err, ERR_FORMAT, "checkpoint", "its signature does not verify");
    case NOTE_ABSENT: break;
    }
    return error_set(err, ERR_FORMAT, "checkpoint", "it is not signed by the key of %.*s",
                     (int)key->name_bytes, key->name);
}

/* ---- witnesses ---- */

int evidence_witnesses(const char *dir, struct arena *a, struct witness_keys *out, struct error *err)
{
    struct buf b;
    *out = (struct witness_keys){NULL, 0};
    buf_init(&b, 0);
    int rc = log_read(dir, "witnesses", &b, err);
    if (rc == ERR_NOTFOUND) {
        buf_done(&b);
        return 0;
    }
    struct sv rest = buf_sv(&b), line;
    out->key = ARENA_ARRAY(a, EVIDENCE_MAX_WITNESS, struct note_key);
    if (rc == 0 && !out->key) rc = error_set(err, ERR_NOMEM, "evidence", "no memory for keys of witnesses");
    while (rc == 0 && sv_split(&rest, '\n', &line)) {
        line = sv_trim(line);
        if (line.n == 0 || line.p[0] == '#') continue;
        if (out->n == EVIDENCE_MAX_WITNESS)
            rc = error_set(err, ERR_LIMIT, "evidence", "%s/log/witnesses: more than %d keys", dir,
                           EVIDENCE_MAX_WITNESS);
        else
            rc = note_key_parse(line, &out->key[out->n++], err);
    }
    buf_done(&b);
    return rc;
}

size_t log_count_witnesses(const struct note *note, const struct witness_keys *w)
{
    size_t n = 0;
    for (size_t i = 0; w && i < w->n; i++)
        n += w->key[i].type == NOTE_WITNESS && note_verify(note, &w->key[i], NULL) == NOTE_GOOD;
    return n;
}

static bool has_line(const struct note *n, const struct note_signature *s)
{
    for (size_t i = 0; i < n->n; i++)
        if (n->signature[i].id == s->id && sv_eq(n->signature[i].name, s->name)) return true;
    return false;
}

/* Lines of known witnesses that `ours` has not yet. */
static int merge(const struct note *ours, const struct note *theirs, const struct witness_keys *w,
                 struct buf *out, size_t *out_added, struct error *err)
{
    for (size_t k = 0; k < w->n; k++) {
        enum note_verdict v = note_verify(theirs, &w->key[k], NULL);
        if (v == NOTE_BAD)
            return error_set(err, ERR_FORMAT, "evidence", "the cosignature of %.*s does not verify",
                             (int)w->key[k].name_bytes, w->key[k].name);
        if (v != NOTE_GOOD || w->key[k].type != NOTE_WITNESS) continue;
        for (size_t i = 0; i < theirs->n; i++) {
            const struct note_signature *s = &theirs->signature[i];
            if (s->id != w->key[k].id || !sv_eq(s->name, sv_of(w->key[k].name, w->key[k].name_bytes)) ||
                has_line(ours, s))
                continue;
            buf_putsv(out, s->line);
            buf_putc(out, '\n');
            ++*out_added;
            break;
        }
    }
    return 0;
}

/* The public way in: the folder's lock is held. */
static int cosign(const char *dir, struct sv bytes, size_t *out_added, struct error *err)
{
    struct buf b;
    struct arena a;
    struct note ours, theirs;
    struct note_key key;
    struct checkpoint c;
    struct witness_keys w;
    buf_init(&b, 0);
    arena_init(&a, 0);
    int rc = evidence_key(dir, &key, err);
    if (rc == 0) rc = log_read(dir, "checkpoint", &b, err);
    if (rc == 0) rc = log_open_note(buf_sv(&b), &key, &ours, &c, err);
    if (rc == 0) rc = note_parse(bytes, &theirs, err);
    if (rc == 0 && !sv_eq(ours.text, theirs.text))
        rc = error_set(err, ERR_ARG, "evidence",
                       "what is cosigned is not our checkpoint of %llu entries: ask the witness again",
                       (unsigned long long)c.size);
    if (rc == 0) rc = evidence_witnesses(dir, &a, &w, err);
    struct buf whole;
    buf_init(&whole, 0);
    buf_putsv(&whole, buf_sv(&b));
    if (rc == 0) rc = merge(&ours, &theirs, &w, &whole, out_added, err);
    if (rc == 0 && *out_added > 0)
        rc = whole.failed ? error_set(err, ERR_NOMEM, "evidence", "no memory for a checkpoint")
                          : log_write(dir, "checkpoint", buf_sv(&whole), err);
    buf_done(&whole);
    buf_done(&b);
    arena_done(&a);
    return rc;
}

/* ---- tiles ---- */

struct tiler {
    const char *dir;
    uint64_t size, next;
    struct buf hashes, bundle;
    struct error *err;
};

static int write_both(struct tiler *t, unsigned width)
{
    uint64_t index = (t->next - 1) / TILE_HASHES;
    if (t->hashes.failed || t->bundle.failed)
        return error_set(t->err, ERR_NOMEM, "evidence", "no memory for a tile");
    int rc = tile_write(t->dir, 0, index, width, buf_sv(&t->hashes), t->err);
    if (rc == 0) rc = tile_write(t->dir, TILE_BUNDLE, index, width, buf_sv(&t->bundle), t->err);
    buf_clear(&t->hashes);
    buf_clear(&t->bundle);
    return rc;
}

static int take_entry(void *arg, const struct ledger_entry *e)
{
    struct tiler *t = arg;
    if (t->next == t->size) return 1;
    if (e->n != t->next)
        return error_set(t->err, ERR_FORMAT, "evidence",
                         "entry %llu of the ledger is gone: run `marsad verify`",
                         (unsigned long long)t->next);
    struct buf leaf;
    struct sha256 hash;
    buf_init(&leaf, 0);
    ledger_leaf(e, &leaf);
    merkle_leaf(buf_sv(&leaf), &hash);
    buf_put(&t->hashes, &hash, sizeof hash);
    bundle_put(&t->bundle, buf_sv(&leaf));
    t->bundle.failed |= leaf.failed;
    buf_done(&leaf);
    t->next++;
    return t->next % TILE_HASHES == 0 ? write_both(t, TILE_HASHES) : 0;
}

/* Level 0 and the bundles, from the tile in which the old log ended. */
static int write_leaves(struct store *s, const char *dir, uint64_t old, uint64_t size, struct error *err)
{
    struct tiler t = {.dir = dir, .size = size, .next = old / TILE_HASHES * TILE_HASHES, .err = err};
    buf_init(&t.hashes, 0);
    buf_init(&t.bundle, 0);
    int rc = ledger_entries(s, t.next, take_entry, &t, err);
    if (rc == 1) rc = 0;
    if (rc == 0 && t.next != size)
        rc = error_set(err, ERR_FORMAT, "evidence",
                       "the ledger ends at %llu of %llu entries: run `marsad verify`",
                       (unsigned long long)t.next, (unsigned long long)size);
    if (rc == 0 && size % TILE_HASHES != 0) rc = write_both(&t, (unsigned)(size % TILE_HASHES));
    buf_done(&t.hashes);
    buf_done(&t.bundle);
    return rc;
}

/* Root of the full tile `index` of level `below`: a hash of the level above. */
static int tile_root(struct tile_source *t, int below, uint64_t index, struct sha256 *out, struct error *err)
{
    struct merkle_source src = tile_source_of(t);
    unsigned half = 8 * (unsigned)below + 7;
    struct sha256 left, right;
    int rc = src.hash(src.arg, half, 2 * index, &left, err);
    if (rc == 0) rc = src.hash(src.arg, half, 2 * index + 1, &right, err);
    if (rc == 0) merkle_node(&left, &right, out);
    return rc;
}

/* Tile `index` of a level: what the old log had of it, and the full tiles below that came since. */
static int write_upper(struct tile_source *t, int level, uint64_t index, uint64_t old, struct error *err)
{
    unsigned had = tile_width(level, index, old), width = tile_width(level, index, t->size);
    struct buf b;
    struct error ignored;
    int rc = 0;
    buf_init(&b, 0);
    if (had > 0 && tile_read(t->dir, level, index, had, &b, &ignored) != 0) buf_clear(&b);
    while (rc == 0 && b.n < width * sizeof(struct sha256)) {
        struct sha256 hash;
        rc = tile_root(t, level - 1, index * TILE_HASHES + b.n / sizeof hash, &hash, err);
        buf_put(&b, &hash, sizeof hash);
        if (rc == 0 && b.failed) rc = error_set(err, ERR_NOMEM, "evidence", "no memory for a tile");
    }
    if (rc == 0) rc = tile_write(t->dir, level, index, width, buf_sv(&b), err);
    buf_done(&b);
    return rc;
}

static int write_tiles(struct store *s, const char *log, uint64_t old, uint64_t size, struct error *err)
{
    struct tile_source t;
    tile_source_init(&t, log, size);
    int rc = write_leaves(s, log, old, size, err);
    for (int level = 1; rc == 0 && level < TILE_LEVELS; level++) {
        uint64_t was = tile_count(level, old), is = tile_count(level, size);
        for (uint64_t i = was > 0 ? was - 1 : 0; rc == 0 && i < is; i++)
            if (tile_width(level, i, old) != tile_width(level, i, size))
                rc = write_upper(&t, level, i, old, err);
    }
    tile_source_done(&t);
    return rc;
}

/* Unfinished tiles of the old log that the new one does not need. */
static void drop_old_partials(const char *log, uint64_t old, uint64_t size)
{
    for (int level = TILE_BUNDLE; level < TILE_LEVELS; level++) {
        uint64_t n = tile_count(level, old);
        unsigned had = n > 0 ? tile_width(level, n - 1, old) : TILE_HASHES;
        unsigned has = n > 0 ? tile_width(level, n - 1, size) : TILE_HASHES;
        if (had < TILE_HASHES && had != has) tile_drop_partial(log, level, n - 1, has);
    }
}

/* ---- the checkpoint ---- */

static int check_growth(const char *log, const struct checkpoint *old, const struct checkpoint *now,
                        struct error *err)
{
    struct tile_source t;
    struct merkle_proof proof;
    struct sha256 root;
    tile_source_init(&t, log, now->size);
    struct merkle_source src = tile_source_of(&t);
    int rc = merkle_root_of(&src, now->size, &root, err);
    if (rc == 0) rc = merkle_prove_growth(&src, old->size, now->size, &proof, err);
    tile_source_done(&t);
    if (rc != 0) return rc;
    if (memcmp(root.b, now->root.b, sizeof root.b) != 0 ||
        !merkle_check_growth(old->size, &old->root, now->size, &now->root, proof.hash, proof.n))
        return error_set(err, ERR_FORMAT, "evidence",
                         "the ledger does not continue the log that was signed at %llu entries: nothing was "
                         "signed; run `marsad verify`",
                         (unsigned long long)old->size);
    return 0;
}

/* A checkpoint that witnesses have signed is kept when the next one takes its place. */
static int keep_witnessed(const char *dir, struct sv bytes, const struct note *note,
                          const struct checkpoint *c, struct error *err)
{
    char name[64], path[LOG_PATH_BYTES];
    if (note->n < 2) return 0;
    int rc = log_path(path, dir, "witnessed", err);
    if (rc == 0) rc = dir_make(path, err);
    snprintf(name, sizeof name, "witnessed/%llu", (unsigned long long)c->size);
    return rc == 0 ? log_write(dir, name, bytes, err) : rc;
}

static int sign(const char *dir, const struct note_signer *signer, const struct checkpoint *c,
                struct error *err)
{
    struct buf b;
    buf_init(&b, 0);
    checkpoint_format(c, &b);
    size_t n = b.n;
    struct buf line;
    buf_init(&line, 0);
    note_sign(sv_of(b.p, n), signer, 0, &line);
    buf_putc(&b, '\n');
    buf_putsv(&b, buf_sv(&line));
    int rc = b.failed || line.failed ? error_set(err, ERR_NOMEM, "evidence", "no memory for a checkpoint")
                                     : log_write(dir, "checkpoint", buf_sv(&b), err);
    buf_done(&line);
    buf_done(&b);
    return rc;
}

static int grow(struct store *s, const char *dir, const char *log, const struct ledger_state *state,
                struct error *err)
{
    struct buf b;
    struct note note = {.n = 0};
    struct checkpoint old = {.size = 0}, now = {.size = state->size};
    struct note_signer signer = {.seed = {0}};
    buf_init(&b, 0);
    sha256_of(SV_NULL, &old.root);
    merkle_root(&state->tree, &now.root);
    int rc = log_read(dir, "checkpoint", &b, err);
    bool any = rc == 0;
    if (rc == ERR_NOTFOUND) rc = 0;
    if (rc == 0) rc = open_signer(dir, any, &signer, err);
    if (rc == 0 && any) rc = log_open_note(buf_sv(&b), &signer.public_key, &note, &old, err);
    if (rc == 0 && old.size > now.size)
        rc = error_set(err, ERR_FORMAT, "evidence",
                       "%llu entries were signed and the ledger has %llu: run `marsad verify`",
                       (unsigned long long)old.size, (unsigned long long)now.size);
    if (rc == 0 && any && old.size == now.size && memcmp(old.root.b, now.root.b, sizeof now.root.b) == 0)
        goto out;
    if (rc == 0) rc = write_tiles(s, log, old.size, now.size, err);
    if (rc == 0) rc = check_growth(log, &old, &now, err);
    if (rc == 0) rc = tiles_sync(log, old.size, now.size, err);
    if (rc == 0 && any) rc = keep_witnessed(dir, buf_sv(&b), &note, &old, err);
    now.origin = sv_of(signer.public_key.name, signer.public_key.name_bytes);
    if (rc == 0) rc = sign(dir, &signer, &now, err);
    if (rc == 0) drop_old_partials(log, old.size, now.size);
out:
    sodium_memzero(&signer, sizeof signer);
    buf_done(&b);
    return rc;
}

int log_lock(const char *log, struct error *err)
{
    char path[LOG_PATH_BYTES + 8];
    snprintf(path, sizeof path, "%s/lock", log);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0) {
        while (flock(fd, LOCK_EX) != 0)
            if (errno != EINTR) break;
        return fd;
    }
    error_set_errno(err, ERR_IO, "evidence", errno, "cannot lock %s", path);
    return -1;
}

int evidence_publish(struct store *s, const char *dir, uint64_t *out_size, struct error *err)
{
    char log[LOG_PATH_BYTES];
    struct ledger_state state = {.size = 0};
    int rc = log_path(log, dir, "", err);
    if (rc == 0) rc = dir_make(log, err);
    if (rc != 0) return rc;
    int lock = log_lock(log, err);
    if (lock < 0) return ERR_IO;
    rc = ledger_state(s, &state, err);
    if (rc == 0 && !state.peaks_ok)
        rc = error_set(err, ERR_FORMAT, "evidence", "the stored tree is damaged: run `marsad verify`");
    if (rc == 0 && state.size > 0) rc = grow(s, dir, log, &state, err);
    close(lock);
    if (rc == 0 && out_size) *out_size = state.size;
    return rc;
}

int evidence_cosign(const char *dir, struct sv note, size_t *out_added, struct error *err)
{
    char log[LOG_PATH_BYTES];
    size_t added = 0;
    int rc = log_path(log, dir, "", err);
    if (rc != 0) return rc;
    int lock = log_lock(log, err);
    if (lock < 0) return ERR_IO;
    rc = cosign(dir, note, &added, err);
    close(lock);
    if (rc == 0) *out_added = added;
    return rc;
}
