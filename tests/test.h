/* cmocka wants these four in this order; everything a test needs from the harness comes through here. */
#ifndef MARSAD_TEST_H
#define MARSAD_TEST_H

/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
/* clang-format on */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Folder of ../shared beside the checkout, or NULL where it is absent: such tests call skip() and say so. */
static inline const char *test_shared_dir(void) { return getenv("MARSAD_SHARED"); }
/* Root of the source tree (policy/, tests/ data). Set by meson. */
static inline const char *test_source_dir(void)
{
    const char *dir = getenv("MARSAD_SOURCE");
    return dir ? dir : ".";
}

#define assert_ok(call) assert_int_equal((call), 0)
/* s is a struct sv */
#define assert_sv(s, literal)                                                                                \
    do {                                                                                                     \
        struct sv assert_sv_ = (s);                                                                          \
        assert_int_equal(assert_sv_.n, sizeof(literal) - 1);                                                 \
        assert_memory_equal(assert_sv_.p ? assert_sv_.p : "", (literal), sizeof(literal) - 1);               \
    } while (0)

#endif
