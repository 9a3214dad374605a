/* Programs that stand in for recognisers: what they say, and what becomes of those that misbehave. */
#include "test.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "speech/recogniser.h"

struct place {
    char dir[64], script[96], manifest[96];
};

static struct place place_of_script(const char *script, int timeout_s)
{
    struct place p;
    char text[400];
    snprintf(p.dir, sizeof p.dir, "/tmp/marsad-speech-test-XXXXXX");
    assert_non_null(mkdtemp(p.dir));
    snprintf(p.script, sizeof p.script, "%s/stand-in", p.dir);
    snprintf(p.manifest, sizeof p.manifest, "%s/recogniser.json", p.dir);
    assert_ok(file_write_atomic(p.script, sv_cstr(script), NULL));
    assert_ok(chmod(p.script, 0700));
    snprintf(
        text, sizeof text,
        "{\"name\":\"stand-in 1\",\"command\":[\"%s\",\"an argument\"],\"timeout_s\":%d,\"language\":\"ar\"}",
        p.script, timeout_s);
    assert_ok(file_write_atomic(p.manifest, sv_cstr(text), NULL));
    return p;
}

static struct recogniser *start(const struct place *p)
{
    struct recogniser *r = NULL;
    struct recogniser_options o = {.manifest = p->manifest, .folder = p->dir};
    assert_ok(recogniser_new(&o, &r, NULL));
    return r;
}

/* No sound is left behind. */
static size_t sounds_in(const char *dir)
{
    size_t n = 0;
    DIR *d = opendir(dir);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));) n += strstr(e->d_name, ".wav") != NULL;
    closedir(d);
    return n;
}

static void end(struct recogniser *r, const struct place *p)
{
    recogniser_free(r);
    assert_int_equal(sounds_in(p->dir), 0);
    assert_ok(dir_remove_tree(p->dir, NULL));
}

static int ask(struct recogniser *r, struct arena *a, struct spoken *out, struct error *err)
{
    int16_t samples[1600];
    for (int i = 0; i < 1600; i++) samples[i] = (int16_t)i;
    return recogniser_ask(r, samples, 1600, a, out, err);
}

static const char honest[] =
    "#!/bin/sh\n"
    "[ \"$1\" = 'an argument' ] || exit 3\n"
    "while read -r line; do\n"
    "  id=${line#*\\\"id\\\":}; id=${id%%,*}\n"
    "  path=${line#*\\\"path\\\":\\\"}; path=${path%%\\\"*}\n"
    "  size=$(wc -c <\"$path\")\n"
    "  case $line in *'\"language\":\"ar\"'*) l=ar ;; *) l=none ;; esac\n"
    "  echo "
    "\"{\\\"id\\\":$id,\\\"words\\\":[{\\\"start\\\":0.25,\\\"end\\\":0.5,\\\"text\\\":\\\"$size\\\"},\"\\\n"
    "\"{\\\"start\\\":0.5,\\\"end\\\":0.75,\\\"text\\\":\\\"$l\\\"}]}\"\n"
    "done\n";

static void an_honest_program_is_asked_again_and_again(void **state)
{
    struct place p = place_of_script(honest, 20);
    struct recogniser *r = start(&p);
    assert_sv(recogniser_name(r), "stand-in 1");
    for (int i = 0; i < 3; i++) {
        struct arena a;
        struct spoken s;
        arena_init(&a, 0);
        assert_ok(ask(r, &a, &s, NULL));
        assert_sv(s.by, "stand-in 1");
        assert_int_equal(s.n, 2);
        assert_sv(s.v[0].text, "3244"); /* 44 of head, 1600 samples */
        assert_sv(s.v[1].text, "ar");
        assert_int_equal(s.v[0].start_ms, 250);
        assert_int_equal(s.v[1].end_ms, 750);
        arena_done(&a);
    }
    end(r, &p);
}

