/* Completion scripts for bash, zsh and fish, written from the rows of commands and options. */
#include "cli/help.h"
#include "cli/options.h"

#include <string.h>

static void bash_words(struct buf *b, const struct command *c)
{
    const struct cli_option *o;
    for (size_t i = 0; (o = options_at(c, i)); i++) buf_printf(b, "%s%s", i ? " " : "", o->name);
}

static void bash_completion(struct buf *b)
{
    buf_puts(b, "# bash completion for marsad:  source <(marsad completion bash)\n_marsad() {\n"
                "    local cur=${COMP_WORDS[COMP_CWORD]} one=${COMP_WORDS[1]} two=${COMP_WORDS[2]} words=\n"
                "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        words=\"");
    for (const struct command *c = commands; c->name; c++)
        if (!strchr(c->name, ' ')) buf_printf(b, "%s ", c->name);
    for (const struct command *c = commands; c->name; c++) {
        const char *space = strchr(c->name, ' ');
        if (space) buf_printf(b, "%.*s ", (int)(space - c->name), c->name);
    }
    buf_puts(b,
             "--help --version\"\n    elif [ \"$COMP_CWORD\" -eq 2 ] && [ \"${cur#-}\" = \"$cur\" ]; then\n"
             "        case $one in\n");
    for (const struct command *c = commands; c->name; c++) {
        const char *space = strchr(c->name, ' ');
        if (space)
            buf_printf(b, "        %.*s) words=\"$words %s\" ;;&\n", (int)(space - c->name), c->name,
                       space + 1);
    }
    buf_puts(
        b,
        "        esac\n    fi\n    if [ \"${cur#-}\" != \"$cur\" ]; then\n        case \"$one $two\" in\n");
    for (int longer = 1; longer >= 0; longer--)
        for (const struct command *c = commands; c->name; c++) {
            if ((strchr(c->name, ' ') != NULL) != (longer == 1)) continue;
            buf_printf(b, longer ? "        \"%s\") words=\"" : "        \"%s \"*) words=\"", c->name);
            bash_words(b, c);
            buf_puts(b, "\" ;;\n");
        }
    buf_puts(b, "        esac\n    fi\n    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
                "    [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- \"$cur\"))\n}\ncomplete -o "
                "filenames -F _marsad marsad\n");
}

/* zsh and fish quote with '; none of our texts may end a quote. */
static void put_quoted(struct buf *b, struct sv s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\'')
            buf_puts(b, "’");
        else if (s.p[i] == '[' || s.p[i] == ']' || s.p[i] == ':')
            buf_putc(b, ' ');
        else
            buf_putc(b, s.p[i]);
    }
}

static void zsh_completion(struct cli *cli, struct buf *b)
{
    buf_puts(b, "#compdef marsad\n# zsh completion:  marsad completion zsh > ~/.zfunc/_marsad\n_marsad() {\n"
                "    local -a names\n    names=(\n");
    for (const struct command *c = commands; c->name; c++) {
        buf_printf(b, "        '%s:", c->name);
        put_quoted(b, help_text(cli, c, "help"));
        buf_puts(b, "'\n");
    }
    buf_puts(b, "    )\n    if (( CURRENT == 2 )); then _describe command names; return; fi\n    case "
                "\"$words[2] $words[3]\" in\n");
    for (int longer = 1; longer >= 0; longer--)
        for (const struct command *c = commands; c->name; c++) {
            if ((strchr(c->name, ' ') != NULL) != (longer == 1)) continue;
            buf_printf(b, longer ? "    \"%s\") _arguments" : "    \"%s \"*) _arguments", c->name);
            const struct cli_option *o;
            for (size_t i = 0; (o = options_at(c, i)); i++) {
                buf_printf(b, " '%s[", o->name);
                put_quoted(b, cli_text(cli, o->help_key));
                buf_puts(b, o->arg == ARG_NONE                        ? "]'"
                            : o->arg == ARG_FILE || o->arg == ARG_DIR ? "]: :_files'"
                                                                      : "]: :'");
            }
            buf_puts(b, " '*: :_files' ;;\n");
        }
    buf_puts(b, "    esac\n}\n_marsad \"$@\"\n");
}

static void fish_completion(struct cli *cli, struct buf *b)
{
    buf_puts(b, "# fish completion:  marsad completion fish | source\n");
    for (const struct command *c = commands; c->name; c++) {
        const char *space = strchr(c->name, ' ');
        int first = space ? (int)(space - c->name) : (int)strlen(c->name);
        if (space)
            buf_printf(b, "complete -c marsad -n '__fish_seen_subcommand_from %.*s' -a %s -d '", first,
                       c->name, space + 1);
        else
            buf_printf(b, "complete -c marsad -n __fish_use_subcommand -a %s -d '", c->name);
        put_quoted(b, help_text(cli, c, "help"));
        buf_puts(b, "'\n");
        const struct cli_option *o;
        for (size_t i = 0; (o = options_at(c, i)); i++) {
            buf_printf(b, "complete -c marsad -n '__fish_seen_subcommand_from %s' -l %s",
                       space ? space + 1 : c->name, o->name + 2);
            if (o->letter) buf_printf(b, " -s %c", o->letter);
            buf_puts(b, o->arg == ARG_NONE ? " -d '" : " -r -d '");
            put_quoted(b, cli_text(cli, o->help_key));
            buf_puts(b, "'\n");
        }
    }
}

bool help_completion(struct cli *cli, const char *shell, struct buf *b)
{
    if (strcmp(shell, "bash") == 0)
        bash_completion(b);
    else if (strcmp(shell, "zsh") == 0)
        zsh_completion(cli, b);
    else if (strcmp(shell, "fish") == 0)
        fish_completion(cli, b);
    else
        return false;
    return true;
}
