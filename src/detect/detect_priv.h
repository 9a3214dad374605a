/* What the files of this room share: the banks as they lie in memory, an item's texts, the rows of the table. */
#ifndef MARSAD_DETECT_PRIV_H
#define MARSAD_DETECT_PRIV_H

#include "base/limits.h"
#include "base/map.h"
#include "base/vec.h"
#include "detect/detect.h"

#define DETECT_MODULE "detect"

/* ---- banks.c ---- */

#define NO_ITEM UINT32_MAX

struct set_bank {
    struct sv name;
    enum category category;
    bool negative;
    int threshold;
};

struct set_item {
    uint32_t bank; /* into banks */
    enum bank_item_type type;
    struct id128 id;
    struct sv label;
    uint32_t nvalue; /* BANK_SHA256, BANK_SOUND: bytes of its value, which lies behind the label */
    struct id128 of; /* BANK_SIGHT: the item that it belongs to */
    int threshold;   /* the bank's when it has none; at most MATCH_MAX_DISTANCE; -1: removed */
    uint32_t first_frame, nframes;
    uint32_t next_same; /* the next item of the same file or sound; NO_ITEM */
    uint16_t nkeys;     /* BANK_SIGHT: its key frames */
};

/* A key frame that the index of pictures has not taken in yet. */
struct set_key {
    uint32_t item;
    struct key_frame key; /* points in fresh_arena */
};

struct set_frame {
    uint32_t item;
    int64_t time_us;
};

struct set_print {
    uint32_t item;
    const struct landmark *v;
    size_t n;
    uint32_t ticks;
    const uint8_t *tune;
    size_t ntune;
};

/* Frames of too low a quality are left out. Hashes wait until the index has taken them in: hashes[i] is of frame hashes_from + i. */
struct bank_set {
    struct arena arena;
    struct VEC(struct set_bank) banks;
    struct VEC(struct set_item) items;
    struct VEC(struct hash256) hashes;
    size_t hashes_from;
    struct VEC(struct set_frame) frames;
    struct VEC(struct set_print) prints;
    struct VEC(struct set_key) fresh;
    struct arena fresh_arena;
    size_t fresh_points;                                  /* in fresh */
    struct pictures *pictures;                            /* bank_sights.h; NULL while there are none */
    bool joined;                                          /* bank_sights_ready has been there */
    struct map bank_by_name, item_by_file, item_by_sound; /* → index + 1 */
    struct bank_index *index;                             /* bank_index.h; NULL until it is wanted */
    struct bank_sounds *sounds;                           /* bank_sounds.h; likewise */
    size_t removed;                                       /* items, since the index last looked */
    /* Since the set was kept or opened (bank_file.h): */
    bool kept;                              /* it was */
    size_t changes, new_frames, new_points; /* items in and out; of what came in */
    void *map;                              /* its file, which labels and prints point into; NULL: none */
    size_t map_bytes;
};

/* Adds an item whose label and value the set has already (nvalue bytes behind the label), and makes it findable by them. ERR_NOMEM;
 * the set is then as before. */
int bank_set_link_item(struct bank_set *b, const struct set_item *item) MUST_USE;

/* The first item of that file or sound, and the one after another; NO_ITEM. */
uint32_t bank_set_by_file(const struct bank_set *b, const struct sha256 *sha);
uint32_t bank_set_by_sound(const struct bank_set *b, struct sv value);
uint32_t bank_set_next_same(const struct bank_set *b, uint32_t item);

/* An item's name in a set, as the key of a map. */
struct item_key {
    uint32_t bank;
    struct id128 id;
};
struct sv item_key(struct item_key *k, uint32_t bank, const struct id128 *id);

/* For each item the one that it belongs to: itself, for a sight the item that it names; NO_ITEM when that is not in the set.
 * The caller's to free; NULL: no memory. */
uint32_t *bank_set_roots(const struct bank_set *b);

/* A finding of that kind against that item: detector, bank, item, label, category. id_text: 33 bytes, must live as
 * long as the finding is not yet added. */
void match_init(struct finding *f, enum finding_kind kind, const struct detector *d, const struct bank_set *b,
                const struct set_item *item, char id_text[ID_TEXT_BYTES]);

/* ---- units.c: the texts of an item, each normalised once ---- */

struct text_unit {
    enum text_field field;
    uint32_t index; /* into post.texts, UINT32_MAX for the account's */
    int64_t start_us, end_us;
    const struct text_part *part; /* of the post; NULL for the account's */
    struct norm_text norm;
};

struct detect_scratch {
    struct arena arena; /* cleared with each item */
    struct terms_scratch *terms;
    struct model_scratch model;
    const struct log *log;
    struct text_unit *units;
    size_t nunits;
    bool units_ready;
};

/* Normalises on the first call of an item; texts beyond DETECT_MAX_TEXT_BYTES are left out and logged. ERR_NOMEM. */
int scratch_units(struct detect_scratch *s, const struct detect_item *item, struct error *err) MUST_USE;
/* The place of original bytes [start, end) of a unit. */
struct place unit_place(const struct text_unit *u, size_t start, size_t end);

/* ---- terms.c ---- */

/* Whether original bytes [start, end) stand between quotation marks. */
bool text_quoted(struct sv text, size_t start, size_t end);

/* ---- denied.c ---- */

/* Whether what begins at that byte of the original is denied by the words right before it. */
bool text_denied(struct sv text, size_t start);

/* ---- whose.c ---- */

enum whose { WHOSE_UNKNOWN = 0, WHOSE_OWN, WHOSE_OTHER };
/* Whether the words around original bytes [start, end) say that what stands there is the speaker's own, or somebody
 * else's. */
enum whose whose_is(const struct norm_text *t, size_t start, size_t end);

/* ---- the rows ---- */

extern const struct detector detector_hash, detector_file, detector_sound, detector_recording, detector_tune,
    detector_terms, detector_private, detector_idtime, detector_classify;

#endif
