#include "base/log.h"

#include <pthread.h>
#include <stdio.h>

#include "base/text_priv.h"

enum { LOG_TEXT_BYTES = 2048 };

/* One for all logs: two of them may well share a sink. */
static pthread_mutex_t sink_lock = PTHREAD_MUTEX_INITIALIZER;

void log_write(const struct log *log, enum log_level level, const char *module, const char *fmt, ...)
{
    if (!log || !log->sink || level > log->max_level) return;
    char raw[LOG_TEXT_BYTES], text[LOG_TEXT_BYTES];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(raw, sizeof raw, fmt, ap);
    va_end(ap);
    bool cut = n >= (int)sizeof raw;
    struct sv s =
        n < 0 ? SV("(a message that could not be formatted)") : sv_of(raw, cut ? sizeof raw - 1 : (size_t)n);
    text_make_safe(s, cut, text, sizeof text);
    pthread_mutex_lock(&sink_lock);
    log->sink(log->arg, level, module, text);
    pthread_mutex_unlock(&sink_lock);
}
