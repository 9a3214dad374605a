/* Stills of what banks hold: kept where an operator chose so, shared by the items of one file, gone with the last of them. */
#include "store_test.h"

#include "base/limits.h"
#include "store/store_picture.h"

static struct bank_item sound_item(const char *value)
{
    struct bank_item item = {.type = BANK_SOUND, .value = sv_cstr(value), .threshold = -1, .added_us = T0};
    item.id = bank_item_id(&item);
    return item;
}

static void new_bank(struct fixture *f, const char *name, enum category category)
{
    struct bank b = {.name = sv_cstr(name), .category = category, .threshold = 31, .created_us = T0};
    assert_ok(store_bank_new(f->store, &b, &f->err));
}

static struct sv near(struct fixture *f, const struct bank_item *item, int64_t at_us)
{
    struct sv png;
    int64_t time_us;
    int code =
        store_bank_still_near(f->store, SV("clips"), &item->id, at_us, &f->arena, &time_us, &png, &f->err);
    if (code == ERR_NOTFOUND) return SV_NULL;
    assert_int_equal(code, 0);
    return png;
}

static void items_of_one_file_share_its_stills_until_the_last_is_gone(void **state)
{
    struct fixture *f = *state;
    struct bank_item one = sound_item("tiktok:1"), two = sound_item("tiktok:2"),
                     other = sound_item("tiktok:3");
    struct sha256 file;
    sha256_of(SV("a file"), &file);
    new_bank(f, "clips", CATEGORY_HATE);
    assert_ok(store_bank_add(f->store, SV("clips"), &one, NULL, &f->err));
    assert_ok(store_bank_add(f->store, SV("clips"), &two, NULL, &f->err));
    assert_ok(store_bank_add(f->store, SV("clips"), &other, NULL, &f->err));
    assert_ok(store_bank_file_put(f->store, SV("clips"), &one.id, &file, &f->err));
    assert_ok(store_bank_file_put(f->store, SV("clips"), &two.id, &file, &f->err));
    assert_ok(store_bank_still_put(f->store, SV("clips"), &file, 0, 0, SV("begin"), &f->err));
    assert_ok(store_bank_still_put(f->store, SV("clips"), &file, 1, 4000000, SV("end"), &f->err));
    assert_true(sv_is(near(f, &one, 0), "begin"));
    assert_true(sv_is(near(f, &two, 2100000), "end"));
    assert_int_equal(near(f, &other, 0).n, 0);
    assert_ok(store_bank_item_remove(f->store, SV("clips"), &one.id, &f->err));
    assert_true(sv_is(near(f, &two, 0), "begin"));
    assert_ok(store_bank_item_remove(f->store, SV("clips"), &two.id, &f->err));
    assert_ok(store_bank_add(f->store, SV("clips"), &two, NULL, &f->err));
    assert_ok(store_bank_file_put(f->store, SV("clips"), &two.id, &file, &f->err));
    assert_int_equal(near(f, &two, 0).n, 0); /* they did not wait for it */
}

static void of_intimate_pictures_and_of_children_none_is_kept(void **state)
{
    struct fixture *f = *state;
    struct sha256 file;
    sha256_of(SV("a file"), &file);
    new_bank(f, "intimate", CATEGORY_PRIVACY_INTIMATE);
    new_bank(f, "children", CATEGORY_HARASSMENT_CHILD);
    assert_int_equal(store_bank_still_put(f->store, SV("intimate"), &file, 0, 0, SV("x"), &f->err),
                     ERR_POLICY);
    assert_int_equal(store_bank_still_put(f->store, SV("children"), &file, 0, 0, SV("x"), &f->err),
                     ERR_POLICY);
}

static void there_are_only_so_many(void **state)
{
    struct fixture *f = *state;
    struct sha256 file;
    sha256_of(SV("a file"), &file);
    new_bank(f, "clips", CATEGORY_HATE);
    assert_int_equal(store_bank_still_put(f->store, SV("clips"), &file, BANK_MAX_STILLS, 0, SV("x"), &f->err),
                     ERR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(items_of_one_file_share_its_stills_until_the_last_is_gone),
        store_test(of_intimate_pictures_and_of_children_none_is_kept),
        store_test(there_are_only_so_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
