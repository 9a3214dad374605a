/* Signed notes and checkpoints, as C2SP writes them (c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature).
 *
 *     example.org/marsad/4c1d…                         what is signed: lines of text. Of a checkpoint: origin,
 *     1024                                             number of entries,
 *     CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=     root of the tree; further lines are passed over
 *
 *     — example.org/marsad/4c1d… Az3grl…               signature lines: name, base64(key id ‖ signature)
 *
 * Keys are Ed25519, of two types: NOTE_LOG signs the text; NOTE_WITNESS signs "cosignature/v1\ntime T\n" and the text, and
 * its signature begins with T, eight bytes big-endian. As text a public key is "name+id+base64(type ‖ key)", a secret one
 * "PRIVATE+KEY+" in front of the same with the seed for a key. */
#ifndef MARSAD_EVIDENCE_NOTE_H
#define MARSAD_EVIDENCE_NOTE_H

#include "base/buf.h"
#include "base/id.h"

enum note_key_type { NOTE_LOG = 1, NOTE_WITNESS = 4 };
enum { NOTE_NAME_BYTES = 256, NOTE_SIGNATURES = 64, NOTE_BLOB_BYTES = 76 };

struct note_key {
    char name[NOTE_NAME_BYTES];
    size_t name_bytes;
    enum note_key_type type;
    uint8_t key[32];
    uint32_t id;
};
struct note_signer {
    struct note_key public_key;
    uint8_t seed[32];
};
/* ERR_FORMAT: says what is wrong with it. One line, white space around it does not matter. */
int note_key_parse(struct sv text, struct note_key *out, struct error *err) MUST_USE;
int note_signer_parse(struct sv text, struct note_signer *out, struct error *err) MUST_USE;
void note_key_format(const struct note_key *k, struct buf *b);
void note_signer_format(const struct note_signer *s, struct buf *b);
/* A fresh pair. ERR_ARG: the name is empty, too long, or has a space, '+' or control byte in it. */
int note_signer_new(struct sv name, enum note_key_type type, struct note_signer *out,
                    struct error *err) MUST_USE;

struct note_signature {
    struct sv name;
    uint32_t id;
    uint8_t blob[NOTE_BLOB_BYTES]; /* after the key id; longer ones are of types that we do not know */
    size_t blob_bytes;
    struct sv line; /* the whole line, without its end */
};
/* Everything *borrows from* the text it was read from. */
struct note {
    struct sv text; /* with its last newline */
    struct note_signature signature[NOTE_SIGNATURES];
    size_t n;
};
/* ERR_FORMAT, ERR_LIMIT (beyond NOTE_MAX_BYTES or NOTE_SIGNATURES). Nothing is verified yet. */
int note_parse(struct sv bytes, struct note *out, struct error *err) MUST_USE;

enum note_verdict { NOTE_ABSENT, NOTE_GOOD, NOTE_BAD };
/* The first signature by this key; out_time (may be NULL) is a witness's, in seconds. */
enum note_verdict note_verify(const struct note *n, const struct note_key *k, int64_t *out_time);
/* Appends a signature line. at_s: for a witness. text ends in a newline. */
void note_sign(struct sv text, const struct note_signer *s, int64_t at_s, struct buf *b);

struct checkpoint {
    struct sv origin; /* *borrowed from* the text */
    uint64_t size;
    struct sha256 root;
};
int checkpoint_parse(struct sv text, struct checkpoint *out, struct error *err) MUST_USE;
void checkpoint_format(const struct checkpoint *c, struct buf *b);

/* Standard base64 with padding. decode: exactly n bytes, or false. */
void base64_put(struct buf *b, const void *p, size_t n);
bool base64_get(struct sv s, void *out, size_t n);

#endif
