#include "test.h"

#include <unistd.h>

#include "base/file.h"
#include "text/learn.h"
#include "text/measure.h"

/* A toy language: harm is said with قبحان, praise with حسنان; the rest is the same. */
static const char *const others[] = {"هذا اليوم", "في السوق",   "كما قال جاري", "عند الباب",
                                     "مع اصحابي", "بعد الصلاة", "قبل العشاء",   "وانا ماشي"};

static void teach(struct learner *l, uint32_t set, const char *bad, const char *good)
{
    struct error err;
    char line[128];
    for (size_t i = 0; i < 8; i++)
        for (size_t k = 0; k < 8; k++) {
            snprintf(line, sizeof(line), "%s قبحان %s %zu", others[i], others[k], i);
            assert_ok(learner_text(l, set, sv_cstr(bad), sv_cstr(line), &err));
            snprintf(line, sizeof(line), "%s حسنان %s %zu", others[k], others[i], i);
            assert_ok(learner_text(l, set, sv_cstr(good), sv_cstr(line), &err));
        }
}

static void toy_with(struct learn_options o, struct buf *out)
{
    struct learner *l;
    struct error err;
    uint32_t set, family, column;
    const int8_t says[2] = {1, -1};
    buf_init(out, 0);
    assert_ok(learner_new(&o, &l, &err));
    assert_ok(learner_set(l, SV("toy"), &set, &err));
    teach(l, set, "bad", "good");
    assert_ok(learner_family(l, SV("harm"), &family, &err));
    assert_ok(learner_member(l, family, set, says, true, 1, &err));
    assert_ok(learner_column(l, SV("harm"), family, set, &column, &err));
    const struct learn_class classes[] = {{SV("good"), column, true}, {SV("bad"), column, false}};
    assert_ok(learner_task(l, SV("harm"), set, classes, 2, 1, &err));
    assert_ok(learner_source(l, SV("written for this test"), &err));
    assert_ok(learner_run(l, out, &err));
    learner_free(l);
}

static void toy(struct buf *out)
{
    toy_with((struct learn_options){.bits = 12, .balance = -1, .contrast = -1}, out);
}

static struct sv said(const struct text_model *m, const char *text)
{
    struct model_scratch s;
    struct norm_text t;
    struct error err;
    float scores[MODEL_MAX_COLUMNS];
    model_scratch_init(&s);
    struct arena a;
    arena_init(&a, 0);
    assert_ok(text_normalise(sv_cstr(text), &a, &t, &err));
    assert_ok(model_score(m, &s, &t, scores, &err));
    arena_done(&a);
    model_scratch_done(&s);
    return m->task[0].classes[model_decide(&m->task[0], scores)];
}

static void what_was_learned_is_told(void **state)
{
    struct buf b;
    struct text_model *m;
    struct error err;
    toy(&b);
    assert_ok(model_read(buf_sv(&b), &m, &err));
    assert_sv(said(m, "والله قبحان"), "bad");
    assert_sv(said(m, "والله حسنان"), "good");
    assert_sv(sv_trim(m->sources), "source\twritten for this test");
    model_free(m);
    buf_done(&b);
}

static void disguises_change_nothing(void **state)
{
    static const char *const forms[] = {
        "والله قبـــحـــان", "والله ق.ب.ح.ا.ن", "والله ق ب ح ا ن",      "والله قبحاااااان",
        "واللّٰه قَبْحَان",       "والله ٯٮحاں",     "wallah 9ob7an 9ob7an", "والله ق\u200cبح\u200fان"};
    struct buf b;
    struct text_model *m;
    struct error err;
    toy(&b);
    assert_ok(model_read(buf_sv(&b), &m, &err));
    for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
        if (!sv_is(said(m, forms[i]), "bad")) fail_msg("not seen: %s", forms[i]);
    model_free(m);
    buf_done(&b);
}

