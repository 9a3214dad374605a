#include "evidence/note.h"

#include <sodium.h>

#include "base/limits.h"
#include "base/utf8.h"

#define DASH "\xE2\x80\x94 "

/* ---- base64 ---- */

void base64_put(struct buf *b, const void *p, size_t n)
{
    size_t room = sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL);
    if (!buf_reserve(b, room)) return;
    sodium_bin2base64(b->p + b->n, room, p, n, sodium_base64_VARIANT_ORIGINAL);
    b->n += room - 1;
}

bool base64_get(struct sv s, void *out, size_t n)
{
    size_t got = 0;
    if (s.n != (n + 2) / 3 * 4) return false;
    return sodium_base642bin(out, n, s.p, s.n, NULL, &got, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
           got == n;
}

/* ---- keys ---- */

static uint32_t key_id(const struct note_key *k)
{
    crypto_hash_sha256_state state;
    struct sha256 h;
    uint8_t between[2] = {'\n', (uint8_t)k->type};
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const unsigned char *)k->name, k->name_bytes);
    crypto_hash_sha256_update(&state, between, sizeof between);
    crypto_hash_sha256_update(&state, k->key, sizeof k->key);
    crypto_hash_sha256_final(&state, h.b);
    return (uint32_t)h.b[0] << 24 | (uint32_t)h.b[1] << 16 | (uint32_t)h.b[2] << 8 | h.b[3];
}

/* ASCII white space and control bytes, and the spaces of Unicode beyond them, are no part of a name; nor is '+'. */
static bool name_ok(struct sv name)
{
    if (name.n == 0 || name.n > NOTE_NAME_BYTES) return false;
    for (size_t at = 0; at < name.n;) {
        bool valid = true;
        uint32_t c = utf8_next(name, &at, &valid);
        if (!valid || c <= 0x20 || c == '+' || c == 0x7f || c == 0x85 || c == 0xa0 || c == 0x1680 ||
            (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
            c == 0x3000)
            return false;
    }
    return true;
}

static int bad_key(const char *what, struct error *err)
{
    return error_set(err, ERR_FORMAT, "note", "the key is not \"name+id+base64\": %s", what);
}

static bool known_type(uint8_t type) { return type == NOTE_LOG || type == NOTE_WITNESS; }

/* "name+id+base64(type ‖ 32 bytes)" into name, type and out_bytes; the id as it is written. */
static int parse_parts(struct sv text, struct note_key *out, uint8_t out_bytes[32], uint32_t *out_id,
                       struct error *err)
{
    struct sv name, id, rest = text;
    uint8_t raw[4], bytes[33];
    if (!sv_split(&rest, '+', &name) || !name_ok(name)) return bad_key("it has no name", err);
    if (!sv_split(&rest, '+', &id) || !hex_decode(id, raw, sizeof raw))
        return bad_key("its id is not of 8 hex digits", err);
    if (!rest.p || !base64_get(rest, bytes, sizeof bytes))
        return bad_key("its last part is not 33 bytes in base64", err);
    if (!known_type(bytes[0]))
        return error_set(err, ERR_UNSUPPORTED, "note",
                         "a key of type %d: this build knows 1 (log) and 4 (witness)", bytes[0]);
    *out = (struct note_key){.name_bytes = name.n, .type = (enum note_key_type)bytes[0]};
    memcpy(out->name, name.p, name.n);
    memcpy(out_bytes, bytes + 1, 32);
    *out_id = (uint32_t)raw[0] << 24 | (uint32_t)raw[1] << 16 | (uint32_t)raw[2] << 8 | raw[3];
    sodium_memzero(bytes, sizeof bytes);
    return 0;
}

int note_key_parse(struct sv text, struct note_key *out, struct error *err)
{
    uint32_t id;
    uint8_t bytes[32];
    int rc = parse_parts(sv_trim(text), out, bytes, &id, err);
    if (rc != 0) return rc;
    memcpy(out->key, bytes, sizeof out->key);
    out->id = key_id(out);
    return id == out->id ? 0 : bad_key("its id is not that of its name and key", err);
}

static void derive(struct note_signer *s)
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    crypto_sign_seed_keypair(s->public_key.key, secret, s->seed);
    sodium_memzero(secret, sizeof secret);
    s->public_key.id = key_id(&s->public_key);
}

static const struct sv secret_mark = SV_INIT("PRIVATE+KEY+");

