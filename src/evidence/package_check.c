/* Checking a package: what lies there against the manifests, the manifests against the seal, the seal against signature
 * and timestamp, and what the log proves against the rows that came along. */
#include "evidence/package_priv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/map.h"
#include "evidence/archive.h"

static const char *const names[PACKAGE_FAULTS] = {"changed", "removed", "added", "shape",
                                                  "seal",    "time",    "proof"};

const char *package_fault_name(enum package_fault_kind kind)
{
    return (unsigned)kind < PACKAGE_FAULTS ? names[kind] : "";
}

/* What is said of a row by the last entry that names it. */
struct said_row {
    uint64_t entry;
    struct sha256 digest;
    bool gone;
};

struct checker {
    const char *root;
    const struct package_check_options *o;
    struct package_summary *sum;
    struct arena *a;
    struct error *err;
    struct VEC(struct sv) files; /* that lie there, in order */
    struct map there;            /* path → place + 1 */
    struct map listed;           /* path → 1 */
    struct map rows;             /* "post 3f2a…" → place + 1 in said */
    struct VEC(struct said_row) said;
    struct buf text; /* scratch */
    int stopped;
};

static int no_memory(struct checker *c)
{
    return error_set(c->err, ERR_NOMEM, "package", "no memory to check a package");
}

/* Counts and tells. 0, or what the caller's function returned. */
static int fault(struct checker *c, enum package_fault_kind kind, struct sv file, const char *detail)
{
    if (c->sum->faults++ >= VERIFY_MAX_FAULTS || !c->o->fault) return 0;
    c->stopped = c->o->fault(c->o->arg, &(struct package_fault){kind, file, detail ? detail : ""});
    return c->stopped;
}

/* ---- what lies there ---- */

static int walk(struct checker *c, struct sv under, int depth);

