/* bench_start make WORKSPACE ITEMS FRAMES: a workspace with a bank of so many items of so many random hashes each.
 * bench_start open WORKSPACE: how long a run takes until it can match, what it then holds in memory, and how long it takes to close. */
#include "base/clock.h"
#include "engine/desk.h"
#include "store/workspace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 20000 };

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static int fail(const struct error *err)
{
    fprintf(stderr, "%s\n", err->text);
    return 2;
}

static int put_item(struct store *s, uint64_t n, size_t nframes, struct bank_frame *frames, struct error *err)
{
    uint64_t state = (n + 1) * UINT64_C(0x9e3779b97f4a7c15);
    struct bank_item item = {.type = nframes > 1 ? BANK_VPDQ : BANK_PDQ,
                             .frames = frames,
                             .nframes = nframes,
                             .label = SV("made"),
                             .threshold = -1};
    for (size_t i = 0; i < nframes; i++) {
        for (int k = 0; k < 4; k++) frames[i].pdq.w[k] = next(&state);
        frames[i].quality = 100;
        frames[i].time_us = nframes > 1 ? (int64_t)i * 125000 : 0;
    }
    return store_bank_add(s, SV("bench"), &item, NULL, err);
}

static int make(const char *dir, uint64_t items, size_t nframes)
{
    struct error err = {0};
    struct workspace *w = NULL;
    struct store *s = NULL;
    struct bank bank = {.name = SV("bench"), .category = CATEGORY_HATE, .threshold = 31};
    struct bank_frame *frames = calloc(nframes + 1, sizeof *frames);
    int rc = frames ? workspace_init(dir, &err) : ERR_NOMEM;
    if (rc == 0) rc = workspace_open(dir, WORKSPACE_LOOK, &w, &err);
    if (rc == 0) rc = store_open(workspace_db(w), &s, &err);
    if (rc == 0) rc = store_bank_new(s, &bank, &err);
    for (uint64_t done = 0; done < items && rc == 0;) {
        rc = store_begin(s, &err);
        for (int i = 0; i < AT_ONCE && done < items && rc == 0; i++)
            rc = put_item(s, done++, nframes, frames, &err);
        if (rc == 0) rc = store_commit(s, &err);
    }
    store_close(s);
    workspace_close(w);
    free(frames);
    return rc ? fail(&err) : 0;
}

static void print_memory(void)
{
    char line[256];
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "Rss", 3) == 0 || strncmp(line, "VmHWM", 5) == 0) fputs(line, stdout);
    if (f) fclose(f);
}

static int open_once(const char *dir)
{
    struct error err = {0};
    struct engine *e = NULL;
    struct engine_options o = {.workspace = dir, .sign_later = true, .workers = 1};
    int64_t t0 = clock_mono_us();
    int rc = engine_open(&o, &e, &err);
    int64_t t1 = clock_mono_us();
    if (rc == 0) rc = engine_detectors(e, &err);
    int64_t t2 = clock_mono_us();
    if (rc) return fail(&err);
    print_memory();
    int64_t t3 = clock_mono_us();
    engine_close(e);
    printf("banks read %.2f s, ready to match %.2f s after, closed in %.2f s\n", (double)(t1 - t0) / 1e6,
           (double)(t2 - t1) / 1e6, (double)(clock_mono_us() - t3) / 1e6);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "make") == 0)
        return make(argv[2], strtoull(argv[3], NULL, 10), strtoull(argv[4], NULL, 10));
    if (argc == 3 && strcmp(argv[1], "open") == 0) return open_once(argv[2]);
    fprintf(stderr, "bench_start make WORKSPACE ITEMS FRAMES | bench_start open WORKSPACE\n");
    return 2;
}
