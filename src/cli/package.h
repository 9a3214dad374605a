/* What `marsad verify` has of packages. */
#ifndef MARSAD_CLI_PACKAGE_H
#define MARSAD_CLI_PACKAGE_H

#include "cli/cli.h"
#include "evidence/note.h"

/* key, ca_file: may be NULL. The exit code. */
int verify_package(struct cli *cli, const char *path, const struct note_key *key, const char *ca_file);

#endif