static int walk_entry(struct checker *c, int dir, const char *entry, struct sv name, int depth)
{
    struct stat st;
    uint64_t *place;
    if (fstatat(dir, entry, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return error_set_errno(c->err, ERR_IO, "package", errno, "cannot look at %.*s", SV_FMT(name));
    if (S_ISDIR(st.st_mode)) return walk(c, name, depth + 1);
    if (!S_ISREG(st.st_mode)) return fault(c, PACKAGE_SHAPE, name, "is neither a file nor a folder");
    if (c->files.n >= PACKAGE_MAX_FILES)
        return error_set(c->err, ERR_LIMIT, "package", "more than %d files: this is no package",
                         PACKAGE_MAX_FILES);
    if (VEC_PUSH(&c->files, name) != 0 || map_put(&c->there, name, &place) < 0) return no_memory(c);
    *place = c->files.n;
    return 0;
}

static int walk(struct checker *c, struct sv under, int depth)
{
    if (depth > PACKAGE_MAX_DEPTH || under.n > PACKAGE_MAX_NAME_BYTES)
        return fault(c, PACKAGE_SHAPE, under, "lies too deep, or its name is too long");
    char full[BAG_PATH_BYTES];
    snprintf(full, sizeof full, "%s/%.*s", c->root, SV_FMT(under));
    int fd = open(full, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    if (!d) {
        if (fd >= 0) close(fd);
        return error_set_errno(c->err, ERR_IO, "package", errno, "cannot read folder %s", full);
    }
    int rc = 0;
    for (struct dirent *e; rc == 0 && (e = readdir(d));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
        struct sv name = arena_printf(c->a, "%.*s%s%s", SV_FMT(under), under.n ? "/" : "", e->d_name);
        rc = name.p ? walk_entry(c, dirfd(d), e->d_name, name, depth) : no_memory(c);
    }
    closedir(d);
    return rc;
}

static int compare_sv(const void *a, const void *b)
{
    return sv_cmp(*(const struct sv *)a, *(const struct sv *)b);
}

/* A small file of the package into the scratch; ERR_NOTFOUND when it does not lie there. */
static int read_file(struct checker *c, const char *name, struct error *why)
{
    char full[BAG_PATH_BYTES];
    buf_clear(&c->text);
    if (!map_get(&c->there, sv_cstr(name)))
        return error_set(why, ERR_NOTFOUND, "package", "%s is not there", name);
    snprintf(full, sizeof full, "%s/%s", c->root, name);
    return file_read(full, PACKAGE_MAX_TEXT_BYTES, &c->text, why);
}

static int hash_file(struct checker *c, struct sv name, struct sha256 *out, struct error *why)
{
    char full[BAG_PATH_BYTES];
    uint64_t bytes = 0;
    snprintf(full, sizeof full, "%s/%.*s", c->root, SV_FMT(name));
    int fd = open(full, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return error_set_errno(why, ERR_IO, "package", errno, "cannot open %s", full);
    int rc = sha256_of_fd(fd, out, &bytes, why);
    close(fd);
    c->sum->files++;
    c->sum->bytes += bytes;
    return rc;
}

/* ---- manifests ---- */

/* An original is called by its hash. */
static bool is_misnamed(struct sv path, const struct sha256 *want)
{
    char hex[SHA256_TEXT_BYTES];
    struct sv prefix = SV("data/originals/");
    sha256_format(want, hex);
    return sv_starts(path, prefix) && !sv_starts(sv_sub(path, prefix.n, path.n), sv_cstr(hex));
}

static int check_listed(struct checker *c, const char *manifest, struct sv path, const struct sha256 *want)
{
    struct sha256 got;
    struct error why;
    uint64_t *once;
    int rc = map_put(&c->listed, path, &once);
    if (rc < 0) return no_memory(c);
    if (rc == 0) return fault(c, PACKAGE_SHAPE, path, "is listed twice");
    if (is_misnamed(path, want)) {
        rc = fault(c, PACKAGE_PROOF, path, "is not the original that its name says");
        if (rc != 0) return rc;
    }
    if (!map_get(&c->there, path)) return fault(c, PACKAGE_REMOVED, path, manifest);
    rc = hash_file(c, path, &got, &why);
    if (rc != 0) return fault(c, PACKAGE_CHANGED, path, why.text);
    return memcmp(&got, want, sizeof got) == 0 ? 0 : fault(c, PACKAGE_CHANGED, path, manifest);
}

/* "hex  path" a line. Paths are as they stand: ours need no percent signs. */
static int check_manifest(struct checker *c, const char *name, bool payload)
{
    struct error why;
    struct buf bytes;
    struct sv rest, line, hex;
    int rc = read_file(c, name, &why);
    if (rc != 0) return fault(c, PACKAGE_SHAPE, sv_cstr(name), why.text);
    bytes = c->text; /* kept while the scratch serves others */
    buf_init(&c->text, 0);
    rest = buf_sv(&bytes);
    for (int n = 1; rc == 0 && sv_split(&rest, '\n', &line); n++) {
        struct sha256 want;
        if (line.n == 0 && (!rest.p || rest.n == 0)) continue;
        if (!sv_split(&line, ' ', &hex) || !sha256_parse(hex, &want) || line.n < 2 || line.p[0] != ' ') {
            char detail[64];
            snprintf(detail, sizeof detail, "line %d is not \"hash  path\"", n);
            rc = fault(c, PACKAGE_SHAPE, sv_cstr(name), detail);
            continue;
        }
        struct sv path = arena_copy(c->a, sv_sub(line, 1, line.n));
        if (!path.p)
            rc = no_memory(c);
        else if (sv_starts(path, SV("data/")) != payload)
            rc = fault(c, PACKAGE_SHAPE, path, "is listed in the wrong manifest");
        else
            rc = check_listed(c, name, path, &want);
    }
    if (rc == 0 && bytes.n > 0 && bytes.p[bytes.n - 1] != '\n')
        rc = fault(c, PACKAGE_SHAPE, sv_cstr(name), "its last line is cut");
    buf_done(&bytes);
    return rc;
}

static bool is_seal(struct sv name)
{
    return sv_is(name, BAG_TAGMANIFEST) || sv_is(name, PACKAGE_SIGNATURE) || sv_is(name, PACKAGE_TIMESTAMP);
}

static int check_added(struct checker *c)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < c->files.n; i++)
        if (!map_get(&c->listed, c->files.v[i]) && !is_seal(c->files.v[i]))
            rc = fault(c, PACKAGE_ADDED, c->files.v[i], "no manifest lists it");
    return rc;
}

static int check_bagit(struct checker *c)
{
    static const char *const needed[] = {"bagit.txt", "bag-info.txt", BAG_MANIFEST};
    struct error why;
    int rc = read_file(c, "bagit.txt", &why);
    if (rc != 0) return fault(c, PACKAGE_SHAPE, SV("bagit.txt"), why.text);
    if (!sv_is(buf_sv(&c->text), "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"))
        rc = fault(c, PACKAGE_SHAPE, SV("bagit.txt"), "is not that of a bag of version 1.0 in UTF-8");
    for (size_t i = 0; rc == 0 && i < sizeof needed / sizeof needed[0]; i++)
        if (map_get(&c->there, sv_cstr(needed[i])) && !map_get(&c->listed, sv_cstr(needed[i])))
            rc = fault(c, PACKAGE_SHAPE, sv_cstr(needed[i]), "is not listed in " BAG_TAGMANIFEST);
    return rc;
}

static int read_info(struct checker *c)
{
    struct error why;
    struct sv rest, line, label;
    if (read_file(c, "bag-info.txt", &why) != 0) return 0; /* told as removed */
    rest = buf_sv(&c->text);
    while (sv_split(&rest, '\n', &line)) {
        if (!sv_split(&line, ':', &label) || !line.p) continue;
        struct sv value = arena_copy(c->a, sv_trim(line));
        if (!value.p) return no_memory(c);
        if (sv_is(label, "External-Identifier")) c->sum->case_id = value;
        if (sv_is(label, "Marsad-Made")) c->sum->made = value;
    }
    return 0;
}

/* ---- the seal ---- */

static int seal_fault(struct checker *c, const char *detail)
{
    return fault(c, PACKAGE_SEAL, SV(PACKAGE_SIGNATURE), detail);
}

static int check_signature(struct checker *c, const struct note_key *key)
{
    struct error why;
    struct note note;
    struct buf want;
    if (read_file(c, PACKAGE_SIGNATURE, &why) != 0)
        return seal_fault(c, "is not there: nobody answers for this");
    if (!key) return seal_fault(c, "there is no key to check it with");
    int rc = note_parse(buf_sv(&c->text), &note, &why);
    if (rc != 0) return seal_fault(c, why.text);
    buf_init(&want, 0);
    package_seal_text(&c->sum->seal, c->sum->case_id, &want);
    bool same = !want.failed && sv_eq(note.text, buf_sv(&want));
    buf_done(&want);
    if (!same) return seal_fault(c, "is of other manifests than these");
    if (note_verify(&note, key, NULL) != NOTE_GOOD) return seal_fault(c, "is not signed by this key");
    c->sum->sealed = true;
    c->sum->signer = arena_copy(c->a, sv_of(key->name, key->name_bytes));
    return c->sum->signer.p ? 0 : no_memory(c);
}

static int check_stamp(struct checker *c)
{
    struct error why;
    int rc = read_file(c, PACKAGE_TIMESTAMP, &why);
    if (rc == ERR_NOTFOUND) return 0;
    if (rc == 0) rc = timestamp_check(buf_sv(&c->text), &c->sum->seal, c->o->ca_file, &c->sum->stamp, &why);
    if (rc != 0) return fault(c, PACKAGE_TIME, SV(PACKAGE_TIMESTAMP), why.text);
    c->sum->stamped = true;
    c->sum->stamp_trusted = c->sum->stamp.trusted;
    return 0;
}

/* ---- the log ---- */

static int take_record(struct checker *c, uint64_t n, struct sv record)
{
    struct record_line line;
    while (record_next(&record, &line)) {
        uint64_t *place;
        if (line.erased_entry) continue;
        struct sv name = arena_printf(c->a, "%s %.*s", object_name(line.type), SV_FMT(line.id));
        int rc = name.p ? map_put(&c->rows, name, &place) : ERR_NOMEM;
        if (rc == 1 && VEC_PUSH(&c->said, (struct said_row){.entry = n}) == 0) *place = c->said.n;
        if (rc < 0 || *place == 0) return no_memory(c);
        struct said_row *s = &c->said.v[*place - 1];
        if (s->entry <= n) *s = (struct said_row){n, line.digest, line.gone};
    }
    return 0;
}

static int check_proof(struct checker *c, struct sv name, const struct note_key *key)
{
    struct error why;
    struct proof_view view;
    struct witness_keys none = {NULL, 0};
    char path[BAG_PATH_BYTES];
    snprintf(path, sizeof path, "%.*s", SV_FMT(name));
    int rc = read_file(c, path, &why);
    if (rc == 0) rc = evidence_check_proof(buf_sv(&c->text), key, &none, c->a, &view, &why);
    if (rc != 0) return fault(c, PACKAGE_PROOF, name, why.text);
    c->sum->proofs++;
    c->sum->opened += view.record.n > 0;
    return take_record(c, view.n, view.record);
}

/* A row that came along, against what the log says of it last. */
static int check_row(struct checker *c, struct sv name, struct sv type, struct sv id)
{
    struct sha256 got;
    struct error why;
    struct sv row = arena_printf(c->a, "%.*s %.*s", SV_FMT(type), SV_FMT(id));
    if (!row.p) return no_memory(c);
    const uint64_t *place = map_get(&c->rows, row);
    if (!place || *place == 0) return c->sum->unproved++, 0;
    if (hash_file(c, name, &got, &why) != 0) return fault(c, PACKAGE_CHANGED, name, why.text);
    const struct said_row *s = &c->said.v[*place - 1];
    return !s->gone && memcmp(&s->digest, &got, sizeof got) == 0
               ? 0
               : fault(c, PACKAGE_PROOF, name, "is not the row that the log recorded");
}

/* The raw record is the end of its post's row. */
static int check_raw(struct checker *c, struct sv id)
{
    struct error why;
    char raw_path[BAG_PATH_BYTES], row_path[BAG_PATH_BYTES];
    snprintf(raw_path, sizeof raw_path, "data/posts/%.*s/raw.json", SV_FMT(id));
    snprintf(row_path, sizeof row_path, "data/rows/post/%.*s", SV_FMT(id));
    if (read_file(c, raw_path, &why) != 0) return 0; /* told already */
    struct sv raw = arena_copy(c->a, buf_sv(&c->text));
    if (!raw.p) return no_memory(c);
    if (read_file(c, row_path, &why) != 0) return 0;
    return sv_ends(buf_sv(&c->text), raw)
               ? 0
               : fault(c, PACKAGE_PROOF, sv_cstr(raw_path), "is not the record of its row");
}

static int check_rows(struct checker *c)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < c->files.n; i++) {
        struct sv rest = c->files.v[i], type;
        if (!sv_starts(rest, SV("data/rows/"))) continue;
        rest = sv_sub(rest, sizeof "data/rows/" - 1, rest.n);
        if (!sv_split(&rest, '/', &type) || !rest.p) continue;
        rc = check_row(c, c->files.v[i], type, rest);
        if (rc == 0 && sv_is(type, "post")) rc = check_raw(c, rest);
    }
    return rc;
}

