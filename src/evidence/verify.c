/* Verifying a whole workspace: the frame. */
#include "evidence/verify_priv.h"

#include <dirent.h>
#include <stdio.h>

static const char *const names[FAULT_KINDS] = {
    [FAULT_ENTRY_CHANGED] = "entry-changed",
    [FAULT_ENTRY_REMOVED] = "entry-removed",
    [FAULT_ENTRY_MOVED] = "entry-moved",
    [FAULT_ENTRY_ADDED] = "entry-added",
    [FAULT_ENTRY_ERASED] = "entry-erased",
    [FAULT_TREE_CHANGED] = "tree-changed",
    [FAULT_TILE_CHANGED] = "tile-changed",
    [FAULT_TILE_REMOVED] = "tile-removed",
    [FAULT_CHECKPOINT] = "checkpoint",
    [FAULT_CHECKPOINT_ABSENT] = "checkpoint-absent",
    [FAULT_ROW_CHANGED] = "row-changed",
    [FAULT_ROW_REMOVED] = "row-removed",
    [FAULT_ROW_ADDED] = "row-added",
    [FAULT_ROW_UNPROVED] = "row-unproved",
    [FAULT_QUEUE] = "queue",
    [FAULT_FILE_CHANGED] = "file-changed",
    [FAULT_FILE_REMOVED] = "file-removed",
    [FAULT_DATABASE] = "database",
};

const char *fault_name(enum fault_kind kind) { return (unsigned)kind < FAULT_KINDS ? names[kind] : ""; }

int verify_fault(struct verifier *v, const struct fault *f)
{
    if (v->sum->faults++ >= VERIFY_MAX_FAULTS || !v->o->fault) return 0;
    struct fault whole = *f;
    if (!whole.detail) whole.detail = "";
    v->stopped = v->o->fault(v->o->arg, &whole);
    return v->stopped;
}

static int checkpoint_fault(struct verifier *v, const char *file, const struct error *why)
{
    return verify_fault(
        v, &(struct fault){.kind = FAULT_CHECKPOINT, .what = sv_cstr(file), .detail = why->text});
}

/* ---- what was signed ---- */

static int find_key(struct verifier *v, struct note_key *out)
{
    if (v->o->key) return *out = *v->o->key, 0;
    return evidence_key(v->dir, out, v->err);
}

static int open_checkpoint(struct verifier *v, const struct note_key *key)
{
    struct buf b;
    struct arena a;
    struct note note;
    struct checkpoint c;
    struct witness_keys w = {NULL, 0};
    struct error why;
    buf_init(&b, 0);
    arena_init(&a, 0);
    int rc = log_read(v->dir, "checkpoint", &b, &why);
    if (rc == ERR_NOTFOUND) {
        rc = verify_fault(v, &(struct fault){.kind = FAULT_CHECKPOINT_ABSENT, .what = SV("checkpoint")});
        goto out;
    }
    if (rc == 0) rc = log_open_note(buf_sv(&b), key, &note, &c, &why);
    if (rc != 0) {
        rc = checkpoint_fault(v, "checkpoint", &why);
        goto out;
    }
    v->signed_log = c;
    v->signed_log.origin = SV_NULL;
    v->sum->signed_entries = c.size;
    v->sum->any_checkpoint = true;
    rc = evidence_witnesses(v->dir, &a, &w, &why);
    if (rc != 0) rc = checkpoint_fault(v, "witnesses", &why);
    v->sum->witnesses = log_count_witnesses(&note, &w);
    for (size_t i = 0; rc == 0 && i < w.n; i++)
        if (note_verify(&note, &w.key[i], NULL) == NOTE_BAD) {
            error_set(&why, ERR_FORMAT, "checkpoint", "the cosignature of %.*s does not verify",
                      (int)w.key[i].name_bytes, w.key[i].name);
            rc = checkpoint_fault(v, "checkpoint", &why);
        }
out:
    arena_done(&a);
    buf_done(&b);
    return rc;
}

static int open_witnessed(struct verifier *v, const struct note_key *key, const char *name)
{
    char file[300];
    struct buf b;
    struct note note;
    struct checkpoint c;
    struct error why;
    snprintf(file, sizeof file, "witnessed/%s", name);
    buf_init(&b, 0);
    int rc = log_read(v->dir, file, &b, &why);
    if (rc == 0) rc = log_open_note(buf_sv(&b), key, &note, &c, &why);
    if (rc != 0)
        rc = checkpoint_fault(v, file, &why);
    else if (VEC_PUSH(&v->witnessed, (struct witnessed){c.size, c.root}) != 0)
        rc = error_set(v->err, ERR_NOMEM, "verify", "no memory for a checkpoint");
    buf_done(&b);
    return rc;
}

static int open_all_witnessed(struct verifier *v, const struct note_key *key)
{
    char path[LOG_PATH_BYTES];
    int rc = log_path(path, v->dir, "witnessed", v->err);
    DIR *d = rc == 0 ? opendir(path) : NULL;
    if (!d) return rc;
    for (struct dirent *e; rc == 0 && (e = readdir(d));)
        if (e->d_name[0] != '.') rc = open_witnessed(v, key, e->d_name);
    closedir(d);
    return rc;
}

static int open_signed(struct verifier *v)
{
    struct note_key key;
    int rc = find_key(v, &key);
    if (rc == ERR_NOTFOUND && v->state.size == 0) return 0;
    if (rc == ERR_NOTFOUND)
        return verify_fault(v, &(struct fault){.kind = FAULT_CHECKPOINT_ABSENT, .what = SV("key.pub")});
    if (rc == ERR_FORMAT || rc == ERR_UNSUPPORTED) return checkpoint_fault(v, "key.pub", v->err);
    if (rc == 0) rc = open_checkpoint(v, &key);
    return rc == 0 ? open_all_witnessed(v, &key) : rc;
}

int evidence_verify(struct store *s, const char *dir, const struct verify_options *o,
                    struct verify_summary *out, struct error *err)
{
    struct verifier *v = calloc(1, sizeof *v);
    if (!v) return error_set(err, ERR_NOMEM, "verify", "no memory to verify");
    *out = (struct verify_summary){.entries = 0};
    *v = (struct verifier){.store = s, .dir = dir, .o = o, .sum = out, .err = err};
    int rc = log_path(v->log, dir, "", err);
    if (rc == 0) rc = ledger_state(s, &v->state, err);
    if (rc == ERR_FORMAT)
        rc = verify_fault(
            v, &(struct fault){.kind = FAULT_TREE_CHANGED, .what = SV("ledger_state"), .detail = err->text});
    if (rc == 0) rc = open_signed(v);
    if (rc == 0) rc = verify_ledger(v);
    if (rc == 0) rc = verify_rows(v);
    said_done(&v->said);
    VEC_DONE(&v->witnessed);
    VEC_DONE(&v->erased);
    VEC_DONE(&v->purged);
    free(v);
    return rc;
}
