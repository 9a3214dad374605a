/* Rows as evidence: which columns count, what a row is called, and its digest.
 *
 * The digest of a row is SHA-256 over its columns in the order of the statement: one byte of type ('b' bytes, 'i' integer,
 * 'd' double, 'n' NULL), eight bytes little-endian (length, value, or the bits of the double), then the bytes. It is always
 * computed from the row as the database gives it back, so that writing and checking cannot disagree. */
#include "store/ledger_priv.h"

#include "base/limits.h"

/* Letters of `columns`: x a key of bytes, shown as hex; t a key of text; k a key of a number; b bytes; o bytes or NULL;
 * i integer; d double. Keys come first. */
struct row_type {
    const char *name;
    enum store_statement one, all;
    const char *columns;
    int parent;     /* enum object_type, or -1 */
    bool by_digest; /* the whole row is its key: the digest is part of the name */
};
static const struct row_type types[OBJECT_TYPES] = {
    [OBJECT_POST] = {"post", SQL_ROW_POST, SQL_ROWS_POST, "xbbbbiiiibibbiibb", -1, false},
    [OBJECT_ACCOUNT] = {"account", SQL_ROW_ACCOUNT, SQL_ROWS_ACCOUNT, "xbbbbbbiiiiiiiii", -1, false},
    [OBJECT_REACH] = {"reach", SQL_ROW_REACH, SQL_ROWS_REACH, "xiiiiii", -1, true},
    [OBJECT_ASIDE] = {"aside", SQL_ROW_ASIDE, SQL_ROWS_ASIDE, "xbbiiibbi", -1, false},
    [OBJECT_MEDIA] = {"media", SQL_ROW_MEDIA, SQL_ROWS_MEDIA, "xibiibb", -1, false},
    [OBJECT_POST_MEDIA] = {"post_media", SQL_ROW_POST_MEDIA, SQL_ROWS_POST_MEDIA, "xkobiib", -1, false},
    [OBJECT_RESULT] = {"result", SQL_ROW_RESULT, SQL_ROWS_RESULT, "xbidddiiib", -1, false},
    [OBJECT_FINDING] = {"finding", SQL_ROW_FINDING, SQL_ROWS_FINDING, "xkbb", OBJECT_RESULT, false},
    [OBJECT_BANK] = {"bank", SQL_ROW_BANK, SQL_ROWS_BANK, "tbiibbi", -1, false},
    [OBJECT_BANK_ITEM] = {"bank_item", SQL_ROW_BANK_ITEM, SQL_ROWS_BANK_ITEM, "txbbbbbbbbii", OBJECT_BANK,
                          false},
    [OBJECT_CASE] = {"case", SQL_ROW_CASE, SQL_ROWS_CASE, "xbbbbbiii", -1, false},
    [OBJECT_CASE_OBJECT] = {"case_object", SQL_ROW_CASE_OBJECT, SQL_ROWS_CASE_OBJECT, "xttibb", -1, false},
    [OBJECT_CASE_TEXT] = {"case_text", SQL_ROW_CASE_TEXT, SQL_ROWS_CASE_TEXT, "xbbibbbb", -1, false},
    [OBJECT_CUSTODY] = {"custody", SQL_ROW_CUSTODY, SQL_ROWS_CUSTODY, "xkibbbbb", -1, false},
    [OBJECT_HOLD] = {"hold", SQL_ROW_HOLD, SQL_ROWS_HOLD, "xbbbbbiiibb", -1, false},
    [OBJECT_RETENTION] = {"retention", SQL_ROW_RETENTION, SQL_ROWS_RETENTION, "ttibbi", -1, false},
    [OBJECT_DECISION] = {"decision", SQL_ROW_DECISION, SQL_ROWS_DECISION, "xbbbibbbbbbbbbibiiioiboobdbbiii",
                         -1, false},
    [OBJECT_GRANT] = {"grant", SQL_ROW_GRANT, SQL_ROWS_GRANT, "ttxbbbbii", -1, false},
    [OBJECT_FOREIGN] = {"foreign", SQL_ROW_FOREIGN, SQL_ROWS_FOREIGN, "xbbbbbbbbbii", -1, false},
    [OBJECT_REFERRAL] = {"referral", SQL_ROW_REFERRAL, SQL_ROWS_REFERRAL, "xbbbbbbibbbiiiiiiiii", -1, false},
    [OBJECT_REFERRAL_TARGET] = {"referral_target", SQL_ROW_REFERRAL_TARGET, SQL_ROWS_REFERRAL_TARGET,
                                "xkbbibiiiiiib", -1, false},
    [OBJECT_REFERRAL_EVENT] = {"referral_event", SQL_ROW_REFERRAL_EVENT, SQL_ROWS_REFERRAL_EVENT, "xkibbb",
                               -1, false},
};

