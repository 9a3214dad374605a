/* The network: store_network.h. */
#include "store/sql_priv.h"

const char *const sql_network[SQL_STATEMENTS] = {
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
};
