/* A whole workspace against every kind of hand that could have been laid on it.
 *
 * Each round lays hands on many places at once, far enough apart that each must be told by itself, and then takes them off
 * again. MARSAD_LEDGER_ENTRIES and MARSAD_MUTATIONS make it as long as one likes. */
#include "evidence_test.h"

#include <sqlite3.h>

enum { FAULTS = 4096 };

struct told {
    enum fault_kind kind;
    uint64_t first, last;
    char what[160], detail[160];
};
struct verdict {
    struct told told[FAULTS];
    size_t n;
    struct verify_summary sum;
};

static int take_fault(void *arg, const struct fault *f)
{
    struct verdict *v = arg;
    if (v->n == FAULTS) return 0;
    struct told *t = &v->told[v->n++];
    *t = (struct told){.kind = f->kind, .first = f->entry, .last = f->last};
    snprintf(t->what, sizeof t->what, "%.*s", SV_FMT(f->what));
    snprintf(t->detail, sizeof t->detail, "%s", f->detail);
    return 0;
}

static void verify(struct world *w, struct verdict *v)
{
    struct verify_options o = {.fault = take_fault, .arg = v};
    memset(v, 0, sizeof *v);
    assert_ok(evidence_verify(w->store, w->dir, &o, &v->sum, &w->err));
}

static void print_all(const struct verdict *v)
{
    for (size_t i = 0; i < v->n; i++)
        fprintf(stderr, "  %s %llu-%llu %s %s\n", fault_name(v->told[i].kind),
                (unsigned long long)v->told[i].first, (unsigned long long)v->told[i].last, v->told[i].what,
                v->told[i].detail);
}

static void assert_clean(struct world *w)
{
    static struct verdict v;
    verify(w, &v);
    if (v.sum.faults) print_all(&v);
    assert_int_equal(v.sum.faults, 0);
}

/* One fault of this kind there, and besides it only rows that cannot be proved any more. */
static const struct told *only(const struct verdict *v, enum fault_kind kind)
{
    const struct told *found = NULL;
    for (size_t i = 0; i < v->n; i++) {
        if (v->told[i].kind == FAULT_ROW_UNPROVED) continue;
        if (found || v->told[i].kind != kind) {
            print_all(v);
            fail_msg("expected one %s", fault_name(kind));
        }
        found = &v->told[i];
    }
    if (!found) fail_msg("expected a %s", fault_name(kind));
    return found;
}

static void sql(struct world *w, const char *text)
{
    sqlite3 *db;
    char *why = NULL;
    assert_int_equal(sqlite3_open(w->db, &db), SQLITE_OK);
    if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK) fail_msg("%s: %s", text, why);
    sqlite3_close(db);
}

/* ---- one hand at a time ---- */

struct hand {
    const char *lay, *lift; /* SQL */
    enum fault_kind kind;
    uint64_t first, last;
    const char *what;
};

#define SWAP(a, b)                                                                                           \
    "UPDATE ledger SET n = -1 WHERE n = " #a "; UPDATE ledger SET n = " #a " WHERE n = " #b                  \
    "; UPDATE ledger SET n = " #b " WHERE n = -1"

