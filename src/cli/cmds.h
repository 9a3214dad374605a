/* One line per command: its function, for the table in commands.c; and what several commands share. */
#ifndef MARSAD_CLI_CMDS_H
#define MARSAD_CLI_CMDS_H

#include "cli/cli.h"
#include "cli/table.h"
#include "engine/engine.h"
#include "store/store_network.h"

int cmd_init(struct cli *cli, const struct cli_args *a);
int cmd_ingest(struct cli *cli, const struct cli_args *a);
int cmd_analyse(struct cli *cli, const struct cli_args *a);
int cmd_queue(struct cli *cli, const struct cli_args *a);
int cmd_show(struct cli *cli, const struct cli_args *a);
int cmd_aside(struct cli *cli, const struct cli_args *a);
int cmd_status(struct cli *cli, const struct cli_args *a);
int cmd_scan(struct cli *cli, const struct cli_args *a);
int cmd_match(struct cli *cli, const struct cli_args *a);
int cmd_bench_see(struct cli *cli, const struct cli_args *a);
int cmd_bench_hear(struct cli *cli, const struct cli_args *a);
int cmd_recognise(struct cli *cli, const struct cli_args *a);
int cmd_hash(struct cli *cli, const struct cli_args *a);
int cmd_bank_new(struct cli *cli, const struct cli_args *a);
int cmd_bank_add(struct cli *cli, const struct cli_args *a);
int cmd_bank_import(struct cli *cli, const struct cli_args *a);
int cmd_bank_export(struct cli *cli, const struct cli_args *a);
int cmd_bank_list(struct cli *cli, const struct cli_args *a);
int cmd_bank_remove(struct cli *cli, const struct cli_args *a);
int cmd_policy_check(struct cli *cli, const struct cli_args *a);
int cmd_policy_test(struct cli *cli, const struct cli_args *a);
int cmd_network(struct cli *cli, const struct cli_args *a);
int cmd_network_pileons(struct cli *cli, const struct cli_args *a);
int cmd_network_returning(struct cli *cli, const struct cli_args *a);
int cmd_network_closed(struct cli *cli, const struct cli_args *a);
int cmd_train_text(struct cli *cli, const struct cli_args *a);
int cmd_eval_text(struct cli *cli, const struct cli_args *a);
int cmd_train_dialect(struct cli *cli, const struct cli_args *a);
int cmd_eval_dialect(struct cli *cli, const struct cli_args *a);
int cmd_text(struct cli *cli, const struct cli_args *a);
int cmd_verify(struct cli *cli, const struct cli_args *a);
int cmd_log_list(struct cli *cli, const struct cli_args *a);
int cmd_log_prove(struct cli *cli, const struct cli_args *a);
int cmd_log_key(struct cli *cli, const struct cli_args *a);
int cmd_log_cosign(struct cli *cli, const struct cli_args *a);
int cmd_case_new(struct cli *cli, const struct cli_args *a);
int cmd_case_add(struct cli *cli, const struct cli_args *a);
int cmd_case_drop(struct cli *cli, const struct cli_args *a);
int cmd_case_note(struct cli *cli, const struct cli_args *a);
int cmd_case_complaint(struct cli *cli, const struct cli_args *a);
int cmd_case_close(struct cli *cli, const struct cli_args *a);
int cmd_case_open(struct cli *cli, const struct cli_args *a);
int cmd_case_hold(struct cli *cli, const struct cli_args *a);
int cmd_case_release(struct cli *cli, const struct cli_args *a);
int cmd_case_holds(struct cli *cli, const struct cli_args *a);
int cmd_case_list(struct cli *cli, const struct cli_args *a);
int cmd_case_show(struct cli *cli, const struct cli_args *a);
int cmd_case_export(struct cli *cli, const struct cli_args *a);
int cmd_case_stamp(struct cli *cli, const struct cli_args *a);
int cmd_case_custody(struct cli *cli, const struct cli_args *a);
int cmd_retention_list(struct cli *cli, const struct cli_args *a);
int cmd_retention_set(struct cli *cli, const struct cli_args *a);
int cmd_retention_reset(struct cli *cli, const struct cli_args *a);
int cmd_backup(struct cli *cli, const struct cli_args *a);
int cmd_purge(struct cli *cli, const struct cli_args *a);
int cmd_serve(struct cli *cli, const struct cli_args *a);
int cmd_people_add(struct cli *cli, const struct cli_args *a);
int cmd_people_invite(struct cli *cli, const struct cli_args *a);
int cmd_people_list(struct cli *cli, const struct cli_args *a);
int cmd_help(struct cli *cli, const struct cli_args *a);
int cmd_categories(struct cli *cli, const struct cli_args *a);
int cmd_formats(struct cli *cli, const struct cli_args *a);
int cmd_completion(struct cli *cli, const struct cli_args *a);
int cmd_man(struct cli *cli, const struct cli_args *a);

/* The workspace of `cli`, to look at (and for small writes: a bank) or to run jobs in. False after a message. */
/* From here on the ledger says that this person acts: --actor, else $MARSAD_ACTOR. */
void cli_actor(const struct cli *cli, struct store *s);
bool open_engine(struct cli *cli, bool read_only, struct engine **out);

/* ---- cmd_network.c: for its sister commands ---- */

struct network_report;
/* Tells what was read and what could not be used; true when every line could. */
bool network_tell_report(struct cli *cli, const struct network_report *r);
/* "60", "1.5" (seconds) or a duration ("5m"). */
bool network_seconds(const char *text, size_t n, int64_t *out_us);

/* ---- show.c: findings as people read them ---- */

/* One line of words for a finding: category, what, against what, how sure, what speaks against it. */
void show_finding(const struct cli *cli, struct buf *b, const struct finding *f);
/* "caption, characters 12–24", "clip.mp4, 0:03–0:07". post may be NULL: then bytes are given in place of characters, and
 * media have numbers in place of names. */
void show_place(const struct cli *cli, struct buf *b, const struct place *p, const struct post *post);
/* "Terrorist propaganda" */
struct sv category_text(const struct cli *cli, enum category c);
enum cli_colour category_colour(int severity);
/* "0:07.5", "1:02:03" */
void show_seconds(struct buf *b, int64_t us);
/* "2 h 5 min", "3 d"; of what is past, its length. */
void show_duration(const struct cli *cli, struct buf *b, int64_t us);
/* "97 %" */
void show_percent(const struct cli *cli, struct buf *b, double p);
/* Accounts named in findings are shown by their handles from open to close. */
struct name_book {
    struct store *store;
    struct arena arena;
};
void name_book_open(struct cli *cli, struct name_book *n, struct store *s);
void name_book_close(struct cli *cli, struct name_book *n);
/* The account as shown everywhere: its handle, or its name or id when it has none. */
struct sv account_shown(const struct account *a);
/* Text of the reason key of an assessment. */
struct sv reason_text(const struct cli *cli, struct sv key);

#endif
