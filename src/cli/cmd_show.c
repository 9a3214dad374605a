/* marsad show ID: one post, everything found in it, where exactly, and why it stands where it stands. */
#include "cli/cmds.h"
#include "cli/help.h"

#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"

#include <string.h>

struct shown_post {
    struct post post;
    int64_t known_us, deadline_us;
    struct reach *reach;
    size_t nreach;
    struct store_media *media;
    struct finding_list findings;
    struct assessment assessment;
    bool analysed;
};

static int load(struct store *s, struct sv what, struct arena *a, struct shown_post *out, struct error *err)
{
    struct id128 id;
    int code = store_find_post(s, what, &id, err);
    if (code == 0) code = store_get_post(s, &id, a, &out->post, &out->known_us, err);
    if (code == 0) code = store_get_reach(s, &id, a, &out->reach, &out->nreach, err);
    if (code) return code;
    out->media = ARENA_ARRAY(a, out->post.nmedia ? out->post.nmedia : 1, struct store_media);
    if (!out->media) return error_set(err, ERR_NOMEM, "cli", "no memory for a post");
    code = store_get_media(s, &id, out->post.nmedia, a, out->media, err);
    for (size_t i = 0; code == 0 && i < out->post.nmedia; i++)
        code = signals_add_said(out->media[i].signals, (uint32_t)i, &out->post, a, err);
    if (code) return code;
    code = store_get_result(s, &id, a, &out->findings, &out->assessment, &out->deadline_us, err);
    out->analysed = code == 0;
    return code == ERR_NOTFOUND ? 0 : code;
}

enum { LABEL_COLUMNS = 22, SHOWN_MARKS = 40 };

static void put_line(struct cli *cli, const char *key, struct sv value)
{
    if (value.n == 0) return;
    struct sv label = cli_text(cli, key);
    int used = utf8_width(label);
    struct buf shown;
    buf_init(&shown, 0);
    utf8_show(&shown, value);
    buf_puts(&cli->out, cli_colour(cli, COLOUR_DIM));
    buf_putsv(&cli->out, label);
    buf_puts(&cli->out, cli_colour(cli, COLOUR_PLAIN));
    buf_pad(&cli->out, ' ', used + 2 <= LABEL_COLUMNS ? (size_t)(LABEL_COLUMNS - used) : 2);
    help_wrap(&cli->out, buf_sv(&shown), LABEL_COLUMNS, LABEL_COLUMNS, cli->to.columns);
    buf_putc(&cli->out, '\n');
    buf_done(&shown);
}

static void put_time(struct cli *cli, const char *key, int64_t us)
{
    if (us == TIME_UNKNOWN) return;
    char text[TIME_TEXT_BYTES];
    time_format(us - us % US_PER_SECOND, text); /* to the second: --json has the rest */
    put_line(cli, key, sv_cstr(text));
}

static void put_post(struct cli *cli, const struct shown_post *s)
{
    const struct post *p = &s->post;
    char id[ID_TEXT_BYTES];
    id_format(&p->id, id);
    put_line(cli, "head.post", sv_cstr(id));
    put_line(cli, "head.platform", p->platform);
    put_line(cli, "show.native_id", p->native_id);
    put_line(cli, "show.url", p->url);
    put_line(cli, "head.account", account_shown(&p->account));
    put_line(cli, "field.name", p->account.name);
    put_time(cli, "head.created", p->created_us);
    put_time(cli, "head.known", s->known_us);
    for (size_t i = 0; i < p->ntexts; i++) {
        char key[48];
        snprintf(key, sizeof key, "field.%s", text_field_name(p->texts[i].field));
        put_line(cli, key, p->texts[i].text);
    }
    if (s->nreach && s->reach[s->nreach - 1].views != COUNT_UNKNOWN) {
        char views[32];
        snprintf(views, sizeof views, "%lld", (long long)s->reach[s->nreach - 1].views);
        put_line(cli, "head.views", sv_cstr(views));
    }
}

