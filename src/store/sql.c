/* The statements of all capabilities behind one door. */
#include <assert.h>
#include "store/sql_priv.h"

static const char *const sql_meta[SQL_STATEMENTS] = {
    [SQL_META_GET] = "SELECT value FROM meta WHERE name = $1",
    [SQL_META_SET] = "UPDATE meta SET value = $2 WHERE name = $1",
    [SQL_BANK_VERSION_RAISE] = "UPDATE meta SET value = value + 1 WHERE name = 'bank_version'",
};

const char *sql_text(enum store_statement which)
{
    const char *const *const parts[] = {
        sql_meta,    sql_post, sql_queue,    sql_bank,  sql_ledger, sql_case,
        sql_network, sql_desk, sql_exchange, sql_purge, sql_pileon,
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i][which]) return parts[i][which];
    }
    assert(!"a statement that no file has");
    return "";
}

void sql_expand(const struct db_driver *driver, const char *sql, struct buf *b)
{
    const struct {
        struct sv word;
        const char *text;
    } words[] = {
        {SV("{BLOB}"), driver->blob_type},
        {SV("{CLUSTERED}"), driver->clustered},
        {SV("{SKIP_LOCKED}"), driver->skip_locked},
    };
    struct sv rest = sv_cstr(sql);
    while (rest.n > 0) {
        size_t k = 0;
        while (k < 3 && !(rest.p[0] == '{' && sv_starts(rest, words[k].word))) k++;
        if (k < 3) {
            buf_puts(b, words[k].text);
            rest = sv_sub(rest, words[k].word.n, rest.n);
        } else {
            buf_putc(b, rest.p[0]);
            rest = sv_sub(rest, 1, rest.n);
        }
    }
}
