/* Banks as the engine holds them: read from the store, their index from the workspace, and kept up with what other processes
 * change, item by item where that is possible. The set is changed only while no analysis runs. */
#include "engine/engine_priv.h"

#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"
#include "store/store_exchange.h"
#include "store/store_index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

enum {
    AT_ONCE_MAX = BANK_CHANGES_KEPT, /* changes; with more the banks are read anew */
    MARK_BYTES = 8 + 8 + 32
};

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

static int read_banks(struct engine *e, struct bank_set *set, struct error *err)
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
    int opened = bank_set_open_sounds(set, dir, &why);
    if (opened && opened != ERR_NOTFOUND)
        log_write(e->log, LOG_INFO, "engine", "the index of the banks' sounds is built anew: %s", why.text);
    return opened == ERR_NOMEM ? error_set(err, ERR_NOMEM, "engine", "%s", why.text) : 0;
}

static int read_anew(struct engine *e, struct error *err)
{
    struct bank_set *fresh = NULL;
    int code = bank_set_new(&fresh, err);
    if (code == 0) code = read_banks(e, fresh, err);
    if (code) {
        bank_set_free(fresh);
        return code;
    }
    bank_set_free(e->banks);
    e->banks = fresh;
    return 0;
}

/* ---- as they were kept ---- */

/* Which state of the store a set is of: the banks' version, and a step that the ledger had taken by then. Another store, or one
 * that was restored and went on otherwise, has another leaf there. */
struct bank_mark {
    uint64_t version, step;
    uint8_t leaf[32];
};

static int note_leaf(void *arg, const struct ledger_entry *entry)
{
    struct bank_mark *m = arg;
    if (entry->leaf.n != sizeof m->leaf) return ERR_FORMAT;
    m->step = entry->n;
    memcpy(m->leaf, entry->leaf.p, sizeof m->leaf);
    return 1;
}

/* The first step from `step` on. 1: there is none. */
static int leaf_from(struct engine *e, uint64_t step, struct bank_mark *out, struct error *err)
{
    int code = ledger_entries(e->store, step, note_leaf, out, err);
    return code == 1 ? 0 : code == 0 ? 1 : code;
}

/* 1: the ledger has no steps, and nothing can be kept. */
static int mark_now(struct engine *e, struct bank_mark *out, struct error *err)
{
    struct ledger_state state;
    int code = ledger_state(e->store, &state, err);
    if (code) return code;
    out->version = (uint64_t)e->bank_version;
    return state.size && e->bank_version >= 0 ? leaf_from(e, state.size - 1, out, err) : 1;
}

/* One at a time writes the folder. A run waits for another's end, who only looks does not. -1: not now. */
static int lock_index(const struct engine *e, const char *dir)
{
    char path[4096 + 8];
    if (dir_make(dir, NULL) != 0) return -1;
    snprintf(path, sizeof path, "%s/lock", dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), r;
    if (fd < 0) return -1;
    do r = flock(fd, LOCK_EX | (e->read_only ? LOCK_NB : 0));
    while (r != 0 && errno == EINTR);
    if (r == 0) return fd;
    close(fd);
    return -1;
}

static int keep(struct engine *e, const char *dir, struct error *err)
{
    struct bank_mark m;
    struct buf b;
    int code = mark_now(e, &m, err);
    if (code) return code == 1 ? 0 : code;
    int lock = lock_index(e, dir);
    if (lock < 0) return error_set(err, ERR_IO, "engine", "%s/lock: it cannot be had", dir);
    buf_init(&b, MARK_BYTES);
    buf_put_u64(&b, m.version);
    buf_put_u64(&b, m.step);
    buf_put(&b, m.leaf, sizeof m.leaf);
    code = b.failed ? error_set(err, ERR_NOMEM, "engine", "no memory to keep the banks")
                    : bank_set_keep(e->banks, dir, buf_sv(&b), err);
    buf_done(&b);
    close(lock);
    return code;
}

void engine_keep_banks(struct engine *e)
{
    char dir[4096];
    struct error why = {0};
    if (!e->banks || !e->store || e->read_only || index_dir(e, dir)) return;
    if (keep(e, dir, &why) != 0)
        log_write(e->log, LOG_WARN, "engine", "the index of the banks was not kept: %s", why.text);
}

/* Whether a kept set is of this store's past. */
static bool is_past(struct engine *e, struct sv bytes, struct bank_mark *out)
{
    struct reader r = reader_of(bytes);
    struct bank_mark now;
    *out = (struct bank_mark){.version = reader_u64(&r), .step = reader_u64(&r)};
    struct sv leaf = reader_bytes(&r, sizeof out->leaf);
    if (r.failed || reader_left(&r) || out->version > INT64_MAX) return false;
    return leaf_from(e, out->step, &now, NULL) == 0 && now.step == out->step &&
           memcmp(now.leaf, leaf.p, sizeof now.leaf) == 0;
}

