/* Any bytes as an index of sounds: refused, or queries stay inside. The sums are made right first, so that what lies
 * behind them is reached. */
#include <stdlib.h>

#include "index/landmarks_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void make_sums_right(uint8_t *bytes, size_t size)
{
    struct landmarks_header h;
    if (size < sizeof h) return;
    memcpy(&h, bytes, sizeof h);
    size_t table = (size_t)h.nrefs * sizeof(struct landmarks_ref);
    if (table <= size - sizeof h) h.table_hash = landmarks_hash(bytes + sizeof h, table, 1);
    h.bytes = size;
    h.header_hash = landmarks_hash(&h, offsetof(struct landmarks_header, header_hash), 3);
    memcpy(bytes, &h, sizeof h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct landmarks *l;
    struct landmark_scratch *s;
    struct landmark_match m[LANDMARK_MATCHES_MAX];
    struct error err;
    size_t n = 0;
    uint8_t *bytes = malloc(size + 1);
    if (!bytes) return 0;
    if (size) memcpy(bytes, data, size);
    make_sums_right(bytes, size);
    if (landmarks_over(sv_of(bytes, size), &l, &err) == 0) {
        if (landmark_scratch_new(&s, &err) == 0) {
            struct landmark *q = malloc((l->head.npeaks + 1) * sizeof *q);
            size_t nq = 0;
            for (uint64_t i = 0; q && i < l->head.npeaks; i++) {
                q[nq] = l->peaks[i];
                q[nq].time %= 8000;
                q[nq++].flags = LANDMARK_MIDDLE | LANDMARK_STRONG;
            }
            if (landmarks_query(l, s, q, nq, m, &n, &err) == 0 && n > LANDMARK_MATCHES_MAX) abort();
            for (size_t i = 0; i < n; i++)
                if (m[i].reference >= l->head.nrefs) abort();
            free(q);
            landmark_scratch_free(s);
        }
        landmarks_free(l);
    }
    free(bytes);
    return 0;
}
