/* Addresses of machines, and wallets. Private, link-local and documentation-free loopback networks say nothing about
 * anybody; a version number of four parts is told from an address by the words before it. */
#include "base/id.h"
#include "text/private_priv.h"
#include "text/tables.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
static bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (uint8_t)c >= 0x80; }

/* ---- IPv4 ---- */

/* The end of d.d.d.d at `at`, 0 for none. */
static size_t read_ipv4(struct sv s, size_t at, unsigned part[4])
{
    for (int i = 0; i < 4; i++) {
        size_t first = at;
        for (part[i] = 0; at < s.n && is_digit(s.p[at]) && at - first < 4; at++)
            part[i] = part[i] * 10 + (unsigned)(s.p[at] - '0');
        if (at == first || part[i] > 255 || (at - first > 1 && s.p[first] == '0')) return 0;
        if (i < 3 && (at >= s.n || s.p[at++] != '.')) return 0;
    }
    return at;
}

static bool is_of_nobody(const unsigned p[4])
{
    return p[0] == 0 || p[0] == 10 || p[0] == 127 || p[0] >= 224 ||
           (p[0] == 172 && p[1] >= 16 && p[1] < 32) || (p[0] == 192 && p[1] == 168) ||
           (p[0] == 169 && p[1] == 254);
}

static void find_ipv4(struct finder *f, size_t start)
{
    struct sv s = f->text->text, before = sv_trim(sv_sub(s, start > 16 ? start - 16 : 0, start));
    unsigned part[4];
    size_t end = read_ipv4(s, start, part);
    if (end == 0 || is_of_nobody(part)) return;
    if (start > 0 && (is_word(s.p[start - 1]) || strchr(".-/", s.p[start - 1]))) return;
    if (end < s.n && (is_word(s.p[end]) || (s.p[end] == '.' && end + 1 < s.n && is_digit(s.p[end + 1]))))
        return;
    bool version = sv_ends(before, SV("version")) || sv_ends(before, SV("v")) || sv_ends(before, SV("ver")) ||
                   sv_ends(before, SV("اصدار")) || sv_ends(before, SV("النسخه"));
    bool small = part[0] < 20 && part[1] < 20 && part[2] < 20;
    bool named = sv_ends(before, SV("ip")) || sv_ends(before, SV("ip:")) || sv_ends(before, SV("ip is")) ||
                 sv_ends(before, SV("اي بي")) || sv_ends(before, SV("الايبي")) ||
                 sv_ends(before, SV("ip dyalo")) || sv_ends(before, SV("ip dyalha"));
    if (version || (small && !named)) return;
    add_hit(f, PRIVATE_IP, start, end, named ? 0.95 : 0.75, "");
}

/* ---- IPv6 and MAC: groups of hexadecimal digits between colons ---- */

enum { IPV6_GROUPS = 8, MAC_GROUPS = 6, MAC_DIGITS = 2, IPV6_DIGITS = 4 };

/* Walked once, from the colon that comes first in it. */
void find_mac(struct finder *f, size_t colon)
{
    struct sv s = f->text->text;
    size_t start = colon, end, groups = 0, digits = 0, longest = 0, gaps = 0;
    bool twos = true;
    while (start > 0 && is_hex(s.p[start - 1]) && colon - start <= IPV6_DIGITS) start--;
    if (start > 0 && (is_word(s.p[start - 1]) || s.p[start - 1] == ':')) return;
    for (end = start; end < s.n && (is_hex(s.p[end]) || s.p[end] == ':'); end++) {
        if (s.p[end] != ':') {
            digits++;
            continue;
        }
        gaps += digits == 0;
        groups += digits > 0;
        twos = twos && digits == MAC_DIGITS;
        if (digits > longest) longest = digits;
        digits = 0;
    }
    if (end > start && s.p[end - 1] == ':' && !(end - start >= 2 && s.p[end - 2] == ':')) end--;
    groups += digits > 0;
    twos = twos && digits == MAC_DIGITS;
    if (digits > longest) longest = digits;
    if (end < s.n && is_word(s.p[end])) return;
    if (groups == MAC_GROUPS && twos && gaps == 0) {
        add_hit(f, PRIVATE_MAC, start, end, 0.9, "");
        return;
    }
    bool whole = groups == IPV6_GROUPS && gaps == 0, cut = gaps == 1 && groups >= 3 && groups < IPV6_GROUPS;
    if ((whole || cut) && longest > 2 && longest <= IPV6_DIGITS) add_hit(f, PRIVATE_IP, start, end, 0.85, "");
}

