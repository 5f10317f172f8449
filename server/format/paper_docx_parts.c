/* The parts around the body: styles as Chinese schools write (宋体 for text, 黑体 for headings),
 * numbering, header with the school's name, footer with the page, properties, and the package. */
#include "server/format/paper_docx_int.h"

#include "server/base/clock.h"
#include "server/base/mem.h"

#define TYPE "application/vnd.openxmlformats-officedocument.wordprocessingml."
#define PACKAGE "http://schemas.openxmlformats.org/package/2006"
#define W "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define SONG                                                                                       \
    "<w:rFonts w:ascii=\"Times New Roman\" w:eastAsia=\"宋体\" w:hAnsi=\"Times New Roman\" "     \
    "w:cs=\"Times New Roman\"/>"
#define HEI "<w:rFonts w:ascii=\"Arial\" w:eastAsia=\"黑体\" w:hAnsi=\"Arial\" w:cs=\"Arial\"/>"

/* ---- styles */

static const struct {
    const char *id, *name;
    int level, half_points, before, after;
} headings[] = {
    { "Heading1", "heading 1", 0, 32, 240, 120 }, { "Heading2", "heading 2", 1, 28, 200, 100 },
    { "Heading3", "heading 3", 2, 24, 160, 80 },  { "Heading4", "heading 4", 3, 22, 120, 60 },
    { "Heading5", "heading 5", 4, 21, 120, 60 },  { "Heading6", "heading 6", 5, 21, 120, 60 },
};

static void put_headings(struct buf *b)
{
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
        buf_fmt(
            b,
            "<w:style w:type=\"paragraph\" w:styleId=\"%s\"><w:name w:val=\"%s\"/><w:basedOn "
            "w:val=\"Normal\"/><w:next w:val=\"Normal\"/><w:uiPriority w:val=\"9\"/><w:qFormat/>"
            "<w:pPr><w:keepNext/><w:keepLines/><w:spacing w:before=\"%d\" w:after=\"%d\"/>"
            "<w:outlineLvl w:val=\"%d\"/></w:pPr><w:rPr>" HEI "<w:b/><w:bCs/><w:sz w:val=\"%d\"/>"
            "<w:szCs w:val=\"%d\"/></w:rPr></w:style>",
            headings[i].id, headings[i].name, headings[i].before, headings[i].after,
            headings[i].level, headings[i].half_points, headings[i].half_points);
}

static const char styles_head[] = DOCX_HEAD
    "<w:styles " W "><w:docDefaults><w:rPrDefault><w:rPr>" SONG
    "<w:kern w:val=\"2\"/><w:sz w:val=\"21\"/><w:szCs w:val=\"21\"/><w:lang w:val=\"en-US\" "
    "w:eastAsia=\"zh-CN\" w:bidi=\"ar-SA\"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
    "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/>"
    "<w:qFormat/><w:pPr><w:spacing w:before=\"20\" w:after=\"20\" w:line=\"300\" "
    "w:lineRule=\"auto\"/></w:pPr></w:style>"
    "<w:style w:type=\"character\" w:default=\"1\" w:styleId=\"DefaultParagraphFont\"><w:name "
    "w:val=\"Default Paragraph Font\"/><w:uiPriority w:val=\"1\"/><w:semiHidden/></w:style>"
    "<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name "
    "w:val=\"Normal Table\"/><w:uiPriority w:val=\"99\"/><w:semiHidden/><w:tblPr><w:tblInd "
    "w:w=\"0\" w:type=\"dxa\"/><w:tblCellMar><w:top w:w=\"0\" w:type=\"dxa\"/><w:left w:w=\"108\" "
    "w:type=\"dxa\"/><w:bottom w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"108\" w:type=\"dxa\"/>"
    "</w:tblCellMar></w:tblPr></w:style>"
    "<w:style w:type=\"paragraph\" w:styleId=\"Title\"><w:name w:val=\"Title\"/><w:basedOn "
    "w:val=\"Normal\"/><w:next w:val=\"Normal\"/><w:qFormat/><w:pPr><w:keepNext/><w:spacing "
    "w:before=\"120\" w:after=\"240\"/><w:jc w:val=\"center\"/></w:pPr><w:rPr>" HEI
    "<w:b/><w:bCs/><w:sz w:val=\"36\"/><w:szCs w:val=\"36\"/></w:rPr></w:style>";

