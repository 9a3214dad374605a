/* marsad case list, show, custody, holds: cases as people read them. */
#include "cli/case.h"

#include "base/json.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

static void put_time(struct table *t, int64_t us)
{
    char at[TIME_TEXT_BYTES];
    time_format(us == TIME_UNKNOWN ? us : us - us % US_PER_SECOND, at);
    table_cell(t, sv_cstr(at), COLOUR_PLAIN);
}

/* ---- list ---- */

static const struct column case_columns[] = {
    {"head.id", ALIGN_START, 12, 0, false},      {"head.reference", ALIGN_START, 6, 24, false},
    {"head.state", ALIGN_START, 6, 0, false},    {"head.tlp", ALIGN_START, 5, 0, false},
    {"head.objects", ALIGN_END, 4, 0, false},    {"head.holds", ALIGN_END, 4, 0, false},
    {"head.changed", ALIGN_START, 20, 0, false}, {"head.title", ALIGN_START, 10, 0, true},
};

static void case_json(struct jw *w, const struct case_file *c)
{
    jw_kv_id(w, "case", &c->id);
    jw_kv_sv(w, "reference", c->reference);
    jw_kv_sv(w, "title", c->title);
    jw_kv_str(w, "state", case_state_name(c->state));
    jw_kv_str(w, "tlp", case_tlp_name(c->tlp));
    jw_kv_sv(w, "who", c->who);
    jw_kv_time(w, "created", c->created_us);
    jw_kv_time(w, "changed", c->changed_us);
    jw_kv_time(w, "closed", c->closed_us);
    jw_kv_i64(w, "objects", c->objects);
    jw_kv_i64(w, "holds", c->holds);
}

static void case_row(struct cli *cli, struct table *t, const struct case_file *c)
{
    char id[ID_TEXT_BYTES];
    id_format(&c->id, id);
    table_cell(t, sv_of(id, 12), COLOUR_BOLD);
    table_cell(t, c->reference, COLOUR_PLAIN);
    table_cell(t, case_word(cli, "case_state", case_state_name(c->state)),
               c->state == CASE_OPEN ? COLOUR_GREEN : COLOUR_DIM);
    table_cell(t, sv_cstr(case_tlp_name(c->tlp)), c->tlp >= TLP_RED ? COLOUR_RED : COLOUR_PLAIN);
    table_cellf(t, COLOUR_PLAIN, "%lld", (long long)c->objects);
    table_cellf(t, c->holds ? COLOUR_YELLOW : COLOUR_PLAIN, "%lld", (long long)c->holds);
    put_time(t, c->changed_us);
    table_cell(t, c->title, COLOUR_PLAIN);
    table_row(t);
}

int cmd_case_list(struct cli *cli, const struct cli_args *a)
{
    struct case_cmd c;
    struct case_file *list = NULL;
    size_t n = 0;
    enum case_state state = CASE_STATES;
    const char *wanted = args_get(a, "--state");
    if (wanted && !case_state_parse(sv_cstr(wanted), &state)) state = CASE_STATES;
    if (!case_cmd_open(&c, cli)) return EXIT_TROUBLE;
    int code = store_case_list(c.store, state, &c.arena, &list, &n, &c.err);
    struct table *t =
        cli->json ? NULL : table_new(cli, case_columns, sizeof case_columns / sizeof *case_columns);
    for (size_t i = 0; code == 0 && i < n; i++) {
        if (!cli->json) {
            case_row(cli, t, &list[i]);
            continue;
        }
        struct jw w;
        jw_init(&w, &cli->out, JW_COMPACT);
        jw_object(&w);
        case_json(&w, &list[i]);
        jw_end(&w);
        buf_putc(&cli->out, '\n');
    }
    if (code == 0 && n && t) table_print(t);
    if (code == 0 && n == 0 && !cli->json) cli_say(cli, "case.none", NULL);
    table_free(t);
    return case_cmd_close(&c, code);
}

/* ---- show ---- */

