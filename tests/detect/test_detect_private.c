/* Private data in texts, and whose it is by the words around it. Numbers are of ranges that nobody can have or that
 * are kept for fiction. */
#include "detect_test.h"

static const struct {
    const char *text, *context;
} rows[] = {
    {"Here is her number +1 202-555-0143, call her all night", "other"},
    {"Voici le numéro de cette menteuse : +1 202-555-0143. Elle habite 999 rue du Mirage", "other"},
    {"هادي نمرتها +12025550143 عيطو ليها كاملين", "other"},
    {"هذا رقمه +12025550143", "other"},
    {"Hadi nmertha +12025550143", "other"},
    {"my number is +1 202-555-0143, call me", "own"},
    {"appelez-moi au +1 202-555-0143", "own"},
    {"هذا رقمي +12025550143", "own"},
    {"عيطو ليا +12025550143", "own"},
    {"Livraison partout, commandez sur WhatsApp +1 202-555-0143", "advert"},
    {"متجر الخيال، التوصيل مجاني، للطلب +12025550143", "advert"},
    {"+1 202-555-0143", ""},
};

/* The one finding of a phone. */
static const struct finding *the_phone(const struct bench *b, const char *text)
{
    const struct finding *phone = NULL;
    for (size_t i = 0; i < b->found.n; i++) {
        if (!sv_is(b->found.v[i].label, "phone")) continue;
        if (phone) fail_msg("%s: two phones", text);
        phone = &b->found.v[i];
    }
    if (!phone) fail_msg("%s: no phone", text);
    return phone;
}

static void the_words_around_tell_whose_it_is(void **state)
{
    struct bench b;
    bench_init(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct post p;
        post_init(&p);
        struct text_part part = {TEXT_CAPTION, sv_cstr(rows[i].text), TIME_UNKNOWN, TIME_UNKNOWN};
        p.texts = &part;
        p.ntexts = 1;
        bench_run_post(&b, &p);
        const struct finding *f = the_phone(&b, rows[i].text);
        assert_int_equal(f->kind, FINDING_PRIVATE);
        assert_int_equal(f->category, CATEGORY_PRIVACY_DOXXING);
        if (!sv_is(f->context, rows[i].context)) print_error("%s: %.*s\n", rows[i].text, SV_FMT(f->context));
        assert_true(sv_is(f->context, rows[i].context));
        assert_true(f->probability > 0.1 && f->probability <= 0.3);
        assert_true(sv_eq(f->quote, sv_sub(part.text, f->places[0].start, f->places[0].end)));
        assert_non_null(memmem(f->quote.p, f->quote.n, "202", 3));
    }
    bench_done(&b);
}

static void the_nearer_word_decides(void **state)
{
    struct bench b;
    bench_init(&b);
    struct post p;
    post_init(&p);
    struct text_part part = {TEXT_CAPTION,
                             SV("I know where she lives and everything else about it; my number is "
                                "+1 202-555-0143"),
                             TIME_UNKNOWN, TIME_UNKNOWN};
    p.texts = &part;
    p.ntexts = 1;
    bench_run_post(&b, &p);
    assert_int_equal(b.found.n, 2);
    assert_sv(b.found.v[0].label, "whereabouts");
    assert_sv(the_phone(&b, "her house, my number")->context, "own");
    bench_done(&b);
}

static void a_home_with_its_place_is_somebody_elses(void **state)
{
    static const struct {
        const char *text, *label, *context;
    } said[] = {
        {"I know where she lives, near the old mill", "whereabouts", "other"},
        {"كنعرف فين ساكنة حدا الفرن", "whereabouts", "other"},
        {"أعرف بيتها وين قرب الجامع", "whereabouts", "other"},
        {"je sais où elle habite, derrière la gare", "whereabouts", "other"},
        {"I know where she lives", "whereabouts", ""},
        {"ساكنة فحي السلام زنقة الورد", "address", "other"},
        {"elle habite 12 rue des Lilas", "address", "other"},
        {"Notre boutique : 12 rue des Lilas, livraison gratuite", "address", "advert"},
    };
    struct bench b;
    bench_init(&b);
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        struct post p;
        post_init(&p);
        struct text_part part = {TEXT_CAPTION, sv_cstr(said[i].text), TIME_UNKNOWN, TIME_UNKNOWN};
        p.texts = &part;
        p.ntexts = 1;
        bench_run_post(&b, &p);
        if (b.found.n != 1) print_error("%s: %zu findings\n", said[i].text, b.found.n);
        assert_int_equal(b.found.n, 1);
        assert_true(sv_is(b.found.v[0].label, said[i].label));
        if (!sv_is(b.found.v[0].context, said[i].context)) print_error("%s\n", said[i].text);
        assert_true(sv_is(b.found.v[0].context, said[i].context));
    }
    bench_done(&b);
}

static void what_an_account_says_of_itself_is_its_own(void **state)
{
    struct bench b;
    bench_init(&b);
    struct post p;
    post_init(&p);
    p.account.bio = SV("bookings +1 202-555-0143");
    p.account.handle = SV("12025550143"); /* a name, no number */
    bench_run_post(&b, &p);
    assert_int_equal(b.found.n, 1);
    assert_sv(b.found.v[0].context, "own");
    assert_int_equal(b.found.v[0].places[0].field, TEXT_BIO);
    bench_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_words_around_tell_whose_it_is),
        cmocka_unit_test(the_nearer_word_decides),
        cmocka_unit_test(a_home_with_its_place_is_somebody_elses),
        cmocka_unit_test(what_an_account_says_of_itself_is_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
