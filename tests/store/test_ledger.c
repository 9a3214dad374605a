/* Every step leaves its entry in the transaction of the step, and doing it again leaves none. */
#include "store_test.h"

#include "store/ledger.h"
#include "store/store_tune.h"

struct seen {
    struct buf text;
    struct merkle tree;
    uint64_t n;
};

/* What each entry says, and that its hashes are what they must be. */
static int look(void *arg, const struct ledger_entry *e)
{
    struct seen *s = arg;
    struct buf leaf;
    struct sha256 hash, commitment;
    assert_int_equal(e->n, s->n++);
    buf_init(&leaf, 0);
    ledger_leaf(e, &leaf);
    merkle_leaf(buf_sv(&leaf), &hash);
    buf_done(&leaf);
    assert_true(sv_eq(e->leaf, sv_of(hash.b, sizeof hash.b)));
    ledger_commit_to(e->salt, e->record, &commitment);
    assert_true(sv_eq(e->commitment, sv_of(commitment.b, sizeof commitment.b)));
    merkle_add(&s->tree, &hash);
    struct sv record = e->record;
    struct record_line line;
    buf_printf(&s->text, "%.*s:", SV_FMT(e->kind));
    while (record_next(&record, &line))
        buf_printf(&s->text, " %s%s", object_name(line.type), line.gone ? "-" : "");
    assert_null(record.p);
    buf_putc(&s->text, '\n');
    return 0;
}

static struct sv ledger_text(struct fixture *f)
{
    struct seen s = {.n = 0};
    struct ledger_state state;
    struct sha256 root, stored;
    buf_init(&s.text, 0);
    merkle_init(&s.tree);
    assert_ok(ledger_entries(f->store, 0, look, &s, &f->err));
    assert_ok(ledger_state(f->store, &state, &f->err));
    assert_true(state.peaks_ok);
    assert_int_equal(state.size, s.n);
    merkle_root(&s.tree, &root);
    merkle_root(&state.tree, &stored);
    assert_memory_equal(root.b, stored.b, sizeof root.b);
    struct sv copy = arena_copy(&f->arena, buf_sv(&s.text));
    buf_done(&s.text);
    return copy;
}

static void a_post_and_its_result_are_two_entries_once(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 1, 0, 10);
    test_put(f, &p);
    assert_sv(ledger_text(f), "intake: post account reach\n");
    test_put(f, &p);
    assert_sv(ledger_text(f), "intake: post account reach\n");
    test_result(f, &p.id, CATEGORY_HATE, true, 5, US_PER_HOUR);
    p.reach.views = 30;
    p.reach.at_us = p.collected_us += US_PER_HOUR;
    test_put(f, &p);
    assert_sv(ledger_text(f),
              "intake: post account reach\nfinding: result finding\nintake: post account reach\n");
}

static void what_is_rolled_back_leaves_no_entry(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 1, 0, 10), q = test_post(f, 2, 0, 10);
    assert_ok(store_begin(f->store, &f->err));
    test_put(f, &p);
    store_rollback(f->store);
    assert_sv(ledger_text(f), "");
    test_put(f, &q);
    fixture_reopen(f);
    test_put(f, &p);
    assert_sv(ledger_text(f), "intake: post account reach\nintake: post account reach\n");
}

static void banks_aside_media_and_requeue_leave_theirs(void **state)
{
    struct fixture *f = *state;
    struct bank b = {.name = SV("clips"), .category = CATEGORY_HATE, .threshold = 31};
    struct bank_item one = {.type = BANK_SOUND, .value = SV("tiktok:1"), .status = BANK_ACTIVE};
    struct bank_item two = {.type = BANK_SOUND, .value = SV("tiktok:2"), .status = BANK_ACTIVE};
    struct post p = test_post(f, 1, 0, 10);
    int64_t n;
    assert_ok(store_begin(f->store, &f->err));
    assert_ok(store_bank_new(f->store, &b, &f->err));
    assert_ok(store_bank_add(f->store, b.name, &one, NULL, &f->err));
    assert_ok(store_bank_add(f->store, b.name, &two, NULL, &f->err));
    assert_ok(store_commit(f->store, &f->err));
    assert_ok(store_bank_add(f->store, b.name, &two, NULL, &f->err));
    struct id128 id = bank_item_id(&one);
    assert_ok(store_bank_item_remove(f->store, b.name, &id, &f->err));
    assert_ok(store_bank_remove(f->store, b.name, &f->err));
    struct store_aside aside = {.file = SV("a"), .reason = SV("r"), .bytes = SV("{")};
    assert_ok(store_put_aside(f->store, &aside, T0, &f->err));
    assert_ok(store_put_aside(f->store, &aside, T0 + 1, &f->err));
    test_put(f, &p);
    struct store_media m = {.sha256 = {{7}}, .bytes = 3, .state = MEDIA_PENDING, .path = SV("media/x")};
    assert_ok(store_put_media(f->store, &p.id, 0, &m, &f->err));
    assert_ok(store_put_media(f->store, &p.id, 0, &m, &f->err));
    test_result(f, &p.id, CATEGORY_NONE, false, 0, 0);
    assert_ok(store_requeue_all(f->store, &n, &f->err));
    assert_sv(ledger_text(f), "bank: bank bank_item bank_item\nbank: bank_item-\nbank: bank-\n"
                              "aside: aside\nintake: post account reach\nmedia: media post_media\n"
                              "finding: result finding\nrequeue:\n");
}

