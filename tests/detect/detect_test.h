/* What the tests of this room share: a set of banks, a run over one post, hashes at a chosen distance. */
#ifndef MARSAD_DETECT_TEST_H
#define MARSAD_DETECT_TEST_H

#include "test.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/limits.h"
#include "detect/detect.h"

struct bench {
    struct bank_set *banks;
    struct terms *terms;
    struct detect_set *set;
    struct detect_scratch *scratch;
    struct arena arena;
    struct finding_list found;
    struct error err;
};

static inline void bench_init(struct bench *b)
{
    memset(b, 0, sizeof *b);
    assert_ok(id_init(&b->err));
    arena_init(&b->arena, 0);
    finding_list_init(&b->found, &b->arena);
    assert_ok(bank_set_new(&b->banks, &b->err));
}

static inline void bench_done(struct bench *b)
{
    finding_list_done(&b->found);
    detect_scratch_free(b->scratch);
    detect_set_free(b->set);
    terms_free(b->terms);
    bank_set_free(b->banks);
    arena_done(&b->arena);
}

static inline void bench_bank(struct bench *b, const char *name, enum category c, bool negative)
{
    struct bank bank = {.name = sv_cstr(name), .category = c, .negative = negative, .threshold = 31};
    assert_ok(bank_set_add_bank(b->banks, &bank, &b->err));
}

static inline struct bank_item item_of(enum bank_item_type type, const char *value, const char *label)
{
    struct bank_item item = {.type = type, .value = sv_cstr(value), .label = sv_cstr(label), .threshold = -1};
    item.id = id_of("test", &item.label, 1);
    return item;
}

static inline void bench_item(struct bench *b, const char *bank, const struct bank_item *item)
{
    assert_ok(bank_set_add_item(b->banks, sv_cstr(bank), item, &b->err));
}

static inline void bench_lexicon(struct bench *b, const char *text)
{
    struct terms_builder *builder = NULL;
    assert_ok(terms_builder_new(&builder, &b->err));
    assert_ok(terms_builder_add(builder, SV("t.tsv"), sv_cstr(text), NULL, &b->err));
    assert_ok(terms_compile(builder, &b->terms, &b->err));
}

static inline void bench_open(struct bench *b)
{
    struct detect_env env = {.banks = b->banks, .terms = b->terms};
    assert_ok(detect_set_new(&env, &b->set, &b->err));
    assert_ok(detect_scratch_new(b->set, &b->scratch, &b->err));
}

/* Opens on the first call. Findings of earlier runs are forgotten. */
static inline void bench_run(struct bench *b, const struct detect_item *item)
{
    if (!b->set) bench_open(b);
    b->found.n = 0;
    int rc = detect_run(b->set, b->scratch, item, &b->found, &b->err);
    if (rc) print_error("%s\n", b->err.text);
    assert_ok(rc);
}

static inline void bench_run_post(struct bench *b, const struct post *p)
{
    struct detect_item item = {.post = p};
    bench_run(b, &item);
}

/* A hash of its own per seed. */
static inline struct hash256 hash_seeded(uint64_t seed)
{
    struct hash256 h;
    for (int i = 0; i < 4; i++) {
        seed += 0x9E3779B97F4A7C15u;
        uint64_t z = seed;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        h.w[i] = z ^ (z >> 31);
    }
    return h;
}

/* h with its first `bits` bits turned over. */
static inline struct hash256 hash_at(struct hash256 h, int bits)
{
    for (int i = 0; i < bits; i++) h.w[i / 64] ^= (uint64_t)1 << (i % 64);
    return h;
}

/* A frame whose upright hash is h; its other forms are like nothing else. */
static inline struct frame_signal frame_of(struct hash256 h, double seconds)
{
    static uint64_t other = 1000000;
    struct frame_signal f = {.time_us = (int64_t)(seconds * 1e6), .region = REGION_WHOLE, .quality = 100};
    f.pdq[0] = h;
    for (int i = 1; i < DIHEDRAL_COUNT; i++) f.pdq[i] = hash_seeded(other += 17);
    return f;
}

static inline struct bank_item pdq_item(struct bank_frame *frame, const char *label)
{
    struct bank_item item = item_of(BANK_PDQ, "", label);
    item.frames = frame;
    item.nframes = 1;
    return item;
}

#endif
