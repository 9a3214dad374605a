/* Messages to targets, gathered in any order and then told to the detector of pile-ons in the time of the events; from a file or
 * one by one. Names are kept once; 40 bytes a message. */
#ifndef MARSAD_NETWORK_MESSAGES_H
#define MARSAD_NETWORK_MESSAGES_H

#include "network/pileon.h"

struct messages;
int messages_new(struct messages **out, struct error *err) MUST_USE;
void messages_free(struct messages *m);
/* Copies. ERR_ARG without sender, target or time; ERR_LIMIT above NETWORK_MAX_ROWS; ERR_NOMEM. */
int messages_add(struct messages *m, const struct pileon_event *e, struct error *err) MUST_USE;
uint64_t messages_count(const struct messages *m);

/* Columns of a file: sender, target, time, text, clip, the making of the sender's account; empty ones have the names
 * account_id, target_id, timestamp_share; text, clip and created are read only when named. */
struct message_columns {
    struct sv sender, target, time, text, clip, created;
};
/* As network_table_read: every line is used or counted. Texts are compared by their wording (caption_key). Rows without a
 * target, and those whose sender is their target, are counted and left out. */
struct messages_left_out {
    uint64_t own, no_target;
};
int messages_read(struct messages *m, const char *path, const struct message_columns *columns,
                  struct network_report *report, struct messages_left_out *out, struct error *err) MUST_USE;

struct messages_summary {
    uint64_t messages, targets, alerts, late;
    int64_t first_us, last_us; /* NETWORK_NO_TIME when there are none */
};
/* All messages by time (equal times by sender and target), once. visit's non-zero return ends and is passed on. */
int messages_run(struct messages *m, const struct pileon_options *o,
                 int (*visit)(void *arg, const struct pileon_alert *alert), void *arg,
                 struct messages_summary *out, struct error *err) MUST_USE;

#endif
