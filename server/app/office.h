/* PDF of what is written out as docx, by LibreOffice where it is installed (--office). It runs in
 * its own jail (server/probe/jail_office.c), started by jibei-probe in a folder of the data folder
 * that is there as long as it runs. */
#ifndef APP_OFFICE_H
#define APP_OFFICE_H

#include "server/app/call.h"
#include "server/base/buf.h"

/* Where it is installed: `set`, or where packages put it; "" where it is not. mem_free. */
char *office_find(const char *set) MUST_USE;
bool office_there(const struct house *h);
/* What is in `paper` becomes its PDF. Blocks for seconds, one call at a time; while two wait,
 * others get E_BUSY. What the call reads of the database ends here. E_STATE: it is not installed,
 * or could not make one of this document; the fault says what else can be done. */
enum err office_pdf(struct call *c, struct buf *paper) MUST_USE;

#endif
