/* The default policy against cases that a person can read, the .txt files of tests/policy/cases:
 *
 *   == name of the case
 *   post mentions=1 answer=yes age=2h views=1000
 *   finding kind=match.media category=terror.propaganda p=0.95 bank=b media=1 from=0 to=4 negative=yes label=… context=…
 *   expect category=… p=0.95 clock=1h hard=yes reason=reason.match_media because=1,3   or   expect none
 *
 * What an expect line does not name is not compared. p is compared to two decimals. */
#include "test.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/id.h"
#include "policy/policy.h"

#include <dirent.h>
#include <math.h>

enum { MAX_FINDINGS = 32, NOW_S = 1800000000 };

struct golden {
    char name[128];
    struct post post;
    struct finding v[MAX_FINDINGS];
    struct place places[MAX_FINDINGS];
    struct finding_list list;
    struct reach reach;
    struct sv mention;
};

static struct policy_runner *runner;
static size_t checked;

static bool next_pair(struct sv *rest, struct sv *key, struct sv *value)
{
    struct sv word;
    do {
        if (!sv_split(rest, ' ', &word)) return false;
    } while (!word.n);
    size_t eq = sv_find_byte(word, '=', 0);
    *key = sv_sub(word, 0, eq);
    *value = eq == SIZE_MAX ? SV_NULL : sv_sub(word, eq + 1, word.n);
    return true;
}

static double number(struct sv s)
{
    double v = NAN;
    if (!sv_to_double(s, &v)) fail_msg("'%.*s' is no number", SV_FMT(s));
    return v;
}

static void golden_begin(struct golden *g, struct sv name)
{
    memset(g, 0, sizeof *g);
    snprintf(g->name, sizeof g->name, "%.*s", SV_FMT(sv_trim(name)));
    post_init(&g->post);
    g->post.created_us = (NOW_S - 3600) * US_PER_SECOND;
    g->reach = (struct reach){NOW_S * US_PER_SECOND, 0, -1, -1, -1, -1};
    g->list.v = g->v;
}

static void read_post(struct golden *g, struct sv rest)
{
    struct sv key, value;
    while (next_pair(&rest, &key, &value)) {
        int64_t us = 0;
        if (sv_is(key, "mentions")) {
            g->mention = value;
            g->post.mentions = (struct sv_list){&g->mention, 1};
        } else if (sv_is(key, "answer")) {
            g->post.parent_id = value;
        } else if (sv_is(key, "age") && duration_parse(value, &us)) {
            g->post.created_us = NOW_S * US_PER_SECOND - us;
        } else if (sv_is(key, "views")) {
            g->reach.views = (int64_t)number(value);
        } else {
            fail_msg("%s: post %.*s?", g->name, SV_FMT(key));
        }
    }
}

static void read_finding(struct golden *g, struct sv rest)
{
    assert_true(g->list.n < MAX_FINDINGS);
    struct finding *f = &g->v[g->list.n];
    struct place *p = &g->places[g->list.n++];
    finding_init(f);
    *p = place_of(PLACE_TEXT);
    p->field = TEXT_CAPTION;
    p->end = 1;
    f->detector = SV("golden");
    f->places = p;
    f->nplaces = 1;
    struct sv key, value;
    while (next_pair(&rest, &key, &value)) {
        bool good = true;
        if (sv_is(key, "kind")) {
            good = finding_kind_parse(value, &f->kind);
        } else if (sv_is(key, "category")) {
            good = (f->category = category_parse(value)) != CATEGORY_NONE;
        } else if (sv_is(key, "p")) {
            f->probability = number(value);
        } else if (sv_is(key, "bank")) {
            f->ref.bank = value;
        } else if (sv_is(key, "negative")) {
            f->ref.negative = sv_is(value, "yes");
        } else if (sv_is(key, "label")) {
            f->label = value;
        } else if (sv_is(key, "context")) {
            f->context = value;
        } else if (sv_is(key, "field")) {
            good = text_field_parse(value, &p->field);
        } else if (sv_is(key, "media")) {
            p->kind = PLACE_MEDIA;
            p->media_index = (uint32_t)number(value) - 1;
        } else if (sv_is(key, "area")) { /* left,top,width,height in thousandths */
            unsigned x, y, w, h;
            char text[64];
            snprintf(text, sizeof text, "%.*s", SV_FMT(value));
            good = sscanf(text, "%u,%u,%u,%u", &x, &y, &w, &h) == 4;
            if (good) p->region = (struct region){(uint16_t)x, (uint16_t)y, (uint16_t)w, (uint16_t)h};
        } else if (sv_is(key, "from")) {
            p->start_us = (int64_t)(number(value) * 1e6);
        } else if (sv_is(key, "to")) {
            p->end_us = (int64_t)(number(value) * 1e6);
        } else {
            good = false;
        }
        if (!good) fail_msg("%s: finding %.*s=%.*s?", g->name, SV_FMT(key), SV_FMT(value));
    }
}

