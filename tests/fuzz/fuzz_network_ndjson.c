/* Any bytes as one line of NDJSON: what our scanner takes for an object, the JSON library does, too, and reads the same. */
#include "base/json.h"
#include "base/utf8.h"
#include "network/table_priv.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct network_columns c = {0};
    struct network_report report = {0};
    struct network_table *t;
    struct error err;
    struct buf line;
    buf_init(&line, 0);
    buf_puts(&line,
             "{\"object_id\":\"o\",\"account_id\":\"a\",\"content_id\":\"c\",\"timestamp_share\":1,\"x\":");
    buf_put(&line, data, size);
    buf_puts(&line, "}");
    if (!memchr(line.p, '\n', line.n) && network_table_parse(buf_sv(&line), &c, &t, &report, &err) == 0) {
        assert(report.lines ==
               report.posts + report.bad_shape + report.too_long + report.missing_account + report.bad_time);
        network_table_free(t);
    }
    /* The same bytes as the value that is read. */
    buf_clear(&line);
    buf_puts(&line, "{\"account_id\":\"a\",\"content_id\":\"c\",\"timestamp_share\":1,\"object_id\":");
    buf_put(&line, data, size);
    buf_puts(&line, "}\n");
    memset(&report, 0, sizeof report);
    if (network_table_parse(buf_sv(&line), &c, &t, &report, &err) == 0) {
        struct json *doc;
        struct sv whole = sv_sub(buf_sv(&line), 0, line.n - 1);
        if (report.rows == 1 && report.posts == 1 && size && data[0] == '"' &&
            utf8_check(whole) == SIZE_MAX && json_parse(whole, JSON_STRICT, &doc, &err) == 0) {
            struct sv theirs = json_get_sv(doc, "object_id"), ours = intern_sv(&t->layers[0].objects, 0);
            assert(!theirs.p || sv_eq(theirs, ours));
            json_free(doc);
        }
        network_table_free(t);
    }
    buf_done(&line);
    return 0;
}
