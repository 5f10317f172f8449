/* Bytes of text in the charsets teachers' files come in, to UTF-8. By iconv, whose tables glibc
 * loads from files: whoever works in a jail calls charset_warm() before entering it. Thread-safe.
 */
#ifndef FORMAT_CHARSET_H
#define FORMAT_CHARSET_H

#include "server/base/buf.h"

enum charset { CHARSET_UTF8, CHARSET_UTF16LE, CHARSET_UTF16BE, CHARSET_GB18030, CHARSET_BINARY };

/* Loads every table once; they stay loaded. */
void charset_warm(void);
/* What these bytes are: by byte order mark, then valid UTF-8, then valid GB18030, else binary. NUL
 * bytes without a mark are binary. *skip: length of the mark. A character cut at the end is
 * forgiven when partial. */
enum charset charset_guess(struct str s, bool partial, size_t *skip);
/* Appends s in UTF-8, without mark, line ends as '\n'; what does not decode becomes U+FFFD. */
void charset_utf8(struct buf *out, struct str s);
/* Appends GB18030 bytes as UTF-8; false when they are none (then nothing useful was appended). */
bool charset_gb18030(struct buf *out, struct str s);
/* One character of UTF-8 to CP936: bytes written (1 or 2), 0 when it has no place there. */
size_t charset_cp936(struct str one, char out[2]);

#endif