static int check_log(struct checker *c, const struct note_key *key)
{
    struct error why;
    struct note note;
    struct checkpoint cp;
    int rc = read_file(c, "data/log/checkpoint", &why);
    if (rc == 0) rc = log_open_note(buf_sv(&c->text), key, &note, &cp, &why);
    if (rc != 0) return fault(c, PACKAGE_PROOF, SV("data/log/checkpoint"), why.text);
    c->sum->log_size = cp.size;
    c->sum->log_origin = arena_copy(c->a, cp.origin);
    rc = 0;
    for (size_t i = 0; rc == 0 && i < c->files.n; i++)
        if (sv_starts(c->files.v[i], SV("data/log/proofs/"))) rc = check_proof(c, c->files.v[i], key);
    return rc == 0 ? check_rows(c) : rc;
}

/* The log's key: the one in the package, or the caller's when that is of the same log. */
static int find_keys(struct checker *c, struct note_key *log, bool *out_log)
{
    struct error why;
    int rc = read_file(c, "data/log/key.pub", &why);
    if (rc == 0) rc = note_key_parse(buf_sv(&c->text), log, &why);
    *out_log = rc == 0;
    if (rc != 0) return fault(c, PACKAGE_PROOF, SV("data/log/key.pub"), why.text);
    const struct note_key *k = c->o->key;
    if (k && sv_eq(sv_of(k->name, k->name_bytes), sv_of(log->name, log->name_bytes))) *log = *k;
    return 0;
}

