/* Pile-ons of a workspace. A target that something was said to is looked at again from its first message on, with a detector of
 * its own (network/pileon.h): so what is told depends on the messages alone, in the time of the events, and not on when they
 * came in. Every post that came into a standing alert, or led to it, and looks the part gets a finding. */
#include "engine/network_priv.h"

#include "base/limits.h"
#include "base/vec.h"
#include "network/pileon.h"
#include "store/store_pileon.h"

#include <stdio.h>
#include <stdlib.h>

enum { SIGN_STRANGERS = 1, SIGN_YOUNG = 2, SIGN_REUSE = 4 };

struct looking {
    struct pileon *p;
    struct arena a; /* words of alerts, of which nothing is kept */
    struct VEC(struct store_pileon_message) messages;
    struct VEC(bool) part;
    struct VEC(struct store_pileon_part) told;
    struct store_pileon_part now; /* of the alert that stands */
    struct error *err;
};

static int no_memory(struct error *err)
{
    return error_set(err, ERR_NOMEM, "engine", "no memory for a pile-on");
}

/* What more than a crowd would have of it. */
static int64_t signs_of(const struct pileon_alert *x)
{
    return (x->strangers * 4 >= x->senders * 3 ? SIGN_STRANGERS : 0) |
           (x->young * 4 >= x->ages_known && x->young ? SIGN_YOUNG : 0) |
           (x->reuse * 4 >= x->messages && x->reuse ? SIGN_REUSE : 0);
}

static int tell(struct looking *l, int64_t post)
{
    l->now.post = post;
    return VEC_PUSH(&l->told, l->now) ? no_memory(l->err) : 0;
}

static int hear(struct looking *l, const struct store_pileon_message *m)
{
    char sender[ID_TEXT_BYTES], words[24], clip[24];
    struct pileon_alert alert;
    bool part, stands;
    id_format(&m->account, sender);
    struct pileon_event e = {.sender = sv_cstr(sender), .target = SV("t"), .time_us = m->at_us};
    e.created_us = m->created_us == TIME_UNKNOWN ? NETWORK_NO_TIME : m->created_us;
    if (m->words) e.text = sv_of(words, (size_t)snprintf(words, sizeof words, "%lld", (long long)m->words));
    if (m->clip) e.clip = sv_of(clip, (size_t)snprintf(clip, sizeof clip, "%lld", (long long)m->clip));
    int code = pileon_add(l->p, &e, &l->a, &alert, l->err);
    if (code < 0) return code;
    pileon_last(l->p, &part, &stands);
    if (VEC_PUSH(&l->messages, *m) || VEC_PUSH(&l->part, part)) return no_memory(l->err);
    if (code == 0) return part && stands ? tell(l, m->post) : 0;
    l->now.senders = alert.senders;
    l->now.signs = signs_of(&alert);
    arena_clear(&l->a);
    code = 0;
    for (size_t i = l->messages.n; code == 0 && i-- > 0 && l->messages.v[i].at_us >= alert.since_us;)
        if (l->part.v[i]) code = tell(l, l->messages.v[i].post);
    return code;
}

static int hear_message(void *arg, const struct store_pileon_message *m) { return hear(arg, m); }

/* Of a post that is part of two of one target's pile-ons the latest is kept. */
static int by_post(const void *x, const void *y)
{
    const struct store_pileon_part *a = x, *b = y;
    return a->post < b->post ? -1 : a->post > b->post;
}

static int look_at(struct store *s, int64_t target, struct error *err)
{
    struct pileon_options o;
    struct looking l = {.err = err};
    pileon_options_init(&o);
    arena_init(&l.a, 0);
    int code = pileon_new(&o, &l.p, err);
    if (code == 0)
        code = store_pileon_messages(s, target, ACTION_CAPTION, ACTION_CLIP, PILEON_HISTORY, hear_message, &l,
                                     err);
    size_t n = 0;
    if (l.told.n) qsort(l.told.v, l.told.n, sizeof *l.told.v, by_post);
    for (size_t i = 0; i < l.told.n; i++)
        if (i + 1 == l.told.n || l.told.v[i].post != l.told.v[i + 1].post) l.told.v[n++] = l.told.v[i];
    if (code == 0) code = store_pileon_put(s, target, l.told.v, n, err);
    VEC_DONE(&l.messages);
    VEC_DONE(&l.part);
    VEC_DONE(&l.told);
    arena_done(&l.a);
    pileon_free(l.p);
    return code;
}

int engine_pileons_look(struct store *s, bool *out_more, struct error *err)
{
    enum { AT_ONCE = 64 };
    int64_t due[AT_ONCE];
    size_t n = 0;
    int code = store_pileon_due(s, due, AT_ONCE, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++) code = look_at(s, due[i], err);
    *out_more = n == AT_ONCE;
    return code;
}

/* ---- findings ---- */

static struct sv label_of(int64_t signs, struct arena *a)
{
    return arena_printf(a, "%s%s%s", signs & SIGN_STRANGERS ? "strangers " : "",
                        signs & SIGN_YOUNG ? "young " : "", signs & SIGN_REUSE ? "reuse" : "");
}

int pileon_find(struct store *s, const struct post *p, struct finding_list *out, struct error *err)
{
    struct store_pileon_told *told;
    size_t n;
    int code = store_pileon_of(s, &p->id, out->arena, &told, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++) {
        struct finding f;
        struct place place = place_of(PLACE_POST);
        finding_init(&f);
        f.kind = FINDING_PILEON;
        f.detector = SV("network");
        f.detector_version = 1;
        f.category = CATEGORY_NETWORK_COORDINATED;
        f.probability = 0.7;
        f.label = sv_trim(label_of(told[i].signs, out->arena));
        f.quote = told[i].target;
        f.places = &place;
        f.nplaces = 1;
        f.ref.accounts = (uint32_t)told[i].senders;
        if (finding_add(out, &f)) code = no_memory(err);
    }
    return code;
}
