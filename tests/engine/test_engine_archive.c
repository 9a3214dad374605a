/* Families of media: a copy that differs in its bytes finds its family, also after a restart and without its index. */
#include "world.h"

#include "store/store_index.h"
#include "store/store_network.h"

#include <math.h>

enum { HEAD = 14 + 40 + 1024, SIDE = 64 };

static void read_picture(const char *path, unsigned char out[HEAD + SIDE * SIDE])
{
    struct buf b;
    struct error err;
    buf_init(&b, 0);
    assert_ok(file_read(path, HEAD + SIDE * SIDE, &b, &err));
    memcpy(out, b.p, HEAD + SIDE * SIDE);
    buf_done(&b);
}

/* Waves of every low frequency, so that no coefficient lies near the median by chance of a grid. */
static void write_waves(const char *path, unsigned seed)
{
    unsigned char b[HEAD + SIDE * SIDE];
    double sum[SIDE * SIDE] = {0};
    uint64_t r = seed * 0x9E3779B97F4A7C15u + 1;
    write_picture(path, seed);
    read_picture(path, b);
    for (int i = 1; i <= 16; i++)
        for (int k = 1; k <= 16; k++) {
            r ^= r << 13, r ^= r >> 7, r ^= r << 17;
            double high = (double)(r >> 44) / (1 << 20) < 0.5 ? -1 : 1;
            for (int y = 0; y < SIDE; y++)
                for (int x = 0; x < SIDE; x++)
                    sum[y * SIDE + x] +=
                        high * cos(M_PI * i * (2 * y + 1) / 128) * cos(M_PI * k * (2 * x + 1) / 128);
        }
    for (int i = 0; i < SIDE * SIDE; i++) {
        double v = 128 + 4 * sum[i];
        b[HEAD + i] = (unsigned char)(v < 0 ? 0 : v > 250 ? 250 : v);
    }
    write_file(path, b, sizeof b);
}

/* The same picture with other bytes. */
static void write_copy(const char *from, const char *to, unsigned noise, bool mirrored)
{
    unsigned char a[HEAD + SIDE * SIDE], b[HEAD + SIDE * SIDE];
    read_picture(from, a);
    memcpy(b, a, sizeof b);
    for (unsigned y = 0; y < SIDE; y++)
        for (unsigned x = 0; x < SIDE; x++)
            b[HEAD + y * SIDE + x] = (unsigned char)(a[HEAD + y * SIDE + (mirrored ? SIDE - 1 - x : x)] +
                                                     ((y * SIDE + x) % 1021 == noise));
    write_file(to, b, sizeof b);
}

static void ingest_picture(struct world *w, int number, const char *picture)
{
    FILE *f = fopen(w->feed, "wb");
    assert_non_null(f);
    struct sv name = path_base(sv_cstr(picture));
    fprintf(f,
            "{\"platform\":\"tiktok\",\"native_id\":\"%lld\",\"kind\":\"video\",\"account\":{\"handle\":"
            "\"person_%d\"},"
            "\"created\":\"2026-03-01T10:00:00Z\",\"collected\":\"2026-03-02T10:00:00Z\","
            "\"media\":[{\"kind\":\"image\",\"path\":\"%.*s\"}]}\n",
            7612345678901000000LL + number, number, SV_FMT(name));
    assert_int_equal(fclose(f), 0);
    struct engine_options o = {.workspace = w->workspace, .workers = 1};
    struct engine *e = NULL;
    struct engine_summary sum = {0};
    struct error err;
    if (engine_open(&o, &e, &err) != 0) fail_msg("%s", err.text);
    if (engine_intake(e, w->feed, NULL, NULL, &sum, &err) != 0) fail_msg("%s", err.text);
    if (engine_work(e, NULL, &sum, &err) != 0) fail_msg("%s", err.text);
    assert_int_equal(sum.media, 1);
    engine_close(e);
}

static struct id128 family_of(struct world *w, const char *picture)
{
    struct engine_options o = {.workspace = w->workspace, .read_only = true};
    struct engine *e = NULL;
    struct error err;
    struct sha256 sha;
    struct id128 family;
    struct buf b;
    buf_init(&b, 0);
    assert_ok(engine_open(&o, &e, &err));
    assert_ok(file_read(picture, (size_t)1 << 20, &b, &err));
    sha256_of(buf_sv(&b), &sha);
    if (store_media_family(engine_store(e), &sha, &family, &err) != 0) fail_msg("%s: %s", picture, err.text);
    buf_done(&b);
    engine_close(e);
    return family;
}

