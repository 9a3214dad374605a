/* Cases, objects, custody and holds: what is written is there, once, with who and why, and in the ledger. */
#include "store_test.h"

#include "store/store_case.h"

static struct id128 new_case(struct fixture *f, const char *title, const char *reference)
{
    struct id128 id;
    assert_ok(store_case_new(f->store, sv_cstr(title), sv_cstr(reference), TLP_AMBER, &id, &f->err));
    return id;
}

static struct case_file get(struct fixture *f, const struct id128 *id)
{
    struct case_file c;
    assert_ok(store_case_get(f->store, id, &f->arena, &c, &f->err));
    return c;
}

static struct sv hex(struct fixture *f, const struct id128 *id)
{
    char text[ID_TEXT_BYTES];
    id_format(id, text);
    return arena_copy(&f->arena, sv_of(text, ID_TEXT_BYTES - 1));
}

static uint64_t ledger_size(struct fixture *f)
{
    struct ledger_state st;
    assert_ok(ledger_state(f->store, &st, &f->err));
    return st.size;
}

static void a_case_is_found_by_reference_and_prefix(void **state)
{
    struct fixture *f = *state;
    struct id128 id = new_case(f, "Smear of the river", "2026/114"), other = new_case(f, "Another", ""),
                 found;
    struct case_file c = get(f, &id);
    assert_sv(c.title, "Smear of the river");
    assert_sv(c.reference, "2026/114");
    assert_int_equal(c.state, CASE_OPEN);
    assert_int_equal(c.tlp, TLP_AMBER);
    assert_int_equal(c.closed_us, TIME_UNKNOWN);
    assert_ok(store_case_find(f->store, SV("2026/114"), &found, &f->err));
    assert_true(id_eq(&found, &id));
    assert_ok(store_case_find(f->store, sv_sub(hex(f, &other), 0, 10), &found, &f->err));
    assert_true(id_eq(&found, &other));
    assert_int_equal(store_case_find(f->store, SV("nothing"), &found, &f->err), ERR_NOTFOUND);
    assert_int_equal(store_case_find(f->store, SV(""), &found, &f->err), ERR_NOTFOUND);
    assert_int_equal(store_case_new(f->store, SV("x"), SV("2026/114"), TLP_RED, &found, &f->err), ERR_EXISTS);
    assert_int_equal(store_case_new(f->store, SV(" "), SV(""), TLP_RED, &found, &f->err), ERR_ARG);
}

static void objects_are_added_once_and_custody_says_by_whom(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 1, 0, 10);
    char who[LEDGER_PSEUDONYM_BYTES];
    bool is_new;
    test_put(f, &p);
    ledger_set_actor(f->store, SV("lina"));
    assert_ok(store_who(f->store, who, &f->err));
    struct id128 id = new_case(f, "t", "");
    struct sv post = hex(f, &p.id);
    assert_ok(store_case_add(f->store, &id, CASE_POST, post, SV("the threat"), &is_new, &f->err));
    assert_true(is_new);
    uint64_t before = ledger_size(f);
    assert_ok(store_case_add(f->store, &id, CASE_POST, post, SV("again"), &is_new, &f->err));
    assert_false(is_new);
    assert_int_equal(ledger_size(f), before);
    assert_ok(store_case_add(f->store, &id, CASE_REFERRAL, SV("r-1"), SV_NULL, NULL, &f->err));
    assert_int_equal(ledger_size(f), before + 1);
    struct case_object *o;
    struct custody *c;
    struct id128 *cases;
    size_t n;
    assert_ok(store_case_objects(f->store, &id, &f->arena, &o, &n, &f->err));
    assert_int_equal(n, 2);
    assert_true(sv_eq(o[0].id, post));
    assert_sv(o[0].why, "the threat");
    assert_sv(o[0].who, who);
    assert_ok(store_custody(f->store, &id, &f->arena, &c, &n, &f->err));
    assert_int_equal(n, 3);
    assert_int_equal(c[0].act, CUSTODY_OPENED);
    assert_int_equal(c[0].type, CASE_OBJECT_TYPES);
    assert_int_equal(c[1].act, CUSTODY_ADDED);
    assert_int_equal(c[1].type, CASE_POST);
    assert_int_equal(c[1].n, 1);
    assert_ok(store_cases_of(f->store, CASE_POST, post, &f->arena, &cases, &n, &f->err));
    assert_int_equal(n, 1);
    assert_true(id_eq(&cases[0], &id));
    assert_ok(store_case_drop(f->store, &id, CASE_POST, post, SV("wrong one"), &f->err));
    assert_int_equal(store_case_drop(f->store, &id, CASE_POST, post, SV(""), &f->err), ERR_NOTFOUND);
    assert_int_equal(get(f, &id).objects, 1);
}

