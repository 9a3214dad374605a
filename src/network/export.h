/* What leaves the room: edges as CSV, groups as JSON, graphs for Gephi and others, and a picture. */
#ifndef MARSAD_NETWORK_EXPORT_H
#define MARSAD_NETWORK_EXPORT_H

#include "base/buf.h"
#include "network/profile.h"

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

/* The words of a key in a language ("ar", "fr", "en"), with {0} {1} for what is filled in; empty when there is none. */
struct network_words {
    struct sv (*get)(void *arg, const char *lang, const char *key);
    void *arg;
};
/* Appends a sentence of a profile in that language; the bare key when it has no words. */
void network_sentence(struct buf *b, const struct network_words *w, const char *lang,
                      const struct profile_sentence *s);

struct network_export {
    const struct network_result *result;
    const struct network_groups *groups;
    const struct network_profile *profiles;
    const struct network_report *report; /* may be NULL */
    const struct network_words *words;   /* may be NULL: keys alone */
};

/* All groups with their accounts, edges, evidence and profiles (docs/network.md). ERR_IO, ERR_NOMEM. */
int network_groups_json(const struct network_export *x, const char *path, struct error *err) MUST_USE;
/* Graphs of the edges that stand: GraphML and GEXF 1.2 (Gephi), the latter with times. Ids that are no UTF-8 are shown with
 * U+FFFD and keep their number as node id. */
int network_graphml(const struct network_export *x, const char *path, struct error *err) MUST_USE;
int network_gexf(const struct network_export *x, const char *path, struct error *err) MUST_USE;
/* One page that needs nothing else: the groups as a picture, a slider over time, each group's sentences. At most
 * NETWORK_MAX_DRAWN accounts are drawn, largest groups first; what is left out is said on the page. lang: of the page. */
int network_html(const struct network_export *x, const char *lang, const char *path,
                 struct error *err) MUST_USE;

#endif
