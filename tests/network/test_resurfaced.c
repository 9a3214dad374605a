/* Who may be back: the right closed account comes first, with its reasons, and nobody without one. */
#include "test.h"

#include "base/clock.h"
#include "network/resurfaced.h"

enum { CLOSED = 600, THINGS = 24 };

struct made {
    struct account_trace t;
    char names[4][THINGS][40];
    struct sv lists[4][THINGS];
    char handle[24], bio[160];
};

static uint32_t draw(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static const char *const kinds[] = {"clip", "target", "contact", "caption"};

/* Things 0.. are the account's own, those from 100000 everybody's. */
static void fill(struct made *m, uint32_t who, uint32_t *state)
{
    static const char *const words[] = {"never", "again",   "river",   "truth",  "street",  "speak",
                                        "march", "silence", "harbour", "dawn",   "lantern", "iron",
                                        "choir", "north",   "salt",    "thunder"};
    memset(m, 0, sizeof *m);
    snprintf(m->handle, sizeof m->handle, "%s.%s%u", words[draw(state) % 16], words[draw(state) % 16],
             draw(state) % 1000);
    snprintf(m->bio, sizeof m->bio, "%s %s %s of the %s %s, number %u", words[draw(state) % 16],
             words[draw(state) % 16], words[draw(state) % 16], words[draw(state) % 16],
             words[draw(state) % 16], who);
    for (int k = 0; k < 4; k++) {
        for (int i = 0; i < THINGS; i++) {
            if (k == 3)
                snprintf(m->names[k][i], 40, "%s %s %s %s", words[draw(state) % 16], words[draw(state) % 16],
                         words[draw(state) % 16], words[draw(state) % 16]);
            else if (draw(state) % 3)
                snprintf(m->names[k][i], 40, "%s%u", kinds[k], 100000 + draw(state) % 300);
            else
                snprintf(m->names[k][i], 40, "%s%u", kinds[k], who * 50 + draw(state) % 20);
            m->lists[k][i] = sv_cstr(m->names[k][i]);
        }
    }
    m->t.handle = sv_cstr(m->handle);
    m->t.bio = sv_cstr(m->bio);
    m->t.clips = (struct sv_list){m->lists[0], THINGS};
    m->t.targets = (struct sv_list){m->lists[1], THINGS};
    m->t.contacts = (struct sv_list){m->lists[2], THINGS};
    m->t.captions = (struct sv_list){m->lists[3], THINGS};
    m->t.first_us = (1700000000 + (int64_t)who * 1000) * US_PER_SECOND;
    m->t.last_us = m->t.closed_us = m->t.first_us + 20 * US_PER_DAY;
}

/* The parent's habits in `keep` of 100 things, the rest new. */
static void bring_back(struct made *child, const struct made *parent, uint32_t keep, uint32_t *state)
{
    fill(child, 50000 + draw(state) % 10000, state);
    for (int k = 0; k < 4; k++)
        for (int i = 0; i < THINGS; i++)
            if (draw(state) % 100 < keep) child->lists[k][i] = parent->lists[k][i];
    child->t.first_us = parent->t.closed_us + 3 * US_PER_DAY;
    child->t.closed_us = NETWORK_NO_TIME;
}

struct scene {
    struct resurfaced *r;
    struct made *closed;
    struct arena a;
    uint32_t state;
};

static int set_up(void **state)
{
    struct scene *s = calloc(1, sizeof *s);
    struct error err;
    s->state = 12345;
    s->closed = malloc(CLOSED * sizeof *s->closed);
    arena_init(&s->a, 0);
    assert_ok(resurfaced_new(&s->r, &err));
    for (uint32_t i = 0; i < CLOSED; i++) {
        fill(&s->closed[i], i, &s->state);
        assert_ok(resurfaced_add(s->r, &s->closed[i].t, &err));
    }
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *s = *state;
    resurfaced_free(s->r);
    arena_done(&s->a);
    free(s->closed);
    free(s);
    return 0;
}

static void the_parent_comes_first_though_little_was_kept(void **state)
{
    struct scene *s = *state;
    struct made *child = malloc(sizeof *child);
    struct error err;
    double reciprocal = 0;
    for (uint32_t i = 0; i < 150; i++) {
        struct parent_match *m;
        uint32_t n, rank = 0;
        bring_back(child, &s->closed[i * 4], 25, &s->state);
        assert_ok(resurfaced_rank(s->r, &child->t, 50, &s->a, &m, &n, &err));
        for (uint32_t k = 0; k < n && !rank; k++)
            if (m[k].account == i * 4) rank = k + 1;
        reciprocal += rank ? 1.0 / rank : 0;
        arena_clear(&s->a);
    }
    free(child);
    assert_true(reciprocal / 150 > 0.95);
}

static bool has(const struct profile_sentence *v, unsigned n, const char *key)
{
    for (unsigned i = 0; i < n; i++)
        if (strcmp(v[i].key, key) == 0) return true;
    return false;
}

static void every_match_gives_its_reasons_and_its_doubts(void **state)
{
    struct scene *s = *state;
    struct made *child = malloc(sizeof *child);
    struct error err;
    struct parent_match *m;
    uint32_t n;
    bring_back(child, &s->closed[7], 60, &s->state);
    child->t.handle = s->closed[7].t.handle;
    assert_ok(resurfaced_rank(s->r, &child->t, 5, &s->a, &m, &n, &err));
    assert_in_range(n, 1, 5);
    assert_int_equal(m[0].account, 7);
    assert_true(m[0].names == 1);
    assert_true(has(m[0].says, m[0].nsays, "network.parent.content"));
    assert_true(has(m[0].says, m[0].nsays, "network.parent.handle"));
    assert_true(has(m[0].says, m[0].nsays, "network.parent.timing"));
    assert_true(has(m[0].against, m[0].nagainst, "network.parent.note"));
    double after = m[0].score;
    child->t.first_us = s->closed[7].t.first_us;
    assert_ok(resurfaced_rank(s->r, &child->t, 5, &s->a, &m, &n, &err));
    assert_true(has(m[0].against, m[0].nagainst, "network.parent.against_timing"));
    assert_true(m[0].score < after);
    for (uint32_t k = 1; k < n; k++) assert_true(m[k].score <= m[k - 1].score);
    free(child);
}

static void who_has_nothing_in_common_is_nobody_s_child(void **state)
{
    struct scene *s = *state;
    struct error err;
    struct parent_match *m;
    uint32_t n;
    struct account_trace t = {
        .handle = SV("qqqq"), .first_us = NETWORK_NO_TIME, .closed_us = NETWORK_NO_TIME};
    assert_ok(resurfaced_rank(s->r, &t, 5, &s->a, &m, &n, &err));
    assert_int_equal(n, 0);
}

static void handles_are_alike_after_folding(void **state)
{
    assert_true(handle_likeness(SV("Desert_Wolf77"), SV("d3sertwolf_77")) > 0.8);
    assert_true(handle_likeness(SV("desertwolf"), SV("spring.flower")) < 0.3);
    assert_true(handle_likeness(SV("..."), SV("abc")) == 0);
    assert_true(handle_likeness(SV("\xD9\x86\xD9\x88\xD8\xB1"), SV("\xD9\x86\xD9\x88\xD8\xB1_2")) > 0.7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parent_comes_first_though_little_was_kept),
        cmocka_unit_test(every_match_gives_its_reasons_and_its_doubts),
        cmocka_unit_test(who_has_nothing_in_common_is_nobody_s_child),
        cmocka_unit_test(handles_are_alike_after_folding),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
