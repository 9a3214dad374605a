/* A clip is looked at closely where the first look met something, and only there. The clip is made on the spot by ffmpeg where
 * that is installed. */
#include "engine/world.h"

#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

static bool make_clip(const char *to)
{
    const char *const argv[] = {
        "ffmpeg",  "-nostdin", "-v",
        "quiet",   "-y",       "-f",
        "lavfi",   "-i",       "mandelbrot=s=160x120:r=25:start_scale=2:end_scale=0.5:end_pts=999",
        "-t",      "8",        "-c:v",
        "libx264", "-preset",  "veryfast",
        "-g",      "25",       "-pix_fmt",
        "yuv420p", to,         NULL};
    pid_t pid;
    int status = 1;
    return posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)(uintptr_t)argv, environ) == 0 &&
           waitpid(pid, &status, 0) == pid && status == 0;
}

static struct analysis *analyse(const char *clip, const char *bank)
{
    struct engine_options o = {.read_only = false};
    struct engine *e = NULL;
    struct analysis *a = NULL;
    struct error err = {0};
    struct media_ref ref = {.kind = MEDIA_VIDEO, .path = sv_cstr(clip)};
    struct post post;
    post_init(&post);
    post.platform = SV("file");
    post.native_id = SV("1");
    post.kind = POST_VIDEO;
    post.media = &ref;
    post.nmedia = 1;
    if (engine_open(&o, &e, &err)) fail_msg("%s", err.text);
    if (bank && engine_load_bank(e, SV("refs"), CATEGORY_TERROR_PROPAGANDA, bank, &err))
        fail_msg("%s", err.text);
    if (engine_analyse(e, &post, &a, &err)) fail_msg("%s", err.text);
    assert_int_equal(a->code, 0);
    engine_close(e);
    return a;
}

static size_t moments(const struct media_signals *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->nframes; i++) n += i == 0 || s->frames[i].time_us != s->frames[i - 1].time_us;
    return n;
}

static size_t matches(const struct analysis *a)
{
    size_t n = 0;
    for (size_t i = 0; i < a->findings.n; i++) n += a->findings.v[i].kind == FINDING_MATCH_MEDIA;
    return n;
}

static void what_is_met_is_looked_at_closely(void **unused)
{
    struct world w;
    char clip[400], list[400], hex[HASH256_TEXT_BYTES], other[HASH256_TEXT_BYTES];
    world_new(&w);
    snprintf(clip, sizeof clip, "%s/clip $(touch pwned);'.mp4", w.dir);
    snprintf(list, sizeof list, "%s/list.txt", w.dir);
    if (!make_clip(clip)) {
        world_gone(&w);
        skip();
    }
    struct analysis *first = analyse(clip, NULL);
    assert_non_null(first->media[0].signals);
    assert_true(first->media[0].signals->first_look);
    assert_int_equal(moments(first->media[0].signals), 12);
    struct hash256 h = first->media[0].signals->frames[0].pdq[0], far = h;
    for (int k = 0; k < 4; k++) far.w[k] ^= UINT64_C(0x5555aaaa0f0f3333);
    hash256_format(&h, hex);
    hash256_format(&far, other);
    analysis_free(first);

    char line[200];
    snprintf(line, sizeof line, "%s\n", other);
    write_file(list, line, strlen(line));
    struct analysis *unmet = analyse(clip, list);
    assert_int_equal(matches(unmet), 0);
    assert_true(unmet->media[0].signals->first_look);
    analysis_free(unmet);

    snprintf(line, sizeof line, "%s\n", hex);
    write_file(list, line, strlen(line));
    struct analysis *met = analyse(clip, list);
    assert_int_equal(matches(met), 1);
    assert_false(met->media[0].signals->first_look);
    assert_true(met->media[0].fresh);
    assert_int_equal(moments(met->media[0].signals), 16);
    analysis_free(met);
    world_gone(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_met_is_looked_at_closely)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
