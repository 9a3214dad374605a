/* Private data with letters in it: IBAN, Iraqi cards' machine-readable line, Moroccan identity cards, plates, e-mail.
 * All but the last are tried at a group of digits and look at what stands around it. */
#include "text/private_priv.h"
#include "text/text_priv.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_latin(char c) { return c >= 'a' && c <= 'z'; }

/* Is there no word's end right before `at`? */
static bool starts_word(struct sv s, size_t at)
{
    enum norm_class c = norm_class_before(s, &at);
    return !norm_is_word(c) || c == NORM_ARABIC;
}
static bool ends_word(struct sv s, size_t at)
{
    enum norm_class c = norm_class_after(s, &at);
    return !norm_is_word(c) || c == NORM_ARABIC;
}

static bool has(struct sv s, size_t at, bool (*is)(char)) { return at < s.n && is(s.p[at]); }

/* ---- codes whose letters count: read from the original, as elongation would cut "AAA" ---- */

/* At most `want` ASCII letters and digits of the original from normalised byte `at` on, spaces and hyphens left out,
 * others folded. *out_end: the normalised byte after them. */
static size_t plain_characters(const struct norm_text *t, size_t at, size_t want, char out[PLAIN_MAX],
                               size_t *out_end)
{
    size_t n = 0, i = t->at[at], end = i;
    while (n < want && i < t->original.n) {
        const struct norm_entry *e = norm_entry(utf8_next(t->original, &i, NULL));
        unsigned class = e->kind & NORM_CLASS_MASK;
        if (class == NORM_DROP || class == NORM_MARK) continue;
        if (e->n != 1) break;
        char c = e->text[0];
        if (c == ' ' || c == '-') continue;
        if (!is_latin(c) && !is_digit(c)) break;
        out[n++] = c;
        end = i;
    }
    while (at < t->text.n && t->at[at] < end) at++;
    *out_end = at;
    return n;
}

/* Two letters and two digits, the country's length, the checksum. */
static bool find_iban(struct finder *f, size_t digits)
{
    struct sv s = f->text->text;
    char plain[PLAIN_MAX];
    size_t start = digits - 2, end;
    if (digits < 2 || !is_latin(s.p[start]) || !is_latin(s.p[start + 1]) || !starts_word(s, start))
        return false;
    size_t want = iban_length(s.p + start);
    if (want == 0 || plain_characters(f->text, start, want, plain, &end) != want || !ends_word(s, end))
        return false;
    if (!check_iban(plain, want)) return false;
    char country[3] = {(char)(plain[0] & ~0x20), (char)(plain[1] & ~0x20), '\0'};
    add_hit(f, PRIVATE_IBAN, start, end, 0.99, country);
    return true;
}

/* IDIRQ, a document number of two letters and seven digits, its check digit, the national number of twelve. */
static bool find_mrz_iq(struct finder *f, size_t digits)
{
    enum { HEAD = 5, DOCUMENT = 9, NATIONAL = 12, ALL = HEAD + DOCUMENT + 1 + NATIONAL };
    struct sv s = f->text->text;
    char plain[PLAIN_MAX];
    size_t end, from = digits > HEAD + 2 ? digits - HEAD - 2 : 0;
    size_t start = sv_find(sv_sub(s, 0, digits), SV("idirq"), from);
    if (start == SIZE_MAX || !starts_word(s, start)) return false;
    if (plain_characters(f->text, start, ALL, plain, &end) != ALL) return false;
    for (size_t i = HEAD; i < ALL; i++)
        if (i < HEAD + 2 ? !is_latin(plain[i]) : !is_digit(plain[i])) return false;
    if (!check_mrz_digit(plain + HEAD, DOCUMENT, plain[HEAD + DOCUMENT])) return false;
    add_hit(f, PRIVATE_NATIONAL_ID_IQ, start, end, 0.99, "IQ");
    return true;
}

/* One or two letters, five or six digits, and a word that says so. */
static bool find_cin_ma(struct finder *f, size_t start, size_t end)
{
    struct sv s = f->text->text;
    size_t digits = end - start;
    if (digits < 5 || digits > 6 || !ends_word(s, end)) return false;
    if (start > 0 && (s.p[start - 1] == ' ' || s.p[start - 1] == '-')) start--;
    size_t letters = 0;
    while (letters < 2 && start > 0 && is_latin(s.p[start - 1])) start--, letters++;
    if (letters == 0 || !starts_word(s, start)) return false;
    if (words_around(f, WORDS_CIN_MA, start, end) == 0) return false;
    add_hit(f, PRIVATE_CIN_MA, start, end, 0.85, "MA");
    return true;
}

/* ---- plates ---- */

/* A separator of plates with its spaces; *sign is it, or ' ' when there are only spaces. Its end, or 0. */
static size_t plate_gap(struct sv s, size_t at, char *sign)
{
    size_t i = at;
    *sign = ' ';
    while (i < s.n && i - at < 3 && strchr(" -|/", s.p[i])) {
        if (s.p[i] != ' ') *sign = s.p[i];
        i++;
    }
    return i > at ? i : 0;
}

static size_t digits_end(struct sv s, size_t at)
{
    while (has(s, at, is_digit)) at++;
    return at;
}

static unsigned number_value(struct sv s, size_t start, size_t end)
{
    unsigned v = 0;
    for (; start < end && v < 100000; start++) v = v * 10 + (unsigned)(s.p[start] - '0');
    return v;
}

