/* What is this file, and may it come in? Three witnesses: the bytes (libmagic and our own marks),
 * the names inside containers, and the extension. libmagic alone decides nothing: it calls what WPS
 * writes plain zip and most old Office files OLE storage.
 *
 * S1: what would run when double-clicked is refused, by extension or by content. S2: a kind is
 * accepted when its own row of magic.def finds what it looks for. S3: content of another but
 * related kind is accepted under its own kind with a warning; of an unrelated one it goes to
 * quarantine. S4: two formats in one file go to quarantine. */
#include "server/base/utf.h"
#include "server/format/media.h"
#include "server/format/ole.h"
#include "server/probe/out.h"
#include "server/probe/verbs.h"

#include <string.h>

struct facts {
    struct file *f;
    const struct kind *by_ext;
    bool zip_head, ole, ole_encrypted;
    struct buf ole_names;
    bool html;
    bool macros, encrypted;
};

/* ---- gathering */

static bool has_any(struct str s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct str w = str_of(words[i]);
        for (size_t at = 0; at + w.n <= s.n; at++) {
            const char *p = memchr(s.p + at, w.p[0], s.n - at - w.n + 1);
            if (!p)
                break;
            at = (size_t)(p - s.p);
            if (strncasecmp(p, w.p, w.n) == 0)
                return true;
        }
    }
    return false;
}

static bool looks_html(struct str head)
{
    static const char *const words[] = { "<!doctype html", "<html", "<script", "<body",
                                         "mime-version:" };
    return has_any(str_sub(head, 0, 2048), words, sizeof words / sizeof *words);
}

static void look_zip(struct facts *k)
{
    struct zip *z = k->zip_head ? file_zip(k->f) : NULL;
    for (size_t i = 0; z && i < zip_count(z); i++) {
        const struct zip_entry *en = zip_entry(z, i);
        if (str_iends(en->name, "vbaProject.bin"))
            k->macros = true;
        if (en->encrypted)
            k->encrypted = true;
    }
}

