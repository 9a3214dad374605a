/* States and what follows what; kinds; this installation's words; the clock. */
#include "exchange/referral_priv.h"

#include "base/file.h"
#include "base/limits.h"
#include "policy/policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const state_names[REF_STATES] = {"draft",    "reviewed", "queued",    "failed", "sent",
                                                    "received", "executed", "refused",   "cannot", "still-up",
                                                    "offline",  "back",     "cancelled", "closed"};
static const char *const event_names[REFEV_KINDS] = {
    "drafted", "edited",   "approved", "queued",    "cancelled", "sent",    "send-failed",
    "again",   "received", "executed", "refused",   "cannot",    "overdue", "seen",
    "offline", "back",     "reminded", "escalated", "note",      "closed"};

static int find_name(struct sv s, const char *const *names, int n)
{
    for (int i = 0; i < n; i++)
        if (sv_is(s, names[i])) return i;
    return -1;
}

const char *referral_state_name(enum referral_state v)
{
    return (unsigned)v < REF_STATES ? state_names[v] : "";
}
const char *referral_event_name(enum referral_event_kind v)
{
    return (unsigned)v < REFEV_KINDS ? event_names[v] : "";
}

bool referral_state_parse(struct sv s, enum referral_state *out)
{
    int i = find_name(s, state_names, REF_STATES);
    if (i >= 0) *out = (enum referral_state)i;
    return i >= 0;
}

bool referral_event_parse(struct sv s, enum referral_event_kind *out)
{
    int i = find_name(s, event_names, REFEV_KINDS);
    if (i >= 0) *out = (enum referral_event_kind)i;
    return i >= 0;
}

/* ---- what follows what ---- */

#define B(state) (1u << (state))
#define UNDER_WAY                                                                                            \
    (B(REF_SENT) | B(REF_RECEIVED) | B(REF_EXECUTED) | B(REF_REFUSED) | B(REF_CANNOT) | B(REF_STILL_UP) |    \
     B(REF_BACK))
#define ANY (B(REF_STATES) - 1)
enum { SAME = REF_STATES };

/* The first row that fits counts. */
static const struct {
    enum referral_event_kind what;
    unsigned from;
    int to; /* enum referral_state, or SAME */
} moves[] = {
    {REFEV_DRAFTED, B(REF_DRAFT), SAME},
    {REFEV_EDITED, B(REF_DRAFT) | B(REF_REVIEWED), REF_DRAFT},
    {REFEV_APPROVED, B(REF_DRAFT) | B(REF_REVIEWED), REF_REVIEWED},
    {REFEV_QUEUED, B(REF_DRAFT) | B(REF_REVIEWED), REF_QUEUED},
    {REFEV_CANCELLED, B(REF_DRAFT) | B(REF_REVIEWED) | B(REF_FAILED), REF_CANCELLED},
    {REFEV_SENT, B(REF_QUEUED) | B(REF_FAILED), REF_SENT},
    {REFEV_SEND_FAILED, B(REF_QUEUED), REF_FAILED},
    {REFEV_AGAIN, B(REF_FAILED) | B(REF_QUEUED), REF_QUEUED},
    {REFEV_RECEIVED, B(REF_SENT), REF_RECEIVED},
    {REFEV_RECEIVED, B(REF_STILL_UP) | B(REF_OFFLINE) | B(REF_RECEIVED), SAME},
    {REFEV_EXECUTED, UNDER_WAY, REF_EXECUTED},
    {REFEV_EXECUTED, B(REF_OFFLINE), SAME},
    {REFEV_REFUSED, UNDER_WAY, REF_REFUSED},
    {REFEV_CANNOT, UNDER_WAY, REF_CANNOT},
    {REFEV_OVERDUE, B(REF_SENT) | B(REF_RECEIVED) | B(REF_EXECUTED), REF_STILL_UP},
    {REFEV_OFFLINE, UNDER_WAY, REF_OFFLINE},
    {REFEV_BACK, B(REF_OFFLINE) | B(REF_CLOSED), REF_BACK},
    {REFEV_SEEN, UNDER_WAY | B(REF_OFFLINE) | B(REF_CLOSED), SAME},
    {REFEV_REMINDED, UNDER_WAY, SAME},
    {REFEV_ESCALATED, UNDER_WAY, SAME},
    {REFEV_NOTE, ANY, SAME},
    {REFEV_CLOSED, UNDER_WAY | B(REF_OFFLINE), REF_CLOSED},
};

bool referral_next(enum referral_state from, enum referral_event_kind what, enum referral_state *out)
{
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        if (moves[i].what != what || !(moves[i].from & B(from))) continue;
        *out = moves[i].to == SAME ? from : (enum referral_state)moves[i].to;
        return true;
    }
    return false;
}

