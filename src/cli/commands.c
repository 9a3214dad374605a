/* The table of commands. */
#include "cli/cmds.h"
#include "cli/commands_exchange.h"

static const struct cli_option ingest_options[] = {
    {"--format", 'f', ARG_TEXT, "NAME", NULL, "opt.ingest.format"},
    {"--no-analysis", 0, ARG_NONE, NULL, NULL, "opt.ingest.no_analysis"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option analyse_options[] = {
    {"--all", 'a', ARG_NONE, NULL, NULL, "opt.analyse.all"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option queue_options[] = {
    {"--category", 'c', ARG_TEXT, "CATEGORY", NULL, "opt.queue.category"},
    {"--platform", 0, ARG_TEXT, "NAME", NULL, "opt.queue.platform"},
    {"--limit", 'n', ARG_NUMBER, "N", NULL, "opt.queue.limit"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option aside_options[] = {
    {"--limit", 'n', ARG_NUMBER, "N", NULL, "opt.aside.limit"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option scan_options[] = {
    {"--bank", 'b', ARG_TEXT, "CATEGORY=FILE", NULL, "opt.scan.bank"},
    {"--policy", 'p', ARG_FILE, "FILE", NULL, "opt.scan.policy"},
    {"--lexicons", 0, ARG_DIR, "DIR", NULL, "opt.scan.lexicons"},
    {"--text", 't', ARG_TEXT, "TEXT", NULL, "opt.scan.text"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option match_options[] = {
    {"--bank", 'b', ARG_TEXT, "BANK|FILE", NULL, "opt.match.bank"},
    {"--threshold", 't', ARG_NUMBER, "BITS", NULL, "opt.match.threshold"},
    {"--html", 0, ARG_FILE, "OUT", NULL, "opt.match.html"},
    {"--originals", 0, ARG_DIR, "DIR", NULL, "opt.match.originals"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option bench_see_options[] = {
    {"--hashes", 0, ARG_NUMBER, "N", NULL, "opt.bench.hashes"},
    {"--runs", 0, ARG_NUMBER, "N", NULL, "opt.bench.runs"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option bench_hear_options[] = {
    {"--hours", 0, ARG_NUMBER, "N", NULL, "opt.bench.hours"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option hash_options[] = {
    {"--dihedral", 'd', ARG_NONE, NULL, NULL, "opt.hash.dihedral"},
    {"--video", 0, ARG_NONE, NULL, NULL, "opt.hash.video"},
    {"--every", 0, ARG_TEXT, "SECONDS", NULL, "opt.hash.every"},
    {"--every-frame", 0, ARG_NONE, NULL, NULL, "opt.hash.every_frame"},
    {"--fast", 0, ARG_NONE, NULL, NULL, "opt.hash.fast"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option recognise_options[] = {
    {"--program", 'p', ARG_FILE, "FILE", NULL, "opt.recognise.program"},
    {"--url", 'u', ARG_TEXT, "URL", NULL, "opt.recognise.url"},
    {"--model", 'm', ARG_TEXT, "MODEL", NULL, "opt.recognise.model"},
    {"--language", 0, ARG_TEXT, "CODE", NULL, "opt.recognise.language"},
    {"--key-file", 0, ARG_FILE, "FILE", NULL, "opt.recognise.key"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option bank_new_options[] = {
    {"--category", 'c', ARG_TEXT, "CATEGORY", NULL, "opt.bank.category"},
    {"--negative", 0, ARG_NONE, NULL, NULL, "opt.bank.negative"},
    {"--threshold", 't', ARG_NUMBER, "BITS", NULL, "opt.bank.threshold"},
    {"--source", 's', ARG_TEXT, "TEXT", NULL, "opt.bank.source"},
    {"--reason", 'r', ARG_TEXT, "TEXT", NULL, "opt.bank.reason"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option bank_add_options[] = {
    {"--source", 's', ARG_TEXT, "TEXT", NULL, "opt.bank.item_source"},
    {"--reason", 'r', ARG_TEXT, "TEXT", NULL, "opt.bank.item_reason"},
    {"--threshold", 't', ARG_NUMBER, "BITS", NULL, "opt.bank.item_threshold"},
    {"--sound", 0, ARG_TEXT, "PLATFORM:ID", NULL, "opt.bank.sound"},
    {"--stills", 0, ARG_NONE, NULL, NULL, "opt.bank.stills"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option bank_import_options[] = {
    {"--format", 'f', ARG_CHOICE, "FORMAT", "hex|typed|threatexchange|vpdq|marsad", "opt.bank.format"},
    {"--source", 's', ARG_TEXT, "TEXT", NULL, "opt.bank.item_source"},
    {"--reason", 'r', ARG_TEXT, "TEXT", NULL, "opt.bank.item_reason"},
    {"--quarantine", 0, ARG_NONE, NULL, NULL, "opt.bank.quarantine"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option bank_export_options[] = {
    {"--format", 'f', ARG_CHOICE, "FORMAT", "hex|typed|threatexchange|vpdq|marsad", "opt.bank.format"},
    {"--output", 'o', ARG_FILE, "FILE", NULL, "opt.bank.output"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option policy_test_options[] = {
    {"--limit", 'n', ARG_NUMBER, "N", NULL, "opt.policy.limit"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option bank_list_options[] = {
    {"--limit", 'n', ARG_NUMBER, "N", NULL, "opt.bank.limit"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option network_options[] = {
    {"--window", 0, ARG_TEXT, "SECONDS", NULL, "opt.network.window"},
    {"--min-participation", 0, ARG_NUMBER, "N", NULL, "opt.network.participation"},
    {"--compat", 0, ARG_CHOICE, "TOOL", "coortweet", "opt.network.compat"},
    {"--rule", 0, ARG_CHOICE, "RULE", "chance|count|quantile", "opt.network.rule"},
    {"--quantile", 0, ARG_TEXT, "SHARE", NULL, "opt.network.quantile"},
    {"--min-posts", 0, ARG_NUMBER, "N", NULL, "opt.network.min_posts"},
    {"--false-rate", 0, ARG_TEXT, "SHARE", NULL, "opt.network.false_rate"},
    {"--unique", 0, ARG_NONE, NULL, NULL, "opt.network.unique"},
    {"--object", 0, ARG_TEXT, "COLUMN", NULL, "opt.network.object"},
    {"--layer", 0, ARG_TEXT, "NAME=COLUMN[:SECONDS[:N]]", NULL, "opt.network.layer"},
    {"--account", 0, ARG_TEXT, "COLUMN", NULL, "opt.network.account"},
    {"--content", 0, ARG_TEXT, "COLUMN", NULL, "opt.network.content"},
    {"--time", 0, ARG_TEXT, "COLUMN", NULL, "opt.network.time"},
    {"--created", 0, ARG_TEXT, "COLUMN", NULL, "opt.network.created"},
    {"--grouping", 0, ARG_CHOICE, "HOW", "leiden|components", "opt.network.grouping"},
    {"--resolution", 0, ARG_TEXT, "DENSITY", NULL, "opt.network.resolution"},
    {"--seed", 0, ARG_NUMBER, "N", NULL, "opt.network.seed"},
    {"--min-size", 0, ARG_NUMBER, "N", NULL, "opt.network.min_size"},
    {"--known", 0, ARG_FILE, "FILE", NULL, "opt.network.known"},
    {"--evidence", 0, ARG_NUMBER, "N", NULL, "opt.network.evidence"},
    {"--edges", 'e', ARG_FILE, "FILE", NULL, "opt.network.edges"},
    {"--groups", 'g', ARG_FILE, "FILE", NULL, "opt.network.groups"},
    {"--graphml", 0, ARG_FILE, "FILE", NULL, "opt.network.graphml"},
    {"--gexf", 0, ARG_FILE, "FILE", NULL, "opt.network.gexf"},
    {"--html", 0, ARG_FILE, "FILE", NULL, "opt.network.html"},
    {"--near", 0, ARG_TEXT, "COLUMN", NULL, "opt.network.near"},
    {"--of", 0, ARG_TEXT, "ACCOUNT", NULL, "opt.network.of"},
    {"--table", 't', ARG_NONE, NULL, NULL, "opt.network.table"},
    {"--limit", 'n', ARG_NUMBER, "N", NULL, "opt.network.limit"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option pileon_options[] = {
    {"--account", 0, ARG_TEXT, "COLUMN", NULL, "opt.network.account"},
    {"--target", 0, ARG_TEXT, "COLUMN", NULL, "opt.network.target"},
    {"--time", 0, ARG_TEXT, "COLUMN", NULL, "opt.network.time"},
    {"--text", 0, ARG_TEXT, "COLUMN", NULL, "opt.network.text"},
    {"--clip", 0, ARG_TEXT, "COLUMN", NULL, "opt.network.clip"},
    {"--created", 0, ARG_TEXT, "COLUMN", NULL, "opt.network.created"},
    {"--window", 0, ARG_TEXT, "SECONDS", NULL, "opt.network.pileon_window"},
    {"--alerts", 0, ARG_FILE, "FILE", NULL, "opt.network.alerts"},
    {"--limit", 'n', ARG_NUMBER, "N", NULL, "opt.network.pileon_limit"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option returning_options[] = {
    {"--account", 0, ARG_TEXT, "COLUMN", NULL, "opt.network.account"},
    {"--time", 0, ARG_TEXT, "COLUMN", NULL, "opt.network.time"},
    {"--text", 0, ARG_TEXT, "COLUMN", NULL, "opt.network.text"},
    {"--bio", 0, ARG_TEXT, "COLUMN", NULL, "opt.network.bio"},
    {"--clip", 0, ARG_TEXT, "COLUMN", NULL, "opt.network.clip"},
    {"--target", 0, ARG_TEXT, "COLUMN", NULL, "opt.network.target"},
    {"--contact", 0, ARG_TEXT, "COLUMN", NULL, "opt.network.contact"},
    {"--closed-at", 0, ARG_TEXT, "COLUMN", NULL, "opt.network.closed_at"},
    {"--closed", 0, ARG_FILE, "FILE", NULL, "opt.network.closed"},
    {"--of", 0, ARG_TEXT, "ACCOUNT", NULL, "opt.network.returning_of"},
    {"--limit", 'n', ARG_NUMBER, "N", NULL, "opt.network.returning_limit"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option closed_options[] = {
    {"--at", 0, ARG_TEXT, "TIME", NULL, "opt.network.at"},
    {"--undo", 0, ARG_NONE, NULL, NULL, "opt.network.undo"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option train_text_options[] = {
    {"--data", 'd', ARG_FILE, "FILE", NULL, "opt.train.data"},
    {"--with", 0, ARG_FILE, "FILE", NULL, "opt.train.with"},
    {"--recipe", 'r', ARG_FILE, "FILE", NULL, "opt.train.recipe"},
    {"--dir", 0, ARG_DIR, "DIR", NULL, "opt.train.dirs"},
    {"--open-only", 0, ARG_NONE, NULL, NULL, "opt.train.open_only"},
    {"--bits", 0, ARG_NUMBER, "N", NULL, "opt.train.bits"},
    {"--seed", 0, ARG_NUMBER, "N", NULL, "opt.train.seed"},
    {"--out", 'o', ARG_FILE, "FILE", NULL, "opt.train.out"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option eval_text_options[] = {
    {"--model", 'm', ARG_FILE, "FILE", NULL, "opt.text.model"},
    {"--task", 't', ARG_TEXT, "NAME", NULL, "opt.text.task"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option train_dialect_options[] = {
    {"--recipe", 'r', ARG_FILE, "FILE", NULL, "opt.train.recipe"},
    {"--dir", 0, ARG_DIR, "DIR", NULL, "opt.train.dir"},
    {"--out", 'o', ARG_FILE, "FILE", NULL, "opt.train.out"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option eval_dialect_options[] = {
    {"--model", 'm', ARG_FILE, "FILE", NULL, "opt.text.model"},
    {"--recipe", 'r', ARG_FILE, "FILE", NULL, "opt.eval.dialect.recipe"},
    {"--dir", 0, ARG_DIR, "DIR", NULL, "opt.train.dir"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option text_options[] = {
    {"--model", 'm', ARG_FILE, "FILE", NULL, "opt.text.model"},
    {"--task", 't', ARG_TEXT, "NAME", NULL, "opt.text.task"},
    {"--why", 0, ARG_NONE, NULL, NULL, "opt.text.why"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

static const struct cli_option verify_options[] = {
    {"--key", 'k', ARG_TEXT, "KEY", NULL, "opt.verify.key"},
    {"--ca", 0, ARG_FILE, "FILE", NULL, "opt.verify.ca"},
    {"--no-media", 0, ARG_NONE, NULL, NULL, "opt.verify.no_media"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option log_list_options[] = {
    {"--limit", 'n', ARG_NUMBER, "N", NULL, "opt.log.limit"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option log_prove_options[] = {
    {"--output", 'o', ARG_FILE, "FILE", NULL, "opt.bank.output"},
    {"--closed", 0, ARG_NONE, NULL, NULL, "opt.log.closed"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

#define WHY_OPTION                                                                                           \
    {                                                                                                        \
        "--why", 'r', ARG_TEXT, "TEXT", NULL, "opt.case.why"                                                 \
    }
static const struct cli_option case_new_options[] = {
    {"--reference", 0, ARG_TEXT, "NUMBER", NULL, "opt.case.reference"},
    {"--tlp", 't', ARG_CHOICE, "LEVEL", "clear|green|amber|amber+strict|red", "opt.case.tlp"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option case_add_options[] = {
    {"--type", 't', ARG_CHOICE, "TYPE", "post|account|media|decision|referral|package", "opt.case.type"},
    {"--account", 0, ARG_NONE, NULL, NULL, "opt.case.account"},
    WHY_OPTION,
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option case_note_options[] = {
    {"--file", 'f', ARG_FILE, "FILE", NULL, "opt.case.file"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option case_complaint_options[] = {
    {"--file", 'f', ARG_FILE, "FILE", NULL, "opt.case.file"},
    {"--channel", 'c', ARG_TEXT, "WHO", NULL, "opt.case.channel"},
    {"--reference", 0, ARG_TEXT, "NUMBER", NULL, "opt.case.complaint_reference"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option case_hold_options[] = {
    WHY_OPTION,
    {"--authority", 0, ARG_TEXT, "TEXT", NULL, "opt.case.authority"},
    {"--until", 0, ARG_TEXT, "TIME", NULL, "opt.case.until"},
    {"--post", 0, ARG_TEXT, "ID", NULL, "opt.case.hold_post"},
    {"--account", 0, ARG_TEXT, "ID", NULL, "opt.case.hold_account"},
    {"--everything", 0, ARG_NONE, NULL, NULL, "opt.case.everything"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option why_options[] = {WHY_OPTION, {NULL, 0, ARG_NONE, NULL, NULL, NULL}};
static const struct cli_option case_list_options[] = {
    {"--state", 's', ARG_CHOICE, "STATE", "open|closed|all", "opt.case.state"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option case_custody_options[] = {
    {"--act", 'a', ARG_CHOICE, "ACT", "viewed|copied|handed-over|received|checked", "opt.case.act"},
    {"--object", 0, ARG_TEXT, "TYPE:ID", NULL, "opt.case.object"},
    WHY_OPTION,
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option case_export_options[] = {
    {"--out", 'o', ARG_FILE, "DIR|FILE.zip|FILE.tar", NULL, "opt.package.out"},
    {"--tsa", 0, ARG_TEXT, "URL", NULL, "opt.package.tsa"},
    {"--sign", 0, ARG_FILE, "KEY", NULL, "opt.package.sign"},
    {"--grey", 0, ARG_NONE, NULL, NULL, "opt.package.grey"},
    {"--blur", 0, ARG_NONE, NULL, NULL, "opt.package.blur"},
    {"--no-stills", 0, ARG_NONE, NULL, NULL, "opt.package.no_stills"},
    {"--names", 0, ARG_NONE, NULL, NULL, "opt.package.names"},
    WHY_OPTION,
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option case_stamp_options[] = {
    {"--tsa", 0, ARG_TEXT, "URL", NULL, "opt.package.tsa"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option purge_options[] = {
    {"--dry-run", 'n', ARG_NONE, NULL, NULL, "opt.purge.dry"},
    {"--post", 0, ARG_TEXT, "ID", NULL, "opt.purge.post"},
    WHY_OPTION,
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

/* name, operands, least and most operands, options, example, run */
static const struct cli_option serve_options[] = {
    {"--listen", 'l', ARG_TEXT, "ADDRESS:PORT", NULL, "opt.serve.listen"},
    {"--tls", 0, ARG_FILE, "PEM", NULL, "opt.serve.tls"},
    {"--public-url", 0, ARG_TEXT, "URL", NULL, "opt.serve.public_url"},
    {"--console", 0, ARG_DIR, "DIR", NULL, "opt.serve.console"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct cli_option people_add_options[] = {
    {"--name", 0, ARG_TEXT, "NAME", NULL, "opt.people.name"},
    {"--roles", 'r', ARG_TEXT, "ROLE,…", NULL, "opt.people.roles"},
    {"--languages", 0, ARG_TEXT, "CODES", NULL, "opt.people.languages"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

const struct command commands[] = {
    {"init", "[DIR]", 0, 1, NULL, "marsad init ~/watch", cmd_init},
    {"ingest", "FILE…", 1, -1, ingest_options, "marsad ingest -w ~/watch captures.ndjson", cmd_ingest},
    {"analyse", "", 0, 0, analyse_options, "marsad analyse -w ~/watch --all", cmd_analyse},
    {"queue", "", 0, 0, queue_options, "marsad queue -w ~/watch --category privacy.doxxing", cmd_queue},
    {"show", "ID", 1, 1, NULL, "marsad show -w ~/watch 3f2a9c", cmd_show},
    {"aside", "", 0, 0, aside_options, "marsad aside -w ~/watch", cmd_aside},
    {"status", "", 0, 0, NULL, "marsad status -w ~/watch", cmd_status},
    {"scan", "[FILE…]", 0, -1, scan_options, "marsad scan --json clip.mp4 captures.ndjson", cmd_scan},
    {"match", "FILE…", 1, -1, match_options, "marsad match clip.mp4 --bank clips --html sheet.html",
     cmd_match},
    {"hash", "FILE…", 1, -1, hash_options, "marsad hash emblem.jpg", cmd_hash},
    {"recognise", "", 0, 0, recognise_options,
     "marsad recognise --program whisper-cli --model ggml-base.bin --language ar", cmd_recognise},
    {"network", "[FILE]", 0, 1, network_options,
     "marsad network shares.csv --window 60 --edges edges.csv --groups groups.json", cmd_network},
    {"network pileons", "[FILE]", 0, 1, pileon_options,
     "marsad network pileons comments.csv --target reply_to --text text --created account_created",
     cmd_network_pileons},
    {"network returning", "[FILE]", 0, 1, returning_options,
     "marsad network returning posts.csv --text caption --clip clip_id --target reply_to --closed closed.csv",
     cmd_network_returning},
    {"network closed", "[ACCOUNT…]", 0, -1, closed_options,
     "marsad network closed -w ~/watch @old_voice --at 2026-03-01T00:00:00Z", cmd_network_closed},
    {"bank new", "NAME", 1, 1, bank_new_options, "marsad bank new clips --category terror.propaganda",
     cmd_bank_new},
    {"bank add", "NAME [FILE…]", 1, -1, bank_add_options, "marsad bank add clips clip.mp4 --reason 'case 12'",
     cmd_bank_add},
    {"bank import", "NAME LIST…", 2, -1, bank_import_options,
     "marsad bank import partner list.txt --quarantine", cmd_bank_import},
    {"bank export", "NAME", 1, 1, bank_export_options, "marsad bank export clips --format vpdq -o clips.json",
     cmd_bank_export},
    {"bank list", "[NAME]", 0, 1, bank_list_options, "marsad bank list clips", cmd_bank_list},
    {"bank remove", "NAME [ITEM…]", 1, -1, NULL, "marsad bank remove clips 3f2a9c…", cmd_bank_remove},
    {"policy check", "[FILE]", 0, 1, NULL, "marsad policy check new-policy.lua", cmd_policy_check},
    {"policy test", "FILE", 1, 1, policy_test_options, "marsad policy test -w ~/watch new-policy.lua",
     cmd_policy_test},
    {"text", "", 0, 0, text_options, "marsad text --json < captions.txt", cmd_text},
    {"train text", "", 0, 0, train_text_options, "marsad train text --data comments.tsv --out comments.model",
     cmd_train_text},
    {"eval text", "FILE", 1, 1, eval_text_options, "marsad eval text --model comments.model held-out.tsv",
     cmd_eval_text},
    {"train dialect", "", 0, 0, train_dialect_options,
     "marsad train dialect --recipe policy/models/dialect.recipe --out dialect.model", cmd_train_dialect},
    {"eval dialect", "[FILE]", 0, 1, eval_dialect_options, "marsad eval dialect lines.tsv", cmd_eval_dialect},
    {"case new", "TITLE", 1, 1, case_new_options,
     "marsad case new 'Smear of the river market' --reference 2026/114", cmd_case_new},
    {"case add", "CASE OBJECT…", 2, -1, case_add_options,
     "marsad case add 2026/114 3f2a9c --account --why 'the threat'", cmd_case_add},
    {"case drop", "CASE OBJECT…", 2, -1, case_add_options,
     "marsad case drop 2026/114 3f2a9c --why 'another event'", cmd_case_drop},
    {"case note", "CASE [TEXT]", 1, 2, case_note_options, "marsad case note 2026/114 'seen by two reviewers'",
     cmd_case_note},
    {"case complaint", "CASE [TEXT]", 1, 2, case_complaint_options,
     "marsad case complaint 2026/114 --file complaint.txt --channel police --reference 77/26",
     cmd_case_complaint},
    {"case show", "CASE", 1, 1, NULL, "marsad case show 2026/114", cmd_case_show},
    {"case list", "", 0, 0, case_list_options, "marsad case list --state open", cmd_case_list},
    {"case export", "CASE", 1, 1, case_export_options,
     "marsad case export 2026/114 --out case-114.zip --lang ar --grey --tsa https://tsa.example.org",
     cmd_case_export},
    {"case stamp", "PACKAGE", 1, 1, case_stamp_options,
     "marsad case stamp case-114.zip --tsa https://tsa.example.org", cmd_case_stamp},
    {"case custody", "CASE", 1, 1, case_custody_options,
     "marsad case custody 2026/114 --act handed-over --why 'to the court'", cmd_case_custody},
    {"case hold", "[CASE]", 0, 1, case_hold_options,
     "marsad case hold 2026/114 --why 'order of 3 March' --authority 'court of first instance'",
     cmd_case_hold},
    {"case holds", "", 0, 0, NULL, "marsad case holds", cmd_case_holds},
    {"case release", "HOLD", 1, 1, why_options, "marsad case release 9b02c1 --why 'order lifted'",
     cmd_case_release},
    {"case close", "CASE", 1, 1, why_options, "marsad case close 2026/114 --why 'judged'", cmd_case_close},
    {"case open", "CASE", 1, 1, why_options, "marsad case open 2026/114 --why 'appeal'", cmd_case_open},
    {"retention list", "", 0, 0, NULL, "marsad retention list", cmd_retention_list},
    {"retention set", "CLASS STATE DAYS", 3, 3, why_options,
     "marsad retention set post clear 14 --why 'little room'", cmd_retention_set},
    {"retention reset", "CLASS STATE", 2, 2, NULL, "marsad retention reset post clear", cmd_retention_reset},
    {"purge", "", 0, 0, purge_options, "marsad purge -w ~/watch --dry-run", cmd_purge},
    {"backup", "FOLDER", 1, 1, NULL, "marsad backup -w ~/watch /mnt/copies/2026-11-22", cmd_backup},
    {"verify", "[WORKSPACE|PACKAGE|PROOF]", 0, 1, verify_options, "marsad verify ~/watch --key log.pub",
     cmd_verify},
    {"log list", "[SUBJECT]", 0, 1, log_list_options, "marsad log list -w ~/watch 3f2a9c", cmd_log_list},
    {"log prove", "ENTRY", 1, 1, log_prove_options, "marsad log prove -w ~/watch 512 -o 512.tlog-proof",
     cmd_log_prove},
    {"log key", "", 0, 0, NULL, "marsad log key -w ~/watch", cmd_log_key},
    {"log cosign", "FILE", 1, 1, NULL, "marsad log cosign -w ~/watch cosigned.txt", cmd_log_cosign},
    {"bench see", "[FILE…]", 0, -1, bench_see_options, "marsad bench see clip.mp4 --hashes 10000000",
     cmd_bench_see},
    {"bench hear", "", 0, 0, bench_hear_options, "marsad bench hear --hours 1000", cmd_bench_hear},
    {"serve", "", 0, 0, serve_options, "marsad serve -w ~/watch --listen 127.0.0.1:8080", cmd_serve},
    {"people add", "LOGIN", 1, 1, people_add_options,
     "marsad people add -w ~/watch lina --roles reviewer,lead", cmd_people_add},
    {"people invite", "LOGIN", 1, 1, NULL, "marsad people invite -w ~/watch lina", cmd_people_invite},
    {"people list", "", 0, 0, NULL, "marsad people list -w ~/watch", cmd_people_list},
    EXCHANGE_COMMANDS,
    {"help", "[COMMAND]", 0, 2, NULL, "marsad help bank import", cmd_help},
    {"categories", "", 0, 0, NULL, "marsad categories --lang ar", cmd_categories},
    {"formats", "", 0, 0, NULL, "marsad formats", cmd_formats},
    {"completion", "SHELL", 1, 1, NULL, "source <(marsad completion bash)", cmd_completion},
    {"man", "", 0, 0, NULL, "marsad man | man -l -", cmd_man},
    {NULL, NULL, 0, 0, NULL, NULL, NULL},
};
