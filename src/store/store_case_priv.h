/* What the files of cases share. */
#ifndef MARSAD_STORE_STORE_CASE_PRIV_H
#define MARSAD_STORE_STORE_CASE_PRIV_H

#include "store/ledger_priv.h"
#include "store/store_case.h"

/* One change of one case: inside a transaction. */
struct case_step {
    struct store *s;
    struct id128 id;
    char text[ID_TEXT_BYTES], who[LEDGER_PSEUDONYM_BYTES];
    struct sv subject; /* the case's id in hex */
    int64_t now_us;
};
/* ERR_NOTFOUND; ERR_ARG when `open` is wanted and the case is closed. */
int case_step_begin(struct store *s, const struct id128 *id, bool open, struct case_step *out,
                    struct error *err) MUST_USE;
/* A line of custody, the case's time of change, and both in the ledger. */
int case_step_end(struct case_step *c, enum custody_act act, enum case_object_type type, struct sv object,
                  struct sv why, struct error *err) MUST_USE;

/* Words of at most max_bytes that must (or need not) be there. */
int case_check_words(struct sv v, const char *what, bool needed, size_t max_bytes,
                     struct error *err) MUST_USE;

/* The rows of a statement as an array in the arena. read gets zeroed elements and returns 0 or a code (its words are
 * filled in here). */
int case_collect(struct store *s, enum store_statement which, const struct val *v, size_t n,
                 size_t elem_bytes,
                 int (*read)(struct store *s, struct db_stmt *st, struct arena *a, void *out),
                 struct arena *a, void **out, size_t *out_n, struct error *err) MUST_USE;

/* Ids by prefix: ERR_NOTFOUND, ERR_ARG with the candidates. */
int case_by_prefix(struct store *s, enum store_statement which, struct sv what, const char *noun,
                   struct id128 *out, struct error *err) MUST_USE;

bool case_parse_name(struct sv s, const char *const *names, int n, int *out);
static inline struct sv case_words(const char *name) { return sv_cstr(name); }

#endif
