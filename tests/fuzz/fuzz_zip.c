/* Whole archives: the directory, every member, the properties, the relations; and libzip's promise
 * Z2. */
#include "tests/fuzz/fuzz.h"

#include "server/format/ooxml.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct str s = { (const char *)p, n };
    struct zip_limits lim = { 1000, 1 << 20, 8 << 20, 200 };
    struct zip *z;
    struct buf out;
    uint64_t all = 0;
    if (zip_open(zip_bytes(&s), &lim, &z))
        return 0;
    MUST(zip_count(z) <= lim.entries);
    buf_init(&out, 16u << 20);
    for (size_t k = 0; k < zip_count(z); k++) {
        buf_clear(&out);
        MUST(zip_find(z, zip_entry(z, k)->name) != SIZE_MAX || zip_entry(z, k)->name.n > 512);
        (void)!zip_read(z, k, &out);
        all += out.n;
    }
    MUST(all <= lim.inflated);
    struct arena *a = arena_new();
    struct doc_props props;
    struct rels rels;
    (void)!doc_props_read(z, a, &props);
    (void)!rels_read(z, a, STR_NONE, &rels);
    (void)doc_thumbnail(z);
    arena_free(a);
    buf_fini(&out);
    zip_close(z);
    return 0;
}
