/* Co-action data: who (account) shared what (object) with which post (content) and when, read from CSV or NDJSON or
 * added one by one.
 *
 * A table has layers; each is one kind of shared object ("clip", "sound", "caption", …) and holds its own rows of
 * 20 bytes. Account and content ids are common to all. Rows keep the order in which they came. Every row that cannot
 * be used is counted in the report with its reason, and the first few are shown with their line. */
#ifndef MARSAD_NETWORK_TABLE_H
#define MARSAD_NETWORK_TABLE_H

#include "base/error.h"
#include "base/sv.h"

enum { NETWORK_MAX_LAYERS = 16, NETWORK_REPORT_EXAMPLES = 8 };

#define NETWORK_NO_TIME INT64_MIN
#define NETWORK_NONE    UINT32_MAX /* no such account, object or content */

/* Where the fields stand in a file. Empty strings take the defaults of the field's peers: object_id, account_id,
 * content_id, timestamp_share. */
struct network_columns {
    struct sv account, content, time;
    struct sv created; /* when the account was made; empty: not read */
    struct {
        struct sv
            name; /* of the layer; empty: the one unnamed layer, whose object ids may equal content ids */
        struct sv column; /* CSV column or NDJSON member; a member that is an array gives several objects */
    } layers[NETWORK_MAX_LAYERS];
    unsigned nlayers; /* 0: one unnamed layer from object_id */
    bool no_content;  /* posts are not asked for by id */
};

struct network_report {
    uint64_t lines;     /* data lines seen */
    uint64_t posts;     /* lines used: with an account and a time */
    uint64_t rows;      /* (post, object) pairs of all layers */
    uint64_t bad_shape; /* wrong number of columns, broken quotes, no JSON object */
    uint64_t too_long;  /* above NETWORK_MAX_LINE_BYTES */
    uint64_t missing_account, bad_time;
    uint64_t missing_content; /* used for activity, never in a pair */
    uint64_t missing_object;  /* posts without any object: used for nothing, counted here */
    uint64_t bad_created;     /* account ages that are no times: the row is used without */
    uint64_t objects_cut;     /* objects above the maximum of one post */
    uint64_t seconds, milliseconds, microseconds, text_times; /* how times were written */
    unsigned nexamples;
    struct {
        uint64_t line;
        char why[96];
    } examples[NETWORK_REPORT_EXAMPLES];
};

struct network_table;

/* One unnamed layer when nlayers is 0. ERR_ARG above NETWORK_MAX_LAYERS or for a name used twice, ERR_NOMEM. */
int network_table_new(const struct sv *layer_names, unsigned nlayers, struct network_table **out,
                      struct error *err) MUST_USE;
void network_table_free(struct network_table *t);

/* Adds a row. An empty content is a missing one. ERR_LIMIT above NETWORK_MAX_ROWS rows per layer or
 * NETWORK_MAX_NAME_BYTES of ids, ERR_NOMEM. */
int network_table_add(struct network_table *t, unsigned layer, struct sv object, struct sv account,
                      struct sv content, int64_t time_us, struct error *err) MUST_USE;

/* Reads a whole file ("-": standard input), plain or gzip; CSV (comma, semicolon or tab, with a header) or NDJSON, told
 * apart by the first character. Appends to *report (which the caller zeroes). ERR_NOTFOUND, ERR_IO, ERR_FORMAT (a column is
 * missing: the message lists those there are; damaged gzip; nothing in it could be used), ERR_LIMIT, ERR_NOMEM. */
int network_table_read(const char *path, const struct network_columns *columns, struct network_table **out,
                       struct network_report *report, struct error *err) MUST_USE;
/* One line of a file as read and checked; strings are *borrowed until* return. objects[i] of the columns' layer i, empty where
 * there is none. `again`: further objects of the line before. */
struct network_row {
    struct sv account, content;
    int64_t time_us, created_us; /* created_us: NETWORK_NO_TIME */
    struct sv objects[NETWORK_MAX_LAYERS];
    bool again;
};
/* The same file handed on row by row instead of into a table: visit's non-zero return ends it and is passed on. */
int network_rows_read(const char *path, const struct network_columns *columns, struct network_report *report,
                      int (*visit)(void *arg, const struct network_row *row, struct error *err), void *arg,
                      struct error *err) MUST_USE;
/* The same from memory. */
int network_table_parse(struct sv bytes, const struct network_columns *columns, struct network_table **out,
                        struct network_report *report, struct error *err) MUST_USE;

unsigned network_table_layers(const struct network_table *t);
struct sv network_layer_name(const struct network_table *t, unsigned layer);
uint64_t network_table_rows(const struct network_table *t);
/* Distinct accounts and contents. */
uint32_t network_table_accounts(const struct network_table *t);
uint32_t network_table_contents(const struct network_table *t);
/* *borrowed* from the table; account below network_table_accounts(). */
struct sv network_table_account(const struct network_table *t, uint32_t account);
/* What an account is called wherever it is shown (network_account_name), *copied*; else its id. ERR_NOMEM. */
int network_table_show_account(struct network_table *t, uint32_t account, struct sv name,
                               struct error *err) MUST_USE;
/* Objects of a layer that are nearly the same text become one (index/neardup.h), after the normalisation of
 * caption_key(); texts too short for that stay as they are. *out_joined: objects that became part of another; *out_left_out:
 * comparisons not made because too many share a key (NEARDUP_MAX_BUCKET). O(text). */
int network_table_join_near(struct network_table *t, unsigned layer, uint32_t *out_joined,
                            uint64_t *out_left_out, struct error *err) MUST_USE;
/* When an account says it was made, the earliest time given; NETWORK_NO_TIME when none was. ERR_NOMEM, ERR_LIMIT. */
int network_table_set_created(struct network_table *t, struct sv account, int64_t created_us,
                              struct error *err) MUST_USE;
int64_t network_table_created(const struct network_table *t, uint32_t account);

#endif
