/* Every route, who may take it, and what it reads: the same as openapi.json, which a test compares. */
#include "serve/serve_priv.h"

#include <stdio.h>

#define API    "/api/v1"
#define NOBODY (-1)

/* clang-format off */
const struct route routes[] = {
    {"GET", "/healthz", api_healthz, ACCESS_PUBLIC, NOBODY, 0, BODY_NONE, false},
    {"GET", "/readyz", api_readyz, ACCESS_PUBLIC, NOBODY, 0, BODY_NONE, false},
    {"GET", "/metrics", api_metrics, ACCESS_ALLOWED, NOBODY, KEY_METRICS, BODY_NONE, false},
    {"GET", API "/openapi.json", api_openapi, ACCESS_PUBLIC, NOBODY, 0, BODY_NONE, false},
    {"GET", API "/texts/{lang}", api_texts, ACCESS_PUBLIC, NOBODY, 0, BODY_NONE, false},
    {"GET", API "/setup", api_setup_state, ACCESS_PUBLIC, NOBODY, 0, BODY_NONE, false},
    {"POST", API "/setup", api_setup, ACCESS_PUBLIC, NOBODY, 0, BODY_JSON, false},
    {"POST", API "/invite", api_invite, ACCESS_PUBLIC, NOBODY, 0, BODY_JSON, false},
    {"POST", API "/session", api_sign_in, ACCESS_PUBLIC, NOBODY, 0, BODY_JSON, false},
    {"GET", API "/session", api_session, ACCESS_SESSION, NOBODY, 0, BODY_NONE, false},
    {"DELETE", API "/session", api_sign_out, ACCESS_SESSION, NOBODY, 0, BODY_NONE, false},
    {"POST", API "/session/enrol", api_enrol, ACCESS_SESSION, NOBODY, 0, BODY_NONE, false},
    {"POST", API "/session/totp", api_totp, ACCESS_SESSION, NOBODY, 0, BODY_JSON, false},
    {"POST", API "/session/password", api_password, ACCESS_FULL, NOBODY, 0, BODY_JSON, false},
    {"GET", API "/me", api_me, ACCESS_FULL, NOBODY, 0, BODY_NONE, false},
    {"PATCH", API "/me", api_patch_me, ACCESS_FULL, NOBODY, 0, BODY_JSON, false},
    {"GET", API "/people", api_people, ACCESS_ALLOWED, PERM_PEOPLE_READ, 0, BODY_NONE, false},
    {"POST", API "/people", api_add_person, ACCESS_ALLOWED, PERM_PEOPLE_MANAGE, 0, BODY_JSON, false},
    {"GET", API "/people/{id}", api_person, ACCESS_ALLOWED, PERM_PEOPLE_READ, 0, BODY_NONE, false},
    {"PATCH", API "/people/{id}", api_patch_person, ACCESS_ALLOWED, PERM_PEOPLE_MANAGE, 0, BODY_JSON, false},
    {"POST", API "/people/{id}/invite", api_reinvite, ACCESS_ALLOWED, PERM_PEOPLE_MANAGE, 0, BODY_NONE, false},
    {"GET", API "/colleagues", api_colleagues, ACCESS_ALLOWED, PERM_QUEUE_WORK, 0, BODY_NONE, false},
    {"GET", API "/roles", api_roles, ACCESS_ALLOWED, PERM_PEOPLE_READ, 0, BODY_NONE, false},
    {"PUT", API "/roles/{role}", api_put_role, ACCESS_ALLOWED, PERM_PEOPLE_MANAGE, 0, BODY_JSON, false},
    {"GET", API "/keys", api_keys, ACCESS_ALLOWED, PERM_KEYS_MANAGE, 0, BODY_NONE, false},
    {"POST", API "/keys", api_add_key, ACCESS_ALLOWED, PERM_KEYS_MANAGE, 0, BODY_JSON, false},
    {"DELETE", API "/keys/{id}", api_revoke_key, ACCESS_ALLOWED, PERM_KEYS_MANAGE, 0, BODY_NONE, false},
    {"PUT", API "/media", api_upload, ACCESS_ALLOWED, PERM_ITEM_SUBMIT, KEY_SUBMIT, BODY_STREAM, false},
    {"POST", API "/items", api_submit, ACCESS_ALLOWED, PERM_ITEM_SUBMIT, KEY_SUBMIT, BODY_JSON, true},
    {"GET", API "/items", api_search, ACCESS_ALLOWED, PERM_ITEM_READ, KEY_READ, BODY_NONE, false},
    {"GET", API "/items/{id}", api_item, ACCESS_ALLOWED, PERM_ITEM_READ, KEY_READ, BODY_NONE, false},
    {"GET", API "/items/{id}/findings", api_findings, ACCESS_ALLOWED, PERM_ITEM_READ, KEY_READ | KEY_SUBMIT, BODY_NONE, false},
    {"GET", API "/items/{id}/history", api_history, ACCESS_ALLOWED, PERM_ITEM_READ, 0, BODY_NONE, false},
    {"GET", API "/items/{id}/findings/{n}/reference", api_reference, ACCESS_ALLOWED, PERM_MEDIA_READ, 0, BODY_NONE, false},
    {"GET", API "/items/{id}/media/{n}/still", api_still, ACCESS_ALLOWED, PERM_MEDIA_READ, 0, BODY_NONE, false},
    {"GET", API "/items/{id}/media/{n}/sheet", api_sheet, ACCESS_ALLOWED, PERM_MEDIA_READ, 0, BODY_NONE, false},
    {"GET", API "/items/{id}/media/{n}/file", api_file, ACCESS_ALLOWED, PERM_MEDIA_READ, 0, BODY_NONE, false},
    {"POST", API "/items/{id}/lease", api_lease, ACCESS_ALLOWED, PERM_QUEUE_WORK, 0, BODY_NONE, false},
    {"DELETE", API "/items/{id}/lease", api_release, ACCESS_ALLOWED, PERM_QUEUE_WORK, 0, BODY_NONE, false},
    {"POST", API "/items/{id}/lease-again", api_lease_again, ACCESS_ALLOWED, PERM_QUEUE_WORK, 0, BODY_JSON, false},
    {"POST", API "/items/{id}/snooze", api_snooze, ACCESS_ALLOWED, PERM_QUEUE_WORK, 0, BODY_JSON, false},
    {"POST", API "/items/{id}/escalate", api_escalate, ACCESS_ALLOWED, PERM_QUEUE_WORK, 0, BODY_JSON, false},
    {"POST", API "/items/{id}/handover", api_hand_over, ACCESS_ALLOWED, PERM_QUEUE_WORK, 0, BODY_JSON, false},
    {"POST", API "/items/{id}/exposure", api_exposure, ACCESS_ALLOWED, PERM_ITEM_READ, 0, BODY_JSON, false},
    {"POST", API "/items/{id}/decisions", api_decide, ACCESS_ALLOWED, PERM_DECIDE, KEY_DECIDE, BODY_JSON, true},
    {"GET", API "/queue", api_queue, ACCESS_ALLOWED, PERM_QUEUE_READ, KEY_READ, BODY_NONE, false},
    {"POST", API "/queue/next", api_next, ACCESS_ALLOWED, PERM_QUEUE_WORK, 0, BODY_NONE, false},
    {"GET", API "/events", api_events, ACCESS_ALLOWED, PERM_QUEUE_READ, 0, BODY_NONE, false},
    {"GET", API "/accounts/{id}", api_account, ACCESS_ALLOWED, PERM_ITEM_READ, KEY_READ, BODY_NONE, false},
    {"GET", API "/decisions", api_decisions, ACCESS_ALLOWED, PERM_QUEUE_READ, KEY_READ, BODY_NONE, false},
    {"GET", API "/decisions/{id}", api_decision, ACCESS_ALLOWED, PERM_QUEUE_READ, KEY_READ, BODY_NONE, false},
    {"POST", API "/decisions/{id}/undo", api_undo, ACCESS_ALLOWED, PERM_DECIDE, 0, BODY_NONE, false},
    {"POST", API "/decisions/{id}/second", api_second, ACCESS_ALLOWED, PERM_DECIDE_SECOND, 0, BODY_JSON, false},
    {"POST", API "/decisions/{id}/reverse", api_reverse, ACCESS_ALLOWED, PERM_REVERSE, 0, BODY_JSON, false},
    {"POST", API "/decisions/{id}/appeal-link", api_appeal_link, ACCESS_ALLOWED, PERM_DECIDE, KEY_APPEAL, BODY_NONE, false},
    {"POST", API "/public/appeals/{token}/open", api_open_appeal, ACCESS_PUBLIC, NOBODY, 0, BODY_JSON, false},
    {"POST", API "/public/appeals/{token}", api_appeal, ACCESS_PUBLIC, NOBODY, 0, BODY_JSON, false},
    {"GET", API "/appeals", api_appeals, ACCESS_ALLOWED, PERM_APPEAL_READ, 0, BODY_NONE, false},
    {"GET", API "/appeals/{id}", api_appeal_get, ACCESS_ALLOWED, PERM_APPEAL_READ, 0, BODY_NONE, false},
    {"POST", API "/appeals/{id}/decide", api_decide_appeal, ACCESS_ALLOWED, PERM_APPEAL_DECIDE, 0, BODY_JSON, false},
    {"POST", API "/public/reports", api_report, ACCESS_PUBLIC, NOBODY, 0, BODY_JSON, false},
    {"POST", API "/public/reports/{number}", api_report_status, ACCESS_PUBLIC, NOBODY, 0, BODY_JSON, false},
    {"POST", API "/reports", api_report, ACCESS_ALLOWED, NOBODY, KEY_REPORT, BODY_JSON, true},
    {"GET", API "/reports", api_reports, ACCESS_ALLOWED, PERM_REPORT_READ, 0, BODY_NONE, false},
    {"GET", API "/cases", api_cases, ACCESS_ALLOWED, PERM_CASE_READ, 0, BODY_NONE, false},
    {"GET", API "/cases/{case}", api_case, ACCESS_ALLOWED, PERM_CASE_READ, 0, BODY_NONE, false},
    {"GET", API "/quality", api_quality, ACCESS_ALLOWED, PERM_QUALITY_READ, 0, BODY_NONE, false},
    {"GET", API "/quality/golden", api_goldens, ACCESS_ALLOWED, PERM_QUALITY_MANAGE, 0, BODY_NONE, false},
    {"POST", API "/quality/golden", api_add_golden, ACCESS_ALLOWED, PERM_QUALITY_MANAGE, 0, BODY_JSON, false},
    {"DELETE", API "/quality/golden/{post}", api_remove_golden, ACCESS_ALLOWED, PERM_QUALITY_MANAGE, 0, BODY_NONE, false},
    {"GET", API "/quality/adjudications", api_adjudications, ACCESS_ALLOWED, PERM_QUALITY_MANAGE, 0, BODY_NONE, false},
    {"POST", API "/quality/adjudications/{post}", api_adjudicate, ACCESS_ALLOWED, PERM_QUALITY_MANAGE, 0, BODY_JSON, false},
    {"GET", API "/care", api_care, ACCESS_FULL, NOBODY, 0, BODY_NONE, false},
    {"POST", API "/care/break", api_break, ACCESS_FULL, NOBODY, 0, BODY_JSON, false},
    {"GET", API "/care/team", api_care_team, ACCESS_ALLOWED, PERM_CARE_TEAM, 0, BODY_NONE, false},
    {"GET", API "/policies", api_policies, ACCESS_ALLOWED, PERM_POLICY_READ, 0, BODY_NONE, false},
    {"POST", API "/policies", api_add_policy, ACCESS_ALLOWED, PERM_POLICY_MANAGE, 0, BODY_JSON, false},
    {"GET", API "/policies/{version}", api_policy, ACCESS_ALLOWED, PERM_POLICY_READ, 0, BODY_NONE, false},
    {"POST", API "/policies/{version}/shadow", api_shadow, ACCESS_ALLOWED, PERM_POLICY_MANAGE, 0, BODY_NONE, false},
    {"POST", API "/policies/{version}/backtest", api_backtest, ACCESS_ALLOWED, PERM_POLICY_MANAGE, 0, BODY_JSON, false},
    {"POST", API "/policies/{version}/publish", api_publish, ACCESS_ALLOWED, PERM_POLICY_MANAGE, 0, BODY_JSON, false},
    {"POST", API "/policies/rollback", api_rollback, ACCESS_ALLOWED, PERM_POLICY_MANAGE, 0, BODY_JSON, false},
    {"GET", API "/dashboard", api_dashboard, ACCESS_ALLOWED, PERM_DASHBOARD_READ, 0, BODY_NONE, false},
    {"GET", API "/audit", api_audit, ACCESS_ALLOWED, PERM_AUDIT_READ, 0, BODY_NONE, false},
};
/* clang-format on */
const size_t nroutes = sizeof routes / sizeof *routes;

