/* Signed notes, checkpoints and keys: whatever parses must be written back the same, and never verifies under a key that
 * did not sign it. */
#include <stdint.h>
#include <stdlib.h>

#include "evidence/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct note note;
    struct sv bytes = sv_of(data, size);
    struct error err;
    struct note_key key;
    struct checkpoint c;
    struct buf b;
    if (id_init(&err) != 0) return 0;
    buf_init(&b, 0);
    if (note_key_parse(bytes, &key, &err) == 0) {
        note_key_format(&key, &b);
        require(sv_eq(buf_sv(&b), sv_trim(bytes)));
        buf_clear(&b);
    }
    if (note_parse(bytes, &note, &err) == 0) {
        struct note_key other = {.name = "x", .name_bytes = 1, .type = NOTE_WITNESS, .key = {1}};
        require(note.n >= 1 && note.text.n < bytes.n);
        for (size_t i = 0; i < note.n; i++) {
            require(note.signature[i].name.n > 0 && note.signature[i].name.n <= NOTE_NAME_BYTES);
            other.id = note.signature[i].id;
            memcpy(other.name, note.signature[i].name.p, note.signature[i].name.n);
            other.name_bytes = note.signature[i].name.n;
            require(note_verify(&note, &other, NULL) != NOTE_GOOD);
        }
    }
    if (checkpoint_parse(bytes, &c, &err) == 0) {
        checkpoint_format(&c, &b);
        require(sv_starts(bytes, buf_sv(&b)));
    }
    buf_done(&b);
    return 0;
}
