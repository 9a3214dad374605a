/* Things of the store as the interface shows them. */
#include "serve/serve_priv.h"

#include "base/file.h"
#include "base/utf8.h"
#include "store/store_exchange.h"
#include "store/store_network.h"

struct sv pseudonym_of(struct call *c, const struct id128 *person)
{
    struct person p;
    struct error ignored;
    if (id_is_zero(person)) return SV_NULL;
    if (c->who.kind == WHO_PERSON && id_eq(person, &c->who.id)) return sv_cstr(c->who.name);
    return store_person_get(call_store(c), person, &c->arena, &p, &ignored) == 0 ? p.pseudonym : SV_NULL;
}

static void put_settled(struct call *c, const struct decision *d)
{
    struct id128 *posts = NULL;
    size_t n = 0;
    struct error ignored;
    if (store_settled_posts(call_store(c), &d->id, &c->arena, &posts, &n, &ignored) != 0) n = 0;
    jw_key(&c->w, "posts");
    jw_array(&c->w);
    for (size_t i = 0; i < n; i++) {
        char id[ID_TEXT_BYTES];
        id_format(&posts[i], id);
        jw_str(&c->w, id);
    }
    jw_end(&c->w);
}

void put_decision(struct call *c, const struct decision *d)
{
    struct jw *w = &c->w;
    jw_object(w);
    put_id(w, "id", &d->id);
    put_id(w, "post", &d->post);
    put_id(w, "account", &d->account);
    jw_kv_sv(w, "by", pseudonym_of(c, &d->person));
    jw_kv_bool(w, "mine", c->who.kind == WHO_PERSON && id_eq(&d->person, &c->who.id));
    put_us(w, "at_us", d->at_us);
    jw_kv_str(w, "state", decision_state_name(d->state));
    jw_kv_str(w, "measure", measure_name(d->measure));
    jw_kv_str(w, "scope", scope_name(d->scope));
    jw_kv_str(w, "category", category_name(d->category));
    if (d->ground != GROUND_NONE) jw_kv_str(w, "ground", ground_name(d->ground));
    put_opt(w, "ground_ref", d->ground_ref);
    put_opt(w, "ground_why", d->ground_why);
    jw_kv_sv(w, "facts", d->facts);
    put_words(w, "territories", d->territories);
    put_us(w, "until_us", d->until_us);
    jw_kv_str(w, "source", source_name(d->source));
    jw_kv_bool(w, "automated_detection", d->automated_detection);
    jw_kv_bool(w, "automated_decision", d->automated_decision);
    if (d->state == DECISION_UNDOABLE) put_us(w, "undo_until_us", d->undo_until_us);
    put_opt(w, "second_by", pseudonym_of(c, &d->second));
    put_us(w, "second_at_us", d->second_at_us);
    put_opt(w, "second_facts", d->second_facts);
    put_id(w, "reverses", &d->reverses);
    put_id(w, "reversed_by", &d->reversed_by);
    put_settled(c, d);
    jw_end(w);
}

void put_queue_item(struct call *c, const struct desk_queue_row *r, int64_t now_us)
{
    struct jw *w = &c->w;
    bool leased = !id_is_zero(&r->lease_person) && r->lease_until_us > now_us;
    bool mine = leased && c->who.kind == WHO_PERSON && id_eq(&r->lease_person, &c->who.id);
    bool asleep = review_asleep(r, now_us);
    struct id128 none = {{0}};
    char id[ID_TEXT_BYTES];
    jw_object(w);
    put_id(w, "post", &r->q.post);
    id_format(id_is_zero(&r->q.account) ? &none : &r->q.account, id);
    jw_kv_str(w, "account", id);
    jw_kv_sv(w, "platform", r->q.platform);
    jw_kv_sv(w, "native_id", r->q.native_id);
    jw_kv_sv(w, "handle", r->q.handle);
    jw_kv_sv(w, "caption", r->q.caption);
    put_opt(w, "language", r->language);
    jw_kv_str(w, "category", category_name(r->q.category));
    jw_kv_i64(w, "severity", r->q.severity);
    jw_kv_double(w, "probability", r->q.probability, 4);
    jw_kv_double(w, "expected_views", r->q.expected_views, 1);
    jw_kv_double(w, "priority", r->q.priority, 3);
    jw_kv_bool(w, "hard", r->q.hard);
    put_us(w, "known_us", r->q.known_us);
    put_us(w, "deadline_us", r->q.deadline_us);
    put_us(w, "created_us", r->q.created_us);
    if (r->q.views != COUNT_UNKNOWN) jw_kv_i64(w, "views", r->q.views);
    jw_kv_sv(w, "reason", r->q.reason);
    jw_kv_i64(w, "copies", r->copies);
    jw_kv_i64(w, "reports", r->reports);
    jw_kv_str(w, "state",
              mine                                ? "mine"
              : leased                            ? "leased"
              : sv_is(r->desk_state, "escalated") ? "escalated"
              : sv_is(r->desk_state, "handed")    ? "handed"
              : asleep                            ? "snoozed"
                                                  : "open");
    if (leased) put_us(w, "lease_until_us", r->lease_until_us);
    put_opt(w, "media_kind", r->media_kind);
    jw_end(w);
}

