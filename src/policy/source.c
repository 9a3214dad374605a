/* Finds the line of an entry in a policy's source. Lua's tables do not remember where they were written, so the
 * loader reads the tokens: names, strings and everything else, comments skipped. */
#include "policy/policy_priv.h"

enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_STRING, TOKEN_OTHER };

struct token {
    enum token_kind kind;
    struct sv text; /* of a string: between the quotes, escapes as written */
    int line;
};

struct source {
    struct sv s;
    size_t at;
    int line;
};

static bool is_name_byte(char c)
{
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static char byte_at(const struct source *r, size_t at) { return at < r->s.n ? r->s.p[at] : '\0'; }

static void move_to(struct source *r, size_t to)
{
    if (to > r->s.n) to = r->s.n;
    for (; r->at < to; r->at++)
        if (r->s.p[r->at] == '\n') r->line++;
}

/* At "[[", "[=[" …: moves past the closing bracket and gives what stands between. */
static bool long_bracket(struct source *r, struct sv *out)
{
    size_t level = 0, at = r->at + 1;
    if (byte_at(r, r->at) != '[') return false;
    while (byte_at(r, at) == '=') at++, level++;
    if (byte_at(r, at) != '[') return false;
    size_t start = at + 1, end = start;
    for (;; end++) {
        end = sv_find_byte(r->s, ']', end);
        if (end == SIZE_MAX) {
            end = r->s.n;
            break;
        }
        size_t equals = 0;
        while (equals < level && byte_at(r, end + 1 + equals) == '=') equals++;
        if (equals == level && byte_at(r, end + 1 + level) == ']') break;
    }
    *out = sv_sub(r->s, start, end);
    move_to(r, end + level + 2);
    return true;
}

static void skip_blank(struct source *r)
{
    for (;;) {
        char c = byte_at(r, r->at);
        if (r->at >= r->s.n) return;
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v') {
            move_to(r, r->at + 1);
        } else if (c == '-' && byte_at(r, r->at + 1) == '-') {
            struct sv body;
            move_to(r, r->at + 2);
            if (!long_bracket(r, &body)) {
                size_t end = sv_find_byte(r->s, '\n', r->at);
                move_to(r, end);
            }
        } else {
            return;
        }
    }
}

static struct token next_token(struct source *r)
{
    skip_blank(r);
    struct token t = {TOKEN_OTHER, SV_NULL, r->line};
    size_t start = r->at;
    char c = byte_at(r, start);
    if (start >= r->s.n) {
        t.kind = TOKEN_END;
    } else if (is_name_byte(c)) {
        size_t end = start;
        while (is_name_byte(byte_at(r, end))) end++;
        t.text = sv_sub(r->s, start, end);
        if (c < '0' || c > '9') t.kind = TOKEN_NAME;
        move_to(r, end);
    } else if (c == '"' || c == '\'') {
        size_t end = start + 1;
        while (end < r->s.n && r->s.p[end] != c && r->s.p[end] != '\n') end += r->s.p[end] == '\\' ? 2 : 1;
        t.kind = TOKEN_STRING;
        t.text = sv_sub(r->s, start + 1, end);
        move_to(r, end + 1);
    } else if (long_bracket(r, &t.text)) {
        t.kind = TOKEN_STRING;
    } else {
        t.text = sv_sub(r->s, start, start + 1);
        move_to(r, start + 1);
    }
    return t;
}

/* Moves past the next  key =  or  ["key"] =  and gives its line; 0 when there is none. */
static int find_key(struct source *r, struct sv key)
{
    for (struct token t = next_token(r); t.kind != TOKEN_END; t = next_token(r)) {
        if ((t.kind != TOKEN_NAME && t.kind != TOKEN_STRING) || !sv_eq(t.text, key)) continue;
        struct source ahead = *r;
        struct token after = next_token(&ahead);
        if (sv_is(after.text, "]")) after = next_token(&ahead);
        if (after.kind == TOKEN_OTHER && sv_is(after.text, "=")) {
            *r = ahead;
            return t.line;
        }
    }
    return 0;
}

int source_line(struct sv text, const char *table, struct sv key, struct sv field)
{
    struct source r = {text, 0, 1};
    int line = find_key(&r, sv_cstr(table));
    if (key.n) {
        int at = find_key(&r, key);
        if (!at) return line;
        line = at;
    }
    if (field.n) {
        int at = find_key(&r, field);
        if (at) line = at;
    }
    return line;
}

int source_uses_name(struct sv text, const char *name)
{
    struct source r = {text, 0, 1};
    for (struct token t = next_token(&r); t.kind != TOKEN_END; t = next_token(&r))
        if (t.kind == TOKEN_NAME && sv_is(t.text, name)) return t.line;
    return 0;
}
