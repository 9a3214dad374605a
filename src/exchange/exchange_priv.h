/* What the files of exchange share. */
#ifndef MARSAD_EXCHANGE_EXCHANGE_PRIV_H
#define MARSAD_EXCHANGE_EXCHANGE_PRIV_H

#include "exchange/exchange.h"

/* Who we are in what we write. */
static inline struct stix_producer exchange_producer(const struct exchange_config *c)
{
    return (struct stix_producer){c->producer, c->about.n ? c->about : c->producer};
}

/* Asks address with what `src` has for credentials (user:token, or a bearer token, in its file). Answer in `a`. */
struct http_answer;
int exchange_ask(const struct exchange_config *c, const struct exchange_source *src, const char *method,
                 const char *url, struct sv body, struct arena *a, struct http_answer *out,
                 struct error *err) MUST_USE;
/* TAXII: pages behind the cursor, then opinions back. src->cursor is moved (text in `a`). */
int taxii_pull(struct store *s, const struct exchange_config *c, struct exchange_source *src, int64_t now_us,
               struct arena *a, struct exchange_counts *counts, struct error *err) MUST_USE;
int taxii_push_opinions(struct store *s, const struct exchange_config *c, const struct exchange_source *src,
                        int64_t now_us, struct arena *a, struct exchange_counts *counts,
                        struct error *err) MUST_USE;

#endif
