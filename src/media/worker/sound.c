/* Packets of one sound stream → landmarks, marks and a tune.
 *
 * The first sound stream is heard from its first sample to its last, or up to the limit of the clip's length; trouble
 * with it costs the sound, never the pictures. Times are those of the clip: where the sound starts late the landmarks
 * do. */
#include <stdlib.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "base/clock.h"
#include "base/limits.h"
#include "media/worker/worker_priv.h"

enum { BLOCK = 4096, OUT_OF_SPACE = 1 };

struct hearing {
    struct job *job;
    AVCodecContext *codec;
    AVFrame *frame;
    struct listener *listener;
    int rate_hz, channels;
    int64_t late_us; /* of the first sample, by the clip's clock; TIME_UNKNOWN before it */
    int64_t origin_us;
    AVRational time_base;
    int damaged;
    bool done;
    float block[BLOCK];
};

static int keep(void *arg, const struct landmark *l)
{
    struct hearing *h = arg;
    struct landmark late = *l;
    uint64_t time = (uint64_t)l->time + (uint64_t)(h->late_us / LANDMARK_TICK_US);
    if (time > UINT32_MAX || h->job->landmarks.n >= LANDMARKS_MAX_PEAKS) return OUT_OF_SPACE;
    late.time = (uint32_t)time;
    return VEC_PUSH(&h->job->landmarks, late) ? OUT_OF_SPACE : 0;
}

static void see(void *arg, const float *power, int bins)
{
    struct hearing *h = arg;
    show_spectrum(h->job, power, bins);
}

/* Marks and tune of a sound that starts late are moved by whole units; before it there is silence. */
static int keep_mark(void *arg, const struct sound_mark *m)
{
    struct hearing *h = arg;
    struct job *j = h->job;
    uint32_t late = (uint32_t)(h->late_us / SOUND_MARK_US);
    struct sound_mark moved = *m;
    if (j->marks.n >= SOUND_MAX_MARKS - 1) return 0;
    if (j->marks.n == 0 && late > 0 && VEC_PUSH(&j->marks, (struct sound_mark){0, late, SOUND_SILENCE, 100}))
        return OUT_OF_SPACE;
    moved.start += late;
    moved.end += late;
    return VEC_PUSH(&j->marks, moved) ? OUT_OF_SPACE : 0;
}

static int keep_step(void *arg, uint8_t step)
{
    struct hearing *h = arg;
    struct job *j = h->job;
    size_t late = j->tune.n == 0 ? (size_t)(h->late_us / TUNE_STEP_US) : 0;
    for (size_t i = 0; i < late && j->tune.n < SOUND_MAX_TUNE; i++)
        if (VEC_PUSH(&j->tune, 0)) return OUT_OF_SPACE;
    if (j->tune.n >= SOUND_MAX_TUNE) return 0;
    return VEC_PUSH(&j->tune, step) ? OUT_OF_SPACE : 0;
}

static struct hearing *give_up(struct hearing *h, const char *why)
{
    job_note(h->job, "its sound was not heard: %s", why);
    avcodec_free_context(&h->codec);
    av_frame_free(&h->frame);
    free(h);
    return NULL;
}

struct hearing *hearing_new(struct job *j, AVFormatContext *format, int stream, int64_t origin_us,
                            const char *decoders)
{
    const AVStream *s = format->streams[stream];
    struct hearing *h = calloc(1, sizeof *h);
    if (!h) return NULL;
    h->job = j;
    h->late_us = TIME_UNKNOWN;
    h->origin_us = origin_us;
    h->time_base = s->time_base;
    const AVCodec *decoder = avcodec_find_decoder(s->codecpar->codec_id);
    if (!decoder) return give_up(h, "no decoder for it");
    h->codec = avcodec_alloc_context3(decoder);
    h->frame = av_frame_alloc();
    if (!h->codec || !h->frame) return give_up(h, "no memory");
    if (avcodec_parameters_to_context(h->codec, s->codecpar) < 0)
        return give_up(h, "its decoder cannot be set up");
    h->codec->thread_count = 1;
    h->codec->pkt_timebase = s->time_base;
    h->codec->codec_whitelist = av_strdup(decoders);
    if (avcodec_open2(h->codec, decoder, NULL) < 0) return give_up(h, "its decoder cannot be opened");
    return h;
}

bool hearing_done(const struct hearing *h) { return h->done; }

static float sample_at(const AVFrame *f, bool planar, int channels, int channel, int i)
{
    const uint8_t *plane = f->extended_data[planar ? channel : 0];
    int at = planar ? i : i * channels + channel;
    switch ((int)av_get_packed_sample_fmt(f->format)) {
    case AV_SAMPLE_FMT_U8: return ((float)plane[at] - 128) / 128;
    case AV_SAMPLE_FMT_S16: return (float)((const int16_t *)(const void *)plane)[at] / 32768;
    case AV_SAMPLE_FMT_S32: return (float)((const int32_t *)(const void *)plane)[at] / 2147483648.0f;
    case AV_SAMPLE_FMT_FLT: return ((const float *)(const void *)plane)[at];
    case AV_SAMPLE_FMT_DBL: return (float)((const double *)(const void *)plane)[at];
    case AV_SAMPLE_FMT_S64: return (float)((const int64_t *)(const void *)plane)[at] / 9223372036854775808.0f;
    default: return 0;
    }
}

