#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"

/* A folder of the test's own, in the arena with every path made from it. */
struct place {
    struct arena a;
    char dir[64];
};

static int set_up(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    if (!p) return -1;
    arena_init(&p->a, 0);
    strcpy(p->dir, "/tmp/marsad-test-XXXXXX");
    *state = p;
    return mkdtemp(p->dir) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct place *p = *state;
    int rc = dir_remove_tree(p->dir, NULL);
    arena_done(&p->a);
    free(p);
    return rc;
}

static const char *in(void **state, const char *name)
{
    struct place *p = *state;
    return path_join(&p->a, sv_cstr(p->dir), sv_cstr(name)).p;
}

static void what_is_written_is_read(void **state)
{
    const char *path = in(state, "file");
    struct error err;
    struct buf b;
    buf_init(&b, 0);
    assert_false(file_exists(path));
    assert_ok(file_write_atomic(path, SV("one\0two"), &err));
    assert_true(file_exists(path));
    assert_false(dir_exists(path));
    assert_ok(file_read(path, 1000, &b, &err));
    assert_sv(buf_sv(&b), "one\0two");
    assert_ok(file_write_atomic(path, SV_NULL, &err));
    assert_ok(file_read(path, 0, &b, &err));
    assert_int_equal(b.n, 0);
    buf_done(&b);
}

static void a_rewrite_keeps_the_mode_and_leaves_no_other_file(void **state)
{
    struct place *p = *state;
    const char *path = in(state, "f");
    struct stat st;
    assert_ok(file_write_atomic(path, SV("1"), NULL));
    assert_ok(stat(path, &st));
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_ok(chmod(path, 0640));
    assert_ok(file_write_atomic(path, SV("2"), NULL));
    assert_ok(stat(path, &st));
    assert_int_equal(st.st_mode & 0777, 0640);
    assert_ok(unlink(path));
    assert_ok(rmdir(p->dir)); /* only an empty folder goes */
    assert_ok(mkdir(p->dir, 0700));
}

static void a_write_that_fails_says_where_and_leaves_nothing(void **state)
{
    struct place *p = *state;
    struct error err = {0};
    assert_int_equal(file_write_atomic(in(state, "no/such/file"), SV("x"), &err), ERR_IO);
    assert_non_null(strstr(err.text, "no/such/file"));
    assert_ok(mkdir(in(state, "taken"), 0700));
    assert_ok(file_write_atomic(in(state, "taken/f"), SV("x"), NULL));
    assert_int_equal(file_write_atomic(in(state, "taken"), SV("x"), &err), ERR_IO);
    assert_ok(dir_remove_tree(in(state, "taken"), &err));
    assert_ok(rmdir(p->dir));
    assert_ok(mkdir(p->dir, 0700));
}

