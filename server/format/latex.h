/* Formulas: the part of LaTeX that school mathematics needs (latex.def), as a tree, written out as
 * Office Math (ECMA-376 part 1, 22.1) and made from it again. What is not understood is said so as
 * a whole: the caller keeps the LaTeX text, nothing of a formula is lost half-way.
 *
 * L1: what one of us wrote the other reads, and writes again as the same. L2: groups nest at most
 * LATEX_DEPTH deep. */
#ifndef FORMAT_LATEX_H
#define FORMAT_LATEX_H

#include "server/base/arena.h"
#include "server/base/buf.h"
#include "server/format/xml.h"

enum { LATEX_MAX = 20000, LATEX_DEPTH = 60 };

/* Appends what stands inside of m:oMath. E_SYNTAX: not understood, nothing was appended, and *at
 * (may be NULL) is the piece that was not. E_TOO_LARGE: past LATEX_MAX or the buffer's cap. */
enum err latex_omml(struct str latex, struct buf *out, struct str *at) MUST_USE;

/* Office Math as it is met while XML is walked. Order: new, then every open, close and text from
 * the m:oMath itself to its end, then latex; reset for the next one. */
struct omml;
struct omml *omml_new(void);
void omml_free(struct omml *o); /* NULL is fine */
void omml_reset(struct omml *o);
void omml_open(struct omml *o, const struct xml_tag *t);
void omml_close(struct omml *o);
void omml_text(struct omml *o, struct str s);
/* Appends the formula. False: there was something without a counterpart; what of it is text stands
 * there all the same. */
bool omml_latex(struct omml *o, struct buf *out);

#endif
