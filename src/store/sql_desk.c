/* The desk: persons, decisions, appeals, reports, leases. */
#include "store/sql_priv.h"

#define DESK_COLUMNS                                                                                         \
    QUEUE_FIELDS                                                                                             \
    ", d.state, d.until_us, d.person, l.person, l.until_us,"                                                 \
    " (SELECT count(*) FROM (SELECT DISTINCT o.post FROM likeness m JOIN likeness o ON o.mark = m.mark"      \
    " WHERE m.post = q.post AND o.post <> q.post LIMIT 1000) AS others),"                                    \
    " (SELECT count(*) FROM report n WHERE n.post = q.post)" QUEUE_FROM                                      \
    " LEFT JOIN desk d ON d.post = q.post LEFT JOIN lease l ON l.post = q.post" QUEUE_WHERE

#define PERSON_COLUMNS                                                                                       \
    "id, login, name, pseudonym, roles, languages, opt_outs, state, password, totp, totp_on, totp_step, "    \
    "failures, locked_until_us, invite, invite_until_us, created_us, seen_us, settings"
#define SESSION_COLUMNS "token, person, csrf, stage, created_us, seen_us, until_us"
#define KEY_COLUMNS     "id, name, secret, scopes, rate, webhook, webhook_secret, created_us, revoked_us, used_us"
#define APPEAL_COLUMNS                                                                                       \
    "id, decision, token, pin, tries, link_until_us, state, text, lang, at_us, due_us, person, "             \
    "answered_us, answer"
#define REPORT_COLUMNS                                                                                       \
    "id, number, pin, tries, post, url, category, text, lang, source, api_key, at_us, state, answered_us, "  \
    "decision"
#define EXPOSURE_COLUMNS "person, day, seconds, units, working_since_us, active_us, break_until_us"
#define SECOND_COLUMNS   "post, decision, first, state, at_us"
#define POLICY_COLUMNS   "version, source, state, person, at_us, live_since_us, note, backtest"
#define WEBHOOK_COLUMNS  "id, api_key, body, attempt, next_us, state, failure"

