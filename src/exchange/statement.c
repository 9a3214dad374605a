/* Statements of reasons: the interface of the DSA Transparency Database, written down as tables, so that a decision is
 * checked here before anybody sends it there. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "exchange/transparency.h"
#include "store/store_decision.h"

/* ---- what the interface knows ---- */

static const char *const visibilities[] = {"DECISION_VISIBILITY_CONTENT_REMOVED",
                                           "DECISION_VISIBILITY_CONTENT_DISABLED",
                                           "DECISION_VISIBILITY_CONTENT_DEMOTED",
                                           "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED",
                                           "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED",
                                           "DECISION_VISIBILITY_CONTENT_LABELLED",
                                           "DECISION_VISIBILITY_OTHER",
                                           NULL};
static const char *const monetaries[] = {"DECISION_MONETARY_SUSPENSION", "DECISION_MONETARY_TERMINATION",
                                         "DECISION_MONETARY_OTHER", NULL};
static const char *const provisions[] = {
    "DECISION_PROVISION_PARTIAL_SUSPENSION", "DECISION_PROVISION_TOTAL_SUSPENSION",
    "DECISION_PROVISION_PARTIAL_TERMINATION", "DECISION_PROVISION_TOTAL_TERMINATION", NULL};
static const char *const accounts[] = {"DECISION_ACCOUNT_SUSPENDED", "DECISION_ACCOUNT_TERMINATED", NULL};
static const char *const account_types[] = {"ACCOUNT_TYPE_BUSINESS", "ACCOUNT_TYPE_PRIVATE", NULL};
static const char *const grounds[] = {"DECISION_GROUND_ILLEGAL_CONTENT",
                                      "DECISION_GROUND_INCOMPATIBLE_CONTENT", NULL};
static const char *const sources[] = {"SOURCE_ARTICLE_16", "SOURCE_TRUSTED_FLAGGER",
                                      "SOURCE_TYPE_OTHER_NOTIFICATION", "SOURCE_VOLUNTARY", NULL};
static const char *const automations[] = {"AUTOMATED_DECISION_FULLY", "AUTOMATED_DECISION_PARTIALLY",
                                          "AUTOMATED_DECISION_NOT_AUTOMATED", NULL};
static const char *const yes_no[] = {"Yes", "No", NULL};
static const char *const content_types[] = {
    "CONTENT_TYPE_APP",     "CONTENT_TYPE_AUDIO",           "CONTENT_TYPE_IMAGE",
    "CONTENT_TYPE_PRODUCT", "CONTENT_TYPE_SYNTHETIC_MEDIA", "CONTENT_TYPE_TEXT",
    "CONTENT_TYPE_VIDEO",   "CONTENT_TYPE_OTHER",           NULL};
static const char *const categories[] = {
    "STATEMENT_CATEGORY_ANIMAL_WELFARE",
    "STATEMENT_CATEGORY_CONSUMER_INFORMATION",
    "STATEMENT_CATEGORY_CYBER_VIOLENCE",
    "STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN",
    "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
    "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
    "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
    "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE",
    "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
    "STATEMENT_CATEGORY_PROTECTION_OF_MINORS",
    "STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY",
    "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    "STATEMENT_CATEGORY_SELF_HARM",
    "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS",
    "STATEMENT_CATEGORY_VIOLENCE",
    NULL};
/* Of the European Economic Area. */
static const char *const territories[] = {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR",
                                          "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT",
                                          "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK", NULL};

