/* Packages as bytes: an archive, or (after a 'T') the texts of a package one after another, separated by 0x1e. Whatever they
 * are, nothing is written outside the folder that they are unpacked into, and no fault-free verdict comes without a seal. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "evidence/archive.h"
#include "evidence/package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {"bagit.txt",
                                    "bag-info.txt",
                                    "manifest-sha256.txt",
                                    "tagmanifest-sha256.txt",
                                    "signature.note",
                                    "timestamp.tsr",
                                    "data/log/checkpoint",
                                    "data/log/key.pub",
                                    "data/log/proofs/0.tlog-proof",
                                    "data/rows/post/00",
                                    "data/posts/00/raw.json"};

static void write_texts(const char *dir, struct sv rest)
{
    struct sv part;
    struct error err;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && sv_split(&rest, '\x1e', &part); i++) {
        char path[512];
        struct sv parent;
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        parent = path_dir(sv_cstr(path));
        char folder[512];
        snprintf(folder, sizeof folder, "%.*s", SV_FMT(parent));
        if (dir_make(folder, &err) != 0) abort();
        FILE *f = fopen(path, "wb");
        if (!f) abort();
        if (part.n > 0 && fwrite(part.p, 1, part.n, f) != part.n) abort();
        fclose(f);
    }
}

static void check(const char *dir)
{
    struct arena a;
    struct error err;
    struct package_summary sum;
    struct package_check_options o = {.key = NULL};
    arena_init(&a, 0);
    if (package_check(dir, &o, &a, &sum, &err) == 0 && sum.faults == 0 && !sum.sealed) abort();
    arena_done(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct archive_limits limits = {.files = 200, .bytes = 4 << 20};
    char dir[64];
    struct error err;
    struct timestamp_view view;
    struct sha256 zero = {{0}};
    if (id_init(&err) != 0) return 0;
    snprintf(dir, sizeof dir, "%s/marsad-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (!mkdtemp(dir)) abort();
    if (size > 0 && data[0] == 'T')
        write_texts(dir, sv_of(data + 1, size - 1));
    else if (archive_unpack_bytes(sv_of(data, size), dir, &limits, &err) != 0 &&
             timestamp_check(sv_of(data, size), &zero, NULL, &view, &err) == 0)
        abort(); /* nobody stamped 32 zeros */
    check(dir);
    if (dir_remove_tree(dir, &err) != 0) abort();
    return 0;
}
