/* The TAXII server as a function: who may do what, pages, versions, what is revoked. The wire is in e2e_exchange.py. */
#include "../store/store_test.h"

#include "exchange/exchange.h"

/* SHA-256 of "secret" and of "other". */
static const char users[] =
    "{\"users\":[{\"name\":\"a\",\"token_sha256\":"
    "\"2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b\",\"read\":[\"c\"],\"write\":[]},"
    "{\"name\":\"b\",\"token_sha256\":\"d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa\","
    "\"read\":[],\"write\":[\"c\"],\"source\":\"them\"}]}";

static int ask(struct fixture *f, const char *method, const char *path, const char *query, const char *token,
               const char *body, struct json **out)
{
    struct taxii_config c = {NULL};
    struct exchange_config config = {.producer = SV("Dune Watch"), .about = SV("dune")};
    struct taxii_response r;
    struct taxii_request q = {.method = sv_cstr(method),
                              .path = sv_cstr(path),
                              .query = sv_cstr(query),
                              .authorization = sv_cstr(token),
                              .content_type = SV("application/taxii+json;version=2.1"),
                              .body = sv_cstr(body),
                              .now_us = T0};
    assert_ok(json_parse(SV(users), JSON_STRICT, &c.doc, &f->err));
    assert_ok(taxii_handle(f->store, &config, &c, &q, &r, &f->err));
    struct json *doc = NULL;
    assert_ok(json_parse(buf_sv(&r.body), JSON_STRICT, &doc, &f->err));
    if (out)
        *out = doc;
    else
        json_free(doc);
    buf_done(&r.body);
    taxii_config_done(&c);
    return r.status;
}

static void put_object(struct fixture *f, int n, const char *version)
{
    struct shared_object o = {.collection = SV("c"),
                              .id = arena_printf(&f->arena, "indicator--00000000-0000-5000-8000-%012d", n),
                              .version = sv_cstr(version),
                              .body = arena_printf(&f->arena, "{\"n\":%d,\"v\":\"%s\"}", n, version),
                              .added_us = T0 + n};
    assert_ok(store_object_put(f->store, &o, NULL, &f->err));
}

static void who_may_what(void **state)
{
    struct fixture *f = *state;
    put_object(f, 1, "2026-01-01T00:00:00.000Z");
    assert_int_equal(ask(f, "GET", "/taxii2/", "", "", "", NULL), 200);
    assert_int_equal(ask(f, "GET", "/taxii2/marsad/collections/c/objects/", "", "", "", NULL), 401);
    assert_int_equal(ask(f, "GET", "/taxii2/marsad/collections/c/objects/", "", "Bearer wrong", "", NULL),
                     401);
    assert_int_equal(ask(f, "GET", "/taxii2/marsad/collections/c/objects/", "", "Bearer secret", "", NULL),
                     200);
    assert_int_equal(ask(f, "GET", "/taxii2/marsad/collections/c/objects/", "", "Bearer other", "", NULL),
                     403);
    assert_int_equal(ask(f, "POST", "/taxii2/marsad/collections/c/objects/", "", "Bearer secret", "{}", NULL),
                     403);
    assert_int_equal(ask(f, "GET", "/taxii2/marsad/collections/d/objects/", "", "Bearer secret", "", NULL),
                     404);
    assert_int_equal(
        ask(f, "DELETE", "/taxii2/marsad/collections/c/objects/x/", "", "Bearer secret", "", NULL), 405);
    assert_int_equal(ask(f, "GET", "/taxii2/other/", "", "Bearer secret", "", NULL), 404);
    assert_int_equal(ask(f, "GET", "/elsewhere", "", "Bearer secret", "", NULL), 404);
}

