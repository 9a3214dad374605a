/* A folder: feeds, and clips and pictures. Feeds are read first; the media that their records refer to (and subtitles
 * beside them) are theirs, and only what nobody claimed is a post of its own. Files are taken in the order of their
 * names' bytes, links are not followed, hidden files are passed over. */
#include "intake/intake_priv.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/vec.h"

int folder_sniff(struct sv path, struct sv head, bool is_dir) { return is_dir ? 100 : 0; }

struct entry {
    const char *path;
    const struct intake_format *format; /* NULL: not understood, `why` says it */
    const char *why;
    uint64_t bytes;
};

struct folder {
    struct arena names;
    struct VEC(struct entry) files;
    struct map claimed;
    uint64_t bytes_done, bytes_all;
    /* The reading that all this belongs to. */
    const struct intake_options *o;
    const struct intake_sink *sink;
    struct intake_counts *counts;
    struct error *err;
};

static int nomem(struct folder *f, const char *path)
{
    return error_set(f->err, ERR_NOMEM, "intake", "%s: no memory for the list of its files", path);
}

/* ---- the list ---- */

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->path, ((const struct entry *)b)->path);
}

static int put_aside(struct folder *f, const char *path, int code, const char *why)
{
    struct run r;
    struct error e;
    run_init(&r, "folder", path, f->o, f->sink, f->counts, f->err);
    error_set(&e, code, "intake", "%s", why);
    int rc = record_aside(&r, SV_NULL, &e);
    run_done(&r);
    return rc;
}

static int look(struct folder *f, struct entry *e)
{
    struct buf head;
    struct error why;
    buf_init(&head, 0);
    int rc = read_head(e->path, &head, &why);
    if (rc == 0) {
        e->format = intake_look(sv_cstr(e->path), buf_sv(&head), false);
        e->why = magic_foreign(sv_cstr(e->path), buf_sv(&head));
        if (head.n == 0) e->why = "an empty file";
    } else {
        char *text = arena_cstr(&f->names, sv_cstr(why.text));
        e->why = text ? text : "cannot be read";
    }
    if (!e->why) e->why = "neither a feed nor a clip, picture or sound";
    buf_done(&head);
    return 0;
}

static int list_folder(struct folder *f, const char *path, int depth);

static int list_one(struct folder *f, const char *path, int depth)
{
    struct stat st;
    if (lstat(path, &st) != 0) return put_aside(f, path, ERR_IO, "cannot be looked at");
    if (S_ISDIR(st.st_mode)) {
        if (depth < INTAKE_MAX_FOLDER_DEPTH) return list_folder(f, path, depth + 1);
        return put_aside(f, path, ERR_LIMIT, "a folder too deep in folders: not read");
    }
    if (S_ISLNK(st.st_mode)) return put_aside(f, path, ERR_UNSUPPORTED, "a link: not followed");
    if (!S_ISREG(st.st_mode)) {
        f->counts->skipped++;
        return 0;
    }
    struct entry e = {.path = path, .bytes = (uint64_t)st.st_size};
    int rc = look(f, &e);
    f->bytes_all += e.bytes;
    if (rc == 0 && VEC_PUSH(&f->files, e) != 0) rc = nomem(f, path);
    return rc;
}

static int list_folder(struct folder *f, const char *path, int depth)
{
    DIR *d = opendir(path);
    int rc = 0;
    if (!d) {
        if (depth > 0) return put_aside(f, path, ERR_IO, "a folder that cannot be opened");
        return error_set_errno(f->err, ERR_IO, "intake", errno, "cannot open the folder %s", path);
    }
    for (struct dirent *e; rc == 0 && (e = readdir(d));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
        if (e->d_name[0] == '.') {
            f->counts->skipped++;
            continue;
        }
        struct sv child = path_join(&f->names, sv_cstr(path), sv_cstr(e->d_name));
        rc = child.p ? list_one(f, child.p, depth) : nomem(f, path);
    }
    closedir(d);
    return rc;
}

/* ---- reading ---- */

static void file_progress(void *arg, uint64_t done, uint64_t total)
{
    struct folder *f = arg;
    if (f->sink->progress) f->sink->progress(f->sink->arg, f->bytes_done + done, f->bytes_all);
}

static int forward_post(void *arg, const struct post *p, struct error *err)
{
    struct folder *f = arg;
    return f->sink->post(f->sink->arg, p, err);
}

static int forward_aside(void *arg, const struct intake_aside *a, struct error *err)
{
    struct folder *f = arg;
    return f->sink->aside ? f->sink->aside(f->sink->arg, a, err) : 0;
}

static int read_file(struct folder *f, const struct entry *e)
{
    struct run r;
    struct intake_sink sink = {f, forward_post, forward_aside, file_progress};
    struct error why;
    run_init(&r, e->format->name, e->path, f->o, &sink, f->counts, &why);
    r.claimed = &f->claimed;
    int rc = intake_runner(e->format)(&r, e->path);
    run_done(&r);
    /* A file that went away or is too big costs itself; what the sink or memory says ends the reading. */
    if (rc == ERR_IO || rc == ERR_NOTFOUND || rc == ERR_LIMIT) return put_aside(f, e->path, rc, why.text);
    if (rc != 0 && f->err) *f->err = why;
    return rc;
}

static bool is_claimed(struct folder *f, const char *path)
{
    char *real = realpath(path, NULL);
    bool claimed = map_get(&f->claimed, sv_cstr(real ? real : path)) != NULL;
    free(real);
    return claimed;
}

static int read_entry(struct folder *f, const struct entry *e)
{
    int rc = 0;
    if (e->format)
        rc = read_file(f, e);
    else
        rc = put_aside(f, e->path, ERR_UNSUPPORTED, e->why);
    f->bytes_done += e->bytes;
    file_progress(f, 0, 0);
    return rc;
}

static bool is_feed(const struct entry *e) { return e->format && intake_runner(e->format) != file_run; }

static int read_all(struct folder *f)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < f->files.n; i++)
        if (is_feed(&f->files.v[i])) rc = read_entry(f, &f->files.v[i]);
    for (size_t i = 0; rc == 0 && i < f->files.n; i++) {
        const struct entry *e = &f->files.v[i];
        if (is_feed(e)) continue;
        if (!is_claimed(f, e->path)) {
            rc = read_entry(f, e);
            continue;
        }
        f->bytes_done += e->bytes;
        file_progress(f, 0, 0);
    }
    return rc;
}

int folder_read(const char *path, const struct intake_options *o, const struct intake_sink *sink,
                struct intake_counts *counts, struct error *err)
{
    struct folder f = {.o = o, .sink = sink, .counts = counts, .err = err};
    arena_init(&f.names, 0);
    map_init(&f.claimed);
    int rc = list_folder(&f, path, 0);
    if (rc == 0 && f.files.n > 0) qsort(f.files.v, f.files.n, sizeof *f.files.v, by_path);
    if (rc == 0) rc = read_all(&f);
    VEC_DONE(&f.files);
    map_done(&f.claimed);
    arena_done(&f.names);
    return rc;
}
