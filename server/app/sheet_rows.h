/* The rows of a sheet that somebody sent: xlsx, xls or csv, read in the jail (probe.h). */
#ifndef APP_SHEET_ROWS_H
#define APP_SHEET_ROWS_H

#include "server/app/call.h"
#include "server/app/probe.h"

/* out->code says whether it could be read: "ok", "cut" (too many rows), else what was wrong. name:
 * the file's, its extension counts. */
enum err sheet_rows(struct call *c, struct str name, struct str bytes,
                    struct probe_rows *out) MUST_USE;

#endif
