/* The bytes as subtitles beside a download. */
#include "fuzz/intake_fuzz.h"

#include <fcntl.h>

static char dir[] = "/tmp/marsad-fuzz-XXXXXX", info[64], subtitles[64];

static void put(const char *path, const void *bytes, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    fuzz_must(fd >= 0 && write(fd, bytes, n) == (ssize_t)n, path);
    close(fd);
}

static void clear(void)
{
    unlink(info);
    unlink(subtitles);
    rmdir(dir);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char record[] = "{\"id\":\"7601463331695519921\",\"title\":\"t\",\"extractor\":\"TikTok\"}";
    if (!info[0]) {
        fuzz_must(mkdtemp(dir) && id_init(NULL) == 0, "a folder");
        snprintf(info, sizeof info, "%s/a.info.json", dir);
        snprintf(subtitles, sizeof subtitles, "%s/a.ar.vtt", dir);
        atexit(clear);
        put(info, record, sizeof record - 1);
    }
    put(subtitles, data, size);
    struct intake_options o = {.format = "yt-dlp", .now_us = INT64_C(1790000000) * US_PER_SECOND};
    struct intake_sink sink = {NULL, fuzz_post, fuzz_aside, NULL};
    struct intake_counts counts = {0};
    struct error err = {0};
    fuzz_must(intake_read(info, &o, &sink, &counts, &err) == 0 && counts.posts == 1, err.text);
    return 0;
}
