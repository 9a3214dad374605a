/* What is built into the program is what stands under policy/, byte for byte, and all of it. */
#include "test.h"

#include "base/buf.h"
#include "base/file.h"
#include "policy/policy.h"

#include <ftw.h>

static size_t seen, missing;
static size_t root_bytes;

static int visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    if (type != FTW_F || path[ftw->base] == '.') return 0;
    const char *name = path + root_bytes + 1;
    struct buf b;
    buf_init(&b, 0);
    struct error err;
    struct sv built_in = builtin_file(sv_cstr(name));
    if (file_read(path, (size_t)64 << 20, &b, &err) != 0 || !sv_eq(buf_sv(&b), built_in)) {
        print_error("policy/%s is not built in as it stands: list it in src/policy/meson.build\n", name);
        missing++;
    }
    buf_done(&b);
    seen++;
    return 0;
}

static void every_file_under_policy_is_built_in(void **state)
{
    char root[4096];
    root_bytes = (size_t)snprintf(root, sizeof root, "%s/policy", test_source_dir());
    assert_ok(nftw(root, visit, 8, FTW_PHYS));
    assert_int_equal(missing, 0);
    size_t listed = 0;
    while (builtin_names[listed]) listed++;
    assert_int_equal(listed, seen);
    assert_true(seen >= 4);
}

static void what_is_not_there_is_null(void **state)
{
    assert_null(builtin_file(SV("no.such")).p);
    assert_null(builtin_file(SV("default.lu")).p);
    assert_non_null(builtin_file(SV("default.lua")).p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_under_policy_is_built_in),
        cmocka_unit_test(what_is_not_there_is_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