static size_t posts_of(struct world *w, const struct id128 *family)
{
    struct engine_options o = {.workspace = w->workspace, .read_only = true};
    struct engine *e = NULL;
    struct arena a;
    struct id128 *posts;
    struct error err;
    size_t n = 0;
    arena_init(&a, 0);
    assert_ok(engine_open(&o, &e, &err));
    assert_ok(store_family_posts(engine_store(e), family, 100, &a, &posts, &n, &err));
    engine_close(e);
    arena_done(&a);
    return n;
}

static void copies_share_a_family_for_ever(void **state)
{
    struct world w;
    struct error err;
    char path[6][400], index[400];
    world_new(&w);
    for (int i = 0; i < 6; i++) snprintf(path[i], sizeof path[i], "%s/%d.bmp", w.dir, i);
    write_waves(path[0], 3);
    write_copy(path[0], path[1], 5, false);
    write_copy(path[0], path[2], 9, true);
    write_waves(path[3], 4);
    write_copy(path[3], path[4], 2, false);
    write_copy(path[0], path[5], 11, false);
    for (int i = 0; i < 5; i++) ingest_picture(&w, i, path[i]);
    struct id128 one = family_of(&w, path[0]), two = family_of(&w, path[3]), got;
    assert_memory_not_equal(&one, &two, sizeof one);
    got = family_of(&w, path[1]);
    assert_memory_equal(&got, &one, sizeof one);
    got = family_of(&w, path[2]);
    assert_memory_equal(&got, &one, sizeof one);
    got = family_of(&w, path[4]);
    assert_memory_equal(&got, &two, sizeof two);
    assert_int_equal(posts_of(&w, &one), 3);
    assert_int_equal(posts_of(&w, &two), 2);
    snprintf(index, sizeof index, "%s/index", w.workspace);
    assert_true(dir_exists(index));
    assert_ok(dir_remove_tree(index, &err));
    ingest_picture(&w, 5, path[5]);
    got = family_of(&w, path[5]);
    assert_memory_equal(&got, &one, sizeof one);
    world_gone(&w);
}

static int count_edge(void *arg, const struct id128 *a, const struct id128 *b)
{
    ++*(int *)arg;
    return 0;
}

static int edges_of(const struct world *w)
{
    struct engine *e = open_world(w, true);
    struct error err;
    int n = 0;
    assert_ok(store_network_edges(engine_store(e), count_edge, &n, &err));
    engine_close(e);
    return n;
}

/* Three accounts, three clips: the second posts copies with other bytes, the third mirrored ones. Each run brings a clip. */
static void copies_are_one_clip_of_the_network_as_families_grow(void **state)
{
    struct world w;
    world_new(&w);
    for (unsigned clip = 0; clip < 3; clip++) {
        char path[3][400], name[3][16];
        assert_int_equal(edges_of(&w), 0);
        for (unsigned k = 0; k < 3; k++) {
            snprintf(name[k], sizeof name[k], "%u-%u.bmp", clip, k);
            snprintf(path[k], sizeof path[k], "%s/%s", w.dir, name[k]);
        }
        write_waves(path[0], 20 + clip);
        write_copy(path[0], path[1], 5, false);
        write_copy(path[0], path[2], 9, true);
        for (unsigned k = 0; k < 3; k++) {
            FILE *f = fopen(w.feed, "wb");
            assert_non_null(f);
            fprintf(
                f,
                "{\"platform\":\"tiktok\",\"native_id\":\"%lld\",\"kind\":\"video\",\"account\":{\"handle\":"
                "\"person_%u\"},\"created\":\"2026-03-0%uT10:00:0%uZ\",\"collected\":\"2026-03-05T10:00:"
                "00Z\","
                "\"media\":[{\"kind\":\"image\",\"path\":\"%s\"}]}\n",
                7612345678901000000LL + clip * 10 + k, k, clip + 1, k, name[k]);
            assert_int_equal(fclose(f), 0);
            struct engine *e = open_world(&w, false);
            struct engine_summary sum = {0};
            struct error err;
            if (engine_intake(e, w.feed, NULL, NULL, &sum, &err) != 0) fail_msg("%s", err.text);
            if (engine_work(e, NULL, &sum, &err) != 0) fail_msg("%s", err.text);
            engine_close(e);
        }
    }
    assert_int_equal(edges_of(&w), 3);
    world_gone(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(copies_share_a_family_for_ever),
                                       cmocka_unit_test(copies_are_one_clip_of_the_network_as_families_grow)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