static void each_hand_on_the_database_is_told(void **state)
{
    struct world *w = *state;
    static struct verdict v;
    world_fill(w, 600);
    world_publish(w);
    world_fill(w, 20); /* after the checkpoint: only the database has these */
    assert_clean(w);
    static const struct hand hands[] = {
        {"UPDATE ledger SET at_us = at_us + 1 WHERE n = 41",
         "UPDATE ledger SET at_us = at_us - 1 WHERE n = 41", FAULT_ENTRY_CHANGED, 41, 41, "time"},
        {"UPDATE ledger SET kind = 'view' WHERE n = 41", "UPDATE ledger SET kind = 'finding' WHERE n = 41",
         FAULT_ENTRY_CHANGED, 41, 41, "kind"},
        {"UPDATE ledger SET actor = 'x' || actor WHERE n = 41",
         "UPDATE ledger SET actor = substr(actor, 2) WHERE n = 41", FAULT_ENTRY_CHANGED, 41, 41, "actor"},
        {"UPDATE ledger SET subject = CAST('x' || subject AS BLOB) WHERE n = 41",
         "UPDATE ledger SET subject = CAST(substr(subject, 2) AS BLOB) WHERE n = 41", FAULT_ENTRY_CHANGED, 41,
         41, "subject"},
        {"UPDATE ledger SET record = CAST(record || 'x' AS BLOB) WHERE n = 41",
         "UPDATE ledger SET record = substr(record, 1, length(record) - 1) WHERE n = 41", FAULT_ENTRY_CHANGED,
         41, 41, "record"},
        {"UPDATE ledger SET at_us = at_us + 1 WHERE n = 610",
         "UPDATE ledger SET at_us = at_us - 1 WHERE n = 610", FAULT_ENTRY_CHANGED, 610, 610, "time or leaf"},
        {"UPDATE ledger SET kind = 'view' WHERE n = 611", "UPDATE ledger SET kind = 'finding' WHERE n = 611",
         FAULT_ENTRY_CHANGED, 611, 611, "kind"},
        {"UPDATE ledger_state SET size = size + 1", "UPDATE ledger_state SET size = size - 1", FAULT_KINDS, 0,
         0, ""},
        {"UPDATE ledger_state SET peaks = CAST(peaks || 'x' AS BLOB)",
         "UPDATE ledger_state SET peaks = substr(peaks, 1, length(peaks) - 1)", FAULT_TREE_CHANGED, 0, 0,
         "ledger_state"},
        {"UPDATE post SET raw = CAST(raw || 'x' AS BLOB) WHERE id = (SELECT min(id) FROM post)",
         "UPDATE post SET raw = substr(raw, 1, length(raw) - 1) WHERE id = (SELECT min(id) FROM post)",
         FAULT_ROW_CHANGED, 0, 0, "post "},
        {"UPDATE account SET verified = verified + 1 WHERE id = (SELECT max(id) FROM account)",
         "UPDATE account SET verified = verified - 1 WHERE id = (SELECT max(id) FROM account)",
         FAULT_ROW_CHANGED, 0, 0, "account "},
        {"UPDATE result SET severity = severity + 1 WHERE post = (SELECT min(post) FROM result)",
         "UPDATE result SET severity = severity - 1 WHERE post = (SELECT min(post) FROM result)",
         FAULT_ROW_CHANGED, 0, 0, "result "},
        {"UPDATE finding SET kind = 'x' || kind WHERE (post, position) = (SELECT post, position "
         "FROM "
         "finding ORDER BY post LIMIT 1)",
         "UPDATE finding SET kind = substr(kind, 2) WHERE kind LIKE 'x%'", FAULT_ROW_CHANGED, 0, 0,
         "finding "},
        {"UPDATE queue SET minus_priority = minus_priority - 1 WHERE post = (SELECT min(post) FROM queue)",
         "UPDATE queue SET minus_priority = minus_priority + 1 WHERE post = (SELECT min(post) FROM queue)",
         FAULT_QUEUE, 0, 0, "queue "},
    };
    for (size_t i = 0; i < sizeof hands / sizeof hands[0]; i++) {
        const struct hand *h = &hands[i];
        sql(w, h->lay);
        verify(w, &v);
        assert_true(v.sum.faults > 0);
        if (h->kind != FAULT_KINDS) {
            const struct told *t = only(&v, h->kind);
            if (h->last) assert_int_equal(t->first, h->first);
            if (h->last) assert_int_equal(t->last, h->last);
            assert_memory_equal(t->what, h->what, strlen(h->what));
        }
        sql(w, h->lift);
        assert_clean(w);
    }
}

static void rows_that_went_or_came_are_told(void **state)
{
    struct world *w = *state;
    static struct verdict v;
    static const char *const tables[] = {"reach", "queue"};
    world_fill(w, 90);
    world_publish(w);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char lay[256], lift[256];
        snprintf(
            lay, sizeof lay,
            "CREATE TABLE kept AS SELECT * FROM %s ORDER BY post LIMIT 1; DELETE FROM %s WHERE (post) IN "
            "(SELECT post FROM kept)",
            tables[i], tables[i]);
        snprintf(lift, sizeof lift, "INSERT INTO %s SELECT * FROM kept; DROP TABLE kept", tables[i]);
        sql(w, lay);
        verify(w, &v);
        only(&v, strcmp(tables[i], "queue") == 0 ? FAULT_QUEUE : FAULT_ROW_REMOVED);
        sql(w, lift);
        assert_clean(w);
    }
    sql(w,
        "INSERT INTO reach SELECT post, at_us + 1, views, likes, comments, shares, saves FROM reach LIMIT 1");
    verify(w, &v);
    only(&v, FAULT_ROW_ADDED);
}

