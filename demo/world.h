/* The demo world: a small fictional world, made by this program alone and the same on every machine.
 *
 * A banned organisation that does not exist ("Rayat al-Ghasaq", the Dusk Banner), its emblem, clips and chant; fresh
 * accounts that post them again with edits; people who are threatened, exposed and mobbed; and a crowd of innocents who
 * look like trouble: newsrooms, counter-speech, shops with their own number, football, prayers, jokes, criticism. No
 * name, number, address, picture or sound in it belongs to anyone.
 *
 * People and posts are built in memory as the house's own `struct post` (people.c, propaganda.c, harassment.c, ring.c, private.c, lookalikes.c, everyday.c), clips are
 * drawn with Cairo and encoded by ffmpeg (scenes.c, clips.c, sound.c), and feeds.c writes everything in the formats that
 * intake reads. truth.json says of each post what it is. This is a program: what fails ends it, with a message. */
#ifndef MARSAD_DEMO_WORLD_H
#define MARSAD_DEMO_WORLD_H

#include <cairo.h>

#include "model/category.h"
#include "model/post.h"

/* Raised whenever the world comes out differently: a folder made by another version is made anew. */
#define WORLD_VERSION "6"
/* The moment at which the feeds were collected, unless another is asked for. */
#define WORLD_NOW "2026-11-20T18:00:00Z"

enum { CLIP_W = 270, CLIP_H = 480, CLIP_FPS = 12 };

/* ---- chance (random.c): splitmix64, seeded, the same everywhere ---- */

struct rng {
    uint64_t state;
};
uint64_t rng_u64(struct rng *r);
/* 0 … n-1; n > 0 */
uint64_t rng_below(struct rng *r, uint64_t n);
/* lo … hi, both included */
int64_t rng_between(struct rng *r, int64_t lo, int64_t hi);
double rng_unit(struct rng *r);
/* The same for the same text and salt. */
uint64_t seed_of(const char *text, uint64_t salt);

/* ---- the world in memory (world.c) ---- */

enum feed {
    FEED_COLLECTOR = 0, /* Marsad's own NDJSON, clips beside it */
    FEED_BROWSER,       /* Zeeschuimer */
    FEED_IMPORT,        /* Zeeschuimer by way of 4CAT */
    FEED_RESEARCH,      /* TikTok Research API */
    FEED_YTDLP,
    FEED_TELEGRAM,
    FEED_DROP, /* a folder of loose files */
    FEED_COUNT
};

/* What a post is, as its makers know. */
struct truth {
    const char *group;      /* "reuploads", "football", … */
    enum category category; /* CATEGORY_NONE: innocent */
    enum category also;     /* as good an answer; CATEGORY_NONE when there is none */
    bool hard;              /* beyond what this version promises */
    const char *note;       /* the edit, the dialect; never NULL */
};

struct item {
    struct post post;
    enum feed feed;
    const char *clip; /* name in clips.c, or NULL */
    struct truth truth;
};

struct world {
    struct arena arena; /* owns every string of the items */
    struct rng rng;
    int64_t now_us; /* when the feeds were collected */
    struct item *items;
    size_t n, cap;
};

void world_init(struct world *w, uint64_t seed, int64_t now_us);
void world_done(struct world *w);
/* Appends an empty post of that feed; *borrowed until* the next. */
struct item *world_add(struct world *w, enum feed feed, enum post_kind kind);

