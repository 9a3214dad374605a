/* What comes in: every form becomes the same call, store_foreign_put, in transactions of TAKE_BATCH items. A person's word
 * about an item goes back as an opinion. */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "exchange/exchange_priv.h"
#include "exchange/lists.h"
#include "store/hashlist.h"

enum { TAKE_BATCH = 2000 };
enum {
    SHRINK_FROM = 100
}; /* items of a source from which on a list that lost half of them is not believed */

bool exchange_kind_known(struct sv kind)
{
    return sv_is(kind, "taxii") || sv_is(kind, "stix") || sv_is(kind, "list") || partner_list_known(kind);
}

struct taking {
    struct store *s;
    const struct exchange_source *src;
    int64_t now_us, round;
    uint64_t batch;
    bool own; /* transactions are ours to end: in batches; else all of it belongs to the caller's */
    struct exchange_counts *counts;
    struct error *err;
};

static int next_batch(struct taking *t)
{
    if (!t->own || ++t->batch < TAKE_BATCH) return 0;
    t->batch = 0;
    int code = store_commit(t->s, t->err);
    return code ? code : store_begin(t->s, t->err);
}

static int take_item(struct taking *t, struct sv remote, struct sv modified, struct sv origin, bool withdrawn,
                     const struct bank_item *from)
{
    struct bank_item item = *from;
    char source[BANK_NAME_MAX_BYTES + 16];
    bool is_new = false;
    snprintf(source, sizeof source, "source:%.*s", SV_FMT(t->src->name));
    item.source = sv_cstr(source);
    if (item.added_us == TIME_UNKNOWN || item.added_us <= 0) item.added_us = t->now_us;
    struct foreign_item f = {.source = t->src->name,
                             .remote = remote,
                             .bank = t->src->bank,
                             .modified = modified,
                             .origin = origin,
                             .state = withdrawn ? FOREIGN_WITHDRAWN : FOREIGN_NEW,
                             .round = t->round};
    int code = store_foreign_put(t->s, &f, &item, t->now_us, &is_new, t->err);
    if (code) return code;
    t->counts->items++;
    t->counts->fresh += is_new && !withdrawn;
    t->counts->withdrawn += withdrawn;
    return next_batch(t);
}

static int told_bad(struct taking *t, uint64_t number, const struct error *why)
{
    if (t->counts->bad++ == 0) {
        t->counts->first_bad = number;
        snprintf(t->counts->why, sizeof t->counts->why, "%s", why->text);
    }
    return 0;
}

/* ---- STIX ---- */

static int withdraw(struct taking *t, struct sv remote)
{
    struct error why = {0};
    /* An indicator of several hashes has several items: "id", "id#1", … */
    for (unsigned i = 0; i < 10000; i++) {
        char part[STIX_ID_BYTES + 16];
        int n =
            snprintf(part, sizeof part, i ? "%.*s#%u" : "%.*s", SV_FMT(sv_sub(remote, 0, STIX_ID_BYTES)), i);
        int code = store_foreign_withdraw(t->s, t->src->name, sv_of(part, (size_t)n), t->now_us, &why);
        if (code == ERR_NOTFOUND) return 0;
        if (code) return error_set(t->err, code, "exchange", "%s", why.text);
        t->counts->withdrawn++;
    }
    return 0;
}

static int on_seen(void *arg, const struct stix_seen *seen, struct error *err)
{
    struct taking *t = arg;
    (void)err;
    switch (seen->kind) {
    case STIX_ITEM: return take_item(t, seen->remote, seen->modified, seen->origin, false, seen->item);
    case STIX_WITHDRAWN: return withdraw(t, seen->remote);
    case STIX_OPINION: t->counts->opinions++; break;
    case STIX_SIGHTING: t->counts->sightings++; break;
    }
    return 0;
}

static int on_stix_bad(void *arg, uint64_t number, struct sv id, const struct error *why, struct error *err)
{
    (void)id;
    (void)err;
    return told_bad(arg, number, why);
}

static int take_stix(struct taking *t, struct sv text)
{
    struct stix_reader r = {t, on_seen, on_stix_bad};
    struct stix_counts counts;
    return stix_read(text, t->now_us, &r, &counts, t->err);
}

/* ---- partners' own forms ---- */

static int on_record(void *arg, const struct partner_record *r, struct error *err)
{
    (void)err;
    return take_item(arg, r->remote, r->modified, r->origin, r->withdrawn, r->item);
}

static int on_record_bad(void *arg, uint64_t number, const struct error *why, struct error *err)
{
    (void)err;
    return told_bad(arg, number, why);
}

/* ---- plain lists ---- */

/* The list's own id of it where it has one ("threatexchange:123"), else what it is. */
static int on_line(void *arg, const struct bank_item *item, struct error *err)
{
    struct taking *t = arg;
    char id[ID_TEXT_BYTES];
    struct id128 what = bank_item_id(item);
    struct sv remote = item->source;
    (void)err;
    if (!sv_starts(remote, SV("threatexchange:"))) {
        id_format(&what, id);
        remote = sv_cstr(id);
    }
    return take_item(t, remote, SV_NULL, item->label, item->status == BANK_WITHDRAWN, item);
}

