/* Reading ZIP archives of strangers: the directory at the end, members one at a time. The bytes
 * come from a callback, nothing is trusted, and what counts against the limits is what really came
 * out of inflate, not what the archive claims.
 *
 * Z1: every size that comes from the archive is compared with a limit or the source's size before
 * use. Z2: one archive never gives more than limits.inflated bytes in all, whatever is opened how
 * often. Z3: a member over 1 MiB never gives more than limits.ratio times the bytes read for it.
 *
 * Format: PKWARE APPNOTE 6.3.10; methods 0 and 8; ZIP64. Left out: encryption, several volumes. */
#ifndef FORMAT_ZIP_H
#define FORMAT_ZIP_H

#include "server/base/buf.h"

/* Where the bytes come from: read exactly n bytes at an offset, within size. */
struct zip_source {
    enum err (*read)(void *arg, uint64_t at, void *to, size_t n);
    void *arg;
    uint64_t size;
};
struct zip_source zip_bytes(const struct str *s); /* the str and its bytes must stay */

struct zip_limits {
    size_t entries;    /* members */
    size_t directory;  /* bytes of the central directory */
    uint64_t inflated; /* bytes, all members together */
    uint64_t ratio;    /* bytes out for one byte in */
};
extern const struct zip_limits zip_limits; /* 10,000; 16 MiB; 2 GiB; 200 */

struct zip_entry {
    struct str name; /* UTF-8: as flagged, or decoded by name_decode */
    uint64_t size, packed, at;
    uint32_t crc32;
    uint16_t method;
    bool folder, encrypted, link;
};

struct zip;

/* E_SYNTAX: no archive, or broken. E_TOO_LARGE: past a limit. E_MEDIA_TYPE: a part of a set of
 * volumes. Or what the source says. */
enum err zip_open(struct zip_source src, const struct zip_limits *lim, struct zip **z) MUST_USE;
void zip_close(struct zip *z); /* NULL is fine */
size_t zip_count(const struct zip *z);
const struct zip_entry *zip_entry(const struct zip *z, size_t k);
size_t zip_find(const struct zip *z, struct str name); /* ASCII case folded; SIZE_MAX: not there */
bool zip_has(const struct zip *z, const char *name);
/* Bytes before the archive proper: 0 but for self-extractors and polyglots. */
uint64_t zip_prefix(const struct zip *z);

/* One member as a stream; at most one at a time is cheap, several are fine.
 * Errors: E_SYNTAX broken (also a wrong CRC at the end), E_TOO_LARGE a bomb, E_MEDIA_TYPE method or
 * encryption. */
struct zip_stream;
enum err zip_stream_open(struct zip *z, size_t k, struct zip_stream **s) MUST_USE;
enum err zip_stream_read(struct zip_stream *s, void *to, size_t n,
                         size_t *got) MUST_USE; /* *got 0: the end */
void zip_stream_close(struct zip_stream *s);
/* The whole member, appended. E_TOO_LARGE also when the buffer's cap is hit. */
enum err zip_read(struct zip *z, size_t k, struct buf *out) MUST_USE;

#endif
