/* What the commands about cases share. */
#ifndef MARSAD_CLI_CASE_H
#define MARSAD_CLI_CASE_H

#include "cli/cmds.h"
#include "store/store_case.h"

/* A command's way into the workspace: store and arena, and one way out. */
struct case_cmd {
    struct cli *cli;
    struct engine *engine;
    struct store *store;
    struct arena arena;
    struct error err;
};
/* False after a message. */
bool case_cmd_open(struct case_cmd *c, struct cli *cli);
/* Closes; code 0 is EXIT_FINE, any other is told. */
int case_cmd_close(struct case_cmd *c, int code);

/* The option's words, or nothing. */
struct sv case_option(const struct cli_args *a, const char *name);
/* "tlp.amber_strict" … : the text of a closed list's word. */
struct sv case_word(const struct cli *cli, const char *family, const char *name);

#endif
