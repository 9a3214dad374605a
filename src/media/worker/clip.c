/* Whatever libav reads: clips, sounds, and every kind of picture but JPEG.
 *
 * Only the demuxers and decoders of the lists below; no protocol but our own pread; one thread. Frames are sampled by
 * their timestamps: the first, then the first of each sample_every_us since it, so that neither the frame rate nor a
 * gap moves the sampled moments. */
#include "media/worker/worker_priv.h"

#include <stdio.h>
#include <stdlib.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libswscale/swscale.h>

#include "base/clock.h"

static const char demuxers[] = "mov,matroska,webm,mpegts,mpeg,flv,avi,asf,ogg,gif,mp3,aac,wav,flac,amr,"
                               "png_pipe,apng,webp_pipe,bmp_pipe";
static const char decoders[] =
    "h264,hevc,vp8,vp9,libdav1d,mpeg4,h263,mpeg1video,mpeg2video,msmpeg4,msmpeg4v2,"
    "wmv1,wmv2,wmv3,flv,theora,mjpeg,gif,png,apng,webp,bmp,"
    "aac,mp3,mp3float,opus,libopus,vorbis,flac,ac3,amrnb,amrwb,wmav1,wmav2,"
    "pcm_s16le,pcm_s16be,pcm_u8,pcm_s24le,pcm_s32le,pcm_f32le,pcm_alaw,pcm_mulaw,adpcm_ms";

enum {
    IO_BYTES = 65536,
    STREAMS_MAX = 32,
    ROW_ALIGN = 64,            /* swscale writes whole vectors */
    EARLY_TOLERANCE_US = 1000, /* timestamps are rounded to the container's ticks */
    MISSING_US = 1500000,      /* a clip that ends so much before it said it would is incomplete */
    SOUND_PACKETS_MAX = 64,    /* decoded to see that a sound file is one */
    SCENE_AFTER_US = 100000,   /* not so soon after a sampled frame */
    SCENES_MAX = 600,          /* extra frames of a clip */
    FIRST_MOMENTS = 8,         /* at the beginning of a first look: windows and bars show over time */
    SKIP_FRAMES_MIN = 10 /* frames in a sampling step from which those that no other needs are not decoded */
};

struct clip {
    struct job *job;
    struct source *source;
    AVFormatContext *format;
    AVCodecContext *codec;
    AVFrame *frame;
    AVPacket *packet;
    struct SwsContext *scaler, *shrinker;
    uint8_t *rgb;
    size_t rgb_cap;
    int stream;                         /* of the pictures, or of the sound when there are none */
    bool still;                         /* a picture file */
    int64_t first_us, last_us, next_us; /* of frames, by the clip's clock; TIME_UNKNOWN before the first */
    int64_t frames_seen;
    struct luma luma;
    int64_t sampled_us, extra; /* of the last frame looked at; frames taken for a change of scene */
    struct frame_signal
        as_picture; /* the first frame hashed as picture files are: should it stay the only one */
    bool has_as_picture;
    struct gop gop;        /* a first look's */
    int damaged;           /* packets that would not decode */
    int64_t moments;       /* frames looked at */
    bool looks_first, fed; /* fed: packets went into the decoder that it has not been drained of */
    bool done;             /* no more pictures are wanted */
    int sound_stream;      /* -1: none */
    struct hearing *hearing;
};

/* ---- libav's view of the file ---- */

static int io_read(void *opaque, uint8_t *p, int n)
{
    ssize_t got = source_read(opaque, p, (size_t)n);
    return got > 0 ? (int)got : got == 0 ? AVERROR_EOF : AVERROR(EIO);
}

static int64_t io_seek(void *opaque, int64_t offset, int whence)
{
    struct source *s = opaque;
    int64_t from = whence == SEEK_CUR ? (int64_t)s->at : whence == SEEK_END ? (int64_t)s->bytes : 0, at;
    if (whence & AVSEEK_SIZE) return (int64_t)s->bytes;
    if (__builtin_add_overflow(from, offset, &at) || at < 0) return AVERROR(EINVAL);
    source_seek(s, (uint64_t)at);
    return at;
}

