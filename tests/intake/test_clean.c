#include "test.h"

#include "intake/intake.h"

static void parameters_of_an_address_go_but_those_that_name_content(void **state)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"https://www.tiktok.com/@nur/video/7?msToken=SECRET&device_id=12&lang=ar",
         "https://www.tiktok.com/@nur/video/7"},
        {"https://video.example/watch?v=abc&si=SECRET&list=L1", "https://video.example/watch?v=abc&list=L1"},
        {"HTTPS://Example.org/a?ID=7", "HTTPS://Example.org/a?ID=7"},
        {"https://user:secret@example.org/a", "https://example.org/a"},
        {"https://a@b:c@example.org/x?v=1", "https://example.org/x?v=1"},
        {"https://example.org/a#access_token=SECRET", "https://example.org/a"},
        {"https://example.org?msToken=SECRET", "https://example.org"},
        {"https://example.org/a?", "https://example.org/a"},
        {"https://example.org/a@b/c?x=1", "https://example.org/a@b/c"},
        {"/api/list?msToken=SECRET&count=30", "/api/list?msToken=&count=30"},
        {"no address", "no address"},
        {"", ""},
    };
    struct arena a;
    arena_init(&a, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sv got = intake_clean_url(&a, sv_cstr(cases[i].in));
        if (!sv_is(got, cases[i].out)) fail_msg("%s -> %.*s", cases[i].in, SV_FMT(got));
    }
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_of_an_address_go_but_those_that_name_content)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
