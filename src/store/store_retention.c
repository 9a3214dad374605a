/* The rules of retention: those built in, and those that an operator set in their place. */
#include "store/store_case_priv.h"
#include "store/store_retention.h"

#include <stdio.h>

#include "base/clock.h"

static const char *const classes[RETAIN_CLASSES] = {"post", "media", "aside", "case"};
static const char *const states[RETAIN_STATES] = {"waiting", "clear", "flagged", "any", "closed", "decided"};

/* What is innocent goes soon; what was found stays as long as an order to preserve may ask for it (six months). */
static const struct retain_rule built_in[] = {
    {.class = RETAIN_POST, .state = RETAIN_WAITING, .days = 90},
    {.class = RETAIN_POST, .state = RETAIN_CLEAR, .days = 30},
    {.class = RETAIN_POST, .state = RETAIN_FLAGGED, .days = 180},
    {.class = RETAIN_MEDIA, .state = RETAIN_WAITING, .days = 90},
    {.class = RETAIN_MEDIA, .state = RETAIN_CLEAR, .days = 7},
    {.class = RETAIN_MEDIA, .state = RETAIN_FLAGGED, .days = 180},
    {.class = RETAIN_POST, .state = RETAIN_DECIDED, .days = 365},
    {.class = RETAIN_MEDIA, .state = RETAIN_DECIDED, .days = 180},
    {.class = RETAIN_ASIDE, .state = RETAIN_ANY, .days = 30},
    {.class = RETAIN_CASE, .state = RETAIN_CLOSED, .days = 1825},
};
enum { NRULES = sizeof built_in / sizeof built_in[0] };

const char *retain_class_name(enum retain_class v) { return (unsigned)v < RETAIN_CLASSES ? classes[v] : ""; }
const char *retain_state_name(enum retain_state v) { return (unsigned)v < RETAIN_STATES ? states[v] : ""; }

bool retain_class_parse(struct sv s, enum retain_class *out)
{
    int v;
    if (!case_parse_name(s, classes, RETAIN_CLASSES, &v)) return false;
    *out = (enum retain_class)v;
    return true;
}

bool retain_state_parse(struct sv s, enum retain_state *out)
{
    int v;
    if (!case_parse_name(s, states, RETAIN_STATES, &v)) return false;
    *out = (enum retain_state)v;
    return true;
}

static struct retain_rule *find_rule(struct retain_rule *rules, enum retain_class class,
                                     enum retain_state state)
{
    for (size_t i = 0; i < NRULES; i++)
        if (rules[i].class == class && rules[i].state == state) return &rules[i];
    return NULL;
}

/* Columns: class, state, days, who, why, changed_us. */
static int take_rule(struct store *s, struct db_stmt *st, struct arena *a, struct retain_rule *rules)
{
    enum retain_class class;
    enum retain_state state;
    int rc = 0;
    if (!retain_class_parse(col_sv(s, st, 0), &class) || !retain_state_parse(col_sv(s, st, 1), &state))
        return ERR_FORMAT;
    struct retain_rule *r = find_rule(rules, class, state);
    if (!r) return ERR_FORMAT;
    int64_t days = col_i64(s, st, 2);
    r->days = days < 0 || days > RETAIN_MAX_DAYS ? RETAIN_FOR_EVER : (int)days;
    r->built_in = false;
    r->who = col_copy(s, st, 3, a, &rc);
    r->why = col_copy(s, st, 4, a, &rc);
    r->changed_us = col_i64(s, st, 5);
    return rc;
}

