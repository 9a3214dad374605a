/* What recognisers answer, as words with their times. */
#include "test.h"

#include "base/limits.h"
#include "speech/words.h"

typedef int read_fn(struct sv json, struct word_list *out, struct error *err);

struct heard {
    struct arena a;
    struct word_list w;
    int code;
};

static void hear_into(struct heard *h, read_fn *read, const char *json)
{
    struct error err = {0};
    arena_init(&h->a, 0);
    words_init(&h->w, &h->a);
    h->code = read(sv_cstr(json), &h->w, &err);
}

static void heard_done(struct heard *h)
{
    words_done(&h->w);
    arena_done(&h->a);
}

static void check(const struct heard *h, size_t i, const char *text, uint32_t start_ms, uint32_t end_ms)
{
    assert_true(i < h->w.v.n);
    const struct said_word *w = &h->w.v.v[i];
    assert_int_equal(w->text.n, strlen(text));
    assert_memory_equal(w->text.p, text, w->text.n);
    assert_int_equal(w->start_ms, start_ms);
    assert_int_equal(w->end_ms, end_ms);
}

static void pieces_of_whisper_become_words(void **state)
{
    struct heard h;
    hear_into(&h, whisper_read,
              "{\"transcription\":["
              "{\"offsets\":{\"from\":0,\"to\":0},\"text\":\"[_BEG_]\"},"
              "{\"offsets\":{\"from\":120,\"to\":300},\"text\":\" \xd9\x85\xd8\xb1\"},"
              "{\"offsets\":{\"from\":300,\"to\":500},\"text\":\"\xd8\xad\xd8\xa8\xd8\xa7\"},"
              "{\"offsets\":{\"from\":600,\"to\":900},\"text\":\" \xd8\xa8\xd9\x83\xd9\x85.\"},"
              "{\"offsets\":{\"from\":950,\"to\":990},\"text\":\" [MUSIC]\"}]}");
    assert_ok(h.code);
    assert_int_equal(h.w.v.n, 2);
    check(&h, 0, "\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7", 120, 500);
    check(&h, 1, "\xd8\xa8\xd9\x83\xd9\x85.", 600, 900);
    heard_done(&h);
}

static void tokens_of_whisper_count_before_their_segment(void **state)
{
    struct heard h;
    hear_into(&h, whisper_read,
              "{\"transcription\":[{\"offsets\":{\"from\":0,\"to\":9000},\"text\":\" not this\",\"tokens\":["
              "{\"text\":\"[_TT_50]\",\"offsets\":{\"from\":0,\"to\":0}},"
              "{\"text\":\" the\",\"offsets\":{\"from\":40,\"to\":90}},"
              "{\"text\":\" mar\",\"offsets\":{\"from\":100,\"to\":200}},"
              "{\"text\":\"ket\",\"offsets\":{\"from\":200,\"to\":330}}]}]}");
    assert_ok(h.code);
    assert_int_equal(h.w.v.n, 2);
    check(&h, 0, "the", 40, 90);
    check(&h, 1, "market", 100, 330);
    heard_done(&h);
}

static void a_segment_alone_is_spread_by_its_letters(void **state)
{
    struct heard h;
    hear_into(&h, openai_read, "{\"segments\":[{\"start\":2.0,\"end\":4.0,\"text\":\" abcd efghi \"}]}");
    assert_ok(h.code);
    assert_int_equal(h.w.v.n, 2);
    check(&h, 0, "abcd", 2000, 2800);
    check(&h, 1, "efghi", 3000, 4000);
    heard_done(&h);
}

static void words_at_the_top_count_before_those_of_segments(void **state)
{
    struct heard h;
    hear_into(&h, openai_read,
              "{\"text\":\"x\",\"words\":[{\"word\":\"two\",\"start\":1,\"end\":1.5},{\"word\":\" "
              "one\",\"start\":0.25,\"end\":0.5}],"
              "\"segments\":[{\"start\":0,\"end\":9,\"text\":\"no\"}]}");
    assert_ok(h.code);
    assert_int_equal(h.w.v.n, 2);
    check(&h, 0, "one", 250, 500);
    check(&h, 1, "two", 1000, 1500);
    heard_done(&h);
    hear_into(&h, openai_read,
              "{\"segments\":[{\"start\":0,\"end\":9,\"text\":\"no\",\"words\":[{\"word\":\"yes\",\"start\":"
              "3,\"end\":4}]}]}");
    assert_ok(h.code);
    assert_int_equal(h.w.v.n, 1);
    check(&h, 0, "yes", 3000, 4000);
    heard_done(&h);
}

static void nothing_said_is_an_answer(void **state)
{
    struct heard h;
    hear_into(&h, openai_read, "{\"text\":\"\",\"segments\":[]}");
    assert_ok(h.code);
    assert_int_equal(h.w.v.n, 0);
    heard_done(&h);
    hear_into(&h, whisper_read, "{\"transcription\":[]}");
    assert_ok(h.code);
    assert_int_equal(h.w.v.n, 0);
    heard_done(&h);
}

static void answers_of_another_shape_are_refused(void **state)
{
    static const char *const bad[] = {
        "", "[]", "{}", "null", "{\"text\":\"no times\"}", "{\"transcription\":{}}", "{\"segments\":7}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct heard h;
        hear_into(&h, whisper_read, bad[i]);
        assert_int_equal(h.code, ERR_FORMAT);
        heard_done(&h);
        hear_into(&h, openai_read, bad[i]);
        assert_int_equal(h.code, ERR_FORMAT);
        heard_done(&h);
    }
}

