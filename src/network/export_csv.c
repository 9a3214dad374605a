/* Edges as CSV: see export.h. */
#include "network/export.h"

#include "base/clock.h"
#include "network/out_priv.h"

#include <stdlib.h>

struct network_edge_csv {
    struct out out;
    struct error err;
};

static const char six_columns[] = "a,b,weight,avg_time_delta,n_content_id,n_content_id_y";

int network_edge_csv_open(struct network_edge_csv **out, const char *path, struct error *err)
{
    struct network_edge_csv *csv = calloc(1, sizeof *csv);
    if (!csv) return error_set(err, ERR_NOMEM, "network", "no memory to write %s", path);
    int rc = out_open(&csv->out, path, err);
    if (rc) {
        free(csv);
        return rc;
    }
    buf_puts(&csv->out.b, six_columns);
    buf_putc(&csv->out.b, '\n');
    *out = csv;
    return 0;
}

static void put_row(struct buf *b, const struct network_result *r, const struct network_edge_row *e)
{
    out_csv(b, network_account_name(r, e->a));
    buf_putc(b, ',');
    out_csv(b, network_account_name(r, e->b));
    buf_putc(b, ',');
    out_u64(b, e->pairs);
    buf_putc(b, ',');
    out_number(b, e->mean_gap_s);
    buf_putc(b, ',');
    out_u64(b, e->n_older);
    buf_putc(b, ',');
    out_u64(b, e->n_newer);
}

int network_edge_csv_row(void *arg, const struct network_result *r, const struct network_edge_row *e)
{
    struct network_edge_csv *csv = arg;
    put_row(&csv->out.b, r, e);
    buf_putc(&csv->out.b, '\n');
    return out_drain(&csv->out, &csv->err);
}

int network_edge_csv_close(struct network_edge_csv *csv, bool keep, struct error *err)
{
    if (!csv) return 0;
    int rc = csv->err.code;
    if (rc && err) *err = csv->err;
    int closed = out_close(&csv->out, keep && rc == 0, rc ? NULL : err);
    free(csv);
    return rc ? rc : closed;
}

static void put_time(struct buf *b, int64_t us)
{
    char text[TIME_TEXT_BYTES];
    time_format(us, text);
    buf_puts(b, text);
}

static void put_layers(struct buf *b, const struct network_result *r, uint32_t mask)
{
    struct buf names;
    buf_init(&names, 0);
    for (unsigned l = 0; l < network_table_layers(r->table); l++) {
        if (!(mask >> l & 1)) continue;
        if (names.n) buf_putc(&names, ' ');
        struct sv name = network_layer_name(r->table, l);
        buf_putsv(&names, name.n ? name : SV("object"));
    }
    b->failed |= names.failed;
    out_csv(b, buf_sv(&names));
    buf_done(&names);
}

int network_edges_csv(const struct network_result *r, const char *path, struct error *err)
{
    struct out out;
    int rc = out_open(&out, path, err);
    if (rc) return rc;
    struct buf *b = &out.b;
    buf_puts(b, six_columns);
    buf_puts(
        b, ",posts_a,posts_b,occasions,expected,p,objects,rarity,median_gap,gap_spread,first,last,layers\n");
    for (size_t i = 0; rc == 0 && i < r->nedges; i++) {
        const struct network_edge *e = &r->edges[i];
        struct network_edge_row row = {e->a, e->b, e->pairs, e->n_older, e->n_newer, e->mean_gap_s};
        put_row(b, r, &row);
        buf_printf(b, ",%u,%u,%u,%.6g,%.6g,%u,%.6g,", e->posts_a, e->posts_b, e->occasions, e->expected, e->p,
                   e->objects, e->rarity);
        out_number(b, (double)e->median_gap_us / 1e6);
        buf_putc(b, ',');
        out_number(b, (double)e->spread_us / 1e6);
        buf_putc(b, ',');
        put_time(b, e->first_us);
        buf_putc(b, ',');
        put_time(b, e->last_us);
        buf_putc(b, ',');
        put_layers(b, r, e->layer_mask);
        buf_putc(b, '\n');
        rc = out_drain(&out, err);
    }
    int closed = out_close(&out, rc == 0, rc ? NULL : err);
    return rc ? rc : closed;
}
