/* Groups, their profiles and what is written of them. */
#include "test.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "network/export.h"

struct scene {
    struct network_table *t;
    struct network_result *r;
    struct network_groups g;
    struct network_profile *p;
    struct arena a;
    struct network_export x;
};

/* Two groups of five that share clips within seconds and reply to the same target, among people who do neither. */
static struct network_table *make_table(void)
{
    static const struct sv layers[] = {{"clip", 4}, {"target", 6}};
    struct network_table *t;
    struct error err;
    assert_ok(network_table_new(layers, 2, &t, &err));
    char object[32], account[32], content[32];
    int posts = 0;
    for (int group = 0; group < 2; group++) {
        for (int k = 0; k < 12; k++) {
            for (int m = 0; m < 5; m++) {
                snprintf(object, sizeof object, "clip-%d-%d", group, k);
                snprintf(account, sizeof account, group ? "echo_%d" : "<%d&\"x\">", m);
                snprintf(content, sizeof content, "p%d", posts++);
                int64_t at = (1700000000 + k * 7200 + m * 2 + group * 600) * INT64_C(1000000);
                assert_ok(
                    network_table_add(t, 0, sv_cstr(object), sv_cstr(account), sv_cstr(content), at, &err));
                if (group)
                    assert_ok(
                        network_table_add(t, 1, SV("victim"), sv_cstr(account), sv_cstr(content), at, &err));
                assert_ok(network_table_set_created(t, sv_cstr(account), (1699900000 + m) * INT64_C(1000000),
                                                    &err));
            }
        }
    }
    for (int i = 0; i < 3000; i++) {
        snprintf(object, sizeof object, "clip-x-%d", i % 700);
        snprintf(account, sizeof account, "person%d", i % 311);
        snprintf(content, sizeof content, "p%d", posts++);
        assert_ok(network_table_add(t, 0, sv_cstr(object), sv_cstr(account), sv_cstr(content),
                                    (1700000000 + i * 29) * INT64_C(1000000), &err));
    }
    return t;
}

static int set_up(void **state)
{
    struct scene *s = calloc(1, sizeof *s);
    struct network_options o;
    struct leiden_options leiden;
    struct error err;
    struct network_known *known;
    network_options_init(&o);
    leiden_options_init(&leiden);
    s->t = make_table();
    assert_ok(network_run(s->t, &o, NULL, NULL, &s->r, &err));
    assert_ok(network_groups_find(s->r, NETWORK_LEIDEN, &leiden, 2, &s->g, &err));
    arena_init(&s->a, 0);
    assert_ok(network_known_parse(SV("# desks\nEcho desk\techo_0\ttold us\r\nEcho desk\techo_1\n"), "list",
                                  &known, &err));
    assert_ok(network_profiles(s->r, &s->g, known, &s->a, &s->p, &err));
    assert_int_equal(s->p[s->g.n - 1].accounts, 5);
    s->x = (struct network_export){.result = s->r, .groups = &s->g, .profiles = s->p};
    network_known_free(known);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *s = *state;
    arena_done(&s->a);
    network_groups_done(&s->g);
    network_result_free(s->r);
    network_table_free(s->t);
    free(s);
    return 0;
}

static bool has_key(const struct profile_sentence *v, unsigned n, const char *key)
{
    for (unsigned i = 0; i < n; i++)
        if (strcmp(v[i].key, key) == 0) return true;
    return false;
}

static const struct network_profile *echo(const struct scene *s)
{
    for (uint32_t k = 0; k < s->g.n; k++)
        if (sv_starts(network_account_name(s->r, s->g.members[s->g.start[k]]), SV("echo"))) return &s->p[k];
    fail_msg("no group of echoes");
    return NULL;
}

