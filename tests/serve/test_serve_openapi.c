/* openapi.json is true: its routes, roles and scopes are those of the program, and who may not is turned away on every
 * route, whatever their role. */
#include "serve_test.h"

static void the_table_of_routes_is_the_file(void **state)
{
    struct desk *d = *state;
    const struct json *paths = json_get(d->openapi, "paths");
    static const char *const methods[] = {"get", "post", "put", "patch", "delete"};
    size_t in_file = 0;
    for (size_t i = 0; i < nroutes; i++)
        if (!operation_of(d, &routes[i]))
            fail_msg("%s %s is not in openapi.json", routes[i].method, routes[i].path);
    for (size_t i = 0; i < nroutes; i++) {
        bool first = true;
        for (size_t k = 0; k < i; k++) first = first && strcmp(routes[k].path, routes[i].path) != 0;
        for (size_t m = 0; first && m < 5; m++)
            in_file += json_get(json_get(paths, routes[i].path), methods[m]) != NULL;
    }
    assert_int_equal(in_file, nroutes);
    size_t npaths = 0;
    for (size_t i = 0; i < nroutes; i++) {
        bool first = true;
        for (size_t k = 0; k < i; k++) first = first && strcmp(routes[k].path, routes[i].path) != 0;
        npaths += first;
    }
    assert_int_equal(npaths, json_len(paths));
}

static bool names(const struct json *list, const char *word)
{
    for (size_t i = 0; i < json_len(list); i++)
        if (sv_is(json_sv(json_at(list, i)), word)) return true;
    return false;
}

static void what_each_route_asks_for_is_what_the_file_says(void **state)
{
    struct desk *d = *state;
    for (size_t i = 0; i < nroutes; i++) {
        const struct route *r = &routes[i];
        const struct json *op = operation_of(d, r);
        struct sv access = json_get_sv(op, "x-access"), permission = json_get_sv(op, "x-permission");
        assert_true(sv_is(access, "public") == (r->access == ACCESS_PUBLIC));
        assert_true(sv_is(access, "session") == (r->access == ACCESS_SESSION));
        assert_true(sv_is(access, "full") == (r->access == ACCESS_FULL));
        if (r->permission >= 0)
            assert_true(sv_is(permission, permission_name((enum permission)r->permission)));
        else
            assert_int_equal(permission.n, 0);
        for (uint32_t bit = 1; bit <= KEY_METRICS; bit <<= 1)
            assert_int_equal(names(json_get(op, "x-scopes"), scope_word(bit)), (r->scopes & bit) != 0);
        for (int role = 0; r->permission >= 0 && role < ROLE_COUNT; role++)
            assert_int_equal(names(json_get(op, "x-roles"), role_name((enum role)role)),
                             role_permissions((enum role)role) >> r->permission & 1);
    }
}

static void the_roles_of_the_file_are_those_of_the_program(void **state)
{
    struct desk *d = *state;
    for (int r = 0; r < ROLE_COUNT; r++) {
        const struct json *list =
            json_get(json_get(d->openapi, "x-role-permissions"), role_name((enum role)r));
        uint32_t want = role_permissions((enum role)r);
        assert_int_equal(json_len(list), __builtin_popcount(want));
        for (int p = 0; p < PERM_COUNT; p++)
            assert_int_equal(names(list, permission_name((enum permission)p)), want >> p & 1);
    }
}

/* A path of the route with something in the place of each name. */
static char *target_of(struct desk *d, const struct route *r)
{
    char out[512];
    size_t n = 0;
    for (const char *c = r->path; *c && n < 400; c++) {
        if (*c != '{') {
            out[n++] = *c;
            continue;
        }
        const char *word = strncmp(c, "{n}", 3) == 0      ? "0"
                           : strncmp(c, "{lang}", 6) == 0 ? "en"
                           : strncmp(c, "{role}", 6) == 0 ? "partner"
                                                          : "00112233445566778899aabbccddeeff";
        n += (size_t)snprintf(out + n, 64, "%s", word);
        while (*c != '}') c++;
    }
    out[n] = '\0';
    return fill(d, "%s", out);
}

static bool signs_out(const struct route *r) { return r->run == api_sign_out || r->run == api_enrol; }

static void walk(struct desk *d, struct client *c, const char *who, uint32_t permissions, bool full)
{
    for (size_t i = 0; i < nroutes; i++) {
        const struct route *r = &routes[i];
        if (r->access == ACCESS_PUBLIC || signs_out(r)) continue;
        bool may = r->access == ACCESS_SESSION ? c != NULL
                   : r->access == ACCESS_FULL
                       ? full
                       : full && r->permission >= 0 && permissions >> r->permission & 1;
        struct answer a = ask(d, c, r->method, target_of(d, r), r->body == BODY_NONE ? NULL : "{}");
        bool turned = a.status == 401 || (a.status == 403 && strcmp(code_of(d, &a), "forbidden") == 0);
        if (may == turned) fail_msg("%s: %s %s answers %d", who, r->method, r->path, a.status);
    }
}

static void every_role_on_every_route(void **state)
{
    struct desk *d = *state;
    walk(d, NULL, "nobody", 0, false);
    for (int r = 0; r < ROLE_COUNT; r++) {
        struct client c = sign_up(d, fill(d, "p-%s", role_name((enum role)r)), role_name((enum role)r));
        walk(d, &c, role_name((enum role)r), role_permissions((enum role)r), true);
    }
}

