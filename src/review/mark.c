/* By what posts are found to be copies of each other: the bytes of a file, and a caption that is the same but for what
 * copyists change (case, signs, marks, digits, spaces, words that lead elsewhere). Short captions tell nothing. */
#include "review/review_priv.h"

#include "store/store_index.h"
#include "text/normalise.h"

enum { TELLING_LETTERS = 40 };

/* The file itself, and its family: clips that show the same though their bytes differ. */
static int mark_file(struct store *s, const struct id128 *post, const struct sha256 *sha, struct error *err)
{
    char mark[LIKENESS_MARK_BYTES] = "m", kin[17] = "f";
    struct id128 family;
    struct error ignored;
    memcpy(mark + 1, sha->b, sizeof sha->b);
    int code = store_likeness_put(s, sv_of(mark, sizeof mark), post, err);
    if (code || store_media_family(s, sha, &family, &ignored) != 0) return code;
    memcpy(kin + 1, family.b, sizeof family.b);
    return store_likeness_put(s, sv_of(kin, sizeof kin), post, err);
}

static bool is_letter_byte(unsigned char c) { return (c >= 'a' && c <= 'z') || c >= 0x80; }

/* Words of the normalised text that are no hashtag, mention or link, letters only. */
static void letters_of(struct sv text, struct buf *b)
{
    struct sv word, rest = text;
    while (sv_split(&rest, ' ', &word)) {
        bool leads = word.n > 0 && (word.p[0] == '#' || word.p[0] == '@');
        if (leads || sv_find(word, SV("://"), 0) != SIZE_MAX) continue;
        for (size_t i = 0; i < word.n; i++)
            if (is_letter_byte((unsigned char)word.p[i])) buf_putc(b, word.p[i]);
    }
}

static int mark_caption(struct store *s, const struct id128 *post, struct sv caption, struct arena *a,
                        struct error *err)
{
    struct norm_text norm;
    struct buf b;
    int code = text_normalise(caption, a, &norm, err);
    if (code) return code;
    buf_init(&b, 0);
    letters_of(norm.text, &b);
    if (b.failed)
        code = error_set(err, ERR_NOMEM, "review", "no memory for a caption");
    else if (b.n >= TELLING_LETTERS) {
        struct sha256 h;
        char mark[17] = "c";
        sha256_of(buf_sv(&b), &h);
        memcpy(mark + 1, h.b, 16);
        code = store_likeness_put(s, sv_of(mark, sizeof mark), post, err);
    }
    buf_done(&b);
    return code;
}

int review_mark(struct store *s, const struct id128 *post, struct error *err)
{
    struct arena a;
    struct post p;
    int64_t known_us;
    arena_init(&a, 0);
    int code = store_get_post(s, post, &a, &p, &known_us, err);
    struct store_media *media =
        code == 0 ? ARENA_ARRAY(&a, p.nmedia > 0 ? p.nmedia : 1, struct store_media) : NULL;
    if (code == 0 && !media) code = error_set(err, ERR_NOMEM, "review", "no memory for media");
    if (code == 0 && p.nmedia > 0) code = store_get_media(s, post, p.nmedia, &a, media, err);
    for (size_t i = 0; code == 0 && i < p.nmedia; i++)
        if (p.media[i].role == MEDIA_ROLE_MAIN &&
            (media[i].state == MEDIA_READY || media[i].state == MEDIA_SET_ASIDE))
            code = mark_file(s, post, &media[i].sha256, err);
    if (code == 0) code = mark_caption(s, post, post_text(&p, TEXT_CAPTION), &a, err);
    /* Its own mark says that it was looked at. */
    char own[17] = "p";
    memcpy(own + 1, post->b, sizeof post->b);
    if (code == 0) code = store_likeness_put(s, sv_of(own, sizeof own), post, err);
    arena_done(&a);
    return code;
}
