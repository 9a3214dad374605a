/* TLS before the HTTP threads: accepts on the public address, speaks TLS 1.2 or 1.3, and passes the plain bytes to the HTTP
 * server, which then listens on this machine only. (civetweb's own TLS, as Debian 12 builds it, calls a function that
 * OpenSSL 3 no longer has.) Who is behind a connection is told by its local port. */
#ifndef MARSAD_SERVE_TLS_H
#define MARSAD_SERVE_TLS_H

#include "base/error.h"
#include "base/log.h"

#include <stdbool.h>

struct tls_front;

/* listen: "address:port", "[v6]:port" or "port". pem: certificate, chain and key in one file. ERR_IO when the address
 * cannot be had, ERR_FORMAT when the file is no such PEM. */
int tls_front_new(const char *listen, const char *pem, const struct log *log, struct tls_front **out,
                  struct error *err) MUST_USE;
/* Begins to accept; connections go to 127.0.0.1:to_port. */
int tls_front_start(struct tls_front *f, int to_port, struct error *err) MUST_USE;
int tls_front_port(const struct tls_front *f);
enum { TLS_PEER_BYTES = 48 };
/* The address behind a connection that came from this port of 127.0.0.1; false when it did not come from here. */
bool tls_front_peer(struct tls_front *f, int local_port, char out[TLS_PEER_BYTES]);
/* No new connections from here on. */
void tls_front_stop(struct tls_front *f);
/* After the HTTP server has ended. Takes NULL. */
void tls_front_free(struct tls_front *f);

#endif
