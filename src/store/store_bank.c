/* Banks and their items.
 *
 * Frames are kept as bytes: one version byte (1), then per frame 32 bytes of hash (four little-endian 64-bit words), one
 * of quality and eight of time in microseconds. Version 1 loads for ever. */
#include "store/ledger_priv.h"
#include "store/store_index.h"
#include "store/store_exchange.h"

#include <stdio.h>

enum { FRAMES_VERSION = 1, FRAME_BYTES = 32 + 1 + 8, TRIM_EVERY = 4096 };

static void write_frames(const struct bank_item *item, struct buf *b)
{
    if (item->nframes == 0) return;
    buf_put_u8(b, FRAMES_VERSION);
    for (size_t i = 0; i < item->nframes; i++) {
        const struct bank_frame *f = &item->frames[i];
        for (int k = 0; k < 4; k++) buf_put_u64(b, f->pdq.w[k]);
        buf_put_u8(b, f->quality);
        buf_put_u64(b, (uint64_t)f->time_us);
    }
}

static int read_frames(struct sv bytes, struct arena *a, struct bank_item *out, struct error *err)
{
    if (bytes.n == 0) return 0;
    struct reader r = reader_of(bytes);
    int version = reader_u8(&r);
    if (version > FRAMES_VERSION)
        return error_set(err, ERR_UNSUPPORTED, "store", "frames of version %d in a bank: use a newer marsad",
                         version);
    size_t n = reader_left(&r) / FRAME_BYTES;
    if (version == 0 || n == 0 || n * FRAME_BYTES != reader_left(&r))
        return error_set(err, ERR_FORMAT, "store", "%zu bytes of frames in a bank have the wrong shape",
                         bytes.n);
    out->frames = ARENA_ARRAY(a, n, struct bank_frame);
    if (!out->frames) return store_col_error(ERR_NOMEM, "a bank's frames", err);
    for (size_t i = 0; i < n; i++) {
        struct bank_frame *f = &out->frames[i];
        for (int k = 0; k < 4; k++) f->pdq.w[k] = reader_u64(&r);
        f->quality = reader_u8(&r);
        f->time_us = (int64_t)reader_u64(&r);
    }
    out->nframes = n;
    return 0;
}

/* A change of a bank as a whole (item NULL) or of one item: the version rises by one, and the change has its number. Old ones go
 * now and then. */
static int raise_version(struct store *s, struct sv bank, const struct id128 *item, struct error *err)
{
    struct val id = item ? v_id(item) : v_blob(SV(""));
    int rc = store_run(s, SQL_BANK_VERSION_RAISE, NULL, 0, NULL, err);
    if (rc == 0) rc = store_run(s, SQL_BANK_CHANGE_ADD, VALS(v_text(bank), id), NULL, err);
    if (rc == 0 && ++s->bank_changes % TRIM_EVERY == 0)
        rc = store_run(s, SQL_BANK_CHANGE_TRIM, VALS(v_i64(BANK_CHANGES_KEPT)), NULL, err);
    return rc;
}

/* ---- banks ---- */

bool bank_name_ok(struct sv name)
{
    if (name.n == 0 || name.n > BANK_NAME_MAX_BYTES || name.p[0] == '.') return false;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '-' && c != '_' && c != '.') return false;
    }
    return true;
}

static int check_bank(const struct bank *b, struct error *err)
{
    if (!bank_name_ok(b->name))
        return error_set(
            err, ERR_ARG, "store",
            "%.*s: a bank's name is 1 to %d letters, digits, '-', '_' or '.', and begins with no dot",
            SV_FMT(b->name), BANK_NAME_MAX_BYTES);
    if (b->threshold < 0 || b->threshold > 256)
        return error_set(err, ERR_ARG, "store",
                         "threshold %d of bank %.*s: it is a number of bits from 0 to 256", b->threshold,
                         SV_FMT(b->name));
    return 0;
}

static int read_bank(struct store *s, struct db_stmt *st, struct arena *a, struct bank *out,
                     struct error *err)
{
    int rc = 0;
    struct bank b = {
        .name = col_copy(s, st, 0, a, &rc),
        .category = category_parse(col_sv(s, st, 1)),
        .negative = col_i64(s, st, 2) != 0,
        .threshold = (int)col_i64(s, st, 3),
        .source = col_copy(s, st, 4, a, &rc),
        .reason = col_copy(s, st, 5, a, &rc),
        .created_us = col_i64(s, st, 6),
    };
    if (rc != 0) return store_col_error(rc, "a bank", err);
    *out = b;
    return 0;
}

