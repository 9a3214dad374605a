/* marsad queue: what a person should look at first. */
#include "cli/cmds.h"

#include "base/json.h"

#include <string.h>

enum { PAGE_ROWS = 500 };

static const struct column columns[] = {
    {"head.left", ALIGN_END, 6, 0, false},      {"head.category", ALIGN_START, 8, 28, false},
    {"head.severity", ALIGN_END, 3, 0, false},  {"head.probability", ALIGN_END, 4, 0, false},
    {"head.views", ALIGN_END, 5, 0, false},     {"head.account", ALIGN_START, 8, 22, false},
    {"head.caption", ALIGN_START, 16, 0, true}, {"head.post", ALIGN_START, 8, 0, false},
};

/* 12400 → "12k": a glance, not a ledger. */
static void put_count(struct table *t, int64_t n)
{
    if (n < 0)
        table_cell(t, SV("–"), COLOUR_DIM);
    else if (n < 10000)
        table_cellf(t, COLOUR_PLAIN, "%lld", (long long)n);
    else if (n < 10000000)
        table_cellf(t, COLOUR_PLAIN, "%lldk", (long long)(n / 1000));
    else
        table_cellf(t, COLOUR_PLAIN, "%lldM", (long long)(n / 1000000));
}

/* How long is left, a '!' behind a hard deadline; how late it is when none is. */
static void put_left(struct cli *cli, struct table *t, const struct queue_row *r, int64_t now)
{
    struct buf left, late;
    buf_init(&left, 0);
    buf_init(&late, 0);
    bool is_late = r->deadline_us < now;
    show_duration(cli, &left, r->deadline_us - now);
    if (is_late) cli_fill(cli, &late, "time.late", buf_cstr(&left), NULL);
    struct buf *shown = is_late ? &late : &left;
    if (r->hard) buf_puts(shown, "!");
    table_cell(t, buf_sv(shown), is_late ? COLOUR_RED : r->hard ? COLOUR_YELLOW : COLOUR_PLAIN);
    buf_done(&late);
    buf_done(&left);
}

static void put_row(struct cli *cli, struct table *t, const struct queue_row *r, int64_t now)
{
    char id[ID_TEXT_BYTES];
    put_left(cli, t, r, now);
    table_cell(t, category_text(cli, r->category), category_colour(r->severity));
    table_cellf(t, COLOUR_PLAIN, "%d", r->severity);
    struct buf sure;
    buf_init(&sure, 0);
    show_percent(cli, &sure, r->probability);
    table_cell(t, buf_sv(&sure), COLOUR_PLAIN);
    buf_done(&sure);
    put_count(t, r->views);
    struct account shown = {.handle = r->handle, .native_id = r->native_id};
    table_cell(t, account_shown(&shown), COLOUR_PLAIN);
    table_cell(t, r->caption, COLOUR_PLAIN);
    id_format(&r->post, id);
    table_cell(t, sv_of(id, 8), COLOUR_DIM);
    table_row(t);
}

static void put_json(struct cli *cli, const struct queue_row *r)
{
    struct jw w;
    char text[TIME_TEXT_BYTES], id[ID_TEXT_BYTES];
    jw_init(&w, &cli->out, JW_COMPACT);
    jw_object(&w);
    id_format(&r->post, id);
    jw_kv_str(&w, "post", id);
    id_format(&r->account, id);
    jw_kv_str(&w, "account", id);
    jw_kv_sv(&w, "platform", r->platform);
    jw_kv_sv(&w, "native_id", r->native_id);
    jw_kv_sv(&w, "handle", r->handle);
    jw_kv_sv(&w, "caption", r->caption);
    jw_kv_str(&w, "category", category_name(r->category));
    jw_kv_i64(&w, "severity", r->severity);
    jw_kv_double(&w, "probability", r->probability, 4);
    jw_kv_double(&w, "priority", r->priority, 3);
    jw_kv_double(&w, "expected_views", r->expected_views, 1);
    jw_kv_bool(&w, "hard", r->hard);
    time_format(r->known_us, text);
    jw_kv_str(&w, "known", text);
    time_format(r->deadline_us, text);
    jw_kv_str(&w, "deadline", text);
    if (r->views != COUNT_UNKNOWN) jw_kv_i64(&w, "views", r->views);
    jw_kv_sv(&w, "reason", r->reason);
    jw_end(&w);
    buf_putc(&cli->out, '\n');
}

/* Page after page until `limit`, so that a queue of a million rows streams. */
static int print_queue(struct cli *cli, struct store *s, const struct queue_filter *f, size_t limit,
                       struct table *t, size_t *out_shown, struct error *err)
{
    struct arena pages[2];
    arena_init(&pages[0], 0);
    arena_init(&pages[1], 0);
    const struct queue_row *after = NULL;
    int64_t now = clock_now_us();
    int code = 0;
    size_t shown = 0;
    for (unsigned page = 0; code == 0 && shown < limit; page++) {
        struct arena *a = &pages[page % 2]; /* the last row of the page before is still in the other */
        arena_clear(a);
        struct queue_row *rows = NULL;
        size_t n = 0, want = limit - shown < PAGE_ROWS ? limit - shown : PAGE_ROWS;
        code = store_queue(s, f, after, want, a, &rows, &n, err);
        for (size_t i = 0; code == 0 && i < n; i++) {
            if (t)
                put_row(cli, t, &rows[i], now);
            else
                put_json(cli, &rows[i]);
        }
        if (code || n == 0) break;
        shown += n;
        after = &rows[n - 1];
        if (!t && !cli_flush_some(cli)) break;
    }
    *out_shown = shown;
    arena_done(&pages[0]);
    arena_done(&pages[1]);
    return code;
}

int cmd_queue(struct cli *cli, const struct cli_args *a)
{
    struct queue_filter f = {0};
    int64_t limit = cli->json ? INT32_MAX : 40;
    const char *category = args_get(a, "--category"), *platform = args_get(a, "--platform");
    if (!args_number(cli, a, "--limit", 1, INT32_MAX, &limit)) return EXIT_TROUBLE;
    if (category && (f.category = category_parse(sv_cstr(category))) == CATEGORY_NONE)
        return cli_usage(cli, "usage.category", category, NULL);
    if (platform) f.platform = sv_cstr(platform);
    struct engine *e = NULL;
    if (!open_engine(cli, true, &e)) return EXIT_TROUBLE;
    struct error err = {0};
    struct store_counts counts = {0};
    struct table *t = cli->json ? NULL : table_new(cli, columns, sizeof columns / sizeof *columns);
    size_t shown = 0;
    int code = print_queue(cli, engine_store(e), &f, (size_t)limit, t, &shown, &err);
    if (code == 0) code = store_count(engine_store(e), &counts, &err);
    if (code == 0 && t && shown) table_print(t);
    if (code == 0 && t && shown == 0) cli_say(cli, "queue.empty", NULL);
    if (code == 0 && t && shown && (int64_t)shown < counts.queued && !category && !platform) {
        char total[32], seen[32];
        snprintf(seen, sizeof seen, "%zu", shown);
        snprintf(total, sizeof total, "%lld", (long long)counts.queued);
        cli_say(cli, "queue.more", seen, total, NULL);
    }
    table_free(t);
    engine_close(e);
    return code ? cli_fail(cli, &err) : EXIT_FINE;
}
