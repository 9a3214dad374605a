/* bench_submit PORT KEY SECONDS CONNECTIONS [RATE]: how long a text takes from its submission to its findings, over
 * HTTP on this machine. Without RATE each connection submits the next when it has the answer to the last (closed loop).
 * With RATE so many a second are due in all, evenly, and each counts from when it was due, whether or not the one before
 * it had come back by then (open loop): a server that stands still for a while pays for all that was due meanwhile. For
 * bench/serve.sh. */
#include "base/clock.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS_MOST = 256, EACH_MOST = 200000 };

static struct {
    int port;
    const char *key;
    int64_t began_us, until_us;
    double rate;
    int connections;
} how;

struct line {
    pthread_t thread;
    int number, to;
    int64_t *took_us;
    size_t n;
    unsigned refused;
};

static void give_up(const char *what)
{
    perror(what);
    exit(2);
}

static int dial(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)how.port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof at) != 0) give_up("connect");
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

/* Reads one answer; its status. */
static int answer(int fd)
{
    char b[65536];
    size_t n = 0;
    for (;;) {
        ssize_t got = read(fd, b + n, sizeof b - 1 - n);
        if (got <= 0) give_up("the server closed the connection");
        n += (size_t)got;
        b[n] = '\0';
        const char *end = strstr(b, "\r\n\r\n"), *length = strcasestr(b, "\r\nContent-Length:");
        if (end && !length) give_up("an answer without a length");
        if (end && n >= (size_t)(end + 4 - b) + strtoul(length + 17, NULL, 10)) return atoi(b + 9);
        if (n == sizeof b - 1) give_up("an answer that is too long");
    }
}

static int submit(int fd, int number, size_t i)
{
    char body[512], all[1024];
    int n = snprintf(body, sizeof body,
                     "{\"post\":{\"kind\":\"text\",\"platform\":\"bench\",\"native_id\":\"s%lld-%d-%zu\","
                     "\"texts\":[{\"field\":\"caption\",\"text\":\"her number is 0600000174 call her\"}]}}",
                     (long long)clock_now_us(), number, i);
    n = snprintf(all, sizeof all,
                 "POST /api/v1/items HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
                 "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
                 how.key, n, body);
    if (write(fd, all, (size_t)n) != n) give_up("write");
    return answer(fd);
}

static void sleep_until(int64_t us)
{
    int64_t left = us - clock_mono_us();
    struct timespec t = {left / US_PER_SECOND, left % US_PER_SECOND * 1000};
    if (left > 0) nanosleep(&t, NULL);
}

static void *work(void *arg)
{
    struct line *l = arg;
    double step_us = how.rate > 0 ? 1e6 / how.rate : 0;
    for (size_t i = 0; l->n < EACH_MOST; i++) {
        double turn = (double)i * how.connections + l->number;
        int64_t due_us = how.rate > 0 ? how.began_us + (int64_t)(turn * step_us) : clock_mono_us();
        if (due_us >= how.until_us) break;
        sleep_until(due_us);
        l->refused += submit(l->to, l->number, i) != 200;
        l->took_us[l->n++] = clock_mono_us() - due_us;
    }
    return NULL;
}

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void tell(struct line *lines)
{
    size_t n = 0, late = 0, at = 0;
    unsigned refused = 0;
    for (int i = 0; i < how.connections; i++) n += lines[i].n, refused += lines[i].refused;
    int64_t *all = calloc(n + 1, sizeof *all);
    if (!all || n == 0) give_up("nothing was submitted");
    for (int i = 0; i < how.connections; at += lines[i++].n)
        memcpy(all + at, lines[i].took_us, lines[i].n * sizeof *all);
    qsort(all, n, sizeof *all, by_time);
    for (size_t i = 0; i < n; i++) late += all[i] > 10000;
    double seconds = (double)(clock_mono_us() - how.began_us) / 1e6;
    printf(
        "%zu submitted, %.0f a second, %u refused; ms: p50 %.1f, p90 %.1f, p99 %.1f, p99.9 %.1f, most %.1f; "
        "over 10 ms: %.2f %%\n",
        n, (double)n / seconds, refused, (double)all[n / 2] / 1e3, (double)all[n * 9 / 10] / 1e3,
        (double)all[n * 99 / 100] / 1e3, (double)all[n * 999 / 1000] / 1e3, (double)all[n - 1] / 1e3,
        100.0 * (double)late / (double)n);
    free(all);
}

int main(int argc, char **argv)
{
    static struct line lines[CONNECTIONS_MOST];
    how.connections = argc > 4 ? atoi(argv[4]) : 0;
    if (how.connections < 1 || how.connections > CONNECTIONS_MOST) {
        fprintf(stderr, "bench_submit PORT KEY SECONDS CONNECTIONS [RATE]\n");
        return 2;
    }
    how.port = atoi(argv[1]);
    how.key = argv[2];
    how.rate = argc > 5 ? atof(argv[5]) : 0;
    for (int i = 0; i < how.connections; i++) {
        lines[i] = (struct line){.number = i, .to = dial(), .took_us = calloc(EACH_MOST, sizeof(int64_t))};
        if (!lines[i].took_us) give_up("no memory");
    }
    how.began_us = clock_mono_us();
    how.until_us = how.began_us + (int64_t)(atof(argv[3]) * 1e6);
    for (int i = 0; i < how.connections; i++)
        if (pthread_create(&lines[i].thread, NULL, work, &lines[i]) != 0) give_up("pthread_create");
    for (int i = 0; i < how.connections; i++) pthread_join(lines[i].thread, NULL);
    tell(lines);
    return 0;
}