const char *object_name(enum object_type type)
{
    return (unsigned)type < OBJECT_TYPES ? types[type].name : "";
}

bool object_parse(struct sv name, enum object_type *out)
{
    for (unsigned i = 0; i < OBJECT_TYPES; i++) {
        if (!sv_is(name, types[i].name)) continue;
        *out = (enum object_type)i;
        return true;
    }
    return false;
}

bool object_parent(enum object_type type, enum object_type *out)
{
    if ((unsigned)type >= OBJECT_TYPES || types[type].parent < 0) return false;
    *out = (enum object_type)types[type].parent;
    return true;
}

/* ---- a row as bytes ---- */

static void encode_column(struct store *s, struct db_stmt *st, int at, char letter, struct buf *b)
{
    if (letter == 'i' || letter == 'k') {
        buf_putc(b, 'i');
        buf_put_u64(b, (uint64_t)col_i64(s, st, at));
    } else if (letter == 'd') {
        double v = col_double(s, st, at);
        uint64_t bits;
        memcpy(&bits, &v, sizeof bits);
        buf_putc(b, 'd');
        buf_put_u64(b, bits);
    } else if (letter == 'o' && s->driver->column_is_null(st, at)) {
        buf_putc(b, 'n');
        buf_put_u64(b, 0);
    } else {
        struct sv v = col_sv(s, st, at);
        buf_putc(b, 'b');
        buf_put_u64(b, v.n);
        buf_putsv(b, v);
    }
}

static void put_hex(struct buf *b, struct sv v)
{
    if (v.n > 64 || !buf_reserve(b, 2 * v.n + 1)) {
        b->failed = true;
        return;
    }
    hex_encode((const uint8_t *)v.p, v.n, b->p + b->n);
    b->n += 2 * v.n;
}

static void put_key(struct store *s, struct db_stmt *st, int at, char letter, struct buf *b)
{
    if (at > 0) buf_putc(b, '/');
    if (letter == 'k')
        buf_printf(b, "%lld", (long long)col_i64(s, st, at));
    else if (letter == 't')
        buf_putsv(b, col_sv(s, st, at));
    else
        put_hex(b, col_sv(s, st, at));
}

static bool is_key(char letter) { return letter == 'x' || letter == 't' || letter == 'k'; }

int ledger_read_row(struct store *s, struct db_stmt *st, enum object_type type, struct object *out,
                    struct error *err)
{
    const struct row_type *t = &types[type];
    struct buf *row = &s->ledger.row, *id = &s->ledger.id;
    buf_clear(row);
    buf_clear(id);
    for (int i = 0; t->columns[i]; i++) {
        encode_column(s, st, i, t->columns[i], row);
        if (is_key(t->columns[i])) put_key(s, st, i, t->columns[i], id);
    }
    sha256_of(buf_sv(row), &out->digest);
    if (t->by_digest) {
        buf_putc(id, '/');
        put_hex(id, sv_of(out->digest.b, 8));
    }
    if (row->failed || id->failed) return store_col_error(ERR_NOMEM, "a row for the ledger", err);
    out->type = type;
    out->id = buf_sv(id);
    return 0;
}

