/* bench_desk WORKSPACE POSTS: a workspace with so many posts in its queue, and a key that may look and submit; prints the
 * key. bench_desk WORKSPACE looked: nothing is left to be looked over in it. For bench/serve.sh. */
#include "base/clock.h"
#include "serve/serve_priv.h"
#include "store/store_look.h"
#include "store/store_tune.h"
#include "store/workspace.h"

#include <stdio.h>
#include <stdlib.h>

enum { AT_ONCE = 5000 };

static void put_one(struct store *s, uint64_t n, struct error *err)
{
    static const enum category categories[] = {CATEGORY_HATE, CATEGORY_HARASSMENT_WOMEN,
                                               CATEGORY_TERROR_PROPAGANDA, CATEGORY_HARASSMENT_SMEAR};
    struct arena a;
    struct post p;
    struct finding_list l;
    enum store_put put;
    uint32_t because[1] = {0};
    enum category c = categories[n % 4];
    arena_init(&a, 0);
    post_init(&p);
    p.platform = SV("bench");
    p.native_id = arena_printf(&a, "%llu", (unsigned long long)n);
    p.id = post_id(p.platform, p.native_id, false);
    p.account.handle = arena_printf(&a, "account_%llu", (unsigned long long)(n % 50000));
    p.account.platform = p.platform;
    p.account.id = account_id(p.platform, SV_NULL, p.account.handle);
    p.language = SV("ar-IQ");
    p.created_us = p.collected_us = clock_now_us() - (int64_t)(n % 86400) * US_PER_SECOND;
    struct text_part part = {
        TEXT_CAPTION, arena_printf(&a, "caption number %llu of a queue that is long", (unsigned long long)n),
        TIME_UNKNOWN, TIME_UNKNOWN};
    p.texts = &part;
    p.ntexts = 1;
    p.reach = (struct reach){p.collected_us, (int64_t)(n % 9973), 1, 1, 1, 1};
    p.raw = SV("{}");
    p.origin.format = SV("bench");
    finding_list_init(&l, &a);
    struct assessment as = {.category = c,
                            .severity = 60,
                            .probability = 0.5,
                            .clock_us = US_PER_DAY,
                            .hard = n % 20 == 0,
                            .priority = (double)(n % 100003),
                            .reason = SV("reason.terms"),
                            .policy = SV("default.lua@0"),
                            .because = because};
    if (store_put_post(s, &p, clock_now_us(), &put, err) != 0 ||
        store_put_result(s, &p.id, &l, &as, err) != 0) {
        fprintf(stderr, "%s\n", err->text);
        exit(2);
    }
    finding_list_done(&l);
    arena_done(&a);
}

/* As if the keeper had been through with them. */
static int looked(const char *dir)
{
    struct workspace *w = NULL;
    struct store *s = NULL;
    struct error err;
    struct arena a;
    size_t n = 1;
    arena_init(&a, 0);
    int code = workspace_open(dir, WORKSPACE_LOOK, &w, &err);
    if (code == 0) code = store_open(workspace_db(w), &s, &err);
    while (code == 0 && n > 0) {
        struct id128 *posts = NULL;
        arena_clear(&a);
        code = store_begin(s, &err);
        if (code == 0) code = store_look_todo(s, AT_ONCE, &a, &posts, &n, &err);
        for (size_t i = 0; code == 0 && i < n; i++) code = store_look_done(s, &posts[i], &err);
        if (code == 0) code = store_commit(s, &err);
    }
    if (code) fprintf(stderr, "bench_desk: %s\n", err.text);
    store_close(s);
    workspace_close(w);
    arena_done(&a);
    return code ? 2 : 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[2], "looked") == 0) return looked(argv[1]);
    struct workspace *w = NULL;
    struct store *s = NULL;
    struct error err;
    char token[TOKEN_TEXT_BYTES];
    uint64_t n = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    if (n == 0 || workspace_init(argv[1], &err) != 0 ||
        workspace_open(argv[1], WORKSPACE_LOOK, &w, &err) != 0 ||
        store_open(workspace_db(w), &s, &err) != 0) {
        fprintf(stderr, "bench_desk WORKSPACE POSTS: %s\n", n ? err.text : "");
        return 2;
    }
    if (store_cache(s, 1024, &err) != 0) return 2;
    for (uint64_t i = 0; i < n;) {
        if (store_begin(s, &err) != 0) return 2;
        for (uint64_t k = 0; k < AT_ONCE && i < n; k++) put_one(s, i++, &err);
        if (store_commit(s, &err) != 0) return 2;
    }
    token_new(token);
    struct api_key k = {.id = random_id(),
                        .name = SV("bench"),
                        .scopes = SV("read submit metrics"),
                        .rate = 100000000,
                        .created_us = clock_now_us(),
                        .used_us = TIME_UNKNOWN};
    token_hash(sv_cstr(token), &k.secret);
    if (store_key_put(s, &k, &err) != 0) return 2;
    store_close(s);
    workspace_close(w);
    puts(token);
    return 0;
}
