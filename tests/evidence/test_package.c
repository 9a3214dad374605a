/* Packages: what is made holds; whatever hand is laid on it is told, with the file; archives that mean harm are refused. */
#include "evidence_test.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "evidence/archive.h"
#include "evidence/package.h"
#include "store/store_decision.h"
#include "store/store_people.h"
#include "store/store_referral.h"

struct told {
    enum package_fault_kind kind;
    char file[256], detail[160];
};
struct verdict {
    struct told told[64];
    size_t n;
    struct package_summary sum;
};

static int take_fault(void *arg, const struct package_fault *f)
{
    struct verdict *v = arg;
    if (v->n == 64) return 0;
    struct told *t = &v->told[v->n++];
    t->kind = f->kind;
    snprintf(t->file, sizeof t->file, "%.*s", SV_FMT(f->file));
    snprintf(t->detail, sizeof t->detail, "%s", f->detail);
    return 0;
}

static void check(struct world *w, const char *path, struct verdict *v)
{
    struct package_check_options o = {.fault = take_fault, .arg = v};
    memset(v, 0, sizeof *v);
    assert_ok(package_check(path, &o, &w->arena, &v->sum, &w->err));
}

static void print_all(const struct verdict *v)
{
    for (size_t i = 0; i < v->n; i++)
        fprintf(stderr, "  %s %s: %s\n", package_fault_name(v->told[i].kind), v->told[i].file,
                v->told[i].detail);
}

static void assert_fine(struct world *w, const char *path)
{
    static struct verdict v;
    check(w, path, &v);
    print_all(&v);
    assert_int_equal(v.sum.faults, 0);
    assert_true(v.sum.sealed);
}

static bool is_told(const struct verdict *v, enum package_fault_kind kind, const char *file)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->told[i].kind == kind && strcmp(v->told[i].file, file) == 0) return true;
    return false;
}

/* ---- a case to make packages of ---- */

static void give_clip(struct world *w, const struct id128 *post)
{
    struct sha256 sha;
    sha256_of(SV("a clip"), &sha);
    char *path = arena_cstr(&w->arena, arena_printf(&w->arena, "%s/clip", w->dir));
    assert_ok(file_write_atomic(path, SV("a clip"), &w->err));
    struct store_media m = {.sha256 = sha, .bytes = 6, .state = MEDIA_READY, .path = SV("clip")};
    assert_ok(store_put_media(w->store, post, 0, &m, &w->err));
}

/* A post with a file, and two without. */
static void add_posts(struct world *w, const struct id128 *id)
{
    struct post p;
    struct media_ref ref = {.kind = MEDIA_VIDEO, .path = SV("river.mp4"), .duration_us = TIME_UNKNOWN};
    enum store_put put;
    char text[ID_TEXT_BYTES];
    world_fill(w, 4);
    for (int n = 0; n < 3; n++) {
        char native[32];
        int len = snprintf(native, sizeof native, "76014633316%08d", n);
        struct id128 post = post_id(SV("tiktok"), sv_of(native, (size_t)len), false);
        if (n == 2) {
            post_init(&p);
            p.platform = SV("tiktok");
            p.native_id = sv_of(native, (size_t)len);
            p.url = SV("https://www.tiktok.com/@river_2/video/2");
            p.id = post;
            p.account.platform = p.platform;
            p.account.handle = SV("نهر_2");
            p.account.id = account_id(p.platform, SV(""), p.account.handle);
            p.created_us = T0;
            p.collected_us = T0 + US_PER_HOUR;
            p.raw = SV("{\"id\":2,\"desc\":\"سوق النهر\"}");
            p.media = &ref;
            p.nmedia = 1;
            assert_ok(store_put_post(w->store, &p, T0, &put, &w->err));
            give_clip(w, &post);
        }
        id_format(&post, text);
        assert_ok(store_case_add(w->store, id, CASE_POST, sv_cstr(text), SV("why"), NULL, &w->err));
    }
}

static struct id128 make_case(struct world *w)
{
    struct id128 id;
    struct case_text t = {
        .type = CASE_COMPLAINT, .channel = SV("police"), .reference = SV("77/26"), .body = SV("شكوى\nhelp")};
    assert_ok(store_case_new(w->store, SV("Smear — سوق"), SV("2026/114"), TLP_RED, &id, &w->err));
    add_posts(w, &id);
    assert_ok(store_case_write(w->store, &id, &t, NULL, &w->err));
    return id;
}