static const struct column object_columns[] = {
    {"head.type", ALIGN_START, 8, 0, false},  {"head.id", ALIGN_START, 12, 34, false},
    {"head.time", ALIGN_START, 20, 0, false}, {"head.by", ALIGN_START, 8, 16, false},
    {"head.why", ALIGN_START, 8, 0, true},
};

static void objects_json(struct jw *w, const struct case_object *o, size_t n)
{
    jw_key(w, "objects");
    jw_array(w);
    for (size_t i = 0; i < n; i++) {
        jw_object(w);
        jw_kv_str(w, "type", case_object_name(o[i].type));
        jw_kv_sv(w, "id", o[i].id);
        jw_kv_time(w, "added", o[i].added_us);
        jw_kv_sv(w, "who", o[i].who);
        jw_kv_sv(w, "why", o[i].why);
        jw_end(w);
    }
    jw_end(w);
}

static void texts_json(struct jw *w, const struct case_text *t, size_t n)
{
    jw_key(w, "texts");
    jw_array(w);
    for (size_t i = 0; i < n; i++) {
        jw_object(w);
        jw_kv_id(w, "id", &t[i].id);
        jw_kv_str(w, "type", case_object_name(t[i].type));
        jw_kv_time(w, "at", t[i].at_us);
        jw_kv_sv(w, "who", t[i].who);
        if (t[i].channel.n) jw_kv_sv(w, "channel", t[i].channel);
        if (t[i].reference.n) jw_kv_sv(w, "reference", t[i].reference);
        jw_kv_sv(w, "body", t[i].body);
        jw_end(w);
    }
    jw_end(w);
}

static void show_json(struct cli *cli, const struct case_file *c, const struct case_object *o, size_t no,
                      const struct case_text *t, size_t nt)
{
    struct jw w;
    jw_init(&w, &cli->out, JW_COMPACT);
    jw_object(&w);
    case_json(&w, c);
    objects_json(&w, o, no);
    texts_json(&w, t, nt);
    jw_end(&w);
    buf_putc(&cli->out, '\n');
}

static void show_text(struct cli *cli, const struct case_text *t)
{
    char at[TIME_TEXT_BYTES];
    struct sv type = case_word(cli, "case_object", case_object_name(t->type));
    time_format(t->at_us, at);
    buf_printf(&cli->out, "\n%s%.*s%s  %s  %.*s", cli_colour(cli, COLOUR_BOLD), SV_FMT(type),
               cli_colour(cli, COLOUR_PLAIN), at, SV_FMT(t->who));
    if (t->channel.n || t->reference.n) buf_puts(&cli->out, "  ");
    utf8_show(&cli->out, t->channel);
    if (t->reference.n) buf_putc(&cli->out, ' ');
    utf8_show(&cli->out, t->reference);
    buf_putc(&cli->out, '\n');
    struct sv rest = t->body, line;
    while (sv_split(&rest, '\n', &line)) {
        buf_puts(&cli->out, "  ");
        utf8_show(&cli->out, line);
        buf_putc(&cli->out, '\n');
    }
}

static void show_case(struct cli *cli, const struct case_file *c, const struct case_object *o, size_t no,
                      const struct case_text *t, size_t nt)
{
    struct table *head = table_new(cli, case_columns, sizeof case_columns / sizeof *case_columns);
    struct table *objects = table_new(cli, object_columns, sizeof object_columns / sizeof *object_columns);
    case_row(cli, head, c);
    table_print(head);
    for (size_t i = 0; i < no; i++) {
        if (o[i].type == CASE_NOTE || o[i].type == CASE_COMPLAINT) continue;
        table_cell(objects, case_word(cli, "case_object", case_object_name(o[i].type)), COLOUR_PLAIN);
        table_cell(objects, o[i].id, COLOUR_BOLD);
        put_time(objects, o[i].added_us);
        table_cell(objects, o[i].who, COLOUR_DIM);
        table_cell(objects, o[i].why, COLOUR_PLAIN);
        table_row(objects);
    }
    if (no > nt) {
        buf_putc(&cli->out, '\n');
        table_print(objects);
    }
    for (size_t i = 0; i < nt; i++) show_text(cli, &t[i]);
    table_free(objects);
    table_free(head);
}