static void look_ole(struct facts *k)
{
    buf_init(&k->ole_names, 1u << 20);
    k->ole = str_starts(k->f->head, S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"));
    if (!k->ole || ole_names(k->f->src, &k->ole_names))
        return;
    struct str names = buf_str(&k->ole_names);
    k->macros = ole_has(names, "_VBA_PROJECT") || ole_has(names, "_VBA_PROJECT_CUR");
    k->ole_encrypted = ole_has(names, "EncryptedPackage");
}

static void gather(struct facts *k, struct file *f)
{
    struct str head = f->head;
    *k = (struct facts){ .f = f, .by_ext = kind_of_ext(f->ext) };
    k->zip_head = str_starts(head, S("PK\3\4")) || str_starts(head, S("PK\5\6")) ||
                  str_starts(head, S("PK00PK\3\4")) || str_starts(head, S("PK\7\10"));
    look_zip(k);
    look_ole(k);
    k->html = f->text && looks_html(head);
}

/* ---- does the content fit a row of the table? */

static bool mark_fits(struct str head, struct str mark)
{
    if (head.n < mark.n)
        return false;
    for (size_t i = 0; i < mark.n; i++)
        if (mark.p[i] != '?' && mark.p[i] != head.p[i])
            return false;
    return true;
}

/* A member's name, or the beginning of one when the mark ends in '/' or '.'. */
static bool member_fits(struct zip *z, struct str mark)
{
    if (!z)
        return false;
    char last = mark.p[mark.n - 1];
    if (last != '/' && last != '.')
        return zip_find(z, mark) != SIZE_MAX;
    for (size_t i = 0; i < zip_count(z); i++)
        if (str_starts(zip_entry(z, i)->name, mark))
            return true;
    return false;
}

static bool stream_fits(const struct facts *k, struct str mark)
{
    struct str names = buf_str(&k->ole_names);
    return k->ole &&
           (ole_has(names, mark.p) || (str_eqz(mark, "Workbook") && ole_has(names, "Book")));
}

static bool magic_fits(const struct facts *k, const struct kind *row)
{
    struct str m = str_of(k->f->magic);
    if (words_have(row->magic, m) || (words_have(row->magic, S("zip")) && k->zip_head))
        return true;
    if (words_have(row->magic, S("ole")) && k->ole)
        return true;
    return str_eqz(m, "application/octet-stream") && !k->f->text && !k->zip_head && !k->ole;
}

/* ODF tells its kind in the first member, stored: "mimetype". */
static bool odf_fits(const struct facts *k, const struct kind *row)
{
    struct str t = str_of(row->mime);
    bool stored = k->f->head.n > 38 + t.n && !memcmp(k->f->head.p + 30, "mimetype", 8);
    return !stored || str_starts(str_sub(k->f->head, 38, k->f->head.n), t);
}

static bool fits(const struct facts *k, const struct kind *row)
{
    switch (row->look) {
    case LOOK_ZIP:
        return k->zip_head && member_fits(k->f->zip, row->mark) &&
               (!str_eqz(row->mark, "content.xml") || odf_fits(k, row));
    case LOOK_OLE: return stream_fits(k, row->mark);
    case LOOK_MARK: return mark_fits(k->f->head, row->mark);
    case LOOK_TEXT:
        if (!strcmp(row->name, "svg"))
            return k->f->text && str_find(str_sub(k->f->head, 0, 4096), S("<svg"), 0) != SIZE_MAX;
        return k->f->text && (strcmp(row->name, "html") != 0 || k->html);
    default: return magic_fits(k, row);
    }
}

/* The kind by content alone: rows with a mark of their own, in order; NULL: none is sure. */
static const struct kind *by_content(const struct facts *k)
{
    for (size_t i = 0; i < kinds_n; i++) {
        const struct kind *row = &kinds[i];
        bool sure = row->look == LOOK_ZIP || row->look == LOOK_OLE ||
                    (row->look == LOOK_MARK && row->mark.n >= 3);
        if (sure && fits(k, row) && (row->look != LOOK_MARK || magic_fits(k, row)))
            return row;
    }
    if (k->zip_head)
        return kind_named(S("zip"));
    if (k->html)
        return kind_named(S("html"));
    return k->f->text ? kind_named(S("txt")) : NULL;
}

/* ---- S1: what runs */

static bool runs(const struct facts *k)
{
    static const char *const magics[] = {
        "application/x-dosexec",       "application/vnd.microsoft.portable-executable",
        "application/x-executable",    "application/x-pie-executable",
        "application/x-sharedlib",     "application/x-mach-binary",
        "application/x-ms-shortcut",   "application/x-msi",
        "application/vnd.ms-htmlhelp", "application/x-java-applet",
        "application/java-archive",    "application/vnd.android.package-archive",
        "application/x-ms-installer"
    };
    struct str head = k->f->head;
    /* Text that begins with E9 or EB, as 集 does in UTF-8, is a jump to libmagic: a COM program. */
    for (size_t i = 0; !k->f->text && i < sizeof magics / sizeof *magics; i++)
        if (!strcmp(k->f->magic, magics[i]))
            return true;
    if (str_starts(head, S("\x7f"
                           "ELF")) ||
        str_starts(head, S("L\0\0\0\1\x14\2\0")) || str_starts(head, S("ITSF")))
        return true;
    if (str_starts(head, S("MZ")) && !k->f->text)
        return true;
    struct zip *z = k->f->zip;
    return z && (zip_has(z, "AndroidManifest.xml") || zip_has(z, "classes.dex"));
}

/* ---- S4: two formats in one */

static bool script_in_picture(const struct facts *k)
{
    static const char *const words[] = { "<script", "<?php", "<html" };
    return has_any(str_sub(k->f->head, 0, 4096), words, sizeof words / sizeof *words);
}

static bool polyglot(const struct facts *k, const struct kind *kind)
{
    if (k->zip_head) {
        struct zip *z = k->f->zip;
        return z && zip_prefix(z) > (str_starts(k->f->head, S("PK00")) ? 4u : 0u);
    }
    bool plain = kind->family == FAMILY_image || kind->family == FAMILY_video ||
                 kind->family == FAMILY_audio || kind->family == FAMILY_pdf ||
                 kind->look == LOOK_TEXT;
    if (plain && file_zip(k->f) && zip_count(k->f->zip) > 0)
        return true;
    if (kind->family == FAMILY_image && kind->look != LOOK_TEXT && script_in_picture(k))
        return true;
    size_t pdf = str_find(str_sub(k->f->head, 0, 1024), S("%PDF-"), 0);
    return pdf != SIZE_MAX && pdf > 0 && kind->look != LOOK_TEXT &&
           kind->family != FAMILY_archive && !k->ole;
}

/* Offsets that lead nowhere: not two formats, just damage. */
static bool zip_broken(const struct facts *k)
{
    struct zip *z = k->zip_head ? k->f->zip : NULL;
    struct zip_stream *s;
    if (!z || !zip_count(z))
        return false;
    bool broken = zip_stream_open(z, 0, &s) == E_SYNTAX;
    zip_stream_close(s);
    return broken;
}

/* ---- the decision */

static bool on_paper(enum family f)
{
    return f == FAMILY_document || f == FAMILY_slides || f == FAMILY_sheet || f == FAMILY_pdf ||
           f == FAMILY_text;
}

static bool related(const struct kind *a, const struct kind *b)
{
    bool sound = (a->family == FAMILY_video || a->family == FAMILY_audio) &&
                 (b->family == FAMILY_video || b->family == FAMILY_audio);
    /* Web systems save tables as HTML and call them .xls or .doc. */
    bool saved_page = on_paper(a->family) && !strcmp(b->name, "html");
    return a->family == b->family || (on_paper(a->family) && on_paper(b->family)) || sound ||
           saved_page;
}

static bool hidden_in_name(struct str name)
{
    while (name.n) {
        uint32_t r;
        size_t n = utf_get(name, &r);
        if (utf_is_control(r) || r < 0x20 || r == 0x7f)
            return true;
        name = str_sub(name, n, name.n);
    }
    return false;
}

/* The content does not fit the extension's row. */
static enum verdict mismatch(const struct facts *k, struct finding *got)
{
    const struct kind *real = by_content(k);
    bool wants_zip = k->by_ext->look == LOOK_ZIP;
    if (k->ole_encrypted && on_paper(k->by_ext->family)) {
        got->encrypted = true;
        return VERDICT_encrypted;
    }
    if (k->zip_head && !k->f->zip && wants_zip)
        return k->f->zip_err == E_TOO_LARGE ? VERDICT_bomb : VERDICT_broken;
    if (k->ole &&
        k->by_ext->look == LOOK_OLE) /* old Works, or a stream list we could not read to its end */
        return VERDICT_ok;
    if (k->by_ext->family == FAMILY_archive && !k->zip_head && !file_zip(k->f) &&
        k->f->zip_err == E_MEDIA_TYPE)
        return VERDICT_volume;
    if (!real)
        return VERDICT_type_mismatch;
    got->kind = real;
    return related(k->by_ext, real) ? VERDICT_renamed : VERDICT_type_mismatch;
}

static enum verdict check_picture(const struct facts *k, const struct kind *kind)
{
    static const char *const ours[] = { "jpeg", "png", "gif", "webp", "bmp" };
    struct media m;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        if (strcmp(kind->name, ours[i]) != 0)
            continue;
        enum err e = image_read(k->f->head, &m);
        if (e == E_TOO_LARGE)
            return VERDICT_too_many_pixels;
        return e && k->f->src.size <= HEAD_MAX ? VERDICT_broken : VERDICT_ok;
    }
    return VERDICT_ok;
}