static char *out_path(struct world *w, const char *name)
{
    return arena_cstr(&w->arena, arena_printf(&w->arena, "%s/%s", w->dir, name));
}

static struct package_made export_in(struct world *w, const struct id128 *id, const char *out, enum lang lang)
{
    struct package_made made;
    struct texts *texts;
    assert_ok(texts_new(NULL, &texts, &w->err));
    struct package_options o = {.out = out, .program = "marsad test", .texts = texts, .lang = lang};
    int rc = package_export(w->store, w->dir, id, &o, &made, &w->err);
    if (rc != 0) fail_msg("%s", w->err.text);
    texts_free(texts);
    return made;
}

static struct package_made export(struct world *w, const struct id128 *id, const char *out)
{
    return export_in(w, id, out, LANG_AR);
}

/* ---- what is made ---- */

static int run(const char *fmt, const char *a, const char *b)
{
    char command[2048];
    snprintf(command, sizeof command, "%s '%s' '%s'", fmt, a, b);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_package_holds_as_folder_zip_and_tar(void **state)
{
    struct world *w = *state;
    static struct verdict v;
    struct id128 id = make_case(w);
    const char *const names[] = {"p", "p.zip", "p.tar"};
    char *checker =
        arena_cstr(&w->arena, arena_printf(&w->arena, "%s/tests/evidence/bagit_check.py", test_source_dir()));
    for (size_t i = 0; i < 3; i++) {
        char *out = out_path(w, names[i]);
        struct package_made made = export(w, &id, out);
        assert_int_equal(made.posts, 3);
        assert_int_equal(made.originals, 1);
        assert_false(made.stamped);
        check(w, out, &v);
        print_all(&v);
        assert_int_equal(v.sum.faults, 0);
        assert_true(v.sum.sealed);
        assert_memory_equal(&v.sum.seal, &made.seal, sizeof made.seal);
        assert_true(v.sum.opened > 0);
        assert_int_equal(v.sum.unproved, 0);
        assert_int_equal(run("python3", checker, out), 0); /* by the RFC, in another language */
    }
    struct package_options o = {.out = out_path(w, "p"), .program = "marsad test"};
    struct package_made made;
    assert_int_equal(package_export(w->store, w->dir, &id, &o, &made, &w->err), ERR_EXISTS);
    char command[512];
    snprintf(command, sizeof command,
             "command -v qpdf >/dev/null || exit 0; qpdf --check '%s/data/report-ar.pdf' >/dev/null",
             out_path(w, "p"));
    assert_int_equal(system(command), 0);
}

static void the_export_stands_in_the_log_and_the_custody(void **state)
{
    struct world *w = *state;
    struct id128 id = make_case(w);
    char hex[SHA256_TEXT_BYTES];
    struct custody *c;
    struct case_object *o;
    size_t n;
    struct package_made made = export(w, &id, out_path(w, "p"));
    sha256_format(&made.seal, hex);
    assert_ok(store_custody(w->store, &id, &w->arena, &c, &n, &w->err));
    assert_int_equal(c[n - 1].act, CUSTODY_EXPORTED);
    assert_sv(c[n - 1].why, hex);
    assert_ok(store_case_objects(w->store, &id, &w->arena, &o, &n, &w->err));
    bool found = false;
    for (size_t i = 0; i < n; i++) found |= o[i].type == CASE_PACKAGE && sv_is(o[i].id, hex);
    assert_true(found);
    struct verify_summary sum;
    struct verify_options vo = {.skip_media = true};
    assert_ok(evidence_verify(w->store, w->dir, &vo, &sum, &w->err));
    assert_int_equal(sum.faults, 0);
}

static void what_a_person_took_in_is_proved_only_when_opened(void **state)
{
    struct world *w = *state;
    static struct verdict v;
    struct package_made made;
    ledger_set_actor(w->store, SV("lina"));
    struct id128 id = make_case(w);
    struct package_options o = {.out = out_path(w, "closed"), .program = "marsad test"};
    assert_ok(package_export(w->store, w->dir, &id, &o, &made, &w->err));
    check(w, o.out, &v);
    assert_int_equal(v.sum.faults, 0);
    assert_int_equal(v.sum.opened, 0);
    assert_int_equal(v.sum.unproved, 3);
    char command[512];
    snprintf(command, sizeof command, "grep -rqa lina '%s'", o.out);
    assert_int_not_equal(system(command), 0); /* nobody's name goes out */
    o.out = out_path(w, "open");
    o.names = true;
    assert_ok(package_export(w->store, w->dir, &id, &o, &made, &w->err));
    check(w, o.out, &v);
    assert_int_equal(v.sum.unproved, 0);
}

static void decide(struct world *w, const struct id128 *post)
{
    struct person p;
    struct decision d;
    person_init(&p);
    p.id = (struct id128){{1}};
    p.login = SV("login");
    p.name = SV("A Name");
    p.pseudonym = SV("R-7K2M9");
    p.roles = SV("reviewer");
    p.state = PERSON_ACTIVE;
    p.created_us = T0;
    decision_init(&d);
    d.id.b[0] = 7;
    d.post = *post;
    d.person = p.id;
    d.at_us = T0;
    d.measure = MEASURE_CONTENT_REMOVE;
    d.category = CATEGORY_HATE;
    d.ground = GROUND_TERMS;
    d.ground_ref = SV("4.2");
    d.facts = SV("a threat against a family");
    d.ground_why = SV("the clip names the house and says what will be done to those who live in it");
    d.automated_detection = true;
    d.state = DECISION_IN_FORCE;
    d.second.b[0] = 2;
    d.second_at_us = T0 + 20 * US_PER_MINUTE;
    assert_ok(store_person_put(w->store, &p, &w->err));
    p.id = d.second;
    p.login = SV("other");
    p.pseudonym = SV("R-3M4QX");
    assert_ok(store_person_put(w->store, &p, &w->err));
    assert_ok(store_decision_put(w->store, &d, &w->err));
}

static void decisions_and_referrals_come_along(void **state)
{
    struct world *w = *state;
    struct id128 id = make_case(w), post = post_id(SV("tiktok"), SV("7601463331600000000"), false);
    struct referral r;
    struct referral_target t = {.url = SV("https://shorts.example/1"),
                                .state = SV("offline"),
                                .checked_us = T0 + US_PER_HOUR,
                                .online_us = T0,
                                .offline_us = T0 + US_PER_HOUR,
                                .back_us = TIME_UNKNOWN,
                                .next_us = TIME_UNKNOWN};
    struct referral_event e = {.kind = SV("drafted"), .who = SV("R-7K2M9"), .says = SV("{}"), .at_us = T0};
    struct recipient to = {.name = SV("shorts"), .body = SV("{}")};
    char hex[ID_TEXT_BYTES], command[1024];
    referral_init(&r);
    r.id = (struct id128){{9}};
    r.kind = SV("tco-order");
    r.recipient = SV("shorts");
    r.lang = SV("en");
    r.state = SV("draft");
    r.category = SV("hate");
    r.drafted_by = SV("R-7K2M9");
    r.fields = SV("{}");
    r.drafted_us = T0;
    decide(w, &post);
    assert_ok(store_recipient_put(w->store, &to, &w->err));
    assert_ok(store_referral_new(w->store, &r, &t, 1, &e, &w->err));
    r.state = SV("offline");
    r.sent_us = T0 + 10 * US_PER_MINUTE;
    r.received_us = T0 + 12 * US_PER_MINUTE;
    r.due_us = r.received_us + US_PER_HOUR;
    r.answered_us = r.offline_us = T0 + 48 * US_PER_MINUTE;
    e = (struct referral_event){
        .n = 1, .kind = SV("sent"), .who = SV("marsad"), .says = SV("{}"), .at_us = r.sent_us};
    assert_ok(store_referral_change(w->store, &r, &e, &w->err));
    id_format(&r.id, hex);
    assert_ok(store_case_add(w->store, &id, CASE_REFERRAL, sv_cstr(hex), SV_NULL, NULL, &w->err));
    char *dir = out_path(w, "p");
    export(w, &id, dir);
    assert_fine(w, dir);
    snprintf(
        command, sizeof command,
        "cd '%s/data' && grep -q 'a threat against' decisions/*.json && grep -q R-7K2M9 decisions/*.json &&"
        " grep -q shorts.example referrals/%s.json && ! grep -rq 'A Name' .",
        dir, hex);
    assert_int_equal(system(command), 0);
    /* The reports tell them in words: what was decided by whom, and how long the platform took. */
    static const struct {
        enum lang lang;
        const char *name, *took, *innocent;
    } reports[] = {{LANG_AR, "ar", "36", "36"},
                   {LANG_FR, "fr", "36 min 0 s", "innocent"},
                   {LANG_EN, "en", "36 min 0 s", "innocent"}};
    for (size_t i = 0; i < 3; i++) {
        char *out = out_path(w, reports[i].name);
        export_in(w, &id, out, reports[i].lang);
        snprintf(command, sizeof command,
                 "cd '%s/data' && command -v pdftotext >/dev/null || exit 0; pdftotext -layout report-%s.pdf "
                 "../text;"
                 " for word in R-7K2M9 R-3M4QX shorts.example '%s' '%s' 'a "
                 "threat against'; do grep -q \"$word\" ../text || exit 1; done",
                 out, reports[i].name, reports[i].took, reports[i].innocent);
        assert_int_equal(system(command), 0);
    }
}

/* ---- hands laid on it ---- */

struct files {
    char name[128][256];
    size_t n;
};

static void list_files(const char *dir, struct files *f)
{
    char command[512], line[512];
    snprintf(command, sizeof command, "cd '%s' && find . -type f | LC_ALL=C sort", dir);
    FILE *p = popen(command, "r");
    assert_non_null(p);
    f->n = 0;
    while (f->n < 128 && fgets(line, sizeof line, p)) {
        line[strcspn(line, "\n")] = '\0';
        snprintf(f->name[f->n++], 256, "%.250s", line + 2);
    }
    pclose(p);
}

static void write_raw(const char *path, struct sv bytes)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
    fclose(f);
}

