/* Bytes of any charset: what comes out is UTF-8 without NUL and '\r', and decoding it again changes
 * nothing. */
#include "tests/fuzz/fuzz.h"

#include "server/base/utf.h"
#include "server/format/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct buf one, two;
    buf_init(&one, n * 4 + 64);
    buf_init(&two, n * 16 + 64);
    charset_utf8(&one, (struct str){ (const char *)p, n });
    MUST(!one.err && utf_valid(buf_str(&one)));
    MUST(!one.n || !memchr(one.p, '\r', one.n));
    bool plain = one.n && !memchr(one.p, 0, one.n) && !str_starts(buf_str(&one), S("\xef\xbb\xbf"));
    if (plain) {
        charset_utf8(&two, buf_str(&one));
        MUST(str_eq(buf_str(&one), buf_str(&two)));
    }
    buf_fini(&one);
    buf_fini(&two);
    return 0;
}
