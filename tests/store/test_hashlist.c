#include "test.h"

#include <unistd.h>

#include "base/file.h"
#include "store/hashlist.h"

#define A "f8f8f0cce0f4e84d0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22"
#define B "d8f8f0cce0f4e84d0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22"

/* What a list held, in words: "type value label threshold status; …", and the bad lines' numbers. */
struct told {
    struct buf b;
    struct arena a;
    struct bank_item items[16];
    size_t n;
};

static int tell_item(void *arg, const struct bank_item *item, struct error *err)
{
    struct told *t = arg;
    char hex[HASH256_TEXT_BYTES];
    buf_printf(&t->b, "%s", bank_item_type_name(item->type));
    for (size_t i = 0; i < item->nframes; i++) {
        hash256_format(&item->frames[i].pdq, hex);
        buf_printf(&t->b, " %.4s/%u/%lld", hex, item->frames[i].quality, (long long)item->frames[i].time_us);
    }
    if (item->value.n > 0) buf_printf(&t->b, " %.*s", SV_FMT(item->value));
    if (item->other_type.n > 0) buf_printf(&t->b, " (%.*s)", SV_FMT(item->other_type));
    if (item->label.n > 0) buf_printf(&t->b, " '%.*s'", SV_FMT(item->label));
    if (item->threshold >= 0) buf_printf(&t->b, " t=%d", item->threshold);
    if (item->status != BANK_ACTIVE) buf_printf(&t->b, " %s", bank_status_name(item->status));
    buf_puts(&t->b, ";");
    if (t->n < 16) {
        struct bank_item *copy = &t->items[t->n++];
        *copy = *item;
        copy->value = arena_copy(&t->a, item->value);
        copy->other_type = arena_copy(&t->a, item->other_type);
        copy->label = arena_copy(&t->a, item->label);
        copy->source = arena_copy(&t->a, item->source);
        copy->reason = arena_copy(&t->a, item->reason);
        copy->frames = ARENA_ARRAY(&t->a, item->nframes, struct bank_frame);
        if (item->nframes > 0) memcpy(copy->frames, item->frames, item->nframes * sizeof *item->frames);
    }
    return 0;
}

static int tell_bad(void *arg, uint64_t line, const struct error *why, struct error *err)
{
    struct told *t = arg;
    assert_int_equal(why->code, ERR_FORMAT);
    assert_true(why->text[0] != '\0');
    buf_printf(&t->b, "bad %llu;", (unsigned long long)line);
    return 0;
}

static struct told tell(struct sv bytes, const char *format, int expected)
{
    struct told t = {0};
    struct error err;
    struct hashlist_counts counts;
    arena_init(&t.a, 0);
    buf_init(&t.b, 0);
    struct hashlist_sink sink = {&t, tell_item, tell_bad};
    assert_int_equal(hashlist_parse(bytes, format, SV_NULL, &sink, &counts, &err), expected);
    return t;
}

static void done(struct told *t)
{
    buf_done(&t->b);
    arena_done(&t->a);
}

struct reading {
    struct sv text;
    const char *told;
};

static void check(const struct reading *list, size_t n, const char *format)
{
    for (size_t i = 0; i < n; i++) {
        struct told t = tell(list[i].text, format, 0);
        assert_string_equal(buf_cstr(&t.b), list[i].told);
        done(&t);
        t = tell(list[i].text, NULL, 0); /* and found by looking */
        assert_string_equal(buf_cstr(&t.b), list[i].told);
        done(&t);
    }
}
#define CHECK(list, format) check((list), sizeof(list) / sizeof((list)[0]), (format))

