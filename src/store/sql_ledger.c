/* The ledger, and the rows that its entries speak of. */
#include "store/sql_priv.h"

/* Rows as evidence (ledger_rows.c): every column that says something, the key first. */
#define ROW_POST                                                                                             \
    "SELECT id, account, platform, native_id, url, url_key, created_us, collected_us, known_us, content,"    \
    " fingerprint, origin_format, origin_file, origin_line, origin_record, body, raw FROM post"
#define ROW_ACCOUNT                                                                                          \
    "SELECT id, platform, native_id, handle, name, bio, sec_id, verified, is_private, created_us,"           \
    " followers, following, likes, posts, seen_us, fingerprint FROM account"
#define ROW_ASIDE "SELECT id, file, format, line, record, code, reason, bytes, at_us FROM aside"
#define ROW_MEDIA "SELECT " MEDIA_COLUMNS " FROM media"
#define ROW_RESULT                                                                                           \
    "SELECT post, category, severity, probability, expected_views, priority, deadline_us, findings,"         \
    " dropped, body FROM result"
#define ROW_FINDING    "SELECT post, position, kind, body FROM finding"
#define ROW_BANK       "SELECT name, category, negative, threshold, source, reason, created_us FROM bank"
#define ROW_BANK_ITEM  "SELECT bank, " ITEM_COLUMNS " FROM bank_item"
#define LEDGER_COLUMNS "n, kind, at_us, actor, subject, salt, record, commitment, leaf"

const char *const sql_ledger[SQL_STATEMENTS] = {
    [SQL_LEDGER_STATE] = "SELECT size, peaks, pepper FROM ledger_state WHERE id = 0",
    /* Changes nothing, and keeps other writers out until the commit. */
    [SQL_LEDGER_LOCK] = "UPDATE ledger_state SET size = size WHERE id = 0 RETURNING size, peaks, pepper",
    [SQL_LEDGER_SAVE] = "UPDATE ledger_state SET size = $1, peaks = $2, pepper = $3 WHERE id = 0",
    [SQL_LEDGER_ADD] = "INSERT INTO ledger (" LEDGER_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    [SQL_LEDGER_LIST] = "SELECT " LEDGER_COLUMNS " FROM ledger WHERE n >= $1 ORDER BY n",
    [SQL_LEDGER_ABOUT] =
        "SELECT " LEDGER_COLUMNS " FROM ledger WHERE subject = $1 AND length(subject) > 0 ORDER BY n",
    [SQL_LEDGER_ODD_QUEUE] =
        "SELECT r.post, CASE WHEN q.post IS NULL THEN 0 ELSE 1 END FROM result r JOIN post p ON p.id = r.post"
        " LEFT JOIN queue q ON q.post = r.post"
        " WHERE (q.post IS NULL AND r.category <> 'none' AND NOT EXISTS (SELECT 1 FROM settled d"
        " WHERE d.post = r.post AND d.category = r.category)) OR (q.touched = 0 AND (q.category <> r.category"
        " OR q.platform <> p.platform OR (q.ranked_us = 0 AND q.minus_priority <> 0 - r.priority) OR q.soft "
        "NOT IN (0, 1)"
        " OR q.due_us <> CASE WHEN q.soft = 0 THEN r.deadline_us ELSE 0 END)) ORDER BY r.post",
    [SQL_ROW_POST] = ROW_POST " WHERE id = $1",
    [SQL_ROWS_POST] = ROW_POST " ORDER BY id",
    [SQL_ROW_ACCOUNT] = ROW_ACCOUNT " WHERE id = $1",
    [SQL_ROWS_ACCOUNT] = ROW_ACCOUNT " ORDER BY id",
    [SQL_ROW_REACH] = ROW_REACH " WHERE (post, at_us, views, likes, comments, shares, saves)"
                                " = ($1, $2, $3, $4, $5, $6, $7)",
    [SQL_ROWS_REACH] = ROW_REACH " ORDER BY post, at_us, views, likes, comments, shares, saves",
    [SQL_ROW_ASIDE] = ROW_ASIDE " WHERE id = $1",
    [SQL_ROWS_ASIDE] = ROW_ASIDE " ORDER BY id",
    [SQL_ROW_MEDIA] = ROW_MEDIA " WHERE sha256 = $1",
    [SQL_ROWS_MEDIA] = ROW_MEDIA " ORDER BY sha256",
    [SQL_ROW_POST_MEDIA] = ROW_POST_MEDIA " WHERE post = $1 AND position = $2",
    [SQL_ROWS_POST_MEDIA] = ROW_POST_MEDIA " ORDER BY post, position",
    [SQL_ROW_RESULT] = ROW_RESULT " WHERE post = $1",
    [SQL_ROWS_RESULT] = ROW_RESULT " ORDER BY post",
    [SQL_ROW_FINDING] = ROW_FINDING " WHERE post = $1 AND position = $2",
    [SQL_ROWS_FINDING] = ROW_FINDING " ORDER BY post, position",
    [SQL_ROW_BANK] = ROW_BANK " WHERE name = $1",
    [SQL_ROWS_BANK] = ROW_BANK " ORDER BY name",
    [SQL_ROW_BANK_ITEM] = ROW_BANK_ITEM " WHERE bank = $1 AND id = $2",
    [SQL_ROWS_BANK_ITEM] = ROW_BANK_ITEM " ORDER BY bank, id",
};
