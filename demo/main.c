/* marsad-demo-world FOLDER [TIME]: makes the demo world there, as collected at that time (RFC 3339), or leaves it alone
 * when this version made it already for that time. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "world.h"

static const char readme[] =
    "The demo world: everything here is fictional and was made by marsad-demo-world.\n\n"
    "feeds/   what came in: captures, exports, downloads, loose files\n"
    "banks/   what the operator knew before: clips, an emblem, a sound, hashes\n"
    "truth.json   what each post really is\n";

/* What the folder's stamp says when it is whole. */
static const char *stamp_of(int64_t now_us)
{
    char when[TIME_TEXT_BYTES];
    time_format(now_us, when);
    return at("%s %s\n", WORLD_VERSION, when);
}

static bool is_current(const char *dir, int64_t now_us)
{
    struct buf b;
    buf_init(&b, 0);
    struct error err;
    bool same = file_read(at("%s/.made-by", dir), 4096, &b, &err) == 0 &&
                sv_eq(buf_sv(&b), sv_cstr(stamp_of(now_us)));
    buf_done(&b);
    return same;
}

static void start_over(const char *dir)
{
    struct error err;
    static const char *const ours[] = {"feeds", "banks", "clips"};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        const char *path = at("%s/%s", dir, ours[i]);
        if (dir_exists(path) && dir_remove_tree(path, &err) != 0) die("%s", err.text);
    }
    folder(at("%s/clips", dir));
}

static void remove_sounds(const char *dir)
{
    for (const struct clip *c = clips; c->name; c++)
        if (c->sound) remove(at("%s/clips/%s.wav", dir, c->sound));
}

static void make_world(const char *dir, int64_t now_us)
{
    struct world w;
    start_over(dir);
    clips_make(at("%s/clips", dir));
    remove_sounds(dir);
    world_init(&w, seed_of("marsad demo world", 1), now_us);
    add_propaganda(&w);
    add_glorification(&w);
    add_private_life(&w);
    add_harassment(&w);
    add_ring(&w);
    add_lookalikes(&w);
    add_everyday(&w);
    feeds_write(&w, dir);
    banks_write(dir);
    truth_write(&w, dir);
    file_put(at("%s/README.txt", dir), sv_cstr(readme));
    file_put(at("%s/.made-by", dir), sv_cstr(stamp_of(now_us)));
    printf("%zu posts in %s\n", w.n, dir);
    world_done(&w);
}

int main(int argc, char **argv)
{
    int64_t now_us = 0;
    if (argc < 2 || argc > 3 || argv[1][0] == '-' ||
        !time_parse(sv_cstr(argc == 3 ? argv[2] : WORLD_NOW), &now_us)) {
        fputs("usage: marsad-demo-world FOLDER [TIME, such as " WORLD_NOW "]\n", stderr);
        return 2;
    }
    struct error err;
    if (id_init(&err) != 0) die("%s", err.text);
    if (is_current(argv[1], now_us))
        printf("the demo world in %s is up to date\n", argv[1]);
    else
        make_world(argv[1], now_us);
    return 0;
}
