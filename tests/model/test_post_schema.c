/* What post_write writes is what docs/formats/post.schema.json promises. The checker knows the words of JSON Schema
 * that the file uses, and is stricter in one thing: a member that the schema does not list is a fault. */
#include "test.h"

#include "base/file.h"
#include "model/random.h"

struct check {
    const struct json *schema;
    char where[256];
};

static void check_value(struct check *c, const struct json *schema, const struct json *v);

static const struct json *resolve(struct check *c, const struct json *schema)
{
    struct sv ref = json_get_sv(schema, "$ref");
    if (ref.n == 0) return schema;
    struct sv prefix = SV("#/$defs/");
    assert_true(sv_starts(ref, prefix));
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)(ref.n - prefix.n), ref.p + prefix.n);
    const struct json *target = json_get(json_get(c->schema, "$defs"), name);
    assert_non_null(target);
    return target;
}

static const char *type_name(const struct json *v)
{
    switch (json_type(v)) {
    case JSON_NULL: return "null";
    case JSON_BOOL: return "boolean";
    case JSON_INT: return "integer";
    case JSON_DOUBLE: return "number";
    case JSON_STRING: return "string";
    case JSON_ARRAY: return "array";
    case JSON_OBJECT: return "object";
    }
    return "";
}

static bool type_fits(const struct json *type, const struct json *v)
{
    if (!type) return true;
    if (json_type(type) == JSON_STRING) return sv_is(json_sv(type), type_name(v));
    for (size_t i = 0; i < json_len(type); i++)
        if (sv_is(json_sv(json_at(type, i)), type_name(v))) return true;
    return false;
}

static void check_enum(struct check *c, const struct json *list, const struct json *v)
{
    if (!list) return;
    for (size_t i = 0; i < json_len(list); i++)
        if (sv_eq(json_sv(json_at(list, i)), json_sv(v))) return;
    fail_msg("%s: \"%.*s\" is not in the schema's list", c->where, SV_FMT(json_sv(v)));
}

struct member_check {
    struct check *c;
    const struct json *properties;
};

static int check_member(void *arg, struct sv key, const struct json *v)
{
    struct member_check *m = arg;
    char name[128];
    snprintf(name, sizeof name, "%.*s", SV_FMT(key));
    if (sv_ends(key, SV("_hex"))) {
        assert_int_equal(json_type(v), JSON_STRING);
        return 0;
    }
    const struct json *schema = json_get(m->properties, name);
    if (!schema) fail_msg("%s: member \"%s\" is not in the schema", m->c->where, name);
    struct check inner = {.schema = m->c->schema};
    snprintf(inner.where, sizeof inner.where, "%.180s.%.60s", m->c->where, name);
    check_value(&inner, schema, v);
    return 0;
}

static void check_object(struct check *c, const struct json *schema, const struct json *v)
{
    const struct json *required = json_get(schema, "required");
    for (size_t i = 0; i < json_len(required); i++) {
        const char *name = json_sv(json_at(required, i)).p;
        if (!json_get(v, name)) fail_msg("%s: required member \"%s\" is absent", c->where, name);
    }
    const struct json *properties = json_get(schema, "properties");
    if (!properties) return; /* anything goes */
    struct member_check m = {c, properties};
    assert_int_equal(json_each(v, check_member, &m), 0);
}

static void check_value(struct check *c, const struct json *schema, const struct json *v)
{
    schema = resolve(c, schema);
    const struct json *either = json_get(schema, "oneOf");
    for (size_t i = 0; i < json_len(either); i++) {
        const struct json *s = resolve(c, json_at(either, i));
        if (!type_fits(json_get(s, "type"), v)) continue;
        check_value(c, s, v);
        return;
    }
    if (either || !type_fits(json_get(schema, "type"), v)) fail_msg("%s: type %s", c->where, type_name(v));
    check_enum(c, json_get(schema, "enum"), v);
    if (json_get(schema, "minimum"))
        assert_true(json_i64(v, INT64_MIN) >= json_get_i64(schema, "minimum", 0));
    if (json_get(schema, "minLength")) assert_true(json_sv(v).n > 0);
    const struct json *items = json_get(schema, "items");
    for (size_t i = 0; items && i < json_len(v); i++) check_value(c, items, json_at(v, i));
    if (json_type(v) == JSON_OBJECT) check_object(c, schema, v);
}

static void every_written_post_satisfies_the_published_schema(void **state)
{
    char path[4096];
    struct buf file;
    struct json *schema;
    struct error err;
    snprintf(path, sizeof path, "%s/docs/formats/post.schema.json", test_source_dir());
    buf_init(&file, 0);
    assert_ok(file_read(path, 1 << 20, &file, &err));
    assert_ok(json_parse(buf_sv(&file), JSON_STRICT, &schema, &err));
    struct chance c = {11};
    struct arena arena;
    arena_init(&arena, 0);
    for (int i = 0; i < 500; i++) {
        struct post p;
        struct buf text;
        struct jw w;
        struct json *doc;
        chance_post(&c, &arena, &p);
        buf_init(&text, 0);
        jw_init(&w, &text, JW_COMPACT);
        post_write(&p, &w);
        assert_ok(json_parse(buf_sv(&text), JSON_STRICT, &doc, &err));
        struct check check = {schema, "post"};
        check_value(&check, schema, doc);
        json_free(doc);
        buf_done(&text);
        arena_clear(&arena);
    }
    arena_done(&arena);
    json_free(schema);
    buf_done(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_written_post_satisfies_the_published_schema)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
