/* Groups of pictures, for the first look. To decode a frame of H.264 and its like is to decode all frames since the last key
 * frame: a tenth of the frames looked at costs nearly what all of them do, the key frames alone a tenth of it. So where
 * key frames are near to each other they are what is looked at first, and the rest where something was found.
 *
 * What is between them is not unknown: a picture that was not there before costs several times the bytes of those that
 * follow from others. Up to the last such packet a group is decoded, and one that goes on for longer than GOP_US is as
 * a whole. */
#include <stdlib.h>

#include <libavcodec/packet.h>
#include <libavutil/avutil.h>
#include <libavutil/mathematics.h>

#include "media/worker/worker_priv.h"

enum {
    GOP_US = 10600000, /* encoders set ten seconds, or less */
    GOP_BYTES_MAX = 32 << 20 /* of which more is not held back */,
    GOP_PACKETS_MAX = 2048,
    NEW_PERCENT = 220, /* of what nine in ten of the group's packets stay below */
    LEAST_PERCENT = 20 /* of the key frame */
};

int gop_hold(struct gop *g, AVPacket *packet, AVRational base)
{
    int64_t t = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
    int64_t us = t == AV_NOPTS_VALUE ? g->read_us : av_rescale_q(t, base, AV_TIME_BASE_Q);
    if (g->n == g->cap) {
        size_t cap = g->cap ? 2 * g->cap : 64;
        AVPacket **v = realloc(g->v, cap * sizeof(AVPacket *));
        if (!v) return ERR_NOMEM;
        g->v = v;
        g->cap = cap;
    }
    AVPacket *own = av_packet_alloc();
    if (!own) return ERR_NOMEM;
    av_packet_move_ref(own, packet);
    g->v[g->n++] = own;
    g->bytes += (size_t)own->size;
    if (g->n == 1) g->key_us = us;
    if (us > g->read_us) g->read_us = us;
    return 0;
}

bool gop_too_long(const struct gop *g)
{
    return !(g->v[0]->flags & AV_PKT_FLAG_KEY) || g->bytes > GOP_BYTES_MAX || g->n >= GOP_PACKETS_MAX ||
           g->read_us - g->key_us > GOP_US;
}

static int by_size(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return x < y ? -1 : x > y;
}

size_t gop_news(const struct gop *g)
{
    int sizes[GOP_PACKETS_MAX];
    size_t n = 0, last = 0;
    for (size_t i = 1; i < g->n; i++) sizes[n++] = g->v[i]->size;
    if (n == 0) return 0;
    qsort(sizes, n, sizeof *sizes, by_size);
    int64_t usual = sizes[n - 1 - n / 10], least = g->v[0]->size;
    for (size_t i = 1; i < g->n; i++)
        if (g->v[i]->size * INT64_C(100) > usual * NEW_PERCENT &&
            g->v[i]->size * INT64_C(100) > least * LEAST_PERCENT)
            last = i;
    return last;
}

void gop_clear(struct gop *g)
{
    for (size_t i = 0; i < g->n; i++) av_packet_free(&g->v[i]);
    g->n = g->bytes = 0;
    g->open = false;
}

void gop_done(struct gop *g)
{
    gop_clear(g);
    free(g->v);
    g->v = NULL;
    g->cap = 0;
}
