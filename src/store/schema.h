/* The tables, as numbered steps from an empty database to today's: docs/store.md draws them. A step that was released is
 * never edited; what changes is a new step after it. */
#ifndef MARSAD_STORE_SCHEMA_H
#define MARSAD_STORE_SCHEMA_H

#include "store/db.h"

struct migration {
    const char *title; /* what the step is for, in a few words */
    const char *const
        *sql; /* statements in the shared subset, with the driver's words in braces; NULL-ended */
};

/* Today's list: migrations[i] leads from version i to version i+1. */
extern const struct migration schema_migrations[];
extern const int schema_version_latest;
/* Steps that stand in files of their own. */
extern const char *const schema_desk[];

/* Steps in files of their own. */
extern const char *const schema_network[],
    *const schema_index[], *const schema_picture[], *const schema_pileon[], *const schema_look[];

/* Brings the database from whatever version it has to version n of the list, each step and its number in one
 * transaction. ERR_UNSUPPORTED when the database is newer than the list. */
int schema_migrate(const struct db_driver *driver, struct db *db, const struct migration *list, int n,
                   struct error *err) MUST_USE;
/* 0 for an empty database. */
int schema_version(const struct db_driver *driver, struct db *db, int *out, struct error *err) MUST_USE;

#endif
