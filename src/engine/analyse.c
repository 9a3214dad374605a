/* One analyst, one post: its media's signals, what the detectors find, what the policy makes of it.
 *
 * Runs in the crew's threads. Nothing of the store is changed here: media already known are read through the
 * analyst's own connection, what is new stands in the analysis for the owner to write down. */
#include "engine/engine_priv.h"

#include "base/file.h"
#include "store/store_tune.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct analysis *analysis_new(void)
{
    struct analysis *a = calloc(1, sizeof *a);
    if (!a) return NULL;
    arena_init(&a->arena, 0);
    finding_list_init(&a->findings, &a->arena);
    post_init(&a->post);
    return a;
}

void analysis_free(struct analysis *a)
{
    if (!a) return;
    finding_list_done(&a->findings);
    arena_done(&a->arena);
    free(a);
}

enum { READER_CACHE_MIB = 8 };

int analyst_start(void *engine, void **out_analyst, struct error *err)
{
    struct engine *e = engine;
    struct analyst *t = calloc(1, sizeof *t);
    if (!t) return error_set(err, ERR_NOMEM, "engine", "no memory for an analyst");
    t->engine = e;
    int code = detect_scratch_new(e->detectors, &t->scratch, err);
    if (code == 0) code = policy_runner_new(e->policy, &t->runner, err);
    if (code == 0 && e->workspace) code = store_open(workspace_db(e->workspace), &t->reader, err);
    if (code == 0 && t->reader) code = store_cache(t->reader, READER_CACHE_MIB, err);
    if (code) {
        analyst_stop(engine, t);
        return code;
    }
    *out_analyst = t;
    return 0;
}

void analyst_stop(void *engine, void *analyst)
{
    struct analyst *t = analyst;
    store_close(t->reader);
    policy_runner_free(t->runner);
    detect_scratch_free(t->scratch);
    free(t);
}

/* ---- media ---- */

/* A regular file, or an error: a pipe in a feed's path must not hang an analyst. */
static int open_media(const char *path, int *out_fd, uint64_t *out_bytes, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return error_set_errno(err, errno == ENOENT || errno == ENOTDIR ? ERR_NOTFOUND : ERR_IO, "engine",
                               errno, "%s", path);
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return error_set(err, ERR_FORMAT, "engine", "%s: not a regular file", path);
    }
    *out_fd = fd;
    *out_bytes = (uint64_t)st.st_size;
    return 0;
}

/* What the store knows of these bytes, if anything. True when nothing is left to do. */
static bool recall_media(struct analyst *t, struct analysis *a, struct analysis_media *m)
{
    if (!t->reader) return false;
    struct store_media known;
    if (store_find_media(t->reader, &m->sha256, &a->arena, &known, NULL) != 0) return false;
    if (known.state == MEDIA_SET_ASIDE) {
        error_set(&m->failure, known.failure_code, "media", "%.*s", SV_FMT(known.failure));
        m->state = MEDIA_SET_ASIDE;
        return true;
    }
    if (known.state != MEDIA_READY) return false;
    struct media_signals *s = ARENA_NEW(&a->arena, struct media_signals);
    if (!s || signals_read(known.signals, &a->arena, s, NULL) != 0)
        return false; /* older or damaged: decode again */
    m->signals = s;
    m->state = MEDIA_READY;
    return true;
}

/* The machine's own trouble, which no other file would escape; everything else is said of the one file. */
static bool is_ours(int code) { return code == ERR_NOMEM || code == ERR_SANDBOX || code == ERR_STORE; }

/* 0 also when the file had to be set aside: that is an answer. Negative is the engine's own trouble. */
static int decode_media(struct analyst *t, struct analysis *a, const struct media_ref *ref, int fd,
                        bool first, struct analysis_media *m, struct error *err)
{
    struct media_pool *pool = NULL;
    int code = engine_pool(t->engine, &pool, err);
    if (code) return code;
    struct media_signals *s = ARENA_NEW(&a->arena, struct media_signals);
    if (!s) return error_set(err, ERR_NOMEM, "engine", "no memory for signals");
    struct media_request request = {.fd = fd, .hint = ref->kind, .look = MEDIA_LOOK_INSIDE, .first = first};
    code = media_analyse(pool, &request, &a->arena, s, &m->failure);
    if (is_ours(code)) {
        if (err) *err = m->failure;
        return code;
    }
    m->fresh = true;
    m->state = code == 0 ? MEDIA_READY : MEDIA_SET_ASIDE;
    m->signals = code == 0 ? s : NULL;
    return 0;
}

