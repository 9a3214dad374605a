/* Making a package: gathered, written beside its place, sealed, stamped, packed, named; then the step in the log. */
#include "evidence/package_write.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "evidence/archive.h"
#include "evidence/report.h"

int package_tmp_dir(const char *path, char out[BAG_PATH_BYTES], struct error *err)
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/') n--;
    if (snprintf(out, BAG_PATH_BYTES, "%.*s.XXXXXX", (int)n, path) >= BAG_PATH_BYTES)
        return error_set(err, ERR_LIMIT, "package", "the path %s is too long", path);
    if (!mkdtemp(out))
        return error_set_errno(err, ERR_IO, "package", errno, "cannot make a folder beside %s", path);
    return 0;
}

void package_seal_text(const struct sha256 *seal, struct sv case_id, struct buf *b)
{
    char hex[SHA256_TEXT_BYTES];
    sha256_format(seal, hex);
    buf_printf(b, SEAL_FIRST_LINE "\nsha256 %s " BAG_TAGMANIFEST "\ncase %.*s\n", hex, SV_FMT(case_id));
}

/* ---- sealing ---- */

static int load_signer(struct package_writer *m, struct note_signer *out)
{
    if (m->o->signer) return *out = *m->o->signer, 0;
    struct buf b;
    buf_init(&b, 0);
    int rc = log_read(m->dir, "key", &b, m->err);
    if (rc == 0) rc = note_signer_parse(buf_sv(&b), out, m->err);
    buf_done(&b);
    return rc;
}

static int write_beside(const char *dir, const char *name, struct sv bytes, struct error *err)
{
    char path[BAG_PATH_BYTES];
    if (snprintf(path, sizeof path, "%s/%s", dir, name) >= BAG_PATH_BYTES)
        return error_set(err, ERR_LIMIT, "package", "the path %s/%s is too long", dir, name);
    return file_write_atomic(path, bytes, err);
}

static int seal(struct package_writer *m)
{
    struct note_signer signer;
    struct buf text;
    buf_init(&text, 0);
    int rc = load_signer(m, &signer);
    if (rc == 0) {
        package_seal_text(&m->made->seal, m->d->text, &text);
        size_t n = text.n;
        buf_clear(&m->text);
        buf_putsv(&m->text, sv_sub(buf_sv(&text), 0, n));
        buf_putc(&m->text, '\n');
        note_sign(buf_sv(&text), &signer, 0, &m->text);
        rc = m->text.failed || text.failed
                 ? error_set(m->err, ERR_NOMEM, "package", "no memory for a signature")
                 : write_beside(m->bag.dir, PACKAGE_SIGNATURE, buf_sv(&m->text), m->err);
    }
    buf_done(&text);
    explicit_bzero(&signer, sizeof signer);
    return rc;
}

/* An authority that does not answer is no reason to have no package: it is stamped later. */
static int stamp(struct package_writer *m)
{
    struct buf reply;
    if (!m->o->tsa) return 0;
    buf_init(&reply, TIMESTAMP_MAX_BYTES);
    int rc = timestamp_fetch(m->o->tsa, &m->made->seal, m->o->tsa_tries ? m->o->tsa_tries : 4, &reply,
                             &m->made->stamp_why);
    m->made->stamped = rc == 0;
    if (rc == 0) rc = write_beside(m->bag.dir, PACKAGE_TIMESTAMP, buf_sv(&reply), m->err);
    buf_done(&reply);
    return m->made->stamped ? rc : 0;
}

/* Labels of bag-info.txt are one line each: what people wrote may hold anything. */
static void put_label(struct buf *b, const char *label, struct sv value)
{
    buf_printf(b, "%s: ", label);
    for (size_t i = 0; i < value.n; i++) buf_putc(b, (unsigned char)value.p[i] < ' ' ? ' ' : value.p[i]);
    buf_putc(b, '\n');
}

static int finish(struct package_writer *m)
{
    char at[TIME_TEXT_BYTES];
    struct buf info;
    buf_init(&info, 0);
    time_format(m->now_us, at);
    put_label(&info, "Bag-Software-Agent", sv_cstr(m->o->program));
    put_label(&info, "Bagging-Date", sv_of(at, 10));
    put_label(&info, "Marsad-Made", sv_cstr(at));
    put_label(&info, "External-Identifier", m->d->text);
    if (m->d->file.reference.n) put_label(&info, "Internal-Sender-Identifier", m->d->file.reference);
    put_label(&info, "External-Description", m->d->file.title);
    put_label(&info, "Marsad-TLP", sv_cstr(case_tlp_name(m->d->file.tlp)));
    int rc = info.failed ? error_set(m->err, ERR_NOMEM, "package", "no memory for a package")
                         : bag_finish(&m->bag, buf_sv(&info), &m->made->seal, m->err);
    buf_done(&info);
    m->made->files = m->bag.files.n;
    m->made->bytes = m->bag.bytes;
    return rc;
}