static void pages_come_in_order_and_only_the_newest_versions(void **state)
{
    struct fixture *f = *state;
    struct json *doc;
    for (int i = 1; i <= 25; i++) put_object(f, i, "2026-01-01T00:00:00.000Z");
    put_object(f, 3, "2026-01-02T00:00:00.000Z");
    size_t seen = 0;
    char query[64] = "limit=7";
    for (bool more = true; more;) {
        assert_int_equal(
            ask(f, "GET", "/taxii2/marsad/collections/c/objects/", query, "Bearer secret", "", &doc), 200);
        for (size_t i = 0; i < json_len(json_get(doc, "objects")); i++, seen++)
            if (json_get_i64(json_at(json_get(doc, "objects"), i), "n", 0) == 3)
                assert_sv(json_get_sv(json_at(json_get(doc, "objects"), i), "v"), "2026-01-02T00:00:00.000Z");
        more = json_bool(json_get(doc, "more"), false);
        snprintf(query, sizeof query, "limit=7&next=%.*s", SV_FMT(json_get_sv(doc, "next")));
        json_free(doc);
    }
    assert_int_equal(seen, 25);
    assert_int_equal(
        ask(f, "GET",
            "/taxii2/marsad/collections/c/objects/indicator--00000000-0000-5000-8000-000000000003/versions/",
            "", "Bearer secret", "", &doc),
        200);
    assert_int_equal(json_len(json_get(doc, "versions")), 2);
    json_free(doc);
    assert_int_equal(ask(f, "GET", "/taxii2/marsad/collections/c/objects/", "match[version]=all",
                         "Bearer secret", "", &doc),
                     200);
    assert_int_equal(json_len(json_get(doc, "objects")), 26);
    json_free(doc);
}

static void what_is_posted_is_quarantined_and_not_handed_on(void **state)
{
    struct fixture *f = *state;
    struct json *doc;
    struct bank b = {.name = SV("theirs"), .category = CATEGORY_HATE, .threshold = 31, .created_us = T0};
    struct exchange_source src = {.name = SV("them"), .kind = SV("taxii"), .bank = SV("theirs")};
    int64_t n = 0;
    static const char body[] =
        "{\"objects\":[{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--8e2e2d2b-17d4-"
        "4cbf-938f-98ee46b3cd3f\",\"created\":\"2026-01-01T00:00:00Z\","
        "\"modified\":\"2026-01-01T00:00:00Z\",\"pattern_type\":\"stix\",\"valid_from\":\"2026-01-01T00:00:"
        "00Z\",\"pattern\":\"[file:hashes.MD5 = '0123456789abcdef0123456789abcdef']\"},"
        "{\"type\":\"opinion\",\"spec_version\":\"2.1\",\"id\":\"opinion--8e2e2d2b-17d4-4cbf-938f-"
        "98ee46b3cd3f\",\"created\":\"2026-01-01T00:00:00Z\",\"modified\":\"2026-01-01T00:00:00Z\","
        "\"opinion\":\"agree\",\"object_refs\":[\"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\"]},{"
        "\"type\":\"indicator\",\"id\":\"x\"}]}";
    assert_ok(store_bank_new(f->store, &b, &f->err));
    assert_ok(store_source_put(f->store, &src, &f->err));
    assert_int_equal(ask(f, "POST", "/taxii2/marsad/collections/c/objects/", "", "Bearer other", body, &doc),
                     202);
    assert_int_equal(json_get_i64(doc, "total_count", 0), 3);
    assert_int_equal(json_get_i64(doc, "failure_count", 0), 1);
    json_free(doc);
    assert_int_equal(ask(f, "POST", "/taxii2/marsad/collections/c/objects/", "", "Bearer other", body, NULL),
                     202); /* again: the same */
    assert_ok(store_bank_item_count(f->store, SV("theirs"), &n, &f->err));
    assert_int_equal(n, 1);
    assert_int_equal(ask(f, "GET", "/taxii2/marsad/collections/c/objects/", "", "Bearer secret", "", &doc),
                     200);
    assert_int_equal(json_len(json_get(doc, "objects")), 0);
    json_free(doc);
    assert_int_equal(
        ask(f, "POST", "/taxii2/marsad/collections/c/objects/", "", "Bearer other", "{\"objects\":", NULL),
        422);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(who_may_what),
        store_test(pages_come_in_order_and_only_the_newest_versions),
        store_test(what_is_posted_is_quarantined_and_not_handed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