static int no_bank(struct sv name, struct error *err)
{
    return error_set(err, ERR_NOTFOUND, "store", "no bank %.*s here", SV_FMT(name));
}

int store_bank_get(struct store *s, struct sv name, struct arena *a, struct bank *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_BANK_GET, VALS(v_text(name)), &st, err);
    if (rc < 0) return rc;
    if (rc == 0) return no_bank(name, err);
    rc = read_bank(s, st, a, out, err);
    s->driver->reset(st);
    return rc;
}

static int new_bank(struct store *s, const struct bank *b, struct error *err)
{
    int64_t added;
    int rc = store_run(s, SQL_BANK_ADD,
                       VALS(v_text(b->name), v_text(sv_cstr(category_name(b->category))), v_i64(b->negative),
                            v_i64(b->threshold), v_blob(b->source), v_blob(b->reason), v_i64(b->created_us)),
                       &added, err);
    if (rc != 0) return rc;
    if (added == 1) {
        rc = ledger_note_row(s, STEP_BANK, b->name, OBJECT_BANK, VALS(v_text(b->name)), err);
        return rc == 0 ? raise_version(s, b->name, NULL, err) : rc;
    }
    struct arena a;
    struct bank old;
    arena_init(&a, 0);
    rc = store_bank_get(s, b->name, &a, &old, err);
    if (rc == 0 &&
        (old.category != b->category || old.negative != b->negative || old.threshold != b->threshold ||
         !sv_eq(old.source, b->source) || !sv_eq(old.reason, b->reason)))
        rc = error_set(err, ERR_EXISTS, "store",
                       "bank %.*s is there already, with another category, kind, threshold, source or reason",
                       SV_FMT(b->name));
    arena_done(&a);
    return rc;
}

int store_bank_new(struct store *s, const struct bank *b, struct error *err)
{
    bool own;
    int rc = check_bank(b, err);
    if (rc == 0) rc = store_enter(s, &own, err);
    if (rc != 0) return rc;
    return store_leave(s, own, new_bank(s, b, err), err);
}

int store_bank_list(struct store *s, struct arena *a, struct bank **out, size_t *out_n, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, SQL_BANK_LIST, NULL, 0, &st, err);
    if (rc != 0) return rc;
    struct buf rows;
    buf_init(&rows, 0);
    while ((rc = s->driver->step(st, err)) == 1) {
        struct bank b;
        rc = read_bank(s, st, a, &b, err);
        if (rc != 0) {
            s->driver->reset(st);
            break;
        }
        buf_put(&rows, &b, sizeof b);
    }
    return store_rows_out(&rows, sizeof **out, a, (void *)out, out_n, rc, "the banks", err);
}

static int remove_bank(struct store *s, struct sv name, struct error *err)
{
    int64_t gone;
    int rc = store_run(s, SQL_BANK_CLEAR, VALS(v_text(name)), NULL, err);
    if (rc == 0) rc = store_run(s, SQL_BANK_FILES_CLEAR, VALS(v_text(name)), NULL, err);
    if (rc == 0) rc = store_run(s, SQL_BANK_STILLS_CLEAR, VALS(v_text(name)), NULL, err);
    if (rc == 0) rc = store_run(s, SQL_BANK_REMOVE, VALS(v_text(name)), &gone, err);
    if (rc == 0 && gone == 0) return no_bank(name, err);
    if (rc == 0) rc = ledger_note_gone(s, STEP_BANK, name, OBJECT_BANK, name, err);
    return rc == 0 ? raise_version(s, name, NULL, err) : rc;
}

int store_bank_remove(struct store *s, struct sv name, struct error *err)
{
    bool own;
    int rc = store_enter(s, &own, err);
    if (rc != 0) return rc;
    return store_leave(s, own, remove_bank(s, name, err), err);
}

/* ---- items ---- */

int store_note_bank_item(struct store *s, struct sv bank, const struct id128 *item, struct error *err)
{
    int rc = ledger_note_row(s, STEP_BANK, bank, OBJECT_BANK_ITEM, VALS(v_text(bank), v_id(item)), err);
    return rc == 0 ? raise_version(s, bank, item, err) : rc;
}