static int not_brought(const struct media_ref *ref, struct error *err)
{
    if (ref->missing.n == 0) return error_set(err, ERR_NOTFOUND, "engine", "the feed brought no file");
    return error_set(err, ERR_NOTFOUND, "engine", "%.*s: named by the feed and not there",
                     SV_FMT(ref->missing));
}

/* In a workspace the original is kept first, and the kept copy is what is decoded: the feed's file may change or go. A
 * file that has gone since an earlier look is still here. ERR_NOTFOUND and the like say that there is nothing to see. */
static int keep_and_open(struct analyst *t, struct analysis *a, const struct media_ref *ref,
                         const struct store_media *before, struct analysis_media *m, int *out_fd,
                         struct error *err)
{
    const struct workspace *w = t->engine->workspace;
    struct kept_media kept = {.sha256 = before->sha256, .bytes = before->bytes, .path = before->path};
    int code =
        ref->path.n ? workspace_keep_media(w, ref->path.p, &a->arena, &kept, err) : not_brought(ref, err);
    if (code && before->path.n == 0) return code;
    struct sv path = path_join(&a->arena, sv_cstr(workspace_dir(w)), kept.path);
    if (!path.p) return error_set(err, ERR_NOMEM, "engine", "no memory for a path");
    m->sha256 = kept.sha256;
    m->kept = kept.path;
    return open_media(path.p, out_fd, &m->bytes, err);
}

static int open_in_memory(const struct media_ref *ref, struct analysis_media *m, int *out_fd,
                          struct error *err)
{
    if (ref->path.n == 0) return not_brought(ref, err);
    int code = open_media(ref->path.p, out_fd, &m->bytes, err);
    if (code) return code;
    code = sha256_of_fd(*out_fd, &m->sha256, NULL, err);
    if (code) close(*out_fd);
    return code;
}

/* Has a recogniser hear the speech of a file that it was not asked about yet. When it cannot, the file is as it was and is asked
 * about again with the next analysis. */
static int hear_speech(struct analyst *t, struct analysis *a, int fd, struct analysis_media *m,
                       struct error *err)
{
    struct engine *e = t->engine;
    struct media_pool *pool = NULL;
    struct error why = {0};
    if (!e->recogniser || !m->signals || m->signals->said.by.n) return 0;
    struct media_signals *s = ARENA_NEW(&a->arena, struct media_signals);
    if (!s) return error_set(err, ERR_NOMEM, "engine", "no memory for signals");
    bool any = false;
    *s = *m->signals;
    for (size_t i = 0; i < s->nmarks && !any; i++) any = s->marks[i].class == SOUND_SPEECH;
    if (!any) return 0;
    int code = engine_pool(e, &pool, err);
    if (code) return code;
    code = recogniser_hear(e->recogniser, pool, fd, s, &a->arena, &s->said, &why);
    if (code == 0) m->signals = s;
    if (is_ours(code) && err) *err = why;
    return is_ours(code) ? code : 0;
}

static int see_media(struct analyst *t, struct analysis *a, const struct media_ref *ref,
                     const struct store_media *before, struct analysis_media *m, struct error *err)
{
    int fd = -1;
    m->state = MEDIA_ABSENT;
    int code = t->engine->workspace ? keep_and_open(t, a, ref, before, m, &fd, &m->failure)
                                    : open_in_memory(ref, m, &fd, &m->failure);
    if (code) {
        if (is_ours(code) && err) *err = m->failure;
        return is_ours(code) ? code : 0;
    }
    if (!recall_media(t, a, m)) code = decode_media(t, a, ref, fd, true, m, err);
    if (code == 0) code = hear_speech(t, a, fd, m, err);
    close(fd);
    return code;
}

static int see_all(struct analyst *t, struct analysis *a, struct error *err)
{
    size_t n = a->post.nmedia;
    a->media = ARENA_ARRAY(&a->arena, n ? n : 1, struct analysis_media);
    if (!a->media) return error_set(err, ERR_NOMEM, "engine", "no memory for %zu media", n);
    struct store_media *before = NULL;
    int code = 0;
    if (t->reader && n) {
        before = ARENA_ARRAY(&a->arena, n, struct store_media);
        code = before ? store_get_media(t->reader, &a->post.id, n, &a->arena, before, err)
                      : error_set(err, ERR_NOMEM, "engine", "no memory for %zu media", n);
    }
    for (size_t i = 0; code == 0 && i < n; i++)
        code = see_media(t, a, &a->post.media[i], before ? &before[i] : NULL, &a->media[i], err);
    for (size_t i = 0; code == 0 && i < n; i++)
        if (a->media[i].signals)
            code = post_add_said(&a->post, (uint32_t)i, &a->media[i].signals->said, &a->arena, err);
    return code;
}