/* A number asked for in the query: its ends are taken, one beyond them is not. */
static void at_its_ends(struct desk *d, struct client *c, const struct route *r, const struct json *parameter)
{
    static const char *const ends[] = {"minimum", "maximum"};
    const struct json *schema = json_get(parameter, "schema");
    struct sv name = json_get_sv(parameter, "name");
    for (int e = 0; e < 2; e++) {
        int64_t end = json_i64(json_get(schema, ends[e]), INT64_MIN);
        if (end == INT64_MIN)
            fail_msg("%s %.*s: the file does not say its %s", r->path, SV_FMT(name), ends[e]);
        for (int beyond = 0; beyond < 2; beyond++) {
            int64_t asked = end + (e == 0 ? -beyond : beyond);
            struct answer a =
                ask(d, c, r->method, fill(d, "%s?%.*s=%lld", target_of(d, r), SV_FMT(name), (long long)asked),
                    NULL);
            if ((a.status == 400 || a.status == 422) != (beyond == 1))
                fail_msg("%s?%.*s=%lld answers %d", r->path, SV_FMT(name), (long long)asked, a.status);
        }
    }
}

static void numbers_in_queries_have_the_bounds_of_the_file(void **state)
{
    struct desk *d = *state;
    struct client c[ROLE_COUNT];
    int looked = 0;
    for (int role = 0; role < ROLE_COUNT; role++)
        c[role] = sign_up(d, fill(d, "q-%s", role_name((enum role)role)), role_name((enum role)role));
    for (size_t i = 0; i < nroutes; i++) {
        const struct route *r = &routes[i];
        const struct json *parameters = json_get(operation_of(d, r), "parameters");
        int role = 0;
        while (r->permission >= 0 && role < ROLE_COUNT - 1 &&
               !(role_permissions((enum role)role) >> r->permission & 1))
            role++;
        for (size_t k = 0; k < json_len(parameters); k++) {
            const struct json *p = json_at(parameters, k);
            if (!sv_is(json_get_sv(p, "in"), "query") ||
                !sv_is(json_sv(json_path(p, "schema.type")), "integer"))
                continue;
            at_its_ends(d, &c[role], r, p);
            looked++;
        }
    }
    assert_true(looked >= 8);
}

static void half_signed_in_is_not_signed_in(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "lina", "lead"), half = {{0}};
    struct answer a = ask(d, &half, "POST", "/api/v1/session",
                          "{\"login\":\"lina\",\"password\":\"long words of the desk\"}");
    assert_status(a, 200);
    assert_string_equal(text_at(d, &a, "stage"), "totp");
    walk(d, &half, "half", role_permissions(ROLE_LEAD), false);
    assert_status(ask(d, &c, "GET", "/api/v1/me", NULL), 200);
}

static void every_scope_on_every_route(void **state)
{
    struct desk *d = *state;
    struct client admin = sign_up(d, "root", "admin");
    for (uint32_t bit = 1; bit <= KEY_METRICS; bit <<= 1) {
        struct answer a = ask(d, &admin, "POST", "/api/v1/keys",
                              fill(d, "{\"name\":\"k\",\"scopes\":[\"%s\"]}", scope_word(bit)));
        assert_status(a, 201);
        struct client key = {{0}};
        snprintf(key.key, sizeof key.key, "%s", text_at(d, &a, "secret"));
        for (size_t i = 0; i < nroutes; i++) {
            const struct route *r = &routes[i];
            if (r->access == ACCESS_PUBLIC) continue;
            a = ask(d, &key, r->method, target_of(d, r), r->body == BODY_NONE ? NULL : "{}");
            bool turned = a.status == 401 || (a.status == 403 && strcmp(code_of(d, &a), "forbidden") == 0);
            bool may = r->access == ACCESS_ALLOWED && (r->scopes & bit);
            if (may == turned)
                fail_msg("key %s: %s %s answers %d", scope_word(bit), r->method, r->path, a.status);
        }
    }
}

static void permissions_that_were_taken_are_gone_at_once(void **state)
{
    struct desk *d = *state;
    struct client admin = sign_up(d, "root", "admin"), c = sign_up(d, "rim", "reviewer");
    assert_status(ask(d, &c, "GET", "/api/v1/queue", NULL), 200);
    assert_status(ask(d, &admin, "PUT", "/api/v1/roles/reviewer", "{\"permissions\":[\"item.read\"]}"), 200);
    assert_status(ask(d, &c, "GET", "/api/v1/queue", NULL), 403);
    assert_status(
        ask(d, &admin, "PATCH", fill(d, "/api/v1/people/%s", id_text(d, &c.id)), "{\"state\":\"disabled\"}"),
        200);
    assert_status(ask(d, &c, "GET", "/api/v1/me", NULL), 401);
    assert_status(ask(d, &admin, "PATCH", fill(d, "/api/v1/people/%s", id_text(d, &admin.id)),
                      "{\"roles\":[\"lead\"]}"),
                  409);
    assert_status(ask(d, &admin, "PUT", "/api/v1/roles/admin", "{\"permissions\":[]}"), 409);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        desk_test(the_table_of_routes_is_the_file),
        desk_test(what_each_route_asks_for_is_what_the_file_says),
        desk_test(the_roles_of_the_file_are_those_of_the_program),
        desk_test(every_role_on_every_route),
        desk_test(numbers_in_queries_have_the_bounds_of_the_file),
        desk_test(half_signed_in_is_not_signed_in),
        desk_test(every_scope_on_every_route),
        desk_test(permissions_that_were_taken_are_gone_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
