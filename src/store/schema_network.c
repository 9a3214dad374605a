/* Tables of the network: see store_network.h. Numbers (n) stand for ids within this database alone.
 *
 *   network_act      clustered by timeline, so that the neighbours of an act lie beside it
 *   network_pair     clustered by edge; n counts the timelines on which two posts meet
 *   network_account  grp 0: in no group; the index finds the members of one
 *   network_post     marked 1: its findings have to be looked at again */
#include "store/schema.h"

const char *const schema_network[] = {
    "INSERT INTO meta (name, value) VALUES ('network_number', 0)",
    "CREATE TABLE network_account ("
    "  n BIGINT PRIMARY KEY,"
    "  id {BLOB} NOT NULL UNIQUE,"
    "  grp BIGINT NOT NULL"
    ") {CLUSTERED}",
    "CREATE INDEX network_account_grp ON network_account (grp) WHERE grp > 0",
    "CREATE TABLE network_group ("
    "  n BIGINT PRIMARY KEY,"
    "  accounts BIGINT NOT NULL"
    ") {CLUSTERED}",
    "CREATE TABLE network_post ("
    "  n BIGINT PRIMARY KEY,"
    "  id {BLOB} NOT NULL UNIQUE,"
    "  account BIGINT NOT NULL,"
    "  at_us BIGINT NOT NULL,"
    "  marked BIGINT NOT NULL"
    ") {CLUSTERED}",
    "CREATE INDEX network_post_account ON network_post (account)",
    "CREATE INDEX network_post_marked ON network_post (n) WHERE marked > 0",
    "CREATE TABLE network_object ("
    "  n BIGINT PRIMARY KEY,"
    "  id {BLOB} NOT NULL UNIQUE," /* of layer and name */
    "  layer BIGINT NOT NULL,"
    "  family BIGINT NOT NULL," /* the object that it is one of; itself at first */
    "  name {BLOB} NOT NULL,"
    "  sketch {BLOB} NOT NULL,"
    "  keys {BLOB} NOT NULL" /* little-endian, 8 bytes each */
    ") {CLUSTERED}",
    "CREATE INDEX network_object_family ON network_object (family)",
    "CREATE TABLE network_key ("
    "  layer BIGINT NOT NULL,"
    "  key BIGINT NOT NULL,"
    "  object BIGINT NOT NULL,"
    "  PRIMARY KEY (layer, key, object)"
    ") {CLUSTERED}",
    "CREATE TABLE network_act ("
    "  family BIGINT NOT NULL,"
    "  at_us BIGINT NOT NULL,"
    "  tie BIGINT NOT NULL,"
    "  post BIGINT NOT NULL,"
    "  account BIGINT NOT NULL,"
    "  object BIGINT NOT NULL,"
    "  layer BIGINT NOT NULL,"
    "  PRIMARY KEY (family, at_us, tie, post)"
    ") {CLUSTERED}",
    "CREATE INDEX network_act_post ON network_act (post)",
    "CREATE INDEX network_act_object ON network_act (object)",
    "CREATE TABLE network_pair ("
    "  a BIGINT NOT NULL,"
    "  b BIGINT NOT NULL,"
    "  layer BIGINT NOT NULL,"
    "  post_a BIGINT NOT NULL,"
    "  post_b BIGINT NOT NULL,"
    "  n BIGINT NOT NULL,"
    "  PRIMARY KEY (a, b, layer, post_a, post_b)"
    ") {CLUSTERED}",
    "CREATE INDEX network_pair_b ON network_pair (a, b, layer, post_b)",
    "CREATE TABLE network_edge ("
    "  a BIGINT NOT NULL,"
    "  b BIGINT NOT NULL,"
    "  PRIMARY KEY (a, b)"
    ") {CLUSTERED}",
    "CREATE INDEX network_edge_b ON network_edge (b)",
    "CREATE TABLE account_closed ("
    "  account {BLOB} PRIMARY KEY REFERENCES account (id),"
    "  closed_us BIGINT NOT NULL"
    ") {CLUSTERED}",
    NULL};