/* ---- all of it ---- */

static int check_seal(struct checker *c)
{
    struct note_key log;
    struct error why;
    bool has_log = false;
    int rc = read_file(c, BAG_TAGMANIFEST, &why);
    if (rc == 0) sha256_of(buf_sv(&c->text), &c->sum->seal);
    rc = read_info(c);
    if (rc == 0) rc = find_keys(c, &log, &has_log);
    if (rc == 0) rc = check_signature(c, c->o->key ? c->o->key : has_log ? &log : NULL);
    if (rc == 0) rc = check_stamp(c);
    return rc == 0 && has_log ? check_log(c, &log) : rc;
}

static int check_folder(struct checker *c)
{
    int rc = walk(c, SV(""), 0);
    if (rc == 0 && c->files.n > 0) qsort(c->files.v, c->files.n, sizeof c->files.v[0], compare_sv);
    if (rc == 0) rc = check_manifest(c, BAG_TAGMANIFEST, false);
    if (rc == 0) rc = check_manifest(c, BAG_MANIFEST, true);
    if (rc == 0) rc = check_bagit(c);
    if (rc == 0) rc = check_added(c);
    return rc == 0 ? check_seal(c) : rc;
}

static int check_dir(const char *root, const struct package_check_options *o, struct arena *a,
                     struct package_summary *out, struct error *err)
{
    struct checker c = {.root = root, .o = o, .sum = out, .a = a, .err = err};
    map_init(&c.there);
    map_init(&c.listed);
    map_init(&c.rows);
    buf_init(&c.text, 0);
    int rc = check_folder(&c);
    buf_done(&c.text);
    VEC_DONE(&c.said);
    VEC_DONE(&c.files);
    map_done(&c.rows);
    map_done(&c.listed);
    map_done(&c.there);
    return rc;
}

