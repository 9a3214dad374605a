/* Proofs, and what their extra line may hold under a checkpoint that is well signed: nothing that is not in the tree that
 * the key signed may hold. */
#include <stdint.h>
#include <stdlib.h>

#include "evidence/evidence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void refuse(struct sv proof, const struct note_key *key)
{
    struct error err;
    struct arena a;
    struct proof_view view;
    arena_init(&a, 0);
    if (evidence_check_proof(proof, key, NULL, &a, &view, &err) == 0) abort();
    arena_done(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct note_signer signer;
    struct error err;
    struct buf proof, text;
    if (id_init(&err) != 0) return 0;
    if (signer.public_key.name_bytes == 0 && note_signer_new(SV("marsad/4c1d"), NOTE_LOG, &signer, &err) != 0)
        return 0;
    refuse(sv_of(data, size), &signer.public_key);
    struct checkpoint c = {.origin = SV("marsad/4c1d"), .size = 1, .root = {{1}}};
    buf_init(&proof, 0);
    buf_init(&text, 0);
    checkpoint_format(&c, &text);
    buf_puts(&proof, "c2sp.org/tlog-proof@v1\nextra ");
    base64_put(&proof, data, size);
    buf_puts(&proof, "\nindex 0\n\n");
    buf_putsv(&proof, buf_sv(&text));
    buf_putc(&proof, '\n');
    note_sign(buf_sv(&text), &signer, 0, &proof);
    if (!proof.failed) refuse(buf_sv(&proof), &signer.public_key);
    buf_done(&text);
    buf_done(&proof);
    return 0;
}