static int io_refuse(AVFormatContext *format, AVIOContext **pb, const char *url, int flags,
                     AVDictionary **options)
{
    (void)format, (void)pb, (void)url, (void)flags, (void)options;
    return AVERROR(EPERM);
}

static int out_of_time(void *job) { return job_out_of_time(job); }

/* libav's code as an error of ours. */
static int fail(struct clip *c, int averror, const char *what)
{
    char text[AV_ERROR_MAX_STRING_SIZE];
    if (averror == AVERROR(ENOMEM)) return job_no_memory(c->job);
    if (job_out_of_time(c->job))
        return job_fail(c->job, ERR_LIMIT, "no frame could be had in the time allowed");
    av_make_error_string(text, sizeof text, averror);
    return job_fail(c->job, ERR_FORMAT, "%s: %s", what, text);
}

/* ---- opening ---- */

static int open_input(struct clip *c)
{
    uint8_t *io = av_malloc(IO_BYTES);
    c->format = avformat_alloc_context();
    if (!io || !c->format) return av_free(io), job_no_memory(c->job);
    c->format->pb = avio_alloc_context(io, IO_BYTES, 0, c->source, io_read, NULL, io_seek);
    if (!c->format->pb) return av_free(io), job_no_memory(c->job);
    AVIOContext *pb = c->format->pb;
    c->format->flags |= AVFMT_FLAG_CUSTOM_IO;
    c->format->io_open = io_refuse;
    c->format->interrupt_callback = (AVIOInterruptCB){out_of_time, c->job};
    c->format->max_streams = STREAMS_MAX;
    c->format->format_whitelist = av_strdup(demuxers);
    c->format->codec_whitelist = av_strdup(decoders);
    c->format->protocol_whitelist = av_strdup("none");
    int r = avformat_open_input(&c->format, "", NULL, NULL);
    if (r >= 0) return 0;
    /* On failure libav has freed the context, and left the IO to us. */
    av_freep(&pb->buffer);
    avio_context_free(&pb);
    return fail(c, r, "no picture, clip or sound that can be read");
}

/* libav's own limit looks at the coded size, which is padded to whole blocks; ours at the one shown. */
static int64_t coded_pixels_max(const struct clip *c)
{
    return (int64_t)(c->job->task.limits.pixels + c->job->task.limits.pixels / 4) + 65536;
}

/* Declared sizes are checked before anything is decoded, and libav is told the limit for those that come later. */
static int find_streams(struct clip *c)
{
    unsigned n = c->format->nb_streams;
    AVDictionary *options[STREAMS_MAX] = {NULL};
    int r = 0;
    for (unsigned i = 0; r == 0 && i < n; i++)
        r = job_check_size(c->job, c->format->streams[i]->codecpar->width,
                           c->format->streams[i]->codecpar->height);
    if (r) return r;
    for (unsigned i = 0; i < n && i < STREAMS_MAX; i++)
        av_dict_set_int(&options[i], "max_pixels", coded_pixels_max(c), 0);
    r = n <= STREAMS_MAX ? avformat_find_stream_info(c->format, n ? options : NULL) : AVERROR_INVALIDDATA;
    for (unsigned i = 0; i < STREAMS_MAX; i++) av_dict_free(&options[i]);
    return r < 0 ? fail(c, r, "its streams cannot be made out") : 0;
}

static void name_copy(char *out, size_t cap, const char *name)
{
    size_t n = strcspn(name, ",");
    if (n >= cap) n = cap - 1;
    memcpy(out, name, n);
    out[n] = '\0';
}

static bool stream_is(const AVStream *s, enum AVMediaType type)
{
    return s->codecpar->codec_type == type && s->codecpar->codec_id != AV_CODEC_ID_NONE &&
           !(s->disposition & AV_DISPOSITION_ATTACHED_PIC);
}

