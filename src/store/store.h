/* The workspace's memory: posts, accounts, reach, media and their signals, jobs, findings, the queue, banks.
 *
 * One interface over one SQL subset (store/db.h); SQLite in WAL mode now. State has one owner: a `struct store` belongs
 * to one thread. Everything is idempotent: writing the same thing twice changes nothing. Times are microseconds UTC.
 *
 * Crash safety: what was committed is there after SIGKILL; what was not is done again. Open a transaction around
 * what belongs together and around batches (a durable commit costs about 3 ms). Calls outside a transaction are each their own. */
#ifndef MARSAD_STORE_STORE_H
#define MARSAD_STORE_STORE_H

#include "model/assessment.h"
#include "model/bank.h"
#include "model/post.h"

struct store;

/* where: "sqlite:PATH", a bare path meaning the same, or "sqlite::memory:". Makes and migrates the schema: a newer one
 * than this build knows is ERR_UNSUPPORTED, a file that is no database ERR_FORMAT. */
int store_open(const char *where, struct store **out, struct error *err) MUST_USE;
void store_close(struct store *s);
int store_schema_version(struct store *s);
/* Reads the whole database looking for damage: ERR_FORMAT names the first fault. `deep` compares the indexes too. */
int store_check(struct store *s, bool deep, struct error *err) MUST_USE;
/* All that is committed now, into a new file; outside transactions. ERR_EXISTS when the file is there. */
int store_snapshot(struct store *s, const char *path, struct error *err) MUST_USE;

/* One transaction at a time. When a write inside it failed for want of memory, room or the database's good will, it can
 * only be rolled back: store_commit then does so and says why, and nothing of it is there. */
int store_begin(struct store *s, struct error *err) MUST_USE;
int store_commit(struct store *s, struct error *err) MUST_USE;
void store_rollback(struct store *s);
/* A call of several writes: its own transaction, unless the caller has one open. enter says which in *out_own; leave
 * commits, or rolls back when rc is an error, and returns what became of it. Inside a caller's transaction an error
 * that left the work half done marks it as broken. */
int store_enter(struct store *s, bool *out_own, struct error *err) MUST_USE;
int store_leave(struct store *s, bool own, int rc, struct error *err) MUST_USE;

/* ---- posts ---- */

enum store_put { STORE_NEW, STORE_SAME, STORE_CHANGED /* the record said something new: analysed again */ };

/* Writes account, post, raw record and reach, and a job to analyse it when it is new or changed. known_us: when this
 * installation learnt of it; the first one stays. Of several captures the latest collected_us is shown (ties: the
 * greater content hash), in whatever order they come; every reach is kept. */
int store_put_post(struct store *s, const struct post *p, int64_t known_us, enum store_put *out,
                   struct error *err) MUST_USE;
/* Post as last captured, strings in `a`. ERR_NOTFOUND. */
int store_get_post(struct store *s, const struct id128 *id, struct arena *a, struct post *out,
                   int64_t *out_known_us, struct error *err) MUST_USE;
/* By id prefix (≥ 4 hex digits), native id, or URL. ERR_NOTFOUND; ERR_ARG when a prefix fits several (they are named). */
int store_find_post(struct store *s, struct sv what, struct id128 *out, struct error *err) MUST_USE;
/* Oldest first. */
int store_get_reach(struct store *s, const struct id128 *post, struct arena *a, struct reach **out,
                    size_t *out_n, struct error *err) MUST_USE;
/* Ids of all posts in their order, those behind `after` (NULL: from the first), at most max. */
int store_post_ids(struct store *s, const struct id128 *after, size_t max, struct arena *a,
                   struct id128 **out, size_t *out_n, struct error *err) MUST_USE;
/* Ids of an account's posts, newest first, at most max. */
int store_account_posts(struct store *s, const struct id128 *account, size_t max, struct arena *a,
                        struct id128 **out, size_t *out_n, struct error *err) MUST_USE;

struct store_aside {
    struct sv file, format, reason, bytes;
    uint64_t line, record;
    int code;
};
/* The same record of the same file set aside again is the same row. */
int store_put_aside(struct store *s, const struct store_aside *a, int64_t now_us, struct error *err) MUST_USE;
/* By file, line and record; visit's non-zero return ends and is passed on. The record is *borrowed until* return. */
int store_asides(struct store *s, int (*visit)(void *arg, const struct store_aside *a), void *arg,
                 struct error *err) MUST_USE;

/* ---- media ---- */

enum media_state {
    MEDIA_PENDING = 0,
    MEDIA_READY,
    MEDIA_SET_ASIDE,
    MEDIA_ABSENT /* the file was not there */
};
struct store_media {
    struct sha256 sha256; /* zero when absent */
    uint64_t bytes;
    struct sv path; /* of the kept original, relative to the workspace */
    enum media_state state;
    struct sv signals; /* signals_write's bytes when ready */
    int failure_code;
    struct sv failure; /* why it was set aside */
};
/* Media `index` of the post is this file. Files are shared by content: a second post with the same bytes shares the
 * row and its signals. */
int store_put_media(struct store *s, const struct id128 *post, uint32_t index, const struct store_media *m,
                    struct error *err) MUST_USE;
/* One per media of the post, in order; state pending where nothing is known. */
int store_get_media(struct store *s, const struct id128 *post, size_t nmedia, struct arena *a,
                    struct store_media *out, struct error *err) MUST_USE;
/* By content: ERR_NOTFOUND. */
int store_find_media(struct store *s, const struct sha256 *sha, struct arena *a, struct store_media *out,
                     struct error *err) MUST_USE;

