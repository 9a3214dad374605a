/* The file, by pread on its one descriptor: the only way in that the walls leave open. */
#include <errno.h>
#include <unistd.h>

#include "media/worker/worker_priv.h"

ssize_t source_read(struct source *s, void *p, size_t n)
{
    ssize_t got;
    do got = pread(WORKER_FD_FILE, p, n, (off_t)s->at);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        s->failed = true;
    else
        s->at += (uint64_t)got;
    return got;
}

void source_seek(struct source *s, uint64_t at) { s->at = at < INT64_MAX ? at : INT64_MAX; }
