/* The workspace's acts as the rows that a batch run reads. */
#include "engine/network.h"
#include "network/actions.h"

struct filling {
    struct network_table *t;
    struct error *err;
};

static int add_row(void *arg, const struct store_network_row *row)
{
    struct filling *f = arg;
    char account[ID_TEXT_BYTES], post[ID_TEXT_BYTES];
    id_format(&row->account, account);
    id_format(&row->post, post);
    if (row->layer >= ACTION_LAYERS) return 0;
    return network_table_add(f->t, row->layer, row->family, sv_cstr(account), sv_cstr(post), row->at_us,
                             f->err);
}

int engine_network_table(struct store *s, struct network_table **out, struct error *err)
{
    struct sv names[ACTION_LAYERS];
    struct filling f = {.err = err};
    for (unsigned l = 0; l < ACTION_LAYERS; l++) names[l] = sv_cstr(action_layer_name((enum action_layer)l));
    int code = network_table_new(names, ACTION_LAYERS, &f.t, err);
    if (code == 0) code = store_network_rows(s, add_row, &f, err);
    uint32_t n = code == 0 ? network_table_accounts(f.t) : 0;
    struct arena a;
    arena_init(&a, 0);
    for (uint32_t i = 0; code == 0 && i < n; i++) {
        struct id128 id;
        struct account who;
        arena_clear(&a);
        if (!id_parse(network_table_account(f.t, i), &id)) continue;
        code = store_get_account(s, &id, &a, &who, err);
        if (code == ERR_NOTFOUND)
            code = 0;
        else if (code == 0 && who.created_us != TIME_UNKNOWN)
            code = network_table_set_created(f.t, network_table_account(f.t, i), who.created_us, err);
    }
    arena_done(&a);
    if (code)
        network_table_free(f.t);
    else
        *out = f.t;
    return code;
}
