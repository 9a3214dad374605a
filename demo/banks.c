/* What an operator has in hand before the feeds arrive: clips and an emblem of the organisation, a sound, a partner's
 * hash list, a newsroom's own broadcasts. (Names and slogans stand in policy/lexicons/dusk-banner.tsv.) */
#include <stdlib.h>

#include "vision/pdq.h"
#include "world.h"

/* One moment of a clip as a line of the partner's list. */
static void put_hash(struct buf *b, struct pdq_scratch *scratch, const char *clip, double t)
{
    const struct clip *c = clip_find(clip);
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, CLIP_W, CLIP_H);
    cairo_t *cr = cairo_create(s);
    c->draw(cr, c, t);
    cairo_destroy(cr);
    cairo_surface_flush(s);
    float *luma = calloc((size_t)CLIP_W * CLIP_H, sizeof *luma);
    if (!luma) die("no memory for a picture");
    for (int y = 0; y < CLIP_H; y++) {
        const unsigned char *p =
            cairo_image_surface_get_data(s) + (ptrdiff_t)y * cairo_image_surface_get_stride(s);
        for (int x = 0; x < CLIP_W; x++, p += 4)
            luma[y * CLIP_W + x] = 0.114f * p[0] + 0.587f * p[1] + 0.299f * p[2];
    }
    struct hash256 hash;
    struct error err;
    int quality = 0;
    if (pdq_hash_luma(scratch, luma, CLIP_H, CLIP_W, 1, &hash, &quality, &err) != 0) die("%s", err.text);
    char hex[HASH256_TEXT_BYTES];
    hash256_format(&hash, hex);
    buf_printf(b, "%s,%d,%s at %d%%\n", hex, quality, clip, (int)(100 * t));
    free(luma);
    cairo_surface_destroy(s);
}

static void partner_write(const char *path)
{
    static const char *const shared[] = {"org-dusk", "org-convoy", "org-speech"};
    struct pdq_scratch scratch;
    struct buf b;
    pdq_scratch_init(&scratch);
    buf_init(&b, 0);
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
        for (int k = 0; k < 4; k++) put_hash(&b, &scratch, shared[i], 0.15 + 0.2 * k);
    text_put(path, &b);
    buf_done(&b);
    pdq_scratch_done(&scratch);
}

void banks_write(const char *dir)
{
    static const char *const org[] = {"org-dusk", "org-convoy", "org-speech"};
    static const char *const news[] = {"news-ar", "news-fr"};
    folder(at("%s/banks/rayat-al-ghasaq", dir));
    folder(at("%s/banks/newsrooms", dir));
    for (size_t i = 0; i < 3; i++)
        file_link(at("%s/clips/%s.mp4", dir, org[i]), at("%s/banks/rayat-al-ghasaq/%s.mp4", dir, org[i]));
    for (size_t i = 0; i < 2; i++)
        file_link(at("%s/clips/%s.mp4", dir, news[i]), at("%s/banks/newsrooms/%s.mp4", dir, news[i]));
    picture_emblem(at("%s/banks/rayat-al-ghasaq/emblem.png", dir));
    file_put(at("%s/banks/sound", dir), SV("tiktok:" CHANT_SOUND_ID "\n"));
    partner_write(at("%s/banks/partner.txt", dir));
}
