/* docx and pptx: the few parts Word, PowerPoint and WPS insist on, in a stored ZIP. */
#include "server/format/write.h"

#include "server/base/hash.h"
#include "server/base/mem.h"
#include "server/format/pack.h"

enum { PART_CAP = 8 * 1024 * 1024, SLIDES_MAX = 200 };

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PKG "http://schemas.openxmlformats.org/package/2006"
#define A_NS "http://schemas.openxmlformats.org/drawingml/2006/main"
#define P_NS "http://schemas.openxmlformats.org/presentationml/2006/main"
#define W_NS "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define P_TYPE "application/vnd.openxmlformats-officedocument.presentationml."
#define W_TYPE "application/vnd.openxmlformats-officedocument.wordprocessingml."
#define CORE_TYPE "application/vnd.openxmlformats-package.core-properties+xml"

enum err zip_write(const struct zip_part *parts, size_t n, int64_t now, struct buf *out)
{
    struct pack_member *m = mem_array(n ? n : 1, sizeof *m);
    struct pack *p = NULL;
    for (size_t i = 0; i < n; i++)
        m[i] = (struct pack_member){ parts[i].name, parts[i].bytes.n, crc32_of(0, parts[i].bytes),
                                     now };
    enum err e = pack_new(m, n, PACK_UTF8, &p);
    for (uint64_t at = 0; !e && at < pack_size(p);) {
        struct pack_piece piece = pack_at(p, at);
        if (piece.content)
            buf_add(out, str_sub(parts[piece.member].bytes, (size_t)piece.from,
                                 (size_t)(piece.from + piece.len)));
        else
            buf_add(out, str_sub(piece.bytes, 0, (size_t)piece.len));
        at += piece.len;
    }
    pack_free(p);
    mem_free(m);
    return e ? e : out->err;
}

/* Parts of a package while it is made. */
struct package {
    struct zip_part part[2 * SLIDES_MAX + 20];
    struct buf bytes[2 * SLIDES_MAX + 20];
    char name[2 * SLIDES_MAX + 20][64];
    size_t n;
};

static struct buf *part_new(struct package *p, const char *fmt, size_t k)
{
    struct buf b;
    buf_init(&b, 100);
    buf_fmt(&b, fmt, (int)k);
    struct str name = buf_str(&b);
    for (size_t i = 0; i <= name.n && i < sizeof p->name[0]; i++)
        p->name[p->n][i] = name.p[i];
    buf_fini(&b);
    buf_init(&p->bytes[p->n], PART_CAP);
    buf_addz(&p->bytes[p->n], HEAD);
    return &p->bytes[p->n++];
}

static enum err package_end(struct package *p, int64_t now, struct buf *out)
{
    enum err e = E_OK;
    for (size_t i = 0; i < p->n; i++) {
        p->part[i] = (struct zip_part){ str_of(p->name[i]), buf_str(&p->bytes[i]) };
        if (p->bytes[i].err)
            e = p->bytes[i].err;
    }
    if (!e)
        e = zip_write(p->part, p->n, now, out);
    for (size_t i = 0; i < p->n; i++)
        buf_fini(&p->bytes[i]);
    mem_free(p);
    return e;
}

static void put_core(struct package *p, struct str title)
{
    struct buf *b = part_new(p, "docProps/core.xml", 0);
    buf_addz(b, "<cp:coreProperties xmlns:cp=\"" PKG "/metadata/core-properties\" "
                "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>");
    buf_xml(b, title);
    buf_addz(b, "</dc:title></cp:coreProperties>");
}

static void put_root_rels(struct package *p, const char *main, bool thumb)
{
    struct buf *b = part_new(p, "_rels/.rels", 0);
    buf_fmt(b,
            "<Relationships xmlns=\"" PKG "/relationships\"><Relationship Id=\"rId1\" Type=\"" REL
            "/officeDocument\" Target=\"%s\"/><Relationship Id=\"rId2\" Type=\"" PKG
            "/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>",
            main);
    if (thumb)
        buf_addz(b, "<Relationship Id=\"rId3\" Type=\"" PKG
                    "/relationships/metadata/thumbnail\" Target=\"docProps/thumbnail.jpeg\"/>");
    buf_addz(b, "</Relationships>");
}

/* ---- docx */

static void put_run(struct buf *b, struct str text, bool bold, int half_points)
{
    buf_fmt(b, "<w:r><w:rPr>%s<w:sz w:val=\"%d\"/></w:rPr><w:t xml:space=\"preserve\">",
            bold ? "<w:b/>" : "", half_points);
    buf_xml(b, text);
    buf_addz(b, "</w:t></w:r>");
}

