/* What comes from others: quarantined until a person confirms, refuted for ever, withdrawn at once, held back when it
 * floods; grants and what is handed out; referrals' rows, the outbox. */
#include "../store/store_test.h"

#include "store/ledger.h"
#include "store/store_exchange.h"
#include "store/store_referral.h"

#define HEX0 "f8f8f0cce0f4e84d0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22"

static struct bank_frame frames[1];

static struct bank_item item_one(void)
{
    frames[0].quality = 90;
    assert_true(hash256_parse(SV(HEX0), &frames[0].pdq));
    struct bank_item item = {.type = BANK_PDQ,
                             .frames = frames,
                             .nframes = 1,
                             .label = SV("emblem"),
                             .threshold = -1,
                             .added_us = T0};
    item.id = bank_item_id(&item);
    return item;
}

static void make_source(struct fixture *f, const char *name, bool trusted)
{
    struct bank b = {
        .name = SV("incoming"), .category = CATEGORY_TERROR_PROPAGANDA, .threshold = 31, .created_us = T0};
    struct exchange_source src = {.name = sv_cstr(name),
                                  .kind = SV("list"),
                                  .bank = SV("incoming"),
                                  .trusted = trusted,
                                  .flood_least = 5,
                                  .flood_factor = 3,
                                  .flood_window_us = US_PER_HOUR};
    assert_ok(store_bank_new(f->store, &b, &f->err));
    assert_ok(store_source_put(f->store, &src, &f->err));
}

static int put(struct fixture *f, const char *source, const char *remote, int64_t round)
{
    struct bank_item item = item_one();
    struct foreign_item x = {.source = sv_cstr(source),
                             .remote = sv_cstr(remote),
                             .bank = SV("incoming"),
                             .origin = SV("{}"),
                             .round = round};
    bool is_new;
    return store_foreign_put(f->store, &x, &item, T0, &is_new, &f->err);
}

static enum bank_status status(struct fixture *f)
{
    struct bank_item item = item_one(), there;
    assert_ok(store_bank_item_get(f->store, SV("incoming"), &item.id, &f->arena, &there, &f->err));
    return there.status;
}

static void what_comes_in_waits_for_a_person(void **state)
{
    struct fixture *f = *state;
    make_source(f, "them", false);
    assert_ok(put(f, "them", "a", 1));
    assert_int_equal(status(f), BANK_QUARANTINED);
    assert_ok(store_foreign_judge(f->store, SV("them"), SV("a"), FOREIGN_CONFIRMED, SV("lina"), SV("seen"),
                                  T0, &f->err));
    assert_int_equal(status(f), BANK_ACTIVE);
    assert_ok(store_foreign_judge(f->store, SV("them"), SV("a"), FOREIGN_NEW, SV("lina"), SV("not sure"), T0,
                                  &f->err));
    assert_int_equal(status(f), BANK_QUARANTINED);
    assert_int_equal(
        store_foreign_judge(f->store, SV("them"), SV("a"), FOREIGN_CONFIRMED, SV_NULL, SV("x"), T0, &f->err),
        ERR_ARG);
    assert_int_equal(store_foreign_judge(f->store, SV("them"), SV("b"), FOREIGN_CONFIRMED, SV("lina"),
                                         SV("x"), T0, &f->err),
                     ERR_NOTFOUND);
}

static void refuted_stays_refuted_whatever_comes(void **state)
{
    struct fixture *f = *state;
    make_source(f, "them", true);
    assert_ok(put(f, "them", "a", 1));
    assert_int_equal(status(f), BANK_ACTIVE); /* trusted */
    assert_ok(store_foreign_judge(f->store, SV("them"), SV("a"), FOREIGN_REFUTED, SV("lina"),
                                  SV("a newsroom"), T0, &f->err));
    assert_int_equal(status(f), BANK_QUARANTINED);
    assert_ok(put(f, "them", "a", 2));
    assert_int_equal(status(f), BANK_QUARANTINED);
}

static void withdrawn_by_its_only_source_it_is_out(void **state)
{
    struct fixture *f = *state;
    int64_t n;
    make_source(f, "them", true);
    make_source(f, "others", true);
    assert_ok(put(f, "them", "a", 1));
    assert_ok(put(f, "others", "z", 1));
    assert_ok(store_foreign_withdraw(f->store, SV("them"), SV("a"), T0, &f->err));
    assert_int_equal(status(f), BANK_ACTIVE); /* the others still have it */
    assert_ok(store_foreign_withdraw_unseen(f->store, SV("others"), 2, T0, &n, &f->err));
    assert_int_equal(n, 1);
    assert_int_equal(status(f), BANK_WITHDRAWN);
    assert_ok(put(f, "them", "a", 3)); /* sent again: new again */
    assert_int_equal(status(f), BANK_ACTIVE);
    assert_int_equal(store_foreign_withdraw(f->store, SV("them"), SV("never"), T0, &f->err), ERR_NOTFOUND);
}

