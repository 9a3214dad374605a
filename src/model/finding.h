/* What was found, by which detector, how sure, and exactly where. A finding that cannot be shown to a reviewer is not
 * a finding: each has at least one place. */
#ifndef MARSAD_MODEL_FINDING_H
#define MARSAD_MODEL_FINDING_H

#include "model/category.h"
#include "model/post.h"
#include "model/signal.h"

/* Closed list of kinds; the policy speaks of them by name. */
enum finding_kind {
    FINDING_MATCH_MEDIA = 0, /* "match.media": a picture or clip of a bank */
    FINDING_MATCH_FILE,      /* "match.file": byte for byte the same file */
    FINDING_MATCH_SOUND,     /* "match.sound": a sound of a bank (by id now, by recording later) */
    FINDING_TERM,            /* "term": words of a lexicon */
    FINDING_PRIVATE,         /* "private": private data; `label` says which kind */
    FINDING_TIME_MISMATCH,   /* "time.mismatch": the id's own time is not the stated one */
    FINDING_CLASSIFIER,      /* "classifier": what a text is as a whole; `label` says which question */
    FINDING_TOGETHER,   /* "network.together": another account of its group did the same; `label` says what */
    FINDING_RETURN,     /* "network.return": its account is like one that was closed; `label` says in what */
    FINDING_MATCH_TUNE, /* "match.tune": a tune of a bank, in another performance */
    FINDING_PILEON, /* "network.pileon": one of many that turned on `quote` at once; `label` says what is odd */
    FINDING_KIND_COUNT
};
const char *finding_kind_name(enum finding_kind k);
bool finding_kind_parse(struct sv s, enum finding_kind *out);

enum place_kind {
    PLACE_POST = 0, /* the record as a whole (its id, its time) */
    PLACE_TEXT,     /* bytes [start, end) of one text part, in the original as received */
    PLACE_MEDIA     /* seconds and region of one media file */
};

struct place {
    enum place_kind kind;
    /* PLACE_TEXT */
    enum text_field field;
    uint32_t text_index; /* into post.texts; UINT32_MAX for handle, name and bio */
    size_t start, end;
    /* PLACE_MEDIA; also PLACE_TEXT where the text has a time */
    uint32_t media_index;     /* into post.media */
    int64_t start_us, end_us; /* TIME_UNKNOWN when it has no time */
    struct region region;
};

/* A place of that kind with nothing known about it: no time, the whole picture, text_index UINT32_MAX. */
struct place place_of(enum place_kind kind);

/* What it was matched against. */
struct reference {
    struct sv bank, item; /* bank name and item id as text; empty when none */
    bool negative;        /* a known innocent: explains a match elsewhere */
    int64_t time_us;      /* the place in the reference; TIME_UNKNOWN */
    int distance;         /* bits of 256; -1 when that is not how it was found */
    enum dihedral form;   /* how it was turned */
    double speed;         /* 2: runs twice as fast as the reference, negative: backwards; 0: not known */
    /* Findings about accounts, by id as text: the other post and account; microseconds from this post to that one
     * (TIME_UNKNOWN); and with how many accounts of its group this post did something together (0: not known). */
    struct sv post, account;
    int64_t gap_us;
    uint32_t accounts;
    /* With points: how many of the reference's were found again (0: found by its hash alone), the part of it that is seen, and
     * where its corners are in the frame: x, y in thousandths, clockwise from its left top, beyond the frame where it was cut. */
    unsigned points;
    struct region part;
    int16_t corners[8];
};

struct finding {
    enum finding_kind kind;
    struct sv detector; /* "hash" … */
    int detector_version;
    enum category category; /* what this would be evidence of; CATEGORY_NONE: context only */
    double probability;     /* 0..1, that the category holds given this finding alone */
    struct sv label;        /* kind of private data, lexicon entry id, … ; stable, machine-readable */
    struct sv quote;        /* the matched words as they stand in the original; empty for media */
    struct sv context; /* "counter", "news", "quote", "advert", … when something speaks against; empty */
    struct place *places;
    size_t nplaces; /* ≥ 1 */
    struct reference ref;
};

/* Empty: no category, no places, a reference of unknown time, distance and turn. */
void finding_init(struct finding *f);

/* Grows on the heap; strings and places in `arena`. */
struct finding_list {
    struct finding *v;
    size_t n, cap;
    size_t dropped; /* beyond POST_MAX_FINDINGS */
    struct arena *arena;
};
void finding_list_init(struct finding_list *l, struct arena *a);
void finding_list_done(struct finding_list *l);
/* Copies *f, its strings and places. A finding without a place asserts. 0 or ERR_NOMEM; above the maximum it is
 * counted in `dropped` and 0. */
int finding_add(struct finding_list *l, const struct finding *f) MUST_USE;

/* docs/formats/finding.md; probabilities keep six decimals. finding_read: strings in `a`; ERR_FORMAT names the member
 * that is wrong. */
void finding_write(const struct finding *f, struct jw *w);
int finding_read(const struct json *v, struct arena *a, struct finding *out, struct error *err) MUST_USE;

#endif
