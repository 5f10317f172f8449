/* The binary formats of Office 97 to 2003, which WPS writes too and calls wps, dps and et: the text
 * of Word documents (MS-DOC), presentations (MS-PPT) and workbooks (MS-XLS, BIFF8), each a compound
 * file (ole.h). Which of them a file is, its streams tell, not its name.
 *
 * B1: an offset of theirs is a place in a stream that is wholly in memory; behind its end there are
 * zeroes. B2: what is visited has a budget of the stream's own length, because many offsets may
 * lead to one place. B3: containers nest to a depth of ours.
 *
 * Left out: formats before 97 (Word 6, BIFF5) and whatever is encrypted, which are E_SYNTAX;
 * deleted text is not told from text. */
#ifndef FORMAT_OFFICE97_H
#define FORMAT_OFFICE97_H

#include "server/format/pages.h"
#include "server/format/sheet.h"
#include "server/format/zip.h"

/* Pages as of docx (where the author broke them), pptx (a slide) and xlsx (a sheet). E_SYNTAX:
 * none of the three, broken or encrypted. E_TOO_LARGE: a limit, what was read until there was
 * given. */
enum err office97_pages(struct zip_source src, struct pages *out) MUST_USE;
/* Every row of a workbook that holds something, until row() gives false. Errors as above. */
enum err office97_rows(struct zip_source src, const struct sheet_to *to) MUST_USE;

#endif
