/* Boxes of ISO base media: size, type, content; some hold boxes. Only the few that tell duration,
 * picture and codec are opened. Boxes are counted, so that a file of a million empty ones ends
 * early. */
#include "server/format/media.h"

#include <string.h>

enum { BOXES_MAX = 20000, DEPTH_MAX = 8 };

struct boxes {
    struct zip_source src;
    struct media *m;
    int count;
    char handler[5]; /* of the track being read */
    int64_t width, height;
    bool moov, mdat_first;
};

static uint64_t num(const unsigned char *p, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | p[i];
    return v;
}

static bool get(const struct boxes *b, uint64_t at, void *to, size_t n)
{
    if (at > b->src.size || n > b->src.size - at)
        return false;
    return b->src.read(b->src.arg, at, to, n) == E_OK;
}

/* mvhd, version 0 or 1: time scale and duration. */
static void read_mvhd(struct boxes *b, uint64_t at)
{
    unsigned char t[32];
    if (!get(b, at, t, sizeof t))
        return;
    uint64_t scale = t[0] == 1 ? num(t + 20, 4) : num(t + 12, 4);
    uint64_t length = t[0] == 1 ? num(t + 24, 8) : num(t + 16, 4);
    if (scale && length < UINT64_MAX / 1000)
        b->m->duration = (int64_t)(length * 1000 / scale % ((uint64_t)1 << 53));
}

/* tkhd: width and height in 16.16, and the matrix that turns what phones filmed upright. */
static void read_tkhd(struct boxes *b, uint64_t at)
{
    unsigned char t[96] = { 0 };
    size_t skip;
    if (!get(b, at, t, 84))
        return;
    skip = t[0] == 1 ? 12 : 0;
    if (skip && !get(b, at, t, sizeof t))
        return;
    b->width = (int64_t)(num(t + 76 + skip, 4) >> 16);
    b->height = (int64_t)(num(t + 80 + skip, 4) >> 16);
    if (num(t + 40 + skip, 4) == 0 && num(t + 44 + skip, 4) != 0) {
        int64_t w = b->width;
        b->width = b->height;
        b->height = w;
    }
}

static void copy_code(char to[8], const unsigned char *from)
{
    for (size_t i = 0; i < 4; i++)
        to[i] = from[i] > ' ' && from[i] < 127 ? (char)from[i] : '_';
    to[4] = 0;
}

static void read_stsd(struct boxes *b, uint64_t at)
{
    unsigned char t[16];
    if (!get(b, at, t, sizeof t) || !num(t + 4, 4))
        return;
    if (!memcmp(b->handler, "vide", 4) && !b->m->video[0]) {
        copy_code(b->m->video, t + 12);
        b->m->width = b->width;
        b->m->height = b->height;
    } else if (!memcmp(b->handler, "soun", 4) && !b->m->audio[0])
        copy_code(b->m->audio, t + 12);
}

static void read_boxes(struct boxes *b, uint64_t at, uint64_t end, int depth);

static void read_box(struct boxes *b, const char *type, uint64_t at, uint64_t end, int depth)
{
    static const char *const holders[] = { "moov", "trak", "mdia", "minf", "stbl" };
    for (size_t i = 0; i < sizeof holders / sizeof *holders; i++) {
        if (memcmp(type, holders[i], 4) != 0)
            continue;
        if (i == 0)
            b->moov = true;
        if (i == 1)
            memset(b->handler, 0, sizeof b->handler);
        read_boxes(b, at, end, depth + 1);
        return;
    }
    if (!memcmp(type, "mdat", 4) && !b->moov)
        b->mdat_first = true;
    else if (!memcmp(type, "mvhd", 4))
        read_mvhd(b, at);
    else if (!memcmp(type, "tkhd", 4))
        read_tkhd(b, at);
    else if (!memcmp(type, "hdlr", 4)) {
        unsigned char t[12];
        if (get(b, at, t, sizeof t) && depth == 3)
            memcpy(b->handler, t + 8, 4);
    } else if (!memcmp(type, "stsd", 4))
        read_stsd(b, at);
}