/* Letters that are words of their own between two numbers: "2007 ب 50". */
static bool is_little_word(struct sv letter)
{
    static const char *const words[] = {"و", "ب", "م", "ه", "ل", "ف", "ك"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (sv_is(letter, words[i])) return true;
    return false;
}

/* serial | letter | region, in either order. */
static bool find_plate_ma(struct finder *f, size_t start, size_t end)
{
    struct sv s = f->text->text;
    char sign1, sign2;
    size_t letter = plate_gap(s, end, &sign1), after = letter;
    if (letter == 0 || end - start > 5 || !starts_word(s, start)) return false;
    enum norm_class c = norm_class_after(s, &after);
    if (c != NORM_ARABIC && c != NORM_LATIN) return false;
    size_t second = plate_gap(s, after, &sign2), second_end = digits_end(s, second);
    if (second == 0 || second_end == second || second_end - second > 5 || !ends_word(s, second_end))
        return false;
    bool forwards = second_end - second <= 2;
    if (c == NORM_LATIN && !forwards) return false; /* Iraq's order */
    size_t region = forwards ? second : start, region_end = forwards ? second_end : end;
    size_t serial_digits = forwards ? end - start : second_end - second;
    unsigned prefecture = number_value(s, region, region_end);
    if (region_end - region > 2 || prefecture < 1 || prefecture > 89) return false;
    bool named = words_around(f, WORDS_PLATE, start, second_end) > 0;
    bool barred = sign1 == '|' && sign2 == '|', signed_both = sign1 == sign2 && sign1 != ' ';
    /* "39 ب 24666" and "24666 ب 39" beside the word for a plate are one; "2007 ب 50" beside that for a car is a price. */
    bool plain = named && serial_digits >= (forwards ? 5 : 4);
    if (sign1 == ' ' && sign2 == ' ' && !plain && is_little_word(sv_sub(s, letter, after))) return false;
    bool enough = named || (c == NORM_ARABIC && (barred || (signed_both && serial_digits >= 3)));
    if (!enough) return false;
    add_hit(f, PRIVATE_PLATE_MA, start, second_end, named ? 0.9 : barred ? 0.85 : 0.75, "MA");
    return true;
}

static bool near_governorate(struct sv s, size_t start, size_t end)
{
    static const char *const names[] = {"بغداد", "البصره", "نينوي",  "اربيل",    "النجف", "كربلاء",
                                        "كركوك", "ذي قار", "بابل",   "الانبار",  "ديالي", "صلاح الدين",
                                        "واسط",  "ميسان",  "المثني", "القادسيه", "دهوك",  "السليمانيه"};
    struct sv before = sv_trim(sv_sub(s, 0, start)), after = sv_trim(sv_sub(s, end, s.n));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (sv_ends(before, sv_cstr(names[i])) || sv_starts(after, sv_cstr(names[i]))) return true;
    return false;
}

/* "22 A 12345" (since 2021) or a governorate's name and a number; only where words speak of a plate. */
static bool find_plate_iq(struct finder *f, size_t start, size_t end)
{
    struct sv s = f->text->text;
    char sign;
    size_t letter = plate_gap(s, end, &sign), last = 0;
    if (end - start == 2 && letter != 0 && has(s, letter, is_latin) && starts_word(s, start)) {
        size_t serial = letter + 1;
        if (!has(s, serial, is_digit)) serial = plate_gap(s, serial, &sign);
        last = serial ? digits_end(s, serial) : 0;
        if (last - serial < 4 || last - serial > 6) last = 0;
    }
    bool year = end - start == 4 && number_value(s, start, end) >= 1900 && number_value(s, start, end) < 2100;
    if (last == 0 && end - start >= 3 && end - start <= 6 && !year && near_governorate(s, start, end))
        last = end;
    if (last == 0 || !ends_word(s, last) || words_around(f, WORDS_PLATE, start, last) == 0) return false;
    add_hit(f, PRIVATE_PLATE_IQ, start, last, 0.7, "IQ");
    return true;
}

void find_coded(struct finder *f, size_t start, size_t end)
{
    if (find_iban(f, start) || find_mrz_iq(f, start)) return;
    if (find_cin_ma(f, start, end)) return;
    if (!find_plate_ma(f, start, end)) find_plate_iq(f, start, end);
}

/* ---- e-mail ---- */

static bool is_local(char c) { return is_latin(c) || is_digit(c) || (c != '\0' && strchr("._%+-", c)); }

/* "icon@2x.png" is a file. */
static bool is_file_ending(struct sv top)
{
    static const char *const endings[] = {"png", "jpg", "jpeg", "gif", "webp", "mp4", "svg"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (sv_is(top, endings[i])) return true;
    return false;
}

void find_email(struct finder *f, size_t at)
{
    enum { LOCAL_MAX = 64, DOMAIN_MAX = 253 };
    struct sv s = f->text->text;
    size_t start = at, end = at + 1, dot = 0, label = at + 1;
    while (start > 0 && at - start < LOCAL_MAX && is_local(s.p[start - 1])) start--;
    while (start < at && !is_latin(s.p[start]) && !is_digit(s.p[start])) start++;
    if (start == at || s.p[at - 1] == '.') return;
    for (; end < s.n && end - at < DOMAIN_MAX; end++) {
        char c = s.p[end];
        if (c == '.' && end > label && end + 1 < s.n && (is_latin(s.p[end + 1]) || is_digit(s.p[end + 1]))) {
            dot = end;
            label = end + 1;
        } else if (!is_latin(c) && !is_digit(c) && c != '-') {
            break;
        }
    }
    struct sv top = sv_sub(s, dot + 1, end);
    while (top.n > 0 && is_latin(top.p[top.n - 1]) == false) top.n--;
    if (dot == 0 || top.n < 2 || is_file_ending(top)) return;
    for (size_t i = 0; i < top.n; i++)
        if (!is_latin(top.p[i])) return;
    add_hit(f, PRIVATE_EMAIL, start, dot + 1 + top.n, 0.95, "");
}