static void put_para(struct buf *b, struct str text, bool bold, int half_points)
{
    buf_addz(b, "<w:p>");
    put_run(b, text, bold, half_points);
    buf_addz(b, "</w:p>");
}

static void put_cells(struct buf *b, struct str row)
{
    struct str cell;
    buf_addz(b, "<w:tr>");
    while (str_next(&row, '|', &cell)) {
        buf_addz(b, "<w:tc><w:tcPr><w:tcW w:w=\"2000\" w:type=\"dxa\"/></w:tcPr>");
        put_para(b, str_trim(cell), false, 21);
        buf_addz(b, "</w:tc>");
    }
    buf_addz(b, "</w:tr>");
}

static const char table_head[] =
    "<w:tbl><w:tblPr><w:tblW w:w=\"0\" w:type=\"auto\"/><w:tblBorders>"
    "<w:top w:val=\"single\" w:sz=\"4\"/><w:left w:val=\"single\" w:sz=\"4\"/>"
    "<w:bottom w:val=\"single\" w:sz=\"4\"/><w:right w:val=\"single\" w:sz=\"4\"/>"
    "<w:insideH w:val=\"single\" w:sz=\"4\"/><w:insideV w:val=\"single\" w:sz=\"4\"/>"
    "</w:tblBorders></w:tblPr>";

static void put_lines(struct buf *b, const struct str *lines, size_t n)
{
    bool table = false;
    for (size_t i = 0; i < n; i++) {
        bool row = str_starts(lines[i], S("| "));
        if (row != table)
            buf_addz(b, row ? table_head : "</w:tbl><w:p/>");
        table = row;
        if (row)
            put_cells(b, str_sub(lines[i], 2, lines[i].n));
        else if (str_starts(lines[i], S("# ")))
            put_para(b, str_sub(lines[i], 2, lines[i].n), true, 28);
        else
            put_para(b, lines[i], false, 24);
    }
    if (table)
        buf_addz(b, "</w:tbl><w:p/>");
}

enum err docx_write(struct str title, const struct str *lines, size_t n, int64_t now,
                    struct buf *out)
{
    struct package *p = NEW(struct package);
    struct buf *b = part_new(p, "[Content_Types].xml", 0);
    buf_addz(b, "<Types xmlns=\"" PKG "/content-types\"><Default Extension=\"rels\" "
                "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
                "<Override PartName=\"/word/document.xml\" ContentType=\"" W_TYPE
                "document.main+xml\"/><Override PartName=\"/docProps/core.xml\" "
                "ContentType=\"" CORE_TYPE "\"/></Types>");
    put_root_rels(p, "word/document.xml", false);
    put_core(p, title);
    b = part_new(p, "word/document.xml", 0);
    buf_addz(b, "<w:document xmlns:w=\"" W_NS "\"><w:body>");
    put_para(b, title, true, 36);
    put_lines(b, lines, n);
    buf_addz(b, "<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1440\" "
                "w:right=\"1440\" w:bottom=\"1440\" w:left=\"1440\" w:header=\"720\" "
                "w:footer=\"720\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>");
    return package_end(p, now, out);
}

/* ---- pptx */

#define TREE_HEAD                                                                                  \
    "<p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id=\"1\" name=\"\"/><p:cNvGrpSpPr/><p:nvPr/>"         \
    "</p:nvGrpSpPr><p:grpSpPr/>"
#define NAMES "xmlns:a=\"" A_NS "\" xmlns:r=\"" REL "\" xmlns:p=\"" P_NS "\""

static void put_box(struct buf *b, int id, const char *kind, int64_t y, int64_t height, int size,
                    const struct str *lines, size_t n)
{
    buf_fmt(
        b,
        "<p:sp><p:nvSpPr><p:cNvPr id=\"%d\" name=\"%s %d\"/><p:cNvSpPr/><p:nvPr>"
        "<p:ph type=\"%s\"/></p:nvPr></p:nvSpPr><p:spPr><a:xfrm><a:off x=\"600000\" y=\"%lld\"/>"
        "<a:ext cx=\"7900000\" cy=\"%lld\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/>"
        "</a:prstGeom></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/>",
        id, kind, id, kind, (long long)y, (long long)height);
    for (size_t i = 0; i < n; i++) {
        buf_fmt(b, "<a:p><a:r><a:rPr lang=\"zh-CN\" sz=\"%d\"/><a:t>", size);
        buf_xml(b, lines[i]);
        buf_addz(b, "</a:t></a:r></a:p>");
    }
    buf_addz(b, n ? "</p:txBody></p:sp>" : "<a:p/></p:txBody></p:sp>");
}

