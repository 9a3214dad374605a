/* bench_pictures FRAMES [skewed]: an index of the points of so many frames, 220 each: what adding, saving, opening and asking cost.
 * Bits are random; skewed: each is one of 50,000 with 70 bits changed, as real corners are alike. */
#include "base/clock.h"
#include "base/file.h"
#include "index/pictures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOT = 50, ASKED = 200, KINDS = 50000, POINTS = KEY_POINTS_MAX };

static struct hash256 *kinds;

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void flip(struct hash256 *h, int bits, uint64_t *state)
{
    for (int i = 0; i < bits; i++) {
        uint64_t at = next(state);
        h->w[at % 4] ^= UINT64_C(1) << (at >> 2 & 63);
    }
}

static void make_frame(size_t f, struct point v[POINTS])
{
    uint64_t state = (f + 1) * UINT64_C(0x9e3779b97f4a7c15);
    for (int i = 0; i < POINTS; i++) {
        v[i] = (struct point){.x = (uint16_t)(next(&state) % 5760), .y = (uint16_t)(next(&state) % 10240)};
        v[i].angle = (uint8_t)next(&state);
        v[i].scale = (uint8_t)(next(&state) % POINT_SCALES);
        if (kinds) {
            v[i].bits = kinds[next(&state) % KINDS];
            flip(&v[i].bits, 70, &state);
            continue;
        }
        for (int k = 0; k < 4; k++) v[i].bits.w[k] = next(&state);
    }
}

static void ok(int rc, const struct error *err)
{
    if (rc == 0) return;
    fprintf(stderr, "%s\n", err->text);
    exit(2);
}

static void print_memory(const char *when)
{
    char line[256];
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "RssAnon", 7) == 0 || strncmp(line, "RssFile", 7) == 0) printf("%s %s", when, line);
    if (f) fclose(f);
}

static void add_all(struct pictures *s, size_t frames)
{
    static struct point points[LOT][POINTS];
    struct picture lot[LOT];
    struct error err;
    int64_t worst = 0, sum = 0;
    for (size_t f = 0; f < frames;) {
        size_t n = 0;
        for (; n < LOT && f < frames; n++, f++) {
            make_frame(f, points[n]);
            lot[n] = (struct picture){.owner = (uint32_t)(f / LOT), .key = {0, 180, 320, points[n], POINTS}};
        }
        int64_t start = clock_mono_us();
        ok(pictures_add(s, lot, n, &err), &err);
        int64_t took = clock_mono_us() - start;
        sum += took;
        if (took > worst) worst = took;
    }
    struct pictures_facts x = pictures_facts(s);
    printf(
        "added %zu frames, %d at a time: %.2f s in all, %.0f ms at worst; %zu pieces, %.1f bytes a point\n",
        frames, LOT, (double)sum / 1e6, (double)worst / 1e3, x.pieces, (double)x.bytes / (double)x.points);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Half of what is asked for is a copy with 35 bits of each point changed and a third of its points others. */
static void ask(const struct pictures *s, size_t frames, const char *what)
{
    static struct points_result r;
    struct point here[POINTS], other[POINTS];
    double ms[ASKED];
    size_t copies = 0, found = 0;
    uint64_t state = 99;
    for (int i = 0; i < ASKED; i++) {
        size_t f = next(&state) % frames;
        make_frame(i % 2 ? f : frames + f, here);
        make_frame(2 * frames + f, other);
        for (int k = 0; k < POINTS; k++) {
            flip(&here[k].bits, 35, &state);
            if (k % 3 == 0) here[k] = other[k];
        }
        struct key_frame k = {0, 180, 320, here, POINTS};
        int64_t start = clock_mono_us();
        if (pictures_query(s, &k, true, &r) || pictures_query(s, &k, false, &r)) exit(2);
        ms[i] = (double)(clock_mono_us() - start) / 1e3;
        copies += i % 2;
        found += i % 2 && r.n && r.v[0].picture == f;
    }
    qsort(ms, ASKED, sizeof *ms, by_value);
    printf("%s: a frame in both forms: %.2f ms, 99 %% below %.2f ms; %zu of %zu copies first\n", what,
           ms[ASKED / 2], ms[ASKED - 1 - ASKED / 100], found, copies);
}

int main(int argc, char **argv)
{
    size_t frames = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;
    char dir[] = "/tmp/bench-pictures-XXXXXX";
    struct error err;
    struct pictures *s = NULL;
    uint64_t state = 7;
    if (argc > 2) kinds = malloc(KINDS * sizeof *kinds);
    for (size_t i = 0; kinds && i < KINDS; i++)
        for (int k = 0; k < 4; k++) kinds[i].w[k] = next(&state);
    if (!mkdtemp(dir)) return 2;
    ok(pictures_new(&s, &err), &err);
    add_all(s, frames);
    ask(s, frames, "many pieces");
    int64_t t0 = clock_mono_us();
    ok(pictures_tidy(s, &err), &err);
    int64_t t1 = clock_mono_us();
    ok(pictures_save(s, dir, "bench", &err), &err);
    int64_t t2 = clock_mono_us();
    pictures_free(s);
    int64_t t3 = clock_mono_us();
    ok(pictures_open(dir, "bench", &s, &err), &err);
    int64_t t4 = clock_mono_us();
    printf("joined in %.2f s, saved in %.2f s, opened and checked in %.2f s; %.2f GB\n",
           (double)(t1 - t0) / 1e6, (double)(t2 - t1) / 1e6, (double)(t4 - t3) / 1e6,
           (double)pictures_facts(s).bytes / 1e9);
    for (size_t i = 0; i < frames; i++) pictures_give(s, i, (uint32_t)(i / LOT));
    ask(s, frames, "one piece, mapped");
    print_memory("opened:");
    pictures_free(s);
    free(kinds);
    return dir_remove_tree(dir, &err) ? 2 : 0;
}
