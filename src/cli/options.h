/* Parsing a command line against rows of options. */
#ifndef MARSAD_CLI_OPTIONS_H
#define MARSAD_CLI_OPTIONS_H

#include "cli/cli.h"

/* Options and operands may stand in any order; "--" ends options; "--name=value", "--name value", "-n value", "-nvalue";
 * a unique beginning of a long name will do. False after a message (what was not understood, what was meant). */
bool options_parse(struct cli *cli, const struct command *command, int argc, const char *const *argv,
                   struct cli_args *out);
void options_done(struct cli_args *args);
/* Number of operands, choices: false after a message. */
bool options_check_operands(struct cli *cli, const struct command *command, const struct cli_args *args);

/* How many words at the start are common options and their values: what may stand before a command's name. */
int options_leading(int argc, const char *const *argv);
/* --lang, --json and --quiet wherever they stand, so that messages about the command line itself obey them. */
void options_early(struct cli *cli, int argc, const char *const *argv);

/* i-th option of a command, its own first, then the common ones; NULL after the last. */
const struct cli_option *options_at(const struct command *command, size_t i);

#endif
