/* marsad-demo-eval TRUTH [QUEUE]: what of the planted harm stands in the queue, and who stands there wrongly.
 *
 * TRUTH is the demo world's truth.json; QUEUE what `marsad queue --json` prints, one object a line (standard input when
 * it is not given). A post is found when it is queued under its category or the one named as good an answer. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/json.h"
#include "model/category.h"

enum { MAX_TRUTH_BYTES = 16 << 20, MAX_LINE_BYTES = 1 << 20, MAX_SHOWN = 12 };

struct tally {
    size_t planted, found, other, hard, hard_found;
};

struct truth {
    struct sv platform, native_id, group, note;
    enum category expected, also;
    bool hard;
    enum category queued; /* CATEGORY_NONE: not there */
};

struct judge {
    struct arena arena;
    struct truth *v;
    size_t n, unknown;
};

static int fail(const char *what)
{
    fprintf(stderr, "marsad-demo-eval: %s\n", what);
    return 2;
}

static int read_truth(struct judge *j, const char *path, struct error *err)
{
    struct buf text;
    struct json *doc = NULL;
    buf_init(&text, 0);
    int rc = file_read(path, MAX_TRUTH_BYTES, &text, err);
    if (rc == 0) rc = json_parse(buf_sv(&text), JSON_STRICT, &doc, err);
    const struct json *list = rc == 0 ? json_get(doc, "posts") : NULL;
    j->n = json_len(list);
    j->v = ARENA_ARRAY(&j->arena, j->n + 1, struct truth);
    if (!j->v) rc = error_set(err, ERR_NOMEM, "demo", "no memory for the truth");
    for (size_t i = 0; i < j->n && rc == 0; i++) {
        const struct json *v = json_at(list, i);
        j->v[i] = (struct truth){.platform = arena_copy(&j->arena, json_get_sv(v, "platform")),
                                 .native_id = arena_copy(&j->arena, json_get_sv(v, "native_id")),
                                 .group = arena_copy(&j->arena, json_get_sv(v, "group")),
                                 .note = arena_copy(&j->arena, json_get_sv(v, "note")),
                                 .expected = category_parse(json_get_sv(v, "expected")),
                                 .also = category_parse(json_get_sv(v, "also")),
                                 .hard = sv_is(json_get_sv(v, "difficulty"), "hard")};
    }
    json_free(doc);
    buf_done(&text);
    return rc;
}

/* Is this row that post? A message is known by the number that ends its id. */
static bool is_same(const struct truth *t, struct sv platform, struct sv native_id)
{
    if (!sv_eq(t->platform, platform)) return false;
    if (sv_eq(t->native_id, native_id)) return true;
    return sv_is(platform, "telegram") && native_id.n > t->native_id.n && sv_ends(native_id, t->native_id) &&
           (native_id.p[native_id.n - t->native_id.n - 1] == '/' ||
            native_id.p[native_id.n - t->native_id.n - 1] == ':');
}

static void take_row(struct judge *j, const struct json *row)
{
    enum category c = category_parse(json_get_sv(row, "category"));
    struct sv platform = json_get_sv(row, "platform"), id = json_get_sv(row, "native_id");
    for (size_t i = 0; i < j->n; i++) {
        if (!is_same(&j->v[i], platform, id)) continue;
        j->v[i].queued = c;
        return;
    }
    j->unknown++;
}

static int read_queue(struct judge *j, FILE *in, struct error *err)
{
    char *line = NULL;
    size_t cap = 0;
    int rc = 0;
    for (ssize_t n; rc == 0 && (n = getline(&line, &cap, in)) > 0;) {
        struct sv text = sv_trim(sv_of(line, (size_t)n));
        struct json *row = NULL;
        if (text.n == 0) continue;
        rc = json_parse(text, JSON_STRICT, &row, err);
        if (rc == 0) take_row(j, row);
        json_free(row);
    }
    free(line);
    return rc;
}

static bool is_found(const struct truth *t)
{
    return t->queued != CATEGORY_NONE && (t->queued == t->expected || t->queued == t->also);
}

