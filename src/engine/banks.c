/* Banks as the engine holds them: read from the store, their index from the workspace, and kept up with what other processes
 * change, item by item where that is possible. The set is changed only while no analysis runs. */
#include "engine/engine_priv.h"

#include "base/vec.h"
#include "store/store_exchange.h"
#include "store/store_index.h"

#include <stdio.h>
#include <stdlib.h>

enum { AT_ONCE_MAX = 20000 /* changes; with more the banks are read anew */ };

static int index_dir(struct engine *e, char out[4096])
{
    int n = e->workspace ? snprintf(out, 4096, "%s/index", workspace_dir(e->workspace)) : -1;
    return n > 0 && n < 4096 ? 0 : ERR_ARG;
}

/* ---- all of them ---- */

struct loading {
    struct bank_set *set;
    struct sv bank;
    struct error *err;
};

static int load_item(void *arg, const struct bank_item *item)
{
    struct loading *l = arg;
    return bank_set_add_item(l->set, l->bank, item, l->err);
}

int engine_read_banks(struct engine *e, struct bank_set *set, struct error *err)
{
    struct arena a;
    arena_init(&a, 0);
    struct bank *banks = NULL;
    size_t n = 0;
    char dir[4096];
    struct error why = {0};
    int code = store_bank_version(e->store, &e->bank_version, err);
    if (code == 0) code = store_bank_list(e->store, &a, &banks, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++) {
        code = bank_set_add_bank(set, &banks[i], err);
        struct loading l = {set, banks[i].name, err};
        if (code == 0) code = store_bank_items(e->store, banks[i].name, load_item, &l, err);
    }
    arena_done(&a);
    if (code || index_dir(e, dir)) return code;
    int opened = bank_set_open_index(set, dir, &why);
    if (opened && opened != ERR_NOTFOUND)
        log_write(e->log, LOG_INFO, "engine", "the index of the banks is built anew: %s", why.text);
    return opened == ERR_NOMEM ? error_set(err, ERR_NOMEM, "engine", "%s", why.text) : 0;
}

void engine_keep_banks(struct engine *e)
{
    char dir[4096];
    struct error why = {0};
    if (!e->banks || !e->store || e->read_only || index_dir(e, dir)) return;
    if (bank_set_save_index(e->banks, dir, &why) != 0)
        log_write(e->log, LOG_WARN, "engine", "the index of the banks was not kept: %s", why.text);
}

/* ---- what has changed ---- */

struct change {
    char bank[BANK_NAME_MAX_BYTES];
    size_t bank_bytes;
    struct id128 item;
    bool whole;
};

struct changes {
    struct VEC(struct change) list;
    bool too_many;
};

static int note_change(void *arg, const struct bank_change *c)
{
    struct changes *x = arg;
    struct change one = {.item = c->item, .whole = c->whole};
    x->too_many = x->list.n >= AT_ONCE_MAX || c->bank.n > sizeof one.bank;
    if (x->too_many) return 1;
    one.bank_bytes = c->bank.n;
    memcpy(one.bank, c->bank.p, c->bank.n);
    return VEC_PUSH(&x->list, one);
}

/* A bank that was made is added; one that changed otherwise cannot be followed. 1: read all anew. */
static int follow_bank(struct engine *e, struct sv name, struct error *err)
{
    struct arena a;
    struct bank bank;
    if (bank_set_has_bank(e->banks, name)) return 1;
    arena_init(&a, 0);
    int code = store_bank_get(e->store, name, &a, &bank, err);
    if (code == 0) code = bank_set_add_bank(e->banks, &bank, err);
    arena_done(&a);
    return code == ERR_NOTFOUND ? 0 : code; /* made and removed again */
}

static int follow_item(struct engine *e, struct sv bank, const struct id128 *id, struct error *err)
{
    struct arena a;
    struct bank_item item;
    if (!bank_set_has_bank(e->banks, bank)) return 0;
    if (bank_set_remove_item(e->banks, bank, id) != 0) return 1;
    arena_init(&a, 0);
    int code = store_bank_item_get(e->store, bank, id, &a, &item, err);
    if (code == 0) code = bank_set_add_item(e->banks, bank, &item, err);
    arena_done(&a);
    return code == ERR_NOTFOUND ? 0 : code;
}

/* 0 followed, 1 read all anew, or an error. */
static int follow(struct engine *e, struct error *err)
{
    struct changes x = {0};
    int code = store_bank_changes(e->store, e->bank_version, note_change, &x, err);
    for (size_t i = 0; code == 0 && i < x.list.n; i++) {
        const struct change *c = &x.list.v[i];
        struct sv bank = sv_of(c->bank, c->bank_bytes);
        code = c->whole ? follow_bank(e, bank, err) : follow_item(e, bank, &c->item, err);
    }
    VEC_DONE(&x.list);
    return code == ERR_NOTFOUND || x.too_many ? 1 : code;
}

static int read_anew(struct engine *e, struct error *err)
{
    struct bank_set *fresh = NULL;
    int code = bank_set_new(&fresh, err);
    if (code == 0) code = engine_read_banks(e, fresh, err);
    if (code) {
        bank_set_free(fresh);
        return code;
    }
    bank_set_free(e->banks);
    e->banks = fresh;
    return 0;
}

int engine_follow_banks(struct engine *e, struct error *err)
{
    int64_t version = 0;
    int code = store_bank_version(e->store, &version, err);
    if (code || version == e->bank_version) return code;
    engine_close_detectors(e);
    code = follow(e, err);
    if (code == 0) e->bank_version = version;
    if (code != 0) {
        /* Half followed is not what anybody's banks are. */
        engine_keep_banks(e);
        code = read_anew(e, err);
        if (code) e->bank_version = -1;
    }
    return code;
}

bool engine_banks_changed(struct engine *e)
{
    int64_t version = 0;
    return e->store && store_bank_version(e->store, &version, NULL) == 0 && version != e->bank_version;
}
