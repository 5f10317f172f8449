/* OpenDocument (ODF 1.3 part 3) and EPUB (OCF 3.2, OPF 2 and 3) as pages of text. Errors as in
 * ooxml.h. */
#ifndef FORMAT_ODF_H
#define FORMAT_ODF_H

#include "server/format/pages.h"
#include "server/format/zip.h"

enum err odf_pages(struct zip *z,
                   struct pages *out) MUST_USE; /* odt, odp (page = slide), ods (page = sheet) */
enum err epub_pages(struct zip *z, struct pages *out) MUST_USE; /* page = file of the spine */

#endif