static void hex_lists_are_read(void **state)
{
    const struct reading list[] = {
        {SV(A "\n" B "\n"), "pdq f8f8/100/0;pdq d8f8/100/0;"},
        {SV("\xef\xbb\xbf" A "\r\n\r\n# why\r\n" B), "pdq f8f8/100/0;pdq d8f8/100/0;"},
        {SV(A ",97,photos/a, b.jpg\n"), "pdq f8f8/97/0 'photos/a, b.jpg';"},
        {SV(A "\nshort\n" B ",101,x\n" B ",50\n"), "pdq f8f8/100/0;bad 2;bad 3;pdq d8f8/50/0;"},
        {SV(A "0\n"), ""},
    };
    check(list, 4, "hex");
    struct told t = tell(list[4].text, "hex", 0);
    assert_string_equal(buf_cstr(&t.b), "bad 1;");
    done(&t);
}

static void typed_lists_are_read(void **state)
{
    const struct reading list[] = {
        {SV("pdq " A "\nvideo_md5 0123456789abcdef0123456789abcdef\n"),
         "pdq f8f8/100/0;other 0123456789abcdef0123456789abcdef (video_md5);"},
        {SV("raw_text  two words \nPDQ " B "\npdq nonsense\n"),
         "other two words (raw_text);pdq d8f8/100/0;bad 3;"},
        {SV("sha256 " A "\nSHA256 FF\n"), "sha256 " A ";bad 2;"},
        {SV("sound tiktok:7012\nalone\n"), "sound tiktok:7012;bad 2;"},
        {SV("vpdq [\"" A ",90,1.5\"]\nvpdq []\nvpdq [\n"), "vpdq f8f8/90/1500000;bad 2;bad 3;"},
    };
    CHECK(list, "typed");
}

static void threatexchange_rows_are_read(void **state)
{
    const struct reading list[] = {
        {SV(A ",123456,2021-01-31T10:00:00+0000,\"tag_a tag_b\"\n"), "pdq f8f8/100/0 'tag_a tag_b';"},
        {SV("indicator,indicator_id,descriptor_id,added_on,tags\n" A ",9,123456,2021-01-31T10:00:00Z,x\n"),
         "pdq f8f8/100/0 'x';"},
        {SV("0123456789abcdef0123456789abcdef,1,2021-01-31,\n"),
         "other 0123456789abcdef0123456789abcdef (md5);"},
        {SV("\"say \"\"no\"\", twice\",1,1612087200,\"a, b\"\n"),
         "other say \"no\", twice (unknown) 'a, b';"},
        {SV(A ",1,2021-01-31,\"open\n" A ",x,2021-01-31,t\n" A ",1,then,t\n" A ",1,2,3,2021-01-31,t\n" B
              ",1,2021-01-31,t\n"),
         ""},
    };
    check(list, 4, "threatexchange");
    struct told t = tell(list[4].text, "threatexchange", 0);
    assert_string_equal(buf_cstr(&t.b), "bad 1;bad 2;bad 3;bad 4;pdq d8f8/100/0 't';");
    assert_sv(t.items[0].source, "threatexchange:1");
    done(&t);
}

static void clips_are_read(void **state)
{
    const struct reading list[] = {
        {SV("[\"" A ",90,0.000\",\"" B ",50,1.23e+02\"]\n"), "vpdq f8f8/90/0 d8f8/50/123000000;"},
        {SV("[\"" B ",50,2\",\"" A ",90,1\",\"" A ",90,1\"]\n"), "vpdq f8f8/90/1000000 d8f8/50/2000000;"},
        {SV("[\"" A ",90,1\"]\n[\"" B ",50,2\"]\n[\"x\"]\n[1]\n[]\n[\n"),
         "vpdq f8f8/90/1000000;vpdq d8f8/50/2000000;bad 3;bad 4;bad 5;bad 6;"},
        {SV("{\"first clip\": [\"" A ",90,1\"],\n \"second\": [\"" B ",50,2\"],\n \"third\": 7}\n"),
         "vpdq f8f8/90/1000000 'first clip';vpdq d8f8/50/2000000 'second';bad 1;"},
        {SV("[\n  [\"" A ",90,1\"],\n  [\"" B ",50,2\"]\n]"), "vpdq f8f8/90/1000000;vpdq d8f8/50/2000000;"},
        {SV("0,100," A ",0.000\n1,99," B ",0.5\n2,101," B ",1.0\n3,98," B "\n"),
         "bad 3;vpdq d8f8/98/0 f8f8/100/0 d8f8/99/500000;"},
        {SV("0,100," A ",0e+00\n1,99," B ",1.5e+01\n"), "vpdq f8f8/100/0 d8f8/99/15000000;"},
        {SV("[\n  [\"" A ",90,1\"],\n"), "bad 1;"},
        {SV("[\"" A ",90,-1\"]\n[\"" A ",90,1e99\"]\n[\"" A ",90,nan\"]\n[\"" A ",90\"]\n"),
         "bad 1;bad 2;bad 3;bad 4;"},
    };
    CHECK(list, "vpdq");
}

