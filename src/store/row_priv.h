/* Rows that are structs: one list of columns says where each member is, and serves writing and reading alike. */
#ifndef MARSAD_STORE_ROW_PRIV_H
#define MARSAD_STORE_ROW_PRIV_H

#include "store/store_priv.h"

enum column_type {
    COLUMN_ID,         /* struct id128 */
    COLUMN_ID_OR_NULL, /* zero is NULL */
    COLUMN_SHA,
    COLUMN_I64,
    COLUMN_INT, /* an enum */
    COLUMN_BOOL,
    COLUMN_DOUBLE,
    COLUMN_BYTES, /* struct sv */
    COLUMN_TEXT,
    COLUMN_NAMED /* an enum by its name: `names` says which list */
};
/* A closed list: 0 … n-1 to names and back. */
struct names {
    const char *(*name)(int v);
    bool (*parse)(struct sv s, int *out);
};
struct row_column {
    enum column_type type;
    size_t at;
    const struct names *names;
};
#define COLUMN(type, row, member)                                                                            \
    {                                                                                                        \
        COLUMN_##type, offsetof(struct row, member), NULL                                                    \
    }
#define COLUMN_OF(list, row, member)                                                                         \
    {                                                                                                        \
        COLUMN_NAMED, offsetof(struct row, member), list                                                     \
    }

enum { ROW_MAX_COLUMNS = 32 };
struct row {
    const char *what; /* for messages: "decision" */
    size_t bytes, n;
    const struct row_column *columns;
};
#define ROW(what_, struct_, columns_)                                                                        \
    {                                                                                                        \
        what_, sizeof(struct struct_), sizeof(columns_) / sizeof *(columns_), columns_                       \
    }

extern const struct names names_category, names_measure, names_scope, names_ground, names_source,
    names_decision_state, names_appeal_state;

/* Runs an INSERT or UPDATE whose parameters are the row's columns in their order. */
int row_put(struct store *s, enum store_statement which, const struct row *r, const void *from,
            struct error *err) MUST_USE;
/* The first row of a SELECT of the row's columns: ERR_NOTFOUND when there is none. */
int row_get(struct store *s, enum store_statement which, const struct val *v, size_t n, const struct row *r,
            struct arena *a, void *out, struct error *err) MUST_USE;
/* All of them. */
int row_list(struct store *s, enum store_statement which, const struct val *v, size_t n, const struct row *r,
             struct arena *a, void **out, size_t *out_n, struct error *err) MUST_USE;
/* The columns under st from column `first` on. */
int row_read(struct store *s, struct db_stmt *st, int first, const struct row *r, struct arena *a, void *out,
             struct error *err) MUST_USE;

#endif
