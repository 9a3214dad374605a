/* What the files of statements share: their tables (sql.c puts them together) and lists of columns that more than one
 * of them reads. In each file: columns and parameters stand in the order of the table; a statement never relies on the
 * order of rows without saying ORDER BY. */
#ifndef MARSAD_STORE_SQL_PRIV_H
#define MARSAD_STORE_SQL_PRIV_H

#include "store/sql.h"

/* Each holds the statements of one capability, and NULL in the places of all others. */
extern const char *const sql_post[SQL_STATEMENTS];
extern const char *const sql_queue[SQL_STATEMENTS];
extern const char *const sql_bank[SQL_STATEMENTS];
extern const char *const sql_ledger[SQL_STATEMENTS];
extern const char *const sql_network[SQL_STATEMENTS];
extern const char *const sql_pileon[SQL_STATEMENTS];
extern const char *const sql_case[SQL_STATEMENTS];
extern const char *const sql_desk[SQL_STATEMENTS];
extern const char *const sql_exchange[SQL_STATEMENTS];
extern const char *const sql_purge[SQL_STATEMENTS];

/* ---- columns ---- */

#define QUEUE_FIELDS                                                                                         \
    "SELECT q.post, p.account, p.platform, p.native_id, a.handle, p.body, q.category, r.severity,"           \
    " r.probability, r.expected_views, 0 - q.minus_priority, q.soft, p.known_us, r.deadline_us, "            \
    "p.created_us,"                                                                                          \
    " q.reason, q.due_us, (SELECT v.views FROM reach v WHERE v.post = q.post AND v.views >= 0"               \
    " ORDER BY v.at_us DESC, v.views DESC LIMIT 1)"
#define QUEUE_FROM  " FROM queue q CROSS JOIN result r CROSS JOIN post p CROSS JOIN account a"
#define QUEUE_WHERE " WHERE r.post = q.post AND p.id = q.post AND a.id = p.account"
#define QUEUE_AFTER " AND (q.soft, q.due_us, q.minus_priority, q.post) > ($1, $2, $3, $4)"
#define QUEUE_ORDER                                                                                          \
    " AND ($6 = 0 OR q.platform = $7) ORDER BY q.soft, q.due_us, q.minus_priority, q.post LIMIT $5"
#define ITEM_COLUMNS    "id, type, frames, value, other_type, label, source, reason, status, threshold, added_us"
#define MEDIA_COLUMNS   "sha256, bytes, path, state, failure_code, failure, signals"
#define ROW_REACH       "SELECT post, at_us, views, likes, comments, shares, saves FROM reach"
#define ROW_POST_MEDIA  "SELECT post, position, sha256, path, state, failure_code, failure FROM post_media"
#define ROW_CASE_OBJECT "SELECT case_id, type, object, added_us, who, why FROM case_object"
#define ROW_CASE_TEXT   "SELECT id, case_id, type, at_us, who, channel, reference, body FROM case_text"
#define ROW_CUSTODY     "SELECT case_id, n, at_us, who, act, type, object, why FROM custody"
#define DECISION_COLUMNS                                                                                     \
    "id, post, account, person, at_us, state, measure, scope, category, ground, ground_ref, ground_why, "    \
    "facts, territories, until_us, source, automated_detection, automated_decision, undo_until_us, second, " \
    "second_at_us, second_facts, reverses, reversed_by, machine_category, machine_probability, policy, "     \
    "language, known_us, deadline_us, first_look_us"
#define ROW_OF_DECISION "SELECT " DECISION_COLUMNS " FROM decision"

#endif
