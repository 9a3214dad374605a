/* What every command has in hand, and the table that commands stand in.
 *
 * A command is one file, cmd_<name>.c, and one row of `commands` in commands.c. Its options are rows too: from them
 * come parsing, --help, shell completion and the man page, so that none of these can disagree.
 *
 * Exit codes are grep's: 0 fine (scan: nothing found), 1 findings, or some records were set aside, 2 trouble. */
#ifndef MARSAD_CLI_CLI_H
#define MARSAD_CLI_CLI_H

#include "base/buf.h"
#include "base/log.h"
#include "policy/texts.h"

#include <stdio.h>

enum { EXIT_FINE = 0, EXIT_FOUND = 1, EXIT_TROUBLE = 2 };

/* Who turns right-to-left text around: a terminal that knows how, or we. */
enum bidi { BIDI_LEAVE, BIDI_REORDER };

/* What a stream leads to. */
struct cli_stream {
    bool tty, colour;
    int columns; /* of the terminal; 0: none, do not cut */
    enum bidi bidi;
    bool broken; /* a write failed: told once, nothing more is written */
};

struct cli {
    struct texts *texts;
    enum lang lang;
    bool json, quiet;
    struct cli_stream to; /* standard output */
    struct cli_stream to_err;
    const char *workspace; /* -w, else $MARSAD_WORKSPACE, else "."; never NULL */
    const char *actor;     /* --actor, else $MARSAD_ACTOR; NULL: the program itself */
    unsigned workers;      /* -j; 0: cores */
    struct log log;        /* to standard error; level by -v */
    struct buf out;        /* what goes to standard output; flushed by cli_flush */
    /* The handle of an account by its id as text, *borrowed until* the next call; NULL: there is no store at hand. */
    struct sv (*name_of)(void *arg, struct sv account);
    void *name_arg;
};

enum cli_arg { ARG_NONE = 0, ARG_TEXT, ARG_FILE, ARG_DIR, ARG_NUMBER, ARG_CHOICE };

struct cli_option {
    const char *name; /* "--bank"; NULL ends the list */
    char letter;      /* 'b' or 0 */
    enum cli_arg arg;
    const char *placeholder; /* "FILE" */
    const char *choices;     /* ARG_CHOICE: "a|b|c" */
    const char *help_key;    /* text key: "opt.scan.bank" */
};

struct cli_value {
    const struct cli_option *option;
    const char *text; /* NULL for ARG_NONE */
};

/* A command line as parsed: options in the order given, then operands. */
struct cli_args {
    struct cli_value *options;
    size_t noptions;
    const char *const *operands;
    size_t noperands;
};
/* Last value of --name, or NULL; "" for an option without argument that was given. */
const char *args_get(const struct cli_args *a, const char *name);
bool args_has(const struct cli_args *a, const char *name);
/* Whole number in [low, high], or a message and false. */
bool args_number(struct cli *cli, const struct cli_args *a, const char *name, int64_t low, int64_t high,
                 int64_t *io_value);

struct command {
    const char *name;                 /* "scan"; two words for a sub-command: "bank add" */
    const char *operands;             /* "FILE…" */
    int operands_min, operands_max;   /* max -1: any number */
    const struct cli_option *options; /* own ones; NULL: none */
    const char *example;              /* a command line that works */
    int (*run)(struct cli *cli, const struct cli_args *a);
    /* help texts: keys "cmd.<name with '.'>.help" (one line) and ".more" (a paragraph) */
};
extern const struct command commands[];   /* ended by name NULL */
extern const struct command command_none; /* what runs when no command is named */
extern const struct cli_option common_options[];

/* ---- speaking ---- */

struct sv cli_text(const struct cli *cli, const char *key);
/* A text with {0} {1} filled in, into `b`. Arguments are C strings, ended by NULL. */
void cli_fill(const struct cli *cli, struct buf *b, const char *key, ...) __attribute__((sentinel));
/* One translated line on standard output or standard error. */
void cli_say(struct cli *cli, const char *key, ...) __attribute__((sentinel));
/* "marsad: <kind of error in the reader's language>: <what, where, what to do>" on standard error (an object with
 * --json); returns EXIT_TROUBLE. */
int cli_fail(struct cli *cli, const struct error *err);
/* cli_fail of ERR_ARG with a filled text. */
int cli_usage(struct cli *cli, const char *key, ...) __attribute__((sentinel));
/* One translated line on standard error that is no failure; silent with --quiet. */
void cli_note(struct cli *cli, const char *key, ...) __attribute__((sentinel));
/* Writes `out` to standard output, turned around where need be. False, now and for ever after, when that failed; told
 * on standard error unless the reader just went away (EPIPE). The command ends with EXIT_TROUBLE. */
bool cli_flush(struct cli *cli);
/* cli_flush when there is much to flush: for commands that print without end. */
bool cli_flush_some(struct cli *cli);

/* Ctrl-C and SIGTERM ask a run to end in order; a second one ends it at once. */
void cli_watch_signals(void);
bool cli_interrupted(void);

enum cli_colour { COLOUR_PLAIN = 0, COLOUR_BOLD, COLOUR_RED, COLOUR_YELLOW, COLOUR_GREEN, COLOUR_DIM };
/* Escape sequence for standard output, "" when colours are off. */
const char *cli_colour(const struct cli *cli, enum cli_colour c);

#endif
