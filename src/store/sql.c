/* The statements. Conventions: columns and parameters stand in the order of the table; a statement never relies on the
 * order of rows without saying ORDER BY. */
#include "store/sql.h"

#define QUEUE_FIELDS                                                                                         \
    "SELECT q.post, p.account, p.platform, p.native_id, a.handle, p.body, q.category, r.severity,"           \
    " r.probability, r.expected_views, 0 - q.minus_priority, q.soft, p.known_us, r.deadline_us, "            \
    "p.created_us,"                                                                                          \
    " q.reason, q.due_us, (SELECT v.views FROM reach v WHERE v.post = q.post AND v.views >= 0"               \
    " ORDER BY v.at_us DESC, v.views DESC LIMIT 1)"
#define QUEUE_FROM    " FROM queue q CROSS JOIN result r CROSS JOIN post p CROSS JOIN account a"
#define QUEUE_WHERE   " WHERE r.post = q.post AND p.id = q.post AND a.id = p.account"
#define QUEUE_COLUMNS QUEUE_FIELDS QUEUE_FROM QUEUE_WHERE
#define DESK_COLUMNS                                                                                         \
    QUEUE_FIELDS                                                                                             \
    ", d.state, d.until_us, d.person, l.person, l.until_us,"                                                 \
    " (SELECT count(*) FROM (SELECT DISTINCT o.post FROM likeness m JOIN likeness o ON o.mark = m.mark"      \
    " WHERE m.post = q.post AND o.post <> q.post LIMIT 1000) AS others),"                                    \
    " (SELECT count(*) FROM report n WHERE n.post = q.post)" QUEUE_FROM                                      \
    " LEFT JOIN desk d ON d.post = q.post LEFT JOIN lease l ON l.post = q.post" QUEUE_WHERE
#define QUEUE_AFTER " AND (q.soft, q.due_us, q.minus_priority, q.post) > ($1, $2, $3, $4)"
#define QUEUE_ORDER                                                                                          \
    " AND ($6 = 0 OR q.platform = $7) ORDER BY q.soft, q.due_us, q.minus_priority, q.post LIMIT $5"

#define ITEM_COLUMNS  "id, type, frames, value, other_type, label, source, reason, status, threshold, added_us"
#define MEDIA_COLUMNS "sha256, bytes, path, state, failure_code, failure, signals"

/* Rows as evidence (ledger_rows.c): every column that says something, the key first. */
#define ROW_POST                                                                                             \
    "SELECT id, account, platform, native_id, url, url_key, created_us, collected_us, known_us, content,"    \
    " fingerprint, origin_format, origin_file, origin_line, origin_record, body, raw FROM post"
#define ROW_ACCOUNT                                                                                          \
    "SELECT id, platform, native_id, handle, name, bio, sec_id, verified, is_private, created_us,"           \
    " followers, following, likes, posts, seen_us, fingerprint FROM account"
#define ROW_REACH      "SELECT post, at_us, views, likes, comments, shares, saves FROM reach"
#define ROW_ASIDE      "SELECT id, file, format, line, record, code, reason, bytes, at_us FROM aside"
#define ROW_MEDIA      "SELECT " MEDIA_COLUMNS " FROM media"
#define ROW_POST_MEDIA "SELECT post, position, sha256, path, state, failure_code, failure FROM post_media"
#define ROW_RESULT                                                                                           \
    "SELECT post, category, severity, probability, expected_views, priority, deadline_us, findings,"         \
    " dropped, body FROM result"
#define ROW_FINDING   "SELECT post, position, kind, body FROM finding"
#define ROW_BANK      "SELECT name, category, negative, threshold, source, reason, created_us FROM bank"
#define ROW_BANK_ITEM "SELECT bank, " ITEM_COLUMNS " FROM bank_item"
#define ROW_CASE                                                                                             \
    "SELECT id, reference, title, state, tlp, who, created_us, changed_us, closed_us FROM case_file"
#define ROW_CASE_OBJECT "SELECT case_id, type, object, added_us, who, why FROM case_object"
#define ROW_CASE_TEXT   "SELECT id, case_id, type, at_us, who, channel, reference, body FROM case_text"
#define ROW_CUSTODY     "SELECT case_id, n, at_us, who, act, type, object, why FROM custody"
#define ROW_HOLD                                                                                             \
    "SELECT id, scope, object, authority, why, who, from_us, until_us, released_us, released_who,"           \
    " released_why FROM legal_hold"
#define ROW_RETENTION  "SELECT class, state, days, who, why, changed_us FROM retention"
#define LEDGER_COLUMNS "n, kind, at_us, actor, subject, salt, record, commitment, leaf"

#define CASE_SHOWN                                                                                           \
    "SELECT c.id, c.reference, c.title, c.state, c.tlp, c.who, c.created_us, c.changed_us, c.closed_us,"     \
    " (SELECT count(*) FROM case_object o WHERE o.case_id = c.id) FROM case_file c"
/* Exchange and referrals. */
#define SOURCE_COLUMNS                                                                                       \
    "name, kind, bank, address, collection, secret, trusted, flood_least, flood_factor, flood_window_us,"    \
    " mark, round, synced_us, next_us, failures, said"
#define FOREIGN_COLUMNS                                                                                      \
    "id, source, remote, bank, item, modified, origin, state, who, why, seen_us, changed_us, round"
#define ROW_FOREIGN                                                                                          \
    "SELECT id, source, remote, bank, item, modified, origin, state, who, why, seen_us, changed_us"          \
    " FROM foreign_item"
#define GRANT_COLUMNS "collection, bank, item, tlp, who, why, decision, at_us, revoked_us"
#define ROW_GRANT     "SELECT " GRANT_COLUMNS " FROM share_grant"
#define REFERRAL_COLUMNS                                                                                     \
    "id, kind, recipient, lang, state, case_id, category, accounts, drafted_by, fields, document,"           \
    " drafted_us, sent_us, received_us, answered_us, offline_us, due_us, reminded_us, escalated_us, version"
#define TARGET_COLUMNS                                                                                       \
    "referral, position, url, post, account, state, checked_us, online_us, offline_us, back_us, next_us,"    \
    " fails, said"
#define EVENT_COLUMNS  "referral, n, at_us, kind, who, says"
#define OUTBOX_COLUMNS "id, referral, channel, address, body, state, attempt, next_us, at_us, owner, said"

#define ROW_OF_DECISION                                                                                      \
    "SELECT id, post, account, person, at_us, state, measure, scope, category, ground, ground_ref, "         \
    "ground_why, facts, territories, until_us, source, automated_detection, automated_decision, "            \
    "undo_until_us, second, second_at_us, second_facts, reverses, reversed_by, machine_category, "           \
    "machine_probability, policy, language, known_us, deadline_us, first_look_us FROM decision"
/* 0 waiting, 1 clear, 2 flagged, 5 decided. Kept whatever its age: what a decision stands for that settles other posts
 * too, or that is appealed against; and golden items. */
#define IS_DECIDED                                                                                           \
    "EXISTS (SELECT 1 FROM settled t WHERE t.post = p.id) OR EXISTS (SELECT 1 FROM decision d WHERE d.post"  \
    " = p.id)"
#define DUE_POST                                                                                             \
    "SELECT p.id, p.account, CASE WHEN " IS_DECIDED " THEN 5 WHEN r.post IS NULL THEN 0"                     \
    " WHEN r.category = 'none' THEN 1 ELSE 2 END, p.known_us FROM post p LEFT JOIN result r"                 \
    " ON r.post = p.id"
#define IS_FREE                                                                                              \
    " AND NOT EXISTS (SELECT 1 FROM golden g WHERE g.post = p.id)"                                           \
    " AND NOT EXISTS (SELECT 1 FROM decision d JOIN settled t ON t.decision = d.id"                          \
    " WHERE d.post = p.id AND t.post <> p.id)"                                                               \
    " AND NOT EXISTS (SELECT 1 FROM decision d JOIN appeal a ON a.decision = d.id"                           \
    " WHERE d.post = p.id AND a.state = 'waiting')"
#define DUE_MEDIA                                                                                            \
    "SELECT m.sha256, m.sha256, COALESCE((SELECT MAX(CASE WHEN r.post IS NULL THEN 0"                        \
    " WHEN r.category = 'none' THEN 1 ELSE 2 END) FROM post_media l LEFT JOIN result r ON r.post = l.post"   \
    " WHERE l.sha256 = m.sha256), 0), COALESCE((SELECT MAX(p.known_us) FROM post_media l JOIN post p"        \
    " ON p.id = l.post WHERE l.sha256 = m.sha256), 0) FROM media m"

