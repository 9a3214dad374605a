/* What the two files of the contact sheet share: what is shown, gathered; and the page. */
#ifndef MARSAD_CLI_MATCH_SHEET_PRIV_H
#define MARSAD_CLI_MATCH_SHEET_PRIV_H

#include "cli/match_sheet.h"
#include "media/media.h"
#include "model/print.h"

#include "base/vec.h"

enum {
    SHEET_PAIRS_MAX = 4,     /* of one finding; further moments are not drawn */
    SHEET_FINDINGS_MAX = 24, /* of one file are drawn; the page says how many are not */
    SHEET_SIDE = 240,        /* pixels of a picture's longer side */
    SHEET_FILES_MAX = 500    /* further files are not on the page, which says so */
};

/* A bank item that something matched. */
struct sheet_ref {
    struct sv bank, id, label;
    enum bank_item_type type;
    struct bank_frame *frames; /* pictures and clips */
    size_t nframes;
    struct print print; /* sounds */
    int64_t length_us;  /* 0: not known */
    struct sv original; /* a file with it; empty when none is at hand */
    bool by_name;       /* it is taken for the original by its name alone */
};

struct sheet_file {
    struct sv path;
    enum media_kind kind;
    int64_t duration_us, sound_us;
    struct landmark *landmarks;
    size_t nlandmarks;
    struct finding_list findings;
};

struct sheet {
    struct arena arena;
    struct VEC(struct sheet_file *) files;
    size_t files_left_out;
    struct VEC(struct sheet_ref) refs;
};

struct page {
    const struct sheet *sheet;
    struct cli cli; /* without colours */
    struct media_pool *pool;
    struct buf b;
};

/* NULL when the bank no longer has it. */
const struct sheet_ref *sheet_ref_of(const struct sheet *s, const struct finding *f);
/* match_page.c: the whole page into p->b. */
int page_write(struct page *p, struct error *err) MUST_USE;

#endif
