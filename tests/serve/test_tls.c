/* TLS before the HTTP threads: bytes pass both ways, who is behind a connection is known, and what is no certificate is
 * refused with words. */
#include "test.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve/tls.h"

static void write_pem(const char *path)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    FILE *f = fopen(path, "w");
    assert_non_null(key);
    assert_non_null(cert);
    assert_non_null(f);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -60);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_set_pubkey(cert, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC, (const unsigned char *)"test",
                               -1, -1, 0);
    X509_set_issuer_name(cert, X509_get_subject_name(cert));
    assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
    assert_int_equal(PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL), 1);
    assert_int_equal(PEM_write_X509(f, cert), 1);
    fclose(f);
    X509_free(cert);
    EVP_PKEY_free(key);
}

struct plain {
    int fd;
    struct tls_front *front;
    char peer[TLS_PEER_BYTES];
    bool known;
};

/* Gives every byte back, and notes who is behind it. */
static void *give_back(void *arg)
{
    struct plain *p = arg;
    struct sockaddr_in from;
    socklen_t len = sizeof from;
    char b[4096];
    ssize_t n;
    int c = accept(p->fd, (struct sockaddr *)&from, &len);
    p->known = tls_front_peer(p->front, ntohs(from.sin_port), p->peer);
    while ((n = recv(c, b, sizeof b, 0)) > 0)
        if (send(c, b, (size_t)n, MSG_NOSIGNAL) != n) break;
    close(c);
    return NULL;
}

static void bytes_pass_both_ways_and_the_peer_is_known(void **state)
{
    char path[] = "/tmp/marsad-tls-XXXXXX", sent[20000], got[sizeof sent];
    struct plain p = {0};
    struct error err;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    pthread_t thread;
    close(mkstemp(path));
    write_pem(path);
    p.fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(p.fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(p.fd, 4), 0);
    assert_int_equal(getsockname(p.fd, (struct sockaddr *)&at, &len), 0);
    assert_ok(tls_front_new("127.0.0.1:0", path, NULL, &p.front, &err));
    assert_int_equal(pthread_create(&thread, NULL, give_back, &p), 0);
    assert_ok(tls_front_start(p.front, ntohs(at.sin_port), &err));
    at.sin_port = htons((uint16_t)tls_front_port(p.front));
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    SSL *ssl = SSL_new(ctx);
    SSL_set_fd(ssl, fd);
    assert_int_equal(SSL_connect(ssl), 1);
    for (size_t i = 0; i < sizeof sent; i++) sent[i] = (char)(i * 31);
    assert_int_equal(SSL_write(ssl, sent, sizeof sent), sizeof sent);
    for (int n = 0, more; n < (int)sizeof got; n += more)
        assert_true((more = SSL_read(ssl, got + n, (int)sizeof got - n)) > 0);
    assert_memory_equal(sent, got, sizeof sent);
    SSL_shutdown(ssl);
    close(fd);
    pthread_join(thread, NULL);
    assert_true(p.known);
    assert_string_equal(p.peer, "127.0.0.1");
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    tls_front_free(p.front);
    close(p.fd);
    unlink(path);
}

static void what_is_no_certificate_is_refused(void **state)
{
    struct tls_front *f = NULL;
    struct error err;
    assert_int_equal(tls_front_new("127.0.0.1:0", "/dev/null", NULL, &f, &err), ERR_FORMAT);
    assert_non_null(strstr(err.text, "/dev/null"));
    char path[] = "/tmp/marsad-tls-XXXXXX";
    close(mkstemp(path));
    write_pem(path);
    assert_int_equal(tls_front_new("nowhere.invalid:1", path, NULL, &f, &err), ERR_IO);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_pass_both_ways_and_the_peer_is_known),
        cmocka_unit_test(what_is_no_certificate_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
