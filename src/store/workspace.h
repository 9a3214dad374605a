/* The workspace: the folder in which an installation keeps what it knows.
 *
 *   DIR/workspace        one line, "marsad workspace 1": the layout's version, written last when a workspace is made
 *   DIR/marsad.db        the store (and SQLite's -wal and -shm beside it while it is open)
 *   DIR/media/ab/abcd…   kept originals by SHA-256, read-only, shared by every post with the same bytes
 *   DIR/media/tmp/       copies under way; emptied when a runner opens
 *   DIR/log/             the ledger as signed files (evidence/evidence.h)
 *   DIR/index/           the searchable indexes of banks and archive: may be removed at any time, they are built again
 *   DIR/policy/          the operator's policy, lexicons and texts, where they differ from the built-in ones
 *   DIR/lock             flock: shared by whoever has the workspace open
 *   DIR/run.lock         flock: exclusive for the one process that claims jobs; holds its owner string
 *
 * Everything is made for its owner only (0700, 0600). */
#ifndef MARSAD_STORE_WORKSPACE_H
#define MARSAD_STORE_WORKSPACE_H

#include "base/arena.h"
#include "base/id.h"

struct workspace;

enum workspace_mode {
    WORKSPACE_LOOK, /* readers, and small writes (a bank, a decision): any number of them */
    WORKSPACE_RUN,  /* claims jobs: one at a time, beside any number that look */
    WORKSPACE_ALONE /* nobody else at all: restoring, removing */
};

/* Makes the folder and its layout (not the database: store_open does). Harmless on a workspace that is there, or was half
 * made. ERR_EXISTS when the folder has anything else in it. */
int workspace_init(const char *dir, struct error *err) MUST_USE;
/* ERR_NOTFOUND when dir is no workspace, ERR_UNSUPPORTED for a later layout, ERR_BUSY naming who holds it. */
int workspace_open(const char *dir, enum workspace_mode mode, struct workspace **out,
                   struct error *err) MUST_USE;
/* Lets go of the locks. Takes NULL. */
void workspace_close(struct workspace *w);

/* *borrowed until* close. */
const char *workspace_dir(const struct workspace *w);
const char *workspace_db(const struct workspace *w); /* for store_open */

/* This process as an owner of leases: "host:pid:start", start being the kernel's count of ticks at which it began. */
enum { OWNER_TEXT_BYTES = 320 };
int workspace_owner(char out[OWNER_TEXT_BYTES], struct error *err) MUST_USE;
/* False only when the owner was a process of this host and is surely gone (no such process, or another one under its
 * number): its leases can be given back at once. */
bool workspace_owner_alive(struct sv owner);

struct kept_media {
    struct sha256 sha256;
    uint64_t bytes;
    struct sv path; /* relative to the workspace, in the caller's arena */
};
/* Keeps a copy of a regular file under its content's name: shared blocks where the file system can, else copied; synced
 * before it gets its name. Keeping it twice changes nothing. `out` is of the bytes that were kept even when the source
 * changes meanwhile. ERR_NOTFOUND, ERR_ARG (no regular file), ERR_LIMIT (above MEDIA_MAX_FILE_BYTES), ERR_IO. */
int workspace_keep_media(const struct workspace *w, const char *path, struct arena *a, struct kept_media *out,
                         struct error *err) MUST_USE;

#endif
