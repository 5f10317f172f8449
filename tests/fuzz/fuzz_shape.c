/* Input by the tables: byte 0 says which shape, the rest is a JSON body and, read once more, a
 * query. What is taken in can be printed, and printed it is taken in again and printed the same;
 * what is refused names its field. */
#include "tests/fuzz/fuzz.h"

#include "server/base/utf.h"
#include "server/http/shape.h"

enum { OUT = 16 << 20 };

static void look_at(struct call *c, const struct shape *s, void *value)
{
    struct buf one, two;
    void *again;
    buf_init(&one, OUT);
    buf_init(&two, OUT);
    shape_print(&one, s, value);
    MUST(!one.err && utf_valid(buf_str(&one)));
    MUST(shape_parse(c, s, buf_str(&one), &again) == E_OK);
    shape_print(&two, s, again);
    MUST(str_eq(buf_str(&one), buf_str(&two)));
    buf_fini(&one);
    buf_fini(&two);
}

static void look_at_refusal(const struct call *c, enum err e)
{
    MUST(e == E_SYNTAX || (e == E_INPUT && c->fault.text.n && c->fault.field.p));
    MUST(utf_valid(c->fault.text) && utf_valid(c->fault.field));
}

static bool is_asked_for(const struct shape *s)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->fields[i].type == FT_JSON || (s->fields[i].of && !is_asked_for(s->fields[i].of)))
            return false;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static size_t count;
    while (shapes[count])
        count++;
    if (n == 0)
        return 0;
    const struct shape *s = shapes[p[0] % count];
    struct str in = { (const char *)p + 1, n - 1 };
    struct arena *a = arena_new();
    struct call c = { .arena = a };
    void *value;
    enum err e = shape_parse(&c, s, in, &value);
    if (e)
        look_at_refusal(&c, e);
    else if (is_asked_for(s))
        look_at(&c, s, value);
    c.fault = (struct fault_note){ 0 };
    e = shape_query(&c, s, in, &value);
    if (e)
        look_at_refusal(&c, e);
    else if (is_asked_for(s))
        look_at(&c, s, value);
    arena_free(a);
    return 0;
}
