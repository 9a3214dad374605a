/* Libraries loaded late: see late.h. */
#include "base/late.h"

#include <dlfcn.h>
#include <string.h>

enum { MAX_LIBRARIES = 4 };

static int open_libraries(const struct late *l, void *handles[MAX_LIBRARIES], struct error *err)
{
    for (size_t i = 0; i < l->nlibraries; i++) {
        handles[i] = dlopen(l->libraries[i], RTLD_NOW | RTLD_LOCAL);
        if (handles[i]) continue;
        const char *why = dlerror();
        return error_set(err, ERR_UNSUPPORTED, "late", "%s needs %s, which does not load: %s", l->feature,
                         l->libraries[i], why ? why : "no reason given");
    }
    return 0;
}

/* Names and pointers are complete before anything is called: a table is filled whole or not at all. */
static int find_calls(const struct late *l, void *const handles[MAX_LIBRARIES], const char *const *names,
                      struct error *err)
{
    for (size_t i = 0; i < l->ncalls; i++) {
        void *found = NULL;
        for (size_t k = 0; k < l->nlibraries && !found; k++) found = dlsym(handles[k], names[i]);
        if (!found)
            return error_set(err, ERR_UNSUPPORTED, "late", "%s needs %s(), which %s does not have",
                             l->feature, names[i], l->libraries[0]);
        memcpy((char *)l->calls + i * sizeof found, &found, sizeof found);
    }
    return 0;
}

int late_load(struct late *l, struct error *err)
{
    void *handles[MAX_LIBRARIES] = {NULL};
    pthread_mutex_lock(&l->lock);
    int rc = 0;
    if (!l->loaded) rc = open_libraries(l, handles, err);
    if (!l->loaded && rc == 0) {
        size_t version = 0;
        do {
            rc = find_calls(l, handles, l->names + version * l->ncalls, err);
        } while (rc && ++version < l->versions);
    }
    if (rc == 0) l->loaded = true;
    pthread_mutex_unlock(&l->lock);
    return rc;
}
