/* What the probe can be asked. Every verb writes its lines and gives the code of the end line. */
#ifndef PROBE_VERBS_H
#define PROBE_VERBS_H

#include "server/probe/file.h"

struct finding {
    enum verdict verdict;
    const struct kind *kind;
    bool macros, encrypted;
};

/* Decides by content, names inside and extension together (sniff.c); never fails. */
struct finding sniff(struct file *f);

const char *verb_sniff(struct file *f);
const char *verb_list(struct file *f);
const char *verb_text(struct file *f);
const char *verb_outline(struct file *f);
const char *verb_rows(struct file *f);
const char *verb_thumb(struct file *f);
const char *verb_meta(struct file *f);
const char *verb_paper(struct file *f);
const char *verb_try(struct file *f); /* the name says which attempt */

/* poppler's programs for a PDF, started before the jail is entered; read inside it. */
enum pdf_tool { PDF_TEXT, PDF_THUMB, PDF_INFO, PDF_TRY /* cat, to see whether the jail holds */ };
void pdf_start(enum pdf_tool tool);
/* All it printed, at most the buffer's cap. E_NOT_FOUND: it was not started or printed nothing. */
enum err pdf_output(struct buf *out) MUST_USE;

/* LibreOffice in the folder on descriptor 0, installed in `tree`; the code of the end line. */
const char *office_run(const char *tree);

/* "ok", "cut" or "unreadable" for what a reader gave. */
const char *code_of(enum err e, bool cut);

#endif