static void entries_that_went_moved_or_came_are_told(void **state)
{
    struct world *w = *state;
    static struct verdict v;
    world_fill(w, 600);
    world_publish(w);
    sql(w, SWAP(100, 333));
    verify(w, &v);
    assert_int_equal(v.told[0].kind, FAULT_ENTRY_MOVED);
    assert_int_equal(v.told[0].first, 100);
    assert_int_equal(v.told[0].last, 333);
    assert_int_equal(v.told[1].kind, FAULT_ENTRY_MOVED);
    assert_int_equal(v.told[1].first, 333);
    assert_int_equal(v.told[1].last, 100);
    sql(w, SWAP(100, 333));
    assert_clean(w);
    sql(w, "CREATE TABLE kept AS SELECT * FROM ledger WHERE n BETWEEN 120 AND 122;"
           "DELETE FROM ledger WHERE n BETWEEN 120 AND 122");
    verify(w, &v);
    const struct told *t = only(&v, FAULT_ENTRY_REMOVED);
    assert_int_equal(t->first, 120);
    assert_int_equal(t->last, 122);
    sql(w, "INSERT INTO ledger SELECT * FROM kept; DELETE FROM kept;"
           "INSERT INTO kept SELECT * FROM ledger WHERE n >= 590; DELETE FROM ledger WHERE n >= 590");
    verify(w, &v);
    t = only(&v, FAULT_ENTRY_REMOVED);
    assert_int_equal(t->first, 590);
    assert_int_equal(t->last, 599);
    sql(w, "INSERT INTO ledger SELECT * FROM kept; DROP TABLE kept;"
           "INSERT INTO ledger SELECT 600, kind, at_us, actor, subject, salt, record, commitment, leaf"
           " FROM ledger WHERE n = 5");
    verify(w, &v);
    t = only(&v, FAULT_ENTRY_ADDED);
    assert_int_equal(t->first, 600);
}

static void an_erased_record_needs_a_purge(void **state)
{
    struct world *w = *state;
    static struct verdict v;
    world_fill(w, 20);
    world_publish(w);
    sql(w, "UPDATE ledger SET salt = x'', record = x'' WHERE n = 7");
    verify(w, &v);
    bool told = false;
    for (size_t i = 0; i < v.n; i++) told |= v.told[i].kind == FAULT_ENTRY_ERASED && v.told[i].first == 7;
    assert_true(told);
}

/* ---- many hands: the property ---- */

struct hands {
    struct world *w;
    sqlite3 *db;
    uint64_t entries, seed;
};

static uint64_t draw(struct hands *h)
{
    h->seed ^= h->seed << 13;
    h->seed ^= h->seed >> 7;
    return h->seed ^= h->seed << 17;
}

static sqlite3_stmt *prepare(struct hands *h, const char *text)
{
    sqlite3_stmt *st;
    assert_int_equal(sqlite3_prepare_v2(h->db, text, -1, &st, NULL), SQLITE_OK);
    return st;
}

/* One bit of one cell; doing it twice undoes it. */
static void flip_cell(struct hands *h, const char *table, const char *column, const char *where,
                      uint64_t random)
{
    char text[320];
    snprintf(text, sizeof text, "SELECT %s FROM %s WHERE %s", column, table, where);
    sqlite3_stmt *st = prepare(h, text);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    int type = sqlite3_column_type(st, 0), bytes = sqlite3_column_bytes(st, 0);
    int64_t number = sqlite3_column_int64(st, 0);
    unsigned char value[65536];
    assert_true(bytes > 0 && (size_t)bytes <= sizeof value);
    memcpy(value, sqlite3_column_blob(st, 0), (size_t)bytes);
    sqlite3_finalize(st);
    value[random % (uint64_t)bytes] ^= 1;
    snprintf(text, sizeof text, "UPDATE %s SET %s = ?1 WHERE %s", table, column, where);
    st = prepare(h, text);
    if (type == SQLITE_INTEGER)
        sqlite3_bind_int64(st, 1, number ^ 1 << random % 20);
    else if (type == SQLITE_TEXT)
        sqlite3_bind_text(st, 1, (char *)value, bytes, SQLITE_STATIC);
    else
        sqlite3_bind_blob(st, 1, value, bytes, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(st), SQLITE_DONE);
    sqlite3_finalize(st);
}

