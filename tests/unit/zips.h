/* Making ZIP archives for tests, also ones that lie. Deflated members, any flags; what is built
 * stands in a buf. */
#ifndef TESTS_ZIPS_H
#define TESTS_ZIPS_H

#include "server/base/buf.h"
#include "server/base/hash.h"
#include "server/base/mem.h"

#include <string.h>
#include <zlib.h>

struct zips {
    struct buf out, central;
    size_t n;
};

struct zips_opt {
    bool stored;
    uint16_t flags;     /* 0x0800 UTF-8, 1 encrypted */
    uint32_t attr;      /* external attributes, Unix mode in the upper half */
    uint32_t wrong_crc; /* xor-ed in */
};

static inline void zips_init(struct zips *z)
{
    buf_init(&z->out, (size_t)1 << 30);
    buf_init(&z->central, (size_t)1 << 28);
    z->n = 0;
}

static inline void zips_fini(struct zips *z)
{
    buf_fini(&z->out);
    buf_fini(&z->central);
}

static inline struct str zips_deflate(struct str s, char **own)
{
    z_stream v = { 0 };
    size_t room = s.n / 500 + s.n / 100 * 101 + 1024;
    *own = mem_new(room);
    deflateInit2(&v, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
    v.next_in = (Bytef *)(s.p ? s.p : "");
    v.avail_in = (uInt)s.n;
    v.next_out = (Bytef *)*own;
    v.avail_out = (uInt)room;
    deflate(&v, Z_FINISH);
    struct str got = { *own, room - v.avail_out };
    deflateEnd(&v);
    return got;
}

static inline void zips_common(struct buf *b, struct str name, struct str packed, struct str s,
                               struct zips_opt o)
{
    buf_u16(b, 20);
    buf_u16(b, o.flags);
    buf_u16(b, o.stored ? 0 : 8);
    buf_u32(b, 0x5b214000); /* 2025-09-01 08:00 */
    buf_u32(b, crc32_of(0, s) ^ o.wrong_crc);
    buf_u32(b, (uint32_t)packed.n);
    buf_u32(b, (uint32_t)s.n);
    buf_u16(b, (uint16_t)name.n);
    buf_u16(b, 0);
}

static inline void zips_add(struct zips *z, struct str name, struct str s, struct zips_opt o)
{
    char *own = NULL;
    struct str packed = o.stored ? s : zips_deflate(s, &own);
    size_t at = z->out.n;
    buf_u32(&z->out, 0x04034b50);
    zips_common(&z->out, name, packed, s, o);
    buf_add(&z->out, name);
    buf_add(&z->out, packed);
    buf_u32(&z->central, 0x02014b50);
    buf_u16(&z->central, 20 | 3 << 8);
    zips_common(&z->central, name, packed, s, o);
    buf_u16(&z->central, 0);
    buf_u16(&z->central, 0);
    buf_u16(&z->central, 0);
    buf_u32(&z->central, o.attr);
    buf_u32(&z->central, (uint32_t)at);
    buf_add(&z->central, name);
    mem_free(own);
    z->n++;
}

static inline void zips_put(struct zips *z, const char *name, const char *text)
{
    zips_add(z, str_of(name), str_of(text), (struct zips_opt){ .flags = 0x0800 });
}

static inline struct str zips_end(struct zips *z)
{
    uint32_t at = (uint32_t)z->out.n;
    buf_add(&z->out, buf_str(&z->central));
    buf_u32(&z->out, 0x06054b50);
    buf_u16(&z->out, 0);
    buf_u16(&z->out, 0);
    buf_u16(&z->out, (uint16_t)z->n);
    buf_u16(&z->out, (uint16_t)z->n);
    buf_u32(&z->out, (uint32_t)z->central.n);
    buf_u32(&z->out, at);
    buf_u16(&z->out, 0);
    return buf_str(&z->out);
}

/* ---- office documents small enough to read here */

#define REL_OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define W_NS "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""

static inline void zips_rels(struct zips *z, const char *part, const char *rows)
{
    struct buf b;
    buf_init(&b, 1 << 20);
    buf_fmt(
        &b,
        "<Relationships "
        "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">%s</Relationships>",
        rows);
    zips_put(z, part, b.p);
    buf_fini(&b);
}

static inline void zips_docx(struct zips *z, const char *body)
{
    struct buf b;
    zips_init(z);
    zips_put(z, "[Content_Types].xml", "<Types/>");
    zips_rels(z, "_rels/.rels",
              "<Relationship Id=\"r1\" Type=\"" REL_OFFICE
              "/officeDocument\" Target=\"word/document.xml\"/>");
    zips_rels(z, "word/_rels/document.xml.rels",
              "<Relationship Id=\"r1\" Type=\"" REL_OFFICE "/styles\" Target=\"styles.xml\"/>");
    zips_put(z, "word/styles.xml",
             "<w:styles " W_NS "><w:style w:styleId=\"a1\"><w:name w:val=\"heading 1\"/></w:style>"
             "<w:style w:styleId=\"mine\"><w:basedOn w:val=\"a2\"/></w:style>"
             "<w:style w:styleId=\"a2\"><w:pPr><w:outlineLvl "
             "w:val=\"1\"/></w:pPr></w:style></w:styles>");
    buf_init(&b, 64 << 20);
    buf_fmt(&b, "<w:document " W_NS "><w:body>%s</w:body></w:document>", body);
    zips_put(z, "word/document.xml", b.p);
    buf_fini(&b);
}

#endif
