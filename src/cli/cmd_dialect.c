/* marsad train dialect, marsad eval dialect: the model that tells dialects and languages apart. */
#include "cli/cmds.h"

#include "base/file.h"
#include "base/json.h"
#include "policy/policy.h"
#include "text/dialect.h"
#include "text/measure.h"

int cmd_train_dialect(struct cli *cli, const struct cli_args *a)
{
    const char *to = args_get(a, "--out"), *recipe = args_get(a, "--recipe"), *dir = args_get(a, "--dir");
    struct error err = {0};
    struct buf model;
    if (!to || !recipe)
        return cli_usage(cli, "usage.missing", "train dialect", "--recipe FILE --out FILE", NULL);
    buf_init(&model, 0);
    int rc = dialect_learn(recipe, dir ? dir : ".", &model, &err);
    if (rc == 0) rc = file_write_atomic(to, buf_sv(&model), &err);
    buf_done(&model);
    return rc ? cli_fail(cli, &err) : EXIT_FINE;
}

static void put_share(struct jw *w, const char *name, uint64_t right, uint64_t n)
{
    double low, high;
    measure_wilson(right, n, &low, &high);
    jw_kv_double(w, name, n ? (double)right / (double)n : 0, 4);
    jw_key(w, "interval_95");
    jw_array(w);
    jw_double(w, low, 4);
    jw_double(w, high, 4);
    jw_end(w);
}

static void put_dialect(struct jw *w, const struct dialect_table *t, int d)
{
    uint64_t n = 0;
    for (int k = 0; k <= DIALECT_COUNT; k++) n += t->said[d][k];
    jw_key(w, dialect_code((enum dialect)d));
    jw_object(w);
    jw_kv_i64(w, "lines", (int64_t)n);
    put_share(w, "recall", t->said[d][d], n);
    jw_key(w, "said");
    jw_object(w);
    for (int k = 0; k <= DIALECT_COUNT; k++)
        if (t->said[d][k]) jw_kv_i64(w, dialect_code((enum dialect)k), (int64_t)t->said[d][k]);
    jw_end(w);
    jw_end(w);
}

static void print(struct cli *cli, const struct dialect_table *t)
{
    struct jw w;
    uint64_t right = 0, n = 0;
    double recall = 0;
    unsigned classes = 0;
    for (int d = 0; d < DIALECT_COUNT; d++) {
        uint64_t of = 0;
        for (int k = 0; k <= DIALECT_COUNT; k++) of += t->said[d][k];
        right += t->said[d][d];
        n += of;
        classes += of > 0;
        recall += of ? (double)t->said[d][d] / (double)of : 0;
    }
    jw_init(&w, &cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_i64(&w, "lines", (int64_t)n);
    put_share(&w, "accuracy", right, n);
    jw_kv_double(&w, "mean_recall", classes ? recall / classes : 0, 4);
    jw_key(&w, "dialects");
    jw_object(&w);
    for (int d = 0; d < DIALECT_COUNT; d++) {
        uint64_t of = 0;
        for (int k = 0; k <= DIALECT_COUNT; k++) of += t->said[d][k];
        if (of) put_dialect(&w, t, d);
    }
    jw_end(&w);
    jw_end(&w);
    buf_putc(&cli->out, '\n');
}

int cmd_eval_dialect(struct cli *cli, const struct cli_args *a)
{
    const char *path = args_get(a, "--model"), *recipe = args_get(a, "--recipe"), *dir = args_get(a, "--dir");
    const char *file = a->noperands > 0 ? a->operands[0] : NULL;
    struct error err = {0};
    struct dialect_model m;
    struct dialect_table t;
    struct buf bytes;
    if (!file == !recipe)
        return cli_usage(cli, "usage.missing", "eval dialect", "FILE | --recipe FILE", NULL);
    buf_init(&bytes, 0);
    int rc = path ? file_read(path, (size_t)64 << 20, &bytes, &err) : 0;
    if (rc == 0)
        rc = dialect_read(path ? buf_sv(&bytes) : builtin_file(SV("models/dialect.model")), &m, &err);
    if (rc == 0)
        rc = file ? dialect_measure_file(&m, file, &t, &err)
                  : dialect_measure(&m, recipe, dir ? dir : ".", &t, &err);
    if (rc == 0) print(cli, &t);
    buf_done(&bytes);
    if (rc) return cli_fail(cli, &err);
    return cli_flush(cli) ? EXIT_FINE : EXIT_TROUBLE;
}