/* ---- jobs: analyse a post ---- */

struct store_job {
    struct id128 post;
    int attempt; /* from 1 */
};
/* Claims up to max jobs that wait or whose lease ran out: state, lease and attempt in one statement. Ordered by
 * (priority, first known, id). Jobs beyond JOB_MAX_ATTEMPTS are set aside instead and not returned. */
int store_claim(struct store *s, struct sv owner, int64_t now_us, int64_t lease_us, struct store_job *out,
                size_t max, size_t *out_n, struct error *err) MUST_USE;
/* Gives back all that this owner holds, without counting the attempt (a clean stop, or the owner is known dead). */
int store_release(struct store *s, struct sv owner, struct error *err) MUST_USE;
/* Owners of running leases. */
int store_owners(struct store *s, struct arena *a, struct sv **out, size_t *out_n,
                 struct error *err) MUST_USE;
/* Whether this owner still holds the job in this attempt. Asked in the transaction that writes its outcome: when a lease
 * ran out and somebody else has claimed the post since, the late outcome is dropped, not written over the newer one. */
int store_job_held(struct store *s, const struct store_job *job, struct sv owner, bool *out,
                   struct error *err) MUST_USE;
/* The attempt failed: waits again, or is set aside when attempts are spent or `final`. */
int store_job_failed(struct store *s, const struct id128 *post, bool final, const struct error *why,
                     struct error *err) MUST_USE;
/* Jobs that were set aside, by post id; `why.text` is what the last attempt said. As store_asides. */
int store_failed_jobs(struct store *s,
                      int (*visit)(void *arg, const struct id128 *post, int attempts,
                                   const struct error *why),
                      void *arg, struct error *err) MUST_USE;
/* Puts every analysed post back to waiting: a new policy, a new bank. *out_n posts. */
int store_requeue_all(struct store *s, int64_t *out_n, struct error *err) MUST_USE;

/* ---- results and the queue ---- */

/* Findings and assessment of a post, replacing earlier ones; its queue row (removed when the category is none and no
 * person has touched it); its job done. Call in a transaction with what belongs to it. deadline = known + clock. */
int store_put_result(struct store *s, const struct id128 *post, const struct finding_list *findings,
                     const struct assessment *as, struct error *err) MUST_USE;
/* Findings in order; assessment ERR_NOTFOUND when the post was never analysed. */
int store_get_result(struct store *s, const struct id128 *post, struct arena *a,
                     struct finding_list *findings, struct assessment *out_as, int64_t *out_deadline_us,
                     struct error *err) MUST_USE;

struct queue_row {
    struct id128 post, account;
    struct sv platform, native_id, handle, caption;
    enum category category;
    int severity;
    double probability, expected_views, priority;
    bool hard;
    int64_t known_us, deadline_us, created_us;
    int64_t views; /* latest; COUNT_UNKNOWN */
    struct sv reason;
};
struct queue_filter {
    enum category category; /* CATEGORY_NONE: all */
    struct sv platform;     /* empty: all */
};
/* The order of DESIGN: hard deadlines first by deadline, then by priority, then by id. `after` (NULL: from the top) is
 * the last row of the page before. Strings in `a`. */
int store_queue(struct store *s, const struct queue_filter *f, const struct queue_row *after, size_t max,
                struct arena *a, struct queue_row **out, size_t *out_n, struct error *err) MUST_USE;

/* ---- banks ---- */

/* New, or the same name with the same fields; ERR_EXISTS when the fields differ. */
int store_bank_new(struct store *s, const struct bank *b, struct error *err) MUST_USE;
int store_bank_get(struct store *s, struct sv name, struct arena *a, struct bank *out,
                   struct error *err) MUST_USE;
int store_bank_list(struct store *s, struct arena *a, struct bank **out, size_t *out_n,
                    struct error *err) MUST_USE;
/* The bank and its items. */
int store_bank_remove(struct store *s, struct sv name, struct error *err) MUST_USE;
/* *out_new false when the item was there (its label, source, reason, status and threshold are then updated). */
int store_bank_add(struct store *s, struct sv bank, const struct bank_item *item, bool *out_new,
                   struct error *err) MUST_USE;
int store_bank_item_remove(struct store *s, struct sv bank, const struct id128 *item,
                           struct error *err) MUST_USE;
/* Items in id order; visit's non-zero return ends and is passed on. The item is *borrowed until* return. */
int store_bank_items(struct store *s, struct sv bank, int (*visit)(void *arg, const struct bank_item *item),
                     void *arg, struct error *err) MUST_USE;
int store_bank_item_count(struct store *s, struct sv bank, int64_t *out, struct error *err) MUST_USE;
/* Rises with every change to any bank: whether a loaded snapshot is still true. */
int store_bank_version(struct store *s, int64_t *out, struct error *err) MUST_USE;

/* ---- figures ---- */

struct store_counts {
    int64_t posts, accounts, reach, media, media_set_aside, findings, queued, aside;
    int64_t jobs_waiting, jobs_running, jobs_set_aside;
};
int store_count(struct store *s, struct store_counts *out, struct error *err) MUST_USE;

/* ---- for tests ---- */

enum store_dump_flags {
    STORE_DUMP_STABLE = 0,
    STORE_DUMP_RANKS = 1 /* also what depends on the moment of the analysis: expected views, priority */
};
/* Appends what the store knows as lines of text in a fixed order, without times of processing, leases and attempts: two
 * runs over the same input that ended well give the same text, whatever happened on the way. */
int store_dump(struct store *s, unsigned flags, struct buf *b, struct error *err) MUST_USE;

#endif
