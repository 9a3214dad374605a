/* What a post shares, as rows for a table or a stream: one per layer and thing.
 *
 *   clip      the family of copies that matching put its media in (given by the caller: a file's hash would miss a copy)
 *   sound     the platform's sound id
 *   caption   the wording, when it is long enough to be no accident
 *   hashtags  the ordered list, from five on
 *   url       links
 *   target    whom it answers, mentions, duets or stitches; never its own account
 *   screen    the text written on the picture, when long enough
 *
 * Wording is compared after normalisation (text/normalise.h), without mentions, links, hashtags, digits, punctuation and
 * emoji: captions that differ in those are the same caption here. */
#ifndef MARSAD_NETWORK_ACTIONS_H
#define MARSAD_NETWORK_ACTIONS_H

#include "model/post.h"
#include "network/stream.h"

enum action_layer {
    ACTION_CLIP = 0,
    ACTION_SOUND,
    ACTION_CAPTION,
    ACTION_HASHTAGS,
    ACTION_URL,
    ACTION_TARGET,
    ACTION_SCREEN,
    ACTION_LAYERS
};
const char *action_layer_name(enum action_layer l);

/* Layers with the windows that suit them: seconds for what takes a tap, an hour for what takes work. */
void actions_stream_options(struct network_stream_options *o);
void actions_run_options(struct network_options *o);
/* The rule of a workspace: three distinct posts on either side; what everybody does (a sound, a target) counts only from
 * five on. 0 where a layer has no minimum of its own. */
enum { ACTIONS_MIN_POSTS = 3, ACTIONS_MIN_GROUP = 3 };
uint32_t actions_min_posts(enum action_layer l);
int64_t actions_window_us(enum action_layer l);
/* The order of posts of one moment, from their names: what network_run() and the streams go by, as a signed number. */
int64_t actions_order(struct sv account, struct sv post, int64_t time_us);

struct action {
    enum action_layer layer;
    struct sv object;
};
enum { ACTION_MIN_LETTERS = 20, ACTION_MIN_HASHTAGS = 5 };

/* The things that a post shares; strings in the arena. clip: the family of its media, empty when unknown. ERR_NOMEM,
 * ERR_LIMIT (a text above TEXT_MAX_BYTES). */
int actions_of_post(const struct post *p, struct sv clip, struct arena *a, struct action **out, size_t *out_n,
                    struct error *err) MUST_USE;
/* The key of a wording; empty when it has fewer than ACTION_MIN_LETTERS letters. */
int caption_key(struct sv text, struct arena *a, struct sv *out, struct error *err) MUST_USE;
/* A key without the dots of its Arabic letters, drawn-out letters and spaces within words, for shingles: a copy whose dots were taken
 * off is a copy. */
int caption_shape(struct sv key, struct arena *a, struct sv *out, struct error *err) MUST_USE;

/* Hands all of a post's actions to a stream. Posts without account or time share nothing. *out_change (may be NULL) adds up
 * what they changed. */
int actions_stream_post(struct network_stream *s, const struct post *p, struct sv clip,
                        struct network_change *out_change, struct error *err) MUST_USE;

#endif
