/* marsad help, categories, formats, completion, man: what the program says of itself. */
#include "cli/cmds.h"
#include "cli/help.h"

#include "base/json.h"
#include "marsad.h"

#include <string.h>

/* Without a command: `marsad`, `marsad --version`. */
static int run_none(struct cli *cli, const struct cli_args *a)
{
    if (args_has(a, "--version")) {
        buf_printf(&cli->out, "marsad %s\n", marsad_version());
        return EXIT_FINE;
    }
    help_overview(cli);
    return EXIT_TROUBLE;
}

static const struct cli_option none_options[] = {
    {"--version", 'V', ARG_NONE, NULL, NULL, "opt.version"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
const struct command command_none = {"", "", 0, 0, none_options, "", run_none};

int cmd_help(struct cli *cli, const struct cli_args *a)
{
    if (a->noperands == 0) return help_overview(cli), EXIT_FINE;
    char name[64];
    snprintf(name, sizeof name, "%s%s%s", a->operands[0], a->noperands > 1 ? " " : "",
             a->noperands > 1 ? a->operands[1] : "");
    for (const struct command *c = commands; c->name; c++)
        if (strcmp(c->name, name) == 0) return help_command(cli, c);
    return help_unknown(cli, (int)a->noperands, a->operands);
}

/* ---- categories ---- */

static const struct column category_columns[] = {
    {"head.id", ALIGN_START, 8, 0, false},
    {"head.category", ALIGN_START, 8, 0, false},
    {"head.about", ALIGN_START, 16, 0, true},
};

static struct sv about(const struct cli *cli, const struct category_info *info)
{
    char key[64];
    snprintf(key, sizeof key, "about.%s", info->name);
    return cli_text(cli, key);
}

static void category_json(struct cli *cli, const struct category_info *info)
{
    struct jw w;
    jw_init(&w, &cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "category", info->name);
    jw_kv_sv(&w, "name", category_text(cli, info->id));
    jw_kv_sv(&w, "about", about(cli, info));
    jw_kv_str(&w, "dsa_category", info->dsa_category);
    jw_key(&w, "dsa_keywords");
    jw_array(&w);
    for (size_t k = 0; k < sizeof info->dsa_keywords / sizeof *info->dsa_keywords && info->dsa_keywords[k];
         k++)
        jw_str(&w, info->dsa_keywords[k]);
    jw_end(&w);
    jw_end(&w);
    buf_putc(&cli->out, '\n');
}

int cmd_categories(struct cli *cli, const struct cli_args *a)
{
    struct table *t = table_new(cli, category_columns, 3);
    for (int c = CATEGORY_NONE + 1; c < CATEGORY_COUNT; c++) {
        const struct category_info *info = category_info((enum category)c);
        if (cli->json) {
            category_json(cli, info);
            continue;
        }
        table_cell(t, sv_cstr(info->name), COLOUR_PLAIN);
        table_cell(t, category_text(cli, info->id), COLOUR_BOLD);
        table_cell(t, about(cli, info), COLOUR_PLAIN);
        table_row(t);
    }
    if (!cli->json) table_print(t);
    table_free(t);
    return EXIT_FINE;
}

/* ---- formats ---- */

static const struct column format_columns[] = {
    {"head.format", ALIGN_START, 8, 0, false},
    {"head.about", ALIGN_START, 16, 0, true},
};

/* In the reader's language where the texts have it, else as the format's own row says. */
static struct sv format_text(const struct cli *cli, const struct intake_format *f)
{
    char key[64];
    snprintf(key, sizeof key, "format.%s", f->name);
    return text_has(cli->texts, cli->lang, key) ? cli_text(cli, key) : sv_cstr(f->help);
}

int cmd_formats(struct cli *cli, const struct cli_args *a)
{
    struct table *t = table_new(cli, format_columns, 2);
    for (const struct intake_format *f = intake_formats; f->name; f++) {
        if (cli->json) {
            struct jw w;
            jw_init(&w, &cli->out, JW_COMPACT);
            jw_object(&w);
            jw_kv_str(&w, "format", f->name);
            jw_kv_sv(&w, "about", format_text(cli, f));
            jw_end(&w);
            buf_putc(&cli->out, '\n');
            continue;
        }
        table_cell(t, sv_cstr(f->name), COLOUR_BOLD);
        table_cell(t, format_text(cli, f), COLOUR_PLAIN);
        table_row(t);
    }
    if (!cli->json) table_print(t);
    table_free(t);
    return EXIT_FINE;
}

/* ---- completion, manual ---- */

int cmd_completion(struct cli *cli, const struct cli_args *a)
{
    if (help_completion(cli, a->operands[0], &cli->out)) return EXIT_FINE;
    return cli_usage(cli, "usage.shell", a->operands[0], NULL);
}

int cmd_man(struct cli *cli, const struct cli_args *a)
{
    help_man(cli, &cli->out);
    return EXIT_FINE;
}
