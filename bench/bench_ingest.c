/* Posts per second through the whole house, beside the bare cost of the same input.
 *
 *   text:  n posts of metadata and text.  bare = parse each line, insert it into SQLite, a thousand to a commit, as durable
 *          as ours (WAL, synchronous FULL).  ours = intake, analysis, policy, queue.
 *   media: the clips of a folder.  bare = ffmpeg decoding each to null, one thread each, as many at once as cores.
 *          ours = ingest of the folder: kept copies, sandbox, hashes in eight forms, search, policy, queue.
 *
 * Both sides run in turn in one process's lifetime, `rounds` times; the best of each counts.
 *     bench_ingest [--posts N] [--clips DIR] [--rounds N]      one JSON object a line */
#include "base/file.h"
#include "engine/engine.h"
#include "store/workspace.h"

#include <dirent.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct bench {
    char dir[128], feed[160], workspace[160], bare[160];
    long posts;
    const char *clips;
    int rounds;
};

static void die(const char *what, const struct error *err)
{
    fprintf(stderr, "bench_ingest: %s: %s\n", what, err ? err->text : "failed");
    exit(1);
}

static void write_feed(const struct bench *b)
{
    static const char *const captions[] = {
        "صباح الخير من المدينة القديمة، الجو زوين اليوم #مغرب #صباح",
        "recette du jour: tajine aux légumes, prix 45 dh, commande au marché #cuisine",
        "عندي رقمها 0612345678 وغادي نجيها للدار، شفتو شنو دارت",
        "match nul 2-2, 45000 supporters, quel but à la 90e minute! @ami_fictif",
        "اليوم راح نسوي أكلة عراقية بسيطة وطيبة، شاركونا رأيكم بالتعليقات",
    };
    FILE *f = fopen(b->feed, "wb");
    if (!f) die(b->feed, NULL);
    for (long i = 0; i < b->posts; i++)
        fprintf(f,
                "{\"platform\":\"tiktok\",\"native_id\":\"%lld\",\"kind\":\"video\",\"url\":\"https://"
                "www.tiktok.com/@p%ld/video/"
                "%lld\",\"account\":{\"native_id\":\"%ld\",\"handle\":\"p%ld\",\"name\":\"Personne "
                "%ld\",\"followers\":%ld},"
                "\"created\":\"2026-03-01T10:00:00Z\",\"collected\":\"2026-03-02T10:00:00Z\","
                "\"texts\":[{\"field\":\"caption\",\"text\":\"%s %ld\"}],\"hashtags\":[\"un\",\"deux\"],"
                "\"sound\":{\"id\":\"%ld\",\"title\":\"son original\"},"
                "\"reach\":{\"at\":\"2026-03-02T10:00:00Z\",\"views\":%ld,\"likes\":%ld,\"comments\":3,"
                "\"shares\":1}}\n",
                7612345678901000000LL + i, i % 5000, 7612345678901000000LL + i, i % 5000, i % 5000, i % 5000,
                i % 900, captions[i % 5], i, i % 300, i * 7 % 100000, i % 1000);
    fclose(f);
}

static double seconds_since(int64_t begun_us) { return (double)(clock_mono_us() - begun_us) / 1e6; }

/* ---- bare ---- */

static void sql(sqlite3 *db, const char *text)
{
    if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK) {
        fprintf(stderr, "bench_ingest: %s: %s\n", text, sqlite3_errmsg(db));
        exit(1);
    }
}

static double bare_text(const struct bench *b)
{
    struct error err;
    if (dir_remove_tree(b->bare, &err) && dir_exists(b->bare)) die("remove", &err);
    if (dir_make(b->bare, &err)) die("folder", &err);
    char path[200];
    snprintf(path, sizeof path, "%s/bare.db", b->bare);
    int64_t begun = clock_mono_us();
    sqlite3 *db = NULL;
    sqlite3_stmt *insert = NULL;
    if (sqlite3_open(path, &db) != SQLITE_OK) die(path, NULL);
    sql(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE post (id TEXT PRIMARY KEY, body "
            "BLOB); BEGIN");
    sqlite3_prepare_v2(db, "INSERT INTO post VALUES (?1, ?2)", -1, &insert, NULL);
    struct lines l;
    struct sv line;
    if (lines_open(&l, b->feed, 1 << 20, &err)) die(b->feed, &err);
    for (long i = 1; lines_next(&l, &line, &err) > 0; i++) {
        struct json *doc = NULL;
        if (json_parse(line, JSON_STRICT, &doc, &err)) die("line", &err);
        struct sv id = json_get_sv(doc, "native_id");
        sqlite3_bind_text(insert, 1, id.p, (int)id.n, SQLITE_STATIC);
        sqlite3_bind_blob(insert, 2, line.p, (int)line.n, SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE) die("insert", NULL);
        sqlite3_reset(insert);
        json_free(doc);
        if (i % 1000 == 0) sql(db, "COMMIT; BEGIN");
    }
    sql(db, "COMMIT");
    lines_close(&l);
    sqlite3_finalize(insert);
    sqlite3_close(db);
    return seconds_since(begun);
}

static void finish_one(int *running)
{
    int status = 0;
    if (wait(&status) < 0 || status != 0) die("ffmpeg", NULL);
    --*running;
}

static double bare_media(const struct bench *b, long *out_clips)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int running = 0;
    *out_clips = 0;
    DIR *d = opendir(b->clips);
    if (!d) die(b->clips, NULL);
    int64_t begun = clock_mono_us();
    for (struct dirent *e; (e = readdir(d));) {
        if (e->d_name[0] == '.') continue;
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", b->clips, e->d_name);
        const char *argv[] = {"ffmpeg", "-v",  "quiet", "-nostdin", "-threads", "1", "-i",
                              path,     "-an", "-f",    "null",     "-",        NULL};
        pid_t child;
        if (running == cores) finish_one(&running);
        if (posix_spawnp(&child, "ffmpeg", NULL, NULL, (char *const *)argv, environ) != 0)
            die("ffmpeg", NULL);
        running++;
        ++*out_clips;
    }
    while (running) finish_one(&running);
    closedir(d);
    return seconds_since(begun);
}