static void run(struct hands *h, const char *text)
{
    char *why = NULL;
    if (sqlite3_exec(h->db, text, NULL, NULL, &why) != SQLITE_OK) fail_msg("%s: %s", text, why);
}

static void flip_file(struct hands *h, const char *path, uint64_t offset, int bit)
{
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, (long)offset, SEEK_SET), 0);
    int c = fgetc(f);
    assert_int_not_equal(c, EOF);
    assert_int_equal(fseek(f, (long)offset, SEEK_SET), 0);
    assert_int_equal(fputc(c ^ 1 << bit, f), c ^ 1 << bit);
    assert_int_equal(fclose(f), 0);
}

static uint64_t file_bytes(const char *path)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    long n = ftell(f);
    fclose(f);
    return (uint64_t)n;
}

/* A hand on one place: a column of an entry, the entry itself, two neighbours in each other's place; a hash of a tile, a byte
 * of a bundle, either of them cut short; a cell of a row, a row that goes. `lift` undoes it. */
enum {
    COLUMNS = 8,
    DROP = COLUMNS,
    SWAP_NEXT,
    ROW_CELL,
    ROW_DROP,
    TILE0,
    BUNDLE,
    TILE1,
    CUT_TILE,
    CUT_BUNDLE,
    WHATS
};
enum { CUT_MOST = 64 };
struct mutation {
    int what; /* a column, or one of the above */
    uint64_t n, random;
    char tail[CUT_MOST]; /* what was cut off */
};
static const char *const columns[] = {"kind", "at_us",  "actor",      "subject",
                                      "salt", "record", "commitment", "leaf"};
static const char *const cells[][3] = {
    {"post", "raw", "id"},          {"post", "url", "id"},       {"post", "created_us", "id"},
    {"result", "severity", "post"}, {"finding", "body", "post"}, {"result", "body", "post"},
};

/* The post whose entries these are. */
static void post_of(const struct mutation *m, char hex[ID_TEXT_BYTES])
{
    char native[40];
    snprintf(native, sizeof native, "76014633316%08d", (int)(m->n / 2));
    struct id128 id = post_id(SV("tiktok"), sv_cstr(native), false);
    id_format(&id, hex);
}

static int level_of(int what)
{
    return what == TILE0 || what == CUT_TILE ? 0 : what == TILE1 ? 1 : TILE_BUNDLE;
}

static void cut(struct mutation *m, const char *path, bool lift)
{
    uint64_t most = file_bytes(path), bytes = 1 + m->random % CUT_MOST;
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    if (lift) {
        assert_int_equal(fseek(f, 0, SEEK_END), 0);
        assert_int_equal(fwrite(m->tail, 1, bytes, f), bytes);
    } else {
        assert_int_equal(fseek(f, (long)(most - bytes), SEEK_SET), 0);
        assert_int_equal(fread(m->tail, 1, bytes, f), bytes);
        assert_int_equal(ftruncate(fileno(f), (off_t)(most - bytes)), 0);
    }
    assert_int_equal(fclose(f), 0);
}

static void lay_on_file(struct hands *h, struct mutation *m, bool lift)
{
    char tile[TILE_PATH_BYTES], path[256];
    int level = level_of(m->what);
    uint64_t index = m->n / TILE_HASHES / (level == 1 ? TILE_HASHES : 1);
    tile_path(level, index, tile_width(level, index, h->entries), tile);
    snprintf(path, sizeof path, "%s/%s", h->w->log, tile);
    if (m->what == CUT_TILE || m->what == CUT_BUNDLE) {
        cut(m, path, lift);
        return;
    }
    uint64_t at = level == 0   ? m->n % TILE_HASHES * 32 + m->random % 32
                  : level == 1 ? m->n / TILE_HASHES % TILE_HASHES * 32 + m->random % 32
                               : m->random % file_bytes(path);
    flip_file(h, path, at, (int)(m->random >> 40) % 8);
}

