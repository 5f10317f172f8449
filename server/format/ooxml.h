/* Office Open XML (ECMA-376) as far as a library of teaching material reads it: the text of docx,
 * pptx and xlsx, the thumbnail and the names an office program keeps in a document. All readers
 * take an opened archive, never write, and stop quietly when the pages are full. Errors: E_SYNTAX
 * broken or missing main part, E_TOO_LARGE a limit of zip.h, E_FILE_REFUSED a DTD. A broken side
 * part (footnotes, notes, styles) costs its own text only. */
#ifndef FORMAT_OOXML_H
#define FORMAT_OOXML_H

#include "server/base/arena.h"
#include "server/format/pages.h"
#include "server/format/sheet.h"
#include "server/format/zip.h"

enum err docx_pages(struct zip *z, struct pages *out) MUST_USE;
enum err pptx_pages(struct zip *z,
                    struct pages *out) MUST_USE; /* page = slide; notes of the speaker follow */
enum err xlsx_pages(struct zip *z, struct pages *out) MUST_USE; /* page = sheet */
/* Every row that holds something, sheet by sheet, until row() gives false. */
enum err xlsx_rows(struct zip *z, const struct sheet_to *to) MUST_USE;

/* A docx as paper (paper.h), in the arena, with what did not come over. The address of an image is
 * the name of the archive's member that holds it, a PNG, JPEG, GIF, BMP or WebP by its bytes. */
struct paper;
struct paper_report;
enum err docx_paper(struct zip *z, struct arena *a, struct paper_report *r,
                    struct paper **out) MUST_USE;

struct doc_props {
    struct str title, author, keywords, created, modified; /* as written; dates in RFC 3339 */
    int64_t pages, slides, words;                          /* -1: not told */
};
/* docProps/core.xml and app.xml, or ODF's meta.xml. E_NOT_FOUND: there are none. */
enum err doc_props_read(struct zip *z, struct arena *a, struct doc_props *out) MUST_USE;
/* The archive's member that is a picture of the document: docProps/thumbnail.*, thumbnail.png
 * (Seewo), Thumbnails/thumbnail.png (ODF), an EPUB's cover; SIZE_MAX without one. */
size_t doc_thumbnail(struct zip *z);

/* Relations of a part (OPC, 9.3). */
struct rel {
    struct str id, type, target; /* target: a member's name, resolved; external ones are left out */
};
struct rels {
    struct rel *v;
    size_t n;
};
enum { RELS_MAX = 20000 };
/* part "" gives the package's own. No relations part: n = 0 and E_OK. */
enum err rels_read(struct zip *z, struct arena *a, struct str part, struct rels *out) MUST_USE;
/* Only those that lead out of the package: links and images elsewhere; target as written. */
enum err rels_outside(struct zip *z, struct arena *a, struct str part, struct rels *out) MUST_USE;
const struct rel *rels_by_id(const struct rels *r, struct str id);
const struct rel *rels_by_type(const struct rels *r, const char *last); /* the type's last word */

#endif