const char *const store_sql[SQL_STATEMENTS] = {
    [SQL_META_GET] = "SELECT value FROM meta WHERE name = $1",
    [SQL_META_SET] = "UPDATE meta SET value = $2 WHERE name = $1",
    [SQL_BANK_VERSION_RAISE] = "UPDATE meta SET value = value + 1 WHERE name = 'bank_version'",

    /* ---- posts ---- */
    [SQL_PLATFORM_ADD] = "INSERT INTO platform (name) VALUES ($1) ON CONFLICT (name) DO NOTHING",
    [SQL_PLATFORM_LIST] = "SELECT name FROM platform ORDER BY name LIMIT 1000",

    [SQL_ACCOUNT_PUT] =
        "INSERT INTO account (id, platform, native_id, handle, name, bio, sec_id, verified, is_private, "
        "created_us,"
        " followers, following, likes, posts, seen_us, fingerprint)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        " ON CONFLICT (id) DO UPDATE SET platform = excluded.platform, native_id = excluded.native_id,"
        " handle = excluded.handle, name = excluded.name, bio = excluded.bio, sec_id = excluded.sec_id,"
        " verified = excluded.verified, is_private = excluded.is_private, created_us = excluded.created_us,"
        " followers = excluded.followers, following = excluded.following, likes = excluded.likes,"
        " posts = excluded.posts, seen_us = excluded.seen_us, fingerprint = excluded.fingerprint"
        " WHERE (account.seen_us, account.fingerprint) < (excluded.seen_us, excluded.fingerprint)",
    [SQL_ACCOUNT_GET] =
        "SELECT platform, native_id, handle, name, bio, sec_id, verified, is_private, created_us,"
        " followers, following, likes, posts FROM account WHERE id = $1",

    [SQL_POST_ADD] =
        "INSERT INTO post (id, account, platform, native_id, url, url_key, created_us, collected_us, "
        "known_us,"
        " content, fingerprint, origin_format, origin_file, origin_line, origin_record, body, raw)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
        " ON CONFLICT (id) DO NOTHING",
    [SQL_POST_SEEN] = "SELECT collected_us, content, fingerprint, known_us FROM post WHERE id = $1",
    [SQL_POST_REPLACE] =
        "UPDATE post SET account = $2, platform = $3, native_id = $4, url = $5, url_key = $6, created_us = "
        "$7,"
        " collected_us = $8, content = $9, fingerprint = $10, origin_format = $11, origin_file = $12,"
        " origin_line = $13, origin_record = $14, body = $15, raw = $16 WHERE id = $1",
    [SQL_POST_GET] = "SELECT known_us, origin_format, origin_file, origin_line, origin_record, body, raw "
                     "FROM post WHERE id = $1",
    [SQL_POST_URL] = "SELECT url FROM post WHERE id = $1",
    [SQL_POST_BY_PREFIX] = "SELECT id FROM post WHERE id >= $1 AND id <= $2 ORDER BY id LIMIT 6",
    [SQL_POST_BY_URL] =
        "SELECT id FROM post WHERE url_key = $1 AND url_key <> 0 AND url = $2 ORDER BY id LIMIT 6",
    [SQL_POST_IDS] = "SELECT id FROM post WHERE id > $1 ORDER BY id LIMIT $2",
    [SQL_ACCOUNT_POSTS] = "SELECT id FROM post WHERE account = $1 ORDER BY created_us DESC, id LIMIT $2",
    [SQL_ACCOUNT_IDS] = "SELECT id FROM account WHERE id > $1 ORDER BY id LIMIT $2",
    [SQL_REACH_ADD] = "INSERT INTO reach (post, at_us, views, likes, comments, shares, saves) VALUES ($1, "
                      "$2, $3, $4, $5, $6, $7)"
                      " ON CONFLICT (post, at_us, views, likes, comments, shares, saves) DO NOTHING",
    [SQL_REACH_LIST] = "SELECT at_us, views, likes, comments, shares, saves FROM reach WHERE post = $1"
                       " ORDER BY post, at_us, views, likes, comments, shares, saves",
    [SQL_ASIDE_ADD] = "INSERT INTO aside (id, file, format, line, record, code, reason, bytes, at_us)"
                      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING",
    [SQL_ASIDE_LIST] =
        "SELECT file, format, line, record, code, reason, bytes FROM aside ORDER BY file, line, record, id",

    /* ---- media ---- */
    /* Signals, once read, are only replaced by signals; a pending file never hides what is known. */
    [SQL_MEDIA_PUT] =
        "INSERT INTO media (" MEDIA_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (sha256) DO UPDATE SET bytes = excluded.bytes,"
        " path = CASE WHEN length(excluded.path) > 0 THEN excluded.path ELSE media.path END,"
        " state = excluded.state, failure_code = excluded.failure_code, failure = excluded.failure,"
        " signals = excluded.signals"
        " WHERE excluded.state = 1 OR (excluded.state = 2 AND media.state <> 1)"
        " OR (media.state = 0 AND length(media.path) = 0)",
    [SQL_MEDIA_FIND] = "SELECT " MEDIA_COLUMNS " FROM media WHERE sha256 = $1",
    [SQL_MEDIA_IDS] = "SELECT sha256 FROM media WHERE sha256 > $1 ORDER BY sha256 LIMIT $2",
    [SQL_POST_MEDIA_PUT] =
        "INSERT INTO post_media (post, position, sha256, path, state, failure_code, failure)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (post, position) DO UPDATE SET sha256 = excluded.sha256, path = excluded.path,"
        " state = excluded.state, failure_code = excluded.failure_code, failure = excluded.failure",
    [SQL_POST_MEDIA_GET] =
        "SELECT m.sha256, m.bytes, CASE WHEN m.sha256 IS NULL THEN l.path ELSE m.path END,"
        " CASE WHEN m.sha256 IS NULL THEN l.state ELSE m.state END,"
        " CASE WHEN m.sha256 IS NULL THEN l.failure_code ELSE m.failure_code END,"
        " CASE WHEN m.sha256 IS NULL THEN l.failure ELSE m.failure END, m.signals, l.position"
        " FROM post_media l LEFT JOIN media m ON m.sha256 = l.sha256 WHERE l.post = $1 ORDER BY l.position",

    /* ---- jobs ---- */
    /* News about a post that is being analysed: it will be looked at again. */
    [SQL_JOB_ADD] = "INSERT INTO job (post, state, priority, known_us, attempt, again, owner, lease_us, "
                    "failure_code, failure)"
                    " VALUES ($1, 0, 0, $2, 0, 0, $3, 0, 0, $3)"
                    " ON CONFLICT (post) DO UPDATE SET priority = 0,"
                    " again = CASE WHEN job.state = 1 THEN 1 ELSE 0 END,"
                    " attempt = CASE WHEN job.state = 1 THEN job.attempt ELSE 0 END,"
                    " state = CASE WHEN job.state = 2 THEN 0 ELSE job.state END,"
                    " failure_code = 0, failure = excluded.failure",
    /* $1 now, $2 attempts allowed, $3 code and $4 words for those that had them all, $5 no owner */
    [SQL_JOB_EXPIRE] = "UPDATE job SET state = CASE WHEN attempt >= $2 AND again = 0 THEN 2 ELSE 0 END,"
                       " failure_code = CASE WHEN attempt >= $2 AND again = 0 THEN $3 ELSE failure_code END,"
                       " failure = CASE WHEN attempt >= $2 AND again = 0 THEN $4 ELSE failure END,"
                       " owner = $5, lease_us = 0 WHERE state = 1 AND lease_us <= $1",
    [SQL_JOB_CLAIM] = "UPDATE job SET state = 1, owner = $1, lease_us = $2, again = 0,"
                      " attempt = CASE WHEN again = 1 THEN 1 ELSE attempt + 1 END"
                      " WHERE post IN (SELECT j.post FROM job j WHERE j.state = 0"
                      " ORDER BY j.priority, j.known_us, j.post LIMIT $3 {SKIP_LOCKED})"
                      " RETURNING post, attempt, priority, known_us",
    [SQL_JOB_RELEASE] =
        "UPDATE job SET state = 0, owner = $2, lease_us = 0,"
        " attempt = CASE WHEN attempt > 0 THEN attempt - 1 ELSE 0 END WHERE state = 1 AND owner = $1",
    [SQL_JOB_OWNERS] = "SELECT DISTINCT owner FROM job WHERE state = 1 ORDER BY owner",
    /* $2: 1 final; $3: attempts allowed; $6: no owner */
    [SQL_JOB_FAILED] =
        "UPDATE job SET state = CASE WHEN again = 1 THEN 0 WHEN $2 = 1 OR attempt >= $3 THEN 2 ELSE 0 END,"
        " attempt = CASE WHEN again = 1 THEN 0 ELSE attempt END, again = 0,"
        " failure_code = $4, failure = $5, owner = $6, lease_us = 0 WHERE post = $1",
    [SQL_JOB_DONE] = "DELETE FROM job WHERE post = $1 AND again = 0",
    [SQL_JOB_AGAIN] = "UPDATE job SET state = 0, attempt = 0, again = 0, owner = $2, lease_us = 0 WHERE post "
                      "= $1 AND again = 1",
    [SQL_JOB_REQUEUE] =
        "INSERT INTO job (post, state, priority, known_us, attempt, again, owner, lease_us, failure_code, "
        "failure)"
        " SELECT r.post, 0, 1, p.known_us, 0, 0, $1, 0, 0, $1 FROM result r JOIN post p ON p.id = r.post"
        " WHERE r.post = p.id"
        " ON CONFLICT (post) DO UPDATE SET again = CASE WHEN job.state = 1 THEN 1 ELSE 0 END,"
        " attempt = CASE WHEN job.state = 2 THEN 0 ELSE job.attempt END,"
        " state = CASE WHEN job.state = 2 THEN 0 ELSE job.state END WHERE job.state <> 0",
    [SQL_JOB_SET_ASIDE_LIST] =
        "SELECT post, attempt, failure_code, failure FROM job WHERE state = 2 ORDER BY post",
    [SQL_JOB_HELD] = "SELECT 1 FROM job WHERE post = $1 AND state = 1 AND owner = $2 AND attempt = $3",
    [SQL_JOB_OF_POST] = "SELECT state, failure_code, failure FROM job WHERE post = $1",

    /* ---- results and the queue ---- */
    [SQL_RESULT_PUT] =
        "INSERT INTO result (post, category, severity, probability, expected_views, priority, deadline_us,"
        " findings, dropped, body)"
        " SELECT id, $2, $3, $4, $5, $6, known_us + $7, $8, $9, $10 FROM post WHERE id = $1"
        " ON CONFLICT (post) DO UPDATE SET category = excluded.category, severity = excluded.severity,"
        " probability = excluded.probability, expected_views = excluded.expected_views,"
        " priority = excluded.priority, deadline_us = excluded.deadline_us, findings = excluded.findings,"
        " dropped = excluded.dropped, body = excluded.body",
    [SQL_RESULT_GET] = "SELECT category, severity, probability, expected_views, priority, deadline_us, "
                       "findings, dropped, body"
                       " FROM result WHERE post = $1",
    [SQL_FINDING_CLEAR] = "DELETE FROM finding WHERE post = $1",
    [SQL_FINDING_ADD] = "INSERT INTO finding (post, position, kind, body) VALUES ($1, $2, $3, $4)",
    [SQL_FINDING_LIST] = "SELECT body FROM finding WHERE post = $1 ORDER BY position",
    [SQL_QUEUE_PUT] =
        "INSERT INTO queue (post, platform, category, soft, due_us, minus_priority, touched, reason)"
        " SELECT id, platform, $2, $3, CASE WHEN CAST($3 AS BIGINT) = 0 THEN known_us + $4 ELSE 0 END, $5, "
        "0, $6"
        " FROM post WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM settled d WHERE d.post = $1 AND d.category = "
        "$2)"
        " ON CONFLICT (post) DO UPDATE SET platform = excluded.platform, category = excluded.category,"
        " soft = excluded.soft, due_us = excluded.due_us, minus_priority = excluded.minus_priority,"
        " reason = excluded.reason, ranked_us = 0",
    [SQL_QUEUE_DROP] = "DELETE FROM queue WHERE post = $1 AND touched = 0",
    [SQL_QUEUE_PAGE] = QUEUE_COLUMNS QUEUE_AFTER QUEUE_ORDER,
    [SQL_QUEUE_PAGE_CATEGORY] = QUEUE_COLUMNS " AND q.category = $8" QUEUE_AFTER QUEUE_ORDER,
    [SQL_QUEUE_OF_POST] = "SELECT category, soft, touched, reason FROM queue WHERE post = $1",

    /* ---- banks ---- */
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

    /* ---- the ledger ---- */
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

    /* ---- the network: store_network.h ---- */
    [SQL_NETWORK_NUMBER] = "UPDATE meta SET value = value + 1 WHERE name = 'network_number' RETURNING value",
    [SQL_NETWORK_ACCOUNT] = "SELECT n FROM network_account WHERE id = $1",
    [SQL_NETWORK_ACCOUNT_ADD] = "INSERT INTO network_account (n, id, grp) VALUES ($1, $2, 0)",
    [SQL_NETWORK_ACCOUNT_GROUP] = "UPDATE network_account SET grp = $2 WHERE n = $1",
    [SQL_NETWORK_POST] = "SELECT n, account, at_us FROM network_post WHERE id = $1",
    [SQL_NETWORK_POST_PUT] =
        "INSERT INTO network_post (n, id, account, at_us, marked) VALUES ($1, $2, $3, $4, 1)"
        " ON CONFLICT (id) DO UPDATE SET account = excluded.account, at_us = excluded.at_us, marked = 1",
    [SQL_NETWORK_ACTS_OF_POST] =
        "SELECT family, at_us, tie, account, object, layer FROM network_act WHERE post = $1"
        " ORDER BY layer, object",
    [SQL_NETWORK_ACT_ADD] = "INSERT INTO network_act (family, at_us, tie, post, account, object, layer)"
                            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
    [SQL_NETWORK_ACT_DROP] =
        "DELETE FROM network_act WHERE family = $1 AND at_us = $2 AND tie = $3 AND post = $4",
    [SQL_NETWORK_BEFORE] =
        "SELECT at_us, tie, post, account, object FROM network_act WHERE family = $1 AND at_us >= $2"
        " AND (at_us, tie, post) < ($3, $4, $5) ORDER BY at_us DESC, tie DESC, post DESC LIMIT $6",
    [SQL_NETWORK_AFTER] =
        "SELECT at_us, tie, post, account, object FROM network_act WHERE family = $1 AND at_us <= $2"
        " AND (at_us, tie, post) > ($3, $4, $5) ORDER BY at_us, tie, post LIMIT $6",

    [SQL_NETWORK_OBJECT] = "SELECT n, family FROM network_object WHERE id = $1",
    [SQL_NETWORK_OBJECT_ADD] = "INSERT INTO network_object (n, id, layer, family, name, sketch, keys)"
                               " VALUES ($1, $2, $3, $1, $4, $5, $6)",
    /* A thing that nobody shares any more. */
    [SQL_NETWORK_OBJECT_IDLE] = "SELECT o.layer, o.family, o.keys FROM network_object o WHERE o.n = $1"
                                " AND NOT EXISTS (SELECT 1 FROM network_act x WHERE x.object = o.n)",
    [SQL_NETWORK_OBJECT_DROP] = "DELETE FROM network_object WHERE n = $1",
    [SQL_NETWORK_OBJECT_FAMILY] = "UPDATE network_object SET family = $2 WHERE n = $1",
    [SQL_NETWORK_OBJECT_ACT] = "SELECT family, at_us, tie, post, account, object, layer FROM network_act"
                               " WHERE object = $1 AND family <> $2 LIMIT 1",
    [SQL_NETWORK_KEY_ADD] = "INSERT INTO network_key (layer, key, object) VALUES ($1, $2, $3)"
                            " ON CONFLICT (layer, key, object) DO NOTHING",
    [SQL_NETWORK_KEY_DROP] = "DELETE FROM network_key WHERE layer = $1 AND key = $2 AND object = $3",
    [SQL_NETWORK_KEY_THINGS] = "SELECT o.n, o.family, o.sketch, o.keys FROM network_key k"
                               " JOIN network_object o ON o.n = k.object WHERE k.layer = $1 AND k.key = $2"
                               " ORDER BY k.object LIMIT $3",
    [SQL_NETWORK_FAMILY_ACT] = "SELECT family, at_us, tie, post, account, object, layer FROM network_act"
                               " WHERE family = $1 AND family <> $2 LIMIT 1",
    [SQL_NETWORK_FAMILY_SIZE] =
        "SELECT count(*) FROM (SELECT 1 FROM network_act WHERE family = $1 LIMIT 10000) AS found",
    [SQL_NETWORK_FAMILY_MOVE] = "UPDATE network_object SET family = $2 WHERE family = $1",
    [SQL_NETWORK_FAMILY_THINGS] =
        "SELECT n, family, sketch, keys FROM network_object WHERE family = $1 ORDER BY n",

    [SQL_NETWORK_PAIR_ADD] =
        "INSERT INTO network_pair (a, b, layer, post_a, post_b, n) VALUES ($1, $2, $3, $4, $5, 1)"
        " ON CONFLICT (a, b, layer, post_a, post_b) DO UPDATE SET n = network_pair.n + 1",
    [SQL_NETWORK_PAIR_TAKE] = "UPDATE network_pair SET n = n - 1 WHERE a = $1 AND b = $2 AND layer = $3"
                              " AND post_a = $4 AND post_b = $5",
    [SQL_NETWORK_PAIR_DROP] = "DELETE FROM network_pair WHERE a = $1 AND b = $2 AND layer = $3"
                              " AND post_a = $4 AND post_b = $5 AND n <= 0",
    [SQL_NETWORK_PAIR_LAYER] =
        "SELECT layer FROM network_pair WHERE a = $1 AND b = $2 AND layer > $3 ORDER BY layer LIMIT 1",
    [SQL_NETWORK_PAIR_NEXT_A] = "SELECT post_a FROM network_pair WHERE a = $1 AND b = $2 AND layer = $3"
                                " AND post_a > $4 ORDER BY post_a LIMIT 1",
    [SQL_NETWORK_PAIR_NEXT_B] = "SELECT post_b FROM network_pair WHERE a = $1 AND b = $2 AND layer = $3"
                                " AND post_b > $4 ORDER BY post_b LIMIT 1",
    [SQL_NETWORK_EDGE] = "SELECT 1 FROM network_edge WHERE a = $1 AND b = $2",
    [SQL_NETWORK_EDGE_ADD] = "INSERT INTO network_edge (a, b) VALUES ($1, $2)",
    [SQL_NETWORK_EDGE_DROP] = "DELETE FROM network_edge WHERE a = $1 AND b = $2",

    [SQL_NETWORK_GROUP_OF] = "SELECT g.n, g.accounts FROM network_account x"
                             " JOIN network_group g ON g.n = x.grp WHERE x.n = $1",
    [SQL_NETWORK_GROUP_GROW] =
        "INSERT INTO network_group (n, accounts) VALUES ($1, $2)"
        " ON CONFLICT (n) DO UPDATE SET accounts = network_group.accounts + excluded.accounts",
    [SQL_NETWORK_GROUP_MOVE] = "UPDATE network_account SET grp = $2 WHERE grp = $1 AND grp > 0",
    [SQL_NETWORK_GROUP_DROP] = "DELETE FROM network_group WHERE n = $1",
    [SQL_NETWORK_GROUP_ACCOUNTS] = "SELECT n FROM network_account WHERE grp = $1 AND grp > 0",
    [SQL_NETWORK_GROUP_EDGES] = "SELECT e.a, e.b FROM network_account x JOIN network_edge e ON e.a = x.n"
                                " WHERE x.grp = $1 AND x.grp > 0",
    [SQL_NETWORK_COMMON] = "SELECT 1 FROM (SELECT b AS n FROM network_edge WHERE a = $1 UNION ALL"
                           " SELECT a FROM network_edge WHERE b = $1) AS x WHERE EXISTS"
                           " (SELECT 1 FROM network_edge y WHERE y.a = x.n AND y.b = $2) OR EXISTS"
                           " (SELECT 1 FROM network_edge z WHERE z.a = $2 AND z.b = x.n) LIMIT 1",
    [SQL_NETWORK_MARK_POSTS] = "UPDATE network_post SET marked = 1 WHERE marked = 0 AND account = $1",
    [SQL_NETWORK_GROUP_IDS] = "SELECT y.id FROM network_account x JOIN network_account y ON y.grp = x.grp"
                              " WHERE x.id = $1 AND x.grp > 0 AND y.grp > 0 ORDER BY y.id",

    [SQL_NETWORK_MARK] = "UPDATE network_post SET marked = $2 WHERE id = $1 AND marked <> $2",
    [SQL_NETWORK_MARK_N] = "UPDATE network_post SET marked = 1 WHERE n = $1 AND marked = 0",
    [SQL_NETWORK_MARK_EDGE] = "UPDATE network_post SET marked = 1 WHERE marked = 0 AND n IN"
                              " (SELECT post_a FROM network_pair WHERE a = $1 AND b = $2"
                              " UNION SELECT post_b FROM network_pair WHERE a = $1 AND b = $2)",
    [SQL_NETWORK_MARK_GROUP] = "UPDATE network_post SET marked = 1 WHERE marked = 0 AND account IN"
                               " (SELECT n FROM network_account WHERE grp = $1 AND grp > 0)",
    [SQL_NETWORK_MARK_ACCOUNT] = "UPDATE network_post SET marked = 1 WHERE marked = 0 AND account IN"
                                 " (SELECT n FROM network_account WHERE id = $1)",
    [SQL_NETWORK_MARKED] = "SELECT id FROM network_post WHERE marked > 0 ORDER BY n LIMIT $1",
    [SQL_NETWORK_ROWS] = "SELECT x.layer, (SELECT o.name FROM network_object o WHERE o.family = x.family"
                         " ORDER BY o.name LIMIT 1), a.id, p.id, x.at_us FROM network_act x"
                         " JOIN network_account a ON a.n = x.account JOIN network_post p ON p.n = x.post",
    [SQL_NETWORK_LAYER_ROWS] =
        "SELECT x.layer, (SELECT o.name FROM network_object o WHERE o.family = x.family"
        " ORDER BY o.name LIMIT 1), a.id, p.id, x.at_us FROM network_act x"
        " JOIN network_account a ON a.n = x.account JOIN network_post p ON p.n = x.post"
        " WHERE x.layer = $1 ORDER BY x.at_us, p.id",
    [SQL_NETWORK_EDGES] = "SELECT a.id, b.id FROM network_edge e JOIN network_account a ON a.n = e.a"
                          " JOIN network_account b ON b.n = e.b",
    /* $4: things that so many accounts share are left out */
    [SQL_NETWORK_SHARED] =
        "SELECT (SELECT o.name FROM network_object o WHERE o.family = x.family ORDER BY o.name LIMIT 1)"
        " FROM network_account a JOIN network_post p ON p.account = a.n JOIN network_act x ON x.post = p.n"
        " WHERE a.id = $1 AND x.layer = $2 AND (SELECT count(*) FROM (SELECT DISTINCT y.account"
        " FROM network_act y WHERE y.family = x.family LIMIT $4) AS users) < $4"
        " ORDER BY x.at_us DESC, x.post LIMIT $3",
    [SQL_NETWORK_WORDS] = "SELECT o.name FROM network_account a JOIN network_post p ON p.account = a.n"
                          " JOIN network_act x ON x.post = p.n JOIN network_object o ON o.n = x.object"
                          " WHERE a.id = $1 AND x.layer = $2 ORDER BY x.at_us DESC, x.post LIMIT $3",
    [SQL_NETWORK_SPAN] = "SELECT min(p.at_us), max(p.at_us), count(*) FROM network_account a"
                         " JOIN network_post p ON p.account = a.n WHERE a.id = $1",
    [SQL_NETWORK_MARK_ALIKE] =
        "UPDATE network_post SET marked = 1 WHERE marked = 0 AND n IN (SELECT y.post FROM network_account a"
        " JOIN network_post p ON p.account = a.n JOIN network_act x ON x.post = p.n"
        " JOIN network_act y ON y.family = x.family WHERE a.id = $1)",
    [SQL_NETWORK_NAMES] =
        "SELECT o.name, q.name, p.id, a.id FROM network_object o"
        " CROSS JOIN network_object q CROSS JOIN network_post p"
        " CROSS JOIN network_account a WHERE o.n = $1 AND q.n = $2 AND p.n = $3 AND a.n = $4",
    [SQL_NETWORK_POST_ID] = "SELECT id FROM network_post WHERE n = $1",
    [SQL_NETWORK_COUNT] =
        "SELECT (SELECT count(*) FROM network_account), (SELECT count(*) FROM network_post),"
        " (SELECT count(*) FROM network_act), (SELECT count(*) FROM network_pair),"
        " (SELECT count(*) FROM network_edge), (SELECT count(*) FROM network_group),"
        " (SELECT count(*) FROM network_post WHERE marked > 0)",
    [SQL_NETWORK_ACCOUNTS] =
        "SELECT DISTINCT a.id FROM network_account a JOIN network_post p ON p.account = a.n"
        " ORDER BY a.id",
    [SQL_CLOSED_PUT] =
        "INSERT INTO account_closed (account, closed_us) SELECT id, $2 FROM account WHERE id = $1"
        " ON CONFLICT (account) DO UPDATE SET closed_us = excluded.closed_us",
    [SQL_CLOSED_DROP] = "DELETE FROM account_closed WHERE account = $1",
    [SQL_CLOSED_LIST] = "SELECT account, closed_us FROM account_closed ORDER BY account",
    [SQL_ACCOUNT_BY_HANDLE] = "SELECT id, platform FROM account WHERE handle = $1 ORDER BY id LIMIT 6",
    [SQL_ACCOUNT_BY_PREFIX] =
        "SELECT id, platform FROM account WHERE id >= $1 AND id <= $2 ORDER BY id LIMIT 6",

    /* ---- figures ---- */
    [SQL_COUNT] =
        "SELECT (SELECT count(*) FROM post), "
        " (SELECT count(*) FROM account WHERE length(native_id) > 0 OR length(handle) > 0),"
        " (SELECT count(*) FROM reach),"
        " (SELECT count(*) FROM media),"
        " (SELECT count(*) FROM media WHERE state = 2)"
        " + (SELECT count(*) FROM post_media WHERE sha256 IS NULL AND state = 2),"
        " (SELECT count(*) FROM finding), (SELECT count(*) FROM queue), (SELECT count(*) FROM aside)",
    [SQL_COUNT_JOBS] = "SELECT state, count(*) FROM job GROUP BY state",

    /* ---- cases ---- */
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
    /* ---- the desk ---- */
    [SQL_PERSON_PUT] =
        "INSERT INTO person (id, login, name, pseudonym, roles, languages, opt_outs, state, password, totp, "
        "totp_on, totp_step, failures, locked_until_us, invite, invite_until_us, created_us, seen_us, "
        "settings) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
        "$19) ON CONFLICT (id) DO UPDATE SET login = excluded.login, name = excluded.name, pseudonym = "
        "excluded.pseudonym, roles = excluded.roles, languages = excluded.languages, opt_outs = "
        "excluded.opt_outs, state = excluded.state, password = excluded.password, totp = excluded.totp, "
        "totp_on = excluded.totp_on, totp_step = excluded.totp_step, failures = excluded.failures, "
        "locked_until_us = excluded.locked_until_us, invite = excluded.invite, invite_until_us = "
        "excluded.invite_until_us, created_us = excluded.created_us, seen_us = excluded.seen_us, settings = "
        "excluded.settings",
    [SQL_PERSON_GET] = "SELECT id, login, name, pseudonym, roles, languages, opt_outs, state, password, "
                       "totp, totp_on, totp_step, failures, locked_until_us, invite, invite_until_us, "
                       "created_us, seen_us, settings FROM person WHERE id = $1",
    [SQL_PERSON_BY_LOGIN] = "SELECT id, login, name, pseudonym, roles, languages, opt_outs, state, password, "
                            "totp, totp_on, totp_step, failures, locked_until_us, invite, invite_until_us, "
                            "created_us, seen_us, settings FROM person WHERE login = $1",
    [SQL_PERSON_BY_PSEUDONYM] =
        "SELECT id, login, name, pseudonym, roles, languages, opt_outs, state, password, totp, totp_on, "
        "totp_step, failures, locked_until_us, invite, invite_until_us, created_us, seen_us, settings FROM "
        "person WHERE pseudonym = $1",
    [SQL_PERSON_BY_INVITE] =
        "SELECT id, login, name, pseudonym, roles, languages, opt_outs, state, password, totp, totp_on, "
        "totp_step, failures, locked_until_us, invite, invite_until_us, created_us, seen_us, settings FROM "
        "person WHERE invite = $1 AND length(invite) > 0",
    [SQL_PERSON_LIST] = "SELECT id, login, name, pseudonym, roles, languages, opt_outs, state, password, "
                        "totp, totp_on, totp_step, failures, locked_until_us, invite, invite_until_us, "
                        "created_us, seen_us, settings FROM person ORDER BY pseudonym",
    [SQL_ROLE_PUT] = "INSERT INTO role (name, permissions) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET "
                     "permissions = excluded.permissions",
    [SQL_ROLE_LIST] = "SELECT name, permissions FROM role ORDER BY name",
    [SQL_SESSION_PUT] = "INSERT INTO session (token, person, csrf, stage, created_us, seen_us, until_us) "
                        "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (token) DO UPDATE SET person = "
                        "excluded.person, csrf = excluded.csrf, stage = excluded.stage, created_us = "
                        "excluded.created_us, seen_us = excluded.seen_us, until_us = excluded.until_us",
    [SQL_SESSION_GET] =
        "SELECT token, person, csrf, stage, created_us, seen_us, until_us FROM session WHERE token = $1",
    [SQL_SESSION_END] = "DELETE FROM session WHERE token = $1",
    [SQL_SESSION_END_ALL] = "DELETE FROM session WHERE person = $1 AND token <> $2",
    [SQL_SESSION_SWEEP] = "DELETE FROM session WHERE until_us < $1",
    [SQL_KEY_PUT] =
        "INSERT INTO api_key (id, name, secret, scopes, rate, webhook, webhook_secret, created_us, "
        "revoked_us, used_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO UPDATE "
        "SET name = excluded.name, secret = excluded.secret, scopes = excluded.scopes, rate = excluded.rate, "
        "webhook = excluded.webhook, webhook_secret = excluded.webhook_secret, created_us = "
        "excluded.created_us, revoked_us = excluded.revoked_us, used_us = excluded.used_us",
    [SQL_KEY_GET] = "SELECT id, name, secret, scopes, rate, webhook, webhook_secret, created_us, revoked_us, "
                    "used_us FROM api_key WHERE id = $1",
    [SQL_KEY_BY_SECRET] = "SELECT id, name, secret, scopes, rate, webhook, webhook_secret, created_us, "
                          "revoked_us, used_us FROM api_key WHERE secret = $1",
    [SQL_KEY_LIST] = "SELECT id, name, secret, scopes, rate, webhook, webhook_secret, created_us, "
                     "revoked_us, used_us FROM api_key ORDER BY created_us, id",
    [SQL_ANSWER_PUT] = "INSERT INTO idempotency (id, request, status, body, at_us) VALUES ($1, $2, $3, $4, "
                       "$5) ON CONFLICT (id) DO NOTHING",
    [SQL_ANSWER_GET] = "SELECT id, request, status, body, at_us FROM idempotency WHERE id = $1",
    [SQL_ANSWER_SWEEP] = "DELETE FROM idempotency WHERE at_us < $1",
    [SQL_WEBHOOK_PUT] =
        "INSERT INTO webhook (id, api_key, body, attempt, next_us, state, failure) VALUES ($1, $2, $3, $4, "
        "$5, $6, $7) ON CONFLICT (id) DO UPDATE SET attempt = excluded.attempt, next_us = excluded.next_us, "
        "state = excluded.state, failure = excluded.failure",
    [SQL_WEBHOOK_DUE] = "SELECT id, api_key, body, attempt, next_us, state, failure FROM webhook WHERE state "
                        "= 'waiting' AND next_us <= $1 ORDER BY next_us, id LIMIT $2",
    [SQL_DECISION_PUT] =
        "INSERT INTO decision (id, post, account, person, at_us, state, measure, scope, category, ground, "
        "ground_ref, ground_why, facts, territories, until_us, source, automated_detection, "
        "automated_decision, undo_until_us, second, second_at_us, second_facts, reverses, reversed_by, "
        "machine_category, machine_probability, policy, language, known_us, deadline_us, first_look_us) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, "
        "$21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31) ON CONFLICT (id) DO UPDATE SET state = "
        "excluded.state, undo_until_us = excluded.undo_until_us, second = excluded.second, second_at_us = "
        "excluded.second_at_us, second_facts = excluded.second_facts, reversed_by = excluded.reversed_by",
    [SQL_DECISION_GET] = "SELECT id, post, account, person, at_us, state, measure, scope, category, ground, "
                         "ground_ref, ground_why, facts, territories, until_us, source, automated_detection, "
                         "automated_decision, undo_until_us, second, second_at_us, second_facts, reverses, "
                         "reversed_by, machine_category, machine_probability, policy, language, known_us, "
                         "deadline_us, first_look_us FROM decision WHERE id = $1",
    [SQL_DECISION_LIST] =
        "SELECT id, post, account, person, at_us, state, measure, scope, category, ground, ground_ref, "
        "ground_why, facts, territories, until_us, source, automated_detection, automated_decision, "
        "undo_until_us, second, second_at_us, second_facts, reverses, reversed_by, machine_category, "
        "machine_probability, policy, language, known_us, deadline_us, first_look_us FROM decision WHERE 1 = "
        "1 AND ($1 = 0 OR state = $2) AND (at_us, id) < ($3, $4) AND ($5 = 0 OR person = $6) ORDER BY at_us "
        "DESC, id DESC LIMIT $7",
    [SQL_DECISION_OF_POST] =
        "SELECT id, post, account, person, at_us, state, measure, scope, category, ground, ground_ref, "
        "ground_why, facts, territories, until_us, source, automated_detection, automated_decision, "
        "undo_until_us, second, second_at_us, second_facts, reverses, reversed_by, machine_category, "
        "machine_probability, policy, language, known_us, deadline_us, first_look_us FROM decision WHERE "
        "(post = $8 OR id IN (SELECT t.decision FROM settled t WHERE t.post = $8)) AND ($1 = 0 OR state = "
        "$2) AND (at_us, id) < ($3, $4) AND ($5 = 0 OR person = $6) ORDER BY at_us DESC, id DESC LIMIT $7",
    [SQL_DECISION_OF_ACCOUNT] =
        "SELECT id, post, account, person, at_us, state, measure, scope, category, ground, ground_ref, "
        "ground_why, facts, territories, until_us, source, automated_detection, automated_decision, "
        "undo_until_us, second, second_at_us, second_facts, reverses, reversed_by, machine_category, "
        "machine_probability, policy, language, known_us, deadline_us, first_look_us FROM decision WHERE "
        "account = $8 AND ($1 = 0 OR state = $2) AND (at_us, id) < ($3, $4) AND ($5 = 0 OR person = $6) "
        "ORDER BY at_us DESC, id DESC LIMIT $7",
    [SQL_DECISION_RIPE] =
        "SELECT id, post, account, person, at_us, state, measure, scope, category, ground, ground_ref, "
        "ground_why, facts, territories, until_us, source, automated_detection, automated_decision, "
        "undo_until_us, second, second_at_us, second_facts, reverses, reversed_by, machine_category, "
        "machine_probability, policy, language, known_us, deadline_us, first_look_us FROM decision WHERE "
        "state = 'undoable' AND undo_until_us <= $1 ORDER BY undo_until_us, id LIMIT $2",
    [SQL_ROW_DECISION] = "SELECT id, post, account, person, at_us, state, measure, scope, category, ground, "
                         "ground_ref, ground_why, facts, territories, until_us, source, automated_detection, "
                         "automated_decision, undo_until_us, second, second_at_us, second_facts, reverses, "
                         "reversed_by, machine_category, machine_probability, policy, language, known_us, "
                         "deadline_us, first_look_us FROM decision WHERE id = $1",
    [SQL_ROWS_DECISION] = "SELECT id, post, account, person, at_us, state, measure, scope, category, ground, "
                          "ground_ref, ground_why, facts, territories, until_us, source, "
                          "automated_detection, automated_decision, undo_until_us, second, second_at_us, "
                          "second_facts, reverses, reversed_by, machine_category, machine_probability, "
                          "policy, language, known_us, deadline_us, first_look_us FROM decision ORDER BY id",
    [SQL_SETTLE] = "INSERT INTO settled (post, decision, category) VALUES ($1, $2, $3) ON CONFLICT (post) DO "
                   "UPDATE SET decision = excluded.decision, category = excluded.category",
    [SQL_SETTLE_QUEUE] = "DELETE FROM queue WHERE post = $1",
    [SQL_UNSETTLE] = "DELETE FROM settled WHERE decision = $1",
    [SQL_SETTLED_POSTS] = "SELECT post FROM settled WHERE decision = $1 ORDER BY post",
    [SQL_SETTLED_BY] = "SELECT decision FROM settled WHERE post = $1",
    [SQL_APPEAL_PUT] =
        "INSERT INTO appeal (id, decision, token, pin, tries, link_until_us, state, text, lang, at_us, "
        "due_us, person, answered_us, answer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
        "$13, $14) ON CONFLICT (id) DO UPDATE SET decision = excluded.decision, token = excluded.token, pin "
        "= excluded.pin, tries = excluded.tries, link_until_us = excluded.link_until_us, state = "
        "excluded.state, text = excluded.text, lang = excluded.lang, at_us = excluded.at_us, due_us = "
        "excluded.due_us, person = excluded.person, answered_us = excluded.answered_us, answer = "
        "excluded.answer",
    [SQL_APPEAL_GET] = "SELECT id, decision, token, pin, tries, link_until_us, state, text, lang, at_us, "
                       "due_us, person, answered_us, answer FROM appeal WHERE id = $1",
    [SQL_APPEAL_BY_TOKEN] = "SELECT id, decision, token, pin, tries, link_until_us, state, text, lang, "
                            "at_us, due_us, person, answered_us, answer FROM appeal WHERE token = $1",
    [SQL_APPEAL_OF] = "SELECT id, decision, token, pin, tries, link_until_us, state, text, lang, at_us, "
                      "due_us, person, answered_us, answer FROM appeal WHERE decision = $1",
    [SQL_APPEAL_LIST] = "SELECT id, decision, token, pin, tries, link_until_us, state, text, lang, at_us, "
                        "due_us, person, answered_us, answer FROM appeal WHERE state = $1 AND (due_us, id) > "
                        "($2, $3) ORDER BY due_us, id LIMIT $4",
    [SQL_REPORT_PUT] =
        "INSERT INTO report (id, number, pin, tries, post, url, category, text, lang, source, api_key, "
        "at_us, state, answered_us, decision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
        "$13, $14, $15) ON CONFLICT (id) DO UPDATE SET number = excluded.number, pin = excluded.pin, tries = "
        "excluded.tries, post = excluded.post, url = excluded.url, category = excluded.category, text = "
        "excluded.text, lang = excluded.lang, source = excluded.source, api_key = excluded.api_key, at_us = "
        "excluded.at_us, state = excluded.state, answered_us = excluded.answered_us, decision = "
        "excluded.decision",
    [SQL_REPORT_BY_NUMBER] = "SELECT id, number, pin, tries, post, url, category, text, lang, source, "
                             "api_key, at_us, state, answered_us, decision FROM report WHERE number = $1",
    [SQL_REPORT_OF] =
        "SELECT id, number, pin, tries, post, url, category, text, lang, source, api_key, at_us, state, "
        "answered_us, decision FROM report WHERE post = $1 ORDER BY at_us, id LIMIT 200",
    [SQL_REPORT_LIST] = "SELECT id, number, pin, tries, post, url, category, text, lang, source, api_key, "
                        "at_us, state, answered_us, decision FROM report WHERE ($1 = 0 OR state = $2) AND "
                        "(at_us, id) < ($3, $4) ORDER BY at_us DESC, id DESC LIMIT $5",
    [SQL_LEASE_TAKE] =
        "INSERT INTO lease (post, person, taken_us, until_us) VALUES ($1, $2, $3, $4) ON CONFLICT (post) DO "
        "UPDATE SET person = excluded.person, taken_us = CASE WHEN lease.person = excluded.person THEN "
        "lease.taken_us ELSE excluded.taken_us END, until_us = excluded.until_us WHERE lease.person = "
        "excluded.person OR lease.until_us <= $5",
    [SQL_LEASE_GET] = "SELECT post, person, taken_us, until_us FROM lease WHERE post = $1",
    [SQL_LEASE_END] = "DELETE FROM lease WHERE post = $1 AND ($2 = 0 OR person = $3)",
    [SQL_LEASE_COUNT] = "SELECT count(*) FROM lease WHERE person = $1 AND until_us > $2",
    [SQL_LEASE_POSTS] = "SELECT post FROM lease WHERE person = $1 AND until_us > $2 ORDER BY taken_us, post",
    [SQL_DESK_PUT] = "INSERT INTO desk (post, state, until_us, person, first_look_us) VALUES ($1, $2, $3, "
                     "$4, $5) ON CONFLICT (post) DO UPDATE SET state = excluded.state, until_us = "
                     "excluded.until_us, person = excluded.person, first_look_us = excluded.first_look_us",
    [SQL_DESK_GET] = "SELECT post, state, until_us, person, first_look_us FROM desk WHERE post = $1",
    [SQL_DESK_POSTS] = "SELECT post FROM desk WHERE state = $1 AND state <> 'open' ORDER BY post LIMIT 1000",
    [SQL_NOTE_PUT] = "INSERT INTO note (post, at_us, person, kind, text) VALUES ($1, $2, $3, $4, $5) ON "
                     "CONFLICT (post, at_us, person, kind) DO NOTHING",
    [SQL_NOTE_LIST] =
        "SELECT post, at_us, person, kind, text FROM note WHERE post = $1 ORDER BY post, at_us, person, kind",
    [SQL_QUEUE_RANK] = "UPDATE queue SET minus_priority = $2, ranked_us = $3 WHERE post = $1",
    [SQL_QUEUE_TOTALS] =
        "SELECT count(*), (SELECT count(*) FROM queue h WHERE h.soft = 0 AND h.due_us < $1) FROM queue",
    [SQL_LIKENESS_PUT] =
        "INSERT INTO likeness (mark, post) VALUES ($1, $2) ON CONFLICT (mark, post) DO NOTHING",
    [SQL_LIKENESS_OF] = "SELECT DISTINCT o.post FROM likeness m JOIN likeness o ON o.mark = m.mark WHERE "
                        "m.post = $1 AND o.post <> $1 ORDER BY o.post LIMIT $2",
    [SQL_UNMARKED] = "SELECT q.post FROM queue q WHERE NOT EXISTS (SELECT 1 FROM likeness m WHERE m.post = "
                     "q.post) AND q.post > $2 ORDER BY q.post LIMIT $1",
    [SQL_EXPOSURE_PUT] =
        "INSERT INTO exposure (person, day, seconds, units, working_since_us, active_us, break_until_us) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (person, day) DO UPDATE SET seconds = "
        "excluded.seconds, units = excluded.units, working_since_us = excluded.working_since_us, active_us = "
        "excluded.active_us, break_until_us = excluded.break_until_us",
    [SQL_EXPOSURE_GET] = "SELECT person, day, seconds, units, working_since_us, active_us, break_until_us "
                         "FROM exposure WHERE person = $1 AND day = $2",
    [SQL_EXPOSURE_LIST] = "SELECT person, day, seconds, units, working_since_us, active_us, break_until_us "
                          "FROM exposure WHERE day = $1 ORDER BY person",
    [SQL_SEEN_PUT] = "INSERT INTO seen (person, sha256, at_us) VALUES ($1, $2, $3) ON CONFLICT (person, "
                     "sha256) DO NOTHING",
    [SQL_SEEN] = "SELECT 1 FROM seen WHERE person = $1 AND sha256 = $2",
    [SQL_JUDGEMENT_PUT] =
        "INSERT INTO judgement (post, person, kind, at_us, violation, category) VALUES ($1, $2, $3, $4, $5, "
        "$6) ON CONFLICT (post, person) DO UPDATE SET kind = excluded.kind, at_us = excluded.at_us, "
        "violation = excluded.violation, category = excluded.category",
    [SQL_JUDGEMENT_LIST] = "SELECT post, person, kind, at_us, violation, category FROM judgement WHERE at_us "
                           ">= $1 ORDER BY post, at_us, person",
    [SQL_SECOND_REVIEW_PUT] =
        "INSERT INTO second_review (post, decision, first, state, at_us) VALUES ($1, $2, $3, $4, $5) ON "
        "CONFLICT (post) DO UPDATE SET decision = excluded.decision, first = excluded.first, state = "
        "excluded.state, at_us = excluded.at_us",
    [SQL_SECOND_REVIEW_GET] = "SELECT post, decision, first, state, at_us FROM second_review WHERE post = $1",
    [SQL_SECOND_REVIEW_LIST] = "SELECT post, decision, first, state, at_us FROM second_review WHERE state = "
                               "$1 ORDER BY at_us, post LIMIT $2",
    [SQL_GOLDEN_PUT] =
        "INSERT INTO golden (post, violation, category, text, person, at_us) VALUES ($1, $2, $3, $4, $5, $6) "
        "ON CONFLICT (post) DO UPDATE SET violation = excluded.violation, category = excluded.category, text "
        "= excluded.text, person = excluded.person, at_us = excluded.at_us",
    [SQL_GOLDEN_REMOVE] = "DELETE FROM golden WHERE post = $1",
    [SQL_GOLDEN_LIST] =
        "SELECT post, violation, category, text, person, at_us FROM golden ORDER BY at_us, post",
    [SQL_POLICY_PUT] =
        "INSERT INTO policy_version (version, source, state, person, at_us, live_since_us, note, backtest) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (version) DO UPDATE SET source = "
        "excluded.source, state = excluded.state, person = excluded.person, at_us = excluded.at_us, "
        "live_since_us = excluded.live_since_us, note = excluded.note, backtest = excluded.backtest",
    [SQL_POLICY_GET] = "SELECT version, source, state, person, at_us, live_since_us, note, backtest FROM "
                       "policy_version WHERE version = $1",
    [SQL_POLICY_LIST] = "SELECT version, source, state, person, at_us, live_since_us, note, backtest FROM "
                        "policy_version ORDER BY at_us DESC, version",
    [SQL_DESK_QUEUE] = DESK_COLUMNS QUEUE_AFTER QUEUE_ORDER,
    [SQL_DESK_QUEUE_CATEGORY] = DESK_COLUMNS " AND q.category = $8" QUEUE_AFTER QUEUE_ORDER,
    [SQL_DESK_QUEUE_ONE] = DESK_COLUMNS " AND q.post = $1",
    /* ---- exchange ---- */
    [SQL_SOURCE_PUT] =
        "INSERT INTO exchange_source (" SOURCE_COLUMNS ")"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13, 0, $11)"
        " ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, bank = excluded.bank, address = "
        "excluded.address, collection = excluded.collection, secret = excluded.secret, trusted = "
        "excluded.trusted, flood_least = excluded.flood_least, flood_factor = excluded.flood_factor, "
        "flood_window_us = excluded.flood_window_us",
    [SQL_SOURCE_GET] = "SELECT " SOURCE_COLUMNS " FROM exchange_source WHERE name = $1",
    [SQL_SOURCE_LIST] = "SELECT " SOURCE_COLUMNS " FROM exchange_source ORDER BY name",
    [SQL_SOURCE_STATE] = "UPDATE exchange_source SET mark = $2, round = $3, synced_us = $4, next_us = $5,"
                         " failures = $6, said = $7 WHERE name = $1",
    [SQL_FOREIGN_PUT] =
        "INSERT INTO foreign_item (" FOREIGN_COLUMNS ")"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        " ON CONFLICT (id) DO UPDATE SET bank = excluded.bank, item = excluded.item,"
        " modified = excluded.modified, origin = excluded.origin, state = excluded.state,"
        " who = excluded.who, why = excluded.why, changed_us = excluded.changed_us, round = excluded.round",
    [SQL_FOREIGN_SEEN] = "UPDATE foreign_item SET round = $2 WHERE id = $1 AND round <> $2",
    [SQL_FOREIGN_GET] = "SELECT " FOREIGN_COLUMNS " FROM foreign_item WHERE id = $1",
    [SQL_FOREIGN_LIST] =
        "SELECT " FOREIGN_COLUMNS " FROM foreign_item WHERE ($1 = '' OR state = $1) ORDER BY id",
    [SQL_FOREIGN_LIST_SOURCE] =
        "SELECT " FOREIGN_COLUMNS
        " FROM foreign_item WHERE source = $2 AND ($1 = '' OR state = $1) ORDER BY id",
    [SQL_FOREIGN_UNSEEN] = "SELECT id, remote FROM foreign_item WHERE source = $1 AND round < $2"
                           " AND state <> 'withdrawn' ORDER BY id LIMIT $3",
    [SQL_FOREIGN_STATES] = "SELECT f.state, s.trusted FROM foreign_item f JOIN exchange_source s"
                           " ON s.name = f.source WHERE f.bank = $1 AND f.item = $2 ORDER BY f.id",
    [SQL_FOREIGN_OF] =
        "SELECT f.id, f.state, s.flood_least, s.flood_factor, s.flood_window_us FROM foreign_item f"
        " JOIN exchange_source s ON s.name = f.source WHERE f.bank = $1 AND f.item = $2"
        " ORDER BY f.id",
    [SQL_FOREIGN_BY_ITEM] = "SELECT " FOREIGN_COLUMNS " FROM foreign_item WHERE item >= $1 AND item <= $2"
                            " AND ($3 = '' OR source = $3) ORDER BY id LIMIT 2",
    [SQL_ITEM_GET] = "SELECT " ITEM_COLUMNS " FROM bank_item WHERE bank = $1 AND id = $2",
    [SQL_ITEM_STATUS] = "UPDATE bank_item SET status = $3 WHERE bank = $1 AND id = $2 AND status <> $3",
    [SQL_MATCH_CLEAR] = "DELETE FROM item_match WHERE post = $1",
    [SQL_MATCH_ADD] =
        "INSERT INTO item_match (bank, item, post, at_us) SELECT $1, $2, $3, p.known_us FROM post p"
        " WHERE p.id = $3 ON CONFLICT (bank, item, post) DO NOTHING RETURNING at_us",
    [SQL_MATCH_COUNT] = "SELECT count(*), min(at_us), max(at_us) FROM item_match"
                        " WHERE bank = $1 AND item = $2 AND at_us > $3 AND at_us <= $4",
    [SQL_OPINION_PUT] = "INSERT INTO opinion (id, source, remote, opinion, who, why, at_us, sent_us)"
                        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
    [SQL_OPINION_WAITING] = "SELECT id, source, remote, opinion, who, why, at_us, sent_us FROM opinion"
                            " WHERE source = $1 AND sent_us = $2 ORDER BY at_us, id LIMIT 10000",
    [SQL_OPINION_SENT] = "UPDATE opinion SET sent_us = $2 WHERE id = $1",
    [SQL_GRANT_PUT] =
        "INSERT INTO share_grant (" GRANT_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " ON CONFLICT (collection, bank, item) DO UPDATE SET tlp = excluded.tlp, who = excluded.who,"
        " why = excluded.why, decision = excluded.decision, at_us = excluded.at_us,"
        " revoked_us = excluded.revoked_us"
        " WHERE share_grant.revoked_us <> $9 OR share_grant.tlp <> excluded.tlp",
    [SQL_GRANT_REVOKE] = "UPDATE share_grant SET revoked_us = $4, who = $5, why = $6"
                         " WHERE collection = $1 AND bank = $2 AND item = $3 AND revoked_us = $7",
    [SQL_GRANT_LIST] = ROW_GRANT " ORDER BY collection, bank, item",
    [SQL_GRANT_LIST_COLLECTION] = ROW_GRANT " WHERE collection = $1 ORDER BY bank, item",
    [SQL_OBJECT_LAST] =
        "SELECT seq, added_us FROM shared_object WHERE collection = $1 ORDER BY seq DESC LIMIT 1",
    [SQL_OBJECT_EXISTS] = "SELECT 1 FROM shared_object WHERE collection = $1 AND id = $2 AND version = $3",
    [SQL_OBJECT_ADD] = "INSERT INTO shared_object (collection, seq, id, version, body, added_us, is_foreign)"
                       " VALUES ($1, $2, $3, $4, $5, $6, $7)",
    [SQL_OBJECT_LIST] = "SELECT collection, seq, id, version, body, added_us, is_foreign FROM shared_object"
                        " WHERE collection = $1 AND seq > $2 ORDER BY seq LIMIT $3",
    [SQL_OBJECT_NEWEST] = "SELECT body, seq FROM shared_object WHERE collection = $1 AND id = $2"
                          " ORDER BY seq DESC LIMIT 1",
    [SQL_COLLECTIONS] = "SELECT collection FROM share_grant UNION SELECT collection FROM shared_object"
                        " ORDER BY collection",
    [SQL_ROW_GRANT] = ROW_GRANT " WHERE collection = $1 AND bank = $2 AND item = $3",
    [SQL_ROWS_GRANT] = ROW_GRANT " ORDER BY collection, bank, item",
    [SQL_ROW_FOREIGN] = ROW_FOREIGN " WHERE id = $1",
    [SQL_ROWS_FOREIGN] = ROW_FOREIGN " ORDER BY id",

    /* ---- referrals ---- */
    [SQL_RECIPIENT_PUT] = "INSERT INTO recipient (name, body) VALUES ($1, $2)"
                          " ON CONFLICT (name) DO UPDATE SET body = excluded.body",
    [SQL_RECIPIENT_GET] = "SELECT name, body FROM recipient WHERE name = $1",
    [SQL_RECIPIENT_LIST] = "SELECT name, body FROM recipient ORDER BY name",
    [SQL_REFERRAL_ADD] = "INSERT INTO referral (" REFERRAL_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8,"
                         " $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 0)"
                         " ON CONFLICT (id) DO NOTHING",
    [SQL_REFERRAL_GET] = "SELECT " REFERRAL_COLUMNS " FROM referral WHERE id = $1",
    [SQL_REFERRAL_BY_PREFIX] = "SELECT id FROM referral WHERE id >= $1 AND id <= $2 ORDER BY id LIMIT 6",
    [SQL_REFERRAL_LIST] = "SELECT " REFERRAL_COLUMNS " FROM referral WHERE ($1 = '' OR state = $1)"
                          " ORDER BY drafted_us, id",
    [SQL_REFERRAL_CHANGE] =
        "UPDATE referral SET state = $2, fields = $3, document = $4, sent_us = $5, received_us = $6,"
        " answered_us = $7, offline_us = $8, due_us = $9, reminded_us = $10, escalated_us = $11,"
        " version = version + 1 WHERE id = $1 AND version = $12",
    [SQL_TARGET_PUT] =
        "INSERT INTO referral_target (" TARGET_COLUMNS ")"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        " ON CONFLICT (referral, position) DO UPDATE SET state = excluded.state,"
        " checked_us = excluded.checked_us, online_us = excluded.online_us, offline_us = excluded.offline_us,"
        " back_us = excluded.back_us, next_us = excluded.next_us, fails = excluded.fails, said = "
        "excluded.said",
    [SQL_TARGET_LIST] =
        "SELECT " TARGET_COLUMNS " FROM referral_target WHERE referral = $1 ORDER BY position",
    [SQL_EVENT_ADD] = "INSERT INTO referral_event (" EVENT_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6)",
    [SQL_EVENT_NEXT] = "SELECT count(*), max(at_us) FROM referral_event WHERE referral = $1",
    [SQL_EVENT_LIST] = "SELECT " EVENT_COLUMNS " FROM referral_event WHERE referral = $1 ORDER BY n",
    [SQL_OUTBOX_ADD] =
        "INSERT INTO outbox (" OUTBOX_COLUMNS ") VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $6, $7, $7)"
        " ON CONFLICT (id) DO NOTHING",
    [SQL_OUTBOX_CLAIM] = "UPDATE outbox SET state = 1, owner = $1, attempt = attempt + 1 WHERE id IN"
                         " (SELECT o.id FROM outbox o WHERE o.state = 0 AND o.next_us <= $2"
                         " ORDER BY o.next_us, o.id LIMIT 1 {SKIP_LOCKED}) RETURNING " OUTBOX_COLUMNS,
    [SQL_OUTBOX_MARK] = "UPDATE outbox SET state = $3, next_us = $4, said = $5"
                        " WHERE id = $1 AND owner = $2 AND state IN (1, 2)",
    [SQL_OUTBOX_OWNERS] = "SELECT DISTINCT owner FROM outbox WHERE state IN (1, 2) ORDER BY owner",
    [SQL_OUTBOX_RECOVER] = "UPDATE outbox SET next_us = CASE WHEN state = 1 THEN $2 ELSE next_us END,"
                           " state = CASE WHEN state = 1 THEN 0 ELSE 5 END, owner = $3"
                           " WHERE owner = $1 AND state IN (1, 2)",
    [SQL_OUTBOX_SETTLE] = "UPDATE outbox SET state = $2, next_us = $3 WHERE id = $1 AND state IN (4, 5)",
    [SQL_OUTBOX_LIST] = "SELECT " OUTBOX_COLUMNS " FROM outbox WHERE state <> 3 ORDER BY at_us, id",
    [SQL_OUTBOX_LIST_OF] = "SELECT " OUTBOX_COLUMNS " FROM outbox WHERE referral = $1 ORDER BY at_us, id",
    [SQL_HOST_GET] = "SELECT next_us, fails, robots, robots_us FROM asked_host WHERE host = $1",
    [SQL_HOST_PUT] =
        "INSERT INTO asked_host (host, next_us, fails, robots, robots_us) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (host) DO UPDATE SET next_us = excluded.next_us, fails = excluded.fails,"
        " robots = excluded.robots, robots_us = excluded.robots_us",
    [SQL_CLOCK_GET] = "SELECT wall_us, boot_us, boot FROM clock_mark WHERE id = 0",
    [SQL_CLOCK_PUT] =
        "INSERT INTO clock_mark (id, wall_us, boot_us, boot) VALUES (0, $1, $2, $3)"
        " ON CONFLICT (id) DO UPDATE SET wall_us = excluded.wall_us, boot_us = excluded.boot_us,"
        " boot = excluded.boot",
    [SQL_ROW_REFERRAL] = "SELECT " REFERRAL_COLUMNS " FROM referral WHERE id = $1",
    [SQL_ROWS_REFERRAL] = "SELECT " REFERRAL_COLUMNS " FROM referral ORDER BY id",
    [SQL_ROW_REFERRAL_TARGET] = "SELECT " TARGET_COLUMNS " FROM referral_target"
                                " WHERE referral = $1 AND position = $2",
    [SQL_ROWS_REFERRAL_TARGET] = "SELECT " TARGET_COLUMNS " FROM referral_target ORDER BY referral, position",
    [SQL_ROW_REFERRAL_EVENT] = "SELECT " EVENT_COLUMNS " FROM referral_event WHERE referral = $1 AND n = $2",
    [SQL_ROWS_REFERRAL_EVENT] = "SELECT " EVENT_COLUMNS " FROM referral_event ORDER BY referral, n",

    /* ---- purging ----
     * What is due gives key, account, state (enum retain_state), since when; $1 is the key to go on behind, $2 to $4 the
     * moments before which it is due while waiting, when nothing was found, when something was. */
    [SQL_CASE_OBJECTS_ALL] = "SELECT type, object FROM case_object",
    [SQL_DUE_POSTS] =
        DUE_POST " WHERE p.id > $1 AND p.known_us < CASE WHEN " IS_DECIDED
                 " THEN CAST($5 AS BIGINT) WHEN r.post IS NULL THEN CAST($2 AS BIGINT)"
                 " WHEN r.category = 'none' THEN CAST($3 AS BIGINT) ELSE CAST($4 AS BIGINT) END" IS_FREE
                 " ORDER BY p.id LIMIT $6",
    [SQL_DUE_POST] = DUE_POST " WHERE p.id = $1" IS_FREE,
    [SQL_DUE_MEDIA] =
        DUE_MEDIA " WHERE m.sha256 > $1 AND length(m.path) > 0"
                  " AND EXISTS (SELECT 1 FROM post_media l WHERE l.sha256 = m.sha256)"
                  " AND NOT EXISTS (SELECT 1 FROM post_media l JOIN post p ON p.id = l.post"
                  " LEFT JOIN result r ON r.post = p.id WHERE l.sha256 = m.sha256 AND p.known_us >="
                  " CASE WHEN " IS_DECIDED " THEN CAST($5 AS BIGINT) WHEN r.post IS NULL THEN CAST($2 AS "
                  "BIGINT) WHEN r.category = 'none' THEN CAST($3 AS BIGINT)"
                  " ELSE CAST($4 AS BIGINT) END) ORDER BY m.sha256 LIMIT $6",
    [SQL_DUE_MEDIUM] = DUE_MEDIA " WHERE m.sha256 = $1 AND length(m.path) > 0",
    [SQL_DUE_ASIDE] = "SELECT id, id, 3, at_us FROM aside WHERE id > $1 AND at_us < $2 ORDER BY id LIMIT $3",
    [SQL_DUE_ONE_ASIDE] = "SELECT id, id, 3, at_us FROM aside WHERE id = $1",
    [SQL_DUE_CASES] = "SELECT id, id, 4, closed_us FROM case_file WHERE id > $1 AND state = 'closed'"
                      " AND closed_us < $2 ORDER BY id LIMIT $3",
    [SQL_DUE_CASE] = "SELECT id, id, 4, closed_us FROM case_file WHERE id = $1 AND state = 'closed'",
    [SQL_MEDIA_POSTS] =
        "SELECT p.id, p.account FROM post_media l JOIN post p ON p.id = l.post WHERE l.sha256 = $1",
    [SQL_MEDIA_USED] = "SELECT 1 FROM post_media WHERE sha256 = $1 LIMIT 1",
    [SQL_MEDIA_OF_POST] =
        "SELECT DISTINCT sha256 FROM post_media WHERE post = $1 AND sha256 IS NOT NULL ORDER BY sha256",
    [SQL_MEDIA_AT_PATH] = "SELECT 1 FROM media WHERE path = $1 LIMIT 1",
    [SQL_REACH_OF_POST] = ROW_REACH " WHERE post = $1",
    [SQL_POST_MEDIA_OF_POST] = ROW_POST_MEDIA " WHERE post = $1",
    [SQL_CASE_OBJECT_OF] = ROW_CASE_OBJECT " WHERE case_id = $1",
    [SQL_CASE_TEXT_OF] = ROW_CASE_TEXT " WHERE case_id = $1",
    [SQL_CUSTODY_OF] = ROW_CUSTODY " WHERE case_id = $1",
    [SQL_PURGE_REACH] = "DELETE FROM reach WHERE post = $1",
    [SQL_PURGE_POST_MEDIA] = "DELETE FROM post_media WHERE post = $1",
    [SQL_PURGE_QUEUE] = "DELETE FROM queue WHERE post = $1",
    [SQL_PURGE_JOB] = "DELETE FROM job WHERE post = $1",
    [SQL_DECISIONS_OF_POST] = ROW_OF_DECISION " WHERE post = $1",
    [SQL_PURGE_SETTLED] = "DELETE FROM settled WHERE post = $1",
    [SQL_PURGE_APPEAL] =
        "DELETE FROM appeal WHERE decision IN (SELECT d.id FROM decision d WHERE d.post = $1)",
    [SQL_PURGE_DECISION] = "DELETE FROM decision WHERE post = $1",
    [SQL_PURGE_REPORT] = "DELETE FROM report WHERE post = $1",
    /* the network's: pairs through the accounts that met this post on a timeline, so that an index is used */
    [SQL_PURGE_NETWORK_PAIR_A] = "DELETE FROM network_pair WHERE (a, post_a) IN (SELECT p.account, p.n FROM "
                                 "network_post p WHERE p.id = $1)",
    [SQL_PURGE_NETWORK_PAIR_B] =
        "DELETE FROM network_pair WHERE a IN (SELECT o.account FROM network_post p JOIN network_act m ON "
        "m.post"
        " = p.n JOIN network_act o ON o.family = m.family WHERE p.id = $1)"
        " AND (b, post_b) IN (SELECT p.account, p.n FROM network_post p WHERE p.id = $1)",
    [SQL_PURGE_NETWORK_ACT] =
        "DELETE FROM network_act WHERE post IN (SELECT n FROM network_post WHERE id = $1)",
    [SQL_PURGE_NETWORK_POST] = "DELETE FROM network_post WHERE id = $1",
    [SQL_PURGE_LEASE] = "DELETE FROM lease WHERE post = $1",
    [SQL_PURGE_DESK] = "DELETE FROM desk WHERE post = $1",
    [SQL_PURGE_NOTE] = "DELETE FROM note WHERE post = $1",
    [SQL_PURGE_LIKENESS] = "DELETE FROM likeness WHERE post = $1",
    [SQL_PURGE_JUDGEMENT] = "DELETE FROM judgement WHERE post = $1",
    [SQL_PURGE_SECOND_REVIEW] = "DELETE FROM second_review WHERE post = $1",
    [SQL_PURGE_RESULT] = "DELETE FROM result WHERE post = $1",
    [SQL_PURGE_POST] = "DELETE FROM post WHERE id = $1",
    [SQL_PURGE_MEDIA] = "DELETE FROM media WHERE sha256 = $1",
    [SQL_PURGE_MEDIA_PATH] = "UPDATE media SET path = $2 WHERE sha256 = $1",
    [SQL_PURGE_ACCOUNT] =
        "DELETE FROM account WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM post WHERE account = $1)"
        " AND NOT EXISTS (SELECT 1 FROM account_closed WHERE account = $1)",
    [SQL_PURGE_ASIDE] = "DELETE FROM aside WHERE id = $1",
    [SQL_PURGE_CASE_OBJECT] = "DELETE FROM case_object WHERE case_id = $1",
    [SQL_PURGE_CASE_TEXT] = "DELETE FROM case_text WHERE case_id = $1",
    [SQL_PURGE_CUSTODY] = "DELETE FROM custody WHERE case_id = $1",
    [SQL_PURGE_CASE] = "DELETE FROM case_file WHERE id = $1",
    [SQL_LEDGER_ERASE] = "UPDATE ledger SET subject = $2, salt = $2, record = $2 WHERE n = $1",
    [SQL_ERASURE_ADD] = "INSERT INTO erasure (path) VALUES ($1) ON CONFLICT (path) DO NOTHING",
    [SQL_ERASURE_LIST] = "SELECT path FROM erasure ORDER BY path",
    [SQL_ERASURE_DONE] = "DELETE FROM erasure WHERE path = $1",

    /* ---- indexes ---- */
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
};

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