static void our_own_lists_are_read(void **state)
{
    const struct reading list[] = {
        {SV("{\"type\":\"pdq\",\"frames\":[{\"pdq\":\"" A
            "\",\"quality\":80}],\"label\":\"emblem\",\"threshold\":20,"
            "\"status\":\"quarantined\"}\n"),
         "pdq f8f8/80/0 'emblem' t=20 quarantined;"},
        {SV("{\"type\":\"sound\",\"value\":\"tiktok:7012\",\"label\":\"\xd9\x86\xd9\x87\xd8\xb1\"}\n"),
         "sound tiktok:7012 '\xd9\x86\xd9\x87\xd8\xb1';"},
        {SV("{\"type\":\"pdq\"}\n{\"type\":\"pdq\",\"frames\":[]}\n{\"type\":\"pdq\",\"frames\":[{\"pdq\":"
            "\"x\"}]}\n"
            "{\"type\":\"sha256\",\"value\":\"x\"}\n{\"type\":\"no\"}\n7\n{\n{\"type\":\"sound\",\"value\":7}"
            "\n"
            "{\"type\":\"sound\",\"value\":\"a\",\"status\":\"gone\"}\n{\"type\":\"sound\",\"value\":\"a\","
            "\"threshold\":999}\n"),
         "bad 1;bad 2;bad 3;bad 4;bad 5;bad 6;bad 7;bad 8;bad 9;bad 10;"},
        {SV("{\"type\":\"other\",\"other_type\":\"tlsh\",\"value_hex\":\"ff00\",\"value\":\"\"}\n{\"type\":"
            "\"sound\",\"value_hex\":\"f\"}\n"),
         "other \xff (tlsh);bad 2;"},
    };
    CHECK(list, "marsad");
}

static void what_is_no_list_is_said_to_be_none(void **state)
{
    const struct sv texts[] = {SV("hello\n"), SV("\x00\x01\x02"), SV("<html>\n<body>"), SV("!! !!")};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct told t = tell(texts[i], NULL, ERR_FORMAT);
        done(&t);
    }
    struct told t = tell(SV("x"), "xml", ERR_ARG);
    done(&t);
    t = tell(SV(""), NULL, 0);
    assert_int_equal(t.n, 0);
    done(&t);
}