static void count(const struct judge *j, enum category c, struct tally *out)
{
    *out = (struct tally){0};
    for (size_t i = 0; i < j->n; i++) {
        const struct truth *t = &j->v[i];
        if (t->expected != c) continue;
        if (t->hard) {
            out->hard++;
            out->hard_found += t->queued != CATEGORY_NONE;
            continue;
        }
        out->planted++;
        if (is_found(t))
            out->found++;
        else if (t->queued != CATEGORY_NONE)
            out->other++;
    }
}

static void print_found(const struct judge *j)
{
    struct tally all = {0};
    printf("%-26s %8s %7s %14s %7s %18s\n", "planted harm", "planted", "found", "another name", "missed",
           "hard ones found");
    for (int c = CATEGORY_NONE + 1; c < CATEGORY_COUNT; c++) {
        struct tally t;
        count(j, (enum category)c, &t);
        if (t.planted + t.hard == 0) continue;
        printf("%-26s %8zu %7zu %14zu %7zu %11zu of %3zu\n", category_name((enum category)c), t.planted,
               t.found, t.other, t.planted - t.found - t.other, t.hard_found, t.hard);
        all.planted += t.planted, all.found += t.found, all.other += t.other;
        all.hard += t.hard, all.hard_found += t.hard_found;
    }
    printf("%-26s %8zu %7zu %14zu %7zu %11zu of %3zu\n\n", "in all", all.planted, all.found, all.other,
           all.planted - all.found - all.other, all.hard_found, all.hard);
}

static void print_post(const struct truth *t)
{
    printf("    %.*s %.*s  (%.*s: %.*s)", SV_FMT(t->platform), SV_FMT(t->native_id), SV_FMT(t->group),
           SV_FMT(t->note));
    if (t->queued != CATEGORY_NONE)
        printf("  queued as %s", category_name(t->queued));
    else
        printf("  is %s", category_name(t->expected));
    putchar('\n');
}

static bool is_false_alarm(const struct truth *t)
{
    return t->expected == CATEGORY_NONE && t->queued != CATEGORY_NONE;
}
static bool is_missed(const struct truth *t)
{
    return t->expected != CATEGORY_NONE && !t->hard && t->queued == CATEGORY_NONE;
}

/* Some of them by name; the rest are counted. */
static size_t print_some(const struct judge *j, bool (*which)(const struct truth *), size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < j->n; i++)
        if (which(&j->v[i]) && n++ < max) print_post(&j->v[i]);
    if (n > max) printf("    … and %zu more\n", n - max);
    return n;
}

static void print_innocents(const struct judge *j)
{
    size_t innocents = 0, alarms = 0;
    for (size_t i = 0; i < j->n; i++) {
        innocents += j->v[i].expected == CATEGORY_NONE;
        alarms += is_false_alarm(&j->v[i]);
    }
    printf("innocent posts: %zu, of which %zu stand in the queue\n", innocents, alarms);
    print_some(j, is_false_alarm, MAX_SHOWN);
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 3) return fail("usage: marsad-demo-eval TRUTH [QUEUE]");
    struct judge j = {0};
    struct error err = {0};
    arena_init(&j.arena, 0);
    FILE *in = argc == 3 ? fopen(argv[2], "r") : stdin;
    if (!in) return fail("the queue's file could not be opened");
    int rc = read_truth(&j, argv[1], &err);
    if (rc == 0) rc = read_queue(&j, in, &err);
    if (in != stdin) fclose(in);
    if (rc != 0) {
        arena_done(&j.arena);
        return fail(err.text);
    }
    print_found(&j);
    puts("missed (hard ones left out):");
    if (print_some(&j, is_missed, MAX_SHOWN) == 0) puts("    none");
    print_innocents(&j);
    if (j.unknown) printf("%zu rows of the queue are no posts of this world\n", j.unknown);
    puts("The project made this world itself: it shows what happens, and measures nothing.");
    arena_done(&j.arena);
    return 0;
}
