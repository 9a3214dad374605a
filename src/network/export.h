/* What leaves the room: edges as CSV, groups as JSON, graphs for Gephi and others, and a picture. */
#ifndef MARSAD_NETWORK_EXPORT_H
#define MARSAD_NETWORK_EXPORT_H

#include "network/network.h"

/* A CSV that is written while the run goes on:
 *     network_edge_csv_open(&csv, path, …);  network_run(t, o, network_edge_csv_row, csv, …);  network_edge_csv_close(…)
 * Columns a, b, weight, avg_time_delta, n_content_id, n_content_id_y, as CooRTweet names them; rows by (a, b) in byte order;
 * seconds with at most 15 significant digits. Ids with delimiters, quotes or line breaks are quoted. */
struct network_edge_csv;

/* path "-": standard output. Writes beside the target; it appears under its name when closed without error. ERR_IO, ERR_NOMEM. */
int network_edge_csv_open(struct network_edge_csv **out, const char *path, struct error *err) MUST_USE;
network_edge_sink network_edge_csv_row; /* arg: the CSV */
/* keep false: nothing is left behind. Frees in any case. */
int network_edge_csv_close(struct network_edge_csv *csv, bool keep, struct error *err) MUST_USE;
/* The edges that stand, with all that is known of them: the six columns, then posts_a, posts_b, occasions, expected, p,
 * objects, rarity, median_gap, gap_spread, first, last, layers. */
int network_edges_csv(const struct network_result *r, const char *path, struct error *err) MUST_USE;

#endif