/* Written and read again, an item is the same item. */
static void what_is_written_is_read(void **state)
{
    struct bank_frame one = {{{1, 2, 3, 4}}, 100, 0},
                      clip[] = {{{{1, 2, 3, 4}}, 90, 0}, {{{5, 6, 7, 8}}, 80, 1234567}};
    struct bank_item items[] = {
        {.type = BANK_PDQ, .frames = &one, .nframes = 1, .label = SV("a \"quoted\", label"), .threshold = 12},
        {.type = BANK_VPDQ, .frames = clip, .nframes = 2, .threshold = -1},
        {.type = BANK_SHA256, .value = SV(A), .threshold = -1, .status = BANK_WITHDRAWN},
        {.type = BANK_SOUND, .value = SV("tiktok:7012"), .threshold = -1},
        {.type = BANK_OTHER,
         .value = SV("0123456789abcdef0123456789abcdef"),
         .other_type = SV("md5"),
         .threshold = -1},
        {.type = BANK_OTHER,
         .value = SV("odd\0\xff\n"),
         .other_type = SV("raw"),
         .label = SV("\xfe"),
         .threshold = -1},
    };
    static const struct {
        const char *format, *can; /* per item: y or n */
    } rows[] = {{"hex", "ynnnnn"},
                {"typed", "yyyyyn"},
                {"threatexchange", "yynnyn"},
                {"vpdq", "yynnnn"},
                {"marsad", "yyyyyy"}};
    for (size_t f = 0; f < sizeof rows / sizeof rows[0]; f++) {
        for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
            struct buf b;
            struct error err;
            items[i].id = bank_item_id(&items[i]);
            items[i].added_us = INT64_C(1769853600000000);
            buf_init(&b, 0);
            int rc = hashlist_write(&items[i], rows[f].format, &b, &err);
            assert_int_equal(rc, rows[f].can[i] == 'y' ? 0 : ERR_UNSUPPORTED);
            assert_true(rc == 0 || b.n == 0);
            if (rc == 0) {
                struct told t = tell(buf_sv(&b), rows[f].format, 0);
                assert_int_equal(t.n, 1);
                bool whole = strcmp(rows[f].format, "vpdq") != 0 || items[i].type == BANK_VPDQ;
                struct id128 id = bank_item_id(&t.items[0]);
                if (whole) assert_true(id_eq(&id, &items[i].id));
                if (strcmp(rows[f].format, "marsad") == 0) {
                    assert_true(sv_eq(t.items[0].label, items[i].label));
                    assert_int_equal(t.items[0].threshold, items[i].threshold);
                    assert_int_equal(t.items[0].status, items[i].status);
                    assert_int_equal(t.items[0].added_us, items[i].added_us);
                }
                done(&t);
            }
            buf_done(&b);
        }
    }
}

static int refuse(void *arg, const struct bank_item *item, struct error *err)
{
    return error_set(err, ERR_STORE, "t", "full");
}

static void a_sink_that_refuses_ends_the_reading(void **state)
{
    struct hashlist_sink sink = {NULL, refuse, NULL};
    struct hashlist_counts counts;
    struct error err;
    assert_int_equal(hashlist_parse(SV("bad\n" A "\n" B "\n"), "hex", SV_NULL, &sink, &counts, &err),
                     ERR_STORE);
    assert_int_equal(counts.bad, 1);
    assert_int_equal(counts.items, 0);
}

static void a_file_says_its_type_in_its_name(void **state)
{
    struct told t = {0};
    struct error err;
    struct hashlist_counts counts;
    struct hashlist_sink sink = {&t, tell_item, tell_bad};
    char dir[] = "/tmp/marsad-list-XXXXXX", path[128];
    arena_init(&t.a, 0);
    buf_init(&t.b, 0);
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/simple.HASH_SHA256.te", dir);
    assert_ok(file_write_atomic(path, SV(A ",1,2021-01-31,t\n"), &err));
    assert_ok(hashlist_read(path, NULL, SV("label"), &sink, &counts, &err));
    assert_string_equal(buf_cstr(&t.b), "sha256 " A " 't';");
    snprintf(path, sizeof path, "%s/list.txt", dir);
    assert_ok(file_write_atomic(path, SV(A), &err));
    buf_clear(&t.b);
    assert_ok(hashlist_read(path, NULL, SV("label"), &sink, &counts, &err));
    assert_string_equal(buf_cstr(&t.b), "pdq f8f8/100/0 'label';");
    assert_int_equal(hashlist_read("/nonexistent/list", NULL, SV_NULL, &sink, &counts, &err), ERR_NOTFOUND);
    assert_ok(dir_remove_tree(dir, &err));
    done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hex_lists_are_read),
        cmocka_unit_test(typed_lists_are_read),
        cmocka_unit_test(threatexchange_rows_are_read),
        cmocka_unit_test(clips_are_read),
        cmocka_unit_test(our_own_lists_are_read),
        cmocka_unit_test(what_is_no_list_is_said_to_be_none),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(a_sink_that_refuses_ends_the_reading),
        cmocka_unit_test(a_file_says_its_type_in_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