static void lay(struct hands *h, struct mutation *m, bool lift)
{
    char text[512], where[96], hex[ID_TEXT_BYTES];
    unsigned long long n = (unsigned long long)m->n;
    snprintf(where, sizeof where, "n = %llu", n);
    post_of(m, hex);
    if (m->what < COLUMNS) {
        flip_cell(h, "ledger", columns[m->what], where, m->random);
    } else if (m->what == DROP) {
        snprintf(text, sizeof text,
                 "INSERT INTO %s SELECT * FROM %s WHERE n = %llu; DELETE FROM %s WHERE n = %llu",
                 lift ? "ledger" : "kept", lift ? "kept" : "ledger", n, lift ? "kept" : "ledger", n);
        run(h, text);
    } else if (m->what == SWAP_NEXT) {
        snprintf(text, sizeof text,
                 "UPDATE ledger SET n = -1 WHERE n = %llu; UPDATE ledger SET n = %llu WHERE n = %llu;"
                 "UPDATE ledger SET n = %llu WHERE n = -1",
                 n, n, n + 1, n + 1);
        run(h, text);
    } else if (m->what == ROW_DROP) {
        snprintf(text, sizeof text,
                 "INSERT INTO %s SELECT * FROM %s WHERE post = x'%s'; DELETE FROM %s WHERE post = x'%s'",
                 lift ? "reach" : "kept_reach", lift ? "kept_reach" : "reach", hex,
                 lift ? "kept_reach" : "reach", hex);
        run(h, text);
    } else if (m->what == ROW_CELL) {
        const char *const *cell = cells[m->random / 7 % (sizeof cells / sizeof cells[0])];
        snprintf(where, sizeof where, "%s = x'%s'%s", cell[2], hex,
                 strcmp(cell[0], "finding") == 0 ? " AND position = 0" : "");
        flip_cell(h, cell[0], cell[1], where, m->random);
    } else {
        lay_on_file(h, m, lift);
    }
}

/* "post 3f2a…", "finding 3f2a…": the row that the hand was laid on. */
static void row_of(const struct mutation *m, char out[80])
{
    char hex[ID_TEXT_BYTES];
    post_of(m, hex);
    snprintf(out, 80, "%s %s",
             m->what == ROW_DROP ? "reach" : cells[m->random / 7 % (sizeof cells / sizeof cells[0])][0], hex);
}

static bool is_told(const struct verdict *v, const struct mutation *m)
{
    char tile[TILE_PATH_BYTES] = "", row[80];
    row_of(m, row);
    tile_path(level_of(m->what), m->n / TILE_HASHES, TILE_HASHES, tile);
    for (size_t i = 0; i < v->n; i++) {
        const struct told *t = &v->told[i];
        bool at = t->first == m->n && t->last == m->n;
        if (m->what < COLUMNS && t->kind == FAULT_ENTRY_CHANGED && t->first == m->n) return true;
        if (m->what == DROP && t->kind == FAULT_ENTRY_REMOVED && t->first <= m->n && m->n <= t->last)
            return true;
        if (m->what == SWAP_NEXT && t->kind == FAULT_ENTRY_MOVED && t->first == m->n && t->last == m->n + 1)
            return true;
        if ((m->what == ROW_CELL || m->what == ROW_DROP) && strncmp(t->what, row, strlen(row)) == 0)
            return true;
        if (t->kind != FAULT_TILE_CHANGED) continue;
        if (m->what == TILE0 && strncmp(t->what, "tile/0/", 7) == 0 && at) return true;
        if (m->what == TILE1 && strncmp(t->what, "tile/1/", 7) == 0 && t->first <= m->n && m->n <= t->last)
            return true;
        if ((m->what == BUNDLE || m->what == CUT_TILE || m->what == CUT_BUNDLE) &&
            strncmp(t->what, tile, strlen(tile)) == 0)
            return true;
    }
    return false;
}

/* What docs/verify.py, which shares no line with us, has to say. */
static void run_python(struct world *w, struct buf *out)
{
    char command[1024], chunk[4096];
    size_t n;
    snprintf(command, sizeof command, "python3 '%s/docs/verify.py' '%s' '%s/key.pub' '%s'", test_source_dir(),
             w->log, w->log, w->db);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0) buf_put(out, chunk, n);
    pclose(f);
}