/* ---- detectors and policy ---- */

static int detect(struct analyst *t, struct analysis *a, struct error *err)
{
    size_t n = a->post.nmedia;
    const struct media_signals **signals = ARENA_ARRAY(&a->arena, n ? n : 1, const struct media_signals *);
    const struct sha256 **hashes = ARENA_ARRAY(&a->arena, n ? n : 1, const struct sha256 *);
    if (!signals || !hashes) return error_set(err, ERR_NOMEM, "engine", "no memory for %zu media", n);
    for (size_t i = 0; i < n; i++) {
        signals[i] = a->media[i].signals;
        hashes[i] = a->media[i].state == MEDIA_ABSENT ? NULL : &a->media[i].sha256;
    }
    struct detect_item item = {.post = &a->post, .media = signals, .media_sha256 = hashes};
    return detect_run(t->engine->detectors, t->scratch, &item, &a->findings, err);
}

int64_t engine_assessed_at(int64_t known_us, const struct reach *reach, size_t nreach)
{
    return nreach && reach[nreach - 1].at_us > known_us ? reach[nreach - 1].at_us : known_us;
}

static int assess(struct analyst *t, struct analysis *a, struct error *err)
{
    struct policy_input in = {.post = &a->post,
                              .findings = &a->findings,
                              .reach = a->reach,
                              .nreach = a->nreach,
                              .now_us = engine_assessed_at(a->known_us, a->reach, a->nreach),
                              .known_us = a->known_us};
    int code = policy_assess(t->runner, &in, &a->arena, &a->assessment, &a->policy_error);
    if (code == ERR_POLICY) {
        log_write(t->engine->log, LOG_ERROR, "policy", "%s; the post is ranked by the fallback",
                  a->policy_error.text);
        return 0;
    }
    if (code && err) *err = a->policy_error;
    return code;
}

/* Where a first look met something, each of its frames counts: how long, from where, how fast. */
static bool met(const struct finding_list *l, size_t media)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].kind == FINDING_MATCH_MEDIA && l->v[i].nplaces && l->v[i].places[0].media_index == media)
            return true;
    return false;
}

/* The closer look; what cannot be had again (the file has gone, its worker fails) leaves the first as it is. */
static int look_closer(struct analyst *t, struct analysis *a, size_t i, bool *changed, struct error *err)
{
    const struct media_ref *ref = &a->post.media[i];
    const struct workspace *w = t->engine->workspace;
    struct analysis_media m = {.sha256 = a->media[i].sha256, .kept = a->media[i].kept};
    struct sv path = w ? path_join(&a->arena, sv_cstr(workspace_dir(w)), a->media[i].kept) : ref->path;
    int fd = -1;
    if (!path.p) return error_set(err, ERR_NOMEM, "engine", "no memory for a path");
    if (path.n == 0 || open_media(path.p, &fd, &m.bytes, NULL) != 0) return 0;
    int code = decode_media(t, a, ref, fd, false, &m, err);
    close(fd);
    if (code || m.state != MEDIA_READY) return code;
    struct media_signals *s = ARENA_NEW(&a->arena, struct media_signals);
    if (!s) return error_set(err, ERR_NOMEM, "engine", "no memory for signals");
    *s = *m.signals;
    s->said = a->media[i].signals->said;
    m.signals = s;
    a->media[i] = m;
    *changed = true;
    return 0;
}

static int see_and_detect(struct analyst *t, struct analysis *a, struct error *err)
{
    bool changed = false;
    int code = see_all(t, a, err);
    if (code == 0) code = detect(t, a, err);
    for (size_t i = 0; code == 0 && i < a->post.nmedia; i++)
        if (a->media[i].signals && a->media[i].signals->first_look && met(&a->findings, i))
            code = look_closer(t, a, i, &changed, err);
    if (code || !changed) return code;
    finding_list_done(&a->findings);
    finding_list_init(&a->findings, &a->arena);
    return detect(t, a, err);
}

void analyst_work(void *engine, void *analyst, void *analysis)
{
    struct analyst *t = analyst;
    struct analysis *a = analysis;
    a->code = see_and_detect(t, a, &a->error);
    if (a->code == 0) a->code = assess(t, a, &a->error);
}
