/* The bytes that a worker answers with, and the packets on its control socket: all that a broken-into worker could
 * send to the main process. */
#include <stdlib.h>

#include "media/proto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void answer(struct sv bytes)
{
    struct media_limits limits = media_limits_default();
    struct media_signals s;
    struct arena a;
    struct error err;
    arena_init(&a, 0);
    int r = answer_read(bytes, &limits, &a, &s, NULL, &err);
    if (r == 0) {
        /* What was believed can be written, and reads the same again. */
        struct buf b;
        struct media_signals again;
        buf_init(&b, 0);
        answer_write(0, NULL, &s, NULL, &b);
        if (answer_read(buf_sv(&b), &limits, &a, &again, NULL, &err) != 0 || again.nframes != s.nframes ||
            again.width != s.width || again.kind != s.kind)
            abort();
        buf_done(&b);
    }
    arena_done(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct worker_task t;
    struct worker_report report;
    struct sv bytes = sv_of(data, size);
    answer(bytes);
    if (task_read(bytes, &t) && (t.op > OP_LAST || t.sample_every_us <= 0)) abort();
    if (report_read(bytes, &report) && report.value < 0) abort();
    if (hello_read(bytes) && size != 6) abort();
    return 0;
}
