/* Errors: one list of codes, and a caller's struct for the words.
 *
 * A function that can fail returns 0 or one of the negative codes below. It fills the caller's
 * `struct error` where the fault is found; everyone above passes it on unchanged. A message says
 * what, with which value, where (file, line, offset) and what to do; it never repeats the caller.
 * Nothing here is global or thread-local. */
#ifndef MARSAD_BASE_ERROR_H
#define MARSAD_BASE_ERROR_H

#include <stdarg.h>
#include <stddef.h>

/* The numbers are public (include/marsad.h repeats them) and never change their meaning. */
enum error_code {
    ERR_NONE = 0,
    ERR_NOMEM = -1,       /* memory ran out; the object is unchanged */
    ERR_IO = -2,          /* the system refused a read, write or open */
    ERR_ARG = -3,         /* the caller asked for something that makes no sense */
    ERR_FORMAT = -4,      /* input does not have the shape it claims */
    ERR_LIMIT = -5,       /* a maximum of base/limits.h was reached */
    ERR_NOTFOUND = -6,    /* no such thing */
    ERR_EXISTS = -7,      /* there already */
    ERR_BUSY = -8,        /* held by somebody else; try later */
    ERR_UNSUPPORTED = -9, /* understood, but this build or version does not do it */
    ERR_SANDBOX = -10,    /* the walls could not be put up: nothing was decoded */
    ERR_WORKER = -11,     /* a worker died, or answered nonsense */
    ERR_TIMEOUT = -12,    /* took longer than allowed */
    ERR_STORE = -13,      /* the database refused */
    ERR_POLICY = -14,     /* the policy file is wrong, or broke its limits */
    ERR_INTERNAL = -15,   /* a bug of ours, caught before harm */
    ERR_CANCELLED = -16   /* the caller asked to stop */
};

enum { ERROR_TEXT_BYTES = 512 };

struct error {
    int code;
    const char *module;          /* static string: "json", "intake", … */
    char text[ERROR_TEXT_BYTES]; /* UTF-8, one line, control bytes escaped */
};

#define MUST_USE               __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

/* Fills *err (err may be NULL) and returns `code`, so that `return error_set(…)` is one line. Control
 * bytes and broken UTF-8 in the formatted text are shown as \xHH; too long a text ends in "…". */
int error_set(struct error *err, int code, const char *module, const char *fmt, ...) PRINTF_LIKE(4, 5);
int error_setv(struct error *err, int code, const char *module, const char *fmt, va_list ap)
    PRINTF_LIKE(4, 0);

/* As error_set, with ": <what the system calls errno>" appended. */
int error_set_errno(struct error *err, int code, const char *module, int errnum, const char *fmt, ...)
    PRINTF_LIKE(5, 6);

/* A few words for a code: "bad input". Static; never NULL. */
const char *error_code_name(int code);

void error_clear(struct error *err);

#endif
