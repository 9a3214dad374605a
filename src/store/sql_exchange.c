/* Exchange and referrals. */
#include "store/sql_priv.h"

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

/* Every text has its name before it: a comma that is missing does not compile. */
// NOLINTBEGIN(bugprone-suspicious-missing-comma)
const char *const sql_exchange[SQL_STATEMENTS] = {
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
};
// NOLINTEND(bugprone-suspicious-missing-comma)
