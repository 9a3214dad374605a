/* One clip, picture or sound that somebody brought: the post is the file, and its id the file's SHA-256. */
#include "intake/intake_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int file_sniff(struct sv path, struct sv head, bool is_dir)
{
    if (is_dir || head.n == 0) return 0;
    if (magic_media(head) != MEDIA_UNKNOWN) return 88;
    /* Damaged beyond knowing, but called a clip: the worker will say what is wrong with it. */
    return magic_by_name(path) != MEDIA_UNKNOWN ? 20 : 0;
}

static int hash_file(struct run *r, const char *path, struct sha256 *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return error_set_errno(r->err, ERR_IO, "intake", errno, "cannot open %s", path);
    int rc = sha256_of_fd(fd, out, &r->file_bytes, r->err);
    close(fd);
    return rc;
}

static enum media_kind kind_of(const char *path)
{
    struct buf head;
    buf_init(&head, 0);
    enum media_kind kind = MEDIA_UNKNOWN;
    if (read_head(path, &head, NULL) == 0) kind = magic_media(buf_sv(&head));
    buf_done(&head);
    return kind != MEDIA_UNKNOWN ? kind : magic_by_name(sv_cstr(path));
}

int file_run(struct run *r, const char *path)
{
    struct sha256 hash;
    char text[SHA256_TEXT_BYTES];
    record_begin(r, NULL);
    int rc = hash_file(r, path, &hash);
    if (rc != 0) return rc;
    sha256_format(&hash, text);
    struct post *p = &r->p;
    p->platform = SV("file");
    p->kind = POST_FILE;
    p->native_id = arena_copy(&r->arena, sv_cstr(text));
    add_text(r, TEXT_TITLE, path_base(sv_cstr(path)), TIME_UNKNOWN, TIME_UNKNOWN);
    struct media_ref m = {.kind = kind_of(path), .duration_us = TIME_UNKNOWN};
    char *real = realpath(path, NULL);
    m.path = arena_copy(&r->arena, sv_cstr(real ? real : path));
    free(real);
    if (!m.path.p) return run_nomem(r);
    add_media(r, &m);
    rc = record_emit(r);
    if (rc == 0 && r->sink->progress) r->sink->progress(r->sink->arg, r->file_bytes, r->file_bytes);
    return rc;
}