enum rule { ONE_OF, LIST_OF, TEXT, WORDS /* free text */, DATE, PUID, KEYWORDS, LANGUAGE };
struct member {
    const char *name;
    enum rule rule;
    bool required;
    size_t most; /* characters */
    const char *const *choices;
};
static const struct member members[] = {
    {"decision_visibility", LIST_OF, false, 0, visibilities},
    {"decision_visibility_other", WORDS, false, 500, NULL},
    {"decision_monetary", ONE_OF, false, 0, monetaries},
    {"decision_monetary_other", WORDS, false, 500, NULL},
    {"decision_provision", ONE_OF, false, 0, provisions},
    {"decision_account", ONE_OF, false, 0, accounts},
    {"account_type", ONE_OF, false, 0, account_types},
    {"decision_ground", ONE_OF, true, 0, grounds},
    {"decision_ground_reference_url", TEXT, false, 500, NULL},
    {"illegal_content_legal_ground", WORDS, false, 500, NULL},
    {"illegal_content_explanation", WORDS, false, 2000, NULL},
    {"incompatible_content_ground", WORDS, false, 500, NULL},
    {"incompatible_content_explanation", WORDS, false, 2000, NULL},
    {"incompatible_content_illegal", ONE_OF, false, 0, yes_no},
    {"content_type", LIST_OF, true, 0, content_types},
    {"content_type_other", WORDS, false, 500, NULL},
    {"category", ONE_OF, true, 0, categories},
    {"category_addition", LIST_OF, false, 0, categories},
    {"category_specification", KEYWORDS, false, 0, NULL},
    {"category_specification_other", WORDS, false, 500, NULL},
    {"territorial_scope", LIST_OF, false, 0, territories},
    {"content_language", LANGUAGE, false, 2, NULL},
    {"content_date", DATE, true, 0, NULL},
    {"application_date", DATE, true, 0, NULL},
    {"end_date_visibility_restriction", DATE, false, 0, NULL},
    {"end_date_monetary_restriction", DATE, false, 0, NULL},
    {"end_date_service_restriction", DATE, false, 0, NULL},
    {"end_date_account_restriction", DATE, false, 0, NULL},
    {"decision_facts", WORDS, true, 5000, NULL},
    {"source_type", ONE_OF, true, 0, sources},
    {"source_identity", WORDS, false, 500, NULL},
    {"automated_detection", ONE_OF, true, 0, yes_no},
    {"automated_decision", ONE_OF, true, 0, automations},
    {"puid", PUID, true, 500, NULL},
};
enum { MEMBERS = sizeof members / sizeof *members };

/* ---- checking ---- */

static bool in(struct sv s, const char *const *choices)
{
    for (; *choices; choices++)
        if (sv_is(s, *choices)) return true;
    return false;
}

static int wrong(const char *member, const char *what, struct sv value, struct error *err)
{
    return error_set(err, ERR_FORMAT, "statement", "%s %s%s%.*s%s", member, what, value.n ? ": \"" : "",
                     SV_FMT(sv_sub(value, 0, 80)), value.n ? "\"" : "");
}

/* An address, a handle, or a run of digits long enough for a telephone or a document: no free text may have one. */
static bool tells_of_somebody(struct sv s)
{
    size_t digits = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '@') return true;
        if (isdigit(c))
            digits++;
        else if (c != ' ' && c != '-' && c != '.' && c != '(' && c != ')')
            digits = 0;
        if (digits >= 9) return true;
    }
    return sv_find(s, SV("://"), 0) != SIZE_MAX || sv_find(s, SV("www."), 0) != SIZE_MAX;
}

static bool is_date(struct sv s)
{
    int64_t us;
    return s.n == 10 && s.p[4] == '-' && s.p[7] == '-' && time_parse(s, &us);
}

static bool is_word_of(struct sv s, const char *prefix)
{
    if (!sv_starts(s, sv_cstr(prefix)) || s.n > 100) return false;
    for (size_t i = 0; i < s.n; i++)
        if (!isupper((unsigned char)s.p[i]) && s.p[i] != '_' && !isdigit((unsigned char)s.p[i])) return false;
    return true;
}

static int check_list(const struct member *m, const struct json *v, struct error *err)
{
    if (json_type(v) != JSON_ARRAY || json_len(v) == 0)
        return wrong(m->name, "is a list of at least one", SV_NULL, err);
    for (size_t i = 0; i < json_len(v); i++) {
        struct sv s = json_sv(json_at(v, i));
        bool fine = m->rule == KEYWORDS ? is_word_of(s, "KEYWORD_") : in(s, m->choices);
        if (!fine) return wrong(m->name, "has what is not in its list", s, err);
        for (size_t k = 0; k < i; k++)
            if (sv_eq(s, json_sv(json_at(v, k)))) return wrong(m->name, "names it twice", s, err);
    }
    return 0;
}

