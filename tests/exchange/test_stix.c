/* STIX: what goes out comes back whole; what others write is read; what is wrong is told and passed over. */
#include "test.h"

#include "base/utf8.h"
#include "exchange/stix.h"

#define T0   INT64_C(1769853600000000) /* 2026-01-31T10:00:00Z */
#define HEX0 "f8f8f0cce0f4e84d0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22"
#define HEX1 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct stix_producer producer = {SV_INIT("Dune Watch"), SV_INIT("dune.example/log")};

struct got {
    struct arena arena;
    struct stix_seen seen[16];
    struct bank_item items[16];
    size_t n, bad;
    char why[4][512];
};

static int on_seen(void *arg, const struct stix_seen *what, struct error *err)
{
    struct got *g = arg;
    (void)err;
    assert_true(g->n < 16);
    struct stix_seen *s = &g->seen[g->n];
    *s = *what;
    struct sv *const texts[] = {&s->remote,  &s->modified, &s->origin, &s->tlp,
                                &s->opinion, &s->about,    &s->why};
    for (size_t i = 0; i < 7; i++) *texts[i] = arena_copy(&g->arena, *texts[i]);
    if (what->item) {
        struct bank_item *b = &g->items[g->n];
        *b = *what->item;
        struct sv *const words[] = {&b->value, &b->other_type, &b->label, &b->source, &b->reason};
        for (size_t i = 0; i < 5; i++) *words[i] = arena_copy(&g->arena, *words[i]);
        size_t bytes = b->nframes * sizeof *b->frames;
        if (bytes) {
            b->frames = arena_alloc(&g->arena, bytes);
            memcpy(b->frames, what->item->frames, bytes);
        }
        s->item = b;
    }
    g->n++;
    return 0;
}

static int on_bad(void *arg, uint64_t number, struct sv id, const struct error *why, struct error *err)
{
    struct got *g = arg;
    (void)number;
    (void)id;
    (void)err;
    if (g->bad < 4) snprintf(g->why[g->bad], sizeof g->why[0], "%s", why->text);
    g->bad++;
    return 0;
}

static int setup(void **state)
{
    struct got *g = calloc(1, sizeof *g);
    if (!g || id_init(NULL) != 0) return -1;
    arena_init(&g->arena, 0);
    *state = g;
    return 0;
}
static int teardown(void **state)
{
    struct got *g = *state;
    arena_done(&g->arena);
    free(g);
    return 0;
}

static int read_text(struct got *g, struct sv text, struct stix_counts *counts)
{
    struct stix_reader r = {g, on_seen, on_bad};
    struct error err = {0};
    int code = stix_read(text, T0, &r, counts, &err);
    if (code) snprintf(g->why[0], sizeof g->why[0], "%s", err.text);
    return code;
}

/* One item as a bundle. */
static struct sv bundle_of(struct got *g, const struct bank_item *item, bool revoked)
{
    struct buf b;
    struct stix_bundle x;
    struct error err;
    buf_init(&b, 0);
    stix_bundle_begin(&x, &b);
    struct stix_sink sink = {&x, stix_bundle_add};
    struct stix_share share = {item, CATEGORY_TERROR_PROPAGANDA, SV("amber"), T0, T0 + US_PER_HOUR, revoked};
    assert_ok(stix_write_frame(&producer, SV("amber"), &sink, &err));
    assert_ok(stix_write_item(&producer, &share, &sink, &err));
    stix_bundle_end(&x);
    struct sv text = arena_copy(&g->arena, buf_sv(&b));
    buf_done(&b);
    return text;
}

static struct bank_frame frame(const char *hex, uint8_t quality, int64_t time_us)
{
    struct bank_frame f = {.quality = quality, .time_us = time_us};
    assert_true(hash256_parse(sv_cstr(hex), &f.pdq));
    return f;
}

