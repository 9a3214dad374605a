/* Assessments as JSON. */
#include "model/assessment.h"

#include <math.h>

#include "base/limits.h"
#include "model/model_priv.h"

enum { DECIMALS = 6 };

void assessment_write(const struct assessment *s, struct jw *w)
{
    jw_object(w);
    jw_kv_str(w, "category", category_name(s->category));
    jw_kv_i64(w, "severity", s->severity);
    jw_kv_double(w, "probability", s->probability, DECIMALS);
    jw_kv_i64(w, "clock_us", s->clock_us);
    jw_kv_bool(w, "hard", s->hard);
    jw_kv_double(w, "expected_views", s->expected_views, DECIMALS);
    jw_kv_double(w, "priority", s->priority, DECIMALS);
    put_bytes(w, "reason", s->reason);
    put_bytes(w, "policy", s->policy);
    jw_key(w, "because");
    jw_array(w);
    for (size_t i = 0; i < s->nbecause; i++) jw_i64(w, s->because[i]);
    jw_end(w);
    jw_end(w);
}

static int read_because(struct members *m, struct assessment *s)
{
    const struct json *list = get_array(m, "because");
    size_t n = json_len(list);
    if (m->rc != 0 || n == 0) return m->rc;
    s->because = ARENA_ARRAY(m->a, n, uint32_t);
    if (!s->because)
        return m->rc = error_set(m->err, ERR_NOMEM, "model", "assessment: no memory for %zu findings", n);
    for (size_t i = 0; i < n; i++) {
        int64_t index = json_i64(json_at(list, i), -1);
        if (index < 0 || index >= POST_MAX_FINDINGS)
            return member_bad(m, "because", "a list of indexes of findings");
        s->because[i] = (uint32_t)index;
    }
    s->nbecause = n;
    return 0;
}

int assessment_read(const struct json *v, struct arena *a, struct assessment *out, struct error *err)
{
    struct members m = {v, "assessment", a, err, 0};
    struct assessment s = {0};
    struct sv category = SV_NULL;
    int64_t severity = 0;
    get_bytes(&m, "category", &category);
    s.category = category_parse(category);
    if (m.rc == 0 && s.category == CATEGORY_NONE && !sv_is(category, "none"))
        member_bad(&m, "category", "in the closed list of harms");
    get_i64(&m, "severity", 0, 100, &severity);
    s.severity = (int)severity;
    get_double(&m, "probability", 0, 1, &s.probability);
    get_i64(&m, "clock_us", 0, INT64_MAX, &s.clock_us);
    get_bool(&m, "hard", &s.hard);
    get_double(&m, "expected_views", 0, HUGE_VAL, &s.expected_views);
    get_double(&m, "priority", 0, HUGE_VAL, &s.priority);
    get_bytes(&m, "reason", &s.reason);
    get_bytes(&m, "policy", &s.policy);
    read_because(&m, &s);
    if (m.rc == 0) *out = s;
    return m.rc;
}
