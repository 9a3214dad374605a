/* The report's tables, for those who build and those who write them. */
#ifndef MARSAD_EXCHANGE_PUBLIC_REPORT_PRIV_H
#define MARSAD_EXCHANGE_PUBLIC_REPORT_PRIV_H

#include "exchange/transparency.h"

enum { REPORT_TABLES = 16 };
struct report_table {
    const char *name; /* "decisions": key "public.table.decisions" */
    struct sv *rows, *columns;
    struct count_table counts;
    bool measures; /* not counts but minutes: no sums, nothing hidden */
};
struct public_report {
    struct store *store;
    struct report_options o;
    struct arena arena;
    struct report_table tables[REPORT_TABLES];
    size_t n;
};
/* "public.kept" in the report's language; the name itself when there is no such text. */
struct sv report_word(const struct public_report *r, const char *family, const char *name);

#endif