/* What the expect line calls `key`, as the assessment has it. */
static void show(const struct assessment *as, struct sv key, struct buf *b)
{
    char text[TIME_TEXT_BYTES];
    if (sv_is(key, "category") || sv_is(key, "none")) {
        buf_puts(b, category_name(as->category));
    } else if (sv_is(key, "p")) {
        buf_printf(b, "%.2f", as->probability);
    } else if (sv_is(key, "severity")) {
        buf_printf(b, "%d", as->severity);
    } else if (sv_is(key, "clock")) {
        duration_format(as->clock_us, text);
        buf_puts(b, text);
    } else if (sv_is(key, "hard")) {
        buf_puts(b, as->hard ? "yes" : "no");
    } else if (sv_is(key, "reason")) {
        buf_putsv(b, as->reason);
    } else if (sv_is(key, "priority")) {
        buf_printf(b, "%.0f", as->priority);
    } else if (sv_is(key, "because")) {
        for (size_t i = 0; i < as->nbecause; i++) buf_printf(b, "%s%u", i ? "," : "", as->because[i] + 1);
    } else {
        buf_puts(b, "no such thing to expect");
    }
}

static void check(struct golden *g, struct sv rest)
{
    struct arena a;
    arena_init(&a, 0);
    struct buf b;
    buf_init(&b, 0);
    struct policy_input in = {.post = &g->post,
                              .findings = &g->list,
                              .reach = &g->reach,
                              .nreach = 1,
                              .now_us = NOW_S * US_PER_SECOND,
                              .known_us = NOW_S * US_PER_SECOND};
    struct assessment got;
    struct error err = {0};
    if (policy_assess(runner, &in, &a, &got, &err)) fail_msg("%s: %s", g->name, err.text);
    struct sv key, value;
    while (next_pair(&rest, &key, &value)) {
        buf_clear(&b);
        show(&got, key, &b);
        if (sv_is(key, "none")) value = SV("none");
        if (!sv_eq(buf_sv(&b), value))
            fail_msg("%s: %.*s is %s, expected %.*s (p %.4f)", g->name, SV_FMT(key), buf_cstr(&b),
                     SV_FMT(value), got.probability);
        checked++;
    }
    buf_done(&b);
    arena_done(&a);
}

static void run_file(const char *path)
{
    struct buf b;
    buf_init(&b, 0);
    struct error err;
    assert_ok(file_read(path, 1 << 20, &b, &err));
    struct sv rest = buf_sv(&b), line;
    struct golden *g = calloc(1, sizeof *g);
    assert_non_null(g);
    while (sv_split(&rest, '\n', &line)) {
        line = sv_trim(line);
        if (!line.n || line.p[0] == '#') continue;
        size_t space = sv_find_byte(line, ' ', 0);
        struct sv word = sv_sub(line, 0, space),
                  tail = sv_sub(line, space == SIZE_MAX ? line.n : space, line.n);
        if (sv_is(word, "=="))
            golden_begin(g, tail);
        else if (sv_is(word, "post"))
            read_post(g, tail);
        else if (sv_is(word, "finding"))
            read_finding(g, tail);
        else if (sv_is(word, "expect"))
            check(g, tail);
        else
            fail_msg("%s: %.*s?", path, SV_FMT(line));
    }
    free(g);
    buf_done(&b);
}

static void the_default_policy_answers_every_case_as_written(void **state)
{
    struct policy *p = NULL;
    struct error err = {0};
    int rc = policy_load(SV("default.lua"), builtin_file(SV("default.lua")), &p, &err);
    if (rc) fail_msg("%s", err.text);
    assert_ok(policy_runner_new(p, &runner, &err));
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/policy/cases", test_source_dir());
    DIR *d = opendir(path);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));) {
        char file[8192];
        snprintf(file, sizeof file, "%s/%s", path, e->d_name);
        if (sv_ends(sv_cstr(e->d_name), SV(".txt"))) run_file(file);
    }
    closedir(d);
    assert_true(checked > 60);
    policy_runner_free(runner);
    policy_free(p);
}

/* The most findings a post may have, all of the costliest kind, within the budget. */
static void the_default_policy_can_carry_a_full_list(void **state)
{
    struct policy *p = NULL;
    struct error err = {0};
    assert_ok(policy_load(SV("default.lua"), builtin_file(SV("default.lua")), &p, &err));
    assert_ok(policy_runner_new(p, &runner, &err));
    size_t n = 2000;
    struct finding *v = calloc(n, sizeof *v);
    struct place places[16];
    for (size_t i = 0; i < 16; i++) {
        places[i] = place_of(PLACE_MEDIA);
        places[i].start_us = (int64_t)i * US_PER_SECOND;
        places[i].end_us = (int64_t)(i + 1) * US_PER_SECOND;
    }
    assert_non_null(v);
    for (size_t i = 0; i < n; i++) {
        finding_init(&v[i]);
        v[i].kind = FINDING_MATCH_MEDIA;
        v[i].category = (enum category)(1 + i % (CATEGORY_COUNT - 1));
        v[i].probability = 0.3;
        v[i].ref.negative = i % 2;
        v[i].places = places;
        v[i].nplaces = 16;
    }
    struct post post;
    post_init(&post);
    struct finding_list list = {.v = v, .n = n};
    struct policy_input in = {.post = &post, .findings = &list};
    struct arena a;
    arena_init(&a, 0);
    struct assessment got;
    int rc = policy_assess(runner, &in, &a, &got, &err);
    if (rc) print_error("%s\n", err.text);
    assert_ok(rc);
    arena_done(&a);
    free(v);
    policy_runner_free(runner);
    policy_free(p);
}

static int setup(void **state) { return id_init(NULL); }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_policy_answers_every_case_as_written),
        cmocka_unit_test(the_default_policy_can_carry_a_full_list),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
