/* One walk over the normalised text: each group of digits is tried as the start of a number, and each '@' as an
 * e-mail's. What overlaps is settled at the end. */
#include "text/private.h"

#include "base/limits.h"
#include "text/private_priv.h"
#include "text/text_priv.h"

#include <stdlib.h>

const char *private_kind_name(enum private_kind k)
{
    static const char *const names[PRIVATE_KIND_COUNT] = {
        [PRIVATE_PHONE] = "phone",
        [PRIVATE_EMAIL] = "email",
        [PRIVATE_IBAN] = "iban",
        [PRIVATE_RIB_MA] = "rib_ma",
        [PRIVATE_CARD] = "card",
        [PRIVATE_CIN_MA] = "cin_ma",
        [PRIVATE_NATIONAL_ID_IQ] = "national_id_iq",
        [PRIVATE_PLATE_MA] = "plate_ma",
        [PRIVATE_PLATE_IQ] = "plate_iq",
        [PRIVATE_NATIONAL_ID] = "national_id",
        [PRIVATE_PASSPORT] = "passport",
        [PRIVATE_LICENCE] = "licence",
        [PRIVATE_TAX_ID] = "tax_id",
        [PRIVATE_HEALTH_ID] = "health_id",
        [PRIVATE_BANK_ACCOUNT] = "bank_account",
        [PRIVATE_PLATE] = "plate",
        [PRIVATE_BIRTH_DATE] = "birth_date",
        [PRIVATE_ADDRESS] = "address",
        [PRIVATE_COORDINATES] = "coordinates",
        [PRIVATE_WHEREABOUTS] = "whereabouts",
        [PRIVATE_WALLET] = "wallet",
        [PRIVATE_IP] = "ip",
        [PRIVATE_MAC] = "mac",
    };
    return k < PRIVATE_KIND_COUNT ? names[k] : "unknown";
}