static void items_of_every_type_come_back_whole(void **state)
{
    struct got *g = *state;
    struct bank_frame frames[] = {frame(HEX0, 97, 0), frame(HEX1, 60, 1234567)};
    const struct bank_item items[] = {
        {.type = BANK_PDQ,
         .frames = frames,
         .nframes = 1,
         .label = SV("a \"flag\" · علم"),
         .reason = SV("case 12"),
         .threshold = 24,
         .added_us = T0},
        {.type = BANK_VPDQ,
         .frames = frames,
         .nframes = 2,
         .label = SV("clip"),
         .threshold = -1,
         .added_us = T0},
        {.type = BANK_SHA256, .value = SV(HEX1), .threshold = -1, .added_us = T0},
        {.type = BANK_SOUND, .value = SV("tiktok:7012345678901234567"), .threshold = -1, .added_us = T0},
        {.type = BANK_OTHER,
         .value = SV("0123456789abcdef0123456789abcdef"),
         .other_type = SV("video_md5"),
         .threshold = -1,
         .added_us = T0},
        {.type = BANK_OTHER,
         .value = SV("https://clips.example/o'hara"),
         .other_type = SV("url"),
         .threshold = -1,
         .added_us = T0},
    };
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        struct stix_counts counts;
        g->n = 0;
        assert_ok(read_text(g, bundle_of(g, &items[i], false), &counts));
        assert_int_equal(counts.bad, 0);
        assert_int_equal(g->n, 1);
        const struct bank_item *back = g->seen[0].item;
        struct id128 a = bank_item_id(&items[i]), b = bank_item_id(back);
        assert_true(id_eq(&a, &b));
        assert_int_equal(back->type, items[i].type);
        assert_true(sv_eq(back->label, items[i].label));
        assert_true(sv_eq(back->reason, items[i].reason));
        assert_true(sv_eq(back->other_type, items[i].other_type));
        assert_int_equal(back->threshold, items[i].threshold);
        assert_int_equal(back->added_us, items[i].added_us);
        assert_int_equal(back->nframes, items[i].nframes);
        for (size_t k = 0; k < back->nframes; k++) {
            assert_int_equal(back->frames[k].quality, items[i].frames[k].quality);
            assert_int_equal(back->frames[k].time_us, items[i].frames[k].time_us);
        }
        assert_int_equal(g->seen[0].category, CATEGORY_TERROR_PROPAGANDA);
        assert_sv(g->seen[0].tlp, "amber");
        assert_int_equal(back->status, BANK_QUARANTINED);
    }
}

static void the_same_item_is_the_same_text(void **state)
{
    struct got *g = *state;
    struct bank_frame frames[] = {frame(HEX0, 97, 0)};
    struct bank_item item = {
        .type = BANK_PDQ, .frames = frames, .nframes = 1, .threshold = -1, .added_us = T0};
    struct sv a = bundle_of(g, &item, false);
    item.source = SV("a list that is nobody's business");
    item.status = BANK_QUARANTINED;
    assert_true(sv_eq(a, bundle_of(g, &item, false)));
}

static void a_revoked_indicator_is_a_withdrawal(void **state)
{
    struct got *g = *state;
    struct bank_frame frames[] = {frame(HEX0, 97, 0)};
    struct bank_item item = {
        .type = BANK_PDQ, .frames = frames, .nframes = 1, .threshold = -1, .added_us = T0};
    struct stix_counts counts;
    char id[STIX_ID_BYTES];
    assert_ok(read_text(g, bundle_of(g, &item, true), &counts));
    assert_int_equal(counts.withdrawn, 1);
    assert_int_equal(counts.items, 0);
    stix_indicator_id(&producer, &item, id);
    assert_int_equal(g->seen[0].kind, STIX_WITHDRAWN);
    assert_true(sv_eq(g->seen[0].remote, sv_cstr(id)));
}

/* Computed by Python's uuid module over the canonical JSON of what the standard says contributes. */
static void ids_of_observables_are_those_of_the_standard(void **state)
{
    struct got *g = *state;
    struct buf b;
    struct error err;
    struct stix_bundle x;
    struct post p;
    post_init(&p);
    p.url = SV("https://example.com/research/index.html");
    p.platform = p.account.platform = SV("unix");
    p.account.native_id = SV("1001");
    p.account.handle = SV("jdoe");
    buf_init(&b, 0);
    stix_bundle_begin(&x, &b);
    struct stix_sink sink = {&x, stix_bundle_add};
    assert_ok(stix_write_post(&producer, &p, CATEGORY_HATE, SV_NULL, &sink, &err));
    stix_bundle_end(&x);
    assert_int_not_equal(sv_find(buf_sv(&b), SV("\"url--47c3cf9a-5027-5bf0-997a-017c7edc7c55\""), 0),
                         SIZE_MAX);
    assert_int_not_equal(sv_find(buf_sv(&b), SV("\"user-account--f94d689e-707d-58c3-b803-c720bb6ed096\""), 0),
                         SIZE_MAX);
    assert_int_not_equal(sv_find(buf_sv(&b), SV("\"type\":\"observed-data\""), 0), SIZE_MAX);
    buf_done(&b);
    (void)g;
}

