/* Proofs: nothing that was not signed by the one key may hold. */
#include <stdint.h>
#include <stdlib.h>

#include "evidence/evidence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err;
    struct arena a;
    struct proof_view view;
    struct note_key key;
    static const char log_key[] = "marsad/4c1d";
    if (id_init(&err) != 0) return 0;
    key = (struct note_key){.name_bytes = sizeof log_key - 1, .type = NOTE_LOG, .key = {3}};
    memcpy(key.name, log_key, sizeof log_key - 1);
    arena_init(&a, 0);
    if (evidence_check_proof(sv_of(data, size), &key, NULL, &a, &view, &err) == 0) abort();
    arena_done(&a);
    return 0;
}
