/* What a bank keeps to be seen, where an operator chose so: small stills of the files that its items were made from.
 *
 *   bank_file    from which file an item was made, by its SHA-256
 *   bank_still   PNG that this program wrote, by time in the file; at most BANK_MAX_STILLS of a file */
#include "store/schema.h"

const char *const schema_picture[] = {"CREATE TABLE bank_file ("
                                      "  bank TEXT NOT NULL,"
                                      "  item {BLOB} NOT NULL,"
                                      "  sha256 {BLOB} NOT NULL,"
                                      "  PRIMARY KEY (bank, item)"
                                      ") {CLUSTERED}",
                                      "CREATE INDEX bank_file_sha256 ON bank_file (bank, sha256)",
                                      "CREATE TABLE bank_still ("
                                      "  bank TEXT NOT NULL,"
                                      "  sha256 {BLOB} NOT NULL,"
                                      "  n BIGINT NOT NULL,"
                                      "  time_us BIGINT NOT NULL,"
                                      "  png {BLOB} NOT NULL,"
                                      "  PRIMARY KEY (bank, sha256, n)"
                                      ")",
                                      NULL};