static void canonical_json_is_that_of_rfc_8785(void **state)
{
    struct json *doc;
    struct buf b;
    (void)state;
    assert_ok(json_parse(SV("{\"\\u20ac\":1,\"\\r\":\"\\u000f\\n\\u20ac\\\"\\\\/"
                            "\",\"1\":[true,null,-5],\"\\ud83d\\ude02\":2,\"\\ufb33\":3,\"\\u00f6\":{}}"),
                         JSON_STRICT, &doc, NULL));
    buf_init(&b, 0);
    json_canonical(doc, &b);
    assert_string_equal(buf_cstr(&b), "{\"\\r\":\"\\u000f\\n€\\\"\\\\/"
                                      "\",\"1\":[true,null,-5],\"ö\":{},\"€\":1,\"😂\":2,\"\xef\xac\xb3\":3}");
    buf_done(&b);
    json_free(doc);
}

#define INDICATOR(pattern)                                                                                   \
    "{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--8e2e2d2b-17d4-4cbf-938f-"          \
    "98ee46b3cd3f\","                                                                                        \
    "\"created\":\"2026-01-01T00:00:00.000Z\",\"modified\":\"2026-01-02T00:00:00.000Z\",\"name\":"           \
    "\"theirs\","                                                                                            \
    "\"pattern_type\":\"stix\",\"valid_from\":\"2026-01-01T00:00:00Z\",\"pattern\":\"" pattern "\"}"

static void patterns_of_others_are_read(void **state)
{
    struct got *g = *state;
    struct stix_counts counts;
    assert_ok(read_text(
        g,
        SV(INDICATOR("[file:hashes.'PDQ' = '" HEX0
                     "' OR file:hashes.MD5='0123456789abcdef0123456789abcdef'] OR "
                     "[file:hashes.'SHA-256' = '" HEX1 "'] OR [url:value = 'https://x.example/it\\\\'s']")),
        &counts));
    assert_int_equal(counts.items, 4);
    assert_int_equal(g->seen[0].item->type, BANK_PDQ);
    assert_sv(g->seen[0].item->label, "theirs");
    assert_sv(g->seen[0].remote, "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f");
    assert_sv(g->seen[1].item->other_type, "md5");
    assert_sv(g->seen[1].remote, "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f#1");
    assert_int_equal(g->seen[2].item->type, BANK_SHA256);
    assert_sv(g->seen[3].item->value, "https://x.example/it's");
}

static void what_cannot_be_used_is_told_and_passed_over(void **state)
{
    static const struct {
        const char *object, *why;
    } wrong[] = {
        {INDICATOR("[file:hashes.'PDQ' = '" HEX0 "' AND file:size = 12]"), "joined by OR"},
        {INDICATOR("[file:hashes.'PDQ' = 'f8f8']"), "no PDQ hash"},
        {INDICATOR("[file:hashes.'PDQ' = '"), "does not end"},
        {INDICATOR("[process:pid = '4']"), "process:pid"},
        {"{\"type\":\"indicator\",\"id\":\"indicator--1\"}", "UUID"},
        {"{\"type\":\"opinion\",\"spec_version\":\"2.1\",\"id\":\"opinion--8e2e2d2b-17d4-4cbf-938f-"
         "98ee46b3cd3f\","
         "\"created\":\"2026-01-01T00:00:00Z\",\"modified\":\"2026-01-01T00:00:00Z\",\"opinion\":\"meh\","
         "\"object_refs\":[\"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\"]}",
         "none of the five"},
        {"7", "without a type"},
    };
    struct got *g = *state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct stix_counts counts;
        struct buf b;
        buf_init(&b, 0);
        buf_printf(&b, "{\"objects\":[%s,%s]}", wrong[i].object, INDICATOR("[file:hashes.PDQ = '" HEX1 "']"));
        g->n = g->bad = 0;
        assert_ok(read_text(g, buf_sv(&b), &counts));
        assert_int_equal(counts.bad, 1);
        if (!strstr(g->why[0], wrong[i].why)) fail_msg("case %zu: %s", i, g->why[0]);
        assert_int_equal(g->n, 1); /* the sound one */
        buf_done(&b);
    }
}

