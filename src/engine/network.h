/* The network of a workspace: its rules, what a post shares, and its rows for a batch run. */
#ifndef MARSAD_ENGINE_NETWORK_H
#define MARSAD_ENGINE_NETWORK_H

#include "engine/engine.h"
#include "network/messages.h"
#include "network/table.h"
#include "store/store_network.h"

/* The rules that every workspace goes by: layers and windows of network/actions.h, the count rule. */
void engine_network_rules(struct store_network_rules *out);
/* What an analysed post shares; in the arena, borrowing the analysis. The store knows the families of clips. None for a post without account or time.
 * ERR_NOMEM, ERR_LIMIT (a text above TEXT_MAX_BYTES). */
int engine_network_acts(struct store *s, const struct analysis *a, struct arena *arena,
                        struct store_network_act **out, size_t *out_n, struct error *err) MUST_USE;
/* All acts of the workspace as a table for network_run(): layers as in network/actions.h, accounts and posts by id in hex,
 * accounts with the time of their making. *out is owned by the caller. ERR_LIMIT, ERR_NOMEM, … */
int engine_network_table(struct store *s, struct network_table **out, struct error *err) MUST_USE;
/* Accounts of such a table shown by their handles; where several have the same, or none, with the first digits of the id. */
int engine_network_names(struct store *s, struct network_table *t, struct error *err) MUST_USE;
/* The messages of a workspace: every act at a target, with the words and the clip of its post and the age of its sender. Senders are
 * "@handle" (or the id), targets as the posts name them. */
int engine_network_messages(struct store *s, struct messages *m, struct error *err) MUST_USE;

#endif