/* The file itself is named; the seals over everything may be told of in their own words. */
static void assert_located(const struct verdict *v, const char *file, const char *how)
{
    for (size_t i = 0; i < v->n; i++) {
        if (strcmp(v->told[i].file, file) == 0) return;
        if (strcmp(file, "tagmanifest-sha256.txt") == 0 && v->told[i].kind == PACKAGE_SEAL) return;
    }
    print_all(v);
    fail_msg("%s: %s was not told", file, how);
}

static void every_hand_on_every_file_is_located(void **state)
{
    struct world *w = *state;
    static struct verdict v;
    static struct files f;
    struct id128 id = make_case(w);
    char *dir = out_path(w, "p");
    uint64_t seed = 88172645463325252u, hands = 0;
    export(w, &id, dir);
    list_files(dir, &f);
    assert_true(f.n > 20);
    for (size_t i = 0; i < f.n; i++) {
        char *path = arena_cstr(&w->arena, arena_printf(&w->arena, "%s/%s", dir, f.name[i]));
        struct buf b;
        buf_init(&b, 0);
        assert_ok(file_read(path, 1 << 26, &b, &w->err));
        for (int k = 0; k < 24 && b.n > 0; k++) { /* a bit of a byte */
            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            size_t at = k == 0 ? 0 : k == 1 ? b.n - 1 : seed % b.n;
            b.p[at] ^= (char)(1 << seed % 7);
            write_raw(path, buf_sv(&b));
            check(w, dir, &v);
            assert_located(&v, f.name[i], "a changed byte");
            b.p[at] ^= (char)(1 << seed % 7);
            hands++;
        }
        write_raw(path, sv_sub(buf_sv(&b), 0, b.n ? b.n - 1 : 0));
        check(w, dir, &v);
        if (b.n > 0) assert_located(&v, f.name[i], "a cut end");
        unlink(path);
        check(w, dir, &v);
        assert_located(&v, f.name[i], "a file that is gone");
        write_raw(path, buf_sv(&b));
        buf_done(&b);
        hands += 2;
    }
    assert_fine(w, dir);
    print_message("# %llu hands on %zu files, all located\n", (unsigned long long)hands, f.n);
}

