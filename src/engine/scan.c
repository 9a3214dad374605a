/* Analysis without a workspace: posts go through the crew in the order of the file, results come out in that order,
 * nothing is stored. Memory is bounded by the few analyses under way. */
#include "engine/engine_priv.h"

struct scan {
    struct engine *e;
    const struct engine_scan_sink *sink;
    int64_t now_us;
};

static int prepare(const struct post *post, int64_t now_us, struct analysis *a, struct error *err)
{
    int code = post_copy(post, &a->arena, &a->post);
    if (code) return error_set(err, code, "engine", "no memory for a post");
    a->known_us = now_us;
    struct reach *reach = ARENA_NEW(&a->arena, struct reach);
    if (!reach) return error_set(err, ERR_NOMEM, "engine", "no memory for a post");
    *reach = a->post.reach;
    a->reach = reach;
    a->nreach = reach->at_us != TIME_UNKNOWN;
    return 0;
}

static int deliver(struct scan *s, struct analysis *a, struct error *err)
{
    int code = a->code;
    if (code && err) *err = a->error;
    if (code == 0) code = s->sink->analysed(s->sink->arg, a);
    analysis_free(a);
    return code;
}

static int scan_post(void *arg, const struct post *p, struct error *err)
{
    struct scan *s = arg;
    struct analysis *a = analysis_new();
    if (!a) return error_set(err, ERR_NOMEM, "engine", "no memory for an analysis");
    int code = prepare(p, s->now_us, a, err);
    if (code == 0) code = crew_give(s->e->crew, a);
    if (code) {
        analysis_free(a);
        return code;
    }
    unsigned enough = 4 * crew_threads(s->e->crew);
    struct analysis *done;
    while (code == 0 && (done = crew_take(s->e->crew, crew_pending(s->e->crew) > enough)))
        code = deliver(s, done, err);
    return code;
}

static int scan_aside(void *arg, const struct intake_aside *a, struct error *err)
{
    struct scan *s = arg;
    return s->sink->aside ? s->sink->aside(s->sink->arg, a) : 0;
}

int engine_scan(struct engine *e, const char *path, const char *format, const struct engine_scan_sink *sink,
                struct error *err)
{
    int code = engine_ready(e, err);
    if (code) return code;
    struct scan s = {.e = e, .sink = sink, .now_us = clock_now_us()};
    struct intake_sink in = {.arg = &s, .post = scan_post, .aside = scan_aside};
    struct intake_options options = {.format = format, .now_us = s.now_us};
    struct intake_counts counts = {0};
    code = intake_read(path, &options, &in, &counts, err);
    /* The posts before the trouble are delivered all the same. */
    bool stopped = code > 0 || code == ERR_NOMEM || code == ERR_SANDBOX;
    struct analysis *a;
    while ((a = crew_take(e->crew, true))) {
        if (stopped) {
            analysis_free(a);
            continue;
        }
        struct error late;
        int ended = deliver(&s, a, &late);
        if (ended == 0) continue;
        stopped = true;
        if (code == 0 && ended < 0 && err) *err = late;
        if (code == 0) code = ended;
    }
    return code;
}

int engine_analyse(struct engine *e, const struct post *post, struct analysis **out, struct error *err)
{
    int code = engine_ready(e, err);
    if (code) return code;
    struct analysis *a = analysis_new();
    if (!a) return error_set(err, ERR_NOMEM, "engine", "no memory for an analysis");
    code = prepare(post, clock_now_us(), a, err);
    if (code == 0) code = crew_give(e->crew, a);
    if (code == 0) {
        struct analysis *done = crew_take(e->crew, true);
        code = done->code;
        if (code && err) *err = done->error;
    }
    if (code)
        analysis_free(a);
    else
        *out = a;
    return code;
}
