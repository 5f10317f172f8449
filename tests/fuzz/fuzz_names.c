/* Names of a pack: whatever is asked for, they are distinct, short, safe and valid, and our own
 * reader opens what we laid out and finds every one. The input is cut at line ends. */
#include "tests/fuzz/fuzz.h"

#include "server/base/utf.h"
#include "server/format/name.h"

enum { NAMES = 64 };

static void look_at(const struct pack *p, size_t k, enum pack_names kind)
{
    struct str s = pack_name(p, k), part;
    MUST(s.n > 0 && s.n <= PACK_NAME_MAX && utf_valid(s) && s.p[0] != '/');
    for (size_t i = 0; i < s.n; i++)
        MUST(!strchr("\\:*?\"<>|", s.p[i]));
    for (struct str rest = s; str_next(&rest, '/', &part);)
        MUST(part.n && !str_eqz(part, ".") && !str_eqz(part, "..") && part.p[part.n - 1] != '.');
    struct buf b;
    buf_init(&b, 1024);
    name_cp936(&b, s);
    MUST(kind == PACK_UTF8 || b.n <= PACK_NAME_MAX);
    buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct str in = { (const char *)p, n }, one;
    struct pack_member m[NAMES] = { { .name = STR_NONE } };
    size_t k = 0;
    while (k < NAMES && str_next(&in, '\n', &one))
        m[k++].name = one;
    for (int kind = PACK_UTF8; kind <= PACK_CP936; kind++) {
        struct pack *pack;
        struct buf b;
        struct zip *z;
        MUST(pack_new(m, k, (enum pack_names)kind, &pack) == E_OK);
        buf_init(&b, 8u << 20);
        for (uint64_t at = 0; at < pack_size(pack);) {
            struct pack_piece q = pack_at(pack, at);
            buf_add(&b, q.bytes);
            at += q.len;
        }
        MUST(b.n == pack_size(pack));
        struct str s = buf_str(&b);
        MUST(zip_open(zip_bytes(&s), &zip_limits, &z) == E_OK && zip_count(z) == k);
        for (size_t i = 0; i < k; i++) {
            look_at(pack, i, (enum pack_names)kind);
            MUST(zip_find(z, pack_name(pack, i)) == i);
        }
        zip_close(z);
        buf_fini(&b);
        pack_free(pack);
    }
    return 0;
}
