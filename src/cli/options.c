/* A small getopt over our own rows, so that one table serves parsing, help, completion and man pages. */
#include "cli/options.h"

#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

const struct cli_option common_options[] = {
    {"--workspace", 'w', ARG_DIR, "DIR", NULL, "opt.workspace"},
    {"--actor", 0, ARG_TEXT, "NAME", NULL, "opt.actor"},
    {"--jobs", 'j', ARG_NUMBER, "N", NULL, "opt.jobs"},
    {"--lang", 0, ARG_CHOICE, "LANG", "ar|fr|en", "opt.lang"},
    {"--json", 0, ARG_NONE, NULL, NULL, "opt.json"},
    {"--quiet", 'q', ARG_NONE, NULL, NULL, "opt.quiet"},
    {"--verbose", 'v', ARG_NONE, NULL, NULL, "opt.verbose"},
    {"--help", 'h', ARG_NONE, NULL, NULL, "opt.help"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};

const struct cli_option *options_at(const struct command *command, size_t i)
{
    size_t own = 0;
    while (command->options && command->options[own].name) {
        if (own == i) return &command->options[own];
        own++;
    }
    size_t n = sizeof common_options / sizeof *common_options - 1;
    return i - own < n ? &common_options[i - own] : NULL;
}

static void complain(struct cli *cli, const char *key, struct sv what, const struct command *command)
{
    struct buf b;
    buf_init(&b, 0);
    buf_putsv(&b, what);
    cli_usage(cli, key, buf_cstr(&b), command->name, NULL);
    buf_done(&b);
}

/* The option of that whole name, or the only one that begins so. */
static const struct cli_option *by_name(struct cli *cli, const struct command *command, struct sv name)
{
    const struct cli_option *found = NULL, *o;
    size_t matches = 0;
    for (size_t i = 0; (o = options_at(command, i)); i++) {
        if (sv_is(name, o->name)) return o;
        if (!sv_starts(sv_cstr(o->name), name)) continue;
        found = o;
        matches++;
    }
    if (matches == 1) return found;
    complain(cli, matches ? "usage.ambiguous" : "usage.option", name, command);
    return NULL;
}

static const struct cli_option *by_letter(struct cli *cli, const struct command *command, char letter)
{
    const struct cli_option *o;
    for (size_t i = 0; (o = options_at(command, i)); i++)
        if (o->letter == letter) return o;
    char word[] = {'-', letter, '\0'};
    complain(cli, "usage.option", sv_cstr(word), command);
    return NULL;
}

static bool choice_is_known(struct cli *cli, const struct cli_option *o, const char *value)
{
    struct sv rest = sv_cstr(o->choices), one;
    while (sv_split(&rest, '|', &one))
        if (sv_is(one, value)) return true;
    cli_usage(cli, "usage.choice", o->name, value, o->choices, NULL);
    return false;
}

struct parse {
    struct cli *cli;
    const struct command *command;
    int argc, at;
    const char *const *argv;
    struct VEC(struct cli_value) values;
    struct VEC(const char *) operands;
};

/* `inline_value` came glued to the option; else the next word is taken. */
static bool take_value(struct parse *p, const struct cli_option *o, const char *inline_value)
{
    const char *value = inline_value;
    if (o->arg == ARG_NONE && value) return cli_usage(p->cli, "usage.no_value", o->name, value, NULL), false;
    if (o->arg != ARG_NONE && !value) {
        if (p->at == p->argc) return cli_usage(p->cli, "usage.value", o->name, o->placeholder, NULL), false;
        value = p->argv[p->at++];
    }
    if (o->arg == ARG_CHOICE && !choice_is_known(p->cli, o, value)) return false;
    return VEC_PUSH(&p->values, (struct cli_value){o, value}) == 0;
}

static bool take_long(struct parse *p, const char *word)
{
    const char *equals = strchr(word, '=');
    struct sv name = equals ? sv_of(word, (size_t)(equals - word)) : sv_cstr(word);
    const struct cli_option *o = by_name(p->cli, p->command, name);
    return o && take_value(p, o, equals ? equals + 1 : NULL);
}

static bool take_short(struct parse *p, const char *word)
{
    for (const char *c = word + 1; *c; c++) {
        const struct cli_option *o = by_letter(p->cli, p->command, *c);
        if (!o) return false;
        if (o->arg != ARG_NONE) return take_value(p, o, c[1] ? c + 1 : NULL);
        if (!take_value(p, o, NULL)) return false;
    }
    return true;
}

bool options_parse(struct cli *cli, const struct command *command, int argc, const char *const *argv,
                   struct cli_args *out)
{
    struct parse p = {.cli = cli, .command = command, .argc = argc, .argv = argv};
    bool ok = true, only_operands = false;
    while (ok && p.at < argc) {
        const char *word = argv[p.at++];
        if (only_operands || word[0] != '-' || !word[1])
            ok = VEC_PUSH(&p.operands, word) == 0;
        else if (strcmp(word, "--") == 0)
            only_operands = true;
        else
            ok = word[1] == '-' ? take_long(&p, word) : take_short(&p, word);
    }
    *out = (struct cli_args){p.values.v, p.values.n, p.operands.v, p.operands.n};
    return ok;
}

void options_done(struct cli_args *args)
{
    free(args->options);
    free((void *)args->operands);
    *args = (struct cli_args){0};
}

int options_leading(int argc, const char *const *argv)
{
    int i = 0;
    while (i < argc && argv[i][0] == '-' && argv[i][1] && strcmp(argv[i], "--") != 0) {
        const struct cli_option *o = common_options;
        while (o->name && strcmp(o->name, argv[i]) != 0 &&
               !(o->letter && argv[i][1] == o->letter && !argv[i][2]))
            o++;
        i += o->name && o->arg != ARG_NONE ? 2 : 1;
    }
    return i < argc ? i : argc;
}

void options_early(struct cli *cli, int argc, const char *const *argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--json") == 0) cli->json = true;
        if (strcmp(argv[i], "--quiet") == 0 || strcmp(argv[i], "-q") == 0) cli->quiet = true;
        if (strncmp(argv[i], "--lang=", 7) == 0) cli->lang = lang_parse(sv_cstr(argv[i] + 7));
        if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc) cli->lang = lang_parse(sv_cstr(argv[i + 1]));
    }
}

bool options_check_operands(struct cli *cli, const struct command *command, const struct cli_args *args)
{
    int n = (int)args->noperands;
    if (n >= command->operands_min && (command->operands_max < 0 || n <= command->operands_max)) return true;
    cli_usage(cli, n < command->operands_min ? "usage.missing" : "usage.too_many", command->name,
              command->operands, NULL);
    return false;
}

const char *args_get(const struct cli_args *a, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < a->noptions; i++)
        if (strcmp(a->options[i].option->name, name) == 0)
            value = a->options[i].text ? a->options[i].text : "";
    return value;
}

bool args_has(const struct cli_args *a, const char *name) { return args_get(a, name) != NULL; }

bool args_number(struct cli *cli, const struct cli_args *a, const char *name, int64_t low, int64_t high,
                 int64_t *io_value)
{
    const char *text = args_get(a, name);
    if (!text) return true;
    int64_t value;
    if (sv_to_i64(sv_cstr(text), &value) && value >= low && value <= high) {
        *io_value = value;
        return true;
    }
    char least[32], most[32];
    snprintf(least, sizeof least, "%lld", (long long)low);
    snprintf(most, sizeof most, "%lld", (long long)high);
    cli_usage(cli, "usage.number", name, text, least, most, NULL);
    return false;
}
