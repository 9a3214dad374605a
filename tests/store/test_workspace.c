#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "store/store.h"
#include "store/workspace.h"

struct fixture {
    char top[64], dir[96];
    struct arena arena;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (!f) return -1;
    arena_init(&f->arena, 0);
    strcpy(f->top, "/tmp/marsad-space-XXXXXX");
    if (!mkdtemp(f->top)) return -1;
    snprintf(f->dir, sizeof f->dir, "%s/space", f->top);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_done(&f->arena);
    int rc = dir_remove_tree(f->top, &f->err);
    free(f);
    return rc;
}

static const char *in(struct fixture *f, const char *dir, const char *name)
{
    return arena_printf(&f->arena, "%s/%s", dir, name).p;
}

static struct workspace *open_as(struct fixture *f, enum workspace_mode mode)
{
    struct workspace *w = NULL;
    assert_ok(workspace_open(f->dir, mode, &w, &f->err));
    return w;
}

static void a_workspace_is_made_and_opened(void **state)
{
    struct fixture *f = *state;
    struct store *s;
    struct stat st;
    assert_ok(workspace_init(f->dir, &f->err));
    struct workspace *w = open_as(f, WORKSPACE_RUN);
    assert_string_equal(workspace_dir(w), f->dir);
    assert_ok(store_open(workspace_db(w), &s, &f->err));
    store_close(s);
    assert_int_equal(stat(f->dir, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(stat(workspace_db(w), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    workspace_close(w);
    assert_ok(workspace_init(f->dir, &f->err));
}

static void a_folder_with_other_things_in_it_is_left_alone(void **state)
{
    struct fixture *f = *state;
    assert_ok(dir_make(f->dir, &f->err));
    assert_ok(file_write_atomic(in(f, f->dir, "thesis.odt"), SV("x"), &f->err));
    assert_int_equal(workspace_init(f->dir, &f->err), ERR_EXISTS);
    assert_non_null(strstr(f->err.text, "thesis.odt"));
    assert_false(file_exists(in(f, f->dir, "workspace")));
    assert_false(dir_exists(in(f, f->dir, "media")));
}

static void a_half_made_workspace_is_finished(void **state)
{
    struct fixture *f = *state;
    assert_ok(dir_make(in(f, f->dir, "media"), &f->err));
    assert_ok(workspace_init(f->dir, &f->err));
    workspace_close(open_as(f, WORKSPACE_LOOK));
}

static void what_is_no_workspace_is_not_opened(void **state)
{
    struct fixture *f = *state;
    struct workspace *w;
    assert_int_equal(workspace_open(f->dir, WORKSPACE_LOOK, &w, &f->err), ERR_NOTFOUND);
    assert_ok(workspace_init(f->dir, &f->err));
    assert_ok(file_write_atomic(in(f, f->dir, "workspace"), SV("marsad workspace 99\n"), &f->err));
    assert_int_equal(workspace_open(f->dir, WORKSPACE_LOOK, &w, &f->err), ERR_UNSUPPORTED);
    assert_ok(file_write_atomic(in(f, f->dir, "workspace"), SV("a shopping list\n"), &f->err));
    assert_int_equal(workspace_open(f->dir, WORKSPACE_LOOK, &w, &f->err), ERR_FORMAT);
}

static void one_runs_and_many_look(void **state)
{
    struct fixture *f = *state;
    struct workspace *w;
    char owner[OWNER_TEXT_BYTES];
    assert_ok(workspace_init(f->dir, &f->err));
    assert_ok(workspace_owner(owner, &f->err));
    struct workspace *run = open_as(f, WORKSPACE_RUN), *a = open_as(f, WORKSPACE_LOOK),
                     *b = open_as(f, WORKSPACE_LOOK);
    assert_int_equal(workspace_open(f->dir, WORKSPACE_RUN, &w, &f->err), ERR_BUSY);
    assert_non_null(strstr(f->err.text, owner));
    assert_int_equal(workspace_open(f->dir, WORKSPACE_ALONE, &w, &f->err), ERR_BUSY);
    workspace_close(run);
    workspace_close(open_as(f, WORKSPACE_RUN));
    workspace_close(a);
    workspace_close(b);
    struct workspace *alone = open_as(f, WORKSPACE_ALONE);
    assert_int_equal(workspace_open(f->dir, WORKSPACE_LOOK, &w, &f->err), ERR_BUSY);
    workspace_close(alone);
}

static void a_killed_runner_holds_nothing(void **state)
{
    struct fixture *f = *state;
    int ready[2];
    char byte;
    assert_ok(workspace_init(f->dir, &f->err));
    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct workspace *w;
        if (workspace_open(f->dir, WORKSPACE_RUN, &w, NULL) != 0) _exit(1);
        if (write(ready[1], "x", 1) != 1) _exit(1);
        for (;;) pause();
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    struct workspace *w;
    assert_int_equal(workspace_open(f->dir, WORKSPACE_RUN, &w, &f->err), ERR_BUSY);
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    workspace_close(open_as(f, WORKSPACE_RUN));
    close(ready[0]);
    close(ready[1]);
}

static void an_owner_is_alive_while_it_runs(void **state)
{
    struct fixture *f = *state;
    char owner[OWNER_TEXT_BYTES];
    int ready[2], go[2];
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(go), 0);
    assert_ok(workspace_owner(owner, &f->err));
    assert_true(workspace_owner_alive(sv_cstr(owner)));
    pid_t pid = fork();
    if (pid == 0) {
        char mine[OWNER_TEXT_BYTES] = "", byte;
        if (workspace_owner(mine, NULL) != 0 || write(ready[1], mine, sizeof mine) != sizeof mine) _exit(1);
        if (read(go[0], &byte, 1) != 1) _exit(1);
        _exit(0);
    }
    assert_int_equal(read(ready[0], owner, sizeof owner), sizeof owner);
    assert_true(workspace_owner_alive(sv_cstr(owner)));
    assert_int_equal(write(go[1], "x", 1), 1);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_false(workspace_owner_alive(sv_cstr(owner)));
    for (int i = 0; i < 2; i++) {
        close(ready[i]);
        close(go[i]);
    }
}

static void another_process_under_the_same_number_is_not_the_owner(void **state)
{
    struct fixture *f = *state;
    char owner[OWNER_TEXT_BYTES];
    assert_ok(workspace_owner(owner, &f->err));
    size_t n = strlen(owner);
    owner[n - 1] = owner[n - 1] == '0' ? '1' : '0';
    assert_false(workspace_owner_alive(sv_cstr(owner)));
}

static void of_other_hosts_nothing_is_known(void **state)
{
    assert_true(workspace_owner_alive(SV("elsewhere.example:1:1")));
    assert_true(workspace_owner_alive(SV("")));
    assert_true(workspace_owner_alive(SV("::")));
    assert_true(workspace_owner_alive(SV("x:y:z")));
}

static size_t files_in(const char *dir)
{
    size_t n = 0;
    char command[256];
    snprintf(command, sizeof command, "find '%s' -type f | wc -l", dir);
    FILE *p = popen(command, "r");
    assert_non_null(p);
    assert_int_equal(fscanf(p, "%zu", &n), 1);
    pclose(p);
    return n;
}

static void media_is_kept_once_under_its_content(void **state)
{
    struct fixture *f = *state;
    struct kept_media kept, again;
    struct stat st;
    struct buf b;
    const char *source = in(f, f->top, "clip.mp4"), *copy = in(f, f->top, "other name.mp4");
    assert_ok(workspace_init(f->dir, &f->err));
    struct workspace *w = open_as(f, WORKSPACE_RUN);
    assert_ok(file_write_atomic(source, SV("abc"), &f->err));
    assert_ok(file_write_atomic(copy, SV("abc"), &f->err));
    assert_ok(workspace_keep_media(w, source, &f->arena, &kept, &f->err));
    assert_sv(kept.path, "media/ba/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(kept.bytes, 3);
    assert_ok(workspace_keep_media(w, copy, &f->arena, &again, &f->err));
    assert_true(sv_eq(kept.path, again.path));
    assert_int_equal(files_in(in(f, f->dir, "media")), 1);
    const char *path = in(f, f->dir, kept.path.p);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0400);
    buf_init(&b, 0);
    assert_ok(file_read(path, 100, &b, &f->err));
    assert_sv(buf_sv(&b), "abc");
    buf_done(&b);
    workspace_close(w);
}

static void an_empty_file_and_a_large_one_are_kept(void **state)
{
    struct fixture *f = *state;
    struct kept_media kept;
    struct buf b, got;
    const char *source = in(f, f->top, "file");
    assert_ok(workspace_init(f->dir, &f->err));
    struct workspace *w = open_as(f, WORKSPACE_RUN);
    assert_ok(file_write_atomic(source, SV(""), &f->err));
    assert_ok(workspace_keep_media(w, source, &f->arena, &kept, &f->err));
    assert_int_equal(kept.bytes, 0);
    buf_init(&b, 0);
    buf_init(&got, 0);
    for (int i = 0; i < 700000; i++) buf_put_u32(&b, (uint32_t)i * 2654435761u);
    assert_ok(file_write_atomic(source, buf_sv(&b), &f->err));
    assert_ok(workspace_keep_media(w, source, &f->arena, &kept, &f->err));
    assert_int_equal(kept.bytes, b.n);
    assert_ok(file_read(in(f, f->dir, kept.path.p), b.n + 1, &got, &f->err));
    assert_true(sv_eq(buf_sv(&got), buf_sv(&b)));
    buf_done(&b);
    buf_done(&got);
    workspace_close(w);
}

/* Files of /proc cannot be shared or copied by the kernel, and say that they are empty. */
static void a_file_that_lies_about_its_size_is_kept_as_read(void **state)
{
    struct fixture *f = *state;
    struct kept_media kept;
    struct sha256 h;
    struct buf got;
    assert_ok(workspace_init(f->dir, &f->err));
    struct workspace *w = open_as(f, WORKSPACE_RUN);
    assert_ok(workspace_keep_media(w, "/proc/version", &f->arena, &kept, &f->err));
    assert_true(kept.bytes > 0);
    buf_init(&got, 0);
    assert_ok(file_read(in(f, f->dir, kept.path.p), 1 << 20, &got, &f->err));
    sha256_of(buf_sv(&got), &h);
    assert_memory_equal(h.b, kept.sha256.b, sizeof h.b);
    buf_done(&got);
    workspace_close(w);
}

static void what_is_no_regular_file_is_refused(void **state)
{
    struct fixture *f = *state;
    struct kept_media kept;
    const char *fifo = in(f, f->top, "pipe");
    assert_ok(workspace_init(f->dir, &f->err));
    struct workspace *w = open_as(f, WORKSPACE_RUN);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(workspace_keep_media(w, fifo, &f->arena, &kept, &f->err), ERR_ARG);
    assert_int_equal(workspace_keep_media(w, f->top, &f->arena, &kept, &f->err), ERR_ARG);
    assert_int_equal(workspace_keep_media(w, "/dev/zero", &f->arena, &kept, &f->err), ERR_ARG);
    assert_int_equal(workspace_keep_media(w, in(f, f->top, "none"), &f->arena, &kept, &f->err), ERR_NOTFOUND);
    const char *big = in(f, f->top, "big");
    int fd = open(big, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(ftruncate(fd, INT64_C(5) << 30), 0);
    close(fd);
    assert_int_equal(workspace_keep_media(w, big, &f->arena, &kept, &f->err), ERR_LIMIT);
    assert_int_equal(files_in(in(f, f->dir, "media")), 0);
    workspace_close(w);
}

static void a_copy_that_a_killed_runner_left_is_swept(void **state)
{
    struct fixture *f = *state;
    assert_ok(workspace_init(f->dir, &f->err));
    const char *left = in(f, f->dir, "media/tmp/aBcDeF");
    assert_ok(file_write_atomic(left, SV("half"), &f->err));
    workspace_close(open_as(f, WORKSPACE_LOOK));
    assert_true(file_exists(left));
    workspace_close(open_as(f, WORKSPACE_RUN));
    assert_false(file_exists(left));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_workspace_is_made_and_opened, setup, teardown),
        cmocka_unit_test_setup_teardown(a_folder_with_other_things_in_it_is_left_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(a_half_made_workspace_is_finished, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_workspace_is_not_opened, setup, teardown),
        cmocka_unit_test_setup_teardown(one_runs_and_many_look, setup, teardown),
        cmocka_unit_test_setup_teardown(a_killed_runner_holds_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(an_owner_is_alive_while_it_runs, setup, teardown),
        cmocka_unit_test_setup_teardown(another_process_under_the_same_number_is_not_the_owner, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(of_other_hosts_nothing_is_known, setup, teardown),
        cmocka_unit_test_setup_teardown(media_is_kept_once_under_its_content, setup, teardown),
        cmocka_unit_test_setup_teardown(an_empty_file_and_a_large_one_are_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(a_file_that_lies_about_its_size_is_kept_as_read, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_regular_file_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_copy_that_a_killed_runner_left_is_swept, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
