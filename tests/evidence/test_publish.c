/* The log as files: tiles of every size, growth, proofs, witnesses, and what is never signed. */
#include "evidence_test.h"

#include <sqlite3.h>

static void read_checkpoint(struct world *w, struct checkpoint *out, struct buf *b)
{
    struct note note;
    struct note_key key;
    buf_init(b, 0);
    assert_ok(evidence_key(w->dir, &key, &w->err));
    assert_ok(evidence_checkpoint(w->dir, b, &w->err));
    assert_ok(note_parse(buf_sv(b), &note, &w->err));
    assert_int_equal(note_verify(&note, &key, NULL), NOTE_GOOD);
    assert_ok(checkpoint_parse(note.text, out, &w->err));
}

/* Root of the tiles = root of the bundles = signed root = the ledger's. */
static void assert_log_is_whole(struct world *w)
{
    struct checkpoint c;
    struct buf note, b;
    struct ledger_state state;
    struct merkle from_bundles;
    struct sha256 root;
    read_checkpoint(w, &c, &note);
    assert_ok(ledger_state(w->store, &state, &w->err));
    assert_int_equal(c.size, state.size);
    merkle_root(&state.tree, &root);
    assert_memory_equal(root.b, c.root.b, sizeof root.b);
    struct tile_source t;
    tile_source_init(&t, w->log, c.size);
    struct merkle_source src = tile_source_of(&t);
    assert_ok(merkle_root_of(&src, c.size, &root, &w->err));
    assert_memory_equal(root.b, c.root.b, sizeof root.b);
    tile_source_done(&t);
    merkle_init(&from_bundles);
    buf_init(&b, 0);
    for (uint64_t i = 0; i < tile_count(TILE_BUNDLE, c.size); i++) {
        assert_ok(tile_read(w->log, TILE_BUNDLE, i, tile_width(TILE_BUNDLE, i, c.size), &b, &w->err));
        struct sv rest = buf_sv(&b), leaf;
        while (bundle_next(&rest, &leaf)) {
            struct sha256 hash;
            merkle_leaf(leaf, &hash);
            merkle_add(&from_bundles, &hash);
        }
        assert_int_equal(rest.n, 0);
    }
    merkle_root(&from_bundles, &root);
    assert_int_equal(from_bundles.size, c.size);
    assert_memory_equal(root.b, c.root.b, sizeof root.b);
    buf_done(&b);
    buf_done(&note);
}

static void names_of_tiles_are_those_of_the_specification(void **state)
{
    char path[TILE_PATH_BYTES];
    tile_path(0, 1234067, TILE_HASHES, path);
    assert_string_equal(path, "tile/0/x001/x234/067");
    tile_path(1, 0, 112, path);
    assert_string_equal(path, "tile/1/000.p/112");
    tile_path(TILE_BUNDLE, 1000, 7, path);
    assert_string_equal(path, "tile/entries/x001/000.p/7");
    assert_int_equal(tile_count(0, 70000), 274);
    assert_int_equal(tile_width(0, 273, 70000), 112);
    assert_int_equal(tile_count(1, 70000), 2);
    assert_int_equal(tile_width(1, 1, 70000), 17);
    assert_int_equal(tile_width(2, 0, 70000), 1);
    assert_int_equal(tile_width(3, 0, 70000), 0);
    assert_int_equal(tile_width(0, 1, 256), 0);
    assert_int_equal(tile_width(1, 0, 256), 1);
    assert_int_equal(tile_width(0, UINT64_MAX, UINT64_MAX), 0);
}

static void the_log_grows_in_steps_of_any_size(void **state)
{
    struct world *w = *state;
    static const int steps[] = {2, 0, 250, 4, 2, 254, 600, 0, 2};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        world_fill(w, steps[i]);
        world_publish(w);
        assert_log_is_whole(w);
    }
}

static void upper_tiles_grow_too(void **state)
{
    struct world *w = *state;
    char says[32];
    assert_ok(store_begin(w->store, &w->err));
    for (int i = 0; i < 66200; i++) {
        snprintf(says, sizeof says, "{\"i\":%d}", i);
        assert_ok(ledger_append(w->store, STEP_VIEW, SV_NULL, sv_cstr(says), &w->err));
        if (i % 22000 != 100) continue;
        assert_ok(store_commit(w->store, &w->err));
        world_publish(w);
        assert_ok(store_begin(w->store, &w->err));
    }
    assert_ok(store_commit(w->store, &w->err));
    world_publish(w);
    assert_log_is_whole(w);
}

static void tiles_that_are_lost_with_the_checkpoint_are_made_again(void **state)
{
    struct world *w = *state;
    char path[160];
    struct buf b, again;
    struct error err;
    buf_init(&b, 0);
    buf_init(&again, 0);
    world_fill(w, 700);
    world_publish(w);
    snprintf(path, sizeof path, "%s/tile", w->log);
    assert_ok(tile_read(w->log, 0, 1, 256, &b, &err));
    assert_ok(dir_remove_tree(path, &err));
    snprintf(path, sizeof path, "%s/checkpoint", w->log);
    assert_int_equal(unlink(path), 0);
    world_publish(w);
    assert_log_is_whole(w);
    assert_ok(tile_read(w->log, 0, 1, 256, &again, &err));
    assert_true(sv_eq(buf_sv(&b), buf_sv(&again)));
    buf_done(&b);
    buf_done(&again);
}