static void what_is_added_or_is_no_file_is_told(void **state)
{
    struct world *w = *state;
    static struct verdict v;
    struct id128 id = make_case(w);
    char *dir = out_path(w, "p"), command[512];
    export(w, &id, dir);
    snprintf(command, sizeof command,
             "echo x >'%s/data/more.txt'; echo x >'%s/more.txt'; ln -s /etc/passwd '%s/data/link'; mkfifo "
             "'%s/fifo'",
             dir, dir, dir, dir);
    assert_int_equal(system(command), 0);
    check(w, dir, &v);
    assert_true(is_told(&v, PACKAGE_ADDED, "data/more.txt"));
    assert_true(is_told(&v, PACKAGE_ADDED, "more.txt"));
    assert_true(is_told(&v, PACKAGE_SHAPE, "data/link"));
    assert_true(is_told(&v, PACKAGE_SHAPE, "fifo"));
    assert_int_equal(v.sum.faults, 4);
}

static void another_key_does_not_seal_it(void **state)
{
    struct world *w = *state;
    static struct verdict v;
    struct note_signer other;
    struct package_made made;
    struct id128 id = make_case(w);
    assert_ok(note_signer_new(SV("court/expert"), NOTE_LOG, &other, &w->err));
    struct package_options o = {.out = out_path(w, "p"), .program = "marsad test", .signer = &other};
    assert_ok(package_export(w->store, w->dir, &id, &o, &made, &w->err));
    struct package_check_options with = {.fault = take_fault, .arg = &v, .key = &other.public_key};
    memset(&v, 0, sizeof v);
    assert_ok(package_check(o.out, &with, &w->arena, &v.sum, &w->err));
    print_all(&v);
    assert_int_equal(v.sum.faults, 0);
    assert_sv(v.sum.signer, "court/expert");
    check(w, o.out, &v); /* with the log's key that lies in it */
    assert_true(is_told(&v, PACKAGE_SEAL, "signature.note"));
    assert_int_equal(v.sum.faults, 1);
}

