/* The table of errors and the one way to stop on our own mistakes. */
#include "server/base/err.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const struct err_row rows[ERR_count] = {
#define ERR(name, status, code, text) [name] = { status, code, #name, text },
#include "server/base/err.def"
#undef ERR
};

const struct err_row *err_row(enum err e)
{
    if ((int)e < 0 || e >= ERR_count)
        return &rows[E_INTERNAL];
    return &rows[e];
}

enum err err_errno(int no)
{
    return no == ENOSPC || no == EDQUOT ? E_DISK_FULL : E_IO;
}

_Noreturn void bug_stop(const char *file, int line, const char *why)
{
    fprintf(stderr, "bug at=%s:%d why=\"%s\"\n", file, line, why);
    abort();
}