int note_signer_parse(struct sv text, struct note_signer *out, struct error *err)
{
    uint32_t id;
    text = sv_trim(text);
    if (!sv_starts(text, secret_mark)) return bad_key("a secret key begins with PRIVATE+KEY+", err);
    int rc = parse_parts(sv_sub(text, secret_mark.n, text.n), &out->public_key, out->seed, &id, err);
    if (rc != 0) return rc;
    derive(out);
    return id == out->public_key.id ? 0 : bad_key("its id is not that of its name and key", err);
}

static void format_parts(const struct note_key *k, const uint8_t bytes[32], struct buf *b)
{
    uint8_t raw[33] = {(uint8_t)k->type};
    memcpy(raw + 1, bytes, 32);
    buf_printf(b, "%.*s+%08x+", (int)k->name_bytes, k->name, k->id);
    base64_put(b, raw, sizeof raw);
    sodium_memzero(raw, sizeof raw);
}

void note_key_format(const struct note_key *k, struct buf *b) { format_parts(k, k->key, b); }

void note_signer_format(const struct note_signer *s, struct buf *b)
{
    buf_putsv(b, secret_mark);
    format_parts(&s->public_key, s->seed, b);
}

int note_signer_new(struct sv name, enum note_key_type type, struct note_signer *out, struct error *err)
{
    if (!name_ok(name))
        return error_set(err, ERR_ARG, "note",
                         "\"%.*s\": a key's name has 1 to %d bytes, no spaces, no control bytes and no '+'",
                         SV_FMT(name), NOTE_NAME_BYTES);
    *out = (struct note_signer){.public_key = {.name_bytes = name.n, .type = type}};
    memcpy(out->public_key.name, name.p, name.n);
    randombytes_buf(out->seed, sizeof out->seed);
    derive(out);
    return 0;
}

/* ---- notes ---- */

static int bad_note(const char *what, struct error *err)
{
    return error_set(err, ERR_FORMAT, "note", "no signed note: %s", what);
}

static bool decode_blob(struct sv text, struct note_signature *out)
{
    uint8_t raw[4 + NOTE_BLOB_BYTES];
    size_t n = text.n / 4 * 3;
    if (text.n % 4 != 0 || text.n == 0) return false;
    for (int i = 1; i <= 2 && text.p[text.n - (size_t)i] == '='; i++) n--;
    out->blob_bytes = n;
    if (n <= 4 || n > sizeof raw) return n > sizeof raw;
    if (!base64_get(text, raw, n)) return false;
    out->id = (uint32_t)raw[0] << 24 | (uint32_t)raw[1] << 16 | (uint32_t)raw[2] << 8 | raw[3];
    out->blob_bytes = n - 4;
    memcpy(out->blob, raw + 4, out->blob_bytes);
    return true;
}

static bool parse_signature(struct sv line, struct note_signature *out)
{
    *out = (struct note_signature){.line = line};
    struct sv rest = line;
    if (!sv_starts(rest, SV(DASH))) return false;
    rest = sv_sub(rest, sizeof DASH - 1, rest.n);
    return sv_split(&rest, ' ', &out->name) && rest.p && name_ok(out->name) && decode_blob(rest, out);
}

static bool note_bytes_ok(struct sv bytes)
{
    for (size_t at = 0; at < bytes.n;) {
        bool valid = true;
        uint32_t c = utf8_next(bytes, &at, &valid);
        if (!valid || (c < 0x20 && c != '\n')) return false;
    }
    return true;
}

int note_parse(struct sv bytes, struct note *out, struct error *err)
{
    *out = (struct note){.n = 0};
    if (bytes.n > NOTE_MAX_BYTES)
        return error_set(err, ERR_LIMIT, "note", "a note of %zu bytes: %d at most", bytes.n, NOTE_MAX_BYTES);
    if (!note_bytes_ok(bytes)) return bad_note("it holds control bytes or broken UTF-8", err);
    size_t split = SIZE_MAX;
    for (size_t at = sv_find(bytes, SV("\n\n"), 0); at != SIZE_MAX; at = sv_find(bytes, SV("\n\n"), at + 1))
        split = at;
    if (split == SIZE_MAX) return bad_note("no empty line stands before the signatures", err);
    out->text = sv_sub(bytes, 0, split + 1);
    struct sv rest = sv_sub(bytes, split + 2, bytes.n), line;
    if (rest.n == 0 || rest.p[rest.n - 1] != '\n') return bad_note("its last line has no end", err);
    rest.n--;
    while (sv_split(&rest, '\n', &line)) {
        if (out->n == NOTE_SIGNATURES)
            return error_set(err, ERR_LIMIT, "note", "more than %d signatures", NOTE_SIGNATURES);
        if (!parse_signature(line, &out->signature[out->n++]))
            return bad_note("a signature line is of another shape", err);
    }
    return 0;
}

