/* A growing buffer of bytes with a cap. It keeps its first error and ignores what comes after, so
 * one looks once, at the end. The cap is not optional. Always NUL behind the bytes (not counted).
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "server/base/err.h"
#include "server/base/str.h"

struct buf {
    char *p;
    size_t n, room, cap;
    enum err err; /* E_TOO_LARGE once the cap was hit */
};

void buf_init(struct buf *b, size_t cap);
void buf_fini(struct buf *b);  /* frees; safe on zeroes */
void buf_clear(struct buf *b); /* empties, keeps memory and cap, forgets the error */
struct str buf_str(const struct buf *b);
/* Room for n more bytes, to be filled by the caller and then counted with buf_added; NULL past the
 * cap. */
char *buf_space(struct buf *b, size_t n);
void buf_added(struct buf *b, size_t n);

void buf_put(struct buf *b, const void *p, size_t n);
void buf_add(struct buf *b, struct str s);
void buf_addz(struct buf *b, const char *z);
void buf_char(struct buf *b, char c);
void buf_int(struct buf *b, int64_t v);
void buf_fmt(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_utf8(struct buf *b, uint32_t rune); /* U+FFFD for what is no character */
/* Little endian, for file formats. */
void buf_u16(struct buf *b, uint16_t v);
void buf_u32(struct buf *b, uint32_t v);
void buf_u64(struct buf *b, uint64_t v);
/* LEB128, as Yjs and others have it. */
void buf_varuint(struct buf *b, uint64_t v);
/* A JSON string with its quotes (RFC 8259); bad UTF-8 becomes U+FFFD. */
void buf_json(struct buf *b, struct str s);
/* JSON member by member, with the comma wherever one stands before: not after an opening bracket, a
 * colon or a line's end. open: '{' or '['; it is closed by buf_char. name: a plain word; NULL: in a
 * list, or the whole. */
void buf_json_name(struct buf *b, const char *name);
void buf_json_open(struct buf *b, const char *name, char open);
void buf_json_text(struct buf *b, const char *name, struct str s);
void buf_json_int(struct buf *b, const char *name, int64_t v);
/* XML text or attribute value; control characters XML 1.0 cannot carry are dropped. */
void buf_xml(struct buf *b, struct str s);
void buf_hex(struct buf *b, const void *p, size_t n);

#endif