static bool is_told_by_python(const struct buf *told, const struct mutation *m)
{
    char want[160], tile[TILE_PATH_BYTES];
    struct sv text = buf_sv(told);
    unsigned long long n = (unsigned long long)m->n, first = n / TILE_HASHES * TILE_HASHES;
    tile_path(level_of(m->what), m->n / TILE_HASHES, TILE_HASHES, tile);
    snprintf(want, sizeof want, "\nentry %llu: ", n);
    if (m->what == ROW_CELL || m->what == ROW_DROP) row_of(m, want);
    if (m->what == BUNDLE || m->what == CUT_BUNDLE || m->what == CUT_TILE)
        snprintf(want, sizeof want, "%s", tile);
    if (m->what == TILE1)
        snprintf(want, sizeof want, "\nentry %llu to %llu: tile/1/", first, first + TILE_HASHES - 1);
    return sv_find(text, sv_cstr(want), 0) != SIZE_MAX;
}

static void check_python(struct world *w, const struct mutation *m, int n)
{
    struct buf told;
    buf_init(&told, 0);
    run_python(w, &told);
    for (int i = 0; i < n; i++)
        if (!is_told_by_python(&told, &m[i]))
            fail_msg("%.*s\nhand %d on entry %llu (%d) was not told by verify.py", SV_FMT(buf_sv(&told)), i,
                     (unsigned long long)m[i].n, m[i].what);
    buf_done(&told);
}

static uint64_t from_env(const char *name, uint64_t fallback)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : fallback;
}

static void thousands_of_hands_are_each_told_where_they_are(void **state)
{
    enum { AT_ONCE = 64 };
    static struct verdict v;
    struct hands h = {.w = *state, .seed = 88172645463325252u};
    uint64_t want = from_env("MARSAD_LEDGER_ENTRIES", 6000), rounds, done = 0;
    world_fill(h.w, (int)want);
    world_publish(h.w);
    assert_clean(h.w);
    h.entries = want;
    rounds = from_env("MARSAD_MUTATIONS", 1024) / AT_ONCE;
    assert_int_equal(sqlite3_open(h.w->db, &h.db), SQLITE_OK);
    run(&h, "CREATE TABLE kept AS SELECT * FROM ledger LIMIT 0; CREATE TABLE kept_reach AS SELECT * FROM "
            "reach LIMIT 0");
    for (uint64_t round = 0; round < rounds; round++) {
        struct mutation m[AT_ONCE];
        uint64_t step = want / AT_ONCE, last_file = UINT64_MAX, last_swap = UINT64_MAX;
        run(&h, "BEGIN");
        for (int i = 0; i < AT_ONCE; i++) {
            m[i] = (struct mutation){.what = (int)(draw(&h) % WHATS),
                                     .n = (uint64_t)i * step + draw(&h) % (step - 1),
                                     .random = draw(&h)};
            bool in_full_tile = m[i].n / TILE_HASHES < want / TILE_HASHES;
            if (m[i].what >= TILE1 && !in_full_tile) m[i].what = 0;
            if (m[i].what == TILE1 && i == 0) m[i].what = 0;
            if (m[i].what == SWAP_NEXT && m[i].n % TILE_HASHES == TILE_HASHES - 1) m[i].n--;
            uint64_t tile = m[i].n / TILE_HASHES;
            /* One file of a place at a time, and none below entries that moved: each hand is to be told by itself. */
            if (m[i].what >= SWAP_NEXT && (tile == last_file || (m[i].what >= TILE0 && tile == last_swap)))
                m[i].what = (int)(m[i].random % COLUMNS);
            if (m[i].what >= TILE0) last_file = tile;
            if (m[i].what == SWAP_NEXT) last_swap = tile;
            lay(&h, &m[i], false);
        }
        run(&h, "COMMIT");
        verify(h.w, &v);
        for (int i = 0; i < AT_ONCE; i++) {
            if (is_told(&v, &m[i])) continue;
            print_all(&v);
            fail_msg("hand %d on entry %llu (%d, %llu) was not told", i, (unsigned long long)m[i].n,
                     m[i].what, (unsigned long long)m[i].random);
        }
        check_python(h.w, m, AT_ONCE);
        run(&h, "BEGIN");
        for (int i = AT_ONCE - 1; i >= 0; i--) lay(&h, &m[i], true);
        run(&h, "COMMIT");
        done += AT_ONCE;
    }
    assert_clean(h.w);
    struct buf fine;
    buf_init(&fine, 0);
    run_python(h.w, &fine);
    assert_true(sv_ends(buf_sv(&fine), SV("\nOK\n")));
    buf_done(&fine);
    sqlite3_close(h.db);
    print_message("# %llu entries, %llu hands, all told\n", (unsigned long long)want,
                  (unsigned long long)done);
}