/* Every text has its name before it: a comma that is missing does not compile. */
// NOLINTBEGIN(bugprone-suspicious-missing-comma)
const char *const sql_desk[SQL_STATEMENTS] = {
    [SQL_PERSON_PUT] =
        "INSERT INTO person (" PERSON_COLUMNS
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) ON "
        "CONFLICT (id) DO UPDATE SET login = excluded.login, name = excluded.name, pseudonym = "
        "excluded.pseudonym, roles = excluded.roles, languages = excluded.languages, opt_outs = "
        "excluded.opt_outs, state = excluded.state, password = excluded.password, totp = excluded.totp, "
        "totp_on = excluded.totp_on, totp_step = excluded.totp_step, failures = excluded.failures, "
        "locked_until_us = excluded.locked_until_us, invite = excluded.invite, invite_until_us = "
        "excluded.invite_until_us, created_us = excluded.created_us, seen_us = excluded.seen_us, settings = "
        "excluded.settings",
    [SQL_PERSON_GET] = "SELECT " PERSON_COLUMNS " FROM person WHERE id = $1",
    [SQL_PERSON_BY_LOGIN] = "SELECT " PERSON_COLUMNS " FROM person WHERE login = $1",
    [SQL_PERSON_BY_PSEUDONYM] = "SELECT " PERSON_COLUMNS " FROM person WHERE pseudonym = $1",
    [SQL_PERSON_BY_INVITE] = "SELECT " PERSON_COLUMNS " FROM person WHERE invite = $1 AND length(invite) > 0",
    [SQL_PERSON_LIST] = "SELECT " PERSON_COLUMNS " FROM person ORDER BY pseudonym",
    [SQL_ROLE_PUT] = "INSERT INTO role (name, permissions) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET "
                     "permissions = excluded.permissions",
    [SQL_ROLE_LIST] = "SELECT name, permissions FROM role ORDER BY name",
    [SQL_SESSION_PUT] = "INSERT INTO session (" SESSION_COLUMNS
                        ") VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (token) DO UPDATE SET person = "
                        "excluded.person, csrf = excluded.csrf, stage = excluded.stage, created_us = "
                        "excluded.created_us, seen_us = excluded.seen_us, until_us = excluded.until_us",
    [SQL_SESSION_GET] = "SELECT " SESSION_COLUMNS " FROM session WHERE token = $1",
    [SQL_SESSION_END] = "DELETE FROM session WHERE token = $1",
    [SQL_SESSION_END_ALL] = "DELETE FROM session WHERE person = $1 AND token <> $2",
    [SQL_SESSION_SWEEP] = "DELETE FROM session WHERE until_us < $1",
    [SQL_KEY_PUT] =
        "INSERT INTO api_key (" KEY_COLUMNS
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO UPDATE SET name = "
        "excluded.name, secret = excluded.secret, scopes = excluded.scopes, rate = excluded.rate, webhook = "
        "excluded.webhook, webhook_secret = excluded.webhook_secret, created_us = excluded.created_us, "
        "revoked_us = excluded.revoked_us, used_us = excluded.used_us",
    [SQL_KEY_GET] = "SELECT " KEY_COLUMNS " FROM api_key WHERE id = $1",
    [SQL_KEY_BY_SECRET] = "SELECT " KEY_COLUMNS " FROM api_key WHERE secret = $1",
    [SQL_KEY_LIST] = "SELECT " KEY_COLUMNS " FROM api_key ORDER BY created_us, id",
    [SQL_ANSWER_PUT] = "INSERT INTO idempotency (id, request, status, body, at_us) VALUES ($1, $2, $3, $4, "
                       "$5) ON CONFLICT (id) DO NOTHING",
    [SQL_ANSWER_GET] = "SELECT id, request, status, body, at_us FROM idempotency WHERE id = $1",
    [SQL_ANSWER_SWEEP] = "DELETE FROM idempotency WHERE at_us < $1",
    [SQL_ANSWER_BODIES] = "SELECT id, body FROM idempotency",
    [SQL_ANSWER_DROP] = "DELETE FROM idempotency WHERE id = $1",
    [SQL_WEBHOOK_SWEEP] = "DELETE FROM webhook WHERE state <> 'waiting' AND next_us < $1",
    [SQL_WEBHOOK_BODIES] = "SELECT id, body FROM webhook",
    [SQL_WEBHOOK_DROP] = "DELETE FROM webhook WHERE id = $1",
    [SQL_WEBHOOK_PUT] =
        "INSERT INTO webhook (" WEBHOOK_COLUMNS
        ") VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET attempt = excluded.attempt, "
        "next_us = excluded.next_us, state = excluded.state, failure = excluded.failure",
    [SQL_WEBHOOK_DUE] =
        "SELECT " WEBHOOK_COLUMNS
        " FROM webhook WHERE state = 'waiting' AND next_us <= $1 ORDER BY next_us, id LIMIT $2",
    [SQL_DECISION_PUT] =
        "INSERT INTO decision (" DECISION_COLUMNS
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, "
        "$20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31) ON CONFLICT (id) DO UPDATE SET state = "
        "excluded.state, undo_until_us = excluded.undo_until_us, second = excluded.second, second_at_us = "
        "excluded.second_at_us, second_facts = excluded.second_facts, reversed_by = excluded.reversed_by",
    [SQL_DECISION_GET] = ROW_OF_DECISION " WHERE id = $1",
    [SQL_DECISION_LIST] =
        ROW_OF_DECISION " WHERE 1 = 1 AND ($1 = 0 OR state = $2) AND (at_us, id) < ($3, $4) AND ($5 = 0 OR "
                        "person = $6) ORDER BY at_us DESC, id DESC LIMIT $7",
    [SQL_DECISION_OF_POST] = ROW_OF_DECISION
    " WHERE (post = $8 OR id IN (SELECT t.decision FROM settled t WHERE t.post = $8)) AND ($1 = 0 OR state = "
    "$2) AND (at_us, id) < ($3, $4) AND ($5 = 0 OR person = $6) ORDER BY at_us DESC, id DESC LIMIT $7",
    [SQL_DECISION_OF_ACCOUNT] =
        ROW_OF_DECISION " WHERE account = $8 AND ($1 = 0 OR state = $2) AND (at_us, id) < ($3, $4) AND ($5 = "
                        "0 OR person = $6) ORDER BY at_us DESC, id DESC LIMIT $7",
    [SQL_DECISION_RIPE] = ROW_OF_DECISION
    " WHERE state = 'undoable' AND undo_until_us <= $1 ORDER BY undo_until_us, id LIMIT $2",
    [SQL_ROW_DECISION] = ROW_OF_DECISION " WHERE id = $1",
    [SQL_ROWS_DECISION] = ROW_OF_DECISION " ORDER BY id",
    [SQL_SETTLE] = "INSERT INTO settled (post, decision, category) VALUES ($1, $2, $3) ON CONFLICT (post) DO "
                   "UPDATE SET decision = excluded.decision, category = excluded.category",
    [SQL_SETTLE_QUEUE] = "DELETE FROM queue WHERE post = $1",
    [SQL_UNSETTLE] = "DELETE FROM settled WHERE decision = $1",
    [SQL_SETTLED_POSTS] = "SELECT post FROM settled WHERE decision = $1 ORDER BY post",
    [SQL_SETTLED_BY] = "SELECT decision FROM settled WHERE post = $1",
    [SQL_APPEAL_PUT] =
        "INSERT INTO appeal (" APPEAL_COLUMNS
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (id) DO UPDATE "
        "SET decision = excluded.decision, token = excluded.token, pin = excluded.pin, tries = "
        "excluded.tries, link_until_us = excluded.link_until_us, state = excluded.state, text = "
        "excluded.text, lang = excluded.lang, at_us = excluded.at_us, due_us = excluded.due_us, person = "
        "excluded.person, answered_us = excluded.answered_us, answer = excluded.answer",
    [SQL_APPEAL_GET] = "SELECT " APPEAL_COLUMNS " FROM appeal WHERE id = $1",
    [SQL_APPEAL_BY_TOKEN] = "SELECT " APPEAL_COLUMNS " FROM appeal WHERE token = $1",
    [SQL_APPEAL_OF] = "SELECT " APPEAL_COLUMNS " FROM appeal WHERE decision = $1",
    [SQL_APPEAL_LIST] =
        "SELECT " APPEAL_COLUMNS
        " FROM appeal WHERE state = $1 AND (due_us, id) > ($2, $3) ORDER BY due_us, id LIMIT $4",
    [SQL_REPORT_PUT] =
        "INSERT INTO report (" REPORT_COLUMNS
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (id) DO "
        "UPDATE SET number = excluded.number, pin = excluded.pin, tries = excluded.tries, post = "
        "excluded.post, url = excluded.url, category = excluded.category, text = excluded.text, lang = "
        "excluded.lang, source = excluded.source, api_key = excluded.api_key, at_us = excluded.at_us, state "
        "= excluded.state, answered_us = excluded.answered_us, decision = excluded.decision",
    [SQL_REPORT_BY_NUMBER] = "SELECT " REPORT_COLUMNS " FROM report WHERE number = $1",
    [SQL_REPORT_OF] = "SELECT " REPORT_COLUMNS " FROM report WHERE post = $1 ORDER BY at_us, id LIMIT 200",
    [SQL_REPORT_LIST] = "SELECT " REPORT_COLUMNS " FROM report WHERE ($1 = 0 OR state = $2) AND (at_us, id) "
                        "< ($3, $4) ORDER BY at_us DESC, id DESC LIMIT $5",
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
    [SQL_LIKENESS_MARK] =
        "SELECT mark FROM likeness WHERE post = $1 AND substr(mark, 1, 1) = $2 ORDER BY mark LIMIT 1",
    [SQL_EXPOSURE_PUT] =
        "INSERT INTO exposure (" EXPOSURE_COLUMNS
        ") VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (person, day) DO UPDATE SET seconds = "
        "excluded.seconds, units = excluded.units, working_since_us = excluded.working_since_us, active_us = "
        "excluded.active_us, break_until_us = excluded.break_until_us",
    [SQL_EXPOSURE_GET] = "SELECT " EXPOSURE_COLUMNS " FROM exposure WHERE person = $1 AND day = $2",
    [SQL_EXPOSURE_LIST] = "SELECT " EXPOSURE_COLUMNS " FROM exposure WHERE day = $1 ORDER BY person",
    [SQL_SEEN_PUT] = "INSERT INTO seen (person, sha256, at_us) VALUES ($1, $2, $3) ON CONFLICT (person, "
                     "sha256) DO NOTHING",
    [SQL_SEEN] = "SELECT 1 FROM seen WHERE person = $1 AND sha256 = $2",
    [SQL_JUDGEMENT_PUT] =
        "INSERT INTO judgement (post, person, kind, at_us, violation, category) VALUES ($1, $2, $3, $4, $5, "
        "$6) ON CONFLICT (post, person) DO UPDATE SET kind = excluded.kind, at_us = excluded.at_us, "
        "violation = excluded.violation, category = excluded.category",
    [SQL_JUDGEMENT_LIST] = "SELECT post, person, kind, at_us, violation, category FROM judgement WHERE at_us "
                           ">= $1 ORDER BY post, at_us, person",
    [SQL_JUDGEMENT_REMOVE] = "DELETE FROM judgement WHERE post = $1 AND person = $2",
    [SQL_SECOND_REVIEW_PUT] =
        "INSERT INTO second_review (" SECOND_COLUMNS
        ") VALUES ($1, $2, $3, $4, $5) ON CONFLICT (post) DO UPDATE SET decision = excluded.decision, first "
        "= excluded.first, state = excluded.state, at_us = excluded.at_us",
    [SQL_SECOND_REVIEW_GET] = "SELECT " SECOND_COLUMNS " FROM second_review WHERE post = $1",
    [SQL_SECOND_REVIEW_LIST] =
        "SELECT " SECOND_COLUMNS " FROM second_review WHERE state = $1 ORDER BY at_us, post LIMIT $2",
    [SQL_GOLDEN_PUT] =
        "INSERT INTO golden (post, violation, category, text, person, at_us) VALUES ($1, $2, $3, $4, $5, $6) "
        "ON CONFLICT (post) DO UPDATE SET violation = excluded.violation, category = excluded.category, text "
        "= excluded.text, person = excluded.person, at_us = excluded.at_us",
    [SQL_GOLDEN_REMOVE] = "DELETE FROM golden WHERE post = $1",
    [SQL_GOLDEN_LIST] =
        "SELECT post, violation, category, text, person, at_us FROM golden ORDER BY at_us, post",
    [SQL_POLICY_PUT] =
        "INSERT INTO policy_version (" POLICY_COLUMNS
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (version) DO UPDATE SET source = "
        "excluded.source, state = excluded.state, person = excluded.person, at_us = excluded.at_us, "
        "live_since_us = excluded.live_since_us, note = excluded.note, backtest = excluded.backtest",
    [SQL_POLICY_GET] = "SELECT " POLICY_COLUMNS " FROM policy_version WHERE version = $1",
    [SQL_POLICY_LIST] = "SELECT " POLICY_COLUMNS " FROM policy_version ORDER BY at_us DESC, version",
    [SQL_DESK_QUEUE] = DESK_COLUMNS QUEUE_AFTER QUEUE_ORDER,
    [SQL_DESK_QUEUE_CATEGORY] = DESK_COLUMNS " AND q.category = $8" QUEUE_AFTER QUEUE_ORDER,
    [SQL_DESK_QUEUE_ONE] = DESK_COLUMNS " AND q.post = $1",

    /* ---- store_look.h ---- */
    [SQL_CLIP_ADD] =
        "INSERT INTO seen_clip (person, family, seconds, judged) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (person, family) DO UPDATE SET seconds = seen_clip.seconds + excluded.seconds,"
        " judged = seen_clip.judged + excluded.judged",
    [SQL_CLIP_SEEN] = "SELECT seconds, judged FROM seen_clip WHERE person = $1 AND family = $2",
    [SQL_LOOK_ADD] = "INSERT INTO look_todo (post) VALUES ($1) ON CONFLICT (post) DO NOTHING",
    [SQL_LOOK_TODO] = "SELECT post FROM look_todo ORDER BY post LIMIT $1",
    [SQL_LOOK_AFTER] = "SELECT post FROM look_todo WHERE post > $1 ORDER BY post LIMIT $2",
    [SQL_LOOK_DONE] = "DELETE FROM look_todo WHERE post = $1",
    [SQL_WORDS_CLEAR] = "DELETE FROM word_post WHERE post = $1",
    [SQL_WORDS_OF] = "SELECT word FROM word_post WHERE post = $1 ORDER BY word",
    [SQL_WORD_REMOVE] = "DELETE FROM word_post WHERE word = $1 AND post = $2",
    [SQL_WORD_PUT] = "INSERT INTO word_post (word, post) VALUES ($1, $2) ON CONFLICT (word, post) DO NOTHING",
    [SQL_WORDS_FIND] =
        "SELECT a.post FROM word_post a WHERE a.word = $1 AND a.post > $2"
        " AND ($4 = 0 OR EXISTS (SELECT 1 FROM word_post b WHERE b.word = $4 AND b.post = a.post))"
        " AND ($5 = 0 OR EXISTS (SELECT 1 FROM word_post c WHERE c.word = $5 AND c.post = a.post))"
        " AND ($6 = 0 OR EXISTS (SELECT 1 FROM word_post d WHERE d.word = $6 AND d.post = a.post))"
        " ORDER BY a.post LIMIT $3",
    [SQL_NEAR_CLEAR] = "DELETE FROM near_key WHERE post = $1",
    [SQL_NEAR_PUT] =
        "INSERT INTO near_key (near_key, post) VALUES ($1, $2) ON CONFLICT (near_key, post) DO NOTHING",
    [SQL_NEAR_FIND] = "SELECT post FROM near_key WHERE near_key = $1 ORDER BY post LIMIT $2",
};
// NOLINTEND(bugprone-suspicious-missing-comma)