/* Somebody makes everything anew, but for the key. */
static void a_package_sealed_anew_is_told_by_key_and_row(void **state)
{
    struct world *w = *state;
    static struct verdict v;
    struct id128 id = make_case(w);
    char *dir = out_path(w, "p"), command[2048];
    export(w, &id, dir);
    snprintf(command, sizeof command,
             "cd '%s' && for f in data/posts/*/raw.json; do echo '{}' >\"$f\"; done &&"
             " find data -type f | LC_ALL=C sort | xargs sha256sum >manifest-sha256.txt &&"
             " sha256sum bag-info.txt bagit.txt manifest-sha256.txt >tagmanifest-sha256.txt",
             dir);
    assert_int_equal(system(command), 0);
    check(w, dir, &v);
    assert_true(is_told(&v, PACKAGE_SEAL, "signature.note"));
    size_t rows = 0;
    for (size_t i = 0; i < v.n; i++) rows += v.told[i].kind == PACKAGE_PROOF;
    assert_int_equal(rows, 3);
}

static void an_authority_that_does_not_answer_costs_only_the_stamp(void **state)
{
    struct world *w = *state;
    struct package_made made;
    struct timestamp_view view;
    struct id128 id = make_case(w);
    struct package_options o = {
        .out = out_path(w, "p"), .program = "marsad test", .tsa = "http://127.0.0.1:1/", .tsa_tries = 1};
    assert_ok(package_export(w->store, w->dir, &id, &o, &made, &w->err));
    assert_false(made.stamped);
    assert_int_equal(made.stamp_why.code, ERR_IO);
    assert_fine(w, o.out);
    assert_int_equal(package_stamp(o.out, o.tsa, 1, &view, &w->err), ERR_IO);
    assert_fine(w, o.out);
    o.out = out_path(w, "q");
    o.tsa = "file:///etc/passwd";
    assert_ok(package_export(w->store, w->dir, &id, &o, &made, &w->err));
    assert_false(made.stamped);
}

/* ---- hostile archives ---- */

struct entry {
    const char *name;
    mode_t type;
    const char *link; /* target */
    size_t bytes;
};

static void pack(const char *path, bool zip, const struct entry *v, size_t n)
{
    struct archive *a = archive_write_new();
    char *zeros = calloc(1, 1 << 20);
    assert_non_null(zeros);
    assert_int_equal(zip ? archive_write_set_format_zip(a) : archive_write_set_format_pax_restricted(a),
                     ARCHIVE_OK);
    assert_int_equal(archive_write_open_filename(a, path), ARCHIVE_OK);
    for (size_t i = 0; i < n; i++) {
        struct archive_entry *e = archive_entry_new();
        archive_entry_set_pathname(e, v[i].name);
        archive_entry_set_filetype(e, v[i].type);
        archive_entry_set_perm(e, 0644);
        archive_entry_set_size(e, (la_int64_t)v[i].bytes);
        if (v[i].type == AE_IFLNK) archive_entry_set_symlink(e, v[i].link);
        if (v[i].type == AE_IFREG && v[i].link) archive_entry_set_hardlink(e, v[i].link);
        assert_true(archive_write_header(a, e) >= ARCHIVE_WARN);
        for (size_t at = 0; at < v[i].bytes; at += 1 << 20)
            archive_write_data(a, zeros, v[i].bytes - at < 1 << 20 ? v[i].bytes - at : 1 << 20);
        archive_entry_free(e);
    }
    assert_int_equal(archive_write_close(a), ARCHIVE_OK);
    archive_write_free(a);
    free(zeros);
}

