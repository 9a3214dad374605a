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
int cmd_exchange_source(struct cli *cli, const struct cli_args *a);
int cmd_exchange_take(struct cli *cli, const struct cli_args *a);
int cmd_exchange_sync(struct cli *cli, const struct cli_args *a);
int cmd_exchange_items(struct cli *cli, const struct cli_args *a);
int cmd_exchange_confirm(struct cli *cli, const struct cli_args *a);
int cmd_exchange_refute(struct cli *cli, const struct cli_args *a);
int cmd_exchange_share(struct cli *cli, const struct cli_args *a);
int cmd_exchange_unshare(struct cli *cli, const struct cli_args *a);
int cmd_exchange_export(struct cli *cli, const struct cli_args *a);
int cmd_exchange_opinions(struct cli *cli, const struct cli_args *a);
int cmd_stix_check(struct cli *cli, const struct cli_args *a);
int cmd_stix_post(struct cli *cli, const struct cli_args *a);
int cmd_taxii_user(struct cli *cli, const struct cli_args *a);
int cmd_taxii_serve(struct cli *cli, const struct cli_args *a);
int cmd_report_statements(struct cli *cli, const struct cli_args *a);
int cmd_report_check(struct cli *cli, const struct cli_args *a);
int cmd_report_public(struct cli *cli, const struct cli_args *a);

#endif
