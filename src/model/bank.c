/* Names and identities of bank items. */
#include "model/bank.h"

#include <assert.h>

static const char *const type_names[BANK_ITEM_TYPE_COUNT] = {"pdq",   "vpdq",  "sha256", "sound",
                                                             "print", "sight", "other"};
enum { BANK_STATUS_COUNT = BANK_WITHDRAWN + 1 };
static const char *const status_names[BANK_STATUS_COUNT] = {"active", "quarantined", "withdrawn"};

static int find_name(struct sv s, const char *const *names, int n)
{
    for (int i = 0; i < n; i++)
        if (sv_is(s, names[i])) return i;
    return -1;
}

const char *bank_item_type_name(enum bank_item_type t)
{
    assert((unsigned)t < BANK_ITEM_TYPE_COUNT);
    return type_names[t];
}

bool bank_item_type_parse(struct sv s, enum bank_item_type *out)
{
    int i = find_name(s, type_names, BANK_ITEM_TYPE_COUNT);
    if (i < 0) return false;
    *out = (enum bank_item_type)i;
    return true;
}

const char *bank_status_name(enum bank_status s)
{
    assert((unsigned)s < BANK_STATUS_COUNT);
    return status_names[s];
}

bool bank_status_parse(struct sv s, enum bank_status *out)
{
    int i = find_name(s, status_names, BANK_STATUS_COUNT);
    if (i < 0) return false;
    *out = (enum bank_status)i;
    return true;
}

/* A clip's value is its list of frames: folded one after the other, so that no list has to be built in memory. */
static struct id128 frames_id(const struct bank_item *item)
{
    struct id128 id = {{0}};
    for (size_t i = 0; i < item->nframes; i++) {
        const struct bank_frame *f = &item->frames[i];
        char hex[HASH256_TEXT_BYTES];
        hash256_format(&f->pdq, hex);
        char rest[9];
        rest[0] = (char)f->quality;
        for (int k = 0; k < 8; k++) rest[k + 1] = (char)((uint64_t)f->time_us >> (8 * k));
        struct sv parts[] = {sv_of(id.b, sizeof id.b), sv_of(hex, HASH256_TEXT_BYTES - 1),
                             sv_of(rest, sizeof rest)};
        id = id_of("bank_frames", parts, 3);
    }
    return id;
}

struct id128 bank_item_id(const struct bank_item *item)
{
    struct sv parts[3] = {sv_cstr(bank_item_type_name(item->type)), item->value, SV_NULL};
    char hex[HASH256_TEXT_BYTES];
    struct id128 folded;
    switch (item->type) {
    case BANK_PDQ:
        assert(item->nframes == 1);
        hash256_format(&item->frames[0].pdq, hex);
        parts[1] = sv_of(hex, HASH256_TEXT_BYTES - 1);
        break;
    case BANK_VPDQ:
        folded = frames_id(item);
        parts[1] = sv_of(folded.b, sizeof folded.b);
        break;
    case BANK_OTHER: parts[2] = item->other_type; break;
    case BANK_SHA256:
    case BANK_SOUND:
    case BANK_PRINT:
    case BANK_SIGHT:
    case BANK_ITEM_TYPE_COUNT: break;
    }
    return id_of("bank_item", parts, 3);
}
