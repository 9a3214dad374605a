#include "model/person.h"

static const char *const role_names[ROLE_COUNT] = {"analyst", "reviewer", "lead",   "officer",
                                                   "auditor", "admin",    "partner"};

static const char *const permission_names[PERM_COUNT] = {
    "item.read",     "item.submit",    "media.read",  "queue.read",    "queue.work",  "decide",
    "decide.second", "reverse",        "appeal.read", "appeal.decide", "report.read", "case.read",
    "quality.read",  "quality.manage", "people.read", "people.manage", "keys.manage", "policy.read",
    "policy.manage", "dashboard.read", "audit.read",  "care.team",
};

#define P(name) (UINT32_C(1) << PERM_##name)
#define LOOK    (P(ITEM_READ) | P(MEDIA_READ) | P(QUEUE_READ) | P(REPORT_READ) | P(CASE_READ) | P(POLICY_READ))
#define JUDGE   (LOOK | P(QUEUE_WORK) | P(DECIDE) | P(APPEAL_READ) | P(APPEAL_DECIDE))

/* Administrators run the desk and see nothing of what is on it; auditors see everything but pictures and change
 * nothing. */
static const uint32_t at_first[ROLE_COUNT] = {
    [ROLE_ANALYST] = LOOK | P(ITEM_SUBMIT) | P(DASHBOARD_READ),
    [ROLE_REVIEWER] = JUDGE,
    [ROLE_LEAD] = JUDGE | P(ITEM_SUBMIT) | P(DECIDE_SECOND) | P(REVERSE) | P(QUALITY_READ) |
                  P(QUALITY_MANAGE) | P(PEOPLE_READ) | P(POLICY_MANAGE) | P(DASHBOARD_READ) | P(CARE_TEAM),
    [ROLE_OFFICER] = LOOK | P(DECIDE_SECOND) | P(APPEAL_READ) | P(DASHBOARD_READ) | P(AUDIT_READ),
    [ROLE_AUDITOR] = P(ITEM_READ) | P(QUEUE_READ) | P(APPEAL_READ) | P(REPORT_READ) | P(CASE_READ) |
                     P(QUALITY_READ) | P(PEOPLE_READ) | P(POLICY_READ) | P(DASHBOARD_READ) | P(AUDIT_READ),
    [ROLE_ADMIN] = P(PEOPLE_READ) | P(PEOPLE_MANAGE) | P(KEYS_MANAGE) | P(POLICY_READ) | P(POLICY_MANAGE) |
                   P(DASHBOARD_READ) | P(AUDIT_READ),
    [ROLE_PARTNER] = P(ITEM_SUBMIT) | P(POLICY_READ),
};

const char *role_name(enum role r) { return (unsigned)r < ROLE_COUNT ? role_names[r] : ""; }
const char *permission_name(enum permission p) { return (unsigned)p < PERM_COUNT ? permission_names[p] : ""; }
uint32_t role_permissions(enum role r) { return (unsigned)r < ROLE_COUNT ? at_first[r] : 0; }

static bool parse(struct sv s, const char *const *names, int n, int *out)
{
    for (int i = 0; i < n; i++) {
        if (!sv_is(s, names[i])) continue;
        *out = i;
        return true;
    }
    return false;
}

bool role_parse(struct sv s, enum role *out)
{
    int i;
    if (!parse(s, role_names, ROLE_COUNT, &i)) return false;
    *out = (enum role)i;
    return true;
}

bool permission_parse(struct sv s, enum permission *out)
{
    int i;
    if (!parse(s, permission_names, PERM_COUNT, &i)) return false;
    *out = (enum permission)i;
    return true;
}

static void write_set(uint32_t set, const char *const *names, int n, struct buf *b)
{
    bool first = true;
    for (int i = 0; i < n; i++) {
        if (!(set >> i & 1)) continue;
        if (!first) buf_putc(b, ' ');
        buf_puts(b, names[i]);
        first = false;
    }
}

static uint32_t read_set(struct sv s, const char *const *names, int n)
{
    uint32_t set = 0;
    struct sv word;
    int i;
    while (sv_split(&s, ' ', &word))
        if (parse(word, names, n, &i)) set |= UINT32_C(1) << i;
    return set;
}

void roles_write(uint32_t roles, struct buf *b) { write_set(roles, role_names, ROLE_COUNT, b); }
uint32_t roles_read(struct sv s) { return read_set(s, role_names, ROLE_COUNT); }
void permissions_write(uint32_t set, struct buf *b) { write_set(set, permission_names, PERM_COUNT, b); }
uint32_t permissions_read(struct sv s) { return read_set(s, permission_names, PERM_COUNT); }
