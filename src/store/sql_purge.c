/* Purging. What is due gives key, account, state (enum retain_state), since when; $1 is the key to go on behind, the next
 * ones the moments before which it is due while waiting, when nothing was found, when something was, when decided. */
#include "store/sql_priv.h"

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

/* Every text has its name before it: a comma that is missing does not compile. */
// NOLINTBEGIN(bugprone-suspicious-missing-comma)
const char *const sql_purge[SQL_STATEMENTS] = {
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
    [SQL_PURGE_NETWORK_PILEON] =
        "DELETE FROM network_pileon WHERE post IN (SELECT n FROM network_post WHERE id = $1)",
    [SQL_PURGE_NETWORK_POST] = "DELETE FROM network_post WHERE id = $1",
    [SQL_PURGE_NETWORK_ACCOUNT] =
        "DELETE FROM network_account WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM network_post p "
        "WHERE p.account = network_account.n)",
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
};
// NOLINTEND(bugprone-suspicious-missing-comma)
