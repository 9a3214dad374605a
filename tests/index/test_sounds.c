/* An index of sounds that grows: found at once, joined, kept on disk, and never wrong whatever became of its files. */
#include "test.h"

#include <dirent.h>
#include <unistd.h>

#include "base/file.h"
#include "index/sounds_priv.h"
#include "made_prints.h"

enum { SONGS = 12, TICKS = 20 * 500, CAP = 4000 };

static char dir[64];
static struct landmark songs[SONGS][CAP];
static size_t lengths[SONGS];

static int make_dir(void **state)
{
    strcpy(dir, "/tmp/marsad-sounds-XXXXXX");
    for (uint32_t i = 0; i < SONGS; i++) lengths[i] = made_print(i + 1, TICKS, songs[i], CAP);
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state) { return dir_remove_tree(dir, NULL); }

static struct id128 name_of(uint32_t song)
{
    struct id128 id = {{0}};
    id.b[0] = (uint8_t)(song + 1);
    return id;
}

static struct landmark_print print_of(uint32_t song)
{
    return (struct landmark_print){name_of(song), songs[song], lengths[song], TICKS};
}

static void add(struct sounds *s, uint32_t song)
{
    struct landmark_print p = print_of(song);
    assert_ok(sounds_add(s, &p, 1, NULL));
}

/* The song that ten seconds of it are found to be; -1: none. */
static int heard_as(const struct sounds *s, uint32_t song)
{
    struct landmark query[CAP];
    struct made_copy c = {.from = 2000, .to = 7000, .tempo = 1.05, .pitch = 12, .lost = 20, .noise = 40};
    size_t n = made_query(songs[song], lengths[song], &c, query), found = 0;
    struct landmark_match m[LANDMARK_MATCHES_MAX];
    struct landmark_scratch *scratch = NULL;
    for (size_t i = 0; i < n; i++) query[i].flags |= LANDMARK_STRONG;
    assert_ok(landmark_scratch_new(&scratch, NULL));
    assert_ok(sounds_query(s, scratch, query, n, m, &found, NULL));
    landmark_scratch_free(scratch);
    if (found == 0 || m[0].probability < 0.5f) return -1;
    for (size_t i = 1; i < found; i++) assert_true(m[i].score <= m[0].score);
    return sounds_id(s, m[0].reference).b[0] - 1;
}

static void assert_finds(const struct sounds *s, uint32_t first, uint32_t end)
{
    for (uint32_t i = 0; i < SONGS; i++)
        assert_int_equal(heard_as(s, i), i >= first && i < end ? (int)i : -1);
}

static void what_is_added_is_found_at_once(void **state)
{
    struct sounds *s = NULL;
    assert_ok(sounds_new(&s, NULL));
    assert_int_equal(heard_as(s, 0), -1);
    for (uint32_t i = 0; i < SONGS; i++) {
        assert_int_equal(heard_as(s, i), -1);
        add(s, i);
        assert_int_equal(heard_as(s, i), (int)i);
        assert_int_equal(sounds_count(s), i + 1);
    }
    assert_finds(s, 0, SONGS);
    sounds_free(s);
}

static bool not_the_third(void *arg, const struct id128 *id) { return id->b[0] != 3; }

static void joining_keeps_what_is_wanted(void **state)
{
    struct sounds *s = NULL;
    assert_ok(sounds_new(&s, NULL));
    for (uint32_t i = 0; i < 6; i++) add(s, i);
    assert_ok(sounds_tidy(s, NULL, NULL, NULL));
    assert_false(sounds_untidy(s));
    assert_finds(s, 0, 6);
    assert_ok(sounds_tidy(s, not_the_third, NULL, NULL));
    assert_int_equal(sounds_count(s), 5);
    assert_int_equal(heard_as(s, 2), -1);
    assert_int_equal(heard_as(s, 5), 5);
    sounds_free(s);
}

