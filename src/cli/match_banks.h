/* The banks that `marsad match` looks in: banks of the workspace, and files of hash lists. */
#ifndef MARSAD_CLI_MATCH_BANKS_H
#define MARSAD_CLI_MATCH_BANKS_H

#include "cli/cli.h"
#include "detect/detect.h"
#include "engine/engine.h"

struct match_bank {
    struct sv name;
    const char *list;       /* a file; NULL: a bank of the workspace */
    enum category category; /* of a list; CATEGORY_NONE, negative: of known innocents */
    bool negative;
};

struct match_banks {
    struct cli *cli;
    struct arena arena;
    struct engine *engine;      /* NULL when no bank is of the workspace */
    struct bank_set *set, *own; /* own: the set, unless it is the engine's */
    struct match_bank *v;
    size_t n;
    int threshold; /* of lists */
};

/* What --bank names, each a bank of the workspace or "[CATEGORY=]FILE"; without --bank all banks of the workspace. False after
 * a message. *out is to be closed in either case. */
bool match_banks_open(struct match_banks *out, struct cli *cli, const struct cli_args *a);
void match_banks_close(struct match_banks *b);
/* Items once more: of a bank of the workspace the one with that id; of such a bank the files (SHA-256) with that label; all items of the
 * lists. The item is *borrowed until* return; a non-zero return ends the walk and is passed on. */
int match_banks_item(struct match_banks *b, struct sv bank, const struct id128 *id,
                     int (*visit)(void *arg, struct sv bank, const struct bank_item *item), void *arg,
                     struct error *err) MUST_USE;
int match_banks_labelled(struct match_banks *b, struct sv bank, struct sv label,
                         int (*visit)(void *arg, struct sv bank, const struct bank_item *item), void *arg,
                         struct error *err) MUST_USE;
int match_banks_lists(struct match_banks *b,
                      int (*visit)(void *arg, struct sv bank, const struct bank_item *item), void *arg,
                      struct error *err) MUST_USE;

#endif
