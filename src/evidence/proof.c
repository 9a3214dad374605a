/* Proofs of one entry: c2sp.org/tlog-proof, whose "extra" is, in base64, a JSON object of ours:
 *
 *     {"leaf":"{\"n\":512,…}","salt":"9b02…","record":"step intake\nby lina\n…"}
 *
 * leaf is hashed as it stands; salt (hex) and record are left out of a proof that opens nothing. The extra is not
 * authenticated by itself: the leaf must hash into the tree, and the commitment in the leaf binds salt and record. */
#include "evidence/evidence_priv.h"

#include "base/json.h"

#define FIRST_LINE "c2sp.org/tlog-proof@v1"

/* ---- making ---- */

struct wanted {
    uint64_t n;
    bool open, found;
    struct buf *extra;
};

static int take(void *arg, const struct ledger_entry *e)
{
    struct wanted *w = arg;
    if (e->n != w->n) return 1;
    struct buf leaf;
    struct jw j;
    buf_init(&leaf, 0);
    ledger_leaf(e, &leaf);
    jw_init(&j, w->extra, JW_COMPACT);
    jw_object(&j);
    jw_kv_sv(&j, "leaf", buf_sv(&leaf));
    if (w->open && e->record.n > 0 && e->salt.n == LEDGER_SALT_BYTES) {
        char salt[2 * LEDGER_SALT_BYTES + 1];
        hex_encode((const uint8_t *)e->salt.p, e->salt.n, salt);
        jw_kv_str(&j, "salt", salt);
        jw_kv_sv(&j, "record", e->record);
    }
    jw_end(&j);
    w->extra->failed |= leaf.failed;
    buf_done(&leaf);
    w->found = true;
    return 1;
}

static void put_proof(struct sv extra, uint64_t n, const struct merkle_proof *p, struct sv note,
                      struct buf *b)
{
    buf_puts(b, FIRST_LINE "\nextra ");
    base64_put(b, extra.p, extra.n);
    buf_printf(b, "\nindex %llu\n", (unsigned long long)n);
    for (size_t i = 0; i < p->n; i++) {
        base64_put(b, p->hash[i].b, sizeof p->hash[i].b);
        buf_putc(b, '\n');
    }
    buf_putc(b, '\n');
    buf_putsv(b, note);
}

int evidence_prove(struct store *s, const char *dir, uint64_t n, bool open, struct buf *out,
                   struct error *err)
{
    struct buf bytes, extra;
    struct note note;
    struct note_key key;
    struct checkpoint c = {.size = 0};
    struct merkle_proof proof = {.n = 0};
    struct wanted w = {.n = n, .open = open, .extra = &extra};
    char log[LOG_PATH_BYTES];
    buf_init(&bytes, 0);
    buf_init(&extra, 0);
    int rc = log_path(log, dir, "", err);
    if (rc == 0) rc = evidence_key(dir, &key, err);
    if (rc == 0) rc = log_read(dir, "checkpoint", &bytes, err);
    if (rc == 0) rc = log_open_note(buf_sv(&bytes), &key, &note, &c, err);
    if (rc == 0 && n >= c.size)
        rc = error_set(err, ERR_NOTFOUND, "evidence", "entry %llu is not among the %llu that are signed",
                       (unsigned long long)n, (unsigned long long)c.size);
    if (rc == 0) {
        struct tile_source t;
        tile_source_init(&t, log, c.size);
        struct merkle_source src = tile_source_of(&t);
        rc = merkle_prove_leaf(&src, n, c.size, &proof, err);
        tile_source_done(&t);
    }
    if (rc == 0) rc = ledger_entries(s, n, take, &w, err);
    if (rc == 1) rc = 0;
    if (rc == 0 && !w.found)
        rc = error_set(err, ERR_NOTFOUND, "evidence", "entry %llu is gone from the ledger",
                       (unsigned long long)n);
    if (rc == 0) put_proof(buf_sv(&extra), n, &proof, buf_sv(&bytes), out);
    if (rc == 0 && (extra.failed || out->failed))
        rc = error_set(err, ERR_NOMEM, "evidence", "no memory for a proof");
    buf_done(&extra);
    buf_done(&bytes);
    return rc;
}

/* ---- checking ---- */

static int bad(struct error *err, const char *what)
{
    return error_set(err, ERR_FORMAT, "proof", "the proof does not hold: %s", what);
}

struct parsed {
    struct sv extra, note; /* extra still in base64 */
    uint64_t n;
    struct merkle_proof proof;
};

