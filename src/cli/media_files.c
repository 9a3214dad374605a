#include "cli/media_files.h"

#include "base/crew.h"
#include "media/media.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct walk {
    struct media_pool *pool;
    struct media_how how;
};

static int open_regular(const char *path, int *out_fd, struct error *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return error_set_errno(err, errno == ENOENT ? ERR_NOTFOUND : ERR_IO, "cli", errno, "%s", path);
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        *out_fd = fd;
        return 0;
    }
    close(fd);
    return error_set(err, ERR_ARG, "cli", "%s: not a regular file", path);
}

/* The reason behind the file's name, where it is not there already. */
static void name_error(struct media_file *f, const struct error *why)
{
    f->code = error_set(&f->error, why->code, "cli", "%s: %s", f->path, why->text);
}

enum { STILL_SIDE = 256 };

/* Stills are beside the point of the work: a file that shows none has none. */
static void take_stills(struct walk *w, struct media_file *f, int fd)
{
    int64_t times[MEDIA_SHOW_TIMES_MAX] = {0};
    struct error ignored;
    bool moves = f->signals.kind == MEDIA_VIDEO && f->signals.duration_us > 0;
    size_t n = moves && w->how.stills < MEDIA_SHOW_TIMES_MAX ? w->how.stills : 1;
    struct media_shown *shown = ARENA_NEW(&f->arena, struct media_shown);
    for (size_t i = 0; i < n; i++) times[i] = moves ? f->signals.duration_us * (int64_t)i / (int64_t)n : 0;
    struct media_show_request r = {.fd = fd, .times_us = times, .ntimes = n, .side = STILL_SIDE};
    if (shown && lseek(fd, 0, SEEK_SET) >= 0 && media_show(w->pool, &r, &f->arena, shown, &ignored) == 0)
        f->stills = shown;
}

static void analyse(void *arg, void *state, void *job)
{
    struct walk *w = arg;
    struct media_file *f = job;
    struct error err = {0};
    int fd = -1;
    f->code = open_regular(f->path, &fd, &f->error);
    if (f->code) return;
    struct media_request request = {.fd = fd,
                                    .hint = MEDIA_UNKNOWN,
                                    .sample_every_us = w->how.sample_every_us,
                                    .look = w->how.look,
                                    .fast = w->how.fast,
                                    .first = w->how.closer != NULL};
    int code = sha256_of_fd(fd, &f->sha256, &f->bytes, &err);
    if (code == 0) code = media_analyse(w->pool, &request, &f->arena, &f->signals, &err);
    if (code == 0 && f->signals.first_look && w->how.closer(w->how.arg, f)) {
        request.first = false;
        code = media_analyse(w->pool, &request, &f->arena, &f->signals, &err);
    }
    if (code) name_error(f, &err);
    if (f->code == 0 && w->how.stills > 0 && f->signals.nframes > 0) take_stills(w, f, fd);
    close(fd);
}

static struct media_file *file_new(const char *path)
{
    struct media_file *f = calloc(1, sizeof *f);
    if (!f) return NULL;
    f->path = path;
    arena_init(&f->arena, 0);
    return f;
}

static void file_free(struct media_file *f)
{
    if (!f) return;
    arena_done(&f->arena);
    free(f);
}

static int run(struct crew *crew, const char *const *paths, size_t n,
               int (*done)(void *arg, struct media_file *f), void *arg, struct error *err)
{
    size_t given = 0;
    int ended = 0, code = 0;
    for (;;) {
        while (!ended && !code && given < n && crew_pending(crew) < 2 * crew_threads(crew)) {
            struct media_file *f = file_new(paths[given]);
            code = f ? crew_give(crew, f) : ERR_NOMEM;
            if (code) {
                file_free(f);
                error_set(err, code, "cli", "no memory for %s", paths[given]);
            }
            given++;
        }
        struct media_file *f = crew_take(crew, true);
        if (!f) return code;
        if (!ended && !code) ended = cli_interrupted() ? 1 : done(arg, f);
        file_free(f);
    }
}

bool media_files(struct cli *cli, const char *const *paths, size_t n, const struct media_how *media_how,
                 int (*done)(void *arg, struct media_file *f), void *arg)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned workers = cli->workers ? cli->workers : (unsigned)(cores > 0 ? cores : 1);
    if (workers > n) workers = n ? (unsigned)n : 1;
    struct media_options o = {.workers = workers, .limits = media_limits_default(), .log = &cli->log};
    struct walk w = {.how = *media_how};
    struct crew_how how = {.work = analyse, .arg = &w};
    struct crew *crew = NULL;
    struct error err = {0};
    int code = media_pool_new(&o, &w.pool, &err);
    if (code == 0) code = crew_new(workers, &how, &crew, &err);
    if (code == 0) code = run(crew, paths, n, done, arg, &err);
    crew_free(crew);
    media_pool_free(w.pool);
    if (code) cli_fail(cli, &err);
    return code == 0;
}
