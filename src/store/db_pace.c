/* SQLite lets its callers put a function of theirs before a system call of its own; ours stands before pwrite and does
 * nothing but pwrite in every thread but one that is being paced. What a thread is at is kept per thread: SQLite gives the
 * function no argument to find it by.
 *
 * sync_file_range starts and awaits the writing of what is dirty without a flush of the disk's cache; durable it becomes by
 * the fdatasync with which SQLite ends a checkpoint as ever, which finds little left to do. */
#include "store/db_pace.h"

#include "base/clock.h"
#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <time.h>
#include <unistd.h>

static _Thread_local struct db_pace *pacing;
static _Thread_local size_t written_bytes; /* since the disk was last waited for */

static void rest(int64_t us)
{
    struct timespec t = {us / US_PER_SECOND, us % US_PER_SECOND * 1000};
    nanosleep(&t, NULL);
}

static void wait_for_disk(int fd)
{
    int64_t began = clock_mono_us();
    /* Where it does not work nothing is lost but the pace. */
    (void)sync_file_range(fd, 0, 0,
                          SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
    int64_t took = clock_mono_us() - began;
    rest(took < STORE_PACE_MAX_REST_US ? took : STORE_PACE_MAX_REST_US);
}

static ssize_t paced_pwrite(int fd, const void *p, size_t n, off_t at)
{
    ssize_t wrote = pwrite(fd, p, n, at);
    if (!pacing || wrote <= 0 || atomic_load(pacing->hurry)) return wrote;
    written_bytes += (size_t)wrote;
    if (written_bytes >= STORE_PACE_BYTES) {
        written_bytes = 0;
        int before = errno;
        wait_for_disk(fd);
        errno = before;
    }
    return wrote;
}

/* One of the two names is the one that SQLite was built with; off_t has 64 bits with either. */
static void stand_before_pwrite(void)
{
    static const char *const names[] = {"pwrite", "pwrite64"};
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    if (!vfs || vfs->iVersion < 3 || !vfs->xGetSystemCall || !vfs->xSetSystemCall) return;
    for (size_t i = 0; i < 2; i++)
        if (vfs->xGetSystemCall(vfs, names[i]))
            (void)vfs->xSetSystemCall(vfs, names[i], (sqlite3_syscall_ptr)(void (*)(void))paced_pwrite);
}

void pace_prepare(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    _Static_assert(sizeof(off_t) == 8, "SQLite passes 64 bits");
    (void)pthread_once(&once, stand_before_pwrite);
}

void pace_begin(struct db_pace *pace)
{
    pacing = pace;
    written_bytes = 0;
}

void pace_end(void) { pacing = NULL; }
