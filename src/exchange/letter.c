/* Letters as they travel: an e-mail of several parts, a JSON body, a page to be printed. */
#include "exchange/referral_priv.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/utf8.h"

void letter_split(struct sv whole, struct sv *subject, struct sv *text)
{
    size_t end = sv_find_byte(whole, '\n', 0);
    *subject = sv_sub(whole, 0, end);
    *text = end == SIZE_MAX ? SV_NULL : sv_sub(whole, end + 1, whole.n);
    while (text->n && text->p[0] == '\n') *text = sv_sub(*text, 1, text->n);
}

/* ---- an e-mail ---- */

static void put_base64(struct buf *b, struct sv s)
{
    enum { LINE = 57 }; /* 76 characters */
    char out[LINE * 2];
    for (size_t i = 0; i < s.n; i += LINE) {
        struct sv part = sv_sub(s, i, i + LINE);
        sodium_bin2base64(out, sizeof out, (const unsigned char *)part.p, part.n,
                          sodium_base64_VARIANT_ORIGINAL);
        buf_puts(b, out);
        buf_puts(b, "\r\n");
    }
}

static bool is_plain(struct sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || (unsigned char)s.p[i] > '~') return false;
    return true;
}

/* RFC 2047: encoded words of at most 75 characters, none of which cuts a character. */
static void put_words(struct buf *b, struct sv s)
{
    enum { WORD = 42 };
    char out[WORD * 2];
    if (is_plain(s) && s.n < 900) {
        buf_putsv(b, s);
        return;
    }
    for (size_t at = 0; at < s.n;) {
        size_t end = at, next = at;
        while (next < s.n) {
            utf8_next(s, &next, NULL);
            if (next - at > WORD) break;
            end = next;
        }
        if (end == at) end = next;
        if (at) buf_puts(b, "\r\n ");
        sodium_bin2base64(out, sizeof out, (const unsigned char *)s.p + at, end - at,
                          sodium_base64_VARIANT_ORIGINAL);
        buf_printf(b, "=?UTF-8?B?%s?=", out);
        at = end;
    }
}