static void sql(struct world *w, const char *text)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(w->db, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void a_ledger_that_was_rewritten_is_not_signed(void **state)
{
    struct world *w = *state;
    struct buf before, after;
    world_fill(w, 40);
    world_publish(w);
    buf_init(&before, 0);
    buf_init(&after, 0);
    assert_ok(evidence_checkpoint(w->dir, &before, &w->err));
    sql(w, "UPDATE ledger SET at_us = at_us + 1 WHERE n = 7");
    world_fill(w, 2);
    assert_int_equal(evidence_publish(w->store, w->dir, NULL, &w->err), ERR_FORMAT);
    sql(w, "UPDATE ledger SET at_us = at_us - 1 WHERE n = 7; UPDATE ledger_state SET size = 8, peaks ="
           " (SELECT leaf FROM ledger WHERE n = 3)");
    assert_int_equal(evidence_publish(w->store, w->dir, NULL, &w->err), ERR_FORMAT);
    assert_ok(evidence_checkpoint(w->dir, &after, &w->err));
    assert_true(sv_eq(buf_sv(&before), buf_sv(&after)));
    buf_done(&before);
    buf_done(&after);
}

static void a_lost_key_is_not_replaced(void **state)
{
    struct world *w = *state;
    char path[160];
    world_fill(w, 4);
    world_publish(w);
    snprintf(path, sizeof path, "%s/key", w->log);
    assert_int_equal(unlink(path), 0);
    world_fill(w, 2);
    assert_int_equal(evidence_publish(w->store, w->dir, NULL, &w->err), ERR_NOTFOUND);
}

/* ---- proofs ---- */

static void every_entry_is_proved_and_every_changed_proof_refused(void **state)
{
    struct world *w = *state;
    struct note_key key;
    world_fill(w, 300);
    world_publish(w);
    assert_ok(evidence_key(w->dir, &key, &w->err));
    for (uint64_t n = 0; n < 300; n += 23) {
        struct buf proof;
        struct proof_view view;
        buf_init(&proof, 0);
        assert_ok(evidence_prove(w->store, w->dir, n, n % 2 == 0, &proof, &w->err));
        assert_ok(evidence_check_proof(buf_sv(&proof), &key, NULL, &w->arena, &view, &w->err));
        assert_int_equal(view.n, n);
        assert_int_equal(view.size, 300);
        assert_true(view.hashes <= 9);
        assert_int_equal(view.record.n > 0, n % 2 == 0);
        for (size_t i = 0; i < proof.n; i += n == 46 ? 1 : 37) {
            char was = proof.p[i];
            proof.p[i] = was == 'A' ? 'B' : 'A';
            /* the time, kind and record of an entry may not change; '\n' within base64 may not either */
            assert_int_not_equal(evidence_check_proof(buf_sv(&proof), &key, NULL, &w->arena, &view, &w->err),
                                 0);
            proof.p[i] = was;
        }
        assert_int_not_equal(
            evidence_check_proof(sv_of(proof.p, proof.n / 2), &key, NULL, &w->arena, &view, &w->err), 0);
        buf_done(&proof);
    }
    struct buf none;
    buf_init(&none, 0);
    assert_int_equal(evidence_prove(w->store, w->dir, 300, true, &none, &w->err), ERR_NOTFOUND);
    buf_done(&none);
}

/* ---- witnesses ---- */

static void witnesses_are_counted_and_kept(void **state)
{
    struct world *w = *state;
    struct note_signer witness, stranger;
    struct checkpoint c;
    struct buf note, file;
    struct witness_keys keys;
    size_t added = 0;
    char path[160];
    world_fill(w, 10);
    world_publish(w);
    assert_ok(note_signer_new(SV("witness.example/w1"), NOTE_WITNESS, &witness, &w->err));
    assert_ok(note_signer_new(SV("witness.example/w2"), NOTE_WITNESS, &stranger, &w->err));
    buf_init(&file, 0);
    buf_puts(&file, "# those whom we trust\n");
    note_key_format(&witness.public_key, &file);
    snprintf(path, sizeof path, "%s/witnesses", w->log);
    assert_ok(file_write_atomic(path, buf_sv(&file), &w->err));
    read_checkpoint(w, &c, &note);
    struct sv text = sv_sub(buf_sv(&note), 0, sv_find(buf_sv(&note), SV("\n\n"), 0) + 1);
    text = arena_copy(&w->arena, text);
    note_sign(text, &witness, 1769853600, &note);
    note_sign(text, &stranger, 1769853600, &note);
    assert_ok(evidence_cosign(w->dir, buf_sv(&note), &added, &w->err));
    assert_int_equal(added, 1);
    assert_ok(evidence_cosign(w->dir, buf_sv(&note), &added, &w->err));
    assert_int_equal(added, 0);
    struct buf proof;
    struct proof_view view;
    struct note_key key;
    buf_init(&proof, 0);
    assert_ok(evidence_key(w->dir, &key, &w->err));
    assert_ok(evidence_witnesses(w->dir, &w->arena, &keys, &w->err));
    assert_ok(evidence_prove(w->store, w->dir, 3, true, &proof, &w->err));
    assert_ok(evidence_check_proof(buf_sv(&proof), &key, &keys, &w->arena, &view, &w->err));
    assert_int_equal(view.witnesses, 1);
    world_fill(w, 2);
    world_publish(w);
    snprintf(path, sizeof path, "%s/witnessed/10", w->log);
    assert_true(file_exists(path));
    assert_int_equal(evidence_cosign(w->dir, buf_sv(&note), &added, &w->err), ERR_ARG);
    buf_done(&proof);
    buf_done(&file);
    buf_done(&note);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_tiles_are_those_of_the_specification),
        world_test(the_log_grows_in_steps_of_any_size),
        world_test(upper_tiles_grow_too),
        world_test(tiles_that_are_lost_with_the_checkpoint_are_made_again),
        world_test(a_ledger_that_was_rewritten_is_not_signed),
        world_test(a_lost_key_is_not_replaced),
        world_test(every_entry_is_proved_and_every_changed_proof_refused),
        world_test(witnesses_are_counted_and_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
