/* Transparency: statements of reasons for the EU's DSA Transparency Database, and a periodic public report.
 * docs/transparency.md is the manual. */
#ifndef MARSAD_EXCHANGE_TRANSPARENCY_H
#define MARSAD_EXCHANGE_TRANSPARENCY_H

#include "base/json.h"
#include "model/decision.h"
#include "policy/texts.h"
#include "store/store.h"

/* ---- statements of reasons (DSA, Art. 17 and 24(5)) ---- */

enum { STATEMENTS_PER_CALL = 100 };
struct statement_context {
    enum post_kind kind;   /* of the post */
    int64_t content_us;    /* when it was published; TIME_UNKNOWN: when it became known */
    struct sv source_name; /* of a notice: a trusted flagger's name, never a person's; may be empty */
};
/* Writes the statement of one decision. ERR_ARG: a decision that restricts nothing, or is not in force. */
int statement_write(const struct decision *d, const struct statement_context *c, struct jw *w,
                    struct error *err) MUST_USE;
/* Whether one statement is as the database's interface wants it: what must be there, closed lists, lengths, dates, what a
 * ground brings with it; and that no free text has an address, a number or a handle in it, since none may hold personal
 * data. ERR_FORMAT names the member. */
int statement_check(const struct json *statement, struct error *err) MUST_USE;
/* Every decision in force of [from, to) as bodies of at most STATEMENTS_PER_CALL statements, one JSON object a line; each is
 * checked before it is written. Those that do not pass are told to `bad` and left out. */
struct statement_counts {
    uint64_t written, left_out, calls;
};
int statements_export(struct store *s, int64_t from_us, int64_t to_us, struct buf *out,
                      void (*bad)(void *arg, const struct id128 *decision, const struct error *why),
                      void *arg, struct statement_counts *counts, struct error *err) MUST_USE;

/* ---- small counts ---- */

/* A table of counts, its sums of rows and columns, and its total. Numbers from 1 to least-1 are hidden, cells and sums alike,
 * and as many others as it takes that no hidden one follows from the rest: each must be able to be another number with all
 * that is shown unchanged. */
struct count_table {
    size_t rows, columns;
    int64_t *v; /* rows × columns */
    bool *
        hidden; /* (rows + 1) × (columns + 1): behind each row its sum, below each column its own, at the end the total */
};
/* Also of sums: row == rows, column == columns. */
bool counts_hidden(const struct count_table *t, size_t row, size_t column);
int64_t counts_value(const struct count_table *t, size_t row, size_t column);

/* Tables that are published together, and which of their numbers are the same: those are hidden everywhere or nowhere, and
 * nothing follows from all tables together. */
struct count_place {
    size_t table, row, column;
};
struct count_link {
    struct count_place a, b;
};
struct count_tables {
    struct count_table **v;
    size_t n;
    const struct count_link *links;
    size_t nlinks;
};
/* 0 or ERR_NOMEM. O(numbers³) at worst. */
int counts_suppress_all(const struct count_tables *all, int64_t least, struct error *err) MUST_USE;
/* One table alone. *out_hidden (may be NULL) cells without sums. */
int counts_suppress(struct count_table *t, int64_t least, size_t *out_hidden, struct error *err) MUST_USE;
/* Whether a hidden number could be another one, as far as its own table says. */
bool counts_open(const struct count_table *t, size_t row, size_t column);

/* ---- the public report ---- */

struct report_options {
    int64_t from_us, to_us;
    int64_t least; /* smaller counts are not shown */
    struct sv publisher;
    const struct texts *texts;
    enum lang lang;
};
struct public_report;
int public_report_build(struct store *s, const struct report_options *o, struct public_report **out,
                        struct error *err) MUST_USE;
void public_report_free(struct public_report *r);
void public_report_html(const struct public_report *r, struct buf *out);
/* table,row,column,value; hidden values are empty. */
void public_report_csv(const struct public_report *r, struct buf *out);
void public_report_json(const struct public_report *r, struct buf *out);
int public_report_pdf(const struct public_report *r, const char *path, struct error *err) MUST_USE;
/* A letter as PDF. */
int letter_pdf(struct sv letter, const struct texts *texts, enum lang lang, const char *path,
               struct error *err) MUST_USE;

#endif