/* A post that matches the item, known at T0 + minutes. */
static void match(struct fixture *f, int n, int minutes)
{
    struct bank_item item = item_one();
    struct post p = test_post(f, n, 0, 1);
    struct finding x;
    struct finding_list l;
    struct assessment as = {.category = CATEGORY_TERROR_PROPAGANDA,
                            .severity = 50,
                            .probability = 0.5,
                            .reason = SV("reason.x"),
                            .policy = SV("p")};
    enum store_put how;
    char id[ID_TEXT_BYTES];
    id_format(&item.id, id);
    assert_ok(store_put_post(f->store, &p, T0 + minutes * US_PER_MINUTE, &how, &f->err));
    struct place place = place_of(PLACE_POST);
    finding_init(&x);
    x.kind = FINDING_MATCH_MEDIA;
    x.detector = SV("hash");
    x.places = &place;
    x.nplaces = 1;
    x.ref.bank = SV("incoming");
    x.ref.item = sv_cstr(id);
    finding_list_init(&l, &f->arena);
    assert_ok(finding_add(&l, &x));
    assert_ok(finding_add(&l, &x)); /* twice in one post is one match */
    assert_ok(store_put_result(f->store, &p.id, &l, &as, &f->err));
    assert_ok(store_put_result(f->store, &p.id, &l, &as, &f->err)); /* analysed again: still one */
    finding_list_done(&l);
}

static void a_signal_that_floods_is_held_back(void **state)
{
    struct fixture *f = *state;
    struct bank_item item = item_one();
    struct match_count count;
    struct foreign_item x;
    make_source(f, "them", true);
    assert_ok(put(f, "them", "a", 1));
    for (int i = 0; i < 4; i++) match(f, i, i);
    assert_int_equal(status(f), BANK_ACTIVE);
    match(f, 4, 4);
    assert_int_equal(status(f), BANK_QUARANTINED);
    assert_ok(store_match_count(f->store, SV("incoming"), &item.id, 0, INT64_MAX, &count, &f->err));
    assert_int_equal(count.posts, 5);
    assert_ok(store_foreign_find(f->store, SV("them"), SV("a"), &f->arena, &x, &f->err));
    assert_int_equal(x.state, FOREIGN_HELD);
    /* A person's word is stronger than the guard. */
    assert_ok(store_foreign_judge(f->store, SV("them"), SV("a"), FOREIGN_CONFIRMED, SV("lina"),
                                  SV("it is everywhere"), T0, &f->err));
    match(f, 5, 5);
    assert_int_equal(status(f), BANK_ACTIVE);
}

static void a_steady_signal_is_not_held_back(void **state)
{
    struct fixture *f = *state;
    make_source(f, "them", true);
    assert_ok(put(f, "them", "a", 1));
    for (int i = 0; i < 96; i++) match(f, i, i * 15); /* four an hour, for a day */
    assert_int_equal(status(f), BANK_ACTIVE);
}

static void grants_need_a_person_and_a_reason(void **state)
{
    struct fixture *f = *state;
    struct bank_item item = item_one();
    make_source(f, "them", true);
    assert_ok(put(f, "them", "a", 1));
    struct grant g = {.collection = SV("partners"),
                      .bank = SV("incoming"),
                      .item = item.id,
                      .tlp = SV("green"),
                      .at_us = T0};
    assert_int_equal(store_grant_put(f->store, &g, NULL, &f->err), ERR_ARG);
    g.who = SV("lina");
    g.why = SV("case 12");
    assert_ok(store_grant_put(f->store, &g, NULL, &f->err));
    assert_ok(store_grant_revoke(f->store, g.collection, g.bank, &g.item, SV("omar"), SV("wrong"), T0 + 1,
                                 &f->err));
    assert_int_equal(
        store_grant_revoke(f->store, g.collection, g.bank, &g.item, SV("omar"), SV("wrong"), T0 + 1, &f->err),
        ERR_NOTFOUND);
    g.item.b[0] ^= 1;
    assert_int_equal(store_grant_put(f->store, &g, NULL, &f->err), ERR_NOTFOUND);
}

static int count_object(void *arg, const struct shared_object *o)
{
    int64_t *last = arg;
    assert_true(o->added_us > *last);
    *last = o->added_us;
    return 0;
}

static void times_within_a_collection_rise_though_the_clock_does_not(void **state)
{
    struct fixture *f = *state;
    bool is_new;
    int64_t last = INT64_MIN;
    for (int i = 0; i < 5; i++) {
        struct shared_object o = {.collection = SV("partners"),
                                  .id = arena_printf(&f->arena, "x--%d", i),
                                  .version = SV("1"),
                                  .body = SV("{}"),
                                  .added_us = T0 - i * US_PER_HOUR};
        assert_ok(store_object_put(f->store, &o, &is_new, &f->err));
        assert_true(is_new);
        assert_ok(store_object_put(f->store, &o, &is_new, &f->err));
        assert_false(is_new);
    }
    assert_ok(store_objects(f->store, SV("partners"), 0, 100, count_object, &last, &f->err));
}

