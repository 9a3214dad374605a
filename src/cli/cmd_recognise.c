/* marsad recognise: stands between the lines of speech/recogniser.h and a recogniser that speaks otherwise: whisper.cpp's command line, or a
 * server that answers as OpenAI's transcriptions or whisper.cpp's own server do. One request at a time, until its input ends.
 *
 * A request that fails is answered with why; what was made on the way is removed. The process group is that of whoever started it, so
 * that ending it ends the program that it runs. */
#include "cli/cmds.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "exchange/http.h"
#include "speech/words.h"

enum { SOUND_MAX_BYTES = 64 << 20, KEY_MAX_BYTES = 4096, SAID_WHY_BYTES = 200, REQUEST_MAX_BYTES = 65536 };

struct adapter {
    const char *program, *model, *url, *language;
    char key[KEY_MAX_BYTES];
};

/* ---- whisper.cpp ---- */

static int run_program(const struct adapter *ad, const struct speech_request *q, const char *out,
                       struct error *err)
{
    const char *language = q->language.n ? q->language.p : ad->language ? ad->language : "auto";
    const char *argv[] = {ad->program, "-m", ad->model, "-f",  q->path.p, "-l", language, "-oj",
                          "-ml",       "1",  "-sow",    "-np", "-of",     out,  NULL};
    posix_spawn_file_actions_t files;
    pid_t pid = 0;
    int status = 0, failed = posix_spawn_file_actions_init(&files);
    if (failed) return error_set_errno(err, ERR_NOMEM, "speech", failed, "%s", ad->program);
    failed = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!failed) failed = posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (!failed)
        failed = posix_spawnp(&pid, ad->program, &files, NULL, (char *const *)(uintptr_t)argv, environ);
    posix_spawn_file_actions_destroy(&files);
    if (failed)
        return error_set_errno(err, ERR_WORKER, "speech", failed, "%s cannot be started", ad->program);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
    return error_set(err, ERR_WORKER, "speech", "%s ended with %s %d", ad->program,
                     WIFSIGNALED(status) ? "signal" : "code",
                     WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static int ask_program(const struct adapter *ad, const struct speech_request *q, struct word_list *out,
                       struct error *err)
{
    const char *tmp = getenv("TMPDIR");
    char dir[512], stem[560], path[600];
    struct buf json;
    struct error ignored;
    snprintf(dir, sizeof dir, "%s/marsad-words-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(dir)) return error_set_errno(err, ERR_IO, "speech", errno, "%s", dir);
    snprintf(stem, sizeof stem, "%s/words", dir);
    snprintf(path, sizeof path, "%s.json", stem);
    buf_init(&json, 0);
    int code = run_program(ad, q, stem, err);
    if (code == 0) code = file_read(path, SPEECH_ANSWER_MAX_BYTES * 8, &json, err);
    if (code == 0) code = whisper_read(buf_sv(&json), out, err);
    buf_done(&json);
    (void)(dir_remove_tree(dir, &ignored) != 0);
    return code;
}

/* ---- a server ---- */

#define BOUNDARY "marsad-6f1d2c0b9a7e4853"

static void put_field(struct buf *b, const char *name, const char *value)
{
    buf_printf(b, "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", name, value);
}

static int make_body(const struct adapter *ad, const struct speech_request *q, struct buf *b,
                     struct error *err)
{
    const char *language = q->language.n ? q->language.p : ad->language;
    struct buf sound;
    buf_init(&sound, 0);
    int code = file_read(q->path.p, SOUND_MAX_BYTES, &sound, err);
    if (code == 0) {
        put_field(b, "response_format", "verbose_json");
        put_field(b, "timestamp_granularities[]", "word");
        put_field(b, "temperature", "0");
        if (ad->model) put_field(b, "model", ad->model);
        if (language) put_field(b, "language", language);
        buf_puts(b,
                 "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"sound.wav\"\r\n"
                 "Content-Type: audio/wav\r\n\r\n");
        buf_putsv(b, buf_sv(&sound));
        buf_puts(b, "\r\n--" BOUNDARY "--\r\n");
        if (b->failed) code = error_set(err, ERR_NOMEM, "speech", "no memory for a sound");
    }
    buf_done(&sound);
    return code;
}

static int ask_server(const struct adapter *ad, const struct speech_request *q, struct word_list *out,
                      struct error *err)
{
    char authorization[KEY_MAX_BYTES + 32];
    const char *headers[] = {"Content-Type: multipart/form-data; boundary=" BOUNDARY, "Expect:", NULL, NULL};
    struct http_answer answer = {0};
    struct arena a;
    struct buf body;
    arena_init(&a, 0);
    buf_init(&body, SOUND_MAX_BYTES + 65536);
    int code = make_body(ad, q, &body, err);
    snprintf(authorization, sizeof authorization, "Authorization: Bearer %s", ad->key);
    if (ad->key[0]) headers[2] = authorization;
    struct http_request r = {.url = ad->url,
                             .headers = headers,
                             .body = buf_sv(&body),
                             .max_bytes = SPEECH_ANSWER_MAX_BYTES * 8,
                             .timeout_us = US_PER_HOUR,
                             .allow_local = true};
    if (code == 0) code = http_ask(&r, &a, &answer, err);
    if (code == 0 && answer.status != 200)
        code = error_set(err, ERR_WORKER, "speech", "%s answers %ld: %.*s", ad->url, answer.status,
                         SV_FMT(sv_sub(answer.body, 0, SAID_WHY_BYTES)));
    if (code == 0) code = openai_read(answer.body, out, err);
    buf_done(&body);
    arena_done(&a);
    return code;
}

/* ---- lines ---- */

static void answer(struct cli *cli, const struct adapter *ad, struct sv line)
{
    struct arena a;
    struct word_list words;
    struct speech_request q = {0};
    struct error err = {0};
    arena_init(&a, 0);
    words_init(&words, &a);
    int code = request_line_read(line, &a, &q, &err);
    if (code == 0) code = ad->program ? ask_program(ad, &q, &words, &err) : ask_server(ad, &q, &words, &err);
    if (code)
        error_line_write(q.id, err.text, &cli->out);
    else
        answer_line_write(q.id, &words, &cli->out);
    words_done(&words);
    arena_done(&a);
}

/* The first line of a file. */
static bool read_key(struct cli *cli, const char *path, char out[KEY_MAX_BYTES])
{
    struct buf b;
    struct error err = {0};
    buf_init(&b, 0);
    int code = file_read(path, KEY_MAX_BYTES - 1, &b, &err);
    struct sv line = sv_trim(sv_sub(buf_sv(&b), 0, sv_find_byte(buf_sv(&b), '\n', 0)));
    if (code == 0 && (line.n == 0 || !said_text_valid(line, KEY_MAX_BYTES - 1)))
        code = error_set(&err, ERR_FORMAT, "cli", "%s: no key on its first line", path);
    if (code == 0) {
        memcpy(out, line.p, line.n);
        out[line.n] = '\0';
    }
    buf_done(&b);
    if (code) cli_fail(cli, &err);
    return code == 0;
}

int cmd_recognise(struct cli *cli, const struct cli_args *a)
{
    struct adapter ad = {.program = args_get(a, "--program"),
                         .model = args_get(a, "--model"),
                         .url = args_get(a, "--url"),
                         .language = args_get(a, "--language")};
    const char *key = args_get(a, "--key-file");
    struct lines lines;
    struct error err = {0};
    struct sv line;
    int got = 0;
    if (ad.program && ad.url) return cli_usage(cli, "usage.together", "--program", "--url", NULL);
    if (!ad.program && !ad.url)
        return cli_usage(cli, "usage.missing", "recognise", "--program | --url", NULL);
    if (ad.program && !ad.model) return cli_usage(cli, "usage.needs", "--program", "--model", NULL);
    if (key && !ad.url) return cli_usage(cli, "usage.needs", "--key-file", "--url", NULL);
    if (key && !read_key(cli, key, ad.key)) return EXIT_TROUBLE;
    int code = ad.url ? http_init(&err) : 0;
    if (code == 0) code = lines_open(&lines, "/dev/stdin", REQUEST_MAX_BYTES, &err);
    if (code) return cli_fail(cli, &err);
    while (!cli->to.broken && (got = lines_next(&lines, &line, &err)) > 0) {
        if (sv_trim(line).n) answer(cli, &ad, line);
        cli_flush(cli);
    }
    lines_close(&lines);
    if (got < 0) return cli_fail(cli, &err);
    return cli->to.broken ? EXIT_TROUBLE : EXIT_FINE;
}
