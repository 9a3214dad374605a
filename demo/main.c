/* marsad-demo-world FOLDER: makes the demo world there, or leaves it alone when this version made it already. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "world.h"

static const char readme[] =
    "The demo world: everything here is fictional and was made by marsad-demo-world.\n\n"
    "feeds/   what came in: captures, exports, downloads, loose files\n"
    "banks/   what the operator knew before: clips, an emblem, a sound, names\n"
    "truth.json   what each post really is\n";

static bool is_current(const char *dir)
{
    struct buf b;
    buf_init(&b, 0);
    struct error err;
    bool same =
        file_read(at("%s/.made-by", dir), 4096, &b, &err) == 0 && sv_is(buf_sv(&b), WORLD_VERSION "\n");
    buf_done(&b);
    return same;
}

static void start_over(const char *dir)
{
    struct error err;
    static const char *const ours[] = {"feeds", "banks", "clips"};
    for (size_t i = 0; i < 3; i++) {
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

static void fill(struct world *w)
{
    add_propaganda(w);
    add_glorification(w);
    add_private_life(w);
    add_harassment(w);
    add_lookalikes(w);
    add_everyday(w);
}

int main(int argc, char **argv)
{
    if (argc != 2 || argv[1][0] == '-') {
        fputs("usage: marsad-demo-world FOLDER\n", stderr);
        return 2;
    }
    const char *dir = argv[1];
    struct error err;
    if (id_init(&err) != 0) die("%s", err.text);
    if (is_current(dir)) {
        printf("the demo world in %s is up to date\n", dir);
        return 0;
    }
    start_over(dir);
    clips_make(at("%s/clips", dir));
    remove_sounds(dir);
    struct world w;
    world_init(&w, seed_of("marsad demo world", 1));
    fill(&w);
    feeds_write(&w, dir);
    banks_write(dir);
    truth_write(&w, dir);
    file_put(at("%s/README.txt", dir), sv_cstr(readme));
    file_put(at("%s/.made-by", dir), SV(WORLD_VERSION "\n"));
    printf("%zu posts in %s\n", w.n, dir);
    world_done(&w);
    return 0;
}
