/* What the store knows, as text: what two runs over the same input must agree on. Left out: when things were learnt or
 * done, leases, owners, attempts, and (unless asked for) what was computed from the moment of the analysis. */
#include "store/store_priv.h"

#include "base/utf8.h"

enum { PAGE = 1000 };

static void put_field(struct buf *b, const char *name, struct sv v)
{
    buf_printf(b, " %s=", name);
    utf8_show(b, v);
}

static void put_id(struct buf *b, const struct id128 *id)
{
    char text[ID_TEXT_BYTES];
    id_format(id, text);
    buf_puts(b, text);
}

static void put_digest(struct buf *b, const char *name, struct sv v)
{
    struct sha256 h;
    char text[SHA256_TEXT_BYTES];
    sha256_of(v, &h);
    sha256_format(&h, text);
    buf_printf(b, " %s=%zu:%.16s", name, v.n, text);
}

/* ---- accounts ---- */

static int dump_account(struct store *s, const struct id128 *id, struct buf *b, struct error *err)
{
    static const char *const numbers[] = {"verified",  "private", "created", "followers",
                                          "following", "likes",   "posts"};
    static const char *const texts[] = {"platform", "native_id", "handle", "name", "bio", "sec_id"};
    struct db_stmt *st;
    int rc = store_one(s, SQL_ACCOUNT_GET, VALS(v_id(id)), &st, err);
    if (rc <= 0) return rc;
    buf_puts(b, "account ");
    put_id(b, id);
    for (int i = 0; i < 6; i++) put_field(b, texts[i], col_sv(s, st, i));
    for (int i = 0; i < 7; i++) buf_printf(b, " %s=%lld", numbers[i], (long long)col_i64(s, st, 6 + i));
    buf_putc(b, '\n');
    s->driver->reset(st);
    return 0;
}

/* ---- posts ---- */

static int dump_record(struct store *s, const struct id128 *id, struct buf *b, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_POST_GET, VALS(v_id(id)), &st, err);
    if (rc <= 0) return rc;
    buf_puts(b, "post ");
    put_id(b, id);
    put_field(b, "format", col_sv(s, st, 1));
    put_field(b, "file", col_sv(s, st, 2));
    buf_printf(b, " line=%lld record=%lld", (long long)col_i64(s, st, 3), (long long)col_i64(s, st, 4));
    put_digest(b, "raw", col_sv(s, st, 6));
    buf_putc(b, ' ');
    buf_putsv(b, col_sv(s, st, 5));
    buf_putc(b, '\n');
    s->driver->reset(st);
    return 0;
}

static int dump_reach(struct store *s, const struct id128 *id, struct buf *b, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, SQL_REACH_LIST, VALS(v_id(id)), &st, err);
    if (rc != 0) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        buf_puts(b, "  reach");
        for (int i = 0; i < 6; i++) buf_printf(b, " %lld", (long long)col_i64(s, st, i));
        buf_putc(b, '\n');
    }
    return rc;
}

static int dump_post_media(struct store *s, const struct id128 *id, struct buf *b, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, SQL_POST_MEDIA_GET, VALS(v_id(id)), &st, err);
    if (rc != 0) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        buf_printf(b, "  media %lld", (long long)col_i64(s, st, 7));
        put_digest(b, "sha256", col_sv(s, st, 0));
        put_field(b, "path", col_sv(s, st, 2));
        buf_printf(b, " state=%lld code=%lld", (long long)col_i64(s, st, 3), (long long)col_i64(s, st, 4));
        put_field(b, "failure", col_sv(s, st, 5));
        put_digest(b, "signals", col_sv(s, st, 6));
        buf_putc(b, '\n');
    }
    return rc;
}

static int dump_job(struct store *s, const struct id128 *id, struct buf *b, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_JOB_OF_POST, VALS(v_id(id)), &st, err);
    if (rc <= 0) return rc;
    buf_printf(b, "  job %s", col_i64(s, st, 0) == JOB_SET_ASIDE ? "set aside" : "waiting");
    if (col_i64(s, st, 0) == JOB_SET_ASIDE) {
        buf_printf(b, " code=%lld", (long long)col_i64(s, st, 1));
        put_field(b, "why", col_sv(s, st, 2));
    }
    buf_putc(b, '\n');
    s->driver->reset(st);
    return 0;
}

static void put_assessment(const struct assessment *as, unsigned flags, struct buf *b)
{
    buf_printf(b, "  assessment %s severity=%d probability=%.6f clock=%lld hard=%d",
               category_name(as->category), as->severity, as->probability, (long long)as->clock_us, as->hard);
    put_field(b, "reason", as->reason);
    put_field(b, "policy", as->policy);
    if (flags & STORE_DUMP_RANKS)
        buf_printf(b, " views=%.6g priority=%.6g", as->expected_views, as->priority);
    buf_puts(b, " because");
    for (size_t i = 0; i < as->nbecause; i++) buf_printf(b, " %u", as->because[i]);
    buf_putc(b, '\n');
}

