/* The ledger: cost of an entry, of publishing and verifying, and of proofs, in a workspace of MARSAD_BENCH_ENTRIES
 * (default 100,000) in the folder of MARSAD_BENCH_DIR (default /tmp): one JSON object. An entry is a small step, 1,000 to a
 * commit. */
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

static int fill(struct store *s, uint64_t n, struct error *err)
{
    int rc = 0;
    for (uint64_t i = 0; rc == 0 && i < n; i++) {
        char subject[40];
        snprintf(subject, sizeof subject, "%032llx", (unsigned long long)(i * 0x9e3779b97f4a7c15u));
        if (i % PER_COMMIT == 0) rc = store_begin(s, err);
        if (rc == 0) rc = ledger_append(s, STEP_VIEW, sv_cstr(subject), SV("{\"why\":\"queue\"}"), err);
        if (rc == 0 && (i % PER_COMMIT == PER_COMMIT - 1 || i == n - 1)) rc = store_commit(s, err);
    }
    return rc;
}

static int prove(struct store *s, const char *dir, uint64_t n, size_t *out_bytes, struct error *err)
{
    struct buf proof;
    struct note_key key;
    struct proof_view view;
    struct arena a;
    int rc = evidence_key(dir, &key, err);
    arena_init(&a, 0);
    for (int i = 0; rc == 0 && i < PROOFS; i++) {
        buf_init(&proof, 0);
        rc = evidence_prove(s, dir, n / PROOFS * (uint64_t)i, true, &proof, err);
        if (rc == 0) rc = evidence_check_proof(buf_sv(&proof), &key, NULL, &a, &view, err);
        *out_bytes = proof.n;
        buf_done(&proof);
    }
    arena_done(&a);
    return rc;
}

int main(void)
{
    const char *wanted = getenv("MARSAD_BENCH_ENTRIES"), *where = getenv("MARSAD_BENCH_DIR");
    uint64_t n = wanted ? strtoull(wanted, NULL, 10) : 100000;
    char dir[512], db[600];
    struct error err = {0};
    struct store *s = NULL;
    struct verify_summary sum = {0};
    size_t proof_bytes = 0;
    snprintf(dir, sizeof dir, "%s/marsad-bench-XXXXXX", where ? where : "/tmp");
    if (!mkdtemp(dir)) return 1;
    snprintf(db, sizeof db, "%s/marsad.db", dir);
    int rc = store_open(db, &s, &err);
    int64_t t[5], core[5];
    t[0] = clock_mono_us(), core[0] = core_us();
    if (rc == 0) rc = fill(s, n, &err);
    t[1] = clock_mono_us(), core[1] = core_us();
    if (rc == 0) rc = evidence_publish(s, dir, NULL, &err);
    t[2] = clock_mono_us(), core[2] = core_us();
    struct verify_options o = {.arg = NULL};
    if (rc == 0) rc = evidence_verify(s, dir, &o, &sum, &err);
    t[3] = clock_mono_us(), core[3] = core_us();
    if (rc == 0) rc = prove(s, dir, n, &proof_bytes, &err);
    t[4] = clock_mono_us(), core[4] = core_us();
    if (rc != 0) fprintf(stderr, "bench_ledger: %s\n", err.text);
    if (rc == 0)
        printf("{\"bench\":\"ledger\",\"entries\":%llu,\"append_us\":%.2f,\"append_core_us\":%.2f,"
               "\"publish_s\":%.2f,\"verify_s\":%.2f,\"verify_core_s\":%.2f,\"faults\":%llu,"
               "\"prove_and_check_us\":%.0f,\"proof_bytes\":%zu}\n",
               (unsigned long long)n, (double)(t[1] - t[0]) / (double)n,
               (double)(core[1] - core[0]) / (double)n, (double)(t[2] - t[1]) / 1e6,
               (double)(t[3] - t[2]) / 1e6, (double)(core[3] - core[2]) / 1e6, (unsigned long long)sum.faults,
               (double)(core[4] - core[3]) / PROOFS, proof_bytes);
    store_close(s);
    if (dir_remove_tree(dir, &err) != 0) return 1;
    return rc != 0 || sum.faults != 0;
}