/* ---- files of the policy ---- */

int exchange_policy_file(const char *dir, const char *name, struct buf *out, struct error *err)
{
    char path[4096], inside[256];
    int n = dir ? snprintf(path, sizeof path, "%s/policy/%s", dir, name) : -1;
    if (n > 0 && (size_t)n < sizeof path && file_exists(path))
        return file_read(path, TEMPLATE_MAX_BYTES, out, err);
    snprintf(inside, sizeof inside, "%s", name);
    struct sv bytes = builtin_file(sv_cstr(inside));
    if (!bytes.p) return error_set(err, ERR_NOTFOUND, "referral", "there is no %s in the policy", name);
    buf_clear(out);
    buf_putsv(out, bytes);
    return out->failed ? error_set(err, ERR_NOMEM, "referral", "no memory for %s", name) : 0;
}

/* ---- kinds ---- */

struct kinds_load {
    struct arena *a;
    struct referral_kinds *out;
    int code;
    struct error *err;
};

static int duration(struct kinds_load *l, struct sv kind, const struct json *v, const char *key, int64_t *out)
{
    struct sv text = json_get_sv(v, key);
    if (text.n == 0) {
        *out = 0;
        return 0;
    }
    if (!duration_parse(text, out) || *out < 0)
        return error_set(l->err, ERR_FORMAT, "referral",
                         "kinds.json: %.*s: %s \"%.*s\" is no length of time such as 1h or 30m", SV_FMT(kind),
                         key, SV_FMT(text));
    return 0;
}

static int read_kind(void *arg, struct sv key, const struct json *v)
{
    struct kinds_load *l = arg;
    struct referral_kind *k = &l->out->v[l->out->n];
    const struct json *list = json_get(v, "categories");
    k->name = arena_copy(l->a, key);
    k->from_receipt = sv_is(json_get_sv(v, "from"), "receipt");
    k->watches = json_bool(json_get(v, "watch"), false);
    k->annexes = json_bool(json_get(v, "annexes"), false);
    k->categories.v = ARENA_ARRAY(l->a, json_len(list) + 1, struct sv);
    int code = duration(l, key, v, "clock", &k->clock_us);
    if (code == 0) code = duration(l, key, v, "remind", &k->remind_us);
    if (code == 0) code = duration(l, key, v, "escalate", &k->escalate_us);
    if (code == 0 && (!k->name.p || !k->categories.v))
        code = error_set(l->err, ERR_NOMEM, "referral", "no memory for kinds");
    for (size_t i = 0; code == 0 && i < json_len(list); i++) {
        struct sv name = json_sv(json_at(list, i));
        if (category_parse(name) == CATEGORY_NONE)
            code = error_set(l->err, ERR_FORMAT, "referral", "kinds.json: %.*s: \"%.*s\" is no category",
                             SV_FMT(key), SV_FMT(name));
        else
            k->categories.v[k->categories.n++] = sv_cstr(category_name(category_parse(name)));
    }
    if (code == 0) l->out->n++;
    return l->code = code;
}

int referral_kinds_load(const char *dir, struct arena *a, struct referral_kinds *out, struct error *err)
{
    struct buf text;
    struct json *doc = NULL;
    struct kinds_load l = {a, out, 0, err};
    *out = (struct referral_kinds){NULL, 0};
    buf_init(&text, 0);
    int code = exchange_policy_file(dir, "referrals/kinds.json", &text, err);
    if (code == 0) code = json_parse(buf_sv(&text), JSON_STRICT, &doc, err);
    if (code == 0 && json_type(doc) != JSON_OBJECT)
        code = error_set(err, ERR_FORMAT, "referral", "kinds.json: it is an object of kinds by name");
    if (code == 0) out->v = ARENA_ARRAY(a, json_len(doc) + 1, struct referral_kind);
    if (code == 0 && !out->v) code = error_set(err, ERR_NOMEM, "referral", "no memory for kinds");
    if (code == 0) {
        json_each(doc, read_kind, &l);
        code = l.code;
    }
    json_free(doc);
    buf_done(&text);
    return code;
}

const struct referral_kind *referral_kind_find(const struct referral_kinds *k, struct sv name)
{
    for (size_t i = 0; i < k->n; i++)
        if (sv_eq(k->v[i].name, name)) return &k->v[i];
    return NULL;
}

/* ---- exchange.json ---- */