/* Each fails once, is started again, and after SPEECH_MAX_FAILURES is left alone. */
static void programs_that_misbehave_cost_their_answer_and_no_more(void **state)
{
    static const struct {
        const char *script;
        int code;
    } rows[] = {
        {"#!/bin/sh\nexit 1\n", ERR_WORKER},
        {"#!/bin/sh\nread -r line; echo hello\n", ERR_FORMAT},
        {"#!/bin/sh\nread -r line; echo '{\"id\":99,\"words\":[]}'\n", ERR_FORMAT},
        {"#!/bin/sh\nread -r line; echo '{\"id\":1'\n", ERR_FORMAT},
        {"#!/bin/sh\nread -r line; printf '{\"id\":1,'\n", ERR_WORKER},
        {"#!/bin/sh\nread -r line; sleep 60 & sleep 60\n", ERR_TIMEOUT},
        {"#!/bin/sh\nread -r line; exec cat /dev/zero\n", ERR_LIMIT},
        {"#!/bin/sh\nread -r line; kill -SEGV $$\n", ERR_WORKER},
        {"#!/nowhere/at/all\n", ERR_WORKER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct place p = place_of_script(rows[i].script, rows[i].code == ERR_TIMEOUT ? 1 : 60);
        struct recogniser *r = start(&p);
        struct arena a;
        struct spoken s;
        struct error err = {0};
        arena_init(&a, 0);
        int code = ask(r, &a, &s, &err);
        if (code != rows[i].code) print_message("row %zu: %d %s\n", i, code, err.text);
        assert_int_equal(code, rows[i].code);
        assert_int_equal(sounds_in(p.dir), 0);
        arena_done(&a);
        end(r, &p);
    }
}

static void one_that_always_fails_is_not_asked_again(void **state)
{
    struct place p = place_of_script("#!/bin/sh\necho x >>\"$0.asked\"; exit 1\n", 5);
    struct recogniser *r = start(&p);
    struct arena a;
    struct spoken s;
    struct buf asked;
    char path[128];
    arena_init(&a, 0);
    buf_init(&asked, 0);
    for (int i = 0; i < SPEECH_MAX_FAILURES; i++) assert_int_equal(ask(r, &a, &s, NULL), ERR_WORKER);
    assert_int_equal(ask(r, &a, &s, NULL), ERR_BUSY);
    snprintf(path, sizeof path, "%s.asked", p.script);
    assert_ok(file_read(path, 100, &asked, NULL));
    assert_int_equal(asked.n, 2 * SPEECH_MAX_FAILURES);
    buf_done(&asked);
    arena_done(&a);
    end(r, &p);
}

static void an_error_told_is_passed_on_and_the_program_lives(void **state)
{
    struct place p = place_of_script(
        "#!/bin/sh\nn=0\nwhile read -r line; do n=$((n+1)); if [ $n = 1 ]; then echo "
        "'{\"id\":1,\"error\":\"no model\"}'; else echo '{\"id\":2,\"words\":[]}'; fi; done\n",
        20);
    struct recogniser *r = start(&p);
    struct arena a;
    struct spoken s;
    struct error err;
    arena_init(&a, 0);
    assert_int_equal(ask(r, &a, &s, &err), ERR_WORKER);
    assert_non_null(strstr(err.text, "no model"));
    assert_ok(ask(r, &a, &s, NULL));
    assert_int_equal(s.n, 0);
    arena_done(&a);
    end(r, &p);
}

static void manifests_that_make_no_sense_are_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{\"command\":[\"x\"]}",
        "{\"name\":\"x\"}",
        "{\"name\":\"x\",\"command\":[]}",
        "{\"name\":\"x\",\"command\":\"x\"}",
        "{\"name\":\"x\",\"command\":[7]}",
        "{\"name\":\"x\",\"command\":[\"\"]}",
        "{\"name\":\"x\",\"command\":[\"a\\u0000b\"]}",
        "{\"name\":\"x\\n\",\"command\":[\"x\"]}",
        "{\"name\":\"x\",\"command\":[\"x\"],\"timeout_s\":0}",
        "{\"name\":\"x\",\"command\":[\"x\"],\"timeout_s\":99999999}",
        "{\"name\":\"x\",\"command\":[\"x\"],\"language\":\"a language with a long name\"}",
    };
    struct place p = place_of_script("", 1);
    struct recogniser_options o = {.manifest = p.manifest};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct recogniser *r = NULL;
        struct error err = {0};
        assert_ok(file_write_atomic(p.manifest, sv_cstr(bad[i]), NULL));
        int code = recogniser_new(&o, &r, &err);
        if (code != ERR_FORMAT) print_message("manifest %zu: %d %s\n", i, code, err.text);
        assert_int_equal(code, ERR_FORMAT);
        assert_non_null(strstr(err.text, "recogniser.json"));
    }
    assert_ok(unlink(p.manifest));
    struct recogniser *r = NULL;
    assert_int_equal(recogniser_new(&o, &r, NULL), ERR_NOTFOUND);
    assert_ok(dir_remove_tree(p.dir, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_honest_program_is_asked_again_and_again),
        cmocka_unit_test(programs_that_misbehave_cost_their_answer_and_no_more),
        cmocka_unit_test(one_that_always_fails_is_not_asked_again),
        cmocka_unit_test(an_error_told_is_passed_on_and_the_program_lives),
        cmocka_unit_test(manifests_that_make_no_sense_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
