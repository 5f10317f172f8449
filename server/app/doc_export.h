/* Live documents as files, and files as live documents. */
#ifndef APP_DOC_EXPORT_H
#define APP_DOC_EXPORT_H

#include "server/app/doc.h"
#include "server/format/paper.h"

struct doc_export_query {
    struct str format, paper; /* docx, pdf, md or html; a4 (standard) or 16k */
    int64_t version;          /* of its history; none: as it is stored now */
    bool comments;            /* with what colleagues said of it */
    bool has_paper, has_version, has_comments;
};
struct doc_exported {
    struct str name, mime;
    struct str lost; /* "formula=1, image_missing=2": what did not come over, by paper_loss.def */
};
/* Appends the file. E_TOO_LARGE: it would be larger than the buffer's cap. For pdf also what
 * office_pdf says (office.h). */
enum err doc_export(struct call *c, int64_t id, const struct doc_export_query *q, struct buf *out,
                    struct doc_exported *what) MUST_USE;
/* The same for paper made elsewhere; the file is named by the job's title. */
enum err doc_export_paper(struct call *c, struct str format, const struct paper_job *job,
                          struct paper_report *report, struct buf *out,
                          struct doc_exported *what) MUST_USE;

/* One of the two: a finished upload of the caller's, or a file of the repository that he may read.
 * Without a title the document's own, or the file's name. */
struct doc_import_new {
    struct str upload_id, title, kind, scope;
    int64_t file_id, scope_ref;
    bool has_upload_id, has_title, has_scope, has_file_id, has_scope_ref;
};
struct doc_loss {
    struct str name, text, example; /* by paper_loss.def; text is for people */
    int64_t count;
};
struct doc_import_view {
    struct doc_view *doc;
    struct doc_loss *lost;
    size_t lost_n;
};
/* A docx becomes a new document. E_FILE_REFUSED: it is none, or cannot be read. */
enum err doc_import(struct call *c, const struct doc_import_new *in,
                    struct doc_import_view *out) MUST_USE;

#endif