static void wrong_objects_are_refused_and_leave_nothing(void **state)
{
    struct fixture *f = *state;
    struct id128 id = new_case(f, "t", "");
    uint64_t before = ledger_size(f);
    static const struct {
        enum case_object_type type;
        const char *object;
        int rc;
    } bad[] = {
        {CASE_POST, "00000000000000000000000000000000", ERR_NOTFOUND},
        {CASE_POST, "abc", ERR_NOTFOUND},
        {CASE_MEDIA, "abc", ERR_NOTFOUND},
        {CASE_REFERRAL, "", ERR_ARG},
        {CASE_REFERRAL, "a b", ERR_ARG},
        {CASE_REFERRAL, "a/b", ERR_ARG},
        {CASE_OBJECT_TYPES, "a", ERR_ARG},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(
            store_case_add(f->store, &id, bad[i].type, sv_cstr(bad[i].object), SV_NULL, NULL, &f->err),
            bad[i].rc);
    assert_int_equal(store_custody_add(f->store, &id, CUSTODY_VIEWED, CASE_NOTE, SV("n"), SV_NULL, &f->err),
                     ERR_NOTFOUND);
    assert_int_equal(ledger_size(f), before);
}

static void notes_and_complaints_stay_and_are_read_back(void **state)
{
    struct fixture *f = *state;
    struct id128 id = new_case(f, "t", ""), note;
    struct case_text in[] = {
        {.type = CASE_COMPLAINT, .channel = SV("police"), .reference = SV("77/26"), .body = SV("شكوى")},
        {.type = CASE_NOTE, .body = SV("seen\0twice")},
    };
    assert_ok(store_case_write(f->store, &id, &in[0], NULL, &f->err));
    assert_ok(store_case_write(f->store, &id, &in[1], &note, &f->err));
    struct case_text *t, empty = {.type = CASE_NOTE};
    size_t n;
    assert_ok(store_case_texts(f->store, &id, &f->arena, &t, &n, &f->err));
    assert_int_equal(n, 2);
    int complaint = t[0].type == CASE_COMPLAINT ? 0 : 1;
    assert_sv(t[complaint].channel, "police");
    assert_sv(t[complaint].body, "شكوى");
    assert_true(sv_eq(t[1 - complaint].body, SV("seen\0twice")));
    assert_int_equal(get(f, &id).objects, 2);
    assert_int_equal(store_case_write(f->store, &id, &empty, NULL, &f->err), ERR_ARG);
    assert_int_equal(store_case_drop(f->store, &id, CASE_NOTE, hex(f, &note), SV("x"), &f->err), ERR_ARG);
}

static void a_closed_case_changes_only_by_being_opened(void **state)
{
    struct fixture *f = *state;
    struct id128 id = new_case(f, "t", "");
    struct case_text note = {.type = CASE_NOTE, .body = SV("late")};
    struct case_file *list;
    size_t n;
    assert_ok(store_case_close(f->store, &id, SV("done"), &f->err));
    uint64_t before = ledger_size(f);
    assert_ok(store_case_close(f->store, &id, SV("done"), &f->err));
    assert_int_equal(ledger_size(f), before);
    assert_int_equal(store_case_write(f->store, &id, &note, NULL, &f->err), ERR_ARG);
    assert_int_equal(store_case_set_tlp(f->store, &id, TLP_RED, SV("x"), &f->err), ERR_ARG);
    assert_ok(store_custody_add(f->store, &id, CUSTODY_HANDED_OVER, CASE_OBJECT_TYPES, SV_NULL,
                                SV("to the court"), &f->err));
    assert_ok(store_case_list(f->store, CASE_OPEN, &f->arena, &list, &n, &f->err));
    assert_int_equal(n, 0);
    assert_int_not_equal(get(f, &id).closed_us, TIME_UNKNOWN);
    assert_ok(store_case_reopen(f->store, &id, SV("appeal"), &f->err));
    assert_ok(store_case_write(f->store, &id, &note, NULL, &f->err));
    assert_ok(store_case_set_tlp(f->store, &id, TLP_RED, SV("x"), &f->err));
    assert_int_equal(get(f, &id).tlp, TLP_RED);
    assert_ok(store_case_list(f->store, CASE_STATES, &f->arena, &list, &n, &f->err));
    assert_int_equal(n, 1);
}

static void a_hold_stands_until_it_is_released_or_over(void **state)
{
    struct fixture *f = *state;
    struct id128 id = new_case(f, "t", ""), hold;
    struct hold h = {.scope = HOLD_CASE,
                     .object = hex(f, &id),
                     .authority = SV("court 3"),
                     .why = SV("order 5"),
                     .until_us = TIME_UNKNOWN};
    struct hold *list;
    size_t n;
    assert_ok(store_hold_new(f->store, &h, &hold, &f->err));
    assert_int_equal(get(f, &id).holds, 1);
    assert_ok(store_hold_find(f->store, sv_sub(hex(f, &hold), 0, 8), &hold, &f->err));
    assert_int_equal(store_hold_release(f->store, &hold, SV(""), &f->err), ERR_ARG);
    assert_ok(store_hold_release(f->store, &hold, SV("lifted"), &f->err));
    assert_int_equal(store_hold_release(f->store, &hold, SV("lifted"), &f->err), ERR_ARG);
    assert_int_equal(get(f, &id).holds, 0);
    assert_ok(store_holds(f->store, &f->arena, &list, &n, &f->err));
    assert_int_equal(n, 1);
    assert_sv(list[0].released_why, "lifted");
    assert_false(hold_stands(&list[0], T0));
    struct hold over = {.until_us = T0, .released_us = TIME_UNKNOWN};
    assert_true(hold_stands(&over, T0 - 1));
    assert_false(hold_stands(&over, T0));
    h.why = SV("");
    assert_int_equal(store_hold_new(f->store, &h, &hold, &f->err), ERR_ARG);
    h.why = SV("x");
    h.object = SV("12");
    assert_int_equal(store_hold_new(f->store, &h, &hold, &f->err), ERR_NOTFOUND);
    struct hold all = {.scope = HOLD_EVERYTHING, .why = SV("inquiry"), .until_us = TIME_UNKNOWN};
    assert_ok(store_hold_new(f->store, &all, &hold, &f->err));
}

static void what_is_rolled_back_is_not_there(void **state)
{
    struct fixture *f = *state;
    uint64_t before = ledger_size(f);
    struct case_file *list;
    size_t n;
    assert_ok(store_begin(f->store, &f->err));
    struct id128 id = new_case(f, "t", "");
    assert_ok(store_case_close(f->store, &id, SV("x"), &f->err));
    store_rollback(f->store);
    assert_ok(store_case_list(f->store, CASE_STATES, &f->arena, &list, &n, &f->err));
    assert_int_equal(n, 0);
    assert_int_equal(ledger_size(f), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(a_case_is_found_by_reference_and_prefix),
        store_test(objects_are_added_once_and_custody_says_by_whom),
        store_test(wrong_objects_are_refused_and_leave_nothing),
        store_test(notes_and_complaints_stay_and_are_read_back),
        store_test(a_closed_case_changes_only_by_being_opened),
        store_test(a_hold_stands_until_it_is_released_or_over),
        store_test(what_is_rolled_back_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
