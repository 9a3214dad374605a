/* Libraries that are loaded when they are first needed. libm stands for them: it is everywhere. */
#include "test.h"

#include <math.h>

#include "base/late.h"

struct waves {
    double (*cos)(double);
    double (*sin)(double);
};
static struct waves waves;

static struct late late_of(const char *library, const char *const *names)
{
    memset(&waves, 0, sizeof waves);
    return (struct late){.feature = "waves",
                         .names = names,
                         .calls = &waves,
                         .ncalls = 2,
                         .nlibraries = 1,
                         .libraries = {library},
                         .lock = PTHREAD_MUTEX_INITIALIZER};
}

static void what_is_loaded_can_be_called(void **state)
{
    static const char *const names[] = {"cos", "sin"};
    struct late l = late_of("libm.so.6", names);
    struct error err;
    assert_ok(late_load(&l, &err));
    assert_ok(late_load(&l, &err));
    assert_float_equal(waves.cos(0), 1, 1e-12);
    assert_float_equal(waves.sin(0), 0, 1e-12);
}

static void of_several_lists_the_first_that_is_there_is_taken(void **state)
{
    static const char *const names[] = {"cos", "no_such_sine", "cos", "sin"};
    struct late l = late_of("libm.so.6", names);
    struct error err;
    l.versions = 2;
    assert_ok(late_load(&l, &err));
    assert_float_equal(waves.sin(1.5707963267948966), 1, 1e-12);
}

static void a_missing_function_is_named(void **state)
{
    static const char *const names[] = {"cos", "no_such_sine"};
    struct late l = late_of("libm.so.6", names);
    struct error err = {0};
    for (int again = 0; again < 2; again++) {
        assert_int_equal(late_load(&l, &err), ERR_UNSUPPORTED);
        assert_non_null(strstr(err.text, "no_such_sine"));
    }
}

static void a_missing_library_is_named_with_what_needs_it(void **state)
{
    static const char *const names[] = {"cos", "sin"};
    struct late l = late_of("libnone-of-this-name.so.7", names);
    struct error err = {0};
    assert_int_equal(late_load(&l, &err), ERR_UNSUPPORTED);
    assert_non_null(strstr(err.text, "waves needs libnone-of-this-name.so.7"));
    assert_null(waves.cos);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_loaded_can_be_called),
        cmocka_unit_test(of_several_lists_the_first_that_is_there_is_taken),
        cmocka_unit_test(a_missing_function_is_named),
        cmocka_unit_test(a_missing_library_is_named_with_what_needs_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
