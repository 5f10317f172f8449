/* Kinds of files: one table (magic.def) says what the library takes, how it is named, sent and
 * shown. Who decides which kind a file is: server/probe/sniff.c, by content, names inside and
 * extension together. */
#ifndef FORMAT_KIND_H
#define FORMAT_KIND_H

#include "server/base/str.h"

enum family {
    FAMILY_document,
    FAMILY_slides,
    FAMILY_sheet,
    FAMILY_pdf,
    FAMILY_image,
    FAMILY_video,
    FAMILY_audio,
    FAMILY_text,
    FAMILY_archive,
    FAMILY_courseware,
    FAMILY_count
};

enum kind_look { LOOK_NONE, LOOK_ZIP, LOOK_OLE, LOOK_MARK, LOOK_TEXT };

struct kind {
    const char *name; /* stable: stored in rows, on the wire */
    enum family family;
    bool shown;       /* the browser may show it in the page */
    const char *exts; /* separated by blanks */
    const char *mime; /* to send */
    const char *magic;
    enum kind_look look;
    struct str mark;  /* member, stream or first bytes; '?' in first bytes is any */
    const char *text; /* Chinese */
};

extern const struct kind kinds[];
extern const size_t kinds_n;

const struct kind *kind_named(struct str name);   /* NULL: no such kind */
const struct kind *kind_of_ext(struct str ext);   /* case folded; NULL: not taken */
const char *family_name(enum family f);           /* "document", … */
const char *family_text(enum family f);           /* Chinese */
bool words_have(const char *words, struct str w); /* in a list separated by blanks, case folded */
/* Runs when somebody double-clicks it: never taken, by extension. */
bool ext_dangerous(struct str ext);

/* What is said of a file (verdict.def). */
enum say { SAY_accept, SAY_warn, SAY_refuse, SAY_quarantine };

enum verdict {
#define VERDICT(code, say, text) VERDICT_##code,
#include "server/format/verdict.def"
#undef VERDICT
    VERDICT_count
};

struct verdict_row {
    const char *code; /* stable, on the wire */
    enum say say;
    const char *text; /* Chinese; empty for ok */
};
extern const struct verdict_row verdicts[VERDICT_count];
enum verdict verdict_named(struct str code); /* an unknown code is not_checked */

#endif
