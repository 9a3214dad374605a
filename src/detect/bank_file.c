#include "detect/bank_file.h"

#include "base/checked.h"
#include "detect/detect_priv.h"
#include "index/mih.h"

#define ORDER UINT32_C(0x01020304)

enum part { ITEMS, FRAMES, NUMBERS, PRINTS, PRINT_BYTES, TEXTS, BANKS, MARK, PARTS };

struct head {
    char magic[8];
    uint32_t order, line;
    uint64_t n[PARTS];
    uint64_t bytes, sum, head_sum, zero[3];
};
struct item_row {
    uint32_t bank, type;
    struct id128 id, of;
    int32_t threshold;
    uint32_t nframes, nkeys, nlabel, nvalue, zero;
    uint64_t text_at;
};
struct print_row {
    uint32_t item, n, ticks, ntune;
    uint64_t at;
};
_Static_assert(sizeof(struct head) == BANK_FILE_HEAD_BYTES, "no padding");
_Static_assert(sizeof(struct item_row) == 72 && sizeof(struct print_row) == 24, "no padding");

static const size_t part_bytes[PARTS] = {[ITEMS] = sizeof(struct item_row),
                                         [FRAMES] = sizeof(int64_t),
                                         [NUMBERS] = sizeof(uint32_t),
                                         [PRINTS] = sizeof(struct print_row),
                                         [PRINT_BYTES] = 1,
                                         [TEXTS] = 1,
                                         [BANKS] = 1,
                                         [MARK] = 1};

/* Where each part begins; the last is the end. False when it overflows. */
static bool lay_out(const struct head *h, size_t at[PARTS + 1])
{
    size_t end = BANK_FILE_HEAD_BYTES, bytes;
    for (int i = 0; i < PARTS; i++) {
        at[i] = end;
        if (!checked_mul(h->n[i], part_bytes[i], &bytes) || !checked_add(end, bytes, &end) ||
            !checked_add(end, 63, &end))
            return false;
        end = end / 64 * 64;
    }
    at[PARTS] = end;
    return true;
}

static uint64_t head_sum(const struct head *h)
{
    struct head copy = *h;
    copy.head_sum = 0;
    return mih_sum(&copy, sizeof copy);
}

/* ---- writing ---- */

static void pad(struct buf *b) { buf_pad(b, 0, (64 - b->n % 64) % 64); }

static size_t tune_room(size_t ntune) { return (ntune + 7) / 8 * 8; }

static void put_items(const struct bank_set *b, struct buf *out)
{
    uint64_t at = 0;
    for (size_t i = 0; i < b->items.n; i++) {
        const struct set_item *v = &b->items.v[i];
        struct item_row row = {.bank = v->bank,
                               .type = v->type,
                               .id = v->id,
                               .of = v->of,
                               .threshold = v->threshold,
                               .nframes = v->nframes,
                               .nkeys = v->nkeys,
                               .nlabel = (uint32_t)v->label.n,
                               .nvalue = v->nvalue,
                               .text_at = at};
        at += v->label.n + v->nvalue;
        buf_put(out, &row, sizeof row);
    }
    pad(out);
}

static void put_prints(const struct bank_set *b, struct buf *out)
{
    uint64_t at = 0;
    for (size_t i = 0; i < b->prints.n; i++) {
        const struct set_print *v = &b->prints.v[i];
        struct print_row row = {v->item, (uint32_t)v->n, v->ticks, (uint32_t)v->ntune, at};
        at += v->n * sizeof *v->v + tune_room(v->ntune);
        buf_put(out, &row, sizeof row);
    }
    pad(out);
    for (size_t i = 0; i < b->prints.n; i++) {
        const struct set_print *v = &b->prints.v[i];
        if (v->n) buf_put(out, v->v, v->n * sizeof *v->v);
        if (v->ntune) buf_put(out, v->tune, v->ntune);
        buf_pad(out, 0, tune_room(v->ntune) - v->ntune);
    }
    pad(out);
}

static void put_banks(const struct bank_set *b, struct buf *out)
{
    for (size_t i = 0; i < b->banks.n; i++) {
        const struct set_bank *v = &b->banks.v[i];
        buf_put_u32(out, (uint32_t)v->name.n);
        buf_putsv(out, v->name);
        buf_put_u32(out, (uint32_t)v->category);
        buf_put_u32(out, v->negative);
        buf_put_u32(out, (uint32_t)v->threshold);
    }
}

