/* Banks, and the indexes that follow them. */
#include "store/sql_priv.h"

/* Every text has its name before it: a comma that is missing does not compile. */
// NOLINTBEGIN(bugprone-suspicious-missing-comma)
const char *const sql_bank[SQL_STATEMENTS] = {
    [SQL_BANK_ADD] =
        "INSERT INTO bank (name, category, negative, threshold, source, reason, created_us, items)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, 0) ON CONFLICT (name) DO NOTHING",
    [SQL_BANK_GET] = "SELECT name, category, negative, threshold, source, reason, created_us, items FROM "
                     "bank WHERE name = $1",
    [SQL_BANK_LIST] = "SELECT name, category, negative, threshold, source, reason, created_us, items FROM "
                      "bank ORDER BY name",
    [SQL_BANK_REMOVE] = "DELETE FROM bank WHERE name = $1",
    [SQL_BANK_CLEAR] = "DELETE FROM bank_item WHERE bank = $1",
    [SQL_BANK_COUNT_ADD] = "UPDATE bank SET items = items + $2 WHERE name = $1",
    [SQL_ITEM_ADD] = "INSERT INTO bank_item (bank, " ITEM_COLUMNS ")"
                     " SELECT name, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 FROM bank WHERE name = $1 "
                     "AND items < $13"
                     " ON CONFLICT (bank, id) DO NOTHING",
    [SQL_ITEM_UPDATE] =
        "UPDATE bank_item SET label = $3, source = $4, reason = $5, status = $6, threshold = $7"
        " WHERE bank = $1 AND id = $2"
        " AND (label <> $3 OR source <> $4 OR reason <> $5 OR status <> $6 OR threshold <> $7)",
    [SQL_ITEM_EXISTS] = "SELECT 1 FROM bank_item WHERE bank = $1 AND id = $2",
    [SQL_ITEM_REMOVE] = "DELETE FROM bank_item WHERE bank = $1 AND id = $2",
    [SQL_ITEM_LIST] = "SELECT " ITEM_COLUMNS " FROM bank_item WHERE bank = $1 ORDER BY bank, id",

    [SQL_ITEM_LIST_LABEL] = "SELECT " ITEM_COLUMNS " FROM bank_item"
                            " WHERE bank = $1 AND type = $2 AND label = $3 ORDER BY bank, id",

    [SQL_BANK_CHANGE_ADD] = "INSERT INTO bank_change (n, bank, item)"
                            " SELECT value, $1, $2 FROM meta WHERE name = 'bank_version'",
    [SQL_BANK_CHANGE_TRIM] = "DELETE FROM bank_change WHERE n <="
                             " (SELECT value FROM meta WHERE name = 'bank_version') - $1",
    [SQL_BANK_CHANGES] = "SELECT n, bank, item FROM bank_change WHERE n > $1 AND n <= $2 ORDER BY n",
    [SQL_MEDIA_NUMBER_RAISE] = "UPDATE meta SET value = value + 1 WHERE name = 'media_number'",
    [SQL_FAMILY_ADD] = "INSERT INTO media_family (n, sha256, family) VALUES ($1, $2, $3)"
                       " ON CONFLICT (sha256) DO NOTHING",
    [SQL_FAMILY_OF_MEDIA] = "SELECT family FROM media_family WHERE sha256 = $1",
    [SQL_FAMILY_OF_NUMBER] = "SELECT family FROM media_family WHERE n = $1",
    [SQL_FAMILY_MEDIA] = "SELECT sha256 FROM media_family WHERE family = $1 ORDER BY n",
    [SQL_FAMILY_POSTS] = "SELECT DISTINCT p.post FROM media_family f JOIN post_media p ON p.sha256 = f.sha256"
                         " WHERE f.family = $1 ORDER BY p.post LIMIT $2",
    [SQL_FAMILY_ARCHIVE] =
        "SELECT f.n, f.sha256, m.signals FROM media_family f JOIN media m ON m.sha256 = f.sha256"
        " WHERE f.n > $1 ORDER BY f.n",
    [SQL_FAMILY_REMOVE] = "DELETE FROM media_family WHERE sha256 = $1",

    /* ---- stills: store_picture.h ---- */
    [SQL_BANK_FILE_PUT] = "INSERT INTO bank_file (bank, item, sha256) VALUES ($1, $2, $3)"
                          " ON CONFLICT (bank, item) DO NOTHING",
    [SQL_BANK_FILE_GET] = "SELECT sha256 FROM bank_file WHERE bank = $1 AND item = $2",
    [SQL_BANK_FILE_REMOVE] = "DELETE FROM bank_file WHERE bank = $1 AND item = $2",
    [SQL_BANK_FILES_CLEAR] = "DELETE FROM bank_file WHERE bank = $1",
    [SQL_BANK_STILL_PUT] =
        "INSERT INTO bank_still (bank, sha256, n, time_us, png) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (bank, sha256, n) DO NOTHING",
    [SQL_BANK_STILL_NEAR] =
        "SELECT b.time_us, b.png FROM bank_file f JOIN bank_still b ON b.bank = f.bank AND b.sha256 = "
        "f.sha256"
        " WHERE f.bank = $1 AND f.item = $2 ORDER BY abs(b.time_us - $3), b.time_us LIMIT 1",
    [SQL_BANK_STILLS_ORPHAN] =
        "DELETE FROM bank_still WHERE bank = $1 AND NOT EXISTS (SELECT 1 FROM bank_file f"
        " WHERE f.bank = bank_still.bank AND f.sha256 = bank_still.sha256)",
    [SQL_BANK_STILLS_CLEAR] = "DELETE FROM bank_still WHERE bank = $1",
};
// NOLINTEND(bugprone-suspicious-missing-comma)