int package_root(const char *dir, char out[BAG_PATH_BYTES], struct error *err)
{
    char only[256] = "";
    size_t n = 0;
    DIR *d = opendir(dir);
    if (!d) return error_set_errno(err, ERR_IO, "package", errno, "cannot read folder %s", dir);
    for (struct dirent *e; (e = readdir(d));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
        snprintf(only, sizeof only, "%s", e->d_name);
        n++;
    }
    closedir(d);
    int len = snprintf(out, BAG_PATH_BYTES, "%s%s%s", dir, n == 1 ? "/" : "", n == 1 ? only : "");
    if (len >= BAG_PATH_BYTES) return error_set(err, ERR_LIMIT, "package", "the path %s is too long", dir);
    if (n == 1 && !dir_exists(out)) snprintf(out, BAG_PATH_BYTES, "%s", dir);
    return 0;
}

static int with_unpacked(const char *path, int (*use)(void *arg, const char *root, struct error *err),
                         void *arg, struct error *err)
{
    char tmp[BAG_PATH_BYTES], root[BAG_PATH_BYTES];
    const char *where = getenv("TMPDIR");
    struct error ignored;
    snprintf(tmp, sizeof tmp, "%s/marsad-package-XXXXXX", where && *where ? where : "/tmp");
    if (!mkdtemp(tmp)) return error_set_errno(err, ERR_IO, "package", errno, "cannot make a folder %s", tmp);
    int rc = archive_unpack(path, tmp, NULL, err);
    if (rc == 0) rc = package_root(tmp, root, err);
    if (rc == 0) rc = use(arg, root, err);
    int removed = dir_remove_tree(tmp, &ignored);
    return rc != 0 ? rc : removed == 0 ? 0 : (*err = ignored, removed);
}

