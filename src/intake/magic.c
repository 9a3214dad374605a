/* Kinds of files by their first bytes; names only where bytes say nothing. */
#include "intake/intake_priv.h"

static const struct {
    const char *bytes;
    enum media_kind kind;
    uint8_t n, at; /* how many, and where in the file */
} magics[] = {
    {"\xFF\xD8\xFF", MEDIA_IMAGE, 3, 0},      /* JPEG */
    {"\x89PNG\r\n\x1A\n", MEDIA_IMAGE, 8, 0}, /* PNG */
    {"GIF87a", MEDIA_IMAGE, 6, 0},            /* GIF */
    {"GIF89a", MEDIA_IMAGE, 6, 0},            /* GIF */
    {"WEBP", MEDIA_IMAGE, 4, 8},              /* in RIFF */
    {"II*\0", MEDIA_IMAGE, 4, 0},             /* TIFF */
    {"MM\0*", MEDIA_IMAGE, 4, 0},             /* TIFF */
    {"ftypheic", MEDIA_IMAGE, 8, 4},          /* HEIF */
    {"ftypheix", MEDIA_IMAGE, 8, 4},          /* HEIF */
    {"ftypmif1", MEDIA_IMAGE, 8, 4},          /* HEIF */
    {"ftypavif", MEDIA_IMAGE, 8, 4},          /* AVIF */
    {"ftypM4A ", MEDIA_AUDIO, 8, 4},          /* MPEG-4 audio */
    {"ftyp", MEDIA_VIDEO, 4, 4},              /* MPEG-4 and QuickTime */
    {"moov", MEDIA_VIDEO, 4, 4},              /* QuickTime */
    {"mdat", MEDIA_VIDEO, 4, 4},              /* QuickTime */
    {"\x1A\x45\xDF\xA3", MEDIA_VIDEO, 4, 0},  /* Matroska, WebM */
    {"AVI ", MEDIA_VIDEO, 4, 8},              /* in RIFF */
    {"WAVE", MEDIA_AUDIO, 4, 8},              /* in RIFF */
    {"FLV\x01", MEDIA_VIDEO, 4, 0},           /* Flash */
    {"\0\0\x01\xBA", MEDIA_VIDEO, 4, 0},      /* MPEG programme stream */
    {"\0\0\x01\xB3", MEDIA_VIDEO, 4, 0},      /* MPEG video */
    {"\x30\x26\xB2\x75", MEDIA_VIDEO, 4, 0},  /* ASF */
    {"OggS", MEDIA_AUDIO, 4, 0},              /* Ogg; a film in it is found by the worker */
    {"fLaC", MEDIA_AUDIO, 4, 0},              /* FLAC */
    {"ID3", MEDIA_AUDIO, 3, 0},               /* MP3 with a tag */
    {"\xFF\xFB", MEDIA_AUDIO, 2, 0},          /* MP3 */
    {"\xFF\xF3", MEDIA_AUDIO, 2, 0},          /* MP3 */
    {"\xFF\xF1", MEDIA_AUDIO, 2, 0},          /* AAC */
    {"\xFF\xF9", MEDIA_AUDIO, 2, 0},          /* AAC */
    {"#!AMR", MEDIA_AUDIO, 5, 0},             /* AMR */
};

static bool transport_stream(struct sv head)
{
    enum { PACKET = 188, SYNC = 0x47 };
    return head.n > 2 * PACKET && head.p[0] == SYNC && head.p[PACKET] == SYNC && head.p[2 * PACKET] == SYNC;
}

static bool bitmap(struct sv head)
{
    return head.n > 26 && sv_starts(head, SV("BM")) && memcmp(head.p + 6, "\0\0\0\0", 4) == 0;
}

enum media_kind magic_media(struct sv head)
{
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        struct sv there = sv_sub(head, magics[i].at, (size_t)magics[i].at + magics[i].n);
        if (sv_eq(there, sv_of(magics[i].bytes, magics[i].n))) return magics[i].kind;
    }
    if (transport_stream(head)) return MEDIA_VIDEO;
    return bitmap(head) ? MEDIA_IMAGE : MEDIA_UNKNOWN;
}

static bool has_ext(struct sv path, const char *const *exts)
{
    struct sv ext = path_ext(path);
    for (; ext.n > 0 && *exts; exts++)
        if (sv_eq_nocase(ext, sv_cstr(*exts))) return true;
    return false;
}

enum media_kind magic_by_name(struct sv path)
{
    static const char *const video[] = {"mp4", "m4v", "mov", "mkv", "webm", "avi", "flv",
                                        "ts",  "3gp", "wmv", "mpg", "mpeg", "ogv", NULL};
    static const char *const image[] = {"jpg", "jpeg", "png",  "gif",  "webp", "bmp",
                                        "tif", "tiff", "heic", "heif", "avif", NULL};
    static const char *const audio[] = {"mp3",  "m4a", "aac",  "ogg", "oga",
                                        "opus", "wav", "flac", "amr", NULL};
    if (has_ext(path, video)) return MEDIA_VIDEO;
    if (has_ext(path, image)) return MEDIA_IMAGE;
    return has_ext(path, audio) ? MEDIA_AUDIO : MEDIA_UNKNOWN;
}

static bool looks_like_csv(struct sv head)
{
    struct sv rest = head, line;
    if (!sv_split(&rest, '\n', &line) || !rest.p || line.n > 8192) return false;
    size_t commas = 0;
    for (size_t i = 0; i < line.n; i++) {
        if ((unsigned char)line.p[i] < ' ' && line.p[i] != '\r' && line.p[i] != '\t') return false;
        commas += line.p[i] == ',' || line.p[i] == ';' || line.p[i] == '\t';
    }
    return commas >= 2 && sv_find_byte(line, '{', 0) == SIZE_MAX;
}

const char *magic_foreign(struct sv path, struct sv head)
{
    static const struct {
        uint8_t n;
        const char *bytes, *what;
    } packed[] = {
        {2, "\x1F\x8B", "a gzip archive: unpack it first"},
        {4, "PK\x03\x04", "a zip archive: unpack it first"},
        {4, "\x28\xB5\x2F\xFD", "a zstd archive: unpack it first"},
        {6,
         "\xFD"
         "7zXZ\0",
         "an xz archive: unpack it first"},
        {6, "7z\xBC\xAF\x27\x1C", "a 7z archive: unpack it first"},
        {4, "Rar!", "a rar archive: unpack it first"},
        {3, "BZh", "a bzip2 archive: unpack it first"},
        {5, "%PDF-", "a PDF: not a feed"},
    };
    for (size_t i = 0; i < sizeof packed / sizeof *packed; i++)
        if (sv_starts(head, sv_of(packed[i].bytes, packed[i].n))) return packed[i].what;
    if (sv_eq(sv_sub(head, 257, 262), SV("ustar"))) return "a tar archive: unpack it first";
    struct sv start = sv_trim(sv_sub(head, 0, 64));
    if (sv_starts(start, SV("<")) && sv_find(head, SV("<html"), 0) != SIZE_MAX)
        return "a web page: export as JSON (in Telegram: Machine-readable JSON)";
    static const char *const tables[] = {"csv", "tsv", "xlsx", "ods", NULL};
    if (has_ext(path, tables) || looks_like_csv(head)) return "a table (CSV): export as JSON or NDJSON";
    return NULL;
}
