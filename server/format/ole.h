/* The directory of a compound file (MS-CFB, "OLE"): what doc, xls, ppt, WPS's own formats and
 * encrypted OOXML are kept in. Only names are read, never streams. */
#ifndef FORMAT_OLE_H
#define FORMAT_OLE_H

#include "server/base/buf.h"
#include "server/format/zip.h"

enum { OLE_NAMES_MAX = 4096 };

/* Appends every entry's name in UTF-8, each followed by '\n', in the order they are stored.
 * E_SYNTAX: no compound file, or a broken one (what was read until then stays in names). */
enum err ole_names(struct zip_source src, struct buf *names) MUST_USE;
bool ole_has(struct str names, const char *name); /* ASCII case folded */

#endif