int exchange_config_load(const char *dir, struct arena *a, struct exchange_config *out, struct error *err)
{
    struct buf text;
    int64_t per_host = 0;
    *out = (struct exchange_config){.producer = SV("Marsad"),
                                    .smtp_tls = SV("required"),
                                    .agent = SV("Marsad"),
                                    .per_host_us = 10 * US_PER_SECOND};
    struct sv path = path_join(a, sv_cstr(dir), SV("exchange.json"));
    if (!path.p) return error_set(err, ERR_NOMEM, "exchange", "no memory for a path");
    buf_init(&text, 0);
    int code = file_exists(path.p) ? file_read(path.p, TEMPLATE_MAX_BYTES, &text, err) : 0;
    if (code == 0 && text.n == 0) buf_puts(&text, "{}");
    if (code == 0) code = json_parse(buf_sv(&text), JSON_STRICT, &out->doc, err);
    buf_done(&text);
    if (code) return code;
    const struct json *mail = json_get(out->doc, "mail"), *ask = json_get(out->doc, "ask");
    struct sv name =
        json_path(out->doc, "authority.name") ? json_sv(json_path(out->doc, "authority.name")) : SV_NULL;
    if (name.n) out->producer = name;
    out->about = json_get_sv(out->doc, "id");
    out->smtp_url = json_get_sv(mail, "server");
    out->smtp_from = json_get_sv(mail, "from");
    out->smtp_user = json_get_sv(mail, "user");
    out->smtp_secret = json_get_sv(mail, "secret");
    out->smtp_ca = json_get_sv(mail, "ca");
    if (json_get_sv(mail, "tls").n) out->smtp_tls = json_get_sv(mail, "tls");
    if (json_get_sv(ask, "agent").n) out->agent = json_get_sv(ask, "agent");
    out->allow_local = json_bool(json_get(ask, "local"), false);
    if (json_get_sv(ask, "every").n && !duration_parse(json_get_sv(ask, "every"), &per_host))
        return error_set(err, ERR_FORMAT, "exchange",
                         "%s: ask.every \"%.*s\" is no length of time such as 10s", path.p,
                         SV_FMT(json_get_sv(ask, "every")));
    if (per_host > 0) out->per_host_us = per_host;
    return 0;
}

void exchange_config_done(struct exchange_config *c)
{
    json_free(c->doc);
    c->doc = NULL;
}

/* ---- the clock ---- */

int clock_mark_here(struct arena *a, struct clock_mark *out, struct error *err)
{
    struct timespec ts = {0, 0};
    struct buf boot;
    buf_init(&boot, 0);
    out->wall_us = clock_now_us();
    clock_gettime(CLOCK_BOOTTIME, &ts);
    out->boot_us = (int64_t)ts.tv_sec * US_PER_SECOND + ts.tv_nsec / 1000;
    /* Where a time stands in for the clock, it is a start of its own. */
    const char *stands_in = getenv("MARSAD_NOW");
    if (stands_in)
        buf_printf(&boot, "MARSAD_NOW=%s", stands_in);
    else if (file_read("/proc/sys/kernel/random/boot_id", 128, &boot, NULL) != 0)
        buf_puts(&boot, "unknown");
    out->boot = arena_copy(a, sv_trim(buf_sv(&boot)));
    int code =
        boot.failed || !out->boot.p ? error_set(err, ERR_NOMEM, "referral", "no memory for the clock") : 0;
    buf_done(&boot);
    return code;
}

int referral_now(struct store *s, const struct clock_mark *here, int64_t *out_us, int64_t *out_jumped_us,
                 struct error *err)
{
    struct arena a;
    struct clock_mark last, next = *here;
    arena_init(&a, 0);
    *out_jumped_us = 0;
    int code = store_clock_get(s, &a, &last, NULL);
    if (code == 0) {
        if (sv_eq(last.boot, here->boot) && here->boot_us >= last.boot_us) {
            int64_t ran = here->boot_us - last.boot_us, off = here->wall_us - last.wall_us - ran;
            if (off > US_PER_HOUR || off < -US_PER_HOUR) {
                next.wall_us = last.wall_us + ran;
                *out_jumped_us = off;
            }
        }
        if (next.wall_us < last.wall_us) {
            if (*out_jumped_us == 0 && last.wall_us - next.wall_us > US_PER_MINUTE)
                *out_jumped_us = next.wall_us - last.wall_us;
            next.wall_us = last.wall_us;
        }
    }
    code = code == 0 || code == ERR_NOTFOUND
               ? store_clock_put(s, &next, err)
               : error_set(err, code, "referral", "the clock's mark cannot be read");
    arena_done(&a);
    if (code == 0) *out_us = next.wall_us;
    return code;
}