struct sv world_copy(struct world *w, const char *s);
struct sv world_printf(struct world *w, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The caption, and out of it the hashtags and mentions. */
void item_caption(struct world *w, struct item *it, struct sv text);
void item_screen_text(struct world *w, struct item *it, const char *text);
void item_clip(struct world *w, struct item *it, const char *clip);
void item_sound(struct world *w, struct item *it, const char *id, const char *title, const char *author);
/* When it was posted: gives it its id, which carries that time as TikTok's do, and its address. */
void item_born(struct world *w, struct item *it, int64_t created_us);
void item_reach(struct world *w, struct item *it, int64_t views);

/* Prints and ends the program. */
void die(const char *fmt, ...) PRINTF_LIKE(1, 2) __attribute__((noreturn));

/* ---- people (people.c) ---- */

enum country { IN_MOROCCO = 0, IN_IRAQ, ABROAD };
/* An ordinary account, one of some hundred, the same for the same number. */
void person_ordinary(struct world *w, struct account *out, enum country where, uint64_t number);
/* Made days ago, almost no followers. */
void person_fresh(struct world *w, struct account *out, uint64_t number);
/* Well-formed and given to nobody in this world: 0600 000 xxx, 0730 000 0xxx. Written as people of the place do. */
struct sv phone_number(struct world *w, enum country where);

/* ---- the posts (propaganda.c and so on) ---- */

#define ORG_NAME   "راية الغسق"
#define ORG_SLOGAN "الغسق قادم ولن يغيب"
/* The platform's id of the chant. */
#define CHANT_SOUND_ID "7431000000000000123"

void add_propaganda(struct world *w);
void add_glorification(struct world *w);
void add_harassment(struct world *w);
void add_ring(struct world *w);
void add_private_life(struct world *w);
void add_lookalikes(struct world *w);
void add_everyday(struct world *w);

/* ---- pictures and sound ---- */

struct clip;
/* Draws the clip at `t` of 0 … 1. */
typedef void scene_fn(cairo_t *cr, const struct clip *c, double t);

struct clip {
    const char *name;
    scene_fn *draw; /* NULL: an edit of another clip */
    uint64_t variant;
    int seconds;
    const char *sound;   /* name in sound.c */
    const char *of;      /* edits: the clip it was made from */
    const char *video;   /* edits: ffmpeg's filter graph, from [0:v] to [v] */
    const char *audio;   /* edits: the same for sound; NULL: as it is */
    const char *quality; /* edits: x264's CRF; NULL: 28 */
    bool hard;           /* edits */
};
/* Ended by a row without a name. */
extern const struct clip clips[];
const struct clip *clip_find(const char *name);
/* Makes every clip in dir/<name>.mp4, as many at a time as there are cores. */
void clips_make(const char *dir);
/* Encodes one frame of a clip as JPEG. */
void clip_still(const char *clip_path, const char *at_seconds, const char *out_path);

scene_fn scene_org_dusk, scene_org_convoy, scene_org_speech, scene_news, scene_cat, scene_pan, scene_pitch,
    scene_bars, scene_sea, scene_shop, scene_road, scene_rain, scene_craft, scene_banner;
/* Pictures that stand still: written as PNG. */
void picture_emblem(const char *path);
void picture_fabricated(const char *path, uint64_t variant);
void picture_everyday(const char *path, uint64_t variant);

/* paint.c */
struct rgb {
    double r, g, b;
};
void paint_set(cairo_t *cr, struct rgb c);
void paint_sky(cairo_t *cr, struct rgb top, struct rgb bottom);
void paint_disc(cairo_t *cr, double x, double y, double radius, struct rgb c);
void paint_box(cairo_t *cr, double x, double y, double w, double h, struct rgb c);
/* Hills along the bottom, the same for the same seed. */
void paint_hills(cairo_t *cr, uint64_t seed, double base, double height, double shift, struct rgb c);
/* The organisation's emblem around (x, y). */
void paint_emblem(cairo_t *cr, double x, double y, double size);
/* A waving cloth; `face` draws on it in a square of side 1 around the origin, may be NULL. */
void paint_banner(cairo_t *cr, double x, double y, double w, double h, double t, struct rgb c);
/* Centred, shaped and ordered by Pango, at most `width` wide. */
void paint_text(cairo_t *cr, const char *text, double x, double y, double size, double width, struct rgb c);

/* Writes dir/<name>.wav for every sound that a clip uses. */
void sounds_make(const char *dir);

/* Runs a program: argv ends with NULL. Feeds its standard input with what `feed` writes to a descriptor (may be NULL). Dies
 * when it cannot be started or fails. */
void run_program(const char *const *argv, void (*feed)(int fd, void *arg), void *arg);

/* ---- the files (feeds.c, tiktok.c, banks.c, truth.c, files.c) ---- */

/* dir/feeds/…; clips are taken from dir/clips. */
void feeds_write(const struct world *w, const char *dir);
/* feeds.c calls these: feeds/browser and feeds/research. */
void browser_write(const struct world *w, const char *dir);
void research_write(const struct world *w, const char *dir);
/* dir/truth.json */
void truth_write(const struct world *w, const char *dir);
/* dir/banks/…: what an operator would have in hand before the feeds arrive. */
void banks_write(const char *dir);

void file_put(const char *path, struct sv bytes);
/* A copy that shares the bytes where the file system can. */
void file_link(const char *from, const char *to);
void folder(const char *path);
/* Made of the parts, in a ring of eight buffers: for immediate use. */
const char *at(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* Text as built to a file. */
void text_put(const char *path, const struct buf *b);

#endif