static int parse(struct sv bytes, struct parsed *out, struct error *err)
{
    struct sv rest = bytes, line;
    int64_t n;
    *out = (struct parsed){.extra = SV_NULL};
    if (bytes.n > PROOF_MAX_BYTES)
        return error_set(err, ERR_LIMIT, "proof", "%zu bytes: a proof has %zu at most", bytes.n,
                         PROOF_MAX_BYTES);
    if (!sv_split(&rest, '\n', &line) || !sv_is(line, FIRST_LINE))
        return bad(err, "its first line is not " FIRST_LINE);
    if (!sv_split(&rest, '\n', &line)) return bad(err, "it ends after the first line");
    if (sv_starts(line, SV("extra "))) {
        out->extra = sv_sub(line, 6, line.n);
        if (!sv_split(&rest, '\n', &line)) return bad(err, "it ends after the extra line");
    }
    if (!sv_starts(line, SV("index ")) || !sv_to_i64(sv_sub(line, 6, line.n), &n) || n < 0)
        return bad(err, "it has no line with an index");
    out->n = (uint64_t)n;
    while (sv_split(&rest, '\n', &line) && line.n > 0) {
        if (out->proof.n == MERKLE_MAX_PROOF) return bad(err, "it has too many hashes");
        if (!base64_get(line, out->proof.hash[out->proof.n++].b, sizeof(struct sha256)))
            return bad(err, "a hash is not 32 bytes in base64");
    }
    if (!rest.p) return bad(err, "it has no checkpoint");
    out->note = rest;
    return 0;
}

static int decode_extra(struct sv text, struct arena *a, struct json **out, struct error *err)
{
    size_t n = text.n / 4 * 3;
    if (text.n == 0 || text.n % 4 != 0) return bad(err, "its extra line holds no leaf");
    for (size_t i = 1; i <= 2 && text.p[text.n - i] == '='; i++) n--;
    char *raw = ARENA_ARRAY(a, n + 1, char);
    if (!raw) return error_set(err, ERR_NOMEM, "proof", "no memory for a proof");
    if (!base64_get(text, raw, n)) return bad(err, "its extra line is no base64");
    return json_parse(sv_of(raw, n), JSON_STRICT, out, err);
}

static struct sv keep(struct arena *a, struct sv s, int *rc)
{
    if (s.n == 0) return SV_NULL;
    struct sv copy = arena_copy(a, s);
    if (!copy.p) *rc = ERR_NOMEM;
    return copy;
}

/* What the leaf says, and that salt and record are what it commits to. */
static int read_leaf(const struct json *extra, struct arena *a, struct proof_view *out, struct error *err)
{
    struct json *leaf = NULL;
    struct sha256 wanted, got;
    uint8_t salt[LEDGER_SALT_BYTES];
    struct sv text = json_get_sv(extra, "leaf"), record = json_get_sv(extra, "record");
    if (text.n == 0 || json_len(extra) != (record.n > 0 ? 3 : 1))
        return bad(err, "its extra line does not hold a leaf, or a leaf with salt and record");
    int rc = json_parse(text, JSON_STRICT, &leaf, err);
    if (rc != 0) return rc;
    out->at_us = json_get_i64(leaf, "at", INT64_MIN);
    out->kind = keep(a, json_get_sv(leaf, "kind"), &rc);
    out->by = keep(a, json_get_sv(leaf, "by"), &rc);
    out->leaf = keep(a, text, &rc);
    out->record = keep(a, record, &rc);
    if (rc != 0) rc = error_set(err, rc, "proof", "no memory for a proof");
    if (rc == 0 && json_get_i64(leaf, "n", -1) != (int64_t)out->n)
        rc = bad(err, "its leaf is of another entry");
    if (rc == 0 && !sha256_parse(json_get_sv(leaf, "commitment"), &wanted))
        rc = bad(err, "its leaf commits to nothing");
    if (rc == 0 && record.n > 0) {
        if (!hex_decode(json_get_sv(extra, "salt"), salt, sizeof salt))
            rc = bad(err, "it has a record and no salt");
        else
            ledger_commit_to(sv_of(salt, sizeof salt), record, &got);
        if (rc == 0 && memcmp(got.b, wanted.b, sizeof got.b) != 0)
            rc = bad(err, "the record is not the one that the leaf commits to");
    }
    json_free(leaf);
    return rc;
}

int evidence_check_proof(struct sv proof, const struct note_key *log, const struct witness_keys *witnesses,
                         struct arena *a, struct proof_view *out, struct error *err)
{
    struct parsed p;
    struct note note;
    struct checkpoint c;
    struct json *extra = NULL;
    struct sha256 hash;
    struct proof_view v = {.bytes = proof.n};
    int rc = parse(proof, &p, err);
    if (rc == 0) rc = log_open_note(p.note, log, &note, &c, err);
    if (rc == 0) rc = decode_extra(p.extra, a, &extra, err);
    if (rc == 0) {
        v.n = p.n;
        v.size = c.size;
        v.hashes = p.proof.n;
        v.witnesses = log_count_witnesses(&note, witnesses);
        v.origin = keep(a, c.origin, &rc);
        rc = rc == 0 ? read_leaf(extra, a, &v, err) : error_set(err, rc, "proof", "no memory for a proof");
    }
    json_free(extra);
    if (rc != 0) return rc;
    merkle_leaf(v.leaf, &hash);
    if (!merkle_check_leaf(&hash, p.n, c.size, p.proof.hash, p.proof.n, &c.root))
        return bad(err, "its leaf is not in the tree that was signed");
    *out = v;
    return 0;
}
