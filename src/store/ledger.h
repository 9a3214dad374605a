/* The ledger: every step that this workspace took, as leaves of a Merkle tree that only grows (base/merkle.h). A step is
 * written in the transaction of what it did, so that neither is there without the other.
 *
 * An entry has two halves. The leaf is public, holds nobody's data and stays for ever:
 *
 *     {"n":512,"kind":"intake","at":1769853600000000,"by":"90aa…","commitment":"5f3c…"}
 *
 * n is its place, `at` microseconds UTC, `by` a pseudonym, the commitment SHA-256(salt ‖ record). Salt and record stay
 * in the workspace; the record says in lines of text what the step did and what each row that it touched was then:
 *
 *     step intake
 *     by lina
 *     subject 3f2a…                    the post, bank, … that it was about
 *     post 3f2a… 77b1…                 a row by type and id, and SHA-256 of its columns (row_encode in ledger_rows.c)
 *     finding 3f2a…/4 -                a row that went
 *     entry 17 -                       an entry whose record and salt were erased
 *     says {"posts":12}                anything else, on one line
 *
 * The store's own functions write their steps by themselves; others are appended here. docs/evidence.md has it all. */
#ifndef MARSAD_STORE_LEDGER_H
#define MARSAD_STORE_LEDGER_H

#include "base/merkle.h"
#include "store/store.h"

enum step_kind {
    STEP_INTAKE, /* a post, or news about one */
    STEP_ASIDE,  /* a record that could not be read */
    STEP_MEDIA,
    STEP_FINDING, /* findings and assessment of a post */
    STEP_BANK,
    STEP_POLICY, /* another policy decides from here on */
    STEP_REQUEUE,
    STEP_VIEW,
    STEP_DECISION,
    STEP_REVERSAL,
    STEP_CASE,
    STEP_REFERRAL,
    STEP_EXPORT,
    STEP_PURGE,
    STEP_SIGN_IN,
    STEP_ADOPT, /* rows that were there before the ledger */
    STEP_KINDS
};
const char *step_name(enum step_kind kind); /* "sign-in"; "" out of range */

enum { LEDGER_SALT_BYTES = 16, LEDGER_PSEUDONYM_BYTES = 17, LEDGER_ACTOR_BYTES = 128 };

/* Who acts from here on, *copied*; "marsad" at first. Spaces and control bytes become '_', what is too long is cut. */
void ledger_set_actor(struct store *s, struct sv who);

/* One step. subject has no spaces or control bytes and may be empty; says is one line (JSON) and may be empty: else
 * ERR_ARG. Part of the caller's transaction, or its own. */
int ledger_append(struct store *s, enum step_kind kind, struct sv subject, struct sv says,
                  struct error *err) MUST_USE;

/* Whether entries were committed through this handle. */
bool ledger_wrote(const struct store *s);

/* ---- looking ---- */

struct ledger_entry {
    uint64_t n;
    int64_t at_us;
    struct sv kind, by, subject;
    struct sv salt, record;     /* empty once erased */
    struct sv commitment, leaf; /* 32 bytes each; leaf is the leaf's hash */
};
/* Entries from number `from`, in order; visit's non-zero return ends and is passed on. *Borrowed until* return. */
int ledger_entries(struct store *s, uint64_t from, int (*visit)(void *arg, const struct ledger_entry *e),
                   void *arg, struct error *err) MUST_USE;
/* Entries about a subject, in order. */
int ledger_about(struct store *s, struct sv subject, int (*visit)(void *arg, const struct ledger_entry *e),
                 void *arg, struct error *err) MUST_USE;

struct ledger_state {
    uint64_t size;
    bool peaks_ok; /* false: the stored tree has not the shape of its size */
    struct merkle tree;
    uint8_t pepper[32]; /* of pseudonyms */
};
int ledger_state(struct store *s, struct ledger_state *out, struct error *err) MUST_USE;

/* Appends the public leaf of an entry as it is hashed. */
void ledger_leaf(const struct ledger_entry *e, struct buf *b);
void ledger_commit_to(struct sv salt, struct sv record, struct sha256 *out);
void ledger_pseudonym(const uint8_t pepper[32], struct sv who, char out[LEDGER_PSEUDONYM_BYTES]);

/* ---- rows ---- */

/* What the store keeps that is evidence. Not among them: jobs and the queue (made from results, and checked against
 * them), and the list of platforms (made from posts). */
enum object_type {
    OBJECT_POST,
    OBJECT_ACCOUNT,
    OBJECT_REACH,
    OBJECT_ASIDE,
    OBJECT_MEDIA,
    OBJECT_POST_MEDIA,
    OBJECT_RESULT,
    OBJECT_FINDING,
    OBJECT_BANK,
    OBJECT_BANK_ITEM,
    OBJECT_CASE,
    OBJECT_CASE_OBJECT,
    OBJECT_CASE_TEXT,
    OBJECT_CUSTODY,
    OBJECT_HOLD,
    OBJECT_RETENTION,
    OBJECT_DECISION,
    OBJECT_GRANT,
    OBJECT_FOREIGN,
    OBJECT_REFERRAL,
    OBJECT_REFERRAL_TARGET,
    OBJECT_REFERRAL_EVENT,
    OBJECT_TYPES
};
const char *object_name(enum object_type type); /* "post_media" */
bool object_parse(struct sv name, enum object_type *out);
/* Writing the parent anew, or its going, ends whatever was said of its children before: findings of a result, items of
 * a bank. The parent's id is the child's before its last '/'. False when the type has none. */
bool object_parent(enum object_type type, enum object_type *out);

struct object {
    enum object_type type;
    struct sv id; /* hex, or a name; parts joined by '/' */
    struct sha256 digest;
};
/* Every row of a type as it is now, in the order of its key. As ledger_entries. */
int ledger_rows(struct store *s, enum object_type type, int (*visit)(void *arg, const struct object *o),
                void *arg, struct error *err) MUST_USE;

/* The bytes that a row's digest is of, by its type and id: 1, or 0 when there is no such row. */
int ledger_row_bytes(struct store *s, enum object_type type, struct sv id, struct buf *out,
                     struct error *err) MUST_USE;

/* Posts whose place in the queue is not what their result says, by id in hex; `queued` false: they are not in it. Rows on
 * which a person has worked are left out. */
int ledger_odd_queue(struct store *s, int (*visit)(void *arg, struct sv id, bool queued), void *arg,
                     struct error *err) MUST_USE;

/* Lines of a record: type and id, digest; gone: '-'. False at the end, or at a line of another shape (then *rest is not
 * spent). What a line says other than about rows is passed over. */
struct record_line {
    enum object_type type;
    bool gone, erased_entry;
    struct sv id;
    struct sha256 digest;
};
bool record_next(struct sv *rest, struct record_line *out);
/* The words after "by ", "says ", …; SV_NULL when there is no such line. */
struct sv record_word(struct sv record, const char *name);

#endif
