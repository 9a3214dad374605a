/* Lists of known legitimate groups: see profile.h. */
#include "network/profile.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/vec.h"

#include <stdlib.h>

struct entry {
    struct sv group, reason;
};

struct network_known {
    struct buf text;
    struct map accounts; /* → entry + 1 */
    struct VEC(struct entry) entries;
};

static int add_line(struct network_known *k, struct sv line, size_t number, const char *name,
                    struct error *err)
{
    struct sv group, account, reason = SV_NULL, rest = line;
    uint64_t *value;
    if (sv_trim(line).n == 0 || line.p[0] == '#') return 0;
    if (!sv_split(&rest, '\t', &group) || !sv_split(&rest, '\t', &account) || sv_trim(group).n == 0 ||
        sv_trim(account).n == 0)
        return error_set(err, ERR_FORMAT, "network", "%s, line %zu: \"%.*s\" is not \"group<TAB>account\"",
                         name, number, SV_FMT(sv_sub(line, 0, 60)));
    if (rest.p) reason = sv_trim(rest);
    struct entry e = {sv_trim(group), reason};
    int rc = VEC_PUSH(&k->entries, e);
    if (rc == 0) rc = map_put(&k->accounts, sv_trim(account), &value);
    if (rc < 0) return error_set(err, ERR_NOMEM, "network", "no memory for %s", name);
    *value = k->entries.n;
    return 0;
}

static int parse(struct network_known *k, const char *name, struct error *err)
{
    struct sv rest = buf_sv(&k->text), line;
    int rc = 0;
    for (size_t number = 1; rc == 0 && sv_split(&rest, '\n', &line); number++) {
        if (line.n && line.p[line.n - 1] == '\r') line.n--;
        rc = add_line(k, line, number, name, err);
    }
    return rc;
}

static struct network_known *known_new(void)
{
    struct network_known *k = calloc(1, sizeof *k);
    if (!k) return NULL;
    buf_init(&k->text, 0);
    map_init(&k->accounts);
    return k;
}

int network_known_load(const char *path, struct network_known **out, struct error *err)
{
    struct network_known *k = known_new();
    if (!k) return error_set(err, ERR_NOMEM, "network", "no memory for %s", path);
    int rc = file_read(path, NETWORK_MAX_KNOWN_BYTES, &k->text, err);
    if (rc == 0) rc = parse(k, path, err);
    if (rc)
        network_known_free(k);
    else
        *out = k;
    return rc;
}

int network_known_parse(struct sv text, const char *name, struct network_known **out, struct error *err)
{
    struct network_known *k = known_new();
    if (!k) return error_set(err, ERR_NOMEM, "network", "no memory for %s", name);
    buf_putsv(&k->text, text);
    int rc =
        k->text.failed ? error_set(err, ERR_NOMEM, "network", "no memory for %s", name) : parse(k, name, err);
    if (rc)
        network_known_free(k);
    else
        *out = k;
    return rc;
}

void network_known_free(struct network_known *k)
{
    if (!k) return;
    buf_done(&k->text);
    map_done(&k->accounts);
    VEC_DONE(&k->entries);
    free(k);
}

struct sv network_known_find(const struct network_known *k, struct sv account, struct sv *out_reason)
{
    const uint64_t *value = k ? map_get(&k->accounts, account) : NULL;
    if (!value) return SV_NULL;
    if (out_reason) *out_reason = k->entries.v[*value - 1].reason;
    return k->entries.v[*value - 1].group;
}