static void put_media(struct cli *cli, const struct shown_post *s)
{
    for (size_t i = 0; i < s->post.nmedia; i++) {
        const struct store_media *m = &s->media[i];
        struct buf b;
        buf_init(&b, 0);
        static const char *const keys[] = {[MEDIA_PENDING] = "state.pending",
                                           [MEDIA_READY] = "state.ready",
                                           [MEDIA_SET_ASIDE] = "state.aside",
                                           [MEDIA_ABSENT] = "state.absent"};
        buf_putsv(&b, s->post.media[i].path.n ? path_base(s->post.media[i].path) : s->post.media[i].url);
        buf_puts(&b, " (");
        buf_putsv(&b, cli_text(cli, keys[m->state]));
        buf_puts(&b, ")");
        if (m->failure.n) {
            buf_puts(&b, ": ");
            buf_putsv(&b, m->failure);
        }
        put_line(cli, "show.media", buf_sv(&b));
        buf_done(&b);
    }
}

/* "0:00-0:12 speech, 0:12-0:40 chanting": where to listen. */
static void put_marks(struct cli *cli, const struct media_signals *s)
{
    static const char *const keys[SOUND_CLASS_COUNT] = {"show.sound.silence", "show.sound.noise",
                                                        "show.sound.speech", "show.sound.chant",
                                                        "show.sound.music"};
    struct buf b;
    buf_init(&b, 0);
    for (size_t i = 0; i < s->nmarks && i < SHOWN_MARKS; i++) {
        const struct sound_mark *m = &s->marks[i];
        unsigned from = (unsigned)((uint64_t)m->start * SOUND_MARK_US / US_PER_SECOND);
        unsigned to = (unsigned)((uint64_t)m->end * SOUND_MARK_US / US_PER_SECOND);
        if (i) buf_puts(&b, ", ");
        buf_printf(&b, "%u:%02u-%u:%02u ", from / 60, from % 60, to / 60, to % 60);
        buf_putsv(&b, cli_text(cli, keys[m->class]));
    }
    if (s->nmarks > SHOWN_MARKS) buf_puts(&b, " …");
    put_line(cli, "show.sound", buf_sv(&b));
    buf_done(&b);
}

static void put_sound(struct cli *cli, const struct shown_post *s)
{
    for (size_t i = 0; i < s->post.nmedia; i++) {
        struct arena a;
        struct media_signals signals;
        if (s->media[i].state != MEDIA_READY) continue;
        arena_init(&a, 0);
        if (signals_read(s->media[i].signals, &a, &signals, NULL) == 0 && signals.nmarks)
            put_marks(cli, &signals);
        arena_done(&a);
    }
}

static void put_deadline(struct cli *cli, const struct shown_post *s)
{
    char at[TIME_TEXT_BYTES];
    struct buf left, b;
    buf_init(&left, 0);
    buf_init(&b, 0);
    int64_t now = clock_now_us();
    time_format(s->deadline_us - s->deadline_us % US_PER_SECOND, at);
    show_duration(cli, &left, s->deadline_us - now);
    buf_printf(&b, "%s (", at);
    cli_fill(cli, &b, s->deadline_us < now ? "time.late" : "time.left", buf_cstr(&left), NULL);
    if (s->assessment.hard) {
        buf_putsv(&b, cli_text(cli, "show.separator"));
        buf_putc(&b, ' ');
        buf_putsv(&b, cli_text(cli, "time.hard"));
    }
    buf_puts(&b, ")");
    put_line(cli, "head.deadline", buf_sv(&b));
    buf_done(&b);
    buf_done(&left);
}

