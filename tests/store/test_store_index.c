/* What searchable indexes are told: the changes of banks, and families of media. */
#include "store_test.h"

#include "store/store_index.h"

static struct bank_item sound_item(const char *value)
{
    return (struct bank_item){.type = BANK_SOUND, .value = sv_cstr(value), .threshold = -1, .added_us = T0};
}

static int64_t version(struct fixture *f)
{
    int64_t v;
    assert_ok(store_bank_version(f->store, &v, &f->err));
    return v;
}

struct changes {
    size_t n, whole;
    struct id128 last;
};
static int on_change(void *arg, const struct bank_change *c)
{
    struct changes *x = arg;
    x->n++;
    x->whole += c->whole;
    if (!c->whole) x->last = c->item;
    return 0;
}

static void every_change_of_a_bank_is_told_once(void **state)
{
    struct fixture *f = *state;
    struct bank b = {.name = SV("rivers"), .category = CATEGORY_HATE, .threshold = 31, .created_us = T0};
    struct bank_item one = sound_item("tiktok:1"), two = sound_item("tiktok:2");
    struct changes c = {0};
    int64_t start = version(f);
    assert_ok(store_bank_new(f->store, &b, &f->err));
    int64_t made = version(f);
    assert_ok(store_bank_add(f->store, b.name, &one, NULL, &f->err));
    assert_ok(store_bank_add(f->store, b.name, &two, NULL, &f->err));
    assert_ok(store_bank_add(f->store, b.name, &two, NULL, &f->err)); /* changes nothing */
    one.id = bank_item_id(&one);
    assert_ok(store_bank_item_remove(f->store, b.name, &one.id, &f->err));
    assert_ok(store_bank_changes(f->store, start, on_change, &c, &f->err));
    assert_int_equal(c.n, 4);
    assert_int_equal(c.whole, 1);
    assert_memory_equal(&c.last, &one.id, sizeof c.last);
    c = (struct changes){0};
    assert_ok(store_bank_changes(f->store, made, on_change, &c, &f->err));
    assert_int_equal(c.n, 3);
    assert_int_equal(c.whole, 0);
    c = (struct changes){0};
    assert_ok(store_bank_changes(f->store, version(f), on_change, &c, &f->err));
    assert_int_equal(c.n, 0);
    /* From a time of which nobody knows, or that is yet to come. */
    assert_int_equal(store_bank_changes(f->store, start - 5, on_change, &c, &f->err), ERR_NOTFOUND);
    assert_int_equal(store_bank_changes(f->store, version(f) + 3, on_change, &c, &f->err), ERR_NOTFOUND);
}

static struct sha256 sha_of(uint8_t seed)
{
    struct sha256 s;
    memset(s.b, seed, sizeof s.b);
    return s;
}

static int count_media(void *arg, const struct sha256 *media)
{
    ++*(size_t *)arg;
    return 0;
}

static void media_of_a_family_are_found_from_either_end(void **state)
{
    struct fixture *f = *state;
    struct sha256 first = sha_of(1), second = sha_of(2), stranger = sha_of(3);
    struct id128 family = store_family_of_its_own(&first), got;
    int64_t n = 0, before = 0;
    size_t count = 0;
    for (int i = 0; i < 3; i++) {
        const struct sha256 *sha = i == 0 ? &first : i == 1 ? &second : &stranger;
        struct id128 own = store_family_of_its_own(sha);
        assert_ok(store_family_number(f->store, &n, &f->err));
        assert_true(n > before);
        before = n;
        assert_ok(store_family_put(f->store, n, sha, i == 2 ? &own : &family, &f->err));
        assert_int_equal(store_family_put(f->store, n + 100, sha, &family, &f->err), ERR_EXISTS);
        assert_ok(store_number_family(f->store, n, &got, &f->err));
        assert_memory_equal(&got, i == 2 ? &own : &family, sizeof got);
    }
    assert_ok(store_media_family(f->store, &second, &got, &f->err));
    assert_memory_equal(&got, &family, sizeof got);
    assert_ok(store_family_media(f->store, &family, count_media, &count, &f->err));
    assert_int_equal(count, 2);
    struct sha256 nobody = sha_of(9);
    assert_int_equal(store_media_family(f->store, &nobody, &got, &f->err), ERR_NOTFOUND);
    struct id128 *posts;
    size_t nposts;
    assert_ok(store_family_posts(f->store, &family, 10, &f->arena, &posts, &nposts, &f->err));
    assert_int_equal(nposts, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(every_change_of_a_bank_is_told_once),
        store_test(media_of_a_family_are_found_from_either_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
