/* Help, completion and manual, all made from the rows of commands and options. */
#ifndef MARSAD_CLI_HELP_H
#define MARSAD_CLI_HELP_H

#include "cli/cli.h"

void help_overview(struct cli *cli);
int help_command(struct cli *cli, const struct command *c);
/* For a word that is no command: the nearest one is named. EXIT_TROUBLE. */
int help_unknown(struct cli *cli, int argc, const char *const *argv);

/* "cmd.bank.add.help" for "bank add" and "help". */
struct sv help_text(const struct cli *cli, const struct command *c, const char *what);
/* "-b, --bank CATEGORY=FILE" */
void help_option_label(const struct cli_option *o, struct buf *b);
/* Appends text broken at spaces so that lines end before column `width`; the first begins at column `at`, the others
 * after `indent` spaces. width 0: one line. */
void help_wrap(struct buf *b, struct sv text, int at, int indent, int width);

/* Completion script for "bash", "zsh" or "fish" into b; false for another shell. */
bool help_completion(struct cli *cli, const char *shell, struct buf *b);
/* marsad(1) in roff, in the language of `cli`. */
void help_man(struct cli *cli, struct buf *b);

#endif
