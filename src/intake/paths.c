/* Media paths that a feed names: only files inside the feed's own folder are ever opened. */
#include "intake/intake_priv.h"

#include <stdlib.h>
#include <sys/stat.h>

static bool leads_out(struct sv relative)
{
    if (relative.n == 0 || relative.p[0] == '/') return true;
    struct sv rest = relative, part;
    while (sv_split(&rest, '/', &part))
        if (sv_is(part, "..")) return true;
    return sv_find_byte(relative, '\0', 0) != SIZE_MAX;
}

/* Links are followed first: what counts is where the file is, not what it is called. */
static enum path_verdict resolve(struct run *r, const char *dir, const char *full, struct sv *out)
{
    char *real_dir = realpath(dir, NULL), *real = realpath(full, NULL);
    enum path_verdict verdict = PATH_ABSENT;
    struct stat st;
    if (real_dir && real && stat(real, &st) == 0 && S_ISREG(st.st_mode)) {
        size_t n = strlen(real_dir);
        bool inside = strcmp(real_dir, "/") == 0 || (strncmp(real, real_dir, n) == 0 && real[n] == '/');
        verdict = inside ? PATH_FOUND : PATH_OUTSIDE;
    }
    if (verdict == PATH_FOUND) {
        *out = arena_copy(&r->arena, sv_cstr(real));
        if (!out->p) r->nomem = true;
    }
    free(real);
    free(real_dir);
    return verdict;
}

enum path_verdict path_inside(struct run *r, struct sv relative, struct sv *out_absolute)
{
    if (leads_out(relative)) return PATH_OUTSIDE;
    const char *dir = arena_cstr(&r->arena, r->dir);
    struct sv full = path_join(&r->arena, r->dir, relative);
    if (!dir || !full.p) {
        r->nomem = true;
        return PATH_ABSENT;
    }
    return resolve(r, dir, full.p, out_absolute);
}

int media_path(struct run *r, struct sv relative, struct media_ref *m)
{
    if (relative.n == 0) return 0;
    enum path_verdict verdict = path_inside(r, relative, &m->path);
    if (verdict == PATH_ABSENT) m->missing = relative;
    if (verdict != PATH_OUTSIDE) return 0;
    return record_aside_value(r, NULL, "media path \"%.*s\" leads out of the feed's folder: not opened",
                              SV_FMT(sv_sub(relative, 0, 200)));
}
