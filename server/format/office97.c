/* Which reader takes which compound file. */
#include "server/format/office97_int.h"

enum err office97_pages(struct zip_source src, struct pages *out)
{
    static enum err (*const readers[])(struct ole * o, struct pages * out) = { doc97_pages };
    struct ole *o;
    enum err e = ole_open(src, &o);
    if (e)
        return e;
    e = E_NOT_FOUND;
    for (size_t i = 0; e == E_NOT_FOUND && i < sizeof readers / sizeof *readers; i++)
        e = readers[i](o, out);
    ole_close(o);
    return e == E_NOT_FOUND ? E_SYNTAX : e;
}
