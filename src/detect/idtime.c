/* A TikTok id holds the second in which it was made. The post states a time too; when the two cannot both be true,
 * one was altered, or the record is not what it claims.
 *
 * On records as captured the stated time follows the id's by some seconds, and by days where a post was scheduled
 * (3.9 at most in what we have seen; the platform lets people schedule ten days ahead). So: earlier than the id by
 * more than an hour (clocks and time zones of tools), or later by more than eleven days. Context, no harm. */
#include "detect/detect_priv.h"

#define EARLIER_US US_PER_HOUR
#define LATER_US   (11 * US_PER_DAY)
#define SURE       0.9

static int open(const struct detect_env *env, void **out_state, struct error *err)
{
    *out_state = NULL;
    return 0;
}

static int run(const void *state, struct detect_scratch *scratch, const struct detect_item *item,
               struct finding_list *out, struct error *err)
{
    const struct post *post = item->post;
    int64_t made_us = 0;
    if (!sv_is(post->platform, "tiktok") || post->created_us == TIME_UNKNOWN) return 0;
    if (!tiktok_id_time(post->native_id, &made_us)) return 0;
    double later_us = (double)post->created_us - (double)made_us;
    if (later_us >= -(double)EARLIER_US && later_us <= (double)LATER_US) return 0;

    char text[TIME_TEXT_BYTES];
    time_format(made_us, text);
    struct place p = place_of(PLACE_POST);
    struct finding f;
    finding_init(&f);
    f.kind = FINDING_TIME_MISMATCH;
    f.detector = sv_cstr(detector_idtime.name);
    f.detector_version = detector_idtime.version;
    f.probability = SURE;
    f.label = sv_cstr(text); /* when the id was made */
    f.quote = post->native_id;
    f.places = &p;
    f.nplaces = 1;
    int rc = finding_add(out, &f);
    return rc ? error_set(err, rc, DETECT_MODULE, "no memory for a finding") : 0;
}

static void close(void *state) {}

const struct detector detector_idtime = {
    .name = "idtime",
    .help = "a TikTok id that was made at another time than its post states",
    .version = 1,
    .wants = DETECT_RECORD,
    .open = open,
    .run = run,
    .close = close,
};