static const char styles_rest[] =
    "<w:style w:type=\"paragraph\" w:styleId=\"Quote\"><w:name w:val=\"Quote\"/><w:basedOn "
    "w:val=\"Normal\"/><w:qFormat/><w:pPr><w:pBdr><w:left w:val=\"single\" w:sz=\"12\" "
    "w:space=\"8\" w:color=\"BFBFBF\"/></w:pBdr><w:ind w:left=\"420\"/></w:pPr></w:style>"
    "<w:style w:type=\"paragraph\" w:styleId=\"Code\"><w:name w:val=\"HTML Preformatted\"/>"
    "<w:basedOn w:val=\"Normal\"/><w:pPr><w:shd w:val=\"clear\" w:color=\"auto\" "
    "w:fill=\"F5F5F5\"/></w:pPr><w:rPr><w:rFonts w:ascii=\"Consolas\" w:hAnsi=\"Consolas\" "
    "w:eastAsia=\"宋体\" w:cs=\"Consolas\"/></w:rPr></w:style>"
    "<w:style w:type=\"character\" w:styleId=\"CodeChar\"><w:name w:val=\"HTML Code\"/><w:rPr>"
    "<w:rFonts w:ascii=\"Consolas\" w:hAnsi=\"Consolas\" w:eastAsia=\"宋体\" w:cs=\"Consolas\"/>"
    "</w:rPr></w:style>"
    "<w:style w:type=\"character\" w:styleId=\"Hyperlink\"><w:name w:val=\"Hyperlink\"/><w:rPr>"
    "<w:color w:val=\"0563C1\"/><w:u w:val=\"single\"/></w:rPr></w:style>"
    "<w:style w:type=\"paragraph\" w:styleId=\"Header\"><w:name w:val=\"header\"/><w:basedOn "
    "w:val=\"Normal\"/><w:pPr><w:pBdr><w:bottom w:val=\"single\" w:sz=\"4\" w:space=\"1\" "
    "w:color=\"auto\"/></w:pBdr></w:pPr><w:rPr><w:sz w:val=\"18\"/><w:szCs w:val=\"18\"/></w:rPr>"
    "</w:style>"
    "<w:style w:type=\"paragraph\" w:styleId=\"Footer\"><w:name w:val=\"footer\"/><w:basedOn "
    "w:val=\"Normal\"/><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:rPr><w:sz w:val=\"18\"/><w:szCs "
    "w:val=\"18\"/></w:rPr></w:style>"
    "<w:style w:type=\"paragraph\" w:styleId=\"CommentText\"><w:name w:val=\"annotation text\"/>"
    "<w:basedOn w:val=\"Normal\"/></w:style>"
    "<w:style w:type=\"character\" w:styleId=\"CommentReference\"><w:name "
    "w:val=\"annotation reference\"/><w:rPr><w:sz w:val=\"21\"/><w:szCs w:val=\"21\"/></w:rPr>"
    "</w:style>"
    "<w:style w:type=\"table\" w:styleId=\"TableGrid\"><w:name w:val=\"Table Grid\"/><w:basedOn "
    "w:val=\"TableNormal\"/><w:tblPr><w:tblBorders><w:top w:val=\"single\" w:sz=\"4\" "
    "w:space=\"0\" w:color=\"auto\"/><w:left w:val=\"single\" w:sz=\"4\" w:space=\"0\" "
    "w:color=\"auto\"/><w:bottom w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>"
    "<w:right w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/><w:insideH "
    "w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/><w:insideV w:val=\"single\" "
    "w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/></w:tblBorders></w:tblPr></w:style></w:styles>";

/* ---- numbering */

static void put_numbering(struct buf *b, struct str nums)
{
    static const char *const dots[] = { "•", "◦", "▪" };
    buf_addz(b, DOCX_HEAD "<w:numbering " W ">");
    for (int kind = 0; kind < 2; kind++) { /* 0: dots, 1: figures */
        buf_fmt(b,
                "<w:abstractNum w:abstractNumId=\"%d\"><w:multiLevelType "
                "w:val=\"hybridMultilevel\"/>",
                kind);
        for (int k = 0; k < 9; k++) {
            buf_fmt(b,
                    "<w:lvl w:ilvl=\"%d\"><w:start w:val=\"1\"/><w:numFmt w:val=\"%s\"/>"
                    "<w:lvlText w:val=\"",
                    k, kind ? "decimal" : "bullet");
            if (kind)
                buf_fmt(b, "%%%d.", k + 1);
            else
                buf_addz(b, dots[k % 3]);
            buf_fmt(b,
                    "\"/><w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"%d\" "
                    "w:hanging=\"420\"/></w:pPr></w:lvl>",
                    420 * (k + 1));
        }
        buf_addz(b, "</w:abstractNum>");
    }
    buf_addz(b, "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>");
    buf_add(b, nums);
    buf_addz(b, "</w:numbering>");
}

/* ---- header, footer, properties */

