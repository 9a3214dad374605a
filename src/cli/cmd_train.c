/* marsad train text: a classifier from labelled lines, or, by a recipe, from many files at once. */
#include "cli/cmds.h"

#include "base/file.h"
#include "text/learn.h"

#include <stdlib.h>
#include <string.h>

static bool options_of(struct cli *cli, const struct cli_args *a, struct learn_options *out)
{
    int64_t bits = 20, seed = 0;
    if (!args_number(cli, a, "--bits", 10, 22, &bits) ||
        !args_number(cli, a, "--seed", 0, INT64_MAX / 4, &seed))
        return false;
    *out =
        (struct learn_options){.bits = (uint32_t)bits, .seed = (uint64_t)seed, .balance = -1, .contrast = -1};
    return true;
}

/* The values of an option that may be repeated. NULL: no memory. */
static const char **all_of(const struct cli_args *a, const char *name, size_t *out_n)
{
    const char **all = calloc(a->noptions + 1, sizeof(*all));
    size_t n = 0;
    for (size_t i = 0; all && i < a->noptions; i++)
        if (strcmp(a->options[i].option->name, name) == 0) all[n++] = a->options[i].text;
    *out_n = n;
    return all;
}

static int learn_by_recipe(struct cli *cli, const struct cli_args *a, const char *recipe, struct buf *out,
                           struct error *err)
{
    struct learn_dirs dirs = {NULL, 0};
    const char **all = all_of(a, "--dir", &dirs.n);
    struct buf without;
    if (!all) return error_set(err, ERR_NOMEM, "cli", "no memory for the list of folders");
    if (dirs.n == 0) all[dirs.n++] = ".";
    dirs.dir = all;
    buf_init(&without, 0);
    int rc = learn_recipe(recipe, dirs, args_has(a, "--open-only"), out, &without, err);
    if (!rc && without.n) cli_note(cli, "train.without", buf_cstr(&without), NULL);
    buf_done(&without);
    free(all);
    return rc;
}

static int learn(struct cli *cli, const struct cli_args *a, struct buf *out, struct error *err)
{
    const char *data = args_get(a, "--data"), *recipe = args_get(a, "--recipe");
    struct learn_options o;
    size_t n = 0;
    if (!options_of(cli, a, &o)) return ERR_CANCELLED;
    if (recipe) return learn_by_recipe(cli, a, recipe, out, err);
    const char **with = all_of(a, "--with", &n);
    if (!with) return error_set(err, ERR_NOMEM, "cli", "no memory for the list of files");
    int rc = learn_file(&o, data, with, n, out, err);
    free(with);
    return rc;
}

int cmd_train_text(struct cli *cli, const struct cli_args *a)
{
    const char *to = args_get(a, "--out"), *data = args_get(a, "--data"), *recipe = args_get(a, "--recipe");
    struct error err = {0};
    struct buf model;
    if (data && recipe) return cli_usage(cli, "usage.together", "--data", "--recipe", NULL);
    if (!to || (!data && !recipe))
        return cli_usage(cli, "usage.missing", "train text", "--data FILE --out FILE", NULL);
    buf_init(&model, 0);
    int rc = learn(cli, a, &model, &err);
    if (rc == 0) rc = file_write_atomic(to, buf_sv(&model), &err);
    buf_done(&model);
    if (rc == ERR_CANCELLED) return EXIT_TROUBLE;
    return rc ? cli_fail(cli, &err) : EXIT_FINE;
}