/* The listener, made at the first frame that says what its samples are. */
static bool ready(struct hearing *h)
{
    const AVFrame *f = h->frame;
    int channels = f->ch_layout.nb_channels;
    if (h->late_us != TIME_UNKNOWN) {
        if (f->sample_rate == h->rate_hz && channels == h->channels) return true;
        job_note(h->job, "its sound changes from %d Hz in %d channels to %d Hz in %d: heard up to there",
                 h->rate_hz, h->channels, f->sample_rate, channels);
        return false;
    }
    struct listener_sink sink = {.landmark = keep, .arg = h, .mark = keep_mark, .tune = keep_step};
    if (h->job->task.op == OP_SHOW) sink.spectrum = see;
    int64_t at = f->best_effort_timestamp;
    h->late_us = at == AV_NOPTS_VALUE ? 0 : av_rescale_q(at, h->time_base, AV_TIME_BASE_Q);
    if (__builtin_sub_overflow(h->late_us, h->origin_us, &h->late_us) || h->late_us < 0) h->late_us = 0;
    if (h->late_us > h->job->task.limits.duration_us) return false;
    h->rate_hz = f->sample_rate;
    h->channels = channels;
    if (h->job->task.op == OP_SAMPLES) return samples_begin(h->job, h->rate_hz, h->late_us) == 0;
    if (listener_new(h->rate_hz, h->channels, &sink, &h->listener, NULL) == 0) return true;
    job_note(h->job, "its sound was not heard: %d Hz in %d channels", h->rate_hz, h->channels);
    return false;
}

static void take_frame(struct hearing *h)
{
    const AVFrame *f = h->frame;
    if (f->nb_samples <= 0 || h->done) return;
    h->done = !ready(h);
    bool planar = av_sample_fmt_is_planar(f->format);
    int step = h->channels > 0 ? BLOCK / h->channels : 1;
    for (int from = 0; from < f->nb_samples && !h->done; from += step) {
        int n = f->nb_samples - from < step ? f->nb_samples - from : step;
        for (int i = 0; i < n; i++)
            for (int c = 0; c < h->channels; c++)
                h->block[i * h->channels + c] = sample_at(f, planar, h->channels, c, from + i);
        if (h->job->task.op == OP_SAMPLES) {
            h->done = !samples_push(h->job, h->block, (size_t)n, h->channels);
        } else if (listener_push(h->listener, h->block, (size_t)n)) {
            job_note(h->job, "more sound than can be kept: heard up to %lld s",
                     (long long)(listener_heard_us(h->listener) / US_PER_SECOND));
            h->done = true;
        }
    }
    if (!h->done && h->listener &&
        listener_heard_us(h->listener) + h->late_us > h->job->task.limits.duration_us) {
        job_note(h->job, "longer than %lld s: heard up to there",
                 (long long)(h->job->task.limits.duration_us / US_PER_SECOND));
        h->done = true;
    }
}

static void take_frames(struct hearing *h)
{
    int r = 0;
    while (!h->done && (r = avcodec_receive_frame(h->codec, h->frame)) >= 0) {
        take_frame(h);
        av_frame_unref(h->frame);
    }
    if (r < 0 && r != AVERROR(EAGAIN) && r != AVERROR_EOF) h->damaged++;
}

void hearing_packet(struct hearing *h, const AVPacket *packet)
{
    if (h->done) return;
    int r = avcodec_send_packet(h->codec, packet);
    if (r < 0 && r != AVERROR_EOF) h->damaged++;
    take_frames(h);
}

static int by_time(const void *a, const void *b)
{
    const struct landmark *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return (x->pitch > y->pitch) - (x->pitch < y->pitch);
}

void hearing_end(struct hearing *h)
{
    if (!h) return;
    struct job *j = h->job;
    hearing_packet(h, NULL);
    if (h->listener) {
        if (!h->done && listener_end(h->listener)) job_note(j, "more sound than can be kept");
        j->signals.sound_us = listener_heard_us(h->listener) + h->late_us;
        listener_free(h->listener);
    }
    if (h->damaged) job_note(j, "damaged: %d parts of its sound could not be decoded", h->damaged);
    samples_done(j);
    if (j->landmarks.n) qsort(j->landmarks.v, j->landmarks.n, sizeof *j->landmarks.v, by_time);
    avcodec_free_context(&h->codec);
    av_frame_free(&h->frame);
    free(h);
}
