/* Where somebody is to be found: coordinates, map links, plus codes; streets, quarters and houses; and phrases that say
 * that the speaker knows. */
#include "text/private_priv.h"
#include "text/tables.h"
#include "text/text_priv.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_latin(char c) { return c >= 'a' && c <= 'z'; }

/* ---- coordinates ---- */

struct degrees {
    double value;
    size_t start, end;
    unsigned decimals;
};

/* [-]d{1,3}.d{3,} at `at` (the sign before it). */
static bool read_decimal(struct sv s, size_t at, struct degrees *out)
{
    struct degrees v = {.start = at};
    if (at > 0 && (s.p[at - 1] == '-' || s.p[at - 1] == '+')) v.start--;
    double scale = 1;
    size_t first = at;
    while (at < s.n && is_digit(s.p[at]) && at - first < 4) v.value = v.value * 10 + (s.p[at++] - '0');
    if (at == first || at - first > 3 || at >= s.n || s.p[at] != '.') return false;
    for (at++; at < s.n && is_digit(s.p[at]); at++, v.decimals++)
        if (v.decimals < 12) v.value += (s.p[at] - '0') * (scale /= 10);
    v.end = at;
    *out = v;
    return v.decimals >= 3 && v.decimals <= 15;
}

/* A compass letter after the number, over a space or the sign of degrees. */
static size_t compass(struct sv s, size_t at, const char *letters)
{
    while (at < s.n && (s.p[at] == ' ' || sv_starts(sv_sub(s, at, s.n), SV("°"))))
        at += s.p[at] == ' ' ? 1 : 2;
    if (at >= s.n || !strchr(letters, s.p[at]) || (at + 1 < s.n && is_latin(s.p[at + 1]))) return 0;
    return at + 1;
}

/* A compass letter before the number that begins at `at`, over a space: where it stands; SIZE_MAX. */
static size_t compass_before(struct sv s, size_t at, const char *letters)
{
    if (at > 0 && s.p[at - 1] == ' ') at--;
    if (at == 0 || !is_latin(s.p[at - 1]) || !strchr(letters, s.p[at - 1])) return SIZE_MAX;
    return at == 1 || !is_latin(s.p[at - 2]) ? at - 1 : SIZE_MAX;
}

static bool goes_on(struct sv s, const struct degrees *lat, bool named)
{
    if (lat->start == 0) return false;
    char c = s.p[lat->start - 1];
    return is_digit(c) || c == '.' || (is_latin(c) && !named);
}

static void find_decimal(struct finder *f, size_t start)
{
    struct sv s = f->text->text;
    struct degrees lat, lon;
    if (!read_decimal(s, start, &lat) || lat.value > 90) return;
    size_t first = compass_before(s, lat.start, "ns");
    if (goes_on(s, &lat, first != SIZE_MAX)) return;
    size_t at = lat.end, signs = 0, north = compass(s, at, "ns"), last;
    if (north) at = north;
    for (; at < s.n && strchr(" ,;/|+-", s.p[at]) && at - lat.end < 6; at++) signs++;
    if (sv_starts(sv_sub(s, at, s.n), SV("%2c"))) at += 3, signs++;
    if (first != SIZE_MAX && at + 1 < s.n && (s.p[at] == 'e' || s.p[at] == 'w'))
        at += s.p[at + 1] == ' ' ? 2 : 1;
    if (signs == 0 || at >= s.n || !is_digit(s.p[at]) || !read_decimal(s, at, &lon) || lon.value > 180)
        return;
    last = compass(s, lon.end, "ew");
    bool before = first != SIZE_MAX && compass_before(s, lon.start, "ew") != SIZE_MAX;
    bool named = (north && last) || before;
    if (lat.decimals < 4 && lon.decimals < 4 && !named) return;
    if (lon.end < s.n && (is_latin(s.p[lon.end]) || s.p[lon.end] == '%') && !last && s.p[lon.end] != 'm')
        return;
    add_hit(f, PRIVATE_COORDINATES, before ? first : lat.start, last && !before ? last : lon.end,
            named ? 0.97 : 0.88, "");
}