static void put_rels(struct package *p, const char *fmt, size_t k, const char *what,
                     const char *target)
{
    struct buf *b = part_new(p, fmt, k);
    buf_fmt(b,
            "<Relationships xmlns=\"" PKG "/relationships\"><Relationship Id=\"rId1\" Type=\"" REL
            "/%s\" Target=\"%s\"/>",
            what, target);
    if (k == 0) /* the master also has its theme */
        buf_addz(b, "<Relationship Id=\"rId2\" Type=\"" REL
                    "/theme\" Target=\"../theme/theme1.xml\"/>");
    buf_addz(b, "</Relationships>");
}

static void put_types(struct package *p, size_t n)
{
    struct buf *b = part_new(p, "[Content_Types].xml", 0);
    buf_addz(b,
             "<Types xmlns=\"" PKG "/content-types\"><Default Extension=\"rels\" "
             "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
             "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
             "<Default Extension=\"jpeg\" ContentType=\"image/jpeg\"/>"
             "<Override PartName=\"/ppt/presentation.xml\" ContentType=\"" P_TYPE
             "presentation.main+xml\"/><Override PartName=\"/ppt/slideMasters/slideMaster1.xml\" "
             "ContentType=\"" P_TYPE "slideMaster+xml\"/>"
             "<Override PartName=\"/ppt/slideLayouts/slideLayout1.xml\" ContentType=\"" P_TYPE
             "slideLayout+xml\"/><Override PartName=\"/ppt/theme/theme1.xml\" ContentType="
             "\"application/vnd.openxmlformats-officedocument.theme+xml\"/>"
             "<Override PartName=\"/docProps/core.xml\" ContentType=\"" CORE_TYPE "\"/>");
    for (size_t i = 1; i <= n; i++)
        buf_fmt(b,
                "<Override PartName=\"/ppt/slides/slide%d.xml\" ContentType=\"" P_TYPE
                "slide+xml\"/>",
                (int)i);
    buf_addz(b, "</Types>");
}

static void put_presentation(struct package *p, size_t n)
{
    struct buf *b = part_new(p, "ppt/presentation.xml", 0);
    buf_addz(b, "<p:presentation " NAMES "><p:sldMasterIdLst><p:sldMasterId id=\"2147483648\" "
                "r:id=\"rIdM\"/></p:sldMasterIdLst><p:sldIdLst>");
    for (size_t i = 1; i <= n; i++)
        buf_fmt(b, "<p:sldId id=\"%d\" r:id=\"rId%d\"/>", 255 + (int)i, (int)i);
    buf_addz(b, "</p:sldIdLst><p:sldSz cx=\"9144000\" cy=\"5143500\"/>"
                "<p:notesSz cx=\"6858000\" cy=\"9144000\"/></p:presentation>");
    b = part_new(p, "ppt/_rels/presentation.xml.rels", 0);
    buf_addz(b,
             "<Relationships xmlns=\"" PKG "/relationships\"><Relationship Id=\"rIdM\" Type=\"" REL
             "/slideMaster\" Target=\"slideMasters/slideMaster1.xml\"/>");
    for (size_t i = 1; i <= n; i++)
        buf_fmt(b,
                "<Relationship Id=\"rId%d\" Type=\"" REL "/slide\" Target=\"slides/slide%d.xml\"/>",
                (int)i, (int)i);
    buf_addz(b, "</Relationships>");
}

