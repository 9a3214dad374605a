#include "test.h"

#include "base/limits.h"
#include "model/finding.h"

static struct arena arena;

static int fresh(void **state)
{
    arena_init(&arena, 0);
    return 0;
}
static int gone(void **state)
{
    arena_done(&arena);
    return 0;
}

static struct sv written(const struct finding *f)
{
    struct buf b;
    struct jw w;
    buf_init(&b, 0);
    jw_init(&w, &b, JW_COMPACT);
    finding_write(f, &w);
    assert_false(b.failed);
    struct sv text = arena_copy(&arena, buf_sv(&b));
    buf_done(&b);
    return text;
}

static int read_back(struct sv text, struct finding *out, struct error *err)
{
    struct json *doc;
    assert_ok(json_parse(text, JSON_STRICT, &doc, err));
    int rc = finding_read(doc, &arena, out, err);
    json_free(doc);
    return rc;
}

static void same_place(const struct place *a, const struct place *b)
{
    assert_true(a->kind == b->kind && a->field == b->field && a->text_index == b->text_index &&
                a->start == b->start && a->end == b->end && a->media_index == b->media_index &&
                a->start_us == b->start_us && a->end_us == b->end_us);
    assert_memory_equal(&a->region, &b->region, sizeof a->region);
}

static void same(const struct finding *a, const struct finding *b)
{
    assert_true(a->kind == b->kind && a->category == b->category &&
                a->detector_version == b->detector_version && a->probability == b->probability);
    assert_true(sv_eq(a->detector, b->detector) && sv_eq(a->label, b->label) && sv_eq(a->quote, b->quote) &&
                sv_eq(a->context, b->context));
    assert_int_equal(a->nplaces, b->nplaces);
    for (size_t i = 0; i < a->nplaces; i++) same_place(&a->places[i], &b->places[i]);
    assert_true(sv_eq(a->ref.bank, b->ref.bank) && sv_eq(a->ref.item, b->ref.item));
    assert_true(a->ref.negative == b->ref.negative && a->ref.time_us == b->ref.time_us &&
                a->ref.distance == b->ref.distance && a->ref.form == b->ref.form);
}

static void a_match_comes_back_equal(void **state)
{
    struct place p = place_of(PLACE_MEDIA);
    p.media_index = 1;
    p.start_us = 4000000;
    p.end_us = 9500000;
    p.region = (struct region){100, 200, 300, 400};
    struct finding f, back;
    struct error err;
    finding_init(&f);
    f.kind = FINDING_MATCH_MEDIA;
    f.detector = SV("hash");
    f.detector_version = 2;
    f.category = CATEGORY_TERROR_PROPAGANDA;
    f.probability = 0.9375;
    f.label = SV("clip 4");
    f.places = &p;
    f.nplaces = 1;
    f.ref = (struct reference){SV("organisation-x"), SV("00ff"), true, 1500000, 12, DIHEDRAL_FLIPY};
    assert_ok(read_back(written(&f), &back, &err));
    same(&f, &back);
}

static void words_with_any_bytes_come_back_equal(void **state)
{
    struct place p[2] = {place_of(PLACE_TEXT), place_of(PLACE_POST)};
    p[0].field = TEXT_SCREEN;
    p[0].text_index = 3;
    p[0].start = 7;
    p[0].end = 19;
    p[0].start_us = 1000000;
    p[0].end_us = 2000000;
    struct finding f, back;
    struct error err;
    finding_init(&f);
    f.kind = FINDING_TERM;
    f.detector = SV("terms");
    f.quote = SV("a\0b\xff\xd8");
    f.context = SV("news");
    f.places = p;
    f.nplaces = 2;
    assert_ok(read_back(written(&f), &back, &err));
    same(&f, &back);
}

static void a_wrong_member_is_named(void **state)
{
    static const struct {
        const char *text, *names;
    } wrong[] = {
        {"{}", "kind"},
        {"{\"kind\":\"guess\"}", "kind"},
        {"{\"kind\":\"term\"}", "places"},
        {"{\"kind\":\"term\",\"places\":[]}", "places"},
        {"{\"kind\":\"term\",\"places\":[{\"in\":\"air\"}]}", "in"},
        {"{\"kind\":\"term\",\"places\":[{\"in\":\"text\",\"field\":\"x\"}]}", "field"},
        {"{\"kind\":\"term\",\"places\":[{\"in\":\"text\",\"field\":\"bio\",\"start\":9,\"end\":3}]}", "end"},
        {"{\"kind\":\"term\",\"places\":[{\"in\":\"media\",\"region\":[0,0,1001,5]}]}", "region"},
        {"{\"kind\":\"term\",\"places\":[{\"in\":\"media\",\"region\":[500,0,501,5]}]}", "region"},
        {"{\"kind\":\"term\",\"category\":\"indecency\",\"places\":[{\"in\":\"post\"}]}", "category"},
        {"{\"kind\":\"term\",\"probability\":1.5,\"places\":[{\"in\":\"post\"}]}", "probability"},
        {"{\"kind\":\"term\",\"places\":[{\"in\":\"post\"}],\"reference\":{\"distance\":257}}", "distance"},
        {"{\"kind\":\"term\",\"places\":[{\"in\":\"post\"}],\"reference\":{\"form\":\"rot45\"}}", "form"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct finding f;
        struct error err = {0};
        assert_int_equal(read_back(sv_cstr(wrong[i].text), &f, &err), ERR_FORMAT);
        if (!strstr(err.text, wrong[i].names)) fail_msg("%s: \"%s\"", wrong[i].text, err.text);
    }
}

static void the_list_keeps_its_own_copy(void **state)
{
    struct finding_list l;
    finding_list_init(&l, &arena);
    struct place p = place_of(PLACE_POST);
    char word[] = "word";
    struct finding f;
    finding_init(&f);
    f.quote = sv_cstr(word);
    f.places = &p;
    f.nplaces = 1;
    assert_ok(finding_add(&l, &f));
    word[0] = 'X';
    p.kind = PLACE_MEDIA;
    assert_int_equal(l.n, 1);
    assert_sv(l.v[0].quote, "word");
    assert_int_equal(l.v[0].places[0].kind, PLACE_POST);
    finding_list_done(&l);
}

static void beyond_the_maximum_findings_are_counted(void **state)
{
    struct finding_list l;
    finding_list_init(&l, &arena);
    struct place p = place_of(PLACE_POST);
    struct finding f;
    finding_init(&f);
    f.places = &p;
    f.nplaces = 1;
    for (int i = 0; i < POST_MAX_FINDINGS + 5; i++) assert_ok(finding_add(&l, &f));
    assert_int_equal(l.n, POST_MAX_FINDINGS);
    assert_int_equal(l.dropped, 5);
    finding_list_done(&l);
}

static void kinds_have_names(void **state)
{
    for (int k = 0; k < FINDING_KIND_COUNT; k++) {
        enum finding_kind got;
        assert_true(finding_kind_parse(sv_cstr(finding_kind_name((enum finding_kind)k)), &got));
        assert_int_equal(got, k);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_match_comes_back_equal, fresh, gone),
        cmocka_unit_test_setup_teardown(words_with_any_bytes_come_back_equal, fresh, gone),
        cmocka_unit_test_setup_teardown(a_wrong_member_is_named, fresh, gone),
        cmocka_unit_test_setup_teardown(the_list_keeps_its_own_copy, fresh, gone),
        cmocka_unit_test_setup_teardown(beyond_the_maximum_findings_are_counted, fresh, gone),
        cmocka_unit_test(kinds_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
