/* A stream on disk. Little-endian:
 *
 *     "MRSDNETW"  u32 version 1
 *     u32 neighbours  u32 min_posts  u32 layers
 *     layers ×  ( i64 window_us  string name )
 *     u32 accounts × string      u32 contents × string
 *     layers ×  ( u32 objects × string   u64 rows × ( u32 object  u32 account  u32 content  i64 time_us ) )
 *     32 bytes  SHA-256 of all before
 *
 * A string is u32 bytes and the bytes. content 0xFFFFFFFF: none. Reading adds the rows one by one, so that what is loaded
 * is what arrival would have made. */
#include "network/stream_priv.h"

#include "base/file.h"
#include "base/id.h"
#include "base/limits.h"
#include "network/out_priv.h"

#include <stdlib.h>

static const char magic[] = "MRSDNETW";
enum { VERSION = 1 };

static void put_string(struct buf *b, struct sv s)
{
    buf_put_u32(b, (uint32_t)s.n);
    buf_putsv(b, s);
}

static void put_names(struct buf *b, const struct intern *t)
{
    buf_put_u32(b, t->n);
    for (uint32_t i = 0; i < t->n; i++) put_string(b, intern_sv(t, i));
}

int network_stream_save(const struct network_stream *s, const char *path, struct error *err)
{
    struct buf b;
    struct sha256 sum;
    const struct network_table *t = s->t;
    int rc = id_init(err);
    if (rc) return rc;
    buf_init(&b, NETWORK_STATE_MAX_BYTES);
    buf_put(&b, magic, sizeof magic - 1);
    buf_put_u32(&b, VERSION);
    buf_put_u32(&b, s->o.neighbours);
    buf_put_u32(&b, s->o.min_posts);
    buf_put_u32(&b, t->nlayers);
    for (unsigned l = 0; l < t->nlayers; l++) {
        buf_put_u64(&b, (uint64_t)s->o.window_us[l]);
        put_string(&b, t->layers[l].name);
    }
    put_names(&b, &t->accounts);
    put_names(&b, &t->contents);
    for (unsigned l = 0; l < t->nlayers; l++) {
        const struct layer *y = &t->layers[l];
        put_names(&b, &y->objects);
        buf_put_u64(&b, y->n);
        for (uint64_t i = 0; i < y->n; i++) {
            buf_put_u32(&b, y->object[i]);
            buf_put_u32(&b, y->account[i]);
            buf_put_u32(&b, y->content[i]);
            buf_put_u64(&b, (uint64_t)y->time_us[i]);
        }
    }
    sha256_of(buf_sv(&b), &sum);
    buf_put(&b, sum.b, sizeof sum.b);
    if (b.failed && b.n > NETWORK_STATE_MAX_BYTES / 2)
        rc = error_set(err, ERR_LIMIT, "network", "%s: the state is above %zu bytes; forget old rows", path,
                       (size_t)NETWORK_STATE_MAX_BYTES);
    else if (b.failed)
        rc = error_set(err, ERR_NOMEM, "network", "%s: no memory for the state; forget old rows", path);
    else
        rc = file_write_atomic(path, buf_sv(&b), err);
    buf_done(&b);
    return rc;
}

static int damaged(const struct reader *r, const char *what, struct error *err)
{
    return error_set(err, ERR_FORMAT, "network",
                     "the state is damaged near byte %zu: %s; start from the posts again", r->at, what);
}

static struct sv get_string(struct reader *r)
{
    uint32_t n = reader_u32(r);
    return reader_bytes(r, n);
}

/* Where the strings of a list lie: *out owned by the caller. */
static int get_names(struct reader *r, struct sv **out, uint32_t *out_n, struct error *err)
{
    uint32_t n = reader_u32(r);
    if (r->failed || n > reader_left(r) / 4) return damaged(r, "a list longer than the file", err);
    *out = malloc(((size_t)n + 1) * sizeof **out);
    if (!*out) return error_set(err, ERR_NOMEM, "network", "no memory for %u names", n);
    for (uint32_t i = 0; i < n; i++) (*out)[i] = get_string(r);
    *out_n = n;
    return r->failed ? damaged(r, "a name runs past the end", err) : 0;
}

struct loading {
    struct reader r;
    struct sv *accounts, *contents, *objects;
    uint32_t naccounts, ncontents, nobjects;
};

