/* Two ways of asking an address (struct fetcher): libcurl; and any program of the operator's, given the address as its last
 * argument, that prints one line of JSON: {"status":404,"address":"https://…","retry_after":60,"text":"…"}. */
#ifndef MARSAD_EXCHANGE_FETCH_H
#define MARSAD_EXCHANGE_FETCH_H

#include "exchange/referral.h"

struct fetch_curl {
    const char *agent;
    bool allow_local;
};
int fetch_curl(void *arg, const char *url, struct arena *a, struct fetched *out, struct error *err) MUST_USE;

struct fetch_command {
    const char *path;   /* of a program; no shell is involved */
    int64_t timeout_us; /* 0: 60 s; then it is killed */
};
int fetch_command(void *arg, const char *url, struct arena *a, struct fetched *out,
                  struct error *err) MUST_USE;
/* That line. ERR_FORMAT. */
int fetch_parse(struct sv line, struct arena *a, struct fetched *out, struct error *err) MUST_USE;

#endif
