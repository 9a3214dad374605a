/* Near-duplicate texts: what the index finds of what is there. bench_neardup [TEXTS [SEED]].
 *
 * Made-up captions of 6 to 30 words over a vocabulary with Zipf's frequencies, and edits of one in ten of them. Truth is the
 * exact likeness of every edited text with every other text: recall is the share of pairs at or above the threshold that the index gives,
 * precision the share of what it gives that is (1 by construction: it compares exactly). Beside it, by kind of edit, how many are
 * found at all. One JSON object. */
#include "base/clock.h"
#include "index/neardup.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 4000, TEXT_BYTES = 400, EDITS = 6 };
static const char *const edit_names[EDITS] = {"typing_error", "word_replaced", "word_added",
                                              "word_dropped", "two_replaced",  "cut_by_fifth"};

static uint64_t state;
static uint64_t draw(void)
{
    uint64_t z = (state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}
static double uniform(void) { return (double)(draw() >> 11) * 0x1p-53; }

static char vocabulary[WORDS][16];

static void make_vocabulary(void)
{
    static const char onsets[] = "bdfghklmnrstwz", vowels[] = "aeiou";
    for (int i = 0; i < WORDS; i++) {
        size_t n = 0, syllables = 1 + draw() % 3;
        for (size_t s = 0; s < syllables; s++) {
            vocabulary[i][n++] = onsets[draw() % 14];
            vocabulary[i][n++] = vowels[draw() % 5];
            if (draw() % 3 == 0) vocabulary[i][n++] = onsets[draw() % 14];
        }
        vocabulary[i][n] = '\0';
    }
}

struct caption {
    int word[40], n;
};

static int some_word(void) { return (int)(pow(uniform(), 2.5) * WORDS); }

static struct caption some_caption(void)
{
    struct caption c = {.n = 6 + (int)(draw() % 25)};
    for (int i = 0; i < c.n; i++) c.word[i] = some_word();
    return c;
}

static void write_caption(const struct caption *c, char *out)
{
    size_t n = 0;
    for (int i = 0; i < c->n; i++)
        n += (size_t)snprintf(out + n, TEXT_BYTES - n, "%s%s", i ? " " : "", vocabulary[c->word[i]]);
}

static void edit(const struct caption *from, int kind, char *out)
{
    struct caption c = *from;
    int at = (int)(draw() % (unsigned)c.n);
    if (kind == 1 || kind == 4) c.word[at] = some_word();
    if (kind == 4) c.word[(at + 3) % c.n] = some_word();
    if (kind == 2) c.word[c.n++] = some_word();
    if (kind == 3) {
        memmove(c.word + at, c.word + at + 1, (size_t)(c.n - at - 1) * sizeof *c.word);
        c.n--;
    }
    if (kind == 5) c.n -= c.n / 5;
    write_caption(&c, out);
    if (kind == 0) out[draw() % strlen(out)] = 'q';
}

struct asked {
    uint32_t self;
    uint64_t given, right;
    double threshold;
    struct shingles mine;
    const struct shingles *all;
    bool found_origin;
    uint32_t origin;
};

static int take(void *arg, uint32_t number, double likeness)
{
    struct asked *q = arg;
    if (number == q->self) return 0;
    q->given++;
    q->right += neardup_likeness(&q->mine, &q->all[number]) >= q->threshold;
    q->found_origin |= number == q->origin;
    return 0;
}

int main(int argc, char **argv)
{
    uint32_t n = argc > 1 ? (uint32_t)atoi(argv[1]) : 20000, edits = n / 10, number;
    state = argc > 2 ? (uint64_t)atoll(argv[2]) : 1;
    struct neardup *d = NULL;
    struct error err;
    struct arena a;
    uint64_t there = 0, given = 0, right = 0, of_kind[EDITS] = {0}, found_kind[EDITS] = {0};

    struct caption *captions = calloc(n, sizeof *captions);
    struct shingles *all = calloc((size_t)n + edits, sizeof *all);
    char(*texts)[TEXT_BYTES] = calloc((size_t)n + edits, sizeof *texts);
    arena_init(&a, (size_t)8 << 30);
    if (!captions || !all || !texts || neardup_new(NEARDUP_NEAR, &d, &err)) return 1;
    make_vocabulary();
    for (uint32_t i = 0; i < n; i++) {
        captions[i] = some_caption();
        write_caption(&captions[i], texts[i]);
    }
    for (uint32_t i = 0; i < edits; i++) edit(&captions[i * 10], (int)(i % EDITS), texts[n + i]);
    int64_t begun = clock_mono_us();
    for (uint32_t i = 0; i < n + edits; i++)
        if (neardup_add(d, sv_cstr(texts[i]), &number, &err) ||
            neardup_shingles(sv_cstr(texts[i]), &a, &all[i], &err))
            return 1;
    double add_us = (double)(clock_mono_us() - begun) / (n + edits);
    double find_us = 0;
    for (uint32_t i = n; i < n + edits; i++) {
        struct asked q = {
            .self = i, .threshold = NEARDUP_NEAR, .mine = all[i], .all = all, .origin = (i - n) * 10};
        begun = clock_mono_us();
        if (neardup_find(d, sv_cstr(texts[i]), take, &q, &err)) return 1;
        find_us += (double)(clock_mono_us() - begun);
        for (uint32_t k = 0; k < n + edits; k++)
            there += k != i && neardup_likeness(&all[i], &all[k]) >= NEARDUP_NEAR;
        given += q.given;
        right += q.right;
        int kind = (int)((i - n) % EDITS);
        of_kind[kind]++;
        found_kind[kind] += q.found_origin;
    }
    uint64_t compared, left_out;
    neardup_effort(d, &compared, &left_out);
    printf("{\"texts\":%u,\"pairs_near\":%llu,\"recall\":%.5f,\"precision\":%.5f,\"add_us\":%.1f,\"find_us\":"
           "%.1f,"
           "\"compared_per_text\":%.2f",
           n + edits, (unsigned long long)there, (double)right / (double)there,
           given ? (double)right / (double)given : 1, add_us, find_us / edits, (double)compared / edits);
    for (int k = 0; k < EDITS; k++)
        printf(",\"%s\":%.4f", edit_names[k], of_kind[k] ? (double)found_kind[k] / (double)of_kind[k] : 0);
    printf("}\n");
    neardup_free(d);
    arena_done(&a);
    free(captions);
    free(all);
    free(texts);
    return 0;
}