/* ---- wallets ---- */

static const char base58[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/* Version byte, 20 bytes, 4 of a doubled SHA-256. */
static bool check_base58(struct sv s)
{
    uint8_t bytes[25] = {0};
    for (size_t i = 0; i < s.n; i++) {
        const char *at = strchr(base58, s.p[i]);
        if (s.p[i] == '\0' || !at) return false;
        unsigned carry = (unsigned)(at - base58);
        for (size_t k = sizeof bytes; k-- > 0;) {
            carry += bytes[k] * 58u;
            bytes[k] = (uint8_t)carry;
            carry >>= 8;
        }
        if (carry) return false;
    }
    struct sha256 once, twice;
    sha256_of(sv_of(bytes, 21), &once);
    sha256_of(sv_of(&once, sizeof once), &twice);
    return memcmp(&twice, bytes + 21, 4) == 0;
}

/* BIP 173 and 350: a BCH code over the part after "bc1". */
static bool check_bech32(struct sv s)
{
    static const char letters[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    static const uint32_t generator[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    uint32_t sum = 1;
    uint8_t value[90] = {'b' >> 5, 'c' >> 5, 0, 'b' & 31, 'c' & 31};
    size_t n = 5;
    for (size_t i = 3; i < s.n; i++) {
        const char *at = strchr(letters, s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] | 0x20 : s.p[i]);
        if (s.p[i] == '\0' || !at || n >= sizeof value) return false;
        value[n++] = (uint8_t)(at - letters);
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t top = sum >> 25;
        sum = (sum & 0x1ffffff) << 5 ^ value[i];
        for (unsigned k = 0; k < 5; k++) sum ^= top >> k & 1 ? generator[k] : 0;
    }
    return sum == 1 || sum == 0x2bc830a3;
}

static bool is_ascii_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* The word of the original that normalised byte `at` stands in. */
static struct sv original_word(const struct norm_text *t, size_t at)
{
    enum { WALLET_MAX = 70 };
    struct sv s = t->original;
    size_t start = t->at[at], end = start;
    while (end < s.n && is_ascii_word(s.p[end]) && end - start <= WALLET_MAX) end++;
    return sv_sub(s, start, end);
}

static bool is_eth(struct sv w)
{
    if (w.n != 42 || w.p[0] != '0' || (w.p[1] | 0x20) != 'x') return false;
    for (size_t i = 2; i < w.n; i++)
        if (!is_hex(is_digit(w.p[i]) ? w.p[i] : (char)(w.p[i] | 0x20))) return false;
    return true;
}

static void find_wallet(struct finder *f, size_t digit)
{
    struct sv s = f->text->text;
    size_t start = digit, back = 0;
    while (start > 0 && ((s.p[start - 1] >= 'a' && s.p[start - 1] <= 'z')) && back < 3) start--, back++;
    if (start > 0 && is_word(s.p[start - 1])) return;
    struct sv w = original_word(f->text, start);
    bool old = back == 0 && (s.p[start] == '1' || s.p[start] == '3') && w.n >= 26 && w.n <= 35;
    bool new = w.n >= 42 && w.n <= 62 && sv_eq_nocase(sv_sub(w, 0, 3), SV("bc1"));
    if (!(old && check_base58(w)) && !(new &&check_bech32(w)) && !is_eth(w)) return;
    size_t end = normalised_after(f->text, start, f->text->at[start] + w.n);
    add_hit(f, PRIVATE_WALLET, start, end, 0.97, "");
}

void find_net(struct finder *f, size_t start, size_t end)
{
    struct sv s = f->text->text;
    if (end < s.n && s.p[end] == '.' && end - start <= 3) find_ipv4(f, start);
    if (start == 0 || !is_word(s.p[start - 1]) || (s.p[start] == '1' && start >= 2 && s.p[start - 1] == 'c'))
        find_wallet(f, start);
}
