/* One post travels the whole way: in memory, through a workspace, twice, and in trouble. */
#include "engine/world.h"

#include "marsad.h"

static void a_text_is_analysed_in_memory(void **unused)
{
    marsad *m = NULL;
    marsad_error err = {0};
    assert_ok(marsad_open(NULL, NULL, &m, &err));
    const char text[] = "اتصلوا بها على 0612345678";
    marsad_result *r = NULL;
    if (marsad_analyse_text(m, text, sizeof text - 1, &r, &err) != 0) fail_msg("%s", err.text);
    bool phone = false;
    for (size_t i = 0; i < marsad_result_count(r); i++) {
        marsad_finding f;
        assert_ok(marsad_result_finding(r, i, &f));
        if (strcmp(f.kind, "private") != 0 || strcmp(f.label, "phone") != 0) continue;
        phone = true;
        assert_string_equal(f.place.where, "text");
        assert_string_equal(f.place.field, "caption");
        assert_int_equal(f.place.end - f.place.start, 10);
        assert_memory_equal(text + f.place.start, "0612345678", 10);
    }
    assert_true(phone);
    marsad_finding none;
    assert_int_equal(marsad_result_finding(r, marsad_result_count(r), &none), MARSAD_ARG);
    marsad_result_free(r);
    marsad_close(m);
}

static void a_post_and_its_findings_speak_json(void **unused)
{
    marsad *m = NULL;
    marsad_error err = {0};
    assert_ok(marsad_open(NULL, NULL, &m, &err));
    const char post[] =
        "{\"platform\":\"tiktok\",\"native_id\":\"7612345678901234567\",\"kind\":\"video\","
        "\"account\":{\"handle\":\"someone\"},"
        "\"texts\":[{\"field\":\"caption\",\"text\":\"mail x.fictif@exemple-imaginaire.ma\"}]}";
    marsad_result *r = NULL;
    if (marsad_analyse_post(m, post, sizeof post - 1, &r, &err) != 0) fail_msg("%s", err.text);
    assert_true(marsad_result_count(r) >= 1);
    size_t n = 0;
    const char *json = marsad_result_finding_json(r, 0, &n);
    assert_non_null(json);
    assert_int_equal(strlen(json), n);
    struct json *doc = NULL;
    struct error e;
    assert_ok(json_parse(sv_of(json, n), JSON_STRICT, &doc, &e));
    json_free(doc);
    marsad_result_free(r);
    assert_int_equal(marsad_analyse_post(m, "{\"platform\":", 12, &r, &err), MARSAD_FORMAT);
    assert_true(strlen(err.text) > 10);
    marsad_close(m);
}

static void a_wrong_category_and_a_late_bank_are_refused(void **unused)
{
    marsad *m = NULL;
    marsad_error err = {0};
    assert_ok(marsad_open(NULL, NULL, &m, &err));
    assert_int_equal(marsad_load_bank(m, "x", "indecency", "/dev/null", &err), MARSAD_ARG);
    assert_non_null(strstr(err.text, "indecency"));
    marsad_result *r = NULL;
    assert_ok(marsad_analyse_text(m, "hello", 5, &r, &err));
    marsad_result_free(r);
    assert_int_equal(marsad_load_bank(m, "x", "hate", "/dev/null", &err), MARSAD_BUSY);
    marsad_close(m);
}

static struct engine_summary ingest(const struct world *w)
{
    struct engine *e = open_world(w, false);
    struct engine_summary sum = {0};
    struct error err = {0};
    if (engine_intake(e, w->feed, NULL, NULL, &sum, &err) != 0) fail_msg("%s", err.text);
    if (engine_work(e, NULL, &sum, &err) != 0) fail_msg("%s", err.text);
    engine_close(e);
    return sum;
}

static void posts_go_in_and_the_worst_comes_out_first(void **unused)
{
    struct world w;
    world_new(&w);
    write_feed(&w, 60, true);
    struct engine_summary sum = ingest(&w);
    assert_int_equal(sum.posts_new, 60);
    assert_int_equal(sum.analysed, 60);
    assert_int_equal(sum.failed, 0);
    assert_int_equal(sum.media, 12);
    assert_int_equal(sum.media_set_aside, 0);
    assert_int_equal(sum.queued, 20);

    struct engine *e = open_world(&w, true);
    struct arena a;
    arena_init(&a, 0);
    struct queue_filter all = {0};
    struct queue_row *rows = NULL;
    size_t n = 0;
    struct error err;
    assert_ok(store_queue(engine_store(e), &all, NULL, 100, &a, &rows, &n, &err));
    assert_int_equal(n, 20);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(rows[i].category, CATEGORY_PRIVACY_DOXXING);
        if (i == 0) continue;
        assert_true(rows[i - 1].hard >= rows[i].hard);
        if (rows[i - 1].hard && rows[i].hard) assert_true(rows[i - 1].deadline_us <= rows[i].deadline_us);
    }
    arena_done(&a);
    engine_close(e);
    world_gone(&w);
}

static void reading_a_feed_again_changes_nothing(void **unused)
{
    struct world w;
    world_new(&w);
    write_feed(&w, 30, true);
    ingest(&w);
    char *once = dump_world(&w);
    struct engine_summary again = ingest(&w);
    char *twice = dump_world(&w);
    assert_int_equal(again.posts_new, 0);
    assert_int_equal(again.posts_same, 30);
    assert_int_equal(again.analysed, 0);
    assert_string_equal(once, twice);
    free(once);
    free(twice);
    world_gone(&w);
}