void put_care(struct call *c, const struct care_state *s)
{
    struct jw *w = &c->w;
    char day[TIME_TEXT_BYTES];
    time_format(s->day * US_PER_DAY, day);
    jw_object(w);
    jw_kv_sv(w, "day", sv_of(day, 10));
    jw_kv_double(w, "exposure", s->units, 1);
    jw_kv_double(w, "budget", s->budget, 1);
    jw_kv_i64(w, "working_s", s->working_us / US_PER_SECOND);
    jw_kv_bool(w, "break_due", s->break_due);
    put_us(w, "break_until_us", s->break_until_us);
    jw_kv_bool(w, "rotate", s->rotate);
    jw_kv_i64(w, "next_break_s", s->next_break_us / US_PER_SECOND);
    jw_end(w);
}

/* ---- findings ---- */

/* Units of UTF-16 before byte `at` of the text as JSON gives it: broken bytes are one U+FFFD each. */
static int64_t utf16_of(struct sv text, size_t at)
{
    int64_t units = 0;
    for (size_t i = 0; i < at && i < text.n;) units += utf8_next(text, &i, NULL) > 0xffff ? 2 : 1;
    return units;
}

static struct sv text_of(const struct post *p, const struct place *at)
{
    if (at->text_index < p->ntexts) return p->texts[at->text_index].text;
    if (at->field == TEXT_HANDLE) return p->account.handle;
    if (at->field == TEXT_NAME) return p->account.name;
    return at->field == TEXT_BIO ? p->account.bio : SV_NULL;
}

static void put_place(struct jw *w, const struct post *p, const struct place *at)
{
    jw_object(w);
    jw_kv_str(w, "in", at->kind == PLACE_TEXT ? "text" : at->kind == PLACE_MEDIA ? "media" : "post");
    if (at->kind == PLACE_TEXT) {
        struct sv text = text_of(p, at);
        jw_kv_str(w, "field", text_field_name(at->field));
        if (at->text_index < p->ntexts) jw_kv_i64(w, "index", at->text_index);
        jw_kv_i64(w, "start", (int64_t)at->start);
        jw_kv_i64(w, "end", (int64_t)at->end);
        jw_key(w, "utf16");
        jw_array(w);
        jw_i64(w, utf16_of(text, at->start));
        jw_i64(w, utf16_of(text, at->end));
        jw_end(w);
    }
    if (at->kind == PLACE_MEDIA) {
        jw_kv_i64(w, "media", at->media_index);
        jw_key(w, "region");
        jw_array(w);
        jw_i64(w, at->region.x);
        jw_i64(w, at->region.y);
        jw_i64(w, at->region.w);
        jw_i64(w, at->region.h);
        jw_end(w);
    }
    put_us(w, "start_us", at->start_us);
    put_us(w, "end_us", at->end_us);
    jw_end(w);
}

/* What the bank says of the item, and where its picture is, when there is one and this person may see it. */
static void put_bank_item(struct call *c, const struct post *p, const struct finding *f, size_t n)
{
    struct jw *w = &c->w;
    struct id128 item;
    struct bank_item b;
    struct error ignored;
    char id[ID_TEXT_BYTES];
    if (!id_parse(f->ref.item, &item) ||
        store_bank_item_get(call_store(c), f->ref.bank, &item, &c->arena, &b, &ignored) != 0)
        return;
    put_opt(w, "label", b.label);
    put_opt(w, "source", b.source);
    put_opt(w, "why", b.reason);
    jw_kv_str(w, "type", bank_item_type_name(b.type));
    bool may_see = c->who.kind == WHO_PERSON && c->who.permissions >> PERM_MEDIA_READ & 1;
    if (!may_see || !reference_kept(c, f)) return;
    id_format(&p->id, id);
    jw_kv_sv(w, "picture", arena_printf(&c->arena, "/api/v1/items/%s/findings/%zu/reference", id, n));
}

static void put_reference(struct call *c, const struct post *p, const struct finding *f, size_t n, bool more)
{
    struct jw *w = &c->w;
    const struct reference *r = &f->ref;
    jw_key(w, "reference");
    jw_object(w);
    jw_kv_sv(w, "bank", r->bank);
    jw_kv_sv(w, "item", r->item);
    if (r->negative) jw_kv_bool(w, "negative", true);
    put_us(w, "time_us", r->time_us);
    if (r->distance >= 0) jw_kv_i64(w, "distance", r->distance);
    if (r->form != DIHEDRAL_ORIGINAL) jw_kv_str(w, "form", dihedral_name(r->form));
    if (r->speed != 0) jw_kv_double(w, "speed", r->speed, 3);
    if (more) put_bank_item(c, p, f, n);
    jw_end(w);
}

