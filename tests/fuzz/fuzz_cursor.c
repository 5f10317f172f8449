/* Cursors of lists: what is read from one, made into one again, is read the same; no other list
 * takes it; a plain one comes back byte for byte. */
#include "tests/fuzz/fuzz.h"

#include "server/app/cursor.h"
#include "server/base/utf.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct str in = { (const char *)p, n }, key, again;
    struct arena *a = arena_new();
    struct call c = { .arena = a };
    int64_t id, id_again;
    enum err e = cursor_read(&c, "list", in, &key, &id);
    MUST(!e || (e == E_INPUT && str_eqz(c.fault.field, "cursor") && c.fault.text.n));
    if (!e && n) {
        struct str made = cursor_make(a, "list", key, id);
        MUST(id >= 0 && utf_valid(key));
        MUST(cursor_read(&c, "list", made, &again, &id_again) == E_OK);
        MUST(str_eq(key, again) && id == id_again);
        MUST(cursor_read(&c, "lists", made, &again, &id_again) == E_INPUT);
    }
    /* The bytes as a key of our own, where they could be one. */
    if (n && utf_valid(in) && !memchr(p, 0, n)) {
        struct str made = cursor_make(a, "list", in, (int64_t)n);
        MUST(cursor_read(&c, "list", made, &again, &id_again) == E_OK);
        MUST(str_eq(again, in) && id_again == (int64_t)n);
    }
    arena_free(a);
    return 0;
}
