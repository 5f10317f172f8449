/* What a picture or a film tells of itself in its headers: size, length, codec. Nothing is decoded.
 * PNG (RFC 2083), JPEG (T.81), GIF, BMP, WebP (RFC 9649); ISO base media and QuickTime (ISO
 * 14496-12): mp4, mov, m4a; WAVE; MPEG audio by its first frame. */
#ifndef FORMAT_MEDIA_H
#define FORMAT_MEDIA_H

#include "server/base/err.h"
#include "server/format/zip.h"

enum { PIXELS_MAX = 100 * 1000 * 1000 };

struct media {
    int64_t width, height;   /* pixels, as shown (turned); 0: none */
    int64_t duration;        /* ms; 0: not told */
    char video[8], audio[8]; /* "avc1", "hvc1", "mp4a", …; empty: none */
    const char *image;       /* mime of a picture; NULL */
    bool faststart; /* mp4: the index stands before the data, so that it plays while it loads */
};

/* A picture by its first bytes. E_SYNTAX: none of the five, or broken. E_TOO_LARGE: more than
 * PIXELS_MAX. */
enum err image_read(struct str head, struct media *m) MUST_USE;
/* A film or sound. E_SYNTAX: unknown or broken. */
enum err media_read(struct zip_source src, struct media *m) MUST_USE;
/* The small JPEG cameras keep in EXIF; empty when there is none. Borrowed. */
struct str exif_thumbnail(struct str jpeg);

#endif