static void hostile_archives_are_refused_and_nothing_gets_out(void **state)
{
    struct world *w = *state;
    char deep[64] = "";
    for (int i = 0; i < 20; i++) strcat(deep, "d/");
    strcat(deep, "x");
    const struct entry bad[][2] = {
        {{"../out", AE_IFREG, NULL, 3}},
        {{"a/../../out", AE_IFREG, NULL, 3}},
        {{"/tmp/marsad-out", AE_IFREG, NULL, 3}},
        {{"a/./b", AE_IFREG, NULL, 3}},
        {{"a//b", AE_IFREG, NULL, 3}},
        {{"a\\..\\out", AE_IFREG, NULL, 3}},
        {{"c:/out", AE_IFREG, NULL, 3}},
        {{"a\nb", AE_IFREG, NULL, 3}},
        {{"link", AE_IFLNK, "/etc", 0}, {"link/out", AE_IFREG, NULL, 3}},
        {{"dev", AE_IFCHR, NULL, 0}},
        {{"fifo", AE_IFIFO, NULL, 0}},
        {{"one", AE_IFREG, NULL, 3}, {"one", AE_IFREG, NULL, 3}},
        {{"one", AE_IFREG, NULL, 3}, {"one/two", AE_IFREG, NULL, 3}},
        {{deep, AE_IFREG, NULL, 3}},
        {{"one", AE_IFREG, NULL, 3}, {"two", AE_IFREG, "one", 0}},
    };
    for (int zip = 0; zip < 2; zip++)
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
            const char *path = out_path(w, zip ? "bad.zip" : "bad.tar");
            struct arena a;
            struct package_summary sum;
            struct package_check_options o = {.fault = NULL};
            bool special = bad[i][0].type != AE_IFREG || (bad[i][1].name && bad[i][1].link);
            if (zip && special) continue; /* libarchive's zip writer has none of these but links */
            pack(path, zip, bad[i], bad[i][1].name ? 2 : 1);
            arena_init(&a, 0);
            int rc = package_check(path, &o, &a, &sum, &w->err);
            if (rc != ERR_FORMAT && rc != ERR_LIMIT && rc != ERR_IO)
                fail_msg("%s was taken (%d)", bad[i][0].name, rc);
            arena_done(&a);
            unlink(path);
        }
    assert_false(file_exists("/tmp/marsad-out"));
    assert_false(file_exists(out_path(w, "out")));
}

static void bombs_stop_at_their_limits(void **state)
{
    struct world *w = *state;
    const struct entry bomb[] = {{"zeros", AE_IFREG, NULL, 40 << 20}};
    struct entry many[50];
    struct archive_limits small = {.files = 20, .bytes = 8 << 20};
    char *path = out_path(w, "bomb.zip"), *into = out_path(w, "into"), command[512];
    pack(path, true, bomb, 1);
    assert_ok(dir_make(into, &w->err));
    assert_int_equal(archive_unpack(path, into, &small, &w->err), ERR_LIMIT);
    snprintf(command, sizeof command, "test $(du -sk '%s' | cut -f1) -le 9000", into);
    assert_int_equal(system(command), 0);
    for (int i = 0; i < 50; i++)
        many[i] = (struct entry){arena_cstr(&w->arena, arena_printf(&w->arena, "f%d", i)), AE_IFREG, NULL, 1};
    pack(path, true, many, 50);
    assert_int_equal(archive_unpack(path, into, &small, &w->err), ERR_LIMIT);
    write_raw(path, SV("PK\3\4 nothing of the kind"));
    assert_int_not_equal(archive_unpack(path, into, &small, &w->err), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        world_test(a_package_holds_as_folder_zip_and_tar),
        world_test(the_export_stands_in_the_log_and_the_custody),
        world_test(what_a_person_took_in_is_proved_only_when_opened),
        world_test(decisions_and_referrals_come_along),
        world_test(every_hand_on_every_file_is_located),
        world_test(what_is_added_or_is_no_file_is_told),
        world_test(another_key_does_not_seal_it),
        world_test(a_package_sealed_anew_is_told_by_key_and_row),
        world_test(an_authority_that_does_not_answer_costs_only_the_stamp),
        world_test(hostile_archives_are_refused_and_nothing_gets_out),
        world_test(bombs_stop_at_their_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