static int load_rows(struct loading *d, struct network_stream *s, unsigned layer, struct error *err)
{
    struct reader *r = &d->r;
    free(d->objects);
    d->objects = NULL;
    int rc = get_names(r, &d->objects, &d->nobjects, err);
    if (rc) return rc;
    uint64_t rows = reader_u64(r);
    if (r->failed || rows > reader_left(r) / 20) return damaged(r, "more rows than the file has", err);
    for (uint64_t i = 0; rc == 0 && i < rows; i++) {
        uint32_t object = reader_u32(r), account = reader_u32(r), content = reader_u32(r);
        int64_t time_us = (int64_t)reader_u64(r);
        if (object >= d->nobjects || account >= d->naccounts ||
            (content != INTERN_NONE && content >= d->ncontents))
            return damaged(r, "a row names what is not there", err);
        struct sv name = content == INTERN_NONE ? SV_NULL : d->contents[content];
        if (d->objects[object].n == 0 || d->accounts[account].n == 0 ||
            (content != INTERN_NONE && name.n == 0) || time_us < -NETWORK_MAX_TIME_US ||
            time_us > NETWORK_MAX_TIME_US)
            return damaged(r, "a row without object, account or time", err);
        rc = network_stream_add(s, layer, d->objects[object], d->accounts[account], name, time_us, NULL, err);
    }
    return rc;
}

static int load(struct loading *d, struct network_stream **out, struct error *err)
{
    struct reader *r = &d->r;
    struct network_stream_options o;
    struct network_stream *s = NULL;
    network_stream_options_init(&o);
    if (!sv_is(reader_bytes(r, sizeof magic - 1), magic))
        return error_set(err, ERR_FORMAT, "network", "this is no state of marsad network");
    uint32_t version = reader_u32(r);
    if (version != VERSION)
        return error_set(err, ERR_UNSUPPORTED, "network", "a state of version %u; this program reads %d",
                         version, VERSION);
    o.neighbours = reader_u32(r);
    o.min_posts = reader_u32(r);
    o.nlayers = reader_u32(r);
    if (r->failed || o.nlayers < 1 || o.nlayers > NETWORK_MAX_LAYERS)
        return damaged(r, "its number of layers", err);
    for (unsigned l = 0; l < o.nlayers; l++) {
        o.window_us[l] = (int64_t)reader_u64(r);
        o.layers[l] = get_string(r);
    }
    if (r->failed) return damaged(r, "the layers", err);
    int rc = network_stream_new(&o, &s, err);
    if (rc == 0) rc = get_names(r, &d->accounts, &d->naccounts, err);
    if (rc == 0) rc = get_names(r, &d->contents, &d->ncontents, err);
    for (unsigned l = 0; rc == 0 && l < o.nlayers; l++) rc = load_rows(d, s, l, err);
    if (rc == 0 && reader_left(r)) rc = damaged(r, "bytes after the end", err);
    if (rc)
        network_stream_free(s);
    else
        *out = s;
    return rc == ERR_ARG ? damaged(r, "its options", err) : rc;
}

int network_stream_parse(struct sv bytes, struct network_stream **out, struct error *err)
{
    struct sha256 sum;
    struct loading d = {0};
    int rc = id_init(err);
    if (rc) return rc;
    if (bytes.n < sizeof sum.b)
        return error_set(err, ERR_FORMAT, "network", "this is no state of marsad network");
    struct sv body = sv_sub(bytes, 0, bytes.n - sizeof sum.b);
    sha256_of(body, &sum);
    if (memcmp(sum.b, bytes.p + body.n, sizeof sum.b) != 0)
        return error_set(err, ERR_FORMAT, "network",
                         "the state is damaged: its checksum does not fit its %zu bytes; start "
                         "from the posts again",
                         bytes.n);
    d.r = reader_of(body);
    rc = load(&d, out, err);
    free(d.accounts);
    free(d.contents);
    free(d.objects);
    return rc;
}

int network_stream_load(const char *path, struct network_stream **out, struct error *err)
{
    struct buf b;
    buf_init(&b, NETWORK_STATE_MAX_BYTES);
    int rc = file_read(path, NETWORK_STATE_MAX_BYTES, &b, err);
    if (rc == 0) rc = network_stream_parse(buf_sv(&b), out, err);
    buf_done(&b);
    return rc;
}
