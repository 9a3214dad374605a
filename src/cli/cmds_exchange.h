/* Commands of referrals and exchange, one line each. */
#ifndef MARSAD_CLI_CMDS_EXCHANGE_H
#define MARSAD_CLI_CMDS_EXCHANGE_H

#include "cli/cli.h"

int cmd_refer_to(struct cli *cli, const struct cli_args *a);
int cmd_refer_draft(struct cli *cli, const struct cli_args *a);
int cmd_refer_edit(struct cli *cli, const struct cli_args *a);
int cmd_refer_approve(struct cli *cli, const struct cli_args *a);
int cmd_refer_send(struct cli *cli, const struct cli_args *a);
int cmd_refer_settle(struct cli *cli, const struct cli_args *a);
int cmd_refer_record(struct cli *cli, const struct cli_args *a);
int cmd_refer_seen(struct cli *cli, const struct cli_args *a);
int cmd_refer_answer(struct cli *cli, const struct cli_args *a);
int cmd_refer_list(struct cli *cli, const struct cli_args *a);
int cmd_refer_show(struct cli *cli, const struct cli_args *a);
int cmd_refer_print(struct cli *cli, const struct cli_args *a);
int cmd_refer_watch(struct cli *cli, const struct cli_args *a);
int cmd_refer_league(struct cli *cli, const struct cli_args *a);
int cmd_refer_clock(struct cli *cli, const struct cli_args *a);

#endif