/* ---- ours ---- */

static double ours(const struct bench *b, const char *path, struct engine_summary *sum, double *out_intake)
{
    struct error err;
    if (dir_exists(b->workspace) && dir_remove_tree(b->workspace, &err)) die("remove", &err);
    if (workspace_init(b->workspace, &err)) die("workspace", &err);
    struct engine_options o = {.workspace = b->workspace};
    struct engine *e = NULL;
    if (engine_open(&o, &e, &err)) die("open", &err);
    *sum = (struct engine_summary){0};
    int64_t begun = clock_mono_us();
    if (engine_intake(e, path, NULL, NULL, sum, &err)) die("intake", &err);
    *out_intake = seconds_since(begun);
    if (engine_work(e, NULL, sum, &err)) die("analysis", &err);
    double took = seconds_since(begun);
    engine_close(e);
    return took;
}

static double least(double a, double b) { return a == 0 || b < a ? b : a; }

static void bench_text(const struct bench *b)
{
    double bare = 0, intake = 0, all = 0;
    struct engine_summary sum;
    write_feed(b);
    for (int i = 0; i < b->rounds; i++) {
        double one;
        bare = least(bare, bare_text(b));
        all = least(all, ours(b, b->feed, &sum, &one));
        intake = least(intake, one);
    }
    double n = (double)b->posts;
    printf("{\"bench\":\"ingest.text\",\"posts\":%ld,\"bare_posts_per_s\":%.0f,\"intake_posts_per_s\":%.0f,"
           "\"posts_per_s\":%.0f,\"intake_over_bare\":%.2f,\"all_over_bare\":%.2f,\"queued\":%llu}\n",
           b->posts, n / bare, n / intake, n / all, intake / bare, all / bare,
           (unsigned long long)sum.queued);
}

static void bench_media(const struct bench *b)
{
    double bare = 0, all = 0, intake;
    long clips = 0;
    struct engine_summary sum = {0};
    for (int i = 0; i < b->rounds; i++) {
        bare = least(bare, bare_media(b, &clips));
        all = least(all, ours(b, b->clips, &sum, &intake));
    }
    if (sum.media == 0) die("no clip was decoded: is MARSAD_WORKER set?", NULL);
    printf("{\"bench\":\"ingest.media\",\"clips\":%ld,\"decoded\":%llu,\"set_aside\":%llu,\"bare_clips_per_"
           "s\":%.2f,"
           "\"clips_per_s\":%.2f,\"all_over_bare\":%.2f}\n",
           clips, (unsigned long long)sum.media, (unsigned long long)sum.media_set_aside,
           (double)clips / bare, (double)clips / all, all / bare);
}

int main(int argc, char **argv)
{
    struct bench b = {.posts = 20000, .rounds = 3};
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--posts") == 0)
            b.posts = atol(argv[i + 1]);
        else if (strcmp(argv[i], "--clips") == 0)
            b.clips = argv[i + 1];
        else if (strcmp(argv[i], "--rounds") == 0)
            b.rounds = atoi(argv[i + 1]);
    }
    const char *tmp = getenv("TMPDIR");
    snprintf(b.dir, sizeof b.dir, "%.80s/marsad-bench-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(b.dir)) die("temporary folder", NULL);
    snprintf(b.feed, sizeof b.feed, "%s/feed.ndjson", b.dir);
    snprintf(b.workspace, sizeof b.workspace, "%s/ws", b.dir);
    snprintf(b.bare, sizeof b.bare, "%s/bare", b.dir);
    bench_text(&b);
    if (b.clips) bench_media(&b);
    struct error err;
    return dir_remove_tree(b.dir, &err) ? 1 : 0;
}
