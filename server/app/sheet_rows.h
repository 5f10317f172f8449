/* The rows of a sheet that somebody sent: xlsx, xls or csv, read in the jail (probe.h). */
#ifndef APP_SHEET_ROWS_H
#define APP_SHEET_ROWS_H

#include "server/app/call.h"
#include "server/app/probe.h"

/* out->code says whether it could be read: "ok", "cut" (too many rows), else what was wrong. name:
 * the file's, its extension counts. */
enum err sheet_rows(struct call *c, struct str name, struct str bytes,
                    struct probe_rows *out) MUST_USE;

/* What stands in a cell: trimmed and without controls; a word (a head, a name) also without any
 * spaces, as in 姓　名, and without the stars that mark a column as required. */
struct str sheet_line(struct arena *a, struct str cell);
struct str sheet_word(struct arena *a, struct str cell);

#endif
