/* The workspace's acts as the rows that a batch run reads. */
#include "engine/network.h"
#include "network/actions.h"

#include "base/map.h"
#include "base/vec.h"

#include <stdlib.h>

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

/* ---- names ---- */

static int shown_name(struct store *s, struct sv hex, struct arena *a, struct sv *out, struct error *err)
{
    struct id128 id;
    struct account who;
    *out = SV_NULL;
    if (!id_parse(hex, &id)) return 0;
    int code = store_get_account(s, &id, a, &who, err);
    if (code) return code == ERR_NOTFOUND ? 0 : code;
    *out = who.handle.n ? who.handle : who.name;
    return 0;
}

/* First all handles are counted, then given: a handle that two accounts have had tells them apart by their ids. */
int engine_network_names(struct store *s, struct network_table *t, struct error *err)
{
    struct map count;
    struct arena a;
    uint32_t n = network_table_accounts(t);
    int code = 0;
    map_init(&count);
    arena_init(&a, 0);
    for (int give = 0; code == 0 && give < 2; give++)
        for (uint32_t i = 0; code == 0 && i < n; i++) {
            struct sv name, hex = network_table_account(t, i);
            uint64_t *times;
            arena_clear(&a);
            code = shown_name(s, hex, &a, &name, err);
            if (code || name.n == 0) continue;
            if (map_put(&count, name, &times) < 0) {
                code = error_set(err, ERR_NOMEM, "engine", "no memory for names");
            } else if (!give) {
                ++*times;
            } else {
                if (*times > 1) name = arena_printf(&a, "%.*s#%.*s", SV_FMT(name), SV_FMT(sv_sub(hex, 0, 8)));
                code = name.p ? network_table_show_account(t, i, name, err)
                              : error_set(err, ERR_NOMEM, "engine", "no memory for names");
            }
        }
    arena_done(&a);
    map_done(&count);
    return code;
}

/* ---- messages ---- */

struct post_words {
    struct sv caption, clip;
};

struct message_run {
    struct store *s;
    struct messages *m;
    struct arena a;   /* names of things, kept for the whole run */
    struct map posts; /* post → words + 1 */
    struct VEC(struct post_words) words;
    struct map senders; /* account → accounts + 1 */
    struct VEC(struct account) accounts;
    struct error *err;
};

/* Words and clips are gathered before the messages: each row is of one layer. */
static int gather_words(void *arg, const struct store_network_row *row)
{
    struct message_run *r = arg;
    struct post_words none = {SV_NULL, SV_NULL};
    uint64_t *at;
    int code = map_put(&r->posts, sv_of((const char *)row->post.b, sizeof row->post.b), &at);
    if (code == 1) code = VEC_PUSH(&r->words, none);
    if (code == 0 && *at == 0) *at = r->words.n;
    if (code < 0) return error_set(r->err, ERR_NOMEM, "engine", "no memory for messages");
    struct sv name = arena_copy(&r->a, row->family);
    if (!name.p) return error_set(r->err, ERR_NOMEM, "engine", "no memory for messages");
    if (row->layer == ACTION_CLIP)
        r->words.v[*at - 1].clip = name;
    else
        r->words.v[*at - 1].caption = name;
    return 0;
}

struct target_row {
    struct id128 account, post;
    int64_t at_us;
    struct sv target;
};
struct target_rows {
    struct message_run *r;
    struct VEC(struct target_row) v;
};

static int gather_target(void *arg, const struct store_network_row *row)
{
    struct target_rows *t = arg;
    struct target_row x = {row->account, row->post, row->at_us, arena_copy(&t->r->a, row->family)};
    if (!x.target.p || VEC_PUSH(&t->v, x))
        return error_set(t->r->err, ERR_NOMEM, "engine", "no memory for messages");
    return 0;
}

static int sender_of(struct message_run *r, const struct id128 *id, const struct account **out)
{
    uint64_t *at;
    int code = map_put(&r->senders, sv_of((const char *)id->b, sizeof id->b), &at);
    if (code == 1) {
        struct account who = {.created_us = TIME_UNKNOWN};
        code = store_get_account(r->s, id, &r->a, &who, r->err);
        if (code && code != ERR_NOTFOUND) return code;
        code = VEC_PUSH(&r->accounts, who);
        *at = r->accounts.n;
    }
    if (code < 0) return error_set(r->err, ERR_NOMEM, "engine", "no memory for messages");
    *out = &r->accounts.v[*at - 1];
    return 0;
}

static int give_message(struct message_run *r, const struct target_row *x)
{
    const struct account *who = NULL;
    char id[ID_TEXT_BYTES];
    int code = sender_of(r, &x->account, &who);
    if (code) return code;
    const uint64_t *at = map_get(&r->posts, sv_of((const char *)x->post.b, sizeof x->post.b));
    struct pileon_event e = {.target = x->target, .time_us = x->at_us, .created_us = NETWORK_NO_TIME};
    id_format(&x->account, id);
    e.sender = who->handle.n ? who->handle : sv_cstr(id);
    if (who->created_us != TIME_UNKNOWN) e.created_us = who->created_us;
    if (at && *at) {
        e.text = r->words.v[*at - 1].caption;
        e.clip = r->words.v[*at - 1].clip;
    }
    return sv_eq(e.sender, e.target) ? 0 : messages_add(r->m, &e, r->err);
}

int engine_network_messages(struct store *s, struct messages *m, struct error *err)
{
    struct message_run r = {.s = s, .m = m, .err = err};
    struct target_rows t = {.r = &r};
    arena_init(&r.a, (size_t)8 << 30);
    map_init(&r.posts);
    map_init(&r.senders);
    int code = store_network_layer_rows(s, ACTION_CAPTION, gather_words, &r, err);
    if (code == 0) code = store_network_layer_rows(s, ACTION_CLIP, gather_words, &r, err);
    if (code == 0) code = store_network_layer_rows(s, ACTION_TARGET, gather_target, &t, err);
    for (size_t i = 0; code == 0 && i < t.v.n; i++) code = give_message(&r, &t.v.v[i]);
    VEC_DONE(&t.v);
    VEC_DONE(&r.words);
    VEC_DONE(&r.accounts);
    map_done(&r.posts);
    map_done(&r.senders);
    arena_done(&r.a);
    return code;
}