static void a_link_is_written_through_and_stays(void **state)
{
    struct error err;
    struct stat st;
    struct buf b;
    const char *plain = in(state, "plain"), *link = in(state, "link");
    buf_init(&b, 0);
    assert_ok(file_write_atomic(plain, SV("old and long"), &err));
    assert_int_equal(symlink(plain, link), 0);
    assert_ok(file_write_atomic(link, SV("new"), &err));
    assert_ok(file_read(plain, 100, &b, &err));
    assert_sv(buf_sv(&b), "new");
    assert_int_equal(lstat(link, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_true(file_is_special(link));
    assert_false(file_is_special(plain));
    assert_false(file_is_special(in(state, "absent")));
    buf_done(&b);
}

static void a_read_keeps_to_its_maximum(void **state)
{
    const char *path = in(state, "f");
    struct buf text, b;
    buf_init(&text, 0);
    buf_pad(&text, 'x', 200000);
    assert_ok(file_write_atomic(path, buf_sv(&text), NULL));
    struct error err = {0};
    buf_init(&b, 0);
    assert_ok(file_read(path, 200000, &b, &err));
    assert_int_equal(b.n, 200000);
    assert_int_equal(file_read(path, 199999, &b, &err), ERR_LIMIT);
    assert_non_null(strstr(err.text, "199999"));
    buf_done(&b);
    buf_init(&b, 1000);
    assert_int_equal(file_read(path, 200000, &b, &err), ERR_LIMIT);
    assert_int_equal(file_read(in(state, "absent"), 10, &b, &err), ERR_NOTFOUND);
    assert_int_equal(file_read(((struct place *)*state)->dir, 10, &b, &err), ERR_IO);
    buf_done(&b);
    /* A file that claims no size is read to its end all the same. */
    buf_init(&b, 0);
    assert_ok(file_read("/proc/self/status", 1 << 20, &b, &err));
    assert_true(b.n > 0);
    buf_done(&b);
    buf_done(&text);
}

static void folders_are_made_and_removed_with_what_is_in_them(void **state)
{
    struct error err = {0};
    assert_ok(dir_make(in(state, "a/b//c/"), &err));
    assert_ok(dir_make(in(state, "a/b/c"), &err));
    assert_true(dir_exists(in(state, "a/b/c")));
    assert_ok(file_write_atomic(in(state, "a/b/f"), SV("x"), NULL));
    assert_int_equal(dir_make(in(state, "a/b/f/g"), &err), ERR_IO);
    assert_int_equal(dir_make(in(state, "a/b/f"), &err), ERR_IO);
    assert_ok(file_write_atomic(in(state, "kept"), SV("x"), NULL));
    assert_ok(symlink(in(state, "kept"), in(state, "a/link")));
    assert_ok(symlink("..", in(state, "a/up")));
    assert_int_equal(dir_remove_tree(in(state, "a/up"), &err), ERR_IO);
    assert_int_equal(dir_remove_tree(in(state, "kept"), &err), ERR_IO);
    assert_int_equal(dir_remove_tree(in(state, "absent"), &err), ERR_NOTFOUND);
    assert_ok(dir_remove_tree(in(state, "a"), &err));
    assert_false(dir_exists(in(state, "a")));
    assert_true(file_exists(in(state, "kept")));
}

static void a_tree_nested_too_deep_is_left_with_a_word(void **state)
{
    struct place *p = *state;
    struct error err = {0};
    const char *path = in(state, "d");
    for (int i = 0; i <= DIR_MAX_DEPTH; i++) path = path_join(&p->a, sv_cstr(path), SV("d")).p;
    assert_ok(dir_make(path, &err));
    assert_int_equal(dir_remove_tree(in(state, "d"), &err), ERR_LIMIT);
    assert_true(dir_exists(path));
    assert_ok(dir_remove_tree(in(state, "d/d/d"), &err));
}

static void paths_are_joined_and_taken_apart(void **state)
{
    static const struct {
        struct sv path, dir, base, ext;
    } cases[] = {
        {SV_INIT("a/b.txt"), SV_INIT("a"), SV_INIT("b.txt"), SV_INIT("txt")},
        {SV_INIT("b"), SV_INIT("."), SV_INIT("b"), {NULL, 0}},
        {SV_INIT("/b.tar.gz"), SV_INIT("/"), SV_INIT("b.tar.gz"), SV_INIT("gz")},
        {SV_INIT("/"), SV_INIT("/"), SV_INIT("/"), {NULL, 0}},
        {SV_INIT("a/b/"), SV_INIT("a"), SV_INIT("b"), {NULL, 0}},
        {SV_INIT("a.d//.hidden"), SV_INIT("a.d"), SV_INIT(".hidden"), {NULL, 0}},
        {SV_INIT("x."), SV_INIT("."), SV_INIT("x."), SV_INIT("")},
        {SV_INIT(""), SV_INIT("."), SV_INIT(""), {NULL, 0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(sv_eq(path_dir(cases[i].path), cases[i].dir));
        assert_true(sv_eq(path_base(cases[i].path), cases[i].base));
        assert_true(sv_eq(path_ext(cases[i].path), cases[i].ext));
    }
    struct place *p = *state;
    assert_sv(path_join(&p->a, SV("a"), SV("b")), "a/b");
    assert_sv(path_join(&p->a, SV("a/"), SV("b")), "a/b");
    assert_sv(path_join(&p->a, SV("a"), SV("/b")), "/b");
    assert_sv(path_join(&p->a, SV(""), SV("b")), "b");
}

struct want_line {
    const char *text;
    unsigned offset;
    bool too_long;
};

/* Lines of `text` with at most max bytes each must be as wanted (a NULL text ends the list). */
static void check_lines(void **state, struct sv text, size_t max, const struct want_line *want)
{
    struct lines l;
    struct error err = {0};
    struct sv line;
    const char *path = in(state, "lines");
    assert_ok(file_write_atomic(path, text, NULL));
    assert_ok(lines_open(&l, path, max, &err));
    assert_int_equal(l.file_bytes, text.n);
    for (size_t i = 0; want[i].text; i++) {
        assert_int_equal(lines_next(&l, &line, &err), 1);
        if (!sv_is(line, want[i].text)) fail_msg("line %zu is \"%.*s\"", i + 1, SV_FMT(line));
        assert_int_equal(l.line_number, i + 1);
        assert_int_equal(l.offset, want[i].offset);
        assert_int_equal(l.too_long, want[i].too_long);
    }
    assert_int_equal(lines_next(&l, &line, &err), 0);
    assert_int_equal(lines_next(&l, &line, &err), 0);
    assert_int_equal(l.next_offset, text.n);
    lines_close(&l);
    lines_close(&l);
}

static void lines_come_without_their_ends_and_with_their_places(void **state)
{
    check_lines(state, SV(""), 10, (struct want_line[]){{NULL}});
    check_lines(state, SV("\n"), 10, (struct want_line[]){{"", 0}, {NULL}});
    check_lines(state, SV("a\r\n\r\nb\rc\nend"), 10,
                (struct want_line[]){{"a", 0}, {"", 3}, {"b\rc", 5}, {"end", 9}, {NULL}});
    check_lines(state, SV("end\r"), 10, (struct want_line[]){{"end\r", 0}, {NULL}});
}

static void a_long_line_is_cut_and_the_next_one_is_whole(void **state)
{
    check_lines(state, SV("1234\n12345\n1234\r\n12345\r\n1\n"), 4,
                (struct want_line[]){
                    {"1234", 0}, {"1234", 5, true}, {"1234", 11}, {"1234", 17, true}, {"1", 24}, {NULL}});
    check_lines(state, SV("123456789"), 4, (struct want_line[]){{"1234", 0, true}, {NULL}});
    check_lines(state, SV("x\n"), 0, (struct want_line[]){{"", 0, true}, {NULL}});
}

static void lines_around_the_read_step_are_whole(void **state)
{
    enum { STEP = 64 << 10 };
    for (size_t n = STEP - 3; n <= STEP + 3; n++) {
        struct buf text;
        buf_init(&text, 0);
        buf_pad(&text, 'x', n);
        char *long_line = strdup(buf_cstr(&text));
        buf_puts(&text, "\r\nafter\n");
        check_lines(state, buf_sv(&text), 2 * STEP,
                    (struct want_line[]){{long_line, 0}, {"after", (unsigned)n + 2}, {NULL}});
        check_lines(state, buf_sv(&text), 3,
                    (struct want_line[]){{"xxx", 0, true}, {"aft", (unsigned)n + 2, true}, {NULL}});
        buf_pad(&text, 'y', 3 * STEP);
        long_line[5] = '\0';
        check_lines(
            state, buf_sv(&text), 5,
            (struct want_line[]){
                {long_line, 0, true}, {"after", (unsigned)n + 2}, {"yyyyy", (unsigned)n + 8, true}, {NULL}});
        free(long_line);
        buf_done(&text);
    }
}

static void lines_of_what_cannot_be_read_are_an_error(void **state)
{
    struct lines l;
    struct error err = {0};
    struct sv line;
    assert_int_equal(lines_open(&l, in(state, "absent"), 10, &err), ERR_NOTFOUND);
    lines_close(&l);
    assert_int_equal(lines_open(&l, in(state, "absent"), SIZE_MAX, &err), ERR_ARG);
    lines_close(&l);
    assert_ok(lines_open(&l, ((struct place *)*state)->dir, 10, &err));
    assert_int_equal(lines_next(&l, &line, &err), ERR_IO);
    lines_close(&l);
}

static void a_pipe_is_written_into_and_not_replaced(void **state)
{
    char path[96], got[4] = "";
    struct stat st;
    snprintf(path, sizeof path, "%s/pipe", ((struct place *)*state)->dir);
    assert_int_equal(mkfifo(path, 0600), 0);
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_ok(file_write_atomic(path, SV("one"), NULL));
    assert_int_equal(read(fd, got, sizeof got), 3);
    assert_memory_equal(got, "one", 3);
    assert_int_equal(lstat(path, &st), 0);
    assert_true(S_ISFIFO(st.st_mode));
    close(fd);
}

#define FILE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(what_is_written_is_read),
        FILE_TEST(a_rewrite_keeps_the_mode_and_leaves_no_other_file),
        FILE_TEST(a_write_that_fails_says_where_and_leaves_nothing),
        FILE_TEST(a_pipe_is_written_into_and_not_replaced),
        FILE_TEST(a_link_is_written_through_and_stays),
        FILE_TEST(a_read_keeps_to_its_maximum),
        FILE_TEST(folders_are_made_and_removed_with_what_is_in_them),
        FILE_TEST(a_tree_nested_too_deep_is_left_with_a_word),
        FILE_TEST(paths_are_joined_and_taken_apart),
        FILE_TEST(lines_come_without_their_ends_and_with_their_places),
        FILE_TEST(a_long_line_is_cut_and_the_next_one_is_whole),
        FILE_TEST(lines_around_the_read_step_are_whole),
        FILE_TEST(lines_of_what_cannot_be_read_are_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
