/* SHA-256 and hex by libsodium. */
#include "base/id.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

int id_init(struct error *err)
{
    if (sodium_init() < 0)
        return error_set(err, ERR_INTERNAL, "id", "libsodium did not start: no source of random bytes?");
    return 0;
}

void sha256_of(struct sv bytes, struct sha256 *out)
{
    crypto_hash_sha256(out->b, (const unsigned char *)(bytes.p ? bytes.p : ""), bytes.n);
}

int sha256_of_fd(int fd, struct sha256 *out, uint64_t *out_bytes, struct error *err)
{
    enum { STEP_BYTES = 1 << 20 };
    unsigned char *step = malloc(STEP_BYTES);
    if (!step) return error_set(err, ERR_NOMEM, "id", "no memory for a read buffer of %d bytes", STEP_BYTES);
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    uint64_t total = 0;
    int rc = 0;
    for (;;) {
        ssize_t got = read(fd, step, STEP_BYTES);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            rc = error_set_errno(err, ERR_IO, "id", errno, "read failed after %llu bytes",
                                 (unsigned long long)total);
            goto out;
        }
        if (got == 0) break;
        crypto_hash_sha256_update(&state, step, (unsigned long long)got);
        total += (uint64_t)got;
    }
    crypto_hash_sha256_final(&state, out->b);
    if (out_bytes) *out_bytes = total;
out:
    free(step);
    return rc;
}

static void hash_part(crypto_hash_sha256_state *state, struct sv part)
{
    unsigned char length[8];
    for (unsigned i = 0; i < 8; i++) length[i] = (unsigned char)((uint64_t)part.n >> (8 * i));
    crypto_hash_sha256_update(state, length, sizeof length);
    if (part.n) crypto_hash_sha256_update(state, (const unsigned char *)part.p, part.n);
}

struct id128 id_of(const char *kind, const struct sv *parts, size_t nparts)
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    hash_part(&state, sv_cstr(kind));
    for (size_t i = 0; i < nparts; i++) hash_part(&state, parts[i]);
    struct sha256 whole;
    crypto_hash_sha256_final(&state, whole.b);
    struct id128 id;
    memcpy(id.b, whole.b, sizeof id.b);
    return id;
}

bool id_eq(const struct id128 *a, const struct id128 *b) { return memcmp(a->b, b->b, sizeof a->b) == 0; }

bool id_is_zero(const struct id128 *a)
{
    static const struct id128 zero;
    return id_eq(a, &zero);
}

void id_format(const struct id128 *id, char out[ID_TEXT_BYTES]) { hex_encode(id->b, sizeof id->b, out); }
bool id_parse(struct sv s, struct id128 *out) { return hex_decode(s, out->b, sizeof out->b); }
void sha256_format(const struct sha256 *h, char out[SHA256_TEXT_BYTES])
{
    hex_encode(h->b, sizeof h->b, out);
}
bool sha256_parse(struct sv s, struct sha256 *out) { return hex_decode(s, out->b, sizeof out->b); }

void hex_encode(const uint8_t *p, size_t n, char *out) { sodium_bin2hex(out, 2 * n + 1, p, n); }

static int digit_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool hex_decode(struct sv s, uint8_t *out, size_t n)
{
    if (s.n % 2 || s.n / 2 != n) return false;
    for (size_t i = 0; i < s.n; i++)
        if (digit_value(s.p[i]) < 0) return false;
    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)(digit_value(s.p[2 * i]) << 4 | digit_value(s.p[2 * i + 1]));
    return true;
}
