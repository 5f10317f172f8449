/* What a call says when it did not work. */
#include "server/app/call.h"

#include <stdarg.h>
#include <stdio.h>

enum err fail(struct call *c, enum err e, const char *field, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    c->fault.text = arena_str(c->arena, str_of(text));
    c->fault.field = field ? arena_str(c->arena, str_of(field)) : STR_NONE;
    return e;
}