static int check_member(const struct member *m, const struct json *v, struct error *err)
{
    struct sv s = json_sv(v);
    if (m->rule == LIST_OF || m->rule == KEYWORDS) return check_list(m, v, err);
    if (json_type(v) != JSON_STRING || s.n == 0) return wrong(m->name, "is a text", SV_NULL, err);
    if (m->most && utf8_count(s) > m->most) {
        char most[64];
        snprintf(most, sizeof most, "is longer than %zu characters", m->most);
        return wrong(m->name, most, SV_NULL, err);
    }
    if (m->rule == ONE_OF && !in(s, m->choices)) return wrong(m->name, "is not in its list", s, err);
    if (m->rule == DATE && !is_date(s)) return wrong(m->name, "is no date such as 2026-01-31", s, err);
    if (m->rule == WORDS && tells_of_somebody(s))
        return wrong(m->name, "holds an address, a handle or a long number: no personal data may be in it",
                     SV_NULL, err);
    if (m->rule == LANGUAGE &&
        (s.n != 2 || !isupper((unsigned char)s.p[0]) || !isupper((unsigned char)s.p[1])))
        return wrong(m->name, "is a language of two capital letters such as AR", s, err);
    for (size_t i = 0; m->rule == PUID && i < s.n; i++)
        if (!isalnum((unsigned char)s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
            return wrong(m->name, "has only letters, digits, '-' and '_'", s, err);
    return 0;
}

static int known_member(void *arg, struct sv key, const struct json *value)
{
    struct error *err = arg;
    (void)value;
    for (size_t i = 0; i < MEMBERS; i++)
        if (sv_is(key, members[i].name)) return 0;
    char name[64];
    snprintf(name, sizeof name, "%.*s", SV_FMT(sv_sub(key, 0, 60)));
    return wrong(name, "is no member of a statement", SV_NULL, err);
}

static bool has(const struct json *v, const char *name) { return json_get(v, name) != NULL; }

static bool lists(const struct json *v, const char *name, const char *word)
{
    const struct json *list = json_get(v, name);
    for (size_t i = 0; i < json_len(list); i++)
        if (sv_is(json_sv(json_at(list, i)), word)) return true;
    return false;
}

/* What one member brings with it. */
static int check_together(const struct json *v, struct error *err)
{
    if (!has(v, "decision_visibility") && !has(v, "decision_monetary") && !has(v, "decision_provision") &&
        !has(v, "decision_account"))
        return wrong(
            "decision_visibility",
            "or decision_monetary, decision_provision or decision_account must say what was restricted",
            SV_NULL, err);
    static const struct {
        const char *member, *word, *needs;
    } with[] = {
        {"decision_ground", "DECISION_GROUND_ILLEGAL_CONTENT", "illegal_content_legal_ground"},
        {"decision_ground", "DECISION_GROUND_ILLEGAL_CONTENT", "illegal_content_explanation"},
        {"decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT", "incompatible_content_ground"},
        {"decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT", "incompatible_content_explanation"},
        {"decision_visibility", "DECISION_VISIBILITY_OTHER", "decision_visibility_other"},
        {"decision_monetary", "DECISION_MONETARY_OTHER", "decision_monetary_other"},
        {"content_type", "CONTENT_TYPE_OTHER", "content_type_other"},
    };
    for (size_t i = 0; i < sizeof with / sizeof *with; i++)
        if ((sv_is(json_get_sv(v, with[i].member), with[i].word) || lists(v, with[i].member, with[i].word)) &&
            !has(v, with[i].needs))
            return wrong(with[i].needs, "is needed with", sv_cstr(with[i].word), err);
    static const char *const ends[] = {"end_date_visibility_restriction", "end_date_account_restriction"};
    for (size_t i = 0; i < 2; i++)
        if (has(v, ends[i]) && sv_cmp(json_get_sv(v, ends[i]), json_get_sv(v, "application_date")) < 0)
            return wrong(ends[i], "is before application_date", SV_NULL, err);
    const struct json *more = json_get(v, "category_addition");
    for (size_t i = 0; i < json_len(more); i++)
        if (sv_eq(json_sv(json_at(more, i)), json_get_sv(v, "category")))
            return wrong("category_addition", "repeats category", SV_NULL, err);
    return 0;
}

int statement_check(const struct json *v, struct error *err)
{
    if (json_type(v) != JSON_OBJECT)
        return error_set(err, ERR_FORMAT, "statement", "a statement is an object");
    int code = json_each(v, known_member, err);
    for (size_t i = 0; code == 0 && i < MEMBERS; i++) {
        const struct json *m = json_get(v, members[i].name);
        if (m)
            code = check_member(&members[i], m, err);
        else if (members[i].required)
            code = wrong(members[i].name, "is missing", SV_NULL, err);
    }
    return code ? code : check_together(v, err);
}

/* ---- writing ---- */

static void put_date(struct jw *w, const char *key, int64_t us)
{
    char text[TIME_TEXT_BYTES];
    time_format(us, text);
    jw_kv_sv(w, key, sv_of(text, 10));
}

static void put_one(struct jw *w, const char *key, const char *word)
{
    jw_key(w, key);
    jw_array(w);
    jw_str(w, word);
    jw_end(w);
}

static const char *content_type(enum post_kind k)
{
    switch (k) {
    case POST_VIDEO: return "CONTENT_TYPE_VIDEO";
    case POST_IMAGE: return "CONTENT_TYPE_IMAGE";
    case POST_AUDIO: return "CONTENT_TYPE_AUDIO";
    case POST_TEXT:
    case POST_COMMENT:
    case POST_MESSAGE: return "CONTENT_TYPE_TEXT";
    case POST_FILE:
    case POST_ACCOUNT: break;
    }
    return "CONTENT_TYPE_OTHER";
}

static void put_territories(struct jw *w, struct sv list)
{
    struct sv word;
    bool any = false;
    while (list.p && sv_split(&list, ' ', &word)) {
        if (!in(word, territories)) continue;
        if (!any) {
            jw_key(w, "territorial_scope");
            jw_array(w);
        }
        any = true;
        jw_sv(w, word);
    }
    if (any) jw_end(w);
}

static void put_category(struct jw *w, enum category c)
{
    const struct category_info *info = category_info(c);
    jw_kv_str(w, "category", info->dsa_category);
    if (!info->dsa_keywords[0]) return;
    jw_key(w, "category_specification");
    jw_array(w);
    for (int i = 0; i < 4 && info->dsa_keywords[i]; i++) jw_str(w, info->dsa_keywords[i]);
    jw_end(w);
}

int statement_write(const struct decision *d, const struct statement_context *c, struct jw *w,
                    struct error *err)
{
    char id[ID_TEXT_BYTES], language[3];
    id_format(&d->id, id);
    bool account = measure_is_account(d->measure), law = d->ground == GROUND_LAW;
    if (d->measure == MEASURE_NONE || d->category == CATEGORY_NONE || d->state != DECISION_IN_FORCE)
        return error_set(err, ERR_ARG, "statement",
                         "decision %s restricts nothing, or is not in force: there is nothing to state", id);
    jw_object(w);
    if (account)
        jw_kv_str(w, "decision_account", measure_dsa(d->measure));
    else
        put_one(w, "decision_visibility", measure_dsa(d->measure));
    if (d->until_us != TIME_UNKNOWN)
        put_date(w, account ? "end_date_account_restriction" : "end_date_visibility_restriction",
                 d->until_us);
    jw_kv_str(w, "decision_ground", ground_dsa(d->ground));
    jw_kv_sv(w, law ? "illegal_content_legal_ground" : "incompatible_content_ground", d->ground_ref);
    jw_kv_sv(w, law ? "illegal_content_explanation" : "incompatible_content_explanation", d->ground_why);
    put_one(w, "content_type", content_type(c->kind));
    if (strcmp(content_type(c->kind), "CONTENT_TYPE_OTHER") == 0)
        jw_kv_str(w, "content_type_other", c->kind == POST_ACCOUNT ? "profile" : "file");
    put_category(w, d->category);
    put_territories(w, d->territories);
    if (d->language.n >= 2 && isalpha((unsigned char)d->language.p[0]) &&
        isalpha((unsigned char)d->language.p[1])) {
        language[0] = (char)toupper((unsigned char)d->language.p[0]);
        language[1] = (char)toupper((unsigned char)d->language.p[1]);
        jw_kv_sv(w, "content_language", sv_of(language, 2));
    }
    put_date(w, "content_date",
             c->content_us != TIME_UNKNOWN ? c->content_us
             : d->known_us != TIME_UNKNOWN ? d->known_us
                                           : d->at_us);
    put_date(w, "application_date", d->at_us);
    jw_kv_sv(w, "decision_facts", d->facts);
    jw_kv_str(w, "source_type", source_dsa(d->source));
    if (c->source_name.n && d->source != SOURCE_OWN) jw_kv_sv(w, "source_identity", c->source_name);
    jw_kv_str(w, "automated_detection", d->automated_detection ? "Yes" : "No");
    jw_kv_str(w, "automated_decision",
              d->automated_decision ? "AUTOMATED_DECISION_FULLY" : "AUTOMATED_DECISION_NOT_AUTOMATED");
    jw_kv_str(w, "puid", id);
    jw_end(w);
    return 0;
}

/* ---- all of a period ---- */

struct writing {
    struct store *s;
    struct buf *out;
    struct statement_counts *counts;
    size_t in_call;
};

static int write_one(struct writing *x, const struct decision *d, struct arena *a, struct error *err)
{
    struct post p;
    struct buf text;
    struct jw w;
    struct json *doc = NULL;
    int64_t known_us;
    struct statement_context c = {POST_VIDEO, TIME_UNKNOWN, SV_NULL};
    if (store_get_post(x->s, &d->post, a, &p, &known_us, NULL) == 0)
        c = (struct statement_context){p.kind, p.created_us, SV_NULL};
    buf_init(&text, 0);
    jw_init(&w, &text, JW_COMPACT);
    int code = statement_write(d, &c, &w, err);
    if (code == 0) code = json_parse(buf_sv(&text), JSON_STRICT, &doc, err);
    if (code == 0) code = statement_check(doc, err);
    if (code == 0) {
        buf_puts(x->out, x->in_call == 0 ? "{\"statements\":[" : ",");
        buf_putsv(x->out, buf_sv(&text));
        x->counts->written++;
        if (++x->in_call == STATEMENTS_PER_CALL) {
            buf_puts(x->out, "]}\n");
            x->counts->calls++;
            x->in_call = 0;
        }
    }
    json_free(doc);
    buf_done(&text);
    return code;
}

int statements_export(struct store *s, int64_t from_us, int64_t to_us, struct buf *out,
                      void (*bad)(void *arg, const struct id128 *decision, const struct error *why),
                      void *arg, struct statement_counts *counts, struct error *err)
{
    enum { PAGE = 500 };
    struct decision_filter f;
    struct writing x = {s, out, counts, 0};
    int code = 0;
    *counts = (struct statement_counts){0};
    decision_filter_init(&f);
    f.state = DECISION_IN_FORCE;
    for (size_t n = PAGE; code == 0 && n == PAGE;) {
        struct arena a;
        struct decision *list;
        arena_init(&a, 0);
        code = store_decisions(s, &f, PAGE, &a, &list, &n, err);
        for (size_t i = 0; code == 0 && i < n; i++) {
            struct error why = {0};
            f.before_us = list[i].at_us;
            f.before = list[i].id;
            if (list[i].at_us < from_us || list[i].at_us >= to_us || list[i].measure == MEASURE_NONE)
                continue;
            int one = write_one(&x, &list[i], &a, &why);
            if (one == ERR_FORMAT || one == ERR_ARG) {
                counts->left_out++;
                if (bad) bad(arg, &list[i].id, &why);
            } else if (one)
                code = error_set(err, one, "statement", "%s", why.text);
        }
        arena_done(&a);
        if (code) break;
    }
    if (x.in_call) {
        buf_puts(out, "]}\n");
        counts->calls++;
    }
    return code == 0 && out->failed ? error_set(err, ERR_NOMEM, "statement", "no memory for statements")
                                    : code;
}