static int write_report(struct package_writer *m)
{
    char tmp[BAG_PATH_BYTES], name[64];
    struct report_options o = {.texts = m->o->texts,
                               .lang = m->o->lang,
                               .grey = m->o->grey,
                               .blur = m->o->blur,
                               .media = m->o->media,
                               .dir = m->dir,
                               .program = m->o->program,
                               .now_us = m->now_us};
    if (!m->o->texts) return 0;
    if (snprintf(tmp, sizeof tmp, "%s.pdf", m->bag.dir) >= BAG_PATH_BYTES)
        return error_set(m->err, ERR_LIMIT, "package", "the path %s is too long", m->bag.dir);
    snprintf(name, sizeof name, "data/report-%s.pdf", lang_name(m->o->lang));
    int rc = report_pdf(m->d, &o, tmp, m->err);
    if (rc == 0) rc = bag_copy(&m->bag, name, tmp, NULL, m->err);
    unlink(tmp);
    return rc;
}

/* ---- its place ---- */

static int place(struct package_writer *m)
{
    char root[64];
    if (!archive_is_name(m->o->out)) {
        if (rename(m->bag.dir, m->o->out) == 0) return 0;
        return error_set_errno(m->err, ERR_IO, "package", errno, "cannot name the package %s", m->o->out);
    }
    snprintf(root, sizeof root, "case-%.12s", m->d->text.p);
    return archive_pack(m->bag.dir, root, m->o->out, m->err);
}

static int build(struct package_writer *m, const char *tmp)
{
    char dir[BAG_PATH_BYTES];
    if (snprintf(dir, sizeof dir, "%s/package", tmp) >= BAG_PATH_BYTES)
        return error_set(m->err, ERR_LIMIT, "package", "the path %s is too long", tmp);
    int rc = bag_open(&m->bag, dir, m->err);
    if (rc == 0) rc = package_write_case(m);
    if (rc == 0) rc = write_report(m);
    if (rc == 0) rc = finish(m);
    if (rc == 0) rc = seal(m);
    if (rc == 0) rc = stamp(m);
    return rc == 0 ? place(m) : rc;
}

static int write_package(struct store *s, const char *dir, const struct dossier *d,
                         const struct package_options *o, struct package_made *out, struct error *err)
{
    struct package_writer m = {
        .s = s, .dir = dir, .d = d, .o = o, .made = out, .err = err, .now_us = clock_now_us()};
    struct error ignored;
    char tmp[BAG_PATH_BYTES];
    int rc = package_tmp_dir(o->out, tmp, err);
    if (rc != 0) return rc;
    map_init(&m.originals);
    map_init(&m.proved);
    buf_init(&m.text, 0);
    rc = build(&m, tmp);
    bag_done(&m.bag);
    buf_done(&m.text);
    map_done(&m.proved);
    map_done(&m.originals);
    int removed = dir_remove_tree(tmp, &ignored);
    return rc != 0 ? rc : removed == 0 ? 0 : (*err = ignored, removed);
}

/* ---- the step ---- */

static int put_step(struct store *s, const struct dossier *d, const struct package_options *o,
                    const struct package_made *made, struct error *err)
{
    char hex[SHA256_TEXT_BYTES], says[256];
    sha256_format(&made->seal, hex);
    int n = snprintf(says, sizeof says, "{\"package\":\"%s\",\"files\":%llu,\"stamped\":%s}", hex,
                     (unsigned long long)made->files, made->stamped ? "true" : "false");
    int rc = ledger_append(s, STEP_EXPORT, d->text, sv_of(says, (size_t)n), err);
    if (rc == 0 && d->file.state == CASE_OPEN)
        rc = store_case_add(s, &d->file.id, CASE_PACKAGE, sv_cstr(hex), o->why, NULL, err);
    if (rc == 0)
        rc = store_custody_add(s, &d->file.id, CUSTODY_EXPORTED, CASE_OBJECT_TYPES, SV_NULL,
                               o->why.n ? o->why : sv_cstr(hex), err);
    return rc;
}

static int take_step(struct store *s, const struct dossier *d, const struct package_options *o,
                     const struct package_made *made, struct error *err)
{
    int rc = store_begin(s, err);
    if (rc != 0) return rc;
    rc = put_step(s, d, o, made, err);
    if (rc == 0) return store_commit(s, err);
    store_rollback(s);
    return rc;
}

int package_export(struct store *s, const char *dir, const struct id128 *id, const struct package_options *o,
                   struct package_made *out, struct error *err)
{
    struct dossier d;
    *out = (struct package_made){.files = 0};
    if (file_exists(o->out) || dir_exists(o->out))
        return error_set(err, ERR_EXISTS, "package", "%s is there already: give another name", o->out);
    int rc = evidence_publish(s, dir, NULL, err);
    if (rc != 0) return rc;
    rc = dossier_load(s, id, &d, err);
    if (rc == 0) rc = write_package(s, dir, &d, o, out, err);
    if (rc == 0) rc = take_step(s, &d, o, out, err);
    dossier_done(&d);
    return rc == 0 ? evidence_publish(s, dir, NULL, err) : rc;
}
