/* taxii_handle over civetweb: a small server of its own, for installations that run no desk. One request at a time has the
 * store; the others wait. */
#ifndef MARSAD_EXCHANGE_TAXII_SERVE_H
#define MARSAD_EXCHANGE_TAXII_SERVE_H

#include "exchange/exchange.h"

struct taxii_server;
struct taxii_serve_options {
    struct store
        *store; /* *borrowed until* taxii_serve_stop, and used by the server's threads alone meanwhile */
    const struct exchange_config *config;
    const char *dir;    /* workspace: taxii.json is read anew for each request */
    const char *listen; /* "127.0.0.1:8085": on loopback, or behind something that speaks TLS */
};
/* ERR_IO when the address cannot be had. */
int taxii_serve_start(const struct taxii_serve_options *o, struct taxii_server **out,
                      struct error *err) MUST_USE;
int taxii_serve_port(const struct taxii_server *t);
void taxii_serve_stop(struct taxii_server *t);

#endif
