/* Errors: one list (err.def) gives the C name, the HTTP status, the code on the wire and a
 * sentence. Anything that can fail returns enum err, zero meaning success. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err {
#define ERR(name, status, code, text) name,
#include "server/base/err.def"
#undef ERR
    ERR_count
};

#define MUST_USE __attribute__((warn_unused_result))

struct err_row {
    int status;       /* HTTP status */
    const char *code; /* stable, on the wire */
    const char *name; /* for logs */
    const char *text; /* Chinese, what to do */
};

/* Never NULL; an unknown number is answered as E_INTERNAL. Static memory. */
const struct err_row *err_row(enum err e);
/* What errno means to us: ENOSPC and EDQUOT are E_DISK_FULL, everything else E_IO. */
enum err err_errno(int no);

/* Why the system refused, for people: a few Chinese words, the system's own for what is rare. */
const char *err_reason(int no);

/* Our own mistake: says where and stops the process. Never for what comes from outside. */
#define BUG(why) bug_stop(__FILE__, __LINE__, why)
_Noreturn void bug_stop(const char *file, int line, const char *why);

#endif