static void words_that_make_no_sense_are_left_out_and_counted(void **state)
{
    struct heard h;
    hear_into(
        &h, openai_read,
        "{\"words\":[{\"word\":\"ok\",\"start\":5,\"end\":4},{\"word\":\"a\\u0000b\",\"start\":1,\"end\":2},"
        "{\"word\":\"late\",\"start\":1e12,\"end\":2e12},{\"word\":\"none\"},{\"word\":\"\\u001b[2J\","
        "\"start\":0,\"end\":1},"
        "{\"word\":7,\"start\":0,\"end\":1},{\"start\":0,\"end\":1}]}");
    assert_ok(h.code);
    assert_int_equal(h.w.v.n, 1);
    check(&h, 0, "ok", 5000, 5000);
    assert_int_equal(h.w.left_out, 4);
    heard_done(&h);
}

static void a_word_too_long_is_left_out(void **state)
{
    struct buf b;
    struct heard h;
    buf_init(&b, 0);
    buf_puts(&b, "{\"words\":[{\"word\":\"");
    buf_pad(&b, 'x', SAID_WORD_MAX + 1);
    buf_puts(&b, "\",\"start\":0,\"end\":1},{\"word\":\"");
    buf_pad(&b, 'y', SAID_WORD_MAX);
    buf_puts(&b, "\",\"start\":0,\"end\":1}]}");
    hear_into(&h, openai_read, buf_cstr(&b));
    assert_ok(h.code);
    assert_int_equal(h.w.v.n, 1);
    assert_int_equal(h.w.left_out, 1);
    heard_done(&h);
    buf_done(&b);
}

static void no_answer_makes_more_words_than_there_may_be(void **state)
{
    struct buf b;
    struct heard h;
    buf_init(&b, 0);
    buf_puts(&b, "{\"segments\":[{\"start\":0,\"end\":60,\"text\":\"");
    for (size_t i = 0; i < SAID_MAX_WORDS + 7; i++) buf_puts(&b, "a ");
    buf_puts(&b, "\"}]}");
    hear_into(&h, openai_read, buf_cstr(&b));
    assert_ok(h.code);
    assert_int_equal(h.w.v.n, SAID_MAX_WORDS);
    assert_int_equal(h.w.left_out, 7);
    heard_done(&h);
    buf_done(&b);
}

static void a_line_answers_its_own_question_only(void **state)
{
    static const struct {
        const char *line;
        int code;
        size_t words;
    } rows[] = {{"{\"id\":7,\"words\":[{\"start\":0.5,\"end\":1,\"text\":\"yes\"}]}", 0, 1},
                {"{\"id\":7,\"words\":[]}", 0, 0},
                {"{\"id\":8,\"words\":[]}", ERR_FORMAT, 0},
                {"{\"id\":\"7\",\"words\":[]}", ERR_FORMAT, 0},
                {"{\"words\":[]}", ERR_FORMAT, 0},
                {"{\"id\":7}", ERR_FORMAT, 0},
                {"[7]", ERR_FORMAT, 0},
                {"{\"id\":7,\"error\":\"no model\"}", ERR_WORKER, 0},
                {"yes", ERR_FORMAT, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena a;
        struct word_list w;
        struct error err;
        arena_init(&a, 0);
        words_init(&w, &a);
        assert_int_equal(answer_line_read(sv_cstr(rows[i].line), 7, &w, &err), rows[i].code);
        assert_int_equal(w.v.n, rows[i].words);
        words_done(&w);
        arena_done(&a);
    }
}

static void lines_come_back_as_they_were_written(void **state)
{
    struct arena a;
    struct word_list w, back;
    struct buf b;
    struct speech_request q = {3, SV("/tmp/x y.wav"), SV("ar")}, got;
    arena_init(&a, 0);
    buf_init(&b, 0);
    request_line_write(&q, 1.5, 16000, &b);
    assert_int_equal(b.p[b.n - 1], '\n');
    assert_ok(request_line_read(buf_sv(&b), &a, &got, NULL));
    assert_int_equal(got.id, 3);
    assert_sv(got.path, "/tmp/x y.wav");
    assert_sv(got.language, "ar");
    buf_clear(&b);
    words_init(&w, &a);
    words_init(&back, &a);
    words_add(&w, 0.5, 1.25, SV("\"quoted\""));
    assert_ok(words_finish(&w, NULL));
    answer_line_write(3, &w, &b);
    assert_ok(answer_line_read(buf_sv(&b), 3, &back, NULL));
    assert_int_equal(back.v.n, 1);
    assert_sv(back.v.v[0].text, "\"quoted\"");
    assert_int_equal(back.v.v[0].start_ms, 500);
    assert_int_equal(back.v.v[0].end_ms, 1250);
    assert_int_equal(request_line_read(SV("{\"id\":1}"), &a, &got, NULL), ERR_FORMAT);
    words_done(&w);
    words_done(&back);
    buf_done(&b);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_of_whisper_become_words),
        cmocka_unit_test(tokens_of_whisper_count_before_their_segment),
        cmocka_unit_test(a_segment_alone_is_spread_by_its_letters),
        cmocka_unit_test(words_at_the_top_count_before_those_of_segments),
        cmocka_unit_test(nothing_said_is_an_answer),
        cmocka_unit_test(answers_of_another_shape_are_refused),
        cmocka_unit_test(words_that_make_no_sense_are_left_out_and_counted),
        cmocka_unit_test(a_word_too_long_is_left_out),
        cmocka_unit_test(no_answer_makes_more_words_than_there_may_be),
        cmocka_unit_test(a_line_answers_its_own_question_only),
        cmocka_unit_test(lines_come_back_as_they_were_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