/* What a witness signs. */
static void cosigned(struct sv text, int64_t at_s, struct buf *b)
{
    buf_printf(b, "cosignature/v1\ntime %lld\n", (long long)at_s);
    buf_putsv(b, text);
}

static bool verify_witness(const struct note *n, const struct note_signature *s, const struct note_key *k,
                           int64_t *out_time)
{
    uint64_t at = 0;
    if (s->blob_bytes != 8 + crypto_sign_BYTES) return false;
    for (int i = 0; i < 8; i++) at = at << 8 | s->blob[i];
    if (at > INT64_MAX) return false;
    struct buf b;
    buf_init(&b, 0);
    cosigned(n->text, (int64_t)at, &b);
    bool good =
        !b.failed && crypto_sign_verify_detached(s->blob + 8, (const unsigned char *)b.p, b.n, k->key) == 0;
    buf_done(&b);
    if (good && out_time) *out_time = (int64_t)at;
    return good;
}

enum note_verdict note_verify(const struct note *n, const struct note_key *k, int64_t *out_time)
{
    for (size_t i = 0; i < n->n; i++) {
        const struct note_signature *s = &n->signature[i];
        if (s->id != k->id || !sv_eq(s->name, sv_of(k->name, k->name_bytes))) continue;
        bool good = k->type == NOTE_WITNESS
                        ? verify_witness(n, s, k, out_time)
                        : s->blob_bytes == crypto_sign_BYTES &&
                              crypto_sign_verify_detached(s->blob, (const unsigned char *)n->text.p,
                                                          n->text.n, k->key) == 0;
        return good ? NOTE_GOOD : NOTE_BAD;
    }
    return NOTE_ABSENT;
}

void note_sign(struct sv text, const struct note_signer *s, int64_t at_s, struct buf *b)
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
    uint8_t blob[4 + NOTE_BLOB_BYTES];
    const struct note_key *k = &s->public_key;
    size_t n = 0;
    struct buf message;
    for (int i = 0; i < 4; i++) blob[n++] = (uint8_t)(k->id >> (24 - 8 * i));
    buf_init(&message, 0);
    if (k->type == NOTE_WITNESS) {
        for (int i = 0; i < 8; i++) blob[n++] = (uint8_t)((uint64_t)at_s >> (56 - 8 * i));
        cosigned(text, at_s, &message);
    } else {
        buf_putsv(&message, text);
    }
    crypto_sign_seed_keypair(public_key, secret, s->seed);
    crypto_sign_detached(blob + n, NULL, (const unsigned char *)buf_cstr(&message), message.n, secret);
    sodium_memzero(secret, sizeof secret);
    n += crypto_sign_BYTES;
    if (message.failed) b->failed = true;
    buf_printf(b, DASH "%.*s ", (int)k->name_bytes, k->name);
    base64_put(b, blob, n);
    buf_putc(b, '\n');
    buf_done(&message);
}

/* ---- checkpoints ---- */

/* Digits without a zero in front. */
static bool parse_size(struct sv s, uint64_t *out)
{
    int64_t v;
    if (s.n == 0 || (s.n > 1 && s.p[0] == '0') || s.p[0] == '-' || !sv_to_i64(s, &v)) return false;
    *out = (uint64_t)v;
    return true;
}

int checkpoint_parse(struct sv text, struct checkpoint *out, struct error *err)
{
    struct sv rest = text, origin, size, root;
    if (!sv_split(&rest, '\n', &origin) || origin.n == 0 || !sv_split(&rest, '\n', &size) ||
        !sv_split(&rest, '\n', &root) || !rest.p)
        return error_set(err, ERR_FORMAT, "checkpoint", "it has not the three lines origin, size and root");
    struct checkpoint c = {.origin = origin};
    if (!parse_size(size, &c.size))
        return error_set(err, ERR_FORMAT, "checkpoint", "\"%.*s\" is no number of entries", SV_FMT(size));
    if (!base64_get(root, c.root.b, sizeof c.root.b))
        return error_set(err, ERR_FORMAT, "checkpoint", "\"%.*s\" is no root: 32 bytes in base64",
                         SV_FMT(root));
    *out = c;
    return 0;
}

void checkpoint_format(const struct checkpoint *c, struct buf *b)
{
    buf_printf(b, "%.*s\n%llu\n", SV_FMT(c->origin), (unsigned long long)c->size);
    base64_put(b, c->root.b, sizeof c->root.b);
    buf_putc(b, '\n');
}
