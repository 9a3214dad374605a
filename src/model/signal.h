/* What is in a media file, without judgement: the worker's answer as the rest of the house sees it. */
#ifndef MARSAD_MODEL_SIGNAL_H
#define MARSAD_MODEL_SIGNAL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash256.h"
#include "base/id.h"
#include "base/landmark.h"
#include "base/sound_mark.h"
#include "base/tune.h"
#include "base/point.h"
#include "model/post.h"
#include "model/said.h"

/* The eight forms of a picture turned and mirrored, in the order the field prints them. */
enum dihedral {
    DIHEDRAL_ORIGINAL = 0,
    DIHEDRAL_ROT90,
    DIHEDRAL_ROT180,
    DIHEDRAL_ROT270,
    DIHEDRAL_FLIPX, /* top and bottom swapped */
    DIHEDRAL_FLIPY, /* left and right swapped: what people call mirrored */
    DIHEDRAL_TRANSPOSE,
    DIHEDRAL_ANTITRANSPOSE,
    DIHEDRAL_COUNT
};
const char *dihedral_name(enum dihedral d);
bool dihedral_parse(struct sv s, enum dihedral *out);

/* Part of a frame in thousandths of its width and height; {0,0,1000,1000} is the whole. */
struct region {
    uint16_t x, y, w, h;
};
#define REGION_WHOLE ((struct region){0, 0, 1000, 1000})

struct frame_signal {
    int64_t time_us; /* from the start of the clip; 0 for pictures */
    struct region region;
    uint8_t quality; /* PDQ's, 0-100 */
    struct hash256 pdq[DIHEDRAL_COUNT];
};

struct media_signals {
    enum media_kind kind;          /* as found */
    char container[32], codec[32]; /* libav's short names, NUL-terminated */
    int32_t width, height;         /* as shown: after rotation flags */
    int64_t duration_us;           /* TIME_UNKNOWN when the file does not say */
    bool incomplete;               /* a limit or damage ended the reading early; `note` says which */
    bool first_look;               /* of some stretches only the key frame was looked at */
    char note[160];
    struct frame_signal *frames; /* by time */
    size_t nframes;
    bool has_sound;
    int64_t sound_us;           /* how much of it was heard; 0: none */
    struct landmark *landmarks; /* by time */
    size_t nlandmarks;
    struct sound_mark *marks; /* what each stretch is, without a gap */
    size_t nmarks;
    uint8_t *tune; /* steps of TUNE_STEP_US from the start; base/tune.h */
    size_t ntune;
    struct spoken said;     /* by an outside recogniser, never by the worker */
    struct key_frame *keys; /* by time: frames with their points, fewer than those hashed */
    size_t nkeys;
};

/* Stored form: versioned, little-endian, see signal.c; every version loads for ever. signals_write asserts what
 * signals_read checks: frames in the order of their times and at most MEDIA_MAX_FRAMES, regions inside the frame,
 * landmarks likewise and at most LANDMARKS_MAX_PEAKS; where no sound was heard the bytes are those of version 1,
 * where there are no key frames those of version 2; marks and a tune make it version 4, what a recogniser
 * heard version 5. marks at most SOUND_MAX_MARKS, steps SOUND_MAX_TUNE.
 * signals_read: frames and landmarks live in `a`; ERR_FORMAT on anything that signals_write could not have written, ERR_UNSUPPORTED
 * on a version newer than this build. */
#define SIGNALS_VERSION 5
void signals_write(const struct media_signals *s, struct buf *b);
int signals_read(struct sv bytes, struct arena *a, struct media_signals *out, struct error *err) MUST_USE;

/* Appends to a post what was said in medium `medium`, whose stored signals these are; nothing when they hold no such thing or cannot be
 * read. ERR_NOMEM. */
int signals_add_said(struct sv bytes, uint32_t medium, struct post *p, struct arena *a,
                     struct error *err) MUST_USE;

/* Why a file has no signals. */
struct media_failure {
    int code;       /* enum error_code */
    char text[200]; /* UTF-8, one line */
};

#endif