/* The other account of a finding about accounts; who wants references wants its handle too. */
static void put_other(struct call *c, const struct finding *f, bool more)
{
    struct jw *w = &c->w;
    struct id128 id;
    struct account a;
    struct error ignored;
    jw_key(w, "other");
    jw_object(w);
    put_opt(w, "account", f->ref.account);
    if (more && id_parse(f->ref.account, &id) &&
        store_get_account(call_store(c), &id, &c->arena, &a, &ignored) == 0)
        put_opt(w, "handle", a.handle);
    put_opt(w, "post", f->ref.post);
    if (f->ref.gap_us != TIME_UNKNOWN) jw_kv_i64(w, "gap_us", f->ref.gap_us);
    if (f->ref.accounts > 0) jw_kv_i64(w, "accounts", f->ref.accounts);
    jw_end(w);
}

void put_findings(struct call *c, const struct post *p, const struct finding *v, size_t n, bool references)
{
    struct jw *w = &c->w;
    jw_array(w);
    for (size_t i = 0; i < n; i++) {
        const struct finding *f = &v[i];
        jw_object(w);
        jw_kv_str(w, "kind", finding_kind_name(f->kind));
        jw_kv_sv(w, "detector", f->detector);
        jw_kv_i64(w, "version", f->detector_version);
        if (f->category != CATEGORY_NONE) jw_kv_str(w, "category", category_name(f->category));
        jw_kv_double(w, "probability", f->probability, 6);
        put_opt(w, "label", f->label);
        put_opt(w, "quote", f->quote);
        put_opt(w, "context", f->context);
        jw_key(w, "places");
        jw_array(w);
        for (size_t k = 0; k < f->nplaces; k++) put_place(w, p, &f->places[k]);
        jw_end(w);
        if (f->ref.bank.n > 0) put_reference(c, p, f, i, references);
        if (f->ref.account.n > 0 || f->ref.accounts > 0) put_other(c, f, references);
        jw_end(w);
    }
    jw_end(w);
}

void put_assessment(struct call *c, const struct assessment *as)
{
    struct jw *w = &c->w;
    jw_object(w);
    jw_kv_str(w, "category", category_name(as->category));
    jw_kv_i64(w, "severity", as->severity);
    jw_kv_double(w, "probability", as->probability, 6);
    jw_kv_i64(w, "clock_us", as->clock_us);
    jw_kv_bool(w, "hard", as->hard);
    jw_kv_double(w, "expected_views", as->expected_views, 1);
    jw_kv_double(w, "priority", as->priority, 3);
    jw_kv_sv(w, "reason", as->reason);
    jw_kv_sv(w, "policy", path_base(as->policy)); /* its folder is nobody's business */
    jw_key(w, "because");
    jw_array(w);
    for (size_t i = 0; i < as->nbecause; i++) jw_i64(w, as->because[i]);
    jw_end(w);
    jw_end(w);
}

/* ---- posts ---- */

const char *post_state(struct call *c, const struct id128 *post)
{
    struct store *s = call_store(c);
    struct id128 by;
    bool settled = false;
    struct desk_queue_row row;
    struct finding_list l;
    struct assessment as;
    struct error ignored;
    if (store_desk_queue_one(s, post, &c->arena, &row, &ignored) == 0) return "queued";
    if (store_settled_by(s, post, &settled, &by, &ignored) == 0 && settled) return "decided";
    finding_list_init(&l, &c->arena);
    bool analysed = store_get_result(s, post, &c->arena, &l, &as, NULL, &ignored) == 0;
    finding_list_done(&l);
    return analysed ? "quiet" : "waiting";
}

bool put_post_line(struct call *c, const struct id128 *post)
{
    struct jw *w = &c->w;
    struct store *s = call_store(c);
    struct post p;
    struct finding_list l;
    struct assessment as;
    struct error ignored;
    int64_t known_us;
    if (store_get_post(s, post, &c->arena, &p, &known_us, &ignored) != 0) return false;
    finding_list_init(&l, &c->arena);
    bool analysed = store_get_result(s, post, &c->arena, &l, &as, NULL, &ignored) == 0;
    finding_list_done(&l);
    jw_object(w);
    put_id(w, "post", post);
    jw_kv_sv(w, "platform", p.platform);
    jw_kv_sv(w, "native_id", p.native_id);
    jw_kv_sv(w, "handle", p.account.handle);
    jw_kv_sv(w, "caption", post_text(&p, TEXT_CAPTION));
    put_us(w, "created_us", p.created_us);
    jw_kv_str(w, "category", category_name(analysed ? as.category : CATEGORY_NONE));
    if (analysed) jw_kv_i64(w, "severity", as.severity);
    if (p.reach.views != COUNT_UNKNOWN) jw_kv_i64(w, "views", p.reach.views);
    jw_kv_str(w, "state", post_state(c, post));
    jw_end(w);
    return true;
}

void put_report(struct call *c, const struct report *r)
{
    struct jw *w = &c->w;
    jw_object(w);
    jw_kv_sv(w, "number", r->number);
    put_us(w, "at_us", r->at_us);
    jw_kv_str(w, "category", category_name(r->category));
    jw_kv_sv(w, "text", r->text);
    jw_kv_sv(w, "source", r->source);
    jw_kv_sv(w, "state", r->state);
    put_id(w, "post", &r->post);
    put_opt(w, "url", r->url);
    jw_end(w);
}
