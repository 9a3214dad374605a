/* Timestamps: see timestamp.h. All of OpenSSL and libcurl that this room uses is here. */
#include "evidence/timestamp.h"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <unistd.h>

#include "base/limits.h"
#include "evidence/late_curl.h"

enum { CONNECT_SECONDS = 10, WHOLE_SECONDS = 30 };

/* What OpenSSL has against it, its last word first. */
static int refuse(struct error *err, const char *what)
{
    unsigned long code = ERR_peek_last_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;
    error_set(err, ERR_FORMAT, "timestamp", "%s%s%s", what, reason ? ": " : "", reason ? reason : "");
    ERR_clear_error();
    return ERR_FORMAT;
}

/* ---- asking ---- */

static bool set_imprint(TS_REQ *req, const struct sha256 *hash)
{
    TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
    X509_ALGOR *algorithm = X509_ALGOR_new();
    bool fine = imprint && algorithm &&
                X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) == 1 &&
                TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
                TS_MSG_IMPRINT_set_msg(imprint, (unsigned char *)(uintptr_t)hash->b, sizeof hash->b) == 1 &&
                TS_REQ_set_msg_imprint(req, imprint) == 1;
    X509_ALGOR_free(algorithm);
    TS_MSG_IMPRINT_free(imprint);
    return fine;
}

static bool set_nonce(TS_REQ *req)
{
    unsigned char bytes[8];
    if (RAND_bytes(bytes, sizeof bytes) != 1) return false;
    bytes[0] = (unsigned char)((bytes[0] & 0x7f) | 0x40); /* positive, and of full length */
    BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
    ASN1_INTEGER *nonce = number ? BN_to_ASN1_INTEGER(number, NULL) : NULL;
    bool fine = nonce && TS_REQ_set_nonce(req, nonce) == 1;
    ASN1_INTEGER_free(nonce);
    BN_free(number);
    return fine;
}

static TS_REQ *make_request(const struct sha256 *hash)
{
    TS_REQ *req = TS_REQ_new();
    if (req && TS_REQ_set_version(req, 1) == 1 && set_imprint(req, hash) && set_nonce(req) &&
        TS_REQ_set_cert_req(req, 1) == 1)
        return req;
    TS_REQ_free(req);
    return NULL;
}

static size_t take(char *p, size_t size, size_t n, void *arg)
{
    struct buf *b = arg;
    buf_put(b, p, size * n);
    return b->failed ? 0 : size * n;
}

static int post_once(const char *url, struct sv body, struct buf *reply, struct error *err)
{
    char why[CURL_ERROR_SIZE] = "";
    long status = 0;
    int code = late_curl_load(err);
    if (code) return code;
    CURL *c = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/timestamp-query");
    if (!c || !headers) {
        curl_slist_free_all(headers);
        curl_easy_cleanup(c);
        return error_set(err, ERR_NOMEM, "timestamp", "no memory to ask %s", url);
    }
    buf_clear(reply);
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_POSTFIELDS, body.p);
    curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)WHOLE_SECONDS);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, reply);
    CURLcode rc = curl_easy_perform(c);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(c);
    if (reply->failed)
        return error_set(err, ERR_FORMAT, "timestamp", "%s answers more than %d bytes: that is no timestamp",
                         url, TIMESTAMP_MAX_BYTES);
    if (rc != CURLE_OK)
        return error_set(err, ERR_IO, "timestamp", "%s does not answer: %s", url,
                         why[0] ? why : curl_easy_strerror(rc));
    if (status == 200) return 0;
    return error_set(err, status >= 500 || status == 429 ? ERR_IO : ERR_FORMAT, "timestamp",
                     "%s answers with status %ld", url, status);
}

static int post(const char *url, struct sv body, unsigned tries, struct buf *reply, struct error *err)
{
    int rc = 0;
    for (unsigned i = 0; i < (tries ? tries : 1); i++) {
        if (i > 0) sleep(1u << (i - 1 < 6 ? i - 1 : 6));
        rc = post_once(url, body, reply, err);
        if (rc != ERR_IO) return rc;
    }
    return rc;
}

/* The reply answers this very request: version, hash, nonce. */
static int check_reply(TS_REQ *req, struct sv reply, struct error *err)
{
    const unsigned char *p = (const unsigned char *)reply.p;
    TS_RESP *resp = reply.n <= TIMESTAMP_MAX_BYTES ? d2i_TS_RESP(NULL, &p, (long)reply.n) : NULL;
    if (!resp) return refuse(err, "the authority's answer is no timestamp");
    long status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(resp)));
    int rc = 0;
    if (status > 1)
        rc = error_set(err, ERR_FORMAT, "timestamp", "the authority refuses (status %ld)", status);
    TS_VERIFY_CTX *ctx = rc == 0 ? TS_REQ_to_TS_VERIFY_CTX(req, NULL) : NULL;
    if (rc == 0 && ctx) {
        TS_VERIFY_CTX_set_flags(ctx, TS_VFY_VERSION | TS_VFY_IMPRINT | TS_VFY_NONCE);
        if (TS_RESP_verify_response(ctx, resp) != 1)
            rc = refuse(err, "the authority's answer is to another request");
    } else if (rc == 0) {
        rc = error_set(err, ERR_NOMEM, "timestamp", "no memory to check the answer");
    }
    TS_VERIFY_CTX_free(ctx);
    TS_RESP_free(resp);
    return rc;
}