/* The largest picture stream, or else the first sound. A cover inside a sound file does not make it a clip. */
static int choose_stream(struct clip *c)
{
    int64_t best = -1;
    c->stream = c->sound_stream = -1;
    for (unsigned i = 0; i < c->format->nb_streams; i++) {
        const AVStream *s = c->format->streams[i];
        int64_t size = (int64_t)s->codecpar->width * s->codecpar->height;
        if (stream_is(s, AVMEDIA_TYPE_AUDIO)) {
            c->job->signals.has_sound = true;
            if (c->sound_stream < 0) c->sound_stream = (int)i;
        }
        if (stream_is(s, AVMEDIA_TYPE_VIDEO) && size > best) {
            best = size;
            c->stream = (int)i;
        }
    }
    c->job->signals.kind = c->stream >= 0 ? MEDIA_VIDEO : MEDIA_AUDIO;
    if (c->stream < 0) c->stream = c->sound_stream;
    if (c->stream < 0) return job_fail(c->job, ERR_FORMAT, "a container without pictures or sound");
    for (unsigned i = 0; i < c->format->nb_streams; i++)
        if ((int)i != c->stream && (int)i != c->sound_stream) c->format->streams[i]->discard = AVDISCARD_ALL;
    return 0;
}

/* A frame that no other is made from is not missed where frames lie much closer than the moments that are looked at. (To leave
 * out the loop filter too saves a tenth more, and moves hashes of heavily compressed clips by 10 to 28 bits.) */
static void skip_what_can_be(struct clip *c, const AVStream *stream)
{
    const struct worker_task *t = &c->job->task;
    AVRational rate = stream->avg_frame_rate;
    if (!t->fast || t->op != OP_ANALYSE || c->still) return;
    if (rate.num > 0 && rate.den > 0 &&
        av_rescale(t->sample_every_us, rate.num, (int64_t)rate.den * US_PER_SECOND) >= SKIP_FRAMES_MIN)
        c->codec->skip_frame = AVDISCARD_NONREF;
    c->job->cost.skips = c->codec->skip_frame == AVDISCARD_NONREF;
}

static int open_decoder(struct clip *c)
{
    const AVStream *stream = c->format->streams[c->stream];
    const AVCodec *decoder = avcodec_find_decoder(stream->codecpar->codec_id);
    if (!decoder)
        return job_fail(c->job, ERR_FORMAT, "no decoder for %s",
                        avcodec_get_name(stream->codecpar->codec_id));
    c->codec = avcodec_alloc_context3(decoder);
    if (!c->codec) return job_no_memory(c->job);
    int r = avcodec_parameters_to_context(c->codec, stream->codecpar);
    if (r < 0) return fail(c, r, "its decoder cannot be set up");
    c->codec->thread_count = 1;
    c->codec->pkt_timebase = stream->time_base;
    c->codec->max_pixels = coded_pixels_max(c);
    c->codec->codec_whitelist = av_strdup(decoders);
    skip_what_can_be(c, stream);
    r = avcodec_open2(c->codec, decoder, NULL);
    if (r < 0) return fail(c, r, "its decoder cannot be opened");
    name_copy(c->job->signals.codec, sizeof c->job->signals.codec,
              avcodec_get_name(stream->codecpar->codec_id));
    return 0;
}

/* ---- frames ---- */

static int turn_of(const AVStream *s)
{
    size_t n = 0;
    const uint8_t *matrix = av_stream_get_side_data(s, AV_PKT_DATA_DISPLAYMATRIX, &n);
    if (!matrix || n < 9 * sizeof(int32_t)) return 1;
    double degrees = av_display_rotation_get((const int32_t *)(const void *)matrix);
    return degrees == degrees ? turn_of_degrees(degrees) : 1;
}

static void describe_size(struct clip *c)
{
    struct media_signals *s = &c->job->signals;
    c->job->turn = turn_of(c->format->streams[c->stream]);
    bool turned = turn_on_side(c->job->turn);
    s->width = turned ? c->frame->height : c->frame->width;
    s->height = turned ? c->frame->width : c->frame->height;
}

