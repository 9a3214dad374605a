/* What the desk knows of posts beside what was found in them.
 *
 *   seen_clip   what each person saw of a clip, whatever its copies are called: by family of media
 *   look_todo   posts that the keeper has still to look over: words and copies
 *   word_post   in which posts a word stands: 64-bit prints of words whose letters were folded
 *   near_key    under which keys a caption stands (index/neardup.h) */
#include "store/schema.h"

const char *const schema_look[] = {"CREATE TABLE seen_clip ("
                                   "  person {BLOB} NOT NULL REFERENCES person (id),"
                                   "  family {BLOB} NOT NULL,"
                                   "  seconds DOUBLE PRECISION NOT NULL,"
                                   "  judged BIGINT NOT NULL," /* how often */
                                   "  PRIMARY KEY (person, family)"
                                   ") {CLUSTERED}",
                                   "CREATE TABLE look_todo ("
                                   "  post {BLOB} PRIMARY KEY"
                                   ") {CLUSTERED}",
                                   "INSERT INTO look_todo (post) SELECT id FROM post",
                                   "CREATE TABLE word_post ("
                                   "  word BIGINT NOT NULL,"
                                   "  post {BLOB} NOT NULL,"
                                   "  PRIMARY KEY (word, post)"
                                   ") {CLUSTERED}",
                                   "CREATE INDEX word_post_post ON word_post (post)",
                                   "CREATE TABLE near_key ("
                                   "  near_key BIGINT NOT NULL,"
                                   "  post {BLOB} NOT NULL,"
                                   "  PRIMARY KEY (near_key, post)"
                                   ") {CLUSTERED}",
                                   "CREATE INDEX near_key_post ON near_key (post)",
                                   NULL};