static void read_boxes(struct boxes *b, uint64_t at, uint64_t end, int depth)
{
    while (depth <= DEPTH_MAX && at + 8 <= end && b->count++ < BOXES_MAX) {
        unsigned char t[16];
        if (!get(b, at, t, 8))
            return;
        uint64_t size = num(t, 4), head = 8;
        if (size == 1) {
            if (!get(b, at, t, 16))
                return;
            size = num(t + 8, 8);
            head = 16;
        } else if (size == 0)
            size = end - at;
        if (size < head || size > end - at)
            return;
        read_box(b, (const char *)t + 4, at + head, at + size, depth);
        at += size;
    }
}

static enum err wave_read(struct zip_source src, struct media *m)
{
    struct boxes b = { .src = src };
    uint64_t rate = 0;
    unsigned char t[16];
    for (uint64_t at = 12, n = 0; n < 100 && get(&b, at, t, 8); n++) {
        uint64_t size =
            (uint64_t)t[4] | (uint64_t)t[5] << 8 | (uint64_t)t[6] << 16 | (uint64_t)t[7] << 24;
        if (!memcmp(t, "data", 4)) {
            m->duration = rate ? (int64_t)(size * 1000 / rate) : 0;
            memcpy(m->audio, "pcm", 4);
            return E_OK;
        }
        bool format = !memcmp(t, "fmt ", 4);
        if (format && get(&b, at + 8, t, 16))
            rate = (uint64_t)t[8] | (uint64_t)t[9] << 8 | (uint64_t)t[10] << 16 |
                   (uint64_t)t[11] << 24;
        at += 8 + size + (size & 1);
    }
    return E_SYNTAX;
}

/* MPEG-1/2 layer III: behind an ID3v2 tag; the length as if all frames had the first one's bit
 * rate. */
static enum err mp3_read(struct zip_source src, struct media *m)
{
    static const int rates[2][15] = {
        { 0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320 },
        { 0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160 }
    };
    struct boxes b = { .src = src };
    unsigned char t[10];
    uint64_t at = 0;
    if (!get(&b, 0, t, sizeof t))
        return E_SYNTAX;
    if (!memcmp(t, "ID3", 3))
        at = 10 + ((uint64_t)(t[6] & 127) << 21 | (uint64_t)(t[7] & 127) << 14 |
                   (uint64_t)(t[8] & 127) << 7 | (t[9] & 127));
    if (!get(&b, at, t, 4) || t[0] != 0xff || (t[1] & 0xe6) != 0xe2)
        return E_SYNTAX;
    int rate = t[2] >> 4 == 15 ? 0 : rates[(t[1] & 0x18) != 0x18][t[2] >> 4];
    if (!rate)
        return E_SYNTAX;
    m->duration = (int64_t)((src.size - at) * 8 / (uint64_t)rate);
    memcpy(m->audio, "mp3", 4);
    return E_OK;
}

enum err media_read(struct zip_source src, struct media *m)
{
    unsigned char t[12];
    struct boxes b = { .src = src, .m = m };
    *m = (struct media){ 0 };
    if (!get(&b, 0, t, sizeof t))
        return E_SYNTAX;
    if (!memcmp(t, "RIFF", 4) && !memcmp(t + 8, "WAVE", 4))
        return wave_read(src, m);
    static const char *const first[] = { "ftyp", "moov", "mdat", "wide", "free", "skip", "pnot" };
    for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
        if (memcmp(t + 4, first[i], 4) != 0)
            continue;
        read_boxes(&b, 0, src.size, 0);
        m->faststart = b.moov && !b.mdat_first;
        return b.moov ? E_OK : E_SYNTAX;
    }
    return mp3_read(src, m);
}