static void count_parts(const struct bank_set *b, const struct bank_index_line *line, struct head *h)
{
    h->n[ITEMS] = b->items.n;
    h->n[FRAMES] = b->frames.n;
    h->n[NUMBERS] = line->n;
    h->n[PRINTS] = b->prints.n;
    for (size_t i = 0; i < b->prints.n; i++)
        h->n[PRINT_BYTES] += b->prints.v[i].n * sizeof(struct landmark) + tune_room(b->prints.v[i].ntune);
    for (size_t i = 0; i < b->items.n; i++) h->n[TEXTS] += b->items.v[i].label.n + b->items.v[i].nvalue;
}

int bank_file_write(const struct bank_set *b, const struct bank_index_line *line, struct sv mark,
                    struct buf *out)
{
    struct head h = {.magic = "MARSSET", .order = ORDER, .line = line->line};
    size_t at[PARTS + 1] = {0};
    h.magic[7] = '1';
    count_parts(b, line, &h);
    if (lay_out(&h, at)) buf_reserve(out, at[PARTS]); /* in one piece: it may be large */
    buf_put(out, &h, sizeof h);
    put_items(b, out);
    for (size_t i = 0; i < b->frames.n; i++) buf_put_u64(out, (uint64_t)b->frames.v[i].time_us);
    pad(out);
    if (line->n) buf_put(out, line->frame_of, line->n * sizeof *line->frame_of);
    pad(out);
    put_prints(b, out);
    for (size_t i = 0; i < b->items.n; i++)
        buf_put(out, b->items.v[i].label.p, b->items.v[i].label.n + b->items.v[i].nvalue);
    pad(out);
    size_t from = out->n;
    put_banks(b, out);
    h.n[BANKS] = out->n - from;
    pad(out);
    buf_putsv(out, mark);
    h.n[MARK] = mark.n;
    pad(out);
    if (out->failed) return ERR_NOMEM;
    h.bytes = out->n;
    h.sum = mih_sum(out->p + sizeof h, out->n - sizeof h);
    h.head_sum = head_sum(&h);
    memcpy(out->p, &h, sizeof h);
    return 0;
}

/* ---- reading ---- */

static int bad(struct error *err, const char *what)
{
    return error_set(err, ERR_FORMAT, DETECT_MODULE, "banks.set: %s: the banks are read anew", what);
}

static int no_memory(struct error *err)
{
    return error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for banks");
}

static int read_banks(struct sv bytes, struct bank_set *b, struct error *err)
{
    struct reader r = reader_of(bytes);
    while (reader_left(&r) > 0) {
        struct bank bank = {.name = reader_bytes(&r, reader_u32(&r))};
        unsigned category = reader_u32(&r);
        bank.negative = reader_u32(&r) != 0;
        bank.threshold = (int)reader_u32(&r);
        bank.category = (enum category)category;
        if (r.failed || category >= CATEGORY_COUNT) return bad(err, "an impossible bank");
        int rc = bank_set_add_bank(b, &bank, err);
        if (rc) return rc == ERR_EXISTS ? bad(err, "a bank twice") : rc;
    }
    return 0;
}

static bool row_fits(const struct item_row *row, const struct head *h, const struct bank_set *b)
{
    bool text =
        row->text_at <= h->n[TEXTS] && (uint64_t)row->nlabel + row->nvalue <= h->n[TEXTS] - row->text_at;
    return text && row->bank < b->banks.n && row->type < BANK_ITEM_TYPE_COUNT &&
           row->threshold <= MATCH_MAX_DISTANCE && row->threshold >= -1 && row->nkeys <= KEYS_MAX &&
           row->nframes <= h->n[FRAMES] - b->frames.n;
}

static int read_items(struct sv bytes, const struct head *h, const size_t at[PARTS + 1], struct bank_set *b,
                      struct error *err)
{
    const struct item_row *rows = (const void *)(bytes.p + at[ITEMS]);
    const int64_t *times = (const void *)(bytes.p + at[FRAMES]);
    if (VEC_RESERVE(&b->items, h->n[ITEMS] + 1) || VEC_RESERVE(&b->frames, h->n[FRAMES] + 1))
        return no_memory(err);
    for (size_t i = 0; i < h->n[ITEMS]; i++) {
        const struct item_row *row = &rows[i];
        if (!row_fits(row, h, b)) return bad(err, "an impossible item");
        struct set_item item = {.bank = row->bank,
                                .type = (enum bank_item_type)row->type,
                                .id = row->id,
                                .of = row->of,
                                .label = sv_of(bytes.p + at[TEXTS] + row->text_at, row->nlabel),
                                .nvalue = row->nvalue,
                                .threshold = row->threshold,
                                .first_frame = (uint32_t)b->frames.n,
                                .nframes = row->nframes,
                                .nkeys = (uint16_t)row->nkeys};
        if (bank_set_link_item(b, &item)) return no_memory(err);
        for (uint32_t k = 0; k < row->nframes; k++, b->frames.n++)
            b->frames.v[b->frames.n] = (struct set_frame){(uint32_t)i, times[b->frames.n]};
    }
    return b->frames.n == h->n[FRAMES] ? 0 : bad(err, "a frame of no item");
}