/* The frame as RGB of its own size in c->rgb, by the same call that the field's video hasher makes. */
static int to_rgb(struct clip *c, size_t *out_stride)
{
    const AVFrame *f = c->frame;
    size_t stride = ((size_t)f->width * 3 + ROW_ALIGN - 1) / ROW_ALIGN * ROW_ALIGN;
    size_t need = stride * (size_t)f->height + ROW_ALIGN;
    if (need > c->rgb_cap) {
        av_freep(&c->rgb);
        c->rgb_cap = 0;
        if (!(c->rgb = av_malloc(need))) return job_no_memory(c->job);
        c->rgb_cap = need;
    }
    c->scaler = sws_getCachedContext(c->scaler, f->width, f->height, f->format, f->width, f->height,
                                     AV_PIX_FMT_RGB24, SWS_AREA, NULL, NULL, NULL);
    uint8_t *planes[4] = {c->rgb};
    int strides[4] = {(int)stride};
    if (!c->scaler || sws_scale(c->scaler, (const uint8_t *const *)f->data, f->linesize, 0, f->height, planes,
                                strides) != f->height)
        return job_fail(c->job, ERR_FORMAT, "a pixel format that cannot be converted");
    *out_stride = stride;
    return 0;
}

/* The frame, small and grey, for the look inside. A format that cannot be made grey is not looked into. */
static int keep_small(struct clip *c, int64_t time_us)
{
    const AVFrame *f = c->frame;
    int w, h;
    if (!look_size(c->job, f->width, f->height, &w, &h)) return 0;
    uint8_t *to = look_room(c->job, w, h);
    if (!to) return job_no_memory(c->job);
    if (luma_is_there(f)) {
        look_shrink(luma_kind(f), f->data[0], f->height, f->width, (size_t)f->linesize[0], to, w, h);
        return look_take(c->job, time_us);
    }
    c->shrinker = sws_getCachedContext(c->shrinker, f->width, f->height, f->format, w, h, AV_PIX_FMT_GRAY8,
                                       SWS_AREA, NULL, NULL, NULL);
    /* swscale writes whole vectors: into rows of its own, then without gaps. */
    uint8_t *planes[4] = {NULL};
    int strides[4] = {0};
    if (!c->shrinker) return 0;
    if (av_image_alloc(planes, strides, w + ROW_ALIGN, h, AV_PIX_FMT_GRAY8, ROW_ALIGN) < 0)
        return job_no_memory(c->job);
    bool made = sws_scale(c->shrinker, (const uint8_t *const *)f->data, f->linesize, 0, f->height, planes,
                          strides) == h;
    if (made) av_image_copy_plane(to, w, planes[0], strides[0], w, h);
    av_freep(&planes[0]);
    return made ? look_take(c->job, time_us) : 0;
}

/* One frame of these is a picture, more are a clip: known only at the end. */
static bool may_be_still(const struct clip *c)
{
    const char *container = c->job->signals.container;
    return strcmp(container, "gif") == 0 || strcmp(container, "apng") == 0;
}

/* The frame's pixels as RGB: its own where it is that, else converted. */
static int rgb_of(struct clip *c, const uint8_t **out_pixels, size_t *out_stride)
{
    const AVFrame *f = c->frame;
    int r = job_check_size(c->job, f->width, f->height);
    if (r) return r;
    if (f->format == AV_PIX_FMT_RGB24 && f->linesize[0] > 0) {
        *out_pixels = f->data[0];
        *out_stride = (size_t)f->linesize[0];
        return 0;
    }
    r = to_rgb(c, out_stride);
    *out_pixels = c->rgb;
    return r;
}

static int show_frame(struct clip *c, int64_t time_us)
{
    const uint8_t *pixels;
    size_t stride;
    int r = rgb_of(c, &pixels, &stride);
    if (r) return r;
    return show_picture(c->job, time_us, PIXELS_RGB, pixels, c->frame->height, c->frame->width, stride,
                        c->frame->width, c->frame->height);
}

static int hash_frame(struct clip *c, int64_t time_us)
{
    const AVFrame *f = c->frame;
    const uint8_t *pixels;
    size_t stride;
    if (c->job->task.fast && !c->still && !may_be_still(c) && luma_is_there(f)) {
        int rc = job_check_size(c->job, f->width, f->height);
        return rc ? rc
                  : frame_add(c->job, time_us, luma_kind(f), f->data[0], f->height, f->width,
                              (size_t)f->linesize[0]);
    }
    int r = rgb_of(c, &pixels, &stride);
    if (r) return r;
    if (c->still || (c->frames_seen == 1 && may_be_still(c))) {
        r = frame_add_picture(c->job, PIXELS_RGB, pixels, f->height, f->width, stride);
        if (r || c->still) return r;
        c->as_picture = c->job->frames.v[--c->job->frames.n];
        c->has_as_picture = true;
    }
    return frame_add(c->job, time_us, PIXELS_RGB, pixels, f->height, f->width, stride);
}

