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

static const struct cli_option exchange_source_options[] = {
    {"--kind", 'k', ARG_CHOICE, "KIND", "list|stix|taxii|stopncii|tcap|threatexchange-json",
     "opt.exchange.kind"},
    {"--bank", 'b', ARG_TEXT, "BANK", NULL, "opt.exchange.bank"},
    {"--category", 'c', ARG_TEXT, "CATEGORY", NULL, "opt.bank.category"},
    {"--address", 'a', ARG_TEXT, "URL", NULL, "opt.exchange.address"},
    {"--collection", 0, ARG_TEXT, "NAME", NULL, "opt.exchange.collection"},
    {"--secret", 0, ARG_FILE, "FILE", NULL, "opt.exchange.secret"},
    {"--trust", 0, ARG_CHOICE, "WORD", "yes|no", "opt.exchange.trust"},
    {"--flood", 0, ARG_NUMBER, "POSTS", NULL, "opt.exchange.flood"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option exchange_take_options[] = {
    {"--part", 0, ARG_NONE, NULL, NULL, "opt.exchange.part"},
    {"--shrunk", 0, ARG_NONE, NULL, NULL, "opt.exchange.shrunk"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option exchange_sync_options[] = {
    {"--force", 0, ARG_NONE, NULL, NULL, "opt.exchange.force"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option exchange_items_options[] = {
    {"--state", 0, ARG_TEXT, "STATE", NULL, "opt.refer.state"},
    {"--limit", 'n', ARG_NUMBER, "N", NULL, "opt.bank.limit"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option exchange_judge_options[] = {
    {"--why", 0, ARG_TEXT, "TEXT", NULL, "opt.exchange.why"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option exchange_confirm_options[] = {
    {"--why", 0, ARG_TEXT, "TEXT", NULL, "opt.exchange.why"},
    {"--threshold", 't', ARG_NUMBER, "BITS", NULL, "opt.exchange.threshold"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option exchange_share_options[] = {
    {"--tlp", 0, ARG_CHOICE, "LEVEL", "clear|green|amber|amber+strict|red", "opt.exchange.tlp"},
    {"--why", 0, ARG_TEXT, "TEXT", NULL, "opt.exchange.why"},
    {"--decision", 0, ARG_TEXT, "ID", NULL, "opt.exchange.decision"},
    {"--all", 0, ARG_NONE, NULL, NULL, "opt.exchange.all"},
    {"--source-agrees", 0, ARG_NONE, NULL, NULL, "opt.exchange.agrees"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option exchange_export_options[] = {
    {"--format", 'f', ARG_CHOICE, "FORMAT", "stix|misp|hex|typed|threatexchange|vpdq|marsad",
     "opt.exchange.format"},
    {"--output", 'o', ARG_FILE, "FILE", NULL, "opt.bank.output"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option stix_post_options[] = {
    {"--tlp", 0, ARG_CHOICE, "LEVEL", "clear|green|amber|amber+strict|red", "opt.exchange.tlp"},
    {"--output", 'o', ARG_FILE, "FILE", NULL, "opt.bank.output"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option taxii_user_options[] = {
    {"--read", 0, ARG_TEXT, "COLLECTION", NULL, "opt.taxii.read"},
    {"--write", 0, ARG_TEXT, "COLLECTION", NULL, "opt.taxii.write"},
    {"--source", 0, ARG_TEXT, "NAME", NULL, "opt.taxii.source"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option taxii_serve_options[] = {
    {"--listen", 'l', ARG_TEXT, "ADDRESS", NULL, "opt.taxii.listen"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option report_statements_options[] = {
    {"--from", 0, ARG_TEXT, "TIME", NULL, "opt.report.from"},
    {"--to", 0, ARG_TEXT, "TIME", NULL, "opt.report.to"},
    {"--output", 'o', ARG_FILE, "FILE", NULL, "opt.bank.output"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option report_public_options[] = {
    {"--from", 0, ARG_TEXT, "TIME", NULL, "opt.report.from"},
    {"--to", 0, ARG_TEXT, "TIME", NULL, "opt.report.to"},
    {"--least", 0, ARG_NUMBER, "N", NULL, "opt.report.least"},
    {"--format", 'f', ARG_CHOICE, "FORMAT", "html|csv|json|pdf", "opt.report.format"},
    {"--output", 'o', ARG_FILE, "FILE", NULL, "opt.bank.output"},
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
        {"refer clock", "", 0, 0, refer_clock_options, "marsad refer clock", cmd_refer_clock},               \
        {"exchange source",                                                                                  \
         "[NAME]",                                                                                           \
         0,                                                                                                  \
         1,                                                                                                  \
         exchange_source_options,                                                                            \
         "marsad exchange source river --kind taxii --address https://taxii.river.example/taxii2/marsad "    \
         "--collection partners --category hate",                                                            \
         cmd_exchange_source},                                                                               \
        {"exchange take",                                                                                    \
         "SOURCE FILE…",                                                                                     \
         2,                                                                                                  \
         -1,                                                                                                 \
         exchange_take_options,                                                                              \
         "marsad exchange take river list.json",                                                             \
         cmd_exchange_take},                                                                                 \
        {"exchange sync",  "[SOURCE…]", 0, -1, exchange_sync_options, "marsad exchange sync -w ~/watch",     \
         cmd_exchange_sync},                                                                                 \
        {"exchange items",                                                                                   \
         "[SOURCE]",                                                                                         \
         0,                                                                                                  \
         1,                                                                                                  \
         exchange_items_options,                                                                             \
         "marsad exchange items river --state held",                                                         \
         cmd_exchange_items},                                                                                \
        {"exchange confirm",                                                                                 \
         "SOURCE ITEM…",                                                                                     \
         2,                                                                                                  \
         -1,                                                                                                 \
         exchange_confirm_options,                                                                           \
         "marsad exchange confirm river 3f2a --why 'seen in case 12' --actor lina",                          \
         cmd_exchange_confirm},                                                                              \
        {"exchange refute",                                                                                  \
         "SOURCE ITEM…",                                                                                     \
         2,                                                                                                  \
         -1,                                                                                                 \
         exchange_judge_options,                                                                             \
         "marsad exchange refute river 3f2a --why 'a newsroom emblem' --actor lina",                         \
         cmd_exchange_refute},                                                                               \
        {"exchange share",                                                                                   \
         "COLLECTION BANK [ITEM…]",                                                                          \
         2,                                                                                                  \
         -1,                                                                                                 \
         exchange_share_options,                                                                             \
         "marsad exchange share partners clips 3f2a --tlp green --why 'case 12' --actor lina",               \
         cmd_exchange_share},                                                                                \
        {"exchange unshare",                                                                                 \
         "COLLECTION BANK ITEM…",                                                                            \
         3,                                                                                                  \
         -1,                                                                                                 \
         exchange_judge_options,                                                                             \
         "marsad exchange unshare partners clips 3f2a --why 'wrong clip' --actor lina",                      \
         cmd_exchange_unshare},                                                                              \
        {"exchange export",                                                                                  \
         "COLLECTION",                                                                                       \
         1,                                                                                                  \
         1,                                                                                                  \
         exchange_export_options,                                                                            \
         "marsad exchange export partners --format stix -o bundle.json",                                     \
         cmd_exchange_export},                                                                               \
        {"exchange opinions",  "COLLECTION", 1, 1, NULL, "marsad exchange opinions partners",                \
         cmd_exchange_opinions},                                                                             \
        {"stix check", "FILE…", 1, -1, NULL, "marsad stix check bundle.json", cmd_stix_check},               \
        {"stix post",  "POST…",           1,                                                                 \
         -1,           stix_post_options, "marsad stix post 3f2a9c --tlp amber -o post.json --actor lina",   \
         cmd_stix_post},                                                                                     \
        {"taxii user",                                                                                       \
         "NAME",                                                                                             \
         1,                                                                                                  \
         1,                                                                                                  \
         taxii_user_options,                                                                                 \
         "marsad taxii user river --read partners --write partners --source river --actor lina",             \
         cmd_taxii_user},                                                                                    \
        {"taxii serve",                                                                                      \
         "",                                                                                                 \
         0,                                                                                                  \
         0,                                                                                                  \
         taxii_serve_options,                                                                                \
         "marsad taxii serve -w ~/watch --listen 127.0.0.1:8085",                                            \
         cmd_taxii_serve},                                                                                   \
        {"report statements",                                                                                \
         "",                                                                                                 \
         0,                                                                                                  \
         0,                                                                                                  \
         report_statements_options,                                                                          \
         "marsad report statements --from 2026-01-01 --to 2026-02-01 -o statements.ndjson",                  \
         cmd_report_statements},                                                                             \
        {"report check", "FILE", 1, 1, NULL, "marsad report check statements.ndjson", cmd_report_check},     \
    {                                                                                                        \
        "report public", "", 0, 0, report_public_options,                                                    \
            "marsad report public --from 2026-01-01 --to 2026-07-01 --format html -o report.html",           \
            cmd_report_public                                                                                \
    }

#endif