static int dump_result(struct store *s, const struct id128 *id, unsigned flags, struct buf *b,
                       struct error *err)
{
    struct arena a;
    struct finding_list l;
    struct assessment as;
    arena_init(&a, 0);
    finding_list_init(&l, &a);
    int rc = store_get_result(s, id, &a, &l, &as, NULL, err);
    if (rc == 0) {
        put_assessment(&as, flags, b);
        struct jw w;
        for (size_t i = 0; i < l.n; i++) {
            buf_puts(b, "  finding ");
            jw_init(&w, b, JW_COMPACT);
            finding_write(&l.v[i], &w);
            buf_putc(b, '\n');
        }
        if (l.dropped > 0) buf_printf(b, "  findings dropped %zu\n", l.dropped);
    }
    finding_list_done(&l);
    arena_done(&a);
    return rc == ERR_NOTFOUND ? 0 : rc;
}

static int dump_queue(struct store *s, const struct id128 *id, struct buf *b, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_QUEUE_OF_POST, VALS(v_id(id)), &st, err);
    if (rc <= 0) return rc;
    buf_puts(b, "  queued ");
    buf_putsv(b, col_sv(s, st, 0));
    buf_printf(b, " soft=%lld touched=%lld", (long long)col_i64(s, st, 1), (long long)col_i64(s, st, 2));
    put_field(b, "reason", col_sv(s, st, 3));
    buf_putc(b, '\n');
    s->driver->reset(st);
    return 0;
}

static int dump_post(struct store *s, const struct id128 *id, unsigned flags, struct buf *b,
                     struct error *err)
{
    int rc = dump_record(s, id, b, err);
    if (rc == 0) rc = dump_reach(s, id, b, err);
    if (rc == 0) rc = dump_post_media(s, id, b, err);
    if (rc == 0) rc = dump_job(s, id, b, err);
    if (rc == 0) rc = dump_result(s, id, flags, b, err);
    if (rc == 0) rc = dump_queue(s, id, b, err);
    return rc;
}

/* Every id of one kind, in order, a page at a time (the statements of a page are used again for each). */
static int dump_ids(struct store *s, enum store_statement which, unsigned flags, struct buf *b,
                    struct error *err)
{
    struct arena a;
    arena_init(&a, 0);
    struct id128 last = {{0}}, *ids = NULL;
    struct sv from = SV_NULL;
    size_t n = 0;
    int rc;
    do {
        arena_clear(&a);
        rc = store_ids(s, which, VALS(v_blob(from), v_i64(PAGE)), &a, &ids, &n, err);
        for (size_t i = 0; rc == 0 && i < n; i++)
            rc = which == SQL_ACCOUNT_IDS ? dump_account(s, &ids[i], b, err)
                                          : dump_post(s, &ids[i], flags, b, err);
        if (rc == 0 && n > 0) {
            last = ids[n - 1];
            from = sv_of(last.b, sizeof last.b);
        }
    } while (rc == 0 && n == PAGE);
    arena_done(&a);
    return rc;
}

/* ---- the rest ---- */

static int dump_aside(void *arg, const struct store_aside *a)
{
    struct buf *b = arg;
    buf_puts(b, "aside");
    put_field(b, "file", a->file);
    put_field(b, "format", a->format);
    buf_printf(b, " line=%llu record=%llu code=%d", (unsigned long long)a->line,
               (unsigned long long)a->record, a->code);
    put_field(b, "reason", a->reason);
    put_digest(b, "bytes", a->bytes);
    buf_putc(b, '\n');
    return 0;
}

static int dump_item(void *arg, const struct bank_item *item)
{
    struct buf *b = arg;
    buf_puts(b, "  item ");
    put_id(b, &item->id);
    buf_printf(b, " %s %s threshold=%d frames=%zu", bank_item_type_name(item->type),
               bank_status_name(item->status), item->threshold, item->nframes);
    for (size_t i = 0; i < item->nframes; i++) {
        char hex[HASH256_TEXT_BYTES];
        hash256_format(&item->frames[i].pdq, hex);
        buf_printf(b, " %s,%u,%lld", hex, item->frames[i].quality, (long long)item->frames[i].time_us);
    }
    put_field(b, "value", item->value);
    put_field(b, "type", item->other_type);
    put_field(b, "label", item->label);
    put_field(b, "source", item->source);
    put_field(b, "reason", item->reason);
    buf_putc(b, '\n');
    return 0;
}

static int dump_banks(struct store *s, struct buf *b, struct error *err)
{
    struct arena a;
    arena_init(&a, 0);
    struct bank *banks = NULL;
    size_t n = 0;
    int rc = store_bank_list(s, &a, &banks, &n, err);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        buf_puts(b, "bank ");
        buf_putsv(b, banks[i].name);
        buf_printf(b, " %s negative=%d threshold=%d", category_name(banks[i].category), banks[i].negative,
                   banks[i].threshold);
        put_field(b, "source", banks[i].source);
        put_field(b, "reason", banks[i].reason);
        buf_putc(b, '\n');
        rc = store_bank_items(s, banks[i].name, dump_item, b, err);
    }
    arena_done(&a);
    return rc;
}

int store_dump(struct store *s, unsigned flags, struct buf *b, struct error *err)
{
    int rc = dump_ids(s, SQL_ACCOUNT_IDS, flags, b, err);
    if (rc == 0) rc = dump_ids(s, SQL_POST_IDS, flags, b, err);
    if (rc == 0) rc = store_asides(s, dump_aside, b, err);
    if (rc == 0) rc = dump_banks(s, b, err);
    if (rc == 0 && b->failed) return error_set(err, ERR_NOMEM, "store", "no memory for the dump");
    return rc;
}