/* Not added: it was there, or the bank is full, or there is no such bank. */
static int update_item(struct store *s, struct sv bank, const struct bank_item *item, struct error *err)
{
    int64_t changed;
    int rc = store_run(s, SQL_ITEM_UPDATE,
                       VALS(v_text(bank), v_id(&item->id), v_blob(item->label), v_blob(item->source),
                            v_blob(item->reason), v_text(sv_cstr(bank_status_name(item->status))),
                            v_i64(item->threshold)),
                       &changed, err);
    if (rc != 0) return rc;
    if (changed > 0) return store_note_bank_item(s, bank, &item->id, err);
    struct db_stmt *st;
    rc = store_one(s, SQL_ITEM_EXISTS, VALS(v_text(bank), v_id(&item->id)), &st, err);
    if (rc < 0) return rc;
    if (rc == 1) {
        s->driver->reset(st);
        return 0;
    }
    rc = store_one(s, SQL_BANK_GET, VALS(v_text(bank)), &st, err);
    if (rc < 0) return rc;
    if (rc == 0) return no_bank(bank, err);
    s->driver->reset(st);
    return error_set(err, ERR_LIMIT, "store",
                     "bank %.*s has %d items, which is all it can have: begin another", SV_FMT(bank),
                     BANK_MAX_ITEMS);
}

static int add_item(struct store *s, struct sv bank, const struct bank_item *item, struct sv frames,
                    bool *out_new, struct error *err)
{
    int64_t added;
    int rc = store_run(s, SQL_ITEM_ADD,
                       VALS(v_text(bank), v_id(&item->id), v_text(sv_cstr(bank_item_type_name(item->type))),
                            v_blob(frames), v_blob(item->value), v_blob(item->other_type),
                            v_blob(item->label), v_blob(item->source), v_blob(item->reason),
                            v_text(sv_cstr(bank_status_name(item->status))), v_i64(item->threshold),
                            v_i64(item->added_us), v_i64(BANK_MAX_ITEMS)),
                       &added, err);
    if (rc != 0) return rc;
    *out_new = added == 1;
    if (added == 0) return update_item(s, bank, item, err);
    rc = store_run(s, SQL_BANK_COUNT_ADD, VALS(v_text(bank), v_i64(1)), NULL, err);
    return rc == 0 ? store_note_bank_item(s, bank, &item->id, err) : rc;
}

int store_bank_add(struct store *s, struct sv bank, const struct bank_item *item, bool *out_new,
                   struct error *err)
{
    bool own, is_new = false;
    struct bank_item whole = *item;
    whole.id = bank_item_id(item);
    buf_clear(&s->body);
    write_frames(item, &s->body);
    if (s->body.failed) return error_set(err, ERR_NOMEM, "store", "no memory for an item of a bank");
    int rc = store_enter(s, &own, err);
    if (rc != 0) return rc;
    rc = store_leave(s, own, add_item(s, bank, &whole, buf_sv(&s->body), &is_new, err), err);
    if (rc == 0 && out_new) *out_new = is_new;
    return rc;
}

static int note_item_gone(struct store *s, struct sv bank, const struct id128 *item, struct error *err)
{
    char text[ID_TEXT_BYTES], id[BANK_NAME_MAX_BYTES + ID_TEXT_BYTES + 1];
    id_format(item, text);
    int n = snprintf(id, sizeof id, "%.*s/%s", SV_FMT(bank), text);
    return ledger_note_gone(s, STEP_BANK, bank, OBJECT_BANK_ITEM, sv_of(id, (size_t)n), err);
}

static int remove_item(struct store *s, struct sv bank, const struct id128 *item, struct error *err)
{
    int64_t gone;
    int rc = store_run(s, SQL_ITEM_REMOVE, VALS(v_text(bank), v_id(item)), &gone, err);
    if (rc == 0 && gone == 0) {
        char text[ID_TEXT_BYTES];
        id_format(item, text);
        return error_set(err, ERR_NOTFOUND, "store", "no item %s in bank %.*s", text, SV_FMT(bank));
    }
    if (rc == 0) rc = store_run(s, SQL_BANK_COUNT_ADD, VALS(v_text(bank), v_i64(-1)), NULL, err);
    if (rc == 0) rc = store_run(s, SQL_BANK_FILE_REMOVE, VALS(v_text(bank), v_id(item)), &gone, err);
    if (rc == 0 && gone > 0) rc = store_run(s, SQL_BANK_STILLS_ORPHAN, VALS(v_text(bank)), NULL, err);
    if (rc == 0) rc = note_item_gone(s, bank, item, err);
    return rc == 0 ? raise_version(s, bank, item, err) : rc;
}

