/* Rows of the commands of referrals and exchange, for the table in commands.c. */
#ifndef MARSAD_CLI_COMMANDS_EXCHANGE_H
#define MARSAD_CLI_COMMANDS_EXCHANGE_H

#include "cli/cmds_exchange.h"

static const struct cli_option refer_to_options[] = {
    {"--title", 0, ARG_TEXT, "TEXT", NULL, "opt.refer.title"},
    {"--email", 'e', ARG_TEXT, "ADDRESS", NULL, "opt.refer.email"},
    {"--api", 0, ARG_TEXT, "URL", NULL, "opt.refer.api"},
    {"--country", 0, ARG_TEXT, "CODE", NULL, "opt.refer.country"},
    {"--contact-point", 0, ARG_TEXT, "TEXT", NULL, "opt.refer.contact"},
    {"--legal-representative", 0, ARG_TEXT, "TEXT", NULL, "opt.refer.legal"},
    {"--set", 's', ARG_TEXT, "NAME=VALUE", NULL, "opt.refer.set"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option refer_draft_options[] = {
    {"--kind", 'k', ARG_CHOICE, "KIND", "dsa-notice|tco-order|trusted-flag|preserve|national",
     "opt.refer.kind"},
    {"--case", 0, ARG_TEXT, "CASE", NULL, "opt.refer.case"},
    {"--account", 0, ARG_TEXT, "URL", NULL, "opt.refer.account"},
    {"--category", 'c', ARG_TEXT, "CATEGORY", NULL, "opt.bank.category"},
    {"--letter", 0, ARG_CHOICE, "LANG", "ar|fr|en", "opt.refer.letter"},
    {"--facts", 'f', ARG_TEXT, "TEXT", NULL, "opt.refer.facts"},
    {"--law", 0, ARG_TEXT, "TEXT", NULL, "opt.refer.law"},
    {"--set", 's', ARG_TEXT, "NAME=VALUE", NULL, "opt.refer.set"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option refer_edit_options[] = {
    {"--facts", 'f', ARG_TEXT, "TEXT", NULL, "opt.refer.facts"},
    {"--law", 0, ARG_TEXT, "TEXT", NULL, "opt.refer.law"},
    {"--set", 's', ARG_TEXT, "NAME=VALUE", NULL, "opt.refer.set"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option refer_approve_options[] = {
    {"--channel", 0, ARG_CHOICE, "WAY", "mail|api|print", "opt.refer.channel"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option refer_record_options[] = {
    {"--at", 0, ARG_TEXT, "TIME", NULL, "opt.refer.at"},
    {"--note", 0, ARG_TEXT, "TEXT", NULL, "opt.refer.note"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option refer_seen_options[] = {
    {"--address", 0, ARG_NUMBER, "N", NULL, "opt.refer.address"},
    {"--at", 0, ARG_TEXT, "TIME", NULL, "opt.refer.at"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option refer_list_options[] = {
    {"--state", 0, ARG_TEXT, "STATE", NULL, "opt.refer.state"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option refer_print_options[] = {
    {"--output", 'o', ARG_FILE, "FILE", NULL, "opt.bank.output"},
    {"--html", 0, ARG_NONE, NULL, NULL, "opt.refer.html"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option refer_watch_options[] = {
    {"--fetcher", 0, ARG_FILE, "PROGRAM", NULL, "opt.refer.fetcher"},
    {"--clock-only", 0, ARG_NONE, NULL, NULL, "opt.refer.clock_only"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option refer_league_options[] = {
    {"--from", 0, ARG_TEXT, "TIME", NULL, "opt.refer.from"},
    {"--to", 0, ARG_TEXT, "TIME", NULL, "opt.refer.until"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option refer_clock_options[] = {
    {"--accept", 0, ARG_NONE, NULL, NULL, "opt.refer.accept"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

#define EXCHANGE_COMMANDS                                                                                    \
    {"refer to",  "[NAME]",         0,                                                                       \
     1,           refer_to_options, "marsad refer to clips --email notices@clips.example --country IE",      \
     cmd_refer_to},                                                                                          \
        {"refer draft",                                                                                      \
         "RECIPIENT [POST…]",                                                                                \
         1,                                                                                                  \
         -1,                                                                                                 \
         refer_draft_options,                                                                                \
         "marsad refer draft clips 3f2a9c --kind tco-order --letter fr --facts '…' --actor lina",            \
         cmd_refer_draft},                                                                                   \
        {"refer edit",                                                                                       \
         "ID",                                                                                               \
         1,                                                                                                  \
         1,                                                                                                  \
         refer_edit_options,                                                                                 \
         "marsad refer edit 9c0d --set refrain=true --actor lina",                                           \
         cmd_refer_edit},                                                                                    \
        {"refer approve",  "ID", 1, 1, refer_approve_options, "marsad refer approve 9c0d --actor omar",      \
         cmd_refer_approve},                                                                                 \
        {"refer send", "", 0, 0, NULL, "marsad refer send -w ~/watch", cmd_refer_send},                      \
        {"refer settle",  "ID WORD", 2, 2, NULL, "marsad refer settle 9c0d again --actor lina",              \
         cmd_refer_settle},                                                                                  \
        {"refer record",                                                                                     \
         "ID EVENT",                                                                                         \
         2,                                                                                                  \
         2,                                                                                                  \
         refer_record_options,                                                                               \
         "marsad refer record 9c0d received --at 2026-01-31T10:05:00Z --actor lina",                         \
         cmd_refer_record},                                                                                  \
        {"refer seen",  "ID WHAT", 2, 2, refer_seen_options, "marsad refer seen 9c0d offline --actor lina",  \
         cmd_refer_seen},                                                                                    \
        {"refer answer",  "FILE", 1, 1, NULL, "marsad refer answer annex-II.json --actor lina",              \
         cmd_refer_answer},                                                                                  \
        {"refer list", "", 0, 0, refer_list_options, "marsad refer list --state still-up", cmd_refer_list},  \
        {"refer show", "ID", 1, 1, NULL, "marsad refer show 9c0d", cmd_refer_show},                          \
        {"refer print",  "ID", 1, 1, refer_print_options, "marsad refer print 9c0d -o order.html",           \
         cmd_refer_print},                                                                                   \
        {"refer watch", "", 0, 0, refer_watch_options, "marsad refer watch -w ~/watch", cmd_refer_watch},    \
        {"refer league",  "", 0, 0, refer_league_options, "marsad refer league --from 2026-01-01",           \
         cmd_refer_league},                                                                                  \
    {                                                                                                        \
        "refer clock", "", 0, 0, refer_clock_options, "marsad refer clock", cmd_refer_clock                  \
    }

#endif
