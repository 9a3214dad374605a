/* Fetchers. No answer is an answer: status 0 and why. */
#include "exchange/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "exchange/http.h"

/* Seconds, or a date: then an hour is taken, which is polite enough. */
static int64_t retry_after(struct sv text)
{
    int64_t seconds;
    if (text.n == 0) return 0;
    if (!sv_to_i64(text, &seconds)) return US_PER_HOUR;
    return seconds < 0 ? 0 : seconds > 86400 ? US_PER_DAY : seconds * US_PER_SECOND;
}

int fetch_curl(void *arg, const char *url, struct arena *a, struct fetched *out, struct error *err)
{
    const struct fetch_curl *f = arg;
    struct http_answer answer;
    struct error why = {0};
    struct http_request r = {.url = url,
                             .agent = f->agent,
                             .max_bytes = FETCH_MAX_BODY_BYTES,
                             .cut = true,
                             .redirects = 5,
                             .timeout_us = 30 * US_PER_SECOND,
                             .allow_local = f->allow_local};
    int code = http_ask(&r, a, &answer, &why);
    *out = (struct fetched){0};
    if (code == ERR_NOMEM) return error_set(err, code, "fetch", "%s", why.text);
    if (code) {
        out->said = arena_copy(a, sv_cstr(why.text));
        return 0;
    }
    *out = (struct fetched){.status = (int)answer.status,
                            .retry_after_us = retry_after(answer.retry_after),
                            .address = answer.address,
                            .body = answer.body};
    return 0;
}

int fetch_parse(struct sv line, struct arena *a, struct fetched *out, struct error *err)
{
    struct json *doc = NULL;
    *out = (struct fetched){0};
    int code = json_parse(line, JSON_STRICT, &doc, err);
    if (code) return code;
    int64_t status = json_get_i64(doc, "status", -1), after = json_get_i64(doc, "retry_after", 0);
    if (json_type(doc) != JSON_OBJECT || status < 0 || status > 999)
        code = error_set(err, ERR_FORMAT, "fetch",
                         "a fetcher answers with an object and a status from 0 to 999");
    if (code == 0) {
        *out = (struct fetched){.status = (int)status,
                                .retry_after_us = after < 0       ? 0
                                                  : after > 86400 ? US_PER_DAY
                                                                  : after * US_PER_SECOND,
                                .address = arena_copy(a, json_get_sv(doc, "address")),
                                .body = arena_copy(a, json_get_sv(doc, "text")),
                                .said = arena_copy(a, json_get_sv(doc, "said"))};
        if (!out->address.p || !out->body.p || !out->said.p)
            code = error_set(err, ERR_NOMEM, "fetch", "no memory for an answer");
    }
    json_free(doc);
    return code;
}

/* ---- a program ---- */

static int start(const char *path, const char *url, pid_t *pid, int *out_fd)
{
    int pipe_fds[2];
    if (pipe2(pipe_fds, O_CLOEXEC) != 0) return errno;
    *pid = fork();
    if (*pid == 0) {
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        setpgid(0, 0);
        if (null >= 0) dup2(null, STDIN_FILENO);
        dup2(pipe_fds[1], STDOUT_FILENO);
        execl(path, path, url, (char *)NULL);
        _exit(127);
    }
    int failed = *pid < 0 ? errno : 0;
    close(pipe_fds[1]);
    if (failed)
        close(pipe_fds[0]);
    else
        *out_fd = pipe_fds[0];
    return failed;
}

/* Until it closes its output, says too much, or its time is over. True: it closed. */
static bool read_all(int fd, int64_t timeout_us, struct buf *b)
{
    int64_t end = clock_mono_us() + timeout_us;
    for (;;) {
        char block[16384];
        struct pollfd p = {fd, POLLIN, 0};
        int64_t left = (end - clock_mono_us()) / 1000;
        int ready = left > 0 ? poll(&p, 1, (int)(left > 1000000 ? 1000000 : left)) : 0;
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return false;
        ssize_t n = read(fd, block, sizeof block);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return n == 0;
        buf_put(b, block, (size_t)n);
        if (b->failed) return false;
    }
}

int fetch_command(void *arg, const char *url, struct arena *a, struct fetched *out, struct error *err)
{
    const struct fetch_command *f = arg;
    struct error why = {0};
    struct buf b;
    pid_t pid = -1;
    int fd = -1, status = 0;
    *out = (struct fetched){0};
    int failed = start(f->path, url, &pid, &fd);
    if (failed) {
        out->said = arena_printf(a, "%s: %s", f->path, strerror(failed));
        return out->said.p ? 0 : error_set(err, ERR_NOMEM, "fetch", "no memory for an answer");
    }
    buf_init(&b, 2 * FETCH_MAX_BODY_BYTES);
    bool closed = read_all(fd, f->timeout_us ? f->timeout_us : 60 * US_PER_SECOND, &b);
    close(fd);
    kill(-pid, SIGKILL); /* its own group: whatever it started is gone with it */
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
    int code = closed ? fetch_parse(sv_trim(buf_sv(&b)), a, out, &why) : ERR_TIMEOUT;
    buf_done(&b);
    if (code == ERR_NOMEM) return error_set(err, code, "fetch", "%s", why.text);
    if (code) {
        *out = (struct fetched){0};
        out->said = arena_printf(a, "%s: %s", f->path,
                                 closed ? why.text : "it did not answer in time, or said too much");
    }
    return code && !out->said.p ? error_set(err, ERR_NOMEM, "fetch", "no memory for an answer") : 0;
}
