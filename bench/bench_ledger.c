/* The ledger: cost of an entry, of publishing and verifying, and of proofs at each size from 1,000 on, in a workspace of
 * MARSAD_BENCH_ENTRIES (default 100,000) in the folder of MARSAD_BENCH_DIR (default /tmp): one JSON object. An entry is a
 * small step, 1,000 to a commit; of the proofs the longest counts. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "evidence/evidence.h"

enum { PER_COMMIT = 1000, PROOFS = 200 };

static int64_t core_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

static int fill(struct store *s, uint64_t from, uint64_t to, struct error *err)
{
    int rc = 0;
    for (uint64_t i = from; rc == 0 && i < to; i++) {
        char subject[40];
        snprintf(subject, sizeof subject, "%032llx", (unsigned long long)(i * 0x9e3779b97f4a7c15u));
        if (i % PER_COMMIT == 0) rc = store_begin(s, err);
        if (rc == 0) rc = ledger_append(s, STEP_VIEW, sv_cstr(subject), SV("{\"why\":\"queue\"}"), err);
        if (rc == 0 && (i % PER_COMMIT == PER_COMMIT - 1 || i == to - 1)) rc = store_commit(s, err);
    }
    return rc;
}

/* Proofs at places spread over the log: hashes in one, bytes, and the core's time to make and to check it. */
struct proofs {
    uint64_t entries;
    size_t bytes, hashes;
    double prove_us, check_us;
};

static size_t lines_of(struct sv text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) n += text.p[i] == '\n';
    return n;
}

static int prove(struct store *s, const char *dir, uint64_t n, struct proofs *out, struct error *err)
{
    struct buf proof;
    struct note_key key;
    struct proof_view view;
    struct arena a;
    int64_t proving = 0, checking = 0;
    int rc = evidence_key(dir, &key, err);
    arena_init(&a, 0);
    for (int i = 0; rc == 0 && i < PROOFS; i++) {
        buf_init(&proof, 0);
        int64_t began = core_us();
        rc = evidence_prove(s, dir, n / PROOFS * (uint64_t)i, true, &proof, err);
        int64_t made = core_us();
        if (rc == 0) rc = evidence_check_proof(buf_sv(&proof), &key, NULL, &a, &view, err);
        checking += core_us() - made;
        proving += made - began;
        /* Three lines stand before the hashes; an empty one, the checkpoint's five, behind. */
        size_t hashes = rc == 0 ? lines_of(buf_sv(&proof)) - 9 : 0;
        if (proof.n > out->bytes) out->bytes = proof.n;
        if (hashes > out->hashes) out->hashes = hashes;
        buf_done(&proof);
    }
    out->entries = n;
    out->prove_us = (double)proving / PROOFS;
    out->check_us = (double)checking / PROOFS;
    arena_done(&a);
    return rc;
}

struct figures {
    int64_t append_us, append_core_us, publish_us, verify_us, verify_core_us;
    struct proofs proofs[8];
    size_t n;
    struct verify_summary sum;
};

/* Grown tenfold each time, with a checkpoint and proofs at each size. */
static int measure(struct store *s, const char *dir, uint64_t entries, struct figures *f, struct error *err)
{
    int rc = 0;
    for (uint64_t had = 0, size = 1000; rc == 0 && had < entries; had = size, size *= 10) {
        if (size > entries || f->n == 7) size = entries;
        int64_t began = clock_mono_us(), core = core_us();
        rc = fill(s, had, size, err);
        int64_t filled = clock_mono_us();
        f->append_us += filled - began;
        f->append_core_us += core_us() - core;
        if (rc == 0) rc = evidence_publish(s, dir, NULL, err);
        f->publish_us += clock_mono_us() - filled;
        if (rc == 0) rc = prove(s, dir, size, &f->proofs[f->n++], err);
    }
    struct verify_options o = {.arg = NULL};
    int64_t began = clock_mono_us(), core = core_us();
    if (rc == 0) rc = evidence_verify(s, dir, &o, &f->sum, err);
    f->verify_us = clock_mono_us() - began;
    f->verify_core_us = core_us() - core;
    return rc;
}

static void tell(const struct figures *f, uint64_t n)
{
    printf("{\"bench\":\"ledger\",\"entries\":%llu,\"append_us\":%.2f,\"append_core_us\":%.2f,"
           "\"publish_s\":%.2f,\"verify_s\":%.2f,\"verify_core_s\":%.2f,\"faults\":%llu,\"proofs\":[",
           (unsigned long long)n, (double)f->append_us / (double)n, (double)f->append_core_us / (double)n,
           (double)f->publish_us / 1e6, (double)f->verify_us / 1e6, (double)f->verify_core_us / 1e6,
           (unsigned long long)f->sum.faults);
    for (size_t i = 0; i < f->n; i++)
        printf("%s{\"entries\":%llu,\"hashes\":%zu,\"bytes\":%zu,\"prove_us\":%.0f,\"check_us\":%.0f}",
               i ? "," : "", (unsigned long long)f->proofs[i].entries, f->proofs[i].hashes,
               f->proofs[i].bytes, f->proofs[i].prove_us, f->proofs[i].check_us);
    printf("]}\n");
}

int main(void)
{
    const char *wanted = getenv("MARSAD_BENCH_ENTRIES"), *where = getenv("MARSAD_BENCH_DIR");
    uint64_t n = wanted ? strtoull(wanted, NULL, 10) : 100000;
    char dir[512], db[600];
    struct error err = {0};
    struct store *s = NULL;
    struct figures f = {.n = 0};
    snprintf(dir, sizeof dir, "%s/marsad-bench-XXXXXX", where ? where : "/tmp");
    if (!mkdtemp(dir)) return 1;
    snprintf(db, sizeof db, "%s/marsad.db", dir);
    int rc = store_open(db, &s, &err);
    if (rc == 0) rc = measure(s, dir, n, &f, &err);
    if (rc != 0)
        fprintf(stderr, "bench_ledger: %s\n", err.text);
    else
        tell(&f, n);
    store_close(s);
    if (dir_remove_tree(dir, &err) != 0) return 1;
    return rc != 0 || f.sum.faults != 0;
}
