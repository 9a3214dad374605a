/* Any bytes as the state of a stream: refused, or a stream that can go on. The checksum is made right, so that what lies
 * behind it is reached. */
#include "base/buf.h"
#include "base/id.h"
#include "network/stream.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct network_stream *s;
    struct network_change change;
    struct error err;
    struct sha256 sum;
    struct buf b;
    if (id_init(&err)) return 0;
    buf_init(&b, 0);
    buf_put(&b, data, size);
    sha256_of(buf_sv(&b), &sum);
    buf_put(&b, sum.b, sizeof sum.b);
    if (network_stream_parse(buf_sv(&b), &s, &err) == 0) {
        int rc = network_stream_add(s, 0, sv_cstr("o"), sv_cstr("a"), sv_cstr("c"), 5000000, &change, &err);
        assert(rc == 0 && change.group_size >= 1);
        network_stream_free(s);
    }
    buf_done(&b);
    return 0;
}
