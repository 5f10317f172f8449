/* A pack: many files as one ZIP whose every byte is known before the first is sent, so that its
 * length can be told, a broken download goes on by Range, and nothing is compressed or buffered.
 *
 * P1: the layout depends on the members alone: the same list gives the same bytes, today and
 * tomorrow. P2: members are stored, never deflated; sizes and CRC-32 stand in the local headers,
 * there are no data descriptors. P3: ZIP64 fields appear only where a 32-bit (or 16-bit) field is
 * too small. P4: names are distinct even where case does not count, at most 255 bytes, and can be
 * written by Windows.
 *
 * Format: PKWARE APPNOTE 6.3.10 (4.3.7, 4.3.12, 4.3.14–16, 4.4.4 bit 11, 4.5.3), Info-ZIP extra
 * fields 0x5455 (UTC time) and 0x7075 (the name in UTF-8 beside one in CP936).
 *
 * Order: pack_new, pack_size for Content-Length, pack_at again and again, pack_free. */
#ifndef FORMAT_PACK_H
#define FORMAT_PACK_H

#include "server/base/err.h"
#include "server/base/str.h"

enum { PACK_NAME_MAX = 255, PACK_MEMBERS_MAX = 500000 };

struct pack_member {
    struct str name; /* UTF-8, '/' between folders; what cannot stand is replaced */
    uint64_t size;   /* bytes */
    uint32_t crc32;  /* of the content, as ZIP has it */
    int64_t mtime;   /* ms UTC */
};

enum pack_names {
    PACK_UTF8,  /* flag bit 11: everything since Windows 8 */
    PACK_CP936, /* for the Explorer of Windows 7; what CP936 lacks becomes '_' */
};

/* What lies at an offset: bytes of the archive itself, or a stretch of a member's content. */
struct pack_piece {
    bool content;     /* false: bytes holds them; true: read them from the member */
    struct str bytes; /* borrowed from the pack */
    size_t member;    /* index in the list given */
    uint64_t from;    /* offset in the member's content */
    uint64_t len; /* bytes from here to the end of the piece; 0 only at the end of the archive */
};

struct pack;

/* Lays out n members (none is fine); copies what it needs. E_TOO_LARGE: more than PACK_MEMBERS_MAX
 * or a length past 2^62. */
enum err pack_new(const struct pack_member *m, size_t n, enum pack_names names,
                  struct pack **p) MUST_USE;
void pack_free(struct pack *p); /* NULL is fine */

uint64_t pack_size(const struct pack *p);
struct pack_piece pack_at(const struct pack *p, uint64_t offset);
/* The name member k got, in UTF-8; borrowed. */
struct str pack_name(const struct pack *p, size_t k);
/* SHA-256 over all headers, in which names, sizes, times and CRCs stand. With the contents' hashes
 * it makes an ETag; alone it is not one. */
void pack_digest(const struct pack *p, unsigned char out[32]);

#endif