static void put_date(struct buf *b, int64_t us)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t at = (time_t)(us / US_PER_SECOND);
    struct tm tm;
    if (!gmtime_r(&at, &tm)) return;
    buf_printf(b, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n", days[tm.tm_wday], tm.tm_mday,
               months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* An address as it may stand in a header: no line break, no second address. */
static bool is_mailbox(struct sv s)
{
    size_t at = sv_find_byte(s, '@', 0);
    return s.n < 320 && at != SIZE_MAX && at > 0 && at + 1 < s.n && is_plain(s) &&
           sv_find_byte(s, '@', at + 1) == SIZE_MAX && sv_find_byte(s, ' ', 0) == SIZE_MAX &&
           sv_find_byte(s, ',', 0) == SIZE_MAX && sv_find_byte(s, '<', 0) == SIZE_MAX &&
           sv_find_byte(s, '>', 0) == SIZE_MAX;
}

static void put_part(struct buf *b, const char *boundary, struct sv type, struct sv name, struct sv bytes)
{
    buf_printf(b, "--%s\r\nContent-Type: %.*s\r\nContent-Transfer-Encoding: base64\r\n", boundary,
               SV_FMT(type));
    if (name.n) buf_printf(b, "Content-Disposition: attachment; filename=\"%.*s\"\r\n", SV_FMT(name));
    buf_puts(b, "\r\n");
    put_base64(b, bytes);
}

int letter_mail(const struct letter *l, struct buf *out, struct error *err)
{
    char id[ID_TEXT_BYTES], boundary[64];
    if (!is_mailbox(l->from))
        return error_set(err, ERR_ARG, "mail",
                         "\"%.*s\" is no address to write from: set mail.from in exchange.json",
                         SV_FMT(l->from));
    if (!is_mailbox(l->to))
        return error_set(err, ERR_ARG, "mail",
                         "\"%.*s\" is no address to write to: set it with \"marsad refer to\"",
                         SV_FMT(l->to));
    id_format(&l->id, id);
    snprintf(boundary, sizeof boundary, "marsad-%s", id);
    buf_printf(out, "From: <%.*s>\r\nTo: <%.*s>\r\nSubject: ", SV_FMT(l->from), SV_FMT(l->to));
    put_words(out, l->subject);
    buf_puts(out, "\r\n");
    put_date(out, l->at_us);
    size_t at = sv_find_byte(l->from, '@', 0);
    buf_printf(
        out,
        "Message-ID: <%s%.*s>\r\nX-Marsad-Key: %s\r\nX-Marsad-Reference: %.*s\r\nContent-Language: %.*s\r\n",
        id, SV_FMT(sv_sub(l->from, at, l->from.n)), id, SV_FMT(l->reference), SV_FMT(l->lang));
    buf_printf(out, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n", boundary);
    put_part(out, boundary, SV("text/plain; charset=utf-8"), SV_NULL, l->text);
    for (size_t i = 0; i < l->nfiles; i++)
        put_part(out, boundary, l->files[i].type, l->files[i].name, l->files[i].bytes);
    buf_printf(out, "--%s--\r\n", boundary);
    return out->failed ? error_set(err, ERR_NOMEM, "mail", "no memory for a message") : 0;
}

/* ---- a JSON body ---- */

void letter_api(const struct letter *l, struct sv kind, struct buf *out)
{
    struct jw w;
    char id[ID_TEXT_BYTES], when[TIME_TEXT_BYTES];
    id_format(&l->id, id);
    time_format(l->at_us, when);
    jw_init(&w, out, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "key", id);
    jw_kv_sv(&w, "kind", kind);
    jw_kv_sv(&w, "reference", l->reference);
    jw_kv_str(&w, "issued", when);
    jw_kv_sv(&w, "lang", l->lang);
    jw_kv_sv(&w, "subject", l->subject);
    jw_kv_sv(&w, "text", l->text);
    jw_key(&w, "fields");
    jw_raw(&w, l->fields);
    jw_end(&w);
}

/* ---- a page ---- */

/* Lines: "# " a heading, "- " an item of a list, a line of ASCII that is an address set left to right, else a paragraph. */
static void put_line(struct buf *b, struct sv line, bool *in_list)
{
    bool item = sv_starts(line, SV("- "));
    if (item != *in_list) buf_puts(b, item ? "<ul>\n" : "</ul>\n");
    *in_list = item;
    if (line.n == 0) return;
    const char *tag = sv_starts(line, SV("# ")) ? "h2" : item ? "li" : "p";
    struct sv text = *tag == 'p' ? line : sv_sub(line, 2, line.n);
    bool address = sv_starts(text, SV("https://")) || sv_starts(text, SV("http://"));
    buf_printf(b, address ? "<%s dir=\"ltr\">" : "<%s>", tag);
    utf8_markup(b, text);
    buf_printf(b, "</%s>\n", tag);
}

void referral_page(struct sv letter, struct sv lang, struct buf *out)
{
    struct sv subject, text, line;
    bool in_list = false;
    letter_split(letter, &subject, &text);
    buf_printf(out,
               "<!DOCTYPE html>\n<html lang=\"%.*s\" dir=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<title>",
               SV_FMT(lang), sv_is(lang, "ar") ? "rtl" : "ltr");
    utf8_markup(out, subject);
    buf_puts(
        out,
        "</title>\n<style>body{font:11pt/1.5 serif;max-width:42em;margin:2em auto;overflow-wrap:anywhere}"
        "h1{font-size:15pt}h2{font-size:12pt}@page{margin:2cm}p{margin:.4em "
        "0}</style>\n</head>\n<body>\n<h1>");
    utf8_markup(out, subject);
    buf_puts(out, "</h1>\n");
    while (text.n && sv_split(&text, '\n', &line)) put_line(out, sv_trim(line), &in_list);
    if (in_list) buf_puts(out, "</ul>\n");
    buf_puts(out, "</body>\n</html>\n");
}