/* 1: there is none that can be used. */
static int open_kept(struct engine *e, struct error *err)
{
    char dir[4096];
    struct error why = {0};
    struct bank_set *kept = NULL;
    struct bank_mark m;
    struct buf mark;
    if (index_dir(e, dir)) return 1;
    buf_init(&mark, BANK_MARK_BYTES);
    int code = bank_set_open(dir, &kept, &mark, &why);
    if (code == 0 && !is_past(e, buf_sv(&mark), &m))
        code = error_set(&why, ERR_FORMAT, "engine", "they are of another store");
    buf_done(&mark);
    if (code == 0) {
        e->banks = kept;
        e->bank_version = (int64_t)m.version;
        return 0;
    }
    bank_set_free(kept);
    if (code == ERR_NOMEM) return error_set(err, ERR_NOMEM, "engine", "%s", why.text);
    if (code != ERR_NOTFOUND)
        log_write(e->log, LOG_INFO, "engine", "the banks that were kept cannot be used: %s", why.text);
    return 1;
}

int engine_open_banks(struct engine *e, struct error *err)
{
    int code = open_kept(e, err);
    if (code == 0) return engine_follow_banks(e, err);
    return code == 1 ? read_anew(e, err) : code;
}

/* Made searchable, which an index is before it is kept. Where it cannot be written, the next one builds it again. */
static int keep_for_others(struct engine *e, struct error *err)
{
    char dir[4096];
    struct error why = {0};
    struct detect_env env = {.banks = e->banks, .log = e->log};
    struct detect_set *sealed = NULL;
    int code = detect_set_new(&env, &sealed, err);
    detect_set_free(sealed);
    if (code || index_dir(e, dir)) return code;
    if (bank_set_keepable(e->banks) && keep(e, dir, &why) != 0)
        log_write(e->log, LOG_INFO, "engine", "the index of the banks was not kept: %s", why.text);
    return 0;
}

int engine_look_banks(struct engine *e, struct bank_set **out, struct error *err)
{
    if (!e->read_only || !e->store || e->banks)
        return error_set(err, ERR_ARG, "engine", "banks are looked at once, in a workspace opened to look");
    int code = open_kept(e, err);
    if (code == 0) {
        code = engine_follow_banks(e, err);
    } else if (code == 1) {
        code = read_anew(e, err);
        if (code == 0) code = keep_for_others(e, err);
    }
    if (code == 0) *out = e->banks;
    return code;
}

/* ---- what has changed ---- */

struct change {
    char bank[BANK_NAME_MAX_BYTES];
    size_t bank_bytes;
    struct id128 item;
    uint64_t whole; /* no byte of it is padding: it is a key */
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

static int add_item(struct engine *e, const struct bank_item_name *name, struct error *err)
{
    struct arena a;
    struct bank_item item;
    arena_init(&a, 0);
    int code = store_bank_item_get(e->store, name->bank, &name->id, &a, &item, err);
    if (code == 0) code = bank_set_add_item(e->banks, name->bank, &item, err);
    arena_done(&a);
    return code == ERR_NOTFOUND ? 0 : code;
}

/* Items that were changed, each once, of banks that are there. */
static int changed_items(const struct engine *e, const struct changes *x, struct bank_item_name *v,
                         size_t *out_n)
{
    struct map seen;
    uint64_t *at = NULL;
    int code = 0;
    map_init(&seen);
    for (size_t i = 0; i < x->list.n && code >= 0; i++) {
        const struct change *c = &x->list.v[i];
        struct change key = *c;
        if (c->whole || !bank_set_has_bank(e->banks, sv_of(c->bank, c->bank_bytes))) continue;
        code = map_put(&seen, sv_of((const char *)&key, sizeof key), &at);
        if (code == 1) v[(*out_n)++] = (struct bank_item_name){sv_of(c->bank, c->bank_bytes), c->item};
    }
    map_done(&seen);
    return code < 0 ? ERR_NOMEM : 0;
}

/* What was changed is taken out, and what is still there comes in again as it is now. */
static int follow_items(struct engine *e, const struct changes *x, struct error *err)
{
    size_t n = 0;
    struct bank_item_name *v = malloc((x->list.n + 1) * sizeof *v);
    int code = v ? changed_items(e, x, v, &n) : ERR_NOMEM;
    if (code == 0) code = bank_set_remove_items(e->banks, v, n);
    if (code == ERR_NOMEM) error_set(err, code, "engine", "no memory to follow the banks");
    for (size_t i = 0; i < n && code == 0; i++) code = add_item(e, &v[i], err);
    free(v);
    return code;
}

/* 0 followed, 1 read all anew, or an error. */
static int follow(struct engine *e, struct error *err)
{
    struct changes x = {0};
    int code = store_bank_changes(e->store, e->bank_version, note_change, &x, err);
    for (size_t i = 0; code == 0 && i < x.list.n; i++)
        if (x.list.v[i].whole) code = follow_bank(e, sv_of(x.list.v[i].bank, x.list.v[i].bank_bytes), err);
    if (code == 0) code = follow_items(e, &x, err);
    VEC_DONE(&x.list);
    return code == ERR_NOTFOUND || x.too_many ? 1 : code;
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