/* µs since the first frame, never going back. Frames without a time follow the one before at the frame rate. */
static int64_t frame_time(struct clip *c)
{
    const AVStream *stream = c->format->streams[c->stream];
    int64_t t = c->frame->best_effort_timestamp, us;
    if (t != AV_NOPTS_VALUE) {
        us = av_rescale_q(t, stream->time_base, AV_TIME_BASE_Q);
        if (c->first_us == TIME_UNKNOWN) c->first_us = us;
        if (us < c->first_us || __builtin_sub_overflow(us, c->first_us, &us)) us = c->last_us;
    } else {
        AVRational rate = stream->avg_frame_rate;
        int64_t step = rate.num > 0 && rate.den > 0 ? av_rescale(US_PER_SECOND, rate.den, rate.num) : 40000;
        us = c->frames_seen == 0 || step < 0 || step > US_PER_HOUR ? c->last_us : c->last_us + step;
    }
    return us > c->last_us ? us : c->last_us;
}

static int on_picture(struct clip *c)
{
    const struct worker_task *t = &c->job->task;
    int64_t us = c->still ? 0 : frame_time(c);
    if (us > t->limits.duration_us) {
        job_note(c->job, "longer than %lld s: read up to there",
                 (long long)(t->limits.duration_us / US_PER_SECOND));
        c->done = true;
        return 0;
    }
    if (c->frames_seen == 0) describe_size(c);
    c->frames_seen++;
    c->last_us = us;
    if (c->frame->flags & AV_FRAME_FLAG_CORRUPT || c->frame->decode_error_flags) c->damaged++;
    if (t->op == OP_SHOW) {
        c->done = c->still;
        int r = show_wants(c->job, us) ? show_frame(c, us) : 0;
        c->done = c->done || show_done(c->job);
        return r;
    }
    bool due = c->frames_seen == 1 || us + EARLY_TOLERANCE_US >= c->next_us;
    bool scene = t->fast && luma_new_scene(&c->luma, c->frame) && us - c->sampled_us >= SCENE_AFTER_US &&
                 c->extra < SCENES_MAX;
    if (!due && !scene) return 0;
    c->extra += !due;
    c->moments++;
    c->sampled_us = us;
    if (due) c->next_us = ((us + EARLY_TOLERANCE_US) / t->sample_every_us + 1) * t->sample_every_us;
    c->done = c->still;
    int r = hash_frame(c, us);
    int64_t began_us = clock_mono_us(), hashed_us = c->job->cost.hash_us;
    if (r == 0) r = keep_small(c, us);
    c->job->cost.look_us += clock_mono_us() - began_us - (c->job->cost.hash_us - hashed_us);
    return r;
}

/* Everything the decoder has ready. */
static int take_frames(struct clip *c)
{
    int r = 0;
    while (!c->done && (r = avcodec_receive_frame(c->codec, c->frame)) >= 0) {
        if (c->job->signals.kind == MEDIA_AUDIO) {
            c->frames_seen++;
            c->done = true;
        } else if ((r = on_picture(c)) != 0) {
            return r;
        }
        av_frame_unref(c->frame);
        if (job_out_of_time(c->job)) c->done = true;
    }
    if (r == AVERROR(ENOMEM)) return job_no_memory(c->job);
    if (r < 0 && r != AVERROR(EAGAIN) && r != AVERROR_EOF) c->damaged++;
    return 0;
}

static int feed(struct clip *c, const AVPacket *packet)
{
    int r = avcodec_send_packet(c->codec, packet);
    if (r == AVERROR(ENOMEM)) return job_no_memory(c->job);
    if (r < 0 && r != AVERROR_EOF) c->damaged++;
    return take_frames(c);
}

/* ---- the first look ---- */

