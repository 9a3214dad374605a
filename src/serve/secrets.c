/* Secrets: random ones, hashed ones, and codes that change every half minute. */
#include "serve/serve_priv.h"

#include "base/limits.h"
#include "base/utf8.h"

#include <sodium.h>
#include <stdio.h>

/* No 0 O 1 I L U: they are taken for each other, or make words. */
static const char letters[] = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

void token_new(char out[TOKEN_TEXT_BYTES])
{
    uint8_t bytes[TOKEN_BYTES];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(out, TOKEN_TEXT_BYTES, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(bytes, sizeof bytes);
}

void token_hash(struct sv token, struct sha256 *out) { sha256_of(token, out); }

void pin_new(char out[PIN_TEXT_BYTES])
{
    for (int i = 0; i < PIN_TEXT_BYTES - 1; i++) out[i] = (char)('0' + randombytes_uniform(10));
    out[PIN_TEXT_BYTES - 1] = '\0';
}

struct id128 random_id(void)
{
    struct id128 id;
    randombytes_buf(id.b, sizeof id.b);
    return id;
}

void pseudonym_new(char out[12])
{
    snprintf(out, 12, "R-");
    for (int i = 2; i < 7; i++) out[i] = letters[randombytes_uniform(sizeof letters - 1)];
    out[7] = '\0';
}

/* ---- passwords ---- */

int password_check(struct sv password, struct sv login, struct error *err)
{
    if (utf8_check(password) != SIZE_MAX || memchr(password.p, '\0', password.n))
        return error_set(err, ERR_ARG, "serve", "a password is text in UTF-8");
    if (utf8_count(password) < 12)
        return error_set(err, ERR_ARG, "serve", "a password has at least 12 characters");
    if (password.n > 512) return error_set(err, ERR_ARG, "serve", "a password has at most 512 bytes");
    if (login.n > 0 && sv_find(password, login, 0) != SIZE_MAX)
        return error_set(err, ERR_ARG, "serve", "a password does not hold the name that one signs in with");
    size_t same = 0;
    for (size_t i = 1; i < password.n; i++) same += password.p[i] == password.p[0];
    if (same + 1 == password.n)
        return error_set(err, ERR_ARG, "serve", "a password is more than one character");
    return 0;
}

static int hash(struct sv word, unsigned long long ops, size_t memory, struct arena *a, struct sv *out,
                struct error *err)
{
    char text[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str_alg(text, word.p ? word.p : "", word.n, ops, memory,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return error_set(err, ERR_NOMEM, "serve", "no memory to hash a password");
    *out = arena_copy(a, sv_cstr(text));
    return out->p ? 0 : error_set(err, ERR_NOMEM, "serve", "no memory for a password's hash");
}

/* OWASP's least: 19 MiB, two passes. */
int password_hash(struct sv password, struct arena *a, struct sv *out, struct error *err)
{
    return hash(password, 2, (size_t)19 << 20, a, out, err);
}

int pin_hash(struct sv pin, struct arena *a, struct sv *out, struct error *err)
{
    return hash(pin, 1, (size_t)8 << 20, a, out, err);
}

bool password_right(struct sv hashed, struct sv password)
{
    /* Of nobody's password, so that a name that is not there takes as long as one that is. */
    static const char nobody[] =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    char text[crypto_pwhash_STRBYTES] = "";
    bool some = hashed.n > 0 && hashed.n < sizeof text;
    if (some) memcpy(text, hashed.p, hashed.n);
    int right = crypto_pwhash_str_verify(some ? text : nobody, password.p ? password.p : "", password.n);
    return some && right == 0;
}

/* ---- codes ---- */

/* HMAC-SHA-1 (RFC 2104) is what every authenticator application speaks; libsodium has no SHA-1. */
static uint32_t rotate(uint32_t v, int n) { return v << n | v >> (32 - n); }

static void sha1_block(uint32_t h[5], const uint8_t p[64])
{
    uint32_t w[80], v[5];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 | (uint32_t)p[4 * i + 2] << 8 |
               p[4 * i + 3];
    for (int i = 16; i < 80; i++) w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    memcpy(v, h, sizeof v);
    for (int i = 0; i < 80; i++) {
        uint32_t f, k;
        if (i < 20)
            f = (v[1] & v[2]) | (~v[1] & v[3]), k = 0x5a827999;
        else if (i < 40)
            f = v[1] ^ v[2] ^ v[3], k = 0x6ed9eba1;
        else if (i < 60)
            f = (v[1] & v[2]) | (v[1] & v[3]) | (v[2] & v[3]), k = 0x8f1bbcdc;
        else
            f = v[1] ^ v[2] ^ v[3], k = 0xca62c1d6;
        uint32_t t = rotate(v[0], 5) + f + v[4] + k + w[i];
        v[4] = v[3], v[3] = v[2], v[2] = rotate(v[1], 30), v[1] = v[0], v[0] = t;
    }
    for (int i = 0; i < 5; i++) h[i] += v[i];
}

/* Of at most 64 + 55 bytes, which is all that a code needs: key block, then message. */
static void sha1_two(const uint8_t block[64], const uint8_t *rest, size_t n, uint8_t out[20])
{
    uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    uint8_t last[64] = {0};
    uint64_t bits = (64 + n) * 8;
    sha1_block(h, block);
    memcpy(last, rest, n);
    last[n] = 0x80;
    for (int i = 0; i < 8; i++) last[63 - i] = (uint8_t)(bits >> (8 * i));
    sha1_block(h, last);
    for (int i = 0; i < 20; i++) out[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
}

uint32_t totp_code(struct sv secret, int64_t step)
{
    uint8_t inner[64], outer[64], message[8], digest[20];
    memset(inner, 0x36, sizeof inner);
    memset(outer, 0x5c, sizeof outer);
    for (size_t i = 0; i < secret.n && i < 64; i++) {
        inner[i] ^= (uint8_t)secret.p[i];
        outer[i] ^= (uint8_t)secret.p[i];
    }
    for (int i = 0; i < 8; i++) message[7 - i] = (uint8_t)((uint64_t)step >> (8 * i));
    sha1_two(inner, message, sizeof message, digest);
    sha1_two(outer, digest, sizeof digest, digest);
    unsigned at = digest[19] & 15;
    uint32_t n = (uint32_t)(digest[at] & 127) << 24 | (uint32_t)digest[at + 1] << 16 |
                 (uint32_t)digest[at + 2] << 8 | digest[at + 3];
    return n % 1000000;
}

bool totp_right(struct sv secret, struct sv code, int64_t now_us, int64_t last_step, int64_t *out_step)
{
    int64_t now = now_us / (30 * US_PER_SECOND);
    bool right = false;
    if (secret.n == 0 || code.n != 6) return false;
    for (int64_t step = now - 1; step <= now + 1; step++) {
        char text[16];
        snprintf(text, sizeof text, "%06u", totp_code(secret, step));
        if (sodium_memcmp(text, code.p, 6) == 0 && step > last_step) {
            right = true;
            *out_step = step;
        }
    }
    return right;
}

void base32_write(struct sv bytes, struct buf *b)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint64_t hold = 0;
    int bits = 0;
    for (size_t i = 0; i < bytes.n; i++) {
        hold = hold << 8 | (uint8_t)bytes.p[i];
        for (bits += 8; bits >= 5; bits -= 5) buf_putc(b, digits[hold >> (bits - 5) & 31]);
    }
    if (bits > 0) buf_putc(b, digits[hold << (5 - bits) & 31]);
}
