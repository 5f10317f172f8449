/* pdf, png, wav: the smallest honest files of their kind. */
#include "server/format/write.h"

#include "server/base/hash.h"
#include "server/base/mem.h"
#include "server/base/utf.h"

#include <math.h>
#include <zlib.h>

enum { PAGE_LINES = 34, LINE_CHARS = 36, OBJECTS_MAX = 2000 };

/* ---- pdf */

struct pdf {
    struct buf *out;
    size_t at[OBJECTS_MAX];
    int objects;
};

static int object_begin(struct pdf *p, int id)
{
    p->at[id] = p->out->n;
    buf_fmt(p->out, "%d 0 obj\n", id);
    return id;
}

/* UTF-16BE in hex, as the predefined CMap UniGB-UCS2-H reads it; past the BMP: U+3013. */
static void put_text(struct buf *b, struct str s)
{
    buf_char(b, '<');
    while (s.n) {
        uint32_t rune;
        size_t took = utf_get(s, &rune);
        buf_fmt(b, "%04X", rune > 0xffff ? 0x3013 : (unsigned)rune);
        s = str_sub(s, took, s.n);
    }
    buf_addz(b, ">");
}

/* The next piece of a line that fits, by characters. */
static struct str line_cut(struct str *rest)
{
    size_t n = 0, chars = 0;
    while (n < rest->n && chars < LINE_CHARS) {
        uint32_t rune;
        n += utf_get(str_sub(*rest, n, rest->n), &rune);
        chars++;
    }
    struct str head = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n, rest->n);
    return head;
}

static void put_page(struct pdf *p, int page, struct buf *text)
{
    object_begin(p, page);
    buf_fmt(p->out,
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>"
            "/Contents %d 0 R>>\nendobj\n",
            page + 1);
    object_begin(p, page + 1);
    buf_fmt(p->out, "<</Length %zu>>\nstream\n", text->n);
    buf_add(p->out, buf_str(text));
    buf_addz(p->out, "\nendstream\nendobj\n");
    buf_clear(text);
    p->objects = page + 1;
}

static void pdf_pages(struct pdf *p, struct str title, const struct str *lines, size_t n)
{
    struct buf text;
    int row = 0, page = 6;
    buf_init(&text, 1024 * 1024);
    for (size_t i = 0; i <= n; i++) {
        struct str rest = i == 0 ? title : lines[i - 1];
        do {
            struct str part = line_cut(&rest);
            buf_fmt(&text, "BT /F1 %d Tf 60 %d Td ", i == 0 ? 18 : 14, 770 - row * 21);
            put_text(&text, part);
            buf_addz(&text, " Tj ET\n");
            if (++row == PAGE_LINES && page + 3 < OBJECTS_MAX) {
                put_page(p, page, &text);
                page += 2;
                row = 0;
            }
        } while (rest.n);
    }
    if (text.n)
        put_page(p, page, &text);
    buf_fini(&text);
}

enum err pdf_write(struct str title, const struct str *lines, size_t n, struct buf *out)
{
    struct pdf *p = NEW(struct pdf);
    p->out = out;
    buf_addz(out, "%PDF-1.4\n%\xe4\xb8\xad\xe6\x96\x87\n");
    object_begin(p, 1);
    buf_addz(out, "<</Type/Catalog/Pages 2 0 R>>\nendobj\n");
    object_begin(p, 3);
    buf_addz(out, "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H"
                  "/DescendantFonts[4 0 R]>>\nendobj\n");
    object_begin(p, 4);
    buf_addz(
        out,
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo"
        "<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000/FontDescriptor 5 0 R>>\nendobj\n");
    object_begin(p, 5);
    buf_addz(out, "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]"
                  "/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>\nendobj\n");
    pdf_pages(p, title, lines, n);
    object_begin(p, 2);
    buf_addz(out, "<</Type/Pages/Kids[");
    for (int id = 6; id < p->objects; id += 2)
        buf_fmt(out, "%d 0 R ", id);
    buf_fmt(out, "]/Count %d>>\nendobj\n", (p->objects - 4) / 2);
    size_t xref = out->n;
    buf_fmt(out, "xref\n0 %d\n0000000000 65535 f \n", p->objects + 1);
    for (int id = 1; id <= p->objects; id++)
        buf_fmt(out, "%010zu 00000 n \n", p->at[id]);
    buf_fmt(out, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n", p->objects + 1,
            xref);
    mem_free(p);
    return out->err;
}

/* ---- png */

static void be32(struct buf *b, uint32_t v)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_char(b, (char)(v >> shift & 255));
}

static void put_chunk(struct buf *b, const char *kind, struct str data)
{
    uint32_t crc = crc32_of(crc32_of(0, (struct str){ kind, 4 }), data);
    be32(b, (uint32_t)data.n);
    buf_put(b, kind, 4);
    buf_add(b, data);
    be32(b, crc);
}

enum err png_write(const unsigned char *rgb, uint32_t width, uint32_t height, struct buf *out)
{
    struct buf raw, head;
    size_t row = (size_t)width * 3;
    uLongf packed = compressBound((uLong)((row + 1) * height));
    unsigned char *zipped = mem_array(packed, 1);
    buf_init(&raw, (row + 1) * height + 1);
    buf_init(&head, 64);
    for (uint32_t y = 0; y < height; y++) {
        buf_char(&raw, 0); /* filter: none */
        buf_put(&raw, rgb + y * row, row);
    }
    be32(&head, width);
    be32(&head, height);
    buf_put(&head, "\x08\x02\x00\x00\x00", 5); /* 8 bit, RGB */
    bool ok = compress2(zipped, &packed, (const unsigned char *)raw.p, (uLong)raw.n, 9) == Z_OK;
    buf_put(out, "\x89PNG\r\n\x1a\n", 8);
    put_chunk(out, "IHDR", buf_str(&head));
    put_chunk(out, "IDAT", (struct str){ (const char *)zipped, packed });
    put_chunk(out, "IEND", STR_NONE);
    buf_fini(&raw);
    buf_fini(&head);
    mem_free(zipped);
    return !ok ? E_INTERNAL : out->err;
}

/* ---- wav */

enum { RATE = 8000 };

enum err wav_write(const struct tone *tones, size_t n, struct buf *out)
{
    uint32_t samples = 0;
    for (size_t i = 0; i < n; i++)
        samples += (uint32_t)(tones[i].ms * RATE / 1000);
    buf_addz(out, "RIFF");
    buf_u32(out, 36 + samples * 2);
    buf_addz(out, "WAVEfmt ");
    buf_u32(out, 16);
    buf_u16(out, 1); /* PCM */
    buf_u16(out, 1);
    buf_u32(out, RATE);
    buf_u32(out, RATE * 2);
    buf_u16(out, 2);
    buf_u16(out, 16);
    buf_addz(out, "data");
    buf_u32(out, samples * 2);
    for (size_t i = 0; i < n; i++) {
        int many = tones[i].ms * RATE / 1000;
        for (int k = 0; k < many; k++) {
            double fade = 1.0 - (double)k / many;
            double v = sin(6.283185307179586 * tones[i].hz * k / RATE) * fade * 12000;
            buf_u16(out, (uint16_t)(int16_t)lround(v));
        }
    }
    return out->err;
}
