/* Output: translated lines, errors, colours, and the turning around of right-to-left lines where the terminal will not. */
#include "cli/bidi.h"
#include "cli/cli.h"

#include "base/json.h"
#include "base/utf8.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILL_MAX = 10, FLUSH_BYTES = 64 << 10 };

struct sv cli_text(const struct cli *cli, const char *key) { return text_get(cli->texts, cli->lang, key); }

static void fill(const struct cli *cli, struct buf *b, const char *key, va_list ap)
{
    struct sv args[FILL_MAX];
    size_t n = 0;
    for (const char *s; n < FILL_MAX && (s = va_arg(ap, const char *)); n++) args[n] = sv_cstr(s);
    text_fill(cli->texts, cli->lang, key, args, n, b);
}

void cli_fill(const struct cli *cli, struct buf *b, const char *key, ...)
{
    va_list ap;
    va_start(ap, key);
    fill(cli, b, key, ap);
    va_end(ap);
}

void cli_say(struct cli *cli, const char *key, ...)
{
    va_list ap;
    va_start(ap, key);
    fill(cli, &cli->out, key, ap);
    va_end(ap);
    buf_putc(&cli->out, '\n');
}

/* ---- writing ---- */

/* Whole buffer to a descriptor, however many writes it takes. 0 or errno. */
static int write_all(int fd, struct sv s)
{
    size_t at = 0;
    while (at < s.n) {
        ssize_t n = write(fd, s.p + at, s.n - at);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno;
        if (n == 0) return EIO;
        at += (size_t)n;
    }
    return 0;
}

static int write_turned(int fd, const struct cli_stream *to, struct sv s)
{
    if (to->bidi == BIDI_LEAVE) return write_all(fd, s);
    struct buf turned;
    buf_init(&turned, 0);
    bidi_lines(&turned, s);
    int failed = turned.failed ? ENOMEM : write_all(fd, buf_sv(&turned));
    buf_done(&turned);
    return failed;
}

bool cli_flush(struct cli *cli)
{
    if (!cli->to.broken) {
        int failed = cli->out.failed ? ENOMEM : write_turned(STDOUT_FILENO, &cli->to, buf_sv(&cli->out));
        cli->to.broken = failed != 0;
        struct error err;
        if (failed && failed != EPIPE) {
            error_set_errno(&err, ERR_IO, "cli", failed, "standard output");
            cli_fail(cli, &err);
        }
    }
    buf_clear(&cli->out);
    return !cli->to.broken;
}

bool cli_flush_some(struct cli *cli)
{
    return cli->out.n < FLUSH_BYTES && !cli->out.failed ? !cli->to.broken : cli_flush(cli);
}

/* ---- errors ---- */

static const char *const error_keys[] = {
    [-ERR_NOMEM] = "error.nomem",
    [-ERR_IO] = "error.io",
    [-ERR_ARG] = "error.arg",
    [-ERR_FORMAT] = "error.format",
    [-ERR_LIMIT] = "error.limit",
    [-ERR_NOTFOUND] = "error.notfound",
    [-ERR_EXISTS] = "error.exists",
    [-ERR_BUSY] = "error.busy",
    [-ERR_UNSUPPORTED] = "error.unsupported",
    [-ERR_SANDBOX] = "error.sandbox",
    [-ERR_WORKER] = "error.worker",
    [-ERR_TIMEOUT] = "error.timeout",
    [-ERR_STORE] = "error.store",
    [-ERR_POLICY] = "error.policy",
    [-ERR_INTERNAL] = "error.internal",
    [-ERR_CANCELLED] = "error.cancelled",
};

static const char *error_key(int code)
{
    size_t at = code < 0 ? 0u - (unsigned)code : 0;
    bool known = at < sizeof error_keys / sizeof *error_keys && error_keys[at];
    return known ? error_keys[at] : "error.internal";
}

static void fail_line(const struct cli *cli, struct buf *b, const struct error *err)
{
    const char *red = cli->to_err.colour ? "\033[31m" : "", *plain = cli->to_err.colour ? "\033[0m" : "";
    buf_puts(b, "marsad: ");
    buf_puts(b, red);
    buf_putsv(b, cli_text(cli, error_key(err->code)));
    buf_puts(b, plain);
    buf_puts(b, ": ");
    buf_puts(b, err->text);
    buf_putc(b, '\n');
}

int cli_fail(struct cli *cli, const struct error *err)
{
    struct buf b;
    buf_init(&b, 0);
    if (cli->json) {
        struct jw w;
        jw_init(&w, &b, JW_COMPACT);
        jw_object(&w);
        jw_kv_str(&w, "error", error_code_name(err->code));
        jw_kv_i64(&w, "code", err->code);
        jw_kv_str(&w, "text", err->text);
        jw_end(&w);
        buf_putc(&b, '\n');
        cli->to_err.broken |= write_all(STDERR_FILENO, buf_sv(&b)) != 0;
    } else {
        fail_line(cli, &b, err);
        cli->to_err.broken |= write_turned(STDERR_FILENO, &cli->to_err, buf_sv(&b)) != 0;
    }
    buf_done(&b);
    return EXIT_TROUBLE;
}

int cli_usage(struct cli *cli, const char *key, ...)
{
    struct error err;
    struct buf b;
    va_list ap;
    buf_init(&b, 0);
    va_start(ap, key);
    fill(cli, &b, key, ap);
    va_end(ap);
    struct sv text = sv_trim(buf_sv(&b));
    error_set(&err, ERR_ARG, "cli", "%.*s", SV_FMT(text));
    buf_done(&b);
    return cli_fail(cli, &err);
}

void cli_note(struct cli *cli, const char *key, ...)
{
    if (cli->quiet) return;
    struct buf said, b;
    va_list ap;
    buf_init(&said, 0);
    buf_init(&b, 0);
    va_start(ap, key);
    fill(cli, &said, key, ap);
    va_end(ap);
    buf_puts(&b, "marsad: ");
    utf8_show(&b, buf_sv(&said));
    buf_putc(&b, '\n');
    cli->to_err.broken |= write_turned(STDERR_FILENO, &cli->to_err, buf_sv(&b)) != 0;
    buf_done(&said);
    buf_done(&b);
}

const char *cli_colour(const struct cli *cli, enum cli_colour c)
{
    static const char *const codes[] = {
        [COLOUR_PLAIN] = "\033[0m",   [COLOUR_BOLD] = "\033[1m",   [COLOUR_RED] = "\033[31m",
        [COLOUR_YELLOW] = "\033[33m", [COLOUR_GREEN] = "\033[32m", [COLOUR_DIM] = "\033[2m"};
    return cli->to.colour ? codes[c] : "";
}

/* ---- signals ---- */

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    if (interrupted) _exit(128 + number);
    interrupted = 1;
}

void cli_watch_signals(void)
{
    struct sigaction sa = {.sa_handler = on_signal};
    sigemptyset(&sa.sa_mask);
    sigaction(SIGINT, &sa, NULL);
    sigaction(SIGTERM, &sa, NULL);
}

bool cli_interrupted(void) { return interrupted != 0; }
