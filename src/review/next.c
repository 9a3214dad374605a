/* What a person gets when they ask for the next post. */
#include "review/review_priv.h"

enum { LOOK_AT = 200, LOOK_PAGES = 10 };

/* A number in [0, 1) that follows from who and when: nobody can tell from it what comes, and a test can. */
static double draw(const struct id128 *who, int64_t now_us, const char *what)
{
    struct sv parts[] = {sv_of(who->b, sizeof who->b), sv_of(&now_us, sizeof now_us)};
    struct id128 h = id_of(what, parts, 2);
    return (double)(h.b[0] | h.b[1] << 8 | h.b[2] << 16) / (1 << 24);
}

/* A clip that they know is left to others. */
static int take(struct store *s, const struct review_rules *r, const struct reviewer *who,
                const struct id128 *post, int64_t now_us, bool *out_got, bool *out_seen, struct error *err)
{
    int known = review_seen(s, r, &who->id, post, out_seen, err);
    if (known || *out_seen) return known;
    struct lease want = {*post, who->id, now_us, now_us + r->lease_us}, got;
    int code = store_lease_take(s, &want, now_us, out_got, &got, err);
    if (code == 0 && *out_got) code = note_step(s, STEP_VIEW, post, "lease", SV_NULL, err);
    return code || !*out_got ? code : tell_reporters(s, post, err);
}

/* Whoever spares themselves a harm is spared it here too; what they had and passed on is not given to them again. */
static int suits(struct store *s, const struct reviewer *who, const struct id128 *post, bool rotate,
                 struct arena *a, bool *out, struct error *err)
{
    struct judged j;
    struct lease last;
    *out = false;
    int code = store_lease_get(s, post, &last, err);
    if (code == 0 && id_eq(&last.person, &who->id)) return 0;
    if (code == 0 || code == ERR_NOTFOUND) code = load_judged(s, post, a, &j, err);
    if (code) return code;
    *out = !j.analysed || review_suits(who, j.as.category, j.as.severity, j.post.language, rotate);
    return 0;
}

/* Something of which the answer is known, or that somebody else has judged: shown as any other. */
static int quality_item(struct store *s, const struct review_rules *r, const struct reviewer *who,
                        bool rotate, int64_t now_us, struct arena *a, bool *out_found, struct id128 *out,
                        struct error *err)
{
    struct second_review *second = NULL;
    struct golden *golden = NULL;
    struct judgement *all = NULL;
    size_t nsecond = 0, ngolden = 0, nall = 0;
    int code = store_judgements(s, now_us - 90 * US_PER_DAY, a, &all, &nall, err);
    if (code == 0) code = store_second_reviews(s, SV("waiting"), 50, a, &second, &nsecond, err);
    if (code == 0) code = store_goldens(s, a, &golden, &ngolden, err);
    double at = draw(&who->id, now_us, "quality");
    if (code || at >= r->golden_share + (nsecond > 0 ? 0.25 : 0)) return code;
    bool want_golden = at < r->golden_share;
    for (size_t i = 0; code == 0 && !*out_found && i < (want_golden ? ngolden : nsecond); i++) {
        const struct id128 *post = want_golden ? &golden[i].post : &second[i].post;
        bool mine = !want_golden && id_eq(&second[i].first, &who->id);
        for (size_t k = 0; !mine && k < nall; k++)
            mine = id_eq(&all[k].post, post) && id_eq(&all[k].person, &who->id);
        if (mine) continue;
        *out = *post;
        bool seen = false, good = false;
        code = suits(s, who, post, rotate, a, &good, err);
        if (good) code = take(s, r, who, post, now_us, out_found, &seen, err);
    }
    return code;
}

struct found {
    bool any, found; /* rows were there; one was leased */
    bool seen;       /* one that fits is known to the person already */
    struct id128 post, seen_post;
};

static int first_that_fits(struct store *s, const struct review_rules *r, const struct reviewer *who,
                           bool rotate, int64_t now_us, struct found *out, struct error *err)
{
    struct arena pages[2];
    const struct queue_row *after = NULL;
    int code = 0;
    arena_init(&pages[0], 0);
    arena_init(&pages[1], 0);
    for (int page = 0; code == 0 && !out->found && page < LOOK_PAGES; page++) {
        struct desk_queue_row *rows = NULL;
        size_t n = 0;
        struct arena *a = &pages[page % 2];
        arena_clear(a);
        code = store_desk_queue(s, NULL, after, LOOK_AT, a, &rows, &n, err);
        for (size_t i = 0; code == 0 && !out->found && i < n; i++) {
            bool seen = false;
            out->any = true;
            if (!review_fits(who, &rows[i], rotate, now_us)) continue;
            out->post = rows[i].q.post;
            code = take(s, r, who, &out->post, now_us, &out->found, &seen, err);
            if (seen && !out->seen) out->seen_post = out->post;
            out->seen |= seen;
        }
        if (code || n < LOOK_AT) break;
        after = &rows[n - 1].q;
    }
    arena_done(&pages[0]);
    arena_done(&pages[1]);
    return code;
}

/* What was handed to this person stands before the queue. */
static int handed_to(struct store *s, const struct review_rules *r, const struct reviewer *who,
                     int64_t now_us, struct arena *a, bool *out_found, struct id128 *out, struct error *err)
{
    struct id128 *posts = NULL;
    size_t n = 0;
    int code = store_desk_posts(s, SV("handed"), a, &posts, &n, err);
    for (size_t i = 0; code == 0 && !*out_found && i < n; i++) {
        struct desk_queue_row row;
        struct error ignored;
        if (store_desk_queue_one(s, &posts[i], a, &row, &ignored) != 0 || !id_eq(&row.handed_to, &who->id) ||
            !review_fits(who, &row, false, now_us))
            continue;
        bool seen = false;
        *out = posts[i];
        code = take(s, r, who, out, now_us, out_found, &seen, err);
    }
    return code;
}

int review_next(struct store *s, const struct review_rules *r, const struct reviewer *who, int64_t now_us,
                struct arena *a, enum next_why *out_why, struct id128 *out_post, struct error *err)
{
    struct care_state care;
    struct id128 *mine = NULL;
    size_t nmine = 0;
    bool found = false;
    struct found queue = {.any = false};
    int code = review_care(s, r, &who->id, now_us, &care, err);
    if (code) return code;
    if (care.break_due) {
        *out_why = NEXT_BREAK;
        return 0;
    }
    code = store_leased_posts(s, &who->id, now_us, a, &mine, &nmine, err);
    if (code == 0 && nmine >= (size_t)r->max_leases) {
        *out_post = mine[0];
        *out_why = NEXT_FOUND;
        return 0;
    }
    if (code == 0) code = handed_to(s, r, who, now_us, a, &found, out_post, err);
    if (code == 0 && !found) code = quality_item(s, r, who, care.rotate, now_us, a, &found, out_post, err);
    if (code == 0 && !found) {
        code = first_that_fits(s, r, who, care.rotate, now_us, &queue, err);
        *out_post = queue.found ? queue.post : queue.seen_post;
    }
    *out_why = found || queue.found ? NEXT_FOUND
               : queue.seen         ? NEXT_SEEN
               : queue.any          ? NEXT_ROUTED
                                    : NEXT_EMPTY;
    return code;
}