static const char theme[] =
    "<a:theme xmlns:a=\"" A_NS "\" name=\"plain\"><a:themeElements><a:clrScheme name=\"plain\">"
    "<a:dk1><a:srgbClr val=\"1F2733\"/></a:dk1><a:lt1><a:srgbClr val=\"FFFFFF\"/></a:lt1>"
    "<a:dk2><a:srgbClr val=\"1559C9\"/></a:dk2><a:lt2><a:srgbClr val=\"F6F7F9\"/></a:lt2>"
    "<a:accent1><a:srgbClr val=\"1559C9\"/></a:accent1><a:accent2><a:srgbClr "
    "val=\"1A7F43\"/></a:accent2>"
    "<a:accent3><a:srgbClr val=\"9A6700\"/></a:accent3><a:accent4><a:srgbClr "
    "val=\"C0362C\"/></a:accent4>"
    "<a:accent5><a:srgbClr val=\"5B6675\"/></a:accent5><a:accent6><a:srgbClr "
    "val=\"DFE4EA\"/></a:accent6>"
    "<a:hlink><a:srgbClr val=\"1559C9\"/></a:hlink><a:folHlink><a:srgbClr "
    "val=\"5B6675\"/></a:folHlink>"
    "</a:clrScheme><a:fontScheme name=\"plain\"><a:majorFont><a:latin typeface=\"Arial\"/>"
    "<a:ea typeface=\"\"/><a:cs typeface=\"\"/></a:majorFont><a:minorFont><a:latin "
    "typeface=\"Arial\"/>"
    "<a:ea typeface=\"\"/><a:cs typeface=\"\"/></a:minorFont></a:fontScheme><a:fmtScheme "
    "name=\"plain\">"
    "<a:fillStyleLst><a:solidFill><a:schemeClr val=\"phClr\"/></a:solidFill><a:solidFill>"
    "<a:schemeClr val=\"phClr\"/></a:solidFill><a:solidFill><a:schemeClr "
    "val=\"phClr\"/></a:solidFill>"
    "</a:fillStyleLst><a:lnStyleLst><a:ln><a:solidFill><a:schemeClr "
    "val=\"phClr\"/></a:solidFill></a:ln>"
    "<a:ln><a:solidFill><a:schemeClr val=\"phClr\"/></a:solidFill></a:ln><a:ln><a:solidFill>"
    "<a:schemeClr "
    "val=\"phClr\"/></a:solidFill></a:ln></a:lnStyleLst><a:effectStyleLst><a:effectStyle>"
    "<a:effectLst/></a:effectStyle><a:effectStyle><a:effectLst/></a:effectStyle><a:effectStyle>"
    "<a:effectLst/></a:effectStyle></a:effectStyleLst><a:bgFillStyleLst><a:solidFill>"
    "<a:schemeClr val=\"phClr\"/></a:solidFill><a:solidFill><a:schemeClr "
    "val=\"phClr\"/></a:solidFill>"
    "<a:solidFill><a:schemeClr val=\"phClr\"/></a:solidFill></a:bgFillStyleLst></a:fmtScheme>"
    "</a:themeElements></a:theme>";

static void put_master(struct package *p)
{
    struct buf *b = part_new(p, "ppt/slideMasters/slideMaster1.xml", 0);
    buf_addz(b, "<p:sldMaster " NAMES ">" TREE_HEAD "</p:spTree></p:cSld><p:clrMap bg1=\"lt1\" "
                "tx1=\"dk1\" bg2=\"lt2\" tx2=\"dk2\" accent1=\"accent1\" accent2=\"accent2\" "
                "accent3=\"accent3\" accent4=\"accent4\" accent5=\"accent5\" accent6=\"accent6\" "
                "hlink=\"hlink\" folHlink=\"folHlink\"/><p:sldLayoutIdLst><p:sldLayoutId "
                "id=\"2147483649\" r:id=\"rId1\"/></p:sldLayoutIdLst></p:sldMaster>");
    put_rels(p, "ppt/slideMasters/_rels/slideMaster1.xml.rels", 0, "slideLayout",
             "../slideLayouts/slideLayout1.xml");
    b = part_new(p, "ppt/slideLayouts/slideLayout1.xml", 0);
    buf_addz(b,
             "<p:sldLayout " NAMES " type=\"obj\">" TREE_HEAD "</p:spTree></p:cSld></p:sldLayout>");
    put_rels(p, "ppt/slideLayouts/_rels/slideLayout%d.xml.rels", 1, "slideMaster",
             "../slideMasters/slideMaster1.xml");
    b = part_new(p, "ppt/theme/theme1.xml", 0);
    buf_addz(b, theme);
}

enum err pptx_write(struct str title, const struct slide *slides, size_t n, struct str thumb,
                    int64_t now, struct buf *out)
{
    struct package *p;
    if (n > SLIDES_MAX)
        return E_TOO_LARGE;
    p = NEW(struct package);
    put_types(p, n);
    put_root_rels(p, "ppt/presentation.xml", thumb.n > 0);
    put_core(p, title);
    put_presentation(p, n);
    put_master(p);
    for (size_t i = 0; i < n; i++) {
        struct buf *b = part_new(p, "ppt/slides/slide%d.xml", i + 1);
        buf_addz(b, "<p:sld " NAMES ">" TREE_HEAD);
        put_box(b, 2, "title", 300000, 900000, 3600, &slides[i].title, 1);
        put_box(b, 3, "body", 1300000, 3400000, 2400, slides[i].lines, slides[i].n);
        buf_addz(b, "</p:spTree></p:cSld></p:sld>");
        put_rels(p, "ppt/slides/_rels/slide%d.xml.rels", i + 1, "slideLayout",
                 "../slideLayouts/slideLayout1.xml");
    }
    if (thumb.n) {
        struct buf *b = part_new(p, "docProps/thumbnail.jpeg", 0);
        buf_clear(b);
        buf_add(b, thumb);
    }
    return package_end(p, now, out);
}
