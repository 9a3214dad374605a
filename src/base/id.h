/* Identities from content: SHA-256 and the 128-bit ids cut from it. The same thing gets the same id on every
 * machine, so that writing it twice is writing it once. */
#ifndef MARSAD_BASE_ID_H
#define MARSAD_BASE_ID_H

#include "base/error.h"
#include "base/sv.h"

struct id128 {
    uint8_t b[16];
};
struct sha256 {
    uint8_t b[32];
};

enum { ID_TEXT_BYTES = 33, SHA256_TEXT_BYTES = 65 };

/* Must be called once before anything else of this header (and is harmless twice): ERR_INTERNAL when the crypto
 * library refuses to start. */
int id_init(struct error *err) MUST_USE;

void sha256_of(struct sv bytes, struct sha256 *out);
/* Reads the file from its current offset to the end in 1 MiB steps; *out_bytes (may be NULL) is its length. */
int sha256_of_fd(int fd, struct sha256 *out, uint64_t *out_bytes, struct error *err) MUST_USE;

/* The first 16 bytes of SHA-256 over kind and parts, each written as 8 length bytes (little-endian) and its bytes:
 * no two lists of parts run together, and a NUL is a byte like any other. */
struct id128 id_of(const char *kind, const struct sv *parts, size_t nparts);

bool id_eq(const struct id128 *a, const struct id128 *b);
bool id_is_zero(const struct id128 *a);
void id_format(const struct id128 *id, char out[ID_TEXT_BYTES]);
/* 32 hex digits of either case. */
bool id_parse(struct sv s, struct id128 *out);
void sha256_format(const struct sha256 *h, char out[SHA256_TEXT_BYTES]);
bool sha256_parse(struct sv s, struct sha256 *out);

/* Lower-case hex of n bytes and a NUL: out holds 2n+1. */
void hex_encode(const uint8_t *p, size_t n, char *out);
/* Exactly 2n hex digits. */
bool hex_decode(struct sv s, uint8_t *out, size_t n);

#endif
