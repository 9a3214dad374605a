/* GraphML and GEXF: see export.h. Both list the accounts that have an edge that stands, with their group, and those edges. */
#include "network/export.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "network/out_priv.h"

#include <stdlib.h>

/* Group of each account from 1, 0 for none; UINT32_MAX for accounts without an edge. */
static uint32_t *groups_of(const struct network_export *x)
{
    const struct network_result *r = x->result;
    uint32_t *group = malloc(((size_t)r->naccounts + 1) * sizeof *group);
    if (!group) return NULL;
    memset(group, 0xff, (size_t)r->naccounts * sizeof *group);
    for (size_t i = 0; i < r->nedges; i++) group[r->edges[i].a] = group[r->edges[i].b] = 0;
    for (uint32_t k = 0; k < x->groups->n; k++)
        for (uint32_t i = x->groups->start[k]; i < x->groups->start[k + 1]; i++)
            group[x->groups->members[i]] = k + 1;
    return group;
}

typedef void put_node(struct buf *b, const struct network_result *r, uint32_t account, uint32_t group);
typedef void put_edge(struct buf *b, const struct network_result *r, size_t i);

static int write_graph(const struct network_export *x, const char *path, const char *head, put_node *node,
                       const char *between, put_edge *edge, const char *tail, struct error *err)
{
    const struct network_result *r = x->result;
    struct out o;
    uint32_t *group = groups_of(x);
    if (!group) return error_set(err, ERR_NOMEM, "network", "no memory to write %s", path);
    int rc = out_open(&o, path, err);
    if (rc) {
        free(group);
        return rc;
    }
    buf_puts(&o.b, head);
    for (uint32_t a = 0; rc == 0 && a < r->naccounts; a++) {
        if (group[a] == UINT32_MAX) continue;
        node(&o.b, r, a, group[a]);
        rc = out_drain(&o, err);
    }
    buf_puts(&o.b, between);
    for (size_t i = 0; rc == 0 && i < r->nedges; i++) {
        edge(&o.b, r, i);
        rc = out_drain(&o, err);
    }
    buf_puts(&o.b, tail);
    free(group);
    int closed = out_close(&o, rc == 0, rc ? NULL : err);
    return rc ? rc : closed;
}

static void put_time(struct buf *b, int64_t us)
{
    char text[TIME_TEXT_BYTES];
    time_format(us, text);
    buf_puts(b, text);
}

/* ---- GraphML ---- */

static const char graphml_head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
    "<key id=\"label\" for=\"node\" attr.name=\"label\" attr.type=\"string\"/>\n"
    "<key id=\"group\" for=\"node\" attr.name=\"group\" attr.type=\"int\"/>\n"
    "<key id=\"weight\" for=\"edge\" attr.name=\"weight\" attr.type=\"double\"/>\n"
    "<key id=\"gap\" for=\"edge\" attr.name=\"avg_time_delta\" attr.type=\"double\"/>\n"
    "<key id=\"posts_a\" for=\"edge\" attr.name=\"posts_a\" attr.type=\"int\"/>\n"
    "<key id=\"posts_b\" for=\"edge\" attr.name=\"posts_b\" attr.type=\"int\"/>\n"
    "<key id=\"p\" for=\"edge\" attr.name=\"p\" attr.type=\"double\"/>\n"
    "<key id=\"first\" for=\"edge\" attr.name=\"first\" attr.type=\"string\"/>\n"
    "<key id=\"last\" for=\"edge\" attr.name=\"last\" attr.type=\"string\"/>\n"
    "<graph edgedefault=\"undirected\">\n";

static void graphml_node(struct buf *b, const struct network_result *r, uint32_t account, uint32_t group)
{
    buf_printf(b, "<node id=\"n%u\"><data key=\"label\">", account);
    utf8_markup(b, network_account_name(r, account));
    buf_printf(b, "</data><data key=\"group\">%u</data></node>\n", group);
}

static void graphml_edge(struct buf *b, const struct network_result *r, size_t i)
{
    const struct network_edge *e = &r->edges[i];
    buf_printf(
        b, "<edge source=\"n%u\" target=\"n%u\"><data key=\"weight\">%u</data><data key=\"gap\">%.15g</data>",
        e->a, e->b, e->pairs, e->mean_gap_s);
    buf_printf(b, "<data key=\"posts_a\">%u</data><data key=\"posts_b\">%u</data><data key=\"p\">%.6g</data>",
               e->posts_a, e->posts_b, e->p);
    buf_puts(b, "<data key=\"first\">");
    put_time(b, e->first_us);
    buf_puts(b, "</data><data key=\"last\">");
    put_time(b, e->last_us);
    buf_puts(b, "</data></edge>\n");
}

int network_graphml(const struct network_export *x, const char *path, struct error *err)
{
    return write_graph(x, path, graphml_head, graphml_node, "", graphml_edge, "</graph>\n</graphml>\n", err);
}

/* ---- GEXF ---- */

/* Moments are milliseconds since 1970: the one form that Gephi (which shows them as dates), networkx and igraph all read. */
static const char gexf_head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<gexf xmlns=\"http://www.gexf.net/1.2draft\" version=\"1.2\">\n"
    "<graph mode=\"dynamic\" defaultedgetype=\"undirected\" timeformat=\"double\">\n"
    "<attributes class=\"node\"><attribute id=\"0\" title=\"group\" type=\"integer\"/></attributes>\n"
    "<attributes class=\"edge\"><attribute id=\"0\" title=\"avg_time_delta\" type=\"double\"/>"
    "<attribute id=\"1\" title=\"posts_a\" type=\"integer\"/><attribute id=\"2\" title=\"posts_b\" "
    "type=\"integer\"/>"
    "<attribute id=\"3\" title=\"p\" type=\"double\"/></attributes>\n"
    "<nodes>\n";

static void gexf_node(struct buf *b, const struct network_result *r, uint32_t account, uint32_t group)
{
    buf_printf(b, "<node id=\"%u\" label=\"", account);
    utf8_markup(b, network_account_name(r, account));
    buf_printf(b, "\"><attvalues><attvalue for=\"0\" value=\"%u\"/></attvalues></node>\n", group);
}

static void gexf_edge(struct buf *b, const struct network_result *r, size_t i)
{
    const struct network_edge *e = &r->edges[i];
    buf_printf(b, "<edge id=\"%zu\" source=\"%u\" target=\"%u\" weight=\"%u\" start=\"", i, e->a, e->b,
               e->pairs);
    buf_printf(b, "%lld", (long long)(e->first_us / 1000));
    buf_puts(b, "\" end=\"");
    buf_printf(b, "%lld", (long long)(e->last_us / 1000));
    buf_printf(b, "\"><attvalues><attvalue for=\"0\" value=\"%.15g\"/><attvalue for=\"1\" value=\"%u\"/>",
               e->mean_gap_s, e->posts_a);
    buf_printf(b,
               "<attvalue for=\"2\" value=\"%u\"/><attvalue for=\"3\" value=\"%.6g\"/></attvalues></edge>\n",
               e->posts_b, e->p);
}

int network_gexf(const struct network_export *x, const char *path, struct error *err)
{
    return write_graph(x, path, gexf_head, gexf_node, "</nodes>\n<edges>\n", gexf_edge,
                       "</edges>\n</graph>\n</gexf>\n", err);
}