/* d°m's"N: the number in front of a degree sign. Returns the end of one, with its compass letter; 0. */
static size_t read_dms(struct sv s, size_t at, const char *letters)
{
    size_t first = at;
    while (at < s.n && is_digit(s.p[at]) && at - first < 4) at++;
    if (at == first || at - first > 3) return 0;
    bool degree = sv_starts(sv_sub(s, at, s.n), SV("°")) || (at < s.n && s.p[at] == 'o');
    if (!degree) return 0;
    at += s.p[at] == 'o' ? 1 : 2;
    for (int part = 0; part < 2; part++) {
        while (at < s.n && s.p[at] == ' ') at++;
        size_t number = at;
        while (at < s.n && (is_digit(s.p[at]) || s.p[at] == '.' || s.p[at] == ',')) at++;
        if (at == number) break;
        while (at < s.n && (s.p[at] == '\'' || s.p[at] == '"')) at++;
    }
    while (at < s.n && s.p[at] == ' ') at++;
    if (at >= s.n || !strchr(letters, s.p[at])) return 0;
    return at + 1;
}

static void find_dms(struct finder *f, size_t start)
{
    struct sv s = f->text->text;
    size_t lat = read_dms(s, start, "ns"), at = lat;
    if (lat == 0) return;
    while (at < s.n && at - lat < 4 && strchr(" ,;/", s.p[at])) at++;
    size_t lon = read_dms(s, at, "ewo");
    if (lon) add_hit(f, PRIVATE_COORDINATES, start, lon, 0.97, "");
}

void find_coordinates(struct finder *f, size_t start, size_t end)
{
    struct sv s = f->text->text;
    if (end - start > 3 || end >= s.n) return;
    if (s.p[end] == '.')
        find_decimal(f, start);
    else if (s.p[end] == 'o' || (uint8_t)s.p[end] == 0xc2)
        find_dms(f, start);
}

/* Open Location Codes: eight (or four, near a town's name) of twenty letters and digits, +, two or three more. */
void find_plus_code(struct finder *f, size_t plus)
{
    static const char set[] = "23456789cfghjmpqrvwx";
    struct sv s = f->text->text;
    size_t start = plus, end = plus + 1, letters = 0, digits = 0;
    while (start > 0 && s.p[start - 1] && strchr(set, s.p[start - 1]) && plus - start < 9) start--;
    while (end < s.n && s.p[end] && strchr(set, s.p[end]) && end - plus < 5) end++;
    size_t before = plus - start, after = end - plus - 1, at = start;
    if ((before != 8 && before != 4) || after < 2 || after > 3) return;
    if (norm_is_word(norm_class_before(s, &at)) || norm_is_word(norm_class_after(s, &(size_t){end}))) return;
    for (size_t i = start; i < end; i++) letters += is_latin(s.p[i]) != 0, digits += is_digit(s.p[i]) != 0;
    if (letters < 2 || digits == 0) return;
    add_hit(f, PRIVATE_COORDINATES, start, end, before == 8 ? 0.95 : 0.8, "");
}

/* A link to a place on a map, at its first '/'. */
void find_map_link(struct finder *f, size_t slash)
{
    static const char *const hosts[] = {
        "google.com/maps", "maps.google.",       "goo.gl/maps/", "maps.app.goo.gl/", "maps.apple.com/",
        "waze.com/ul",     "openstreetmap.org/", "osm.org/",     "what3words.com/",  "w3w.co/",
        "here.com/",       "yandex.com/maps",    "bing.com/maps"};
    enum { LINK_MAX = 400, HOST_REACH = 24 };
    struct sv s = f->text->text;
    size_t start = slash, end = slash;
    if (slash + 1 < s.n && s.p[slash + 1] == '/') return; /* of "https://" */
    while (start > 0 && slash - start < HOST_REACH && s.p[start - 1] != ' ' && s.p[start - 1] != '/') start--;
    if (start == slash) return;
    while (end < s.n && s.p[end] != ' ' && end - start < LINK_MAX) end++;
    struct sv link = sv_sub(s, start, end);
    if (sv_starts(link, SV("ww.")))
        link = sv_sub(link, 3, link.n); /* three letters in a row are two by now */
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        if (sv_starts(link, sv_cstr(hosts[i])) && link.n > strlen(hosts[i])) {
            add_hit(f, PRIVATE_COORDINATES, start, end, 0.9, "");
            return;
        }
}

