/* RFC 3161 timestamps: an authority says that a hash was there at a time. The protocol is OpenSSL's, the way there
 * libcurl's. `openssl ts -verify -data tagmanifest-sha256.txt -in timestamp.tsr -CAfile CA.pem` checks the same reply. */
#ifndef MARSAD_EVIDENCE_TIMESTAMP_H
#define MARSAD_EVIDENCE_TIMESTAMP_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"

/* Asks the authority at `url` (http or https) for a timestamp of the hash, and checks that the reply is of that hash and of
 * this request. An authority that does not answer is asked again, `tries` times in all, after 1, 2, 4 … seconds: then
 * ERR_IO says what it said last; ERR_FORMAT when it answered something else than a timestamp, or refused. */
int timestamp_fetch(const char *url, const struct sha256 *hash, unsigned tries, struct buf *reply,
                    struct error *err) MUST_USE;

struct timestamp_view {
    int64_t at_us;
    char authority[256]; /* subject of the certificate that signed */
    char serial[80];     /* of the timestamp, in hex */
    bool trusted;        /* the certificate leads to one of the authorities given */
};
/* ca_file: PEM of the authorities that count; NULL: only what the reply proves by itself (its signature by the certificate that
 * it brings). ERR_FORMAT says what does not hold. */
int timestamp_check(struct sv reply, const struct sha256 *hash, const char *ca_file,
                    struct timestamp_view *out, struct error *err) MUST_USE;

#endif