static void an_unreadable_line_and_a_broken_picture_cost_themselves(void **unused)
{
    struct world w;
    world_new(&w);
    write_feed(&w, 10, true);
    char path[400];
    snprintf(path, sizeof path, "%s/p0.bmp", w.dir);
    write_file(path, "BM but no picture at all", 24);
    FILE *f = fopen(w.feed, "ab");
    fputs("{\"platform\": this is no JSON\n", f);
    fclose(f);
    struct engine_summary sum = ingest(&w);
    assert_int_equal(sum.posts_new, 10);
    assert_int_equal(sum.intake.aside, 1);
    assert_int_equal(sum.analysed, 10);
    assert_int_equal(sum.media, 2);
    assert_int_equal(sum.media_set_aside, 1);
    world_gone(&w);
}

static void a_missing_picture_is_told_and_a_kept_one_is_found_again(void **unused)
{
    struct world w;
    world_new(&w);
    write_feed(&w, 10, true);
    char gone[400], kept[400];
    snprintf(gone, sizeof gone, "%s/p5.bmp", w.dir);
    snprintf(kept, sizeof kept, "%s/p0.bmp", w.dir);
    assert_int_equal(unlink(gone), 0);
    struct engine_summary sum = ingest(&w);
    assert_int_equal(sum.media_absent, 1);
    assert_int_equal(unlink(kept), 0);
    struct engine *e = open_world(&w, false);
    struct error err = {0};
    int64_t n = 0;
    assert_ok(store_requeue_all(engine_store(e), &n, &err));
    assert_int_equal(n, 10);
    struct engine_summary again = {0};
    assert_ok(engine_work(e, NULL, &again, &err));
    assert_int_equal(again.media, 1);
    assert_int_equal(again.media_absent, 1);
    engine_close(e);
    world_gone(&w);
}

static bool stop_at_once(void *arg)
{
    int *calls = arg;
    return ++*calls > 3;
}

static void a_run_that_is_stopped_goes_on_later(void **unused)
{
    struct world w;
    world_new(&w);
    write_feed(&w, 200, false);
    struct engine *e = open_world(&w, false);
    struct engine_summary sum = {0};
    struct error err = {0};
    assert_ok(engine_intake(e, w.feed, NULL, NULL, &sum, &err));
    int calls = 0;
    struct engine_watch watch = {.arg = &calls, .cancelled = stop_at_once};
    assert_int_equal(engine_work(e, &watch, &sum, &err), ERR_CANCELLED);
    struct store_counts counts;
    assert_ok(store_count(engine_store(e), &counts, &err));
    assert_int_equal(counts.jobs_running, 0);
    assert_true(counts.jobs_waiting > 0);
    assert_ok(engine_work(e, NULL, &sum, &err));
    assert_int_equal(sum.analysed, 200);
    engine_close(e);
    world_gone(&w);
}

static void a_broken_policy_still_queues(void **unused)
{
    struct world w;
    world_new(&w);
    write_feed(&w, 9, false);
    char path[400];
    snprintf(path, sizeof path, "%s/broken.lua", w.dir);
    const char lua[] = "policy = { name = 'broken', next_look = '4h', categories = { ['privacy.doxxing'] = "
                       "{ severity = 90, clock = '15m', hard = true, threshold = 0.5 } } }\n"
                       "function assess(post, findings, context)\n"
                       "  if post.platform == 'tiktok' then return findings.nothing.here end\n"
                       "end\n";
    write_file(path, lua, sizeof lua - 1);
    struct engine_options o = {.workspace = w.workspace, .policy_file = path, .workers = 1};
    struct engine *e = NULL;
    struct error err = {0};
    if (engine_open(&o, &e, &err) != 0) fail_msg("%s", err.text);
    struct engine_summary sum = {0};
    assert_ok(engine_intake(e, w.feed, NULL, NULL, &sum, &err));
    assert_ok(engine_work(e, NULL, &sum, &err));
    assert_int_equal(sum.analysed, 9);
    assert_int_equal(sum.policy_errors, 9);
    assert_true(sum.queued > 0);
    engine_close(e);
    world_gone(&w);
}

static void two_runs_cannot_have_one_workspace(void **unused)
{
    struct world w;
    world_new(&w);
    struct engine *e = open_world(&w, false);
    struct engine_options o = {.workspace = w.workspace};
    struct engine *second = NULL;
    struct error err = {0};
    assert_int_equal(engine_open(&o, &second, &err), ERR_BUSY);
    struct engine *looking = open_world(&w, true);
    engine_close(looking);
    engine_close(e);
    world_gone(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_analysed_in_memory),
        cmocka_unit_test(a_post_and_its_findings_speak_json),
        cmocka_unit_test(a_wrong_category_and_a_late_bank_are_refused),
        cmocka_unit_test(posts_go_in_and_the_worst_comes_out_first),
        cmocka_unit_test(reading_a_feed_again_changes_nothing),
        cmocka_unit_test(an_unreadable_line_and_a_broken_picture_cost_themselves),
        cmocka_unit_test(a_missing_picture_is_told_and_a_kept_one_is_found_again),
        cmocka_unit_test(a_run_that_is_stopped_goes_on_later),
        cmocka_unit_test(a_broken_policy_still_queues),
        cmocka_unit_test(two_runs_cannot_have_one_workspace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
