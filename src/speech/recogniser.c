#include "speech/recogniser.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "speech/recogniser_priv.h"

enum {
    MANIFEST_MAX_BYTES = 64 << 10,
    WORDS_MAX = 64,
    TIMEOUT_S = 600,
    TIMEOUT_MAX_S = 7200,
    LANGUAGE_MAX = 16
};

/* ---- the manifest ---- */

static int bad(struct error *err, const char *path, const char *what)
{
    return error_set(err, ERR_FORMAT, "speech", "%s: %s", path, what);
}

static char *command_word(struct recogniser *r, struct sv word, bool first)
{
    if (first && sv_is(word, "marsad")) return arena_cstr(&r->arena, SV("/proc/self/exe"));
    return arena_cstr(&r->arena, word);
}

static int read_command(struct recogniser *r, const struct json *list, const char *path, struct error *err)
{
    size_t n = json_len(list);
    if (json_type(list) != JSON_ARRAY || n == 0 || n > WORDS_MAX)
        return bad(err, path, "\"command\" is a list of 1 to 64 texts: the program and its arguments");
    r->argv = ARENA_ARRAY(&r->arena, n + 1, char *);
    if (!r->argv) return error_set(err, ERR_NOMEM, "speech", "no memory for a recogniser");
    for (size_t i = 0; i < n; i++) {
        struct sv word = json_sv(json_at(list, i));
        if (!word.p || sv_find_byte(word, '\0', 0) != SIZE_MAX || (i == 0 && word.n == 0))
            return bad(err, path, "\"command\" has something in it that is no text");
        r->argv[i] = command_word(r, word, i == 0);
        if (!r->argv[i]) return error_set(err, ERR_NOMEM, "speech", "no memory for a recogniser");
    }
    return 0;
}

static int read_manifest(struct recogniser *r, struct sv text, const char *path, struct error *err)
{
    struct json *doc = NULL;
    struct error why = {0};
    int rc = json_parse(text, JSON_STRICT, &doc, &why);
    if (rc) return error_set(err, rc, "speech", "%s: %s", path, why.text);
    int64_t timeout = json_get_i64(doc, "timeout_s", TIMEOUT_S);
    r->name = arena_copy(&r->arena, json_get_sv(doc, "name"));
    r->language = arena_copy(&r->arena, json_get_sv(doc, "language"));
    r->timeout_us = timeout * US_PER_SECOND;
    if (!r->name.p || !r->language.p)
        rc = error_set(err, ERR_NOMEM, "speech", "no memory for a recogniser");
    else if (!said_text_valid(r->name, SAID_BY_MAX))
        rc = bad(err, path, "\"name\" is a text of 1 to 64 bytes that stands by what was heard");
    else if (r->language.n && !said_text_valid(r->language, LANGUAGE_MAX))
        rc = bad(err, path, "\"language\" is a short code, \"ar\"");
    else if (timeout < 1 || timeout > TIMEOUT_MAX_S)
        rc = bad(err, path, "\"timeout_s\" is 1 to 7200");
    else
        rc = read_command(r, json_get(doc, "command"), path, err);
    json_free(doc);
    return rc;
}

int recogniser_new(const struct recogniser_options *o, struct recogniser **out, struct error *err)
{
    struct recogniser *r = calloc(1, sizeof *r);
    struct buf text;
    if (!r) return error_set(err, ERR_NOMEM, "speech", "no memory for a recogniser");
    arena_init(&r->arena, 0);
    buf_init(&text, 0);
    pthread_mutex_init(&r->lock, NULL);
    r->log = o->log;
    int rc = file_read(o->manifest, MANIFEST_MAX_BYTES, &text, err);
    if (rc == 0) rc = read_manifest(r, buf_sv(&text), o->manifest, err);
    const char *folder = o->folder ? o->folder : getenv("TMPDIR");
    r->folder = arena_cstr(&r->arena, sv_cstr(folder && *folder ? folder : "/tmp"));
    if (rc == 0 && !r->folder) rc = error_set(err, ERR_NOMEM, "speech", "no memory for a recogniser");
    buf_done(&text);
    if (rc) {
        recogniser_free(r);
        return rc;
    }
    *out = r;
    return 0;
}

void recogniser_free(struct recogniser *r)
{
    if (!r) return;
    child_stop(&r->child);
    pthread_mutex_destroy(&r->lock);
    arena_done(&r->arena);
    free(r);
}

struct sv recogniser_name(const struct recogniser *r) { return r->name; }

/* ---- a sound on its way ---- */

