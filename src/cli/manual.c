/* marsad(1), written from the same rows as --help. */
#include "cli/help.h"

/* Text for roff. The marks that keep "--option" in one piece within Arabic mean nothing to it and are left out. */
static void roff(struct buf *b, struct sv s)
{
    if (s.n && (s.p[0] == '.' || s.p[0] == '\'')) buf_puts(b, "\\&");
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\')
            buf_puts(b, "\\e");
        else if (s.p[i] == '-')
            buf_puts(b, "\\-");
        else if (sv_starts(sv_sub(s, i, s.n), SV("\u200e")))
            i += sizeof "\u200e" - 2;
        else
            buf_putc(b, s.p[i]);
    }
}

void help_man(struct cli *cli, struct buf *b)
{
    buf_puts(b, ".TH MARSAD 1\n.SH NAME\nmarsad \\- ");
    roff(b, cli_text(cli, "help.title"));
    buf_puts(b, "\n.SH SYNOPSIS\n.B marsad\n.I command\n[options] [operands]\n.SH DESCRIPTION\n");
    roff(b, cli_text(cli, "help.more"));
    buf_puts(b, "\n.SH COMMANDS\n");
    for (const struct command *c = commands; c->name; c++) {
        buf_printf(b, ".SS marsad %s %s\n", c->name, c->operands);
        roff(b, help_text(cli, c, "help"));
        buf_puts(b, "\n.PP\n");
        roff(b, help_text(cli, c, "more"));
        buf_puts(b, "\n");
        for (const struct cli_option *o = c->options; o && o->name; o++) {
            buf_puts(b, ".TP\n.B ");
            struct buf label;
            buf_init(&label, 0);
            help_option_label(o, &label);
            roff(b, sv_trim(buf_sv(&label)));
            buf_done(&label);
            buf_putc(b, '\n');
            roff(b, cli_text(cli, o->help_key));
            buf_putc(b, '\n');
        }
        buf_puts(b, ".PP\n.EX\n");
        roff(b, sv_cstr(c->example));
        buf_puts(b, "\n.EE\n");
    }
    buf_puts(b, ".SH OPTIONS\n");
    for (const struct cli_option *o = common_options; o->name; o++) {
        buf_puts(b, ".TP\n.B ");
        roff(b, sv_cstr(o->name));
        buf_putc(b, '\n');
        roff(b, cli_text(cli, o->help_key));
        buf_putc(b, '\n');
    }
    buf_puts(b, ".SH EXIT STATUS\n");
    roff(b, cli_text(cli, "help.exit"));
    buf_puts(b, "\n.SH ENVIRONMENT\n");
    roff(b, cli_text(cli, "help.environment"));
    buf_putc(b, '\n');
}