static bool landmarks_valid(const struct landmark *v, size_t n, uint32_t ticks)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].time > ticks || v[i].pitch > LANDMARK_PITCH_MAX || (i && v[i].time < v[i - 1].time))
            return false;
    return true;
}

static bool tune_valid(const uint8_t *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (v[i] > TUNE_CLASSES) return false;
    return n <= SOUND_MAX_TUNE;
}

static int read_prints(struct sv bytes, const struct head *h, const size_t at[PARTS + 1], struct bank_set *b,
                       struct error *err)
{
    const struct print_row *rows = (const void *)(bytes.p + at[PRINTS]);
    for (size_t i = 0; i < h->n[PRINTS]; i++) {
        const struct print_row *row = &rows[i];
        uint64_t room = row->n * (uint64_t)sizeof(struct landmark) + tune_room(row->ntune);
        if (row->at % 8 || row->at > h->n[PRINT_BYTES] || room > h->n[PRINT_BYTES] - row->at ||
            row->item >= b->items.n || row->ticks > LANDMARKS_MAX_TICKS)
            return bad(err, "an impossible sound");
        const struct landmark *v = (const void *)(bytes.p + at[PRINT_BYTES] + row->at);
        const uint8_t *tune = (const void *)(v + row->n);
        if (!landmarks_valid(v, row->n, row->ticks) || !tune_valid(tune, row->ntune))
            return bad(err, "an impossible sound");
        struct set_print print = {row->item, v, row->n, row->ticks, row->ntune ? tune : NULL, row->ntune};
        if (VEC_PUSH(&b->prints, print)) return no_memory(err);
    }
    return 0;
}

static int check_head(const struct head *h, struct sv bytes, size_t at[PARTS + 1], struct error *err)
{
    if (memcmp(h->magic, "MARSSET1", 8) != 0 || h->order != ORDER)
        return bad(err, "it is of another version or kind of machine");
    if (h->head_sum != head_sum(h) || h->bytes != bytes.n) return bad(err, "it is damaged or cut off");
    if (!lay_out(h, at) || at[PARTS] != bytes.n || h->n[ITEMS] > BANK_MAX_ITEMS ||
        h->n[FRAMES] >= UINT32_MAX || h->n[NUMBERS] >= UINT32_MAX || h->n[MARK] > BANK_MARK_BYTES)
        return bad(err, "its numbers make no sense");
    if (h->sum != mih_sum(bytes.p + sizeof *h, bytes.n - sizeof *h)) return bad(err, "its checksum is wrong");
    return 0;
}

int bank_file_read(struct sv bytes, struct bank_set *b, struct bank_index_line *out_line, struct sv *out_mark,
                   struct error *err)
{
    struct head h;
    size_t at[PARTS + 1];
    if (bytes.n < sizeof h) return bad(err, "it is cut off");
    memcpy(&h, bytes.p, sizeof h);
    int rc = check_head(&h, bytes, at, err);
    if (rc == 0) rc = read_banks(sv_of(bytes.p + at[BANKS], h.n[BANKS]), b, err);
    if (rc == 0) rc = read_items(bytes, &h, at, b, err);
    if (rc == 0) rc = read_prints(bytes, &h, at, b, err);
    if (rc) return rc;
    const uint32_t *numbers = (const void *)(bytes.p + at[NUMBERS]);
    bool wrong = false;
    for (size_t i = 0; i < h.n[NUMBERS]; i++)
        wrong |= numbers[i] >= b->frames.n && numbers[i] != BANK_INDEX_NOTHING;
    if (wrong) return bad(err, "a number that leads nowhere");
    *out_line = (struct bank_index_line){h.line, numbers, h.n[NUMBERS]};
    *out_mark = sv_of(bytes.p + at[MARK], h.n[MARK]);
    return 0;
}
