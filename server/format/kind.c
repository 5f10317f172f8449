/* The table of kinds and how to look into it. */
#include "server/format/kind.h"

const struct kind kinds[] = {
#define Z(m)                                                                                       \
    LOOK_ZIP,                                                                                      \
    {                                                                                              \
        m, sizeof(m) - 1                                                                           \
    }
#define O(m)                                                                                       \
    LOOK_OLE,                                                                                      \
    {                                                                                              \
        m, sizeof(m) - 1                                                                           \
    }
#define M(m)                                                                                       \
    LOOK_MARK,                                                                                     \
    {                                                                                              \
        m, sizeof(m) - 1                                                                           \
    }
#define T                                                                                          \
    LOOK_TEXT,                                                                                     \
    {                                                                                              \
        "", 0                                                                                      \
    }
#define X                                                                                          \
    LOOK_NONE,                                                                                     \
    {                                                                                              \
        "", 0                                                                                      \
    }
#define KIND(name, family, shown, exts, mime, magic, ...)                                          \
    { #name, FAMILY_##family, shown, exts, mime, magic, KIND_LOOK(__VA_ARGS__) },
#define KIND_LOOK(...) __VA_ARGS__
#include "server/format/magic.def"
#undef KIND
#undef KIND_LOOK
#undef Z
#undef O
#undef M
#undef T
#undef X
};
const size_t kinds_n = sizeof kinds / sizeof *kinds;

static const struct {
    const char *name, *text;
} families[FAMILY_count] = {
    [FAMILY_document] = { "document", "文档" }, [FAMILY_slides] = { "slides", "演示文稿" },
    [FAMILY_sheet] = { "sheet", "表格" },       [FAMILY_pdf] = { "pdf", "PDF" },
    [FAMILY_image] = { "image", "图片" },       [FAMILY_video] = { "video", "视频" },
    [FAMILY_audio] = { "audio", "音频" },       [FAMILY_text] = { "text", "文本" },
    [FAMILY_archive] = { "archive", "压缩包" }, [FAMILY_courseware] = { "courseware", "互动课件" },
};

/* What Windows, a phone or a browser runs without asking twice. */
static const char dangerous[] = "exe com bat cmd scr pif msi msp mst msu msix appx js jse vbs vbe "
                                "vb wsf wsh wsc ws hta ps1 ps1xml ps2 psm1 psd1 lnk "
                                "jar jnlp apk xapk ipa dex cpl reg dll sys drv ocx inf ins isp "
                                "gadget application scf sct shb shs url chm hlp "
                                "msc mde accde ade adp xll xla xlam wll ppam action command sh "
                                "bash csh zsh run bin elf so deb rpm dmg pkg app "
                                "iso img vhd vhdx py pyc pyw rb pl php asp aspx jsp class ksh "
                                "workflow settingcontent-ms library-ms search-ms";

/* Words are ASCII; a byte of w that is none never equals one of theirs. */
static bool same_word(struct str a, struct str b)
{
    for (size_t i = 0; a.n == b.n && i < a.n; i++) {
        char c = b.p[i] >= 'A' && b.p[i] <= 'Z' ? (char)(b.p[i] + 32) : b.p[i];
        char d = a.p[i] >= 'A' && a.p[i] <= 'Z' ? (char)(a.p[i] + 32) : a.p[i];
        if (c != d)
            return false;
    }
    return a.n == b.n;
}

bool words_have(const char *words, struct str w)
{
    struct str rest = str_of(words), one;
    while (w.n && str_next(&rest, ' ', &one))
        if (same_word(one, w))
            return true;
    return false;
}

const struct kind *kind_named(struct str name)
{
    for (size_t i = 0; i < kinds_n; i++)
        if (str_eqz(name, kinds[i].name))
            return &kinds[i];
    return NULL;
}

const struct kind *kind_of_ext(struct str ext)
{
    for (size_t i = 0; i < kinds_n; i++)
        if (words_have(kinds[i].exts, ext))
            return &kinds[i];
    return NULL;
}

const char *family_name(enum family f)
{
    return families[f].name;
}

const char *family_text(enum family f)
{
    return families[f].text;
}

bool ext_dangerous(struct str ext)
{
    return words_have(dangerous, ext);
}

const struct verdict_row verdicts[VERDICT_count] = {
#define VERDICT(code, say, text) { #code, SAY_##say, text },
#include "server/format/verdict.def"
#undef VERDICT
};

enum verdict verdict_named(struct str code)
{
    for (size_t i = 0; i < VERDICT_count; i++)
        if (str_eqz(code, verdicts[i].code))
            return (enum verdict)i;
    return VERDICT_not_checked;
}
