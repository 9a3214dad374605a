/* The command line: which command, which options, which workspace, which language. */
#include "cli/cmds.h"
#include "cli/help.h"
#include "cli/options.h"

#include "base/id.h"
#include "base/vec.h"

#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* A progress bar that stands on the line gives way; it is drawn again below. */
static void log_to_stderr(void *arg, enum log_level level, const char *module, const char *text)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    const struct cli *cli = arg;
    fprintf(stderr, "%smarsad: %s: %s: %s\n", cli->to_err.tty ? "\r\033[K" : "", names[level], module, text);
}

/* ---- the surroundings ---- */

/* Terminals that turn right-to-left text around by themselves; for the rest we do. MARSAD_BIDI=terminal|reorder
 * decides where the guess is wrong. */
static enum bidi guess_bidi(bool tty)
{
    const char *said = getenv("MARSAD_BIDI");
    if (said && *said) return strcmp(said, "reorder") == 0 ? BIDI_REORDER : BIDI_LEAVE;
    if (!tty) return BIDI_LEAVE;
    const char *vte = getenv("VTE_VERSION"), *term = getenv("TERM"), *program = getenv("TERM_PROGRAM");
    if (vte && atoi(vte) >= 5800) return BIDI_LEAVE;
    if (getenv("KONSOLE_VERSION") || (program && strcmp(program, "Apple_Terminal") == 0)) return BIDI_LEAVE;
    if (term && strncmp(term, "mlterm", 6) == 0) return BIDI_LEAVE;
    return BIDI_REORDER;
}

static struct cli_stream look_at(int fd)
{
    struct cli_stream s = {.tty = isatty(fd)};
    struct winsize size = {0};
    if (s.tty) s.columns = ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
    const char *term = getenv("TERM"), *no_colour = getenv("NO_COLOR");
    s.colour = s.tty && !(no_colour && *no_colour) && term && strcmp(term, "dumb") != 0;
    s.bidi = guess_bidi(s.tty);
    return s;
}

static enum lang guess_lang(void)
{
    static const char *const names[] = {"MARSAD_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value) return lang_parse(sv_cstr(value));
    }
    return LANG_EN;
}

static const char *default_workspace(void)
{
    const char *named = getenv("MARSAD_WORKSPACE");
    return named && *named ? named : ".";
}

/* ---- which command ---- */

/* "bank add" before "bank": the longer name wins. Words it took, 0 for none. */
static int find_command(int argc, const char *const *argv, const struct command **out)
{
    int taken = 0;
    for (const struct command *c = commands; c->name; c++) {
        const char *space = strchr(c->name, ' ');
        size_t first = space ? (size_t)(space - c->name) : strlen(c->name);
        int words = space ? 2 : 1;
        if (argc < words || words <= taken) continue;
        if (strlen(argv[0]) != first || memcmp(argv[0], c->name, first) != 0) continue;
        if (space && strcmp(argv[1], space + 1) != 0) continue;
        *out = c;
        taken = words;
    }
    return taken;
}

static void apply_common(struct cli *cli, const struct cli_args *args)
{
    const char *lang = args_get(args, "--lang");
    cli->lang = lang ? lang_parse(sv_cstr(lang)) : guess_lang();
    cli->json = args_has(args, "--json");
    cli->quiet = args_has(args, "--quiet");
    if (args_has(args, "--verbose")) cli->log.max_level = LOG_INFO;
    if (cli->quiet) cli->log.max_level = LOG_ERROR;
    if (args_get(args, "--actor")) cli->actor = args_get(args, "--actor");
    if (args_get(args, "--workspace")) cli->workspace = args_get(args, "--workspace");
}

static int run_command(struct cli *cli, const struct command *command, int argc, const char *const *argv)
{
    struct cli_args args = {0};
    int64_t workers = 0;
    int code = EXIT_TROUBLE;
    if (options_parse(cli, command, argc, argv, &args)) {
        apply_common(cli, &args);
        if (args_has(&args, "--help"))
            code = help_command(cli, command);
        else if (args_number(cli, &args, "--jobs", 1, 1024, &workers) &&
                 options_check_operands(cli, command, &args)) {
            cli->workers = (unsigned)workers;
            code = command->run(cli, &args);
        }
    }
    if (!cli_flush(cli)) code = EXIT_TROUBLE;
    options_done(&args);
    return code;
}

/* Options may stand before the command: they are moved behind its name, in front of all else. */
static int dispatch(struct cli *cli, int argc, const char *const *argv)
{
    int leading = options_leading(argc, argv);
    const struct command *command = &command_none;
    int words = leading < argc ? find_command(argc - leading, argv + leading, &command) : 0;
    if (leading < argc && words == 0) return help_unknown(cli, argc - leading, argv + leading);
    struct VEC(const char *) rest = {0};
    int failed = VEC_RESERVE(&rest, (size_t)argc + 1);
    for (int i = 0; i < argc && !failed; i++)
        if (i < leading || i >= leading + words) failed = VEC_PUSH(&rest, argv[i]);
    int code = failed ? EXIT_TROUBLE : run_command(cli, command, (int)rest.n, rest.v);
    VEC_DONE(&rest);
    return code;
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of write(), told and counted */
    struct error err;
    struct cli cli = {
        .lang = guess_lang(), .workspace = default_workspace(), .actor = getenv("MARSAD_ACTOR")};
    cli.log = (struct log){.sink = log_to_stderr, .arg = &cli, .max_level = LOG_WARN};
    cli.to = look_at(STDOUT_FILENO);
    cli.to_err = look_at(STDERR_FILENO);
    buf_init(&cli.out, 0);
    int code = id_init(&err);
    if (code == 0) code = texts_new(NULL, &cli.texts, &err);
    if (code) {
        fprintf(stderr, "marsad: %s\n", err.text);
        return EXIT_TROUBLE;
    }
    options_early(&cli, argc - 1, (const char *const *)argv + 1);
    code = dispatch(&cli, argc - 1, (const char *const *)argv + 1);
    texts_free(cli.texts);
    buf_done(&cli.out);
    return code;
}