struct check_args {
    const struct package_check_options *o;
    struct arena *a;
    struct package_summary *out;
};

static int use_check(void *arg, const char *root, struct error *err)
{
    struct check_args *x = arg;
    return check_dir(root, x->o, x->a, x->out, err);
}

int package_check(const char *path, const struct package_check_options *o, struct arena *a,
                  struct package_summary *out, struct error *err)
{
    struct check_args args = {o, a, out};
    *out = (struct package_summary){.files = 0};
    if (dir_exists(path)) return check_dir(path, o, a, out, err);
    return with_unpacked(path, use_check, &args, err);
}

bool package_looks_like(const char *path)
{
    char full[BAG_PATH_BYTES];
    if (archive_is_name(path)) return file_exists(path);
    snprintf(full, sizeof full, "%s/bagit.txt", path);
    if (file_exists(full)) return true;
    snprintf(full, sizeof full, "%s/" BAG_TAGMANIFEST, path);
    return file_exists(full);
}

/* ---- the seal, and stamping it later ---- */

static int read_seal(const char *root, struct sha256 *out, struct error *err)
{
    char full[BAG_PATH_BYTES];
    struct buf b;
    buf_init(&b, 0);
    snprintf(full, sizeof full, "%s/" BAG_TAGMANIFEST, root);
    int rc = file_read(full, PACKAGE_MAX_TEXT_BYTES, &b, err);
    if (rc == 0) sha256_of(buf_sv(&b), out);
    buf_done(&b);
    return rc;
}

static int use_seal(void *arg, const char *root, struct error *err) { return read_seal(root, arg, err); }

int package_seal(const char *path, struct sha256 *out, struct error *err)
{
    return dir_exists(path) ? read_seal(path, out, err) : with_unpacked(path, use_seal, out, err);
}

struct stamping {
    const char *path, *tsa;
    unsigned tries;
    struct timestamp_view *out;
};

static int stamp_dir(const struct stamping *x, const char *root, struct error *err)
{
    char full[BAG_PATH_BYTES];
    struct sha256 seal;
    struct buf reply;
    snprintf(full, sizeof full, "%s/" PACKAGE_TIMESTAMP, root);
    if (file_exists(full))
        return error_set(err, ERR_EXISTS, "package", "%s has a timestamp already", x->path);
    buf_init(&reply, TIMESTAMP_MAX_BYTES);
    int rc = read_seal(root, &seal, err);
    if (rc == 0) rc = timestamp_fetch(x->tsa, &seal, x->tries ? x->tries : 4, &reply, err);
    if (rc == 0) rc = timestamp_check(buf_sv(&reply), &seal, NULL, x->out, err);
    if (rc == 0) rc = file_write_atomic(full, buf_sv(&reply), err);
    buf_done(&reply);
    return rc;
}

static int use_stamp(void *arg, const char *root, struct error *err)
{
    const struct stamping *x = arg;
    char name[256];
    struct sv base = path_base(sv_cstr(root));
    int rc = stamp_dir(x, root, err);
    snprintf(name, sizeof name, "%.*s", SV_FMT(base));
    return rc == 0 ? archive_pack(root, name, x->path, err) : rc;
}

int package_stamp(const char *path, const char *tsa, unsigned tries, struct timestamp_view *out,
                  struct error *err)
{
    struct stamping x = {path, tsa, tries, out};
    if (dir_exists(path)) return stamp_dir(&x, path, err);
    return with_unpacked(path, use_stamp, &x, err);
}
