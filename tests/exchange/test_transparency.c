/* Statements of reasons: what the interface of the database takes and refuses; and the public report over decisions of a store. */
#include "../store/store_test.h"

#include "exchange/transparency.h"
#include "store/store_decision.h"
#include "store/store_people.h"

/* ---- statements ---- */

#define GOOD                                                                                                 \
    "\"decision_visibility\":[\"DECISION_VISIBILITY_CONTENT_REMOVED\"],\"decision_ground\":\"DECISION_"      \
    "GROUND_ILLEGAL_CONTENT\","                                                                              \
    "\"illegal_content_legal_ground\":\"Act 1, section 2\",\"illegal_content_explanation\":\"It calls for "  \
    "violence.\","                                                                                           \
    "\"content_type\":[\"CONTENT_TYPE_VIDEO\"],\"category\":\"STATEMENT_CATEGORY_VIOLENCE\",\"content_"      \
    "date\":\"2026-01-30\","                                                                                 \
    "\"application_date\":\"2026-01-31\",\"decision_facts\":\"A clip that calls for "                        \
    "violence.\",\"source_type\":\"SOURCE_VOLUNTARY\","                                                      \
    "\"automated_detection\":\"Yes\",\"automated_decision\":\"AUTOMATED_DECISION_NOT_AUTOMATED\",\"puid\":"  \
    "\"a-1_B\""

static int check(const char *text, struct error *err)
{
    struct json *doc;
    assert_ok(json_parse(sv_cstr(text), JSON_STRICT, &doc, err));
    int code = statement_check(doc, err);
    json_free(doc);
    return code;
}

static void what_the_interface_takes(void **state)
{
    static const char *const fine[] = {
        "{" GOOD "}",
        "{" GOOD ",\"territorial_scope\":[\"FR\",\"IS\"],\"content_language\":\"AR\",\"category_addition\":["
        "\"STATEMENT_CATEGORY_CYBER_VIOLENCE\"]}",
        "{" GOOD ",\"category_specification\":[\"KEYWORD_HATE_SPEECH\"],\"end_date_visibility_restriction\":"
        "\"2026-03-01\"}",
        "{" GOOD ",\"decision_account\":\"DECISION_ACCOUNT_TERMINATED\",\"account_type\":\"ACCOUNT_TYPE_"
        "PRIVATE\",\"source_identity\":\"River Watch\"}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        struct error err = {0};
        if (check(fine[i], &err) != 0) fail_msg("case %zu: %s", i, err.text);
    }
}

