/* Who works at the desk: roles, and what a role may. Both lists are closed; which role may what can be changed by an
 * administrator, and what stands here is what holds at first. The names are stored and travel through the interface. */
#ifndef MARSAD_MODEL_PERSON_H
#define MARSAD_MODEL_PERSON_H

#include "base/buf.h"

enum role {
    ROLE_ANALYST = 0,
    ROLE_REVIEWER,
    ROLE_LEAD,
    ROLE_OFFICER, /* of a digital-crime unit or hotline */
    ROLE_AUDITOR,
    ROLE_ADMIN,
    ROLE_PARTNER, /* a platform */
    ROLE_COUNT
};
const char *role_name(enum role r);
bool role_parse(struct sv s, enum role *out);

enum permission {
    PERM_ITEM_READ = 0,
    PERM_ITEM_SUBMIT,
    PERM_MEDIA_READ, /* see pictures and clips */
    PERM_QUEUE_READ,
    PERM_QUEUE_WORK, /* lease, snooze, escalate, hand over */
    PERM_DECIDE,
    PERM_DECIDE_SECOND, /* the second word on closing an account */
    PERM_REVERSE,
    PERM_APPEAL_READ,
    PERM_APPEAL_DECIDE,
    PERM_REPORT_READ,
    PERM_CASE_READ,
    PERM_QUALITY_READ,
    PERM_QUALITY_MANAGE,
    PERM_PEOPLE_READ,
    PERM_PEOPLE_MANAGE,
    PERM_KEYS_MANAGE,
    PERM_POLICY_READ,
    PERM_POLICY_MANAGE,
    PERM_DASHBOARD_READ,
    PERM_AUDIT_READ,
    PERM_CARE_TEAM,
    PERM_COUNT
};
const char *permission_name(enum permission p); /* "queue.work" */
bool permission_parse(struct sv s, enum permission *out);

/* Sets as bits, 1 << number; as text, names with one space between. A name that is not in the list is passed over, so
 * that what a later version wrote can be read. */
uint32_t role_permissions(enum role r); /* at first */
void roles_write(uint32_t roles, struct buf *b);
uint32_t roles_read(struct sv s);
void permissions_write(uint32_t permissions, struct buf *b);
uint32_t permissions_read(struct sv s);

#endif