static enum verdict decide(struct facts *k, struct finding *got)
{
    struct file *f = k->f;
    if (hidden_in_name(f->name) || !utf_valid(f->name))
        return VERDICT_bad_name;
    if (!f->src.size)
        return VERDICT_empty;
    if (ext_dangerous(f->ext))
        return VERDICT_dangerous_type;
    if (runs(k))
        return VERDICT_dangerous_content;
    if (!k->by_ext)
        return f->ext.n ? VERDICT_unknown_type : VERDICT_no_extension;
    got->kind = k->by_ext;
    enum verdict v = fits(k, k->by_ext) ? VERDICT_ok : mismatch(k, got);
    if (verdicts[v].say > SAY_warn)
        return v;
    if (zip_broken(k))
        return VERDICT_broken;
    if (polyglot(k, got->kind))
        return VERDICT_polyglot;
    enum verdict p = check_picture(k, got->kind);
    if (p)
        return p;
    if (v)
        return v;
    if (k->zip_head && !f->zip && got->kind->family == FAMILY_archive) {
        if (f->zip_err != E_TOO_LARGE && f->zip_err != E_MEDIA_TYPE)
            return VERDICT_broken;
        return f->zip_err == E_MEDIA_TYPE ? VERDICT_volume : VERDICT_ok;
    }
    return k->macros ? VERDICT_macros : k->encrypted ? VERDICT_encrypted : VERDICT_ok;
}

struct finding sniff(struct file *f)
{
    struct facts k;
    struct finding got = { 0 };
    gather(&k, f);
    got.verdict = decide(&k, &got);
    got.macros = k.macros;
    got.encrypted |= k.encrypted;
    buf_fini(&k.ole_names);
    f->kind = got.kind;
    return got;
}

const char *verb_sniff(struct file *f)
{
    struct finding got = sniff(f);
    out_open("sniff");
    out_str("code", str_of(verdicts[got.verdict].code));
    if (got.kind)
        out_str("kind", str_of(got.kind->name));
    out_str("magic", str_of(f->magic));
    out_flag("macros", got.macros);
    out_flag("encrypted", got.encrypted);
    out_close();
    return "ok";
}