/* The first packets held, all until enough moments were looked at. *out: how many. */
static int feed_held(struct clip *c, size_t n, size_t *out)
{
    struct gop *g = &c->gop;
    size_t i = 0;
    int r = 0;
    for (; i < g->n && (i < n || c->moments < FIRST_MOMENTS) && r == 0 && !c->done; i++) r = feed(c, g->v[i]);
    c->fed = true;
    *out = i;
    return r;
}

static int open_gop(struct clip *c)
{
    size_t all;
    int r = feed_held(c, c->gop.n, &all);
    gop_clear(&c->gop);
    c->gop.open = true;
    return r;
}

/* What the decoder still has, and then it knows nothing of what went before. */
static int drain(struct clip *c)
{
    int r = feed(c, NULL);
    avcodec_flush_buffers(c->codec);
    c->fed = false;
    return r;
}

/* The group is there as a whole: its key frame will do, and what comes into it besides, unless nothing comes of that. */
static int gop_end(struct clip *c)
{
    struct gop *g = &c->gop;
    int64_t seen = c->frames_seen, key_us = g->key_us - (c->first_us == TIME_UNKNOWN ? 0 : c->first_us);
    if (g->open || g->n == 0) return 0;
    int r = c->fed ? drain(c) : 0;
    size_t news = gop_news(g), fed = 1;
    bool due = seen == 0 || key_us + EARLY_TOLERANCE_US >= c->next_us; /* of many, all key frames, few are */
    if (r == 0 && !c->done && (due || news || c->moments < FIRST_MOMENTS)) {
        r = feed_held(c, news + 1, &fed);
        if (r == 0 && !c->done) r = drain(c);
        if (r == 0 && c->frames_seen == seen && g->n > 1) return open_gop(c);
    }
    c->job->signals.first_look |= g->n > fed;
    gop_clear(g);
    return r;
}

static int first_look(struct clip *c, AVPacket *packet)
{
    struct gop *g = &c->gop;
    int r = packet->flags & AV_PKT_FLAG_KEY ? gop_end(c) : 0;
    if (packet->flags & AV_PKT_FLAG_KEY) g->open = false;
    if (r || c->done) return r;
    if (g->open) return feed(c, packet);
    r = gop_hold(g, packet, c->format->streams[c->stream]->time_base);
    if (r) return job_no_memory(c->job);
    return gop_too_long(g) ? open_gop(c) : 0;
}

static bool all_done(const struct clip *c) { return c->done && (!c->hearing || hearing_done(c->hearing)); }

static int read_all(struct clip *c)
{
    int r = 0, packets = 0, got = 0;
    bool stopped = false;
    while (r == 0 && !stopped && !all_done(c) && (got = av_read_frame(c->format, c->packet)) >= 0) {
        if (c->packet->stream_index == c->sound_stream && c->hearing) {
            int64_t began_us = clock_mono_us();
            hearing_packet(c->hearing, c->packet);
            c->job->cost.sound_us += clock_mono_us() - began_us;
        }
        if (c->packet->stream_index == c->stream && !c->done) {
            if (c->packet->flags & AV_PKT_FLAG_CORRUPT) c->damaged++;
            r = c->looks_first ? first_look(c, c->packet) : feed(c, c->packet);
            packets++;
        }
        av_packet_unref(c->packet);
        if (c->job->signals.kind == MEDIA_AUDIO && packets >= SOUND_PACKETS_MAX && !c->done) break;
        if (job_out_of_time(c->job)) c->done = stopped = true;
    }
    if (r == 0 && !c->done && got == AVERROR(ENOMEM)) r = job_no_memory(c->job);
    if (r == 0 && !c->done && got < 0 && got != AVERROR_EOF) c->damaged++;
    if (r == 0 && !c->done && c->looks_first) r = gop_end(c);
    if (r == 0 && !c->done) r = feed(c, NULL);
    return r;
}

/* ---- the whole ---- */

static bool is_picture_file(const AVInputFormat *f) { return strstr(f->name, "_pipe") != NULL; }

/* How long the pictures should last; 0 when nobody says. Sound may go on after them. */
static int64_t promised_us(const struct clip *c)
{
    const AVStream *stream = c->format->streams[c->stream];
    if (c->still) return 0;
    if (stream->duration > 0) return av_rescale_q(stream->duration, stream->time_base, AV_TIME_BASE_Q);
    return c->job->signals.duration_us == TIME_UNKNOWN ? 0 : c->job->signals.duration_us;
}

