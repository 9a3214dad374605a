#include "serve/serve_priv.h"
void api_people(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_add_person(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_person(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_patch_person(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_reinvite(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_colleagues(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_roles(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_put_role(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_keys(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_add_key(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_revoke_key(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_upload(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_submit(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_still(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_sheet(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_file(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_lease(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_release(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_snooze(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_escalate(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_hand_over(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_exposure(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_decide(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_decisions(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_decision(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_undo(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_second(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_reverse(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_appeal_link(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_open_appeal(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_appeal(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_appeals(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_appeal_get(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_decide_appeal(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_report(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_report_status(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_reports(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_cases(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_case(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_quality(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_goldens(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_add_golden(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_remove_golden(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_adjudications(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_adjudicate(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_care(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_break(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_care_team(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_policies(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_add_policy(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_policy(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_shadow(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_backtest(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_publish(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_rollback(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }
void api_dashboard(struct call *c) { call_fail(c, 503, "busy", NULL, "not yet"); }

int hooks_new(struct server *s, struct hooks **out, struct error *err) { return 0; }
void hooks_free(struct hooks *h) {}
void hooks_wake(struct hooks *h) {}
int hooks_tell(struct store *s, const struct id128 *key, const char *event, struct sv data_json,
               struct error *err)
{
    return 0;
}
int serve_told_findings(struct server *sv, struct store *s, struct analysis *x, struct error *err)
{
    return 0;
}
