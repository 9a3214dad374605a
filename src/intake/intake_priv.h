/* What the formats share: a run over one file, the record being built, and the walls that every record passes. */
#ifndef MARSAD_INTAKE_PRIV_H
#define MARSAD_INTAKE_PRIV_H

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/map.h"
#include "intake/intake.h"

/* One reading of one file. */
struct run {
    const struct intake_options *o;
    const struct intake_sink *sink;
    struct intake_counts *counts;
    struct error *err;
    struct sv path, dir;  /* the file, and the folder that its media must lie in */
    struct map *claimed;  /* media files that records refer to are noted here; NULL when nobody asks */
    struct arena arena;   /* of the record being built */
    struct origin origin; /* where it stands */
    uint64_t file_bytes;
    int64_t written_us; /* when the file was, at most now: stands in for a missing time of collection */

    struct post p; /* the record being built; lists grow through the add functions below */
    size_t texts_cap, media_cap, hashtags_cap, mentions_cap, links_cap;
    const struct json *raw; /* what it is built from, for p.raw; *borrowed until* emitted */
    bool captured; /* raw comes from an operator's browser or downloader: every URL in it is cleaned */
    size_t media_left_out;
    bool nomem; /* sticky: an add failed */
};

/* `format` is the row's name; path is kept, not copied. */
void run_init(struct run *r, const char *format, const char *path, const struct intake_options *o,
              const struct intake_sink *sink, struct intake_counts *counts, struct error *err);
void run_done(struct run *r);

/* ---- building a record (record.c) ---- */

/* Forgets the last record. */
void record_begin(struct run *r, const struct json *raw);
void add_text(struct run *r, enum text_field field, struct sv text, int64_t start_us, int64_t end_us);
/* add_text passes over empty texts; this one keeps them. */
void add_part(struct run *r, enum text_field field, struct sv text, int64_t start_us, int64_t end_us);
void add_media(struct run *r, const struct media_ref *m);
/* Without its '#'; empty ones and those already there are passed over. */
void add_hashtag(struct run *r, struct sv tag);
void add_mention(struct run *r, struct sv handle);
void add_link(struct run *r, struct sv url);
/* Gives the record its ids and p.raw, holds it to the limits and hands it on. Returns what the sink returned; ERR_NOMEM.
 * A record without a native id or with an impossible time goes aside instead, and that is no error. */
int record_emit(struct run *r) MUST_USE;
/* Sets a record aside: bytes as they stand in the file. The error is the reason, module "intake" when it has none. */
int record_aside(struct run *r, struct sv bytes, const struct error *why) MUST_USE;
/* The same for a value already parsed. */
int record_aside_value(struct run *r, const struct json *v, const char *fmt, ...) PRINTF_LIKE(3, 4) MUST_USE;
int run_nomem(struct run *r);

/* ---- reading values ---- */

/* The first of the keys (NULL-ended list) that holds something other than null. */
const struct json *first_of(const struct json *v, const char *const *keys);
/* A count that a feed gives as number or text; COUNT_UNKNOWN when it is absent, negative or no number. */
int64_t get_count(const struct json *v, const char *key);
/* An id: a string as it stands, an integer as its digits. A number that lost digits (beyond int64) gives SV_NULL. */
struct sv get_id(struct run *r, const struct json *v, const char *key);
/* "0" stands for none in TikTok's ids. */
struct sv get_id_or_none(struct run *r, const struct json *v, const char *key);
int get_flag(const struct json *v, const char *key); /* 1, 0, COUNT_UNKNOWN */
int64_t seconds_to_us(const struct json *v);         /* TIME_UNKNOWN when it is no number ≥ 0 */
/* https://www.tiktok.com/@handle/video/id */
struct sv tiktok_url(struct run *r, struct sv handle, const char *what, struct sv id);
bool tiktok_id_plausible(struct sv id);

/* ---- texts (caption.c) ---- */

/* Hashtags and mentions of the captions into lists that the feed left empty; links always. */
void parse_captions(struct run *r);
/* s cut before the character that would pass max bytes. */
struct sv cut_text(struct sv s, size_t max);

/* ---- operator tokens (clean.c) ---- */

/* JSON text of v with operator tokens stripped, in the arena; p NULL when memory ran out. `urls`: every value that is a
 * URL loses its parameters; without it, only tokens are cut out. */
struct sv clean_json(struct arena *a, const struct json *v, bool urls);
/* Any bytes with operator tokens cut out. */
struct sv clean_bytes(struct arena *a, struct sv bytes);

/* ---- paths (paths.c) ---- */

enum path_verdict { PATH_FOUND, PATH_ABSENT, PATH_OUTSIDE };
/* A path of a feed, relative to its folder, as an absolute path of an existing regular file inside that folder (links
 * followed). */
enum path_verdict path_inside(struct run *r, struct sv relative, struct sv *out_absolute);
/* m->path from a feed's path; one that leads outside is reported aside and left empty. */
int media_path(struct run *r, struct sv relative, struct media_ref *m) MUST_USE;

/* ---- whole documents and lines (documents.c) ---- */

typedef int value_reader(struct run *r, const struct json *v);
/* Calls read for each JSON value of a file: one a line, or documents over several lines, one after the other. What is
 * no JSON goes aside. flags as in json_parse. */
int read_values(struct run *r, const char *path, unsigned flags, value_reader *read) MUST_USE;

/* ---- looking (sniff.c, magic.c) ---- */

/* Are all of the keys (NULL-ended) members of the first object of one of the first lines? */
bool sniff_members(struct sv head, const char *const *keys);
/* Is "key": anywhere in the bytes? Inside a JSON string quotes are escaped, so this finds members only. */
bool sniff_key(struct sv head, const char *key);

/* Kind of media by its first bytes; MEDIA_UNKNOWN for anything else. */
enum media_kind magic_media(struct sv head);
enum media_kind magic_by_name(struct sv path);
/* What a file of another kind is, with what to do about it: "a zip archive: unpack first". NULL when unknown. */
const char *magic_foreign(struct sv path, struct sv head);
/* The first 64 KiB of a file, into b. */
enum { HEAD_BYTES = 64 << 10 };
int read_head(const char *path, struct buf *b, struct error *err) MUST_USE;

/* ---- formats ---- */

typedef int reader(const char *path, const struct intake_options *o, const struct intake_sink *sink,
                   struct intake_counts *counts, struct error *err);
typedef int sniffer(struct sv path, struct sv head, bool is_dir);
sniffer marsad_sniff, zeeschuimer_sniff, zeeschuimer_4cat_sniff, tiktok_research_sniff, ytdlp_sniff,
    telegram_sniff, folder_sniff, file_sniff;
reader folder_read;
/* The bodies of the formats' readers, on a run that its caller opened. */
typedef int run_reader(struct run *r, const char *path);
run_reader marsad_run, zeeschuimer_run, tiktok_research_run, ytdlp_run, telegram_run, file_run;
run_reader *intake_runner(const struct intake_format *f);

/* The surest format for these bytes, NULL when none knows them. */
const struct intake_format *intake_look(struct sv path, struct sv head, bool is_dir);

/* A web TikTok item (zeeschuimer's `data`) into the record begun. */
int tiktok_item(struct run *r, const struct json *item) MUST_USE;
int tiktok_web_comment(struct run *r, const struct json *comment) MUST_USE;

/* WebVTT or SubRip into transcript parts. */
void add_subtitles(struct run *r, struct sv text);

#endif