static void put_header(struct buf *b, const struct docx *d)
{
    buf_fmt(b,
            DOCX_HEAD "<w:hdr " DOCX_NAMES "><w:p><w:pPr><w:pStyle w:val=\"Header\"/><w:tabs>"
                      "<w:tab w:val=\"right\" w:pos=\"%d\"/></w:tabs></w:pPr><w:r><w:t "
                      "xml:space=\"preserve\">",
            d->width);
    buf_xml(b, d->job->school);
    buf_addz(b, "</w:t></w:r><w:r><w:tab/></w:r><w:r><w:t xml:space=\"preserve\">");
    buf_xml(b, d->job->title);
    buf_addz(b, "</w:t></w:r></w:p></w:hdr>");
}

static void put_field(struct buf *b, const char *name)
{
    buf_fmt(b,
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText "
            "xml:space=\"preserve\"> %s </w:instrText></w:r><w:r><w:fldChar "
            "w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar "
            "w:fldCharType=\"end\"/></w:r>",
            name);
}

static void put_footer(struct buf *b)
{
    buf_addz(b, DOCX_HEAD "<w:ftr " DOCX_NAMES "><w:p><w:pPr><w:pStyle w:val=\"Footer\"/></w:pPr>"
                          "<w:r><w:t xml:space=\"preserve\">第 </w:t></w:r>");
    put_field(b, "PAGE");
    buf_addz(b, "<w:r><w:t xml:space=\"preserve\"> 页　共 </w:t></w:r>");
    put_field(b, "NUMPAGES");
    buf_addz(b, "<w:r><w:t xml:space=\"preserve\"> 页</w:t></w:r></w:p></w:ftr>");
}

static void put_core(struct buf *b, const struct paper_job *j)
{
    char when[32];
    clock_iso_to(when, j->now);
    buf_addz(b, DOCX_HEAD
             "<cp:coreProperties xmlns:cp=\"" PACKAGE "/metadata/core-properties\" "
             "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/"
             "terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>");
    buf_xml(b, j->title);
    buf_addz(b, "</dc:title><dc:publisher>");
    buf_xml(b, j->school);
    buf_fmt(b,
            "</dc:publisher><dcterms:created xsi:type=\"dcterms:W3CDTF\">%.19sZ</dcterms:created>"
            "</cp:coreProperties>",
            when);
}

/* ---- the package */

enum { FIXED_MAX = 16 };

struct package {
    struct buf bytes[FIXED_MAX];
    const char *name[FIXED_MAX], *type[FIXED_MAX]; /* type NULL: by its extension */
    size_t n;
};

static struct buf *part(struct package *p, const char *name, const char *type)
{
    p->name[p->n] = name;
    p->type[p->n] = type;
    buf_init(&p->bytes[p->n], DOCX_CAP);
    return &p->bytes[p->n++];
}

static void put_document(struct buf *b, const struct docx *d)
{
    bool a4 = d->job->size == PAPER_A4;
    buf_addz(b, DOCX_HEAD "<w:document " DOCX_NAMES "><w:body>");
    buf_add(b, buf_str(&d->body));
    buf_fmt(
        b,
        "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId4\"/><w:footerReference "
        "w:type=\"default\" r:id=\"rId5\"/><w:pgSz w:w=\"%d\" w:h=\"%d\"/><w:pgMar w:top=\"%d\" "
        "w:right=\"%d\" w:bottom=\"%d\" w:left=\"%d\" w:header=\"720\" w:footer=\"640\" "
        "w:gutter=\"0\"/><w:cols w:space=\"425\"/></w:sectPr></w:body></w:document>",
        a4 ? 11906 : 10431, a4 ? 16838 : 14740, a4 ? 1440 : 1134, a4 ? 1304 : 1020,
        a4 ? 1440 : 1134, a4 ? 1304 : 1020);
}

static void put_relations(struct buf *b, const struct docx *d)
{
    static const char *const fixed[][2] = {
        { "styles", "styles.xml" },     { "numbering", "numbering.xml" },
        { "settings", "settings.xml" }, { "header", "header1.xml" },
        { "footer", "footer1.xml" },    { "comments", "comments.xml" }
    };
    buf_addz(b, DOCX_HEAD "<Relationships xmlns=\"" PACKAGE "/relationships\">");
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (d->anchors_n || i < 5)
            buf_fmt(b, "<Relationship Id=\"rId%zu\" Type=\"" DOCX_REL "/%s\" Target=\"%s\"/>",
                    i + 1, fixed[i][0], fixed[i][1]);
    if (d->anchors_n)
        buf_addz(b, "<Relationship Id=\"rId7\" Type=\"http://schemas.microsoft.com/office/2011/"
                    "relationships/commentsExtended\" Target=\"commentsExtended.xml\"/>");
    buf_add(b, buf_str(&d->rels));
    buf_addz(b, "</Relationships>");
}