static void texts_that_are_no_stix_are_refused(void **state)
{
    static const char *const wrong[] = {"", "[", "{\"a\":1}", "\"bundle\"", "12"};
    struct got *g = *state;
    struct stix_counts counts;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(read_text(g, sv_cstr(wrong[i]), &counts), ERR_FORMAT);
    assert_ok(read_text(
        g, SV("{\"type\":\"bundle\",\"id\":\"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\"}"), &counts));
    assert_ok(read_text(g, SV("{}"), &counts));
    assert_int_equal(counts.objects, 0);
}

static void an_ended_indicator_is_withdrawn(void **state)
{
    struct got *g = *state;
    struct stix_counts counts;
    assert_ok(read_text(g,
                        SV("{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--8e2e2d2b-"
                           "17d4-4cbf-938f-98ee46b3cd3f\","
                           "\"created\":\"2025-01-01T00:00:00Z\",\"modified\":\"2025-01-01T00:00:00Z\","
                           "\"pattern_type\":\"stix\","
                           "\"valid_from\":\"2025-01-01T00:00:00Z\",\"valid_until\":\"2026-01-31T09:59:59Z\","
                           "\"pattern\":\"[url:value = 'x']\"}"),
                        &counts));
    assert_int_equal(g->seen[0].kind, STIX_WITHDRAWN);
}

static void a_list_of_files_alone_is_a_hash_list(void **state)
{
    struct got *g = *state;
    struct stix_counts counts;
    assert_ok(
        read_text(g,
                  SV("{\"objects\":[{\"type\":\"file\",\"spec_version\":\"2.1\",\"id\":\"file--8e2e2d2b-17d4-"
                     "4cbf-938f-98ee46b3cd3f\","
                     "\"name\":\"a.mp4\",\"hashes\":{\"PDQ\":\"" HEX0 "\",\"SHA-256\":\"" HEX1 "\"}}]}"),
                  &counts));
    assert_int_equal(counts.items, 2);
    assert_sv(g->seen[0].item->label, "a.mp4");
}

static void opinions_and_sightings_come_back(void **state)
{
    struct got *g = *state;
    struct buf b;
    struct stix_bundle x;
    struct error err;
    struct stix_counts counts;
    static const char about[] = "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";
    buf_init(&b, 0);
    stix_bundle_begin(&x, &b);
    struct stix_sink sink = {&x, stix_bundle_add};
    struct stix_opinion o = {sv_cstr(about), SV("strongly-disagree"), SV("a newsroom's emblem"), T0};
    struct stix_sighting s = {sv_cstr(about), 17, T0, T0 + 1, T0 + 2, SV("green")};
    assert_ok(stix_write_opinion(&producer, &o, &sink, &err));
    assert_ok(stix_write_sighting(&producer, &s, &sink, &err));
    stix_bundle_end(&x);
    assert_ok(read_text(g, buf_sv(&b), &counts));
    assert_int_equal(counts.bad, 0);
    assert_sv(g->seen[0].opinion, "strongly-disagree");
    assert_sv(g->seen[0].why, "a newsroom's emblem");
    assert_true(sv_eq(g->seen[0].about, sv_cstr(about)));
    assert_int_equal(g->seen[1].count, 17);
    assert_true(sv_eq(g->seen[1].about, sv_cstr(about)));
    o.opinion = SV("maybe");
    assert_int_equal(stix_write_opinion(&producer, &o, &sink, &err), ERR_ARG);
    buf_done(&b);
}

#define stix_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        stix_test(items_of_every_type_come_back_whole),
        stix_test(the_same_item_is_the_same_text),
        stix_test(a_revoked_indicator_is_a_withdrawal),
        stix_test(ids_of_observables_are_those_of_the_standard),
        stix_test(canonical_json_is_that_of_rfc_8785),
        stix_test(patterns_of_others_are_read),
        stix_test(what_cannot_be_used_is_told_and_passed_over),
        stix_test(texts_that_are_no_stix_are_refused),
        stix_test(an_ended_indicator_is_withdrawn),
        stix_test(a_list_of_files_alone_is_a_hash_list),
        stix_test(opinions_and_sightings_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