/* What was read, set against what the file promised. */
static int conclude(struct clip *c, int r)
{
    struct media_signals *s = &c->job->signals;
    if (c->job->task.op == OP_SHOW) return c->job->show.shown.npictures ? 0 : r;
    if (c->job->task.op == OP_SAMPLES) return c->job->samples.v ? 0 : r;
    /* A limit or damage met after the first frame costs the rest, not what is there. */
    if (r != 0 && c->job->frames.n > 0) {
        job_note(c->job, "%s", c->job->reason);
        r = 0;
    }
    if (r) return r;
    if (c->frames_seen == 0 || (s->kind != MEDIA_AUDIO && c->job->frames.n == 0))
        return job_out_of_time(c->job)
                   ? job_fail(c->job, ERR_LIMIT, "no frame could be had in the time allowed")
                   : job_fail(c->job, ERR_FORMAT, "not one frame of its %s can be decoded", s->codec);
    if (s->kind == MEDIA_AUDIO) return 0;
    if (job_out_of_time(c->job))
        job_note(c->job, "ended for want of time at %lld ms", (long long)(c->last_us / 1000));
    if (c->damaged) job_note(c->job, "damaged: %d parts could not be decoded", c->damaged);
    int64_t promised = promised_us(c);
    int64_t held_us = c->looks_first ? c->gop.read_us - c->first_us : 0;
    if (promised - (held_us > c->last_us ? held_us : c->last_us) > MISSING_US &&
        (c->frames_seen > 1 || promised > US_PER_MINUTE))
        job_note(c->job, "ends at %lld ms of %lld ms", (long long)(c->last_us / 1000),
                 (long long)(promised / 1000));
    return 0;
}

static void settle_kind(struct clip *c)
{
    struct media_signals *s = &c->job->signals;
    if (!c->still && !(may_be_still(c) && c->frames_seen == 1)) return;
    s->kind = MEDIA_IMAGE;
    s->duration_us = TIME_UNKNOWN;
    if (c->has_as_picture && c->job->frames.n == 1) c->job->frames.v[0] = c->as_picture;
}

static int analyse(struct clip *c)
{
    struct media_signals *s = &c->job->signals;
    int r = open_input(c);
    if (r) return r;
    c->still = is_picture_file(c->format->iformat);
    name_copy(s->container, sizeof s->container, c->format->iformat->name);
    if ((r = find_streams(c)) || (r = choose_stream(c)) || (r = open_decoder(c))) return r;
    if (c->format->duration > 0) s->duration_us = c->format->duration;
    c->frame = av_frame_alloc();
    c->packet = av_packet_alloc();
    if (!c->frame || !c->packet) return job_no_memory(c->job);
    if (!c->still && c->sound_stream >= 0 && (c->job->task.op != OP_SHOW || c->job->task.sound)) {
        int64_t origin = c->format->start_time == AV_NOPTS_VALUE ? 0 : c->format->start_time;
        c->hearing = hearing_new(c->job, c->format, c->sound_stream, origin, decoders);
    }
    c->looks_first = c->job->task.first && !c->still && s->kind == MEDIA_VIDEO;
    if (c->job->task.op == OP_SAMPLES) c->done = true; /* with the pictures */
    r = read_all(c);
    hearing_end(c->hearing);
    c->hearing = NULL;
    r = conclude(c, r);
    settle_kind(c);
    return r;
}

static void clip_close(struct clip *c)
{
    AVIOContext *pb = c->format ? c->format->pb : NULL;
    av_frame_free(&c->frame);
    av_packet_free(&c->packet);
    avcodec_free_context(&c->codec);
    avformat_close_input(&c->format);
    if (pb) av_freep(&pb->buffer);
    avio_context_free(&pb);
    sws_freeContext(c->scaler);
    sws_freeContext(c->shrinker);
    gop_done(&c->gop);
    av_freep(&c->rgb);
}

int clip_analyse(struct job *j, struct source *s)
{
    struct clip c = {.job = j, .source = s, .first_us = TIME_UNKNOWN};
    int r = analyse(&c);
    clip_close(&c);
    return r;
}
