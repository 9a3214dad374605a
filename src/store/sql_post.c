/* Posts, their media. */
#include "store/sql_priv.h"

const char *const sql_post[SQL_STATEMENTS] = {
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
};
