/* What the commands of referrals and exchange share. */
#ifndef MARSAD_CLI_REFER_H
#define MARSAD_CLI_REFER_H

#include "cli/cmds.h"
#include "cli/cmds_exchange.h"
#include "exchange/referral.h"
#include "store/ledger.h"

struct refer_cmd {
    struct cli *cli;
    struct engine *engine;
    struct store *store;
    struct arena arena;
    struct exchange_config config;
    struct referral_kinds kinds;
    struct referral_room room;
    int64_t now_us;
    char who[LEDGER_PSEUDONYM_BYTES]; /* pseudonym of --actor */
    struct error err;
};
/* The workspace, its configuration, and now. needs_person: --actor must say who acts. False after a message. */
bool refer_open(struct refer_cmd *c, struct cli *cli, bool needs_person);
/* Closes; tells the error when code is one. `fine` is returned when it is none. */
int refer_close(struct refer_cmd *c, int code, int fine);
bool refer_id(struct refer_cmd *c, const char *text, struct id128 *out);
/* All values of an option that may be given several times, in the arena. */
struct sv *refer_values(struct refer_cmd *c, const struct cli_args *a, const char *name, size_t *out_n);
struct sv refer_option(const struct cli_args *a, const char *name);
/* --from or --to: TIME_UNKNOWN when absent. False after a message. */
bool refer_time(struct cli *cli, const struct cli_args *a, const char *name, int64_t *out_us);
/* What stands between two marks as a length of time; "—" when either is unknown. */
void refer_length(const struct cli *cli, struct buf *b, int64_t from_us, int64_t to_us);
struct sv refer_state_text(const struct cli *cli, struct sv state);

#endif
