/* What people have looked at, in severity × seconds, and when they rest. It claims less exposure and nothing else. */
#include "review/review_priv.h"

#include <math.h>

static const char *const shown_names[SHOWN_COUNT] = {"text",      "stills", "blurred",
                                                     "greyscale", "clear",  "video"};

bool care_shown_parse(struct sv s, int *out)
{
    for (int i = 0; i < SHOWN_COUNT; i++) {
        if (!sv_is(s, shown_names[i])) continue;
        *out = i;
        return true;
    }
    return false;
}

double care_weight(enum care_shown shown)
{
    static const double weights[SHOWN_COUNT] = {
        [SHOWN_TEXT] = 0.3,      [SHOWN_STILLS] = 0.6, [SHOWN_BLURRED] = 0.3,
        [SHOWN_GREYSCALE] = 0.6, [SHOWN_CLEAR] = 0.8,  [SHOWN_VIDEO] = 1};
    return (unsigned)shown < SHOWN_COUNT ? weights[shown] : 1;
}

void care_state_of(const struct exposure *e, const struct review_rules *r, int64_t now_us,
                   struct care_state *out)
{
    bool resting = e->break_until_us != TIME_UNKNOWN && e->break_until_us > now_us;
    bool idle = e->active_us == TIME_UNKNOWN || now_us - e->active_us >= r->break_us;
    int64_t working = idle || e->working_since_us == TIME_UNKNOWN ? 0 : now_us - e->working_since_us;
    *out = (struct care_state){.day = e->day,
                               .units = e->units,
                               .budget = r->exposure_budget,
                               .working_us = working,
                               .break_due = resting || working >= r->work_us,
                               .rotate = e->units >= 0.7 * r->exposure_budget,
                               .break_until_us = resting ? e->break_until_us : TIME_UNKNOWN,
                               .next_break_us = r->work_us > working ? r->work_us - working : 0};
    /* The day's budget is spent: nothing more today. */
    if (e->units >= r->exposure_budget) out->break_due = true;
}

void care_add(struct exposure *e, const struct review_rules *r, int64_t now_us, double seconds, int severity,
              double weight)
{
    bool idle = e->active_us == TIME_UNKNOWN || now_us - e->active_us >= r->break_us;
    if (!isfinite(seconds) || seconds < 0) seconds = 0;
    if (idle || e->working_since_us == TIME_UNKNOWN) e->working_since_us = now_us;
    e->active_us = now_us;
    e->seconds += seconds;
    e->units += seconds * weight * severity / 100;
}

int review_care(struct store *s, const struct review_rules *r, const struct id128 *person, int64_t now_us,
                struct care_state *out, struct error *err)
{
    struct exposure e;
    int code = store_exposure_get(s, person, now_us / US_PER_DAY, &e, err);
    if (code == 0) care_state_of(&e, r, now_us, out);
    return code;
}

/* A file that was looked at is marked so. */
static int mark_seen(struct store *s, const struct id128 *person, const struct post *p, struct arena *a,
                     int64_t now_us, struct error *err)
{
    if (p->nmedia == 0) return 0;
    struct store_media *media = ARENA_ARRAY(a, p->nmedia, struct store_media);
    if (!media) return error_set(err, ERR_NOMEM, "review", "no memory for media");
    int code = store_get_media(s, &p->id, p->nmedia, a, media, err);
    for (size_t i = 0; code == 0 && i < p->nmedia; i++)
        if (media[i].state == MEDIA_READY) code = store_seen_put(s, person, &media[i].sha256, now_us, err);
    return code;
}

int review_exposed(struct store *s, const struct review_rules *r, const struct id128 *person,
                   const struct looked *l, int64_t now_us, struct care_state *out, struct error *err)
{
    struct exposure e;
    struct judged j;
    struct arena a;
    arena_init(&a, 0);
    int code = load_judged(s, &l->post, &a, &j, err);
    if (code == 0) code = store_exposure_get(s, person, now_us / US_PER_DAY, &e, err);
    if (code == 0) {
        care_add(&e, r, now_us, l->seconds, j.analysed ? j.as.severity : 0, care_weight(l->shown));
        code = store_exposure_put(s, &e, err);
    }
    bool own = l->shown != SHOWN_TEXT && !l->reference;
    if (code == 0 && own) code = mark_seen(s, person, &j.post, &a, now_us, err);
    if (code == 0 && own) code = note_clip(s, person, &l->post, l->seconds * care_weight(l->shown), 0, err);
    if (code == 0) care_state_of(&e, r, now_us, out);
    arena_done(&a);
    return code;
}

int review_break(struct store *s, const struct review_rules *r, const struct id128 *person, int64_t minutes,
                 int64_t now_us, struct care_state *out, struct error *err)
{
    struct exposure e;
    int code = store_exposure_get(s, person, now_us / US_PER_DAY, &e, err);
    if (code) return code;
    e.break_until_us = now_us + minutes * US_PER_MINUTE;
    e.working_since_us = e.active_us = TIME_UNKNOWN;
    code = store_exposure_put(s, &e, err);
    if (code == 0) care_state_of(&e, r, now_us, out);
    return code;
}
