/* A kept set of banks with bytes changed in any places: refused, or it is read and freed. Data: 4 bytes place, 1 byte how many (low 4
 * bits; the top bit: counted from the end), the bytes; over and over. The sums are made right, so that what lies behind them is
 * reached, unless the first byte of all is odd. */
#include <stdlib.h>
#include <string.h>

#include "detect/bank_file.h"
#include "detect/detect_priv.h"
#include "index/mih.h"
#include "patch_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SUM_AT = 88, BYTES_AT = 80 };

static struct buf base;

static void add(struct bank_set *b, enum bank_item_type type, struct sv value, size_t nframes)
{
    static struct bank_frame frames[4];
    struct bank_item item = {.type = type, .value = value, .label = SV("label"), .threshold = -1};
    for (size_t i = 0; i < 4; i++)
        frames[i] = (struct bank_frame){{{i, type, 3, 4}}, 100, (int64_t)i * 500000};
    item.frames = nframes ? frames : NULL;
    item.nframes = nframes;
    item.id.b[0] = (uint8_t)(b->items.n + 1);
    if (bank_set_add_item(b, SV("fuzz"), &item, NULL)) abort();
}

static void make_base(void)
{
    struct bank_set *b;
    struct bank bank = {.name = SV("fuzz"), .category = CATEGORY_HATE, .threshold = 31};
    uint32_t numbers[8] = {0, 1, 2, 3, 4, BANK_INDEX_NOTHING, 1, 0};
    struct bank_index_line line = {7, numbers, 8};
    if (bank_set_new(&b, NULL) || bank_set_add_bank(b, &bank, NULL)) abort();
    add(b, BANK_VPDQ, SV(""), 4);
    add(b, BANK_PDQ, SV(""), 1);
    add(b, BANK_SOUND, SV("platform:1"), 0);
    add(b, BANK_SHA256, SV("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"), 0);
    add(b, BANK_PRINT,
        SV("01e8030000"
           "0a1000"
           "0a2000"),
        0);
    if (b->prints.n != 1 || b->frames.n != 5) abort();
    buf_init(&base, 0);
    if (bank_file_write(b, &line, SV("mark"), &base)) abort();
    bank_set_free(b);
}

static void make_sums_right(char *bytes, size_t n)
{
    uint64_t v[3] = {n, mih_sum(bytes + BANK_FILE_HEAD_BYTES, n - BANK_FILE_HEAD_BYTES), 0};
    memcpy(bytes + BYTES_AT, v, sizeof v);
    v[2] = mih_sum(bytes, BANK_FILE_HEAD_BYTES);
    memcpy(bytes + SUM_AT + 8, &v[2], sizeof v[2]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bank_set *b = NULL;
    struct bank_index_line line;
    struct sv mark;
    if (!base.p) make_base();
    char *bytes = aligned_alloc(64, (base.n + 63) / 64 * 64);
    if (!bytes || bank_set_new(&b, NULL)) abort();
    memcpy(bytes, base.p, base.n);
    if (size > 1) patch(bytes, base.n, data + 1, size - 1);
    if (size == 0 || data[0] % 2 == 0) make_sums_right(bytes, base.n);
    if (bank_file_read(sv_of(bytes, base.n), b, &line, &mark, NULL) == 0) {
        uint32_t *roots = bank_set_roots(b);
        struct sha256 sha;
        memset(&sha, 0, sizeof sha);
        (void)bank_set_by_file(b, &sha);
        for (size_t i = 0; i < line.n; i++)
            if (line.frame_of[i] != BANK_INDEX_NOTHING && b->frames.v[line.frame_of[i]].item >= b->items.n)
                abort();
        free(roots);
    } else if (size == 0) {
        abort(); /* what was written is read */
    }
    bank_set_free(b);
    free(bytes);
    return 0;
}
