/* Banks: collections of known references, each item with where it came from and why it is there. */
#ifndef MARSAD_MODEL_BANK_H
#define MARSAD_MODEL_BANK_H

#include "base/hash256.h"
#include "model/category.h"
#include "model/post.h"

enum bank_item_type {
    BANK_PDQ = 0, /* one picture or frame */
    BANK_VPDQ,    /* frames of one clip: value is a list of hash, quality, time */
    BANK_SHA256,  /* a file, byte for byte */
    BANK_SOUND,   /* a platform's sound id: "tiktok:7012…" */
    BANK_PRINT,   /* a recording by its landmarks: value as in model/print.h */
    BANK_SIGHT,   /* what else is known of an item with frames: value as in model/sight.h */
    BANK_OTHER,   /* a type of a partner's list that this version keeps but does not match (MD5, TLSH, …) */
    BANK_ITEM_TYPE_COUNT
};
const char *bank_item_type_name(enum bank_item_type t);
bool bank_item_type_parse(struct sv s, enum bank_item_type *out);

enum bank_status { BANK_ACTIVE = 0, BANK_QUARANTINED, BANK_WITHDRAWN };
const char *bank_status_name(enum bank_status s);
bool bank_status_parse(struct sv s, enum bank_status *out);

struct bank {
    struct sv name; /* unique, letters, digits, '-', '_', '.' */
    enum category category;
    bool negative; /* known innocents: explains, never accuses */
    int threshold; /* bits, for items without their own: 31 */
    struct sv source, reason;
    int64_t created_us;
};

struct bank_frame {
    struct hash256 pdq;
    uint8_t quality;
    int64_t time_us;
};

struct bank_item {
    struct id128 id; /* of type and value: the same hash is the same item within a bank */
    enum bank_item_type type;
    struct bank_frame *frames; /* BANK_PDQ: one; BANK_VPDQ: by time */
    size_t nframes;
    struct sv value;      /* the rest: lower-case hex, or "platform:id"; BANK_OTHER as it came */
    struct sv other_type; /* BANK_OTHER: its name in the list it came from */
    struct sv label;      /* what a reviewer reads: a file name, a title */
    struct sv source, reason;
    enum bank_status status;
    int threshold; /* -1: the bank's */
    int64_t added_us;
};

struct id128 bank_item_id(const struct bank_item *item);

#endif
