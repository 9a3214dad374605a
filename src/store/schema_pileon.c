/* Targets that many turn on at once: see store_pileon.h. Numbers are those of the network's tables.
 *
 *   network_due     targets whose messages changed since they were looked at
 *   network_pileon  posts that are part of a pile-on, as it was told: how many senders, what was odd (bits) */
#include "store/schema.h"

const char *const schema_pileon[] = {"CREATE TABLE network_due ("
                                     "  family BIGINT PRIMARY KEY"
                                     ") {CLUSTERED}",
                                     "CREATE TABLE network_pileon ("
                                     "  family BIGINT NOT NULL,"
                                     "  post BIGINT NOT NULL,"
                                     "  senders BIGINT NOT NULL,"
                                     "  signs BIGINT NOT NULL,"
                                     "  PRIMARY KEY (family, post)"
                                     ") {CLUSTERED}",
                                     "CREATE INDEX network_pileon_post ON network_pileon (post)", NULL};
