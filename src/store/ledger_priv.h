/* The ledger as the store's own files use it: naming the rows that a step wrote. */
#ifndef MARSAD_STORE_LEDGER_PRIV_H
#define MARSAD_STORE_LEDGER_PRIV_H

#include "store/ledger.h"
#include "store/store_priv.h"

/* A step that was begun is one entry until another kind or subject is noted, LEDGER_STEP_ROWS rows are in it, or the
 * transaction commits. All of these need an open transaction. */
int ledger_note_row(struct store *s, enum step_kind kind, struct sv subject, enum object_type type,
                    const struct val *key, size_t nkey, struct error *err) MUST_USE;
int ledger_note_gone(struct store *s, enum step_kind kind, struct sv subject, enum object_type type,
                     struct sv id, struct error *err) MUST_USE;
int ledger_note_says(struct store *s, enum step_kind kind, struct sv subject, struct sv says,
                     struct error *err) MUST_USE;
/* A row by its name in a record: 1, or 0 when there is none (or it is called by its digest, as reach is). */
int ledger_find_named(struct store *s, enum object_type type, struct sv id, struct object *out,
                      struct error *err) MUST_USE;
int ledger_note_object(struct store *s, enum step_kind kind, struct sv subject, const struct object *o,
                       struct error *err) MUST_USE;
/* That the record and salt of entry n were erased. */
int ledger_note_erased(struct store *s, enum step_kind kind, struct sv subject, uint64_t n,
                       struct error *err) MUST_USE;
/* The same for a post's step; `out` is scratch for the id in hex. */
struct sv ledger_subject(const struct id128 *id, char out[ID_TEXT_BYTES]);

/* 1 and the row as an object (id *borrowed until* the next such call), or 0 when there is none. */
int ledger_find_row(struct store *s, enum object_type type, const struct val *key, size_t nkey,
                    struct object *out, struct error *err) MUST_USE;
int ledger_read_row(struct store *s, struct db_stmt *st, enum object_type type, struct object *out,
                    struct error *err) MUST_USE;

/* Rows of a database that had no ledger yet become its first entries. Nothing when there are entries, or no rows. */
int ledger_adopt(struct store *s, struct error *err) MUST_USE;

/* The pseudonym of whoever acts; inside a transaction that is going to write an entry. */
int ledger_who(struct store *s, char out[LEDGER_PSEUDONYM_BYTES], struct error *err) MUST_USE;

/* For store_commit and store_rollback: what was noted is written; or forgotten. */
int ledger_flush(struct store *s, struct error *err) MUST_USE;
void ledger_forget(struct store *s);
/* For store_part_begin and store_part_end: what was noted becomes entries; or the tree is as it was when the part began. */
int ledger_part_begin(struct store *s, struct error *err) MUST_USE;
int ledger_part_keep(struct store *s, struct error *err) MUST_USE;
void ledger_part_undo(struct store *s);
void ledger_init(struct store *s);
void ledger_done(struct store *s);

#endif
