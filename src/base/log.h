/* Messages for whoever runs the program. The library never prints: it calls the sink that its user set, if any. */
#ifndef MARSAD_BASE_LOG_H
#define MARSAD_BASE_LOG_H

#include "base/error.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Called from any thread, one call at a time: it must not log itself, the lock is held. `text` is one line, made safe as error
 * texts are. */
typedef void log_sink(void *arg, enum log_level level, const char *module, const char *text);

struct log {
    log_sink *sink; /* NULL: silent */
    void *arg;
    enum log_level max_level;
};

/* log may be NULL. */
void log_write(const struct log *log, enum log_level level, const char *module, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

#endif