static void a_group_says_what_it_does(void **state)
{
    const struct scene *s = *state;
    const struct network_profile *p = echo(s);
    assert_int_equal(s->g.n, 2);
    assert_int_equal(p->accounts, 5);
    assert_int_equal(p->edges, 10);
    assert_true(p->density == 1);
    assert_int_equal(p->median_gap_us, 4000000);
    assert_int_equal(p->young, 5);
    assert_int_equal(p->made_together, 5);
    assert_int_equal(p->ntargets, 1);
    assert_int_equal(p->targets[0].by_group, 60);
    assert_true(has_key(p->says, p->nsays, "network.says.clip"));
    assert_true(has_key(p->says, p->nsays, "network.says.target"));
    assert_true(has_key(p->says, p->nsays, "network.says.chance"));
    assert_true(has_key(p->says, p->nsays, "network.says.ages"));
}

static void what_speaks_against_is_said(void **state)
{
    const struct scene *s = *state;
    const struct network_profile *p = echo(s);
    assert_int_equal(p->known_members, 2);
    assert_sv(p->known, "Echo desk");
    assert_true(has_key(p->against, p->nagainst, "network.against.known"));
    assert_true(has_key(p->against, p->nagainst, "network.against.names"));
    assert_false(has_key(p->against, p->nagainst, "network.against.none"));
    for (uint32_t k = 0; k < s->g.n; k++)
        if (&s->p[k] != p) assert_true(has_key(s->p[k].against, s->p[k].nagainst, "network.against.none"));
}

static void known_lists_name_the_line_that_is_wrong(void **state)
{
    struct network_known *k;
    struct error err;
    assert_int_equal(network_known_parse(SV("a\tb\nno tab here\n"), "list.txt", &k, &err), ERR_FORMAT);
    assert_non_null(strstr(err.text, "list.txt, line 2"));
}

static void json_holds_every_group_with_its_proof(void **state)
{
    const struct scene *s = *state;
    struct buf b;
    struct json *doc;
    struct error err;
    struct network_report report = {.lines = 7, .bad_time = 1};
    struct network_export x = s->x;
    x.report = &report;
    assert_ok(network_groups_json(&x, "test_export.json", &err));
    buf_init(&b, 0);
    assert_ok(file_read("test_export.json", 1 << 24, &b, &err));
    assert_ok(json_parse(buf_sv(&b), JSON_STRICT, &doc, &err));
    assert_int_equal(json_i64(json_path(doc, "input.bad_time"), -1), 1);
    const struct json *groups = json_get(doc, "groups");
    assert_int_equal(json_len(groups), 2);
    for (size_t k = 0; k < 2; k++) {
        const struct json *g = json_at(groups, k), *edges = json_get(g, "edges");
        assert_int_equal(json_len(json_get(g, "accounts")), 5);
        assert_int_equal(json_len(edges), 10);
        assert_int_equal(json_len(json_get(json_at(edges, 0), "evidence")), 5);
        assert_int_equal(json_len(json_path(g, "says.ar")), json_len(json_path(g, "says.keys")));
    }
    json_free(doc);
    buf_done(&b);
    remove("test_export.json");
}

static size_t count(const struct buf *b, const char *what)
{
    size_t n = 0;
    for (size_t at = 0; (at = sv_find(buf_sv(b), sv_cstr(what), at)) != SIZE_MAX; at++) n++;
    return n;
}

static void graphs_list_every_account_and_edge_with_markup_escaped(void **state)
{
    const struct scene *s = *state;
    struct error err;
    struct buf b;
    buf_init(&b, 0);
    assert_ok(network_graphml(&s->x, "test_export.graphml", &err));
    assert_ok(file_read("test_export.graphml", 1 << 24, &b, &err));
    assert_int_equal(count(&b, "<node "), 10);
    assert_int_equal(count(&b, "<edge "), 20);
    assert_int_equal(count(&b, "&lt;0&amp;&quot;x&quot;&gt;"), 1);
    assert_ok(network_gexf(&s->x, "test_export.gexf", &err));
    assert_ok(file_read("test_export.gexf", 1 << 24, &b, &err));
    assert_int_equal(count(&b, "<node "), 10);
    assert_int_equal(count(&b, "<edge "), 20);
    buf_done(&b);
    remove("test_export.graphml");
    remove("test_export.gexf");
}

