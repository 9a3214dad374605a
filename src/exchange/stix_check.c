/* Whether an object is as the standard wants it. A table of types with what each must have; identifiers, times and closed
 * lists by value. Types that are not in the table are checked for what all objects have in common. */
#include "exchange/stix_priv.h"

#include "base/clock.h"

#include <ctype.h>
#include <string.h>

enum need { TEXT, TIME, ID, IDS, NUMBER, LIST, ANY };
struct property {
    const char *name;
    enum need need;
};
static const struct {
    const char *type;
    bool domain; /* created and modified */
    struct property required[6];
} types[] = {
    {"indicator", true, {{"pattern", TEXT}, {"pattern_type", TEXT}, {"valid_from", TIME}}},
    {"identity", true, {{"name", TEXT}}},
    {"relationship", true, {{"relationship_type", TEXT}, {"source_ref", ID}, {"target_ref", ID}}},
    {"sighting", true, {{"sighting_of_ref", ID}}},
    {"opinion", true, {{"opinion", TEXT}, {"object_refs", IDS}}},
    {"note", true, {{"content", TEXT}, {"object_refs", IDS}}},
    {"report", true, {{"name", TEXT}, {"published", TIME}, {"object_refs", IDS}}},
    {"grouping", true, {{"context", TEXT}, {"object_refs", IDS}}},
    {"observed-data", true, {{"first_observed", TIME}, {"last_observed", TIME}, {"number_observed", NUMBER}}},
    {"extension-definition",
     true,
     {{"created_by_ref", ID},
      {"name", TEXT},
      {"schema", TEXT},
      {"version", TEXT},
      {"extension_types", LIST}}},
    {"marking-definition", false, {{"created", TIME}}},
    {"file", false, {{NULL, ANY}}},
    {"url", false, {{"value", TEXT}}},
    {"user-account", false, {{NULL, ANY}}},
};
enum { TYPES = sizeof types / sizeof *types };

bool stix_is_id(struct sv id, const char *type)
{
    size_t dash = sv_find(id, SV("--"), 0);
    if (dash == SIZE_MAX || dash == 0 || id.n != dash + 2 + 36) return false;
    if (type && !sv_is(sv_sub(id, 0, dash), type)) return false;
    for (size_t i = 0; i < dash; i++)
        if (!islower((unsigned char)id.p[i]) && !isdigit((unsigned char)id.p[i]) && id.p[i] != '-')
            return false;
    for (size_t i = 0; i < 36; i++) {
        char c = id.p[dash + 2 + i];
        bool line = i == 8 || i == 13 || i == 18 || i == 23;
        if (line ? c != '-' : !isxdigit((unsigned char)c)) return false;
    }
    return true;
}

bool stix_is_time(struct sv s, int64_t *out_us)
{
    return s.n >= 20 && s.p[s.n - 1] == 'Z' && s.p[10] == 'T' && time_parse(s, out_us);
}

static int wrong(const struct json *o, const char *property, const char *what, struct error *err)
{
    struct sv id = json_get_sv(o, "id"), type = json_get_sv(o, "type");
    return error_set(err, ERR_FORMAT, "stix", "%.*s: %s %s", SV_FMT(sv_sub(id.n ? id : type, 0, 100)),
                     property, what);
}

static bool is_id_list(const struct json *v)
{
    if (json_type(v) != JSON_ARRAY || json_len(v) == 0) return false;
    for (size_t i = 0; i < json_len(v); i++)
        if (!stix_is_id(json_sv(json_at(v, i)), NULL)) return false;
    return true;
}

static int check_property(const struct json *o, const struct property *p, struct error *err)
{
    const struct json *v = json_get(o, p->name);
    int64_t us;
    switch (p->need) {
    case TEXT: return json_sv(v).n ? 0 : wrong(o, p->name, "is missing or no text", err);
    case TIME:
        return stix_is_time(json_sv(v), &us) ? 0 : wrong(o, p->name, "is missing or no time in UTC", err);
    case ID: return stix_is_id(json_sv(v), NULL) ? 0 : wrong(o, p->name, "is missing or no identifier", err);
    case IDS: return is_id_list(v) ? 0 : wrong(o, p->name, "is no list of identifiers", err);
    case NUMBER:
        return json_type(v) == JSON_INT && json_i64(v, -1) >= 0
                   ? 0
                   : wrong(o, p->name, "is missing or no number", err);
    case LIST:
        return json_type(v) == JSON_ARRAY && json_len(v) ? 0
                                                         : wrong(o, p->name, "is missing or no list", err);
    case ANY: break;
    }
    return 0;
}

static int check_common(const struct json *o, bool domain, struct error *err)
{
    struct property refs[] = {
        {"object_marking_refs", IDS}, {"where_sighted_refs", IDS}, {"created_by_ref", ID}};
    int64_t created = 0, modified = 0;
    for (size_t i = 0; i < 3; i++)
        if (json_get(o, refs[i].name)) {
            int code = check_property(o, &refs[i], err);
            if (code) return code;
        }
    if (!domain) return 0;
    if (!stix_is_time(json_get_sv(o, "created"), &created))
        return wrong(o, "created", "is missing or no time in UTC", err);
    if (!stix_is_time(json_get_sv(o, "modified"), &modified))
        return wrong(o, "modified", "is missing or no time in UTC", err);
    return modified < created ? wrong(o, "modified", "is before created", err) : 0;
}

static int check_values(const struct json *o, struct sv type, struct error *err)
{
    int64_t from, until;
    if (sv_is(type, "opinion") && !stix_opinion_known(json_get_sv(o, "opinion")))
        return wrong(o, "opinion", "is none of the five", err);
    if (sv_is(type, "file") && json_len(json_get(o, "hashes")) == 0 && json_get_sv(o, "name").n == 0)
        return wrong(o, "hashes", "and name are both missing", err);
    if (sv_is(type, "user-account") && json_len(o) < 3)
        return wrong(o, "user_id", "or another property is missing", err);
    if (sv_is(type, "indicator") && stix_is_time(json_get_sv(o, "valid_until"), &until) &&
        stix_is_time(json_get_sv(o, "valid_from"), &from) && until <= from)
        return wrong(o, "valid_until", "is not after valid_from", err);
    return 0;
}

int stix_check(const struct json *o, struct error *err)
{
    struct sv type = json_get_sv(o, "type"), spec = json_get_sv(o, "spec_version");
    char name[64];
    if (json_type(o) != JSON_OBJECT || type.n == 0 || type.n >= sizeof name)
        return error_set(err, ERR_FORMAT, "stix", "an object without a type");
    memcpy(name, type.p, type.n);
    name[type.n] = '\0';
    if (!stix_is_id(json_get_sv(o, "id"), name))
        return wrong(o, "id", "is missing or is not type--UUID", err);
    size_t at = 0;
    while (at < TYPES && strcmp(types[at].type, name) != 0) at++;
    bool domain = at < TYPES && types[at].domain;
    if (domain && !sv_is(spec, "2.1"))
        return wrong(o, "spec_version", "is not 2.1: this reads STIX 2.1", err);
    int code = check_common(o, domain, err);
    for (size_t i = 0; code == 0 && at < TYPES && i < 6 && types[at].required[i].name; i++)
        code = check_property(o, &types[at].required[i], err);
    return code == 0 ? check_values(o, type, err) : code;
}
