/* Jobs, what came of them, the queue, and figures. */
#include "store/sql_priv.h"

#define QUEUE_COLUMNS QUEUE_FIELDS QUEUE_FROM QUEUE_WHERE

/* Every text has its name before it: a comma that is missing does not compile. */
// NOLINTBEGIN(bugprone-suspicious-missing-comma)
const char *const sql_queue[SQL_STATEMENTS] = {
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

    [SQL_COUNT] =
        "SELECT (SELECT count(*) FROM post), "
        " (SELECT count(*) FROM account WHERE length(native_id) > 0 OR length(handle) > 0),"
        " (SELECT count(*) FROM reach),"
        " (SELECT count(*) FROM media),"
        " (SELECT count(*) FROM media WHERE state = 2)"
        " + (SELECT count(*) FROM post_media WHERE sha256 IS NULL AND state = 2),"
        " (SELECT count(*) FROM finding), (SELECT count(*) FROM queue), (SELECT count(*) FROM aside)",
    [SQL_COUNT_JOBS] = "SELECT state, count(*) FROM job GROUP BY state",
};
// NOLINTEND(bugprone-suspicious-missing-comma)
