/* Cases, custody, holds, retention. Ids of objects are text of our own alphabet, since objects are of many kinds; "who" is
 * a pseudonym of the ledger. Indexes: case_holding answers in which cases an object is. */
#include "store/schema_parts.h"

const char *const schema_case[] = {
    "CREATE TABLE case_file ("
    "  id {BLOB} PRIMARY KEY,"
    "  reference {BLOB} NOT NULL,"
    "  title {BLOB} NOT NULL,"
    "  state TEXT NOT NULL,"
    "  tlp TEXT NOT NULL,"
    "  who TEXT NOT NULL,"
    "  created_us BIGINT NOT NULL,"
    "  changed_us BIGINT NOT NULL,"
    "  closed_us BIGINT NOT NULL"
    ")",
    "CREATE UNIQUE INDEX case_reference ON case_file (reference) WHERE length(reference) > 0",

    "CREATE TABLE case_object ("
    "  case_id {BLOB} NOT NULL REFERENCES case_file (id),"
    "  type TEXT NOT NULL,"
    "  object TEXT NOT NULL,"
    "  added_us BIGINT NOT NULL,"
    "  who TEXT NOT NULL,"
    "  why {BLOB} NOT NULL,"
    "  PRIMARY KEY (case_id, type, object)"
    ")",
    "CREATE INDEX case_holding ON case_object (type, object)",

    "CREATE TABLE case_text ("
    "  id {BLOB} PRIMARY KEY,"
    "  case_id {BLOB} NOT NULL REFERENCES case_file (id),"
    "  type TEXT NOT NULL,"
    "  at_us BIGINT NOT NULL,"
    "  who TEXT NOT NULL,"
    "  channel {BLOB} NOT NULL,"
    "  reference {BLOB} NOT NULL,"
    "  body {BLOB} NOT NULL"
    ")",
    "CREATE INDEX case_text_order ON case_text (case_id, at_us, id)",

    "CREATE TABLE custody ("
    "  case_id {BLOB} NOT NULL REFERENCES case_file (id),"
    "  n BIGINT NOT NULL,"
    "  at_us BIGINT NOT NULL,"
    "  who TEXT NOT NULL,"
    "  act TEXT NOT NULL,"
    "  type TEXT NOT NULL," /* empty: the case itself */
    "  object TEXT NOT NULL,"
    "  why {BLOB} NOT NULL,"
    "  PRIMARY KEY (case_id, n)"
    ")",

    /* A hold outlives what it covered, so that it can be told what was held when. */
    "CREATE TABLE legal_hold ("
    "  id {BLOB} PRIMARY KEY,"
    "  scope TEXT NOT NULL,"
    "  object TEXT NOT NULL,"
    "  authority {BLOB} NOT NULL,"
    "  why {BLOB} NOT NULL,"
    "  who TEXT NOT NULL,"
    "  from_us BIGINT NOT NULL,"
    "  until_us BIGINT NOT NULL,"
    "  released_us BIGINT NOT NULL,"
    "  released_who TEXT NOT NULL,"
    "  released_why {BLOB} NOT NULL"
    ")",
    "CREATE INDEX hold_of ON legal_hold (scope, object)",

    /* What differs from the rules built in (store/store_retention.h). */
    "CREATE TABLE retention ("
    "  class TEXT NOT NULL,"
    "  state TEXT NOT NULL,"
    "  days BIGINT NOT NULL," /* negative: for ever */
    "  who TEXT NOT NULL,"
    "  why {BLOB} NOT NULL,"
    "  changed_us BIGINT NOT NULL,"
    "  PRIMARY KEY (class, state)"
    ")",
    /* Files whose rows were purged and that are still to be removed from the disk. */
    "CREATE TABLE erasure ("
    "  path {BLOB} PRIMARY KEY"
    ")",
    0};