/* ---- addresses ---- */

#define HAS(mark, class) (((mark)->classes >> WORDS_##class & 1) != 0)

enum { PART_REACH = 7, LIVES_REACH = 6, HOUSE_REACH_BYTES = 4, NAME_WORDS = 3 };

struct address {
    size_t start, end; /* bytes */
    uint32_t last_word;
    unsigned streets, quarters, houses; /* with a number or a name */
    unsigned numbers;
    bool european; /* "12 rue des Lilas", "12 Main Street" */
};

static const struct mark *mark_at(const struct finder *f, size_t i)
{
    return i < f->marks.n ? &f->marks.v[i] : NULL;
}

/* The number that stands right after byte `end`, over "n°", "رقم", signs and spaces. */
static const struct mark *number_after(const struct finder *f, size_t end, uint32_t word)
{
    for (size_t i = first_mark(f, end); i < f->marks.n && f->marks.v[i].word <= word + 2; i++) {
        const struct mark *m = &f->marks.v[i];
        if (HAS(m, DIGITS)) return m->word == word + 1 && m->end - m->start <= 5 ? m : NULL;
        if (!HAS(m, HOUSE)) return NULL;
        word = m->word;
    }
    return NULL;
}

static bool is_capital(const struct norm_text *t, size_t at)
{
    char c = t->original.p[t->at[at]];
    return (c >= 'A' && c <= 'Z') || (uint8_t)c == 0xc3;
}

/* The word after (before) byte `at`: [*start, *end). False where there is none close by. */
static bool word_after(struct sv s, size_t at, size_t *start, size_t *end)
{
    while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\'')) at++;
    *start = *end = at;
    for (size_t next = at; at < s.n && norm_is_word(norm_class_after(s, &next)); at = next) *end = next;
    return *end > *start;
}

static bool word_before(struct sv s, size_t at, size_t *start, size_t *end)
{
    while (at > 0 && (s.p[at - 1] == ' ' || s.p[at - 1] == ',')) at--;
    *start = *end = at;
    for (size_t back = at; at > 0 && norm_is_word(norm_class_before(s, &back)); at = back) *start = back;
    return *end > *start;
}

static bool is_number_word(struct sv w)
{
    size_t i = 0;
    while (i < w.n && is_digit(w.p[i])) i++;
    return i > 0 && i <= 4 && (i == w.n || (i + 1 == w.n && is_latin(w.p[i])));
}

/* "12 rue", "12 bis, rue": the number before a street of French; its start, SIZE_MAX. */
static size_t number_before(struct sv s, size_t at)
{
    size_t start, end;
    if (!word_before(s, at, &start, &end)) return SIZE_MAX;
    struct sv w = sv_sub(s, start, end);
    if ((sv_is(w, "bis") || sv_is(w, "ter")) && !word_before(s, start, &start, &end)) return SIZE_MAX;
    return is_number_word(sv_sub(s, start, end)) ? start : SIZE_MAX;
}

/* "12 Main Street": a number and one or two names before it, with capitals. */
static size_t number_and_name_before(const struct norm_text *t, size_t at)
{
    size_t start = at, end;
    for (int words = 0; words < NAME_WORDS; words++) {
        if (!word_before(t->text, start, &start, &end)) return SIZE_MAX;
        if (words > 0 && is_number_word(sv_sub(t->text, start, end))) return start;
        if (!is_latin(t->text.p[start]) || !is_capital(t, start)) return SIZE_MAX;
    }
    return SIZE_MAX;
}

