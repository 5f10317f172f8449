/* The parts of the cursor that are not worth being inline. */
#include "server/crdt/in.h"

#include "server/base/utf.h"

void in_fail(struct in *in, const char *what)
{
    if (!in->what) {
        in->what = what;
        in->at = in->p;
    }
    in->p = in->end;
}

uint64_t in_uint_long(struct in *in)
{
    uint64_t v = 0;
    for (int shift = 0; shift < 56; shift += 7) {
        uint8_t c = in_byte(in);
        v |= (uint64_t)(c & 127) << shift;
        if (in->what)
            return 0;
        if (c < 128) {
            if (v >> 53)
                break;
            return v;
        }
    }
    in_fail(in, "a number past 2^53");
    return 0;
}

struct str in_text(struct in *in)
{
    struct str s = in_bytes(in);
    if (!utf_valid(s))
        in_fail(in, "text that is no UTF-8");
    return s;
}