int ledger_find_row(struct store *s, enum object_type type, const struct val *key, size_t nkey,
                    struct object *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, types[type].one, key, nkey, &st, err);
    if (rc != 1) return rc;
    rc = ledger_read_row(s, st, type, out, err);
    s->driver->reset(st);
    return rc == 0 ? 1 : rc;
}

int ledger_find_named(struct store *s, enum object_type type, struct sv id, struct object *out,
                      struct error *err)
{
    const struct row_type *t = &types[type];
    struct val key[3];
    struct sha256 bytes[3];
    struct sv part;
    size_t n = 0;
    if (t->by_digest) return 0;
    for (; is_key(t->columns[n]); n++) {
        int64_t number;
        if (n == 3 || !sv_split(&id, '/', &part)) return 0;
        if (t->columns[n] == 't') {
            key[n] = v_text(part);
        } else if (t->columns[n] == 'k') {
            if (!sv_to_i64(part, &number)) return 0;
            key[n] = v_i64(number);
        } else {
            if (part.n % 2 || part.n > 2 * sizeof bytes[n] || !hex_decode(part, bytes[n].b, part.n / 2))
                return 0;
            key[n] = v_blob(sv_of(bytes[n].b, part.n / 2));
        }
    }
    return ledger_find_row(s, type, key, n, out, err);
}

int ledger_row_bytes(struct store *s, enum object_type type, struct sv id, struct buf *out, struct error *err)
{
    struct object o;
    int rc = ledger_find_named(s, type, id, &o, err);
    if (rc == 1) buf_putsv(out, buf_sv(&s->ledger.row));
    return rc == 1 && out->failed ? store_col_error(ERR_NOMEM, "a row", err) : rc;
}

int ledger_rows(struct store *s, enum object_type type, int (*visit)(void *arg, const struct object *o),
                void *arg, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, types[type].all, NULL, 0, &st, err);
    if (rc != 0) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct object o;
        int stop = ledger_read_row(s, st, type, &o, err);
        if (stop == 0) stop = visit(arg, &o);
        if (stop != 0) {
            s->driver->reset(st);
            return stop;
        }
    }
    return rc;
}

int ledger_odd_queue(struct store *s, int (*visit)(void *arg, struct sv id, bool queued), void *arg,
                     struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, SQL_LEDGER_ODD_QUEUE, NULL, 0, &st, err);
    if (rc != 0) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        char text[ID_TEXT_BYTES];
        int bad = 0;
        struct id128 id = col_id(s, st, 0, &bad);
        int stop = bad ? store_col_error(bad, "the queue", err)
                       : visit(arg, ledger_subject(&id, text), col_i64(s, st, 1) != 0);
        if (stop != 0) {
            s->driver->reset(st);
            return stop;
        }
    }
    return rc;
}

/* ---- records ---- */

bool record_next(struct sv *rest, struct record_line *out)
{
    struct sv before = *rest, line, type;
    while (sv_split(rest, '\n', &line)) {
        *out = (struct record_line){.type = OBJECT_TYPES};
        if (line.n == 0) continue;
        if (!sv_split(&line, ' ', &type) || !line.p) return *rest = before, false;
        if (sv_is(type, "entry"))
            out->erased_entry = true;
        else if (!object_parse(type, &out->type))
            continue;
        struct sv digest;
        if (!sv_split(&line, ' ', &out->id) || out->id.n == 0 || !line.p) return *rest = before, false;
        digest = line;
        out->gone = sv_is(digest, "-");
        if (!out->gone && (out->erased_entry || !sha256_parse(digest, &out->digest)))
            return *rest = before, false;
        return true;
    }
    *rest = SV_NULL;
    return false;
}

struct sv record_word(struct sv record, const char *name)
{
    struct sv line, first;
    while (sv_split(&record, '\n', &line))
        if (sv_split(&line, ' ', &first) && sv_is(first, name) && line.p) return line;
    return SV_NULL;
}