static void put_types(struct buf *b, const struct package *p)
{
    buf_addz(b, DOCX_HEAD
             "<Types xmlns=\"" PACKAGE "/content-types\"><Default Extension=\"rels\" "
             "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default "
             "Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"png\" "
             "ContentType=\"image/png\"/><Default Extension=\"jpeg\" ContentType=\"image/jpeg\"/>"
             "<Default Extension=\"gif\" ContentType=\"image/gif\"/><Default Extension=\"bmp\" "
             "ContentType=\"image/bmp\"/>");
    for (size_t i = 0; i < p->n; i++)
        if (p->type[i])
            buf_fmt(b, "<Override PartName=\"/%s\" ContentType=\"%s\"/>", p->name[i], p->type[i]);
    buf_addz(b, "</Types>");
}

static void put_comments(struct package *p, const struct docx *d)
{
    struct buf *b = part(p, "word/comments.xml", TYPE "comments+xml");
    buf_addz(b, DOCX_HEAD "<w:comments " DOCX_NAMES ">");
    buf_add(b, buf_str(&d->comments));
    buf_addz(b, "</w:comments>");
    b = part(p, "word/commentsExtended.xml", TYPE "commentsExtended+xml");
    buf_addz(b, DOCX_HEAD
             "<w15:commentsEx xmlns:w15=\"http://schemas.microsoft.com/office/word/2012/wordml\" "
             "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" "
             "mc:Ignorable=\"w15\">");
    buf_add(b, buf_str(&d->threads));
    buf_addz(b, "</w15:commentsEx>");
}

static void put_parts(struct package *p, const struct docx *d)
{
    struct buf *types = part(p, "[Content_Types].xml", NULL), *b = part(p, "_rels/.rels", NULL);
    buf_addz(b, DOCX_HEAD "<Relationships xmlns=\"" PACKAGE "/relationships\"><Relationship "
                          "Id=\"rId1\" Type=\"" DOCX_REL "/officeDocument\" "
                          "Target=\"word/document.xml\"/><Relationship Id=\"rId2\" Type=\"" PACKAGE
                          "/relationships/metadata/core-properties\" "
                          "Target=\"docProps/core.xml\"/></Relationships>");
    put_core(part(p, "docProps/core.xml",
                  "application/vnd.openxmlformats-package.core-properties+xml"),
             d->job);
    put_document(part(p, "word/document.xml", TYPE "document.main+xml"), d);
    put_relations(part(p, "word/_rels/document.xml.rels", NULL), d);
    b = part(p, "word/styles.xml", TYPE "styles+xml");
    buf_addz(b, styles_head);
    put_headings(b);
    buf_addz(b, styles_rest);
    put_numbering(part(p, "word/numbering.xml", TYPE "numbering+xml"), buf_str(&d->nums));
    buf_addz(part(p, "word/settings.xml", TYPE "settings+xml"), DOCX_HEAD
             "<w:settings " W "><w:zoom w:percent=\"100\"/><w:defaultTabStop "
             "w:val=\"420\"/><w:characterSpacingControl w:val=\"compressPunctuation\"/>"
             "<w:compat><w:compatSetting w:name=\"compatibilityMode\" "
             "w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>"
             "</w:settings>");
    put_header(part(p, "word/header1.xml", TYPE "header+xml"), d);
    put_footer(part(p, "word/footer1.xml", TYPE "footer+xml"));
    if (d->anchors_n)
        put_comments(p, d);
    put_types(types, p);
}

enum err docx_pack(struct docx *d, struct buf *out)
{
    struct package *p = NEW(struct package);
    const struct buf *made[] = { &d->body, &d->rels, &d->nums, &d->comments, &d->threads };
    enum err e = E_OK;
    put_parts(p, d);
    struct zip_part *parts = mem_array(p->n + d->media_n, sizeof *parts);
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        e = e ? e : made[i]->err;
    for (size_t i = 0; i < p->n; i++) {
        parts[i] = (struct zip_part){ str_of(p->name[i]), buf_str(&p->bytes[i]) };
        e = e ? e : p->bytes[i].err;
    }
    for (size_t i = 0; i < d->media_n; i++)
        parts[p->n + i] = (struct zip_part){ str_of(d->media[i].name), d->media[i].bytes };
    if (!e)
        e = zip_write(parts, p->n + d->media_n, d->job->now, out);
    for (size_t i = 0; i < p->n; i++)
        buf_fini(&p->bytes[i]);
    mem_free(parts);
    mem_free(p);
    return e;
}
