/* Any bytes as a policy: refused with a message, or loaded and then asked. */
#include <stdlib.h>

#include "base/id.h"
#include "policy/policy.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv) { return id_init(NULL); }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct policy *p = NULL;
    struct error err;
    if (policy_load(SV("fuzz.lua"), sv_of(data, size), &p, &err) != 0) {
        if (err.code == 0 || !err.text[0]) abort();
        return 0;
    }
    struct policy_runner *r = NULL;
    if (policy_runner_new(p, &r, &err) == 0) {
        struct arena a;
        arena_init(&a, 0);
        struct post post;
        post_init(&post);
        struct place place = place_of(PLACE_POST);
        struct finding f;
        finding_init(&f);
        f.category = CATEGORY_HATE;
        f.probability = 0.9;
        f.places = &place;
        f.nplaces = 1;
        struct finding_list list = {.v = &f, .n = 1};
        struct policy_input in = {.post = &post, .findings = &list, .now_us = 1, .known_us = 1};
        struct assessment got;
        int rc = policy_assess(r, &in, &a, &got, &err);
        if (rc && got.category != CATEGORY_HATE) abort(); /* the fallback queues it */
        arena_done(&a);
    }
    policy_runner_free(r);
    policy_free(p);
    return 0;
}