/* The words as the program has them: lines of policy/texts. */
static struct sv get_words(void *arg, const char *lang, const char *key)
{
    static struct buf files[3];
    int l = strcmp(lang, "ar") == 0 ? 0 : strcmp(lang, "fr") == 0 ? 1 : 2;
    char line[128];
    if (!files[l].n) {
        struct error err;
        char path[512];
        snprintf(path, sizeof path, "%s/policy/texts/network.%s.txt", test_source_dir(), lang);
        buf_init(&files[l], 0);
        assert_ok(file_read(path, 1 << 20, &files[l], &err));
    }
    if (!key) {
        buf_done(&files[l]);
        return SV_NULL;
    }
    snprintf(line, sizeof line, "\n%s = ", key);
    size_t at = sv_find(buf_sv(&files[l]), sv_cstr(line), 0);
    if (at == SIZE_MAX) fail_msg("%s has no words in %s", key, lang);
    at += strlen(line);
    return sv_sub(buf_sv(&files[l]), at, sv_find_byte(buf_sv(&files[l]), '\n', at));
}

static void the_page_needs_nothing_else_and_speaks_three_languages(void **state)
{
    const struct scene *s = *state;
    struct network_words words = {get_words, NULL};
    struct network_export x = s->x;
    struct error err;
    struct buf b;
    x.words = &words;
    buf_init(&b, 0);
    static const char *const langs[] = {"ar", "fr", "en"};
    for (size_t l = 0; l < 3; l++) {
        assert_ok(network_html(&x, langs[l], "test_export.html", &err));
        assert_ok(file_read("test_export.html", 1 << 24, &b, &err));
        assert_int_equal(count(&b, "<circle "), 10);
        assert_int_equal(count(&b, "<line "), 20);
        assert_int_equal(count(&b, "type=\"range\""), 1);
        assert_int_equal(count(&b, "http:") + count(&b, "https:") + count(&b, "src="), 0);
        assert_int_equal(count(&b, "network."), 0); /* no key was left without words */
        assert_int_equal(count(&b, "{0}"), 0);
        get_words(NULL, langs[l], NULL);
    }
    buf_done(&b);
    remove("test_export.html");
}

static void standing_edges_as_csv_have_the_six_columns_first(void **state)
{
    const struct scene *s = *state;
    struct error err;
    struct buf b;
    buf_init(&b, 0);
    assert_ok(network_edges_csv(s->r, "test_export.csv", &err));
    assert_ok(file_read("test_export.csv", 1 << 20, &b, &err));
    assert_true(sv_starts(buf_sv(&b), SV("a,b,weight,avg_time_delta,n_content_id,n_content_id_y,posts_a,")));
    assert_int_equal(count(&b, "\n"), 21);
    buf_done(&b);
    remove("test_export.csv");
}

static void a_device_is_written_into_and_never_replaced(void **state)
{
    const struct scene *s = *state;
    struct error err;
    struct stat st;
    unlink("test_export.link");
    assert_int_equal(symlink("/dev/null", "test_export.link"), 0);
    assert_ok(network_graphml(&s->x, "test_export.link", &err));
    assert_ok(network_edges_csv(s->r, "test_export.link", &err));
    assert_int_equal(stat("test_export.link", &st), 0);
    assert_true(S_ISCHR(st.st_mode));
    assert_false(file_exists("test_export.link.new"));
    assert_int_equal(unlink("test_export.link"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_says_what_it_does),
        cmocka_unit_test(what_speaks_against_is_said),
        cmocka_unit_test(known_lists_name_the_line_that_is_wrong),
        cmocka_unit_test(json_holds_every_group_with_its_proof),
        cmocka_unit_test(graphs_list_every_account_and_edge_with_markup_escaped),
        cmocka_unit_test(the_page_needs_nothing_else_and_speaks_three_languages),
        cmocka_unit_test(a_device_is_written_into_and_never_replaced),
        cmocka_unit_test(standing_edges_as_csv_have_the_six_columns_first),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
