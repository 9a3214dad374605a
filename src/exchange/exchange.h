/* Taking in and giving out: docs/exchange.md.
 *
 * In: whatever a source sends lands in its bank, quarantined until a person confirms it (or, from a trusted source, active
 * under the flood guard); each item keeps where it came from. Out: only what a person granted, item by item, as STIX
 * objects of a collection (TAXII, bundles), MISP events or hash lists. */
#ifndef MARSAD_EXCHANGE_EXCHANGE_H
#define MARSAD_EXCHANGE_EXCHANGE_H

#include "exchange/referral.h"
#include "exchange/stix.h"
#include "store/store_exchange.h"

/* ---- in ---- */

struct exchange_counts {
    uint64_t items, fresh, withdrawn, bad, opinions, sightings;
    uint64_t sent;      /* opinions that went back */
    uint64_t first_bad; /* its number, and why */
    char why[ERROR_TEXT_BYTES];
};
/* Kinds of source: "taxii"; "stix"; "stopncii", "tcap", "threatexchange-json"; "list" (any hash list that bank import reads). */
bool exchange_kind_known(struct sv kind);
/* A text of that source's kind. full: it is everything that the source has, and what is not in it was withdrawn; a list
 * that lost more than half of a hundred items or more is not believed (ERR_FORMAT) unless `shrunk` says that it may. */
int exchange_take(struct store *s, const struct exchange_source *src, struct sv text, bool full, bool shrunk,
                  int64_t now_us, struct exchange_counts *counts, struct error *err) MUST_USE;
/* The same from a file of any size, for kind "list". */
int exchange_take_file(struct store *s, const struct exchange_source *src, const char *path, bool full,
                       bool shrunk, int64_t now_us, struct exchange_counts *counts,
                       struct error *err) MUST_USE;
/* Asks the source, where it has an address: what is new comes in, opinions go back. Failures wait longer each time; state
 * and reason are kept. ERR_BUSY: it is too early to ask again (force asks all the same). */
int exchange_sync(struct store *s, const struct exchange_config *config, struct sv source, bool force,
                  int64_t now_us, struct exchange_counts *counts, struct error *err) MUST_USE;
/* A person confirms or refutes: the state changes, and the opinion waits to go back. */
int exchange_judge(struct store *s, struct sv source, struct sv what, bool confirmed, struct sv who,
                   struct sv why, int64_t now_us, struct error *err) MUST_USE;

/* ---- out ---- */

struct exchange_share {
    struct sv collection, bank;
    struct id128 item;
    struct sv tlp, who, why, decision;
    bool source_agrees; /* it came from a partner, who allows it to be passed on */
};
/* Grants, and writes the objects of the collection, in one transaction. ERR_ARG: without a person, a withdrawn or
 * quarantined item, a partner's item without its word. */
int exchange_share(struct store *s, const struct exchange_config *config, const struct exchange_share *x,
                   int64_t now_us, struct error *err) MUST_USE;
/* Takes it back: the objects are written anew as revoked. */
int exchange_unshare(struct store *s, const struct exchange_config *config, const struct exchange_share *x,
                     int64_t now_us, struct error *err) MUST_USE;
/* What left its bank, or was withdrawn there, is revoked in every collection. *out_n such items. */
int exchange_reconcile(struct store *s, const struct exchange_config *config, int64_t now_us, int64_t *out_n,
                       struct error *err) MUST_USE;
/* Everything of a collection: "stix" (a bundle of the newest versions), "misp" (an event), or a hash list's format (what the
 * format cannot say is counted in *out_unsaid). The export is noted in the ledger. */
int exchange_export(struct store *s, const struct exchange_config *config, struct sv collection,
                    struct sv format, int64_t now_us, struct buf *out, uint64_t *out_unsaid,
                    struct error *err) MUST_USE;
/* A MISP event as JSON from granted items, with our object templates (docs/formats/misp). */
int misp_event(const struct stix_producer *p, struct sv info, struct sv tlp, int64_t now_us, struct store *s,
               struct sv collection, struct buf *out, struct error *err) MUST_USE;

/* ---- TAXII 2.1, both sides ---- */

/* DIR/taxii.json: {"title":…,"users":[{"name":…,"token_sha256":…,"read":[…],"write":[…],"source":…}]}. */
struct taxii_config {
    struct json *doc;
};
int taxii_config_load(const char *dir, struct taxii_config *out, struct error *err) MUST_USE;
void taxii_config_done(struct taxii_config *c);
/* Adds or replaces a user; the token (64 hex digits, in `token`) is told once and kept as its SHA-256. */
int taxii_user_put(const char *dir, struct sv name, const struct sv *read, size_t nread,
                   const struct sv *write, size_t nwrite, struct sv source, char token[65],
                   struct error *err) MUST_USE;

struct taxii_request {
    struct sv method, path, query; /* path as asked, escapes resolved; query without '?' */
    struct sv accept, content_type, authorization;
    struct sv body;
    int64_t now_us;
};
struct taxii_response {
    int status;
    const char *type;                                             /* content type */
    char date_first[STIX_TIME_BYTES], date_last[STIX_TIME_BYTES]; /* X-TAXII-Date-Added-…; empty: none */
    bool ask_who;                                                 /* WWW-Authenticate */
    bool undo;       /* refused halfway: a transaction of the caller's must be rolled back */
    struct buf body; /* *owned by the caller* */
};
/* One request answered; pure but for the store. Only trouble with store or memory is an error; the response is then that of
 * an error too. */
int taxii_handle(struct store *s, const struct exchange_config *config, const struct taxii_config *c,
                 const struct taxii_request *r, struct taxii_response *out, struct error *err) MUST_USE;
enum { TAXII_PAGE = 1000 };

/* Whether TAXII is asked: a path under /taxii2/. */
bool taxii_is_path(struct sv path);

#endif
