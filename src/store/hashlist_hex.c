/* One PDQ hash a line, alone or as "hash,quality,file". */
#include "store/hashlist_priv.h"

static bool looks(struct sv line)
{
    return hashlist_is_hex(sv_trim(sv_sub(line, 0, sv_find_byte(line, ',', 0))), 64);
}

static int read_line(struct hashlist *h, struct sv line)
{
    struct sv rest = line, hex, quality_text;
    struct hash256 pdq;
    uint8_t quality = 100;
    if (!sv_split(&rest, ',', &hex) || !hash256_parse(sv_trim(hex), &pdq))
        return hashlist_bad(h, h->line, "%.*s is no PDQ hash of 64 hex digits", SV_FMT(sv_sub(line, 0, 80)));
    if (rest.p && sv_split(&rest, ',', &quality_text) && !hashlist_quality(sv_trim(quality_text), &quality))
        return hashlist_bad(h, h->line, "quality %.*s is no number from 0 to 100",
                            SV_FMT(sv_sub(quality_text, 0, 80)));
    return hashlist_pdq(h, &pdq, quality, sv_trim(rest));
}

static int write_item(const struct bank_item *item, struct buf *b, struct error *err)
{
    if (item->type != BANK_PDQ || item->nframes != 1) return hashlist_no_way(item, "hex", err);
    char text[HASH256_TEXT_BYTES];
    hash256_format(&item->frames[0].pdq, text);
    buf_printf(b, "%s\n", text);
    return 0;
}

const struct hashlist_format hashlist_hex = {"hex", looks, read_line, NULL, write_item};
