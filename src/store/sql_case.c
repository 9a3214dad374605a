/* Cases, holds, retention. */
#include "store/sql_priv.h"

#define ROW_CASE                                                                                             \
    "SELECT id, reference, title, state, tlp, who, created_us, changed_us, closed_us FROM case_file"
#define ROW_HOLD                                                                                             \
    "SELECT id, scope, object, authority, why, who, from_us, until_us, released_us, released_who,"           \
    " released_why FROM legal_hold"
#define ROW_RETENTION "SELECT class, state, days, who, why, changed_us FROM retention"
#define CASE_SHOWN                                                                                           \
    "SELECT c.id, c.reference, c.title, c.state, c.tlp, c.who, c.created_us, c.changed_us, c.closed_us,"     \
    " (SELECT count(*) FROM case_object o WHERE o.case_id = c.id) FROM case_file c"

/* Every text has its name before it: a comma that is missing does not compile. */
// NOLINTBEGIN(bugprone-suspicious-missing-comma)
const char *const sql_case[SQL_STATEMENTS] = {
    [SQL_CASE_ADD] =
        "INSERT INTO case_file (id, reference, title, state, tlp, who, created_us, changed_us, closed_us)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
    [SQL_CASE_GET] = CASE_SHOWN " WHERE c.id = $1",
    [SQL_CASE_LIST] = CASE_SHOWN " WHERE $1 = 1 OR c.state = $2 ORDER BY c.created_us DESC, c.id",
    [SQL_CASE_BY_PREFIX] = "SELECT id FROM case_file WHERE id >= $1 AND id <= $2 ORDER BY id LIMIT 6",
    [SQL_CASE_BY_REFERENCE] = "SELECT id FROM case_file WHERE reference = $1 AND length(reference) > 0",
    [SQL_CASE_STATE] = "UPDATE case_file SET state = $2, closed_us = $3, changed_us = $4 WHERE id = $1",
    [SQL_CASE_TLP] = "UPDATE case_file SET tlp = $2, changed_us = $3 WHERE id = $1",
    [SQL_CASE_TOUCH] = "UPDATE case_file SET changed_us = $2 WHERE id = $1",
    [SQL_CASE_OBJECT_ADD] =
        "INSERT INTO case_object (case_id, type, object, added_us, who, why) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (case_id, type, object) DO NOTHING",
    [SQL_CASE_OBJECT_GET] = "SELECT 1 FROM case_object WHERE case_id = $1 AND type = $2 AND object = $3",
    [SQL_CASE_OBJECT_DROP] = "DELETE FROM case_object WHERE case_id = $1 AND type = $2 AND object = $3",
    [SQL_CASE_OBJECT_LIST] = "SELECT type, object, added_us, who, why FROM case_object WHERE case_id = $1"
                             " ORDER BY type, added_us, object",
    [SQL_CASES_OF] = "SELECT o.case_id FROM case_object o JOIN case_file c ON c.id = o.case_id"
                     " WHERE o.type = $1 AND o.object = $2 ORDER BY c.created_us DESC, c.id",
    [SQL_CASE_TEXT_ADD] = "INSERT INTO case_text (id, case_id, type, at_us, who, channel, reference, body)"
                          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    [SQL_CASE_TEXT_LIST] = "SELECT id, type, at_us, who, channel, reference, body FROM case_text"
                           " WHERE case_id = $1 ORDER BY case_id, at_us, id",
    [SQL_CUSTODY_ADD] =
        "INSERT INTO custody (case_id, n, at_us, who, act, type, object, why)"
        " SELECT $1, COALESCE(MAX(n), -1) + 1, $2, $3, $4, $5, $6, $7 FROM custody WHERE case_id = $1"
        " RETURNING n",
    [SQL_CUSTODY_LIST] =
        "SELECT n, at_us, who, act, type, object, why FROM custody WHERE case_id = $1 ORDER BY n",
    [SQL_HOLD_ADD] =
        "INSERT INTO legal_hold (id, scope, object, authority, why, who, from_us, until_us, released_us,"
        " released_who, released_why) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10)",
    [SQL_HOLD_GET] = ROW_HOLD " WHERE id = $1",
    [SQL_HOLD_LIST] = ROW_HOLD " ORDER BY from_us, id",
    [SQL_HOLD_BY_PREFIX] = "SELECT id FROM legal_hold WHERE id >= $1 AND id <= $2 ORDER BY id LIMIT 6",
    [SQL_HOLD_RELEASE] =
        "UPDATE legal_hold SET released_us = $2, released_who = $3, released_why = $4 WHERE id = $1",
    [SQL_RETENTION_PUT] =
        "INSERT INTO retention (class, state, days, who, why, changed_us) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (class, state) DO UPDATE SET days = excluded.days, who = excluded.who,"
        " why = excluded.why, changed_us = excluded.changed_us",
    [SQL_RETENTION_DROP] = "DELETE FROM retention WHERE class = $1 AND state = $2",
    [SQL_RETENTION_LIST] = ROW_RETENTION " ORDER BY class, state",
    [SQL_ROW_CASE] = ROW_CASE " WHERE id = $1",
    [SQL_ROWS_CASE] = ROW_CASE " ORDER BY id",
    [SQL_ROW_CASE_OBJECT] = ROW_CASE_OBJECT " WHERE case_id = $1 AND type = $2 AND object = $3",
    [SQL_ROWS_CASE_OBJECT] = ROW_CASE_OBJECT " ORDER BY case_id, type, object",
    [SQL_ROW_CASE_TEXT] = ROW_CASE_TEXT " WHERE id = $1",
    [SQL_ROWS_CASE_TEXT] = ROW_CASE_TEXT " ORDER BY id",
    [SQL_ROW_CUSTODY] = ROW_CUSTODY " WHERE case_id = $1 AND n = $2",
    [SQL_ROWS_CUSTODY] = ROW_CUSTODY " ORDER BY case_id, n",
    [SQL_ROW_HOLD] = ROW_HOLD " WHERE id = $1",
    [SQL_ROWS_HOLD] = ROW_HOLD " ORDER BY id",
    [SQL_ROW_RETENTION] = ROW_RETENTION " WHERE class = $1 AND state = $2",
    [SQL_ROWS_RETENTION] = ROW_RETENTION " ORDER BY class, state",
};
// NOLINTEND(bugprone-suspicious-missing-comma)