int store_retention_list(struct store *s, struct arena *a, struct retain_rule **out, size_t *out_n,
                         struct error *err)
{
    struct db_stmt *st;
    struct retain_rule *rules = ARENA_ARRAY(a, NRULES, struct retain_rule);
    if (!rules) return store_col_error(ERR_NOMEM, "rules of retention", err);
    memcpy(rules, built_in, sizeof built_in);
    for (size_t i = 0; i < NRULES; i++) rules[i].built_in = true;
    int rc = store_query(s, SQL_RETENTION_LIST, NULL, 0, &st, err);
    if (rc != 0) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        rc = take_rule(s, st, a, rules);
        if (rc == 0) continue;
        s->driver->reset(st);
        return store_col_error(rc, "a rule of retention", err);
    }
    *out = rules;
    *out_n = NRULES;
    return rc;
}

static int set_rule(struct store *s, const struct retain_rule *r, struct sv why, struct error *err)
{
    char who[LEDGER_PSEUDONYM_BYTES];
    struct sv class = sv_cstr(classes[r->class]), state = sv_cstr(states[r->state]);
    int rc = ledger_who(s, who, err);
    if (rc == 0)
        rc = store_run(s, SQL_RETENTION_PUT,
                       VALS(v_text(class), v_text(state), v_i64(r->days), v_text(sv_cstr(who)), v_blob(why),
                            v_i64(clock_now_us())),
                       NULL, err);
    return rc == 0 ? ledger_note_row(s, STEP_POLICY, SV("retention"), OBJECT_RETENTION,
                                     VALS(v_text(class), v_text(state)), err)
                   : rc;
}

static int reset_rule(struct store *s, enum retain_class class, enum retain_state state, struct error *err)
{
    char name[64];
    int64_t gone;
    int rc = store_run(s, SQL_RETENTION_DROP,
                       VALS(v_text(sv_cstr(classes[class])), v_text(sv_cstr(states[state]))), &gone, err);
    if (rc != 0 || gone == 0) return rc;
    int n = snprintf(name, sizeof name, "%s/%s", classes[class], states[state]);
    return ledger_note_gone(s, STEP_POLICY, SV("retention"), OBJECT_RETENTION, sv_of(name, (size_t)n), err);
}

static int check_pair(enum retain_class class, enum retain_state state, struct retain_rule rules[NRULES],
                      struct retain_rule **out, struct error *err)
{
    memcpy(rules, built_in, sizeof built_in);
    *out = find_rule(rules, class, state);
    if (*out) return 0;
    return error_set(err, ERR_ARG, "retention", "there is no rule for %s in state \"%s\"",
                     retain_class_name(class), retain_state_name(state));
}

int store_retention_set(struct store *s, enum retain_class class, enum retain_state state, int days,
                        struct sv why, struct error *err)
{
    struct retain_rule rules[NRULES], *r, *now;
    struct arena a;
    size_t n;
    bool own;
    int rc = check_pair(class, state, rules, &r, err);
    if (rc == 0) rc = case_check_words(why, "the reason of the rule", true, CASE_WORDS_MAX_BYTES, err);
    if (rc == 0 && (days < RETAIN_FOR_EVER || days > RETAIN_MAX_DAYS))
        rc = error_set(err, ERR_ARG, "retention", "%d days: 0 to %d, or -1 for ever", days, RETAIN_MAX_DAYS);
    if (rc != 0) return rc;
    arena_init(&a, 0);
    rc = store_retention_list(s, &a, &now, &n, err);
    bool same =
        rc == 0 && find_rule(now, class, state)->days == days && !find_rule(now, class, state)->built_in;
    arena_done(&a);
    if (rc != 0 || same) return rc;
    r->days = days;
    rc = store_enter(s, &own, err);
    return rc == 0 ? store_leave(s, own, set_rule(s, r, why, err), err) : rc;
}

int store_retention_reset(struct store *s, enum retain_class class, enum retain_state state,
                          struct error *err)
{
    struct retain_rule rules[NRULES], *r;
    bool own;
    int rc = check_pair(class, state, rules, &r, err);
    if (rc == 0) rc = store_enter(s, &own, err);
    return rc == 0 ? store_leave(s, own, reset_rule(s, class, state, err), err) : rc;
}