/* ---- referrals ---- */

static struct referral referral_one(struct fixture *f)
{
    struct recipient to = {SV("clips"), SV("{}")};
    struct referral r;
    struct referral_target t = {.url = SV("https://clips.example/1"),
                                .state = SV("unknown"),
                                .checked_us = TIME_UNKNOWN,
                                .online_us = TIME_UNKNOWN,
                                .offline_us = TIME_UNKNOWN,
                                .back_us = TIME_UNKNOWN};
    struct referral_event e = {.at_us = T0, .kind = SV("drafted"), .who = SV("lina"), .says = SV("{}")};
    referral_init(&r);
    r.kind = SV("dsa-notice");
    r.recipient = SV("clips");
    r.lang = SV("fr");
    r.state = SV("draft");
    r.category = SV("hate");
    r.drafted_by = SV("lina");
    r.fields = SV("{}");
    r.drafted_us = T0;
    memset(r.id.b, 7, sizeof r.id.b);
    assert_ok(store_recipient_put(f->store, &to, &f->err));
    assert_ok(store_referral_new(f->store, &r, &t, 1, &e, &f->err));
    assert_int_equal(store_referral_new(f->store, &r, &t, 1, &e, &f->err), ERR_EXISTS);
    return r;
}

static void a_change_must_have_seen_the_last_one(void **state)
{
    struct fixture *f = *state;
    struct referral r = referral_one(f), back;
    struct referral_event e = {
        .at_us = T0 - US_PER_DAY, .kind = SV("approved"), .who = SV("omar"), .says = SV("{}")};
    struct referral_event *events;
    size_t n;
    r.state = SV("approved");
    assert_ok(store_referral_change(f->store, &r, &e, &f->err));
    assert_int_equal(store_referral_change(f->store, &r, &e, &f->err), ERR_BUSY);
    assert_ok(store_referral_get(f->store, &r.id, &f->arena, &back, &f->err));
    assert_int_equal(back.version, 1);
    assert_sv(back.state, "approved");
    assert_ok(store_referral_events(f->store, &r.id, &f->arena, &events, &n, &f->err));
    assert_int_equal(n, 2);
    assert_int_equal(events[1].at_us, T0); /* not before the event before it */
    struct ledger_state ledger;
    assert_ok(ledger_state(f->store, &ledger, &f->err));
    assert_int_equal(ledger.size, 2);
}

static bool dead(struct sv owner)
{
    (void)owner;
    return false;
}

static void a_message_is_one_however_often_it_is_put(void **state)
{
    struct fixture *f = *state;
    struct referral r = referral_one(f);
    struct outbox_message m = {.referral = r.id,
                               .channel = SV("mail"),
                               .address = SV("a@clips.example"),
                               .body = SV("…"),
                               .at_us = T0},
                          got;
    bool any;
    memset(m.id.b, 9, sizeof m.id.b);
    assert_ok(store_outbox_put(f->store, &m, &f->err));
    assert_ok(store_outbox_put(f->store, &m, &f->err));
    assert_ok(store_outbox_claim(f->store, SV("me"), T0, &f->arena, &got, &any, &f->err));
    assert_true(any);
    assert_int_equal(got.attempt, 1);
    bool more;
    assert_ok(store_outbox_claim(f->store, SV("you"), T0, &f->arena, &m, &more, &f->err));
    assert_false(more);
    /* Died before the last byte: waits again. Died after it: unsure, and never again by itself. */
    assert_ok(store_outbox_recover(f->store, dead, T0, &f->err));
    assert_ok(store_outbox_claim(f->store, SV("you"), T0, &f->arena, &got, &any, &f->err));
    assert_true(any);
    got.state = OUTBOX_HANDED;
    assert_int_equal(store_outbox_mark(f->store, &got, SV("me"), &f->err), ERR_BUSY);
    assert_ok(store_outbox_mark(f->store, &got, SV("you"), &f->err));
    assert_ok(store_outbox_recover(f->store, dead, T0, &f->err));
    assert_ok(store_outbox_claim(f->store, SV("you"), T0 + US_PER_DAY, &f->arena, &m, &any, &f->err));
    assert_false(any);
    assert_ok(store_outbox_settle(f->store, &got.id, true, T0, &f->err));
    assert_ok(store_outbox_claim(f->store, SV("you"), T0, &f->arena, &m, &any, &f->err));
    assert_true(any);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(what_comes_in_waits_for_a_person),
        store_test(refuted_stays_refuted_whatever_comes),
        store_test(withdrawn_by_its_only_source_it_is_out),
        store_test(a_signal_that_floods_is_held_back),
        store_test(a_steady_signal_is_not_held_back),
        store_test(grants_need_a_person_and_a_reason),
        store_test(times_within_a_collection_rise_though_the_clock_does_not),
        store_test(a_change_must_have_seen_the_last_one),
        store_test(a_message_is_one_however_often_it_is_put),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
