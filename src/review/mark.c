/* By what posts are found to be copies of each other: the bytes of a file, a caption that is the same but for what copyists
 * change (case, signs, marks, digits, spaces, words that lead elsewhere), and one that is nearly the same after that
 * (index/neardup.h, likeness 0.7). Short captions tell nothing. */
#include "review/review_priv.h"

#include "index/neardup.h"
#include "store/store_look.h"
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

/* ---- nearly the same ---- */

enum { NEAR_KEYS = 12, NEAR_UNDER_A_KEY = 32, NEAR_COMPARED = 24 };

static int shingles_of(struct sv caption, struct arena *a, struct shingles *out, bool *out_telling,
                       struct error *err)
{
    struct norm_text norm;
    struct buf b;
    int code = text_normalise(caption, a, &norm, err);
    if (code) return code;
    buf_init(&b, 0);
    letters_of(norm.text, &b);
    *out_telling = b.n >= TELLING_LETTERS;
    code = b.failed ? error_set(err, ERR_NOMEM, "review", "no memory for a caption")
                    : neardup_shingles(buf_sv(&b), a, out, err);
    buf_done(&b);
    return code;
}

static int is_near(struct store *s, const struct id128 *other, const struct shingles *mine, struct arena *a,
                   bool *out, struct error *err)
{
    struct post p;
    struct shingles its;
    int64_t known_us;
    bool telling = false;
    int code = store_get_post(s, other, a, &p, &known_us, err);
    if (code == 0) code = shingles_of(post_text(&p, TEXT_CAPTION), a, &its, &telling, err);
    *out = code == 0 && telling && neardup_likeness(mine, &its) >= NEARDUP_NEAR;
    return code == ERR_NOTFOUND ? 0 : code;
}

/* The mark of the other's family of captions, or one that begins here; both have it from now on. */
static int join_family(struct store *s, const struct id128 *post, const struct id128 *other, struct arena *a,
                       struct error *err)
{
    char own[17] = "n";
    struct sv mark;
    memcpy(own + 1, other->b, sizeof other->b);
    int code = store_likeness_mark(s, other, 'n', a, &mark, err);
    if (code == ERR_NOTFOUND) {
        mark = sv_of(own, sizeof own);
        code = store_likeness_put(s, mark, other, err);
    }
    return code ? code : store_likeness_put(s, mark, post, err);
}

int mark_near(struct store *s, const struct post *p, struct arena *a, struct error *err)
{
    struct shingles mine;
    uint64_t keys[NEARDUP_KEYS];
    struct arena each;
    bool telling = false, near = false;
    size_t compared = 0;
    int code = shingles_of(post_text(p, TEXT_CAPTION), a, &mine, &telling, err);
    if (code) return code;
    if (!telling || !neardup_keys(&mine, keys)) return store_near_put(s, &p->id, NULL, 0, err);
    code = store_near_put(s, &p->id, keys, NEAR_KEYS, err);
    arena_init(&each, 0);
    for (size_t k = 0; code == 0 && !near && k < NEAR_KEYS && compared < NEAR_COMPARED; k++) {
        struct id128 *posts = NULL;
        size_t n = 0;
        code = store_near_find(s, keys[k], NEAR_UNDER_A_KEY, a, &posts, &n, err);
        for (size_t i = 0; code == 0 && !near && i < n && compared < NEAR_COMPARED; i++) {
            if (id_eq(&posts[i], &p->id)) continue;
            arena_clear(&each);
            compared++;
            code = is_near(s, &posts[i], &mine, &each, &near, err);
            if (code == 0 && near) code = join_family(s, &p->id, &posts[i], &each, err);
        }
    }
    arena_done(&each);
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
    arena_done(&a);
    return code;
}