static int on_line_bad(void *arg, uint64_t line, const struct error *why, struct error *err)
{
    (void)err;
    return told_bad(arg, line, why);
}

/* ---- all of them ---- */

struct standing {
    int64_t round, standing, unseen;
};

static int count_standing(void *arg, const struct foreign_item *f)
{
    struct standing *s = arg;
    if (f->state == FOREIGN_WITHDRAWN) return 0;
    s->standing++;
    s->unseen += f->round < s->round;
    return 0;
}

/* A full listing says by silence what was withdrawn: one that is cut short would empty the bank. */
static int withdraw_unseen(struct taking *t, bool shrunk)
{
    struct standing s = {t->round, 0, 0};
    int64_t gone = 0;
    int code = store_foreign_items(t->s, t->src->name, FOREIGN_STATES, count_standing, &s, t->err);
    if (code) return code;
    if (!shrunk && s.standing >= SHRINK_FROM && s.unseen > s.standing / 2)
        return error_set(t->err, ERR_FORMAT, "exchange",
                         "%.*s: %lld of its %lld items are missing from this list: nothing is withdrawn. If "
                         "that is meant, say --shrunk",
                         SV_FMT(t->src->name), (long long)s.unseen, (long long)s.standing);
    code = store_foreign_withdraw_unseen(t->s, t->src->name, t->round, t->now_us, &gone, t->err);
    t->counts->withdrawn += (uint64_t)gone;
    return code;
}

static int take_text(struct taking *t, struct sv text)
{
    struct sv next;
    struct arena a;
    int code;
    if (sv_is(t->src->kind, "taxii") || sv_is(t->src->kind, "stix")) return take_stix(t, text);
    arena_init(&a, 0);
    if (sv_is(t->src->kind, "list")) {
        struct hashlist_sink sink = {t, on_line, on_line_bad};
        struct hashlist_counts counts;
        code = hashlist_parse(text, NULL, SV_NULL, &sink, &counts, t->err);
    } else {
        struct partner_sink sink = {t, on_record, on_record_bad};
        struct partner_counts counts;
        code = partner_list_read(t->src->kind, text, &a, &sink, &counts, &next, t->err);
    }
    arena_done(&a);
    return code;
}

static int take_path(struct taking *t, const char *path)
{
    struct hashlist_sink sink = {t, on_line, on_line_bad};
    struct hashlist_counts counts;
    return hashlist_read(path, NULL, SV_NULL, &sink, &counts, t->err);
}

static int take(struct store *s, const struct exchange_source *src, struct sv text, const char *path,
                bool full, bool shrunk, int64_t now_us, struct exchange_counts *counts, struct error *err)
{
    struct exchange_source mark = *src;
    struct taking t = {
        .s = s, .src = src, .now_us = now_us, .round = src->round + full, .counts = counts, .err = err};
    int code = store_enter(s, &t.own, err);
    if (code) return code;
    code = path ? take_path(&t, path) : take_text(&t, text);
    if (code == 0 && full) code = withdraw_unseen(&t, shrunk);
    if (code == 0 && full) {
        mark.round = t.round;
        code = store_source_state(s, &mark, err);
    }
    return store_leave(s, t.own, code, err);
}

int exchange_take(struct store *s, const struct exchange_source *src, struct sv text, bool full, bool shrunk,
                  int64_t now_us, struct exchange_counts *counts, struct error *err)
{
    return take(s, src, text, NULL, full, shrunk, now_us, counts, err);
}

int exchange_take_file(struct store *s, const struct exchange_source *src, const char *path, bool full,
                       bool shrunk, int64_t now_us, struct exchange_counts *counts, struct error *err)
{
    return take(s, src, SV_NULL, path, full, shrunk, now_us, counts, err);
}

/* ---- a person's word ---- */

int exchange_judge(struct store *s, struct sv source, struct sv what, bool confirmed, struct sv who,
                   struct sv why, int64_t now_us, struct error *err)
{
    struct arena a;
    struct foreign_item f;
    arena_init(&a, 0);
    int code = store_foreign_find(s, source, what, &a, &f, err);
    if (code == 0) code = store_begin(s, err);
    if (code == 0) {
        struct sv opinion = confirmed ? SV("strongly-agree") : SV("strongly-disagree");
        char now[32];
        snprintf(now, sizeof now, "%lld", (long long)now_us);
        struct sv parts[] = {f.source, f.remote, opinion, sv_cstr(now)};
        struct opinion o = {.id = id_of("opinion", parts, 4),
                            .source = f.source,
                            .remote = f.remote,
                            .opinion = opinion,
                            .who = who,
                            .why = why,
                            .at_us = now_us,
                            .sent_us = TIME_UNKNOWN};
        code = store_foreign_judge(s, f.source, f.remote, confirmed ? FOREIGN_CONFIRMED : FOREIGN_REFUTED,
                                   who, why, now_us, err);
        if (code == 0) code = store_opinion_put(s, &o, err);
        if (code == 0)
            code = store_commit(s, err);
        else
            store_rollback(s);
    }
    arena_done(&a);
    return code;
}