static void full_indexes_are_not_joined_but_lose_what_is_not_wanted(void **state)
{
    struct sounds *s = NULL;
    assert_ok(sounds_new(&s, NULL));
    struct landmark_print lot[5];
    for (uint32_t i = 0; i < 5; i++) lot[i] = print_of(i);
    assert_ok(sounds_add(s, lot, 5, NULL));
    for (uint32_t i = 5; i < 7; i++) add(s, i);
    size_t indexes = s->indexes.n;
    assert_true(indexes > 1);
    assert_ok(sounds_tidy_below(s, 1, NULL, NULL, NULL));
    assert_int_equal(s->indexes.n, indexes);
    assert_ok(sounds_tidy_below(s, 1, not_the_third, NULL, NULL));
    assert_int_equal(s->indexes.n, indexes);
    assert_int_equal(sounds_count(s), 6);
    for (uint32_t i = 0; i < 7; i++) assert_int_equal(heard_as(s, i), i == 2 ? -1 : (int)i);
    assert_ok(sounds_tidy_below(s, lengths[5] + lengths[6], not_the_third, NULL, NULL));
    assert_true(s->indexes.n <= indexes && s->indexes.n > 1);
    sounds_free(s);
}

static struct sounds *reopen(const char *name)
{
    struct sounds *s = NULL;
    assert_ok(sounds_open(dir, name, &s, NULL));
    return s;
}

static size_t files_of(const char *ending)
{
    size_t n = 0;
    DIR *d = opendir(dir);
    for (struct dirent *e; (e = readdir(d));) n += strstr(e->d_name, ending) != NULL;
    closedir(d);
    return n;
}

static void what_was_saved_is_there_again_and_grows_on(void **state)
{
    struct sounds *s = NULL;
    assert_int_equal(sounds_open(dir, "grow", &s, NULL), ERR_NOTFOUND);
    assert_ok(sounds_new(&s, NULL));
    assert_ok(sounds_save(s, dir, "grow", NULL)); /* nothing is something too */
    sounds_free(s);
    s = reopen("grow");
    for (uint32_t i = 0; i < SONGS; i++) {
        add(s, i);
        assert_ok(sounds_save(s, dir, "grow", NULL));
        sounds_free(s);
        s = reopen("grow");
        assert_int_equal(sounds_count(s), i + 1);
    }
    assert_finds(s, 0, SONGS);
    assert_ok(sounds_tidy(s, NULL, NULL, NULL));
    assert_ok(sounds_save(s, dir, "grow", NULL));
    assert_int_equal(files_of(".lmk"), 1);
    sounds_free(s);
    s = reopen("grow");
    assert_finds(s, 0, SONGS);
    sounds_free(s);
}

/* ---- damage ---- */

static struct sounds *three_saved(const char *name)
{
    struct sounds *s = NULL;
    assert_ok(sounds_new(&s, NULL));
    for (uint32_t i = 0; i < 3; i++) add(s, i);
    assert_ok(sounds_tidy(s, NULL, NULL, NULL)); /* one file */
    assert_ok(sounds_save(s, dir, name, NULL));
    return s;
}

static void path_of(const char *name, const char *ending, char out[400])
{
    DIR *d = opendir(dir);
    out[0] = '\0';
    for (struct dirent *e; (e = readdir(d));)
        if (strncmp(e->d_name, name, strlen(name)) == 0 && strstr(e->d_name, ending))
            snprintf(out, 400, "%s/%s", dir, e->d_name);
    closedir(d);
    assert_true(out[0]);
}