/* ---- files ---- */

static void files_that_are_cut_gone_or_longer_are_told(void **state)
{
    struct world *w = *state;
    static struct verdict v;
    static const char *const files[] = {"tile/0/000",       "tile/0/002.p/88",       "tile/1/000.p/2",
                                        "tile/entries/001", "tile/entries/002.p/88", "checkpoint"};
    world_fill(w, 600);
    world_publish(w);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[256];
        struct buf b;
        buf_init(&b, 0);
        snprintf(path, sizeof path, "%s/%s", w->log, files[i]);
        assert_ok(file_read(path, 1 << 24, &b, &w->err));
        bool checkpoint = i == 5;
        for (int how = 0; how < 3; how++) {
            if (how == 0) assert_int_equal(unlink(path), 0);
            if (how == 1) assert_ok(file_write_atomic(path, sv_sub(buf_sv(&b), 0, b.n - 1), &w->err));
            if (how == 2) {
                buf_puts(&b, "\n");
                assert_ok(file_write_atomic(path, buf_sv(&b), &w->err));
                b.n--;
            }
            verify(w, &v);
            const struct told *t = only(&v, checkpoint ? (how ? FAULT_CHECKPOINT : FAULT_CHECKPOINT_ABSENT)
                                            : how      ? FAULT_TILE_CHANGED
                                                       : FAULT_TILE_REMOVED);
            assert_string_equal(t->what, files[i]);
            assert_ok(file_write_atomic(path, buf_sv(&b), &w->err));
        }
        buf_done(&b);
    }
    assert_clean(w);
}

static void a_kept_original_that_changed_is_told(void **state)
{
    struct world *w = *state;
    static struct verdict v;
    char path[128];
    struct sha256 sha;
    world_add_post(w, 0);
    struct post p;
    post_init(&p);
    struct id128 id = post_id(SV("tiktok"), SV("7601463331600000000"), false);
    sha256_of(SV("a clip"), &sha);
    struct store_media m = {.sha256 = sha, .bytes = 6, .state = MEDIA_READY, .path = SV("clip")};
    assert_ok(store_put_media(w->store, &id, 0, &m, &w->err));
    snprintf(path, sizeof path, "%s/clip", w->dir);
    assert_ok(file_write_atomic(path, SV("a clip"), &w->err));
    world_publish(w);
    assert_clean(w);
    assert_ok(file_write_atomic(path, SV("a clap"), &w->err));
    verify(w, &v);
    assert_string_equal(only(&v, FAULT_FILE_CHANGED)->what, "clip");
    unlink(path);
    verify(w, &v);
    only(&v, FAULT_FILE_REMOVED);
}

static void another_log_with_another_key_is_told(void **state)
{
    struct world *w = *state;
    static struct verdict v;
    struct note_signer other;
    world_fill(w, 20);
    world_publish(w);
    assert_ok(note_signer_new(SV("marsad/other"), NOTE_LOG, &other, &w->err));
    struct verify_options o = {.fault = take_fault, .arg = &v, .key = &other.public_key};
    memset(&v, 0, sizeof v);
    assert_ok(evidence_verify(w->store, w->dir, &o, &v.sum, &w->err));
    only(&v, FAULT_CHECKPOINT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        world_test(each_hand_on_the_database_is_told),
        world_test(rows_that_went_or_came_are_told),
        world_test(entries_that_went_moved_or_came_are_told),
        world_test(an_erased_record_needs_a_purge),
        world_test(files_that_are_cut_gone_or_longer_are_told),
        world_test(a_kept_original_that_changed_is_told),
        world_test(another_log_with_another_key_is_told),
        world_test(thousands_of_hands_are_each_told_where_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
