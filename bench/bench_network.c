/* What one run of the network costs: bench_network FILE [-c] [-q] [-w SECONDS] [-p N] [-e EDGES.csv] [-l NAME=COLUMN]
 * [-a ACCOUNT] [-t TIME] [-i CONTENT] [-f FALSE_RATE]. -c: CooRTweet's pairs. One JSON object. */
#include "base/clock.h"
#include "network/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

struct job {
    struct network_columns columns;
    struct network_options options;
    const char *file, *edges;
};

static void add_layer(struct job *j, const char *text)
{
    const char *eq = strchr(text, '=');
    unsigned i = j->columns.nlayers;
    if (!eq || i == NETWORK_MAX_LAYERS) exit(2);
    j->columns.layers[i].name = sv_of(text, (size_t)(eq - text));
    j->columns.layers[i].column = sv_cstr(eq + 1);
    j->columns.nlayers++;
}

static void parse(struct job *j, int argc, char **argv)
{
    network_options_init(&j->options);
    for (int c; (c = getopt(argc, argv, "cw:p:e:l:t:i:a:f:")) != -1;) {
        if (c == 'c') {
            j->options.coortweet = true;
            j->options.rule = NETWORK_QUANTILE;
        } else if (c == 'w') {
            j->options.window_us = (int64_t)(atof(optarg) * 1e6);
        } else if (c == 'p') {
            j->options.min_participation = (uint32_t)atoi(optarg);
        } else if (c == 'f') {
            j->options.false_rate = atof(optarg);
        } else if (c == 'e') {
            j->edges = optarg;
        } else if (c == 'l') {
            add_layer(j, optarg);
        } else if (c == 't') {
            j->columns.time = sv_cstr(optarg);
        } else if (c == 'i') {
            j->columns.content = sv_cstr(optarg);
        } else if (c == 'a') {
            j->columns.account = sv_cstr(optarg);
        } else {
            exit(2);
        }
    }
    if (optind >= argc) exit(2);
    j->file = argv[optind];
}

static double ms_since(int64_t start) { return (double)(clock_mono_us() - start) / 1000; }

static int run(const struct job *j, struct error *err)
{
    struct network_table *t = NULL;
    struct network_result *r = NULL;
    struct network_edge_csv *csv = NULL;
    struct network_report report = {0};
    int64_t start = clock_mono_us();
    int rc = network_table_read(j->file, &j->columns, &t, &report, err);
    double read_ms = ms_since(start);
    if (rc == 0 && j->edges) rc = network_edge_csv_open(&csv, j->edges, err);
    if (rc == 0) rc = network_run(t, &j->options, csv ? network_edge_csv_row : NULL, csv, &r, err);
    int closed = network_edge_csv_close(csv, rc == 0, err);
    if (rc == 0) rc = closed;
    double all_ms = ms_since(start);
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    if (rc == 0)
        printf(
            "{\"rows\":%llu,\"accounts\":%u,\"pairs\":%llu,\"edges\":%llu,\"standing\":%zu,\"threshold\":%g,"
            "\"left_out\":%llu,\"passes\":%u,\"read_ms\":%.1f,\"all_ms\":%.1f,\"cpu_ms\":%.1f,\"peak_mb\":%."
            "1f}\n",
            (unsigned long long)report.rows, r->naccounts, (unsigned long long)r->pairs,
            (unsigned long long)r->all_edges, r->nedges, r->threshold, (unsigned long long)r->pairs_left_out,
            r->passes, read_ms, all_ms,
            (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000 +
                (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1000,
            (double)use.ru_maxrss / 1024);
    network_result_free(r);
    network_table_free(t);
    return rc;
}

int main(int argc, char **argv)
{
    struct job j = {0};
    struct error err = {0};
    parse(&j, argc, argv);
    if (run(&j, &err) == 0) return 0;
    fprintf(stderr, "%s\n", err.text);
    return 1;
}
