/* What the engine itself puts into the ledger, and when the log is signed. */
#include "engine/engine_priv.h"

#include "evidence/evidence.h"

struct last_policy {
    struct sv wanted;
    bool same;
};

static int see_policy(void *arg, const struct ledger_entry *e)
{
    struct last_policy *l = arg;
    l->same = sv_eq(record_word(e->record, "says"), l->wanted);
    return 0;
}

int engine_note_policy(struct engine *e, struct error *err)
{
    struct buf says;
    struct jw w;
    buf_init(&says, 0);
    jw_init(&w, &says, JW_COMPACT);
    jw_object(&w);
    jw_kv_sv(&w, "policy", policy_version(e->policy));
    jw_end(&w);
    struct last_policy last = {.wanted = buf_sv(&says)};
    int code = says.failed ? error_set(err, ERR_NOMEM, "engine", "no memory for a step")
                           : ledger_about(e->store, SV("policy"), see_policy, &last, err);
    if (code == 0 && !last.same)
        code = ledger_append(e->store, STEP_POLICY, SV("policy"), buf_sv(&says), err);
    buf_done(&says);
    return code;
}

/* A log that cannot be signed now is told, and stops nobody's work: what was done is in the ledger. */
void engine_sign(struct engine *e, struct store *s)
{
    struct error err;
    if (evidence_publish(s, workspace_dir(e->workspace), NULL, &err) != 0)
        log_write(e->log, LOG_ERROR, "evidence", "the log was not signed: %s", err.text);
}
