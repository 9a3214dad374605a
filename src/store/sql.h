/* Every statement of the store, in one list: read by eye, run by SQLite, and checked against a PostgreSQL server by
 * tests/store/test_sql_postgres.c where there is one. Parameters and columns are described where each is used. */
#ifndef MARSAD_STORE_SQL_H
#define MARSAD_STORE_SQL_H

#include "base/buf.h"
#include "store/db.h"

enum store_statement {
    SQL_META_GET,
    SQL_META_SET,
    SQL_BANK_VERSION_RAISE,

    SQL_PLATFORM_ADD,
    SQL_PLATFORM_LIST,
    SQL_ACCOUNT_PUT,
    SQL_ACCOUNT_GET,
    SQL_POST_ADD,
    SQL_POST_SEEN,
    SQL_POST_REPLACE,
    SQL_POST_GET,
    SQL_POST_URL,
    SQL_POST_BY_PREFIX,
    SQL_POST_BY_URL,
    SQL_POST_IDS,
    SQL_ACCOUNT_POSTS,
    SQL_ACCOUNT_IDS,
    SQL_REACH_ADD,
    SQL_REACH_LIST,
    SQL_ASIDE_ADD,
    SQL_ASIDE_LIST,

    SQL_MEDIA_PUT,
    SQL_MEDIA_FIND,
    SQL_MEDIA_IDS,
    SQL_POST_MEDIA_PUT,
    SQL_POST_MEDIA_GET,

    SQL_JOB_ADD,
    SQL_JOB_EXPIRE,
    SQL_JOB_CLAIM,
    SQL_JOB_RELEASE,
    SQL_JOB_OWNERS,
    SQL_JOB_FAILED,
    SQL_JOB_DONE,
    SQL_JOB_AGAIN,
    SQL_JOB_REQUEUE,
    SQL_JOB_SET_ASIDE_LIST,
    SQL_JOB_OF_POST,
    SQL_JOB_HELD,

    SQL_RESULT_PUT,
    SQL_RESULT_GET,
    SQL_FINDING_CLEAR,
    SQL_FINDING_ADD,
    SQL_FINDING_LIST,
    SQL_QUEUE_PUT,
    SQL_QUEUE_DROP,
    SQL_QUEUE_PAGE,
    SQL_QUEUE_PAGE_CATEGORY,
    SQL_QUEUE_OF_POST,

    SQL_BANK_ADD,
    SQL_BANK_GET,
    SQL_BANK_LIST,
    SQL_BANK_REMOVE,
    SQL_BANK_CLEAR,
    SQL_BANK_COUNT_ADD,
    SQL_ITEM_ADD,
    SQL_ITEM_UPDATE,
    SQL_ITEM_EXISTS,
    SQL_ITEM_REMOVE,
    SQL_ITEM_LIST,

    SQL_LEDGER_STATE,
    SQL_LEDGER_LOCK,
    SQL_LEDGER_SAVE,
    SQL_LEDGER_ADD,
    SQL_LEDGER_LIST,
    SQL_LEDGER_ABOUT,
    SQL_LEDGER_ODD_QUEUE,
    SQL_ROW_POST,
    SQL_ROWS_POST,
    SQL_ROW_ACCOUNT,
    SQL_ROWS_ACCOUNT,
    SQL_ROW_REACH,
    SQL_ROWS_REACH,
    SQL_ROW_ASIDE,
    SQL_ROWS_ASIDE,
    SQL_ROW_MEDIA,
    SQL_ROWS_MEDIA,
    SQL_ROW_POST_MEDIA,
    SQL_ROWS_POST_MEDIA,
    SQL_ROW_RESULT,
    SQL_ROWS_RESULT,
    SQL_ROW_FINDING,
    SQL_ROWS_FINDING,
    SQL_ROW_BANK,
    SQL_ROWS_BANK,
    SQL_ROW_BANK_ITEM,
    SQL_ROWS_BANK_ITEM,

    SQL_COUNT,
    SQL_COUNT_JOBS,

    SQL_STATEMENTS
};

extern const char *const store_sql[SQL_STATEMENTS];

/* Appends the text with the driver's words in the place of {BLOB}, {CLUSTERED} and {SKIP_LOCKED}. */
void sql_expand(const struct db_driver *driver, const char *sql, struct buf *b);

#endif