static void the_same_input_gives_the_same_model(void **state)
{
    struct buf a, b;
    toy(&a);
    toy(&b);
    assert_int_equal(a.n, b.n);
    assert_memory_equal(a.p, b.p, a.n);
    buf_done(&a);
    buf_done(&b);
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void what_is_said_again_counts_once_where_that_is_asked(void **state)
{
    struct buf b;
    struct text_model *m;
    struct error err;
    struct arena a;
    struct norm_text t;
    struct feature_list f = {.once = true}, all = {0};
    arena_init(&a, 0);
    assert_ok(text_normalise(SV("قبحان قبحان قبحان قبحان"), &a, &t, &err));
    assert_ok(features_add(&t, VIEW_LETTERS, 0, &f, &err));
    assert_ok(features_add(&t, VIEW_LETTERS, 0, &all, &err));
    assert_true(f.n * 2 < all.n);
    qsort(f.hash, f.n, sizeof(*f.hash), by_number);
    for (size_t i = 1; i < f.n; i++) assert_int_not_equal(f.hash[i], f.hash[i - 1]);
    features_done(&f);
    features_done(&all);
    arena_done(&a);
    toy_with((struct learn_options){.bits = 12, .balance = -1, .contrast = -1, .once = true}, &b);
    assert_ok(model_read(buf_sv(&b), &m, &err));
    assert_true(m->once && m->word_times == 1);
    assert_sv(said(m, "والله قبحان قبحان"), "bad");
    assert_sv(said(m, "والله حسنان"), "good");
    model_free(m);
    buf_done(&b);
}

static void a_flipped_bit_anywhere_is_refused(void **state)
{
    struct buf b;
    struct text_model *m;
    struct error err;
    toy(&b);
    for (size_t i = 0; i < b.n; i += i < 512 ? 1 : 997) {
        b.p[i] ^= 4;
        assert_int_not_equal(model_read(buf_sv(&b), &m, &err), 0);
        assert_non_null(strstr(err.text, "marsad train text"));
        b.p[i] ^= 4;
    }
    assert_ok(model_read(buf_sv(&b), &m, &err));
    model_free(m);
    buf_done(&b);
}

static void a_model_of_another_version_or_length_is_refused(void **state)
{
    struct buf b;
    struct text_model *m;
    struct error err;
    toy(&b);
    assert_int_equal(model_read(sv_of(b.p, b.n - 1), &m, &err), ERR_FORMAT);
    assert_int_equal(model_read(SV_NULL, &m, &err), ERR_FORMAT);
    b.p[8] = 9;
    assert_int_equal(model_read(buf_sv(&b), &m, &err), ERR_UNSUPPORTED);
    assert_non_null(strstr(err.text, "version 9"));
    buf_done(&b);
}

/* One file after the other: the columns and tasks of the second are counted on from those of the first. */
static void a_model_of_two_parts_answers_for_both(void **state)
{
    struct buf b, twice;
    struct text_model *m;
    struct error err;
    struct model_scratch s;
    struct norm_text t;
    struct arena a;
    float scores[MODEL_MAX_COLUMNS];
    toy(&b);
    buf_init(&twice, 0);
    buf_putsv(&twice, buf_sv(&b));
    buf_putsv(&twice, buf_sv(&b));
    assert_ok(model_read(buf_sv(&twice), &m, &err));
    assert_int_equal(m->columns, 2);
    assert_int_equal(m->ntasks, 2);
    assert_int_equal(m->task[1].column[1], 1);
    model_scratch_init(&s);
    arena_init(&a, 0);
    assert_ok(text_normalise(SV("والله قبحان"), &a, &t, &err));
    assert_ok(model_score(m, &s, &t, scores, &err));
    assert_true(scores[0] == scores[1] && scores[0] > 0);
    arena_done(&a);
    model_scratch_done(&s);
    model_free(m);
    twice.p[b.n + 300] ^= 1;
    assert_int_equal(model_read(buf_sv(&twice), &m, &err), ERR_FORMAT);
    assert_int_equal(model_read(sv_of(twice.p, b.n + 5), &m, &err), ERR_FORMAT);
    assert_non_null(strstr(err.text, "follows"));
    buf_done(&twice);
    buf_done(&b);
}

static void the_heaviest_word_is_shown_where_it_stands(void **state)
{
    struct buf b;
    struct text_model *m;
    struct error err;
    struct model_scratch s;
    struct model_word words[3];
    struct arena a;
    struct norm_text t;
    size_t n = 0;
    struct sv text = SV("في السوق قَبْحان اليوم");
    toy(&b);
    assert_ok(model_read(buf_sv(&b), &m, &err));
    model_scratch_init(&s);
    arena_init(&a, 0);
    assert_ok(text_normalise(text, &a, &t, &err));
    assert_ok(model_explain(m, &s, &t, 0, words, 3, &n, &err));
    assert_true(n >= 1 && words[0].weight > 0.5f);
    assert_sv(sv_sub(text, words[0].start, words[0].end), "قَبْحان");
    arena_done(&a);
    model_scratch_done(&s);
    model_free(m);
    buf_done(&b);
}

static void long_and_broken_texts_are_scored_within_bounds(void **state)
{
    struct buf b, text;
    struct text_model *m;
    struct error err;
    toy(&b);
    assert_ok(model_read(buf_sv(&b), &m, &err));
    buf_init(&text, 0);
    for (int i = 0; i < 200000; i++) buf_puts(&text, i % 3 ? "\xcc\x81" : "\xffقب ");
    assert_true(said(m, buf_cstr(&text)).n > 0);
    assert_true(said(m, "").n > 0);
    assert_true(said(m, "\u202e\u202e\xc3").n > 0);
    buf_done(&text);
    model_free(m);
    buf_done(&b);
}

/* A word of six letters that is like no other. */
static void made_up_word(unsigned number, char out[16])
{
    static const char *const letters[] = {"ب", "ت", "ج", "د", "ر", "س", "ع",
                                          "ف", "ك", "ل", "م", "ن", "ه", "ش"};
    uint32_t h = number * 2654435761u + 12345;
    out[0] = '\0';
    for (int i = 0; i < 6; i++) {
        h = (h ^ h >> 15) * 2246822519u;
        strcat(out, letters[(h >> 16) % (sizeof(letters) / sizeof(*letters))]);
    }
}

enum { WORDS = 40, TOLD = 32 };

/* Words 0, 2, 4 … are bad or angry, the others good or calm. */
static void teach_words(struct learner *l, uint32_t set, unsigned words, unsigned times, const char *even,
                        const char *odd)
{
    struct error err;
    char line[128], word[16];
    for (unsigned w = 0; w < 2 * words; w++)
        for (unsigned k = 0; k < times; k++) {
            made_up_word(w, word);
            snprintf(line, sizeof(line), "%s %s %s", others[(w + k) % 8], word, others[(w / 2 + 3 * k) % 8]);
            assert_ok(learner_text(l, set, sv_cstr(w % 2 ? odd : even), sv_cstr(line), &err));
        }
}

/* Scores of the words as bad. One set tells few words, seldom; the other, whose labels are not those, all of them. */
static void told_by_others(unsigned shared, bool mix, float scores[2 * WORDS])
{
    struct learn_options o = {
        .bits = 16, .balance = -1, .contrast = -1, .shared = shared, .mix = mix, .settle = mix};
    struct learner *l;
    struct error err;
    struct buf b;
    struct text_model *m;
    struct model_scratch s;
    struct norm_text t;
    struct arena a;
    uint32_t set, moods, family, anger, column, helper;
    const int8_t says[2] = {1, -1};
    char word[16];
    buf_init(&b, 0);
    assert_ok(learner_new(&o, &l, &err));
    assert_ok(learner_set(l, SV("toy"), &set, &err));
    assert_ok(learner_set(l, SV("moods"), &moods, &err));
    teach_words(l, set, TOLD, 2, "bad", "good");
    teach_words(l, moods, WORDS, 6, "angry", "calm");
    assert_ok(learner_family(l, SV("harm"), &family, &err));
    assert_ok(learner_member(l, family, set, says, true, 1, &err));
    if (mix) {
        assert_ok(learner_family(l, SV("anger"), &anger, &err));
        assert_ok(learner_member(l, anger, moods, says, false, 1, &err));
        assert_ok(learner_helper(l, SV("anger"), anger, LEARN_GENERAL, &helper, &err));
    }
    assert_ok(learner_column(l, SV("harm"), family, set, &column, &err));
    const struct learn_class classes[] = {{SV("good"), column, true}, {SV("bad"), column, false}};
    assert_ok(learner_task(l, SV("harm"), set, classes, 2, 1, &err));
    assert_ok(learner_run(l, &b, &err));
    assert_ok(model_read(buf_sv(&b), &m, &err));
    assert_int_equal(m->columns, 1);
    model_scratch_init(&s);
    arena_init(&a, 0);
    for (unsigned w = 0; w < 2 * WORDS; w++) {
        made_up_word(w, word);
        assert_ok(text_normalise(sv_cstr(word), &a, &t, &err));
        assert_ok(model_score(m, &s, &t, scores + w, &err));
    }
    arena_done(&a);
    model_scratch_done(&s);
    model_free(m);
    learner_free(l);
    buf_done(&b);
}

static void a_set_learns_words_that_only_another_tells(void **state)
{
    float alone[2 * WORDS], together[2 * WORDS], again[2 * WORDS];
    told_by_others(0, false, alone);
    told_by_others(8, false, together);
    told_by_others(8, false, again);
    for (unsigned w = 2 * TOLD; w < 2 * WORDS; w += 2) {
        assert_true(together[w] > alone[w] + 0.1f);
        assert_true(together[w + 1] < alone[w + 1] - 0.1f);
    }
    assert_memory_equal(together, again, sizeof(again));
}

static void a_set_is_answered_by_a_helper_that_is_not_in_the_file(void **state)
{
    float alone[2 * WORDS], together[2 * WORDS], again[2 * WORDS];
    told_by_others(0, false, alone);
    told_by_others(0, true, together);
    told_by_others(0, true, again);
    for (unsigned w = 2 * TOLD; w < 2 * WORDS; w += 2) {
        assert_true(together[w] > alone[w] + 0.1f);
        assert_true(together[w + 1] < alone[w + 1] - 0.1f);
    }
    assert_memory_equal(together, again, sizeof(again));
}

static void one_label_is_not_enough(void **state)
{
    char path[] = "/tmp/marsad-learn-XXXXXX";
    int fd = mkstemp(path);
    struct buf out;
    struct error err;
    struct learn_options o = {.bits = 10};
    buf_init(&out, 0);
    assert_int_equal(write(fd, "a\to\na\ttwo\n", 10), 10);
    assert_int_equal(learn_file(&o, path, NULL, 0, &out, &err), ERR_ARG);
    assert_int_equal(ftruncate(fd, 4), 0);
    assert_int_equal(lseek(fd, 4, SEEK_SET), 4);
    assert_int_equal(write(fd, "no tab here\n", 12), 12);
    assert_int_equal(learn_file(&o, path, NULL, 0, &out, &err), ERR_FORMAT);
    assert_non_null(strstr(err.text, "line 2"));
    close(fd);
    unlink(path);
    buf_done(&out);
}

/* Lines of one telling word each; of ten lines with it so many bear each label, by chance. */
static void write_lines(char *path, const char *const *labels, const unsigned (*share)[3], size_t words)
{
    static const char *const telling[] = {"قبحان", "حسنان", "وسطان"};
    uint32_t chance = 1;
    FILE *f = fdopen(mkstemp(path), "w");
    assert_non_null(f);
    for (size_t w = 0; w < words; w++)
        for (unsigned line = 0; line < 200; line++) {
            unsigned in_ten = (chance = chance * 1103515245 + 12345) >> 16, k = 0;
            in_ten %= 10;
            while (in_ten >= share[w][k]) in_ten -= share[w][k++];
            fprintf(f, "%s\t%s %s %s %u\n", labels[k], others[line % 8], telling[w], others[line / 8 % 8],
                    line);
        }
    assert_int_equal(fclose(f), 0);
}

/* What a model of the file says of a text with the word, and the probabilities of its classes. */
static struct sv asked(const struct text_model *m, const char *text, float *p)
{
    struct model_scratch s;
    struct norm_text t;
    struct error err;
    struct arena a;
    float scores[MODEL_MAX_COLUMNS];
    arena_init(&a, 0);
    model_scratch_init(&s);
    assert_ok(text_normalise(sv_cstr(text), &a, &t, &err));
    assert_ok(model_score(m, &s, &t, scores, &err));
    model_class_probabilities(m, &m->task[0], scores, p);
    model_scratch_done(&s);
    arena_done(&a);
    return m->task[0].classes[model_decide(&m->task[0], scores)];
}

static struct text_model *learned_from(const char *const *labels, const unsigned (*share)[3], size_t words)
{
    char path[] = "/tmp/marsad-learn-XXXXXX";
    struct buf out;
    struct error err;
    struct text_model *m;
    struct learn_options o = {.bits = 14, .words = 12};
    buf_init(&out, 0);
    write_lines(path, labels, share, words);
    assert_ok(learn_file(&o, path, NULL, 0, &out, &err));
    assert_ok(model_read(buf_sv(&out), &m, &err));
    unlink(path);
    buf_done(&out);
    return m;
}

static float of_class(const struct text_model *m, const char *class, const float *p)
{
    for (size_t i = 0; i < m->task[0].nclasses; i++)
        if (sv_is(m->task[0].classes[i], class)) return p[i];
    return -1;
}

/* The file tells two words, the one that helps a third, in other labels. */
static void a_file_that_helps_tells_what_the_first_does_not(void **state)
{
    static const char *const labels[] = {"good", "bad", "-"}, *const moods[] = {"calm", "angry", "sad"};
    static const unsigned share[][3] = {{1, 9, 0}, {9, 1, 0}}, felt[][3] = {{1, 8, 1}, {8, 1, 1}, {0, 9, 1}};
    char path[] = "/tmp/marsad-learn-XXXXXX", other[] = "/tmp/marsad-learn-XXXXXX";
    const char *with[] = {other};
    struct learn_options o = {.bits = 14};
    struct text_model *m;
    struct error err;
    float p[MODEL_MAX_CLASSES];
    write_lines(path, labels, share, 2);
    write_lines(other, moods, felt, 3);
    for (size_t n = 0; n < 2; n++) {
        struct buf out;
        buf_init(&out, 0);
        assert_ok(learn_file(&o, path, with, n, &out, &err));
        assert_ok(model_read(buf_sv(&out), &m, &err));
        assert_int_equal(m->columns, 1);
        assert_sv(asked(m, "كما قال جاري قبحان", p), "bad");
        assert_sv(asked(m, "كما قال جاري حسنان", p), "good");
        asked(m, "كما قال جاري وسطان", p);
        assert_true(n ? of_class(m, "bad", p) > 0.7f : of_class(m, "bad", p) < 0.7f);
        model_free(m);
        buf_done(&out);
    }
    unlink(path);
    unlink(other);
}

static void a_class_cannot_be_told_by_a_helper(void **state)
{
    static const char lines[] =
        "options\tmix=1\tbits=12\nset\ttoy\t%s\tlabelled\topen\tours\nmember\tharm\ttoy\tbad\t*"
        "\town\t1\n%s\tharm\tharm\ttoy\ntask\ttoy\ttoy\t1\nclass\tgood\tharm\t-\nclass\tbad"
        "\tharm\t+\n";
    static const char *const labels[] = {"good", "bad", "-"};
    static const unsigned share[][3] = {{1, 9, 0}, {9, 1, 0}};
    char data[] = "/tmp/marsad-learn-XXXXXX", recipe[] = "/tmp/marsad-learn-XXXXXX";
    write_lines(data, labels, share, 2);
    close(mkstemp(recipe));
    for (int helper = 0; helper < 2; helper++) {
        struct error err;
        struct buf out;
        FILE *f = fopen(recipe, "w");
        assert_non_null(f);
        fprintf(f, lines, data + 5, helper ? "helper" : "column");
        assert_int_equal(fclose(f), 0);
        buf_init(&out, 0);
        int rc = learn_recipe(recipe, (struct learn_dirs){(const char *const[]){"/tmp"}, 1}, false, &out,
                              NULL, &err);
        assert_int_equal(rc, helper ? ERR_FORMAT : 0);
        if (helper) assert_non_null(strstr(err.text, "line 6: a class needs a column"));
        buf_done(&out);
    }
    unlink(data);
    unlink(recipe);
}

static void three_classes_are_as_likely_as_their_probabilities_say(void **state)
{
    static const char *const labels[] = {"good", "bad", "worse"};
    static const unsigned share[][3] = {{1, 2, 7}, {8, 1, 1}, {2, 6, 2}};
    struct text_model *m = learned_from(labels, share, 3);
    float p[MODEL_MAX_CLASSES];
    asked(m, "كما قال جاري قبحان", p);
    assert_float_equal(p[0] + p[1] + p[2], 1, 1e-5);
    assert_float_equal(of_class(m, "worse", p), 0.7, 0.15);
    asked(m, "كما قال جاري حسنان", p);
    assert_float_equal(of_class(m, "good", p), 0.8, 0.15);
    asked(m, "كما قال جاري وسطان", p);
    assert_float_equal(of_class(m, "bad", p), 0.6, 0.15);
    model_free(m);
}

/* A word that is harm in four of ten lines, where all else is harmless: macro-F1 wants it called so, though it is likelier not. */
static void a_rare_class_is_decided_for_before_it_is_likely(void **state)
{
    static const char *const labels[] = {"0", "1", "-"};
    static const unsigned share[][3] = {{6, 4, 0}, {10, 0, 0}, {10, 0, 0}};
    struct text_model *m = learned_from(labels, share, 3);
    float p[MODEL_MAX_CLASSES], sum = 0;
    size_t said = 0, likely = 0, harmless = 0;
    char text[128];
    for (size_t i = 0; i < 64; i++) {
        snprintf(text, sizeof(text), "%s قبحان %s %zu", others[i % 8], others[i / 8], 300 + i);
        said += sv_is(asked(m, text, p), "1"), likely += p[1] > 0.5f, sum += p[1];
        snprintf(text, sizeof(text), "%s حسنان %s %zu", others[i % 8], others[i / 8], 300 + i);
        harmless += sv_is(asked(m, text, p), "0");
    }
    assert_float_equal(sum / 64, 0.4, 0.15);
    assert_true(said >= 32 && said > likely);
    assert_int_equal(harmless, 64);
    model_free(m);
}

static void figures_are_those_of_the_table(void **state)
{
    struct measure m = {.classes = 2};
    double low, high;
    for (int i = 0; i < 6; i++) measure_add(&m, 0, 0, 0.9);
    for (int i = 0; i < 2; i++) measure_add(&m, 0, 1, 0.6);
    for (int i = 0; i < 1; i++) measure_add(&m, 1, 0, 0.6);
    for (int i = 0; i < 3; i++) measure_add(&m, 1, 1, 0.9);
    assert_float_equal(measure_f1(&m, 0), 12.0 / 15, 1e-9);
    assert_float_equal(measure_precision(&m, 1), 0.6, 1e-9);
    assert_float_equal(measure_recall(&m, 1), 0.75, 1e-9);
    assert_float_equal(measure_macro_f1(&m), (12.0 / 15 + 6.0 / 9) / 2, 1e-9);
    assert_float_equal(measure_accuracy(&m), 0.75, 1e-9);
    assert_float_equal(measure_calibration_error(&m), (0.1 * 9 + 0.6 * 3) / 12, 1e-9);
    measure_interval(&m, &low, &high);
    assert_true(low < measure_macro_f1(&m) && measure_macro_f1(&m) < high);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_learned_is_told),
        cmocka_unit_test(disguises_change_nothing),
        cmocka_unit_test(the_same_input_gives_the_same_model),
        cmocka_unit_test(what_is_said_again_counts_once_where_that_is_asked),
        cmocka_unit_test(a_flipped_bit_anywhere_is_refused),
        cmocka_unit_test(a_model_of_another_version_or_length_is_refused),
        cmocka_unit_test(a_model_of_two_parts_answers_for_both),
        cmocka_unit_test(the_heaviest_word_is_shown_where_it_stands),
        cmocka_unit_test(long_and_broken_texts_are_scored_within_bounds),
        cmocka_unit_test(a_set_learns_words_that_only_another_tells),
        cmocka_unit_test(a_set_is_answered_by_a_helper_that_is_not_in_the_file),
        cmocka_unit_test(a_file_that_helps_tells_what_the_first_does_not),
        cmocka_unit_test(a_class_cannot_be_told_by_a_helper),
        cmocka_unit_test(one_label_is_not_enough),
        cmocka_unit_test(three_classes_are_as_likely_as_their_probabilities_say),
        cmocka_unit_test(a_rare_class_is_decided_for_before_it_is_likely),
        cmocka_unit_test(figures_are_those_of_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
