/* A struct cli that speaks into its buffer, on no terminal. */
#ifndef MARSAD_CLI_TEST_H
#define MARSAD_CLI_TEST_H

#include "test.h"

#include "cli/cli.h"

static inline int setup_cli(void **state)
{
    static struct cli cli;
    struct error err;
    memset(&cli, 0, sizeof cli);
    cli.quiet = true;
    buf_init(&cli.out, 0);
    *state = &cli;
    return texts_new(NULL, &cli.texts, &err);
}

static inline int teardown_cli(void **state)
{
    struct cli *cli = *state;
    buf_done(&cli->out);
    texts_free(cli->texts);
    return 0;
}

#define cli_test(name)          cmocka_unit_test_setup_teardown(name, setup_cli, teardown_cli)
#define assert_text(b, literal) assert_string_equal(buf_cstr(b), (literal))

#endif
