/* Libraries that few commands need are loaded when they are first needed: what draws documents brings forty others along, and
 * to load them all took every command twenty milliseconds. A table of typed pointers stands for the functions, so calls are
 * written and checked as ever:
 *
 *     #define ZOO_CALLS(X) X(zoo_open) X(zoo_feed)
 *     struct zoo_calls { ZOO_CALLS(LATE_MEMBER) };
 *     extern struct zoo_calls late_zoo;
 *     #define zoo_open late_zoo.zoo_open
 *
 * and in one file LATE_TABLE(zoo, ZOO_CALLS, "zoo: feeding", "libzoo.so.2") defines late_zoo and
 *
 *     int late_zoo_load(struct error *err);
 *
 * which is called, on any thread and as often as one likes, before the first of the functions. ERR_UNSUPPORTED when the library
 * is missing or lacks a function. It stays loaded. The names that libraries have are asked of the linker when the build is
 * set up (tools/soname.sh), and each is written into the program's .note.dlopen section (as the ELF notes for packagers have
 * it), where tools/linked.sh finds them beside those it is linked with. */
#ifndef MARSAD_BASE_LATE_H
#define MARSAD_BASE_LATE_H

#include <pthread.h>
#include <stdbool.h>

#include "base/error.h"

struct late {
    const char *feature;
    const char *const *names; /* of the functions */
    void *calls;              /* their pointers, in the same order */
    size_t ncalls, nlibraries;
    size_t versions;          /* lists of names, one behind the other: the first that is all there; 0: one */
    const char *libraries[4]; /* a function is looked for in one after the other */
    pthread_mutex_t lock;
    bool loaded;
};
int late_load(struct late *l, struct error *err) MUST_USE;

#define LATE_MEMBER(f) __typeof__(f) *f;
#define LATE_NAME(f)   #f,

#define LATE_NOTE(name, text)                                                                                \
    static const struct {                                                                                    \
        unsigned namesz, descsz, type;                                                                       \
        char owner[4], desc[sizeof(text)];                                                                   \
    } name __attribute__((used, aligned(4), section(".note.dlopen"))) = {4, sizeof(text), 0x407c0c0a, "FDO", \
                                                                         text};

#define LATE_TABLE(what, list, feature_name, ...)                                                            \
    struct what##_calls late_##what;                                                                         \
    static const char *const what##_names[] = {list(LATE_NAME)};                                             \
    _Static_assert(sizeof late_##what == sizeof what##_names, "a pointer for every name");                   \
    static struct late what##_late = {.feature = feature_name,                                               \
                                      .names = what##_names,                                                 \
                                      .calls = &late_##what,                                                 \
                                      .ncalls = sizeof what##_names / sizeof *what##_names,                  \
                                      .nlibraries =                                                          \
                                          sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *),       \
                                      .libraries = {__VA_ARGS__},                                            \
                                      .lock = PTHREAD_MUTEX_INITIALIZER};                                    \
    int late_##what##_load(struct error *err) { return late_load(&what##_late, err); }

/* The text of a note: one library that the feature cannot do without. */
#define LATE_SAYS(feature_name, library)                                                                     \
    "[{\"soname\":[\"" library "\"],\"feature\":\"" feature_name "\",\"priority\":\"required\"}]"

#endif