int store_bank_item_remove(struct store *s, struct sv bank, const struct id128 *item, struct error *err)
{
    bool own;
    int rc = store_enter(s, &own, err);
    if (rc != 0) return rc;
    return store_leave(s, own, remove_item(s, bank, item, err), err);
}

/* Strings stay the statement's; frames are in the arena. */
static int read_item(struct store *s, struct db_stmt *st, struct arena *a, struct bank_item *out,
                     struct error *err)
{
    int rc = 0;
    struct bank_item item = {
        .id = col_id(s, st, 0, &rc),
        .value = col_sv(s, st, 3),
        .other_type = col_sv(s, st, 4),
        .label = col_sv(s, st, 5),
        .source = col_sv(s, st, 6),
        .reason = col_sv(s, st, 7),
        .threshold = (int)col_i64(s, st, 9),
        .added_us = col_i64(s, st, 10),
    };
    if (!bank_item_type_parse(col_sv(s, st, 1), &item.type) ||
        !bank_status_parse(col_sv(s, st, 8), &item.status))
        rc = ERR_FORMAT;
    if (rc != 0) return store_col_error(rc, "an item of a bank", err);
    rc = read_frames(col_sv(s, st, 2), a, &item, err);
    if (rc == 0) *out = item;
    return rc;
}

static int walk_items(struct store *s, struct db_stmt *st,
                      int (*visit)(void *arg, const struct bank_item *item), void *arg, struct error *err)
{
    int rc;
    struct arena a;
    arena_init(&a, 0);
    while ((rc = s->driver->step(st, err)) == 1) {
        struct bank_item item;
        arena_clear(&a);
        int stop = read_item(s, st, &a, &item, err);
        if (stop == 0) stop = visit(arg, &item);
        if (stop != 0) {
            s->driver->reset(st);
            rc = stop;
            break;
        }
    }
    arena_done(&a);
    return rc;
}

int store_bank_items(struct store *s, struct sv bank, int (*visit)(void *arg, const struct bank_item *item),
                     void *arg, struct error *err)
{
    int64_t n;
    struct db_stmt *st;
    int rc = store_bank_item_count(s, bank, &n, err);
    if (rc == 0) rc = store_query(s, SQL_ITEM_LIST, VALS(v_text(bank)), &st, err);
    return rc ? rc : walk_items(s, st, visit, arg, err);
}

int store_bank_items_labelled(struct store *s, struct sv bank, enum bank_item_type type, struct sv label,
                              int (*visit)(void *arg, const struct bank_item *item), void *arg,
                              struct error *err)
{
    struct db_stmt *st;
    struct sv name = sv_cstr(bank_item_type_name(type));
    int rc = store_query(s, SQL_ITEM_LIST_LABEL, VALS(v_text(bank), v_text(name), v_text(label)), &st, err);
    return rc ? rc : walk_items(s, st, visit, arg, err);
}

int store_bank_item_get(struct store *s, struct sv bank, const struct id128 *item, struct arena *a,
                        struct bank_item *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_ITEM_GET, VALS(v_text(bank), v_id(item)), &st, err);
    if (rc < 0) return rc;
    if (rc == 0) return store_not_found(item, "item of that bank", err);
    rc = read_item(s, st, a, out, err);
    int copied = 0;
    struct sv *const texts[] = {&out->value, &out->other_type, &out->label, &out->source, &out->reason};
    for (int i = 0; rc == 0 && i < 5; i++) *texts[i] = col_copy(s, st, 3 + i, a, &copied);
    s->driver->reset(st);
    return rc == 0 && copied ? store_col_error(copied, "an item of a bank", err) : rc;
}

int store_bank_item_count(struct store *s, struct sv bank, int64_t *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_BANK_GET, VALS(v_text(bank)), &st, err);
    if (rc < 0) return rc;
    if (rc == 0) return no_bank(bank, err);
    *out = col_i64(s, st, 7);
    s->driver->reset(st);
    return 0;
}

int store_bank_version(struct store *s, int64_t *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_META_GET, VALS(v_text(SV("bank_version"))), &st, err);
    if (rc < 0) return rc;
    *out = rc == 1 ? col_i64(s, st, 0) : 0;
    if (rc == 1) s->driver->reset(st);
    return 0;
}
