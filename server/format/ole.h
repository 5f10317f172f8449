/* Compound files (MS-CFB, "OLE"): what doc, xls, ppt, WPS's own formats and encrypted OOXML are
 * kept in. The names of everything inside, and the bytes of the streams at the top.
 *
 * O1: every sector is looked for within the source. O2: a chain is followed for as many sectors as
 * its stream may have, so that a loop ends. O3: what a stream claims to hold is compared with the
 * source's size before anything is allocated. Left out: streams inside of storages, which are
 * other documents embedded in this one. */
#ifndef FORMAT_OLE_H
#define FORMAT_OLE_H

#include "server/base/buf.h"
#include "server/format/zip.h"

enum { OLE_NAMES_MAX = 4096, OLE_ENTRIES_MAX = 65536 };

/* Appends every entry's name in UTF-8, each followed by '\n', in the order they are stored.
 * E_SYNTAX: no compound file, or a broken one (what was read until then stays in names). */
enum err ole_names(struct zip_source src, struct buf *names) MUST_USE;
bool ole_has(struct str names, const char *name); /* ASCII case folded */

struct ole;
/* E_SYNTAX: no compound file, or one whose directory cannot be read. */
enum err ole_open(struct zip_source src, struct ole **o) MUST_USE;
void ole_close(struct ole *o); /* NULL is fine */
/* Appends the stream of this name (ASCII case folded) that stands in no storage.
 * E_NOT_FOUND: there is none. E_SYNTAX: broken, what could be read is in out. E_TOO_LARGE: out's
 * cap; what had room is in out. Or what the source says. */
enum err ole_stream(struct ole *o, const char *name, struct buf *out) MUST_USE;

#endif
