/* Pile-ons of a workspace: store_pileon.h. */
#include "store/sql_priv.h"

/* The thing of a post in a layer: of several the one with the least name, whatever came first. */
#define THING_OF(layer)                                                                                      \
    "(SELECT c.family FROM network_act c JOIN network_object o ON o.n = c.object WHERE c.post = x.post"      \
    " AND c.layer = " layer " ORDER BY o.name LIMIT 1)"

/* Every text has its name before it: a comma that is missing does not compile. */
// NOLINTBEGIN(bugprone-suspicious-missing-comma)
const char *const sql_pileon[SQL_STATEMENTS] = {
    [SQL_PILEON_DUE_ADD] = "INSERT INTO network_due (family) VALUES ($1) ON CONFLICT (family) DO NOTHING",
    [SQL_PILEON_DUE] = "SELECT family FROM network_due ORDER BY family LIMIT $1",
    [SQL_PILEON_DUE_DROP] = "DELETE FROM network_due WHERE family = $1",
    [SQL_PILEON_MESSAGES] =
        "SELECT x.post, x.at_us, a.id, COALESCE(who.created_us, (-9223372036854775807 - 1)), " THING_OF(
            "$3") ", " THING_OF("$4") " FROM (SELECT post, at_us, tie, account FROM network_act WHERE family "
                                      "= $1"
                                      " ORDER BY at_us DESC, tie DESC, post DESC LIMIT $2) x"
                                      " JOIN network_account a ON a.n = x.account LEFT JOIN account who ON "
                                      "who.id = a.id"
                                      " ORDER BY x.at_us, x.tie, a.id, x.post",
    [SQL_PILEON_MARKED] = "SELECT post, senders, signs FROM network_pileon WHERE family = $1 ORDER BY post",
    [SQL_PILEON_PUT] =
        "INSERT INTO network_pileon (family, post, senders, signs) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (family, post) DO UPDATE SET senders = excluded.senders, signs = excluded.signs",
    [SQL_PILEON_DROP] = "DELETE FROM network_pileon WHERE family = $1 AND post = $2",
    [SQL_PILEON_OF] =
        "SELECT (SELECT o.name FROM network_object o WHERE o.family = l.family ORDER BY o.name LIMIT 1),"
        " l.senders, l.signs FROM network_pileon l JOIN network_post p ON p.n = l.post WHERE p.id = $1 ORDER "
        "BY 1",
};
// NOLINTEND(bugprone-suspicious-missing-comma)