int cmd_case_show(struct cli *cli, const struct cli_args *a)
{
    struct case_cmd c;
    struct id128 id;
    struct case_file file;
    struct case_object *o;
    struct case_text *t;
    size_t no = 0, nt = 0;
    if (!case_cmd_open(&c, cli)) return EXIT_TROUBLE;
    int code = store_case_find(c.store, sv_cstr(a->operands[0]), &id, &c.err);
    if (code == 0) code = store_case_get(c.store, &id, &c.arena, &file, &c.err);
    if (code == 0) code = store_case_objects(c.store, &id, &c.arena, &o, &no, &c.err);
    if (code == 0) code = store_case_texts(c.store, &id, &c.arena, &t, &nt, &c.err);
    if (code == 0 && cli->json)
        show_json(cli, &file, o, no, t, nt);
    else if (code == 0)
        show_case(cli, &file, o, no, t, nt);
    return case_cmd_close(&c, code);
}

/* ---- custody ---- */

static const struct column custody_columns[] = {
    {"head.entry", ALIGN_END, 3, 0, false},  {"head.time", ALIGN_START, 20, 0, false},
    {"head.by", ALIGN_START, 8, 16, false},  {"head.act", ALIGN_START, 8, 0, false},
    {"head.type", ALIGN_START, 6, 0, false}, {"head.id", ALIGN_START, 12, 20, false},
    {"head.why", ALIGN_START, 8, 0, true},
};