void add_hit(struct finder *f, enum private_kind kind, size_t start, size_t end, double probability,
             const char *country)
{
    struct private_hit hit = {.kind = kind, .probability = probability};
    if (f->hits.n >= PRIVATE_MAX_HITS) return;
    norm_span(f->text, start, end, &hit.start, &hit.end);
    memcpy(hit.country, country, strlen(country) + 1);
    hit.advert =
        words_around(f, WORDS_ADVERT, start, end) > 0 || words_around(f, WORDS_ADVERT_WEAK, start, end) > 1;
    if (VEC_PUSH(&f->hits, hit) != 0) f->no_memory = true;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* What may stand between two groups: one sign, or a sign with a space on one side, or ") ". Its bytes, 0 for none. */
static size_t gap_length(struct sv s, size_t at, char *out_gap)
{
    static const char signs[] = "-.()/*_~|";
    char a = at < s.n ? s.p[at] : '\0', b = at + 1 < s.n ? s.p[at + 1] : '\0';
    char c = at + 2 < s.n ? s.p[at + 2] : '\0';
    bool sign_a = a != '\0' && strchr(signs, a), sign_b = b != '\0' && strchr(signs, b);
    *out_gap = sign_a ? a : sign_b ? b : a;
    if ((a == ' ' || sign_a) && is_digit(b)) return 1;
    if (((a == ' ' && sign_b) || (sign_a && b == ' ') || (a == ')' && b == '-')) && is_digit(c)) return 2;
    if (a == ' ' && sign_b && c == ' ' && at + 3 < s.n && is_digit(s.p[at + 3])) return 3;
    return 0;
}

/* "0.5", "x12", "#12", "/12", "id=12": digits that go on to the left. */
static bool is_attached(struct sv s, size_t start)
{
    size_t at = start;
    if (start == 0) return false;
    char before = s.p[start - 1];
    if (strchr("/=#@_&?%~$", before)) return true;
    if (strchr(".,:-", before)) return start >= 2 && norm_is_word(norm_class_before(s, &(size_t){start - 1}));
    enum norm_class c = norm_class_before(s, &at);
    return norm_is_word(c) && c != NORM_ARABIC; /* "رقم0612…" is written */
}

static bool calls_by_link(struct sv s, size_t start)
{
    static const char *const links[] = {"wa.me/", "wa.me/+", "phone=", "tel:", "tel:+"};
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        if (sv_ends(sv_sub(s, 0, start), sv_cstr(links[i]))) return true;
    return false;
}

/* The groups from the digit at `at` on. */
static void read_number(struct sv s, size_t at, struct number *n)
{
    *n = (struct number){.start = at};
    n->plus = (at > 0 && s.p[at - 1] == '+') || calls_by_link(s, at);
    n->attached = !n->plus && is_attached(s, at);
    if (at > 0 && (s.p[at - 1] == '+' || s.p[at - 1] == '(')) n->start--;
    size_t digits = 0;
    char gap = '\0';
    while (n->ngroups < NUMBER_MAX_GROUPS) {
        size_t end = at;
        while (end < s.n && is_digit(s.p[end])) end++;
        if (digits + (end - at) > NUMBER_MAX_DIGITS) break;
        memcpy(n->digit + digits, s.p + at, end - at);
        digits += end - at;
        n->group[n->ngroups].start = at;
        n->group[n->ngroups].end = end;
        n->group[n->ngroups].digits = digits;
        n->group[n->ngroups++].gap = gap;
        size_t skip = gap_length(s, end, &gap);
        if (skip == 0) break;
        at = end + skip;
    }
}

bool number_is_even(const struct number *n, size_t last)
{
    for (size_t i = 1; i <= last; i++) {
        bool bracket = n->group[i].gap == '(' || n->group[i].gap == ')';
        if (bracket && i > 2) return false;
        if (i > 2 && n->group[i].gap != n->group[2].gap) return false;
    }
    return true;
}

bool number_can_end(const struct finder *f, const struct number *n, size_t k)
{
    struct sv s = f->text->text;
    size_t end = n->group[k].end, after = end;
    if (end >= s.n) return true;
    enum norm_class c = norm_class_after(s, &after);
    if (norm_is_word(c)) return c == NORM_ARABIC;
    bool decimal = strchr(".,:/%", s.p[end]) && after < s.n && is_digit(s.p[after]);
    return !decimal && s.p[end] != '@' && s.p[end] != '_' && s.p[end] != '%';
}

static int order_hits(const void *x, const void *y)
{
    const struct private_hit *a = x, *b = y;
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    if (a->probability > b->probability) return -1;
    if (a->probability < b->probability) return 1;
    return (a->end < b->end) - (a->end > b->end);
}

/* Of hits that overlap the surer stays, of equals the earlier and longer. */
static size_t settle(struct private_hit *hits, size_t n)
{
    size_t kept = 0;
    if (n > 1) qsort(hits, n, sizeof *hits, order_hits);
    for (size_t i = 0; i < n; i++) {
        while (kept > 0 && hits[kept - 1].end > hits[i].start &&
               hits[kept - 1].probability < hits[i].probability)
            kept--;
        if (kept > 0 && hits[kept - 1].end > hits[i].start) continue;
        hits[kept++] = hits[i];
    }
    return kept;
}

static size_t walk_number(struct finder *f, size_t at)
{
    struct sv s = f->text->text;
    struct number n;
    size_t end = at;
    while (end < s.n && is_digit(s.p[end])) end++;
    if (f->numbers++ >= PRIVATE_MAX_NUMBERS) return end;
    read_number(s, at, &n);
    find_coded(f, at, end);
    find_net(f, at, end);
    find_coordinates(f, at, end);
    find_codes(f, at, end);
    size_t account = n.ngroups > 0 ? find_account(f, &n) : 0;
    size_t phone = n.ngroups > 0 ? find_phone(f, &n) : 0;
    size_t used = account > phone ? account : phone;
    return used > end ? used : end;
}

static void walk(struct finder *f)
{
    struct sv s = f->text->text;
    for (size_t at = 0; at < s.n;) {
        switch (s.p[at]) {
        case '@': find_email(f, at++); break;
        case '+': find_plus_code(f, at++); break;
        case '/': find_map_link(f, at++); break;
        case ':': find_mac(f, at++); break;
        case '<': at = find_mrz(f, at); break;
        default: at = is_digit(s.p[at]) ? walk_number(f, at) : at + 1;
        }
    }
}

/* What a finder needs of a text at least: a digit, or a sign that some of them start at. */
static bool has_signs(struct sv s)
{
    static const bool is_sign[256] = {['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true,
                                      ['5'] = true, ['6'] = true, ['7'] = true, ['8'] = true, ['9'] = true,
                                      ['@'] = true, ['+'] = true, ['/'] = true, [':'] = true, ['<'] = true};
    for (size_t i = 0; i < s.n; i++)
        if (is_sign[(uint8_t)s.p[i]]) return true;
    return false;
}

int private_find(const struct norm_text *text, struct arena *a, struct private_hit **out_hits, size_t *out_n,
                 struct error *err)
{
    struct finder f = {.text = text, .err = err};
    find_marks(&f);
    if (has_signs(text->text)) walk(&f);
    if (f.marks.n > 0) {
        find_spelled(&f);
        find_addresses(&f);
    }
    size_t n = settle(f.hits.v, f.hits.n);
    struct private_hit *hits = arena_array(a, n, sizeof *hits);
    if (hits && n > 0) memcpy(hits, f.hits.v, n * sizeof *hits);
    VEC_DONE(&f.hits);
    VEC_DONE(&f.marks);
    if (f.failed) return f.failed;
    if (!hits || f.no_memory) return error_set(err, ERR_NOMEM, "private", "no memory for %zu hits", n);
    *out_hits = hits;
    *out_n = n;
    return 0;
}