static void put_wav_head(struct buf *b, size_t n)
{
    uint32_t bytes = (uint32_t)(n * 2);
    buf_puts(b, "RIFF");
    buf_put_u32(b, 36 + bytes);
    buf_puts(b, "WAVEfmt ");
    buf_put_u32(b, 16);
    buf_put_u16(b, 1);
    buf_put_u16(b, 1);
    buf_put_u32(b, MEDIA_SAMPLES_HZ);
    buf_put_u32(b, MEDIA_SAMPLES_HZ * 2);
    buf_put_u16(b, 2);
    buf_put_u16(b, 16);
    buf_puts(b, "data");
    buf_put_u32(b, bytes);
}

static bool write_all(int fd, struct sv bytes)
{
    while (bytes.n > 0) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n < 0 && errno != EINTR) return false;
        if (n > 0) bytes = sv_sub(bytes, (size_t)n, bytes.n);
    }
    return true;
}

/* Its path in `a`, a C string. */
static int put_sound(const struct recogniser *r, const int16_t *v, size_t n, struct arena *a, struct sv *out,
                     struct error *err)
{
    struct buf b;
    struct sv path = arena_printf(a, "%s/marsad-speech-XXXXXX.wav", r->folder);
    if (!path.p) return error_set(err, ERR_NOMEM, "speech", "no memory for a path");
    buf_init(&b, 0);
    put_wav_head(&b, n);
    for (size_t i = 0; i < n; i++) buf_put_u16(&b, (uint16_t)v[i]);
    int fd = b.failed ? -1 : mkostemps((char *)(uintptr_t)path.p, 4, O_CLOEXEC), rc = 0;
    if (b.failed)
        rc = error_set(err, ERR_NOMEM, "speech", "no memory for a sound");
    else if (fd < 0)
        rc = error_set_errno(err, ERR_IO, "speech", errno, "no file for a sound in %s", r->folder);
    else if (!write_all(fd, buf_sv(&b)) || close(fd)) {
        rc = error_set_errno(err, ERR_IO, "speech", errno, "%s", path.p);
        unlink(path.p);
    }
    buf_done(&b);
    *out = path;
    return rc;
}

/* ---- asking ---- */

static int ask(struct recogniser *r, struct sv path, size_t n, struct word_list *words, struct error *err)
{
    struct speech_request q = {++r->asked, path, r->language};
    struct buf line;
    struct sv answer = SV_NULL;
    buf_init(&line, 0);
    request_line_write(&q, (double)n / MEDIA_SAMPLES_HZ, MEDIA_SAMPLES_HZ, &line);
    int rc = line.failed ? error_set(err, ERR_NOMEM, "speech", "no memory for a question") : 0;
    if (rc == 0 && r->child.pid == 0) rc = child_start(&r->child, r->argv, err);
    if (rc == 0) rc = child_ask(&r->child, buf_sv(&line), r->timeout_us, &answer, err);
    if (rc) child_stop(&r->child);
    if (rc == 0) rc = answer_line_read(answer, q.id, words, err);
    if (rc == ERR_FORMAT || rc == ERR_LIMIT) child_stop(&r->child); /* it speaks some other language */
    buf_done(&line);
    return rc;
}

int recogniser_ask(struct recogniser *r, const int16_t *samples, size_t n, struct arena *a,
                   struct spoken *out, struct error *err)
{
    struct word_list words;
    struct sv path = SV_NULL;
    struct error own;
    if (!err) err = &own;
    words_init(&words, a);
    pthread_mutex_lock(&r->lock);
    int rc = r->failures >= SPEECH_MAX_FAILURES
                 ? error_set(err, ERR_BUSY, "speech", "%.*s failed %d times in a row and is not asked again",
                             SV_FMT(r->name), r->failures)
                 : put_sound(r, samples, n, a, &path, err);
    if (rc == 0) {
        rc = ask(r, path, n, &words, err);
        unlink(path.p);
        r->failures = rc ? r->failures + 1 : 0;
        if (rc)
            log_write(r->log, LOG_WARN, "speech", "%.*s: %s%s", SV_FMT(r->name), err->text,
                      r->failures >= SPEECH_MAX_FAILURES ? "; it is not asked again in this run" : "");
    }
    pthread_mutex_unlock(&r->lock);
    if (rc == 0) {
        struct sv copy = arena_copy(a, sv_of(words.v.v, words.v.n * sizeof *words.v.v));
        if (!copy.p) rc = error_set(err, ERR_NOMEM, "speech", "no memory for what was said");
        *out = (struct spoken){r->name, (const void *)copy.p, words.v.n};
    }
    if (rc == 0 && words.left_out)
        log_write(r->log, LOG_INFO, "speech", "%.*s: %zu of its words make no sense and are left out",
                  SV_FMT(r->name), words.left_out);
    words_done(&words);
    return rc;
}
