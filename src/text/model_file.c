/* The model's file: every number checked before it is used. The rows are copied into memory of their own, of large pages
 * where the system has them: a text asks for hundreds of rows anywhere in them, and would miss the processor's table of
 * small pages at each (30 % faster where measured). */
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <errno.h>

#include "base/buf.h"
#include "base/id.h"
#include "base/limits.h"
#include "text/model.h"

enum { HEAD_BYTES = 64, DIGEST_AT = 32, BITS_MIN = 8, BITS_MAX = 24 };

static int bad(struct error *err, const char *what)
{
    return error_set(err, ERR_FORMAT, "model",
                     "the file is no model of texts that can be used: %s; make it anew with "
                     "marsad train text",
                     what);
}

static bool number(struct sv s, float *out)
{
    double d;
    if (!sv_to_double(s, &d) || !(fabs(d) < 1e6)) return false;
    *out = (float)d;
    return true;
}

static int read_column(struct text_model *m, struct sv rest, uint32_t *n, struct error *err)
{
    struct sv name, scale, slope, offset;
    struct model_column *c = m->column + *n; /* of this part's last column at most */
    if (*n >= m->columns) return bad(err, "it describes more columns than it has");
    if (!sv_split(&rest, '\t', &name) || !sv_split(&rest, '\t', &scale) || !sv_split(&rest, '\t', &slope) ||
        !sv_split(&rest, '\t', &offset) || !number(scale, &c->scale) || !number(slope, &c->slope) ||
        !number(offset, &c->offset))
        return bad(err, "a column's line is broken");
    c->name = name;
    ++*n;
    return 0;
}

static int read_class(struct text_model *m, const struct model_part *p, struct sv rest, struct error *err)
{
    struct model_task *k = m->ntasks ? m->task + m->ntasks - 1 : NULL;
    struct sv name, column, sign, shift;
    int64_t c;
    if (!k || k->nclasses >= MODEL_MAX_CLASSES) return bad(err, "a class stands outside a task");
    size_t i = k->nclasses++;
    if (!sv_split(&rest, '\t', &name) || !sv_split(&rest, '\t', &column) || !sv_split(&rest, '\t', &sign) ||
        !sv_split(&rest, '\t', &shift) || !sv_to_i64(column, &c) || c < 0 || c >= p->columns ||
        !number(shift, &k->shift[i]))
        return bad(err, "a class's line is broken");
    k->classes[i] = name;
    k->column[i] = p->first + (uint32_t)c;
    k->negated[i] = sv_is(sign, "-");
    return 0;
}

static int read_words(uint32_t *out, bool *once, struct sv rest, struct error *err)
{
    struct sv times = SV_NULL;
    int64_t n;
    sv_split(&rest, '\t', &times);
    *once = sv_is(rest, "once");
    if ((rest.n > 0 && !*once) || !sv_to_i64(times, &n) || n < 1 || n > FEATURE_MAX_WORD_TIMES)
        return bad(err, "its weight of words is broken");
    *out = (uint32_t)n;
    return 0;
}

/* Tasks of a part are put behind those of the parts before it. */
static int make_tasks(struct text_model *m, struct sv text, struct error *err)
{
    struct sv line, rest = text;
    size_t n = m->ntasks;
    while (sv_split(&rest, '\n', &line)) n += sv_starts(line, SV("task\t"));
    struct model_task *task = ARENA_ARRAY(&m->arena, n, struct model_task);
    if (!task) return error_set(err, ERR_NOMEM, "model", "no memory for a model");
    if (m->ntasks) memcpy(task, m->task, m->ntasks * sizeof(*task));
    m->task = task;
    return 0;
}

static int read_line(struct text_model *m, const struct model_part *p, struct sv line, uint32_t *columns,
                     uint32_t *word_times, bool *once, struct error *err)
{
    struct sv kind;
    if (line.n == 0 || !sv_split(&line, '\t', &kind)) return 0;
    if (sv_is(kind, "column")) return read_column(m, line, columns, err);
    if (sv_is(kind, "class")) return read_class(m, p, line, err);
    if (sv_is(kind, "words")) return read_words(word_times, once, line, err);
    if (sv_is(kind, "task")) m->task[m->ntasks++].name = line;
    return 0;
}

static int read_description(struct text_model *m, const struct model_part *p, struct sv text,
                            struct error *err)
{
    struct sv line, rest = text;
    uint32_t columns = p->first, word_times = 0;
    bool once = false;
    size_t first = m->ntasks;
    int rc = make_tasks(m, text, err);
    while (!rc && sv_split(&rest, '\n', &line)) rc = read_line(m, p, line, &columns, &word_times, &once, err);
    if (rc) return rc;
    if (columns != m->columns) return bad(err, "it describes fewer columns than it has");
    for (size_t i = first; i < m->ntasks; i++)
        if (m->task[i].nclasses < 2) return bad(err, "a task has fewer than two classes");
    if (p->first > 0 && (word_times != m->word_times || once != m->once))
        return bad(err, "its parts do not count words alike");
    m->word_times = word_times, m->once = once;
    return 0;
}

enum { LARGE_PAGE = 2 << 20, LINE_BYTES = 64 };

static int copy_rows(struct model_part *part, const char *from, struct error *err)
{
    size_t n = (size_t)part->stride << part->bits, align = n < LARGE_PAGE ? LINE_BYTES : LARGE_PAGE;
    uint8_t *p = aligned_alloc(align, (n + align - 1) / align * align);
    if (!p) return error_set(err, ERR_NOMEM, "model", "no memory for a model of %zu bytes", n);
    if (align == LARGE_PAGE) (void)madvise(p, n, MADV_HUGEPAGE); /* slower without, not wrong */
    memcpy(p, from, n);
    part->rows = p;
    return 0;
}