static bool is_french(struct sv w)
{
    static const char *const words[] = {"rue",  "avenue",    "av",      "ave",   "bd",    "bld",
                                        "blvd", "boulevard", "impasse", "allee", "chemin"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (sv_is(w, words[i])) return true;
    return false;
}

static bool is_english(struct sv w)
{
    static const char *const words[] = {"street", "st",   "road", "rd",       "avenue",
                                        "ave",    "lane", "blvd", "boulevard"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (sv_is(w, words[i])) return true;
    return false;
}

static void grow(struct address *a, size_t start, size_t end, uint32_t word)
{
    if (start < a->start) a->start = start;
    if (end > a->end) a->end = end;
    a->last_word = word;
}

/* A street: with the number before it, the number after it, or a name. */
static void take_street(const struct finder *f, const struct mark *m, struct address *a)
{
    struct sv s = f->text->text, w = sv_sub(s, m->start, m->end);
    size_t start, end;
    bool whole = m->end >= s.n || !is_latin(s.p[m->end]); /* "rues" are not one */
    grow(a, m->start, m->end, m->word);
    a->streets++;
    if (word_after(s, m->end, &start, &end)) grow(a, m->start, end, m->word + 1);
    size_t number = is_french(w) && whole ? number_before(s, m->start) : SIZE_MAX;
    if (number != SIZE_MAX && end > start && is_latin(s.p[start])) {
        /* "12 rue des …", "12 rue Hassan" */
        size_t name = start, name_end = end;
        struct sv first = sv_sub(s, start, end);
        bool article = sv_is(first, "de") || sv_is(first, "des") || sv_is(first, "du") ||
                       sv_is(first, "la") || sv_is(first, "d");
        if (article && word_after(s, end, &name, &name_end)) grow(a, number, name_end, m->word + 2);
        if (article || is_capital(f->text, start)) a->european = true;
        grow(a, number, name_end, a->last_word);
        a->numbers++;
        return;
    }
    number = is_english(w) && whole ? number_and_name_before(f->text, m->start) : SIZE_MAX;
    if (number != SIZE_MAX) {
        grow(a, number, m->end, m->word);
        a->numbers++;
        a->european = true;
        return;
    }
    const struct mark *after = number_after(f, m->end, m->word);
    if (after) {
        grow(a, m->start, after->end, after->word);
        a->numbers++;
    }
}

static void take_quarter(const struct finder *f, const struct mark *m, struct address *a)
{
    size_t start, end;
    grow(a, m->start, m->end, m->word);
    a->quarters++;
    if (word_after(f->text->text, m->end, &start, &end)) grow(a, m->start, end, m->word + 1);
    const struct mark *after = number_after(f, m->end, m->word);
    if (!after) return;
    grow(a, m->start, after->end, after->word);
    a->numbers++;
}

/* A house counts with its number only. */
static void take_house(const struct finder *f, const struct mark *m, struct address *a)
{
    const struct mark *after = number_after(f, m->end, m->word);
    if (!after) return;
    grow(a, m->start, after->end, after->word);
    a->houses++;
    a->numbers++;
}

/* Does such a word stand at most `reach` words before or after word [from, to]? */
static bool near(const struct finder *f, uint32_t classes, const struct address *a, uint32_t first_word)
{
    enum { BYTES = 90 };
    for (size_t i = first_mark(f, a->start > BYTES ? a->start - BYTES : 0); i < f->marks.n; i++) {
        const struct mark *m = &f->marks.v[i];
        if (m->start > a->end + BYTES) return false;
        bool close = m->word <= a->last_word + LIVES_REACH && m->word + LIVES_REACH >= first_word;
        if ((m->classes & classes) && close) return true;
    }
    return false;
}

static double address_probability(const struct finder *f, const struct address *a, uint32_t first_word)
{
    unsigned parts = a->streets + a->quarters + a->houses;
    bool named = near(f, 1u << WORDS_LIVES | 1u << WORDS_ADDRESS, a, first_word);
    if (a->streets + a->quarters == 0) return named && a->houses >= 2 ? 0.7 : 0;
    if (a->european) return named ? 0.93 : 0.82;
    if (a->houses > 0 && parts >= 2) return named || parts >= 3 ? 0.93 : 0.82;
    if (a->numbers >= 2 && parts >= 2) return named ? 0.92 : 0.78;
    if (named && a->numbers > 0) return 0.85;
    if (named && parts >= 2) return 0.75;
    return named ? 0.65 : 0;
}

/* Marks from i on, each close to the last; returns the index after them. */
static size_t read_address(struct finder *f, size_t i)
{
    const struct mark *first = mark_at(f, i);
    struct address a = {.start = first->start, .end = first->end, .last_word = first->word};
    uint32_t seen_word = UINT32_MAX;
    for (; i < f->marks.n; i++) {
        const struct mark *m = &f->marks.v[i];
        if (m->word > a.last_word + PART_REACH) break;
        if (m->word == seen_word) continue;
        if (HAS(m, STREET))
            take_street(f, m, &a);
        else if (HAS(m, QUARTER))
            take_quarter(f, m, &a);
        else if (HAS(m, HOUSE))
            take_house(f, m, &a);
        else
            continue;
        seen_word = m->word;
    }
    double p = address_probability(f, &a, first->word);
    if (p > 0) add_hit(f, PRIVATE_ADDRESS, a.start, a.end, p, "");
    return i;
}

/* The end of "in Agdal", "حدا المسجد" within a few words after mark k; 0. */
static size_t end_with_place(const struct finder *f, size_t k)
{
    enum { REACH = 4 };
    uint32_t from = f->marks.v[k].word;
    size_t start, end;
    for (size_t i = k + 1; i < f->marks.n && f->marks.v[i].word <= from + REACH; i++) {
        const struct mark *m = &f->marks.v[i];
        bool place = HAS(m, PLACE) || HAS(m, STREET) || HAS(m, QUARTER);
        if (place && m->word > from && word_after(f->text->text, m->end, &start, &end)) return end;
    }
    return 0;
}

static bool is_denied(const struct finder *f, size_t know)
{
    uint32_t word = f->marks.v[know].word;
    for (size_t k = know; k-- > 0 && f->marks.v[k].word + 3 > word;)
        if (HAS(&f->marks.v[k], NOT) && f->marks.v[k].word < word) return true;
    return false;
}

/* "I know where she lives", "… where Karim works", "… Said's house, where it is": knowing, not denied, and another's home or day
 * within a few words. */
static void read_whereabouts(struct finder *f, size_t i)
{
    enum { REACH = 6 };
    const struct mark *know = mark_at(f, i);
    bool where = false, house = false;
    if (is_denied(f, i)) return;
    for (size_t k = i + 1; k < f->marks.n && f->marks.v[k].word <= know->word + REACH; k++) {
        const struct mark *m = &f->marks.v[k];
        if (m->word == know->word) continue;
        bool found = HAS(m, LIVES) || (where && HAS(m, GOES)) || (house && HAS(m, WHERE));
        where |= HAS(m, WHERE);
        house |= HAS(m, HOUSE);
        if (!found) continue;
        size_t end = end_with_place(f, k);
        add_hit(f, PRIVATE_WHEREABOUTS, know->start, end ? end : m->end, end ? 0.95 : 0.7, "");
        return;
    }
}

void find_addresses(struct finder *f)
{
    for (size_t i = 0; i < f->marks.n;) {
        const struct mark *m = &f->marks.v[i];
        if (HAS(m, KNOW)) read_whereabouts(f, i);
        bool begins =
            HAS(m, STREET) || HAS(m, QUARTER) || (HAS(m, HOUSE) && number_after(f, m->end, m->word));
        i = begins ? read_address(f, i) : i + 1;
    }
}