/* How well a path fits a template: -1 not at all, else the number of segments that are equal words. A name in braces
 * takes any one segment that is not empty. */
static int fits(struct sv path, const char *text, struct sv params[CALL_PARAMS])
{
    struct sv template = sv_cstr(text), want, have;
    int n = 0, equal = 0;
    for (;;) {
        bool more_want = sv_split(&template, '/', &want), more_have = sv_split(&path, '/', &have);
        if (more_want != more_have) return -1;
        if (!more_want) return equal;
        if (want.n > 0 && want.p[0] == '{') {
            if (have.n == 0 || n == CALL_PARAMS) return -1;
            params[n++] = have;
        } else if (sv_eq(want, have)) {
            equal++;
        } else {
            return -1;
        }
    }
}

/* Whether the words before the first name in braces are the path's: most routes end here. */
static bool begins_so(struct sv path, const char *text)
{
    for (size_t i = 0; i < path.n && text[i] != '{'; i++)
        if (text[i] == '\0' || text[i] != path.p[i]) return false; /* a path may hold a NUL */
    return true;
}

const struct route *route_find(struct sv method, struct sv path, struct sv params[CALL_PARAMS],
                               char out_allow[64])
{
    const struct route *best = NULL;
    int best_fit = -1;
    out_allow[0] = '\0';
    if (sv_is(method, "HEAD")) method = SV("GET");
    for (size_t i = 0; i < nroutes; i++) {
        struct sv here[CALL_PARAMS] = {{NULL, 0}};
        if (!begins_so(path, routes[i].path)) continue;
        int fit = fits(path, routes[i].path, here);
        if (fit < 0) continue;
        if (!sv_is(method, routes[i].method)) {
            size_t n = strlen(out_allow);
            if (n + 10 < 64) snprintf(out_allow + n, 64 - n, "%s%s", n ? ", " : "", routes[i].method);
            continue;
        }
        if (fit <= best_fit) continue;
        best = &routes[i];
        best_fit = fit;
        memcpy(params, here, sizeof here);
    }
    return best;
}

static const char *const scope_words[] = {"submit", "read", "report", "decide", "appeal", "metrics"};

const char *scope_word(uint32_t bit)
{
    for (unsigned i = 0; i < sizeof scope_words / sizeof *scope_words; i++)
        if (bit == UINT32_C(1) << i) return scope_words[i];
    return "";
}

uint32_t scopes_read(struct sv s)
{
    uint32_t set = 0;
    struct sv word;
    while (sv_split(&s, ' ', &word))
        for (unsigned i = 0; i < sizeof scope_words / sizeof *scope_words; i++)
            if (sv_is(word, scope_words[i])) set |= UINT32_C(1) << i;
    return set;
}
