/* What the fuzzers share. Documents are fuzzed by their parts: the input is cut at bytes 0xFF, each
 * piece becomes a member of an archive that is otherwise in order, so that the fuzzer reaches the
 * readers behind the CRCs. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include "server/base/hash.h"
#include "server/base/mem.h"
#include "server/format/pack.h"
#include "server/format/pages.h"
#include "server/format/sheet.h"
#include "server/format/zip.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* A promise that must hold for any input. */
#define MUST(x)                                                                                    \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

enum { FUZZ_PARTS = 8 };

/* An archive of these members; content not told comes piece by piece from the input. Free with
 * buf_fini. */
struct fuzz_part {
    const char *name, *content;
};

static inline void fuzz_archive(struct buf *out, const struct fuzz_part *parts, size_t n,
                                struct str in)
{
    struct pack_member m[FUZZ_PARTS];
    struct str body[FUZZ_PARTS];
    struct pack *p;
    for (size_t i = 0; i < n; i++) {
        if (parts[i].content) {
            body[i] = str_of(parts[i].content);
        } else {
            size_t cut = in.n ? str_chr(in, '\xff', 0) : SIZE_MAX;
            body[i] = str_sub(in, 0, cut);
            in = cut == SIZE_MAX ? STR_NONE : str_sub(in, cut + 1, in.n);
        }
        m[i] = (struct pack_member){ str_of(parts[i].name), body[i].n, crc32_of(0, body[i]), 0 };
    }
    MUST(pack_new(m, n, PACK_UTF8, &p) == E_OK);
    buf_init(out, (size_t)64 << 20);
    for (uint64_t at = 0; at < pack_size(p);) {
        struct pack_piece q = pack_at(p, at);
        buf_add(out,
                q.content ? str_sub(body[q.member], (size_t)q.from, body[q.member].n) : q.bytes);
        at += q.len;
    }
    pack_free(p);
}

struct fuzz_count {
    uint64_t bytes;
    int64_t last;
};

static inline void fuzz_page(void *arg, int64_t number, struct str title, struct str text)
{
    struct fuzz_count *c = arg;
    MUST(number >= c->last && title.n <= HEAD_BYTES && text.n > 0);
    c->last = number;
    c->bytes += text.n;
}

static inline void fuzz_head(void *arg, int level, int64_t page, struct str text)
{
    (void)arg;
    MUST(level >= 1 && level <= 9 && page >= 1 && text.n > 0 && text.n <= HEAD_BYTES);
}

static inline bool fuzz_row(void *arg, const struct sheet_row *r)
{
    uint64_t *sum = arg;
    MUST(r->n > 0 && r->n <= SHEET_COLUMNS_MAX && r->cells[r->n - 1].n > 0);
    for (size_t i = 0; i < r->n; i++)
        for (size_t j = 0; j < r->cells[i].n; j++)
            *sum += (unsigned char)r->cells[i].p[j];
    return true;
}

/* Opens an archive, runs a reader of pages over it, and looks at its promises. */
static inline void fuzz_pages(struct str bytes, enum err (*read)(struct zip *z, struct pages *out))
{
    struct zip_limits lim = { 1000, 1 << 20, 16 << 20, 200 };
    struct fuzz_count c = { 0 };
    struct zip *z;
    struct pages p;
    uint64_t cap = 1 << 20;
    if (zip_open(zip_bytes(&bytes), &lim, &z))
        return;
    pages_init(&p, (struct pages_to){ &c, fuzz_page, fuzz_head }, cap);
    (void)!read(z, &p);
    MUST(c.bytes <= cap);
    pages_fini(&p);
    zip_close(z);
}

#define FUZZ_REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define FUZZ_RELS(rows) "<Relationships>" rows "</Relationships>"
#define FUZZ_MAIN(part)                                                                            \
    FUZZ_RELS("<Relationship Id=\"m\" Type=\"" FUZZ_REL "/officeDocument\" Target=\"" part "\"/>")

#endif
