/* What the searchable indexes need to follow the store: the changes of banks one by one, and which media show the same.
 *
 *   bank_change   n is the bank version that this change made; item empty: the bank as a whole. The latest
 *                 BANK_CHANGES_KEPT are kept: who is further behind reads the banks anew
 *   media_family  n counts media as they came into the archive; family is the sha256 of the first of its kind, cut to 16
 *                 bytes */
#include "store/schema.h"

const char *const schema_index[] = {"CREATE TABLE bank_change ("
                                    "  n BIGINT PRIMARY KEY,"
                                    "  bank TEXT NOT NULL,"
                                    "  item {BLOB} NOT NULL"
                                    ") {CLUSTERED}",
                                    "CREATE TABLE media_family ("
                                    "  n BIGINT PRIMARY KEY,"
                                    "  sha256 {BLOB} NOT NULL UNIQUE,"
                                    "  family {BLOB} NOT NULL"
                                    ") {CLUSTERED}",
                                    "CREATE INDEX media_family_family ON media_family (family, n)",
                                    "INSERT INTO meta (name, value) VALUES ('media_number', 0)", NULL};
