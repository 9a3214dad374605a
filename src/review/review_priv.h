#ifndef MARSAD_REVIEW_PRIV_H
#define MARSAD_REVIEW_PRIV_H

#include "base/json.h"
#include "review/review.h"
#include "store/ledger.h"

/* A step about a post, in words {"what":…, "text":…}. */
int note_step(struct store *s, enum step_kind kind, const struct id128 *post, const char *what,
              struct sv text, struct error *err) MUST_USE;
int review_fail(struct error *err, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* ERR_BUSY when somebody else has the post. */
int not_anothers(struct store *s, const struct id128 *who, const struct id128 *post, int64_t now_us,
                 struct error *err) MUST_USE;
/* Somebody looks at it: reports that were received are in review. */
int tell_reporters(struct store *s, const struct id128 *post, struct error *err) MUST_USE;
/* So many seconds of the post's clips were looked at by somebody, and they were judged so often. */
int note_clip(struct store *s, const struct id128 *person, const struct id128 *post, double seconds,
              int64_t judged, struct error *err) MUST_USE;
/* Finds a caption that is nearly that of the post, and marks the two as alike. */
int mark_near(struct store *s, const struct post *p, struct arena *a, struct error *err) MUST_USE;
/* Post, result and reach of a post that is judged. */
struct judged {
    struct post post;
    int64_t known_us, deadline_us;
    struct assessment as;
    bool analysed;
};
int load_judged(struct store *s, const struct id128 *post, struct arena *a, struct judged *out,
                struct error *err) MUST_USE;

/* quality.c: takes back a blind judgement that its maker knows as the decision `id`; ERR_NOTFOUND when there is none so young. */
int undo_blind(struct store *s, const struct review_rules *r, const struct reviewer *who,
               const struct id128 *id, int64_t now_us, struct arena *a, struct decision *out,
               struct error *err) MUST_USE;

#endif
