/* Names of files for people on all systems: what Windows, macOS or Linux cannot write is replaced,
 * reserved names of DOS are changed, extensions survive shortening. */
#ifndef FORMAT_NAME_H
#define FORMAT_NAME_H

#include "server/base/arena.h"
#include "server/base/buf.h"

/* \ / : * ? " < > | and NUL: what no name on Windows has. */
bool name_sign(uint32_t rune);
/* Appends one path component made safe, at most max bytes (max ≥ 16). Never empty, never "." or
 * "..". cp936: characters CP936 lacks become '_' too. */
void name_component(struct buf *out, struct str part, size_t max, bool cp936);
struct str name_safe(struct arena *a, struct str part,
                     size_t max); /* the same, for all characters */
/* A whole path of '/'-separated components, at most max bytes; empty ones are left out, folders
 * that do not fit are dropped before the file's own name is cut. */
void name_path(struct buf *out, struct str path, size_t max, bool cp936);
/* The extension without its dot, as written; empty when there is none. "x.tar.gz" gives "gz",
 * ".profile" and "x." give nothing. */
struct str name_ext(struct str name);
/* Bytes that claim to be a name in an archive: UTF-8 if valid, else GB18030, else with U+FFFD. */
void name_decode(struct buf *out, struct str raw);
/* UTF-8 to CP936; what has no place there becomes '_'. */
void name_cp936(struct buf *out, struct str utf8);

#endif