static void put_assessment(struct cli *cli, const struct shown_post *s)
{
    const struct assessment *as = &s->assessment;
    if (as->category == CATEGORY_NONE) {
        cli_say(cli, s->findings.n ? "show.context_only" : "show.nothing", NULL);
        return;
    }
    char number[64];
    struct buf sure;
    buf_init(&sure, 0);
    show_percent(cli, &sure, as->probability);
    put_line(cli, "head.category", category_text(cli, as->category));
    put_line(cli, "head.reason", reason_text(cli, as->reason));
    put_deadline(cli, s);
    snprintf(number, sizeof number, "%d", as->severity);
    put_line(cli, "head.severity", sv_cstr(number));
    put_line(cli, "head.probability", buf_sv(&sure));
    snprintf(number, sizeof number, "%.0f", as->expected_views);
    put_line(cli, "head.expected", sv_cstr(number));
    snprintf(number, sizeof number, "%.1f", as->priority);
    put_line(cli, "head.priority", sv_cstr(number));
    put_line(cli, "head.policy", as->policy);
    buf_done(&sure);
}

static void put_findings(struct cli *cli, const struct shown_post *s)
{
    for (size_t i = 0; i < s->findings.n; i++) {
        const struct finding *f = &s->findings.v[i];
        bool carried = false;
        for (size_t k = 0; k < s->assessment.nbecause; k++) carried |= s->assessment.because[k] == i;
        buf_printf(&cli->out, "%s%s%s  ", cli_colour(cli, carried ? COLOUR_RED : COLOUR_DIM),
                   carried ? "●" : "○", cli_colour(cli, COLOUR_PLAIN));
        show_finding(cli, &cli->out, f);
        buf_putc(&cli->out, '\n');
        for (size_t k = 0; k < f->nplaces; k++) {
            buf_puts(&cli->out, "     ");
            show_place(cli, &cli->out, &f->places[k], &s->post);
            buf_putc(&cli->out, '\n');
        }
    }
}

static void put_json(struct cli *cli, const struct shown_post *s)
{
    struct jw w;
    char text[TIME_TEXT_BYTES];
    jw_init(&w, &cli->out, JW_COMPACT);
    jw_object(&w);
    jw_key(&w, "post");
    post_write(&s->post, &w);
    time_format(s->known_us, text);
    jw_kv_str(&w, "known", text);
    if (s->analysed) {
        jw_key(&w, "assessment");
        assessment_write(&s->assessment, &w);
        if (s->deadline_us != TIME_UNKNOWN) {
            time_format(s->deadline_us, text);
            jw_kv_str(&w, "deadline", text);
        }
        jw_key(&w, "findings");
        jw_array(&w);
        for (size_t i = 0; i < s->findings.n; i++) finding_write(&s->findings.v[i], &w);
        jw_end(&w);
    }
    jw_end(&w);
    buf_putc(&cli->out, '\n');
}

int cmd_show(struct cli *cli, const struct cli_args *a)
{
    struct engine *e = NULL;
    if (!open_engine(cli, true, &e)) return EXIT_TROUBLE;
    struct arena arena;
    arena_init(&arena, 0);
    struct shown_post s = {.deadline_us = TIME_UNKNOWN};
    finding_list_init(&s.findings, &arena);
    struct error err = {0};
    int code = load(engine_store(e), sv_cstr(a->operands[0]), &arena, &s, &err);
    struct name_book names;
    name_book_open(cli, &names, engine_store(e));
    if (code == 0 && cli->json) {
        put_json(cli, &s);
    } else if (code == 0) {
        put_post(cli, &s);
        put_media(cli, &s);
        put_sound(cli, &s);
        buf_putc(&cli->out, '\n');
        if (s.analysed) {
            put_assessment(cli, &s);
            if (s.findings.n) buf_putc(&cli->out, '\n');
            put_findings(cli, &s);
        } else {
            cli_say(cli, "show.waiting", NULL);
        }
    }
    name_book_close(cli, &names);
    finding_list_done(&s.findings);
    arena_done(&arena);
    engine_close(e);
    return code ? cli_fail(cli, &err) : EXIT_FINE;
}
