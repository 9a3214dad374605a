/* Any bytes as a table of shares (CSV, gzip, or what looks like NDJSON): every line is used or counted, and what was read can be
 * run, exactly and with the null model. */
#include "base/error.h"
#include "network/groups.h"
#include "network/network.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run(const struct network_table *t, bool exact)
{
    struct network_options o;
    struct network_result *r;
    struct network_groups g;
    struct leiden_options leiden;
    struct error err;
    network_options_init(&o);
    leiden_options_init(&leiden);
    o.coortweet = exact;
    o.rule = exact ? NETWORK_QUANTILE : NETWORK_CHANCE;
    o.min_participation = 1;
    o.false_rate = 0.9;
    if (network_run(t, &o, NULL, NULL, &r, &err)) return;
    assert(r->nedges <= r->all_edges && r->all_edges <= r->pairs);
    if (network_groups_find(r, exact ? NETWORK_COMPONENTS : NETWORK_LEIDEN, &leiden, 2, &g, &err) == 0)
        network_groups_done(&g);
    network_result_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct network_columns c = {0};
    struct network_report report = {0};
    struct network_table *t;
    struct error err;
    if (size && data[0] % 2) {
        c.nlayers = 2;
        c.layers[0].name = c.layers[0].column = sv_cstr("object_id");
        c.layers[1].name = c.layers[1].column = sv_cstr("sound");
        c.created = sv_cstr("created");
    }
    if (network_table_parse(sv_of(data, size), &c, &t, &report, &err)) return 0;
    assert(report.lines ==
           report.posts + report.bad_shape + report.too_long + report.missing_account + report.bad_time);
    run(t, true);
    run(t, false);
    network_table_free(t);
    return 0;
}