/* What a part's head says of its size; *out_text: bytes of its description. */
static int read_head(struct text_model *m, struct sv bytes, struct model_part *p, size_t *out_text,
                     struct error *err)
{
    if (bytes.n < HEAD_BYTES || memcmp(bytes.p, "MARSADTX", 8) != 0)
        return bad(err, m->nparts ? "what follows its first part is none" : "it does not begin as one");
    struct reader r = reader_of(sv_sub(bytes, 8, HEAD_BYTES));
    uint32_t version = reader_u32(&r);
    p->bits = reader_u32(&r), p->columns = reader_u32(&r), p->stride = reader_u32(&r);
    uint32_t text_bytes = reader_u32(&r);
    if (version != MODEL_VERSION)
        return error_set(
            err, ERR_UNSUPPORTED, "model",
            "the model is of version %u, this program reads version %d; make it anew with marsad "
            "train text",
            version, MODEL_VERSION);
    if (p->bits < BITS_MIN || p->bits > BITS_MAX || p->columns < 1 ||
        p->columns > MODEL_MAX_COLUMNS - m->columns || p->stride <= p->columns ||
        p->stride > MODEL_MAX_COLUMNS + 1 || reader_u32(&r) != 0)
        return bad(err, "its sizes make no sense");
    if (text_bytes % 64 != 0 || bytes.n < HEAD_BYTES + (size_t)text_bytes + ((size_t)p->stride << p->bits))
        return bad(err, "it is cut short");
    *out_text = text_bytes;
    return 0;
}

/* The part that *bytes begins with; they are moved behind it. */
static int read_part(struct text_model *m, struct sv *bytes, struct error *err)
{
    struct model_part p = {.first = m->columns};
    struct sha256 digest;
    size_t text_bytes = 0;
    int rc = read_head(m, *bytes, &p, &text_bytes, err);
    if (rc) return rc;
    size_t rows_at = HEAD_BYTES + text_bytes, end = rows_at + ((size_t)p.stride << p.bits);
    sha256_of(sv_sub(*bytes, HEAD_BYTES, end), &digest);
    if (memcmp(&digest, bytes->p + DIGEST_AT, sizeof(digest)) != 0)
        return bad(err, "its bytes are not those that were written (SHA-256 differs)");
    if (m->nparts == 0) memcpy(m->digest, &digest, sizeof(m->digest));
    struct sv text = arena_copy(&m->arena, sv_sub(*bytes, HEAD_BYTES, rows_at));
    if (text_bytes > 0 && !text.p) return error_set(err, ERR_NOMEM, "model", "no memory for a model");
    m->columns += p.columns;
    rc = read_description(m, &p, text, err);
    if (rc == 0) rc = copy_rows(&p, bytes->p + rows_at, err);
    if (rc) return rc;
    size_t sources = sv_find(text, SV("source\t"), 0);
    if (m->nparts == 0 && sources != SIZE_MAX) m->sources = sv_sub(text, sources, text.n);
    m->part[m->nparts++] = p;
    *bytes = sv_sub(*bytes, end, bytes->n);
    return 0;
}

int model_read(struct sv bytes, struct text_model **out, struct error *err)
{
    struct text_model *m = calloc(1, sizeof(*m));
    if (!m) return error_set(err, ERR_NOMEM, "model", "no memory for a model");
    arena_init(&m->arena, 0);
    int rc = read_part(m, &bytes, err);
    while (!rc && bytes.n > 0)
        rc = m->nparts < MODEL_MAX_PARTS ? read_part(m, &bytes, err) : bad(err, "it has too many parts");
    if (rc)
        model_free(m);
    else
        *out = m;
    return rc;
}

/* What is wrong, with the file that it is wrong with. */
static int named(struct error *err, int rc, const char *path)
{
    if (!err) return rc;
    struct error what = *err;
    return error_set(err, rc, "model", "%s: %s", path, what.text);
}

int model_open(const char *path, struct text_model **out, struct error *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC), rc = 0;
    if (fd < 0)
        return error_set_errno(err, errno == ENOENT ? ERR_NOTFOUND : ERR_IO, "model", errno, "%s", path);
    void *p = MAP_FAILED;
    if (fstat(fd, &st) != 0)
        rc = error_set_errno(err, ERR_IO, "model", errno, "%s", path);
    else if (!S_ISREG(st.st_mode) || st.st_size < HEAD_BYTES)
        rc = named(err, bad(err, "it is too short"), path);
    else if ((p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0)) == MAP_FAILED)
        rc = error_set_errno(err, ERR_IO, "model", errno, "%s", path);
    close(fd);
    if (rc) return rc;
    rc = model_read(sv_of(p, (size_t)st.st_size), out, err);
    if (rc) named(err, rc, path);
    munmap(p, (size_t)st.st_size);
    return rc;
}

void model_free(struct text_model *m)
{
    if (!m) return;
    arena_done(&m->arena);
    for (size_t i = 0; i < m->nparts; i++) free(m->part[i].rows);
    free(m);
}

const struct model_task *model_task(const struct text_model *m, struct sv name)
{
    for (size_t i = 0; i < m->ntasks; i++)
        if (sv_eq(m->task[i].name, name)) return &m->task[i];
    return NULL;
}
