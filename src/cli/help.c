#include "cli/help.h"

#include "cli/options.h"

#include "base/utf8.h"

#include <string.h>

enum { NAME_COLUMNS = 16, LABEL_COLUMNS = 32, WIDTH_PLAIN = 80, WIDTH_MOST = 100 };

struct sv help_text(const struct cli *cli, const struct command *c, const char *what)
{
    char key[96];
    snprintf(key, sizeof key, "cmd.%s.%s", c->name, what);
    for (char *p = key; *p; p++)
        if (*p == ' ') *p = '.';
    return cli_text(cli, key);
}

void help_wrap(struct buf *b, struct sv text, int at, int indent, int width)
{
    struct sv word;
    bool first = true;
    while (sv_split(&text, ' ', &word)) {
        int wide = utf8_width(word);
        if (!first && width && at + 1 + wide >= width) {
            buf_putc(b, '\n');
            buf_pad(b, ' ', (size_t)indent);
            at = indent;
        } else if (!first) {
            buf_putc(b, ' ');
            at++;
        }
        buf_putsv(b, word);
        at += wide;
        first = false;
    }
}

static int width_of(const struct cli *cli)
{
    int w = cli->to.columns ? cli->to.columns : WIDTH_PLAIN;
    return w < 40 ? 40 : w > WIDTH_MOST ? WIDTH_MOST : w;
}

static void pad_to(struct buf *b, int used, int width)
{
    buf_pad(b, ' ', used + 2 <= width ? (size_t)(width - used) : 2);
}

void help_overview(struct cli *cli)
{
    struct buf *b = &cli->out;
    cli_say(cli, "help.title", NULL);
    buf_putc(b, '\n');
    cli_say(cli, "help.usage", "marsad", NULL);
    buf_putc(b, '\n');
    for (const struct command *c = commands; c->name; c++) {
        buf_printf(b, "  %s%s%s", cli_colour(cli, COLOUR_BOLD), c->name, cli_colour(cli, COLOUR_PLAIN));
        pad_to(b, (int)strlen(c->name), NAME_COLUMNS);
        help_wrap(b, help_text(cli, c, "help"), NAME_COLUMNS + 2, NAME_COLUMNS + 2, width_of(cli));
        buf_putc(b, '\n');
    }
    buf_putc(b, '\n');
    cli_say(cli, "help.see", NULL);
}

void help_option_label(const struct cli_option *o, struct buf *b)
{
    if (o->letter)
        buf_printf(b, "-%c, ", o->letter);
    else
        buf_puts(b, "    ");
    buf_puts(b, o->name);
    if (o->arg != ARG_NONE) buf_printf(b, " %s", o->arg == ARG_CHOICE ? o->choices : o->placeholder);
}

static void put_option(struct cli *cli, const struct cli_option *o)
{
    struct buf *b = &cli->out, label;
    buf_init(&label, 0);
    help_option_label(o, &label);
    int used = utf8_width(buf_sv(&label));
    buf_printf(b, "  %s", buf_cstr(&label));
    if (used + 2 > LABEL_COLUMNS) {
        buf_putc(b, '\n');
        buf_pad(b, ' ', LABEL_COLUMNS + 2);
    } else {
        pad_to(b, used, LABEL_COLUMNS);
    }
    help_wrap(b, cli_text(cli, o->help_key), LABEL_COLUMNS + 2, LABEL_COLUMNS + 2, width_of(cli));
    buf_putc(b, '\n');
    buf_done(&label);
}

int help_command(struct cli *cli, const struct command *c)
{
    if (!*c->name) return help_overview(cli), EXIT_FINE;
    struct buf *b = &cli->out;
    buf_printf(b, "%smarsad %s%s%s%s\n\n", cli_colour(cli, COLOUR_BOLD), c->name,
               cli_colour(cli, COLOUR_PLAIN), *c->operands ? " " : "", c->operands);
    help_wrap(b, help_text(cli, c, "help"), 0, 0, width_of(cli));
    buf_puts(b, "\n\n");
    help_wrap(b, help_text(cli, c, "more"), 0, 0, width_of(cli));
    buf_puts(b, "\n\n");
    const struct cli_option *o;
    for (size_t i = 0; (o = options_at(c, i)); i++) put_option(cli, o);
    buf_putc(b, '\n');
    cli_say(cli, "help.example", NULL);
    buf_printf(b, "  %s\n", c->example);
    return EXIT_FINE;
}

/* Letters to insert, drop or change to get from a to b; words here are short. */
static size_t edits_between(const char *a, const char *b)
{
    size_t row[64], na = strlen(a), nb = strlen(b);
    if (nb >= 63) return 63;
    for (size_t j = 0; j <= nb; j++) row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t change = diagonal + (a[i - 1] != b[j - 1]), least = row[j] + 1;
            diagonal = row[j];
            if (row[j - 1] + 1 < least) least = row[j - 1] + 1;
            row[j] = change < least ? change : least;
        }
    }
    return row[nb];
}

/* "bank" alone, or "bank" and a word that is none of its own: those there are. */
static bool put_family(struct buf *b, const char *word)
{
    size_t n = strlen(word);
    bool any = false;
    for (const struct command *c = commands; c->name; c++) {
        if (strncmp(c->name, word, n) != 0 || c->name[n] != ' ') continue;
        buf_printf(b, "%smarsad %s", any ? ", " : "", c->name);
        any = true;
    }
    return any;
}

int help_unknown(struct cli *cli, int argc, const char *const *argv)
{
    struct buf family;
    buf_init(&family, 0);
    if (put_family(&family, argv[0])) {
        int code = cli_usage(cli, "usage.family", argv[0], buf_cstr(&family), NULL);
        buf_done(&family);
        return code;
    }
    buf_done(&family);
    const struct command *nearest = NULL;
    size_t best = 3;
    for (const struct command *c = commands; c->name; c++) {
        bool begins = strncmp(c->name, argv[0], strlen(argv[0])) == 0;
        size_t edits = begins ? 0 : edits_between(argv[0], c->name);
        if (edits >= best) continue;
        best = edits;
        nearest = c;
    }
    if (nearest) return cli_usage(cli, "usage.nearest", argv[0], nearest->name, NULL);
    return cli_usage(cli, "usage.command", argv[0], NULL);
}
