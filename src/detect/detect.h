/* Detectors: signals and banks → findings. One file per detector, one row per detector in a table.
 *
 * Compiled once, run per item: what open() makes is immutable and shared by all threads; a scratch belongs to one
 * thread. A detector finds and locates; what follows from it is the policy's. */
#ifndef MARSAD_DETECT_DETECT_H
#define MARSAD_DETECT_DETECT_H

#include "base/log.h"
#include "model/bank.h"
#include "model/finding.h"
#include "text/model.h"
#include "text/private.h"
#include "text/terms.h"

/* Banks as loaded: a snapshot that never changes. Built by adding, then sealed by detect_set_new. */
struct bank_set;
int bank_set_new(struct bank_set **out, struct error *err) MUST_USE;
void bank_set_free(struct bank_set *b);
/* Copies. ERR_EXISTS, ERR_NOMEM. */
int bank_set_add_bank(struct bank_set *b, const struct bank *bank, struct error *err) MUST_USE;
/* Copies. `bank` must have been added: ERR_NOTFOUND. Items that are not active or not of a kind we match are left out,
 * and frames of a clip below quality 50. ERR_LIMIT above BANK_MAX_ITEMS, ERR_NOMEM; the set is then as before. */
int bank_set_add_item(struct bank_set *b, struct sv bank, const struct bank_item *item,
                      struct error *err) MUST_USE;

bool bank_set_has_bank(const struct bank_set *b, struct sv name);
/* Between analyses, and before the detectors are opened again. 0, also when it is not there; 1 when this kind of item cannot be
 * taken out: load the banks anew. */
int bank_set_remove_item(struct bank_set *b, struct sv bank, const struct id128 *id);
struct bank_item_name {
    struct sv bank;
    struct id128 id;
};
/* As many at once, in one pass over the set. ERR_NOMEM: some may be out. */
int bank_set_remove_items(struct bank_set *b, const struct bank_item_name *v, size_t n);

/* From here on the items of other banks are passed over, as if they had been removed. As bank_set_remove_item; the set is not to be kept
 * after it. ERR_NOMEM: nothing has changed. */
int bank_set_only(struct bank_set *b, const struct sv *names, size_t n) MUST_USE;

/* Keeps the set and its indexes in a folder (bank_file.h), so that a start reads and builds nothing. `mark` is the caller's: which
 * state of the store it is; at most BANK_MARK_BYTES. When no analysis runs; does nothing when little has changed, or the set is
 * small, or nobody has asked it yet. */
enum { BANK_MARK_BYTES = 256 };
int bank_set_keep(struct bank_set *b, const char *dir, struct sv mark, struct error *err) MUST_USE;
/* Whether bank_set_keep would do something. */
bool bank_set_keepable(const struct bank_set *b);
/* The set as it was kept. ERR_NOTFOUND, ERR_FORMAT: read the banks anew. */
int bank_set_open(const char *dir, struct bank_set **out, struct buf *out_mark, struct error *err) MUST_USE;
/* For a set that was read anew: what of the index of sounds was kept need not be built. ERR_NOTFOUND, ERR_FORMAT: it will be. */
int bank_set_open_sounds(struct bank_set *b, const char *dir, struct error *err) MUST_USE;

/* What one post brings to the detectors. */
struct detect_item {
    const struct post *post;
    const struct media_signals *const *media; /* one per post->media, NULL where there are none */
    const struct sha256 *const *media_sha256; /* likewise */
};

enum detect_wants { DETECT_TEXT = 1, DETECT_MEDIA = 2, DETECT_RECORD = 4 };

struct dialect_model;

struct detect_env {
    struct bank_set *banks;               /* *borrowed* for the set's life; may be NULL */
    const struct terms *terms;            /* likewise */
    const struct text_model *model;       /* likewise */
    const struct text_model *western;     /* likewise: of French and English */
    const struct dialect_model *dialects; /* likewise */
    const struct log *log;
};

struct detect_scratch;

struct detector {
    const char *name, *help;
    int version;
    unsigned wants;
    int (*open)(const struct detect_env *env, void **out_state, struct error *err);
    int (*run)(const void *state, struct detect_scratch *scratch, const struct detect_item *item,
               struct finding_list *out, struct error *err);
    void (*close)(void *state);
};
/* The table, in the order of their findings; ended by NULL. */
extern const struct detector *const detectors[];

struct detect_set;
int detect_set_new(const struct detect_env *env, struct detect_set **out, struct error *err) MUST_USE;
void detect_set_free(struct detect_set *s);
int detect_scratch_new(const struct detect_set *s, struct detect_scratch **out, struct error *err) MUST_USE;
void detect_scratch_free(struct detect_scratch *s);

/* Runs every detector over the item. Findings are added in the table's order, each detector's by place. A detector
 * that fails is logged and the others still run: the first error is returned, the findings of the others are there.
 * Only ERR_NOMEM ends the run. */
int detect_run(const struct detect_set *s, struct detect_scratch *scratch, const struct detect_item *item,
               struct finding_list *out, struct error *err) MUST_USE;

#endif