static int keep_entry(void *arg, const struct ledger_entry *e)
{
    struct buf *b = arg;
    buf_printf(b, "%.*s/%.*s/%.*s\n", SV_FMT(e->kind), SV_FMT(record_word(e->record, "by")),
               SV_FMT(record_word(e->record, "says")));
    return 0;
}

static void steps_of_others_are_appended_and_found_by_subject(void **state)
{
    struct fixture *f = *state;
    struct buf b;
    ledger_set_actor(f->store, SV("li na\n"));
    assert_ok(ledger_append(f->store, STEP_VIEW, SV("p1"), SV("{\"why\":\"queue\"}"), &f->err));
    assert_ok(ledger_append(f->store, STEP_VIEW, SV("p1"), SV_NULL, &f->err));
    assert_ok(ledger_append(f->store, STEP_SIGN_IN, SV_NULL, SV_NULL, &f->err));
    assert_int_equal(ledger_append(f->store, STEP_VIEW, SV("p 1"), SV_NULL, &f->err), ERR_ARG);
    assert_int_equal(ledger_append(f->store, STEP_VIEW, SV("p1"), SV("a\nb"), &f->err), ERR_ARG);
    assert_sv(ledger_text(f), "view:\nview:\nsign-in:\n");
    buf_init(&b, 0);
    assert_ok(ledger_about(f->store, SV("p1"), keep_entry, &b, &f->err));
    assert_sv(buf_sv(&b), "view/li_na_/{\"why\":\"queue\"}\nview/li_na_/\n");
    buf_done(&b);
}

static void a_long_step_is_cut_into_entries(void **state)
{
    struct fixture *f = *state;
    struct bank b = {.name = SV("many"), .category = CATEGORY_HATE, .threshold = 31};
    struct ledger_state st;
    assert_ok(store_begin(f->store, &f->err));
    assert_ok(store_bank_new(f->store, &b, &f->err));
    for (int i = 0; i < 600; i++) {
        struct bank_item item = {.type = BANK_SOUND, .value = arena_printf(&f->arena, "tiktok:%d", i)};
        assert_ok(store_bank_add(f->store, b.name, &item, NULL, &f->err));
    }
    assert_ok(store_commit(f->store, &f->err));
    assert_ok(ledger_state(f->store, &st, &f->err));
    assert_int_equal(st.size, 3);
}

static void a_part_that_is_undone_leaves_nothing_and_the_others_their_own_names(void **state)
{
    struct fixture *f = *state;
    struct post a = test_post(f, 1, 0, 1), b = test_post(f, 2, 0, 1), c = test_post(f, 3, 0, 1);
    const struct post *const each[] = {&a, &b, &c};
    static const char *const who[] = {"ali", "bea", "cem"};
    struct buf entries;
    struct ledger_state st;
    assert_ok(store_begin(f->store, &f->err));
    for (int i = 0; i < 3; i++) {
        ledger_set_actor(f->store, sv_cstr(who[i]));
        assert_ok(store_part_begin(f->store, &f->err));
        test_put(f, each[i]);
        assert_ok(store_part_end(f->store, i != 1, &f->err));
    }
    assert_ok(store_commit(f->store, &f->err));
    assert_int_equal(test_counts(f).posts, 2);
    buf_init(&entries, 0);
    assert_ok(ledger_entries(f->store, 0, keep_entry, &entries, &f->err));
    assert_sv(buf_sv(&entries), "intake/ali/\nintake/cem/\n");
    buf_done(&entries);
    assert_ok(ledger_state(f->store, &st, &f->err));
    assert_true(st.peaks_ok && st.size == 2);
    assert_ok(store_begin(f->store, &f->err));
    test_put(f, &b);
    assert_ok(store_commit(f->store, &f->err));
    assert_int_equal(test_counts(f).posts, 3);
    assert_int_equal(store_part_begin(f->store, &f->err), ERR_ARG);
}

static void lines_of_another_shape_end_a_record(void **state)
{
    static const char *const bad[] = {"post\n", "post 12\n", "post 12 34\n", "post  -\n", "entry 5 00\n"};
    struct record_line line;
    struct sv good = SV("step intake\nsays post\nentry 17 -\nfinding 12/3 -\n");
    assert_true(record_next(&good, &line));
    assert_true(line.erased_entry && sv_is(line.id, "17"));
    assert_true(record_next(&good, &line));
    assert_true(line.gone && line.type == OBJECT_FINDING);
    assert_false(record_next(&good, &line));
    assert_null(good.p);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct sv rest = sv_cstr(bad[i]);
        assert_false(record_next(&rest, &line));
        assert_non_null(rest.p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(a_post_and_its_result_are_two_entries_once),
        store_test(what_is_rolled_back_leaves_no_entry),
        store_test(banks_aside_media_and_requeue_leave_theirs),
        store_test(steps_of_others_are_appended_and_found_by_subject),
        store_test(a_long_step_is_cut_into_entries),
        store_test(a_part_that_is_undone_leaves_nothing_and_the_others_their_own_names),
        cmocka_unit_test(lines_of_another_shape_end_a_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