static void custody_json(struct cli *cli, const struct custody *c)
{
    struct jw w;
    jw_init(&w, &cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_i64(&w, "n", c->n);
    jw_kv_time(&w, "at", c->at_us);
    jw_kv_sv(&w, "who", c->who);
    jw_kv_str(&w, "act", custody_act_name(c->act));
    jw_kv_str(&w, "type", case_object_name(c->type));
    jw_kv_sv(&w, "id", c->object);
    jw_kv_sv(&w, "why", c->why);
    jw_end(&w);
    buf_putc(&cli->out, '\n');
}

static int list_custody(struct case_cmd *c, const struct id128 *id)
{
    struct custody *list;
    size_t n = 0;
    struct cli *cli = c->cli;
    int code = store_custody(c->store, id, &c->arena, &list, &n, &c->err);
    struct table *t =
        cli->json ? NULL : table_new(cli, custody_columns, sizeof custody_columns / sizeof *custody_columns);
    for (size_t i = 0; code == 0 && i < n; i++) {
        if (cli->json) {
            custody_json(cli, &list[i]);
            continue;
        }
        table_cellf(t, COLOUR_PLAIN, "%lld", (long long)list[i].n);
        put_time(t, list[i].at_us);
        table_cell(t, list[i].who, COLOUR_PLAIN);
        table_cell(t, case_word(cli, "custody", custody_act_name(list[i].act)), COLOUR_BOLD);
        table_cell(t, case_word(cli, "case_object", case_object_name(list[i].type)), COLOUR_PLAIN);
        table_cell(t, list[i].object, COLOUR_PLAIN);
        table_cell(t, list[i].why, COLOUR_PLAIN);
        table_row(t);
    }
    if (code == 0 && t) table_print(t);
    table_free(t);
    return code;
}

/* "media:ab12…" → type and id; nothing: the whole case. */
static bool parse_object(struct cli *cli, const char *text, enum case_object_type *type, struct sv *id)
{
    struct sv rest = sv_cstr(text), name;
    *type = CASE_OBJECT_TYPES;
    *id = SV("");
    if (!text) return true;
    if (sv_split(&rest, ':', &name) && rest.p && case_object_parse(name, type)) {
        *id = rest;
        return true;
    }
    cli_usage(cli, "usage.object", text, NULL);
    return false;
}

int cmd_case_custody(struct cli *cli, const struct cli_args *a)
{
    struct case_cmd c;
    struct id128 id;
    enum custody_act act = CUSTODY_ACTS;
    enum case_object_type type;
    struct sv object;
    const char *word = args_get(a, "--act");
    if (word && !custody_act_parse(sv_cstr(word), &act)) return EXIT_TROUBLE;
    if (!parse_object(cli, args_get(a, "--object"), &type, &object) || !case_cmd_open(&c, cli))
        return EXIT_TROUBLE;
    int code = store_case_find(c.store, sv_cstr(a->operands[0]), &id, &c.err);
    if (code == 0 && word)
        code = store_custody_add(c.store, &id, act, type, object, case_option(a, "--why"), &c.err);
    if (code == 0 && (!word || !cli->quiet)) code = list_custody(&c, &id);
    return case_cmd_close(&c, code);
}

/* ---- holds ---- */

static const struct column hold_columns[] = {
    {"head.id", ALIGN_START, 12, 0, false},        {"head.scope", ALIGN_START, 6, 0, false},
    {"head.about", ALIGN_START, 12, 16, false},    {"head.state", ALIGN_START, 6, 0, false},
    {"head.from", ALIGN_START, 20, 0, false},      {"head.until", ALIGN_START, 6, 20, false},
    {"head.authority", ALIGN_START, 8, 24, false}, {"head.why", ALIGN_START, 8, 0, true},
};

static void hold_json(struct cli *cli, const struct hold *h)
{
    struct jw w;
    jw_init(&w, &cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_id(&w, "hold", &h->id);
    jw_kv_str(&w, "scope", hold_scope_name(h->scope));
    jw_kv_sv(&w, "id", h->object);
    jw_kv_bool(&w, "stands", hold_stands(h, clock_now_us()));
    jw_kv_sv(&w, "authority", h->authority);
    jw_kv_sv(&w, "why", h->why);
    jw_kv_sv(&w, "who", h->who);
    jw_kv_time(&w, "from", h->from_us);
    jw_kv_time(&w, "until", h->until_us);
    jw_kv_time(&w, "released", h->released_us);
    if (h->released_us != TIME_UNKNOWN) {
        jw_kv_sv(&w, "released_who", h->released_who);
        jw_kv_sv(&w, "released_why", h->released_why);
    }
    jw_end(&w);
    buf_putc(&cli->out, '\n');
}

static void hold_row(struct cli *cli, struct table *t, const struct hold *h)
{
    char id[ID_TEXT_BYTES];
    bool stands = hold_stands(h, clock_now_us());
    id_format(&h->id, id);
    table_cell(t, sv_of(id, 12), COLOUR_BOLD);
    table_cell(t, case_word(cli, "hold_scope", hold_scope_name(h->scope)), COLOUR_PLAIN);
    table_cell(t, h->object, COLOUR_PLAIN);
    table_cell(t, cli_text(cli, stands ? "case.stands" : "case.ended"), stands ? COLOUR_YELLOW : COLOUR_DIM);
    put_time(t, h->from_us);
    put_time(t, h->released_us != TIME_UNKNOWN ? h->released_us : h->until_us);
    table_cell(t, h->authority, COLOUR_PLAIN);
    table_cell(t, h->why, COLOUR_PLAIN);
    table_row(t);
}

int cmd_case_holds(struct cli *cli, const struct cli_args *a)
{
    struct case_cmd c;
    struct hold *list;
    size_t n = 0;
    (void)a;
    if (!case_cmd_open(&c, cli)) return EXIT_TROUBLE;
    int code = store_holds(c.store, &c.arena, &list, &n, &c.err);
    struct table *t =
        cli->json ? NULL : table_new(cli, hold_columns, sizeof hold_columns / sizeof *hold_columns);
    for (size_t i = 0; code == 0 && i < n; i++) {
        if (cli->json)
            hold_json(cli, &list[i]);
        else
            hold_row(cli, t, &list[i]);
    }
    if (code == 0 && n && t) table_print(t);
    if (code == 0 && n == 0 && !cli->json) cli_say(cli, "case.no_holds", NULL);
    table_free(t);
    return case_cmd_close(&c, code);
}