/* The last member of a name counts, so that a bad one is put behind the good ones. */
static void what_it_refuses(void **state)
{
    static const struct {
        const char *more, *why;
    } wrong[] = {
        {"\"puid\":\"a b\"", "puid"},
        {"\"category\":\"STATEMENT_CATEGORY_INDECENCY\"", "category"},
        {"\"content_date\":\"31.01.2026\"", "content_date"},
        {"\"content_date\":\"2026-13-41\"", "content_date"},
        {"\"territorial_scope\":[\"MA\"]", "territorial_scope"},
        {"\"territorial_scope\":[]", "territorial_scope"},
        {"\"territorial_scope\":[\"FR\",\"FR\"]", "twice"},
        {"\"content_language\":\"ara\"", "content_language"},
        {"\"decision_ground\":\"DECISION_GROUND_INCOMPATIBLE_CONTENT\"", "incompatible_content_ground"},
        {"\"content_type\":[\"CONTENT_TYPE_OTHER\"]", "content_type_other"},
        {"\"decision_visibility\":[\"DECISION_VISIBILITY_OTHER\"]", "decision_visibility_other"},
        {"\"automated_detection\":\"yes\"", "automated_detection"},
        {"\"end_date_visibility_restriction\":\"2026-01-01\"", "before application_date"},
        {"\"category_addition\":[\"STATEMENT_CATEGORY_VIOLENCE\"]", "repeats"},
        {"\"category_specification\":[\"hate\"]", "category_specification"},
        {"\"unheard_of\":\"x\"", "unheard_of"},
        {"\"decision_facts\":\"Written by river@example.org.\"", "personal data"},
        {"\"decision_facts\":\"Call 06 12 34 56 78 now.\"", "personal data"},
        {"\"decision_facts\":\"See https://clips.example/1\"", "personal data"},
        {"\"decision_facts\":\"\"", "decision_facts"},
        {"\"decision_facts\":7", "decision_facts"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error err = {0};
        struct buf b;
        buf_init(&b, 0);
        buf_printf(&b, "{%s,%s}", GOOD, wrong[i].more);
        assert_int_equal(check(buf_cstr(&b), &err), ERR_FORMAT);
        if (!strstr(err.text, wrong[i].why)) fail_msg("case %zu: %s", i, err.text);
        buf_done(&b);
    }
}

static void lengths_are_counted_in_characters(void **state)
{
    static const struct {
        const char *member;
        size_t most;
    } limits[] = {{"decision_facts", 5000},
                  {"illegal_content_legal_ground", 500},
                  {"illegal_content_explanation", 2000},
                  {"source_identity", 500},
                  {"puid", 500}};
    (void)state;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        for (int over = 0; over < 2; over++) {
            struct error err = {0};
            struct buf b;
            buf_init(&b, 0);
            buf_printf(&b, "{%s,\"%s\":\"", GOOD, limits[i].member);
            for (size_t k = 0; k < limits[i].most + (size_t)over; k++)
                buf_puts(&b, strcmp(limits[i].member, "puid") == 0 ? "x" : "ع");
            buf_puts(&b, "\"}");
            assert_int_equal(check(buf_cstr(&b), &err), over ? ERR_FORMAT : 0);
            buf_done(&b);
        }
}

static void each_required_member_is_missed(void **state)
{
    static const char *const required[] = {"decision_ground",
                                           "content_type",
                                           "category",
                                           "content_date",
                                           "application_date",
                                           "decision_facts",
                                           "source_type",
                                           "automated_detection",
                                           "automated_decision",
                                           "puid",
                                           "decision_visibility",
                                           "illegal_content_explanation"};
    (void)state;
    for (size_t i = 0; i < sizeof required / sizeof *required; i++) {
        struct error err = {0};
        char text[2048];
        snprintf(text, sizeof text, "{" GOOD "}");
        char *at = strstr(text, required[i]);
        assert_non_null(at);
        at[0] = 'x'; /* another name */
        assert_int_equal(check(text, &err), ERR_FORMAT);
    }
}

/* ---- decisions ---- */

static struct id128 person(struct fixture *f)
{
    struct person p;
    person_init(&p);
    p.login = SV("lina");
    p.name = SV("L");
    p.pseudonym = SV("R-1");
    p.roles = SV("reviewer");
    p.state = PERSON_ACTIVE;
    p.created_us = T0;
    memset(p.id.b, 1, sizeof p.id.b);
    assert_ok(store_person_put(f->store, &p, &f->err));
    return p.id;
}

static void decide(struct fixture *f, int n, struct id128 who, enum category machine, enum category said,
                   const char *language, const char *facts)
{
    struct post p = test_post(f, n, 0, 1);
    struct decision d;
    test_put(f, &p);
    decision_init(&d);
    memset(d.id.b, n + 1, sizeof d.id.b);
    d.id.b[0] = (uint8_t)(n >> 8);
    d.post = p.id;
    d.account = p.account.id;
    d.person = who;
    d.at_us = T0 + n * US_PER_MINUTE;
    d.state = DECISION_IN_FORCE;
    d.measure = said == CATEGORY_NONE ? MEASURE_NONE : MEASURE_CONTENT_REMOVE;
    d.category = said;
    d.ground = said == CATEGORY_NONE ? GROUND_NONE : GROUND_LAW;
    d.ground_ref = SV("Act 1, section 2");
    d.ground_why = SV("It falls under it.");
    d.facts = sv_cstr(facts);
    d.territories = SV("MA FR");
    d.automated_detection = true;
    d.machine_category = machine;
    d.language = sv_cstr(language);
    d.known_us = T0 - US_PER_HOUR;
    d.deadline_us = T0 + US_PER_HOUR;
    assert_ok(store_decision_put(f->store, &d, &f->err));
}

struct left {
    size_t n;
    char why[ERROR_TEXT_BYTES];
};
static void on_bad(void *arg, const struct id128 *decision, const struct error *why)
{
    struct left *l = arg;
    (void)decision;
    l->n++;
    snprintf(l->why, sizeof l->why, "%s", why->text);
}

static void decisions_become_statements_that_pass(void **state)
{
    struct fixture *f = *state;
    struct id128 who = person(f);
    struct statement_counts n;
    struct left left = {0, ""};
    struct buf out;
    for (int i = 0; i < 105; i++)
        decide(f, i, who, CATEGORY_HATE, CATEGORY_HATE, "ar", "A clip against a group.");
    decide(f, 110, who, CATEGORY_HATE, CATEGORY_NONE, "ar", "Nothing.");
    decide(f, 111, who, CATEGORY_HATE, CATEGORY_HATE, "ar", "By @river_1.");
    buf_init(&out, 0);
    assert_ok(statements_export(f->store, 0, INT64_MAX, &out, on_bad, &left, &n, &f->err));
    assert_int_equal(n.written, 105);
    assert_int_equal(n.calls, 2);
    assert_int_equal(left.n, 1);
    assert_non_null(strstr(left.why, "decision_facts"));
    struct sv rest = buf_sv(&out), line;
    size_t all = 0;
    while (rest.n && sv_split(&rest, '\n', &line)) {
        struct json *doc;
        if (line.n == 0) continue;
        assert_ok(json_parse(line, JSON_STRICT, &doc, &f->err));
        const struct json *list = json_get(doc, "statements");
        assert_true(json_len(list) <= STATEMENTS_PER_CALL);
        for (size_t i = 0; i < json_len(list); i++, all++)
            assert_ok(statement_check(json_at(list, i), &f->err));
        assert_sv(json_sv(json_at(json_get(json_at(list, 0), "territorial_scope"), 0)),
                  "FR"); /* of the EEA alone */
        json_free(doc);
    }
    assert_int_equal(all, 105);
    buf_done(&out);
}

static void the_report_counts_and_hides(void **state)
{
    struct fixture *f = *state;
    struct id128 who = person(f);
    struct public_report *r;
    struct texts *texts;
    struct buf json, html, csv;
    struct json *doc;
    int n = 0;
    for (int i = 0; i < 40; i++)
        decide(f, n++, who, CATEGORY_HATE, i < 10 ? CATEGORY_NONE : CATEGORY_HATE, i < 20 ? "ar-MA" : "ar-IQ",
               "x");
    for (int i = 0; i < 2; i++) decide(f, n++, who, CATEGORY_EXTORTION, CATEGORY_EXTORTION, "fr", "x");
    assert_ok(texts_new(NULL, &texts, &f->err));
    struct report_options o = {.from_us = T0,
                               .to_us = T0 + US_PER_DAY,
                               .least = 5,
                               .publisher = SV("Unit <of> the River"),
                               .texts = texts,
                               .lang = LANG_EN};
    assert_ok(public_report_build(f->store, &o, &r, &f->err));
    buf_init(&json, 0);
    buf_init(&html, 0);
    buf_init(&csv, 0);
    public_report_json(r, &json);
    public_report_html(r, &html);
    public_report_csv(r, &csv);
    assert_ok(json_parse(buf_sv(&json), JSON_STRICT, &doc, &f->err));
    const struct json *tables = json_get(doc, "tables"), *machine = json_get(tables, "errors_by_category");
    assert_int_equal(json_len(machine), 2);
    assert_int_equal(json_type(json_get(json_at(machine, 1), "machine right")),
                     JSON_NULL); /* two extortions: hidden */
    const struct json *times = json_get(tables, "times");
    assert_int_equal(json_len(times), 1); /* two decisions are too few to time */
    assert_int_equal(json_get_i64(json_at(times, 0), "median (min)", 0), 79);
    assert_int_equal(sv_find(buf_sv(&html), SV("<of>"), 0), SIZE_MAX);
    assert_int_not_equal(sv_find(buf_sv(&html), SV("Unit &lt;of&gt;"), 0), SIZE_MAX);
    assert_int_not_equal(sv_find(buf_sv(&csv), SV("errors_by_dialect,\"ar-MA\",\"machine wrong\","), 0),
                         SIZE_MAX);
    char path[128];
    snprintf(path, sizeof path, "%s/report.pdf", f->dir);
    assert_ok(public_report_pdf(r, path, &f->err));
    struct buf pdf;
    buf_init(&pdf, 0);
    assert_ok(file_read(path, 1 << 24, &pdf, &f->err));
    assert_true(sv_starts(buf_sv(&pdf), SV("%PDF-")) && pdf.n > 2000);
    assert_ok(letter_pdf(SV("أمر إزالة\n\n# ألف\n- واحد\nhttps://clips.example/1\n"), texts, LANG_AR, path,
                         &f->err));
    json_free(doc);
    public_report_free(r);
    texts_free(texts);
    buf_done(&pdf);
    buf_done(&json);
    buf_done(&html);
    buf_done(&csv);
}

/* An attacker in another language reads the pages as they are published and solves all equations together. */
static void nobody_computes_what_the_report_hides(void **state)
{
    struct fixture *f = *state;
    struct id128 who = person(f);
    struct texts *texts;
    static const char *const languages[] = {"ar-MA", "ar-IQ", "fr"};
    unsigned seed = 11;
    assert_ok(texts_new(NULL, &texts, &f->err));
    for (int round = 0, n = 0; round < 10; round++) {
        struct public_report *r;
        struct buf page, list;
        char html[160], csv[160], command[1024];
        for (int i = 0; i < 6; i++) {
            bool rare = rand_r(&seed) % 9 == 0; /* some numbers stay small */
            enum category c = (enum category)(rare ? 3 + rand_r(&seed) % 2 : 1 + rand_r(&seed) % 2);
            enum category machine = rand_r(&seed) % 5 ? c : CATEGORY_NONE;
            decide(f, n++, who, machine, c, languages[rare ? 2 : rand_r(&seed) % 2], "x");
        }
        struct report_options o = {
            .from_us = T0, .to_us = T0 + US_PER_DAY, .least = 5, .texts = texts, .lang = LANG_EN};
        assert_ok(public_report_build(f->store, &o, &r, &f->err));
        buf_init(&page, 0);
        buf_init(&list, 0);
        public_report_html(r, &page);
        public_report_csv(r, &list);
        snprintf(html, sizeof html, "%s/report.html", f->dir);
        snprintf(csv, sizeof csv, "%s/report.csv", f->dir);
        assert_ok(file_write_atomic(html, buf_sv(&page), &f->err));
        assert_ok(file_write_atomic(csv, buf_sv(&list), &f->err));
        snprintf(command, sizeof command, "python3 '%s/tests/exchange/report_attack.py' '%s' '%s' 5",
                 test_source_dir(), html, csv);
        assert_int_equal(system(command), 0);
        public_report_free(r);
        buf_done(&page);
        buf_done(&list);
    }
    texts_free(texts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_interface_takes),          cmocka_unit_test(what_it_refuses),
        cmocka_unit_test(lengths_are_counted_in_characters), cmocka_unit_test(each_required_member_is_missed),
        store_test(decisions_become_statements_that_pass),   store_test(the_report_counts_and_hides),
        store_test(nobody_computes_what_the_report_hides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