static void a_file_cut_or_flipped_anywhere_is_noticed(void **state)
{
    static const char *const endings[] = {".sounds", ".lmk"};
    sounds_free(three_saved("harm"));
    for (int which = 0; which < 2; which++) {
        struct buf whole;
        char path[400];
        uint32_t seed = 5;
        buf_init(&whole, 0);
        path_of("harm", endings[which], path);
        assert_ok(file_read(path, 64 << 20, &whole, NULL));
        for (size_t i = 0; i < 100; i++) {
            struct sounds *s = NULL;
            size_t at = i < 40 && i * 3 < whole.n ? i * 3 : draw(&seed) % whole.n;
            assert_ok(file_write_atomic(path, sv_of(whole.p, at), NULL));
            assert_int_equal(sounds_open(dir, "harm", &s, NULL), ERR_FORMAT);
            whole.p[at] ^= (char)(1 << (i % 8));
            assert_ok(file_write_atomic(path, buf_sv(&whole), NULL));
            int rc = sounds_open(dir, "harm", &s, NULL);
            whole.p[at] ^= (char)(1 << (i % 8));
            if (rc == 0) print_message("byte %zu of %s\n", at, path);
            assert_int_equal(rc, ERR_FORMAT);
        }
        assert_ok(file_write_atomic(path, buf_sv(&whole), NULL));
        buf_done(&whole);
    }
    struct sounds *s = reopen("harm");
    assert_finds(s, 0, 3);
    sounds_free(s);
}

static void an_index_that_is_missing_or_another_is_noticed(void **state)
{
    char path[400], other[400];
    struct buf b;
    struct sounds *s = NULL;
    buf_init(&b, 0);
    sounds_free(three_saved("gone"));
    assert_ok(sounds_new(&s, NULL));
    add(s, 7);
    assert_ok(sounds_save(s, dir, "else", NULL));
    sounds_free(s);
    path_of("gone", ".lmk", path);
    path_of("else", ".lmk", other);
    assert_ok(file_read(other, 64 << 20, &b, NULL));
    assert_ok(file_write_atomic(path, buf_sv(&b), NULL));
    assert_int_equal(sounds_open(dir, "gone", &s, NULL), ERR_FORMAT);
    assert_ok(unlink(path));
    assert_int_equal(sounds_open(dir, "gone", &s, NULL), ERR_FORMAT);
    buf_done(&b);
}

/* A save is killed before its list is in place, with half a file of an index beside it: the old state is there, and the next save is
 * whole. */
static void a_save_that_was_killed_leaves_the_old_state(void **state)
{
    char list[400];
    struct buf old, half;
    buf_init(&old, 0);
    buf_init(&half, 0);
    struct sounds *s = three_saved("kill");
    path_of("kill", ".sounds", list);
    assert_ok(file_read(list, 1 << 20, &old, NULL));
    for (uint32_t i = 3; i < 9; i++) add(s, i);
    assert_ok(sounds_save(s, dir, "kill", NULL));
    sounds_free(s);
    /* The old list and the old index, as they lie when the new list did not come. */
    s = three_saved("again");
    sounds_free(s);
    char from[400], to[400];
    path_of("again", ".lmk", from);
    assert_ok(file_read(from, 64 << 20, &half, NULL));
    snprintf(to, sizeof to, "%s/kill.%016x.lmk", dir, 1);
    assert_ok(file_write_atomic(to, buf_sv(&half), NULL));
    assert_ok(file_write_atomic(list, buf_sv(&old), NULL));
    snprintf(to, sizeof to, "%s/kill.%016x.lmk", dir, 77);
    assert_ok(file_write_atomic(to, sv_sub(buf_sv(&half), 0, half.n / 2), NULL));
    s = reopen("kill");
    assert_finds(s, 0, 3);
    add(s, 3);
    assert_ok(sounds_save(s, dir, "kill", NULL));
    sounds_free(s);
    s = reopen("kill");
    assert_finds(s, 0, 4);
    sounds_free(s);
    buf_done(&old);
    buf_done(&half);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_added_is_found_at_once),
        cmocka_unit_test(joining_keeps_what_is_wanted),
        cmocka_unit_test(full_indexes_are_not_joined_but_lose_what_is_not_wanted),
        cmocka_unit_test(what_was_saved_is_there_again_and_grows_on),
        cmocka_unit_test(a_file_cut_or_flipped_anywhere_is_noticed),
        cmocka_unit_test(an_index_that_is_missing_or_another_is_noticed),
        cmocka_unit_test(a_save_that_was_killed_leaves_the_old_state),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