int timestamp_fetch(const char *url, const struct sha256 *hash, unsigned tries, struct buf *reply,
                    struct error *err)
{
    unsigned char *der = NULL;
    TS_REQ *req = make_request(hash);
    int n = req ? i2d_TS_REQ(req, &der) : -1;
    int rc = n <= 0 ? error_set(err, ERR_NOMEM, "timestamp", "no memory for a request") : 0;
    if (rc == 0) rc = post(url, sv_of(der, (size_t)n), tries, reply, err);
    if (rc == 0) rc = check_reply(req, buf_sv(reply), err);
    OPENSSL_free(der);
    TS_REQ_free(req);
    return rc;
}

/* ---- checking ---- */

static bool read_time(const ASN1_GENERALIZEDTIME *at, int64_t *out_us)
{
    struct tm tm;
    if (!at || ASN1_TIME_to_tm(at, &tm) != 1) return false;
    *out_us = (int64_t)timegm(&tm) * US_PER_SECOND;
    return true;
}

static void read_names(TS_RESP *resp, struct timestamp_view *out)
{
    TS_TST_INFO *info = TS_RESP_get_tst_info(resp);
    BIGNUM *serial = ASN1_INTEGER_to_BN(TS_TST_INFO_get_serial(info), NULL);
    char *hex = serial ? BN_bn2hex(serial) : NULL;
    if (hex) {
        strncpy(out->serial, hex, sizeof out->serial - 1);
        OPENSSL_free(hex);
    }
    BN_free(serial);
    STACK_OF(X509) *signers = PKCS7_get0_signers(TS_RESP_get_token(resp), NULL, 0);
    if (signers && sk_X509_num(signers) > 0)
        X509_NAME_oneline(X509_get_subject_name(sk_X509_value(signers, 0)), out->authority,
                          sizeof out->authority);
    sk_X509_free(signers);
}

/* The signature by the certificate that the reply brings, whoever made that. */
static bool signature_holds(TS_RESP *resp)
{
    BIO *out = BIO_new(BIO_s_null());
    bool fine = out && PKCS7_verify(TS_RESP_get_token(resp), NULL, NULL, NULL, out, PKCS7_NOVERIFY) == 1;
    BIO_free(out);
    return fine;
}

static int check_against(TS_RESP *resp, const struct sha256 *hash, const char *ca_file, struct error *err)
{
    TS_VERIFY_CTX *ctx = TS_VERIFY_CTX_new();
    X509_STORE *store = ca_file ? X509_STORE_new() : NULL;
    unsigned char *copy = OPENSSL_memdup(hash->b, sizeof hash->b);
    int rc = 0;
    if (!ctx || !copy || (ca_file && !store)) {
        OPENSSL_free(copy);
        rc = error_set(err, ERR_NOMEM, "timestamp", "no memory to check a timestamp");
    } else {
        TS_VERIFY_CTX_set_imprint(ctx, copy, sizeof hash->b);
        TS_VERIFY_CTX_set_flags(ctx, TS_VFY_VERSION | TS_VFY_IMPRINT | (ca_file ? TS_VFY_SIGNATURE : 0));
        if (ca_file && X509_STORE_load_locations(store, ca_file, NULL) != 1)
            rc = refuse(err, "the file of authorities cannot be read");
        if (store) TS_VERIFY_CTX_set_store(ctx, store), store = NULL;
        if (rc == 0 && TS_RESP_verify_response(ctx, resp) != 1)
            rc = refuse(err, "the timestamp does not hold");
    }
    X509_STORE_free(store);
    TS_VERIFY_CTX_free(ctx);
    return rc;
}

int timestamp_check(struct sv reply, const struct sha256 *hash, const char *ca_file,
                    struct timestamp_view *out, struct error *err)
{
    const unsigned char *p = (const unsigned char *)reply.p;
    *out = (struct timestamp_view){.trusted = false};
    ERR_clear_error();
    TS_RESP *resp =
        reply.n > 0 && reply.n <= TIMESTAMP_MAX_BYTES ? d2i_TS_RESP(NULL, &p, (long)reply.n) : NULL;
    if (!resp || p != (const unsigned char *)reply.p + reply.n) {
        TS_RESP_free(resp);
        return refuse(err, "this is no timestamp");
    }
    int rc = 0;
    if (!TS_RESP_get_token(resp) || !TS_RESP_get_tst_info(resp))
        rc = error_set(err, ERR_FORMAT, "timestamp",
                       "the authority refused: there is no timestamp in its reply");
    if (rc == 0) rc = check_against(resp, hash, NULL, err);
    if (rc == 0 && !signature_holds(resp)) rc = refuse(err, "the timestamp's signature does not hold");
    if (rc == 0 && !read_time(TS_TST_INFO_get_time(TS_RESP_get_tst_info(resp)), &out->at_us))
        rc = error_set(err, ERR_FORMAT, "timestamp", "the timestamp's time cannot be read");
    if (rc == 0) read_names(resp, out);
    if (rc == 0 && ca_file) {
        rc = check_against(resp, hash, ca_file, err);
        out->trusted = rc == 0;
    }
    TS_RESP_free(resp);
    return rc;
}
