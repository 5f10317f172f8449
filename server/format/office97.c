/* Which reader takes which compound file. */
#include "server/format/office97_int.h"

static enum err xls97_pages(struct ole *o, struct pages *out)
{
    struct sheet_pages w = { .out = out };
    enum err e = xls97_rows(o, &(struct sheet_to){ &w, sheet_to_page });
    if (e != E_NOT_FOUND)
        pages_next(out);
    return e;
}

enum err office97_pages(struct zip_source src, struct pages *out)
{
    static enum err (*const readers[])(struct ole * o, struct pages * out) = { doc97_pages,
                                                                               ppt97_pages,
                                                                               xls97_pages };
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

enum err office97_rows(struct zip_source src, const struct sheet_to *to)
{
    struct ole *o;
    enum err e = ole_open(src, &o);
    if (e)
        return e;
    e = xls97_rows(o, to);
    ole_close(o);
    return e == E_NOT_FOUND ? E_SYNTAX : e;
}
