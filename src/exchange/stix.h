/* STIX 2.1, out and in: docs/formats/stix.md.
 *
 * A bank item becomes an indicator (its pattern, and under our extension the item whole), the file it is about with its
 * hashes (PDQ and vPDQ as keys of their own), and the relationship between them; a post becomes its url, its user-account
 * and observed-data; a person's word about somebody else's indicator an opinion; what matched a sighting. Ids are computed:
 * of observables as the standard says (UUIDv5 over the canonical JSON of their contributing properties), of the rest as
 * UUIDv5 under a namespace of ours, so that the same thing shared twice is the same object.
 *
 * Reading is bounded by JSON's own limits and EXCHANGE_MAX_OBJECTS; an object that cannot be used is told and passed over. */
#ifndef MARSAD_EXCHANGE_STIX_H
#define MARSAD_EXCHANGE_STIX_H

#include "base/json.h"
#include "model/bank.h"
#include "model/post.h"

enum { STIX_ID_BYTES = 96, UUID_TEXT_BYTES = 37, STIX_TIME_BYTES = 32 };

extern const char stix_extension_id[]; /* "extension-definition--…": docs/formats/stix.md */

/* ---- identities ---- */

/* UUIDv5 of name under a namespace of 16 bytes. */
void uuid5(const uint8_t space[16], struct sv name, char out[UUID_TEXT_BYTES]);
/* RFC 8785 canonical text of a value appended to b. */
void json_canonical(const struct json *v, struct buf *b);
/* "indicator--…" from type and parts, under our namespace. */
void stix_own_id(const char *type, const struct sv *parts, size_t n, char out[STIX_ID_BYTES]);
/* "2026-01-31T10:00:00.000Z": milliseconds at least, microseconds where there are any. */
void stix_time(int64_t us, char out[STIX_TIME_BYTES]);

/* ---- out ---- */

struct stix_producer {
    struct sv name;  /* of this installation, as others will read it */
    struct sv about; /* what its identity is computed from: the log's origin or the name */
};
/* Objects come one by one as compact JSON with their id and version (modified, or created; empty for observables).
 * *Borrowed until* return; a non-zero return ends and is passed on. */
struct stix_sink {
    void *arg;
    int (*object)(void *arg, struct sv id, struct sv version, struct sv body, struct error *err);
};

/* "clear" … "red" */
bool stix_tlp_known(struct sv tlp);
const char *stix_tlp_marking_id(struct sv tlp); /* NULL when unknown */

/* The producer's identity, our extension definition, and the TLP 2.0 marking: what every collection begins with. */
int stix_write_frame(const struct stix_producer *p, struct sv tlp, const struct stix_sink *sink,
                     struct error *err) MUST_USE;

struct stix_share {
    const struct bank_item *item; /* source and status are ours and do not go out */
    enum category category;
    struct sv tlp;
    int64_t created_us, modified_us;
    bool revoked;
};
/* The indicator's id of an item. */
void stix_indicator_id_of(const struct stix_producer *p, const struct id128 *item, char out[STIX_ID_BYTES]);
void stix_indicator_id(const struct stix_producer *p, const struct bank_item *item, char out[STIX_ID_BYTES]);
int stix_write_item(const struct stix_producer *p, const struct stix_share *share,
                    const struct stix_sink *sink, struct error *err) MUST_USE;
int stix_write_post(const struct stix_producer *p, const struct post *post, enum category category,
                    struct sv tlp, const struct stix_sink *sink, struct error *err) MUST_USE;
struct stix_sighting {
    struct sv indicator;
    int64_t count, first_us, last_us, modified_us;
    struct sv tlp;
};
int stix_write_sighting(const struct stix_producer *p, const struct stix_sighting *s,
                        const struct stix_sink *sink, struct error *err) MUST_USE;
/* "strongly-disagree" … "strongly-agree" */
bool stix_opinion_known(struct sv opinion);
struct stix_opinion {
    struct sv about, opinion, explanation;
    int64_t at_us;
};
int stix_write_opinion(const struct stix_producer *p, const struct stix_opinion *o,
                       const struct stix_sink *sink, struct error *err) MUST_USE;

/* A bundle from objects as they come: begin, any number of add, end. */
struct stix_bundle {
    struct buf *b;
    bool any, envelope;
};
void stix_bundle_begin(struct stix_bundle *x, struct buf *b);
/* The same as TAXII wants it: objects and nothing else. */
void stix_envelope_begin(struct stix_bundle *x, struct buf *b);
int stix_bundle_add(void *bundle, struct sv id, struct sv version, struct sv body, struct error *err);
void stix_bundle_end(struct stix_bundle *x);

/* ---- in ---- */

enum stix_seen_kind { STIX_ITEM, STIX_WITHDRAWN, STIX_OPINION, STIX_SIGHTING };
struct stix_seen {
    enum stix_seen_kind kind;
    struct sv remote;   /* id of the object; "#n" is added where one indicator names several hashes */
    struct sv modified; /* its version */
    struct sv origin;   /* the object as it came, cut at EXCHANGE_MAX_ORIGIN_BYTES */
    struct sv tlp;      /* empty: not marked */
    enum category category;
    const struct bank_item *item;  /* STIX_ITEM */
    struct sv opinion, about, why; /* STIX_OPINION, STIX_SIGHTING */
    int64_t count;                 /* STIX_SIGHTING */
};
struct stix_reader {
    void *arg;
    /* *borrowed until* return; non-zero ends and is passed on */
    int (*seen)(void *arg, const struct stix_seen *what, struct error *err);
    /* An object that cannot be used: the rest goes on. May be NULL. */
    int (*bad)(void *arg, uint64_t number, struct sv id, const struct error *why, struct error *err);
};
struct stix_counts {
    uint64_t objects, items, withdrawn, opinions, sightings, bad;
};
/* A bundle, a TAXII envelope, a list of objects or one object. now_us decides what valid_until has ended. ERR_FORMAT when
 * the text is none of these, ERR_LIMIT, ERR_NOMEM, and what the reader returned. */
int stix_read(struct sv text, int64_t now_us, const struct stix_reader *r, struct stix_counts *counts,
              struct error *err) MUST_USE;
int stix_read_json(const struct json *doc, int64_t now_us, const struct stix_reader *r,
                   struct stix_counts *counts, struct error *err) MUST_USE;

/* One comparison of a pattern: "file:hashes.'PDQ'", its value. Reads [a = 'b' OR c = 'd'] with any number of bracketed
 * observations joined by OR; ERR_UNSUPPORTED for what an item cannot say (AND, FOLLOWEDBY, other operators), ERR_FORMAT. */
int stix_pattern(struct sv pattern, struct arena *a, int (*found)(void *arg, struct sv path, struct sv value),
                 void *arg, struct error *err) MUST_USE;

/* Whether one object is as the standard wants it: required properties, identifiers, times, closed lists. ERR_FORMAT names
 * object and property. Written from the standard's text, not from its schemas. */
int stix_check(const struct json *object, struct error *err) MUST_USE;

#endif
